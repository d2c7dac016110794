// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A strict reader of the .npy header (a Python dictionary with three known
// keys) and a writer of version 1.0.
#include "Npy.h"

#include "package/Package.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace ssm::rt {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);
constexpr size_t maxHeaderBytes = 1 << 16;
constexpr size_t maxRank = 32;
constexpr uint64_t maxFileBytes = uint64_t(1) << 40;

Status malformed(const char *what) {
  return SSM_ERROR(SSM_IO_ERROR, "not a .npy file: {}", what);
}

struct Header {
  std::string descr;
  bool isFortran = false;
  std::vector<int64_t> shape;
};

/// Parses {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
class HeaderParser {
public:
  explicit HeaderParser(std::string_view text) : text(text) {}

  bool parse(Header &header) {
    if (!take('{'))
      return false;
    bool hasDescr = false, hasOrder = false, hasShape = false;
    while (!take('}')) {
      std::string key;
      if (!string(key) || !take(':'))
        return false;
      bool good =
          key == "descr" && !hasDescr ? (hasDescr = string(header.descr))
          : key == "fortran_order" && !hasOrder
              ? (hasOrder = boolean(header.isFortran))
          : key == "shape" && !hasShape ? (hasShape = tuple(header.shape))
                                        : false;
      if (!good || (!take(',') && !peek('}')))
        return false;
    }
    skip();
    return text.empty() && hasDescr && hasOrder && hasShape;
  }

private:
  void skip() {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\n'))
      text.remove_prefix(1);
  }
  bool peek(char wanted) {
    skip();
    return !text.empty() && text[0] == wanted;
  }
  bool take(char wanted) {
    bool found = peek(wanted);
    if (found)
      text.remove_prefix(1);
    return found;
  }
  bool string(std::string &value) {
    char quote = peek('"') ? '"' : '\'';
    if (!take(quote))
      return false;
    size_t end = text.find(quote);
    if (end == std::string_view::npos)
      return false;
    value = std::string(text.substr(0, end));
    text.remove_prefix(end + 1);
    return value.find('\\') == std::string::npos;
  }
  bool word(std::string_view wanted) {
    skip();
    if (text.substr(0, wanted.size()) != wanted)
      return false;
    text.remove_prefix(wanted.size());
    return true;
  }
  bool boolean(bool &value) {
    value = word("True");
    return value || word("False");
  }
  bool tuple(std::vector<int64_t> &values) {
    if (!take('('))
      return false;
    while (!take(')')) {
      skip();
      int64_t value = 0;
      auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || value < 0 || values.size() >= maxRank)
        return false;
      text.remove_prefix(size_t(end - text.data()));
      values.push_back(value);
      if (!take(',') && !peek(')'))
        return false;
    }
    return true;
  }

  std::string_view text;
};

Result<ssm_dtype> dtypeOf(const std::string &descr) {
  struct Name {
    const char *descr;
    ssm_dtype dtype;
  };
  static constexpr Name names[] = {{"<f8", SSM_F64},      {"<f4", SSM_F32},
                                   {"<f2", SSM_F16},      {"<i4", SSM_I32},
                                   {"<V2", SSM_BF16},     {"|V2", SSM_BF16},
                                   {"bfloat16", SSM_BF16}};
  for (const Name &name : names)
    if (descr == name.descr)
      return name.dtype;
  return SSM_ERROR(SSM_IO_ERROR,
                   "expected elements of type <f8, <f4, <f2, <i4 or <V2 "
                   "(bfloat16), got \"{}\"",
                   descr.substr(0, 32));
}

const char *descrOf(ssm_dtype dtype) {
  switch (dtype) {
  case SSM_F64:
    return "<f8";
  case SSM_F32:
    return "<f4";
  case SSM_F16:
    return "<f2";
  case SSM_I32:
    return "<i4";
  case SSM_BF16:
    break;
  }
  return "<V2";
}

bool writeAll(int file, const char *bytes, size_t count) {
  while (count) {
    ssize_t wrote = ::write(file, bytes, count);
    if (wrote < 0 && errno != EINTR)
      return false;
    if (wrote > 0) {
      bytes += wrote;
      count -= size_t(wrote);
    }
  }
  return true;
}

} // namespace

std::string tensorText(ssm_dtype dtype, const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t extent : shape)
    text += std::to_string(extent) + 'x';
  return text + ssm_dtype_name(dtype);
}

bool denseBytes(ssm_dtype dtype, const std::vector<int64_t> &shape,
                uint64_t &bytes) {
  bytes = ssm_dtype_size(dtype);
  for (int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, uint64_t(extent), &bytes) ||
        bytes >> 62)
      return false;
  return true;
}

Result<HostTensor> parseNpy(std::string content) {
  std::string_view view = content;
  if (view.size() < 10 || view.substr(0, magic.size()) != magic)
    return malformed("the magic is missing");
  auto byte = [&](size_t at) { return size_t(uint8_t(view[at])); };
  size_t major = byte(6), start = major == 1 ? 10 : 12;
  if (major < 1 || major > 3 || byte(7) != 0)
    return malformed("its version is not 1.0, 2.0 or 3.0");
  if (view.size() < start)
    return malformed("the header is cut off");
  size_t length = byte(8) | byte(9) << 8;
  if (major > 1)
    length |= byte(10) << 16 | byte(11) << 24;
  if (length > maxHeaderBytes || length > view.size() - start)
    return malformed("the header is cut off or too long");
  Header header;
  if (!HeaderParser(view.substr(start, length)).parse(header))
    return malformed("the header is no dictionary of descr, fortran_order and "
                     "shape");
  HostTensor tensor;
  SSM_ASSIGN(tensor.dtype, dtypeOf(header.descr));
  if (header.isFortran && header.shape.size() > 1)
    return SSM_ERROR(SSM_IO_ERROR, "expected C order, got Fortran order: save "
                                   "np.ascontiguousarray(x)");
  tensor.shape = std::move(header.shape);
  tensor.begin = start + length;
  uint64_t expected = 0;
  if (!denseBytes(tensor.dtype, tensor.shape, expected) ||
      expected != content.size() - tensor.begin)
    return SSM_ERROR(SSM_IO_ERROR, "expected the elements of {}, got {} bytes",
                     tensorText(tensor.dtype, tensor.shape),
                     content.size() - tensor.begin);
  tensor.storage = std::move(content);
  return tensor;
}

Result<HostTensor> readNpy(const std::string &path) {
  SSM_ASSIGN(std::string content, readFile(path, maxFileBytes));
  auto parsed = parseNpy(std::move(content));
  if (!parsed.ok())
    return parsed.takeStatus().within("\"" + path + "\"");
  return parsed;
}

std::string npyHeader(ssm_dtype dtype, const std::vector<int64_t> &shape) {
  std::string extents;
  for (size_t i = 0; i < shape.size(); ++i)
    extents += (i ? ", " : "") + std::to_string(shape[i]);
  if (shape.size() == 1)
    extents += ',';
  std::string dictionary =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                  descrOf(dtype), extents);
  // NumPy aligns the elements to 64 bytes and ends the header with a newline.
  size_t total = (10 + dictionary.size() + 1 + 63) / 64 * 64;
  dictionary.append(total - 10 - dictionary.size() - 1, ' ');
  dictionary += '\n';
  std::string header(magic);
  header += '\x01';
  header += '\0';
  header += char(dictionary.size() & 255);
  header += char(dictionary.size() >> 8);
  return header + dictionary;
}

Status writeNpy(const std::string &path, const HostTensor &tensor) {
  int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  std::string header = npyHeader(tensor.dtype, tensor.shape);
  bool written = file >= 0 && writeAll(file, header.data(), header.size()) &&
                 writeAll(file, tensor.data(), tensor.bytes());
  if (file >= 0)
    written &= ::close(file) == 0;
  if (!written)
    return SSM_ERROR(SSM_IO_ERROR, "cannot write \"{}\": {}", path,
                     std::strerror(errno));
  return {};
}

} // namespace ssm::rt
