# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs of several ops that walk orders of tokens, or do not, in one function."""

import arrays
from programs import Function, Rule, wide_of


def direction(f, u, states, dtype, tag, reverse, order):
    """A selective scan with step sizes, B and C of its own."""
    wide, channels = wide_of(dtype), u.shape[-1]
    delta = f.activation("softplus", f.input(f"dt{tag}", channels, dtype, arrays.step_sizes),
                         dtype=wide)
    a = f.weight(f"A{tag}", (channels, states), wide, arrays.decay_rates)
    b, c = f.input(f"B{tag}", states, dtype), f.input(f"C{tag}", states, dtype)
    d = f.weight(f"D{tag}", (channels,), wide, arrays.normal(1))
    return f.scan(u, *f.discretize("mamba", delta, a, b), wide, c, d, reverse=reverse,
                  order=order)


def cross_scan(name, channels, states, dtype="f32", **options):
    """Along the row, along an order, and both backwards, added and gated."""
    f = Function(name)
    u, z, order = f.input("x", channels, dtype), f.input("z", channels, dtype), f.order()
    total = None
    for tag, (reverse, along) in enumerate(((False, None), (False, order), (True, None),
                                            (True, order))):
        y = direction(f, u, states, dtype, tag, reverse, along)
        total = f.plain("arith.addf", total, y) if total else y
    return f.program({"y": f.gate("silu", total, z, dtype)}, Rule("scan", 4 * states),
                     **options)


def walked_window(name, channels, states, dtype="f32", **options):
    """A window along an order and a scan along it that alone reads the window, beside a
    window and a reversal along the row."""
    f = Function(name)
    x, order = f.input("x", channels, dtype), f.order()
    taps = f.weight("taps", (channels, 3), dtype)
    row = f.weight("row", (channels, 4), dtype)
    u = f.conv1d("silu", x, taps, order=order)
    y = direction(f, u, states, dtype, "", False, order)
    beside = f.conv1d("silu", f.reverse(x), row, dtype=wide_of(dtype))
    return f.program({"y": f.plain("arith.addf", y, beside)}, Rule("block", 2 * states),
                     **options)
