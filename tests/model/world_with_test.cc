// World::With: what stays and what changes along a lineage.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "orderwright/model/world.h"
#include "tests/model/fixtures.h"

namespace orderwright {
namespace {

using testing::CostOf;
using testing::CurrencyOf;
using testing::ErrorsOf;
using testing::IsOk;
using testing::PointOf;
using testing::SmallWorld;
using testing::StatusIs;
using Errors = std::vector<std::string>;

ItemSpec ItemOf(const std::string& sku, std::int64_t weight_g = 0) {
  ItemSpec item;
  item.sku = sku;
  item.weight_g = weight_g;
  return item;
}

LocationSpec LocationOf(const std::string& id) {
  LocationSpec location;
  location.id = id;
  location.position = PointOf(0, 0);
  return location;
}

World Next(const World& world, const WorldChanges& changes) {
  absl::StatusOr<World> next = world.With(changes);
  REQUIRE(IsOk(next));
  return *next;
}

TEST_CASE("With makes a later version of the same lineage and leaves the earlier one alone") {
  const World first = SmallWorld();
  WorldChanges changes;
  changes.items = {ItemOf("MUG", 400), ItemOf("HAT", 90)};
  changes.locations = {LocationOf("NYC")};
  const World second = Next(first, changes);
  CHECK(second.lineage() == first.lineage());
  CHECK(second.version() == 2);
  CHECK(&second.symbols() == &first.symbols());
  CHECK(second.item(*second.FindItem("MUG")).spec.weight_g == 400);
  CHECK(second.FindItem("MUG") == first.FindItem("MUG"));
  CHECK(second.FindItem("HAT") == SkuIndex{3});
  CHECK(second.FindLocation("NYC") == LocationIndex{2});

  CHECK(first.version() == 1);
  CHECK(first.items().size() == 3);
  CHECK(first.item(*first.FindItem("MUG")).spec.weight_g == 350);
  CHECK_FALSE(first.FindItem("HAT").has_value());
  CHECK_FALSE(first.FindLocation("NYC").has_value());
}

TEST_CASE("Two worlds made of equal drafts are of different lineages") {
  CHECK(SmallWorld().lineage() != SmallWorld().lineage());
}

TEST_CASE("A removed entry keeps its slot, and comes back in it") {
  const World first = SmallWorld();
  WorldChanges removal;
  removal.remove_skus = {"TEE"};
  removal.remove_locations = {"RNO"};
  const World second = Next(first, removal);
  CHECK(second.items().size() == 3);
  CHECK(second.FindItem("TEE") == SkuIndex{1});
  CHECK(second.items()[1].retired);
  CHECK(second.locations()[0].retired);
  CHECK_FALSE(second.locations()[0].IsActive(Timestamp{}));
  CHECK_FALSE(second.items()[0].retired);

  WorldChanges revival;
  revival.items = {ItemOf("TEE", 150)};
  revival.locations = {LocationOf("RNO")};
  const World third = Next(second, revival);
  CHECK(third.FindItem("TEE") == SkuIndex{1});
  CHECK_FALSE(third.items()[1].retired);
  CHECK(third.items()[1].spec.weight_g == 150);
  CHECK_FALSE(third.locations()[0].retired);
  CHECK(second.items()[1].retired);
}

TEST_CASE("A removed bundle is gone, and its name may be given again") {
  const World first = SmallWorld();
  WorldChanges removal;
  removal.remove_skus = {"SET"};
  const World second = Next(first, removal);
  CHECK_FALSE(second.HasBundle("SET"));
  CHECK(second.bundles().empty());
  CHECK(first.HasBundle("SET"));
  WorldChanges again;
  again.bundles = {{"SET", {{"CUP", Units(2)}}, true}};
  CHECK(Next(second, again).bundles()[0].components[0].sku == "CUP");
}

TEST_CASE("The removal of what is not there is kNotFound") {
  const World world = SmallWorld();
  WorldChanges changes;
  changes.remove_skus = {"HAT"};
  changes.remove_locations = {"NYC"};
  CHECK(StatusIs(world.With(changes), absl::StatusCode::kNotFound));
  CHECK(ErrorsOf(world.With(changes).status()) ==
        Errors{"remove_locations[0] not_found", "remove_skus[0] not_found"});

  WorldChanges once;
  once.remove_skus = {"TEE"};
  once.remove_locations = {"RNO"};
  const World next = Next(world, once);
  CHECK(StatusIs(next.With(once), absl::StatusCode::kNotFound));
}

TEST_CASE("An item that a bundle uses cannot be removed without the bundle") {
  const World world = SmallWorld();
  WorldChanges changes;
  changes.remove_skus = {"MUG"};
  CHECK(StatusIs(world.With(changes), absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(world.With(changes).status()) == Errors{"remove_skus[0] in_use"});
  SECTION("with it, it can") {
    changes.remove_skus = {"MUG", "SET"};
    CHECK(Next(world, changes).items()[0].retired);
  }
  SECTION("or if the bundle is changed in the same step") {
    changes.bundles = {{"SET", {{"CUP", Units(4)}}, true}};
    CHECK(Next(world, changes).items()[0].retired);
  }
  SECTION("a new bundle cannot use an item that goes") {
    changes.bundles = {{"SET", {{"MUG", Units(1)}}, true}};
    CHECK(ErrorsOf(world.With(changes).status()) ==
          Errors{"bundles[0].components[0].sku retired_sku"});
  }
}

TEST_CASE("Items and bundles share one space of SKUs along the whole lineage") {
  const World world = SmallWorld();
  WorldChanges item_as_bundle;
  item_as_bundle.items = {ItemOf("SET")};
  CHECK(ErrorsOf(world.With(item_as_bundle).status()) == Errors{"items[0].sku duplicate"});

  WorldChanges bundle_as_item;
  bundle_as_item.bundles = {{"TEE", {{"MUG", Units(1)}}, true}};
  CHECK(ErrorsOf(world.With(bundle_as_item).status()) == Errors{"bundles[0].sku duplicate"});
  // The slot of a retired item is taken for good.
  WorldChanges removal;
  removal.remove_skus = {"TEE"};
  const World later = Next(world, removal);
  CHECK(ErrorsOf(later.With(bundle_as_item).status()) == Errors{"bundles[0].sku duplicate"});
}

TEST_CASE("With refuses a name that is both given and removed, or given twice") {
  const World world = SmallWorld();
  WorldChanges changes;
  changes.items = {ItemOf("TEE"), ItemOf("CUP"), ItemOf("CUP")};
  changes.locations = {LocationOf("STO")};
  changes.remove_skus = {"TEE"};
  changes.remove_locations = {"STO"};
  CHECK(ErrorsOf(world.With(changes).status()) == Errors{"remove_locations[0] conflict",
                                                         "items[2].sku duplicate",
                                                         "remove_skus[0] conflict"});
}

TEST_CASE("With checks the result as a whole: references may go to what stays or what comes") {
  const World world = SmallWorld();
  WorldChanges changes;
  LocationSpec depot = LocationOf("DEP");
  depot.calendar = "weekdays";            // stays
  depot.rate_cards = {"default", "new"};  // stays, comes
  changes.locations = {depot};
  CHECK(ErrorsOf(world.With(changes).status()) ==
        Errors{"locations[0].rate_cards[1] unknown_rate_card"});
  changes.rate_cards = {testing::SmallCard("new")};
  const World next = Next(world, changes);
  CHECK(next.locations()[2].rate_cards ==
        std::vector<RateCardIndex>{RateCardIndex{0}, RateCardIndex{1}});
  CHECK(next.locations()[2].calendar == CalendarIndex{0});
}

TEST_CASE(
    "With changes only the newest version: two of one base would give an index two meanings") {
  const World first = SmallWorld();
  WorldChanges changes;
  changes.locations = {LocationOf("NYC")};
  const World second = Next(first, changes);
  changes.locations = {LocationOf("BOS")};
  CHECK(StatusIs(first.With(changes), absl::StatusCode::kAborted));
  const World third = Next(second, changes);
  CHECK(third.version() == 3);
  CHECK(third.FindLocation("BOS") == LocationIndex{3});
}

TEST_CASE("With checks the bounds of the costs of the result") {
  WorldDraft draft = testing::SmallDraft();
  draft.costs.shortfall_penalty_per_unit = CostOf("1000000000000");
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  WorldChanges changes;
  changes.locations = {LocationOf("NYC")};
  changes.locations[0].cost_per_unit = CostOf("1000000000000");
  CHECK(IsOk(world->With(changes)));
  changes.locations[0].cost_per_shipment = CostOf("400000000000");
  CHECK(ErrorsOf(world->With(changes).status()) == Errors{"costs out_of_range"});
}

TEST_CASE("The name of a service keeps its index when its card changes") {
  const World world = SmallWorld();
  WorldChanges changes;
  RateCardSpec card = testing::SmallCard("default");
  card.services[0].name = "air";
  changes.rate_cards = {card};
  const World next = Next(world, changes);
  CHECK(next.FindService("standard") == ServiceIndex{0});
  CHECK(next.FindService("ground") == ServiceIndex{1});
  CHECK(next.FindService("air") == ServiceIndex{2});
  CHECK(next.rate_cards()[0].services[0].name == ServiceIndex{2});
}

TEST_CASE("With recomputes ranks and warnings over the whole result") {
  const World world = SmallWorld();
  WorldChanges changes;
  changes.locations = {LocationOf("NYC")};
  changes.locations[0].rank = 0;
  changes.locations[0].position.reset();
  const World next = Next(world, changes);
  // NYC and RNO have rank 0; NYC comes first by id.
  CHECK(next.locations()[0].tie_rank == 1);
  CHECK(next.locations()[1].tie_rank == 2);
  CHECK(next.locations()[2].tie_rank == 0);
  REQUIRE(next.warnings().size() == 1);
  CHECK(next.warnings()[0].path == "locations[2]");
  WorldChanges removal;
  removal.remove_locations = {"NYC"};
  CHECK(Next(next, removal).warnings().empty());
}

TEST_CASE("Tables that a step does not touch are shared, not copied") {
  const World world = SmallWorld();
  WorldChanges changes;
  changes.locations = {LocationOf("NYC")};
  const World next = Next(world, changes);
  CHECK(next.items().data() == world.items().data());
  CHECK(next.rate_cards().data() == world.rate_cards().data());
  CHECK(next.locations().data() != world.locations().data());
}

TEST_CASE("Every name is found after any number of steps, be it short or long") {
  // Indices hold views of names: inside the text if it is short, on the heap if it is long. A
  // replaced entry must not leave a view of its old name behind.
  const std::string tail = GENERATE(std::string(), std::string(40, '-'));
  const auto name = [&tail](const char* kind, int i) {
    return fmt::format("{}{}{}", kind, i, tail);
  };
  World world = SmallWorld();
  for (int i = 0; i < 20; ++i) {
    WorldChanges changes;
    changes.items = {ItemOf(name("N", 0), i), ItemOf(name("N", i + 1), i)};
    changes.locations = {LocationOf(name("L", 0)), LocationOf(name("L", i + 1))};
    world = Next(world, changes);
  }
  for (int i = 0; i < 21; ++i) {
    CHECK(world.FindItem(name("N", i)) == static_cast<SkuIndex>(3 + i));
    CHECK(world.FindLocation(name("L", i)) == static_cast<LocationIndex>(2 + i));
  }
  CHECK(world.item(*world.FindItem(name("N", 0))).spec.weight_g == 19);
}

// What a world should say of items, kept the slow way.
struct Model {
  std::vector<std::string> slots;
  std::map<std::string, std::int64_t> live;  // weight by SKU
};

TEST_CASE("Any sequence of steps keeps the meaning of every index") {
  std::mt19937 random(3);
  WorldDraft draft;
  draft.currency = CurrencyOf("USD");
  absl::StatusOr<World> made = World::Create(draft);
  REQUIRE(IsOk(made));
  World world = *made;
  Model model;
  for (int step = 0; step < 200; ++step) {
    WorldChanges changes;
    std::set<std::string> named;
    for (std::size_t n = random() % 4; n > 0; --n) {
      const std::string sku = fmt::format("SKU-{}", random() % 40);
      if (!named.insert(sku).second) continue;
      if (model.live.contains(sku) && random() % 2 == 0) {
        changes.remove_skus.push_back(sku);
        model.live.erase(sku);
        continue;
      }
      const auto weight = static_cast<std::int64_t>(random() % 1000);
      changes.items.push_back(ItemOf(sku, weight));
      if (std::find(model.slots.begin(), model.slots.end(), sku) == model.slots.end()) {
        model.slots.push_back(sku);
      }
      model.live[sku] = weight;
    }
    world = Next(world, changes);
    REQUIRE(world.version() == static_cast<std::uint64_t>(step) + 2);
    REQUIRE(world.items().size() == model.slots.size());
    for (std::size_t i = 0; i < model.slots.size(); ++i) {
      const std::string& sku = model.slots[i];
      const auto live = model.live.find(sku);
      CAPTURE(step, sku);
      REQUIRE(world.items()[i].sku() == sku);
      REQUIRE(world.FindItem(sku) == static_cast<SkuIndex>(i));
      REQUIRE(world.items()[i].retired == (live == model.live.end()));
      if (live != model.live.end()) REQUIRE(world.items()[i].spec.weight_g == live->second);
    }
  }
  CHECK(model.slots.size() == 40);
}

}  // namespace
}  // namespace orderwright
