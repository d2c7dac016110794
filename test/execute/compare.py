# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rule an output must keep.

In go an output and its float64 reference; out comes a Verdict. Both metrics,
|out - ref| / |ref| (Euclidean norms) and max|out - ref| / max|ref|, have the
same bound:

* elements that are NaN, +Inf or -Inf in the reference are the same in the
  output, and no other element is; the metrics are over the finite ones;
* float64 outputs: 1e-12;
* otherwise b = 1e-5 for a block; for one op or one scan b = 1e-6, or
  2 sqrt(K) 2^-24 if that is more, K being the summands of its longest sum; for
  16-bit outputs at least 2^-16, which ssm-approximate allows the functions of
  their kernels;
* if a 16-bit type occurs in the program, the bound is b + s d. d is the same
  metric between the reference with every value rounded where the IR declares a
  narrower type and the float64 reference; s is 1.01 for a scan and 1.05
  otherwise. Whoever rounds to nearest where the IR says so stays below it, and
  whoever rounds less often too. The bound is on the distance to float64, not on
  that to the rounded reference: one last-bit difference before a tie moves the
  latter by a whole unit, the former hardly.

Programs marked `per_channel` keep the rule in each channel of each batch, so
that one huge value hides nothing elsewhere; b is 1e-5 there, for the few values
of a channel may all be small beside what they were summed from.
"""

from dataclasses import dataclass

import numpy as np


@dataclass
class Verdict:
    norm: float
    peak: float
    norm_bound: float
    peak_bound: float
    problem: str = ""

    @property
    def passed(self):
        return not self.problem

    def __str__(self):
        text = (f"{self.norm:.2e} (bound {self.norm_bound:.2e}), "
                f"max {self.peak:.2e} ({self.peak_bound:.2e})")
        return f"{text}: {self.problem}" if self.problem else text


def base_bound(rule, dtype):
    if dtype in ("bf16", "f16"):
        return max(2.0**-16, base_bound(rule, "f32"))
    if dtype == "f64":
        return 1e-12
    if rule.kind == "block":
        return 1e-5
    return max(1e-6, 2 * np.sqrt(rule.terms) * 2.0**-24)


def slack(rule):
    return 1.01 if rule.kind == "scan" else 1.05


def grouped(values, per_channel):
    """A matrix whose rows are judged one by one."""
    if not per_channel:
        return values.reshape(1, -1)
    if values.ndim == 2:  # a state (batch, channel): one number a channel
        return values
    # (batch, length, channel); of a state (batch, channel, state) each column.
    values = np.moveaxis(values, 2, 1)
    return values.reshape(values.shape[0] * values.shape[1], -1)


def ratio(numerator, denominator):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(numerator == 0, 0.0, numerator / denominator)


def metrics(out, ref):
    """Both metrics of every row, over the elements finite in both."""
    finite = np.isfinite(ref) & np.isfinite(out)
    error = np.where(finite, out, 0) - np.where(finite, ref, 0)
    ref = np.where(finite, ref, 0)
    scale = np.maximum(np.abs(ref).max(axis=1), 1e-300)[:, None]
    norm = ratio(np.linalg.norm(error / scale, axis=1),
                 np.linalg.norm(ref / scale, axis=1))
    peak = ratio(np.abs(error).max(axis=1), np.abs(ref).max(axis=1))
    return norm, peak


def pattern(values):
    """0 for finite elements, else 1, 2 or 3 for NaN, +Inf and -Inf."""
    kinds = np.zeros(values.shape, np.int8)
    kinds[np.isnan(values)] = 1
    kinds[values == np.inf] = 2
    kinds[values == -np.inf] = 3
    return kinds


KINDS = ("finite", "NaN", "Inf", "-Inf")


def pattern_problem(out, ref):
    found, wanted = pattern(out), pattern(ref)
    wrong = np.argwhere(found != wanted)
    if len(wrong) == 0:
        return ""
    first = tuple(int(i) for i in wrong[0])
    return (f"{len(wrong)} elements differ in being finite, the first at {first}: "
            f"expected {KINDS[wanted[first]]}, got {KINDS[found[first]]}")


def judge(out, ref, distances, rule, dtype, per_channel):
    """`distances`: both metrics of every row for the rounded reference, or
    None if nothing is rounded."""
    if out.shape != ref.shape:
        return Verdict(np.nan, np.nan, 0, 0,
                       f"expected shape {ref.shape}, got {out.shape}")
    norm, peak = metrics(grouped(out, per_channel), grouped(ref, per_channel))
    bound = max(base_bound(rule, dtype), 1e-5 if per_channel else 0)
    norm_bounds = np.full(norm.shape, bound)
    peak_bounds = norm_bounds.copy()
    if distances is not None:
        norm_bounds += slack(rule) * np.asarray(distances[0])
        peak_bounds += slack(rule) * np.asarray(distances[1])
    # The row that comes closest to its bounds, or exceeds them most.
    worst = int(np.argmax(np.maximum(norm / norm_bounds, peak / peak_bounds)))
    verdict = Verdict(float(norm[worst]), float(peak[worst]),
                      float(norm_bounds[worst]), float(peak_bounds[worst]))
    verdict.problem = pattern_problem(out, ref)
    if not verdict.problem and not (norm[worst] <= norm_bounds[worst]):
        verdict.problem = "the norm of the error exceeds its bound"
    elif not verdict.problem and not (peak[worst] <= peak_bounds[worst]):
        verdict.problem = "the largest error exceeds its bound"
    return verdict
