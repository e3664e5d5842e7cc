"""The family of exceptions, and the numbers of the enums."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

import orderwright as ow


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (ow.InvalidInput, ValueError),
        (ow.NotFound, KeyError),
        (ow.NotAllowed, RuntimeError),
        (ow.Conflict, RuntimeError),
        (ow.OutOfRange, OverflowError),
        (ow.NotSupported, NotImplementedError),
        (ow.InternalError, RuntimeError),
    ],
)
def test_every_error_is_of_the_family_and_a_builtin(
    error: type[ow.Error], builtin: type[Exception]
) -> None:
    assert issubclass(error, ow.Error) and issubclass(error, builtin)
    made = error("there is no 'x'", [ow.Issue(path="a[0]", code="missing", message="it is not")])
    assert str(made) == "there is no 'x'"
    copy = pickle.loads(pickle.dumps(made))
    assert type(copy) is error and str(copy) == str(made) and copy.issues == made.issues
    assert isinstance(copy.issues[0], ow.Issue)
    assert error().issues == [] and str(error()) == ""


def test_an_issue_is_a_dict_with_attributes() -> None:
    issue = ow.Issue(path="lines[0].sku", code="unknown_sku", message="no 'CUP'")
    assert issue == {"path": "lines[0].sku", "code": "unknown_sku", "message": "no 'CUP'"}
    assert (issue.path, issue.code, issue.message) == ("lines[0].sku", "unknown_sku", "no 'CUP'")
    assert str(issue) == "lines[0].sku: no 'CUP'"
    assert str(ow.Issue(path="", code="x", message="no")) == "no"
    assert json.loads(json.dumps(issue)) == issue


# Numbers are promised: they are stored, and never given to another name.
ENUMS: dict[Any, dict[str, int]] = {
    ow.LocationKind: {"WAREHOUSE": 1, "STORE": 2, "THIRD_PARTY": 3, "DROPSHIP": 4, "VIRTUAL": 5},
    ow.PlanStatus: {"PLANNED": 1, "SHORT": 2, "UNROUTABLE": 3, "HELD": 4},
    ow.PlanProof: {"OPTIMAL": 1, "FEASIBLE": 2},
    ow.ShortReason: {
        "NO_STOCK": 1,
        "NO_ELIGIBLE_LOCATION": 2,
        "LIMIT": 3,
        "SHIP_COMPLETE": 4,
        "RULE": 5,
        "COST": 6,
        "LATE": 7,
    },
    ow.RouteMode: {"SEQUENTIAL": 1, "INDEPENDENT": 2},
    ow.ShipmentMethod: {"SHIP": 1, "PICKUP": 2, "TRANSFER": 3},
    ow.StockCause: {
        **{"RESERVE": 1, "RELEASE": 2, "SHIP": 3, "EXPIRE": 4, "CONFIRM": 5, "AMEND": 6},
        **{"COUNT": 7, "DELTA": 8, "ADJUST": 9, "RECEIVE": 10, "DISPATCH": 11},
    },
    ow.FeedResult: {"APPLIED": 1, "REPEATED": 2, "STALE": 3, "TOO_OLD": 4, "OUT_OF_RANGE": 5},
    ow.ReservationKind: {"HARD": 1, "SOFT": 2},
}


@pytest.mark.parametrize("enum", list(ENUMS), ids=lambda enum: str(enum.__name__))
def test_enums_have_their_numbers(enum: Any) -> None:
    members = {name: int(member) for name, member in enum.__members__.items()}
    assert members == ENUMS[enum]
    for name, value in ENUMS[enum].items():
        member = getattr(enum, name)
        assert (member.name, member.value) == (name, value)
        assert member == enum(value=value) and hash(member) == hash(enum(value=value))
        assert pickle.loads(pickle.dumps(member)) == member


def test_every_public_thing_says_what_it_is() -> None:
    missing = []
    for name in ow.__all__:
        thing = getattr(ow, name)
        if name != "__version__" and not (thing.__doc__ or "").strip():
            missing.append(name)
        if not isinstance(thing, type):
            continue
        for attribute, value in vars(thing).items():
            if attribute.startswith("_") or attribute.isupper() or attribute in ("name", "value"):
                continue
            # pybind11 writes the signature first: a text must follow it.
            text = getattr(value, "__doc__", None) or ""
            if isinstance(value, staticmethod):
                text = value.__func__.__doc__ or ""
            if not text.strip() or (" -> " in text and "\n" not in text.strip()):
                missing.append(f"{name}.{attribute}")
    assert missing == []


def test_what_the_module_does_not_have_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'regex'"):
        _ = ow.regex
    assert sorted(ow.__all__) == ow.__all__
