// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas of the block ops: tensors in, tensors out. Operands come through
// the adaptors that ODS generates; an absent one is a null Tensor.

#ifndef LIB_REFERENCE_BLOCKOPS_H
#define LIB_REFERENCE_BLOCKOPS_H

#include "dialect/SSM.h"
#include "lib/Reference/ScalarRegion.h"

namespace mlir::ssm::reference {

template <typename OpTy>
using Operands = typename OpTy::template GenericAdaptor<ArrayRef<Tensor>>;

using Results = SmallVector<Tensor>;

/// What `element` gives: an array, or from rank 4 on, where sizes explode, a
/// function.
Tensor makeTensor(ArrayRef<int64_t> shape, Tensor::Element element);

Results evaluate(LinearOp op, Operands<LinearOp> in);
Results evaluate(Conv1dOp op, Operands<Conv1dOp> in);
Results evaluate(TailOp op, Operands<TailOp> in);
Results evaluate(ActivationOp op, Operands<ActivationOp> in);
Results evaluate(GateOp op, Operands<GateOp> in);
Results evaluate(DiscretizeOp op, Operands<DiscretizeOp> in);
Results evaluate(ScanOp op, Operands<ScanOp> in);
/// `region` is the op's own.
Results evaluate(RecurrenceOp op, Operands<RecurrenceOp> in,
                 const ScalarRegion &region);
Results evaluate(RMSNormOp op, Operands<RMSNormOp> in);
Results evaluate(SplitOp op, Operands<SplitOp> in);
Results evaluate(ReverseOp op, Operands<ReverseOp> in);
Results evaluate(BroadcastOp op, Operands<BroadcastOp> in);
Results evaluate(LongConvOp op, Operands<LongConvOp> in);
/// `length` is that of the result.
Results evaluate(PadOp op, Operands<PadOp> in, int64_t length);
Results evaluate(GatherOp op, Operands<GatherOp> in);
Results evaluate(ScatterOp op, Operands<ScatterOp> in);
Results evaluate(MaskOp op, Operands<MaskOp> in);

/// What is wrong with the slots that `op` reads or writes a cache at, given its
/// operands; empty if nothing is.
std::string checkSlots(Operation *op, ArrayRef<Tensor> operands);

} // namespace mlir::ssm::reference

#endif // LIB_REFERENCE_BLOCKOPS_H
