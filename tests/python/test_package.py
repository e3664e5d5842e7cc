"""What is shipped: names in pyproject.toml, the version, the types, the examples, the documents."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import tomllib

import orderwright as ow
from small_world import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGE = Path(str(ow.__file__)).parent


def python(*arguments: object, cwd: Path = ROOT, path: str | None = None) -> str:
    """Standard output of a Python that must succeed."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ if path is None else {**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_version_is_the_same_everywhere() -> None:
    dynamic = next(e for e in PROJECT["tool"]["dynamic-metadata"] if e["field"] == "version")
    found = re.search(dynamic["regex"], (ROOT / dynamic["input"]).read_text())
    assert found is not None and found["value"] == ow.__version__
    try:
        installed = metadata.version("orderwright")
    except metadata.PackageNotFoundError:
        return  # the package is used from a staging directory
    assert installed == ow.__version__


def test_every_path_and_component_of_the_project_file_exists() -> None:
    tool = PROJECT["tool"]
    for path in [
        *PROJECT["project"]["license-files"],
        *tool["mypy"]["files"],
        tool["mypy"]["mypy_path"],
    ]:
        assert (ROOT / path).exists(), path
    for path in tool["pytest"]["ini_options"]["testpaths"]:
        assert (ROOT / path).is_dir(), path
    rules = (ROOT / "bindings/python/CMakeLists.txt").read_text()
    for component in tool["scikit-build"]["install"]["components"]:
        assert f"COMPONENT {component}" in rules
    options = (ROOT / "CMakeLists.txt").read_text()
    for option in tool["scikit-build"]["cmake"]["define"]:
        assert f"option({option} " in options
    module, function = PROJECT["project"]["scripts"]["orderwright"].split(":")
    assert callable(getattr(__import__(module, fromlist=[function]), function))


def test_every_file_of_the_package_is_installed_and_no_other() -> None:
    sources = ROOT / "bindings/python/orderwright"
    kinds = {".py", ".pyi", ".gz", ".typed"}
    want = {
        path.relative_to(sources).as_posix()
        for path in sources.rglob("*")
        if path.suffix in kinds or path.name == "py.typed"
    }
    have = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    (module,) = (name for name in have if name.startswith("_core.") and name != "_core.pyi")
    assert module.endswith((".so", ".pyd", ".dylib"))
    assert have - {module} == want


def test_importing_has_no_side_effects_and_is_light() -> None:
    code = (
        "import sys, logging; import orderwright as ow; "
        "assert not logging.getLogger().handlers; "
        "print(sorted({'numpy', 'pyarrow', 'tqdm'} & set(sys.modules))); "
        "from orderwright import *; ow.datasets; print(datasets is ow.datasets)"
    )
    assert python("-c", code) == "[]\nTrue\n"


def test_the_package_and_the_examples_have_types() -> None:
    stubs = PACKAGE / "py.typed"
    assert stubs.is_file()
    python("-m", "mypy")


def test_the_first_example_prints_the_plan_of_order_1042() -> None:
    lines = python("examples/quickstart.py").splitlines()
    assert lines[0].startswith("order 1042 · ")
    assert any(line.startswith("  ships from ") for line in lines)
    assert re.match(r"2,000 orders: [0-9,]+ shipments, [0-9,.]+ USD", lines[-1]), lines[-1]
    assert len((ROOT / "examples/quickstart.py").read_text().splitlines()) <= 25


def test_the_second_example_reports_on_many_baskets() -> None:
    printed = python(
        "examples/route_orders.py", "--orders", "600", "--seed", "3", "--scarcity", "0.5"
    )
    assert printed.startswith("The Complete Journey, stock for 50% of its demand (seed 3)\n")
    assert re.search(r"^600 orders routed in [\d.]+ s: [\d,]+ orders/s$", printed, re.MULTILINE)
    for name in ("orders", "units", "shortfalls", "shipments", "splits", "cost", "proof"):
        assert re.search(rf"^  {name} +\S", printed, re.MULTILINE), name
    assert "The busiest sites" in printed and "\norder " in printed
    assert printed.splitlines()[-1].startswith("seconds: data ")


def test_the_second_example_does_without_the_baskets(tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not here')")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    arguments = ("--orders", "300", "--mode", "independent")
    printed = python("examples/route_orders.py", *arguments, path=path)
    assert printed.startswith("Made orders on the made US network")
    assert "pip install orderwright[datasets]" in printed
    assert re.search(r"^300 orders routed in ", printed, re.MULTILINE)


@pytest.mark.parametrize("page", ["tutorials/python", "reference/python", "reference/datasets"])
def test_the_code_of_a_page_runs_and_prints_what_it_says(page: str, tmp_path: Path) -> None:
    text = (ROOT / f"docs/{page}.md").read_text()
    blocks = re.findall(
        r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", text, re.MULTILINE | re.DOTALL
    )
    assert blocks, "the page has no code"
    # All blocks of a page are one program. A marker tells what each of them printed.
    program = "".join(f"{code}\nprint('<<<>>>')\n" for code, _ in blocks)
    (tmp_path / "page.py").write_text(program)
    for name in ("small_world.json", "small_orders.jsonl"):
        os.symlink(ROOT / "examples/data" / name, tmp_path / name)
    printed = python("page.py", cwd=tmp_path).split("<<<>>>\n")
    for (code, said), got in zip(blocks, printed[:-1], strict=True):
        assert got == said, code


def test_every_public_name_has_its_place_in_the_reference() -> None:
    text = (ROOT / "docs/reference/python.md").read_text()
    missing = [name for name in ow.__all__ if f"`{name}`" not in text and f"`{name}(" not in text]
    assert missing == []
