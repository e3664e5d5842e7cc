"""What the README says a program prints is what it prints."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_shows_what_quickstart_prints() -> None:
    printed = subprocess.run(
        [sys.executable, ROOT / "examples" / "quickstart.py"],
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "$ python examples/quickstart.py\n" + printed.rstrip() + "\n```" in shown
