# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The table of cases: programs and the (batch, length) pairs each runs at.

`quick` pairs make the subset that the tests run by default; every pair runs
with --all. Sizes stand around the tiles of every schedule: one less, equal, one
more, and tails along every axis.
"""

from dataclasses import dataclass, replace

import convolutions as c
import extremes
import orders
import programs as p
import recurrences as r

# Lengths around a time tile of 16 and 32, one token, many tiles.
SHAPES = ((1, 1), (3, 7), (1, 15), (3, 16), (1, 17), (3, 33), (1, 65))
LONG = (1, 1000)
FEW = ((1, 1), (3, 17), (1, 33))


@dataclass
class Case:
    program: p.Program
    batch: int
    length: int
    is_quick: bool

    @property
    def name(self):
        return f"{self.program.name}@{self.batch}x{self.length}"


class Table:
    def __init__(self):
        self.cases = []

    def add(self, program, shapes=FEW, quick=()):
        for batch, length in dict.fromkeys((*shapes, *quick)):
            is_quick = (batch, length) in quick
            self.cases.append(Case(program, batch, length, is_quick))


CPU = ("cpu",)
CUDA = ("cuda",)


def add_scan_sizes(t):
    for dtype in ("f32", "bf16", "f16"):
        long = () if dtype == "f16" else (LONG,)
        t.add(p.selective_scan(f"scan-33-16-{dtype}", 33, 16, dtype),
              (*SHAPES, *long), [(3, 17)])
    t.add(p.selective_scan("scan-33-16-f64", 33, 16, "f64", targets=CPU),
          SHAPES, [(3, 17)])
    small = [(1, 1), (1, 5), (1, 16), (1, 256), (33, 1), (33, 5), (64, 16),
             (64, 5), (96, 16), (96, 1), (64, 100), (33, 127), (33, 100),
             (96, 127), (64, 256)]
    for i, (channels, states) in enumerate(small):
        for dtype in ("f32", ("bf16", "f16")[i % 2]):
            quick = [(1, 33)] if (channels, states, dtype) in (
                (1, 1, "f32"), (33, 5, "f32"), (64, 100, "f32"), (96, 16, "bf16"),
                (33, 127, "bf16")) else []
            t.add(p.selective_scan(f"scan-{channels}-{states}-{dtype}", channels,
                                   states, dtype), FEW, quick)
    for states, dtype in ((1, "f32"), (16, "f32"), (16, "bf16"), (5, "f16"),
                          (127, "bf16"), (256, "f32")):
        quick = [(1, 7)] if states == 16 else []
        t.add(p.selective_scan(f"scan-1537-{states}-{dtype}", 1537, states, dtype),
              [(1, 7)] if states > 100 else [(1, 17)], quick)
    t.add(p.selective_scan("scan-64-16-long", 64, 16, "bf16"), [LONG])
    t.add(p.selective_scan("scan-33-256-f64", 33, 256, "f64", targets=CPU), FEW)


def add_scan_options(t):
    for dtype in ("f32", "bf16"):
        for kind in ("zoh", "bilinear"):
            for states in (5, 16):
                quick = [(3, 17)] if states == 5 else []
                t.add(p.selective_scan(f"scan-{kind}-{states}-{dtype}", 33, states,
                                       dtype, kind), FEW, quick)
        ends = dict(init=True, final=True)
        options = {
            "states": ends,
            "states-bf16": dict(state="bf16", **ends),
            "states-f16": dict(state="f16", **ends),
            "reverse": dict(reverse=True),
            "reverse-states": dict(reverse=True, **ends),
            "final": dict(final=True, gate=None),
            "constant-B": dict(constant="B"),
            "constant-C": dict(constant="C"),
            "constant-BC": dict(constant="BC", **ends),
            "split": dict(split=True),
            "delta": dict(softplus=False),
            "bare": dict(softplus=False, skip=False, gate=None),
            "ungated": dict(gate=None, **ends),
            "no-skip": dict(skip=False),
            "sigmoid": dict(gate="sigmoid", a_log=True),
        }
        quick = ("states", "states-bf16", "reverse-states", "constant-BC", "split", "bare")
        for name, option in options.items():
            is_quick = name in quick and dtype == "f32"
            t.add(p.selective_scan(f"scan-{name}-{dtype}", 64, 16, dtype, **option),
                  [(1, 1), (3, 16), (1, 33)], [(3, 16)] if is_quick else [])
    t.add(p.selective_scan("scan-reverse-states-f64", 33, 5, "f64", "zoh",
                           reverse=True, init=True, final=True, targets=CPU),
          FEW, [(1, 33)])
    t.add(p.selective_scan("scan-bilinear-f64", 33, 16, "f64", "bilinear",
                           targets=CPU))


def add_gated_scans(t):
    for channels in (33, 96):
        for dtype in ("f32", "bf16", "f16"):
            quick = [(3, 17)] if (channels, dtype) == (33, "f32") else []
            tag = f"{channels}-{dtype}"
            t.add(p.min_gru(f"mingru-{tag}", channels, dtype),
                  SHAPES if channels == 33 else FEW, quick)
            t.add(p.rg_lru(f"rglru-{tag}", channels, dtype), FEW, quick)
    t.add(p.min_gru("mingru-1537-f32", 1537), [(1, 7)])
    t.add(p.min_gru("mingru-reverse", 64, "f32", reverse=True, init=True), SHAPES,
          [(1, 65)])
    t.add(p.min_gru("mingru-33-f64", 33, "f64", targets=CPU))
    t.add(p.rg_lru("rglru-33-f64", 33, "f64", targets=CPU))


def add_recurrences(t):
    """Regions; the states at both ends on every program."""
    ends = dict(init=True, final=True)
    for dtype in ("f32", "bf16", "f16"):
        quick = [(3, 17)] if dtype != "f16" else []
        t.add(r.gated_attention(f"gla-33-16-{dtype}", 33, 16, dtype, **ends), SHAPES,
              quick)
        t.add(r.rotation(f"rotation-33-{dtype}", 33, dtype, **ends), SHAPES, quick)
        t.add(r.complex_s4d(f"complex-33-5-{dtype}", 33, 5, dtype, **ends), FEW, quick)
        t.add(r.complex_s4d(f"complex-64-16-{dtype}", 64, 16, dtype, gate="silu", **ends),
              SHAPES)
        t.add(r.trapezoid(f"trapezoid-33-16-{dtype}", 33, 16, dtype, **ends), FEW, quick)
        t.add(r.nonlinear(f"nonlinear-33-{dtype}", 33, dtype, **ends), SHAPES, quick)
    t.add(r.gated_attention("gla-bare", 64, 5, reverse=True), FEW, [(1, 33)])
    for stages, channels, dtype in ((3, 33, "f32"), (5, 33, "bf16"), (5, 200, "f32")):
        t.add(r.cascade(f"cascade-{stages}-{channels}-{dtype}", channels, stages, dtype, **ends),
              FEW, [(3, 17)] if stages == 5 else [])
    t.add(r.cascade("cascade-reverse", 96, 4, reverse=True), FEW)
    t.add(r.rotation("rotation-reverse", 96, reverse=True, **ends), FEW, [(1, 33)])
    t.add(r.complex_s4d("complex-bare", 64, 16, gate="silu"), FEW, [(1, 1)])
    t.add(r.trapezoid("trapezoid-reverse", 40, 5, "bf16", reverse=True, **ends), FEW)
    t.add(r.nonlinear("nonlinear-reverse", 64, reverse=True, final=True), FEW, [(1, 33)])
    for dtype in ("f32", "bf16"):
        t.add(r.every_access(f"accesses-{dtype}", 33, 5, dtype), FEW, [(3, 17)])
    t.add(r.every_access("accesses-mixed", 33, 5, "bf16", "f64", targets=CPU), FEW,
          [(3, 17)])
    # More states than registers hold.
    for states in (32, 100):
        t.add(r.complex_s4d(f"complex-33-{states}", 33, states, **ends), FEW,
              [(1, 17)] if states == 100 else [])
    t.add(r.complex_s4d("complex-1537-8", 1537, 8, **ends), [(1, 17)])
    t.add(r.gated_attention("gla-64-long", 64, 16, **ends), [LONG])
    double = dict(dtype="f64", targets=CPU, **ends)
    t.add(r.gated_attention("gla-f64", 33, 5, **double), FEW)
    t.add(r.complex_s4d("complex-f64", 33, 20, **double), FEW, [(3, 17)])
    t.add(r.nonlinear("nonlinear-f64", 33, **double), FEW)
    for lanes, warps, time, segments in ((1, 1, 16, 1), (2, 1, 16, 1), (2, 4, 32, 1),
                                         (4, 2, 32, 1), (8, 4, 16, 3), (16, 1, 16, 1),
                                         (2, 1, 16, 4)):
        chosen = dict(schedule=schedule(lanes, warps, time, segments=segments),
                      targets=CUDA, **ends)
        tag = f"lanes{lanes}-warps{warps}-time{time}-segments{segments}"
        for dtype in ("f32", "bf16"):
            t.add(r.complex_s4d(f"complex-{tag}-{dtype}", 40, 16, dtype, **chosen),
                  [(1, 1), (2, 17), (1, 65)], [(2, 17)] if lanes in (2, 8) else [])
    for segments in (1, 4):
        t.add(r.rotation(f"rotation-segments{segments}", 40, targets=CUDA, **ends,
                         schedule=schedule(1, 2, 16, segments=segments)),
              [(1, 1), (2, 33), (20, 65)], [(2, 33)])
    for time, channels in ((1, 16), (16, 8), (33, 16), (64, 32)):
        t.add(r.complex_s4d(f"complex-time{time}-channels{channels}", 33, 5, targets=CPU,
                            schedule=f"<time = {time}, channels = {channels}>", **ends),
              [(1, 33), (2, 17)], [(2, 17)] if time == 33 else [])


def add_windows(t):
    for width in (1, 2, 4, 7):
        for bias in (True, False):
            for dtype in ("f32", "bf16"):
                tag = f"{width}-{'bias' if bias else 'plain'}-{dtype}"
                quick = [(3, 7)] if width in (4, 7) and bias else []
                t.add(p.conv1d(f"conv-{tag}", 33, width, dtype, bias=bias),
                      [(1, 1), (3, 7), (1, 33)], quick)
    t.add(p.conv1d("conv-64-f16", 64, 4, "f16", flat=True), SHAPES)
    t.add(p.conv1d("conv-identity", 64, 4, act="identity", flat=True), SHAPES)
    t.add(p.conv1d("conv-1537", 1537, 4, "bf16"), [(1, 17)])
    for width in (2, 4, 7):
        t.add(p.conv1d(f"conv-reverse-{width}", 33, width, reverse=True),
              [(1, 1), (3, 7), (1, 33)], [(3, 7)] if width == 4 else [])
    t.add(p.conv1d("conv-f64", 33, 4, "f64", targets=CPU), FEW)
    t.add(p.reversed_time("reversed-33-f32", 33), FEW, [(3, 17)])
    t.add(p.reversed_time("reversed-64-bf16", 64, "bf16"), FEW)


def add_products(t):
    sizes = [(1, 1), (3, 5), (17, 33), (64, 64), (36, 100), (130, 129), (128, 256),
             (1537, 33), (16, 1537)]
    for inputs, outputs in sizes:
        for dtype in ("f32", "bf16"):
            for bias in (False, True):
                tag = f"{inputs}-{outputs}-{'bias-' if bias else ''}{dtype}"
                is_quick = bias and inputs in (17, 64, 130)
                tall = [] if inputs * outputs > 20000 else [(1, 65)]
                t.add(p.linear(f"linear-{tag}", inputs, outputs, dtype, bias),
                      [(1, 1), (3, 7), *tall], [(3, 7)] if is_quick else [])
    t.add(p.linear("linear-f16", 96, 40, "f16", True), FEW, [(3, 17)])
    t.add(p.linear("linear-f64", 130, 33, "f64", True, targets=CPU), FEW, [(3, 17)])
    t.add(p.linear("linear-wide-result", 64, 33, "bf16", False, result="f32"), FEW)
    for dtype in ("f32", "bf16"):
        # Aligned to a vector, to an element only, and the last part.
        t.add(p.linear(f"linear-part-8-{dtype}", 64, 48, dtype, before=8, after=24),
              FEW)
        t.add(p.linear(f"linear-part-5-{dtype}", 33, 17, dtype, True, before=5,
                       after=3), FEW, [(3, 17)])
        t.add(p.linear(f"linear-part-end-{dtype}", 16, 64, dtype, before=33), FEW)
    t.add(p.linear("linear-rows", 48, 48, "bf16"), SHAPES)


def add_pointwise(t):
    for channels in (1, 5, 33, 64, 100, 768, 1537):
        for dtype in ("f32", "bf16"):
            quick = [(3, 7)] if channels in (33, 768) else []
            t.add(p.rms_norm(f"norm-{channels}-{dtype}", channels, dtype),
                  [(1, 1), (3, 7)] if channels > 700 else FEW, quick)
    t.add(p.rms_norm("norm-64-f16", 64, "f16", "f16"), FEW)
    t.add(p.rms_norm("norm-33-f64", 33, "f64", targets=CPU), FEW)
    for function in ("identity", "softplus", "silu", "sigmoid", "tanh", "relu",
                     "gelu", "exp"):
        for dtype in ("f32", "bf16"):
            quick = [(1, 33)] if dtype == "f32" else []
            t.add(p.activation(f"{function}-{dtype}", function, 33, dtype, True),
                  [(3, 7), (1, 33)], quick)
        t.add(p.activation(f"{function}-64-f16", function, 64, "f16"), [(3, 7)])
        t.add(p.activation(f"{function}-f64", function, 33, "f64", targets=CPU),
              [(3, 7)])
        t.add(p.gate(f"gate-{function}-bf16", function, 33, "bf16"), [(3, 7)])
    t.add(p.gate("gate-silu-f32", "silu", 64), FEW, [(3, 17)])
    for dtype in ("f32", "bf16"):
        t.add(p.parts(f"parts-rising-{dtype}", 3, 5, 129, dtype=dtype), FEW, [(3, 17)])
        t.add(p.parts(f"parts-falling-{dtype}", 70, 6, 1, dtype=dtype), FEW, [(3, 17)])
    t.add(p.gate("gate-silu-1537", "silu", 1537, "f16"), [(1, 17)])


def add_blocks(t):
    for dtype in ("f32", "bf16"):
        t.add(p.mamba_block(f"block-64-{dtype}", 64, dtype=dtype),
              [(1, 1), (3, 7), (2, 33), (1, 65)], [(2, 33)])
        t.add(p.mamba_block(f"block-uneven-{dtype}", 24, 5, dtype, width=3, expand=3,
                            rank=7, all_bias=True), FEW)
        t.add(p.mamba_block(f"layer-64-{dtype}", 64, dtype=dtype, layer=True),
              [(1, 1), (2, 33)], [(2, 33)] if dtype == "f32" else [])
        t.add(p.mamba_block(f"block-states-{dtype}", 32, dtype=dtype,
                            states_io=True), FEW)
        t.add(p.mamba_block(f"block-parts-{dtype}", 11, 5, dtype, expand=3, rank=5,
                            parts="apart"), [*FEW, LONG], [(3, 7)])
        t.add(p.mamba_block(f"block-parts-64-{dtype}", 64, dtype=dtype, parts="apart"),
              [(1, 1), (8, 1), (3, 7), (2, 33)], [(8, 1)] if dtype == "bf16" else [])
    t.add(p.mamba_block("block-64-f16", 64, dtype="f16"), [(2, 33)])
    t.add(p.mamba_block("block-64-f64", 64, dtype="f64", targets=CPU), [(2, 33)])
    t.add(p.mamba_block("layer-uneven-f64", 24, 5, "f64", width=3, expand=3, rank=7,
                        all_bias=True, layer=True, targets=CPU), FEW)


def add_joined_products(t):
    """Products in the kernels of the scans that read them."""
    ends = [(1, 1), (3, 7), (1, 33)]
    for dtype in ("f32", "bf16", "f16"):
        for channels, rank in ((33, 5), (64, 16), (40, 48), (96, 160), (33, 17), (8, 1)):
            quick = [(3, 7)] if rank in (5, 48) else []
            long = [LONG] if rank in (5, 160) else []
            t.add(p.projected_scan(f"joined-{channels}-{rank}-{dtype}", channels, 16,
                                   rank, dtype), [*ends, *long], quick)
        t.add(p.projected_scan(f"joined-bias-{dtype}", 33, 5, 7, dtype, bias=True,
                               reverse=True), [*ends, (1, 65)], [(1, 33)])
        t.add(p.projected_scan(f"joined-wide-{dtype}", 48, 16, 24, dtype, result="f32"),
              ends)
        t.add(p.mamba_block(f"block-joined-{dtype}", 11, 5, dtype, expand=3, rank=5,
                            fuse="reader"), [*ends, LONG],
              [(1, 33)] if dtype != "f16" else [])
        t.add(p.mamba_block(f"block-joined-64-{dtype}", 64, dtype=dtype, fuse="reader"),
              ends, [(3, 7)] if dtype == "bf16" else [])
    t.add(p.projected_scan("joined-mixed", 40, 16, 24, "bf16", weight="f32"), ends,
          [(3, 7)])
    t.add(p.projected_scan("joined-f64", 33, 5, 7, "f64", targets=CPU), ends, [(3, 7)])
    t.add(p.projected_scan("joined-alone", 33, 16, 5, "bf16", fuse="alone"), ends)
    for lanes, warps, time, blocks in ((2, 4, 16, 4), (2, 4, 16, 1), (2, 4, 32, 3),
                                       (2, 8, 16, 2), (8, 4, 64, 1), (1, 1, 16, 1),
                                       (4, 2, 32, 8), (2, 1, 16, 12), (1, 2, 16, 1),
                                       (16, 8, 32, 1)):
        # In f32 the lanes multiply: fewer blocks leave them the registers.
        for dtype, some in (("bf16", blocks), ("f32", 1)):
            name = f"joined-lanes{lanes}-warps{warps}-time{time}-blocks{blocks}-{dtype}"
            t.add(p.projected_scan(
                name, 72, 16, 40, dtype, targets=CUDA,
                schedule=schedule(lanes, warps, time, blocks=some)),
                [(1, 33), (2, 17)], [(2, 17)] if blocks > 1 and dtype == "bf16" else [])


def add_windowed_products(t):
    """Products in the kernels of the convolutions that they multiply."""
    few = [(1, 1), (3, 7), (1, 33)]
    for dtype in ("f32", "bf16", "f16"):
        for channels, outputs in ((33, 5), (64, 36), (40, 17), (130, 192), (1, 1),
                                  (256, 80)):
            quick = [(3, 7)] if channels in (33, 64) else []
            long = [LONG] if channels == 40 else []
            t.add(p.windowed_linear(f"windowed-{channels}-{outputs}-{dtype}", channels,
                                    outputs, dtype), [*few, (1, 65), *long], quick)
        t.add(p.windowed_linear(f"windowed-part-{dtype}", 33, 9, dtype, width=3, before=5,
                                bias=True, reverse=True), [*few, (1, 129)], [(1, 33)])
        t.add(p.windowed_linear(f"windowed-unread-{dtype}", 48, 20, dtype, width=7,
                                stored=False), few)
        t.add(p.mamba_block(f"block-windowed-{dtype}", 11, 5, dtype, expand=3, rank=5,
                            fuse="reader", fuse_input="factor"), [*few, LONG],
              [(1, 33)] if dtype != "f16" else [])
        t.add(p.mamba_block(f"block-windowed-64-{dtype}", 64, dtype=dtype,
                            fuse_input="factor"), few, [(3, 7)] if dtype == "bf16" else [])
    t.add(p.windowed_linear("windowed-mixed", 40, 24, "bf16", weight="f32"), few)
    t.add(p.windowed_linear("windowed-f64", 33, 5, "f64", targets=CPU), few, [(3, 7)])


def schedule(lanes, warps, time, stages=2, blocks=1, segments=1):
    owner = "warp" if warps == 1 else "block"
    return (f"<time = {time}, channels = {32 * warps // lanes}, stages = {stages}, "
            f"segments = {segments}, lanes = {lanes}, owner = {owner}, warps = {warps}, blocks = {blocks}>")


def add_schedules(t):
    """What the cost model may choose, and what it may choose one day."""
    shapes = [(1, 33), (2, 17)]
    # 256 states of 32 tokens in float32 exceed on-chip memory.
    for states, some_lanes, times in ((1, (1,), (16, 32)), (5, (1, 2, 4), (16, 32)),
                                      (16, (1, 2, 4, 8, 16), (16, 32)),
                                      (100, (2, 4, 8, 16, 32), (16, 32)),
                                      (256, (4, 8, 16), (8, 16))):
        for lanes in some_lanes:
            for warps in (1, 2, 4):
                for time in times:
                    # Every pair of choices at 16 states, some of them elsewhere.
                    if time < lanes or (
                            states != 16 and (warps == 2) == (time == times[0])):
                        continue
                    dtype = "bf16" if (lanes + warps + time // 16) % 2 else "f32"
                    name = f"schedule-{states}-lanes{lanes}-warps{warps}-time{time}"
                    few = [(2, 17)] if states > 16 else shapes
                    t.add(p.selective_scan(
                        name, 33, states, dtype, init=True, final=True,
                        schedule=schedule(lanes, warps, time), targets=CUDA),
                        few, few[-1:] if time == 16 and warps < 4 else [])
    for lanes, stages in ((2, 1), (8, 1), (2, 3)):
        t.add(p.selective_scan(f"schedule-lanes{lanes}-stages{stages}", 33, 16, "bf16",
                               schedule=schedule(lanes, 1, 16, stages), targets=CUDA),
              shapes)
    for segments, lanes, warps in ((2, 2, 1), (3, 8, 4), (8, 2, 1), (8, 4, 2)):
        for reverse in (False, True) if segments == 8 else (False,):
            t.add(p.selective_scan(
                f"schedule-segments{segments}-lanes{lanes}{'-reverse' * reverse}", 33,
                16, "bf16" if warps == 1 else "f32", init=True, final=True,
                reverse=reverse, targets=CUDA,
                schedule=schedule(lanes, warps, 16, segments=segments)),
                [(1, 1), (2, 33), (2, 300), (20, 17)], [(2, 33)])
    for time, channels in ((1, 16), (16, 8), (33, 16), (64, 32), (100, 16)):
        t.add(p.selective_scan(
            f"schedule-time{time}-channels{channels}", 33, 16,
            schedule=f"<time = {time}, channels = {channels}>", targets=CPU,
            init=True, final=True), shapes, [(2, 17)] if time == 33 else [])
    # Vectors that take turns: all states of one in registers, or blocks of them.
    for states, dtype in ((5, "f32"), (16, "bf16"), (20, "f32"), (100, "bf16")):
        for time, channels in ((16, 48), (32, 96)):
            t.add(p.selective_scan(
                f"schedule-{states}-time{time}-channels{channels}-{dtype}", 100, states, dtype,
                schedule=f"<time = {time}, channels = {channels}>", targets=CPU,
                init=True, final=True), [(1, 1), (2, 33), (1, 65)],
                [(2, 33)] if time == 16 and states in (5, 20) else [])


def add_shared_products(t):
    """Products whose contracted elements blocks of a cluster share, or begin anywhere:
    even and uneven parts, parts of nothing, ends inside of a tile, groups of warps."""
    sizes = [(1, 1), (8, 1), (3, 7), (1, 33)]
    for cluster, stagger, warps, stages in ((2, False, 1, 2), (3, True, 2, 3), (4, False, 4, 4),
                                            (8, True, 4, 2), (1, True, 4, 3), (1, True, 1, 1)):
        for dtype in ("bf16", "f16", "f32"):
            for inputs, outputs in ((256, 40), (250, 33), (33, 17), (1100, 24)):
                how = f"<time = 8, channels = 16, inner = 64, stages = {stages}, " + (
                    f"cluster = {cluster}, " if cluster > 1 else "") + (
                    "stagger = true, " if stagger else "") + f"warps = {warps}>"
                name = f"shared-{inputs}-{outputs}-cluster{cluster}-warps{warps}-{dtype}"
                t.add(p.linear(name, inputs, outputs, dtype, inputs == 250, schedule=how,
                               targets=CUDA), sizes,
                      [(3, 7)] if inputs == 250 and dtype != "f16" else [])


def add_warpgroup_products(t):
    """Products of warpgroups: tokens or channels as their rows, one and two warpgroups,
    one to three instructions of rows each, tiles that end inside of a unit of 64
    contracted elements, cells that reach past tokens and channels, clusters."""
    sizes = [(1, 1), (3, 7), (1, 64), (2, 65), (1, 200)]
    tiles = (("time = 64, channels = 64", 64, 3, 4), ("time = 128, channels = 24", 64, 2, 8),
             ("time = 64, channels = 128", 128, 2, 4), ("time = 128, channels = 256", 64, 2, 4),
             ("time = 8, channels = 64", 128, 4, 4), ("time = 48, channels = 128", 64, 1, 8),
             ("time = 192, channels = 16", 64, 3, 4),
             ("time = 64, channels = 64", 256, 2, 4),
             ("time = 64, channels = 16", 64, 3, 4, "group = 3"),
             ("time = 64, channels = 32", 64, 4, 4, "cluster = 2, stagger = true"),
             ("time = 16, channels = 64", 64, 3, 4, "cluster = 3"))
    for number, (tile, inner, stages, warps, *more) in enumerate(tiles):
        for dtype in ("bf16", "f16"):
            for inputs, outputs in ((256, 40), (1096, 72), (40, 200)):
                how = f"<{tile}, inner = {inner}, stages = {stages}, " + "".join(
                    f"{each}, " for each in more) + f"warps = {warps}, unit = warpgroup>"
                t.add(p.linear(f"warpgroup-{inputs}-{outputs}-tile{number}-{dtype}", inputs,
                               outputs, dtype, inputs == 40, schedule=how, targets=CUDA),
                      sizes, [(3, 7), (2, 65)] if inputs == 1096 and dtype == "bf16" else [])


def add_alternatives(t):
    """One package for several size classes; run.py runs every alternative."""
    shapes = [(8, 33), (1, 7), (1, 65)]
    gpu = (("8x64", schedule(2, 1, 16)), ("1x64", schedule(8, 2, 32)),
           ("1x4", schedule(4, 4, 16)))
    cpu = (("8x64", "<time = 16, channels = 8>"), ("1x64", "<time = 64, channels = 32>"),
           ("1x4", "<time = 1, channels = 16>"))
    for target, alternatives in ((CPU, cpu), (CUDA, gpu)):
        for dtype in ("f32", "bf16"):
            t.add(p.selective_scan(
                f"alternatives-{target[0]}-{dtype}", 33, 16, dtype, init=True,
                final=True, alternatives=alternatives, targets=target),
                shapes, shapes[:2] if dtype == "f32" else [])
        t.add(p.mamba_block(f"alternatives-block-{target[0]}", 64,
                            alternatives=alternatives, targets=target),
              shapes, shapes[1:2])


def add_orders(t):
    """Tokens in any order, around tiles of 32 and 64 steps."""
    shapes = [(1, 1), (3, 7), (2, 33), (1, 129)]
    ends = dict(init=True, final=True)
    for dtype in ("f32", "bf16", "f16"):
        quick = [(2, 33)] if dtype != "f16" else []
        for states in (1, 5, 16):
            for reverse in (False, True):
                tag = f"{states}-{'back-' if reverse else ''}{dtype}"
                t.add(p.selective_scan(f"ordered-scan-{tag}", 33, states, dtype,
                                       reverse=reverse, ordered=True, **ends), shapes,
                      quick if states == 16 else [])
        t.add(p.selective_scan(f"ordered-split-{dtype}", 64, 16, dtype, split=True,
                               ordered=True), shapes, quick)
        t.add(p.min_gru(f"ordered-mingru-{dtype}", 40, dtype, init=True, ordered=True),
              shapes, quick)
        t.add(p.projected_scan(f"ordered-joined-{dtype}", 40, 16, 5, dtype,
                               ordered=True), shapes, quick)
        t.add(r.trapezoid(f"ordered-trapezoid-{dtype}", 33, 5, dtype, ordered=True,
                          reverse=True, **ends), shapes, quick)
        t.add(r.gated_attention(f"ordered-gla-{dtype}", 64, 16, dtype, ordered=True,
                                **ends), shapes, quick)
        t.add(p.conv1d(f"ordered-conv-{dtype}", 33, 4, dtype, ordered=True), shapes, quick)
        t.add(p.conv1d(f"ordered-conv-back-{dtype}", 64, 3, dtype, reverse=True,
                       ordered=True), shapes)
        t.add(p.conv1d(f"ordered-conv-before-{dtype}", 40, 4, dtype, init=True,
                       ordered=True), shapes, quick)
        t.add(orders.cross_scan(f"cross-scan-{dtype}", 40, 5, dtype), shapes, quick)
        t.add(orders.walked_window(f"ordered-window-{dtype}", 40, 16, dtype), shapes, quick)
    double = dict(dtype="f64", ordered=True, targets=CPU)
    t.add(p.selective_scan("ordered-scan-f64", 33, 5, **double, **ends), shapes)
    t.add(p.conv1d("ordered-conv-f64", 33, 4, **double), shapes)
    t.add(p.selective_scan("ordered-scan-1537", 1537, 16, "bf16", ordered=True), [(1, 17)])
    t.add(p.selective_scan("ordered-scan-long", 64, 16, ordered=True), [LONG])
    for segments, lanes, warps in ((1, 4, 2), (2, 2, 1), (3, 8, 4), (8, 2, 1)):
        for reverse in (False, True):
            tag = f"segments{segments}-lanes{lanes}{'-back' * reverse}"
            t.add(p.selective_scan(
                f"ordered-{tag}", 33, 16, "bf16" if warps == 1 else "f32", ordered=True,
                reverse=reverse, targets=CUDA,
                schedule=schedule(lanes, warps, 16, segments=segments), **ends),
                [(1, 1), (2, 33), (2, 300)], [(2, 33)] if segments in (1, 3) else [])
    for time, channels in ((1, 16), (33, 16), (64, 32)):
        t.add(p.selective_scan(
            f"ordered-time{time}-channels{channels}", 33, 16, ordered=True, targets=CPU,
            schedule=f"<time = {time}, channels = {channels}>", **ends),
            [(1, 33), (2, 17)], [(2, 17)] if time == 33 else [])


def add_convolutions(t):
    """Long convolutions: by the generated kernel, and by transforms."""
    lengths = [(1, 1), (2, 2), (3, 7), (1, 63), (2, 64), (1, 65)]
    for channels in (1, 5, 33, 96, 300):
        quick = [(3, 7), (1, 65)] if channels in (33, 96) else []
        t.add(c.long_conv(f"longconv-{channels}", channels), lengths, quick)
        t.add(c.long_conv(f"longconv-{channels}-reverse", channels, reverse=True),
              lengths, quick)
    t.add(c.long_conv("longconv-long", 20), [LONG, (2, 4096)], [LONG])
    t.add(c.long_conv("longconv-long-reverse", 20, reverse=True), [LONG, (2, 4096)])
    t.add(c.long_conv("longconv-f64", 33, "f64", targets=CPU), lengths, [(3, 7)])
    for reverse in (False, True):
        for tokens in (1, 5):
            t.add(c.padded(f"pad-{tokens}{'-reverse' * reverse}", 33, tokens, reverse),
                  lengths, [(1, 1), (3, 7)])
    # As examples/06 and 08 have it; both ways to compute the first.
    every = [*lengths, LONG, (2, 4096)]
    for dtype in ("f32", "bf16"):
        t.add(c.s4d(f"s4d-{dtype}", 33, 5, dtype), [*lengths, LONG], [(3, 7)])
        quick = every if dtype == "f32" else [(1, 65)]
        t.add(c.s4d(f"s4d-both-{dtype}", 48, 12, dtype, both=True), every, quick)
        t.add(c.complex_s4d(f"s4d-complex-{dtype}", 48, 8, dtype), every, quick)
    t.add(c.s4d("s4d-both-recurrence", 48, 12, both=True, way="recurrence"), every,
          [(1, 65), (2, 4096)])
    t.add(c.complex_s4d("s4d-complex-reverse", 33, 5, reverse=True), lengths, [(3, 7)])
    t.add(c.s4d("s4d-bilinear", 64, 16, kind="bilinear"), [*lengths, LONG])


def add_extremes(t):
    for program in extremes.programs():
        t.add(program, [(2, 24)], [(2, 24)])


def table():
    t = Table()
    for add in (add_scan_sizes, add_scan_options, add_gated_scans, add_recurrences,
                add_windows, add_products, add_pointwise, add_blocks, add_joined_products,
                add_windowed_products, add_schedules, add_shared_products,
                add_warpgroup_products, add_alternatives,
                add_orders, add_convolutions, add_extremes):
        add(t)
    names = [c.name for c in t.cases]
    assert len(names) == len(set(names)), "two cases have one name"
    return t.cases
