// Reads a table of postal codes as CSV.
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/io/document.h"
#include "src/io/internal/cell_reader.h"
#include "src/io/internal/csv.h"
#include "src/io/internal/csv_header.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/model_words.h"

namespace orderwright::io {
namespace {

using io_internal::CellReader;
using io_internal::CsvField;
using io_internal::CsvHeader;
using io_internal::CsvParser;
using io_internal::DocumentIssues;

enum Name : std::size_t { kPostalCode = 0, kZip, kLat, kLon, kCountry, kTimeZone };
constexpr std::array<std::string_view, 6> kNames = {"postal_code", "zip",     "lat",
                                                    "lon",         "country", "time_zone"};

class PostalFile {
 public:
  explicit PostalFile(const Document& document)
      : text_(document.text), issues_(document.name, document.text, true), parser_(text_) {}

  absl::StatusOr<PostalTable> Read() {
    // Tables from elsewhere have more columns; they mean nothing here.
    if (!header_.Read(parser_, text_, kNames, true, issues_)) return issues_.ToStatus(kWhat);
    code_ = header_.column(kPostalCode) ? header_.column(kPostalCode) : header_.column(kZip);
    Require(code_.has_value(), "postal_code");
    Require(header_.column(kLat).has_value(), "lat");
    Require(header_.column(kLon).has_value(), "lon");
    if (!issues_.ok()) return issues_.ToStatus(kWhat);
    std::vector<CsvField> row;
    while (header_.NextRow(parser_, issues_, row)) ReadRow(row);
    if (!issues_.ok()) return issues_.ToStatus(kWhat);
    absl::StatusOr<PostalTable> table = PostalTable::Create(std::move(rows_));
    if (table.ok()) return table;
    for (const Issue& issue : IssuesOf(table.status())) AddFromModel(issue);
    return issues_.ToStatus(kWhat);
  }

 private:
  static constexpr std::string_view kWhat = "postal table";

  void Require(bool there, std::string_view name) {
    if (there) return;
    issues_.Add(header_.offset(), name, "missing_field",
                fmt::format("the column '{}' is required", name));
  }

  double Degree(const std::vector<CsvField>& row, Name name) {
    double value = 0;
    CellReader cell(issues_, row[*header_.column(name)], kNames[name], io_internal::AnyCurrency());
    io_internal::Read(cell, value);
    return value;
  }

  void ReadRow(const std::vector<CsvField>& row) {
    PostalRow& entry = rows_.emplace_back();
    entry.country = "US";
    if (const auto country = header_.column(kCountry)) {
      if (!row[*country].text.empty()) entry.country = row[*country].text;
    }
    entry.postal_code = row[*code_].text;
    if (const auto zone = header_.column(kTimeZone)) entry.time_zone = row[*zone].text;
    entry.position.lat = Degrees(Degree(row, kLat));
    entry.position.lon = Degrees(Degree(row, kLon));
    places_.push_back(row[*code_].offset);
  }

  // "rows[3].lat" is a value of the fourth row.
  void AddFromModel(const Issue& issue) {
    constexpr std::string_view kRows = "rows[";
    std::string_view path = issue.path;
    std::size_t row = 0;
    if (path.starts_with(kRows)) {
      path.remove_prefix(kRows.size());
      const auto parsed = std::from_chars(path.data(), path.data() + path.size(), row);
      path.remove_prefix(static_cast<std::size_t>(parsed.ptr - path.data()));
      if (path.starts_with("].")) path.remove_prefix(2);
    }
    issues_.Add(row < places_.size() ? places_[row] : 0, path, issue.code, issue.message);
  }

  std::string_view text_;
  DocumentIssues issues_;
  CsvParser parser_;
  CsvHeader header_;
  std::optional<std::size_t> code_;
  std::vector<PostalRow> rows_;
  std::vector<std::size_t> places_;
};

}  // namespace

absl::StatusOr<PostalTable> ParsePostalTable(const Document& document) {
  return PostalFile(document).Read();
}

}  // namespace orderwright::io
