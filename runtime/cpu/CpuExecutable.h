// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function loaded from a shared object: in go plans and pointers, out goes
// work to the workers. Kernels are the variants this processor can run,
// products go to oneDNN with weights packed once, long convolutions to kissfft,
// or either to the package's kernel.
#ifndef SSM_RUNTIME_CPU_CPUEXECUTABLE_H
#define SSM_RUNTIME_CPU_CPUEXECUTABLE_H

#include "CpuDevice.h"
#include "device/SharedObject.h"

#include <tuple>

namespace ssm::rt {

class CpuExecutable : public Executable {
public:
  using Entry = void (*)(void *const *buffers, int64_t batch, int64_t length,
                         int64_t first, int64_t last, void *scratch);
  /// Of a kernel with caches.
  using EntryWithSlots = void (*)(void *const *buffers, int64_t batch,
                                  int64_t length, int64_t first, int64_t last,
                                  void *scratch, int64_t slots);

  static Result<std::unique_ptr<Executable>>
  load(std::shared_ptr<CpuDevice> device, PackageRef package,
       const Function &function, LoadOptions options);

protected:
  Result<std::unique_ptr<Plan>> makePlan(Layout layout) override;
  Status execute(const Plan &plan, const ssm_call &call,
                 StepRange range) override;
  Status time(const std::vector<std::shared_ptr<const Plan>> &plans,
              const ssm_call *calls, const ssm_measure_options &options,
              StepRange range, double *milliseconds) override;
  void forgetWeights() override { packed.clear(); }

private:
  /// b as a product reads it, in oneDNN's layout.
  struct PackedWeights {
    std::shared_ptr<DnnlMatmul> layout;
    DeviceMemory memory;
  };
  using PackedRef = std::shared_ptr<const PackedWeights>;

  struct PlannedStep {
    int kernel = -1;                     // of the sizes' class; -1: none
    int64_t cells = 0;                   // of the kernel
    std::shared_ptr<DnnlMatmul> product; // null: the kernel runs
    PackedRef weights;                   // null: b is read as it is
    std::unique_ptr<KissConvolution> convolution; // null: the kernel runs
  };
  struct CpuPlan : Plan {
    std::vector<PlannedStep> steps;
    uint64_t scratchStride = 0; // between workers
  };

  CpuExecutable(std::shared_ptr<CpuDevice> device, PackageRef package,
                const Function &function, LoadOptions options)
      : Executable(device, std::move(package), function, options), cpu(device) {
  }

  Status findEntries();
  Status planMatmul(const Matmul &matmul, const Layout &layout,
                    PlannedStep &planned);
  Status planConvolution(const Step &step, const Layout &layout,
                         PlannedStep &planned);
  Result<PackedRef> pack(const Matmul &matmul,
                         std::shared_ptr<DnnlMatmul> product);
  void runKernel(const Launch &launch, const PlannedStep &planned,
                 const CpuPlan &plan, const ssm_call &call,
                 Workers::Lease &lease);
  Status runMatmul(const Matmul &matmul, const PlannedStep &planned,
                   const CpuPlan &plan, const ssm_call &call, int threads);
  void runConvolution(const LongConv &longConv, const PlannedStep &planned,
                      const CpuPlan &plan, const ssm_call &call,
                      Workers::Lease &lease);
  const char *elementAddress(const Operand &operand, const Plan &plan,
                             const ssm_call &call) const;

  std::shared_ptr<CpuDevice> cpu;
  SharedObject object;
  std::vector<Entry> entries; // by kernel; null where no call needs it
  std::map<std::tuple<int, int64_t, int64_t, int64_t, int64_t>,
           std::vector<PackedRef>>
      packed; // by buffer, offset, stride, n and k
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CPU_CPUEXECUTABLE_H
