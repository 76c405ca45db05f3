#!/bin/sh
# Brings a checkout to the state that package-lock.json names, and builds what is missing or older than its sources.
# Does nothing when both are current. Needs a POSIX shell, Node >= 20 and npm; everything else comes with the lock file.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
stamp=node_modules/.lictor-lock
# Two processes may find a fresh checkout at the same moment (a test suite does): one sets it up, the others wait.
lock=.setup-lock
waited=0
while ! mkdir "$lock" 2>/dev/null; do
  waited=$((waited + 1))
  if [ "$waited" -gt 600 ]; then
    echo "lictor: another set-up has held $root/$lock for ten minutes; if none runs, remove that directory" >&2
    exit 1
  fi
  sleep 1
done
trap 'rmdir "$lock"' EXIT
trap 'exit 130' INT TERM
if ! cmp -s package-lock.json "$stamp"; then
  if ! command -v npm >/dev/null 2>&1; then
    echo "lictor: npm is not in PATH; install Node >= 20 with npm, then run this again" >&2
    exit 1
  fi
  echo "lictor: installing dependencies (once for each change of package-lock.json)" >&2
  # Not `npm ci`: it refuses a lock file that lacks the optional packages of platforms which a registry does not carry.
  # `npm install` takes what the lock file pins all the same; what it would add to the file is not ours to keep.
  cp package-lock.json .package-lock.kept
  npm install --no-audit --no-fund --loglevel=error >&2 || { mv .package-lock.kept package-lock.json; exit 1; }
  mv .package-lock.kept package-lock.json
  cp package-lock.json "$stamp"
fi
node_modules/.bin/node scripts/build.mjs --if-needed >&2
