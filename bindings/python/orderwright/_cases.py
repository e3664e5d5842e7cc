"""check_cases: what rules must decide, written down as orders and what their plans must show."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from ._core import Explanation, Order, Plan, Router, RuleDecision, Stock, World
from ._errors import Error, InputWarning, InternalError, Issue
from ._load import Json, PathLike, load_orders, load_world
from ._place import Entries, Items, Problems, meant, merged, parsed, place_of, text_of
from ._rules import _NAMES, Rules, modes_of, rules_of
from ._source import Source
from ._source import source as read

_FORMAT = "orderwright.cases/1"
_WORLD_KEYS = {
    "locations": ("id",),
    "items": ("sku",),
    "bundles": ("sku",),
    "stock": ("location", "sku"),
    "allotments": ("sku", "channel", "market", "location"),
}
"""Lists of a world that a case changes entry by entry, and what names an entry."""

_STATUS = ("planned", "short", "unroutable", "held")
_OUTCOMES = {
    "on": ("short", "unroutable", "late", "rejected"),
    "then": ("accept", "hold", "cancel", "backorder", "retry"),
}
_DECISIONS = ("allow", "review", "deny")
_ROLES = ("customer", "support", "ops", "finance", "warehouse", "system", "advisor")


@dataclass(frozen=True)
class CaseFailure:
    """One thing that a case expects and the plan does not show."""

    field: str
    """The field of `expect`; `plan`: the order could not be routed; `decide`, `outcome_on`: the rules
    could not be asked."""
    expected: Any
    found: Any
    why: str
    """What the explanation of the plan says to it; may be empty."""

    def __str__(self) -> str:
        text = f"{self.field}: expected {_shown(self.expected)}, found {_shown(self.found)}"
        return "\n".join([text, *(f"  {line}" for line in self.why.splitlines())])


@dataclass(frozen=True)
class CaseResult:
    """What came of one case."""

    name: str
    place: str
    """Where it stands, `FILE:LINE:COLUMN`; empty if the cases came as a dict."""
    failures: tuple[CaseFailure, ...]
    plan: Plan | None = field(repr=False)
    """With its record, so that plan.explain() answers; None: the order could not be routed."""

    @property
    def passed(self) -> bool:
        """Whether the plan shows all that was expected."""
        return not self.failures

    def to_dict(self) -> Json:
        """As `orderwright test --json` writes it."""
        return {
            "name": self.name,
            "place": self.place or None,
            "passed": self.passed,
            "failures": [
                {
                    "field": failure.field,
                    "expected": failure.expected,
                    "found": failure.found,
                    "why": failure.why or None,
                }
                for failure in self.failures
            ],
        }


@dataclass(frozen=True)
class CaseReport:
    """What came of all cases. str(report) is a line a case, and what went wrong."""

    results: tuple[CaseResult, ...]
    uncovered: tuple[str, ...] | None
    """Ids of rules that are not off and that no case made speak; None: only some cases were run."""

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(result.passed for result in self.results)

    @property
    def failed(self) -> int:
        """How many did not."""
        return len(self.results) - self.passed

    def to_dict(self) -> Json:
        """As `orderwright test --json` writes it."""
        return {
            "passed": self.passed,
            "failed": self.failed,
            "cases": [result.to_dict() for result in self.results],
            "uncovered_rules": None if self.uncovered is None else list(self.uncovered),
        }

    def lines(self, *, color: bool = False) -> Iterator[str]:
        """The lines of str(report); `color`: with the escapes of a terminal."""
        red, green, yellow, end = ("\033[31m", "\033[32m", "\033[33m", "\033[0m") if color else ("",) * 4
        for result in self.results:
            if result.passed:
                yield f"{green}✓{end} {result.name}"
                continue
            place = f"  ({result.place})" if result.place else ""
            yield f"{red}✗{end} {result.name}{place}"
            for failure in result.failures:
                yield from (f"    {line}" for line in str(failure).splitlines())
        count = len(self.results)
        shade = red if self.failed else green
        yield (
            f"{shade}{count} case{'' if count == 1 else 's'}: "
            f"{self.passed} passed, {self.failed} failed{end}"
        )
        if self.uncovered:
            what = "rule" if len(self.uncovered) == 1 else "rules"
            yield (
                f"{yellow}no case makes {len(self.uncovered)} {what} speak: "
                f"{', '.join(self.uncovered)}{end}"
            )

    def __str__(self) -> str:
        return "\n".join(self.lines())


def check_cases(
    rules: Rules | Mapping[str, Any] | PathLike | None,
    cases: Mapping[str, Any] | PathLike | bytes,
    *,
    filter: str | None = None,
) -> CaseReport:
    """Routes the order of each case with the rules and looks whether the plan shows what is expected.

    A case with `decide` or `outcome_on` then asks policies, or outcome rules, about that order and plan.
    Every case begins with all the stock; nothing is reserved. Same rules and cases, same report.

    Args:
        rules: What is tested: a Rules, or `orderwright.rules/1`: a dict, or a path of JSON or YAML.
        cases: `orderwright.cases/1`: a dict, a path of JSON or (`.yaml`, `.yml`) YAML, or JSON text.
            The path of a world in it is relative to the file, else to the working directory.
        filter: Runs only cases whose name contains this text, in any case of letters.

    Raises:
        InvalidInput: With everything that is wrong with the rules, the cases, their world or their
            orders, each with line and column; also names in `expect` that are nowhere.
        NotSupported: YAML without the extra `yaml`.
        NotFound: There is no such file.
    """
    made = rules_of(rules) or Rules()
    suite = _read(cases)
    runner = _Runner(made, suite)
    prepared = runner.prepare()
    wanted = None if filter is None else filter.casefold()
    chosen = [one for one in prepared if wanted is None or wanted in one.case.name.casefold()]
    results = tuple(runner.run(one) for one in chosen)
    if len(chosen) < len(prepared):
        return CaseReport(results, None)
    silent = [
        id for id, mode in modes_of(made).items() if mode != "off" and id not in runner.spoke
    ]
    return CaseReport(results, tuple(silent))


# -- Reading --------------------------------------------------------------------------------------


class _Case(NamedTuple):
    position: int
    name: str
    place: str
    order: Entries
    world: Entries | None
    """What the world is instead; None: as the file says."""
    now: str | None
    rejections: list[tuple[str, str | None]]
    """Who has sent the order back, and when."""
    rejections_at: Items
    """Where they stood."""
    decide: Entries | None
    """The request that policies are asked about."""
    outcome_on: str | None
    """What became of the order after its plan."""
    released: bool
    expect: Entries


_CASE_KEYS = (
    "name",
    "order",
    "now",
    "stock",
    "world",
    "rejections",
    "decide",
    "outcome_on",
    "released",
    "expect",
)


class _Suite(NamedTuple):
    world: Entries
    world_path: str
    """How issues name the fields of the world."""
    cases: list[_Case]
    problems: Problems


def _read(cases: Mapping[str, Any] | PathLike | bytes) -> _Suite:
    document = read(cases, "cases")
    problems = Problems()
    root = parsed(document)
    if not isinstance(root, Entries):
        problems.add(document.name, "", "wrong_type", "expected an object with `cases`")
        problems.raise_if_any()
    problems.known(root, ("format", "world", "order", "now", "cases"), "")
    if root.get("format", _FORMAT) != _FORMAT:
        message = f"is {root['format']!r}; this reads {_FORMAT!r}"
        problems.add(root.at["format"], "format", "unknown_format", message)
    world = _world_in(root, document, problems)
    base = _object(root, "order", problems, "")
    now = _text(root, "now", problems, "")
    entries = root.get("cases")
    if not isinstance(entries, Items) or not entries:
        place = root.at.get("cases", root.place)
        problems.add(place, "cases", "missing_field", "must be a list of one case or more")
        problems.raise_if_any()
    found: list[_Case] = []
    names: dict[str, str] = {}
    for n, (entry, place) in enumerate(zip(entries, entries.at, strict=True)):
        path = f"cases[{n}]"
        if not isinstance(entry, Entries):
            problems.add(place, path, "wrong_type", "expected an object")
            continue
        problems.known(entry, _CASE_KEYS, path)
        name = _text(entry, "name", problems, path)
        if not name:
            problems.add(place, f"{path}.name", "missing_field", "a case needs a name")
            continue
        if name in names:
            message = f"'{name}' is the name of another case, {names[name] or 'before this one'}"
            problems.add(entry.at["name"], f"{path}.name", "duplicate", message)
        names[name] = place
        expect = entry.get("expect")
        if not isinstance(expect, Entries) or not expect:
            where = entry.at.get("expect", place)
            message = "must be an object that says something of the plan"
            problems.add(where, f"{path}.expect", "missing_field", message)
            continue
        order = merged(base, _object(entry, "order", problems, path), {})
        if "id" not in order:
            order.put("id", name, entry.at["name"])
        rejections = _items(entry, "rejections", problems, path)
        over = merged(
            _object(entry, "world", problems, path), _stock_of(entry, problems, path), _WORLD_KEYS
        )
        whole = merged(world, over, _WORLD_KEYS) if over else None
        when = _text(entry, "now", problems, path) or now
        found.append(
            _Case(
                position=n,
                name=name,
                place=place,
                order=order,
                world=whole,
                now=when,
                rejections=_rejections_of(rejections, problems, path),
                rejections_at=rejections,
                decide=_decide_of(entry, problems, path),
                outcome_on=_outcome_on_of(entry, problems, path),
                released=_released_of(entry, problems, path),
                expect=expect,
            )
        )
    problems.raise_if_any()
    path = "" if isinstance(root.get("world"), str) else "world"
    return _Suite(world, path, found, problems)


def _world_in(root: Entries, document: Source, problems: Problems) -> Entries:
    """The world of a file: in it, or in another one."""
    value = root.get("world")
    if isinstance(value, Entries):
        return value
    if not isinstance(value, str):
        place = root.at.get("world", root.place)
        message = "must be a world, or the path of one relative to this file"
        problems.add(place, "world", "missing_field", message)
        return Entries()
    folder = Path(document.name).parent if document.places and document.name != "<text>" else Path()
    path = os.path.normpath(folder / value)
    try:
        world = parsed(read(path, "world", is_path=True))
    except InternalError:
        raise
    except Error as error:
        for issue in error.issues or [Issue("", "not_found", str(error))]:
            problems.add(root.at["world"], "world", issue.code, str(issue))
        return Entries()
    if not isinstance(world, Entries):
        problems.add(root.at["world"], "world", "wrong_type", f"'{path}' holds no object")
        return Entries()
    return world


def _object(entry: Entries, name: str, problems: Problems, path: str) -> Entries:
    value = entry.get(name)
    if isinstance(value, Entries):
        return value
    if value is not None:
        where = f"{path}.{name}" if path else name
        problems.add(entry.at[name], where, "wrong_type", "expected an object")
    return Entries(entry.at.get(name, ""))


def _text(entry: Entries, name: str, problems: Problems, path: str) -> str | None:
    value = entry.get(name)
    if value is None or isinstance(value, str):
        return value
    where = f"{path}.{name}" if path else name
    problems.add(entry.at[name], where, "wrong_type", "expected a text")
    return None


def _stock_of(entry: Entries, problems: Problems, path: str) -> Entries:
    """`stock` of a case, units by location and SKU, as rows of a world."""
    out = Entries(entry.at.get("stock", ""))
    rows = Items(out.place)
    for location, units in _object(entry, "stock", problems, path).items():
        place = entry["stock"].at[location]
        if not isinstance(units, Entries):
            message = 'expected units by SKU, such as {"MUG": 3}'
            problems.add(place, f"{path}.stock.{location}", "wrong_type", message)
            continue
        for sku, count in units.items():
            where = units.at[sku]
            row = Entries(where)
            row.put("location", location, place)
            row.put("sku", sku, where)
            row.put("on_hand", count, where)
            rows.put(row, where)
    if rows:
        out.put("stock", rows, out.place)
    return out


def _items(entry: Entries, name: str, problems: Problems, path: str) -> Items:
    value = entry.get(name)
    if isinstance(value, Items):
        return value
    if value is not None:
        problems.add(entry.at[name], f"{path}.{name}", "wrong_type", "expected a list")
    return Items(entry.at.get(name, ""))


def _rejections_of(
    value: Items, problems: Problems, path: str
) -> list[tuple[str, str | None]]:
    out: list[tuple[str, str | None]] = []
    for n, (one, place) in enumerate(zip(value, value.at, strict=True)):
        where = f"{path}.rejections[{n}]"
        if not isinstance(one, Entries) or not isinstance(one.get("location"), str):
            message = 'expected an object, such as {"location": "RNO", "at": "2026-11-23T18:00:00Z"}'
            problems.add(place, where, "wrong_type", message)
            continue
        problems.known(one, ("location", "at"), where)
        out.append((one["location"], _text(one, "at", problems, where)))
    return out


def _decide_of(entry: Entries, problems: Problems, path: str) -> Entries | None:
    """`decide` of a case, all of it checked: what a router refuses is wrong in the file."""
    if entry.get("decide") is None:
        return None
    found = _object(entry, "decide", problems, path)
    path = f"{path}.decide"
    problems.known(found, ("action", "request", "actor", "plan"), path)
    if not _text(found, "action", problems, path) and not found.get("action"):
        message = "say what is asked for: cancel, edit, return, refund, …"
        problems.add(entry.at["decide"], f"{path}.action", "missing_field", message)
    request = _object(found, "request", problems, path)
    problems.known(request, _REQUEST, f"{path}.request")
    for name, value in request.items():
        fits, what = _REQUEST.get(name, (None, ""))
        if fits and value is not None and not fits(value):
            where = f"{path}.request.{name}"
            problems.add(request.at[name], where, "wrong_type", f"expected {what}")
    actor = _object(found, "actor", problems, path)
    problems.known(actor, ("id", "role"), f"{path}.actor")
    _text(actor, "id", problems, f"{path}.actor")
    role = _text(actor, "role", problems, f"{path}.actor")
    if role and role not in _ROLES:
        hint = meant(role, _ROLES) or f"; it is one of {', '.join(_ROLES)}"
        message = f"there is no role '{role}'{hint}"
        problems.add(actor.at["role"], f"{path}.actor.role", "unknown_role", message)
    _flag(found, "plan", problems, path)
    return found


def _outcome_on_of(entry: Entries, problems: Problems, path: str) -> str | None:
    event = _text(entry, "outcome_on", problems, path)
    if event is None:
        return None
    where = f"{path}.outcome_on"
    if event not in _OUTCOMES["on"]:
        hint = meant(event, _OUTCOMES["on"]) or f"; it is one of {', '.join(_OUTCOMES['on'])}"
        message = f"there is no event '{event}'{hint}"
        problems.add(entry.at["outcome_on"], where, "unknown_event", message)
    if entry.get("decide") is not None:
        message = "a case asks one thing: `decide` or `outcome_on`"
        problems.add(entry.at["outcome_on"], where, "conflict", message)
    return event


def _released_of(entry: Entries, problems: Problems, path: str) -> bool:
    value = _flag(entry, "released", problems, path)
    if value and entry.get("decide") is None and entry.get("outcome_on") is None:
        message = "is read by `decide` and `outcome_on` alone, and the case has neither"
        problems.add(entry.at["released"], f"{path}.released", "conflict", message)
    return bool(value)


def _flag(entry: Entries, name: str, problems: Problems, path: str) -> bool | None:
    value = entry.get(name)
    if value is None or isinstance(value, bool):
        return value
    problems.add(entry.at[name], f"{path}.{name}", "wrong_type", "expected true or false")
    return None


# -- Running --------------------------------------------------------------------------------------


class _Prepared(NamedTuple):
    case: _Case
    router: Router
    stock: Stock
    order: Order


class _Runner:
    """Makes what cases need, and runs them. `spoke`: ids of rules that some case made speak."""

    def __init__(self, rules: Rules, suite: _Suite) -> None:
        self._rules = rules
        self._modes = modes_of(rules)
        self._suite = suite
        self._problems = suite.problems
        self.spoke: set[str] = set()

    def prepare(self) -> list[_Prepared]:
        """All cases with their worlds and orders. Raises InvalidInput with everything that is wrong."""
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            shared = self._network(self._suite.world, self._suite.world_path)
        self._problems.raise_if_any()
        self._warn([warning.message for warning in told])
        out: list[_Prepared] = []
        for case in self._suite.cases:
            path = f"cases[{case.position}]"
            network = shared
            if case.world is not None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # said of the shared world
                    network = self._network(case.world, f"{path}.world")
            order = self._order(case, network, path) if network else None
            if network is None or order is None:
                continue
            world, stock, router = network
            _Expected(case, order, world, self._modes, self._problems).check()
            out.append(_Prepared(case, router, stock, order))
        self._problems.raise_if_any()
        return out

    def _network(self, tree: Entries, path: str) -> tuple[World, Stock, Router] | None:
        try:
            world, stock = load_world(text_of(tree))
        except InternalError:
            raise
        except Error as error:
            self._tell(error, tree, path, "world")
            return None
        return world, stock, Router(world, rules=self._rules)

    def _order(
        self, case: _Case, network: tuple[World, Stock, Router], path: str
    ) -> Order | None:
        try:
            (order,) = load_orders(network[0], text_of(case.order))
        except InternalError:
            raise
        except Error as error:
            self._tell(error, case.order, f"{path}.order", "orders[0]")
            return None
        return order

    def _warn(self, told: list[Warning | str]) -> None:
        """What is probably not meant in the world, where it stood."""
        found = Problems()
        for warning in told:
            for issue in getattr(warning, "issues", ()):
                self._add(found, issue, self._suite.world, self._suite.world_path, "world")
        if found.issues:
            more = f"; {len(found.issues)} warnings in all" if len(found.issues) > 1 else ""
            warnings.warn(InputWarning(f"{found.issues[0]}{more}", found.issues), stacklevel=4)

    def _tell(self, error: Error, tree: Entries, path: str, root: str) -> None:
        """Notes the issues of a document that was made of `tree`, where they stood."""
        for issue in error.issues or [Issue("", "invalid", str(error))]:
            self._add(self._problems, issue, tree, path, root)

    @staticmethod
    def _add(problems: Problems, issue: Issue, tree: Entries, path: str, root: str) -> None:
        inner = issue.path
        _, colon, rest = inner.partition(": ")
        inner = rest if colon else inner if ":" not in inner and inner != "<text>" else ""
        inner = inner.removeprefix(root).lstrip(".")
        where = ".".join(part for part in (path, inner) if part)
        problems.add(place_of(tree, inner), where, issue.code, issue.message)

    def run(self, one: _Prepared) -> CaseResult:
        """What comes of a case."""
        case = one.case
        try:
            plan = one.router.route(
                one.order, one.stock, now=case.now, explain="record", rejections=case.rejections
            )
        except InternalError:
            raise
        except Error as error:
            failure = CaseFailure("plan", "a plan", "an error", str(error))
            return CaseResult(case.name, case.place, (failure,), None)
        for spoken in (plan.voices, plan.shadows, plan.relaxed):
            self.spoke.update(entry.rule for entry in spoken)
        decision = None
        try:
            decision = _decision(one, plan)
        except InternalError:
            raise
        except Error as error:
            what = "decide" if case.decide is not None else "outcome_on"
            failure = CaseFailure(what, "a decision", "an error", str(error))
            return CaseResult(case.name, case.place, (failure,), plan)
        if decision is not None:
            self.spoke.update(decision.shadows)
            self.spoke.update([decision.rule] if decision.rule else [])
        failures = tuple(_Found(plan, decision, self._modes).failures(case.expect))
        return CaseResult(case.name, case.place, failures, plan)


def _decision(one: _Prepared, plan: Plan) -> RuleDecision | None:
    """What rules say of the request of a case, or of what became of its order; None: it asks neither."""
    case = one.case
    if case.decide is not None:
        return one.router.decide(
            case.decide["action"],
            one.order,
            request=_request_of(case.decide.get("request") or {}),
            actor=dict(case.decide.get("actor") or {}),
            plan=None if case.decide.get("plan") is False else plan,
            released=case.released,
            rejections=case.rejections,
            now=case.now,
        )
    if case.outcome_on is not None:
        return one.router.decide_outcome(
            case.outcome_on,
            one.order,
            plan=plan,
            released=case.released,
            rejections=case.rejections,
            now=case.now,
        )
    return None


def _request_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts as text: a router takes no binary fraction for one."""
    return {
        name: str(value) if name in _AMOUNTS and value is not None else value
        for name, value in request.items()
    }


# -- What is expected -----------------------------------------------------------------------------


def _names(value: Any) -> list[str] | None:
    """A name or a list of names; None if it is none."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return list(value)
    return None


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


_AMOUNTS = ("amount", "price_difference")
_REQUEST: dict[str, tuple[Callable[[Any], bool], str]] = {
    "amount": (lambda value: _amount(value) is not None, 'an amount, such as "12.50"'),
    "price_difference": (lambda value: _amount(value) is not None, 'an amount, such as "-12.50"'),
    "units": (_is_whole, "a number of units"),
    "days_since_delivery": (_is_whole, "a number of days"),
    "reason": (lambda value: isinstance(value, str), "a text"),
    "resolution": (lambda value: isinstance(value, str), "a text"),
}
"""Fields of a request: what fits, and what is expected."""

_DURATION = re.compile(r"(\d+)d|(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)


def _duration(value: Any) -> timedelta | None:
    """Of "36h", "1h30m", "5d"; None if it is none."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None


_FIELDS = (
    "decision",
    "then",
    "after",
    "rule",
    "status",
    "locations",
    "not_from",
    "shipments",
    "services",
    "cost",
    "short",
    "settings",
    "holds",
    "outcomes",
    "relaxed",
    "shadows",
    "rule_errors",
    "fired",
    "silent",
)
_ASKED = {
    "decision": ("decide",),
    "then": ("outcome_on",),
    "after": ("outcome_on",),
    "rule": ("decide", "outcome_on"),
}
"""Fields about what rules say when they are asked, and what asks them."""
_RULE_LISTS = ("holds", "relaxed", "shadows", "rule_errors", "fired", "silent")
_SETTINGS = _NAMES["field"]


class _Expected:
    """Checks that what a case expects could be: kinds of values, and names."""

    def __init__(
        self, case: _Case, order: Order, world: World, modes: Mapping[str, str], problems: Problems
    ) -> None:
        self._expect = case.expect
        self._path = f"cases[{case.position}].expect"
        self._locations = [location.id for location in world.locations]
        self._services = list(world.services)
        self._lines = [line.id for line in order.lines]
        self._rules = list(modes)
        self._case = case
        self._problems = problems

    def check(self) -> None:
        """Notes everything that is wrong."""
        self._problems.known(self._expect, _FIELDS, self._path)
        for n, (location, _) in enumerate(self._case.rejections):
            if location not in self._locations:
                place = place_of(self._case.rejections_at, f"[{n}].location")
                message = f"there is no location '{location}'{meant(location, self._locations)}"
                where = f"cases[{self._case.position}].rejections[{n}].location"
                self._problems.add(place, where, "unknown_location", message)
        for name, value in self._expect.items():
            if name == "status":
                self._one_of(name, value, _STATUS, "status")
            elif name in _RULE_LISTS:
                self._all_known(name, value, self._rules, "rule")
            elif name == "shipments" and not _is_count(value):
                self._wrong(name, "expected a number of shipments, 0 or more")
            elif name == "cost" and _amount(value) is None:
                self._wrong(name, 'expected an amount, such as "12.50"')
            elif name in _ASKED:
                self._asked(name, value)
            elif name in _MAPS:
                _MAPS[name](self, name, value)

    def _wrong(self, name: str, message: str, code: str = "wrong_type", place: str = "") -> None:
        where = f"{self._path}.{name}"
        self._problems.add(place or self._expect.at[name.split(".")[0]], where, code, message)

    def _one_of(
        self, name: str, value: Any, known: Any, what: str, place: str = ""
    ) -> None:
        if not isinstance(value, str):
            self._wrong(name, f"expected a {what}", place=place)
        elif value not in known:
            hint = meant(value, known) or (f"; it is one of {', '.join(known)}" if len(known) < 10 else "")
            self._wrong(name, f"there is no {what} '{value}'{hint}", f"unknown_{what}", place)

    def _asked(self, name: str, value: Any) -> None:
        asks = _ASKED[name]
        if not any(self._case_asks(what) for what in asks):
            self._wrong(name, f"is of a case with {' or '.join(f'`{what}`' for what in asks)}", "conflict")
        elif name == "decision":
            self._one_of(name, value, _DECISIONS, "decision")
        elif name == "then":
            self._one_of(name, value, _OUTCOMES["then"], "outcome")
        elif name == "rule" and value is not None:
            self._one_of(name, value, self._rules, "rule")
        elif name == "after" and value is not None and _duration(value) is None:
            self._wrong(name, "expected a duration, such as 36h, 1h30m or 5d")

    def _case_asks(self, what: str) -> bool:
        return getattr(self._case, what) is not None

    def _all_known(self, name: str, value: Any, known: Any, what: str, place: str = "") -> None:
        names = _names(value)
        if names is None:
            self._wrong(name, f"expected a {what}, or a list of them", place=place)
            return
        for n, entry in enumerate(names):
            at = value.at[n] if isinstance(value, Items) else place
            self._one_of(name, entry, known, what, at)

    def _entries(self, name: str, value: Any) -> Iterator[tuple[str, Any, str]]:
        if isinstance(value, Entries):
            yield from ((key, entry, value.at[key]) for key, entry in value.items())
        else:
            self._wrong(name, "expected an object")

    def _locations_of(self, name: str, value: Any) -> None:
        if not isinstance(value, Entries):
            self._all_known(name, value, self._locations, "location")
            return
        for line, places, at in self._entries(name, value):
            self._one_of(name, line, self._lines, "line", at)
            self._all_known(f"{name}.{line}", places, self._locations, "location", at)

    def _services_of(self, name: str, value: Any) -> None:
        if not isinstance(value, Entries):
            self._all_known(name, value, self._services, "service")
            return
        for location, services, at in self._entries(name, value):
            self._one_of(name, location, self._locations, "location", at)
            self._all_known(f"{name}.{location}", services, self._services, "service", at)

    def _not_from(self, name: str, value: Any) -> None:
        if not isinstance(value, Entries):
            self._all_known(name, value, self._locations, "location")
            return
        for location, rule, at in self._entries(name, value):
            self._one_of(name, location, self._locations, "location", at)
            self._one_of(f"{name}.{location}", rule, self._rules, "rule", at)

    def _short(self, name: str, value: Any) -> None:
        for line, units, at in self._entries(name, value):
            self._one_of(name, line, self._lines, "line", at)
            if not _is_count(units):
                self._wrong(f"{name}.{line}", "expected a number of units, 0 or more", place=at)

    def _settings(self, name: str, value: Any) -> None:
        for setting, _, at in self._entries(name, value):
            self._one_of(name, setting, _SETTINGS, "field", at)

    def _outcomes(self, name: str, value: Any) -> None:
        for event, then, at in self._entries(name, value):
            self._one_of(name, event, _OUTCOMES["on"], "event", at)
            if then is not None:
                self._one_of(f"{name}.{event}", then, _OUTCOMES["then"], "outcome", at)


_MAPS: dict[str, Callable[[_Expected, str, Any], None]] = {
    "locations": _Expected._locations_of,
    "services": _Expected._services_of,
    "not_from": _Expected._not_from,
    "short": _Expected._short,
    "settings": _Expected._settings,
    "outcomes": _Expected._outcomes,
}


# -- What is found --------------------------------------------------------------------------------


class _Found:
    """Compares a plan, and what rules said when they were asked, with what is expected of them."""

    def __init__(
        self, plan: Plan, decision: RuleDecision | None, modes: Mapping[str, str]
    ) -> None:
        self._plan = plan
        self._said = decision
        self._modes = modes
        self._explained: Explanation | None = None

    def failures(self, expect: Mapping[str, Any]) -> Iterator[CaseFailure]:
        """One for each field of `expect` that the plan does not show."""
        for name in _FIELDS:
            if name in expect:
                compare = getattr(self, f"_{name}")
                yield from compare(name, expect[name])

    # Each yields what differs.

    def _decision(self, name: str, wanted: str) -> Iterator[CaseFailure]:
        yield from self._decided(name, wanted, lambda said: said.then)

    def _then(self, name: str, wanted: str) -> Iterator[CaseFailure]:
        yield from self._decided(name, wanted, lambda said: said.then)

    def _rule(self, name: str, wanted: str | None) -> Iterator[CaseFailure]:
        yield from self._decided(name, wanted, lambda said: said.rule)

    def _after(self, name: str, wanted: str | None) -> Iterator[CaseFailure]:
        yield from self._decided(
            name,
            None if wanted is None else str(_duration(wanted)),
            lambda said: None if said.after is None else str(said.after),
        )

    def _decided(
        self, name: str, wanted: str | None, of: Callable[[RuleDecision], str | None]
    ) -> Iterator[CaseFailure]:
        if self._said is None or of(self._said) == wanted:
            return
        by = f"said by {self._said.rule}" if self._said.rule else "no rule speaks of it"
        lines = [f"{by}: {self._said.reason}" if self._said.reason else by]
        lines += [f"{rule} failed: {message}" for rule, _, message in self._said.failures]
        yield CaseFailure(name, wanted, of(self._said), "\n".join(lines))

    def _status(self, name: str, wanted: str) -> Iterator[CaseFailure]:
        found = self._plan.status.name.lower()
        if found != wanted:
            yield CaseFailure(name, wanted, found, "\n".join([*self._shortfalls(), *self._hold_lines()]))

    def _locations(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        by_line: dict[str, set[str]] = {}
        for shipment in self._taking():
            for line in shipment.lines:
                by_line.setdefault(line.line, set()).add(shipment.location)
        if isinstance(wanted, dict):
            for line, places in wanted.items():
                yield from self._places(f"{name}.{line}", _names(places), by_line.get(line, set()))
        else:
            yield from self._places(name, _names(wanted), set().union(*by_line.values()))

    def _places(
        self, name: str, wanted: list[str] | None, found: set[str]
    ) -> Iterator[CaseFailure]:
        missing = sorted(set(wanted or ()) - found)
        if set(wanted or ()) != found:
            why = [self._why_not(location) for location in missing] or self._shortfalls()
            yield CaseFailure(name, sorted(set(wanted or ())), sorted(found), "\n".join(why))

    def _not_from(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        used = {shipment.location for shipment in self._taking()}
        if not isinstance(wanted, dict):
            taken = sorted(used & set(_names(wanted) or ()))
            if taken:
                yield CaseFailure(name, _names(wanted), taken, "")
            return
        for location, rule in wanted.items():
            answer = self._explanation().why_not(location)
            rulings = {ruled for _, _, ruled, _ in answer.rulings if ruled}
            if answer.answer == "ruled_out" and rule in rulings and location not in used:
                continue
            found = sorted(rulings) if answer.answer == "ruled_out" else answer.answer
            yield CaseFailure(f"{name}.{location}", rule, found, self._why_not(location))

    def _shipments(self, name: str, wanted: int) -> Iterator[CaseFailure]:
        found = [shipment.location for shipment in self._taking()]
        if len(found) != wanted:
            yield CaseFailure(name, wanted, len(found), f"from {', '.join(found)}" if found else "")

    def _services(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        by_location: dict[str, set[str]] = {}
        for shipment in self._taking():
            if shipment.service:
                by_location.setdefault(shipment.location, set()).add(shipment.service)
        if isinstance(wanted, dict):
            for location, services in wanted.items():
                found = by_location.get(location, set())
                if set(_names(services) or ()) != found:
                    yield CaseFailure(f"{name}.{location}", _names(services), sorted(found), "")
            return
        found = set().union(*by_location.values())
        if set(_names(wanted) or ()) != found:
            yield CaseFailure(name, sorted(_names(wanted) or ()), sorted(found), "")

    def _cost(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        if _amount(wanted) != self._plan.cost:
            parts = [f"{s.location} {s.cost}" for s in self._taking()]
            parts += [f"split {self._plan.split_cost}"] if self._plan.split_cost else []
            parts += [f"short {self._plan.shortfall_cost}"] if self._plan.shortfall_cost else []
            yield CaseFailure(name, str(wanted), str(self._plan.cost), " + ".join(parts))

    def _short(self, name: str, wanted: Mapping[str, int]) -> Iterator[CaseFailure]:
        found: dict[str, int] = {}
        for shortfall in self._plan.shortfalls:
            found[shortfall.line] = found.get(shortfall.line, 0) + shortfall.quantity
        if found != {line: units for line, units in wanted.items() if units}:
            yield CaseFailure(name, dict(wanted), found, "\n".join(self._shortfalls()))

    def _settings(self, name: str, wanted: Mapping[str, Any]) -> Iterator[CaseFailure]:
        set_by = {setting.field: setting for setting in self._plan.settings}
        for setting, value in wanted.items():
            entry = set_by.get(setting)
            found = None if entry is None else entry.value
            if type(found) is not type(value) or found != value:
                why = f"set by {entry.rule}" if entry else "no rule sets it"
                yield CaseFailure(f"{name}.{setting}", value, found, why)

    def _holds(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        found = [hold.rule for hold in self._plan.holds]
        yield from self._same_rules(name, wanted, found, self._hold_lines())

    def _outcomes(self, name: str, wanted: Mapping[str, Any]) -> Iterator[CaseFailure]:
        said = {outcome.on: outcome for outcome in self._plan.outcomes}
        for event, then in wanted.items():
            entry = said.get(event)
            if (entry.then if entry else None) != then:
                why = f"said by {entry.rule}" if entry else "no rule speaks of it"
                yield CaseFailure(f"{name}.{event}", then, entry.then if entry else None, why)

    def _relaxed(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        found = [relaxed.rule for relaxed in self._plan.relaxed]
        yield from self._same_rules(name, wanted, found, [])

    def _shadows(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        found = [shadow.rule for shadow in self._plan.shadows]
        yield from self._same_rules(name, wanted, found, [])

    def _rule_errors(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        lines = [f"{error.rule}: {error.message}" for error in self._plan.rule_errors]
        yield from self._same_rules(name, wanted, [e.rule for e in self._plan.rule_errors], lines)

    def _same_rules(
        self, name: str, wanted: Any, found: list[str], why: list[str]
    ) -> Iterator[CaseFailure]:
        missing = [rule for rule in _names(wanted) or () if rule not in found]
        if set(_names(wanted) or ()) != set(found):
            lines = [*why, *(self._silence(rule) for rule in missing)]
            yield CaseFailure(name, _names(wanted), found, "\n".join(line for line in lines if line))

    def _fired(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        spoke = [voice.rule for voice in self._plan.voices]
        missing = [rule for rule in _names(wanted) or () if rule not in spoke]
        if missing:
            why = "\n".join(self._silence(rule) for rule in missing)
            yield CaseFailure(name, _names(wanted), spoke, why)

    def _silent(self, name: str, wanted: Any) -> Iterator[CaseFailure]:
        rows = {voice.rule: voice.rows for voice in self._plan.voices}
        spoke = [rule for rule in _names(wanted) or () if rule in rows]
        if spoke:
            why = "\n".join(
                f"{rule} spoke of {rows[rule]} row{'' if rows[rule] == 1 else 's'}" for rule in spoke
            )
            yield CaseFailure(name, _names(wanted), list(rows), why)

    # What the explanation says.

    def _taking(self) -> list[Any]:
        return [shipment for shipment in self._plan.shipments if shipment.takes_stock]

    def _explanation(self) -> Explanation:
        if self._explained is None:
            self._explained = self._plan.explain(next_best=0, break_evens=False)
        return self._explained

    def _why_not(self, location: str) -> str:
        return str(self._explanation().why_not(location)).strip()

    def _shortfalls(self) -> list[str]:
        return [
            f"line {s.line}: {s.quantity} of {s.sku} not sourced ({s.reason.name.lower()})"
            for s in self._plan.shortfalls
        ]

    def _hold_lines(self) -> list[str]:
        return [f"held by {h.rule}{': ' if h.reason else ''}{h.reason}" for h in self._plan.holds]

    def _silence(self, rule: str) -> str:
        """Why a rule did not speak."""
        mode = self._modes.get(rule, "on")
        if mode == "off":
            return f"{rule} is off"
        if mode == "shadow":
            spoke = any(shadow.rule == rule for shadow in self._plan.shadows)
            return f"{rule} is in shadow mode{', and would have spoken' if spoke else ''}"
        for error in self._plan.rule_errors:
            if error.rule == rule:
                return f"{rule} failed: {error.message}"
        if any(relaxed.rule == rule for relaxed in self._plan.relaxed):
            return f"{rule} was relaxed to source more"
        if any(voice.rule == rule for voice in self._plan.voices):
            return f"{rule} spoke, and did not decide this"
        return f"{rule} said nothing"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) if value else "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {entry}" for key, entry in value.items()) if value else "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)
