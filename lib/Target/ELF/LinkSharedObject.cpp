// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the linker of this machine on one object.

#include "lib/Target/ELF/EmitObject.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace mlir::ssm;

static std::optional<std::string> findLinker() {
  for (llvm::StringRef name : {"ld", "ld.lld-22", "ld.lld", "cc"})
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  return std::nullopt;
}

static std::error_code writeFile(llvm::StringRef path, llvm::StringRef bytes) {
  std::error_code error;
  llvm::raw_fd_ostream file(path, error);
  if (error)
    return error;
  file << bytes;
  file.close();
  return file.error();
}

llvm::Error mlir::ssm::linkSharedObject(llvm::StringRef object,
                                        llvm::StringRef path) {
  std::optional<std::string> linker = findLinker();
  if (!linker)
    return llvm::createStringError(
        "expected a linker (ld, ld.lld or cc) on the PATH");
  llvm::SmallString<128> folder;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("ssm-link", folder))
    return llvm::createStringError(error, "cannot make a temporary folder");
  std::string input = (folder + "/kernels.o").str();
  std::string log = (folder + "/linker.log").str();
  std::string part = (path + ".part").str();
  if (std::error_code error = writeFile(input, object))
    return llvm::createStringError(error, "cannot write " + input);
  // libm serves the scalar functions of f64.
  llvm::SmallVector<llvm::StringRef> command = {
      *linker, "-shared", "-o", part, input, "--as-needed", "-l:libm.so.6"};
  std::string folderFlag = "-L/lib/x86_64-linux-gnu";
  if (llvm::StringRef(*linker).ends_with("/cc"))
    command[5] = "-Wl,--as-needed";
  else
    command.push_back(folderFlag);
  std::optional<llvm::StringRef> redirects[] = {std::nullopt, log.c_str(),
                                                log.c_str()};
  int status =
      llvm::sys::ExecuteAndWait(*linker, command, std::nullopt, redirects);
  if (status != 0) {
    auto report = llvm::MemoryBuffer::getFile(log);
    return llvm::createStringError(
        "the linker failed with status " + llvm::Twine(status) + ":\n" +
        (report ? (*report)->getBuffer().str() : std::string()) +
        "to repeat: " + llvm::join(command, " "));
  }
  llvm::sys::fs::remove_directories(folder);
  if (std::error_code error = llvm::sys::fs::rename(part, path)) {
    llvm::sys::fs::remove(part);
    return llvm::createStringError(error, "cannot write " + path.str());
  }
  return llvm::Error::success();
}
