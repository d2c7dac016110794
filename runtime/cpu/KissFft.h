// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Long convolutions by kissfft, opened at run time: in go the sizes, out come
// twiddle factors for each worker, kept for every later call.
#ifndef SSM_RUNTIME_CPU_KISSFFT_H
#define SSM_RUNTIME_CPU_KISSFFT_H

#include "ThreadPool.h"
#include "device/SharedObject.h"
#include "package/Layout.h"

#include <complex>
#include <memory>
#include <vector>

namespace ssm::rt {

class KissFft;

/// A convolution of given sizes; `run` belongs to one caller at a time, needs
/// its KissFft alive.
class KissConvolution {
public:
  ~KissConvolution();
  KissConvolution(const KissConvolution &) = delete;

  uint64_t scratchBytes() const;
  void run(const float *x, const float *k, float *y, void *scratch,
           Workers::Lease &lease) const;

private:
  friend class KissFft;
  struct Task;
  KissConvolution(const KissFft &library, const ConvolutionSizes &sizes,
                  bool reverse)
      : library(library), sizes(sizes), reverse(reverse) {}
  uint64_t workerBytes() const;
  void transformKernel(const Task &task, int64_t block, int worker) const;
  void convolve(const Task &task, int64_t block, int worker) const;

  const KissFft &library;
  const ConvolutionSizes sizes;
  const bool reverse;
  // By worker: a transform writes into them.
  std::vector<void *> forward, backward;
};

class KissFft {
public:
  /// `name` empty: the usual names in turn.
  static Result<std::unique_ptr<KissFft>> load(const std::string &name);

  Result<std::unique_ptr<KissConvolution>>
  plan(const ConvolutionSizes &sizes, bool reverse, int workers) const;

private:
  friend class KissConvolution;
  using Complex = std::complex<float>;
  Status open(const std::string &name);

  SharedObject object;
  void *(*allocate)(int size, int inverse, void *memory,
                    size_t *bytes) = nullptr;
  void (*forward)(void *plan, const float *time, Complex *spectrum) = nullptr;
  void (*backward)(void *plan, const Complex *spectrum, float *time) = nullptr;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CPU_KISSFFT_H
