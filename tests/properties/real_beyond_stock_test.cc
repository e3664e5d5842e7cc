// Real orders over scarce stock, with all that is beyond stock: colours of one design are
// substitutes of each other, Christmas goods are pre-orders until September, what was ordered
// together is sold as bundles, every quarter something is expected, the marketplace has a guarantee
// of what sells most, locations have the capacity of a day. Descriptions, lines, times and channels
// are those of the tables (see benchmarks/real/tables.h); the rest is made here, by hashes. Without
// the tables a made sample of the same shape is routed, and the test says that the real one was
// skipped.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/real/network.h"
#include "benchmarks/real/rules.h"
#include "benchmarks/real/tables.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/io/explanation_json.h"
#include "orderwright/routing/explanation.h"
#include "tests/catch.h"
#include "tests/properties/plan_checks.h"
#include "tests/properties/random.h"

namespace orderwright {
namespace {

using benchmarks::Hash;
using benchmarks::Holdings;
using benchmarks::RealTables;
using testing::CheckCost;
using testing::CheckExplained;
using testing::CheckPolicies;
using testing::CheckUnits;
using testing::CheckWholes;
using testing::Must;

constexpr std::uint64_t kSeed = 5;
const Timestamp kRelease = *ParseTimestamp("2011-09-01T00:00:00Z");

// What is left of a description without its colours.
std::string DesignOf(std::string_view description) {
  static const std::set<std::string_view> colours = {
      "RED",   "BLUE", "PINK",   "GREEN", "WHITE",  "BLACK",     "IVORY",
      "CREAM", "GREY", "YELLOW", "LILAC", "PURPLE", "TURQUOISE", "RETROSPOT"};
  std::string design;
  while (!description.empty()) {
    const std::size_t end = std::min(description.find(' '), description.size());
    const std::string_view word = description.substr(0, end);
    if (!colours.contains(word)) design.append(word).append(" ");
    description.remove_prefix(std::min(end + 1, description.size()));
  }
  return design;
}

void AddSubstitutes(const RealTables& tables, WorldDraft& draft) {
  std::map<std::string, std::vector<std::size_t>> designs;
  for (std::size_t i = 0; i < tables.items.size(); ++i) {
    designs[DesignOf(tables.items[i].description)].push_back(i);
  }
  for (const auto& [design, items] : designs) {
    for (std::size_t k = 0; k < items.size(); ++k) {
      ItemSpec& item = draft.items[items[k]];
      for (std::size_t next = 1; next <= 2 && next < items.size(); ++next) {
        const std::string& other = draft.items[items[(k + next) % items.size()]].sku;
        item.substitutes.push_back({other, Hash(kSeed, item.sku, other) % 2 == 0
                                               ? SubstitutionPolicy::kAutomatic
                                               : SubstitutionPolicy::kAsk});
      }
    }
  }
}

std::string BundleName(const std::string& a, const std::string& b) { return a + "+" + b; }

// The orders whose first two lines were one bundle.
bool OrdersBundle(const benchmarks::RealOrder& order) {
  return order.lines.size() >= 2 && Hash(kSeed, "bundle", order.id) % 6 == 0;
}

WorldDraft MakeDraft(const RealTables& tables) {
  WorldDraft draft = Must(benchmarks::MakeRealDraft(tables));
  AddSubstitutes(tables, draft);
  for (ItemSpec& item : draft.items) {
    if (std::find(item.tags.begin(), item.tags.end(), "seasonal") != item.tags.end()) {
      item.preorder = PreorderTerms{kRelease, Units(5'000)};
    } else if (Hash(kSeed, "backorder", item.sku) % 3 == 0) {
      item.backorder.allowed = true;
      item.backorder.limit = Units(100);
    }
  }
  std::set<std::string> names;
  for (const benchmarks::RealOrder& order : tables.orders) {
    if (!OrdersBundle(order)) continue;
    const std::string &a = order.lines[0].sku, &b = order.lines[1].sku;
    if (!names.insert(BundleName(a, b)).second) continue;
    draft.bundles.push_back({BundleName(a, b),
                             {{a, Units(1)}, {b, Units(2)}},
                             Hash(kSeed, "ship together", a) % 2 == 0});
  }
  for (std::size_t i = 0; i < draft.locations.size(); ++i) {
    draft.locations[i].capacity_units_per_day = Units(tables.locations[i].units_per_day);
  }
  draft.costs.backorder_penalty_per_unit = Cost::FromMicros(2'000'000);
  draft.costs.backorder_penalty_per_unit_day = Cost::FromMicros(50'000);
  return draft;
}

// A twentieth of the plentiful stock, and in the warehouses something every quarter.
std::vector<StockRowSpec> MakeRows(const World& world) {
  const std::vector<Timestamp> quarters = {*ParseTimestamp("2011-03-01T08:00:00Z"),
                                           *ParseTimestamp("2011-06-01T08:00:00Z"), kRelease,
                                           *ParseTimestamp("2011-12-20T08:00:00Z")};
  std::vector<StockRowSpec> rows;
  const Stock plenty = Must(benchmarks::MakeRealStock(world, Holdings::kIndependent));
  for (const StockRow& row : plenty.rows()) {
    StockRowSpec& made = rows.emplace_back();
    made.location = world.location(row.location).spec.id;
    made.sku = world.item(row.sku).sku();
    made.on_hand = row.on_hand.count() / 20;
    if (world.item(row.sku).spec.preorder) made.on_hand = 0;
    if (row.on_hand.count() < 200) continue;
    for (std::size_t q = 0; q < quarters.size(); ++q) {
      const std::uint64_t draw = Hash(kSeed + q, made.location, made.sku);
      if (draw % 3 == 0)
        made.incoming.push_back({Units(1 + static_cast<std::int64_t>(draw % 60)), quarters[q], {}});
    }
  }
  return rows;
}

// The hundred SKUs that sell most: the marketplace has 20 of each, and stops while less than 4 are
// left; who sells in shops may use what the marketplace does not.
Allotments MakeAllotments(const World& world, const RealTables& tables) {
  std::map<std::string, std::int64_t> sold;
  for (const benchmarks::RealOrder& order : tables.orders) {
    for (const benchmarks::RealLine& line : order.lines) sold[line.sku] += line.quantity;
  }
  std::vector<std::pair<std::int64_t, std::string>> most;
  for (const auto& [sku, units] : sold) most.emplace_back(-units, sku);
  std::sort(most.begin(), most.end());
  most.resize(std::min<std::size_t>(most.size(), 100));
  std::vector<AllotmentSpec> specs;
  for (const auto& [units, sku] : most) {
    AllotmentSpec& market = specs.emplace_back();
    market.sku = sku;
    market.channel = "marketplace";
    market.guaranteed = 20;
    market.stop_below = 4;
    AllotmentSpec& shops = specs.emplace_back();
    shops.sku = sku;
    shops.channel = "store";
    shops.overflow = {"marketplace"};
    AllotmentSpec& social = specs.emplace_back();
    social.sku = sku;
    social.channel = "social";
    social.ceiling = 60;
  }
  return Must(Allotments::Create(world, std::move(specs)));
}

Order MakeOrder(const World& world, const benchmarks::RealOrder& real) {
  OrderDraft draft = Must(benchmarks::MakeRealOrder(world, real)).draft();
  // A household's order: the wholesaler's customers buy by the dozen.
  for (OrderLineDraft& line : draft.lines) {
    line.quantity = std::min<std::int64_t>(line.quantity, 12);
    line.substitution = Hash(kSeed, real.id, line.sku) % 4 == 0 ? SubstitutionPolicy::kNever
                                                                : SubstitutionPolicy::kAutomatic;
  }
  if (OrdersBundle(real)) {
    OrderLineDraft& line = draft.lines[0];
    line.sku = BundleName(real.lines[0].sku, real.lines[1].sku);
    line.quantity = std::min<std::int64_t>(line.quantity, 4);
    draft.lines.erase(draft.lines.begin() + 1);
  }
  draft.lines.resize(std::min<std::size_t>(draft.lines.size(), 8));
  return Must(Order::Create(world, std::move(draft)));
}

// The ten rules of the merchant, without the one of small orders' parcels; orders of the social
// channel wait until all of them can leave.
rules::RuleSet MakeRules(const World& world) {
  std::vector<rules::Rule> kept;
  const rules::RuleSet all = Must(benchmarks::MakeRealRules(world));
  for (const rules::Rule& rule : all.rules()) {
    if (rule.id != "few-parcels" && rule.id != "bulky-apart" && rule.id != "drop-rest") {
      kept.push_back(rule);
    }
  }
  rules::Rule together;
  together.id = "social-together";
  together.kind = rules::RuleKind::kGroup;
  together.keep = rules::Keep::kTogether;
  const Symbol social = world.symbols().Intern("social");
  together.evaluator = rules::FromLineKey([social](const rules::Facts& f, std::size_t) {
    return f.order->channel() == social ? std::optional(social) : std::nullopt;
  });
  kept.push_back(together);
  return Must(rules::RuleSet::Create({"beyond stock", {}, kept}));
}

class Year {
 public:
  explicit Year(const RealTables& tables)
      : world_(Must(World::Create(MakeDraft(tables)))),
        pool_(world_, Must(Stock::Create(world_, MakeRows(world_))),
              MakeAllotments(world_, tables)) {
    RouterOptions options;
    options.verify = true;
    options.budget.node_limit = 20;
    router_.emplace(Must(Router::Create(world_, MakeRules(world_), options)));
  }

  void Take(const benchmarks::RealOrder& real) {
    const Order order = MakeOrder(world_, real);
    const Timestamp now = *order.placed_at();
    for (const OrderLine& line : order.lines()) {
      const std::int64_t may = pool_.Available(line.sku, {.channel = order.channel(), .now = now});
      seen["kept for another channel"] += may < pool_.Available(line.sku, now) ? 1 : 0;
    }
    const std::vector<std::int64_t> missing = MissingOfGuarantees(order, now);
    const Decision decision = Must(
        router_->RouteAndReserve(order, pool_, {.now = now, .explain = ExplainLevel::kRecord}));
    const Plan& plan = decision.plan;
    INFO("order " << order.id().text() << "\n" << ToString(plan));
    CheckUnits(order, plan);
    CheckCost(plan);
    CheckWholes(order, plan);
    CheckPolicies(order, plan, now);
    REQUIRE(decision.attempts == 1);
    if (orders_ % 8 == 0) CheckExplained(plan);
    CheckReasons(plan);
    // Nobody was promised what is kept for the marketplace.
    const std::vector<std::int64_t> after = MissingOfGuarantees(order, now);
    for (std::size_t i = 0; i < after.size(); ++i) REQUIRE(after[i] <= missing[i]);
    Count(order, plan);
    if (orders_++ % 50 == 0) REQUIRE(pool_.Audit().ok());
  }

  std::map<std::string, int> seen;

 private:
  // Whoever reads the explanation finds what was put in another's place, and what waits.
  static void CheckReasons(const Plan& plan) {
    const World& world = plan.world();
    std::string text;
    for (const PlanLine& line : plan.lines()) {
      if (!line.substitute_for) continue;
      if (text.empty())
        text = ToString(Must(Explain(plan, {.next_best = 0, .break_evens = false})));
      INFO(text);
      REQUIRE(text.find(world.item(line.sku).sku()) != std::string::npos);
      REQUIRE(text.find(world.item(*line.substitute_for).sku()) != std::string::npos);
    }
    for (const PlanBackorder& units : plan.backorders()) {
      if (text.empty())
        text = ToString(Must(Explain(plan, {.next_best = 0, .break_evens = false})));
      INFO(text);
      REQUIRE(text.find(world.item(units.sku).sku()) != std::string::npos);
      REQUIRE(text.find(units.kind == BackorderKind::kPreorder ? "pre-order" : "backorder") !=
              std::string::npos);
    }
  }

  // By line, how much of what is guaranteed is not there.
  std::vector<std::int64_t> MissingOfGuarantees(const Order& order, Timestamp now) const {
    std::vector<std::int64_t> missing;
    for (const OrderLine& line : order.lines()) {
      missing.push_back(pool_.OverGuaranteed(line.sku, now));
    }
    return missing;
  }

  void Count(const Order& order, const Plan& plan) {
    seen["bundles"] += order.bundles().empty() ? 0 : 1;
    seen["questions"] += plan.questions().empty() ? 0 : 1;
    seen["short"] += plan.shortfalls().empty() ? 0 : 1;
    for (const PlanLine& line : plan.lines()) seen["substitutes"] += line.substitute_for ? 1 : 0;
    bool stock = !plan.lines().empty();
    for (const PlanBackorder& units : plan.backorders()) {
      const bool preorder = units.kind == BackorderKind::kPreorder;
      seen[preorder ? "pre-orders" : "backorders"] += 1;
      seen["parted"] += preorder && stock && units.expected ? 1 : 0;
    }
    for (const Shipment& shipment : plan.shipments()) seen["waiting"] += shipment.waits ? 1 : 0;
  }

  World world_;
  InventoryPool pool_;
  std::optional<Router> router_;
  std::size_t orders_ = 0;
};

void CheckYear(const RealTables& tables, std::size_t count, bool real) {
  Year year(tables);
  const std::size_t orders = tables.orders.size();
  count = std::min(count, orders);
  for (std::size_t i = 0; i < count; ++i) year.Take(tables.orders[i * orders / count]);
  for (const auto& [what, times] : year.seen) UNSCOPED_INFO(what << ": " << times);
  CHECK(year.seen["bundles"] > 0);
  CHECK(year.seen["substitutes"] > 0);
  CHECK(year.seen["questions"] > 0);
  CHECK(year.seen["pre-orders"] > 0);
  CHECK(year.seen["backorders"] > 0);
  if (!real) return;
  CHECK(year.seen["parted"] > 0);
  CHECK(year.seen["waiting"] > 0);
  CHECK(year.seen["kept for another channel"] > 0);
}

TEST_CASE("A made sample of real shape: substitutes, bundles, pre-orders and channels add up") {
  CheckYear(benchmarks::MakeSmallTables(100), 100, false);
}

TEST_CASE("Real orders: substitutes, bundles, pre-orders and channels add up over a year") {
  const auto folder = benchmarks::FindRealTables(ORDERWRIGHT_TESTS_SOURCE_DIR);
  if (!folder) {
    WARN("SKIPPED: no tables of real orders; set ORDERWRIGHT_DATA to their directory");
    return;
  }
  CheckYear(Must(benchmarks::ReadRealTables(*folder)),
            std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 6'000 : 120, true);
}

}  // namespace
}  // namespace orderwright
