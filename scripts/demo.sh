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

# Prints one row: where it ran, how long it took, how far from the reference.
run_on() {
  local device=$1 target=$2 package=$3
  "$bin/ssm-compile" "$block" --target="$target" -o "$package"
  if ! "$bin/ssm-run" "$package" --device="$device" "${data[@]}" \
      --expect y=@"$work/y.npy" --bench --format=csv \
      >"$work/times.csv" 2>"$work/check"; then
    cat "$work/check" >&2
    return 1
  fi
  printf '%-8s %-8s %12s  %s\n' "$device" "$target" \
    "$(tail -n 1 "$work/times.csv" | cut -d, -f5)" \
    "$(grep -m 1 'ref' "$work/check")"
}

"$bin/ssm-interpret" "$block" "${data[@]}" --output y=@"$work/y.npy" 2>/dev/null
echo "$block, batch 2, length 512, float32, against the float64 interpreter:"
printf '%-8s %-8s %12s  %s\n' device target "median (us)" check
run_on cpu cpu "$work/mamba.so"
if "$bin/ssm-run" --list-devices | grep -q '^cuda:'; then
  run_on cuda sm_80 "$work/mamba.ptx"
else
  echo "cuda     no device on this machine"
fi
