"""The rule engines of Python in the task rules, and the library as Python sees it. Speaks as peer.h says."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

with open(sys.argv[1], encoding="utf-8") as file:
    INSTANCE = json.load(file)
FACTS = [
    {
        "order": INSTANCE["order"],
        "location": location,
        "candidate": {"available": INSTANCE["available"]},
    }
    for location in INSTANCE["locations"]
]
TEXT: str = INSTANCE["text"]

Run = Callable[[], Any]
Work = dict[str, Run]


class Engine:
    """What an engine does: E1 for a location, from text, and the 100 rules for all."""

    def __init__(
        self,
        name: str,
        holds: Callable[[int], object],
        *,
        all_at_once: Run | None = None,
        compile: Run | None = None,
        count_rules: Callable[[], int] | None = None,
        table: Run | None = None,
        table_inside: Callable[[], float] | None = None,
    ) -> None:
        self.name = name
        self.holds = holds
        self.all_at_once = all_at_once
        self.compile = compile
        self.count_rules = count_rules
        self.table = table
        self.table_inside = table_inside

    def answers(self) -> str:
        return "".join("1" if self.holds(i) == True else "0" for i in range(len(FACTS)))  # noqa: E712

    def many(self) -> None:
        for i in range(len(FACTS)):
            self.holds(i)


def orderwright_condition() -> Engine:
    """The library from Python, with the locations of a world: one call for one, one for all."""
    import orderwright as ow

    document = {
        "format": "orderwright.world/1",
        "currency": "USD",
        "locations": [
            {**location, "lat": 40.0, "lon": -100.0} for location in INSTANCE["locations"]
        ],
        "items": [{"sku": "MUG"}],
    }
    world = ow.load_world(document)[0]
    total = INSTANCE["order"]["total"]
    line = {"id": "1", "sku": "MUG", "quantity": 1, "unit_price": f"{total:.2f}"}
    order = ow.Order.from_dict(
        world, {"id": "1042", "tags": INSTANCE["order"]["tags"], "lines": [line]}
    )
    condition = ow.Condition(TEXT, world)
    ids = [[location["id"]] for location in INSTANCE["locations"]]
    if "".join("1" if holds else "0" for holds in condition(order)) != INSTANCE["expected"]:
        raise ValueError("all at once are not what each is")
    return Engine(
        "orderwright.Condition (Python)",
        lambda i: bool(condition(order, ids[i])[0]),
        all_at_once=lambda: condition(order),
        compile=lambda: ow.Condition(TEXT, world),
    )


def orderwright_cel() -> Engine:
    """The language of the library from Python, with dicts as the other engines have them."""
    from orderwright import cel

    schema = {
        "order": {"total": "double", "tags": "list(string)"},
        "location": {
            "id": "string",
            "kind": "string",
            "country": "string",
            "handling_days": "int",
        },
        "candidate": {"available": "int"},
    }
    program = cel.compile(TEXT, schema)
    rules = [cel.compile(rule, schema) for rule in INSTANCE["rules"]]
    return Engine(
        "orderwright.cel (Python)",
        lambda i: program.evaluate(FACTS[i]),
        compile=lambda: cel.compile(TEXT, schema),
        count_rules=lambda: sum(rule.evaluate(f) is True for rule in rules for f in FACTS),
    )


def cel_python() -> Engine:
    import celpy

    environment = celpy.Environment()
    compile = lambda: environment.program(environment.compile(TEXT))  # noqa: E731
    program = compile()
    facts = [celpy.json_to_cel(entry) for entry in FACTS]
    return Engine(
        f"cel-python {version('cel-python')}",
        lambda i: program.evaluate(facts[i]),
        compile=compile,
    )


def cel_expr_python() -> Engine:
    from cel_expr_python import cel

    text, integer = cel.Type.STRING, cel.Type.INT
    types = {
        "order.total": cel.Type.DOUBLE,
        "order.tags": cel.Type.List(text),
        "location.id": text,
        "location.kind": text,
        "location.country": text,
        "location.handling_days": integer,
        "candidate.available": integer,
    }
    environment = cel.NewEnv(variables=types)
    program = environment.compile(TEXT)
    rules = [environment.compile(rule) for rule in INSTANCE["rules"]]
    facts = [
        environment.Activation(
            {
                f"{record}.{name}": value
                for record, fields in entry.items()
                for name, value in fields.items()
            }
        )
        for entry in FACTS
    ]
    return Engine(
        f"cel-expr-python {version('cel-expr-python')}",
        lambda i: program.eval(facts[i]).value(),
        compile=lambda: environment.compile(TEXT),
        count_rules=lambda: sum(rule.eval(f).value() is True for rule in rules for f in facts),
    )


def common_expression_language() -> Engine:
    import cel

    program = cel.compile(TEXT)
    rules = [cel.compile(rule) for rule in INSTANCE["rules"]]
    facts = [cel.Context(variables=entry) for entry in FACTS]
    return Engine(
        f"common-expression-language {version('common-expression-language')}",
        lambda i: program.execute(facts[i]),
        compile=lambda: cel.compile(TEXT),
        count_rules=lambda: sum(rule.execute(f) is True for rule in rules for f in facts),
    )


def table() -> dict[str, Any]:
    """A table that the order hits in its last row, as a decision of zen."""
    fields = ("channel", "market", "region")
    rows = [
        {
            "_id": f"{i}",
            "channel": f'"c{i // 100}"',
            "market": f'"m{i // 10 % 10}"',
            "region": f'"r{i % 10}"',
            "value": f"{i}",
        }
        for i in range(INSTANCE["table_rows"])
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": field, "name": field, "field": field} for field in fields],
        "outputs": [{"id": "value", "name": "value", "field": "value"}],
        "rules": rows,
    }
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in"},
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
            {"id": "out", "type": "outputNode", "name": "out"},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


def nanoseconds(text: str) -> float:
    """Of "12.3µs", "1.2ms"."""
    number = text.rstrip("nµμms")
    return float(number) * {"ns": 1, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9}[text[len(number) :]]


def zen_engine() -> Engine:
    import zen

    text = (
        "order.total > 250 and location.kind == 'store' and not some(order.tags, # == 'vip') and "
        "location.country in ['US', 'CA']"
    )
    program = zen.compile_expression(text)
    content = zen.ZenDecisionContent(json.dumps(table()))
    decision = zen.ZenEngine().create_decision(content)

    def ask() -> Any:
        answer = decision.evaluate({"channel": "c9", "market": "m9", "region": "r9"})
        if answer["result"]["value"] != INSTANCE["table_rows"] - 1:
            raise ValueError(f"the table gives {answer['result']}")
        return answer

    return Engine(
        f"zen-engine {version('zen-engine')} (Python)",
        lambda i: program.evaluate(FACTS[i]),
        compile=lambda: zen.compile_expression(text),
        table=ask,
        table_inside=lambda: nanoseconds(ask()["performance"]),
    )


def measure(run: Run, seconds: float) -> float:
    """Nanoseconds of the processor a call, over a batch of about so many seconds."""

    def timed(calls: int) -> float:
        start = time.process_time()
        for _ in range(calls):
            run()
        return max(time.process_time() - start, 1e-9)

    calls = 1
    took = timed(calls)
    while took < seconds / 4:
        calls *= 2
        took = timed(calls)
    calls = max(1, int(calls * seconds / took))
    return timed(calls) / calls * 1e9


def work_of(engine: Engine) -> Iterator[tuple[str, Run]]:
    """What it can do, by metric; an answer that is wrong is said, and is no figure."""
    answers = engine.answers()
    if answers != INSTANCE["expected"]:
        print(f"wrong\t{engine.name}\tE1 is {answers}, and not {INSTANCE['expected']}")
        return
    yield "one", lambda: engine.holds(0)
    yield "many", engine.all_at_once or engine.many
    if engine.compile is not None:
        yield "compile", engine.compile
    if engine.count_rules is not None:
        count = engine.count_rules()
        if count == INSTANCE["expected_rules"]:
            yield "rules", engine.count_rules
        else:
            should = INSTANCE["expected_rules"]
            print(f"wrong\t{engine.name}\tof the rules {count} are true, and not {should}")
    if engine.table is not None:
        yield "table", engine.table
    if engine.table_inside is not None:
        yield "table inside", engine.table_inside


def main() -> None:
    """Says what there is to measure, then measures what is asked for."""
    work: Work = {}
    makers = (
        orderwright_condition,
        orderwright_cel,
        cel_python,
        cel_expr_python,
        common_expression_language,
        zen_engine,
    )
    for make in makers:
        try:
            engine = make()
        except Exception as error:  # whatever keeps an engine from working leaves it out
            print(f"not\t{make.__name__}\t{str(error).splitlines()[0]}")
            continue
        for metric, run in work_of(engine):
            work[f"{engine.name}\t{metric}"] = run
            print(f"can\t{engine.name}\t{metric}")
    print("ready", flush=True)
    for line in sys.stdin:
        engine_name, metric, seconds = line.rstrip("\n").split("\t")
        run = work[f"{engine_name}\t{metric}"]
        if metric == "table inside":
            print(f"{min(run() for _ in range(25)):.3f}", flush=True)
        else:
            print(f"{measure(run, float(seconds)):.3f}", flush=True)


if __name__ == "__main__":
    main()
