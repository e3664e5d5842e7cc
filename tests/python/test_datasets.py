"""The datasets: what they say of themselves holds, and they are the same everywhere."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import itertools
import json
import math
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import orderwright as ow
from orderwright import datasets
from orderwright.datasets import _draw, _zips, journey, network, orders

ROOT = Path(__file__).resolve().parents[2]
SOME = 40_000  # orders, where a share is compared with its figure


@pytest.fixture(scope="module")
def world() -> dict[str, Any]:
    return network.world_document()


@pytest.fixture(scope="module")
def made(world: dict[str, Any]) -> list[dict[str, Any]]:
    return orders.generate(world, SOME, seed=7)


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


# -- Draws ----------------------------------------------------------------------------------------


def test_draws_are_the_published_hash_functions() -> None:
    assert _draw.text_hash("a") == 0xAF63DC4C8601EC8C  # FNV-1a, 64 bits
    # SplitMix64 from state 0 gives this first number: finalizer of one golden step.
    step = np.array([0x9E3779B97F4A7C15], dtype=np.uint64)
    assert int(_draw._mix(step)[0]) == 0xE220A8397B1DCDAF


def test_a_draw_depends_on_its_own_counter_alone() -> None:
    many = _draw.draw(5, "stream", 1000)
    few = _draw.draw(5, "stream", np.array([999, 3]))
    assert few.tolist() == [many[999], many[3]]
    assert _draw.draw(6, "stream", 3).tolist() != many[:3].tolist()
    assert _draw.draw(5, "other", 3).tolist() != many[:3].tolist()
    assert _draw.draw(-1, "stream", 1).tolist() == _draw.draw(2**64 - 1, "stream", 1).tolist()


def test_draws_have_the_distribution_that_is_asked_for() -> None:
    hashes = _draw.draw(1, "test", 200_000)
    assert np.bincount(_draw.below(hashes, 10)).min() > 19_400
    assert _draw.below(hashes, 2**31).max() < 2**31
    picked = np.bincount(_draw.pick(hashes, np.array([10, 10, 40, 100])), minlength=4) / 200_000
    assert picked.tolist() == pytest.approx([0.1, 0, 0.3, 0.6], abs=0.005)
    values = _draw.quantile(hashes, (0, 500, 1000), (0, 10, 1000))
    assert (
        values.min() == 0 and values.max() < 1000 and np.median(values) == pytest.approx(10, abs=1)
    )
    assert _draw.chance(hashes, 83).mean() == pytest.approx(0.083, abs=0.003)


@pytest.mark.parametrize("count", [0, 1_000_001])
def test_popularity_refuses_a_count_out_of_range(count: int) -> None:
    with pytest.raises(ow.InvalidInput, match="from 1 to 1,000,000"):
        network.demand_weights(count)


# -- ZIP codes ------------------------------------------------------------------------------------


def test_the_zip_table_is_the_census_and_small() -> None:
    table = _zips.zips()
    assert len(table.zip) == 33_791
    assert table.zip == sorted(set(table.zip))
    assert len(set(table.state)) == 51 + 5  # states and DC; PR, VI, GU, AS, MP
    file = Path(_zips.__file__).parent / "data" / "zips.csv.gz"
    assert file.stat().st_size < 900_000
    row = table.row("94103")
    assert (table.state[row], table.lat[row], table.lon[row]) == ("CA", 37.7730, -122.4113)
    with pytest.raises(KeyError):
        table.row("00000")


def test_people_sum_to_the_2020_census_and_are_roughly_where_they_live() -> None:
    table = _zips.zips()
    state = np.array(table.state)
    assert int(table.people.sum()) == 331_449_281
    assert int(table.people[state == "CA"].sum()) == 39_538_223
    assert int(table.people[state == "PR"].sum()) == 0
    prefix = np.array([int(code[:3]) for code in table.zip])
    measured = {  # prefixes: what the census counted in about that area, millions
        (100, 104, 111, 114, 116, 116): 8.80,  # New York City
        (850, 853): 4.42,  # Maricopa County
        (889, 891): 2.27,  # Clark County, Nevada
        (980, 981): 3.0,  # Seattle
        (840, 841): 2.3,  # Salt Lake City
    }
    for spans, millions in measured.items():
        inside = np.zeros(len(prefix), dtype=bool)
        for low, high in zip(spans[::2], spans[1::2], strict=True):
            inside |= (prefix >= low) & (prefix <= high)
        assert table.people[inside].sum() / 1e6 == pytest.approx(millions, rel=0.35)


def test_every_zip_has_a_time_zone_that_exists() -> None:
    table = _zips.zips()
    names = {
        _zips.time_zone(code, state) for code, state in zip(table.zip, table.state, strict=True)
    }
    for name in names:
        ZoneInfo(name)
    assert _zips.time_zone("37402", "TN") == "America/New_York"  # Chattanooga
    assert _zips.time_zone("38118", "TN") == "America/Chicago"  # Memphis


def test_the_build_script_knows_the_state_of_every_zip() -> None:
    spec = importlib.util.spec_from_file_location("build_data", ROOT / "tools/data/build.py")
    assert spec and spec.loader
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    table = _zips.zips()
    assert [build.state_of(code) for code in table.zip] == table.state
    assert sum(build.POPULATION.values()) == 331_449_281
    with pytest.raises(KeyError):
        build.state_of("00300")


# -- The network ----------------------------------------------------------------------------------

FIELDS = {
    "locations": {
        *("id", "kind", "name", "country", "region", "postal_code", "lat", "lon", "time_zone"),
        *("capabilities", "cost_per_shipment", "cost_per_unit", "handling_days", "cutoffs"),
        *("calendar", "rate_cards"),
    },
    "items": {"sku", "weight_g", "dimensions_mm", "unit_value", "unit_cost", "tags"},
    "stock": {"location", "sku", "on_hand", "safety_stock"},
}


def test_the_network_has_the_sites_it_promises(world: dict[str, Any]) -> None:
    kinds = Counter(site["kind"] for site in world["locations"])
    assert kinds == {"warehouse": 18, "third_party": 2, "store": 400, "dropship": 5}
    assert len({site["id"] for site in world["locations"]}) == 425
    assert {"RNO", "MEM", "CMH", "ONT"} <= {site["id"] for site in world["locations"]}
    stores = [site for site in world["locations"] if site["kind"] == "store"]
    assert len({site["postal_code"] for site in stores}) == 400
    assert sum(hub.share for hub in network.HUBS if hub.kind == "warehouse") == 1000


def test_the_network_uses_known_fields_and_resolves_its_names(world: dict[str, Any]) -> None:
    for part, fields in FIELDS.items():
        assert {field for row in world[part] for field in row} == fields
    table = _zips.zips()
    for site in world["locations"]:
        assert site["calendar"] in world["calendars"]
        assert site["rate_cards"] and set(site["rate_cards"]) <= set(world["rate_cards"])
        services = {s for card in site["rate_cards"] for s in world["rate_cards"][card]["services"]}
        assert set(site["cutoffs"]) == services
        row = table.row(site["postal_code"])
        assert (site["lat"], site["lon"], site["region"]) == (
            table.lat[row],
            table.lon[row],
            table.state[row],
        )
        ZoneInfo(site["time_zone"])
        assert 0 <= site["handling_days"] <= 2


def test_rates_rise_with_weight_and_distance(world: dict[str, Any]) -> None:
    for name, card in world["rate_cards"].items():
        for service in card["services"].values():
            zones = service["zones_km"]
            assert len(service["transit_days"]) == len(zones)
            assert service["transit_days"] == sorted(service["transit_days"])
            assert (zones[-1] is None) == (not name.startswith("regional"))
            grid = np.array([[Decimal(cost) for cost in costs] for _, costs in service["steps"]])
            assert grid.shape[1] == len(zones)
            assert (np.diff(grid, axis=0) >= 0).all() and (np.diff(grid, axis=1) >= 0).all()
            limits = [grams for grams, _ in service["steps"]]
            assert limits == sorted(set(limits)) and limits[0] > 0
    ground = world["rate_cards"]["national"]["services"]["ground"]["steps"]
    assert ground[1] == [453, ["7.80", "8.15", "8.70", "9.30", "9.90", "10.50", "11.30"]]


def test_calendars_close_on_holidays(world: dict[str, Any]) -> None:
    calendars = world["calendars"]
    assert {"2026-11-26", "2026-12-25", "2026-05-25", "2026-09-07"} <= set(
        calendars["weekdays"]["closed"]
    )
    assert set(calendars["stores"]["closed"]) < set(calendars["weekdays"]["closed"])
    for calendar in calendars.values():
        assert calendar["closed"] == sorted(set(calendar["closed"]))


def test_items_are_plausible(world: dict[str, Any]) -> None:
    items = world["items"]
    assert len(items) == len({item["sku"] for item in items}) == 10_000
    weight = np.array([item["weight_g"] for item in items])
    assert weight.min() >= 20 and weight.max() < 25_000
    assert 400 < np.median(weight) < 700 < weight.mean()  # skewed, as parcels are
    for item in items:
        assert Decimal(item["unit_cost"]) < Decimal(item["unit_value"])
        heavy = item["weight_g"] > 11_340 or max(item["dimensions_mm"]) > 762
        assert ("oversize" in item["tags"]) == heavy
    tags = Counter(tag for item in items for tag in item["tags"])
    assert 150 < tags["hazmat"] < 300 and 600 < tags["fragile"] < 1100 and tags["oversize"] > 100


def test_holdings_are_nested_but_for_what_is_out_of_stock() -> None:
    columns = network.stock()
    breadth = {k: hub.breadth * 10 for k, hub in enumerate(network.HUBS)}
    breadth |= {20 + k: int(b) * 10 for k, b in enumerate(network.store_breadth())}
    assert sum(300 <= b < 1200 for b in breadth.values()) == 400
    cells, held = 0, 0
    for position, most in breadth.items():
        item = columns.item[columns.location == position]
        assert item.max() < most
        cells, held = cells + most, held + len(item)
    assert held / cells == pytest.approx(1 - 0.083, abs=0.002)
    assert (columns.on_hand >= 1).all()
    store = (columns.location >= 20) & (columns.location < 420)
    assert columns.on_hand[store].max() == 4
    assert (columns.safety_stock == store).all()
    key = columns.location * 10_000 + columns.item
    assert (np.diff(key) > 0).all()  # sorted, no cell twice


def test_stock_is_scarce_enough_to_matter(world: dict[str, Any]) -> None:
    # Of the best sellers, the whole network's warehouses hold less than 10,000 orders ask for.
    columns = network.stock()
    head = (columns.item < 20) & (columns.location < 20)
    weights = network.demand_weights(network.ITEMS)
    asked = network.HORIZON_UNITS * weights[:20].sum() / weights.sum()
    assert 0.5 * asked < columns.on_hand[head].sum() < asked


def test_the_text_of_the_network_is_the_document(world: dict[str, Any]) -> None:
    assert json.loads(network.world_json()) == world


def test_the_network_is_the_same_everywhere(world: dict[str, Any]) -> None:
    # Digests of what was made when this was written: other numbers would be other data.
    assert {
        part: digest(world[part]) for part in ("locations", "items", "stock", "rate_cards")
    } == {
        "locations": "332c26293617f8b7",
        "items": "482f0d23d8244049",
        "stock": "0d98aa2b88323a05",
        "rate_cards": "7ec4dddf31bdfeb9",
    }


def test_a_document_shares_nothing_with_the_next() -> None:
    first = network.world_document(20)
    first["locations"][0]["rate_cards"].clear()
    first["locations"][0]["cutoffs"].clear()
    first["rate_cards"]["national"]["services"].clear()
    second = network.world_document(20)
    assert second["locations"][0]["rate_cards"] and second["locations"][0]["cutoffs"]
    assert second["rate_cards"]["national"]["services"]


@pytest.mark.parametrize("count", [0, 100_001])
def test_a_catalog_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(ow.InvalidInput, match="from 1 to 100,000"):
        network.world_document(count)


# -- Orders ---------------------------------------------------------------------------------------


def test_orders_use_known_fields(made: list[dict[str, Any]]) -> None:
    fields = set(itertools.chain.from_iterable(made))
    assert fields == {
        *("id", "channel", "market", "placed_at", "currency", "service", "customer", "ship_to"),
        "lines",
    }
    assert {f for o in made for f in o["ship_to"]} == {
        "country",
        "region",
        "postal_code",
        "lat",
        "lon",
    }
    assert {f for o in made for line in o["lines"] for f in line} == {
        *("id", "sku", "quantity", "unit_price"),
    }
    json.dumps(made[:100])


def test_an_order_is_found_by_its_number_and_orders_are_sorted(made: list[dict[str, Any]]) -> None:
    assert [order["id"] for order in made] == [str(n) for n in range(SOME)]
    placed = [order["placed_at"] for order in made]
    assert placed == sorted(placed)


def test_order_sizes_are_the_published_ones(made: list[dict[str, Any]]) -> None:
    units = np.array([sum(line["quantity"] for line in order["lines"]) for order in made])
    value = np.array([float(orders.value(order)) for order in made])
    assert units.mean() == pytest.approx(1.7, rel=0.03)
    assert value.sum() / units.sum() == pytest.approx(30.39, rel=0.05)
    assert value.mean() == pytest.approx(52.33, rel=0.05)
    assert (value < 30).mean() == pytest.approx(0.55, abs=0.02)
    lines = Counter(len(order["lines"]) for order in made)
    assert lines[1] / SOME == pytest.approx(0.65, abs=0.01)


def test_popularity_falls_as_published(world: dict[str, Any], made: list[dict[str, Any]]) -> None:
    rank = {item["sku"]: k for k, item in enumerate(world["items"])}
    count = np.bincount(
        [rank[line["sku"]] for order in made for line in order["lines"]], minlength=len(rank)
    )
    # Slope of log sales on log rank in the tail, in bins of equal width in log rank.
    edges = np.unique(np.geomspace(300, 10_000, 13).astype(int))
    middle = np.sqrt(edges[:-1] * edges[1:])
    mean = np.array([count[a:b].mean() for a, b in itertools.pairwise(edges)])
    slope = np.polyfit(np.log(middle), np.log(mean), 1)[0]
    assert slope == pytest.approx(-0.871, abs=0.06)
    assert count[:100].sum() / count.sum() == pytest.approx(0.185, abs=0.01)


def test_weekdays_and_hours_are_the_published_ones(made: list[dict[str, Any]]) -> None:
    # Local time by the time zone database, not by the generator's own rule.
    days: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for order in made:
        to = order["ship_to"]
        zone = ZoneInfo(_zips.time_zone(to["postal_code"], to["region"]))
        local = datetime.fromisoformat(order["placed_at"].replace("Z", "+00:00")).astimezone(zone)
        assert date(2026, 10, 5) <= local.date() < date(2026, 11, 2)
        days[local.weekday()] += 1
        hours[local.hour] += 1
    published = [0.161, 0.155, 0.150, 0.142, 0.134, 0.120, 0.138]
    assert [days[d] / SOME for d in range(7)] == pytest.approx(published, abs=0.006)
    share = [hours[h] / SOME for h in range(24)]
    assert max(range(24), key=share.__getitem__) == 20
    assert all(share[h] > 1 / 24 for h in range(15, 23)) and all(
        share[h] < 0.02 for h in range(1, 7)
    )
    assert share[22] < share[21] and share[23] < share[22]


def test_orders_go_where_people_are(made: list[dict[str, Any]]) -> None:
    table = _zips.zips()
    state = Counter(order["ship_to"]["region"] for order in made)
    assert state["CA"] / SOME == pytest.approx(39_538_223 / 331_449_281, abs=0.008)
    assert len(state) == 51
    home: dict[str, str] = {}
    for order in made:
        code = order["ship_to"]["postal_code"]
        assert table.people[table.row(code)] > 0
        assert home.setdefault(order["customer"]["id"], code) == code  # a customer has one home


def test_no_item_is_twice_in_an_order(made: list[dict[str, Any]]) -> None:
    for order in made:
        skus = [line["sku"] for line in order["lines"]]
        assert len(skus) == len(set(skus))
        assert [line["id"] for line in order["lines"]] == [str(k + 1) for k in range(len(skus))]


def test_orders_are_the_same_everywhere(world: dict[str, Any]) -> None:
    made = orders.generate(world, 500, seed=1)
    assert digest(made) == "a220201088a88cca"
    assert digest(orders.returns(made, seed=1)) == "dbe56571da263c76"
    assert made != orders.generate(world, 500, seed=2)


def test_any_world_can_be_ordered_from() -> None:
    class Item:
        def __init__(self, sku: str) -> None:
            self.sku, self.unit_value = sku, Decimal("2.50")

    class World:
        def items(self) -> list[Item]:
            return [Item("MUG"), Item("TEE")]

    made = orders.generate(World(), 300, seed=1)
    assert {line["sku"] for order in made for line in order["lines"]} == {"MUG", "TEE"}
    assert max(len(order["lines"]) for order in made) == 2
    assert made[0]["lines"][0]["unit_price"] == "2.50"
    bare = orders.generate({"items": [{"sku": "A"}]}, 3, seed=1)
    assert [order["lines"][0]["unit_price"] for order in bare] == ["0.00"] * 3
    assert orders.generate(World(), 0, seed=1) == []


def test_days_of_the_change_to_standard_time_have_the_right_offset() -> None:
    made = orders.generate({"items": [{"sku": "A"}]}, 400, seed=1, start=date(2026, 11, 1), days=1)
    for order in made:
        to = order["ship_to"]
        zone = ZoneInfo(_zips.time_zone(to["postal_code"], to["region"]))
        local = datetime.fromisoformat(order["placed_at"].replace("Z", "+00:00")).astimezone(zone)
        assert local.date() == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("world", "n", "days", "what"),
    [
        ({"items": [{"sku": "A"}]}, -1, 1, "n is -1"),
        ({"items": [{"sku": "A"}]}, 1, 0, "days is 0"),
        ({"items": []}, 1, 1, "no items"),
    ],
)
def test_bad_arguments_are_refused(world: dict[str, Any], n: int, days: int, what: str) -> None:
    with pytest.raises(ow.InvalidInput, match=what):
        orders.generate(world, n, seed=1, days=days)


def test_returns_are_as_many_as_published(made: list[dict[str, Any]]) -> None:
    back = orders.returns(made, seed=3)
    units = sum(line["quantity"] for order in made for line in order["lines"])
    assert sum(sum(step["lines"].values()) for step in back) / units == pytest.approx(
        0.176, abs=0.005
    )
    by_id = {order["id"]: order for order in made}
    for step in back:
        ordered = {line["id"]: line["quantity"] for line in by_id[step["order"]]["lines"]}
        assert all(0 < n <= ordered[line] for line, n in step["lines"].items())
        assert step["do"] == "request_return" and step["return"] == f"{step['order']}-R1"
        assert step["at"] > by_id[step["order"]]["placed_at"]
    assert [step["at"] for step in back] == sorted(step["at"] for step in back)


def test_the_package_offers_the_same_under_short_names(world: dict[str, Any]) -> None:
    placed = datasets.make_orders(world, 50, seed=4)
    assert placed == orders.generate(world, 50, seed=4)
    assert datasets.make_returns(placed, seed=4) == orders.returns(placed, seed=4)


def test_returns_need_the_time_of_the_order() -> None:
    order = {"id": "7", "lines": [{"id": "1", "sku": "A", "quantity": 50}]}
    with pytest.raises(ow.InvalidInput, match="placed_at"):
        orders.returns([order], seed=1)


# -- The Complete Journey -------------------------------------------------------------------------


def test_the_journey_has_the_baskets_it_promises() -> None:
    facts = journey.Journey().facts
    assert (facts.baskets, facts.lines, facts.households) == (155_848, 1_469_307, 2_469)
    assert facts.lines == facts.order_lines + facts.zero_quantity_lines + facts.coupon_lines
    assert facts.baskets == facts.orders + facts.empty_baskets
    assert (facts.orders, facts.order_lines, facts.products) == (155_381, 1_460_030, 68_235)
    assert facts.largest_quantity == 144


def test_the_text_of_the_journey_is_its_orders(tmp_path: Path) -> None:
    path = tmp_path / "baskets.jsonl"
    taken = journey.Journey()
    assert taken.write_jsonl(path) == len(taken) == 155_381
    home: dict[str, str] = {}
    before = ""
    with path.open() as file:
        for n, (text, order) in enumerate(zip(file, taken, strict=True)):
            if n % 50 == 0:
                assert json.loads(text) == order
            assert before <= order["placed_at"]
            before = order["placed_at"]
            code = order["ship_to"]["postal_code"]
            assert home.setdefault(order["customer"]["id"], code) == code
            assert all(line["quantity"] >= 1 for line in order["lines"])
    assert len(home) <= 2_469 and len(set(home.values())) > 1_500


def test_journey_prices_and_quantities_are_those_of_the_data() -> None:
    first = next(journey.orders())
    assert first["id"] == "31198570044" and first["placed_at"] == "2017-01-01T11:53:26Z"
    assert first["customer"] == {"id": "h900"}
    assert [(line["sku"], line["quantity"], line["unit_price"]) for line in first["lines"]] == [
        ("1095275", 1, "0.50")
    ]


@pytest.mark.parametrize("scarcity", [0.0, 0.05, 0.15])
def test_journey_stock_covers_the_share_of_demand_that_is_asked_for(scarcity: float) -> None:
    data = journey.baskets()
    columns = journey.stock(scarcity=scarcity, seed=3)
    assert columns.on_hand.sum() / data.facts.units == pytest.approx(1 - scarcity, abs=0.001)
    of_product = np.bincount(columns.item, weights=columns.on_hand, minlength=len(data.sku))
    assert (np.abs(of_product - (1 - scarcity) * data.demand) < 1).all()
    assert (columns.on_hand >= 1).all()
    key = columns.location * len(data.sku) + columns.item
    assert (np.diff(key) > 0).all()
    for position, hub in enumerate(network.HUBS):
        held = columns.item[columns.location == position]
        assert held.max() < len(data.sku) * hub.breadth // 1000  # nested: the most demanded first


def test_the_journey_world_fits_its_orders() -> None:
    document = journey.world_document(scarcity=0.05, seed=1)
    taken = journey.Journey()
    assert document == json.loads(taken.world_json(scarcity=0.05, seed=1))
    assert document["items"] == taken.items()
    skus = {item["sku"] for item in document["items"]}
    assert {line["sku"] for order in journey.orders() for line in order["lines"]} == skus
    assert all(5 <= item["weight_g"] <= 10_000 for item in document["items"])
    assert len(document["locations"]) == 425
    assert journey.stock(seed=1).on_hand.tolist() != journey.stock(seed=2).on_hand.tolist()


def test_the_journey_is_a_network_and_orders_of_it() -> None:
    taken = datasets.complete_journey()
    world, stock = taken.network(scarcity=0.05, seed=1)
    assert (len(world.locations), len(world.items)) == (425, 68_235)
    columns = journey.stock(scarcity=0.05, seed=1)
    assert len(stock) == len(columns.item)
    site = world.locations[int(columns.location[7])].id
    sku = world.items[int(columns.item[7])].sku
    assert stock.figures(sku=sku, location=site).on_hand == columns.on_hand[7]
    placed = taken.orders(world=world, limit=5_000)  # more than one piece of text
    assert len(placed) == 5_000
    for made, said in zip(
        placed[4_000:4_200], list(itertools.islice(taken, 4_000, 4_200)), strict=True
    ):
        assert (made.id, made.channel) == (said["id"], "web")
        assert made.placed_at is not None
        assert made.placed_at.strftime("%Y-%m-%dT%H:%M:%SZ") == said["placed_at"]
        assert made.position == (said["ship_to"]["lat"], said["ship_to"]["lon"])
        assert [(line.id, line.sku, line.quantity, line.unit_price) for line in made.lines] == [
            (line["id"], line["sku"], line["quantity"], Decimal(line["unit_price"]))
            for line in said["lines"]
        ]
    plans = ow.Router(world=world, verify=True).route_all(orders=placed[:50], pool=stock)
    assert [plan.order_id for plan in plans] == [made.id for made in placed[:50]]


def test_a_limit_takes_the_first_baskets() -> None:
    taken = datasets.complete_journey()
    assert b"".join(journey.jsonl(limit=0)) == b""
    (text,) = journey.jsonl(limit=3)
    assert [json.loads(line) for line in text.splitlines()] == list(itertools.islice(taken, 3))
    world, _ = taken.network()
    assert taken.orders(world=world, limit=0) == []
    with pytest.raises(ow.InvalidInput, match="limit is -1"):
        taken.orders(world=world, limit=-1)


def test_baskets_need_their_own_products(world: dict[str, Any]) -> None:
    with pytest.raises(ow.InvalidInput, match="1095275"):
        datasets.complete_journey().orders(world=ow.load_world(world)[0], limit=1)


@pytest.mark.parametrize("scarcity", [-0.1, 1.0, math.nan])
def test_a_scarcity_out_of_range_is_refused(scarcity: float) -> None:
    with pytest.raises(ow.InvalidInput, match="scarcity"):
        journey.stock(scarcity=scarcity)


def test_without_the_extra_the_error_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def absent(name: str, *rest: Any) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    journey.baskets.cache_clear()
    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(ImportError, match=r"pip install orderwright\[datasets\]"):
        journey.Journey()
    with pytest.raises(ImportError, match=r"pip install orderwright\[datasets\]"):
        journey.write_jsonl(tmp_path / "baskets.jsonl")
    assert not (tmp_path / "baskets.jsonl").exists()


# -- The small example ----------------------------------------------------------------------------


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    (p, q), (r, s) = map(math.radians, a), map(math.radians, b)
    h = math.sin((r - p) / 2) ** 2 + math.cos(p) * math.cos(r) * math.sin((s - q) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


def test_the_small_example_has_the_costs_that_the_documentation_shows() -> None:
    world = json.loads((ROOT / "examples/data/small_world.json").read_text())
    placed = (ROOT / "examples/data/small_orders.jsonl").read_text().splitlines()
    order = next(o for o in map(json.loads, placed) if o["id"] == "1042")
    site = {location["id"]: location for location in world["locations"]}
    grams = {item["sku"]: item["weight_g"] for item in world["items"]}
    ground = world["rate_cards"]["parcel"]["services"]["ground"]
    to = (order["ship_to"]["lat"], order["ship_to"]["lon"])

    def cost(where: str, goods: dict[str, int]) -> Decimal:
        location = site[where]
        km = great_circle_km((location["lat"], location["lon"]), to)
        zone = next(z for z, most in enumerate(ground["zones_km"]) if most is None or km <= most)
        weight = sum(grams[sku] * n for sku, n in goods.items())
        rate = next(c[zone] for most, c in ground["steps"] if most is None or weight <= most)
        handling = Decimal(location["cost_per_unit"]) * sum(goods.values())
        return Decimal(location["cost_per_shipment"]) + Decimal(rate) + handling

    split = Decimal(world["costs"]["split_penalty"])
    assert {line["sku"]: line["quantity"] for line in order["lines"]} == {
        "MUG": 2,
        "TEE": 1,
        "HAT": 1,
    }
    reno, oakland = cost("RNO", {"MUG": 2, "TEE": 1}), cost("OAK", {"HAT": 1})
    assert (reno, oakland, reno + oakland + split) == (
        Decimal("9.84"),
        Decimal("6.10"),
        Decimal("17.94"),
    )
    assert cost("MEM", {"MUG": 2, "TEE": 1, "HAT": 1}) == Decimal("21.70")
    assert reno + cost("SJC", {"HAT": 1}) + split == Decimal("18.79")
    assert cost("SCK", {"MUG": 2}) + cost("OAK", {"TEE": 1, "HAT": 1}) + split == Decimal("20.25")
