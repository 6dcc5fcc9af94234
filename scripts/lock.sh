#!/usr/bin/env bash
# Resolves the requirements of pyproject.toml (all extras) and of Label Studio, and writes the pinned versions.
#   scripts/lock.sh            keeps the present pins where they still fit
#   scripts/lock.sh --upgrade  takes the newest versions
# Writes constraints.txt and constraints-label-studio.txt: names and versions only, never an address.
set -euo pipefail
cd "$(dirname "$0")/.."
# tzdata: small systems have no time zones, and Django and kombu ask for UTC by name.
LABEL_STUDIO=(label-studio==1.23.2 tzdata)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --upgrade pip

# A dry run in an empty environment downloads names and versions, not gigabytes of wheels.
resolve() {
  local target=$1; shift
  local keep=()
  [ "${UPGRADE:-}" ] || [ ! -e "$target" ] || keep=(--constraint "$target")
  "$work/venv/bin/pip" install --quiet --dry-run --ignore-installed --report "$work/report.json" "${keep[@]}" "$@"
  python3 - "$work/report.json" >"$work/locked" <<'PY'
import json, sys
rows = {item["metadata"]["name"]: item["metadata"]["version"].split("+")[0] for item in json.load(open(sys.argv[1]))["install"]}
print("\n".join(f"{name}=={rows[name]}" for name in sorted(rows, key=str.lower) if name != "prelabel"))
PY
  { echo "# Written by scripts/lock.sh"; cat "$work/locked"; } >"$work/result"
  mv "$work/result" "$target"
}

[ "${1:-}" != --upgrade ] || UPGRADE=1
python3 scripts/dependencies.py dev >"$work/requirements.txt"
resolve constraints.txt --requirement "$work/requirements.txt"
resolve constraints-label-studio.txt "${LABEL_STUDIO[@]}"
echo "$(wc -l <constraints.txt) and $(wc -l <constraints-label-studio.txt) lines"
