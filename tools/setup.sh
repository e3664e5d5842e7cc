#!/usr/bin/env bash
# Installs the Debian packages that a build needs and that are missing. Quick when none is.
#
#   tools/setup.sh           to build the library, its tests and the Python package
#   tools/setup.sh --dev     also what the full test run needs: clang, clang-format
#   tools/setup.sh --bench   also the databases that the benchmark task reserve compares with, which
#                            it starts itself
set -euo pipefail

packages=(g++ cmake ninja-build ccache git libabsl-dev libfmt-dev libre2-dev libsimdjson-dev catch2
          libbenchmark-dev zlib1g-dev pybind11-dev python3-dev python3-pip python3-venv)
dev_packages=(clang-19 clang-format-19 libclang-rt-19-dev)
bench_packages=(libsqlite3-dev libpq-dev postgresql libhiredis-dev redis-server)

for argument in "$@"; do
  case "$argument" in
    --dev) packages+=("${dev_packages[@]}") ;;
    --bench) packages+=("${bench_packages[@]}") ;;
    *) echo "usage: tools/setup.sh [--dev] [--bench]" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  sudo=(sudo)
fi
echo "setup: installing ${missing[*]}"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq --no-install-recommends \
       "${missing[@]}"; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  exit 1
fi
