"""Rules of Python functions: each kind changes the decision as it must, and what is wrong is said."""

from __future__ import annotations

import gc
import itertools
import random
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import orderwright as ow
from small_world import order

KINDS = ["warehouse", "store", "third_party"]


def network(
    stock: list[tuple[str, str, int]], **costs: str
) -> tuple[ow.World, ow.Stock]:
    """Reno (a warehouse) and two stores, Oakland and San Jose; by air 3.00 or by ground 5.00, and 2.50 a
    shipment. HAT is hazmat."""

    def site(id_: str, lat: float, lon: float, **fields: Any) -> dict[str, Any]:
        return {"id": id_, "lat": lat, "lon": lon, "cost_per_shipment": "2.50",
                "country": "US", "rate_cards": ["default"], **fields}  # fmt: skip

    def service(rate: str, days: int) -> dict[str, Any]:
        return {"zones_km": [100, None], "transit_days": [1, days], "steps": [[None, [rate, rate]]]}

    document = {
        "format": "orderwright.world/1",
        "currency": "USD",
        "locations": [
            site("RNO", 39.53, -119.81, region="NV", tags=["hub"], capabilities=["hazmat"],
                 attributes={"dock": 4, "floor": 0.5, "night": True, "note": "x"}),
            site("OAK", 37.80, -122.27, kind="store", region="CA"),
            site("SJC", 37.34, -121.89, kind="store", region="CA", attributes={"dock": 1}),
        ],
        "items": [
            {"sku": "MUG", "weight_g": 350, "unit_value": "8.00", "unit_cost": "3.10"},
            {"sku": "TEE", "weight_g": 200, "tags": ["soft"]},
            {"sku": "HAT", "weight_g": 90, "tags": ["hazmat"], "attributes": {"size": 7}},
        ],
        "stock": [{"location": at, "sku": sku, "on_hand": n} for at, sku, n in stock],
        "rate_cards": {"default": {"services": {"air": service("3.00", 1),
                                                "ground": service("5.00", 3)}}},
        "costs": {"shortfall_penalty_per_unit": "100.00", **costs},
    }  # fmt: skip
    return ow.load_world(document)


def decide(
    given: tuple[ow.World, ow.Stock], rules: ow.Rules, *lines: tuple[str, int], **fields: Any
) -> ow.Plan:
    world, stock = given
    made = ow.Order.from_dict(world, order("7", *lines, **fields))
    return ow.Router(world=world, rules=rules, verify=True).route(order=made, stock=stock)


def brief(plan: ow.Plan) -> str:
    parts = [
        f"{s.location}: " + ", ".join(f"{line.sku} x{line.quantity}" for line in s.lines)
        for s in plan.shipments
    ]
    parts += [f"short {s.sku} x{s.quantity} {s.reason.name.lower()}" for s in plan.shortfalls]
    return " | ".join(parts)


def one(kind: str, **fields: Any) -> ow.Rules:
    rules = ow.Rules(version="17")
    rules.add("the-rule", kind=kind, **fields)
    return rules


# -- Kinds ----------------------------------------------------------------------------------------


def test_set_sets_what_the_order_does_not_say() -> None:
    given = network([("RNO", "MUG", 5)])

    def service(f: ow.Facts) -> object:
        return "ground" if f.order.channel == "web" else None

    for value in ("ground", service, lambda f: np.array("ground")):
        plan = decide(given, one("set", field="service", value=value), ("MUG", 1))
        assert plan.shipments[0].service == "ground" and plan.rules_version == "17"
        (setting,) = plan.settings
        assert (setting.rule, setting.field, setting.value) == ("the-rule", "service", "ground")
    plan = decide(given, one("set", field="service", value=service), ("MUG", 1), channel="shop")
    assert plan.shipments[0].service == "air" and plan.settings == []
    plan = decide(given, one("set", field="service", value="ground"), ("MUG", 1), service="air")
    assert plan.shipments[0].service == "air" and plan.settings == []
    forced = one("set", field="service", value="ground", force=True)
    assert decide(given, forced, ("MUG", 1), service="air").shipments[0].service == "ground"


@pytest.mark.parametrize(
    ("field", "value", "want"),
    [
        ("ship_complete", True, True),
        ("ship_complete", lambda f: f.order.units > 0, True),
        ("max_shipments", 3, 3),
        ("priority", lambda f: -7, -7),
        ("remainder", "cancel", "cancel"),
        ("substitution", lambda f: "never", "never"),
        ("capture", 2, "on_release"),
        ("capture", "manual", "manual"),
        ("capture", 9, 9),
        ("notify", np.int32(4).item, 4),
    ],
)
def test_set_hands_on_values_with_their_names(field: str, value: Any, want: object) -> None:
    if field == "notify":
        value = lambda f: np.int32(4)  # noqa: E731
    plan = decide(network([("RNO", "MUG", 5)]), one("set", field=field, value=value), ("MUG", 1))
    assert [(s.field, s.value, type(s.value)) for s in plan.settings] == [(field, want, type(want))]


def test_ship_complete_and_max_shipments_act() -> None:
    given = network([("RNO", "MUG", 1), ("OAK", "TEE", 1)])
    both = (("MUG", 1), ("TEE", 1))
    assert len(decide(given, ow.Rules(), *both).shipments) == 2
    assert len(decide(given, one("set", field="max_shipments", value=1), *both).shipments) == 1
    plan = decide(given, one("set", field="ship_complete", value=True), ("MUG", 1), ("TEE", 2))
    assert brief(plan) == "short MUG x1 ship_complete | short TEE x2 no_stock"


def test_eligible_rules_out_pairs() -> None:
    given = network([("RNO", "MUG", 5), ("OAK", "MUG", 5), ("SJC", "TEE", 5)])
    rules = one("eligible", require=lambda f: f.location.kind != "warehouse")
    assert brief(decide(given, rules, ("MUG", 1))) == "OAK: MUG x1"
    rules = one("eligible", require=lambda f: f.line.sku == "TEE")
    assert brief(decide(given, rules, ("MUG", 1), ("TEE", 1))) == "SJC: TEE x1 | short MUG x1 rule"
    # Where it does not speak it rules out nothing.
    rules = one("eligible", when=lambda f: f.location.kind == "store", require=False)
    assert brief(decide(given, rules, ("MUG", 1), ("TEE", 1))) == "RNO: MUG x1 | short TEE x1 rule"
    rules = one("eligible", when=lambda f: f.order.channel == "shop", require=False)
    assert brief(decide(given, rules, ("MUG", 1))) == "RNO: MUG x1"


def test_soft_rules_are_dropped_level_by_level() -> None:
    given = network([("RNO", "MUG", 1), ("OAK", "MUG", 1), ("SJC", "MUG", 1)])
    rules = ow.Rules()
    rules.add("not-oak", kind="eligible", require=lambda f: f.location.id != "OAK", relax=1)
    rules.add("not-sjc", kind="eligible", require=lambda f: f.location.id != "SJC", relax=2)
    assert decide(given, rules, ("MUG", 1)).relaxed == []
    plan = decide(given, rules, ("MUG", 2))
    assert brief(plan) == "RNO: MUG x1 | OAK: MUG x1"
    assert [(r.rule, r.level) for r in plan.relaxed] == [("not-oak", 1)]
    assert repr(plan.relaxed[0]) == "<PlanRelaxed not-oak: level 1>"
    plan = decide(given, rules, ("MUG", 3))
    assert [r.rule for r in plan.relaxed] == ["not-oak", "not-sjc"]


def test_eligible_by_service_bars_services() -> None:
    given = network([("RNO", "MUG", 5), ("RNO", "HAT", 5)])
    seen: list[Any] = []

    def by_ground(f: ow.Facts) -> object:
        seen.append(
            (f.candidate.zone, f.candidate.transit_days, f.candidate.late_days,
             f.candidate.deliver_by, f.candidate.available, f.location.id)
        )  # fmt: skip
        return ~f.item.has_tag("hazmat") | (f.candidate.service != "air")

    rules = one("eligible", by_service=True, require=by_ground)
    assert decide(given, rules, ("MUG", 1)).shipments[0].service == "air"
    plan = decide(given, rules, ("MUG", 1), ("HAT", 1))
    assert [s.service for s in plan.shipments] == ["ground"]
    assert brief(decide(given, rules, ("HAT", 1), service="air")) == "short HAT x1 rule"
    zone, days, late, deliver_by, available, ids = seen[1]
    assert list(zone) == [1, 1, 1, 1] and sorted(days) == [1, 1, 3, 3] and not late.any()
    assert list(available) == [5] * 4 and list(ids) == ["RNO"] * 4
    assert deliver_by.dtype == "datetime64[ms]"
    assert {str(t)[:10] for t in deliver_by} == {"2026-11-24", "2026-11-26"}
    decide(given, rules, ("MUG", 1), placed_at=None)
    assert np.isnat(seen[-1][3]).all()


def test_protect_keeps_units_back() -> None:
    given = network([("RNO", "MUG", 2), ("OAK", "MUG", 2)])
    rules = one("protect", units=lambda f: np.where(f.location.kind == "store", 1, 2))
    assert brief(decide(given, rules, ("MUG", 3))) == "OAK: MUG x1 | short MUG x2 rule"
    assert brief(decide(given, one("protect", units=2), ("MUG", 1))) == "short MUG x1 rule"
    half = one("protect", units=lambda f: f.candidate.available // 2)
    assert brief(decide(given, half, ("MUG", 3))) == "RNO: MUG x1 | OAK: MUG x1 | short MUG x1 rule"


def test_limits_bind() -> None:
    given = network([("RNO", "MUG", 1), ("OAK", "TEE", 1)])
    both = (("MUG", 1), ("TEE", 1))
    plan = decide(given, one("limit", what="max_shipments", value=1), *both)
    assert len(plan.shipments) == 1 and plan.shortfalls[0].reason == ow.ShortReason.LIMIT
    near = one(
        "limit", what="max_distance_km", value=lambda f: 100 if f.order.units > 1 else None
    )
    assert [s.location for s in decide(given, near, *both).shipments] == ["OAK"]
    assert [s.location for s in decide(given, near, ("MUG", 1)).shipments] == ["RNO"]


def test_a_least_value_keeps_small_parcels_from_leaving() -> None:
    # A mug is worth 8.00: one in each place is not worth two parcels, and one is left out.
    given = network([("RNO", "MUG", 1), ("OAK", "MUG", 1)])
    assert len(decide(given, ow.Rules(), ("MUG", 2)).shipments) == 2
    for value in (ow.cost("8.00"), lambda f: ow.cost("8.00")):
        rules = one("limit", what="min_shipment_value", value=value)
        assert len(decide(given, rules, ("MUG", 2)).shipments) == 2
    plan = decide(given, one("limit", what="min_shipment_value", value=ow.cost("8.01")), ("MUG", 2))
    assert plan.shipments == [] and plan.shortfalls[0].reason == ow.ShortReason.LIMIT
    with pytest.raises(ow.InvalidInput, match="value gives 8.5; it must be integer millionths"):
        rules = one("limit", what="min_shipment_value", value=lambda f: 8.5, on_error="fail")
        decide(given, rules, ("MUG", 2))


def test_groups_keep_together_and_apart() -> None:
    given = network([("RNO", "MUG", 5), ("RNO", "TEE", 5), ("OAK", "MUG", 5)])

    def by_item(f: ow.Facts) -> object:
        return np.where(f.item.has_tag("soft"), "soft", "hard")

    plan = decide(given, one("group", key=by_item, keep="apart"), ("MUG", 1), ("TEE", 1))
    assert [s.group for s in plan.shipments] == ["hard", "soft"] and plan.cost == 11
    plan = decide(given, ow.Rules(), ("MUG", 1), ("TEE", 1))
    assert [s.group for s in plan.shipments] == [None] and plan.cost == Decimal("5.50")
    # TEE is in Reno alone, and one MUG: together with TEE the other must stay; without a key it is free.
    given = network([("OAK", "MUG", 5), ("RNO", "TEE", 5), ("RNO", "MUG", 1)])
    lines, free = (("MUG", 2), ("TEE", 1)), "RNO: MUG x1, TEE x1 | OAK: MUG x1"
    assert brief(decide(given, ow.Rules(), *lines)) == free
    plan = decide(given, one("group", key="'all'", keep="together"), *lines)
    assert brief(plan) in ("RNO: MUG x1, TEE x1 | short MUG x1 limit", "OAK: MUG x2 | short TEE x1 limit")
    loose = one("group", key=lambda f: ["all" if sku == "TEE" else None for sku in f.line.sku])
    assert brief(decide(given, loose, *lines)) == free


def test_prices_push_units_away() -> None:
    given = network([("RNO", "MUG", 5), ("OAK", "MUG", 5)])
    assert brief(decide(given, ow.Rules(), ("MUG", 2))) == "RNO: MUG x2"
    rules = one("price", cost=lambda f: np.where(f.location.region == "NV", ow.cost("0.01"), 0))
    plan = decide(given, rules, ("MUG", 2))
    assert brief(plan) == "OAK: MUG x2" and plan.shipments[0].terms.rules == 0
    plan = decide(given, one("price", cost=ow.cost("-1.25")), ("MUG", 2))
    assert plan.shipments[0].terms.rules == Decimal("-2.50") and plan.cost == 3


def test_preferences_cost_or_rank() -> None:
    given = network([("RNO", "MUG", 5), ("OAK", "MUG", 5)])
    rules = one("prefer", when=lambda f: f.location.has_tag("hub"), cost=ow.cost("5.00"))
    assert brief(decide(given, rules, ("MUG", 1))) == "OAK: MUG x1"
    plan = decide(given, one("prefer", cost=ow.cost("5.00")), ("MUG", 1))
    assert brief(plan) == "RNO: MUG x1" and plan.shipments[0].terms.rules == 5
    # By rank, first of all objectives, whatever it costs: one store has it all for 40.00 more.
    for named in ("rank", "rank:stores"):
        rules = ow.Rules(objectives=[{"minimize": named}, {"minimize": "cost"}])
        rules.add("stores", kind="prefer", rank=lambda f: np.where(f.location.kind == "store", 0, 1))
        rules.add("dear", kind="prefer", when=lambda f: f.location.id == "OAK", cost=ow.cost("40"))
        assert brief(decide(given, rules, ("MUG", 1))) == "OAK: MUG x1"
    rules = ow.Rules(objectives=[{"minimize": "cost", "tolerance": ow.cost("1")}, {"minimize": "rank"}])
    rules.add("stores", kind="prefer", rank=lambda f: (f.location.kind != "store").astype(np.int8))
    assert brief(decide(given, rules, ("MUG", 1))) == "OAK: MUG x1"


def test_objectives_are_solved_in_order() -> None:
    # Two shipments of 5.50 or one of 5.50 + 20 from San Jose.
    given = network([("RNO", "MUG", 1), ("OAK", "TEE", 1), ("SJC", "MUG", 1), ("SJC", "TEE", 1)])
    dear: dict[str, Any] = {
        "kind": "prefer", "when": lambda f: f.location.id == "SJC", "cost": ow.cost("20")
    }  # fmt: skip
    rules = ow.Rules()
    rules.add("dear", **dear)
    assert len(decide(given, rules, ("MUG", 1), ("TEE", 1)).shipments) == 2
    rules = ow.Rules(objectives=[{"minimize": "shipments"}, {"minimize": "cost"}])
    rules.add("dear", **dear)
    assert brief(decide(given, rules, ("MUG", 1), ("TEE", 1))) == "SJC: MUG x1, TEE x1"


def test_holds_may_ask_how_close_the_plan_was() -> None:
    given = network([("RNO", "MUG", 5), ("OAK", "MUG", 5)])
    seen: list[tuple[int, int, int | None]] = []

    def look(f: ow.Facts) -> bool:
        seen.append((f.plan.margin, f.plan.margin_spread, f.plan.gap_to_next))
        return f.plan.gap_to_next is not None and f.plan.gap_to_next < ow.cost("0.01")

    plan = decide(given, one("hold", when=look), ("MUG", 1))
    ((margin, spread, gap),) = seen
    assert gap is not None and gap >= 0 and spread == 0
    assert (plan.status == ow.PlanStatus.HELD) == (gap < ow.cost("0.01"))
    assert margin == ow.cost("4.90") - plan.cost_micros  # 8.00 less 3.10, by the item
    alone = network([("RNO", "MUG", 5)])
    decide(alone, one("hold", when=look), ("MUG", 1))
    assert seen[-1][2] is None


def test_holds_stop_and_say_why() -> None:
    given = network([("RNO", "MUG", 5)])
    rules = one(
        "hold",
        when=lambda f: (f.order.risk or 0) > 0.8 and f.plan.cost > ow.cost("5.00"),
        reason="risk",
        hold_until="2026-11-24T00:00:00Z",
    )
    plan = decide(given, rules, ("MUG", 1), risk=0.9)
    assert plan.status == ow.PlanStatus.HELD and brief(plan) == "RNO: MUG x1"
    (hold,) = plan.holds
    assert (hold.rule, hold.reason, hold.blocks, hold.reserve, hold.until) == (
        *("the-rule", "risk", ["route", "release"], False),
        datetime(2026, 11, 24, tzinfo=timezone.utc),
    )
    assert repr(hold) == "<PlanHold the-rule: risk>"
    assert plan.to_dict()["holds"] == [{"rule": "the-rule", "reason": "risk"}]
    assert decide(given, rules, ("MUG", 1), risk=0.5).holds == []
    world, stock = given
    pool = ow.InventoryPool(world, stock)
    made = ow.Order.from_dict(world, order("7", ("MUG", 1), risk=0.9))
    assert ow.Router(world, rules=rules).route_and_reserve(made, pool).reservation is None
    kept = ow.Router(world, rules=one("hold", reserve=True, blocks=["release"]))
    decision = kept.route_and_reserve(made, pool)
    assert decision.reservation is not None and decision.plan.holds[0].blocks == ["release"]
    capture = decide(given, one("hold", blocks=["capture"]), ("MUG", 1))
    assert capture.status == ow.PlanStatus.PLANNED and len(capture.holds) == 1


def test_the_facts_of_a_plan() -> None:
    seen: list[Any] = []
    rules = one("hold", when=lambda f: bool(seen.append(f.plan)))
    plan = decide(network([("RNO", "MUG", 1), ("OAK", "TEE", 1)]), rules, ("MUG", 2), ("TEE", 1))
    (facts,) = seen
    assert (facts.cost, facts.shipments, facts.units, facts.short_units) == (plan.cost_micros, 2, 2, 1)
    assert (facts.late_days, facts.proof) == (0, "optimal")
    with pytest.raises(ow.NotAllowed):  # after the call there is nothing to compute it from
        facts.gap_to_next


def test_outcomes_say_what_to_do() -> None:
    given = network([("RNO", "MUG", 1)])
    rules = ow.Rules()
    rules.add("few", kind="outcome", on="short", then="hold", when=lambda f: f.plan.short_units < 2)
    rules.add("many", kind="outcome", on="short", then="cancel")
    rules.add("none", kind="outcome", on="unroutable", then="cancel")
    plan = decide(given, rules, ("MUG", 2))
    assert plan.status == ow.PlanStatus.HELD and [h.rule for h in plan.holds] == ["few"]
    assert [(o.rule, o.on, o.then) for o in plan.outcomes] == [("few", "short", "hold")]
    assert repr(plan.outcomes[0]) == "<PlanOutcome few: on short hold>"
    assert [o.rule for o in decide(given, rules, ("MUG", 9)).outcomes] == ["many"]
    assert [o.rule for o in decide(given, rules, ("TEE", 1)).outcomes] == ["none"]
    assert decide(given, rules, ("MUG", 1)).outcomes == []


# -- What all rules have --------------------------------------------------------------------------


def test_priority_mode_and_period() -> None:
    given = network([("RNO", "MUG", 5)])

    def service(**of_first: Any) -> str:
        rules = ow.Rules()
        rules.add("first", kind="set", field="service", value="ground", **of_first)
        rules.add("second", kind="set", field="service", value="air")
        return decide(given, rules, ("MUG", 1)).shipments[0].service

    assert service() == "ground" and service(priority=-1) == "air" and service(mode="off") == "air"
    now = datetime(2026, 11, 23, 17, 14, tzinfo=timezone.utc)
    assert service(from_=now) == "ground" and service(until=now) == "air"
    assert service(from_="2026-11-24T00:00:00Z") == "air"
    assert service(when=False) == "air" and service(when=lambda f: False) == "air"


def test_a_rule_is_called_once_an_order_and_not_for_nothing() -> None:
    given = network([("RNO", "MUG", 5), ("OAK", "MUG", 5)])
    calls: list[str] = []

    def note(name: str, value: object) -> Callable[[ow.Facts], object]:
        return lambda f: calls.append(name) or value

    rules = ow.Rules()
    rules.add("a", kind="prefer", when=note("a?", True), cost=note("a", 1))
    rules.add("b", kind="prefer", when=note("b?", np.array([False, False])), cost=note("b", 1))
    rules.add("c", kind="eligible", require=note("c", False))
    rules.add("d", kind="price", cost=note("d", 1))  # no pair is left to ask about
    decide(given, rules, ("MUG", 1))
    assert calls == ["c", "a?", "a", "b?"]


def test_a_rule_may_be_a_decorated_function() -> None:
    rules = ow.Rules()

    @rules.rule("no-stores", kind="eligible", reason="stores are closed")
    def no_stores(f: ow.Facts) -> object:
        return f.location.kind != "store"

    @rules.rule("risky", kind="hold")
    def risky(f: ow.Facts) -> object:
        return f.customer.id == "c7"

    assert rules.ids == ["no-stores", "risky"] and len(rules) == 2 and callable(no_stores)
    given = network([("OAK", "MUG", 5)])
    plan = decide(given, rules, ("MUG", 1), customer={"id": "c7", "tags": ["vip"]})
    assert brief(plan) == "short MUG x1 rule" and [h.rule for h in plan.holds] == ["risky"]


def test_a_router_takes_the_rules_as_they_are() -> None:
    world, stock = network([("RNO", "MUG", 5)])
    rules = ow.Rules(version="1")
    router = ow.Router(world, rules=rules)
    rules.add("all", kind="hold")
    made = ow.Order.from_dict(world, order("7", ("MUG", 1)))
    assert router.route(made, stock).status == ow.PlanStatus.PLANNED
    assert ow.Router(world, rules=rules).route(made, stock).status == ow.PlanStatus.HELD
    assert repr(rules) == "<Rules '1': 1 rules>" and rules.version == "1"


def test_route_takes_rules(tmp_path: Path) -> None:
    world, stock = network([("RNO", "MUG", 5), ("OAK", "MUG", 5)])
    rules = ow.Rules(version="4")
    rules.add("stores", kind="eligible", require=lambda f: f.location.kind == "store")
    (plan,) = ow.route((world, stock), [order("7", ("MUG", 1))], rules=rules)
    assert plan["shipments"][0]["location"] == "OAK" and plan["rules_version"] == "4"
    for document in ({"format": "orderwright.rules/1"}, tmp_path, "{}"):
        with pytest.raises(ow.InvalidInput):
            ow.route((world, stock), [], rules=document)
        with pytest.raises(ow.InvalidInput):
            ow.Router(world, rules=document)
    with pytest.raises(ow.NotFound):
        ow.route((world, stock), [], rules="no-such-rules.json")
    with pytest.raises(ow.InvalidInput, match="is a list"):
        ow.Router(world, rules=[])  # type: ignore[arg-type]


def test_cost_is_whole_millionths() -> None:
    assert ow.cost("5.00") == ow.cost(5) == ow.cost(Decimal("5")) == 5_000_000
    assert ow.cost("-0.000001") == -1 and ow.cost(Decimal("1E+2")) == 100_000_000
    for wrong in (5.0, True, None, "5,00", "0.0000001"):
        with pytest.raises(ow.InvalidInput):
            ow.cost(wrong)  # type: ignore[arg-type]
    with pytest.raises(ow.OutOfRange):
        ow.cost("99999999999999")


# -- Facts ----------------------------------------------------------------------------------------


def facts_of(kind: str, read: Callable[[ow.Facts], Any], **fields: Any) -> Any:
    """What `read` sees in a rule of the kind; the rule does nothing."""
    given = network([("RNO", "MUG", 5), ("OAK", "MUG", 3), ("OAK", "HAT", 1)])
    seen: list[Any] = []
    silent = {"eligible": {"require": True}, "protect": {"units": 0}, "price": {"cost": 0},
              "prefer": {"cost": 0}, "group": {"key": lambda f: None}, "hold": {},
              "limit": {"what": "max_shipments", "value": 9}}  # fmt: skip
    when = lambda f: seen.append(read(f)) or False  # noqa: E731
    rules = one(kind, **silent[kind], when=when, on_error="fail")
    decide(given, rules, ("MUG", 4), ("HAT", 1), **fields)
    return seen[0]


def test_columns_have_a_row_a_pair() -> None:
    for kind in ("eligible", "protect", "price"):
        rows, *columns = facts_of(
            kind,
            lambda f: (f.rows, f.line.sku, f.line.id, f.line.position, f.line.quantity, f.item.weight_g,
                       f.location.id, f.location.kind, f.candidate.available,
                       f.candidate.distance_km.round(-2)),
        )  # fmt: skip
        assert rows == 3
        assert [list(column) for column in columns] == [
            ["MUG", "MUG", "HAT"], ["1", "1", "2"], [0, 0, 1], [4, 4, 1], [350, 350, 90],
            ["RNO", "OAK", "OAK"], ["warehouse", "store", "store"], [5, 3, 1],
            [300, 0, 0],
        ]  # fmt: skip


def test_columns_of_other_kinds() -> None:
    places = facts_of("prefer", lambda f: (f.rows, f.location.id, f.candidate.distance_km))
    assert places[0] == 2 and list(places[1]) == ["RNO", "OAK"] and len(places[2]) == 2
    lines = facts_of("group", lambda f: (f.rows, f.line.sku, f.item.has_tag("hazmat")))
    assert lines[0] == 2 and list(lines[1]) == ["MUG", "HAT"] and list(lines[2]) == [False, True]
    for kind in ("limit", "hold"):
        whole = facts_of(kind, lambda f: (f.rows, f.item.sku, f.location.id, f.candidate.distance_km))
        assert whole[0] == 1 and list(whole[1]) == ["MUG", "HAT"]
        assert list(whole[2]) == ["RNO", "OAK"] and len(whole[3]) == 2


def test_every_column_of_a_location_item_and_line() -> None:
    def read(f: ow.Facts) -> list[Any]:
        at, item, line = f.location, f.item, f.line
        return [
            at.name, at.country, at.region, at.postal_code, at.time_zone, at.lat, at.lon, at.rank,
            at.handling_days, at.accepts_returns, at.cost_per_shipment, at.cost_per_unit,
            at.has_tag("hub"), at.has_capability("hazmat"), at.attribute("dock", 0),
            at.attribute("floor", 1.0), at.attribute("night", False), at.attribute("note", "-"),
            item.unit_value, item.unit_cost, item.pack_size, item.origin, item.requires_shipping,
            item.gift_card, item.attribute("size", 0), line.unit_price, line.discount, line.tax,
            line.no_split, line.attribute("gift", False),
        ]  # fmt: skip

    columns = facts_of("price", read)
    assert [list(column)[:2] for column in columns] == [
        ["", ""], ["US", "US"], ["NV", "CA"], ["", ""], ["UTC", "UTC"], [39.53, 37.80],
        [-119.81, -122.27], [0, 1], [0, 0], [True, True], [2_500_000] * 2, [0, 0],
        [True, False], [True, False], [4, 0], [0.5, 1.0], [True, False], ["x", "-"],
        [8_000_000] * 2, [3_100_000] * 2, [1, 1], ["", ""], [True, True],
        [False, False], [0, 0], [0, 0], [0, 0], [0, 0], [False, False], [False, False],
    ]  # fmt: skip
    assert all(len(column) == 3 and not column.flags.writeable for column in columns)
    with pytest.raises(ow.InvalidInput, match="attribute 'dock' is 4, which is no str"):
        facts_of("price", lambda f: f.location.attribute("dock", ""))


def test_facts_of_the_order() -> None:
    given = network([("RNO", "MUG", 5)])
    lines = [
        {"id": "1", "sku": "MUG", "quantity": 3, "unit_price": "8.00", "discount": "1.00",
         "tax": "0.50", "cancelled": 1},
        {"id": "2", "sku": "TEE", "quantity": 1, "unit_price": "10.00"},
    ]  # fmt: skip
    made = ow.Order.from_dict(
        given[0],
        {
            **order("7"), "lines": lines, "currency": "USD", "risk": 0.25, "remainder": "cancel",
            "requested_by": "2026-11-30T00:00:00Z", "customer": {"id": "c7", "tags": ["vip"]},
            "shipping": {"price": "4.90", "tax": "0.10"},
            "charges": [{"id": "d", "kind": "duty", "amount": "2.00", "tax": "0.00"}],
        },
    )  # fmt: skip
    # Two of three mugs: discount 0.34 + 0.33, tax 0.17 + 0.17.
    assert made.total == Decimal("16.00") - Decimal("0.67") + Decimal("0.34") + 10 + 5 + 2
    assert (made.currency, made.risk, made.remainder) == ("USD", 0.25, "cancel")
    assert made.requested_by == datetime(2026, 11, 30, tzinfo=timezone.utc)
    assert made.customer.id == "c7" and made.customer.tags == ["vip"]
    assert made.ship_to.country == "US" and made.ship_to.position == made.position
    assert not made.must_arrive and made.ship_after is made.ship_by is made.cancel_after is None
    bare = ow.Order.from_dict(given[0], {"id": "8", "lines": [{"id": "1", "sku": "MUG", "quantity": 1}]})
    assert bare.total == 0 and bare.customer.id is None and bare.ship_to.country is None
    assert bare.currency is None and bare.risk is None and bare.ship_to.city is None
    now = facts_of("hold", lambda f: f.now)
    assert now == datetime(2026, 11, 23, 17, 14, tzinfo=timezone.utc)


def test_an_unknown_distance_is_nan() -> None:
    here = {"country": "US", "lat": None, "lon": None}
    assert np.isnan(facts_of("prefer", lambda f: f.candidate.distance_km, ship_to=here)).all()


def test_facts_are_read_only() -> None:
    for read in (
        lambda f: f.candidate.distance_km,
        lambda f: f.candidate.available,
        lambda f: f.location.kind,
        lambda f: f.line.quantity,
    ):
        column = facts_of("price", read)
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[0]


def test_what_is_kept_of_facts_stays_as_it_was() -> None:
    world, stock = ow.datasets.us_network(items=200)
    orders = ow.datasets.make_orders(world, 300, seed=3)
    kept: list[tuple[Any, Any]] = []

    def keep(f: ow.Facts) -> object:
        columns = [f.candidate.available, f.candidate.available[1:], f.candidate.distance_km,
                   f.location.id, memoryview(f.candidate.available)]  # fmt: skip
        kept.append((columns, [np.array(column) for column in columns]))
        return 0

    router = ow.Router(world, rules=one("price", cost=keep))
    router.route_all(orders, stock, mode="independent")
    del router, world, stock, orders
    gc.collect()
    assert len(kept) == 300
    assert all(np.array_equal(c, was) for cs, ws in kept for c, was in zip(cs, ws, strict=True))


def test_facts_end_with_the_call() -> None:
    facts, line = facts_of("price", lambda f: (f, f.line))
    for read in (lambda: facts.order, lambda: facts.now, lambda: facts.location, lambda: facts.item):
        with pytest.raises(ow.NotAllowed, match="during its call only"):
            read()
    assert list(line.sku) == ["MUG", "MUG", "HAT"]


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("prefer", lambda f: f.line),
        ("prefer", lambda f: f.item),
        ("prefer", lambda f: f.candidate.available),
        ("group", lambda f: f.location),
        ("group", lambda f: f.candidate),
        ("price", lambda f: f.candidate.service),
        ("eligible", lambda f: f.candidate.transit_days),
        ("price", lambda f: f.plan),
        ("limit", lambda f: f.candidate.available),
    ],
)
def test_what_a_kind_cannot_read_is_said(kind: str, read: Callable[[ow.Facts], Any]) -> None:
    with pytest.raises(ow.InvalidInput, match=f"a rule of kind '{kind}' cannot read"):
        facts_of(kind, read)


# -- Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("price", {"cost": lambda f: 1.0}, "cost gives 1.0; it must be integer millionths"),
        ("price", {"cost": lambda f: f.candidate.distance_km}, "cost gives float64; it must"),
        ("price", {"cost": lambda f: [1, float("nan")]}, "cost gives NaN in row 1; it must"),
        ("price", {"cost": lambda f: True}, "cost gives True; it must"),
        ("price", {"cost": lambda f: "5.00"}, "cost gives '5.00'; it must"),
        ("price", {"cost": lambda f: Decimal(5)}, r"cost gives Decimal\('5'\); it must"),
        ("price", {"cost": lambda f: None}, "cost gives None; it must"),
        ("price", {"cost": lambda f: [1, 2, 3]}, r"cost gives an array of shape \(3,\); it must be one"),
        ("price", {"cost": lambda f: [[1, 2]]}, r"cost gives an array of shape \(1, 2\)"),
        ("price", {"cost": lambda f: [1, [2]]}, "cost gives .* which is no array"),
        ("price", {"cost": lambda f: 2**70}, "cost gives .*; it must be integer millionths"),
        ("price", {"cost": lambda f: 2**63}, "cost gives a number beyond"),
        ("price", {"cost": lambda f: 2**62}, "gives a price of .*; together with other rules"),
        ("prefer", {"cost": lambda f: [0, -1]}, "cost gives -1 in row 1; it must be 0 or more"),
        ("prefer", {"cost": lambda f: 0.5}, "cost gives 0.5; it must be integer millionths"),
        ("prefer", {"rank": lambda f: 0.5}, "rank gives 0.5; it must be integers"),
        ("prefer", {"rank": lambda f: 2**40}, "gives the rank .*; it must be 0 to"),
        ("protect", {"units": lambda f: -1}, "units gives -1 in row 0; it must be 0 or more"),
        ("eligible", {"require": lambda f: 1}, "require gives 1; it must be bool"),
        ("eligible", {"require": lambda f: None}, "require gives None; it must be bool"),
        ("eligible", {"require": True, "when": lambda f: "yes"}, "when gives 'yes'; it must be bool"),
        ("limit", {"what": "max_shipments", "value": lambda f: -1}, "value gives -1; it must"),
        ("limit", {"what": "max_shipments", "value": lambda f: 1.5}, "value gives 1.5; it must be an int"),
        ("group", {"key": lambda f: 7}, "key gives 7 in row 0; it must be text or None"),
        ("group", {"key": lambda f: ["a", "b"]}, r"key gives an array of shape \(2,\)"),
        ("hold", {"when": lambda f: f.location.kind == "store"}, r"use \.any\(\)"),
        ("set", {"field": "service", "value": lambda f: "rail"}, "service 'rail', which the world has"),
        ("set", {"field": "service", "value": lambda f: 1}, "gives 1; service is set to a name"),
        ("set", {"field": "ship_complete", "value": lambda f: 1}, "value gives 1; it must be bool"),
        ("set", {"field": "remainder", "value": lambda f: "x"}, "one of backorder, cancel"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_with_rule_and_order(
    kind: str, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ow.InvalidInput, match=f"^order '7', rule 'the-rule': .*{message}") as raised:
        rules = one(kind, on_error="fail", **fields)
        decide(network([("RNO", "MUG", 5), ("OAK", "MUG", 5)]), rules, ("MUG", 1))
    assert raised.value.issues and raised.value.issues[0].message == str(raised.value)


def test_rows_that_do_not_count_are_not_checked() -> None:
    given = network([("RNO", "MUG", 5), ("OAK", "MUG", 5)])
    rules = ow.Rules()
    rules.add("west", kind="eligible", require=lambda f: f.location.id == "RNO")
    rules.add("units", kind="protect", units=lambda f: np.where(f.location.id == "RNO", 0, -1))
    rules.add("cost", kind="prefer", when=lambda f: f.location.id == "RNO",
              cost=lambda f: np.where(f.location.id == "RNO", 1, -1))  # fmt: skip
    assert brief(decide(given, rules, ("MUG", 1))) == "RNO: MUG x1"


class Oops(Exception):
    pass


@pytest.mark.parametrize("call", ["route", "route_and_reserve", "sequential", "independent"])
def test_what_a_function_raises_is_the_cause(call: str) -> None:
    world, stock = network([("RNO", "MUG", 5)])
    pool = ow.InventoryPool(world, stock)
    before = pool.figures("MUG", "RNO")

    def fail(f: ow.Facts) -> object:
        if f.order.id == "2":
            raise Oops("broken")
        return True

    router = ow.Router(world, rules=one("hold", when=fail, on_error="fail"))
    orders = ow.load_orders(world, [order(str(n), ("MUG", 1)) for n in range(4)])
    calls: dict[str, Callable[[], object]] = {
        "route": lambda: router.route(orders[2], stock),
        "route_and_reserve": lambda: router.route_and_reserve(orders[2], pool),
        "sequential": lambda: router.route_all(orders, pool),
        "independent": lambda: router.route_all(orders, pool, mode="independent", threads=4),
    }
    with pytest.raises(ow.InvalidInput, match="order '2', rule 'the-rule': when raised Oops: broken") as e:
        calls[call]()
    assert type(e.value.__cause__) is Oops and e.value.__cause__.__traceback__ is not None
    assert pool.figures("MUG", "RNO") == before
    pool.audit()
    assert router.route(orders[1], stock).status == ow.PlanStatus.HELD  # nothing is left of it


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_is_no_exception_comes_out_as_it_is(error: type[BaseException]) -> None:
    def stop(f: ow.Facts) -> object:
        raise error("stop")

    with pytest.raises(error, match="stop"):
        decide(network([("RNO", "MUG", 5)]), one("prefer", cost=stop), ("MUG", 1))


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"kind": "prefers", "cost": 1}, "kind"),
        ({"kind": "prefer"}, "cost or rank"),
        ({"kind": "prefer", "cost": 1, "rank": 1}, "cost or rank"),
        ({"kind": "prefer", "cost": 5.0}, "cost"),
        ({"kind": "prefer", "cost": "5,00"}, "cost"),
        ({"kind": "prefer", "cost": " "}, "cost"),
        ({"kind": "prefer", "cost": "1", "when": lambda f: True}, "when"),
        ({"kind": "prefer", "when": "true", "cost": lambda f: 1}, "cost"),
        ({"kind": "prefer", "cost": 1, "when": ""}, "when"),
        ({"kind": "prefer", "cost": 1, "on_error": "stop"}, "on_error"),
        ({"kind": "prefer", "cost": 1, "team": 7}, "team"),
        ({"kind": "eligible", "require": "location.knd == 'x'"}, "require"),
        ({"kind": "eligible", "require": "true", "by_service": True}, "by_service"),
        ({"kind": "prefer", "cost": -1}, "cost"),
        ({"kind": "prefer", "cost": 2**63}, "cost"),
        ({"kind": "prefer", "rank": True}, "rank"),
        ({"kind": "prefer", "cost": 1, "require": True}, "require"),
        ({"kind": "eligible", "require": 1}, "require"),
        ({"kind": "eligible", "require": True, "relax": 101}, "relax"),
        ({"kind": "eligible", "require": True, "by_service": 1}, "by_service"),
        ({"kind": "eligible", "require": True, "when": 1}, "when"),
        ({"kind": "eligible", "require": True, "priority": 1.5}, "priority"),
        ({"kind": "eligible", "require": True, "mode": "maybe"}, "mode"),
        ({"kind": "eligible", "require": True, "reason": 7}, "reason"),
        ({"kind": "protect", "units": -1}, "units"),
        ({"kind": "limit", "value": 1}, "what"),
        ({"kind": "limit", "what": "max_shipments"}, "value"),
        ({"kind": "limit", "what": "shipments", "value": 1}, "what"),
        ({"kind": "group", "key": 7}, "key"),
        ({"kind": "group", "key": "a", "keep": "near"}, "keep"),
        ({"kind": "set", "value": 1}, "field"),
        ({"kind": "set", "field": "service", "value": 1}, "value"),
        ({"kind": "set", "field": "remainder", "value": "keep"}, "value"),
        ({"kind": "set", "field": "ship_complete", "value": 1}, "value"),
        ({"kind": "hold", "blocks": []}, "blocks"),
        ({"kind": "hold", "blocks": "route"}, "blocks"),
        ({"kind": "hold", "then": "hold"}, "then"),
        ({"kind": "outcome", "on": "short"}, "then"),
        ({"kind": "outcome", "on": "tall", "then": "hold"}, "on"),
    ],
)
def test_a_rule_is_checked_when_it_is_added(fields: dict[str, Any], path: str) -> None:
    rules = ow.Rules()
    rules.add("ok", kind="hold")
    with pytest.raises(ow.InvalidInput) as raised:
        rules.add("x", **fields)
    assert [issue.path for issue in raised.value.issues] == [f"rules[1].{path}"]
    assert "rule 'x'" in str(raised.value) and len(rules) == 1


def test_ids_are_unique_and_objectives_known() -> None:
    rules = ow.Rules()
    rules.add("x", kind="hold")
    for id_ in ("x", "", 7):
        with pytest.raises(ow.InvalidInput) as raised:
            rules.add(id_, kind="hold")  # type: ignore[arg-type]
        assert raised.value.issues[0].path == "rules[1].id"
    for wrong, path in (
        ({"minimize": "fun"}, "objectives[0].minimize"),
        ({"minimize": "cost:x"}, "objectives[0].minimize"),
        ({"minimize": "cost", "tolerance": 0.5}, "objectives[0].tolerance"),
        ({"minimize": "cost", "tolerance": -1}, "objectives[0].tolerance"),
        ({"minimise": "cost"}, "objectives[0].minimise"),
        ("cost", "objectives[0]"),
    ):
        with pytest.raises(ow.InvalidInput) as raised:
            ow.Rules(objectives=[wrong])  # type: ignore[list-item]
        assert raised.value.issues[0].path == path


def test_a_rule_that_does_not_fit_the_world_is_told_by_the_router(world: ow.World) -> None:
    for rules, path in (
        (one("set", field="service", value="rail"), "rules[0].value"),
        (one("hold", hold_until="tomorrow"), "rules[0].hold_until"),
        (one("hold", from_=datetime(2026, 1, 1)), "rules[0].from_"),
        (one("hold", from_="2026-01-02T00:00:00Z", until="2026-01-01T00:00:00Z"), "rules[0].until"),
        (ow.Rules(objectives=[{"minimize": "rank:x"}]), "objectives[0].minimize"),
        (ow.Rules(objectives=[{"minimize": n} for n in ("rank", "cost", "lateness", "shipments")]),
         "objectives"),
    ):  # fmt: skip
        with pytest.raises(ow.InvalidInput) as raised:
            ow.Router(world, rules=rules)
        assert raised.value.issues[0].path == path


# -- Threads and lifetimes ------------------------------------------------------------------------


def test_functions_run_on_the_thread_that_called() -> None:
    world, stock = network([("RNO", "MUG", 50)])
    seen: set[int] = set()
    rules = one("hold", when=lambda f: seen.add(threading.get_ident()) or False)
    router = ow.Router(world, rules=rules)
    orders = ow.load_orders(world, [order(str(n), ("MUG", 1)) for n in range(40)])
    for mode in ("sequential", "independent"):
        router.route_all(orders, stock, mode=mode, threads=2)
    assert seen == {threading.get_ident()}
    with pytest.raises(ow.InvalidInput):
        router.route_all(orders, stock, mode="independent", threads=-1)


def test_threads_share_a_router_with_rules() -> None:
    world, stock = ow.datasets.us_network(items=300)
    orders = ow.datasets.make_orders(world, 400, seed=8)

    def far(f: ow.Facts) -> object:
        if int(f.order.id[-1]) == 7:
            raise Oops(f.order.id)
        return (f.candidate.distance_km * 1000).astype(np.int64)

    router = ow.Router(world, rules=one("prefer", cost=far, on_error="fail"))

    def work(made: ow.Order) -> str:
        try:
            return router.route(made, stock).to_json()
        except ow.InvalidInput as error:
            return f"{type(error.__cause__).__name__} {error.__cause__} {made.id}"

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(work, orders))
    assert together == [work(made) for made in orders]
    failed = [text for text in together if text.startswith("Oops")]
    assert failed and all(text.split()[1] == text.split()[2] for text in failed)


def test_constant_rules_let_other_threads_run() -> None:
    # Without a function nothing takes the GIL, and independent orders use all threads.
    world, stock = ow.datasets.us_network(items=300)
    orders = ow.datasets.make_orders(world, 2000, seed=8)
    rules = one("limit", what="max_shipments", value=2)
    router = ow.Router(world, rules=rules)
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.001):
            ticks.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.perf_counter()
    router.route_all(orders, stock, mode="independent", threads=1)
    end = time.perf_counter()
    done.set()
    thread.join()
    assert any(begin + 0.2 * (end - begin) < t < end - 0.2 * (end - begin) for t in ticks)


def test_a_function_may_route() -> None:
    world, stock = network([("RNO", "MUG", 5), ("OAK", "MUG", 5)])
    inner = ow.Router(world, rules=one("price", cost=lambda f: 0))

    def as_alone(f: ow.Facts) -> object:
        (shipment,) = inner.route(f.order, stock).shipments
        return f.location.id != shipment.location

    plan = decide((world, stock), one("eligible", require=as_alone), ("MUG", 1))
    assert brief(plan) == "OAK: MUG x1"


def test_rules_live_as_long_as_what_was_made_with_them() -> None:
    class Host:
        def cost(self, f: ow.Facts) -> object:
            return 7

    host = Host()
    gone = weakref.ref(host)
    given = network([("RNO", "MUG", 5)])
    plan = decide(given, one("prefer", cost=host.cost, reason="x"), ("MUG", 1))
    del host
    assert gone() is not None and plan.shipments[0].terms.rules == Decimal("0.000007")
    del plan
    assert gone() is None


# -- Against a computation by hand ----------------------------------------------------------------


def cheapest(sites: list[dict[str, Any]], lines: list[int], stock: list[list[int]],
             penalty: int) -> int:  # fmt: skip
    """The least cost of any way to ship `lines` units, by trying all of them."""

    def splits(line: int) -> list[tuple[int, ...]]:
        most = [max(0, stock[s][line] - site["keep"]) if site["ok"] else 0
                for s, site in enumerate(sites)]  # fmt: skip
        ways = itertools.product(*(range(min(m, lines[line]) + 1) for m in most))
        return [way for way in ways if sum(way) <= lines[line]]

    best = 2**62
    for ways in itertools.product(*(splits(line) for line in range(len(lines)))):
        cost = 0
        for s, site in enumerate(sites):
            units = sum(way[s] for way in ways)
            if units:
                cost += site["fixed"] + site["prefer"] + units * site["price"]
        cost += penalty * (sum(lines) - sum(map(sum, ways)))
        best = min(best, cost)
    return best


def test_plans_cost_what_a_search_of_all_ways_finds() -> None:
    random_ = random.Random(11)
    for case in range(150):
        count = random_.randint(1, 4)
        sites = [
            {"id": f"S{s}", "fixed": random_.randint(0, 9) * 10**6, "kind": random_.choice(KINDS),
             "tags": random_.sample(["a", "b"], random_.randint(0, 2)),
             "dock": random_.randint(0, 3), "lat": random_.uniform(30, 45)}
            for s in range(count)
        ]  # fmt: skip
        lines = [random_.randint(1, 3) for _ in range(random_.randint(1, 2))]
        stock = [[random_.randint(0, 3) for _ in lines] for _ in sites]
        world, opening = ow.load_world({
            "format": "orderwright.world/1", "currency": "USD",
            "locations": [
                {"id": s["id"], "kind": s["kind"], "tags": s["tags"], "lat": s["lat"], "lon": -100.0,
                 "attributes": {"dock": s["dock"]}, "cost_per_shipment": str(s["fixed"] // 10**6)}
                for s in sites
            ],
            "items": [{"sku": f"I{n}"} for n in range(len(lines))],
            "stock": [{"location": site["id"], "sku": f"I{n}", "on_hand": units}
                      for site, row in zip(sites, stock, strict=True)
                      for n, units in enumerate(row)],
            "costs": {"shortfall_penalty_per_unit": "20.00"},
        })  # fmt: skip
        made = ow.Order.from_dict(
            world, order(str(case), *((f"I{n}", units) for n, units in enumerate(lines)))
        )
        store, tag = ow.cost(f"{random_.randint(0, 8)}.5"), ow.cost(random_.randint(0, 3))
        per_dock, limit = ow.cost("0.25"), random_.uniform(2000, 4500)
        rules = ow.Rules()
        rules.add("store", kind="prefer", cost=lambda f: np.where(f.location.kind == "store", store, 0))
        rules.add("tag", kind="prefer", when=lambda f: f.location.has_tag("a"), cost=tag)
        rules.add("dock", kind="price", cost=lambda f: f.location.attribute("dock", 0) * per_dock)
        rules.add("keep", kind="protect", units=lambda f: np.where(f.location.has_tag("b"), 1, 0))
        rules.add("near", kind="eligible", require=lambda f: f.candidate.distance_km < limit)
        plan = ow.Router(world, rules=rules, verify=True).route(made, opening)
        assert made.position is not None
        for site in sites:
            km = ow.distance_km((site["lat"], -100.0), made.position)
            site["prefer"] = store * (site["kind"] == "store") + tag * ("a" in site["tags"])
            site["price"] = per_dock * site["dock"]
            site["keep"] = 1 if "b" in site["tags"] else 0
            site["ok"] = km < limit
        want = cheapest(sites, lines, stock, ow.cost("20"))
        assert (plan.cost_micros, plan.proof) == (want, ow.PlanProof.OPTIMAL), case
