// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Long convolutions by cuFFT, opened at run time: in go the sizes, out come
// plans of transforms, kept for every later call. Their product is cuBLAS's.
#ifndef SSM_RUNTIME_CUDA_CUFFT_H
#define SSM_RUNTIME_CUDA_CUFFT_H

#include "Driver.h"
#include "package/Layout.h"

#include <memory>
#include <mutex>

namespace ssm::rt {

class Cufft;
class CudaDevice;

/// A convolution of given sizes; needs its Cufft alive.
class FftConvolution {
public:
  ~FftConvolution();
  FftConvolution(const FftConvolution &) = delete;

  uint64_t workspaceBytes() const;
  /// Enqueues everything on `stream`: the kernel's transform, and for each
  /// sequence a copy, a transform, a product, the transform back and a copy.
  Status run(CudaDevice &device, CUdeviceptr x, CUdeviceptr k, CUdeviceptr y,
             CUdeviceptr workspace, CUstream stream) const;

private:
  friend class Cufft;
  FftConvolution(Cufft &library, const ConvolutionSizes &sizes, bool reverse)
      : library(library), sizes(sizes), reverse(reverse) {}
  Status direct(CUdeviceptr area, CUstream stream) const;
  Status transformKernel(CudaDevice &device, CUdeviceptr k,
                         CUdeviceptr workspace, CUstream stream) const;
  Status convolve(CudaDevice &device, CUdeviceptr x, CUdeviceptr y,
                  CUdeviceptr workspace, CUstream stream) const;
  uint64_t realBytes() const;
  uint64_t spectrumBytes() const;

  Cufft &library;
  const ConvolutionSizes sizes;
  const bool reverse;
  int forward = -1, backward = -1;
  size_t areaBytes = 0; // of the larger plan
};

class Cufft {
public:
  /// Empty names: the usual ones in turn. The context must be current.
  static Result<std::unique_ptr<Cufft>> load(const std::string &fftName,
                                             const std::string &blasName);
  ~Cufft();
  Cufft(const Cufft &) = delete;

  /// SSM_UNSUPPORTED for sizes that the libraries do not take.
  Result<std::unique_ptr<FftConvolution>> plan(const ConvolutionSizes &sizes,
                                               bool reverse);

private:
  friend class FftConvolution;
  struct Api;
  Cufft();
  Status open(const std::string &fftName, const std::string &blasName);
  Status makePlan(const ConvolutionSizes &sizes, bool isBackward, int &plan,
                  size_t &bytes) const;
  Status checkFft(int result, const char *call) const;
  Status checkBlas(int result, const char *call) const;

  SharedObject fft, blas;
  std::unique_ptr<Api> api;
  void *handle = nullptr; // cuBLAS's
  // A plan and the handle keep the stream that they were told last.
  std::mutex mutex;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CUDA_CUFFT_H
