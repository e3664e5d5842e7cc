#!/usr/bin/env python3
"""A committed file is what its generator prints.

    check_generated.py PROGRAM FILE

Standard library only.
"""

import difflib
import pathlib
import subprocess
import sys


def main(program: str, file: str) -> int:
    wanted = subprocess.run([program], capture_output=True, check=True).stdout.decode()
    found = pathlib.Path(file).read_text(encoding="utf-8")
    if found == wanted:
        return 0
    lines = difflib.unified_diff(found.splitlines(), wanted.splitlines(), file, "as generated", lineterm="", n=0)
    print("\n".join(lines))
    print(f"{file} is not what {program} prints; run it again")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
