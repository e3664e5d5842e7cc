#include "src/rules/internal/text_rule.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "orderwright/cel/checker.h"
#include "orderwright/cel/parser.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/guards.h"
#include "src/rules/internal/money_value.h"

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

void AddIssues(const absl::Status& status, const std::string& path, IssueList& issues) {
  const std::vector<cel::Issue> found = cel::IssuesIn(status);
  if (found.empty()) issues.Add(path, "expression", std::string(status.message()));
  for (const cel::Issue& issue : found) {
    issues.Add(path, issue.kind == cel::ErrorKind::kParse ? "syntax" : "type",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
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
  for (const cel::Issue& issue : ReadsTooEarly(*checked, kind)) {
    good = false;
    issues.Add(path, "scope",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
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
        set_(rule.set) {}

  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> mask,
                        const Column& out) const override {
    if (facts.memo == nullptr) {
      Memo own;
      return EvaluateWith(own.state(), facts, mask, out);
    }
    return EvaluateWith(facts.memo->state(), facts, mask, out);
  }

  [[nodiscard]] Reads reads() const override { return text_.reads; }

 private:
  using Column = rules::Column;

  absl::Status EvaluateWith(Memo::State& memo, const Facts& facts,
                            std::span<const std::uint8_t> mask, const Column& out) const {
    if (memo.program != program_) {
      memo.program = program_;
      memo.scratch = Scratch();
    }
    const std::size_t rows = mask.size();
    if (rows == 1 && mask[0] != 0 && IsScalar() && AskRow(facts, out)) return absl::OkStatus();
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
    const auto fits = [this](const Root& root) {
      return root.node == kNoNode || !program_->nodes()[root.node].is_lazy;
    };
    return meaning_ <= Meaning::kTruth && fits(text_.when) && fits(text_.value);
  }
  // The answer for the only row; false if it is an error, which the columns tell better.
  [[nodiscard]] bool AskRow(const Facts& facts, const Column& out) const {
    const Row row = RowOf(program_->world(), &facts, text_.target, 0);
    const Scalar scalar(*program_);
    const int when = text_.when.node == kNoNode ? 1 : scalar.Truth(text_.when.node, row);
    if (when == kError) return false;
    if (meaning_ == Meaning::kNone) {
      out.holds[0] = static_cast<std::uint8_t>(when);
      return true;
    }
    if (when == 0) return true;  // what is there already
    const int value = scalar.Truth(text_.value.node, row);
    if (value == kError) return false;
    if (kind_ == RuleKind::kSet) {
      out.holds[0] = 1;
      out.values[0] = value;
    } else {
      out.holds[0] = static_cast<std::uint8_t>(value);
    }
    return true;
  }

  // The message of the first row that is needed and has none but an error.
  absl::Status CheckErrors(const Run& run, const Root& root, const std::uint64_t* error,
                           const Words& need) const {
    if (error == nullptr) return absl::OkStatus();
    for (std::size_t w = 0; w < need.size(); ++w) {
      const std::uint64_t bad = error[w] & need[w];
      if (bad == 0) continue;
      const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(bad));
      const Row at = run.RowAt(text_.target, row);
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
        // To the nearest micro-unit.
        const double scaled = std::nearbyint(std::bit_cast<double>(number) * 1e6);
        if (std::abs(scaled) < 9e18) return static_cast<std::int64_t>(scaled);
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

  std::shared_ptr<const Program> program_;
  CompiledText text_;
  RuleKind kind_;
  Meaning meaning_;
  SetField set_;
};

}  // namespace

CompiledText Compile(const Rule& rule, const std::string& path, Program& program,
                     IssueList& issues) {
  CompiledText text;
  text.target = TargetOf(rule);
  const Meaning meaning = MeaningOf(rule);
  std::optional<cel::CheckedAst> when;
  std::optional<cel::CheckedAst> value;
  if (!rule.text->when.empty()) {
    when = CheckText(rule.text->when, path + ".when", Meaning::kTruth, rule.kind, program, nullptr,
                     issues);
  }
  if (meaning != Meaning::kNone) {
    value = CheckText(rule.text->value, path + ".value", meaning, rule.kind, program,
                      when ? &*when : nullptr, issues);
    if (value && rule.kind == RuleKind::kSet && meaning == Meaning::kName) {
      CheckName(rule.set, *value, path + ".value", program, issues);
    }
  } else if (!rule.text->value.empty()) {
    issues.Add(path + ".value", "not_used",
               fmt::format("a {} rule has no value; say it in `when`", ToString(rule.kind)));
  }
  bool reads_services = false;
  if (when) FindReads(*when, reads_services, text.reads);
  if (value) FindReads(*value, reads_services, text.reads);
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

}  // namespace orderwright::rules_internal
