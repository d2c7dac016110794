// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ggml_ssm_scan, as a graph of one node on ggml's CPU backend. It computes in
// float32 the softplus of dt, the discretisation, the recurrence and the read,
// from states and back to states; not the bias of dt, the skip and the gate.

#include "ScanProblem.h"
#include "Session.h"

#include <ggml-cpu.h>
#include <ggml.h>

#include <cmath>
#include <stdexcept>

using namespace bench;

namespace {

/// The operator on one sequence, its arguments in our memory.
class GgmlScan {
public:
  GgmlScan(const ScanCase &scan, const Values &values, int threads);
  ~GgmlScan();
  GgmlScan(const GgmlScan &) = delete;
  GgmlScan &operator=(const GgmlScan &) = delete;

  /// Runs once, on buffers that were not used by the run before.
  void run();
  /// What the last run wrote: y and the states.
  std::vector<std::vector<double>> outputs() const;

private:
  /// What the tensors of a sequence point to; all have the same A.
  struct Arguments {
    std::vector<std::vector<float>> inputs;
    std::vector<float> result;
  };
  ggml_tensor *input(const std::vector<float> &values,
                     std::vector<int64_t> shape);

  int64_t yCount;
  std::vector<float> A;
  int32_t sequence = 0;
  std::vector<Arguments> sets;
  size_t last = 0;
  ggml_context *context;
  ggml_threadpool *pool;
  std::vector<ggml_tensor *> inputs;
  ggml_tensor *result;
  ggml_cgraph *graph;
  ggml_cplan plan;
  std::vector<uint8_t> work;
};

} // namespace

/// A tensor of a sequence, and its values among those of the first one.
ggml_tensor *GgmlScan::input(const std::vector<float> &values,
                             std::vector<int64_t> shape) {
  inputs.push_back(
      ggml_new_tensor(context, GGML_TYPE_F32, int(shape.size()), shape.data()));
  sets.front().inputs.push_back(values);
  return inputs.back();
}

GgmlScan::GgmlScan(const ScanCase &scan, const Values &values, int threads)
    : yCount(scan.length * scan.channels), A(values.at("A")), sets(1) {
  context = ggml_init({ggml_graph_overhead() + 16 * ggml_tensor_overhead(),
                       nullptr, /*no_alloc=*/true});
  int64_t channels = scan.channels, length = scan.length;
  ggml_tensor *decays =
      ggml_new_tensor_2d(context, GGML_TYPE_F32, kStates, channels);
  decays->data = A.data();
  ggml_tensor *ids = ggml_new_tensor_1d(context, GGML_TYPE_I32, 1);
  ids->data = &sequence;
  // A head has one dt, so each channel is one.
  result = ggml_ssm_scan(
      context, input(values.at("scan_0"), {kStates, 1, channels, 1}),
      input(values.at("u"), {1, channels, length, 1}),
      input(values.at("dt"), {channels, length, 1}), decays,
      input(values.at("B"), {kStates, 1, length, 1}),
      input(values.at("C"), {kStates, 1, length, 1}), ids, /*K=*/1);
  graph = ggml_new_graph(context);
  ggml_build_forward_expand(graph, result);

  ggml_threadpool_params parameters = ggml_threadpool_params_default(threads);
  pool = ggml_threadpool_new(&parameters);
  plan = ggml_graph_plan(graph, threads, pool);
  work.resize(plan.work_size);
  plan.work_data = work.data();

  size_t bytes = ggml_nbytes(result);
  for (const ggml_tensor *tensor : inputs)
    bytes += ggml_nbytes(tensor);
  Arguments first = std::move(sets.front());
  first.result.assign(ggml_nelements(result), NAN);
  sets.assign(coldSets(bytes), first);
}

GgmlScan::~GgmlScan() {
  ggml_threadpool_free(pool);
  ggml_free(context);
}

void GgmlScan::run() {
  last = (last + 1) % sets.size();
  Arguments &arguments = sets[last];
  for (size_t i = 0; i < inputs.size(); ++i)
    inputs[i]->data = arguments.inputs[i].data();
  result->data = arguments.result.data();
  if (ggml_graph_compute(graph, &plan) != GGML_STATUS_SUCCESS)
    throw std::runtime_error("expected ggml to compute its graph");
}

std::vector<std::vector<double>> GgmlScan::outputs() const {
  const std::vector<float> &all = sets[last].result;
  auto states = all.begin() + yCount;
  return {{all.begin(), states}, {states, all.end()}};
}

static void addRows(const std::string &kind, const std::string &name,
                    const ScanCase &scan) {
  for (int threads : {1, 2})
    benchmark::RegisterBenchmark(
        (kind + "/" + name + "/threads:" + std::to_string(threads)).c_str(),
        [=](benchmark::State &state) {
          GgmlScan operation(scan, problemOf(scan).values, threads);
          timeScan(
              state, scan,
              {[&] { operation.run(); }, [&] { return operation.outputs(); }});
        })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
}

void bench::registerGgml() {
  for (int64_t channels : {64, 1536, 5120})
    for (int64_t length : {512, 2048}) {
      ScanCase scan = {SSM_F32, channels, length, false, true};
      addRows("ggml-scan", scan.nameWithLength(), scan);
    }
  for (int64_t channels : {1536, 5120}) {
    ScanCase step = {SSM_F32, channels, 1, false, true};
    addRows("ggml-step", step.name(), step);
  }
}
