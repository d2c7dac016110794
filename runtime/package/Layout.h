// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a function needs once batch and length are numbers: in go a Manifest
// and the two sizes, out come buffer bytes, workspace offsets and cells, every
// product checked for overflow and every operand to lie inside its buffer.
#ifndef SSM_RUNTIME_PACKAGE_LAYOUT_H
#define SSM_RUNTIME_PACKAGE_LAYOUT_H

#include "Manifest.h"

namespace ssm::rt {

/// batch x length, and that both are non-negative and the product fits.
Result<int64_t> rowsOf(const Sizes &sizes);
/// Rows of a product: those of its result, all dimensions but the last.
Result<int64_t> rowsOf(const Function &function, const Matmul &matmul,
                       const Sizes &sizes);

/// The sizes of a convolution.
struct ConvolutionSizes {
  int64_t batch = 0, length = 0, channels = 0;
  /// Elements of the transforms along time.
  int64_t padded = 0;

  bool isEmpty() const { return batch == 0 || length == 0; }
  int64_t frequencies() const { return padded / 2 + 1; }
};
Result<ConvolutionSizes> sizesOf(const Function &function,
                                 const LongConv &convolution,
                                 const Sizes &sizes);
/// The least even number from 2 length - 1 on whose factors are 2, 3 and 5:
/// what lies beyond a sequence then does not meet what lies before it.
int64_t transformLength(int64_t length);

/// Those of a cache are the elements, and the bytes, of one slot: how many
/// there are is a call's to say.
Result<uint64_t> elementsOf(const Shape &shape, const Sizes &sizes);
Result<uint64_t> bytesOf(const Buffer &buffer, const Sizes &sizes);
/// The product over the grid's axes of ceil(extent / tile).
Result<int64_t> cellsOf(const Kernel &kernel, const Sizes &sizes);
/// The counter and flags a relay wants zeroed, 4 bytes each, and all its
/// memory; 0 without a relay.
Result<uint64_t> relayWordsOf(const Kernel &kernel, const Sizes &sizes);
Result<uint64_t> relayBytesOf(const Kernel &kernel, const Sizes &sizes);
double evaluate(const Poly &poly, const Sizes &sizes);
/// The work of a launch by the kernel of that size class, of a product by its
/// operands.
Result<ssm_work> workOf(const Manifest &manifest, const Function &function,
                        const Step &step, int sizeClass, const Sizes &sizes);

/// The size class whose kernels run at `sizes`, the nearest; 0 when the
/// function names none.
int nearestSizeClass(const Function &function, const Sizes &sizes);
/// The class of exactly these sizes, or an error that lists those there are.
Result<int> sizeClassOf(const Function &function, const Sizes &sizes);

struct Layout {
  Sizes sizes;
  int64_t rows = 0;
  std::vector<uint64_t> bytes;   // by buffer; of a cache those of a slot
  std::vector<uint64_t> offsets; // by buffer; workspace only
  uint64_t workspaceBytes = 0;   // a multiple of workspaceAlignment
};

inline constexpr uint64_t workspaceAlignment = 256;

/// `bytes` rounded up; false when that overflows.
bool alignWorkspace(uint64_t &bytes);

Result<Layout> layOut(const Function &function, const Sizes &sizes);

} // namespace ssm::rt

#endif // SSM_RUNTIME_PACKAGE_LAYOUT_H
