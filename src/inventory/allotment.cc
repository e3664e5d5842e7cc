#include "orderwright/inventory/allotment.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "orderwright/core/issue.h"
#include "orderwright/inventory/stock.h"

namespace orderwright {
namespace {

std::string Advice(const std::optional<std::string>& nearest) {
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

// Checks allotments and resolves them.
class AllotmentReader {
 public:
  AllotmentReader(const World& world, const std::vector<AllotmentSpec>& specs)
      : world_(world), specs_(specs) {}

  // In order of input; of any use only if `issues` is OK.
  std::vector<Allotment> Read();
  [[nodiscard]] const IssueList& issues() const { return issues_; }

 private:
  void Refuse(std::size_t i, std::string_view field, std::string_view code, std::string message) {
    issues_.Add(fmt::format("allotments[{}]{}{}", i, field.empty() ? "" : ".", field), code,
                std::move(message));
  }
  void CheckUnits(std::size_t i, std::string_view field, std::int64_t value);
  Allotment ReadOne(std::size_t i);
  void ReadOverflow(std::size_t i, Allotment& allotment);

  const World& world_;
  const std::vector<AllotmentSpec>& specs_;
  IssueList issues_;
};

void AllotmentReader::CheckUnits(std::size_t i, std::string_view field, std::int64_t value) {
  if (value < 0) {
    Refuse(i, field, "negative", fmt::format("{} is {}; it must be 0 or more", field, value));
  } else if (value > Stock::kMaxUnits) {
    Refuse(i, field, "out_of_range",
           fmt::format("{} is {}; it must be {} or less", field, value, Stock::kMaxUnits));
  }
}

void AllotmentReader::ReadOverflow(std::size_t i, Allotment& allotment) {
  const std::vector<std::string>& names = specs_[i].overflow;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const std::string at = fmt::format("overflow[{}]", k);
    if (names[k].empty()) {
      Refuse(i, at, "empty", "a channel needs a name");
      continue;
    }
    const Symbol channel = world_.symbols().Intern(names[k]);
    if (names[k] == specs_[i].channel) {
      Refuse(i, at, "self_reference", fmt::format("'{}' cannot overflow to itself", names[k]));
    } else if (std::find(allotment.overflow.begin(), allotment.overflow.end(), channel) !=
               allotment.overflow.end()) {
      Refuse(i, at, "duplicate", fmt::format("'{}' is named already", names[k]));
    }
    allotment.overflow.push_back(channel);
  }
}

Allotment AllotmentReader::ReadOne(std::size_t i) {
  const AllotmentSpec& spec = specs_[i];
  Allotment allotment;
  if (const std::optional<SkuIndex> sku = world_.FindItem(spec.sku)) {
    allotment.sku = *sku;
  } else if (world_.HasBundle(spec.sku)) {
    Refuse(i, "sku", "bundle_stock",
           fmt::format("'{}' is a bundle; allot its components", spec.sku));
  } else {
    Refuse(
        i, "sku", "unknown_sku",
        fmt::format("the world has no SKU '{}'{}", spec.sku, Advice(world_.NearestSku(spec.sku))));
  }
  if (spec.channel.empty() && spec.market.empty()) {
    Refuse(i, "channel", "missing", "an allotment needs a channel or a market");
  }
  allotment.channel = world_.symbols().Intern(spec.channel);
  allotment.market = world_.symbols().Intern(spec.market);
  if (!spec.location.empty()) {
    allotment.location = world_.FindLocation(spec.location);
    if (!allotment.location) {
      Refuse(i, "location", "unknown_location",
             fmt::format("the world has no location '{}'{}", spec.location,
                         Advice(world_.NearestLocation(spec.location))));
    }
  }
  CheckUnits(i, "protected", spec.guaranteed);
  if (spec.ceiling) CheckUnits(i, "ceiling", *spec.ceiling);
  CheckUnits(i, "stop_below", spec.stop_below);
  allotment.guaranteed = spec.guaranteed;
  allotment.ceiling = spec.ceiling;
  allotment.until = spec.until;
  allotment.stop_below = spec.stop_below;
  ReadOverflow(i, allotment);
  return allotment;
}

std::vector<Allotment> AllotmentReader::Read() {
  std::vector<Allotment> read;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> seen;
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    read.push_back(ReadOne(i));
    const AllotmentSpec& spec = specs_[i];
    const auto [known, fresh] =
        seen.emplace(std::tuple(spec.sku, spec.channel, spec.market, spec.location), i);
    if (fresh) continue;
    Refuse(i, "", "duplicate",
           fmt::format("allotments[{}] is of the same SKU, channel, market and location",
                       known->second));
  }
  return read;
}

}  // namespace

Allotments::Allotments(const World& world)
    : entries_(std::make_shared<const std::vector<Allotment>>()), lineage_(world.lineage()) {}

absl::StatusOr<Allotments> Allotments::Create(const World& world,
                                              std::vector<AllotmentSpec> specs) {
  AllotmentReader reader(world, specs);
  std::vector<Allotment> read = reader.Read();
  if (!reader.issues().ok()) return reader.issues().ToStatus("allotments");
  std::stable_sort(read.begin(), read.end(),
                   [](const Allotment& a, const Allotment& b) { return a.sku < b.sku; });
  return Allotments(std::make_shared<const std::vector<Allotment>>(std::move(read)),
                    world.lineage());
}

std::span<const Allotment> Allotments::entries_of(SkuIndex sku) const {
  const auto first =
      std::lower_bound(entries_->begin(), entries_->end(), sku,
                       [](const Allotment& each, SkuIndex wanted) { return each.sku < wanted; });
  auto end = first;
  while (end != entries_->end() && end->sku == sku) ++end;
  return {first, end};
}

}  // namespace orderwright
