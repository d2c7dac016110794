// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What this processor can execute, by the compiler's names of features.
#ifndef SSM_RUNTIME_CPU_CPUFEATURES_H
#define SSM_RUNTIME_CPU_CPUFEATURES_H

#include <string>

namespace ssm::rt {

/// Whether this runtime knows the name.
bool isCpuFeature(const std::string &name);

/// False for names this runtime does not know.
bool cpuHasFeature(const std::string &name);

/// Whether code is slower with the feature than without, although the processor
/// has it: a Xeon took a quarter longer for products of bf16 by sums of pairs
/// than by multiply-adds of f32 (docs/performance/cpu.md).
bool cpuIsSlowWith(const std::string &name);

/// The model name, from /proc/cpuinfo; "CPU" when that is not there.
std::string cpuName();

/// "x86_64", "aarch64".
const char *hostArch();

} // namespace ssm::rt

#endif // SSM_RUNTIME_CPU_CPUFEATURES_H
