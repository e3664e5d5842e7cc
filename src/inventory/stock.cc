#include "orderwright/inventory/stock.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "absl/container/flat_hash_map.h"
#include "orderwright/core/issue.h"

namespace orderwright {
namespace {

struct NumberedRow {
  StockRow row;
  std::size_t number;  // in the input
};

bool Precedes(const NumberedRow& a, const NumberedRow& b) {
  return std::tuple(a.row.sku, a.row.location, a.number) <
         std::tuple(b.row.sku, b.row.location, b.number);
}

// Checks rows and resolves the good ones. Paths are spelt only where something is wrong: a feed
// may have millions of rows.
class StockReader {
 public:
  StockReader(const World& world, const std::vector<StockRowSpec>& specs)
      : world_(world), specs_(specs) {}

  // All rows, sorted; of any use only if `issues` is OK.
  void Read();
  [[nodiscard]] const std::vector<NumberedRow>& rows() const { return rows_; }
  [[nodiscard]] const IssueList& issues() const { return issues_; }

 private:
  void ReadRow(std::size_t number);
  std::optional<LocationIndex> FindLocation(std::size_t number);
  std::optional<SkuIndex> FindSku(std::size_t number);
  Units Quantity(std::size_t number, std::string_view field, std::int64_t value);
  void CheckMoney(std::size_t number);
  void CheckTerms(std::size_t number);
  void CheckIncoming(std::size_t number);
  void CheckPairs();
  void Refuse(std::size_t number, std::string_view field, std::string_view code,
              std::string message);
  // As in World: searching for what was meant is slow, so only the first few names get advice.
  bool TakesAdvice() { return advice_left_ > 0 && advice_left_-- > 0; }

  const World& world_;
  const std::vector<StockRowSpec>& specs_;
  std::vector<NumberedRow> rows_;
  IssueList issues_;
  absl::flat_hash_map<std::string, std::size_t> names_;  // of incoming, and the row
  int advice_left_ = 5;
};

std::string Advice(const std::optional<std::string>& nearest) {
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

void StockReader::Refuse(std::size_t number, std::string_view field, std::string_view code,
                         std::string message) {
  issues_.Add(fmt::format("stock[{}]{}{}", number, field.empty() ? "" : ".", field), code,
              std::move(message));
}

std::optional<LocationIndex> StockReader::FindLocation(std::size_t number) {
  const std::string& id = specs_[number].location;
  std::optional<LocationIndex> location = world_.FindLocation(id);
  if (!location) {
    Refuse(number, "location", "unknown_location",
           fmt::format("the world has no location '{}'{}", id,
                       Advice(TakesAdvice() ? world_.NearestLocation(id) : std::nullopt)));
  }
  return location;
}

std::optional<SkuIndex> StockReader::FindSku(std::size_t number) {
  const std::string& sku = specs_[number].sku;
  std::optional<SkuIndex> item = world_.FindItem(sku);
  if (item) return item;
  if (world_.HasBundle(sku)) {
    Refuse(number, "sku", "bundle_stock",
           fmt::format("'{}' is a bundle; stock is of its components", sku));
  } else {
    Refuse(number, "sku", "unknown_sku",
           fmt::format("the world has no SKU '{}'{}", sku,
                       Advice(TakesAdvice() ? world_.NearestSku(sku) : std::nullopt)));
  }
  return std::nullopt;
}

Units StockReader::Quantity(std::size_t number, std::string_view field, std::int64_t value) {
  if (value >= 0 && value <= Stock::kMaxUnits) return Units(value);
  if (value < 0) {
    Refuse(number, field, "negative", fmt::format("{} is {}; it must be 0 or more", field, value));
  } else {
    Refuse(number, field, "out_of_range",
           fmt::format("{} is {}; it must be {} or less", field, value, Stock::kMaxUnits));
  }
  return Units();
}

void StockReader::CheckMoney(std::size_t number) {
  const std::optional<Money>& cost = specs_[number].unit_cost;
  if (!cost) return;
  if (cost->currency() != world_.currency()) {
    Refuse(number, "unit_cost", "currency_mix",
           fmt::format("unit_cost is in {}; it must be in {}", cost->currency().code(),
                       world_.currency().code()));
  }
  if (cost->IsNegative()) {
    Refuse(number, "unit_cost", "negative",
           fmt::format("unit_cost is {}; it must be 0 or more", AmountText(*cost)));
  }
}

// The name of entry `i` of a row's incoming units.
std::string NameOf(const StockRowSpec& spec, std::size_t i) {
  const std::string& name = spec.incoming[i].name;
  return name.empty() ? fmt::format("{}{}@{}:{}", kOpeningName, spec.sku, spec.location, i + 1)
                      : name;
}

void StockReader::CheckTerms(std::size_t number) {
  const std::optional<BackorderTerms>& terms = specs_[number].backorder;
  if (terms && terms->limit) (void)Quantity(number, "backorder.limit", terms->limit->count());
}

void StockReader::CheckIncoming(std::size_t number) {
  const std::vector<IncomingSpec>& incoming = specs_[number].incoming;
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    const std::string at = fmt::format("incoming[{}]", i);
    const std::string quantity = at + ".quantity";
    if (incoming[i].quantity.IsZero()) {
      Refuse(number, quantity, "not_positive", "quantity is 0; it must be 1 or more");
    } else {
      (void)Quantity(number, quantity, incoming[i].quantity.count());
    }
    const std::string name = NameOf(specs_[number], i);
    if (incoming[i].name.starts_with(kOpeningName)) {
      Refuse(number, at + ".name", "reserved_name",
             fmt::format("'{}': names that begin with '{}' are made for units without a name; "
                         "choose another",
                         name, kOpeningName));
    }
    const auto [known, fresh] = names_.emplace(name, number);
    if (fresh) continue;
    Refuse(number, at + ".name", "duplicate",
           fmt::format("'{}' is the name of incoming units of stock[{}] already", name,
                       known->second));
  }
}

void StockReader::ReadRow(std::size_t number) {
  const StockRowSpec& spec = specs_[number];
  const std::optional<LocationIndex> location = FindLocation(number);
  const std::optional<SkuIndex> sku = FindSku(number);
  NumberedRow read{{}, number};
  read.row.on_hand = Quantity(number, "on_hand", spec.on_hand.value_or(0));
  read.row.tracked = spec.on_hand.has_value();
  read.row.reserved = Quantity(number, "reserved", spec.reserved);
  read.row.safety_stock = Quantity(number, "safety_stock", spec.safety_stock);
  read.row.damaged = Quantity(number, "damaged", spec.damaged);
  read.row.quality_control = Quantity(number, "quality_control", spec.quality_control);
  CheckMoney(number);
  CheckTerms(number);
  CheckIncoming(number);
  if (!location || !sku) return;
  read.row.location = *location;
  read.row.sku = *sku;
  rows_.push_back(read);
}

// After sorting, equal pairs stand together in order of input: the first is right, others repeat.
void StockReader::CheckPairs() {
  std::vector<std::pair<std::size_t, std::size_t>> repeated;  // (number, number of the first)
  std::size_t first = 0;
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    const bool same = rows_[i].row.sku == rows_[first].row.sku &&
                      rows_[i].row.location == rows_[first].row.location;
    if (same) repeated.emplace_back(rows_[i].number, rows_[first].number);
    if (!same) first = i;
  }
  std::sort(repeated.begin(), repeated.end());
  for (const auto& [number, of] : repeated) {
    Refuse(number, "", "duplicate",
           fmt::format("'{}' at '{}' is given in stock[{}] already", specs_[number].sku,
                       specs_[number].location, of));
  }
}

void StockReader::Read() {
  rows_.reserve(specs_.size());
  for (std::size_t i = 0; i < specs_.size(); ++i) ReadRow(i);
  std::sort(rows_.begin(), rows_.end(), Precedes);
  CheckPairs();
}

}  // namespace

absl::StatusOr<Stock> Stock::Create(const World& world, std::vector<StockRowSpec> rows) {
  StockReader reader(world, rows);
  reader.Read();
  if (!reader.issues().ok()) return reader.issues().ToStatus("stock");
  auto tables = std::make_shared<Tables>();
  tables->rows.reserve(rows.size());
  for (const NumberedRow& read : reader.rows()) {
    const auto& [sku, location] = std::pair(read.row.sku, read.row.location);
    const StockRowSpec& spec = rows[read.number];
    tables->rows.push_back(read.row);
    if (spec.backorder) tables->terms.push_back({sku, location, *spec.backorder});
    for (std::size_t i = 0; i < spec.incoming.size(); ++i) {
      tables->incoming.push_back(
          {sku, location, NameOf(spec, i), spec.incoming[i].quantity, spec.incoming[i].at});
    }
  }
  return Stock(std::move(tables), world.lineage());
}

namespace {

bool ComesBefore(const StockRow& a, const StockRow& b) {
  return std::tuple(a.sku, a.location) < std::tuple(b.sku, b.location);
}

void CheckResolved(const World& world, const StockRow& row, std::size_t number, IssueList& issues) {
  const auto refuse = [&](std::string_view field, std::string_view code, std::string message) {
    issues.Add(fmt::format("rows[{}].{}", number, field), code, std::move(message));
  };
  if (Raw(row.sku) >= world.items().size()) {
    refuse("sku", "unknown_sku",
           fmt::format("SKU index {}; the world has {} items", Raw(row.sku), world.items().size()));
  }
  if (Raw(row.location) >= world.locations().size()) {
    refuse("location", "unknown_location",
           fmt::format("location index {}; the world has {} locations", Raw(row.location),
                       world.locations().size()));
  }
  const auto check = [&](std::string_view field, Units value) {
    if (value.count() <= Stock::kMaxUnits) return;
    refuse(field, "out_of_range",
           fmt::format("{} is {}; it must be {} or less", field, value.count(), Stock::kMaxUnits));
  };
  check("on_hand", row.on_hand);
  check("reserved", row.reserved);
  check("safety_stock", row.safety_stock);
  check("damaged", row.damaged);
  check("quality_control", row.quality_control);
  if (!row.tracked && !row.on_hand.IsZero()) {
    refuse("on_hand", "not_tracked",
           fmt::format("on_hand is {} of stock that is not tracked; it must be 0", row.on_hand));
  }
}

}  // namespace

absl::StatusOr<Stock> Stock::FromRows(const World& world, std::vector<StockRow> rows) {
  IssueList issues;
  for (std::size_t i = 0; i < rows.size(); ++i) CheckResolved(world, rows[i], i, issues);
  if (!issues.ok()) return issues.ToStatus("stock");
  if (!std::is_sorted(rows.begin(), rows.end(), ComesBefore)) {
    std::sort(rows.begin(), rows.end(), ComesBefore);
  }
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const StockRow& row = rows[i];
    if (ComesBefore(rows[i - 1], row)) continue;
    if (i > 1 && !ComesBefore(rows[i - 2], row)) continue;  // said already
    const std::string_view sku = world.item(row.sku).sku();
    const std::string_view location = world.location(row.location).id();
    issues.Add(fmt::format("rows of {}@{}", sku, location), "duplicate",
               fmt::format("'{}' at '{}' is given more than once", sku, location));
  }
  if (!issues.ok()) return issues.ToStatus("stock");
  auto tables = std::make_shared<Tables>();
  tables->rows = std::move(rows);
  return Stock(std::move(tables), world.lineage());
}

}  // namespace orderwright
