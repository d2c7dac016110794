// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Translates to LLVM IR, optimises it and runs the NVPTX code generator.

#include "lib/Target/PTX/EmitPTX.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace mlir::ssm;

std::string mlir::ssm::ptxFeatureFor(llvm::StringRef chip) {
  if (chip.starts_with("sm_100"))
    return "+ptx86";
  if (chip.starts_with("sm_120"))
    return "+ptx87";
  return chip.starts_with("sm_90") ? "+ptx80" : "+ptx71";
}

static std::unique_ptr<llvm::TargetMachine>
createMachine(gpu::GPUModuleOp module, const PTXOptions &options) {
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target) {
    module.emitError("expected LLVM with the NVPTX target: ") << error;
    return nullptr;
  }
  auto level = static_cast<llvm::CodeGenOptLevel>(options.optimization);
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, options.chip, ptxFeatureFor(options.chip), {}, {}, {}, level));
}

FailureOr<std::string> mlir::ssm::emitPTX(gpu::GPUModuleOp module,
                                          const PTXOptions &options) {
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(module, options);
  if (!machine)
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, module.getName());
  if (!llvmModule)
    return module.emitError("expected a module that translates to LLVM IR");
  llvmModule->setTargetTriple(machine->getTargetTriple());
  llvmModule->setDataLayout(machine->createDataLayout());
  auto optimize = makeOptimizingTransformer(options.optimization,
                                            /*sizeLevel=*/0, machine.get());
  if (llvm::Error error = optimize(llvmModule.get()))
    return module.emitError("LLVM failed to optimise: ")
           << llvm::toString(std::move(error));
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager codegen;
  if (machine->addPassesToEmitFile(codegen, stream, nullptr,
                                   llvm::CodeGenFileType::AssemblyFile))
    return module.emitError("expected a target that writes assembly");
  codegen.run(*llvmModule);
  return text.str().str();
}
