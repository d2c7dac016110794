// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses, lowers, links and opens a module.

#include "CompiledModule.h"

#include "dialect/SSM.h"
#include "lib/Conversion/CPU/SSMToCPU.h"
#include "lib/Conversion/CPU/Variant.h"
#include "lib/Target/ELF/EmitObject.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/TargetParser/Host.h"

#include <dlfcn.h>
#include <stdexcept>

using namespace mlir;

std::vector<std::string> ssm_test::allVariants() {
  std::vector<std::string> names;
  for (const ssm::Variant &variant : ssm::getVariants())
    names.push_back(variant.name.str());
  return names;
}

bool ssm_test::canRun(const std::string &variant) {
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  return llvm::all_of(ssm::lookupVariant(variant)->features,
                      [&](llvm::StringRef name) { return host.lookup(name); });
}

static std::string link(ModuleOp module) {
  FailureOr<std::string> object = ssm::emitObject(module, "{}");
  if (failed(object))
    throw std::runtime_error("emitObject failed");
  llvm::SmallString<128> path;
  if (llvm::sys::fs::createTemporaryFile("ssm-test", "so", path))
    throw std::runtime_error("no temporary file");
  if (llvm::Error error = ssm::linkSharedObject(*object, path))
    throw std::runtime_error(llvm::toString(std::move(error)));
  return path.str().str();
}

ssm_test::CompiledModule::CompiledModule(llvm::StringRef text,
                                         const std::string &variant) {
  DialectRegistry registry;
  registry.insert<ssm::SSMDialect, LLVM::LLVMDialect, scf::SCFDialect>();
  registerAllToLLVMIRTranslations(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    throw std::runtime_error("the module does not parse");
  PassManager manager(&context);
  ssm::LowerToCPUOptions options;
  options.variants = {variant};
  ssm::addLowerToCPUPasses(manager, options);
  if (failed(manager.run(*module)))
    throw std::runtime_error("lowering failed");
  for (auto function : module->getOps<LLVM::LLVMFuncOp>()) {
    if (function.isDeclaration())
      continue;
    names.push_back(function.getName().str());
    if (auto bytes = function->getAttrOfType<IntegerAttr>("ssm.scratch_bytes"))
      scratch[names.back()] = bytes.getInt();
  }
  std::string path = link(*module);
  library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  llvm::sys::fs::remove(path);
  if (!library)
    throw std::runtime_error(dlerror());
}

ssm_test::CompiledModule::~CompiledModule() {
  if (library)
    dlclose(library);
}

void *ssm_test::CompiledModule::address(const std::string &name) {
  void *found = dlsym(library, name.c_str());
  if (!found)
    throw std::runtime_error("no symbol " + name);
  return found;
}
