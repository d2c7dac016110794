#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Compiles here all that measure-gpu.py needs on a GPU machine: the execution
# suite, a package for each timed shape, and the runtime.
#
#   scripts/prepare-gpu.sh DIR [BUILD]      TARGET=sm_90a SEED=... SUITE=--all
set -uo pipefail

if (($# < 1)); then
  echo "usage: $0 DIR [BUILD]" >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
build=$(cd "${2:-build-release}" && pwd) || exit 2
target=${TARGET:-sm_90a}

# A Python 3 that can import NumPy.
python=
for candidate in "${PYTHON:-python3}" /usr/bin/python3; do
  if "$candidate" -c 'import numpy' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo "error: expected a Python 3 with NumPy; set PYTHON" >&2
  exit 1
fi

export PATH=$build/bin:$PATH PYTHONPATH=$root/test/execute

runtime=$(find "$build/runtime" -name libssm_runtime.so | head -1)
if [[ -z $runtime ]]; then
  echo "error: expected libssm_runtime.so in $build (ninja ssm_runtime_shared)" >&2
  exit 1
fi
mkdir -p "$dir/bin"
cp -L "$build/bin/ssm-run" "$runtime" "$dir/bin/" || exit 1

status=0
"$python" "$root/test/execute/suite.py" prepare "$dir/suite" --target "$target" \
  ${SUITE---all} ${SEED:+--seed "$SEED"} || status=1
"$python" "$root/scripts/gpu/compile_packages.py" "$dir/packages" "$target" ||
  status=1
du -sh "$dir"
exit $status
