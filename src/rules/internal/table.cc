#include "src/rules/internal/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "orderwright/cel/parser.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/status.h"
#include "orderwright/core/time.h"
#include "orderwright/rules/schema.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/guards.h"
#include "src/rules/internal/money_value.h"
#include "src/rules/internal/program.h"
#include "src/rules/internal/text_check.h"

namespace orderwright::rules_internal {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Of a list: what its sets need grows with the product.
constexpr std::size_t kMaxTextsByRows = std::size_t{1} << 28;  // 32 MiB

bool IsQuote(char c) { return c == '\'' || c == '"'; }
bool IsText(InputType type) { return type == InputType::kText || type == InputType::kTexts; }

std::string_view NameOf(InputType type) {
  switch (type) {
    case InputType::kText:
      return "a text";
    case InputType::kTexts:
      return "a list of texts";
    case InputType::kBool:
      return "true or false";
    case InputType::kInt:
      return "a whole number";
    case InputType::kDouble:
      return "a number";
    case InputType::kMoney:
      return "an amount";
    case InputType::kTime:
      return "an instant";
    case InputType::kDuration:
      return "a duration";
  }
  return "";
}

std::optional<InputType> InputTypeOf(const cel::Type& type) {
  using cel::TypeKind;
  switch (type.kind()) {
    case TypeKind::kString:
      return InputType::kText;
    case TypeKind::kList:
      if (type.parameters()[0].Is(TypeKind::kString)) return InputType::kTexts;
      return std::nullopt;
    case TypeKind::kBool:
      return InputType::kBool;
    case TypeKind::kInt:
      return InputType::kInt;
    case TypeKind::kDouble:
      return InputType::kDouble;
    case TypeKind::kTimestamp:
      return InputType::kTime;
    case TypeKind::kDuration:
      return InputType::kDuration;
    case TypeKind::kOpaque:
      if (type.name() == kMoneyType) return InputType::kMoney;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// ---- Cells ----

// A whole text as a number; absent if it is none.
template <typename T>
std::optional<T> NumberIn(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Digits after the point of the seconds.
std::size_t FractionDigits(std::string_view time) {
  const std::size_t point = time.find('.');
  if (point == std::string_view::npos) return 0;
  const std::size_t end = time.find_first_not_of("0123456789", point + 1);
  return (end == std::string_view::npos ? time.size() : end) - point - 1;
}

absl::StatusOr<std::int64_t> ParseKey(std::string_view text, InputType type) {
  const auto wrong = [&](std::string_view example) {
    return InvalidArgument("'{}' is not {}; write {}", text, NameOf(type), example);
  };
  switch (type) {
    case InputType::kBool:
      if (text == "true") return 1;
      if (text == "false") return 0;
      return wrong("true, false, or - for both");
    case InputType::kInt:
      if (const auto number = NumberIn<std::int64_t>(text)) return *number;
      return wrong("one such as 5, > 5 or [5..9]");
    case InputType::kDouble: {
      const auto number = NumberIn<double>(text);
      if (number && std::isfinite(*number)) return KeyOf(*number);
      return wrong("one such as 2.5, > 2.5 or [2.5..9)");
    }
    case InputType::kMoney: {
      const absl::StatusOr<Cost> cost = Cost::Parse(text);
      if (cost.ok()) return cost->micros();
      return wrong("a decimal of at most 6 places, such as 250, > 249.99 or [100..250)");
    }
    case InputType::kTime: {
      if (ParseDate(text).ok()) return wrong(fmt::format("its time too: {}T00:00:00Z", text));
      const absl::StatusOr<Timestamp> time = ParseTimestamp(text);
      if (!time.ok()) return wrong("one of RFC 3339, such as >= 2026-11-20T00:00:00Z");
      if (FractionDigits(text) > 3) return wrong("at most three digits of a second");
      return time->time_since_epoch().count();
    }
    case InputType::kDuration: {
      absl::Duration duration;
      std::int64_t nanos = 0;
      const bool is_one = absl::ParseDuration(std::string(text), &duration);
      if (is_one) nanos = absl::ToInt64Nanoseconds(duration);
      if (is_one && absl::Nanoseconds(nanos) == duration) return nanos;
      return wrong("one such as 90m, > 36h or [0s..24h)");
    }
    default:
      return Internal("texts have no keys");
  }
}

class CellParser {
 public:
  CellParser(std::string_view cell, const TableInput& input)
      : cell_(Trim(cell)), input_(input), type_(input.type) {}

  absl::StatusOr<CellTest> Run() {
    CellTest test;
    if (cell_.empty() || cell_ == "-") {
      test.is_any = true;
      return test;
    }
    std::string_view rest = cell_;
    if (const std::optional<std::string_view> inner = InnerOfNot(rest)) {
      test.is_negated = true;
      rest = *inner;
    } else if (!IsText(type_) && rest.starts_with("!=")) {
      test.is_negated = true;
      rest = Trim(rest.substr(2));
      if (rest.find(',') != std::string_view::npos) {
        return InvalidArgument("'!=' is of one value; write not({})", rest);
      }
    }
    ORDERWRIGHT_ASSIGN_OR_RETURN(const std::vector<std::string_view> items, Split(rest));
    for (const std::string_view item : items) {
      if (item.empty()) {
        return InvalidArgument("'{}' has nothing before or after a comma, or between brackets; {}",
                               cell_,
                               IsText(type_) ? "write '' for an empty text" : "leave it out");
      }
      if (item == "-") {
        return InvalidArgument("'-' is any value and stands alone; as a text it needs quotes");
      }
      ORDERWRIGHT_RETURN_IF_ERROR(IsText(type_) ? AddText(item, test) : AddRange(item, test));
    }
    return test;
  }

 private:
  // Of "not(a, b)" what stands in its brackets.
  static std::optional<std::string_view> InnerOfNot(std::string_view text) {
    if (!text.starts_with("not") || !text.ends_with(')')) return std::nullopt;
    text = Trim(text.substr(3));
    if (!text.starts_with('(')) return std::nullopt;
    return text.substr(1, text.size() - 2);
  }

  // At commas, except within quotes.
  absl::StatusOr<std::vector<std::string_view>> Split(std::string_view text) const {
    std::vector<std::string_view> items;
    while (true) {
      std::size_t at = text.find_first_not_of(" \t\r\n");
      if (at != std::string_view::npos && IsQuote(text[at])) {
        const char quote = text[at];
        for (++at; at < text.size() && text[at] != quote; ++at) at += text[at] == '\\' ? 1U : 0U;
        if (at >= text.size()) {
          return InvalidArgument(
              "'{}' has a quote without a partner; in a text in quotes \\{} is one", cell_, quote);
        }
      }
      const std::size_t comma = text.find(',', at == std::string_view::npos ? 0 : at);
      items.push_back(Trim(text.substr(0, comma)));
      if (comma == std::string_view::npos) return items;
      text.remove_prefix(comma + 1);
    }
  }

  absl::Status AddText(std::string_view item, CellTest& test) const {
    if (IsQuote(item.front())) {
      ORDERWRIGHT_ASSIGN_OR_RETURN(std::string text, Unquoted(item));
      test.texts.push_back(std::move(text));
      return absl::OkStatus();
    }
    const bool is_range =
        (item.front() == '[' || item.front() == '(') && item.find("..") != std::string_view::npos;
    if (std::string_view("<>=!").find(item.front()) != std::string_view::npos || is_range) {
      return InvalidArgument(
          "'{}' compares, and '{}' is {}; write the texts themselves, as in: store, 3pl, or "
          "not(store), or put it in quotes",
          item, input_.text, NameOf(type_));
    }
    if (item.starts_with("not(")) {
      return InvalidArgument("'{}' stands beside others; write not() around all of them", item);
    }
    test.texts.emplace_back(item);
    return absl::OkStatus();
  }

  // The text between quotes, where \ stands before a quote or itself.
  static absl::StatusOr<std::string> Unquoted(std::string_view item) {
    std::string text;
    std::size_t at = 1;
    for (; at < item.size() && item[at] != item.front(); ++at) {
      if (item[at] == '\\' && at + 1 < item.size()) {
        ++at;
        if (!IsQuote(item[at]) && item[at] != '\\') {
          return InvalidArgument("'\\{}' is not known in a text; a backslash itself is \\\\",
                                 item.substr(at, 1));
        }
      }
      text += item[at];
    }
    if (at + 1 == item.size()) return text;
    return InvalidArgument("'{}' goes on after its closing quote; part texts by commas", item);
  }

  absl::StatusOr<std::int64_t> Key(std::string_view text) const {
    text = Trim(text);
    if (text.size() >= 2 && IsQuote(text.front()) && text.back() == text.front()) {
      text = text.substr(1, text.size() - 2);
    }
    return ParseKey(text, type_);
  }

  absl::Status AddRange(std::string_view item, CellTest& test) const {
    const bool compares = std::string_view("<>=!").find(item.front()) != std::string_view::npos;
    const bool is_range = item.front() == '[' || item.front() == '(';
    if (type_ == InputType::kBool && (compares || is_range)) {
      return InvalidArgument("'{}' is no truth; write true, false, or - for both", item);
    }
    if (is_range) return AddInterval(item, test);
    Range& range = test.ranges.emplace_back();
    if (!compares) {
      ORDERWRIGHT_ASSIGN_OR_RETURN(range.low, Key(item));
      range.high = range.low;
      return absl::OkStatus();
    }
    if (item.front() == '!') {
      return InvalidArgument("'{}' stands beside others; write not() around what is not wanted",
                             item);
    }
    const bool or_equal = item.size() > 1 && item[1] == '=';
    ORDERWRIGHT_ASSIGN_OR_RETURN(const std::int64_t key, Key(item.substr(or_equal ? 2 : 1)));
    if (item.front() != '<') range.low = key;
    if (item.front() != '>') range.high = key;
    range.low_open = item.front() == '>' && !or_equal;
    range.high_open = item.front() == '<' && !or_equal;
    return absl::OkStatus();
  }

  absl::Status AddInterval(std::string_view item, CellTest& test) const {
    const std::size_t dots = item.find("..");
    const bool closes = item.back() == ']' || item.back() == ')';
    if (dots == std::string_view::npos || !closes) {
      return InvalidArgument(
          "'{}' is no interval; write both ends, as in [5..9] or, without them, (5..9)", item);
    }
    Range& range = test.ranges.emplace_back();
    ORDERWRIGHT_ASSIGN_OR_RETURN(range.low, Key(item.substr(1, dots - 1)));
    ORDERWRIGHT_ASSIGN_OR_RETURN(range.high, Key(item.substr(dots + 2, item.size() - dots - 3)));
    range.low_open = item.front() == '(';
    range.high_open = item.back() == ')';
    const bool is_open = range.low_open || range.high_open;
    if (*range.low > *range.high || (*range.low == *range.high && is_open)) {
      return InvalidArgument("nothing is in '{}'; write the smaller end first{}", item,
                             is_open ? ", and [ ] where an end is of it" : "");
    }
    return absl::OkStatus();
  }

  std::string_view cell_;
  const TableInput& input_;
  InputType type_;
};

// ---- Inputs ----

std::optional<TableInput> ParseInput(const std::string& text, const std::string& path,
                                     RuleKind kind, const Program& language, IssueList& issues) {
  if (Trim(text).empty()) {
    issues.Add(path, "empty", "is empty; write what the cells below are about, as in order.total");
    return std::nullopt;
  }
  absl::StatusOr<cel::CheckedAst> checked = language.Check(text);
  if (!checked.ok()) {
    AddIssues(checked.status(), path, issues);
    return std::nullopt;
  }
  const std::size_t before = issues.errors();
  const std::optional<InputType> type = InputTypeOf(checked->type());
  if (!type) {
    issues.Add(path, "type",
               fmt::format("is of type {}; an input is a bool, int, double, money, string, "
                           "list(string), timestamp or duration{}",
                           ToString(checked->type()),
                           checked->type().IsDynamic() ? ": convert it, as in string(…)" : ""));
  }
  CheckReadsInTime(*checked, kind, path, issues);
  std::optional<std::vector<std::string>> guards = UnsetPaths(*checked);
  if (!guards) {
    for (const cel::Issue& issue : UnguardedReads(*checked)) {
      issues.Add(path, "unguarded",
                 fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
    }
  }
  if (issues.errors() != before) return std::nullopt;
  return TableInput{text, *type, *std::move(checked), *std::move(guards)};
}

// ---- Conditions ----

std::string Literal(InputType type, std::int64_t key) {
  switch (type) {
    case InputType::kBool:
      return key != 0 ? "true" : "false";
    case InputType::kDouble: {
      std::string text = fmt::format("{}", DoubleOf(key));
      if (text.find_first_of(".e") == std::string::npos) text += ".0";
      return text;
    }
    case InputType::kMoney:
      return fmt::format("money('{}')", ToString(Cost::FromMicros(key)));
    case InputType::kTime:
      return fmt::format("timestamp('{}')", ToString(Timestamp(std::chrono::milliseconds(key))));
    case InputType::kDuration: {
      // Seconds with nine places, which never round.
      const auto size = static_cast<std::uint64_t>(key < 0 ? -(key + 1) : key) + (key < 0 ? 1 : 0);
      return fmt::format("duration('{}{}.{:09}s')", key < 0 ? "-" : "", size / 1'000'000'000,
                         size % 1'000'000'000);
    }
    default:
      return fmt::format("{}", key);
  }
}

std::string TextLiteral(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      literal += fmt::format("\\u{:04x}", byte);
      continue;
    }
    if (c == '\'' || c == '\\') literal += '\\';
    literal += c;
  }
  return literal + "'";
}

std::string ConditionOf(const Range& range, InputType type, const std::string& value) {
  if (range.low && range.low == range.high) {
    return fmt::format("{} == {}", value, Literal(type, *range.low));
  }
  std::vector<std::string> terms;
  if (range.low) {
    terms.push_back(
        fmt::format("{} {} {}", value, range.low_open ? ">" : ">=", Literal(type, *range.low)));
  }
  if (range.high) {
    terms.push_back(
        fmt::format("{} {} {}", value, range.high_open ? "<" : "<=", Literal(type, *range.high)));
  }
  return fmt::format("{}", fmt::join(terms, " && "));
}

}  // namespace

std::optional<TableTests> ParseTable(const rules::DecisionTable& table, RuleKind kind,
                                     const Program& language, const std::string& path,
                                     IssueList& issues) {
  const std::size_t before = issues.errors();
  const std::size_t inputs = table.inputs.size();
  if (inputs == 0) {
    issues.Add(path + ".inputs", "required", "a table needs an input, as in order.total");
  }
  if (inputs > kMaxTableInputs) {
    issues.Add(path + ".inputs", "too_many",
               fmt::format("has {} inputs; at most {} are possible", inputs, kMaxTableInputs));
  }
  if (table.rows.empty()) issues.Add(path + ".rows", "required", "a table needs a row");
  if (table.rows.size() > kMaxTableRows) {
    issues.Add(
        path + ".rows", "too_many",
        fmt::format("has {} rows; at most {} are possible", table.rows.size(), kMaxTableRows));
  }
  if (issues.errors() != before) return std::nullopt;
  TableTests tests;
  std::vector<std::optional<TableInput>> parsed;
  for (std::size_t i = 0; i < inputs; ++i) {
    parsed.push_back(
        ParseInput(table.inputs[i], fmt::format("{}.inputs[{}]", path, i), kind, language, issues));
  }
  tests.rows.reserve(table.rows.size());
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::vector<std::string>& cells = table.rows[r].cells;
    std::vector<CellTest>& row = tests.rows.emplace_back();
    if (cells.size() != inputs) {
      issues.Add(fmt::format("{}.rows[{}].cells", path, r), "wrong_count",
                 fmt::format("{} cells for {} inputs; write one an input, - for any value",
                             cells.size(), inputs));
      continue;
    }
    for (std::size_t i = 0; i < inputs; ++i) {
      if (!parsed[i]) continue;  // what its cells mean is not known
      absl::StatusOr<CellTest> cell = CellParser(cells[i], *parsed[i]).Run();
      if (cell.ok()) {
        row.push_back(*std::move(cell));
      } else {
        issues.Add(fmt::format("{}.rows[{}].cells[{}]", path, r, i), "cell",
                   std::string(MessageOf(cell.status())));
      }
    }
  }
  for (std::size_t i = 0; i < inputs && issues.errors() == before; ++i) {
    if (parsed[i]->type != InputType::kTexts) continue;
    absl::flat_hash_set<std::string_view> texts;
    for (const std::vector<CellTest>& row : tests.rows) {
      texts.insert(row[i].texts.begin(), row[i].texts.end());
    }
    if (texts.size() * tests.rows.size() <= kMaxTextsByRows) continue;
    issues.Add(fmt::format("{}.inputs[{}]", path, i), "too_many",
               fmt::format("the cells of this list name {} texts over {} rows; part the table in "
                           "several, or ask for one text: 'x' in {}",
                           texts.size(), tests.rows.size(), table.inputs[i]));
  }
  if (issues.errors() != before) return std::nullopt;
  for (std::optional<TableInput>& input : parsed) tests.inputs.push_back(*std::move(input));
  return tests;
}

std::string ConditionOf(const TableInput& input, const CellTest& cell) {
  if (cell.is_any) return "true";
  std::vector<std::string> terms;
  for (const std::string& guard : input.guards) terms.push_back(fmt::format("has({})", guard));
  // A chain of names stands as it is; the line break ends a comment.
  const bool is_chain =
      input.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos;
  const std::string value = is_chain ? input.text : fmt::format("({}\n)", input.text);
  std::vector<std::string> texts;
  for (const std::string& text : cell.texts) texts.push_back(TextLiteral(text));
  std::vector<std::string> ranges;
  for (const Range& range : cell.ranges) ranges.push_back(ConditionOf(range, input.type, value));
  std::string test;
  if (input.type == InputType::kText) {
    test = fmt::format("{} in [{}]", value, fmt::join(texts, ", "));
  } else if (input.type == InputType::kTexts) {
    test = fmt::format("{}.exists(t, t in [{}])", value, fmt::join(texts, ", "));
  } else {
    test = fmt::format("{}", fmt::join(ranges, " || "));
  }
  if (cell.is_negated) {
    test = fmt::format("!({})", test);
  } else if (ranges.size() > 1) {
    test = fmt::format("({})", test);
  }
  terms.push_back(std::move(test));
  return fmt::format("{}", fmt::join(terms, " && "));
}

std::string ConditionOf(const TableTests& table, std::size_t row) {
  std::vector<std::string> terms;
  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    if (table.rows[row][i].is_any) continue;
    terms.push_back(ConditionOf(table.inputs[i], table.rows[row][i]));
  }
  return terms.empty() ? "true" : fmt::format("{}", fmt::join(terms, " && "));
}

}  // namespace orderwright::rules_internal
