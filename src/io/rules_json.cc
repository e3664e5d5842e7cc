#include "orderwright/io/rules_json.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "absl/time/time.h"
#include "orderwright/core/status.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/model_words.h"
#include "src/io/internal/rule_words.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {

using rules::Rule;
using rules::RuleKind;

// A rule as it stands in the document. Its texts are made when all of its fields are known: what a
// value means depends on them.
struct RuleRow {
  NodeId node = kNoNode;
  Rule rule;
  bool has_kind = false;  // and it is one that is acted on
  bool has_field = false;
  NodeId when = kNoNode;
  NodeId value = kNoNode;
};

struct ObjectiveJson {
  NodeId node = kNoNode;
  NodeId minimize_node = kNoNode;
  std::string_view minimize;
  std::int64_t tolerance = 0;
};

struct RulesRows {
  std::string version;
  std::vector<ObjectiveJson> objectives;
  std::vector<RuleRow> rules;
};

// Whether the rule's kind has the field that `node` is; else reported, unless the kind is not
// known.
static bool IsOfKind(JsonReader& reader, NodeId node, const RuleRow& row,
                     std::initializer_list<RuleKind> kinds) {
  if (!row.has_kind) return false;
  if (std::find(kinds.begin(), kinds.end(), row.rule.kind) != kinds.end()) return true;
  reader.Report(node, "not_used",
                fmt::format("rules of kind '{}' have no field '{}'; leave it out",
                            ToString(row.rule.kind), reader.tree().Key(node)));
  return false;
}

template <auto kMember>
constexpr Field OfRule(std::string_view name) {
  return {name, [](JsonReader& reader, NodeId node, void* object) {
            Read(reader, node, static_cast<RuleRow*>(object)->rule.*kMember);
          }};
}

template <auto kMember, RuleKind... kKinds>
constexpr Field OfKinds(std::string_view name) {
  return {name, [](JsonReader& reader, NodeId node, void* object) {
            auto& row = *static_cast<RuleRow*>(object);
            if (!IsOfKind(reader, node, row, {kKinds...})) return;
            Read(reader, node, row.rule.*kMember);
          }};
}

// A field that says what the rule says.
template <RuleKind... kKinds>
constexpr Field Value(std::string_view name) {
  return {name, [](JsonReader& reader, NodeId node, void* object) {
            auto& row = *static_cast<RuleRow*>(object);
            if (!IsOfKind(reader, node, row, {kKinds...})) return;
            if (row.value != kNoNode) {
              reader.Report(node, "conflict",
                            fmt::format("'{}' is given too; a rule has one of them",
                                        reader.tree().Key(row.value)));
              return;
            }
            row.value = node;
            if (row.rule.kind != RuleKind::kPrefer) return;
            row.rule.prefer =
                reader.tree().Key(node) == "rank" ? rules::PreferBy::kRank : rules::PreferBy::kCost;
          }};
}

// The kind is looked at before everything else.
static void SkipKind(JsonReader& /*reader*/, NodeId /*node*/, RuleRow& /*row*/) {}

static void KeepWhen(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!reader.IsNull(node)) row.when = node;
}

static void ReadWhat(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!IsOfKind(reader, node, row, {RuleKind::kLimit})) return;
  Read(reader, node, row.rule.limit);
  row.has_field = true;
}

static void ReadSetField(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!IsOfKind(reader, node, row, {RuleKind::kSet})) return;
  const std::size_t before = reader.issues().errors();
  Read(reader, node, row.rule.set);
  row.has_field = reader.issues().errors() == before;
}

static void ReadBlocks(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!IsOfKind(reader, node, row, {RuleKind::kHold})) return;
  std::vector<BlockWord> words;
  Read(reader, node, words);
  const auto has = [&words](BlockWord word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  row.rule.blocks = {has(BlockWord::kRoute), has(BlockWord::kRelease), has(BlockWord::kCapture)};
}

static void ReadThen(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!IsOfKind(reader, node, row, {RuleKind::kOutcome, RuleKind::kPolicy})) return;
  if (row.rule.kind == RuleKind::kPolicy) {
    Read(reader, node, row.rule.decision);
  } else {
    Read(reader, node, row.rule.then);
  }
}

static void ReadAction(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!IsOfKind(reader, node, row, {RuleKind::kPolicy})) return;
  Read(reader, node, row.rule.action);
}

// "36h", "1h30m", "5d".
static std::optional<Duration> DurationIn(std::string_view text) {
  absl::Duration duration;
  std::int64_t days = 0;
  const char* const end = text.data() + text.size();
  if (const auto [at, error] = std::from_chars(text.data(), end, days);
      error == std::errc() && at + 1 == end && *at == 'd' && days <= 36'500) {
    duration = absl::Hours(24 * days);
  } else if (!absl::ParseDuration(std::string(text), &duration)) {
    return std::nullopt;
  }
  if (duration < absl::ZeroDuration() || duration > absl::Hours(24 * 36'500)) return std::nullopt;
  return absl::ToChronoMilliseconds(duration);
}

static void ReadAfter(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!IsOfKind(reader, node, row, {RuleKind::kOutcome}) || reader.IsNull(node)) return;
  const std::optional<std::string_view> text = reader.TextOf(node, "a duration as a text");
  if (!text) return;
  row.rule.after = DurationIn(*text);
  if (row.rule.after) return;
  reader.Report(
      node, "bad_duration",
      fmt::format("'{}' is no duration; write 36h, 1h30m or 5d, up to 100 years", Abridged(*text)));
}

template <>
struct FieldsOf<RuleRow> {
  using Of = FieldMaker<RuleRow>;
  static constexpr Field kAll[] = {
      {"id",
       [](JsonReader& reader, NodeId node, void* object) {
         ReadId(reader, node, static_cast<RuleRow*>(object)->rule.id);
       },
       kRequired},
      Of::Call<&SkipKind>("kind", kRequired),
      Of::Call<&KeepWhen>("when"),
      OfRule<&Rule::priority>("priority"),
      OfRule<&Rule::mode>("mode"),
      OfRule<&Rule::from>("from"),
      OfRule<&Rule::until>("until"),
      OfRule<&Rule::on_error>("on_error"),
      OfRule<&Rule::team>("team"),
      OfRule<&Rule::reason>("reason"),
      Of::Call<&ReadSetField>("field"),
      Of::Call<&ReadWhat>("what"),
      Value<RuleKind::kEligible>("require"),
      Value<RuleKind::kProtect>("units"),
      Value<RuleKind::kSet, RuleKind::kLimit>("value"),
      Value<RuleKind::kGroup>("key"),
      Value<RuleKind::kPrice, RuleKind::kPrefer>("cost"),
      Value<RuleKind::kPrefer>("rank"),
      OfKinds<&Rule::force, RuleKind::kSet>("force"),
      OfKinds<&Rule::relax, RuleKind::kEligible>("relax"),
      OfKinds<&Rule::keep, RuleKind::kGroup>("keep"),
      OfKinds<&Rule::on, RuleKind::kOutcome>("on"),
      Of::Call<&ReadThen>("then"),
      Of::Call<&ReadAfter>("after"),
      Of::Call<&ReadAction>("action"),
      Of::Call<&ReadBlocks>("blocks"),
      OfKinds<&Rule::hold_until, RuleKind::kHold, RuleKind::kOutcome>("hold_until"),
      OfKinds<&Rule::reserve, RuleKind::kHold, RuleKind::kOutcome>("reserve")};
};

static void ReadMinimize(JsonReader& reader, NodeId node, ObjectiveJson& row) {
  Read(reader, node, row.minimize);
  row.minimize_node = node;
}

template <>
struct FieldsOf<ObjectiveJson> {
  using Of = FieldMaker<ObjectiveJson>;
  static constexpr Field kAll[] = {Of::Call<&ReadMinimize>("minimize", kRequired),
                                   Of::Count<&ObjectiveJson::tolerance>("tolerance")};
};

// True if the rule is of a kind that is acted on.
static bool ReadKind(JsonReader& reader, RuleRow& row) {
  const NodeId node = reader.tree().Member(row.node, "kind");
  if (node == kNoNode) return true;  // said to be missing with the other fields
  const std::size_t before = reader.issues().errors();
  KindWord kind = KindWord::kHold;
  Read(reader, node, kind);
  if (reader.issues().errors() != before) return true;
  if (kind == KindWord::kTable) {
    reader.Report(
        node, "not_supported",
        fmt::format("rules of kind '{}' are not acted on yet; remove the rule", WordOf(kind)));
    return false;
  }
  row.rule.kind = static_cast<RuleKind>(kind);  // the numbers are the same
  row.has_kind = true;
  return true;
}

static void ReadRules(JsonReader& reader, NodeId node, RulesRows& rows) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    RuleRow& row = rows.rules.emplace_back();
    row.node = c;
    // Of what is not acted on yet, only the id is looked at: no rule may share it.
    row.rule.kind = RuleKind::kHold;
    if (!CheckContainer(reader, c, JsonKind::kObject)) continue;
    if (ReadKind(reader, row)) {
      Read(reader, c, row);
    } else if (const NodeId id = tree.Member(c, "id"); id != kNoNode) {
      ReadId(reader, id, row.rule.id);
    }
  }
}

static void ReadObjectives(JsonReader& reader, NodeId node, RulesRows& rows) {
  if (!reader.IsNull(node)) ReadRows(reader, node, rows.objectives);
}

static void SkipFormat(JsonReader& /*reader*/, NodeId /*node*/, RulesRows& /*rows*/) {}

template <>
struct FieldsOf<RulesRows> {
  using Of = FieldMaker<RulesRows>;
  static constexpr Field kAll[] = {
      Of::Call<&SkipFormat>("format"), Of::Member<&RulesRows::version>("version"),
      Of::Call<&ReadObjectives>("objectives"), Of::Call<&ReadRules>("rules", kRequired)};
};

std::string QuotedInCel(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out.append(1, c);
    }
  }
  return out + "'";
}

}  // namespace orderwright::io_internal

namespace orderwright::io {
namespace {

using io_internal::DocumentIssues;
using io_internal::IsSetByName;
using io_internal::JsonKind;
using io_internal::JsonParser;
using io_internal::JsonReader;
using io_internal::JsonTree;
using io_internal::kNoNode;
using io_internal::kRankPrefix;
using io_internal::NodeId;
using io_internal::ObjectiveJson;
using io_internal::RuleRow;
using io_internal::RulesRows;
using io_internal::WordsOf;
using rules::Rule;
using rules::RuleKind;

// A real number as a literal that is one: 5.0 is no integer, also where its fraction is 0.
std::string RealLiteral(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// Turns what was read into a draft.
class DraftMaker {
 public:
  DraftMaker(JsonReader& reader, const RulesRows& rows) : reader_(reader), rows_(rows) {}

  rules::RuleSetDraft Run() {
    rules::RuleSetDraft draft;
    draft.version = rows_.version;
    for (const ObjectiveJson& row : rows_.objectives) draft.objectives.push_back(ObjectiveOf(row));
    for (const RuleRow& row : rows_.rules) draft.rules.push_back(RuleOf(row));
    return draft;
  }

 private:
  rules::Objective ObjectiveOf(const ObjectiveJson& row) {
    rules::Objective objective;
    objective.tolerance = row.tolerance;
    if (row.minimize.starts_with(kRankPrefix) && row.minimize.size() > kRankPrefix.size()) {
      objective.minimize = rules::Minimize::kRank;
      objective.rank_rule = row.minimize.substr(kRankPrefix.size());
      return objective;
    }
    io_internal::Suggestion suggestion(row.minimize);
    for (const auto& [word, minimize] : WordsOf<rules::Minimize>::kAll) {
      objective.minimize = minimize;
      if (word == row.minimize) return objective;
      suggestion.Consider(word);
    }
    objective.minimize = rules::Minimize::kCost;
    if (row.minimize.data() == nullptr) return objective;  // not there, or not a text
    std::string message = fmt::format(
        "expected shortfall, shipments, cost, lateness, rank or rank:<rule id>; found \"{}\"",
        io_internal::Abridged(row.minimize));
    if (!suggestion.best().empty()) {
      message += fmt::format("; did you mean '{}'?", suggestion.best());
    }
    reader_.Report(row.minimize_node, "unknown_value", std::move(message));
    return objective;
  }

  Rule RuleOf(const RuleRow& row) {
    Rule rule = row.rule;
    rule.text.emplace();
    if (!row.has_kind) return rule;
    // A hold that would begin after its end is none, so the rule and its holds end together.
    if (rule.kind == RuleKind::kHold && !rule.hold_until) rule.hold_until = rule.until;
    CheckRequired(row);
    if (row.when != kNoNode) rule.text->when = TextOf(row.when);
    const std::string_view field = ValueFieldOf(rule);
    if (field.empty()) return rule;
    if (row.value == kNoNode) {
      const bool either = rule.kind == RuleKind::kPrefer;
      reader_.issues().Add(tree().node(row.node).offset,
                           fmt::format("{}.{}", tree().PathOf(row.node), field), "missing_field",
                           either ? "one of the fields 'cost' and 'rank' is required"
                                  : fmt::format("the field '{}' is required", field));
    } else if (rule.kind == RuleKind::kSet && !row.has_field) {
      rule.text->value = "''";  // what it means is not known, so that nothing is wrong with it
    } else {
      rule.text->value = ValueOf(rule, row.value);
    }
    return rule;
  }

  void CheckRequired(const RuleRow& row) {
    const auto need = [&](std::string_view name) {
      if (tree().Member(row.node, name) == kNoNode) {
        reader_.issues().AddMissing(tree(), row.node, name);
      }
    };
    if (row.rule.kind == RuleKind::kSet) need("field");
    if (row.rule.kind == RuleKind::kLimit) need("what");
    if (row.rule.kind == RuleKind::kOutcome) {
      need("on");
      need("then");
    }
    if (row.rule.kind == RuleKind::kPolicy) {
      need("action");
      need("then");
    }
  }

  std::string ValueOf(const Rule& rule, NodeId node) {
    if (!IsSetByName(rule)) return TextOf(node);
    const std::optional<std::string_view> name = reader_.TextOf(node, "a name as a text");
    return name ? io_internal::QuotedInCel(*name) : std::string("''");
  }

  // A text of CEL; a number or a truth is its own literal.
  std::string TextOf(NodeId node) {
    const io_internal::JsonNode& n = tree().node(node);
    switch (n.kind) {
      case JsonKind::kBool:
        return n.integer != 0 ? "true" : "false";
      case JsonKind::kInteger:
        return fmt::format("{}", n.integer);
      case JsonKind::kReal:
        return RealLiteral(n.real);
      case JsonKind::kBigNumber:
        reader_.Report(node, "out_of_range", "the number does not fit in 64 bits");
        return "";
      case JsonKind::kText:
        if (tree().Text(node).find_first_not_of(" \t\r\n") == std::string_view::npos) {
          reader_.Report(node, "empty", "is empty; leave it out, or write an expression");
        }
        return std::string(tree().Text(node));
      default:
        reader_.ReportType(node, "an expression as a text, a number, true or false");
        return "";
    }
  }

  [[nodiscard]] const JsonTree& tree() const { return reader_.tree(); }

  JsonReader& reader_;
  const RulesRows& rows_;
};

// What RuleSet::Create says of `rules[3].value`, of the field that the document has.
std::vector<Issue> WithFieldsOf(std::vector<Issue> issues, const std::vector<Rule>& rules) {
  constexpr std::string_view kHead = "rules[";
  constexpr std::string_view kTail = "].value";
  for (Issue& issue : issues) {
    if (!issue.path.starts_with(kHead) || !issue.path.ends_with(kTail)) continue;
    std::size_t index = rules.size();
    const char* const first = issue.path.data() + kHead.size();
    std::from_chars(first, issue.path.data() + issue.path.size() - kTail.size(), index);
    if (index >= rules.size()) continue;
    issue.path = fmt::format("rules[{}].{}", index, ValueFieldOf(rules[index]));
  }
  return issues;
}

std::vector<RulePlaces> PlacesOf(const JsonTree& tree, DocumentIssues& issues,
                                 const RulesRows& rows) {
  std::vector<RulePlaces> places;
  const auto place = [&](NodeId node) {
    return issues.Located(tree.node(node).offset, tree.PathOf(node));
  };
  for (const RuleRow& row : rows.rules) {
    places.push_back({place(row.node), place(row.when == kNoNode ? row.node : row.when),
                      place(row.value == kNoNode ? row.node : row.value)});
  }
  return places;
}

}  // namespace

absl::StatusOr<LoadedRules> ParseRules(const Document& document, const ReadOptions& options) {
  DocumentIssues issues(document.name, document.text, options.strict);
  JsonParser parser;
  JsonTree tree;
  JsonReader reader(tree, issues, io_internal::AnyCurrency());
  RulesRows rows;
  if (!ParseObject(document.text, parser, tree, reader, "orderwright.rules/1")) {
    return issues.ToStatus("rules");
  }
  Read(reader, NodeId{0}, rows);
  LoadedRules loaded;
  loaded.draft = DraftMaker(reader, rows).Run();
  const absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(loaded.draft);
  if (!set.ok()) {
    issues.AddFromModel(tree, WithFieldsOf(IssuesOf(set.status()), loaded.draft.rules));
  }
  if (!issues.ok()) return issues.ToStatus("rules");
  loaded.places = PlacesOf(tree, issues, rows);
  loaded.warnings = issues.Warnings();
  return loaded;
}

std::string_view ValueFieldOf(const Rule& rule) {
  switch (rule.kind) {
    case RuleKind::kSet:
    case RuleKind::kLimit:
      return "value";
    case RuleKind::kEligible:
      return "require";
    case RuleKind::kProtect:
      return "units";
    case RuleKind::kGroup:
      return "key";
    case RuleKind::kPrice:
      return "cost";
    case RuleKind::kPrefer:
      return rule.prefer == rules::PreferBy::kRank ? "rank" : "cost";
    case RuleKind::kHold:
    case RuleKind::kOutcome:
    case RuleKind::kPolicy:
      break;
  }
  return "";
}

}  // namespace orderwright::io
