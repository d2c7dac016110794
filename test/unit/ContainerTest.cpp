// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two containers: what a good file yields and how damaged ones are
// refused.
#include "package/Container.h"
#include "PackageFixture.h"
#include "package/Package.h"

#include <gtest/gtest.h>

#include <elf.h>

#include <cstring>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

std::string problemOf(const std::string &file) {
  auto opened = openPackageBytes(file);
  return opened.ok() ? "" : opened.takeStatus().message();
}

std::string goodPtx() { return ptxPackage(blockManifest("cuda"), blockPtx()); }

const std::string &goodElf() {
  static const std::string file =
      elfPackage(blockManifest("cpu"), blockSource());
  return file;
}

TEST(Container, ReadsPtx) {
  auto package = openPackageBytes(goodPtx());
  ASSERT_TRUE(package.ok()) << package.takeStatus().message();
  EXPECT_EQ((*package)->body, blockPtx());
  const Manifest &manifest = (*package)->manifest;
  EXPECT_EQ(manifest.target, SSM_CUDA);
  EXPECT_EQ(manifest.arch, "sm_80");
  EXPECT_EQ(manifest.kernels.size(), 2u);
  EXPECT_EQ(manifest.functions.at(0).steps.size(), 2u);
}

TEST(Container, ReadsElf) {
  auto package = openPackageBytes(goodElf());
  ASSERT_TRUE(package.ok()) << package.takeStatus().message();
  EXPECT_EQ((*package)->manifest.target, SSM_CPU);
}

TEST(Container, HashOfKnownText) {
  // From the authors' test vectors.
  EXPECT_EQ(fnv1a64(""), 0xcbf29ce484222325u);
  EXPECT_EQ(fnv1a64("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(fnv1a64("foobar"), 0x85944171f73967e8u);
}

TEST(Container, RefusesPtxCutAnywhere) {
  std::string file = goodPtx();
  for (size_t length = 0; length < file.size(); ++length)
    EXPECT_NE(problemOf(file.substr(0, length)), "") << length;
}

TEST(Container, RefusesElfCutAnywhere) {
  const std::string &file = goodElf();
  // The section table is the end of the file: every cut loses some of it.
  for (size_t length = 0; length < file.size(); length += 7)
    EXPECT_NE(problemOf(file.substr(0, length)), "") << length;
}

TEST(Container, RefusesEveryEditedByteOfPtx) {
  std::string file = goodPtx();
  for (size_t at = 0; at < file.size(); ++at) {
    std::string changed = file;
    changed[at] ^= 1;
    EXPECT_NE(problemOf(changed), "") << at;
  }
}

TEST(Container, SurvivesEveryEditedElfHeaderByte) {
  std::string file = goodElf();
  size_t table = sizeof(Elf64_Ehdr);
  Elf64_Ehdr header;
  std::memcpy(&header, file.data(), sizeof header);
  auto damage = [&](size_t at) {
    for (int value : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string changed = file;
      changed[at] = char(value);
      problemOf(changed);
    }
  };
  for (size_t at = 0; at < table; ++at)
    damage(at);
  for (size_t at = header.e_shoff; at < file.size(); ++at)
    damage(at);
}

TEST(Container, SaysWhatIsWrong) {
  std::string file = goodPtx();
  EXPECT_EQ(problemOf("hello"),
            "expected a package (\"// ssm-package 1\" or an ELF object)");
  EXPECT_EQ(problemOf(edited(file, "ssm-package 1", "ssm-package 2")),
            "expected package format 1, got 2");
  EXPECT_NE(problemOf(edited(file, "sm_80", "sm_90"))
                .find("the file was edited or damaged"),
            std::string::npos);
  EXPECT_NE(problemOf(edited(file, ".version", ".Version"))
                .find("the body's hash differs"),
            std::string::npos);
  EXPECT_NE(problemOf(file + "\n").find("expected a body of"),
            std::string::npos);
  EXPECT_EQ(
      problemOf(ptxPackage(blockManifest("cuda"), std::string("a\0b", 3))),
      "the PTX contains a NUL byte");
}

TEST(Container, TargetAndContainerMustAgree) {
  EXPECT_EQ(problemOf(ptxContainer(blockManifest("cpu"), "")),
            "expected target cuda in PTX, got cpu");
  std::string foreign = edited(blockManifest("cpu"), "x86_64", "riscv64");
  EXPECT_NE(problemOf(elfPackage(foreign, blockSource())).find("riscv64"),
            std::string::npos);
}

TEST(Container, FindsNoSectionInPlainObjects) {
  std::string file = goodElf();
  // Rename the section wherever its name stands.
  for (size_t at = file.find(".ssm.manifest"); at != std::string::npos;
       at = file.find(".ssm.manifest", at + 1))
    file[at + 1] = 'x';
  EXPECT_EQ(problemOf(file),
            "no section .ssm.manifest: not written by ssm-compile");
}

TEST(Package, ReportsMissingFilesAndFolders) {
  TemporaryFolder folder;
  auto missing = openPackageFile(folder.file("none.ptx"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.takeStatus().code(), SSM_IO_ERROR);
  auto directory = openPackageFile(folder.file(""));
  ASSERT_FALSE(directory.ok());
  EXPECT_NE(directory.takeStatus().message().find("is a directory"),
            std::string::npos);
}

} // namespace
