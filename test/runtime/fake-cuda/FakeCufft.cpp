// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cuFFT and the little of cuBLAS that convolutions need, without a device:
// transforms and products in host memory, straight from their definitions, so
// that strides, distances and scales are checked by value. What the interface
// would refuse is refused.
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <map>
#include <vector>

namespace {

enum { success = 0, invalidPlan = 1, invalidType = 3, invalidValue = 4 };
enum { realToComplex = 0x2a, complexToReal = 0x2c };
constexpr size_t areaBytes = 4096;

using Complex = std::complex<float>;

struct Plan {
  bool allocatesItself = true;
  int type = 0;
  long long size = 0, batch = 0;
  long long inStride = 0, inDistance = 0, outStride = 0, outDistance = 0;
  void *area = nullptr;
};

std::map<int, Plan> &plans() {
  static std::map<int, Plan> all;
  return all;
}

Plan *find(int handle, int type) {
  auto found = plans().find(handle);
  bool isReady = found != plans().end() && found->second.type == type &&
                 !found->second.allocatesItself && found->second.area;
  if (!isReady)
    return nullptr;
  std::memset(found->second.area, 0x5a, areaBytes);
  return &found->second;
}

/// e^(2 pi i k / n)
std::complex<double> root(long long k, long long n) {
  double angle = 2 * M_PI * double(k % n) / double(n);
  return {std::cos(angle), std::sin(angle)};
}

} // namespace

extern "C" {

int cufftCreate(int *handle) {
  static int next = 1;
  *handle = next++;
  plans()[*handle] = {};
  return success;
}
int cufftDestroy(int handle) {
  return plans().erase(handle) ? success : invalidPlan;
}
int cufftSetAutoAllocation(int handle, int allocates) {
  plans()[handle].allocatesItself = allocates != 0;
  return success;
}
int cufftMakePlanMany64(int handle, int rank, long long *n, long long *inEmbed,
                        long long inStride, long long inDistance,
                        long long *outEmbed, long long outStride,
                        long long outDistance, int type, long long batch,
                        size_t *bytes) {
  if (rank != 1 || !inEmbed || !outEmbed || batch < 1)
    return invalidValue;
  if (type != realToComplex && type != complexToReal)
    return invalidType;
  plans()[handle] = {plans()[handle].allocatesItself,
                     type,
                     *n,
                     batch,
                     inStride,
                     inDistance,
                     outStride,
                     outDistance,
                     nullptr};
  *bytes = areaBytes;
  return success;
}
int cufftSetWorkArea(int handle, void *area) {
  plans()[handle].area = area;
  return success;
}
int cufftSetStream(int, void *) { return success; }

int cufftExecR2C(int handle, const float *in, Complex *out) {
  Plan *plan = find(handle, realToComplex);
  if (!plan || reinterpret_cast<uintptr_t>(in) % 8)
    return invalidPlan;
  for (long long b = 0; b < plan->batch; ++b)
    for (long long f = 0; f <= plan->size / 2; ++f) {
      std::complex<double> sum = 0;
      for (long long t = 0; t < plan->size; ++t)
        sum += double(in[t * plan->inStride + b * plan->inDistance]) *
               std::conj(root(f * t, plan->size));
      out[f * plan->outStride + b * plan->outDistance] = Complex(sum);
    }
  return success;
}

int cufftExecC2R(int handle, Complex *in, float *out) {
  Plan *plan = find(handle, complexToReal);
  if (!plan)
    return invalidPlan;
  for (long long b = 0; b < plan->batch; ++b)
    for (long long t = 0; t < plan->size; ++t) {
      double sum = 0;
      for (long long f = 0; f < plan->size; ++f) {
        long long at = f <= plan->size / 2 ? f : plan->size - f;
        Complex value = in[at * plan->inStride + b * plan->inDistance];
        std::complex<double> wide(at == f ? value : std::conj(value));
        sum += (wide * root(f * t, plan->size)).real();
      }
      out[t * plan->outStride + b * plan->outDistance] = float(sum);
    }
  // The interface may overwrite what it transforms back.
  long long frequencies = plan->size / 2 + 1;
  for (long long b = 0; b < plan->batch; ++b)
    for (long long f = 0; f < frequencies; ++f)
      in[f * plan->inStride + b * plan->inDistance] = NAN;
  return success;
}

int cublasCreate_v2(void **handle) {
  *handle = new int(1);
  return success;
}
int cublasDestroy_v2(void *handle) {
  delete static_cast<int *>(handle);
  return success;
}
int cublasSetStream_v2(void *, void *) { return success; }

int cublasCsscal_v2(void *, int n, const float *alpha, Complex *x,
                    int increment) {
  for (int i = 0; i < n; ++i)
    x[i * increment] *= *alpha;
  return success;
}

int cublasCdgmm(void *, int side, int m, int n, const Complex *a, int strideA,
                const Complex *x, int increment, Complex *c, int strideC) {
  if (side != 0 || strideA < m || strideC < m)
    return invalidValue;
  for (int column = 0; column < n; ++column)
    for (int row = 0; row < m; ++row)
      c[row + column * strideC] =
          a[row + column * strideA] * x[row * increment];
  return success;
}
}
