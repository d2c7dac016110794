// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module, as text, that is lowered for the CPU, linked and opened, so that a
// test calls what the compiler made of it.

#ifndef TEST_CONVERSION_CPU_COMPILEDMODULE_H
#define TEST_CONVERSION_CPU_COMPILEDMODULE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ssm_test {

/// Instruction sets that the compiler knows, best first.
std::vector<std::string> allVariants();
/// Whether this machine has what code for `variant` uses.
bool canRun(const std::string &variant);

class CompiledModule {
public:
  /// Compiles for one instruction set. Throws std::runtime_error if a pass,
  /// LLVM or the linker fails.
  CompiledModule(llvm::StringRef text, const std::string &variant);
  ~CompiledModule();
  CompiledModule(const CompiledModule &) = delete;
  CompiledModule &operator=(const CompiledModule &) = delete;

  template <typename Function> Function *symbol(const std::string &name) {
    return reinterpret_cast<Function *>(address(name));
  }
  /// The functions that have a body.
  const std::vector<std::string> &functions() const { return names; }
  /// Throws std::out_of_range if the function does not say.
  int64_t scratchBytes(const std::string &name) const {
    return scratch.at(name);
  }

private:
  void *address(const std::string &name);

  void *library = nullptr;
  std::vector<std::string> names;
  std::map<std::string, int64_t> scratch;
};

/// The calling convention of a kernel.
using Kernel = void(void *const *buffers, int64_t batch, int64_t length,
                    int64_t first, int64_t last, void *scratch);

} // namespace ssm_test

#endif // TEST_CONVERSION_CPU_COMPILEDMODULE_H
