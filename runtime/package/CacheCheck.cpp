// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of caches: in goes a parsed Manifest, out comes success or the
// first cache that a call would not leave as its function says.
#include "Manifest.h"

#include <set>

namespace ssm::rt {
namespace {

/// A shape with a slot for each sequence and nothing else symbolic.
bool isCache(const Shape &shape) {
  for (size_t i = 1; i < shape.size(); ++i)
    if (shape[i] < 0)
      return false;
  return hasSlots(shape);
}

Status checkKernel(const Kernel &kernel) {
  std::set<int> taken;
  for (size_t i = 0; i < kernel.arguments.size(); ++i) {
    const Argument &argument = kernel.arguments[i];
    int place = argument.inPlaceOf;
    bool isInPlace = place >= 0;
    if (hasSlots(argument.shape) &&
        (!isCache(argument.shape) || argument.isWritten != isInPlace))
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "kernel \"{}\", argument {}: expected a cache that is "
                       "read, or written in place",
                       kernel.name, i);
    if (!isInPlace)
      continue;
    const Argument &other = kernel.arguments[size_t(place)];
    if (!hasSlots(argument.shape) || other.isWritten ||
        other.dtype != argument.dtype || other.shape != argument.shape ||
        !taken.insert(place).second)
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "kernel \"{}\", argument {}: expected in_place to be a "
                       "cache of its type that no other takes, got argument {}",
                       kernel.name, i, place);
  }
  return {};
}

class FunctionCaches {
public:
  FunctionCaches(const Manifest &manifest, const Function &function)
      : manifest(manifest), function(function) {}

  Status check() {
    std::string where = fmt::format("function \"{}\"", function.name);
    for (const Buffer &buffer : function.buffers)
      SSM_TRY(checkBuffer(buffer).within(where));
    for (const Step &step : function.steps) {
      SSM_TRY(checkMatmul(step).within(where));
      for (int kernel : step.launch.kernels)
        SSM_TRY(checkLaunch(manifest.kernels[size_t(kernel)], step.launch)
                    .within(where));
      if (!step.launch.isEmpty())
        noteUpdates(step.launch);
    }
    return {};
  }

private:
  const Buffer &buffer(int index) const {
    return function.buffers[size_t(index)];
  }

  Status checkBuffer(const Buffer &own) {
    int place = own.inPlaceOf;
    bool isRead = own.kind == SSM_INPUT, isResult = own.kind == SSM_OUTPUT;
    if (hasSlots(own.shape) &&
        (!isCache(own.shape) || !(isRead || (isResult && place >= 0))))
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "\"{}\": expected slots in an input, or in an output in "
                       "the memory of one, got {}",
                       own.name, typeText(own));
    if (place < 0)
      return {};
    const Buffer &cache = buffer(place);
    if (isResult && cache.kind == SSM_INPUT && hasSlots(cache.shape) &&
        cache.shape == own.shape && cache.dtype == own.dtype &&
        places.insert(place).second)
      return {};
    return SSM_ERROR(
        SSM_BAD_PACKAGE,
        "\"{}\": expected an output in the memory of an input with "
        "slots of its type that no other takes, got \"{}\"",
        own.name, cache.name);
  }

  /// The kernel's arguments share memory exactly where the function's do, and
  /// nothing reads a cache that is updated already.
  Status checkLaunch(const Kernel &kernel, const Launch &launch) const {
    for (size_t i = 0; i < launch.buffers.size(); ++i) {
      int bound = launch.buffers[i];
      int argument = kernel.arguments[i].inPlaceOf;
      int place = argument < 0 ? -1 : launch.buffers[size_t(argument)];
      if (kernel.arguments[i].isWritten && buffer(bound).inPlaceOf != place)
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "kernel \"{}\", argument {}: expected \"{}\" to be "
                         "written in the memory of {}, got {}",
                         kernel.name, i, buffer(bound).name,
                         nameOf(buffer(bound).inPlaceOf), nameOf(place));
      if (updated.count(bound) || updated.count(buffer(bound).inPlaceOf))
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "kernel \"{}\", argument {}: \"{}\" is used after it "
                         "was updated in place",
                         kernel.name, i, buffer(bound).name);
    }
    return {};
  }

  std::string nameOf(int index) const {
    return index < 0 ? "no other" : "\"" + buffer(index).name + "\"";
  }

  void noteUpdates(const Launch &launch) {
    for (int bound : launch.buffers)
      if (buffer(bound).inPlaceOf >= 0)
        updated.insert(buffer(bound).inPlaceOf);
  }

  Status checkMatmul(const Step &step) const {
    if (step.kind != SSM_MATMUL)
      return {};
    const Matmul &matmul = step.matmul;
    for (int operand : {matmul.a.buffer, matmul.b.buffer, matmul.c.buffer})
      if (hasSlots(buffer(operand).shape))
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "expected no cache in a matrix product, got \"{}\"",
                         buffer(operand).name);
    return {};
  }

  const Manifest &manifest;
  const Function &function;
  std::set<int> places, updated; // inputs
};

} // namespace

Status checkCaches(const Manifest &manifest) {
  for (const Kernel &kernel : manifest.kernels)
    SSM_TRY(checkKernel(kernel));
  for (const Function &function : manifest.functions)
    SSM_TRY(FunctionCaches(manifest, function).check());
  return {};
}

} // namespace ssm::rt
