"""Rules in Python: functions over columns decide what may ship, what is kept back, what is preferred.

    python examples/rules.py

Routes made orders over the made US network twice, by cost alone and with rules, and prints what the
rules changed.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

import orderwright as ow

# Fewest parcels first, then cheapest; sourcing in full stands before both.
rules = ow.Rules(version="17", objectives=[{"minimize": "shipments"}, {"minimize": "cost"}])

# One constant for all cases.
rules.add("two-parcels", kind="limit", what="max_shipments", value=2)

# A constant where `when` says so: drop-shippers are a last resort.
rules.add(
    "spare-dropship",
    kind="prefer",
    when=lambda f: f.location.kind == "dropship",
    cost=ow.cost("8.00"),
)


# A function gives one value a row: here a row is a location that the order could ship from.
@rules.rule("spare-stores", kind="prefer", reason="people in stores serve customers first")
def spare_stores(f: ow.Facts) -> object:
    return np.where(f.location.kind == "store", ow.cost("5.00"), 0)


# Here a row is a line at a location. Soft: dropped where an order could not be sourced in full.
@rules.rule("near-stores", kind="eligible", relax=1)
def near_stores(f: ow.Facts) -> object:
    return (f.location.kind != "store") | (f.candidate.distance_km < 800)


@rules.rule("counter-stock", kind="protect", reason="stores keep a fifth for the counter")
def counter_stock(f: ow.Facts) -> object:
    return np.where(f.location.kind == "store", -(-f.candidate.available // 5), 0)


# About the order as a whole: one answer. The plan is a proposal until someone releases the hold.
@rules.rule("large-order", kind="hold", reason="more than 12 units: call the customer")
def large_order(f: ow.Facts) -> object:
    return f.order.units > 12 and f.plan.short_units == 0


def report(name: str, plans: list[ow.Plan]) -> None:
    kinds: Counter[str] = Counter()
    for plan in plans:
        for shipment in plan.shipments:
            kinds[plan.world.location(shipment.location).kind.name.lower()] += 1
    parcels = ", ".join(f"{count:,} from a {kind}" for kind, count in sorted(kinds.items()))
    print(f"{name}: {kinds.total():,} parcels: {parcels}")


def main() -> None:
    world, stock = ow.datasets.us_network()
    orders = ow.datasets.make_orders(world, 2000, seed=1)

    report("by cost ", ow.Router(world).route_all(orders, stock, mode="independent"))
    plans = ow.Router(world, rules=rules).route_all(orders, stock, mode="independent")
    report("by rules", plans)

    held = [plan for plan in plans if plan.status == ow.PlanStatus.HELD]
    relaxed = sum(bool(plan.relaxed) for plan in plans)
    print(f"{relaxed} orders were sourced by dropping near-stores, {len(held)} are held")
    for plan in held[:1]:
        print(f"order {plan.order_id}: {plan.holds[0].reason} ({plan.holds[0].rule})")


if __name__ == "__main__":
    main()
