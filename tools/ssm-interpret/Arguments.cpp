// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs first: their shapes tell the batch and the length. Whether all shapes
// agree with the function is the interpreter's own check.
#include "Arguments.h"

#include "files/FloatBits.h"
#include "files/Safetensors.h"
#include "tools/ssm-run/Failure.h"
#include "tools/ssm-run/Fill.h"
#include "tools/ssm-run/Suggest.h"

using mlir::ssm::reference::Tensor;
using ssm::run::ExitInput;
using ssm::run::ExitUsage;
using ssm::run::fail;
using ssm::run::Source;
using ssm::run::take;
using ssm::run::TensorSpec;

namespace ssm::interpret {
namespace {

/// The option that gives a symbolic size, and what it says.
const char *nameOf(int64_t symbol) {
  return symbol == SSM_DIM_BATCH    ? "batch"
         : symbol == SSM_DIM_LENGTH ? "length"
                                    : "slots";
}

std::optional<int64_t> optionOf(int64_t symbol, const Options &options) {
  return symbol == SSM_DIM_BATCH    ? options.batch
         : symbol == SSM_DIM_LENGTH ? options.length
                                    : options.slots;
}

struct Sizes {
  std::optional<int64_t> batch, length, slots;

  std::optional<int64_t> &of(int64_t symbol) {
    return symbol == SSM_DIM_BATCH    ? batch
           : symbol == SSM_DIM_LENGTH ? length
                                      : slots;
  }

  /// What the symbols of `parameter` are in `shape`, where not known yet; a
  /// Failure if an option says something else.
  void learn(const Parameter &parameter, const std::vector<int64_t> &shape,
             const Options &options) {
    const std::vector<int64_t> &declared = parameter.shape;
    for (size_t i = 0; i < declared.size() && i < shape.size(); ++i) {
      if (declared[i] >= 0)
        continue;
      auto option = optionOf(declared[i], options);
      if (option.value_or(shape[i]) != shape[i])
        fail(ExitInput, "input \"{}\": expected {} as --{} says, got {}",
             parameter.name, *option, nameOf(declared[i]), shape[i]);
      std::optional<int64_t> &size = of(declared[i]);
      size = size.value_or(shape[i]);
    }
  }

  std::vector<int64_t> resolve(const Parameter &parameter) {
    std::vector<int64_t> shape = parameter.shape;
    for (int64_t &size : shape) {
      if (size >= 0)
        continue;
      std::optional<int64_t> known = of(size);
      if (!known)
        fail(ExitUsage,
             "\"{}\": expected --{} or an input's shape that tells it",
             parameter.name, nameOf(size));
      size = *known;
    }
    return shape;
  }
};

const TensorSpec *findSpec(const std::vector<TensorSpec> &specs,
                           const std::string &name) {
  for (const TensorSpec &spec : specs)
    if (spec.name == name)
      return &spec;
  return nullptr;
}

/// The elements as doubles, rounded to the parameter's type.
Tensor toTensor(rt::HostTensor host, const Parameter &parameter,
                const Options &options) {
  std::string what =
      (parameter.isWeight ? "weight \"" : "input \"") + parameter.name + "\"";
  if (!parameter.dtype)
    fail(ExitInput, "{}: expected elements of f64, f32, bf16, f16 or i32",
         what);
  host = run::convertTensor(std::move(host), *parameter.dtype, options.convert,
                            what);
  std::optional<int64_t> count =
      mlir::ssm::reference::countElements(host.shape);
  if (!count)
    fail(ExitInput, "{}: expected at most {} elements, got {}", what,
         mlir::ssm::reference::kMaxElements, shapeText(host.shape));
  std::vector<double> values(size_t(*count), 0);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = rt::loadElement(host.dtype, host.data(), i);
  return Tensor::fromArray(host.shape, std::move(values));
}

/// Generated elements; a Failure before memory is asked for in vain.
rt::HostTensor generate(const Source &source, ssm_dtype dtype,
                        const std::vector<int64_t> &shape,
                        const std::string &name) {
  if (!mlir::ssm::reference::countElements(shape))
    fail(ExitInput, "\"{}\": expected at most {} elements, got {}", name,
         mlir::ssm::reference::kMaxElements, shapeText(shape));
  return run::makeTensor(source, dtype, shape);
}

/// Checkpoints keep axes of one element, as in a depthwise convolution's
/// weight (channels, 1, taps).
std::vector<int64_t> withoutOnes(const std::vector<int64_t> &shape) {
  std::vector<int64_t> kept;
  for (int64_t size : shape)
    if (size != 1)
      kept.push_back(size);
  return kept;
}

class WeightReader {
public:
  explicit WeightReader(const Options &options) : options(options) {
    if (!options.weights.empty())
      file = take(rt::Safetensors::open(options.weights));
  }

  rt::HostTensor read(const Parameter &weight, Sizes &sizes) const {
    std::vector<int64_t> shape = sizes.resolve(weight);
    const TensorSpec *spec = findSpec(options.weightOverrides, weight.name);
    rt::HostTensor tensor;
    if (spec && spec->source.kind == Source::Kind::File)
      tensor = take(rt::readNpy(spec->source.path));
    else if (spec)
      tensor = generate(spec->source,
                        spec->dtype.value_or(weight.dtype.value_or(SSM_F64)),
                        spec->shape.value_or(shape), weight.name);
    else if (options.randomWeights)
      tensor = generate(
          run::weightSource(*options.randomWeights, weight.name, shape),
          weight.dtype.value_or(SSM_F64), shape, weight.name);
    else
      tensor = fromFile(weight.name);
    if (withoutOnes(tensor.shape) != withoutOnes(shape))
      fail(ExitInput, "weight \"{}\": expected shape {}, got {}", weight.name,
           shapeText(shape), shapeText(tensor.shape));
    tensor.shape = shape;
    return tensor;
  }

private:
  rt::HostTensor fromFile(const std::string &name) const {
    if (options.weights.empty())
      fail(ExitUsage, "weight \"{}\": expected --weights or --weight", name);
    std::string key = options.prefix + name;
    if (!file.entries().count(key)) {
      std::vector<std::string> known;
      for (const auto &entry : file.entries())
        known.push_back(entry.first);
      fail(ExitInput, "\"{}\" has no tensor \"{}\"{}", options.weights, key,
           run::didYouMean(key, known));
    }
    return take(file.read(key));
  }

  const Options &options;
  rt::Safetensors file;
};

/// Each name belongs to a parameter and comes once.
void checkSpecs(const std::vector<TensorSpec> &specs,
                const std::vector<Parameter> &parameters, const char *kind) {
  for (const TensorSpec &spec : specs) {
    indexOf(parameters, spec.name, kind);
    if (findSpec(specs, spec.name) != &spec)
      fail(ExitUsage, "expected --{} {}=... once", kind, spec.name);
  }
}

void checkNames(const std::vector<Parameter> &parameters,
                const Options &options) {
  std::vector<Parameter> inputs, weights;
  for (const Parameter &parameter : parameters)
    (parameter.isWeight ? weights : inputs).push_back(parameter);
  checkSpecs(options.inputs, inputs, "input");
  checkSpecs(options.weightOverrides, weights, "weight");
}

} // namespace

std::vector<Tensor> readArguments(const std::vector<Parameter> &parameters,
                                  const Options &options) {
  checkNames(parameters, options);
  Sizes sizes{options.batch, options.length, options.slots};
  std::vector<rt::HostTensor> hosts(parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Parameter &parameter = parameters[i];
    if (parameter.isWeight)
      continue;
    const TensorSpec *spec = findSpec(options.inputs, parameter.name);
    if (!spec)
      fail(ExitUsage, "expected --input {}=...", parameter.name);
    bool isFile = spec->source.kind == Source::Kind::File;
    if (isFile)
      hosts[i] = take(rt::readNpy(spec->source.path));
    sizes.learn(parameter,
                isFile ? hosts[i].shape
                       : spec->shape.value_or(std::vector<int64_t>()),
                options);
  }
  WeightReader reader(options);
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Parameter &parameter = parameters[i];
    const TensorSpec *spec = findSpec(options.inputs, parameter.name);
    if (parameter.isWeight)
      hosts[i] = reader.read(parameter, sizes);
    else if (spec->source.kind != Source::Kind::File)
      hosts[i] = generate(
          spec->source, spec->dtype.value_or(parameter.dtype.value_or(SSM_F64)),
          spec->shape ? *spec->shape : sizes.resolve(parameter),
          parameter.name);
    tensors.push_back(toTensor(std::move(hosts[i]), parameter, options));
  }
  return tensors;
}

} // namespace ssm::interpret
