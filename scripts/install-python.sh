#!/usr/bin/env bash
# Makes a virtual environment hold exactly what a lock names, each file checked against its hash.
#   scripts/install-python.sh VENV LOCK [dependencies|project]
# LOCK: a name in locks/, such as demo, dev or label-studio. Locks of prelabel's own also bring prelabel itself, linked
# to this folder, and dev the generator in ./synthetic. With "dependencies" that is left out (a layer of an image that
# changes seldom), with "project" it is all that is done.
# uv installs, a copy of its own at the version of locks/tools.txt, in TOOLS (default: .local/tools). Where there is no
# uv for this system or on this package index, pip does the same.
# The index is pip's: PIP_INDEX_URL and the like, or pip.conf. UV_... variables go before them.
# TORCH_INDEX: address of another index for torch, torchvision and CUDA, such as PyTorch's own with CPU builds. Their
# versions are the lock's; their files are others, so that they are checked against the hashes that this index states.
# Used by scripts/setup.sh and by the Dockerfiles.
set -euo pipefail
venv=$1 name=$2 what=${3:-}
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
tools=${TOOLS:-$root/.local/tools}
lock=$root/locks/$name.txt
[ -e "$lock" ] || { echo "install-python: no lock $name; the locks are: $(cd "$root/locks" && echo *.txt)" >&2; exit 2; }

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1

# uv, made anew when its lock changes or its interpreter is gone.
make_tools() {
  local stamp
  mkdir -p "$(dirname "$tools")"
  exec 8>"$tools.lock"  # two environments may be made at once
  flock 8
  stamp=$(sha256sum "$root/locks/tools.txt" | cut -d' ' -f1)
  [ "$(cat "$tools/.stamp" 2>/dev/null)" = "$stamp" ] && "$tools/bin/uv" --version >/dev/null 2>&1 && return
  rm -rf "$tools"
  "$python" -m venv "$tools"
  local output
  if ! output=$("$tools/bin/python" -m pip install --progress-bar off --retries 1 --only-binary :all: --require-hashes \
    --requirement "$root/locks/tools.txt" 2>&1); then
    echo "$output"
    # An index that cannot be reached gives pip nothing either.
    case $output in *"connection broken by"*) exit 1 ;; *) return 0 ;; esac
  fi
  "$tools/bin/uv" --version && echo "$stamp" >"$tools/.stamp" && echo "uv ready after $SECONDS s"
}

# Entries of the lock that TORCH_INDEX replaces, or (with "!") all others.
entries() {
  awk -v other="${1:-}" '/^[a-z]/ {torch = /^(torch|torchvision|triton|cuda-|nvidia-)/} (other == "!") != torch' "$lock"
}
of_torch() { entries | grep -oE '^(torch|torchvision)==[^ ;]+'; }

make_tools
exec 8>&-
if [ -x "$tools/bin/uv" ] && [ -e "$tools/.stamp" ]; then
  settings=$("$tools/bin/python" "$root/scripts/pip_settings.py")
  eval "$settings"
  [ -x "$venv/bin/python" ] || "$tools/bin/uv" venv --allow-existing --no-project --python "$(command -v "$python")" "$venv"
  uv=("$tools/bin/uv" pip)
  to=(--python "$venv/bin/python" --preview-features build-dependency-hashes --build-constraints "$root/locks/tools.txt" --require-build-hashes)
  sync=("${uv[@]}" sync "${to[@]}" --require-hashes)
  add=("${uv[@]}" install "${to[@]}")
else
  echo "uv cannot be had here: pip installs, which takes longer"
  [ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --progress-bar off --only-binary :all: --require-hashes \
    --requirement <(awk '/^[a-z]/ {uv = /^uv==/} !uv' "$root/locks/tools.txt")
  sync=("$venv/bin/python" -m pip install --progress-bar off --no-deps --no-build-isolation --require-hashes --requirement)
  add=("$venv/bin/python" -m pip install --progress-bar off --no-build-isolation)
fi

if [ "$what" = project ]; then :
elif [ -n "${TORCH_INDEX:-}" ] && of_torch >/dev/null; then
  entries '!' >"$venv/requirements.txt"
  "${sync[@]}" "$venv/requirements.txt"
  # shellcheck disable=SC2046  # one word for each package
  UV_INDEX="${UV_INDEX:-} $TORCH_INDEX" PIP_EXTRA_INDEX_URL="${PIP_EXTRA_INDEX_URL:-} $TORCH_INDEX" "${add[@]}" $(of_torch)
else
  "${sync[@]}" "$lock"
fi

[ "$what" != dependencies ] || exit 0
case $name in
  label-studio) ;;
  dev) "${add[@]}" --no-deps --editable "$root" --editable "$root/synthetic" ;;
  *) "${add[@]}" --no-deps --editable "$root" ;;
esac
