// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The syntax of ssm.recurrence that ODS does not write: `%x "btc", %A "cn"`.

#ifndef DIALECT_SSMRECURRENCE_H
#define DIALECT_SSMRECURRENCE_H

#include "dialect/SSM.h"

namespace mlir::ssm {

ParseResult
parseInputsWithAxes(OpAsmParser &parser,
                    SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs,
                    ArrayAttr &axes);

void printInputsWithAxes(OpAsmPrinter &printer, RecurrenceOp op,
                         OperandRange inputs, ArrayAttr axes);

} // namespace mlir::ssm

#endif // DIALECT_SSMRECURRENCE_H
