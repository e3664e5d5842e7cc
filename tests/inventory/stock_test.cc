#include "orderwright/inventory/stock.h"

#include <algorithm>
#include <functional>
#include <random>

#include "tests/model/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::ErrorsOf;
using testing::IsOk;
using testing::MoneyOf;
using testing::OnlyMessage;
using testing::SmallWorld;
using testing::StatusIs;
using Errors = std::vector<std::string>;

StockRowSpec RowOf(const char* location, const char* sku, std::int64_t on_hand) {
  StockRowSpec row;
  row.location = location;
  row.sku = sku;
  row.on_hand = on_hand;
  return row;
}

TEST_CASE("Stock is sorted by SKU, then location, whatever the order of the rows") {
  const World world = SmallWorld();
  std::vector<StockRowSpec> specs = {RowOf("RNO", "MUG", 1), RowOf("STO", "MUG", 2),
                                     RowOf("RNO", "TEE", 3), RowOf("STO", "TEE", 4),
                                     RowOf("RNO", "CUP", 5), RowOf("STO", "CUP", 6)};
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(specs.begin(), specs.end(), random);
    const absl::StatusOr<Stock> stock = Stock::Create(world, specs);
    REQUIRE(IsOk(stock));
    CHECK(stock->lineage() == world.lineage());
    REQUIRE(stock->rows().size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
      const StockRow& row = stock->rows()[i];
      CHECK(row.sku == static_cast<SkuIndex>(i / 2));
      CHECK(row.location == static_cast<LocationIndex>(i % 2));
      CHECK(row.on_hand == Units(static_cast<std::int64_t>(i) + 1));
    }
  }
}

TEST_CASE("Available is on hand less all that is held, and never below 0") {
  StockRowSpec spec = RowOf("RNO", "MUG", 20);
  spec.reserved = 1;
  spec.safety_stock = 2;
  spec.damaged = 3;
  spec.quality_control = 4;
  absl::StatusOr<Stock> stock = Stock::Create(SmallWorld(), {spec});
  REQUIRE(IsOk(stock));
  CHECK(stock->rows()[0].Available() == Units(10));
  CHECK(stock->rows()[0].safety_stock == Units(2));
  CHECK(stock->rows()[0].quality_control == Units(4));
  spec.on_hand = 9;  // feeds may say so for a while
  stock = Stock::Create(SmallWorld(), {spec});
  REQUIRE(IsOk(stock));
  CHECK(stock->rows()[0].Available() == Units(0));
}

// A field spoilt, and the one issue that it makes.
struct Spoilt {
  const char* error;
  std::function<void(StockRowSpec&)> spoil;
};

void CheckEach(const std::vector<Spoilt>& cases, absl::StatusCode code) {
  const World world = SmallWorld();
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.error);
    std::vector<StockRowSpec> rows = {RowOf("STO", "MUG", 2), RowOf("RNO", "MUG", 5)};
    spoilt.spoil(rows[1]);
    const absl::StatusOr<Stock> stock = Stock::Create(world, std::move(rows));
    CHECK(StatusIs(stock, code));
    CHECK(ErrorsOf(stock.status()) == Errors{spoilt.error});
  }
}

TEST_CASE("Stock::Create names what is wrong with a row") {
  constexpr std::int64_t kTooMany = Stock::kMaxUnits + 1;
  CheckEach(
      {
          {"stock[1].location unknown_location", [](auto& r) { r.location = "RON"; }},
          {"stock[1].sku unknown_sku", [](auto& r) { r.sku = "JUG"; }},
          {"stock[1].sku bundle_stock", [](auto& r) { r.sku = "SET"; }},
          {"stock[1] duplicate", [](auto& r) { r.location = "STO"; }},
          {"stock[1].on_hand negative", [](auto& r) { r.on_hand = -1; }},
          {"stock[1].on_hand out_of_range", [=](auto& r) { r.on_hand = kTooMany; }},
          {"stock[1].reserved negative", [](auto& r) { r.reserved = -1; }},
          {"stock[1].reserved out_of_range", [=](auto& r) { r.reserved = kTooMany; }},
          {"stock[1].safety_stock negative", [](auto& r) { r.safety_stock = -1; }},
          {"stock[1].damaged negative", [](auto& r) { r.damaged = -1; }},
          {"stock[1].quality_control out_of_range", [=](auto& r) { r.quality_control = kTooMany; }},
          {"stock[1].unit_cost currency_mix", [](auto& r) { r.unit_cost = MoneyOf("1", "EUR"); }},
          {"stock[1].unit_cost negative", [](auto& r) { r.unit_cost = MoneyOf("-1"); }},
          {"stock[1].backorder.limit out_of_range",
           [=](auto& r) { r.backorder = BackorderTerms{true, Units(kTooMany)}; }},
          {"stock[1].incoming[0].quantity not_positive",
           [](auto& r) { r.incoming = {{Units(0), Timestamp{}, ""}}; }},
          {"stock[1].incoming[0].quantity out_of_range",
           [=](auto& r) { r.incoming = {{Units(kTooMany), Timestamp{}, ""}}; }},
          {"stock[1].incoming[1].name duplicate",
           [](auto& r) { r.incoming = {{Units(1), {}, "po"}, {Units(2), {}, "po"}}; }},
          {"stock[1].incoming[0].name reserved_name",
           [](auto& r) { r.incoming = {{Units(1), {}, "opening:x"}}; }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("Stock names what rows expect, and keeps the terms that rows have of their own") {
  std::vector<StockRowSpec> rows = {RowOf("STO", "MUG", 2), RowOf("RNO", "MUG", 5)};
  const Timestamp monday{Duration(1'000)};
  rows[0].incoming = {{Units(10), monday, ""}, {Units(3), monday, "po 7"}, {Units(1), monday, ""}};
  rows[1].backorder = BackorderTerms{true, Units(4)};
  const absl::StatusOr<Stock> stock = Stock::Create(SmallWorld(), rows);
  REQUIRE(IsOk(stock));
  REQUIRE(stock->incoming().size() == 3);
  CHECK(stock->incoming()[0].name == "opening:MUG@STO:1");
  CHECK(stock->incoming()[1].name == "po 7");
  CHECK(stock->incoming()[2].name == "opening:MUG@STO:3");
  CHECK(stock->incoming()[1].quantity == Units(3));
  CHECK(stock->incoming()[1].at == monday);
  CHECK(stock->incoming()[1].location == LocationIndex{1});
  REQUIRE(stock->terms().size() == 1);
  CHECK(stock->terms()[0].location == LocationIndex{0});
  CHECK(stock->terms()[0].backorder.limit == Units(4));
}

TEST_CASE("Stock::Create accepts the most units, no rows, and terms that change nothing") {
  const World world = SmallWorld();
  StockRowSpec row = RowOf("RNO", "MUG", Stock::kMaxUnits);
  row.backorder = BackorderTerms{};
  row.as_of = Timestamp{};
  row.unit_cost = MoneyOf("3.10");
  CHECK(IsOk(Stock::Create(world, {row})));
  const absl::StatusOr<Stock> none = Stock::Create(world, {});
  REQUIRE(IsOk(none));
  CHECK(none->rows().empty());
}

TEST_CASE("Stock that is not tracked is available without limit, whatever else its row says") {
  StockRowSpec row = RowOf("RNO", "MUG", 0);
  row.on_hand.reset();
  row.safety_stock = 5;
  row.reserved = 3;
  const absl::StatusOr<Stock> stock = Stock::Create(SmallWorld(), {row});
  REQUIRE(IsOk(stock));
  CHECK_FALSE(stock->rows()[0].tracked);
  CHECK(stock->rows()[0].Available() == Units(kUnlimitedUnits));
}

TEST_CASE("Stock::Create reports all issues, repeated pairs in order of input") {
  std::vector<StockRowSpec> rows = {RowOf("RNO", "TEE", 1), RowOf("RNO", "MUG", 1),
                                    RowOf("RNO", "TEE", 2), RowOf("RNO", "MUG", -1),
                                    RowOf("RNO", "TEE", 3)};
  rows[1].backorder = BackorderTerms{true, Units(Stock::kMaxUnits + 1)};
  const absl::StatusOr<Stock> stock = Stock::Create(SmallWorld(), rows);
  CHECK(StatusIs(stock, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(stock.status()) == Errors{"stock[1].backorder.limit out_of_range",
                                           "stock[3].on_hand negative", "stock[2] duplicate",
                                           "stock[3] duplicate", "stock[4] duplicate"});
  CHECK_THAT(IssuesOf(stock.status())[4].message, ContainsText("stock[0]"));
}

StockRow Resolved(std::uint32_t sku, std::uint32_t location, std::int64_t on_hand) {
  StockRow row;
  row.sku = SkuIndex{sku};
  row.location = LocationIndex{location};
  row.on_hand = Units(on_hand);
  return row;
}

TEST_CASE("Stock::FromRows takes resolved rows in any order") {
  const World world = SmallWorld();
  const auto stock =
      Stock::FromRows(world, {Resolved(1, 0, 3), Resolved(0, 1, 2), Resolved(0, 0, 1)});
  REQUIRE(IsOk(stock));
  CHECK(stock->lineage() == world.lineage());
  REQUIRE(stock->rows().size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(stock->rows()[i].sku == SkuIndex{static_cast<std::uint32_t>(i / 2)});
    CHECK(stock->rows()[i].on_hand == Units(static_cast<std::int64_t>(i) + 1));
  }
  CHECK(Stock::FromRows(world, {})->rows().empty());
}

TEST_CASE("Stock::FromRows says all that is wrong with resolved rows") {
  const World world = SmallWorld();
  StockRow vendor = Resolved(0, 0, 1);
  vendor.tracked = false;
  CHECK(ErrorsOf(Stock::FromRows(world, {Resolved(3, 0, 1), Resolved(0, 2, Stock::kMaxUnits + 1),
                                         vendor, Resolved(0, 1, 1)})
                     .status()) ==
        Errors{"rows[0].sku unknown_sku", "rows[1].location unknown_location",
               "rows[1].on_hand out_of_range", "rows[2].on_hand not_tracked"});
  const auto thrice = Stock::FromRows(
      world, {Resolved(0, 1, 1), Resolved(1, 1, 1), Resolved(0, 1, 2), Resolved(0, 1, 3)});
  CHECK(ErrorsOf(thrice.status()) == Errors{"rows of MUG@STO duplicate"});
}

TEST_CASE("An unknown location or SKU comes with what may have been meant") {
  CHECK_THAT(OnlyMessage(Stock::Create(SmallWorld(), {RowOf("RON", "MUG", 1)}).status()),
             ContainsText("did you mean 'RNO'?"));
  CHECK_THAT(OnlyMessage(Stock::Create(SmallWorld(), {RowOf("RNO", "mug", 1)}).status()),
             ContainsText("did you mean 'MUG'?"));
}

TEST_CASE("Stock of retired items and locations is still stock") {
  WorldChanges changes;
  changes.remove_skus = {"TEE"};
  changes.remove_locations = {"RNO"};
  const absl::StatusOr<World> next = SmallWorld().With(changes);
  REQUIRE(IsOk(next));
  CHECK(IsOk(Stock::Create(*next, {RowOf("RNO", "TEE", 1)})));
}

}  // namespace
}  // namespace orderwright
