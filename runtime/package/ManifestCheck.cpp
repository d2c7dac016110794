// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules between the parts of a manifest that hold for all sizes. In goes a
// parsed Manifest, out comes success or the first contradiction. What depends
// on batch and length is checked by Layout, what depends on the device by the
// backends.
#include "Manifest.h"

#include <algorithm>
#include <array>

namespace ssm::rt {
namespace {

/// Walks one function's steps in order and keeps what has been written.
class FunctionChecker {
public:
  FunctionChecker(const Manifest &manifest, const Function &function)
      : manifest(manifest), function(function),
        written(function.buffers.size(), false),
        slotOwner(size_t(function.slots), -1) {}

  Status check() {
    for (int weight : function.weights)
      for (Dim dim : buffer(weight).shape)
        if (dim < 0)
          return SSM_ERROR(SSM_BAD_PACKAGE,
                           "function \"{}\": weight \"{}\": expected constant "
                           "extents, got {}",
                           function.name, buffer(weight).name,
                           shapeText(buffer(weight).shape));
    for (size_t i = 0; i < function.steps.size(); ++i) {
      std::string where =
          fmt::format("function \"{}\", step {}", function.name, i);
      SSM_TRY(checkStep(function.steps[i]).within(where));
    }
    for (int output : function.outputs)
      if (!written[size_t(output)])
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "function \"{}\": output \"{}\" is never written",
                         function.name, buffer(output).name);
    return {};
  }

private:
  const Buffer &buffer(int index) const {
    return function.buffers[size_t(index)];
  }

  Status checkStep(const Step &step) {
    if (step.kind == SSM_LAUNCH) {
      SSM_TRY(checkLaunch(step.launch));
      return recordLaunch(step.launch);
    }
    bool isProduct = step.kind == SSM_MATMUL;
    SSM_TRY(isProduct ? checkMatmul(step.matmul)
                      : checkLongConv(step.longConv));
    int result = isProduct ? step.matmul.c.buffer : step.longConv.y;
    if (!step.launch.isEmpty()) {
      SSM_TRY(checkLaunch(step.launch).within("fallback"));
      SSM_TRY(checkFallback(result, step.launch));
    }
    return isProduct ? recordMatmul(step.matmul)
                     : recordLongConv(step.longConv);
  }

  const Kernel &kernelAt(int index) const {
    return manifest.kernels[size_t(index)];
  }

  /// Every kernel fits the buffers, and all do the same with each: whichever
  /// runs, what is written is known.
  Status checkLaunch(const Launch &launch) const {
    for (int index : launch.kernels)
      SSM_TRY(checkBinding(kernelAt(index), launch));
    const Kernel &first = kernelAt(launch.kernels.front());
    for (int index : launch.kernels)
      for (size_t i = 0; i < launch.buffers.size(); ++i)
        if (kernelAt(index).arguments[i].isWritten !=
            first.arguments[i].isWritten)
          return SSM_ERROR(SSM_BAD_PACKAGE,
                           "argument {}: kernels \"{}\" and \"{}\" differ in "
                           "whether they write it",
                           i, first.name, kernelAt(index).name);
    return {};
  }

  /// Shapes and types of the bound buffers, and that nothing written aliases.
  Status checkBinding(const Kernel &kernel, const Launch &launch) const {
    if (launch.buffers.size() != kernel.arguments.size())
      return SSM_ERROR(
          SSM_BAD_PACKAGE, "kernel \"{}\": expected {} buffers, got {}",
          kernel.name, kernel.arguments.size(), launch.buffers.size());
    for (size_t i = 0; i < launch.buffers.size(); ++i) {
      const Argument &argument = kernel.arguments[i];
      const Buffer &bound = buffer(launch.buffers[i]);
      if (bound.dtype != argument.dtype || bound.shape != argument.shape)
        return SSM_ERROR(
            SSM_BAD_PACKAGE,
            "kernel \"{}\", argument {}: expected {}x{}, got {}x{} (\"{}\")",
            kernel.name, i, shapeText(argument.shape),
            ssm_dtype_name(argument.dtype), shapeText(bound.shape),
            ssm_dtype_name(bound.dtype), bound.name);
      if (!argument.isWritten)
        continue;
      SSM_TRY(checkWritable(bound));
      for (size_t j = 0; j < launch.buffers.size(); ++j)
        if (j != i && alias(launch.buffers[i], launch.buffers[j]))
          return SSM_ERROR(SSM_BAD_PACKAGE,
                           "kernel \"{}\": arguments {} and {} share memory "
                           "and one is written",
                           kernel.name, std::min(i, j), std::max(i, j));
    }
    return {};
  }

  Status checkWritable(const Buffer &target) const {
    if (target.kind == SSM_INPUT || target.kind == SSM_WEIGHT)
      return SSM_ERROR(SSM_BAD_PACKAGE, "the {} \"{}\" is written",
                       target.kind == SSM_INPUT ? "input" : "weight",
                       target.name);
    return {};
  }

  bool alias(int first, int second) const {
    return first == second || (buffer(first).kind == SSM_WORKSPACE &&
                               buffer(second).kind == SSM_WORKSPACE &&
                               buffer(first).slot == buffer(second).slot);
  }

  Status checkMatmul(const Matmul &matmul) const {
    SSM_TRY(checkWritable(buffer(matmul.c.buffer)));
    for (int source : {matmul.a.buffer, matmul.b.buffer, matmul.bias})
      if (source >= 0 && alias(matmul.c.buffer, source))
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "the result \"{}\" shares memory with \"{}\"",
                         buffer(matmul.c.buffer).name, buffer(source).name);
    ssm_dtype a = buffer(matmul.a.buffer).dtype;
    ssm_dtype b = buffer(matmul.b.buffer).dtype;
    ssm_dtype c = buffer(matmul.c.buffer).dtype;
    if (a != b || a == SSM_I32 || c == SSM_I32 ||
        (a == SSM_F64) != (c == SSM_F64))
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "expected a product of floats of one type, got {} by "
                       "{} into {}",
                       ssm_dtype_name(a), ssm_dtype_name(b), ssm_dtype_name(c));
    if (matmul.a.stride < matmul.k || matmul.b.stride < matmul.k ||
        matmul.c.stride < matmul.n)
      return SSM_ERROR(SSM_BAD_PACKAGE, "a row stride is shorter than its row");
    if (matmul.bias < 0)
      return {};
    const Buffer &bias = buffer(matmul.bias);
    if (bias.shape != Shape{matmul.n} || bias.dtype == SSM_I32)
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "bias \"{}\": expected {} floats, got {}x{}", bias.name,
                       matmul.n, shapeText(bias.shape),
                       ssm_dtype_name(bias.dtype));
    return {};
  }

  /// x and y (batch, length, channel), k (1, length, channel), all of f32.
  Status checkLongConv(const LongConv &convolution) const {
    const Buffer &x = buffer(convolution.x), &k = buffer(convolution.k),
                 &y = buffer(convolution.y);
    SSM_TRY(checkWritable(y));
    for (int source : {convolution.x, convolution.k})
      if (alias(convolution.y, source))
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "the result \"{}\" shares memory with \"{}\"", y.name,
                         buffer(source).name);
    if (y.shape.size() != 3 || y.shape[2] < 0 || y.dtype != SSM_F32)
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "expected a convolution of batch, length and channels "
                       "of f32, got {}",
                       typeText(y));
    Shape kernel = {1, y.shape[1], y.shape[2]};
    if (x.shape != y.shape || x.dtype != SSM_F32 || k.shape != kernel ||
        k.dtype != SSM_F32)
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "expected {}xf32 and {}xf32 to be convolved, got {} and "
                       "{}",
                       shapeText(y.shape), shapeText(kernel), typeText(x),
                       typeText(k));
    return {};
  }

  /// The fallback must write the step's result and nothing else.
  Status checkFallback(int result, const Launch &launch) const {
    const Kernel &kernel = kernelAt(launch.kernels.front());
    bool writesResult = false;
    for (size_t i = 0; i < launch.buffers.size(); ++i) {
      if (!kernel.arguments[i].isWritten)
        continue;
      if (launch.buffers[i] != result)
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "the fallback writes \"{}\", the step does not",
                         buffer(launch.buffers[i]).name);
      writesResult = true;
    }
    if (!writesResult)
      return SSM_ERROR(SSM_BAD_PACKAGE, "the fallback does not write \"{}\"",
                       buffer(result).name);
    return {};
  }

  Status recordRead(int index) const {
    const Buffer &source = buffer(index);
    bool produced = source.kind == SSM_INPUT || source.kind == SSM_WEIGHT ||
                    (source.kind == SSM_OUTPUT && written[size_t(index)]) ||
                    (source.kind == SSM_WORKSPACE &&
                     slotOwner[size_t(source.slot)] == index);
    if (!produced)
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "\"{}\" is read but holds nothing at this point",
                       source.name);
    return {};
  }

  void recordWrite(int index) {
    written[size_t(index)] = true;
    if (buffer(index).kind == SSM_WORKSPACE)
      slotOwner[size_t(buffer(index).slot)] = index;
  }

  Status recordLaunch(const Launch &launch) {
    const Kernel &kernel = kernelAt(launch.kernels.front());
    for (size_t i = 0; i < launch.buffers.size(); ++i)
      if (!kernel.arguments[i].isWritten)
        SSM_TRY(recordRead(launch.buffers[i]));
    for (size_t i = 0; i < launch.buffers.size(); ++i)
      if (kernel.arguments[i].isWritten)
        recordWrite(launch.buffers[i]);
    return {};
  }

  Status recordMatmul(const Matmul &matmul) {
    for (int source : {matmul.a.buffer, matmul.b.buffer, matmul.bias})
      if (source >= 0)
        SSM_TRY(recordRead(source));
    recordWrite(matmul.c.buffer);
    return {};
  }

  Status recordLongConv(const LongConv &convolution) {
    SSM_TRY(recordRead(convolution.x));
    SSM_TRY(recordRead(convolution.k));
    recordWrite(convolution.y);
    return {};
  }

  const Manifest &manifest;
  const Function &function;
  std::vector<bool> written;
  std::vector<int> slotOwner; // the buffer written last into each slot
};

} // namespace

Status checkManifest(const Manifest &manifest) {
  for (const Function &function : manifest.functions)
    SSM_TRY(FunctionChecker(manifest, function).check());
  SSM_TRY(checkCaches(manifest));
  return checkStates(manifest);
}

uint64_t fnv1a64(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char byte : bytes)
    hash = (hash ^ uint8_t(byte)) * 0x100000001b3u;
  return hash;
}

std::string shapeText(const Shape &shape) {
  std::string text;
  for (Dim dim : shape) {
    if (!text.empty())
      text += 'x';
    text += dim == SSM_DIM_BATCH    ? "batch"
            : dim == SSM_DIM_LENGTH ? "length"
            : dim == SSM_DIM_SLOTS  ? "slots"
            : dim <= SSM_DIM_EVERY(2)
                ? fmt::format("length/{}", SSM_DIM_EVERY(0) - dim)
                : std::to_string(dim);
  }
  return text.empty() ? "scalar" : text;
}

std::string typeText(const Buffer &buffer) {
  return fmt::format("{}x{}", shapeText(buffer.shape),
                     ssm_dtype_name(buffer.dtype));
}

} // namespace ssm::rt
