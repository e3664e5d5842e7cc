// Writes orderwright.explanation/1 (docs/formats/explanation.md).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/io/explanation_json.h"
#include "orderwright/io/problem_json.h"
#include "src/io/internal/decision_problem.h"
#include "src/io/internal/json_writer.h"

namespace orderwright::io {
namespace {

using io_internal::JsonWriter;
using io_internal::Layout;

class ExplanationText {
 public:
  ExplanationText(const Explanation& explanation, int indent)
      : why_(explanation), record_(explanation.record), out_(indent) {}

  std::string Run() {
    out_.BeginObject();
    Head();
    Shipments();
    Goods("shortfalls", why_.chosen.shortfalls);
    Candidates();
    Options("next_best", why_.next_best);
    out_.Key("why_not").BeginList();
    for (const WhyNot& answer : why_.why_not) Write(answer);
    out_.EndList();
    out_.Key("break_evens").BeginList();
    for (const BreakEven& item : why_.break_evens) Write(item);
    out_.EndList();
    Optional("tie", why_.tie);
    Record();
    out_.EndObject();
    return out_.Take();
  }

 private:
  using Units = std::vector<std::pair<std::uint32_t, std::int64_t>>;

  void Amount(std::string_view name, Cost cost) {
    out_.Key(name).Text(ToString(cost, record_.decimals));
  }
  void Optional(std::string_view name, std::string_view text) {
    out_.Key(name);
    if (text.empty()) {
      out_.Null();
    } else {
      out_.Text(text);
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
  void Available(std::string_view name, std::int64_t units) {
    out_.Key(name);
    if (units == solver::kUnlimited) {
      out_.Null();
    } else {
      out_.Integer(units);
    }
  }
  void Kilometres(double km) {
    out_.Key("distance_km");
    if (km < 0) {
      out_.Null();
    } else {
      out_.Real(km);
    }
  }
  const std::string& Id(std::uint32_t location) const { return record_.locations[location].id; }

  void Head() {
    out_.Key("format").Text("orderwright.explanation/1");
    out_.Key("order").Text(record_.order);
    out_.Key("destination").Text(record_.destination);
    Instant("decided_at", record_.decided_at);
    Optional("rules_version", record_.rules_version);
    out_.Key("override");
    if (record_.manual) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("actor").Text(record_.manual->actor);
      out_.Key("reason").Text(record_.manual->reason);
      Amount("best_cost", record_.manual->best_cost);
      out_.EndObject();
    } else {
      out_.Null();
    }
    out_.Key("stock_sequence").Unsigned(record_.stock_sequence);
    out_.Key("proof").Text(why_.chosen.is_proved ? "optimal" : "feasible");
    out_.Key("currency").Text(record_.currency);
    Amount("cost", why_.chosen.cost);
    Amount("lower_bound", why_.chosen.lower_bound);
    Amount("split_cost", why_.chosen.split_cost);
    Amount("shortfall_cost", why_.chosen.shortfall_cost);
  }

  void Place(std::uint32_t slot) {
    const RecordedSlot& data = record_.slots[slot];
    out_.Key("location").Text(Id(data.location));
    Optional("name", record_.locations[data.location].name);
    out_.Key("carrier").Text(data.carrier);
    out_.Key("service").Text(data.service);
    out_.Key("zone");
    if (data.zone) {
      out_.Integer(*data.zone + 1);
    } else {
      out_.Null();
    }
    out_.Key("group").Text(data.group);
    Method(data);
    Instant("ship_by", data.ship_by);
    Instant("deliver_by", data.deliver_by);
    out_.Key("late_days").Integer(data.late_days);
  }

  void Terms(const ShipmentCost& terms) {
    out_.BeginObject(Layout::kFlat);
    Amount("handling", terms.handling);
    Amount("unit", terms.unit);
    Amount("shipping", terms.shipping);
    Amount("surcharge", terms.surcharge);
    Amount("lane", terms.lane);
    Amount("lateness", terms.lateness);
    Amount("rules", terms.rules);
    out_.EndObject();
  }

  void Shipments() {
    out_.Key("shipments").BeginList();
    for (std::uint32_t i = 0; i < record_.shipments.size(); ++i) {
      const RecordedShipment& shipment = record_.shipments[i];
      out_.BeginObject();
      Place(shipment.slot);
      Amount("cost", shipment.Sum());
      out_.Key("terms");
      Terms(shipment.terms);
      if (shipment.waiting != Cost()) Amount("waiting", shipment.waiting);
      Goods("lines", why_.chosen.shipments[i].lines);
      out_.Key("other_services").BeginList();
      for (const RecordedService& service : record_.services) {
        if (service.shipment == i) Write(service, shipment.Sum());
      }
      out_.EndList();
      out_.EndObject();
    }
    out_.EndList();
  }

  void Write(const RecordedService& service, std::optional<Cost> own) {
    out_.BeginObject(Layout::kFlat);
    if (!own) out_.Key("shipment").Integer(service.shipment);
    out_.Key("carrier").Text(service.carrier);
    out_.Key("service").Text(service.service);
    const auto amount = [&](std::string_view name, Cost cost) {
      if (service.cost) return Amount(name, cost);
      out_.Key(name).Null();
    };
    amount("cost", service.cost.value_or(Cost()));
    if (own) amount("extra_cost", service.cost.value_or(Cost()) - *own);
    Instant("deliver_by", service.deliver_by);
    Optional("reason", service.reason);
    out_.EndObject();
  }

  void Goods(std::string_view name, const Units& lines) {
    out_.Key(name).BeginList();
    for (const auto& [line, units] : lines) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("line").Text(record_.lines[line].id);
      out_.Key("sku").Text(record_.lines[line].sku);
      out_.Key("quantity").Integer(units);
      Had(record_.lines[line]);
      out_.EndObject();
    }
    out_.EndList();
  }

  // How goods are had, where it is not simply from stock.
  void Had(const RecordedLine& line) {
    if (line.kind == GoodsKind::kStock) return;
    out_.Key("kind").Text(ToString(line.kind));
    if (!line.draw) return;
    out_.Key("draws_on").Text(ToString(*line.draw));
    Instant("expected", line.expected);
  }

  // Every location that holds something of the order, and what became of it.
  void Candidates() {
    std::vector<std::uint8_t> is_chosen(record_.locations.size(), 0);
    std::vector<std::uint8_t> is_usable(record_.locations.size(), 0);
    for (const OptionShipment& shipment : why_.chosen.shipments) {
      is_chosen[record_.slots[shipment.slot].location] = 1;
    }
    std::vector<std::vector<const RecordedStock*>> stock(record_.locations.size());
    for (const RecordedStock& row : record_.stock) {
      stock[row.location].push_back(&row);
      if (row.usable > 0) is_usable[row.location] = 1;
    }
    out_.Key("candidates").BeginList();
    for (std::uint32_t i = 0; i < record_.locations.size(); ++i) {
      out_.BeginObject();
      out_.Key("location").Text(Id(i));
      Optional("name", record_.locations[i].name);
      out_.Key("kind").Text(record_.locations[i].kind);
      Kilometres(record_.locations[i].distance_km);
      out_.Key("status").Text(is_chosen[i] != 0   ? "chosen"
                              : is_usable[i] != 0 ? "considered"
                                                  : "ruled_out");
      out_.Key("lines").BeginList();
      for (const RecordedStock* row : stock[i]) Held(*row);
      out_.EndList();
      out_.EndObject();
    }
    out_.EndList();
  }

  void Held(const RecordedStock& row) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("line").Text(record_.lines[row.line].id);
    out_.Key("sku").Text(record_.lines[row.line].sku);
    Had(record_.lines[row.line]);
    Available("available", row.available);
    Available("usable", row.usable);
    out_.Key("rulings").BeginList();
    for (const RecordedRuling& ruling : record_.rulings) {
      if (ruling.line != row.line || ruling.location != row.location) continue;
      out_.BeginObject(Layout::kFlat);
      Ruling(ruling);
      out_.EndObject();
    }
    out_.EndList();
    out_.EndObject();
  }

  void Ruling(const RecordedRuling& ruling) {
    out_.Key("by").Text(ToString(ruling.by));
    Optional("rule", ruling.rule);
    Optional("reason", ruling.reason);
    out_.Key("units").Integer(ruling.units);
    if (ruling.values.empty()) return;
    out_.Key("values").BeginList();
    for (const auto& [field, value] : ruling.values) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("field").Text(field);
      out_.Key("value").Text(value);
      out_.EndObject();
    }
    out_.EndList();
  }

  void Options(std::string_view name, const std::vector<PlanOption>& options) {
    out_.Key(name).BeginList();
    for (const PlanOption& option : options) Write(option);
    out_.EndList();
  }

  void Write(const PlanOption& option) {
    out_.BeginObject();
    Amount("cost", option.cost);
    Amount("extra_cost", option.extra_cost);
    Amount("lower_bound", option.lower_bound);
    out_.Key("proof").Text(option.is_proved ? "optimal" : "feasible");
    Amount("split_cost", option.split_cost);
    Amount("shortfall_cost", option.shortfall_cost);
    out_.Key("shipments").BeginList();
    for (const OptionShipment& shipment : option.shipments) {
      out_.BeginObject();
      Place(shipment.slot);
      Amount("cost", shipment.Sum());
      out_.Key("terms").BeginObject(Layout::kFlat);
      Amount("handling", shipment.handling);
      Amount("shipping", shipment.shipping);
      Amount("units", shipment.units);
      Amount("lateness", shipment.lateness);
      Amount("rules", shipment.rules);
      if (shipment.waiting != Cost()) Amount("waiting", shipment.waiting);
      out_.EndObject();
      Goods("lines", shipment.lines);
      out_.EndObject();
    }
    out_.EndList();
    Goods("shortfalls", option.shortfalls);
    out_.Key("objectives").BeginList(Layout::kFlat);
    for (const std::int64_t value : option.levels) out_.Integer(value);
    out_.EndList();
    out_.EndObject();
  }

  void Write(const WhyNot& answer) {
    out_.BeginObject();
    out_.Key("location").Text(answer.location);
    Optional("name", answer.name);
    out_.Key("answer").Text(ToString(answer.kind));
    out_.Key("lines").BeginList();
    for (const RecordedStock& row : answer.stock) Held(row);
    out_.EndList();
    out_.Key("plan");
    if (answer.option) {
      Write(*answer.option);
    } else {
      out_.Null();
    }
    out_.EndObject();
  }

  void Write(const BreakEven& item) {
    out_.BeginObject();
    out_.Key("of").Text(ToString(item.of));
    Optional("name", item.name);
    Amount("now", item.now);
    Amount("at", item.at);
    out_.Key("direction").Text(item.rises ? "up" : "down");
    out_.Key("tie_lost").Bool(item.is_tie_lost);
    out_.Key("then");
    Write(item.then);
    out_.EndObject();
  }

  // ---- the record: everything that questions are answered from ----

  template <typename Rows, typename WriteRow>
  void List(std::string_view name, const Rows& rows, const WriteRow& write) {
    out_.Key(name).BeginList();
    for (const auto& row : rows) {
      out_.BeginObject(Layout::kFlat);
      write(row);
      out_.EndObject();
    }
    out_.EndList();
  }

  void Record() {
    out_.Key("record").BeginObject();
    Optional("destination_time_zone", record_.destination_time_zone);
    out_.Key("candidates").Integer(record_.candidates);
    List("locations", record_.locations, [&](const RecordedLocation& location) {
      out_.Key("id").Text(location.id);
      out_.Key("name").Text(location.name);
      out_.Key("kind").Text(location.kind);
      out_.Key("time_zone").Text(location.time_zone);
      Kilometres(location.distance_km);
      out_.Key("rank").Integer(location.rank);
      Amount("cost_per_shipment", location.cost_per_shipment);
    });
    List("lines", record_.lines, [&](const RecordedLine& line) {
      out_.Key("id").Text(line.id);
      out_.Key("sku").Text(line.sku);
      out_.Key("quantity").Integer(line.quantity);
      Amount("shortfall_penalty", line.shortfall_penalty);
      if (!line.instead_of) return;
      out_.Key("instead_of").Integer(*line.instead_of);
      Had(line);
      if (line.draw) Amount("waiting", line.waiting);
    });
    List("slots", record_.slots, [&](const RecordedSlot& slot) { Slot(slot); });
    List("stock", record_.stock, [&](const RecordedStock& row) {
      out_.Key("line").Integer(row.line);
      out_.Key("location").Integer(row.location);
      Available("available", row.available);
      Available("usable", row.usable);
    });
    List("rulings", record_.rulings, [&](const RecordedRuling& ruling) {
      out_.Key("line").Integer(ruling.line);
      out_.Key("location").Integer(ruling.location);
      Ruling(ruling);
    });
    List("rule_costs", record_.rule_costs, [&](const RecordedRuleCost& cost) { Write(cost); });
    out_.Key("services").BeginList();
    for (const RecordedService& service : record_.services) Write(service, std::nullopt);
    out_.EndList();
    List("shipments", record_.shipments, [&](const RecordedShipment& shipment) {
      out_.Key("slot").Integer(shipment.slot);
      out_.Key("terms");
      Terms(shipment.terms);
      if (shipment.waiting != Cost()) Amount("waiting", shipment.waiting);
    });
    const ProblemDocument problem = io_internal::ProblemOf(record_);
    out_.Key("problem").Raw(ProblemJson(problem));
    out_.Key("solution").Raw(SolutionJson(problem, record_.solution));
    out_.EndObject();
  }

  void Method(const RecordedSlot& slot) {
    out_.Key("method").Text(slot.method);
    Optional("to", slot.to);
  }

  void Slot(const RecordedSlot& slot) {
    out_.Key("location").Integer(slot.location);
    out_.Key("carrier").Text(slot.carrier);
    out_.Key("service").Text(slot.service);
    out_.Key("group").Text(slot.group);
    Method(slot);
    Optional("time_zone", slot.time_zone);
    out_.Key("zone");
    if (slot.zone) {
      out_.Integer(*slot.zone);
    } else {
      out_.Null();
    }
    Amount("handling", slot.handling);
    Amount("lateness", slot.lateness);
    Amount("rules", slot.rules);
    out_.Key("late_days").Integer(slot.late_days);
    if (slot.waits) out_.Key("waits").Bool(true);
    Instant("ship_by", slot.ship_by);
    Instant("deliver_by", slot.deliver_by);
  }

  // By slot, or by line and slot of an arc; only what is not 0.
  void Write(const RecordedRuleCost& cost) {
    out_.Key("rule").Text(cost.rule);
    out_.Key("per_unit").Bool(cost.is_per_unit);
    out_.Key("values").BeginList();
    const auto write = [&](std::optional<std::uint32_t> line, std::uint32_t slot,
                           std::size_t place) {
      const std::int64_t value = cost.values[place];
      if (value == 0) return;
      out_.BeginObject(Layout::kFlat);
      if (line) out_.Key("line").Integer(*line);
      out_.Key("slot").Integer(slot);
      Amount("cost", Cost::FromMicros(value));
      if (const auto row = cost.RowAt(place)) out_.Key("row").Integer(*row);
      out_.EndObject();
    };
    const solver::Problem& p = record_.problem;
    if (cost.is_per_unit) {
      for (std::uint32_t line = 0; line < p.lines.size(); ++line) {
        const solver::Line& data = p.lines[line];
        for (std::uint32_t a = data.first_arc; a < data.first_arc + data.arc_count; ++a) {
          write(record_.arc_line.empty() ? line : record_.arc_line[a], p.arcs[a].slot, a);
        }
      }
    } else {
      for (std::uint32_t slot = 0; slot < p.slots.size(); ++slot) {
        write(std::nullopt, slot, slot);
      }
    }
    out_.EndList();
  }

  const Explanation& why_;
  const DecisionRecord& record_;
  JsonWriter out_;
};

}  // namespace

std::string ExplanationJson(const Explanation& explanation, int indent) {
  return ExplanationText(explanation, indent).Run();
}

}  // namespace orderwright::io
