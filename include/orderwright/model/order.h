// Order: what a customer asked for, checked and resolved against a World.
//
// An OrderDraft is the order in words, with every field of orderwright.order/1. Order::Create
// checks all of it at once, resolves SKUs to indices and texts to symbols, so that routing an Order
// looks up no text. An Order is an immutable value, cheap to copy.
//
// Example:
//   OrderDraft draft;
//   draft.id = "1042"; draft.channel = "web";
//   draft.lines.push_back({.id = "1", .sku = "MUG", .quantity = 2});
//   absl::StatusOr<Order> order = Order::Create(world, draft);
#ifndef ORDERWRIGHT_MODEL_ORDER_H_
#define ORDERWRIGHT_MODEL_ORDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/geo.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/money.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/model/attribute.h"
#include "orderwright/model/item.h"
#include "orderwright/model/world.h"

namespace orderwright {

enum class Method : std::uint8_t { kShip = 1, kPickup = 2 };
enum class Remainder : std::uint8_t { kBackorder = 1, kCancel = 2 };
enum class CollectedBy : std::uint8_t { kMerchant = 1, kChannel = 2 };
// "ship", "pickup"; "backorder", "cancel"; "merchant", "channel"; empty for what is none of them.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(Method method);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(Remainder remainder);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(CollectedBy collected_by);
enum class PaymentMethod : std::uint8_t {
  kCard = 1,
  kGiftCard = 2,
  kStoreCredit = 3,
  kTerms = 4,
  kCash = 5,
  kExternal = 6,
};

struct Address {
  std::string country;  // ISO 3166-1 alpha-2
  std::string region;
  std::string postal_code;
  std::string city;
  std::vector<std::string> lines;
  std::optional<GeoPoint> position;
  std::string time_zone;
  friend bool operator==(const Address&, const Address&) = default;
};

struct Customer {
  std::string id;
  std::vector<std::string> tags;
};

// Absent money is zero in the order's currency.
struct OrderLineDraft {
  std::string id;  // unique within the order
  std::string sku;
  std::int64_t quantity = 0;  // 1 or more
  std::optional<Money> unit_price;
  std::optional<Money> discount;  // of the whole line
  std::optional<Money> tax;       // of the whole line
  // How and where it goes. Absent: as the order.
  std::optional<Method> method;
  std::string pickup_at;
  std::optional<Address> ship_to;
  std::string ship_group;      // lines of one key go to one place in one way
  bool ship_complete = false;  // all of its units are sourced, or none
  bool no_split = false;
  SubstitutionPolicy substitution = SubstitutionPolicy::kAsk;
  std::int64_t shipped = 0;
  std::int64_t cancelled = 0;
  Attributes attributes;
};

struct Charge {
  std::string id;
  std::string kind;
  std::string line;  // empty: of the order
  std::optional<Money> amount;
  std::optional<Money> tax;
  bool refundable = true;
};

struct Payment {
  std::string id;
  PaymentMethod method = PaymentMethod::kCard;
  std::optional<Money> authorized;
  std::optional<Money> captured;
  std::optional<Money> refunded;
  std::optional<Timestamp> capture_before;
  bool multi_capture = true;
};

// Only `id`, and of each line `id`, `sku` and `quantity`, are required.
struct OrderDraft {
  std::string id;
  std::string channel;
  std::string market;
  std::optional<Timestamp> placed_at;
  std::optional<Currency> currency;   // absent: the world's
  std::int64_t priority = 0;          // higher first
  std::vector<std::string> services;  // allowed; empty: any
  bool test = false;
  std::string parent;
  Method method = Method::kShip;
  std::string pickup_at;  // id of a location; of lines that are picked up
  std::optional<Timestamp> requested_by;
  bool must_arrive = false;               // late by `requested_by` is no way to ship
  std::optional<Timestamp> ship_after;    // no work on it before
  std::optional<Timestamp> ship_by;       // leaving after it is late
  std::optional<Timestamp> cancel_after;  // leaving after it is no way to ship
  bool ship_complete = false;
  std::optional<double> min_fill;  // share of units, 0 to 1: that much is sourced, or nothing
  Remainder remainder = Remainder::kBackorder;
  std::optional<std::int64_t> max_shipments;
  std::optional<double> risk;  // 0 to 1
  std::vector<std::string> tags;
  Attributes attributes;
  std::optional<Customer> customer;
  std::optional<Address> ship_to;
  bool prices_include_tax = false;
  CollectedBy collected_by = CollectedBy::kMerchant;
  std::vector<OrderLineDraft> lines;
  std::optional<Money> shipping_price;
  std::optional<Money> shipping_tax;
  std::vector<Charge> charges;
  std::vector<Payment> payments;
};

// What the customer pays for the units that are not cancelled, in the currency of the order; absent
// if no amount is given. Of amounts of a whole line each unit bears its share, the first of them
// the minor units that are left over. Errors: kOutOfRange for a sum beyond 63 bits,
// kInvalidArgument for mixed currencies.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<std::optional<Money>> TotalOf(
    const OrderDraft& draft);

// The part of a line that routing reads. A line of a bundle is one for each of its components.
struct OrderLine {
  SkuIndex sku{};
  bool no_split = false;
  bool ship_complete = false;    // all of its units, or none; of a bundle's line all sets
  std::uint16_t ship_group = 0;  // position in Order::ship_groups()
  Units quantity;  // still to be sourced: ordered - shipped - cancelled; 0 if it needs no shipping
};

// Lines that go to one place in one way. Lines of different ship groups never share a shipment.
struct ShipGroup {
  Method method = Method::kShip;
  Symbol key{};           // `ship_group` of its lines; the empty text: none
  LocationIndex store{};  // where it is picked up, of kPickup

  // Of the address, of kShip.
  Symbol country{};
  Symbol postal_code{};
  std::optional<GeoPoint> position;   // given, or from the postal table; absent if neither knows
  std::optional<TimeZone> time_zone;  // the same
};

// Units of a line whose item needs no shipping: they have no location and take no stock.
struct NoShipping {
  std::uint32_t line = 0;  // position in Order::lines()
  Units quantity;          // 1 or more: ordered - shipped - cancelled
};

// A line of the draft that asks for a bundle.
struct OrderBundle {
  std::uint32_t first_line = 0;  // its components are Order::lines()[first_line .. +line_count)
  std::uint32_t line_count = 0;
  Units sets;                  // still to be sourced; each line asks for a multiple of it
  bool ship_together = false;  // all components from one location
};

// The dates that an order asks for; see OrderDraft.
struct OrderDates {
  std::optional<Timestamp> ship_after;
  std::optional<Timestamp> requested_by;
  std::optional<Timestamp> ship_by;
  std::optional<Timestamp> cancel_after;
  bool must_arrive = false;

  // Whether plans are compared by their dates.
  [[nodiscard]] bool any_due() const { return requested_by || ship_by || cancel_after; }
};

class ORDERWRIGHT_EXPORT Order {
 public:
  // Errors: kInvalidArgument with every issue (paths like `lines[3].quantity`).
  // Complexity: linear in the draft. Thread-safe.
  [[nodiscard]] static absl::StatusOr<Order> Create(const World& world, OrderDraft draft);

  [[nodiscard]] const OrderId& id() const { return data_->id; }
  // One for each line of the draft, in order; for a bundle one for each of its components.
  [[nodiscard]] std::span<const OrderLine> lines() const { return data_->lines; }
  // The line of the draft that lines()[line] belongs to.
  [[nodiscard]] std::uint32_t draft_line(std::size_t line) const {
    return data_->draft_lines.empty() ? static_cast<std::uint32_t>(line) : data_->draft_lines[line];
  }
  // Those of which something is to be shipped, ascending by line.
  [[nodiscard]] std::span<const OrderBundle> bundles() const { return data_->bundles; }
  // Where its lines go, in the order of their first lines; none if no line needs shipping.
  [[nodiscard]] std::span<const ShipGroup> ship_groups() const { return data_->ship_groups; }
  // Whether every line is shipped to the address of the order, in one ship group without a key.
  [[nodiscard]] bool goes_to_own_address() const { return data_->own_address; }
  // Ascending by line.
  [[nodiscard]] std::span<const NoShipping> no_shipping() const { return data_->no_shipping; }
  [[nodiscard]] Symbol channel() const { return data_->channel; }
  [[nodiscard]] Symbol market() const { return data_->market; }
  // Of the order's own address; lines may have others: see ship_groups().
  [[nodiscard]] Symbol country() const { return data_->country; }
  [[nodiscard]] Symbol postal_code() const { return data_->postal_code; }
  // Where it goes: given, or from the postal table; absent if neither knows.
  [[nodiscard]] const std::optional<GeoPoint>& position() const { return data_->position; }
  [[nodiscard]] std::optional<Timestamp> placed_at() const { return data_->placed_at; }
  // The time zone of the destination: given, or from the postal table; null if neither knows.
  [[nodiscard]] const TimeZone* time_zone() const {
    return data_->time_zone ? &*data_->time_zone : nullptr;
  }
  // The dates that a plan is held to.
  [[nodiscard]] const OrderDates& dates() const { return data_->dates; }
  // Allowed services; empty: any.
  [[nodiscard]] std::span<const ServiceIndex> services() const { return data_->services; }
  [[nodiscard]] bool ship_complete() const { return data_->ship_complete; }
  // The share of the units still to be sourced, 0 to 1, below which nothing is; 0: none.
  [[nodiscard]] double min_fill() const { return data_->min_fill; }
  [[nodiscard]] bool is_test() const { return data_->test; }
  // TotalOf the draft in the currency of the world; 0 without amounts, absent if the world has no
  // rate for its currency, or it is beyond all costs.
  [[nodiscard]] std::optional<Cost> total() const { return data_->total; }
  [[nodiscard]] std::optional<std::int64_t> max_shipments() const { return data_->max_shipments; }
  [[nodiscard]] const std::string& line_id(std::size_t line) const {
    return draft().lines[draft_line(line)].id;
  }
  // A bound on the cost of every plan of the order by the costs of `world`, which need not be the
  // version that the order was made with: Create has checked that one. Rules may add to it.
  // Errors: kOutOfRange if it is beyond 2^61 micro-units; solvers must not be given the order then.
  [[nodiscard]] absl::StatusOr<Cost> WorstCost(const World& world) const;
  [[nodiscard]] std::uint64_t lineage() const { return data_->lineage; }
  // The version of the world that the order was made with.
  [[nodiscard]] std::uint64_t world_version() const { return data_->world_version; }
  // The same order as if all of it were collected at one store; its fields stay as given.
  // Complexity: linear in its lines.
  [[nodiscard]] Order CollectedAt(LocationIndex store) const;

  // All fields as given.
  [[nodiscard]] const OrderDraft& draft() const { return origin().draft; }
  // The same, to keep: plans of an order share its fields.
  [[nodiscard]] std::shared_ptr<const OrderDraft> shared_draft() const {
    return {data_, &origin().draft};
  }

 private:
  friend class OrderBuilder;

  // One allocation with the count of its owners in front: what routing reads comes first, so that
  // an order costs two or three neighbouring cache lines.
  struct Data {
    std::uint64_t lineage = 0;
    std::uint64_t world_version = 0;
    absl::InlinedVector<OrderLine, 4> lines;
    Symbol channel{};
    Symbol market{};
    Symbol country{};
    Symbol postal_code{};
    bool ship_complete = false;
    bool test = false;
    bool own_address = true;
    std::optional<Timestamp> placed_at;
    std::optional<std::int64_t> max_shipments;
    std::optional<Cost> total;
    double min_fill = 0;
    std::optional<GeoPoint> position;
    OrderDates dates;
    std::optional<TimeZone> time_zone;
    std::vector<ServiceIndex> services;
    std::vector<NoShipping> no_shipping;
    std::vector<ShipGroup> ship_groups;
    std::vector<std::uint32_t> draft_lines;  // by line; empty: no bundles, each line its own
    std::vector<OrderBundle> bundles;
    OrderId id;
    OrderDraft draft;
    std::shared_ptr<const Data> origin;  // whose draft it is; null: its own
  };
  [[nodiscard]] const Data& origin() const { return data_->origin ? *data_->origin : *data_; }
  explicit Order(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_ORDER_H_
