// Reads orderwright.world/1 (docs/formats/world.md).
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/io/document.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/json_tree.h"
#include "src/io/internal/model_words.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {

// Types that stand in the format as an object that the model does not have as such.
struct LocationJson {
  LocationSpec spec;
  std::optional<double> lat;
  std::optional<double> lon;
};

struct WorldJson {
  WorldDraft draft;
  std::vector<StockRowSpec> stock;
  std::vector<AllotmentSpec> allotments;
};

template <>
struct WordsOf<LocationKind> {
  static constexpr std::pair<std::string_view, LocationKind> kAll[] = {
      {"warehouse", LocationKind::kWarehouse},
      {"store", LocationKind::kStore},
      {"third_party", LocationKind::kThirdParty},
      {"dropship", LocationKind::kDropship},
      {"virtual", LocationKind::kVirtual}};
};

template <>
struct WordsOf<Weekday> {
  static constexpr std::pair<std::string_view, Weekday> kAll[] = {
      {"mon", Weekday::kMon}, {"tue", Weekday::kTue}, {"wed", Weekday::kWed},
      {"thu", Weekday::kThu}, {"fri", Weekday::kFri}, {"sat", Weekday::kSat},
      {"sun", Weekday::kSun}};
};

template <>
struct WordsOf<BackorderWhen> {
  static constexpr std::pair<std::string_view, BackorderWhen> kAll[] = {
      {"no_stock", BackorderWhen::kNoStock}, {"cheaper", BackorderWhen::kCheaper}};
};

template <>
struct FieldsOf<TimeRange> {
  using Of = FieldMaker<TimeRange>;
  static constexpr Field kAll[] = {Of::Member<&TimeRange::from>("from", kRequired),
                                   Of::Member<&TimeRange::until>("until", kRequired)};
};

template <>
struct FieldsOf<PickupTerms> {
  using Of = FieldMaker<PickupTerms>;
  static constexpr Field kAll[] = {Of::Member<&PickupTerms::lead_minutes>("lead_minutes"),
                                   Of::Member<&PickupTerms::hold_days>("hold_days"),
                                   Of::Member<&PickupTerms::ship_to_store>("ship_to_store")};
};

template <>
struct FieldsOf<BackorderTerms> {
  using Of = FieldMaker<BackorderTerms>;
  static constexpr Field kAll[] = {Of::Member<&BackorderTerms::allowed>("allowed"),
                                   Of::Member<&BackorderTerms::limit>("limit")};
};

template <>
struct FieldsOf<PreorderTerms> {
  using Of = FieldMaker<PreorderTerms>;
  static constexpr Field kAll[] = {Of::Member<&PreorderTerms::release>("release", kRequired),
                                   Of::Member<&PreorderTerms::limit>("limit")};
};

template <>
struct FieldsOf<Substitute> {
  using Of = FieldMaker<Substitute>;
  static constexpr Field kAll[] = {Of::Id<&Substitute::sku>("sku"),
                                   Of::Member<&Substitute::policy>("policy")};
};

template <>
struct FieldsOf<BundleComponent> {
  using Of = FieldMaker<BundleComponent>;
  static constexpr Field kAll[] = {Of::Id<&BundleComponent::sku>("sku"),
                                   Of::Member<&BundleComponent::quantity>("quantity", kRequired)};
};

template <>
struct FieldsOf<BundleSpec> {
  using Of = FieldMaker<BundleSpec>;
  static constexpr Field kAll[] = {Of::Id<&BundleSpec::sku>("sku"),
                                   Of::Member<&BundleSpec::components>("components"),
                                   Of::Member<&BundleSpec::ship_together>("ship_together")};
};

template <>
struct FieldsOf<ItemSpec> {
  using Of = FieldMaker<ItemSpec>;
  static constexpr Field kAll[] = {Of::Id<&ItemSpec::sku>("sku"),
                                   Of::Member<&ItemSpec::weight_g>("weight_g"),
                                   Of::Member<&ItemSpec::dimensions_mm>("dimensions_mm"),
                                   Of::Member<&ItemSpec::unit_value>("unit_value"),
                                   Of::Member<&ItemSpec::unit_cost>("unit_cost"),
                                   Of::Member<&ItemSpec::pack_size>("pack_size"),
                                   Of::Member<&ItemSpec::tags>("tags"),
                                   Of::Member<&ItemSpec::attributes>("attributes"),
                                   Of::Member<&ItemSpec::requires_shipping>("requires_shipping"),
                                   Of::Member<&ItemSpec::gift_card>("gift_card"),
                                   Of::Member<&ItemSpec::hs_code>("hs_code"),
                                   Of::Member<&ItemSpec::origin>("origin"),
                                   Of::Member<&ItemSpec::backorder>("backorder"),
                                   Of::Member<&ItemSpec::preorder>("preorder"),
                                   Of::Member<&ItemSpec::substitutes>("substitutes")};
};

template <>
struct FieldsOf<IncomingSpec> {
  using Of = FieldMaker<IncomingSpec>;
  static constexpr Field kAll[] = {Of::Member<&IncomingSpec::quantity>("quantity", kRequired),
                                   Of::Member<&IncomingSpec::at>("at", kRequired),
                                   Of::Member<&IncomingSpec::name>("name")};
};

template <>
struct FieldsOf<StockRowSpec> {
  using Of = FieldMaker<StockRowSpec>;
  static constexpr Field kAll[] = {Of::Id<&StockRowSpec::location>("location"),
                                   Of::Id<&StockRowSpec::sku>("sku"),
                                   Of::Member<&StockRowSpec::on_hand>("on_hand"),
                                   Of::Member<&StockRowSpec::reserved>("reserved"),
                                   Of::Member<&StockRowSpec::safety_stock>("safety_stock"),
                                   Of::Member<&StockRowSpec::damaged>("damaged"),
                                   Of::Member<&StockRowSpec::quality_control>("quality_control"),
                                   Of::Member<&StockRowSpec::unit_cost>("unit_cost"),
                                   Of::Member<&StockRowSpec::backorder>("backorder"),
                                   Of::Member<&StockRowSpec::as_of>("as_of"),
                                   Of::Member<&StockRowSpec::incoming>("incoming")};
};

template <>
struct FieldsOf<AllotmentSpec> {
  using Of = FieldMaker<AllotmentSpec>;
  static constexpr Field kAll[] = {Of::Id<&AllotmentSpec::sku>("sku"),
                                   Of::Member<&AllotmentSpec::channel>("channel"),
                                   Of::Member<&AllotmentSpec::market>("market"),
                                   Of::Member<&AllotmentSpec::location>("location"),
                                   Of::Member<&AllotmentSpec::guaranteed>("protected"),
                                   Of::Member<&AllotmentSpec::ceiling>("ceiling"),
                                   Of::Member<&AllotmentSpec::until>("until"),
                                   Of::Member<&AllotmentSpec::overflow>("overflow"),
                                   Of::Member<&AllotmentSpec::stop_below>("stop_below")};
};

template <>
struct FieldsOf<CostSettings> {
  using Of = FieldMaker<CostSettings>;
  static constexpr Field kAll[] = {
      Of::Member<&CostSettings::split_penalty>("split_penalty"),
      Of::Member<&CostSettings::shortfall_penalty_per_unit>("shortfall_penalty_per_unit"),
      Of::Member<&CostSettings::backorder_penalty_per_unit>("backorder_penalty_per_unit"),
      Of::Member<&CostSettings::backorder_penalty_per_unit_day>("backorder_penalty_per_unit_day"),
      Of::Member<&CostSettings::backorder_when>("backorder_when"),
      Of::Member<&CostSettings::late_penalty_per_day>("late_penalty_per_day"),
      Of::Member<&CostSettings::max_shipments>("max_shipments")};
};

template <>
struct FieldsOf<Surcharge> {
  using Of = FieldMaker<Surcharge>;
  static constexpr Field kAll[] = {Of::Id<&Surcharge::tag>("tag"),
                                   Of::Member<&Surcharge::cost>("cost", kRequired)};
};

// [max_weight_g or null, [cost per zone]].
void Read(JsonReader& reader, NodeId node, RateStepSpec& step) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  if (tree.node(node).size != 2) {
    reader.Report(node, "wrong_length", "a step is a pair: [weight in grams or null, [costs]]");
    return;
  }
  Read(reader, tree.Child(node, 0), step.max_weight_g);
  Read(reader, tree.Child(node, 1), step.costs);
}

template <>
struct FieldsOf<ServiceSpec> {
  using Of = FieldMaker<ServiceSpec>;
  static constexpr Field kAll[] = {Of::Member<&ServiceSpec::zones_km>("zones_km"),
                                   Of::Member<&ServiceSpec::transit_days>("transit_days"),
                                   Of::Member<&ServiceSpec::calendar>("calendar"),
                                   Of::Member<&ServiceSpec::countries>("countries"),
                                   Of::Member<&ServiceSpec::max_weight_g>("max_weight_g"),
                                   Of::Member<&ServiceSpec::max_dimensions_mm>("max_dimensions_mm"),
                                   Of::Member<&ServiceSpec::dim_divisor>("dim_divisor"),
                                   Of::Member<&ServiceSpec::surcharges>("surcharges"),
                                   Of::Member<&ServiceSpec::steps>("steps")};
};

// An object by name stands in the model as a list of things that know their name.
template <typename T>
void ReadNamed(JsonReader& reader, NodeId node, std::vector<T>& list) {
  ReadMap(reader, node, [&](std::string_view name, NodeId child) {
    T& entry = list.emplace_back();
    entry.name = name;
    Read(reader, child, entry);
  });
}

static void ReadServices(JsonReader& reader, NodeId node, RateCardSpec& card) {
  ReadNamed(reader, node, card.services);
}

template <>
struct FieldsOf<RateCardSpec> {
  using Of = FieldMaker<RateCardSpec>;
  static constexpr Field kAll[] = {Of::Member<&RateCardSpec::carrier>("carrier"),
                                   Of::Call<&ReadServices>("services")};
};

static void ReadDays(JsonReader& reader, NodeId node, CalendarSpec& calendar) {
  std::vector<Weekday> days;
  Read(reader, node, days);
  for (const Weekday day : days) calendar.days.set(static_cast<std::size_t>(day));
}

template <>
struct FieldsOf<CalendarSpec> {
  using Of = FieldMaker<CalendarSpec>;
  static constexpr Field kAll[] = {Of::Call<&ReadDays>("days"),
                                   Of::Member<&CalendarSpec::closed>("closed")};
};

struct LoadJson {
  Units units;
  Units shipments;
};

template <>
struct FieldsOf<LoadJson> {
  using Of = FieldMaker<LoadJson>;
  static constexpr Field kAll[] = {Of::Member<&LoadJson::units>("units"),
                                   Of::Member<&LoadJson::shipments>("shipments")};
};

static void ReadLocationId(JsonReader& reader, NodeId node, LocationJson& location) {
  ReadId(reader, node, location.spec.id);
}

static void ReadLoad(JsonReader& reader, NodeId node, LocationJson& location) {
  LoadJson load;
  Read(reader, node, load);
  location.spec.load_units = load.units;
  location.spec.load_shipments = load.shipments;
}

static void ReadCutoffs(JsonReader& reader, NodeId node, LocationJson& location) {
  ReadMap(reader, node, [&](std::string_view service, NodeId child) {
    auto& cutoff = location.spec.cutoffs.emplace_back(std::string(service), LocalTime());
    Read(reader, child, cutoff.second);
  });
}

static void ReadHours(JsonReader& reader, NodeId node, LocationJson& location) {
  ReadMap(reader, node, [&](std::string_view name, NodeId child) {
    std::array<LocalTime, 2> times;
    Read(reader, child, times);
    Suggestion suggestion(name);
    for (const auto& [word, day] : WordsOf<Weekday>::kAll) {
      suggestion.Consider(word);
      if (word != name) continue;
      location.spec.hours.push_back({day, times[0], times[1]});
      return;
    }
    reader.issues().AddUnknown(reader.tree(), child, suggestion.best());
  });
}

// A field of the specification inside.
template <auto kMember>
constexpr Field OfSpec(std::string_view name) {
  return {name, [](JsonReader& reader, NodeId node, void* object) {
            Read(reader, node, static_cast<LocationJson*>(object)->spec.*kMember);
          }};
}

template <>
struct FieldsOf<LocationJson> {
  using Of = FieldMaker<LocationJson>;
  static constexpr Field kAll[] = {
      Of::Call<&ReadLocationId>("id", kRequired),
      OfSpec<&LocationSpec::kind>("kind"),
      OfSpec<&LocationSpec::name>("name"),
      OfSpec<&LocationSpec::active>("active"),
      OfSpec<&LocationSpec::inactive>("inactive"),
      OfSpec<&LocationSpec::rank>("rank"),
      OfSpec<&LocationSpec::country>("country"),
      OfSpec<&LocationSpec::region>("region"),
      OfSpec<&LocationSpec::postal_code>("postal_code"),
      Of::Member<&LocationJson::lat>("lat"),
      Of::Member<&LocationJson::lon>("lon"),
      OfSpec<&LocationSpec::time_zone>("time_zone"),
      OfSpec<&LocationSpec::markets>("markets"),
      OfSpec<&LocationSpec::channels>("channels"),
      OfSpec<&LocationSpec::capabilities>("capabilities"),
      OfSpec<&LocationSpec::tags>("tags"),
      OfSpec<&LocationSpec::attributes>("attributes"),
      OfSpec<&LocationSpec::accepts_returns>("accepts_returns"),
      OfSpec<&LocationSpec::max_rejects>("max_rejects"),
      OfSpec<&LocationSpec::capacity_units_per_day>("capacity_units_per_day"),
      OfSpec<&LocationSpec::capacity_shipments_per_day>("capacity_shipments_per_day"),
      Of::Call<&ReadLoad>("load"),
      OfSpec<&LocationSpec::cost_per_shipment>("cost_per_shipment"),
      OfSpec<&LocationSpec::cost_per_unit>("cost_per_unit"),
      OfSpec<&LocationSpec::handling_days>("handling_days"),
      Of::Call<&ReadCutoffs>("cutoffs"),
      OfSpec<&LocationSpec::calendar>("calendar"),
      Of::Call<&ReadHours>("hours"),
      OfSpec<&LocationSpec::pickup>("pickup"),
      OfSpec<&LocationSpec::rate_cards>("rate_cards")};
};

static void ReadFx(JsonReader& reader, NodeId node, WorldJson& world) {
  ReadMap(reader, node, [&](std::string_view code, NodeId child) {
    const auto rate = reader.TextOf(child, "a rate as a text such as \"1.0840\"");
    const absl::StatusOr<Currency> currency = Currency::Parse(code);
    if (!currency.ok()) {
      reader.Report(child, "invalid_currency", std::string(MessageOf(currency.status())));
    } else if (rate) {
      world.draft.fx.emplace_back(*currency, std::string(*rate));
    }
  });
}

static void ReadLocations(JsonReader& reader, NodeId node, WorldJson& world) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  world.draft.locations.reserve(tree.node(node).size);
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    LocationJson location;
    Read(reader, c, location);
    SetPosition(reader, c, location.lat, location.lon, location.spec.position);
    world.draft.locations.push_back(std::move(location.spec));
  }
}

static void ReadCalendars(JsonReader& reader, NodeId node, WorldJson& world) {
  ReadNamed(reader, node, world.draft.calendars);
}

static void ReadRateCards(JsonReader& reader, NodeId node, WorldJson& world) {
  ReadNamed(reader, node, world.draft.rate_cards);
}

// `format` and `currency` are looked at before everything else.
static void Skip(JsonReader& /*reader*/, NodeId /*node*/, WorldJson& /*world*/) {}

// A field of the draft inside.
template <auto kMember>
constexpr Field OfDraft(std::string_view name) {
  return {name, [](JsonReader& reader, NodeId node, void* object) {
            Read(reader, node, static_cast<WorldJson*>(object)->draft.*kMember);
          }};
}

template <>
struct FieldsOf<WorldJson> {
  using Of = FieldMaker<WorldJson>;
  static constexpr Field kAll[] = {Of::Call<&Skip>("format"),
                                   Of::Call<&Skip>("currency"),
                                   Of::Call<&ReadFx>("fx"),
                                   Of::Call<&ReadLocations>("locations"),
                                   OfDraft<&WorldDraft::items>("items"),
                                   OfDraft<&WorldDraft::bundles>("bundles"),
                                   Of::Member<&WorldJson::stock>("stock"),
                                   Of::Member<&WorldJson::allotments>("allotments"),
                                   Of::Call<&ReadCalendars>("calendars"),
                                   Of::Call<&ReadRateCards>("rate_cards"),
                                   OfDraft<&WorldDraft::costs>("costs")};
};

namespace {

// The currency of the world. Where none is given, or none that exists, amounts are read in one of
// two decimals: so what else is wrong is found in the same pass.
void ReadCurrency(JsonReader& reader, WorldJson& world) {
  const NodeId node = reader.tree().Member(0, "currency");
  if (node == kNoNode || reader.IsNull(node)) {
    reader.issues().AddWarning(
        reader.tree().node(0).offset, "currency", "assumed_currency",
        fmt::format("no currency is given; {} is assumed", reader.currency().code()));
  } else {
    Read(reader, node, world.draft.currency);
  }
  if (world.draft.currency) reader.set_currency(*world.draft.currency);
  world.draft.currency = reader.currency();
}

absl::StatusOr<io::LoadedWorld> MakeWorld(WorldJson& read, const JsonTree& tree,
                                          DocumentIssues& issues) {
  constexpr std::string_view kWhat = "world";
  absl::StatusOr<World> world = World::Create(std::move(read.draft));
  if (!world.ok()) {
    issues.AddFromModel(tree, IssuesOf(world.status()));
    return issues.ToStatus(kWhat);
  }
  issues.AddFromModel(tree, world->warnings());
  absl::StatusOr<Stock> stock = Stock::Create(*world, std::move(read.stock));
  if (!stock.ok()) issues.AddFromModel(tree, IssuesOf(stock.status()));
  absl::StatusOr<Allotments> allotments = Allotments::Create(*world, std::move(read.allotments));
  if (!allotments.ok()) issues.AddFromModel(tree, IssuesOf(allotments.status()));
  if (!issues.ok()) return issues.ToStatus(kWhat);
  return io::LoadedWorld{*std::move(world), *std::move(stock), *std::move(allotments),
                         issues.Warnings()};
}

}  // namespace
}  // namespace orderwright::io_internal

namespace orderwright::io {

absl::StatusOr<LoadedWorld> ParseWorld(const Document& document, const ReadOptions& options) {
  using namespace io_internal;
  DocumentIssues issues(document.name, document.text, options.strict);
  JsonParser parser;
  JsonTree tree;
  if (!parser.Parse(document.text, tree)) {
    issues.AddSyntax(parser.error());
    return issues.ToStatus("world");
  }
  JsonReader reader(tree, issues, AnyCurrency());
  WorldJson world;
  issues.AddDuplicates(tree);
  if (CheckContainer(reader, 0, JsonKind::kObject)) {
    CheckFormat(reader, "orderwright.world/1", false);
    ReadCurrency(reader, world);
    Read(reader, NodeId{0}, world);
  }
  world.draft.postal_table = options.postal_table;
  return MakeWorld(world, tree, issues);
}

}  // namespace orderwright::io
