#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "fields.h"
#include "handles.h"
#include "orderwright/core/status.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/inventory/reservation.h"
#include "promises.h"

namespace orderwright::python {

std::vector<StockChangeRecord> RecordsOf(const World& world, const StockChanges& changes) {
  std::vector<StockChangeRecord> records;
  records.reserve(changes.size());
  for (const StockChange& change : changes) {
    records.push_back({world.item(change.sku).sku(), world.location(change.location).id(),
                       change.cause, change.before, change.after,
                       static_cast<std::uint64_t>(change.reservation), change.sequence});
  }
  return records;
}

std::vector<CellDemand> CellsOf(const Plan& plan) {
  std::vector<CellDemand> cells;
  for (const Shipment& shipment : plan.shipments()) {
    if (!shipment.takes_stock) continue;
    for (const PlanLine& line : plan.lines(shipment)) {
      cells.push_back({line.sku, shipment.location, line.quantity});
    }
  }
  return cells;
}

namespace {

std::vector<BackorderDemand> PromisesOf(const Plan& plan) {
  std::vector<BackorderDemand> demands;
  for (const PlanBackorder& b : plan.backorders()) {
    demands.push_back({b.sku, b.location, b.quantity, b.kind, b.draw, b.expected});
  }
  return demands;
}

std::vector<CellDemand> DemandsOf(const World& world, const py::object& cells,
                                  std::string_view name) {
  if (!py::isinstance<Plan>(cells)) {
    return EntriesOf<CellDemand>(&world, cells, name, 3, 3, [](Fields& fields) {
      return CellDemand{fields.Sku(0), fields.Location(1), Units(fields.Integer(2, "quantity", 1))};
    });
  }
  const Plan& plan = cells.cast<const Plan&>();
  if (plan.world().lineage() != world.lineage()) {
    Raise(FailedPrecondition("the plan belongs to another world than the pool"));
  }
  return CellsOf(plan);
}

py::list TuplesOf(const World& world, const std::vector<CellDemand>& cells) {
  py::list list;
  for (const CellDemand& cell : cells) {
    list.append(py::make_tuple(Text(world.item(cell.sku).sku()),
                               Text(world.location(cell.location).id()), cell.quantity.count()));
  }
  return list;
}

struct ShortageRecord {
  std::string sku;
  std::string location;
  std::int64_t wanted = 0;
  std::int64_t available = 0;
};

struct DayShortageRecord {
  std::string location;
  LocalDate day{};
  DayLoad wanted;
  DayLoad free;
};

struct OutcomeRecord {
  std::optional<std::uint64_t> reservation;
  std::vector<ShortageRecord> shortages;
  std::vector<DayShortageRecord> day_shortages;
  std::vector<BackorderShortageRecord> backorder_shortages;
  std::vector<LimitShortageRecord> limit_shortages;
  std::vector<StockChangeRecord> changes;
  bool repeated = false;
};

struct OversoldRecord {
  std::string sku;
  std::string location;
  std::int64_t units = 0;
  std::vector<std::uint64_t> reservations;
};

struct FeedRecord {
  std::vector<FeedResult> results;
  std::vector<StockChangeRecord> changes;
  std::vector<OversoldRecord> oversold;
};

struct IncomingRecord {
  std::string name;
  std::string location;
  std::int64_t quantity = 0;
  Timestamp at{};
  int confidence = 100;
  std::optional<std::string> origin;
};

struct ReservationRecord {
  std::uint64_t id = 0;
  ReservationKind kind = ReservationKind::kHard;
  std::optional<Timestamp> expires_at;
  bool expired = false;
  py::list cells;
  py::list capacity;
  py::list backorders;
  std::string channel;
  std::string market;
  py::list borrowed;
};

py::tuple TupleOf(const DayLoad& load) {
  return py::make_tuple(load.units.count(), load.shipments.count());
}

// A figure, or None of stock that is not tracked.
std::optional<std::int64_t> Counted(const StockFigures& figures, std::int64_t units) {
  return figures.tracked ? std::optional(units) : std::nullopt;
}

void BindFigures(py::module_& module) {
  py::enum_<StockCause>(module, "StockCause", "Why a cell changed.")
      .value("RESERVE", StockCause::kReserve)
      .value("RELEASE", StockCause::kRelease)
      .value("SHIP", StockCause::kShip)
      .value("EXPIRE", StockCause::kExpire)
      .value("CONFIRM", StockCause::kConfirm)
      .value("AMEND", StockCause::kAmend)
      .value("COUNT", StockCause::kCount)
      .value("DELTA", StockCause::kDelta)
      .value("ADJUST", StockCause::kAdjust)
      .value("RECEIVE", StockCause::kReceive)
      .value("DISPATCH", StockCause::kDispatch);
  py::enum_<FeedResult>(module, "FeedResult", "What became of a count or change of a source.")
      .value("APPLIED", FeedResult::kApplied, "It is in the figures.")
      .value("REPEATED", FeedResult::kRepeated, "This position of the source was there before.")
      .value("STALE", FeedResult::kStale, "A later count includes it.")
      .value("TOO_OLD", FeedResult::kTooOld,
             "Older than what the pool remembers of the cell; count again.")
      .value("OUT_OF_RANGE", FeedResult::kOutOfRange, "The cell would have more than fits.");
  py::enum_<ReservationKind>(module, "ReservationKind", "How firm a reservation is.")
      .value("HARD", ReservationKind::kHard, "Allocated to an order.")
      .value("SOFT", ReservationKind::kSoft, "Held for a cart; runs out.");

  py::class_<StockFigures>(module, "StockFigures",
                           "The units of one SKU at one location. A value; equal if all are equal.")
      .def_property_readonly(
          "on_hand", [](const StockFigures& f) { return Counted(f, f.on_hand); },
          "Units there, unusable ones included; None: not tracked, without limit.")
      .def_readonly("unusable", &StockFigures::unusable, "Damaged and in quality control.")
      .def_readonly("hard", &StockFigures::hard, "Reserved for orders.")
      .def_readonly("soft", &StockFigures::soft, "Held for carts.")
      .def_readonly("safety", &StockFigures::safety, "Safety stock: not promised.")
      .def_property_readonly(
          "free", [](const StockFigures& f) { return Counted(f, f.Free()); },
          "Not promised to anyone; negative: oversold; None: without limit.")
      .def_property_readonly(
          "available", [](const StockFigures& f) { return Counted(f, f.Available()); },
          "What may be promised: free less safety stock, 0 or more; None: without limit.")
      .def(
          "__eq__",
          [](const StockFigures& a, const py::object& b) {
            return py::isinstance<StockFigures>(b) && a == b.cast<const StockFigures&>();
          },
          py::arg("other"))
      .def("__hash__",
           [](const StockFigures& f) {
             return py::hash(
                 py::make_tuple(f.on_hand, f.unusable, f.hard, f.soft, f.safety, f.tracked));
           })
      .def("__repr__", [](const StockFigures& f) {
        if (!f.tracked) return fmt::format("<StockFigures: not tracked, hard {}>", f.hard);
        return fmt::format(
            "<StockFigures: on_hand {}, unusable {}, hard {}, soft {}, safety {}, available {}>",
            f.on_hand, f.unusable, f.hard, f.soft, f.safety, f.Available());
      });

  py::class_<StockChangeRecord>(module, "StockChange",
                                "One cell before and after a change of the pool.")
      .def_readonly("sku", &StockChangeRecord::sku, "Of the cell.")
      .def_readonly("location", &StockChangeRecord::location, "Of the cell.")
      .def_readonly("cause", &StockChangeRecord::cause, "Why it changed.")
      .def_readonly("before", &StockChangeRecord::before, "Its figures before.")
      .def_readonly("after", &StockChangeRecord::after, "Its figures after.")
      .def_readonly("reservation", &StockChangeRecord::reservation,
                    "Id of the reservation; 0 where holds expired: they may be many.")
      .def_readonly("sequence", &StockChangeRecord::sequence,
                    "Number of the change; equal for all cells of one call.")
      .def("__repr__", [](const StockChangeRecord& c) {
        const std::string head =
            fmt::format("<StockChange {}: {} at {}", c.sequence, c.sku, c.location);
        return Text(c.after.tracked ? fmt::format("{}, available {} to {}>", head,
                                                  c.before.Available(), c.after.Available())
                                    : fmt::format("{}, not tracked>", head));
      });
}

void BindReservations(py::module_& module) {
  py::class_<ShortageRecord>(module, "Shortage", "A cell that has less than was asked of it.")
      .def_readonly("sku", &ShortageRecord::sku, "Of the cell.")
      .def_readonly("location", &ShortageRecord::location, "Of the cell.")
      .def_readonly("wanted", &ShortageRecord::wanted, "Units asked for.")
      .def_readonly("available", &ShortageRecord::available, "Units that could be promised.")
      .def("__repr__", [](const ShortageRecord& s) {
        return Text(fmt::format("<Shortage: {} at {}, wanted {}, available {}>", s.sku, s.location,
                                s.wanted, s.available));
      });

  py::class_<DayShortageRecord>(module, "DayShortage",
                                "A day that has less capacity left than was asked of it.")
      .def_readonly("location", &DayShortageRecord::location, "Where.")
      .def_property_readonly(
          "day", [](const DayShortageRecord& s) { return DateOf(s.day); }, "A local date.")
      .def_property_readonly(
          "wanted", [](const DayShortageRecord& s) { return TupleOf(s.wanted); },
          "(units, shipments) asked for.")
      .def_property_readonly(
          "free",
          [](const DayShortageRecord& s) {
            const auto left = [](Units units) -> py::object {
              if (units.count() == kUnlimitedUnits) return py::none();
              return py::int_(units.count());
            };
            return py::make_tuple(left(s.free.units), left(s.free.shipments));
          },
          "(units, shipments) that the day has left; None: no limit.")
      .def("__repr__", [](const DayShortageRecord& s) {
        return Text(fmt::format("<DayShortage: {} on {}, wanted {} units in {} shipments>",
                                s.location, DateText(s.day), s.wanted.units, s.wanted.shipments));
      });

  py::class_<OutcomeRecord>(module, "ReserveOutcome",
                            "What a change of a reservation did: everything or nothing.")
      .def_readonly("reservation", &OutcomeRecord::reservation,
                    "Id of the reservation, or None: nothing was taken.")
      .def_readonly("shortages", &OutcomeRecord::shortages, "The cells that were short.")
      .def_readonly("day_shortages", &OutcomeRecord::day_shortages, "The days that had no room.")
      .def_readonly("backorder_shortages", &OutcomeRecord::backorder_shortages,
                    "The backorders that could not be promised.")
      .def_readonly("limit_shortages", &OutcomeRecord::limit_shortages,
                    "What the channel may take over all locations. With a reservation none of "
                    "these lists has an entry.")
      .def_readonly("changes", &OutcomeRecord::changes,
                    "The cells that changed; empty for a repeated request.")
      .def_readonly("repeated", &OutcomeRecord::repeated,
                    "The key was known; this is the first outcome.")
      .def("__repr__", [](const OutcomeRecord& o) {
        if (!o.reservation) {
          return fmt::format("<ReserveOutcome: {} shortages>",
                             o.shortages.size() + o.day_shortages.size() +
                                 o.backorder_shortages.size() + o.limit_shortages.size());
        }
        return fmt::format("<ReserveOutcome: reservation {}>", *o.reservation);
      });

  py::class_<OversoldRecord>(module, "Oversold", "A cell that has promised more than it has.")
      .def_readonly("sku", &OversoldRecord::sku, "Of the cell.")
      .def_readonly("location", &OversoldRecord::location, "Of the cell.")
      .def_readonly("units", &OversoldRecord::units, "That are missing.")
      .def_readonly("reservations", &OversoldRecord::reservations,
                    "Ids of the reservations that hold units of the cell, ascending.")
      .def("__repr__", [](const OversoldRecord& o) {
        return Text(fmt::format("<Oversold: {} units of {} at {}, {} reservations>", o.units, o.sku,
                                o.location, o.reservations.size()));
      });

  py::class_<FeedRecord>(module, "FeedOutcome", "What became of a feed.")
      .def_readonly("results", &FeedRecord::results, "One for each entry, in order of input.")
      .def_readonly("changes", &FeedRecord::changes, "The cells that changed.")
      .def_readonly("oversold", &FeedRecord::oversold,
                    "Cells of the call that have promised more than they have after it.")
      .def("__repr__", [](const FeedRecord& f) {
        return fmt::format("<FeedOutcome: {} entries, {} changes, {} oversold>", f.results.size(),
                           f.changes.size(), f.oversold.size());
      });

  py::class_<IncomingRecord>(module, "Incoming", "Units that are expected at a location.")
      .def_readonly("name", &IncomingRecord::name, "Under which they are expected.")
      .def_readonly("location", &IncomingRecord::location, "Where they are expected.")
      .def_readonly("quantity", &IncomingRecord::quantity, "Still to come.")
      .def_property_readonly(
          "at", [](const IncomingRecord& i) { return DatetimeOf(i.at); },
          "From when on they can be promised (UTC).")
      .def_readonly("confidence", &IncomingRecord::confidence, "Percent that they come by then.")
      .def_readonly("origin", &IncomingRecord::origin,
                    "The location that sent them, if they are in transit; else None.")
      .def("__repr__", [](const IncomingRecord& i) {
        return Text(
            fmt::format("<Incoming: {} units at {}, {}>", i.quantity, i.location, ToString(i.at)));
      });

  py::class_<ReservationRecord>(module, "Reservation", "What is left of a reservation.")
      .def_readonly("id", &ReservationRecord::id, "The sequence number of the change that made it.")
      .def_readonly("kind", &ReservationRecord::kind, "How firm it is.")
      .def_property_readonly(
          "expires_at", [](const ReservationRecord& r) { return DatetimeOf(r.expires_at); },
          "When a hold runs out (UTC); None of an allocation.")
      .def_readonly("expired", &ReservationRecord::expired,
                    "Whether it has run out at the latest instant that the pool has seen.")
      .def_readonly("cells", &ReservationRecord::cells,
                    "(sku, location, quantity) of each cell that it still holds.")
      .def_readonly("capacity", &ReservationRecord::capacity,
                    "(location, day, units, shipments) of each day that it loads.")
      .def_readonly("backorders", &ReservationRecord::backorders,
                    "What it was promised beyond these: Backorder each.")
      .def_readonly("channel", &ReservationRecord::channel, "Of its order or cart; may be empty.")
      .def_readonly("market", &ReservationRecord::market, "Of its order or cart; may be empty.")
      .def_readonly("borrowed", &ReservationRecord::borrowed,
                    "(sku, location or None, channel, market, quantity) that is on the guarantee "
                    "of another channel.")
      .def("__repr__", [](const ReservationRecord& r) {
        return fmt::format("<Reservation {}: {} cells>", r.id, py::len(r.cells));
      });
}

void BindStock(py::module_& module) {
  py::class_<StockHandle, std::shared_ptr<StockHandle>>(
      module, "Stock", R"(Opening quantities, as a feed or a file states them. Immutable.

Made by load_world. Router.route accepts it as it is; an InventoryPool made from it can change.)")
      .def(
          "figures",
          [](StockHandle& s, std::string_view sku, std::string_view location) {
            const SkuIndex item = ItemOf(s.world(), sku);
            const LocationIndex place = LocationOf(s.world(), location);
            return WithoutGil([&] { return s.opening().pool.Figures(item, place); });
          },
          py::arg("sku"), py::arg("location"),
          "The figures of one cell; all 0 where nothing is. Raises NotFound for unknown names.")
      .def_property_readonly("world", &StockHandle::world, "The world that it was read with.")
      .def_property_readonly(
          "allotments",
          [](const StockHandle& s) {
            py::list list;
            for (const Allotment& each : s.allotments().entries()) {
              list.append(AllotmentTuple(s.world(), each));
            }
            return list;
          },
          "What is kept for channels and markets, as its file says: Allotment each.")
      .def("__len__", [](const StockHandle& s) { return s.stock().rows().size(); })
      .def("__repr__", [](const StockHandle& s) {
        return fmt::format("<Stock of {} cells>", s.stock().rows().size());
      });

  py::class_<SnapshotHandle>(module, "StockSnapshot",
                             "Cells as they stood at one sequence number. Immutable.")
      .def_property_readonly(
          "sequence", [](const SnapshotHandle& s) { return s.snapshot.sequence(); },
          "Number of the last change that it includes.")
      .def(
          "figures",
          [](const SnapshotHandle& s, std::string_view sku, std::string_view location) {
            const LocationIndex place = LocationOf(s.world, location);
            for (const StockSnapshot::Entry& entry : s.snapshot.entries_of(ItemOf(s.world, sku))) {
              if (entry.location == place) return entry.figures;
            }
            return StockFigures();
          },
          py::arg("sku"), py::arg("location"),
          "The figures of one cell; all 0 where nothing is. Raises NotFound for unknown names.")
      .def("__repr__", [](const SnapshotHandle& s) {
        return fmt::format("<StockSnapshot at {}>", s.snapshot.sequence());
      });
}

std::unique_ptr<PoolHandle> MakePool(const World& world, const StockHandle& stock,
                                     const py::object& allotments) {
  if (world.lineage() != stock.stock().lineage()) {
    Raise(FailedPrecondition("the stock belongs to another world"));
  }
  // The world that the stock was read with knows every name in it; a later version may know more.
  const World& latest = world.version() < stock.world().version() ? stock.world() : world;
  const Allotments all =
      allotments.is_none() ? stock.allotments() : AllotmentsOf(latest, allotments);
  return WithoutGil([&] { return std::make_unique<PoolHandle>(latest, stock.stock(), all); });
}

// Loads of days in words. None: no load.
std::vector<CapacityDemand> LoadsOf(const World& world, const py::object& loads,
                                    std::string_view name) {
  if (loads.is_none()) return {};
  return EntriesOf<CapacityDemand>(&world, loads, name, 4, 4, [](Fields& fields) {
    CapacityDemand demand{fields.Location(0),
                          {},
                          Units(fields.Integer(2, "units", 0)),
                          Units(fields.Integer(3, "shipments", 0))};
    if (fields.ok()) demand.day = LocalDateOf(fields.At(1), fields.Path("day"));
    return demand;
  });
}

// None: none named.
std::vector<CellDemand> PartOf(const World& world, const py::object& part, std::string_view name) {
  return part.is_none() ? std::vector<CellDemand>() : DemandsOf(world, part, name);
}

Timestamp NowOf(const py::object& now) { return TimestampOf(now, "now").value_or(Timestamp{}); }

OutcomeRecord RecordOf(const World& world, const ReserveOutcome& outcome) {
  OutcomeRecord record;
  if (outcome.reservation) record.reservation = static_cast<std::uint64_t>(*outcome.reservation);
  for (const Shortage& s : outcome.shortages) {
    record.shortages.push_back({world.item(s.sku).sku(), world.location(s.location).id(),
                                s.wanted.count(), s.available.count()});
  }
  for (const DayShortage& s : outcome.day_shortages) {
    record.day_shortages.push_back({world.location(s.location).id(), s.day, s.wanted, s.free});
  }
  for (const BackorderShortage& s : outcome.backorder_shortages) {
    record.backorder_shortages.push_back({world.item(s.sku).sku(), world.location(s.location).id(),
                                          s.draw, s.wanted.count(), s.free.count()});
  }
  for (const LimitShortage& s : outcome.limit_shortages) {
    record.limit_shortages.push_back(
        {world.item(s.sku).sku(), s.wanted.count(), s.available.count()});
  }
  record.changes = RecordsOf(world, outcome.changes);
  record.repeated = outcome.repeated;
  return record;
}

// A request and what it looks at.
struct ReserveArguments {
  std::vector<CellDemand> cells;
  std::vector<CapacityDemand> capacity;
  std::vector<BackorderDemand> backorders;
  ReserveRequest request;

  // Its address must not change from here on.
  void Connect() {
    request.cells = cells;
    request.capacity = capacity;
    request.backorders = backorders;
  }
};

ReserveArguments ReadReserve(const World& world, const py::object& cells, const std::string& key,
                             const py::object& expires_at, const py::object& capacity,
                             const py::object& backorders, const std::string& channel,
                             const std::string& market, const py::object& now) {
  ReserveArguments read;
  read.cells = DemandsOf(world, cells, "cells");
  read.capacity = LoadsOf(world, capacity, "capacity");
  read.backorders = BackordersOf(world, backorders, "backorders");
  read.request.key = CommandKey(key);
  const Plan* const plan = py::isinstance<Plan>(cells) ? cells.cast<const Plan*>() : nullptr;
  if (plan != nullptr && backorders.is_none() && expires_at.is_none()) {
    read.backorders = PromisesOf(*plan);
  }
  // A plan knows whose order it is.
  const auto asker = [&](const std::string& given, std::string OrderDraft::* own) {
    return world.symbols().Intern(given.empty() && plan != nullptr ? plan->order().*own : given);
  };
  read.request.channel = asker(channel, &OrderDraft::channel);
  read.request.market = asker(market, &OrderDraft::market);
  read.request.now = NowOf(now);
  read.request.expires_at = TimestampOf(expires_at, "expires_at");
  if (read.request.expires_at) read.request.kind = ReservationKind::kSoft;
  return read;
}

OutcomeRecord Reserve(PoolHandle& p, const py::object& cells, const std::string& key,
                      const py::object& expires_at, const py::object& capacity,
                      const py::object& backorders, const std::string& channel,
                      const std::string& market, const py::object& now) {
  ReserveArguments read =
      ReadReserve(p.world, cells, key, expires_at, capacity, backorders, channel, market, now);
  read.Connect();
  return RecordOf(p.world, Unwrap(WithoutGil([&] { return p.pool.Reserve(read.request); })));
}

// One request of reserve_each, by the names of reserve's arguments.
ReserveArguments ReadRequest(const World& world, const py::handle& request, std::size_t i) {
  const std::string at = fmt::format("requests[{}]", i);
  if (!py::isinstance<py::dict>(request)) {
    Raise(BadArgument(at, "must be a dict of the arguments of reserve"));
  }
  py::dict left = py::reinterpret_borrow<py::dict>(request).attr("copy")();
  const auto take = [&](const char* name, py::object otherwise) -> py::object {
    return left.contains(name) ? left.attr("pop")(name) : otherwise;
  };
  const auto text = [&](const char* name) {
    const py::object value = take(name, py::str(""));
    if (!py::isinstance<py::str>(value)) {
      Raise(BadArgument(fmt::format("{}.{}", at, name), "must be a text"));
    }
    return value.cast<std::string>();
  };
  const py::object cells = take("cells", py::list());
  const std::string key = text("key");
  const py::object expires_at = take("expires_at", py::none());
  const py::object capacity = take("capacity", py::none());
  const py::object backorders = take("backorders", py::none());
  const std::string channel = text("channel");
  const std::string market = text("market");
  const py::object now = take("now", py::none());
  for (const auto& [name, value] : left) {
    Raise(BadArgument(fmt::format("{}.{}", at, py::str(name).cast<std::string>()),
                      "is not an argument of reserve"));
  }
  return ReadReserve(world, cells, key, expires_at, capacity, backorders, channel, market, now);
}

py::list ReserveEach(PoolHandle& p, const py::object& requests) {
  std::vector<ReserveArguments> read;
  for (const py::handle request : py::list(requests)) {
    read.push_back(ReadRequest(p.world, request, read.size()));
  }
  std::vector<ReserveRequest> all;
  for (ReserveArguments& each : read) {
    each.Connect();
    all.push_back(each.request);
  }
  const std::vector<absl::StatusOr<ReserveOutcome>> outcomes =
      WithoutGil([&] { return p.pool.ReserveEach(all); });
  py::list list;
  for (const absl::StatusOr<ReserveOutcome>& outcome : outcomes) {
    list.append(outcome.ok() ? py::cast(RecordOf(p.world, *outcome)) : ErrorOf(outcome.status()));
  }
  return list;
}

void Adopt(PoolHandle& p, const World& world) {
  Check(WithoutGil([&] { return p.pool.Adopt(world); }));
  // Another thread may have been faster with a later one.
  if (world.version() > p.world.version()) p.world = world;
}

using Resolve = absl::StatusOr<StockChanges> (InventoryPool::*)(ReservationId,
                                                                std::span<const CellDemand>,
                                                                const ChangeOptions&);

std::vector<StockChangeRecord> Apply(PoolHandle& p, Resolve resolve, std::uint64_t reservation,
                                     const py::object& part, const std::string& key,
                                     const py::object& now) {
  const std::vector<CellDemand> demands = PartOf(p.world, part, "part");
  // The library reads an empty part as "all that is left".
  if (!part.is_none() && demands.empty()) return {};
  const ChangeOptions options{CommandKey(key), NowOf(now)};
  return RecordsOf(p.world, Unwrap(WithoutGil([&] {
                     return (p.pool.*resolve)(ReservationId{reservation}, demands, options);
                   })));
}

OutcomeRecord Confirm(PoolHandle& p, std::uint64_t reservation, const py::object& part,
                      const py::object& capacity, const std::string& key, const py::object& now) {
  const std::vector<CellDemand> demands = PartOf(p.world, part, "part");
  if (!part.is_none() && demands.empty()) {
    Raise(BadArgument("part", "names nothing; release the hold instead"));
  }
  const std::vector<CapacityDemand> loads = LoadsOf(p.world, capacity, "capacity");
  const ConfirmRequest request{demands, loads, CommandKey(key), NowOf(now)};
  return RecordOf(
      p.world,
      Unwrap(WithoutGil([&] { return p.pool.Confirm(ReservationId{reservation}, request); })));
}

std::vector<StockChangeRecord> Extend(PoolHandle& p, std::uint64_t reservation,
                                      const py::object& expires_at, const std::string& key,
                                      const py::object& now) {
  const std::optional<Timestamp> until = TimestampOf(expires_at, "expires_at");
  if (!until) Raise(BadArgument("expires_at", "is None; a hold needs an instant"));
  const ChangeOptions options{CommandKey(key), NowOf(now)};
  return RecordsOf(p.world, Unwrap(WithoutGil([&] {
                     return p.pool.Extend(ReservationId{reservation}, *until, options);
                   })));
}

OutcomeRecord Amend(PoolHandle& p, std::uint64_t reservation, const py::object& give_back,
                    const py::object& take, const py::object& give_back_capacity,
                    const py::object& take_capacity, const py::object& give_back_backorders,
                    const py::object& take_backorders, const std::string& key,
                    const py::object& now) {
  const std::vector<CellDemand> back = PartOf(p.world, give_back, "give_back");
  const std::vector<CellDemand> more = PartOf(p.world, take, "take");
  const std::vector<CapacityDemand> back_loads =
      LoadsOf(p.world, give_back_capacity, "give_back_capacity");
  const std::vector<CapacityDemand> loads = LoadsOf(p.world, take_capacity, "take_capacity");
  const std::vector<BackorderDemand> back_backorders =
      BackordersOf(p.world, give_back_backorders, "give_back_backorders");
  const std::vector<BackorderDemand> backorders =
      BackordersOf(p.world, take_backorders, "take_backorders");
  const AmendRequest request{
      back, more, back_loads, loads, back_backorders, backorders, CommandKey(key), NowOf(now)};
  return RecordOf(
      p.world,
      Unwrap(WithoutGil([&] { return p.pool.Amend(ReservationId{reservation}, request); })));
}

void SetDayCapacity(PoolHandle& p, std::string_view location,
                    const std::optional<std::int64_t>& units,
                    const std::optional<std::int64_t>& shipments) {
  const auto limit = [](std::string_view name, const std::optional<std::int64_t>& most) {
    if (!most) return std::optional<Units>();
    if (*most < 0) Raise(BadArgument(name, fmt::format("is {}; it must be 0 or more", *most)));
    return std::optional(Units(*most));
  };
  const DayCapacity capacity{limit("units", units), limit("shipments", shipments)};
  Check(p.pool.SetDayCapacity(LocationOf(p.world, location), capacity));
}

FeedRecord RecordOf(const World& world, const FeedOutcome& outcome) {
  FeedRecord record{outcome.results, RecordsOf(world, outcome.changes), {}};
  for (const Oversold& cell : outcome.oversold) {
    OversoldRecord& made = record.oversold.emplace_back();
    made.sku = world.item(cell.sku).sku();
    made.location = world.location(cell.location).id();
    made.units = cell.units.count();
    for (const ReservationId id : cell.reservations) {
      made.reservations.push_back(static_cast<std::uint64_t>(id));
    }
  }
  return record;
}

Timestamp InstantOf(const py::object& value, const std::string& name) {
  const std::optional<Timestamp> at = TimestampOf(value, name);
  if (!at) Raise(BadArgument(name, "is None; it must be an instant"));
  return *at;
}

std::uint64_t PositionOf(Fields& fields) {
  return fields.Get<std::uint64_t>(3, "position", "a whole number, 0 or more").value_or(0);
}

std::uint32_t AddSource(PoolHandle& p, const std::string& name, bool less_reserved) {
  return static_cast<std::uint32_t>(
      Unwrap(p.pool.AddSource({.name = name, .less_reserved = less_reserved})));
}

FeedRecord ApplyCounts(PoolHandle& p, std::uint32_t source, const py::object& counts,
                       const py::object& now) {
  const std::vector<StockCount> made =
      EntriesOf<StockCount>(&p.world, counts, "counts", 5, 6, [](Fields& fields) {
        StockCount count{
            fields.Sku(0), fields.Location(1), fields.Integer(2, "units"), PositionOf(fields), {}};
        if (!fields.At(5).is_none()) {
          count.as_of = fields.Get<std::uint64_t>(5, "as_of", "a sequence number or None");
        }
        if (fields.ok()) count.at = InstantOf(fields.At(4), fields.Path("at"));
        return count;
      });
  const Timestamp instant = NowOf(now);
  return RecordOf(
      p.world,
      Unwrap(WithoutGil([&] { return p.pool.ApplyCounts(FeedSource{source}, made, instant); })));
}

FeedRecord ApplyDeltas(PoolHandle& p, std::uint32_t source, const py::object& deltas,
                       const py::object& now) {
  const std::vector<StockDelta> made =
      EntriesOf<StockDelta>(&p.world, deltas, "deltas", 5, 5, [](Fields& fields) {
        StockDelta delta{fields.Sku(0),
                         fields.Location(1),
                         UnitDelta(fields.Integer(2, "units")),
                         PositionOf(fields),
                         {}};
        if (fields.ok()) delta.at = InstantOf(fields.At(4), fields.Path("at"));
        return delta;
      });
  const Timestamp instant = NowOf(now);
  return RecordOf(
      p.world,
      Unwrap(WithoutGil([&] { return p.pool.ApplyDeltas(FeedSource{source}, made, instant); })));
}

FeedRecord Adjust(PoolHandle& p, const py::object& adjustments, const std::string& key,
                  const py::object& now) {
  const std::vector<StockAdjustment> made =
      EntriesOf<StockAdjustment>(&p.world, adjustments, "adjustments", 3, 6, [](Fields& fields) {
        const auto units = [&](std::size_t i, std::string_view field) {
          return UnitDelta(fields.At(i).is_none() ? 0 : fields.Integer(i, field));
        };
        StockAdjustment adjustment{fields.Sku(0), fields.Location(1), units(2, "on_hand"),
                                   units(3, "damaged"), units(4, "quality_control")};
        if (!fields.At(5).is_none()) {
          adjustment.safety_stock = Units(fields.Integer(5, "safety_stock", 0));
        }
        return adjustment;
      });
  const ChangeOptions options{CommandKey(key), NowOf(now)};
  return RecordOf(p.world, Unwrap(WithoutGil([&] { return p.pool.Adjust(made, options); })));
}

void Expect(PoolHandle& p, const std::string& name, std::string_view sku, std::string_view location,
            std::int64_t quantity, const py::object& at, int confidence) {
  if (quantity < 0) {
    Raise(BadArgument("quantity", fmt::format("is {}; it must be 0 or more", quantity)));
  }
  const ExpectRequest request{CommandKey(name), ItemOf(p.world, sku), LocationOf(p.world, location),
                              Units(quantity),  InstantOf(at, "at"),  confidence};
  Check(WithoutGil([&] { return p.pool.Expect(request); }));
}

Units QuantityOf(std::int64_t quantity) {
  if (quantity < 1) {
    Raise(BadArgument("quantity", fmt::format("is {}; it must be 1 or more", quantity)));
  }
  return Units(quantity);
}

std::vector<StockChangeRecord> Dispatch(PoolHandle& p, const std::string& name,
                                        std::string_view sku, std::string_view origin,
                                        std::string_view location, std::int64_t quantity,
                                        const py::object& at, const py::object& now) {
  const TransferRequest request{CommandKey(name),
                                ItemOf(p.world, sku),
                                LocationOf(p.world, origin),
                                LocationOf(p.world, location),
                                QuantityOf(quantity),
                                InstantOf(at, "at"),
                                NowOf(now)};
  return RecordsOf(p.world, Unwrap(WithoutGil([&] { return p.pool.Dispatch(request); })));
}

using Arrival = absl::StatusOr<StockChanges> (InventoryPool::*)(const CommandKey&, Units,
                                                                const ChangeOptions&);

std::vector<StockChangeRecord> Arrive(PoolHandle& p, Arrival arrival, const std::string& name,
                                      std::int64_t quantity, const std::string& key,
                                      const py::object& now) {
  const Units units = QuantityOf(quantity);
  const ChangeOptions options{CommandKey(key), NowOf(now)};
  return RecordsOf(
      p.world,
      Unwrap(WithoutGil([&] { return (p.pool.*arrival)(CommandKey(name), units, options); })));
}

std::vector<IncomingRecord> IncomingOf(const PoolHandle& p, std::string_view sku) {
  std::vector<IncomingRecord> records;
  for (const Incoming& incoming : p.pool.IncomingOf(ItemOf(p.world, sku))) {
    IncomingRecord& record = records.emplace_back();
    record.name = incoming.name.text();
    record.location = p.world.location(incoming.location).id();
    record.quantity = incoming.quantity.count();
    record.at = incoming.at;
    record.confidence = incoming.confidence;
    if (incoming.from) record.origin = p.world.location(*incoming.from).id();
  }
  return records;
}

std::map<std::string, std::optional<std::int64_t>> AvailableToPromise(const PoolHandle& p,
                                                                      std::string_view sku,
                                                                      const py::object& at,
                                                                      int min_confidence,
                                                                      const py::object& now) {
  const AtpQuestion question{NowOf(now), InstantOf(at, "at"), min_confidence};
  std::map<std::string, std::optional<std::int64_t>> found;
  for (const auto& [location, units] :
       p.pool.AvailableToPromiseBy(ItemOf(p.world, sku), question)) {
    found.emplace(p.world.location(location).id(),
                  units == kUnlimitedUnits ? std::nullopt : std::optional(units));
  }
  return found;
}

py::object FindReservation(const PoolHandle& p, const std::optional<std::uint64_t>& reservation,
                           const std::optional<std::string>& key) {
  if (reservation.has_value() == key.has_value()) {
    Raise(BadArgument("reservation", "or key must be given, and not both"));
  }
  std::optional<ReservationId> id;
  if (reservation) id = ReservationId{*reservation};
  if (key) id = p.pool.FindReservation(CommandKey(*key));
  if (!id) return py::none();
  const std::optional<Reservation> found = WithoutGil([&] { return p.pool.FindReservation(*id); });
  if (!found) return py::none();
  py::list capacity;
  for (const CapacityDemand& load : found->capacity) {
    capacity.append(py::make_tuple(Text(p.world.location(load.location).id()), DateOf(load.day),
                                   load.units.count(), load.shipments.count()));
  }
  py::list borrowed;
  for (const Borrowed& part : found->borrowed) {
    const py::object place =
        part.location ? py::object(Text(p.world.location(*part.location).id())) : py::none();
    borrowed.append(py::make_tuple(
        Text(p.world.item(part.sku).sku()), place, Text(p.world.symbols().Text(part.channel)),
        Text(p.world.symbols().Text(part.market)), part.quantity.count()));
  }
  return py::cast(ReservationRecord{
      static_cast<std::uint64_t>(found->id), found->kind, found->expires_at, found->expired,
      TuplesOf(p.world, found->cells), capacity, BackorderTuples(p.world, found->backorders),
      std::string(p.world.symbols().Text(found->channel)),
      std::string(p.world.symbols().Text(found->market)), borrowed});
}

SnapshotHandle TakeSnapshot(const PoolHandle& p,
                            const std::optional<std::vector<std::string>>& skus) {
  if (!skus) return {p.world, WithoutGil([&] { return p.pool.Snapshot(); })};
  std::vector<SkuIndex> items;
  for (const std::string& sku : *skus) items.push_back(ItemOf(p.world, sku));
  return {p.world, WithoutGil([&] { return p.pool.Snapshot(items); })};
}

std::map<std::string, std::optional<std::int64_t>> Holders(const PoolHandle& p,
                                                           std::string_view sku,
                                                           const std::string& channel,
                                                           const std::string& market,
                                                           const py::object& now) {
  std::map<std::string, std::optional<std::int64_t>> holders;
  p.pool.Live().ForEachHolder(ItemOf(p.world, sku), AskerOf(p, channel, market, now),
                              [&](LocationIndex location, std::int64_t available) {
                                const bool tracked = available != kUnlimitedUnits;
                                holders.emplace(p.world.location(location).id(),
                                                tracked ? std::optional(available) : std::nullopt);
                              });
  return holders;
}

void BindPool(py::module_& module) {
  using Self = PoolHandle&;
  PoolClass pool(module, "InventoryPool",
                 R"(The one truth of stock, and what changes it.

Reserving takes a whole plan or nothing. Thread-safe: share one pool between all threads.

Args:
    allotments: Allotment each; None: those of the stock.

Raises:
    InvalidInput: An allotment makes no sense.
    NotAllowed: The stock belongs to another world.)");
  pool.def(py::init(&MakePool), py::arg("world"), py::arg("stock"), py::kw_only(),
           py::arg("allotments") = py::none())
      .def("reserve", &Reserve, py::arg("cells"), py::kw_only(), py::arg("key") = "",
           py::arg("expires_at") = py::none(), py::arg("capacity") = py::none(),
           py::arg("backorders") = py::none(), py::arg("channel") = "", py::arg("market") = "",
           py::arg("now") = py::none(),
           R"(Takes all cells, days and backorders or none.

Args:
    cells: A Plan, with what it backorders and for its channel and market; or (sku, location,
        quantity) tuples.
    key: Idempotency key: the same key and content again give the first outcome again. Empty: none.
    expires_at: Of a hold for a cart: when it runs out, after now. None: an allocation for an order.
    capacity: (location, day, units, shipments) of each day that it loads; of allocations only.
    backorders: Backorder each, as backorder_offers lists them; of allocations only.
    channel, market: Of the order or cart, for allotments.
    now: The instant of the decision. One before the latest that the pool has seen is that one.

Returns:
    The reservation, or the shortages that stood in its way. A shortage is not an error.

Raises:
    InvalidInput: Unknown names, a quantity below 1, no cell, or a hold that ends before it begins.
    NotAllowed: The key stands for another command.)")
      .def(
          "release",
          [](Self p, std::uint64_t reservation, const py::object& part, const std::string& key,
             const py::object& now) {
            return Apply(p, &InventoryPool::Release, reservation, part, key, now);
          },
          py::arg("reservation"), py::arg("part") = py::none(), py::kw_only(), py::arg("key") = "",
          py::arg("now") = py::none(),
          R"(Gives back units of a reservation: `part` (as `cells` of reserve), or all that is left.

Returns:
    The cells that changed; none if the key was used before.

Raises:
    NotFound: There is no such reservation, or it had no key and nothing is left of it.
    NotAllowed: Nothing is left of it.
    Expired: The hold has run out.
    InvalidInput: More than is left of a cell. Nothing changes then.)")
      .def(
          "commit",
          [](Self p, std::uint64_t reservation, const py::object& part, const std::string& key,
             const py::object& now) {
            return Apply(p, &InventoryPool::Commit, reservation, part, key, now);
          },
          py::arg("reservation"), py::arg("part") = py::none(), py::kw_only(), py::arg("key") = "",
          py::arg("now") = py::none(),
          "Ships units of a reservation: on hand and reserved fall together. Raises as release.")
      .def("confirm", &Confirm, py::arg("reservation"), py::arg("part") = py::none(), py::kw_only(),
           py::arg("capacity") = py::none(), py::arg("key") = "", py::arg("now") = py::none(),
           R"(Turns a hold into an allocation: `part` of it, or all; the rest is given back.

Returns:
    The reservation, or the days of `capacity` that have no room; the hold then stays as it was.

Raises:
    NotFound, NotAllowed, Expired, InvalidInput: As release; NotAllowed if it is an allocation.)")
      .def("extend", &Extend, py::arg("reservation"), py::arg("expires_at"), py::kw_only(),
           py::arg("key") = "", py::arg("now") = py::none(),
           "Has a hold run out at another instant. Raises as confirm; it then stays as it was.")
      .def("amend", &Amend, py::arg("reservation"), py::kw_only(),
           py::arg("give_back") = py::none(), py::arg("take") = py::none(),
           py::arg("give_back_capacity") = py::none(), py::arg("take_capacity") = py::none(),
           py::arg("give_back_backorders") = py::none(), py::arg("take_backorders") = py::none(),
           py::arg("key") = "", py::arg("now") = py::none(),
           R"(Gives back and takes in one step: other units, another location, another day.

A backorder whose stock has come is given back, and its cell is taken.

Returns:
    The reservation, or the shortages that stood in its way; it then stays as it was.

Raises:
    NotFound, NotAllowed, Expired, InvalidInput: As release.)")
      .def(
          "expire",
          [](Self p, const py::object& now) {
            const Timestamp instant = NowOf(now);
            return RecordsOf(p.world, WithoutGil([&] { return p.pool.Expire(instant); }));
          },
          py::arg("now"),
          "Forgets what has run out at `now`, to make room. Nothing depends on when it is called.")
      .def("add_source", &AddSource, py::arg("name"), py::kw_only(),
           py::arg("less_reserved") = false,
           R"(A system that says what is there.

Args:
    name: Unique in the pool.
    less_reserved: Its counts are less what this pool has reserved, as of a shop that shows what may
        be sold.

Returns:
    What it is called in apply_counts and apply_deltas.

Raises:
    InvalidInput: The name is empty.
    NotAllowed: There is a source of this name.)")
      .def("apply_counts", &ApplyCounts, py::arg("source"), py::arg("counts"), py::kw_only(),
           py::arg("now") = py::none(),
           R"(What a source counted (StockCount), late, twice and out of order.

A count sets on hand to itself plus exactly what has moved since. Reservations stay: a cell that has
promised more than it has is in `oversold`.

Raises:
    NotFound: There is no such source.
    InvalidInput, OutOfRange: An entry makes no sense; nothing is applied then.)")
      .def("apply_deltas", &ApplyDeltas, py::arg("source"), py::arg("deltas"), py::kw_only(),
           py::arg("now") = py::none(),
           "By how much a source says that cells changed (StockDelta). As apply_counts.")
      .def("adjust", &Adjust, py::arg("adjustments"), py::kw_only(), py::arg("key") = "",
           py::arg("now") = py::none(),
           R"(Changes figures by somebody's word (StockAdjustment), all or nothing.

Raises:
    InvalidInput: Unknown names, or a figure that would fall below 0.
    NotAllowed: Units of what is not tracked; a key that stands for another command.
    OutOfRange: More than a cell can have.)")
      .def("expect", &Expect, py::arg("name"), py::arg("sku"), py::arg("location"),
           py::arg("quantity"), py::arg("at"), py::kw_only(), py::arg("confidence") = 100,
           R"(Says what is expected, or corrects it; no figure changes until it comes.

Args:
    name: Of the order line that it belongs to; a name that is known replaces what was expected.
    quantity: Still to come; 0: nothing any more.
    at: From when on it can be promised.
    confidence: Percent that it comes by then, 1 to 100.

Raises:
    NotFound: Unknown names of items and locations.
    InvalidInput: The name stands for another cell; a value out of its range.
    NotAllowed: Another quantity for a transfer.)")
      .def("dispatch", &Dispatch, py::arg("name"), py::arg("sku"), py::arg("origin"),
           py::arg("location"), py::arg("quantity"), py::arg("at"), py::kw_only(),
           py::arg("now") = py::none(),
           R"(Sends usable units from one location to another; until they come they are in transit.

Raises:
    NotFound: Unknown names of items and locations.
    InvalidInput: Nothing moves.
    NotAllowed: More than can be sent, or the name stands for something else.)")
      .def(
          "receive",
          [](Self p, const std::string& name, std::int64_t quantity, const std::string& key,
             const py::object& now) {
            return Arrive(p, &InventoryPool::Receive, name, quantity, key, now);
          },
          py::arg("name"), py::arg("quantity"), py::kw_only(), py::arg("key") = "",
          py::arg("now") = py::none(),
          R"(Units of what is expected have come: they are on hand.

Raises:
    NotFound: Nothing is expected under that name.
    InvalidInput: No units, or more than a transfer has on its way.)")
      .def(
          "lose",
          [](Self p, const std::string& name, std::int64_t quantity, const std::string& key,
             const py::object& now) {
            return Arrive(p, &InventoryPool::Lose, name, quantity, key, now);
          },
          py::arg("name"), py::arg("quantity"), py::kw_only(), py::arg("key") = "",
          py::arg("now") = py::none(),
          "Units of what is expected will never come. Raises as receive.")
      .def("incoming", &IncomingOf, py::arg("sku"),
           "What is expected of an item, by instant. Raises NotFound.")
      .def("available_to_promise", &AvailableToPromise, py::arg("sku"), py::arg("at"),
           py::kw_only(), py::arg("min_confidence") = 1, py::arg("now") = py::none(),
           "Units that may be promised for an instant, by location: what is available, and what is "
           "expected by then at least as surely. None: without limit. Raises NotFound.")
      .def("set_day_capacity", &SetDayCapacity, py::arg("location"), py::kw_only(),
           py::arg("units") = py::none(), py::arg("shipments") = py::none(),
           "What a location can do on one day; None: no limit. Raises NotFound, InvalidInput.")
      .def(
          "load_of",
          [](Self p, std::string_view location, const py::object& day) {
            return TupleOf(p.pool.LoadOf(LocationOf(p.world, location), LocalDateOf(day, "day")));
          },
          py::arg("location"), py::arg("day"),
          "(units, shipments) that a day has: what is reserved, and what was shipped on it.")
      .def(
          "forget",
          [](Self p, std::uint64_t reservation) {
            Check(WithoutGil([&] { return p.pool.Forget(ReservationId{reservation}); }));
          },
          py::arg("reservation"),
          R"(Forgets a reservation of which nothing is left, and its key.

Raises:
    NotFound: There is no such reservation.
    NotAllowed: Units are left.)")
      .def("find_reservation", &FindReservation, py::arg("reservation") = py::none(), py::kw_only(),
           py::arg("key") = py::none(),
           "What is left of a reservation, by its id or by the key of a command that made or "
           "changed "
           "it; None if there is no such one.")
      .def(
          "available",
          [](Self p, std::string_view sku, const py::object& now,
             const std::optional<std::string>& channel, const std::optional<std::string>& market) {
            const SkuIndex item = ItemOf(p.world, sku);
            const std::int64_t units =
                channel || market ? p.pool.Available(item, AskerOf(p, channel.value_or(""),
                                                                   market.value_or(""), now))
                                  : p.pool.Available(item, NowOf(now));
            return units == kUnlimitedUnits ? std::nullopt : std::optional(units);
          },
          py::arg("sku"), py::arg("now") = py::none(), py::kw_only(),
          py::arg("channel") = py::none(), py::arg("market") = py::none(),
          "Units that may be promised over all locations, to all together or to a channel and "
          "market; None: without limit. Raises NotFound.")
      .def(
          "figures",
          [](Self p, std::string_view sku, std::string_view location) {
            return p.pool.Figures(ItemOf(p.world, sku), LocationOf(p.world, location));
          },
          py::arg("sku"), py::arg("location"),
          "The figures of one cell now; all 0 where nothing is. Raises NotFound for unknown names.")
      .def("holders", &Holders, py::arg("sku"), py::kw_only(), py::arg("channel") = "",
           py::arg("market") = "", py::arg("now") = py::none(),
           "Units that may be promised to a channel and market, by location; only where there are "
           "some; None: without limit. Raises NotFound.")
      .def("snapshot", &TakeSnapshot, py::arg("skus") = py::none(),
           "The cells of some SKUs, or of all, at one sequence number. Raises NotFound.")
      .def_property_readonly(
          "world", [](Self p) { return p.world; }, "Where its names are from.")
      .def_property_readonly(
          "sequence", [](Self p) { return p.pool.sequence(); }, "Number of changes made so far.")
      .def_property_readonly(
          "clock", [](Self p) { return DatetimeOf(p.pool.clock()); },
          "The latest instant that a change has named (UTC), or None.")
      .def(
          "audit", [](Self p) { Check(WithoutGil([&] { return p.pool.Audit(); })); },
          R"(Recomputes every sum from the opening stock and the reservations.

Raises:
    InternalError: A cell differs: a bug.)")
      .def("__len__", [](Self p) { return p.pool.cell_count(); })
      .def("__repr__",
           [](Self p) {
             return fmt::format("<InventoryPool of {} cells after {} changes>", p.pool.cell_count(),
                                p.pool.sequence());
           })
      .def(
          "reserve_each", &ReserveEach, py::arg("requests"),
          R"(Many requests in one call, each in turn: what an earlier one took is gone for a later one.

Args:
    requests: A dict of the arguments of reserve for each.

Returns:
    A ReserveOutcome for each, or the Error that reserve would have raised.

Raises:
    InvalidInput: A request cannot be read; none is made then.)")
      .def("adopt", &Adopt, py::arg("world"),
           R"(Goes over to a later version of the pool's world, while others use it.

Raises:
    NotAllowed: Another world, or an older version; or an item or location that it removes still
        has stock, reservations, or something to come; the first is named.)")
      .def_property_readonly(
          "world_version", [](Self p) { return p.pool.world_version(); },
          "The version of the world that it has.");
  AddPromises(pool);
}

}  // namespace

void BindInventory(py::module_& module) {
  BindFigures(module);
  BindPromises(module);
  BindReservations(module);
  BindStock(module);
  BindPool(module);
}

}  // namespace orderwright::python
