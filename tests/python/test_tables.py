"""Decision tables: added, from files of JSON and YAML with CSV, and their mistakes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orderwright as ow
import pytest
from small_world import WORLD
from small_world import order as order_of

TABLE: dict[str, Any] = {
    "inputs": ["location.id", "order.units"],
    "rows": [["RNO", "> 1", "100"], ["MEM", "-", "0.25"], ["RNO", "<= 1", 0]],
}


def document(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"format": "orderwright.rules/1", "rules": list(rules)}


def ships_from(units: int, rules: Any) -> str:
    plan = ow.route(WORLD, [order_of("1", ("MUG", units))], rules=rules)[0]
    assert len(plan["shipments"]) == 1
    location: str = plan["shipments"][0]["location"]
    return location


def test_the_page_of_decision_tables() -> None:
    world, order = WORLD, order_of("1", ("MUG", 1), tags=["vip"])
    order["lines"][0]["unit_price"] = "300"
    # fmt: off
    rules = ow.Rules()
    rules.add("zones", kind="prefer", table={
        "inputs": ["location.kind", "candidate.distance_km", "order.total"],
        "hit": "first",
        "rows": [
            ["store", "< 80", "-", "0.50"],
            ["store", "-", ">= 100", "4.00"],
            ["not(store, dropship)", "[80..500)", "-", "1.25"],
            ["-", "-", "-", "9.00"],
        ],
    })
    rules.add("score", kind="set", field="priority", table={
        "inputs": ["order.total", "order.tags"],
        "hit": "collect+sum",
        "rows": [["> 250", "-", 10], ["-", "vip, gold", 5], ["-", "not(test)", 1]],
    })
    plan = ow.route(world, [order], rules=rules)[0]
    assert [(s["field"], s["value"]) for s in plan["settings"]] == [("priority", 16)]
    # fmt: on
    assert plan["shipments"][0]["location"] == "RNO"


def test_a_table_decides_as_its_rows_say() -> None:
    rules = ow.Rules()
    rules.add("costs", kind="price", table=TABLE)
    assert ships_from(1, rules) == "RNO"
    assert ships_from(2, rules) == "MEM"
    assert ships_from(2, document({"id": "a", "kind": "table", "output": {"kind": "price"}, **TABLE})) == "MEM"


def test_a_table_beside_when_and_the_fields_of_its_kind() -> None:
    rules = ow.Rules(objectives=[{"minimize": "rank:near"}, {"minimize": "cost"}])
    rules.add("near", kind="prefer", when="order.units > 1", team="network", table={
        "inputs": ["location.id"], "rows": [["MEM", 0], ["not(MEM)", 1]], "value": "rank"})  # fmt: skip
    rules.add("risky", kind="hold", blocks=["release"], reason="row {table.row}", table={
        "inputs": ["order.risk"], "rows": [["> 0.9"], ["(0.5..0.9]"]]})  # fmt: skip
    assert ships_from(1, rules) == "RNO"
    assert ships_from(2, rules) == "MEM"
    plan = ow.route(WORLD, [order_of("1", ("MUG", 1), risk=0.7)], rules=rules)[0]
    assert plan["holds"] == [{"rule": "risky", "reason": "row 2"}]


def test_two_rows_of_a_unique_table_hold_the_order() -> None:
    rules = ow.Rules()
    rules.add("both", kind="price", table={"inputs": ["order.units"], "rows": [["1", 0], ["< 5", 0]]})
    plan = ow.route(WORLD, [order_of("1", ("MUG", 1))], rules=rules)[0]
    assert "rows 1 and 2 of the table both hold" in plan["rule_errors"][0]["message"]
    assert plan["status"] == "held"


def test_a_table_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("location.id,order.units,cost\nRNO,> 1,100\nMEM,-,0.25\nRNO,<= 1,0\n")
    for table in (path, str(path), {"inputs": TABLE["inputs"], "rows": path}):
        rules = ow.Rules()
        rules.add("costs", kind="price", table=table)
        assert ships_from(1, rules) == "RNO"
        assert ships_from(2, rules) == "MEM"


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_file_of_rules_names_a_csv_file_beside_it(tmp_path: Path, suffix: str) -> None:
    rule = {"id": "a", "kind": "table", "inputs": TABLE["inputs"], "rows": {"csv": "rates.csv"},
            "output": {"kind": "price"}}  # fmt: skip
    path = tmp_path / f"rules.{suffix}"
    path.write_text(json.dumps(document(rule), indent=1))  # JSON is YAML too
    (tmp_path / "rates.csv").write_text("place,units,cost\nRNO,> 1,100\nMEM,-,0.25\n")
    assert ships_from(2, path) == "MEM"
    (tmp_path / "rates.csv").write_text("place,units,cost\nRNO,> 1,100\nMEM,many,0.25\n")
    with pytest.raises(ow.InvalidInput) as error:
        ow.Rules.from_file(path)
    assert [issue.path for issue in error.value.issues] == [
        f"{tmp_path / 'rates.csv'}:3:5: rules[0].rows[1][1]"
    ]
    done = subprocess.run(
        [sys.executable, "-m", "orderwright", "lint", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "rates.csv:3:5: rules[0].rows[1][1]" in done.stderr


def test_a_dict_cannot_name_a_file() -> None:
    rule = {"id": "a", "kind": "table", "inputs": ["order.units"], "rows": {"csv": "rates.csv"},
            "output": {"kind": "price"}}  # fmt: skip
    with pytest.raises(ow.InvalidInput) as error:
        ow.Rules.from_dict(document(rule))
    assert [(issue.path, issue.code) for issue in error.value.issues] == [("rules[0].rows", "no_directory")]


def test_ranked_groups_of_locations(tmp_path: Path) -> None:
    def rules(*groups: Any) -> dict[str, Any]:
        made = document({"id": "near", "kind": "prefer", "groups": list(groups)})
        return {**made, "objectives": [{"minimize": "rank:near"}, {"minimize": "cost"}]}

    assert ships_from(1, rules(["RNO"], ["MEM"])) == "RNO"
    assert ships_from(1, rules(["MEM"], ["RNO"])) == "MEM"
    assert ships_from(1, rules("location.kind == 'third_party'")) == "MEM"
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(rules(["RNO", "MEMM"])))
    issues = ow.Rules.from_file(path).issues_in(ow.load_world(WORLD)[0])
    assert [issue.code for issue in issues] == ["unknown_location"]
    assert issues[0].path.endswith("rules[0].groups[0]")
    assert "did you mean 'MEM'?" in issues[0].message


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"table": {"inputs": ["order.units"], "rows": [["x", 1]]}}, "rules[1].rows[0][0]"),
        ({"table": {"inputs": ["order.unitz"], "rows": [["1", 1]]}}, "rules[1].inputs[0]"),
        ({"table": {"inputs": ["order.units"], "rows": [["1"]]}}, "rules[1].rows[0]"),
        ({"table": {"inputs": ["order.units"], "row": []}}, "rules[1].table.row"),
        ({"table": 5}, "rules[1].table"),
        ({"table": TABLE, "cost": 5}, "rules[1].cost"),
        ({"table": TABLE, "when": lambda f: True}, "rules[1].when"),
        ({"table": TABLE, "relax": 1}, "rules[1].output.relax"),
    ],
)
def test_mistakes_of_a_table_name_the_rule_and_the_place(fields: dict[str, Any], path: str) -> None:
    rules = ow.Rules()
    rules.add("first", kind="hold", when=False)
    with pytest.raises(ow.InvalidInput) as error:
        rules.add("second", kind="price", **fields)
    assert [issue.path for issue in error.value.issues] == [path]
    assert rules.ids == ["first"]


def test_a_table_is_no_kind_to_add() -> None:
    with pytest.raises(ow.InvalidInput, match="give the kind of rule that the table is"):
        ow.Rules().add("a", kind="table")


def test_csv_mistakes_have_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("order.units,cost\n1,5\n> x,6\n")
    with pytest.raises(ow.InvalidInput) as error:
        ow.Rules().add("a", kind="price", table=path)
    assert [issue.path for issue in error.value.issues] == [f"{path}:3:1: rules[0].rows[1][0]"]
    with pytest.raises(ow.NotFound):
        ow.Rules().add("a", kind="price", table=tmp_path / "none.csv")
