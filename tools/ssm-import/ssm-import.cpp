// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-import: a model's config.json goes in, a function of block ops comes out,
// its weights named as in the checkpoint.
#include "Block.h"
#include "Config.h"
#include "Options.h"

#include "dialect/SSM.h"
#include "ssm/ssm.h"
#include "tools/ssm-run/Failure.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace ssm::import;
using ssm::run::ExitInput;
using ssm::run::ExitRun;
using ssm::run::ExitUsage;
using ssm::run::fail;

static Config readConfig(const Options &options) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(options.config);
  if (!buffer)
    fail(ExitInput, "cannot read \"{}\": {}", options.config,
         buffer.getError().message());
  try {
    return parseConfig((*buffer)->getBuffer(), options.part);
  } catch (const ssm::run::Failure &problem) {
    fail(problem.code, "\"{}\": {}", options.config, problem.what());
  }
}

static void write(mlir::func::FuncOp function, const std::string &path) {
  std::error_code problem;
  llvm::raw_fd_ostream out(path, problem, llvm::sys::fs::OF_Text);
  if (!problem) {
    function.print(out, mlir::OpPrintingFlags().printNameLocAsPrefix());
    out << '\n';
    out.flush();
    problem = out.error();
  }
  if (!problem)
    return;
  out.clear_error();
  fail(ExitRun, "cannot write \"{}\": {}", path, problem.message());
}

static void run(const Options &options) {
  if (llvm::sys::fs::equivalent(options.config, options.output))
    fail(ExitUsage, "expected an output other than the input, got \"{}\" twice",
         options.config);
  Config config = readConfig(options);
  mlir::DialectRegistry registry;
  registry.insert<mlir::ssm::SSMDialect, mlir::func::FuncDialect,
                  mlir::arith::ArithDialect, mlir::math::MathDialect>();
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.loadAllAvailableDialects();
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  mlir::func::FuncOp function = buildBlock(*module, config, options);
  if (failed(mlir::verify(*module)))
    fail(ExitRun, "the layer does not verify");
  write(function, options.output);
}

static void dispatch(const Options &options) {
  if (options.help)
    fmt::print("{}", helpText());
  else if (options.version)
    fmt::print("ssm-import {}, LLVM {}\n", ssm_version(), LLVM_VERSION_STRING);
  else if (options.config.empty())
    fail(ExitUsage, "expected a config.json; see --help");
  else
    run(options);
}

int main(int argc, char **argv) {
  try {
    dispatch(parseOptions(argc, argv));
    return ssm::run::ExitSuccess;
  } catch (const ssm::run::Failure &problem) {
    fmt::print(stderr, "ssm-import: error: {}\n", problem.what());
    return problem.code;
  } catch (const std::exception &problem) {
    fmt::print(stderr, "ssm-import: error: {}\n", problem.what());
    return ExitRun;
  }
}
