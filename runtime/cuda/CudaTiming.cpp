// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Measures a loaded function: one graph holds a pass over all calls, events
// between its replays give the times. Replays are queued back to back, so that
// no sample contains the host's time to issue it.
#include "CudaExecutable.h"

namespace ssm::rt {
namespace {

/// The stream, graph and events of a measurement, freed with it.
class Stopwatch {
public:
  explicit Stopwatch(CudaDevice &device) : device(device) {}
  ~Stopwatch() {
    const Driver &api = device.api();
    for (CUevent event : events)
      api.cuEventDestroy_v2(event);
    if (replay)
      api.cuGraphExecDestroy(replay);
    if (graph)
      api.cuGraphDestroy(graph);
    if (stream)
      api.cuStreamDestroy_v2(stream);
  }

  Status open(int samples) {
    SSM_TRY(SSM_CU(device, cuStreamCreate, &stream, cu::StreamNonBlocking));
    for (int i = 0; i <= samples; ++i) {
      CUevent event = nullptr;
      SSM_TRY(SSM_CU(device, cuEventCreate, &event, 0));
      events.push_back(event);
    }
    return {};
  }

  template <typename Pass> Status capture(const Pass &pass) {
    SSM_TRY(SSM_CU(device, cuStreamBeginCapture_v2, stream,
                   cu::CaptureThreadLocal));
    Status issued = pass();
    Status ended = SSM_CU(device, cuStreamEndCapture, stream, &graph);
    SSM_TRY(std::move(issued));
    SSM_TRY(std::move(ended));
    return SSM_CU(device, cuGraphInstantiateWithFlags, &replay, graph, 0);
  }

  Status run(int warmups, int samples, double callsPerPass,
             double *milliseconds) {
    for (int i = 0; i < warmups; ++i)
      SSM_TRY(SSM_CU(device, cuGraphLaunch, replay, stream));
    SSM_TRY(SSM_CU(device, cuEventRecord, events[0], stream));
    for (int i = 0; i < samples; ++i) {
      SSM_TRY(SSM_CU(device, cuGraphLaunch, replay, stream));
      SSM_TRY(SSM_CU(device, cuEventRecord, events[size_t(i) + 1], stream));
    }
    SSM_TRY(SSM_CU(device, cuStreamSynchronize, stream));
    for (int i = 0; i < samples; ++i) {
      float elapsed = 0;
      SSM_TRY(SSM_CU(device, cuEventElapsedTime, &elapsed, events[size_t(i)],
                     events[size_t(i) + 1]));
      milliseconds[i] = double(elapsed) / callsPerPass;
    }
    return {};
  }

  CUstream stream = nullptr;

private:
  CudaDevice &device;
  CUgraph graph = nullptr;
  CUgraphExec replay = nullptr;
  std::vector<CUevent> events;
};

} // namespace

Status
CudaExecutable::time(const std::vector<std::shared_ptr<const Plan>> &plans,
                     const ssm_call *calls, const ssm_measure_options &options,
                     StepRange range, double *milliseconds) {
  CudaDevice::Current current(*cuda);
  SSM_TRY(std::move(current.status));
  Stopwatch watch(*cuda);
  SSM_TRY(watch.open(options.samples));
  auto pass = [&]() -> Status {
    for (size_t i = 0; i < plans.size(); ++i)
      SSM_TRY(executeOn(watch.stream, *plans[i], calls[i], range));
    return {};
  };
  // Once without capture: the driver and cuBLASLt load code lazily.
  SSM_TRY(pass());
  SSM_TRY(SSM_CU(*cuda, cuStreamSynchronize, watch.stream));
  SSM_TRY(watch.capture(pass));
  return watch.run(options.warmups, options.samples, double(plans.size()),
                   milliseconds);
}

} // namespace ssm::rt
