// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The limits of the JSON reader and the text of its errors.
#include "package/JsonReader.h"

#include <gtest/gtest.h>

using namespace ssm::rt;

namespace {

std::string problemOf(const std::string &text, JsonLimits limits = {}) {
  auto parsed = parseJson(text, limits);
  return parsed.ok() ? "" : parsed.takeStatus().message();
}

TEST(JsonReader, DepthIsLimited) {
  auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(problemOf(nested(16)), "");
  EXPECT_EQ(problemOf(nested(17)), "nested deeper than 16");
  EXPECT_EQ(problemOf(nested(1000000)), "nested deeper than 16");
}

TEST(JsonReader, DuplicateKeysAreRefused) {
  EXPECT_EQ(problemOf(R"({"a": 1, "b": {"a": 2}})"), "");
  EXPECT_EQ(problemOf(R"({"a": 1, "a": 2})"), "duplicate key \"a\"");
  EXPECT_EQ(problemOf(R"({"a": 1, "\u0061": 2})"), "duplicate key \"a\"");
}

TEST(JsonReader, ValuesAreCounted) {
  JsonLimits limits;
  limits.values = 4;
  EXPECT_EQ(problemOf("[1, 2, 3]", limits), "");
  EXPECT_EQ(problemOf("[1, 2, 3, 4]", limits), "more than 4 values");
}

TEST(JsonReader, SizeIsLimited) {
  JsonLimits limits;
  limits.bytes = 4;
  EXPECT_EQ(problemOf("[ ] ", limits), "");
  EXPECT_EQ(problemOf("[ ]  ", limits), "expected at most 4 bytes, got 5");
}

TEST(JsonReader, MalformedTextIsRefused) {
  for (const char *text : {"", "{", "[1,]", "nul", "{\"a\"}", "[1] 2", "'a'",
                           "[01]", "\"\xff\"", "[NaN]"})
    EXPECT_NE(problemOf(text), "") << text;
  EXPECT_EQ(problemOf("[18446744073709551615]"),
            "an integer does not fit 64 bits");
}

TEST(JsonReader, ErrorsNameTheirPlace) {
  auto tree = parseJson(R"({"list": [1, "two", 3.5, ""]})", {});
  ASSERT_TRUE(tree.ok());
  JsonCursor root(*tree, "manifest");
  auto list = root.array("list", 8);
  ASSERT_TRUE(list.ok());
  EXPECT_EQ((*list)[1].integer(0, 9).takeStatus().message(),
            "manifest.list[1]: expected an integer, got a string");
  EXPECT_EQ((*list)[0].integer(2, 9).takeStatus().message(),
            "manifest.list[0]: expected an integer from 2 to 9, got 1");
  EXPECT_EQ((*list)[2].integer(0, 9).takeStatus().message(),
            "manifest.list[2]: expected an integer, got a number with a "
            "fraction or exponent");
  EXPECT_EQ((*list)[3].string().takeStatus().message(),
            "manifest.list[3]: expected text, got \"\"");
  EXPECT_EQ(root.array("list", 3).takeStatus().message(),
            "manifest.list: expected at most 3 elements, got 4");
  EXPECT_EQ(root.member("none").takeStatus().message(),
            "manifest: expected a key \"none\"");
}

} // namespace
