"""The Common Expression Language: https://github.com/cel-expr/cel-spec, with its extensions.

    >>> from orderwright import cel
    >>> cel.evaluate("total > 250.0 && 'vip' in tags", {"total": 300.0, "tags": ["vip"]})
    True
    >>> program = cel.compile("order.total * 2.0", {"order": {"total": "double"}})
    >>> program.evaluate({"order": {"total": 4.5}})
    9.0

Values: int is `int`, uint `UInt`, double `float`, string `str`, bytes `bytes`, bool `bool`, null None,
list `list`, map `dict`, timestamp `datetime` in UTC (truncated to microseconds), duration `timedelta`
where that is exact and else `Duration`, type `Type`. An optional is its value, or None.

What an expression may cost is limited: docs/concepts/cel.md says by what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ._core import Program, cel_compile, cel_evaluate
from ._errors import Error, InvalidInput, Issue, OutOfRange

__all__ = [
    "CheckError",
    "Duration",
    "EvalError",
    "ParseError",
    "Program",
    "Type",
    "UInt",
    "compile",
    "evaluate",
]


class UInt(int):
    """A uint of the language: 0 to 2**64 - 1. Arithmetic with it gives plain ints."""

    __slots__ = ()

    def __new__(cls, value: int = 0) -> UInt:
        made = super().__new__(cls, value)
        if not 0 <= made < 1 << 64:
            raise OutOfRange(f"{int(made)} is out of the range of uint")
        return made

    def __repr__(self) -> str:
        return f"UInt({int(self)})"


@dataclass(frozen=True)
class Duration:
    """A duration of the language that a timedelta cannot hold exactly."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if not -(1 << 63) <= self.nanoseconds < 1 << 63:
            raise OutOfRange(f"{self.nanoseconds} ns are out of the range of a duration")

    def total_seconds(self) -> float:
        """The duration in seconds, rounded."""
        return self.nanoseconds / 1_000_000_000


@dataclass(frozen=True)
class Type:
    """A type as a value: what type(x) gives, such as Type("int")."""

    name: str

    def __str__(self) -> str:
        return self.name


class _Placed:
    """The first issue of an error, and where in the expression it is."""

    issues: list[Issue]

    @property
    def message(self) -> str:
        """What is wrong, without its place."""
        return self.issues[0].message if self.issues else str(self)

    @property
    def line(self) -> int:
        """Where, from 1."""
        return self._place()[0]

    @property
    def column(self) -> int:
        """Where, from 1, in code points."""
        return self._place()[1]

    def _place(self) -> tuple[int, int]:
        if not self.issues:
            return (1, 1)
        line, column = self.issues[0].path.split(":")
        return (int(line), int(column))


class ParseError(_Placed, InvalidInput):
    """A text is not an expression. str() of it shows the line and a caret."""

    def __init__(self, message: str = "", issues: Iterable[Issue] = ()) -> None:
        super().__init__(message, issues)


class CheckError(_Placed, InvalidInput):
    """An expression cannot work: a name that nothing has, types that do not fit. `issues` has them all."""

    def __init__(self, message: str = "", issues: Iterable[Issue] = ()) -> None:
        super().__init__(message, issues)


class EvalError(_Placed, Error, RuntimeError):
    """An expression has no value for these variables, or takes more than its limits allow."""

    def __init__(self, message: str = "", issues: Iterable[Issue] = ()) -> None:
        super().__init__(message, issues)


def compile(
    expression: str, schema: dict[str, Any] | None = None, *, container: str = ""
) -> Program:
    """Parses and checks an expression once, to be evaluated often.

    Args:
        expression: Its text.
        schema: The types of the variables by name: "int", "list(string)", "map(string, dyn)",
            "timestamp", or a dict of fields for a variable that is a dict. Without it variables may be
            of any type.
        container: The namespace in which names are sought first.

    Raises:
        ParseError: The text is not an expression.
        CheckError: Something in it cannot work.
        InvalidInput: A type of the schema is none.
    """
    return cel_compile(expression, schema, container=container)


def evaluate(
    expression: str, variables: Mapping[str, Any] | None = None, *, container: str = ""
) -> Any:
    """The value of an expression for these variables, without checking it first.

    Raises:
        ParseError: The text is not an expression.
        EvalError: It has no value, or takes too much work.
        InvalidInput: A variable is of a type that the language does not have.
    """
    return cel_evaluate(expression, variables, container=container)
