// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs ptxas in a temporary folder and reads its report word by word.

#include "lib/Target/PTX/Ptxas.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::ssm;

std::optional<std::string> mlir::ssm::findPtxas() {
  if (auto path = llvm::sys::findProgramByName("ptxas"))
    return *path;
  std::string home =
      llvm::sys::Process::GetEnv("CUDA_HOME").value_or("/usr/local/cuda");
  if (auto path = llvm::sys::findProgramByName("ptxas", {home + "/bin"}))
    return *path;
  return std::nullopt;
}

/// The number before `unit` among the words of a line, or 0.
static int64_t numberBefore(llvm::StringRef line, llvm::StringRef unit) {
  size_t at = line.find(unit);
  if (at == llvm::StringRef::npos)
    return 0;
  llvm::StringRef word = line.take_front(at).rtrim().rsplit(' ').second;
  int64_t value = 0;
  return word.getAsInteger(10, value) ? 0 : value;
}

/// Lines come in the order entry, stack and spills, registers and memory.
static std::map<std::string, EntryUsage> parseReport(llvm::StringRef report) {
  std::map<std::string, EntryUsage> entries;
  EntryUsage *entry = nullptr;
  llvm::SmallVector<llvm::StringRef> lines;
  report.split(lines, '\n');
  for (llvm::StringRef line : lines) {
    if (line.contains("Compiling entry function")) {
      llvm::StringRef name = line.split('\'').second.split('\'').first;
      entry = &entries[name.str()];
    }
    if (!entry)
      continue;
    if (line.contains("bytes stack frame")) {
      entry->stackBytes = numberBefore(line, "bytes stack frame");
      entry->spillStoreBytes = numberBefore(line, "bytes spill stores");
      entry->spillLoadBytes = numberBefore(line, "bytes spill loads");
    }
    if (line.contains("Used ")) {
      entry->registers = numberBefore(line, "registers");
      entry->sharedBytes = numberBefore(line, "bytes smem");
    }
  }
  return entries;
}

static std::string readFile(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

llvm::Expected<AssembledModule> mlir::ssm::assemble(llvm::StringRef ptxas,
                                                    llvm::StringRef ptx,
                                                    llvm::StringRef chip) {
  llvm::SmallString<128> folder;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("ssm-ptxas", folder))
    return llvm::createStringError(error, "cannot make a temporary folder: " +
                                              error.message());
  auto inFolder = [&](llvm::StringRef name) {
    return (folder + "/" + name).str();
  };
  std::string input = inFolder("module.ptx"), output = inFolder("module.cubin"),
              log = inFolder("ptxas.log");
  std::error_code error;
  {
    llvm::raw_fd_ostream file(input, error);
    if (!error) {
      file << ptx;
      file.close();
      error = file.error();
      file.clear_error();
    }
  }
  if (error)
    return llvm::createStringError(error, "cannot write " + input + ": " +
                                              error.message());
  std::string arch = ("-arch=" + chip).str();
  llvm::SmallVector<llvm::StringRef> command = {ptxas, "-v", arch,
                                                input, "-o", output};
  std::optional<llvm::StringRef> redirects[] = {std::nullopt, log.c_str(),
                                                log.c_str()};
  int status =
      llvm::sys::ExecuteAndWait(ptxas, command, std::nullopt, redirects);
  std::string report = readFile(log);
  if (status != 0)
    return llvm::createStringError("ptxas failed with status " +
                                   llvm::Twine(status) + ":\n" + report +
                                   "to repeat: " + llvm::join(command, " "));
  AssembledModule assembled{parseReport(report), readFile(output)};
  llvm::sys::fs::remove_directories(folder);
  return assembled;
}
