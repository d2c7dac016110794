// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// States in a manifest: what is read, and each rule with an edit that breaks
// it.
#include "ManifestProblem.h"
#include "PackageFixture.h"
#include "StatePackage.h"
#include "package/Manifest.h"

#include <gtest/gtest.h>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

std::string stateEdited(const std::string &place, const std::string &from,
                        const std::string &to) {
  return editedAfter(stateManifest("cpu"), place, from, to);
}

TEST(StateManifest, NamesStatesOfInputsAndOutputs) {
  auto manifest = parseManifest(stateManifest("cpu"));
  ASSERT_TRUE(manifest.ok()) << manifest.takeStatus().message();
  ASSERT_TRUE(checkManifest(*manifest).ok());
  const Function &step = manifest->functions[1];
  std::vector<std::string> states;
  for (const Buffer &buffer : step.buffers)
    states.push_back(buffer.state);
  EXPECT_EQ(states, (std::vector<std::string>{"h", "", "tail", "", "", "tail",
                                              "", "h"}));
}

TEST(StateManifest, OnlyInputsAndOutputsAreStates) {
  EXPECT_EQ(manifestProblem(stateEdited("\"name\": \"decay\"", "\"shape\": [4]",
                                        "\"shape\": [4], \"state\": \"d\"")),
            "manifest.functions[0].buffers[1].state: expected an input or an "
            "output");
  EXPECT_EQ(manifestProblem(stateEdited("\"name\": \"sum\"", "\"slot\"",
                                        "\"state\": \"s\", \"slot\"")),
            "manifest.functions[1].buffers[4].state: expected an input or an "
            "output");
  EXPECT_NE(manifestProblem(stateEdited("\"functions\"", "\"state\": \"h\"",
                                        "\"state\": 3")),
            "");
  EXPECT_NE(manifestProblem(stateEdited("\"functions\"", "\"state\": \"h\"",
                                        "\"state\": \"\"")),
            "");
}

TEST(StateManifest, EachOnceOnEitherSide) {
  EXPECT_EQ(
      manifestProblem(stateEdited("\"name\": \"tail0\"", "\"state\": \"tail\"",
                                  "\"state\": \"h\"")),
      "function \"step\": expected state \"h\" once among the inputs, "
      "got it twice");
  EXPECT_EQ(manifestProblem(stateEdited("\"name\": \"h1\"", "\"state\": \"h\"",
                                        "\"state\": \"tail\"")),
            "function \"step\": expected state \"tail\" once among the "
            "outputs, got it twice");
}

TEST(StateManifest, NoLength) {
  EXPECT_EQ(manifestProblem(stateEdited(
                "\"name\": \"y\"", "\"shape\": [\"batch\", \"length\", 4]",
                "\"shape\": [\"batch\", \"length\", 4], "
                "\"state\": \"y\"")),
            "function \"prefill\": state \"y\": expected a shape without "
            "length, got batchxlengthx4");
}

TEST(StateManifest, OneTypeForAllFunctions) {
  // "peek" gives its state to a kernel: both must say f64.
  std::string text = stateManifest("cpu");
  size_t kernel = text.find("\"name\": \"twice\"");
  text =
      text.substr(0, kernel) +
      edited(text.substr(kernel), "\"dtype\": \"f32\"", "\"dtype\": \"f64\"");
  size_t peek = text.find("\"name\": \"peek\"");
  text = text.substr(0, peek) +
         edited(text.substr(peek), "\"dtype\": \"f32\"", "\"dtype\": \"f64\"");
  EXPECT_EQ(manifestProblem(text),
            "function \"peek\": state \"h\": expected batchx4xf32 as \"h\" of "
            "function \"prefill\" is, got batchx4xf64");
  EXPECT_EQ(
      manifestProblem(stateEdited("\"name\": \"tail1\"", "\"state\": \"tail\"",
                                  "\"state\": \"kept\"")),
      "");
}

TEST(StateManifest, TracesAreOfStatesAmongTheInputs) {
  auto traced = [](const std::string &name, const std::string &state) {
    return stateEdited("\"name\": \"" + name + "\", \"kind\": \"output\"",
                       "\"dtype\": \"f32\"",
                       "\"dtype\": \"f32\", \"trace\": \"" + state + "\"");
  };
  EXPECT_EQ(manifestProblem(traced("y", "h")),
            "function \"prefill\": output \"y\": expected state \"h\" among "
            "the inputs");
  EXPECT_EQ(manifestProblem(traced("h", "h")),
            "function \"prefill\": output \"h\": expected one trace of state "
            "\"h\", and it to be no state");
  EXPECT_EQ(manifestProblem(traced("z", "h")),
            "function \"peek\": output \"z\": expected a trace of state \"h\", "
            "batchx4xf32, got batchx4xf32");
  EXPECT_EQ(manifestProblem(stateEdited("\"name\": \"decay\"", "\"shape\": [4]",
                                        "\"shape\": [4], \"trace\": \"h\"")),
            "manifest.functions[0].buffers[1].trace: expected an output");
}

TEST(StateManifest, SizesThatAreAShareOfTheLength) {
  auto sized = [](const std::string &size) {
    return stateEdited("\"name\": \"begin\"", "\"length\"", "\"" + size + "\"");
  };
  auto manifest = parseManifest(sized("length/64"));
  ASSERT_TRUE(manifest.ok()) << manifest.takeStatus().message();
  int64_t size = manifest->kernels[0].arguments[0].shape[1];
  EXPECT_EQ(size, SSM_DIM_EVERY(64));
  EXPECT_EQ(ssm_dim_size(size, 3, 128), 2);
  EXPECT_EQ(ssm_dim_size(size, 3, 129), 3);
  EXPECT_EQ(ssm_dim_size(size, 3, 0), 0);
  EXPECT_EQ(ssm_dim_size(SSM_DIM_BATCH, 3, 129), 3);
  EXPECT_EQ(ssm_dim_size(SSM_DIM_LENGTH, 3, 129), 129);
  EXPECT_EQ(ssm_dim_size(7, 3, 129), 7);
  EXPECT_EQ(shapeText({SSM_DIM_BATCH, size, 4}), "batchxlength/64x4");
  for (const char *wrong : {"length/1", "length/", "length/x", "length/-2",
                            "length/99999999999999999999", "lengths"})
    EXPECT_NE(
        manifestProblem(sized(wrong)).find("expected \"batch\", \"length\""),
        std::string::npos)
        << wrong;
}

TEST(StateManifest, OldReadersSeeInputsAndOutputs) {
  // What a reader that does not know the key makes of the package.
  std::string text = stateManifest("cpu");
  for (size_t at; (at = text.find("\"state\"")) != std::string::npos;)
    text.replace(at, 7, "\"later\"");
  EXPECT_EQ(manifestProblem(text), "");
  auto manifest = parseManifest(text);
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(manifest->functions[1].inputs, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(manifest->functions[1].outputs, (std::vector<int>{5, 6, 7}));
}

} // namespace
