// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Starts ssm-run and reads what it says.
#include "SsmRunCommand.h"

#include "files/FloatBits.h"
#include "files/Npy.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <sys/wait.h>

namespace ssm::test {

Outcome ssmRun(const std::string &arguments, const std::string &errors) {
  std::string command = std::string(SSM_RUN) + " " + arguments + errors;
  Outcome outcome{-1, ""};
  std::FILE *pipe = ::popen(command.c_str(), "r");
  if (!pipe)
    return outcome;
  std::array<char, 4096> part;
  while (size_t got = std::fread(part.data(), 1, part.size(), pipe))
    outcome.text.append(part.data(), got);
  int status = ::pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

void writeArray(const std::string &path, std::vector<int64_t> shape,
                const std::vector<float> &values, ssm_dtype dtype) {
  rt::HostTensor tensor;
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.storage.resize(values.size() * ssm_dtype_size(dtype));
  for (size_t i = 0; i < values.size(); ++i)
    rt::storeElement(dtype, tensor.data(), i, double(values[i]));
  ASSERT_TRUE(rt::writeNpy(path, tensor).ok());
}

} // namespace ssm::test
