"""Facts: what a rule may look at, as columns. Imported when the first rule with a callable is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from . import _core
from ._core import Customer, Item, Location, Order, OrderLine, RuleFacts, World
from ._errors import InvalidInput

__all__ = ["Facts"]

Texts = npt.NDArray[np.str_]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]
Column = npt.NDArray[Any]
Attribute = bool | int | float | str

T = TypeVar("T")
_INT64_MIN = np.iinfo(np.int64).min
"""A number that is not there: also that of NaT."""


class PlanFacts:
    """What was planned. For rules of kind hold, outcome and policy."""

    def __init__(self, raw: RuleFacts, planned: tuple[int, int, int, int, int, bool]) -> None:
        self._raw = raw
        self.cost, self.shipments, self.units, self.short_units, self.late_days, proved = planned
        self.proof = "optimal" if proved else "feasible"

    cost: int
    """Millionths of the world's currency, penalties included; compare with ow.cost("…")."""
    shipments: int
    units: int
    """Sourced."""
    short_units: int
    late_days: int
    """Of the latest shipment; 0: all are in time."""
    proof: str
    """`optimal` or `feasible`."""

    @property
    def margin(self) -> int:
        """Millionths: what the sourced goods bring (unit_price of the line, else unit_value of the
        item) less the item's unit_cost, less the plan's cost without its shortfall penalty."""
        return self._raw.plan_margin or 0

    @property
    def margin_spread(self) -> int:
        """Millionths: the largest less the smallest margin of its shipments; 0 for less than two."""
        return self._raw.plan_margin_spread or 0

    @property
    def gap_to_next(self) -> int | None:
        """Millionths that the next best plan costs more, which does without some location of this
        one; None: there is none. Computed when it is read: a solve a location of the plan."""
        return self._raw.plan_gap_to_next


class Network:
    """The columns of a world: made when a rule first reads them, and kept as long as the router."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._locations: list[Location] | None = None
        self._columns: dict[object, Column] = {}
        self.services: Texts = np.array(world.services, dtype=np.str_)

    def of_locations(self, key: object, read: Callable[[Location], object], dtype: Any) -> Column:
        """`read` of every location. `key` names the column."""
        column = self._columns.get(key)
        if column is None:
            if self._locations is None:
                self._locations = self.world.locations
            column = np.array([read(location) for location in self._locations], dtype=dtype)
            self._columns[key] = column
        return column


def frozen(column: Column) -> Column:
    """The column, read only."""
    column.flags.writeable = False
    return column


def micros(amount: Any) -> int:
    """A Decimal or None as millionths."""
    return 0 if amount is None else _core.parse_cost(f"{amount:f}")


def attribute_dtype(default: Attribute) -> Any:
    """The type of a column of attributes is that of the default."""
    if isinstance(default, bool):
        return np.bool_
    if isinstance(default, int):
        return np.int64
    return np.float64 if isinstance(default, float) else np.str_


def attribute_of(attributes: dict[str, Any], name: str, default: Attribute) -> Attribute:
    value: Attribute = attributes.get(name, default)
    same = isinstance(value, bool) == isinstance(default, bool) and isinstance(
        value, (int, float) if isinstance(default, float) else type(default)
    )
    if not same:
        raise InvalidInput(
            f"attribute {name!r} is {value!r}, which is no {type(default).__name__} as its default is"
        )
    return value


class Rows:
    """One entry a row, read only: a column over something else, gathered by an index if it has one."""

    __slots__ = ("_at", "_made")

    def __init__(self, at: Column | None) -> None:
        self._at = at
        self._made: dict[object, Column] = {}

    def _gathered(self, key: object, make: Callable[[], Column]) -> Column:
        column = self._made.get(key)
        if column is None:
            whole = make()
            column = frozen(whole if self._at is None else whole[self._at])
            self._made[key] = column
        return column


class LocationFacts(Rows):
    """The location of each row. Texts that are not given are empty."""

    __slots__ = ("_network",)

    def __init__(self, network: Network, at: Column) -> None:
        super().__init__(at)
        self._network = network

    def _column(self, key: object, read: Callable[[Location], object], dtype: Any) -> Column:
        return self._gathered(key, lambda: self._network.of_locations(key, read, dtype))

    @property
    def id(self) -> Texts:
        """Text ids."""
        return self._column("id", lambda x: x.id, np.str_)

    @property
    def kind(self) -> Texts:
        """`warehouse`, `store`, `third_party`, `dropship` or `virtual`."""
        return self._column("kind", lambda x: x.kind.name.lower(), np.str_)

    @property
    def name(self) -> Texts:
        """Names for people."""
        return self._column("name", lambda x: x.name, np.str_)

    @property
    def country(self) -> Texts:
        """ISO 3166-1 alpha-2."""
        return self._column("country", lambda x: x.country or "", np.str_)

    @property
    def region(self) -> Texts:
        """States or provinces."""
        return self._column("region", lambda x: x.region or "", np.str_)

    @property
    def postal_code(self) -> Texts:
        """Postal codes."""
        return self._column("postal_code", lambda x: x.postal_code or "", np.str_)

    @property
    def time_zone(self) -> Texts:
        """IANA time zones."""
        return self._column("time_zone", lambda x: x.time_zone, np.str_)

    @property
    def lat(self) -> Floats:
        """Degrees; NaN: not known."""
        return self._column("lat", lambda x: x.position[0] if x.position else np.nan, np.float64)

    @property
    def lon(self) -> Floats:
        """Degrees; NaN: not known."""
        return self._column("lon", lambda x: x.position[1] if x.position else np.nan, np.float64)

    @property
    def rank(self) -> Ints:
        """Place in the order of (rank, id) among all locations, from 0."""
        return self._column("rank", lambda x: x.rank, np.int64)

    @property
    def handling_days(self) -> Ints:
        """Working days before a shipment leaves."""
        return self._column("handling_days", lambda x: x.handling_days, np.int64)

    @property
    def accepts_returns(self) -> Bools:
        """Whether customers may send things back here."""
        return self._column("accepts_returns", lambda x: x.accepts_returns, np.bool_)

    @property
    def cost_per_shipment(self) -> Ints:
        """Millionths of the world's currency."""
        return self._column("cost_per_shipment", lambda x: micros(x.cost_per_shipment), np.int64)

    @property
    def cost_per_unit(self) -> Ints:
        """Millionths of the world's currency."""
        return self._column("cost_per_unit", lambda x: micros(x.cost_per_unit), np.int64)

    def has_tag(self, tag: str) -> Bools:
        """Whether the location has the tag."""
        return self._column(("tag", tag), lambda x: tag in x.tags, np.bool_)

    def has_capability(self, capability: str) -> Bools:
        """Whether the location has the capability."""
        return self._column(
            ("capability", capability), lambda x: capability in x.capabilities, np.bool_
        )

    def attribute(self, name: str, default: Attribute) -> Column:
        """The host's attribute of this name; all have the type of `default`, which stands where it is
        not given."""
        return self._column(
            ("attribute", name, type(default), default),
            lambda x: attribute_of(x.attributes, name, default),
            attribute_dtype(default),
        )


class _ByLine(Rows):
    """Columns over the lines of an order."""

    __slots__ = ("_lines",)

    def __init__(self, lines: Sequence[Any], at: Column | None) -> None:
        super().__init__(at)
        self._lines = lines

    def _column(self, key: object, read: Callable[[Any], object], dtype: Any) -> Column:
        return self._gathered(key, lambda: np.array([read(x) for x in self._lines], dtype=dtype))


class LineFacts(_ByLine):
    """The order's line of each row."""

    __slots__ = ()

    @property
    def id(self) -> Texts:
        """Unique within the order."""
        return self._column("id", lambda x: x.id, np.str_)

    @property
    def position(self) -> Ints:
        """Place in the order, from 0."""
        return self._column("position", lambda x: x.position, np.int64)

    @property
    def sku(self) -> Texts:
        """What is ordered."""
        return self._column("sku", lambda x: x.sku, np.str_)

    @property
    def quantity(self) -> Ints:
        """Units still to be sourced: ordered less shipped and cancelled."""
        return self._column("quantity", lambda x: x.open_quantity, np.int64)

    @property
    def unit_price(self) -> Ints:
        """Millionths of the order's currency; 0 if not given."""
        return self._column("unit_price", lambda x: micros(x.unit_price), np.int64)

    @property
    def discount(self) -> Ints:
        """Of the whole line, in millionths of the order's currency."""
        return self._column("discount", lambda x: micros(x.discount), np.int64)

    @property
    def tax(self) -> Ints:
        """Of the whole line, in millionths of the order's currency."""
        return self._column("tax", lambda x: micros(x.tax), np.int64)

    @property
    def no_split(self) -> Bools:
        """Whether all units come from one location."""
        return self._column("no_split", lambda x: x.no_split, np.bool_)

    def attribute(self, name: str, default: Attribute) -> Column:
        """As of locations."""
        return self._column(
            ("attribute", name, type(default), default),
            lambda x: attribute_of(x.attributes, name, default),
            attribute_dtype(default),
        )


class ItemFacts(_ByLine):
    """The item of each row: what would ship, which may be a substitute for what was ordered."""

    __slots__ = ("_now",)

    def __init__(self, items: Sequence[Any], at: Column | None, now: datetime | None) -> None:
        super().__init__(items, at)
        self._now = now

    @property
    def sku(self) -> Texts:
        """Text ids."""
        return self._column("sku", lambda x: x.sku, np.str_)

    @property
    def weight_g(self) -> Ints:
        """Grams of one unit."""
        return self._column("weight_g", lambda x: x.weight_g, np.int64)

    @property
    def unit_value(self) -> Ints:
        """Value of one unit in millionths of its currency; 0 if not given."""
        return self._column("unit_value", lambda x: micros(x.unit_value), np.int64)

    @property
    def unit_cost(self) -> Ints:
        """What one unit cost the merchant, in millionths of its currency; 0 if not given."""
        return self._column("unit_cost", lambda x: micros(x.unit_cost), np.int64)

    @property
    def preorder(self) -> Bools:
        """Whether it is before the item's release: it is sold as a pre-order."""
        now = self._now
        return self._column(
            "preorder",
            lambda x: now is not None and x.release is not None and now < x.release,
            np.bool_,
        )

    @property
    def pack_size(self) -> Ints:
        """Units of one pack, from 1."""
        return self._column("pack_size", lambda x: x.pack_size, np.int64)

    @property
    def origin(self) -> Texts:
        """Countries of origin; empty if not given."""
        return self._column("origin", lambda x: x.origin or "", np.str_)

    @property
    def requires_shipping(self) -> Bools:
        """False for what has no parcel."""
        return self._column("requires_shipping", lambda x: x.requires_shipping, np.bool_)

    @property
    def gift_card(self) -> Bools:
        """Whether it is a gift card."""
        return self._column("gift_card", lambda x: x.gift_card, np.bool_)

    def has_tag(self, tag: str) -> Bools:
        """Whether the item has the tag."""
        return self._column(("tag", tag), lambda x: tag in x.tags, np.bool_)

    def attribute(self, name: str, default: Attribute) -> Column:
        """As of locations."""
        return self._column(
            ("attribute", name, type(default), default),
            lambda x: attribute_of(x.attributes, name, default),
            attribute_dtype(default),
        )


class CandidateFacts(Rows):
    """The way to ship of each row: a location of this order and, by service, a service of it."""

    __slots__ = ("_facts", "_options")

    def __init__(self, facts: Facts, at: Column | None, options: bool) -> None:
        super().__init__(at)
        self._facts = facts
        self._options = options

    @property
    def distance_km(self) -> Floats:
        """Great-circle distance to the destination; NaN: not known."""

        def make() -> Column:
            km = np.frombuffer(self._facts._raw.candidate_distance_km, np.float64)
            return np.where(km < 0, np.nan, km)

        return self._gathered("distance_km", make)

    @property
    def available(self) -> Ints:
        """Units of the line's item there, before protect rules; 2,147,483,647 without a limit."""
        return self._pair("available", "stock is of a line and a location")

    def _pair(self, name: str, why: str) -> Column:
        pairs = self._facts._pairs
        if pairs is None:
            raise self._facts._refused(f"candidate.{name}", why)
        made = self._made.get(name)
        if made is None:
            numbers = np.frombuffer(getattr(self._facts._raw, f"pair_{name}"), np.int64)
            made = self._made[name] = frozen(numbers[pairs])
        return made

    @property
    def on_hand(self) -> Ints:
        """Units of the line's item there, reserved ones too; 0 where nobody counts them."""
        return self._pair("on_hand", "stock is of a line and a location")

    @property
    def cost(self) -> Floats:
        """Millionths of shipping all units of the line from there, alone and by the cheapest service
        that the order allows, without what rules add; NaN: none ships it."""
        micros = self._pair("cost", "it is of a line and a location")
        return np.where(micros == _INT64_MIN, np.nan, micros)

    def _load(self, name: str) -> Floats:
        def make() -> Column:
            load = np.frombuffer(getattr(self._facts._raw, f"candidate_{name}"), np.int64)
            if load.size == 0:
                return np.full(len(self._facts._raw.candidate_location) // 4, np.nan)
            return load.astype(np.float64)

        return self._gathered(name, make)

    @property
    def load_units(self) -> Floats:
        """Units that the location has to do today, or has done; NaN: neither `now` nor placed_at is
        known, or stock is a snapshot."""
        return self._load("load_units")

    @property
    def load_shipments(self) -> Floats:
        """The same in shipments."""
        return self._load("load_shipments")

    @property
    def rejected_at(self) -> Times:
        """When the location last sent the order back, in UTC; NaT: it has not."""

        def make() -> Column:
            last = np.frombuffer(self._facts._raw.candidate_rejected_at, np.int64)
            return last.view("datetime64[ms]")

        return self._gathered("rejected_at", make)

    def _option(self, name: str, dtype: Any) -> Column:
        if not self._options:
            why = "only eligible rules with by_service=True are asked for each service"
            raise self._facts._refused(f"candidate.{name}", why)
        made = self._made.get(name)
        if made is None:
            made = np.frombuffer(getattr(self._facts._raw, f"option_{name}"), dtype)
            self._made[name] = made
        return made

    @property
    def service(self) -> Texts:
        """Names of services."""
        at = self._option("service", np.uint32)
        made = self._made.get("service_name")
        if made is None:
            made = self._made["service_name"] = frozen(self._facts._network.services[at])
        return made

    @property
    def carrier(self) -> Texts:
        """Carriers of the services; `any`: none in particular."""
        if not self._options:
            self._option("service", np.uint32)
        return frozen(np.array(self._facts._raw.option_carrier, dtype=np.str_))

    @property
    def zone(self) -> npt.NDArray[np.uint32]:
        """Zones of the services, from 0."""
        return self._option("zone", np.uint32)

    @property
    def transit_days(self) -> npt.NDArray[np.int32]:
        """Days of transit of the zone."""
        return self._option("transit_days", np.int32)

    @property
    def late_days(self) -> Ints:
        """Days after what the order asks for; 0: in time."""
        return self._option("late_days", np.int64)

    @property
    def deliver_by(self) -> Times:
        """When a shipment would arrive at the latest, in UTC; NaT if neither `now` nor placed_at is
        known."""
        made = self._option("deliver_by", np.int64)
        if made.size == 0:
            return frozen(np.full(len(self._option("zone", np.uint32)), "NaT", "datetime64[ms]"))
        return made.view("datetime64[ms]")


class Facts:
    """What a rule may look at: one order, and one entry a row of what the rule is asked about.

    Rows are (line, location) pairs for eligible, protect and price; pairs with a service for eligible
    by_service; locations for prefer; lines for group. The other kinds have one row: for them `line` and
    `item` have an entry a line, `location` and `candidate` one a location that holds something.

    Arrays are read only and own their numbers, so what is kept stays as it was; but nothing new can be
    read once the call of the rule is over (NotAllowed).
    """

    __slots__ = (
        "_candidate", "_candidates", "_item", "_kind", "_line", "_lines", "_location", "_network",
        "_options", "_pairs", "_raw", "_rows",
    )  # fmt: skip

    def __init__(
        self, raw: RuleFacts, network: Network, kind: str, by_service: bool, rows: int
    ) -> None:
        self._raw = raw
        self._network = network
        self._kind = kind
        self._options = by_service
        self._line: LineFacts | None = None
        self._item: ItemFacts | None = None
        self._location: LocationFacts | None = None
        self._candidate: CandidateFacts | None = None
        self._rows = rows
        # Places of each row in the columns of pairs, lines and candidates; None: as they stand.
        self._pairs: Column | None = None
        self._lines: Column | None = None
        self._candidates: Column | None = None
        if kind in ("eligible", "protect", "price"):
            lines = np.frombuffer(raw.pair_line, np.uint32)
            candidates = np.frombuffer(raw.pair_candidate, np.uint32)
            if by_service:
                self._pairs = np.frombuffer(raw.option_pair, np.uint32)
                self._lines, self._candidates = lines[self._pairs], candidates[self._pairs]
            else:
                self._pairs = np.arange(rows)
                self._lines, self._candidates = lines, candidates

    @property
    def rows(self) -> int:
        """How many there are: the length of an answer that is not one value for all."""
        return self._rows

    @property
    def order(self) -> Order:
        """The order."""
        return self._raw.order

    @property
    def customer(self) -> Customer:
        """Who placed it; the id is None and the tags empty if that is not known."""
        return self._raw.order.customer

    @property
    def now(self) -> datetime | None:
        """The instant of the decision (UTC): `now` of the call, else when the order was placed."""
        return self._raw.now

    @property
    def plan(self) -> PlanFacts:
        """What was planned."""
        plan = self._raw.plan
        if plan is None:
            why = "there is none yet; only hold and outcome rules see it"
            raise self._refused("plan", why if self._kind != "policy" else "the order has none")
        return PlanFacts(self._raw, plan)

    @property
    def request(self) -> dict[str, Any]:
        """What is asked for, of policy rules: `action`, and what is given of `amount` and
        `price_difference` (millionths of the world's currency), `units`, `reason`, `resolution`,
        `days_since_delivery`."""
        request = self._raw.request
        if request is None:
            raise self._refused("request", "only policy rules are asked about one")
        return request

    @property
    def actor(self) -> dict[str, str]:
        """Who asks, of policy rules: `id` and `role`."""
        actor = self._raw.actor
        if actor is None:
            raise self._refused("actor", "only policy rules are asked about one")
        return actor

    @property
    def released(self) -> bool:
        """Whether some of the order is in the hands of a location already."""
        return self._raw.released

    @property
    def rejections(self) -> list[tuple[str, datetime | None]]:
        """Locations that have sent the order back so far, and when."""
        return self._raw.rejections

    @property
    def line(self) -> LineFacts:
        """The order's line of each row."""
        if self._line is None:
            self._check_lines("line")
            lines: list[OrderLine] = self._raw.lines
            self._line = LineFacts(lines, self._lines)
        return self._line

    @property
    def item(self) -> ItemFacts:
        """The item of each row."""
        if self._item is None:
            self._check_lines("item")
            items: list[Item] = self._raw.items
            if self._pairs is not None:
                at = np.frombuffer(self._raw.pair_item, np.uint32)[self._pairs]
                self._item = ItemFacts(items, at, self.now)
            else:
                self._item = ItemFacts(items[: len(self._raw.lines)], None, self.now)
        return self._item

    @property
    def location(self) -> LocationFacts:
        """The location of each row."""
        if self._location is None:
            self._check_locations("location")
            at = np.frombuffer(self._raw.candidate_location, np.uint32)
            rows = at if self._candidates is None else at[self._candidates]
            self._location = LocationFacts(self._network, rows)
        return self._location

    @property
    def candidate(self) -> CandidateFacts:
        """The way to ship of each row."""
        if self._candidate is None:
            self._check_locations("candidate")
            self._candidate = CandidateFacts(self, self._candidates, self._options)
        return self._candidate

    def _check_lines(self, name: str) -> None:
        if self._kind == "prefer":
            raise self._refused(name, "its answer is for a shipment from a location, of any lines")

    def _check_locations(self, name: str) -> None:
        if self._kind == "group":
            raise self._refused(name, "its answer is for a line, wherever it leaves from")

    def _refused(self, name: str, why: str) -> InvalidInput:
        return InvalidInput(f"a rule of kind '{self._kind}' cannot read {name}: {why}")

    def __repr__(self) -> str:
        return f"<Facts of order {self.order.id} for a rule of kind {self._kind}: {self._rows} rows>"
