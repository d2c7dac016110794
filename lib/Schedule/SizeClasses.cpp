// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Batch x length, as text and as numbers.

#include "lib/Schedule/SizeClasses.h"

#include <algorithm>
#include <charconv>

namespace ssm::schedule {

std::vector<Shape> defaultSizeClasses(const Machine &machine) {
  if (!machine.isGPU)
    return {{8, 2048}};
  return {{8, 2048}, {1, 2048}};
}

std::string sizeClassText(const Shape &shape) {
  return std::to_string(shape.batch) + "x" + std::to_string(shape.length);
}

static bool parseSize(std::string_view text, int64_t &size) {
  const char *end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, size);
  return error == std::errc() && rest == end && size >= 1 && size <= kMaxSize;
}

static std::optional<Shape> parseSizeClass(std::string_view text) {
  size_t x = text.find('x');
  Shape shape;
  if (x == std::string_view::npos ||
      !parseSize(text.substr(0, x), shape.batch) ||
      !parseSize(text.substr(x + 1), shape.length))
    return std::nullopt;
  return shape;
}

std::optional<std::vector<Shape>>
parseSizeClasses(const std::vector<std::string> &texts, std::string &problem) {
  std::vector<Shape> classes;
  if (texts.empty() || texts.size() > kMostSizeClasses) {
    problem = "expected 1 to " + std::to_string(kMostSizeClasses) +
              " size classes, got " + std::to_string(texts.size());
    return std::nullopt;
  }
  for (const std::string &text : texts) {
    std::optional<Shape> parsed = parseSizeClass(text);
    if (!parsed) {
      problem = "expected a size class BATCHxLENGTH of sizes of 1 to 2^48, got "
                "'" +
                text + "'";
      return std::nullopt;
    }
    if (std::find(classes.begin(), classes.end(), *parsed) != classes.end()) {
      problem = "expected each size class once, got '" + text + "' twice";
      return std::nullopt;
    }
    classes.push_back(*parsed);
  }
  return classes;
}

} // namespace ssm::schedule
