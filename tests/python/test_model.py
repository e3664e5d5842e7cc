"""Worlds, items, locations and orders as Python objects."""

from __future__ import annotations

import json
import warnings
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import orderwright as ow
from small_world import order


def test_a_world_shows_what_its_document_says(world: ow.World) -> None:
    assert (world.currency, world.version) == ("USD", 1)
    assert [place.id for place in world.locations] == ["RNO", "MEM"]
    assert [item.sku for item in world.items] == ["MUG", "TEE"]
    assert set(world.services) == {"ground", "standard"}
    assert world.warnings == []
    assert repr(world) == "<World: 2 locations, 2 items, USD, version 1>"


def test_a_location_shows_what_its_document_says(world: ow.World) -> None:
    reno = world.location(id="RNO")
    assert reno.kind == ow.LocationKind.WAREHOUSE
    assert world.location(id="MEM").kind == ow.LocationKind.THIRD_PARTY
    assert (reno.name, reno.country, reno.region, reno.postal_code) == (
        *("Reno", "US", "NV", "89502"),
    )
    assert reno.position == (39.53, -119.81)
    assert reno.time_zone == "America/Los_Angeles"
    assert reno.tags == ["west"] and reno.capabilities == [] and reno.rate_cards == ["default"]
    assert reno.attributes == {"dock": 4, "night": True, "note": "x"}
    assert reno.attributes["night"] is True
    assert (reno.cost_per_shipment, reno.cost_per_unit) == (Decimal("2.50"), Decimal("0.10"))
    assert str(reno.cost_per_shipment) == "2.50"
    assert reno.active and not reno.retired and reno.handling_days == 0
    assert world.location(id="MEM").region is None
    assert repr(reno) == "<Location RNO: warehouse, Reno>"


def test_an_item_shows_what_its_document_says(world: ow.World) -> None:
    mug = world.item(sku="MUG")
    assert (mug.weight_g, mug.dimensions_mm, mug.unit_value) == (350, (120, 90, 100), Decimal(8))
    assert (mug.unit_cost, mug.tags, mug.attributes) == (None, [], {})
    assert mug.requires_shipping and not mug.retired
    tee = world.item(sku="TEE")
    assert (tee.tags, tee.unit_value, tee.dimensions_mm) == (["soft"], None, None)
    assert repr(tee) == "<Item TEE: 200 g>"


def test_parts_outlive_the_world_that_they_are_of(document: dict[str, Any]) -> None:
    def mug() -> ow.Item:
        return ow.load_world(document)[0].items[0]

    assert [mug().sku for _ in range(100)] == ["MUG"] * 100


def test_handles_to_one_version_are_equal(world: ow.World, document: dict[str, Any]) -> None:
    same = ow.Router(world=world).world
    assert same == world and hash(same) == hash(world) and same is not world
    other, _ = ow.load_world(document)
    assert other != world and other.lineage != world.lineage
    assert world != "world"


def test_an_unknown_name_is_not_found_and_the_nearest_is_named(world: ow.World) -> None:
    with pytest.raises(ow.NotFound, match=r"no location 'RN0'; did you mean 'RNO'\?"):
        world.location(id="RN0")
    with pytest.raises(KeyError) as raised:
        world.item(sku="MUGG")
    assert str(raised.value) == "there is no item 'MUGG'; did you mean 'MUG'?"


def test_an_order_shows_what_its_document_says(world: ow.World) -> None:
    made = ow.Order.from_dict(
        world=world,
        order=order(
            *("7", ("MUG", 3), ("TEE", 1)),
            priority=2,
            service=["ground"],
            max_shipments=2,
            tags=["vip"],
        ),
    )
    assert (made.id, made.channel, made.market, made.priority) == ("7", "web", None, 2)
    assert made.placed_at == datetime(2026, 11, 23, 17, 14, tzinfo=timezone.utc)
    assert made.placed_at.utcoffset() == timedelta(0)
    assert (made.services, made.max_shipments, made.tags) == (["ground"], 2, ["vip"])
    assert (made.country, made.postal_code, made.position) == ("US", "94103", (37.77, -122.42))
    assert not made.ship_complete and not made.test and made.attributes == {}
    assert made.units == 4
    first, second = made.lines
    assert (first.id, first.sku, first.quantity, first.open_quantity) == ("1", "MUG", 3, 3)
    assert (first.unit_price, first.no_split, first.attributes) == (None, False, {})
    assert second.sku == "TEE"
    assert repr(made) == "<Order 7: 2 lines>" and repr(first) == "<OrderLine 1: MUG ×3>"


def test_units_already_shipped_are_not_open(world: ow.World) -> None:
    document = order("7", ("MUG", 3))
    document["lines"][0].update(shipped=1, unit_price="8.00")
    line = ow.Order.from_dict(world=world, order=document).lines[0]
    assert (line.quantity, line.open_quantity, line.unit_price) == (3, 2, Decimal("8.00"))


def test_python_values_of_money_time_and_numpy_are_taken(world: ow.World) -> None:
    document = order("7", ("MUG", 3))
    zone = timezone(timedelta(hours=-8))
    document["placed_at"] = datetime(2026, 11, 23, 9, 14, 0, 250_999, tzinfo=zone)
    document["lines"][0]["quantity"] = np.int64(3)
    document["lines"][0]["unit_price"] = Decimal("8.10")
    made = ow.Order.from_dict(world=world, order=document)
    assert made.placed_at == datetime(2026, 11, 23, 17, 14, 0, 250_000, tzinfo=timezone.utc)
    assert made.lines[0].unit_price == Decimal("8.10") and made.lines[0].quantity == 3


def test_all_issues_come_at_once_with_their_paths(world: ow.World) -> None:
    bad = order("7", ("MUGG", 1), ("TEE", -2))
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Order.from_dict(world=world, order=bad)
    assert [issue["path"] for issue in raised.value.issues] == ["lines[0].sku", "lines[1].quantity"]
    assert all(set(issue) == {"path", "code", "message"} for issue in raised.value.issues)
    with pytest.raises(ow.InvalidInput) as raised:
        ow.load_orders(world=world, source=[order("6", ("MUG", 1)), bad])
    assert [issue.path for issue in raised.value.issues] == [
        *("orders[1].lines[0].sku", "orders[1].lines[1].quantity"),
    ]
    assert "orders[1].lines[0].sku: " in str(raised.value)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (float("nan"), "orders[0].risk"),
        (float("inf"), "orders[0].risk"),
        (Decimal("NaN"), "orders[0].risk"),
        ({1, 2}, "orders[0].risk"),
        (object(), "orders[0].risk"),
        (datetime(2026, 1, 1), "orders[0].risk"),
        ({(1, 2): 3}, "orders[0].risk"),
    ],
)
def test_what_has_no_json_form_is_invalid_input(world: ow.World, value: object, path: str) -> None:
    with pytest.raises(ow.InvalidInput) as raised:
        ow.load_orders(world=world, source=[order("6", ("MUG", 1), risk=value)])
    assert [issue.path for issue in raised.value.issues] == [path]


def test_what_contains_itself_is_invalid_input(world: ow.World) -> None:
    document = order("6", ("MUG", 1))
    document["attributes"] = {"self": document}
    with pytest.raises(ow.InvalidInput, match="contains itself"):
        ow.Order.from_dict(world=world, order=document)


def test_numbers_beyond_64_bits_and_lone_surrogates_are_invalid_input(world: ow.World) -> None:
    with pytest.raises(ow.InvalidInput):
        ow.load_orders(world=world, source=[order("6", ("MUG", 2**70))])
    with pytest.raises(ow.InvalidInput):
        ow.load_orders(world=world, source=[order("6\ud800", ("MUG", 1))])
    with pytest.raises(ow.InvalidInput):
        ow.load_orders(world=world, source='[{"id": "\ud800"}]')
    with pytest.raises(ow.InvalidInput):
        ow.load_orders(world=world, source=[order("6", ("MUG", 1.5))])  # type: ignore[arg-type]


def test_orders_are_read_from_every_kind_of_source(world: ow.World, tmp_path: Path) -> None:
    some = [order(str(n), ("MUG", 1)) for n in range(3)]
    lines = tmp_path / "orders.jsonl"
    lines.write_text("".join(json.dumps(entry) + "\n" for entry in some))
    array = tmp_path / "orders.json"
    array.write_text(json.dumps(some))
    table = tmp_path / "orders.csv"
    table.write_text("id,sku,quantity\n" + "".join(f"{n},MUG,1\n" for n in range(3)))
    sources: list[Any] = [some, tuple(some), iter(some), lines, str(lines), array, table]
    sources += [json.dumps(some), json.dumps(some).encode()]
    for source in sources:
        made = ow.load_orders(world=world, source=source)
        assert [entry.id for entry in made] == ["0", "1", "2"], source
    assert [entry.id for entry in ow.load_orders(world=world, source=some[2])] == ["2"]
    assert ow.load_orders(world=world, source=[]) == []


def test_an_issue_of_a_file_has_line_and_column(world: ow.World, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    good = json.dumps(order("1", ("MUG", 1)))
    path.write_text(f"{good}\n{{nonsense\n{good.replace('MUG', 'CUP').replace('94103', '94104')}\n")
    with pytest.raises(ow.InvalidInput) as raised:
        ow.load_orders(world=world, source=path)
    places = [issue.path for issue in raised.value.issues]
    assert places[0].startswith(f"{path}:2:")
    assert places[1].startswith(f"{path}:3:") and places[1].endswith(": lines[0].sku")


def test_a_missing_or_unreadable_file_is_said_so(world: ow.World, tmp_path: Path) -> None:
    with pytest.raises(ow.NotFound, match="there is no file"):
        ow.load_orders(world=world, source=tmp_path / "none.jsonl")
    with pytest.raises(ow.InvalidInput, match="cannot be read"):
        ow.load_world(tmp_path)
    with pytest.raises(ow.InvalidInput, match="cannot be read"):
        ow.load_world("no\0path")
    with pytest.raises(ow.InvalidInput, match="is a int"):
        ow.load_world(7)  # type: ignore[arg-type]


def test_an_unknown_field_is_an_error_unless_reading_is_lenient(document: dict[str, Any]) -> None:
    document["locations"][0]["colour"] = "red"
    with pytest.raises(ow.InvalidInput) as raised:
        ow.load_world(document)
    assert [(i.path, i.code) for i in raised.value.issues] == [
        ("locations[0].colour", "unknown_field")
    ]
    with pytest.warns(ow.InputWarning, match=r"locations\[0\].colour") as caught:
        world, _ = ow.load_world(document, strict=False)
    warning = caught[0].message
    assert isinstance(warning, ow.InputWarning)
    assert [issue.path for issue in warning.issues] == ["locations[0].colour"]
    assert caught[0].filename == __file__
    bad = order("7", ("MUG", 1), colour="red")
    with pytest.raises(ow.InvalidInput):
        ow.Order.from_dict(world=world, order=bad)
    assert ow.Order.from_dict(world=world, order=bad, strict=False).id == "7"
    with pytest.warns(ow.InputWarning):
        assert len(ow.load_orders(world=world, source=[bad], strict=False)) == 1


def test_what_is_not_acted_on_yet_is_refused(document: dict[str, Any]) -> None:
    document["locations"][0]["capacity_units_per_day"] = 5
    with pytest.raises(ow.NotSupported) as raised:
        ow.load_world(document)
    assert [issue.path for issue in raised.value.issues] == ["locations[0].capacity_units_per_day"]
    assert isinstance(raised.value, NotImplementedError)


def test_positions_come_from_a_postal_table(document: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "postal.csv"
    path.write_text("zip,lat,lon\n89502,39.5,-119.8\n94103,37.77,-122.41\n")
    table = ow.load_postal_table(path)
    assert len(table) == 2 and repr(table) == "<PostalTable of 2 codes>"
    assert table.find(postal_code="94103-1234") == (37.77, -122.41)
    assert table.find(postal_code="94103", country="CA") is None
    del document["locations"][0]["lat"], document["locations"][0]["lon"]
    for given in (table, path, str(path)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            world, _ = ow.load_world(document, postal_table=given)
        assert world.location(id="RNO").position == (39.5, -119.8)
        there = order("7", ("MUG", 1))
        del there["ship_to"]["lat"], there["ship_to"]["lon"]
        assert ow.Order.from_dict(world=world, order=there).position == (37.77, -122.41)
    with pytest.warns(ow.InputWarning):
        world, _ = ow.load_world(document)
    assert world.location(id="RNO").position is None and len(world.warnings) == 1


def test_distances_are_great_circles() -> None:
    assert ow.distance_km(a=(0, 0), b=(0, 180)) == pytest.approx(20015.1, abs=0.1)
    assert ow.distance_km(a=(39.53, -119.81), b=(39.53, -119.81)) == 0
    with pytest.raises(ow.InvalidInput):
        ow.distance_km(a=(91, 0), b=(0, 0))
