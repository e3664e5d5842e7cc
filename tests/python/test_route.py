"""route: a world and orders to plans, all as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow
from small_world import ROOT, order


def test_plans_come_in_order_of_input_and_see_each_other(document: dict[str, Any]) -> None:
    orders = [order(str(n), ("TEE", 1)) for n in range(3)]
    plans = ow.route(world=document, orders=orders)
    assert [(plan["order"], plan["status"]) for plan in plans] == [
        *(("0", "planned"), ("1", "planned"), ("2", "unroutable")),
    ]
    assert plans[2]["shortfalls"][0]["reason"] == "no_stock"
    plans = ow.route(world=document, orders=orders, mode="independent", now="2026-11-24T00:00:00Z")
    assert [plan["status"] for plan in plans] == ["planned"] * 3
    assert ow.route(world=document, orders=[]) == []


def test_a_world_is_a_document_a_path_or_what_was_loaded(
    document: dict[str, Any], loaded: tuple[ow.World, ow.Stock], tmp_path: Path
) -> None:
    world, orders = tmp_path / "world.json", tmp_path / "orders.jsonl"
    world.write_text(json.dumps(document))
    listed = [order("7", ("MUG", 1)), order("8", ("TEE", 2))]
    orders.write_text("\n".join(map(json.dumps, listed)))
    want = ow.route(world=document, orders=listed)
    for network in (world, str(world), json.dumps(document), loaded):
        assert ow.route(world=network, orders=orders) == want
    assert ow.route(world=loaded, orders=ow.load_orders(loaded[0], listed)) == want
    assert ow.route(world=loaded, orders=str(orders)) == want


def test_what_is_not_there_yet_is_not_supported(document: dict[str, Any]) -> None:
    with pytest.raises(ow.NotSupported) as raised:
        ow.route(world=document, orders=[], mode="batch")
    assert [issue.path for issue in raised.value.issues] == ["mode"]
    with pytest.raises(ow.InvalidInput):
        ow.route(world=document, orders=[], mode="fast")


def test_bad_arguments_are_invalid_input(
    document: dict[str, Any], loaded: tuple[ow.World, ow.Stock]
) -> None:
    made = ow.load_orders(loaded[0], [order("7", ("MUG", 1))])
    bad: list[tuple[Any, Any]] = [
        (loaded[0], []),  # no stock
        ((1, 2), []),
        (loaded, [*made, order("8", ("MUG", 1))]),
        (7, []),
        (document, 7),
        (document, [7]),
        (document, [order("7", ("MUG", 1)), order("7", ("MUG", 1))]),
    ]
    for world, orders in bad:
        with pytest.raises(ow.InvalidInput):
            ow.route(world=world, orders=orders)


def test_the_small_example_costs_what_the_documentation_says() -> None:
    folder = ROOT / "examples/data"
    plans = ow.route(world=folder / "small_world.json", orders=folder / "small_orders.jsonl")
    plan = next(plan for plan in plans if plan["order"] == "1042")
    assert plan["proof"] == "optimal"
    alone = [
        json.loads(line)
        for line in (folder / "small_orders.jsonl").read_text().splitlines()
        if json.loads(line)["id"] == "1042"
    ]
    (plan,) = ow.route(world=folder / "small_world.json", orders=alone)
    assert [(s["location"], s["cost"]) for s in plan["shipments"]] == [
        *(("RNO", "9.84"), ("OAK", "6.10")),
    ]
    assert plan["cost"] == "17.94"
