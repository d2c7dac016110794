// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The limits are kept while the text is parsed, so that hostile text costs no
// more memory than they allow.

#include "lib/Schedule/JsonFields.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <set>
#include <system_error>

using namespace ssm::schedule;
using nlohmann::json;

static constexpr size_t kMostBytes = size_t(4) << 20;

JsonFields::JsonFields(json value, std::string where)
    : value(std::move(value)), where(std::move(where)) {
  if (!this->value.is_object())
    throw JsonError((this->where.empty() ? "" : this->where + ": ") +
                    "expected an object");
}

std::string JsonFields::path(std::string_view key) const {
  std::string name(key.substr(0, 64));
  return where.empty() ? name : where + "." + name;
}

const json &JsonFields::member(const char *key, const char *what,
                               bool (json::*is)() const) const {
  auto found = value.find(key);
  if (found == value.end())
    refuse(key, std::string("expected ") + what + ", got nothing");
  if (!((*found).*is)())
    refuse(key,
           std::string("expected ") + what + ", got " +
               (found->is_number() ? "another number" : found->type_name()));
  return *found;
}

bool JsonFields::has(const char *key) const { return value.contains(key); }

int64_t JsonFields::integer(const char *key, int64_t low, int64_t high) const {
  const json &field = member(key, "an integer", &json::is_number_integer);
  bool isLarge = field.is_number_unsigned() &&
                 field.get<uint64_t>() > static_cast<uint64_t>(high);
  if (isLarge || field.get<int64_t>() < low || field.get<int64_t>() > high)
    refuse(key, "expected an integer from " + std::to_string(low) + " to " +
                    std::to_string(high) + ", got " + field.dump());
  return field.get<int64_t>();
}

double JsonFields::number(const char *key, double low) const {
  const json &field = member(key, "a number", &json::is_number);
  auto number = field.get<double>();
  if (!std::isfinite(number) || number < low)
    refuse(key, "expected a number of at least " + json(low).dump() + ", got " +
                    field.dump());
  return number;
}

bool JsonFields::boolean(const char *key) const {
  return member(key, "true or false", &json::is_boolean).get<bool>();
}

std::string JsonFields::text(const char *key) const {
  constexpr size_t kLongest = 256;
  auto text = member(key, "text", &json::is_string).get<std::string>();
  if (text.size() > kLongest)
    refuse(key, "expected at most " + std::to_string(kLongest) +
                    " bytes, got " + std::to_string(text.size()));
  return text;
}

JsonFields JsonFields::object(const char *key) const {
  return {member(key, "an object", &json::is_object), path(key)};
}

std::vector<JsonFields> JsonFields::objects(const char *key) const {
  std::vector<JsonFields> list;
  for (const json &each : member(key, "an array", &json::is_array))
    list.emplace_back(each,
                      path(key) + "[" + std::to_string(list.size()) + "]");
  return list;
}

void JsonFields::expectOnly(
    std::initializer_list<std::string_view> known) const {
  for (const auto &item : value.items())
    if (std::find(known.begin(), known.end(), item.key()) == known.end())
      throw JsonError(path(item.key()) + ": expected no such member");
}

void JsonFields::refuse(const char *key, const std::string &why) const {
  throw JsonError(path(key) + ": " + why);
}

std::string ssm::schedule::readTextFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMostBytes + 1, '\0');
  if (file)
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A folder opens and cannot be read.
  if (!file.is_open() || file.bad())
    throw JsonError("cannot read it: " +
                    std::generic_category().message(errno));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

JsonFields ssm::schedule::parseJsonFields(std::string_view text) {
  constexpr int kDeepest = 8;
  if (text.size() > kMostBytes)
    throw JsonError("expected at most " + std::to_string(kMostBytes) +
                    " bytes, got more");
  std::vector<std::set<std::string>> keys;
  auto limit = [&](int depth, json::parse_event_t event, json &parsed) {
    if (depth > kDeepest)
      throw JsonError("expected at most " + std::to_string(kDeepest) +
                      " levels of nesting");
    if (event == json::parse_event_t::object_start)
      keys.emplace_back();
    if (event == json::parse_event_t::object_end)
      keys.pop_back();
    if (event == json::parse_event_t::key &&
        !keys.back().insert(parsed.get<std::string>()).second)
      throw JsonError("expected every key once, got \"" +
                      parsed.get<std::string>().substr(0, 64) + "\" twice");
    return true;
  };
  try {
    return {json::parse(text.begin(), text.end(), limit), ""};
  } catch (const json::parse_error &error) {
    throw JsonError("expected JSON, got something else at byte " +
                    std::to_string(error.byte));
  } catch (const json::exception &) {
    throw JsonError("expected numbers that fit 64 bits");
  }
}

void ssm::schedule::expectFormat(const JsonFields &file,
                                 std::string_view format) {
  std::string given = file.text("format");
  if (given != format)
    throw JsonError("format: expected \"" + std::string(format) + "\", got \"" +
                    given + "\"");
  file.integer("version", 1, 1);
}
