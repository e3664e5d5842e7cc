"""Online Retail: a year of a small British wholesaler, as orders.

Reads the file of the UCI Machine Learning Repository ("Online Retail", Daqing Chen, 2015,
CC BY 4.0; https://doi.org/10.24432/C5BW33), which is not in this package: 541,909 lines of invoices
from December 2010 to December 2011. It is wholesale: orders are long, up to hundreds of lines.

| field | |
|---|---|
| `placed_at` | data: `InvoiceDate`, read as the time of Europe/London |
| `customer.id`, `quantity`, `unit_price` (GBP) | data |
| order | data: what one customer bought in one minute; lines of one product and price are one |
| `sku` | data: `StockCode`, in capitals |
| item `weight_g` | made: a hash of the code, 10 g to 4 kg, in the middle 250 g |
| `ship_to` | made: a hash of the customer, over the United States, weighted by population |
| `channel` ("web") | made |

Left out: cancellations and returns (invoices that begin with C, quantities below 1), lines without
a customer, without a price, and what is no product (postage, fees, samples: codes that do not begin
with five digits).

Example:
    import orderwright as ow

    retail = ow.datasets.online_retail("Online Retail.csv")
    world, stock = retail.network()
    orders = retail.orders(world)
"""

from __future__ import annotations

import csv
import gzip
import importlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from .._core import Order, Stock, World
from .._errors import InvalidInput, Issue, NotFound, bad_argument
from .._load import load_orders, load_world
from . import _draw, network
from ._zips import zips
from .network import Document, money

SEED = 2010
"""Seed of the stock plan, unless another is given."""

GBP_IN_USD = "1.60"
"""The rate of the world that `network` makes: about that of the year."""

_COLUMNS = {
    "invoiceno": "invoice",
    "invoice": "invoice",
    "stockcode": "code",
    "description": "description",
    "quantity": "quantity",
    "invoicedate": "at",
    "unitprice": "price",
    "price": "price",
    "customerid": "customer",
}
_NEEDED = ("invoice", "code", "quantity", "at", "price", "customer")
_PRODUCT = re.compile(r"\d{5}[A-Z]*")
_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")
_LONDON = ZoneInfo("Europe/London")
_PER_MILLE = (0, 100, 500, 900, 1000)
_WEIGHT_G = (10, 60, 250, 900, 4000)
_MOST_ISSUES = 100
_MOST = 2**31 - 1  # units, pence
_BROKEN = (csv.Error, EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error)


class Facts(NamedTuple):
    """What was read, left out and kept."""

    rows: int
    returned_rows: int
    """Left out: cancelled or returned."""
    anonymous_rows: int
    """Left out: without a customer."""
    other_rows: int
    """Left out: no product, or no price."""
    orders: int
    lines: int
    units: int
    products: int
    customers: int


class _Line(NamedTuple):
    at: datetime
    customer: str
    code: str
    quantity: int
    pence: int


def _sheet_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        openpyxl = importlib.import_module("openpyxl")
    except ImportError as error:
        raise ImportError(
            "openpyxl, which reads .xlsx, is not installed: pip install openpyxl, or save the "
            "sheet as CSV"
        ) from error
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        yield from book.active.iter_rows(values_only=True)
    finally:
        book.close()


def _text_rows(path: Path) -> Iterator[tuple[Any, ...]]:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    # The CSV that goes around is in the encoding of Windows; UTF-8 fails on its pound signs.
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    yield from (tuple(row) for row in csv.reader(io.StringIO(text, newline="")) if row)


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.issues: list[Issue] = []
        self.lines: list[_Line] = []
        self.names: dict[str, str] = {}
        self.rows = self.returned = self.anonymous = self.other = 0
        self._form = _TIMES[0]

    def read(self) -> None:
        try:
            self._read()
        except _BROKEN as error:
            raise self._refusal([Issue("", "invalid_file", f"it cannot be read: {error}")]) from error

    def _read(self) -> None:
        rows: Iterable[tuple[Any, ...]]
        rows = _sheet_rows(self.path) if self.path.suffix == ".xlsx" else _text_rows(self.path)
        column: dict[str, int] = {}
        for number, row in enumerate(rows, 1):
            if not column:
                column = self._header(row)
                continue
            self._row(number, {name: row[k] if k < len(row) else None for name, k in column.items()})
            if len(self.issues) >= _MOST_ISSUES:
                break
        if not column:
            raise self._refusal([Issue("", "empty", "the file is empty")])
        if self.issues:
            raise self._refusal(self.issues)

    def _refusal(self, issues: list[Issue]) -> InvalidInput:
        first = issues[0]
        where = f"{first['path']}: " if first["path"] else ""
        return InvalidInput(f"{self.path}: {where}{first['message']}", issues)

    def _header(self, row: tuple[Any, ...]) -> dict[str, int]:
        found: dict[str, int] = {}
        for k, name in enumerate(row):
            key = re.sub(r"[^a-z]", "", str(name or "").lower())
            if key in _COLUMNS:
                found.setdefault(_COLUMNS[key], k)
        missing = [name for name in _NEEDED if name not in found]
        if missing:
            expected = "InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID"
            message = f"line 1 has no column for {', '.join(missing)}; a file of UCI has {expected}"
            raise self._refusal([Issue("1", "missing_field", message)])
        return found

    def _row(self, number: int, row: dict[str, Any]) -> None:
        self.rows += 1
        try:
            quantity = int(Decimal(str(row["quantity"])))
            pence = int((Decimal(str(row["price"])) * 100).to_integral_value())
        except (InvalidOperation, OverflowError, ValueError):
            quantity = pence = _MOST + 1
        if max(abs(quantity), abs(pence)) > _MOST:
            self._wrong(number, "quantity", f"{row['quantity']!r} × {row['price']!r} is no number, or too large")
            return
        customer = str(row["customer"] or "").strip().removesuffix(".0")
        code = str(row["code"] or "").strip().upper()
        if str(row["invoice"] or "").upper().startswith("C") or quantity < 1:
            self.returned += 1
        elif not customer:
            self.anonymous += 1
        elif pence <= 0 or not _PRODUCT.fullmatch(code):
            self.other += 1
        else:
            at = self._time(row["at"])
            if at is None:
                self._wrong(number, "at", f"{row['at']!r} is no time such as 2010-12-01 08:26:00")
                return
            self.lines.append(_Line(at, customer, code, quantity, pence))
            if row.get("description"):
                self.names.setdefault(code, str(row["description"]).strip())

    def _wrong(self, number: int, field: str, message: str) -> None:
        self.issues.append(Issue(f"{number}.{field}", "invalid_value", f"line {number}: {message}"))

    def _time(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return value
        for form in (self._form, *_TIMES):
            try:
                at = datetime.strptime(str(value), form)
            except ValueError:
                continue
            self._form = form
            return at
        return None


class Retail:
    """The orders as a collection: `len`, iteration (by time), and what goes with them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Reads the file. See `orderwright.datasets.online_retail`."""
        file = Path(path)
        if not file.is_file():
            raise NotFound(f"{file}: there is no such file; UCI has it as 'Online Retail'")
        reader = _Reader(file)
        reader.read()
        merged: dict[tuple[datetime, str], dict[tuple[str, int], int]] = {}
        for line in reader.lines:
            minute = line.at.replace(second=0, microsecond=0)
            basket = merged.setdefault((minute, line.customer), {})
            key = (line.code, line.pence)
            basket[key] = basket.get(key, 0) + line.quantity
        self._baskets = sorted(merged.items(), key=lambda entry: entry[0])
        self._names = reader.names
        demand: dict[str, int] = {}
        for _, basket in self._baskets:
            for (code, _), units in basket.items():
                demand[code] = demand.get(code, 0) + units
        self._demand = dict(sorted(demand.items(), key=lambda entry: (-entry[1], entry[0])))
        self._facts = Facts(
            rows=reader.rows,
            returned_rows=reader.returned,
            anonymous_rows=reader.anonymous,
            other_rows=reader.other,
            orders=len(self._baskets),
            lines=sum(len(basket) for _, basket in self._baskets),
            units=sum(demand.values()),
            products=len(demand),
            customers=len({customer for (_, customer), _ in self._baskets}),
        )

    @property
    def facts(self) -> Facts:
        """Counts of what was read, left out and kept."""
        return self._facts

    def __len__(self) -> int:
        """Number of orders."""
        return self._facts.orders

    def __iter__(self) -> Iterator[Document]:
        """The orders as `order/1` objects, by time; new objects at each call."""
        table = zips()
        cumulative = np.cumsum(table.people)
        homes: dict[str, int] = {}
        for number, ((minute, customer), basket) in enumerate(self._baskets, 1):
            if customer not in homes:
                counter = np.array([_draw.text_hash(customer)], dtype=np.uint64)
                homes[customer] = int(
                    _draw.pick(_draw.draw(0, "retail.customer", counter), cumulative)[0]
                )
            row = homes[customer]
            at = minute.replace(tzinfo=_LONDON).astimezone(timezone.utc)
            yield {
                "id": f"R{number:05}",
                "channel": "web",
                "placed_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "currency": "GBP",
                "customer": {"id": customer},
                "ship_to": {
                    "country": "US",
                    "region": table.state[row],
                    "postal_code": table.zip[row],
                    "lat": float(table.lat[row]),
                    "lon": float(table.lon[row]),
                },
                "lines": [
                    {"id": str(k), "sku": code, "quantity": units, "unit_price": money(pence)}
                    for k, ((code, pence), units) in enumerate(basket.items(), 1)
                ],
            }

    def items(self) -> list[Document]:
        """The products that were bought, as `world/1` items, most demanded first."""
        counter = np.array([_draw.text_hash(code) for code in self._demand], dtype=np.uint64)
        grams = _draw.quantile(
            _draw.draw(0, "retail.weight", counter), _PER_MILLE, _WEIGHT_G
        ).tolist()
        return [
            {
                "sku": code,
                "weight_g": weight,
                "attributes": {"description": self._names[code]} if code in self._names else {},
            }
            for code, weight in zip(self._demand, grams, strict=True)
        ]

    def world_document(self, *, scarcity: float = 0.0, seed: int = SEED) -> Document:
        """The 425 sites of `network` with the products and a year's stock, as `world/1`.

        Of each product there are (1 - scarcity) × the units of all orders, rounded up, dealt to the
        warehouses and third-party sites that hold it (those of larger breadth hold more products).

        Raises InvalidInput if `scarcity` is not at least 0 and below 1.
        """
        covered = network.covered_millionths(scarcity)
        document = network.frame(self.items())
        document["fx"] = {"GBP": GBP_IN_USD}
        count = len(self._demand)
        demand = np.array(list(self._demand.values()), dtype=np.int64)
        units = -(-demand * covered // 1_000_000)
        holds = np.array(
            [np.arange(count) < max(1, count * hub.breadth // 1000) for hub in network.HUBS]
        )
        shares = holds * np.array([[hub.share] for hub in network.HUBS], dtype=np.int64)
        total = shares.sum(axis=0)
        offset = _draw.below(_draw.draw(seed, "retail.split", count), total)
        upto = np.minimum((units * np.cumsum(shares, axis=0) + offset) // total, units)
        part = np.diff(upto, axis=0, prepend=0)
        site, item = np.nonzero(part)
        columns = network.Stock(
            site.astype(np.int64), item.astype(np.int64), part[site, item], np.zeros_like(site)
        )
        sites = [entry["id"] for entry in document["locations"]]
        document["stock"] = network.stock_rows(sites, list(self._demand), columns)
        return document

    def network(self, *, scarcity: float = 0.0, seed: int = SEED) -> tuple[World, Stock]:
        """`world_document` as (world, stock)."""
        return load_world(self.world_document(scarcity=scarcity, seed=seed))

    def orders(self, world: World, limit: int | None = None) -> list[Order]:
        """The orders of `world`, by time; only the first `limit` if it is given.

        Raises InvalidInput if `world` has not all the products or no rate for GBP, or if `limit`
        is negative.
        """
        if limit is not None and limit < 0:
            raise bad_argument("limit", f"is {limit}; it must be 0 or more")
        made = [order for _, order in zip(range(len(self) if limit is None else limit), self)]
        return load_orders(world, made)

    def __repr__(self) -> str:
        return f"Retail({self._facts.orders:,} orders, {self._facts.lines:,} lines)"
