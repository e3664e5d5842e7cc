#!/usr/bin/env bash
# Builds the release preset and runs the benchmark tasks, each of which prints its own table.
#
#   benchmarks/run.sh           every task
#   benchmarks/run.sh TASK...   these tasks, by the name of their folder in benchmarks/tasks/
set -euo pipefail
cd "$(dirname "$0")/.."

tools/setup.sh
tasks=("$@")
if [ ${#tasks[@]} -eq 0 ]; then
  for folder in benchmarks/tasks/*/; do
    [ -d "$folder" ] && tasks+=("$(basename "$folder")")
  done
fi
if [ ${#tasks[@]} -eq 0 ]; then
  echo "benchmarks/run.sh: no task in benchmarks/tasks/" >&2
  exit 1
fi
for task in "${tasks[@]}"; do
  if [ ! -d "benchmarks/tasks/$task" ]; then
    echo "benchmarks/run.sh: no task '$task'; there are: $(ls benchmarks/tasks | tr '\n' ' ')" >&2
    exit 2
  fi
done

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! { cmake --preset release -DORDERWRIGHT_BUILD_TESTS=OFF -DORDERWRIGHT_BUILD_PYTHON=OFF \
             -B build/benchmarks &&
       cmake --build build/benchmarks -j "$(nproc)"; } >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
for task in "${tasks[@]}"; do
  "build/benchmarks/benchmarks/task_$task"
done
