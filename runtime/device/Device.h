// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the two backends have in common: a Device owns memory and loads
// functions, an Executable is one loaded function with its weights and one
// Plan for each pair of sizes it has met. In go checked packages and the
// caller's pointers; every call is checked here before a backend sees it.
#ifndef SSM_RUNTIME_DEVICE_DEVICE_H
#define SSM_RUNTIME_DEVICE_DEVICE_H

#include "package/Layout.h"
#include "package/Package.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace ssm::rt {

struct DeviceOptions {
  int threads = 0;
  ssm_allocator allocator = {};
  ssm_parallel_for parallelFor = {};
  ssm_note note = {};
  std::string cudaLibrary, cublasLtLibrary, dnnlLibrary;
  std::string cufftLibrary, cublasLibrary, kissFftLibrary;
  std::vector<std::string> cpuFeatures; // empty: all
};

class Executable;

/// What a function is loaded with.
struct LoadOptions {
  ssm_matmul_mode matmul = SSM_MATMUL_AUTO;
  int pinned = -1; // the size class whose kernels always run; -1: the nearest
};

class Device : public std::enable_shared_from_this<Device> {
public:
  explicit Device(DeviceOptions options) : options(std::move(options)) {}
  virtual ~Device() = default;

  virtual ssm_device_info describe() const = 0;
  virtual Status copyIn(void *to, const void *host, size_t bytes,
                        void *stream) = 0;
  virtual Status copyOut(void *host, const void *from, size_t bytes,
                         void *stream) = 0;
  virtual Status synchronize(void *stream) = 0;
  /// Enqueued, not awaited: a copy from device to device, and bytes of zero, a
  /// multiple of 4 of them.
  virtual Status copyWithin(void *to, const void *from, size_t bytes,
                            void *stream) = 0;
  virtual Status zero(void *to, size_t bytes, void *stream) = 0;
  virtual Result<std::unique_ptr<Executable>>
  load(PackageRef package, const Function &function, LoadOptions options) = 0;

  /// Memory from the caller's allocator when there is one; never null for
  /// zero bytes.
  Result<void *> allocate(size_t bytes);
  void release(void *pointer);

  /// Tells the caller `line` unless it was told before.
  void noteOnce(const std::string &line);

protected:
  virtual Result<void *> allocateOwn(size_t bytes) = 0;
  virtual void releaseOwn(void *pointer) = 0;

  DeviceOptions options;

private:
  std::mutex noteMutex;
  std::set<std::string> notes;
};

using DeviceRef = std::shared_ptr<Device>;

/// A block of device memory, released with its owner.
class DeviceMemory {
public:
  DeviceMemory() = default;
  DeviceMemory(DeviceRef device, void *pointer)
      : device(std::move(device)), pointer(pointer) {}
  DeviceMemory(DeviceMemory &&other) noexcept { *this = std::move(other); }
  DeviceMemory &operator=(DeviceMemory &&other) noexcept;
  ~DeviceMemory() { reset(); }

  static Result<DeviceMemory> allocate(const DeviceRef &device, size_t bytes);
  void *get() const { return pointer; }

private:
  void reset();

  DeviceRef device;
  void *pointer = nullptr;
};

/// Everything that depends on the two sizes; immutable once made.
struct Plan {
  virtual ~Plan() = default;
  Layout layout;
  /// Workspace slots, then what the backend needs from `extraOffset` on.
  uint64_t workspaceBytes = 0, extraOffset = 0;
};

/// Steps [first, last) of a function.
struct StepRange {
  size_t first, last;
};

class Executable {
public:
  Executable(DeviceRef device, PackageRef package, const Function &function,
             LoadOptions options);
  virtual ~Executable() = default;

  const Function &plannedFunction() const { return function; }
  /// The size class whose kernels run at `sizes`.
  int sizeClassFor(const Sizes &sizes) const {
    return options.pinned >= 0 ? options.pinned
                               : nearestSizeClass(function, sizes);
  }
  Status bind(const std::string &weight, const void *data, size_t bytes,
              ssm_memory memory);
  Result<uint64_t> workspace(const Sizes &sizes);
  Status run(const ssm_call &call);

  using PlanRef = std::shared_ptr<const Plan>;
  /// The three parts of `run`: the plan of a pair of sizes, what is refused
  /// before anything is launched, and the execution of a call that was checked.
  Result<PlanRef> planFor(const Sizes &sizes);
  Status checkCall(const Plan &plan, const ssm_call &call) const;
  Status runChecked(const Plan &plan, const ssm_call &call);

  Status measure(const ssm_call *calls, int callCount,
                 const ssm_measure_options &options, double *milliseconds);

protected:
  virtual Result<std::unique_ptr<Plan>> makePlan(Layout layout) = 0;
  virtual Status execute(const Plan &plan, const ssm_call &call,
                         StepRange range) = 0;
  virtual Status time(const std::vector<std::shared_ptr<const Plan>> &plans,
                      const ssm_call *calls, const ssm_measure_options &options,
                      StepRange range, double *milliseconds) = 0;
  /// A weight was bound anew: anything derived from it is stale.
  virtual void forgetWeights() {}

  /// Whether a convolution of so many tokens goes to a library.
  bool prefersLibrary(const Step &step, int64_t length) const {
    return options.matmul == SSM_MATMUL_LIBRARY ||
           (options.matmul == SSM_MATMUL_AUTO &&
            (length >= step.longConv.directBelow || step.launch.isEmpty()));
  }
  /// Without a library: an error if it was asked for or nothing else computes
  /// the convolution, else a note.
  Status settleForKernel(const Step &step, Status problem);

  /// The address of a buffer during `call`.
  void *address(int buffer, const Plan &plan, const ssm_call &call) const;
  const Kernel &kernelAt(int index) const {
    return package->manifest.kernels[size_t(index)];
  }
  /// The kernels, by index, that calls may run.
  std::set<int> reachableKernels() const;

  DeviceRef device;
  PackageRef package;
  const Function &function;
  const LoadOptions options;
  std::vector<const void *> weights; // by ordinal; null until bound

private:
  struct CachedPlan {
    PlanRef plan;
    uint64_t lastUse;
  };

  Status checkWeights() const;
  Status checkPlace(int output, const ssm_call &call) const;

  std::vector<DeviceMemory> ownedWeights; // by ordinal
  std::mutex planMutex;
  std::map<std::pair<int64_t, int64_t>, CachedPlan> plans;
  uint64_t useClock = 0;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_DEVICE_DEVICE_H
