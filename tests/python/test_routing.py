"""Routers and plans."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import orderwright as ow
from small_world import order

Network = tuple[ow.World, ow.Stock]


def test_a_plan_is_the_cheapest_and_its_terms_sum(router: ow.Router, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 2), ("TEE", 1)))
    plan = router.route(order=made, stock=stock)
    # Memphis alone: 1.00 + 6.00 (900 g, zone 2). With Reno: 2.50 + 0.20 + 4.00, and Memphis again.
    assert (plan.order_id, plan.status, plan.proof) == (
        *("7", ow.PlanStatus.PLANNED, ow.PlanProof.OPTIMAL),
    )
    assert plan.cost == plan.lower_bound == Decimal("7.00") and str(plan.cost) == "7.00"
    assert plan.cost_micros == plan.lower_bound_micros == 7_000_000
    assert plan.split_cost == plan.shortfall_cost == 0 and plan.currency == "USD"
    (shipment,) = plan.shipments
    assert (shipment.location, shipment.service, shipment.carrier) == ("MEM", "ground", "acme")
    assert (shipment.zone, shipment.weight_g, shipment.units) == (1, 900, 3)
    assert shipment.distance_km == pytest.approx(2890, abs=10)
    terms = shipment.terms
    assert terms.handling == 1 and terms.shipping == 6
    assert terms.unit == terms.surcharge == terms.lane == terms.rules == 0
    assert shipment.cost == 7 and shipment.cost_micros == 7_000_000
    assert [(line.line, line.position, line.sku, line.quantity) for line in shipment.lines] == [
        ("1", 0, "MUG", 2),
        ("2", 1, "TEE", 1),
    ]
    assert len(plan.lines) == 2 and plan.shortfalls == []
    assert (plan.candidates, plan.stock_sequence, plan.rules_version) == (2, 0, None)
    assert plan.nodes >= 0 and plan.world == router.world


def test_a_shortfall_has_its_reason(router: ow.Router, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 1), ("TEE", 3)))
    plan = router.route(order=made, stock=stock)
    assert plan.status == ow.PlanStatus.SHORT and plan.shortfall_cost == 100
    (short,) = plan.shortfalls
    assert (short.line, short.position, short.sku, short.quantity) == ("2", 1, "TEE", 1)
    assert short.reason == ow.ShortReason.NO_STOCK
    assert repr(short) == "<Shortfall: TEE ×1, no_stock>"


def test_a_plan_prints_as_a_table_and_shows_as_a_line(router: ow.Router, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("TEE", 1)))
    plan = router.route(order=made, stock=stock)
    assert str(plan).startswith("order 7 · ") and "ships from Memphis" in str(plan)
    assert repr(plan) == "<Plan of order 7: planned, 1 shipments, 7.00 USD, optimal>"
    assert repr(plan.shipments[0]) == "<Shipment from MEM: 1 units, ground, 7.00>"
    assert repr(plan.lines[0]) == "<PlanLine: TEE ×1>"
    assert "handling 1.00" in repr(plan.shipments[0].terms)
    assert repr(router) == "<Router of 2 locations>"


def test_a_plan_is_written_as_plan_1(router: ow.Router, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("TEE", 1)))
    plan = router.route(order=made, stock=stock)
    written = plan.to_dict()
    assert (written["order"], written["status"], written["cost"]) == ("7", "planned", "7.00")
    assert written["shipments"][0]["location"] == "MEM"
    assert "\n" not in plan.to_json() and plan.to_json(indent=2).count("\n") > 5


def test_parts_outlive_their_plan(router: ow.Router, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 1), ("TEE", 3)))
    lines = router.route(order=made, stock=stock).shipments[0].lines
    short = router.route(order=made, stock=stock).shortfalls[0]
    assert lines[0].sku == "MUG" and short.sku == "TEE"


def test_a_router_takes_opening_stock_a_pool_or_a_snapshot(
    router: ow.Router, stock: ow.Stock, pool: ow.InventoryPool
) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("TEE", 2)))
    snapshot = pool.snapshot()
    decision = router.route_and_reserve(order=made, pool=pool, key="7")
    assert router.route(order=made, stock=stock).status == ow.PlanStatus.PLANNED
    assert router.route(order=made, stock=snapshot).status == ow.PlanStatus.PLANNED
    assert router.route(order=made, stock=pool).status == ow.PlanStatus.UNROUTABLE
    again = router.route(order=made, stock=pool, own_reservation=decision.reservation)
    assert again.status == ow.PlanStatus.PLANNED
    with pytest.raises(ow.InvalidInput) as raised:
        router.route(order=made, stock="stock")  # type: ignore[arg-type]
    assert raised.value.issues[0].path == "stock"


def test_a_decision_is_a_plan_and_its_reservation(
    router: ow.Router, pool: ow.InventoryPool
) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 4), ("TEE", 1)))
    decision = router.route_and_reserve(order=made, pool=pool, now="2026-11-23T17:14:00Z", key="7")
    assert decision.reservation == 1 and decision.attempts == 1
    taken = {(c.sku, c.location): c.after.hard - c.before.hard for c in decision.changes}
    planned: dict[tuple[str, str], int] = {}
    for shipment in decision.plan.shipments:
        for line in shipment.lines:
            planned[line.sku, shipment.location] = line.quantity
    assert taken == planned
    assert repr(decision).endswith(", reservation 1>")
    test = ow.Order.from_dict(world=router.world, order=order("8", ("MUG", 1), test=True))
    assert router.route_and_reserve(order=test, pool=pool).reservation is None
    pool.audit()


def test_sequential_orders_see_what_the_ones_before_took(
    router: ow.Router, stock: ow.Stock, pool: ow.InventoryPool
) -> None:
    orders = ow.load_orders(
        world=router.world, source=[order(str(n), ("TEE", 1)) for n in range(4)]
    )
    names = [ow.PlanStatus.PLANNED] * 2 + [ow.PlanStatus.UNROUTABLE] * 2
    for mode in ("sequential", ow.RouteMode.SEQUENTIAL):
        plans = router.route_all(orders=orders, pool=stock, mode=mode)
        assert [plan.status for plan in plans] == names  # each call on a pool of its own
    assert pool.sequence == 0
    assert [p.status for p in router.route_all(orders=orders, pool=pool)] == names
    assert pool.sequence == 2
    for threads in (1, 2, 0):
        plans = router.route_all(orders=orders, pool=stock, mode="independent", threads=threads)
        assert [plan.status for plan in plans] == [ow.PlanStatus.PLANNED] * 4
        assert [plan.order_id for plan in plans] == ["0", "1", "2", "3"]
    assert router.route_all(orders=[], pool=stock) == []


def test_route_all_gives_the_plans_of_route(network: Network) -> None:
    world, stock = network
    orders = ow.datasets.make_orders(world, 200, seed=4)
    router = ow.Router(world=world)
    plans = router.route_all(orders=orders, pool=stock, mode=ow.RouteMode.INDEPENDENT, threads=2)
    for made, plan in zip(orders, plans, strict=True):
        assert plan.to_json() == router.route(order=made, stock=stock).to_json()


def test_a_ranked_fill_is_a_baseline(world: ow.World, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=world, order=order("7", ("MUG", 2), ("TEE", 1)))
    plan = ow.Router(world=world, solver="priority", verify=True).route(order=made, stock=stock)
    assert [shipment.location for shipment in plan.shipments] == ["RNO", "MEM"]
    assert plan.proof == ow.PlanProof.FEASIBLE and plan.cost == Decimal("14.20")
    assert plan.split_cost == Decimal("0.50") and plan.lower_bound <= plan.cost


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"solver": "magic"}, "solver"),
        ({"node_limit": -1}, ""),
        ({"time_limit": -1.0}, "time_limit"),
        ({"time_limit": float("nan")}, "time_limit"),
        ({"reserve_attempts": 0}, ""),
    ],
)
def test_options_out_of_range_are_refused(
    world: ow.World, arguments: dict[str, Any], path: str
) -> None:
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Router(world=world, **arguments)
    assert raised.value.issues[0].path == path
    assert ow.Router(world=world, time_limit=1e12, node_limit=0, reserve_attempts=1).world == world


def test_what_is_not_there_yet_is_not_supported(router: ow.Router, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 1)))
    with pytest.raises(ow.InvalidInput):
        router.route(order=made, stock=stock, explain="a little")
    with pytest.raises(ow.NotSupported):
        router.route_all(orders=[made], pool=stock, mode="batch")
    with pytest.raises(ow.InvalidInput):
        router.route_all(orders=[made], pool=stock, mode="fast")
    with pytest.raises(ow.InvalidInput):
        router.route_all(orders=[made], pool=stock, threads=-1)
    with pytest.raises(ow.InvalidInput):
        router.route_all(orders=[made], pool="stock")  # type: ignore[arg-type]


def test_now_is_text_or_a_datetime_with_a_zone(router: ow.Router, stock: ow.Stock) -> None:
    made = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 1)))
    for now in ("2026-11-23T17:14:00Z", datetime.now(timezone.utc), None):
        router.route(order=made, stock=stock, now=now)
    for bad in ("yesterday", "2026-11-23T17:14:00", datetime(2026, 1, 1), 7):
        with pytest.raises(ow.InvalidInput) as raised:
            router.route(order=made, stock=stock, now=bad)  # type: ignore[arg-type]
        assert [issue.path for issue in raised.value.issues] == ["now"]


def test_an_inactive_location_is_known_by_its_time(document: dict[str, Any]) -> None:
    document["locations"][1]["inactive"] = [
        {"from": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}
    ]
    world, stock = ow.load_world(document)
    made = ow.Order.from_dict(world=world, order=order("7", ("TEE", 1)))
    router = ow.Router(world=world)
    assert router.route(order=made, stock=stock).status == ow.PlanStatus.UNROUTABLE
    later = router.route(order=made, stock=stock, now=datetime(2026, 12, 1, tzinfo=timezone.utc))
    assert later.status == ow.PlanStatus.PLANNED


def test_another_world_is_not_allowed(
    document: dict[str, Any], router: ow.Router, stock: ow.Stock
) -> None:
    other, other_stock = ow.load_world(document)
    mine = ow.Order.from_dict(world=router.world, order=order("7", ("MUG", 1)))
    theirs = ow.Order.from_dict(world=other, order=order("7", ("MUG", 1)))
    with pytest.raises(ow.NotAllowed):
        router.route(order=theirs, stock=stock)
    with pytest.raises(ow.NotAllowed):
        router.route(order=mine, stock=other_stock)
    with pytest.raises(ow.NotAllowed):
        router.route_all(orders=[mine], pool=other_stock)


# -- Progress, cancelling, threads ----------------------------------------------------------------


@pytest.mark.parametrize("mode", ["sequential", "independent"])
def test_progress_goes_from_nothing_to_all(network: Network, mode: str) -> None:
    world, stock = network
    orders = ow.datasets.make_orders(world, 300, seed=4)
    seen: list[tuple[int, int]] = []
    ow.Router(world=world).route_all(
        orders=orders,
        pool=stock,
        mode=mode,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[0] == (0, 300) and seen[-1] == (300, 300) and seen == sorted(seen)


@pytest.mark.parametrize("mode", ["sequential", "independent"])
@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
@pytest.mark.parametrize("when", [0, 300])
def test_what_progress_raises_comes_out(
    network: Network, mode: str, error: type[BaseException], when: int
) -> None:
    world, stock = network
    orders = ow.datasets.make_orders(world, 300, seed=4)

    def stop(done: int, total: int) -> None:
        if done == when:
            raise error("stop")

    with pytest.raises(error, match="stop"):
        ow.Router(world=world).route_all(orders=orders, pool=stock, mode=mode, progress=stop)


def test_progress_true_is_a_bar(network: Network, capsys: pytest.CaptureFixture[str]) -> None:
    world, stock = network
    orders = ow.datasets.make_orders(world, 20, seed=4)
    router = ow.Router(world=world)
    assert len(router.route_all(orders=orders, pool=stock, progress=True)) == 20
    assert "20/20" in capsys.readouterr().err
    router.route_all(orders=orders, pool=stock, progress=False)
    assert capsys.readouterr() == ("", "")


def test_other_threads_run_while_one_routes(network: Network) -> None:
    world, stock = network
    orders = ow.datasets.make_orders(world, 3000, seed=5)
    router = ow.Router(world=world)
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.001):
            ticks.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.perf_counter()
    router.route_all(orders=orders, pool=stock, mode="independent", threads=1)
    end = time.perf_counter()
    done.set()
    thread.join()
    # A call that held the GIL would let the other thread run at its begin and end only.
    inside = [t for t in ticks if begin + 0.2 * (end - begin) < t < end - 0.2 * (end - begin)]
    assert len(inside) >= 2, (end - begin, len(ticks))


def test_a_pool_is_shared_by_threads(network: Network) -> None:
    world, stock = network
    orders = ow.datasets.make_orders(world, 800, seed=6)
    router = ow.Router(world=world)
    pool = ow.InventoryPool(world=world, stock=stock)

    def work(part: list[ow.Order]) -> int:
        units = 0
        for made in part:
            decision = router.route_and_reserve(order=made, pool=pool, key=made.id)
            units += sum(line.quantity for line in decision.plan.lines)
        return units

    with ThreadPoolExecutor(4) as threads:
        units = sum(threads.map(work, [orders[n::4] for n in range(4)]))
    held = 0
    for number in range(1, pool.sequence + 1):
        found = pool.find_reservation(reservation=number)
        assert found is not None
        held += sum(quantity for _, _, quantity in found.cells)
    assert held == units
    pool.audit()


def test_callbacks_of_two_threads_do_not_meet(network: Network) -> None:
    world, stock = network
    orders = ow.datasets.make_orders(world, 400, seed=7)
    router = ow.Router(world=world)

    def run(mode: str) -> Callable[[], list[str]]:
        def call() -> list[str]:
            plans = router.route_all(
                orders=orders, pool=stock, mode=mode, threads=2, progress=lambda d, t: None
            )
            return [plan.to_json() for plan in plans]

        return call

    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(run(mode)) for mode in ("sequential", "independent") * 2]
        results = [future.result() for future in futures]
    assert results[0] == results[2] and results[1] == results[3]


def test_dates_are_those_of_the_calendar(document: dict[str, Any]) -> None:
    # Against Python's own time zones: Memphis works every day (no calendar, UTC), ground takes 4 days
    # of Monday to Friday to San Francisco.
    document["stock"] = document["stock"][1:]
    world, stock = ow.load_world(document)
    fields = order("7", ("TEE", 1))
    fields["ship_to"]["time_zone"] = "America/Los_Angeles"
    made = ow.Order.from_dict(world=world, order=fields)
    (shipment,) = ow.Router(world).route(made, stock).shipments
    here = ZoneInfo("America/Los_Angeles")
    assert shipment.ship_by == datetime(2026, 11, 23, 23, 59, 59, tzinfo=timezone.utc)
    assert shipment.deliver_by == datetime(2026, 11, 27, 23, 59, 59, tzinfo=here)
    assert shipment.late_days == 0 and shipment.terms.lateness == 0
    text = str(ow.Router(world).route(made, stock))
    assert "ship by Mon 23 Nov, deliver by Fri 27 Nov" in text


def test_lateness_costs_and_must_arrive_forbids(document: dict[str, Any]) -> None:
    document["costs"]["late_penalty_per_day"] = "0.75"
    world, stock = ow.load_world(document)
    router = ow.Router(world)
    wish = order("7", ("TEE", 1), requested_by="2026-11-26T12:00:00Z")
    plan = router.route(ow.Order.from_dict(world, wish), stock)
    (shipment,) = plan.shipments
    assert (shipment.late_days, shipment.terms.lateness, plan.cost) == (
        *(2, Decimal("1.50"), Decimal("8.50")),
    )
    assert plan.to_dict()["late"] == [{"line": "1", "days": 2}]
    must = order("7", ("TEE", 1), requested_by="2026-11-26T12:00:00Z", must_arrive=True)
    plan = router.route(ow.Order.from_dict(world, must), stock)
    assert [short.reason for short in plan.shortfalls] == [ow.ShortReason.LATE]
    undated = {**wish, "placed_at": None}
    with pytest.raises(ow.InvalidInput, match="dates to meet"):
        router.route(ow.Order.from_dict(world, undated), stock)


def test_pickup_transfer_and_lines_without_shipping(document: dict[str, Any]) -> None:
    document["locations"][0]["pickup"] = {"lead_minutes": 60, "ship_to_store": True}
    document["items"].append({"sku": "PDF", "requires_shipping": False})
    del document["stock"][1:]  # Memphis has shirts alone, and does not count them
    document["stock"].append({"location": "MEM", "sku": "TEE", "on_hand": None})
    world, stock = ow.load_world(document)
    pool = ow.InventoryPool(world, stock)
    assert pool.holders(sku="TEE") == {"MEM": None}
    assert pool.figures(sku="TEE", location="MEM").on_hand is None
    assert "not tracked" in repr(pool.figures(sku="TEE", location="MEM"))

    draft = order("1", ("MUG", 1), ("TEE", 1), ("PDF", 2), method="pickup", pickup_at="RNO")
    decision = ow.Router(world).route_and_reserve(ow.Order.from_dict(world, draft), pool)
    plan = decision.plan
    method = ow.ShipmentMethod
    assert [s.method for s in plan.shipments] == [method.PICKUP, method.TRANSFER, method.PICKUP]
    own, transfer, after = plan.shipments
    assert (own.location, own.service, own.carrier, own.to) == ("RNO", "", "", None)
    assert own.cost == Decimal("2.60")
    # Placed at 17:14 in UTC; open all day, so ready an hour later.
    assert own.ship_by == own.deliver_by == datetime(2026, 11, 23, 18, 14, tzinfo=timezone.utc)
    assert (transfer.location, transfer.to, transfer.service) == ("MEM", "RNO", "ground")
    assert [s.takes_stock for s in plan.shipments] == [True, True, False]
    assert (after.location, after.cost, after.units) == ("RNO", Decimal(0), 1)
    assert [line.sku for line in plan.lines] == ["MUG", "TEE"]
    assert [(line.line, line.sku, line.quantity) for line in plan.no_shipping] == [("3", "PDF", 2)]
    assert pool.figures(sku="TEE", location="MEM").hard == 1
    assert pool.figures(sku="TEE", location="RNO").hard == 0
    assert plan.to_dict()["no_shipping"] == [{"line": "3", "quantity": 2}]
    assert "pickup" in repr(own)


def test_a_pickup_at_a_place_that_is_not_there_is_refused(router: ow.Router) -> None:
    draft = order("1", ("MUG", 1), method="pickup", pickup_at="RON")
    with pytest.raises(ow.InvalidInput) as caught:
        ow.Order.from_dict(router.world, draft)
    assert [issue.path.split(": ")[-1] for issue in caught.value.issues] == ["pickup_at"]
    assert "did you mean 'RNO'?" in caught.value.issues[0].message
