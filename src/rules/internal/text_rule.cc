#include "src/rules/internal/text_rule.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "absl/container/flat_hash_map.h"
#include "orderwright/cel/parser.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/branches.h"
#include "src/rules/internal/guards.h"
#include "src/rules/internal/money_value.h"
#include "src/rules/internal/table.h"

namespace orderwright::rules {

Memo::Memo() : state_(std::make_unique<State>()) {}
Memo::~Memo() = default;
Memo::Memo(Memo&&) noexcept = default;
Memo& Memo::operator=(Memo&&) noexcept = default;

}  // namespace orderwright::rules

namespace orderwright::rules_internal {
namespace {

// What the value of a rule means.
enum class Meaning : std::uint8_t {
  kNone = 0,
  kTruth = 1,
  kCount = 2,   // whole
  kAmount = 3,  // micro-units: money, or a number of the currency
  kName = 4,    // text
};

Meaning MeaningOf(const Rule& rule) {
  switch (rule.kind) {
    case RuleKind::kEligible:
      return Meaning::kTruth;
    case RuleKind::kProtect:
      return Meaning::kCount;
    case RuleKind::kPrice:
      return Meaning::kAmount;
    case RuleKind::kPrefer:
      return rule.prefer == PreferBy::kRank ? Meaning::kCount : Meaning::kAmount;
    case RuleKind::kLimit:
      return rule.limit == LimitKind::kMinShipmentValue ? Meaning::kAmount : Meaning::kCount;
    case RuleKind::kGroup:
      return Meaning::kName;
    case RuleKind::kSet:
      switch (rule.set) {
        case SetField::kShipComplete:
          return Meaning::kTruth;
        case SetField::kMaxShipments:
        case SetField::kPriority:
        case SetField::kNotify:
          return Meaning::kCount;
        default:
          return Meaning::kName;
      }
    default:
      return Meaning::kNone;
  }
}

Space TargetOf(const Rule& rule) {
  switch (rule.kind) {
    case RuleKind::kEligible:
    case RuleKind::kProtect:
    case RuleKind::kPrice:
      return Space::kPair;
    case RuleKind::kPrefer:
      return Space::kCandidate;
    case RuleKind::kLimit:
      return IsByLocation(rule.limit) ? Space::kCandidate : Space::kOrder;
    case RuleKind::kGroup:
      return Space::kLine;
    default:
      return Space::kOrder;
  }
}

absl::StatusOr<std::int64_t> NumberOfService(std::string_view name, const World& world) {
  if (const auto service = world.FindService(name)) {
    return static_cast<std::int64_t>(Raw(*service));
  }
  const std::optional<std::string> nearest = world.NearestService(name);
  return InvalidArgument("sets service to '{}', which the world does not have{}", name,
                         nearest ? fmt::format("; did you mean '{}'?", *nearest) : "");
}

absl::StatusOr<std::int64_t> NumberOfWord(SetField field, std::string_view name) {
  std::vector<std::string_view> known;
  for (std::int64_t value = 0; value <= 4; ++value) {  // no field has more names
    const std::string_view word = SettingName(field, value);
    if (word == name && !word.empty()) return value;
    if (!word.empty()) known.push_back(word);
  }
  return InvalidArgument("sets {} to '{}'; it must be one of {}", ToString(field), name,
                         fmt::join(known, ", "));
}

// Of a name that a set rule gives.
absl::StatusOr<std::int64_t> NumberOfName(SetField field, std::string_view name,
                                          const World& world) {
  return field == SetField::kService ? NumberOfService(name, world) : NumberOfWord(field, name);
}

// A name that stands in the text is looked up now, and not for every order. Services are those of a
// world.
void CheckName(SetField field, const cel::CheckedAst& value, const std::string& path,
               const Program& program, IssueList& issues) {
  const cel::Ast& ast = value.ast();
  if (ast.node(ast.root()).kind != cel::NodeKind::kConstant) return;
  const std::string_view name = ast.constant(ast.root()).text();
  const bool is_service = field == SetField::kService;
  if (is_service && !program.has_world()) return;
  const absl::Status found = is_service ? NumberOfService(name, program.world()).status()
                                        : NumberOfWord(field, name).status();
  if (found.ok()) return;
  issues.Add(path, is_service ? "unknown_service" : "unknown_value", std::string(MessageOf(found)));
}

std::string_view TypeNames(Meaning meaning) {
  switch (meaning) {
    case Meaning::kTruth:
      return "bool";
    case Meaning::kCount:
      return "int";
    case Meaning::kAmount:
      return "money, int or double";
    default:
      return "string";
  }
}

bool HasType(const cel::Type& type, Meaning meaning) {
  using cel::TypeKind;
  switch (meaning) {
    case Meaning::kTruth:
      return type.Is(TypeKind::kBool);
    case Meaning::kCount:
      return type.Is(TypeKind::kInt);
    case Meaning::kAmount:
      return type.Is(TypeKind::kInt) || type.Is(TypeKind::kDouble) ||
             (type.Is(TypeKind::kOpaque) && type.name() == kMoneyType);
    default:
      return type.Is(TypeKind::kString);
  }
}

// Visits every field that a text names of a variable.
template <typename Visit>
void ForEachField(const cel::CheckedAst& checked, const Visit& visit) {
  const cel::Ast& ast = checked.ast();
  for (cel::NodeId id = 0; id < ast.size(); ++id) {
    if (ast.node(id).kind != cel::NodeKind::kSelect) continue;
    const std::string* const variable = checked.ReferenceOf(ast.child(id, 0));
    if (variable == nullptr || RecordOfVariable(*variable).empty()) continue;
    if (const Field* field = FindField(*variable, ast.name(id))) visit(*field);
  }
}

void FindReads(const cel::CheckedAst& checked, bool& services, Reads& reads) {
  ForEachField(checked, [&](const Field& field) {
    services |= field.schema.scope == Scope::kOption;
    if (field.schema.record != "candidate") return;
    reads.on_hand |= field.schema.name == "on_hand";
    reads.load |= field.schema.name.starts_with("load_");
    reads.cost |= field.schema.name == "cost";
  });
}

// Variables that rules of a kind cannot read, because there is no such thing when they are asked.
std::vector<cel::Issue> ReadsTooEarly(const cel::CheckedAst& checked, RuleKind kind) {
  std::vector<cel::Issue> issues;
  const bool is_policy = kind == RuleKind::kPolicy;
  const bool has_plan = is_policy || kind == RuleKind::kHold || kind == RuleKind::kOutcome;
  const cel::Ast& ast = checked.ast();
  for (cel::NodeId id = 0; id < ast.size(); ++id) {
    const std::string* const name = checked.ReferenceOf(id);
    if (name == nullptr) continue;
    std::string message;
    if (*name == "plan" && !has_plan) {
      message = "only hold, outcome and policy rules may read 'plan': there is none yet";
    }
    if ((*name == "request" || *name == "actor") && !is_policy) {
      message = fmt::format("only policy rules may read '{}': nobody asks for anything", *name);
    }
    if (message.empty()) continue;
    issues.push_back(
        ast.source().At(cel::ErrorKind::kCheck, ast.node(id).begin, std::move(message)));
  }
  return issues;
}

std::optional<cel::CheckedAst> CheckText(const std::string& text, const std::string& path,
                                         Meaning meaning, RuleKind kind, const Program& program,
                                         const cel::CheckedAst* given, IssueList& issues) {
  const absl::StatusOr<cel::CheckedAst> checked = program.Check(text);
  if (!checked.ok()) {
    AddIssues(checked.status(), path, issues);
    return std::nullopt;
  }
  bool good = true;
  if (!HasType(checked->type(), meaning)) {
    good = false;
    issues.Add(
        path, "type",
        fmt::format("is of type {}; it must be {}", ToString(checked->type()), TypeNames(meaning)));
  }
  for (const cel::Issue& issue : UnguardedReads(*checked, given)) {
    good = false;
    issues.Add(path, "unguarded",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
  const std::size_t before = issues.errors();
  CheckReadsInTime(*checked, kind, path, issues);
  good &= issues.errors() == before;
  if (!good) return std::nullopt;
  return *checked;
}

// ---- Evaluation ----

class TextEvaluator final : public Evaluator {
 public:
  TextEvaluator(const Rule& rule, CompiledText text, std::shared_ptr<const Program> program)
      : program_(std::move(program)),
        text_(std::move(text)),
        kind_(rule.kind),
        meaning_(MeaningOf(rule)),
        set_(rule.set),
        is_scalar_(IsScalar()) {
    FindGuards();
    if (!is_scalar_) return;
    if (text_.when.node != kNoNode) when_ = Branches(*program_, text_.when.node);
    if (text_.value.node != kNoNode) value_ = Branches(*program_, text_.value.node);
  }

  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> mask,
                        const Column& out) const override {
    // A table says in the memo which row it was.
    if (is_scalar_ && text_.table == nullptr && mask.size() == 1 && mask[0] != 0 &&
        AskRow(facts, out)) {
      return absl::OkStatus();
    }
    if (facts.memo == nullptr) {
      Memo own;
      return EvaluateWith(own.state(), facts, mask, out);
    }
    return EvaluateWith(facts.memo->state(), facts, mask, out);
  }

  [[nodiscard]] Reads reads() const override { return text_.reads; }

  [[nodiscard]] bool MaySpeak(const Facts& facts) const override {
    if (!order_guard_.empty()) {
      const Row row = RowOf(program_->world(), &facts, Space::kOrder, 0);
      if (order_guard_.Ask(row) == 0) return false;
    }
    if (item_guard_.empty()) return true;
    Row row;
    for (std::size_t i = 0; i < facts.pairs.size(); ++i) {
      const SkuIndex sku = facts.pairs.sku[i];
      if (i > 0 && sku == row.sku) continue;  // pairs come line by line
      row.sku = sku;
      if (item_guard_.Ask(row) != 0) return true;
    }
    return false;
  }
  // The row of the table that speaks, of several the first.
  std::optional<std::size_t> TableRow(const Facts& facts, std::size_t row) const {
    if (text_.table == nullptr) return std::nullopt;
    if (facts.memo != nullptr) return TableRowWith(facts.memo->state(), facts, row);
    Memo own;
    return TableRowWith(own.state(), facts, row);
  }

 private:
  using Column = rules::Column;

  // The terms of `when` that the order alone, or its items alone, decide: if one is false for all
  // rows, so is the rest, whatever it is. What varies with the same is one term.
  void FindGuards() {
    if (text_.when.node == kNoNode) return;
    const bool has_pairs = text_.target == Space::kPair || text_.target == Space::kOption;
    const auto find_in = [&](NodeIndex term) {
      const Node& node = program_->nodes()[term];
      if (node.is_lazy) return;
      if (node.space == Space::kOrder) order_guard_ = Branches(*program_, term);
      if (node.space == Space::kItem && has_pairs) item_guard_ = Branches(*program_, term);
    };
    const Node& when = program_->nodes()[text_.when.node];
    if (when.op != Op::kAnd || when.is_table || when.space == Space::kOrder) {
      return find_in(text_.when.node);
    }
    for (const NodeIndex term : program_->children(when)) find_in(term);
  }

  void Take(Memo::State& memo) const {
    if (memo.program == program_) return;
    memo.program = program_;
    memo.scratch = Scratch();
  }
  std::optional<std::size_t> TableRowWith(Memo::State& memo, const Facts& facts,
                                          std::size_t i) const {
    const NodeIndex node = text_.table->nodes.hit;
    const Memo::State::Spoken& spoken = memo.spoken;
    std::int64_t hit = -1;
    const bool is_known = i == 0 && facts.stamp != 0 && memo.program == program_ &&
                          spoken.by == this && spoken.facts == &facts &&
                          spoken.stamp == facts.stamp;
    if (is_known) {
      hit = spoken.row;
    } else if (!program_->nodes()[node].is_lazy) {
      const Row row = RowOf(program_->world(), &facts, text_.target, i);
      if (!Scalar(*program_).Number(node, row, hit)) return std::nullopt;
    } else {
      Take(memo);
      Run run(*program_, memo.scratch, facts, facts.stamp);
      Words need((run.rows(text_.target) + 63) / 64);
      SetBit(need, i);
      const std::uint64_t* error = nullptr;
      hit = run.NumbersIn(node, text_.target, need.data(), &error)[i];
      if (error != nullptr && BitAt(error, i)) return std::nullopt;
    }
    if (hit < 0) return std::nullopt;
    return static_cast<std::size_t>(hit);
  }

  absl::Status EvaluateWith(Memo::State& memo, const Facts& facts,
                            std::span<const std::uint8_t> mask, const Column& out) const {
    Take(memo);
    const std::size_t rows = mask.size();
    if (is_scalar_ && text_.table != nullptr && rows == 1 && mask[0] != 0 &&
        AskTable(memo, facts, out)) {
      return absl::OkStatus();
    }
    Run run(*program_, memo.scratch, facts, facts.stamp);
    Words& need = memo.need;
    if (rows > 0 && std::memchr(mask.data(), 0, rows) == nullptr) {
      need.resize((rows + 63) / 64);
      FillAll(need, rows);
    } else {
      PackBytes(mask, need);
    }
    if (text_.when.node != kNoNode) {
      const Bits when = run.TruthIn(text_.when.node, text_.target, need.data());
      ORDERWRIGHT_RETURN_IF_ERROR(
          CheckErrors(run, text_.when, when.any_error ? when.error : nullptr, need));
      for (std::size_t w = 0; w < need.size(); ++w) need[w] &= when.truth[w];
    }
    if (text_.table != nullptr) return PutTable(run, need, rows, out);
    switch (meaning_) {
      case Meaning::kNone:
        UnpackBytes(need.data(), out.holds);
        return absl::OkStatus();
      case Meaning::kTruth:
        return PutTruth(run, need, out);
      case Meaning::kName:
        return PutNames(run, need, rows, out);
      default:
        return PutNumbers(run, need, rows, out);
    }
  }

  [[nodiscard]] bool IsScalar() const {
    const auto fits = [this](NodeIndex node) {
      return node == kNoNode || !program_->nodes()[node].is_lazy;
    };
    if (!fits(text_.when.node)) return false;
    if (text_.table == nullptr) return meaning_ <= Meaning::kTruth && fits(text_.value.node);
    const TableNodes& nodes = text_.table->nodes;
    if (meaning_ != Meaning::kNone && nodes.value == kNoNode) return false;
    return fits(nodes.hit) && fits(nodes.value);
  }
  // The answer for the only row; false if it may be an error, which the columns tell better.
  [[nodiscard]] bool AskRow(const Facts& facts, const Column& out) const {
    const Row row = RowOf(program_->world(), &facts, text_.target, 0);
    const int when = when_.Ask(row);
    if (when == kError) return false;
    if (meaning_ == Meaning::kNone) {
      out.holds[0] = static_cast<std::uint8_t>(when);
      return true;
    }
    if (when == 0) return true;  // what is there already
    const int value = value_.Ask(row);
    if (value == kError) return false;
    if (kind_ == RuleKind::kSet) {
      out.holds[0] = 1;
      out.values[0] = value;
    } else {
      out.holds[0] = static_cast<std::uint8_t>(value);
    }
    return true;
  }

  [[nodiscard]] bool AskTable(Memo::State& memo, const Facts& facts, const Column& out) const {
    const Row row = RowOf(program_->world(), &facts, text_.target, 0);
    const int when = when_.Ask(row);
    if (when == kError) return false;
    if (when == 0) return true;  // what is there already
    const Scalar scalar(*program_);
    const TableNodes& nodes = text_.table->nodes;
    std::int64_t hit = 0;
    if (!scalar.Number(nodes.hit, row, hit)) return false;
    memo.spoken = {this, row.facts, row.facts->stamp, hit};
    if (hit < 0) return true;  // what is there already
    std::int64_t value = 1;
    if (meaning_ != Meaning::kNone && !scalar.RowValue(nodes.value, row, hit, value)) return false;
    PutRow(value, 0, out);
    return true;
  }
  // What a table says of a row, by the kind of the rule.
  void PutRow(std::int64_t value, std::size_t i, const Column& out) const {
    const bool speaks = kind_ == RuleKind::kSet || kind_ == RuleKind::kLimit;
    if (meaning_ == Meaning::kNone || kind_ == RuleKind::kEligible) {
      out.holds[i] = static_cast<std::uint8_t>(value);
      return;
    }
    if (speaks) out.holds[i] = 1;
    out.values[i] = value;
  }

  // The message of the first row that is needed and has none but an error.
  absl::Status CheckErrors(Run& run, const Root& root, const std::uint64_t* error,
                           const Words& need) const {
    if (error == nullptr) return absl::OkStatus();
    for (std::size_t w = 0; w < need.size(); ++w) {
      const std::uint64_t bad = error[w] & need[w];
      if (bad == 0) continue;
      const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(bad));
      const Row at = run.RowAt(text_.target, row);
      if (root.whole == nullptr) return WithContext(TableError(run, row), WhereIs(at));
      const absl::StatusOr<cel::Value> value = root.whole->Evaluate(RowVariables(at));
      return WithContext(value.ok() ? Internal("the rule fails in columns only") : value.status(),
                         WhereIs(at));
    }
    return absl::OkStatus();
  }
  static std::string WhereIs(const Row& row) {
    std::string text;
    if (row.line != kNoRow) text += fmt::format("line '{}'", row.draft_line().id);
    if (row.candidate != kNoRow) {
      text += fmt::format("{}location '{}'", text.empty() ? "" : ", ", row.place().id());
    }
    return text.empty() ? "the order" : text;
  }

  absl::Status PutTruth(Run& run, Words& need, const Column& out) const {
    const Bits value = run.TruthIn(text_.value.node, text_.target, need.data());
    ORDERWRIGHT_RETURN_IF_ERROR(
        CheckErrors(run, text_.value, value.any_error ? value.error : nullptr, need));
    if (kind_ == RuleKind::kSet) {
      out.holds[0] = BitAt(need.data(), 0) ? 1 : 0;
      out.values[0] = BitAt(value.truth, 0) ? 1 : 0;
      return absl::OkStatus();
    }
    for (std::size_t w = 0; w < need.size(); ++w) need[w] = ~need[w] | value.truth[w];
    UnpackBytes(need.data(), out.holds);
    return absl::OkStatus();
  }

  // Micro-units of a value that a text gave.
  absl::StatusOr<std::int64_t> AmountOf(std::int64_t number) const {
    std::int64_t micros = 0;
    switch (text_.value.type) {
      case ValueType::kMoney:
        return number;
      case ValueType::kInt:
        if (!__builtin_mul_overflow(number, Cost::kMicrosPerUnit, &micros)) return micros;
        return OutOfRange("gives {}, which is more than an amount can be", number);
      default: {
        if (MicrosNear(std::bit_cast<double>(number), micros)) return micros;
        return OutOfRange("gives {}, which is no amount", std::bit_cast<double>(number));
      }
    }
  }

  absl::Status PutNumbers(Run& run, const Words& need, std::size_t rows, const Column& out) const {
    const std::uint64_t* error = nullptr;
    const std::span<const std::int64_t> numbers =
        run.NumbersIn(text_.value.node, text_.target, need.data(), &error);
    ORDERWRIGHT_RETURN_IF_ERROR(CheckErrors(run, text_.value, error, need));
    const bool speaks = kind_ == RuleKind::kSet || kind_ == RuleKind::kLimit;
    for (std::size_t i = 0; i < rows; ++i) {
      if (!BitAt(need.data(), i)) continue;
      std::int64_t value = numbers[i];
      if (meaning_ == Meaning::kAmount && text_.value.type != ValueType::kMoney) {
        ORDERWRIGHT_ASSIGN_OR_RETURN(value, AmountOf(value));
      }
      out.values[i] = value;
      if (speaks) out.holds[i] = 1;
    }
    return absl::OkStatus();
  }

  absl::Status PutNames(const Run& run, const Words& need, std::size_t rows,
                        const Column& out) const {
    for (std::size_t i = 0; i < rows; ++i) {
      if (!BitAt(need.data(), i)) continue;
      const Row row = run.RowAt(text_.target, i);
      const absl::StatusOr<cel::Value> value = text_.value.whole->Evaluate(RowVariables(row));
      if (!value.ok()) return WithContext(value.status(), WhereIs(row));
      if (kind_ == RuleKind::kGroup) {
        // Nothing is the key of none.
        if (!value->text().empty()) {
          out.values[i] =
              static_cast<std::int64_t>(Raw(program_->world().symbols().Intern(value->text())));
        }
        continue;
      }
      ORDERWRIGHT_ASSIGN_OR_RETURN(out.values[i], NumberOf(value->text()));
      out.holds[i] = 1;
    }
    return absl::OkStatus();
  }
  absl::StatusOr<std::int64_t> NumberOf(std::string_view name) const {
    return NumberOfName(set_, name, program_->world());
  }

  absl::Status PutTable(Run& run, Words& need, std::size_t rows, const Column& out) const {
    const CompiledTable& table = *text_.table;
    const std::uint64_t* error = nullptr;
    const std::span<const std::int64_t> hits =
        run.NumbersIn(table.nodes.hit, text_.target, need.data(), &error);
    ORDERWRIGHT_RETURN_IF_ERROR(CheckErrors(run, {}, error, need));
    for (std::size_t i = 0; i < rows; ++i) {
      if (hits[i] < 0) need[i / 64] &= ~(std::uint64_t{1} << (i % 64));
    }
    if (meaning_ == Meaning::kNone) {
      UnpackBytes(need.data(), out.holds);
      return absl::OkStatus();
    }
    if (table.nodes.value == kNoNode) return PutTableNames(run, need, hits, out);
    const std::span<const std::int64_t> values =
        run.NumbersIn(table.nodes.value, text_.target, need.data(), &error);
    ORDERWRIGHT_RETURN_IF_ERROR(CheckErrors(run, {}, error, need));
    for (std::size_t i = 0; i < rows; ++i) {
      if (BitAt(need.data(), i)) PutRow(values[i], i, out);
    }
    return absl::OkStatus();
  }
  absl::Status PutTableNames(const Run& run, const Words& need, std::span<const std::int64_t> hits,
                             const Column& out) const {
    for (std::size_t i = 0; i < hits.size(); ++i) {
      if (!BitAt(need.data(), i)) continue;
      const auto hit = static_cast<std::size_t>(hits[i]);
      const CompiledTable::Value& value = text_.table->values[hit];
      std::int64_t number = value.constant;
      if (value.whole != nullptr) {
        const Row row = run.RowAt(text_.target, i);
        absl::StatusOr<cel::Value> name = value.whole->Evaluate(RowVariables(row));
        const absl::StatusOr<std::int64_t> found =
            name.ok() ? NumberOfKey(name->text()) : name.status();
        if (!found.ok()) {
          return WithContext(WithContext(found.status(), fmt::format("row {}", hit + 1)),
                             WhereIs(row));
        }
        number = *found;
      }
      PutRow(number, i, out);
    }
    return absl::OkStatus();
  }
  // The number of what a name gives: the key of a group, or what a field is set to.
  absl::StatusOr<std::int64_t> NumberOfKey(std::string_view name) const {
    if (kind_ != RuleKind::kGroup) return NumberOf(name);
    if (name.empty()) return -1;  // the key of none
    return static_cast<std::int64_t>(Raw(program_->world().symbols().Intern(name)));
  }

  // Why the table has no answer for a row: a look at each part of it, by the language.
  absl::Status TableError(Run& run, std::size_t i) const {
    const CompiledTable& table = *text_.table;
    const Row row = run.RowAt(text_.target, i);
    for (const CompiledTable::Input& input : table.inputs) {
      if (input.is_set != nullptr) {
        const absl::StatusOr<cel::Value> is_set = input.is_set->Evaluate(RowVariables(row));
        if (!is_set.ok() || !is_set->Is(cel::Kind::kBool) || !is_set->bool_value()) continue;
      }
      const absl::StatusOr<cel::Value> value = input.whole->Evaluate(RowVariables(row));
      if (!value.ok()) return WithContext(value.status(), fmt::format("input {}", input.text));
    }
    const std::vector<std::size_t> hits = run.HitsAt(table.nodes.hit, text_.target, i);
    if (table.hit == HitPolicy::kUnique && hits.size() > 1) {
      return FailedPrecondition(
          "rows {} and {} of the table both hold, and its hit policy is unique", hits[0] + 1,
          hits[1] + 1);
    }
    std::optional<std::string> first;
    for (const std::size_t hit : hits) {
      const CompiledTable::Value& value = table.values[hit];
      std::string text = fmt::format("{}", value.constant);
      if (value.whole != nullptr) {
        const absl::StatusOr<cel::Value> found = value.whole->Evaluate(RowVariables(row));
        if (!found.ok()) return WithContext(found.status(), fmt::format("row {}", hit + 1));
        text = cel::ToString(*found);
      }
      if (table.hit != HitPolicy::kAny) continue;
      if (first && text != *first) {
        return FailedPrecondition(
            "rows {} and {} of the table both hold with different values, and its hit policy is "
            "any",
            hits[0] + 1, hit + 1);
      }
      first = std::move(text);
    }
    return OutOfRange("the values of the rows that hold give more than a number can be");
  }

  std::shared_ptr<const Program> program_;
  CompiledText text_;
  RuleKind kind_;
  Meaning meaning_;
  SetField set_;
  bool is_scalar_;
  Branches when_;   // of one row
  Branches value_;  // the same, where it is truth
  Branches order_guard_;
  Branches item_guard_;
};

// A number as it stands, without the language: most values of tables are such.
std::optional<std::int64_t> PlainNumber(const std::string& text, Meaning meaning) {
  if (meaning == Meaning::kTruth && (text == "true" || text == "false")) return text == "true";
  if (meaning == Meaning::kAmount) {
    const absl::StatusOr<Cost> cost = Cost::Parse(text);
    if (cost.ok()) return cost->micros();
  }
  if (meaning == Meaning::kCount) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && at == end) return number;
  }
  return std::nullopt;
}

// Checks the table of a rule and adds it to a program.
class TableCompiler {
 public:
  // `when`: what is known where the table is looked at; null: nothing.
  TableCompiler(const Rule& rule, const std::string& path, const cel::CheckedAst* when,
                Program& program, IssueList& issues)
      : rule_(rule),
        meaning_(MeaningOf(rule)),
        path_(path + ".table"),
        when_(when),
        program_(program),
        issues_(issues),
        tests_(ParseTable(*rule.table, rule.kind, program, path_, issues)) {
    CheckPolicy();
    if (!tests_) return;
    if (program_.has_world()) CheckLocations();
    CheckValues();
  }

  void FindReads(bool& services, Reads& reads) const {
    if (!tests_) return;
    for (const TableInput& input : tests_->inputs) {
      rules_internal::FindReads(input.checked, services, reads);
    }
    for (const auto& value : computed_) {
      rules_internal::FindReads(value.second, services, reads);
    }
  }

  // Null if anything is wrong with it.
  std::shared_ptr<const CompiledTable> AddTo(Space target) {
    if (!tests_) return nullptr;
    const std::size_t before = issues_.errors();
    auto table = std::make_shared<CompiledTable>();
    table->hit = rule_.table->hit;
    std::vector<NodeIndex> inputs;
    for (std::size_t i = 0; i < tests_->inputs.size(); ++i) {
      const absl::StatusOr<NodeIndex> input = program_.AddInput(*tests_, i, target);
      if (input.ok()) {
        inputs.push_back(*input);
      } else {
        AddIssues(input.status(), fmt::format("{}.inputs[{}]", path_, i), issues_);
      }
      table->inputs.push_back(WholeOf(tests_->inputs[i]));
    }
    table->values = std::move(values_);
    std::vector<RowValue> values;
    for (const CompiledTable::Value& value : table->values) values.push_back({value.constant});
    bool has_node = meaning_ != Meaning::kNone;
    for (const auto& [row, checked] : computed_) {
      absl::StatusOr<Root> root = program_.Add(checked, target);
      if (!root.ok()) {
        AddIssues(root.status(), PathOfValue(row), issues_);
        continue;
      }
      const Node& node = program_.nodes()[root->node];
      if (meaning_ == Meaning::kName) {
        has_node = false;  // a text has no column
      } else if (node.op != Op::kConstant) {
        values[row].node = root->node;
      } else if (const auto constant = ConstantOf(node)) {
        table->values[row].constant = values[row].constant = *constant;
        continue;
      } else {
        issues_.Add(PathOfValue(row), "out_of_range", "is more than an amount can be");
      }
      table->values[row].whole = std::move(root->whole);
    }
    if (issues_.errors() != before) return nullptr;
    if (!has_node) values.clear();
    table->nodes = program_.AddTable(
        inputs, table->hit, tests_->rows.size(), values,
        meaning_ == Meaning::kAmount ? ValueType::kMoney : ValueType::kInt, target);
    return table;
  }

 private:
  std::string PathOfValue(std::size_t row) const {
    return fmt::format("{}.rows[{}].value", path_, row);
  }

  void CheckPolicy() {
    const HitPolicy hit = rule_.table->hit;
    if (hit < HitPolicy::kSum) return;
    const bool counts = hit == HitPolicy::kCount;
    if (meaning_ == Meaning::kCount || (meaning_ == Meaning::kAmount && !counts)) return;
    const std::string_view what = meaning_ == Meaning::kNone     ? "no value"
                                  : meaning_ == Meaning::kTruth  ? "a truth"
                                  : meaning_ == Meaning::kAmount ? "an amount"
                                                                 : "a name";
    issues_.Add(
        path_ + ".hit", "not_supported_by_kind",
        fmt::format("{} gives a number, and what this rule says is {}; use {}", ToString(hit), what,
                    meaning_ == Meaning::kAmount ? "collect+sum, collect+min or collect+max"
                                                 : "unique, first or any"));
  }

  // A typing error in the id of a location would never hold, and nobody would see it.
  void CheckLocations() {
    const World& world = program_.world();
    for (std::size_t c = 0; c < tests_->inputs.size(); ++c) {
      if (tests_->inputs[c].text != "location.id") continue;
      for (std::size_t r = 0; r < tests_->rows.size(); ++r) {
        for (const std::string& id : tests_->rows[r][c].texts) {
          if (world.FindLocation(id)) continue;
          const std::optional<std::string> nearest = world.NearestLocation(id);
          issues_.Add(fmt::format("{}.rows[{}].cells[{}]", path_, r, c), "unknown_location",
                      fmt::format("the world has no location '{}'{}", id,
                                  nearest ? fmt::format("; did you mean '{}'?", *nearest) : ""));
        }
      }
    }
  }

  void CheckValues() {
    const std::vector<DecisionTable::Row>& rows = rule_.table->rows;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const std::string& text = rows[r].value;
      if (meaning_ == Meaning::kNone) {
        if (text.empty()) continue;
        issues_.Add(
            PathOfValue(r), "not_used",
            fmt::format("the rows of a {} rule have no value; leave it out", ToString(rule_.kind)));
        continue;
      }
      CompiledTable::Value& value = values_.emplace_back();
      if (text.empty() && rule_.table->hit == HitPolicy::kCount) continue;
      if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        issues_.Add(PathOfValue(r), "required",
                    "is empty; write what the rule says where it holds");
      } else if (const auto number = PlainNumber(text, meaning_)) {
        value.constant = *number;
      } else if (const auto known = names_.find(text); known != names_.end()) {
        value.constant = known->second;
      } else {
        CheckValue(r, text, value);
      }
    }
  }

  void CheckValue(std::size_t r, const std::string& text, CompiledTable::Value& value) {
    const std::string path = PathOfValue(r);
    const std::optional<cel::CheckedAst> given = Given(r);
    std::optional<cel::CheckedAst> checked =
        CheckText(text, path, meaning_, rule_.kind, program_, given ? &*given : when_, issues_);
    if (!checked) return;
    const cel::Ast& ast = checked->ast();
    const bool is_constant = ast.node(ast.root()).kind == cel::NodeKind::kConstant;
    if (meaning_ != Meaning::kName || !is_constant) {
      if (meaning_ == Meaning::kName && rule_.table->hit == HitPolicy::kAny) {
        issues_.Add(path, "not_supported",
                    "computes a name, and of the hit policy any all names are plain ones; use "
                    "first or unique");
      }
      computed_.emplace_back(r, *std::move(checked));
      return;
    }
    const std::string_view name = ast.constant(ast.root()).text();
    if (rule_.kind == RuleKind::kSet) {
      const std::size_t before = issues_.errors();
      CheckName(rule_.set, *checked, path, program_, issues_);
      if (issues_.errors() != before) return;
    }
    if (program_.has_world()) {
      value.constant = -1;  // the empty key is the key of none
      if (rule_.kind == RuleKind::kSet) {
        value.constant = NumberOfName(rule_.set, name, program_.world()).value_or(-1);
      } else if (!name.empty()) {
        value.constant = static_cast<std::int64_t>(Raw(program_.world().symbols().Intern(name)));
      }
    }
    names_.emplace(text, value.constant);
  }

  // What is known where a row hits.
  std::optional<cel::CheckedAst> Given(std::size_t r) const {
    std::string text = ConditionOf(*tests_, r);
    if (when_ != nullptr) text = fmt::format("({}\n) && {}", rule_.text->when, text);
    absl::StatusOr<cel::CheckedAst> checked = program_.Check(text);
    if (!checked.ok()) return std::nullopt;
    return *std::move(checked);
  }

  std::optional<std::int64_t> ConstantOf(const Node& node) const {
    std::int64_t micros = 0;
    if (meaning_ != Meaning::kAmount || node.type == ValueType::kMoney) return node.constant;
    if (node.type == ValueType::kDouble) {
      if (MicrosNear(std::bit_cast<double>(node.constant), micros)) return micros;
      return std::nullopt;
    }
    if (__builtin_mul_overflow(node.constant, Cost::kMicrosPerUnit, &micros)) return std::nullopt;
    return micros;
  }

  CompiledTable::Input WholeOf(const TableInput& input) const {
    CompiledTable::Input out;
    out.text = input.text;
    const auto whole = [this](const cel::CheckedAst& checked) {
      absl::StatusOr<cel::Program> program = cel::Program::Create(checked, program_.environment());
      ORDERWRIGHT_ASSERT(program.ok());  // it was lowered
      return std::make_shared<const cel::Program>(*std::move(program));
    };
    out.whole = whole(input.checked);
    if (input.guards.empty()) return out;
    std::string text;
    for (const std::string& guard : input.guards) {
      text += fmt::format("{}has({})", text.empty() ? "" : " && ", guard);
    }
    const absl::StatusOr<cel::CheckedAst> checked = program_.Check(text);
    ORDERWRIGHT_ASSERT(checked.ok());
    out.is_set = whole(*checked);
    return out;
  }

  const Rule& rule_;
  Meaning meaning_;
  std::string path_;
  const cel::CheckedAst* when_;
  Program& program_;
  IssueList& issues_;
  std::optional<TableTests> tests_;
  std::vector<CompiledTable::Value> values_;
  std::vector<std::pair<std::size_t, cel::CheckedAst>> computed_;  // row and value
  absl::flat_hash_map<std::string, std::int64_t> names_;  // numbers of names that were seen
};

}  // namespace

void AddIssues(const absl::Status& status, const std::string& path, IssueList& issues) {
  const std::vector<cel::Issue> found = cel::IssuesIn(status);
  if (found.empty()) issues.Add(path, "expression", std::string(status.message()));
  for (const cel::Issue& issue : found) {
    issues.Add(path, issue.kind == cel::ErrorKind::kParse ? "syntax" : "type",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
}

void CheckReadsInTime(const cel::CheckedAst& checked, RuleKind kind, const std::string& path,
                      IssueList& issues) {
  for (const cel::Issue& issue : ReadsTooEarly(checked, kind)) {
    issues.Add(path, "scope",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
}

CompiledText Compile(const Rule& rule, const std::string& path, Program& program,
                     IssueList& issues) {
  CompiledText text;
  text.target = TargetOf(rule);
  const RuleText written = rule.text.value_or(RuleText());
  const Meaning meaning = MeaningOf(rule);
  std::optional<cel::CheckedAst> when;
  std::optional<cel::CheckedAst> value;
  if (!written.when.empty()) {
    when = CheckText(written.when, path + ".when", Meaning::kTruth, rule.kind, program, nullptr,
                     issues);
  }
  std::optional<TableCompiler> table;
  if (rule.table != nullptr) {
    if (!written.value.empty()) {
      issues.Add(path + ".value", "conflict", "there is a table too; a rule has one of them");
    }
    table.emplace(rule, path, when ? &*when : nullptr, program, issues);
  } else if (meaning != Meaning::kNone) {
    value = CheckText(written.value, path + ".value", meaning, rule.kind, program,
                      when ? &*when : nullptr, issues);
    if (value && rule.kind == RuleKind::kSet && meaning == Meaning::kName) {
      CheckName(rule.set, *value, path + ".value", program, issues);
    }
  } else if (!written.value.empty()) {
    issues.Add(path + ".value", "not_used",
               fmt::format("a {} rule has no value; say it in `when`", ToString(rule.kind)));
  }
  bool reads_services = false;
  if (when) FindReads(*when, reads_services, text.reads);
  if (value) FindReads(*value, reads_services, text.reads);
  if (table) table->FindReads(reads_services, text.reads);
  text.by_service = rule.kind == RuleKind::kEligible && reads_services;
  if (text.by_service) text.target = Space::kOption;
  const auto add = [&](const std::optional<cel::CheckedAst>& checked, const char* field,
                       Root& root) {
    if (!checked) return;
    absl::StatusOr<Root> added = program.Add(*checked, text.target);
    if (added.ok()) {
      root = *std::move(added);
    } else {
      AddIssues(added.status(), fmt::format("{}.{}", path, field), issues);
    }
  };
  add(when, "when", text.when);
  add(value, "value", text.value);
  if (table) text.table = table->AddTo(text.target);
  return text;
}

std::shared_ptr<const cel::Program> CompileField(const std::string& text, RuleKind kind,
                                                 const Program& language, const std::string& path,
                                                 IssueList& issues) {
  const auto compiled = [&]() -> absl::StatusOr<cel::Program> {
    // First as it stands, so that places are those of the author's text.
    ORDERWRIGHT_ASSIGN_OR_RETURN(cel::CheckedAst checked, language.Check(text));
    const std::vector<cel::Issue> early = ReadsTooEarly(checked, kind);
    if (!early.empty()) return cel::ToStatus(checked.ast().source(), early);
    Program scopes(language.language());
    ORDERWRIGHT_RETURN_IF_ERROR(scopes.Add(checked, Space::kOrder).status());
    ORDERWRIGHT_ASSIGN_OR_RETURN(checked, language.Check(fmt::format("string({})", text)));
    return cel::Program::Create(std::move(checked), language.environment());
  }();
  if (compiled.ok()) return std::make_shared<const cel::Program>(*compiled);
  AddIssues(compiled.status(), path, issues);
  return nullptr;
}

std::shared_ptr<const Evaluator> MakeEvaluator(const Rule& rule, CompiledText text,
                                               std::shared_ptr<const Program> program) {
  return std::make_shared<const TextEvaluator>(rule, std::move(text), std::move(program));
}

std::optional<std::size_t> TableRowOf(const Evaluator& evaluator, const Facts& facts,
                                      std::size_t row) {
  const auto* const own = dynamic_cast<const TextEvaluator*>(&evaluator);
  return own == nullptr ? std::nullopt : own->TableRow(facts, row);
}

}  // namespace orderwright::rules_internal
