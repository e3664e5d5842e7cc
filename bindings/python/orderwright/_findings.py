"""Finding: what the analysis of rules says."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """Something about rules that is probably not meant, though they can be read and run.

    str() of it is one line for people.
    """

    kind: str
    """`dead`, `always_true`, `idle_part`, `shadowed`, `duplicate`, `overlap`, `gap`, `dead_row`,
    `shadowed_row`, `idle_column`, `unknown_name`, `may_fail` or `not_analysed`."""
    severity: str
    """`error`: it cannot do what it says; `warning`: probably not what is meant; `note`: may well be."""
    rules: tuple[str, ...]
    """Ids: of the rule that it is about, then of others."""
    rows: tuple[int, ...]
    """Of the rule's table, from 0."""
    path: str
    """Where it was written: "rules.json:12:5: rules[3].when"."""
    message: str
    """For people."""
    witness: dict[str, Any] | None
    """A case that shows it, confirmed by the rules themselves: `text`, and a `world`, an `order` and an
    instant `now` that `route` takes; beside them the figures of `candidate` and `plan`."""

    def to_dict(self) -> dict[str, Any]:
        """As `orderwright lint --json` prints it."""
        return {**self._asdict(), "rules": list(self.rules), "rows": list(self.rows)}

    def __str__(self) -> str:
        text = f"{self.path}: {self.severity}: '{self.rules[0]}' {self.message}"
        if self.witness is not None and self.kind != "gap":
            text += f"; as in: {self.witness['text']}"
        return text


def finding_of(found: dict[str, Any], path: str) -> Finding:
    """What the library found, with the place as its file has it."""
    witness = found["witness"]
    return Finding(
        found["kind"],
        found["severity"],
        tuple(found["rules"]),
        tuple(found["rows"]),
        path,
        found["message"],
        None if witness is None else json.loads(witness),
    )
