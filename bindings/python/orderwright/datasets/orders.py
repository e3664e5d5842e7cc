"""Made orders whose sizes, popularity, days, hours and returns follow published figures.

The figures and their sources, also in docs/reference/datasets.md:

- **Size**: 1.7 units an order, 30.39 USD a unit, 52.33 USD an order, 55 % of orders below 30 USD.
  Numerator's panel of US households on Amazon, Prime Day 2021 (Chain Store Age, June 2021); 1.7
  units also in 2019 and 2020.
- **Popularity**: sales fall with rank to the power -0.871. Brynjolfsson, Hu and Smith, "Consumer
  Surplus in the Digital Economy", Management Science 49(11), 2003, from sales at Amazon.
- **Weekday**: Monday 16.1 %, Tuesday 15.5, Wednesday 15.0, Thursday 14.2, Friday 13.4, Saturday
  12.0, Sunday the rest. Doofinder, "Busiest online shopping day".
- **Hour**: sales build from 7, stay high from 15, peak from 20 to 21 and drop after 22. SaleCycle,
  2020 Ecommerce Stats Report. The share of each hour between these marks is made.
- **Returns**: 17.6 % of the goods bought online in 2023. National Retail Federation and Appriss
  Retail, "2023 Consumer Returns in the Retail Industry".

Where an order goes is drawn in proportion to the (made) population of ZIP codes. Lines of an order
are drawn independently of each other: there are no baskets of things that go together.

Example:
    from orderwright.datasets import network, orders

    made = orders.generate(network.world_document(), 2000, seed=1)
    made[1042]["id"]                                        # "1042"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .._errors import bad_argument
from . import _draw
from ._zips import time_zone, zips
from .network import Document, demand_weights

LINES_PER_MILLE: tuple[int, ...] = (650, 205, 80, 34, 15, 7, 4, 2, 1, 1, 0, 1)
"""Orders of 1, 2, 3, … lines. Mean 1.63; with the quantities below 1.72 units an order."""

QUANTITY_PER_MILLE: tuple[int, ...] = (957, 33, 6, 4)
"""Lines of 1, 2, 3, 4 units. Mean 1.057."""

WEEKDAY_PER_MILLE: tuple[int, ...] = (161, 155, 150, 142, 134, 120, 138)
"""Orders by day of the week in the customer's time zone, from Monday."""

HOUR_PER_MILLE: tuple[int, ...] = (
    *(22, 12, 7, 5, 5, 8, 16, 27, 39, 48, 54, 56),
    *(56, 55, 55, 57, 58, 58, 59, 64, 69, 66, 56, 48),
)
"""Orders by hour of the day in the customer's time zone, from midnight."""

RETURNED_PER_MILLE = 176
"""Units that come back."""

CHANNELS: tuple[tuple[str, int], ...] = (("web", 560), ("app", 320), ("marketplace", 120))
"""Channel and its share of orders, per mille; made."""

SERVICES: tuple[tuple[str | list[str] | None, int], ...] = (
    (None, 880),
    (["two_day", "next_day"], 90),
    ("next_day", 30),
)
"""What an order asks of its service, and the share of orders, per mille; made. None: any."""

RETURN_REASONS: tuple[tuple[str, int], ...] = (
    ("does_not_fit", 380),
    ("not_as_described", 220),
    ("changed_mind", 200),
    ("damaged", 120),
    ("wrong_item", 80),
)
"""Reason of a return and its share, per mille; made."""

CUSTOMERS = 250_000
"""Customers that orders are drawn from; those of low numbers buy more often."""

START = date(2026, 10, 5)
"""First day of orders unless another is given: a Monday."""

# Hours that standard time is ahead of UTC, and whether the zone has daylight saving time.
_OFFSETS: dict[str, tuple[int, bool]] = {
    "America/New_York": (-5, True),
    "America/Detroit": (-5, True),
    "America/Indiana/Indianapolis": (-5, True),
    "America/Chicago": (-6, True),
    "America/Denver": (-7, True),
    "America/Boise": (-7, True),
    "America/Phoenix": (-7, False),
    "America/Los_Angeles": (-8, True),
    "America/Anchorage": (-9, True),
    "Pacific/Honolulu": (-10, False),
}


class _Goods(NamedTuple):
    sku: list[str]
    price: list[str]


def _catalog(world: Any) -> _Goods:
    """SKUs and prices of a `world/1` document, or of an object with `items` of such objects."""
    listed: Any = world["items"] if isinstance(world, Mapping) else world.items
    if callable(listed):
        listed = listed()
    entries: Iterable[Any] = listed
    sku: list[str] = []
    price: list[str] = []
    for entry in entries:
        if isinstance(entry, Mapping):
            sku.append(entry["sku"])
            value = entry.get("unit_value")
        else:
            sku.append(str(entry.sku))
            value = entry.unit_value
        price.append("0.00" if value is None else str(value))
    if not sku:
        raise bad_argument("world", "has no items to order")
    return _Goods(sku, price)


def _running(per_mille: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.cumsum(np.array(list(per_mille), dtype=np.int64))


def _summer(day: date) -> bool:
    """Whether a date is in US daylight saving time: second Sunday of March to first of November."""
    march, november = date(day.year, 3, 8), date(day.year, 11, 1)
    begin = march + timedelta(days=(6 - march.weekday()) % 7)
    end = november + timedelta(days=(6 - november.weekday()) % 7)
    return begin <= day < end


def generate(
    world: Any, n: int, *, seed: int, start: date = START, days: int = 28
) -> list[Document]:
    """`n` orders of the items of `world`, as `orderwright.order/1` objects sorted by time.

    Args:
        world: A `world/1` document, or an object whose `items` (an iterable, or a method that gives
            one) have `sku` and `unit_value`. Items are taken to be listed from the most to the
            least popular, as `network` lists them. Of the world nothing else is read.
        n: Number of orders, 0 or more. They get the ids "0" to str(n - 1), so that the order at
            position i has id str(i).
        seed: Any whole number. The same arguments give the same orders on every platform.
        start: First day, in the customers' time zones.
        days: Number of days, 1 or more; whole weeks reproduce the published weekdays exactly.

    Each order has `id`, `channel`, `market`, `placed_at`, `currency` (USD), `service`, `customer`,
    `ship_to` (with `lat` and `lon`) and `lines`; prices are the items' `unit_value`.

    Raises:
        InvalidInput: `n` or `days` is out of range, or the world has no items.
    """
    if n < 0:
        raise bad_argument("n", f"is {n}; it must be 0 or more")
    if days < 1:
        raise bad_argument("days", f"is {days}; it must be 1 or more")
    goods = _catalog(world)
    if n == 0:
        return []
    table = zips()
    customer = _customers(n, seed)
    # A customer lives at one place, whichever order it is; the seed does not move them.
    place = _draw.pick(_draw.draw(0, "home", customer), np.cumsum(table.people))
    instant = _instants(place, n, seed=seed, start=start, days=days)
    order = np.argsort(instant, kind="stable")
    owner, item, quantity = _lines(len(goods.sku), n, seed=seed)
    heads = _heads(order, place, customer, instant, seed=seed)
    lines = _line_objects(goods, owner, item, quantity, n)
    for head, row in zip(heads, order.tolist(), strict=True):
        head["lines"] = lines[row]
    return heads


def _customers(n: int, seed: int) -> npt.NDArray[np.int64]:
    """Customer numbers, from 0: CUSTOMERS·u², so that a few order often."""
    u = _draw.below(_draw.draw(seed, "order.customer", n), 1 << 20)
    return (u * u >> 20) * CUSTOMERS >> 20


def _instants(
    place: npt.NDArray[np.int64], n: int, *, seed: int, start: date, days: int
) -> npt.NDArray[np.int64]:
    """Seconds since 1970 in UTC at which each order is placed."""
    day_list = [start + timedelta(days=k) for k in range(days)]
    day = _draw.pick(
        _draw.draw(seed, "order.day", n), _running(WEEKDAY_PER_MILLE[d.weekday()] for d in day_list)
    )
    hour = _draw.pick(_draw.draw(seed, "order.hour", n), _running(HOUR_PER_MILLE))
    second = _draw.below(_draw.draw(seed, "order.second", n), 3600)
    table = zips()
    ahead = np.zeros((2, n), dtype=np.int64)
    used, position = np.unique(place, return_inverse=True)
    zones = [_OFFSETS[time_zone(table.zip[row], table.state[row])] for row in used.tolist()]
    ahead[0] = np.array([zone[0] for zone in zones], dtype=np.int64)[position]
    ahead[1] = np.array([zone[0] + zone[1] for zone in zones], dtype=np.int64)[position]
    summer = np.array([_summer(d) for d in day_list])[day]
    offset = np.where(summer, ahead[1], ahead[0])
    first = (start - date(1970, 1, 1)).days
    return np.asarray(((first + day) * 24 + hour - offset) * 3600 + second, dtype=np.int64)


def _lines(
    items: int, n: int, *, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(order, item, quantity) of each line, sorted by order. No item twice in an order."""
    size = 1 + _draw.pick(_draw.draw(seed, "order.lines", n), _running(LINES_PER_MILLE))
    size = np.minimum(size, items)
    owner = np.repeat(np.arange(n, dtype=np.int64), size)
    running = np.cumsum(demand_weights(items))
    item = _draw.pick(_draw.draw(seed, "line.item", len(owner)), running)
    for attempt in range(1, 1000):
        # Draw again every line whose item an earlier line of the order has.
        key = owner * items + item
        by_key = np.argsort(key, kind="stable")
        same = np.zeros(len(key), dtype=np.bool_)
        same[by_key[1:]] = key[by_key[1:]] == key[by_key[:-1]]
        again = np.flatnonzero(same)
        if len(again) == 0:
            break
        if attempt < 20:
            item[again] = _draw.pick(_draw.draw(seed, f"line.item.{attempt}", again), running)
        else:  # A tiny catalog: take the next item.
            item[again] = (item[again] + 1) % items
    quantity = 1 + _draw.pick(
        _draw.draw(seed, "line.quantity", len(owner)), _running(QUANTITY_PER_MILLE)
    )
    return owner, item, quantity


def _heads(
    order: npt.NDArray[np.int64],
    place: npt.NDArray[np.int64],
    customer: npt.NDArray[np.int64],
    instant: npt.NDArray[np.int64],
    *,
    seed: int,
) -> list[Document]:
    """The orders without lines, sorted by time."""
    n = len(order)
    table = zips()
    channels = _draw.pick(_draw.draw(seed, "order.channel", n), _running(s for _, s in CHANNELS))
    services = _draw.pick(_draw.draw(seed, "order.service", n), _running(s for _, s in SERVICES))
    channel_names = [name for name, _ in CHANNELS]
    wishes = [wish for wish, _ in SERVICES]
    placed = np.datetime_as_string(instant[order].astype("datetime64[s]"), unit="s").tolist()
    lat, lon = table.lat.tolist(), table.lon.tolist()
    state, code = table.state, table.zip
    heads: list[Document] = []
    for number, (at, row, who, channel, service) in enumerate(
        zip(
            placed,
            place[order].tolist(),
            customer[order].tolist(),
            channels[order].tolist(),
            services[order].tolist(),
            strict=True,
        )
    ):
        wish = wishes[service]
        heads.append(
            {
                "id": str(number),
                "channel": channel_names[channel],
                "market": None,
                "placed_at": at + "Z",
                "currency": "USD",
                "service": list(wish) if isinstance(wish, list) else wish,
                "customer": {"id": f"c{who}"},
                "ship_to": {
                    "country": "US",
                    "region": state[row],
                    "postal_code": code[row],
                    "lat": lat[row],
                    "lon": lon[row],
                },
            }
        )
    return heads


def _line_objects(
    goods: _Goods,
    owner: npt.NDArray[np.int64],
    item: npt.NDArray[np.int64],
    quantity: npt.NDArray[np.int64],
    n: int,
) -> list[list[Document]]:
    lines: list[list[Document]] = [[] for _ in range(n)]
    sku, price = goods
    for row, k, units in zip(owner.tolist(), item.tolist(), quantity.tolist(), strict=True):
        own = lines[row]
        own.append(
            {
                "id": str(len(own) + 1),
                "sku": sku[k],
                "quantity": units,
                "unit_price": price[k],
            }
        )
    return lines


def returns(orders: Sequence[Mapping[str, Any]], *, seed: int) -> list[Document]:
    """Returns of `orders`, as steps `request_return` of a story, sorted by time, then order.

    Each unit comes back with probability 17.6 %, on its own; the units of one order come back in
    one return, asked for 5 to 35 days after the order was placed. `orders` are `order/1` objects
    with `placed_at` in UTC to the second, as `generate` makes them. The same arguments give the
    same returns on every platform.

    Raises InvalidInput if an order has no such `placed_at`.
    """
    units = [int(line["quantity"]) for order in orders for line in order["lines"]]
    quantity = np.array(units, dtype=np.int64)
    line_of_unit = np.repeat(np.arange(len(quantity)), quantity)
    back = _draw.chance(_draw.draw(seed, "return", len(line_of_unit)), RETURNED_PER_MILLE)
    returned = np.bincount(line_of_unit[back], minlength=len(quantity)).tolist()
    wait = _draw.below(_draw.draw(seed, "return.wait", len(orders)), 30 * 86_400)
    why = _draw.pick(
        _draw.draw(seed, "return.reason", len(orders)), _running(s for _, s in RETURN_REASONS)
    )
    steps: list[tuple[str, int, Document]] = []
    position = 0
    for number, order in enumerate(orders):
        lines: dict[str, int] = {}
        for line in order["lines"]:
            if returned[position]:
                lines[line["id"]] = returned[position]
            position += 1
        if not lines:
            continue
        text = order.get("placed_at") or ""
        if not text.endswith("Z"):
            raise bad_argument(
                "placed_at", f"of order {order['id']!r} is {text!r}, not an instant in UTC"
            )
        at = np.datetime64(text[:-1], "s") + 5 * 86_400 + int(wait[number])
        steps.append(
            (
                f"{at}Z",
                number,
                {
                    "at": f"{at}Z",
                    "do": "request_return",
                    "order": order["id"],
                    "return": f"{order['id']}-R1",
                    "lines": lines,
                    "reason": RETURN_REASONS[int(why[number])][0],
                },
            )
        )
    steps.sort(key=lambda step: step[:2])
    return [step for _, _, step in steps]


def value(order: Mapping[str, Any]) -> Decimal:
    """What the goods of an order cost: the sum of quantity × `unit_price` over its lines."""
    return sum(
        (Decimal(line["unit_price"]) * int(line["quantity"]) for line in order["lines"]), Decimal(0)
    )
