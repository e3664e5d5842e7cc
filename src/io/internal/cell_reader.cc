#include "src/io/internal/cell_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/status.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {
namespace {

// The whole of `text` as a number.
template <typename T>
std::errc Number(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc()) return error;
  return stop == end ? std::errc() : std::errc::invalid_argument;
}

template <typename Parsed, typename Value>
void ReadParsed(CellReader& cell, std::string_view code, Parsed parse, Value& value) {
  auto result = parse(cell.text());
  if (result.ok()) {
    value = *std::move(result);
  } else {
    const bool range = result.status().code() == absl::StatusCode::kOutOfRange;
    cell.Report(range ? "out_of_range" : code, std::string(MessageOf(result.status())));
  }
}

}  // namespace

void CellReader::ReportType(std::string_view expected) {
  Report("wrong_type", fmt::format("expected {}, found \"{}\"", expected, Abridged(field_.text)));
}

void Read(CellReader& cell, bool& value) {
  const std::string_view text = cell.text();
  if (text == "true" || text == "TRUE" || text == "1") {
    value = true;
  } else if (text == "false" || text == "FALSE" || text == "0") {
    value = false;
  } else {
    cell.ReportType("true or false");
  }
}

void Read(CellReader& cell, std::int64_t& value) {
  std::int64_t read = 0;
  const std::errc error = Number(cell.text(), read);
  if (error == std::errc()) {
    value = read;
  } else if (error == std::errc::result_out_of_range) {
    cell.Report("out_of_range", "the number does not fit in 64 bits");
  } else {
    cell.ReportType("an integer");
  }
}

void Read(CellReader& cell, double& value) {
  double read = 0;
  if (Number(cell.text(), read) == std::errc() && std::isfinite(read)) {
    value = read;
  } else {
    cell.ReportType("a number");
  }
}

void Read(CellReader& cell, std::string& value) { value = cell.text(); }

void Read(CellReader& cell, Timestamp& value) {
  ReadParsed(cell, "invalid_time", ParseTimestamp, value);
}

void Read(CellReader& cell, std::optional<Money>& value) {
  const auto parse = [&cell](std::string_view text) { return Money::Parse(text, cell.currency()); };
  ReadParsed(cell, "invalid_money", parse, value);
}

void Read(CellReader& cell, std::optional<Currency>& value) {
  ReadParsed(cell, "invalid_currency", Currency::Parse, value);
}

void Read(CellReader& cell, std::vector<std::string>& value) {
  value.clear();
  for (std::string_view rest = cell.text();;) {
    const std::size_t end = std::min(rest.find('|'), rest.size());
    value.emplace_back(rest.substr(0, end));
    if (end == rest.size()) return;
    rest.remove_prefix(end + 1);
  }
}

std::optional<std::size_t> ReadWord(CellReader& cell, std::span<const std::string_view> words) {
  Suggestion suggestion(cell.text());
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == cell.text()) return i;
    suggestion.Consider(words[i]);
  }
  std::string message = fmt::format("expected one of {}, found \"{}\"", fmt::join(words, ", "),
                                    Abridged(cell.text()));
  if (!suggestion.best().empty()) message += fmt::format("; did you mean '{}'?", suggestion.best());
  cell.Report("unknown_value", std::move(message));
  return std::nullopt;
}

}  // namespace orderwright::io_internal
