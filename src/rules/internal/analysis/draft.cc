#include "src/rules/internal/analysis/draft.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace orderwright::rules_internal {
namespace {

constexpr std::int64_t kMicrosPerMinor = 10'000;  // of the witness's currency, which has cents
constexpr std::string_view kFiller = "FILLER";    // an item whose units count, and nothing else

Currency Dollars() { return *Currency::Parse("USD"); }

std::optional<Timestamp> TimeOf(const Given& given) {
  if (!given.set) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(given.number));
}
std::optional<std::int64_t> NumberIn(const Given& given) {
  if (!given.set) return std::nullopt;
  return given.number;
}
// False if it is no whole number of cents.
bool PutMoney(std::optional<Money>& money, std::int64_t micros) {
  if (micros < 0 || micros % kMicrosPerMinor != 0) return false;
  money = Money::FromMinor(micros / kMicrosPerMinor, Dollars());
  return true;
}
template <typename Enum>
bool PutWordOf(Enum& out, std::string_view word, std::initializer_list<Enum> all) {
  for (const Enum value : all) {
    if (ToString(value) != word) continue;
    out = value;
    return true;
  }
  return false;
}

}  // namespace

// Each field and how it is given. Those that are not here cannot be.
struct Setters {
  using Draft = WitnessDraft;
  using Setter = bool (*)(Draft&, const Given&);
  struct Entry {
    std::string_view path;
    Setter set;
  };
  using Lister = std::vector<std::string>& (*)(Draft&);
  struct ListEntry {
    std::string_view path;
    Lister list;
  };

  static Setter Find(std::string_view path);
  static Lister FindList(std::string_view path);
};

Setters::Setter Setters::Find(std::string_view path) {
  static const std::array kEntries = {
      Entry{"order.id",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.id = g.text;
              return true;
            }},
      Entry{"order.channel",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.channel = g.text;
              return true;
            }},
      Entry{"order.market",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.market = g.text;
              return true;
            }},
      Entry{"order.placed_at",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.placed_at = TimeOf(g);
              return true;
            }},
      Entry{"order.priority",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.priority = g.number;
              return true;
            }},
      Entry{"order.service",
            [](Draft& d, const Given& g) -> bool {
              if (g.set) d.one_service_ = g.text;
              d.several_services_ = !g.set;
              return true;
            }},
      Entry{"order.test",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.test = g.number != 0;
              return true;
            }},
      Entry{"order.parent",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.parent = g.text;
              return true;
            }},
      Entry{"order.method",
            [](Draft& d, const Given& g) -> bool {
              return PutWordOf(d.witness_.order.method, g.text, {Method::kShip, Method::kPickup});
            }},
      Entry{"order.pickup_at",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.pickup_at = g.text;
              return true;
            }},
      Entry{"order.requested_by",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.requested_by = TimeOf(g);
              return true;
            }},
      Entry{"order.must_arrive",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.must_arrive = g.number != 0;
              return true;
            }},
      Entry{"order.ship_after",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.ship_after = TimeOf(g);
              return true;
            }},
      Entry{"order.ship_by",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.ship_by = TimeOf(g);
              return true;
            }},
      Entry{"order.cancel_after",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.cancel_after = TimeOf(g);
              return true;
            }},
      Entry{"order.ship_complete",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.ship_complete = g.number != 0;
              return true;
            }},
      Entry{"order.min_fill",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.min_fill.reset();
              if (g.set) d.witness_.order.min_fill = g.real;
              return true;
            }},
      Entry{"order.remainder",
            [](Draft& d, const Given& g) -> bool {
              return PutWordOf(d.witness_.order.remainder, g.text,
                               {Remainder::kBackorder, Remainder::kCancel});
            }},
      Entry{"order.max_shipments",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.max_shipments = NumberIn(g);
              return true;
            }},
      Entry{"order.risk",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.order.risk.reset();
              if (g.set) d.witness_.order.risk = g.real;
              return true;
            }},
      Entry{"order.collected_by",
            [](Draft& d, const Given& g) -> bool {
              return PutWordOf(d.witness_.order.collected_by, g.text,
                               {CollectedBy::kMerchant, CollectedBy::kChannel});
            }},
      Entry{"order.total",
            [](Draft& d, const Given& g) -> bool {
              d.total_ = g.number;
              return true;
            }},
      Entry{"order.units",
            [](Draft& d, const Given& g) -> bool {
              d.units_ = g.number;
              return true;
            }},
      Entry{"customer.id",
            [](Draft& d, const Given& g) -> bool {
              d.customer().id = g.text;
              return true;
            }},
      Entry{"order.ship_to.country",
            [](Draft& d, const Given& g) -> bool {
              d.address().country = g.text;
              return true;
            }},
      Entry{"order.ship_to.region",
            [](Draft& d, const Given& g) -> bool {
              d.address().region = g.text;
              return true;
            }},
      Entry{"order.ship_to.postal_code",
            [](Draft& d, const Given& g) -> bool {
              d.address().postal_code = g.text;
              return true;
            }},
      Entry{"order.ship_to.city",
            [](Draft& d, const Given& g) -> bool {
              d.address().city = g.text;
              return true;
            }},
      Entry{"line.id",
            [](Draft& d, const Given& g) -> bool {
              d.line().id = g.text;
              return true;
            }},
      Entry{"line.sku",
            [](Draft& d, const Given& g) -> bool {
              d.line_sku_ = g.text;
              return true;
            }},
      Entry{"line.quantity",
            [](Draft& d, const Given& g) -> bool {
              d.quantity_ = g.number;
              return true;
            }},
      Entry{"line.unit_price",
            [](Draft& d, const Given& g) -> bool {
              return PutMoney(d.line().unit_price, g.number);
            }},
      Entry{"line.discount",
            [](Draft& d, const Given& g) -> bool {
              return PutMoney(d.line().discount, g.number);
            }},
      Entry{"line.tax",
            [](Draft& d, const Given& g) -> bool {
              return PutMoney(d.line().tax, g.number);
            }},
      Entry{"line.method",
            [](Draft& d, const Given& g) -> bool {
              d.line().method.reset();
              if (!g.set) return true;
              return PutWordOf(d.line().method.emplace(), g.text,
                               {Method::kShip, Method::kPickup});
            }},
      Entry{"line.pickup_at",
            [](Draft& d, const Given& g) -> bool {
              d.line().pickup_at = g.text;
              return true;
            }},
      Entry{"line.ship_group",
            [](Draft& d, const Given& g) -> bool {
              d.line().ship_group = g.text;
              return true;
            }},
      Entry{"line.ship_complete",
            [](Draft& d, const Given& g) -> bool {
              d.line().ship_complete = g.number != 0;
              return true;
            }},
      Entry{"line.no_split",
            [](Draft& d, const Given& g) -> bool {
              d.line().no_split = g.number != 0;
              return true;
            }},
      Entry{"line.substitution",
            [](Draft& d, const Given& g) -> bool {
              return PutWordOf(d.line().substitution, g.text,
                               {SubstitutionPolicy::kNever, SubstitutionPolicy::kAsk,
                                SubstitutionPolicy::kAutomatic});
            }},
      Entry{"line.shipped",
            [](Draft& d, const Given& g) -> bool {
              d.line().shipped = g.number;
              return true;
            }},
      Entry{"line.cancelled",
            [](Draft& d, const Given& g) -> bool {
              d.line().cancelled = g.number;
              return true;
            }},
      Entry{"line.margin",
            [](Draft& d, const Given& g) -> bool {
              d.margin_ = g.number;
              return true;
            }},
      Entry{"item.sku",
            [](Draft& d, const Given& g) -> bool {
              d.item_sku_ = g.text;
              return true;
            }},
      Entry{"item.weight_g",
            [](Draft& d, const Given& g) -> bool {
              d.item().weight_g = g.number;
              return true;
            }},
      Entry{"item.unit_value",
            [](Draft& d, const Given& g) -> bool {
              return PutMoney(d.item().unit_value, g.number);
            }},
      Entry{"item.unit_cost",
            [](Draft& d, const Given& g) -> bool {
              return PutMoney(d.item().unit_cost, g.number);
            }},
      Entry{"item.pack_size",
            [](Draft& d, const Given& g) -> bool {
              d.item().pack_size = g.number;
              return true;
            }},
      Entry{"item.requires_shipping",
            [](Draft& d, const Given& g) -> bool {
              d.item().requires_shipping = g.number != 0;
              return true;
            }},
      Entry{"item.gift_card",
            [](Draft& d, const Given& g) -> bool {
              d.item().gift_card = g.number != 0;
              return true;
            }},
      Entry{"item.hs_code",
            [](Draft& d, const Given& g) -> bool {
              d.item().hs_code = g.text;
              return true;
            }},
      Entry{"item.origin",
            [](Draft& d, const Given& g) -> bool {
              d.item().origin = g.text;
              return true;
            }},
      Entry{"item.backorder",
            [](Draft& d, const Given& g) -> bool {
              d.item().backorder.allowed = g.number != 0;
              return true;
            }},
      Entry{"item.preorder",
            [](Draft& d, const Given& g) -> bool {
              d.preorder_ = g.number != 0;
              return true;
            }},
      Entry{"location.id",
            [](Draft& d, const Given& g) -> bool {
              d.site().id = g.text;
              return true;
            }},
      Entry{"location.kind",
            [](Draft& d, const Given& g) -> bool {
              const auto kind = ParseLocationKind(g.text);
              if (!kind) return false;
              d.site().kind = *kind;
              return true;
            }},
      Entry{"location.name",
            [](Draft& d, const Given& g) -> bool {
              d.site().name = g.text;
              return true;
            }},
      Entry{"location.active",
            [](Draft& d, const Given& g) -> bool {
              d.site().active = g.number != 0;
              return true;
            }},
      Entry{"location.rank",
            [](Draft& d, const Given& g) -> bool {
              d.site().rank = g.number;
              return true;
            }},
      Entry{"location.country",
            [](Draft& d, const Given& g) -> bool {
              d.site().country = g.text;
              return true;
            }},
      Entry{"location.region",
            [](Draft& d, const Given& g) -> bool {
              d.site().region = g.text;
              return true;
            }},
      Entry{"location.postal_code",
            [](Draft& d, const Given& g) -> bool {
              d.site().postal_code = g.text;
              return true;
            }},
      Entry{"location.accepts_returns",
            [](Draft& d, const Given& g) -> bool {
              d.site().accepts_returns = g.number != 0;
              return true;
            }},
      Entry{"location.max_rejects",
            [](Draft& d, const Given& g) -> bool {
              d.site().max_rejects = NumberIn(g);
              return true;
            }},
      Entry{"location.capacity_units_per_day",
            [](Draft& d, const Given& g) -> bool {
              if (g.set && g.number < 0) return false;
              d.site().capacity_units_per_day.reset();
              if (g.set) d.site().capacity_units_per_day = Units(g.number);
              return true;
            }},
      Entry{"location.capacity_shipments_per_day",
            [](Draft& d, const Given& g) -> bool {
              if (g.set && g.number < 0) return false;
              d.site().capacity_shipments_per_day.reset();
              if (g.set) d.site().capacity_shipments_per_day = Units(g.number);
              return true;
            }},
      Entry{"location.cost_per_shipment",
            [](Draft& d, const Given& g) -> bool {
              d.site().cost_per_shipment = Cost::FromMicros(g.number);
              return true;
            }},
      Entry{"location.cost_per_unit",
            [](Draft& d, const Given& g) -> bool {
              d.site().cost_per_unit = Cost::FromMicros(g.number);
              return true;
            }},
      Entry{"location.handling_days",
            [](Draft& d, const Given& g) -> bool {
              d.site().handling_days = static_cast<int>(g.number);
              return true;
            }},
      // A list that may be unset, set: with no words so far.
      Entry{"location.markets",
            [](Draft& d, const Given& g) -> bool {
              d.site().markets.reset();
              if (g.set) d.site().markets.emplace();
              return true;
            }},
      Entry{"location.channels",
            [](Draft& d, const Given& g) -> bool {
              d.site().channels.reset();
              if (g.set) d.site().channels.emplace();
              return true;
            }},
      Entry{"candidate.distance_km",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.candidate.distance_km.reset();
              if (g.set) d.witness_.candidate.distance_km = g.real;
              return true;
            }},
      Entry{"candidate.available",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.candidate.available = g.number;
              return true;
            }},
      Entry{"candidate.service",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.candidate.service = g.text;
              return true;
            }},
      Entry{"candidate.zone",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.candidate.zone = static_cast<std::uint32_t>(g.number);
              return true;
            }},
      Entry{"candidate.transit_days",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.candidate.transit_days = static_cast<std::int32_t>(g.number);
              return true;
            }},
      Entry{"candidate.late_days",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.candidate.late_days = g.number;
              return true;
            }},
      Entry{"candidate.deliver_by",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.candidate.deliver_by = TimeOf(g);
              return true;
            }},
      Entry{"plan.cost",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.cost = Cost::FromMicros(g.number);
              return true;
            }},
      Entry{"plan.shipments",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.shipments = g.number;
              return true;
            }},
      Entry{"plan.units",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.units = g.number;
              return true;
            }},
      Entry{"plan.short_units",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.short_units = g.number;
              return true;
            }},
      Entry{"plan.late_days",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.late_days = g.number;
              return true;
            }},
      Entry{"plan.proof",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.is_proved = g.text == "optimal";
              return true;
            }},
      Entry{"plan.margin",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.margin = Cost::FromMicros(g.number);
              return true;
            }},
      Entry{"plan.margin_spread",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.margin_spread = Cost::FromMicros(g.number);
              return true;
            }},
      Entry{"plan.gap_to_next",
            [](Draft& d, const Given& g) -> bool {
              d.witness_.plan.gap_to_next.reset();
              if (g.set) d.witness_.plan.gap_to_next = Cost::FromMicros(g.number);
              return true;
            }},
  };
  const auto* const found = std::find_if(kEntries.begin(), kEntries.end(),
                                         [path](const Entry& entry) { return entry.path == path; });
  return found == kEntries.end() ? nullptr : found->set;
}

Setters::Lister Setters::FindList(std::string_view path) {
  static const std::array kEntries = {
      ListEntry{"order.services", [](Draft& d) -> auto& { return d.witness_.order.services; }},
      ListEntry{"order.tags", [](Draft& d) -> auto& { return d.witness_.order.tags; }},
      ListEntry{"customer.tags", [](Draft& d) -> auto& { return d.customer().tags; }},
      ListEntry{"item.tags", [](Draft& d) -> auto& { return d.item().tags; }},
      ListEntry{"location.markets",
                [](Draft& d) -> auto& {
                  return d.site().markets ? *d.site().markets : d.site().markets.emplace();
                }},
      ListEntry{"location.channels",
                [](Draft& d) -> auto& {
                  return d.site().channels ? *d.site().channels : d.site().channels.emplace();
                }},
      ListEntry{"location.capabilities", [](Draft& d) -> auto& { return d.site().capabilities; }},
      ListEntry{"location.tags", [](Draft& d) -> auto& { return d.site().tags; }},
      ListEntry{"location.rate_cards", [](Draft& d) -> auto& { return d.site().rate_cards; }},
  };
  const auto* const found =
      std::find_if(kEntries.begin(), kEntries.end(),
                   [path](const ListEntry& entry) { return entry.path == path; });
  return found == kEntries.end() ? nullptr : found->list;
}

WitnessDraft::WitnessDraft() {
  witness_.world.currency = Dollars();
  witness_.world.locations.emplace_back().id = "L1";
  witness_.world.items.emplace_back().sku = "ITEM";
  witness_.order.id = "1";
  OrderLineDraft& line = witness_.order.lines.emplace_back();
  line.id = "1";
  line.sku = "ITEM";
  line.quantity = 1;
  witness_.candidate.distance_km = 100;
  witness_.now = Timestamp(std::chrono::hours(24) * 20'454);  // 2026-01-01
}

Address& WitnessDraft::address() {
  if (!witness_.order.ship_to) witness_.order.ship_to.emplace();
  return *witness_.order.ship_to;
}
Customer& WitnessDraft::customer() {
  if (!witness_.order.customer) witness_.order.customer.emplace();
  return *witness_.order.customer;
}

bool WitnessDraft::Put(std::string_view path, const Given& given) {
  const Setters::Setter set = Setters::Find(path);
  return set != nullptr && set(*this, given);
}

bool WitnessDraft::PutWord(std::string_view path, std::string_view word) {
  const Setters::Lister list = Setters::FindList(path);
  if (list == nullptr) return false;
  list(*this).emplace_back(word);
  return true;
}

void WitnessDraft::PutNow(const Given& given) { witness_.now = TimeOf(given); }

bool WitnessDraft::FinishGoods() {
  if (item_sku_ && line_sku_ && *item_sku_ != *line_sku_) return false;
  if (item_sku_) item().sku = *item_sku_;
  if (line_sku_) item().sku = *line_sku_;
  line().sku = item().sku;
  if (item().sku == kFiller) return false;
  if (!preorder_) return true;
  if (!*preorder_) return true;  // as an item is without terms
  if (!witness_.now) return false;
  item().preorder = PreorderTerms{*witness_.now + std::chrono::hours(24), std::nullopt};
  return true;
}

bool WitnessDraft::FinishMethod() {
  OrderDraft& order = witness_.order;
  const bool is_pickup = line().method.value_or(order.method) == Method::kPickup;
  if (is_pickup && order.pickup_at.empty() && line().pickup_at.empty()) {
    (line().method ? line().pickup_at : order.pickup_at) = site().id;
  }
  for (const std::string& store : {order.pickup_at, line().pickup_at}) {
    auto& sites = witness_.world.locations;
    const bool known = std::any_of(sites.begin(), sites.end(),
                                   [&](const LocationSpec& at) { return at.id == store; });
    if (store.empty() || known) continue;
    LocationSpec& at = sites.emplace_back();
    at.id = store;
    at.kind = LocationKind::kStore;
  }
  if (order.must_arrive && !order.requested_by) {
    order.requested_by = Timestamp(std::chrono::hours(24) * 20'819);  // 2027-01-01
  }
  return true;
}

bool WitnessDraft::FinishQuantities() {
  OrderLineDraft& own = line();
  if (!item().requires_shipping) {
    if (quantity_.value_or(0) != 0) return false;
    own.quantity = 1 + own.shipped + own.cancelled;
  } else {
    const bool fits = units_ && !quantity_ && *units_ <= 2'000'000'000;
    const std::int64_t open = quantity_.value_or(fits ? *units_ : 1);
    if (open == 0 && own.shipped + own.cancelled == 0) own.shipped = 1;
    own.quantity = open + own.shipped + own.cancelled;
    quantity_ = open;
  }
  if (!units_) return true;
  const std::int64_t rest = *units_ - quantity_.value_or(0);
  if (rest < 0) return false;
  if (rest == 0) return true;
  witness_.world.items.emplace_back().sku = std::string(kFiller);
  const std::string id = own.id == "2" ? "3" : "2";
  OrderLineDraft& more = witness_.order.lines.emplace_back();  // moves `own`
  more.id = id;
  more.sku = kFiller;
  more.quantity = rest;
  return true;
}

bool WitnessDraft::FinishMoney() {
  if (margin_) {
    const std::int64_t quantity = quantity_.value_or(0);
    if (quantity == 0) {
      if (*margin_ != 0) return false;
    } else {
      if (*margin_ % quantity != 0) return false;
      const std::int64_t each = *margin_ / quantity;
      const bool has_price = line().unit_price.has_value();
      const bool has_cost = item().unit_cost.has_value();
      const auto micros = [](const std::optional<Money>& money) {
        return money ? money->minor() * kMicrosPerMinor : 0;
      };
      const std::int64_t price = micros(line().unit_price);
      const std::int64_t cost = micros(item().unit_cost);
      if (has_price && has_cost) {
        if (price - cost != each) return false;
      } else if (has_price) {
        if (!PutMoney(item().unit_cost, price - each)) return false;
      } else if (has_cost || each >= 0) {
        if (!PutMoney(line().unit_price, cost + each)) return false;
      } else if (!PutMoney(item().unit_cost, -each)) {
        return false;
      }
    }
  }
  OrderLineDraft& own = line();
  if (own.discount && !own.unit_price) {  // of which it is a part
    own.unit_price =
        Money::FromMinor((own.discount->minor() + own.quantity - 1) / own.quantity, Dollars());
  }
  if (!total_) return true;
  const absl::StatusOr<std::optional<Money>> sum = TotalOf(witness_.order);
  if (!sum.ok()) return false;
  const std::int64_t so_far = *sum ? (*sum)->minor() * kMicrosPerMinor : 0;
  if (*total_ == so_far) return true;
  if (*total_ > so_far) return PutMoney(witness_.order.shipping_price, *total_ - so_far);
  return !own.discount && PutMoney(own.discount, so_far - *total_);
}

void WitnessDraft::FinishServices(const std::vector<std::string>& services) {
  OrderDraft& order = witness_.order;
  if (one_service_ && order.services.empty()) order.services = {*one_service_};
  if (several_services_ && order.services.size() == 1) order.services.emplace_back("other");
  std::vector<std::string> names = order.services;
  names.insert(names.end(), services.begin(), services.end());
  if (!witness_.candidate.service.empty()) names.push_back(witness_.candidate.service);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (witness_.candidate.service.empty()) {
    // One that the order allows.
    witness_.candidate.service = !order.services.empty() ? order.services[0]
                                 : !names.empty()        ? names[0]
                                                         : "standard";
  }
  const bool standard_only = names.empty() || (names.size() == 1 && names[0] == "standard");
  if (standard_only && site().rate_cards.empty()) return;
  if (names.empty()) names.emplace_back("standard");
  if (site().rate_cards.empty()) site().rate_cards = {"card"};
  for (const std::string& name : site().rate_cards) {
    RateCardSpec& card = witness_.world.rate_cards.emplace_back();
    card.name = name;
    for (const std::string& service : names) card.services.emplace_back().name = service;
  }
}

bool WitnessDraft::Finish(const std::vector<std::string>& services) {
  if (!FinishGoods() || !FinishMethod() || !FinishQuantities() || !FinishMoney()) return false;
  FinishServices(services);
  return true;
}

}  // namespace orderwright::rules_internal
