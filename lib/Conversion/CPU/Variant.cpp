// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of instruction sets.

#include "lib/Conversion/CPU/Variant.h"

using namespace mlir::ssm;

// AVX-512 brings AVX2, FMA and F16C along.
static constexpr llvm::StringRef kAVX512[] = {"avx512f", "avx512bw", "avx512vl",
                                              "avx512dq"};
static constexpr llvm::StringRef kAVX512BF16[] = {
    "avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512bf16"};
static constexpr llvm::StringRef kAVX2[] = {"avx2", "fma", "f16c"};

static constexpr Variant kVariants[] = {
    {"avx512bf16", 512, 16, 8, true, kAVX512BF16},
    {"avx512", 512, 16, 8, false, kAVX512},
    {"avx2", 256, 8, 4, false, kAVX2},
};

llvm::ArrayRef<Variant> mlir::ssm::getVariants() { return kVariants; }

const Variant *mlir::ssm::lookupVariant(llvm::StringRef name) {
  for (const Variant &variant : kVariants)
    if (variant.name == name)
      return &variant;
  return nullptr;
}
