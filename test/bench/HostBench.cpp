// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-host-bench: what the host does in a steady-state call on CUDA, by Google
// Benchmark. The driver is the fake one of the runtime's tests with launches
// that do nothing, so the time is the runtime's own; a real driver adds its
// launches (ssm-run --bench says host_issue_us). A call that allocates, or
// calls the driver for anything but launches, is an error.

#include "FakeCuda.h"

#include "ssm/ssm.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <new>

namespace {
std::atomic<long> allocations{0};
}

void *operator new(std::size_t bytes) {
  ++allocations;
  if (void *memory = std::malloc(bytes ? bytes : 1))
    return memory;
  throw std::bad_alloc();
}
void *operator new[](std::size_t bytes) { return operator new(bytes); }
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace ssm;

const FakeCudaApi &fakeCuda() {
  static const FakeCudaApi *api = [] {
    void *library = dlopen(SSM_FAKE_CUDA, RTLD_NOW | RTLD_GLOBAL);
    auto find = library ? reinterpret_cast<const FakeCudaApi *(*)()>(
                              dlsym(library, "fakeCudaApi"))
                        : nullptr;
    if (!find)
      throw std::runtime_error("expected the fake driver in " SSM_FAKE_CUDA);
    return find();
  }();
  return *api;
}

Device fakeDevice() {
  fakeCuda().setRecording(false);
  ssm_device_options options = {};
  options.struct_size = sizeof options;
  options.cuda_library = SSM_FAKE_CUDA;
  return Device::create(SSM_CUDA, 0, &options);
}

/// A function of the package with everything a call needs.
class Block {
public:
  Block(const std::string &path, int64_t batch, int64_t length)
      : package(Package::open(path)), device(fakeDevice()),
        executable(Executable::load(device, package, 0, SSM_MATMUL_GENERATED)),
        batch(batch), length(length) {
    for (const ssm_buffer_info &weight : package.buffers(0, SSM_WEIGHT)) {
      void *data = memoryOf(weight);
      executable.bind(weight.name, data, memory.back().bytes(),
                      SSM_DEVICE_MEMORY);
    }
    for (const ssm_buffer_info &input : package.buffers(0, SSM_INPUT))
      inputs.push_back(memoryOf(input));
    for (const ssm_buffer_info &output : package.buffers(0, SSM_OUTPUT))
      outputs.push_back(memoryOf(output));
    memory.emplace_back(device, executable.workspace(batch, length));
  }

  int steps() const { return package.function(0).step_count; }

  ssm_call call() const {
    return {sizeof(ssm_call),
            batch,
            length,
            inputs.data(),
            int(inputs.size()),
            outputs.data(),
            int(outputs.size()),
            memory.back().get(),
            memory.back().bytes(),
            nullptr};
  }

  void run(const ssm_call &call) { executable.run(call); }

private:
  void *memoryOf(const ssm_buffer_info &buffer) {
    size_t bytes = ssm_dtype_size(buffer.dtype);
    for (int i = 0; i < buffer.rank; ++i)
      bytes *= size_t(buffer.shape[i] == SSM_DIM_BATCH    ? batch
                      : buffer.shape[i] == SSM_DIM_LENGTH ? length
                                                          : buffer.shape[i]);
    memory.emplace_back(device, bytes);
    return memory.back().get();
  }

  Package package;
  Device device;
  Executable executable;
  int64_t batch, length;
  std::vector<Memory> memory; // the workspace last
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
};

void timeCalls(benchmark::State &state, const std::string &path) {
  Block block(path, 1, 64);
  ssm_call call = block.call();
  block.run(call);
  int callsBefore = fakeCuda().calls();
  long allocationsBefore = allocations.load();
  block.run(call);
  int driverCalls = fakeCuda().calls() - callsBefore;
  long allocated = allocations.load() - allocationsBefore;
  // The context is made current and put back.
  if (driverCalls != block.steps() + 2 || allocated != 0) {
    state.SkipWithError(
        ("expected a launch for each of " + std::to_string(block.steps()) +
         " steps and no allocations, got " + std::to_string(driverCalls) +
         " driver calls and " + std::to_string(allocated) + " allocations")
            .c_str());
    return;
  }
  for (auto _ : state)
    block.run(call);
  state.counters["steps"] = block.steps();
  state.counters["driver_calls"] = driverCalls;
}

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  for (const char *name : {"mixer", "layer"})
    benchmark::RegisterBenchmark(
        (std::string("host/") + name).c_str(),
        [name](benchmark::State &state) {
          timeCalls(state,
                    std::string(SSM_BENCH_PACKAGES "/host-") + name + ".ptx");
        })
        ->Unit(benchmark::kMicrosecond);
  try {
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception &problem) {
    std::fprintf(stderr, "ssm-host-bench: %s\n", problem.what());
    return 1;
  }
  benchmark::Shutdown();
  return 0;
}
