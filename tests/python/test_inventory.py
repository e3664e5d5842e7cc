"""Stock and the pool."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest

import orderwright as ow
from small_world import order


def test_figures_are_what_the_feed_says(stock: ow.Stock, pool: ow.InventoryPool) -> None:
    assert len(stock) == len(pool) == 3
    for holder in (stock, pool, pool.snapshot()):
        figures = holder.figures(sku="MUG", location="RNO")
        assert (figures.on_hand, figures.safety, figures.available, figures.free) == (5, 1, 4, 5)
        assert (figures.unusable, figures.hard, figures.soft) == (0, 0, 0)
        assert holder.figures(sku="TEE", location="RNO").on_hand == 0
        with pytest.raises(ow.NotFound):
            holder.figures(sku="CUP", location="RNO")
        with pytest.raises(ow.NotFound):
            holder.figures(sku="MUG", location="SFO")
    assert pool.holders(sku="MUG") == {"RNO": 4, "MEM": 3}
    assert pool.world == stock.world
    assert repr(stock) == "<Stock of 3 cells>"
    assert repr(pool) == "<InventoryPool of 3 cells after 0 changes>"


def test_equal_figures_are_equal(stock: ow.Stock, pool: ow.InventoryPool) -> None:
    a, b = stock.figures(sku="MUG", location="MEM"), pool.figures(sku="MUG", location="MEM")
    assert a == b and hash(a) == hash(b) and a != stock.figures(sku="MUG", location="RNO")
    assert a != 3
    assert "on_hand 3" in repr(a)


def test_a_reservation_takes_everything_and_can_ship_and_be_given_back(
    pool: ow.InventoryPool,
) -> None:
    before = pool.snapshot(skus=["MUG", "TEE"])
    outcome = pool.reserve(cells=[("MUG", "RNO", 2), ("TEE", "MEM", 1)], key="1042")
    assert outcome.reservation == 1 and outcome.shortages == [] and not outcome.repeated
    assert [(c.sku, c.location, c.cause, c.sequence) for c in outcome.changes] == [
        ("MUG", "RNO", ow.StockCause.RESERVE, 1),
        ("TEE", "MEM", ow.StockCause.RESERVE, 1),
    ]
    change = outcome.changes[0]
    assert (change.before.hard, change.after.hard, change.reservation) == (0, 2, 1)
    found = pool.find_reservation(reservation=1)
    assert found is not None
    assert (found.id, found.kind) == (1, ow.ReservationKind.HARD)
    assert found.expires_at is None and not found.expired and found.capacity == []
    by_key = pool.find_reservation(key="1042")
    assert by_key is not None and by_key.id == 1
    assert pool.find_reservation(key="1043") is None
    with pytest.raises(ow.InvalidInput):
        pool.find_reservation()
    assert found.cells == [("MUG", "RNO", 2), ("TEE", "MEM", 1)]

    shipped = pool.commit(reservation=1, part=[("MUG", "RNO", 1)])
    assert [c.cause for c in shipped] == [ow.StockCause.SHIP]
    released = pool.release(reservation=1)
    assert [(c.sku, c.cause) for c in released] == [
        ("MUG", ow.StockCause.RELEASE),
        ("TEE", ow.StockCause.RELEASE),
    ]
    figures = pool.figures(sku="MUG", location="RNO")
    assert (figures.on_hand, figures.hard) == (4, 0)
    assert pool.sequence == 3 and before.sequence == 0
    assert before.figures(sku="MUG", location="RNO").on_hand == 5
    pool.audit()

    with pytest.raises(ow.NotAllowed):
        pool.release(reservation=1)
    pool.forget(reservation=1)
    assert pool.find_reservation(reservation=1) is None
    with pytest.raises(ow.NotFound):
        pool.release(reservation=1)
    with pytest.raises(ow.NotFound):
        pool.forget(reservation=1)


def test_a_shortage_takes_nothing_and_is_no_error(pool: ow.InventoryPool) -> None:
    outcome = pool.reserve(cells=[("MUG", "RNO", 5), ("TEE", "MEM", 1)])
    assert outcome.reservation is None and outcome.changes == []
    (short,) = outcome.shortages
    assert (short.sku, short.location, short.wanted, short.available) == ("MUG", "RNO", 5, 4)
    assert pool.sequence == 0
    assert repr(short) == "<Shortage: MUG at RNO, wanted 5, available 4>"
    assert repr(outcome) == "<ReserveOutcome: 1 shortages>"


def test_a_key_stands_for_one_request(pool: ow.InventoryPool) -> None:
    cells = [("MUG", "RNO", 2)]
    first = pool.reserve(cells=cells, key="k")
    again = pool.reserve(cells=cells, key="k")
    assert again.repeated and again.reservation == first.reservation and again.changes == []
    with pytest.raises(ow.NotAllowed, match="key 'k'"):
        pool.reserve(cells=[("MUG", "RNO", 1)], key="k")
    with pytest.raises(ow.NotAllowed):
        assert first.reservation is not None
        pool.forget(reservation=first.reservation)


def test_all_bad_cells_are_named_at_once(pool: ow.InventoryPool) -> None:
    with pytest.raises(ow.InvalidInput) as raised:
        pool.reserve(cells=[("CUP", "SFO", 1), ("MUG", "RNO", 0), ("MUG", "RNO", -1)])
    assert [issue.path for issue in raised.value.issues] == [
        *("cells[0].sku", "cells[0].location", "cells[1].quantity", "cells[2].quantity"),
    ]
    with pytest.raises(ow.InvalidInput):
        pool.reserve(cells=[])
    made = pool.reserve(cells=[("MUG", "RNO", 1)]).reservation
    assert made is not None
    with pytest.raises(ow.InvalidInput):
        pool.release(reservation=made, part=[("MUG", "RNO", 2)])
    assert pool.release(reservation=made, part=[]) == []
    assert pool.figures(sku="MUG", location="RNO").hard == 1


def test_a_plan_can_be_reserved(router: ow.Router, pool: ow.InventoryPool) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 1), ("TEE", 1)))
    outcome = pool.reserve(cells=router.route(order=made, stock=pool))
    assert outcome.reservation == 1 and outcome.changes


def test_stock_of_another_world_is_not_allowed(
    document: dict[str, Any], world: ow.World, pool: ow.InventoryPool
) -> None:
    other, other_stock = ow.load_world(document)
    with pytest.raises(ow.NotAllowed, match="another world"):
        ow.InventoryPool(world=world, stock=other_stock)
    made = ow.Order.from_dict(world=other, order=order("7", ("MUG", 1)))
    plan = ow.Router(world=other).route(order=made, stock=other_stock)
    with pytest.raises(ow.NotAllowed, match="another world"):
        pool.reserve(cells=plan)


def test_a_snapshot_outlives_its_pool(world: ow.World, stock: ow.Stock) -> None:
    pool = ow.InventoryPool(world=world, stock=stock)
    snapshot = pool.snapshot()
    del pool
    assert snapshot.figures(sku="TEE", location="MEM").on_hand == 2
    with pytest.raises(ow.NotFound):
        ow.InventoryPool(world=world, stock=stock).snapshot(skus=["CUP"])


def test_a_hold_runs_out_and_can_be_extended_and_confirmed(pool: ow.InventoryPool) -> None:
    at = "2026-11-27T09:{:02}:00Z".format
    cart = pool.reserve(cells=[("MUG", "RNO", 3)], expires_at=at(10), now=at(0), key="cart")
    assert cart.reservation is not None
    assert pool.figures(sku="MUG", location="RNO").soft == 3
    assert pool.available(sku="MUG", now=at(9)) == 4
    assert pool.available(sku="MUG", now=at(10)) == 7
    assert pool.clock == datetime(2026, 11, 27, 9, 0, tzinfo=timezone.utc)
    found = pool.find_reservation(key="cart")
    assert found is not None and found.kind == ow.ReservationKind.SOFT
    assert found.expires_at == datetime(2026, 11, 27, 9, 10, tzinfo=timezone.utc)

    with pytest.raises(ow.Expired, match="expired at 2026-11-27T09:10:00Z"):
        pool.confirm(reservation=cart.reservation, now=at(10))
    with pytest.raises(ow.InvalidInput):
        pool.extend(reservation=cart.reservation, expires_at=at(0), now=at(1))
    pool.extend(reservation=cart.reservation, expires_at=at(20), now=at(1))
    done = pool.confirm(reservation=cart.reservation, part=[("MUG", "RNO", 2)], now=at(15))
    assert done.reservation == cart.reservation
    assert [c.cause for c in done.changes] == [ow.StockCause.RELEASE, ow.StockCause.CONFIRM]
    assert pool.figures(sku="MUG", location="RNO").hard == 2
    with pytest.raises(ow.NotAllowed):
        pool.confirm(reservation=cart.reservation, now=at(15))
    with pytest.raises(ow.InvalidInput):
        pool.confirm(reservation=cart.reservation, part=[], now=at(15))
    pool.audit()


def test_what_has_run_out_is_forgotten(pool: ow.InventoryPool) -> None:
    early, late = "2026-11-27T09:00:00Z", "2026-11-27T10:00:00Z"
    made = pool.reserve(cells=[("MUG", "RNO", 3)], expires_at=late, now=early).reservation
    assert made is not None
    (change,) = pool.expire(now=late)
    assert (change.cause, change.reservation) == (ow.StockCause.EXPIRE, 0)
    assert pool.expire(now=late) == [] and pool.find_reservation(reservation=made) is None
    with pytest.raises(ow.InvalidInput):
        pool.reserve(cells=[("MUG", "RNO", 1)], expires_at=early, now=late)


def test_a_reservation_moves_in_one_step_or_not_at_all(pool: ow.InventoryPool) -> None:
    made = pool.reserve(cells=[("MUG", "RNO", 3)], key="1042").reservation
    assert made is not None
    refused = pool.amend(
        reservation=made, give_back=[("MUG", "RNO", 3)], take=[("MUG", "MEM", 4)]
    )
    assert refused.reservation is None and len(refused.shortages) == 1
    assert pool.figures(sku="MUG", location="RNO").hard == 3
    for repeated in (False, True):
        moved = pool.amend(
            reservation=made, give_back=[("MUG", "RNO", 3)], take=[("MUG", "MEM", 3)], key="move"
        )
        assert moved.reservation == made and moved.repeated == repeated
    assert pool.holders(sku="MUG") == {"RNO": 4}
    assert pool.commit(reservation=made, key="ship") and not pool.commit(made, key="ship")
    with pytest.raises(ow.NotAllowed):
        pool.release(reservation=made, key="ship")
    pool.audit()


def test_a_day_has_so_much_room(pool: ow.InventoryPool) -> None:
    pool.set_day_capacity(location="RNO", units=3, shipments=1)
    monday, tuesday = date(2026, 11, 30), "2026-12-01"
    mugs = [("MUG", "RNO", 2)]
    first = pool.reserve(cells=mugs, capacity=[("RNO", monday, 2, 1)])
    assert first.reservation is not None
    second = pool.reserve(cells=mugs, capacity=[("RNO", monday, 2, 1)])
    assert second.reservation is None and second.shortages == []
    (full,) = second.day_shortages
    assert (full.location, full.day, full.wanted, full.free) == ("RNO", monday, (2, 1), (1, 0))
    assert "RNO on 2026-11-30" in repr(full)
    assert repr(second) == "<ReserveOutcome: 1 shortages>"
    pool.amend(
        reservation=first.reservation,
        give_back_capacity=[("RNO", monday, 2, 1)],
        take_capacity=[("RNO", tuesday, 2, 1)],
    )
    assert pool.load_of(location="RNO", day=monday) == (0, 0)
    assert pool.load_of(location="RNO", day=tuesday) == (2, 1)
    found = pool.find_reservation(reservation=first.reservation)
    assert found is not None and found.capacity == [("RNO", date(2026, 12, 1), 2, 1)]
    pool.set_day_capacity(location="RNO")
    assert pool.reserve(cells=mugs, capacity=[("RNO", tuesday, 90, 90)]).reservation is not None
    for bad in [("SFO", monday, 1, 1), ("RNO", monday, -1, 1)]:
        with pytest.raises(ow.InvalidInput):
            pool.reserve(cells=mugs, capacity=[bad])
    with pytest.raises(ow.InvalidInput):
        pool.reserve(cells=mugs, capacity=[("RNO", "today", 1, 1)])
    with pytest.raises(ow.InvalidInput):
        pool.set_day_capacity(location="RNO", units=-1)


def test_feeds_come_late_twice_and_out_of_order(pool: ow.InventoryPool) -> None:
    at = "2026-11-27T09:{:02}:00Z".format
    wms = pool.add_source(name="wms")
    with pytest.raises(ow.NotAllowed):
        pool.add_source(name="wms")
    held = pool.reserve(cells=[("MUG", "RNO", 4)], key="1042").reservation
    sold = ow.StockDelta("MUG", "RNO", -1, position=12, at=at(12))
    first = pool.apply_deltas(source=wms, deltas=[sold, sold])
    assert first.results == [ow.FeedResult.APPLIED, ow.FeedResult.REPEATED]
    counted = ow.StockCount("MUG", "RNO", 3, position=11, at=at(11))
    outcome = pool.apply_counts(source=wms, counts=[counted, ("TEE", "RNO", 7, 13, at(13))])
    assert outcome.results == [ow.FeedResult.APPLIED] * 2
    assert [c.cause for c in outcome.changes] == [ow.StockCause.COUNT] * 2
    assert pool.figures(sku="MUG", location="RNO").on_hand == 2
    assert pool.figures(sku="TEE", location="RNO").on_hand == 7 and len(pool) == 4
    (cell,) = outcome.oversold
    assert (cell.sku, cell.location, cell.units, cell.reservations) == ("MUG", "RNO", 2, [held])
    assert "2 units of MUG" in repr(cell) and "1 oversold" in repr(outcome)
    late = pool.apply_counts(source=wms, counts=[("MUG", "RNO", 9, 10, at(10))])
    assert late.results == [ow.FeedResult.STALE] and late.changes == []
    wrong: list[Any] = [("CUP", "RNO", 1, 20, at(20)), ("MUG",)]
    with pytest.raises(ow.InvalidInput) as raised:
        pool.apply_counts(source=wms, counts=wrong)
    assert [issue.path for issue in raised.value.issues] == ["counts[0].sku", "counts[1]"]
    with pytest.raises(ow.InvalidInput):
        pool.apply_counts(source=wms, counts=[("MUG", "RNO", -1, 20, at(20))])
    with pytest.raises(ow.NotFound):
        pool.apply_counts(source=9, counts=[])
    pool.audit()


def test_a_shop_that_shows_what_may_be_sold(pool: ow.InventoryPool) -> None:
    shop = pool.add_source(name="shop", less_reserved=True)
    pool.reserve(cells=[("MUG", "MEM", 2)])
    seen = pool.sequence
    pool.reserve(cells=[("MUG", "MEM", 1)])
    count = ow.StockCount("MUG", "MEM", 10, position=1, at="2026-11-27T09:00:00Z", as_of=seen)
    pool.apply_counts(source=shop, counts=[count])
    assert pool.figures(sku="MUG", location="MEM").on_hand == 12


def test_units_are_set_aside_and_come_back(pool: ow.InventoryPool) -> None:
    aside = [ow.StockAdjustment("MUG", "RNO", damaged=1, quality_control=2, safety_stock=0)]
    for _ in range(2):
        pool.adjust(adjustments=aside, key="found")
    figures = pool.figures(sku="MUG", location="RNO")
    assert (figures.on_hand, figures.unusable, figures.safety) == (5, 3, 0)
    pool.adjust(adjustments=[ow.StockAdjustment("MUG", "RNO", quality_control=-2, on_hand=1)])
    assert pool.available(sku="MUG") == 5 + 3
    for bad in [
        ow.StockAdjustment("MUG", "RNO", damaged=-2),
        ow.StockAdjustment("MUG", "RNO", safety_stock=-1),
    ]:
        with pytest.raises(ow.InvalidInput):
            pool.adjust(adjustments=[bad])
    pool.audit()


def test_what_is_expected_may_be_promised_for_its_date(pool: ow.InventoryPool) -> None:
    monday, friday = "2026-11-30T00:00:00Z", "2026-12-04T00:00:00Z"
    pool.expect(name="po 7", sku="MUG", location="RNO", quantity=10, at=friday, confidence=70)
    assert pool.available_to_promise(sku="MUG", at=monday) == {"RNO": 4, "MEM": 3}
    assert pool.available_to_promise(sku="MUG", at=friday) == {"RNO": 14, "MEM": 3}
    assert pool.available_to_promise(sku="MUG", at=friday, min_confidence=80)["RNO"] == 4
    pool.dispatch(
        name="t1", sku="MUG", origin="MEM", location="RNO", quantity=2, at=monday, now=monday
    )
    assert pool.figures(sku="MUG", location="MEM").on_hand == 1
    moving, ordered = pool.incoming(sku="MUG")
    assert (moving.location, moving.quantity, moving.origin) == ("RNO", 2, "MEM")
    assert (ordered.quantity, ordered.confidence, ordered.origin) == (10, 70, None)
    assert ordered.at == datetime(2026, 12, 4, tzinfo=timezone.utc)
    assert "2 units at RNO" in repr(moving)
    for changed in (1, 0):
        changes = pool.receive(name="po 7", quantity=12, key="dock")
        assert [c.cause for c in changes] == [ow.StockCause.RECEIVE] * changed
    assert pool.lose(name="t1", quantity=1) == [] and pool.incoming(sku="MUG")[0].quantity == 1
    assert pool.figures(sku="MUG", location="RNO").on_hand == 17
    with pytest.raises(ow.NotFound):
        pool.receive(name="po 7", quantity=1)
    with pytest.raises(ow.NotAllowed):
        pool.dispatch(name="t2", sku="MUG", origin="MEM", location="RNO", quantity=9, at=friday)
    with pytest.raises(ow.InvalidInput):
        pool.receive(name="t1", quantity=0)
    with pytest.raises(ow.InvalidInput):
        pool.expect(name="po 8", sku="MUG", location="RNO", quantity=-1, at=friday)
    pool.audit()


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (("MUG", "RNO", "x", 1, "2026-11-27T00:00:00Z"), ".units"),
        (("MUG", "RNO", 2**70, 1, "2026-11-27T00:00:00Z"), ".units"),
        (("MUG", "RNO", 1, -1, "2026-11-27T00:00:00Z"), ".position"),
        ((1, "RNO", 1, 1, "2026-11-27T00:00:00Z"), ".sku"),
        (("MUG", None, 1, 1, "2026-11-27T00:00:00Z"), ".location"),
        (("MUG", "RNO", 1, 1, None), ".at"),
        (("MUG", "RNO", 1, 1, "2026-11-27T00:00:00Z", "x"), ".as_of"),
        ("MUG", ""),
        (7, ""),
    ],
)
def test_what_is_no_entry_of_a_feed_is_named(
    pool: ow.InventoryPool, entry: Any, field: str
) -> None:
    source = pool.add_source(name="wms")
    with pytest.raises(ow.InvalidInput) as raised:
        pool.apply_counts(source=source, counts=[entry])
    assert [issue.path for issue in raised.value.issues] == ["counts[0]" + field]


def test_what_is_no_cell_or_day_is_named(pool: ow.InventoryPool) -> None:
    cells: list[Any] = [("MUG",), ("MUG", "RNO", 2**70), ("MUG", "RNO", 1.5), 7]
    with pytest.raises(ow.InvalidInput) as raised:
        pool.reserve(cells=cells)
    assert {issue.path for issue in raised.value.issues} == {
        *("cells[0]", "cells[1].quantity", "cells[2].quantity", "cells[3]"),
    }
    days: list[Any] = [("RNO",), ("RNO", "2026-11-30", 2**70, 1)]
    with pytest.raises(ow.InvalidInput) as raised:
        pool.reserve(cells=[("MUG", "RNO", 1)], capacity=days)
    assert [issue.path for issue in raised.value.issues] == ["capacity[0]", "capacity[1].units"]
    wrong: Any = ow.StockAdjustment("MUG", "RNO", 1.5)  # type: ignore[arg-type]
    with pytest.raises(ow.InvalidInput, match="on_hand"):
        pool.adjust(adjustments=[wrong])
    assert pool.sequence == 0
