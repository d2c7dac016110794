# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs under test: functions of block ops as text, with what is needed to
run them: how each argument is drawn and which rule the outputs must keep.

In go sizes, element types and options; out comes a Program. Shapes are tuples
in which "B" is the batch and "L" the length.
"""

from dataclasses import dataclass
from typing import Callable, NamedTuple, Optional

import arrays

BATCH, LENGTH = "B", "L"
SIXTEEN_BIT = ("bf16", "f16")


class Value(NamedTuple):
    ssa: str
    shape: tuple
    dtype: str

    @property
    def type(self):
        dims = "".join(f"{'?' if d in (BATCH, LENGTH) else d}x" for d in self.shape)
        return f"tensor<{dims}{self.dtype}>"


@dataclass
class Argument:
    name: str
    shape: tuple
    dtype: str
    is_weight: bool
    draw: Callable


@dataclass
class Rule:
    """What compare.py needs to judge an output."""

    kind: str = "op"  # "op", "scan" or "block"
    terms: int = 1  # summands of the longest sum


@dataclass
class Program:
    name: str
    text: str
    arguments: list
    outputs: list  # (name, dtype)
    rule: Rule
    schedule: Optional[str] = None  # of the kernel that holds the scan, or the product
    targets: tuple = ("cpu", "cuda")
    per_channel: bool = False  # judge every channel by its own norm
    alternatives: tuple = ()  # (size class, schedule) of that kernel instead

    def runs_on(self, target):
        """Whether the program is for this target: `cpu`, or a GPU such as `sm_90a`."""
        kind = "cpu" if target == "cpu" else "cuda"
        schedule = self.schedule or ""
        lacks = (target == "sm_80" and "cluster" in schedule) or (
            target != "sm_90a" and "warpgroup" in schedule)
        return kind in self.targets and not lacks

    @property
    def has_rounding(self):
        dtypes = [a.dtype for a in self.arguments] + [d for _, d in self.outputs]
        return any(dtype in SIXTEEN_BIT for dtype in dtypes)


def wide_of(dtype):
    return "f64" if dtype == "f64" else "f32"


class Function:
    """Writes one function, op by op."""

    def __init__(self, name):
        self.name, self.arguments, self.header, self.body = name, [], [], []
        self.count = 0

    def argument(self, name, shape, dtype, draw, is_weight):
        self.arguments.append(Argument(name, tuple(shape), dtype, is_weight, draw))
        value = Value(f"%a{len(self.arguments)}", tuple(shape), dtype)
        key = "ssm.weight" if is_weight else "ssm.name"
        self.header.append(f'{value.ssa}: {value.type} {{{key} = "{name}"}}')
        return value

    def input(self, name, channels, dtype, draw=arrays.normal(1)):
        return self.argument(name, (BATCH, LENGTH, channels), dtype, draw, False)

    def state(self, name, sizes, dtype):
        return self.argument(name, (BATCH, *sizes), dtype, arrays.normal(0.5), False)

    def order(self, name="order"):
        return self.argument(name, (1, LENGTH), "i32", arrays.permutations, False)

    def weight(self, name, shape, dtype, draw=arrays.rows):
        return self.argument(name, shape, dtype, draw, True)

    def emit(self, op, operands, *types, suffix=""):
        """An op in the common form: `op operands : (types) -> types`."""
        results = []
        for shape, dtype in types:
            self.count += 1
            results.append(Value(f"%{self.count}", tuple(shape), dtype))
        texts = ", ".join(o.ssa for o in operands if o)
        inputs = ", ".join(o.type for o in operands if o)
        outputs = ", ".join(r.type for r in results)
        left = ", ".join(r.ssa for r in results)
        if suffix:
            texts = suffix
        self.body.append(f"  {left} = {op} {texts} : ({inputs}) -> ({outputs})")
        return results[0] if len(results) == 1 else tuple(results)

    def plain(self, op, *operands):
        """An elementwise op of arith or math."""
        self.count += 1
        result = Value(f"%{self.count}", operands[0].shape, operands[0].dtype)
        texts = ", ".join(o.ssa for o in operands)
        self.body.append(f"  {result.ssa} = {op} {texts} : {result.type}")
        return result

    def cast(self, x, dtype):
        if x.dtype == dtype:
            return x
        self.count += 1
        result = Value(f"%{self.count}", x.shape, dtype)
        grows = arrays.BYTES[dtype] > arrays.BYTES[x.dtype]
        op = "arith.extf" if grows else "arith.truncf"
        self.body.append(f"  {result.ssa} = {op} {x.ssa} : {x.type} to {result.type}")
        return result

    def constant(self, value, shape, dtype):
        self.count += 1
        result = Value(f"%{self.count}", tuple(shape), dtype)
        self.body.append(
            f"  {result.ssa} = arith.constant dense<{value:e}> : {result.type}"
        )
        return result

    def linear(self, x, weight, bias=None, dtype=None, **choices):
        """choices: what the compiler decides otherwise, such as fuse="reader"."""
        text = f"{x.ssa}, {weight.ssa}" + (f" bias({bias.ssa})" if bias else "")
        said = [f'ssm.{name} = "{value}"' for name, value in choices.items() if value]
        text += f" {{{', '.join(said)}}}" if said else ""
        shape = (*x.shape[:-1], weight.shape[0])
        return self.emit(
            "ssm.linear", [x, weight, bias], (shape, dtype or x.dtype), suffix=text
        )

    def conv1d(self, act, x, weight, bias=None, reverse=False, dtype=None, init=None,
               order=None):
        text = f"{x.ssa}, {weight.ssa}"
        for word, value in (("bias", bias), ("init", init), ("ordered", order)):
            text += f" {word}({value.ssa})" if value else ""
        text += " reverse" if reverse else ""
        return self.emit(
            f"ssm.conv1d {act}",
            [x, weight, bias, init, order],
            (x.shape, dtype or x.dtype),
            suffix=text,
        )

    def activation(self, function, x, bias=None, dtype=None):
        text = x.ssa + (f" bias({bias.ssa})" if bias else "")
        return self.emit(
            f"ssm.activation {function}",
            [x, bias],
            (x.shape, dtype or x.dtype),
            suffix=text,
        )

    def gate(self, function, x, z, dtype=None):
        return self.emit(f"ssm.gate {function}", [x, z], (x.shape, dtype or x.dtype))

    def discretize(self, kind, delta, a, b):
        shape = (*delta.shape, a.shape[-1])
        return self.emit(
            f"ssm.discretize {kind}",
            [delta, a, b],
            (shape, delta.dtype),
            (shape, delta.dtype),
        )

    def scan(self, u, a, b, dtype, read=None, skip=None, init=None, reverse=False,
             final=None, order=None):
        text = f"{u.ssa}, {a.ssa}, {b.ssa}"
        for word, value in (("read", read), ("skip", skip), ("init", init),
                            ("ordered", order)):
            text += f" {word}({value.ssa})" if value else ""
        text += " reverse" if reverse else ""
        types = [(u.shape, dtype)]
        if final:
            types.append(((u.shape[0], *a.shape[2:]), final))
        return self.emit("ssm.scan", [u, a, b, read, skip, init, order], *types,
                         suffix=text)

    def rms_norm(self, x, weight, epsilon=1e-5, dtype=None):
        text = f"{x.ssa}, {weight.ssa} {{epsilon = {epsilon:e} : f64}}"
        return self.emit(
            "ssm.rms_norm", [x, weight], (x.shape, dtype or x.dtype), suffix=text
        )

    def split(self, x, *sizes):
        parts = []
        for size in sizes:
            self.count += 1
            parts.append(Value(f"%{self.count}", (*x.shape[:-1], size), x.dtype))
        left = ", ".join(p.ssa for p in parts)
        types = ", ".join(p.type for p in parts)
        self.body.append(f"  {left} = ssm.split {x.ssa} : {x.type} -> {types}")
        return parts

    def reverse(self, x):
        return self.plain("ssm.reverse", x)

    def broadcast(self, x, like):
        return self.emit(
            "ssm.broadcast", [x, like], (like.shape, x.dtype),
            suffix=f"{x.ssa} like {like.ssa}",
        )

    def program(self, results, rule, **options):
        """The whole function; `results` maps names to values."""
        types = [f'{v.type} {{ssm.name = "{n}"}}' for n, v in results.items()]
        values = ", ".join(v.ssa for v in results.values())
        returned = ", ".join(v.type for v in results.values())
        header = ",\n    ".join(self.header)
        lines = [f"func.func @run({header})\n    -> ({', '.join(types)}) {{"]
        lines += self.body + [f"  return {values} : {returned}", "}", ""]
        outputs = [(n, v.dtype) for n, v in results.items()]
        return Program(
            self.name, "\n".join(lines), self.arguments, outputs, rule, **options
        )


def selective_scan(name, channels, states, dtype="f32", kind="mamba", softplus=True,
                   skip=True, gate="silu", reverse=False, init=False, final=False,
                   constant="", split=False, a_log=False, state=None, ordered=False,
                   **options):
    """Softplus, discretisation, scan, skip and gate, each as the options say.

    constant: which of "B" and "C" are the same for all tokens; split: B and C
    are parts of one tensor; a_log: A is -exp of a weight; state: the type of the
    initial and the final state.
    """
    f, wide = Function(name), wide_of(dtype)
    u = f.input("x", channels, dtype)
    if softplus:
        dt = f.input("dt", channels, dtype, arrays.step_sizes)
        bias = f.weight("dt_bias", (channels,), wide, arrays.uniform(-0.2, 0.2))
        delta = f.activation("softplus", dt, bias, wide)
    else:
        delta = f.input("delta", channels, wide, arrays.deltas)
    if a_log:
        log = f.weight("A_log", (channels, states), wide, arrays.decay_logs)
        a = f.plain("arith.negf", f.plain("math.exp", log))
    else:
        a = f.weight("A", (channels, states), wide, arrays.decay_rates)
    b = c = None
    if split:
        # An odd number of channels before them: no aligned access to B and C.
        _, b, c = f.split(f.input("dbc", 3 + 2 * states, dtype), 3, states, states)
    table = arrays.normal(1)
    if "B" in constant:
        b = f.weight("B", (channels, states), dtype, table)
    if "C" in constant:
        c = f.weight("C", (channels, states), dtype, table)
    b = b or f.input("B", states, dtype)
    c = c or f.input("C", states, dtype)
    d = f.weight("D", (channels,), wide, arrays.normal(1)) if skip else None
    z = f.input("z", channels, dtype) if gate else None
    h = f.state("h0", (channels, states), state or wide) if init else None
    abar, bbar = f.discretize(kind, delta, a, b)
    y = f.scan(u, abar, bbar, wide if gate else dtype, c, d, h, reverse,
               (state or wide) if final else None, f.order() if ordered else None)
    results = {}
    if final:
        y, results["h"] = y
    results = {"y": f.gate(gate, y, z, dtype) if gate else y, **results}
    return f.program(results, Rule("scan", states), **options)


def projected_scan(name, channels, states, rank, dtype="f32", weight=None, result=None,
                   bias=False, reverse=False, fuse="reader", ordered=False, **options):
    """A selective scan whose step sizes are a product of small rank, computed in
    the scan's kernel or, with fuse="alone", in one of its own; weight and result:
    the types of the matrix and of the product."""
    f, wide = Function(name), wide_of(dtype)
    low, b, c = f.split(f.input("dbc", rank + 2 * states, dtype), rank, states, states)
    matrix = f.weight("dt_proj.weight", (channels, rank), weight or dtype)
    shift = f.weight("dt_proj.bias", (channels,), wide, arrays.normal(0.1)) if bias else None
    dt = f.linear(low, matrix, shift, result, fuse=fuse)
    dt_bias = f.weight("dt_bias", (channels,), wide, arrays.step_sizes)
    delta = f.activation("softplus", dt, dt_bias, wide)
    a = f.weight("A", (channels, states), wide, arrays.decay_rates)
    abar, bbar = f.discretize("mamba", delta, a, b)
    u, z = f.input("x", channels, dtype), f.input("z", channels, dtype)
    h = f.state("h0", (channels, states), wide)
    y, final = f.scan(u, abar, bbar, wide, c, None, h, reverse, wide,
                      f.order() if ordered else None)
    return f.program({"y": f.gate("silu", y, z, dtype), "h": final},
                     Rule("block", max(states, rank)), **options)


def windowed_linear(name, channels, outputs, dtype="f32", width=4, before=0, bias=False,
                    reverse=False, stored=True, weight=None, fuse="factor", **options):
    """A convolution and a product of it, in one kernel; stored: the convolution is
    a result too; before: channels in front of its own in its tensor."""
    f, wide = Function(name), wide_of(dtype)
    x = f.input("x", before + channels, dtype)
    if before:
        x = f.split(x, before, channels)[1]
    taps = f.weight("taps", (channels, 1, width), dtype)
    tap_bias = f.weight("tap_bias", (channels,), dtype, arrays.normal(0.1))
    u = f.conv1d("silu", x, taps, tap_bias, reverse)
    matrix = f.weight("weight", (outputs, channels), weight or dtype)
    shift = f.weight("bias", (outputs,), wide, arrays.normal(0.5)) if bias else None
    y = f.linear(u, matrix, shift, fuse=fuse)
    results = {"y": y, "u": u} if stored else {"y": y}
    return f.program(results, Rule("block", channels), **options)


def min_gru(name, channels, dtype="f32", reverse=False, init=False, ordered=False,
            **options):
    """h = (1 - z) h + z v with z = sigmoid(k); no state axis."""
    f, wide = Function(name), wide_of(dtype)
    k, v = f.split(f.input("kv", 2 * channels, dtype), channels, channels)
    z = f.activation("sigmoid", k, dtype=wide)
    keep = f.activation("sigmoid", f.plain("arith.negf", k), dtype=wide)
    h = f.state("h0", (channels,), wide) if init else None
    y = f.scan(v, keep, z, dtype, init=h, reverse=reverse, final=wide,
               order=f.order() if ordered else None)
    return f.program({"y": y[0], "h": y[1]}, Rule("scan"), **options)


def rg_lru(name, channels, dtype="f32", **options):
    """The recurrence of Griffin: a = exp(-8 sigmoid(g) softplus(p)), the input
    scaled by sqrt(1 - a^2)."""
    f, wide = Function(name), wide_of(dtype)
    x = f.input("x", channels, dtype)
    input_gate = f.input("input_gate", channels, dtype)
    decay_gate = f.input("decay_gate", channels, dtype)
    parameter = f.weight("a_param", (channels,), wide, arrays.uniform(-4, 0))
    rate = f.activation("softplus", parameter)
    rate = f.plain("arith.mulf", rate, f.constant(-8, (channels,), wide))
    opened = f.activation("sigmoid", decay_gate, dtype=wide)
    log_a = f.plain("arith.mulf", opened, f.broadcast(rate, x))
    a = f.plain("math.exp", log_a)
    lost = f.plain("math.expm1", f.plain("arith.addf", log_a, log_a))
    scale = f.plain("math.sqrt", f.plain("arith.negf", lost))
    u = f.gate("sigmoid", f.cast(x, wide), input_gate)
    y, h = f.scan(u, a, scale, dtype, final=wide)
    return f.program({"y": y, "h": h}, Rule("scan"), **options)


def conv1d(name, channels, width, dtype="f32", act="silu", bias=True, reverse=False,
           flat=False, init=False, ordered=False, **options):
    f = Function(name)
    x = f.input("x", channels, dtype)
    taps = (channels, width) if flat else (channels, 1, width)
    weight = f.weight("weight", taps, dtype)
    b = f.weight("bias", (channels,), dtype, arrays.normal(0.2)) if bias else None
    before = f.state("before", (width - 1, channels), dtype) if init else None
    order = f.order() if ordered else None
    y = f.conv1d(act, x, weight, b, reverse, init=before, order=order)
    return f.program({"y": y}, Rule(terms=width + 1), **options)


def linear(name, inputs, outputs, dtype="f32", bias=False, before=0, result=None,
           after=0, **options):
    """`before` and `after` channels stand around the operand in its tensor."""
    f = Function(name)
    x = f.input("x", before + inputs + after, dtype)
    if before or after:
        sizes = [s for s in (before, inputs, after) if s]
        x = f.split(x, *sizes)[1 if before else 0]
    weight = f.weight("weight", (outputs, inputs), dtype)
    b = f.weight("bias", (outputs,), wide_of(dtype), arrays.normal(0.5)) if bias else None
    return f.program({"y": f.linear(x, weight, b, result)},
                     Rule(terms=inputs + 1), **options)


def rms_norm(name, channels, dtype="f32", weight_dtype=None, **options):
    f = Function(name)
    x = f.input("x", channels, dtype)
    draw = arrays.uniform(0.5, 1.5)
    weight = f.weight("weight", (channels,), weight_dtype or wide_of(dtype), draw)
    return f.program({"y": f.rms_norm(x, weight)}, Rule(terms=channels), **options)


def activation(name, function, channels, dtype="f32", bias=False, **options):
    f = Function(name)
    x = f.input("x", channels, dtype, arrays.uniform(-9, 9))
    b = f.weight("bias", (channels,), wide_of(dtype), arrays.normal(1)) if bias else None
    return f.program({"y": f.activation(function, x, b)}, Rule(), **options)


def parts(name, *sizes, dtype="f32", **options):
    """The parts of what a kernel computes, each a result."""
    f = Function(name)
    x = f.input("x", sum(sizes), dtype)
    cut = f.split(f.activation("tanh", x, None), *sizes)
    return f.program({f"part{i}": part for i, part in enumerate(cut)}, Rule(), **options)


def gate(name, function, channels, dtype="f32", **options):
    f = Function(name)
    x = f.input("x", channels, wide_of(dtype))
    z = f.input("z", channels, dtype, arrays.normal(3))
    return f.program({"y": f.gate(function, x, z, dtype)}, Rule(), **options)


def reversed_time(name, channels, dtype="f32", **options):
    """ssm.reverse at both ends of a pointwise kernel and of a window."""
    f = Function(name)
    x = f.input("x", channels, dtype)
    weight = f.weight("weight", (channels, 3), dtype)
    y = f.reverse(f.conv1d("identity", f.reverse(x), weight))
    return f.program({"y": f.gate("tanh", y, x)}, Rule(terms=3), **options)


def mamba_block(name, model, states=16, dtype="f32", width=4, expand=2, rank=None,
                layer=False, all_bias=False, states_io=False, fuse=None, fuse_input=None,
                parts=None, **options):
    """The mixer of Mamba-1 with the names of its checkpoints; layer: with the
    norm before it and the residual around it; fuse and fuse_input: in whose
    kernels the step sizes are projected and what they are projected from; parts:
    whether the halves of in_proj are products of their own."""
    f, wide = Function(name), wide_of(dtype)
    inner, rank = expand * model, rank or -(-model // 16)
    residual = f.input("x", model, wide if layer else dtype)
    x = residual
    if layer:
        norm = f.weight("norm.weight", (model,), dtype, arrays.uniform(0.5, 1.5))
        x = f.rms_norm(residual, norm, dtype=dtype)

    def bias(name, channels):
        draw = arrays.normal(0.1)
        return f.weight(name, (channels,), dtype, draw) if all_bias else None

    in_proj = f.weight("in_proj.weight", (2 * inner, model), dtype)
    xz = f.linear(x, in_proj, bias("in_proj.bias", 2 * inner), parts=parts)
    u, z = f.split(xz, inner, inner)
    taps = f.weight("conv1d.weight", (inner, 1, width), dtype)
    tap_bias = f.weight("conv1d.bias", (inner,), dtype, arrays.normal(0.1))
    u = f.conv1d("silu", u, taps, tap_bias)
    x_proj = f.weight("x_proj.weight", (rank + 2 * states, inner), dtype)
    low, b, c = f.split(f.linear(u, x_proj, fuse=fuse_input), rank, states, states)
    dt_proj = f.weight("dt_proj.weight", (inner, rank), dtype)
    dt = f.linear(low, dt_proj, fuse=fuse)
    dt_bias = f.weight("dt_proj.bias", (inner,), wide, arrays.step_sizes)
    delta = f.activation("softplus", dt, dt_bias, wide)
    log = f.weight("A_log", (inner, states), wide, arrays.decay_logs)
    a = f.plain("arith.negf", f.plain("math.exp", log))
    abar, bbar = f.discretize("mamba", delta, a, b)
    d = f.weight("D", (inner,), wide, arrays.normal(1))
    h = f.state("initial_state", (inner, states), wide) if states_io else None
    y = f.scan(u, abar, bbar, wide, c, d, h, final=wide if states_io else None)
    results = {}
    if states_io:
        y, results["final_state"] = y
    out_proj = f.weight("out_proj.weight", (model, inner), dtype)
    y = f.linear(f.gate("silu", y, z, dtype), out_proj, bias("out_proj.bias", model))
    if layer:
        y = f.plain("arith.addf", residual, f.cast(y, residual.dtype))
    results = {"y": y, **results}
    return f.program(results, Rule("block", inner), **options)
