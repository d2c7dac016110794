// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writers of test packages.
#include "PackageFixture.h"

#include "package/Manifest.h"
#include "package/Package.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace ssm::test {
namespace {

const char *manifestTemplate = R"({
"format": {"major": 1, "minor": 0},
"producer": "test 1",
"target": {"kind": "$KIND", "arch": "$ARCH",
  "ceilings": {"bytes": 1000000000000, "flops": 2000000000000,
    "matrix_flops": 3000000000000, "transcendentals": 4000000000000}},
"kernels": [
  {"name": "linear", $LINEAR
   "grid": [{"extent": "batch", "tile": 1}, {"extent": "length", "tile": 4}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", "length", 8], "access": "read"},
     {"dtype": "f32", "shape": [16, 8], "access": "read"},
     {"dtype": "f32", "shape": [16], "access": "read"},
     {"dtype": "f32", "shape": ["batch", "length", 16], "access": "write"}],
   "work": {"bytes_read": [[32, 1, 1], [576, 0, 0]],
            "bytes_written": [[64, 1, 1]], "flops": [[256, 1, 1]],
            "transcendentals": []},
   "schedule": "#ssm.schedule<>", "fused": ["ssm.linear"]},
  {"name": "affine", $AFFINE
   "grid": [{"extent": "batch", "tile": 1}, {"extent": "length", "tile": 2}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", "length", 16], "access": "read"},
     {"dtype": "f32", "shape": ["batch", "length", 16], "access": "write"}],
   "work": {"bytes_read": [[64, 1, 1]], "bytes_written": [[64, 1, 1]],
            "flops": [[32, 1, 1]], "matrix_flops": [[8, 1, 1]],
            "transcendentals": [[16, 1, 1]]},
   "schedule": "", "fused": ["ssm.gate", "ssm.map"]}
],
"functions": [
  {"name": "block",
   "buffers": [
     {"name": "x", "kind": "input", "dtype": "f32",
      "shape": ["batch", "length", 8]},
     {"name": "proj.weight", "kind": "weight", "dtype": "f32",
      "shape": [16, 8]},
     {"name": "proj.bias", "kind": "weight", "dtype": "f32", "shape": [16]},
     {"name": "h", "kind": "workspace", "dtype": "f32",
      "shape": ["batch", "length", 16], "slot": 0},
     {"name": "y", "kind": "output", "dtype": "f32",
      "shape": ["batch", "length", 16]}],
   "workspace_slots": 1,
   "steps": [
     {"kind": "matmul", "a": {"buffer": 0, "offset": 0, "stride": 8},
      "b": {"buffer": 1, "offset": 0, "stride": 8},
      "c": {"buffer": 3, "offset": 0, "stride": 16},
      "bias": 2, "n": 16, "k": 8,
      "fallback": {"kernel": "linear", "buffers": [0, 1, 2, 3]}},
     {"kind": "launch", "kernel": "affine", "buffers": [3, 4]}]}
]})";

std::string cpuKernel(const std::string &name) {
  return fmt::format(
      R"("variants": [{{"symbol": "{0}.never", "features": ["no-such-cpu"]}},
                      {{"symbol": "{0}_base", "features": []}}],
         "scratch_bytes": 128,)",
      name);
}

std::string cudaKernel(const std::string &name, int sharedBytes) {
  return fmt::format(
      R"("symbol": "{0}_entry", "block": 128, "shared_bytes": {1},
         "static_shared_bytes": 0,)",
      name, sharedBytes);
}

} // namespace

std::string archFor(const std::string &target) {
  if (target == "cuda")
    return "sm_80";
#if defined(__aarch64__)
  return "aarch64";
#else
  return "x86_64";
#endif
}

std::string kernelEntry(const std::string &target, const std::string &name,
                        int sharedBytes) {
  return target == "cuda" ? cudaKernel(name, sharedBytes) : cpuKernel(name);
}

std::string edited(std::string text, const std::string &from,
                   const std::string &to) {
  size_t at = text.find(from);
  if (at == std::string::npos)
    throw std::logic_error("nothing to edit: " + from);
  return text.replace(at, from.size(), to);
}

std::string editedAfter(const std::string &text, const std::string &place,
                        const std::string &from, const std::string &to) {
  size_t at = text.find(place);
  if (at == std::string::npos)
    throw std::logic_error("nothing to edit after: " + place);
  return text.substr(0, at) + edited(text.substr(at), from, to);
}

std::string blockManifest(const std::string &target) {
  std::string text = edited(manifestTemplate, "$KIND", target);
  text = edited(text, "$ARCH", archFor(target));
  text = edited(text, "$LINEAR", kernelEntry(target, "linear", 1024));
  return edited(text, "$AFFINE", kernelEntry(target, "affine", 0));
}

std::string blockPtx() {
  return R"(.version 8.0
.target sm_80
.address_size 64
.visible .entry linear_entry(.param .u64 p0, .param .u64 p1, .param .u64 p2,
  .param .u64 p3, .param .u64 p4, .param .u64 p5) { ret; }
.visible .entry affine_entry(.param .u64 p0, .param .u64 p1, .param .u64 p2,
  .param .u64 p3) { ret; }
)";
}

std::string blockSource() {
  return R"(#include <stdint.h>
#include <stddef.h>
void linear_base(void *const *buffers, int64_t batch, int64_t length,
                 int64_t first, int64_t last, void *scratch) {
  const float *x = buffers[0], *w = buffers[1], *bias = buffers[2];
  float *h = buffers[3], *sum = scratch;
  int64_t tiles = (length + 3) / 4;
  for (int64_t cell = first; cell < last; ++cell)
    for (int64_t t = cell % tiles * 4; t < length && t < cell % tiles * 4 + 4;
         ++t) {
      int64_t row = cell / tiles * length + t;
      for (int j = 0; j < 16; ++j) {
        sum[j] = bias[j];
        for (int i = 0; i < 8; ++i)
          sum[j] += x[row * 8 + i] * w[j * 8 + i];
        h[row * 16 + j] = sum[j];
      }
    }
}
void affine_base(void *const *buffers, int64_t batch, int64_t length,
                 int64_t first, int64_t last, void *scratch) {
  const float *h = buffers[0];
  float *y = buffers[1];
  int64_t tiles = (length + 1) / 2;
  (void)scratch;
  for (int64_t cell = first; cell < last; ++cell)
    for (int64_t t = cell % tiles * 2; t < length && t < cell % tiles * 2 + 2;
         ++t)
      for (int j = 0; j < 16; ++j) {
        int64_t at = (cell / tiles * length + t) * 16 + j;
        y[at] = 2 * h[at] + 1;
      }
}
)";
}

std::string sizeClassManifest(const std::string &target) {
  std::string small = kernelEntry(target, "small", 0);
  std::string text = edited(blockManifest(target), "\"producer\"",
                            "\"requires\": [\"size_classes\"],\n\"producer\"");
  text = edited(text, "],\n\"functions\"",
                ",\n  {\"name\": \"small\", " + small +
                    R"(
   "grid": [{"extent": "batch", "tile": 1}, {"extent": "length", "tile": 1}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", "length", 16], "access": "read"},
     {"dtype": "f32", "shape": ["batch", "length", 16], "access": "write"}],
   "work": {"bytes_read": [[64, 1, 1]], "bytes_written": [[64, 1, 1]],
            "flops": [[16, 1, 1]], "transcendentals": []},
   "schedule": "", "fused": ["ssm.gate"]}
],
"functions")");
  text = edited(text, "\"buffers\": [\n",
                "\"size_classes\": [[8, 64], [1, 4]],\n   \"buffers\": [\n");
  return edited(text, "\"kernel\": \"affine\"",
                "\"kernels\": [\"affine\", \"small\"]");
}

std::string sizeClassPtx() {
  return blockPtx() + R"(.visible .entry small_entry(.param .u64 p0,
  .param .u64 p1, .param .u64 p2, .param .u64 p3) { ret; }
)";
}

std::string sizeClassSource() {
  return blockSource() + R"(
void small_base(void *const *buffers, int64_t batch, int64_t length,
                int64_t first, int64_t last, void *scratch) {
  const float *h = buffers[0];
  float *y = buffers[1];
  (void)batch;
  (void)length;
  (void)scratch;
  for (int64_t at = first * 16; at < last * 16; ++at)
    y[at] = -h[at];
}
)";
}

std::string ptxContainer(const std::string &json, const std::string &body) {
  std::string text =
      fmt::format("// ssm-package 1\n// manifest {} fnv1a64 {:016x}\n// ",
                  json.size(), rt::fnv1a64(json));
  for (char character : json)
    text += character == '\n' ? "\n// " : std::string(1, character);
  return text + "\n// end manifest\n" + body;
}

std::string ptxPackage(const std::string &manifest, const std::string &body) {
  std::string entry =
      fmt::format("\"body\": {{\"bytes\": {}, \"fnv1a64\": \"{:016x}\"}},\n",
                  body.size(), rt::fnv1a64(body));
  return ptxContainer(edited(manifest, "\"kernels\"", entry + "\"kernels\""),
                      body);
}

std::string elfSection(const std::string &json) {
  return fmt::format("ssm-package 1 {} fnv1a64 {:016x}\n", json.size(),
                     rt::fnv1a64(json)) +
         json;
}

std::string elfPackage(const std::string &manifest, const std::string &source) {
  TemporaryFolder folder;
  writeFile(folder.file("block.c"), source);
  writeFile(folder.file("manifest"), elfSection(manifest));
  std::string command =
      fmt::format("{0} -O1 -shared -fPIC -o {2} {3} && {1} --add-section "
                  ".ssm.manifest={4} {2}",
                  SSM_TEST_CC, SSM_TEST_OBJCOPY, folder.file("block.so"),
                  folder.file("block.c"), folder.file("manifest"));
  if (std::system(command.c_str()) != 0)
    throw std::runtime_error("failed: " + command);
  auto content = rt::readFile(folder.file("block.so"), 1 << 24);
  if (!content.ok())
    throw std::runtime_error(content.takeStatus().message());
  return *content;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "ssm-test-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    throw std::runtime_error("no temporary folder");
  path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

void writeFile(const std::string &path, const std::string &content) {
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), std::streamsize(content.size()));
  if (!file.flush())
    throw std::runtime_error("cannot write " + path);
}

} // namespace ssm::test
