#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A second opinion on a Mamba mixer, in nothing but the Python language.

Computes the output of a mixer from a safetensors file and an input in .npy,
float64, one token after the other, and compares it with a .npy file:

    oracle.py --weights model.safetensors --x x.npy --expect y.npy [--prefix P]

Written from the paper's equations and the layout of the weights; it shares
nothing with this project's code or with PyTorch."""

import argparse
import array
import ast
import json
import math
import struct
import sys

CODES = {"<f4": "f", "<f8": "d", "F32": "f", "F64": "d"}


def read_npy(path):
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x93NUMPY\x01\x00", path
    size = struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10 : 10 + size].decode())
    return header["shape"], array.array(CODES[header["descr"]], data[10 + size :])


class Weights:
    def __init__(self, path, prefix):
        with open(path, "rb") as file:
            data = file.read()
        size = struct.unpack("<Q", data[:8])[0]
        self.entries = json.loads(data[8 : 8 + size])
        self.data, self.prefix = data[8 + size :], prefix

    def get(self, name):
        """The rows of a tensor, or None if the file lacks it."""
        entry = self.entries.get(self.prefix + name)
        if entry is None:
            return None
        begin, end = entry["data_offsets"]
        values = array.array(CODES[entry["dtype"]], self.data[begin:end])
        if len(entry["shape"]) == 1:
            return list(values)
        rows = entry["shape"][0]
        width = len(values) // rows
        return [list(values[r * width : (r + 1) * width]) for r in range(rows)]


def silu(v):
    return v / (1 + math.exp(-v))


def softplus(v):
    return v if v > 20 else math.log1p(math.exp(v))


def linear(x, weight, bias):
    y = [sum(a * b for a, b in zip(x, row)) for row in weight]
    return [a + b for a, b in zip(y, bias)] if bias else y


def mixer(weights, tokens):
    """The output for one sequence, a list of rows."""
    w = weights.get
    taps, tap_bias = w("conv1d.weight"), w("conv1d.bias")
    decay = [[-math.exp(v) for v in row] for row in w("A_log")]
    inner, states = len(decay), len(decay[0])
    skip, rank = w("D"), len(w("dt_proj.weight")[0])
    window = [[0.0] * inner for _ in taps[0]]
    h = [[0.0] * states for _ in range(inner)]
    x_proj, dt_proj, dt_bias = w("x_proj.weight"), w("dt_proj.weight"), w("dt_proj.bias")
    in_proj, in_bias = w("in_proj.weight"), w("in_proj.bias")
    out_proj, out_bias = w("out_proj.weight"), w("out_proj.bias")
    for token in tokens:
        xz = linear(token, in_proj, in_bias)
        window = window[1:] + [xz[:inner]]
        u = []
        for c in range(inner):
            v = sum(tap * row[c] for tap, row in zip(taps[c], window))
            u.append(silu(v + (tap_bias[c] if tap_bias else 0)))
        dbc = linear(u, x_proj, None)
        b, c_read = dbc[rank : rank + states], dbc[rank + states :]
        y = []
        for c, dt in enumerate(linear(dbc[:rank], dt_proj, dt_bias)):
            delta = softplus(dt)
            for n in range(states):
                step = math.exp(delta * decay[c][n])
                h[c][n] = step * h[c][n] + delta * b[n] * u[c]
            read = sum(p * q for p, q in zip(c_read, h[c])) + skip[c] * u[c]
            y.append(read * silu(xz[inner + c]))
        yield linear(y, out_proj, out_bias)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option in ("--weights", "--x", "--expect"):
        parser.add_argument(option, required=True)
    parser.add_argument("--prefix", default="")
    parser.add_argument("--tolerance", type=float, default=1e-12)
    args = parser.parse_args()
    weights = Weights(args.weights, args.prefix)
    (batch, length, channels), x = read_npy(args.x)
    shape, reference = read_npy(args.expect)
    assert shape[:2] == (batch, length), shape
    y = []
    for b in range(batch):
        rows = [x[(b * length + t) * channels :][:channels] for t in range(length)]
        for row in mixer(weights, rows):
            y += row
    error = math.dist(y, reference) / math.hypot(*reference)
    print(f"|out - ref| / |ref| {error:.3g} (bound {args.tolerance:.3g})")
    if not error <= args.tolerance:
        sys.exit("the output is outside its bound")


if __name__ == "__main__":
    main()
