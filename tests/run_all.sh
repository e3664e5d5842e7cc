#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every check, cheapest first; stops at the first
# step that fails. Ends with the time of each step and one line "N passed, N failed".
#
#   tests/run_all.sh            everything, as continuous integration does
#   tests/run_all.sh --quick    format, layering, debug build, unit tests: what to run every few minutes
#   tests/run_all.sh --from STEP    the steps from this one on, once what stopped a run there is mended
#
# Environment:
#   ORDERWRIGHT_SOAK   set: long tests run at full size (see tests/soak.sh)
#   ORDERWRIGHT_DATA   directory of optional data; tests that read it are skipped without it
#   JOBS               parallel jobs; default: the number of cores
set -uo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
cd "$root"

quick=no
from=
case "${1:-}" in
  "") ;;
  --quick) quick=yes ;;
  --from) from="${2:?tests/run_all.sh --from STEP}" ;;
  *) echo "usage: tests/run_all.sh [--quick | --from STEP]" >&2; exit 2 ;;
esac
jobs="${JOBS:-$(nproc)}"
logs="$root/build/logs"
mkdir -p "$logs"

passed=0
failed=0
names=()
times=()
begin=$SECONDS

# Adds what a step's log says it counted: ctest, pytest, and our scripts' "N checks passed".
count_tests() {
  local total bad
  while read -r bad total; do
    passed=$((passed + total - bad))
    failed=$((failed + bad))
  done < <(sed -nE 's/^.*% tests passed, ([0-9]+) tests failed out of ([0-9]+).*$/\1 \2/p' "$1")
  while read -r total; do passed=$((passed + total)); done < <(
    sed -nE 's/^(=+ )?(.*, )?([0-9]+) passed.* in [0-9.]+s.*$/\3/p
             s/^[a-z-]+: ([0-9]+) checks? passed$/\1/p' "$1")
  while read -r bad; do failed=$((failed + bad)); done < <(
    sed -nE 's/^(=+ )?(.*, )?([0-9]+) (failed|errors?).* in [0-9.]+s.*$/\3/p' "$1")
}

finish() {
  echo
  printf '%-12s %8s\n' step seconds
  local i
  for i in "${!names[@]}"; do printf '%-12s %8d\n' "${names[$i]}" "${times[$i]}"; done
  printf '%-12s %8d\n' total $((SECONDS - begin))
  echo
  echo "$passed passed, $failed failed"
}

# step NAME FUNCTION: runs it with output to a log, which is shown if it fails.
step() {
  if [ "$1" = "$from" ]; then from=; fi
  if [ -n "$from" ]; then return; fi
  local name="$1" log="$logs/$1.log" start=$SECONDS code=0
  printf '%-12s ' "$name"
  # On a line of its own: bash ignores set -e in a command that || follows.
  (set -e; "$2") >"$log" 2>&1 </dev/null
  code=$?
  names+=("$name")
  times+=($((SECONDS - start)))
  local failed_before=$failed
  count_tests "$log"
  if [ $code -ne 0 ]; then
    # A step that broke before any test of it failed is one failure.
    if [ "$failed" -eq "$failed_before" ]; then failed=$((failed + 1)); fi
    echo "FAILED after $((SECONDS - start)) s; the end of build/logs/$name.log:"
    tail -n 200 "$log"
    finish
    exit 1
  fi
  echo "ok, $((SECONDS - start)) s"
}

build_preset() {
  cmake --preset "$@"
  cmake --build --preset "$1" -j "$jobs"
}

do_setup() {
  if [ $quick = yes ]; then tools/setup.sh; else tools/setup.sh --dev; fi
}

do_format() {
  local files
  mapfile -t files < <(find include src tests benchmarks examples bindings -name '*.h' -o -name '*.cc' | sort)
  clang-format-19 --dry-run -Werror "${files[@]}"
  echo "format: 1 check passed"
}

do_layering() {
  python3 tests/layering/check_layering.py --self-test
  python3 tests/layering/check_layering.py
}

do_dev() {
  build_preset dev -DORDERWRIGHT_BUILD_PYTHON=OFF -DORDERWRIGHT_TEST_SUITES=ON
  ctest --preset dev -j "$jobs" -LE fuzz
}

do_consumer() { RELEASE_FLAGS="$release_flags" tests/consumer/run.sh; }

# What is checked of a release build is not its speed, and -O3 is a third of the time to compile it. The
# same flags for the consumers, the release build and the wheel, so that ccache compiles once.
release_flags="-O1 -DNDEBUG"
if [ -n "${ORDERWRIGHT_SOAK:-}" ]; then release_flags="-O3 -DNDEBUG"; fi

# To optimise tests takes longer than they do, unless they run for an hour; and half of the time to
# compile one is what looks for undefined behaviour and counts coverage in the test itself. The
# library has both.
sanitized=("-DORDERWRIGHT_TEST_OPTIONS=-O0;-fno-sanitize=undefined;-fno-sanitize=fuzzer-no-link")
# Of ThreadSanitizer the library too: its tests with threads take seconds.
threaded=(-DORDERWRIGHT_TEST_OPTIONS=-O0 "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1")
if [ -n "${ORDERWRIGHT_SOAK:-}" ]; then
  sanitized=(-DORDERWRIGHT_TEST_OPTIONS=)
  threaded=(-DORDERWRIGHT_TEST_OPTIONS=)
fi

do_asan() {
  build_preset asan "${sanitized[@]}"
  ctest --preset asan -j "$jobs"
}

do_tsan() {
  build_preset tsan "${threaded[@]}"
  # A library without a concurrent part has no such test; ctest counts what there is.
  ctest --preset tsan -j "$jobs"
}

# What does not need a sanitizer: headers alone, what must not compile, symbols, examples. Warnings are
# errors in the build with sanitizers; without the flag and without precompiled headers these objects
# are the same as those of the consumers and of the wheel, and ccache has them.
do_release() {
  build_preset release -DORDERWRIGHT_TEST_SUITES=OFF -DORDERWRIGHT_WERROR=OFF \
    -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON "-DCMAKE_CXX_FLAGS_RELEASE=$release_flags"
  ctest --preset release -j "$jobs" -LE fuzz
}

do_python() { JOBS="$jobs" RELEASE_FLAGS="$release_flags" tests/python.sh build/release; }

# The build with sanitizers has the fuzzers too: one compilation of the library serves both.
do_fuzz() { JOBS="$jobs" tests/fuzz/run.sh build/asan; }

do_benchmarks() {
  local program count=0
  for program in build/release/benchmarks/*_benchmarks; do
    [ -x "$program" ] || continue
    "$program" --benchmark_min_time=0.001
    count=$((count + 1))
  done
  for program in build/release/benchmarks/task_* build/release/benchmarks/*_memory; do
    [ -x "$program" ] || continue
    ORDERWRIGHT_BENCHMARK_SMOKE=1 "$program"
    count=$((count + 1))
  done
  echo "benchmarks: $count checks passed"
}

step setup do_setup
if [ $quick = no ] || command -v clang-format-19 >/dev/null; then step format do_format; fi
step layering do_layering
if [ $quick = yes ]; then
  step dev do_dev
else
  # The suites are built once, with sanitizers and the assertions of a debug build, by clang; what
  # GCC warns of in the library is seen in the build of ThreadSanitizer.
  step consumer do_consumer
  step asan do_asan
  step tsan do_tsan
  step release do_release
  if [ -f bindings/python/CMakeLists.txt ]; then step python do_python; fi
  step benchmarks do_benchmarks
  step fuzz do_fuzz
fi
if [ -n "$from" ]; then echo "no step is called '$from'" >&2; exit 2; fi
finish
