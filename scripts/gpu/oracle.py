# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The selective scan and the Mamba-1 block in float64 by torch, written from
their formulas, and how far an output is from them.

The scan walks time token by token, with a stretch of time in memory at once, so
that every element of the largest shapes can be checked.
"""

import math

import torch

STRETCH_BYTES = 1 << 30


def silu(v):
    return v / (1 + torch.exp(-v))


def softplus(v):
    return torch.where(v > 20, v, torch.log1p(torch.exp(v)))


def recurrence(u, delta, a, b, c, h):
    """(outputs, last state) of one stretch; all of it in float64."""
    u, delta, b, c = (v.transpose(0, 1) for v in (u, delta, b, c))
    decay = torch.exp(delta[..., None] * a)
    states = (delta * u)[..., None] * b[:, :, None]
    for t in range(len(states)):
        # In place: each state replaces what entered it.
        h = torch.addcmul(states[t], decay[t], h, out=states[t])
    h = h.clone()
    return states.mul_(c[:, :, None]).sum(-1).transpose(0, 1), h


def scan(tensors, h=None):
    """Yields (tokens, y, state after them), stretch after stretch. x, dt, z
    (batch, length, channel), B, C (batch, length, state); softplus on dt, skip and
    gate; from the state h (batch, channel, state), or 0."""
    batch, length, channels = tensors["x"].shape
    a, bias, skip = (tensors[k].double() for k in ("A", "dt_bias", "D"))
    h = a.new_zeros(batch, channels, a.shape[1]) if h is None else h.double()
    step = max(1, STRETCH_BYTES // (8 * h.numel()))
    for first in range(0, length, step):
        tokens = slice(first, min(first + step, length))
        u, dt, b, c, z = (tensors[k][:, tokens].double()
                          for k in ("x", "dt", "B", "C", "z"))
        y, h = recurrence(u, softplus(dt + bias), a, b, c, h)
        yield tokens, (y + skip * u) * silu(z), h


def block(x, weights, narrow=None, window=None, h=None):
    """The mixer of Mamba-1: y, the last tokens before the window, the last state.
    From those of the call before, `window` and `h`, or 0. With `narrow`, values are
    rounded to it where the program declares it, as an implementation without any
    other error would."""

    def declared(value):
        return value.to(narrow).double() if narrow else value

    def linear(value, name):
        return declared(value @ weights[name].double().T)

    inner, states = weights["A_log"].shape
    rank = weights["dt_proj.weight"].shape[1]
    u, z = linear(x.double(), "in_proj.weight").split(inner, dim=-1)
    taps = weights["conv1d.weight"].double()[:, 0]
    width, length = taps.shape[1], u.shape[1]
    before = u.new_zeros(len(u), width - 1, inner) if window is None else window
    padded = torch.cat([before.double(), u], 1)
    window = padded[:, length:].clone()
    u = weights["conv1d.bias"].double() + sum(
        taps[:, w] * padded[:, w:w + length] for w in range(width))
    u = declared(silu(u))
    del padded
    low, b, c = linear(u, "x_proj.weight").split([rank, states, states], dim=-1)
    dt = linear(low, "dt_proj.weight")
    gated = torch.empty_like(u)
    tensors = dict(x=u, dt=dt, B=b, C=c, z=z, dt_bias=weights["dt_proj.bias"],
                   A=-torch.exp(weights["A_log"].double()), D=weights["D"])
    for tokens, y, h in scan(tensors, h):
        gated[:, tokens] = declared(y)
    return linear(gated, "out_proj.weight"), window, h


# How often a right result may be called wrong by its largest error.
FALSE_ALARM = 1e-6


def peak_slack(count):
    """How much larger the largest of `count` errors may be than the largest of
    as many others of the same distribution. In a block values are rounded one
    after the other, and where a sum falls to the other side of a tie the errors
    of two right computations part: theirs had correlations of 0.93 to 0.98 on
    an H100. This is the bound if they were independent: the largest of normal
    draws has a Gumbel distribution of scale m / (2 ln count) around m, and the
    difference of two such exceeds t times the scale with probability
    1 / (1 + e^t)."""
    return 1 + math.log(1 / FALSE_ALARM) / (2 * math.log(count))


class Errors:
    """Both metrics of trust, |out - ref| / |ref| and max|out - ref| / max|ref|,
    of an output and of the rounded reference, gathered piece by piece."""

    def __init__(self):
        self.sums = dict(out=0.0, rounded=0.0, ref=0.0)
        self.peaks = dict(out=0.0, rounded=0.0, ref=0.0)
        self.cross, self.count, self.finite = 0.0, 0, True

    def add(self, out, rounded, ref):
        out, rounded = out.double(), rounded.double()
        self.finite &= bool(torch.isfinite(out).all())
        self.count += out.numel()
        self.cross += float(((out - ref) * (rounded - ref)).sum())
        for key, value in (("out", out - ref), ("rounded", rounded - ref), ("ref", ref)):
            self.sums[key] += float(value.square().sum())
            self.peaks[key] = max(self.peaks[key], float(value.abs().max()))

    def correlation(self):
        """Of the errors of the output with those of the rounded reference."""
        scale = (self.sums["out"] * self.sums["rounded"]) ** 0.5
        return self.cross / scale if scale else 0.0

    def result(self, base, slack, rounds_often=False):
        """Passed if finite and within base + slack times the rounded
        reference's own distance; see test/execute/compare.py. rounds_often:
        the largest error is a draw of its own."""
        norm, own_norm = ((self.sums[k] / self.sums["ref"]) ** 0.5
                          for k in ("out", "rounded"))
        peak, own_peak = (self.peaks[k] / self.peaks["ref"] for k in ("out", "rounded"))
        most = max(slack, peak_slack(self.count)) if rounds_often else slack
        norm_bound, peak_bound = base + slack * own_norm, base + most * own_peak
        return dict(norm=norm, norm_bound=norm_bound, peak=peak, peak_bound=peak_bound,
                    correlation=self.correlation(),
                    passed=self.finite and norm <= norm_bound and peak <= peak_bound)
