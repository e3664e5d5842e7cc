"""Explanations: of plans, from files, and from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import orderwright as ow
import pytest

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"
WORLD = DATA / "reno_world.json"
ORDERS = DATA / "reno_orders.jsonl"


@pytest.fixture(scope="module")
def loaded() -> tuple[ow.World, ow.Stock]:
    return ow.load_world(WORLD)


@pytest.fixture(scope="module")
def order(loaded: tuple[ow.World, ow.Stock]) -> ow.Order:
    return ow.load_orders(loaded[0], ORDERS)[0]


@pytest.fixture(scope="module")
def plan(loaded: tuple[ow.World, ow.Stock], order: ow.Order) -> ow.Plan:
    return ow.Router(loaded[0]).route(order, loaded[1], explain="record")


def run(*arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orderwright", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_plan_with_a_record_answers(plan: ow.Plan) -> None:
    why = plan.explain(why_not=["MEM"])
    assert why.order_id == "1042"
    assert why.chosen.cost == plan.cost == Decimal("17.94")
    assert why.chosen.locations == [s.location for s in plan.shipments] == ["RNO", "OAK"]
    assert [option.extra_cost for option in why.next_best] == sorted(
        option.extra_cost for option in why.next_best
    )
    memphis = why.why_not("MEM")
    assert memphis.answer == "dearer" and memphis.extra_cost == Decimal("3.76")
    assert memphis.plan is not None and memphis.plan.cost == Decimal("21.70")
    assert memphis.plan.proved and memphis.plan.locations == ["MEM"]
    assert [line for s in memphis.plan.shipments for line in s.lines] == [
        ("1", "MUG", 2),
        ("2", "TEE", 1),
        ("3", "HAT", 1),
    ]
    assert "one shipment from Memphis costs 21.70 (+3.76)" in str(memphis)
    split = next(item for item in why.break_evens if item.of == "split_penalty" and item.rises)
    assert (split.now, split.at, split.then.locations) == (
        Decimal("2.00"),
        Decimal("5.76"),
        ["MEM"],
    )
    assert str(why).startswith("order 1042 · 3 lines, 4 units to 94103 San Francisco, CA")
    assert why.why_not("nowhere").answer == "no_stock"
    assert why.why_not("RNO").answer == "chosen"


def test_options_bound_the_work(plan: ow.Plan) -> None:
    assert plan.explain(next_best=0, break_evens=False).next_best == []
    assert plan.explain(break_evens=False).break_evens == []
    assert len(plan.explain(next_best=1).next_best) == 1
    with pytest.raises(ow.InvalidInput):
        plan.explain(next_best=-1)


def test_notebooks_show_html(plan: ow.Plan) -> None:
    html = plan._repr_html_()
    assert html is not None and html == plan.explain()._repr_html_()
    assert "<table>" in html and "Reno" in html
    assert "<dl" in plan.explain().why_not("MEM")._repr_html_()


def test_off_keeps_nothing_and_says_so(
    loaded: tuple[ow.World, ow.Stock], order: ow.Order
) -> None:
    router = ow.Router(loaded[0])
    for off in ("off", False, None):
        bare = router.route(order, loaded[1], explain=off)
        with pytest.raises(ow.NotAllowed, match="explain"):
            bare.explain()
        assert bare._repr_html_() is None
        assert "explanation" not in bare.to_dict()
    with pytest.raises(ow.InvalidInput):
        router.route(order, loaded[1], explain="a little")


def test_full_is_in_the_plan(loaded: tuple[ow.World, ow.Stock], order: ow.Order) -> None:
    router = ow.Router(loaded[0])
    for full in ("full", True):
        made = router.route(order, loaded[1], explain=full).to_dict()["explanation"]
        assert made["format"] == "orderwright.explanation/1"
    assert "explanation" not in router.route(order, loaded[1], explain="record").to_dict()
    plans = router.route_all([order], loaded[1], explain=True)
    assert plans[0].explain().chosen.cost == plans[0].cost
    pool = ow.InventoryPool(loaded[0], loaded[1])
    assert router.route_and_reserve(order, pool, explain="record").plan.explain().chosen
    [plan] = ow.route(WORLD, ORDERS, explain=True)
    assert plan["explanation"]["cost"] == plan["cost"]


def test_json_reads_back_as_the_same(plan: ow.Plan) -> None:
    why = plan.explain()
    again = ow.Explanation.from_json(why.to_json())
    assert again.to_dict() == why.to_dict()
    assert str(again) == str(why)
    assert str(again.why_not("MEM")) == str(why.why_not("MEM"))


def test_a_broken_document_is_invalid_input(plan: ow.Plan) -> None:
    made = plan.explain().to_dict()
    del made["record"]["solution"]
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Explanation.from_json(json.dumps(made), name="why.json")
    assert "record.solution" in raised.value.issues[0].path


# -- the command line ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "plans.jsonl"
    done = run("route", "--world", WORLD, ORDERS, "--explain", "--out", path)
    assert done.returncode == 0, done.stderr
    return path


def test_explain_prints_what_the_plan_says(plans: Path, plan: ow.Plan) -> None:
    done = run("explain", "1042", "--from", plans, "--why-not", "MEM", "--why-not", "LAS")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == str(plan.explain(why_not=["MEM", "LAS"]))
    assert run("explain", "1042", "--from", "-", stdin=plans.read_text()).stdout == str(
        plan.explain()
    )
    as_json = run("explain", "1042", "--from", plans, "--json")
    assert json.loads(as_json.stdout) == plan.explain().to_dict()
    as_html = run("explain", "1042", "--from", plans, "--html")
    assert as_html.stdout.rstrip() == plan.explain().to_html().rstrip()


def test_explain_says_what_it_misses(plans: Path, tmp_path: Path) -> None:
    unknown = run("explain", "1043", "--from", plans)
    assert unknown.returncode == 2
    assert "no plan of order '1043'; did you mean '1042'?" in unknown.stderr
    bare = tmp_path / "bare.jsonl"
    assert run("route", "--world", WORLD, ORDERS, "--out", bare).returncode == 0
    without = run("explain", "1042", "--from", bare)
    assert without.returncode == 2 and "--explain" in without.stderr
    for text, message in (("{", "not JSON"), ("[]\n", "not a plan"), ("", "no plan of order")):
        bare.write_text(text)
        broken = run("explain", "1042", "--from", bare)
        assert broken.returncode == 2 and message in broken.stderr
    assert run("explain", "1042", "--from", tmp_path / "none").returncode == 2


def test_of_two_plans_of_an_order_the_last_counts(plans: Path, tmp_path: Path) -> None:
    first: dict[str, Any] = json.loads(plans.read_text())
    second = dict(first, explanation=None)
    path = tmp_path / "twice.jsonl"
    path.write_text(json.dumps(second) + "\n\n" + json.dumps(first) + "\n")
    assert run("explain", "1042", "--from", path).returncode == 0
    path.write_text(json.dumps(first) + "\n" + json.dumps(second) + "\n")
    assert run("explain", "1042", "--from", path).returncode == 2


# -- overrides -------------------------------------------------------------------------------------


def test_an_override_is_kept_costed_and_remembered(
    loaded: tuple[ow.World, ow.Stock], order: ow.Order
) -> None:
    router = ow.Router(loaded[0])
    best = router.route(order, loaded[1])
    choice = {
        "shipments": [{"location": "SJC", "lines": {"3": 1}}],
        "actor": {"id": "ana", "role": "ops"},
        "reason": "VIP",
    }
    plan = router.route(order, loaded[1], override=choice, explain="record")
    assert [s.location for s in plan.shipments] == ["RNO", "SJC"]
    assert best.override is None and plan.override == {
        "actor": "ana",
        "reason": "VIP",
        "best_cost": str(best.cost),
        "extra_cost": "0.85",
        "shipments": [{"location": "SJC", "service": None, "lines": {"3": 1}}],
    }
    assert plan.cost - best.cost == Decimal("0.85")
    assert "by hand, ana: VIP (+0.85 over the best plan)" in str(plan.explain())
    pool = ow.InventoryPool(loaded[0], loaded[1])
    again = router.route_and_reserve(order, pool, override=plan.override)
    assert again.plan.override == plan.override
    assert pool.figures("HAT", "SJC").hard == 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"shipments": [{"location": "SJC", "lines": {"3": 99}}]}, ow.InvalidInput, "quantity"),
        ({"shipments": [{"location": "STK", "lines": {"3": 1}}]}, ow.NotAllowed, "none is available"),
        ({"shipments": [{"location": "SJX", "lines": {"3": 1}}]}, ow.InvalidInput, "did you mean"),
        ({"shipments": [{"location": "SJC", "lines": {"3": "1"}}]}, ow.InvalidInput, "units"),
        ({"shipments": [{"location": "SJC", "lines": {"3": 2**70}}]}, ow.InvalidInput, "units"),
        ({"shipments": [{"place": "SJC"}]}, ow.InvalidInput, "place"),
        ({"shipments": ["SJC"]}, ow.InvalidInput, "dict"),
        ({"actor": ""}, ow.InvalidInput, "actor"),
        ({"reason": 7}, ow.InvalidInput, "reason"),
        ({"until": "Friday"}, ow.InvalidInput, "until"),
    ],
)
def test_an_override_that_cannot_be_kept_is_refused(
    loaded: tuple[ow.World, ow.Stock],
    order: ow.Order,
    change: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    choice = {
        "shipments": [{"location": "SJC", "lines": {"3": 1}}],
        "actor": "ana",
        "reason": "VIP",
    }
    with pytest.raises(error, match=message):
        ow.Router(loaded[0]).route(order, loaded[1], override={**choice, **change})
