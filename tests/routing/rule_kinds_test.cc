// Rules that set, relax, rule out services, group, hold and decide outcomes.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/routing/explanation.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using rules::Facts;
using rules::Rule;
using rules::RuleKind;
using rules::RuleSet;
using rules::SetField;
using testing::Brief;
using testing::CostOf;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::StatusIs;

ServiceSpec Flat(std::string name, std::string_view cost) {
  ServiceSpec service;
  service.name = std::move(name);
  service.steps = {{std::nullopt, {CostOf(cost)}}};
  return service;
}

// Reno and Oakland ship by air (3.00) and ground (5.00); a shipment costs 2.50 more. Tags: HAT is
// hazmat.
struct Bench {
  World world;
  InventoryPool pool;

  explicit Bench(const std::vector<testing::StockEntry>& stock) : Bench(Draft(), stock) {}
  Bench(const WorldDraft& draft, const std::vector<testing::StockEntry>& stock)
      : world(Must(World::Create(draft))), pool(world, MakeStock(world, stock)) {}

  static WorldDraft Draft() {
    WorldDraft draft = testing::SmallDraft();
    draft.rate_cards[0].services = {Flat("air", "3.00"), Flat("ground", "5.00")};
    draft.items[2].tags = {"hazmat"};
    for (LocationSpec& site : draft.locations) site.cost_per_unit = Cost();
    return draft;
  }

  [[nodiscard]] Router RouterOf(std::vector<Rule> rules) const {
    RouterOptions options;
    options.verify = true;
    return Must(Router::Create(
        world,
        Must(RuleSet::Create({.version = "17", .objectives = {}, .rules = std::move(rules)})),
        options));
  }
  [[nodiscard]] absl::StatusOr<Plan> Route(std::vector<Rule> rules, const OrderDraft& draft) const {
    return RouterOf(std::move(rules)).Route(Must(Order::Create(world, draft)), pool.Live());
  }
  [[nodiscard]] Symbol Key(std::string_view text) const { return world.symbols().Intern(text); }
};

Rule RuleOf(std::string id, RuleKind kind, std::shared_ptr<const rules::Evaluator> evaluator) {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  rule.evaluator = std::move(evaluator);
  return rule;
}

// A rule whose errors are the router's answer.
Rule Strict(Rule rule) {
  rule.on_error = rules::OnError::kFail;
  return rule;
}

Rule Set(std::string id, SetField field, std::optional<std::int64_t> value, bool force = false) {
  Rule rule = RuleOf(std::move(id), RuleKind::kSet,
                     rules::FromOrderValue([value](const Facts&) { return value; }));
  rule.set = field;
  rule.force = force;
  return rule;
}

Rule NotFrom(std::string id, std::string site, int relax = 0) {
  Rule rule = RuleOf(std::move(id), RuleKind::kEligible,
                     rules::FromPredicate([site](const Facts& f, std::size_t pair) {
                       const LocationIndex at = f.candidates.location[f.pairs.candidate[pair]];
                       return f.world->location(at).id() != site;
                     }));
  rule.relax = relax;
  return rule;
}

// Lines whose SKU has an entry have that key.
Rule Group(const Bench& bench, rules::Keep keep,
           std::vector<std::pair<std::string, std::string>> key_of_sku, std::string id = "group") {
  std::vector<std::pair<std::string, Symbol>> keys;
  for (const auto& [sku, key] : key_of_sku) keys.emplace_back(sku, bench.Key(key));
  Rule rule = RuleOf(std::move(id), RuleKind::kGroup,
                     rules::FromLineKey([keys](const Facts& f, std::size_t line) {
                       std::optional<Symbol> key;
                       for (const auto& [sku, symbol] : keys) {
                         if (f.world->item(f.order->lines()[line].sku).sku() == sku) key = symbol;
                       }
                       return key;
                     }));
  rule.keep = keep;
  return rule;
}

std::vector<std::string> GroupsOf(const Plan& plan) {
  std::vector<std::string> names;
  for (const Shipment& shipment : plan.shipments()) names.emplace_back(plan.group(shipment));
  return names;
}

TEST_CASE("set: the first rule that speaks sets a field, unless the order says it itself") {
  const Bench bench({{"RNO", "MUG", 5}});
  const auto ground = static_cast<std::int64_t>(Raw(*bench.world.FindService("ground")));
  const auto air = static_cast<std::int64_t>(Raw(*bench.world.FindService("air")));
  OrderDraft draft = DraftToSf({{"MUG", 1}});
  Plan plan = Must(bench.Route(
      {Set("silent", SetField::kService, std::nullopt), Set("first", SetField::kService, ground),
       Set("second", SetField::kService, air)},
      draft));
  CHECK(plan.service(plan.shipments()[0]) == "ground");
  REQUIRE(plan.settings().size() == 1);
  CHECK(plan.rules().rules()[plan.settings()[0].rule].id == "first");
  draft.services = {"air"};
  plan = Must(bench.Route({Set("wish", SetField::kService, ground)}, draft));
  CHECK(plan.service(plan.shipments()[0]) == "air");
  CHECK(plan.settings().empty());
  plan = Must(bench.Route({Set("order", SetField::kService, ground, true)}, draft));
  CHECK(plan.service(plan.shipments()[0]) == "ground");
}

TEST_CASE("set: ship_complete and max_shipments act, the rest is handed on") {
  const Bench bench({{"RNO", "MUG", 1}, {"OAK", "TEE", 1}});
  const OrderDraft both = DraftToSf({{"MUG", 1}, {"TEE", 1}});
  CHECK(Must(bench.Route({}, both)).shipments().size() == 2);
  CHECK(Must(bench.Route({Set("one", SetField::kMaxShipments, 1)}, both)).shipments().size() == 1);
  const OrderDraft more = DraftToSf({{"MUG", 1}, {"TEE", 2}});
  CHECK(Brief(Must(bench.Route({Set("all", SetField::kShipComplete, 1)}, more))) ==
        "short MUG x1 ship_complete | short TEE x2 no_stock");
  const Plan plan = Must(bench.Route(
      {Set("vip", SetField::kPriority, 7), Set("remainder", SetField::kRemainder, 2)}, both));
  REQUIRE(plan.settings().size() == 2);
  CHECK(plan.settings()[0].value == 7);
  CHECK(plan.settings()[1].field == SetField::kRemainder);
  for (const Rule& wrong : {Set("x", SetField::kShipComplete, 2), Set("x", SetField::kService, 99),
                            Set("x", SetField::kMaxShipments, -1)}) {
    CHECK(StatusIs(bench.Route({Strict(wrong)}, both), absl::StatusCode::kInvalidArgument));
  }
}

TEST_CASE("eligible: soft rules are dropped level by level, and not for nothing") {
  const Bench bench({{"RNO", "MUG", 1}, {"OAK", "MUG", 1}, {"SJC", "MUG", 1}});
  const std::vector<Rule> rules = {NotFrom("not-oak", "OAK", 1), NotFrom("not-sjc", "SJC", 2)};
  Plan plan = Must(bench.Route(rules, DraftToSf({{"MUG", 1}})));
  CHECK(Brief(plan) == "RNO: MUG x1");
  CHECK(plan.relaxed().empty());
  plan = Must(bench.Route(rules, DraftToSf({{"MUG", 2}})));
  CHECK(Brief(plan) == "RNO: MUG x1 | OAK: MUG x1");
  REQUIRE(plan.relaxed().size() == 1);
  CHECK(plan.relaxed()[0].level == 1);
  plan = Must(bench.Route(rules, DraftToSf({{"MUG", 3}})));
  CHECK(plan.status() == PlanStatus::kPlanned);
  CHECK(plan.relaxed().size() == 2);
  // Nobody has a TEE: no rule is dropped for it.
  plan = Must(bench.Route(rules, DraftToSf({{"MUG", 1}, {"TEE", 1}})));
  CHECK(Brief(plan) == "RNO: MUG x1 | short TEE x1 no_stock");
  CHECK(plan.relaxed().empty());
  // A rule that is not soft stands.
  plan = Must(bench.Route({NotFrom("never-oak", "OAK"), NotFrom("not-sjc", "SJC", 1)},
                          DraftToSf({{"MUG", 3}})));
  CHECK(Brief(plan) == "RNO: MUG x1 | SJC: MUG x1 | short MUG x1 rule");
}

TEST_CASE("eligible by service: a barred service carries no shipment with the line") {
  const Bench bench({{"RNO", "MUG", 5}, {"RNO", "HAT", 5}});
  Rule no_air = RuleOf("hazmat-by-ground", RuleKind::kEligible,
                       rules::FromOptionPredicate([](const Facts& f, std::size_t i) {
                         const std::uint32_t line = f.pairs.line[f.options.pair[i]];
                         const Item& item = f.world->item(f.order->lines()[line].sku);
                         const bool hazmat = !item.spec.tags.empty();
                         return !hazmat || f.world->services()[Raw(f.options.service[i])] != "air";
                       }));
  no_air.by_service = true;
  Plan plan = Must(bench.Route({no_air}, DraftToSf({{"MUG", 1}})));
  CHECK(plan.service(plan.shipments()[0]) == "air");
  plan = Must(bench.Route({no_air}, DraftToSf({{"MUG", 1}, {"HAT", 1}})));
  REQUIRE(plan.shipments().size() == 1);  // one by ground, 7.50, is cheaper than two
  CHECK(plan.service(plan.shipments()[0]) == "ground");
  // With no other service left the rule keeps the line.
  OrderDraft by_air = DraftToSf({{"HAT", 1}});
  by_air.services = {"air"};
  CHECK(Brief(Must(bench.Route({no_air}, by_air))) == "short HAT x1 rule");
}

TEST_CASE("group apart: lines of different keys go in shipments of their own") {
  const Bench bench({{"RNO", "MUG", 5}, {"RNO", "TEE", 5}, {"RNO", "HAT", 5}});
  const Rule apart = Group(bench, rules::Keep::kApart, {{"MUG", "in stock"}, {"TEE", "pre-order"}});
  const Plan plan = Must(bench.Route({apart}, DraftToSf({{"MUG", 1}, {"TEE", 1}})));
  CHECK(Brief(plan) == "RNO: MUG x1 | RNO: TEE x1");
  CHECK(GroupsOf(plan) == std::vector<std::string>{"in stock", "pre-order"});
  CHECK(plan.cost() == CostOf("11.00"));
  // A line without a key goes along with another.
  const Plan three = Must(bench.Route({apart}, DraftToSf({{"MUG", 1}, {"TEE", 1}, {"HAT", 1}})));
  CHECK(three.shipments().size() == 2);
  CHECK(three.cost() == CostOf("11.00"));
  // Alone it is of no group.
  CHECK(GroupsOf(Must(bench.Route({apart}, DraftToSf({{"HAT", 1}})))) ==
        std::vector<std::string>{""});
}

TEST_CASE("group apart: several rules in one problem") {
  const Bench bench({{"RNO", "MUG", 5}, {"RNO", "TEE", 5}, {"RNO", "HAT", 5}, {"OAK", "HAT", 5}});
  const Rule by_date = Group(bench, rules::Keep::kApart, {{"MUG", "now"}, {"TEE", "later"}}, "a");
  const Rule by_size = Group(bench, rules::Keep::kApart, {{"MUG", "big"}, {"HAT", "small"}}, "b");
  // MUG goes with nobody; TEE and HAT may go together.
  const Plan plan =
      Must(bench.Route({by_date, by_size}, DraftToSf({{"MUG", 1}, {"TEE", 1}, {"HAT", 1}})));
  CHECK(Brief(plan) == "RNO: MUG x1 | RNO: TEE x1, HAT x1");
  CHECK(GroupsOf(plan) == std::vector<std::string>{"now, big", "later, small"});
}

TEST_CASE("group together: one location for all lines of a key, in any number of shipments") {
  const Bench bench({{"RNO", "MUG", 5}, {"OAK", "TEE", 5}, {"SJC", "MUG", 1}, {"SJC", "TEE", 1}});
  const Rule set = Group(bench, rules::Keep::kTogether, {{"MUG", "set"}, {"TEE", "set"}});
  CHECK(Brief(Must(bench.Route({set}, DraftToSf({{"MUG", 1}, {"TEE", 1}})))) ==
        "SJC: MUG x1, TEE x1");
  const Rule apart = Group(bench, rules::Keep::kApart, {{"MUG", "a"}, {"TEE", "b"}}, "apart");
  const Plan both = Must(bench.Route({set, apart}, DraftToSf({{"MUG", 1}, {"TEE", 1}})));
  CHECK(Brief(both) == "SJC: MUG x1 | SJC: TEE x1");
  // Contradicting rules are a plan with reasons.
  const Plan none =
      Must(bench.Route({set, NotFrom("not-sjc", "SJC")}, DraftToSf({{"MUG", 1}, {"TEE", 1}})));
  CHECK(none.status() == PlanStatus::kShort);
  CHECK(none.shortfalls()[0].reason == ShortReason::kLimit);
}

TEST_CASE("group: keys of two rules join what they share; bad keys are errors") {
  const Bench bench({{"RNO", "MUG", 5},
                     {"RNO", "TEE", 5},
                     {"OAK", "HAT", 5},
                     {"MEM", "MUG", 5},
                     {"MEM", "TEE", 5},
                     {"MEM", "HAT", 5}});
  const Rule ab = Group(bench, rules::Keep::kTogether, {{"MUG", "x"}, {"TEE", "x"}}, "ab");
  const Rule bc = Group(bench, rules::Keep::kTogether, {{"TEE", "y"}, {"HAT", "y"}}, "bc");
  CHECK(Brief(Must(bench.Route({ab, bc}, DraftToSf({{"MUG", 1}, {"TEE", 1}, {"HAT", 1}})))) ==
        "MEM: MUG x1, TEE x1, HAT x1");
  const Rule bad =
      RuleOf("bad", RuleKind::kGroup, rules::FromLineKey([](const Facts&, std::size_t) {
               return std::optional(Symbol{4'000'000'000});
             }));
  CHECK_THAT(bench.Route({Strict(bad)}, DraftToSf({{"MUG", 1}})).status().ToString(),
             testing::ContainsText("no symbol of the world"));
  // 100 lines, each with a key of its own.
  std::vector<std::pair<std::string, std::int64_t>> lines(100, {"MUG", 1});
  const Rule many =
      RuleOf("many", RuleKind::kGroup, rules::FromLineKey([](const Facts& f, std::size_t line) {
               return std::optional(f.world->symbols().Intern(std::to_string(line)));
             }));
  Rule apart = many;
  apart.keep = rules::Keep::kApart;
  CHECK(StatusIs(bench.Route({apart}, DraftToSf(lines)), absl::StatusCode::kInvalidArgument));
}

Rule LeastValue(std::string id, std::string_view value) {
  Rule rule = RuleOf(std::move(id), RuleKind::kLimit,
                     rules::FromOrderValue([micros = CostOf(value).micros()](const Facts&) {
                       return std::optional(micros);
                     }));
  rule.limit = rules::LimitKind::kMinShipmentValue;
  return rule;
}

OrderDraft Priced(std::vector<std::pair<std::string, std::int64_t>> lines,
                  const std::vector<std::string>& prices, std::string_view currency = "USD") {
  OrderDraft draft = DraftToSf(lines);
  draft.currency = Must(Currency::Parse(currency));
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (!prices[i].empty()) {
      draft.lines[i].unit_price = Must(Money::Parse(prices[i], *draft.currency));
    }
  }
  return draft;
}

// A shipment costs 5.50, from Memphis 15.50.
WorldDraft DearMemphis() {
  WorldDraft draft = Bench::Draft();
  draft.fx = {{Must(Currency::Parse("EUR")), "1.25"}, {Must(Currency::Parse("JPY")), "0.007"}};
  for (LocationSpec& site : draft.locations) {
    if (site.id == "MEM") site.cost_per_shipment = CostOf("12.50");
  }
  return draft;
}

TEST_CASE("limit of min_shipment_value: every shipment is worth so much, or one ships it all") {
  const Bench bench(DearMemphis(),
                    {{"RNO", "MUG", 5}, {"OAK", "TEE", 5}, {"MEM", "MUG", 5}, {"MEM", "TEE", 5}});
  const OrderDraft order = Priced({{"MUG", 1}, {"TEE", 2}}, {"8.00", "2.00"});
  const std::string apart = "RNO: MUG x1 | OAK: TEE x2";
  const std::string one = "MEM: MUG x1, TEE x2";
  CHECK(Brief(Must(bench.Route({}, order))) == apart);
  CHECK(Brief(Must(bench.Route({LeastValue("4", "4.00")}, order))) == apart);
  CHECK(Brief(Must(bench.Route({LeastValue("more", "4.000001")}, order))) == one);
  // The tightest of those that speak.
  CHECK(Brief(Must(bench.Route({LeastValue("a", "1"), LeastValue("b", "5"), LeastValue("c", "4")},
                               order))) == one);
  // No floor where one shipment sources everything, however little that is.
  CHECK(Brief(Must(bench.Route({LeastValue("1000", "1000")}, order))) == one);
  CHECK(StatusIs(bench.Route({Strict(LeastValue("less", "-0.01"))}, order),
                 absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(bench.Route({Strict(LeastValue("huge", "1000000000.01"))}, order),
                 absl::StatusCode::kInvalidArgument));
}

TEST_CASE("limit of min_shipment_value: what it leaves short is short for a limit") {
  const Bench bench({{"RNO", "MUG", 5}, {"OAK", "TEE", 5}});
  const OrderDraft order = Priced({{"MUG", 1}, {"TEE", 2}}, {"8.00", "2.00"});
  CHECK(Brief(Must(bench.Route({LeastValue("5", "5.00")}, order))) ==
        "short MUG x1 limit | short TEE x2 limit");
  // Without hats that nobody has, what is left is worth enough.
  const OrderDraft more = Priced({{"MUG", 1}, {"TEE", 2}, {"HAT", 1}}, {"8.00", "2.00", "1.00"});
  CHECK(Brief(Must(bench.Route({LeastValue("5", "5.00")}, more))) ==
        "RNO: MUG x1 | short TEE x2 limit | short HAT x1 no_stock");
}

TEST_CASE("limit of min_shipment_value: prices are converted, items stand in for no price") {
  WorldDraft draft = DearMemphis();
  draft.items[1].unit_value = Must(Money::Parse("2.50", *draft.currency));
  const Bench bench(draft,
                    {{"RNO", "MUG", 5}, {"OAK", "TEE", 5}, {"MEM", "MUG", 5}, {"MEM", "TEE", 5}});
  const auto values = [&](const OrderDraft& order) {
    const Order made = Must(Order::Create(bench.world, order));
    return Must(bench.RouterOf({LeastValue("5", "5.00")}).BuildProblem(made, bench.pool.Live()))
        .unit_value;
  };
  using Values = std::vector<std::int64_t>;
  const std::vector<std::pair<std::string, std::int64_t>> lines = {{"MUG", 1}, {"TEE", 2}};
  CHECK(values(Priced(lines, {"8.00", ""})) == Values{8'000'000, 2'500'000});
  CHECK(values(Priced(lines, {"", "0.00"})) == Values{0, 0});
  CHECK(values(Priced(lines, {"8.01", "2.00"}, "EUR")) == Values{10'012'500, 2'500'000});
  CHECK(values(Priced(lines, {"1201", ""}, "JPY")) == Values{8'407'000, 2'500'000});
  CHECK(Brief(Must(bench.Route({LeastValue("5", "5.00")}, Priced(lines, {"8.00", ""})))) ==
        "RNO: MUG x1 | OAK: TEE x2");
  CHECK(Brief(Must(bench.Route({LeastValue("5", "5.00")},
                               Priced(lines, {"8.00", "1.99"}, "EUR")))) == "MEM: MUG x1, TEE x2");
  // No sum of values passes 62 bits.
  CHECK(values(Priced(lines, {"40000000000000000.00", "1.00"})) ==
        Values{(std::int64_t{1} << 60) / 3, 1'000'000});
}

TEST_CASE("min_fill: so many units are sourced together, or none") {
  const Bench bench({{"RNO", "MUG", 1}, {"RNO", "TEE", 5}});
  OrderDraft order = DraftToSf({{"MUG", 2}, {"TEE", 2}});
  order.min_fill = 0.75;
  CHECK(Brief(Must(bench.Route({}, order))) == "RNO: MUG x1, TEE x2 | short MUG x1 no_stock");
  order.min_fill = 0.751;
  const Plan none = Must(bench.Route({}, order));
  CHECK(none.status() == PlanStatus::kUnroutable);
  CHECK(Brief(none) == "short MUG x2 no_stock | short TEE x2 limit");
  // Of what is still to be sourced: 3 of 3.
  order.lines[0].shipped = 1;
  order.min_fill = 1.0;
  CHECK(Brief(Must(bench.Route({}, order))) == "RNO: MUG x1, TEE x2");
}

TEST_CASE("min_fill: a share of units is rounded up, as it is written") {
  const Bench bench({{"RNO", "MUG", 1}});
  const auto least = [&](double share, std::int64_t units) {
    OrderDraft order = DraftToSf({{"MUG", units}});
    order.min_fill = share;
    return Must(bench.RouterOf({}).BuildProblem(Must(Order::Create(bench.world, order)),
                                                bench.pool.Live()))
        .orders[0]
        .min_fill_units;
  };
  CHECK(least(0.0, 10) == 0);
  CHECK(least(1e-9, 10) == 1);
  CHECK(least(0.1, 10) == 1);
  CHECK(least(0.11, 10) == 2);
  CHECK(least(1.0, 10) == 10);
  CHECK(least(2.0 / 3, 3) == 2);
  CHECK(least(0.667, 3) == 3);
  CHECK(least(0.5, 99'999'999) == 50'000'000);
  for (std::int64_t percent = 1; percent <= 100; ++percent) {
    const double share = std::stod(fmt::format("0.{:02}", percent % 100)) + (percent == 100);
    CHECK(least(share, 100) == percent);  // 0.55 * 100 is more than 55 in doubles
    CHECK(least(share, 1'000) == 10 * percent);
  }
}

Rule HoldAbove(std::string_view cost) {
  Rule rule = RuleOf("dear", RuleKind::kHold,
                     rules::FromOrderPredicate(
                         [limit = CostOf(cost)](const Facts& f) { return f.plan->cost > limit; }));
  rule.reason = "dear to ship";
  return rule;
}

TEST_CASE("hold: a plan is proposed, and reserved only if the rule says so") {
  Bench bench({{"RNO", "MUG", 5}});
  const Order order = Must(Order::Create(bench.world, DraftToSf({{"MUG", 1}})));
  const Plan free = Must(bench.Route({HoldAbove("5.50")}, DraftToSf({{"MUG", 1}})));
  CHECK(free.status() == PlanStatus::kPlanned);
  Decision held = Must(bench.RouterOf({HoldAbove("5.49")}).RouteAndReserve(order, bench.pool));
  CHECK(held.plan.status() == PlanStatus::kHeld);
  CHECK(Brief(held.plan) == "RNO: MUG x1");
  REQUIRE(held.plan.holds().size() == 1);
  CHECK_THAT(ToString(held.plan), testing::ContainsText("dear: dear to ship"));
  CHECK_FALSE(held.reservation.has_value());
  Rule keeps = HoldAbove("5.49");
  keeps.reserve = true;
  CHECK(Must(bench.RouterOf({keeps}).RouteAndReserve(order, bench.pool)).reservation.has_value());
  // A hold on the money stops no plan.
  Rule capture = HoldAbove("0");
  capture.blocks = {false, false, true};
  held = Must(bench.RouterOf({capture}).RouteAndReserve(order, bench.pool));
  CHECK(held.plan.status() == PlanStatus::kPlanned);
  CHECK(held.plan.holds().size() == 1);
  CHECK(held.reservation.has_value());
}

// One line, one location, ruled out: as many rows as any column has, and none of them masked but
// those of the pair.
TEST_CASE("Rules about the order, its lines and locations are asked whatever was ruled out") {
  class SeesItsRows final : public rules::Evaluator {
   public:
    [[nodiscard]] absl::Status Evaluate(const Facts&, std::span<const std::uint8_t> mask,
                                        const rules::Column& out) const override {
      if (mask.size() != 1 || mask[0] == 0) return absl::InternalError("the row is masked");
      out.holds[0] = 1;
      return absl::OkStatus();
    }
  };
  const Bench bench({{"RNO", "MUG", 1}});
  const auto sees = std::make_shared<const SeesItsRows>();
  for (RuleKind kind : {RuleKind::kLimit, RuleKind::kGroup, RuleKind::kPrefer, RuleKind::kHold}) {
    const Plan plan = Must(bench.Route({NotFrom("not-reno", "RNO"), RuleOf("sees", kind, sees)},
                                       DraftToSf({{"MUG", 1}})));
    CHECK(plan.shortfalls().size() == 1);
  }
}

Rule On(std::string id, rules::OutcomeOn on, rules::OutcomeThen then, bool speaks = true) {
  Rule rule = RuleOf(std::move(id), RuleKind::kOutcome,
                     rules::FromOrderPredicate([speaks](const Facts&) { return speaks; }));
  rule.on = on;
  rule.then = then;
  return rule;
}

TEST_CASE("outcome: the first rule that speaks of what happened decides") {
  using rules::OutcomeOn;
  using rules::OutcomeThen;
  const Bench bench({{"RNO", "MUG", 1}});
  const std::vector<Rule> rules = {On("silent", OutcomeOn::kShort, OutcomeThen::kCancel, false),
                                   On("review", OutcomeOn::kShort, OutcomeThen::kHold),
                                   On("never", OutcomeOn::kShort, OutcomeThen::kAccept),
                                   On("drop", OutcomeOn::kUnroutable, OutcomeThen::kCancel)};
  Plan plan = Must(bench.Route(rules, DraftToSf({{"MUG", 1}})));
  CHECK(plan.outcomes().empty());
  plan = Must(bench.Route(rules, DraftToSf({{"MUG", 2}})));
  REQUIRE(plan.outcomes().size() == 1);
  CHECK(plan.outcomes()[0].then == OutcomeThen::kHold);
  CHECK(plan.status() == PlanStatus::kHeld);
  CHECK(plan.rules().rules()[plan.holds()[0].rule].id == "review");
  plan = Must(bench.Route(rules, DraftToSf({{"TEE", 2}})));
  REQUIRE(plan.outcomes().size() == 1);
  CHECK(plan.outcomes()[0].then == OutcomeThen::kCancel);
  CHECK(plan.status() == PlanStatus::kUnroutable);
}

TEST_CASE("outcome: what waits for stock, and what is tried again, is said in the plan") {
  const Bench bench({{"RNO", "MUG", 1}});
  Rule retry = On("again", rules::OutcomeOn::kUnroutable, rules::OutcomeThen::kRetry);
  retry.after = std::chrono::hours(24);
  const Rule wait = On("wait", rules::OutcomeOn::kShort, rules::OutcomeThen::kBackorder);
  Plan plan = Must(bench.Route({retry, wait}, DraftToSf({{"MUG", 2}})));
  REQUIRE(plan.outcomes().size() == 1);
  CHECK(plan.outcomes()[0].then == rules::OutcomeThen::kBackorder);
  plan = Must(bench.Route({retry, wait}, DraftToSf({{"HAT", 2}})));
  REQUIRE(plan.outcomes().size() == 1);
  CHECK(plan.outcomes()[0].then == rules::OutcomeThen::kRetry);
  CHECK(plan.rules().rules()[plan.outcomes()[0].rule].after == std::chrono::hours(24));
}

TEST_CASE("hold: rules may ask for the margin of a plan and the gap to the next best") {
  WorldDraft draft = testing::SmallDraft();
  draft.costs.split_penalty = CostOf("2.00");
  const Currency usd = *draft.currency;
  draft.items[0].unit_value = Must(Money::Parse("8.00", usd));  // MUG
  draft.items[0].unit_cost = Must(Money::Parse("3.00", usd));
  draft.items[2].unit_cost = Must(Money::Parse("4.00", usd));  // HAT
  const World world = Must(World::Create(draft));
  const InventoryPool pool(
      world,
      MakeStock(world,
                {{"RNO", "MUG", 5}, {"OAK", "HAT", 5}, {"MEM", "MUG", 5}, {"MEM", "HAT", 5}}));
  Cost margin;
  Cost spread;
  std::optional<Cost> gap;
  Rule look;
  look.id = "look";
  look.kind = RuleKind::kHold;
  look.evaluator = rules::FromOrderPredicate([&](const Facts& f) {
    margin = f.plan->measures->Margin();
    spread = f.plan->measures->MarginSpread();
    gap = *f.plan->measures->GapToNext();
    return false;
  });
  const auto route = [&](const std::vector<std::pair<std::string, std::int64_t>>& lines) {
    OrderDraft order = testing::DraftToSf(lines);
    if (order.lines.size() > 1) order.lines[1].unit_price = Must(Money::Parse("14.00", usd));
    rules::RuleSetDraft set;
    set.rules = {look};
    const Router router = Must(Router::Create(world, Must(RuleSet::Create(set))));
    return Must(router.Route(Must(Order::Create(world, order)), pool.Live(),
                             {.explain = ExplainLevel::kRecord}));
  };
  const Plan plan = route({{"MUG", 2}, {"HAT", 1}});
  // Goods: 2 * (8 - 3) by the item's value, 14 - 4 by the line's price.
  CHECK(margin == CostOf("20.00") - plan.cost());
  REQUIRE(gap);
  CHECK(*gap == Must(Explain(plan)).next_best.front().extra_cost);
  if (plan.shipments().size() == 2) {
    const Cost first = CostOf("10.00") - plan.shipments()[0].cost;
    const Cost second = CostOf("10.00") - plan.shipments()[1].cost;
    CHECK(spread == std::max(first, second) - std::min(first, second));
  } else {
    CHECK(spread == Cost());
  }
  route({{"TEE", 1}});
  CHECK_FALSE(gap);
  CHECK(margin == Cost());
}

}  // namespace
}  // namespace orderwright
