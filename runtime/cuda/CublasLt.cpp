// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The calls into cuBLASLt. It thinks in columns: a row-major c is the
// column-major n x rows matrix op_T(B) * A with B as k x n and A as k x rows.
#include "CublasLt.h"

#include <cstring>

namespace ssm::rt {
namespace {

// Values of cuBLASLt's interface, equal in CUDA 12 and 13.
enum {
  statusSuccess = 0,
  statusAllocFailed = 3,
  statusExecutionFailed = 13,
  statusNotSupported = 15
};
enum { real16F = 2, realBF16 = 14, real32F = 0, real64F = 1 };
enum { compute32F = 68, compute64F = 70 };
enum { descTransA = 3, descEpilogue = 7, descBiasPointer = 8 };
enum { operationTranspose = 1, epilogueBias = 4 };
enum {
  preferWorkspace = 1,
  preferReduction = 3,
  preferAlignmentA = 5,
  preferAlignmentB = 6,
  preferAlignmentC = 7,
  preferAlignmentD = 8
};
// Split sums are added in the compute type, so that they are rounded once.
constexpr uint32_t reduceInComputeType = 2;
// NVIDIA's advice for Hopper.
constexpr uint64_t mostWorkspace = uint64_t(32) << 20;

struct HeuristicResult {
  uint64_t algorithm[8];
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};

int ltType(ssm_dtype dtype) {
  switch (dtype) {
  case SSM_F64:
    return real64F;
  case SSM_BF16:
    return realBF16;
  case SSM_F16:
    return real16F;
  default:
    return real32F;
  }
}

} // namespace

#define SSM_CUBLASLT_SYMBOLS(X)                                                \
  X(cublasLtCreate, (void **))                                                 \
  X(cublasLtDestroy, (void *))                                                 \
  X(cublasLtMatmul, (void *, void *, const void *, const void *, void *,       \
                     const void *, void *, const void *, const void *, void *, \
                     void *, void *, const void *, void *, size_t, CUstream))  \
  X(cublasLtMatmulAlgoGetHeuristic,                                            \
    (void *, void *, void *, void *, void *, void *, void *, int,              \
     HeuristicResult *, int *))                                                \
  X(cublasLtMatmulDescCreate, (void **, int, int))                             \
  X(cublasLtMatmulDescDestroy, (void *))                                       \
  X(cublasLtMatmulDescSetAttribute, (void *, int, const void *, size_t))       \
  X(cublasLtMatrixLayoutCreate, (void **, int, uint64_t, uint64_t, int64_t))   \
  X(cublasLtMatrixLayoutDestroy, (void *))                                     \
  X(cublasLtMatmulPreferenceCreate, (void **))                                 \
  X(cublasLtMatmulPreferenceDestroy, (void *))                                 \
  X(cublasLtMatmulPreferenceSetAttribute, (void *, int, const void *, size_t))

struct CublasLt::Api {
#define SSM_DECLARE(NAME, PARAMETERS) int(*NAME) PARAMETERS = nullptr;
  SSM_CUBLASLT_SYMBOLS(SSM_DECLARE)
#undef SSM_DECLARE
};

CublasLt::CublasLt() : api(std::make_unique<Api>()) {}

CublasLt::~CublasLt() {
  if (handle)
    api->cublasLtDestroy(handle);
}

Status CublasLt::check(int result, const char *call) const {
  if (result == statusSuccess)
    return {};
  return SSM_ERROR(result == statusNotSupported      ? SSM_UNSUPPORTED
                   : result == statusAllocFailed     ? SSM_OUT_OF_MEMORY
                   : result == statusExecutionFailed ? SSM_DEVICE_FAULT
                                                     : SSM_INTERNAL,
                   "cuBLASLt: {} returned {}", call, result);
}

Status CublasLt::open(const std::string &name) {
  SSM_ASSIGN(object, SharedObject::fromName(name));
#define SSM_FIND(NAME, PARAMETERS)                                             \
  if (!object.find(api->NAME, #NAME))                                          \
    return SSM_ERROR(SSM_DEVICE_MISSING, "\"{}\" has no {}", name, #NAME);
  SSM_CUBLASLT_SYMBOLS(SSM_FIND)
#undef SSM_FIND
  return check(api->cublasLtCreate(&handle), "cublasLtCreate");
}

Result<std::unique_ptr<CublasLt>> CublasLt::load(const std::string &name) {
  std::unique_ptr<CublasLt> library(new CublasLt);
  if (!name.empty()) {
    SSM_TRY(library->open(name));
    return library;
  }
  for (const char *usual : {"libcublasLt.so.13", "libcublasLt.so.12"}) {
    library.reset(new CublasLt);
    if (library->open(usual).ok())
      return library;
  }
  return SSM_ERROR(SSM_DEVICE_MISSING,
                   "cuBLASLt not found (libcublasLt.so.13, libcublasLt.so.12)");
}

Status CublasLt::describe(const LtProduct &product, LtMatmul &made) const {
  made.isDouble = product.typeC == SSM_F64;
  int scale = made.isDouble ? real64F : real32F;
  SSM_TRY(check(
      api->cublasLtMatmulDescCreate(
          &made.operation, made.isDouble ? compute64F : compute32F, scale),
      "cublasLtMatmulDescCreate"));
  auto set = [&](int attribute, const void *value, size_t bytes) {
    return check(api->cublasLtMatmulDescSetAttribute(made.operation, attribute,
                                                     value, bytes),
                 "cublasLtMatmulDescSetAttribute");
  };
  int32_t transpose = operationTranspose;
  SSM_TRY(set(descTransA, &transpose, sizeof transpose));
  if (product.bias) {
    uint32_t epilogue = epilogueBias;
    SSM_TRY(set(descEpilogue, &epilogue, sizeof epilogue));
    SSM_TRY(set(descBiasPointer, &product.bias, sizeof product.bias));
  }
  auto layout = [&](void *&target, ssm_dtype dtype, int64_t height,
                    int64_t width, int64_t stride) {
    return check(api->cublasLtMatrixLayoutCreate(&target, ltType(dtype),
                                                 uint64_t(height),
                                                 uint64_t(width), stride),
                 "cublasLtMatrixLayoutCreate");
  };
  SSM_TRY(layout(made.layoutB, product.typeAB, product.k, product.n,
                 product.strideB));
  SSM_TRY(layout(made.layoutA, product.typeAB, product.k, product.rows,
                 product.strideA));
  return layout(made.layoutC, product.typeC, product.n, product.rows,
                product.strideC);
}

Status CublasLt::choose(const LtProduct &product, LtMatmul &made) const {
  void *preference = nullptr;
  SSM_TRY(check(api->cublasLtMatmulPreferenceCreate(&preference),
                "cublasLtMatmulPreferenceCreate"));
  int failed = 0;
  auto prefer = [&](int attribute, const auto &value) {
    failed |= api->cublasLtMatmulPreferenceSetAttribute(preference, attribute,
                                                        &value, sizeof value);
  };
  prefer(preferWorkspace, mostWorkspace);
  prefer(preferReduction, reduceInComputeType);
  // cuBLASLt's A is our b.
  prefer(preferAlignmentA, product.alignmentB);
  prefer(preferAlignmentB, product.alignmentA);
  prefer(preferAlignmentC, product.alignmentC);
  prefer(preferAlignmentD, product.alignmentC);
  HeuristicResult found = {};
  int count = 0;
  int result =
      failed ? failed
             : api->cublasLtMatmulAlgoGetHeuristic(
                   handle, made.operation, made.layoutB, made.layoutA,
                   made.layoutC, made.layoutC, preference, 1, &found, &count);
  api->cublasLtMatmulPreferenceDestroy(preference);
  SSM_TRY(check(result, "cublasLtMatmulAlgoGetHeuristic"));
  if (count < 1 || found.state != statusSuccess)
    return SSM_ERROR(SSM_UNSUPPORTED,
                     "cuBLASLt has no algorithm for a {} "
                     "product of {}x{}x{}",
                     ssm_dtype_name(product.typeAB), product.rows, product.n,
                     product.k);
  std::memcpy(made.algorithm, found.algorithm, sizeof made.algorithm);
  made.workspace = found.workspace;
  return {};
}

Result<std::unique_ptr<LtMatmul>>
CublasLt::plan(const LtProduct &product) const {
  std::unique_ptr<LtMatmul> made(new LtMatmul(*this));
  SSM_TRY(describe(product, *made));
  SSM_TRY(choose(product, *made));
  return made;
}

LtMatmul::~LtMatmul() {
  const CublasLt::Api &api = *library.api;
  for (void *layout : {layoutA, layoutB, layoutC})
    if (layout)
      api.cublasLtMatrixLayoutDestroy(layout);
  if (operation)
    api.cublasLtMatmulDescDestroy(operation);
}

Status LtMatmul::run(const void *a, const void *b, void *c, void *scratch,
                     CUstream stream) const {
  static constexpr float oneF = 1, zeroF = 0;
  static constexpr double oneD = 1, zeroD = 0;
  const void *one = isDouble ? static_cast<const void *>(&oneD) : &oneF;
  const void *zero = isDouble ? static_cast<const void *>(&zeroD) : &zeroF;
  return library.check(
      library.api->cublasLtMatmul(library.handle, operation, one, b, layoutB, a,
                                  layoutA, zero, c, layoutC, c, layoutC,
                                  algorithm, scratch, workspace, stream),
      "cublasLtMatmul");
}

} // namespace ssm::rt
