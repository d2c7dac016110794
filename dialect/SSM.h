// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ssm dialect: types, attributes, interfaces and ops. The one header that
// passes, targets and tools include for it.

#ifndef DIALECT_SSM_H
#define DIALECT_SSM_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/CallInterfaces.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialect/SSMEnums.h.inc"

namespace mlir::ssm {

/// One read of an operand at each point of an op's iteration space.
struct OperandAccess {
  unsigned operand;
  AffineMap map;
};

/// The operands of a product of matrices, lhs * transpose(rhs) + bias.
struct MatrixProduct {
  unsigned lhs, rhs;
  std::optional<unsigned> bias;
};

/// The operands of a convolution along time. With `reverse` it is read one
/// length further on: the last element of `kernel` is then that of lag 0.
struct Convolution {
  unsigned signal, kernel;
  bool reverse;
};

/// Number of axes of a kernel: dimensions of every access map.
constexpr unsigned kNumAxes = 5;

/// Larger states do not fit the registers of a target (scan_c6).
constexpr int64_t kMaxStates = 256;

/// Every tap of a window is code of its own (conv1d_c4).
constexpr int64_t kMaxWidth = 256;

/// Kernels are built by recursion over their ops (kernel_c3).
constexpr int64_t kMaxKernelOps = 2048;

/// Every element of a tile is code of its own lane (tile_c2, schedule_c1).
constexpr int64_t kMaxTile = 65536;

/// What a package can address (sizes_c3).
constexpr int64_t kMaxTensorElements = int64_t(1) << 48;

/// Every one may be code of its own (size_classes_c2).
constexpr size_t kMaxSizeClasses = 16;

/// On a function: the sizes at which its schedules are judged.
constexpr llvm::StringLiteral kSizeClassesAttr = "ssm.size_classes";

/// On an argument or a result: the state that it is before or after a call.
constexpr llvm::StringLiteral kStateAttr = "ssm.state";

/// On a result: the state whose trace it is, and after how many tokens each of
/// its entries stands.
constexpr llvm::StringLiteral kTraceAttr = "ssm.trace";
constexpr llvm::StringLiteral kEveryAttr = "ssm.every";

/// On an argument: states of many sequences, a slot for each.
constexpr llvm::StringLiteral kCacheAttr = "ssm.cache";

/// On a result: the name of the cache in whose buffer it is; on an argument of
/// a tile kernel: the number of the argument whose memory it is.
constexpr llvm::StringLiteral kInPlaceAttr = "ssm.in_place";

/// Whether the sizes that are numbers multiply to at most kMaxTensorElements.
bool fitsPackage(ArrayRef<int64_t> shape);

/// f64 if `type` is f64, else f32: what scalars of this type compute in.
Type getComputeType(Type type);

/// `value` as a scalar of the floating-point type `type`.
Value castFloat(OpBuilder &builder, Location loc, Value value, Type type);

/// The scalar code of an activation; `x` and the result are f32 or f64.
Value buildActivation(OpBuilder &builder, Location loc, Activation function,
                      Value x);

/// Erases operand `i` of a tile op and argument `i` of its region, for every
/// `i` of at least `first` whose argument is not read; whether there was one.
bool dropUnusedInputs(Operation *op, unsigned first);

/// Whether `op` is one of the ops of arith and math that are elementwise work,
/// on tensors or on scalars.
bool isElementwiseWork(Operation *op);

/// Whether a kernel can compute `op`: known work on tensors of known types.
/// Emits what is wrong otherwise.
LogicalResult checkWork(Operation *op);

/// Where the packed sequences of `op` end; null if it has none.
Value getEnds(Operation *op);

/// The token that `op` takes in each step; null if it takes them as they stand.
Value getOrder(Operation *op);

/// Whether dimension 0 of `value` is the number of slots: an argument that is a
/// cache, what updates one, and either of them in or out of a kernel.
bool isCache(Value value);

/// Gives the elementwise ops of arith and math on tensors the
/// WorkOpInterface.
void registerElementwiseWork(DialectRegistry &registry);

/// A tile op that works in whatever layout its readers want.
template <typename ConcreteOp>
class AnyLayout : public OpTrait::TraitBase<ConcreteOp, AnyLayout> {};

/// A tile op that walks elements itself, whatever becomes of its results.
template <typename ConcreteOp>
class WalksElements : public OpTrait::TraitBase<ConcreteOp, WalksElements> {};

} // namespace mlir::ssm

#include "dialect/SSMDialect.h.inc"
#include "dialect/SSMInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/SSMAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialect/SSMTypes.h.inc"
#define GET_OP_CLASSES
#include "dialect/SSMOps.h.inc"

namespace mlir::ssm {

/// The size classes of a function; none if it does not say.
SmallVector<SizeClassAttr> getSizeClasses(Operation *function);

/// Whether ssm.state may stand on argument `index` (states_c1 to c4).
LogicalResult verifyStateArgument(FunctionOpInterface function, unsigned index,
                                  StringRef state, Location loc);
/// Likewise on a result.
LogicalResult verifyStateResult(FunctionOpInterface function, unsigned index,
                                StringRef state);

/// Whether ssm.trace may stand on result `index` (traces_c1 to c3), and
/// ssm.every (traces_c4).
LogicalResult verifyTraceResult(FunctionOpInterface function, unsigned index,
                                StringRef state);
LogicalResult verifyEveryResult(FunctionOpInterface function, unsigned index,
                                Attribute every);
/// What ssm.every says of a result with these attributes; else 1.
int64_t getEveryOf(DictionaryAttr attributes);

/// The name of an argument of a function (docs/spec.md, names).
std::string getArgumentName(FunctionOpInterface function, unsigned index);

/// Whether ssm.cache may stand on argument `index` (caches_c1, tile_kernel_c9).
LogicalResult verifyCacheArgument(FunctionOpInterface function, unsigned index,
                                  Attribute value, Location loc);
/// Whether ssm.in_place may stand on argument `index` of a tile kernel
/// (tile_kernel_c10).
LogicalResult verifyInPlaceArgument(TileKernelOp kernel, unsigned index,
                                    Attribute value);
/// Whether ssm.in_place may stand on a result (caches_c2).
LogicalResult verifyInPlaceResult(FunctionOpInterface function, unsigned index,
                                  StringRef name);

/// Whether a kernel's alternatives go together (kernel_c4).
LogicalResult verifyAlternatives(KernelOp kernel);

} // namespace mlir::ssm

#endif // DIALECT_SSM_H
