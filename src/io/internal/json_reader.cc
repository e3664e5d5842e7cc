#include "src/io/internal/json_reader.h"

#include <bit>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/status.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {
namespace {

// A value as it stands in the document, cut short, for "found …".
std::string Shown(const JsonTree& tree, NodeId node) {
  const JsonNode& n = tree.node(node);
  switch (n.kind) {
    case JsonKind::kBool:
      return n.integer != 0 ? "true" : "false";
    case JsonKind::kInteger:
      return fmt::format("{} ({})", KindName(n.kind), n.integer);
    case JsonKind::kReal:
    case JsonKind::kBigNumber:
      return fmt::format("{} ({})", KindName(n.kind), n.real);
    case JsonKind::kText:
      return fmt::format("{} (\"{}\")", KindName(n.kind), Abridged(tree.Text(node)));
    case JsonKind::kNull:
    case JsonKind::kArray:
    case JsonKind::kObject:
      break;
  }
  return std::string(KindName(n.kind));
}

// Reads a text through a `Parse` of the core, whose message says what is wrong.
template <typename Parsed, typename Value>
void ReadParsed(JsonReader& reader, NodeId node, std::string_view expected, std::string_view code,
                Parsed parse, Value& value) {
  const std::optional<std::string_view> text = reader.TextOf(node, expected);
  if (!text) return;
  auto result = parse(*text);
  if (result.ok()) {
    value = *std::move(result);
  } else {
    const bool range = result.status().code() == absl::StatusCode::kOutOfRange;
    reader.Report(node, range ? "out_of_range" : code, std::string(MessageOf(result.status())));
  }
}

void ReportUnknown(JsonReader& reader, NodeId node, std::span<const Field> fields) {
  Suggestion suggestion(reader.tree().Key(node));
  for (const Field& field : fields) suggestion.Consider(field.name);
  reader.issues().AddUnknown(reader.tree(), node, suggestion.best());
}

// The field of that name, looked for from `hint` on, round the table; fields.size() if there is
// none.
std::size_t FindField(std::span<const Field> fields, std::string_view name, std::size_t hint) {
  for (std::size_t i = hint; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  for (std::size_t i = 0; i < hint; ++i) {
    if (fields[i].name == name) return i;
  }
  return fields.size();
}

AttributeValue ReadAttribute(JsonReader& reader, NodeId node) {
  const JsonNode& n = reader.tree().node(node);
  switch (n.kind) {
    case JsonKind::kBool:
      return n.integer != 0;
    case JsonKind::kInteger:
      return n.integer;
    case JsonKind::kReal:
      return n.real;
    case JsonKind::kText:
      return std::string(reader.tree().Text(node));
    case JsonKind::kBigNumber:
      reader.Report(node, "out_of_range", "the number does not fit");
      return false;
    case JsonKind::kNull:
    case JsonKind::kArray:
    case JsonKind::kObject:
      break;
  }
  reader.ReportType(node, "true, false, a number or a text");
  return false;
}

}  // namespace

void JsonReader::ReportType(NodeId node, std::string_view expected) {
  Report(node, "wrong_type", fmt::format("expected {}, found {}", expected, Shown(*tree_, node)));
}

std::optional<std::string_view> JsonReader::TextOf(NodeId node, std::string_view expected) {
  if (kind(node) == JsonKind::kText) return tree_->Text(node);
  ReportType(node, expected);
  return std::nullopt;
}

std::optional<std::int64_t> JsonReader::IntegerOf(NodeId node) {
  switch (kind(node)) {
    case JsonKind::kInteger:
      return tree_->node(node).integer;
    case JsonKind::kBigNumber:
      Report(node, "out_of_range", "the number does not fit in 64 bits");
      return std::nullopt;
    case JsonKind::kReal:
      Report(node, "not_an_integer",
             fmt::format("expected an integer, found {}; write it without fraction and exponent",
                         Shown(*tree_, node)));
      return std::nullopt;
    default:
      ReportType(node, "an integer");
      return std::nullopt;
  }
}

std::optional<std::int64_t> JsonReader::CountOf(NodeId node) {
  std::optional<std::int64_t> value = IntegerOf(node);
  if (value && *value < 0) {
    Report(node, "negative", fmt::format("{} is negative; it must be 0 or more", *value));
    return std::nullopt;
  }
  return value;
}

std::optional<double> JsonReader::NumberOf(NodeId node) {
  switch (kind(node)) {
    case JsonKind::kInteger:
    case JsonKind::kReal:
      return tree_->Real(node);
    case JsonKind::kBigNumber:
      Report(node, "out_of_range", "the number is too large");
      return std::nullopt;
    default:
      ReportType(node, "a number");
      return std::nullopt;
  }
}

void ReadFields(JsonReader& reader, NodeId node, std::span<const Field> fields, void* object) {
  if (!CheckContainer(reader, node, JsonKind::kObject)) return;
  const JsonTree& tree = reader.tree();
  std::uint64_t seen = 0;
  std::size_t hint = 0;
  const NodeId end = tree.node(node).end;
  for (NodeId c = tree.FirstChild(node); c != end; c = tree.Next(c)) {
    const std::size_t at = FindField(fields, tree.Key(c), hint);
    if (at == fields.size()) {
      ReportUnknown(reader, c, fields);
      continue;
    }
    // A field given twice was reported when the tree was built; the first one counts.
    const std::uint64_t bit = std::uint64_t{1} << at;
    if ((seen & bit) == 0) fields[at].read(reader, c, object);
    seen |= bit;
    hint = at + 1;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].required || (seen >> i & 1U) != 0) continue;
    reader.issues().AddMissing(tree, node, fields[i].name);
  }
}

std::optional<std::size_t> ReadWord(JsonReader& reader, NodeId node,
                                    std::span<const std::string_view> words) {
  const std::optional<std::string_view> text = reader.TextOf(node, "a text");
  if (!text) return std::nullopt;
  Suggestion suggestion(*text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == *text) return i;
    suggestion.Consider(words[i]);
  }
  std::string message =
      fmt::format("expected one of {}, found \"{}\"", fmt::join(words, ", "), Abridged(*text));
  if (!suggestion.best().empty()) message += fmt::format("; did you mean '{}'?", suggestion.best());
  reader.Report(node, "unknown_value", std::move(message));
  return std::nullopt;
}

bool CheckContainer(JsonReader& reader, NodeId node, JsonKind kind) {
  if (reader.kind(node) == kind) return true;
  reader.ReportType(node, KindName(kind));
  return false;
}

void Read(JsonReader& reader, NodeId node, bool& value) {
  if (reader.kind(node) == JsonKind::kBool) {
    value = reader.tree().node(node).integer != 0;
  } else {
    reader.ReportType(node, "true or false");
  }
}

void Read(JsonReader& reader, NodeId node, int& value) {
  const std::optional<std::int64_t> number = reader.IntegerOf(node);
  if (!number) return;
  if (std::in_range<int>(*number)) {
    value = static_cast<int>(*number);
  } else {
    reader.Report(node, "out_of_range", fmt::format("{} does not fit in 32 bits", *number));
  }
}

void Read(JsonReader& reader, NodeId node, std::int64_t& value) {
  if (const auto number = reader.IntegerOf(node)) value = *number;
}

void Read(JsonReader& reader, NodeId node, double& value) {
  if (const auto number = reader.NumberOf(node)) value = *number;
}

void Read(JsonReader& reader, NodeId node, std::string& value) {
  if (reader.IsNull(node)) return;
  ReadId(reader, node, value);
}

void Read(JsonReader& reader, NodeId node, std::string_view& value) {
  if (const auto text = reader.TextOf(node, "a text")) value = *text;
}

void ReadCount(JsonReader& reader, NodeId node, std::int64_t& value) {
  if (const auto count = reader.CountOf(node)) value = *count;
}

void ReadCount(JsonReader& reader, NodeId node, std::optional<std::int64_t>& value) {
  value = reader.IsNull(node) ? std::nullopt : reader.CountOf(node);
}

void ReadCount(JsonReader& reader, NodeId node, std::vector<std::int64_t>& value) {
  value.clear();
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    ReadCount(reader, c, value.emplace_back());
  }
}

void ReadId(JsonReader& reader, NodeId node, std::string& value) {
  if (const auto text = reader.TextOf(node, "a text")) value.assign(*text);
}

void Read(JsonReader& reader, NodeId node, Units& value) {
  if (const auto count = reader.CountOf(node)) value = Units(*count);
}

void Read(JsonReader& reader, NodeId node, Cost& value) {
  ReadParsed(reader, node, "an amount of money as a text such as \"2.50\"", "invalid_money",
             Cost::Parse, value);
}

void Read(JsonReader& reader, NodeId node, Timestamp& value) {
  ReadParsed(reader, node, "an instant such as \"2026-11-23T17:14:00Z\"", "invalid_time",
             ParseTimestamp, value);
}

void Read(JsonReader& reader, NodeId node, LocalTime& value) {
  ReadParsed(reader, node, "a time of day such as \"15:00\"", "invalid_time", LocalTime::Parse,
             value);
}

void Read(JsonReader& reader, NodeId node, LocalDate& value) {
  ReadParsed(reader, node, "a date such as \"2026-11-26\"", "invalid_date", ParseDate, value);
}

void Read(JsonReader& reader, NodeId node, std::optional<Money>& value) {
  if (reader.IsNull(node)) return;
  const auto parse = [&reader](std::string_view text) {
    return Money::Parse(text, reader.currency());
  };
  ReadParsed(reader, node, "an amount of money as a text such as \"8.00\"", "invalid_money", parse,
             value);
}

void Read(JsonReader& reader, NodeId node, std::optional<Currency>& value) {
  if (reader.IsNull(node)) return;
  ReadParsed(reader, node, "a currency such as \"USD\"", "invalid_currency", Currency::Parse,
             value);
}

void Read(JsonReader& reader, NodeId node, Attributes& value) {
  ReadMap(reader, node, [&](std::string_view name, NodeId child) {
    value.push_back({std::string(name), ReadAttribute(reader, child)});
  });
}

bool ParseObject(std::string_view text, JsonParser& parser, JsonTree& tree, JsonReader& reader,
                 std::string_view format) {
  if (!parser.Parse(text, tree)) {
    reader.issues().AddSyntax(parser.error());
    return false;
  }
  reader.issues().AddDuplicates(tree);
  if (!CheckContainer(reader, 0, JsonKind::kObject)) return false;
  CheckFormat(reader, format, true);
  return true;
}

void CheckFormat(JsonReader& reader, std::string_view expected, bool required) {
  const NodeId node = reader.tree().Member(0, "format");
  if (node == kNoNode) {
    if (required) reader.issues().AddMissing(reader.tree(), 0, "format");
    return;
  }
  const std::optional<std::string_view> format = reader.TextOf(node, "a text");
  if (!format || *format == expected) return;
  reader.Report(node, "unknown_format",
                fmt::format("expected \"{}\", found \"{}\"", expected, Abridged(*format)));
}

}  // namespace orderwright::io_internal
