#include "orderwright/inventory/stock.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

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

  // The rows in the order of Stock; of any use only if `issues` is OK.
  std::vector<StockRow> Read();
  [[nodiscard]] const IssueList& issues() const { return issues_; }
  [[nodiscard]] bool AllUnsupported() const { return issues_.errors() == unsupported_; }

 private:
  void ReadRow(std::size_t number);
  std::optional<LocationIndex> FindLocation(std::size_t number);
  std::optional<SkuIndex> FindSku(std::size_t number);
  Units Quantity(std::size_t number, std::string_view field, std::int64_t value);
  void CheckMoney(std::size_t number);
  void CheckUnsupported(std::size_t number);
  void CheckPairs();
  void Refuse(std::size_t number, std::string_view field, std::string_view code,
              std::string message);
  void NotSupported(std::size_t number, std::string_view field, std::string_view feature);
  // As in World: searching for what was meant is slow, so only the first few names get advice.
  bool TakesAdvice() { return advice_left_ > 0 && advice_left_-- > 0; }

  const World& world_;
  const std::vector<StockRowSpec>& specs_;
  std::vector<NumberedRow> rows_;
  IssueList issues_;
  std::size_t unsupported_ = 0;
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

void StockReader::NotSupported(std::size_t number, std::string_view field,
                               std::string_view feature) {
  ++unsupported_;
  Refuse(number, field, "not_supported",
         fmt::format("{} would change decisions and is not supported yet", feature));
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

void StockReader::CheckUnsupported(std::size_t number) {
  const StockRowSpec& spec = specs_[number];
  if (spec.backorder && spec.backorder->allowed) {
    NotSupported(number, "backorder.allowed", "a backorder");
  }
  if (!spec.incoming.empty()) NotSupported(number, "incoming", "incoming stock");
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
  CheckUnsupported(number);
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

std::vector<StockRow> StockReader::Read() {
  rows_.reserve(specs_.size());
  for (std::size_t i = 0; i < specs_.size(); ++i) ReadRow(i);
  std::sort(rows_.begin(), rows_.end(), Precedes);
  CheckPairs();
  std::vector<StockRow> rows;
  rows.reserve(rows_.size());
  for (const NumberedRow& row : rows_) rows.push_back(row.row);
  return rows;
}

}  // namespace

absl::StatusOr<Stock> Stock::Create(const World& world, std::vector<StockRowSpec> rows) {
  StockReader reader(world, rows);
  auto read = std::make_shared<const std::vector<StockRow>>(reader.Read());
  if (reader.issues().ok()) return Stock(std::move(read), world.lineage());
  return reader.issues().ToStatus("stock", reader.AllUnsupported()
                                               ? absl::StatusCode::kUnimplemented
                                               : absl::StatusCode::kInvalidArgument);
}

}  // namespace orderwright
