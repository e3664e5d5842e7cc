#!/usr/bin/env python3
"""Compiles one file twice: as it is, which must succeed, and with ORDERWRIGHT_MUST_NOT_COMPILE, which must not.

    check_compile_fail.py [--include "DIR;DIR"] COMPILER FILE

The innocent twin keeps the test from failing for a reason of its own (a renamed header, a typing error);
the error must also be reported on a line of the block that only the second compilation sees.
"""

import argparse
import re
import subprocess
import sys


def guarded_lines(text: str) -> range:
    """The line numbers between #ifdef ORDERWRIGHT_MUST_NOT_COMPILE and its #else or #endif."""
    begin = 0
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"#ifdef ORDERWRIGHT_MUST_NOT_COMPILE\b", line):
            begin = number
        elif begin and re.match(r"#(else|endif)", line):
            return range(begin + 1, number)
    raise SystemExit("no block #ifdef ORDERWRIGHT_MUST_NOT_COMPILE found")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--include", default="")
    parser.add_argument("compiler")
    parser.add_argument("file")
    arguments = parser.parse_args()
    command = [arguments.compiler, "-std=c++20", "-fsyntax-only", "-fdiagnostics-color=never"]
    for directory in dict.fromkeys(filter(None, arguments.include.split(";"))):
        if directory != "/usr/include":  # asking for it breaks the order that the C++ library needs
            command += ["-I", directory]
    with open(arguments.file, encoding="utf-8") as file:
        lines = guarded_lines(file.read())

    innocent = subprocess.run(command + [arguments.file], capture_output=True, text=True)
    if innocent.returncode != 0:
        print("the innocent twin does not compile:\n" + innocent.stderr)
        return 1
    guilty = subprocess.run(command + ["-DORDERWRIGHT_MUST_NOT_COMPILE", arguments.file],
                            capture_output=True, text=True)
    if guilty.returncode == 0:
        print(f"{arguments.file}:{lines.start}: compiles, and must not")
        return 1
    reported = {int(number) for number in
                re.findall(re.escape(arguments.file) + r":(\d+):\d+: (?:fatal )?error:", guilty.stderr)}
    if not reported & set(lines) or not reported <= set(lines):
        print(f"errors on lines {sorted(reported)}, expected in {lines.start} to {lines.stop - 1}:\n{guilty.stderr}")
        return 1
    print(f"refused on line {min(reported)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
