#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>
#include <vector>

#include "orderwright/core/geo.h"
#include "orderwright/io/analysis_json.h"
#include "src/io/internal/json_writer.h"

namespace orderwright::io {
namespace {

using io_internal::JsonWriter;
using io_internal::Layout;

class WitnessWriter {
 public:
  WitnessWriter(const rules::Witness& witness, int indent) : witness_(witness), out_(indent) {}

  std::string Run() {
    out_.BeginObject();
    out_.Key("text").Text(witness_.text);
    out_.Key("world");
    WriteWorld(witness_.world);
    out_.Key("order");
    WriteOrder(witness_.order);
    Instant("now", witness_.now);
    WriteCandidate(witness_.candidate);
    WritePlan(witness_.plan);
    out_.EndObject();
    return out_.Take();
  }

 private:
  // ---- Fields that are written only if they say something ----

  void Text(std::string_view key, std::string_view text) {
    if (!text.empty()) out_.Key(key).Text(text);
  }
  void Flag(std::string_view key, bool value, bool usual) {
    if (value != usual) out_.Key(key).Bool(value);
  }
  void Whole(std::string_view key, std::int64_t value, std::int64_t usual = 0) {
    if (value != usual) out_.Key(key).Integer(value);
  }
  void Whole(std::string_view key, const std::optional<std::int64_t>& value) {
    if (value) out_.Key(key).Integer(*value);
  }
  void Instant(std::string_view key, const std::optional<Timestamp>& value) {
    if (value) out_.Key(key).Text(ToString(*value));
  }
  void Amount(std::string_view key, const std::optional<Money>& value) {
    if (value) out_.Key(key).Text(AmountText(*value));
  }
  void Amount(std::string_view key, Cost value) {
    if (value != Cost()) out_.Key(key).Text(ToString(value));
  }
  void List(std::string_view key, const std::vector<std::string>& list) {
    out_.Key(key).BeginList(Layout::kFlat);
    for (const std::string& text : list) out_.Text(text);
    out_.EndList();
  }
  void Given(std::string_view key, const std::vector<std::string>& list) {
    if (!list.empty()) List(key, list);
  }
  void Given(std::string_view key, const std::optional<std::vector<std::string>>& list) {
    if (list) List(key, *list);
  }

  // ---- World ----

  void WriteWorld(const WorldDraft& world) {
    out_.BeginObject();
    out_.Key("format").Text("orderwright.world/1");
    out_.Key("currency").Text(world.currency ? world.currency->code() : "USD");
    out_.Key("locations").BeginList();
    for (std::size_t i = 0; i < world.locations.size(); ++i)
      WriteLocation(world.locations[i], i == 0);
    out_.EndList();
    out_.Key("items").BeginList();
    for (const ItemSpec& item : world.items) WriteItem(item);
    out_.EndList();
    out_.Key("stock").BeginList();
    for (const ItemSpec& item : world.items) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("location").Text(world.locations[0].id);
      out_.Key("sku").Text(item.sku);
      out_.Key("on_hand").Integer(witness_.candidate.available);
      out_.EndObject();
    }
    out_.EndList();
    if (!world.rate_cards.empty()) {
      out_.Key("rate_cards").BeginObject();
      for (const RateCardSpec& card : world.rate_cards) WriteCard(card);
      out_.EndObject();
    }
    out_.EndObject();
  }

  void WriteLocation(const LocationSpec& at, bool is_first) {
    out_.BeginObject();
    out_.Key("id").Text(at.id);
    out_.Key("kind").Text(ToString(at.kind));
    Text("name", at.name);
    Flag("active", at.active, true);
    Whole("rank", at.rank);
    Text("country", at.country);
    Text("region", at.region);
    Text("postal_code", at.postal_code);
    if (is_first && witness_.candidate.distance_km) {
      // On the equator, with the address at 0, 0.
      out_.Key("lat").Real(0);
      out_.Key("lon").Real(LongitudeAt(*witness_.candidate.distance_km));
    }
    Given("markets", at.markets);
    Given("channels", at.channels);
    Given("capabilities", at.capabilities);
    Given("tags", at.tags);
    Flag("accepts_returns", at.accepts_returns, true);
    Whole("max_rejects", at.max_rejects);
    if (at.capacity_units_per_day) {
      out_.Key("capacity_units_per_day").Integer(at.capacity_units_per_day->count());
    }
    if (at.capacity_shipments_per_day) {
      out_.Key("capacity_shipments_per_day").Integer(at.capacity_shipments_per_day->count());
    }
    Amount("cost_per_shipment", at.cost_per_shipment);
    Amount("cost_per_unit", at.cost_per_unit);
    Whole("handling_days", at.handling_days);
    Given("rate_cards", at.rate_cards);
    out_.EndObject();
  }

  static double LongitudeAt(double km) {
    const double degrees = km / kEarthRadiusKm * 180.0 / std::numbers::pi;
    return std::min(180.0, degrees);
  }

  void WriteItem(const ItemSpec& item) {
    out_.BeginObject();
    out_.Key("sku").Text(item.sku);
    Whole("weight_g", item.weight_g);
    Amount("unit_value", item.unit_value);
    Amount("unit_cost", item.unit_cost);
    Whole("pack_size", item.pack_size, 1);
    Given("tags", item.tags);
    Flag("requires_shipping", item.requires_shipping, true);
    Flag("gift_card", item.gift_card, false);
    Text("hs_code", item.hs_code);
    Text("origin", item.origin);
    if (item.backorder.allowed) {
      out_.Key("backorder").BeginObject(Layout::kFlat);
      out_.Key("allowed").Bool(true);
      out_.EndObject();
    }
    if (item.preorder) {
      out_.Key("preorder").BeginObject(Layout::kFlat);
      out_.Key("release").Text(ToString(item.preorder->release));
      out_.EndObject();
    }
    out_.EndObject();
  }

  void WriteCard(const RateCardSpec& card) {
    out_.Key(card.name).BeginObject();
    out_.Key("services").BeginObject();
    for (const ServiceSpec& service : card.services) {
      out_.Key(service.name).BeginObject(Layout::kFlat);
      out_.Key("transit_days").BeginList(Layout::kFlat);
      out_.Integer(witness_.candidate.transit_days);
      out_.EndList();
      out_.EndObject();
    }
    out_.EndObject();
    out_.EndObject();
  }

  // ---- Order ----

  void WriteOrder(const OrderDraft& order) {
    out_.BeginObject();
    out_.Key("format").Text("orderwright.order/1");
    out_.Key("id").Text(order.id);
    Text("channel", order.channel);
    Text("market", order.market);
    Instant("placed_at", order.placed_at);
    Whole("priority", order.priority);
    Given("service", order.services);
    Flag("test", order.test, false);
    Text("parent", order.parent);
    if (order.method != Method::kShip) out_.Key("method").Text(ToString(order.method));
    Text("pickup_at", order.pickup_at);
    Instant("requested_by", order.requested_by);
    Flag("must_arrive", order.must_arrive, false);
    Instant("ship_after", order.ship_after);
    Instant("ship_by", order.ship_by);
    Instant("cancel_after", order.cancel_after);
    Flag("ship_complete", order.ship_complete, false);
    if (order.min_fill) out_.Key("min_fill").Real(*order.min_fill);
    if (order.remainder != Remainder::kBackorder) {
      out_.Key("remainder").Text(ToString(order.remainder));
    }
    Whole("max_shipments", order.max_shipments);
    if (order.risk) out_.Key("risk").Real(*order.risk);
    Given("tags", order.tags);
    if (order.customer) {
      out_.Key("customer").BeginObject(Layout::kFlat);
      Text("id", order.customer->id);
      Given("tags", order.customer->tags);
      out_.EndObject();
    }
    WriteAddress(order.ship_to);
    if (order.collected_by != CollectedBy::kMerchant) {
      out_.Key("collected_by").Text(ToString(order.collected_by));
    }
    out_.Key("lines").BeginList();
    for (const OrderLineDraft& line : order.lines) WriteLine(line);
    out_.EndList();
    if (order.shipping_price) {
      out_.Key("shipping").BeginObject(Layout::kFlat);
      Amount("price", order.shipping_price);
      out_.EndObject();
    }
    out_.EndObject();
  }

  void WriteAddress(const std::optional<Address>& address) {
    if (!address && !witness_.candidate.distance_km) return;
    out_.Key("ship_to").BeginObject(Layout::kFlat);
    if (address) {
      Text("country", address->country);
      Text("region", address->region);
      Text("postal_code", address->postal_code);
      Text("city", address->city);
    }
    if (witness_.candidate.distance_km) {
      out_.Key("lat").Real(0);
      out_.Key("lon").Real(0);
    }
    out_.EndObject();
  }

  void WriteLine(const OrderLineDraft& line) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("id").Text(line.id);
    out_.Key("sku").Text(line.sku);
    out_.Key("quantity").Integer(line.quantity);
    Amount("unit_price", line.unit_price);
    Amount("discount", line.discount);
    Amount("tax", line.tax);
    if (line.method) out_.Key("method").Text(ToString(*line.method));
    Text("pickup_at", line.pickup_at);
    Text("ship_group", line.ship_group);
    Flag("ship_complete", line.ship_complete, false);
    Flag("no_split", line.no_split, false);
    if (line.substitution != SubstitutionPolicy::kAsk) {
      out_.Key("substitution").Text(ToString(line.substitution));
    }
    Whole("shipped", line.shipped);
    Whole("cancelled", line.cancelled);
    out_.EndObject();
  }

  // ---- Figures ----

  void WriteCandidate(const rules::Witness::Candidate& at) {
    out_.Key("candidate").BeginObject(Layout::kFlat);
    if (at.distance_km) out_.Key("distance_km").Real(*at.distance_km);
    out_.Key("available").Integer(at.available);
    out_.Key("service").Text(at.service);
    out_.Key("zone").Integer(at.zone);
    out_.Key("transit_days").Integer(at.transit_days);
    out_.Key("late_days").Integer(at.late_days);
    Instant("deliver_by", at.deliver_by);
    out_.EndObject();
  }

  void WritePlan(const rules::Witness::Plan& plan) {
    out_.Key("plan").BeginObject(Layout::kFlat);
    out_.Key("cost").Text(ToString(plan.cost));
    out_.Key("shipments").Integer(plan.shipments);
    out_.Key("units").Integer(plan.units);
    out_.Key("short_units").Integer(plan.short_units);
    out_.Key("late_days").Integer(plan.late_days);
    out_.Key("proof").Text(plan.is_proved ? "optimal" : "feasible");
    out_.Key("margin").Text(ToString(plan.margin));
    out_.Key("margin_spread").Text(ToString(plan.margin_spread));
    if (plan.gap_to_next) out_.Key("gap_to_next").Text(ToString(*plan.gap_to_next));
    out_.EndObject();
  }

  const rules::Witness& witness_;
  JsonWriter out_;
};

}  // namespace

std::string WitnessJson(const rules::Witness& witness, int indent) {
  return WitnessWriter(witness, indent).Run();
}

}  // namespace orderwright::io
