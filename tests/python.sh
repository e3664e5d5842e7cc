#!/usr/bin/env bash
# The Python package as its users get it: a wheel built by pip and installed into a clean environment,
# where the tests, the stubs, the types of the examples and the examples themselves are checked; and the
# staging directory of plain CMake, which must hold the same files.
#
#   tests/python.sh [BUILD_DIRECTORY]   a build with ORDERWRIGHT_BUILD_PYTHON=ON; default build/release
#
# Environment: RELEASE_FLAGS, those of a release build, the same as of BUILD_DIRECTORY; default: -O3 -DNDEBUG
# With ORDERWRIGHT_SOAK set the example of a year of baskets routes all of them.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
cd "$root"
cmake_build="${1:-build/release}"
work="$root/build/python"
passed=0

pass() {
  echo "ok: $1"
  passed=$((passed + 1))
}

rm -rf "$work"
mkdir -p "$work"

echo "== wheel"
python3 -m venv "$work/venv"
python="$work/venv/bin/python"
pip=("$python" -m pip --disable-pip-version-check -q)
# Without precompiled headers, and by a compiler of the same name, its objects are those of the other
# builds, and ccache has them. Left alone, the builder takes the g++ that the interpreter was made by.
CXX="${CXX:-c++}" "${pip[@]}" wheel . --no-deps -w "$work/dist" \
  --config-settings=cmake.define.CMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
  --config-settings=cmake.define.CMAKE_CXX_FLAGS_RELEASE="${RELEASE_FLAGS:--O3 -DNDEBUG}"
wheel="$(ls "$work"/dist/orderwright-*.whl)"
"${pip[@]}" install "$wheel[datasets]" pytest mypy
if [ -f tests/python/requirements.txt ]; then
  "${pip[@]}" install -r tests/python/requirements.txt
fi
# From another directory, so that the installed package is found and not the sources.
version="$(sed -n 's/^project(orderwright VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)"
(cd "$work" && "$python" -c "import orderwright; assert orderwright.__version__ == '$version', orderwright.__version__")
pass "the wheel installs and knows its version"

echo "== staging"
cmake --install "$cmake_build" --prefix "$work/stage" --component python >/dev/null
python3 - "$wheel" "$work/stage" <<'PY'
import pathlib, sys, zipfile
wheel = {name for name in zipfile.ZipFile(sys.argv[1]).namelist() if ".dist-info/" not in name}
stage = {path.relative_to(sys.argv[2]).as_posix() for path in pathlib.Path(sys.argv[2]).rglob("*") if path.is_file()}
if wheel != stage:
    sys.exit(f"only in the wheel: {sorted(wheel - stage)}\nonly in the staging directory: {sorted(stage - wheel)}")
PY
pass "cmake --install --component python stages exactly what the wheel has"
(cd "$work" && PYTHONPATH="$work/stage" "$python" -I -c "
import sys
sys.path.insert(0, '$work/stage')
import orderwright
assert orderwright.__file__.startswith('$work/stage'), orderwright.__file__")
pass "the staged package imports"

echo "== tests"
(cd "$work" && "$python" -m pytest -q -p no:cacheprovider --color=no -n "${JOBS:-$(nproc)}" "$root/tests/python")

echo "== types"
allowlist=()
if [ -f tests/python/stub_allowlist.txt ]; then
  allowlist=(--allowlist "$root/tests/python/stub_allowlist.txt")
fi
(cd "$work" && "$work/venv/bin/stubtest" orderwright "${allowlist[@]}")
pass "stubs agree with the module"
examples=(examples/*.py)
if [ -f "${examples[0]}" ]; then
  "$work/venv/bin/mypy" --strict --config-file= --cache-dir "$work/mypy_cache" "${examples[@]}"
  pass "examples type-check under mypy --strict"
  for example in "${examples[@]}"; do
    arguments=()
    # A year of baskets takes minutes; a few do for a test.
    if [ "$example" = examples/route_orders.py ] && [ -z "${ORDERWRIGHT_SOAK:-}" ]; then
      arguments=(--orders 1000)
    fi
    "$python" "$example" "${arguments[@]}" >"$work/example.log" 2>&1 || { cat "$work/example.log"; exit 1; }
    pass "$example runs"
  done
fi
echo "python: $passed checks passed"
