# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs around ssm.recurrence: regions with one state and with several, that
couple or not, with every kind of access.

A region is written as lines `name = op operands` in the type of the states, or
`name = number`; prepare.py compares them with the interpreter, which walks the
region op by op.
"""

import arrays
from programs import Function, Rule, Value, wide_of


def scalar_code(lines, dtype):
    """The ops of a region, one for each line."""
    for line in lines:
        name, expression = line.split(" = ")
        op, *operands = expression.replace(",", "").split()
        if not operands:
            yield f"    %{name} = arith.constant {float(op):e} : {dtype}"
            continue
        operands = ", ".join(f"%{operand}" for operand in operands)
        op = op if "." in op else f"{'math' if op in MATH else 'arith'}.{op}"
        yield f"    %{name} = {op} {operands} : {dtype}"


MATH = ("exp", "tanh", "expm1", "sqrt")


def recurrence(f, inputs, states, lines, read, like, dtype, compute, init=None,
               final=False, reverse=False, order=None, attributes=""):
    """Emits the op. inputs: name in the region -> (value, axes); states: name
    before -> name after; read: the name that is read; init: values or None."""
    sizes = {}
    for value, axes in inputs.values():
        sizes.update(zip(axes, value.shape))
    shape = (sizes["b"], *(sizes[a] for a in "cn" if a in sizes or a == "c"))
    results = [Value(f"%r{f.count}", like, dtype)]
    if final:
        results += [Value(f"%r{f.count}_{s}", shape, compute) for s in states]
    f.count += 1
    operands = [value for value, _ in inputs.values()] + list(init or ())
    operands += [order] if order else []
    ins = ", ".join(f'{value.ssa} "{axes}"' for value, axes in inputs.values())
    text = f"ssm.recurrence ins({ins})"
    text += f" init({', '.join(v.ssa for v in init)})" if init else ""
    text += f" ordered({order.ssa})" if order else ""
    text += (" reverse" if reverse else "") + attributes
    arguments = ", ".join(f"%{name}: {compute}" for name in (*inputs, *states))
    yielded = ", ".join(f"%{name}" for name in (*states.values(), read))
    types = ", ".join([compute] * (len(states) + 1))
    f.body += [
        f"  {', '.join(r.ssa for r in results)} = {text}",
        f"      : ({', '.join(o.type for o in operands)})",
        f"      -> ({', '.join(r.type for r in results)}) {{",
        f"  ^bb0({arguments}):",
        *scalar_code(lines, compute),
        f"    ssm.yield {yielded} : {types}",
        "  }",
    ]
    return results


def initial(f, states, sizes, wide, init):
    return [f.state(f"{s}0", sizes, wide) for s in states] if init else None


def finish(f, y, finals, rule, options):
    results = {"y": y, **{f"last{i}": h for i, h in enumerate(finals)}}
    return f.program(results, rule, **options)


def gated_attention(name, channels, keys, dtype="f32", init=False, final=False,
                    reverse=False, ordered=False, **options):
    """A state of a value and a key, with a decay for each key."""
    f, wide = Function(name), wide_of(dtype)
    q, k = f.input("q", keys, dtype), f.input("k", keys, dtype)
    v, loss = f.input("v", channels, dtype), f.input("loss", keys, dtype, arrays.deltas)
    inputs = {"q": (q, "btn"), "k": (k, "btn"), "v": (v, "btc"), "l": (loss, "btn")}
    lines = ["m = negf l", "a = exp m", "kept = mulf a, s", "kv = mulf k, v",
             "next = addf kept, kv", "read = mulf q, next"]
    h = initial(f, "s", (channels, keys), wide, init)
    y, *finals = recurrence(f, inputs, {"s": "next"}, lines, "read", v.shape, dtype,
                            wide, h, final, reverse, f.order() if ordered else None)
    return finish(f, y, finals, Rule("scan", keys), options)


ROTATION = ["0 = mulf ar, p", "1 = mulf ai, q", "2 = subf 0, 1", "re = addf 2, u",
            "3 = mulf ar, q", "4 = mulf ai, p", "im = addf 3, 4"]


def rotation(name, channels, dtype="f32", init=False, final=False, reverse=False,
             **options):
    """A complex state for each channel, decay and angle its own; no state axis."""
    f, wide = Function(name), wide_of(dtype)
    u = f.input("x", channels, dtype)
    re = f.weight("re", (channels,), wide, arrays.uniform(-0.7, 0.7))
    im = f.weight("im", (channels,), wide, arrays.uniform(-0.7, 0.7))
    inputs = {"u": (u, "btc"), "ar": (re, "c"), "ai": (im, "c")}
    h = initial(f, "pq", (channels,), wide, init)
    y, *finals = recurrence(f, inputs, {"p": "re", "q": "im"}, ROTATION, "im", u.shape,
                            dtype, wide, h, final, reverse)
    return finish(f, y, finals, Rule("scan"), options)


def cascade(name, channels, stages, dtype="f32", init=False, final=False, reverse=False,
            **options):
    """Leaky sums of leaky sums, a state for each stage; no state axis."""
    f, wide = Function(name), wide_of(dtype)
    x = f.input("x", channels, dtype)
    decay = f.weight("decay", (channels,), wide, arrays.uniform(0.2, 0.7))
    states, lines, above = "pqrst"[:stages], [], "x"
    for number, state in enumerate(states):
        lines += [f"{number} = mulf a, {state}", f"new{state} = addf {number}, {above}"]
        above = f"new{state}"
    h = initial(f, states, (channels,), wide, init)
    y, *finals = recurrence(f, {"x": (x, "btc"), "a": (decay, "c")},
                            {state: f"new{state}" for state in states}, lines, above, x.shape,
                            dtype, wide, h, final, reverse)
    return finish(f, y, finals, Rule("scan"), options)


def complex_s4d(name, channels, states, dtype="f32", init=False, final=False,
                reverse=False, gate=None, convolve=False, **options):
    """Complex states by the bilinear rule; C is stored (state, channel). The decay
    is the same for all tokens: its one rounding error counts as many times as a
    state remembers tokens, so that states remember few, and the rule is a block's.
    """
    f, wide = Function(name), wide_of(dtype)
    u = f.input("x", channels, dtype)
    dt = f.weight("dt", (channels,), wide, arrays.uniform(0.05, 0.3))
    rate = f.weight("rate", (channels, states), wide, arrays.uniform(1, 4))
    angle = f.weight("angle", (channels, states), wide, arrays.uniform(0, 9))
    cr = f.weight("C_re", (states, channels), dtype, arrays.normal(1))
    ci = f.weight("C_im", (states, channels), dtype, arrays.normal(1))
    inputs = {"x": (u, "btc"), "d": (dt, "c"), "rate": (rate, "cn"),
              "angle": (angle, "cn"), "cr": (cr, "nc"), "ci": (ci, "nc")}
    lines = ["one = 1", "half = 0.5", "step = mulf d, half", "loss = mulf step, rate",
             "turn = mulf step, angle", "down = addf one, loss", "d2 = mulf down, down",
             "t2 = mulf turn, turn", "norm = addf d2, t2", "vr = divf down, norm",
             "vi = divf turn, norm", "ai = addf vi, vi", "v2 = addf vr, vr",
             "ar = subf v2, one", "du = mulf d, x", "u = mulf vr, du",
             "w = mulf vi, du", *ROTATION[:-1], "i = addf 3, 4", "im = addf i, w",
             "5 = mulf cr, re", "6 = mulf ci, im", "7 = subf 5, 6", "read = addf 7, 7"]
    h = initial(f, "pq", (channels, states), wide, init)
    y, *finals = recurrence(f, inputs, {"p": "re", "q": "im"}, lines, "read", u.shape,
                            wide if gate else dtype, wide, h, final, reverse, attributes=
                            ' {ssm.convolve = "convolution"}' if convolve else "")
    if gate:
        y = f.gate(gate, y, f.input("z", channels, dtype), dtype)
    return finish(f, y, finals, Rule("block", 4 * states), options)


def trapezoid(name, channels, states, dtype="f32", init=False, final=False,
              reverse=False, ordered=False, **options):
    """A selective scan by the trapezoidal rule: the second state is the input of
    the token before."""
    f, wide = Function(name), wide_of(dtype)
    u = f.input("x", channels, dtype)
    delta = f.input("delta", channels, wide, arrays.deltas)
    a = f.weight("A", (channels, states), wide, arrays.decay_rates)
    b, c = f.input("B", states, dtype), f.input("C", states, dtype)
    inputs = {"x": (u, "btc"), "d": (delta, "btc"), "A": (a, "cn"), "B": (b, "btn"),
              "C": (c, "btn")}
    lines = ["half = 0.5", "da = mulf d, A", "decay = exp da", "dx = mulf d, x",
             "hx = mulf half, dx", "in = mulf hx, B", "sum = addf h, g",
             "kept = mulf decay, sum", "next = addf kept, in", "read = mulf C, next"]
    h = initial(f, "hg", (channels, states), wide, init)
    y, *finals = recurrence(f, inputs, {"h": "next", "g": "in"}, lines, "read",
                            u.shape, dtype, wide, h, final, reverse,
                            f.order() if ordered else None)
    return finish(f, y, finals, Rule("scan", states), options)


def nonlinear(name, channels, dtype="f32", init=False, final=False, reverse=False,
              **options):
    """h = z h + (1 - z) tanh(u + w h), scaled by a number of each sequence."""
    f, wide = Function(name), wide_of(dtype)
    u = f.input("x", channels, dtype)
    z = f.activation("sigmoid", f.input("gate", channels, dtype), dtype=wide)
    w = f.weight("w", (channels,), wide, arrays.uniform(-1, 1))
    size = f.argument("size", ("B", channels), wide, arrays.uniform(0.5, 2), False)
    inputs = {"u": (u, "btc"), "z": (z, "btc"), "w": (w, "c"), "size": (size, "bc")}
    lines = ["one = 1", "wh = mulf w, h", "sum = addf u, wh", "t = tanh sum",
             "rest = subf one, z", "kept = mulf z, h", "new = mulf rest, t",
             "next = addf kept, new", "read = mulf size, next"]
    h = initial(f, "h", (channels,), wide, init)
    y, *finals = recurrence(f, inputs, {"h": "next"}, lines, "read", u.shape, dtype,
                            wide, h, final, reverse)
    return finish(f, y, finals, Rule("scan"), options)


def every_access(name, channels, states, dtype="f32", second="f32", **options):
    """An input of each kind of access; a state whose read is another's, which may
    be of another type."""
    f = Function(name)
    u = f.input("x", channels, dtype)
    gate = f.argument("gate", ("B", "L", channels, states), "f32",
                      arrays.uniform(0, 0.9), False)
    shift = f.weight("shift", (), "f32", arrays.uniform(0, 1))
    table = f.weight("table", (states, channels), "f32", arrays.normal(1))
    p = f.state("p", (channels, states), "f32")
    q = f.state("q", (channels, states), second)
    y = Value("%r", u.shape, "f32")
    ends = [Value("%r_p", p.shape, "f32"), Value("%r_q", q.shape, second)]
    operands = (u, gate, shift, table, p, q)
    widened = ["    %w = arith.extf %next : f32 to f64"] if second == "f64" else []
    f.body += [
        f"  %r, %r_p, %r_q = ssm.recurrence ins({u.ssa} \"btc\", {gate.ssa} \"btcn\", "
        f"{shift.ssa} \"\", {table.ssa} \"nc\") init({p.ssa}, {q.ssa})",
        f"      : ({', '.join(o.type for o in operands)})",
        f"      -> ({', '.join(r.type for r in (y, *ends))}) {{",
        f"  ^bb0(%u: f32, %g: f32, %s: f32, %t: {second}, %p: f32, %q: {second}):",
        *scalar_code(["kept = mulf g, p", "sum = addf kept, u", "next = addf sum, s"],
                     "f32"),
        *widened,
        *scalar_code(["half = 0.5", "rest = mulf half, q",
                      f"slow = addf rest, {'w' if widened else 'next'}",
                      "read = mulf t, slow"], second),
        f"    ssm.yield %next, %slow, %read : f32, {second}, {second}",
        "  }",
    ]
    # What sums float32 in float64 is as exact as float32 is.
    checked = ends[:1] if widened else ends
    return finish(f, y, checked, Rule("scan", 4 * states), options)
