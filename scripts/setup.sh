#!/usr/bin/env bash
# Makes what the demo runs, and with --tests what the tests need, and nothing that is already there:
#   packages        of the system: scripts/install-system.sh
#   .venv           prelabel at the versions of locks/demo.txt, with --tests of locks/dev.txt (torch, linters, ...)
#   label-studio    Label Studio in an environment of its own, .local/label-studio/venv
#   scripts/setup.sh [--tests]    --tests: also a Chromium, more fonts, pdf2image's programs, libfaketime
# Shows what it does: on a terminal in one line that moves, elsewhere line by line. Called again, it compares stamps and
# ends within a second. PYTHON=python3.12 names another interpreter; TORCH_INDEX another source of torch, and
# UV_CACHE_DIR uv's cache (see scripts/install-python.sh).
set -euo pipefail
cd "$(dirname "$0")/.."

groups=(ocr stack kie) lock=demo
[ "${1:-}" != --tests ] || { groups+=(browser fonts rivals clock); lock=dev; }
LABEL_STUDIO=.local/label-studio

say() { clear_line; printf 'setup: %s\n' "$*"; }
fail() { clear_line; printf 'setup: %s\n' "$*" >&2; exit 2; }
clear_line() { [ ! -t 1 ] || printf '\r\033[K'; }

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
digest_of() { digest pyproject.toml synthetic/pyproject.toml "locks/$1.txt" locks/tools.txt scripts/install-python.sh; }
fresh() { [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# An environment that was left half made, moved, or has lost its interpreter is made anew. Any other is brought from the
# versions that it has to those of the lock.
begin() {
  local venv=$1
  if [ -e "$venv/.unfinished" ] || { [ -e "$venv" ] && ! "$venv/bin/python" -c pass 2>/dev/null; } \
    || { [ -e "$venv/bin/activate" ] && ! grep -qF "$PWD/$venv" "$venv/bin/activate"; }; then
    rm -rf "$venv"
  fi
  mkdir -p "$venv"
  touch "$venv/.unfinished"
}
finish() { echo "$3" >"$2"; rm -f "$1/.unfinished"; }

# The tests' environment does for the demo, too, and stays the tests' when its lock changes.
venv_is_fresh() {
  case $(cat .venv/.stamp 2>/dev/null) in dev\ *) lock=dev ;; esac
  fresh .venv/.stamp "$lock $(digest_of "$lock")"
}

make_venv() {
  begin .venv
  PYTHON=$python scripts/install-python.sh .venv "$lock"
  finish .venv .venv/.stamp "$lock $(digest_of "$lock")"
}

label_studio_is_fresh() { fresh $LABEL_STUDIO/.stamp "$(digest_of label-studio)"; }

make_label_studio() {
  begin $LABEL_STUDIO/venv
  PYTHON=$python scripts/install-python.sh $LABEL_STUDIO/venv label-studio
  finish $LABEL_STUDIO/venv $LABEL_STUDIO/.stamp "$(digest_of label-studio)"
}

make_packages() { scripts/install-system.sh "${groups[@]}"; }
make_python() { PYTHON=$python scripts/install-system.sh python; }

doing() {
  case $1 in
    venv) echo "prelabel's $(grep -c '^[a-z]' "locks/$lock.txt") packages into .venv (locks/$lock.txt)" ;;
    label-studio) echo "Label Studio's $(grep -c '^[a-z]' locks/label-studio.txt) packages into $LABEL_STUDIO" ;;
    packages) echo "Tesseract, a Redis and fonts, where they are missing" ;;
    python) echo "what Python needs to make environments" ;;
  esac
}

# Runs one step with its output in a log, and says what it is and how long it took.
step() {
  local name=$1 began=$SECONDS log=.local/logs/setup-$1.log; shift
  [ "$quiet" ] || say "$name: $(doing "$name")"
  # In the background, because bash ignores `set -e` inside a condition.
  touch "${log%.log}.running"
  ( "$@" ) >"$log" 2>&1 </dev/null &
  if wait $!; then
    rm -f "${log%.log}.running"
    [ $((SECONDS - began)) -lt 1 ] || say "$name: ready after $((SECONDS - began)) s"
    return 0
  fi
  clear_line
  grep -vE '^(WARNING|warning|\[notice\])' "$log" | tail -n 8 >&2 || true
  fail "$name: $(cause "$log") (all of it: $log)"
}

cause() {
  if tail -n 1 "$1" | grep '^install-system: '; then :
  elif grep -qi 'no space left' "$1"; then echo "the disk is full"
  elif grep -qiE 'certificate_?\s?verify|invalid peer certificate' "$1"; then
    echo "the package index's certificate is not trusted here: PIP_CERT names a file with its authority"
  elif grep -qiE 'name resolution|failed to establish|network is unreachable|connection (refused|timed out)|newconnectionerror|dns error|error sending request|client error \(connect\)' "$1"; then
    echo "no network: the package index cannot be reached"
  elif grep -qi 'permission denied' "$1"; then echo "a folder cannot be written"
  elif grep -qi 'hash mismatch\|do not match the hashes' "$1"; then echo "a downloaded file is not the one that the lock names"
  elif grep -qi 'ensurepip' "$1"; then echo "this Python has no venv: install python3-venv"
  else echo "failed"; fi
}

# The running steps and the last line of one of them, each second, for a terminal. Ends with this script.
watch_steps() {
  [ -t 1 ] || return 0
  exec 9>&-  # the lock is not this process's
  local turn=0 columns name last line
  columns=$(tput cols 2>/dev/null || echo 80)
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    local running=()
    for name in "$@"; do [ -e ".local/logs/setup-$name.running" ] && running+=("$name"); done
    [ ${#running[@]} -gt 0 ] || continue
    name=${running[turn++ % ${#running[@]}]}
    last=$(tail -n 1 ".local/logs/setup-$name.log" | tr -d '\r')
    line="setup: $SECONDS s: ${running[*]} | $name: ${last:-...}"
    printf '\r\033[K%s' "${line:0:columns - 1}"
  done
}

# Runs steps side by side; the first that fails ends the set-up. An interrupted one takes all its children along.
children=() watching=()
end_children() {
  trap - EXIT INT TERM HUP
  local pid
  for pid in "${children[@]}" "${watching[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -f .local/logs/setup-*.running
  [ -z "$own_cache" ] || rm -rf "$own_cache"
}
own_cache=
trap end_children EXIT
trap 'say interrupted; exit 130' INT TERM HUP

together() {
  [ $# -gt 0 ] || return 0
  children=()
  local name failed=0 pid ended left=()
  set -m
  for name in "$@"; do step "$name" "make_${name//-/_}" & children+=($!); done
  watch_steps "$@" & watching=($!)
  set +m
  left=("${children[@]}")
  while [ ${#left[@]} -gt 0 ]; do
    wait -n -p ended "${left[@]}" || { failed=1; break; }
    for pid in "${!left[@]}"; do [ "${left[pid]}" != "$ended" ] || unset "left[pid]"; done
  done
  kill -TERM -- "-${watching[0]}" 2>/dev/null || true
  wait "${watching[0]}" 2>/dev/null || true
  watching=()
  clear_line
  [ $failed = 0 ] || exit 2
  children=()
}

room() {
  local free_gb needed_gb=0
  case $lock in
    dev) [ -e .venv/.stamp ] || needed_gb=$((needed_gb + 8)) ;;
    *) [ -e .venv/.stamp ] || needed_gb=$((needed_gb + 1)) ;;
  esac
  [ -e $LABEL_STUDIO/.stamp ] || needed_gb=$((needed_gb + 1))
  free_gb=$(($(df -Pk . | awk 'NR == 2 {print $4}') / 1048576))
  [ "$free_gb" -ge "$needed_gb" ] || fail "the disk has $free_gb GB left, and about $needed_gb GB are needed"
}

# uv links what it installs to its cache, so that the cache takes no room of its own. Where nobody has used uv yet, the
# demo leaves no cache behind.
choose_cache() {
  local users=${UV_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/nowhere}/.cache}/uv}
  [ "$lock" = demo ] && [ ! -e "$users" ] || return 0
  own_cache=$PWD/.local/uv-cache
  export UV_CACHE_DIR=$own_cache
}

python=$(find_python)
venv_is_fresh && have_venv=1 || have_venv=
room
steps=()
"$python" -c 'import ensurepip, venv' 2>/dev/null || { quiet='' step python make_python && export APT_LISTS_ARE_NEW=1; }
[ "$have_venv" ] || steps+=(venv)
label_studio_is_fresh || steps+=(label-studio)
quiet=1
if [ ${#steps[@]} -gt 0 ]; then
  quiet=
  choose_cache
  say "installing (the first time takes a minute or two; logs in .local/logs/)"
fi
if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
  steps+=(packages)
else  # sudo may ask for a password, and only the foreground can answer
  make_packages
fi
together "${steps[@]}"
say "ready after $SECONDS s"
