#include "src/inventory/internal/allotments.h"

#include <algorithm>
#include <tuple>

namespace orderwright::inventory_internal {
namespace {

bool Covers(Symbol pattern, Symbol is) { return pattern == kEmptySymbol || pattern == is; }

bool IsOf(const Allotment& terms, const Asker& asker) {
  return Covers(terms.channel, asker.channel) && Covers(terms.market, asker.market);
}

bool IsAt(const Allotment& terms, std::optional<LocationIndex> location) {
  return !terms.location || terms.location == location;
}

bool Holds(const Allotment& terms, std::int64_t now) {
  return !terms.until || terms.until->time_since_epoch().count() > now;
}

// Whether all that concerns `inner` concerns `outer` too.
bool IsWithin(const Allotment& inner, const Allotment& outer) {
  return Covers(outer.channel, inner.channel) && Covers(outer.market, inner.market) &&
         (!outer.location || outer.location == inner.location);
}

std::size_t Wildcards(const Allotment& terms) {
  return std::size_t{terms.channel == kEmptySymbol} + std::size_t{terms.market == kEmptySymbol};
}

AllotmentBook::Used OpenAt(const AllotmentBook::Entry& entry, std::int64_t now) {
  AllotmentBook::Used open = entry.open;
  for (const auto& [at, used] : entry.expiring) {
    if (at > now) break;
    open.own -= used.own;
    open.lent -= used.lent;
  }
  return open;
}

std::int64_t UnusedOf(const AllotmentBook::Entry& entry, std::int64_t now) {
  if (!Holds(entry.terms, now)) return 0;
  const AllotmentBook::Used open = OpenAt(entry, now);
  const std::int64_t used = open.own + open.lent + entry.shipped.own + entry.shipped.lent;
  return std::max<std::int64_t>(0, entry.terms.guaranteed - used);
}

// The position of a location among the cells; absent: it has none.
std::optional<std::size_t> IndexOf(AllotmentBook::Cells cells, LocationIndex location) {
  const auto at = std::lower_bound(cells.begin(), cells.end(), location,
                                   [](const StockSnapshot::Entry& cell, LocationIndex wanted) {
                                     return cell.location < wanted;
                                   });
  if (at == cells.end() || at->location != location) return std::nullopt;
  return static_cast<std::size_t>(at - cells.begin());
}

// Unlimited if one is.
template <typename List>
std::int64_t SumOf(const List& units) {
  std::int64_t sum = 0;
  for (const std::int64_t each : units) {
    if (each == kUnlimitedUnits) return kUnlimitedUnits;
    sum += each;
  }
  return sum;
}

std::int64_t SumUp(std::int64_t a, std::int64_t b) {
  return a == kUnlimitedUnits || b == kUnlimitedUnits ? kUnlimitedUnits : a + b;
}

void Add(AllotmentBook::Entry& entry, std::int64_t AllotmentBook::Used::* kind,
         const Charge& charge) {
  entry.open.*kind += charge.units;
  if (charge.expires_at == INT64_MAX) return;
  const auto at = entry.expiring.try_emplace(charge.expires_at).first;
  at->second.*kind += charge.units;
  if (at->second.own == 0 && at->second.lent == 0) entry.expiring.erase(at);
}

// Whether units that the asker of `charge` borrowed count as used by the entry. What concerns the
// asker itself counts them already.
bool IsLentBy(const Allotment& terms, const Borrowed& lent, const Charge& charge) {
  return IsOf(terms, {lent.channel, lent.market}) && IsAt(terms, lent.location) &&
         !IsOf(terms, charge.asker);
}

}  // namespace

AllotmentBook::AllotmentBook(std::span<const Allotment> terms) {
  for (const Allotment& each : terms) entries_.push_back({each, {}, {}, {}});
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    const auto key = [](const Allotment& t) {
      return std::tuple(!t.location, Wildcards(t), t.channel, t.market, t.location);
    };
    return key(a.terms) < key(b.terms);
  });
}

void AllotmentBook::Freeze(std::int64_t now) {
  Settle(now);
  for (Entry& entry : entries_) entry.expiring.clear();
}

AllotmentBook AllotmentBook::Fresh() const {
  AllotmentBook fresh;
  for (const Entry& entry : entries_) fresh.entries_.push_back({entry.terms, {}, {}, {}});
  return fresh;
}

void AllotmentBook::Inherit(const AllotmentBook& other) {
  for (Entry& entry : entries_) {
    const auto same = std::find_if(other.entries_.begin(), other.entries_.end(),
                                   [&](const Entry& each) { return each.terms == entry.terms; });
    if (same != other.entries_.end()) entry = *same;
  }
}

bool AllotmentBook::HasOpenOf(const AllotmentBook& other, std::int64_t now) const {
  return std::equal(
      entries_.begin(), entries_.end(), other.entries_.begin(), other.entries_.end(),
      [&](const Entry& a, const Entry& b) { return OpenAt(a, now) == OpenAt(b, now); });
}

void AllotmentBook::Reserve(const Charge& charge) {
  for (Entry& entry : entries_) {
    if (IsOf(entry.terms, charge.asker) && IsAt(entry.terms, charge.location)) {
      Add(entry, &Used::own, charge);
    }
  }
}

void AllotmentBook::Ship(const Charge& charge) {
  Charge gone = charge;
  gone.units = -charge.units;
  Reserve(gone);
  for (Entry& entry : entries_) {
    if (IsOf(entry.terms, charge.asker) && IsAt(entry.terms, charge.location)) {
      entry.shipped.own += charge.units;
    }
  }
}

void AllotmentBook::Lend(const Borrowed& lent, const Charge& charge) {
  for (Entry& entry : entries_) {
    if (IsLentBy(entry.terms, lent, charge)) Add(entry, &Used::lent, charge);
  }
}

void AllotmentBook::ShipLent(const Borrowed& lent, const Charge& charge) {
  Charge gone = charge;
  gone.units = -charge.units;
  Lend(lent, gone);
  for (Entry& entry : entries_) {
    if (IsLentBy(entry.terms, lent, charge)) entry.shipped.lent += charge.units;
  }
}

void AllotmentBook::Settle(std::int64_t now) {
  for (Entry& entry : entries_) {
    entry.open = OpenAt(entry, now);
    entry.expiring.erase(entry.expiring.begin(), entry.expiring.upper_bound(now));
  }
}

std::int64_t AllotmentBook::Rest::Sum() const {
  const std::int64_t sum = SumOf(at);
  return sum == kUnlimitedUnits ? sum : std::max<std::int64_t>(0, sum - kept);
}

template <typename Blocks, typename Serves>
AllotmentBook::Rest AllotmentBook::RestOf(Cells cells, std::int64_t now, const Blocks& blocks,
                                          const Serves& serves) const {
  Rest rest;
  for (const StockSnapshot::Entry& cell : cells) rest.at.push_back(cell.figures.Available());
  rest.own.assign(cells.size(), 0);
  absl::InlinedVector<std::int64_t, 8> kept(entries_.size(), 0);
  const auto keep = [&](std::size_t i, bool for_asker) {
    const Allotment& terms = entries_[i].terms;
    std::int64_t units = UnusedOf(entries_[i], now);
    // What is kept for a part of those whom this concerns is kept for them already.
    for (std::size_t k = 0; k < i && units > 0; ++k) {
      if (IsWithin(entries_[k].terms, terms)) units = std::max<std::int64_t>(0, units - kept[k]);
    }
    kept[i] = units;
    if (!terms.location) {
      rest.kept += units;
      return;
    }
    const std::optional<std::size_t> cell = IndexOf(cells, *terms.location);
    const std::int64_t there = cell ? rest.at[*cell] : 0;
    kept[i] = std::min(units, there);
    rest.missing += units - kept[i];
    if (there != kUnlimitedUnits && cell) rest.at[*cell] -= kept[i];
    if (for_asker && cell) rest.own[*cell] += kept[i];
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (blocks(entries_[i].terms)) keep(i, false);
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].terms.location && serves(entries_[i].terms)) keep(i, true);
  }
  return rest;
}

std::vector<Symbol> AllotmentBook::OverflowOf(const Asker& asker, std::int64_t now) const {
  std::vector<Symbol> channels;
  for (const Entry& entry : entries_) {
    if (!IsOf(entry.terms, asker) || !Holds(entry.terms, now)) continue;
    for (const Symbol channel : entry.terms.overflow) {
      if (std::find(channels.begin(), channels.end(), channel) == channels.end()) {
        channels.push_back(channel);
      }
    }
  }
  return channels;
}

Allowance AllotmentBook::AllowanceOf(Cells cells, const Asker& asker, std::int64_t now) const {
  const std::vector<Symbol> overflow = OverflowOf(asker, now);
  const auto serves = [&](const Allotment& terms) {
    return IsOf(terms, asker) ||
           std::find(overflow.begin(), overflow.end(), terms.channel) != overflow.end();
  };
  const Rest rest =
      RestOf(cells, now, [&](const Allotment& terms) { return !serves(terms); }, serves);
  Allowance allowance{rest.at, rest.own, kUnlimitedUnits, kUnlimitedUnits};
  const bool is_of_all = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return !entry.terms.location && Holds(entry.terms, now);
  });
  if (is_of_all) {
    allowance.rest = rest.Sum();
    allowance.most = SumUp(allowance.rest, SumOf(rest.own));
  }
  const std::int64_t own = SumOf(rest.own);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    // What is kept for it at other cells is in `most`, and of no use at this one.
    if (own > rest.own[i]) allowance.at[i] = std::min(allowance.at[i], allowance.rest);
    allowance.at[i] = SumUp(allowance.at[i], rest.own[i]);
  }
  const auto total = [&] {
    std::int64_t sum = 0;
    for (const StockSnapshot::Entry& cell : cells) {
      const std::int64_t available = cell.figures.Available();
      if (available == kUnlimitedUnits) return kUnlimitedUnits;
      sum += available;
    }
    return sum;
  };
  bool is_stopped = false;
  for (const Entry& entry : entries_) {
    const Allotment& terms = entry.terms;
    if (!Holds(terms, now)) continue;
    if (!IsOf(terms, asker)) continue;
    const std::optional<std::size_t> cell =
        terms.location ? IndexOf(cells, *terms.location) : std::nullopt;
    if (terms.location && !cell) continue;
    std::int64_t& most = cell ? allowance.at[*cell] : allowance.most;
    if (terms.ceiling) {
      most = std::min(most, std::max<std::int64_t>(0, *terms.ceiling - OpenAt(entry, now).own));
    }
    if (terms.stop_below == 0) continue;
    const std::int64_t there = cell ? cells[*cell].figures.Available() : total();
    if (there >= terms.stop_below) continue;
    most = 0;
    is_stopped |= !cell;
  }
  if (is_stopped) std::fill(allowance.at.begin(), allowance.at.end(), 0);
  return allowance;
}

void AllotmentBook::BorrowFrom(Symbol lender, bool of_all, std::int64_t& units,
                               const Charge& charge, SkuIndex sku, std::int64_t now,
                               std::vector<Borrowed>& borrowed) {
  for (const Entry& entry : entries_) {
    const Allotment& terms = entry.terms;
    if (terms.channel != lender || terms.location.has_value() == of_all) continue;
    if (IsOf(terms, charge.asker) || !IsAt(terms, charge.location)) continue;
    const std::int64_t part = std::min(units, UnusedOf(entry, now));
    if (part == 0) continue;
    const Borrowed lent{sku, terms.location, terms.channel, terms.market, Units(part)};
    Charge of_it = charge;
    of_it.units = part;
    Lend(lent, of_it);
    borrowed.push_back(lent);
    units -= part;
  }
}

void AllotmentBook::Borrow(Cells cells, std::span<const CellDemand> demands, Charge charge,
                           std::int64_t now, std::vector<Borrowed>& borrowed) {
  const std::vector<Symbol> lenders = OverflowOf(charge.asker, now);
  if (lenders.empty()) return;
  // What is nobody's.
  const auto is_own = [&](const Allotment& terms) { return IsOf(terms, charge.asker); };
  const Rest rest =
      RestOf(cells, now, [&](const Allotment& terms) { return !is_own(terms); }, is_own);
  const SkuIndex sku = demands.front().sku;
  // Of each demand, what is neither on the asker's own guarantees nor borrowed yet.
  absl::InlinedVector<std::int64_t, 8> free;
  std::int64_t wanted = 0;
  for (const CellDemand& demand : demands) {
    const std::int64_t units = demand.quantity.count();
    const std::optional<std::size_t> cell = IndexOf(cells, demand.location);
    const std::int64_t own = cell ? std::min(units, rest.own[*cell]) : 0;
    const std::int64_t there = cell ? rest.at[*cell] : kUnlimitedUnits;
    const std::int64_t beyond = std::max<std::int64_t>(0, units - own - there);
    std::int64_t left = beyond;
    charge.location = demand.location;
    for (const Symbol lender : lenders) {
      BorrowFrom(lender, false, left, charge, sku, now, borrowed);
    }
    free.push_back(units - own - (beyond - left));
    wanted += free.back();
  }
  std::int64_t beyond = std::max<std::int64_t>(0, wanted - rest.Sum());
  for (const Symbol lender : lenders) {
    for (std::size_t i = 0; i < demands.size() && beyond > 0; ++i) {
      const std::int64_t part = std::min(beyond, free[i]);
      std::int64_t left = part;
      charge.location = demands[i].location;
      BorrowFrom(lender, false, left, charge, sku, now, borrowed);
      free[i] -= part - left;
      beyond -= part - left;
    }
    BorrowFrom(lender, true, beyond, charge, sku, now, borrowed);
  }
}

std::vector<AllotmentUse> AllotmentBook::UseAt(std::int64_t now) const {
  std::vector<AllotmentUse> uses;
  for (const Entry& entry : entries_) {
    const Used open = OpenAt(entry, now);
    uses.push_back({entry.terms, Units(open.own), Units(entry.shipped.own),
                    Units(open.lent + entry.shipped.lent), Units(UnusedOf(entry, now))});
  }
  return uses;
}

std::int64_t AllotmentBook::OverGuaranteed(Cells cells, std::int64_t now) const {
  const Rest rest = RestOf(
      cells, now, [](const Allotment&) { return true; }, [](const Allotment&) { return false; });
  const std::int64_t sum = SumOf(rest.at);
  if (sum == kUnlimitedUnits) return rest.missing;
  return rest.missing + std::max<std::int64_t>(0, rest.kept - sum);
}

}  // namespace orderwright::inventory_internal
