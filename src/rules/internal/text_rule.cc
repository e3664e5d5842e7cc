#include "src/rules/internal/text_rule.h"

#include <bit>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orderwright/core/cost.h"
#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/branches.h"
#include "src/rules/internal/money_value.h"
#include "src/rules/internal/text_check.h"

namespace orderwright::rules {

Memo::Memo() : state_(std::make_unique<State>()) {}
Memo::~Memo() = default;
Memo::Memo(Memo&&) noexcept = default;
Memo& Memo::operator=(Memo&&) noexcept = default;

}  // namespace orderwright::rules

namespace orderwright::rules_internal {
namespace {

// ---- Evaluation ----

// As people read it.
std::string TextOf(const Field& field, const Row& row) {
  std::int64_t number = 0;
  std::string_view text;
  if (field.is_number()) {
    if (!field.Read(row, number)) return "not set";
    switch (field.type) {
      case ValueType::kBool:
        return number != 0 ? "true" : "false";
      case ValueType::kInt:
        return fmt::format("{}", number);
      case ValueType::kMoney:
        return ToString(Cost::FromMicros(number));
      default:
        return cel::ToString(BoxNumber(field.type, number));
    }
  }
  if (field.is_text()) {
    return field.Read(row, text) ? fmt::format("'{}'", text) : std::string("not set");
  }
  if (field.texts != nullptr) {
    const std::vector<std::string>* const texts = field.texts(row);
    if (texts == nullptr) return "not set";
    return texts->empty() ? "[]" : fmt::format("['{}']", fmt::join(*texts, "', '"));
  }
  return cel::ToString(ReadField(field, row));
}

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

  void AppendValues(const Facts& facts, std::size_t i, std::vector<rules::SeenValue>& out) const {
    if (!program_->has_world()) return;
    const Row row = RowOf(program_->world(), &facts, text_.target, i);
    for (const NamedField& named : text_.fields) {
      out.push_back({named.path, TextOf(*named.field, row)});
    }
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

}  // namespace

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
  if (when) FindFields(*when, program, text.fields);
  if (value) FindFields(*value, program, text.fields);
  if (table) table->FindFields(text.fields);
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

void ValuesOf(const Evaluator& evaluator, const Facts& facts, std::size_t row,
              std::vector<rules::SeenValue>& out) {
  const auto* const own = dynamic_cast<const TextEvaluator*>(&evaluator);
  if (own != nullptr) own->AppendValues(facts, row, out);
}

std::optional<std::size_t> TableRowOf(const Evaluator& evaluator, const Facts& facts,
                                      std::size_t row) {
  const auto* const own = dynamic_cast<const TextEvaluator*>(&evaluator);
  return own == nullptr ? std::nullopt : own->TableRow(facts, row);
}

}  // namespace orderwright::rules_internal
