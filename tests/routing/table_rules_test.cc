// Decision tables, as routing obeys them: one of each kind.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/io/explanation_json.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/router.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using rules::DecisionTable;
using rules::HitPolicy;
using rules::Rule;
using rules::RuleKind;
using testing::Brief;
using testing::CostOf;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::StockEntry;

Rule Table(RuleKind kind, std::vector<std::string> inputs, std::vector<DecisionTable::Row> rows,
           HitPolicy hit = HitPolicy::kUnique) {
  Rule rule;
  rule.id = "table";
  rule.kind = kind;
  rule.table =
      std::make_shared<const DecisionTable>(DecisionTable{std::move(inputs), std::move(rows), hit});
  return rule;
}

struct Shop {
  World world = Must(World::Create(testing::SmallDraft()));
  InventoryPool pool;

  explicit Shop(const std::vector<StockEntry>& stock) : pool(world, MakeStock(world, stock)) {}
  Plan Route(std::vector<Rule> rules, const OrderDraft& draft, bool explain = false) const {
    const Router router =
        Must(Router::Create(world, Must(rules::RuleSet::Create({"tables", {}, std::move(rules)}))));
    RouteOptions options;
    options.now = ParseTimestamp("2026-11-23T12:00:00Z").value();
    if (explain) options.explain = ExplainLevel::kRecord;
    return Must(router.Route(Must(Order::Create(world, draft)), pool.Live(), options));
  }
};

const std::vector<StockEntry> kEverywhere = {{"RNO", "MUG", 9}, {"OAK", "MUG", 9},
                                             {"MEM", "MUG", 9}, {"RNO", "HAT", 9},
                                             {"OAK", "HAT", 9}, {"MEM", "HAT", 9}};

TEST_CASE("A table of each kind that speaks of lines and locations decides where goods come from") {
  const Shop shop(kEverywhere);
  const OrderDraft mug = DraftToSf({{"MUG", 1}});
  REQUIRE(Brief(shop.Route({}, mug)) == "RNO: MUG x1");
  CHECK(Brief(shop.Route({Table(RuleKind::kEligible, {"location.id", "order.units"},
                                {{{"RNO", "< 5"}, "false"}, {{"OAK", ">= 5"}, "false"}})},
                         mug)) == "OAK: MUG x1");
  CHECK(Brief(shop.Route({Table(RuleKind::kEligible, {"location.id", "order.units"},
                                {{{"RNO", "< 5"}, "false"}, {{"OAK", ">= 5"}, "false"}})},
                         DraftToSf({{"MUG", 6}}))) == "RNO: MUG x6");
  CHECK(Brief(shop.Route({Table(RuleKind::kProtect, {"location.id", "item.sku"},
                                {{{"RNO", "MUG"}, "candidate.available"}})},
                         DraftToSf({{"MUG", 1}, {"HAT", 1}}))) == "OAK: MUG x1, HAT x1");
  const Plan priced =
      shop.Route({Table(RuleKind::kPrice, {"location.id"},
                        {{{"RNO, OAK"}, "100"}, {{"RNO"}, "0.5"}}, HitPolicy::kSum)},
                 mug);
  CHECK(Brief(priced) == "MEM: MUG x1");
  CHECK(Brief(shop.Route(
            {Table(RuleKind::kPrefer, {"location.id"}, {{{"not(OAK)"}, "50"}, {{"OAK"}, "0"}})},
            mug)) == "OAK: MUG x1");
  Rule rank =
      Table(RuleKind::kPrefer, {"location.id"}, {{{"MEM"}, "0"}, {{"-"}, "1"}}, HitPolicy::kFirst);
  rank.prefer = rules::PreferBy::kRank;
  const Router router = Must(Router::Create(
      shop.world,
      Must(rules::RuleSet::Create(
          {"", {{rules::Minimize::kRank, "table", 0}, {rules::Minimize::kCost, "", 0}}, {rank}}))));
  CHECK(Brief(Must(router.Route(Must(Order::Create(shop.world, mug)), shop.pool.Live(), {}))) ==
        "MEM: MUG x1");
}

TEST_CASE("A table of each kind that speaks of orders decides about the plan") {
  const Shop shop({{"RNO", "MUG", 1}, {"MEM", "MUG", 9}, {"OAK", "HAT", 5}});
  const OrderDraft both = DraftToSf({{"MUG", 2}, {"HAT", 1}});
  const Plan free = shop.Route({}, both);
  REQUIRE(free.shipments().size() > 1);
  Rule limit = Table(RuleKind::kLimit, {"order.units"}, {{{"< 10"}, "1"}, {{">= 10"}, "5"}});
  CHECK(shop.Route({limit}, both).shipments().size() == 1);
  Rule set = Table(RuleKind::kSet, {"order.units", "order.channel"},
                   {{{"> 1", "-"}, "10"}, {{"-", "not(amazon)"}, "5"}, {{"> 99", "-"}, "100"}},
                   HitPolicy::kSum);
  set.set = rules::SetField::kPriority;
  const Plan scored = shop.Route({set}, both);
  REQUIRE(scored.settings().size() == 1);
  CHECK(scored.settings()[0].value == 15);
  Rule group = Table(RuleKind::kGroup, {"item.sku"}, {{{"MUG"}, "'m'"}, {{"-"}, "'other'"}},
                     HitPolicy::kFirst);
  group.keep = rules::Keep::kApart;
  const Shop one({{"MEM", "MUG", 9}, {"MEM", "HAT", 9}});
  CHECK(one.Route({}, both).shipments().size() == 1);
  CHECK(one.Route({group}, both).shipments().size() == 2);
  Rule hold = Table(RuleKind::kHold, {"plan.shipments", "order.units"},
                    {{{"1", "-"}, ""}, {{"> 1", ">= 3"}, ""}});
  hold.reason = "row {table.row} of the table";
  const Plan held = shop.Route({hold}, both);
  REQUIRE(held.holds().size() == 1);
  CHECK(held.status() == PlanStatus::kHeld);
  CHECK(held.reason(held.holds()[0]) == "row 2 of the table");
  Rule outcome = Table(RuleKind::kOutcome, {"plan.short_units"}, {{{"[1..50]"}, ""}});
  outcome.on = rules::OutcomeOn::kShort;
  outcome.then = rules::OutcomeThen::kCancel;
  const Plan cut = shop.Route({outcome}, DraftToSf({{"MUG", 20}}));
  REQUIRE(cut.outcomes().size() == 1);
  CHECK(cut.outcomes()[0].then == rules::OutcomeThen::kCancel);
}

TEST_CASE("An explanation names the row of the table that rules out a location") {
  const Shop shop(kEverywhere);
  const Plan plan = shop.Route(
      {Table(RuleKind::kEligible, {"location.id"}, {{{"MEM"}, "false"}, {{"RNO"}, "false"}}),
       [] {
         Rule kept = Table(RuleKind::kProtect, {"location.id"}, {{{"OAK"}, "1"}, {{"MEM"}, "2"}});
         kept.id = "kept";
         kept.reason = "for the counter";
         return kept;
       }()},
      DraftToSf({{"MUG", 1}}), true);
  CHECK(Brief(plan) == "OAK: MUG x1");
  const Explanation why = Must(Explain(plan, {.why_not = {"RNO", "OAK"}}));
  REQUIRE(why.why_not[0].rulings.size() == 1);
  CHECK(why.why_not[0].rulings[0].reason == "row 2");
  REQUIRE(why.why_not[1].rulings.size() == 1);
  CHECK(why.why_not[1].rulings[0].reason ==
        "row 1: for the counter: available 8 after 1 kept back");
  CHECK(ToString(why).find("rule `table` (row 2)") != std::string::npos);
  REQUIRE(why.why_not[0].rulings[0].values.size() == 1);
  CHECK(why.why_not[0].rulings[0].values[0] ==
        std::pair<std::string, std::string>("location.id", "'RNO'"));
}

TEST_CASE("An explanation names the rules that add costs, and the rows of their tables") {
  const Shop shop(kEverywhere);
  Rule price = Table(RuleKind::kPrice, {"location.id", "item.sku"},
                     {{{"-", "HAT"}, "0.20"}, {{"RNO", "MUG"}, "0.30"}}, HitPolicy::kFirst);
  price.id = "price";
  Rule prefer = Table(RuleKind::kPrefer, {"location.id"}, {{{"MEM"}, "50"}, {{"RNO"}, "1.50"}});
  prefer.id = "prefer";
  const Plan plan = shop.Route(
      {price, prefer, testing::Text("far", RuleKind::kPrefer, "location.id == 'OAK'", "40")},
      DraftToSf({{"MUG", 2}}), true);
  REQUIRE(Brief(plan) == "RNO: MUG x2");
  const Explanation why = Must(Explain(plan, {.why_not = {"OAK", "MEM"}}));
  const std::vector<RuleCharge> charges = RuleChargesOf(why.record, why.chosen.shipments.front());
  REQUIRE(charges.size() == 2);
  CHECK(charges[0].rule == "price");
  CHECK(charges[0].cost == CostOf("0.60"));
  CHECK(charges[0].row == 1);
  CHECK(charges[1].rule == "prefer");
  CHECK(charges[1].cost == CostOf("1.50"));
  CHECK(charges[1].row == 1);
  const std::string text = ToString(why);
  INFO(text);
  CHECK(text.find("added by rules") != std::string::npos);
  CHECK(text.find("RNO: `price` 0.60 (row 2), `prefer` 1.50 (row 2)") != std::string::npos);
  CHECK(text.find("rule `far` 40.00") != std::string::npos);
  CHECK(text.find("rule `prefer` 50.00 (row 1)") != std::string::npos);
  // It reads back from the format.
  const DecisionRecord record = Must(io::ParseExplanation({io::ExplanationJson(why), "why"}));
  CHECK(ToString(Must(Explain(record, {.why_not = {"OAK", "MEM"}}))) == text);
}

TEST_CASE("Two rows of a unique table hold the order, and the error names them") {
  const Shop shop(kEverywhere);
  const Plan plan =
      shop.Route({Table(RuleKind::kPrice, {"location.id", "order.units"},
                        {{{"RNO", "-"}, "1"}, {{"MEM", "-"}, "1"}, {{"-", "1"}, "2"}})},
                 DraftToSf({{"MUG", 1}}));
  CHECK(Brief(plan) == "RNO: MUG x1");
  REQUIRE(plan.rule_errors().size() == 1);
  CHECK(plan.rule_errors()[0].message.find("rows 1 and 3 of the table both hold") !=
        std::string::npos);
  CHECK(plan.status() == PlanStatus::kHeld);
}

}  // namespace
}  // namespace orderwright
