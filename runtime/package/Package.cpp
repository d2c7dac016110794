// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a package file, checks its container, its manifest and that the two
// agree about the target.
#include "Package.h"

#include "Container.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ssm::rt {
namespace {

constexpr uint64_t maxPackageBytes = uint64_t(1) << 30;

struct FileDescriptor {
  int number;
  ~FileDescriptor() {
    if (number >= 0)
      ::close(number);
  }
};

Status checkTarget(const Container &container, const Manifest &manifest) {
  if (container.kind == ContainerKind::Ptx) {
    if (manifest.target != SSM_CUDA)
      return SSM_ERROR(SSM_BAD_PACKAGE, "expected target cuda in PTX, got cpu");
    if (container.body.size() != manifest.bodyBytes)
      return SSM_ERROR(SSM_BAD_PACKAGE, "expected a body of {} bytes, got {}",
                       manifest.bodyBytes, container.body.size());
    if (fnv1a64(container.body) != manifest.bodyHash)
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "the body's hash differs: the file was edited or "
                       "damaged");
    if (container.body.find('\0') != std::string_view::npos)
      return SSM_ERROR(SSM_BAD_PACKAGE, "the PTX contains a NUL byte");
    return {};
  }
  if (manifest.target != SSM_CPU)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "expected target cpu in a shared object, got cuda");
  uint16_t machine = manifest.arch == "x86_64"    ? EM_X86_64
                     : manifest.arch == "aarch64" ? EM_AARCH64
                                                  : EM_NONE;
  if (machine == EM_NONE || machine != container.elfMachine)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "the object's ELF machine {} does not match arch \"{}\"",
                     container.elfMachine, manifest.arch);
  return {};
}

} // namespace

Result<std::string> readFile(const std::string &path, uint64_t limit) {
  FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat facts;
  if (file.number < 0 || ::fstat(file.number, &facts) != 0)
    return SSM_ERROR(SSM_IO_ERROR, "cannot open \"{}\": {}", path,
                     std::strerror(errno));
  if (S_ISDIR(facts.st_mode))
    return SSM_ERROR(SSM_IO_ERROR, "\"{}\" is a directory", path);
  std::string content;
  // Pipes have no size: read what comes, up to the limit.
  size_t step = S_ISREG(facts.st_mode) ? size_t(facts.st_size) + 1 : 1 << 16;
  if (S_ISREG(facts.st_mode) && uint64_t(facts.st_size) > limit)
    return SSM_ERROR(SSM_IO_ERROR, "\"{}\": expected at most {} bytes, got {}",
                     path, limit, facts.st_size);
  while (true) {
    size_t had = content.size();
    content.resize(had + step);
    ssize_t got = ::read(file.number, content.data() + had, step);
    if (got < 0 && errno != EINTR)
      return SSM_ERROR(SSM_IO_ERROR, "cannot read \"{}\": {}", path,
                       std::strerror(errno));
    content.resize(had + size_t(got < 0 ? 0 : got));
    if (got == 0)
      return content;
    if (content.size() > limit)
      return SSM_ERROR(SSM_IO_ERROR, "\"{}\": expected at most {} bytes", path,
                       limit);
    step = 1 << 16;
  }
}

Result<PackageRef> openPackageFile(const std::string &path) {
  SSM_ASSIGN(std::string content, readFile(path, maxPackageBytes));
  return openPackageBytes(std::move(content));
}

Result<PackageRef> openPackageBytes(std::string content) {
  auto package = std::make_shared<Package>();
  package->file = std::move(content);
  SSM_ASSIGN(Container container, readContainer(package->file));
  package->body = container.body;
  SSM_ASSIGN(package->manifest, parseManifest(container.json));
  SSM_TRY(checkTarget(container, package->manifest));
  SSM_TRY(checkManifest(package->manifest));
  return PackageRef(std::move(package));
}

} // namespace ssm::rt
