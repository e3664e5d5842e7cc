#!/usr/bin/env python3
"""A library is a guest: it does not print, does not end the process and does not ask the clock.

    check_symbols.py [--nm NM] [--assertions] LIBRARY...   read the undefined symbols of static libraries
    check_symbols.py [--nm NM] --self-test COMPILER        compile an offender and see that it is caught

--assertions allows what assert() needs, for builds that have it on. Standard library only.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import List

# (pattern of a demangled undefined symbol, why it may not be used)
# std::terminate is not among them: every noexcept function refers to it. Nor is what an include of
# <iostream> leaves behind: Abseil's absl/status/status.h includes it.
BANNED = [
    (r"std::(cout|cerr|clog|wcout|wcerr)\b", "prints"),
    (r"(_?_?v?f?printf|__(v?f?printf)_chk|puts|fputs|putchar|putc|fputc|perror)", "prints"),
    (r"(stdout|stderr)", "prints"),
    (r"(void )?fmt::v\d+::(print|println|vprint|vprint_buffered)\(.*", "prints"),
    (r"(abort|exit|_exit|quick_exit|_Exit)", "ends the process"),
    (r"__assert_fail", "ends the process"),
    (r"(signal|sigaction|atexit|std::set_terminate\(.*\))", "installs a handler"),
    (r"(absl::\w+::|absl::)*ThrowBadStatusOrAccess\(.*\)", "calls StatusOr::value(), which throws"),
    (r"(std::chrono::_V2::system_clock::now\(\)|absl::(\w+::)?Now\(\)|time|gettimeofday|localtime|gmtime)",
     "asks the clock"),
    (r"(rand|srand|random|std::random_device::.*)", "uses randomness that is not an argument"),
    (r"(setlocale|setenv|putenv|unsetenv)", "changes global state"),
]
ALLOWED_WITH_ASSERTIONS = {"__assert_fail"}
PATTERNS = [(re.compile(pattern), why) for pattern, why in BANNED]


def undefined_symbols(nm: str, library: str) -> List[tuple]:
    """(object file, demangled symbol) for everything that `library` takes from elsewhere."""
    output = subprocess.run([nm, "-C", "-u", "-A", library], check=True, capture_output=True, text=True).stdout
    symbols = []
    for line in output.splitlines():
        match = re.match(r"^(.*?):\s+[Uw]\s+(.*)$", line)
        if match:
            # "printf@GLIBC_2.2.5" in shared objects
            symbols.append((match.group(1), match.group(2).split("@")[0].strip()))
    return symbols


def check(nm: str, libraries: List[str], assertions: bool) -> List[str]:
    problems = []
    for library in libraries:
        symbols = undefined_symbols(nm, library)
        if not symbols:
            problems.append(f"{library}: no undefined symbol at all, nm read nothing")
        for where, symbol in symbols:
            if assertions and symbol in ALLOWED_WITH_ASSERTIONS:
                continue
            for pattern, why in PATTERNS:
                if pattern.fullmatch(symbol):
                    problems.append(f"{where}: {symbol}: {why}")
    return problems


OFFENDERS = [
    ("prints", "#include <cstdio>\nvoid f(int x) { std::printf(\"%d\", x); }"),
    ("prints", "#include <cstdio>\nvoid f() { std::puts(\"x\"); }"),
    ("prints", "#include <cstdio>\nvoid f(int x) { std::fprintf(stderr, \"%d\", x); }"),
    ("prints", "#include <ostream>\nnamespace std { extern ostream cout; }\nvoid f() { std::cout << 1; }"),
    ("prints", "#include <iostream>\nvoid f() { std::cerr << 1; }"),
    ("ends the process", "#include <cstdlib>\nvoid f() { std::abort(); }"),
    ("ends the process", "#include <cstdlib>\nvoid f() { std::exit(1); }"),
    ("ends the process", "#include <cassert>\nvoid f(int x) { assert(x > 0); }"),
    ("asks the clock", "#include <chrono>\nauto f() { return std::chrono::system_clock::now(); }"),
    ("asks the clock", "#include <ctime>\nauto f() { return std::time(nullptr); }"),
    ("randomness", "#include <random>\nauto f() { return std::random_device()(); }"),
    ("global state", "#include <clocale>\nvoid f() { std::setlocale(LC_ALL, \"\"); }"),
]
INNOCENT = "#include <string>\nstd::string f(const std::string& s) noexcept(false) { return s + \"exit time abort\"; }"


def run_self_test(nm: str, compiler: str) -> int:
    failures = []
    with tempfile.TemporaryDirectory() as directory:
        for index, (want, text) in enumerate(OFFENDERS + [("", INNOCENT)]):
            source = pathlib.Path(directory) / f"offender{index}.cc"
            source.write_text(text + "\n", encoding="utf-8")
            target = str(source.with_suffix(".o"))
            subprocess.run([compiler, "-std=c++20", "-O1", "-c", str(source), "-o", target], check=True)
            problems = check(nm, [target], assertions=False)
            if want == "" and problems:
                failures.append(f"the innocent file is blamed: {problems}")
            elif want and not any(want in problem for problem in problems):
                failures.append(f"not caught ({want}): {text!r}, found {problems}")
    for failure in failures:
        print(failure)
    print(f"self-test: {len(OFFENDERS)} offenders, {len(failures)} failures")
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--assertions", action="store_true")
    parser.add_argument("--self-test", metavar="COMPILER")
    parser.add_argument("libraries", nargs="*")
    arguments = parser.parse_args()
    if arguments.self_test:
        return run_self_test(arguments.nm, arguments.self_test)
    if not arguments.libraries:
        parser.error("no library given")
    problems = check(arguments.nm, arguments.libraries, arguments.assertions)
    for problem in problems:
        print(problem)
    print(f"symbols: {len(arguments.libraries)} libraries, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
