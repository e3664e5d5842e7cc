"""availability and promise, and plans with what is beyond stock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow

WORLD: dict[str, Any] = {
    "format": "orderwright.world/1",
    "currency": "USD",
    "locations": [
        {"id": "RNO", "cost_per_shipment": "2.50"},
        {"id": "OAK", "cost_per_shipment": "1.00", "pickup": {"lead_minutes": 60}},
    ],
    "items": [
        {
            "sku": "MUG",
            "backorder": {"allowed": True, "limit": 4},
            "substitutes": [{"sku": "CUP", "policy": "automatic"}],
        },
        {"sku": "CUP"},
        {"sku": "TEE", "substitutes": [{"sku": "HAT", "policy": "ask"}]},
        {"sku": "HAT"},
        {"sku": "NEW", "preorder": {"release": "2026-12-24T00:00:00Z", "limit": 9}},
    ],
    "bundles": [{"sku": "SET", "components": [{"sku": "MUG", "quantity": 2}, {"sku": "HAT", "quantity": 1}]}],
    "stock": [
        {
            "location": "RNO",
            "sku": "MUG",
            "on_hand": 4,
            "incoming": [{"quantity": 2, "at": "2026-12-01T08:00:00Z"}],
        },
        {"location": "OAK", "sku": "CUP", "on_hand": 1},
        {"location": "OAK", "sku": "HAT", "on_hand": 5},
        {"location": "RNO", "sku": "NEW", "on_hand": 1},
    ],
    "allotments": [{"sku": "HAT", "channel": "web", "ceiling": 4}],
}
NOW = "2026-11-23T12:00:00Z"


def order(*lines: tuple[str, int], **fields: Any) -> dict[str, Any]:
    made = [
        {"id": str(i + 1), "sku": sku, "quantity": n, "substitution": "automatic"}
        for i, (sku, n) in enumerate(lines)
    ]
    return {"id": "1042", "placed_at": NOW, "lines": made, **fields}


def test_availability_of_items_and_bundles() -> None:
    found = ow.availability(WORLD, ["MUG", "SET", "NEW"], now=NOW)
    assert found["MUG"] == {
        "available": 4,
        "backorder": 4,
        "incoming": [{"at": "2026-12-01T08:00:00Z", "quantity": 2}],
        "locations": {"RNO": 4},
    }
    assert found["SET"]["available"] == 0  # mugs and hats are at two places, and go together
    assert found["NEW"]["available"] == 0
    assert found["NEW"]["backorder"] == 9
    later = ow.availability(WORLD, "MUG", now=NOW, at="2026-12-01T08:00:00Z", by_location=False)
    assert later == {"MUG": {"available": 6, "backorder": 4, "incoming": []}}
    web = ow.availability(WORLD, "HAT", channel="web", now=NOW)
    assert web["HAT"]["available"] == 4
    with pytest.raises(ow.NotFound, match="'MUG'"):
        ow.availability(WORLD, "MUGG")


def test_availability_of_a_pool_sees_what_is_reserved() -> None:
    world, stock = ow.load_world(WORLD)
    pool = ow.InventoryPool(world, stock)
    pool.reserve([("MUG", "RNO", 3)])
    assert ow.availability((world, pool), "MUG", now=NOW)["MUG"]["available"] == 1
    assert ow.availability((world, stock), "MUG", now=NOW)["MUG"]["available"] == 4


def test_promise_per_service_and_store() -> None:
    ways = ow.promise(WORLD, order(("HAT", 2)))
    assert [(w["method"], w["complete"], w["cost"]) for w in ways] == [
        ("pickup", True, "1.00"),  # in an hour
        ("ship", True, "1.00"),
    ]
    assert ways[1]["service"] == "standard"
    assert ways[0]["location"] == "OAK"
    assert ways[0]["ready_at"] == "2026-11-23T13:00:00Z"
    assert [w["method"] for w in ow.promise(WORLD, order(("HAT", 2)), stores=0)] == ["ship"]
    late = ow.promise(WORLD, order(("MUG", 6)), stores=0)[0]
    assert late["backordered"] == 1
    assert late["deliver_by"] > "2026-12-01"
    world, stock = ow.load_world(WORLD)
    made = ow.Router(world).promise(ow.Order.from_dict(world, order(("HAT", 2))), stock)
    assert made[0].to_dict() == ways[0]
    with pytest.raises(ow.InvalidInput, match="one"):
        ow.promise(WORLD, [order(("HAT", 1)), order(("HAT", 1), id="2")])  # type: ignore[arg-type]


def test_a_plan_with_everything() -> None:
    plan = ow.route(WORLD, [order(("MUG", 7), ("TEE", 1), ("NEW", 1))], explain=True)[0]
    assert plan["status"] == "short"
    shipped = {(x["sku"], x["substitute_for"]) for s in plan["shipments"] for x in s["lines"]}
    assert shipped == {("MUG", None), ("CUP", "MUG")}
    assert [(b["sku"], b["quantity"], b["kind"]) for b in plan["backorders"]] == [
        ("MUG", 2, "backorder"),
        ("NEW", 1, "preorder"),
    ]
    assert plan["questions"][0]["substitute"] == "HAT"
    kinds = {x.get("kind") for x in plan["explanation"]["record"]["lines"]}
    assert {"substitute", "question", "backorder", "preorder"} <= kinds


def test_plans_as_objects() -> None:
    world, stock = ow.load_world(WORLD)
    pool = ow.InventoryPool(world, stock)
    router = ow.Router(world)
    made = ow.Order.from_dict(world, order(("MUG", 6), ("SET", 1), ("TEE", 1)))
    assert [(x.sku, x.open_quantity, x.position) for x in made.lines] == [
        ("MUG", 6, 0),
        ("SET", 1, 1),
        ("TEE", 1, 2),
    ]
    decision = router.route_and_reserve(made, pool)
    plan = decision.plan
    assert sum(b.quantity for b in plan.backorders) > 0
    assert plan.questions[0].sku == "TEE"
    assert plan.backorder_cost > 0
    assert plan.question_cost > 0
    text = str(plan)
    assert "waits at" in text
    assert "asks about" in text
    assert decision.reservation is not None


def test_rules_see_substitutes_and_components() -> None:
    world, stock = ow.load_world(WORLD)
    seen: list[set[tuple[str, str]]] = []

    def watch(f: ow.Facts) -> Any:
        seen.append(set(zip(f.line.sku.tolist(), f.item.sku.tolist(), strict=True)))
        return f.item.sku != "CUP"

    rules = ow.Rules(version="1")
    rules.add("no-cups", kind="eligible", require=watch)
    router = ow.Router(world, rules=rules)
    made = ow.Order.from_dict(world, order(("MUG", 6), ("SET", 1)))
    plan = router.route(made, stock)
    assert ("MUG", "CUP") in seen[0]
    assert ("SET", "HAT") in seen[0]
    assert all(x.sku != "CUP" for x in plan.lines)


def test_preorder_is_a_column() -> None:
    world, stock = ow.load_world(WORLD)
    rules = ow.Rules(version="1")
    rules.add("review", kind="hold", when=lambda f: bool(f.item.preorder.any()))
    router = ow.Router(world, rules=rules)
    assert router.route(ow.Order.from_dict(world, order(("NEW", 1))), stock).status == ow.PlanStatus.HELD
    assert router.route(ow.Order.from_dict(world, order(("HAT", 1))), stock).status == ow.PlanStatus.PLANNED


def test_command_line(tmp_path: Path) -> None:
    (tmp_path / "w.json").write_text(json.dumps(WORLD))
    (tmp_path / "o.json").write_text(json.dumps(order(("HAT", 2))))

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "orderwright", *args]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    done = run("availability", "--world", "w.json", "--now", NOW, "MUG", "SET")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ow.availability(WORLD, ["MUG", "SET"], now=NOW)
    done = run("promise", "--world", "w.json", "o.json")
    assert done.returncode == 0, done.stderr
    assert [json.loads(x) for x in done.stdout.splitlines()] == ow.promise(WORLD, order(("HAT", 2)))
    done = run("availability", "--world", "w.json", "MUGG")
    assert done.returncode == 2
    assert "MUG" in done.stderr
    assert run("promise", "--world", "w.json", "--stores", "-1", "o.json").returncode == 2
