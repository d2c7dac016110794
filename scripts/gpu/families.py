# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The recurrences of other families than Mamba: what is timed, and each in float64
by torch, token by token, from its formula.

An oracle takes the arguments by name and gives y; its tensors are float64.
"""

import torch


def walk(tokens, step, state):
    """Stacks what `step(state, t)` reads along dimension 1; it returns the state
    and the read."""
    reads = []
    for t in range(tokens):
        state, read = step(state, t)
        reads.append(read)
    return torch.stack(reads, 1)


def softplus(v):
    return torch.where(v > 20, v, torch.log1p(torch.exp(v)))


def rg_lru(x, input_gate, decay_gate, a_param):
    log_a = -8 * softplus(a_param) * torch.sigmoid(decay_gate)
    a, scale = torch.exp(log_a), torch.sqrt(-torch.expm1(2 * log_a))
    b = scale * torch.sigmoid(input_gate) * x

    def step(h, t):
        h = a[:, t] * h + b[:, t]
        return h, h

    return walk(x.shape[1], step, torch.zeros_like(x[:, 0]))


def min_gru(kv):
    k, v = kv.chunk(2, -1)
    z = torch.sigmoid(k)

    def step(h, t):
        h = h + z[:, t] * (v[:, t] - h)
        return h, h

    return walk(kv.shape[1], step, torch.zeros_like(v[:, 0]))


def gated_attention(q, k, v, loss):
    decay = torch.exp(-loss)

    def step(s, t):
        s = decay[:, t, None] * s + v[:, t, :, None] * k[:, t, None]
        return s, torch.einsum("bvk,bk->bv", s, q[:, t])

    return walk(q.shape[1], step, q.new_zeros(len(q), v.shape[2], q.shape[2]))


def rotation(x, re, im):
    a = torch.complex(re, im)

    def step(h, t):
        h = a * h + x[:, t]
        return h, h.imag

    return walk(x.shape[1], step, torch.zeros_like(x[:, 0]) * 1j)


def complex_s4d(x, dt, rate, angle, C_re, C_im):
    half = torch.complex(-rate, angle) * dt[:, None] / 2
    a, b = (1 + half) / (1 - half), dt[:, None] / (1 - half)
    c = torch.complex(C_re, C_im).T

    def step(h, t):
        h = a * h + b * x[:, t, :, None]
        return h, 2 * (c * h).sum(-1).real

    return walk(x.shape[1], step, x.new_zeros(len(x), *a.shape) * 1j)


def bilinear(x, dt, dt_bias, A, B, C, D, z):
    delta = softplus(dt + dt_bias)

    def step(h, t):
        half = delta[:, t, :, None] * A / 2
        b = delta[:, t, :, None] / (1 - half) * B[:, t, None]
        h = (1 + half) / (1 - half) * h + b * x[:, t, :, None]
        return h, (h * C[:, t, None]).sum(-1)

    y = walk(x.shape[1], step, x.new_zeros(len(x), *A.shape))
    return (y + D * x) * (z * torch.sigmoid(z))
