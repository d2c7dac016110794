// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one interface through which passes see block ops.

#ifndef SSM_INTERFACES_TD
#define SSM_INTERFACES_TD

include "mlir/IR/OpBase.td"

def SSM_WorkOpInterface : OpInterface<"WorkOpInterface"> {
  let cppNamespace = "::mlir::ssm";
  let description = [{
    What an op computes, as fusion, tiling and lowering need to know it: an
    iteration space, where each operand is read, which axes are summed, and the
    scalar code of one point.

    For every point of the iteration space the op reads one scalar for each
    entry of `getAccesses()`, and `buildBody` computes from these scalars

    * kinds `pointwise` and `window`: one scalar for each result;
    * kind `recurrence`: from the states before, the states after and then what
      the point contributes to the read;
    * kinds `contraction` and `reduction`: the summand.

    Contributions are summed over `getReductionAxes()`; `buildFinish` turns the
    sum into an element of the result, given the same scalars read at the point of
    that element (null for a scalar that varies along an axis which the result
    does not have).

    Kind `access` computes nothing: `getResultAccess` says where an element of a
    result stands in operand 0.

    An operand of i32 has an element for each batch. It is read as any other, or
    it says which slot of a cache stands in the place of the batch: of operand 0
    with `getReadSlots`, of the result with `getWrittenSlots`.
  }];
  let methods = [
    InterfaceMethod<"The kind of work.", "::mlir::ssm::WorkKind",
                    "getWorkKind">,
    InterfaceMethod<"What each dimension of the iteration space stands for.",
                    "::llvm::SmallVector<::mlir::ssm::Axis>",
                    "getIterationAxes">,
    InterfaceMethod<[{The operands that are read at each point: operand number
      and map from the iteration space to the operand's dimensions. An element
      outside of the operand reads as zero.}],
      "::llvm::SmallVector<::mlir::ssm::OperandAccess>", "getAccesses", (ins),
      "", "return {};">,
    InterfaceMethod<[{The map from the iteration space to the dimensions of a
      result.}], "::mlir::AffineMap", "getResultMap",
      (ins "unsigned":$result)>,
    InterfaceMethod<"Axes over which contributions are summed.",
      "::llvm::SmallVector<::mlir::ssm::Axis>", "getReductionAxes", (ins), "",
      "return {};">,
    InterfaceMethod<"The scalar code of one point; `states` is empty unless the "
      "kind is `recurrence`.",
      "::llvm::SmallVector<::mlir::Value>", "buildBody",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$scalars, "::mlir::ValueRange":$states), "",
      "return {};">,
    InterfaceMethod<"The scalar code after the sum.",
      "::mlir::Value", "buildFinish",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::Value":$sum, "::llvm::ArrayRef<::mlir::Value>":$scalars),
      "", "return sum;">,
    InterfaceMethod<[{For kind `contraction`: which operands are multiplied and
      added, if the summand is the product of two of them and what follows the
      sum adds a third at most. Only such an op has a lowering, and a library may
      compute it.}], "::std::optional<::mlir::ssm::MatrixProduct>",
      "getMatrixProduct", (ins), "", "return {};">,
    InterfaceMethod<[{For kind `reduction`: which operand is convolved along time
      with which, if that is what is summed, over lags that are the axis `inner`,
      and nothing else is done. A library may compute it.}],
      "::std::optional<::mlir::ssm::Convolution>", "getConvolution", (ins), "",
      "return {};">,
    InterfaceMethod<[{For kind `access`: the map from the dimensions of a result
      to the dimensions of operand 0; symbol 0 is the length.}],
      "::mlir::AffineMap", "getResultAccess", (ins "unsigned":$result), "",
      "return {};">,
    InterfaceMethod<[{For kind `access`: the operand whose element at the batch is
      the index of dimension 0 of operand 0, where the map says batch; what is
      outside of operand 0 is zero. Null if the index is the batch.}],
      "::mlir::Value", "getReadSlots", (ins), "", "return {};">,
    InterfaceMethod<[{For kind `access`: likewise for dimension 0 of the result;
      what is outside of the result is not written.}],
      "::mlir::Value", "getWrittenSlots", (ins), "", "return {};">,
    InterfaceMethod<[{The operand whose buffer the result takes over, so that what
      is not written stays as it is; null if the result has one of its own.}],
      "::mlir::Value", "getUpdatedValue", (ins), "", "return {};">,
    InterfaceMethod<[{For kind `recurrence`: the states before the first token,
      or none of them for zeros.}],
      "::llvm::SmallVector<::mlir::Value>", "getInitialStateValues", (ins), "",
      "return {};">,
    InterfaceMethod<[{For kind `recurrence`: the states after the last token, or
      none of them.}],
      "::llvm::SmallVector<::mlir::Value>", "getFinalStateValues", (ins), "",
      "return {};">,
    InterfaceMethod<[{For kind `recurrence`: the final states are those after
      every so many tokens and after the last, if there is a number.}],
      "::std::optional<int64_t>", "getStatePeriod", (ins), "",
      "return ::std::nullopt;">,
    InterfaceMethod<[{For kind `recurrence`: the type of an element of each
      state; the widest is that of the read. All states have the same axes.}],
      "::llvm::SmallVector<::mlir::Type>", "getStateElementTypes", (ins), "",
      "return {};">,
    InterfaceMethod<"For kind `recurrence`: whether time runs backwards.",
      "bool", "isReverse", (ins), "", "return false;">
  ];
}

def SSM_StatefulOpInterface : OpInterface<"StatefulOpInterface"> {
  let cppNamespace = "::mlir::ssm";
  let description = [{
    An op whose results depend on earlier tokens, in a form that can be handed
    from one call to the next: a window's last tokens, a recurrence's state.
  }];
  let methods = [
    InterfaceMethod<[{The types of what must be handed on; none if the op is given
      its states already, or remembers nothing.}],
      "::llvm::SmallVector<::mlir::RankedTensorType>", "getStateTypes">,
    InterfaceMethod<"Why no call can go on where another ended; empty if one can.",
      "::llvm::StringRef", "getResumeObstacle">,
    InterfaceMethod<[{The same op, from the given states on: its results in their
      order, and after them the states after the last token.}],
      "::llvm::SmallVector<::mlir::Value>", "buildResumed",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$states)>,
    InterfaceMethod<[{The same op, from the given states on: its results in their
      order, and after them a trace of each state, from which that after any
      `every` tokens can be taken: the states themselves, (batch, ceil(length /
      every), ...), or what a state is the last tokens of, (batch, length, ...).
      None if the op returns its states already.}],
      "::llvm::SmallVector<::mlir::Value>", "buildTraced",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$states,
           "int64_t":$every)>
  ];
}

def SSM_PackableOpInterface : OpInterface<"PackableOpInterface"> {
  let cppNamespace = "::mlir::ssm";
  let description = [{
    An op that reads other tokens than its own. Told where sequences end, it takes
    its row of tokens as several of them, one after the other, and reads none of
    a neighbour's; states have one entry for each sequence. The methods are those
    that an optional operand `ends` brings.
  }];
  let methods = [
    InterfaceMethod<[{The token after the last one of each sequence; null if every
      row is one sequence.}], "::mlir::Value", "getEnds">,
    InterfaceMethod<"The operand, to be set.", "::mlir::MutableOperandRange",
      "getEndsMutable">
  ];
}

def SSM_OrderableOpInterface : OpInterface<"OrderableOpInterface"> {
  let cppNamespace = "::mlir::ssm";
  let description = [{
    An op whose result for one token depends on which tokens come before it. Told
    an order it takes its tokens in that one, in place: step t reads and writes
    the rows order[t]. The method is that which an optional operand `order` brings.
  }];
  let methods = [
    InterfaceMethod<[{The token of each step, (1, length); null if tokens follow each
      other as they stand.}], "::mlir::Value", "getOrder">
  ];
}

#endif // SSM_INTERFACES_TD
