"""JSON and YAML as plain objects that remember where each of their entries stood."""

from __future__ import annotations

import bisect
import difflib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ._errors import InvalidInput, Issue
from ._source import Source, dumps

_SPACE = re.compile(r"[ \t\r\n]*")
_TEXT = re.compile(r'"[^"\\]*(\\.[^"\\]*)*"', re.DOTALL)
_SCALAR = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null")
_MOST_ISSUES = 100


class Entries(dict[str, Any]):
    """An object. `at` has the places of its keys: "cases.yaml:12:5"."""

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self.place = place
        self.at: dict[str, str] = {}

    def put(self, key: str, value: Any, place: str) -> None:
        """Sets an entry and its place."""
        self[key] = value
        self.at[key] = place


class Items(list[Any]):
    """An array. `at` has the places of its entries."""

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self.place = place
        self.at: list[str] = []

    def put(self, value: Any, place: str) -> None:
        """Adds an entry and its place."""
        self.append(value)
        self.at.append(place)


class Problems:
    """Everything that is wrong with some documents."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, place: str, path: str, code: str, message: str) -> None:
        """`place` is where it stands, or empty; `path` names the field."""
        self.issues.append(Issue(f"{place}: {path}" if place else path, code, message))

    def raise_if_any(self) -> None:
        """Raises InvalidInput with all of them."""
        if not self.issues:
            return
        more = f"; {len(self.issues)} errors in all" if len(self.issues) > 1 else ""
        raise InvalidInput(f"{self.issues[0]}{more}", self.issues[:_MOST_ISSUES])

    def known(self, entries: Entries, names: Iterable[str], path: str) -> None:
        """Notes fields that are none of `names`."""
        known = list(names)
        for name in entries:
            if name not in known:
                where = f"{path}.{name}" if path else name
                message = f"unknown field{meant(name, known)}"
                self.add(entries.at.get(name, ""), where, "unknown_field", message)


def meant(name: str, known: Iterable[str]) -> str:
    """"; did you mean 'holds'?", or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def parsed(document: Source) -> Any:
    """The document as Entries, Items and plain values.

    Raises:
        InvalidInput: It is not JSON, or not YAML; with the place.
        NotSupported: YAML without the extra `yaml`.
    """
    text, marks = document.text, None
    if document.yaml:
        from ._yaml import as_json

        text, marks = as_json(text, document.name)
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        column = error.start - text.rfind(b"\n", 0, error.start)
        issue = Issue(f"{document.name}:{line}:{column}", "invalid_utf8", "the text is not UTF-8")
        raise InvalidInput(str(issue), [issue]) from None
    reader = _Reader(decoded, document.name if document.places else "", marks)
    try:
        json.loads(decoded, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        issue = Issue(reader.place(error.pos), "invalid_json", error.msg)
    except RecursionError:
        issue = Issue(document.name, "too_deep", "is nested too deep")
    except ValueError as error:
        issue = Issue(document.name, "invalid_json", str(error))
    else:
        return reader.read()
    raise InvalidInput(str(issue), [issue]) from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


class _Reader:
    """Reads a text that is known to be JSON."""

    def __init__(self, text: str, name: str, marks: Any) -> None:
        self._text = text
        self._name = name
        self._marks = marks
        self._at = 0
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._problems = Problems()

    def place(self, at: int) -> str:
        if not self._name:
            return ""
        line = bisect.bisect_right(self._lines, at)
        place = f"{self._name}:{line}:{at - self._lines[line - 1] + 1}"
        return self._marks.path(place) if self._marks else place

    def read(self) -> Any:
        value = self._value("")
        self._problems.raise_if_any()
        return value

    def _skip(self) -> int:
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
        return self._at

    def _value(self, path: str) -> Any:
        start = self._skip()
        first = self._text[start]
        if first == '"':
            return self._string()
        if first == "{":
            return self._entries(path)
        if first == "[":
            return self._items(path)
        scalar = _SCALAR.match(self._text, start)
        assert scalar is not None
        self._at = scalar.end()
        return json.loads(scalar[0])

    def _string(self) -> str:
        found = _TEXT.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return str(json.loads(found[0]))

    def _entries(self, path: str) -> Entries:
        entries = Entries(self.place(self._at))
        self._at += 1
        while self._text[self._skip()] != "}":
            if self._text[self._at] == ",":
                self._at += 1
                self._skip()
            place = self.place(self._at)
            key = self._string()
            self._at = self._skip() + 1  # the colon
            where = f"{path}.{key}" if path else key
            value = self._value(where)
            if key in entries:
                self._problems.add(place, where, "duplicate_field", "is given twice")
            entries.put(key, value, place)
        self._at += 1
        return entries

    def _items(self, path: str) -> Items:
        items = Items(self.place(self._at))
        self._at += 1
        while self._text[self._skip()] != "]":
            if self._text[self._at] == ",":
                self._at += 1
                self._skip()
            place = self.place(self._at)
            items.put(self._value(f"{path}[{len(items)}]"), place)
        self._at += 1
        return items


def merged(base: Any, over: Any, keys: Mapping[str, tuple[str, ...]], path: str = "") -> Any:
    """`base` with what `over` says instead: objects are merged field by field. A list at a path of
    `keys` is merged entry by entry, by those fields; any other replaces."""
    if isinstance(base, Entries) and isinstance(over, Entries):
        out = Entries(over.place)
        for source in (base, over):
            for key, value in source.items():
                where = f"{path}.{key}" if path else key
                old = out.get(key)
                out.put(key, merged(old, value, keys, where), source.at.get(key, ""))
        return out
    if isinstance(base, Items) and isinstance(over, Items) and path in keys:
        return _merged_items(base, over, keys, path)
    return over


def _merged_items(
    base: Items, over: Items, keys: Mapping[str, tuple[str, ...]], path: str
) -> Items:
    def key_of(entry: Any) -> Any:
        if not isinstance(entry, Entries):
            return None
        return tuple(str(entry.get(name)) for name in keys[path])

    out = Items(over.place)
    places: dict[Any, int] = {}
    for entry, place in zip(base, base.at, strict=True):
        places.setdefault(key_of(entry), len(out))
        out.put(entry, place)
    for entry, place in zip(over, over.at, strict=True):
        key = key_of(entry)
        if key is None or key not in places:
            places[key] = len(out)
            out.put(entry, place)
        else:
            at = places[key]
            out[at], out.at[at] = merged(out[at], entry, keys, f"{path}[]"), place
    return out


_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")


def place_of(root: Any, path: str) -> str:
    """Where the deepest part of `path` that is there stood: "locations[3].kind"."""
    place: str = getattr(root, "place", "")
    node = root
    for step in _STEP.finditer(path):
        if isinstance(node, Items) and step[1] is not None and int(step[1]) < len(node):
            place = node.at[int(step[1])] or place
            node = node[int(step[1])]
        elif isinstance(node, Entries) and step[2] in node:
            place = node.at.get(step[2]) or place
            node = node[step[2]]
        else:
            break
    return place


def text_of(root: Any) -> bytes:
    """The JSON of what was read."""
    return dumps(root)
