# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Wrong outputs that the rule must refuse, right ones it must accept; and the
rounding of arrays.py against values worked out by hand."""

import unittest

import numpy as np

import arrays
import compare
from programs import Rule


def judged(out, ref, dtype="f32", rule=Rule(), distances=None, per_channel=False):
    return compare.judge(out, ref, distances, rule, dtype, per_channel).passed


class CompareTest(unittest.TestCase):
    def setUp(self):
        random = np.random.default_rng(3)
        self.ref = random.standard_normal((3, 17, 33))

    def test_accepts_rounding(self):
        self.assertTrue(judged(self.ref.astype(np.float32).astype(float), self.ref))
        narrow = arrays.rounded(self.ref, "bf16")
        self.assertFalse(judged(narrow, self.ref))
        distance = compare.metrics(narrow.reshape(1, -1), self.ref.reshape(1, -1))
        self.assertTrue(judged(narrow, self.ref, "bf16", distances=distance))

    def test_refuses_truncation(self):
        bits = self.ref.astype(np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
        cut = bits.view(np.float32).astype(float)
        narrow = arrays.rounded(self.ref, "bf16")
        distance = compare.metrics(narrow.reshape(1, -1), self.ref.reshape(1, -1))
        self.assertFalse(judged(cut, self.ref, "bf16", distances=distance))

    def test_refuses_one_wrong_element(self):
        for wrong in (0.0, np.nan, np.inf, self.ref[2, 16, 32] * (1 + 1e-4)):
            out = self.ref.copy()
            out[2, 16, 32] = wrong
            self.assertFalse(judged(out, self.ref), wrong)

    def test_pattern_must_agree(self):
        ref = self.ref.copy()
        ref[0, 0, 0], ref[0, 1, 0] = np.inf, np.nan
        self.assertTrue(judged(ref.copy(), ref))
        for wrong in (-np.inf, np.nan, 1.0):
            out = ref.copy()
            out[0, 0, 0] = wrong
            self.assertFalse(judged(out, ref), wrong)

    def test_channels_do_not_hide_each_other(self):
        ref = self.ref.copy()
        ref[:, :, 5] *= 1e30
        out = ref.copy()
        out[1, 3, 7] += 0.5
        self.assertTrue(judged(out, ref))
        self.assertFalse(judged(out, ref, per_channel=True))

    def test_shape_must_agree(self):
        self.assertFalse(judged(self.ref[:, :16], self.ref))

    def test_sums_widen_the_bound(self):
        out = self.ref * (1 + 3e-6)
        self.assertFalse(judged(out, self.ref))
        self.assertTrue(judged(out, self.ref, rule=Rule(terms=1024)))
        self.assertTrue(judged(out, self.ref, rule=Rule("block")))
        self.assertFalse(judged(out, self.ref, "f64", Rule("block")))


class ArraysTest(unittest.TestCase):
    def test_bfloat16_rounds_to_nearest_even(self):
        unit = 2.0**-7
        for exact, wanted in (
            (1 + unit / 2, 1.0),
            (1 + 3 * unit / 2, 1 + 2 * unit),
            (1 + unit / 2 + 2.0**-40, 1 + unit),
            (-1 - unit / 2 - 2.0**-40, -1 - unit),
            (1 + unit / 2 - 2.0**-40, 1.0),
            (3.4e38, np.inf),
            (np.inf, np.inf),
            (-0.0, 0.0),
        ):
            self.assertEqual(arrays.rounded(np.array([exact]), "bf16")[0], wanted)
        self.assertTrue(np.isnan(arrays.rounded(np.array([np.nan]), "bf16")[0]))


if __name__ == "__main__":
    unittest.main()
