// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The mixer of a Mamba-1 layer (d_model 768, 512 tokens) as ssm-import writes
// it, with oneDNN's matrix products and with the generated ones.

#include "Bench.h"
#include "Draw.h"
#include "Session.h"

#include <cmath>

using namespace bench;

namespace {

constexpr int64_t kLength = 512, kModel = 768, kInner = 1536, kRank = 48,
                  kStates = 16;
/// Multiply-adds of the four matrix products.
constexpr double kProducts =
    double(kLength) * (kModel * 2 * kInner + kInner * (kRank + 2 * kStates) +
                       kRank * kInner + kInner * kModel);

struct BlockProblem {
  explicit BlockProblem(ssm_dtype dtype);

  Values values;
  Expected y;
};

} // namespace

BlockProblem::BlockProblem(ssm_dtype dtype) {
  Draw draw(values);
  /// Rows of about unit length keep activations near 1.
  auto drawRows = [&](const char *name, int64_t rows, int64_t columns) {
    float bound = std::sqrt(3.0f / float(columns));
    draw(name, rows * columns, -bound, bound, dtype);
  };
  draw("x", kLength * kModel, -1, 1, dtype);
  drawRows("in_proj.weight", 2 * kInner, kModel);
  drawRows("conv1d.weight", kInner, 4);
  draw("conv1d.bias", kInner, -0.1f, 0.1f, dtype);
  drawRows("x_proj.weight", kRank + 2 * kStates, kInner);
  drawRows("dt_proj.weight", kInner, kRank);
  drawRows("out_proj.weight", kModel, kInner);
  draw("dt_proj.bias", kInner, -6, -3, SSM_F32);
  draw("A_log", kInner * kStates, 0, std::log(16.0f), SSM_F32);
  draw("D", kInner, 0, 0.1f, SSM_F32);
  y = {referenceBlock(values, kLength, SSM_F64), 1e-5};
  if (dtype != SSM_F32)
    y.bound +=
        1.05 * relativeError(referenceBlock(values, kLength, dtype), y.exact);
}

static void runBlock(benchmark::State &state, ssm_dtype dtype, int threads,
                     ssm_matmul_mode matmul) {
  BlockProblem &problem = lastOf<BlockProblem>(
      nameOf(dtype), [&] { return new BlockProblem(dtype); });
  Session session("block-768-" + nameOf(dtype), problem.values, kLength,
                  threads, matmul);
  std::optional<double> took = checkAndTime(
      state, {[&] { session.run(); }, [&] { return session.outputs(); }},
      {problem.y});
  if (took)
    state.counters["GFLOP/s"] = 2 * kProducts / *took;
}

void bench::registerBlocks() {
  for (ssm_dtype dtype : {SSM_F32, SSM_BF16})
    for (ssm_matmul_mode matmul : {SSM_MATMUL_LIBRARY, SSM_MATMUL_GENERATED})
      for (int threads : {1, 2}) {
        std::string name =
            "block/" + nameOf(dtype) + "/products:" +
            (matmul == SSM_MATMUL_LIBRARY ? "onednn" : "generated") +
            "/threads:" + std::to_string(threads);
        benchmark::RegisterBenchmark(name.c_str(),
                                     [=](benchmark::State &state) {
                                       runBlock(state, dtype, threads, matmul);
                                     })
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime();
      }
}
