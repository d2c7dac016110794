# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The shapes that are timed and the programs they run.

`goal` and `peer` are microseconds on an H100 80GB HBM3: what we want, and what
mamba_ssm 2.3.2 with causal_conv1d 1.6.1 takes there.
"""

import os
import sys
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "test", "execute"))

import programs  # noqa: E402  (the suite's, found by the line above)
import recurrences  # noqa: E402


@dataclass
class Scan:
    batch: int
    channels: int
    length: int
    states: int
    dtype: str
    peer: float
    goal: float

    @property
    def name(self):
        sizes = f"{self.batch}x{self.channels}x{self.length}x{self.states}"
        return f"scan-{sizes}-{self.dtype}"

    def program(self):
        return programs.selective_scan(self.name, self.channels, self.states, self.dtype)


@dataclass
class Block:
    model: int
    batch: int
    length: int
    dtype: str
    peer: float
    goal: float

    @property
    def name(self):
        return f"block-{self.model}-{self.batch}x{self.length}-{self.dtype}"

    def program(self):
        return programs.mamba_block(self.name, self.model, dtype=self.dtype)


@dataclass
class Step(Block):
    """One token of a block from states, float32 of the scan and the block's type
    of the window."""

    @property
    def name(self):
        return f"step-{self.model}-{self.batch}-{self.dtype}"


@dataclass
class Family:
    """A recurrence of another family; `states` is None without a state axis."""

    family: str
    batch: int
    channels: int
    length: int
    states: int
    dtype: str
    peer: float = None
    goal: float = None

    @property
    def name(self):
        sizes = f"{self.batch}x{self.channels}x{self.length}"
        states = f"x{self.states}" if self.states else ""
        return f"family-{self.family}-{sizes}{states}-{self.dtype}"

    def program(self):
        make, options = {
            "rg_lru": (programs.rg_lru, {}), "min_gru": (programs.min_gru, {}),
            "gated_attention": (recurrences.gated_attention, {}),
            "rotation": (recurrences.rotation, {}),
            "complex_s4d": (recurrences.complex_s4d, {}),
            "bilinear": (programs.selective_scan, {"kind": "bilinear"}),
        }[self.family]
        sizes = [self.channels, self.states] if self.states else [self.channels]
        return make(self.name, *sizes, dtype=self.dtype, **options)


SCANS = [
    Scan(8, 5120, 2048, 16, "bf16", 1442, 440),
    Scan(64, 5120, 512, 16, "bf16", 2614, 860),
    Scan(1, 5120, 2048, 16, "bf16", 194, 75),
    Scan(1, 1536, 2048, 16, "bf16", 65.3, 34),
    Scan(8, 1536, 2048, 16, "bf16", 445, 150),
    Scan(1, 5120, 16384, 16, "bf16", 1929, 570),
    Scan(1, 5120, 131072, 16, "bf16", 15182, 4500),
    Scan(8, 5120, 2048, 64, "bf16", 4864, 1600),
    Scan(8, 5120, 2048, 128, "bf16", 9424, 3100),
    Scan(8, 5120, 2048, 16, "f32", 2859, 560),
]
BLOCKS = [
    Block(2560, 8, 2048, "bf16", 3340, 2200),
    Block(2560, 1, 2048, "bf16", 451, 300),
    Block(2560, 1, 16384, "bf16", 3804, 2300),
    Block(1536, 8, 2048, "bf16", 1652, 950),
    Block(768, 8, 2048, "bf16", 712, 340),
    Block(768, 1, 512, "bf16", 53.8, 25),
    Block(768, 1, 64, "bf16", 40, 25),
]
STEPS = [
    Step(2560, 1, 1, "bf16", 54.6, 31),
    Step(2560, 8, 1, "bf16", 57.0, 33),
    Step(2560, 64, 1, "bf16", 75.7, 50),
]
FAMILIES = [
    Family("rg_lru", 8, 2560, 2048, None, "bf16"),
    Family("min_gru", 8, 1536, 2048, None, "bf16"),
    Family("gated_attention", 8, 1024, 2048, 128, "bf16"),
    Family("rotation", 8, 1024, 2048, None, "bf16"),
    Family("complex_s4d", 8, 1536, 2048, 32, "bf16"),
    Family("bilinear", 8, 5120, 2048, 16, "bf16"),
]
ROWS = {row.name: row for row in SCANS + BLOCKS + STEPS + FAMILIES}

# A layer of the size of mamba-130m, as test/scripts/make_fixtures.py makes it.
FIXTURE = "mamba-130m"
FIXTURE_PREFIX = "backbone.layers.0.mixer."
FIXTURE_CONFIG = dict(model_type="mamba", hidden_act="silu", hidden_size=768,
                      state_size=16, conv_kernel=4, expand=2, num_hidden_layers=1,
                      time_step_rank="auto")


def products(model, states=16):
    """(outputs, inputs) of a block's four matrices."""
    inner, rank = 2 * model, -(-model // 16)
    return [(2 * inner, model), (rank + 2 * states, inner), (inner, rank), (model, inner)]


def scan_work(row):
    """The least a scan must do: every input read and every output written once;
    an exponential for each state, softplus 2, SiLU 2."""
    size = programs.arrays.BYTES[row.dtype]
    elements = row.batch * row.length * row.channels
    small = 2 * row.batch * row.length * row.states * size
    weights = 4 * row.channels * (row.states + 2)
    return dict(bytes=4 * elements * size + small + weights,
                transcendentals=elements * (row.states + 4))


def scan_floor(row, ceilings):
    """(microseconds, what bounds it)"""
    return work_floor(scan_work(row), ceilings)


def work_floor(work, ceilings):
    """(microseconds, what bounds it) by what the package says of its kernels."""
    floors = {"bytes": work["bytes"] / ceilings["bytes_per_s"],
              "transcendentals": work["transcendentals"] / ceilings["mufu_per_s"],
              "arithmetic": work.get("flops", 0) / ceilings["flops_per_s"]}
    bound = max(floors, key=floors.get)
    return 1e6 * floors[bound], bound


def step_floor(row, ceilings):
    """Microseconds to read the weights, and to read and write the states."""
    inner, size = 2 * row.model, programs.arrays.BYTES[row.dtype]
    weights = sum(n * k for n, k in products(row.model)) * size + inner * (4 * 18 + 10)
    states = 2 * row.batch * inner * (16 * 4 + 3 * size)
    tokens = 2 * row.batch * row.model * size
    return 1e6 * (weights + states + tokens) / ceilings["bytes_per_s"]


def block_floors(row, ceilings):
    """(microseconds of separate perfect kernels, of the matrices alone)"""
    tokens, inner = row.batch * row.length, 2 * row.model
    size = programs.arrays.BYTES[row.dtype]
    flops = sum(2 * tokens * n * k for n, k in products(row.model))
    weights = sum(n * k for n, k in products(row.model)) * size
    traffic = weights + 2 * tokens * row.model * size
    matrix = max(1e6 * flops / ceilings["matrix_flops"],
                 1e6 * traffic / ceilings["bytes_per_s"])
    scan, _ = scan_floor(Scan(row.batch, inner, row.length, 16, row.dtype, 0, 0),
                         ceilings)
    conv = 1e6 * 2 * tokens * inner * size / ceilings["bytes_per_s"]
    return matrix + scan + conv, matrix
