// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of states: in goes a parsed Manifest, out comes success or the
// first state that two functions, or the two sides of a call, would not agree
// on.
#include "Manifest.h"

#include <algorithm>
#include <map>

namespace ssm::rt {
namespace {

class StateChecker {
public:
  /// The buffers of one side, inputs or outputs.
  Status check(const Function &function, const std::vector<int> &side,
               const char *places) {
    std::string where = fmt::format("function \"{}\"", function.name);
    std::map<std::string, const Buffer *> seen;
    for (int index : side) {
      const Buffer &buffer = function.buffers[size_t(index)];
      if (buffer.state.empty())
        continue;
      if (!seen.emplace(buffer.state, &buffer).second)
        return SSM_ERROR(SSM_BAD_PACKAGE,
                         "{}: expected state \"{}\" once among the {}, got it "
                         "twice",
                         where, buffer.state, places);
      SSM_TRY(checkType(function, buffer).within(where));
    }
    return {};
  }

private:
  struct Use {
    const Function *function;
    const Buffer *buffer;
  };

  Status checkType(const Function &function, const Buffer &buffer) {
    const Shape &shape = buffer.shape;
    if (std::find(shape.begin(), shape.end(), SSM_DIM_LENGTH) != shape.end())
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "state \"{}\": expected a shape without length, got {}",
                       buffer.state, shapeText(shape));
    const Use &first =
        uses.emplace(buffer.state, Use{&function, &buffer}).first->second;
    if (first.buffer->dtype == buffer.dtype && first.buffer->shape == shape)
      return {};
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "state \"{}\": expected {} as \"{}\" of function "
                     "\"{}\" is, got {}",
                     buffer.state, typeText(*first.buffer), first.buffer->name,
                     first.function->name, typeText(buffer));
  }

  std::map<std::string, Use> uses; // the first of each state
};

} // namespace

Status checkStates(const Manifest &manifest) {
  StateChecker checker;
  for (const Function &function : manifest.functions) {
    SSM_TRY(checker.check(function, function.inputs, "inputs"));
    SSM_TRY(checker.check(function, function.outputs, "outputs"));
  }
  return {};
}

} // namespace ssm::rt
