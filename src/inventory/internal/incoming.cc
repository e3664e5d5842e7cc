// What is expected: named, moved, received, lost; and what may be promised of it.
#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/inventory/stock.h"
#include "src/inventory/internal/keys.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

absl::Status CheckCell(const PoolState& state, const CommandKey& name, SkuIndex sku,
                       LocationIndex location) {
  if (name.empty()) return InvalidArgument("what is expected needs a name");
  if (Raw(sku) >= state.row_count()) {
    return InvalidArgument("'{}': SKU index {} is not in this pool", name, Raw(sku));
  }
  if (Raw(location) >= state.location_count) {
    return InvalidArgument("'{}': location index {} is not in this pool", name, Raw(location));
  }
  return absl::OkStatus();
}

absl::Status CheckNewName(const CommandKey& name) {
  if (!name.text().starts_with(kOpeningName)) return absl::OkStatus();
  return InvalidArgument(
      "nothing is expected as '{}', and only the opening stock makes names that begin with '{}'; "
      "choose another",
      name, kOpeningName);
}

auto FindNamed(std::vector<Expected>& all, const Hash128& name) {
  return std::find_if(all.begin(), all.end(),
                      [&](const Expected& expected) { return expected.name == name; });
}

// By instant, then by name: the same whatever the order in which they were told.
void SortByInstant(std::vector<Expected>& all) {
  std::sort(all.begin(), all.end(), [](const Expected& a, const Expected& b) {
    return a.incoming.at != b.incoming.at
               ? a.incoming.at < b.incoming.at
               : std::pair(a.name.high, a.name.low) < std::pair(b.name.high, b.name.low);
  });
}

}  // namespace

std::optional<SkuIndex> PoolState::FindExpected(const Hash128& name) const {
  const std::lock_guard lock(names_mutex_);
  const auto at = names_.find(name);
  return at != names_.end() ? std::optional(at->second) : std::nullopt;
}

bool PoolState::NameExpected(const Hash128& name, SkuIndex sku) {
  const std::lock_guard lock(names_mutex_);
  return names_.emplace(name, sku).second;
}

void PoolState::DropExpected(std::vector<Expected>& all, std::vector<Expected>::iterator at) {
  const std::lock_guard lock(names_mutex_);
  names_.erase(at->name);
  all.erase(at);
}

void PoolState::ExpectOpening(std::span<const StockIncoming> incoming) {
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    const StockIncoming& each = incoming[i];
    const Hash128 name = HashOf(each.name);
    (void)NameExpected(name, each.sku);  // Stock::Create has seen to it that it is the only one
    std::vector<Expected>& all = NeedSide(each.sku).outlook.incoming;
    all.push_back(
        {name, {CommandKey(each.name), each.location, each.quantity, each.at, 100, std::nullopt}});
    if (i + 1 == incoming.size() || incoming[i + 1].sku != each.sku) SortByInstant(all);
  }
}

absl::Status PoolState::Expect(const ExpectRequest& request) {
  if (absl::Status status = CheckCell(*this, request.name, request.sku, request.location);
      !status.ok()) {
    return status;
  }
  if (request.confidence < 1 || request.confidence > 100) {
    return InvalidArgument("'{}': confidence is {}; it must be 1 to 100 percent", request.name,
                           request.confidence);
  }
  if (request.quantity.count() > Stock::kMaxUnits) {
    return OutOfRange("'{}': {} units are more than {}", request.name, request.quantity,
                      Stock::kMaxUnits);
  }
  const Hash128 name = HashOf(request.name.text());
  const std::lock_guard lock(row(request.sku).lock);
  const std::optional<SkuIndex> known = FindExpected(name);
  std::vector<Expected>* all = nullptr;
  std::vector<Expected>::iterator at;
  if (known == request.sku) {
    all = &NeedSide(request.sku).outlook.incoming;
    at = FindNamed(*all, name);
  }
  if (known &&
      (known != request.sku || at == all->end() || at->incoming.location != request.location)) {
    return InvalidArgument(
        "'{}' is expected of another SKU or at another location; expect 0 units there first",
        request.name);
  }
  if (!known) {
    if (request.quantity.IsZero()) return absl::OkStatus();
    if (absl::Status status = CheckNewName(request.name); !status.ok()) return status;
    if (!NameExpected(name, request.sku)) {
      return Aborted("'{}' was named by somebody else at the same time; try again", request.name);
    }
    all = &NeedSide(request.sku).outlook.incoming;
    all->push_back(
        {name,
         {request.name, request.location, request.quantity, request.at, request.confidence, {}}});
    SortByInstant(*all);
    return absl::OkStatus();
  }
  if (at->incoming.from && request.quantity != at->incoming.quantity) {
    return FailedPrecondition(
        "'{}' is a transfer with {} units on their way; receive them, or say that they are lost",
        request.name, at->incoming.quantity);
  }
  if (request.quantity.IsZero()) {
    DropExpected(*all, at);
    return absl::OkStatus();
  }
  at->incoming.quantity = request.quantity;
  at->incoming.at = request.at;
  at->incoming.confidence = request.confidence;
  SortByInstant(*all);
  return absl::OkStatus();
}

absl::StatusOr<StockChanges> PoolState::Dispatch(const TransferRequest& request) {
  StockChanges changes;
  for (const LocationIndex place : {request.from, request.to}) {
    if (absl::Status status = CheckCell(*this, request.name, request.sku, place); !status.ok()) {
      return status;
    }
  }
  if (request.quantity.IsZero() || request.from == request.to) {
    return InvalidArgument("transfer '{}' of {} units from location index {} to {} moves nothing",
                           request.name, request.quantity, Raw(request.from), Raw(request.to));
  }
  const Hash128 name = HashOf(request.name.text());
  const std::lock_guard lock(row(request.sku).lock);
  if (FindExpected(name)) {
    std::vector<Expected>& all = NeedSide(request.sku).outlook.incoming;
    const auto at = FindNamed(all, name);
    const bool same = at != all.end() && at->incoming.from == request.from &&
                      at->incoming.location == request.to && at->sent == request.quantity.count();
    if (same) return changes;
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      fmt::format("'{}' is expected already, as something else", request.name));
  }
  Cell* cell = Find(request.sku, request.from);
  const StockFigures there = cell != nullptr ? cell->Read() : StockFigures{};
  const std::int64_t usable = there.tracked ? there.on_hand - there.unusable : 0;
  if (request.quantity.count() > usable) {
    return FailedPrecondition(
        "transfer '{}' takes {} units of SKU index {} from location index {}, which has {} that "
        "can be sent",
        request.name, request.quantity, Raw(request.sku), Raw(request.from), usable);
  }
  if (absl::Status status = CheckNewName(request.name); !status.ok()) return status;
  if (!NameExpected(name, request.sku)) {
    return Aborted("'{}' was named by somebody else at the same time; try again", request.name);
  }
  const Change change = Begin(Effective(request.now), request.now, ReservationId{}, changes);
  Settle(change, request.sku);
  Move(change, request.sku, *cell, StockCause::kDispatch, -request.quantity.count());
  std::vector<Expected>& all = NeedSide(request.sku).outlook.incoming;
  all.push_back({name,
                 {request.name, request.to, request.quantity, request.at, 100, request.from},
                 request.quantity.count()});
  SortByInstant(all);
  return changes;
}

absl::StatusOr<StockChanges> PoolState::Arrive(const CommandKey& name, Units quantity, bool lost,
                                               const ChangeOptions& options) {
  StockChanges changes;
  const Hash128 hash = HashOf(name.text());
  KeyLock key(book, options.key);
  const absl::StatusOr<std::optional<ReservationId>> known = key.FindRepeated(
      options.key, lost ? Command::kLose : Command::kReceive, [&](Content& content) {
        content.Add(hash.low);
        content.Add(hash.high);
        content.Add(static_cast<std::uint64_t>(quantity.count()));
      });
  if (!known.ok()) return known.status();
  if (*known) return changes;
  if (quantity.IsZero()) return InvalidArgument("'{}': 0 units neither come nor get lost", name);
  const std::optional<SkuIndex> sku = FindExpected(hash);
  const auto nothing = [&] { return NotFound("nothing is expected as '{}'", name); };
  if (!sku) return nothing();
  const std::lock_guard lock(row(*sku).lock);
  std::vector<Expected>& all = NeedSide(*sku).outlook.incoming;
  const auto at = FindNamed(all, hash);
  if (at == all.end()) return nothing();
  const Incoming incoming = at->incoming;
  if (lost || incoming.from) {
    // Of a transfer no more can come than was sent.
    if (quantity > incoming.quantity) {
      return InvalidArgument("'{}': {} units are still to come, {} cannot", name, incoming.quantity,
                             quantity);
    }
  }
  Cell* cell = Find(*sku, incoming.location);
  const std::int64_t there = cell != nullptr ? cell->Read().on_hand : 0;
  if (!lost && quantity.count() > Stock::kMaxUnits - std::max<std::int64_t>(0, there)) {
    return OutOfRange("'{}': {} units on top of {} are more than {}", name, quantity, there,
                      Stock::kMaxUnits);
  }
  const Change change = Begin(Effective(options.now), options.now, ReservationId{}, changes);
  Settle(change, *sku);
  if (!lost) {
    if (cell == nullptr) cell = &AddCell(*sku, incoming.location);
    Move(change, *sku, *cell, StockCause::kReceive, quantity.count());
  }
  at->incoming.quantity =
      Units(std::max<std::int64_t>(0, incoming.quantity.count() - quantity.count()));
  if (at->incoming.quantity.IsZero()) DropExpected(all, at);
  key.KeepForEver();
  return changes;
}

std::vector<Incoming> PoolState::IncomingOf(SkuIndex sku) {
  std::vector<Incoming> incoming;
  if (Raw(sku) >= row_count()) return incoming;
  const std::lock_guard lock(row(sku).lock);
  if (row(sku).side == nullptr) return incoming;
  for (const Expected& expected : row(sku).side->outlook.incoming)
    incoming.push_back(expected.incoming);
  return incoming;
}

void PoolState::FindAvailableToPromise(
    SkuIndex sku, const AtpQuestion& question,
    std::vector<std::pair<LocationIndex, std::int64_t>>& available) {
  if (Raw(sku) >= row_count()) return;
  const std::int64_t now = Effective(question.now);
  const std::lock_guard lock(row(sku).lock);
  const RowSide none;
  const RowSide& side = row(sku).side != nullptr ? *row(sku).side : none;
  const Dues dues = DuesOf(side.outlook, question.min_confidence);
  const std::span<const Cell> cells = row(sku).cells();
  available.reserve(cells.size());
  // Cells, what is due and what is promised all ascend. At most cells nothing is but what there is.
  auto due = dues.begin();
  auto promised = side.promised.begin();
  const auto add = [&](LocationIndex place, const StockFigures& figures) {
    while (promised != side.promised.end() && promised->first.location < place) ++promised;
    const bool has_dates = (due != dues.end() && due->location == place) ||
                           (promised != side.promised.end() && promised->first.location == place);
    while (due != dues.end() && due->location == place) ++due;
    // What is oversold is made good first.
    std::int64_t units = figures.Free() - figures.safety;
    if (!figures.tracked) {
      units = kUnlimitedUnits;
    } else if (has_dates) {
      const Curve curve = CurveAt(dues, side.promised, place, units);
      units = curve.LeastFrom(question.at.time_since_epoch().count());
    }
    if (units > 0) available.emplace_back(place, units);
  };
  for (const Cell& cell : cells) {
    while (due != dues.end() && due->location < cell.location()) add(due->location, {});
    add(cell.location(), FiguresAt(sku, cell, now));
  }
  while (due != dues.end()) add(due->location, {});
}

}  // namespace orderwright::inventory_internal
