// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-interpret: runs a function by the reference interpreter. A file of block
// ops and inputs go in; outputs come out as text, .npy or a verdict.
#include "Arguments.h"
#include "Options.h"
#include "Results.h"

#include "dialect/SSM.h"
#include "tools/ssm-compile/Nesting.h"
#include "tools/ssm-run/Failure.h"
#include "tools/ssm-run/Suggest.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/SourceMgr.h"

#include <cstdio>

using namespace ssm::interpret;
using ssm::run::ExitInput;
using ssm::run::ExitUsage;
using ssm::run::fail;
namespace reference = mlir::ssm::reference;

static mlir::OwningOpRef<mlir::ModuleOp> parse(mlir::MLIRContext &context,
                                               llvm::SourceMgr &sources,
                                               const std::string &file) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(file, /*IsText=*/true);
  if (!buffer)
    fail(ExitInput, "cannot read \"{}\": {}", file,
         buffer.getError().message());
  std::string tooDeep =
      ssm::compiler::describeDeepNesting((*buffer)->getBuffer(), file);
  if (!tooDeep.empty())
    fail(ExitInput, "\"{}\" was rejected\n{}", file, tooDeep);
  sources.AddNewSourceBuffer(std::move(*buffer), llvm::SMLoc());
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(sources, &context);
  if (!module)
    fail(ExitInput, "\"{}\" was rejected", file);
  return module;
}

/// The function named by --function, or the only one.
static mlir::func::FuncOp chooseFunction(mlir::ModuleOp module,
                                         const std::string &name) {
  std::vector<std::string> names;
  for (auto function : module.getOps<mlir::func::FuncOp>()) {
    if (function.getName() == name)
      return function;
    if (!function.isPrivate())
      names.push_back(function.getName().str());
  }
  if (!name.empty())
    fail(ExitUsage, "no function \"{}\"{}; there are: {}", name,
         ssm::run::didYouMean(name, names), fmt::join(names, ", "));
  if (names.empty())
    fail(ExitInput, "expected a function in the file, got none");
  if (names.size() != 1)
    fail(ExitUsage, "expected --function, one of: {}", fmt::join(names, ", "));
  return module.lookupSymbol<mlir::func::FuncOp>(names.front());
}

static void run(const Options &options) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::ssm::SSMDialect, mlir::func::FuncDialect,
                  mlir::arith::ArithDialect, mlir::math::MathDialect>();
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler diagnostics(sources, &context);
  auto module = parse(context, sources, options.file);
  mlir::func::FuncOp function = chooseFunction(*module, options.function);
  std::vector<Parameter> results = resultsOf(function);
  checkResultNames(results, options);
  auto arguments = readArguments(argumentsOf(function), options);
  auto values =
      reference::interpret(function, arguments,
                           options.roundDeclared ? reference::Rounding::Declared
                                                 : reference::Rounding::None);
  if (failed(values))
    fail(ExitInput, "function \"{}\" was rejected", function.getName().str());
  report(results, {values->begin(), values->end()}, options);
}

static void dispatch(const Options &options) {
  if (options.help)
    fmt::print("{}", helpText());
  else if (options.version)
    fmt::print("ssm-interpret {}, LLVM {}\n", ssm_version(),
               LLVM_VERSION_STRING);
  else if (options.file.empty())
    fail(ExitUsage, "expected a file; see --help");
  else
    run(options);
}

int main(int argc, char **argv) {
  try {
    dispatch(parseOptions(argc, argv));
    return ssm::run::ExitSuccess;
  } catch (const ssm::run::Failure &problem) {
    std::fflush(stdout); // what was reported comes first
    fmt::print(stderr, "ssm-interpret: error: {}\n", problem.what());
    return problem.code;
  } catch (const std::bad_alloc &) {
    fmt::print(stderr, "ssm-interpret: error: out of memory\n");
  } catch (const std::exception &problem) {
    fmt::print(stderr, "ssm-interpret: error: {}\n", problem.what());
  }
  return ssm::run::ExitRun;
}
