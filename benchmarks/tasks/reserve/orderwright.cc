#include <utility>

#include "benchmarks/tasks/reserve/contender.h"
#include "orderwright/orderwright.h"

namespace orderwright::benchmarks {
namespace {

SkuIndex SkuOf(std::uint32_t cell) { return SkuIndex{cell / kLocations}; }
LocationIndex LocationOf(std::uint32_t cell) { return LocationIndex{cell % kLocations}; }

World MakeWorld() {
  WorldDraft draft;
  draft.currency = OrDie(Currency::Parse("USD"));
  for (std::uint32_t i = 0; i < kSkus; ++i) {
    ItemSpec item;
    item.sku = fmt::format("S{}", i);
    draft.items.push_back(std::move(item));
  }
  for (std::uint32_t i = 0; i < kLocations; ++i) {
    LocationSpec location;
    location.id = fmt::format("L{}", i);
    draft.locations.push_back(std::move(location));
  }
  return OrDie(World::Create(std::move(draft)));
}

Stock OpeningStock(const World& world, const Stream& stream) {
  std::vector<StockRowSpec> rows;
  for (std::uint32_t cell = 0; cell < kCells; ++cell) {
    StockRowSpec row;
    row.sku = world.items()[cell / kLocations].sku();
    row.location = world.locations()[cell % kLocations].id();
    row.on_hand = stream.opening[cell];
    rows.push_back(std::move(row));
  }
  return OrDie(Stock::Create(world, std::move(rows)));
}

// Reserves under a key of the order, so that a repeated request takes nothing again; what is closed
// is forgotten, as a host does.
class PoolClient : public Client {
 public:
  PoolClient(InventoryPool& pool, std::vector<ReservationId>& ids) : pool_(pool), ids_(ids) {}

  void Reserve(std::size_t order, std::span<const Line> lines, char& accepted) override {
    cells_.clear();
    for (const Line& line : lines) {
      cells_.push_back({SkuOf(line.cell), LocationOf(line.cell), Units(line.units)});
    }
    ReserveRequest request;
    request.key = CommandKey(fmt::format("order {}", order));
    request.cells = cells_;
    OkOrDie(pool_.ReserveInto(request, outcome_));
    accepted = outcome_.reservation ? 1 : 0;
    if (outcome_.reservation) ids_[order] = *outcome_.reservation;
  }
  void Close(std::size_t order, bool ships) override {
    const ReservationId id = ids_[order];
    OkOrDie(ships ? pool_.CommitInto(id, {}, {}, changes_)
                  : pool_.ReleaseInto(id, {}, {}, changes_));
    OkOrDie(pool_.Forget(id));
  }

 private:
  InventoryPool& pool_;
  std::vector<ReservationId>& ids_;  // by order: each client writes its own
  std::vector<CellDemand> cells_;
  ReserveOutcome outcome_;
  StockChanges changes_;
};

class PoolContender : public Contender {
 public:
  explicit PoolContender(const Stream& stream)
      : world_(MakeWorld()), pool_(world_, OpeningStock(world_, stream)), ids_(stream.orders()) {}

  std::unique_ptr<Client> Connect() override { return std::make_unique<PoolClient>(pool_, ids_); }
  std::vector<CellFigures> Figures() override {
    OkOrDie(pool_.Audit());
    std::vector<CellFigures> figures;
    for (std::uint32_t cell = 0; cell < kCells; ++cell) {
      const StockFigures of_cell = pool_.Figures(SkuOf(cell), LocationOf(cell));
      figures.push_back({of_cell.on_hand, of_cell.hard});
    }
    return figures;
  }

 private:
  World world_;
  InventoryPool pool_;
  std::vector<ReservationId> ids_;
};

}  // namespace

Peer Orderwright() {
  return {"orderwright",
          [](const Stream& stream) { return std::make_unique<PoolContender>(stream); }};
}

}  // namespace orderwright::benchmarks
