#!/usr/bin/env bash
# From a fresh clone to routed orders: installs what is missing, builds the Python package into .venv
# and runs the first example, which prints its summary.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/setup.sh
if [ ! -x .venv/bin/python ]; then
  python3 -m venv .venv
fi
echo "quickstart: building the package into .venv (a few minutes the first time)"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! .venv/bin/python -m pip install --disable-pip-version-check '.[datasets]' >"$log" 2>&1; then
  tail -n 50 "$log" >&2
  exit 1
fi
exec .venv/bin/python examples/route_orders.py
