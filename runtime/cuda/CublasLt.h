// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products by cuBLASLt, opened at run time: in go the shapes, types and
// alignments of a product, out comes the algorithm its heuristics choose, kept
// for every later call.
#ifndef SSM_RUNTIME_CUDA_CUBLASLT_H
#define SSM_RUNTIME_CUDA_CUBLASLT_H

#include "Driver.h"

#include <memory>

namespace ssm::rt {

/// c[row, j] = sum over i of a[row, i] b[j, i] (+ bias[j]), row-major.
struct LtProduct {
  int64_t rows, n, k;
  int64_t strideA, strideB, strideC;
  ssm_dtype typeAB, typeC;
  uint32_t alignmentA, alignmentB, alignmentC; // of the first elements, bytes
  const void *bias; // device memory of type C, or null
};

class CublasLt;

/// A product with its algorithm; immutable, needs its CublasLt alive.
class LtMatmul {
public:
  ~LtMatmul();
  LtMatmul(const LtMatmul &) = delete;

  uint64_t workspaceBytes() const { return workspace; }
  Status run(const void *a, const void *b, void *c, void *workspace,
             CUstream stream) const;

private:
  friend class CublasLt;
  explicit LtMatmul(const CublasLt &library) : library(library) {}

  const CublasLt &library;
  void *operation = nullptr;
  void *layoutA = nullptr, *layoutB = nullptr, *layoutC = nullptr;
  uint64_t algorithm[8] = {};
  size_t workspace = 0;
  bool isDouble = false;
};

class CublasLt {
public:
  /// `name` empty: the usual names in turn. The context must be current.
  static Result<std::unique_ptr<CublasLt>> load(const std::string &name);
  ~CublasLt();
  CublasLt(const CublasLt &) = delete;

  /// SSM_UNSUPPORTED when cuBLASLt has no algorithm.
  Result<std::unique_ptr<LtMatmul>> plan(const LtProduct &product) const;

private:
  friend class LtMatmul;
  struct Api;
  CublasLt();
  Status open(const std::string &name);
  Status check(int result, const char *call) const;
  Status describe(const LtProduct &product, LtMatmul &made) const;
  Status choose(const LtProduct &product, LtMatmul &made) const;

  SharedObject object;
  std::unique_ptr<Api> api;
  void *handle = nullptr;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CUDA_CUBLASLT_H
