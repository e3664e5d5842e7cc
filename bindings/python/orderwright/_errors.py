"""What orderwright raises: one family. The compiled module raises the same classes."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "Conflict",
    "Error",
    "Expired",
    "InputWarning",
    "InternalError",
    "InvalidInput",
    "Issue",
    "NotAllowed",
    "NotFound",
    "NotSupported",
    "OutOfRange",
]


class Issue(dict[str, str]):
    """One thing that is wrong with an input: a dict of `path`, `code` and `message`, also as attributes.

    path: Where: "orders[3].lines[0].quantity"; of a file "orders.jsonl:17:42: lines[0].quantity".
    code: A stable word for programs, such as "unknown_sku".
    message: For people: what is wrong and what to do.
    """

    def __init__(self, path: str, code: str, message: str) -> None:
        super().__init__(path=path, code=code, message=message)

    def __reduce__(self) -> tuple[type[Issue], tuple[str, str, str]]:
        return type(self), (self.path, self.code, self.message)

    @property
    def path(self) -> str:
        """Where it is."""
        return self["path"]

    @property
    def code(self) -> str:
        """A stable word for programs."""
        return self["code"]

    @property
    def message(self) -> str:
        """For people."""
        return self["message"]

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Error(Exception):
    """Base of everything that orderwright raises.

    str() of it is the message. `issues` lists everything that is wrong with an input, the first 100;
    it is empty for errors that are not about an input.
    """

    def __init__(self, message: str = "", issues: Iterable[Issue] = ()) -> None:
        super().__init__(message)
        self.issues: list[Issue] = list(issues)

    def __str__(self) -> str:
        # KeyError would show the repr.
        return str(self.args[0])


class InvalidInput(Error, ValueError):
    """An input is wrong; `issues` says everything that is wrong with it."""


def bad_argument(name: str, message: str) -> InvalidInput:
    """The error of an argument: `message` follows its name, as "is 0; it must be 1 or more"."""
    return InvalidInput(f"{name} {message}", [Issue(name, "bad_argument", message)])


class NotFound(Error, KeyError):
    """There is no such thing: a location, an item, a reservation, a file."""


class NotAllowed(Error, RuntimeError):
    """The state of things forbids it: stock of another world, a reservation that is used up."""


class Expired(NotAllowed):
    """A hold ran out before the command came. Reserve again."""


class Conflict(Error, RuntimeError):
    """Somebody else was faster. Read again and try again."""


class OutOfRange(Error, OverflowError):
    """An amount or a number of units that does not fit."""


class NotSupported(Error, NotImplementedError):
    """Part of a format or of this interface that is not acted on yet; `issues` says which."""


class InternalError(Error, RuntimeError):
    """A bug in orderwright."""


class InputWarning(UserWarning):
    """An input has something that is probably not meant; `issues` lists it."""

    def __init__(self, message: str = "", issues: Iterable[Issue] = ()) -> None:
        super().__init__(message)
        self.issues: list[Issue] = list(issues)
