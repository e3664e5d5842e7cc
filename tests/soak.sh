#!/usr/bin/env bash
# The same checks as tests/run_all.sh with every long test at full size: hours rather than minutes.
# Before them the pool is hammered by threads in a release build: optimised, without a sanitizer,
# they get in each other's way most.
#
#   tests/soak.sh [FACTOR]   FACTOR multiplies the sizes of tests that take one; default 1
set -euo pipefail
export ORDERWRIGHT_SOAK="${1:-1}"
cd "$(dirname "$0")/.."
tools/setup.sh
# With -O3, GCC 12 warns of tests that are right; in the builds of run_all.sh warnings are errors.
cmake --preset release -B build/soak -DORDERWRIGHT_TEST_SUITES=ON -DORDERWRIGHT_WERROR=OFF \
  -DORDERWRIGHT_BUILD_PYTHON=OFF -DORDERWRIGHT_BUILD_BENCHMARKS=OFF
cmake --build build/soak --target inventory_tests -j "${JOBS:-$(nproc)}"
build/soak/tests/inventory_tests "[hammer]"
exec bash tests/run_all.sh
