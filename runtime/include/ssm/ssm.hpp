// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C interface with ownership and exceptions: each class owns one handle,
// a failed call throws ssm::Error with the status's code, text and place.
// Header-only; everything else is as ssm.h describes it.
#ifndef SSM_SSM_HPP
#define SSM_SSM_HPP

#include "ssm/ssm.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ssm {

class Error : public std::runtime_error {
public:
  Error(ssm_code code, const std::string &message, std::string file, int line)
      : std::runtime_error(message), statusCode(code),
        sourceFile(std::move(file)), sourceLine(line) {}

  ssm_code code() const { return statusCode; }
  /// Where in the runtime the error was found.
  const std::string &file() const { return sourceFile; }
  int line() const { return sourceLine; }

private:
  ssm_code statusCode;
  std::string sourceFile;
  int sourceLine;
};

/// Throws a failed status and frees it.
inline void check(ssm_status *status) {
  if (!status)
    return;
  std::unique_ptr<ssm_status, decltype(&ssm_status_free)> owner(
      status, ssm_status_free);
  throw Error(ssm_status_code(status), ssm_status_message(status),
              ssm_status_file(status), ssm_status_line(status));
}

/// The owner of a handle, freed by `Destroy`.
template <typename T, void (*Destroy)(T *)> struct HandleDeleter {
  void operator()(T *handle) const { Destroy(handle); }
};
template <typename T, void (*Destroy)(T *)>
using Handle = std::unique_ptr<T, HandleDeleter<T, Destroy>>;

class Package {
public:
  static Package open(const std::string &path) {
    ssm_package *opened = nullptr;
    check(ssm_package_open(path.c_str(), &opened));
    return Package(opened);
  }
  static Package fromMemory(const void *data, size_t size) {
    ssm_package *opened = nullptr;
    check(ssm_package_open_memory(data, size, &opened));
    return Package(opened);
  }

  const ssm_package *get() const { return handle.get(); }
  ssm_package_info describe() const {
    ssm_package_info info;
    ssm_package_describe(get(), &info);
    return info;
  }
  ssm_ceilings ceilings() const {
    ssm_ceilings ceilings;
    check(ssm_package_ceilings(get(), &ceilings));
    return ceilings;
  }
  /// -1 when there is no such function.
  int find(const std::string &function) const {
    return ssm_package_find(get(), function.c_str());
  }
  ssm_function_info function(int index) const {
    ssm_function_info info;
    check(ssm_package_function(get(), index, &info));
    return info;
  }
  ssm_buffer_info buffer(int function, int index) const {
    ssm_buffer_info info;
    check(ssm_package_buffer(get(), function, index, &info));
    return info;
  }
  /// The buffers of one kind in order.
  std::vector<ssm_buffer_info> buffers(int function,
                                       ssm_buffer_kind kind) const {
    std::vector<ssm_buffer_info> found;
    for (int i = 0; i < this->function(function).buffer_count; ++i)
      if (ssm_buffer_info info = buffer(function, i); info.kind == kind)
        found.push_back(info);
    return found;
  }
  ssm_step_info step(int function, int index) const {
    ssm_step_info info;
    check(ssm_package_step(get(), function, index, &info));
    return info;
  }
  ssm_kernel_info kernel(int index) const {
    ssm_kernel_info info;
    check(ssm_package_kernel(get(), index, &info));
    return info;
  }
  ssm_variant_info variant(int kernel, int index) const {
    ssm_variant_info info;
    check(ssm_package_kernel_variant(get(), kernel, index, &info));
    return info;
  }
  int64_t cells(int kernel, int64_t batch, int64_t length) const {
    int64_t count = 0;
    check(ssm_package_kernel_cells(get(), kernel, batch, length, &count));
    return count;
  }
  ssm_size_class sizeClass(int function, int index) const {
    ssm_size_class sizes;
    check(ssm_package_size_class(get(), function, index, &sizes));
    return sizes;
  }
  /// The size class nearest to the two sizes.
  int nearest(int function, int64_t batch, int64_t length) const {
    int index = 0;
    check(ssm_package_nearest(get(), function, batch, length, &index));
    return index;
  }
  /// The kernel of a step in a size class.
  int stepKernel(int function, int step, int sizeClass) const {
    int kernel = -1;
    check(ssm_package_step_kernel(get(), function, step, sizeClass, &kernel));
    return kernel;
  }
  ssm_work work(int function, int step, int sizeClass, int64_t batch,
                int64_t length) const {
    ssm_work work;
    check(ssm_package_step_work(get(), function, step, sizeClass, batch, length,
                                &work));
    return work;
  }

private:
  explicit Package(ssm_package *opened) : handle(opened) {}
  Handle<ssm_package, ssm_package_close> handle;
};

class Device {
public:
  static Device create(ssm_device_kind kind, int ordinal = 0,
                       const ssm_device_options *options = nullptr) {
    ssm_device *created = nullptr;
    check(ssm_device_create(kind, ordinal, options, &created));
    return Device(created);
  }
  static int count(ssm_device_kind kind,
                   const ssm_device_options *options = nullptr) {
    int devices = 0;
    check(ssm_device_count(kind, options, &devices));
    return devices;
  }

  ssm_device *get() const { return handle.get(); }
  ssm_device_info describe() const {
    ssm_device_info info;
    ssm_device_describe(get(), &info);
    return info;
  }
  void synchronize(void *stream = nullptr) const {
    check(ssm_device_synchronize(get(), stream));
  }

private:
  explicit Device(ssm_device *created) : handle(created) {}
  Handle<ssm_device, ssm_device_destroy> handle;
};

/// Outside of Memory, which must be complete for this to have a default.
struct MemoryDeleter {
  ssm_device *device = nullptr;
  void operator()(void *pointer) const { ssm_device_free(device, pointer); }
};

/// A block of device memory; must not outlive its device.
class Memory {
public:
  Memory() = default;
  Memory(const Device &device, size_t bytes)
      : size(bytes), block(nullptr, MemoryDeleter{device.get()}) {
    void *pointer = nullptr;
    check(ssm_device_alloc(device.get(), bytes, &pointer));
    block.reset(pointer);
  }

  void *get() const { return block.get(); }
  size_t bytes() const { return size; }
  void copyIn(const void *host, void *stream = nullptr) {
    check(ssm_device_copy_in(block.get_deleter().device, get(), host, size,
                             stream));
  }
  void copyOut(void *host, void *stream = nullptr) const {
    check(ssm_device_copy_out(block.get_deleter().device, host, get(), size,
                              stream));
  }

private:
  size_t size = 0;
  std::unique_ptr<void, MemoryDeleter> block;
};

/// An Error unless `ends` divide `length` tokens into sequences.
inline void checkEnds(const std::vector<int32_t> &ends, int64_t length) {
  check(ssm_check_ends(ends.data(), int64_t(ends.size()), length));
}

/// An Error unless `order` has each token of a sequence once.
inline void checkOrder(const std::vector<int32_t> &order) {
  check(ssm_check_order(order.data(), int64_t(order.size())));
}

/// An Error unless each sequence has one of `count` slots of its own, or none.
inline void checkSlots(const std::vector<int32_t> &slots, int64_t count) {
  check(ssm_check_slots(slots.data(), int64_t(slots.size()), count));
}

class Executable {
public:
  static Executable load(const Device &device, const Package &package,
                         int function, ssm_matmul_mode matmul = SSM_MATMUL_AUTO,
                         const ssm_size_class *pin = nullptr) {
    ssm_load_options options = {};
    options.struct_size = sizeof options;
    options.matmul = matmul;
    options.pin = pin;
    ssm_executable *loaded = nullptr;
    check(ssm_executable_load(device.get(), package.get(), function, &options,
                              &loaded));
    return Executable(loaded);
  }

  ssm_executable *get() const { return handle.get(); }
  void bind(const std::string &weight, const void *data, size_t bytes,
            ssm_memory memory = SSM_HOST_MEMORY) {
    check(ssm_executable_bind(get(), weight.c_str(), data, bytes, memory));
  }
  size_t workspace(int64_t batch, int64_t length) {
    size_t bytes = 0;
    check(ssm_executable_workspace(get(), batch, length, &bytes));
    return bytes;
  }
  /// The size class whose kernels run at the two sizes.
  int sizeClass(int64_t batch, int64_t length) {
    int index = 0;
    check(ssm_executable_size_class(get(), batch, length, &index));
    return index;
  }
  void run(const ssm_call &call) { check(ssm_run(get(), &call)); }
  /// Milliseconds of one call, one value for each sample.
  std::vector<double> measure(const std::vector<ssm_call> &calls,
                              const ssm_measure_options &options) {
    std::vector<double> samples(size_t(options.samples));
    check(ssm_measure(get(), calls.data(), int(calls.size()), &options,
                      samples.data()));
    return samples;
  }

private:
  explicit Executable(ssm_executable *loaded) : handle(loaded) {}
  Handle<ssm_executable, ssm_executable_destroy> handle;
};

/// A copy of a session's states.
using Snapshot = Handle<ssm_snapshot, ssm_snapshot_destroy>;

class Session {
public:
  /// All functions of the package, with default options; `functions` names
  /// those to take otherwise.
  static Session create(const Device &device, const Package &package,
                        int64_t batch, int64_t maxLength,
                        const std::vector<std::string> &functions = {},
                        const ssm_load_options *load = nullptr,
                        void *stream = nullptr, int64_t slots = 0) {
    std::vector<int> indices;
    for (const std::string &name : functions) {
      indices.push_back(package.find(name));
      if (indices.back() < 0)
        throw Error(SSM_INVALID_ARGUMENT,
                    "the package has no function \"" + name + "\"", __FILE__,
                    __LINE__);
    }
    size_t count = functions.empty() ? size_t(package.describe().function_count)
                                     : functions.size();
    std::vector<const ssm_load_options *> each(count, load);
    ssm_session_options options = {};
    options.struct_size = sizeof options;
    options.functions = functions.empty() ? nullptr : indices.data();
    options.function_count = int(indices.size());
    options.load = each.data();
    options.batch = batch;
    options.max_length = maxLength;
    options.stream = stream;
    options.slots = slots;
    ssm_session *created = nullptr;
    check(ssm_session_create(device.get(), package.get(), &options, &created));
    return Session(created);
  }

  ssm_session *get() const { return handle.get(); }
  ssm_session_info describe() const {
    ssm_session_info info;
    ssm_session_describe(get(), &info);
    return info;
  }
  ssm_state_info state(int index) const {
    ssm_state_info info;
    check(ssm_session_state(get(), index, &info));
    return info;
  }
  void bind(const std::string &weight, const void *data, size_t bytes,
            ssm_memory memory = SSM_HOST_MEMORY) {
    check(ssm_session_bind(get(), weight.c_str(), data, bytes, memory));
  }
  /// `function` is its index in the package.
  void prepare(int function, int64_t length) {
    check(ssm_session_prepare(get(), function, length));
  }
  void run(const ssm_session_call &call) {
    check(ssm_session_run(get(), &call));
  }
  /// `counts` has a number of tokens for each sequence of the batch.
  void accept(const ssm_session_call &call, const int64_t *counts) {
    check(ssm_session_accept(get(), &call, counts));
  }
  void rollback() { check(ssm_session_rollback(get())); }
  void reset() { check(ssm_session_reset(get())); }
  /// Zeros in some slots of the caches.
  void resetSlots(const std::vector<int32_t> &slots) {
    check(ssm_session_reset_slots(get(), slots.data(), int64_t(slots.size())));
  }
  void readState(const std::string &name, void *host, size_t bytes) {
    check(ssm_session_read_state(get(), name.c_str(), host, bytes));
  }
  void writeState(const std::string &name, const void *host, size_t bytes) {
    check(ssm_session_write_state(get(), name.c_str(), host, bytes));
  }
  void save(const std::string &path) {
    check(ssm_session_save(get(), path.c_str()));
  }
  void load(const std::string &path) {
    check(ssm_session_load(get(), path.c_str()));
  }
  Session fork(void *stream = nullptr) {
    ssm_session *forked = nullptr;
    check(ssm_session_fork(get(), stream, &forked));
    return Session(forked);
  }
  Snapshot snapshot() {
    ssm_snapshot *taken = nullptr;
    check(ssm_session_snapshot(get(), &taken));
    return Snapshot(taken);
  }
  void restore(const Snapshot &snapshot) {
    check(ssm_session_restore(get(), snapshot.get()));
  }

private:
  explicit Session(ssm_session *created) : handle(created) {}
  Handle<ssm_session, ssm_session_destroy> handle;
};

} // namespace ssm

#endif // SSM_SSM_HPP
