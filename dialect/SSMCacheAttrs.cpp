// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which tensors are caches, and which results are in the buffer of one
// (docs/spec.md): of a function by ssm.cache and ssm.in_place, of a tile kernel
// by the same attributes of its arguments.

#include "dialect/SSM.h"

using namespace mlir;
using namespace mlir::ssm;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

std::string mlir::ssm::getArgumentName(FunctionOpInterface function,
                                       unsigned index) {
  for (StringRef key : {"ssm.weight", "ssm.name"})
    if (auto name = function.getArgAttrOfType<StringAttr>(index, key))
      return name.str();
  return "arg" + std::to_string(index);
}

/// `?` in dimension 0 and nowhere else.
static bool hasSlots(ShapedType type) {
  return type.getRank() >= 2 && type.isDynamicDim(0) &&
         llvm::none_of(type.getShape().drop_front(), ShapedType::isDynamic);
}

LogicalResult mlir::ssm::verifyCacheArgument(FunctionOpInterface function,
                                             unsigned index, Attribute value,
                                             Location loc) {
  if (!isa<UnitAttr>(value))
    return emitError(loc) << "expected ssm.cache without a value, got "
                          << value;
  Type type = function.getArgumentTypes()[index];
  if (auto view = dyn_cast<MemRefType>(type)) { // tile_kernel_c9
    if (hasSlots(view))
      return success();
    return emitError(loc) << "expected a cache of rank 2 or more with '?' in "
                             "dimension 0 alone, got "
                          << type;
  }
  if (function.getArgAttr(index, "ssm.weight")) // caches_c1
    return emitError(loc)
           << "expected ssm.cache or ssm.weight on an argument, got both";
  auto tensor = dyn_cast<RankedTensorType>(type);
  bool fits = tensor && tensor.getRank() <= 3 && hasSlots(tensor) &&
              isa<FloatType>(tensor.getElementType());
  if (fits) // caches_c1
    return success();
  return emitError(loc)
         << "expected a cache to be a tensor of floats of rank 2 "
            "or 3 with '?' in dimension 0 alone, got "
         << type;
}

LogicalResult mlir::ssm::verifyInPlaceResult(FunctionOpInterface function,
                                             unsigned index, StringRef name) {
  Location loc = function.getLoc();
  unsigned cache = 0, count = function.getNumArguments();
  while (cache < count && (!function.getArgAttr(cache, kCacheAttr) ||
                           getArgumentName(function, cache) != name))
    ++cache;
  if (cache == count) // caches_c2
    return emitError(loc)
           << "expected ssm.in_place to name an argument with ssm.cache, got '"
           << name << "'";
  Type argument = function.getArgumentTypes()[cache],
       result = function.getResultTypes()[index];
  if (argument != result) // caches_c2
    return emitError(loc) << "expected a result in the place of '" << name
                          << "' to be " << argument << " as that is, got "
                          << result;
  for (unsigned i = 0; i < index; ++i) {
    auto other = function.getResultAttrOfType<StringAttr>(i, kInPlaceAttr);
    if (other && other.getValue() == name) // caches_c2
      return emitError(loc)
             << "expected one result in the place of '" << name << "', got two";
  }
  return success();
}

/// Whether the value that ends a region at `number` is a cache.
static bool yieldsCache(Region &region, unsigned number) {
  return isCache(region.front().getTerminator()->getOperand(number));
}

bool mlir::ssm::isCache(Value value) {
  if (auto result = dyn_cast<OpResult>(value)) {
    Operation *op = result.getOwner();
    if (auto work = dyn_cast<WorkOpInterface>(op))
      return work.getUpdatedValue() != Value();
    auto kernel = dyn_cast<KernelOp>(op);
    return kernel && yieldsCache(kernel.getBody(), result.getResultNumber());
  }
  auto argument = cast<BlockArgument>(value);
  Operation *parent = argument.getOwner()->getParentOp();
  if (auto kernel = dyn_cast<KernelOp>(parent))
    return isCache(kernel.getInputs()[argument.getArgNumber()]);
  auto function = dyn_cast<FunctionOpInterface>(parent);
  return function && function.getArgAttr(argument.getArgNumber(), kCacheAttr);
}

//===----------------------------------------------------------------------===//
// Tile kernels
//===----------------------------------------------------------------------===//

static std::optional<unsigned> placeOf(TileKernelOp kernel, unsigned argument) {
  auto place = kernel.getArgAttrOfType<IntegerAttr>(argument, kInPlaceAttr);
  if (!place)
    return std::nullopt;
  return place.getInt();
}

LogicalResult mlir::ssm::verifyInPlaceArgument(TileKernelOp kernel,
                                               unsigned index,
                                               Attribute value) {
  auto place = dyn_cast<IntegerAttr>(value);
  auto isPartner = [&](int64_t other) {
    ArrayRef<Type> types = kernel.getArgumentTypes();
    return other >= 0 && other < index && types[other] == types[index] &&
           kernel.isCache(other) && kernel.isCache(index);
  };
  if (!place || !isPartner(place.getInt())) // tile_kernel_c10
    return kernel.emitOpError("expected ssm.in_place on a cache to be the "
                              "number of one before it of the same type, got ")
           << value;
  for (unsigned i = 0; i < index; ++i)
    if (placeOf(kernel, i) == place.getInt()) // tile_kernel_c10
      return kernel.emitOpError("expected one argument in the place of ")
             << place.getInt() << ", got two";
  return success();
}

bool TileKernelOp::isCache(unsigned argument) {
  return getArgAttr(argument, kCacheAttr) != Attribute();
}

std::optional<unsigned> TileKernelOp::getInPlaceOf(unsigned argument) {
  return placeOf(*this, argument);
}

bool TileKernelOp::isShared(unsigned argument) {
  return placeOf(*this, argument) ||
         llvm::any_of(
             llvm::seq<unsigned>(0, getNumArguments()),
             [&](unsigned other) { return placeOf(*this, other) == argument; });
}

bool TileKernelOp::hasCaches() {
  return llvm::any_of(llvm::seq<unsigned>(0, getNumArguments()),
                      [&](unsigned i) { return isCache(i); });
}

SmallVector<BlockArgument> TileKernelOp::getSlotViews() {
  SmallVector<BlockArgument> views;
  for (BlockArgument argument : getBody().getArguments())
    if (llvm::any_of(argument.getUses(), [](OpOperand &use) {
          auto load = dyn_cast<TileLoadOp>(use.getOwner());
          auto store = dyn_cast<TileStoreOp>(use.getOwner());
          return (load && load.getSlots() == use.get()) ||
                 (store && store.getSlots() == use.get());
        }))
      views.push_back(argument);
  return views;
}
