// The tables of real orders as they are published, and a small made sample of the same shape.
//
// Orders are those of UCI's "Online Retail" (Daqing Chen, 2015, CC BY 4.0): a wholesaler's year.
// Their destinations and channels, the weights of items, the sites and the rates are made; the
// README beside the tables says how.
#ifndef ORDERWRIGHT_BENCHMARKS_REAL_TABLES_H_
#define ORDERWRIGHT_BENCHMARKS_REAL_TABLES_H_

#ifdef ORDERWRIGHT_HAS_ZLIB
#include <zlib.h>
#endif

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/status.h"

namespace orderwright::benchmarks {

struct RealItem {
  std::string sku;
  std::string description;
  std::int64_t weight_g = 0;
};

struct RealLocation {
  std::string id;
  std::string kind;
  std::string name;
  std::string zip;
  std::string time_zone;
  std::string cutoff;  // "HH:MM", local
  double lat = 0;
  double lon = 0;
  std::int64_t handling_days = 0;
  std::int64_t pick_cost_minor = 0;
  std::int64_t units_per_day = 0;
};

struct RealZone {
  std::int64_t zone = 0;
  std::optional<double> max_miles;
};

struct RealRate {
  std::string service;
  std::int64_t zone = 0;
  std::int64_t max_weight_g = 0;
  std::int64_t cost_minor = 0;
  std::int64_t transit_days = 0;
};

struct RealLine {
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t unit_price_minor = 0;
};

struct RealOrder {
  std::string id;
  std::string placed_at;
  std::string channel;
  std::string customer;
  std::string zip;
  std::vector<RealLine> lines;
};

struct RealTables {
  std::vector<RealItem> items;
  std::vector<RealLocation> locations;
  std::vector<RealZone> zones;
  std::vector<RealRate> rates;
  std::string zips;  // CSV, for io::ParsePostalTable
  std::vector<RealOrder> orders;
};

// A number from a seed and texts, the same on every machine: FNV-1a, then the finalizer of
// SplitMix64.
inline std::uint64_t Hash(std::uint64_t seed, std::string_view a, std::string_view b = {}) {
  std::uint64_t h = 0xcbf29ce484222325U ^ seed;
  const auto mix = [&h](std::string_view text) {
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    h = (h ^ 0xffU) * 0x100000001b3U;
  };
  mix(a);
  mix(b);
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9U;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebU;
  return h ^ (h >> 31);
}
// In [0, 1).
inline double Share(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1.0p-53; }

namespace real_internal {

// A file whole; unpacked if it is gzip.
inline absl::StatusOr<std::string> ReadText(const std::filesystem::path& path) {
#ifdef ORDERWRIGHT_HAS_ZLIB
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return NotFound("{}: cannot be opened", path.string());
  std::string text;
  std::array<char, 1 << 16> block{};
  int count = 0;
  while ((count = gzread(file, block.data(), block.size())) > 0) {
    text.append(block.data(), static_cast<std::size_t>(count));
  }
  const bool whole = gzclose(file) == Z_OK && count == 0;
  if (!whole) return InvalidArgument("{}: is damaged or cannot be read", path.string());
  return text;
#else
  return Unimplemented("{}: this program was built without zlib; install it and build again",
                       path.string());
#endif
}

// Rows of comma-separated values with a header; a value in double quotes may hold commas and,
// doubled, quotes. The first value that is not what is asked for is kept as the status.
class Csv {
 public:
  Csv(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
    (void)NextRow();
    for (std::size_t i = 0; i < cells_.size(); ++i) columns_[cells_[i]] = i;
    width_ = cells_.size();
  }

  // False at the end, and after an error.
  [[nodiscard]] bool NextRow() {
    if (!status_.ok() || at_ >= text_.size()) return false;
    ++row_;
    cells_.clear();
    do {
      cells_.push_back(at_ < text_.size() && text_[at_] == '"' ? Quoted() : Plain());
    } while (at_ < text_.size() && text_[at_++] == ',');
    if (width_ != 0 && cells_.size() != width_) {
      status_ = InvalidArgument("{}:{}: has {} values; the header has {}", name_, row_,
                                cells_.size(), width_);
    }
    return status_.ok();
  }

  [[nodiscard]] std::string Text(const std::string& column) {
    const auto found = columns_.find(column);
    if (found != columns_.end()) return cells_[found->second];
    status_ = InvalidArgument("{}: there is no column '{}'", name_, column);
    return {};
  }
  template <typename T = std::int64_t>
  [[nodiscard]] T Number(const std::string& column) {
    const std::string text = Text(column);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (status_.ok() && (error != std::errc() || end != text.data() + text.size())) {
      status_ = InvalidArgument("{}:{}: {} '{}' is no number", name_, row_, column, text);
    }
    return value;
  }
  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  // Both leave at_ on the comma or line end after the value.
  std::string Plain() {
    const std::size_t first = at_;
    at_ = std::min(text_.find_first_of(",\n", at_), text_.size());
    const std::size_t end = at_ > first && text_[at_ - 1] == '\r' ? at_ - 1 : at_;
    return text_.substr(first, end - first);
  }
  std::string Quoted() {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"' && (++at_ >= text_.size() || text_[at_] != '"')) break;
      value += text_[at_];
    }
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    return value;
  }

  std::string name_;
  std::string text_;
  std::size_t at_ = 0;
  std::size_t row_ = 0;
  std::size_t width_ = 0;
  std::vector<std::string> cells_;
  std::map<std::string, std::size_t> columns_;
  absl::Status status_;
};

inline absl::Status ForEachRow(const std::filesystem::path& path, const auto& read) {
  absl::StatusOr<std::string> text = ReadText(path);
  if (!text.ok()) return text.status();
  Csv csv(path.string(), *std::move(text));
  while (csv.NextRow()) read(csv);
  return csv.status();
}

inline void ReadLocation(Csv& row, RealTables& tables) {
  RealLocation& location = tables.locations.emplace_back();
  location.id = row.Text("location_id");
  location.kind = row.Text("kind");
  location.name = row.Text("name");
  location.zip = row.Text("zip");
  location.time_zone = row.Text("timezone");
  location.cutoff = row.Text("cutoff_local");
  location.lat = row.Number<double>("lat");
  location.lon = row.Number<double>("lon");
  location.handling_days = row.Number("handling_days");
  location.pick_cost_minor = row.Number("pick_cost_minor");
  location.units_per_day = row.Number("units_per_day");
}

inline void ReadOrderLine(Csv& row, RealTables& tables) {
  std::string id = row.Text("order_id");
  if (tables.orders.empty() || tables.orders.back().id != id) {
    RealOrder& order = tables.orders.emplace_back();
    order.id = std::move(id);
    order.placed_at = row.Text("placed_at");
    order.channel = row.Text("channel");
    order.customer = row.Text("customer_id");
    order.zip = row.Text("dest_zip");
  }
  tables.orders.back().lines.push_back(
      {row.Text("sku"), row.Number("quantity"), row.Number("unit_price_minor")});
}

}  // namespace real_internal

// Where the tables are: ORDERWRIGHT_DATA, else ../shared/data beside the repository; absent if
// there are none, or they cannot be unpacked.
inline std::optional<std::filesystem::path> FindRealTables(
    const std::filesystem::path& repository) {
#ifdef ORDERWRIGHT_HAS_ZLIB
  const char* given = std::getenv("ORDERWRIGHT_DATA");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path(given) : repository / ".." / "shared" / "data";
  if (std::filesystem::exists(folder / "orders.csv.gz")) return folder;
#endif
  (void)repository;
  return std::nullopt;
}

inline absl::StatusOr<RealTables> ReadRealTables(const std::filesystem::path& folder) {
  using real_internal::Csv;
  RealTables tables;
  absl::Status status;
  const auto read = [&](const char* name, const auto& row) {
    if (status.ok()) status = real_internal::ForEachRow(folder / name, row);
  };
  read("items.csv.gz", [&](Csv& row) {
    tables.items.push_back({row.Text("sku"), row.Text("description"), row.Number("weight_g")});
  });
  read("locations.csv", [&](Csv& row) { real_internal::ReadLocation(row, tables); });
  read("zones.csv", [&](Csv& row) {
    RealZone zone{row.Number("zone"), std::nullopt};
    if (!row.Text("max_miles").empty()) zone.max_miles = row.Number<double>("max_miles");
    tables.zones.push_back(zone);
  });
  read("rates.csv", [&](Csv& row) {
    tables.rates.push_back({row.Text("service"), row.Number("zone"), row.Number("max_weight_g"),
                            row.Number("cost_minor"), row.Number("transit_days")});
  });
  read("orders.csv.gz", [&](Csv& row) { real_internal::ReadOrderLine(row, tables); });
  if (!status.ok()) return status;
  absl::StatusOr<std::string> zips = real_internal::ReadText(folder / "zips_us.csv.gz");
  if (!zips.ok()) return zips.status();
  tables.zips = *std::move(zips);
  return tables;
}

// A made sample of the same shape, for where the tables are not: it shows that everything works.
inline RealTables MakeSmallTables(std::size_t orders) {
  constexpr std::size_t kItems = 300;
  constexpr std::size_t kLocations = 40;
  constexpr std::size_t kZips = 100;
  constexpr std::uint64_t kSeed = 7;
  constexpr std::array kNames = {"PLAIN BOX", "GLASS JAR", "CHRISTMAS STAR", "TIN SIGN"};
  const auto draw = [&](std::string_view what, std::size_t i, std::size_t below) {
    return Hash(kSeed, what, std::to_string(i)) % below;
  };
  RealTables tables;
  for (std::size_t i = 0; i < kItems; ++i) {
    tables.items.push_back({fmt::format("S{:03}", i), kNames[i % kNames.size()],
                            50 + static_cast<std::int64_t>(draw("weight", i, 2000))});
  }
  tables.zips = "zip,lat,lon\n";
  const auto point = [&](std::string_view what, std::size_t i) {
    return std::pair(26.0 + 22.0 * Share(Hash(kSeed, what, std::to_string(i))),
                     -120.0 + 45.0 * Share(Hash(kSeed + 1, what, std::to_string(i))));
  };
  for (std::size_t i = 0; i < kZips; ++i) {
    const auto [lat, lon] = point("zip", i);
    tables.zips += fmt::format("{},{:.4f},{:.4f}\n", 10'000 + i, lat, lon);
  }
  for (std::size_t i = 0; i < kLocations; ++i) {
    const auto [lat, lon] = point("location", i);
    const char* kind = i < 4 ? "warehouse" : i < 6 ? "third_party" : i < 38 ? "store" : "dropship";
    tables.locations.push_back({fmt::format("L{:02}", i), kind, "", "", "America/Chicago", "14:00",
                                lat, lon, 1, 90 + 5 * static_cast<std::int64_t>(i % 9),
                                i < 6 ? 400 : 40});
  }
  tables.zones = {{2, 300.0}, {3, 1000.0}, {4, std::nullopt}};
  for (const auto& [service, base] : {std::pair("ground", 500), std::pair("express", 1500)}) {
    for (std::int64_t zone = 2; zone <= 4; ++zone) {
      for (const std::int64_t grams : {500, 2000, 10'000, 31'500}) {
        tables.rates.push_back({service, zone, grams, base + 50 * zone + grams / 40, zone - 1});
      }
    }
  }
  for (std::size_t o = 0; o < orders; ++o) {
    RealOrder& order = tables.orders.emplace_back();
    order.id = fmt::format("O{:04}", o);
    order.placed_at = fmt::format("2011-05-{:02}T{:02}:30:00Z", 1 + o % 31, draw("hour", o, 24));
    order.channel = o % 3 == 0 ? "marketplace" : "web";
    order.customer = std::to_string(draw("customer", o, 50));
    order.zip = std::to_string(10'000 + draw("destination", o, kZips));
    // Distinct SKUs of a run that begins anywhere; every fifth order is long.
    const std::size_t lines = 1 + draw("lines", o, o % 5 == 0 ? 20 : 5);
    const std::size_t first = draw("sku", o, kItems);
    for (std::size_t l = 0; l < lines; ++l) {
      const std::size_t quantity = 1 + draw("quantity", o * 32 + l, 6);
      order.lines.push_back(
          {tables.items[(first + 7 * l) % kItems].sku, static_cast<std::int64_t>(quantity), 295});
    }
  }
  return tables;
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_REAL_TABLES_H_
