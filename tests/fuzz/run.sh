#!/usr/bin/env bash
# Runs every libFuzzer target of a build for a short time (6 s, or 300 s if ORDERWRIGHT_SOAK is set),
# as many at once as there are cores, and shows what each said when it ends.
#
#   tests/fuzz/run.sh BUILD_DIRECTORY
#
# Environment:
#   ORDERWRIGHT_FUZZ_SECONDS   seconds for each target
#   JOBS                       targets at once; default: the number of cores
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
build="$(cd "$1" && pwd)"
jobs="${JOBS:-$(nproc)}"
seconds="${ORDERWRIGHT_FUZZ_SECONDS:-6}"
if [ -n "${ORDERWRIGHT_SOAK:-}" ]; then seconds=300; fi

# run NAME: one target. What is found goes to a directory of the build; the repository's corpus is
# only read.
run() {
  local name="$1" log="$build/corpus/$1.log" code=0
  local words=()
  mkdir -p "$build/corpus/$name"
  if [ -f "$root/tests/fuzz/$name.dict" ]; then words=(-dict="$root/tests/fuzz/$name.dict"); fi
  "$build/tests/fuzz/${name}_fuzz" "${words[@]}" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=4096 -seed=1 -print_final_stats=1 -artifact_prefix="$build/" \
    "$build/corpus/$name" "$root/tests/fuzz/corpus/$name" >"$log" 2>&1 || code=$?
  echo "== $name: exit $code"
  cat "$log"
  return $code
}

count=0
failed=0
for source in "$root"/tests/fuzz/*_fuzz.cc; do
  [ -f "$source" ] || continue
  name="$(basename "$source" _fuzz.cc)"
  [ -x "$build/tests/fuzz/${name}_fuzz" ] || { echo "${name}_fuzz is not built in $build" >&2; exit 1; }
  if [ "$count" -ge "$jobs" ]; then wait -n || failed=$((failed + 1)); fi
  run "$name" &
  count=$((count + 1))
done
for ((left = count < jobs ? count : jobs; left > 0; left--)); do
  wait -n || failed=$((failed + 1))
done
if [ "$failed" -ne 0 ]; then
  echo "fuzz: $failed of $count targets failed" >&2
  exit 1
fi
echo "fuzz: $count checks passed"
