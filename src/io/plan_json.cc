#include "orderwright/io/plan_json.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "orderwright/io/explanation_json.h"
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
    out_.Key("backorders").BeginList();
    for (const PlanBackorder& units : plan_.backorders()) Write(units);
    out_.EndList();
    out_.Key("shortfalls").BeginList();
    for (const Shortfall& shortfall : plan_.shortfalls()) Write(shortfall);
    out_.EndList();
    out_.Key("questions").BeginList();
    for (const PlanQuestion& question : plan_.questions()) Write(question);
    out_.EndList();
    out_.Key("no_shipping").BeginList();
    for (const PlanLine& line : plan_.no_shipping()) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("line").Text(plan_.order().lines[line.line].id);
      out_.Key("quantity").Integer(line.quantity.count());
      out_.EndObject();
    }
    out_.EndList();
    out_.Key("holds").BeginList();
    for (const PlanHold& hold : plan_.holds()) Write(hold);
    out_.EndList();
    if (!plan_.rule_errors().empty()) {
      out_.Key("rule_errors").BeginList();
      for (const PlanRuleError& error : plan_.rule_errors()) Write(error);
      out_.EndList();
    }
    if (!plan_.shadows().empty()) {
      out_.Key("shadows").BeginList();
      for (const PlanShadow& shadow : plan_.shadows()) Write(shadow);
      out_.EndList();
    }
    out_.Key("relaxed").BeginList();
    for (const PlanRelaxed& relaxed : plan_.relaxed()) Write(relaxed);
    out_.EndList();
    out_.Key("late").BeginList();
    WriteLate();
    out_.EndList();
    out_.Key("settings").BeginList();
    for (const PlanSetting& setting : plan_.settings()) Write(setting);
    out_.EndList();
    out_.Key("outcomes").BeginList();
    for (const PlanOutcome& outcome : plan_.outcomes()) Write(outcome);
    out_.EndList();
    if (plan_.manual() != nullptr) Write(*plan_.manual());
    if (plan_.explanation() != nullptr) {
      out_.Key("explanation").Raw(ExplanationJson(*plan_.explanation()));
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
    out_.Key("method").Text(ToString(shipment.method));
    out_.Key("carrier").Text(plan_.carrier(shipment));
    out_.Key("service").Text(plan_.service(shipment));
    out_.Key("group").Text(plan_.group(shipment));
    out_.Key("to");
    if (shipment.to) {
      out_.Text(plan_.world().location(*shipment.to).id());
    } else {
      out_.Null();
    }
    Instant("ship_by", shipment.ship_by);
    Instant("deliver_by", shipment.deliver_by);
    out_.Key("cost").Text(ToString(shipment.cost, decimals_));
    out_.Key("lines").BeginList();
    for (const PlanLine& line : plan_.lines(shipment)) {
      out_.BeginObject(Layout::kFlat);
      Unit(line.line, plan_.sku(line), line.quantity);
      out_.Key("substitute_for");
      if (line.substitute_for) {
        out_.Text(SkuOf(*line.substitute_for));
      } else {
        out_.Null();
      }
      out_.EndObject();
    }
    out_.EndList();
    out_.EndObject();
  }

  void Write(const PlanBackorder& units) {
    out_.BeginObject(Layout::kFlat);
    Unit(units.line, SkuOf(units.sku), units.quantity);
    out_.Key("location").Text(plan_.world().location(units.location).id());
    Instant("expected", units.expected);
    out_.Key("kind").Text(ToString(units.kind));
    out_.Key("service").Text(plan_.world().services()[Raw(units.service)]);
    Instant("ship_by", units.ship_by);
    Instant("deliver_by", units.deliver_by);
    out_.Key("cost").Text(ToString(units.cost, decimals_));
    out_.EndObject();
  }

  void Write(const PlanQuestion& question) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("line").Text(plan_.order().lines[question.line].id);
    out_.Key("sku").Text(SkuOf(question.sku));
    out_.Key("substitute").Text(SkuOf(question.substitute));
    out_.Key("quantity").Integer(question.quantity.count());
    out_.Key("location").Text(plan_.world().location(question.location).id());
    out_.Key("cost").Text(ToString(question.cost, decimals_));
    out_.EndObject();
  }

  const std::string& SkuOf(SkuIndex sku) const { return plan_.world().item(sku).sku(); }

  void Write(const Shortfall& shortfall) {
    out_.BeginObject(Layout::kFlat);
    Unit(shortfall.line, SkuOf(shortfall.sku), shortfall.quantity);
    out_.Key("reason").Text(ToString(shortfall.reason));
    out_.EndObject();
  }

  const rules::Rule& RuleOf(std::uint32_t place) const { return plan_.rules().rules()[place]; }

  void Write(const PlanHold& hold) {
    out_.BeginObject(Layout::kFlat);
    const std::string& id = RuleOf(hold.rule).id;
    out_.Key("rule").Text(hold.is_error ? "rule_error:" + id : id);
    out_.Key("reason").Text(plan_.reason(hold));
    out_.EndObject();
  }

  void Write(const PlanRuleError& error) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("rule").Text(RuleOf(error.rule).id);
    out_.Key("message").Text(error.message);
    out_.EndObject();
  }

  void Write(const PlanShadow& shadow) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("rule").Text(RuleOf(shadow.rule).id);
    out_.Key("rows").Integer(shadow.rows);
    out_.EndObject();
  }

  void Write(const PlanRelaxed& relaxed) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("rule").Text(RuleOf(relaxed.rule).id);
    out_.Key("level").Integer(relaxed.level);
    out_.EndObject();
  }

  // Values as the formats write them: names where there are any.
  void Write(const PlanSetting& setting) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("rule").Text(RuleOf(setting.rule).id);
    out_.Key("field").Text(ToString(setting.field));
    out_.Key("value");
    switch (setting.field) {
      case rules::SetField::kService:
        out_.Text(plan_.world().services()[static_cast<std::size_t>(setting.value)]);
        break;
      case rules::SetField::kShipComplete:
        out_.Bool(setting.value != 0);
        break;
      default:
        if (const std::string_view name = rules::SettingName(setting.field, setting.value);
            !name.empty()) {
          out_.Text(name);
        } else {
          out_.Integer(setting.value);
        }
        break;
    }
    out_.EndObject();
  }

  void Write(const PlanOutcome& outcome) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("rule").Text(RuleOf(outcome.rule).id);
    out_.Key("on").Text(ToString(outcome.on));
    out_.Key("then").Text(ToString(outcome.then));
    if (const auto after = RuleOf(outcome.rule).after) {
      out_.Key("after").Text(absl::FormatDuration(absl::FromChrono(*after)));
    }
    out_.EndObject();
  }

  void Write(const PlanOverride& manual) {
    out_.Key("override").BeginObject();
    out_.Key("actor").Text(manual.choice.actor);
    out_.Key("reason").Text(manual.choice.reason);
    out_.Key("best_cost").Text(ToString(manual.best_cost, decimals_));
    out_.Key("extra_cost").Text(ToString(plan_.cost() - manual.best_cost, decimals_));
    out_.Key("shipments").BeginList();
    for (const OverrideShipment& shipment : manual.choice.shipments) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("location").Text(shipment.location);
      out_.Key("service");
      if (shipment.service.empty()) {
        out_.Null();
      } else {
        out_.Text(shipment.service);
      }
      // Units of a line that stands twice are one entry.
      std::map<std::string, std::int64_t> units;
      for (const OverrideLine& line : shipment.lines) units[line.line] += line.quantity.count();
      out_.Key("lines").BeginObject(Layout::kFlat);
      for (const auto& [line, quantity] : units) out_.Key(line).Integer(quantity);
      out_.EndObject();
      out_.EndObject();
    }
    out_.EndList();
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
    for (const PlanBackorder& units : plan_.backorders()) {
      days[units.line] = std::max(days[units.line], units.late_days);
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

  const Plan& plan_;
  int decimals_;
  JsonWriter out_;
};

}  // namespace

std::string PlanJson(const Plan& plan, int indent) { return PlanText(plan, indent).Run(); }

}  // namespace orderwright::io
