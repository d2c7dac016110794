// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of stages.

#include "lib/Driver/Stages.h"

#include "lib/Conversion/CPU/SSMToCPU.h"
#include "lib/Conversion/GPU/Passes.h"
#include "lib/Schedule/Machine.h"
#include "lib/Schedule/SizeClasses.h"
#include "lib/Transforms/Passes.h"

#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::ssm;

static void addFuse(OpPassManager &manager, const StageOptions &options) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addNestedPass<func::FuncOp>(createMarkTransitionsPass());
  SplitProductsPassOptions split;
  JoinProductsPassOptions join;
  split.target = join.target = options.target;
  split.overlap = options.overlapLaunches;
  // One block of kernels serves all size classes; the first says which.
  split.batch = join.batch = options.sizes.front().batch;
  split.length = join.length = options.sizes.front().length;
  manager.addNestedPass<func::FuncOp>(createSplitProductsPass(split));
  manager.addNestedPass<func::FuncOp>(createFusePass());
  manager.addNestedPass<func::FuncOp>(createJoinProductsPass(join));
  manager.addNestedPass<func::FuncOp>(createDelayKernelsPass());
}

static void addTile(OpPassManager &manager, const StageOptions &) {
  manager.addPass(createTilePass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

static void addMergeMaps(OpPassManager &manager, const StageOptions &) {
  manager.addNestedPass<TileKernelOp>(createMergeMapsPass());
}

static void addFactorProducts(OpPassManager &manager, const StageOptions &) {
  manager.addNestedPass<TileKernelOp>(createFactorProductsPass());
}

// Hoisting leaves maps beside the maps they read: they are merged once more.
static void addHoist(OpPassManager &manager, const StageOptions &) {
  manager.addNestedPass<TileKernelOp>(createHoistPass());
  manager.addNestedPass<TileKernelOp>(createMergeMapsPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addNestedPass<TileKernelOp>(createApproximatePass());
}

static void addOverlapLaunches(OpPassManager &manager,
                               const StageOptions &options) {
  auto machine = ::ssm::schedule::machineForTarget(options.target);
  if (options.overlapLaunches && machine && machine->overlapsLaunches)
    manager.addPass(createOverlapLaunchesPass());
}

static void addBlock(OpPassManager &, const StageOptions &) {}

static void addDeriveForms(OpPassManager &manager,
                           const StageOptions &options) {
  DeriveFormsPassOptions pass;
  pass.forms.assign(options.forms.begin(), options.forms.end());
  pass.states = options.states;
  pass.every = options.traceEvery;
  pass.stepBatches.assign(options.stepBatches.begin(),
                          options.stepBatches.end());
  manager.addPass(createDeriveFormsPass(pass));
}

static void addConvolve(OpPassManager &manager, const StageOptions &options) {
  ConvolvePassOptions pass;
  pass.mode = options.convolve;
  pass.target = options.target;
  if (options.hasStatedSizes)
    for (const ::ssm::schedule::Shape &shape : options.sizes)
      pass.sizes.push_back(::ssm::schedule::sizeClassText(shape));
  manager.addNestedPass<func::FuncOp>(createConvolvePass(pass));
}

static void addSchedule(OpPassManager &manager, const StageOptions &options) {
  AssignSchedulePassOptions pass;
  pass.target = options.target;
  for (const ::ssm::schedule::Shape &shape : options.sizes)
    pass.sizes.push_back(::ssm::schedule::sizeClassText(shape));
  pass.tuning = options.tuning;
  pass.cores = options.cores;
  manager.addNestedPass<func::FuncOp>(createAssignSchedulePass(pass));
}

static void addTarget(OpPassManager &manager, const StageOptions &options) {
  if (options.target == "cpu")
    addLowerToCPUPasses(manager, LowerToCPUOptions());
  else
    buildGPULoweringPipeline(manager);
}

const std::vector<Stage> &mlir::ssm::stages() {
  static const std::vector<Stage> table = {
      {"block", "block ops on tensors, as written or imported", addBlock},
      {"derive-forms", "functions with their stateful forms", addDeriveForms},
      {"convolve", "recurrences as convolutions, where that is faster",
       addConvolve},
      {"fuse", "block ops grouped in kernels", addFuse},
      {"assign-schedule", "every kernel with its schedule", addSchedule},
      {"tile", "kernels as tile programs", addTile},
      {"merge-maps", "maps inlined where they are read", addMergeMaps},
      {"factor-products", "products grouped by axes", addFactorProducts},
      {"hoist", "scans that repeat nothing", addHoist},
      {"overlap-launches", "kernels that start early, where a GPU lets them",
       addOverlapLaunches},
      {"target", "code for the target in the LLVM dialect", addTarget},
  };
  return table;
}

void mlir::ssm::registerInputDialects(DialectRegistry &registry) {
  registry.insert<SSMDialect, func::FuncDialect, arith::ArithDialect,
                  math::MathDialect>();
  registerElementwiseWork(registry);
}

void mlir::ssm::registerTargetDialects(DialectRegistry &registry) {
  registerAllToLLVMIRTranslations(registry);
}
