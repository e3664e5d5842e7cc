#include "orderwright/io/plan_json.h"

#include <string_view>

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
    for (const std::string_view name : {"questions", "no_shipping", "holds", "relaxed", "late"}) {
      Empty(name);
    }
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
    for (const std::string_view name : {"to", "ship_by", "deliver_by"}) out_.Key(name).Null();
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
