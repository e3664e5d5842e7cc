// Columns against the evaluator of the language: random expressions over the schema, for every kind
// of row, computed both ways. They must agree in every row, errors included.
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "orderwright/cel/checker.h"
#include "orderwright/cel/parser.h"
#include "src/rules/internal/money_value.h"
#include "src/rules/internal/program.h"
#include "src/rules/internal/run.h"
#include "tests/properties/random.h"
#include "tests/rules/bench.h"

namespace orderwright::rules_internal {
namespace {

using orderwright::testing::Bench;
using orderwright::testing::Random;

// Texts of random expressions, well-typed; they may fail when they run.
class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  std::string Truth(int depth) {
    switch (random_.Below(depth > 0 ? 14 : 8)) {
      case 0:
        return Pick({"order.test", "location.active", "line.no_split", "item.requires_shipping",
                     "true", "false"});
      case 1:
        return fmt::format("{} {} {}", Int(0), Relation(), Int(0));
      case 2:
        return fmt::format("{} {} {}", Money(0), Relation(),
                           random_.Once(2) ? Money(0) : Pick({"1.99", "4", "0.25", "7.5", "1u"}));
      case 3:
        return fmt::format("{} {} {}", Double(0), Relation(),
                           random_.Once(3) ? Pick({"3", "50", "0"}) : Double(0));
      case 4:
        return fmt::format("{} {} {}", Text(), Pick({"==", "!=", "<"}), Text());
      case 5:
        return fmt::format("{} in {}", Text(),
                           Pick({"['US', 'web', 'store', 'south', 'blue']", "['CA']",
                                 "['S1', 'S2', 'L3', 'L4']"}));
      case 6:
        return Contains();
      case 7:
        return Pick({"has(order.risk)", "has(order.parent)", "has(location.max_rejects)",
                     "has(candidate.distance_km)", "has(item.origin)", "has(line.ship_group)",
                     "has(location.attributes.grade)", "has(location.channels)",
                     "has(location.attributes.docks)", "'zone' in location.attributes",
                     "has(line.attributes.`is-gift`)", "line.attributes['is-gift']",
                     "has(order.attributes.level)"});
      case 8:
        return fmt::format("({} ? {} : {})", Truth(depth - 1), Truth(depth - 1), Truth(depth - 1));
      case 9:
        return fmt::format("!({})", Truth(depth - 1));
      case 10:
        return fmt::format("{} {} {}", Time(), Relation(), Time());
      case 11:
        return Pick({"location.attributes['grade'] > 20", "location.id.startsWith('L1')",
                     "order.lines.exists(l, l.quantity > 3)", "size(item.tags) == 2",
                     "order.lines.all(l, l.item.weight_g < 250)"});
      default: {
        std::string terms = Truth(depth - 1);
        const bool is_and = random_.Once(2);
        for (std::int64_t i = 0; i < 1 + random_.Below(3); ++i) {
          terms += fmt::format(" {} {}", is_and ? "&&" : "||", Truth(depth - 1));
        }
        return fmt::format("({})", terms);
      }
    }
  }
  std::string Int(int depth) {
    switch (random_.Below(depth > 0 ? 8 : 4)) {
      case 0:
        return Pick({"0", "3", "-7", "9223372036854775807", "2"});
      case 1:
      case 2:
      case 3:
        return Pick({"order.units", "line.quantity", "location.handling_days", "location.rank",
                     "item.weight_g", "candidate.available", "location.max_rejects",
                     "candidate.transit_days", "order.priority", "item.pack_size",
                     "location.attributes.docks", "order.attributes.level", "candidate.load_units",
                     "candidate.on_hand", "order.rejections"});
      case 4:
        return fmt::format("({} ? {} : {})", Truth(depth - 1), Int(depth - 1), Int(depth - 1));
      default:
        return fmt::format("({} {} {})", Int(depth - 1), Pick({"+", "-", "*", "/", "%"}),
                           Int(depth - 1));
    }
  }
  std::string Money(int depth) {
    switch (random_.Below(depth > 0 ? 6 : 3)) {
      case 0:
      case 1:
      case 2:
        return Pick({"order.total", "line.unit_price", "item.unit_value", "location.cost_per_unit",
                     "line.margin", "money('3.98')", "candidate.cost"});
      case 3:
        return fmt::format("({} * {})", Money(depth - 1), Int(depth - 1));
      default:
        return fmt::format("({} {} {})", Money(depth - 1), Pick({"+", "-"}), Money(depth - 1));
    }
  }
  std::string Double(int depth) {
    if (depth > 0 && random_.Once(2)) {
      return fmt::format("({} {} {})", Double(depth - 1), Pick({"+", "-", "*", "/"}),
                         Double(depth - 1));
    }
    return Pick({"order.risk", "candidate.distance_km", "order.attributes.score",
                 "order.attributes['points']", "0.25", "50.0", "0.0", "double(order.units)"});
  }

 private:
  std::string Pick(const std::vector<std::string>& all) {
    return all[static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(all.size())))];
  }
  std::string Relation() { return Pick({"==", "!=", "<", "<=", ">", ">="}); }
  std::string Text() {
    return Pick({"order.channel",
                 "location.country",
                 "location.kind",
                 "item.sku",
                 "line.sku",
                 "location.id",
                 "'US'",
                 "'store'",
                 "'web'",
                 "order.parent",
                 "item.origin",
                 "customer.id",
                 "order.ship_to.country",
                 "line.item.sku",
                 "candidate.carrier",
                 "item.attributes.hue",
                 "line.item.attributes['hue']",
                 "location.attributes.zone",
                 "'north'",
                 "'red'"});
  }
  std::string Time() {
    return Pick({"now", "order.placed_at", "candidate.deliver_by", "candidate.rejected_at",
                 "timestamp('2026-11-24T12:00:00Z')", "order.requested_by",
                 "order.placed_at + duration('30h')"});
  }
  std::string Contains() {
    const std::string list = Pick({"order.tags", "location.tags", "item.tags", "customer.tags",
                                   "location.channels", "order.services"});
    return Pick({fmt::format("'vip' in {}", list), fmt::format("{}.exists(t, t == 'fast')", list),
                 fmt::format("{}.exists(t, t in ['gold', 'bulky', 'web'])", list),
                 fmt::format("{}.all(t, t != 'big')", list),
                 fmt::format("{}.exists(t, 'vip' == t)", list)});
  }

  Random& random_;
};

bool SameNumber(const Root& root, const cel::Value& value, std::int64_t number) {
  return BoxNumber(root.type, number) == value ||
         (value.Is(cel::Kind::kDouble) && value.double_value() != value.double_value());
}

// A row without columns.
void CompareScalar(const Scalar& scalar, const Root& root, const Row& row,
                   const absl::StatusOr<cel::Value>& value) {
  if (root.type == ValueType::kBool) {
    REQUIRE(scalar.Truth(root.node, row) == (value.ok() ? (value->bool_value() ? 1 : 0) : kError));
    return;
  }
  std::int64_t number = 0;
  REQUIRE(scalar.Number(root.node, row, number) == value.ok());
  if (value.ok()) REQUIRE(SameNumber(root, *value, number));
}

// How often rows were values, and errors.
struct Tally {
  int values = 0;
  int errors = 0;
  int refused = 0;
};

void Compare(const Bench& bench, Random& random, Space target, const std::string& text,
             Tally& tally) {
  Program program(testing::MakeLanguage(), bench.world);
  const absl::StatusOr<cel::CheckedAst> checked = program.Check(text);
  if (!checked.ok()) {
    REQUIRE(cel::Parse(text).ok());
    ++tally.refused;
    return;
  }
  const absl::StatusOr<Root> root = program.Add(*checked, target);
  if (!root.ok()) {  // it varies with what rows of this kind do not have
    ++tally.refused;
    return;
  }
  program.Finish();
  Scratch scratch;
  Run run(program, scratch, bench.facts, 1);
  const std::size_t rows = run.rows(target);
  Words need((rows + 63) / 64, 0);
  for (std::size_t i = 0; i < rows; ++i) {
    if (!random.Once(3)) need[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  if (root->type > ValueType::kTime) return;
  const std::uint64_t* error = nullptr;
  Bits bits;
  std::span<const std::int64_t> numbers;
  if (root->type == ValueType::kBool) {
    bits = run.TruthIn(root->node, target, need.data());
    if (bits.any_error) error = bits.error;
  } else {
    numbers = run.NumbersIn(root->node, target, need.data(), &error);
  }
  const auto bit = [](const std::uint64_t* words, std::size_t i) {
    return (words[i / 64] >> (i % 64) & 1U) != 0;
  };
  for (std::size_t i = 0; i < rows; ++i) {
    if (!bit(need.data(), i)) continue;
    const Row row = run.RowAt(target, i);
    const absl::StatusOr<cel::Value> value = root->whole->Evaluate(RowVariables(row));
    INFO(text << "\nrow " << i << " of space " << static_cast<int>(target) << ": "
              << (value.ok() ? cel::ToString(*value) : std::string(value.status().message())));
    REQUIRE(value.ok() == (error == nullptr || !bit(error, i)));
    if (!program.nodes()[root->node].is_lazy) {
      CompareScalar(Scalar(program), *root, row, value);
    }
    if (!value.ok()) {
      ++tally.errors;
      continue;
    }
    ++tally.values;
    if (root->type == ValueType::kBool) {
      REQUIRE(value->bool_value() == bit(bits.truth, i));
    } else {
      REQUIRE(SameNumber(*root, *value, numbers[i]));
    }
  }
}

// Found by random expressions: what was spread to services was overwritten by the same field spread
// to pairs. And its like: a part that takes work, asked for other rows while its column is in use.
TEST_CASE("A part of an expression stays what it is while the rest is computed") {
  const Bench bench;
  Tally tally;
  for (const std::string text :
       {"location.rank - (order.units > 2 ? (location.rank >= order.units ? candidate.available "
        ": 2) : 3)",
        "location.rank - (order.lines.exists(l, l.quantity > 3) ? (location.rank >= order.units ? "
        "candidate.available : 2) : (50.0 >= double(order.units) ? -7 : 3))",
        "(location.name.size() > 3 && location.id.size() > 2 ? 1 : 2) - (candidate.available > 2 ? "
        "(location.name.size() > 3 && location.id.size() > 2 ? 1 : 2) : 5)",
        "(line.sku.size() + location.name.size()) * (candidate.available > 2 ? line.sku.size() + "
        "location.name.size() : 7)"}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Random random(seed);
      for (const Space target : {Space::kPair, Space::kOption}) {
        Compare(bench, random, target, text, tally);
      }
    }
  }
  CHECK(tally.refused == 0);
  CHECK(tally.values > 100);
}

TEST_CASE("Columns and the evaluator of the language agree on random expressions") {
  const int cases = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 60'000 : 1'500;
  const Bench bench;
  Tally tally;
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    const std::array targets = {Space::kOrder, Space::kLine, Space::kCandidate,
                                Space::kPair,  Space::kPair, Space::kOption};
    const Space target = targets[static_cast<std::size_t>(random.Below(6))];
    Writer writer(random);
    const std::int64_t type = random.Below(6);
    const std::string text = type == 0   ? writer.Int(3)
                             : type == 1 ? writer.Money(3)
                             : type == 2 ? writer.Double(3)
                                         : writer.Truth(3);
    Compare(bench, random, target, text, tally);
  }
  CHECK(tally.values > cases * 10);
  CHECK(tally.errors > cases);
  CHECK(tally.refused < cases * 3 / 4);
}

}  // namespace
}  // namespace orderwright::rules_internal
