"""solve and verify: problems and solutions as JSON."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow

PROBLEM: dict[str, Any] = {
    "format": "orderwright.problem/1",
    "locations": [{"id": "RNO"}, {"id": "MEM"}],
    "inventory": [
        {"location": "RNO", "sku": "MUG", "available": 1},
        {"location": "MEM", "sku": "MUG", "available": 5},
    ],
    "orders": [
        {
            "id": "1042",
            "lines": [
                {"sku": "MUG", "quantity": 2, "weight_g": 350, "shortfall_penalty": 50_000_000}
            ],
            "candidates": [
                {"location": "RNO", "fixed_cost": 2_500_000, "unit_cost": [100_000]},
                {"location": "MEM", "fixed_cost": 1_000_000, "rate": [[500, 1], [None, 6_000_000]]},
            ],
        }
    ],
}


def test_the_cheapest_plan_is_found_and_proved() -> None:
    answer = ow.solve(problem=PROBLEM)
    # Memphis alone: 1.0 + 6.0; one from each: 1.000001 + 2.6.
    assert answer["format"] == "orderwright.solution/1"
    assert (answer["status"], answer["cost"], answer["lower_bound"]) == (
        *("optimal", 3_600_001, 3_600_001),
    )
    assert [(s["location"], s["lines"]) for s in answer["orders"][0]["shipments"]] == [
        ("RNO", [{"line": 0, "quantity": 1}]),
        ("MEM", [{"line": 0, "quantity": 1}]),
    ]
    assert ow.verify(problem=PROBLEM, solution=answer) == {
        "valid": True,
        "cost": 3_600_001,
        "violations": [],
    }


def test_a_problem_is_a_dict_a_path_or_text(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    answer = ow.solve(problem=PROBLEM)
    solution = tmp_path / "solution.json"
    solution.write_text(json.dumps(answer))
    for form in (path, str(path), json.dumps(PROBLEM, indent=1), "  " + json.dumps(PROBLEM)):
        assert ow.solve(problem=form) == answer
        assert ow.verify(problem=form, solution=solution)["valid"]
        assert ow.verify(problem=form, solution=json.dumps(answer))["valid"]


def test_limits_are_options_and_are_checked() -> None:
    answer = ow.solve(problem=PROBLEM)
    assert answer["deterministic"] is True
    assert ow.solve(problem=PROBLEM, node_limit=10**6, threads=2) == answer
    timed = ow.solve(problem=PROBLEM, time_limit=1e12)
    assert timed == {**answer, "deterministic": False}
    limited = ow.solve(problem=PROBLEM, node_limit=0, time_limit=0.0)
    assert limited["lower_bound"] <= answer["cost"] <= limited["cost"]
    for arguments, path in (
        ({"time_limit": -1.0}, "time_limit"),
        ({"time_limit": float("nan")}, "time_limit"),
        ({"node_limit": -1}, "node_limit"),
        ({"threads": -1}, "threads"),
    ):
        with pytest.raises(ow.InvalidInput) as raised:
            ow.solve(problem=PROBLEM, **arguments)
        assert [issue.path for issue in raised.value.issues] == [path]


def test_every_offending_field_is_named() -> None:
    bad = json.loads(json.dumps(PROBLEM))
    bad["orders"][0]["lines"][0]["quantity"] = -2
    bad["orders"][0]["candidates"][1]["location"] = "SFO"
    bad["locations"][0]["capacity_units"] = 1.5
    with pytest.raises(ow.InvalidInput) as raised:
        ow.solve(problem=bad)
    assert sorted(issue["path"] for issue in raised.value.issues) == [
        *("locations[0].capacity_units", "orders[0].candidates[1].location"),
        "orders[0].lines[0].quantity",
    ]


def test_a_line_that_would_count_against_two_quotas_is_not_supported() -> None:
    twice = json.loads(json.dumps(PROBLEM))
    twice["quotas"] = [{"id": "q", "units": 1}]
    twice["orders"][0]["max_substituted_units"] = 1
    twice["orders"][0]["lines"][0] |= {"substitute": True, "quota": "q"}
    with pytest.raises(ow.NotSupported) as raised:
        ow.solve(problem=twice)
    assert [issue.path for issue in raised.value.issues] == ["orders[0].lines[0].quota"]


def test_floors_of_an_order_are_met() -> None:
    problem = json.loads(json.dumps(PROBLEM))
    units = sum(line["quantity"] for line in problem["orders"][0]["lines"])
    problem["orders"][0]["min_fill_units"] = units + 1
    with pytest.raises(ow.InvalidInput) as raised:
        ow.solve(problem=problem)
    assert [issue["path"] for issue in raised.value.issues] == ["orders[0].min_fill_units"]
    problem["orders"][0]["min_fill_units"] = 0
    problem["orders"][0]["min_shipment_value"] = 1_000_000
    # Two shipments of units without a value are below the floor; one of everything is not.
    answer = ow.solve(problem=problem)
    assert [s["location"] for s in answer["orders"][0]["shipments"]] == ["MEM"]


def test_a_wrong_answer_is_said_in_words() -> None:
    answer = ow.solve(problem=PROBLEM)
    answer["orders"][0]["shipments"][0]["lines"][0]["quantity"] = 2
    found = ow.verify(problem=PROBLEM, solution=answer)
    assert not found["valid"] and found["violations"]
    cheap = ow.solve(problem=PROBLEM)
    cheap["cost"] -= 1
    assert not ow.verify(problem=PROBLEM, solution=cheap)["valid"]
    with pytest.raises(ow.InvalidInput):
        elsewhere = ow.solve(problem=PROBLEM)
        elsewhere["orders"][0]["shipments"][0]["location"] = "SFO"
        ow.verify(problem=PROBLEM, solution=elsewhere)


def random_problem(draw: random.Random) -> dict[str, Any]:
    """A batch of small orders that compete for stock and capacity."""
    places = [f"L{n}" for n in range(draw.randint(1, 4))]
    skus = [f"S{n}" for n in range(draw.randint(1, 4))]

    def maybe(value: Any) -> Any:
        return value if draw.random() < 0.3 else None

    def rate() -> list[list[int | None]]:
        costs = sorted(draw.randint(0, 9) for _ in range(2))
        return [[draw.randint(100, 900), costs[0]], [None, costs[1]]]

    orders = []
    for number in range(draw.randint(1, 2)):
        lines = [
            {
                "sku": sku,
                "quantity": draw.randint(0, 4),
                "weight_g": draw.randint(0, 400),
                "shortfall_penalty": draw.randint(0, 30),
                "no_split": draw.random() < 0.2,
                "ship_together": maybe("g"),
            }
            for sku in draw.sample(skus, draw.randint(1, len(skus)))
        ]
        candidates = [
            {
                "location": place,
                "fixed_cost": draw.randint(0, 12),
                "unit_cost": [draw.randint(0, 5) for _ in lines],
                "eligible": [draw.random() < 0.8 for _ in lines],
                **({"rate": rate()} if draw.random() < 0.5 else {}),
            }
            for place in draw.sample(places, draw.randint(1, len(places)))
        ]
        orders.append(
            {
                "id": str(number),
                "max_shipments": maybe(draw.randint(0, 2)),
                "split_penalty": draw.randint(0, 5),
                "ship_complete": draw.random() < 0.2,
                "lines": lines,
                "candidates": candidates,
            }
        )
    return {
        "format": "orderwright.problem/1",
        "locations": [
            {"id": place, "capacity_units": maybe(draw.randint(0, 6))} for place in places
        ],
        "inventory": [
            {
                "location": place,
                "sku": sku,
                "available": draw.randint(0, 5),
                "price": draw.randint(0, 2),
            }
            for place in places
            for sku in skus
            if draw.random() < 0.8
        ],
        "orders": orders,
    }


@pytest.mark.parametrize("seed", range(8))
def test_solve_and_verify_agree(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(25):
        problem = random_problem(draw)
        answer = ow.solve(problem=problem)
        found = ow.verify(problem=problem, solution=answer)
        assert found == {"valid": True, "cost": answer["cost"], "violations": []}, problem
        assert answer["lower_bound"] <= answer["cost"]
        assert (answer["status"] == "optimal") == (answer["lower_bound"] == answer["cost"])
        assert sum(order["cost"] for order in answer["orders"]) == answer["cost"]
        assert ow.solve(problem=problem, threads=2) == answer
        # Nothing sourced is a plan too, and so never cheaper.
        penalties = sum(
            line["shortfall_penalty"] * line["quantity"]
            for order in problem["orders"]
            for line in order["lines"]
        )
        assert answer["cost"] <= penalties


def test_threads_can_solve_at_once() -> None:
    problem = random_problem(random.Random(99))
    want = ow.solve(problem=problem)
    got: list[Any] = []
    threads = [
        threading.Thread(target=lambda: got.extend(ow.solve(problem=problem) for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [want] * 80
