"""Worlds, stock, orders and postal tables from files, dicts and text."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Union

from . import _core
from ._core import Order, PostalTable, Stock, World
from ._errors import InputWarning, InvalidInput, Issue
from ._source import source as read

Json = dict[str, Any]
PathLike = Union[str, "os.PathLike[str]"]


def load_world(
    source: Mapping[str, Any] | PathLike | bytes,
    *,
    postal_table: PostalTable | PathLike | None = None,
    strict: bool = True,
) -> tuple[World, Stock]:
    """A network and its opening stock from an `orderwright.world/1` document.

    What is probably not meant (a location whose position is unknown) is an InputWarning.

    Args:
        source: The document: a dict, a path, or its text (bytes, or a str that begins with "{").
        postal_table: Where postal codes are, for locations and orders without coordinates: a
            PostalTable or the path of a CSV file.
        strict: Whether an unknown field is an error; else it is a warning.

    Raises:
        InvalidInput: With everything that is wrong.
        NotFound: There is no such file.
    """
    document = read(source, "world")
    if postal_table is not None and not isinstance(postal_table, PostalTable):
        postal_table = load_postal_table(postal_table)
    world, stock, found = _core.parse_world(
        document.text,
        document.name,
        places=document.places,
        strict=strict,
        postal_table=postal_table,
    )
    _warn("world", found)
    return world, stock


def load_orders(
    world: World,
    source: Iterable[Mapping[str, Any]] | Mapping[str, Any] | PathLike | bytes,
    *,
    strict: bool = True,
) -> list[Order]:
    """Orders of `world`, in order of input.

    Args:
        world: The network that they are checked against.
        source: `orderwright.order/1` objects (any iterable of dicts), or the path of a file: JSON
            lines, a JSON array, or CSV by the extension `.csv`; or JSON text.
        strict: Whether an unknown field is an error; else it is a warning.

    Raises:
        InvalidInput: With everything that is wrong in any of the orders.
        NotFound: There is no such file.
    """
    if not isinstance(source, (Mapping, str, bytes, os.PathLike, list)) and isinstance(
        source, Iterable
    ):
        source = list(source)
    document = read([source] if isinstance(source, Mapping) else source, "orders")
    orders, found = _core.parse_orders(
        world,
        document.text,
        document.name,
        places=document.places,
        strict=strict,
        csv=document.csv,
    )
    _warn("orders", found)
    return orders


def load_postal_table(path: PathLike | bytes) -> PostalTable:
    """Where postal codes are, from CSV with columns postal_code (or zip), lat, lon and, if not all
    are in the US, country.

    Args:
        path: The path of the file; or its text, as bytes.

    Raises:
        InvalidInput: With everything that is wrong.
        NotFound: There is no such file.
    """
    if isinstance(path, bytes):
        return _core.parse_postal_table(path, "<text>")
    document = read(path, "postal_table")
    return _core.parse_postal_table(document.text, document.name)


def orders_of(
    world: World, orders: Sequence[Order] | Sequence[Mapping[str, Any]] | PathLike | bytes
) -> list[Order]:
    """`orders` as they are if they are Order objects, else as load_orders reads them."""
    if isinstance(orders, (str, bytes, os.PathLike, Mapping)) or not isinstance(orders, Iterable):
        return load_orders(world, orders)
    entries = list(orders)
    made = sum(isinstance(entry, Order) for entry in entries)
    if made == 0:
        return load_orders(world, entries)  # type: ignore[arg-type]
    if made < len(entries):
        message = "orders are Order objects and others mixed; give one kind"
        raise InvalidInput(message, [Issue("orders", "wrong_type", message)])
    return entries  # type: ignore[return-value]


def _warn(what: str, found: list[Issue]) -> None:
    if found:
        more = f"; {len(found)} warnings in all" if len(found) > 1 else ""
        warnings.warn(InputWarning(f"{what}: {found[0]}{more}", found), stacklevel=3)
