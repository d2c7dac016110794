// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens what the options name, in the order in which mistakes are cheapest:
// names, inputs and sizes before the device, the device before weights.
#include "Session.h"

#include "Failure.h"
#include "Fill.h"
#include "StateFile.h"
#include "Suggest.h"

#include <cstdio>

namespace ssm::run {
namespace {

void writeNote(void *, const char *line) {
  fmt::print(stderr, "ssm-run: note: {}\n", line);
}

const char *textOrNull(const std::string &text) {
  return text.empty() ? nullptr : text.c_str();
}

/// What a device is asked for comes from the command line.
Device createDevice(ssm_device_kind kind, int ordinal,
                    const ssm_device_options &wanted) {
  try {
    return Device::create(kind, ordinal, &wanted);
  } catch (const Error &problem) {
    if (problem.code() == SSM_INVALID_ARGUMENT)
      fail(ExitUsage, "{}", problem.what());
    throw;
  }
}

Device openDevice(const Options &options, const Package &package) {
  ssm_device_options wanted = deviceOptions(options);
  const std::string &name = options.device;
  if (name == "auto") {
    ssm_device_kind kind = package.describe().target;
    Device device = createDevice(kind, 0, wanted);
    ssm_device_info info = device.describe();
    fmt::print(stderr, "ssm-run: device {} ({}, {}), by the package's target\n",
               kind == SSM_CUDA ? "cuda:0" : "cpu", info.name, info.arch);
    return device;
  }
  if (name == "cpu")
    return createDevice(SSM_CPU, 0, wanted);
  int ordinal = 0;
  if (name != "cuda") {
    char end = 0;
    if (std::sscanf(name.c_str(), "cuda:%9d%c", &ordinal, &end) != 1 ||
        ordinal < 0)
      fail(ExitUsage,
           "--device: expected auto, cpu, cuda or cuda:N, got "
           "\"{}\"",
           name);
  }
  return createDevice(SSM_CUDA, ordinal, wanted);
}

std::vector<std::string> namesOf(const std::vector<ssm_buffer_info> &buffers) {
  std::vector<std::string> names;
  for (const ssm_buffer_info &buffer : buffers)
    names.push_back(buffer.name);
  return names;
}

size_t indexOf(const std::vector<ssm_buffer_info> &buffers,
               const std::string &name, const char *kind,
               const std::string &function) {
  for (size_t i = 0; i < buffers.size(); ++i)
    if (name == buffers[i].name)
      return i;
  fail(ExitUsage, "function \"{}\" has no {} \"{}\"{}; it has: {}", function,
       kind, name, didYouMean(name, namesOf(buffers)),
       fmt::join(namesOf(buffers), ", "));
}

/// Checkpoints keep axes of one element, as in a depthwise convolution's
/// weight (channels, 1, taps).
std::vector<int64_t> withoutOnes(const std::vector<int64_t> &shape) {
  std::vector<int64_t> kept;
  for (int64_t extent : shape)
    if (extent != 1)
      kept.push_back(extent);
  return kept;
}

/// The weights of the command line, one after the other.
class WeightReader {
public:
  explicit WeightReader(const Options &options) : options(options) {
    if (!options.weights.empty())
      file = take(rt::Safetensors::open(options.weights));
  }

  rt::HostTensor read(const ssm_buffer_info &buffer) const {
    std::string name = buffer.name;
    std::vector<int64_t> shape = resolveShape(buffer, 0, 0, 0);
    rt::HostTensor tensor;
    const TensorSpec *spec = findSpec(options.weightOverrides, name);
    if (spec && spec->source.kind == Source::Kind::File) {
      tensor = take(rt::readNpy(spec->source.path));
    } else if (spec) {
      tensor = makeTensor(spec->source, spec->dtype.value_or(buffer.dtype),
                          spec->shape.value_or(shape));
    } else if (options.randomWeights) {
      tensor = makeTensor(weightSource(*options.randomWeights, name, shape),
                          buffer.dtype, shape);
    } else {
      tensor = fromFile(name);
    }
    if (withoutOnes(tensor.shape) != withoutOnes(shape))
      fail(ExitInput, "weight \"{}\": expected {}, got {}", name,
           rt::tensorText(buffer.dtype, shape),
           rt::tensorText(tensor.dtype, tensor.shape));
    return convertTensor(std::move(tensor), buffer.dtype, options.convert,
                         "weight \"" + name + "\"");
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
           didYouMean(key, known));
    }
    return take(file.read(key));
  }

  const Options &options;
  rt::Safetensors file;
};

} // namespace

const TensorSpec *findSpec(const std::vector<TensorSpec> &specs,
                           const std::string &name) {
  for (const TensorSpec &spec : specs)
    if (spec.name == name)
      return &spec;
  return nullptr;
}

ssm_device_options deviceOptions(const Options &options) {
  ssm_device_options wanted = {};
  wanted.struct_size = sizeof wanted;
  wanted.threads = options.threads;
  wanted.note.write = writeNote;
  wanted.cuda_library = textOrNull(options.cudaLibrary);
  wanted.cublaslt_library = textOrNull(options.cublasLtLibrary);
  wanted.dnnl_library = textOrNull(options.dnnlLibrary);
  wanted.cufft_library = textOrNull(options.cufftLibrary);
  wanted.cublas_library = textOrNull(options.cublasLibrary);
  wanted.kissfft_library = textOrNull(options.kissFftLibrary);
  wanted.cpu_features = textOrNull(options.cpuFeatures);
  return wanted;
}

int chooseFunction(const Package &package, const Options &options) {
  int count = package.describe().function_count;
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i)
    names.push_back(package.function(i).name);
  if (count == 0)
    fail(ExitInput, "\"{}\": expected a package with a function, got none",
         options.package);
  if (options.function.empty() && count == 1)
    return 0;
  if (options.function.empty())
    fail(ExitUsage, "expected --function, one of: {}", fmt::join(names, ", "));
  int found = package.find(options.function);
  if (found < 0)
    fail(ExitUsage, "no function \"{}\"{}; there are: {}", options.function,
         didYouMean(options.function, names), fmt::join(names, ", "));
  return found;
}

std::string sizeClassText(const Package &package, int function, int sizeClass) {
  if (package.function(function).size_class_count == 0)
    return "";
  ssm_size_class sizes = package.sizeClass(function, sizeClass);
  return fmt::format("{}x{}", sizes.batch, sizes.length);
}

std::vector<int64_t> resolveShape(const ssm_buffer_info &buffer, int64_t batch,
                                  int64_t length, int64_t slots) {
  std::vector<int64_t> shape;
  for (int i = 0; i < buffer.rank; ++i)
    shape.push_back(buffer.shape[i] == SSM_DIM_SLOTS
                        ? slots
                        : ssm_dim_size(buffer.shape[i], batch, length));
  return shape;
}

Session::Session(const Options &options)
    : options(options), package(Package::open(options.package)),
      function(chooseFunction(package, options)),
      functionName(package.function(function).name),
      inputs(package.buffers(function, SSM_INPUT)),
      weights(package.buffers(function, SSM_WEIGHT)),
      outputs(package.buffers(function, SSM_OUTPUT)),
      device((checkNames(), readInputs(), openDevice(options, package))),
      executable(Executable::load(device, package, function, options.matmul,
                                  options.pin ? &*options.pin : nullptr)),
      sizeClass(executable.sizeClass(batch, length)),
      sizeClassName(sizeClassText(package, function, sizeClass)) {
  bindWeights();
}

size_t Session::outputNamed(const std::string &name) const {
  return indexOf(outputs, name, "output", functionName);
}

std::optional<size_t> Session::placeOf(const ssm_buffer_info &output) const {
  if (output.in_place < 0)
    return std::nullopt;
  std::string name = package.buffer(function, output.in_place).name;
  return indexOf(inputs, name, "input", functionName);
}

void Session::checkNames() const {
  for (const TensorSpec &spec : options.inputs)
    indexOf(inputs, spec.name, "input", functionName);
  for (const TensorSpec &spec : options.weightOverrides)
    indexOf(weights, spec.name, "weight", functionName);
  if (!options.saveState.empty())
    checkSavedStates(outputs, functionName);
  for (const FileSpec &spec : options.outputs)
    outputNamed(spec.name);
  for (const FileSpec &spec : options.expectations)
    outputNamed(spec.name);
}

void Session::bindWeights() {
  if (weights.empty())
    return;
  WeightReader reader(options);
  for (const ssm_buffer_info &weight : weights) {
    rt::HostTensor tensor = reader.read(weight);
    executable.bind(weight.name, tensor.data(), tensor.bytes());
  }
}

} // namespace ssm::run
