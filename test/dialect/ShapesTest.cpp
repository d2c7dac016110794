// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inferred shapes are those that the verifiers accept: every op of the test and
// example files that infers its results' shapes must find the written ones.

#include "dialect/SSM.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>

#include <map>

using namespace mlir;

namespace {
class Shapes : public testing::Test {
protected:
  Shapes() : context(makeRegistry(), MLIRContext::Threading::DISABLED) {}

  static DialectRegistry makeRegistry() {
    DialectRegistry registry;
    registry.insert<ssm::SSMDialect, func::FuncDialect, arith::ArithDialect,
                    math::MathDialect>();
    ssm::registerElementwiseWork(registry);
    return registry;
  }

  void checkFile(const std::string &path) {
    auto file = llvm::MemoryBuffer::getFile(path);
    ASSERT_TRUE(static_cast<bool>(file)) << path;
    OwningOpRef<ModuleOp> module =
        parseSourceString<ModuleOp>((*file)->getBuffer(), &context);
    ASSERT_TRUE(static_cast<bool>(module)) << path;
    module->walk([&](InferShapedTypeOpInterface op) { checkOp(op); });
  }

  void checkOp(InferShapedTypeOpInterface op) {
    SmallVector<ShapedTypeComponents> inferred;
    std::string name = op->getName().getStringRef().str();
    ASSERT_TRUE(succeeded(op.inferReturnTypeComponents(
        &context, op->getLoc(), op->getOperands(), op->getAttrDictionary(),
        op->getPropertiesStorage(), op->getRegions(), inferred)))
        << name;
    ASSERT_GE(inferred.size(), op->getNumResults()) << name;
    for (auto [result, shape] : llvm::zip(op->getResults(), inferred))
      EXPECT_EQ(cast<RankedTensorType>(result.getType()).getShape(),
                shape.getDims())
          << name;
    ++seen[name];
  }

  MLIRContext context;
  std::map<std::string, int> seen;
};
} // namespace

TEST_F(Shapes, AreThoseThatAreWritten) {
  checkFile(SSM_SOURCE "/test/dialect/ops.mlir");
  std::error_code error;
  for (llvm::sys::fs::directory_iterator i(SSM_SOURCE "/examples", error), end;
       i != end && !error; i.increment(error))
    if (llvm::StringRef(i->path()).ends_with(".mlir"))
      checkFile(i->path());
  for (const char *op : {"linear", "conv1d", "activation", "gate", "discretize",
                         "scan", "rms_norm", "broadcast"})
    EXPECT_GT(seen["ssm." + std::string(op)], 0) << op;
}

TEST_F(Shapes, FailWithoutRanks) {
  // Too few operands: no shape, and no crash.
  context.loadDialect<ssm::SSMDialect>();
  for (const char *op : {"ssm.linear", "ssm.discretize", "ssm.scan",
                         "ssm.conv1d", "ssm.broadcast"}) {
    auto *interface = RegisteredOperationName::lookup(op, &context)
                          ->getInterface<InferShapedTypeOpInterface>();
    ASSERT_TRUE(interface) << op;
    SmallVector<ShapedTypeComponents> inferred;
    EXPECT_TRUE(failed(interface->inferReturnTypeComponents(
        &context, std::nullopt, ValueRange(), DictionaryAttr(),
        OpaqueProperties(nullptr), RegionRange(), inferred)))
        << op;
  }
}
