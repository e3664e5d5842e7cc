#!/usr/bin/env python3
"""Reads every #include of the repository and fails on an arrow that the layer table does not have.

    check_layering.py [ROOT]        check a tree (default: the one this file is in)
    check_layering.py --self-test   plant one violation of each kind and see that each is caught

Standard library only. Checked:
  * a file of layer A includes headers of layer B only if the table says so;
  * third-party headers are used by the layers that may use them, and no public header has a JSON library;
  * internal/ headers are included by their own layer only, and never by a public header;
  * guard names are the path in capitals;
  * the table here is the one that CMake links by.
"""

import pathlib
import re
import sys
import tempfile
from typing import Dict, List, Set

# The early-return macros: the one internal header that the .cc files of every layer share.
SHARED_INTERNAL = "src/core/internal/macros.h"

LAYERS = ["core", "cel", "model", "solver", "rules", "inventory", "promise", "routing", "lifecycle",
          "ledger", "replay", "io"]

# layer -> layers whose headers it may include, besides its own.
MAY_INCLUDE: Dict[str, Set[str]] = {
    "core": set(),
    "cel": {"core"},
    "model": {"core"},
    "solver": {"core"},
    "rules": {"core", "cel", "model"},
    "inventory": {"core", "model"},
    "promise": {"core", "model"},
    "routing": {"core", "cel", "model", "rules", "inventory", "promise", "solver"},
    "lifecycle": {"core", "cel", "model", "rules", "inventory", "promise", "routing"},
    "ledger": {"core", "model", "inventory", "routing", "lifecycle"},
    "replay": {"core", "cel", "model", "solver", "rules", "inventory", "promise", "routing", "lifecycle",
               "ledger"},
    "io": set(LAYERS) - {"io"},
}

# First part of the path of a third-party header -> layers that may include it; None is every layer.
THIRD_PARTY = {
    "absl": None,
    "fmt": None,
    "re2": {"cel"},
    "sqlite3.h": {"ledger"},
    "sodium.h": {"ledger"},
    "sodium": {"ledger"},
    "simdjson.h": {"io"},
    "simdjson": {"io"},
    "pybind11": {"bindings"},
    "Python.h": {"bindings"},
}
# Headers of an allowed library that are refused all the same, and why.
BANNED_HEADERS = {
    # A packaged Abseil is not instrumented, so ThreadSanitizer does not see its locks: std::mutex and
    # std::shared_mutex can be checked, absl::Mutex only with an Abseil of one's own.
    "absl/synchronization": "locks are std::mutex or std::shared_mutex, which ThreadSanitizer can see",
}
JSON_LIBRARIES = {"simdjson.h", "simdjson", "nlohmann", "rapidjson", "yyjson.h", "json", "glaze"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
# POSIX and compiler headers that a library may need; all else in <> without a slash is std.
SYSTEM_DIRECTORIES = {"sys", "bits", "experimental"}


def layer_of(path: pathlib.PurePosixPath) -> str:
    """The layer that a file of the repository belongs to; "all" for the one-include header."""
    parts = path.parts
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else "all"
    if parts[0] == "src":
        return parts[1]
    return "bindings"


def guards_of(path: pathlib.PurePosixPath) -> List[str]:
    """The guards that `path` may have: the path in capitals, for private headers with or without src/."""
    if path.parts[0] == "include":
        forms = [path.parts[1:]]  # as it is included, which already begins with the project's name
    else:
        forms = [("orderwright",) + path.parts]
        if path.parts[0] == "src":
            forms.append(("orderwright",) + path.parts[1:])
    return [re.sub(r"[^A-Za-z0-9]", "_", "/".join(parts)).upper() + "_" for parts in forms]


def check_guard(path: pathlib.PurePosixPath, text: str) -> List[str]:
    match = re.search(r"^\s*#\s*ifndef\s+(\w+)\s*\n\s*#\s*define\s+(\w+)\s*$", text, re.MULTILINE)
    want = guards_of(path)
    if not match:
        return [f"{path}:1: no include guard, expected {want[0]}"]
    if match.group(1) not in want or match.group(2) != match.group(1):
        return [f"{path}:1: guard {match.group(1)} does not match the path, expected {want[0]}"]
    return []


def check_own_include(path: pathlib.PurePosixPath, layer: str, target: str) -> List[str]:
    """An include of our own header, `target` as written."""
    public = path.parts[0] == "include"
    if target.startswith("src/"):
        parts = target.split("/")
        if len(parts) < 4 or parts[2] != "internal":
            return [f"{target} is private: only src/<layer>/internal/ may be included by path"]
        if public:
            return [f"a public header includes the internal header {target}"]
        if parts[1] != layer and not (target == SHARED_INTERNAL and path.parts[0] == "src"):
            return [f"{target} is internal to {parts[1]}"]
        return []
    parts = target.split("/")
    if "internal" in parts[1:-1]:
        return [f"{target}: internal headers live in src/<layer>/internal/"]
    if len(parts) == 2:
        if layer in LAYERS:
            return [f"a layer may not include {target}, which is above all layers"]
        return []
    if parts[1] not in LAYERS:
        return [f"{target} is in no known layer"]
    if layer in ("all", "bindings") or parts[1] == layer or parts[1] in MAY_INCLUDE.get(layer, set()):
        return []
    return [f"{layer} may not include {parts[1]}: {target}"]


def check_foreign_include(path: pathlib.PurePosixPath, layer: str, target: str) -> List[str]:
    first = target.split("/")[0]
    if path.parts[0] == "include" and first in JSON_LIBRARIES:
        return [f"a public header includes the JSON library {target}"]
    for banned, reason in BANNED_HEADERS.items():
        if target.startswith(banned + "/"):
            return [f"{target} is not used: {reason}"]
    if first in THIRD_PARTY:
        allowed = THIRD_PARTY[first]
        if allowed is None or layer in allowed:
            return []
        return [f"{layer} may not use {target}"]
    if first in SYSTEM_DIRECTORIES:
        return []
    if "/" not in target and (not target.endswith((".h", ".hpp")) or target in ("unistd.h", "fcntl.h")):
        return []
    return [f"{target} is not a header that {layer} may use"]


def check_file(root: pathlib.Path, path: pathlib.PurePosixPath) -> List[str]:
    text = (root / path).read_text(encoding="utf-8")
    layer = layer_of(path)
    problems = []
    if layer not in LAYERS and layer not in ("all", "bindings"):
        return [f"{path}:1: {layer} is not a layer"]
    if path.suffix == ".h":
        problems += check_guard(path, text)
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match.group(1) or match.group(2)
        if target.startswith(("orderwright/", "src/")):
            found = check_own_include(path, layer, target)
        elif match.group(1) and layer == "bindings":
            # The module's own files include each other by name or by path.
            beside = (root / path).parent / target
            found = [] if beside.exists() or (root / target).exists() else check_foreign_include(path, layer, target)
        else:
            found = check_foreign_include(path, layer, target)
        problems += [f"{path}:{number}: {problem}" for problem in found]
    return problems


def check_cmake_table(root: pathlib.Path) -> List[str]:
    path = "cmake/OrderwrightLayers.cmake"
    file = root / path
    if not file.exists():
        return [f"{path}: missing"]
    text = file.read_text(encoding="utf-8")
    problems = []
    names = re.search(r"set\(ORDERWRIGHT_LAYERS ([^)]*)\)", text)
    if not names or names.group(1).split() != LAYERS:
        problems.append(f"{path}: ORDERWRIGHT_LAYERS differs from the layers here")
    for layer in LAYERS:
        row = re.search(rf'set\(ORDERWRIGHT_LAYER_{layer} ([^)]*)\)', text)
        linked = set(row.group(1).replace('"', "").split()) if row else None
        if linked != MAY_INCLUDE[layer]:
            problems.append(f"{path}: {layer} links {linked}, the table says {MAY_INCLUDE[layer]}")
    return problems


def check_tree(root: pathlib.Path) -> List[str]:
    problems = check_cmake_table(root)
    count = 0
    for folder in ("include", "src", "bindings"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".h", ".cc", ".hpp", ".cpp") and file.is_file():
                problems += check_file(root, pathlib.PurePosixPath(file.relative_to(root).as_posix()))
                count += 1
    if count == 0:
        problems.append("no source file found")
    return problems


# Each entry: what is wrong, the file, its text. A clean file of the same kind is planted beside it.
def planted() -> List[tuple]:
    def header(path: str, body: str) -> tuple:
        guard = guards_of(pathlib.PurePosixPath(path))[0]
        return path, f"#ifndef {guard}\n#define {guard}\n{body}\n#endif\n"

    rows = [
        ("may not include model", *header("include/orderwright/solver/a.h", '#include "orderwright/model/order.h"')),
        ("may not include model", "src/solver/a.cc", '#include "orderwright/model/order.h"\n'),
        ("may not include inventory", *header("include/orderwright/rules/a.h",
                                              '#include <orderwright/inventory/pool.h>')),
        ("may not include solver", "src/lifecycle/a.cc", '  #  include "orderwright/solver/exact.h"\n'),
        ("above all layers", "src/io/a.cc", '#include "orderwright/orderwright.h"\n'),
        ("no known layer", "src/io/a.cc", '#include "orderwright/util/a.h"\n'),
        ("includes the internal header", *header("include/orderwright/core/a.h",
                                                 '#include "src/core/internal/macros.h"')),
        ("is internal to core", "src/model/a.cc", '#include "src/core/internal/decimal.h"\n'),
        ("is private", "src/core/a.cc", '#include "src/core/a.h"\n'),
        ("internal headers live in", "src/core/a.cc", '#include "orderwright/core/internal/a.h"\n'),
        ("is internal to core", "bindings/python/src/a.cc", '#include "src/core/internal/macros.h"\n'),
        ("JSON library", *header("include/orderwright/io/a.h", "#include <simdjson.h>")),
        ("may not use simdjson.h", "src/rules/a.cc", "#include <simdjson.h>\n"),
        ("may not include model", "src/cel/a.cc", '#include "orderwright/model/order.h"\n'),
        ("may not include cel", "src/solver/a.cc", '#include "orderwright/cel/value.h"\n'),
        ("may not use re2/re2.h", "src/rules/a.cc", '#include "re2/re2.h"\n'),
        ("may not use sqlite3.h", "src/routing/a.cc", "#include <sqlite3.h>\n"),
        ("may not use pybind11", "src/io/a.cc", "#include <pybind11/pybind11.h>\n"),
        ("not a header that core may use", "src/core/a.cc", "#include <boost/any.hpp>\n"),
        ("not a header that core may use", "src/core/a.cc", '#include "a.h"\n'),
        ("ThreadSanitizer", "src/core/a.cc", '#include "absl/synchronization/mutex.h"\n'),
        ("does not match the path", "include/orderwright/core/a.h", "#ifndef A_H\n#define A_H\n#endif\n"),
        ("does not match the path", "include/orderwright/core/a.h",
         "#ifndef ORDERWRIGHT_CORE_A_H_\n#define ORDERWRIGHT_CORE_B_H_\n#endif\n"),
        ("no include guard", "src/core/internal/a.h", "#pragma once\n"),
        ("is not a layer", "src/util/a.cc", "\n"),
        ("rules links", "cmake/OrderwrightLayers.cmake", None),
    ]
    return rows


CLEAN = {
    "src/solver/clean.cc": '#include "orderwright/core/ids.h"\n#include "src/solver/internal/a.h"\n'
                           '#include <vector>\n#include "absl/status/status.h"\n#include <fmt/format.h>\n',
    "src/io/clean.cc": '#include <simdjson.h>\n#include "orderwright/solver/problem.h"\n',
    "src/cel/clean.cc": '#include "re2/re2.h"\n#include "orderwright/core/status.h"\n',
    "src/rules/clean.cc": '#include "orderwright/cel/value.h"\n#include "orderwright/model/order.h"\n',
    "bindings/python/src/clean.cc": '#include <pybind11/pybind11.h>\n#include "orderwright/orderwright.h"\n',
}


def cmake_table(wrong: bool) -> str:
    lines = [f"set(ORDERWRIGHT_LAYERS {' '.join(LAYERS)})"]
    for layer in LAYERS:
        extra = " solver" if wrong and layer == "rules" else ""
        lines.append(f"set(ORDERWRIGHT_LAYER_{layer} {' '.join(sorted(MAY_INCLUDE[layer]))}{extra})")
    return "\n".join(lines).replace("core )", 'core "")') + "\n"


def run_self_test() -> int:
    failures = []
    for want, path, text in planted():
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            tree = dict(CLEAN)
            tree["cmake/OrderwrightLayers.cmake"] = cmake_table(wrong=text is None)
            if text is not None:
                tree[path] = text
            for name, content in tree.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content, encoding="utf-8")
            problems = check_tree(root)
            if len(problems) != 1 or want not in problems[0] or not problems[0].startswith(path):
                failures.append(f"planted {path} ({want}), found {problems}")
    for failure in failures:
        print(failure)
    print(f"self-test: {len(planted()) - len(failures)} of {len(planted())} planted violations caught")
    return 1 if failures else 0


def main(arguments: List[str]) -> int:
    if arguments == ["--self-test"]:
        return run_self_test()
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parents[2]
    problems = check_tree(root)
    for problem in problems:
        print(problem)
    print(f"layering: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
