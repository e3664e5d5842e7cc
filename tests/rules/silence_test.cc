// What is not evaluated, and what is evaluated for one row, against columns: the same answers.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "orderwright/rules/rule_set.h"
#include "tests/catch.h"
#include "tests/properties/random.h"
#include "tests/rules/bench.h"

namespace orderwright {
namespace {

using rules::RuleKind;
using testing::Bench;
using testing::Must;
using testing::Random;

// Conditions on the order, its items, locations and candidates; some hold, some not, some fail.
const std::vector<std::string> kTerms = {
    "order.total > 250.0",
    "order.total <= 250.0",
    "order.units != 12",
    "order.units == 12",
    "5 < order.units",
    "order.channel == 'web'",
    "order.channel == 'amazon'",
    "'vip' in order.tags",
    "order.tags.exists(t, t == 'nobody')",
    "order.tags.exists(t, t in ['gift', 'x'])",
    "has(order.risk) && order.risk < 0.5",
    "has(order.risk) && order.risk >= 0.250001",
    "has(order.risk) && order.risk != 0.25",
    "has(order.risk) && -0.0 < order.risk",
    "order.priority < -9223372036854775808",
    "9223372036854775807 >= order.units",
    "order.units > 9223372036854775807",
    "order.units / (order.units - order.units) > 1",
    "'vip' in item.tags",
    "'nobody' in item.tags",
    "item.weight_g > 10000",
    "item.weight_g < 250",
    "location.kind == 'store'",
    "location.country in ['US', 'MX']",
    "location.handling_days / (location.handling_days - 1) > 0",
    "has(candidate.distance_km) && candidate.distance_km < 700.0",
    "candidate.available > 4",
};

std::string DrawCondition(Random& random, int depth) {
  const auto any = [&] {
    return kTerms[static_cast<std::size_t>(random.Below(static_cast<int>(kTerms.size())))];
  };
  if (depth == 0) return any();
  const std::string a = DrawCondition(random, depth - 1);
  const std::string b = DrawCondition(random, depth - 1);
  switch (random.Below(5)) {
    case 0:
      return "(" + a + " || " + b + ")";
    case 1:
      return "!(" + a + ")";
    case 2:
      return "(" + any() + " ? " + a + " : " + b + ")";
    default:
      return "(" + a + " && " + b + ")";
  }
}

TEST_CASE("A rule that may not speak says nothing, and one row has the answer of its column") {
  Bench bench;
  const std::size_t pairs = bench.facts.pairs.size();
  const std::vector<std::uint8_t> mask(pairs, 1);
  int silent = 0;
  int fails = 0;
  int holds_some = 0;
  const int cases = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 20'000 : 1'500;
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    rules::RuleSetDraft draft;
    const std::string text = DrawCondition(random, static_cast<int>(random.Below(4)));
    rules::Rule& price = draft.rules.emplace_back();
    price.id = "price";
    price.kind = RuleKind::kPrice;
    price.text = rules::RuleText{text, "2"};
    rules::Rule& eligible = draft.rules.emplace_back();
    eligible.id = "eligible";
    eligible.kind = RuleKind::kEligible;
    eligible.text = rules::RuleText{"", text};
    INFO(text);
    const rules::RuleSet rules =
        Must(Must(rules::RuleSet::Create(std::move(draft))).BindTo(bench.world));

    std::vector<std::int64_t> values(pairs, 0);
    const absl::Status priced =
        rules.rules()[0].evaluator->Evaluate(bench.facts, mask, {{}, values});
    const bool may_speak = rules.rules()[0].evaluator->MaySpeak(bench.facts);
    if (!may_speak) {
      REQUIRE(priced.ok());
      REQUIRE(values == std::vector<std::int64_t>(pairs, 0));
      ++silent;
    }

    std::vector<std::uint8_t> holds(pairs, 1);
    const rules::Evaluator& evaluator = *rules.rules()[1].evaluator;
    const absl::Status all = evaluator.Evaluate(bench.facts, mask, {holds, {}});
    for (std::size_t p = 0; p < pairs; ++p) {
      rules::Facts one = bench.facts;
      one.pairs.line = one.pairs.line.subspan(p, 1);
      one.pairs.candidate = one.pairs.candidate.subspan(p, 1);
      one.pairs.available = one.pairs.available.subspan(p, 1);
      one.pairs.sku = one.pairs.sku.subspan(p, 1);
      one.pairs.on_hand = one.pairs.on_hand.subspan(p, 1);
      one.pairs.cost = one.pairs.cost.subspan(p, 1);
      const std::uint8_t asked = 1;
      std::uint8_t answer = 1;
      const absl::Status status = evaluator.Evaluate(one, {&asked, 1}, {{&answer, 1}, {}});
      if (!status.ok()) {
        REQUIRE_FALSE(all.ok());
      } else if (all.ok()) {
        REQUIRE(answer == holds[p]);
        if (priced.ok()) REQUIRE((values[p] != 0) == (answer != 0));
        holds_some += answer;
      }
    }
    fails += all.ok() ? 0 : 1;
  }
  // It is about something.
  CHECK(silent > cases / 20);
  CHECK(fails > cases / 50);
  CHECK(holds_some > cases);
}

}  // namespace
}  // namespace orderwright
