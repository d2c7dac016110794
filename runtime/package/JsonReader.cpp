// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The SAX handler behind parseJson and the typed accessors of JsonCursor.
#include "JsonReader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_set>

namespace ssm::rt {
namespace {

/// Builds the tree; refuses by returning false with `problem` set.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit TreeBuilder(const JsonLimits &limits) : limits(limits) {}

  Json root;
  std::string problem;

  bool null() override { return add(Json::Kind::Null); }
  bool boolean(bool flag) override {
    return add(Json::Kind::Boolean, flag ? 1 : 0);
  }
  bool number_integer(int64_t number) override {
    return add(Json::Kind::Integer, number);
  }
  bool number_unsigned(uint64_t number) override {
    if (number > uint64_t(INT64_MAX))
      return refuse("an integer does not fit 64 bits");
    return add(Json::Kind::Integer, int64_t(number));
  }
  bool number_float(double, const std::string &) override {
    return add(Json::Kind::Float);
  }
  bool string(std::string &text) override {
    if (!add(Json::Kind::String))
      return false;
    last->text = std::move(text);
    return true;
  }
  bool binary(nlohmann::json::binary_t &) override {
    return refuse("unexpected binary value");
  }

  bool start_object(std::size_t) override { return open(Json::Kind::Object); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::Kind::Array); }
  bool end_array() override { return close(); }

  bool key(std::string &name) override {
    if (!seen.back().insert(name).second)
      return refuse(fmt::format("duplicate key \"{}\"", name.substr(0, 64)));
    stack.back()->keys.push_back(std::move(name));
    return true;
  }

  bool parse_error(std::size_t position, const std::string &,
                   const nlohmann::json::exception &) override {
    return refuse(fmt::format("malformed JSON at byte {}", position));
  }

private:
  bool refuse(std::string why) {
    if (problem.empty())
      problem = std::move(why);
    return false;
  }

  bool add(Json::Kind kind, int64_t integer = 0) {
    if (++count > limits.values)
      return refuse(fmt::format("more than {} values", limits.values));
    if (stack.empty()) {
      last = &root;
    } else {
      stack.back()->elements.emplace_back();
      last = &stack.back()->elements.back();
    }
    last->kind = kind;
    last->integer = integer;
    return true;
  }

  bool open(Json::Kind kind) {
    if (stack.size() >= limits.depth)
      return refuse(fmt::format("nested deeper than {}", limits.depth));
    if (!add(kind))
      return false;
    // An element's address is stable while it is on the stack: its parent
    // receives no further element before it is closed.
    stack.push_back(last);
    seen.emplace_back();
    return true;
  }

  bool close() {
    stack.pop_back();
    seen.pop_back();
    return true;
  }

  JsonLimits limits;
  size_t count = 0;
  Json *last = nullptr;
  std::vector<Json *> stack;
  std::vector<std::unordered_set<std::string>> seen;
};

const char *kindName(Json::Kind kind) {
  static constexpr const char *names[] = {
      "null",       "a boolean",
      "an integer", "a number with a fraction or exponent",
      "a string",   "an array",
      "an object"};
  return names[int(kind)];
}

Status expected(const std::string &where, const char *what, const Json &got) {
  return SSM_ERROR(SSM_BAD_PACKAGE, "{}: expected {}, got {}", where, what,
                   kindName(got.kind));
}

} // namespace

const Json *Json::find(std::string_view key) const {
  auto at = std::find(keys.begin(), keys.end(), key);
  return at == keys.end() ? nullptr : &elements[size_t(at - keys.begin())];
}

Result<Json> parseJson(std::string_view text, const JsonLimits &limits) {
  if (text.size() > limits.bytes)
    return SSM_ERROR(SSM_BAD_PACKAGE, "expected at most {} bytes, got {}",
                     limits.bytes, text.size());
  TreeBuilder builder(limits);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}", builder.problem);
  return std::move(builder.root);
}

bool JsonCursor::has(std::string_view key) const {
  return value->kind == Json::Kind::Object && value->find(key);
}

Result<JsonCursor> JsonCursor::member(std::string_view key) const {
  if (value->kind != Json::Kind::Object)
    return expected(path, "an object", *value);
  const Json *found = value->find(key);
  if (!found)
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}: expected a key \"{}\"", path, key);
  return JsonCursor(*found, fmt::format("{}.{}", path, key));
}

Result<int64_t> JsonCursor::integer(int64_t low, int64_t high) const {
  if (value->kind != Json::Kind::Integer)
    return expected(path, "an integer", *value);
  if (value->integer < low || value->integer > high)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "{}: expected an integer from {} to {}, got {}", path, low,
                     high, value->integer);
  return value->integer;
}

Result<bool> JsonCursor::boolean() const {
  if (value->kind != Json::Kind::Boolean)
    return expected(path, "true or false", *value);
  return value->integer != 0;
}

Result<std::string> JsonCursor::string(bool mayBeEmpty) const {
  if (value->kind != Json::Kind::String)
    return expected(path, "a string", *value);
  constexpr size_t most = 4096;
  const std::string &text = value->text;
  if (text.size() > most)
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}: expected at most {} bytes, got {}",
                     path, most, text.size());
  if (text.find('\0') != std::string::npos)
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}: expected text without NUL", path);
  if (text.empty() && !mayBeEmpty)
    return SSM_ERROR(SSM_BAD_PACKAGE, "{}: expected text, got \"\"", path);
  return text;
}

Result<std::vector<JsonCursor>> JsonCursor::array(size_t most) const {
  if (value->kind != Json::Kind::Array)
    return expected(path, "an array", *value);
  if (value->elements.size() > most)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "{}: expected at most {} elements, got {}", path, most,
                     value->elements.size());
  std::vector<JsonCursor> cursors;
  cursors.reserve(value->elements.size());
  for (size_t i = 0; i < value->elements.size(); ++i)
    cursors.emplace_back(value->elements[i], fmt::format("{}[{}]", path, i));
  return cursors;
}

Result<std::vector<std::pair<std::string, JsonCursor>>>
JsonCursor::members() const {
  if (value->kind != Json::Kind::Object)
    return expected(path, "an object", *value);
  std::vector<std::pair<std::string, JsonCursor>> list;
  for (size_t i = 0; i < value->keys.size(); ++i)
    list.emplace_back(value->keys[i],
                      JsonCursor(value->elements[i],
                                 fmt::format("{}.{}", path, value->keys[i])));
  return list;
}

Result<int64_t> JsonCursor::integer(std::string_view key, int64_t low,
                                    int64_t high) const {
  SSM_ASSIGN(JsonCursor cursor, member(key));
  return cursor.integer(low, high);
}

Result<std::string> JsonCursor::string(std::string_view key) const {
  SSM_ASSIGN(JsonCursor cursor, member(key));
  return cursor.string();
}

Result<std::vector<JsonCursor>> JsonCursor::array(std::string_view key,
                                                  size_t most) const {
  SSM_ASSIGN(JsonCursor cursor, member(key));
  return cursor.array(most);
}

} // namespace ssm::rt
