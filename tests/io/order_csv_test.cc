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

absl::StatusOr<io::LoadedOrders> Csv(std::string_view text, const io::ReadOptions& options = {}) {
  return io::ParseOrdersCsv(TwoByTwo(), {text, ""}, options);
}

TEST_CASE("Rows of one id are the lines of one order, wherever they stand") {
  const auto orders =
      Csv("id,channel,sku,quantity\n"
          "a,web,MUG,1\n"
          "b,app,TEE,2\n"
          "a,,TEE,3\n"
          "a,web,MUG,4\n");
  REQUIRE(IsOk(orders));
  REQUIRE(orders->orders.size() == 2);
  const OrderDraft& a = orders->orders[0].draft();
  CHECK(a.id == "a");
  CHECK(a.channel == "web");
  REQUIRE(a.lines.size() == 3);
  CHECK(Texts{a.lines[0].id, a.lines[1].id, a.lines[2].id} == Texts{"1", "2", "3"});
  CHECK(a.lines[1].sku == "TEE");
  CHECK(a.lines[2].quantity == 4);
  CHECK(orders->orders[1].draft().channel == "app");
}

TEST_CASE("Every column of an order is read") {
  const auto orders = Csv(
      "order_id,channel,market,placed_at,currency,priority,service,test,parent,method,ship_"
      "complete,"
      "remainder,max_shipments,risk,tags,customer_id,customer_tags,country,region,postal_code,city,"
      "address,lat,lon,time_zone,prices_include_tax,collected_by,shipping_price,shipping_tax,"
      "line_id,sku,quantity,unit_price,discount,tax,ship_group,line_ship_complete,no_split,"
      "substitution,shipped,cancelled\n"
      "1042,web,US,2026-11-23T17:14:00Z,EUR,3,standard,true,1041,ship,1,cancel,2,0.5,vip|new,c7,"
      "b2b,US,CA,94103,San Francisco,\"1 Main St, Apt 2|Door B\",37.5,-122.5,"
      "America/"
      "Los_Angeles,TRUE,channel,4.90,0.10,L1,MUG,4,8.00,0.50,1.38,g,false,true,never,1,2\n");
  REQUIRE(IsOk(orders));
  const OrderDraft& draft = orders->orders[0].draft();
  CHECK(Texts{draft.id, draft.channel, draft.market, draft.parent} ==
        Texts{"1042", "web", "US", "1041"});
  CHECK(ToString(*draft.placed_at) == "2026-11-23T17:14:00Z");
  CHECK(draft.priority == 3);
  CHECK(draft.services == Texts{"standard"});
  CHECK(draft.test);
  CHECK(draft.ship_complete);
  CHECK(draft.remainder == Remainder::kCancel);
  CHECK(draft.max_shipments == 2);
  CHECK(draft.risk == 0.5);
  CHECK(draft.tags == Texts{"vip", "new"});
  CHECK(draft.customer->id == "c7");
  CHECK(draft.customer->tags == Texts{"b2b"});
  CHECK(Texts{draft.ship_to->country, draft.ship_to->region, draft.ship_to->postal_code,
              draft.ship_to->city, draft.ship_to->time_zone} ==
        Texts{"US", "CA", "94103", "San Francisco", "America/Los_Angeles"});
  CHECK(draft.ship_to->lines == Texts{"1 Main St, Apt 2", "Door B"});
  CHECK(draft.ship_to->position == GeoPoint{.lat = Degrees(37.5), .lon = Degrees(-122.5)});
  CHECK(draft.prices_include_tax);
  CHECK(draft.collected_by == CollectedBy::kChannel);
  CHECK(ToString(*draft.shipping_price) == "4.90 EUR");
  CHECK(draft.shipping_tax->minor() == 10);
  const OrderLineDraft& line = draft.lines[0];
  CHECK(line.id == "L1");
  CHECK(line.quantity == 4);
  CHECK(line.unit_price->minor() == 800);
  CHECK(line.discount->minor() == 50);
  CHECK(line.tax->minor() == 138);
  CHECK(line.ship_group == "g");
  CHECK(line.no_split);
  CHECK(line.substitution == SubstitutionPolicy::kNever);
  CHECK(line.shipped == 1);
  CHECK(line.cancelled == 2);
}

TEST_CASE("Values are quoted as RFC 4180 has it, and lines end either way") {
  const auto orders =
      Csv("\xEF\xBB\xBFid,city,sku,quantity\r\n"
          "\"a,\"\"b\"\"\n\",\"\",MUG,1\r\n"
          "\r\n"
          "c,\"two\r\nlines\",TEE,\"2\"");
  REQUIRE(IsOk(orders));
  REQUIRE(orders->orders.size() == 2);
  CHECK(orders->orders[0].id().text() == "a,\"b\"\n");
  CHECK(orders->orders[0].draft().ship_to == std::nullopt);
  CHECK(orders->orders[1].draft().ship_to->city == "two\r\nlines");
  CHECK(orders->orders[1].draft().lines[0].quantity == 2);
}

struct Spoilt {
  std::string text;
  Texts errors;
};

TEST_CASE("What is wrong in a CSV file is told with line, column and name") {
  const std::vector<Spoilt> cases = {
      {"", {"1:1 empty"}},
      {"\n\n", {"1:1 empty"}},
      {"id,sku\n", {"1:1: quantity missing_field"}},
      {"sku,quantity\n", {"1:1: id missing_field"}},
      {"id,order_id,sku,quantity\n", {"1:1: order_id duplicate_field"}},
      {"id,sku,quantity,sku\n", {"1:17: sku duplicate_field"}},
      {"id,sku,quantity,colour\n", {"1:17: colour unknown_field"}},
      {"id,sku,quantity\na,MUG\n", {"2:1 wrong_length"}},
      {"id,sku,quantity\na,MUG,1,\n", {"2:1 wrong_length"}},
      {"id,sku,quantity\n,MUG,1\n", {"2:1: id missing_field"}},
      {"id,sku,quantity\na,,1\n", {"2:3: sku missing_field"}},
      {"id,sku,quantity\na,MUG,\n", {"2:7: quantity missing_field"}},
      {"id,sku,quantity\na,MUG,1.5\n", {"2:7: quantity wrong_type"}},
      {"id,sku,quantity\na,MUG,0\n", {"2:7: quantity not_positive"}},
      {"id,sku,quantity\na,MUG,99999999999999999999\n", {"2:7: quantity out_of_range"}},
      {"id,sku,quantity\na,HAT,1\n", {"2:3: sku unknown_sku"}},
      {"id,sku,quantity\nä,M\"UG,1\n", {"2:4 invalid_csv"}},
      {"id,sku,quantity\na,\"MUG\"x,1\nb,HAT,1\n", {"2:8 invalid_csv", "3:3: sku unknown_sku"}},
      {"id,sku,quantity\na,\"MUG,1\n", {"2:3 invalid_csv"}},
      {"id,sku,quantity\na,\xFF,1\n", {"2:3 invalid_utf8"}},
      {"id,sku,quantity,no_split\na,MUG,1,maybe\n", {"2:9: no_split wrong_type"}},
      {"id,sku,quantity,substitution\na,MUG,1,aks\n", {"2:9: substitution unknown_value"}},
      {"id,sku,quantity,placed_at\na,MUG,1,today\n", {"2:9: placed_at invalid_time"}},
      {"id,sku,quantity,unit_price\na,MUG,1,8.001\n", {"2:9: unit_price invalid_money"}},
      {"id,sku,quantity,currency\na,MUG,1,GBP\n", {"2:9: currency missing_rate"}},
      {"id,sku,quantity,risk\na,MUG,1,high\n", {"2:9: risk wrong_type"}},
      {"id,sku,quantity,lat,lon\na,MUG,1,91,0\n", {"2:9: lat out_of_range"}},
      {"id,sku,quantity,lat,lon\na,MUG,1,9,\n", {"2:11: lon missing_field"}},
      {"id,sku,quantity,lat\na,MUG,1,9\n", {"2:1: lon missing_field"}},
      {"id,sku,quantity,service\na,MUG,1,drone\n", {"2:9: service unknown_service"}},
      {"id,sku,quantity,channel\na,MUG,1,web\na,MUG,1,app\n", {"3:9: channel conflicting_value"}},
      {"id,line_id,sku,quantity\na,7,MUG,1\na,7,MUG,1\n", {"3:3: line_id duplicate"}},
  };
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.text);
    const auto orders = Csv(spoilt.text);
    CHECK(StatusIs(orders, absl::StatusCode::kInvalidArgument));
    CHECK(ErrorsOf(orders) == spoilt.errors);
  }
}

TEST_CASE("An unknown column is a warning when reading is not strict") {
  io::ReadOptions options;
  options.strict = false;
  const auto orders = Csv("id,sku,quantity,chanel\na,MUG,1,x\n", options);
  REQUIRE(IsOk(orders));
  CHECK(PathsOf(orders->warnings) == Texts{"1:17: chanel unknown_field"});
  CHECK_THAT(orders->warnings[0].message, ContainsText("did you mean 'channel'?"));
}

TEST_CASE("A line of a CSV order may ship complete or not at all") {
  const auto orders = Csv("id,sku,quantity,line_ship_complete\na,MUG,1,true\n");
  REQUIRE(IsOk(orders));
  CHECK(orders->orders[0].lines()[0].ship_complete);
}

TEST_CASE("A CSV order can be collected at a location") {
  const auto orders = Csv("id,sku,quantity,method,pickup_at\na,MUG,1,pickup,RNO\n");
  REQUIRE(IsOk(orders));
  CHECK(orders->orders[0].ship_groups()[0].method == Method::kPickup);
  CHECK(ErrorsOf(Csv("id,sku,quantity,method,pickup_at\na,MUG,1,pickup,STQ\n")) ==
        Texts{"2:16: pickup_at unknown_location"});
}

TEST_CASE("A postal table is read with its other columns ignored") {
  const auto table = io::ParsePostalTable(
      {"country,postal_code,city,lat,lon\n,94103,\"San Francisco, CA\",37.77,-122.41\n"
       "DE,10115,Berlin,52.53,13.38\n",
       ""});
  REQUIRE(IsOk(table));
  CHECK(table->size() == 2);
  CHECK(table->Find("US", "94103-1234") ==
        GeoPoint{.lat = Degrees(37.77), .lon = Degrees(-122.41)});
  CHECK(table->Find("DE", "10115")->lat == Degrees(52.53));
}

TEST_CASE("What is wrong in a postal table is told with its place") {
  const std::vector<Spoilt> cases = {
      {"", {"1:1 empty"}},
      {"zip,lat\n", {"1:1: lon missing_field"}},
      {"lat,lon\n", {"1:1: postal_code missing_field"}},
      {"zip,lat,lon\n94103,north,0\n", {"2:7: lat wrong_type"}},
      {"zip,lat,lon\n94103,95,0\n", {"2:1: lat out_of_range"}},
      {"zip,lat,lon\n94103,5,0\n94104,5,0\n94103,6,0\n", {"4:1: postal_code duplicate"}},
  };
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.text);
    CHECK(ErrorsOf(io::ParsePostalTable({spoilt.text, ""})) == spoilt.errors);
  }
}

}  // namespace
}  // namespace orderwright
