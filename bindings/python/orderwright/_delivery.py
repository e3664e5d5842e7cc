"""availability and promise: what a product page and a checkout ask, as JSON; nothing is reserved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ._core import InventoryPool, Order, Router, Stock, World
from ._core import availability as _availability
from ._errors import InvalidInput, Issue
from ._load import Json, PathLike, orders_of
from ._route import world_of
from ._rules import Rules, rules_of

Network = Mapping[str, Any] | PathLike | bytes | tuple[World, Stock | InventoryPool]


def availability(
    world: Network,
    skus: str | Sequence[str],
    *,
    channel: str | None = None,
    market: str | None = None,
    now: datetime | str | None = None,
    at: datetime | str | None = None,
    by_location: bool = True,
) -> dict[str, Json]:
    """How much of items and bundles can be promised, where, and what is to come.

    Args:
        world: `orderwright.world/1`: a dict, a path, JSON text; or (world, stock) as load_world
            returned them; or (world, pool).
        skus: Of items or bundles; one, or a sequence.
        channel, market: Who asks; None: no channel's, no market's.
        now: Decides what is overdue, expired or released: a datetime with a time zone or RFC 3339
            text. None: long ago, so that nothing is.
        at: Counts what is due by then. None: what is there now.
        by_location: Whether the answer names locations.

    Returns:
        By SKU, units (of a bundle: sets by its scarcest component; None: any number):
        `{"available": 5, "backorder": 0, "incoming": [{"at": "…", "quantity": 10}],
        "locations": {"RNO": 5}}`. `backorder` may be promised beyond what is available and
        incoming.

    Raises:
        NotFound: Unknown SKU, or no such file.
        InvalidInput: With everything that is wrong with the world.
    """
    network, stock = _stock_of(world)
    return {
        sku: _availability(
            network,
            stock,
            sku,
            channel=channel or "",
            market=market or "",
            now=now,
            at=at,
            by_location=by_location,
        )
        for sku in ([skus] if isinstance(skus, str) else skus)
    }


def promise(
    world: Network,
    order: Mapping[str, Any] | Order | PathLike | bytes,
    rules: Rules | Mapping[str, Any] | PathLike | None = None,
    *,
    now: datetime | str | None = None,
    stores: int = 5,
) -> list[Json]:
    """In how many ways an order could be delivered: per service, and per store near by.

    Args:
        world: As of availability.
        order: `orderwright.order/1`: a dict, a path, JSON text; or an Order of that world.
        rules: What decides beside cost, as of route.
        now: The instant of the decision. None: when the order was placed.
        stores: At most so many that offer pickup, the nearest first.

    Returns:
        Best first, complete ways before others: `{"method": "ship", "service": "ground",
        "complete": True, "missing": 0, "backordered": 0, "shipments": 1, "cost": "7.10",
        "ship_by": "…", "deliver_by": "…"}`, or for a pickup `location` and `ready_at`. Instants
        that are not known are None.

    Raises:
        InvalidInput: With everything that is wrong with the world or the order; or not exactly one
            order was given.
        NotFound: There is no such file.
    """
    network, stock = _stock_of(world)
    if isinstance(order, Order):
        found = orders_of(network, [order])
    elif isinstance(order, Mapping):
        found = orders_of(network, [order])
    else:
        found = orders_of(network, order)
    if len(found) != 1:
        message = f"{len(found)} orders were given; a promise is about one"
        raise InvalidInput(message, [Issue("order", "wrong_length", message)])
    ways = Router(network, rules=rules_of(rules)).promise(found[0], stock, now=now, stores=stores)
    return [way.to_dict() for way in ways]


def _stock_of(world: Network) -> tuple[World, Stock | InventoryPool]:
    if isinstance(world, tuple) and len(world) == 2 and isinstance(world[1], InventoryPool):
        return world[0], world[1]
    return world_of(world)  # type: ignore[arg-type]
