"""solve and verify: problems and solutions as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import _core
from ._errors import bad_argument
from ._load import Json, PathLike
from ._source import source


def solve(
    problem: Mapping[str, Any] | PathLike | bytes,
    *,
    time_limit: float | None = None,
    node_limit: int | None = None,
    threads: int = 0,
) -> Json:
    """The cheapest plan of a sourcing problem, with proof.

    Args:
        problem: `orderwright.problem/1`: a dict, a path, or JSON text (bytes, or a str that begins
            with "{").
        time_limit: Seconds after which the best plan so far is returned with its bound. The result
            then depends on the machine. None: no limit.
        node_limit: Search nodes after which the same happens; deterministic. None: 100,000.
        threads: The most threads to use; 0: all cores. The result does not depend on it.

    Returns:
        `orderwright.solution/1`: status `optimal`, or `feasible` with a valid lower bound.

    Raises:
        InvalidInput: With every issue, paths like `orders[3].lines[0].quantity`.
        NotSupported: The problem has a field that is not acted on yet.
        NotFound: There is no such file.

    Other Python threads run meanwhile. Ctrl-C takes effect when the search ends: give a limit.
    """
    return dict(
        json.loads(
            solve_text(
                problem, time_limit=time_limit, node_limit=node_limit, threads=threads, indent=0
            )
        )
    )


def solve_text(
    problem: Mapping[str, Any] | PathLike | bytes,
    *,
    time_limit: float | None,
    node_limit: int | None,
    threads: int,
    indent: int,
) -> str:
    """As solve, the solution as text."""
    if threads < 0:
        raise bad_argument("threads", f"is {threads}; it must be 0 (all cores) or more")
    document = source(problem, "problem")
    return _core.solve_text(
        document.text,
        document.name,
        places=document.places,
        time_limit=time_limit,
        node_limit=node_limit,
        indent=indent,
    )


def verify(
    problem: Mapping[str, Any] | PathLike | bytes, solution: Mapping[str, Any] | PathLike | bytes
) -> Json:
    """Checks a solution from the problem alone; shares no code with the solver.

    Args:
        problem: `orderwright.problem/1`: a dict, a path or JSON text.
        solution: `orderwright.solution/1` of it, likewise.

    Returns:
        `{"valid": bool, "cost": int, "violations": [str, ...]}`: the cost is recomputed, and each
        violation says in words what is wrong.

    Raises:
        InvalidInput: The problem is wrong, or the solution names what the problem does not have.
        NotFound: There is no such file.
    """
    asked = source(problem, "problem")
    answer = source(solution, "solution")
    return _core.verify_text(
        asked.text, asked.name, asked.places, answer.text, answer.name, answer.places
    )
