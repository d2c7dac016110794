// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plan inside a package as typed data (docs/package-format.md). In goes
// the JSON text, out comes a Manifest in which every reference is resolved to
// an index and every rule that needs no device and no sizes has been checked.
#ifndef SSM_RUNTIME_PACKAGE_MANIFEST_H
#define SSM_RUNTIME_PACKAGE_MANIFEST_H

#include "Status.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ssm::rt {

/// A constant extent, SSM_DIM_BATCH, SSM_DIM_LENGTH, SSM_DIM_SLOTS or an
/// SSM_DIM_EVERY.
using Dim = int64_t;
using Shape = std::vector<Dim>;

/// Whether it is that of a cache: a slot for each of many sequences.
inline bool hasSlots(const Shape &shape) {
  return !shape.empty() && shape.front() == SSM_DIM_SLOTS;
}

struct Monomial {
  double coefficient;
  int batchExponent, lengthExponent;
};
using Poly = std::vector<Monomial>;

struct Work {
  Poly bytesRead, bytesWritten, flops, matrixFlops, transcendentals;
};

/// The tokens of all sequences of a batch; the extent of a grid axis alone.
constexpr Dim tokensExtent = -4;

struct GridAxis {
  Dim extent;
  int64_t tile;
};

struct Argument {
  ssm_dtype dtype;
  Shape shape;
  bool isWritten;
  int inPlaceOf = -1; // the argument whose memory it is
};

struct Variant {
  std::string symbol;
  std::vector<std::string> features;
  std::string featureText; // the same, separated by one space
};

/// Segments of time that the owners of a cell walk in turn (CUDA).
struct Relay {
  int64_t segments = 1; // 1: no relay
  int64_t carryBytes = 0;
};

struct Kernel {
  std::string name, symbol, schedule, fused;
  std::vector<Variant> variants;
  std::vector<GridAxis> grid;
  int64_t block = 0, sharedBytes = 0, staticSharedBytes = 0, scratchBytes = 0;
  Relay relay;
  int64_t cluster = 1;      // blocks that share a cell (CUDA)
  bool startsEarly = false; // CUDA
  bool takesSlots = false;  // has an argument that is a cache
  std::vector<Argument> arguments;
  Work work;
};

struct Buffer {
  std::string name;
  ssm_buffer_kind kind;
  ssm_dtype dtype;
  Shape shape;
  std::string state;       // that an input or an output is; empty for none
  std::string trace;       // the state that an output traces; likewise
  int inPlaceOf = -1;      // the input, a cache, in whose memory an output is
  bool holdsSlots = false; // an input of i32: slots, not ends of sequences
  int slot = -1;
  int ordinal = -1; // its place among the buffers of its kind
};

/// A kernel with the buffers bound to its arguments: one for all calls, or one
/// for each size class of the function, in their order.
struct Launch {
  std::vector<int> kernels; // empty: a library's step without a fallback
  std::vector<int> buffers;

  bool isEmpty() const { return kernels.empty(); }
  int kernelFor(int sizeClass) const {
    return isEmpty()             ? -1
           : kernels.size() == 1 ? kernels.front()
                                 : kernels[size_t(sizeClass)];
  }
};

struct Operand {
  int buffer = -1;
  int64_t offset = 0, stride = 0;
};

struct Matmul {
  Operand a, b, c;
  int bias = -1;
  int64_t n = 0, k = 0;
  int64_t libraryFrom = 1; // rows
};

/// y[t] = sum over s of k[s] x[t - s], or, reversed, of k[s] x[t + length - 1 -
/// s], for every batch and channel.
struct LongConv {
  int x = -1, k = -1, y = -1;
  bool reverse = false;
  int64_t directBelow = 0; // tokens below which the launch is faster
};

struct Step {
  ssm_step_kind kind;
  Launch launch;     // else the fallback, may be empty
  Matmul matmul;     // SSM_MATMUL
  LongConv longConv; // SSM_LONG_CONV
};

struct Sizes {
  int64_t batch = 0, length = 0;
};

inline bool operator==(const Sizes &a, const Sizes &b) {
  return a.batch == b.batch && a.length == b.length;
}

struct Function {
  std::string name;
  std::vector<Sizes> sizeClasses; // may be empty
  std::vector<Buffer> buffers;
  int slots = 0;
  bool hasCaches = false;
  std::vector<Step> steps;
  std::vector<int> inputs, weights, outputs; // buffer indices in order
};

struct Manifest {
  int major = 0, minor = 0;
  std::string producer, arch;
  ssm_device_kind target = SSM_CPU;
  ssm_ceilings ceilings = {};
  uint64_t bodyBytes = 0, bodyHash = 0; // CUDA
  std::vector<Kernel> kernels;
  std::vector<Function> functions;
};

inline constexpr size_t maxArguments = 128;
inline constexpr size_t maxSizeClasses = 16;
inline constexpr int64_t cudaCellLimit = INT32_MAX;

/// Reads the structure; every reference is in range afterwards.
Result<Manifest> parseManifest(std::string_view json);

/// Checks the rules between the parts: bindings, aliasing, order of writes,
/// operands of products inside their buffers.
Status checkManifest(const Manifest &manifest);

/// Checks the states that functions share: each once on either side of a call,
/// of one type, without a length; and the traces of states.
Status checkStates(const Manifest &manifest);

/// Checks the caches of functions and kernels: each updated once, in place,
/// after all else that reads it, by kernels that know that it is.
Status checkCaches(const Manifest &manifest);

/// 64-bit FNV-1a.
uint64_t fnv1a64(std::string_view bytes);

/// "?x?x1536" with the symbols' names, for messages; with the type behind it.
std::string shapeText(const Shape &shape);
std::string typeText(const Buffer &buffer);

} // namespace ssm::rt

#endif // SSM_RUNTIME_PACKAGE_MANIFEST_H
