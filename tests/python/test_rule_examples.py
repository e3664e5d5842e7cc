"""The rules of examples/rules decide what their cases say, and each of them is made to speak."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import orderwright as ow
from small_world import ROOT

pytest.importorskip("ruamel.yaml")

FOLDER = ROOT / "examples" / "rules"
RULES = sorted(FOLDER.glob("*.rules.yaml"))
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def cases_of(rules: Path) -> Path:
    return rules.with_name(rules.name.replace(".rules.yaml", ".cases.yaml"))


@pytest.mark.parametrize("rules", RULES, ids=lambda path: path.name.split(".")[0])
def test_the_rules_decide_what_their_cases_say(rules: Path) -> None:
    report = ow.check_cases(rules, cases_of(rules))
    assert report.failed == 0, str(report)
    assert report.uncovered == (), str(report)


@pytest.mark.parametrize("rules", RULES, ids=lambda path: path.name.split(".")[0])
def test_without_its_rules_a_file_of_cases_does_not_pass(rules: Path) -> None:
    made = ow.Rules.from_file(rules)
    neutral = ow.Rules(objectives=None)
    for id in made.ids:  # the names stand, and say nothing
        neutral.add(id, kind="hold", when=False)
    assert ow.check_cases(neutral, cases_of(rules)).failed > 0


def test_every_file_of_cases_has_its_rules() -> None:
    assert {cases_of(rules).name for rules in RULES} == {path.name for path in FOLDER.glob("*.cases.yaml")}


def test_the_table_names_all_numbers_and_all_files() -> None:
    rows = re.findall(r"^\| (\d+) \| .*? \| (.*?) \|$", README, re.M)
    assert [int(number) for number, _ in rows] == list(range(1, 73))
    linked = {name for _, where in rows for name in re.findall(r"\(([\w-]+\.rules\.yaml)\)", where)}
    assert linked == {path.name for path in RULES}
    for number, where in rows:
        names = re.findall(r"\((\d+)-[\w-]+\.rules\.yaml\)", where)
        assert all(int(name) == int(number) for name in names), (number, where)


def test_the_titles_of_the_files_begin_with_their_number() -> None:
    for rules in RULES:
        number = int(rules.name.split("-")[0])
        assert rules.read_text(encoding="utf-8").startswith(f"# {number}. "), rules


def test_the_command_says_the_same() -> None:
    rules = FOLDER / "01-situation.rules.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "orderwright", "test", rules, cases_of(rules), "--require-coverage"],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "3 cases: 3 passed, 0 failed"
