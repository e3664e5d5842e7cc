#include "src/rules/internal/fields.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "orderwright/core/status.h"
#include "src/rules/internal/money_value.h"

namespace orderwright::rules_internal {
namespace {

using cel::Value;

// ---- Values that are made ----

Value AttributesOf(const Attributes& attributes) {
  std::vector<std::pair<Value, Value>> entries;
  entries.reserve(attributes.size());
  for (const Attribute& attribute : attributes) {
    Value value = std::visit(
        [](const auto& given) {
          using T = std::decay_t<decltype(given)>;
          if constexpr (std::is_same_v<T, bool>) return Value::Bool(given);
          if constexpr (std::is_same_v<T, std::int64_t>) return Value::Int(given);
          if constexpr (std::is_same_v<T, double>) return Value::Double(given);
          if constexpr (std::is_same_v<T, std::string>) return Value::String(given);
        },
        attribute.value);
    entries.emplace_back(Value::String(attribute.name), std::move(value));
  }
  return Value::Map(std::move(entries)).value_or(Value::Null());  // their names are unique
}

Value TextsValue(const std::vector<std::string>& texts) {
  std::vector<Value> items;
  items.reserve(texts.size());
  for (const std::string& text : texts) items.push_back(Value::String(text));
  return Value::List(std::move(items));
}

// A record of the schema at a row, which it keeps.
class RowRecord final : public cel::Record {
 public:
  RowRecord(std::string_view record, const Row& row) : record_(record), row_(row) {}
  [[nodiscard]] std::string_view type_name() const override { return record_; }
  [[nodiscard]] int FieldIndex(std::string_view name) const override {
    const Field* const field = FindField(record_, name);
    return field == nullptr ? -1 : static_cast<int>(field - Fields().data());
  }
  [[nodiscard]] bool Has(int field) const override { return IsSet(At(field), row_); }
  [[nodiscard]] absl::StatusOr<Value> Get(int field) const override {
    const Field& at = At(field);
    if (!IsSet(at, row_)) {
      return NotFound("{}.{} is not set; guard it: has({}.{}) && …", record_, at.schema.name,
                      record_, at.schema.name);
    }
    return ReadField(at, row_);
  }
  [[nodiscard]] bool Equals(const cel::Record& other) const override {
    const Row& row = static_cast<const RowRecord&>(other).row_;
    return row.facts == row_.facts && row.line == row_.line && row.sku == row_.sku &&
           row.location == row_.location && row.pair == row_.pair && row.option == row_.option;
  }

 private:
  [[nodiscard]] static const Field& At(int field) {
    return Fields()[static_cast<std::size_t>(field)];
  }
  std::string_view record_;
  Row row_;
};

Value RecordValue(std::string_view record, const Row& row) {
  return Value::FromRecord(new RowRecord(record, row));
}

Value LinesOf(const Row& row) {
  std::vector<Value> lines;
  for (std::uint32_t i = 0; i < row.order().lines().size(); ++i) {
    Row at = row;
    at.line = i;
    at.sku = row.order().lines()[i].sku;
    lines.push_back(RecordValue("line", at));
  }
  return Value::List(std::move(lines));
}

// ---- Readers ----

const AttributeValue* FindAttribute(const Attributes& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == name) return &attribute.value;
  }
  return nullptr;
}

std::int64_t Bits(double number) { return std::bit_cast<std::int64_t>(number); }
std::int64_t Millis(Timestamp t) { return t.time_since_epoch().count(); }

bool PutTime(const std::optional<Timestamp>& time, std::int64_t& out) {
  if (time) out = Millis(*time);
  return time.has_value();
}
bool PutText(std::string_view text, std::string_view& out) {
  out = text;
  return !text.empty();
}

// In micro-units of the world's currency; 0 if it is not given. False if it cannot be converted:
// the world has no rate, or it overflows.
bool PutMoney(const Row& row, const std::optional<Money>& money, std::int64_t& out) {
  out = 0;
  if (!money) return true;
  const absl::StatusOr<Cost> cost = row.world->CostOf(*money);
  if (cost.ok()) out = cost->micros();
  return cost.ok();
}

const std::vector<std::string>& NoTexts() {
  static const std::vector<std::string> none;
  return none;
}

using S = Scope;

constexpr Field Number(SchemaField schema, ValueType type, ReadNumber read) {
  return {.schema = schema, .type = type, .number = read};
}
constexpr Field Text(SchemaField schema, ReadText read) {
  return {.schema = schema, .type = ValueType::kText, .text = read};
}
constexpr Field Texts(SchemaField schema, ReadTexts read) {
  return {.schema = schema, .type = ValueType::kTexts, .texts = read};
}
constexpr Field Other(SchemaField schema, ReadValue read) {
  return {.schema = schema, .type = ValueType::kOther, .value = read};
}
constexpr Field Nested(SchemaField schema, ReadValue read) {
  return {.schema = schema, .type = ValueType::kRecord, .value = read};
}
constexpr Field Costly(Field field) {
  field.is_costly = true;
  return field;
}

constexpr SchemaField OfOrder(const char* name, const char* type, const char* about,
                              bool nullable = false) {
  return {"order", name, type, S::kOrder, nullable, about};
}
constexpr bool kNullable = true;

const std::array kOrderFields = {
    Text(OfOrder("id", "string", "the id"),
         [](const Row& r, std::string_view& v) {
           v = r.draft().id;
           return true;
         }),
    Text(OfOrder("channel", "string", "where it comes from; empty: not said"),
         [](const Row& r, std::string_view& v) {
           v = r.draft().channel;
           return true;
         }),
    Text(OfOrder("market", "string", "the market; empty: not said"),
         [](const Row& r, std::string_view& v) {
           v = r.draft().market;
           return true;
         }),
    Number(OfOrder("placed_at", "timestamp", "when it was placed", kNullable), ValueType::kTime,
           [](const Row& r, std::int64_t& v) { return PutTime(r.draft().placed_at, v); }),
    Other(OfOrder("currency", "string", "its currency, ISO 4217"),
          [](const Row& r) {
            return Value::String(r.draft().currency.value_or(r.world->currency()).code());
          }),
    Number(OfOrder("priority", "int", "higher first"), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.draft().priority;
             return true;
           }),
    Text(OfOrder("service", "string", "the one service it allows, if it is one", kNullable),
         [](const Row& r, std::string_view& v) {
           return r.draft().services.size() == 1 && PutText(r.draft().services[0], v);
         }),
    Texts(OfOrder("services", "list(string)", "the services it allows; empty: any"),
          [](const Row& r) { return &r.draft().services; }),
    Number(OfOrder("test", "bool", "planned, never reserved or sent"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.draft().test ? 1 : 0;
             return true;
           }),
    Text(OfOrder("parent", "string", "the order that it replaces or belongs to", kNullable),
         [](const Row& r, std::string_view& v) { return PutText(r.draft().parent, v); }),
    Text(OfOrder("method", "string", "\"ship\" or \"pickup\""),
         [](const Row& r, std::string_view& v) {
           v = ToString(r.draft().method);
           return true;
         }),
    Text(OfOrder("pickup_at", "string", "location where it is collected", kNullable),
         [](const Row& r, std::string_view& v) { return PutText(r.draft().pickup_at, v); }),
    Number(OfOrder("requested_by", "timestamp", "when the customer wants it", kNullable),
           ValueType::kTime,
           [](const Row& r, std::int64_t& v) { return PutTime(r.draft().requested_by, v); }),
    Number(OfOrder("must_arrive", "bool", "late by requested_by is no way to ship"),
           ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.draft().must_arrive ? 1 : 0;
             return true;
           }),
    Number(OfOrder("ship_after", "timestamp", "no work on it before", kNullable), ValueType::kTime,
           [](const Row& r, std::int64_t& v) { return PutTime(r.draft().ship_after, v); }),
    Number(OfOrder("ship_by", "timestamp", "leaving after it is late", kNullable),
           ValueType::kTime,
           [](const Row& r, std::int64_t& v) { return PutTime(r.draft().ship_by, v); }),
    Number(OfOrder("cancel_after", "timestamp", "leaving after it is no way to ship", kNullable),
           ValueType::kTime,
           [](const Row& r, std::int64_t& v) { return PutTime(r.draft().cancel_after, v); }),
    Number(OfOrder("ship_complete", "bool", "all of it, or nothing"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.draft().ship_complete ? 1 : 0;
             return true;
           }),
    Number(OfOrder("min_fill", "double", "share of units that is sourced, or nothing", kNullable),
           ValueType::kDouble,
           [](const Row& r, std::int64_t& v) {
             v = Bits(r.draft().min_fill.value_or(0));
             return r.draft().min_fill.has_value();
           }),
    Text(OfOrder("remainder", "string", "\"backorder\" or \"cancel\": what becomes of the rest"),
         [](const Row& r, std::string_view& v) {
           v = ToString(r.draft().remainder);
           return true;
         }),
    Number(OfOrder("max_shipments", "int", "the most shipments", kNullable), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.draft().max_shipments.value_or(0);
             return r.draft().max_shipments.has_value();
           }),
    Number(OfOrder("risk", "double", "of fraud, 0 to 1", kNullable), ValueType::kDouble,
           [](const Row& r, std::int64_t& v) {
             v = Bits(r.draft().risk.value_or(0));
             return r.draft().risk.has_value();
           }),
    Texts(OfOrder("tags", "list(string)", "the host's tags"),
          [](const Row& r) { return &r.draft().tags; }),
    Other(OfOrder("attributes", "map(string, dyn)", "the host's own attributes; one that is declared has its type"),
          [](const Row& r) { return AttributesOf(r.draft().attributes); }),
    Nested(OfOrder("customer", "customer", "who ordered; also the variable customer"),
           [](const Row& r) { return RecordValue("customer", r); }),
    Nested(OfOrder("ship_to", "address", "where it goes"),
           [](const Row& r) { return RecordValue("address", r); }),
    Text(OfOrder("collected_by", "string", "\"merchant\" or \"channel\": who has the money"),
         [](const Row& r, std::string_view& v) {
           v = ToString(r.draft().collected_by);
           return true;
         }),
    Other(OfOrder("lines", "list(line)", "its lines; of a bundle one for each component"),
          LinesOf),
    Number(OfOrder("total", "money",
                   "what the customer pays for what is not cancelled, shipping and charges too"),
           ValueType::kMoney,
           [](const Row& r, std::int64_t& v) {
             const std::optional<Cost> total = r.order().total();
             v = total ? total->micros() : 0;
             return total.has_value();
           }),
    Number(OfOrder("units", "int", "units that are still to be sourced"), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = 0;
             for (const OrderLine& line : r.order().lines()) v += line.quantity.count();
             return true;
           }),
    Number(OfOrder("rejections", "int", "how often a location has sent it back"), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = static_cast<std::int64_t>(r.facts->rejections.size());
             return true;
           }),
    Number(OfOrder("released", "bool", "some of it is in the hands of a location already"),
           ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.facts->released ? 1 : 0;
             return true;
           }),
};

const std::array kCustomerFields = {
    Text({"customer", "id", "string", S::kOrder, false, "the id; empty: not said"},
         [](const Row& r, std::string_view& v) {
           v = r.draft().customer ? std::string_view(r.draft().customer->id) : std::string_view();
           return true;
         }),
    Texts({"customer", "tags", "list(string)", S::kOrder, false, "the host's tags"},
          [](const Row& r) { return r.draft().customer ? &r.draft().customer->tags : &NoTexts(); }),
};

template <std::string Address::* kPart>
bool AddressText(const Row& r, std::string_view& v) {
  v = r.draft().ship_to ? std::string_view((*r.draft().ship_to).*kPart) : std::string_view();
  return true;
}
const std::array kAddressFields = {
    Text({"address", "country", "string", S::kOrder, false, "ISO 3166-1 alpha-2, or empty"},
         AddressText<&Address::country>),
    Text({"address", "region", "string", S::kOrder, false, "state or province, or empty"},
         AddressText<&Address::region>),
    Text({"address", "postal_code", "string", S::kOrder, false, "or empty"},
         AddressText<&Address::postal_code>),
    Text({"address", "city", "string", S::kOrder, false, "or empty"}, AddressText<&Address::city>),
};

constexpr SchemaField OfLine(const char* name, const char* type, const char* about,
                             bool nullable = false) {
  return {"line", name, type, S::kLine, nullable, about};
}
const std::array kLineFields = {
    Text(OfLine("id", "string", "the id within the order"),
         [](const Row& r, std::string_view& v) {
           v = r.draft_line().id;
           return true;
         }),
    Text(OfLine("sku", "string", "what was ordered: an item or a bundle"),
         [](const Row& r, std::string_view& v) {
           v = r.draft_line().sku;
           return true;
         }),
    Number(OfLine("quantity", "int", "units that are still to be sourced; of components"),
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.order().lines()[r.line].quantity.count();
             return true;
           }),
    Number(OfLine("unit_price", "money", "of one unit"), ValueType::kMoney,
           [](const Row& r, std::int64_t& v) { return PutMoney(r, r.draft_line().unit_price, v); }),
    Number(OfLine("discount", "money", "of the whole line"), ValueType::kMoney,
           [](const Row& r, std::int64_t& v) { return PutMoney(r, r.draft_line().discount, v); }),
    Number(OfLine("tax", "money", "of the whole line"), ValueType::kMoney,
           [](const Row& r, std::int64_t& v) { return PutMoney(r, r.draft_line().tax, v); }),
    Text(OfLine("method", "string", "\"ship\" or \"pickup\", if it is the line's own", kNullable),
         [](const Row& r, std::string_view& v) {
           return r.draft_line().method && PutText(ToString(*r.draft_line().method), v);
         }),
    Text(OfLine("pickup_at", "string", "where the line is collected", kNullable),
         [](const Row& r, std::string_view& v) { return PutText(r.draft_line().pickup_at, v); }),
    Text(OfLine("ship_group", "string", "lines of one key go together", kNullable),
         [](const Row& r, std::string_view& v) { return PutText(r.draft_line().ship_group, v); }),
    Number(OfLine("ship_complete", "bool", "all of its units, or none"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.draft_line().ship_complete ? 1 : 0;
             return true;
           }),
    Number(OfLine("no_split", "bool", "from one location only"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.draft_line().no_split ? 1 : 0;
             return true;
           }),
    Text(OfLine("substitution", "string", "\"never\", \"ask\" or \"automatic\""),
         [](const Row& r, std::string_view& v) {
           v = ToString(r.draft_line().substitution);
           return true;
         }),
    Number(OfLine("shipped", "int", "units that have left"), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.draft_line().shipped;
             return true;
           }),
    Number(OfLine("cancelled", "int", "units that are cancelled"), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.draft_line().cancelled;
             return true;
           }),
    Number(OfLine("margin", "money", "unit_price less unit_cost of the item, of all its units"),
           ValueType::kMoney,
           [](const Row& r, std::int64_t& v) {
             std::int64_t price = 0;
             std::int64_t cost = 0;
             return PutMoney(r, r.draft_line().unit_price, price) &&
                    PutMoney(r, r.item().spec.unit_cost, cost) &&
                    !__builtin_sub_overflow(price, cost, &v) &&
                    !__builtin_mul_overflow(v, r.order().lines()[r.line].quantity.count(), &v);
           }),
    Other(OfLine("attributes", "map(string, dyn)",
                 "the host's own attributes; one that is declared has its type"),
          [](const Row& r) { return AttributesOf(r.draft_line().attributes); }),
    Nested(OfLine("item", "item", "what the line is of; also the variable item"),
           [](const Row& r) { return RecordValue("item", r); }),
};

constexpr SchemaField OfItem(const char* name, const char* type, const char* about,
                             bool nullable = false) {
  return {"item", name, type, S::kItem, nullable, about};
}
const std::array kItemFields = {
    Text(OfItem("sku", "string", "the SKU"),
         [](const Row& r, std::string_view& v) {
           v = r.item().spec.sku;
           return true;
         }),
    Number(OfItem("weight_g", "int", "grams of one unit"), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.item().spec.weight_g;
             return true;
           }),
    Other(OfItem("dimensions_mm", "list(int)", "of one unit; empty: not known"),
          [](const Row& r) {
            std::vector<Value> sides;
            if (r.item().spec.dimensions_mm) {
              for (const std::int64_t side : *r.item().spec.dimensions_mm) {
                sides.push_back(Value::Int(side));
              }
            }
            return Value::List(std::move(sides));
          }),
    Number(OfItem("unit_value", "money", "what one unit is worth"), ValueType::kMoney,
           [](const Row& r, std::int64_t& v) { return PutMoney(r, r.item().spec.unit_value, v); }),
    Number(OfItem("unit_cost", "money", "what one unit cost"), ValueType::kMoney,
           [](const Row& r, std::int64_t& v) { return PutMoney(r, r.item().spec.unit_cost, v); }),
    Number(OfItem("pack_size", "int", "units of a pack"), ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.item().spec.pack_size;
             return true;
           }),
    Texts(OfItem("tags", "list(string)", "the host's tags"),
          [](const Row& r) { return &r.item().spec.tags; }),
    Other(OfItem("attributes", "map(string, dyn)",
                 "the host's own attributes; one that is declared has its type"),
          [](const Row& r) { return AttributesOf(r.item().spec.attributes); }),
    Number(OfItem("requires_shipping", "bool", "false: a service, a download"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.item().spec.requires_shipping ? 1 : 0;
             return true;
           }),
    Number(OfItem("gift_card", "bool", "a gift card"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.item().spec.gift_card ? 1 : 0;
             return true;
           }),
    Text(OfItem("hs_code", "string", "customs tariff number", kNullable),
         [](const Row& r, std::string_view& v) { return PutText(r.item().spec.hs_code, v); }),
    Text(OfItem("origin", "string", "country of origin", kNullable),
         [](const Row& r, std::string_view& v) { return PutText(r.item().spec.origin, v); }),
    Number(OfItem("backorder", "bool", "it may be promised beyond stock"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.item().spec.backorder.allowed ? 1 : 0;
             return true;
           }),
    // Not of the item alone: what is a pre-order today is none tomorrow.
    Number({"item", "preorder", "bool", S::kLine, false, "it is sold before its release, at `now`"},
           ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             const std::optional<PreorderTerms>& terms = r.item().spec.preorder;
             v = terms && r.facts->now && *r.facts->now < terms->release ? 1 : 0;
             return !terms || r.facts->now.has_value();
           }),
};

constexpr SchemaField OfLocation(const char* name, const char* type, const char* about,
                                 bool nullable = false) {
  return {"location", name, type, S::kLocation, nullable, about};
}
template <std::string LocationSpec::* kPart>
bool PlaceText(const Row& r, std::string_view& v) {
  v = r.place().spec.*kPart;
  return true;
}
const std::array kLocationFields = {
    Text(OfLocation("id", "string", "the id"), PlaceText<&LocationSpec::id>),
    Text(OfLocation("kind", "string",
                    "\"warehouse\", \"store\", \"third_party\", \"dropship\" or \"virtual\""),
         [](const Row& r, std::string_view& v) {
           v = ToString(r.place().spec.kind);
           return true;
         }),
    Text(OfLocation("name", "string", "the name"), PlaceText<&LocationSpec::name>),
    Number(OfLocation("active", "bool", "it ships at all"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.place().spec.active ? 1 : 0;
             return true;
           }),
    Number(OfLocation("rank", "int", "of ties the lower wins; without one its place in the list"),
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.place().spec.rank.value_or(static_cast<std::int64_t>(Raw(r.location)));
             return true;
           }),
    Text(OfLocation("country", "string", "ISO 3166-1 alpha-2, or empty"),
         PlaceText<&LocationSpec::country>),
    Text(OfLocation("region", "string", "state or province, or empty"),
         PlaceText<&LocationSpec::region>),
    Text(OfLocation("postal_code", "string", "or empty"), PlaceText<&LocationSpec::postal_code>),
    Text(OfLocation("time_zone", "string", "IANA, or empty"), PlaceText<&LocationSpec::time_zone>),
    Texts(OfLocation("markets", "list(string)", "that it serves; unset: all", kNullable),
          [](const Row& r) { return r.place().spec.markets ? &*r.place().spec.markets : nullptr; }),
    Texts(
        OfLocation("channels", "list(string)", "that it serves; unset: all", kNullable),
        [](const Row& r) { return r.place().spec.channels ? &*r.place().spec.channels : nullptr; }),
    Texts(OfLocation("capabilities", "list(string)", "what it can do"),
          [](const Row& r) { return &r.place().spec.capabilities; }),
    Texts(OfLocation("tags", "list(string)", "the host's tags"),
          [](const Row& r) { return &r.place().spec.tags; }),
    Other(OfLocation("attributes", "map(string, dyn)",
                     "the host's own attributes; one that is declared has its type"),
          [](const Row& r) { return AttributesOf(r.place().spec.attributes); }),
    Number(OfLocation("accepts_returns", "bool", "it takes returns"), ValueType::kBool,
           [](const Row& r, std::int64_t& v) {
             v = r.place().spec.accepts_returns ? 1 : 0;
             return true;
           }),
    Number(OfLocation("max_rejects", "int", "of an order, until it is asked no more", kNullable),
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.place().spec.max_rejects.value_or(0);
             return r.place().spec.max_rejects.has_value();
           }),
    Number(OfLocation("capacity_units_per_day", "int", "units it can do a day", kNullable),
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             const std::optional<Units>& most = r.place().spec.capacity_units_per_day;
             v = most ? most->count() : 0;
             return most.has_value();
           }),
    Number(OfLocation("capacity_shipments_per_day", "int", "shipments it can do a day", kNullable),
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             const std::optional<Units>& most = r.place().spec.capacity_shipments_per_day;
             v = most ? most->count() : 0;
             return most.has_value();
           }),
    Number(OfLocation("cost_per_shipment", "money", "handling of a shipment"), ValueType::kMoney,
           [](const Row& r, std::int64_t& v) {
             v = r.place().spec.cost_per_shipment.micros();
             return true;
           }),
    Number(OfLocation("cost_per_unit", "money", "handling of a unit"), ValueType::kMoney,
           [](const Row& r, std::int64_t& v) {
             v = r.place().spec.cost_per_unit.micros();
             return true;
           }),
    Number(OfLocation("handling_days", "int", "work days between order and dispatch"),
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.place().spec.handling_days;
             return true;
           }),
    Texts(OfLocation("rate_cards", "list(string)", "that it ships by"),
          [](const Row& r) { return &r.place().spec.rate_cards; }),
};

bool PutColumn(std::span<const std::int64_t> column, std::uint32_t row, std::int64_t& out) {
  if (column.empty()) return false;
  out = column[row];
  return true;
}
bool ServiceText(const Row& r, std::string_view& v) {
  v = r.world->services()[Raw(r.facts->options.service[r.option])];
  return true;
}
const std::array kCandidateFields = {
    Number({"candidate", "distance_km", "double", S::kCandidate, kNullable,
            "great circle to where the order goes; unset: not known"},
           ValueType::kDouble,
           [](const Row& r, std::int64_t& v) {
             const double km = r.facts->candidates.distance_km[r.candidate];
             v = Bits(km);
             return km >= 0;
           }),
    Number(
        {"candidate", "load_units", "int", S::kCandidate, kNullable,
         "units that the location has to do today, or has done; unset: neither now nor placed_at "
         "is known, or stock is a snapshot"},
        ValueType::kInt,
        [](const Row& r, std::int64_t& v) {
          return PutColumn(r.facts->candidates.load_units, r.candidate, v);
        }),
    Number(
        {"candidate", "load_shipments", "int", S::kCandidate, kNullable, "the same in shipments"},
        ValueType::kInt,
        [](const Row& r, std::int64_t& v) {
          return PutColumn(r.facts->candidates.load_shipments, r.candidate, v);
        }),
    Number({"candidate", "rejected_at", "timestamp", S::kCandidate, kNullable,
            "when the location last sent the order back; unset: it has not"},
           ValueType::kTime,
           [](const Row& r, std::int64_t& v) {
             std::optional<Timestamp> last;
             for (const Rejection& rejection : r.facts->rejections) {
               if (rejection.location != r.location || !rejection.at) continue;
               last = std::max(*rejection.at, last.value_or(*rejection.at));
             }
             return PutTime(last, v);
           }),
    Number(
        {"candidate", "on_hand", "int", S::kPair, false,
         "units of the item there, reserved ones too; where nobody counts them 0"},
        ValueType::kInt,
        [](const Row& r, std::int64_t& v) { return PutColumn(r.facts->pairs.on_hand, r.pair, v); }),
    Number({"candidate", "cost", "money", S::kPair, kNullable,
            "of shipping all units of the line from there, alone and by the cheapest service that "
            "the order allows, without what rules add; unset: none ships it"},
           ValueType::kMoney,
           [](const Row& r, std::int64_t& v) {
             return PutColumn(r.facts->pairs.cost, r.pair, v) && v != kNoCost;
           }),
    Number({"candidate", "available", "int", S::kPair, false,
            "units of the item there, before protect rules"},
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.facts->pairs.available[r.pair];
             return true;
           }),
    Text({"candidate", "service", "string", S::kOption, false,
          "the service it would go with; a rule that reads it bars services"},
         ServiceText),
    Text({"candidate", "carrier", "string", S::kOption, false,
          "of the service; \"any\": none in particular"},
         [](const Row& r, std::string_view& v) {
           const auto carriers = r.facts->options.carrier;
           if (!carriers.empty()) v = carriers[r.option];
           return !carriers.empty();
         }),
    Number({"candidate", "zone", "int", S::kOption, false, "of the service, from 0"},
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.facts->options.zone[r.option];
             return true;
           }),
    Number({"candidate", "transit_days", "int", S::kOption, false, "of the service to there"},
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.facts->options.transit_days[r.option];
             return true;
           }),
    Number({"candidate", "late_days", "int", S::kOption, false, "after what the order asks for"},
           ValueType::kInt,
           [](const Row& r, std::int64_t& v) {
             v = r.facts->options.late_days[r.option];
             return true;
           }),
    Number({"candidate", "deliver_by", "timestamp", S::kOption, kNullable,
            "when it would be there; unset: neither now nor placed_at is known"},
           ValueType::kTime,
           [](const Row& r, std::int64_t& v) {
             const auto by = r.facts->options.deliver_by;
             if (by.empty()) return false;
             v = Millis(by[r.option]);
             return true;
           }),
};

constexpr SchemaField OfPlan(const char* name, const char* type, const char* about,
                             bool nullable = false) {
  return {"plan", name, type, S::kPlan, nullable, about};
}
// Before a plan is made there is none to read; only policy rules are asked then.
template <auto kRead>
bool OfThePlan(const Row& r, std::int64_t& v) {
  if (!r.facts->plan) return false;
  const std::optional<std::int64_t> number = kRead(*r.facts->plan);
  v = number.value_or(0);
  return number.has_value();
}
// What takes work to know.
template <auto kRead>
bool OfMeasures(const Row& r, std::int64_t& v) {
  if (!r.facts->plan || r.facts->plan->measures == nullptr) return false;
  const std::optional<std::int64_t> number = kRead(*r.facts->plan->measures);
  v = number.value_or(0);
  return number.has_value();
}
const std::array kPlanFields = {
    Number(OfPlan("cost", "money", "of the plan"), ValueType::kMoney,
           OfThePlan<[](const PlanFacts& p) { return p.cost.micros(); }>),
    Number(OfPlan("shipments", "int", "how many"), ValueType::kInt,
           OfThePlan<[](const PlanFacts& p) { return p.shipments; }>),
    Number(OfPlan("units", "int", "that are sourced"), ValueType::kInt,
           OfThePlan<[](const PlanFacts& p) { return p.units; }>),
    Number(OfPlan("short_units", "int", "that are not"), ValueType::kInt,
           OfThePlan<[](const PlanFacts& p) { return p.short_units; }>),
    Number(OfPlan("late_days", "int", "of the latest shipment"), ValueType::kInt,
           OfThePlan<[](const PlanFacts& p) { return p.late_days; }>),
    Text(OfPlan("proof", "string", "\"optimal\" or \"feasible\""),
         [](const Row& r, std::string_view& v) {
           v = r.facts->plan && r.facts->plan->is_proved ? "optimal" : "feasible";
           return r.facts->plan.has_value();
         }),
    Costly(Number(OfPlan("margin", "money", "what the goods bring, less the plan's cost"),
                  ValueType::kMoney,
                  OfMeasures<[](const PlanMeasures& m) { return m.Margin().micros(); }>)),
    Costly(Number(
        OfPlan("margin_spread", "money", "the largest less the smallest margin of its shipments"),
        ValueType::kMoney,
        OfMeasures<[](const PlanMeasures& m) { return m.MarginSpread().micros(); }>)),
    Costly(Number(OfPlan("gap_to_next", "money",
                         "what the next best plan costs more; unset: there is none", kNullable),
                  ValueType::kMoney, OfMeasures<[](const PlanMeasures& m) {
                    const absl::StatusOr<std::optional<Cost>> gap = m.GapToNext();
                    return gap.ok() && *gap ? std::optional((*gap)->micros()) : std::nullopt;
                  }>)),
};

constexpr SchemaField OfRequest(const char* name, const char* type, const char* about,
                                bool nullable = false) {
  return {"request", name, type, S::kRequest, nullable, about};
}
template <std::string Request::* kPart>
bool RequestText(const Row& r, std::string_view& v) {
  if (r.facts->request == nullptr) return false;
  v = r.facts->request->*kPart;
  return !v.empty();
}
template <std::optional<Money> Request::* kPart>
bool RequestMoney(const Row& r, std::int64_t& v) {
  if (r.facts->request == nullptr) return false;
  const std::optional<Money>& given = r.facts->request->*kPart;
  return given.has_value() && PutMoney(r, given, v);
}
template <std::optional<std::int64_t> Request::* kPart>
bool RequestNumber(const Row& r, std::int64_t& v) {
  if (r.facts->request == nullptr) return false;
  const std::optional<std::int64_t>& given = r.facts->request->*kPart;
  v = given.value_or(0);
  return given.has_value();
}
const std::array kRequestFields = {
    Text(OfRequest("action", "string", "\"cancel\", \"edit\", …"),
         [](const Row& r, std::string_view& v) {
           if (r.facts->request != nullptr) v = r.facts->request->action;
           return r.facts->request != nullptr;
         }),
    Number(OfRequest("amount", "money", "that it is about", kNullable), ValueType::kMoney,
           RequestMoney<&Request::amount>),
    Number(OfRequest("units", "int", "that it is about", kNullable), ValueType::kInt,
           RequestNumber<&Request::units>),
    Text(OfRequest("reason", "string", "that is given for it", kNullable),
         RequestText<&Request::reason>),
    Text(OfRequest("resolution", "string", "what the customer wants instead", kNullable),
         RequestText<&Request::resolution>),
    Number(OfRequest("price_difference", "money", "of an exchange; negative: the customer gets it",
                     kNullable),
           ValueType::kMoney, RequestMoney<&Request::price_difference>),
    Number(OfRequest("days_since_delivery", "int", "of what it is about", kNullable),
           ValueType::kInt, RequestNumber<&Request::days_since_delivery>),
};
const std::array kActorFields = {
    Text({"actor", "id", "string", S::kRequest, false, "who asks; empty: not said"},
         [](const Row& r, std::string_view& v) {
           if (r.facts->actor != nullptr) v = r.facts->actor->id;
           return r.facts->actor != nullptr;
         }),
    Text({"actor", "role", "string", S::kRequest, false,
          "\"customer\", \"support\", \"ops\", \"finance\", \"warehouse\", \"system\" or "
          "\"advisor\""},
         [](const Row& r, std::string_view& v) {
           if (r.facts->actor != nullptr) v = ToString(r.facts->actor->role);
           return r.facts->actor != nullptr;
         }),
};

std::vector<Field> AllFields() {
  std::vector<Field> all;
  const auto add = [&](const auto& fields) { all.insert(all.end(), fields.begin(), fields.end()); };
  add(kOrderFields);
  add(kCustomerFields);
  add(kAddressFields);
  add(kLineFields);
  add(kItemFields);
  add(kLocationFields);
  add(kCandidateFields);
  add(kPlanFields);
  add(kRequestFields);
  add(kActorFields);
  return all;
}

}  // namespace

bool ReadDeclared(const Field& field, const Row& row, std::int64_t& out) {
  const AttributeValue* const value = FindAttribute(field.attributes(row), field.declared->name);
  if (value == nullptr) {
    if (!field.declared->default_value) return false;
    const Value& given = *field.declared->default_value;
    out = field.type == ValueType::kBool  ? std::int64_t{given.bool_value()}
          : field.type == ValueType::kInt ? given.int_value()
                                          : Bits(given.double_value());
    return true;
  }
  const auto* const whole = std::get_if<std::int64_t>(value);
  if (field.type == ValueType::kBool) {
    const auto* const truth = std::get_if<bool>(value);
    if (truth != nullptr) out = *truth ? 1 : 0;
    return truth != nullptr;
  }
  if (field.type == ValueType::kInt) {
    if (whole != nullptr) out = *whole;
    return whole != nullptr;
  }
  const auto* const number = std::get_if<double>(value);
  if (number != nullptr) out = Bits(*number);
  if (whole != nullptr) out = Bits(static_cast<double>(*whole));
  return number != nullptr || whole != nullptr;
}

bool ReadDeclared(const Field& field, const Row& row, std::string_view& out) {
  const AttributeValue* const value = FindAttribute(field.attributes(row), field.declared->name);
  if (value == nullptr) {
    if (field.declared->default_value) out = field.declared->default_value->text();
    return field.declared->default_value.has_value();
  }
  const auto* const text = std::get_if<std::string>(value);
  if (text != nullptr) out = *text;
  return text != nullptr;
}

Field FieldOfAttribute(const rules::AttributeDeclaration& declared) {
  Field field;
  // has() asks whether it is given, be there a default or not.
  field.schema = {declared.record, declared.name, "", S::kOrder, kNullable, "an attribute"};
  field.declared = &declared;
  if (declared.record == "order") {
    field.attributes = [](const Row& r) -> const Attributes& { return r.draft().attributes; };
  } else if (declared.record == "line") {
    field.schema.scope = S::kLine;
    field.attributes = [](const Row& r) -> const Attributes& { return r.draft_line().attributes; };
  } else if (declared.record == "item") {
    field.schema.scope = S::kItem;
    field.attributes = [](const Row& r) -> const Attributes& { return r.item().spec.attributes; };
  } else {
    field.schema.scope = S::kLocation;
    field.attributes = [](const Row& r) -> const Attributes& { return r.place().spec.attributes; };
  }
  switch (declared.type) {
    case cel::Kind::kBool:
      field.type = ValueType::kBool;
      break;
    case cel::Kind::kInt:
      field.type = ValueType::kInt;
      break;
    case cel::Kind::kDouble:
      field.type = ValueType::kDouble;
      break;
    default:
      field.type = ValueType::kText;
      break;
  }
  return field;
}

std::span<const Field> Fields() {
  static const std::vector<Field> all = AllFields();
  return all;
}

const Field* FindField(std::string_view record, std::string_view name) {
  using Names = std::pair<std::string_view, std::string_view>;
  static const auto known = [] {
    absl::flat_hash_map<Names, const Field*> by_name;
    for (const Field& field : Fields()) {
      by_name.try_emplace({field.schema.record, field.schema.name}, &field);
    }
    return by_name;
  }();
  const auto found = known.find(Names(record, name));
  return found == known.end() ? nullptr : found->second;
}

std::string_view RecordOfVariable(std::string_view variable) {
  for (const std::string_view record :
       {"order", "customer", "line", "item", "location", "candidate", "plan", "request", "actor"}) {
    if (record == variable) return record;
  }
  return {};
}

Scope ScopeOfRecord(std::string_view record) {
  Scope widest = Scope::kOrder;
  for (const Field& field : Fields()) {
    if (field.schema.record == record) widest = std::max(widest, field.schema.scope);
  }
  return widest;
}

cel::Value BoxNumber(ValueType type, std::int64_t number) {
  switch (type) {
    case ValueType::kBool:
      return Value::Bool(number != 0);
    case ValueType::kDouble:
      return Value::Double(std::bit_cast<double>(number));
    case ValueType::kMoney:
      return MoneyValue::Of(number);
    case ValueType::kTime: {
      const std::int64_t seconds = number / 1'000 - (number % 1'000 < 0 ? 1 : 0);
      const auto nanos = static_cast<std::int32_t>((number - seconds * 1'000) * 1'000'000);
      return Value::Timestamp(seconds, nanos).value_or(Value::Null());
    }
    default:
      return Value::Int(number);
  }
}

bool IsSet(const Field& field, const Row& row) {
  if (field.declared != nullptr) {
    return FindAttribute(field.attributes(row), field.declared->name) != nullptr;
  }
  std::int64_t number = 0;
  std::string_view text;
  if (field.number != nullptr) return field.number(row, number);
  if (field.text != nullptr) return field.text(row, text);
  if (field.texts != nullptr) return field.texts(row) != nullptr;
  return true;
}

cel::Value ReadField(const Field& field, const Row& row) {
  if (field.number != nullptr) {
    std::int64_t number = 0;
    return field.number(row, number) ? BoxNumber(field.type, number) : Value::Null();
  }
  if (field.text != nullptr) {
    std::string_view text;
    return field.text(row, text) ? Value::String(std::string(text)) : Value::Null();
  }
  if (field.texts != nullptr) {
    const std::vector<std::string>* const texts = field.texts(row);
    return texts != nullptr ? TextsValue(*texts) : Value::Null();
  }
  return field.value(row);
}

bool RowVariables::Find(std::string_view name, cel::Value& value) const {
  if (name == "now") {
    if (row_.facts == nullptr || !row_.facts->now) return false;
    value = BoxNumber(ValueType::kTime, Millis(*row_.facts->now));
    return true;
  }
  const std::string_view record = RecordOfVariable(name);
  if (record.empty()) return false;
  value = RecordValue(record, row_);
  return true;
}

}  // namespace orderwright::rules_internal
