# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cases whose data is huge, tiny, infinite or no number.

Each channel gets one special value in one tensor, in the first batch and at a
token in its first third; everything else is ordinary. So every channel shows
how one value spreads through the state, and is judged by its own norm. What
scans sum is positive: a sum of a few values that cancel would be judged by
what is left of them, and a gate of 100 makes one such token the whole norm.
"""

from dataclasses import replace

import numpy as np

import arrays
import programs as p

INF, NAN = np.inf, np.nan
BEFORE_SOFTPLUS = (-INF, -1e4, -18.4, 0.0, 20.0, 20.001, 1e4, INF, NAN)
STEPS = (0.0, 1e-8, 1e-30, 20.0, 1e4, INF, NAN)
DATA = (0.0, -0.0, 1e-30, 1e30, INF, -INF, NAN)
GATES = (-1e4, 1e4, -100.0, 100.0, INF, -INF, NAN)


def special(draw, values, first):
    """Channel first + i gets values[i]; the others none."""

    def with_special(random, shape):
        result = draw(random, shape)
        for i, value in enumerate(values):
            result[0, shape[1] // 3 - i % 3, first + i] = value
        return result

    return with_special


def with_draws(program, **draws):
    arguments = [
        replace(a, draw=draws.get(a.name, a.draw)) for a in program.arguments
    ]
    return replace(program, arguments=arguments, per_channel=True)


def programs():
    """A scan with softplus and gate, a bare scan of each kind of
    discretisation, and the ops by themselves."""
    made = []
    normal, positive = arrays.normal(1), arrays.uniform(0.25, 1.5)
    summed = {name: positive for name in ("B", "C", "D", "h0")}
    for states in (1, 16):
        for dtype in ("f32", "bf16"):
            scan = p.selective_scan(f"extreme-scan-{states}-{dtype}", 33, states,
                                    dtype)
            made.append(with_draws(
                scan,
                dt=special(arrays.step_sizes, BEFORE_SOFTPLUS, 1),
                x=special(positive, DATA, 11),
                z=special(normal, GATES, 20),
                **summed,
            ))
    for kind in ("mamba", "zoh", "bilinear"):
        scan = p.selective_scan(f"extreme-{kind}", 33, 5, kind=kind, softplus=False,
                                gate=None, init=True, final=True)
        made.append(with_draws(
            scan,
            delta=special(arrays.deltas, STEPS, 3),
            x=special(positive, DATA, 12),
            **summed,
        ))
    for function in ("identity", "softplus", "silu", "sigmoid", "tanh", "relu",
                     "gelu", "exp"):
        values = (*BEFORE_SOFTPLUS, *DATA, 88.0, -88.0, 1e-8, -1e-8)
        made.append(with_draws(
            p.activation(f"extreme-{function}", function, 33),
            x=special(normal, values, 2),
        ))
    made.append(with_draws(
        p.conv1d("extreme-conv", 33, 4), x=special(normal, DATA, 4)))
    made.append(with_draws(
        p.rms_norm("extreme-norm", 33), x=special(normal, (INF,), 4)))
    made.append(with_draws(
        p.linear("extreme-linear", 33, 20), x=special(normal, (NAN,), 4)))
    made.append(with_draws(
        p.min_gru("extreme-mingru", 16),
        kv=special(normal, (INF, -INF, NAN, 1e4, -1e4, 1e30), 3)))
    return made
