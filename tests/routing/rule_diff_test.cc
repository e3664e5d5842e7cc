// What other rules would change: on changes whose effect is known by hand, and on random ones
// against plans that were routed one by one.
#include "orderwright/routing/rule_diff.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using rules::Rule;
using rules::RuleKind;
using rules::RuleSet;
using testing::Brief;
using testing::CostOf;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::StockEntry;
using testing::Text;

Rule Sets(std::string id, std::string when, std::string value) {
  Rule rule = Text(std::move(id), RuleKind::kSet, std::move(when), std::move(value));
  rule.set = rules::SetField::kPriority;
  return rule;
}

RuleSet SetOf(std::vector<Rule> rules, std::string version = "") {
  return Must(RuleSet::Create({std::move(version), {}, std::move(rules)}));
}

OrderDraft Named(std::string id, OrderDraft draft, std::vector<std::string> tags = {}) {
  draft.id = std::move(id);
  draft.tags = std::move(tags);
  return draft;
}

// To San Francisco a mug costs 6.70 from Reno and from Oakland, 11.70 from Memphis; of equals Reno
// is the first.
const std::vector<StockEntry> kStock = {{"RNO", "MUG", 9}, {"OAK", "MUG", 9}, {"MEM", "MUG", 9},
                                        {"RNO", "TEE", 9}, {"MEM", "TEE", 9}, {"RNO", "HAT", 9}};

struct Shop {
  World world = Must(World::Create(testing::SmallDraft()));
  InventoryPool pool{world, MakeStock(world, kStock)};

  std::vector<Order> Orders(const std::vector<OrderDraft>& drafts) const {
    std::vector<Order> orders;
    for (const OrderDraft& draft : drafts) orders.push_back(Must(Order::Create(world, draft)));
    return orders;
  }
  RuleDiff Compare(const std::vector<OrderDraft>& drafts, const RuleSet& before,
                   const RuleSet& after, const CompareOptions& options = {}) const {
    return Must(CompareRules(world, pool.Live(), Orders(drafts), before, after, options));
  }
  LocationIndex At(std::string_view id) const { return *world.FindLocation(id); }
};

std::vector<std::string> PartsOf(const ChangedOrder& order) {
  std::vector<std::string> names;
  for (const PlanPart part : order.parts) names.emplace_back(ToString(part));
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("A rule that is added moves units, and the answer says which, from where, and why") {
  const Shop shop;
  const RuleSet before = SetOf({}, "1");
  const RuleSet after = SetOf(
      {Text("no-reno", RuleKind::kEligible, "'vip' in order.tags", "location.id != 'RNO'")}, "2");
  const RuleDiff diff = shop.Compare(
      {Named("a", DraftToSf({{"MUG", 1}})), Named("b", DraftToSf({{"MUG", 2}}), {"vip"}),
       Named("c", DraftToSf({{"TEE", 1}}), {"vip"}), Named("d", DraftToSf({{"HAT", 1}}), {"vip"})},
      before, after);
  CHECK(diff.orders == 4);
  REQUIRE(diff.changed.size() == 3);

  const ChangedOrder& mugs = diff.changed[0];
  CHECK(mugs.order == 1);
  CHECK(Brief(mugs.before) == "RNO: MUG x2");
  CHECK(Brief(mugs.after) == "OAK: MUG x2");
  CHECK(PartsOf(mugs) == Names{"locations"});
  REQUIRE(mugs.moves.size() == 1);
  CHECK(mugs.moves[0].from == shop.At("RNO"));
  CHECK(mugs.moves[0].to == shop.At("OAK"));
  CHECK(mugs.moves[0].units == Units(2));
  CHECK(mugs.rules ==
        std::vector<RuleDifference>{{"no-reno", VoiceChange::kAdded, /*is_same_rule=*/false}});

  const ChangedOrder& tee = diff.changed[1];
  CHECK(PartsOf(tee) == Names{"locations", "cost"});
  CHECK(tee.after.cost() - tee.before.cost() == CostOf("5.00"));

  const ChangedOrder& hat = diff.changed[2];
  CHECK(PartsOf(hat) == Names{"status", "locations", "shortfalls", "cost"});
  REQUIRE(hat.moves.size() == 1);
  CHECK(!hat.moves[0].to);

  CHECK(diff.before.cost == CostOf("26.90"));  // 6.70, 6.80, 6.70, 6.70
  CHECK(diff.after.cost == CostOf("10025.20"));
  CHECK(diff.before.short_units == 0);
  CHECK(diff.after.short_units == 1);
  CHECK(diff.before.shipped == 4);
  CHECK(diff.after.shipped == 3);
  REQUIRE(diff.rules.size() == 1);
  CHECK(diff.rules[0].rule == "no-reno");
  CHECK(diff.rules[0].orders == 3);
  REQUIRE(diff.moves.size() == 3);
  CHECK(diff.moves[0].to == shop.At("OAK"));
  CHECK(diff.moves[0].units == Units(2));
  CHECK(diff.same_objectives);
  const std::string text = ToString(diff);
  INFO(text);
  CHECK(text.find("rules 1 → 2: 3 of 4 orders change") != std::string::npos);
  CHECK(text.find("order c: TEE ×1 RNO → MEM; +5.00 (no-reno added)") != std::string::npos);
  CHECK(ToString(diff, 1).find("… and 2 more") != std::string::npos);
}

TEST_CASE("The other way round the same units move back, and the rule is removed") {
  const Shop shop;
  const RuleSet none = SetOf({});
  const RuleSet some = SetOf({Text("no-reno", RuleKind::kEligible, "", "location.id != 'RNO'")});
  const RuleDiff diff = shop.Compare({Named("a", DraftToSf({{"TEE", 2}}))}, some, none);
  REQUIRE(diff.changed.size() == 1);
  REQUIRE(diff.changed[0].rules.size() == 1);
  CHECK(diff.changed[0].rules[0].change == VoiceChange::kRemoved);
  REQUIRE(diff.moves.size() == 1);
  CHECK(diff.moves[0].from == shop.At("MEM"));
  CHECK(diff.moves[0].to == shop.At("RNO"));
}

TEST_CASE("A rule that says something else is changed; one that only follows is told apart") {
  const Shop shop;
  const auto protect = [](const char* units) {
    return Text("floor", RuleKind::kProtect, "location.id == 'RNO'", units);
  };
  const Rule low = Sets("low", "", "1");
  SECTION("another number") {
    const RuleDiff diff = shop.Compare({Named("a", DraftToSf({{"MUG", 2}}))},
                                       SetOf({protect("7"), low}), SetOf({protect("8"), low}));
    REQUIRE(diff.changed.size() == 1);
    CHECK(diff.changed[0].rules ==
          std::vector<RuleDifference>{{"floor", VoiceChange::kChanged, false}});
  }
  SECTION("the same number") {
    CHECK(shop.Compare({Named("a", DraftToSf({{"MUG", 2}}))}, SetOf({protect("7")}),
                       SetOf({protect("3 + 4")}))
              .changed.empty());
  }
  SECTION("what the first rule leaves to the second") {
    const RuleDiff diff = shop.Compare({Named("a", DraftToSf({{"MUG", 1}}))},
                                       SetOf({Sets("high", "", "9"), low}), SetOf({low}));
    REQUIRE(diff.changed.size() == 1);
    CHECK(PartsOf(diff.changed[0]) == Names{"settings"});
    CHECK(diff.changed[0].rules ==
          std::vector<RuleDifference>{{"high", VoiceChange::kRemoved, false},
                                      {"low", VoiceChange::kAdded, true}});
  }
  SECTION("an order of priority alone") {
    Rule first = low;
    first.priority = 5;
    const RuleDiff diff =
        shop.Compare({Named("a", DraftToSf({{"MUG", 1}}))}, SetOf({Sets("high", "", "9"), low}),
                     SetOf({Sets("high", "", "9"), first}));
    REQUIRE(diff.changed.size() == 1);
    CHECK(diff.changed[0].rules ==
          std::vector<RuleDifference>{{"low", VoiceChange::kAdded, false},
                                      {"high", VoiceChange::kRemoved, true}});
  }
}

TEST_CASE("Holds, outcomes, errors and limits are differences too") {
  const Shop shop;
  Rule hold = Text("big", RuleKind::kHold, "order.units > 2");
  Rule short_rule = Text("cancel-rest", RuleKind::kOutcome, "");
  short_rule.on = rules::OutcomeOn::kShort;
  short_rule.then = rules::OutcomeThen::kCancel;
  Rule limit = Text("one-box", RuleKind::kLimit, "", "1");
  limit.limit = rules::LimitKind::kMaxShipments;
  Rule bad = Text("bad", RuleKind::kProtect, "'x' in order.tags", "1 / int(order.attributes.no)");
  bad.on_error = rules::OnError::kSkip;
  const RuleDiff diff = shop.Compare(
      {Named("plain", DraftToSf({{"MUG", 1}})), Named("held", DraftToSf({{"MUG", 3}})),
       Named("split", DraftToSf({{"MUG", 20}})), Named("error", DraftToSf({{"MUG", 1}}), {"x"})},
      SetOf({}), SetOf({hold, short_rule, limit, bad}));
  REQUIRE(diff.changed.size() == 3);
  CHECK(PartsOf(diff.changed[0]) == Names{"status", "holds"});
  CHECK(diff.changed[0].holds_added == Names{"big"});
  CHECK(PartsOf(diff.changed[1]) ==
        Names{"status", "locations", "shortfalls", "holds", "outcomes", "cost"});
  CHECK(PartsOf(diff.changed[2]) == Names{"rule_errors"});
  std::set<std::string> spoke;
  for (const RuleDifference& rule : diff.changed[1].rules) spoke.insert(rule.rule);
  CHECK(spoke == std::set<std::string>{"big", "cancel-rest", "one-box"});
  CHECK(diff.before.split == 1);
  CHECK(diff.after.split == 0);
  CHECK(diff.after.held == 2);
  REQUIRE(diff.holds.size() == 1);
  CHECK(diff.holds[0].added == 2);
  CHECK(diff.holds[0].removed == 0);
}

TEST_CASE("Other objectives change plans without a rule that spoke differently") {
  const Shop shop;
  rules::RuleSetDraft draft;
  draft.objectives = {{rules::Minimize::kShipments, "", 0}, {rules::Minimize::kCost, "", 0}};
  const RuleSet fewest = Must(RuleSet::Create(std::move(draft)));
  // Mugs and tees of Memphis alone, or both of Reno: the same; a hat and twelve mugs need two.
  const RuleDiff diff = shop.Compare({Named("a", DraftToSf({{"MUG", 1}}))}, SetOf({}), fewest);
  CHECK(!diff.same_objectives);
  CHECK(diff.changed.empty());
}

TEST_CASE("The same rules change nothing, whatever they are") {
  const Shop shop;
  const RuleSet set = SetOf({Text("floor", RuleKind::kProtect, "location.id == 'RNO'", "8"),
                             Text("big", RuleKind::kHold, "order.units > 2")});
  const RuleDiff diff = shop.Compare(
      {Named("a", DraftToSf({{"MUG", 3}})), Named("b", DraftToSf({{"TEE", 12}, {"HAT", 1}}))}, set,
      set);
  CHECK(diff.changed.empty());
  CHECK(diff.before == diff.after);
  CHECK(ToString(diff).find("0 of 2 orders change") != std::string::npos);
}

TEST_CASE("Plans that are kept have a record if it is asked for") {
  const Shop shop;
  const RuleSet after = SetOf({Text("no-reno", RuleKind::kEligible, "", "location.id != 'RNO'")});
  const std::vector<OrderDraft> drafts = {Named("a", DraftToSf({{"TEE", 2}}))};
  CHECK(!shop.Compare(drafts, SetOf({}), after).changed[0].after.is_recorded());
  CompareOptions options;
  options.explain = ExplainLevel::kRecord;
  const RuleDiff diff = shop.Compare(drafts, SetOf({}), after, options);
  REQUIRE(diff.changed[0].after.is_recorded());
  REQUIRE(diff.changed[0].after.voices().size() == 1);
  CHECK(diff.changed[0].after.voices()[0].rows == 1);
  CHECK(diff.changed[0].before.voices().empty());
}

TEST_CASE("What cannot be compared is an error with its reason, and nothing is reserved") {
  const Shop shop;
  const std::uint64_t sequence = shop.pool.Live().sequence();
  Rule fails = Text("strict", RuleKind::kProtect, "", "1 / int(order.attributes.no)");
  fails.on_error = rules::OnError::kFail;
  const std::vector<Order> orders =
      shop.Orders({Named("a", DraftToSf({{"MUG", 1}})), Named("b", DraftToSf({{"MUG", 1}}))});
  const auto failed = CompareRules(shop.world, shop.pool.Live(), orders, SetOf({}), SetOf({fails}));
  REQUIRE(!failed.ok());
  CHECK(std::string(failed.status().message()).find("order 'a', rule 'strict'") !=
        std::string::npos);
  CompareOptions options;
  options.threads = -1;
  CHECK(CompareRules(shop.world, shop.pool.Live(), orders, SetOf({}), SetOf({}), options)
            .status()
            .code() == absl::StatusCode::kInvalidArgument);
  options.threads = 1;
  options.progress = [](std::size_t, std::size_t) { return false; };
  CHECK(CompareRules(shop.world, shop.pool.Live(), orders, SetOf({}), SetOf({}), options)
            .status()
            .code() == absl::StatusCode::kCancelled);
  CHECK(shop.pool.Live().sequence() == sequence);
}

// -- Against plans that were routed one by one
// -----------------------------------------------------

std::string DecisionOf(const Plan& plan) {
  std::string text = fmt::format("{} {} {}", ToString(plan.status()), plan.cost(), Brief(plan));
  for (const Shipment& s : plan.shipments())
    text += fmt::format(" {} {}", plan.service(s), plan.group(s));
  std::set<std::string> also;
  for (const PlanHold& hold : plan.holds()) {
    also.insert("held by " + plan.rules().rules()[hold.rule].id);
  }
  for (const PlanSetting& s : plan.settings()) {
    also.insert(fmt::format("{}={}", ToString(s.field), s.value));
  }
  for (const PlanOutcome& o : plan.outcomes()) {
    also.insert(fmt::format("{}: {}", ToString(o.on), ToString(o.then)));
  }
  for (const PlanRuleError& e : plan.rule_errors()) also.insert(e.message);
  return fmt::format("{} {}", text, fmt::join(also, ", "));
}

RuleSet DrawRules(std::mt19937_64& random) {
  std::vector<Rule> all = {
      Text("places", RuleKind::kEligible, "'vip' in order.tags", "location.id != 'RNO'"),
      Text("floor", RuleKind::kProtect, "location.id == 'OAK'", "6"),
      Text("dear", RuleKind::kPrefer, "location.id == 'RNO'", "'0.40'"),
      Text("spare", RuleKind::kPrice, "candidate.available < 9", "0.25"),
      Text("big", RuleKind::kHold, "order.units > 3"),
      Sets("first", "order.units > 1", "7"),
      Sets("second", "", "3"),
      Text("apart", RuleKind::kGroup, "", "item.sku == 'HAT' ? 'hat' : 'other'")};
  all[2].text->value = "0.40";
  all[7].keep = rules::Keep::kApart;
  Rule limit = Text("boxes", RuleKind::kLimit, "order.units > 2", "1");
  limit.limit = rules::LimitKind::kMaxShipments;
  all.push_back(limit);
  std::vector<Rule> some;
  for (const Rule& rule : all) {
    if (random() % 2 == 0) some.push_back(rule);
  }
  return SetOf(std::move(some));
}

TEST_CASE("Differences are those of plans that are routed one by one, on any number of threads") {
  std::mt19937_64 random(20261127);
  const Shop shop;
  std::size_t changes = 0;
  for (int round = 0; round < 40; ++round) {
    const RuleSet before = DrawRules(random);
    const RuleSet after = DrawRules(random);
    std::vector<OrderDraft> drafts;
    for (int i = 0; i < 40; ++i) {
      std::vector<std::pair<std::string, std::int64_t>> lines;
      for (const char* sku : {"MUG", "TEE", "HAT"}) {
        if (random() % 2 == 0) lines.emplace_back(sku, 1 + static_cast<int>(random() % 12));
      }
      if (lines.empty()) lines.emplace_back("MUG", 2);
      drafts.push_back(
          Named(std::to_string(i), DraftToSf(lines), random() % 2 == 0 ? Names{"vip"} : Names{}));
    }
    const RuleDiff diff = shop.Compare(drafts, before, after);
    CompareOptions many;
    many.threads = 4;
    CHECK(ToString(shop.Compare(drafts, before, after, many), 100) == ToString(diff, 100));

    const Router old_router = Must(Router::Create(shop.world, before));
    const Router new_router = Must(Router::Create(shop.world, after));
    Cost cost_before;
    Cost cost_after;
    std::map<std::size_t, const ChangedOrder*> changed;
    for (const ChangedOrder& order : diff.changed) changed[order.order] = &order;
    const std::vector<Order> orders = shop.Orders(drafts);
    for (std::size_t i = 0; i < orders.size(); ++i) {
      const Plan a = Must(old_router.Route(orders[i], shop.pool.Live()));
      const Plan b = Must(new_router.Route(orders[i], shop.pool.Live()));
      cost_before += a.cost();
      cost_after += b.cost();
      INFO(DecisionOf(a) << "\n" << DecisionOf(b));
      REQUIRE(changed.contains(i) == (DecisionOf(a) != DecisionOf(b)));
      if (!changed.contains(i)) continue;
      ++changes;
      const ChangedOrder& order = *changed[i];
      CHECK(DecisionOf(order.before) == DecisionOf(a));
      CHECK(DecisionOf(order.after) == DecisionOf(b));
      CHECK(std::any_of(order.rules.begin(), order.rules.end(),
                        [](const RuleDifference& rule) { return !rule.is_same_rule; }));
      // Taking what moves from its places and putting it where it goes gives the other plan.
      std::map<std::pair<std::uint32_t, std::size_t>, std::int64_t> units;
      const auto add = [&units](const Plan& plan, std::int64_t sign) {
        for (const Shipment& s : plan.shipments()) {
          for (const PlanLine& l : plan.lines(s)) {
            units[{l.line, Raw(s.location)}] += sign * l.quantity.count();
          }
        }
      };
      add(a, 1);
      for (const UnitsMoved& move : order.moves) {
        CHECK(move.from != move.to);
        if (move.from) units[{move.line, Raw(*move.from)}] -= move.units.count();
        if (move.to) units[{move.line, Raw(*move.to)}] += move.units.count();
      }
      add(b, -1);
      for (const auto& [key, left] : units) CHECK(left == 0);
    }
    CHECK(diff.before.cost == cost_before);
    CHECK(diff.after.cost == cost_after);
  }
  CHECK(changes > 200);
}

TEST_CASE("Rules that spoke are those that would have spoken in shadow") {
  std::mt19937_64 random(7);
  const Shop shop;
  for (int round = 0; round < 60; ++round) {
    const RuleSet set = DrawRules(random);
    const Order order = Must(Order::Create(
        shop.world, Named("a", DraftToSf({{"MUG", 1 + static_cast<int>(random() % 6)}, {"HAT", 1}}),
                          random() % 2 == 0 ? Names{"vip"} : Names{})));
    const Plan plan = Must(Must(Router::Create(shop.world, set))
                               .Route(order, shop.pool.Live(), {.explain = ExplainLevel::kRecord}));
    for (const Rule& rule : set.rules()) {
      // Each alone in shadow, so that no other rule takes its rows.
      Rule shadow = rule;
      shadow.mode = rules::RuleMode::kShadow;
      shadow.evaluator = nullptr;
      const Plan alone =
          Must(Must(Router::Create(shop.world, SetOf({shadow}))).Route(order, shop.pool.Live()));
      const bool would = !alone.shadows().empty();
      const auto spoke = std::find_if(
          plan.voices().begin(), plan.voices().end(),
          [&](const PlanVoice& voice) { return set.rules()[voice.rule].id == rule.id; });
      INFO(rule.id);
      if (spoke != plan.voices().end()) {
        REQUIRE(would);
        CHECK(spoke->rows <= alone.shadows()[0].rows);
      } else if (would && rule.id != "second" && rule.kind != RuleKind::kPrice &&
                 rule.kind != RuleKind::kProtect) {
        FAIL("it would have spoken");
      }
    }
  }
}

}  // namespace
}  // namespace orderwright
