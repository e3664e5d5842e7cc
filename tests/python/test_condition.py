"""Conditions: where an expression holds, for an order. Compared with the same rule while routing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

import orderwright as ow

KINDS = ("warehouse", "store", "third_party")


def network(count: int = 70) -> ow.World:
    return ow.load_world(document_of(count))[0]


def document_of(count: int, stock: list[dict[str, object]] | None = None) -> dict[str, object]:
    sites = [
        {
            "id": f"L{i}",
            "kind": KINDS[i % 3],
            "country": "US" if i % 2 == 0 else "CA",
            "lat": 40.0 + 0.1 * i,
            "lon": -100.0,
            "handling_days": i % 5,
            "attributes": {"grade": i} if i != 13 else {},
        }
        for i in range(count)
    ]
    return {
        "format": "orderwright.world/1",
        "currency": "USD",
        "locations": sites,
        "items": [{"sku": "MUG"}],
        "stock": stock or [],
    }


def order_of(world: ow.World, **fields: object) -> ow.Order:
    document = {
        "id": "1042",
        "channel": "web",
        "placed_at": "2026-11-23T12:00:00Z",
        "tags": ["gift", "spring"],
        "ship_to": {"country": "US", "lat": 40.0, "lon": -100.0},
        "lines": [{"id": "1", "sku": "MUG", "quantity": 2, "unit_price": "149.00"}],
        **fields,
    }
    return ow.Order.from_dict(world, document)


@pytest.fixture(scope="module")
def world() -> ow.World:
    return network()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("location.kind == 'store'", lambda i: i % 3 == 1),
        ("order.total > 250.0 && location.country in ['CA', 'MX']", lambda i: i % 2 == 1),
        ("order.total > 300.0", lambda i: False),
        ("'gift' in order.tags", lambda i: True),
        ("!order.tags.exists(t, t == 'vip') && location.handling_days < 2", lambda i: i % 5 < 2),
        ("has(candidate.distance_km) && candidate.distance_km < 100.0", lambda i: i < 9),
        ("location.id.endsWith('7')", lambda i: i % 10 == 7),
    ],
)
def test_a_condition_answers_for_every_location(
    world: ow.World, text: str, holds: Callable[[int], bool]
) -> None:
    answer = ow.Condition(text, world)(order_of(world))
    assert answer.dtype == np.bool_
    assert answer.tolist() == [holds(i) for i in range(70)]


def test_a_condition_answers_for_the_locations_that_are_asked_in_their_order(
    world: ow.World,
) -> None:
    store = ow.Condition("location.kind == 'store'", world)
    order = order_of(world)
    assert store(order, ["L4", "L0", "L4", "L1"]).tolist() == [True, False, True, True]
    assert store(order, []).tolist() == []
    assert store(order, ("L1",)).tolist() == [True]


def test_answers_of_a_condition_stay_and_cannot_be_changed(world: ow.World) -> None:
    rich = ow.Condition("order.total > 250.0", world)
    first = rich(order_of(world))
    second = rich(order_of(world, lines=[{"id": "1", "sku": "MUG", "quantity": 1}]))
    assert first.all() and not second.any()
    with pytest.raises(ValueError, match="read-only"):
        first[0] = False


def test_a_condition_is_what_a_rule_of_the_same_text_does(world: ow.World) -> None:
    text = (
        "location.kind != 'warehouse' && has(candidate.distance_km) && "
        "candidate.distance_km < 300.0"
    )
    rules = ow.Rules()
    rules.add("same", kind="prefer", when=text, cost="5.00")
    holds = ow.Condition(text, world)(order_of(world))
    assert 0 < holds.sum() < 70
    for i, yes in enumerate(holds):
        stock_rows: list[dict[str, object]] = [{"location": f"L{i}", "sku": "MUG", "on_hand": 9}]
        here, stock = ow.load_world(document_of(70, stock_rows))
        order = order_of(here)
        with_rule = ow.Router(here, rules=rules).route(order, stock).cost
        without = ow.Router(here).route(order, stock).cost
        assert with_rule - without == (Decimal(5) if yes else 0)


def test_now_is_when_the_order_was_placed_unless_it_is_said(world: ow.World) -> None:
    late = ow.Condition("now > timestamp('2026-11-24T00:00:00Z')", world)
    order = order_of(world)
    assert not late(order).any()
    assert late(order, now="2026-11-25T00:00:00Z").all()


def test_what_is_wrong_with_a_condition_is_said_with_its_place(world: ow.World) -> None:
    with pytest.raises(ow.InvalidInput, match="line 1, column 10") as error:
        ow.Condition("location.knd == 'store'", world)
    assert error.value.issues[0].path == "text"
    for text, what in [
        ("location.kind", "bool"),
        ("location.kind ==", "line 1"),
        ("line.quantity > 2", "line"),
        ("plan.cost > 2.0", "plan"),
        ("candidate.distance_km < 2.0", "has"),
        (" ", "empty"),
    ]:
        with pytest.raises(ow.InvalidInput, match=what):
            ow.Condition(text, world)
    with pytest.raises(ow.InvalidInput, match="must be an expression"):
        ow.Condition(lambda f: True, world)  # type: ignore[arg-type]
    with pytest.raises(ow.InvalidInput, match="must be a World"):
        ow.Condition("true", {})  # type: ignore[arg-type]


def test_a_location_without_an_answer_is_named(world: ow.World) -> None:
    grade = ow.Condition("location.attributes['grade'] > 3", world)
    with pytest.raises(ow.InvalidInput, match="location 'L13'"):
        grade(order_of(world))
    assert grade(order_of(world), ["L3", "L4"]).tolist() == [False, True]


def test_wrong_arguments_of_a_condition_are_told(world: ow.World) -> None:
    store = ow.Condition("location.kind == 'store'", world)
    order = order_of(world)
    with pytest.raises(ow.NotFound, match="no location 'L99'"):
        store(order, ["L99"])
    with pytest.raises(ow.InvalidInput, match=r"locations\[1\] is a int"):
        store(order, ["L1", 2])  # type: ignore[list-item]
    with pytest.raises(ow.InvalidInput, match="list of ids"):
        store(order, "L1")
    with pytest.raises(ow.InvalidInput, match="another world"):
        store(order_of(network(3)))
    assert store(order).sum() == 23  # it goes on working


def test_a_condition_shows_what_it_is(world: ow.World) -> None:
    store = ow.Condition("location.kind == 'store'", world)
    assert repr(store) == "<Condition \"location.kind == 'store'\">"
    assert store.text == "location.kind == 'store'"
    assert store.world == world
