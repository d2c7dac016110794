// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What can be said without running: in goes a package or this machine, out
// comes text or JSON.
#ifndef SSM_TOOLS_SSM_RUN_DESCRIBE_H
#define SSM_TOOLS_SSM_RUN_DESCRIBE_H

#include "Options.h"

namespace ssm::run {

std::string describePackage(const Options &options);
std::string listDevices(const Options &options);
std::string versionText();

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_DESCRIBE_H
