#include <unistd.h>
#include <cstdio>
#include <filesystem>
#include <string>

#include "orderwright/io/document.h"
#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::ErrorsOf;
using testing::FirstMessage;
using testing::IsOk;
using testing::PathsOf;
using testing::StatusIs;
using testing::Texts;
using testing::TwoByTwo;

absl::StatusOr<io::LoadedOrders> Orders(std::string_view text,
                                        const io::ReadOptions& options = {}) {
  return io::ParseOrders(TwoByTwo(), {text, ""}, options);
}

Texts IdsOf(const absl::StatusOr<io::LoadedOrders>& orders) {
  Texts ids;
  if (!orders.ok()) return {std::string(MessageOf(orders.status()))};
  for (const Order& order : orders->orders) ids.push_back(order.id().text());
  return ids;
}

std::string Line(std::string_view id, std::string_view sku = "MUG") {
  return fmt::format(R"({{"id": "{}", "lines": [{{"id": "1", "sku": "{}", "quantity": 1}}]}})", id,
                     sku);
}

TEST_CASE("ParseOrders reads every field of an order") {
  const auto orders = Orders(R"({ "format": "orderwright.order/1", "id": "1042", "channel": "web",
    "market": "US", "placed_at": "2026-11-23T17:14:00Z", "currency": "EUR", "priority": 2,
    "service": ["standard"], "test": true, "parent": "1041", "method": "ship", "pickup_at": null,
    "requested_by": null, "must_arrive": false, "ship_after": null, "ship_by": null,
    "cancel_after": null, "ship_complete": true, "min_fill": null, "remainder": "cancel",
    "max_shipments": 2, "risk": 0.25, "tags": ["vip"], "attributes": {"gift": true},
    "customer": {"id": "c7", "tags": ["b2b"]},
    "ship_to": {"country": "US", "region": "CA", "postal_code": "94103", "city": "San Francisco",
      "lines": ["1 Main St"], "lat": 37.5, "lon": -122.5, "time_zone": "America/Los_Angeles"},
    "prices_include_tax": true, "collected_by": "channel",
    "lines": [{"id": "1", "sku": "MUG", "quantity": 4, "unit_price": "8.00", "discount": "0.50",
      "tax": "1.38", "method": null, "pickup_at": null, "ship_to": null, "ship_group": "g",
      "ship_complete": false, "no_split": true, "substitution": "never", "shipped": 1,
      "cancelled": 2, "attributes": {"n": 1}}],
    "shipping": {"price": "4.90", "tax": "0.10"},
    "charges": [{"id": "d", "kind": "duty", "line": "1", "amount": "2.00", "tax": "0.20",
      "refundable": false}],
    "payments": [{"id": "p1", "method": "gift_card", "authorized": "33.14", "captured": "3.00",
      "refunded": "1.00", "capture_before": "2026-12-01T00:00:00Z", "multi_capture": false}] })");
  REQUIRE(IsOk(orders));
  REQUIRE(orders->orders.size() == 1);
  const OrderDraft& draft = orders->orders[0].draft();
  CHECK(Texts{draft.id, draft.channel, draft.market, draft.parent} ==
        Texts{"1042", "web", "US", "1041"});
  REQUIRE(draft.placed_at);
  CHECK(ToString(*draft.placed_at) == "2026-11-23T17:14:00Z");
  REQUIRE(draft.currency);
  CHECK(draft.currency->code() == "EUR");
  CHECK(draft.priority == 2);
  CHECK(draft.services == Texts{"standard"});
  CHECK(draft.test);
  CHECK(draft.ship_complete);
  CHECK(draft.remainder == Remainder::kCancel);
  CHECK(draft.max_shipments == 2);
  CHECK(draft.risk == 0.25);
  CHECK(draft.tags == Texts{"vip"});
  CHECK(draft.attributes == Attributes{{"gift", true}});
  REQUIRE(draft.customer);
  CHECK(draft.customer->id == "c7");
  CHECK(draft.customer->tags == Texts{"b2b"});
  REQUIRE(draft.ship_to);
  CHECK(Texts{draft.ship_to->country, draft.ship_to->region, draft.ship_to->postal_code,
              draft.ship_to->city, draft.ship_to->time_zone} ==
        Texts{"US", "CA", "94103", "San Francisco", "America/Los_Angeles"});
  CHECK(draft.ship_to->lines == Texts{"1 Main St"});
  CHECK(draft.ship_to->position == GeoPoint{.lat = Degrees(37.5), .lon = Degrees(-122.5)});
  CHECK(draft.prices_include_tax);
  CHECK(draft.collected_by == CollectedBy::kChannel);

  REQUIRE(draft.lines.size() == 1);
  const OrderLineDraft& line = draft.lines[0];
  CHECK(line.quantity == 4);
  CHECK(line.shipped == 1);
  CHECK(line.cancelled == 2);
  CHECK(line.no_split);
  CHECK(line.ship_group == "g");
  CHECK(line.substitution == SubstitutionPolicy::kNever);
  CHECK(line.attributes == Attributes{{"n", std::int64_t{1}}});
  REQUIRE(line.unit_price);
  CHECK(ToString(*line.unit_price) == "8.00 EUR");
  CHECK(line.discount->minor() == 50);
  CHECK(line.tax->minor() == 138);
  CHECK(draft.shipping_price->minor() == 490);
  CHECK(draft.shipping_tax->minor() == 10);
  REQUIRE(draft.charges.size() == 1);
  CHECK(Texts{draft.charges[0].id, draft.charges[0].kind, draft.charges[0].line} ==
        Texts{"d", "duty", "1"});
  CHECK(draft.charges[0].amount->minor() == 200);
  CHECK(draft.charges[0].tax->minor() == 20);
  CHECK_FALSE(draft.charges[0].refundable);
  REQUIRE(draft.payments.size() == 1);
  const Payment& payment = draft.payments[0];
  CHECK(payment.id == "p1");
  CHECK(payment.method == PaymentMethod::kGiftCard);
  CHECK(payment.authorized->minor() == 3314);
  CHECK(payment.captured->minor() == 300);
  CHECK(payment.refunded->minor() == 100);
  REQUIRE(payment.capture_before);
  CHECK(ToString(*payment.capture_before) == "2026-12-01T00:00:00Z");
  CHECK_FALSE(payment.multi_capture);
  CHECK(orders->orders[0].lines()[0].quantity == Units(1));
}

TEST_CASE("A service may be null, a name or a list of names") {
  const auto services = [](std::string_view json) {
    auto text = Line("1");
    text.insert(1, fmt::format("\"service\": {}, ", json));
    const auto orders = Orders(text);
    return orders.ok() ? orders->orders[0].draft().services : ErrorsOf(orders);
  };
  CHECK(services("null").empty());
  CHECK(services("\"standard\"") == Texts{"standard"});
  CHECK(services("[\"standard\"]") == Texts{"standard"});
  CHECK(services("5") == Texts{"1:13: service wrong_type"});
  CHECK(services("[\"standard\", \"drone\"]") == Texts{"1:26: service[1] unknown_service"});
}

TEST_CASE("Orders come as lines, as a list or as one object") {
  const Texts both = {"a", "b"};
  CHECK(IdsOf(Orders(Line("a") + "\n" + Line("b") + "\n")) == both);
  CHECK(IdsOf(Orders("\n\n  " + Line("a") + "\r\n\t\n" + Line("b"))) == both);
  CHECK(IdsOf(Orders("[" + Line("a") + ",\n" + Line("b") + "]")) == both);
  CHECK(IdsOf(Orders(" [ ] ")).empty());
  CHECK(IdsOf(Orders("")).empty());
  CHECK(IdsOf(Orders("\n \n")).empty());
  CHECK(IdsOf(Orders("\xEF\xBB\xBF" + Line("a") + "\n" + Line("b"))) == both);
  CHECK(IdsOf(Orders("{\n\"id\": \"a\",\n\"lines\": [{\"id\": \"1\", \"sku\": \"MUG\",\n"
                     "\"quantity\": 1}]}\n")) == Texts{"a"});
  // The first line ends with a brace although the object goes on.
  const std::string tail = ", \"lines\": [{\"id\": \"1\", \"sku\": \"MUG\", \"quantity\": 1}]}";
  CHECK(IdsOf(Orders("{\"id\": \"a\", \"customer\": {\"id\": \"c\"}\n" + tail)) == Texts{"a"});
}

TEST_CASE("A bad line does not hide the issues of the others, and each names its line") {
  const auto orders = Orders(Line("a") + "\n{\"id\": \"b\", \n" + Line("c", "HAT") +
                             "\nnonsense\n" + Line("d") + " x\n" + Line("e"));
  CHECK(StatusIs(orders, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(orders) == Texts{"2:13 invalid_json", "3:42: lines[0].sku unknown_sku",
                                  "4:1 invalid_json", "5:66 invalid_json"});
}

TEST_CASE("A file of lines whose first line is bad is still read line by line") {
  const auto orders = Orders("{\"id\": \"a\",\n" + Line("b", "HAT") + "\n");
  CHECK(ErrorsOf(orders) == Texts{"1:12 invalid_json", "2:42: lines[0].sku unknown_sku"});
}

TEST_CASE("One broken object over several lines has one issue, at its place") {
  CHECK(ErrorsOf(Orders("{\n \"id\": \"a\"\n \"lines\": []\n}")) == Texts{"3:2 invalid_json"});
}

TEST_CASE("Orders of a list are named by their position") {
  const auto orders =
      io::ParseOrders(TwoByTwo(), {"[" + Line("a") + ",\n " + Line("b", "HAT") + "]", "o.json"});
  CHECK(ErrorsOf(orders) == Texts{"o.json:2:43: [1].lines[0].sku unknown_sku"});
  CHECK(ErrorsOf(Orders("[" + Line("a") + ",\n5, " + Line("b") + "\n5]")) ==
        Texts{"2:1: [1] wrong_type", "3:1 invalid_json"});
}

TEST_CASE("Ids of orders are unique within a file") {
  const auto orders = Orders(Line("a") + "\n" + Line("b") + "\n" + Line("a") + "\n" + Line("a"));
  CHECK(ErrorsOf(orders) == Texts{"3:8: id duplicate", "4:8: id duplicate"});
}

TEST_CASE("What is required of an order and its lines is missed where it should stand") {
  CHECK(ErrorsOf(Orders(R"({"lines": [{"sku": "MUG"}]})")) ==
        Texts{"1:12: lines[0].id missing_field", "1:12: lines[0].quantity missing_field",
              "1:1: id missing_field"});
}

TEST_CASE("What the reader says of a value the model does not repeat") {
  CHECK(ErrorsOf(Orders(R"({"id": 5, "lines": [{"id": "1", "sku": "MUG", "quantity": "2"}]})")) ==
        Texts{"1:8: id wrong_type", "1:59: lines[0].quantity wrong_type"});
}

TEST_CASE("Amounts of an order are in its own currency, wherever that stands") {
  auto text = Line("1");
  text.insert(text.size() - 1, R"(, "shipping": {"price": "1.5"}, "currency": "EUR")");
  const auto orders = Orders(text);
  REQUIRE(IsOk(orders));
  CHECK(ToString(*orders->orders[0].draft().shipping_price) == "1.50 EUR");
  text = Line("1");
  text.insert(text.size() - 1, R"(, "currency": "GBP")");
  CHECK(ErrorsOf(Orders(text)) == Texts{"1:78: currency missing_rate"});
}

TEST_CASE("An unknown field of an order is a warning when reading is not strict") {
  auto text = Line("1");
  text.insert(text.size() - 1, R"(, "prioritty": 1)");
  CHECK_THAT(FirstMessage(Orders(text)), ContainsText("did you mean 'priority'?"));
  io::ReadOptions options;
  options.strict = false;
  const auto orders = Orders(Line("0") + "\n" + text, options);
  REQUIRE(IsOk(orders));
  CHECK(orders->orders.size() == 2);
  CHECK(PathsOf(orders->warnings) == Texts{"2:66: prioritty unknown_field"});
}

TEST_CASE("A line may ship complete or not at all") {
  const auto orders = Orders(
      R"({"id": "1", "lines": [{"id": "1", "sku": "MUG", "quantity": 1, "ship_complete": true}]})");
  REQUIRE(IsOk(orders));
  CHECK(orders->orders[0].lines()[0].ship_complete);
}

TEST_CASE("An order says how and where it goes, and so may each of its lines") {
  auto text = Line("1");
  text.insert(text.size() - 1, R"(, "method": "pickup", "pickup_at": "RNO")");
  const auto orders = Orders(text);
  REQUIRE(IsOk(orders));
  CHECK(orders->orders[0].ship_groups()[0].method == Method::kPickup);

  const auto lines = Orders(R"({"id": "2", "lines": [
      {"id": "1", "sku": "MUG", "quantity": 1, "ship_group": "g", "ship_to": {"city": "Reno"}},
      {"id": "2", "sku": "MUG", "quantity": 1, "ship_group": "g"},
      {"id": "3", "sku": "MUG", "quantity": 1, "method": "pickup", "pickup_at": "RON"}]})");
  CHECK(StatusIs(lines, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(lines) ==
        Texts{"3:62: lines[1].ship_group conflict", "4:81: lines[2].pickup_at unknown_location"});
  CHECK_THAT(IssuesOf(lines.status())[1].message, ContainsText("did you mean 'RNO'?"));
}

TEST_CASE("A line of 10 MB is read, and one of more than 64 MB refused alone") {
  auto big = Line("big");
  big.insert(big.size() - 1, ", \"tags\": [\"" + std::string(10 << 20, 'x') + "\"]");
  CHECK(IdsOf(Orders(Line("a") + "\n" + big + "\n" + Line("b"))) == Texts{"a", "big", "b"});
  const std::string huge((64 << 20) + 1, 'x');
  CHECK(ErrorsOf(Orders(Line("a") + "\n" + huge + "\n" + Line("b", "HAT"))) ==
        Texts{"2:1 too_large", "3:42: lines[0].sku unknown_sku"});
}

TEST_CASE("A warm reader gives the same orders as one that reads each line anew") {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += Line(fmt::format("{}-{}", i, std::string(static_cast<std::size_t>(i * 7 % 90), 'x')),
                 i % 2 == 0 ? "MUG" : "TEE");
    text += '\n';
  }
  const auto all = Orders(text);
  REQUIRE(IsOk(all));
  REQUIRE(all->orders.size() == 300);
  std::size_t at = 0;
  for (const Order& order : all->orders) {
    const std::size_t end = text.find('\n', at);
    const auto one = Orders(text.substr(at, end - at));
    REQUIRE(IsOk(one));
    CHECK(one->orders[0].id() == order.id());
    CHECK(one->orders[0].draft().lines[0].sku == order.draft().lines[0].sku);
    at = end + 1;
  }
}

TEST_CASE("LoadOrders reads the sample orders, and CSV by its extension") {
  const std::string root = ORDERWRIGHT_TESTS_SOURCE_DIR;
  const auto world = io::LoadWorld(root + "/examples/data/small_world.json");
  REQUIRE(IsOk(world));
  const auto orders = io::LoadOrders(world->world, root + "/examples/data/small_orders.jsonl");
  REQUIRE(IsOk(orders));
  CHECK(orders->orders.size() == 12);
  CHECK(orders->orders[11].id() == OrderId("1042"));
  CHECK(orders->orders[7].draft().services == Texts{"ground", "two_day"});
  CHECK(StatusIs(io::LoadOrders(world->world, root + "/no.jsonl"), absl::StatusCode::kNotFound));

  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("orders-{}.csv", getpid())).string();
  std::FILE* file = std::fopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  std::fputs("id,sku,quantity\n7,MUG,2\n", file);
  std::fclose(file);
  const auto csv = io::LoadOrders(world->world, path);
  std::filesystem::remove(path);
  CHECK(IdsOf(csv) == Texts{"7"});
}

}  // namespace
}  // namespace orderwright
