// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes a text to a file: whoever looks sees the old file or the whole new
// one.
#ifndef SSM_TOOLS_SSM_RUN_TEXTFILE_H
#define SSM_TOOLS_SSM_RUN_TEXTFILE_H

#include <string>

namespace ssm::run {

/// A pipe, a device or a link is written to, not replaced; a Failure that says
/// why it cannot be.
void writeTextFile(const std::string &path, const std::string &text);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_TEXTFILE_H
