#!/usr/bin/env bash
# Installs this project's dependencies, at the versions of constraints.txt, into a virtual environment.
#   scripts/install-python.sh VENV EXTRAS [dependencies]
# EXTRAS: names of pyproject.toml, joined by commas. With "dependencies" the project itself is left out (a layer of an
# image that changes seldom). The extras dev and train install the generator in ./synthetic, too.
# TORCH_INDEX: address of another index to take torch and torchvision from, such as PyTorch's own with CPU builds;
# without it they are PyPI's, which carry CUDA and run on a CPU too.
# Used by scripts/setup.sh and by the Dockerfiles.
set -euo pipefail
venv=$1 extras=$2 what=${3:-project}
root=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}

[ -z "${TORCH_INDEX:-}" ] || export PIP_EXTRA_INDEX_URL="${PIP_EXTRA_INDEX_URL:-} $TORCH_INDEX"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
install=("$venv/bin/python" -m pip install --quiet --constraint "$root/constraints.txt")

if [ "$what" = dependencies ]; then
  "$venv/bin/python" "$root/scripts/dependencies.py" "$extras" >"$venv/requirements.txt"
  "${install[@]}" --requirement "$venv/requirements.txt"
else
  projects=(--editable "$root${extras:+[$extras]}")
  # The generator of synthetic pages is a distribution of its own. Images do without it.
  case ",$extras," in *,dev,* | *,train,*) projects+=(--editable "$root/synthetic") ;; esac
  "${install[@]}" "${projects[@]}"
fi
