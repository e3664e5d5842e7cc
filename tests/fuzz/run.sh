#!/usr/bin/env bash
# Runs every libFuzzer target of a build for a short time (6 s, or 300 s if ORDERWRIGHT_SOAK is set).
#
#   tests/fuzz/run.sh BUILD_DIRECTORY
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
build="$(cd "$1" && pwd)"
seconds="${ORDERWRIGHT_FUZZ_SECONDS:-6}"
if [ -n "${ORDERWRIGHT_SOAK:-}" ]; then seconds=300; fi

count=0
for source in "$root"/tests/fuzz/*_fuzz.cc; do
  [ -f "$source" ] || continue
  target="$(basename "$source" .cc)"
  name="${target%_fuzz}"
  program="$build/tests/fuzz/$target"
  [ -x "$program" ] || { echo "$target is not built in $build" >&2; exit 1; }
  # What is found goes to a directory of the build; the repository's corpus is only read.
  mkdir -p "$build/corpus/$name"
  words=()
  if [ -f "$root/tests/fuzz/$name.dict" ]; then words=(-dict="$root/tests/fuzz/$name.dict"); fi
  "$program" "${words[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -seed=1 -print_final_stats=1 \
    -artifact_prefix="$build/" "$build/corpus/$name" "$root/tests/fuzz/corpus/$name"
  count=$((count + 1))
done
echo "fuzz: $count checks passed"
