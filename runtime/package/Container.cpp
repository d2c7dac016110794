// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds and verifies the manifest text in PTX comments or in an ELF section.
#include "Container.h"

#include "Manifest.h"

#include <elf.h>

#include <charconv>
#include <cstring>

namespace ssm::rt {
namespace {

constexpr size_t maxManifestBytes = size_t(16) << 20;
constexpr std::string_view sectionName = ".ssm.manifest";
constexpr std::string_view ptxMagic = "// ssm-package ";

/// Takes the next line without its newline; false when there is none.
bool takeLine(std::string_view &text, std::string_view &line) {
  size_t end = text.find('\n');
  if (end == std::string_view::npos)
    return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

bool takePrefix(std::string_view &text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix)
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

template <typename T>
bool takeNumber(std::string_view &text, T &value, int base) {
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc())
    return false;
  text.remove_prefix(size_t(end - text.data()));
  return true;
}

struct Stamp {
  uint64_t bytes = 0, hash = 0;
};

Status readVersion(std::string_view &text) {
  uint64_t version = 0;
  if (!takeNumber(text, version, 10))
    return SSM_ERROR(SSM_BAD_PACKAGE, "expected a format version");
  if (version != 1)
    return SSM_ERROR(SSM_BAD_PACKAGE, "expected package format 1, got {}",
                     version);
  return {};
}

/// Reads "<bytes> fnv1a64 <16 hex digits>", the whole of `text`.
Result<Stamp> readStamp(std::string_view text) {
  Stamp stamp;
  bool good = takeNumber(text, stamp.bytes, 10) &&
              takePrefix(text, " fnv1a64 ") && text.size() == 16 &&
              takeNumber(text, stamp.hash, 16) && text.empty();
  if (!good)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "expected \"<bytes> fnv1a64 <16 hex digits>\" in the "
                     "manifest's header");
  if (stamp.bytes > maxManifestBytes)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "expected a manifest of at most {} bytes, got {}",
                     maxManifestBytes, stamp.bytes);
  return stamp;
}

Status verify(std::string_view json, const Stamp &stamp) {
  if (json.size() != stamp.bytes)
    return SSM_ERROR(SSM_BAD_PACKAGE, "expected a manifest of {} bytes, got {}",
                     stamp.bytes, json.size());
  if (uint64_t hash = fnv1a64(json); hash != stamp.hash)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "expected manifest hash {:016x}, got {:016x}: the file "
                     "was edited or damaged",
                     stamp.hash, hash);
  return {};
}

Result<Container> readPtx(std::string_view file) {
  std::string_view line;
  if (!takeLine(file, line))
    return SSM_ERROR(SSM_BAD_PACKAGE, "the manifest is cut off");
  takePrefix(line, ptxMagic);
  SSM_TRY(readVersion(line));
  if (!line.empty())
    return SSM_ERROR(SSM_BAD_PACKAGE, "expected a line end after the version");
  if (!takeLine(file, line) || !takePrefix(line, "// manifest "))
    return SSM_ERROR(SSM_BAD_PACKAGE, "expected a line \"// manifest ...\"");
  SSM_ASSIGN(Stamp stamp, readStamp(line));
  Container container;
  container.kind = ContainerKind::Ptx;
  bool isFirst = true;
  while (true) {
    if (!takeLine(file, line))
      return SSM_ERROR(SSM_BAD_PACKAGE, "the manifest is cut off");
    if (line == "// end manifest")
      break;
    if (!takePrefix(line, "// "))
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "expected manifest lines to begin with \"// \"");
    if (!isFirst)
      container.json += '\n';
    isFirst = false;
    if (container.json.size() + line.size() > stamp.bytes)
      return SSM_ERROR(SSM_BAD_PACKAGE,
                       "expected a manifest of {} bytes, got more",
                       stamp.bytes);
    container.json += line;
  }
  SSM_TRY(verify(container.json, stamp));
  container.body = file;
  return container;
}

Result<Container> readElf(std::string_view file) {
  SSM_ASSIGN(std::string_view section, findElfSection(file, sectionName));
  Container container;
  container.kind = ContainerKind::Elf;
  std::string_view line;
  if (!takeLine(section, line) || !takePrefix(line, "ssm-package "))
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "section {}: expected a line \"ssm-package ...\"",
                     sectionName);
  SSM_TRY(readVersion(line));
  if (!takePrefix(line, " "))
    return SSM_ERROR(SSM_BAD_PACKAGE, "expected a space after the version");
  SSM_ASSIGN(Stamp stamp, readStamp(line));
  SSM_TRY(verify(section, stamp));
  container.json = std::string(section);
  container.body = file;
  Elf64_Ehdr header;
  std::memcpy(&header, file.data(), sizeof header);
  container.elfMachine = header.e_machine;
  return container;
}

/// Reads a T at `offset`; false when it does not lie inside the file.
template <typename T>
bool readAt(std::string_view file, uint64_t offset, T &value) {
  if (offset > file.size() || file.size() - offset < sizeof(T))
    return false;
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return true;
}

} // namespace

Result<std::string_view> findElfSection(std::string_view file,
                                        std::string_view section) {
  Elf64_Ehdr header;
  if (!readAt(file, 0, header) ||
      std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_DYN)
    return SSM_ERROR(SSM_BAD_PACKAGE,
                     "expected a 64-bit little-endian ELF shared object");
  Elf64_Shdr names;
  uint64_t table = header.e_shoff;
  auto readSection = [&](uint64_t index, Elf64_Shdr &out) {
    uint64_t at;
    return header.e_shentsize == sizeof out && index < header.e_shnum &&
           !__builtin_add_overflow(table, index * sizeof out, &at) &&
           readAt(file, at, out);
  };
  auto contains = [&](const Elf64_Shdr &part) {
    return part.sh_type != SHT_NOBITS && part.sh_offset <= file.size() &&
           part.sh_size <= file.size() - part.sh_offset;
  };
  if (!readSection(header.e_shstrndx, names) || !contains(names))
    return SSM_ERROR(SSM_BAD_PACKAGE, "the ELF section names are cut off");
  std::string_view strings = file.substr(names.sh_offset, names.sh_size);
  for (uint64_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr candidate;
    if (!readSection(i, candidate))
      return SSM_ERROR(SSM_BAD_PACKAGE, "the ELF section table is cut off");
    if (candidate.sh_name >= strings.size())
      continue;
    std::string_view name = strings.substr(candidate.sh_name);
    if (name.substr(0, name.find('\0')) != section)
      continue;
    if (!contains(candidate))
      return SSM_ERROR(SSM_BAD_PACKAGE, "section {} is cut off", section);
    return file.substr(candidate.sh_offset, candidate.sh_size);
  }
  return SSM_ERROR(SSM_BAD_PACKAGE, "no section {}: not written by ssm-compile",
                   section);
}

Result<Container> readContainer(std::string_view file) {
  if (file.substr(0, ptxMagic.size()) == ptxMagic)
    return readPtx(file);
  if (file.substr(0, SELFMAG) == std::string_view(ELFMAG, SELFMAG))
    return readElf(file);
  return SSM_ERROR(SSM_BAD_PACKAGE,
                   "expected a package (\"{}1\" or an ELF object)", ptxMagic);
}

} // namespace ssm::rt
