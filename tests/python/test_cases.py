"""Cases that rules must pass: what they look at, what they say when they fail, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow
from orderwright._place import merged, parsed, place_of, text_of
from orderwright._source import Source
from small_world import ROOT
from test_cli import run

pytest.importorskip("ruamel.yaml")

# To San Francisco a mug costs 3.00 from WEST, 5.00 from STORE, 8.00 from EAST.
WORLD: dict[str, Any] = {
    "currency": "USD",
    "locations": [
        {"id": "WEST", "kind": "warehouse", "lat": 37.0, "lon": -122.0, "cost_per_shipment": "3.00"},
        {"id": "STORE", "kind": "store", "lat": 37.7, "lon": -122.4, "cost_per_shipment": "5.00"},
        {"id": "EAST", "kind": "warehouse", "lat": 40.7, "lon": -74.0, "cost_per_shipment": "8.00"},
    ],
    "items": [{"sku": "MUG", "weight_g": 350}, {"sku": "HAT", "weight_g": 120, "tags": ["hazmat"]}],
    "stock": [
        {"location": "WEST", "sku": "MUG", "on_hand": 5},
        {"location": "STORE", "sku": "MUG", "on_hand": 5},
        {"location": "EAST", "sku": "MUG", "on_hand": 5},
        {"location": "EAST", "sku": "HAT", "on_hand": 5},
    ],
    "costs": {"split_penalty": "1.00"},
}
RULES: dict[str, Any] = {
    "format": "orderwright.rules/1",
    "rules": [
        {"id": "no-west", "kind": "eligible", "when": "'vip' in order.tags", "require": "location.id != 'WEST'"},
        {"id": "shelf", "kind": "protect", "when": "location.kind == 'store'", "units": 3},
        {"id": "fast", "kind": "set", "when": "order.units > 2", "field": "priority", "value": 7},
        {"id": "first-west", "kind": "prefer", "mode": "shadow", "when": "location.id != 'WEST'", "cost": "9.00"},
        {"id": "one-box", "kind": "limit", "when": "'one' in order.tags", "what": "max_shipments", "value": 1},
        {"id": "soft", "kind": "eligible", "relax": 1, "require": "location.kind != 'dropship' && location.id != 'EAST'"},
        {"id": "risky", "kind": "hold", "when": "has(order.risk) && order.risk > 0.8", "reason": "risk {order.risk}"},
        {"id": "rest", "kind": "outcome", "on": "short", "then": "cancel"},
        {"id": "broken", "kind": "price", "when": "'broken' in order.tags", "cost": "double(order.attributes.none)", "on_error": "skip"},
        {"id": "never", "kind": "hold", "mode": "off", "when": "true"},
        {"id": "sends-back", "kind": "limit", "what": "max_rejects", "when": "location.kind == 'warehouse'", "value": 1},
        {"id": "person", "kind": "outcome", "priority": 1, "on": "rejected", "when": "order.rejections > 1", "then": "hold", "reason": "{order.rejections} times"},
        {"id": "again", "kind": "outcome", "on": "rejected", "then": "retry", "after": "1h30m"},
        {"id": "out", "kind": "policy", "action": "cancel", "when": "order.released", "then": "deny", "reason": "it has left"},
        {"id": "dear", "kind": "policy", "action": "refund", "when": "has(request.amount) && request.amount > 50.00 && actor.role == 'support'", "then": "review"},
        {"id": "dear-plan", "kind": "policy", "action": "exchange", "when": "plan.cost > 2.00 && has(request.days_since_delivery)", "then": "deny"},
    ],
}  # fmt: skip


def cases(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    order = {"ship_to": {"lat": 37.77, "lon": -122.41}, "lines": [{"id": "1", "sku": "MUG", "quantity": 1}]}
    return {"format": "orderwright.cases/1", "world": WORLD, "order": order, "cases": list(entries), **more}


def failures(expect: dict[str, Any], **case: Any) -> list[ow.CaseFailure]:
    report = ow.check_cases(RULES, cases({"name": "c", "expect": expect, **case}))
    return list(report.results[0].failures)


def lines(quantity: int, sku: str = "MUG") -> dict[str, Any]:
    return {"lines": [{"id": "1", "sku": sku, "quantity": quantity}]}


def issues(*entries: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(ow.InvalidInput) as caught:
        ow.check_cases(RULES, cases(*entries, **more))
    return [str(issue) for issue in caught.value.issues]


# -- What is looked at ----------------------------------------------------------------------------

# Of an order: what its plan shows, and for each field something that it does not show.
VIP = {"tags": ["vip"]}
SHOWN: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({}, {"status": "planned"}, {"status": "held"}),
    ({}, {"locations": "WEST"}, {"locations": ["WEST", "EAST"]}),
    ({}, {"locations": {"1": ["WEST"]}}, {"locations": {"1": "EAST"}}),
    ({"order": lines(6)}, {"locations": ["WEST", "STORE"]}, {"locations": "WEST"}),
    ({}, {"shipments": 1}, {"shipments": 2}),
    ({}, {"services": "standard"}, {"services": []}),
    ({}, {"services": {"WEST": "standard"}}, {"services": {"WEST": []}}),
    ({}, {"cost": "3.00"}, {"cost": "3.000001"}),
    ({}, {"cost": 3}, {"cost": 3.5}),
    ({"order": lines(6, "HAT")}, {"short": {"1": 1}}, {"short": {}}),
    ({}, {"short": {}}, {"short": {"1": 1}}),
    ({}, {"short": {"1": 0}}, {"short": {"1": 2}}),
    ({"order": lines(3)}, {"settings": {"priority": 7}}, {"settings": {"priority": 8}}),
    ({}, {"settings": {"priority": None}}, {"settings": {"priority": 7}}),
    ({"order": {"risk": 0.9}}, {"holds": "risky", "status": "held"}, {"holds": []}),
    ({}, {"holds": []}, {"holds": "risky"}),
    ({"order": lines(6, "HAT")}, {"outcomes": {"short": "cancel"}}, {"outcomes": {"short": "hold"}}),
    ({}, {"outcomes": {"short": None}}, {"outcomes": {"short": "cancel"}}),
    ({"order": VIP}, {"not_from": {"WEST": "no-west"}}, {"not_from": {"WEST": "soft"}}),
    ({}, {"not_from": {"EAST": "soft"}}, {"not_from": {"WEST": "no-west"}}),
    ({}, {"not_from": ["STORE", "EAST"]}, {"not_from": "WEST"}),
    ({}, {"not_from": "STORE"}, {"not_from": {"STORE": "shelf"}}),
    ({"order": lines(1, "HAT")}, {"relaxed": "soft"}, {"relaxed": []}),
    ({}, {"relaxed": []}, {"relaxed": "soft"}),
    ({}, {"shadows": "first-west"}, {"shadows": []}),
    ({"order": {"tags": ["broken"]}}, {"rule_errors": "broken"}, {"rule_errors": []}),
    ({"order": VIP}, {"fired": ["no-west", "shelf"]}, {"fired": ["no-west", "risky"]}),
    ({}, {"silent": ["no-west", "never"]}, {"silent": "shelf"}),
    ({"order": {"tags": ["one"]}}, {"fired": "one-box"}, {"silent": "one-box"}),
    ({"decide": {"action": "cancel"}}, {"decision": "allow", "rule": None}, {"decision": "deny"}),
    ({"decide": {"action": "cancel"}, "released": True}, {"decision": "deny", "rule": "out"}, {"rule": None}),
    ({"decide": {"action": "refund", "request": {"amount": 80.5}, "actor": {"id": "ana", "role": "support"}}},
     {"decision": "review", "rule": "dear", "locations": "WEST"}, {"rule": "out"}),
    ({"decide": {"action": "refund", "request": {"amount": "80.50"}, "actor": {"role": "customer"}}},
     {"decision": "allow"}, {"decision": "review"}),
    ({"decide": {"action": "exchange", "request": {"days_since_delivery": 3}}},
     {"decision": "deny", "rule": "dear-plan"}, {"decision": "allow"}),
    ({"outcome_on": "rejected", "rejections": [{"location": "WEST"}]},
     {"then": "retry", "after": "90m", "rule": "again", "locations": "STORE"}, {"then": "hold"}),
    ({"outcome_on": "rejected", "rejections": [{"location": "STORE"}]}, {"locations": "WEST"}, {"after": None}),
    ({"outcome_on": "rejected", "rejections": [{"location": "WEST", "at": "2026-11-23T12:00:00Z"}] * 2},
     {"then": "hold", "after": None, "rule": "person"}, {"after": "1h30m"}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "shown", "other"), SHOWN)
def test_a_case_passes_if_the_plan_shows_what_it_expects(
    case: dict[str, Any], shown: dict[str, Any], other: dict[str, Any]
) -> None:
    assert failures(shown, **case) == []
    (failure,) = failures(other, **case)
    assert failure.field.split(".")[0] in other


def test_every_field_of_expect_is_tried() -> None:
    schema = json.loads((ROOT / "docs/formats/cases.schema.json").read_text(encoding="utf-8"))
    expect = schema["properties"]["cases"]["items"]["properties"]["expect"]["properties"]
    assert {name for _, shown, _ in SHOWN for name in shown} == set(expect)
    assert {name for _, _, other in SHOWN for name in other} == set(expect)


def test_a_case_says_only_what_is_particular() -> None:
    report = ow.check_cases(
        RULES,
        cases(
            {"name": "as the file says", "expect": {"locations": "WEST"}},
            {"name": "less stock", "stock": {"WEST": {"MUG": 0}}, "expect": {"locations": "STORE"}},
            {"name": "not counted", "stock": {"WEST": {"MUG": None}}, "order": lines(40), "expect": {"locations": "WEST"}},
            {"name": "another network", "world": {"locations": [{"id": "STORE", "cost_per_shipment": "1.00"}]},
             "expect": {"locations": "STORE", "cost": "1.00"}},
            {"name": "one location more", "world": {"locations": [{"id": "NEAR", "lat": 37.0, "lon": -122.0}]},
             "stock": {"NEAR": {"MUG": 1}}, "expect": {"locations": "NEAR", "cost": "0.00"}},
            {"name": "address merged", "order": {"ship_to": {"city": "San Francisco"}}, "expect": {"locations": "WEST"}},
        ),
    )  # fmt: skip
    assert report.failed == 0, str(report)
    ids = [result.plan.order_id for result in report.results if result.plan]
    assert ids[1] == "less stock"


def test_the_instant_is_that_of_the_case_or_of_the_file() -> None:
    rules = {"format": "orderwright.rules/1", "rules": [
        {"id": "peak", "kind": "hold", "from": "2026-11-27T00:00:00Z", "until": "2026-11-30T00:00:00Z"}]}  # fmt: skip
    report = ow.check_cases(
        rules,
        cases(
            {"name": "of the file", "expect": {"holds": "peak"}},
            {"name": "its own", "now": "2026-11-30T00:00:00Z", "expect": {"holds": []}},
            now="2026-11-28T00:00:00Z",
        ),
    )
    assert report.failed == 0, str(report)


def test_a_case_may_ask_as_of_an_order_without_a_plan() -> None:
    ask: dict[str, Any] = {"action": "exchange", "request": {"days_since_delivery": 3}, "plan": False}
    (failure,) = failures({"decision": "deny"}, decide=ask)
    assert failure.found == "review"  # the rule reads what is not there, so that somebody looks at it
    assert "dear-plan failed: " in failure.why and "plan" in failure.why


# -- What a failure says --------------------------------------------------------------------------


def test_a_failure_says_what_was_expected_what_was_found_and_why() -> None:
    (failure,) = failures({"locations": "WEST"}, order=VIP)
    assert (failure.expected, failure.found) == (["WEST"], ["STORE"])
    assert "no-west" in failure.why
    assert str(failure).splitlines()[0] == "locations: expected WEST, found STORE"
    (failure,) = failures({"not_from": {"STORE": "shelf"}})
    assert failure.found == "dearer" and "costs 5.00 (+2.00)" in failure.why
    (failure,) = failures({"status": "planned"}, order={"risk": 0.9})
    assert failure.why == "held by risky: risk 0.9"
    (failure,) = failures({"fired": ["no-west", "never"]})
    assert failure.why == "no-west said nothing\nnever is off"
    (failure,) = failures({"fired": "first-west"})
    assert failure.why == "first-west is in shadow mode, and would have spoken"
    (failure,) = failures({"fired": "broken"}, order={"tags": ["broken"]})
    assert failure.why.startswith("broken failed: ") and "none" in failure.why
    (failure,) = failures({"fired": "soft"}, order=lines(1, "HAT"))
    assert failure.why == "soft was relaxed to source more"
    (failure,) = failures({"short": {}}, order=lines(6, "HAT"))
    assert failure.why == "line 1: 1 of HAT not sourced (no_stock)"
    (failure,) = failures({"cost": "1.00"}, order=lines(6))
    assert failure.why == "WEST 3.00 + STORE 5.00 + split 1.00"
    (failure,) = failures({"decision": "allow"}, decide={"action": "cancel"}, released=True)
    assert (failure.expected, failure.found, failure.why) == ("allow", "deny", "said by out: it has left")
    (failure,) = failures({"rule": "out"}, decide={"action": "cancel"})
    assert str(failure) == "rule: expected out, found nothing\n  no rule speaks of it"
    back = {"outcome_on": "rejected", "rejections": [{"location": "WEST"}]}
    (failure,) = failures({"after": "2h"}, **back)
    assert (failure.expected, failure.found) == ("2:00:00", "1:30:00")


def test_a_rule_that_fails_when_it_is_asked_fails_its_case_alone() -> None:
    rules = ow.Rules()
    rules.add("strict", kind="policy", action="cancel", when="order.attributes.none == 1", then="deny", on_error="fail")
    report = ow.check_cases(
        rules,
        cases(
            {"name": "fails", "decide": {"action": "cancel"}, "expect": {"decision": "deny"}},
            {"name": "passes", "decide": {"action": "edit"}, "expect": {"decision": "allow"}},
        ),
    )
    assert [result.passed for result in report.results] == [False, True]
    (failure,) = report.results[0].failures
    assert failure.field == "decide" and "strict" in failure.why


def test_an_order_that_cannot_be_routed_fails_its_case_alone() -> None:
    rules = ow.Rules()
    rules.add("strict", kind="protect", when="'vip' in order.tags", units="int(order.attributes.none)", on_error="fail")
    report = ow.check_cases(
        rules,
        cases(
            {"name": "fails", "order": VIP, "expect": {"status": "planned"}},
            {"name": "passes", "expect": {"status": "planned"}},
        ),
    )
    assert [result.passed for result in report.results] == [False, True]
    assert report.results[0].plan is None
    assert "rule 'strict'" in report.results[0].failures[0].why


def test_functions_are_tested_like_texts() -> None:
    rules = ow.Rules()
    rules.add("many", kind="hold", when=lambda f: f.order.units > 2)
    report = ow.check_cases(
        rules,
        cases(
            {"name": "many", "order": lines(3), "expect": {"holds": "many", "fired": "many"}},
            {"name": "few", "expect": {"holds": [], "silent": "many"}},
        ),
    )
    assert report.failed == 0 and report.uncovered == ()


# -- Coverage -------------------------------------------------------------------------------------


def test_rules_that_no_case_makes_speak_are_named() -> None:
    report = ow.check_cases(RULES, cases({"name": "a", "order": VIP, "expect": {"status": "planned"}}))
    when_asked = ("sends-back", "person", "again", "out", "dear", "dear-plan")
    assert report.uncovered is not None
    assert [id for id in report.uncovered if id not in when_asked] == ["fast", "one-box", "risky", "rest", "broken"]
    assert str(report).splitlines()[-1].startswith("no case makes 10 rules speak: fast, one-box")


def test_a_rule_that_is_asked_speaks_where_it_decides() -> None:
    report = ow.check_cases(
        RULES,
        cases(
            {"name": "a", "decide": {"action": "cancel"}, "released": True, "expect": {"decision": "deny"}},
            {"name": "b", "outcome_on": "rejected", "expect": {"then": "retry"}},
        ),
    )
    assert report.uncovered is not None
    assert {"out", "again"}.isdisjoint(report.uncovered) and {"dear", "person"} <= set(report.uncovered)


def test_with_a_filter_only_some_are_run_and_coverage_is_not_known() -> None:
    document = cases(
        {"name": "The first", "expect": {"status": "planned"}},
        {"name": "the second", "expect": {"status": "held"}},
    )
    report = ow.check_cases(RULES, document, filter="FIRST")
    assert [result.name for result in report.results] == ["The first"]
    assert report.uncovered is None
    assert ow.check_cases(RULES, document, filter="t").uncovered is not None


# -- What is refused ------------------------------------------------------------------------------


def test_names_that_are_nowhere_are_errors_with_a_proposal() -> None:
    found = issues(
        {"name": "a", "expect": {"statsu": "held"}},
        {"name": "b", "expect": {"status": "helt", "holds": ["riskyy"], "not_from": {"WETS": "shelv"}}},
        {"name": "c", "expect": {"locations": {"2": "WEST"}, "services": "grund", "short": {"9": 1}}},
        {"name": "d", "expect": {"outcomes": {"shrt": "cancel", "late": "cancle"}, "settings": {"servce": "x"}}},
        {"name": "e", "expect": {"cost": "much", "shipments": -1, "fired": 3, "short": {"1": "two"}}},
        {"name": "f", "decide": {"action": "cancel"}, "expect": {"decision": "alow", "rule": "outt", "then": "hold"}},
        {"name": "g", "outcome_on": "rejected", "rejections": [{"location": "WETS"}], "expect": {"then": "retri", "after": "soon"}},
        {"name": "h", "expect": {"decision": "allow", "rule": "out"}},
    )
    text = "\n".join(found)
    for part in (
        "cases[0].expect.statsu: unknown field; did you mean 'status'?",
        "cases[1].expect.status: there is no status 'helt'; did you mean 'held'?",
        "cases[1].expect.holds: there is no rule 'riskyy'; did you mean 'risky'?",
        "cases[1].expect.not_from: there is no location 'WETS'; did you mean 'WEST'?",
        "cases[1].expect.not_from.WETS: there is no rule 'shelv'; did you mean 'shelf'?",
        "cases[2].expect.locations: there is no line '2'; it is one of 1",
        "cases[2].expect.services: there is no service 'grund'",
        "cases[2].expect.short: there is no line '9'",
        "cases[3].expect.outcomes: there is no event 'shrt'; did you mean 'short'?",
        "cases[3].expect.outcomes.late: there is no outcome 'cancle'; did you mean 'cancel'?",
        "cases[3].expect.settings: there is no field 'servce'; did you mean 'service'?",
        "cases[4].expect.cost: expected an amount",
        "cases[4].expect.shipments: expected a number of shipments",
        "cases[4].expect.fired: expected a rule, or a list of them",
        "cases[4].expect.short.1: expected a number of units",
        "cases[5].expect.decision: there is no decision 'alow'; did you mean 'allow'?",
        "cases[5].expect.rule: there is no rule 'outt'; did you mean 'out'?",
        "cases[5].expect.then: is of a case with `outcome_on`",
        "cases[6].rejections[0].location: there is no location 'WETS'; did you mean 'WEST'?",
        "cases[6].expect.then: there is no outcome 'retri'; did you mean 'retry'?",
        "cases[6].expect.after: expected a duration, such as 36h",
        "cases[7].expect.decision: is of a case with `decide`",
        "cases[7].expect.rule: is of a case with `decide` or `outcome_on`",
    ):
        assert part in text, text


def asked(**case: Any) -> dict[str, Any]:
    return {"cases": [{"name": "a", "expect": {"status": "held"}, **case}]}


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ({}, "cases: must be a list of one case or more"),
        ({"cases": []}, "cases: must be a list"),
        ({"format": "orderwright.cases/2"}, "format: is 'orderwright.cases/2'"),
        ({"casses": [], "cases": [{"name": "a", "expect": {"status": "held"}}]}, "did you mean 'cases'?"),
        ({"cases": [{"expect": {"status": "held"}}]}, "cases[0].name: a case needs a name"),
        ({"cases": [{"name": "a"}]}, "cases[0].expect: must be an object"),
        ({"cases": [{"name": "a", "expect": {}}]}, "cases[0].expect: must be an object"),
        ({"cases": [7]}, "cases[0]: expected an object"),
        ({"cases": [{"name": "a", "expect": {"status": "held"}}] * 2}, "'a' is the name of another case"),
        ({"cases": [{"name": "a", "order": 1, "expect": {"status": "held"}}]}, "cases[0].order: expected an object"),
        ({"cases": [{"name": "a", "stock": {"WEST": 3}, "expect": {"status": "held"}}]}, "expected units by SKU"),
        (asked(decide=3), "cases[0].decide: expected an object"),
        (asked(decide={}), "cases[0].decide.action: say what is asked for"),
        (asked(decide={"action": 3}), "cases[0].decide.action: expected a text"),
        (asked(decide={"action": "edit", "actr": {}}), "cases[0].decide.actr: unknown field; did you mean 'actor'?"),
        (asked(decide={"action": "edit", "request": {"amont": 1}}), "request.amont: unknown field; did you mean 'amount'?"),
        (asked(decide={"action": "edit", "request": {"amount": "much"}}), "request.amount: expected an amount"),
        (asked(decide={"action": "edit", "request": {"units": "2"}}), "request.units: expected a number of units"),
        (asked(decide={"action": "edit", "request": {"reason": 2}}), "request.reason: expected a text"),
        (asked(decide={"action": "edit", "actor": {"role": "suport"}}), "there is no role 'suport'; did you mean 'support'?"),
        (asked(decide={"action": "edit", "plan": 1}), "cases[0].decide.plan: expected true or false"),
        (asked(decide={"action": "edit"}, outcome_on="late"), "a case asks one thing: `decide` or `outcome_on`"),
        (asked(outcome_on="rejcted"), "cases[0].outcome_on: there is no event 'rejcted'; did you mean 'rejected'?"),
        (asked(released=True), "cases[0].released: is read by `decide` and `outcome_on` alone"),
        (asked(rejections={}), "cases[0].rejections: expected a list"),
        (asked(rejections=["WEST"]), "cases[0].rejections[0]: expected an object"),
        (asked(rejections=[{"location": "WEST", "when": 1}]), "cases[0].rejections[0].when: unknown field"),
        (asked(rejections=[{"location": "WEST", "at": 1}]), "cases[0].rejections[0].at: expected a text"),
        ({"world": 3}, "world: must be a world"),
        ({"now": 3}, "now: expected a text"),
    ],
)
def test_what_is_no_file_of_cases_is_refused(document: dict[str, Any], part: str) -> None:
    with pytest.raises(ow.InvalidInput) as caught:
        ow.check_cases(RULES, {"world": WORLD, **document})
    assert part in "\n".join(str(issue) for issue in caught.value.issues)


YAML = """\
format: orderwright.cases/1
world: world.yaml
order:
  ship_to: {lat: 37.77, lon: -122.41}
cases:
  - name: a
    order: {lines: [{id: "1", sku: MUGG, quantity: 1}]}
    expect: {status: planned}
  - name: b
    stock: {WESTT: {MUG: 3}}
    order: {lines: [{id: "1", sku: MUG, quantity: 1}]}
    expect: {holds: [riskyy]}
"""


def test_issues_have_the_places_of_the_files(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(YAML)
    (tmp_path / "world.yaml").write_text(json.dumps(WORLD))
    with pytest.raises(ow.InvalidInput) as caught:
        ow.check_cases(RULES, file)
    found = [str(issue) for issue in caught.value.issues]
    assert found[0].startswith(f"{file}:7:31: cases[0].order.lines[0].sku: ")
    assert found[1].startswith(f"{file}:10:13: cases[1].world.stock[4].location: ")
    broken = json.loads(json.dumps(WORLD))
    broken["items"][1]["wieght_g"] = 3
    (tmp_path / "world.yaml").write_text(json.dumps(broken, indent=1))
    with pytest.raises(ow.InvalidInput) as caught:
        ow.check_cases(RULES, file)
    line = json.dumps(broken, indent=1).split("\n").index(next(
        text for text in json.dumps(broken, indent=1).split("\n") if "wieght_g" in text)) + 1  # fmt: skip
    assert str(caught.value.issues[0]).startswith(f"{tmp_path / 'world.yaml'}:{line}:")
    (tmp_path / "world.yaml").unlink()
    with pytest.raises(ow.InvalidInput, match=r"cases.yaml:2:1: world: there is no file"):
        ow.check_cases(RULES, file)


def test_warnings_about_the_world_are_told_once_with_their_place(tmp_path: Path) -> None:
    world = {**WORLD, "locations": [*WORLD["locations"], {"id": "LOST"}]}
    document = cases(
        {"name": "a", "stock": {"WEST": {"MUG": 1}}, "expect": {"status": "planned"}},
        {"name": "b", "expect": {"status": "planned"}},
        world=world,
    )
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(document))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        ow.check_cases(RULES, file)
    (warning,) = told
    assert isinstance(warning.message, ow.InputWarning)
    assert str(warning.message).startswith(f"{file}:1:") and "world.locations[3]" in str(warning.message)


# -- The command ----------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rules, tests = tmp_path / "rules.json", tmp_path / "cases.json"
    rules.write_text(json.dumps(RULES))
    tests.write_text(json.dumps(cases(
        {"name": "passes", "expect": {"locations": "WEST"}},
        {"name": "fails", "expect": {"locations": "EAST"}})))  # fmt: skip
    return rules, tests


def test_the_command_prints_a_line_a_case_and_fails_if_one_does(files: tuple[Path, Path]) -> None:
    done = run("test", *files)
    assert done.returncode == 1 and done.stderr == ""
    text = done.stdout.splitlines()
    assert text[0] == "✓ passes"
    assert text[1].startswith("✗ fails  (") and "cases.json:1:" in text[1]
    assert text[2] == "    locations: expected EAST, found WEST"
    assert "2 cases: 1 passed, 1 failed" in text
    assert "\033" not in done.stdout


def test_the_command_with_a_filter_json_and_coverage(files: tuple[Path, Path]) -> None:
    assert run("test", *files, "--filter", "pass").returncode == 0
    done = run("test", *files, "--filter", "nobody")
    assert done.returncode == 0 and "no case has 'nobody' in its name" in done.stderr
    report = json.loads(run("test", *files, "--json").stdout)
    assert (report["passed"], report["failed"]) == (1, 1)
    assert report["cases"][1]["failures"][0]["expected"] == ["EAST"]
    assert "risky" in report["uncovered_rules"]
    only = json.loads(files[1].read_text())
    only["cases"] = only["cases"][:1]
    files[1].write_text(json.dumps(only))
    assert run("test", *files).returncode == 0
    assert run("test", *files, "--require-coverage").returncode == 1


def test_the_command_refuses_what_it_cannot_read(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert run("test", files[0], tmp_path / "none.json").returncode == 2
    assert run("test", "-", "-").returncode == 2
    files[1].write_text('{"cases": [')
    done = run("test", *files)
    assert done.returncode == 2 and "cases.json:1:12" in done.stderr
    done = run("test", files[1], files[0])
    assert done.returncode == 2


def test_colours_are_for_terminals() -> None:
    report = ow.check_cases(RULES, cases({"name": "a", "expect": {"status": "planned"}}))
    assert next(iter(report.lines(color=True))) == "\033[32m✓\033[0m a"
    assert "\033" not in str(report)


# -- Objects that remember where they stood ---------------------------------------------------------


def read(text: str) -> Any:
    return parsed(Source(text.encode(), "f.json", places=True))


def test_a_text_is_read_as_json_reads_it() -> None:
    for text in ('{"a": [1, -2.5e3, "x\\u00e9\\"", true, null, {}], "b": {"c": []}}', "[]", ' [ {"k" : "v"} ,1 ]\n'):
        assert json.loads(text_of(read(text))) == json.loads(text)
    schema = (ROOT / "docs/formats/world.schema.json").read_text(encoding="utf-8")
    assert read(schema) == json.loads(schema)


def test_places_are_lines_and_columns_from_one() -> None:
    root = read('{"a": 1,\n  "b": [10,\n {"c": 2}]}')
    assert (root.at["a"], root.at["b"]) == ("f.json:1:2", "f.json:2:3")
    assert root["b"].at == ["f.json:2:9", "f.json:3:2"]
    assert place_of(root, "b[1].c") == "f.json:3:3"
    assert place_of(root, "b[1].d[3]") == "f.json:3:2"
    assert place_of(root, "nowhere") == "f.json:1:1"


@pytest.mark.parametrize(
    ("text", "part"),
    [('{"a": 1, "a": 2}', "f.json:1:10: a: is given twice"), ("{", "f.json:1:2"), ("[NaN]", "NaN"), ("", "f.json:1:1")],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, part: str) -> None:
    with pytest.raises(ow.InvalidInput) as caught:
        read(text)
    assert part in str(caught.value)


def test_merging_keeps_what_is_not_said_otherwise() -> None:
    base = read('{"a": {"x": 1, "y": 2}, "l": [{"id": "p", "v": 1}, {"id": "q", "v": 2}], "m": [1, 2]}')
    over = read('{"a": {"y": 3}, "l": [{"id": "q", "w": 5}, {"id": "r"}], "m": [9]}')
    out = merged(base, over, {"l": ("id",)})
    assert out == {
        "a": {"x": 1, "y": 3},
        "l": [{"id": "p", "v": 1}, {"id": "q", "v": 2, "w": 5}, {"id": "r"}],
        "m": [9],
    }
    assert base["a"] == {"x": 1, "y": 2} and base["l"][1] == {"id": "q", "v": 2}


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text((ROOT / "examples/data/small_rules.yaml").read_text())
    text = (ROOT / "docs/formats/cases.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "cases.yaml").write_text(text.replace("../data", str(ROOT / "examples/data")))
    done = subprocess.run(
        [sys.executable, "-m", "orderwright", "test", "rules.yaml", "cases.yaml"],
        cwd=tmp_path, capture_output=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    rules, file = tmp_path / "rules.yaml", tmp_path / "cases.yaml"

    report = ow.check_cases(rules, file)
    assert report.failed == 0, str(report)
    print(report.uncovered)  # rules that no case makes speak
    assert report.uncovered
