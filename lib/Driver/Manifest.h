// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest of a package (docs/package-format.md).

#ifndef LIB_DRIVER_MANIFEST_H
#define LIB_DRIVER_MANIFEST_H

#include "lib/Chart/Ceilings.h"
#include "lib/Driver/HostPlan.h"
#include "lib/Driver/WorkCount.h"
#include "lib/Schedule/Machine.h"

namespace mlir::ssm {

/// One compiled form of a kernel on the CPU.
struct KernelVariant {
  std::string symbol;
  std::vector<std::string> features;
};

/// What the target's lowering decided for a kernel.
struct LaunchFacts {
  /// Threads of a block, dynamic and static on-chip bytes (CUDA).
  int64_t block = 0, sharedBytes = 0, staticSharedBytes = 0;
  /// What a cell passes on between segments of its time; segments, 1: it does
  /// not (CUDA).
  int64_t carryBytes = 0, segments = 1;
  /// Blocks that share a cell.
  int64_t cluster = 1;
  /// Scratch of a worker and compiled forms, best first (CPU).
  int64_t scratchBytes = 0;
  std::vector<KernelVariant> variants;
};

struct PackageTarget {
  bool isCUDA = false;
  /// `sm_90a`, or `x86_64`.
  std::string arch;
  /// Of the machine that the cost model takes the target for.
  ::ssm::chart::Ceilings ceilings;
};

::ssm::chart::Ceilings ceilingsOf(const ::ssm::schedule::Machine &machine);

/// The manifest of a module of launches and tile kernels. `body` is the PTX
/// that follows it, empty on the CPU.
FailureOr<std::string>
buildManifest(ModuleOp module, const PackageTarget &target,
              const std::map<std::string, LaunchFacts> &facts,
              llvm::StringRef body);

/// The text of a PTX package: the manifest as comments, the body after it.
std::string joinPTXPackage(llvm::StringRef manifest, llvm::StringRef body);

/// The contents of the section `.ssm.manifest`.
std::string stampManifest(llvm::StringRef manifest);

/// The name under which manifests know an element type.
std::string dtypeName(Type type);

} // namespace mlir::ssm

#endif // LIB_DRIVER_MANIFEST_H
