"""What a host adds to the texts of rules: functions, constants, and types of its attributes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import orderwright as ow
from small_world import WORLD, order


@pytest.fixture
def language() -> ow.Language:
    return ow.Language()


def locations(rules: ow.Rules, *lines: tuple[str, int], **fields: Any) -> list[str]:
    world, stock = ow.load_world(WORLD)
    found = ow.load_orders(world, [order("1", *(lines or (("MUG", 1),)), **fields)])
    plan = ow.Router(world, rules=rules).route(found[0], stock)
    assert not plan.rule_errors, plan.rule_errors
    return [shipment.location for shipment in plan.shipments]


def error_of(rules: ow.Rules) -> str:
    world, stock = ow.load_world(WORLD)
    found = ow.load_orders(world, [order("1", ("MUG", 1))])
    errors = ow.Router(world, rules=rules).route(found[0], stock).rule_errors
    assert len(errors) == 1
    return str(errors[0].message)


def requiring(text: str, language: ow.Language) -> ow.Rules:
    rules = ow.Rules(language=language)
    rules.add("r", kind="eligible", require=text)
    return rules


def test_a_function_is_called_with_values_of_python(language: ow.Language) -> None:
    seen: list[tuple[Any, ...]] = []

    @language.function("(string, int, list(string)): bool")
    def is_open(location: str, units: int, tags: list[str]) -> bool:
        seen.append((location, units, tags))
        return location != "RNO"

    assert is_open("OAK", 1, [])  # it stays what it was
    seen.clear()
    assert locations(requiring("is_open(location.id, order.units, location.tags)", language)) == ["MEM"]
    assert sorted(seen) == [("MEM", 1, []), ("RNO", 1, ["west"])]


def test_a_method_has_a_receiver_and_may_have_another_name(language: ow.Language) -> None:
    language.add_function("shout", "string.(): string", str.upper, cost=3)
    assert locations(requiring("location.country.shout() == 'US' && 'rno'.shout() == location.id",
                               language)) == ["RNO"]  # fmt: skip


def test_amounts_are_text_and_whole_numbers_are_doubles_too(language: ow.Language) -> None:
    language.add_function("twice", "(double): double", lambda x: int(2 * x))
    assert locations(requiring("twice(1.5) == 3.0 && location.id == 'MEM'", language)) == ["MEM"]


def test_threads_may_route_with_a_function(language: ow.Language) -> None:
    language.add_function("here", "(string): bool", lambda location: location == "MEM")
    rules = requiring("here(location.id)", language)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: locations(rules), range(20)))
    assert found == [["MEM"]] * 20


def test_what_a_function_raises_is_an_error_of_its_rule(language: ow.Language) -> None:
    def fails(text: str) -> bool:
        raise LookupError(f"nothing is known of {text}")

    language.add_function("fails", "(string): bool", fails)
    message = error_of(requiring("fails(location.id)", language))
    assert "function 'fails' raised LookupError: nothing is known of RNO" in message


def test_an_answer_of_another_type_is_an_error_of_its_rule(language: ow.Language) -> None:
    language.add_function("word", "(string): bool", lambda text: text)
    message = error_of(requiring("word(location.id)", language))
    assert "function 'word' gave a value of type string, and it is declared bool" in message
    language.add_function("thing", "(string): bool", lambda text: object())
    message = error_of(requiring("thing(location.id)", language))
    assert "what 'thing' gave: is of type object" in message


def test_a_record_is_given_by_its_fields(language: ow.Language) -> None:
    language.add_function("knows", "(dyn): bool", lambda order: order is None)
    message = error_of(requiring("knows(order)", language))
    assert "a record (order) cannot be given to Python; give its fields" in message


def test_a_constant_stands_for_its_value(language: ow.Language) -> None:
    language.add_constant("home", "RNO")
    language.add_constant("sites", ["MEM", "EWR"])
    assert locations(requiring("location.id == home", language)) == ["RNO"]
    assert locations(requiring("location.id in sites", language)) == ["MEM"]


def test_a_declared_attribute_has_its_type(language: ow.Language) -> None:
    language.declare_attribute("location", "dock", "int", default=0)
    language.declare_attribute("location", "note", "string")
    language.declare_attribute("order", "score", "double", default=0.25)
    assert locations(requiring("location.attributes.dock == 0", language)) == ["MEM"]
    assert locations(requiring("location.attributes['dock'] > 3", language)) == ["RNO"]
    text = "order.attributes.score > 0.5 ? location.id == 'MEM' : location.id == 'RNO'"
    rules = requiring(text, language)
    assert locations(rules) == ["RNO"]
    assert locations(rules, attributes={"score": 0.75}) == ["MEM"]
    with pytest.raises(ow.InvalidInput, match="int == string"):
        requiring("location.attributes.dock == 'four'", language)
    with pytest.raises(ow.InvalidInput, match=r"guard it: has\(location\.attributes\.note\)"):
        requiring("location.attributes.note == 'x'", language)


def test_files_and_tables_and_findings_know_the_language(language: ow.Language) -> None:
    language.add_constant("home", "RNO")
    language.declare_attribute("location", "dock", "int", default=0)
    document = {
        "format": "orderwright.rules/1",
        "version": "1",
        "rules": [{"id": "r", "kind": "eligible", "require": "location.id == home"}],
    }
    with pytest.raises(ow.InvalidInput, match="home"):
        ow.Rules.from_dict(document)
    rules = ow.Rules.from_dict(document, language=language)
    rules.add("t", kind="eligible",
              table={"inputs": ["location.attributes.dock"], "rows": [[">3", "true"], ["<=3", "false"]]})  # fmt: skip
    assert locations(rules) == ["RNO"]
    world, _ = ow.load_world(WORLD)
    assert rules.issues_in(world) == []
    rules.add("never", kind="hold", when="home == 'MEM'")
    assert any("never" in finding.rules for finding in rules.findings(world))


def test_what_is_added_later_is_for_rules_that_are_added_later(language: ow.Language) -> None:
    rules = requiring("location.id != 'EWR'", language)
    with pytest.raises(ow.InvalidInput, match="home"):
        rules.add("s", kind="eligible", require="location.id == home")
    language.add_constant("home", "MEM")
    rules.add("s", kind="eligible", require="location.id == home")
    assert locations(rules) == ["MEM"]


@pytest.mark.parametrize(
    "declare",
    [
        lambda it: it.add_function("1x", "(): bool", bool),
        lambda it: it.add_function("f", "bool", bool),
        lambda it: it.add_function("f", "(): bool", 3),
        lambda it: it.add_function("f", "(): bool", bool, cost=-1),
        lambda it: it.add_constant("a b", 1),
        lambda it: it.add_constant("a", None),
        lambda it: it.declare_attribute("plan", "x", "int"),
        lambda it: it.declare_attribute("order", "x", "money"),
        lambda it: it.declare_attribute("order", "x", "int", default="1"),
    ],
)
def test_what_cannot_be_is_refused(declare: Any, language: ow.Language) -> None:
    with pytest.raises(ow.InvalidInput):
        declare(language)


def test_what_is_there_stays(language: ow.Language) -> None:
    language.add_constant("home", "RNO")
    language.add_function("f", "(): bool", bool)
    language.declare_attribute("order", "x", "int")
    with pytest.raises(ow.NotAllowed):
        language.add_constant("home", "MEM")
    with pytest.raises(ow.NotAllowed):
        language.add_function("f", "(): bool", bool)
    with pytest.raises(ow.NotAllowed):
        language.declare_attribute("order", "x", "double")


def test_only_a_language_is_one() -> None:
    with pytest.raises(ow.InvalidInput, match="language"):
        ow.Rules(language="cel")  # type: ignore[arg-type]
