#include "orderwright/model/postal_table.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "absl/container/flat_hash_map.h"

#include "src/model/internal/checks.h"
#include "src/model/internal/door.h"

namespace orderwright {
namespace {

using Key = std::tuple<std::string_view, std::string_view>;

Key KeyOf(const PostalRow& row) { return {row.country, row.postal_code}; }

// "94103-1234" is in the area of 94103; only the United States write such suffixes.
std::string_view AreaOf(std::string_view country, std::string_view code) {
  const bool has_suffix = country == "US" && code.size() == 10 && code[5] == '-';
  return has_suffix ? code.substr(0, 5) : code;
}

void CheckRow(const PostalRow& row, const model_internal::FieldPath& at,
              model_internal::Door& door) {
  if (row.country.empty()) door.Refuse(at.Field("country"), "empty", "a row needs a country");
  if (row.postal_code.empty()) {
    door.Refuse(at.Field("postal_code"), "empty", "a row needs a postal code");
  }
  model_internal::CheckCountry(at.Field("country"), row.country, door);
  model_internal::CheckPosition(at, row.position, door);
  model_internal::CheckTimeZone(at.Field("time_zone"), row.time_zone, door);
}

// Every row but the first of its code, in order of input.
void CheckUnique(const std::vector<PostalRow>& rows, model_internal::Door& door) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&rows](std::size_t a, std::size_t b) {
    return KeyOf(rows[a]) < KeyOf(rows[b]);
  });
  std::vector<std::size_t> repeated;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (KeyOf(rows[order[i]]) == KeyOf(rows[order[i - 1]])) repeated.push_back(order[i]);
  }
  std::sort(repeated.begin(), repeated.end());
  const model_internal::FieldPath root;
  for (const std::size_t i : repeated) {
    const model_internal::FieldPath at = root.Index("rows", i);
    if (rows[i].postal_code.empty()) continue;
    door.Refuse(
        at.Field("postal_code"), "duplicate",
        fmt::format("'{}' of {} is given more than once", rows[i].postal_code, rows[i].country));
  }
}

}  // namespace

struct PostalTable::Rows {
  std::vector<PostalRow> sorted;  // by (country, code)
  std::vector<TimeZone> zones;
  std::vector<std::uint32_t> zone_of;  // by row: one past the place in `zones`; 0: not known

  void LoadZones();
  [[nodiscard]] std::optional<std::size_t> Find(std::string_view country,
                                                std::string_view code) const;
};

// Tables have tens of thousands of codes in a few zones.
void PostalTable::Rows::LoadZones() {
  absl::flat_hash_map<std::string_view, std::uint32_t> known;
  zone_of.reserve(sorted.size());
  for (const PostalRow& row : sorted) {
    const auto [entry, is_new] = known.try_emplace(row.time_zone, 0);
    if (is_new && !row.time_zone.empty()) {
      zones.push_back(*TimeZone::Load(row.time_zone));
      entry->second = static_cast<std::uint32_t>(zones.size());
    }
    zone_of.push_back(entry->second);
  }
}

std::optional<std::size_t> PostalTable::Rows::Find(std::string_view country,
                                                   std::string_view code) const {
  const Key key(country, AreaOf(country, code));
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), key,
                       [](const PostalRow& row, const Key& wanted) { return KeyOf(row) < wanted; });
  if (found == sorted.end() || KeyOf(*found) != key) return std::nullopt;
  return static_cast<std::size_t>(found - sorted.begin());
}

absl::StatusOr<PostalTable> PostalTable::Create(std::vector<PostalRow> rows) {
  model_internal::Door door;
  const model_internal::FieldPath root;
  for (std::size_t i = 0; i < rows.size(); ++i) CheckRow(rows[i], root.Index("rows", i), door);
  CheckUnique(rows, door);
  if (!door.ok()) return door.Verdict("postal table");
  std::sort(rows.begin(), rows.end(),
            [](const PostalRow& a, const PostalRow& b) { return KeyOf(a) < KeyOf(b); });
  auto made = std::make_shared<Rows>();
  made->sorted = std::move(rows);
  made->LoadZones();
  PostalTable table;
  table.rows_ = std::move(made);
  return table;
}

std::optional<GeoPoint> PostalTable::Find(std::string_view country,
                                          std::string_view postal_code) const {
  const auto row = rows_ ? rows_->Find(country, postal_code) : std::nullopt;
  if (!row) return std::nullopt;
  return rows_->sorted[*row].position;
}

const TimeZone* PostalTable::FindTimeZone(std::string_view country,
                                          std::string_view postal_code) const {
  const auto row = rows_ ? rows_->Find(country, postal_code) : std::nullopt;
  if (!row || rows_->zone_of[*row] == 0) return nullptr;
  return &rows_->zones[rows_->zone_of[*row] - 1];
}

std::size_t PostalTable::size() const { return rows_ ? rows_->sorted.size() : 0; }

}  // namespace orderwright
