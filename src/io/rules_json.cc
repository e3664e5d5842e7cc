#include "orderwright/io/rules_json.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "absl/time/time.h"
#include "orderwright/core/status.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/model_words.h"
#include "src/io/internal/rule_table.h"
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
  bool has_kind = false;
  bool has_field = false;
  NodeId when = kNoNode;
  NodeId value = kNoNode;
  bool is_table = false;      // of kind "table": the rule's kind is that of its output
  bool is_in_output = false;  // while its output is read
  NodeId output = kNoNode;
  TableNodes table;
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
  if (row.is_table && !row.is_in_output) {
    reader.Report(node, "not_used",
                  fmt::format("of a table '{}' stands in its output, or in its rows",
                              reader.tree().Key(node)));
    return false;
  }
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

// A field of a table, which a rule of another kind does not have.
template <auto kMember>
constexpr Field OfTable(std::string_view name) {
  return {name, [](JsonReader& reader, NodeId node, void* object) {
            auto& row = *static_cast<RuleRow*>(object);
            if (row.is_table) {
              row.table.*kMember = node;
            } else if (row.has_kind) {
              reader.Report(node, "not_used",
                            fmt::format("rules of kind '{}' have no field '{}'; leave it out",
                                        ToString(row.rule.kind), reader.tree().Key(node)));
            }
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

static void ReadGroups(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!IsOfKind(reader, node, row, {RuleKind::kPrefer})) return;
  if (row.value != kNoNode) {
    reader.Report(
        node, "conflict",
        fmt::format("'{}' is given too; a rule has one of them", reader.tree().Key(row.value)));
    return;
  }
  row.value = node;
  row.table.groups = node;
  row.rule.prefer = rules::PreferBy::kRank;
}

static void ReadPreferBy(JsonReader& reader, NodeId node, RuleRow& row) {
  if (IsOfKind(reader, node, row, {RuleKind::kPrefer})) Read(reader, node, row.rule.prefer);
}

// What a table says, by the kind of rule that it is.
static constexpr Field kOutputFields[] = {
    FieldMaker<RuleRow>::Call<&SkipKind>("kind", kRequired),
    FieldMaker<RuleRow>::Call<&ReadSetField>("field"),
    FieldMaker<RuleRow>::Call<&ReadWhat>("what"),
    FieldMaker<RuleRow>::Call<&ReadPreferBy>("value"),
    OfKinds<&Rule::force, RuleKind::kSet>("force"),
    OfKinds<&Rule::relax, RuleKind::kEligible>("relax"),
    OfKinds<&Rule::keep, RuleKind::kGroup>("keep"),
    OfKinds<&Rule::on, RuleKind::kOutcome>("on"),
    FieldMaker<RuleRow>::Call<&ReadThen>("then"),
    FieldMaker<RuleRow>::Call<&ReadAfter>("after"),
    FieldMaker<RuleRow>::Call<&ReadAction>("action"),
    FieldMaker<RuleRow>::Call<&ReadBlocks>("blocks"),
    OfKinds<&Rule::hold_until, RuleKind::kHold, RuleKind::kOutcome>("hold_until"),
    OfKinds<&Rule::reserve, RuleKind::kHold, RuleKind::kOutcome>("reserve")};

static void ReadOutput(JsonReader& reader, NodeId node, RuleRow& row) {
  if (!row.is_table) {
    if (row.has_kind) {
      reader.Report(node, "not_used",
                    fmt::format("rules of kind '{}' have no field 'output'; leave it out",
                                ToString(row.rule.kind)));
    }
    return;
  }
  row.output = node;
  row.is_in_output = true;
  ReadFields(reader, node, kOutputFields, &row);
  row.is_in_output = false;
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
      Of::Call<&ReadGroups>("groups"),
      OfTable<&TableNodes::inputs>("inputs"),
      OfTable<&TableNodes::rows>("rows"),
      OfTable<&TableNodes::hit>("hit"),
      Of::Call<&ReadOutput>("output"),
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

// The kind that a node names; absent, and reported, if it names none.
static std::optional<KindWord> KindAt(JsonReader& reader, NodeId node) {
  const std::size_t before = reader.issues().errors();
  KindWord word = KindWord::kHold;
  Read(reader, node, word);
  if (reader.issues().errors() != before) return std::nullopt;
  return word;
}

// Of a table that of what it says.
static void ReadKind(JsonReader& reader, RuleRow& row) {
  const JsonTree& tree = reader.tree();
  const NodeId node = tree.Member(row.node, "kind");
  if (node == kNoNode) return;  // said to be missing with the other fields
  std::optional<KindWord> kind = KindAt(reader, node);
  if (kind == KindWord::kTable) {
    row.is_table = true;
    kind.reset();
    const NodeId output = tree.Member(row.node, "output");
    if (output == kNoNode || tree.kind(output) != JsonKind::kObject) return;
    const NodeId of_output = tree.Member(output, "kind");
    if (of_output == kNoNode) return;
    kind = KindAt(reader, of_output);
    if (kind == KindWord::kTable) {
      reader.Report(of_output, "unknown_value",
                    "what a table says is a rule of another kind: set, eligible, protect, limit, "
                    "group, price, prefer, hold, outcome or policy");
      return;
    }
  }
  if (!kind) return;
  row.rule.kind = static_cast<RuleKind>(*kind);  // the numbers are the same
  row.has_kind = true;
}

static void ReadRules(JsonReader& reader, NodeId node, RulesRows& rows) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    RuleRow& row = rows.rules.emplace_back();
    row.node = c;
    row.rule.kind = RuleKind::kHold;  // until it is known
    if (!CheckContainer(reader, c, JsonKind::kObject)) continue;
    ReadKind(reader, row);
    Read(reader, c, row);
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
using io_internal::RuleTable;
using io_internal::WordsOf;
using rules::Rule;
using rules::RuleKind;

// Turns what was read into a draft.
class DraftMaker {
 public:
  DraftMaker(JsonReader& reader, const RulesRows& rows, const std::string& directory)
      : reader_(reader), rows_(rows), directory_(directory) {}

  rules::RuleSetDraft Run() {
    rules::RuleSetDraft draft;
    draft.version = rows_.version;
    for (const ObjectiveJson& row : rows_.objectives) draft.objectives.push_back(ObjectiveOf(row));
    for (const RuleRow& row : rows_.rules) {
      tables_.emplace_back();
      draft.rules.push_back(RuleOf(row));
    }
    return draft;
  }
  // By rule; null: it is none. Valid after Run.
  [[nodiscard]] const std::vector<std::unique_ptr<RuleTable>>& tables() const { return tables_; }

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
    if (row.is_table) CheckTable(row);
    if (!row.has_kind) return rule;
    // A hold that would begin after its end is none, so the rule and its holds end together.
    if (rule.kind == RuleKind::kHold && !rule.hold_until) rule.hold_until = rule.until;
    CheckRequired(row);
    if (row.when != kNoNode) rule.text->when = TextOf(row.when);
    if (row.is_table || row.table.groups != kNoNode) {
      AddTable(row, rule);
      return rule;
    }
    const std::string_view field = ValueFieldOf(rule);
    if (field.empty()) return rule;
    if (row.value == kNoNode) {
      const bool either = rule.kind == RuleKind::kPrefer;
      reader_.issues().Add(tree().node(row.node).offset,
                           fmt::format("{}.{}", tree().PathOf(row.node), field), "missing_field",
                           either ? "one of the fields 'cost', 'rank' and 'groups' is required"
                                  : fmt::format("the field '{}' is required", field));
    } else if (rule.kind == RuleKind::kSet && !row.has_field) {
      rule.text->value = "''";  // what it means is not known, so that nothing is wrong with it
    } else {
      rule.text->value = ValueOf(rule, row.value);
    }
    return rule;
  }

  // The fields that only a table has.
  void CheckTable(const RuleRow& row) {
    for (const std::string_view name : {"inputs", "rows", "output"}) {
      if (tree().Member(row.node, name) == kNoNode) {
        reader_.issues().AddMissing(tree(), row.node, name);
      }
    }
  }

  void AddTable(const RuleRow& row, Rule& rule) {
    // What a row's value means is not known without the field that is set.
    if (rule.kind == RuleKind::kSet && !row.has_field) return MakeHarmless(rule);
    tables_.back() = std::make_unique<RuleTable>(reader_, row.table, rule, directory_);
    rule.table = tables_.back()->table();
    if (rule.table == nullptr) MakeHarmless(rule);
  }
  // What is wrong with it was said; nothing else shall be. Objectives may name it if it prefers.
  static void MakeHarmless(Rule& rule) {
    if (rule.kind != RuleKind::kPrefer) rule.kind = RuleKind::kHold;
    if (rule.kind == RuleKind::kHold) rule.blocks = {};
    if (rule.kind == RuleKind::kPrefer) rule.text->value = "0";
  }

  void CheckRequired(const RuleRow& row) {
    const NodeId object = row.is_table ? row.output : row.node;
    const auto need = [&](std::string_view name) {
      if (tree().Member(object, name) == kNoNode) {
        reader_.issues().AddMissing(tree(), object, name);
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

  std::string TextOf(NodeId node) { return io_internal::ExpressionOf(reader_, node); }

  [[nodiscard]] const JsonTree& tree() const { return reader_.tree(); }

  JsonReader& reader_;
  const RulesRows& rows_;
  const std::string& directory_;
  std::vector<std::unique_ptr<RuleTable>> tables_;
};

// The rule that a path of RuleSet::Create is about, and what of it: ".value".
std::optional<std::size_t> RuleIn(std::string_view path, std::string_view& part) {
  constexpr std::string_view kHead = "rules[";
  if (!path.starts_with(kHead)) return std::nullopt;
  std::size_t index = 0;
  const char* const end = path.data() + path.size();
  const auto [at, error] = std::from_chars(path.data() + kHead.size(), end, index);
  if (error != std::errc() || at == end || *at != ']') return std::nullopt;
  part = std::string_view(at + 1, static_cast<std::size_t>(end - at - 1));
  return index;
}

// Adds what RuleSet::Create says, of the fields that the document has; of rows that stand in a CSV
// file, there.
void AddIssuesOf(const absl::Status& status, const JsonTree& tree, const std::vector<Rule>& rules,
                 const std::vector<std::unique_ptr<RuleTable>>& tables, DocumentIssues& issues) {
  constexpr std::string_view kTable = ".table";
  for (Issue& issue : IssuesOf(status)) {
    std::string_view part;
    const std::optional<std::size_t> index = RuleIn(issue.path, part);
    if (index && *index < rules.size()) {
      const std::string rule = fmt::format("rules[{}]", *index);
      const RuleTable* const table = tables[*index].get();
      if (table != nullptr && part.starts_with(kTable)) {
        part.remove_prefix(kTable.size());
        if (const auto place = table->PlaceInCsv(rule, part)) {
          issues.AddLocated(*place, issue.code, std::move(issue.message));
          continue;
        }
        issue.path = rule + table->PathOf(part);
      } else if (part == ".value") {
        issue.path = fmt::format("{}.{}", rule, ValueFieldOf(rules[*index]));
      }
    }
    issues.AddFromModel(tree, {&issue, 1});
  }
}

std::vector<RulePlaces> PlacesOf(const JsonTree& tree, DocumentIssues& issues,
                                 const RulesRows& rows,
                                 const std::vector<std::unique_ptr<RuleTable>>& tables) {
  std::vector<RulePlaces> places;
  const auto place = [&](NodeId node) {
    return issues.Located(tree.node(node).offset, tree.PathOf(node));
  };
  for (std::size_t i = 0; i < rows.rules.size(); ++i) {
    const RuleRow& row = rows.rules[i];
    const NodeId value = row.is_table ? row.table.rows : row.value;
    places.push_back({place(row.node),
                      place(row.when == kNoNode ? row.node : row.when),
                      place(value == kNoNode ? row.node : value),
                      {}});
    const RuleTable* const table = tables[i].get();
    if (table == nullptr) continue;
    std::vector<std::string>& of_rows = places.back().rows;
    for (const NodeId node : table->row_nodes()) of_rows.push_back(place(node));
    for (std::size_t r = 0; table->is_csv() && r < table->rows(); ++r) {
      of_rows.push_back(
          *table->PlaceInCsv(fmt::format("rules[{}]", i), fmt::format(".rows[{}]", r)));
    }
  }
  return places;
}

}  // namespace

absl::StatusOr<LoadedRules> ParseRules(const Document& document, const ReadOptions& options,
                                       std::shared_ptr<const rules::Language> language) {
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
  DraftMaker maker(reader, rows, options.directory);
  loaded.draft = maker.Run();
  loaded.draft.language = std::move(language);
  const absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(loaded.draft);
  AddIssuesOf(set.status(), tree, loaded.draft.rules, maker.tables(), issues);
  if (!issues.ok()) return issues.ToStatus("rules");
  loaded.places = PlacesOf(tree, issues, rows, maker.tables());
  loaded.warnings = issues.Warnings();
  return loaded;
}

std::string_view ValueFieldOf(const Rule& rule) {
  if (rule.table != nullptr) return "rows";
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
