#!/usr/bin/env bash
# Compiles examples/mamba-block.mlir, runs it on the CPU and on a GPU if there is
# one, checks it against the reference interpreter and prints a table.
set -euo pipefail

build=${1:-build-release}
bin=$(cd "$build/bin" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

block=examples/mamba-block.mlir
data=(--input x=2x512x64xf32=random:7 --weights random:1)

"$bin/ssm-interpret" "$block" "${data[@]}" --output y=@"$work/y.npy" >/dev/null

# Prints one row: device, error against the interpreter, median time.
run_on() {
  local device=$1 target=$2 package=$3
  "$bin/ssm-compile" "$block" --target="$target" -o "$package"
  "$bin/ssm-run" "$package" --device="$device" "${data[@]}" \
    --expect y=@"$work/y.npy" >"$work/check"
  "$bin/ssm-run" "$package" --device="$device" "${data[@]}" \
    --bench --format=json >"$work/bench.json"
  python3 scripts/demo_row.py "$device" "$target" "$work/check" "$work/bench.json"
}

echo "examples/mamba-block.mlir, batch 2, length 512, against float64:"
printf '%-6s %-8s %14s %14s %s\n' device target "relative error" "median (us)" ""
run_on cpu cpu "$work/mamba.so"
if "$bin/ssm-run" --list-devices | grep -q '^cuda'; then
  run_on cuda sm_80 "$work/mamba.ptx"
else
  echo "cuda   no device here"
fi
