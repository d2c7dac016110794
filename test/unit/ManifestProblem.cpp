// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ManifestProblem.h"
#include "package/Manifest.h"

std::string ssm::test::manifestProblem(const std::string &json) {
  auto manifest = rt::parseManifest(json);
  if (!manifest.ok())
    return manifest.takeStatus().message();
  rt::Status status = rt::checkManifest(*manifest);
  return status.ok() ? "" : status.message();
}
