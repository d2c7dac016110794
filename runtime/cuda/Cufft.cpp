// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The calls into cuFFT and cuBLAS. A sequence is (length, channels): its
// columns are transformed where they stand, at a distance of one, in strides of
// a row. The spectrum of the kernel, scaled, is a diagonal matrix that
// multiplies the column of all frequencies and channels of a sequence.
#include "Cufft.h"

#include "CudaDevice.h"

#include <algorithm>
#include <climits>

namespace ssm::rt {
namespace {

// Values of cuFFT's and cuBLAS's interfaces, equal in CUDA 12 and 13.
enum { fftSuccess = 0, fftAllocFailed = 2, fftExecFailed = 6 };
enum { realToComplex = 0x2a, complexToReal = 0x2c };
enum { blasSuccess = 0, blasAllocFailed = 3, blasExecutionFailed = 13 };
enum { sideLeft = 0 };

uint64_t aligned(uint64_t bytes) {
  return (bytes + workspaceAlignment - 1) / workspaceAlignment *
         workspaceAlignment;
}

void *pointerTo(CUdeviceptr address) {
  return reinterpret_cast<void *>(uintptr_t(address));
}

} // namespace

#define SSM_CUFFT_SYMBOLS(X)                                                   \
  X(cufftCreate, (int *))                                                      \
  X(cufftDestroy, (int))                                                       \
  X(cufftSetAutoAllocation, (int, int))                                        \
  X(cufftMakePlanMany64,                                                       \
    (int, int, long long *, long long *, long long, long long, long long *,    \
     long long, long long, int, long long, size_t *))                          \
  X(cufftSetWorkArea, (int, void *))                                           \
  X(cufftSetStream, (int, CUstream))                                           \
  X(cufftExecR2C, (int, void *, void *))                                       \
  X(cufftExecC2R, (int, void *, void *))

#define SSM_CUBLAS_SYMBOLS(X)                                                  \
  X(cublasCreate_v2, (void **))                                                \
  X(cublasDestroy_v2, (void *))                                                \
  X(cublasSetStream_v2, (void *, CUstream))                                    \
  X(cublasCsscal_v2, (void *, int, const float *, void *, int))                \
  X(cublasCdgmm, (void *, int, int, int, const void *, int, const void *, int, \
                  void *, int))

struct Cufft::Api {
#define SSM_DECLARE(NAME, PARAMETERS) int(*NAME) PARAMETERS = nullptr;
  SSM_CUFFT_SYMBOLS(SSM_DECLARE)
  SSM_CUBLAS_SYMBOLS(SSM_DECLARE)
#undef SSM_DECLARE
};

Cufft::Cufft() : api(std::make_unique<Api>()) {}

Cufft::~Cufft() {
  if (handle)
    api->cublasDestroy_v2(handle);
}

Status Cufft::checkFft(int result, const char *call) const {
  if (result == fftSuccess)
    return {};
  return SSM_ERROR(result == fftAllocFailed  ? SSM_OUT_OF_MEMORY
                   : result == fftExecFailed ? SSM_DEVICE_FAULT
                                             : SSM_UNSUPPORTED,
                   "cuFFT: {} returned {}", call, result);
}

Status Cufft::checkBlas(int result, const char *call) const {
  if (result == blasSuccess)
    return {};
  return SSM_ERROR(result == blasAllocFailed       ? SSM_OUT_OF_MEMORY
                   : result == blasExecutionFailed ? SSM_DEVICE_FAULT
                                                   : SSM_INTERNAL,
                   "cuBLAS: {} returned {}", call, result);
}

namespace {

/// Opens `name`, or the first of the usual names that there is.
Status openEither(SharedObject &object, const std::string &name,
                  const char *newer, const char *older) {
  if (!name.empty()) {
    SSM_ASSIGN(object, SharedObject::fromName(name));
    return {};
  }
  for (const char *usual : {newer, older}) {
    auto opened = SharedObject::fromName(usual);
    if (opened.ok()) {
      object = std::move(*opened);
      return {};
    }
  }
  return SSM_ERROR(SSM_DEVICE_MISSING, "{} and {} not found", newer, older);
}

} // namespace

Status Cufft::open(const std::string &fftName, const std::string &blasName) {
  SSM_TRY(openEither(fft, fftName, "libcufft.so.12", "libcufft.so.11"));
  SSM_TRY(openEither(blas, blasName, "libcublas.so.13", "libcublas.so.12"));
#define SSM_FIND(OBJECT, NAME)                                                 \
  if (!OBJECT.find(api->NAME, #NAME))                                          \
    return SSM_ERROR(SSM_DEVICE_MISSING,                                       \
                     "a library for convolutions has no {}", #NAME);
#define SSM_FIND_FFT(NAME, PARAMETERS) SSM_FIND(fft, NAME)
#define SSM_FIND_BLAS(NAME, PARAMETERS) SSM_FIND(blas, NAME)
  SSM_CUFFT_SYMBOLS(SSM_FIND_FFT)
  SSM_CUBLAS_SYMBOLS(SSM_FIND_BLAS)
#undef SSM_FIND_BLAS
#undef SSM_FIND_FFT
#undef SSM_FIND
  return checkBlas(api->cublasCreate_v2(&handle), "cublasCreate");
}

Result<std::unique_ptr<Cufft>> Cufft::load(const std::string &fftName,
                                           const std::string &blasName) {
  std::unique_ptr<Cufft> library(new Cufft);
  SSM_TRY(library->open(fftName, blasName));
  return library;
}

Status Cufft::makePlan(const ConvolutionSizes &sizes, bool isBackward,
                       int &plan, size_t &bytes) const {
  SSM_TRY(checkFft(api->cufftCreate(&plan), "cufftCreate"));
  SSM_TRY(
      checkFft(api->cufftSetAutoAllocation(plan, 0), "cufftSetAutoAllocation"));
  long long length = sizes.padded, frequencies = sizes.frequencies();
  long long *time = &length, *spectrum = &frequencies;
  long long channels = sizes.channels;
  return checkFft(api->cufftMakePlanMany64(
                      plan, 1, &length, isBackward ? spectrum : time, channels,
                      1, isBackward ? time : spectrum, channels, 1,
                      isBackward ? complexToReal : realToComplex, channels,
                      &bytes),
                  "cufftMakePlanMany64");
}

Result<std::unique_ptr<FftConvolution>>
Cufft::plan(const ConvolutionSizes &sizes, bool reverse) {
  int64_t points = 0;
  if (__builtin_mul_overflow(sizes.channels, sizes.frequencies(), &points) ||
      points > INT_MAX)
    return SSM_ERROR(SSM_UNSUPPORTED,
                     "cuBLAS takes no spectrum of {} channels and {} "
                     "frequencies",
                     sizes.channels, sizes.frequencies());
  std::unique_ptr<FftConvolution> made(
      new FftConvolution(*this, sizes, reverse));
  size_t forwardBytes = 0, backwardBytes = 0;
  SSM_TRY(makePlan(sizes, false, made->forward, forwardBytes));
  SSM_TRY(makePlan(sizes, true, made->backward, backwardBytes));
  made->areaBytes = std::max(forwardBytes, backwardBytes);
  return made;
}

FftConvolution::~FftConvolution() {
  for (int plan : {forward, backward})
    if (plan >= 0)
      library.api->cufftDestroy(plan);
}

uint64_t FftConvolution::realBytes() const {
  return aligned(uint64_t(sizes.padded * sizes.channels) * sizeof(float));
}

uint64_t FftConvolution::spectrumBytes() const {
  return aligned(uint64_t(sizes.frequencies() * sizes.channels) * 2 *
                 sizeof(float));
}

// The padded sequence, its result, its spectrum, the kernel's, the area of the
// plans: one after the other.
uint64_t FftConvolution::workspaceBytes() const {
  return 2 * realBytes() + 2 * spectrumBytes() + aligned(areaBytes);
}

/// Tells the plans and cuBLAS where to work.
Status FftConvolution::direct(CUdeviceptr area, CUstream stream) const {
  const Cufft::Api &api = *library.api;
  for (int plan : {forward, backward}) {
    SSM_TRY(
        library.checkFft(api.cufftSetStream(plan, stream), "cufftSetStream"));
    SSM_TRY(library.checkFft(api.cufftSetWorkArea(plan, pointerTo(area)),
                             "cufftSetWorkArea"));
  }
  return library.checkBlas(api.cublasSetStream_v2(library.handle, stream),
                           "cublasSetStream");
}

Status FftConvolution::transformKernel(CudaDevice &device, CUdeviceptr k,
                                       CUdeviceptr workspace,
                                       CUstream stream) const {
  const Cufft::Api &api = *library.api;
  CUdeviceptr padded = workspace;
  CUdeviceptr kernel = workspace + 2 * realBytes() + spectrumBytes();
  size_t bytes = size_t(sizes.length * sizes.channels) * sizeof(float);
  SSM_TRY(SSM_CU(device, cuMemsetD32Async, padded, 0,
                 size_t(sizes.padded * sizes.channels), stream));
  SSM_TRY(SSM_CU(device, cuMemcpyDtoDAsync_v2, padded, k, bytes, stream));
  SSM_TRY(library.checkFft(
      api.cufftExecR2C(forward, pointerTo(padded), pointerTo(kernel)),
      "cufftExecR2C"));
  // A transform and its inverse multiply by the number of elements.
  float scale = 1 / float(sizes.padded);
  return library.checkBlas(
      api.cublasCsscal_v2(library.handle,
                          int(sizes.frequencies() * sizes.channels), &scale,
                          pointerTo(kernel), 1),
      "cublasCsscal");
}

/// One sequence. What is behind its last token was zeroed for the kernel.
Status FftConvolution::convolve(CudaDevice &device, CUdeviceptr x,
                                CUdeviceptr y, CUdeviceptr workspace,
                                CUstream stream) const {
  const Cufft::Api &api = *library.api;
  CUdeviceptr padded = workspace, result = padded + realBytes();
  CUdeviceptr spectrum = result + realBytes();
  CUdeviceptr kernel = spectrum + spectrumBytes();
  uint64_t rowBytes = uint64_t(sizes.channels) * sizeof(float);
  size_t bytes = size_t(sizes.length) * rowBytes;
  int points = int(sizes.frequencies() * sizes.channels);
  SSM_TRY(SSM_CU(device, cuMemcpyDtoDAsync_v2, padded, x, bytes, stream));
  SSM_TRY(library.checkFft(
      api.cufftExecR2C(forward, pointerTo(padded), pointerTo(spectrum)),
      "cufftExecR2C"));
  SSM_TRY(library.checkBlas(api.cublasCdgmm(library.handle, sideLeft, points, 1,
                                            pointerTo(spectrum), points,
                                            pointerTo(kernel), 1,
                                            pointerTo(spectrum), points),
                            "cublasCdgmm"));
  SSM_TRY(library.checkFft(
      api.cufftExecC2R(backward, pointerTo(spectrum), pointerTo(result)),
      "cufftExecC2R"));
  uint64_t first = reverse ? uint64_t(sizes.length - 1) * rowBytes : 0;
  return SSM_CU(device, cuMemcpyDtoDAsync_v2, y, result + first, bytes, stream);
}

Status FftConvolution::run(CudaDevice &device, CUdeviceptr x, CUdeviceptr k,
                           CUdeviceptr y, CUdeviceptr workspace,
                           CUstream stream) const {
  std::lock_guard<std::mutex> lock(library.mutex);
  SSM_TRY(direct(workspace + 2 * realBytes() + 2 * spectrumBytes(), stream));
  SSM_TRY(transformKernel(device, k, workspace, stream));
  uint64_t bytes = uint64_t(sizes.length * sizes.channels) * sizeof(float);
  for (int64_t b = 0; b < sizes.batch; ++b)
    SSM_TRY(convolve(device, x + uint64_t(b) * bytes, y + uint64_t(b) * bytes,
                     workspace, stream));
  return {};
}

} // namespace ssm::rt
