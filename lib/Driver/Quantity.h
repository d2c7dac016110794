// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers as people read them: three digits, a prefix, a unit.

#ifndef LIB_DRIVER_QUANTITY_H
#define LIB_DRIVER_QUANTITY_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir::ssm {

/// `12.3 MB` for 12345678 and the unit `B`, `12 MB` for 12000000; prefixes go
/// from nano to exa, by thousands.
std::string formatQuantity(double value, llvm::StringRef unit);

} // namespace mlir::ssm

#endif // LIB_DRIVER_QUANTITY_H
