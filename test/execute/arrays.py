# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Element types, .npy files and random values.

Values travel as float64 arrays that hold only numbers of their element type;
files hold the type itself. NumPy has no bfloat16: its files are '<V2', as the
runtime reads and writes them.
"""

import numpy as np

BYTES = {"f64": 8, "f32": 4, "bf16": 2, "f16": 2}
NATIVE = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "i32": np.int32}


def stored_type(dtype):
    """What NumPy calls the elements in memory."""
    return np.dtype(NATIVE.get(dtype, "V2"))


def to_bits(values, dtype):
    """The elements of `values` rounded to nearest even, in the type's memory."""
    if dtype != "bf16":
        with np.errstate(over="ignore", under="ignore"):
            return values.astype(NATIVE[dtype])
    with np.errstate(over="ignore", under="ignore"):
        wide = np.ascontiguousarray(values, dtype=np.float32)
    # Rounding to float32 first must not turn a near tie into a tie.
    wide = round_to_odd(wide, values)
    bits = wide.view(np.uint32)
    rounded = (bits + (0x7FFF + ((bits >> 16) & 1)).astype(np.uint32)) >> 16
    special = ~np.isfinite(wide)
    rounded = np.where(special, bits >> 16, rounded)
    rounded = np.where(np.isnan(wide), 0x7FC0, rounded)
    return rounded.astype(np.uint16).view(np.dtype("V2"))


def round_to_odd(wide, exact):
    """float32 values whose last bit says that something was cut off, so that
    the next rounding cannot be misled by this one."""
    bits = wide.view(np.uint32).copy()
    back = wide.astype(np.float64)
    finite = np.isfinite(wide)
    inexact = finite & (back != exact)
    away = inexact & (np.abs(back) > np.abs(exact))
    bits[away] -= np.uint32(1)
    bits[inexact] |= np.uint32(1)
    return bits.view(np.float32)


def from_bits(stored):
    """float64 values of an array as a file holds it."""
    if stored.dtype.kind == "V":
        bits = np.ascontiguousarray(stored).view(np.uint16).astype(np.uint32)
        return (bits << 16).view(np.float32).astype(np.float64)
    return stored.astype(np.float64)


def rounded(values, dtype):
    """float64 values that `dtype` can hold."""
    return from_bits(to_bits(np.asarray(values, dtype=np.float64), dtype))


def save(path, values, dtype):
    np.save(path, to_bits(np.asarray(values, dtype=np.float64), dtype))


def load(path):
    return from_bits(np.load(path))


# Ways to draw an argument: each takes a generator and a shape.


def uniform(low, high):
    return lambda random, shape: random.uniform(low, high, shape)


def normal(scale):
    return lambda random, shape: scale * random.standard_normal(shape)


def permutations(random, shape):
    """The numbers of each row's places, in any order."""
    return random.permuted(np.broadcast_to(np.arange(shape[-1]), shape), axis=-1)


def rows(random, shape):
    """A matrix whose rows have about unit length."""
    inner = int(np.prod(shape[1:])) if len(shape) > 1 else 1
    return random.standard_normal(shape) / np.sqrt(inner)


def inverse_softplus(delta):
    return delta + np.log(-np.expm1(-delta))


def step_sizes(random, shape):
    """Before softplus, for delta between 0.001 and 0.3."""
    delta = np.exp(random.uniform(np.log(1e-3), np.log(0.3), shape))
    return inverse_softplus(delta)


def deltas(random, shape):
    """Step sizes themselves."""
    return np.exp(random.uniform(np.log(1e-3), np.log(0.3), shape))


def decay_rates(random, shape):
    """A (channel, state): negative, slow and fast states in every channel."""
    states = 1 + np.arange(shape[-1]) % 16
    return -states * random.uniform(0.5, 1.5, shape)


def decay_logs(random, shape):
    """A_log of a checkpoint: log(-A)."""
    return np.log(-decay_rates(random, shape))
