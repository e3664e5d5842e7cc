"""Rules: what decides beside cost, as texts, constants, and functions over columns of facts."""

from __future__ import annotations

import csv
import json
import os
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, Union

from . import _core
from ._core import Language, World, WrittenRule
from ._errors import InputWarning, InvalidInput, Issue, NotSupported, bad_argument
from ._findings import Finding, finding_of
from ._source import dumps
from ._source import source as read

if TYPE_CHECKING:
    from ._facts import Facts, Network
    from ._yaml import Marks

    Function = Callable[[Facts], object]
else:
    Function = Callable[[Any], object]

Time = Union[datetime, str]
F = TypeVar("F", bound=Function)


def cost(amount: str | Decimal | int) -> int:
    """An amount of the world's currency as whole millionths, the unit of costs in rules.

    Args:
        amount: Decimal text ("12.50"), a Decimal or an int; at most 6 decimals.

    Raises:
        InvalidInput: Not a decimal, or a float.
        OutOfRange: Beyond 9.2 million million.
    """
    if isinstance(amount, bool) or not isinstance(amount, (str, Decimal, int)):
        raise bad_argument("amount", f'is {amount!r}; give it as text, such as "12.50"')
    return _core.parse_cost(f"{amount:f}" if isinstance(amount, Decimal) else str(amount))


class _Kind(NamedTuple):
    """What a kind of rule takes beside what all take."""

    value: tuple[str, ...]
    """The field that says what the rule says; of several names one."""
    required: tuple[str, ...]
    optional: Mapping[str, object]
    dtype: str
    """Of the value: bool, units, cost, rank, limit, key, or that of the field that is set."""
    neutral: int = 0
    """What the value is where the rule does not speak."""


_KINDS: dict[str, _Kind] = {
    "set": _Kind(("value",), ("field",), {"force": False}, "field"),
    "eligible": _Kind(("require",), (), {"relax": 0, "by_service": False}, "bool", 1),
    "protect": _Kind(("units",), (), {}, "units"),
    "limit": _Kind(("value",), ("what",), {}, "limit"),
    "group": _Kind(("key",), (), {"keep": "together"}, "key", -1),
    "price": _Kind(("cost",), (), {}, "cost"),
    "prefer": _Kind(("cost", "rank"), (), {}, "cost"),
    "hold": _Kind(
        (), (), {"blocks": ("route", "release"), "hold_until": None, "reserve": False}, ""
    ),
    "outcome": _Kind(
        (), ("on", "then"), {"hold_until": None, "reserve": False, "after": None}, ""
    ),
    "policy": _Kind((), ("action", "then"), {}, ""),
}

# The names that a field may have.
_NAMES: dict[str, tuple[str, ...]] = {
    "kind": tuple(_KINDS),
    "mode": ("on", "shadow", "off"),
    "on_error": ("hold", "skip", "fail"),
    "what": (
        "max_shipments",
        "max_distance_km",
        "min_shipment_value",
        "units_per_day",
        "shipments_per_day",
        "max_rejects",
        "max_substitutions",
    ),
    "keep": ("together", "apart"),
    "field": (
        "service",
        "ship_complete",
        "max_shipments",
        "priority",
        "remainder",
        "capture",
        "substitution",
        "notify",
    ),
    "on": ("short", "unroutable", "late", "rejected"),
    "then": ("accept", "hold", "cancel", "backorder", "retry"),
    "then of policy": ("allow", "review", "deny"),
    "minimize": ("shortfall", "shipments", "cost", "lateness", "rank"),
}
_BLOCKS = ("route", "release", "capture")
BY_LOCATION = ("units_per_day", "shipments_per_day", "max_rejects")
"""Limits of each location; the others are of the order."""

# Values of set rules that have names, by their numbers.
_VALUES: dict[str, dict[str, int]] = {
    "remainder": {"backorder": 1, "cancel": 2},
    "substitution": {"never": 1, "ask": 2, "automatic": 3},
    "capture": {"on_ship": 0, "on_submit": 1, "on_release": 2, "manual": 3},
}
_NAMED = ("service", *_VALUES)
"""Fields that are set by name: their text is the name, and not an expression."""
_MAX = 2**63 - 1


class Refusal(InvalidInput):
    """An answer of a callable that is none, told to the library; its cause is what was raised."""


class _Rule(NamedTuple):
    id: str
    kind: str
    when: Any
    fields: dict[str, Any]
    """All that is data, by name."""
    by: str
    """Name of the field that has the value; empty: the rule only speaks."""
    value: Any

    @property
    def mode(self) -> str:
        """`on`, `off` or `shadow`."""
        return str(self.fields["mode"])


class _Written(NamedTuple):
    """A rule in words."""

    id: str
    handle: WrittenRule
    marks: Marks | _Own | None = None
    """Of a rule from YAML, or with a table that was given: where its lines stood."""

    @property
    def mode(self) -> str:
        """`on`, `off` or `shadow`."""
        return self.handle.mode

    @property
    def place(self) -> str:
        """Where it was written."""
        return self.marks.path(self.handle.place) if self.marks else self.handle.place

    def issues_in(self, world: World) -> list[Issue]:
        """What is wrong with it in a world."""
        found = self.handle.issues_in(world)
        return [self.marks.issue(issue) for issue in found] if self.marks else found


class Rules:
    """The rules of a merchant and the objectives that they serve.

    Every field that says something is an expression (text, in CEL), a constant, or a function of
    Facts. A rule with an expression is checked at once, and runs without Python. A function is called
    once per rule and order (again for each level of soft rules that is tried, and when a plan is made
    again because others took the stock) with columns of all rows, and answers with one value for all
    or an array of one a row. Its costs, and constant ones, are whole millionths: `ow.cost("5.00")`, or
    integer arrays of them; those of expressions are amounts.

        rules = ow.Rules(version="17", objectives=[{"minimize": "shipments"}, {"minimize": "cost"}])
        rules.add("spare-stores", kind="prefer", when="location.kind == 'store'", cost="5.00")
        rules.add("near", kind="eligible", require=lambda f: f.candidate.distance_km < 800, relax=1)
        router = ow.Router(world, rules=rules)

    A router takes the rules as they are when it is made. Its calls release the GIL; a function takes it
    while it runs, and may be called by any thread that routes.

    Args:
        version: Of the rules; plans carry it.
        language: What texts may use beside the schema; None: nothing. What is added to it later is for
            rules that are added later.
        objectives: Solved in order, each within the tolerance of those before: dicts of `minimize`
            (`shortfall`, `shipments`, `cost`, `lateness`, `rank` or `rank:<rule id>`) and `tolerance`
            (absolute; of costs in millionths). None: cost alone. Shortfall stands first unless it is
            listed. At most four in all.

    Raises:
        InvalidInput: An objective that is none.
    """

    def __init__(
        self,
        *,
        version: str = "",
        objectives: Sequence[Mapping[str, Any]] | None = None,
        language: Language | None = None,
    ) -> None:
        if not isinstance(version, str):
            raise bad_argument("version", f"is {version!r}; it must be text")
        self._language = _language(language)
        self._version = version
        self._objectives = tuple(
            _objective(entry, f"objectives[{n}]") for n, entry in enumerate(objectives or ())
        )
        self._rules: list[_Rule | _Written] = []

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        *,
        strict: bool = True,
        language: Language | None = None,
    ) -> Rules:
        """The rules of a file.

        Args:
            path: Of `orderwright.rules/1`: YAML by the extension `.yaml` or `.yml`, else JSON.
            strict: Whether an unknown field is an error; else it is a warning.
            language: What its texts may use beside the schema; None: nothing.

        Raises:
            InvalidInput: With everything that is wrong, each with line and column.
            NotSupported: YAML without the extra `yaml`.
            NotFound: There is no such file.
        """
        if isinstance(path, (str, os.PathLike)):
            return load_rules(os.fspath(path), strict, is_path=True, language=_language(language))
        raise bad_argument("path", f"is a {type(path).__name__}; it must be a path")

    @classmethod
    def from_dict(
        cls, document: Mapping[str, Any], *, strict: bool = True, language: Language | None = None
    ) -> Rules:
        """The rules of an `orderwright.rules/1` document, as from_file reads it.

        Args:
            document: The document.
            strict: Whether an unknown field is an error; else it is a warning.
            language: What its texts may use beside the schema; None: nothing.

        Raises:
            InvalidInput: With everything that is wrong.
        """
        if isinstance(document, Mapping):
            return load_rules(document, strict, language=_language(language))
        raise bad_argument("document", f"is a {type(document).__name__}; it must be a dict")

    @property
    def version(self) -> str:
        """Of the rules; plans carry it."""
        return self._version

    @property
    def ids(self) -> list[str]:
        """Ids of the rules, in order of addition."""
        return [rule.id for rule in self._rules]

    def __len__(self) -> int:
        return len(self._rules)

    def __repr__(self) -> str:
        return f"<Rules {self._version!r}: {len(self._rules)} rules>"

    def add(
        self,
        id: str,
        *,
        kind: str,
        when: str | bool | Function = True,
        priority: int = 0,
        mode: str = "on",
        from_: Time | None = None,
        until: Time | None = None,
        reason: str = "",
        on_error: str = "hold",
        team: str = "",
        require: str | bool | Function | None = None,
        relax: int | None = None,
        by_service: bool | None = None,
        units: str | int | Function | None = None,
        what: str | None = None,
        value: bool | int | str | Function | None = None,
        key: str | Function | None = None,
        keep: str | None = None,
        cost: str | int | Function | None = None,
        rank: str | int | Function | None = None,
        field: str | None = None,
        force: bool | None = None,
        blocks: Sequence[str] | None = None,
        hold_until: Time | None = None,
        reserve: bool | None = None,
        on: str | None = None,
        then: str | None = None,
        after: timedelta | None = None,
        action: str | None = None,
        table: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    ) -> None:
        """Adds a rule; docs/concepts/rules.md says what each kind does.

        `when` and what says the rule's value (`require`, `units`, `value`, `key`, `cost`, `rank`) may be
        an expression: a str in CEL. It is then the text that a file of rules has there, so amounts are in
        the currency and not in millionths: `cost="0.25"`. A rule has expressions and constants, or
        functions and constants.

        Args:
            id: Unique among the rules; plans and errors name it.
            kind: `set`, `eligible`, `protect`, `limit`, `group`, `price`, `prefer`, `hold`, `outcome`,
                `policy`.
            when: Where the rule speaks: an expression, one bool, or a mask of the rows.
            priority: Higher is asked first; equal ones in order of addition.
            mode: `on`, `off`, or `shadow`: asked and counted, never acted on.
            from_, until: The period in which it speaks, [from_, until); None: without end.
            reason: For people.
            on_error: What becomes of an order for which the rule fails: `hold`: routed without the rule,
                and held; `skip`: routed without it; `fail`: not routed, the error is raised.
            team: Who answers for it.
            require: Of eligible: whether the pair may be used.
            relax: Of eligible: 0 stands always; soft rules of level 1, 2, … are dropped in turn.
            by_service: Of eligible: asked for each service; a barred one carries no shipment with the
                line. Of an expression it follows from what it reads.
            units: Of protect: units kept back from this order, 0 or more.
            what: Of limit: `max_shipments`, `max_distance_km`, `min_shipment_value`,
                `max_substitutions` (units); of each location: `units_per_day`, `shipments_per_day`,
                `max_rejects`.
            value: Of limit: the limit, an int of 0 or more, of a value in millionths; of set: what the
                field is set to. A function may answer None: the rule does not speak. For `service`,
                `remainder`, `capture` and `substitution` a str is the name itself.
            key: Of group: an expression or a function that gives a text by line; None or empty: the line
                is in no group.
            keep: Of group: `together` (one location; the default) or `apart` (no common shipment).
            cost: Of price: millionths a unit, of any sign; of prefer: millionths, 0 or more, added if a
                shipment leaves from the location.
            rank: Of prefer, instead of a cost: an int of 0 or more, for the objectives of ranks.
            field: Of set: `service`, `ship_complete`, `max_shipments`, `priority`, `remainder`,
                `capture`, `substitution` or `notify`.
            force: Of set: also over what the order says itself.
            blocks: Of hold: of `route`, `release` (the default is these two) and `capture`.
            hold_until: Of hold and outcome: when the hold ends by itself.
            reserve: Of hold and outcome: whether the stock of the proposed plan is kept.
            on: Of outcome: `short`, `unroutable`, `late`, or `rejected` (Router.decide_outcome).
            then: Of outcome: `accept`, `hold`, `cancel`, `backorder` or `retry`; of policy: `allow`,
                `review` or `deny`.
            after: Of outcome: how long after the plan `then` is to happen. None: at once.
            action: Of policy: the requests that it speaks of: `cancel`, `edit`, `return`, … or a word
                of the host.
            table: A decision table in place of the value (docs/concepts/decision-tables.md), as a file of
                rules has it: a dict of `inputs`, `rows` (lists of cells, each with its value last; or the
                path of a CSV file) and `hit`, of prefer also `value`: `cost` (the default) or `rank`. Or
                the path of a CSV file whose first line has the inputs, and the title of the value. Amounts
                are in the currency; a hold ends with its rule unless `hold_until` says otherwise.

        Raises:
            InvalidInput: A field that is missing, wrong, or not one of the kind; `issues` names it.
        """
        given = {
            "require": require,
            "relax": relax,
            "by_service": by_service,
            "units": units,
            "what": what,
            "value": value,
            "key": key,
            "keep": keep,
            "cost": cost,
            "rank": rank,
            "field": field,
            "force": force,
            "blocks": blocks,
            "hold_until": hold_until,
            "reserve": reserve,
            "on": on,
            "then": then,
            "after": after,
            "action": action,
        }
        path = f"rules[{len(self._rules)}]"
        if not isinstance(id, str) or not id:
            raise _wrong(f"{path}.id", f"is {id!r}; a rule needs a text id")
        if id in self.ids:
            raise _wrong(f"{path}.id", f"rule id '{id}' is used twice", "duplicate_id")
        common = {
            "kind": kind,
            "priority": priority,
            "mode": mode,
            "from": from_,
            "until": until,
            "reason": reason,
            "on_error": on_error,
            "team": team,
        }
        at = _At(path, id)
        given = {k: v for k, v in given.items() if v is not None}
        if table is not None:
            self._rules.append(_tabled(at, common, when, given, table, self._language))
            return
        self._rules.append(_checked(at, common, when, given, self._language))

    def issues_in(self, world: World) -> list[Issue]:
        """What is wrong with the rules in a world: names that it does not have. Empty: nothing.

        Args:
            world: The network that they are to decide for.
        """
        found: list[Issue] = []
        for n, rule in enumerate(self._rules):
            if isinstance(rule, _Written):
                found += rule.issues_in(world)
            elif not callable(rule.value):
                found += _unknown_names(rule, f"rules[{n}]", world)
        return found

    def findings(self, world: World | None = None) -> list[Finding]:
        """What is probably not meant: rules that never speak, that others always answer before, or that
        stand twice; conditions that always hold; tables whose rows overlap or leave cases out; names
        that nothing has; texts that fail for some order.

        Rules that are functions or constants are not looked into. What is shown with a witness was
        confirmed by the rules themselves.

        Args:
            world: The network that they are to decide for: with it also names that it does not have.
        """
        written = [rule for rule in self._rules if isinstance(rule, _Written)]
        found = _core.findings([rule.handle for rule in written], world, self._language)
        places = {rule.id: rule.marks for rule in written}
        return [
            finding_of(one, marks.path(one["path"]) if (marks := places[one["rules"][0]]) else one["path"])
            for one in found
        ]

    def rule(self, id: str, *, kind: str, **fields: Any) -> Callable[[F], F]:
        """Adds the decorated function as a rule: it is the field that says what the rule says
        (`require`, `units`, `value`, `key`, `cost`), of hold, outcome and policy its `when`. Other fields as of
        add.

            @rules.rule("spare-stores", kind="prefer")
            def spare_stores(f: ow.Facts) -> object:
                return np.where(f.location.kind == "store", ow.cost("5.00"), 0)
        """

        def decorate(function: F) -> F:
            names = _KINDS[kind].value if kind in _KINDS else ()
            fields[names[0] if names else "when"] = function
            self.add(id, kind=kind, **fields)
            return function

        return decorate


class _At(NamedTuple):
    """A rule, for messages."""

    path: str
    id: str

    def wrong(self, field: str, message: str, code: str = "bad_argument") -> InvalidInput:
        return _wrong(f"{self.path}.{field}", f"rule '{self.id}': {field} {message}", code)

    def name(self, field: str, value: object, of: str = "") -> None:
        """Checks that the value is one of the names of the field."""
        names = _NAMES[of or field]
        if value in names:
            return
        raise self.wrong(field, f"is {value!r}; it must be one of {', '.join(names)}")


def _wrong(path: str, message: str, code: str = "bad_argument") -> InvalidInput:
    return InvalidInput(f"{path}: {message}", [Issue(path, code, message)])


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_MAX - 1 <= value <= _MAX


def _objective(entry: object, path: str) -> tuple[str, str, int]:
    if not isinstance(entry, Mapping):
        raise _wrong(path, f'is {entry!r}; it must be a dict such as {{"minimize": "cost"}}')
    for name in entry:
        if name not in ("minimize", "tolerance"):
            raise _wrong(f"{path}.{name}", "is no field of an objective", "unknown_field")
    minimize, tolerance = entry.get("minimize"), entry.get("tolerance", 0)
    name, colon, rule = str(minimize).partition(":")
    names = _NAMES["minimize"]
    if name not in names or (colon and (name != "rank" or not rule)):
        message = f"is {minimize!r}; it must be one of {', '.join(names)} or rank:<rule id>"
        raise _wrong(f"{path}.minimize", message)
    if not _is_int(tolerance) or tolerance < 0:
        message = f"is {tolerance!r}; it must be an int of 0 or more, of costs in millionths"
        raise _wrong(f"{path}.tolerance", message)
    return name, rule, tolerance


def _language(given: object) -> Language | None:
    if given is None or isinstance(given, Language):
        return given
    raise bad_argument("language", f"is a {type(given).__name__}; it must be an orderwright.Language")


def _checked(
    at: _At, common: dict[str, Any], when: Any, given: dict[str, Any], language: Language | None
) -> _Rule | _Written:
    _check_common(at, common)
    if not callable(when) and not isinstance(when, (bool, str)):
        message = f"is {when!r}; it must be an expression, a bool or a function of Facts"
        raise at.wrong("when", message)
    kind = _KINDS[common["kind"]]
    for name in given:
        if name not in (*kind.value, *kind.required, *kind.optional):
            takes = ", ".join((*kind.value, *kind.required, *kind.optional))
            raise at.wrong(name, f"is no field of kind '{common['kind']}', which takes {takes}")
    for name in kind.required:
        if name not in given:
            raise at.wrong(name, f"is missing; a rule of kind '{common['kind']}' needs it", "required")
        if name == "action":
            if not isinstance(given[name], str) or not given[name]:
                raise at.wrong(name, f"is {given[name]!r}; it must be text, such as 'cancel'")
        elif common["kind"] == "policy":
            at.name(name, given[name], "then of policy")
        else:
            at.name(name, given[name])
    by = [name for name in kind.value if name in given]
    if len(by) != (1 if kind.value else 0):
        what = " or ".join(kind.value)
        raise at.wrong(what, f"is needed once; {len(by)} are given", "required")
    fields = {**common, **kind.optional, **given}
    _check_options(at, fields)
    value = fields.pop(by[0]) if by else None
    rule = _Rule(at.id, common["kind"], when, fields, by[0] if by else "", value)
    value_is_text = isinstance(value, str) and _dtype_of(rule) not in _NAMED
    if by and not callable(value) and not value_is_text:
        _check_constant(at, rule)
    if not value_is_text and not isinstance(when, str):
        return rule
    if "by_service" in given:
        raise at.wrong("by_service", "follows from what the expression reads; leave it out")
    return _Written(at.id, _core.written_rule(_spec_of(at, rule, value_is_text), at.path, language))


def _check_common(at: _At, common: dict[str, Any]) -> None:
    if common["kind"] == "table":
        raise at.wrong("kind", "is 'table'; give the kind of rule that the table is, and `table`")
    at.name("kind", common["kind"])
    at.name("mode", common["mode"])
    at.name("on_error", common["on_error"])
    if not _is_int(common["priority"]):
        raise at.wrong("priority", f"is {common['priority']!r}; it must be an int")
    for name in ("reason", "team"):
        if not isinstance(common[name], str):
            raise at.wrong(name, f"is {common[name]!r}; it must be text")


def _tabled(
    at: _At,
    common: dict[str, Any],
    when: Any,
    given: dict[str, Any],
    table: Any,
    language: Language | None,
) -> _Written:
    """A rule with a decision table, read as a file of one rule."""
    _check_common(at, common)
    if not isinstance(when, (bool, str)):
        raise at.wrong("when", "is a function beside a table; give an expression or a bool")
    kind = _KINDS[common["kind"]]
    for name in given:
        if name in kind.value:
            raise at.wrong(name, "stands beside a table, which says it; leave one out", "conflict")
    output = {**given, "kind": common["kind"]}
    parts = _table_of(at, common["kind"], table)
    if common["kind"] == "prefer" and "value" in parts:
        output["value"] = parts.pop("value")
    rule = {k: v for k, v in common.items() if v is not None}
    rule.update(parts, id=at.id, kind="table", when=when, output=output)
    text = dumps({"format": "orderwright.rules/1", "rules": [rule]})
    try:
        found = _core.parse_rules(
            text, "<rule>", places=True, strict=True, directory=os.curdir, language=language
        )
    except (InvalidInput, NotSupported) as error:
        issues = [Issue(_own(at, issue.path), issue.code, issue.message) for issue in error.issues]
        more = f"; {len(issues)} errors in all" if len(issues) > 1 else ""
        raise type(error)(f"rule '{at.id}': {issues[0]}{more}", issues) from None
    return _Written(at.id, found[2][0], _Own(at))


def _table_of(at: _At, kind: str, table: Any) -> dict[str, Any]:
    """A table as a file of rules has it."""
    if isinstance(table, (str, os.PathLike)):
        name = os.fspath(table)
        lines = read(name, "table", is_path=True).text.decode("utf-8-sig", "replace")
        titles = next(csv.reader(lines.splitlines()), [])
        has_value = bool(_KINDS[kind].value)
        return {"inputs": titles[:-1] if has_value else titles, "rows": {"csv": name}}
    if not isinstance(table, Mapping):
        raise at.wrong("table", f"is {table!r}; it must be a dict, or the path of a CSV file")
    known = ("inputs", "rows", "hit") + (("value",) if kind == "prefer" else ())
    for name in table:
        if name not in known:
            raise at.wrong(f"table.{name}", f"is no part of a table; it has {', '.join(known)}")
    parts = dict(table)
    if isinstance(parts.get("rows"), (str, os.PathLike)):
        parts["rows"] = {"csv": os.fspath(parts["rows"])}
    return parts


def _own(at: _At, path: str) -> str:
    """The path of an issue of a document of one rule; the places in a CSV file stay."""
    return re.sub(r"(^<rule>:\d+:\d+: )?rules\[0\]", lambda _: at.path, path, count=1)


class _Own:
    """Paths of a rule that was given as a table, and not read from a file."""

    def __init__(self, at: _At) -> None:
        self._at = at

    def path(self, path: str) -> str:
        return _own(self._at, path)

    def issue(self, issue: Issue) -> Issue:
        return Issue(self.path(issue.path), issue.code, issue.message)


def _unknown_names(rule: _Rule, path: str, world: World) -> list[Issue]:
    """What is wrong with a constant in a world."""
    try:
        _constant(rule, world)
    except Refusal as error:
        return _At(path, rule.id).wrong(rule.by, str(error)).issues
    return []


def _spec_of(at: _At, rule: _Rule, value_is_text: bool) -> dict[str, Any]:
    """A rule with an expression as data and texts; its constants are texts too."""
    for name, text in (("when", rule.when), (rule.by, rule.value)):
        if callable(text):
            raise at.wrong(name, "is a function beside an expression; give two of one sort")
        if isinstance(text, str) and not text.strip():
            raise at.wrong(name, "is empty; leave it out, or write an expression")
    spec = {"id": rule.id, **rule.fields}
    if rule.by == "rank":
        spec["rank"] = True
    when, value = rule.when, rule.value
    spec["when_text"] = when if isinstance(when, str) else "" if when else "false"
    if not rule.by:
        spec["value_text"] = ""
    else:
        spec["value_text"] = value if value_is_text else _literal(value, _dtype_of(rule))
    return spec


def _literal(value: Any, dtype: str) -> str:
    """A constant as CEL. Of a cost, which is in millionths, the amount."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"{Decimal(value) / 1_000_000:f}" if dtype == "cost" else str(value)


def _check_options(at: _At, fields: dict[str, Any]) -> None:
    if "keep" in fields:
        at.name("keep", fields["keep"])
    for name in ("by_service", "force", "reserve"):
        if not isinstance(fields.get(name, False), bool):
            raise at.wrong(name, f"is {fields[name]!r}; it must be a bool")
    after = fields.get("after")
    if after is not None:
        if not isinstance(after, timedelta) or not timedelta(0) <= after <= timedelta(days=36_500):
            raise at.wrong("after", f"is {after!r}; it must be a timedelta of 0 to 100 years")
        fields["after"] = after // timedelta(milliseconds=1)
    if not _is_int(fields.get("relax", 0)) or not 0 <= fields.get("relax", 0) <= 100:
        raise at.wrong("relax", f"is {fields['relax']!r}; it must be an int from 0 (never) to 100")
    blocks = fields.get("blocks", _BLOCKS)
    if isinstance(blocks, str) or not blocks or any(name not in _BLOCKS for name in blocks):
        raise at.wrong("blocks", f"is {blocks!r}; it must be a list of {', '.join(_BLOCKS)}")


def _check_constant(at: _At, rule: _Rule) -> None:
    """What can be said of a constant before the world is known."""
    value, dtype = rule.value, _dtype_of(rule)
    if dtype == "bool" and not isinstance(value, bool):
        message = f"is {value!r}; it must be an expression, a bool or a function of Facts"
        raise at.wrong(rule.by, message)
    if dtype == "key":
        raise at.wrong(rule.by, f"is {value!r}; it must be an expression or a function of Facts")
    if dtype in _NAMED:
        try:
            _setting(rule, value, None)
        except Refusal as error:
            raise at.wrong(rule.by, str(error)) from None
    elif dtype not in ("bool", "key"):
        if not _is_int(value):
            hint = ' whole millionths: ow.cost("5.00")' if dtype == "cost" else " an int"
            message = f"is {value!r}; it must be{hint}, an expression, or a function of Facts"
            raise at.wrong(rule.by, message)
        least = None if rule.kind == "price" or dtype == "priority" else 0
        if least is not None and isinstance(value, int) and value < least:
            raise at.wrong(rule.by, f"is {value}; it must be 0 or more")


def _dtype_of(rule: _Rule) -> str:
    if rule.by == "rank":
        return "rank"
    if rule.fields.get("what") == "min_shipment_value":
        return "cost"
    if rule.kind != "set":
        return _KINDS[rule.kind].dtype
    field: str = rule.fields["field"]
    return "bool" if field == "ship_complete" else field


def _setting(rule: _Rule, value: object, world: World | None) -> int:
    """The number of a set rule's value that has a name."""
    field = rule.fields["field"]
    if field == "capture" and isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value <= _MAX:  # of the host, beside those that have names
            return value
        raise Refusal(f"gives {value}; capture is a name, or a number of 0 or more")
    if not isinstance(value, str):
        raise Refusal(f"gives {value!r}; {field} is set to a name")
    if field == "service":
        if world is None:
            return 0
        if value not in world.services:
            known = ", ".join(world.services)
            raise Refusal(f"gives the service '{value}', which the world has not; it has {known}")
        return world.services.index(value)
    names = _VALUES[field]
    if value not in names:
        raise Refusal(f"gives '{value}'; {field} is one of {', '.join(names)}")
    return names[value]


# -- For the library ------------------------------------------------------------------------------


def rules_of(rules: object) -> Rules | None:
    """Rules as they are, or read from a document or a file."""
    if rules is None or isinstance(rules, Rules):
        return rules
    if isinstance(rules, (Mapping, str, bytes, os.PathLike)):
        return load_rules(rules, strict=True)
    message = f"is a {type(rules).__name__}; it must be an orderwright.Rules, a dict or a path"
    raise bad_argument("rules", message)


def modes_of(rules: Rules) -> dict[str, str]:
    """The mode of each rule by its id, in order of addition."""
    return {rule.id: rule.mode for rule in rules._rules}


def load_rules(
    value: Any, strict: bool, is_path: bool = False, language: Language | None = None
) -> Rules:
    """The rules of a dict, a path, or JSON text."""
    document = read(value, "rules", is_path=is_path)
    text, marks = document.text, None
    if document.yaml:
        from ._yaml import as_json

        text, marks = as_json(text, document.name)
    try:
        version, objectives, written, found = _core.parse_rules(
            text,
            document.name,
            places=document.places,
            strict=strict,
            directory=document.directory,
            language=language,
        )
    except (InvalidInput, NotSupported) as error:
        if marks is None:
            raise
        raise marks.error(error) from None
    if found:
        found = [marks.issue(issue) for issue in found] if marks else found
        more = f"; {len(found)} warnings in all" if len(found) > 1 else ""
        warnings.warn(InputWarning(f"rules: {found[0]}{more}", found), stacklevel=3)
    rules = Rules(version=version, language=language)
    rules._objectives = tuple(objectives)
    rules._rules = [_Written(handle.id, handle, marks) for handle in written]
    return rules


def compiled(
    given: object, world: World
) -> tuple[str, list[tuple[str, str, int]], list[Any], Language | None]:
    """Version, objectives, each rule (in words as it is, else as a dict of data with `constant`
    (holds, value) or `ask`), and the language of the texts."""
    rules = rules_of(given)
    assert rules is not None
    if issues := rules.issues_in(world):
        more = f"; {len(issues)} errors in all" if len(issues) > 1 else ""
        raise InvalidInput(f"rules: {issues[0]}{more}", issues)
    network: Network | None = None
    specs: list[Any] = []
    for rule in rules._rules:
        if isinstance(rule, _Written):
            specs.append(rule.handle)
            continue
        spec: dict[str, Any] = {"id": rule.id, **rule.fields}
        if rule.by == "rank":
            spec["rank"] = True
        if callable(rule.value) or callable(rule.when):
            from ._answers import Asked
            from ._facts import Network

            network = network or Network(world)
            spec["ask"] = Asked(rule, network)
        else:
            spec["constant"] = _constant(rule, world)
        specs.append(spec)
    return rules.version, list(rules._objectives), specs, rules._language


def _constant(rule: _Rule, world: World) -> tuple[bool, int]:
    kind, dtype = _KINDS[rule.kind], _dtype_of(rule)
    if not rule.when:
        return rule.kind == "eligible", kind.neutral
    if rule.kind == "eligible":
        return bool(rule.value), 0
    return True, number_of(rule, rule.value, dtype, world)


def number_of(rule: _Rule, value: Any, dtype: str, world: World) -> int:
    """A value as the number that the library takes."""
    if dtype == "":
        return 0
    if dtype == "key":
        return _core.intern(world, value) if value else -1
    if dtype in _NAMED:
        return _setting(rule, value, world)
    return int(value)
