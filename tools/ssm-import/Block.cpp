// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The mixer as MambaMixer (transformers) and Mamba (mamba_ssm) have it, and the
// layer around it.
#include "Block.h"

#include "dialect/SSM.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
namespace block = mlir::ssm;

namespace ssm::import {
namespace {

constexpr int64_t kAny = ShapedType::kDynamic; // batch, length

class BlockBuilder {
public:
  BlockBuilder(ModuleOp module, const Config &config, const Options &options)
      : builder(module.getBodyRegion()), config(config), options(options),
        narrow(elementType()),
        wide(narrow.isF64() ? narrow : builder.getF32Type()) {
    builder.setInsertionPointToEnd(module.getBody());
  }

  func::FuncOp build() {
    bool isLayer = options.part == Part::Layer;
    function = func::FuncOp::create(builder, builder.getUnknownLoc(),
                                    isLayer ? "layer" : "mamba",
                                    builder.getFunctionType({}, {}));
    function.addEntryBlock();
    builder.setInsertionPointToEnd(&function.getBody().front());
    Value y =
        isLayer ? buildLayer()
                : buildMixer(input("x", activation(config.hidden, narrow)), "");
    finish(y);
    return function;
  }

private:
  Type elementType() {
    switch (options.elementType) {
    case ElementType::F32:
      return builder.getF32Type();
    case ElementType::BF16:
      return builder.getBF16Type();
    case ElementType::F16:
      return builder.getF16Type();
    case ElementType::F64:
      return builder.getF64Type();
    }
    llvm_unreachable("every element type is handled above");
  }

  /// A value is printed with the name in its location.
  Location named(StringRef name) {
    return NameLoc::get(builder.getStringAttr(name));
  }

  Type tensor(ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  }
  Type activation(int64_t channels, Type element) {
    return tensor({kAny, kAny, channels}, element);
  }

  Value argument(StringRef valueName, Type type, StringRef key,
                 const Twine &name) {
    unsigned index = function.getNumArguments();
    auto attributes = builder.getDictionaryAttr(
        builder.getNamedAttr(key, builder.getStringAttr(name)));
    if (failed(
            function.insertArgument(index, type, attributes, named(valueName))))
      llvm_unreachable("the function has a body and takes arguments");
    return function.getArgument(index);
  }
  Value input(StringRef name, Type type) {
    return argument(name, type, "ssm.name", name);
  }
  /// A weight; its value is named by the checkpoint's name without dots.
  Value weight(const Twine &name, ArrayRef<int64_t> shape, Type element) {
    std::string valueName = StringRef(name.str()).rsplit("mixer.").second.str();
    if (valueName.empty())
      valueName = name.str();
    if (StringRef(valueName).ends_with(".weight") &&
        !StringRef(valueName).starts_with("conv1d"))
      valueName.resize(valueName.size() - StringRef(".weight").size());
    std::replace(valueName.begin(), valueName.end(), '.', '_');
    return argument(valueName, tensor(shape, element), "ssm.weight",
                    options.prefix + name);
  }
  Value biasIf(bool isThere, const Twine &name, int64_t channels) {
    return isThere ? weight(name, {channels}, narrow) : Value();
  }

  Value linear(StringRef name, Value x, Value matrix, Value bias) {
    int64_t channels = cast<RankedTensorType>(matrix.getType()).getDimSize(0);
    return block::LinearOp::create(
        builder, named(name), activation(channels, narrow), x, matrix, bias);
  }

  SmallVector<Value> split(ArrayRef<StringRef> names, Value x,
                           ArrayRef<int64_t> channels) {
    SmallVector<Type> types;
    for (int64_t count : channels)
      types.push_back(activation(count, narrow));
    // Results share one location; the op's name is that of the first.
    auto op = block::SplitOp::create(builder, named(names.front()), types, x);
    return {op->result_begin(), op->result_end()};
  }

  Value buildMixer(Value x, StringRef scope);
  Value buildScan(Value u, Value dt, Value b, Value c, StringRef scope);
  Value buildLayer();
  void finish(Value y);

  OpBuilder builder;
  const Config &config;
  const Options &options;
  Type narrow, wide;
  func::FuncOp function;
  Value finalState;
};

Value BlockBuilder::buildMixer(Value x, StringRef scope) {
  int64_t inner = config.inner, states = config.states;
  Value inProj =
      weight(scope + "in_proj.weight", {2 * inner, config.hidden}, narrow);
  Value inBias =
      biasIf(config.projectionBias, scope + "in_proj.bias", 2 * inner);
  Value xz = linear("xz", x, inProj, inBias);
  SmallVector<Value> halves = split({"x_z"}, xz, {inner, inner});

  Value taps = weight(scope + "conv1d.weight", {inner, 1, config.taps}, narrow);
  Value tapBias = biasIf(config.convBias, scope + "conv1d.bias", inner);
  Value u = block::Conv1dOp::create(
      builder, named("u"), activation(inner, narrow), block::Activation::SiLU,
      halves[0], taps, tapBias, /*init=*/Value(), /*ends=*/Value(),
      /*order=*/Value(), /*reverse=*/false);

  Value xProj = weight(scope + "x_proj.weight",
                       {config.rank + 2 * states, inner}, narrow);
  Value projected = linear("dbc", u, xProj, Value());
  SmallVector<Value> parts =
      split({"dt_B_C"}, projected, {config.rank, states, states});
  Value dtProj = weight(scope + "dt_proj.weight", {inner, config.rank}, narrow);
  Value dt = linear("dt", parts[0], dtProj, Value());
  Value s = buildScan(u, dt, parts[1], parts[2], scope);

  Value gated =
      block::GateOp::create(builder, named("g"), activation(inner, narrow),
                            block::Activation::SiLU, s, halves[1]);
  Value outProj =
      weight(scope + "out_proj.weight", {config.hidden, inner}, narrow);
  Value outBias =
      biasIf(config.projectionBias, scope + "out_proj.bias", config.hidden);
  return linear("y", gated, outProj, outBias);
}

/// From dt, before its bias, to the scan's output in the wide type.
Value BlockBuilder::buildScan(Value u, Value dt, Value b, Value c,
                              StringRef scope) {
  int64_t inner = config.inner, states = config.states;
  Value dtBias = weight(scope + "dt_proj.bias", {inner}, wide);
  Value delta = block::ActivationOp::create(
      builder, named("delta"), activation(inner, wide),
      block::Activation::Softplus, dt, dtBias);
  Value aLog = weight(scope + "A_log", {inner, states}, wide);
  Value aExp = math::ExpOp::create(builder, named("A_exp"), aLog);
  Value a = arith::NegFOp::create(builder, named("A"), aExp);
  Type discrete = tensor({kAny, kAny, inner, states}, wide);
  auto bars =
      block::DiscretizeOp::create(builder, named("bars"), discrete, discrete,
                                  block::Discretization::Mamba, delta, a, b);
  Value d = weight(scope + "D", {inner}, wide);
  Type stateType = tensor({kAny, inner, states}, wide);
  Value init = options.states ? input("initial_state", stateType) : Value();
  auto scan = block::ScanOp::create(
      builder, named("s"), activation(inner, wide),
      options.states ? stateType : Type(), u, bars.getABar(), bars.getBBar(), c,
      d, init, /*ends=*/Value(), /*order=*/Value(), /*reverse=*/false,
      /*every=*/IntegerAttr());
  finalState = scan.getFinalState();
  return scan.getY();
}

/// x + mixer(norm(x)), the sum in f32 where the model keeps it so.
Value BlockBuilder::buildLayer() {
  Type stream = config.residualInF32 ? wide : narrow;
  Value x = input("x", activation(config.hidden, stream));
  Value norm = weight("norm.weight", {config.hidden}, narrow);
  Value normalised = block::RMSNormOp::create(
      builder, named("normalised"), activation(config.hidden, narrow), x, norm,
      builder.getF64FloatAttr(config.epsilon));
  Value y = buildMixer(normalised, "mixer.");
  if (stream != narrow)
    y = arith::ExtFOp::create(builder, named("y_wide"),
                              activation(config.hidden, stream), y);
  return arith::AddFOp::create(builder, named("sum"), x, y);
}

void BlockBuilder::finish(Value y) {
  SmallVector<Value> results = {y};
  SmallVector<StringRef> names = {"y"};
  if (finalState) {
    results.push_back(finalState);
    names.push_back("final_state");
  }
  func::ReturnOp::create(builder, builder.getUnknownLoc(), results);
  function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                           ValueRange(results).getTypes()));
  for (auto [i, name] : llvm::enumerate(names))
    function.setResultAttr(i, "ssm.name", builder.getStringAttr(name));
}

} // namespace

func::FuncOp buildBlock(ModuleOp module, const Config &config,
                        const Options &options) {
  return BlockBuilder(module, config, options).build();
}

} // namespace ssm::import
