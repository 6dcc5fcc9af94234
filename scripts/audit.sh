#!/usr/bin/env bash
# `make audit`: known vulnerabilities of the locked versions, by pip-audit from OSV's database.
#   scripts/audit.sh [options of pip-audit, such as --ignore-vuln ID]
# Exit code 1 if there are any. If the database cannot be reached, the audit says so and ends with 0: a machine without
# network must still be able to run its checks.
# Label Studio's lock is left out: the demo and the tests run against Label Studio, but its versions are not ours. dev
# holds the versions of all other locks.
set -euo pipefail
cd "$(dirname "$0")/.."
program=.venv/bin/pip-audit
[ -x "$program" ] || { echo "audit: pip-audit is missing: run scripts/setup.sh --tests" >&2; exit 2; }

versions=$(cat locks/dev.txt locks/tools.txt | grep -oE '^[a-z0-9][^ ]+==[^ ]+' | sort -u | wc -l)
found=$(mktemp)
trap 'rm -f "$found"' EXIT
code=0
"$program" --requirement locks/dev.txt --requirement locks/tools.txt --disable-pip --require-hashes \
  --vulnerability-service osv --progress-spinner off "$@" >"$found" 2>&1 || code=$?

if [ "$code" = 0 ]; then
  echo "audit: $versions versions, no known vulnerability"
elif grep -q '^Found [0-9]* known vulnerabilit' "$found"; then
  grep -v '^WARNING' "$found"
  exit 1
else
  echo "audit: SKIPPED, the database of vulnerabilities did not answer ($(tail -n 1 "$found" | cut -c1-120)): $versions versions unchecked"
fi
