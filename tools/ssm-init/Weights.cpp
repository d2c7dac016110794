// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names and shapes of each kind of layer as the examples have them, and the
// distributions of docs/initialisers.md.
#include "Weights.h"

#include "files/FloatBits.h"
#include "lib/Initialise/Diagonal.h"
#include "lib/Initialise/Mamba.h"
#include "lib/Initialise/S5.h"
#include "tools/ssm-run/Fill.h"

#include <cmath>

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXcd;
using Eigen::VectorXd;
using ssm::initialise::Random;

namespace ssm::init {
namespace {

using Shape = std::vector<int64_t>;

/// Collects the tensors of one layer.
class Layer {
public:
  explicit Layer(const Options &options) : options(options) {}

  Random randomFor(const std::string &name) const {
    return Random(options.seed, options.prefix + name);
  }

  /// Elements in row-major order, each from one call of `next`.
  template <typename Next>
  void add(const std::string &name, Shape shape, Next next) {
    rt::HostTensor tensor = run::makeTensor({}, SSM_F32, std::move(shape));
    for (uint64_t i = 0, count = tensor.elements(); i < count; ++i)
      rt::storeElement(SSM_F32, tensor.data(), i, next());
    tensors.emplace(options.prefix + name, std::move(tensor));
  }
  void addConstant(const std::string &name, Shape shape, double value) {
    add(name, std::move(shape), [=] { return value; });
  }
  void addNormal(const std::string &name, Shape shape, double variance) {
    add(name, std::move(shape),
        [random = randomFor(name), scale = std::sqrt(variance)]() mutable {
          return scale * random.normal();
        });
  }
  /// Uniform within one over the root of the number of terms in a sum.
  void addUniform(const std::string &name, Shape shape, int64_t terms) {
    double bound = 1 / std::sqrt(double(terms));
    add(name, std::move(shape), [=, random = randomFor(name)]() mutable {
      return random.uniform(-bound, bound);
    });
  }
  void addVector(const std::string &name, const VectorXd &values) {
    add(name, {values.size()},
        [&values, i = Index(0)]() mutable { return values(i++); });
  }
  /// The same row `count` times.
  void addRows(const std::string &name, int64_t count, const VectorXd &row) {
    add(name, {count, row.size()},
        [&row, i = Index(0)]() mutable { return row(i++ % row.size()); });
  }
  void addMatrix(const std::string &name, const MatrixXd &values) {
    add(name, {values.rows(), values.cols()},
        [&values, i = Index(0)]() mutable {
          Index row = i / values.cols(), column = i % values.cols();
          ++i;
          return values(row, column);
        });
  }

  /// log of `count` step sizes, drawn under the tensor's name.
  VectorXd logSteps(const std::string &name, int64_t count) const {
    Random random = randomFor(name);
    return initialise::logUniformSteps(count, options.steps, random);
  }

  Tensors take() { return std::move(tensors); }

private:
  const Options &options;
  Tensors tensors;
};

/// C's two parts make a complex number of variance 1; B is 1.
void addComplexS4D(Layer &layer, const VectorXcd &eigenvalues,
                   const Options &options) {
  Shape states = {options.channels, eigenvalues.size()};
  layer.addVector("log_dt", layer.logSteps("log_dt", options.channels));
  VectorXd logReal = (-eigenvalues.real()).array().log();
  layer.addRows("log_A_real", options.channels, logReal);
  layer.addRows("A_imag", options.channels, eigenvalues.imag());
  layer.addNormal("C_real", states, 0.5);
  layer.addNormal("C_imag", states, 0.5);
  layer.addNormal("D", {options.channels}, 1);
}

/// Both directions share all but C.
void addRealS4D(Layer &layer, const Options &options) {
  int64_t channels = options.channels;
  layer.addVector("log_dt", layer.logSteps("log_dt", channels));
  layer.addRows("log_A_real", channels, initialise::mambaALog(options.states));
  layer.addConstant("B", {channels, options.states}, 1);
  layer.addNormal("C", {channels, options.states}, 1);
  layer.addNormal("C_reverse", {channels, options.states}, 1);
  layer.addNormal("D", {channels}, 1);
  layer.addUniform("output_linear.weight", {channels, channels}, channels);
  layer.addUniform("output_linear.bias", {channels}, channels);
}

/// Every state has a step size, drawn as log_step, and is held with it.
void addS5(Layer &layer, const Options &options) {
  Random forB = layer.randomFor("B"), forC = layer.randomFor("C");
  initialise::DiagonalSystem system =
      initialise::s5(options.states, options.channels, forB, forC);
  system = initialise::zeroOrderHold(
      system, layer.logSteps("log_step", system.lambda.size()));
  layer.addVector("Lambda_bar_re", system.lambda.real());
  layer.addVector("Lambda_bar_im", system.lambda.imag());
  layer.addMatrix("B_bar_re", system.B.real());
  layer.addMatrix("B_bar_im", system.B.imag());
  layer.addMatrix("C_re", system.C.real());
  layer.addMatrix("C_im", system.C.imag());
  layer.addNormal("D", {options.channels}, 1);
}

/// Twice the channels inside, 4 taps and a rank of a sixteenth, rounded up:
/// what Mamba's configuration has where it says nothing.
void addMamba(Layer &layer, const Options &options) {
  int64_t hidden = options.channels, states = options.states;
  int64_t inner = 2 * hidden, taps = 4, rank = (hidden + 15) / 16;
  Random forBias = layer.randomFor("dt_proj.bias");
  layer.addVector("dt_proj.bias",
                  initialise::mambaStepBias(inner, options.steps,
                                            options.stepFloor, forBias));
  layer.addRows("A_log", inner, initialise::mambaALog(states));
  layer.addConstant("D", {inner}, 1);
  layer.addUniform("in_proj.weight", {2 * inner, hidden}, hidden);
  layer.addUniform("conv1d.weight", {inner, 1, taps}, taps);
  layer.addUniform("conv1d.bias", {inner}, taps);
  layer.addUniform("x_proj.weight", {rank + 2 * states, inner}, inner);
  layer.addUniform("dt_proj.weight", {inner, rank}, rank);
  layer.addUniform("out_proj.weight", {hidden, inner}, inner);
}

} // namespace

Tensors makeWeights(const Options &options) {
  Layer layer(options);
  switch (options.family) {
  case Family::Mamba:
    addMamba(layer, options);
    break;
  case Family::S4DInv:
    addComplexS4D(layer, initialise::s4dInv(options.states), options);
    break;
  case Family::S4DLegS:
    addComplexS4D(layer, initialise::s4dLegS(options.states), options);
    break;
  case Family::S4DLin:
    addComplexS4D(layer, initialise::s4dLin(options.states), options);
    break;
  case Family::S4DReal:
    addRealS4D(layer, options);
    break;
  case Family::S5:
    addS5(layer, options);
    break;
  }
  return layer.take();
}

} // namespace ssm::init
