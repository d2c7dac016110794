// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes a safetensors file: a temporary file beside the path, renamed once it
// is whole. A pipe, a device or a link is written to, not replaced.
#include "Safetensors.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace ssm::rt {
namespace {

/// As the format writes it: the eight bytes of its length, the table, and
/// spaces so that the elements begin at a multiple of 8.
std::string headerOf(const std::map<std::string, HostTensor> &tensors) {
  nlohmann::json table = nlohmann::json::object();
  uint64_t offset = 0;
  for (const auto &[name, tensor] : tensors) {
    table[name] = {{"dtype", safetensorsTypeName(tensor.dtype)},
                   {"shape", tensor.shape},
                   {"data_offsets", {offset, offset + tensor.bytes()}}};
    offset += tensor.bytes();
  }
  std::string json =
      table.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  json.append((8 - json.size() % 8) % 8, ' ');
  std::string header;
  for (int i = 0; i < 8; ++i)
    header += char(uint64_t(json.size()) >> 8 * i & 255);
  return header + json;
}

bool writeTensors(std::FILE *file,
                  const std::map<std::string, HostTensor> &tensors) {
  auto write = [&](const char *data, size_t bytes) {
    return std::fwrite(data, 1, bytes, file) == bytes;
  };
  std::string header = headerOf(tensors);
  if (!write(header.data(), header.size()))
    return false;
  for (const auto &[name, tensor] : tensors)
    if (!write(tensor.data(), tensor.bytes()))
      return false;
  return true;
}

} // namespace

Status writeSafetensors(const std::string &path,
                        const std::map<std::string, HostTensor> &tensors) {
  std::error_code ignored;
  auto kind = std::filesystem::symlink_status(path, ignored).type();
  bool isReplaced = kind == std::filesystem::file_type::not_found ||
                    kind == std::filesystem::file_type::regular;
  std::string target = isReplaced ? path + ".part" : path;
  std::FILE *file = std::fopen(target.c_str(), "wbe");
  bool good = file && writeTensors(file, tensors);
  int problem = errno;
  if (file && std::fclose(file) != 0 && good) {
    good = false;
    problem = errno;
  }
  if (good && isReplaced && std::rename(target.c_str(), path.c_str()) != 0) {
    good = false;
    problem = errno;
  }
  if (good)
    return {};
  if (file && isReplaced)
    std::remove(target.c_str());
  return SSM_ERROR(SSM_IO_ERROR, "cannot write \"{}\": {}", path,
                   std::strerror(problem));
}

} // namespace ssm::rt
