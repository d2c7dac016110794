// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every block op but the recurrence, written as its documentation has it.

#include "lib/Reference/BlockOps.h"
#include "lib/Reference/Elementwise.h"
#include "lib/Reference/Sequences.h"

#include <cmath>

using namespace mlir;
using namespace mlir::ssm;
using namespace mlir::ssm::reference;

Tensor mlir::ssm::reference::makeTensor(ArrayRef<int64_t> shape,
                                        Tensor::Element element) {
  return shape.size() < 4 ? Tensor::evaluate(shape, element)
                          : Tensor::fromFunction(shape, std::move(element));
}

Results mlir::ssm::reference::evaluate(LinearOp, Operands<LinearOp> in) {
  Tensor x = in.getX(), weight = in.getWeight(), bias = in.getBias();
  int64_t rows = x.getDim(0) * x.getDim(1);
  int64_t inputs = weight.getDim(1), outputs = weight.getDim(0);
  ArrayRef<double> row = x.getArray(), weights = weight.getArray();
  std::vector<double> y(rows * outputs);
  for (int64_t r = 0; r < rows; ++r, row = row.drop_front(inputs))
    for (int64_t o = 0; o < outputs; ++o) {
      double sum = 0;
      for (int64_t i = 0; i < inputs; ++i)
        sum += row[i] * weights[o * inputs + i];
      y[r * outputs + o] = bias ? sum + bias.at({o}) : sum;
    }
  return {Tensor::fromArray({x.getDim(0), x.getDim(1), outputs}, std::move(y))};
}

Results mlir::ssm::reference::evaluate(Conv1dOp op, Operands<Conv1dOp> in) {
  Tensor x = in.getX(), weight = in.getWeight(), bias = in.getBias(),
         init = in.getInit(), order = in.getOrder();
  int64_t length = x.getDim(1), channels = x.getDim(2),
          width = weight.getShape().back();
  std::vector<double> y(x.getDim(0) * length * channels);
  auto sequences = sequencesOf(x.getDim(0), length, in.getEnds());
  for (auto [s, sequence] : llvm::enumerate(sequences))
    for (int64_t t = 0; t < sequence.size(); ++t)
      for (int64_t c = 0; c < channels; ++c) {
        double sum = bias ? bias.at({c}) : 0;
        for (int64_t w = 0; w < width; ++w) {
          int64_t token =
              op.getReverse() ? t + (width - 1 - w) : t - (width - 1 - w);
          bool isBefore = token < 0 && init;
          if ((token < 0 && !init) || token >= sequence.size())
            continue;
          double tap =
              weight.getRank() == 2 ? weight.at({c, w}) : weight.at({c, 0, w});
          sum += tap *
                 (isBefore ? init.at({int64_t(s), width - 1 + token, c})
                           : x.at({sequence.batch,
                                   tokenOf(order, sequence.begin + token), c}));
        }
        int64_t row =
            sequence.batch * length + tokenOf(order, sequence.begin + t);
        y[row * channels + c] = activate(op.getActivation(), sum);
      }
  return {Tensor::fromArray(x.getShape(), std::move(y))};
}

Results mlir::ssm::reference::evaluate(TailOp op, Operands<TailOp> in) {
  Tensor x = in.getX(), init = in.getInit();
  auto sequences = sequencesOf(x.getDim(0), x.getDim(1), in.getEnds());
  SmallVector<int64_t> shape = {
      int64_t(sequences.size()),
      cast<RankedTensorType>(op.getY().getType()).getShape()[1], x.getDim(2)};
  auto element = [&](ArrayRef<int64_t> index) {
    const Sequence &sequence = sequences[index[0]];
    int64_t token = sequence.size() - shape[1] + index[1];
    if (token >= 0)
      return x.at({sequence.batch, sequence.begin + token, index[2]});
    int64_t before = init ? init.getDim(1) + token : -1;
    return before >= 0 ? init.at({index[0], before, index[2]}) : 0.0;
  };
  return {Tensor::evaluate(shape, element)};
}

Results mlir::ssm::reference::evaluate(ActivationOp op,
                                       Operands<ActivationOp> in) {
  Tensor x = in.getX(), bias = in.getBias();
  auto element = [=, function = op.getFunction()](ArrayRef<int64_t> index) {
    double v = x.at(index);
    return activate(function, bias ? v + bias.at({index.back()}) : v);
  };
  return {makeTensor(x.getShape(), element)};
}

Results mlir::ssm::reference::evaluate(GateOp op, Operands<GateOp> in) {
  Tensor x = in.getX(), z = in.getZ();
  auto element = [=, function = op.getFunction()](ArrayRef<int64_t> index) {
    return x.at(index) * activate(function, z.at(index));
  };
  return {makeTensor(x.getShape(), element)};
}

Results mlir::ssm::reference::evaluate(RMSNormOp op, Operands<RMSNormOp> in) {
  Tensor x = in.getX(), weight = in.getWeight();
  int64_t channels = x.getDim(2);
  double epsilon = op.getEpsilon().convertToDouble();
  std::vector<double> y;
  y.reserve(x.getArray().size());
  for (ArrayRef<double> row = x.getArray(); !row.empty();
       row = row.drop_front(channels)) {
    double sum = 0;
    for (double v : row.take_front(channels))
      sum += v * v;
    double root = std::sqrt(sum / channels + epsilon);
    for (int64_t c = 0; c < channels; ++c)
      y.push_back(row[c] / root * weight.at({c}));
  }
  return {Tensor::fromArray(x.getShape(), std::move(y))};
}

Results mlir::ssm::reference::evaluate(SplitOp op, Operands<SplitOp> in) {
  Tensor x = in.getX();
  Results parts;
  unsigned cut = op.getCutDim();
  for (auto [part, begin] : llvm::zip(op.getParts(), op.getOffsets())) {
    SmallVector<int64_t> shape(x.getShape());
    shape[cut] = cast<RankedTensorType>(part.getType()).getDimSize(cut);
    parts.push_back(
        makeTensor(shape, [x, cut, offset = begin](ArrayRef<int64_t> index) {
          SmallVector<int64_t> source(index);
          source[cut] += offset;
          return x.at(source);
        }));
  }
  return parts;
}

Results mlir::ssm::reference::evaluate(ReverseOp, Operands<ReverseOp> in) {
  Tensor x = in.getX();
  int64_t last = x.getDim(1) - 1;
  return {makeTensor(x.getShape(), [=](ArrayRef<int64_t> index) {
    return x.at({index[0], last - index[1], index[2]});
  })};
}

Results mlir::ssm::reference::evaluate(BroadcastOp, Operands<BroadcastOp> in) {
  Tensor x = in.getX();
  return {makeTensor(in.getLike().getShape(), [=](ArrayRef<int64_t> index) {
    return x.at({index[2]});
  })};
}

Results mlir::ssm::reference::evaluate(LongConvOp op, Operands<LongConvOp> in) {
  Tensor x = in.getX(), k = in.getK();
  int64_t length = x.getDim(1);
  auto element = [&](ArrayRef<int64_t> index) {
    int64_t batch = index[0], t = index[1], c = index[2];
    double sum = 0;
    for (int64_t s = 0; s < length; ++s) {
      int64_t lag = op.getReverse() ? length - 1 - (s - t) : t - s;
      if (op.getReverse() ? s >= t : s <= t)
        sum += k.at({0, lag, c}) * x.at({batch, s, c});
    }
    return sum;
  };
  return {Tensor::evaluate(x.getShape(), element)};
}

Results mlir::ssm::reference::evaluate(PadOp, Operands<PadOp> in,
                                       int64_t length) {
  Tensor x = in.getX();
  SmallVector<int64_t> shape = {x.getDim(0), length, x.getDim(2)};
  return {makeTensor(shape, [=](ArrayRef<int64_t> index) {
    return index[1] < x.getDim(1) ? x.at(index) : 0.0;
  })};
}
