// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// JSON files that people and tools hand over: text in, a tree of limited size
// and depth out, read field by field with errors that name the place.

#ifndef LIB_SCHEDULE_JSONFIELDS_H
#define LIB_SCHEDULE_JSONFIELDS_H

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ssm::schedule {

/// What is wrong with a file, without its name.
struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One object of a file. The readers throw JsonError.
class JsonFields {
public:
  /// `where` names the object in errors; empty: the whole file.
  JsonFields(nlohmann::json value, std::string where);

  bool has(const char *key) const;
  int64_t integer(const char *key, int64_t low, int64_t high) const;
  /// A finite number of at least `low`.
  double number(const char *key, double low) const;
  bool boolean(const char *key) const;
  /// Text of at most 256 bytes.
  std::string text(const char *key) const;
  JsonFields object(const char *key) const;
  std::vector<JsonFields> objects(const char *key) const;
  /// Refuses members other than `known`, which would be misspelt.
  void expectOnly(std::initializer_list<std::string_view> known) const;

  /// Throws what is wrong with a member.
  [[noreturn]] void refuse(const char *key, const std::string &why) const;

private:
  const nlohmann::json &member(const char *key, const char *what,
                               bool (nlohmann::json::*is)() const) const;
  std::string path(std::string_view key) const;

  nlohmann::json value;
  std::string where;
};

/// The bytes of a file; one that is too long for parseJsonFields is cut where
/// that shows.
std::string readTextFile(const std::string &path);

/// The object that `text` holds: at most 4 MiB, 8 levels, no key twice.
JsonFields parseJsonFields(std::string_view text);

/// Checks the members `format` and `version` that every file begins with.
void expectFormat(const JsonFields &file, std::string_view format);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_JSONFIELDS_H
