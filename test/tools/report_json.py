# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds a JSON report of examples/mamba-block.mlir against counts made here.

    report_json.py REPORT.json

The scan's kernel is counted op by op from the sizes of the layer: what each block
op reads and writes as a launch of its own. That is what the report calls moved
and saved together, arrived at by another way."""

import json
import sys

CHANNELS, STATES, RANK, F32 = 128, 16, 4, 4
KERNEL_FIELDS = {
    "kernel": str, "fused": list, "library": bool, "schedule": str,
    "schedule_source": str,
    "on_chip_bytes": int, "bytes_read": int, "bytes_written": int,
    "bytes_saved": int, "flops": int, "transcendentals": int,
    "predicted_us": float, "floor_us": float, "bound": str,
}
SUMMED = ("bytes_read", "bytes_written", "bytes_saved", "predicted_us", "floor_us")


def unfused_scan_bytes(tokens, has_product):
    row = tokens * CHANNELS
    wide = row * STATES
    matrix, vector, states = CHANNELS * STATES, CHANNELS, tokens * STATES
    ops = {
        # elements read, elements written
        "softplus of dt + bias": ([row, vector], [row]),
        "exp of A_log": ([matrix], [matrix]),
        "negation": ([matrix], [matrix]),
        "discretize delta, A, B": ([row, matrix, states], [wide, wide]),
        "scan u, a, b, C, D": ([row, wide, wide, states, vector], [row]),
        "gate y, z": ([row, row], [row]),
    }
    if has_product:
        ops["dt_proj of dt"] = ([tokens * RANK, CHANNELS * RANK], [row])
    return F32 * sum(sum(read) + sum(written) for read, written in ops.values())


def check(holds, message):
    if not holds:
        sys.exit("report_json.py: " + message)


def check_kernel(kernel, has_ptxas):
    fields = dict(KERNEL_FIELDS)
    if has_ptxas:
        fields.update(registers=int, spill_bytes=int)
    if "product" in kernel:
        fields.update(product=dict)
        check(kernel["product"]["fuse"] in ("reader", "factor", "alone"), "no such place")
        check(kernel["product"]["reason"], "no reason for a place")
    if "parts" in kernel:
        fields.update(parts=dict)
        check(kernel["parts"]["are"] in ("apart", "together"), "no such way")
        check(kernel["parts"]["reason"], "no reason for parts")
    check(set(kernel) == set(fields), "fields are %s" % sorted(kernel))
    for name, kind in fields.items():
        check(isinstance(kernel[name], kind), "%s is %r" % (name, kernel[name]))
    check(kernel["predicted_us"] >= kernel["floor_us"] > 0,
          "%s is predicted below its floor" % kernel["kernel"])
    for op in kernel["fused"]:
        check(op["line"] > 0, "%s has no line" % op["op"])


def check_function(function, has_ptxas):
    """The function at one of its size classes."""
    kernels = function["kernels"]
    for kernel in kernels:
        check_kernel(kernel, has_ptxas)
    for field in SUMMED:
        total = sum(kernel[field] for kernel in kernels)
        check(abs(total - function["total"][field]) <= 1e-9 * total,
              "the total of %s is not the sum" % field)
    scans = [kernel for kernel in kernels
             if any(op["op"] == "ssm.scan" for op in kernel["fused"])]
    check(len(scans) == 1, "expected one kernel with the scan")
    has_product = any(op["op"] == "ssm.linear" for op in scans[0]["fused"])
    check(has_product == (scans[0].get("product", {}).get("fuse") == "reader"),
          "a product in the scan's kernel that does not say so")
    expected = unfused_scan_bytes(function["batch"] * function["length"], has_product)
    counted = sum(scans[0][field] for field in SUMMED[:3])
    check(counted == expected,
          "the scan moves and saves %d bytes, counted %d" % (counted, expected))


def main():
    with open(sys.argv[1]) as file:
        report = json.load(file)
    check({f["function"] for f in report["functions"]} == {"mamba"},
          "expected one function")
    for function in report["functions"]:
        check_function(function, report.get("ptxas", False))


if __name__ == "__main__":
    main()
