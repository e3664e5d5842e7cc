#include "src/rules/internal/analysis/scene.h"

#include <utility>
#include <vector>

#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/text_rule.h"

namespace orderwright::rules_internal {

class Scene::Measures final : public rules::PlanMeasures {
 public:
  explicit Measures(rules::Witness::Plan plan) : plan_(plan) {}
  Cost Margin() const override { return plan_.margin; }
  Cost MarginSpread() const override { return plan_.margin_spread; }
  absl::StatusOr<std::optional<Cost>> GapToNext() const override { return plan_.gap_to_next; }

 private:
  rules::Witness::Plan plan_;
};

absl::StatusOr<std::unique_ptr<Scene>> Scene::Create(const rules::Witness& witness) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(World world, World::Create(witness.world));
  ORDERWRIGHT_ASSIGN_OR_RETURN(Order order, Order::Create(world, witness.order));
  return std::unique_ptr<Scene>(new Scene(std::move(world), std::move(order), witness));
}

Scene::Scene(World world, Order order, const rules::Witness& witness)
    : world_(std::move(world)), order_(std::move(order)), now_(witness.now) {
  const rules::Witness::Candidate& at = witness.candidate;
  distance_km_ = at.distance_km.value_or(-1);
  available_ = at.available;
  sku_ = order_.lines()[0].sku;
  service_ = world_.FindService(at.service).value_or(ServiceIndex{0});
  zone_ = at.zone;
  transit_days_ = at.transit_days;
  late_days_ = at.late_days;
  deliver_by_ = at.deliver_by;
  const rules::Witness::Plan& plan = witness.plan;
  measures_ = std::make_shared<const Measures>(plan);
  plan_ = {plan.cost,      plan.shipments, plan.units,     plan.short_units,
           plan.late_days, plan.is_proved, measures_.get()};
  with_plan_ = facts(true);
  row_.world = &world_;
  row_.facts = &with_plan_;
  row_.line = row_.candidate = row_.pair = row_.option = 0;
  row_.sku = sku_;
  row_.location = location_;
}

rules::Facts Scene::facts(bool with_plan) const {
  rules::Facts facts;
  facts.world = &world_;
  facts.order = &order_;
  facts.now = now_;
  facts.candidates = {{&location_, 1}, {&distance_km_, 1}, {&group_, 1}};
  facts.pairs = {{&first_, 1}, {&first_, 1}, {&available_, 1}, {&sku_, 1}, {&available_, 1}};
  facts.options = {{&first_, 1}, {&service_, 1}, {&zone_, 1}, {&transit_days_, 1}, {&late_days_, 1},
                   {},           {&carrier_, 1}};
  if (deliver_by_) facts.options.deliver_by = {&*deliver_by_, 1};
  if (with_plan) facts.plan = plan_;
  return facts;
}

Reply Scene::Ask(rules::Rule rule, std::int64_t& holds) const {
  rule.mode = rules::RuleMode::kOn;
  rule.reason.clear();
  rule.from.reset();
  rule.until.reset();
  const bool with_plan = rule.kind == rules::RuleKind::kHold ||
                         rule.kind == rules::RuleKind::kOutcome ||
                         rule.kind == rules::RuleKind::kPolicy;
  const bool of_lines = rule.kind == rules::RuleKind::kGroup;
  const std::size_t rows = of_lines ? order_.lines().size() : 1;
  const std::uint8_t neutral = rule.kind == rules::RuleKind::kEligible ? 1 : 0;
  // As RuleSet::BindTo does, without checking first what was checked when the set was made.
  auto program = std::make_shared<Program>(language_, world_);
  IssueList issues;
  CompiledText text = Compile(rule, "rule", *program, issues);
  // A name that this little world does not have says nothing about the rule.
  if (!issues.ok()) return {Answer::kNotKnown, ""};
  program->Finish();
  const std::shared_ptr<const rules::Evaluator> evaluator =
      MakeEvaluator(rule, std::move(text), std::move(program));
  const std::vector<std::uint8_t> mask(rows, 1);
  std::vector<std::uint8_t> column(rows, neutral);
  std::vector<std::int64_t> values(rows, of_lines ? -1 : 0);
  rules::Request request;
  request.action = rule.action;
  const rules::Actor actor;
  rules::Facts all = facts(with_plan);
  all.request = &request;
  all.actor = &actor;
  const absl::Status asked = evaluator->Evaluate(all, mask, {column, values});
  if (!asked.ok()) return {Answer::kError, std::string(MessageOf(asked))};
  holds = column[0];
  return {Answer::kYes, ""};
}

Reply Scene::Answers(const rules::Rule& rule) const {
  std::int64_t holds = 0;
  return Ask(rule, holds);
}

Reply Scene::Holds(const std::string& condition, bool reads_plan) const {
  rules::Rule probe;
  probe.id = "probe";
  probe.kind = reads_plan ? rules::RuleKind::kHold : rules::RuleKind::kEligible;
  probe.text = rules::RuleText{condition, reads_plan ? "" : "false"};
  std::int64_t holds = 0;
  Reply reply = Ask(std::move(probe), holds);
  // The eligible rule bars where the condition holds.
  if (reply.answer == Answer::kYes && holds != (reads_plan ? 1 : 0)) reply.answer = Answer::kNo;
  return reply;
}

Reply Scene::Speaks(const rules::Rule& rule) const {
  if (!rule.IsActive(now_)) return {Answer::kNo, ""};
  switch (rule.kind) {
    case rules::RuleKind::kSet:
    case rules::RuleKind::kLimit:
    case rules::RuleKind::kHold:
    case rules::RuleKind::kOutcome:
    case rules::RuleKind::kPolicy: {
      std::int64_t holds = 0;
      Reply reply = Ask(rule, holds);
      if (reply.answer == Answer::kYes && holds == 0) reply.answer = Answer::kNo;
      return reply;
    }
    default:
      if (!rule.text || rule.text->when.empty()) return {Answer::kYes, ""};
      return Holds(rule.text->when, false);
  }
}

Reply Scene::Allows(const rules::Rule& rule) const {
  std::int64_t holds = 0;
  Reply reply = Ask(rule, holds);
  if (reply.answer == Answer::kYes && holds == 0) reply.answer = Answer::kNo;
  return reply;
}

}  // namespace orderwright::rules_internal
