"""What feeds say, as named tuples: plain tuples of the same order do as well."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

__all__ = ["StockAdjustment", "StockCount", "StockDelta"]


class StockCount(NamedTuple):
    """"On hand is 7": what a source counted."""

    sku: str
    location: str
    units: int
    """Pieces, unusable ones included."""
    position: int
    """In the source's stream, from 0: of one source, what has the larger position is later."""
    at: datetime | str
    """When it was counted."""
    as_of: int | None = None
    """The last sequence number of the pool that it includes; None: `at` decides."""


class StockDelta(NamedTuple):
    """"Three were sold at the till": by how much a source says that a cell changed."""

    sku: str
    location: str
    units: int
    """Pieces more, or fewer."""
    position: int
    """In the source's stream, as of counts."""
    at: datetime | str
    """When it happened."""


class StockAdjustment(NamedTuple):
    """Units set aside, found, lost or written off, by somebody's word."""

    sku: str
    location: str
    on_hand: int = 0
    """Pieces more, or fewer, of what is there."""
    damaged: int = 0
    """Pieces more, or fewer, of what is damaged; inside on hand."""
    quality_control: int = 0
    """Pieces more, or fewer, in quality control; inside on hand."""
    safety_stock: int | None = None
    """The new safety stock; None: as it is."""
