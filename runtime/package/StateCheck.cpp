// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules of states: in goes a parsed Manifest, out comes success or the
// first state that two functions, or the two sides of a call, would not agree
// on, or that is not in its trace.
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

/// The states themselves, with a dimension 1 more, or the tokens that a state
/// is the last of, along dimension 1.
bool isTraceOf(const Buffer &trace, const Buffer &state) {
  const Shape &given = trace.shape, &of = state.shape;
  if (trace.dtype != state.dtype || given.size() < 3 || of.size() < 2 ||
      given[0] != of[0] || of[0] != SSM_DIM_BATCH)
    return false;
  bool ofTokens = given.size() == of.size();
  if (ofTokens && given[1] != SSM_DIM_LENGTH)
    return false;
  size_t rest = ofTokens ? 2 : 1;
  return given.size() - 2 == of.size() - rest &&
         std::equal(given.begin() + 2, given.end(), of.begin() + int(rest)) &&
         (given[1] == SSM_DIM_LENGTH || given[1] <= SSM_DIM_EVERY(2));
}

Status checkTraces(const Function &function) {
  std::map<std::string, int> traced;
  for (int index : function.outputs) {
    const Buffer &trace = function.buffers[size_t(index)];
    if (trace.trace.empty())
      continue;
    auto problem = [&](const std::string &expected) {
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "function \"{}\": output \"{}\": expected {}",
                       function.name, trace.name, expected);
    };
    if (!trace.state.empty() || traced[trace.trace]++ > 0)
      return problem("one trace of state \"" + trace.trace +
                     "\", and it to be no state");
    auto state = std::find_if(
        function.inputs.begin(), function.inputs.end(), [&](int input) {
          return function.buffers[size_t(input)].state == trace.trace;
        });
    if (state == function.inputs.end())
      return problem("state \"" + trace.trace + "\" among the inputs");
    const Buffer &before = function.buffers[size_t(*state)];
    if (!isTraceOf(trace, before))
      return problem("a trace of state \"" + trace.trace + "\", " +
                     typeText(before) + ", got " + typeText(trace));
  }
  return {};
}

} // namespace

Status checkStates(const Manifest &manifest) {
  StateChecker checker;
  for (const Function &function : manifest.functions) {
    SSM_TRY(checker.check(function, function.inputs, "inputs"));
    SSM_TRY(checker.check(function, function.outputs, "outputs"));
    SSM_TRY(checkTraces(function));
  }
  return {};
}

} // namespace ssm::rt
