#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds a file of ssm-init against the formulas, in nothing but the Python
language: `init_oracle.py FILE KIND CHANNELS STATES SEED [PREFIX]`, with the
step sizes that are the default.

The generator is written out from the C++ standard, and eigenvalues and vectors
of LegS come from a closed form instead of a solver: with S = -1/2 + K, K skew,
and s_n^2 = 2n + 1, sums w_n of the s_k v_k obey w_n = w_(n-1) (im - a) / (im +
a), a = n + 1/2, and end with the sign changed."""

import cmath
import json
import math
import struct
import sys

WORD, LONG = (1 << 32) - 1, (1 << 64) - 1


def seed_sequence(values, n):
    """std::seed_seq::generate for n > 622 words."""
    b, s = [0x8B8B8B8B] * n, len(values)
    t, m = 11, max(s + 1, n)
    p = (n - t) // 2
    q = p + t
    mix = lambda x: x ^ x >> 27
    for k in range(m + n):
        at, far, farther, last = k % n, (k + p) % n, (k + q) % n, (k - 1) % n
        if k < m:
            r = 1664525 * mix(b[at] ^ b[far] ^ b[last]) & WORD
            extra = s if k == 0 else at + (values[k - 1] if k <= s else 0)
            b[far] = (b[far] + r) & WORD
            b[at] = (r + extra) & WORD
            b[farther] = (b[farther] + b[at]) & WORD
        else:
            r = 1566083941 * mix((b[at] + b[far] + b[last]) & WORD) & WORD
            b[far] ^= r
            b[at] = (r - at) & WORD
            b[farther] ^= b[at]
    return b


class Random:
    """std::mt19937_64."""

    def __init__(self, seed, name):
        words = seed_sequence([seed & WORD, seed >> 32, *name.encode()], 624)
        self.state = [words[2 * i] | words[2 * i + 1] << 32 for i in range(312)]
        self.next = 312

    def twist(self):
        x, low = self.state, (1 << 31) - 1
        for i in range(312):
            y = x[i] & ~low | x[(i + 1) % 312] & low
            x[i] = x[(i + 156) % 312] ^ y >> 1 ^ (0xB5026F5AA96619E9 if y & 1 else 0)
        self.next = 0

    def uniform(self, low=0.0, high=1.0):
        if self.next == 312:
            self.twist()
        z = self.state[self.next]
        self.next += 1
        z ^= z >> 29 & 0x5555555555555555
        z ^= z << 17 & 0x71D67FFFEDA60000
        z ^= z << 37 & 0xFFF7EEE000000000
        z ^= z >> 43
        return low + (high - low) * (z >> 11) * 2.0**-53

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())


def legs_values(states):
    """Each m at which the angles add up to an odd multiple of pi / 2."""
    for k in range(states // 2):
        low, high = 0.0, float(states * states)
        for _ in range(200):
            m = (low + high) / 2
            total = sum(math.atan(m / (n + 0.5)) for n in range(states))
            low, high = (m, high) if total < (k + 0.5) * math.pi else (low, m)
        yield low


def legs_vector(m, states):
    w, v = -0.5 + 0j, []
    for n in range(states):
        after = w * (1j * m - n - 0.5) / (1j * m + n + 0.5)
        v.append((after - w) / math.sqrt(2 * n + 1))
        w = after
    norm = math.sqrt(sum(abs(x) ** 2 for x in v)) * v[0] / abs(v[0])
    return [x / norm for x in v]


def imaginary_parts(kind, states):
    if kind == "s4d-lin":
        return [math.pi * n for n in range(states // 2)]
    if kind == "s4d-inv":
        return [states / math.pi * (states / (2 * n + 1) - 1) for n in range(states // 2)]
    return list(legs_values(states))


class Layer:
    def __init__(self, kind, channels, states, seed, prefix):
        self.kind, self.channels, self.states = kind, channels, states
        self.seed, self.prefix = seed, prefix

    def draw(self, name, count, one):
        random = Random(self.seed, self.prefix + name)
        return [one(random) for _ in range(count)]

    def normal(self, name, shape, variance=1.0):
        scale = math.sqrt(variance)
        return shape, self.draw(name, math.prod(shape), lambda r: scale * r.normal())

    def uniform(self, name, shape, terms):
        bound = 1 / math.sqrt(terms)
        return shape, self.draw(name, math.prod(shape), lambda r: r.uniform(-bound, bound))

    def log_steps(self, name, count):
        return self.draw(name, count, lambda r: r.uniform(math.log(1e-3), math.log(1e-1)))

    def complex_s4d(self):
        channels, kept = self.channels, self.states // 2
        return {"log_dt": ([channels], self.log_steps("log_dt", channels)),
                "log_A_real": ([channels, kept], [math.log(0.5)] * channels * kept),
                "A_imag": ([channels, kept], imaginary_parts(self.kind, self.states) * channels),
                "C_real": self.normal("C_real", [channels, kept], 0.5),
                "C_imag": self.normal("C_imag", [channels, kept], 0.5),
                "D": self.normal("D", [channels])}

    def real_s4d(self):
        channels, shape = self.channels, [self.channels, self.states]
        logs = [math.log(n + 1) for n in range(self.states)]
        return {"log_dt": ([channels], self.log_steps("log_dt", channels)),
                "log_A_real": (shape, logs * channels),
                "B": (shape, [1.0] * math.prod(shape)),
                "C": self.normal("C", shape), "C_reverse": self.normal("C_reverse", shape),
                "D": self.normal("D", [channels]),
                "output_linear.weight": self.uniform("output_linear.weight", [channels] * 2, channels),
                "output_linear.bias": self.uniform("output_linear.bias", [channels], channels)}

    def s5(self):
        channels, states, kept = self.channels, self.states, self.states // 2
        B = self.normal("B", [states, channels], 1 / channels)[1]
        C = self.normal("C", [channels, states], 1 / states)[1]
        B_bar, C_bar, bars = [], [[] for _ in range(channels)], []
        for m, step in zip(legs_values(states), self.log_steps("log_step", kept)):
            value, v = complex(-0.5, m), legs_vector(m, states)
            bars.append(cmath.exp(math.exp(step) * value))
            held = (bars[-1] - 1) / value
            B_bar += [held * sum(v[n].conjugate() * B[n * channels + j] for n in range(states))
                      for j in range(channels)]
            for i in range(channels):
                C_bar[i].append(sum(C[i * states + n] * v[n] for n in range(states)))
        parts = {"Lambda_bar": ([kept], bars), "B_bar": ([kept, channels], B_bar),
                 "C": ([channels, kept], sum(C_bar, []))}
        tensors = {"D": self.normal("D", [channels])}
        for name, (shape, values) in parts.items():
            tensors[name + "_re"] = shape, [z.real for z in values]
            tensors[name + "_im"] = shape, [z.imag for z in values]
        return tensors

    def mamba(self):
        hidden, inner, states = self.channels, 2 * self.channels, self.states
        rank = math.ceil(hidden / 16)
        steps = [max(math.exp(x), 1e-4) for x in self.log_steps("dt_proj.bias", inner)]
        linear = {"in_proj.weight": ([2 * inner, hidden], hidden),
                  "conv1d.weight": ([inner, 1, 4], 4), "conv1d.bias": ([inner], 4),
                  "x_proj.weight": ([rank + 2 * states, inner], inner),
                  "dt_proj.weight": ([inner, rank], rank),
                  "out_proj.weight": ([hidden, inner], inner)}
        return {"dt_proj.bias": ([inner], [x + math.log(-math.expm1(-x)) for x in steps]),
                "A_log": ([inner, states], [math.log(n + 1) for n in range(states)] * inner),
                "D": ([inner], [1.0] * inner),
                **{name: self.uniform(name, *facts) for name, facts in linear.items()}}

    def tensors(self):
        make = {"s4d-real": self.real_s4d, "s5": self.s5, "mamba": self.mamba}
        return make.get(self.kind, self.complex_s4d)()


def read(path):
    data = open(path, "rb").read()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    for name, entry in json.loads(data[8:start]).items():
        begin, end = entry["data_offsets"]
        values = struct.unpack(f"<{(end - begin) // 4}f", data[start + begin:start + end])
        yield name, entry["dtype"], entry["shape"], values


def main():
    path, kind, channels, states, seed, prefix = (sys.argv[1:] + [""])[:6]
    layer = Layer(kind, int(channels), int(states), int(seed), prefix)
    expected = {prefix + name: tensor for name, tensor in layer.tensors().items()}
    found = {name: tensor for name, *tensor in read(path)}
    if found.keys() != expected.keys():
        sys.exit(f"expected {sorted(expected)}, got {sorted(found)}")
    for name, (shape, values) in expected.items():
        dtype, found_shape, found_values = found[name]
        if (dtype, found_shape) != ("F32", shape):
            sys.exit(f"{name}: expected F32 {shape}, got {dtype} {found_shape}")
        largest = max(map(abs, values))
        for i, (x, y) in enumerate(zip(values, found_values)):
            # A rounding to float32, and cancellation in float64.
            if not abs(x - y) <= 2**-24 * abs(x) + 1e-12 * largest:
                sys.exit(f"{name}[{i}]: expected {x}, got {y}")
        print(name, "x".join(map(str, shape)))


if __name__ == "__main__":
    main()
