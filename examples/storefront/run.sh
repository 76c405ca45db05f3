#!/bin/sh
# Runs the storefront from start to end; see README.md.     run.sh [--agent PROGRAM] [--keep]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
sh "$here/../../scripts/setup.sh"
exec "$here/../../node_modules/.bin/node" "$here/run.mjs" "$@"
