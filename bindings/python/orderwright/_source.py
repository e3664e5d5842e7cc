"""What a caller hands over (a dict, a list, a path, JSON text) as the text that the reader reads."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from ._errors import InvalidInput, Issue, NotFound


class Source(NamedTuple):
    """A document: its text, the name that its issues carry, and what kind of text it is."""

    text: bytes
    name: str
    places: bool
    """Whether lines and columns of the text mean something to the caller."""
    csv: bool = False
    yaml: bool = False
    directory: str = ""
    """Where the file is; empty: it is none."""


def source(value: Any, root: str = "", *, is_path: bool = False) -> Source:
    """A dict or list, bytes or str of JSON, or the path of a file.

    `root` goes before the path of an issue that begins with an index: "orders" for a list of orders.
    `is_path`: a str is a path, also one that begins with a bracket.

    Raises:
        InvalidInput: The objects have no JSON form, or the file cannot be read.
        NotFound: There is no such file.
    """
    if isinstance(value, (Mapping, list, tuple)):
        return Source(dumps(value, root), "", places=False)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Source(bytes(value), "<text>", places=True)
    if isinstance(value, str) and not is_path and value.lstrip()[:1] in ("{", "["):
        # A lone surrogate cannot be UTF-8: as bytes that are none, it is an issue with its place.
        return Source(value.encode("utf-8", "surrogatepass"), "<text>", places=True)
    if isinstance(value, (str, os.PathLike)):
        return _file(os.fspath(value))
    raise InvalidInput(
        f"{root or 'input'} is a {type(value).__name__}: "
        "it must be a dict, a list, a path or JSON text",
        [Issue(root, "wrong_type", f"is a {type(value).__name__}")],
    )


def _file(path: str | bytes) -> Source:
    name = os.fsdecode(path)
    try:
        text = Path(name).read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no file '{name}'") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        issue = Issue(name, "cannot_read", f"cannot be read: {reason}")
        raise InvalidInput(str(issue), [issue]) from None
    kind = Path(name).suffix.lower()
    return Source(
        text,
        name,
        places=True,
        csv=kind == ".csv",
        yaml=kind in (".yaml", ".yml"),
        directory=str(Path(name).parent),
    )


def dumps(value: Any, root: str = "") -> bytes:
    """The JSON text of plain objects; also of Decimal, datetime and numpy's numbers.

    Raises InvalidInput with every value that has no JSON form, and its path.
    """
    try:
        return _ENCODER.encode(value).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        issues = list(_unwritable(value, root))[:100]
        if not issues:
            issues = [Issue(root, "not_json", str(error))]
        more = f"; {len(issues)} errors in all" if len(issues) > 1 else ""
        raise InvalidInput(f"{issues[0]}{more}", issues) from None


def _default(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(timezone.utc).isoformat()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, (numpy.generic, numpy.ndarray)):
        return value.tolist()
    raise TypeError


_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"), default=_default)

_DEEPEST = 200
"""No document is nested so deep; what is, contains itself."""


def _unwritable(value: Any, path: str, depth: int = 0) -> Iterator[Issue]:
    """Everything in `value` that has no JSON form."""
    if depth > _DEEPEST:
        yield Issue(path[:200], "not_json", "is nested too deep, or contains itself")
        return
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if not isinstance(key, (str, int, float)) and key is not None:
                yield Issue(path, "not_json", f"the key {key!r} is no text")
            else:
                yield from _unwritable(entry, f"{path}.{key}" if path else str(key), depth + 1)
        return
    if isinstance(value, (list, tuple)):
        for index, entry in enumerate(value):
            yield from _unwritable(entry, f"{path}[{index}]", depth + 1)
        return
    try:
        _ENCODER.encode(value)
    except ValueError:
        yield Issue(path, "not_json", f"is {value}, which is no number of JSON")
    except TypeError:
        if isinstance(value, datetime):
            message = "is a datetime without a time zone; give it one (tzinfo)"
        elif isinstance(value, Decimal):
            message = f"is {value}, which is no number of JSON"
        else:
            message = f"a {type(value).__name__} has no JSON form"
        yield Issue(path, "not_json", message)
