// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loading, planning and launching on a CUDA device.
#include "CudaExecutable.h"

#include <algorithm>

namespace ssm::rt {
namespace {

constexpr uint32_t callerAlignment = 16;

/// How far the first element of an operand is aligned for certain.
uint32_t alignmentOf(const Operand &operand, ssm_dtype dtype) {
  uint64_t offset = uint64_t(operand.offset) * ssm_dtype_size(dtype);
  uint64_t lowest = offset & (~offset + 1);
  return lowest ? uint32_t(std::min<uint64_t>(lowest, callerAlignment))
                : callerAlignment;
}

} // namespace

Result<std::unique_ptr<Executable>>
CudaExecutable::load(std::shared_ptr<CudaDevice> device, PackageRef package,
                     const Function &function, LoadOptions options) {
  std::unique_ptr<CudaExecutable> made(
      new CudaExecutable(device, std::move(package), function, options));
  CudaDevice::Current current(*device);
  SSM_TRY(std::move(current.status));
  SSM_TRY(made->loadModule());
  made->entries.resize(made->package->manifest.kernels.size(), nullptr);
  for (int index : made->reachableKernels())
    SSM_TRY(
        made->findEntry(made->kernelAt(index), made->entries[size_t(index)]));
  return std::unique_ptr<Executable>(std::move(made));
}

CudaExecutable::~CudaExecutable() {
  if (!module)
    return;
  CudaDevice::Current current(*cuda, /*releases=*/true);
  cuda->api().cuModuleUnload(module);
}

Status CudaExecutable::loadModule() {
  std::vector<char> log(1 << 14, '\0');
  int options[] = {cu::JitErrorLog, cu::JitErrorLogBytes};
  void *values[] = {log.data(), reinterpret_cast<void *>(log.size() - 1)};
  // The body ends where the file does, in the string's terminating NUL.
  CUresult result = cuda->api().cuModuleLoadDataEx(
      &module, package->body.data(), 2, options, values);
  Status status = cuda->check(result, "cuModuleLoadDataEx", __FILE__, __LINE__);
  if (status.ok() || !log[0])
    return status;
  std::string text(log.data());
  while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
    text.pop_back();
  return Status(
      status.code(), __FILE__, __LINE__,
      fmt::format("{}\nthe driver's log:\n{}", status.message(), text));
}

Status CudaExecutable::findEntry(const Kernel &kernel, CUfunction &entry) {
  std::string where = fmt::format("kernel \"{}\"", kernel.name);
  SSM_TRY(
      SSM_CU(*cuda, cuModuleGetFunction, &entry, module, kernel.symbol.c_str())
          .within(where));
  int threads = 0, staticShared = 0;
  SSM_TRY(
      SSM_CU(*cuda, cuFuncGetAttribute, &threads, cu::FunctionMaxThreads, entry)
          .within(where));
  SSM_TRY(SSM_CU(*cuda, cuFuncGetAttribute, &staticShared,
                 cu::FunctionStaticShared, entry)
              .within(where));
  const CudaLimits &limits = cuda->limits();
  if (kernel.block > std::min(threads, limits.threadsPerBlock))
    return SSM_ERROR(SSM_UNSUPPORTED,
                     "{}: {} threads in a block, this device and its registers "
                     "allow {}",
                     where, kernel.block,
                     std::min(threads, limits.threadsPerBlock));
  int64_t shared = kernel.sharedBytes +
                   std::max<int64_t>(staticShared, kernel.staticSharedBytes);
  if (shared > limits.sharedBytes)
    return SSM_ERROR(SSM_UNSUPPORTED,
                     "{}: {} bytes of shared memory, this device allows {}",
                     where, shared, limits.sharedBytes);
  if (kernel.sharedBytes == 0)
    return {};
  return SSM_CU(*cuda, cuFuncSetAttribute, entry, cu::FunctionMaxDynamicShared,
                int(kernel.sharedBytes))
      .within(where);
}

Result<std::unique_ptr<Plan>> CudaExecutable::makePlan(Layout layout) {
  CudaDevice::Current current(*cuda);
  SSM_TRY(std::move(current.status));
  auto plan = std::make_unique<CudaPlan>();
  uint64_t extraBytes = 0; // used by one step at a time
  int sizeClass = sizeClassFor(layout.sizes);
  for (const Step &step : function.steps) {
    PlannedStep planned;
    planned.kernel = step.launch.kernelFor(sizeClass);
    if (step.kind == SSM_MATMUL && layout.rows > 0)
      SSM_TRY(planMatmul(step.matmul, layout, planned));
    if (step.kind == SSM_LONG_CONV)
      SSM_TRY(planConvolution(step, layout, planned));
    if (planned.product) {
      extraBytes = std::max(extraBytes, planned.product->workspaceBytes());
    } else if (planned.convolution) {
      extraBytes = std::max(extraBytes, planned.convolution->workspaceBytes());
    } else if (planned.kernel >= 0) {
      SSM_TRY(
          planLaunch(kernelAt(planned.kernel), layout, planned, extraBytes));
    } else if (layout.rows > 0) {
      return SSM_ERROR(SSM_UNSUPPORTED,
                       "a library's step has no fallback kernel and no library "
                       "is used");
    }
    plan->steps.push_back(std::move(planned));
  }
  plan->extraOffset = layout.workspaceBytes;
  if (!alignWorkspace(extraBytes) ||
      __builtin_add_overflow(layout.workspaceBytes, extraBytes,
                             &plan->workspaceBytes))
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "the workspace does not fit 64 bits");
  plan->layout = std::move(layout);
  return std::unique_ptr<Plan>(std::move(plan));
}

Status CudaExecutable::planLaunch(const Kernel &kernel, const Layout &layout,
                                  PlannedStep &planned, uint64_t &extraBytes) {
  SSM_ASSIGN(int64_t blocks, cellsOf(kernel, layout.sizes));
  int64_t most = std::min<int64_t>(cudaCellLimit, cuda->limits().gridX);
  if (__builtin_mul_overflow(blocks, kernel.relay.segments, &blocks) ||
      __builtin_mul_overflow(blocks, kernel.cluster, &blocks) || blocks > most)
    return SSM_ERROR(SSM_UNSUPPORTED,
                     "kernel \"{}\": {} blocks at batch {}, length {}, at "
                     "most {} fit one launch",
                     kernel.name, blocks, layout.sizes.batch,
                     layout.sizes.length, most);
  planned.blocks = unsigned(blocks);
  SSM_ASSIGN(planned.relayWords, relayWordsOf(kernel, layout.sizes));
  SSM_ASSIGN(uint64_t bytes, relayBytesOf(kernel, layout.sizes));
  extraBytes = std::max(extraBytes, bytes);
  return {};
}

Status CudaExecutable::planMatmul(const Matmul &matmul, const Layout &layout,
                                  PlannedStep &planned) {
  if (options.matmul == SSM_MATMUL_GENERATED)
    return {};
  LtProduct product = {};
  SSM_ASSIGN(product.rows, rowsOf(function, matmul, layout.sizes));
  bool isThin = product.rows < matmul.libraryFrom && planned.kernel >= 0;
  if (options.matmul == SSM_MATMUL_AUTO && isThin)
    return {};
  product.n = matmul.n;
  product.k = matmul.k;
  product.strideA = matmul.a.stride;
  product.strideB = matmul.b.stride;
  product.strideC = matmul.c.stride;
  product.typeAB = function.buffers[size_t(matmul.a.buffer)].dtype;
  product.typeC = function.buffers[size_t(matmul.c.buffer)].dtype;
  product.alignmentA = alignmentOf(matmul.a, product.typeAB);
  product.alignmentB = alignmentOf(matmul.b, product.typeAB);
  product.alignmentC = alignmentOf(matmul.c, product.typeC);
  std::string why;
  Status problem;
  const Buffer *bias =
      matmul.bias >= 0 ? &function.buffers[size_t(matmul.bias)] : nullptr;
  if (bias && (bias->kind != SSM_WEIGHT || bias->dtype != product.typeC)) {
    problem = SSM_ERROR(SSM_UNSUPPORTED,
                        "cuBLASLt adds only biases that are weights of the "
                        "result's type");
  } else if (const CublasLt *library = cuda->cublasLt(why)) {
    product.bias = bias ? weights[size_t(bias->ordinal)] : nullptr;
    auto made = library->plan(product);
    if (made.ok()) {
      planned.product = std::move(*made);
      return {};
    }
    problem = made.takeStatus();
  } else {
    problem = SSM_ERROR(SSM_DEVICE_MISSING, "{}", why);
  }
  if (options.matmul == SSM_MATMUL_LIBRARY)
    return problem;
  cuda->noteOnce(problem.message() +
                 ": matrix products run on the package's own kernels");
  return {};
}

Status CudaExecutable::planConvolution(const Step &step, const Layout &layout,
                                       PlannedStep &planned) {
  SSM_ASSIGN(ConvolutionSizes sizes,
             sizesOf(function, step.longConv, layout.sizes));
  if (sizes.isEmpty() || !prefersLibrary(step, sizes.length))
    return {};
  std::string why;
  Cufft *library = cuda->cufft(why);
  if (!library)
    return settleForKernel(step, SSM_ERROR(SSM_DEVICE_MISSING, "{}", why));
  auto made = library->plan(sizes, step.longConv.reverse);
  if (!made.ok())
    return settleForKernel(step, made.takeStatus());
  planned.convolution = std::move(*made);
  return {};
}

Status CudaExecutable::runConvolution(const LongConv &longConv,
                                      const FftConvolution &convolution,
                                      const Plan &plan, const ssm_call &call,
                                      CUstream stream) {
  auto pointer = [&](int buffer) {
    return CUdeviceptr(
        reinterpret_cast<uintptr_t>(address(buffer, plan, call)));
  };
  CUdeviceptr workspace =
      CUdeviceptr(reinterpret_cast<uintptr_t>(call.workspace)) +
      plan.extraOffset;
  return convolution.run(*cuda, pointer(longConv.x), pointer(longConv.k),
                         pointer(longConv.y), workspace, stream);
}

char *CudaExecutable::elementAddress(const Operand &operand, const Plan &plan,
                                     const ssm_call &call) const {
  ssm_dtype dtype = function.buffers[size_t(operand.buffer)].dtype;
  return static_cast<char *>(address(operand.buffer, plan, call)) +
         uint64_t(operand.offset) * ssm_dtype_size(dtype);
}

Status CudaExecutable::runKernel(const Launch &launch,
                                 const PlannedStep &planned, const Plan &plan,
                                 const ssm_call &call, CUstream stream,
                                 bool follows) {
  const Kernel &kernel = kernelAt(planned.kernel);
  constexpr size_t hiddenArguments = 4; // batch, length, slots, relay
  uint64_t values[maxArguments + hiddenArguments];
  void *parameters[maxArguments + hiddenArguments];
  size_t count = 0;
  for (int buffer : launch.buffers)
    values[count++] = reinterpret_cast<uintptr_t>(address(buffer, plan, call));
  values[count++] = uint64_t(call.batch);
  values[count++] = uint64_t(call.length);
  if (kernel.takesSlots)
    values[count++] = uint64_t(call.slots);
  if (planned.relayWords) {
    uint64_t relay =
        reinterpret_cast<uintptr_t>(call.workspace) + plan.extraOffset;
    SSM_TRY(SSM_CU(*cuda, cuMemsetD32Async, relay, 0,
                   size_t(planned.relayWords), stream)
                .within(kernel.name));
    values[count++] = relay;
  }
  for (size_t i = 0; i < count; ++i)
    parameters[i] = &values[i];
  CUfunction entry = entries[size_t(planned.kernel)];
  if (!kernel.startsEarly || !follows)
    return SSM_CU(*cuda, cuLaunchKernel, entry, planned.blocks, 1, 1,
                  unsigned(kernel.block), 1, 1, unsigned(kernel.sharedBytes),
                  stream, parameters, nullptr)
        .within(kernel.name);
  cu::LaunchAttribute early = {cu::ProgrammaticStreamSerialization, 0, {1}};
  cu::LaunchConfig config = {{planned.blocks, 1, 1},
                             {unsigned(kernel.block), 1, 1},
                             unsigned(kernel.sharedBytes),
                             stream,
                             &early,
                             1};
  return SSM_CU(*cuda, cuLaunchKernelEx, &config, entry, parameters, nullptr)
      .within(kernel.name);
}

Status CudaExecutable::runMatmul(const Matmul &matmul, const LtMatmul &product,
                                 const Plan &plan, const ssm_call &call,
                                 CUstream stream) {
  return product.run(elementAddress(matmul.a, plan, call),
                     elementAddress(matmul.b, plan, call),
                     elementAddress(matmul.c, plan, call),
                     static_cast<char *>(call.workspace) + plan.extraOffset,
                     stream);
}

Status CudaExecutable::executeOn(CUstream stream, const Plan &anyPlan,
                                 const ssm_call &call, StepRange range) {
  const auto &plan = static_cast<const CudaPlan &>(anyPlan);
  // The first kernel of a call starts when all that is in the stream has ended,
  // whoever enqueued it and whether or not it waits.
  bool follows = false;
  for (size_t i = range.first; i < range.last; ++i) {
    const Step &step = function.steps[i];
    const PlannedStep &planned = plan.steps[i];
    if (planned.product)
      SSM_TRY(runMatmul(step.matmul, *planned.product, plan, call, stream));
    else if (planned.convolution)
      SSM_TRY(runConvolution(step.longConv, *planned.convolution, plan, call,
                             stream));
    else if (planned.blocks > 0)
      SSM_TRY(runKernel(step.launch, planned, plan, call, stream, follows));
    else
      continue;
    // A convolution ends with a copy, which nothing can start before.
    follows = !planned.convolution;
  }
  return {};
}

Status CudaExecutable::execute(const Plan &plan, const ssm_call &call,
                               StepRange range) {
  CudaDevice::Current current(*cuda);
  SSM_TRY(std::move(current.status));
  return executeOn(static_cast<CUstream>(call.stream), plan, call, range);
}

} // namespace ssm::rt
