#include "orderwright/io/plan_json.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "src/io/internal/json_writer.h"

namespace orderwright::io {
namespace {

using io_internal::JsonWriter;
using io_internal::Layout;

class PlanText {
 public:
  PlanText(const Plan& plan, int indent)
      : plan_(plan), decimals_(plan.world().currency().decimals()), out_(indent) {}

  std::string Run() {
    out_.BeginObject();
    Head();
    out_.Key("shipments").BeginList();
    for (const Shipment& shipment : plan_.shipments()) Write(shipment);
    out_.EndList();
    Empty("backorders");
    out_.Key("shortfalls").BeginList();
    for (const Shortfall& shortfall : plan_.shortfalls()) Write(shortfall);
    out_.EndList();
    for (const std::string_view name : {"questions", "no_shipping", "holds", "relaxed"}) {
      Empty(name);
    }
    out_.Key("late").BeginList();
    WriteLate();
    out_.EndList();
    out_.EndObject();
    return out_.Take();
  }

 private:
  void Head() {
    out_.Key("order").Text(plan_.order().id);
    out_.Key("status").Text(ToString(plan_.status()));
    out_.Key("proof").Text(ToString(plan_.proof()));
    out_.Key("currency").Text(plan_.world().currency().code());
    out_.Key("cost").Text(ToString(plan_.cost(), decimals_));
    out_.Key("lower_bound").Text(ToString(plan_.lower_bound(), decimals_));
    out_.Key("rules_version");
    if (plan_.rules_version().empty()) {
      out_.Null();
    } else {
      out_.Text(plan_.rules_version());
    }
    out_.Key("stock_sequence").Unsigned(plan_.stock_sequence());
  }

  void Write(const Shipment& shipment) {
    out_.BeginObject();
    out_.Key("location").Text(plan_.location_id(shipment));
    out_.Key("method").Text("ship");
    out_.Key("carrier").Text(plan_.carrier(shipment));
    out_.Key("service").Text(plan_.service(shipment));
    out_.Key("group").Text("");
    out_.Key("to").Null();
    Instant("ship_by", shipment.ship_by);
    Instant("deliver_by", shipment.deliver_by);
    out_.Key("cost").Text(ToString(shipment.cost, decimals_));
    out_.Key("lines").BeginList();
    for (const PlanLine& line : plan_.lines(shipment)) {
      out_.BeginObject(Layout::kFlat);
      Unit(line.line, plan_.sku(line), line.quantity);
      out_.Key("substitute_for").Null();
      out_.EndObject();
    }
    out_.EndList();
    out_.EndObject();
  }

  void Write(const Shortfall& shortfall) {
    out_.BeginObject(Layout::kFlat);
    Unit(shortfall.line, plan_.world().item(shortfall.sku).sku(), shortfall.quantity);
    out_.Key("reason").Text(ToString(shortfall.reason));
    out_.EndObject();
  }

  // By line, the days of its latest shipment.
  void WriteLate() {
    std::vector<std::int64_t> days(plan_.order().lines.size(), 0);
    for (const Shipment& shipment : plan_.shipments()) {
      for (const PlanLine& line : plan_.lines(shipment)) {
        days[line.line] = std::max(days[line.line], shipment.late_days);
      }
    }
    for (std::size_t line = 0; line < days.size(); ++line) {
      if (days[line] == 0) continue;
      out_.BeginObject(Layout::kFlat);
      out_.Key("line").Text(plan_.order().lines[line].id);
      out_.Key("days").Integer(days[line]);
      out_.EndObject();
    }
  }

  void Instant(std::string_view name, const std::optional<Timestamp>& time) {
    out_.Key(name);
    if (time) {
      out_.Text(ToString(*time));
    } else {
      out_.Null();
    }
  }

  void Unit(std::uint32_t line, std::string_view sku, Units quantity) {
    out_.Key("line").Text(plan_.order().lines[line].id);
    out_.Key("sku").Text(sku);
    out_.Key("quantity").Integer(quantity.count());
  }

  void Empty(std::string_view name) { out_.Key(name).BeginList().EndList(); }

  const Plan& plan_;
  int decimals_;
  JsonWriter out_;
};

}  // namespace

std::string PlanJson(const Plan& plan, int indent) { return PlanText(plan, indent).Run(); }

}  // namespace orderwright::io
