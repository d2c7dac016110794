// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// "Did you mean": in go a word and the words there are, out comes the nearest.
#ifndef SSM_TOOLS_SSM_RUN_SUGGEST_H
#define SSM_TOOLS_SSM_RUN_SUGGEST_H

#include <string>
#include <vector>

namespace ssm::run {

/// " (did you mean \"--input\"?)", or nothing when no word is near.
std::string didYouMean(const std::string &word,
                       const std::vector<std::string> &known);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_SUGGEST_H
