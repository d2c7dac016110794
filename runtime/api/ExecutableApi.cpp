// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI of executables: loading, weights, planning, running, timing.
#include "Handles.h"

using namespace ssm::rt;

namespace {

Status requireCall(const ssm_call *call) {
  SSM_TRY(requireStruct(call, "ssm_call"));
  SSM_TRY(requireArgument(call->inputs || !call->input_count, "inputs"));
  return requireArgument(call->outputs || !call->output_count, "outputs");
}

} // namespace

Result<LoadOptions> ssm::rt::readLoadOptions(const ssm_load_options *given,
                                             const Function &function) {
  LoadOptions wanted;
  if (!given)
    return wanted;
  SSM_TRY(requireStruct(given, "ssm_load_options"));
  wanted.matmul = given->matmul;
  if (const ssm_size_class *pin = given->pin) {
    SSM_ASSIGN(wanted.pinned, sizeClassOf(function, {pin->batch, pin->length}));
  }
  return wanted;
}

ssm_status *ssm_executable_load(ssm_device *device, const ssm_package *package,
                                int function, const ssm_load_options *options,
                                ssm_executable **out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(device, "a device"));
    SSM_TRY(requireArgument(package, "a package"));
    SSM_TRY(requireArgument(out, "a place for the executable"));
    const auto &functions = package->package->manifest.functions;
    if (function < 0 || size_t(function) >= functions.size())
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected a function below {}, got {}", functions.size(),
                       function);
    const Function &loading = functions[size_t(function)];
    SSM_ASSIGN(LoadOptions wanted, readLoadOptions(options, loading));
    SSM_ASSIGN(auto loaded,
               device->device->load(package->package, loading, wanted));
    *out = new ssm_executable{std::move(loaded)};
    return {};
  });
}

void ssm_executable_destroy(ssm_executable *executable) { delete executable; }

ssm_status *ssm_executable_bind(ssm_executable *executable, const char *weight,
                                const void *data, size_t bytes,
                                ssm_memory memory) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(executable, "an executable"));
    SSM_TRY(requireArgument(weight, "a weight's name"));
    return executable->executable->bind(weight, data, bytes, memory);
  });
}

ssm_status *ssm_executable_workspace(ssm_executable *executable, int64_t batch,
                                     int64_t length, size_t *out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(executable, "an executable"));
    SSM_TRY(requireArgument(out, "a place for the size"));
    SSM_ASSIGN(*out, executable->executable->workspace({batch, length}));
    return {};
  });
}

ssm_status *ssm_executable_size_class(ssm_executable *executable, int64_t batch,
                                      int64_t length, int *out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(executable, "an executable"));
    SSM_TRY(requireArgument(out, "a place for the index"));
    Sizes sizes{batch, length};
    SSM_TRY(rowsOf(sizes).takeStatus());
    *out = executable->executable->sizeClassFor(sizes);
    return {};
  });
}

ssm_status *ssm_run(ssm_executable *executable, const ssm_call *call) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(executable, "an executable"));
    SSM_TRY(requireCall(call));
    return executable->executable->run(*call);
  });
}

ssm_status *ssm_measure(ssm_executable *executable, const ssm_call *calls,
                        int call_count, const ssm_measure_options *options,
                        double *milliseconds) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(executable, "an executable"));
    SSM_TRY(requireStruct(options, "ssm_measure_options"));
    SSM_TRY(requireArgument(milliseconds, "a place for the samples"));
    for (int i = 0; i < call_count; ++i)
      SSM_TRY(requireCall(calls ? calls + i : nullptr));
    return executable->executable->measure(calls, call_count, *options,
                                           milliseconds);
  });
}
