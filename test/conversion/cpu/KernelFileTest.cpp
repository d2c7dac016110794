// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every kernel of the dialect's example file compiles for every instruction
// set, also those that this machine lacks: nothing is executed.

#include "CompiledModule.h"

#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

using namespace ssm_test;

static std::string readFile(const char *path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The names of the kernels in `text`.
static std::vector<std::string> kernelNames(const std::string &text) {
  static const std::regex kernel("\nssm\\.tile\\.kernel @(\\w+)");
  std::vector<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), kernel), end;
       it != end; ++it)
    names.push_back((*it)[1]);
  return names;
}

namespace {
class KernelFile : public testing::TestWithParam<std::string> {};
} // namespace

TEST_P(KernelFile, EveryKernelLinksAndTellsItsScratch) {
  std::string text = readFile(SSM_TILE_FILE);
  std::vector<std::string> expected = kernelNames(text);
  ASSERT_FALSE(expected.empty()) << "no kernel in " << SSM_TILE_FILE;
  for (std::string &name : expected)
    name += "." + GetParam();
  CompiledModule module(text, GetParam());
  EXPECT_EQ(module.functions(), expected);
  for (const std::string &name : expected) {
    EXPECT_NE(module.symbol<Kernel>(name), nullptr) << name;
    EXPECT_GE(module.scratchBytes(name), 0) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, KernelFile, testing::ValuesIn(allVariants()),
                         [](const auto &info) { return info.param; });
