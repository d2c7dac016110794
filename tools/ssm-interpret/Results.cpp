// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One summary line for each result, its elements if asked for, files, checks.
#include "Results.h"

#include "files/FloatBits.h"
#include "tools/ssm-run/Compare.h"
#include "tools/ssm-run/Failure.h"

using mlir::ssm::reference::Tensor;
using ssm::run::ExitCheck;
using ssm::run::ExitInput;
using ssm::run::ExitRun;
using ssm::run::fail;
using ssm::run::take;

namespace ssm::interpret {
namespace {

rt::HostTensor toHost(const Tensor &tensor, ssm_dtype dtype) {
  rt::HostTensor host;
  host.dtype = dtype;
  host.shape = tensor.getShape().vec();
  llvm::ArrayRef<double> values = tensor.getArray();
  host.storage.resize(values.size() * ssm_dtype_size(dtype));
  for (size_t i = 0; i < values.size(); ++i)
    rt::storeElement(dtype, host.data(), i, values[i]);
  return host;
}

/// One line for each row of the last dimension, led by its index.
void printElements(const Tensor &tensor) {
  llvm::ArrayRef<int64_t> shape = tensor.getShape();
  llvm::ArrayRef<double> values = tensor.getArray();
  size_t row = shape.empty() ? 1 : size_t(shape.back());
  for (size_t begin = 0; begin < values.size(); begin += row) {
    size_t rest = begin / row;
    std::vector<size_t> index;
    for (size_t dim = shape.empty() ? 0 : shape.size() - 1; dim-- > 0;
         rest /= size_t(shape[dim]))
      index.insert(index.begin(), rest % size_t(shape[dim]));
    fmt::print("[{}]", fmt::join(index, ", "));
    for (double value : values.slice(begin, row))
      fmt::print(" {:.10g}", value);
    fmt::print("\n");
  }
}

void printSummary(const std::string &name, const rt::HostTensor &result) {
  run::Summary summary = run::summarize(result);
  fmt::print(
      "{}: {}, norm {:.6g}, largest {:.6g}{}\n", name,
      rt::tensorText(result.dtype, result.shape), summary.norm, summary.largest,
      summary.notFinite ? fmt::format(", {} not finite", summary.notFinite)
                        : "");
}

/// Compares one output; false when a bound is exceeded.
bool check(const run::FileSpec &expectation, const rt::HostTensor &result,
           double bound, std::optional<double> maxBound) {
  rt::HostTensor reference = take(rt::readNpy(expectation.path));
  if (reference.shape != result.shape)
    fail(ExitInput, "\"{}\": expected the shape of output \"{}\", {}, got {}",
         expectation.path, expectation.name, shapeText(result.shape),
         shapeText(reference.shape));
  run::Difference difference = run::compare(result, reference);
  bool good = difference.normRatio <= bound && difference.notFinite == 0;
  fmt::print("{}: |out - ref| / |ref| {:.3g} (bound {:.3g})", expectation.name,
             difference.normRatio, bound);
  fmt::print(", largest |out - ref| / largest |ref| {:.3g}",
             difference.largestRatio);
  if (maxBound) {
    good &= difference.largestRatio <= *maxBound;
    fmt::print(" (bound {:.3g})", *maxBound);
  }
  if (difference.notFinite)
    fmt::print(", {} elements differ in being finite", difference.notFinite);
  if (!good)
    fmt::print(", worst at element {}: {:.9g} instead of {:.9g}",
               difference.worst, difference.worstValue,
               difference.worstReference);
  fmt::print("{}\n", good ? "" : " FAILED");
  return good;
}

void writeOutput(const run::FileSpec &output, const Parameter &parameter,
                 const Tensor &result, bool isDeclared) {
  if (isDeclared && !parameter.dtype)
    fail(ExitInput, "output \"{}\": expected --output-dtype=f64 for i1",
         output.name);
  rt::HostTensor host = toHost(result, isDeclared ? *parameter.dtype : SSM_F64);
  rt::Status written = rt::writeNpy(output.path, host);
  if (!written.ok())
    fail(ExitRun, "{}", written.message());
}

} // namespace

void checkResultNames(const std::vector<Parameter> &parameters,
                      const Options &options) {
  for (const auto *specs : {&options.outputs, &options.expectations})
    for (const run::FileSpec &spec : *specs)
      indexOf(parameters, spec.name, "output");
}

void report(const std::vector<Parameter> &parameters,
            const std::vector<Tensor> &results, const Options &options) {
  for (size_t i = 0; i < results.size(); ++i) {
    printSummary(parameters[i].name, toHost(results[i], SSM_F64));
    if (options.print)
      printElements(results[i]);
  }
  for (const run::FileSpec &output : options.outputs) {
    size_t i = indexOf(parameters, output.name, "output");
    writeOutput(output, parameters[i], results[i], options.outputDeclared);
  }
  bool good = true;
  for (const run::FileSpec &expectation : options.expectations) {
    size_t i = indexOf(parameters, expectation.name, "output");
    ssm_dtype compared =
        options.roundDeclared ? parameters[i].dtype.value_or(SSM_F64) : SSM_F64;
    double bound = options.tolerance.value_or(run::defaultTolerance(compared));
    good &= check(expectation, toHost(results[i], SSM_F64), bound,
                  options.maxTolerance);
  }
  if (!good)
    fail(ExitCheck, "an output is outside its bound");
}

} // namespace ssm::interpret
