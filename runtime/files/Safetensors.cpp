// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The safetensors header, read with the same limited JSON reader as a manifest.
#include "Safetensors.h"

#include "package/JsonReader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ssm::rt {
namespace {

constexpr uint64_t maxHeaderBytes = 100000000; // the format's own limit

struct Type {
  const char *name;
  unsigned bytes;
  int dtype; // ssm_dtype, or -1 for those that no buffer has
};
constexpr Type types[] = {
    {"F64", 8, SSM_F64},   {"F32", 4, SSM_F32}, {"F16", 2, SSM_F16},
    {"BF16", 2, SSM_BF16}, {"I32", 4, SSM_I32}, {"I64", 8, -1},
    {"U64", 8, -1},        {"U32", 4, -1},      {"I16", 2, -1},
    {"U16", 2, -1},        {"I8", 1, -1},       {"U8", 1, -1},
    {"BOOL", 1, -1},       {"F8_E4M3", 1, -1},  {"F8_E5M2", 1, -1}};

const Type *typeNamed(const std::string &name) {
  for (const Type &type : types)
    if (name == type.name)
      return &type;
  return nullptr;
}

bool readAt(int file, char *to, uint64_t count, uint64_t offset) {
  while (count) {
    ssize_t got = ::pread(file, to, count, off_t(offset));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    to += got;
    offset += uint64_t(got);
    count -= uint64_t(got);
  }
  return true;
}

Result<Safetensors::Entry> readEntry(const JsonCursor &at, uint64_t dataBytes) {
  Safetensors::Entry entry;
  SSM_ASSIGN(entry.dtype, at.string("dtype"));
  SSM_ASSIGN(auto extents, at.array("shape", 32));
  for (const JsonCursor &extent : extents) {
    SSM_ASSIGN(int64_t value, extent.integer(0, INT64_MAX));
    entry.shape.push_back(value);
  }
  SSM_ASSIGN(auto offsets, at.array("data_offsets", 2));
  if (offsets.size() != 2)
    return SSM_ERROR(SSM_IO_ERROR, "{}: expected two offsets", at.where());
  SSM_ASSIGN(int64_t begin, offsets[0].integer(0, INT64_MAX));
  SSM_ASSIGN(int64_t end, offsets[1].integer(begin, INT64_MAX));
  entry.begin = uint64_t(begin);
  entry.end = uint64_t(end);
  if (entry.end > dataBytes)
    return SSM_ERROR(SSM_IO_ERROR,
                     "{}: expected an end within {} bytes, got {}", at.where(),
                     dataBytes, entry.end);
  const Type *type = typeNamed(entry.dtype);
  if (!type)
    return SSM_ERROR(SSM_IO_ERROR, "{}: unknown dtype \"{}\"", at.where(),
                     entry.dtype.substr(0, 32));
  uint64_t bytes = type->bytes;
  for (int64_t extent : entry.shape)
    if (__builtin_mul_overflow(bytes, uint64_t(extent), &bytes))
      return SSM_ERROR(SSM_IO_ERROR, "{}: its size does not fit 64 bits",
                       at.where());
  if (bytes != entry.end - entry.begin)
    return SSM_ERROR(SSM_IO_ERROR, "{}: expected {} bytes, got {}", at.where(),
                     bytes, entry.end - entry.begin);
  return entry;
}

} // namespace

Result<std::map<std::string, Safetensors::Entry>>
parseSafetensorsHeader(std::string_view json, uint64_t dataBytes) {
  JsonLimits limits;
  limits.bytes = maxHeaderBytes;
  limits.depth = 4;
  SSM_ASSIGN(Json tree, parseJson(json, limits));
  JsonCursor root(tree, "header");
  SSM_ASSIGN(auto members, root.members());
  std::map<std::string, Safetensors::Entry> table;
  std::vector<std::pair<uint64_t, uint64_t>> spans;
  for (const auto &[name, at] : members) {
    if (name == "__metadata__")
      continue;
    SSM_ASSIGN(Safetensors::Entry entry, readEntry(at, dataBytes));
    spans.emplace_back(entry.begin, entry.end);
    table.emplace(name, std::move(entry));
  }
  std::sort(spans.begin(), spans.end());
  uint64_t covered = 0;
  for (const auto &[begin, end] : spans) {
    if (begin != covered)
      return SSM_ERROR(SSM_IO_ERROR, "tensors {} at byte {}",
                       begin < covered ? "overlap" : "leave a hole", begin);
    covered = end;
  }
  if (covered != dataBytes)
    return SSM_ERROR(SSM_IO_ERROR, "expected {} bytes of tensors, got {}",
                     covered, dataBytes);
  return table;
}

const char *safetensorsTypeName(ssm_dtype dtype) {
  for (const Type &type : types)
    if (type.dtype == dtype)
      return type.name;
  return "";
}

Safetensors &Safetensors::operator=(Safetensors &&other) noexcept {
  std::swap(file, other.file);
  std::swap(dataStart, other.dataStart);
  std::swap(table, other.table);
  return *this;
}

Safetensors::~Safetensors() {
  if (file >= 0)
    ::close(file);
}

Result<Safetensors> Safetensors::open(const std::string &path) {
  Safetensors opened;
  opened.file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts;
  if (opened.file < 0 || ::fstat(opened.file, &facts) != 0)
    return SSM_ERROR(SSM_IO_ERROR, "cannot open \"{}\": {}", path,
                     std::strerror(errno));
  auto reject = [&](const std::string &why) {
    return SSM_ERROR(SSM_IO_ERROR, "\"{}\" is no safetensors file: {}", path,
                     why);
  };
  uint64_t size = facts.st_size > 0 ? uint64_t(facts.st_size) : 0;
  uint8_t prefix[8] = {};
  if (!S_ISREG(facts.st_mode) || size < sizeof prefix ||
      !readAt(opened.file, reinterpret_cast<char *>(prefix), sizeof prefix, 0))
    return reject("shorter than its header");
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | prefix[i];
  if (length > maxHeaderBytes || length > size - sizeof prefix)
    return reject("the header is cut off or too long");
  std::string json(size_t(length), '\0');
  if (!readAt(opened.file, json.data(), length, sizeof prefix))
    return reject("the header cannot be read");
  opened.dataStart = sizeof prefix + length;
  auto table = parseSafetensorsHeader(json, size - opened.dataStart);
  if (!table.ok())
    return reject(table.takeStatus().message());
  opened.table = std::move(*table);
  return opened;
}

Result<HostTensor> Safetensors::read(const std::string &name) const {
  auto found = table.find(name);
  if (found == table.end())
    return SSM_ERROR(SSM_IO_ERROR, "no tensor \"{}\"", name);
  const Entry &entry = found->second;
  const Type *type = typeNamed(entry.dtype);
  if (type->dtype < 0)
    return SSM_ERROR(SSM_IO_ERROR,
                     "tensor \"{}\": expected F64, F32, F16, BF16 or I32, got "
                     "{}",
                     name, entry.dtype);
  HostTensor tensor;
  tensor.dtype = ssm_dtype(type->dtype);
  tensor.shape = entry.shape;
  tensor.storage.resize(size_t(entry.end - entry.begin));
  if (!readAt(file, tensor.storage.data(), tensor.storage.size(),
              dataStart + entry.begin))
    return SSM_ERROR(SSM_IO_ERROR, "tensor \"{}\" cannot be read: {}", name,
                     std::strerror(errno));
  return tensor;
}

} // namespace ssm::rt
