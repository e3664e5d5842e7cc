#include "src/io/internal/rule_table.h"

#include <charconv>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/io/internal/read_file.h"
#include "src/io/internal/rule_words.h"

namespace orderwright::io_internal {
namespace {

using rules::DecisionTable;
using rules::HitPolicy;
using rules::Rule;
using rules::RuleKind;

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// A real number as a literal that is one: 5.0 is no integer, also where its fraction is 0.
std::string RealLiteral(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// The number in the brackets that `text` begins with, which are taken off.
std::optional<std::size_t> TakeIndex(std::string_view& text) {
  std::size_t index = 0;
  if (!text.starts_with('[')) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), index);
  if (error != std::errc() || end == text.data() + text.size() || *end != ']') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end + 1 - text.data()));
  return index;
}

bool HasNoValues(const Rule& rule) {
  return rule.kind == RuleKind::kHold || rule.kind == RuleKind::kOutcome ||
         rule.kind == RuleKind::kPolicy;
}

// A text as the cell of an input that is one of these texts.
std::string QuotedCell(std::string_view text) {
  std::string cell = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') cell += '\\';
    cell += c;
  }
  return cell + "'";
}

}  // namespace

std::string ExpressionOf(JsonReader& reader, NodeId node) {
  const JsonNode& n = reader.tree().node(node);
  switch (n.kind) {
    case JsonKind::kBool:
      return n.integer != 0 ? "true" : "false";
    case JsonKind::kInteger:
      return fmt::format("{}", n.integer);
    case JsonKind::kReal:
      return RealLiteral(n.real);
    case JsonKind::kBigNumber:
      reader.Report(node, "out_of_range", "the number does not fit in 64 bits");
      return "";
    case JsonKind::kText:
      if (IsBlank(reader.tree().Text(node))) {
        reader.Report(node, "empty", "is empty; leave it out, or write an expression");
      }
      return std::string(reader.tree().Text(node));
    default:
      reader.ReportType(node, "an expression as a text, a number, true or false");
      return "";
  }
}

RuleTable::RuleTable(JsonReader& reader, const TableNodes& nodes, const Rule& rule,
                     const std::string& directory)
    : reader_(reader), is_groups_(nodes.groups != kNoNode) {
  const std::size_t before = reader.issues().errors();
  if (is_groups_) {
    ReadGroups(nodes.groups);
  } else {
    ReadTable(nodes, rule, directory);
  }
  if (reader.issues().errors() != before) return;
  table_ = std::make_shared<const DecisionTable>(std::move(draft_));
}

void RuleTable::ReadTable(const TableNodes& nodes, const Rule& rule, const std::string& directory) {
  const std::size_t before = reader_.issues().errors();
  if (nodes.hit != kNoNode) Read(reader_, nodes.hit, draft_.hit);
  if (nodes.inputs != kNoNode) Read(reader_, nodes.inputs, draft_.inputs);
  if (nodes.inputs == kNoNode || nodes.rows == kNoNode) return;  // said to be missing
  if (reader_.issues().errors() != before) return;  // how many cells a row needs is not known
  if (reader_.kind(nodes.rows) == JsonKind::kObject) {
    ReadCsv(nodes.rows, rule, directory);
  } else {
    ReadRows(nodes.rows, rule);
  }
}

// Rows that are counted may have a value, and need none.
bool RuleTable::HasValue(const Rule& rule, std::size_t width) const {
  if (HasNoValues(rule)) return false;
  return draft_.hit != HitPolicy::kCount || width > draft_.inputs.size();
}

std::string RuleTable::Widths(const Rule& rule) const {
  const std::size_t inputs = draft_.inputs.size();
  if (HasNoValues(rule)) return fmt::format("{}, one an input", inputs);
  return fmt::format("{}, one an input and the value", inputs + 1);
}

std::optional<std::string> RuleTable::CellOf(NodeId node) {
  const JsonNode& n = reader_.tree().node(node);
  switch (n.kind) {
    case JsonKind::kNull:
      return "-";
    case JsonKind::kBool:
      return n.integer != 0 ? "true" : "false";
    case JsonKind::kInteger:
      return fmt::format("{}", n.integer);
    case JsonKind::kReal:
      return fmt::format("{}", n.real);
    case JsonKind::kText:
      return std::string(reader_.tree().Text(node));
    default:
      reader_.ReportType(node, "a cell as a text, a number, true, false or null");
      return std::nullopt;
  }
}

std::string RuleTable::ValueOf(const Rule& rule, NodeId node) {
  if (!IsSetByName(rule)) return ExpressionOf(reader_, node);
  const std::optional<std::string_view> name = reader_.TextOf(node, "a name as a text");
  return name ? QuotedInCel(*name) : std::string("''");
}

void RuleTable::ReadRows(NodeId node, const Rule& rule) {
  if (!CheckContainer(reader_, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader_.tree();
  const std::size_t inputs = draft_.inputs.size();
  for (NodeId r = tree.FirstChild(node); r != tree.node(node).end; r = tree.Next(r)) {
    DecisionTable::Row& row = draft_.rows.emplace_back();
    row_nodes_.push_back(r);
    if (!CheckContainer(reader_, r, JsonKind::kArray)) continue;
    const std::size_t width = tree.node(r).size;
    if (width != inputs + (HasValue(rule, width) ? 1 : 0)) {
      reader_.Report(r, "wrong_length",
                     fmt::format("the row has {} entries; it needs {}", width, Widths(rule)));
      continue;
    }
    NodeId cell = tree.FirstChild(r);
    for (std::size_t i = 0; i < width; ++i, cell = tree.Next(cell)) {
      if (i == inputs) {
        row.value = ValueOf(rule, cell);
      } else if (std::optional<std::string> text = CellOf(cell)) {
        row.cells.push_back(*std::move(text));
      }
    }
  }
}

void RuleTable::ReadCsv(NodeId node, const Rule& rule, const std::string& directory) {
  const JsonTree& tree = reader_.tree();
  std::string name;
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    if (tree.Key(c) == "csv") {
      Read(reader_, c, name);
    } else {
      reader_.issues().AddUnknown(tree, c, "csv");
    }
  }
  if (name.empty()) {
    reader_.Report(node, "missing_field",
                   "rows are a list, or {\"csv\": the name of a file beside this one}");
    return;
  }
  if (directory.empty()) {
    reader_.Report(node, "no_directory",
                   fmt::format("names the file '{}', and this document is none that it could be "
                               "beside; read the rules from a file, or write the rows here",
                               name));
    return;
  }
  auto csv = std::make_unique<Csv>();
  csv->name = (std::filesystem::path(directory) / name).lexically_normal().string();
  absl::StatusOr<std::string> text = ReadFile(csv->name);
  if (!text.ok()) {
    reader_.Report(node, "cannot_read", std::string(MessageOf(text.status())));
    return;
  }
  csv->text = *std::move(text);
  csv->issues.emplace(csv->name, csv->text, true);
  csv->table = ReadTableCsv(csv->text, *csv->issues);
  const std::size_t inputs = draft_.inputs.size();
  const std::size_t width = csv->table.titles.size();
  const bool has_value = HasValue(rule, width);
  if (csv->issues->ok() && width != inputs + (has_value ? 1 : 0)) {
    csv->issues->Add(0, "", "wrong_length",
                     fmt::format("the file has {} columns; it needs {}", width, Widths(rule)));
  }
  for (const Issue& issue : csv->issues->list().issues()) {
    reader_.issues().AddLocated(issue.path, issue.code, issue.message);
  }
  if (!csv->issues->ok()) return;
  for (std::vector<std::string>& cells : csv->table.rows) {
    DecisionTable::Row& row = draft_.rows.emplace_back();
    if (has_value) {
      row.value = IsSetByName(rule) ? QuotedInCel(cells.back()) : std::move(cells.back());
      cells.pop_back();
    }
    row.cells = std::move(cells);
  }
  csv_ = std::move(csv);
}

// A table of the first that hits: the ids as cells of location.id, each condition as an input.
void RuleTable::ReadGroups(NodeId node) {
  if (!CheckContainer(reader_, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader_.tree();
  if (tree.node(node).size == 0) {
    reader_.Report(node, "empty", "has no group; write lists of locations, or conditions");
    return;
  }
  draft_.hit = HitPolicy::kFirst;
  draft_.inputs = {"location.id"};
  struct Group {
    std::string cell = "-";
    std::size_t input = 0;
  };
  std::vector<Group> groups;
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    Group& group = groups.emplace_back();
    row_nodes_.push_back(c);
    if (reader_.kind(c) != JsonKind::kArray) {
      group.input = draft_.inputs.size();
      group_of_input_.push_back(groups.size() - 1);
      draft_.inputs.push_back(ExpressionOf(reader_, c));
      continue;
    }
    std::vector<std::string> ids;
    Read(reader_, c, ids);
    if (ids.empty() && tree.node(c).size == 0) {
      reader_.Report(c, "empty", "a group has a location, or is a condition");
    }
    group.cell.clear();
    for (const std::string& id : ids) {
      group.cell += fmt::format("{}{}", group.cell.empty() ? "" : ", ", QuotedCell(id));
    }
  }
  for (std::size_t i = 0; i <= groups.size(); ++i) {
    DecisionTable::Row& row = draft_.rows.emplace_back();
    row.cells.assign(draft_.inputs.size(), "-");
    row.value = fmt::format("{}", i);
    if (i == groups.size()) break;  // what is in none
    row.cells[0] = groups[i].cell;
    if (groups[i].input > 0) row.cells[groups[i].input] = "true";
  }
}

std::string RuleTable::PathOf(std::string_view part) const {
  if (part.starts_with(".inputs")) {
    std::string_view rest = part.substr(std::string_view(".inputs").size());
    if (!is_groups_) return std::string(part);
    const std::optional<std::size_t> input = TakeIndex(rest);
    if (!input || *input == 0 || *input > group_of_input_.size()) return ".groups";
    return fmt::format(".groups[{}]", group_of_input_[*input - 1]);
  }
  if (!part.starts_with(".rows")) return is_groups_ ? ".groups" : std::string(part);
  std::string_view rest = part.substr(std::string_view(".rows").size());
  const std::optional<std::size_t> row = TakeIndex(rest);
  if (is_groups_) return row ? fmt::format(".groups[{}]", *row) : ".groups";
  if (!row) return ".rows";
  if (rest == ".value" && table_ != nullptr) {
    return fmt::format(".rows[{}][{}]", *row, table_->inputs.size());
  }
  if (rest.starts_with(".cells")) {
    rest.remove_prefix(std::string_view(".cells").size());
    if (const auto cell = TakeIndex(rest)) return fmt::format(".rows[{}][{}]", *row, *cell);
  }
  return fmt::format(".rows[{}]", *row);
}

std::optional<std::string> RuleTable::PlaceInCsv(std::string_view rule,
                                                 std::string_view part) const {
  if (csv_ == nullptr || !part.starts_with(".rows")) return std::nullopt;
  const std::string path = PathOf(part);
  std::string_view rest = std::string_view(path).substr(std::string_view(".rows").size());
  std::size_t offset = 0;
  if (const auto row = TakeIndex(rest); row && *row < csv_->table.offsets.size()) {
    const std::vector<std::size_t>& offsets = csv_->table.offsets[*row];
    const std::size_t cell = TakeIndex(rest).value_or(0);
    offset = offsets[std::min(cell, offsets.size() - 1)];
  }
  return csv_->issues->Located(offset, fmt::format("{}{}", rule, path));
}

}  // namespace orderwright::io_internal
