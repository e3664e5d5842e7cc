"""compare_rules: what another set of rules would change, before it is switched on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from . import _core
from ._core import InventoryPool, Order, Plan, Stock, StockSnapshot, World
from ._load import Json, PathLike, orders_of
from ._route import world_of
from ._rules import Rules, rules_of

Network = (
    Mapping[str, Any] | PathLike | bytes | tuple[World, Stock | InventoryPool | StockSnapshot]
)


@dataclass(frozen=True)
class OrderChange:
    """An order that the rules after decide otherwise than the rules before."""

    order: str
    """Its id."""
    before: Plan = field(repr=False)
    after: Plan = field(repr=False)
    parts: tuple[str, ...]
    """In what the plans differ: `status`, `locations`, `shipments`, `waiting`, `shortfalls`,
    `settings`, `holds`, `outcomes`, `rule_errors`, `cost`."""
    moves: tuple[Json, ...]
    """Units that come from elsewhere: `line`, `sku`, `from`, `to` (None: not sourced from stock),
    `units`."""
    holds_added: tuple[str, ...]
    holds_removed: tuple[str, ...]
    rules: tuple[Json, ...]
    """Rules that spoke differently: `rule`, `change` (`added`, `removed`, `changed`), and `same_rule`:
    both sets have it word for word, so that it follows from others. Those that differ stand first."""

    @property
    def extra_cost(self) -> Decimal:
        """What the plan after costs more, in the world's currency; below 0: less."""
        return self.after.cost - self.before.cost


@dataclass(frozen=True)
class RuleComparison:
    """What other rules would change. str(comparison) is a summary for people."""

    orders: int
    """How many were routed."""
    changed: tuple[OrderChange, ...]
    """In order of input."""
    totals: Json
    """What to_dict() has beside `changed`."""
    _data: Json = field(repr=False)
    _text: str = field(repr=False)

    def to_dicts(self) -> list[Json]:
        """A row for each order that changes: `order`, `parts`, `status_before`, `status_after`,
        `cost_before`, `cost_after`, `moves`, `holds_added`, `holds_removed`, `rules`."""
        return list(self._data["changed"])

    def to_dict(self) -> Json:
        """All of it, as `orderwright diff --json` writes it."""
        return dict(self._data)

    def __str__(self) -> str:
        return self._text


def compare_rules(
    world: Network,
    orders: Sequence[Mapping[str, Any]] | Sequence[Order] | PathLike | bytes,
    before: Rules | Mapping[str, Any] | PathLike | None,
    after: Rules | Mapping[str, Any] | PathLike | None,
    *,
    now: datetime | str | None = None,
    threads: int = 0,
    progress: bool | Callable[[int, int], object] | None = None,
    explain: bool = False,
) -> RuleComparison:
    """Routes every order with both sets of rules and says which decisions change, and why.

    Each order sees all the stock, as in mode `independent`, so that nothing but the rules differs;
    nothing is reserved. Same input, same answer.

    Args:
        world: `orderwright.world/1`: a dict, a path, JSON text; or (world, stock) as load_world returned
            them; or (world, pool or snapshot). A pool must not change meanwhile.
        orders: As of route; such as those of last month.
        before, after: Rules as of route; None: no rules.
        now: The instant of the decisions. None: each order when it was placed.
        threads: 0: all cores. Rules that call Python run on one, the caller's.
        progress: True for a bar on stderr, or a callable (done, total); to cancel, raise.
        explain: Whether the plans of what changes keep what they were made from, for plan.explain().

    Raises:
        InvalidInput: With everything that is wrong with world, orders or rules; or a rule failed whose
            `on_error` is `fail`.
        NotSupported: YAML without the extra `yaml`.
        NotFound: There is no such file.
        OutOfRange: The costs of all orders do not fit in one sum.
    """
    network, stock = _stock_of(world)
    data, text, plans = _core.compare_rules(
        network,
        stock,
        orders_of(network, orders),
        rules_of(before),
        rules_of(after),
        now=now,
        threads=threads,
        progress=progress,
        record=explain,
    )
    changed = tuple(
        OrderChange(
            order=row["order"],
            before=old,
            after=new,
            parts=tuple(row["parts"]),
            moves=tuple(row["moves"]),
            holds_added=tuple(row["holds_added"]),
            holds_removed=tuple(row["holds_removed"]),
            rules=tuple(row["rules"]),
        )
        for row, (old, new) in zip(data["changed"], plans, strict=True)
    )
    totals = {name: value for name, value in data.items() if name != "changed"}
    return RuleComparison(data["orders"], changed, totals, data, text)


def _stock_of(world: Any) -> tuple[World, Stock | InventoryPool | StockSnapshot]:
    if isinstance(world, tuple) and len(world) == 2 and isinstance(world[0], World):
        if isinstance(world[1], (InventoryPool, StockSnapshot)):
            return world[0], world[1]
    return world_of(world)
