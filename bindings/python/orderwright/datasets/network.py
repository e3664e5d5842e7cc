"""A made network of 425 sites in the United States, as an `orderwright.world/1` document.

18 warehouses and 2 third-party sites at real distribution hubs, 400 stores where people live and 5
drop-shippers; 10,000 items; rate cards of four carriers; stock in nested holdings. Positions
of ZIP codes are from the US Census Bureau; everything else (sites, costs, items, rates, stock) is
made, and a pure function of the seed: the same on every platform. docs/reference/datasets.md says
what each column is and how it comes about.

Example:
    from orderwright.datasets import network

    document = network.world_document()
    len(document["locations"]), len(document["items"])      # 425, 10000
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._errors import bad_argument
from . import _draw
from ._zips import time_zone, zips

Document = dict[str, Any]
"""A JSON object: keys are text, values what the `json` module reads and writes."""

SEED = 20260
"""Seed of the catalog and the stock, unless another is given."""

ITEMS = 10_000
"""Items of the catalog, unless another number is given."""

STORES = 400

HORIZON_UNITS = 17_000
"""Units that 10,000 orders of `orders.generate` ask for: what the stock of the warehouses is sized
by."""

POPULARITY_SLOPE_PER_MILLE = 871
"""Demand falls with rank to the power -0.871: Brynjolfsson, Hu and Smith (2003), Amazon."""

POPULARITY_SHIFT = 30
"""Added to the rank, so that the best seller of 10,000 items has 0.4 % of the lines, not 5 %."""

OUT_OF_STOCK_PER_MILLE = 83
"""Cells of a site's assortment that are empty: Gruen, Corsten and Bharadwaj (2002), 8.3 %."""


class Hub(NamedTuple):
    """A warehouse, third-party site or drop-shipper at a fixed place."""

    id: str
    kind: str
    name: str
    zip: str
    state: str
    breadth: int
    """Share of the catalog in its assortment, per mille."""
    share: int
    """Share of the country's demand that it is stocked for, per mille. Those of the warehouses sum
    to 1000 and are near the shares of people whose nearest warehouse it is."""
    per_shipment: str
    per_unit: str
    cutoff: str
    cards: tuple[str, ...]


_WEST = ("national", "postal", "regional_west")
_EAST = ("national", "postal", "regional_east")
_PLAIN = ("national", "postal")
_ONE = ("national",)
_W, _T, _D = "warehouse", "third_party", "dropship"

# fmt: off
HUBS: tuple[Hub, ...] = (
    Hub("MEM", _W, "Memphis TN", "38118", "TN", 1000, 60, "1.90", "0.12", "19:00", _PLAIN),
    Hub("ONT", _W, "Ontario CA", "91761", "CA", 960, 77, "2.35", "0.18", "17:00", _WEST),
    Hub("ABE", _W, "Lehigh Valley PA", "18031", "PA", 960, 110, "2.30", "0.17", "17:00", _EAST),
    Hub("CMH", _W, "Columbus OH", "43125", "OH", 920, 70, "1.95", "0.13", "18:00", _PLAIN),
    Hub("DFW", _W, "Dallas-Fort Worth TX", "76177", "TX", 900, 65, "2.00", "0.14", "18:00", _PLAIN),
    Hub("ATL", _W, "Atlanta GA", "30213", "GA", 860, 78, "2.00", "0.14", "18:00", _PLAIN),
    Hub("ORD", _W, "Joliet IL", "60433", "IL", 840, 75, "2.15", "0.15", "17:00", _PLAIN),
    Hub("IND", _W, "Indianapolis IN", "46168", "IN", 800, 45, "1.95", "0.13", "18:00", _PLAIN),
    Hub("SCK", _W, "Stockton CA", "95206", "CA", 760, 48, "2.30", "0.18", "16:00", _WEST),
    Hub("RNO", _W, "Reno NV", "89506", "NV", 720, 40, "2.05", "0.14", "17:00", _WEST),
    Hub("SEA", _W, "Sumner WA", "98390", "WA", 680, 40, "2.40", "0.19", "16:00", _PLAIN),
    Hub("JAX", _W, "Jacksonville FL", "32218", "FL", 640, 65, "2.00", "0.14", "17:00", _PLAIN),
    Hub("PHX", _W, "Phoenix AZ", "85043", "AZ", 560, 30, "2.05", "0.15", "16:00", _WEST),
    Hub("DEN", _W, "Denver CO", "80239", "CO", 520, 26, "2.20", "0.16", "16:00", _PLAIN),
    Hub("MDT", _W, "Harrisburg PA", "17013", "PA", 500, 70, "2.10", "0.15", "17:00", _EAST),
    Hub("HOU", _W, "Houston TX", "77032", "TX", 460, 45, "2.05", "0.15", "16:00", _PLAIN),
    Hub("MKC", _W, "Kansas City KS", "66021", "KS", 420, 36, "1.95", "0.13", "17:00", _PLAIN),
    Hub("SLC", _W, "Salt Lake City UT", "84104", "UT", 400, 20, "2.05", "0.14", "16:00", _PLAIN),
    Hub("SDF", _T, "Louisville KY", "40213", "KY", 250, 30, "3.10", "0.35", "20:00", _ONE),
    Hub("EWR", _T, "Edison NJ", "08817", "NJ", 220, 30, "3.40", "0.40", "15:00", _EAST),
)
DROPSHIPPERS: tuple[Hub, ...] = (
    Hub("DS1", _D, "High Point NC, furniture", "27260", "NC", 40, 0, "4.50", "0.00", "10:00", _ONE),
    Hub("DS2", _D, "Grand Rapids MI, office", "49503", "MI", 40, 0, "4.25", "0.00", "10:00", _ONE),
    Hub("DS3", _D, "Dalton GA, rugs", "30721", "GA", 40, 0, "4.50", "0.00", "11:00", _ONE),
    Hub("DS4", _D, "Los Angeles CA, apparel", "90058", "CA", 40, 0, "3.75", "0.00", "12:00", _ONE),
    Hub("DS5", _D, "Elkhart IN, outdoor", "46514", "IN", 40, 0, "4.25", "0.00", "10:00", _ONE),
)
# fmt: on

_REGIONAL = {
    **dict.fromkeys(["CA", "NV", "AZ"], "regional_west"),
    **dict.fromkeys(["NY", "NJ", "PA", "CT", "MA", "MD", "DE", "DC", "RI"], "regional_east"),
}

# -- Catalog --------------------------------------------------------------------------------------

_PER_MILLE = (0, 50, 150, 300, 500, 700, 850, 950, 1000)


class _Category(NamedTuple):
    name: str
    share: int  # of the items, per mille
    grams: tuple[int, ...]  # quantiles at _PER_MILLE
    cents: tuple[int, ...]  # quantiles at _PER_MILLE
    cubic_mm_per_gram: int  # typical volume of a packed gram
    hazmat: int  # per mille of the items
    fragile: int  # per mille of the items


# fmt: off
_CATEGORIES: tuple[_Category, ...] = (
    _Category("apparel", 260, (60, 120, 180, 250, 350, 550, 900, 1600, 2400),
              (500, 900, 1300, 1700, 2200, 3000, 4500, 7500, 15000), 5500, 0, 0),
    _Category("home", 220, (80, 200, 400, 800, 1400, 2800, 5500, 12000, 24000),
              (400, 800, 1300, 1800, 2600, 3900, 6500, 13000, 32000), 5000, 5, 250),
    _Category("beauty", 140, (20, 50, 80, 130, 200, 320, 500, 900, 1500),
              (300, 500, 800, 1100, 1500, 2200, 3400, 6000, 12000), 2500, 80, 60),
    _Category("electronics", 110, (20, 60, 120, 250, 450, 900, 2200, 6000, 16000),
              (500, 900, 1400, 2200, 3500, 6000, 12000, 26000, 70000), 3500, 90, 150),
    _Category("toys", 100, (40, 120, 220, 380, 600, 1000, 1800, 3800, 8000),
              (300, 700, 1000, 1400, 1900, 2700, 4000, 7000, 15000), 6000, 0, 20),
    _Category("sports", 80, (60, 150, 300, 550, 950, 1900, 4200, 11000, 23000),
              (500, 900, 1400, 2000, 3000, 4500, 7500, 14000, 35000), 5500, 25, 10),
    _Category("pantry", 90, (50, 150, 280, 420, 600, 950, 1600, 3200, 6500),
              (200, 350, 500, 700, 1000, 1500, 2200, 3600, 7000), 1800, 5, 60),
)
# fmt: on
_PRICE_PER_MILLE = 790  # scales all prices: the mean ordered unit costs what it does in orders.py

_OVERSIZE_GRAMS = 11_340  # 25 lb
_OVERSIZE_MM = 762  # 30 in


class Catalog(NamedTuple):
    """Items in columns, from the most to the least popular."""

    sku: list[str]
    weight_g: npt.NDArray[np.int64]
    dimensions_mm: npt.NDArray[np.int64]
    """Shape (items, 3), longest first."""
    cents: npt.NDArray[np.int64]
    """Price, US cents."""
    cost_cents: npt.NDArray[np.int64]
    """What the merchant paid, US cents."""
    tags: list[list[str]]
    """The category, then those of `hazmat`, `fragile` and `oversize` that apply."""


def demand_weights(count: int) -> npt.NDArray[np.int64]:
    """Relative demand of the items of a catalog by position, as whole numbers.

    Position 0 is the most popular. Raises InvalidInput if `count` is not from 1 to 1,000,000.
    """
    return _draw.popularity(
        count, slope_per_mille=POPULARITY_SLOPE_PER_MILLE, shift=POPULARITY_SHIFT
    )


def catalog(count: int = ITEMS, *, seed: int = SEED) -> Catalog:
    """`count` made items, from 1 to 100,000. Raises InvalidInput outside that range."""
    if not 1 <= count <= 100_000:
        raise bad_argument("items", f"is {count}; it must be from 1 to 100,000")
    shares = np.cumsum([category.share for category in _CATEGORIES])
    kind = _draw.pick(_draw.draw(seed, "item.category", count), shares.astype(np.int64))
    grams_at, cents_at = (
        _draw.draw(seed, "item.weight", count),
        _draw.draw(seed, "item.price", count),
    )
    weight = np.zeros(count, dtype=np.int64)
    cents = np.zeros(count, dtype=np.int64)
    volume = np.zeros(count, dtype=np.int64)
    hazmat = np.zeros(count, dtype=np.bool_)
    fragile = np.zeros(count, dtype=np.bool_)
    hazmat_at = _draw.draw(seed, "item.hazmat", count)
    fragile_at = _draw.draw(seed, "item.fragile", count)
    for index, category in enumerate(_CATEGORIES):
        rows = np.flatnonzero(kind == index)
        weight[rows] = _draw.quantile(grams_at[rows], _PER_MILLE, category.grams)
        cents[rows] = _draw.quantile(cents_at[rows], _PER_MILLE, category.cents)
        volume[rows] = weight[rows] * category.cubic_mm_per_gram
        hazmat[rows] = _draw.chance(hazmat_at[rows], category.hazmat)
        fragile[rows] = _draw.chance(fragile_at[rows], category.fragile)
    cents = cents * _PRICE_PER_MILLE // 1000 // 50 * 50 + 49  # 12.49, 12.99
    cost = cents * (400 + _draw.below(_draw.draw(seed, "item.cost", count), 250)) // 1000
    volume = volume * (600 + _draw.below(_draw.draw(seed, "item.volume", count), 800)) // 1000
    # A box 3/2 × 1 × 2/3 of the edge of the cube with that volume. Cube roots by table: exact.
    edge = np.searchsorted(np.arange(1, 2001, dtype=np.int64) ** 3, volume) + 1
    box = np.stack([edge * 3 // 2, edge, np.maximum(edge * 2 // 3, 1)], axis=1)
    oversize = (weight > _OVERSIZE_GRAMS) | (box[:, 0] > _OVERSIZE_MM)
    names = [category.name for category in _CATEGORIES]
    tags = [
        [
            names[k],
            *(["hazmat"] if h else []),
            *(["fragile"] if f else []),
            *(["oversize"] if o else []),
        ]
        for k, h, f, o in zip(
            kind.tolist(), hazmat.tolist(), fragile.tolist(), oversize.tolist(), strict=True
        )
    ]
    sku = [f"P{(rank * 7919 + 13) % 100_000:05d}" for rank in range(count)]  # 7919 is prime: unique
    return Catalog(sku, weight, box, cents, cost, tags)


def money(cents: int) -> str:
    """Cents as a decimal text: 1249 is "12.49"."""
    return f"{cents // 100}.{cents % 100:02d}"


def items(count: int = ITEMS, *, seed: int = SEED) -> list[Document]:
    """The items of `catalog` as `world/1` objects, from the most to the least popular."""
    made = catalog(count, seed=seed)
    return [
        {
            "sku": sku,
            "weight_g": weight,
            "dimensions_mm": box,
            "unit_value": money(cents),
            "unit_cost": money(cost),
            "tags": tags,
        }
        for sku, weight, box, cents, cost, tags in zip(
            made.sku,
            made.weight_g.tolist(),
            made.dimensions_mm.tolist(),
            made.cents.tolist(),
            made.cost_cents.tolist(),
            made.tags,
            strict=True,
        )
    ]


# -- Sites ----------------------------------------------------------------------------------------


def locations() -> list[Document]:
    """The 425 sites as `world/1` objects: hubs, then stores `ST001` to `ST400`, then drop-shippers.

    Stores: the ZIP codes in numeric order are cut into 400 runs of equal population, and each has a
    store in the ZIP code of its median inhabitant. Numeric order is roughly geographic, so stores
    are spread as people are.
    """
    return copy.deepcopy(list(_locations()))


@functools.lru_cache(maxsize=1)
def _locations() -> tuple[Document, ...]:
    table = zips()
    running = np.cumsum(table.people)
    middle = (np.arange(STORES, dtype=np.int64) * 2 + 1) * int(running[-1]) // (2 * STORES)
    sites = [_hub(hub) for hub in HUBS]
    for number, row in enumerate(np.searchsorted(running, middle, side="right").tolist(), start=1):
        code, state = table.zip[row], table.state[row]
        regional = _REGIONAL.get(state)
        sites.append(
            {
                "id": f"ST{number:03d}",
                "kind": "store",
                "name": f"Store {number}, {state} {code}",
                **_place(code, row),
                "capabilities": [],
                "cost_per_shipment": "3.25",
                "cost_per_unit": "0.60",
                "handling_days": number % 2,
                "cutoffs": dict.fromkeys(["ground", "two_day", "next_day", "economy"], "14:00"),
                "calendar": "stores",
                "rate_cards": ["national", "postal", *([regional] if regional else [])],
            }
        )
    sites.extend(_hub(hub) for hub in DROPSHIPPERS)
    for site in sites:
        services = {"ground"}
        if "national" in site["rate_cards"]:
            services |= {"two_day", "next_day"}
        if "postal" in site["rate_cards"]:
            services.add("economy")
        site["cutoffs"] = {name: at for name, at in site["cutoffs"].items() if name in services}
    return tuple(sites)


def _place(code: str, row: int) -> Document:
    table = zips()
    return {
        "country": "US",
        "region": table.state[row],
        "postal_code": code,
        "lat": float(table.lat[row]),
        "lon": float(table.lon[row]),
        "time_zone": time_zone(code, table.state[row]),
    }


def _hub(hub: Hub) -> Document:
    late = f"{int(hub.cutoff[:2]) + 1:02d}:00"
    early = f"{int(hub.cutoff[:2]) - 2:02d}:00"
    return {
        "id": hub.id,
        "kind": hub.kind,
        "name": hub.name,
        **_place(hub.zip, zips().row(hub.zip)),
        "capabilities": [] if hub.kind == "dropship" else ["hazmat"],
        "cost_per_shipment": hub.per_shipment,
        "cost_per_unit": hub.per_unit,
        "handling_days": {"warehouse": 0, "third_party": 1, "dropship": 2}[hub.kind],
        "cutoffs": {"ground": hub.cutoff, "two_day": late, "next_day": late, "economy": early},
        "calendar": "six_days" if hub.breadth >= 800 else "weekdays",
        "rate_cards": list(hub.cards),
    }


# -- Calendars and rates --------------------------------------------------------------------------

_CALENDAR_YEARS = (2017, 2018, 2025, 2026, 2027)


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _holidays(years: Sequence[int]) -> tuple[list[str], list[str]]:
    """(all six US holidays on which parcel carriers rest, the three on which shops close)."""
    rest, close = [], []
    for year in years:
        last_monday = date(year, 5, 31)
        last_monday -= timedelta(days=last_monday.weekday())
        shut = [date(year, 1, 1), _nth(year, 11, 3, 4), date(year, 12, 25)]
        close += shut
        rest += [*shut, last_monday, date(year, 7, 4), _nth(year, 9, 0, 1)]
    return [day.isoformat() for day in sorted(rest)], [day.isoformat() for day in sorted(close)]


def calendars() -> Document:
    """`weekdays`, `six_days` and `stores` (every day), with US holidays of five years.

    2017 and 2018, the years of The Complete Journey, and 2025 to 2027.
    """
    rest, close = _holidays(_CALENDAR_YEARS)
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return {
        "weekdays": {"days": week[:5], "closed": rest},
        "six_days": {"days": week[:6], "closed": list(rest)},
        "stores": {"days": week, "closed": close},
    }


# The distance bands of US parcel carriers, zones 2 to 8: 150, 300, 600, 1000, 1400, 1800 miles.
_ZONES_KM = [241, 483, 966, 1609, 2253, 2897, None]
_REGIONAL_KM = [160, 320, 480, 640]
_POUND_G = 453.59237
_STEPS_LB = (0.5, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 150, 300, 450, 600)
_PARCEL_LB = 150  # the largest parcel


def _steps(
    first: Sequence[int], per_pound: Sequence[int], *, half_pound: int, most: float
) -> list[list[Any]]:
    """Rate steps: `first` cents by zone up to a pound, `per_pound` cents for each further pound,
    `half_pound` cents less up to half a pound; up to `most` pounds. Above the largest parcel, as
    that many of the largest.
    """
    steps: list[list[Any]] = []
    for pounds in _STEPS_LB:
        if pounds > most:
            break
        parcels = max(1, int(pounds) // _PARCEL_LB)
        each = pounds / parcels
        cents = [
            a - half_pound if each < 1 else parcels * (a + b * (int(each) - 1))
            for a, b in zip(first, per_pound, strict=True)
        ]
        steps.append([int(pounds * _POUND_G), [money(value) for value in cents]])
    return steps


def rate_cards() -> Document:
    """Four made rate cards, one a carrier, in US dollars.

    `national`: `ground` (to 600 lb, in parcels of 150 lb), `two_day` and `next_day` (to 150 lb), to
    any distance. `postal`: `economy`, cheap to about 3 lb, to 10 lb. `regional_west` and
    `regional_east`: `ground` within 640 km and 50 lb, cheaper and faster than the national one;
    they carry no further.
    """
    bulky = [{"tag": "oversize", "cost": "9.00"}]
    regional_steps = _steps([590, 640, 700, 760], [20, 24, 29, 35], half_pound=40, most=50)

    def regional(carrier: str) -> Document:
        return {
            "carrier": carrier,
            "services": {
                "ground": {
                    "zones_km": list(_REGIONAL_KM),
                    "transit_days": [1, 1, 2, 2],
                    "surcharges": [{"tag": "oversize", "cost": "7.50"}],
                    "steps": [[grams, list(costs)] for grams, costs in regional_steps],
                }
            },
        }

    return {
        "national": {
            "carrier": "national",
            "services": {
                "ground": {
                    "zones_km": list(_ZONES_KM),
                    "transit_days": [1, 2, 3, 4, 5, 5, 6],
                    "surcharges": bulky,
                    "steps": _steps(
                        [780, 815, 870, 930, 990, 1050, 1130],
                        [28, 33, 42, 54, 68, 82, 98],
                        half_pound=60,
                        most=600,
                    ),
                },
                "two_day": {
                    "zones_km": list(_ZONES_KM),
                    "transit_days": [1, 2, 2, 2, 2, 2, 2],
                    "surcharges": [{"tag": "oversize", "cost": "16.00"}],
                    "steps": _steps(
                        [1290, 1380, 1540, 1760, 1980, 2150, 2320],
                        [70, 90, 130, 190, 250, 300, 340],
                        half_pound=90,
                        most=150,
                    ),
                },
                "next_day": {
                    "zones_km": list(_ZONES_KM),
                    "transit_days": [1, 1, 1, 1, 1, 1, 1],
                    "surcharges": [{"tag": "oversize", "cost": "24.00"}],
                    "steps": _steps(
                        [2150, 2450, 3050, 3650, 4150, 4450, 4700],
                        [110, 150, 230, 330, 410, 460, 500],
                        half_pound=150,
                        most=150,
                    ),
                },
            },
        },
        "postal": {
            "carrier": "postal",
            "services": {
                "economy": {
                    "zones_km": list(_ZONES_KM),
                    "transit_days": [2, 3, 4, 5, 5, 6, 7],
                    "steps": _steps(
                        [520, 535, 560, 600, 640, 670, 700],
                        [150, 165, 190, 220, 255, 290, 320],
                        half_pound=95,
                        most=10,
                    ),
                }
            },
        },
        "regional_west": regional("regional west"),
        "regional_east": regional("regional east"),
    }


# -- Stock ----------------------------------------------------------------------------------------


class Stock(NamedTuple):
    """Stock in columns, sorted by location, then item. Positions are those in the document."""

    location: npt.NDArray[np.int64]
    item: npt.NDArray[np.int64]
    on_hand: npt.NDArray[np.int64]
    """Units, at least 1."""
    safety_stock: npt.NDArray[np.int64]
    """Units kept for walk-in customers: 1 in stores, else 0."""


def store_breadth(*, seed: int = SEED) -> npt.NDArray[np.int64]:
    """Share of the catalog in the assortment of each store, per mille: 30 to 119, mostly near 30.

    30 + 90·u³ for u uniform, in store order.
    """
    third = _draw.below(_draw.draw(seed, "store.breadth", STORES), 1000)
    return 30 + 90 * third**3 // 1_000_000_000


def stock(count: int = ITEMS, *, seed: int = SEED) -> Stock:
    """The stock of a catalog of `count` items: nested holdings, thin in stores.

    A site of breadth b has the b most popular items in its assortment (the same order of popularity
    everywhere, so the assortments are nested), and 8.3 % of them are out of stock. On hand:
    warehouses and third-party sites 1 + ⌊2·u·m⌋ with m = 0.6 × the units that 10,000 orders ask for
    × the site's share; stores 1, 2, 3 or 4 units with 50, 30, 15 and 5 %, of which one is safety
    stock. A drop-shipper has 4 % of the items, spread over the whole catalog, 20 to 60 units each:
    the exception to nesting.
    """
    weights = demand_weights(count)
    demand = weights * HORIZON_UNITS * 1000 // int(weights.sum())  # thousandths of a unit
    columns: list[tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64], int]] = []
    for position, hub in enumerate(HUBS):
        held = _held(f"hub.{hub.id}", count * hub.breadth // 1000, seed)
        # 2·m in millionths of a unit; the draw is in thousandths.
        twice = demand[held] * hub.share * 12 // 10
        at = _draw.below(_draw.draw(seed, f"stock.{hub.id}", held), 1000)
        columns.append((position, held, 1 + twice * at // 1_000_000_000, 0))
    thin = np.cumsum(np.array([50, 30, 15, 5], dtype=np.int64))
    for number, breadth in enumerate(store_breadth(seed=seed).tolist()):
        held = _held(f"store.{number}", count * breadth // 1000, seed)
        units = 1 + _draw.pick(_draw.draw(seed, f"stock.store.{number}", held), thin)
        columns.append((len(HUBS) + number, held, units, 1))
    vendor = _draw.below(_draw.draw(seed, "vendor", count), 1000)
    low = 0
    for number, hub in enumerate(DROPSHIPPERS):
        held = np.flatnonzero((low <= vendor) & (vendor < low + hub.breadth))
        units = 20 + _draw.below(_draw.draw(seed, f"stock.{hub.id}", held), 41)
        columns.append((len(HUBS) + STORES + number, held, units, 0))
        low += hub.breadth
    return Stock(
        np.repeat([c[0] for c in columns], [len(c[1]) for c in columns]).astype(np.int64),
        np.concatenate([c[1] for c in columns]),
        np.concatenate([c[2] for c in columns]),
        np.repeat([c[3] for c in columns], [len(c[1]) for c in columns]).astype(np.int64),
    )


def _held(stream: str, breadth: int, seed: int) -> npt.NDArray[np.int64]:
    empty = _draw.chance(_draw.draw(seed, f"empty.{stream}", breadth), OUT_OF_STOCK_PER_MILLE)
    return np.flatnonzero(~empty)


def stock_rows(sites: Sequence[str], skus: Sequence[str], columns: Stock) -> list[Document]:
    """The stock columns as `world/1` objects; `sites` and `skus` are the ids by position."""
    rows: list[Document] = []
    for location, item, units, safety in zip(
        columns.location.tolist(),
        columns.item.tolist(),
        columns.on_hand.tolist(),
        columns.safety_stock.tolist(),
        strict=True,
    ):
        row: Document = {"location": sites[location], "sku": skus[item], "on_hand": units}
        if safety:
            row["safety_stock"] = safety
        rows.append(row)
    return rows


def _stock_text(sites: Sequence[str], skus: Sequence[str], columns: Stock) -> Iterator[str]:
    heads = [f'{{"location": {json.dumps(site)}, "sku": ' for site in sites]
    names = [json.dumps(sku) for sku in skus]
    for location, item, units, safety in zip(
        columns.location.tolist(),
        columns.item.tolist(),
        columns.on_hand.tolist(),
        columns.safety_stock.tolist(),
        strict=True,
    ):
        kept = f', "safety_stock": {safety}' if safety else ""
        yield f'{heads[location]}{names[item]}, "on_hand": {units}{kept}}}'


# -- The document ---------------------------------------------------------------------------------


def covered_millionths(scarcity: float) -> int:
    """Millionths of the demand that a stock plan of this scarcity covers.

    Raises InvalidInput if `scarcity` is not at least 0 and below 1.
    """
    if not 0 <= scarcity < 1:
        raise bad_argument("scarcity", f"is {scarcity}; it must be at least 0 and below 1")
    return 1_000_000 - round(scarcity * 1_000_000)


def frame(goods: list[Document]) -> Document:
    """A `world/1` document of the 425 sites with the items `goods` and no stock."""
    return {
        "format": "orderwright.world/1",
        "currency": "USD",
        "locations": locations(),
        "items": goods,
        "stock": [],
        "calendars": calendars(),
        "rate_cards": rate_cards(),
        "costs": {"split_penalty": "0.00", "shortfall_penalty_per_unit": "10000.00"},
    }


def world_document(count: int = ITEMS, *, seed: int = SEED) -> Document:
    """The network as an `orderwright.world/1` document: sites, items, rates, costs and stock.

    `count` items, from 1 to 100,000. A new document at each call; it shares nothing with earlier
    ones. Raises InvalidInput if `count` is out of range.
    """
    document = frame(items(count, seed=seed))
    sites = [site["id"] for site in document["locations"]]
    skus = [item["sku"] for item in document["items"]]
    document["stock"] = stock_rows(sites, skus, stock(count, seed=seed))
    return document


def document_json(document: Document, columns: Stock) -> bytes:
    """A `world/1` document as JSON in UTF-8, with the rows of `columns` as its stock.

    The same as `json.dumps` of the document with `stock_rows`, in a third of the time and memory.
    """
    sites = [site["id"] for site in document["locations"]]
    skus = [item["sku"] for item in document["items"]]
    head = json.dumps({key: value for key, value in document.items() if key != "stock"})
    rows = ",\n".join(_stock_text(sites, skus, columns))
    return f'{head[:-1]}, "stock": [{rows}]}}'.encode()


def world_json(count: int = ITEMS, *, seed: int = SEED) -> bytes:
    """`world_document` as JSON text in UTF-8, without building the rows of stock as objects."""
    return document_json(frame(items(count, seed=seed)), stock(count, seed=seed))
