// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a package, and as a manifest whose hash is right.
#include "package/Layout.h"
#include "package/Package.h"

using namespace ssm::rt;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string bytes(reinterpret_cast<const char *>(data), size);
  (void)openPackageBytes(bytes).ok();
  auto manifest = parseManifest(bytes);
  if (!manifest.ok() || !checkManifest(*manifest).ok())
    return 0;
  for (const Function &function : manifest->functions)
    (void)layOut(function, {3, 5}).ok();
  return 0;
}
