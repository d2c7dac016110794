// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Feature names to cpuid through the compiler's builtin, which also asks the
// operating system whether it saves the registers.
#include "CpuFeatures.h"

#include <fstream>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace ssm::rt {

// The builtin takes literals only.
#define SSM_X86_FEATURES(X)                                                    \
  X("sse2")                                                                    \
  X("sse3")                                                                    \
  X("ssse3")                                                                   \
  X("sse4.1")                                                                  \
  X("sse4.2")                                                                  \
  X("popcnt")                                                                  \
  X("avx")                                                                     \
  X("avx2")                                                                    \
  X("fma")                                                                     \
  X("bmi")                                                                     \
  X("bmi2")                                                                    \
  X("avx512f")                                                                 \
  X("avx512bw")                                                                \
  X("avx512cd")                                                                \
  X("avx512dq")                                                                \
  X("avx512vl")                                                                \
  X("avx512ifma")                                                              \
  X("avx512vbmi")                                                              \
  X("avx512vbmi2")                                                             \
  X("avx512vnni")                                                              \
  X("avx512bitalg")                                                            \
  X("avx512vpopcntdq")                                                         \
  X("avx512bf16")

#if defined(__x86_64__)
namespace {

/// Features that not every compiler's builtin knows; the wide registers they
/// work on must be usable first.
bool hasByCpuid(const std::string &name) {
  unsigned a, b, c, d;
  if (name == "f16c")
    return __builtin_cpu_supports("avx") && __get_cpuid(1, &a, &b, &c, &d) &&
           (c & bit_F16C);
  if (name == "avx512fp16")
    return __builtin_cpu_supports("avx512f") &&
           __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & 1u << 23);
  return false;
}

} // namespace
#endif

bool isCpuFeature(const std::string &name) {
#if defined(__x86_64__)
#define SSM_IS(FEATURE)                                                        \
  if (name == FEATURE)                                                         \
    return true;
  SSM_X86_FEATURES(SSM_IS)
#undef SSM_IS
#endif
  return name == "f16c" || name == "avx512fp16";
}

bool cpuHasFeature(const std::string &name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#define SSM_ASK(FEATURE)                                                       \
  if (name == FEATURE)                                                         \
    return __builtin_cpu_supports(FEATURE) != 0;
  SSM_X86_FEATURES(SSM_ASK)
#undef SSM_ASK
  return hasByCpuid(name);
#else
  return false;
#endif
}

bool cpuIsSlowWith(const std::string &name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return name == "avx512bf16" && __builtin_cpu_is("intel");
#else
  return false;
#endif
}

std::string cpuName() {
  std::ifstream info("/proc/cpuinfo");
  std::string line;
  while (std::getline(info, line))
    if (line.compare(0, 10, "model name") == 0)
      if (size_t colon = line.find(": "); colon != std::string::npos)
        return line.substr(colon + 2);
  return "CPU";
}

const char *hostArch() {
#if defined(__x86_64__)
  return "x86_64";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "unknown";
#endif
}

} // namespace ssm::rt
