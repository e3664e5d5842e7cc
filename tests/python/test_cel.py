"""The Common Expression Language: values of Python in and out, errors, and the conformance suite."""

from __future__ import annotations

import base64
import json
import math
import os
import pickle
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import orderwright as ow
from orderwright import cel
from small_world import ROOT


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2", 3),
        ("1.5 * 2.0", 3.0),
        ("7u - 2u", cel.UInt(5)),
        ("'ÿ' + '€'", "ÿ€"),
        ("b'\\xff'", b"\xff"),
        ("1 < 2", True),
        ("null", None),
        ("[1, 'a', [2u]]", [1, "a", [cel.UInt(2)]]),
        ("{'a': 1, 2: 'b', true: 3}", {"a": 1, 2: "b", True: 3}),
        (
            "timestamp('2009-02-13T23:31:30.123456789Z')",
            datetime(2009, 2, 13, 23, 31, 30, 123456, timezone.utc),
        ),
        ("timestamp('0001-01-01T00:00:00Z')", datetime(1, 1, 1, tzinfo=timezone.utc)),
        ("timestamp('1969-12-31T23:59:59.9Z')", datetime(1969, 12, 31, 23, 59, 59, 900000, timezone.utc)),
        ("duration('-1h1.5s')", timedelta(seconds=-3601.5)),
        ("duration('1ns')", cel.Duration(1)),
        ("type(1)", cel.Type("int")),
        ("optional.none()", None),
        ("optional.of(5)", 5),
        ("ip('10.0.0.1')", "10.0.0.1"),
    ],
)
def test_values_of_the_language_are_values_of_python(expression: str, value: Any) -> None:
    result = cel.evaluate(expression)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, -(2**63), 2**63 - 1, cel.UInt(2**64 - 1), 1.5, "ÿ€😀", b"\x00\xff"),
        *([1, [2.5, None]], {"a": {"b": [True]}}, datetime(2026, 11, 27, 9, tzinfo=timezone.utc)),
        *(timedelta(days=-3, microseconds=7), cel.Duration(-5), cel.Type("list")),
    ],
)
def test_values_go_in_and_come_out_as_they_were(value: Any) -> None:
    result = cel.evaluate("x", {"x": value})
    assert result == value
    assert type(result) is type(value)


def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    there = datetime(2026, 11, 27, 9, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert cel.evaluate("x", {"x": there}) == there
    assert cel.evaluate("x.getHours()", {"x": there}) == 3


def test_tuples_mappings_and_numbers_of_numpy_are_taken() -> None:
    numpy = pytest.importorskip("numpy")
    variables = {"a": (1, 2), "b": os.environ, "n": numpy.int64(3), "d": numpy.float64(0.5)}
    assert cel.evaluate("a + [n] + [int(d * 4.0)]", variables) == [1, 2, 3, 2]
    assert cel.evaluate("'PATH' in b", variables) is True


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        (2**63, "variables['x']", "does not fit 64 bits"),
        ([{"a": object()}], "variables['x'][0]['a']", "is of type object"),
        (datetime(2026, 1, 1), "variables['x']", "without a time zone"),
        ({1.5: 1}, "variables['x']", "is not a key"),
        ({1: 1, cel.UInt(1) + 0.5: 2}, "variables['x']", "is not a key"),
        ("\ud800", "variables['x']", "surrogates"),
        (timedelta(days=200_000), "variables['x']", "longer than 292 years"),
    ],
)
def test_values_that_the_language_does_not_have_are_refused(
    value: Any, path: str, message: str
) -> None:
    with pytest.raises(ow.InvalidInput) as caught:
        cel.evaluate("x", {"x": value})
    assert caught.value.issues[0].path == path
    assert message in caught.value.issues[0].message


def test_a_list_within_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ow.InvalidInput, match="within itself"):
        cel.evaluate("x", {"x": loop})
    with pytest.raises(ow.InvalidInput, match="must be a dict"):
        cel.evaluate("x", 5)  # type: ignore[arg-type]


def test_a_result_that_python_cannot_have_is_an_error() -> None:
    expression = "x"
    for i in range(60, 0, -1):
        expression = f"cel.bind(x, [x, x], {expression})"
    with pytest.raises(cel.EvalError, match="too large"):
        cel.evaluate(f"cel.bind(x, 1, {expression})")
    with pytest.raises(cel.EvalError, match="one key to Python"):
        cel.evaluate("{true: 1, 1: 2}")


def test_uint_is_an_int_with_bounds() -> None:
    number = cel.UInt(7)
    assert isinstance(number, int) and number + 1 == 8 and repr(number) == "UInt(7)"
    assert pickle.loads(pickle.dumps(number)) == 7
    assert type(pickle.loads(pickle.dumps(number))) is cel.UInt
    for wrong in (-1, 2**64):
        with pytest.raises(ow.OutOfRange):
            cel.UInt(wrong)
    with pytest.raises(ow.OutOfRange):
        cel.Duration(2**63)
    assert cel.Duration(1_500_000_000).total_seconds() == 1.5
    assert str(cel.Type("int")) == "int"


def test_a_parse_error_has_its_place() -> None:
    with pytest.raises(cel.ParseError) as caught:
        cel.evaluate("1 +\n  * 2")
    error = caught.value
    assert (error.line, error.column) == (2, 3)
    assert error.message == "unexpected '*': a value is expected"
    assert str(error) == "2:3: unexpected '*': a value is expected\n |   * 2\n |   ^"
    assert isinstance(error, ow.InvalidInput)
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.line, copy.message) == (cel.ParseError, 2, error.message)


def test_a_check_error_lists_every_mistake() -> None:
    with pytest.raises(cel.CheckError) as caught:
        cel.compile("totl > 1.0 && order.contry == 'US'", {"total": "double", "order": {"country": "string"}})
    error = caught.value
    assert (error.line, error.column) == (1, 1)
    assert error.message == "undeclared name 'totl'; did you mean 'total'?"
    assert [issue.path for issue in error.issues] == ["1:1", "1:21"]
    assert "order has no field 'contry'; did you mean 'country'?" in str(error)


def test_an_evaluation_error_has_its_place() -> None:
    with pytest.raises(cel.EvalError) as caught:
        cel.evaluate("1 == 1 && 1 / 0 == 1")
    error = caught.value
    assert (error.message, error.line, error.column) == ("division by zero", 1, 13)
    assert isinstance(error, ow.Error) and isinstance(error, RuntimeError)
    assert cel.evaluate("1 / 0 == 1 || true") is True


def test_too_much_work_is_an_evaluation_error() -> None:
    with pytest.raises(cel.EvalError, match="costs more than the limit") as caught:
        cel.evaluate("lists.range(100000000).size()")
    assert (caught.value.line, caught.value.column) == (1, 1)
    for text in ("(" * 10_000, "1 + " * 500_000 + "1", "'a'.matches('((a{999}){999}){999}')"):
        with pytest.raises((cel.ParseError, cel.EvalError)):
            cel.evaluate(text)


def test_a_program_is_compiled_once_and_evaluated_often() -> None:
    schema = {"order": {"total": "double", "tags": "list(string)", "to": {"country": "string"}}}
    program = cel.compile("order.total > 250 && order.tags.exists(t, t == 'vip')", schema)
    assert program.type == "bool"
    assert program.expression.startswith("order.total")
    assert repr(program) == f"<Program {program.expression!r}>"
    assert program.evaluate({"order": {"total": 300.0, "tags": ["vip"]}}) is True
    assert program.evaluate({"order": {"total": 300.0, "tags": []}}) is False
    to = cel.compile("has(order.to.country) ? order.to.country : '?'", schema)
    assert to.evaluate({"order": {"to": {"country": "US"}}}) == "US"
    assert to.evaluate({"order": {"to": {}}}) == "?"


def test_without_a_schema_variables_may_be_of_any_type() -> None:
    program = cel.compile("a.b + 1")
    assert program.evaluate({"a": {"b": 2}}) == 3
    assert program.type == "dyn"
    with pytest.raises(cel.CheckError, match="no such overload: int \\+ string"):
        cel.compile("a.b + (1 + 'x')")
    with pytest.raises(cel.EvalError, match="no value for 'a'"):
        program.evaluate()
    with pytest.raises(cel.CheckError):
        cel.compile("a", {})
    with pytest.raises(ow.InvalidInput, match=r"schema\['a'\]"):
        cel.compile("a", {"a": "list("})
    with pytest.raises(ow.InvalidInput, match=r"schema\['a.b'\]"):
        cel.compile("a", {"a": {"b": 5}})


def test_names_are_sought_in_the_container() -> None:
    assert cel.evaluate("x", {"a.x": 1, "x": 2}, container="a.b") == 1
    assert cel.evaluate(".x", {"a.x": 1, "x": 2}, container="a.b") == 2
    assert cel.compile("x", {"a.x": "int"}, container="a").evaluate({"a.x": 1}) == 1


def test_threads_share_a_program() -> None:
    program = cel.compile("lists.range(n).map(i, i * i).exists(i, i == 81)", {"n": "int"})
    results: list[Any] = []
    threads = [
        threading.Thread(target=lambda: results.append(program.evaluate({"n": 200})))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 4


# The conformance suite, where it is there: see tests/conformance/cel_test.cc.
SUITE = Path(os.environ.get("ORDERWRIGHT_CEL_SPEC", ROOT.parent / "shared" / "cel_conformance"))


def to_python(tagged: dict[str, Any]) -> Any:
    ((tag, content),) = tagged.items()
    if tag in ("bool", "string"):
        return content
    if tag == "null":
        return None
    if tag == "int":
        return int(content)
    if tag == "uint":
        return cel.UInt(content)
    if tag == "double":
        return float(content)
    if tag == "bytes_b64":
        return base64.b64decode(content)
    if tag == "list":
        return [to_python(item) for item in content]
    if tag == "map":
        return {to_python(key): to_python(value) for key, value in content}
    if tag == "type":
        return cel.Type(content)
    nanoseconds = int(content.get("seconds", 0)) * 10**9 + int(content.get("nanos", 0))
    if tag == "duration":
        exact = nanoseconds % 1000 == 0
        return timedelta(microseconds=nanoseconds // 1000) if exact else cel.Duration(nanoseconds)
    assert tag == "timestamp"
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    return epoch + timedelta(microseconds=nanoseconds // 1000)


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (
            a == b and math.copysign(1, a) == math.copysign(1, b)
        )
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return bool(a == b)


@pytest.mark.skipif(
    not (SUITE / "index.json").exists(), reason=f"no conformance cases in {SUITE}; set ORDERWRIGHT_CEL_SPEC"
)
def test_every_conformance_case_gives_its_value_in_python() -> None:
    ran = 0
    wrong = []
    for file in sorted(SUITE.glob("*.json")):
        if file.stem == "index":
            continue
        for case in json.loads(file.read_text())["tests"]:
            if case.get("check_only") or case.get("disable_macros"):
                continue
            variables = {
                name: to_python(binding["value"])
                for name, binding in case.get("bindings", {}).items()
            }
            expected = case["expect"].get("value")
            try:
                value = cel.evaluate(case["expr"], variables, container=case.get("container", ""))
                passed = expected is not None and same(value, to_python(expected))
            except (cel.ParseError, cel.EvalError):
                passed = expected is None
            ran += 1
            if not passed:
                wrong.append((file.stem, case["section"], case["name"]))
    assert wrong == []
    assert ran >= 1_700
