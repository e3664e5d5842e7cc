#!/usr/bin/env python3
"""Code that a page shows is code that a test runs.

    check_snippets.py [ROOT]        check README.md, docs/tutorials/*.md and docs/concepts/*.md
    check_snippets.py --self-test   see that a changed snippet is caught

A C++ or Python block that follows a line `<!-- from PATH -->` must stand in that file word for word, apart
from its indentation. A C++ block without such a line is an error: nothing would run it. (Python blocks of
the tutorials without one are run as they stand by tests/python.) Standard library only.
"""

import pathlib
import re
import sys
import tempfile
import textwrap
from typing import List

BLOCK = re.compile(r"(?:<!-- from (?P<path>\S+) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)```", re.S)


def squeezed(text: str) -> str:
    return "\n".join(line.rstrip() for line in textwrap.dedent(text).strip("\n").split("\n"))


def stands_in(code: str, source: str) -> bool:
    """Whether the lines of `code` stand together in `source`, at any indentation."""
    wanted = squeezed(code).split("\n")
    lines = source.split("\n")
    for first in range(len(lines) - len(wanted) + 1):
        if squeezed("\n".join(lines[first:first + len(wanted)])).split("\n") == wanted:
            return True
    return False


def check_page(root: pathlib.Path, page: pathlib.Path) -> List[str]:
    problems = []
    name = page.relative_to(root)
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        first = match["code"].split("\n", 1)[0]
        if match["path"] is None:
            if match["language"] == "cpp":
                problems.append(f"{name}: no file runs the C++ block that begins `{first}`")
            continue
        source = root / match["path"]
        if not source.is_file():
            problems.append(f"{name}: there is no {match['path']}")
        elif not stands_in(match["code"], source.read_text(encoding="utf-8")):
            problems.append(f"{name}: the block that begins `{first}` does not stand in {match['path']}")
    return problems


def check(root: pathlib.Path) -> List[str]:
    pages = [root / "README.md", *sorted((root / "docs" / "tutorials").glob("*.md")),
             *sorted((root / "docs" / "concepts").glob("*.md"))]
    problems = []
    for page in pages:
        if page.is_file():
            problems += check_page(root, page)
        else:
            problems.append(f"there is no {page.name}")
    return problems


def self_test() -> List[str]:
    cases = [
        ("<!-- from a.cc -->\n```cpp\nint x = 1;\n```\n", 0),
        ("<!-- from a.cc -->\n```cpp\nint x = 2;\n```\n", 1),
        ("<!-- from b.cc -->\n```cpp\nint x = 1;\n```\n", 1),
        ("```cpp\nint x = 1;\n```\n", 1),
        ("```python\nx = 1\n```\n", 0),
    ]
    problems = []
    for text, wanted in cases:
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "docs" / "tutorials").mkdir(parents=True)
            (root / "a.cc").write_text("void f() {\n  int x = 1;\n}\n", encoding="utf-8")
            (root / "README.md").write_text(text, encoding="utf-8")
            found = check(root)
            if len(found) != wanted:
                problems.append(f"{text!r}: {found}")
    return problems


def main(arguments: List[str]) -> int:
    if arguments == ["--self-test"]:
        problems = self_test()
    else:
        root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parents[2]
        problems = check(root.resolve())
    for problem in problems:
        print(problem)
    print(f"snippets: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
