#!/usr/bin/env bash
# Installs what the task rules compares with, in the versions that are pinned here, into the build
# directory. What is not there for it (go, npm, python3) is said, and its engines are left out.
#
#   benchmarks/tasks/rules/peers/install.sh [BUILD]   default: build/benchmarks
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
into="${1:-$here/../../../../build/benchmarks}/peers/rules"
mkdir -p "$into"
into="$(cd "$into" && pwd)"
log="$into/install.log"
: >"$log"
failed=0

# install NAME TOOL FUNCTION
install() {
  if ! command -v "$2" >/dev/null; then
    echo "peers: $1 left out: there is no $2" >&2
  elif ! "$3" >>"$log" 2>&1; then
    echo "peers: $1 left out: they did not install; $log says why" >&2
    failed=1
  else
    echo "peers: $1 installed"
  fi
}

go_engines() {
  mkdir -p "$into/go" && (cd "$here/go" && go build -o "$into/go/peer" .)
}
node_engines() {
  mkdir -p "$into/node" &&
    cp "$here/node/package.json" "$here/node/peer.mjs" "$into/node/" &&
    (cd "$into/node" && npm install --no-package-lock --no-audit --no-fund)
}
python_engines() {
  python3 -m venv "$into/python" &&
    "$into/python/bin/python" -m pip --disable-pip-version-check install -r "$here/python/requirements.txt"
}

install "cel-go and expr-lang" go go_engines
install "the engines of npm" npm node_engines
install "the engines of PyPI" python3 python_engines
exit $failed
