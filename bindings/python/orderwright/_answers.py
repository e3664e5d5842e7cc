"""Asks the functions of a rule and checks what they answer. Imported with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._errors import Error
from ._facts import Facts, Network
from ._rules import _KINDS, BY_LOCATION, Refusal, _dtype_of, _Rule, number_of

if TYPE_CHECKING:
    from ._core import RuleFacts

Array = npt.NDArray[Any]
_INT64 = np.iinfo(np.int64)


class Asked:
    """A rule with a function: (facts, mask) to (holds, values), a byte and an int64 a row.

    Only rows that count are checked: those of the mask where the rule speaks. Where none does, the
    value is not asked for.
    """

    def __init__(self, rule: _Rule, network: Network) -> None:
        self._rule = rule
        self._network = network
        self._dtype = _dtype_of(rule)
        by_location = rule.fields.get("what") in BY_LOCATION
        self._one = rule.kind in ("set", "limit", "hold", "outcome", "policy") and not by_location
        self._by_service = bool(rule.fields.get("by_service", False))

    def __call__(self, raw: RuleFacts, mask: bytes) -> tuple[bytes, bytes]:
        rule = self._rule
        rows = len(mask)
        facts = Facts(raw, self._network, rule.kind, self._by_service, rows)
        holds = np.full(rows, rule.kind == "eligible", np.uint8)
        values = np.full(rows, _KINDS[rule.kind].neutral, np.int64)
        speaks = np.frombuffer(mask, np.bool_)
        if rule.when is not True:
            speaks = speaks & self._bools("when", self._value("when", rule.when, facts), rows)
        if speaks.any():
            if rule.kind in ("hold", "outcome", "policy"):
                holds[speaks] = 1
            elif rule.kind == "eligible":
                answer = self._bools(rule.by, self._value(rule.by, rule.value, facts), rows)
                holds[speaks] = answer[speaks]
            else:
                answer = self._value(rule.by, rule.value, facts)
                if not (self._one and answer is None):
                    values[speaks] = self._numbers(answer, rows, speaks)[speaks]
                    holds[speaks] = 1
        return holds.tobytes(), values.tobytes()

    def _value(self, field: str, value: Any, facts: Facts) -> Any:
        if not callable(value):
            return value
        try:
            return value(facts)
        except Error as error:
            raise Refusal(f"{field}: {error}") from error
        except Exception as error:
            raise Refusal(f"{field} raised {type(error).__name__}: {error}") from error

    def _array(self, field: str, answer: Any, rows: int, dtype: Any = None) -> Array:
        """The answer as one value a row."""
        try:
            array = np.asarray(answer, dtype=dtype)
        except Exception as error:
            raise Refusal(f"{field} gives {_shown(answer)}, which is no array: {error}") from error
        if array.ndim == 0 or array.shape == (rows,):
            return np.broadcast_to(array, (rows,))
        if self._one:
            raise Refusal(
                f"{field} gives an array of shape {array.shape}; a rule of kind '{self._rule.kind}' is "
                "about the order and gives one value (use .any(), .all(), .sum())"
            )
        raise Refusal(
            f"{field} gives an array of shape {array.shape}; it must be one value, or one for each of "
            f"{rows} rows"
        )

    def _bools(self, field: str, answer: Any, rows: int) -> Array:
        array = self._array(field, answer, rows)
        if array.dtype != np.bool_:
            raise Refusal(f"{field} gives {_kind_of(array, answer)}; it must be bool")
        return array

    def _numbers(self, answer: Any, rows: int, speaks: Array) -> Array:
        field, dtype = self._rule.by, self._dtype
        if dtype == "bool":
            return self._bools(field, answer, rows).astype(np.int64)
        if dtype == "key":
            return self._keys(answer, rows, speaks)
        named = dtype in ("service", "remainder", "substitution")
        if named or (dtype == "capture" and isinstance(answer, str)):
            try:
                text = answer.item() if isinstance(answer, (np.str_, np.ndarray)) else answer
                number = number_of(self._rule, text, dtype, self._network.world)
            except Refusal as error:
                raise Refusal(f"{field} {error}") from None
            return np.full(rows, number, np.int64)
        array = self._array(field, answer, rows)
        if array.dtype.kind == "f" and np.isnan(array[speaks]).any():
            at = int(np.flatnonzero(speaks & np.isnan(array))[0])
            raise Refusal(f"{field} gives NaN{self._row(at)}; it must be {self._wanted()}")
        if array.dtype.kind not in "iu":
            raise Refusal(f"{field} gives {_kind_of(array, answer)}; it must be {self._wanted()}")
        if array.dtype == np.uint64 and (array[speaks] > np.uint64(_INT64.max)).any():
            raise Refusal(f"{field} gives a number beyond {_INT64.max}")
        numbers = array.astype(np.int64)
        if self._rule.kind != "price" and dtype != "priority" and (numbers[speaks] < 0).any():
            at = int(np.flatnonzero(speaks & (numbers < 0))[0])
            raise Refusal(f"{field} gives {numbers[at]}{self._row(at)}; it must be 0 or more")
        return numbers

    def _keys(self, answer: Any, rows: int, speaks: Array) -> Array:
        array = self._array(self._rule.by, answer, rows, dtype=object)
        numbers = np.full(rows, -1, np.int64)
        for at in np.flatnonzero(speaks):
            text = array[at]
            if text is not None and not isinstance(text, str):
                raise Refusal(
                    f"{self._rule.by} gives {_shown(text)}{self._row(int(at))}; it must be text or None"
                )
            numbers[at] = number_of(self._rule, text, "key", self._network.world)
        return numbers

    def _wanted(self) -> str:
        if self._dtype == "cost":
            return 'integer millionths, as ow.cost("5.00") gives them'
        return "an integer" if self._one else "integers"

    def _row(self, at: int) -> str:
        return "" if self._one else f" in row {at}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _kind_of(array: Array, answer: Any) -> str:
    return f"{array.dtype}" if isinstance(answer, np.ndarray) else _shown(answer)
