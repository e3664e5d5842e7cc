"""Rules in words: from files of JSON and YAML, from dicts, and added one by one."""

from __future__ import annotations

import copy
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import orderwright as ow
import pytest
from orderwright._rules import _Written
from orderwright._yaml import as_json
from small_world import ROOT, WORLD, order

FORMAT = "orderwright.rules/1"

# One of each kind, each of which changes the plan of some order.
RULES: dict[str, Any] = {
    "format": FORMAT,
    "version": "17",
    "objectives": [{"minimize": "rank:near"}, {"minimize": "cost"}],
    "rules": [
        {"id": "slow", "kind": "set", "when": "'slow' in order.tags", "field": "capture", "value": "manual"},
        {"id": "west", "kind": "eligible", "when": "'west' in order.tags", "require": "'west' in location.tags"},
        {"id": "floor", "kind": "protect", "when": "location.id == 'RNO'", "units": "candidate.available - 2"},
        {"id": "one-box", "kind": "limit", "when": "'one' in order.tags", "what": "max_shipments", "value": 1},
        {"id": "soft", "kind": "group", "when": "!('one' in order.tags)", "key": "'soft' in item.tags ? 'soft' : 'hard'",
         "keep": "apart"},
        {"id": "dear", "kind": "price", "when": "location.id == 'MEM'", "cost": "0.25"},
        {"id": "third", "kind": "prefer", "when": "location.kind == 'third_party'", "cost": 1.50},
        {"id": "near", "kind": "prefer", "rank": "has(candidate.distance_km) && candidate.distance_km < 900.0 ? 0 : 1"},
        {"id": "risky", "kind": "hold", "when": "has(order.risk) && order.risk > 0.8", "reason": "risk"},
        {"id": "drop", "kind": "outcome", "on": "short", "then": "cancel"},
    ],
}  # fmt: skip

YAML = """\
# Rules of the west.
format: orderwright.rules/1
version: "17"
objectives:
  - minimize: rank:near
  - {minimize: cost}
rules:
  - id: slow
    kind: set
    when: "'slow' in order.tags"
    field: capture
    value: manual
  - id: west
    kind: eligible
    when: >-
      'west' in
      order.tags
    require: "'west' in location.tags"
  - {id: floor, kind: protect, when: location.id == 'RNO', units: candidate.available - 2}
  - {id: one-box, kind: limit, when: "'one' in order.tags", what: max_shipments, value: 1}
  - id: soft
    kind: group
    when: "!('one' in order.tags)"
    key: "'soft' in item.tags ? 'soft' : 'hard'"
    keep: apart
  - {id: dear, kind: price, when: location.id == 'MEM', cost: 0.25, mode: on}
  - {id: third, kind: prefer, when: location.kind == 'third_party', cost: 1.50, team: ~}
  - id: near
    kind: prefer
    rank: |
      has(candidate.distance_km) && candidate.distance_km < 900.0
        ? 0   // near enough
        : 1
  - {id: risky, kind: hold, when: has(order.risk) && order.risk > 0.8, reason: risk}
  - {id: drop, kind: outcome, on: short, then: cancel}
"""

ORDERS = [
    order("plain", ("MUG", 1)),
    order("both", ("MUG", 1), ("TEE", 1)),
    order("west", ("MUG", 4), tags=["west"]),
    order("one", ("MUG", 1), ("TEE", 1), tags=["one", "slow"]),
    order("risky", ("MUG", 1), risk=0.9),
]


def world() -> dict[str, Any]:
    return copy.deepcopy(WORLD)


def document(*rules: dict[str, Any]) -> dict[str, Any]:
    listed = [{"id": f"r{n}", **rule} for n, rule in enumerate(rules)]
    return {"format": FORMAT, "rules": listed}


def test_a_file_with_one_of_each_kind_decides(tmp_path: Path) -> None:
    plain, both, west, one, risky = ow.route(world(), ORDERS, RULES, mode="independent")
    assert plain["rules_version"] == "17"
    assert [s["location"] for s in plain["shipments"]] == ["RNO"]
    assert [s["group"] for s in both["shipments"]] == ["hard", "soft"]
    # Two of Reno's four are kept, and it may ship from nowhere else.
    assert west["shipments"][0]["lines"][0]["quantity"] == 2
    assert west["shortfalls"][0]["quantity"] == 2
    assert west["outcomes"] == [{"rule": "drop", "on": "short", "then": "cancel"}]
    assert len(one["shipments"]) == 1
    assert one["settings"] == [{"rule": "slow", "field": "capture", "value": "manual"}]
    assert risky["status"] == "held" and risky["holds"] == [{"rule": "risky", "reason": "risk"}]
    # Costs of rules are in the currency: 0.25 a unit and 1.50 a shipment.
    dear = document(RULES["rules"][5], RULES["rules"][6])
    (without,) = ow.route(world(), [order("7", ("TEE", 2))])
    (with_rules,) = ow.route(world(), [order("7", ("TEE", 2))], dear)
    assert float(with_rules["cost"]) - float(without["cost"]) == pytest.approx(2.00)


def test_all_ways_to_give_rules_are_one(tmp_path: Path) -> None:
    want = ow.route(world(), ORDERS, RULES)
    files = {"rules.json": json.dumps(RULES), "rules.yaml": YAML, "RULES.YML": YAML}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert ow.route(world(), ORDERS, tmp_path / name) == want
        assert ow.route(world(), ORDERS, str(tmp_path / name)) == want
        assert ow.route(world(), ORDERS, ow.Rules.from_file(tmp_path / name)) == want
    assert ow.route(world(), ORDERS, json.dumps(RULES)) == want
    rules = ow.Rules.from_dict(RULES)
    assert ow.route(world(), ORDERS, rules) == want
    assert rules.version == "17" and len(rules) == 10 and rules.ids[0] == "slow"
    network = ow.load_world(world())
    router = ow.Router(network[0], rules=RULES)
    assert router.route(ow.Order.from_dict(network[0], ORDERS[0]), network[1]).rules_version == "17"
    assert ow.promise(world(), ORDERS[0], RULES) == ow.promise(world(), ORDERS[0], rules)


def test_rules_of_all_three_sorts_stand_beside_each_other() -> None:
    rules = ow.Rules.from_dict(document({"kind": "eligible", "require": "location.id != 'RNO'"}))
    rules.add("function", kind="hold", when=lambda f: f.order.units > 2, reason="many")
    rules.add("text", kind="hold", when="order.units > 3", reason="more")
    rules.add("constant", kind="limit", what="max_shipments", value=1)
    assert rules.ids == ["r0", "function", "text", "constant"]
    few, many = ow.route(world(), [order("7", ("MUG", 3)), order("8", ("MUG", 4))], rules, mode="independent")
    assert [s["location"] for s in few["shipments"]] == ["MEM"]
    assert [h["rule"] for h in few["holds"]] == ["function"]
    assert [h["rule"] for h in many["holds"]] == ["function", "text"]
    assert many["shortfalls"][0]["quantity"] == 1


def test_texts_beside_constants() -> None:
    def cost_of(**fields: Any) -> float:
        rules = ow.Rules()
        rules.add("x", **fields)
        (plan,) = ow.route(world(), [order("7", ("TEE", 2))], rules)
        return float(plan["cost"])

    base = cost_of(kind="hold", when="false")
    # A constant is in millionths, a text in the currency.
    assert cost_of(kind="price", cost=ow.cost("0.25")) == base + 0.5
    assert cost_of(kind="price", cost=ow.cost("0.25"), when="order.units == 2") == base + 0.5
    assert cost_of(kind="price", cost="0.25") == base + 0.5
    assert cost_of(kind="price", cost="0.25", when=True) == base + 0.5
    assert cost_of(kind="price", cost="0.25", when=False) == base
    assert cost_of(kind="price", cost=ow.cost("-0.25"), when="order.units == 2") == base - 0.5
    assert cost_of(kind="prefer", rank="3") == base
    assert cost_of(kind="eligible", require=False, when="order.units == 2") > base
    assert cost_of(kind="protect", units=1, when="order.units == 2") > base
    rules = ow.Rules()
    rules.add("named", kind="set", field="service", value="ground", when="order.units == 2")
    rules.add("keep", kind="set", field="remainder", value="cancel")
    rules.add("box", kind="set", field="max_shipments", value="order.units + 1")
    (plan,) = ow.route(world(), [order("7", ("TEE", 2))], rules)
    assert [(s["field"], s["value"]) for s in plan["settings"]] == [
        ("service", "ground"), ("remainder", "cancel"), ("max_shipments", 3)
    ]  # fmt: skip
    quoted = ow.Rules()
    quoted.add("odd", kind="set", field="service", value="it's \\ \"é\n", when="true")
    with pytest.raises(ow.InvalidInput, match="which the world does not have"):
        ow.route(world(), [], quoted)


def test_a_rule_that_fails_holds_skips_or_fails() -> None:
    def fail(f: Any) -> bool:
        raise ValueError("broken")

    for then in ("hold", "skip", "fail"):
        for rule in ({"when": fail}, {"when": "1 / (order.units - order.units) > 0"}):
            rules = ow.Rules()
            rules.add("bad", kind="hold", on_error=then, team="ops", **rule)  # type: ignore[arg-type]
            network, stock = ow.load_world(world())
            router = ow.Router(network, rules=rules)
            made = ow.Order.from_dict(network, order("7", ("MUG", 1)))
            if then == "fail":
                with pytest.raises(ow.Error, match="order '7', rule 'bad'"):
                    router.route(made, stock)
                continue
            plan = router.route(made, stock)
            (error,) = plan.rule_errors
            assert (error.rule, error.then) == ("bad", then)
            assert ("broken" if callable(rule["when"]) else "zero") in error.message
            assert repr(error) == f"<PlanRuleError bad: {error.message}>"
            assert (plan.status == ow.PlanStatus.HELD) == (then == "hold")
            assert [(h.rule, h.is_error, h.reason) for h in plan.holds] == (
                [("bad", True, error.message)] if then == "hold" else []
            )
            assert plan.to_dict()["rule_errors"] == [{"rule": "bad", "message": error.message}]


def test_an_error_that_was_left_out_is_not_the_cause_of_another() -> None:
    def fail(f: Any) -> bool:
        raise ValueError("left out")

    rules = ow.Rules()
    rules.add("skipped", kind="eligible", require=fail, on_error="skip")
    rules.add("fatal", kind="price", cost="9223372036854775807 + order.units", on_error="fail")
    with pytest.raises(ow.Error, match="rule 'fatal'") as raised:
        ow.route(world(), [order("7", ("MUG", 1))], rules)
    assert raised.value.__cause__ is None


def test_a_rule_in_shadow_mode_is_counted_and_not_obeyed() -> None:
    rules = ow.Rules.from_dict(document({"kind": "hold", "mode": "shadow"}))
    rules.add("far", kind="eligible", require="location.id == 'MEM'", mode="shadow")
    network, stock = ow.load_world(world())
    plan = ow.Router(network, rules=rules).route(
        ow.Order.from_dict(network, order("7", ("MUG", 1))), stock
    )
    assert plan.status == ow.PlanStatus.PLANNED and plan.shipments[0].location == "RNO"
    assert {(s.rule, s.rows) for s in plan.shadows} == {("r0", 1), ("far", 1)}
    assert repr(plan.shadows[0]).startswith("<PlanShadow ")

    def stop(f: Any) -> bool:
        raise KeyboardInterrupt

    rules = ow.Rules()
    rules.add("stop", kind="hold", when=stop, mode="shadow")
    with pytest.raises(KeyboardInterrupt):
        ow.route(world(), [order("7", ("MUG", 1))], rules)


# -- Errors ---------------------------------------------------------------------------------------

WRONG = """\
format: orderwright.rules/1
rules:
  - id: a
    kind: eligible
    require: location.knd == 'store'
  - id: b
    kind: price
    cost: >
      1 +
      'x'
    keep: apart
  - kind: hold
    "wen": true
  - {id: d, kind: hold, id: d}
"""


def found(error: ow.Error) -> list[tuple[str, str]]:
    return [(issue.path, issue.code) for issue in error.issues]


def test_mistakes_in_yaml_have_its_lines_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Rules.from_file(path)
    assert sorted(found(raised.value)) == sorted(
        [
            (f"{path}:14:25: rules[3].id", "duplicate_field"),
            (f"{path}:11:11: rules[1].keep", "not_used"),
            (f"{path}:13:5: rules[2].wen", "unknown_field"),
            (f"{path}:12:5: rules[2].id", "missing_field"),
            (f"{path}:5:14: rules[0].require", "type"),
            (f"{path}:8:11: rules[1].cost", "type"),
        ]
    )
    assert str(raised.value).startswith(f"rules: {raised.value.issues[0].path}: ")
    messages = {issue.code: issue.message for issue in raised.value.issues}
    assert "did you mean 'when'?" in messages["unknown_field"]


def test_mistakes_in_json_and_dicts_have_their_places(tmp_path: Path) -> None:
    given = document({"kind": "eligible", "require": "location.knd == 'store'"})
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(given, indent=1))
    with pytest.raises(ow.InvalidInput) as raised:
        ow.route(world(), [], path)
    assert found(raised.value) == [(f"{path}:7:15: rules[0].require", "type")]
    assert "did you mean 'kind'?" in raised.value.issues[0].message
    for read in (ow.Rules.from_dict, lambda d: ow.route(world(), [], d)):
        with pytest.raises(ow.InvalidInput) as raised:
            read(given)
        assert found(raised.value) == [("rules[0].require", "type")]


def test_what_the_world_does_not_have_is_told_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        "format: orderwright.rules/1\nrules:\n"
        "  - {id: a, kind: hold, when: 'false'}\n"
        "  - {id: b, priority: 3, kind: set, field: service, value: grond}\n"
    )
    rules = ow.Rules.from_file(path)
    network, _ = ow.load_world(world())
    (issue,) = rules.issues_in(network)
    assert (issue.path, issue.code) == (f"{path}:4:60: rules[1].value", "unknown_service")
    assert issue.message.endswith("did you mean 'ground'?")
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Router(network, rules=rules)
    assert raised.value.issues == [issue] and str(issue) in str(raised.value)
    good = ow.Rules.from_dict(RULES)
    assert good.issues_in(network) == []


def test_unknown_fields_are_warnings_if_not_strict(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("format: orderwright.rules/1\nnote: x\nrules: []\n")
    with pytest.raises(ow.InvalidInput):
        ow.Rules.from_file(path)
    with pytest.warns(ow.InputWarning) as caught:
        assert len(ow.Rules.from_file(path, strict=False)) == 0
    warning = caught[0].message
    assert isinstance(warning, ow.InputWarning)
    assert found(warning) == [(f"{path}:2:1: note", "unknown_field")]  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ow.Rules.from_dict(RULES, strict=False)


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: [1", ":1:6", "invalid_yaml"),
        ("a: b: c", ":1:5", "invalid_yaml"),
        ("a: 1\n---\nb: 2", ":2:1", "invalid_yaml"),
        ("a: *x", ":1:4", "invalid_yaml"),
        ("", "", "empty"),
        ("# nothing", "", "empty"),
        ("just text", ":1:1", "wrong_type"),
        ("7", ":1:1", "wrong_type"),
        ("- 1", ":1:1", "wrong_type"),
        ("a: !custom 1", ":1:4", "not_json"),
        ("a: !custom {b: 1}", ":1:4", "not_json"),
        ("a: .inf", ":1:4", "not_json"),
        ("? [a]\n: 1", ":1:3", "not_json"),
        ("a: &x [*x]", ":1:4", "not_json"),
        ("[" * 5000, "", "too_deep"),
    ],
)
def test_what_is_no_document_of_rules_is_refused(
    tmp_path: Path, text: str, place: str, code: str
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Rules.from_file(path)
    assert (raised.value.issues[0].path, raised.value.issues[0].code) == (f"{path}{place}", code)


def test_aliases_cannot_make_a_document_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    path.write_text("\n".join(lines))
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Rules.from_file(path)
    assert raised.value.issues[0].code == "too_large"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes("format: é\nx: ".encode() + b"\xff")
    with pytest.raises(ow.InvalidInput) as raised:
        ow.Rules.from_file(path)
    assert found(raised.value) == [(f"{path}:2:4", "invalid_utf8")]


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("1", 1), ("-07", -7), ("+1", 1), ("0o17", 15), ("0xfF", 255), ("1.50", 1.5), (".5", 0.5),
        ("5.", 5.0), ("-.5e+3", -500.0), ("1e3", 1000.0), ("00.10", 0.1), ("true", True), ("False", False), ("~", None), ("null", None),
        ("", None), ("yes", "yes"), ("on", "on"), ("No", "No"), ("2026-11-20", "2026-11-20"), ("1_000", "1_000"),
        ("12:30", "12:30"), ("'1'", "1"), ('"\\u00e9"', "é"), ("!!str 1", "1"), ("0b1", "0b1"), ("=", "="), ("<<", "<<"),
        ("[1, a]", [1, "a"]), ("{a: 1, 2: b}", {"a": 1, "2": "b"}), ("|\n  x\n  y", "x\ny\n"), (">-\n  x\n  y", "x y"),
        ("nULL", "nULL"), ("123456789012345678901", 123456789012345678901),
    ],
)  # fmt: skip
def test_scalars_are_those_of_yaml_1_2(plain: str, value: object) -> None:
    text, _ = as_json(f"a: {plain}\n".encode(), "x.yaml")
    got = json.loads(text)["a"]
    assert got == value and type(got) is type(value)


def test_json_is_yaml() -> None:
    for indent in (None, 1, 4):
        text, marks = as_json(json.dumps(RULES, indent=indent).encode(), "x.yaml")
        assert json.loads(text) == RULES
    lines = text.decode().split("\n")
    # Each line of the made text knows where it stood.
    version = next(n for n, line in enumerate(lines, 1) if line.startswith('"17"'))
    assert marks.path(f"x.yaml:{version}:1: version") == "x.yaml:3:16: version"
    assert marks.path("x.yaml:99999:1: a") == "x.yaml:99999:1: a" and marks.path("rules") == "rules"


def test_yaml_without_its_library_is_not_supported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(YAML)
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    with pytest.raises(ow.NotSupported, match=r"pip install 'orderwright\[yaml\]'") as raised:
        ow.Rules.from_file(path)
    assert str(path) not in raised.value.issues[0].message  # the path of the issue says it


def test_wrong_sources_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ow.NotFound):
        ow.Rules.from_file(tmp_path / "none.yaml")
    with pytest.raises(ow.NotFound):  # a path, whatever it looks like
        ow.Rules.from_file("{}")
    for wrong in (b"{}", None, 7):
        with pytest.raises(ow.InvalidInput):
            ow.Rules.from_file(wrong)  # type: ignore[arg-type]
        with pytest.raises(ow.InvalidInput):
            ow.Rules.from_dict(wrong)  # type: ignore[arg-type]
    with pytest.raises(ow.InvalidInput, match="must be an orderwright.Rules, a dict or a path"):
        ow.route(world(), [], 7)  # type: ignore[arg-type]


def test_the_yaml_of_the_format_page_is_read(tmp_path: Path) -> None:
    page = (ROOT / "docs/formats/rules.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "rules.yaml").write_text(text)
    assert ow.Rules.from_file(tmp_path / "rules.yaml").ids == ["in-market", "shop-floor"]


def test_the_example_has_one_of_each_kind_and_fits_its_world() -> None:
    data = ROOT / "examples/data"
    rules = ow.Rules.from_file(data / "small_rules.yaml")
    kinds = {rule.handle.kind for rule in rules._rules if isinstance(rule, _Written)}
    assert len(kinds) == len(rules) == 9
    network, stock = ow.load_world(data / "small_world.json")
    assert rules.issues_in(network) == []
    plans = ow.route((network, stock), data / "small_orders.jsonl", rules, mode="independent")
    assert plans and all(plan["rules_version"] == "17" for plan in plans)
    assert not any("rule_errors" in plan for plan in plans)
