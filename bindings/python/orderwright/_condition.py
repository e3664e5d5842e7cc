"""Condition: where an expression of rules holds, for an order. Imported when it is first used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ._core import Order, RawCondition, World
from ._errors import bad_argument

__all__ = ["Condition"]


class Condition:
    """Which locations does this hold for, for this order?

        near = ow.Condition("location.kind == 'store' && candidate.distance_km < 80.0", world)
        near(order)  # a bool for each location of the world, as a NumPy array

    The expression is what the `when` of a `prefer` rule may be: it reads the order, the customer, the
    location, `candidate.distance_km` and `now`. It is checked when it is made and computed as routing
    would, all locations at once. It does not say whether a location would be used: stock, other rules
    and costs are not looked at.

    Args:
        text: The expression, of type bool.
        world: The network that it is asked about.

    Raises:
        InvalidInput: The expression is wrong; `issues` has every mistake with line and column.
    """

    __slots__ = ("_raw",)

    def __init__(self, text: str, world: World) -> None:
        if not isinstance(text, str):
            raise bad_argument("text", f"is a {type(text).__name__}; it must be an expression")
        if not text.strip():
            raise bad_argument("text", "is empty; it must be an expression")
        if not isinstance(world, World):
            raise bad_argument("world", f"is a {type(world).__name__}; it must be a World")
        self._raw = RawCondition(text, world)

    def __call__(
        self,
        order: Order,
        locations: Sequence[str] | None = None,
        *,
        now: datetime | str | None = None,
    ) -> npt.NDArray[np.bool_]:
        """Where it holds.

        Args:
            order: An order of the same world. One that goes to several places is measured from the first
                of them.
            locations: Ids; None: all of `world.locations`.
            now: The instant that `now` is; None: when the order was placed.

        Returns:
            A bool for each location, in their order; read only.

        Raises:
            InvalidInput: The order is of another world; or the expression has no answer for a location
                (a key that is not there, an overflow), which is named.
            NotFound: There is no such location.
        """
        if isinstance(locations, str):
            raise bad_argument("locations", "is a str; it must be a list of ids")
        return np.frombuffer(self._raw.ask(order, locations, now), np.bool_)

    @property
    def text(self) -> str:
        """The expression."""
        return self._raw.text

    @property
    def world(self) -> World:
        """The network that it is asked about."""
        return self._raw.world

    def __repr__(self) -> str:
        return f"<Condition {self.text!r}>"
