// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keys and defaults of transformers' MambaConfig (configuration_mamba.py) and
// of mamba_ssm's MambaConfig (config_mamba.py) with Mamba (mamba_simple.py).
#include "Config.h"

#include "tools/ssm-run/Failure.h"
#include "tools/ssm-run/Suggest.h"

#include "llvm/Support/JSON.h"

#include <cmath>

using ssm::run::ExitInput;
using ssm::run::fail;
namespace json = llvm::json;

namespace ssm::import {
namespace {

constexpr size_t maxBytes = size_t(16) << 20;
constexpr int maxDepth = 32;
constexpr int64_t maxChannels = int64_t(1) << 24;
constexpr int64_t maxStates = 256; // scan_c6
constexpr int64_t maxTaps = 1024;

/// The parser recurses once a bracket: refuses what would exhaust the stack.
void checkDepth(llvm::StringRef text) {
  int depth = 0;
  bool isString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (isString && c == '\\')
      ++i;
    else if (c == '"')
      isString = !isString;
    else if (!isString && (c == '{' || c == '['))
      ++depth;
    else if (!isString && (c == '}' || c == ']'))
      --depth;
    if (depth > maxDepth)
      fail(ExitInput, "expected JSON nested at most {} deep", maxDepth);
  }
}

std::string textOf(const json::Value &value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text.size() <= 40 ? text : text.substr(0, 40) + "...";
}

/// One object of the file; names its keys with `path` in errors.
class Reader {
public:
  Reader(const json::Object &object, std::string path)
      : object(object), path(std::move(path)) {}

  bool has(llvm::StringRef key) const {
    const json::Value *value = object.get(key);
    return value && value->kind() != json::Value::Null;
  }

  int64_t integer(llvm::StringRef key, int64_t low, int64_t high) const {
    if (!has(key))
      fail(ExitInput, "expected \"{}{}\", an integer", path, key.str());
    std::optional<int64_t> value = object.getInteger(key);
    if (!value || *value < low || *value > high)
      fail(ExitInput, "\"{}{}\": expected an integer from {} to {}, got {}",
           path, key.str(), low, high, textOf(*object.get(key)));
    return *value;
  }

  int64_t integerOr(llvm::StringRef key, int64_t otherwise, int64_t low,
                    int64_t high) const {
    return has(key) ? integer(key, low, high) : otherwise;
  }

  double numberOr(llvm::StringRef key, double otherwise, double low,
                  double high) const {
    if (!has(key))
      return otherwise;
    std::optional<double> value = object.getNumber(key);
    if (!value || !(*value >= low && *value <= high))
      fail(ExitInput, "\"{}{}\": expected a number from {} to {}, got {}", path,
           key.str(), low, high, textOf(*object.get(key)));
    return *value;
  }

  bool booleanOr(llvm::StringRef key, bool otherwise) const {
    if (!has(key))
      return otherwise;
    std::optional<bool> value = object.getBoolean(key);
    if (!value)
      fail(ExitInput, "\"{}{}\": expected true or false, got {}", path,
           key.str(), textOf(*object.get(key)));
    return *value;
  }

  /// One of `choices`, if the key is there.
  void expectOneOf(llvm::StringRef key,
                   const std::vector<std::string> &choices) const {
    if (!has(key))
      return;
    std::optional<llvm::StringRef> value = object.getString(key);
    for (const std::string &choice : choices)
      if (value && *value == choice)
        return;
    fail(ExitInput, "\"{}{}\": expected {}, got {}", path, key.str(),
         fmt::join(choices, " or "), textOf(*object.get(key)));
  }

  /// An integer, or "auto" for a sixteenth of the hidden size, rounded up.
  int64_t rank(llvm::StringRef key, int64_t hidden) const {
    std::optional<llvm::StringRef> text = object.getString(key);
    if (!has(key) || (text && *text == "auto"))
      return (hidden + 15) / 16;
    if (text)
      fail(ExitInput, "\"{}{}\": expected \"auto\" or an integer, got {}", path,
           key.str(), textOf(*object.get(key)));
    return integer(key, 1, maxChannels);
  }

  void expectKnown(const std::vector<std::string> &known) const {
    for (const auto &member : object) {
      std::string key = member.first.str();
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail(ExitInput, "\"{}{}\": unknown key{}", path, key,
             run::didYouMean(key, known));
    }
  }

private:
  const json::Object &object;
  std::string path;
};

/// int(expand * hidden), as both libraries have it.
int64_t expanded(const Reader &reader, int64_t hidden) {
  double expand = reader.numberOr("expand", 2, 0, double(maxChannels));
  double inner = std::floor(expand * double(hidden));
  if (inner < 1 || inner > double(maxChannels))
    fail(ExitInput,
         "expected \"expand\" times the hidden size from 1 to {}, got {}",
         maxChannels, inner);
  return int64_t(inner);
}

Config parseTransformers(const Reader &top) {
  top.expectOneOf("model_type", {"mamba"});
  // The gate is SiLU whatever hidden_act says, so another one has no single
  // meaning.
  top.expectOneOf("hidden_act", {"silu", "swish"});
  Config config;
  config.hidden = top.integer("hidden_size", 1, maxChannels);
  config.inner = top.has("intermediate_size")
                     ? top.integer("intermediate_size", 1, maxChannels)
                     : expanded(top, config.hidden);
  config.states = top.integerOr("state_size", 16, 1, maxStates);
  config.taps = top.integerOr("conv_kernel", 4, 1, maxTaps);
  config.rank = top.rank("time_step_rank", config.hidden);
  config.convBias = top.booleanOr("use_conv_bias", true);
  config.projectionBias = top.booleanOr("use_bias", false);
  config.residualInF32 = top.booleanOr("residual_in_fp32", true);
  config.epsilon = top.numberOr("layer_norm_epsilon", 1e-5, 0, 1);
  return config;
}

Config parseMambaSSM(const Reader &top, const json::Object &root, Part part) {
  static const json::Object none;
  const json::Value *value = root.get("ssm_cfg");
  const json::Object *cfg = value ? value->getAsObject() : &none;
  if (!cfg)
    fail(ExitInput, "\"ssm_cfg\": expected an object, got {}", textOf(*value));
  Reader ssm(*cfg, "ssm_cfg.");
  ssm.expectOneOf("layer", {"Mamba1"});
  // Those after "bias" tell how weights are initialised and which kernels run.
  ssm.expectKnown({"layer", "d_state", "d_conv", "expand", "dt_rank",
                   "conv_bias", "bias", "dt_min", "dt_max", "dt_init",
                   "dt_scale", "dt_init_floor", "use_fast_path"});
  Config config;
  config.hidden = top.integer("d_model", 1, maxChannels);
  config.inner = expanded(ssm, config.hidden);
  config.states = ssm.integerOr("d_state", 16, 1, maxStates);
  config.taps = ssm.integerOr("d_conv", 4, 1, maxTaps);
  config.rank = ssm.rank("dt_rank", config.hidden);
  config.convBias = ssm.booleanOr("conv_bias", true);
  config.projectionBias = ssm.booleanOr("bias", false);
  config.residualInF32 = top.booleanOr("residual_in_fp32", true);
  config.epsilon = top.numberOr("norm_epsilon", 1e-5, 0, 1);
  if (part == Part::Layer && !top.booleanOr("rms_norm", true))
    fail(ExitInput, "\"rms_norm\": expected true for --what=layer, got false");
  if (part == Part::Layer &&
      top.integerOr("d_intermediate", 0, 0, maxChannels) != 0)
    fail(ExitInput, "\"d_intermediate\": expected 0 for --what=layer, got {}",
         textOf(*root.get("d_intermediate")));
  return config;
}

} // namespace

Config parseConfig(llvm::StringRef text, Part part) {
  if (text.size() > maxBytes)
    fail(ExitInput, "expected at most {} bytes, got {}", maxBytes, text.size());
  checkDepth(text);
  llvm::Expected<json::Value> value = json::parse(text);
  if (!value)
    fail(ExitInput, "expected JSON: {}", llvm::toString(value.takeError()));
  const json::Object *root = value->getAsObject();
  if (!root)
    fail(ExitInput, "expected a JSON object, got {}", textOf(*value));
  Reader top(*root, "");
  if (top.has("d_model"))
    return parseMambaSSM(top, *root, part);
  if (top.has("hidden_size") || top.has("model_type"))
    return parseTransformers(top);
  fail(ExitInput, "expected \"hidden_size\" (transformers) or \"d_model\" "
                  "(mamba_ssm)");
}

} // namespace ssm::import
