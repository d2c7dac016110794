// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sequential loops over doubles.

#include "Reference.h"

#include "files/FloatBits.h"

#include <cmath>

using namespace bench;

namespace {
using Doubles = std::vector<double>;

/// `columns` of a row-major matrix from column `first` on.
struct Slice {
  const Doubles &matrix;
  int64_t rowSize, first, columns;

  const double *row(int64_t t) const { return &matrix[t * rowSize + first]; }
};
} // namespace

double bench::rounded(ssm_dtype dtype, double value) {
  if (dtype != SSM_BF16)
    return value;
  return ssm::rt::doubleFromBf16(ssm::rt::bf16FromDouble(value));
}

static Doubles doublesOf(const Values &values, const std::string &name) {
  const std::vector<float> &floats = values.at(name);
  return Doubles(floats.begin(), floats.end());
}

static double silu(double v) { return v / (1 + std::exp(-v)); }

static double softplus(double v) {
  return v > 20 ? v : std::fmax(v, 0) + std::log1p(std::exp(-std::fabs(v)));
}

/// x weight^T; four sums, so that one need not wait for the other.
static Doubles linear(Slice x, int64_t length, const Doubles &weight,
                      ssm_dtype rounding) {
  int64_t in = x.columns, out = int64_t(weight.size()) / in;
  Doubles y(length * out);
  for (int64_t t = 0; t < length; ++t)
    for (int64_t o = 0; o < out; ++o) {
      const double *a = x.row(t), *b = &weight[o * in];
      double sums[4] = {};
      for (int64_t i = 0; i < in; ++i)
        sums[i % 4] += a[i] * b[i];
      y[t * out + o] = rounded(rounding, sums[0] + sums[1] + sums[2] + sums[3]);
    }
  return y;
}

static Doubles convSilu(Slice x, int64_t length, const Doubles &weight,
                        const Doubles &bias, ssm_dtype rounding) {
  int64_t channels = x.columns, taps = int64_t(weight.size()) / channels;
  Doubles y(length * channels);
  for (int64_t t = 0; t < length; ++t)
    for (int64_t c = 0; c < channels; ++c) {
      double sum = bias[c];
      for (int64_t w = 0; w < taps; ++w)
        if (int64_t from = t - (taps - 1) + w; from >= 0)
          sum += weight[c * taps + w] * x.row(from)[c];
      y[t * channels + c] = rounded(rounding, silu(sum));
    }
  return y;
}

namespace {
/// Without those of bias, D, z and h that are empty.
struct ScanOperands {
  Slice u, dt, B, C, z;
  Doubles A, bias, D, h;
};
} // namespace

static ScanResult scan(const ScanOperands &s, int64_t length) {
  int64_t channels = s.u.columns, states = s.B.columns;
  ScanResult result = {Doubles(length * channels), s.h};
  result.states.resize(channels * states);
  for (int64_t c = 0; c < channels; ++c) {
    double *h = &result.states[c * states];
    double bias = s.bias.empty() ? 0 : s.bias[c];
    double skip = s.D.empty() ? 0 : s.D[c];
    for (int64_t t = 0; t < length; ++t) {
      double u = s.u.row(t)[c], delta = softplus(s.dt.row(t)[c] + bias);
      double sum = skip * u;
      for (int64_t n = 0; n < states; ++n) {
        h[n] = std::exp(delta * s.A[c * states + n]) * h[n] +
               delta * s.B.row(t)[n] * u;
        sum += s.C.row(t)[n] * h[n];
      }
      double gate = s.z.columns == 0 ? 1 : silu(s.z.row(t)[c]);
      result.y[t * channels + c] = sum * gate;
    }
  }
  return result;
}

ScanResult bench::referenceScan(const Values &values, int64_t length) {
  auto optional = [&](const char *name) {
    return values.count(name) ? doublesOf(values, name) : Doubles();
  };
  Doubles u = doublesOf(values, "u"), dt = doublesOf(values, "dt"),
          B = doublesOf(values, "B"), C = doublesOf(values, "C"),
          z = optional("z");
  auto whole = [&](const Doubles &x) {
    int64_t columns = int64_t(x.size()) / length;
    return Slice{x, columns, 0, columns};
  };
  return scan({whole(u), whole(dt), whole(B), whole(C), whole(z),
               doublesOf(values, "A"), optional("dt_bias"), optional("D"),
               optional("scan_0")},
              length);
}

std::vector<double> bench::referenceBlock(const Values &values, int64_t length,
                                          ssm_dtype rounding) {
  auto weight = [&](const char *name) { return doublesOf(values, name); };
  Doubles x = weight("x"), D = weight("D"), A = weight("A_log");
  for (double &value : A)
    value = -std::exp(value);
  int64_t model = int64_t(x.size()) / length, inner = int64_t(D.size());
  int64_t states = int64_t(A.size()) / inner;
  int64_t rank = int64_t(values.at("dt_proj.weight").size()) / inner;
  int64_t thin = rank + 2 * states;

  Doubles xz =
      linear({x, model, 0, model}, length, weight("in_proj.weight"), rounding);
  Doubles u =
      convSilu({xz, 2 * inner, 0, inner}, length, weight("conv1d.weight"),
               weight("conv1d.bias"), rounding);
  Doubles dbc =
      linear({u, inner, 0, inner}, length, weight("x_proj.weight"), rounding);
  Doubles dt =
      linear({dbc, thin, 0, rank}, length, weight("dt_proj.weight"), rounding);
  Doubles y = scan({{u, inner, 0, inner},
                    {dt, inner, 0, inner},
                    {dbc, thin, rank, states},
                    {dbc, thin, rank + states, states},
                    {xz, 2 * inner, inner, inner},
                    A,
                    weight("dt_proj.bias"),
                    D,
                    {}},
                   length)
                  .y;
  for (double &value : y)
    value = rounded(rounding, value);
  return linear({y, inner, 0, inner}, length, weight("out_proj.weight"),
                rounding);
}
