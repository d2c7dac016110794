// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the linker of this machine on one object.

#include "lib/Target/ELF/EmitObject.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

using namespace mlir::ssm;

static llvm::Error failedWith(std::error_code error, const llvm::Twine &what) {
  return llvm::createStringError(error, what + ": " + error.message());
}

static std::optional<std::string> findLinker() {
  for (llvm::StringRef name : {"ld", "ld.lld-22", "ld.lld", "cc"})
    if (auto path = llvm::sys::findProgramByName(name))
      return *path;
  return std::nullopt;
}

static llvm::Error writeFile(llvm::StringRef path, llvm::StringRef bytes) {
  std::error_code error;
  llvm::raw_fd_ostream file(path, error);
  if (!error) {
    file << bytes;
    file.close();
    error = file.error();
    file.clear_error();
  }
  return error ? failedWith(error, "cannot write " + path)
               : llvm::Error::success();
}

/// A pipe, a device or a link is written to, not replaced by a file.
static bool isReplaced(llvm::StringRef path) {
  llvm::sys::fs::file_status status;
  return llvm::sys::fs::status(path, status, /*follow=*/false) ||
         status.type() == llvm::sys::fs::file_type::regular_file;
}

/// Puts the linked object `part` where `path` says, beside it or elsewhere.
static llvm::Error moveInto(llvm::StringRef part, llvm::StringRef path) {
  if (!isReplaced(path)) {
    auto bytes = llvm::MemoryBuffer::getFile(part);
    if (!bytes)
      return failedWith(bytes.getError(), "cannot read " + part);
    return writeFile(path, (*bytes)->getBuffer());
  }
  std::error_code error = llvm::sys::fs::rename(part, path);
  if (!error)
    return llvm::Error::success();
  llvm::sys::fs::remove(part);
  return failedWith(error, "cannot write " + path);
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
    return failedWith(error, "cannot make a temporary folder");
  llvm::scope_exit cleanUp([&] { llvm::sys::fs::remove_directories(folder); });
  std::string input = (folder + "/kernels.o").str();
  std::string log = (folder + "/linker.log").str();
  std::string part = isReplaced(path) ? (path + ".part").str()
                                      : (folder + "/kernels.so").str();
  if (llvm::Error error = writeFile(input, object))
    return error;
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
    cleanUp.release(); // the command in the message needs its input
    auto report = llvm::MemoryBuffer::getFile(log);
    return llvm::createStringError(
        "the linker failed with status " + llvm::Twine(status) + ":\n" +
        (report ? (*report)->getBuffer().str() : std::string()) +
        "to repeat: " + llvm::join(command, " "));
  }
  return moveInto(part, path);
}
