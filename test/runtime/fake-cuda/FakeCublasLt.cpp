// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cuBLASLt without a device: column-major float32 products in host memory,
// straight from the definition, so that the runtime's mapping of row-major
// products is checked by value.
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace {

enum { success = 0, invalidValue = 7, notSupported = 15 };

struct Operation {
  int computeType, scaleType;
  int32_t transposeA = 0, transposeB = 0;
  uint32_t epilogue = 1;
  const float *bias = nullptr;
};
struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t stride;
};
struct Preference {
  uint64_t workspace = 0;
  uint32_t reduction = 7;
};
struct Heuristic {
  uint64_t algorithm[8];
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};

constexpr uint64_t algorithmMark = 0x55a1;
constexpr size_t workspaceBytes = 1000;

} // namespace

extern "C" {

int cublasLtCreate(void **handle) {
  *handle = new int(1);
  return success;
}
int cublasLtDestroy(void *handle) {
  delete static_cast<int *>(handle);
  return success;
}

int cublasLtMatmulDescCreate(void **operation, int compute, int scale) {
  *operation = new Operation{compute, scale};
  return success;
}
int cublasLtMatmulDescDestroy(void *operation) {
  delete static_cast<Operation *>(operation);
  return success;
}
int cublasLtMatmulDescSetAttribute(void *opaque, int attribute,
                                   const void *value, size_t bytes) {
  auto *operation = static_cast<Operation *>(opaque);
  void *target = attribute == 3   ? static_cast<void *>(&operation->transposeA)
                 : attribute == 4 ? static_cast<void *>(&operation->transposeB)
                 : attribute == 7 ? static_cast<void *>(&operation->epilogue)
                 : attribute == 8 ? static_cast<void *>(&operation->bias)
                                  : nullptr;
  if (!target || bytes != (attribute == 8 ? 8 : 4))
    return invalidValue;
  std::memcpy(target, value, bytes);
  return success;
}

int cublasLtMatrixLayoutCreate(void **layout, int type, uint64_t rows,
                               uint64_t columns, int64_t stride) {
  if (stride < int64_t(rows))
    return invalidValue;
  *layout = new Layout{type, rows, columns, stride};
  return success;
}
int cublasLtMatrixLayoutDestroy(void *layout) {
  delete static_cast<Layout *>(layout);
  return success;
}

int cublasLtMatmulPreferenceCreate(void **preference) {
  *preference = new Preference;
  return success;
}
int cublasLtMatmulPreferenceDestroy(void *preference) {
  delete static_cast<Preference *>(preference);
  return success;
}
int cublasLtMatmulPreferenceSetAttribute(void *opaque, int attribute,
                                         const void *value, size_t bytes) {
  auto *preference = static_cast<Preference *>(opaque);
  if (bytes != (attribute == 1 ? 8 : 4))
    return invalidValue;
  if (attribute == 1)
    std::memcpy(&preference->workspace, value, bytes);
  if (attribute == 3)
    std::memcpy(&preference->reduction, value, bytes);
  return success;
}

int cublasLtMatmulAlgoGetHeuristic(void *, void *, void *layoutA, void *,
                                   void *, void *, void *opaque, int wanted,
                                   Heuristic *found, int *count) {
  auto *preference = static_cast<Preference *>(opaque);
  // Only float32 here; sums must be added in the compute type.
  if (static_cast<Layout *>(layoutA)->type != 0)
    return notSupported;
  if (wanted < 1 || preference->workspace < workspaceBytes ||
      preference->reduction != 2)
    return invalidValue;
  *found = {};
  found->algorithm[0] = algorithmMark;
  found->workspace = workspaceBytes;
  *count = 1;
  return success;
}

int cublasLtMatmul(void *, void *opaque, const void *alpha, const void *aData,
                   void *aLayout, const void *bData, void *bLayout,
                   const void *beta, const void *, void *, void *dData,
                   void *dLayout, const void *algorithm, void *workspace,
                   size_t bytes, void *) {
  auto *operation = static_cast<Operation *>(opaque);
  auto *a = static_cast<Layout *>(aLayout), *b = static_cast<Layout *>(bLayout),
       *d = static_cast<Layout *>(dLayout);
  uint64_t mark;
  std::memcpy(&mark, algorithm, sizeof mark);
  float one = *static_cast<const float *>(alpha);
  float zero = *static_cast<const float *>(beta);
  uint64_t inner = operation->transposeA ? a->rows : a->columns;
  uint64_t height = operation->transposeA ? a->columns : a->rows;
  if (mark != algorithmMark || bytes != workspaceBytes || !workspace ||
      one != 1 || zero != 0 || operation->transposeB || b->rows != inner ||
      d->rows != height || d->columns != b->columns)
    return invalidValue;
  std::memset(workspace, 0x5a, bytes);
  auto *x = static_cast<const float *>(aData);
  auto *y = static_cast<const float *>(bData);
  auto *z = static_cast<float *>(dData);
  for (uint64_t column = 0; column < d->columns; ++column)
    for (uint64_t row = 0; row < d->rows; ++row) {
      double sum = operation->epilogue == 4 ? double(operation->bias[row]) : 0;
      for (uint64_t i = 0; i < inner; ++i) {
        uint64_t atA = operation->transposeA ? i + row * uint64_t(a->stride)
                                             : row + i * uint64_t(a->stride);
        sum += double(x[atA]) * double(y[i + column * uint64_t(b->stride)]);
      }
      z[row + column * uint64_t(d->stride)] = float(sum);
    }
  return success;
}
}
