"""What other rules would change: on a change that is known by hand, and against two runs of route."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow
from small_world import ROOT
from test_cases import RULES, WORLD
from test_cli import run, write_orders


def order(id: str, quantity: int = 1, sku: str = "MUG", **more: Any) -> dict[str, Any]:
    lines = [{"id": "1", "sku": sku, "quantity": quantity}]
    return {"id": id, "ship_to": {"lat": 37.77, "lon": -122.41}, "lines": lines, **more}


def rules(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": "orderwright.rules/1", "rules": list(entries), **more}


NO_WEST = {"id": "no-west", "kind": "eligible", "when": "'vip' in order.tags", "require": "location.id != 'WEST'"}
ORDERS = [order("a"), order("b", 2, tags=["vip"]), order("c", 12, tags=["vip"])]


def test_a_change_that_is_known_by_hand() -> None:
    # b moves from WEST (3.00) to STORE (5.00). c had five of WEST and STORE each and two of EAST; EAST
    # has three more, and two are short.
    found = ow.compare_rules(WORLD, ORDERS, None, rules(NO_WEST, version="2"))
    assert found.orders == 3
    assert [change.order for change in found.changed] == ["b", "c"]
    b, c = found.changed
    assert b.parts == ("locations", "cost") and b.extra_cost == Decimal("2.00")
    assert b.moves == ({"line": "1", "sku": "MUG", "from": "WEST", "to": "STORE", "units": 2},)
    assert b.rules == ({"rule": "no-west", "change": "added", "same_rule": False},)
    assert [s.location for s in b.before.shipments] == ["WEST"]
    assert c.parts == ("status", "locations", "shortfalls", "cost")
    assert [(m["from"], m["to"], m["units"]) for m in c.moves] == [("WEST", "EAST", 3), ("WEST", None, 2)]
    assert found.totals["parts"]["locations"] == 2
    assert found.totals["rules"] == [{"rule": "no-west", "same_rule": False, "orders": 2}]
    assert found.totals["version_after"] == "2" and found.totals["same_objectives"]
    rows = found.to_dicts()
    assert rows[0]["cost_before"] == "3.00" and rows[0]["cost_after"] == "5.00"
    assert json.loads(json.dumps(found.to_dict()))["changed"] == rows
    assert "order b: MUG ×2 WEST → STORE; +2.00 (no-west added)" in str(found)


def test_the_snippet_of_the_documentation(tmp_path: Path) -> None:
    world, last_month = WORLD, ORDERS
    today, tomorrow = rules(), rules(NO_WEST)
    found = ow.compare_rules(world, last_month, today, tomorrow)
    print(found)  # totals, the rules behind it, and the orders that change
    for change in found.changed:
        moved = sum(move["units"] for move in change.moves)
        print(change.order, change.parts, change.extra_cost, moved, [r["rule"] for r in change.rules])
    assert len(found.changed) == 2


def test_plans_are_recorded_if_asked() -> None:
    found = ow.compare_rules(WORLD, ORDERS, None, rules(NO_WEST), explain=True)
    assert "no-west" in str(found.changed[0].after.explain(why_not=["WEST"]))
    with pytest.raises(ow.NotAllowed):
        ow.compare_rules(WORLD, ORDERS, None, rules(NO_WEST)).changed[0].after.explain()


def test_functions_and_constants_compare_like_texts() -> None:
    before, after = ow.Rules(), ow.Rules()
    after.add("many", kind="hold", when=lambda f: f.order.units > 5)
    found = ow.compare_rules(ow.load_world(WORLD), ORDERS, before, after)
    assert [(change.order, change.holds_added) for change in found.changed] == [("c", ("many",))]
    bad = ow.Rules()
    bad.add("bad", kind="hold", when=lambda f: 1 / 0 > 1, on_error="fail")
    with pytest.raises(ow.InvalidInput, match="order 'a', rule 'bad'") as caught:
        ow.compare_rules(WORLD, ORDERS, after, bad)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_callable_sees_progress_and_can_cancel() -> None:
    seen: list[tuple[int, int]] = []
    ow.compare_rules(WORLD, ORDERS, None, RULES, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 3) and seen[-1] == (3, 3)

    def stop(done: int, total: int) -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        ow.compare_rules(WORLD, ORDERS, None, RULES, progress=stop)


def test_wrong_rules_say_of_which_set_they_are() -> None:
    service = {"id": "s", "kind": "set", "field": "service", "value": "nowhere"}
    with pytest.raises(ow.InvalidInput):
        ow.compare_rules(WORLD, ORDERS, None, rules(service))
    with pytest.raises(ow.InvalidInput, match="threads"):
        ow.compare_rules(WORLD, ORDERS, None, rules(NO_WEST), threads=-1)


# -- Against two runs of route ----------------------------------------------------------------------


def decision(plan: dict[str, Any]) -> dict[str, Any]:
    """What of a plan is a decision: without the names of rules that only say the same."""
    plan = copy.deepcopy(plan)
    for name in ("rules_version", "stock_sequence", "relaxed", "shadows", "proof", "lower_bound"):
        plan.pop(name, None)
    plan["holds"] = sorted(hold["rule"] for hold in plan["holds"])
    plan["settings"] = sorted((s["field"], str(s["value"])) for s in plan["settings"])
    plan["outcomes"] = [(o["on"], o["then"]) for o in plan["outcomes"]]
    plan["rule_errors"] = sorted((e["rule"], e["message"]) for e in plan.get("rule_errors", []))
    return plan


def units_of(plan: dict[str, Any]) -> Counter[tuple[str, str]]:
    units: Counter[tuple[str, str]] = Counter()
    for shipment in plan["shipments"]:
        for line in shipment["lines"]:
            units[line["line"], shipment["location"]] += line["quantity"]
    return units


NETWORK_RULES = [
    {"id": "near", "kind": "limit", "what": "max_distance_km", "value": 2500},
    {"id": "stores", "kind": "prefer", "when": "location.kind == 'store'", "cost": "3.00"},
    {"id": "floor", "kind": "protect", "when": "location.kind == 'store'", "units": 2},
    {"id": "one", "kind": "limit", "when": "order.units < 3", "what": "max_shipments", "value": 1},
    {"id": "spare", "kind": "price", "when": "candidate.available < 5", "cost": 0.25},
    {"id": "large", "kind": "hold", "when": "order.units > 4"},
    {"id": "whole", "kind": "set", "when": "order.units > 2", "field": "ship_complete", "value": True},
    {"id": "rest", "kind": "outcome", "on": "short", "then": "hold"},
    {"id": "quick", "kind": "eligible", "require": "candidate.transit_days <= 3", "relax": 1},
]


def test_differences_are_those_of_two_runs_of_route(network: tuple[ow.World, ow.Stock]) -> None:
    generator = random.Random(20261127)
    world, stock = network
    orders = ow.datasets.make_orders(world, 120, seed=5)
    changes = 0
    for _ in range(5):
        sets = [
            rules(*(rule for rule in NETWORK_RULES if generator.random() < 0.5)) for _ in range(2)
        ]
        found = ow.compare_rules((world, stock), orders, sets[0], sets[1])
        runs = [ow.route((world, stock), orders, one, mode="independent") for one in sets]
        expected = [
            old["order"] for old, new in zip(*runs, strict=True) if decision(old) != decision(new)
        ]
        assert [change.order for change in found.changed] == expected
        for side, plans in zip(("before", "after"), runs, strict=True):
            totals = found.totals[side]
            assert Decimal(totals["cost"]) == sum(Decimal(plan["cost"]) for plan in plans)
            assert totals["held"] == sum(plan["status"] == "held" for plan in plans)
            assert totals["shipments"] == sum(len(plan["shipments"]) for plan in plans)
            assert totals["split"] == sum(len(plan["shipments"]) > 1 for plan in plans)
        by_id = {old["order"]: (old, new) for old, new in zip(*runs, strict=True)}
        for change in found.changed:
            old, new = by_id[change.order]
            assert change.before.to_dict()["shipments"] == old["shipments"]
            assert change.after.to_dict()["shipments"] == new["shipments"]
            units = units_of(old)
            for move in change.moves:
                if move["from"]:
                    units[move["line"], move["from"]] -= move["units"]
                if move["to"]:
                    units[move["line"], move["to"]] += move["units"]
            assert +units == units_of(new)
            assert any(not rule["same_rule"] for rule in change.rules)
        changes += len(found.changed)
        same = ow.compare_rules((world, stock), orders, sets[0], copy.deepcopy(sets[0]))
        assert same.changed == () and same.totals["before"] == same.totals["after"]
        alone = ow.compare_rules((world, stock), orders, sets[0], sets[1], threads=1)
        assert alone.to_dict() == found.to_dict()
    assert changes > 50


# -- The command ----------------------------------------------------------------------------------


def test_the_command_says_what_changes(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text(json.dumps(WORLD))
    (tmp_path / "after.json").write_text(json.dumps(rules(NO_WEST, version="2")))
    orders = write_orders(tmp_path / "orders.jsonl", *ORDERS)
    common = ("diff", orders, "--world", tmp_path / "world.json")
    done = run(*common, "--after", tmp_path / "after.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("rules (no version) → 2: 2 of 3 orders change\n")
    report = json.loads(run(*common, "--after", tmp_path / "after.json", "--json").stdout)
    assert report == ow.compare_rules(WORLD, ORDERS, None, rules(NO_WEST, version="2")).to_dict()
    shown = run(*common, "--before", tmp_path / "after.json", "--progress")
    assert shown.returncode == 0 and "3/3" in shown.stderr
    assert run(*common).returncode == 2
    assert run("diff", "-", "--world", "-", "--after", "x").returncode == 2


def test_the_example_data_can_be_compared() -> None:
    data = ROOT / "examples" / "data"
    found = ow.compare_rules(data / "small_world.json", data / "small_orders.jsonl", None, None)
    assert found.changed == () and found.orders > 0
