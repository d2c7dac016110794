// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The discretisation, and the recurrence that walks it token by token. What
// ssm.discretize gives stays a function, so that the largest thing in memory is
// the state of one channel.

#include "lib/Reference/BlockOps.h"
#include "lib/Reference/Sequences.h"

#include <cmath>

using namespace mlir;
using namespace mlir::ssm;
using namespace mlir::ssm::reference;

/// phi1(p) = (exp(p) - 1) / p, continued at 0.
static double phi1(double p) { return p == 0 ? 1 : std::expm1(p) / p; }

static double decay(Discretization kind, double p) {
  return kind == Discretization::Bilinear ? (1 + p / 2) / (1 - p / 2)
                                          : std::exp(p);
}

static double inputFactor(Discretization kind, double p, double delta) {
  switch (kind) {
  case Discretization::ZOH:
    return phi1(p) * delta;
  case Discretization::Mamba:
    return delta;
  case Discretization::Bilinear:
    return delta / (1 - p / 2);
  }
  llvm_unreachable("every discretisation is handled above");
}

Results mlir::ssm::reference::evaluate(DiscretizeOp op,
                                       Operands<DiscretizeOp> in) {
  Tensor delta = in.getDelta(), a = in.getA(), b = in.getB();
  Discretization kind = op.getKind();
  SmallVector<int64_t> shape(delta.getShape());
  shape.push_back(a.getDim(1));
  auto aBar = [=](ArrayRef<int64_t> i) {
    double step = delta.at(i.drop_back());
    return decay(kind, step * a.at({i[2], i[3]}));
  };
  auto bBar = [=](ArrayRef<int64_t> i) {
    double step = delta.at(i.drop_back());
    double input =
        b.getRank() == 3 ? b.at({i[0], i[1], i[3]}) : b.at({i[2], i[3]});
    return inputFactor(kind, step * a.at({i[2], i[3]}), step) * input;
  };
  return {Tensor::fromFunction(shape, aBar), Tensor::fromFunction(shape, bBar)};
}

namespace {
/// One scan: its operands, and what it reads at a (batch, channel).
struct Scan {
  Scan(ScanOp op, Operands<ScanOp> in)
      : u(in.getU()), a(in.getA()), b(in.getB()), c(in.getC()), d(in.getD()),
        init(in.getInit()), numStates(op.getNumStates()),
        reverse(op.getReverse()) {}

  Tensor u, a, b, c, d, init;
  std::optional<int64_t> numStates;
  bool reverse;

  SmallVector<double> initialState(int64_t sequence, int64_t channel) const {
    SmallVector<double> h(numStates.value_or(1), 0);
    for (int64_t n = 0; init && n < int64_t(h.size()); ++n)
      h[n] = numStates ? init.at({sequence, channel, n})
                       : init.at({sequence, channel});
    return h;
  }

  /// Takes the state of a channel over token t and gives y[t].
  double step(int64_t batch, int64_t t, int64_t channel,
              MutableArrayRef<double> h) const {
    // An operand without a state axis holds for every state.
    auto factor = [&](const Tensor &tensor, int64_t n) {
      return tensor.getRank() == 4 ? tensor.at({batch, t, channel, n})
                                   : tensor.at({batch, t, channel});
    };
    auto read = [&](int64_t n) {
      return c.getRank() == 3 ? c.at({batch, t, n}) : c.at({channel, n});
    };
    double input = u.at({batch, t, channel}), y = 0;
    for (int64_t n = 0; n < int64_t(h.size()); ++n) {
      h[n] = factor(a, n) * h[n] + factor(b, n) * input;
      y += c ? read(n) * h[n] : h[n];
    }
    return d ? y + d.at({channel}) * input : y;
  }
};
} // namespace

namespace {
/// The states after the last token of each sequence, or, with `every`, those
/// after every so many tokens and after the last.
class FinalStates {
public:
  FinalStates(int64_t sequences, int64_t channels,
              std::optional<int64_t> states, int64_t every, int64_t length)
      : channels(channels), count(states.value_or(1)), every(every),
        length(length), marks(every ? llvm::divideCeil(length, every) : 1) {
    shape = {sequences, channels};
    if (every)
      shape.insert(shape.begin() + 1, marks);
    if (states)
      shape.push_back(count);
    values.resize(sequences * marks * channels * count);
  }

  void noteToken(int64_t sequence, int64_t token, int64_t channel,
                 ArrayRef<double> h) {
    if (every && ((token + 1) % every == 0 || token + 1 == length))
      store(sequence * marks + token / every, channel, h);
  }
  void noteEnd(int64_t sequence, int64_t channel, ArrayRef<double> h) {
    if (!every)
      store(sequence, channel, h);
  }
  Tensor take() { return Tensor::fromArray(shape, std::move(values)); }

private:
  void store(int64_t row, int64_t channel, ArrayRef<double> h) {
    llvm::copy(h, values.begin() + (row * channels + channel) * count);
  }

  int64_t channels, count, every, length, marks;
  SmallVector<int64_t> shape;
  std::vector<double> values;
};
} // namespace

Results mlir::ssm::reference::evaluate(ScanOp op, Operands<ScanOp> in) {
  Scan scan(op, in);
  int64_t batches = scan.u.getDim(0), length = scan.u.getDim(1),
          channels = scan.u.getDim(2);
  std::vector<double> y(batches * length * channels);
  auto sequences = sequencesOf(batches, length, in.getEnds());
  FinalStates last(sequences.size(), channels, scan.numStates,
                   op.getEvery().value_or(0), length);
  for (auto [s, sequence] : llvm::enumerate(sequences))
    for (int64_t c = 0; c < channels; ++c) {
      SmallVector<double> h = scan.initialState(s, c);
      for (int64_t i = 0; i < sequence.size(); ++i) {
        int64_t t = scan.reverse ? sequence.end - 1 - i : sequence.begin + i;
        t = tokenOf(in.getOrder(), t);
        y[(sequence.batch * length + t) * channels + c] =
            scan.step(sequence.batch, t, c, h);
        last.noteToken(s, t, c, h);
      }
      last.noteEnd(s, c, h);
    }
  Results results = {Tensor::fromArray(scan.u.getShape(), std::move(y))};
  if (op.getFinalState())
    results.push_back(last.take());
  return results;
}

namespace {
/// An ssm.recurrence: the states of one channel are walked token by token.
struct RegionWalk {
  RegionWalk(RecurrenceOp op, Operands<RecurrenceOp> in,
             const ScalarRegion &region, ArrayRef<int64_t> sizes)
      : region(region), inputs(in.getInputs()), init(in.getInit()),
        numStates(op.getStateArguments().size()), count(sizes[3]),
        hasStateAxis(op.hasStateAxis()) {
    for (unsigned i = 0; i < inputs.size(); ++i)
      axes.push_back(op.getAxesOf(i));
  }

  const ScalarRegion &region;
  ArrayRef<Tensor> inputs, init;
  SmallVector<StringRef> axes;
  size_t numStates;
  int64_t count;
  bool hasStateAxis;

  /// The input at a point, by the letters of its axes. What has no time is
  /// given once for each sequence.
  double inputAt(unsigned input, int64_t sequence,
                 ArrayRef<int64_t> btcn) const {
    SmallVector<int64_t> index;
    for (char letter : axes[input])
      index.push_back(letter == 'b' && !axes[input].contains('t')
                          ? sequence
                          : btcn[StringRef("btcn").find(letter)]);
    return inputs[input].at(index);
  }

  /// h[n * numStates + s] before the first token.
  SmallVector<double> initialStates(int64_t sequence, int64_t channel) const {
    SmallVector<double> h(count * numStates, 0);
    for (int64_t n = 0; n < count; ++n)
      for (size_t s = 0; s < init.size(); ++s)
        h[n * numStates + s] = hasStateAxis ? init[s].at({sequence, channel, n})
                                            : init[s].at({sequence, channel});
    return h;
  }

  /// The elements of one state.
  SmallVector<double> oneOf(ArrayRef<double> h, size_t state) const {
    SmallVector<double> values;
    for (int64_t n = 0; n < count; ++n)
      values.push_back(h[n * numStates + state]);
    return values;
  }

  /// Takes the states of a channel over token t and gives y[t].
  double step(int64_t sequence, int64_t batch, int64_t t, int64_t channel,
              MutableArrayRef<double> h) const {
    double y = 0;
    for (int64_t n = 0; n < count; ++n) {
      MutableArrayRef<double> states = h.slice(n * numStates, numStates);
      SmallVector<double> arguments;
      for (unsigned i = 0; i < inputs.size(); ++i)
        arguments.push_back(inputAt(i, sequence, {batch, t, channel, n}));
      arguments.append(states.begin(), states.end());
      SmallVector<double> results = region.run(arguments);
      llvm::copy(ArrayRef(results).drop_back(), states.begin());
      y += results.back();
    }
    return y;
  }
};
} // namespace

/// Batch, length, channels and states, by the inputs that have them; a channel
/// axis that no input has is y's.
static SmallVector<int64_t> sizesOf(RecurrenceOp op,
                                    Operands<RecurrenceOp> in) {
  SmallVector<int64_t> sizes(
      cast<RankedTensorType>(op.getY().getType()).getShape());
  sizes.push_back(1);
  for (auto [i, input] : llvm::enumerate(in.getInputs()))
    for (auto [letter, size] : llvm::zip(op.getAxesOf(i), input.getShape()))
      if (letter != 'b' || op.getAxesOf(i).contains('t'))
        sizes[StringRef("btcn").find(letter)] = size;
  return sizes;
}

Results mlir::ssm::reference::evaluate(RecurrenceOp op,
                                       Operands<RecurrenceOp> in,
                                       const ScalarRegion &region) {
  SmallVector<int64_t> sizes = sizesOf(op, in);
  RegionWalk walk(op, in, region, sizes);
  int64_t batches = sizes[0], length = sizes[1], channels = sizes[2];
  std::vector<double> y(batches * length * channels);
  auto sequences = sequencesOf(batches, length, in.getEnds());
  std::optional<int64_t> states;
  if (walk.hasStateAxis)
    states = walk.count;
  std::vector<FinalStates> last(walk.numStates,
                                FinalStates(sequences.size(), channels, states,
                                            op.getEvery().value_or(0), length));
  for (auto [s, sequence] : llvm::enumerate(sequences))
    for (int64_t c = 0; c < channels; ++c) {
      SmallVector<double> h = walk.initialStates(s, c);
      for (int64_t i = 0; i < sequence.size(); ++i) {
        int64_t t = op.getReverse() ? sequence.end - 1 - i : sequence.begin + i;
        t = tokenOf(in.getOrder(), t);
        y[(sequence.batch * length + t) * channels + c] =
            walk.step(s, sequence.batch, t, c, h);
        for (size_t i = 0; op.getEvery() && i < walk.numStates; ++i)
          last[i].noteToken(s, t, c, walk.oneOf(h, i));
      }
      for (auto [i, final] : llvm::enumerate(last))
        final.noteEnd(s, c, walk.oneOf(h, i));
    }
  Results results = {
      Tensor::fromArray({batches, length, channels}, std::move(y))};
  for (size_t s = 0; s < op.getFinalStates().size(); ++s)
    results.push_back(last[s].take());
  return results;
}
