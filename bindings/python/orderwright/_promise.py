"""Promises, allotments and arrivals, as named tuples: plain tuples of the same order do as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ._core import BackorderDraw, BackorderKind, ConfirmationStrategy

__all__ = ["Allotment", "Arrival", "Backorder", "WaitingDemand"]


class Backorder(NamedTuple):
    """Units promised of what is not there yet."""

    sku: str
    location: str
    quantity: int
    expected: datetime | str | None = None
    """Its date; None: without one."""
    kind: BackorderKind = BackorderKind.BACKORDER
    draw: BackorderDraw | None = None
    """What it is promised of; None: units that are expected if it has a date, else the limit."""


class Allotment(NamedTuple):
    """What is kept for a channel or a market, and how much it may hold."""

    sku: str
    channel: str = ""
    """Empty: any."""
    market: str = ""
    """Empty: any."""
    location: str = ""
    """Empty: all together."""
    guaranteed: int = 0
    """Units kept from everybody else, less what its requests have reserved or shipped."""
    ceiling: int | None = None
    """The most that its requests may have reserved and not yet shipped; None: any number."""
    until: datetime | str | None = None
    """From then on it is as if it were not there."""
    overflow: Sequence[str] = ()
    """Channels whose guarantees it may use, in this order."""
    stop_below: int = 0
    """While less than this is available to all, it gets nothing."""


class WaitingDemand(NamedTuple):
    """Who waits for units of an item at a location."""

    id: str
    sku: str
    location: str
    quantity: int
    """Wanted in all."""
    priority: int = 0
    """The higher is the first."""
    placed_at: datetime | str | None = None
    confirmed: int = 0
    """Of the quantity, up to now."""
    on_time_by: datetime | str | None = None
    """None: any time is on time."""
    strategy: ConfirmationStrategy = ConfirmationStrategy.REDISTRIBUTE


class Arrival(NamedTuple):
    """Units that are there, or will be."""

    sku: str
    location: str
    quantity: int
    at: datetime | str
