// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Host memory, the facts about the processor and the optional library.
#include "CpuDevice.h"

#include "CpuExecutable.h"
#include "CpuFeatures.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace ssm::rt {

CpuDevice::CpuDevice(DeviceOptions wanted)
    : Device(std::move(wanted)), team(options.threads, options.parallelFor),
      name(cpuName()) {}

ssm_device_info CpuDevice::describe() const {
  ssm_device_info info = {};
  info.kind = SSM_CPU;
  info.name = name.c_str();
  info.arch = hostArch();
  info.processors = team.count();
  long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  info.memory_bytes =
      pages > 0 && size > 0 ? uint64_t(pages) * uint64_t(size) : 0;
  long cache = ::sysconf(_SC_LEVEL3_CACHE_SIZE);
  info.cache_bytes = cache > 0 ? uint64_t(cache) : 0;
  return info;
}

bool CpuDevice::mayUse(const std::string &feature) const {
  const std::vector<std::string> &allowed = options.cpuFeatures;
  if (!cpuHasFeature(feature))
    return false;
  return allowed.empty() ? !cpuIsSlowWith(feature)
                         : std::find(allowed.begin(), allowed.end(), feature) !=
                               allowed.end();
}

Status CpuDevice::copyIn(void *to, const void *host, size_t bytes, void *) {
  if (bytes)
    std::memcpy(to, host, bytes);
  return {};
}

Status CpuDevice::copyOut(void *host, const void *from, size_t bytes, void *) {
  if (bytes)
    std::memcpy(host, from, bytes);
  return {};
}

Status CpuDevice::synchronize(void *) { return {}; }

Status CpuDevice::copyWithin(void *to, const void *from, size_t bytes, void *) {
  if (bytes)
    std::memcpy(to, from, bytes);
  return {};
}

Status CpuDevice::zero(void *to, size_t bytes, void *) {
  if (bytes)
    std::memset(to, 0, bytes);
  return {};
}

static constexpr uint64_t kLargePage = uint64_t(2) << 20;

/// Kernels walk rows that lie a page or more apart: large buffers ask for large
/// pages, of which the processor remembers the places of more bytes.
static void *allocateLargePages(uint64_t bytes) {
  if (bytes > UINT64_MAX - kLargePage)
    return nullptr;
  uint64_t pages = (bytes + kLargePage - 1) / kLargePage;
  void *pointer = std::aligned_alloc(kLargePage, pages * kLargePage);
  // A system without them gives small ones.
  if (pointer)
    (void)::madvise(pointer, bytes, MADV_HUGEPAGE);
  return pointer;
}

Result<void *> CpuDevice::allocateOwn(size_t bytes) {
  uint64_t rounded = bytes;
  void *pointer = nullptr;
  if (alignWorkspace(rounded))
    pointer = rounded < kLargePage
                  ? std::aligned_alloc(workspaceAlignment, rounded)
                  : allocateLargePages(rounded);
  if (!pointer)
    return SSM_ERROR(SSM_OUT_OF_MEMORY, "no {} bytes of host memory", bytes);
  return pointer;
}

void CpuDevice::releaseOwn(void *pointer) { std::free(pointer); }

const OneDnn *CpuDevice::oneDnn(std::string &why) {
  std::lock_guard<std::mutex> lock(libraryMutex);
  if (!isLibraryTried) {
    isLibraryTried = true;
    auto loaded = OneDnn::load(options.dnnlLibrary);
    if (loaded.ok()) {
      library = std::move(*loaded);
      team.useOpenMp(library->threading());
    } else {
      libraryProblem = loaded.takeStatus().message();
    }
  }
  why = libraryProblem;
  return library.get();
}

const KissFft *CpuDevice::kissFft(std::string &why) {
  std::lock_guard<std::mutex> lock(libraryMutex);
  if (!isTransformTried) {
    isTransformTried = true;
    auto loaded = KissFft::load(options.kissFftLibrary);
    if (loaded.ok())
      transforms = std::move(*loaded);
    else
      transformProblem = loaded.takeStatus().message();
  }
  why = transformProblem;
  return transforms.get();
}

Result<std::unique_ptr<Executable>> CpuDevice::load(PackageRef package,
                                                    const Function &function,
                                                    LoadOptions options) {
  const Manifest &manifest = package->manifest;
  if (manifest.target != SSM_CPU || manifest.arch != hostArch())
    return SSM_ERROR(SSM_WRONG_TARGET, "the package is for {} {}, this is {}",
                     manifest.target == SSM_CPU ? "cpu" : "cuda", manifest.arch,
                     hostArch());
  auto self = std::static_pointer_cast<CpuDevice>(shared_from_this());
  return CpuExecutable::load(self, std::move(package), function, options);
}

} // namespace ssm::rt
