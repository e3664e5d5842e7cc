"""route: a world and orders to plans, all as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ._core import Order, Router, RuleCounters, Stock, World
from ._errors import InvalidInput, Issue
from ._load import Json, PathLike, load_world, orders_of
from ._rules import Rules, rules_of


def route(
    world: Mapping[str, Any] | PathLike | bytes | tuple[World, Stock],
    orders: Sequence[Mapping[str, Any]] | Sequence[Order] | PathLike | bytes,
    rules: Rules | Mapping[str, Any] | PathLike | None = None,
    *,
    now: datetime | str | None = None,
    mode: str = "sequential",
    explain: bool = False,
    counters: RuleCounters | None = None,
) -> list[Json]:
    """The plans of orders, in order of input.

    Args:
        world: `orderwright.world/1`: a dict, a path, JSON text; or what load_world returned.
        orders: `orderwright.order/1` objects, or a path (JSON lines, a JSON array, or CSV); or
            Order objects of that world.
        rules: What decides beside cost: a Rules, or `orderwright.rules/1`: a dict, or a path of JSON
            or, by the extension `.yaml` or `.yml`, YAML.
        now: The instant of the decisions: a datetime with a time zone or RFC 3339 text. None: each
            order when it was placed.
        mode: `sequential`: each order reserves before the next; `independent`: each sees all the
            stock. `batch` is not supported yet.
        explain: Each plan has its `explanation`, `orderwright.explanation/1`.
        counters: Counts what becomes of the rules.

    Returns:
        `orderwright.plan/1` objects; costs are decimal text in the world's currency.

    Raises:
        InvalidInput: With everything that is wrong with the world, the rules, or the orders; or a rule
            failed whose `on_error` is `fail`.
        NotSupported: Mode `batch`; YAML without the extra `yaml`.
        NotFound: There is no such file.
    """
    network, stock = world_of(world)
    plans = Router(network, rules=rules_of(rules), counters=counters).route_all(
        orders_of(network, orders), stock, mode=mode, now=now, explain=explain
    )
    return [plan.to_dict() for plan in plans]


def world_of(
    world: Mapping[str, Any] | PathLike | bytes | tuple[World, Stock],
) -> tuple[World, Stock]:
    """The world and its stock, read if they are not there yet."""
    if isinstance(world, World):
        message = "a World has no stock; give (world, stock) as load_world returns them"
        raise InvalidInput(message, [Issue("world", "wrong_type", message)])
    if not isinstance(world, tuple):
        return load_world(world)
    if len(world) == 2 and isinstance(world[0], World) and isinstance(world[1], Stock):
        return world
    message = "a tuple must be (World, Stock), as load_world returns it"
    raise InvalidInput(message, [Issue("world", "wrong_type", message)])
