// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products by oneDNN, opened at run time: in go the shapes and types of
// a product, out comes a primitive with the layout it wants its weights in.
// Declares the few entry points of oneDNN 2 and 3 itself, so that it builds
// without oneDNN's headers.
#ifndef SSM_RUNTIME_CPU_ONEDNN_H
#define SSM_RUNTIME_CPU_ONEDNN_H

#include "ThreadPool.h"
#include "device/SharedObject.h"

#include <memory>
#include <string>

namespace ssm::rt {

struct DnnlApi;

/// c[row, j] = sum over i of a[row, i] b[j, i] (+ bias[j]).
struct DnnlProduct {
  int64_t rows, n, k;
  int64_t strideA, strideB, strideC;
  ssm_dtype typeAB, typeC, typeBias;
  bool hasBias;
  bool packs; // b is constant: oneDNN may choose its layout
};

class OneDnn;

/// A product ready to run; needs its OneDnn alive.
class DnnlMatmul {
public:
  ~DnnlMatmul();
  DnnlMatmul(const DnnlMatmul &) = delete;

  /// Whether b must be brought into another layout by `pack`.
  bool needsPacking() const { return isPacked; }
  uint64_t packedBytes() const;
  bool samePacking(const DnnlMatmul &other) const;
  Status pack(const void *b, void *packed) const;

  uint64_t scratchBytes() const;
  const OpenMp &threading() const;
  /// `b` is packed if needsPacking(); `scratch` is 64-byte aligned.
  Status run(const void *a, const void *b, const void *bias, void *c,
             void *scratch) const;

private:
  friend class OneDnn;
  explicit DnnlMatmul(const OneDnn &library) : library(library) {}

  const OneDnn &library;
  // Descriptors that outlive the primitive descriptor belong to it.
  std::unique_ptr<char[]> storage;
  void *source = nullptr, *plainWeights = nullptr, *bias = nullptr,
       *target = nullptr;
  const void *weights = nullptr, *scratchpad = nullptr;
  void *description = nullptr, *primitive = nullptr;
  bool isPacked = false;
};

class OneDnn {
public:
  /// `name` empty: the usual names in turn.
  static Result<std::unique_ptr<OneDnn>> load(const std::string &name);
  ~OneDnn();
  OneDnn(const OneDnn &) = delete;

  /// SSM_UNSUPPORTED when oneDNN has no fast implementation here.
  Result<std::unique_ptr<DnnlMatmul>> plan(const DnnlProduct &product) const;
  const OpenMp &threading() const { return openMp; }

private:
  friend class DnnlMatmul;
  OneDnn();
  Status open(const std::string &name);
  Result<void *> describe(char *storage, int64_t rows, int64_t columns,
                          ssm_dtype dtype, int64_t rowStride,
                          int64_t columnStride, bool isAny) const;
  Status execute(void *primitive, int count, const int *arguments,
                 const void *const *descriptions,
                 const void *const *pointers) const;

  SharedObject object;
  std::unique_ptr<DnnlApi> api;
  OpenMp openMp;
  void *engine = nullptr;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CPU_ONEDNN_H
