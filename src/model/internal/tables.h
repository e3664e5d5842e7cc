// Tables: what a World consists of. Each is immutable once made and shared by all versions of the
// world that do not change it.
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_TABLES_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_TABLES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "orderwright/model/world.h"

namespace orderwright::model_internal {

// Names to places. The keys are views of the names in the table that owns the index.
template <typename Place>
using NameIndex = absl::flat_hash_map<std::string_view, Place>;

template <typename Place>
std::optional<Place> FindIn(const NameIndex<Place>& index, std::string_view name) {
  const auto found = index.find(name);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

// A table cannot be copied: the keys of a copy would be views of the original.
struct Table {
  Table() = default;
  ~Table() = default;
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
};

struct Catalog : Table {
  std::vector<Item> items;
  std::vector<BundleSpec> bundles;
  NameIndex<SkuIndex> item_of;
  NameIndex<std::size_t> bundle_of;
  std::int64_t largest_volume_mm3 = 0;  // of an item
};

struct Carriers : Table {
  std::vector<CalendarSpec> calendars;
  std::vector<RateCard> rate_cards;
  std::vector<std::string> services;
  NameIndex<CalendarIndex> calendar_of;
  NameIndex<RateCardIndex> rate_card_of;
  NameIndex<ServiceIndex> service_of;
};

struct Network : Table {
  std::vector<Location> locations;
  NameIndex<LocationIndex> location_of;
};

struct Tables {
  std::optional<Currency> currency;
  std::vector<std::pair<Currency, std::string>> fx;
  PostalTable postal_table;
  std::shared_ptr<SymbolTable> symbols;
  std::uint64_t lineage = 0;
  std::uint64_t version = 0;
  // The newest version of the lineage, shared by all of them: versions form a line, because two
  // that grew from one would give one index two meanings.
  std::shared_ptr<std::atomic<std::uint64_t>> newest;
  std::shared_ptr<const Catalog> catalog;
  std::shared_ptr<const Carriers> carriers;
  std::shared_ptr<const Network> network;
  CostSettings costs;
  CostBounds bounds;
  std::vector<Issue> warnings;
};

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_TABLES_H_
