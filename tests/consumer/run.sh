#!/usr/bin/env bash
# Builds strangers' projects against this library and runs them: the installed package and
# add_subdirectory, each static and shared. Prints one line per check.
#
#   tests/consumer/run.sh [BUILD_DIRECTORY]   default build/consumer
#
# Environment: RELEASE_FLAGS, those of a release build; default: -O3 -DNDEBUG
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
build="${1:-$root/build/consumer}"
mkdir -p "$build"
build="$(cd "$build" && pwd)"

# Without precompiled headers all builds here give the compiler the same input, and ccache compiles
# each file once for all of them.
compiling=(-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON "-DCMAKE_CXX_FLAGS_RELEASE=${RELEASE_FLAGS:--O3 -DNDEBUG}")
if command -v ccache >/dev/null; then
  compiling+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
version="$(sed -n 's/^project(orderwright VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")"
major="${version%%.*}"
minor="${version#*.}"
minor="${minor%%.*}"
expected="order 1042 costs 16.00 USD with orderwright $version"
passed=0

pass() {
  echo "ok: $1"
  passed=$((passed + 1))
}

fail() {
  echo "not ok: $1" >&2
  exit 1
}

# quietly LOG COMMAND...: the output only if the command fails.
quietly() {
  local log="$build/$1.log"
  shift
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    fail "$*"
  fi
}

run_stranger() {
  local output
  output="$("$2")" || fail "$1: exit $?"
  [ "$output" = "$expected" ] || fail "$1: printed '$output', expected '$expected'"
  pass "$1"
}

for shared in OFF ON; do
  kind=static
  [ "$shared" = ON ] && kind=shared
  prefix="$build/$kind/prefix"
  rm -rf "$prefix"

  quietly "$kind-configure" cmake -S "$root" -B "$build/$kind/library" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_SHARED_LIBS=$shared -DORDERWRIGHT_BUILD_TESTS=OFF -DORDERWRIGHT_INSTALL=ON "${compiling[@]}"
  quietly "$kind-build" cmake --build "$build/$kind/library"
  quietly "$kind-install" cmake --install "$build/$kind/library" --prefix "$prefix" --component devel

  # The installed package speaks of nothing in this tree.
  if grep -rlI --include='*.cmake' -e "$root" "$prefix"; then
    fail "$kind: an installed file names the source tree"
  fi
  pass "$kind: the package names no path of the source tree"
  strays="$(cd "$prefix" && find . -type f | grep -vE \
    '^\./(include/orderwright/.*\.h|lib[^/]*(/[^/]*)?/(liborderwright_[a-z]+\.(a|so[.0-9]*)|cmake/orderwright/orderwright-[a-z-]+\.cmake)|share/doc/orderwright/LICENSE)$' || true)"
  [ -z "$strays" ] || fail "$kind: unexpected files are installed: $strays"
  [ ! -e "$prefix/include/orderwright/core/internal" ] || fail "$kind: private headers are installed"
  pass "$kind: only headers, libraries and the package config are installed"
  for header in $(cd "$root/include" && find orderwright -name '*.h'); do
    [ -f "$prefix/include/$header" ] || fail "$kind: $header is not installed"
  done
  pass "$kind: every public header is installed"

  quietly "$kind-find-configure" cmake -S "$root/tests/consumer/find_package" -B "$build/$kind/find_package" \
    -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix" -DVERSION="$version" \
    -DNEXT_MINOR_VERSION="$major.$((minor + 1))" "${compiling[@]}" --fresh
  pass "$kind: find_package takes this version and refuses the next minor one"
  quietly "$kind-find-build" cmake --build "$build/$kind/find_package"
  run_stranger "$kind: a program built against the installed package runs" "$build/$kind/find_package/stranger"

  quietly "$kind-add-configure" cmake -S "$root/tests/consumer/add_subdirectory" \
    -B "$build/$kind/add_subdirectory" -G Ninja -DCMAKE_BUILD_TYPE=Release -DORDERWRIGHT_SOURCE="$root" \
    -DBUILD_SHARED_LIBS=$shared -DHOST_FINDS_DEPENDENCIES=$shared "${compiling[@]}" --fresh
  pass "$kind: add_subdirectory leaks no option, flag, target or test"
  quietly "$kind-add-build" cmake --build "$build/$kind/add_subdirectory"
  run_stranger "$kind: a program built with add_subdirectory runs" "$build/$kind/add_subdirectory/stranger"

  # At a consumer's top level our tests and install rules stay away from its own.
  if [ -n "$(ctest --test-dir "$build/$kind/add_subdirectory" -N 2>/dev/null | grep 'Test *#' || true)" ]; then
    fail "$kind: the consumer's ctest lists tests of ours"
  fi
  pass "$kind: the consumer's ctest lists no test of ours"
done

# A shared library exports what carries ORDERWRIGHT_EXPORT and no third party's insides.
for library in "$build"/shared/prefix/lib*/liborderwright_*.so "$build"/shared/prefix/lib/*/liborderwright_*.so; do
  [ -f "$library" ] || continue
  foreign="$(nm -D --defined-only -C "$library" | grep -E '[TW] (simdjson|fmt|re2)::' || true)"
  [ -z "$foreign" ] || fail "$(basename "$library") exports $(echo "$foreign" | head -3)"
  pass "$(basename "$library") exports nothing of a third party"
done

echo "consumer: $passed checks passed"
