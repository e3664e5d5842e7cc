#include "orderwright/model/order.h"

#include <chrono>
#include <functional>
#include <limits>

#include "tests/model/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::CostOf;
using testing::CurrencyOf;
using testing::ErrorsOf;
using testing::IsOk;
using testing::MoneyOf;
using testing::OnlyMessage;
using testing::PointOf;
using testing::SmallDraft;
using testing::SmallOrder;
using testing::SmallWorld;
using testing::StatusIs;
using Errors = std::vector<std::string>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A field spoilt, and the one issue that it makes.
struct Spoilt {
  const char* error;
  std::function<void(OrderDraft&)> spoil;
};

void CheckEach(const std::vector<Spoilt>& cases, absl::StatusCode code) {
  const World world = SmallWorld();
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.error);
    OrderDraft draft = SmallOrder();
    spoilt.spoil(draft);
    const absl::StatusOr<Order> order = Order::Create(world, std::move(draft));
    CHECK(StatusIs(order, code));
    CHECK(ErrorsOf(order.status()) == Errors{spoilt.error});
  }
}

Charge DutyOf(const char* id) {
  Charge charge;
  charge.id = id;
  charge.kind = "duty";
  charge.amount = MoneyOf("1.00");
  return charge;
}

Payment CardOf(const char* id) {
  Payment payment;
  payment.id = id;
  payment.authorized = MoneyOf("33.14");
  payment.captured = MoneyOf("10.00");
  return payment;
}

TEST_CASE("The example of order.h makes an order") {
  const World world = SmallWorld();
  OrderDraft draft;
  draft.id = "1042";
  draft.channel = "web";
  OrderLineDraft line;
  line.id = "1";
  line.sku = "MUG";
  line.quantity = 2;
  draft.lines.push_back(line);
  const absl::StatusOr<Order> order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->id() == OrderId("1042"));
  REQUIRE(order->lines().size() == 1);
  CHECK(order->lines()[0].sku == *world.FindItem("MUG"));
  CHECK(order->lines()[0].quantity == Units(2));
  CHECK(order->line_id(0) == "1");
  CHECK(world.symbols().Text(order->channel()) == "web");
  CHECK(order->lineage() == world.lineage());
}

TEST_CASE("Order::Create names what is wrong with an order") {
  CheckEach(
      {
          {"id empty", [](auto& d) { d.id = ""; }},
          {"currency missing_rate", [](auto& d) { d.currency = CurrencyOf("JPY"); }},
          {"risk out_of_range", [](auto& d) { d.risk = 1.01; }},
          {"risk out_of_range", [](auto& d) { d.risk = kNan; }},
          {"min_fill out_of_range", [](auto& d) { d.min_fill = -0.1; }},
          {"min_fill out_of_range", [](auto& d) { d.min_fill = 1.1; }},
          {"max_shipments negative", [](auto& d) { d.max_shipments = -1; }},
          {"tags[0] empty", [](auto& d) { d.tags = {""}; }},
          {"attributes.vip duplicate",
           [](auto& d) { d.attributes = {{"vip", true}, {"vip", true}}; }},
          {"customer.tags[1] empty",
           [](auto& d) {
             d.customer.emplace();
             d.customer->tags = {"vip", ""};
           }},
          {"ship_to.country invalid_country",
           [](auto& d) {
             d.ship_to.emplace();
             d.ship_to->country = "usa";
           }},
          {"ship_to.lat out_of_range",
           [](auto& d) {
             d.ship_to.emplace();
             d.ship_to->position = PointOf(kNan, 0);
           }},
          {"ship_to.time_zone unknown_time_zone",
           [](auto& d) {
             d.ship_to.emplace();
             d.ship_to->time_zone = "Mars/Olympus";
           }},
          {"service unknown_service", [](auto& d) { d.services = {"gruond"}; }},
          {"service[1] unknown_service", [](auto& d) { d.services = {"ground", "air"}; }},
          {"lines empty", [](auto& d) { d.lines.clear(); }},
          {"shipping.price negative", [](auto& d) { d.shipping_price = MoneyOf("-4.90"); }},
          {"shipping.tax currency_mix", [](auto& d) { d.shipping_tax = MoneyOf("1", "EUR"); }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("Order::Create names what is wrong with a line") {
  CheckEach(
      {
          {"lines[1].id empty", [](auto& d) { d.lines[1].id = ""; }},
          {"lines[1].id duplicate", [](auto& d) { d.lines[1].id = "1"; }},
          {"lines[0].sku empty", [](auto& d) { d.lines[0].sku = ""; }},
          {"lines[0].sku unknown_sku", [](auto& d) { d.lines[0].sku = "MUGG"; }},
          {"lines[1].quantity not_positive", [](auto& d) { d.lines[1].quantity = 0; }},
          {"lines[1].quantity negative", [](auto& d) { d.lines[1].quantity = -2; }},
          {"lines[0].shipped negative", [](auto& d) { d.lines[0].shipped = -1; }},
          {"lines[0].shipped above_quantity", [](auto& d) { d.lines[0].shipped = 3; }},
          {"lines[0].cancelled above_quantity",
           [](auto& d) {
             d.lines[0].shipped = 1;
             d.lines[0].cancelled = 2;
           }},
          {"lines[0].unit_price negative", [](auto& d) { d.lines[0].unit_price = MoneyOf("-8"); }},
          {"lines[0].unit_price currency_mix",
           [](auto& d) { d.lines[0].unit_price = MoneyOf("8", "EUR"); }},
          {"lines[0].tax negative", [](auto& d) { d.lines[0].tax = MoneyOf("-0.01"); }},
          {"lines[0].discount discount_above_price",
           [](auto& d) {
             d.lines[0].unit_price = MoneyOf("8.00");
             d.lines[0].discount = MoneyOf("16.01");
           }},
          {"lines[0].discount discount_above_price",
           [](auto& d) { d.lines[0].discount = MoneyOf("0.01"); }},
          {"lines[0].attributes empty", [](auto& d) { d.lines[0].attributes = {{"", true}}; }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("Order::Create names what is wrong with charges and payments") {
  CheckEach(
      {
          {"charges[0].id empty", [](auto& d) { d.charges = {DutyOf("")}; }},
          {"charges[1].id duplicate", [](auto& d) { d.charges = {DutyOf("d"), DutyOf("d")}; }},
          {"charges[0].line unknown_line",
           [](auto& d) {
             d.charges = {DutyOf("d")};
             d.charges[0].line = "3";
           }},
          {"charges[0].amount currency_mix",
           [](auto& d) {
             d.charges = {DutyOf("d")};
             d.charges[0].amount = MoneyOf("1", "EUR");
           }},
          {"charges[0].tax negative",
           [](auto& d) {
             d.charges = {DutyOf("d")};
             d.charges[0].tax = MoneyOf("-1");
           }},
          {"payments[0].id empty", [](auto& d) { d.payments = {CardOf("")}; }},
          {"payments[1].id duplicate", [](auto& d) { d.payments = {CardOf("p"), CardOf("p")}; }},
          {"payments[0].authorized negative",
           [](auto& d) {
             d.payments = {CardOf("p")};
             d.payments[0].authorized = MoneyOf("-1");
           }},
          {"payments[0].refunded refund_above_capture",
           [](auto& d) {
             d.payments = {CardOf("p")};
             d.payments[0].refunded = MoneyOf("10.01");
           }},
          {"payments[0].refunded currency_mix",
           [](auto& d) {
             d.payments = {CardOf("p")};
             d.payments[0].refunded = MoneyOf("10", "EUR");
           }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("An order that must arrive says by when") {
  CheckEach({{"must_arrive missing_field", [](auto& d) { d.must_arrive = true; }}},
            absl::StatusCode::kInvalidArgument);
  OrderDraft draft = SmallOrder();
  draft.must_arrive = true;
  draft.requested_by = Timestamp();
  CHECK(Order::Create(SmallWorld(), draft).ok());
}

TEST_CASE("A line of a bundle is one for each component, in units that are still to be sourced") {
  OrderDraft draft = SmallOrder();
  draft.lines[0].ship_complete = true;
  OrderLineDraft set = draft.lines[0];
  set.id = "set";
  set.sku = "SET";
  set.quantity = 5;
  set.shipped = 1;
  set.cancelled = 1;
  set.no_split = true;
  set.discount.reset();
  draft.lines.insert(draft.lines.begin() + 1, set);
  const World world = SmallWorld();
  const absl::StatusOr<Order> order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  const BundleSpec& spec = *world.FindBundle("SET");
  REQUIRE(order->bundles().size() == 1);
  const OrderBundle& bundle = order->bundles()[0];
  CHECK(bundle.first_line == 1);
  CHECK(bundle.line_count == spec.components.size());
  CHECK(bundle.sets == Units(3));
  CHECK(bundle.ship_together == spec.ship_together);
  CHECK(order->lines().size() == draft.lines.size() - 1 + spec.components.size());
  for (std::uint32_t i = 0; i < spec.components.size(); ++i) {
    const OrderLine& line = order->lines()[1 + i];
    CHECK(world.item(line.sku).sku() == spec.components[i].sku);
    CHECK(line.quantity == Units(3 * spec.components[i].quantity.count()));
    CHECK(line.no_split);
    CHECK(order->draft_line(1 + i) == 1);
    CHECK(order->line_id(1 + i) == "set");
  }
  CHECK(order->lines()[0].ship_complete);
  CHECK(order->draft_line(0) == 0);
  CHECK(order->line_id(order->lines().size() - 1) == draft.lines.back().id);
}

TEST_CASE("A bundle of which nothing is left asks for nothing; too many components are refused") {
  OrderDraft draft = SmallOrder();
  draft.lines.resize(1);
  draft.lines[0] = OrderLineDraft{};
  draft.lines[0].id = "1";
  draft.lines[0].sku = "SET";
  draft.lines[0].quantity = 2;
  draft.lines[0].shipped = 2;
  const World world = SmallWorld();
  const absl::StatusOr<Order> done = Order::Create(world, draft);
  REQUIRE(IsOk(done));
  CHECK(done->bundles().empty());
  CHECK(done->lines()[0].quantity.IsZero());
  draft.lines[0].shipped = 0;
  draft.lines[0].quantity = 2'000'000'000;
  const absl::StatusOr<Order> many = Order::Create(world, draft);
  CHECK(StatusIs(many, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(many.status()) == Errors{"lines[0].quantity out_of_range"});
}

TEST_CASE("Methods and places of lines that contradict each other are refused") {
  CheckEach(
      {
          {"pickup_at missing_field", [](auto& d) { d.method = Method::kPickup; }},
          {"pickup_at conflict", [](auto& d) { d.pickup_at = "STO"; }},
          {"pickup_at unknown_location",
           [](auto& d) {
             d.method = Method::kPickup;
             d.pickup_at = "STQ";
           }},
          {"lines[0].pickup_at missing_field",
           [](auto& d) { d.lines[0].method = Method::kPickup; }},
          {"lines[0].pickup_at conflict", [](auto& d) { d.lines[0].pickup_at = "STO"; }},
          {"lines[1].pickup_at unknown_location",
           [](auto& d) {
             d.lines[1].method = Method::kPickup;
             d.lines[1].pickup_at = "OAK";
           }},
          {"lines[0].ship_to conflict",
           [](auto& d) {
             d.method = Method::kPickup;
             d.pickup_at = "STO";
             d.lines[0].ship_to.emplace();
           }},
          {"lines[1].ship_group conflict",  // two methods
           [](auto& d) {
             d.lines[0].ship_group = d.lines[1].ship_group = "g";
             d.lines[1].method = Method::kPickup;
             d.lines[1].pickup_at = "STO";
           }},
          {"lines[1].ship_group conflict",  // two addresses
           [](auto& d) {
             d.lines[0].ship_group = d.lines[1].ship_group = "g";
             d.lines[1].ship_to.emplace().city = "Elsewhere";
           }},
          {"lines[1].ship_group conflict",  // two stores
           [](auto& d) {
             d.method = Method::kPickup;
             d.pickup_at = "STO";
             d.lines[0].ship_group = d.lines[1].ship_group = "g";
             d.lines[1].pickup_at = "RNO";
           }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("An order to more than 1,000 places is refused") {
  OrderDraft draft = SmallOrder();
  const OrderLineDraft line = draft.lines[0];
  draft.lines.clear();
  for (int i = 0; i < 1'001; ++i) {
    draft.lines.push_back(line);
    draft.lines.back().id = std::to_string(i);
    draft.lines.back().ship_to.emplace().city = std::to_string(i);
  }
  const World world = SmallWorld();
  CHECK(ErrorsOf(Order::Create(world, draft).status()) == Errors{"lines out_of_range"});
  draft.lines.pop_back();
  const absl::StatusOr<Order> order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->ship_groups().size() == 1'000);
}

TEST_CASE("Lines that go to one place in one way are one ship group") {
  const World world = SmallWorld();
  OrderDraft draft = SmallOrder();
  draft.ship_to.emplace().country = "US";
  absl::StatusOr<Order> order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->goes_to_own_address());
  REQUIRE(order->ship_groups().size() == 1);
  CHECK(order->ship_groups()[0].country == order->country());

  draft.lines[1].ship_to = draft.ship_to;  // the same, in its own words
  order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->ship_groups().size() == 1);
  CHECK(order->lines()[1].ship_group == 0);

  draft.lines[1].ship_to->city = "Elsewhere";
  order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  CHECK_FALSE(order->goes_to_own_address());
  CHECK(order->ship_groups().size() == 2);
  CHECK(order->lines()[1].ship_group == 1);

  draft.lines[1].ship_to.reset();
  draft.lines[0].ship_group = "gift";
  order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->ship_groups().size() == 2);
  CHECK(world.symbols().Text(order->ship_groups()[0].key) == "gift");

  draft.lines[0].method = Method::kPickup;
  draft.pickup_at = "STO";  // of the lines that are picked up
  order = Order::Create(world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->ship_groups()[0].method == Method::kPickup);
  CHECK(order->ship_groups()[0].store == *world.FindLocation("STO"));
}

TEST_CASE("Lines whose items need no shipping have no ship group and nothing to source") {
  WorldDraft world_draft = SmallDraft();
  world_draft.items[0].requires_shipping = false;  // MUG
  absl::StatusOr<World> world = World::Create(world_draft);
  REQUIRE(IsOk(world));
  OrderDraft draft = SmallOrder();
  draft.lines[0].quantity = 5;
  draft.lines[0].shipped = 1;
  draft.lines[0].cancelled = 1;
  const absl::StatusOr<Order> order = Order::Create(*world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->lines()[0].quantity == Units(0));
  REQUIRE(order->no_shipping().size() == 1);
  CHECK(order->no_shipping()[0].line == 0);
  CHECK(order->no_shipping()[0].quantity == Units(3));
  CHECK(order->ship_groups().size() == 1);
}

TEST_CASE("Order::Create reports all issues at once, with the order's name in the message") {
  OrderDraft draft = SmallOrder();
  draft.risk = 2.0;
  draft.lines[0].quantity = -2;
  draft.lines[1].sku = "HAT";
  draft.services = {"air"};
  draft.method = Method::kPickup;
  const absl::StatusOr<Order> order = Order::Create(SmallWorld(), draft);
  CHECK(StatusIs(order, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(order.status()) == Errors{"risk out_of_range", "pickup_at missing_field",
                                           "lines[0].quantity negative", "lines[1].sku unknown_sku",
                                           "service unknown_service"});
  CHECK_THAT(order.status().ToString(), ContainsText("order 1042: "));
}

TEST_CASE("Order::Create accepts descriptive fields and the ends of ranges") {
  OrderDraft draft = SmallOrder();
  draft.market = "US";
  draft.placed_at = Timestamp(std::chrono::hours(1));
  draft.currency = CurrencyOf("EUR");
  draft.priority = -5;
  draft.test = true;
  draft.parent = "1000";
  draft.ship_complete = true;
  draft.min_fill = 1.0;
  draft.remainder = Remainder::kCancel;
  draft.max_shipments = 0;
  draft.risk = 1.0;
  draft.collected_by = CollectedBy::kChannel;
  draft.lines[0].unit_price = MoneyOf("8.00", "EUR");
  draft.lines[0].discount = MoneyOf("16.00", "EUR");
  draft.lines[0].method = Method::kShip;
  draft.lines[0].ship_group = "gift";
  draft.lines[0].substitution = SubstitutionPolicy::kAutomatic;
  draft.payments = {
      {"p", PaymentMethod::kCash, {}, MoneyOf("5", "EUR"), MoneyOf("5", "EUR"), {}, true}};
  const absl::StatusOr<Order> order = Order::Create(SmallWorld(), draft);
  REQUIRE(IsOk(order));
  CHECK(order->is_test());
  CHECK(order->min_fill() == 1.0);
  CHECK(order->ship_complete());
  CHECK(order->max_shipments() == 0);
  CHECK(order->placed_at() == draft.placed_at);
  CHECK(order->draft().parent == "1000");
}

TEST_CASE("An unknown SKU or service comes with what may have been meant") {
  const World world = SmallWorld();
  OrderDraft draft = SmallOrder();
  SECTION("a SKU") {
    draft.lines[0].sku = "MGU";
    CHECK(OnlyMessage(Order::Create(world, draft).status()) ==
          "the world has no SKU 'MGU'; did you mean 'MUG'?");
  }
  SECTION("a service, with all there are") {
    draft.services = {"Gruond"};
    CHECK(OnlyMessage(Order::Create(world, draft).status()) ==
          "the world has no service 'Gruond'; did you mean 'ground'? (it has: standard, ground)");
  }
  SECTION("only the first few SKUs: many unknown ones are another mistake") {
    draft.lines.clear();
    for (int i = 0; i < 8; ++i) {
      OrderLineDraft line;
      line.id = fmt::format("{}", i);
      line.sku = "MGU";
      line.quantity = 1;
      draft.lines.push_back(line);
    }
    const std::vector<Issue> issues = IssuesOf(Order::Create(world, draft).status());
    REQUIRE(issues.size() == 8);
    CHECK_THAT(issues[4].message, ContainsText("did you mean"));
    CHECK_THAT(issues[5].message, !ContainsText("did you mean"));
  }
}

TEST_CASE("A retired item can no longer be ordered; orders made before keep it") {
  const World world = SmallWorld();
  const absl::StatusOr<Order> before = Order::Create(world, SmallOrder());
  REQUIRE(IsOk(before));
  WorldChanges changes;
  changes.remove_skus = {"TEE"};
  const absl::StatusOr<World> next = world.With(changes);
  REQUIRE(IsOk(next));
  CHECK(ErrorsOf(Order::Create(*next, SmallOrder()).status()) ==
        Errors{"lines[1].sku retired_sku"});
  CHECK(next->item(before->lines()[1].sku).sku() == "TEE");
}

TEST_CASE("A line asks for what is neither shipped nor cancelled") {
  OrderDraft draft = SmallOrder();
  draft.lines[0].quantity = 10;
  draft.lines[0].shipped = 3;
  draft.lines[0].cancelled = 2;
  draft.lines[1].cancelled = 1;
  draft.lines[1].no_split = true;
  const absl::StatusOr<Order> order = Order::Create(SmallWorld(), draft);
  REQUIRE(IsOk(order));
  CHECK(order->lines()[0].quantity == Units(5));
  CHECK_FALSE(order->lines()[0].no_split);
  CHECK(order->lines()[1].quantity == Units(0));
  CHECK(order->lines()[1].no_split);
}

TEST_CASE("An order goes to its coordinates, else to where the postal table has its code") {
  WorldDraft world_draft = SmallDraft();
  world_draft.postal_table = *PostalTable::Create({{"US", "94103", PointOf(37.8, -122.4)}});
  const absl::StatusOr<World> world = World::Create(world_draft);
  REQUIRE(IsOk(world));
  OrderDraft draft = SmallOrder();
  CHECK_FALSE(Order::Create(*world, draft)->position().has_value());
  draft.ship_to.emplace();
  draft.ship_to->country = "US";
  draft.ship_to->postal_code = "94103-0001";
  const absl::StatusOr<Order> by_code = Order::Create(*world, draft);
  REQUIRE(IsOk(by_code));
  CHECK(by_code->position() == PointOf(37.8, -122.4));
  CHECK(world->symbols().Text(by_code->country()) == "US");
  CHECK(world->symbols().Text(by_code->postal_code()) == "94103-0001");
  draft.ship_to->position = PointOf(1, 2);
  CHECK(Order::Create(*world, draft)->position() == PointOf(1, 2));
}

TEST_CASE("The time zone of an order is its address's, else the postal table's") {
  WorldDraft world_draft = SmallDraft();
  world_draft.postal_table =
      *PostalTable::Create({{"US", "94103", PointOf(37.8, -122.4), "America/Los_Angeles"}});
  const absl::StatusOr<World> world = World::Create(world_draft);
  REQUIRE(IsOk(world));
  OrderDraft draft = SmallOrder();
  CHECK(Order::Create(*world, draft)->time_zone() == nullptr);
  draft.ship_to.emplace();
  draft.ship_to->country = "US";
  draft.ship_to->postal_code = "94103";
  const absl::StatusOr<Order> by_code = Order::Create(*world, draft);
  REQUIRE(IsOk(by_code));
  REQUIRE(by_code->time_zone() != nullptr);
  CHECK(by_code->time_zone()->name() == "America/Los_Angeles");
  draft.ship_to->time_zone = "Europe/Berlin";
  const absl::StatusOr<Order> given = Order::Create(*world, draft);
  REQUIRE(IsOk(given));
  CHECK(given->time_zone()->name() == "Europe/Berlin");
}

TEST_CASE("The services of an order are those it names, each once") {
  OrderDraft draft = SmallOrder();
  draft.services = {"ground", "standard", "ground"};
  const absl::StatusOr<Order> order = Order::Create(SmallWorld(), draft);
  REQUIRE(IsOk(order));
  CHECK(std::vector<ServiceIndex>(order->services().begin(), order->services().end()) ==
        std::vector<ServiceIndex>{ServiceIndex{1}, ServiceIndex{0}});
}

TEST_CASE("A refused order leaves no text in the world's symbols") {
  const World world = SmallWorld();
  const std::size_t before = world.symbols().size();
  OrderDraft draft = SmallOrder();
  draft.channel = "a channel that nobody has heard of";
  draft.lines[0].quantity = 0;
  CHECK_FALSE(Order::Create(world, draft).ok());
  CHECK(world.symbols().size() == before);
  draft.lines[0].quantity = 1;
  REQUIRE(IsOk(Order::Create(world, draft)));
  CHECK(world.symbols().size() == before + 1);
}

TEST_CASE("An order has at most 2^31 - 1 units in all") {
  OrderDraft draft = SmallOrder();
  WorldDraft world_draft = SmallDraft();
  world_draft.costs.shortfall_penalty_per_unit = CostOf("1");
  world_draft.costs.backorder_penalty_per_unit = CostOf("0");
  const absl::StatusOr<World> world = World::Create(world_draft);
  REQUIRE(IsOk(world));
  draft.lines[0].quantity = 2'147'483'646;
  CHECK(IsOk(Order::Create(*world, draft)));
  draft.lines[0].quantity = 2'147'483'647;
  CHECK(ErrorsOf(Order::Create(*world, draft).status()) == Errors{"lines out_of_range"});
  draft.lines[0].quantity = 2'147'483'648;
  CHECK(ErrorsOf(Order::Create(*world, draft).status()) ==
        Errors{"lines out_of_range", "lines[0].quantity out_of_range"});
  draft.lines[0].quantity = std::numeric_limits<std::int64_t>::max();
  draft.lines[1].quantity = std::numeric_limits<std::int64_t>::max();
  draft.lines[0].unit_price =
      Money::FromMinor(std::numeric_limits<std::int64_t>::max(), CurrencyOf("USD"));
  draft.lines[1].unit_price = draft.lines[0].unit_price;
  CHECK(ErrorsOf(Order::Create(*world, draft).status()) ==
        Errors{"lines out_of_range", "lines[0].quantity out_of_range",
               "lines[1].quantity out_of_range"});
}

TEST_CASE("The worst cost of an order is refused just beyond 2^61 micro-units") {
  WorldDraft world_draft;
  world_draft.currency = CurrencyOf("USD");
  world_draft.items.emplace_back().sku = "MUG";
  world_draft.costs.shortfall_penalty_per_unit = Cost::FromMicros(std::int64_t{1} << 41);
  world_draft.costs.backorder_penalty_per_unit = Cost();
  const absl::StatusOr<World> world = World::Create(world_draft);
  REQUIRE(IsOk(world));
  OrderDraft draft = SmallOrder();
  draft.lines.pop_back();
  draft.lines[0].quantity = 1 << 20;
  const absl::StatusOr<Order> order = Order::Create(*world, draft);
  REQUIRE(IsOk(order));
  CHECK(order->WorstCost(*world)->micros() == std::int64_t{1} << 61);
  draft.lines[0].quantity += 1;
  CHECK(ErrorsOf(Order::Create(*world, draft).status()) == Errors{"lines out_of_range"});

  // A later version may be dearer; then the order is asked again.
  WorldChanges changes;
  changes.costs = world->costs();
  changes.costs->split_penalty = Cost::FromMicros(1);
  const absl::StatusOr<World> dearer = world->With(changes);
  REQUIRE(IsOk(dearer));
  CHECK(StatusIs(order->WorstCost(*dearer), absl::StatusCode::kOutOfRange));
}

TEST_CASE("Money that sums to more than 64 bits is refused") {
  OrderDraft draft = SmallOrder();
  const Money most = Money::FromMinor(std::int64_t{1} << 62, CurrencyOf("USD"));
  SECTION("prices") {
    draft.shipping_price = most;
    CHECK(IsOk(Order::Create(SmallWorld(), draft)));
    draft.lines[0].tax = MoneyOf("0.01");
    CHECK(ErrorsOf(Order::Create(SmallWorld(), draft).status()) == Errors{"lines out_of_range"});
  }
  SECTION("payments") {
    draft.payments = {CardOf("p")};
    draft.payments[0].authorized = most;
    CHECK(ErrorsOf(Order::Create(SmallWorld(), draft).status()) == Errors{"payments out_of_range"});
  }
}

TEST_CASE("Many lines are checked for unique ids like few") {
  OrderDraft draft = SmallOrder();
  draft.lines.clear();
  for (int i = 0; i < 500; ++i) {
    OrderLineDraft line;
    line.id = fmt::format("line-{}", i);
    line.sku = "MUG";
    line.quantity = 1;
    draft.lines.push_back(line);
  }
  CHECK(IsOk(Order::Create(SmallWorld(), draft)));
  for (const std::size_t again :
       {std::size_t{3}, std::size_t{15}, std::size_t{16}, std::size_t{400}}) {
    OrderDraft repeated = draft;
    repeated.lines[499].id = repeated.lines[again].id;
    CHECK(ErrorsOf(Order::Create(SmallWorld(), repeated).status()) ==
          Errors{"lines[499].id duplicate"});
  }
}

}  // namespace
}  // namespace orderwright
