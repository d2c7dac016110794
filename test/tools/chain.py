#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a function of N ops in a row, or of N arguments: what a person does not
write and a program may.

    gates N     N gates, each of the result before
    squares N   the decay of a scan, squared N times
    weights N   a weight, N times through exp, then a bias
    kernel N    a kernel of N ops as a file can hold it
    inputs N    the sum of N arguments"""

import sys

T = "tensor<?x?x8xf32>"
W = "tensor<8xf32>"
S = "tensor<?x?x8x4xf32>"


def chain(first, count, line):
    """(lines, the last value); `line` has {0} for the value before."""
    lines, value = [], first
    for i in range(count):
        lines.append("%%v%d = %s" % (i, line.format(value)))
        value = "%%v%d" % i
    return lines, value


def function(arguments, lines, result):
    yield "func.func @f(%s) -> (%s {ssm.name = \"y\"}) {" % (arguments, T)
    yield from lines
    yield "return %s : %s" % (result, T)
    yield "}"


def gates(count):
    lines, last = chain("%x", count, f"ssm.gate sigmoid {{0}}, %x : ({T}, {T}) -> {T}")
    return function(f'%x: {T} {{ssm.name = "x"}}', lines, last)


def squares(count):
    lines, last = chain("%a", count, f"arith.mulf {{0}}, {{0}} : {S}")
    bars = f"%a, %b = ssm.discretize mamba %d, %A, %B : ({T}, tensor<8x4xf32>, " \
           f"tensor<?x?x4xf32>) -> ({S}, {S})"
    delta = f"%d = ssm.activation softplus %x : ({T}) -> {T}"
    scan = f"%y = ssm.scan %x, {last}, %b read(%B) : ({T}, {S}, {S}, tensor<?x?x4xf32>) -> {T}"
    return function(f"%x: {T}, %A: tensor<8x4xf32>, %B: tensor<?x?x4xf32>",
                    [delta, bars, *lines, scan], "%y")


def weights(count):
    lines, last = chain("%w", count, f"math.tanh {{0}} : {W}")
    add = f"%y = ssm.activation silu %x bias({last}) : ({T}, {W}) -> {T}"
    return function(f'%x: {T}, %w: {W} {{ssm.weight = "w"}}', [*lines, add], "%y")


def kernel(count):
    lines, last = chain("%a", count, f"math.tanh {{0}} : {T}")
    head = f'%y = ssm.kernel "k" ins(%x : {T}) schedule(<time = 4, channels = 8>) {{'
    return function(f"%x: {T}", [head, f"^bb0(%a: {T}):", *lines,
                                 f"ssm.yield {last} : {T}", f"}} -> {T}"], "%y")


def inputs(count):
    lines, last = [], "%x0"
    for i in range(1, count):
        lines.append(f"%v{i} = arith.addf {last}, %x{i} : {T}")
        last = f"%v{i}"
    return function(", ".join(f"%x{i}: {T}" for i in range(count)), lines, last)


def main():
    kinds = {f.__name__: f for f in (gates, squares, weights, kernel, inputs)}
    print("\n".join(kinds[sys.argv[1]](int(sys.argv[2]))))


if __name__ == "__main__":
    main()
