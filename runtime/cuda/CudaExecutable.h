// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function loaded from PTX: in go plans and pointers, out go launches on the
// caller's stream. The module is loaded once; products go to cuBLASLt with the
// algorithm chosen when the sizes were planned, long convolutions to cuFFT with
// plans made then, or either to the package's kernel.
#ifndef SSM_RUNTIME_CUDA_CUDAEXECUTABLE_H
#define SSM_RUNTIME_CUDA_CUDAEXECUTABLE_H

#include "CudaDevice.h"

namespace ssm::rt {

class CudaExecutable : public Executable {
public:
  static Result<std::unique_ptr<Executable>>
  load(std::shared_ptr<CudaDevice> device, PackageRef package,
       const Function &function, LoadOptions options);
  ~CudaExecutable() override;

protected:
  Result<std::unique_ptr<Plan>> makePlan(Layout layout) override;
  Status execute(const Plan &plan, const ssm_call &call,
                 StepRange range) override;
  Status time(const std::vector<std::shared_ptr<const Plan>> &plans,
              const ssm_call *calls, const ssm_measure_options &options,
              StepRange range, double *milliseconds) override;

private:
  struct PlannedStep {
    int kernel = -1;                   // of the sizes' class; -1: none
    unsigned blocks = 0;               // of the kernel
    uint64_t relayWords = 0;           // to zero before it
    std::unique_ptr<LtMatmul> product; // null: the kernel runs
    std::unique_ptr<FftConvolution> convolution; // likewise
  };
  struct CudaPlan : Plan {
    std::vector<PlannedStep> steps;
  };

  CudaExecutable(std::shared_ptr<CudaDevice> device, PackageRef package,
                 const Function &function, LoadOptions options)
      : Executable(device, std::move(package), function, options),
        cuda(device) {}

  Status loadModule();
  Status findEntry(const Kernel &kernel, CUfunction &entry);
  Status planMatmul(const Matmul &matmul, const Layout &layout,
                    PlannedStep &planned);
  Status planConvolution(const Step &step, const Layout &layout,
                         PlannedStep &planned);
  Status planLaunch(const Kernel &kernel, const Layout &layout,
                    PlannedStep &planned, uint64_t &extraBytes);
  /// `follows`: a step of the same call was enqueued before.
  Status runKernel(const Launch &launch, const PlannedStep &planned,
                   const Plan &plan, const ssm_call &call, CUstream stream,
                   bool follows);
  Status runMatmul(const Matmul &matmul, const LtMatmul &product,
                   const Plan &plan, const ssm_call &call, CUstream stream);
  Status runConvolution(const LongConv &longConv,
                        const FftConvolution &convolution, const Plan &plan,
                        const ssm_call &call, CUstream stream);
  Status executeOn(CUstream stream, const Plan &plan, const ssm_call &call,
                   StepRange range);
  char *elementAddress(const Operand &operand, const Plan &plan,
                       const ssm_call &call) const;

  std::shared_ptr<CudaDevice> cuda;
  CUmodule module = nullptr;
  std::vector<CUfunction> entries; // by kernel; null where no call needs it
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CUDA_CUDAEXECUTABLE_H
