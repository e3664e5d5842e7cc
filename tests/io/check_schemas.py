"""Checks docs/formats: the examples fit the schemas, and show every field that the schemas have.

The readers are strict about fields, and another test reads the same examples with them; so schema,
example and reader cannot drift apart unnoticed. The validator below knows the keywords that the
schemas use and fails on any other.

Usage: check_schemas.py <root of the repository>
       check_schemas.py --self-test
"""

import json
import pathlib
import re
import sys

KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "default", "type", "properties",
    "required", "additionalProperties", "propertyNames", "items", "prefixItems", "minItems", "maxItems",
    "minLength", "minimum", "maximum", "pattern", "enum", "const", "oneOf",
}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
}


def same(a, b):
    """JSON equality: true is not 1."""
    return type(a) is type(b) and a == b


class Validator:
    """Validates values against one schema; remembers which properties it met."""

    def __init__(self, root):
        self.root = root
        self.met = set()

    def errors(self, value, schema=None, path="$"):
        schema = self.root if schema is None else schema
        unknown = set(schema) - KNOWN
        if unknown:
            raise ValueError(f"{path}: the validator does not know {sorted(unknown)}")
        if "$ref" in schema:
            assert schema["$ref"].startswith("#/$defs/")
            return self.errors(value, self.root["$defs"][schema["$ref"][8:]], path)
        found = list(self._scalar_errors(value, schema, path))
        if isinstance(value, dict):
            found += self._object_errors(value, schema, path)
        if isinstance(value, list):
            found += self._array_errors(value, schema, path)
        if "oneOf" in schema:
            fitting = [s for s in schema["oneOf"] if not self.errors(value, s, path)]
            if len(fitting) != 1:
                found.append(f"{path}: fits {len(fitting)} of the alternatives")
        return found

    def _scalar_errors(self, value, schema, path):
        types = schema.get("type", list(TYPES))
        if not any(TYPES[t](value) for t in ([types] if isinstance(types, str) else types)):
            yield f"{path}: {value!r} is not {types}"
        if "const" in schema and not same(value, schema["const"]):
            yield f"{path}: {value!r} is not {schema['const']!r}"
        if "enum" in schema and not any(same(value, e) for e in schema["enum"]):
            yield f"{path}: {value!r} is not one of {schema['enum']}"
        if isinstance(value, str):
            if "pattern" in schema and not re.search(schema["pattern"], value):
                yield f"{path}: {value!r} does not match {schema['pattern']}"
            if len(value) < schema.get("minLength", 0):
                yield f"{path}: too short"
        if TYPES["number"](value):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                yield f"{path}: {value} is out of range"

    def _object_errors(self, value, schema, path):
        found = [f"{path}: {name} is missing" for name in schema.get("required", []) if name not in value]
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for name, member in value.items():
            where = f"{path}.{name}"
            if "propertyNames" in schema:
                found += self.errors(name, schema["propertyNames"], where)
            if name in properties:
                self.met.add(id(properties[name]))
                found += self.errors(member, properties[name], where)
            elif others is False:
                found.append(f"{where}: unknown")
            elif others is not True:
                found += self.errors(member, others, where)
        return found

    def _array_errors(self, value, schema, path):
        found = []
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{path}: {len(value)} entries")
        first = schema.get("prefixItems", [])
        for i, entry in enumerate(value):
            kind = first[i] if i < len(first) else schema.get("items", {})
            found += self.errors(entry, kind, f"{path}[{i}]")
        return found

    def unmet(self, schema=None, path="$"):
        """Paths of the properties that no validated value had."""
        schema = self.root if schema is None else schema
        found = []
        for name, part in schema.get("properties", {}).items():
            if id(part) not in self.met:
                found.append(f"{path}.{name}")
            found += self.unmet(part, f"{path}.{name}")
        parts = schema.get("oneOf", []) + schema.get("prefixItems", []) + list(schema.get("$defs", {}).values())
        parts += [schema[k] for k in ("items", "additionalProperties") if isinstance(schema.get(k), dict)]
        for part in parts:
            found += self.unmet(part, path)
        return found


def examples(text):
    return [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", text, re.S | re.M)]


def csv_rows(text):
    import csv
    import io

    block = re.search(r"^```csv\n(.*?)^```", text, re.S | re.M).group(1)
    header, *rows = csv.reader(io.StringIO(block))
    return [dict(zip(header, row)) for row in rows]


def spoilt(value):
    """The value with a field more in each of its objects, one at a time."""
    if isinstance(value, dict):
        yield {**value, "no such field": 1}
        for name, member in value.items():
            for other in spoilt(member):
                yield {**value, name: other}
    if isinstance(value, list):
        for i, entry in enumerate(value):
            for other in spoilt(entry):
                yield value[:i] + [other] + value[i + 1:]


# Fields that only later versions of a plan have; they are in the schema, not in what is written.
NEVER_SHOWN = {
    "plan": re.compile(r"^\$\.(backorders|questions|no_shipping)\."),
    "order-csv": re.compile(r"^\$"),
}


def check(root):
    formats = root / "docs" / "formats"
    problems = []
    for file in sorted(formats.glob("*.schema.json")):
        name = file.name.removesuffix(".schema.json")
        validator = Validator(json.loads(file.read_text("utf-8")))
        text = (formats / f"{name}.md").read_text("utf-8")
        values = csv_rows(text) if name == "order-csv" else examples(text)
        if name == "world":
            values.append(json.loads((root / "examples/data/small_world.json").read_text("utf-8")))
        if name == "order":
            lines = (root / "examples/data/small_orders.jsonl").read_text("utf-8").splitlines()
            values += [json.loads(line) for line in lines]
        if not values:
            problems.append(f"{name}: no examples")
        for value in values:
            problems += [f"{name}: {error}" for error in validator.errors(value)]
        hidden = NEVER_SHOWN.get(name)
        problems += [f"{name}: no example shows {path}" for path in validator.unmet()
                     if not (hidden and hidden.match(path))]
        if not validator.errors({**values[0], "no such field": 1}):
            problems.append(f"{name}: the schema accepts unknown fields")
    return problems


def self_test():
    schema = {"type": "object", "properties": {"a": {"type": "integer", "minimum": 0}, "b": {"const": False}},
              "required": ["a"], "additionalProperties": False}
    good = [{"a": 1}, {"a": 0, "b": False}]
    bad = [{}, {"a": -1}, {"a": True}, {"a": 1.5}, {"a": 1, "b": 0}, {"a": 1, "c": 2}, [], None]
    problems = [f"refused {value}" for value in good if Validator(schema).errors(value)]
    problems += [f"accepted {value}" for value in bad if not Validator(schema).errors(value)]
    validator = Validator(schema)
    validator.errors({"a": 1})
    if validator.unmet() != ["$.b"]:
        problems.append(f"unmet is {validator.unmet()}")
    if not all(Validator(schema).errors(value) for value in spoilt({"a": 1})):
        problems.append("accepted a field too many")
    return problems


def main(arguments):
    problems = self_test() if arguments == ["--self-test"] else check(pathlib.Path(arguments[0]))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
