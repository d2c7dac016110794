#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes what an example must give, in nothing but the Python language.

    example_oracle.py min-gru y.npy [final_state.npy]

Inputs and weights are those of `--input x=2x11x...xf32=random:7`,
`--input initial_state=random:8`, a second one of `random:9`, and `--weights
random:3`, whose numbers `ssm-run --help` defines; the equations are those of
the papers."""

import cmath
import math
import struct
import sys

BATCH, LENGTH = 2, 11
MASK = (1 << 64) - 1


def to_f32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def random_values(seed, count, low, high):
    """SplitMix64, the upper 24 bits of each number, rounded to float32."""
    values = []
    for _ in range(count):
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = seed
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        values.append(to_f32(low + math.ldexp(high - low, -24) * (z >> 40)))
    return values


def weight(name, rows, columns=None):
    """One weight of --weights random:3, as rows unless it has one dimension."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    bound = math.sqrt(3 / columns) if columns else 1.0
    values = random_values(seed ^ 3, rows * (columns or 1), -bound, bound)
    if columns is None:
        return values
    return [values[r * columns : (r + 1) * columns] for r in range(rows)]


def sequences(channels, length=LENGTH):
    x = random_values(7, BATCH * length * channels, -1.0, 1.0)
    row = lambda b, t: x[(b * length + t) * channels :][:channels]
    return [[row(b, t) for t in range(length)] for b in range(BATCH)]


def states(channels, seed=8):
    h = random_values(seed, BATCH * channels, -1.0, 1.0)
    return [h[b * channels : (b + 1) * channels] for b in range(BATCH)]


def apply(matrix, x):
    return [math.fsum(a * b for a, b in zip(row, x)) for row in matrix]


def sigmoid(v):
    return 1 / (1 + math.exp(-v))


def silu(v):
    return v * sigmoid(v)


def softplus(v):
    return v if v > 20 else math.log1p(math.exp(v))


def min_gru():
    project = weight("to_hidden_and_gate.weight", 192, 64)
    out = weight("to_out.weight", 64, 96)
    y, last = [], []
    for tokens, h in zip(sequences(64), states(96)):
        for x in tokens:
            both = apply(project, x)
            for i in range(96):
                z, c = sigmoid(both[96 + i]), both[i]
                g = c + 0.5 if c >= 0 else sigmoid(c)
                h[i] = (1 - z) * h[i] + z * g
            y += apply(out, h)
        last += h
    return (64, y), (96, last)


def rg_lru():
    gate_a, bias_a = weight("a_gate.weight", 64, 64), weight("a_gate.bias", 64)
    gate_x, bias_x = weight("input_gate.weight", 64, 64), weight("input_gate.bias", 64)
    a_param = weight("a_param", 64)
    y, last = [], []
    for tokens, h in zip(sequences(64), states(64)):
        for x in tokens:
            r = [sigmoid(v + b) for v, b in zip(apply(gate_a, x), bias_a)]
            i = [sigmoid(v + b) for v, b in zip(apply(gate_x, x), bias_x)]
            for c in range(64):
                a = math.exp(-8 * r[c] * softplus(a_param[c]))
                h[c] = a * h[c] + math.sqrt(1 - a * a) * i[c] * x[c]
            y += h
        last += h
    return (64, y), (64, last)


def mamba_bilinear():
    in_proj, x_proj = weight("in_proj.weight", 128, 32), weight("x_proj.weight", 18, 64)
    taps, tap_bias = weight("conv1d.weight", 64, 3), weight("conv1d.bias", 64)
    dt_proj, dt_bias = weight("dt_proj.weight", 64, 2), weight("dt_proj.bias", 64)
    a_log, d = weight("A_log", 64, 8), weight("D", 64)
    out_proj = weight("out_proj.weight", 32, 64)
    y = []
    for tokens in sequences(32):
        projected = [apply(in_proj, x) for x in tokens]
        h = [[0.0] * 8 for _ in range(64)]
        for t in range(LENGTH):
            u = []
            for c in range(64):
                v = tap_bias[c]
                for w in range(3):
                    if t + w >= 2:
                        v += taps[c][w] * projected[t + w - 2][c]
                u.append(silu(v))
            dbc = apply(x_proj, u)
            gated = []
            for c, dt in enumerate(apply(dt_proj, dbc[:2])):
                delta, read = softplus(dt + dt_bias[c]), d[c] * u[c]
                for n in range(8):
                    half = -delta * math.exp(a_log[c][n]) / 2
                    a, b = (1 + half) / (1 - half), delta / (1 - half) * dbc[2 + n]
                    h[c][n] = a * h[c][n] + b * u[c]
                    read += dbc[10 + n] * h[c][n]
                gated.append(read * silu(projected[t][64 + c]))
            y += apply(out_proj, gated)
    return ((32, y),)


def s4d_bidirectional():
    """As a convolution with the kernel C A_bar^k B_bar, not as a recurrence."""
    log_dt, d = weight("log_dt", 48), weight("D", 48)
    log_a, b = weight("log_A_real", 48, 12), weight("B", 48, 12)
    forth, back = weight("C", 48, 12), weight("C_reverse", 48, 12)
    out, bias = weight("output_linear.weight", 48, 48), weight("output_linear.bias", 48)

    def kernel(c, read):
        delta, values = math.exp(log_dt[c]), [0.0] * LENGTH
        for n in range(12):
            a = -math.exp(log_a[c][n])
            b_bar = math.expm1(delta * a) / a * b[c][n]
            for k in range(LENGTH):
                values[k] += read[c][n] * math.exp(delta * a * k) * b_bar
        return values

    y = []
    for x in sequences(48):
        rows = [[0.0] * 48 for _ in range(LENGTH)]
        for c in range(48):
            f, g = kernel(c, forth), kernel(c, back)
            for t in range(LENGTH):
                v = d[c] * x[t][c]
                v += math.fsum(f[t - s] * x[s][c] for s in range(t + 1))
                v += math.fsum(g[s - t] * x[s][c] for s in range(t, LENGTH))
                rows[t][c] = v / 2 * (1 + math.erf(v / math.sqrt(2)))
        for row in rows:
            y += [v + e for v, e in zip(apply(out, row), bias)]
    return ((48, y),)


def gated_linear_attention():
    """By the sums over all tokens before, not by the state: the part of token s in
    S_t is its own times the decays of the tokens between."""
    q_proj, k_proj = weight("q_proj.weight", 16, 64), weight("k_proj.weight", 16, 64)
    v_proj, g_proj = weight("v_proj.weight", 64, 64), weight("g_proj.weight", 64, 64)
    low, high = weight("gk_proj.0.weight", 8, 64), weight("gk_proj.1.weight", 16, 8)
    gate_bias, norm = weight("gk_proj.1.bias", 16), weight("g_norm.weight", 64)
    out = weight("o_proj.weight", 64, 64)
    y, last = [], []
    for tokens, start in zip(sequences(64), states(64 * 16)):
        keys = [apply(k_proj, x) for x in tokens]
        values = [apply(v_proj, x) for x in tokens]
        decays = []
        for x in tokens:
            gates = apply(high, apply(low, x))
            decays.append([sigmoid(g + b) ** (1 / 16) for g, b in zip(gates, gate_bias)])

        def between(s, t, n):
            return math.prod(decays[i][n] for i in range(s + 1, t + 1))

        def state(t, c, n):
            parts = [keys[s][n] * values[s][c] * between(s, t, n) for s in range(t + 1)]
            return math.fsum(parts) + start[c * 16 + n] * between(-1, t, n)

        for t, x in enumerate(tokens):
            q = apply(q_proj, x)
            o = [math.fsum(q[n] / 4 * state(t, c, n) for n in range(16)) for c in range(64)]
            root = math.sqrt(math.fsum(v * v for v in o) / 64 + 1e-5)
            gates = apply(g_proj, x)
            y += apply(out, [v / root * w * silu(g) for v, w, g in zip(o, norm, gates)])
        last += [state(LENGTH - 1, c, n) for c in range(64) for n in range(16)]
    return (64, y), ((64, 16), last)


def s4d_complex():
    """As a convolution with 2 Re(C a^k b), in complex numbers."""
    log_dt, d = weight("log_dt", 48), weight("D", 48)
    log_a, imag = weight("log_A_real", 48, 8), weight("A_imag", 48, 8)
    c_real, c_imag = weight("C_real", 48, 8), weight("C_imag", 48, 8)
    y, real, imaginary = [], [], []
    for x, re, im in zip(sequences(48), states(48 * 8), states(48 * 8, seed=9)):
        rows = [[0.0] * 48 for _ in range(LENGTH)]
        for c in range(48):
            dt = math.exp(log_dt[c])
            totals = [d[c] * x[t][c] for t in range(LENGTH)]
            for n in range(8):
                half = dt / 2 * complex(-math.exp(log_a[c][n]), imag[c][n])
                a, b = (1 + half) / (1 - half), dt / (1 - half)
                read, h0 = complex(c_real[c][n], c_imag[c][n]), complex(re[c * 8 + n], im[c * 8 + n])
                for t in range(LENGTH):
                    h = a ** (t + 1) * h0 + b * sum(a ** (t - s) * x[s][c] for s in range(t + 1))
                    totals[t] += 2 * (read * h).real
                real.append(h.real)
                imaginary.append(h.imag)
            for t, v in enumerate(totals):
                rows[t][c] = v / 2 * (1 + math.erf(v / math.sqrt(2)))
        y += [v for row in rows for v in row]
    return (48, y), ((48, 8), real), ((48, 8), imaginary)


def s5():
    """By the powers of Lambda_bar in polar form."""
    re, im = weight("Lambda_bar_re", 24), weight("Lambda_bar_im", 24)
    b_re, b_im = weight("B_bar_re", 24, 32), weight("B_bar_im", 24, 32)
    c_re, c_im = weight("C_re", 32, 24), weight("C_im", 32, 24)
    d = weight("D", 32)
    polar = [cmath.polar(complex(*parts)) for parts in zip(re, im)]
    y, real, imaginary = [], [], []
    for tokens in sequences(32):
        inputs = [[complex(*parts) for parts in zip(apply(b_re, u), apply(b_im, u))]
                  for u in tokens]
        for t, u in enumerate(tokens):
            h = [sum(cmath.rect(r ** (t - s), phi * (t - s)) * inputs[s][p]
                     for s in range(t + 1)) for p, (r, phi) in enumerate(polar)]
            for c in range(32):
                read = sum(complex(c_re[c][p], c_im[c][p]) * h[p] for p in range(24))
                y.append(2 * read.real + d[c] * u[c])
        real += [v.real for v in h]
        imaginary += [v.imag for v in h]
    return (32, y), (24, real), (24, imaginary)


def window(tokens, suffix, channels, width):
    """The causal window of one direction and its SiLU."""
    taps = weight(f"conv1d{suffix}.weight", channels, width)
    bias = weight(f"conv1d{suffix}.bias", channels)
    rows = []
    for t in range(len(tokens)):
        row = []
        for c in range(channels):
            v = bias[c] + math.fsum(taps[c][w] * tokens[t + w - width + 1][c]
                                    for w in range(width) if t + w - width + 1 >= 0)
            row.append(silu(v))
        rows.append(row)
    return rows


def selective_scan(tokens, dts, reads, a_log, d):
    """What Mamba reads of its states: `dts` before the softplus, `reads` B and C."""
    states, channels = len(a_log[0]), len(d)
    h, rows = [[0.0] * states for _ in range(channels)], []
    for u, dt, (b, c) in zip(tokens, dts, reads):
        row = []
        for i in range(channels):
            delta = softplus(dt[i])
            for n in range(states):
                h[i][n] = math.exp(-delta * math.exp(a_log[i][n])) * h[i][n] + delta * b[n] * u[i]
            row.append(math.fsum(c[n] * h[i][n] for n in range(states)) + d[i] * u[i])
        rows.append(row)
    return rows


def vision_mamba():
    """Backwards is forwards over flipped tokens, and flipped back."""
    in_proj, out_proj = weight("in_proj.weight", 128, 32), weight("out_proj.weight", 32, 64)

    def direction(tokens, b):
        u, x_proj = window(tokens, b, 64, 4), weight(f"x_proj{b}.weight", 18, 64)
        dt_proj, bias = weight(f"dt_proj{b}.weight", 64, 2), weight(f"dt_proj{b}.bias", 64)
        dbc = [apply(x_proj, row) for row in u]
        dts = [[v + e for v, e in zip(apply(dt_proj, row[:2]), bias)] for row in dbc]
        reads = [(row[2:10], row[10:]) for row in dbc]
        return selective_scan(u, dts, reads, weight(f"A{b}_log", 64, 8), weight(f"D{b}", 64))

    y = []
    for tokens in sequences(32):
        xz = [apply(in_proj, x) for x in tokens]
        x, z = [row[:64] for row in xz], [row[64:] for row in xz]
        forth = direction(x, "")
        back = direction(x[::-1], "_b")[::-1]
        for f, g, gates in zip(forth, back, z):
            y += apply(out_proj, [v * silu(e) + w * silu(e) for v, w, e in zip(f, g, gates)])
    return ((32, y),)


def transpose(rows, height, width):
    return [rows[h * width + w] for w in range(width) for h in range(height)]


def cross_scan(height=3, width=5):
    """Each direction is a scan over tokens that were written in its order, and what it
    gives is written back."""
    in_proj, x_proj = weight("in_proj.weight", 128, 32), weight("x_proj_weight", 72, 64)
    dt_projs, biases = weight("dt_projs_weight", 64, 8), weight("dt_projs_bias", 256)
    a_logs, ds = weight("A_logs", 64, 32), weight("Ds", 256)
    norm, out_proj = weight("out_norm.weight", 64), weight("out_proj.weight", 32, 64)

    def part(values, k, size):
        return values[k * size : (k + 1) * size]

    def ways(k):
        """To the order of a direction, and back from it."""
        across = (lambda rows: transpose(rows, height, width)) if k % 2 else list
        back = (lambda rows: transpose(rows, width, height)) if k % 2 else list
        if k < 2:
            return across, back
        return lambda rows: across(rows)[::-1], lambda rows: back(rows[::-1])

    y = []
    for tokens in sequences(32, height * width):
        xz = [apply(in_proj, x) for x in tokens]
        u = [[silu(v) for v in row[:64]] for row in xz]
        dbc = [apply(x_proj, row) for row in u]
        total = [[0.0] * 64 for _ in u]
        for k in range(4):
            write, read = ways(k)
            matrix = [part(row, k, 2) for row in dt_projs]
            dts = [[v + e for v, e in zip(apply(matrix, part(row, k, 2)), part(biases, k, 64))]
                   for row in dbc]
            reads = [(part(row[8:40], k, 8), part(row[40:], k, 8)) for row in dbc]
            rows = read(selective_scan(write(u), write(dts), write(reads),
                                       [part(row, k, 8) for row in a_logs], part(ds, k, 64)))
            total = [[v + w for v, w in zip(*pair)] for pair in zip(total, rows)]
        for row, gates in zip(total, xz):
            root = math.sqrt(math.fsum(v * v for v in row) / 64 + 1e-5)
            y += apply(out_proj, [v / root * w * silu(e) for v, w, e in zip(row, norm, gates[64:])])
    return (32, y), (None, transpose(range(height * width), height, width))


def write_npy(path, sizes, values):
    """Values of (batch, *sizes), or of (batch, length, *sizes); without sizes an order
    of tokens."""
    if sizes is None:
        shape, descr, letter = (1, len(values)), "<i4", "i"
    else:
        sizes = sizes if isinstance(sizes, tuple) else (sizes,)
        rows = len(values) // (BATCH * math.prod(sizes))
        shape, descr, letter = (BATCH, *([rows] if rows > 1 else []), *sizes), "<f8", "d"
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(117) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)))
        file.write(header.encode() + struct.pack(f"<{len(values)}{letter}", *values))


def main():
    example = globals()[sys.argv[1].replace("-", "_")]
    for path, (sizes, values) in zip(sys.argv[2:], example()):
        write_npy(path, sizes, values)


if __name__ == "__main__":
    main()
