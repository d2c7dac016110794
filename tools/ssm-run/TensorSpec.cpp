// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Splits tensor specifications by hand: names may contain dots, paths anything.
#include "TensorSpec.h"

#include "Failure.h"

#include <charconv>

namespace ssm::run {
namespace {

std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> parts(1);
  for (char character : text) {
    if (character == separator)
      parts.emplace_back();
    else
      parts.back() += character;
  }
  return parts;
}

template <typename T> bool parseNumber(const std::string &text, T &value) {
  const char *end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end;
}

std::optional<ssm_dtype> dtypeNamed(const std::string &text) {
  for (ssm_dtype dtype : {SSM_F64, SSM_F32, SSM_BF16, SSM_F16, SSM_I32})
    if (text == ssm_dtype_name(dtype))
      return dtype;
  return std::nullopt;
}

/// "2x64x16xf32", "2x64" or "f32".
void parseShape(const std::string &text, TensorSpec &spec) {
  std::vector<std::string> parts = split(text, 'x');
  spec.dtype = dtypeNamed(parts.back());
  if (spec.dtype)
    parts.pop_back();
  std::vector<int64_t> shape;
  for (const std::string &part : parts) {
    int64_t extent = 0;
    if (!parseNumber(part, extent) || extent < 0)
      fail(ExitUsage, "expected a shape like 2x64x16xf32, got \"{}\"", text);
    shape.push_back(extent);
  }
  if (!parts.empty())
    spec.shape = shape;
}

} // namespace

Source parseSource(const std::string &text, const std::string &whole) {
  Source source;
  if (!text.empty() && text[0] == '@') {
    source.kind = Source::Kind::File;
    source.path = text.substr(1);
    return source;
  }
  std::vector<std::string> parts = split(text, ':');
  bool good = false;
  if (parts[0] == "zeros" || parts[0] == "ones") {
    source.value = parts[0] == "ones";
    good = parts.size() == 1;
  } else if (parts[0] == "value") {
    good = parts.size() == 2 && parseNumber(parts[1], source.value);
  } else if (parts[0] == "random") {
    source.kind = Source::Kind::Random;
    source.hasRange = parts.size() == 4;
    good = parts.size() == 1 || ((parts.size() == 2 || parts.size() == 4) &&
                                 parseNumber(parts[1], source.seed));
    if (source.hasRange)
      good = good && parseNumber(parts[2], source.low) &&
             parseNumber(parts[3], source.high) && source.low <= source.high;
  } else if (parts[0] == "permutation") {
    source.kind = Source::Kind::Permutation;
    good = parts.size() == 1 ||
           (parts.size() == 2 && parseNumber(parts[1], source.seed));
  }
  if (!good)
    fail(ExitUsage,
         "expected @FILE, random[:SEED[:LOW:HIGH]], permutation[:SEED], zeros, "
         "ones or value:V, got \"{}\"",
         whole);
  return source;
}

TensorSpec parseTensorSpec(const std::string &text) {
  size_t first = text.find('=');
  if (first == std::string::npos || first == 0)
    fail(ExitUsage, "expected NAME=[SHAPE=]SOURCE, got \"{}\"", text);
  TensorSpec spec;
  spec.name = text.substr(0, first);
  std::string rest = text.substr(first + 1);
  size_t second =
      rest.empty() || rest[0] == '@' ? std::string::npos : rest.find('=');
  if (second != std::string::npos) {
    parseShape(rest.substr(0, second), spec);
    rest = rest.substr(second + 1);
  }
  spec.source = parseSource(rest, text);
  return spec;
}

FileSpec parseFileSpec(const std::string &text) {
  size_t at = text.find("=@");
  if (at == std::string::npos || at == 0 || at + 2 == text.size())
    fail(ExitUsage, "expected NAME=@FILE, got \"{}\"", text);
  return {text.substr(0, at), text.substr(at + 2)};
}

} // namespace ssm::run
