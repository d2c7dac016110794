// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The .npy reader and writer: versions, types, and hostile headers.
#include "files/Npy.h"
#include "PackageFixture.h"
#include "files/FloatBits.h"

#include <gtest/gtest.h>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

std::string file(int major, const std::string &dictionary,
                 const std::string &data) {
  std::string text("\x93NUMPY", 6);
  text += char(major);
  text += '\0';
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    text += char(dictionary.size() >> 8 * i & 255);
  return text + dictionary + data;
}

std::string header(const std::string &descr, const std::string &shape) {
  return "{'descr': '" + descr +
         "', 'fortran_order': False, 'shape': " + shape + ", }\n";
}

std::string problemOf(const std::string &content) {
  auto parsed = parseNpy(content);
  return parsed.ok() ? "" : parsed.takeStatus().message();
}

TEST(Npy, ReadsAllVersionsAndTypes) {
  for (int version : {1, 2, 3}) {
    auto tensor =
        parseNpy(file(version, header("<f4", "(2, 3)"), std::string(24, '\0')));
    ASSERT_TRUE(tensor.ok()) << tensor.takeStatus().message();
    EXPECT_EQ(tensor->dtype, SSM_F32);
    EXPECT_EQ(tensor->shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(tensor->elements(), 6u);
  }
  struct Case {
    const char *descr;
    ssm_dtype dtype;
  };
  for (Case wanted : {Case{"<f8", SSM_F64}, Case{"<f2", SSM_F16},
                      Case{"<i4", SSM_I32}, Case{"<V2", SSM_BF16},
                      Case{"|V2", SSM_BF16}, Case{"bfloat16", SSM_BF16}}) {
    auto tensor =
        parseNpy(file(1, header(wanted.descr, "(5,)"),
                      std::string(5 * ssm_dtype_size(wanted.dtype), 'a')));
    ASSERT_TRUE(tensor.ok()) << wanted.descr;
    EXPECT_EQ(tensor->dtype, wanted.dtype);
  }
}

TEST(Npy, ReadsScalarsAndEmptyTensors) {
  EXPECT_EQ(problemOf(file(1, header("<f4", "()"), "abcd")), "");
  EXPECT_EQ(problemOf(file(1, header("<f4", "(0, 7)"), "")), "");
}

TEST(Npy, WritesWhatNumPyWrites) {
  // The header of np.save(np.zeros((2, 3), np.float32)).
  std::string written = npyHeader(SSM_F32, {2, 3});
  EXPECT_EQ(written.size(), 128u);
  EXPECT_EQ(written.substr(0, 10), std::string("\x93NUMPY\x01\0\x76\0", 10));
  EXPECT_EQ(written.substr(10, 59), "{'descr': '<f4', 'fortran_order': False, "
                                    "'shape': (2, 3), }");
  EXPECT_EQ(written.back(), '\n');
  EXPECT_NE(npyHeader(SSM_BF16, {4}).find("'<V2'"), std::string::npos);
  EXPECT_NE(npyHeader(SSM_BF16, {4}).find("(4,)"), std::string::npos);
}

TEST(Npy, RoundTrip) {
  TemporaryFolder folder;
  for (ssm_dtype dtype : {SSM_F64, SSM_F32, SSM_BF16, SSM_F16, SSM_I32}) {
    HostTensor tensor;
    tensor.dtype = dtype;
    tensor.shape = {3, 1, 5};
    tensor.storage.resize(15 * ssm_dtype_size(dtype));
    for (uint64_t i = 0; i < 15; ++i)
      storeElement(dtype, tensor.data(), i, double(i) - 7);
    ASSERT_TRUE(writeNpy(folder.file("t.npy"), tensor).ok());
    auto again = readNpy(folder.file("t.npy"));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->dtype, dtype);
    EXPECT_EQ(again->shape, tensor.shape);
    for (uint64_t i = 0; i < 15; ++i)
      EXPECT_EQ(loadElement(dtype, again->data(), i), double(i) - 7);
  }
}

TEST(Npy, RefusesWhatItCannotHold) {
  EXPECT_EQ(problemOf(file(1, header(">f4", "(1,)"), "abcd")),
            "expected elements of type <f8, <f4, <f2, <i4 or <V2 (bfloat16), "
            "got \">f4\"");
  EXPECT_EQ(problemOf(file(1,
                           "{'descr': '<f4', 'fortran_order': True, 'shape': "
                           "(1, 1), }\n",
                           "abcd")),
            "expected C order, got Fortran order: save "
            "np.ascontiguousarray(x)");
  EXPECT_EQ(problemOf(file(1, header("<f4", "(2,)"), "abcd")),
            "expected the elements of 2xf32, got 4 bytes");
}

TEST(Npy, HostileShapesAllocateNothing) {
  for (const char *shape :
       {"(9223372036854775807,)", "(4611686018427387904, 4)",
        "(4294967296, 4294967296)", "(-1,)", "(99999999999999999999,)", "(1, 2",
        "(1 2)", "1", "(1,,)", "((1,),)"})
    EXPECT_NE(problemOf(file(1, header("<f4", shape), "abcd")), "") << shape;
  // Zero elements of an overflowing shape.
  EXPECT_EQ(problemOf(file(1, header("<f4", "(0, 9223372036854775807)"), "")),
            "");
}

TEST(Npy, HostileHeaders) {
  for (const char *text :
       {"", "{}", "{'descr': '<f4'}", "[1]", "{'descr': '<f4', 'descr': '<f4',",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4\\'', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x"})
    EXPECT_NE(problemOf(file(1, text, "abcd")), "") << text;
  EXPECT_NE(problemOf(file(4, header("<f4", "(1,)"), "abcd")), "");
}

TEST(Npy, CutAnywhere) {
  for (int version : {1, 2}) {
    std::string whole =
        file(version, header("<f4", "(2, 3)"), std::string(24, '\0'));
    for (size_t length = 0; length < whole.size(); ++length)
      EXPECT_NE(problemOf(whole.substr(0, length)), "") << length;
    EXPECT_NE(problemOf(whole + "x"), "");
  }
}

} // namespace
