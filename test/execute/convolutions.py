# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs around ssm.long_conv: the op with a kernel of its own, and recurrences
that are computed as convolutions because they say so.
"""

import arrays
import recurrences as r
from programs import Function, Rule, Value

# States that remember a few hundred tokens.
STEPS = arrays.uniform(0.003, 0.1)


def long_conv(name, channels, dtype="f32", reverse=False, **options):
    """The kernel of the convolution is an input as long as the signal."""
    f = Function(name)
    x = f.input("x", channels, dtype)
    k = f.argument("k", (1, "L", channels), dtype, arrays.normal(1), False)
    text = f"{x.ssa}, {k.ssa}" + (" reverse" if reverse else "")
    y = f.emit("ssm.long_conv", [x, k], (x.shape, dtype), suffix=text)
    return f.program({"y": y}, Rule("block"), **options)


def padded(name, channels, tokens, reverse=False, **options):
    """A few tokens before zeros, or zeros before them backwards, beside a tensor."""
    f = Function(name)
    x = f.input("x", channels, "f32")
    few = f.argument("few", ("B", tokens, channels), "f32", arrays.normal(1), False)
    long = Value("%long", x.shape, "f32")
    f.body.append(f"  {long.ssa} = ssm.pad {few.ssa} : {few.type} -> {long.type}")
    y = f.plain("arith.addf", x, f.reverse(long) if reverse else long)
    return f.program({"y": y}, Rule("op"), **options)


def s4d(name, channels, states, dtype="f32", kind="zoh", both=False,
        way="convolution", **options):
    """Real states, one step size for all tokens. `both`: a second scan runs
    backwards."""
    f = Function(name)
    x = f.input("x", channels, dtype)
    dt = f.weight("dt", (channels,), "f32", STEPS)
    a = f.weight("A", (channels, states), "f32", arrays.decay_rates)
    b = f.weight("B", (channels, states), "f32", arrays.normal(1))
    skip = f.weight("D", (channels,), "f32", arrays.normal(1))
    delta = f.broadcast(dt, x)
    a_bar, b_bar = f.discretize(kind, delta, a, b)

    def scan(read, direction):
        c = f.weight(read, (channels, states), dtype, arrays.normal(1))
        text = f"{x.ssa}, {a_bar.ssa}, {b_bar.ssa} read({c.ssa}) skip({skip.ssa})"
        text += f'{direction} {{ssm.convolve = "{way}"}}'
        return f.emit("ssm.scan", [x, a_bar, b_bar, c, skip], (x.shape, dtype),
                      suffix=text)

    y = scan("C", "")
    if both:
        y = f.plain("arith.addf", y, scan("C_reverse", " reverse"))
    return f.program({"y": y}, Rule("block"), **options)


def complex_s4d(name, channels, states, dtype="f32", **options):
    return r.complex_s4d(name, channels, states, dtype, convolve=True, **options)
