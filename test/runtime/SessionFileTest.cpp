// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// States of sessions in files: what was saved goes on as if nothing had been,
// and what does not fit is refused before a state changes.
#include "PackageFixture.h"
#include "SessionFixture.h"
#include "files/Safetensors.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

class SessionFile : public testing::TestWithParam<ssm_device_kind> {
protected:
  Device device = stateDevice(GetParam());
  Package package = statePackage(GetParam());
  Sequence sequence{2, 9, 21};
  TemporaryFolder folder;
  std::string path = folder.file("states");

  Session open() { return openSession(device, package, sequence); }
};

TEST_P(SessionFile, GoesOnWhereItWasSaved) {
  Session session = open();
  feed(device, session, Prefill, sequence.tokens(0, 5));
  session.save(path);
  auto y = feed(device, session, Step, sequence.tokens(5, 9));
  Session other = open();
  other.load(path);
  EXPECT_EQ(feed(device, other, Step, sequence.tokens(5, 9)), y);
  EXPECT_EQ(readState(other, "h"), readState(session, "h"));
  // As anyone else may read it.
  auto file = rt::Safetensors::open(path);
  ASSERT_TRUE(file.ok()) << file.takeStatus().message();
  ASSERT_EQ(file->entries().size(), 2u);
  auto tail = file->read("tail");
  ASSERT_TRUE(tail.ok());
  EXPECT_EQ(tail->dtype, SSM_F32);
  EXPECT_EQ(tail->shape, (std::vector<int64_t>{2, 2, 4}));
  std::vector<float> last = sequence.tokens(3, 5);
  EXPECT_EQ(tail->storage,
            std::string(reinterpret_cast<char *>(last.data()), 64));
}

TEST_P(SessionFile, LoadingCanBeRolledBack) {
  Session session = open();
  feed(device, session, Prefill, sequence.tokens(0, 5));
  session.save(path);
  feed(device, session, Step, sequence.tokens(5, 7));
  std::vector<float> h = readState(session, "h");
  session.load(path);
  EXPECT_NE(readState(session, "h"), h);
  session.rollback();
  EXPECT_EQ(readState(session, "h"), h);
}

TEST_P(SessionFile, RefusesWhatDoesNotFit) {
  rt::HostTensor h{SSM_F32, {2, 4}, std::string(32, '\1')};
  rt::HostTensor tail{SSM_F32, {2, 2, 4}, std::string(64, '\1')};
  rt::HostTensor wide{SSM_F64, {2, 4}, std::string(64, '\1')};
  rt::HostTensor flat{SSM_F32, {2, 8}, std::string(64, '\1')};
  rt::HostTensor large{SSM_F32, {3, 2, 4}, std::string(96, '\1')};
  struct Case {
    std::map<std::string, rt::HostTensor> tensors;
    std::string message;
  };
  Session session = open();
  feed(device, session, Prefill, sequence.tokens(0, 5));
  std::vector<float> before = readState(session, "h");
  std::vector<float> window = readState(session, "tail");
  for (const Case &wanted :
       {Case{{{"h", h}}, "expected state \"tail\", got no such tensor"},
        Case{{{"h", h}, {"tail", tail}, {"more", h}},
             "expected the states of the session, got \"more\" too"},
        Case{{{"h", wide}, {"tail", tail}},
             "state \"h\": expected 2x4xf32, got 2x4xf64"},
        Case{{{"h", h}, {"tail", flat}},
             "state \"tail\": expected 2x2x4xf32, got 2x8xf32"},
        Case{{{"h", h}, {"tail", large}},
             "state \"tail\": expected 2x2x4xf32, got 3x2x4xf32"}}) {
    ASSERT_TRUE(rt::writeSafetensors(path, wanted.tensors).ok());
    EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { session.load(path); }),
              "\"" + path + "\": " + wanted.message);
    EXPECT_EQ(readState(session, "h"), before);
    EXPECT_EQ(readState(session, "tail"), window);
  }
  writeFile(path, "no tensors");
  EXPECT_EQ(codeOf([&] { session.load(path); }), SSM_IO_ERROR);
  EXPECT_EQ(codeOf([&] { session.load(folder.file("none")); }), SSM_IO_ERROR);
  EXPECT_EQ(codeOf([&] { session.save(folder.file("no/s")); }), SSM_IO_ERROR);
  EXPECT_EQ(readState(session, "h"), before);
  // A refusal is no change: the last call can still be rolled back.
  session.rollback();
  EXPECT_EQ(readState(session, "h"), std::vector<float>(8, 0));
}

INSTANTIATE_TEST_SUITE_P(Devices, SessionFile,
                         testing::Values(SSM_CPU, SSM_CUDA),
                         [](const auto &kind) {
                           return kind.param == SSM_CPU ? "Cpu" : "FakeCuda";
                         });

} // namespace
