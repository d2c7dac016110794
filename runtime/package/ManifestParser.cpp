// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// JSON to Manifest: types, ranges and references. In goes the text, out comes
// the structure or the path of the first value that is not as the format says.
#include "JsonReader.h"
#include "Manifest.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace ssm::rt {
namespace {

constexpr int64_t maxExtent = int64_t(1) << 48;
constexpr int64_t maxBytes = int64_t(1) << 30;
constexpr int64_t maxSegments = 1 << 16, maxCluster = 8;
constexpr std::string_view knownFeatures[] = {
    "size_classes", "relay", "clusters", "long_conv", "caches"};
constexpr size_t maxKernels = 1 << 14;
constexpr size_t maxBuffers = 1 << 14;
constexpr size_t maxSteps = 1 << 16;

using NameMap = std::map<std::string, int, std::less<>>;

Result<ssm_dtype> readDType(const JsonCursor &at) {
  SSM_ASSIGN(std::string text, at.string());
  for (ssm_dtype dtype : {SSM_F64, SSM_F32, SSM_BF16, SSM_F16, SSM_I32})
    if (text == ssm_dtype_name(dtype))
      return dtype;
  return SSM_ERROR(SSM_BAD_PACKAGE,
                   "{}: expected f64, f32, bf16, f16 or i32, got \"{}\"",
                   at.where(), text);
}

Result<Dim> readDim(const JsonCursor &at) {
  if (!at.isString())
    return at.integer(1, maxExtent);
  SSM_ASSIGN(std::string text, at.string());
  if (text == "batch")
    return Dim(SSM_DIM_BATCH);
  if (text == "length")
    return Dim(SSM_DIM_LENGTH);
  constexpr std::string_view share = "length/";
  int64_t every = 0;
  const char *end = text.data() + text.size();
  if (text.compare(0, share.size(), share) == 0) {
    auto [stop, error] =
        std::from_chars(text.data() + share.size(), end, every);
    if (error == std::errc() && stop == end && every > 1 && every <= maxExtent)
      return Dim(SSM_DIM_EVERY(every));
  }
  return SSM_ERROR(SSM_BAD_PACKAGE,
                   "{}: expected \"batch\", \"length\" or \"length/\" and a "
                   "number of at least 2, got \"{}\"",
                   at.where(), text);
}

/// Dimension 0 of a cache.
bool isSlots(const JsonCursor &at) {
  if (!at.isString())
    return false;
  auto text = at.string();
  return text.ok() && *text == "slots";
}

Result<Shape> readShape(const JsonCursor &owner) {
  SSM_ASSIGN(auto elements, owner.array("shape", SSM_MAX_RANK));
  Shape shape;
  for (const JsonCursor &element : elements) {
    if (shape.empty() && isSlots(element)) {
      shape.push_back(SSM_DIM_SLOTS);
      continue;
    }
    SSM_ASSIGN(Dim dim, readDim(element));
    shape.push_back(dim);
  }
  return shape;
}

Result<Poly> readPoly(const JsonCursor &owner, std::string_view key) {
  Poly poly;
  if (!owner.has(key))
    return poly;
  SSM_ASSIGN(auto terms, owner.array(key, 64));
  for (const JsonCursor &term : terms) {
    SSM_ASSIGN(auto parts, term.array(3));
    if (parts.size() != 3)
      return SSM_ERROR(SSM_BAD_PACKAGE, "{}: expected 3 integers, got {}",
                       term.where(), parts.size());
    SSM_ASSIGN(int64_t coefficient, parts[0].integer(INT64_MIN, INT64_MAX));
    SSM_ASSIGN(int64_t batch, parts[1].integer(0, 4));
    SSM_ASSIGN(int64_t length, parts[2].integer(0, 4));
    poly.push_back({double(coefficient), int(batch), int(length)});
  }
  return poly;
}

Result<Work> readWork(const JsonCursor &kernel) {
  Work work;
  if (!kernel.has("work"))
    return work;
  SSM_ASSIGN(JsonCursor at, kernel.member("work"));
  SSM_ASSIGN(work.bytesRead, readPoly(at, "bytes_read"));
  SSM_ASSIGN(work.bytesWritten, readPoly(at, "bytes_written"));
  SSM_ASSIGN(work.flops, readPoly(at, "flops"));
  SSM_ASSIGN(work.matrixFlops, readPoly(at, "matrix_flops"));
  SSM_ASSIGN(work.transcendentals, readPoly(at, "transcendentals"));
  return work;
}

Result<std::vector<Variant>> readVariants(const JsonCursor &kernel) {
  SSM_ASSIGN(auto list, kernel.array("variants", 32));
  if (list.empty())
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}.variants: expected at least one",
                     kernel.where());
  std::vector<Variant> variants;
  for (const JsonCursor &at : list) {
    Variant variant;
    SSM_ASSIGN(variant.symbol, at.string("symbol"));
    SSM_ASSIGN(auto features, at.array("features", 64));
    for (const JsonCursor &feature : features) {
      SSM_ASSIGN(std::string name, feature.string());
      variant.featureText += (variant.featureText.empty() ? "" : " ") + name;
      variant.features.push_back(std::move(name));
    }
    variants.push_back(std::move(variant));
  }
  return variants;
}

/// That of a grid axis, which may be "tokens".
Result<Dim> readExtent(const JsonCursor &at) {
  if (at.isString()) {
    SSM_ASSIGN(std::string text, at.string());
    if (text == "tokens")
      return tokensExtent;
  }
  return readDim(at);
}

Result<std::vector<GridAxis>> readGrid(const JsonCursor &kernel) {
  SSM_ASSIGN(auto axes, kernel.array("grid", SSM_MAX_RANK));
  std::vector<GridAxis> grid;
  for (const JsonCursor &axis : axes) {
    SSM_ASSIGN(JsonCursor extent, axis.member("extent"));
    GridAxis read;
    SSM_ASSIGN(read.extent, readExtent(extent));
    SSM_ASSIGN(read.tile, axis.integer("tile", 1, maxExtent));
    grid.push_back(read);
  }
  return grid;
}

Result<std::vector<Argument>> readArguments(const JsonCursor &kernel) {
  SSM_ASSIGN(auto list, kernel.array("arguments", maxArguments));
  std::vector<Argument> arguments;
  for (const JsonCursor &at : list) {
    Argument argument;
    SSM_ASSIGN(JsonCursor dtype, at.member("dtype"));
    SSM_ASSIGN(argument.dtype, readDType(dtype));
    SSM_ASSIGN(argument.shape, readShape(at));
    SSM_ASSIGN(std::string access, at.string("access"));
    if (access != "read" && access != "write")
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "{}.access: expected \"read\" or \"write\", got \"{}\"",
                       at.where(), access);
    argument.isWritten = access == "write";
    if (at.has("in_place")) {
      SSM_ASSIGN(int64_t place,
                 at.integer("in_place", 0, int64_t(arguments.size()) - 1));
      argument.inPlaceOf = int(place);
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

/// The schedule and the fused operations: shown to people, never acted on.
Status readNotes(const JsonCursor &at, Kernel &kernel) {
  if (at.has("schedule")) {
    SSM_ASSIGN(JsonCursor schedule, at.member("schedule"));
    SSM_ASSIGN(kernel.schedule, schedule.string(/*mayBeEmpty=*/true));
  }
  if (!at.has("fused"))
    return {};
  SSM_ASSIGN(auto fused, at.array("fused", 4096));
  for (const JsonCursor &operation : fused) {
    SSM_ASSIGN(std::string name, operation.string());
    kernel.fused += (kernel.fused.empty() ? "" : " ") + name;
  }
  return {};
}

Result<int64_t> optionalBytes(const JsonCursor &at, std::string_view key) {
  if (!at.has(key))
    return int64_t(0);
  return at.integer(key, 0, maxBytes);
}

Result<Relay> readRelay(const JsonCursor &kernel) {
  Relay relay;
  if (!kernel.has("relay"))
    return relay;
  SSM_ASSIGN(JsonCursor at, kernel.member("relay"));
  SSM_ASSIGN(relay.segments, at.integer("segments", 2, maxSegments));
  SSM_ASSIGN(relay.carryBytes, at.integer("carry_bytes", 4, maxBytes));
  return relay;
}

Result<Kernel> readKernel(const JsonCursor &at, ssm_device_kind target) {
  Kernel kernel;
  SSM_ASSIGN(kernel.name, at.string("name"));
  SSM_ASSIGN(kernel.grid, readGrid(at));
  SSM_ASSIGN(kernel.arguments, readArguments(at));
  SSM_ASSIGN(kernel.work, readWork(at));
  SSM_TRY(readNotes(at, kernel));
  for (const Argument &argument : kernel.arguments)
    kernel.takesSlots |= hasSlots(argument.shape);
  if (target == SSM_CPU) {
    SSM_ASSIGN(kernel.variants, readVariants(at));
    SSM_ASSIGN(kernel.scratchBytes, optionalBytes(at, "scratch_bytes"));
    kernel.symbol = kernel.variants.front().symbol;
    return kernel;
  }
  SSM_ASSIGN(kernel.symbol, at.string("symbol"));
  SSM_ASSIGN(kernel.block, at.integer("block", 1, 1024));
  SSM_ASSIGN(kernel.sharedBytes, optionalBytes(at, "shared_bytes"));
  SSM_ASSIGN(kernel.staticSharedBytes,
             optionalBytes(at, "static_shared_bytes"));
  SSM_ASSIGN(kernel.relay, readRelay(at));
  if (at.has("cluster")) {
    SSM_ASSIGN(kernel.cluster, at.integer("cluster", 2, maxCluster));
  }
  if (at.has("starts_early")) {
    SSM_ASSIGN(JsonCursor early, at.member("starts_early"));
    SSM_ASSIGN(kernel.startsEarly, early.boolean());
  }
  return kernel;
}

Result<ssm_buffer_kind> readBufferKind(const JsonCursor &at) {
  SSM_ASSIGN(std::string text, at.string("kind"));
  static constexpr const char *names[] = {"input", "weight", "output",
                                          "workspace"};
  for (int i = 0; i < 4; ++i)
    if (text == names[i])
      return ssm_buffer_kind(i);
  return SSM_ERROR(
      SSM_BAD_PACKAGE,
      "{}.kind: expected input, weight, output or workspace, got \"{}\"",
      at.where(), text);
}

Result<std::string> readState(const JsonCursor &at, ssm_buffer_kind kind) {
  if (!at.has("state"))
    return std::string();
  if (kind != SSM_INPUT && kind != SSM_OUTPUT)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "{}.state: expected an input or an output", at.where());
  return at.string("state");
}

Result<std::string> readTrace(const JsonCursor &at, ssm_buffer_kind kind) {
  if (!at.has("trace"))
    return std::string();
  if (kind != SSM_OUTPUT)
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}.trace: expected an output",
                     at.where());
  return at.string("trace");
}

/// Whether an input of i32 holds slots; it holds ends if it does not say.
Result<bool> readHolds(const JsonCursor &at, const Buffer &buffer) {
  if (!at.has("holds"))
    return false;
  SSM_ASSIGN(std::string text, at.string("holds"));
  if (text == "slots" && buffer.kind == SSM_INPUT && buffer.dtype == SSM_I32)
    return true;
  return SSM_ERROR(SSM_BAD_PACKAGE,
                   "{}.holds: expected \"slots\", in an input of i32, got "
                   "\"{}\"",
                   at.where(), text);
}

Status readBuffers(const JsonCursor &at, Function &function) {
  SSM_ASSIGN(int64_t slots, at.integer("workspace_slots", 0, maxBuffers));
  function.slots = int(slots);
  SSM_ASSIGN(auto list, at.array("buffers", maxBuffers));
  NameMap names;
  int workspaces = 0;
  for (const JsonCursor &entry : list) {
    Buffer buffer;
    SSM_ASSIGN(buffer.name, entry.string("name"));
    SSM_ASSIGN(buffer.kind, readBufferKind(entry));
    SSM_ASSIGN(JsonCursor dtype, entry.member("dtype"));
    SSM_ASSIGN(buffer.dtype, readDType(dtype));
    SSM_ASSIGN(buffer.shape, readShape(entry));
    SSM_ASSIGN(buffer.state, readState(entry, buffer.kind));
    SSM_ASSIGN(buffer.trace, readTrace(entry, buffer.kind));
    SSM_ASSIGN(buffer.holdsSlots, readHolds(entry, buffer));
    if (entry.has("in_place")) {
      SSM_ASSIGN(
          int64_t place,
          entry.integer("in_place", 0, int64_t(function.buffers.size()) - 1));
      buffer.inPlaceOf = int(place);
    }
    function.hasCaches |= hasSlots(buffer.shape);
    int index = int(function.buffers.size());
    if (buffer.kind == SSM_WORKSPACE) {
      SSM_ASSIGN(int64_t slot, entry.integer("slot", 0, slots - 1));
      buffer.slot = int(slot);
      buffer.ordinal = workspaces++;
    } else {
      std::vector<int> &order = buffer.kind == SSM_INPUT    ? function.inputs
                                : buffer.kind == SSM_WEIGHT ? function.weights
                                                            : function.outputs;
      buffer.ordinal = int(order.size());
      order.push_back(index);
      if (!names.emplace(buffer.name, index).second)
        return SSM_ERROR(SSM_BAD_PACKAGE, "{}: duplicate buffer name \"{}\"",
                         entry.where(), buffer.name);
    }
    function.buffers.push_back(std::move(buffer));
  }
  return {};
}

Result<int> readBufferIndex(const JsonCursor &at, const Function &function) {
  SSM_ASSIGN(int64_t index,
             at.integer(0, int64_t(function.buffers.size()) - 1));
  return int(index);
}

Result<int> readKernelName(const JsonCursor &at, const NameMap &kernels) {
  SSM_ASSIGN(std::string name, at.string());
  auto found = kernels.find(name);
  if (found == kernels.end())
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}: no kernel named \"{}\"", at.where(),
                     name);
  return found->second;
}

/// "kernel", or "kernels": one for each size class.
Result<std::vector<int>> readLaunched(const JsonCursor &at,
                                      const Function &function,
                                      const NameMap &kernels) {
  std::vector<int> launched;
  if (!at.has("kernels")) {
    SSM_ASSIGN(JsonCursor kernel, at.member("kernel"));
    SSM_ASSIGN(int index, readKernelName(kernel, kernels));
    launched.push_back(index);
    return launched;
  }
  if (at.has("kernel"))
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "{}: expected kernel or kernels, got both", at.where());
  SSM_ASSIGN(auto list, at.array("kernels", maxSizeClasses));
  if (list.empty() || list.size() != function.sizeClasses.size())
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "{}.kernels: expected one for each of {} size classes, "
                     "got {}",
                     at.where(), function.sizeClasses.size(), list.size());
  for (const JsonCursor &entry : list) {
    SSM_ASSIGN(int index, readKernelName(entry, kernels));
    launched.push_back(index);
  }
  return launched;
}

Result<Launch> readLaunch(const JsonCursor &at, const Function &function,
                          const NameMap &kernels) {
  Launch launch;
  SSM_ASSIGN(launch.kernels, readLaunched(at, function, kernels));
  SSM_ASSIGN(auto buffers, at.array("buffers", maxArguments));
  for (const JsonCursor &entry : buffers) {
    SSM_ASSIGN(int index, readBufferIndex(entry, function));
    launch.buffers.push_back(index);
  }
  return launch;
}

Result<Operand> readOperand(const JsonCursor &owner, std::string_view key,
                            const Function &function) {
  SSM_ASSIGN(JsonCursor at, owner.member(key));
  SSM_ASSIGN(JsonCursor buffer, at.member("buffer"));
  Operand operand;
  SSM_ASSIGN(operand.buffer, readBufferIndex(buffer, function));
  SSM_ASSIGN(operand.offset, at.integer("offset", 0, maxExtent));
  SSM_ASSIGN(operand.stride, at.integer("stride", 1, maxExtent));
  return operand;
}

Result<Step> readMatmul(const JsonCursor &at, const Function &function,
                        const NameMap &kernels) {
  Step step;
  step.kind = SSM_MATMUL;
  SSM_ASSIGN(step.matmul.a, readOperand(at, "a", function));
  SSM_ASSIGN(step.matmul.b, readOperand(at, "b", function));
  SSM_ASSIGN(step.matmul.c, readOperand(at, "c", function));
  SSM_ASSIGN(step.matmul.n, at.integer("n", 1, maxExtent));
  SSM_ASSIGN(step.matmul.k, at.integer("k", 1, maxExtent));
  if (at.has("library_from")) {
    SSM_ASSIGN(step.matmul.libraryFrom,
               at.integer("library_from", 1, maxExtent));
  }
  SSM_ASSIGN(JsonCursor bias, at.member("bias"));
  if (!bias.isNull()) {
    SSM_ASSIGN(step.matmul.bias, readBufferIndex(bias, function));
  }
  SSM_ASSIGN(JsonCursor fallback, at.member("fallback"));
  if (!fallback.isNull()) {
    SSM_ASSIGN(step.launch, readLaunch(fallback, function, kernels));
  }
  return step;
}

Result<Step> readLongConv(const JsonCursor &at, const Function &function,
                          const NameMap &kernels) {
  Step step;
  step.kind = SSM_LONG_CONV;
  auto read = [&](std::string_view key, int &index) -> Status {
    SSM_ASSIGN(JsonCursor buffer, at.member(key));
    SSM_ASSIGN(index, readBufferIndex(buffer, function));
    return {};
  };
  SSM_TRY(read("x", step.longConv.x));
  SSM_TRY(read("k", step.longConv.k));
  SSM_TRY(read("y", step.longConv.y));
  SSM_ASSIGN(JsonCursor reverse, at.member("reverse"));
  SSM_ASSIGN(step.longConv.reverse, reverse.boolean());
  SSM_ASSIGN(step.longConv.directBelow,
             at.integer("direct_below", 0, maxExtent));
  SSM_ASSIGN(JsonCursor fallback, at.member("fallback"));
  if (!fallback.isNull()) {
    SSM_ASSIGN(step.launch, readLaunch(fallback, function, kernels));
  }
  return step;
}

Result<Step> readStep(const JsonCursor &at, const Function &function,
                      const NameMap &kernels) {
  SSM_ASSIGN(std::string kind, at.string("kind"));
  if (kind == "matmul")
    return readMatmul(at, function, kernels);
  if (kind == "long_conv")
    return readLongConv(at, function, kernels);
  if (kind != "launch")
    return SSM_ERROR(
        SSM_BAD_PACKAGE,
        "{}.kind: expected launch, matmul or long_conv, got \"{}\"", at.where(),
        kind);
  Step step;
  step.kind = SSM_LAUNCH;
  SSM_ASSIGN(step.launch, readLaunch(at, function, kernels));
  return step;
}

/// Batch and length of each class, no class twice.
Status readSizeClasses(const JsonCursor &at, Function &function) {
  if (!at.has("size_classes"))
    return {};
  SSM_ASSIGN(auto list, at.array("size_classes", maxSizeClasses));
  for (const JsonCursor &entry : list) {
    SSM_ASSIGN(auto sizes, entry.array(2));
    if (sizes.size() != 2)
      return SSM_ERROR(SSM_BAD_PACKAGE, "{}: expected 2 integers, got {}",
                       entry.where(), sizes.size());
    Sizes read;
    SSM_ASSIGN(read.batch, sizes[0].integer(1, maxExtent));
    SSM_ASSIGN(read.length, sizes[1].integer(1, maxExtent));
    for (const Sizes &other : function.sizeClasses)
      if (other == read)
        return SSM_ERROR(SSM_BAD_PACKAGE, "{}: duplicate size class {}x{}",
                         entry.where(), read.batch, read.length);
    function.sizeClasses.push_back(read);
  }
  return {};
}

Result<Function> readFunction(const JsonCursor &at, const NameMap &kernels) {
  Function function;
  SSM_ASSIGN(function.name, at.string("name"));
  SSM_TRY(readSizeClasses(at, function));
  SSM_TRY(readBuffers(at, function));
  SSM_ASSIGN(auto steps, at.array("steps", maxSteps));
  for (const JsonCursor &entry : steps) {
    SSM_ASSIGN(Step step, readStep(entry, function, kernels));
    function.steps.push_back(std::move(step));
  }
  return function;
}

Status readHash(const JsonCursor &at, uint64_t &hash) {
  SSM_ASSIGN(std::string digits, at.string("fnv1a64"));
  hash = 0;
  bool good = digits.size() == 16;
  for (char digit : digits) {
    good &= (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    hash = hash << 4 | uint64_t(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  if (!good)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "{}.fnv1a64: expected 16 hexadecimal digits, got \"{}\"",
                     at.where(), digits);
  return {};
}

Result<double> readRate(const JsonCursor &at, std::string_view key) {
  if (!at.has(key))
    return 0.0;
  SSM_ASSIGN(int64_t rate, at.integer(key, 0, INT64_MAX));
  return double(rate);
}

Result<ssm_ceilings> readCeilings(const JsonCursor &at) {
  ssm_ceilings ceilings = {};
  SSM_ASSIGN(ceilings.bytes, readRate(at, "bytes"));
  SSM_ASSIGN(ceilings.flops, readRate(at, "flops"));
  SSM_ASSIGN(ceilings.matrix_flops, readRate(at, "matrix_flops"));
  SSM_ASSIGN(ceilings.transcendentals, readRate(at, "transcendentals"));
  return ceilings;
}

Status readHeader(const JsonCursor &at, Manifest &manifest) {
  SSM_ASSIGN(JsonCursor format, at.member("format"));
  SSM_ASSIGN(int64_t major, format.integer("major", 0, INT32_MAX));
  SSM_ASSIGN(int64_t minor, format.integer("minor", 0, INT32_MAX));
  if (major != 1)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "expected package format 1, got {}.{}: this runtime is "
                     "older or newer than the compiler",
                     major, minor);
  manifest.major = int(major);
  manifest.minor = int(minor);
  if (at.has("requires")) {
    SSM_ASSIGN(auto features, at.array("requires", 64));
    for (const JsonCursor &feature : features) {
      SSM_ASSIGN(std::string name, feature.string());
      if (std::find(std::begin(knownFeatures), std::end(knownFeatures), name) ==
          std::end(knownFeatures))
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "the package requires the unknown feature \"{}\"",
                         name);
    }
  }
  SSM_ASSIGN(manifest.producer, at.string("producer"));
  SSM_ASSIGN(JsonCursor target, at.member("target"));
  SSM_ASSIGN(std::string kind, target.string("kind"));
  if (kind != "cuda" && kind != "cpu")
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "{}.kind: expected cuda or cpu, got \"{}\"",
                     target.where(), kind);
  manifest.target = kind == "cuda" ? SSM_CUDA : SSM_CPU;
  SSM_ASSIGN(manifest.arch, target.string("arch"));
  if (target.has("ceilings")) {
    SSM_ASSIGN(JsonCursor ceilings, target.member("ceilings"));
    SSM_ASSIGN(manifest.ceilings, readCeilings(ceilings));
  }
  if (manifest.target == SSM_CPU)
    return {};
  SSM_ASSIGN(JsonCursor body, at.member("body"));
  SSM_ASSIGN(int64_t bytes, body.integer("bytes", 0, INT64_MAX));
  manifest.bodyBytes = uint64_t(bytes);
  return readHash(body, manifest.bodyHash);
}

} // namespace

Result<Manifest> parseManifest(std::string_view json) {
  SSM_ASSIGN(Json tree, parseJson(json, JsonLimits()));
  JsonCursor root(tree, "manifest");
  Manifest manifest;
  SSM_TRY(readHeader(root, manifest));
  SSM_ASSIGN(auto kernels, root.array("kernels", maxKernels));
  NameMap kernelNames, functionNames;
  for (const JsonCursor &at : kernels) {
    SSM_ASSIGN(Kernel kernel, readKernel(at, manifest.target));
    if (!kernelNames.emplace(kernel.name, int(manifest.kernels.size())).second)
      return SSM_ERROR(SSM_BAD_PACKAGE, "{}: duplicate kernel name \"{}\"",
                       at.where(), kernel.name);
    manifest.kernels.push_back(std::move(kernel));
  }
  SSM_ASSIGN(auto functions, root.array("functions", 1024));
  for (const JsonCursor &at : functions) {
    SSM_ASSIGN(Function function, readFunction(at, kernelNames));
    if (!functionNames.emplace(function.name, 0).second)
      return SSM_ERROR(SSM_BAD_PACKAGE, "{}: duplicate function name \"{}\"",
                       at.where(), function.name);
    manifest.functions.push_back(std::move(function));
  }
  return manifest;
}

} // namespace ssm::rt
