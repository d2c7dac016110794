// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the manifest as JSON and the two containers around it.

#include "lib/Driver/Manifest.h"

#include "dialect/AccessMap.h"
#include "dialect/StoredViews.h"
#include "lib/Transforms/FlatTokens.h"
#include "lib/Transforms/OverlapLaunches.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;
using namespace mlir::ssm;
using Json = nlohmann::ordered_json;

static uint64_t fnv1a64(llvm::StringRef text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char byte : text)
    hash = (hash ^ byte) * 0x100000001b3u;
  return hash;
}

static std::string hashText(llvm::StringRef text) {
  return fmt::format("{:016x}", fnv1a64(text));
}

std::string mlir::ssm::dtypeName(Type type) {
  return type.isF64()    ? "f64"
         : type.isF32()  ? "f32"
         : type.isBF16() ? "bf16"
         : type.isF16()  ? "f16"
                         : "i32";
}

::ssm::chart::Ceilings
mlir::ssm::ceilingsOf(const ::ssm::schedule::Machine &machine) {
  return {machine.memoryBytesPerSecond, 2 * machine.fmasPerSecond,
          2 * machine.matrixFmasPerSecond, machine.transcendentalsPerSecond};
}

static Json toJson(const ::ssm::chart::Ceilings &ceilings) {
  auto whole = [](double rate) { return std::llround(rate); };
  return {{"bytes", whole(ceilings.memory)},
          {"flops", whole(ceilings.arithmetic)},
          {"matrix_flops", whole(ceilings.matrix)},
          {"transcendentals", whole(ceilings.transcendentals)}};
}

static Json dimToJson(unsigned position, int64_t size, int64_t every = 1) {
  if (!ShapedType::isDynamic(size))
    return size;
  if (position == 0)
    return "batch";
  return every == 1 ? "length" : "length/" + std::to_string(every);
}

static Json shapeToJson(ArrayRef<int64_t> shape, bool isCache, int64_t every) {
  Json dims = Json::array();
  for (auto [i, size] : llvm::enumerate(shape))
    dims.push_back(dimToJson(i, size, every));
  if (isCache)
    dims.front() = "slots";
  return dims;
}

/// What stores divide the tokens by to find an entry of `view`.
static int64_t everyOf(BlockArgument view) {
  int64_t every = 1;
  for (Operation *user : view.getUsers())
    if (auto store = dyn_cast<TileStoreOp>(user)) {
      SmallVector<AccessDim> dims = *decomposeAccessMap(store.getMap());
      for (const AccessDim &dim : dims)
        every = std::max(every, dim.every);
    }
  return every;
}

static Json toJson(const Polynomial &polynomial) {
  Json terms = Json::array();
  for (auto [exponents, coefficient] : polynomial.terms())
    terms.push_back({coefficient, exponents.first, exponents.second});
  return terms;
}

template <typename Attr> static std::string attributeText(Attr attribute) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << Attribute(attribute);
  return text;
}

static Json gridToJson(TileKernelOp kernel) {
  Json grid = Json::array();
  for (Axis axis : kernel.getGridAxes()) {
    Json extent =
        dimToJson(axis == Axis::Batch ? 0 : 1, *kernel.getExtent(axis));
    if (axis == Axis::Time && hasFlatTokens(kernel))
      extent = "tokens";
    grid.push_back({{"extent", extent}, {"tile", kernel.getTile(axis)}});
  }
  return grid;
}

static Json argumentsToJson(TileKernelOp kernel) {
  Json arguments = Json::array();
  for (BlockArgument argument : kernel.getBody().getArguments()) {
    auto view = cast<MemRefType>(argument.getType());
    bool written = isStored(argument);
    unsigned number = argument.getArgNumber();
    Json json = {{"dtype", dtypeName(view.getElementType())},
                 {"shape", shapeToJson(view.getShape(), kernel.isCache(number),
                                       everyOf(argument))},
                 {"access", written ? "write" : "read"}};
    if (std::optional<unsigned> place = kernel.getInPlaceOf(number))
      json["in_place"] = *place;
    arguments.push_back(std::move(json));
  }
  return arguments;
}

static Json kernelToJson(TileKernelOp kernel, const PackageTarget &target,
                         const LaunchFacts &facts) {
  std::string name = kernel.getName().str();
  Json json = {{"name", name}};
  if (target.isCUDA) {
    json["symbol"] = name;
  } else {
    Json variants = Json::array();
    for (const KernelVariant &variant : facts.variants)
      variants.push_back(
          {{"symbol", variant.symbol}, {"features", variant.features}});
    json["variants"] = variants;
  }
  json["grid"] = gridToJson(kernel);
  if (target.isCUDA) {
    json["block"] = facts.block;
    json["shared_bytes"] = facts.sharedBytes;
    json["static_shared_bytes"] = facts.staticSharedBytes;
    json["starts_early"] = startsEarly(kernel);
    if (facts.segments > 1)
      json["relay"] = {{"segments", facts.segments},
                       {"carry_bytes", facts.carryBytes}};
    if (facts.cluster > 1)
      json["cluster"] = facts.cluster;
  } else {
    json["scratch_bytes"] = facts.scratchBytes;
  }
  json["arguments"] = argumentsToJson(kernel);
  Work work = countWork(kernel);
  json["work"] = {{"bytes_read", toJson(work.bytesRead)},
                  {"bytes_written", toJson(work.bytesWritten)},
                  {"flops", toJson(work.flops)},
                  {"matrix_flops", toJson(work.matrixFlops)},
                  {"transcendentals", toJson(work.transcendentals)}};
  if (ScheduleAttr schedule = kernel.getScheduleAttr())
    json["schedule"] = attributeText(schedule);
  Json fused = Json::array();
  if (ArrayAttr names = kernel.getFusedAttr())
    for (auto each : names.getAsRange<StringAttr>())
      fused.push_back(each.str());
  json["fused"] = fused;
  return json;
}

static Json bufferToJson(const Buffer &buffer) {
  static const char *const kinds[] = {"input", "weight", "output", "workspace"};
  Json json = {{"name", buffer.name},
               {"kind", kinds[static_cast<unsigned>(buffer.kind)]},
               {"dtype", dtypeName(buffer.type.getElementType())},
               {"shape", shapeToJson(buffer.type.getShape(), buffer.isCache,
                                     buffer.every)}};
  if (!buffer.state.empty())
    json["state"] = buffer.state;
  if (!buffer.trace.empty())
    json["trace"] = buffer.trace;
  if (buffer.inPlaceOf)
    json["in_place"] = *buffer.inPlaceOf;
  if (buffer.holdsSlots)
    json["holds"] = "slots";
  if (buffer.kind == BufferKind::Workspace)
    json["slot"] = buffer.slot;
  return json;
}

/// Whether a library may compute the rows: of a batch and a length that are
/// symbolic, or of packed sequences.
static bool hasSymbolicRows(const HostPlan &plan, const Step &step,
                            MatmulAttr library) {
  RankedTensorType c = plan.buffers[step.buffers[library.getC()]].type;
  return c.isDynamicDim(1) && (c.isDynamicDim(0) || c.getDimSize(0) == 1);
}

static Json stepToJson(const HostPlan &plan, const Step &step, bool isCUDA) {
  LaunchOp launch = step.launch;
  Json launched, names = Json::array();
  for (auto symbol : launch.getKernels().getAsRange<FlatSymbolRefAttr>())
    names.push_back(symbol.getValue().str());
  if (names.size() == 1)
    launched["kernel"] = names.front();
  else
    launched["kernels"] = names;
  launched["buffers"] = step.buffers;
  if (ConvolutionAttr convolution = launch.getConvolutionAttr())
    return {{"kind", "long_conv"},
            {"x", step.buffers[convolution.getX()]},
            {"k", step.buffers[convolution.getK()]},
            {"y", step.buffers[convolution.getY()]},
            {"reverse", convolution.getReverse() != 0},
            {"direct_below", convolution.getDirectBelow()},
            {"fallback", launched}};
  MatmulAttr library = launch.getLibraryAttr();
  if (!library || !hasSymbolicRows(plan, step, library)) {
    launched["kind"] = "launch";
    return launched;
  }
  auto matrix = [&](int64_t argument, int64_t offset, int64_t stride) {
    return Json{{"buffer", step.buffers[argument]},
                {"offset", offset},
                {"stride", stride}};
  };
  Json bias = nullptr;
  if (library.getBias() >= 0)
    bias = step.buffers[library.getBias()];
  Json matmul = {
      {"kind", "matmul"},
      {"a", matrix(library.getA(), library.getAOffset(), library.getAStride())},
      {"b", matrix(library.getB(), library.getBOffset(), library.getBStride())},
      {"c", matrix(library.getC(), 0, library.getN())},
      {"bias", bias},
      {"n", library.getN()},
      {"k", library.getK()},
      {"fallback", launched}};
  if (isCUDA && library.getLibraryFrom() > 1)
    matmul["library_from"] = library.getLibraryFrom();
  return matmul;
}

static Json functionToJson(const HostPlan &plan, bool isCUDA) {
  Json buffers = Json::array(), steps = Json::array(), classes = Json::array();
  for (SizeClassAttr each : plan.sizeClasses)
    classes.push_back({each.getBatch(), each.getLength()});
  for (const Buffer &buffer : plan.buffers)
    buffers.push_back(bufferToJson(buffer));
  for (const Step &step : plan.steps)
    steps.push_back(stepToJson(plan, step, isCUDA));
  return {{"name", plan.name},
          {"size_classes", classes},
          {"buffers", buffers},
          {"workspace_slots", plan.slots},
          {"steps", steps}};
}

/// Whether `holds` of some launch.
static bool anyLaunch(ModuleOp module,
                      llvm::function_ref<bool(LaunchOp)> holds) {
  return module
      .walk([&](LaunchOp launch) {
        return holds(launch) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// What a reader must know to run the package.
static Json requiredFeatures(ModuleOp module,
                             const std::map<std::string, LaunchFacts> &facts) {
  Json features = Json::array();
  if (anyLaunch(module, [](LaunchOp op) { return op.getKernels().size() > 1; }))
    features.push_back("size_classes");
  if (llvm::any_of(facts,
                   [](const auto &each) { return each.second.segments > 1; }))
    features.push_back("relay");
  if (llvm::any_of(facts,
                   [](const auto &each) { return each.second.cluster > 1; }))
    features.push_back("clusters");
  if (anyLaunch(module, [](LaunchOp op) {
        return static_cast<bool>(op.getConvolutionAttr());
      }))
    features.push_back("long_conv");
  if (llvm::any_of(module.getOps<TileKernelOp>(),
                   [](TileKernelOp kernel) { return kernel.hasCaches(); }))
    features.push_back("caches");
  return features;
}

/// What the runtime's reader takes of each: more is a damaged file.
static LogicalResult checkCount(Operation *op, llvm::StringRef what,
                                size_t count, size_t most) {
  if (count <= most)
    return success();
  return op->emitError("expected at most ")
         << most << " " << what << " in a package, got " << count;
}

static LogicalResult checkCounts(func::FuncOp function, const HostPlan &plan) {
  return success(succeeded(checkCount(function, "buffers of a function",
                                      plan.buffers.size(), 1 << 14)) &&
                 succeeded(checkCount(function, "steps of a function",
                                      plan.steps.size(), 1 << 16)));
}

FailureOr<std::string>
mlir::ssm::buildManifest(ModuleOp module, const PackageTarget &target,
                         const std::map<std::string, LaunchFacts> &facts,
                         llvm::StringRef body) {
  Json json = {{"format", {{"major", 1}, {"minor", 3}}},
               {"producer", "ssm-compile " SSM_VERSION},
               {"target",
                {{"kind", target.isCUDA ? "cuda" : "cpu"},
                 {"arch", target.arch},
                 {"ceilings", toJson(target.ceilings)}}}};
  if (Json features = requiredFeatures(module, facts); !features.empty())
    json["requires"] = features;
  if (target.isCUDA)
    json["body"] = {{"bytes", body.size()}, {"fnv1a64", hashText(body)}};
  Json kernels = Json::array(), functions = Json::array();
  for (auto kernel : module.getOps<TileKernelOp>()) {
    auto found = facts.find(kernel.getName().str());
    if (found == facts.end())
      return kernel.emitOpError("expected the target to have compiled it");
    kernels.push_back(kernelToJson(kernel, target, found->second));
  }
  for (auto function : module.getOps<func::FuncOp>()) {
    FailureOr<HostPlan> plan = planFunction(function);
    if (failed(plan) || failed(checkCounts(function, *plan)))
      return failure();
    functions.push_back(functionToJson(*plan, target.isCUDA));
  }
  if (failed(checkCount(module, "kernels", kernels.size(), 1 << 14)) ||
      failed(checkCount(module, "functions", functions.size(), 1 << 10)))
    return failure();
  json["kernels"] = kernels;
  json["functions"] = functions;
  std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace);
  if (failed(checkCount(module, "bytes of manifest", text.size(), 16 << 20)))
    return failure();
  return text;
}

std::string mlir::ssm::joinPTXPackage(llvm::StringRef manifest,
                                      llvm::StringRef body) {
  std::string text =
      fmt::format("// ssm-package 1\n// manifest {} fnv1a64 {}\n",
                  manifest.size(), hashText(manifest));
  SmallVector<llvm::StringRef> lines;
  manifest.split(lines, '\n');
  for (llvm::StringRef line : lines)
    text += "// " + line.str() + "\n";
  return text + "// end manifest\n" + body.str();
}

std::string mlir::ssm::stampManifest(llvm::StringRef manifest) {
  return fmt::format("ssm-package 1 {} fnv1a64 {}\n{}", manifest.size(),
                     hashText(manifest), manifest.str());
}
