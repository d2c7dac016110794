// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI of packages: opening and looking, without a device.
#include "Handles.h"
#include "cpu/CpuFeatures.h"

#include <algorithm>

using namespace ssm::rt;

namespace {

template <typename List>
Status requireIndex(int index, const List &list, const char *what) {
  if (index >= 0 && size_t(index) < list.size())
    return {};
  return SSM_ERROR(SSM_INVALID_ARGUMENT, "expected a {} below {}, got {}", what,
                   list.size(), index);
}

/// The function of that index, checked together with the handles.
Result<const Function *> functionOf(const ssm_package *package, int function,
                                    const void *out) {
  SSM_TRY(requireArgument(package, "a package"));
  SSM_TRY(requireArgument(out, "a place for the result"));
  const auto &functions = package->package->manifest.functions;
  SSM_TRY(requireIndex(function, functions, "function"));
  return &functions[size_t(function)];
}

/// A function without size classes has one kernel for each step.
Status requireSizeClass(int sizeClass, const Function &function) {
  if (sizeClass == 0 && function.sizeClasses.empty())
    return {};
  return requireIndex(sizeClass, function.sizeClasses, "size class");
}

Result<const Kernel *> kernelOf(const ssm_package *package, int kernel,
                                const void *out) {
  SSM_TRY(requireArgument(package, "a package"));
  SSM_TRY(requireArgument(out, "a place for the result"));
  const auto &kernels = package->package->manifest.kernels;
  SSM_TRY(requireIndex(kernel, kernels, "kernel"));
  return &kernels[size_t(kernel)];
}

ssm_status *openWith(ssm_package **out, Result<PackageRef> (*open)(std::string),
                     const char *bytes, size_t size) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(bytes, "package contents or a path"));
    SSM_TRY(requireArgument(out, "a place for the package"));
    SSM_ASSIGN(PackageRef opened, open(std::string(bytes, size)));
    *out = new ssm_package{std::move(opened)};
    return {};
  });
}

} // namespace

ssm_status *ssm_package_open(const char *path, ssm_package **out) {
  return openWith(
      out, [](std::string name) { return openPackageFile(name); }, path,
      path ? std::char_traits<char>::length(path) : 0);
}

ssm_status *ssm_package_open_memory(const void *data, size_t size,
                                    ssm_package **out) {
  return openWith(out, openPackageBytes, static_cast<const char *>(data), size);
}

void ssm_package_close(ssm_package *package) { delete package; }

void ssm_package_describe(const ssm_package *package, ssm_package_info *out) {
  const Manifest &manifest = package->package->manifest;
  *out = {manifest.producer.c_str(),
          manifest.target,
          manifest.arch.c_str(),
          manifest.major,
          manifest.minor,
          int(manifest.functions.size()),
          int(manifest.kernels.size()),
          package->package->body.size()};
}

ssm_status *ssm_package_ceilings(const ssm_package *package,
                                 ssm_ceilings *out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(package, "a package"));
    SSM_TRY(requireArgument(out, "a place for the result"));
    *out = package->package->manifest.ceilings;
    return {};
  });
}

int ssm_package_find(const ssm_package *package, const char *name) {
  if (!package || !name)
    return -1;
  const auto &functions = package->package->manifest.functions;
  auto found = std::find_if(
      functions.begin(), functions.end(),
      [&](const Function &function) { return function.name == name; });
  return found == functions.end() ? -1 : int(found - functions.begin());
}

ssm_status *ssm_package_function(const ssm_package *package, int function,
                                 ssm_function_info *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    *out = {found->name.c_str(),        int(found->buffers.size()),
            int(found->steps.size()),   found->slots,
            int(found->inputs.size()),  int(found->weights.size()),
            int(found->outputs.size()), int(found->sizeClasses.size())};
    return {};
  });
}

ssm_status *ssm_package_buffer(const ssm_package *package, int function,
                               int buffer, ssm_buffer_info *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    SSM_TRY(requireIndex(buffer, found->buffers, "buffer"));
    const Buffer &described = found->buffers[size_t(buffer)];
    *out = {};
    out->name = described.name.c_str();
    out->kind = described.kind;
    out->dtype = described.dtype;
    out->rank = int(described.shape.size());
    std::copy(described.shape.begin(), described.shape.end(), out->shape);
    out->slot = described.slot;
    out->state = described.state.c_str();
    out->trace = described.trace.c_str();
    out->in_place = described.inPlaceOf;
    out->holds_slots = described.holdsSlots;
    return {};
  });
}

ssm_status *ssm_package_step(const ssm_package *package, int function, int step,
                             ssm_step_info *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    SSM_TRY(requireIndex(step, found->steps, "step"));
    const Step &described = found->steps[size_t(step)];
    const Matmul &matmul = described.matmul;
    const Launch &launch = described.launch;
    *out = {described.kind,
            launch.kernelFor(0),
            int(launch.kernels.size()),
            matmul.n,
            matmul.k,
            matmul.a.buffer,
            matmul.b.buffer,
            matmul.c.buffer,
            matmul.bias,
            matmul.libraryFrom};
    if (described.kind == SSM_LONG_CONV) {
      const LongConv &convolution = described.longConv;
      out->n = found->buffers[size_t(convolution.y)].shape[2];
      out->k = convolution.directBelow;
      out->a = convolution.x;
      out->b = convolution.k;
      out->c = convolution.y;
    }
    return {};
  });
}

ssm_status *ssm_package_kernel(const ssm_package *package, int kernel,
                               ssm_kernel_info *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Kernel *found, kernelOf(package, kernel, out));
    *out = {found->name.c_str(),
            found->symbol.c_str(),
            found->schedule.c_str(),
            found->fused.c_str(),
            int(found->arguments.size()),
            int(found->variants.size()),
            int(found->block),
            found->sharedBytes,
            found->staticSharedBytes,
            found->scratchBytes,
            found->startsEarly};
    return {};
  });
}

/// Why this processor goes without the variant: the first feature it lacks, or
/// else the first it is slow with; null if nothing.
static const std::string *leftOut(const Variant &variant) {
  for (bool (*isFine)(const std::string &) :
       {+[](const std::string &name) { return cpuHasFeature(name); },
        +[](const std::string &name) { return !cpuIsSlowWith(name); }})
    for (const std::string &feature : variant.features)
      if (!isFine(feature))
        return &feature;
  return nullptr;
}

ssm_status *ssm_package_kernel_variant(const ssm_package *package, int kernel,
                                       int variant, ssm_variant_info *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Kernel *found, kernelOf(package, kernel, out));
    SSM_TRY(requireIndex(variant, found->variants, "variant"));
    const Variant &it = found->variants[size_t(variant)];
    const std::string *feature = leftOut(it);
    bool isFirst =
        std::none_of(found->variants.begin(), found->variants.begin() + variant,
                     [](const Variant &better) { return !leftOut(better); });
    *out = {it.symbol.c_str(), it.featureText.c_str(),
            feature ? feature->c_str() : nullptr,
            feature && cpuHasFeature(*feature), !feature && isFirst};
    return {};
  });
}

ssm_status *ssm_package_buffer_bytes(const ssm_package *package, int function,
                                     int buffer, int64_t batch, int64_t length,
                                     uint64_t *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    SSM_TRY(requireIndex(buffer, found->buffers, "buffer"));
    Sizes sizes{batch, length};
    SSM_TRY(rowsOf(sizes).takeStatus());
    SSM_ASSIGN(*out, bytesOf(found->buffers[size_t(buffer)], sizes));
    return {};
  });
}

ssm_status *ssm_package_kernel_cells(const ssm_package *package, int kernel,
                                     int64_t batch, int64_t length,
                                     int64_t *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Kernel *found, kernelOf(package, kernel, out));
    Sizes sizes{batch, length};
    SSM_TRY(rowsOf(sizes).takeStatus());
    SSM_ASSIGN(*out, cellsOf(*found, sizes));
    return {};
  });
}

ssm_status *ssm_package_step_work(const ssm_package *package, int function,
                                  int step, int size_class, int64_t batch,
                                  int64_t length, ssm_work *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    SSM_TRY(requireIndex(step, found->steps, "step"));
    SSM_TRY(requireSizeClass(size_class, *found));
    SSM_ASSIGN(*out,
               workOf(package->package->manifest, *found,
                      found->steps[size_t(step)], size_class, {batch, length}));
    return {};
  });
}

ssm_status *ssm_package_size_class(const ssm_package *package, int function,
                                   int size_class, ssm_size_class *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    SSM_TRY(requireIndex(size_class, found->sizeClasses, "size class"));
    const Sizes &sizes = found->sizeClasses[size_t(size_class)];
    *out = {sizes.batch, sizes.length};
    return {};
  });
}

ssm_status *ssm_package_nearest(const ssm_package *package, int function,
                                int64_t batch, int64_t length, int *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    Sizes sizes{batch, length};
    SSM_TRY(rowsOf(sizes).takeStatus());
    *out = nearestSizeClass(*found, sizes);
    return {};
  });
}

ssm_status *ssm_package_step_kernel(const ssm_package *package, int function,
                                    int step, int size_class, int *out) {
  return guarded([&]() -> Status {
    SSM_ASSIGN(const Function *found, functionOf(package, function, out));
    SSM_TRY(requireIndex(step, found->steps, "step"));
    SSM_TRY(requireSizeClass(size_class, *found));
    *out = found->steps[size_t(step)].launch.kernelFor(size_class);
    return {};
  });
}
