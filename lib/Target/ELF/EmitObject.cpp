// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Translates to LLVM IR, optimises it and runs the x86 code generator.

#include "lib/Target/ELF/EmitObject.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace mlir;
using namespace mlir::ssm;

static std::unique_ptr<llvm::TargetMachine> createMachine(ModuleOp module) {
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target) {
    module.emitError("expected LLVM with the X86 target: ") << error;
    return nullptr;
  }
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, "x86-64", "", {}, llvm::Reloc::PIC_,
                                  {}, llvm::CodeGenOptLevel::Aggressive));
}

/// A constant in a section of its own that no optimisation drops.
static void addManifest(llvm::Module &module, llvm::StringRef manifest) {
  llvm::Constant *text = llvm::ConstantDataArray::getString(
      module.getContext(), manifest, /*AddNull=*/false);
  auto *global = new llvm::GlobalVariable(module, text->getType(),
                                          /*isConstant=*/true,
                                          llvm::GlobalValue::InternalLinkage,
                                          text, "ssm.manifest");
  global->setSection(".ssm.manifest");
  global->setAlignment(llvm::Align(1));
  llvm::appendToUsed(module, {global});
}

FailureOr<std::string> mlir::ssm::emitObject(ModuleOp module,
                                             llvm::StringRef manifest) {
  std::unique_ptr<llvm::TargetMachine> machine = createMachine(module);
  if (!machine)
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, context, "ssm_kernels");
  if (!llvmModule)
    return module.emitError("expected a module that translates to LLVM IR");
  llvmModule->setTargetTriple(machine->getTargetTriple());
  llvmModule->setDataLayout(machine->createDataLayout());
  auto optimize =
      makeOptimizingTransformer(/*optLevel=*/3, /*sizeLevel=*/0, machine.get());
  if (llvm::Error error = optimize(llvmModule.get()))
    return module.emitError("LLVM failed to optimise: ")
           << llvm::toString(std::move(error));
  addManifest(*llvmModule, manifest);
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager codegen;
  if (machine->addPassesToEmitFile(codegen, stream, nullptr,
                                   llvm::CodeGenFileType::ObjectFile))
    return module.emitError("expected a target that writes objects");
  codegen.run(*llvmModule);
  return bytes.str().str();
}
