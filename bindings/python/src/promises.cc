#include "promises.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "fields.h"
#include "orderwright/inventory/arrivals.h"
#include "orderwright/inventory/pool.h"

namespace orderwright::python {
namespace {

py::object TupleClass(const char* name) {
  return py::module_::import("orderwright._promise").attr(name);
}

std::optional<std::int64_t> Limited(std::int64_t units) {
  return units == kUnlimitedUnits ? std::nullopt : std::optional(units);
}

std::optional<Timestamp> InstantAt(Fields& fields, std::size_t i, std::string_view name) {
  return fields.ok() ? TimestampOf(fields.At(i), fields.Path(name)) : std::nullopt;
}

struct OfferRecord {
  std::string location;
  BackorderKind kind = BackorderKind::kBackorder;
  BackorderDraw draw = BackorderDraw::kIncoming;
  std::optional<Timestamp> expected;
  std::optional<std::int64_t> units;
  bool counts = false;
};

struct OffersRecord {
  std::vector<OfferRecord> offers;
  std::optional<std::int64_t> limit;
};

struct RiskRecord {
  std::uint64_t reservation = 0;
  std::string sku;
  std::string location;
  std::int64_t units = 0;
  Timestamp expected{};
  std::optional<Timestamp> possible;
};

struct UseRecord {
  py::object allotment;
  std::int64_t open = 0;
  std::int64_t shipped = 0;
  std::int64_t lent = 0;
  std::int64_t unused = 0;
};

struct ConfirmedRecord {
  ConfirmedDemand demand;
};

struct ArrivalPlanRecord {
  std::vector<ConfirmedRecord> demands;
  py::list left;
};

OffersRecord FindOffers(const PoolHandle& p, std::string_view sku, const py::object& now,
                        const std::optional<std::uint64_t>& own) {
  Availability question{.now = TimestampOf(now, "now").value_or(Timestamp{})};
  if (own) question.own_reservation = ReservationId{*own};
  const SkuIndex item = ItemOf(p.world, sku);
  BackorderOffers found;
  WithoutGil([&] { p.pool.Live().FindBackorders(item, question, found); });
  OffersRecord record{{}, Limited(found.limit)};
  for (const BackorderOffer& offer : found.offers) {
    record.offers.push_back({p.world.location(offer.location).id(), offer.kind, offer.draw,
                             offer.expected, Limited(offer.units), offer.counts});
  }
  return record;
}

std::vector<RiskRecord> AtRisk(const PoolHandle& p, std::string_view sku) {
  const SkuIndex item = ItemOf(p.world, sku);
  std::vector<RiskRecord> records;
  for (const BackorderRisk& risk : WithoutGil([&] { return p.pool.BackordersAtRisk(item); })) {
    records.push_back({static_cast<std::uint64_t>(risk.reservation), p.world.item(risk.sku).sku(),
                       p.world.location(risk.location).id(), risk.units.count(), risk.expected,
                       risk.possible});
  }
  return records;
}

void SetAllotments(PoolHandle& p, std::string_view sku, const py::object& allotments,
                   const std::string& key, const py::object& now) {
  const SkuIndex item = ItemOf(p.world, sku);
  const Allotments all = AllotmentsOf(p.world, allotments);
  const ChangeOptions options{CommandKey(key), TimestampOf(now, "now").value_or(Timestamp{})};
  Check(WithoutGil([&] { return p.pool.SetAllotments(item, all.entries(), options); }));
}

std::vector<UseRecord> AllotmentsIn(const PoolHandle& p, std::string_view sku,
                                    const py::object& now) {
  std::vector<UseRecord> records;
  const Timestamp instant = TimestampOf(now, "now").value_or(Timestamp{});
  for (const AllotmentUse& use : p.pool.AllotmentsOf(ItemOf(p.world, sku), instant)) {
    records.push_back({AllotmentTuple(p.world, use.allotment), use.open.count(),
                       use.shipped.count(), use.lent.count(), use.unused.count()});
  }
  return records;
}

// Names as indices that sort as they do.
class Names {
 public:
  explicit Names(std::vector<std::string> names) : names_(std::move(names)) {
    std::sort(names_.begin(), names_.end());
    names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  }
  [[nodiscard]] std::uint32_t Of(const std::string& name) const {
    return static_cast<std::uint32_t>(std::lower_bound(names_.begin(), names_.end(), name) -
                                      names_.begin());
  }
  [[nodiscard]] const std::string& Name(std::size_t index) const { return names_[index]; }

 private:
  std::vector<std::string> names_;
};

// A demand or an arrival, and the names in it.
template <typename Value>
struct Named {
  Value value;
  std::string sku;
  std::string location;
};

std::vector<Named<WaitingDemand>> ReadDemands(const py::object& demands) {
  return EntriesOf<Named<WaitingDemand>>(nullptr, demands, "demands", 4, 9, [](Fields& fields) {
    Named<WaitingDemand> read;
    WaitingDemand& demand = read.value;
    demand.id = OrderId(fields.Get<std::string>(0, "id", "a text").value_or(""));
    read.sku = fields.Get<std::string>(1, "sku", "a text").value_or("");
    read.location = fields.Get<std::string>(2, "location", "a text").value_or("");
    demand.quantity = Units(fields.Integer(3, "quantity", 1));
    if (!fields.At(4).is_none()) demand.priority = fields.Integer(4, "priority");
    demand.placed_at = InstantAt(fields, 5, "placed_at").value_or(Timestamp{});
    if (!fields.At(6).is_none()) demand.confirmed = Units(fields.Integer(6, "confirmed", 0));
    demand.on_time_by = InstantAt(fields, 7, "on_time_by");
    if (!fields.At(8).is_none()) {
      demand.strategy = fields.Get<ConfirmationStrategy>(8, "strategy", "a ConfirmationStrategy")
                            .value_or(ConfirmationStrategy::kRedistribute);
    }
    return read;
  });
}

std::vector<Named<Arrival>> ReadArrivals(const py::object& supply) {
  return EntriesOf<Named<Arrival>>(nullptr, supply, "supply", 4, 4, [](Fields& fields) {
    Named<Arrival> read;
    read.sku = fields.Get<std::string>(0, "sku", "a text").value_or("");
    read.location = fields.Get<std::string>(1, "location", "a text").value_or("");
    read.value.quantity = Units(fields.Integer(2, "quantity", 0));
    const std::optional<Timestamp> at = InstantAt(fields, 3, "at");
    if (fields.ok() && !at) {
      fields.Refuse(fields.Path("at"), "bad_argument", "is None; it must be an instant");
    }
    read.value.at = at.value_or(Timestamp{});
    return read;
  });
}

ArrivalPlanRecord Allocate(const py::object& demands, const py::object& supply, bool fair_share) {
  std::vector<Named<WaitingDemand>> waiting = ReadDemands(demands);
  std::vector<Named<Arrival>> coming = ReadArrivals(supply);
  std::vector<std::string> skus;
  std::vector<std::string> locations;
  const auto collect = [&](const auto& list) {
    for (const auto& each : list) {
      skus.push_back(each.sku);
      locations.push_back(each.location);
    }
  };
  collect(waiting);
  collect(coming);
  const Names items(std::move(skus));
  const Names places(std::move(locations));
  const auto values = [&](const auto& list) {
    std::vector<decltype(list[0].value)> made;
    for (const auto& each : list) {
      made.push_back(each.value);
      made.back().sku = SkuIndex{items.Of(each.sku)};
      made.back().location = LocationIndex{places.Of(each.location)};
    }
    return made;
  };
  const std::vector<WaitingDemand> all = values(waiting);
  const std::vector<Arrival> arrivals = values(coming);
  const ArrivalRule rule = fair_share ? ArrivalRule::kFairShare : ArrivalRule::kRanked;
  const ArrivalPlan plan =
      Unwrap(WithoutGil([&] { return AllocateArrivals(all, arrivals, rule); }));
  ArrivalPlanRecord record;
  for (const ConfirmedDemand& demand : plan.demands) record.demands.push_back({demand});
  const py::object make = TupleClass("Arrival");
  for (const Arrival& arrival : plan.left) {
    record.left.append(make(Text(items.Name(Raw(arrival.sku))),
                            Text(places.Name(Raw(arrival.location))), arrival.quantity.count(),
                            DatetimeOf(arrival.at)));
  }
  return record;
}

void BindBackorders(py::module_& module) {
  py::enum_<BackorderKind>(module, "BackorderKind", "What a promise of units is.")
      .value("BACKORDER", BackorderKind::kBackorder)
      .value("PREORDER", BackorderKind::kPreorder, "Before the release of its item.");
  py::enum_<BackorderDraw>(module, "BackorderDraw", "What units are promised of.")
      .value("INCOMING", BackorderDraw::kIncoming, "Units that are expected.")
      .value("LIMIT", BackorderDraw::kLimit, "What terms allow beyond them.");
  py::class_<BackorderShortageRecord>(module, "BackorderShortage",
                                      "A backorder that may not be promised in full.")
      .def_readonly("sku", &BackorderShortageRecord::sku, "Of the backorder.")
      .def_readonly("location", &BackorderShortageRecord::location, "Of the backorder.")
      .def_readonly("draw", &BackorderShortageRecord::draw, "What it draws on.")
      .def_readonly("wanted", &BackorderShortageRecord::wanted, "Units asked for.")
      .def_readonly("free", &BackorderShortageRecord::free, "Units that could be promised.")
      .def("__repr__", [](const BackorderShortageRecord& s) {
        return Text(fmt::format("<BackorderShortage: {} at {}, wanted {}, free {}>", s.sku,
                                s.location, s.wanted, s.free));
      });
  py::class_<OfferRecord>(module, "BackorderOffer", "What may be promised at a location.")
      .def_readonly("location", &OfferRecord::location, "Where.")
      .def_readonly("kind", &OfferRecord::kind, "What it is.")
      .def_readonly("draw", &OfferRecord::draw, "What it draws on.")
      .def_property_readonly(
          "expected", [](const OfferRecord& o) { return DatetimeOf(o.expected); },
          "The date of the promise (UTC); None: without one.")
      .def_readonly("units", &OfferRecord::units, "At most; None: any number.")
      .def_readonly("counts", &OfferRecord::counts, "Whether it draws on BackorderOffers.limit.")
      .def("__repr__", [](const OfferRecord& o) {
        return Text(fmt::format("<BackorderOffer: {} at {}, {}>",
                                o.units ? fmt::format("{} units", *o.units) : "any number",
                                o.location, o.expected ? ToString(*o.expected) : "without date"));
      });
  py::class_<OffersRecord>(module, "BackorderOffers", "What may be promised of an item.")
      .def_readonly("offers", &OffersRecord::offers, "By location, then date, undated last.")
      .def_readonly("limit", &OffersRecord::limit,
                    "The most units over all offers that count; None: any number.")
      .def("__repr__", [](const OffersRecord& o) {
        return fmt::format("<BackorderOffers: {} offers>", o.offers.size());
      });
  py::class_<RiskRecord>(module, "BackorderRisk",
                         "Units of a reservation whose date is not covered any more.")
      .def_readonly("reservation", &RiskRecord::reservation, "Its id.")
      .def_readonly("sku", &RiskRecord::sku, "Of the backorder.")
      .def_readonly("location", &RiskRecord::location, "Of the backorder.")
      .def_readonly("units", &RiskRecord::units, "That are not covered by the date.")
      .def_property_readonly(
          "expected", [](const RiskRecord& r) { return DatetimeOf(r.expected); },
          "The date that was promised (UTC).")
      .def_property_readonly(
          "possible", [](const RiskRecord& r) { return DatetimeOf(r.possible); },
          "When all of them could be there (UTC); None: not by what is expected.")
      .def("__repr__", [](const RiskRecord& r) {
        return Text(fmt::format("<BackorderRisk: {} units of reservation {}, expected {}>", r.units,
                                r.reservation, ToString(r.expected)));
      });
}

void BindAllotments(py::module_& module) {
  py::class_<LimitShortageRecord>(module, "LimitShortage",
                                  "More of an item than a channel may take over all locations.")
      .def_readonly("sku", &LimitShortageRecord::sku, "Of the item.")
      .def_readonly("wanted", &LimitShortageRecord::wanted, "Units asked for.")
      .def_readonly("available", &LimitShortageRecord::available, "Units that it may take.")
      .def("__repr__", [](const LimitShortageRecord& s) {
        return Text(fmt::format("<LimitShortage: {}, wanted {}, available {}>", s.sku, s.wanted,
                                s.available));
      });
  py::class_<UseRecord>(module, "AllotmentUse", "An allotment and how far it is used.")
      .def_readonly("allotment", &UseRecord::allotment, "An Allotment.")
      .def_readonly("open", &UseRecord::open, "Units that its requests have reserved.")
      .def_readonly("shipped", &UseRecord::shipped, "Of these, shipped since it was set.")
      .def_readonly("lent", &UseRecord::lent, "Used by channels that overflow to it.")
      .def_readonly("unused", &UseRecord::unused, "Of what it guarantees.")
      .def("__repr__", [](const UseRecord& u) {
        return fmt::format("<AllotmentUse: {} open, {} unused>", u.open, u.unused);
      });
}

void BindArrivals(py::module_& module) {
  py::enum_<ConfirmationStrategy>(module, "ConfirmationStrategy",
                                  "What a waiting demand may gain or lose.")
      .value("WIN", ConfirmationStrategy::kWin, "All of it and on time, or an exception.")
      .value("GAIN", ConfirmationStrategy::kGain, "Keeps what is confirmed; may get more.")
      .value("REDISTRIBUTE", ConfirmationStrategy::kRedistribute, "May get more or less.")
      .value("FILL", ConfirmationStrategy::kFill, "Never gets more; may get less.")
      .value("LOSE", ConfirmationStrategy::kLose, "Gives up all.");
  py::enum_<ArrivalException>(module, "ArrivalException", "What a strategy could not have.")
      .value("SHORT", ArrivalException::kShort, "A winner does not get all of it.")
      .value("LATE", ArrivalException::kLate, "A winner gets all of it, but not on time.")
      .value("LOST", ArrivalException::kLost, "A gainer gets less than was confirmed.");
  py::class_<ConfirmedRecord>(module, "ConfirmedDemand", "What a waiting demand gets.")
      .def_property_readonly(
          "confirmed", [](const ConfirmedRecord& r) { return r.demand.confirmed.count(); },
          "Units.")
      .def_property_readonly(
          "by", [](const ConfirmedRecord& r) { return DatetimeOf(r.demand.by); },
          "When the last of them is there (UTC); None: it gets none.")
      .def_property_readonly(
          "on_time", [](const ConfirmedRecord& r) { return r.demand.on_time; },
          "Whether all of them are there by on_time_by.")
      .def_property_readonly(
          "exception", [](const ConfirmedRecord& r) { return r.demand.exception; },
          "What its strategy could not have, or None.")
      .def("__repr__", [](const ConfirmedRecord& r) {
        return fmt::format("<ConfirmedDemand: {} units>", r.demand.confirmed);
      });
  py::class_<ArrivalPlanRecord>(module, "ArrivalPlan", "Who gets what has come.")
      .def_readonly("demands", &ArrivalPlanRecord::demands, "One for each, in order of input.")
      .def_readonly("left", &ArrivalPlanRecord::left, "What nobody gets: Arrival each.")
      .def("__repr__", [](const ArrivalPlanRecord& r) {
        return fmt::format("<ArrivalPlan of {} demands>", r.demands.size());
      });
  module.def("allocate_arrivals", &Allocate, py::arg("demands"), py::arg("supply"), py::kw_only(),
             py::arg("fair_share") = false,
             R"(Shares out what has come or is to come over demands that wait.

A pure function. It serves by priority (the higher first), then who was placed first, then the smaller id;
or each in proportion to what it wants. What each may gain or lose is its strategy: those of SAP's
backorder processing, served in the order win, gain, redistribute, fill, lose.

Args:
    demands: WaitingDemand each.
    supply: Arrival each: also what earlier confirmations rest on.

Raises:
    InvalidInput: A demand of no units, with more confirmed than wanted, or given twice.
    OutOfRange: A quantity above 2,147,483,647.)");
}

}  // namespace

std::vector<BackorderDemand> BackordersOf(const World& world, const py::object& backorders,
                                          std::string_view name) {
  if (backorders.is_none()) return {};
  return EntriesOf<BackorderDemand>(&world, backorders, name, 3, 6, [](Fields& fields) {
    BackorderDemand demand;
    demand.sku = fields.Sku(0);
    demand.location = fields.Location(1);
    demand.quantity = Units(fields.Integer(2, "quantity", 1));
    demand.expected = InstantAt(fields, 3, "expected");
    if (!fields.At(4).is_none()) {
      demand.kind = fields.Get<BackorderKind>(4, "kind", "a BackorderKind")
                        .value_or(BackorderKind::kBackorder);
    }
    demand.draw = demand.expected ? BackorderDraw::kIncoming : BackorderDraw::kLimit;
    if (!fields.At(5).is_none()) {
      demand.draw = fields.Get<BackorderDraw>(5, "draw", "a BackorderDraw or None")
                        .value_or(BackorderDraw::kLimit);
    }
    return demand;
  });
}

py::list BackorderTuples(const World& world, const std::vector<BackorderDemand>& backorders) {
  py::list list;
  if (backorders.empty()) return list;
  const py::object make = TupleClass("Backorder");
  for (const BackorderDemand& demand : backorders) {
    list.append(make(Text(world.item(demand.sku).sku()), Text(world.location(demand.location).id()),
                     demand.quantity.count(), DatetimeOf(demand.expected), demand.kind,
                     demand.draw));
  }
  return list;
}

Allotments AllotmentsOf(const World& world, const py::object& allotments) {
  std::vector<AllotmentSpec> specs =
      EntriesOf<AllotmentSpec>(&world, allotments, "allotments", 2, 9, [](Fields& fields) {
        const auto text = [&](std::size_t i, std::string_view field) {
          if (fields.At(i).is_none()) return std::string();
          return fields.Get<std::string>(i, field, "a text or None").value_or("");
        };
        AllotmentSpec spec;
        spec.sku = text(0, "sku");
        spec.channel = text(1, "channel");
        spec.market = text(2, "market");
        spec.location = text(3, "location");
        if (!fields.At(4).is_none()) spec.guaranteed = fields.Integer(4, "guaranteed");
        if (!fields.At(5).is_none()) spec.ceiling = fields.Integer(5, "ceiling");
        spec.until = InstantAt(fields, 6, "until");
        if (!fields.At(7).is_none()) {
          spec.overflow = fields.Get<std::vector<std::string>>(7, "overflow", "texts")
                              .value_or(std::vector<std::string>());
        }
        if (!fields.At(8).is_none()) spec.stop_below = fields.Integer(8, "stop_below");
        return spec;
      });
  return Unwrap(Allotments::Create(world, std::move(specs)));
}

py::object AllotmentTuple(const World& world, const Allotment& allotment) {
  const auto text = [&](Symbol symbol) { return Text(world.symbols().Text(symbol)); };
  py::list overflow;
  for (const Symbol channel : allotment.overflow) overflow.append(text(channel));
  const py::str place =
      Text(allotment.location ? world.location(*allotment.location).id() : std::string());
  return TupleClass("Allotment")(Text(world.item(allotment.sku).sku()), text(allotment.channel),
                                 text(allotment.market), place, allotment.guaranteed,
                                 allotment.ceiling, DatetimeOf(allotment.until),
                                 py::tuple(overflow), allotment.stop_below);
}

Availability AskerOf(const PoolHandle& p, const std::string& channel, const std::string& market,
                     const py::object& now) {
  return {.channel = p.world.symbols().Intern(channel),
          .market = p.world.symbols().Intern(market),
          .now = TimestampOf(now, "now").value_or(Timestamp{})};
}

void BindPromises(py::module_& module) {
  BindBackorders(module);
  BindAllotments(module);
  BindArrivals(module);
}

void AddPromises(PoolClass& pool) {
  pool.def("backorder_offers", &FindOffers, py::arg("sku"), py::kw_only(),
           py::arg("now") = py::none(), py::arg("own") = py::none(),
           "What may be promised of an item beyond what is available, by the terms of its item and "
           "rows of stock. `own`: a reservation whose backorders count as given back. Raises "
           "NotFound.")
      .def("backorders_at_risk", &AtRisk, py::arg("sku"),
           "Reservations whose date is not covered by what is expected any more, and when it could "
           "be: the earliest date is served first, then the smallest id. Raises NotFound.")
      .def("set_allotments", &SetAllotments, py::arg("sku"), py::arg("allotments"), py::kw_only(),
           py::arg("key") = "", py::arg("now") = py::none(),
           R"(Replaces the allotments of an item. One that stays as it is keeps its counts.

Raises:
    NotFound: Unknown item.
    InvalidInput: An allotment makes no sense, or is of another item.
    NotAllowed: The key stands for another command.)")
      .def("allotments", &AllotmentsIn, py::arg("sku"), py::kw_only(), py::arg("now") = py::none(),
           "The allotments of an item and how far they are used. Raises NotFound.")
      .def(
          "over_guaranteed",
          [](const PoolHandle& p, std::string_view sku, const py::object& now) {
            return p.pool.OverGuaranteed(ItemOf(p.world, sku),
                                         TimestampOf(now, "now").value_or(Timestamp{}));
          },
          py::arg("sku"), py::kw_only(), py::arg("now") = py::none(),
          "Units that are guaranteed and not used, and that there is no stock for. Raises "
          "NotFound.")
      .def(
          "most",
          [](const PoolHandle& p, std::string_view sku, const std::string& channel,
             const std::string& market, const py::object& now) {
            return Limited(
                p.pool.Live().MostOf(ItemOf(p.world, sku), AskerOf(p, channel, market, now)));
          },
          py::arg("sku"), py::kw_only(), py::arg("channel") = "", py::arg("market") = "",
          py::arg("now") = py::none(),
          "The most units of an item that a channel and market may take over all locations by "
          "allotments; None: no such limit. Raises NotFound.");
}

}  // namespace orderwright::python
