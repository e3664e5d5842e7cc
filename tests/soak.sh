#!/usr/bin/env bash
# The same checks as tests/run_all.sh with every long test at full size: hours rather than minutes.
#
#   tests/soak.sh [FACTOR]   FACTOR multiplies the sizes of tests that take one; default 1
set -euo pipefail
export ORDERWRIGHT_SOAK="${1:-1}"
exec bash "$(dirname "$0")/run_all.sh"
