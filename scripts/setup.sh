#!/usr/bin/env bash
# Makes what the demo and the tests need, and nothing that is already there:
#   system packages          scripts/install-system.sh
#   .venv                    this project with all extras, at the versions of constraints.txt
#   .local/label-studio      Label Studio in an environment of its own, and a migrated, empty copy of its database
#   scripts/setup.sh [--tests]    --tests: also what only tests need: a Chromium, more fonts, pdf2image's programs
# Called again, it compares stamps and ends within a second. PYTHON=python3.12 names another interpreter; TORCH_INDEX
# another source of torch (see scripts/install-python.sh).
set -euo pipefail
cd "$(dirname "$0")/.."

groups=(ocr stack)
[ "${1:-}" != --tests ] || groups+=(browser fonts rivals)
LABEL_STUDIO=.local/label-studio

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 2; }

[ "$(uname -s)" = Linux ] || fail "only Debian and Ubuntu are supported here; on other systems use docker compose"
mkdir -p .local/logs 2>/dev/null || fail "cannot write into $PWD: own the folder or copy it elsewhere"

# One set-up at a time: the next one waits, and then finds everything done.
exec 9>.local/setup.lock
if ! flock --nonblock 9; then
  say "another set-up runs in this folder; waiting for it"
  flock 9
fi

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$name"; return; fi
  done
  fail "Python 3.11 or newer is needed${PYTHON:+, and $PYTHON is not}: install python3 (Debian 12, Ubuntu 24.04 or newer)"
}

# A stamp is written when a step is through. It holds what the step was made of.
digest() { { echo "$PWD" "${TORCH_INDEX:-}"; cat "$@"; } | sha256sum | cut -d' ' -f1; }
fresh() { [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# An environment that was left half made, moved, or has lost its interpreter is made anew.
begin() {
  local venv=$1
  if [ -e "$venv/.unfinished" ] || { [ -e "$venv" ] && ! "$venv/bin/python" -c pass 2>/dev/null; } \
    || { [ -e "$venv/bin/pip" ] && ! grep -qF "$PWD/$venv/bin/python" "$venv/bin/pip"; }; then
    rm -rf "$venv"
  fi
  mkdir -p "$venv"
  touch "$venv/.unfinished"
}
finish() { echo "$3" >"$2"; rm -f "$1/.unfinished"; }

make_venv() {
  local stamp
  stamp=$(digest pyproject.toml synthetic/pyproject.toml constraints.txt scripts/install-python.sh)
  fresh .venv/.stamp "$stamp" && return
  begin .venv
  PYTHON=$python scripts/install-python.sh .venv dev
  finish .venv .venv/.stamp "$stamp"
}

make_label_studio() {
  local stamp venv=$LABEL_STUDIO/venv
  stamp=$(digest constraints-label-studio.txt)
  fresh $LABEL_STUDIO/.stamp "$stamp" && return
  begin $venv
  [ -x $venv/bin/python ] || "$python" -m venv $venv
  PIP_NO_INPUT=1 $venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement constraints-label-studio.txt
  finish $venv $LABEL_STUDIO/.stamp "$stamp"
}

make_template() {
  local stamp
  stamp=$(digest constraints-label-studio.txt)
  [ -d $LABEL_STUDIO/template ] && fresh $LABEL_STUDIO/.template-stamp "$stamp" && return
  rm -f $LABEL_STUDIO/.template-stamp
  .venv/bin/python -m devstack.label_studio
  echo "$stamp" >$LABEL_STUDIO/.template-stamp
}

# Runs one step with its output in a log, and says what it was and how long it took.
step() {
  local name=$1 began=$SECONDS log=.local/logs/setup-$1.log; shift
  # In the background, because bash ignores `set -e` inside a condition.
  ( "$@" ) >"$log" 2>&1 </dev/null &
  if wait $!; then
    [ $((SECONDS - began)) -lt 2 ] || say "$name ready after $((SECONDS - began)) s"
    return 0
  fi
  grep -vE '^(WARNING|\[notice\])' "$log" | tail -n 8 >&2 || true
  fail "$name: $(cause "$log") (all of it: $log)"
}

cause() {
  if tail -n 1 "$1" | grep '^install-system: '; then :
  elif grep -qi 'no space left' "$1"; then echo "the disk is full"
  elif grep -qiE 'name resolution|failed to establish|network is unreachable|connection (refused|timed out)|newconnectionerror' "$1"; then
    echo "no network: the package index cannot be reached"
  elif grep -qi 'permission denied' "$1"; then echo "a folder cannot be written"
  elif grep -qi 'ensurepip' "$1"; then echo "this Python has no venv: install python3-venv"
  else echo "failed"; fi
}

# Runs steps side by side; the first that fails ends the set-up. An interrupted one takes all its children along.
children=()
end_children() {
  trap - EXIT INT TERM HUP
  local pid
  for pid in "${children[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap end_children EXIT
trap 'say interrupted; exit 130' INT TERM HUP

together() {
  children=()
  set -m
  local name failed=0 pid
  for name in "$@"; do step "$name" "make_${name//-/_}" & children+=($!); done
  set +m
  for pid in "${children[@]}"; do wait -n || { failed=1; break; }; done
  [ $failed = 0 ] || exit 2
  children=()
}

room() {
  local free_gb needed_gb=0
  [ -e .venv/.stamp ] || needed_gb=$((needed_gb + 8))
  [ -e $LABEL_STUDIO/.stamp ] || needed_gb=$((needed_gb + 2))
  free_gb=$(($(df -Pk . | awk 'NR == 2 {print $4}') / 1048576))
  [ "$free_gb" -ge "$needed_gb" ] || fail "the disk has $free_gb GB left, and about $needed_gb GB are needed (torch alone takes 6)"
}

python=$(find_python)
room
steps=(venv label-studio)
make_packages() { scripts/install-system.sh "${groups[@]}"; }
"$python" -c 'import ensurepip, venv' 2>/dev/null || PYTHON=$python scripts/install-system.sh python
[ -e .venv/.stamp ] && [ -e $LABEL_STUDIO/.stamp ] || say "installing (the first time takes some minutes; logs in .local/logs/)"
if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
  steps+=(packages)
else  # sudo may ask for a password, and only the foreground can answer
  make_packages
fi
together "${steps[@]}"
step template make_template
say "ready after $SECONDS s"
