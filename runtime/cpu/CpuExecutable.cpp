// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loading, planning and running on the CPU.
#include "CpuExecutable.h"

#include "CpuFeatures.h"

#include <algorithm>
#include <chrono>

namespace ssm::rt {
namespace {

/// Parts a worker takes at a time: enough for balance, few enough for reuse.
constexpr int64_t partsPerWorker = 4;

/// One kernel's cells, drawn in parts by the workers.
struct CellQueue {
  CpuExecutable::Entry entry;
  void *const *buffers;
  Sizes sizes;
  int64_t cells, part;
  char *scratch;
  uint64_t scratchStride;
  int64_t slots; // 0: the kernel has no caches
  std::atomic<int64_t> next{0};

  static void work(void *opaque, int worker) {
    auto &queue = *static_cast<CellQueue *>(opaque);
    void *own = queue.scratch + uint64_t(worker) * queue.scratchStride;
    while (true) {
      int64_t first = queue.next.fetch_add(queue.part);
      if (first >= queue.cells)
        return;
      int64_t last = std::min(queue.cells, first + queue.part);
      if (queue.slots)
        reinterpret_cast<CpuExecutable::EntryWithSlots>(
            reinterpret_cast<void (*)()>(queue.entry))(
            queue.buffers, queue.sizes.batch, queue.sizes.length, first, last,
            own, queue.slots);
      else
        queue.entry(queue.buffers, queue.sizes.batch, queue.sizes.length, first,
                    last, own);
    }
  }
};

/// Sets OpenMP's thread count for this thread and puts it back.
class OpenMpThreads {
public:
  OpenMpThreads(const OpenMp &openMp, int threads) : openMp(openMp) {
    if (!openMp.isLoaded())
      return;
    before = openMp.maxThreads();
    if (before != threads)
      openMp.setThreads(threads);
  }
  ~OpenMpThreads() {
    if (openMp.isLoaded() && openMp.maxThreads() != before)
      openMp.setThreads(before);
  }

private:
  const OpenMp &openMp;
  int before = 0;
};

const Variant *chooseVariant(const Kernel &kernel, const CpuDevice &device) {
  for (const Variant &variant : kernel.variants)
    if (std::all_of(
            variant.features.begin(), variant.features.end(),
            [&](const std::string &feature) { return device.mayUse(feature); }))
      return &variant;
  return nullptr;
}

} // namespace

Result<std::unique_ptr<Executable>>
CpuExecutable::load(std::shared_ptr<CpuDevice> device, PackageRef package,
                    const Function &function, LoadOptions options) {
  std::unique_ptr<CpuExecutable> made(
      new CpuExecutable(device, package, function, options));
  SSM_ASSIGN(made->object, SharedObject::fromBytes(package->body));
  SSM_TRY(made->findEntries());
  return std::unique_ptr<Executable>(std::move(made));
}

Status CpuExecutable::findEntries() {
  entries.resize(package->manifest.kernels.size(), nullptr);
  for (int index : reachableKernels()) {
    const Kernel &kernel = kernelAt(index);
    const Variant *variant = chooseVariant(kernel, *cpu);
    if (!variant)
      return SSM_ERROR(SSM_WRONG_TARGET,
                       "kernel \"{}\" needs {} or better, which this processor "
                       "does not have or may not use",
                       kernel.name,
                       fmt::join(kernel.variants.back().features, ", "));
    if (!object.find(entries[size_t(index)], variant->symbol.c_str()))
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "kernel \"{}\": the object has no symbol \"{}\"",
                       kernel.name, variant->symbol);
  }
  return {};
}

Result<std::unique_ptr<Plan>> CpuExecutable::makePlan(Layout layout) {
  auto plan = std::make_unique<CpuPlan>();
  uint64_t libraryScratch = 0;
  int sizeClass = sizeClassFor(layout.sizes);
  for (const Step &step : function.steps) {
    PlannedStep planned;
    planned.kernel = step.launch.kernelFor(sizeClass);
    if (planned.kernel >= 0) {
      const Kernel &kernel = kernelAt(planned.kernel);
      SSM_ASSIGN(planned.cells, cellsOf(kernel, layout.sizes));
      plan->scratchStride =
          std::max(plan->scratchStride, uint64_t(kernel.scratchBytes));
    }
    if (step.kind == SSM_MATMUL && layout.rows > 0) {
      SSM_TRY(planMatmul(step.matmul, layout, planned));
      if (planned.product)
        libraryScratch =
            std::max(libraryScratch, planned.product->scratchBytes());
      else if (planned.kernel < 0)
        return SSM_ERROR(SSM_UNSUPPORTED,
                         "a matrix product has no fallback kernel and oneDNN "
                         "is not used");
    }
    if (step.kind == SSM_LONG_CONV) {
      SSM_TRY(planConvolution(step, layout, planned));
      if (planned.convolution)
        libraryScratch =
            std::max(libraryScratch, planned.convolution->scratchBytes());
    }
    plan->steps.push_back(std::move(planned));
  }
  uint64_t extra = 0;
  plan->extraOffset = layout.workspaceBytes;
  if (!alignWorkspace(plan->scratchStride) ||
      __builtin_mul_overflow(plan->scratchStride,
                             uint64_t(cpu->workers().count()), &extra) ||
      !alignWorkspace(extra = std::max(extra, libraryScratch)) ||
      __builtin_add_overflow(layout.workspaceBytes, extra,
                             &plan->workspaceBytes))
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "the workspace does not fit 64 bits");
  plan->layout = std::move(layout);
  return std::unique_ptr<Plan>(std::move(plan));
}

Status CpuExecutable::planMatmul(const Matmul &matmul, const Layout &layout,
                                 PlannedStep &planned) {
  if (options.matmul == SSM_MATMUL_GENERATED)
    return {};
  std::string why;
  const OneDnn *library = cpu->oneDnn(why);
  Status problem;
  if (!library) {
    problem = SSM_ERROR(SSM_DEVICE_MISSING, "{}", why);
  } else {
    const Buffer &b = function.buffers[size_t(matmul.b.buffer)];
    DnnlProduct product = {};
    SSM_ASSIGN(product.rows, rowsOf(function, matmul, layout.sizes));
    product.n = matmul.n;
    product.k = matmul.k;
    product.strideA = matmul.a.stride;
    product.strideB = matmul.b.stride;
    product.strideC = matmul.c.stride;
    product.typeAB = b.dtype;
    product.typeC = function.buffers[size_t(matmul.c.buffer)].dtype;
    product.hasBias = matmul.bias >= 0;
    product.typeBias =
        product.hasBias ? function.buffers[size_t(matmul.bias)].dtype : SSM_F32;
    product.packs = b.kind == SSM_WEIGHT;
    OpenMpThreads threads(library->threading(), cpu->workers().count());
    auto made = library->plan(product);
    if (made.ok()) {
      planned.product = std::move(*made);
      if (!planned.product->needsPacking())
        return {};
      SSM_ASSIGN(planned.weights, pack(matmul, planned.product));
      return {};
    }
    problem = made.takeStatus();
  }
  if (options.matmul == SSM_MATMUL_LIBRARY)
    return problem;
  cpu->noteOnce(problem.message() +
                ": matrix products run on the package's own kernels");
  return {};
}

Status CpuExecutable::planConvolution(const Step &step, const Layout &layout,
                                      PlannedStep &planned) {
  SSM_ASSIGN(ConvolutionSizes sizes,
             sizesOf(function, step.longConv, layout.sizes));
  if (sizes.isEmpty())
    return {};
  if (!prefersLibrary(step, sizes.length)) {
    if (step.launch.isEmpty())
      return SSM_ERROR(SSM_UNSUPPORTED, "a long convolution has no fallback "
                                        "kernel and kissfft is not used");
    return {};
  }
  std::string why;
  const KissFft *library = cpu->kissFft(why);
  if (!library)
    return settleForKernel(step, SSM_ERROR(SSM_DEVICE_MISSING, "{}", why));
  auto made =
      library->plan(sizes, step.longConv.reverse, cpu->workers().count());
  if (!made.ok())
    return settleForKernel(step, made.takeStatus());
  planned.convolution = std::move(*made);
  return {};
}

Result<CpuExecutable::PackedRef>
CpuExecutable::pack(const Matmul &matmul, std::shared_ptr<DnnlMatmul> product) {
  auto &known = packed[{matmul.b.buffer, matmul.b.offset, matmul.b.stride,
                        matmul.n, matmul.k}];
  for (const PackedRef &weights : known)
    if (weights->layout->samePacking(*product))
      return weights;
  auto made = std::make_shared<PackedWeights>();
  SSM_ASSIGN(made->memory,
             DeviceMemory::allocate(device, product->packedBytes()));
  const Buffer &b = function.buffers[size_t(matmul.b.buffer)];
  const char *plain = static_cast<const char *>(weights[size_t(b.ordinal)]) +
                      uint64_t(matmul.b.offset) * ssm_dtype_size(b.dtype);
  SSM_TRY(product->pack(plain, made->memory.get()));
  made->layout = std::move(product);
  known.push_back(made);
  return PackedRef(made);
}

const char *CpuExecutable::elementAddress(const Operand &operand,
                                          const Plan &plan,
                                          const ssm_call &call) const {
  ssm_dtype dtype = function.buffers[size_t(operand.buffer)].dtype;
  return static_cast<const char *>(address(operand.buffer, plan, call)) +
         uint64_t(operand.offset) * ssm_dtype_size(dtype);
}

void CpuExecutable::runKernel(const Launch &launch, const PlannedStep &planned,
                              const CpuPlan &plan, const ssm_call &call,
                              Workers::Lease &lease) {
  int64_t cells = planned.cells;
  if (cells == 0)
    return;
  void *buffers[maxArguments];
  for (size_t i = 0; i < launch.buffers.size(); ++i)
    buffers[i] = address(launch.buffers[i], plan, call);
  int workers = int(std::min<int64_t>(cells, lease.count()));
  CellQueue queue{entries[size_t(planned.kernel)],
                  buffers,
                  plan.layout.sizes,
                  cells,
                  std::max<int64_t>(1, cells / (workers * partsPerWorker)),
                  static_cast<char *>(call.workspace) + plan.extraOffset,
                  plan.scratchStride,
                  kernelAt(planned.kernel).takesSlots ? call.slots : 0};
  lease.run(workers, CellQueue::work, &queue);
}

Status CpuExecutable::runMatmul(const Matmul &matmul,
                                const PlannedStep &planned, const CpuPlan &plan,
                                const ssm_call &call, int threads) {
  const char *b = elementAddress(matmul.b, plan, call);
  char *c = const_cast<char *>(elementAddress(matmul.c, plan, call));
  OpenMpThreads scope(planned.product->threading(), threads);
  return planned.product->run(
      elementAddress(matmul.a, plan, call),
      planned.weights ? planned.weights->memory.get() : b,
      matmul.bias >= 0 ? address(matmul.bias, plan, call) : nullptr, c,
      static_cast<char *>(call.workspace) + plan.extraOffset);
}

void CpuExecutable::runConvolution(const LongConv &longConv,
                                   const PlannedStep &planned,
                                   const CpuPlan &plan, const ssm_call &call,
                                   Workers::Lease &lease) {
  auto floats = [&](int buffer) {
    return static_cast<float *>(address(buffer, plan, call));
  };
  planned.convolution->run(
      floats(longConv.x), floats(longConv.k), floats(longConv.y),
      static_cast<char *>(call.workspace) + plan.extraOffset, lease);
}

Status CpuExecutable::execute(const Plan &anyPlan, const ssm_call &call,
                              StepRange range) {
  const auto &plan = static_cast<const CpuPlan &>(anyPlan);
  Workers::Lease lease(cpu->workers());
  for (size_t i = range.first; i < range.last; ++i) {
    const Step &step = function.steps[i];
    const PlannedStep &planned = plan.steps[i];
    if (planned.product)
      SSM_TRY(runMatmul(step.matmul, planned, plan, call, lease.count()));
    else if (planned.convolution)
      runConvolution(step.longConv, planned, plan, call, lease);
    else if (step.kind != SSM_MATMUL || plan.layout.rows > 0)
      runKernel(step.launch, planned, plan, call, lease);
  }
  return {};
}

Status
CpuExecutable::time(const std::vector<std::shared_ptr<const Plan>> &plans,
                    const ssm_call *calls, const ssm_measure_options &options,
                    StepRange range, double *milliseconds) {
  using Clock = std::chrono::steady_clock;
  for (int pass = -options.warmups; pass < options.samples; ++pass) {
    auto start = Clock::now();
    for (size_t i = 0; i < plans.size(); ++i)
      SSM_TRY(execute(*plans[i], calls[i], range));
    std::chrono::duration<double, std::milli> elapsed = Clock::now() - start;
    if (pass >= 0)
      milliseconds[pass] = elapsed.count() / double(plans.size());
  }
  return {};
}

} // namespace ssm::rt
