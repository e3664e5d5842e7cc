// Explanations as people read them: for a terminal and for a notebook, from the same words.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/routing/explanation.h"
#include "src/routing/internal/places.h"

namespace orderwright {
namespace {

using routing_internal::Instant;
using routing_internal::Moment;

std::string Join(const std::vector<std::string>& parts, std::string_view between,
                 std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? last : between;
    text += parts[i];
  }
  return text;
}

TimeZone ZoneOf(const std::string& name) {
  const absl::StatusOr<TimeZone> zone = TimeZone::Load(name);
  return zone.ok() ? *zone : TimeZone();
}

// "9 stores" where all are of one kind.
std::string CountOf(const std::set<std::string>& kinds, std::size_t count) {
  static const std::map<std::string, std::string, std::less<>> kPlural = {
      {"warehouse", "warehouses"},
      {"store", "stores"},
      {"third_party", "third-party sites"},
      {"dropship", "drop-shippers"},
      {"virtual", "virtual sites"}};
  const auto plural = kinds.size() == 1 ? kPlural.find(*kinds.begin()) : kPlural.end();
  return fmt::format("{} {}", count, plural == kPlural.end() ? "locations" : plural->second);
}

// What a terminal shows as a column of text beside a label, and a notebook as a row.
struct Note {
  std::string label;
  std::vector<std::string> lines;
};

class Words {
 public:
  explicit Words(const DecisionRecord& record) : record_(record) {}

  std::string Money(Cost cost) const { return ToString(cost, record_.decimals); }
  std::string Extra(Cost cost) const {
    return cost < Cost() ? Money(cost) : fmt::format("+{}", Money(cost));
  }

  std::string Place(std::uint32_t location) const {
    const RecordedLocation& data = record_.locations[location];
    return data.name.empty() ? data.id : data.name;
  }

  const std::string& Sku(std::uint32_t line) const { return record_.lines[line].sku; }

  std::string Goods(const std::vector<std::pair<std::uint32_t, std::int64_t>>& lines) const {
    std::vector<std::string> parts;
    for (const auto& [line, units] : lines) {
      parts.push_back(fmt::format("{} ×{}{}", Sku(line), units, Had(record_.lines[line])));
    }
    return Join(parts, ", ", ", ");
  }

  // How goods are had, where it is not simply from stock.
  std::string Had(const RecordedLine& line) const {
    const auto date = [&] {
      return line.expected ? fmt::format(" of {}", Moment(*line.expected, Destination(TimeZone())))
                           : std::string(" without a date");
    };
    switch (line.kind) {
      case GoodsKind::kStock:
        break;
      case GoodsKind::kSubstitute:
        return fmt::format(" for {}", Sku(*line.instead_of));
      case GoodsKind::kQuestion:
        return fmt::format(" for {}, if the customer agrees", Sku(*line.instead_of));
      case GoodsKind::kBackorder:
        return " backordered" + date();
      case GoodsKind::kPreorder:
        return " pre-ordered" + date();
    }
    return "";
  }

  std::string How(const RecordedSlot& slot) const {
    std::string text = slot.method == "pickup" ? slot.method : slot.service;
    if (!slot.group.empty()) text += fmt::format(", {}", slot.group);
    if (slot.zone) text += fmt::format(", zone {}", *slot.zone + 1);
    if (!slot.to.empty()) text += fmt::format(", to {}", PlaceOf(slot.to));
    return text;
  }

  std::string Dates(const RecordedSlot& slot) const {
    if (!slot.ship_by || !slot.deliver_by) return "";
    const TimeZone local = ZoneOf(record_.locations[slot.location].time_zone);
    std::string text = slot.method == "pickup"
                           ? fmt::format("ready {}", Moment(*slot.ship_by, local))
                           : fmt::format("ship by {}, deliver by {}", Moment(*slot.ship_by, local),
                                         Moment(*slot.deliver_by, ZoneThere(slot, local)));
    if (slot.late_days > 0) {
      text += fmt::format(" ({} day{} late)", slot.late_days, slot.late_days == 1 ? "" : "s");
    }
    return text;
  }

  TimeZone ZoneThere(const RecordedSlot& slot, const TimeZone& local) const {
    return slot.time_zone.empty() ? Destination(local) : ZoneOf(slot.time_zone);
  }

  TimeZone Destination(const TimeZone& otherwise) const {
    return record_.destination_time_zone.empty() ? otherwise
                                                 : ZoneOf(record_.destination_time_zone);
  }

  std::string Title() const {
    std::int64_t units = 0;
    const std::size_t lines = record_.problem.lines.size();
    for (std::size_t i = 0; i < lines; ++i) units += record_.lines[i].quantity;
    std::string text =
        fmt::format("order {} · {} line{}, {} unit{} to {}", record_.order, lines,
                    lines == 1 ? "" : "s", units, units == 1 ? "" : "s", record_.destination);
    if (record_.decided_at) {
      text += fmt::format(" · routed {}", Instant(*record_.decided_at, Destination(TimeZone())));
    }
    text += " · ";
    if (!record_.rules_version.empty()) text += fmt::format("rules v{}, ", record_.rules_version);
    text += fmt::format("stock #{}", record_.stock_sequence);
    return text;
  }

  std::string Proof(const PlanOption& chosen) const {
    if (record_.manual) {
      return fmt::format("by hand, {}: {} ({} over the best plan)", record_.manual->actor,
                         record_.manual->reason, Extra(chosen.cost - record_.manual->best_cost));
    }
    if (chosen.is_proved) {
      return fmt::format("proved cheapest of {} candidates", record_.candidates);
    }
    return fmt::format("not proved; no plan is below {}", Money(chosen.lower_bound));
  }

  // "Reno + San Jose store", "Memphis alone", and what would be left out.
  std::string Places(const PlanOption& option) const {
    std::vector<std::string> names;
    for (const OptionShipment& shipment : option.shipments) {
      std::string name = Place(record_.slots[shipment.slot].location);
      if (names.empty() || names.back() != name) names.push_back(std::move(name));
    }
    std::string text = names.empty() ? "nothing" : Join(names, " + ", " + ");
    if (names.size() == 1) text += " alone";
    if (!option.shortfalls.empty()) text += fmt::format(" without {}", Goods(option.shortfalls));
    return text;
  }

  std::string Terms(const OptionShipment& shipment) const {
    const RecordedSlot& slot = record_.slots[shipment.slot];
    std::vector<std::string> parts;
    std::string how = slot.method == "pickup" ? slot.method : slot.service;
    if (slot.zone) how += fmt::format(" zone {}", *slot.zone + 1);
    parts.push_back(fmt::format("{}, {}", how, Money(shipment.shipping)));
    const auto add = [&](std::string_view name, Cost cost) {
      if (cost != Cost()) parts.push_back(fmt::format("{} {}", name, Money(cost)));
    };
    add("handling", shipment.handling);
    const std::vector<RuleCharge> charges = RuleChargesOf(record_, shipment);
    std::vector<std::string> prices;
    for (const RuleCharge& charge : charges) {
      if (charge.is_per_unit) prices.push_back("rule " + ChargeText(charge));
    }
    if (shipment.units != Cost() || !prices.empty()) {
      parts.push_back(fmt::format("units {}{}{}", Money(shipment.units),
                                  prices.empty() ? "" : " with ", Join(prices, ", ", " and ")));
    }
    add("lateness", shipment.lateness);
    for (const RuleCharge& charge : charges) {
      if (!charge.is_per_unit) parts.push_back("rule " + ChargeText(charge));
    }
    add("waiting", shipment.waiting);
    return Join(parts, "; ", "; ");
  }

  std::string ChargeText(const RuleCharge& charge) const {
    const std::string row = charge.row ? fmt::format(" (row {})", *charge.row + 1) : "";
    return fmt::format("`{}` {}{}", charge.rule, Money(charge.cost), row);
  }

  // What rules add to the shipments of the plan.
  Note Charges(const PlanOption& chosen) const {
    Note note{"added by rules", {}};
    for (const OptionShipment& shipment : chosen.shipments) {
      std::vector<std::string> parts;
      for (const RuleCharge& charge : RuleChargesOf(record_, shipment)) {
        parts.push_back(ChargeText(charge));
      }
      if (parts.empty()) continue;
      note.lines.push_back(fmt::format("{}: {}", Place(record_.slots[shipment.slot].location),
                                       Join(parts, ", ", ", ")));
    }
    return note;
  }

  std::string Ruling(const RecordedRuling& ruling) const {
    std::string text = ruling.rule.empty() ? std::string() : fmt::format("rule `{}`", ruling.rule);
    if (ruling.reason.empty()) return text;
    return text.empty() ? ruling.reason : fmt::format("{} ({})", text, ruling.reason);
  }

  // "; it saw order.total 298.00, location.kind 'store'", or nothing.
  static std::string Saw(const RecordedRuling& ruling) {
    std::vector<std::string> values;
    for (const auto& [field, value] : ruling.values) {
      values.push_back(fmt::format("{} {}", field, value));
    }
    return values.empty() ? "" : fmt::format("; it saw {}", Join(values, ", ", ", "));
  }

  // Which objective decides against the option, if it is not the cost.
  std::string Lost(const PlanOption& option, const PlanOption& chosen) const {
    static constexpr std::string_view kNames[] = {"",          "cost", "shortfall",
                                                  "shipments", "rank", "lateness"};
    for (std::size_t i = 0; i < option.levels.size() && i < chosen.levels.size(); ++i) {
      if (option.levels[i] == chosen.levels[i]) continue;
      const auto kind = record_.problem.objectives[i].kind;
      if (kind == solver::ObjectiveKind::kCost || kind == solver::ObjectiveKind::kShortfall) {
        return "";
      }
      return fmt::format("{} {} instead of {}", kNames[static_cast<std::size_t>(kind)],
                         option.levels[i], chosen.levels[i]);
    }
    return "";
  }

  Note WhyNotNote(const WhyNot& answer, const PlanOption& chosen) const {
    Note note;
    note.label = fmt::format("why not {}?", answer.name.empty() ? answer.location : answer.name);
    std::vector<std::string> held;
    for (const RecordedStock& stock : answer.stock) held.push_back(Sku(stock.line));
    const std::string holds = fmt::format("it holds {}", Join(held, ", ", " and "));
    std::vector<std::string> against;
    for (const RecordedRuling& ruling : answer.rulings) {
      against.push_back(fmt::format("{}: {}{}", Sku(ruling.line), Ruling(ruling), Saw(ruling)));
    }
    switch (answer.kind) {
      case WhyNotKind::kChosen:
        note.lines.push_back("it is in the plan");
        break;
      case WhyNotKind::kNoStock:
        note.lines.push_back("it has nothing of the order available");
        break;
      case WhyNotKind::kRuledOut:
        note.lines.push_back(fmt::format("ruled out; {}", holds));
        break;
      case WhyNotKind::kNoPlan:
        note.lines.push_back(fmt::format(
            "eligible; {}; but nothing can leave from it within the limits of the order", holds));
        break;
      case WhyNotKind::kDearer:
        note.lines.push_back(fmt::format("eligible; {}", holds));
        break;
    }
    note.lines.insert(note.lines.end(), against.begin(), against.end());
    if (answer.option) AppendOption(*answer.option, chosen, note);
    return note;
  }

  void AppendOption(const PlanOption& option, const PlanOption& chosen, Note& note) const {
    const std::string lost = Lost(option, chosen);
    const std::string extra = lost.empty() ? Extra(option.extra_cost)
                                           : fmt::format("{}; {}", Extra(option.extra_cost), lost);
    const std::string at_least = option.is_proved ? "" : "at most ";
    if (option.shipments.size() == 1 && option.shortfalls.empty()) {
      const OptionShipment& only = option.shipments.front();
      note.lines.push_back(fmt::format("one shipment from {} costs {}{} ({}): {}",
                                       Place(record_.slots[only.slot].location), at_least,
                                       Money(option.cost), extra, Terms(only)));
      return;
    }
    note.lines.push_back(
        fmt::format("{} costs {}{} ({}):", Places(option), at_least, Money(option.cost), extra));
    for (const OptionShipment& shipment : option.shipments) {
      note.lines.push_back(
          fmt::format("  {} {} {}: {}", Place(record_.slots[shipment.slot].location),
                      Goods(shipment.lines), Money(shipment.Sum()), Terms(shipment)));
    }
    if (option.split_cost != Cost()) {
      note.lines.push_back(fmt::format("  split penalty {}", Money(option.split_cost)));
    }
    if (option.shortfall_cost != Cost()) {
      note.lines.push_back(fmt::format("  shortfall penalty {}", Money(option.shortfall_cost)));
    }
  }

  Note NextBest(const Explanation& explanation) const {
    Note note{"next best plans", {}};
    std::string line;
    for (const PlanOption& option : explanation.next_best) {
      std::string text = fmt::format("{}  {}", Extra(option.extra_cost), Places(option));
      const std::string lost = Lost(option, explanation.chosen);
      if (!lost.empty()) text += fmt::format(" ({})", lost);
      if (!option.is_proved) text += " (not proved)";
      line += line.empty() ? text : fmt::format("      {}", text);
    }
    note.lines.push_back(line.empty() ? "no other plan is possible" : line);
    return note;
  }

  // Locations from which nothing may come, by what rules them out.
  Note RuledOut() const {
    Note note{"ruled out", {}};
    std::vector<std::uint8_t> is_usable(record_.locations.size(), 0);
    for (const RecordedStock& stock : record_.stock) {
      if (stock.usable > 0) is_usable[stock.location] = 1;
    }
    std::vector<std::string> order;  // of the reasons, as they come
    std::map<std::string, std::set<std::uint32_t>> by_reason;
    std::set<std::uint32_t> seen;
    for (const RecordedRuling& ruling : record_.rulings) {
      if (is_usable[ruling.location] != 0 || !seen.insert(ruling.location).second) continue;
      const std::string reason = Ruling(ruling);
      if (by_reason.find(reason) == by_reason.end()) order.push_back(reason);
      by_reason[reason].insert(ruling.location);
    }
    std::vector<std::string> parts;
    for (const std::string& reason : order) {
      const std::set<std::uint32_t>& places = by_reason[reason];
      std::set<std::string> kinds;
      for (const std::uint32_t place : places) kinds.insert(record_.locations[place].kind);
      parts.push_back(fmt::format(
          "{}: {}", places.size() == 1 ? Place(*places.begin()) : CountOf(kinds, places.size()),
          reason));
    }
    if (!parts.empty()) note.lines.push_back(Join(parts, " · ", " · "));
    return note;
  }

  std::string BreakEvenText(const BreakEven& item) const {
    std::string what;
    switch (item.of) {
      case BreakEvenOf::kSplitPenalty:
        what = "if the split penalty were";
        break;
      case BreakEvenOf::kLocationCost:
        what = fmt::format("if a shipment from {} cost", PlaceOf(item.name));
        break;
      case BreakEvenOf::kRuleCost:
        what = item.now == Cost() ? fmt::format("if what rule `{}` adds changed by", item.name)
                                  : fmt::format("if rule `{}` added", item.name);
        break;
    }
    const std::string at = Money(item.at);
    const std::string_view beyond = item.rises ? "more" : "less";
    const std::string value = item.is_tie_lost ? fmt::format("{} or {}", at, beyond)
                                               : fmt::format("{} than {}", beyond, at);
    return fmt::format("{} {} (now {}), {} would win", what, value, Money(item.now),
                       Places(item.then));
  }

  std::string PlaceOf(const std::string& id) const {
    for (std::uint32_t i = 0; i < record_.locations.size(); ++i) {
      if (record_.locations[i].id == id) return Place(i);
    }
    return id;
  }

  Note Services() const {
    Note note{"other services", {}};
    for (std::uint32_t i = 0; i < record_.shipments.size(); ++i) {
      std::vector<std::string> parts;
      const RecordedSlot& slot = record_.slots[record_.shipments[i].slot];
      for (const RecordedService& service : record_.services) {
        if (service.shipment != i) continue;
        if (!service.cost) {
          parts.push_back(fmt::format("{} {}", service.service, service.reason));
          continue;
        }
        std::string text = fmt::format("{} {}", service.service,
                                       Extra(*service.cost - record_.shipments[i].terms.Sum()));
        if (service.deliver_by) {
          const TimeZone local = ZoneOf(record_.locations[slot.location].time_zone);
          text +=
              fmt::format(", deliver by {}", Moment(*service.deliver_by, ZoneThere(slot, local)));
        }
        parts.push_back(std::move(text));
      }
      if (parts.empty()) continue;
      note.lines.push_back(fmt::format("{}: {}", Place(slot.location), Join(parts, "; ", "; ")));
    }
    return note;
  }

  std::vector<Note> Notes(const Explanation& explanation) const {
    static constexpr std::size_t kCloseCalls = 3;
    std::vector<Note> notes;
    for (const WhyNot& answer : explanation.why_not) {
      notes.push_back(WhyNotNote(answer, explanation.chosen));
    }
    notes.push_back(Charges(explanation.chosen));
    notes.push_back(NextBest(explanation));
    notes.push_back(RuledOut());
    notes.push_back(Services());
    if (!explanation.tie.empty()) notes.push_back({"tie", {explanation.tie}});
    Note close{"close call", {}};
    for (const BreakEven& item : explanation.break_evens) {
      if (close.lines.size() < kCloseCalls) close.lines.push_back(BreakEvenText(item));
    }
    notes.push_back(std::move(close));
    std::erase_if(notes, [](const Note& note) { return note.lines.empty(); });
    return notes;
  }

 private:
  const DecisionRecord& record_;
};

// A row of what the plan costs: shipments, then the other terms.
struct CostRow {
  std::string label;
  std::string goods;
  std::string how;
  std::string cost;
  std::string remark;
};

std::vector<CostRow> CostRows(const Words& words, const Explanation& explanation) {
  const DecisionRecord& record = explanation.record;
  std::vector<CostRow> rows;
  for (const OptionShipment& shipment : explanation.chosen.shipments) {
    const RecordedSlot& slot = record.slots[shipment.slot];
    rows.push_back({fmt::format("{} {}", slot.method == "pickup" ? "pickup at" : "ships from",
                                words.Place(slot.location)),
                    words.Goods(shipment.lines), words.How(slot), words.Money(shipment.Sum()),
                    words.Dates(slot)});
  }
  const PlanOption& chosen = explanation.chosen;
  if (!chosen.shortfalls.empty()) {
    rows.push_back({"not sourced", words.Goods(chosen.shortfalls), "penalty",
                    words.Money(chosen.shortfall_cost), ""});
  }
  if (chosen.split_cost != Cost()) {
    rows.push_back({"split penalty", "", "", words.Money(chosen.split_cost), ""});
  }
  rows.push_back({"total", "", "", words.Money(chosen.cost), words.Proof(chosen)});
  return rows;
}

void AppendNote(const Note& note, std::size_t width, std::string& text) {
  for (std::size_t i = 0; i < note.lines.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "  {:<{}}  {}\n", i == 0 ? note.label : "", width,
                   note.lines[i]);
  }
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Characters that a terminal shows.
std::size_t WidthOf(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::string ToString(const Explanation& explanation) {
  const Words words(explanation.record);
  const std::vector<CostRow> rows = CostRows(words, explanation);
  const std::vector<Note> notes = words.Notes(explanation);
  std::size_t label = 0;
  std::size_t goods = 0;
  std::size_t how = 0;
  std::size_t cost = 0;
  for (const CostRow& row : rows) {
    label = std::max(label, WidthOf(row.label));
    goods = std::max(goods, WidthOf(row.goods));
    how = std::max(how, WidthOf(row.how));
    cost = std::max(cost, WidthOf(row.cost));
  }
  for (const Note& note : notes) label = std::max(label, WidthOf(note.label));
  std::string text = words.Title() + "\n";
  const auto padded = [](const std::string& part, std::size_t width) {
    return part + std::string(width - std::min(width, WidthOf(part)), ' ');
  };
  for (const CostRow& row : rows) {
    text += fmt::format("  {}  {}  {}  {:>{}}", padded(row.label, label), padded(row.goods, goods),
                        padded(row.how, how), row.cost, cost);
    if (!row.remark.empty()) text += fmt::format("   {}", row.remark);
    text += '\n';
  }
  if (!notes.empty()) text += '\n';
  for (const Note& note : notes) AppendNote(note, label, text);
  return text;
}

namespace {

Note NoteOf(const WhyNot& answer, const DecisionRecord& record) {
  PlanOption chosen;
  for (const solver::LevelValue& level : record.solution.levels) {
    chosen.levels.push_back(level.value);
  }
  return Words(record).WhyNotNote(answer, chosen);
}

void AppendHtml(const Note& note, std::string& html) {
  html += fmt::format("<dt>{}</dt>\n", Escaped(note.label));
  for (const std::string& line : note.lines) html += fmt::format("<dd>{}</dd>\n", Escaped(line));
}

}  // namespace

std::string ToString(const WhyNot& answer, const DecisionRecord& record) {
  const Note note = NoteOf(answer, record);
  std::string text;
  AppendNote(note, WidthOf(note.label), text);
  return text;
}

std::string ToHtml(const WhyNot& answer, const DecisionRecord& record) {
  std::string html = "<dl class=\"orderwright-why-not\">\n";
  AppendHtml(NoteOf(answer, record), html);
  return html + "</dl>\n";
}

std::string ToHtml(const Explanation& explanation) {
  const Words words(explanation.record);
  std::string html =
      fmt::format("<div class=\"orderwright-explanation\">\n<p><b>{}</b></p>\n<table>\n<tbody>\n",
                  Escaped(words.Title()));
  for (const CostRow& row : CostRows(words, explanation)) {
    html += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td style=\"text-align:right\">{}</td><td>{}</td>"
        "</tr>\n",
        Escaped(row.label), Escaped(row.goods), Escaped(row.how), Escaped(row.cost),
        Escaped(row.remark));
  }
  html += "</tbody>\n</table>\n<dl>\n";
  for (const Note& note : words.Notes(explanation)) AppendHtml(note, html);
  html += "</dl>\n</div>\n";
  return html;
}

}  // namespace orderwright
