#include "src/io/internal/order_reader.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "src/io/internal/json_reader.h"
#include "src/io/internal/model_words.h"
#include "src/io/internal/order_words.h"

namespace orderwright::io_internal {

struct AddressJson {
  Address address;
  std::optional<double> lat;
  std::optional<double> lon;
};

template <auto kMember>
constexpr Field OfAddress(std::string_view name) {
  return {name, [](JsonReader& reader, NodeId node, void* object) {
            Read(reader, node, static_cast<AddressJson*>(object)->address.*kMember);
          }};
}

template <>
struct FieldsOf<AddressJson> {
  using Of = FieldMaker<AddressJson>;
  static constexpr Field kAll[] = {OfAddress<&Address::country>("country"),
                                   OfAddress<&Address::region>("region"),
                                   OfAddress<&Address::postal_code>("postal_code"),
                                   OfAddress<&Address::city>("city"),
                                   OfAddress<&Address::lines>("lines"),
                                   Of::Member<&AddressJson::lat>("lat"),
                                   Of::Member<&AddressJson::lon>("lon"),
                                   OfAddress<&Address::time_zone>("time_zone")};
};

static void Read(JsonReader& reader, NodeId node, Address& address) {
  AddressJson read;
  Read(reader, node, read);
  address = std::move(read.address);
  if (reader.kind(node) == JsonKind::kObject) {
    SetPosition(reader, node, read.lat, read.lon, address.position);
  }
}

template <>
struct FieldsOf<Customer> {
  using Of = FieldMaker<Customer>;
  static constexpr Field kAll[] = {Of::Member<&Customer::id>("id"),
                                   Of::Member<&Customer::tags>("tags")};
};

template <>
struct FieldsOf<OrderLineDraft> {
  using Of = FieldMaker<OrderLineDraft>;
  static constexpr Field kAll[] = {Of::Id<&OrderLineDraft::id>("id"),
                                   Of::Id<&OrderLineDraft::sku>("sku"),
                                   Of::Member<&OrderLineDraft::quantity>("quantity", kRequired),
                                   Of::Member<&OrderLineDraft::unit_price>("unit_price"),
                                   Of::Member<&OrderLineDraft::discount>("discount"),
                                   Of::Member<&OrderLineDraft::tax>("tax"),
                                   Of::Member<&OrderLineDraft::method>("method"),
                                   Of::Member<&OrderLineDraft::pickup_at>("pickup_at"),
                                   Of::Member<&OrderLineDraft::ship_to>("ship_to"),
                                   Of::Member<&OrderLineDraft::ship_group>("ship_group"),
                                   Of::Member<&OrderLineDraft::ship_complete>("ship_complete"),
                                   Of::Member<&OrderLineDraft::no_split>("no_split"),
                                   Of::Member<&OrderLineDraft::substitution>("substitution"),
                                   Of::Member<&OrderLineDraft::shipped>("shipped"),
                                   Of::Member<&OrderLineDraft::cancelled>("cancelled"),
                                   Of::Member<&OrderLineDraft::attributes>("attributes")};
};

struct ShippingJson {
  std::optional<Money> price;
  std::optional<Money> tax;
};

template <>
struct FieldsOf<ShippingJson> {
  using Of = FieldMaker<ShippingJson>;
  static constexpr Field kAll[] = {Of::Member<&ShippingJson::price>("price"),
                                   Of::Member<&ShippingJson::tax>("tax")};
};

template <>
struct FieldsOf<Charge> {
  using Of = FieldMaker<Charge>;
  static constexpr Field kAll[] = {
      Of::Member<&Charge::id>("id"),     Of::Member<&Charge::kind>("kind"),
      Of::Member<&Charge::line>("line"), Of::Member<&Charge::amount>("amount"),
      Of::Member<&Charge::tax>("tax"),   Of::Member<&Charge::refundable>("refundable")};
};

template <>
struct FieldsOf<Payment> {
  using Of = FieldMaker<Payment>;
  static constexpr Field kAll[] = {Of::Member<&Payment::id>("id"),
                                   Of::Member<&Payment::method>("method"),
                                   Of::Member<&Payment::authorized>("authorized"),
                                   Of::Member<&Payment::captured>("captured"),
                                   Of::Member<&Payment::refunded>("refunded"),
                                   Of::Member<&Payment::capture_before>("capture_before"),
                                   Of::Member<&Payment::multi_capture>("multi_capture")};
};

// Null, a name, or a list of names.
static void ReadService(JsonReader& reader, NodeId node, OrderDraft& order) {
  if (reader.IsNull(node)) return;
  if (reader.kind(node) == JsonKind::kArray) {
    Read(reader, node, order.services);
  } else if (const auto name = reader.TextOf(node, "a service or a list of services")) {
    order.services.emplace_back(*name);
  }
}

static void ReadShipping(JsonReader& reader, NodeId node, OrderDraft& order) {
  if (reader.IsNull(node)) return;
  ShippingJson shipping;
  Read(reader, node, shipping);
  order.shipping_price = shipping.price;
  order.shipping_tax = shipping.tax;
}

// `format` and `currency` are looked at before everything else.
static void Skip(JsonReader& /*reader*/, NodeId /*node*/, OrderDraft& /*order*/) {}

template <>
struct FieldsOf<OrderDraft> {
  using Of = FieldMaker<OrderDraft>;
  static constexpr Field kAll[] = {
      Of::Call<&Skip>("format"),
      Of::Id<&OrderDraft::id>("id"),
      Of::Member<&OrderDraft::channel>("channel"),
      Of::Member<&OrderDraft::market>("market"),
      Of::Member<&OrderDraft::placed_at>("placed_at"),
      Of::Call<&Skip>("currency"),
      Of::Member<&OrderDraft::priority>("priority"),
      Of::Call<&ReadService>("service"),
      Of::Member<&OrderDraft::test>("test"),
      Of::Member<&OrderDraft::parent>("parent"),
      Of::Member<&OrderDraft::method>("method"),
      Of::Member<&OrderDraft::pickup_at>("pickup_at"),
      Of::Member<&OrderDraft::requested_by>("requested_by"),
      Of::Member<&OrderDraft::must_arrive>("must_arrive"),
      Of::Member<&OrderDraft::ship_after>("ship_after"),
      Of::Member<&OrderDraft::ship_by>("ship_by"),
      Of::Member<&OrderDraft::cancel_after>("cancel_after"),
      Of::Member<&OrderDraft::ship_complete>("ship_complete"),
      Of::Member<&OrderDraft::min_fill>("min_fill"),
      Of::Member<&OrderDraft::remainder>("remainder"),
      Of::Member<&OrderDraft::max_shipments>("max_shipments"),
      Of::Member<&OrderDraft::risk>("risk"),
      Of::Member<&OrderDraft::tags>("tags"),
      Of::Member<&OrderDraft::attributes>("attributes"),
      Of::Member<&OrderDraft::customer>("customer"),
      Of::Member<&OrderDraft::ship_to>("ship_to"),
      Of::Member<&OrderDraft::prices_include_tax>("prices_include_tax"),
      Of::Member<&OrderDraft::collected_by>("collected_by"),
      Of::Member<&OrderDraft::lines>("lines"),
      Of::Call<&ReadShipping>("shipping"),
      Of::Member<&OrderDraft::charges>("charges"),
      Of::Member<&OrderDraft::payments>("payments")};
};

OrderDraft ReadOrder(const World& world, const JsonTree& tree, DocumentIssues& issues) {
  OrderDraft order;
  JsonReader reader(tree, issues, world.currency());
  if (!tree.duplicates().empty()) issues.AddDuplicates(tree);
  if (!CheckContainer(reader, 0, JsonKind::kObject)) return order;
  CheckFormat(reader, "orderwright.order/1", false);
  // Amounts are read in the order's currency, wherever it stands.
  if (const NodeId node = tree.Member(0, "currency"); node != kNoNode) {
    Read(reader, node, order.currency);
    if (order.currency) reader.set_currency(*order.currency);
  }
  Read(reader, NodeId{0}, order);
  return order;
}

void OrderCollector::AddTree(const JsonTree& tree, std::size_t base) {
  const std::size_t errors_before = issues_.errors();
  OrderDraft draft = ReadOrder(world_, tree, issues_);
  if (tree.kind(0) != JsonKind::kObject) return;
  absl::StatusOr<Order> order = Order::Create(world_, std::move(draft));
  if (!order.ok()) {
    issues_.AddFromModel(tree, IssuesOf(order.status()));
  } else if (issues_.errors() == errors_before) {
    const NodeId id = tree.Member(0, "id");
    AddOrder(*std::move(order), base + tree.node(id == kNoNode ? 0 : id).offset);
  }
}

void OrderCollector::AddOrder(Order order, std::size_t offset) {
  orders_.push_back(std::move(order));
  places_.push_back(offset);
}

void OrderCollector::ReportDuplicateIds() {
  std::vector<std::size_t> by_id(orders_.size());
  std::iota(by_id.begin(), by_id.end(), std::size_t{0});
  std::sort(by_id.begin(), by_id.end(), [this](std::size_t a, std::size_t b) {
    const int order = orders_[a].id().text().compare(orders_[b].id().text());
    return order != 0 ? order < 0 : a < b;
  });
  std::vector<std::size_t> later;
  for (std::size_t i = 1; i < by_id.size(); ++i) {
    if (orders_[by_id[i]].id() == orders_[by_id[i - 1]].id()) later.push_back(by_id[i]);
  }
  std::sort(later.begin(), later.end());
  issues_.SetPart(0, "");
  for (const std::size_t i : later) {
    issues_.Add(places_[i], "id", "duplicate",
                fmt::format("there is another order '{}' before", orders_[i].id().text()));
  }
}

absl::StatusOr<io::LoadedOrders> OrderCollector::Finish() {
  ReportDuplicateIds();
  if (!issues_.ok()) return issues_.ToStatus("orders");
  return io::LoadedOrders{std::move(orders_), issues_.Warnings()};
}

}  // namespace orderwright::io_internal
