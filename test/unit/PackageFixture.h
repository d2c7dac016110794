// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Small packages written by hand, as ssm-compile would write them: in goes a
// manifest as JSON text, out come the bytes of a PTX or ELF package.
#ifndef SSM_TEST_UNIT_PACKAGEFIXTURE_H
#define SSM_TEST_UNIT_PACKAGEFIXTURE_H

#include <string>

namespace ssm::test {

/// A function "block" of two steps over x (batch, length, 8):
///   h = x w^T + bias (a product with the fallback kernel "linear"), w 16 x 8
///   y = 2 h + 1      (the kernel "affine")
/// for "cuda" or "cpu". Without "body"; the writers below add it.
std::string blockManifest(const std::string &target);

/// PTX that declares the entries of blockManifest.
std::string blockPtx();

/// The C source of the kernels of blockManifest.
std::string blockSource();

/// blockManifest with size classes 8x64 and 1x4: the kernel of the second step
/// is "affine" for the first and "small" for the other, y = -h.
std::string sizeClassManifest(const std::string &target);

/// PTX and C source of the kernels of sizeClassManifest.
std::string sizeClassPtx();
std::string sizeClassSource();

/// "sm_80" for "cuda", the processor's for "cpu".
std::string archFor(const std::string &target);

/// The target's part of a kernel: its symbols ("NAME_base" on the CPU,
/// "NAME_entry" for CUDA) and its memory.
std::string kernelEntry(const std::string &target, const std::string &name,
                        int sharedBytes);

/// `text` with the first `from` replaced by `to`, which must be there.
std::string edited(std::string text, const std::string &from,
                   const std::string &to);
/// The same in what stands from the first `place` on.
std::string editedAfter(const std::string &text, const std::string &place,
                        const std::string &from, const std::string &to);

/// A PTX package; "body" is put into the manifest.
std::string ptxPackage(const std::string &manifest, const std::string &body);
/// A PTX package around exactly this JSON text.
std::string ptxContainer(const std::string &json, const std::string &body);

/// A shared object compiled from C source with the manifest in its section.
std::string elfPackage(const std::string &manifest, const std::string &source);

/// What the section .ssm.manifest holds for this JSON text.
std::string elfSection(const std::string &json);

/// A folder that is removed with the object.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string file(const std::string &name) const { return path + "/" + name; }

private:
  std::string path;
};

void writeFile(const std::string &path, const std::string &content);

} // namespace ssm::test

#endif // SSM_TEST_UNIT_PACKAGEFIXTURE_H
