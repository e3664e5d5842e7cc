"""A pool against an obvious model, by Hypothesis: whatever it is told, in whatever order."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

import orderwright as ow

START = datetime(2026, 11, 27, tzinfo=timezone.utc)
SKUS = ["A", "B", "C"]
PLACES = ["X", "Y"]
Cell = tuple[str, str]

cells = st.dictionaries(
    st.tuples(st.sampled_from(SKUS), st.sampled_from(PLACES)), st.integers(1, 4), min_size=1, max_size=3
)
keys = st.one_of(st.just(""), st.uuids().map(str))


@dataclass
class Held:
    """A reservation: what it still holds, and until when."""

    left: dict[Cell, int]
    expires: datetime | None
    has_key: bool
    shipped: dict[Cell, int] = field(default_factory=dict)


def tuples(units: dict[Cell, int]) -> list[tuple[str, str, int]]:
    return [(sku, place, n) for (sku, place), n in units.items()]


class PoolMachine(RuleBasedStateMachine):
    """The model keeps units on hand and reservations; everything else is added up."""

    reservations: Bundle[int] = Bundle("reservations")
    transfers: Bundle[str] = Bundle("transfers")

    @initialize(stock=st.lists(st.integers(0, 12), min_size=6, max_size=6))
    def open(self, stock: list[int]) -> None:
        pairs = [(sku, place) for sku in SKUS for place in PLACES]
        document: dict[str, Any] = {
            "format": "orderwright.world/1",
            "currency": "USD",
            "locations": [{"id": place, "lat": 0.0, "lon": 0.0} for place in PLACES],
            "items": [{"sku": sku} for sku in SKUS],
            "stock": [
                {"sku": sku, "location": place, "on_hand": units}
                for (sku, place), units in zip(pairs, stock, strict=True)
            ],
        }
        world, opening = ow.load_world(document)
        self.pool = ow.InventoryPool(world=world, stock=opening)
        self.source = self.pool.add_source(name="counts")
        self.on_hand = dict(zip(pairs, stock, strict=True))
        self.held: dict[int, Held] = {}
        self.transit: dict[str, tuple[Cell, int]] = {}
        self.now = START
        self.position = 0
        self.sequence = 0

    # What the model says.

    def reserved(self, cell: Cell) -> int:
        return sum(
            held.left.get(cell, 0)
            for held in self.held.values()
            if held.expires is None or held.expires > self.now
        )

    def available(self, cell: Cell) -> int:
        return max(0, self.on_hand[cell] - self.reserved(cell))

    def state(self, reservation: int) -> type[ow.Error] | None:
        """How a command on it is refused."""
        held = self.held.get(reservation)
        if held is None:
            return ow.NotFound
        if not held.left:
            return ow.NotAllowed
        if held.expires is not None and held.expires <= self.now:
            return ow.Expired
        return None

    def refuses(self, reservation: int, command: Any) -> bool:
        """Runs a command that must be refused; False if it need not be."""
        expected = self.state(reservation)
        if expected is None:
            return False
        try:
            command()
        except ow.Error as error:
            assert type(error) is expected
            return True
        raise AssertionError(f"{expected.__name__} was expected")

    def close(self, reservation: int) -> None:
        held = self.held[reservation]
        if not held.left and not held.has_key:
            del self.held[reservation]

    # What happens.

    @rule(minutes=st.integers(0, 15))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(target=reservations, wanted=cells, key=keys, hold=st.one_of(st.none(), st.integers(1, 30)))
    def reserve(self, wanted: dict[Cell, int], key: str, hold: int | None) -> Any:
        expires = None if hold is None else self.now + timedelta(minutes=hold)
        outcome = self.pool.reserve(tuples(wanted), key=key, expires_at=expires, now=self.now)
        short = {cell for cell, units in wanted.items() if units > self.available(cell)}
        assert {(s.sku, s.location) for s in outcome.shortages} == short
        assert (outcome.reservation is None) == bool(short)
        if outcome.reservation is None:
            return multiple()
        if key:
            again = self.pool.reserve(tuples(wanted), key=key, expires_at=expires, now=self.now)
            assert again.repeated and again.reservation == outcome.reservation
        self.held[outcome.reservation] = Held(dict(wanted), expires, bool(key))
        return outcome.reservation

    @rule(reservation=reservations, ships=st.booleans(), share=st.integers(1, 4), key=keys)
    def resolve(self, reservation: int, ships: bool, share: int, key: str) -> None:
        command = self.pool.commit if ships else self.pool.release
        if self.refuses(reservation, lambda: command(reservation, now=self.now)):
            return
        held = self.held[reservation]
        part = {cell: min(units, share) for cell, units in held.left.items()}
        for repeated in (False, True) if key else (False,):
            changes = command(reservation, tuples(part), key=key, now=self.now)
            assert (changes == []) == repeated
        for cell, units in part.items():
            held.left[cell] -= units
            if ships:
                self.on_hand[cell] -= units
        held.left = {cell: units for cell, units in held.left.items() if units}
        held.has_key = held.has_key or bool(key)
        self.close(reservation)

    @rule(reservation=reservations, all_of_it=st.booleans())
    def confirm(self, reservation: int, all_of_it: bool) -> None:
        if self.refuses(reservation, lambda: self.pool.confirm(reservation, now=self.now)):
            return
        held = self.held[reservation]
        if held.expires is None:
            try:
                self.pool.confirm(reservation, now=self.now)
            except ow.NotAllowed:
                return
            raise AssertionError("an allocation was confirmed")
        part = held.left if all_of_it else dict([next(iter(held.left.items()))])
        outcome = self.pool.confirm(reservation, tuples(part), now=self.now)
        assert outcome.reservation == reservation
        held.left, held.expires = dict(part), None

    @rule(reservation=reservations, minutes=st.integers(1, 60))
    def extend(self, reservation: int, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        if self.refuses(reservation, lambda: self.pool.extend(reservation, until, now=self.now)):
            return
        held = self.held[reservation]
        if held.expires is None:
            return
        self.pool.extend(reservation, until, now=self.now)
        held.expires = until

    @rule(reservation=reservations, take=cells)
    def move(self, reservation: int, take: dict[Cell, int]) -> None:
        if self.refuses(
            reservation, lambda: self.pool.amend(reservation, take=tuples(take), now=self.now)
        ):
            return
        held = self.held[reservation]
        back = dict([next(iter(held.left.items()))])
        outcome = self.pool.amend(
            reservation, give_back=tuples(back), take=tuples(take), now=self.now
        )
        own = {cell: back.get(cell, 0) for cell in take}
        fits = all(
            units <= max(0, self.on_hand[cell] - self.reserved(cell) + own[cell])
            for cell, units in take.items()
        )
        assert (outcome.reservation is not None) == fits
        if fits:
            for cell, units in back.items():
                held.left[cell] -= units
            for cell, units in take.items():
                held.left[cell] = held.left.get(cell, 0) + units
            held.left = {cell: units for cell, units in held.left.items() if units}

    @rule(reservation=consumes(reservations))
    def forget(self, reservation: int) -> None:
        state = self.state(reservation)
        try:
            self.pool.forget(reservation)
        except ow.NotFound:
            assert state is ow.NotFound
        except ow.NotAllowed:
            # It holds units still, or ran out at an instant that the pool has not seen.
            assert state in (None, ow.Expired)
        else:
            assert state in (ow.NotAllowed, ow.Expired)
            del self.held[reservation]

    @rule(cell=st.tuples(st.sampled_from(SKUS), st.sampled_from(PLACES)), units=st.integers(0, 12))
    def count(self, cell: Cell, units: int) -> None:
        self.position += 1
        entry = ow.StockCount(*cell, units, self.position, self.now, as_of=self.pool.sequence)
        outcome = self.pool.apply_counts(self.source, [entry, entry], now=self.now)
        assert outcome.results == [ow.FeedResult.APPLIED, ow.FeedResult.REPEATED]
        self.on_hand[cell] = units
        free = units - self.reserved(cell)
        assert [o.units for o in outcome.oversold] == ([-free] if free < 0 else [])
        if free < 0:
            concerned = {
                number
                for number, held in self.held.items()
                if cell in held.left and (held.expires is None or held.expires > self.now)
            }
            # Some may have run out that the pool has not seen the end of.
            assert concerned <= set(outcome.oversold[0].reservations)

    @rule(target=transfers, sku=st.sampled_from(SKUS), units=st.integers(1, 5), back=st.booleans())
    def dispatch(self, sku: str, units: int, back: bool) -> Any:
        origin, place = ("Y", "X") if back else ("X", "Y")
        name = f"transfer {len(self.transit)}"
        self.transit[name] = ((sku, place), 0)
        try:
            self.pool.dispatch(name, sku, origin, place, units, self.now, now=self.now)
        except ow.NotAllowed:
            assert units > self.on_hand[(sku, origin)]
            return multiple()
        self.on_hand[(sku, origin)] -= units
        self.transit[name] = ((sku, place), units)
        return name

    @rule(name=transfers, units=st.integers(1, 5), lost=st.booleans())
    def arrive(self, name: str, units: int, lost: bool) -> None:
        cell, moving = self.transit[name]
        command = self.pool.lose if lost else self.pool.receive
        try:
            command(name, units, now=self.now)
        except ow.NotFound:
            assert moving == 0
        except ow.InvalidInput:
            assert units > moving > 0
        else:
            self.transit[name] = (cell, moving - units)
            if not lost:
                self.on_hand[cell] += units

    @rule()
    def sweep(self) -> None:
        self.pool.expire(self.now)
        for number, held in list(self.held.items()):
            if not held.has_key and held.expires is not None and held.expires <= self.now:
                del self.held[number]

    # What must be true at every moment.

    @invariant()
    def it_adds_up(self) -> None:
        if not hasattr(self, "pool"):
            return
        self.pool.audit()
        assert self.pool.sequence >= self.sequence
        self.sequence = self.pool.sequence
        for sku in SKUS:
            total = sum(self.available((sku, place)) for place in PLACES)
            assert self.pool.available(sku, now=self.now) == total
            for place in PLACES:
                assert self.pool.figures(sku, place).on_hand == self.on_hand[(sku, place)]
            moving = sum(units for (of, _), units in self.transit.values() if of == sku)
            assert sum(i.quantity for i in self.pool.incoming(sku)) == moving


SOAKS = "ORDERWRIGHT_SOAK" in os.environ
TestPool = PoolMachine.TestCase
TestPool.settings = settings(
    max_examples=3_000 if SOAKS else 40,
    stateful_step_count=60 if SOAKS else 30,
    deadline=None,
    derandomize=not SOAKS,
    suppress_health_check=list(HealthCheck),
)
