// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Descriptions of packages and devices.
#include "Describe.h"

#include "Failure.h"
#include "Session.h"
#include "package/Manifest.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ssm::run {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char *kindNames[] = {"input", "weight", "output", "workspace"};

std::string shapeOf(const ssm_buffer_info &buffer) {
  rt::Shape shape(buffer.shape, buffer.shape + buffer.rank);
  return rt::shapeText(shape) + "x" + ssm_dtype_name(buffer.dtype);
}

Json dimensions(const ssm_buffer_info &buffer) {
  Json list = Json::array();
  for (int i = 0; i < buffer.rank; ++i) {
    if (buffer.shape[i] == SSM_DIM_BATCH)
      list.push_back("batch");
    else if (buffer.shape[i] == SSM_DIM_LENGTH)
      list.push_back("length");
    else if (buffer.shape[i] == SSM_DIM_SLOTS)
      list.push_back("slots");
    else if (buffer.shape[i] <= SSM_DIM_EVERY(2))
      list.push_back(
          fmt::format("length/{}", SSM_DIM_EVERY(0) - buffer.shape[i]));
    else
      list.push_back(buffer.shape[i]);
  }
  return list;
}

std::string bufferName(const Package &package, int function, int index) {
  ssm_buffer_info buffer = package.buffer(function, index);
  bool isMarked = buffer.kind != SSM_WORKSPACE || buffer.name[0] == '%';
  return isMarked ? buffer.name : fmt::format("%{}", buffer.name);
}

/// The size classes of a function, in order.
std::vector<std::string> sizeClassNames(const Package &package, int function) {
  std::vector<std::string> names;
  for (int i = 0; i < package.function(function).size_class_count; ++i)
    names.push_back(sizeClassText(package, function, i));
  return names;
}

/// The kernels of a step, in the order of the size classes, or the one.
std::vector<std::string> kernelNames(const Package &package, int function,
                                     int index) {
  std::vector<std::string> names;
  for (int i = 0; i < package.step(function, index).kernel_count; ++i)
    names.push_back(
        package.kernel(package.stepKernel(function, index, i)).name);
  return names;
}

/// The size class that --pin or the sizes choose; nothing without them.
std::optional<int> chosenSizeClass(const Package &package, int function,
                                   const Options &options) {
  if (options.pin) {
    std::string wanted =
        fmt::format("{}x{}", options.pin->batch, options.pin->length);
    std::vector<std::string> names = sizeClassNames(package, function);
    auto found = std::find(names.begin(), names.end(), wanted);
    if (found == names.end())
      fail(ExitInput, "function \"{}\": expected size class {}, got {}",
           package.function(function).name,
           names.empty() ? "none" : fmt::format("{}", fmt::join(names, " or ")),
           wanted);
    return int(found - names.begin());
  }
  if (options.batch && options.length)
    return package.nearest(function, *options.batch, *options.length);
  return std::nullopt;
}

std::string stepText(const Package &package, int function, int index) {
  ssm_step_info step = package.step(function, index);
  std::string kernels = fmt::format(
      "{}", fmt::join(kernelNames(package, function, index), " | "));
  if (step.kind == SSM_LAUNCH) {
    const char *fused = package.kernel(step.kernel).fused;
    return fmt::format("launch {}{}{}", kernels, fused[0] ? ": " : "", fused);
  }
  if (step.kind == SSM_LONG_CONV)
    return fmt::format("long_conv {} = {} * {}, channels {}, or kernel {}{}",
                       bufferName(package, function, step.c),
                       bufferName(package, function, step.a),
                       bufferName(package, function, step.b), step.n,
                       step.kernel >= 0 ? kernels : "none",
                       step.k ? fmt::format(" below {} tokens", step.k) : "");
  std::string text =
      fmt::format("matmul {} = {} * {}^T, n {}, k {}",
                  bufferName(package, function, step.c),
                  bufferName(package, function, step.a),
                  bufferName(package, function, step.b), step.n, step.k);
  if (step.bias >= 0)
    text += ", bias " + bufferName(package, function, step.bias);
  if (step.kernel >= 0)
    text += fmt::format(", or kernel {}", kernels);
  if (step.library_from > 1)
    text += fmt::format(" below {} rows", step.library_from);
  return text;
}

/// Cells and work of a step, once both sizes are given.
std::string workText(const Package &package, int function, int index,
                     const Options &options) {
  if (!options.batch || !options.length)
    return "";
  int64_t batch = *options.batch, length = *options.length;
  int sizeClass = *chosenSizeClass(package, function, options);
  ssm_work work = package.work(function, index, sizeClass, batch, length);
  std::string text;
  if (int kernel = package.stepKernel(function, index, sizeClass); kernel >= 0)
    text = fmt::format("{} cells, ", package.cells(kernel, batch, length));
  return fmt::format("            {}{:.6g} MB read, {:.6g} MB written, {:.6g} "
                     "GFLOP, {:.6g} G transcendental\n",
                     text, work.bytes_read / 1e6, work.bytes_written / 1e6,
                     work.flops / 1e9, work.transcendentals / 1e9);
}

/// What a buffer is beside its type: a state, in the place of another, slots.
std::string bufferNotes(const Package &package, int function,
                        const ssm_buffer_info &buffer) {
  std::string text;
  if (buffer.state[0])
    text += fmt::format(", state {}", buffer.state);
  if (buffer.in_place >= 0)
    text += fmt::format(", in place of {}",
                        bufferName(package, function, buffer.in_place));
  if (buffer.holds_slots)
    text += ", slots";
  return text;
}

std::string functionText(const Package &package, int index,
                         const Options &options) {
  ssm_function_info function = package.function(index);
  std::string text = fmt::format("\nfunction {}\n", function.name);
  if (function.size_class_count)
    text += fmt::format("  sizes     {}",
                        fmt::join(sizeClassNames(package, index), " | "));
  if (auto chosen = chosenSizeClass(package, index, options);
      chosen && function.size_class_count)
    text +=
        fmt::format(", kernels for {}", sizeClassText(package, index, *chosen));
  if (function.size_class_count)
    text += '\n';
  for (int i = 0; i < function.buffer_count; ++i) {
    ssm_buffer_info buffer = package.buffer(index, i);
    if (buffer.kind == SSM_WORKSPACE)
      continue;
    text +=
        fmt::format("  {:<10}{:<32}{}{}\n", kindNames[buffer.kind], buffer.name,
                    shapeOf(buffer), bufferNotes(package, index, buffer));
  }
  for (int i = 0; i < function.step_count; ++i)
    text += fmt::format("  step {:<5}{}\n", i, stepText(package, index, i)) +
            workText(package, index, i, options);
  return text;
}

/// What this processor does with the code.
std::string variantText(const ssm_variant_info &variant) {
  std::string why =
      variant.is_taken    ? "taken here"
      : !variant.left_out ? "not needed here"
      : variant.is_slow
          ? fmt::format("left out: slower with {} here", variant.left_out)
          : fmt::format("left out: no {} here", variant.left_out);
  return fmt::format("{}: {}", variant.features[0] ? variant.features : "any",
                     why);
}

std::string kernelText(const Package &package, int index) {
  ssm_kernel_info kernel = package.kernel(index);
  std::string text = fmt::format("  {:<19} ", kernel.name);
  if (kernel.variant_count)
    text += fmt::format("{} variants, scratch {} bytes", kernel.variant_count,
                        kernel.scratch_bytes);
  else
    text += fmt::format("{} threads, shared {} bytes{}", kernel.block,
                        kernel.shared_bytes + kernel.static_shared_bytes,
                        kernel.starts_early ? ", starts early" : "");
  if (kernel.schedule[0])
    text += fmt::format("\n  {:<20}{}", "", kernel.schedule);
  for (int i = 0; i < kernel.variant_count; ++i)
    text +=
        fmt::format("\n  {:<20}{}", "", variantText(package.variant(index, i)));
  return text + "\n";
}

std::string asText(const Package &package, const Options &options) {
  ssm_package_info info = package.describe();
  std::string text = fmt::format(
      "package format {}.{} by {}, target {} {}, {} bytes of code\n",
      info.format_major, info.format_minor, info.producer,
      info.target == SSM_CUDA ? "cuda" : "cpu", info.arch, info.body_bytes);
  for (int i = 0; i < info.function_count; ++i)
    text += functionText(package, i, options);
  text += "\nkernels\n";
  for (int i = 0; i < info.kernel_count; ++i)
    text += kernelText(package, i);
  return text;
}

Json workJson(const ssm_work &work) {
  return {{"bytes_read", work.bytes_read},
          {"bytes_written", work.bytes_written},
          {"flops", work.flops},
          {"transcendentals", work.transcendentals}};
}

Json functionJson(const Package &package, int index, const Options &options) {
  ssm_function_info function = package.function(index);
  Json json = {{"name", function.name},
               {"size_classes", sizeClassNames(package, index)}};
  std::optional<int> chosen = chosenSizeClass(package, index, options);
  if (chosen && function.size_class_count)
    json["size_class"] = sizeClassText(package, index, *chosen);
  for (int i = 0; i < function.buffer_count; ++i) {
    ssm_buffer_info buffer = package.buffer(index, i);
    json["buffers"].push_back({{"name", buffer.name},
                               {"kind", kindNames[buffer.kind]},
                               {"dtype", ssm_dtype_name(buffer.dtype)},
                               {"shape", dimensions(buffer)}});
    if (buffer.state[0])
      json["buffers"].back()["state"] = buffer.state;
    if (buffer.trace[0])
      json["buffers"].back()["trace"] = buffer.trace;
    if (buffer.in_place >= 0)
      json["buffers"].back()["in_place"] =
          bufferName(package, index, buffer.in_place);
    if (buffer.holds_slots)
      json["buffers"].back()["holds"] = "slots";
  }
  for (int i = 0; i < function.step_count; ++i) {
    ssm_step_info step = package.step(index, i);
    static constexpr const char *kinds[] = {"launch", "matmul", "long_conv"};
    Json entry = {{"kind", kinds[step.kind]}};
    if (step.kernel_count == 1)
      entry["kernel"] = package.kernel(step.kernel).name;
    else if (step.kernel_count)
      entry["kernels"] = kernelNames(package, index, i);
    if (step.kind == SSM_MATMUL) {
      entry.update({{"a", step.a},
                    {"b", step.b},
                    {"c", step.c},
                    {"n", step.n},
                    {"k", step.k}});
      if (step.bias >= 0)
        entry["bias"] = step.bias;
      if (step.library_from > 1)
        entry["library_from"] = step.library_from;
    }
    if (step.kind == SSM_LONG_CONV)
      entry.update({{"x", step.a},
                    {"k", step.b},
                    {"y", step.c},
                    {"channels", step.n},
                    {"direct_below", step.k}});
    if (options.batch && options.length)
      entry["work"] = workJson(
          package.work(index, i, *chosen, *options.batch, *options.length));
    json["steps"].push_back(std::move(entry));
  }
  return json;
}

Json kernelJson(const Package &package, int index) {
  ssm_kernel_info kernel = package.kernel(index);
  Json variants = Json::array();
  for (int i = 0; i < kernel.variant_count; ++i) {
    ssm_variant_info variant = package.variant(index, i);
    variants.push_back({{"symbol", variant.symbol},
                        {"features", variant.features},
                        {"left_out", variant.left_out ? Json(variant.left_out)
                                                      : Json(nullptr)},
                        {"is_slow", variant.is_slow != 0},
                        {"is_taken", variant.is_taken != 0}});
  }
  return {{"name", kernel.name},
          {"symbol", kernel.symbol},
          {"fused", kernel.fused},
          {"schedule", kernel.schedule},
          {"variants", std::move(variants)},
          {"block", kernel.block},
          {"shared_bytes", kernel.shared_bytes},
          {"static_shared_bytes", kernel.static_shared_bytes},
          {"scratch_bytes", kernel.scratch_bytes},
          {"starts_early", kernel.starts_early != 0}};
}

std::string asJson(const Package &package, const Options &options) {
  ssm_package_info info = package.describe();
  Json json = {
      {"format", {{"major", info.format_major}, {"minor", info.format_minor}}},
      {"producer", info.producer},
      {"target",
       {{"kind", info.target == SSM_CUDA ? "cuda" : "cpu"},
        {"arch", info.arch}}},
      {"body_bytes", info.body_bytes}};
  for (int i = 0; i < info.function_count; ++i)
    json["functions"].push_back(functionJson(package, i, options));
  for (int i = 0; i < info.kernel_count; ++i)
    json["kernels"].push_back(kernelJson(package, i));
  return json.dump(2) + "\n";
}

} // namespace

std::string describePackage(const Options &options) {
  Package package = Package::open(options.package);
  switch (options.format) {
  case Format::Json:
    return asJson(package, options);
  case Format::Csv:
    fail(ExitUsage, "--describe has no csv format");
  case Format::Text:
    break;
  }
  return asText(package, options);
}

std::string listDevices(const Options &options) {
  ssm_device_options wanted = deviceOptions(options);
  std::string text;
  for (ssm_device_kind kind : {SSM_CPU, SSM_CUDA}) {
    int count = Device::count(kind, &wanted);
    for (int i = 0; i < count; ++i) {
      Device device = Device::create(kind, i, &wanted);
      ssm_device_info info = device.describe();
      text += fmt::format("{:<8}{}, {}, {} {}, {:.1f} GiB",
                          kind == SSM_CPU ? "cpu" : fmt::format("cuda:{}", i),
                          info.name, info.arch, info.processors,
                          kind == SSM_CPU ? "workers" : "multiprocessors",
                          double(info.memory_bytes) / (1 << 30));
      if (kind == SSM_CUDA)
        text += fmt::format(", driver {}.{}", info.driver_version / 1000,
                            info.driver_version % 1000 / 10);
      text += '\n';
    }
    if (kind == SSM_CUDA && count == 0)
      text += "cuda    none (no driver or no device)\n";
  }
  return text;
}

std::string versionText() {
  return fmt::format("ssm-run {}, package format 1\n", ssm_version());
}

} // namespace ssm::run
