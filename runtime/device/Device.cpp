// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory and notes of a device, through the caller's hooks where given.
#include "Device.h"

namespace ssm::rt {

Result<void *> Device::allocate(size_t bytes) {
  bytes = bytes ? bytes : 1;
  if (!options.allocator.allocate)
    return allocateOwn(bytes);
  void *pointer = options.allocator.allocate(options.allocator.context, bytes);
  if (!pointer)
    return SSM_ERROR(SSM_OUT_OF_MEMORY,
                     "the caller's allocator has no {} bytes", bytes);
  if (reinterpret_cast<uintptr_t>(pointer) % workspaceAlignment == 0)
    return pointer;
  release(pointer);
  return SSM_ERROR(SSM_INVALID_ARGUMENT,
                   "expected {}-byte aligned memory from the caller's "
                   "allocator, got {}",
                   workspaceAlignment, pointer);
}

void Device::release(void *pointer) {
  if (!pointer)
    return;
  if (options.allocator.allocate) {
    if (options.allocator.release)
      options.allocator.release(options.allocator.context, pointer);
    return;
  }
  releaseOwn(pointer);
}

void Device::noteOnce(const std::string &line) {
  std::lock_guard<std::mutex> lock(noteMutex);
  if (notes.insert(line).second && options.note.write)
    options.note.write(options.note.context, line.c_str());
}

DeviceMemory &DeviceMemory::operator=(DeviceMemory &&other) noexcept {
  if (this == &other)
    return *this;
  reset();
  device = std::move(other.device);
  pointer = std::exchange(other.pointer, nullptr);
  return *this;
}

Result<DeviceMemory> DeviceMemory::allocate(const DeviceRef &device,
                                            size_t bytes) {
  SSM_ASSIGN(void *pointer, device->allocate(bytes));
  return DeviceMemory(device, pointer);
}

void DeviceMemory::reset() {
  if (pointer)
    device->release(pointer);
  pointer = nullptr;
}

} // namespace ssm::rt
