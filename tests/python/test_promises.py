"""Backorders, allotments, later worlds and arrivals."""

from __future__ import annotations

import copy
from datetime import datetime, timezone
from typing import Any

import pytest

import orderwright as ow
from small_world import WORLD


def at(day: int) -> datetime:
    return datetime(2026, 12, day, tzinfo=timezone.utc)


@pytest.fixture
def document() -> dict[str, Any]:
    world: dict[str, Any] = copy.deepcopy(WORLD)
    world["items"][0]["backorder"] = {"allowed": True, "limit": 4}
    world["items"][1]["preorder"] = {"release": "2026-12-20T00:00:00Z", "limit": 6}
    world["stock"][0]["incoming"] = [
        {"quantity": 5, "at": "2026-12-03T00:00:00Z", "name": "po 7"},
        {"quantity": 2, "at": "2026-12-09T00:00:00Z"},
    ]
    world["allotments"] = [
        {"sku": "MUG", "channel": "amazon", "protected": 4, "ceiling": 5},
        {"sku": "MUG", "channel": "web", "overflow": ["amazon"], "until": "2026-12-24T00:00:00Z"},
    ]
    return world


@pytest.fixture
def made(document: dict[str, Any]) -> tuple[ow.World, ow.Stock, ow.InventoryPool]:
    world, stock = ow.load_world(document)
    return world, stock, ow.InventoryPool(world=world, stock=stock)


Made = tuple[ow.World, ow.Stock, ow.InventoryPool]


def test_backorders_are_offered_taken_and_given_back(made: Made) -> None:
    pool = made[2]
    pool.adjust(adjustments=[ow.StockAdjustment("MUG", "RNO", -4)])  # one is safety stock
    found = pool.backorder_offers(sku="MUG", now=at(1))
    assert [(o.location, o.expected, o.units, o.counts, o.draw) for o in found.offers] == [
        ("RNO", at(3), 5, False, ow.BackorderDraw.INCOMING),
        ("RNO", at(9), 2, False, ow.BackorderDraw.INCOMING),
        ("RNO", None, None, True, ow.BackorderDraw.LIMIT),
        ("MEM", None, None, True, ow.BackorderDraw.LIMIT),
    ]
    assert found.limit == 4 and repr(found) == "<BackorderOffers: 4 offers>"
    assert repr(found.offers[0]) == "<BackorderOffer: 5 units at RNO, 2026-12-03T00:00:00Z>"
    wanted = [
        ow.Backorder("MUG", "RNO", 3, at(3)),
        ow.Backorder("MUG", "MEM", 4),
    ]
    outcome = pool.reserve(cells=[], backorders=wanted, key="a", now=at(1))
    assert outcome.reservation == 2 and outcome.changes == []
    held = pool.find_reservation(reservation=2)
    assert held is not None and held.cells == []
    assert [(b.sku, b.location, b.quantity, b.expected) for b in held.backorders] == [
        ("MUG", "RNO", 3, at(3)),
        ("MUG", "MEM", 4, None),
    ]
    assert held.backorders[0].kind == ow.BackorderKind.BACKORDER
    assert pool.reserve(cells=[], backorders=held.backorders, key="a", now=at(1)).repeated
    refused = pool.reserve(cells=[], backorders=[("MUG", "RNO", 1)], now=at(1))
    assert refused.reservation is None
    (short,) = refused.backorder_shortages
    assert (short.sku, short.location, short.wanted, short.free) == ("MUG", "RNO", 1, 0)
    assert short.draw == ow.BackorderDraw.LIMIT and "wanted 1" in repr(short)
    assert pool.backorder_offers(sku="MUG", now=at(1), own=2).limit == 4
    with pytest.raises(ow.InvalidInput):
        pool.reserve(cells=[], backorders=[("MUG", "RNO", 0)])
    with pytest.raises(ow.InvalidInput):
        pool.reserve(
            cells=[], backorders=[ow.Backorder("MUG", "RNO", 1, draw=ow.BackorderDraw.INCOMING)]
        )

    # The order is late, then it comes, and the promise moves to the cell.
    pool.expect(name="po 7", sku="MUG", location="RNO", quantity=5, at=at(12))
    (risk,) = pool.backorders_at_risk(sku="MUG")
    # Two units come on the ninth, the others on the twelfth.
    assert (risk.reservation, risk.sku, risk.location) == (2, "MUG", "RNO")
    assert (risk.units, risk.expected, risk.possible) == (3, at(3), at(12))
    assert "3 units of reservation 2" in repr(risk)
    assert "RNO" not in pool.available_to_promise(sku="MUG", at=at(11), now=at(2))
    pool.receive(name="po 7", quantity=5, now=at(4))
    assert pool.backorders_at_risk(sku="MUG") == []
    moved = pool.amend(
        reservation=2,
        give_back_backorders=[ow.Backorder("MUG", "RNO", 3, at(3))],
        take=[("MUG", "RNO", 3)],
        now=at(4),
    )
    assert moved.reservation == 2
    held = pool.find_reservation(reservation=2)
    assert held is not None and held.cells == [("MUG", "RNO", 3)] and len(held.backorders) == 1
    pool.amend(reservation=2, take_backorders=[], give_back_backorders=[("MUG", "MEM", 1)])
    pool.release(reservation=2)
    pool.audit()


def test_pre_orders_are_for_the_release(made: Made) -> None:
    pool = made[2]
    found = pool.backorder_offers(sku="TEE", now=at(1))
    assert found.limit == 6
    assert [(o.kind, o.expected, o.units) for o in found.offers] == [
        (ow.BackorderKind.PREORDER, at(20), 2),
        (ow.BackorderKind.PREORDER, at(20), None),
    ]
    offer = found.offers[1]
    demand = ow.Backorder("TEE", offer.location, 5, offer.expected, offer.kind, offer.draw)
    assert pool.reserve(cells=[], backorders=[demand], now=at(1)).reservation == 1
    assert pool.backorder_offers(sku="TEE", now=at(1)).limit == 1
    assert pool.backorder_offers(sku="TEE", now=at(20)).offers == []


def test_what_is_expected_has_a_name(made: Made) -> None:
    pool = made[2]
    assert [i.name for i in pool.incoming(sku="MUG")] == ["po 7", "opening:MUG@RNO:2"]
    with pytest.raises(ow.InvalidInput):
        pool.expect(name="opening:mine", sku="MUG", location="RNO", quantity=1, at=at(1))


def test_allotments_of_the_file_hold(made: Made) -> None:
    world, stock, pool = made
    amazon, web = stock.allotments
    assert amazon == ow.Allotment("MUG", "amazon", guaranteed=4, ceiling=5)
    assert (web.overflow, web.until) == (("amazon",), datetime(2026, 12, 24, tzinfo=timezone.utc))
    assert pool.available(sku="MUG", now=at(1)) == 7
    assert pool.most(sku="MUG", channel="shop", now=at(1)) == 3
    assert pool.available(sku="MUG", now=at(1), channel="shop") == 3
    assert pool.holders(sku="MUG", channel="shop", now=at(1)) == {"RNO": 4, "MEM": 3}
    assert pool.most(sku="TEE", channel="shop") is None
    refused = pool.reserve(cells=[("MUG", "RNO", 4)], channel="shop", now=at(1))
    (short,) = refused.limit_shortages
    assert (short.sku, short.wanted, short.available) == ("MUG", 4, 3) and "wanted 4" in repr(short)
    assert "1 shortages" in repr(refused)
    taken = pool.reserve(cells=[("MUG", "RNO", 4)], channel="web", market="DE", now=at(1))
    assert taken.reservation is not None
    held = pool.find_reservation(reservation=taken.reservation)
    assert held is not None and (held.channel, held.market) == ("web", "DE")
    assert held.borrowed == [("MUG", None, "amazon", "", 1)]
    use = {u.allotment.channel: u for u in pool.allotments(sku="MUG", now=at(1))}["amazon"]
    assert (use.open, use.shipped, use.lent, use.unused) == (0, 0, 1, 3)
    assert pool.over_guaranteed(sku="MUG") == 0
    pool.set_allotments(sku="MUG", allotments=[ow.Allotment("MUG", "b2b", guaranteed=9)], key="k")
    assert pool.over_guaranteed(sku="MUG") == 6
    with pytest.raises(ow.InvalidInput):
        pool.set_allotments(sku="TEE", allotments=[ow.Allotment("MUG", "b2b")])
    with pytest.raises(ow.InvalidInput) as raised:
        pool.set_allotments(sku="MUG", allotments=[("MUG", ""), ow.Allotment("MUG", "x", guaranteed=-1)])
    assert [i.path for i in raised.value.issues] == [
        "allotments[0].channel",
        "allotments[1].protected",
    ]
    pool.audit()
    free = ow.InventoryPool(world=world, stock=stock, allotments=[])
    assert free.most(sku="MUG", channel="shop") is None


def test_requests_are_made_in_turn(made: Made) -> None:
    pool = made[2]
    first, second, third = pool.reserve_each(
        requests=[
            {"cells": [("MUG", "MEM", 2)], "key": "a", "channel": "amazon", "now": at(1)},
            {"cells": [("MUG", "MEM", 2)], "channel": "amazon"},
            {"cells": [("MUG", "MEM", 1)], "key": "a", "channel": "amazon"},
        ]
    )
    assert isinstance(first, ow.ReserveOutcome) and first.reservation == 1
    assert isinstance(second, ow.ReserveOutcome) and second.shortages[0].available == 1
    assert isinstance(third, ow.NotAllowed)
    for bad in ([3], [{"cells": [], "colour": "red"}], [{"cells": [], "key": 3}]):
        with pytest.raises(ow.InvalidInput):
            pool.reserve_each(requests=bad)  # type: ignore[arg-type]
    assert pool.sequence == 1


def test_a_pool_adopts_versions_of_its_world_alone(made: Made, document: dict[str, Any]) -> None:
    world, _, pool = made
    pool.adopt(world=world)
    assert pool.world_version == 1 and pool.world == world
    with pytest.raises(ow.NotAllowed, match="another world"):
        pool.adopt(world=ow.load_world(document)[0])


def test_arrivals_go_to_who_waits() -> None:
    strategy = ow.ConfirmationStrategy
    plan = ow.allocate_arrivals(
        demands=[
            ow.WaitingDemand("1", "MUG", "RNO", 5, priority=1, on_time_by=at(2)),
            ("2", "MUG", "RNO", 4),
            ow.WaitingDemand("3", "MUG", "RNO", 3, strategy=strategy.WIN, placed_at=at(1)),
            ow.WaitingDemand("4", "MUG", "RNO", 3, confirmed=3, strategy=strategy.GAIN),
        ],
        supply=[ow.Arrival("MUG", "RNO", 9, at(3)), ("TEE", "RNO", 1, at(1))],
    )
    assert [d.confirmed for d in plan.demands] == [3, 0, 3, 3]
    assert [d.exception for d in plan.demands] == [None] * 4
    assert (plan.demands[0].by, plan.demands[0].on_time) == (at(3), False)
    assert (plan.demands[1].by, plan.demands[1].on_time) == (None, True)
    assert plan.left == [ow.Arrival("TEE", "RNO", 1, at(1))]
    assert repr(plan) == "<ArrivalPlan of 4 demands>"
    little = ow.allocate_arrivals(
        demands=[
            ow.WaitingDemand("a", "MUG", "RNO", 2, confirmed=2, strategy=strategy.GAIN),
            ow.WaitingDemand("b", "MUG", "RNO", 2, strategy=strategy.WIN),
        ],
        supply=[ow.Arrival("MUG", "RNO", 3, at(3))],
    )
    assert little.demands[0].exception == ow.ArrivalException.LOST
    fair = ow.allocate_arrivals(
        demands=[("a", "MUG", "RNO", 6), ("b", "MUG", "RNO", 3)],
        supply=[ow.Arrival("MUG", "RNO", 6, at(3))],
        fair_share=True,
    )
    assert [d.confirmed for d in fair.demands] == [4, 2]
    with pytest.raises(ow.InvalidInput):
        ow.allocate_arrivals(demands=[("a", "MUG", "RNO", 0)], supply=[])
    with pytest.raises(ow.InvalidInput):
        ow.allocate_arrivals(demands=[("a", "MUG", "RNO", 1)] * 2, supply=[])


def test_values_of_the_enumerations() -> None:
    values: dict[Any, list[str]] = {
        ow.BackorderKind: ["BACKORDER", "PREORDER"],
        ow.BackorderDraw: ["INCOMING", "LIMIT"],
        ow.ConfirmationStrategy: ["WIN", "GAIN", "REDISTRIBUTE", "FILL", "LOSE"],
        ow.ArrivalException: ["SHORT", "LATE", "LOST"],
    }
    for kind, names in values.items():
        assert {n: int(v) for n, v in kind.__members__.items()} == {
            name: i + 1 for i, name in enumerate(names)
        }
