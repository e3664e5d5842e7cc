"""The command `orderwright`: solve, route, and check, test and compare rules from files."""

from __future__ import annotations

import argparse
import difflib
import errno
import json
import os
import re
import stat
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import __version__
from ._cases import check_cases
from ._compare import compare_rules
from ._core import Explanation, Plan, PlanProof, Router, RuleCounters, World
from ._delivery import availability, promise
from ._errors import Error, InputWarning, InternalError, Issue
from ._load import load_orders, load_world
from ._rules import Rules, load_rules
from ._solve import solve_text, verify

OK, BUG, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
FOUND = 1  # of lint
FAILED = 1  # of `test`

_NEAREST_OF = 10_000  # orders that a misspelt id is compared with

_SEVERITIES = ("error", "warning", "note")

_FORMATTER = argparse.RawDescriptionHelpFormatter


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="orderwright",
        description="Order sourcing and allocation, exact and explainable.",
        epilog="Exit status: 0 success, 1 a case of `test` failed, 2 bad usage or input, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"orderwright {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    solve = commands.add_parser(
        "solve",
        help="the cheapest plan of a sourcing problem, with proof",
        description="Reads orderwright.problem/1 and prints orderwright.solution/1.",
    )
    solve.add_argument("file", metavar="FILE", help="the problem; - for standard input")
    solve.add_argument("--time-limit", type=float, metavar="S", help="seconds; default: no limit")
    solve.add_argument("--node-limit", type=int, metavar="N", help="search nodes; default: 100000")
    solve.add_argument("--verify", action="store_true", help="check the solution independently")
    _add_output(solve)
    solve.set_defaults(run=_solve)

    route = commands.add_parser(
        "route",
        help="plans of orders on a network and its stock",
        description=(
            "Reads orderwright.world/1 and orders, and prints a plan of each order as a line of\n"
            "orderwright.plan/1, in order of input. A summary goes to standard error."
        ),
        formatter_class=_FORMATTER,
    )
    route.add_argument("positional", metavar="ORDERS", nargs="?", help="as --orders")
    route.add_argument("--world", required=True, metavar="W", help="the network and its stock")
    route.add_argument(
        "--orders", metavar="ORDERS", help="JSON lines, a JSON array, or .csv; - for standard input"
    )
    _add_rules(route)
    route.add_argument(
        "--mode",
        choices=("sequential", "independent", "batch"),
        default="sequential",
        help="sequential (default): each order reserves before the next; independent: each sees "
        "all the stock; batch: not supported yet",
    )
    route.add_argument("--now", metavar="T", help="RFC 3339; default: when each order was placed")
    route.add_argument(
        "--postal", metavar="FILE", help="CSV of postal codes: postal_code, lat, lon"
    )
    route.add_argument(
        "--threads", type=int, default=0, metavar="N", help="of mode independent; 0 (default): all"
    )
    route.add_argument("--lenient", action="store_true", help="unknown fields are warnings")
    route.add_argument(
        "--rule-counts",
        action="store_true",
        help="say on stderr how often each rule was asked, spoke, decided and failed",
    )
    route.add_argument(
        "--explain",
        action="store_true",
        help="each plan has its explanation, which `orderwright explain` reads",
    )
    route.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="a bar on standard error; default: if it is a terminal",
    )
    _add_output(route)
    route.set_defaults(run=_route)

    explain = commands.add_parser(
        "explain",
        help="why an order ships from where it does, and why not from elsewhere",
        description=(
            "Reads the plan of an order, made by `orderwright route --explain`, and says why it is as\n"
            "it is. All answers come from the numbers that the decision was made from: nothing but\n"
            "the file of plans is needed."
        ),
        formatter_class=_FORMATTER,
    )
    explain.add_argument("order", metavar="ID", help="of the order; if it was planned again: last")
    explain.add_argument(
        "--from", dest="plans", required=True, metavar="PLANS", help="JSON lines; - for standard input"
    )
    explain.add_argument(
        "--why-not",
        action="append",
        default=[],
        metavar="LOC",
        help="id of a location to ask about; may be given several times",
    )
    explain.add_argument(
        "--next-best", type=int, default=3, metavar="N", help="how many other plans; default: 3"
    )
    form = explain.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="orderwright.explanation/1")
    form.add_argument("--html", action="store_true", help="a fragment of HTML")
    _add_output(explain)
    explain.set_defaults(run=_explain)

    availability = commands.add_parser(
        "availability",
        help="how much can be promised, where, and what is to come",
        description=(
            "Reads orderwright.world/1 and prints, as JSON by SKU, what of items and bundles can be\n"
            "promised, by location and in total, what may be backordered, and what is to come."
        ),
        formatter_class=_FORMATTER,
    )
    availability.add_argument("skus", metavar="SKU", nargs="+", help="of an item or a bundle")
    availability.add_argument("--world", required=True, metavar="W", help="the network and its stock")
    availability.add_argument("--channel", metavar="C", help="who asks; default: no channel's")
    availability.add_argument("--market", metavar="M", help="default: no market's")
    availability.add_argument("--now", metavar="T", help="RFC 3339; default: long ago")
    availability.add_argument("--at", metavar="T", help="counts what is due by then")
    availability.add_argument("--total", action="store_true", help="without locations")
    _add_output(availability)
    availability.set_defaults(run=_availability)

    promise = commands.add_parser(
        "promise",
        help="in how many ways an order could be delivered",
        description=(
            "Reads orderwright.world/1 and one order, and prints the ways in which it could be\n"
            "delivered, best first, each as a line of JSON. Nothing is reserved."
        ),
        formatter_class=_FORMATTER,
    )
    promise.add_argument("order", metavar="ORDER", help="the order; - for standard input")
    promise.add_argument("--world", required=True, metavar="W", help="the network and its stock")
    _add_rules(promise)
    promise.add_argument("--now", metavar="T", help="RFC 3339; default: when it was placed")
    promise.add_argument(
        "--stores", type=int, default=5, metavar="N", help="at most so many with pickup; default: 5"
    )
    promise.add_argument(
        "--postal", metavar="FILE", help="CSV of postal codes: postal_code, lat, lon"
    )
    _add_output(promise)
    promise.set_defaults(run=_promise)

    lint = commands.add_parser(
        "lint",
        help="what is wrong with a file of rules",
        description=(
            "Reads orderwright.rules/1 and reports every mistake with line and column: fields, values,\n"
            "types and syntax of expressions, and with a world names that it does not have. Of rules that\n"
            "can be read it then reports what is probably not meant: rules that never speak, that others\n"
            "always answer before, or that stand twice; conditions that always hold; tables whose rows\n"
            "overlap or leave cases out; texts that fail for some order."
        ),
        epilog="Exit status: 0 nothing is wrong, 1 something is probably not meant, 2 a mistake.",
        formatter_class=_FORMATTER,
    )
    lint.add_argument("rules", metavar="R", help="JSON, or .yaml or .yml; - for JSON from standard input")
    lint.add_argument("--world", metavar="W", help="the network that they are to decide for")
    lint.add_argument("--lenient", action="store_true", help="unknown fields are warnings")
    lint.add_argument("--strict", action="store_true", help="status 1 for notes too")
    lint.add_argument(
        "--json", action="store_true", help="what was found, with orders that show it, as JSON"
    )
    lint.set_defaults(run=_lint)

    test = commands.add_parser(
        "test",
        help="whether rules decide what they should",
        description=(
            "Reads orderwright.rules/1 and orderwright.cases/1, routes the order of each case, and\n"
            "prints a line a case: for one that fails what was expected, what was found, and why."
        ),
        epilog="Exit status: 0 all cases pass, 1 some do not, 2 a file cannot be read.",
        formatter_class=_FORMATTER,
    )
    test.add_argument("rules", metavar="RULES", help="JSON, or .yaml or .yml; - for JSON from standard input")
    test.add_argument("cases", metavar="CASES", help="likewise")
    test.add_argument("--filter", metavar="TEXT", help="only cases whose name contains it")
    test.add_argument(
        "--require-coverage",
        action="store_true",
        help="fails if there is a rule that no case makes speak; else that is a warning",
    )
    test.add_argument("--json", action="store_true", help="the report as JSON")
    _add_output(test)
    test.set_defaults(run=_test)

    diff = commands.add_parser(
        "diff",
        help="what other rules would change",
        description=(
            "Routes every order with two sets of rules, each order as if it were alone, and says which\n"
            "decisions change, by how much, and which rules are behind it. Nothing is reserved."
        ),
        formatter_class=_FORMATTER,
    )
    diff.add_argument("orders", metavar="ORDERS", help="JSON lines, a JSON array, or .csv; - for standard input")
    diff.add_argument("--world", required=True, metavar="W", help="the network and its stock")
    diff.add_argument("--before", metavar="R1", help="rules; default: none")
    diff.add_argument("--after", metavar="R2", help="the other rules; default: none")
    diff.add_argument("--now", metavar="T", help="RFC 3339; default: when each order was placed")
    diff.add_argument("--postal", metavar="FILE", help="CSV of postal codes: postal_code, lat, lon")
    diff.add_argument("--threads", type=int, default=0, metavar="N", help="0 (default): all")
    diff.add_argument("--json", action="store_true", help="totals and every order that changes")
    diff.add_argument(
        "--progress",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="a bar on standard error; default: if it is a terminal",
    )
    _add_output(diff)
    diff.set_defaults(run=_diff)
    return parser


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", metavar="R", help="orderwright.rules/1: JSON, or .yaml or .yml; - for JSON from standard input"
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FILE", default="-", help="where to write; default: standard output"
    )


def _solve(args: argparse.Namespace) -> int:
    _check_output(args.out)
    problem = _input(args.file)
    solution = _interruptible(
        lambda: solve_text(
            problem, time_limit=args.time_limit, node_limit=args.node_limit, threads=0, indent=1
        )
    )
    if args.verify:
        found = verify(problem, json.loads(solution))
        for violation in found["violations"]:
            _say(f"violation: {violation}")
        if not found["valid"]:
            return BUG
        _say(f"verified: cost {found['cost']}")
    _write(args.out, [solution])
    return OK


def _route(args: argparse.Namespace) -> int:
    if args.positional is not None and args.orders is not None:
        raise _UsageError("ORDERS is given twice, by position and by --orders")
    orders_from = args.orders if args.orders is not None else args.positional
    if orders_from is None:
        raise _UsageError("ORDERS is missing")
    if [orders_from, args.world, args.rules].count("-") > 1:
        raise _UsageError("only one of the world, the rules and the orders can be standard input")
    _check_output(args.out)

    begin = time.monotonic()
    world, stock = load_world(_input(args.world), postal_table=args.postal, strict=not args.lenient)
    rules = _rules(args.rules, strict=not args.lenient)
    orders = load_orders(world, _input(orders_from), strict=not args.lenient)
    loaded = time.monotonic()
    show = _is_terminal(sys.stderr) if args.progress is None else args.progress
    counters = RuleCounters(sample_every=16) if args.rule_counts else None
    plans = Router(world, rules=rules, counters=counters).route_all(
        orders,
        stock,
        mode=args.mode,
        now=args.now,
        threads=args.threads,
        progress=show,
        explain=args.explain,
    )
    routed = time.monotonic()
    _write(args.out, (plan.to_json() for plan in plans))
    if not orders:
        _say(f"warning: {'<text>' if orders_from == '-' else orders_from}: there are no orders")
    _say(_summary(world, plans, loaded - begin, routed - loaded))
    if counters is not None:
        _say(str(counters))
    return OK


def _availability(args: argparse.Namespace) -> int:
    _check_output(args.out)
    found = availability(
        load_world(_input(args.world)),
        args.skus,
        channel=args.channel,
        market=args.market,
        now=args.now,
        at=args.at,
        by_location=not args.total,
    )
    _write(args.out, [json.dumps(found, indent=1, ensure_ascii=False)])
    return OK


def _promise(args: argparse.Namespace) -> int:
    if [args.order, args.world, args.rules].count("-") > 1:
        raise _UsageError("only one of the world, the rules and the order can be standard input")
    if args.stores < 0:
        raise _UsageError(f"--stores is {args.stores}; it must be 0 or more")
    _check_output(args.out)
    world = load_world(_input(args.world), postal_table=args.postal)
    rules = _rules(args.rules)
    ways = promise(world, _input(args.order), rules, now=args.now, stores=args.stores)
    _write(args.out, (json.dumps(way, ensure_ascii=False) for way in ways))
    return OK


def _lint(args: argparse.Namespace) -> int:
    if args.rules == "-" and args.world == "-":
        raise _UsageError("only one of the rules and the world can be standard input")
    rules = _rules(args.rules, strict=not args.lenient)
    assert rules is not None
    world: World | None = None
    if args.world is not None:
        world, _ = load_world(_input(args.world))
        if issues := rules.issues_in(world):
            _say_issues(issues)
            return BAD_INPUT
    found = rules.findings(world)
    if args.json:
        _write("-", [json.dumps([one.to_dict() for one in found], indent=1, ensure_ascii=False)])
    else:
        for one in found:
            _say(str(one))
    name = "<text>" if args.rules == "-" else args.rules
    count = Counter(one.severity for one in found)
    counts = [f"{n} {word}{'s' if n > 1 else ''}" for word in _SEVERITIES if (n := count[word])]
    _say(f"{name}: {len(rules)} rules, {', '.join(counts) or 'nothing is wrong'}")
    grave = len(found) if args.strict else count["error"] + count["warning"]
    return FOUND if grave else OK


def _test(args: argparse.Namespace) -> int:
    if args.rules == "-" and args.cases == "-":
        raise _UsageError("only one of the rules and the cases can be standard input")
    _check_output(args.out)
    report = check_cases(_rules(args.rules), _input(args.cases), filter=args.filter)
    if args.json:
        _write(args.out, [json.dumps(report.to_dict(), indent=1, ensure_ascii=False)])
    else:
        color = args.out == "-" and _is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
        _write(args.out, report.lines(color=color))
    if args.filter is not None and not report.results:
        _say(f"warning: no case has {args.filter!r} in its name")
    if args.require_coverage and report.uncovered is None:
        _say("warning: with --filter not all cases are run; what they cover is not known")
    return FAILED if report.failed or (args.require_coverage and report.uncovered) else OK


def _diff(args: argparse.Namespace) -> int:
    if [args.orders, args.world, args.before, args.after].count("-") > 1:
        raise _UsageError("only one of the world, the rules and the orders can be standard input")
    if args.before is None and args.after is None:
        raise _UsageError("--before or --after is missing")
    _check_output(args.out)
    world, stock = load_world(_input(args.world), postal_table=args.postal)
    before, after = _rules(args.before), _rules(args.after)
    orders = load_orders(world, _input(args.orders))
    show = _is_terminal(sys.stderr) if args.progress is None else args.progress
    comparison = compare_rules(
        (world, stock), orders, before, after, now=args.now, threads=args.threads, progress=show
    )
    if args.json:
        text = json.dumps(comparison.to_dict(), indent=1, ensure_ascii=False)
    else:
        text = str(comparison).rstrip("\n")
    _write(args.out, [text])
    return OK


def _rules(path: str | None, *, strict: bool = True) -> Rules | None:
    if path is None:
        return None
    return load_rules(_input(path), strict=strict)


def _explain(args: argparse.Namespace) -> int:
    _check_output(args.out)
    plan = _plan_of(args.order, args.plans)
    explanation = plan.get("explanation")
    if not isinstance(explanation, dict):
        raise _UsageError(
            f"the plan of order {args.order!r} has no explanation; route with --explain"
        )
    found = Explanation.from_json(
        json.dumps(explanation),
        name=f"explanation of order {args.order}",
        next_best=args.next_best,
        why_not=args.why_not,
    )
    if args.json:
        text = found.to_json(indent=2)
    elif args.html:
        text = found.to_html()
    else:
        text = str(found)
    _write(args.out, [text.rstrip("\n")])
    return OK


def _plan_of(order: str, path: str) -> dict[str, Any]:
    """The last plan of the order in a file of JSON lines."""
    source = _input(path)
    text = source if isinstance(source, bytes) else source.read_bytes()
    plan: dict[str, Any] | None = None
    others: list[str] = []
    wanted = order.encode()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        # Plans with explanations are long, and most of them are of other orders.
        may_name_it = wanted in line or b"\\u" in line
        if not may_name_it and len(others) >= _NEAREST_OF:
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise _UsageError(f"{path}:{number}: not JSON: {error}") from error
        if not isinstance(row, dict) or not isinstance(row.get("order"), str):
            raise _UsageError(f"{path}:{number}: not a plan: it names no order")
        if row["order"] == order:
            plan = row
        else:
            others.append(row["order"])
    if plan is None:
        near = difflib.get_close_matches(order, others, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise _UsageError(f"{path} has no plan of order {order!r}{hint}")
    return plan


def _summary(world: World, plans: list[Plan], loading: float, routing: float) -> str:
    status = Counter(plan.status.name.lower() for plan in plans)
    names = ["planned", "short", "unroutable", *(["held"] if status["held"] else [])]
    counts = ", ".join(f"{status[name]:,} {name}" for name in names)
    shipments = sum(s.takes_stock for plan in plans for s in plan.shipments)
    cost = sum((plan.cost for plan in plans), Decimal(0))
    proved = sum(plan.proof == PlanProof.OPTIMAL for plan in plans)
    return (
        f"{len(plans):,} orders: {counts}; {shipments:,} shipments; "
        f"cost {cost:,} {world.currency}; {proved:,} proved cheapest; "
        f"read in {loading:.2f} s, routed in {routing:.2f} s"
    )


class _UsageError(Exception):
    """Bad usage that argparse does not see."""


def _input(path: str) -> Path | bytes:
    """A path, or the text of standard input."""
    if path != "-":
        return Path(path)
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed", "standard input")
    return sys.stdin.buffer.read()


def _is_terminal(stream: Any) -> bool:
    return stream is not None and bool(stream.isatty())


def _check_output(path: str) -> None:
    """Raises OSError now if writing to `path` would fail after all the work."""
    if path == "-":
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed", "standard output")
        return
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not target.parent.is_dir():
        raise OSError(errno.ENOENT, f"there is no folder '{target.parent}'", path)
    device = target.exists() and not target.is_file()  # written to; a file is replaced
    if not os.access(target if device else target.parent, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), path)


def _interruptible(call: Any) -> str:
    """The result of `call`, made in another thread, so that Ctrl-C does not wait for its end."""
    results: list[str] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 raised again below
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        thread.join()
    except KeyboardInterrupt:
        # The search goes on in the thread: leave without waiting for it.
        _say("interrupted")
        os._exit(INTERRUPTED)
    if errors:
        raise errors[0]
    return results[0]


def _write(path: str, lines: Iterable[str]) -> None:
    """Writes all lines, or, to a file, nothing: a reader never sees half of it."""
    if path == "-":
        # JSON is UTF-8, whatever the locale.
        for line in lines:
            sys.stdout.buffer.write(line.encode("utf-8") + b"\n")
        sys.stdout.flush()
        return
    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode if target.exists() else None
    if mode is not None and not stat.S_ISREG(mode):  # a device or a pipe cannot be replaced
        with target.open("w", encoding="utf-8") as device:
            device.writelines(line + "\n" for line in lines)
        return
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _say(text: str) -> None:
    if sys.stderr is not None:  # print would take standard output instead
        print(text, file=sys.stderr, flush=True)


def _say_issues(issues: Sequence[Issue], prefix: str = "") -> None:
    for issue in issues:
        _say(f"{prefix}{issue}")


def _say_error(error: Error) -> None:
    if not error.issues:
        _say(f"orderwright: {error}")
        return
    _say_issues(error.issues)
    total = re.search(r"; (\d+) errors in all$", str(error))
    if total and int(total[1]) > len(error.issues):
        _say(f"orderwright: {total[1]} errors; the first {len(error.issues)} are shown")


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    if isinstance(message, InputWarning):
        _say_issues(message.issues, "warning: ")
    else:
        _say(f"warning: {message}")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and returns its exit status.

    Args:
        argv: The arguments; None: those of the process.
    """
    parser = _parser()
    args = parser.parse_args(argv)
    with warnings.catch_warnings():
        warnings.simplefilter("always", InputWarning)
        warnings.showwarning = _show_warning
        try:
            return int(args.run(args))
        except _UsageError as error:
            _say(f"orderwright {args.command}: {error}; see orderwright {args.command} --help")
            return BAD_INPUT
        except InternalError as error:
            _say(f"orderwright: this is a bug of orderwright: {error}")
            return BUG
        except Error as error:
            _say_error(error)
            return BAD_INPUT
        except BrokenPipeError:
            # Whoever read the output has enough. Keep Python from flushing into the void at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return OK
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _say(f"orderwright: {where}{error.strerror or error}")
            return BAD_INPUT
        except KeyboardInterrupt:
            _say("interrupted")
            return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
