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
#include "handles.h"
#include "orderwright/core/status.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/inventory/reservation.h"

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

using CellTuple = std::tuple<std::string, std::string, std::int64_t>;

// Cells in words, all issues at once. `name` is the argument that they came in.
std::vector<CellDemand> DemandsOf(const World& world, const std::vector<CellTuple>& cells,
                                  std::string_view name) {
  std::vector<CellDemand> demands;
  IssueList issues;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto& [sku, location, quantity] = cells[i];
    const std::optional<SkuIndex> item = world.FindItem(sku);
    const std::optional<LocationIndex> place = world.FindLocation(location);
    const std::string path = fmt::format("{}[{}]", name, i);
    if (!item) issues.Add(path + ".sku", "unknown_sku", UnknownItem(world, sku));
    if (!place)
      issues.Add(path + ".location", "unknown_location", UnknownLocation(world, location));
    if (quantity < 1) {
      issues.Add(path + ".quantity", "out_of_range",
                 fmt::format("quantity is {}; it must be 1 or more", quantity));
    } else if (item && place) {
      demands.push_back({*item, *place, Units(quantity)});
    }
  }
  Check(issues.ToStatus("cells"));
  return demands;
}

std::vector<CellDemand> DemandsOf(const World& world, const py::object& cells,
                                  std::string_view name) {
  if (!py::isinstance<Plan>(cells)) {
    return DemandsOf(world, py::list(cells).cast<std::vector<CellTuple>>(), name);
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

struct OutcomeRecord {
  std::optional<std::uint64_t> reservation;
  std::vector<ShortageRecord> shortages;
  std::vector<StockChangeRecord> changes;
  bool repeated = false;
};

struct ReservationRecord {
  std::uint64_t id = 0;
  ReservationKind kind = ReservationKind::kHard;
  std::string key;
  py::list cells;
};

// A figure, or None of stock that is not tracked.
std::optional<std::int64_t> Counted(const StockFigures& figures, std::int64_t units) {
  return figures.tracked ? std::optional(units) : std::nullopt;
}

void BindFigures(py::module_& module) {
  py::enum_<StockCause>(module, "StockCause", "Why a cell changed.")
      .value("RESERVE", StockCause::kReserve)
      .value("RELEASE", StockCause::kRelease)
      .value("SHIP", StockCause::kShip);
  py::enum_<ReservationKind>(module, "ReservationKind", "How firm a reservation is.")
      .value("HARD", ReservationKind::kHard)
      .value("SOFT", ReservationKind::kSoft);

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
      .def_readonly("reservation", &StockChangeRecord::reservation, "Id of the reservation.")
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

  py::class_<OutcomeRecord>(module, "ReserveOutcome",
                            "What InventoryPool.reserve did: everything or nothing.")
      .def_readonly("reservation", &OutcomeRecord::reservation,
                    "Id of the reservation, or None: nothing was taken.")
      .def_readonly("shortages", &OutcomeRecord::shortages,
                    "The cells that were short; empty if and only if there is a reservation.")
      .def_readonly("changes", &OutcomeRecord::changes,
                    "The cells that changed; empty for a repeated request.")
      .def_readonly("repeated", &OutcomeRecord::repeated,
                    "The key was known; this is the first outcome.")
      .def("__repr__", [](const OutcomeRecord& o) {
        if (!o.reservation)
          return fmt::format("<ReserveOutcome: {} shortages>", o.shortages.size());
        return fmt::format("<ReserveOutcome: reservation {}>", *o.reservation);
      });

  py::class_<ReservationRecord>(module, "Reservation", "What is left of a reservation.")
      .def_readonly("id", &ReservationRecord::id, "Given by the pool: 1, 2, …")
      .def_readonly("kind", &ReservationRecord::kind, "How firm it is.")
      .def_property_readonly(
          "key", [](const ReservationRecord& r) { return TextOrNone(r.key); },
          "Idempotency key, or None.")
      .def_readonly("cells", &ReservationRecord::cells,
                    "(sku, location, quantity) of each cell that it still holds.")
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

std::unique_ptr<PoolHandle> MakePool(const World& world, const StockHandle& stock) {
  if (world.lineage() != stock.stock().lineage()) {
    Raise(FailedPrecondition("the stock belongs to another world"));
  }
  // The world that the stock was read with knows every name in it; a later version may know more.
  const World& latest = world.version() < stock.world().version() ? stock.world() : world;
  return WithoutGil([&] { return std::make_unique<PoolHandle>(latest, stock.stock()); });
}

OutcomeRecord Reserve(PoolHandle& p, const py::object& cells, const std::string& key) {
  const std::vector<CellDemand> demands = DemandsOf(p.world, cells, "cells");
  ReserveRequest request;
  request.key = CommandKey(key);
  request.cells = demands;
  const ReserveOutcome outcome = Unwrap(WithoutGil([&] { return p.pool.Reserve(request); }));
  OutcomeRecord record;
  if (outcome.reservation) record.reservation = static_cast<std::uint64_t>(*outcome.reservation);
  for (const Shortage& s : outcome.shortages) {
    record.shortages.push_back({p.world.item(s.sku).sku(), p.world.location(s.location).id(),
                                s.wanted.count(), s.available.count()});
  }
  record.changes = RecordsOf(p.world, outcome.changes);
  record.repeated = outcome.repeated;
  return record;
}

using Resolve = absl::StatusOr<StockChanges> (InventoryPool::*)(ReservationId,
                                                                std::span<const CellDemand>);

std::vector<StockChangeRecord> Apply(PoolHandle& p, Resolve resolve, std::uint64_t reservation,
                                     const py::object& part) {
  std::vector<CellDemand> demands;
  if (!part.is_none()) {
    demands = DemandsOf(p.world, part, "part");
    // The library reads an empty part as "all that is left".
    if (demands.empty()) return {};
  }
  return RecordsOf(
      p.world,
      Unwrap(WithoutGil([&] { return (p.pool.*resolve)(ReservationId{reservation}, demands); })));
}

py::object FindReservation(const PoolHandle& p, std::uint64_t reservation) {
  const std::optional<Reservation> found =
      WithoutGil([&] { return p.pool.FindReservation(ReservationId{reservation}); });
  if (!found) return py::none();
  return py::cast(ReservationRecord{static_cast<std::uint64_t>(found->id), found->kind,
                                    found->key.text(), TuplesOf(p.world, found->cells)});
}

SnapshotHandle TakeSnapshot(const PoolHandle& p,
                            const std::optional<std::vector<std::string>>& skus) {
  if (!skus) return {p.world, WithoutGil([&] { return p.pool.Snapshot(); })};
  std::vector<SkuIndex> items;
  for (const std::string& sku : *skus) items.push_back(ItemOf(p.world, sku));
  return {p.world, WithoutGil([&] { return p.pool.Snapshot(items); })};
}

std::map<std::string, std::optional<std::int64_t>> Holders(const PoolHandle& p,
                                                           std::string_view sku) {
  std::map<std::string, std::optional<std::int64_t>> holders;
  p.pool.Live().ForEachHolder(ItemOf(p.world, sku), Availability{},
                              [&](LocationIndex location, std::int64_t available) {
                                const bool tracked = available != kUnlimitedUnits;
                                holders.emplace(p.world.location(location).id(),
                                                tracked ? std::optional(available) : std::nullopt);
                              });
  return holders;
}

void BindPool(py::module_& module) {
  using Self = PoolHandle&;
  py::class_<PoolHandle, std::shared_ptr<PoolHandle>>(
      module, "InventoryPool",
      R"(The one truth of stock, and what changes it.

Reserving takes a whole plan or nothing. Thread-safe: share one pool between all threads.

Raises:
    NotAllowed: The stock belongs to another world.)")
      .def(py::init(&MakePool), py::arg("world"), py::arg("stock"))
      .def("reserve", &Reserve, py::arg("cells"), py::kw_only(), py::arg("key") = "",
           R"(Takes all cells or none.

Args:
    cells: A Plan, or (sku, location, quantity) tuples.
    key: Idempotency key: the same key and cells again give the first outcome again. Empty: none.

Returns:
    The reservation, or the shortages that stood in its way. A shortage is not an error.

Raises:
    InvalidInput: Unknown names, a quantity below 1, or no cell.
    NotAllowed: The key stands for another request.)")
      .def(
          "release",
          [](Self p, std::uint64_t reservation, const py::object& part) {
            return Apply(p, &InventoryPool::Release, reservation, part);
          },
          py::arg("reservation"), py::arg("part") = py::none(),
          R"(Gives back units of a reservation: `part` (as `cells` of reserve), or all that is left.

Raises:
    NotFound: There is no such reservation.
    NotAllowed: Nothing is left of it.
    InvalidInput: More than is left of a cell. Nothing changes then.)")
      .def(
          "commit",
          [](Self p, std::uint64_t reservation, const py::object& part) {
            return Apply(p, &InventoryPool::Commit, reservation, part);
          },
          py::arg("reservation"), py::arg("part") = py::none(),
          "Ships units of a reservation: on hand and reserved fall together. Raises as release.")
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
      .def("find_reservation", &FindReservation, py::arg("reservation"),
           "What is left of a reservation, or None if there is no such one.")
      .def(
          "figures",
          [](Self p, std::string_view sku, std::string_view location) {
            return p.pool.Figures(ItemOf(p.world, sku), LocationOf(p.world, location));
          },
          py::arg("sku"), py::arg("location"),
          "The figures of one cell now; all 0 where nothing is. Raises NotFound for unknown names.")
      .def("holders", &Holders, py::arg("sku"),
           "Units that may be promised now, by location; only where there are some; None: without "
           "limit. Raises NotFound.")
      .def("snapshot", &TakeSnapshot, py::arg("skus") = py::none(),
           "The cells of some SKUs, or of all, at one sequence number. Raises NotFound.")
      .def_property_readonly(
          "world", [](Self p) { return p.world; }, "Where its names are from.")
      .def_property_readonly(
          "sequence", [](Self p) { return p.pool.sequence(); }, "Number of changes made so far.")
      .def(
          "audit", [](Self p) { Check(WithoutGil([&] { return p.pool.Audit(); })); },
          R"(Recomputes every sum from the opening stock and the reservations.

Raises:
    InternalError: A cell differs: a bug.)")
      .def("__len__", [](Self p) { return p.pool.cell_count(); })
      .def("__repr__", [](Self p) {
        return fmt::format("<InventoryPool of {} cells after {} changes>", p.pool.cell_count(),
                           p.pool.sequence());
      });
}

}  // namespace

void BindInventory(py::module_& module) {
  BindFigures(module);
  BindReservations(module);
  BindStock(module);
  BindPool(module);
}

}  // namespace orderwright::python
