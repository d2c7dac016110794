// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// States on the command line of ssm-run: from one call to the next by files, by
// --input, or zero.
#include "SessionFixture.h"
#include "SsmRunCommand.h"
#include "files/Npy.h"
#include "files/Safetensors.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ssm;
using namespace ssm::test;

namespace {

class SsmRunState : public testing::Test {
protected:
  TemporaryFolder folder;
  Sequence sequence{2, 7, 31};
  std::string package = folder.file("states.so");
  std::string states = folder.file("s.safetensors");
  std::string decay = " --weight decay=@" + folder.file("decay.npy");

  void SetUp() override {
    writeFile(package, elfPackage(stateManifest("cpu"), stateSource()));
    writeArray(folder.file("decay.npy"), {4}, sequence.decay);
    writeArray(folder.file("x.npy"), {2, 7, 4}, sequence.x);
    writeArray(folder.file("x0.npy"), {2, 3, 4}, sequence.tokens(0, 3));
    writeArray(folder.file("x1.npy"), {2, 4, 4}, sequence.tokens(3, 7));
    Sequence result = sequence;
    result.x = sequence.y();
    writeArray(folder.file("y.npy"), {2, 7, 4}, result.x);
    writeArray(folder.file("y0.npy"), {2, 3, 4}, result.tokens(0, 3));
    writeArray(folder.file("y1.npy"), {2, 4, 4}, result.tokens(3, 7));
  }

  std::string call(const std::string &function, const std::string &part) {
    return package + " --function " + function + decay + " --input x=@" +
           folder.file("x" + part + ".npy") + " --expect y=@" +
           folder.file("y" + part + ".npy") + " ";
  }
};

TEST_F(SsmRunState, CarriesStatesThroughAFile) {
  Outcome first = ssmRun(call("prefill", "0") + "--save-state " + states);
  ASSERT_EQ(first.code, 0) << first.text;
  auto file = rt::Safetensors::open(states);
  ASSERT_TRUE(file.ok()) << file.takeStatus().message();
  EXPECT_EQ(file->entries().size(), 2u);
  EXPECT_EQ(file->read("h")->shape, (std::vector<int64_t>{2, 4}));
  Outcome second = ssmRun(call("step", "1") + "--load-state " + states +
                          " --save-state " + states);
  EXPECT_EQ(second.code, 0) << second.text;
  EXPECT_FALSE(contains(second.text, "note: zero")) << second.text;
  // Without what the first call left, the second gives something else.
  EXPECT_EQ(ssmRun(call("step", "1")).code, 7);
  // The states of the whole: the file was replaced.
  ASSERT_EQ(
      ssmRun(call("prefill", "") + "--save-state " + folder.file("whole")).code,
      0);
  auto whole = rt::Safetensors::open(folder.file("whole"));
  auto parts = rt::Safetensors::open(states);
  ASSERT_TRUE(whole.ok() && parts.ok());
  for (const char *state : {"h", "tail"})
    EXPECT_EQ(whole->read(state)->storage, parts->read(state)->storage);
}

TEST_F(SsmRunState, ZeroUnlessGiven) {
  Outcome zeros = ssmRun(call("step", ""));
  EXPECT_EQ(zeros.code, 0) << zeros.text;
  EXPECT_TRUE(contains(zeros.text,
                       "ssm-run: note: zero at the beginning: h, tail; "
                       "--load-state and --input give states\n"))
      << zeros.text;
  Outcome one = ssmRun(call("step", "") + "--input h0=zeros");
  EXPECT_EQ(one.code, 0) << one.text;
  EXPECT_TRUE(contains(one.text, "zero at the beginning: tail;")) << one.text;
  // --input goes before the file.
  ASSERT_EQ(ssmRun(call("prefill", "0") + "--save-state " + states).code, 0);
  EXPECT_EQ(ssmRun(call("step", "") +
                   "--input h0=zeros --input tail0=zeros "
                   "--load-state " +
                   states)
                .code,
            0);
  EXPECT_EQ(ssmRun(call("step", "") + "--load-state " + states).code, 7);
}

TEST_F(SsmRunState, TheFileTellsTheBatch) {
  ASSERT_EQ(ssmRun(call("prefill", "0") + "--save-state " + states).code, 0);
  std::string peek = package + " --function peek --load-state " + states;
  // "tail" is no state of "peek".
  Outcome more = ssmRun(peek);
  EXPECT_EQ(more.code, 3);
  EXPECT_TRUE(contains(more.text, "expected states among the inputs of "
                                  "function \"peek\", h, got \"tail\""))
      << more.text;
  ASSERT_TRUE(rt::writeSafetensors(
                  states, {{"h", {SSM_F32, {3, 4}, std::string(48, '\0')}}})
                  .ok());
  Outcome three = ssmRun(peek);
  EXPECT_EQ(three.code, 0) << three.text;
  EXPECT_TRUE(contains(three.text, "z: 3x4xf32, norm 0")) << three.text;
  Outcome other = ssmRun(peek + " --batch 2");
  EXPECT_EQ(other.code, 3);
  EXPECT_TRUE(contains(other.text, "batch is 2 by --batch but 3 by state "
                                   "\"h\""))
      << other.text;
}

TEST_F(SsmRunState, RefusesFilesThatDoNotFit) {
  struct Case {
    std::map<std::string, rt::HostTensor> tensors;
    std::string message;
  };
  rt::HostTensor h{SSM_F32, {2, 4}, std::string(32, '\0')};
  rt::HostTensor flat{SSM_F32, {2, 8}, std::string(64, '\0')};
  rt::HostTensor wide{SSM_F64, {2, 2, 4}, std::string(128, '\0')};
  for (const Case &wanted :
       {Case{{{"h", h}}, "has no state \"tail\""},
        Case{{{"h", h}, {"tale", h}}, "(did you mean \"tail\"?)"},
        Case{{{"h", h}, {"tail", flat}},
             "state \"tail\": expected batchx2x4xf32, got 2x8xf32"},
        Case{{{"h", h}, {"tail", wide}},
             "state \"tail\": expected elements of type f32, got f64; "
             "--convert"}}) {
    ASSERT_TRUE(rt::writeSafetensors(states, wanted.tensors).ok());
    Outcome outcome = ssmRun(call("step", "") + "--load-state " + states);
    EXPECT_EQ(outcome.code, 3) << outcome.text;
    EXPECT_TRUE(contains(outcome.text, wanted.message)) << outcome.text;
  }
  Outcome load = ssmRun(call("prefill", "") + "--load-state " + states);
  EXPECT_EQ(load.code, 2);
  EXPECT_TRUE(contains(load.text, "--load-state: function \"prefill\" has no "
                                  "states among its inputs"))
      << load.text;
  Outcome save = ssmRun(package + " --function peek --batch 1 --save-state " +
                        folder.file("never"));
  EXPECT_EQ(save.code, 2);
  EXPECT_TRUE(contains(save.text, "--save-state: function \"peek\" has no "
                                  "states among its outputs"))
      << save.text;
  Outcome full =
      ssmRun(call("prefill", "") + "--save-state " + folder.file("no/s"));
  EXPECT_EQ(full.code, 6);
  EXPECT_TRUE(contains(full.text, "No such file or directory")) << full.text;
}

TEST_F(SsmRunState, DescribesStates) {
  Outcome text = ssmRun(package + " --describe");
  for (const char *line :
       {"  input     h0                              batchx4xf32, state h\n",
        "  input     x                               batchxlengthx4xf32\n",
        "  output    tail                            batchx2x4xf32, state "
        "tail\n"})
    EXPECT_TRUE(contains(text.text, line)) << text.text;
  auto json =
      nlohmann::json::parse(ssmRun(package + " --describe --format json").text);
  auto buffers = json["functions"][1]["buffers"];
  EXPECT_EQ(buffers[0]["state"], "h");
  EXPECT_FALSE(buffers[1].contains("state"));
}

} // namespace
