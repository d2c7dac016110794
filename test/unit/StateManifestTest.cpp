// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// States in a manifest: what is read, and each rule with an edit that breaks
// it.
#include "PackageFixture.h"
#include "StatePackage.h"
#include "package/Manifest.h"

#include <gtest/gtest.h>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

std::string problemOf(const std::string &json) {
  auto manifest = parseManifest(json);
  if (!manifest.ok())
    return manifest.takeStatus().message();
  Status status = checkManifest(*manifest);
  return status.ok() ? "" : status.message();
}

/// The text with an edit of what stands behind the first `place`.
std::string editedAfter(const std::string &place, const std::string &from,
                        const std::string &to) {
  std::string text = stateManifest("cpu");
  size_t at = text.find(place);
  EXPECT_NE(at, std::string::npos) << place;
  return text.substr(0, at) + edited(text.substr(at), from, to);
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
  EXPECT_EQ(problemOf(editedAfter("\"name\": \"decay\"", "\"shape\": [4]",
                                  "\"shape\": [4], \"state\": \"d\"")),
            "manifest.functions[0].buffers[1].state: expected an input or an "
            "output");
  EXPECT_EQ(problemOf(editedAfter("\"name\": \"sum\"", "\"slot\"",
                                  "\"state\": \"s\", \"slot\"")),
            "manifest.functions[1].buffers[4].state: expected an input or an "
            "output");
  EXPECT_NE(problemOf(editedAfter("\"functions\"", "\"state\": \"h\"",
                                  "\"state\": 3")),
            "");
  EXPECT_NE(problemOf(editedAfter("\"functions\"", "\"state\": \"h\"",
                                  "\"state\": \"\"")),
            "");
}

TEST(StateManifest, EachOnceOnEitherSide) {
  EXPECT_EQ(problemOf(editedAfter("\"name\": \"tail0\"", "\"state\": \"tail\"",
                                  "\"state\": \"h\"")),
            "function \"step\": expected state \"h\" once among the inputs, "
            "got it twice");
  EXPECT_EQ(problemOf(editedAfter("\"name\": \"h1\"", "\"state\": \"h\"",
                                  "\"state\": \"tail\"")),
            "function \"step\": expected state \"tail\" once among the "
            "outputs, got it twice");
}

TEST(StateManifest, NoLength) {
  EXPECT_EQ(problemOf(editedAfter("\"name\": \"y\"",
                                  "\"shape\": [\"batch\", \"length\", 4]",
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
  EXPECT_EQ(problemOf(text),
            "function \"peek\": state \"h\": expected batchx4xf32 as \"h\" of "
            "function \"prefill\" is, got batchx4xf64");
  EXPECT_EQ(problemOf(editedAfter("\"name\": \"tail1\"", "\"state\": \"tail\"",
                                  "\"state\": \"kept\"")),
            "");
}

TEST(StateManifest, TracesAreOfStatesAmongTheInputs) {
  auto traced = [](const std::string &name, const std::string &state) {
    return editedAfter("\"name\": \"" + name + "\", \"kind\": \"output\"",
                       "\"dtype\": \"f32\"",
                       "\"dtype\": \"f32\", \"trace\": \"" + state + "\"");
  };
  EXPECT_EQ(problemOf(traced("y", "h")),
            "function \"prefill\": output \"y\": expected state \"h\" among "
            "the inputs");
  EXPECT_EQ(problemOf(traced("h", "h")),
            "function \"prefill\": output \"h\": expected one trace of state "
            "\"h\", and it to be no state");
  EXPECT_EQ(problemOf(traced("z", "h")),
            "function \"peek\": output \"z\": expected a trace of state \"h\", "
            "batchx4xf32, got batchx4xf32");
  EXPECT_EQ(problemOf(editedAfter("\"name\": \"decay\"", "\"shape\": [4]",
                                  "\"shape\": [4], \"trace\": \"h\"")),
            "manifest.functions[0].buffers[1].trace: expected an output");
}

TEST(StateManifest, SizesThatAreAShareOfTheLength) {
  auto sized = [](const std::string &size) {
    return editedAfter("\"name\": \"begin\"", "\"length\"", "\"" + size + "\"");
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
    EXPECT_NE(problemOf(sized(wrong)).find("expected \"batch\", \"length\""),
              std::string::npos)
        << wrong;
}

TEST(StateManifest, OldReadersSeeInputsAndOutputs) {
  // What a reader that does not know the key makes of the package.
  std::string text = stateManifest("cpu");
  for (size_t at; (at = text.find("\"state\"")) != std::string::npos;)
    text.replace(at, 7, "\"later\"");
  EXPECT_EQ(problemOf(text), "");
  auto manifest = parseManifest(text);
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(manifest->functions[1].inputs, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(manifest->functions[1].outputs, (std::vector<int>{5, 6, 7}));
}

} // namespace
