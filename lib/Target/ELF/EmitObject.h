// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a module of llvm.func to an ELF object, and to a shared object.

#ifndef LIB_TARGET_ELF_EMITOBJECT_H
#define LIB_TARGET_ELF_EMITOBJECT_H

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace mlir::ssm {

/// The bytes of an x86-64 object: the functions of `module`, each compiled for
/// the features that its attributes name, and a section `.ssm.manifest` that
/// holds `manifest`. Emits an error if LLVM cannot translate the module.
FailureOr<std::string> emitObject(ModuleOp module, llvm::StringRef manifest);

/// Links `object` to the shared object `path` with the linker of this machine
/// (ld, ld.lld, or the C compiler). `path` is replaced whole or not at all. The
/// error holds what the linker printed and a command that repeats it.
llvm::Error linkSharedObject(llvm::StringRef object, llvm::StringRef path);

} // namespace mlir::ssm

#endif // LIB_TARGET_ELF_EMITOBJECT_H
