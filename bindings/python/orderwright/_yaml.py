"""YAML 1.2 as JSON text that remembers where everything stood. Imported with the first YAML file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from typing import Any

from ._errors import InvalidInput, Issue, NotSupported

_MOST_LINES = 1_000_000
_DEEPEST = 100

# The core schema of YAML 1.2, §10.3.2.
_NULL = ("", "~", "null", "Null", "NULL")
_BOOL = {
    **dict.fromkeys(("true", "True", "TRUE"), "true"),
    **dict.fromkeys(("false", "False", "FALSE"), "false"),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_OF_CORE = "tag:yaml.org,2002:"
_TEXT = _OF_CORE + "str"
# What the library that parses makes of plain scalars: what they are is decided here.
_PLAIN = frozenset(
    _OF_CORE + name for name in ("null", "bool", "int", "float", "timestamp", "value", "merge")
)

Mark = tuple[int, int]


class Marks:
    """Where the lines of a made JSON text stood in the YAML: line and column, from 1."""

    def __init__(self, name: str, marks: Sequence[Mark]) -> None:
        self._of_line = re.compile(rf"{re.escape(name)}:(\d+):\d+(?=$|: )")
        self._name = name
        self._marks = marks

    def path(self, path: str) -> str:
        """The path of an issue, with the place in the YAML."""
        found = self._of_line.match(path)
        if found is None or not 1 <= int(found[1]) <= len(self._marks):
            return path
        line, column = self._marks[int(found[1]) - 1]
        return f"{self._name}:{line}:{column}{path[found.end():]}"

    def issue(self, issue: Issue) -> Issue:
        """The same with the place in the YAML."""
        return Issue(self.path(issue.path), issue.code, issue.message)

    def error(self, error: InvalidInput | NotSupported) -> InvalidInput | NotSupported:
        """The same, all of its issues with their places in the YAML."""
        message = str(error)
        issues = [self.issue(issue) for issue in error.issues]
        if issues and error.issues[0].path:
            message = message.replace(error.issues[0].path, issues[0].path, 1)
        return type(error)(message, issues)


def as_json(text: bytes, name: str) -> tuple[bytes, Marks]:
    """The JSON of a YAML document, an entry a line, and where those lines stood.

    Raises:
        InvalidInput: It is no YAML, or has no JSON form; with the place.
        NotSupported: ruamel.yaml is not installed.
    """
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ImportError:
        message = "YAML needs ruamel.yaml: pip install 'orderwright[yaml]'"
        raise NotSupported(f"{name}: {message}", [Issue(name, "not_supported", message)]) from None
    try:
        root: Any = YAML(typ="safe", pure=True).compose(io.StringIO(_decoded(text, name)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise _invalid(where, "invalid_yaml", str(error.problem or error.context)) from None
    except YAMLError as error:
        # Its first line says what is wrong.
        raise _invalid(name, "invalid_yaml", str(error).strip().split("\n")[0]) from None
    except RecursionError:
        raise _invalid(name, "too_deep", f"is nested more than {_DEEPEST} deep") from None
    if root is None:
        raise _invalid(name, "empty", "there is no document")
    if isinstance(root.value, str):
        where = f"{name}:{root.start_mark.line + 1}:{root.start_mark.column + 1}"
        raise _invalid(where, "wrong_type", "expected an object, found a single value")
    made = _Maker(name)
    made.add(root, [])
    return "\n".join(made.lines).encode("utf-8", "surrogatepass"), Marks(name, made.marks)


def _decoded(text: bytes, name: str) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        raise _invalid(f"{name}:{line}:{column}", "invalid_utf8", "the text is not UTF-8") from None


def _invalid(path: str, code: str, message: str) -> InvalidInput:
    issue = Issue(path, code, message)
    return InvalidInput(str(issue), [issue])


class _Maker:
    """Writes a node of YAML as lines of JSON: every key and every value begins one."""

    def __init__(self, name: str) -> None:
        self.lines: list[str] = []
        self.marks: list[Mark] = []
        self._name = name

    def add(self, node: Any, above: list[Any]) -> None:
        """`above`: the nodes that it is in."""
        if any(node is other for other in above):
            raise self._wrong(node, "not_json", "contains itself")
        if len(above) > _DEEPEST:
            raise self._wrong(node, "too_deep", f"is nested more than {_DEEPEST} deep")
        if isinstance(node.value, str):
            self._line(node, self._scalar(node))
            return
        is_map = node.id == "mapping"
        if str(node.tag) not in (_OF_CORE + "map", _OF_CORE + "seq"):
            raise self._wrong(node, "not_json", f"the tag {node.tag} has no JSON form")
        self._line(node, "{" if is_map else "[")
        for count, entry in enumerate(node.value):
            if count > 0:
                self.lines[-1] += ","
            if is_map:
                key, value = entry
                if not isinstance(key.value, str):
                    raise self._wrong(key, "not_json", "a key must be a text")
                self._line(key, json.dumps(key.value) + ":")
                self.add(value, [*above, node])
            else:
                self.add(entry, [*above, node])
        self._line(node, "}" if is_map else "]")

    def _line(self, node: Any, text: str) -> None:
        if len(self.lines) >= _MOST_LINES:
            raise self._wrong(node, "too_large", f"there are more than {_MOST_LINES} values")
        self.lines.append(text)
        self.marks.append((node.start_mark.line + 1, node.start_mark.column + 1))

    def _wrong(self, node: Any, code: str, message: str) -> InvalidInput:
        mark = node.start_mark
        return _invalid(f"{self._name}:{mark.line + 1}:{mark.column + 1}", code, message)

    def _scalar(self, node: Any) -> str:
        text, tag = node.value, str(node.tag)
        if tag not in _PLAIN and tag != _TEXT:
            raise self._wrong(node, "not_json", f"the tag {tag} has no JSON form")
        if node.style or tag == _TEXT:  # quoted, a block, or said to be a text
            return json.dumps(text)
        if text in _NULL:
            return "null"
        if text in _BOOL:
            return _BOOL[text]
        if _OTHER_BASE.fullmatch(text):
            return str(int(text, 0))
        if _INTEGER.fullmatch(text) or _REAL.fullmatch(text):
            return _number(text)
        if _NOT_FINITE.fullmatch(text):
            raise self._wrong(node, "not_json", f"{text} is no number of JSON")
        return json.dumps(text)


def _number(text: str) -> str:
    """A number of YAML as one of JSON: +1 is 1, 007 is 7, .5 is 0.5, 5. is 5.0."""
    sign = "-" if text.startswith("-") else ""
    whole, point, rest = text.lstrip("+-").partition(".")
    if not point:
        digits, power = re.fullmatch("([0-9]+)(.*)", whole).groups()  # type: ignore[union-attr]
        return f"{sign}{digits.lstrip('0') or '0'}{power}"
    if not rest[:1].isdigit():
        rest = "0" + rest
    return f"{sign}{whole.lstrip('0') or '0'}.{rest}"
