// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The safetensors reader: tables, elements, and hostile headers.
#include "files/Safetensors.h"
#include "PackageFixture.h"
#include "files/FloatBits.h"
#include "package/Package.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

std::string file(const std::string &json, const std::string &data) {
  std::string text;
  for (int i = 0; i < 8; ++i)
    text += char(json.size() >> 8 * i & 255);
  return text + json + data;
}

std::string problemOf(const std::string &json, uint64_t dataBytes) {
  auto table = parseSafetensorsHeader(json, dataBytes);
  return table.ok() ? "" : table.takeStatus().message();
}

const char *two = R"({"__metadata__": {"format": "pt"},
  "a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
  "layer.b": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]}})";

TEST(Safetensors, ReadsTensors) {
  TemporaryFolder folder;
  std::string data(12, '\0');
  storeElement(SSM_BF16, data.data(), 1, 3.0);
  storeElement(SSM_F32, data.data() + 4, 1, -0.25);
  writeFile(folder.file("m"), file(two, data));
  auto opened = Safetensors::open(folder.file("m"));
  ASSERT_TRUE(opened.ok()) << opened.takeStatus().message();
  EXPECT_EQ(opened->entries().size(), 2u);
  auto a = opened->read("a");
  ASSERT_TRUE(a.ok());
  EXPECT_EQ(a->dtype, SSM_F32);
  EXPECT_EQ(loadElement(SSM_F32, a->data(), 1), -0.25);
  auto b = opened->read("layer.b");
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(b->shape, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(loadElement(SSM_BF16, b->data(), 1), 3.0);
  EXPECT_EQ(opened->read("c").takeStatus().message(), "no tensor \"c\"");
}

TEST(Safetensors, OffsetsMustCoverTheData) {
  EXPECT_EQ(problemOf(two, 12), "");
  EXPECT_EQ(problemOf(two, 13), "expected 12 bytes of tensors, got 13");
  EXPECT_EQ(problemOf(two, 11), "header.a: expected an end within 11 bytes, "
                                "got 12");
  EXPECT_EQ(problemOf(edited(two, "[0, 4]", "[2, 6]"), 12),
            "tensors leave a hole at byte 2");
  EXPECT_EQ(
      problemOf(edited(edited(two, "[4, 12]", "[2, 10]"), "[0, 4]", "[0, 4]"),
                10),
      "tensors overlap at byte 2");
}

TEST(Safetensors, SizesMustAgree) {
  EXPECT_EQ(problemOf(edited(two, "[2]", "[3]"), 12),
            "header.a: expected 12 bytes, got 8");
  EXPECT_EQ(problemOf(edited(two, "[2]", "[4611686018427387904, 16]"), 12),
            "header.a: its size does not fit 64 bits");
  EXPECT_EQ(problemOf(edited(two, "[4, 12]", "[12, 4]"), 12),
            "header.a.data_offsets[1]: expected an integer from 12 to "
            "9223372036854775807, got 4");
  EXPECT_EQ(problemOf(edited(two, "F32", "F31"), 12),
            "header.a: unknown dtype \"F31\"");
  EXPECT_EQ(problemOf(edited(two, "\"layer.b\"", "\"a\""), 12),
            "duplicate key \"a\"");
}

TEST(Safetensors, HostileFiles) {
  TemporaryFolder folder;
  std::string whole = file(two, std::string(12, '\0'));
  for (size_t length = 0; length < whole.size(); ++length) {
    writeFile(folder.file("cut"), whole.substr(0, length));
    EXPECT_FALSE(Safetensors::open(folder.file("cut")).ok()) << length;
  }
  // A header that claims more than the file, or more than the format allows.
  std::string claims = whole;
  claims[7] = '\x7f';
  writeFile(folder.file("claims"), claims);
  EXPECT_FALSE(Safetensors::open(folder.file("claims")).ok());
  EXPECT_FALSE(Safetensors::open(folder.file("")).ok());
}

TEST(Safetensors, OtherTypesAreListedButNotRead) {
  TemporaryFolder folder;
  std::string json =
      R"({"n": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}})";
  writeFile(folder.file("m"), file(json, std::string(8, '\0')));
  auto opened = Safetensors::open(folder.file("m"));
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->read("n").takeStatus().message(),
            "tensor \"n\": expected F64, F32, F16, BF16 or I32, got I64");
}

TEST(Safetensors, WritesWhatItReads) {
  TemporaryFolder folder;
  HostTensor half{SSM_F16, {3}, std::string(6, '\0')};
  HostTensor wide{SSM_F64, {1, 2}, std::string(16, '\0')};
  storeElement(SSM_F16, half.data(), 2, -1.5);
  storeElement(SSM_F64, wide.data(), 1, 1e300);
  std::string path = folder.file("s");
  writeFile(path, "what was there before, longer than the header");
  std::map<std::string, HostTensor> tensors{{"a \"quoted\"", half},
                                            {"b/\xc3\xa9", wide},
                                            {"none", {SSM_I32, {0, 4}, ""}}};
  ASSERT_TRUE(writeSafetensors(path, tensors).ok());
  auto opened = Safetensors::open(path);
  ASSERT_TRUE(opened.ok()) << opened.takeStatus().message();
  ASSERT_EQ(opened->entries().size(), 3u);
  for (const auto &[name, tensor] : tensors) {
    auto read = opened->read(name);
    ASSERT_TRUE(read.ok()) << name;
    EXPECT_EQ(read->dtype, tensor.dtype);
    EXPECT_EQ(read->shape, tensor.shape);
    EXPECT_EQ(read->storage, tensor.storage);
  }
  // Elements begin at a multiple of 8, as others expect when they map a file.
  std::string bytes = *readFile(path, 1 << 20);
  EXPECT_EQ((8 + size_t(uint8_t(bytes[0]))) % 8, 0u);
  EXPECT_EQ(writeSafetensors(folder.file("no/s"), tensors).message(),
            "cannot write \"" + folder.file("no/s") +
                "\": No such file or directory");
  // Nothing stays of a file that could not be put in its place.
  EXPECT_FALSE(writeSafetensors(folder.file(""), tensors).ok());
}

TEST(Safetensors, WritesIntoPipes) {
  TemporaryFolder folder;
  std::string path = folder.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  HostTensor tensor{SSM_F32, {2}, std::string(8, 'x')};
  EXPECT_TRUE(writeSafetensors(path, {{"a", tensor}}).ok());
  std::string bytes(1024, '\0');
  ssize_t count = ::read(reader, bytes.data(), bytes.size());
  ::close(reader);
  ASSERT_GT(count, 16);
  EXPECT_EQ(bytes.substr(size_t(count) - 8, 8), tensor.storage);
  struct stat facts;
  ASSERT_EQ(::lstat(path.c_str(), &facts), 0);
  EXPECT_TRUE(S_ISFIFO(facts.st_mode));
}

TEST(Safetensors, WritesThroughLinks) {
  TemporaryFolder folder;
  std::string path = folder.file("link"), target = folder.file("target");
  ASSERT_EQ(::symlink(target.c_str(), path.c_str()), 0);
  HostTensor tensor{SSM_F32, {2}, std::string(8, 'x')};
  EXPECT_TRUE(writeSafetensors(path, {{"a", tensor}}).ok());
  struct stat facts;
  ASSERT_EQ(::lstat(path.c_str(), &facts), 0);
  EXPECT_TRUE(S_ISLNK(facts.st_mode));
  ASSERT_EQ(::lstat(target.c_str(), &facts), 0);
  EXPECT_TRUE(S_ISREG(facts.st_mode));
  EXPECT_GT(facts.st_size, 8);
}

} // namespace
