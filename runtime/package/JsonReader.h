// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// JSON from an untrusted file: in goes text, out comes a tree of values or the
// reason for refusing it. Depth, the number of values and duplicate keys are
// limited while reading, so that hostile text costs no more memory than its
// limits say. The typed accessors name the place in their errors.
#ifndef SSM_RUNTIME_PACKAGE_JSONREADER_H
#define SSM_RUNTIME_PACKAGE_JSONREADER_H

#include "Status.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ssm::rt {

struct JsonLimits {
  size_t bytes = size_t(16) << 20;
  size_t depth = 16;
  size_t values = size_t(1) << 20;
};

/// One value and its path ("kernels[2].block") for errors.
class Json {
public:
  enum class Kind { Null, Boolean, Integer, Float, String, Array, Object };

  Kind kind = Kind::Null;
  int64_t integer = 0;        // Integer, Boolean
  std::string text;           // String
  std::vector<Json> elements; // Array; Object: the members' values
  std::vector<std::string> keys;

  /// The member of an object, null when absent.
  const Json *find(std::string_view key) const;
};

Result<Json> parseJson(std::string_view text, const JsonLimits &limits);

/// A position in a Json tree with its path, through which values are read.
class JsonCursor {
public:
  JsonCursor(const Json &value, std::string path)
      : value(&value), path(std::move(path)) {}

  const std::string &where() const { return path; }
  bool isNull() const { return value->kind == Json::Kind::Null; }
  bool isString() const { return value->kind == Json::Kind::String; }

  /// A member that must exist.
  Result<JsonCursor> member(std::string_view key) const;
  /// Whether a member exists.
  bool has(std::string_view key) const;

  Result<int64_t> integer(int64_t low, int64_t high) const;
  Result<bool> boolean() const;
  /// Non-empty unless `mayBeEmpty`, without NUL and at most 4096 bytes.
  Result<std::string> string(bool mayBeEmpty = false) const;
  /// Elements of an array of at most `most`.
  Result<std::vector<JsonCursor>> array(size_t most) const;
  /// Names and values of an object.
  Result<std::vector<std::pair<std::string, JsonCursor>>> members() const;

  /// Shorthands for members that must exist.
  Result<int64_t> integer(std::string_view key, int64_t low,
                          int64_t high) const;
  Result<std::string> string(std::string_view key) const;
  /// A literal would otherwise convert to the bool above.
  Result<std::string> string(const char *key) const {
    return string(std::string_view(key));
  }
  Result<std::vector<JsonCursor>> array(std::string_view key,
                                        size_t most) const;

private:
  const Json *value;
  std::string path;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_PACKAGE_JSONREADER_H
