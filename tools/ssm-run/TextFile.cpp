// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A temporary file beside the path, renamed once it is whole.
#include "TextFile.h"

#include "Failure.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace ssm::run {

void writeTextFile(const std::string &path, const std::string &text) {
  std::error_code ignored;
  auto kind = std::filesystem::symlink_status(path, ignored).type();
  bool isReplaced = kind == std::filesystem::file_type::not_found ||
                    kind == std::filesystem::file_type::regular;
  std::string target = isReplaced ? path + ".part" : path;
  std::FILE *file = std::fopen(target.c_str(), "we");
  bool good = file != nullptr;
  int problem = errno;
  if (file) {
    good = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    problem = errno;
    if (std::fclose(file) != 0 && good) {
      good = false;
      problem = errno;
    }
  }
  if (good && isReplaced && std::rename(target.c_str(), path.c_str()) != 0) {
    good = false;
    problem = errno;
  }
  if (good)
    return;
  if (isReplaced)
    std::remove(target.c_str());
  fail(ExitRun, "cannot write \"{}\": {}", path, std::strerror(problem));
}

} // namespace ssm::run
