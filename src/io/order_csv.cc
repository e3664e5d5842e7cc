// Reads orders as CSV (docs/formats/order-csv.md).
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/io/document.h"
#include "src/io/internal/cell_reader.h"
#include "src/io/internal/csv.h"
#include "src/io/internal/csv_header.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/model_words.h"
#include "src/io/internal/order_reader.h"
#include "src/io/internal/order_words.h"

namespace orderwright::io_internal {
namespace {

// Coordinates are two columns and one value of the model.
struct OrderCsv {
  OrderDraft draft;
  std::optional<double> lat;
  std::optional<double> lon;
};

struct OrderColumn {
  std::string_view name;
  std::string_view path;  // the field of order/1, as the model names it
  void (*read)(CellReader&, OrderCsv&);
};

struct LineColumn {
  std::string_view name;
  std::string_view path;
  void (*read)(CellReader&, OrderLineDraft&);
};

template <auto kMember>
constexpr OrderColumn OfOrder(std::string_view name, std::string_view path) {
  return {name, path, [](CellReader& cell, OrderCsv& order) { Read(cell, order.draft.*kMember); }};
}

template <auto kMember>
constexpr OrderColumn OfCsv(std::string_view name, std::string_view path) {
  return {name, path, [](CellReader& cell, OrderCsv& order) { Read(cell, order.*kMember); }};
}

template <auto kMember>
constexpr OrderColumn OfShipTo(std::string_view name, std::string_view path) {
  return {name, path, [](CellReader& cell, OrderCsv& order) {
            if (!order.draft.ship_to) order.draft.ship_to.emplace();
            Read(cell, (*order.draft.ship_to).*kMember);
          }};
}

template <auto kMember>
constexpr OrderColumn OfCustomer(std::string_view name, std::string_view path) {
  return {name, path, [](CellReader& cell, OrderCsv& order) {
            if (!order.draft.customer) order.draft.customer.emplace();
            Read(cell, (*order.draft.customer).*kMember);
          }};
}

template <auto kMember>
constexpr LineColumn OfLine(std::string_view name, std::string_view path) {
  return {name, path, [](CellReader& cell, OrderLineDraft& line) { Read(cell, line.*kMember); }};
}

// `currency` is first, since amounts are read in it.
constexpr OrderColumn kOrderColumns[] = {
    OfOrder<&OrderDraft::currency>("currency", "currency"),
    OfOrder<&OrderDraft::channel>("channel", "channel"),
    OfOrder<&OrderDraft::market>("market", "market"),
    OfOrder<&OrderDraft::placed_at>("placed_at", "placed_at"),
    OfOrder<&OrderDraft::priority>("priority", "priority"),
    OfOrder<&OrderDraft::services>("service", "service"),
    OfOrder<&OrderDraft::test>("test", "test"),
    OfOrder<&OrderDraft::parent>("parent", "parent"),
    OfOrder<&OrderDraft::method>("method", "method"),
    OfOrder<&OrderDraft::pickup_at>("pickup_at", "pickup_at"),
    OfOrder<&OrderDraft::requested_by>("requested_by", "requested_by"),
    OfOrder<&OrderDraft::must_arrive>("must_arrive", "must_arrive"),
    OfOrder<&OrderDraft::ship_after>("ship_after", "ship_after"),
    OfOrder<&OrderDraft::ship_by>("ship_by", "ship_by"),
    OfOrder<&OrderDraft::cancel_after>("cancel_after", "cancel_after"),
    OfOrder<&OrderDraft::ship_complete>("ship_complete", "ship_complete"),
    OfOrder<&OrderDraft::min_fill>("min_fill", "min_fill"),
    OfOrder<&OrderDraft::remainder>("remainder", "remainder"),
    OfOrder<&OrderDraft::max_shipments>("max_shipments", "max_shipments"),
    OfOrder<&OrderDraft::risk>("risk", "risk"),
    OfOrder<&OrderDraft::tags>("tags", "tags"),
    OfCustomer<&Customer::id>("customer_id", "customer.id"),
    OfCustomer<&Customer::tags>("customer_tags", "customer.tags"),
    OfShipTo<&Address::country>("country", "ship_to.country"),
    OfShipTo<&Address::region>("region", "ship_to.region"),
    OfShipTo<&Address::postal_code>("postal_code", "ship_to.postal_code"),
    OfShipTo<&Address::city>("city", "ship_to.city"),
    OfShipTo<&Address::lines>("address", "ship_to.lines"),
    OfCsv<&OrderCsv::lat>("lat", "ship_to.lat"),
    OfCsv<&OrderCsv::lon>("lon", "ship_to.lon"),
    OfShipTo<&Address::time_zone>("time_zone", "ship_to.time_zone"),
    OfOrder<&OrderDraft::prices_include_tax>("prices_include_tax", "prices_include_tax"),
    OfOrder<&OrderDraft::collected_by>("collected_by", "collected_by"),
    OfOrder<&OrderDraft::shipping_price>("shipping_price", "shipping.price"),
    OfOrder<&OrderDraft::shipping_tax>("shipping_tax", "shipping.tax")};

constexpr LineColumn kLineColumns[] = {
    OfLine<&OrderLineDraft::id>("line_id", "id"),
    OfLine<&OrderLineDraft::sku>("sku", "sku"),
    OfLine<&OrderLineDraft::quantity>("quantity", "quantity"),
    OfLine<&OrderLineDraft::unit_price>("unit_price", "unit_price"),
    OfLine<&OrderLineDraft::discount>("discount", "discount"),
    OfLine<&OrderLineDraft::tax>("tax", "tax"),
    OfLine<&OrderLineDraft::ship_group>("ship_group", "ship_group"),
    OfLine<&OrderLineDraft::ship_complete>("line_ship_complete", "ship_complete"),
    OfLine<&OrderLineDraft::no_split>("no_split", "no_split"),
    OfLine<&OrderLineDraft::substitution>("substitution", "substitution"),
    OfLine<&OrderLineDraft::shipped>("shipped", "shipped"),
    OfLine<&OrderLineDraft::cancelled>("cancelled", "cancelled")};

constexpr std::size_t kOrderNames = std::size(kOrderColumns);
constexpr std::size_t kLineNames = std::size(kLineColumns);
constexpr std::size_t kLineId = kOrderNames;
constexpr std::size_t kSku = kOrderNames + 1;
constexpr std::size_t kQuantity = kOrderNames + 2;
constexpr std::size_t kId = kOrderNames + kLineNames;  // "id" or "order_id"
constexpr std::size_t kOrderId = kId + 1;

constexpr auto kNames = [] {
  std::array<std::string_view, kOrderId + 1> names;
  for (std::size_t i = 0; i < kOrderNames; ++i) names[i] = kOrderColumns[i].name;
  for (std::size_t i = 0; i < kLineNames; ++i) names[kOrderNames + i] = kLineColumns[i].name;
  names[kId] = "id";
  names[kOrderId] = "order_id";
  return names;
}();

// "lines[3].sku" is line 3 and `sku`; without a line, nothing is taken off.
std::optional<std::size_t> TakeLine(std::string_view& path) {
  constexpr std::string_view kLines = "lines[";
  if (!path.starts_with(kLines)) return std::nullopt;
  std::size_t line = 0;
  std::size_t at = kLines.size();
  for (; at < path.size() && path[at] >= '0' && path[at] <= '9'; ++at) {
    line = line * 10 + static_cast<std::size_t>(path[at] - '0');
  }
  path.remove_prefix(std::min(path.size(), at + 1));
  if (path.starts_with('.')) path.remove_prefix(1);
  return line;
}

class OrderCsvFile {
 public:
  OrderCsvFile(const World& world, const io::Document& document, const io::ReadOptions& options)
      : world_(world),
        text_(document.text),
        issues_(document.name, document.text, options.strict),
        parser_(document.text) {}

  absl::StatusOr<io::LoadedOrders> Read() {
    if (!header_.Read(parser_, text_, kNames, false, issues_) || !HasRequiredColumns()) {
      return issues_.ToStatus("orders");
    }
    std::vector<CsvField> row;
    while (header_.NextRow(parser_, issues_, row)) ReadRow(row);
    OrderCollector collector(world_, issues_);
    for (Entry& entry : entries_) MakeOrder(entry, collector);
    return collector.Finish();
  }

 private:
  // An order, and where its rows are.
  struct Entry {
    OrderCsv order;
    std::vector<CsvField> first_row;  // of the columns of the order
    std::vector<std::size_t> rows;    // the byte where each begins
    std::size_t errors = 0;
  };

  bool HasRequiredColumns() {
    id_column_ = header_.column(kId) ? header_.column(kId) : header_.column(kOrderId);
    if (header_.column(kId) && header_.column(kOrderId)) {
      issues_.Add(header_.offset(), "order_id", "duplicate_field",
                  "`id` and `order_id` are the same column; give one");
    }
    const auto require = [this](std::optional<std::size_t> column, std::string_view name) {
      if (!column) {
        issues_.Add(header_.offset(), name, "missing_field",
                    fmt::format("the column '{}' is required", name));
      }
      return column.has_value();
    };
    const bool has_id = require(id_column_, "id");
    const bool has_sku = require(header_.column(kSku), "sku");
    return require(header_.column(kQuantity), "quantity") && has_id && has_sku;
  }

  void ReadRow(const std::vector<CsvField>& row) {
    const CsvField& id = row[*id_column_];
    if (id.text.empty()) {
      issues_.Add(id.offset, "id", "missing_field", "the row has no order id");
      return;
    }
    const std::size_t errors_before = issues_.errors();
    const auto [found, is_new] = entry_of_.try_emplace(id.text, entries_.size());
    if (is_new) {
      Entry& entry = entries_.emplace_back();
      entry.order.draft.id = id.text;
      ReadOrderColumns(row, entry);
    } else {
      CompareOrderColumns(row, entries_[found->second]);
    }
    Entry& entry = entries_[found->second];
    ReadLineColumns(row, entry);
    entry.rows.push_back(row.front().offset);
    entry.errors += issues_.errors() - errors_before;
  }

  [[nodiscard]] Currency CurrencyOf(const Entry& entry) const {
    return entry.order.draft.currency.value_or(world_.currency());
  }

  void ReadOrderColumns(const std::vector<CsvField>& row, Entry& entry) {
    for (std::size_t i = 0; i < kOrderNames; ++i) {
      const std::optional<std::size_t> column = header_.column(i);
      if (!column) continue;
      entry.first_row.push_back(row[*column]);
      if (row[*column].text.empty()) continue;
      CellReader cell(issues_, row[*column], kNames[i], CurrencyOf(entry));
      kOrderColumns[i].read(cell, entry.order);
    }
    SetPosition(row, entry.order);
  }

  void SetPosition(const std::vector<CsvField>& row, OrderCsv& order) {
    if (order.lat && order.lon) {
      if (!order.draft.ship_to) order.draft.ship_to.emplace();
      order.draft.ship_to->position =
          GeoPoint{.lat = Degrees(*order.lat), .lon = Degrees(*order.lon)};
      return;
    }
    if (!order.lat && !order.lon) return;
    const std::string_view missing = order.lat ? "lon" : "lat";
    const std::optional<std::size_t> name = FindName(kNames, missing);
    const std::optional<std::size_t> column = header_.column(*name);
    // One that is there and could not be read was reported already.
    if (column && !row[*column].text.empty()) return;
    issues_.Add(row[column.value_or(0)].offset, missing, "missing_field",
                "a position needs both lat and lon");
  }

  // Later rows of an order repeat its values or leave them empty.
  void CompareOrderColumns(const std::vector<CsvField>& row, const Entry& entry) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < kOrderNames; ++i) {
      const std::optional<std::size_t> column = header_.column(i);
      if (!column) continue;
      const std::string_view first = entry.first_row[next++].text;
      const CsvField& field = row[*column];
      if (field.text.empty() || field.text == first) continue;
      issues_.Add(field.offset, kNames[i], "conflicting_value",
                  fmt::format("order '{}' has \"{}\" here and \"{}\" in its first row",
                              entry.order.draft.id, Abridged(field.text), Abridged(first)));
    }
  }

  void ReadLineColumns(const std::vector<CsvField>& row, Entry& entry) {
    OrderLineDraft& line = entry.order.draft.lines.emplace_back();
    for (std::size_t i = 0; i < kLineNames; ++i) {
      const std::optional<std::size_t> column = header_.column(kOrderNames + i);
      if (!column) continue;
      const CsvField& field = row[*column];
      CellReader cell(issues_, field, kNames[kOrderNames + i], CurrencyOf(entry));
      if (!field.text.empty()) {
        kLineColumns[i].read(cell, line);
      } else if (kOrderNames + i == kSku || kOrderNames + i == kQuantity) {
        cell.Report("missing_field", fmt::format("the row has no {}", kLineColumns[i].name));
      }
    }
    if (line.id.empty()) line.id = fmt::format("{}", entry.order.draft.lines.size());
  }

  void MakeOrder(Entry& entry, OrderCollector& collector) {
    absl::StatusOr<Order> order = Order::Create(world_, std::move(entry.order.draft));
    if (!order.ok()) {
      for (const Issue& issue : IssuesOf(order.status())) AddFromModel(entry, issue);
    } else if (entry.errors == 0) {
      collector.AddOrder(*std::move(order), entry.rows.front());
    }
  }

  void AddFromModel(const Entry& entry, const Issue& issue) {
    std::string_view path = issue.path;
    const std::optional<std::size_t> line = TakeLine(path);
    const bool known_line = line && *line < entry.rows.size();
    const std::size_t name = line ? NameOfLinePath(path) : NameOfOrderPath(path);
    std::vector<CsvField> row;
    CsvParser again(text_);
    again.Seek(entry.rows[known_line ? *line : 0]);
    if (!again.NextRow(row)) return;
    const std::optional<std::size_t> column = name == kId ? id_column_ : header_.column(name);
    const std::size_t offset = row[column && *column < row.size() ? *column : 0].offset;
    // A path that no column has stays as the model names it.
    const std::string_view shown = column ? kNames[name] : std::string_view(issue.path);
    issues_.AddOnce(offset, shown, issue.code, issue.message);
  }

  static std::size_t NameOfLinePath(std::string_view path) {
    for (std::size_t i = 0; i < kLineNames; ++i) {
      if (path == kLineColumns[i].path) return kOrderNames + i;
    }
    return kLineId;
  }

  static std::size_t NameOfOrderPath(std::string_view path) {
    for (std::size_t i = 0; i < kOrderNames; ++i) {
      const std::string_view own = kOrderColumns[i].path;
      if (path.starts_with(own) && (path.size() == own.size() || path[own.size()] == '[')) return i;
    }
    return kId;
  }

  const World& world_;
  std::string_view text_;
  DocumentIssues issues_;
  CsvParser parser_;
  CsvHeader header_;
  std::optional<std::size_t> id_column_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string_view, std::size_t> entry_of_;
};

}  // namespace
}  // namespace orderwright::io_internal

namespace orderwright::io {

absl::StatusOr<LoadedOrders> ParseOrdersCsv(const World& world, const Document& document,
                                            const ReadOptions& options) {
  return io_internal::OrderCsvFile(world, document, options).Read();
}

}  // namespace orderwright::io
