# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the memory traffic of a fused kernel against the sizes of what goes in
and comes out.

    check-traffic.py SOURCE.mlir PACKAGE KERNELS.mlir BATCH LENGTH

SOURCE is a function that becomes one kernel, or several alternatives, KERNELS
their tile programs (the IR after stage hoist). The bytes that the manifest says
each moves, and those that `ssm-run --describe` prints, are exactly the arguments
once and the results once, computed here from shapes and dtypes; a tile program
has one load for each argument and one store for each result."""

import re
import subprocess
import sys

from package_reader import expect, read_package

BYTES = {"f32": 4, "bf16": 2, "f16": 2}


def sizes_of(text, batch, length):
    """Bytes of every tensor type in a piece of a function's signature."""
    found = []
    for shape in re.findall(r"tensor<([^>]+)>", text):
        *dims, dtype = shape.split("x")
        size = BYTES[dtype]
        for position, dim in enumerate(dims):
            size *= int(dim) if dim != "?" else (batch, length)[position]
        found.append(size)
    return found


def signature(source):
    """The texts of arguments and results of the only function."""
    (head,) = re.findall(r"func\.func @\w+\((.*?)\{\n", source, re.DOTALL)
    arguments, results = head.split("->")
    return arguments, results


def evaluate(polynomial, batch, length):
    return sum(c * batch**b * length**l for c, b, l in polynomial)


def check_manifest(package, batch, length, read, written):
    manifest = read_package(package)
    (step,) = manifest["functions"][0]["steps"]
    names = step.get("kernels") or [step["kernel"]]
    expect("kernels", sorted(set(names)), sorted(k["name"] for k in manifest["kernels"]))
    for kernel in manifest["kernels"]:
        work = kernel["work"]
        expect("bytes read", read, evaluate(work["bytes_read"], batch, length))
        expect("bytes written", written, evaluate(work["bytes_written"], batch, length))


def check_description(package, batch, length, read, written):
    text = subprocess.run(
        ["ssm-run", package, "--describe", "--batch", str(batch),
         "--length", str(length)], check=True, capture_output=True, text=True
    ).stdout
    (found,) = re.findall(r"([\d.e+]+) MB read, ([\d.e+]+) MB written", text)
    expect("MB described", ("%.6g" % (read / 1e6), "%.6g" % (written / 1e6)), found)


def check_tile_programs(text, inputs, outputs):
    """Every alternative loads each input once and stores each output once."""
    programs = re.findall(r"ssm\.tile\.kernel @\w+\((.*?)\) attributes(.*?)\n  }",
                          text, re.DOTALL)
    if not programs:
        sys.exit("check-traffic.py: expected a tile program, got none")
    for head, body in programs:
        check_tile_program(head, body, inputs, outputs)


def check_tile_program(head, body, inputs, outputs):
    names = re.findall(r"%\w+", head)
    expect("arguments of the kernel", inputs + outputs, len(names))
    loads = re.findall(r"ssm\.tile\.load (%\w+)\[", body)
    stores = re.findall(r"ssm\.tile\.store %[\w#]+, (%\w+)\[", body)
    expect("loads, one for each input", sorted(names[:inputs]), sorted(loads))
    expect("stores, one for each output", sorted(names[inputs:]), sorted(stores))


def main(source, package, kernels, batch, length):
    batch, length = int(batch), int(length)
    with open(source) as file:
        arguments, results = signature(file.read())
    inputs = sizes_of(arguments, batch, length)
    outputs = sizes_of(results, batch, length)
    check_manifest(package, batch, length, sum(inputs), sum(outputs))
    check_description(package, batch, length, sum(inputs), sum(outputs))
    with open(kernels) as file:
        check_tile_programs(file.read(), len(inputs), len(outputs))


main(*sys.argv[1:])
