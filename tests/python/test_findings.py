"""What the analysis of rules finds, and the orders that show it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow
from small_world import WORLD
from test_cli import run


def rules_of(*entries: dict[str, Any]) -> ow.Rules:
    return ow.Rules.from_dict({"format": "orderwright.rules/1", "rules": list(entries)})


BULK = {"id": "bulk", "kind": "set", "field": "max_shipments", "when": "order.units > 10", "value": 4}
BIG = {
    "id": "big",
    "kind": "set",
    "field": "max_shipments",
    "when": "order.units > 20 && order.total > 500",
    "value": 6,
}


def test_rules_that_are_well_have_no_findings() -> None:
    assert rules_of(BULK, {"id": "look", "kind": "hold", "when": "order.test"}).findings() == []
    assert ow.Rules().findings() == []


def test_a_finding_says_where_and_what_and_shows_an_order() -> None:
    (found,) = rules_of(BULK, BIG).findings()
    assert (found.kind, found.severity, found.rules) == ("shadowed", "error", ("big", "bulk"))
    assert found.path.endswith("rules[1]")
    assert found.witness is not None
    assert "units" in found.witness["text"] and found.witness["text"] in str(found)
    (line,) = found.witness["order"]["lines"]
    assert line["quantity"] > 20
    assert found.to_dict()["rules"] == ["big", "bulk"]
    assert json.loads(json.dumps(found.to_dict()))["witness"] == found.witness


def test_a_witness_can_be_routed_by_the_rules() -> None:
    both = rules_of(BULK, BIG)
    (found,) = both.findings()
    assert found.witness is not None
    (plan,) = ow.route(found.witness["world"], [found.witness["order"]], both)
    assert [(s["rule"], s["value"]) for s in plan["settings"]] == [("bulk", 4)]


@pytest.mark.parametrize(
    "entry",
    [
        {"kind": "hold", "when": "order.attributes.gift == true"},
        {"kind": "hold", "when": "order.units / order.priority > 2"},
        {"kind": "eligible", "require": "location.attributes.dock > 3"},
        {"kind": "price", "when": "location.kind == 'store'", "cost": "line.unit_price * item.attributes.n"},
    ],
)
def test_an_order_that_a_rule_fails_for_is_held_by_the_router(entry: dict[str, Any]) -> None:
    bad = rules_of({"id": "bad", **entry})
    (found,) = bad.findings()
    assert (found.kind, found.severity) == ("may_fail", "warning")
    assert found.witness is not None
    (plan,) = ow.route(found.witness["world"], [found.witness["order"]], bad)
    assert [error["rule"] for error in plan["rule_errors"]] == ["bad"]


def test_witnesses_of_every_field_are_worlds_and_orders() -> None:
    fields = [
        "order.channel == 'web' && order.market == 'us' && order.priority > 3 && order.test",
        "has(order.service) && order.service == 'air' && order.method == 'ship' && order.must_arrive",
        "order.method == 'pickup'",
        "has(order.ship_by) && order.ship_by < timestamp('2026-01-01T00:00:00Z')",
        "order.ship_to.country == 'DE' && order.ship_to.city == 'Bonn' && 'gold' in customer.tags",
        "order.total > 120 && order.units > 3 && order.ship_complete",
        "has(order.min_fill) && order.min_fill > 0.25 && order.remainder == 'cancel'",
        "now > timestamp('2026-01-01T00:00:00Z') && order.collected_by == 'channel'",
    ]
    for when in fields:
        # Two that say the same: the analysis shows an order for which both speak.
        twice = rules_of(
            {"id": "a", "kind": "hold", "when": when}, {"id": "b", "kind": "hold", "when": when}
        )
        (found,) = twice.findings()
        assert found.kind == "duplicate", when
        assert found.witness is not None
        plans = ow.route(
            found.witness["world"],
            [found.witness["order"]],
            twice,
            now=found.witness.get("now", "2025-12-01T00:00:00Z"),
        )
        assert [hold["rule"] for hold in plans[0]["holds"]] == ["a", "b"], when


def test_a_witness_has_its_location_and_item() -> None:
    require = (
        "location.kind == 'store' && location.country == 'US' && 'west' in location.tags && "
        "has(location.channels) && 'web' in location.channels && order.channel == 'web' && "
        "item.weight_g > 500 && 'fragile' in item.tags && "
        "candidate.distance_km > 700.0 && candidate.available > 3"
    )
    require = f"!(has(candidate.distance_km) && {require})"
    both = rules_of(
        {"id": "a", "kind": "eligible", "require": require},
        {"id": "b", "kind": "eligible", "require": require},
    )
    (found,) = both.findings()
    assert found.kind == "duplicate" and found.witness is not None
    (plan,) = ow.route(found.witness["world"], [found.witness["order"]], both)
    assert plan["status"] == "unroutable"
    (plan,) = ow.route(found.witness["world"], [found.witness["order"]])
    assert plan["status"] == "planned"


def test_names_are_those_of_the_world() -> None:
    (world, _) = ow.load_world(WORLD)
    tags = rules_of({"id": "x", "kind": "eligible", "require": "!('sfot' in item.tags)"})
    assert tags.findings() == []
    (found,) = tags.findings(world)
    assert found.message == "the world has no item.tags 'sfot'; did you mean 'soft'?"
    assert found.path.endswith("rules[0].require")


def test_lint_reports_findings_and_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"format": "orderwright.rules/1", "rules": [BULK, BIG]}))
    done = run("lint", path)
    assert (done.returncode, done.stdout) == (1, "")
    first, last = done.stderr.splitlines()
    assert first.startswith(f"{path}:1:") and ": rules[1]: error: 'big' never decides" in first
    assert last == f"{path}: 2 rules, 1 error"
    done = run("lint", path, "--json")
    (found,) = json.loads(done.stdout)
    assert done.returncode == 1 and found["kind"] == "shadowed"
    assert found["witness"]["order"]["format"] == "orderwright.order/1"


def test_lint_counts_notes_if_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    rule = {
        "id": "x",
        "kind": "hold",
        "when": "order.attributes.gift == true",
        "on_error": "skip",
    }
    path.write_text(json.dumps({"format": "orderwright.rules/1", "rules": [rule]}))
    done = run("lint", path)
    assert done.returncode == 0 and done.stderr.endswith("1 rules, 1 note\n")
    assert run("lint", path, "--strict").returncode == 1


def test_findings_of_yaml_have_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        "format: orderwright.rules/1\nrules:\n"
        "  - {id: dear, kind: hold, when: 'order.total > 500 && order.total < 50.00'}\n"
    )
    (found,) = ow.Rules.from_file(path).findings()
    assert found.kind == "dead"
    assert found.path.startswith(f"{path}:3:") and found.path.endswith("rules[0].when")


def test_the_loop_of_the_docs_runs(capsys: pytest.CaptureFixture[str]) -> None:
    world, _ = ow.load_world(WORLD)
    rules = rules_of(BULK, BIG)
    for finding in rules.findings(world):
        print(finding.severity, finding.kind, finding.rules, finding.path, finding.message)
        if finding.witness:
            ow.route(finding.witness["world"], [finding.witness["order"]], rules)
    assert capsys.readouterr().out.startswith("error shadowed ('big', 'bulk') ")


def test_rows_of_tables_are_named() -> None:
    table = rules_of(
        {
            "id": "boxes",
            "kind": "table",
            "output": {"kind": "limit", "what": "max_shipments"},
            "inputs": ["order.total", "order.channel"],
            "hit": "unique",
            "rows": [["< 100", "-", 1], [">= 90", "web", 2]],
        }
    )
    overlap, gap = table.findings()
    assert (overlap.kind, overlap.rows, overlap.rules) == ("overlap", (0, 1), ("boxes",))
    assert overlap.witness is not None
    (plan,) = ow.route(overlap.witness["world"], [overlap.witness["order"]], table)
    assert [error["rule"] for error in plan["rule_errors"]] == ["boxes"]
    assert (gap.kind, gap.severity) == ("gap", "note")
