// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sizes, offsets and cells from symbolic shapes, with overflow checks.
#include "Layout.h"

#include <algorithm>
#include <cmath>

namespace ssm::rt {
namespace {

/// Sizes stay below this, so that pointer arithmetic cannot overflow.
constexpr uint64_t maxTotalBytes = uint64_t(1) << 62;

/// Of a cache the size of one slot.
int64_t extentOf(Dim dim, const Sizes &sizes) {
  return dim == SSM_DIM_SLOTS ? 1
                              : ssm_dim_size(dim, sizes.batch, sizes.length);
}

Status tooLarge(const std::string &what, const Sizes &sizes) {
  return SSM_ERROR(SSM_INVALID_ARGUMENT,
                   "{} does not fit 64 bits at batch {}, length {}", what,
                   sizes.batch, sizes.length);
}

/// One past the last element of `rows` rows of `width` in an operand.
Status checkSpan(const Function &function, const Operand &operand, int64_t rows,
                 int64_t width, const Layout &layout) {
  const Buffer &buffer = function.buffers[size_t(operand.buffer)];
  int64_t end = 0;
  if (rows == 0)
    return {};
  if (__builtin_mul_overflow(rows - 1, operand.stride, &end) ||
      __builtin_add_overflow(end, operand.offset, &end) ||
      __builtin_add_overflow(end, width, &end))
    return tooLarge("an operand of a matrix product", layout.sizes);
  uint64_t elements =
      layout.bytes[size_t(operand.buffer)] / ssm_dtype_size(buffer.dtype);
  if (uint64_t(end) > elements)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "function \"{}\": a matrix product reaches element {} of "
                     "\"{}\", which has {}",
                     function.name, end - 1, buffer.name, elements);
  return {};
}

/// What a convolution cannot do without: its tensors, and the operations of
/// transforms of twice the length.
ssm_work workOf(const ConvolutionSizes &sizes) {
  double columns = double(sizes.channels), length = double(sizes.length);
  double batch = double(sizes.batch), padded = double(sizes.padded);
  double transform = 2.5 * padded * std::log2(padded);
  double flops = columns * ((2 * batch + 1) * transform + batch * 3 * padded);
  return ssm_work{4 * columns * length * (batch + 1),
                  4 * columns * length * batch, flops, 0, 0};
}

Status checkMatmul(const Function &function, const Matmul &matmul,
                   const Layout &layout) {
  SSM_ASSIGN(int64_t rows, rowsOf(function, matmul, layout.sizes));
  SSM_TRY(checkSpan(function, matmul.a, rows, matmul.k, layout));
  SSM_TRY(checkSpan(function, matmul.b, matmul.n, matmul.k, layout));
  return checkSpan(function, matmul.c, rows, matmul.n, layout);
}

} // namespace

Result<int64_t> rowsOf(const Sizes &sizes) {
  if (sizes.batch < 0 || sizes.length < 0)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected batch and length of at least 0, got {} and {}",
                     sizes.batch, sizes.length);
  int64_t rows;
  if (__builtin_mul_overflow(sizes.batch, sizes.length, &rows))
    return tooLarge("batch x length", sizes);
  return rows;
}

Result<int64_t> rowsOf(const Function &function, const Matmul &matmul,
                       const Sizes &sizes) {
  Shape shape = function.buffers[size_t(matmul.c.buffer)].shape;
  if (!shape.empty())
    shape.pop_back();
  SSM_ASSIGN(uint64_t rows, elementsOf(shape, sizes));
  return int64_t(rows);
}

int64_t transformLength(int64_t length) {
  for (int64_t half = std::max<int64_t>(1, length);; ++half) {
    int64_t rest = half;
    for (int64_t factor : {2, 3, 5})
      while (rest % factor == 0)
        rest /= factor;
    if (rest == 1)
      return 2 * half;
  }
}

Result<ConvolutionSizes> sizesOf(const Function &function,
                                 const LongConv &convolution,
                                 const Sizes &sizes) {
  constexpr int64_t longest = int64_t(1) << 30;
  const Shape &shape = function.buffers[size_t(convolution.y)].shape;
  ConvolutionSizes result;
  result.batch = ssm_dim_size(shape[0], sizes.batch, sizes.length);
  result.length = ssm_dim_size(shape[1], sizes.batch, sizes.length);
  result.channels = shape[2];
  if (result.length > longest)
    return SSM_ERROR(SSM_UNSUPPORTED,
                     "a convolution of {} tokens, at most {} can be "
                     "transformed",
                     result.length, longest);
  result.padded = transformLength(result.length);
  return result;
}

Result<uint64_t> elementsOf(const Shape &shape, const Sizes &sizes) {
  uint64_t elements = 1;
  for (Dim dim : shape)
    if (__builtin_mul_overflow(elements, uint64_t(extentOf(dim, sizes)),
                               &elements) ||
        elements > maxTotalBytes)
      return tooLarge("a buffer of " + shapeText(shape), sizes);
  return elements;
}

Result<uint64_t> bytesOf(const Buffer &buffer, const Sizes &sizes) {
  SSM_ASSIGN(uint64_t bytes, elementsOf(buffer.shape, sizes));
  if (__builtin_mul_overflow(bytes, ssm_dtype_size(buffer.dtype), &bytes) ||
      bytes > maxTotalBytes)
    return tooLarge("buffer \"" + buffer.name + "\"", sizes);
  return bytes;
}

Result<int64_t> cellsOf(const Kernel &kernel, const Sizes &sizes) {
  int64_t cells = 1;
  for (const GridAxis &axis : kernel.grid) {
    int64_t extent = extentOf(axis.extent, sizes);
    if (axis.extent == tokensExtent) {
      SSM_ASSIGN(extent, rowsOf(sizes));
    }
    int64_t along = extent / axis.tile + (extent % axis.tile != 0);
    if (__builtin_mul_overflow(cells, along, &cells))
      return tooLarge("the grid of kernel \"" + kernel.name + "\"", sizes);
  }
  return cells;
}

Result<uint64_t> relayWordsOf(const Kernel &kernel, const Sizes &sizes) {
  if (kernel.relay.segments == 1)
    return uint64_t(0);
  SSM_ASSIGN(int64_t cells, cellsOf(kernel, sizes));
  return uint64_t(cells) + 1;
}

Result<uint64_t> relayBytesOf(const Kernel &kernel, const Sizes &sizes) {
  SSM_ASSIGN(uint64_t words, relayWordsOf(kernel, sizes));
  if (words == 0)
    return uint64_t(0);
  uint64_t bytes, carried;
  if (__builtin_mul_overflow(words, sizeof(uint32_t), &bytes) ||
      !alignWorkspace(bytes) ||
      __builtin_mul_overflow(words - 1, uint64_t(kernel.relay.carryBytes),
                             &carried) ||
      __builtin_add_overflow(bytes, carried, &bytes) || !alignWorkspace(bytes))
    return tooLarge("the relay of kernel \"" + kernel.name + "\"", sizes);
  return bytes;
}

double evaluate(const Poly &poly, const Sizes &sizes) {
  double sum = 0;
  for (const Monomial &term : poly) {
    double product = term.coefficient;
    for (int i = 0; i < term.batchExponent; ++i)
      product *= double(sizes.batch);
    for (int i = 0; i < term.lengthExponent; ++i)
      product *= double(sizes.length);
    sum += product;
  }
  return sum;
}

Result<ssm_work> workOf(const Manifest &manifest, const Function &function,
                        const Step &step, int sizeClass, const Sizes &sizes) {
  if (step.kind == SSM_LAUNCH) {
    const Work &work =
        manifest.kernels[size_t(step.launch.kernelFor(sizeClass))].work;
    return ssm_work{
        evaluate(work.bytesRead, sizes), evaluate(work.bytesWritten, sizes),
        evaluate(work.flops, sizes), evaluate(work.matrixFlops, sizes),
        evaluate(work.transcendentals, sizes)};
  }
  if (step.kind == SSM_LONG_CONV) {
    SSM_ASSIGN(ConvolutionSizes of, sizesOf(function, step.longConv, sizes));
    return workOf(of);
  }
  const Matmul &matmul = step.matmul;
  SSM_ASSIGN(int64_t rows, rowsOf(function, matmul, sizes));
  auto sizeOf = [&](const Operand &operand) {
    return double(
        ssm_dtype_size(function.buffers[size_t(operand.buffer)].dtype));
  };
  double m = double(rows), n = double(matmul.n), k = double(matmul.k);
  double flops = 2 * m * n * k;
  bool hasHalfFactors = sizeOf(matmul.a) == 2 && sizeOf(matmul.b) == 2;
  return ssm_work{m * k * sizeOf(matmul.a) + n * k * sizeOf(matmul.b),
                  m * n * sizeOf(matmul.c), flops, hasHalfFactors ? flops : 0,
                  0};
}

int nearestSizeClass(const Function &function, const Sizes &sizes) {
  // The product of the two ratios, each at least 1: its logarithm is the sum of
  // the distances along both axes. One division, so that equal distances are
  // equal numbers.
  auto distance = [&](const Sizes &at) {
    double batch = double(std::max<int64_t>(sizes.batch, 1));
    double length = double(std::max<int64_t>(sizes.length, 1));
    double classBatch = double(at.batch), classLength = double(at.length);
    return std::max(batch, classBatch) * std::max(length, classLength) /
           (std::min(batch, classBatch) * std::min(length, classLength));
  };
  auto nearest =
      std::min_element(function.sizeClasses.begin(), function.sizeClasses.end(),
                       [&](const Sizes &a, const Sizes &b) {
                         return distance(a) < distance(b);
                       });
  return nearest == function.sizeClasses.end()
             ? 0
             : int(nearest - function.sizeClasses.begin());
}

Result<int> sizeClassOf(const Function &function, const Sizes &sizes) {
  std::string known;
  for (size_t i = 0; i < function.sizeClasses.size(); ++i) {
    const Sizes &each = function.sizeClasses[i];
    if (each == sizes)
      return int(i);
    known += fmt::format("{}{}x{}", known.empty() ? "" : " or ", each.batch,
                         each.length);
  }
  return SSM_ERROR(SSM_INVALID_ARGUMENT,
                   "function \"{}\": expected size class {}, got {}x{}",
                   function.name, known.empty() ? "none" : known, sizes.batch,
                   sizes.length);
}

bool alignWorkspace(uint64_t &bytes) {
  if (__builtin_add_overflow(bytes, workspaceAlignment - 1, &bytes) ||
      bytes > maxTotalBytes)
    return false;
  bytes &= ~(workspaceAlignment - 1);
  return true;
}

Result<Layout> layOut(const Function &function, const Sizes &sizes) {
  Layout layout;
  layout.sizes = sizes;
  SSM_ASSIGN(layout.rows, rowsOf(sizes));
  std::vector<uint64_t> slots(size_t(function.slots), 0);
  for (const Buffer &buffer : function.buffers) {
    SSM_ASSIGN(uint64_t bytes, bytesOf(buffer, sizes));
    layout.bytes.push_back(bytes);
    if (buffer.kind == SSM_WORKSPACE)
      slots[size_t(buffer.slot)] = std::max(slots[size_t(buffer.slot)], bytes);
  }
  std::vector<uint64_t> starts;
  for (uint64_t slot : slots) {
    starts.push_back(layout.workspaceBytes);
    if (__builtin_add_overflow(layout.workspaceBytes, slot,
                               &layout.workspaceBytes) ||
        !alignWorkspace(layout.workspaceBytes))
      return tooLarge("the workspace", sizes);
  }
  for (const Buffer &buffer : function.buffers)
    layout.offsets.push_back(
        buffer.kind == SSM_WORKSPACE ? starts[size_t(buffer.slot)] : 0);
  for (const Step &step : function.steps)
    if (step.kind == SSM_MATMUL)
      SSM_TRY(checkMatmul(function, step.matmul, layout));
  return layout;
}

} // namespace ssm::rt
