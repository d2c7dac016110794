// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-run as people call it: in goes a command line, out come its exit code and
// what it printed.
#ifndef SSM_TEST_RUNTIME_SSMRUNCOMMAND_H
#define SSM_TEST_RUNTIME_SSMRUNCOMMAND_H

#include "ssm/ssm.h"

#include <string>
#include <vector>

namespace ssm::test {

struct Outcome {
  int code;
  std::string text;
};

/// With stderr in the text, unless `errors` says otherwise.
Outcome ssmRun(const std::string &arguments,
               const std::string &errors = " 2>&1");

bool contains(const std::string &text, const std::string &part);

/// A .npy file of these values.
void writeArray(const std::string &path, std::vector<int64_t> shape,
                const std::vector<float> &values, ssm_dtype dtype = SSM_F32);

} // namespace ssm::test

#endif // SSM_TEST_RUNTIME_SSMRUNCOMMAND_H
