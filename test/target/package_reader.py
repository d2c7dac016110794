# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads packages as docs/package-format.md describes them, and nothing else.

In: the bytes of a .ptx or .so package. Out: its manifest and its body; for a
shared object also its symbols. Whatever disagrees with the text is an error."""

import json
import struct


class PackageError(Exception):
    pass


def fnv1a64(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return "%016x" % value


def expect(what, wanted, found):
    if wanted != found:
        raise PackageError("expected %s %s, got %s" % (what, wanted, found))


def read_ptx(data):
    """(manifest, body) of a PTX package."""
    lines = data.split(b"\n")
    expect("first line", b"// ssm-package 1", lines[0])
    words = lines[1].split(b" ")
    expect("second line", [b"//", b"manifest", words[2], b"fnv1a64", words[4]], words)
    end = lines.index(b"// end manifest")
    for line in lines[2:end]:
        expect("start of a manifest line", b"// ", line[:3])
    text = b"\n".join(line[3:] for line in lines[2:end])
    expect("bytes of the manifest", int(words[2]), len(text))
    expect("hash of the manifest", words[4].decode(), fnv1a64(text))
    body = b"\n".join(lines[end + 1 :])
    manifest = json.loads(text)
    expect("bytes of the body", manifest["body"]["bytes"], len(body))
    expect("hash of the body", manifest["body"]["fnv1a64"], fnv1a64(body))
    return manifest, body


def read_sections(data):
    """(type, offset, size, link) of each section of an ELF file, by name."""
    expect("magic", b"\x7fELF\x02\x01", data[:6])
    (table,) = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, table + size * i)
               for i in range(count)]
    strings = headers[names][4]
    found = {}
    for name, kind, _, _, offset, length, link, _, _, _ in headers:
        start = strings + name
        text = data[start : data.index(b"\0", start)].decode()
        found[text] = (kind, offset, length, headers[link][4])
    return found


def read_shared_object(data):
    """(manifest, symbols that others see, symbols it needs)."""
    sections = read_sections(data)
    _, offset, size, _ = sections[".ssm.manifest"]
    first, text = data[offset : offset + size].split(b"\n", 1)
    words = first.split(b" ")
    expect("stamp", [b"ssm-package", b"1", words[2], b"fnv1a64", words[4]], words)
    expect("bytes of the manifest", int(words[2]), len(text))
    expect("hash of the manifest", words[4].decode(), fnv1a64(text))
    _, offset, size, strings = sections[".dynsym"]
    defined, needed = set(), set()
    for at in range(offset + 24, offset + size, 24):
        name, _, _, section, _, _ = struct.unpack_from("<IBBHQQ", data, at)
        start = strings + name
        symbol = data[start : data.index(b"\0", start)].decode()
        (defined if section else needed).add(symbol)
    return json.loads(text), defined, needed


def read_package(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] == b"\x7fELF":
        return read_shared_object(data)[0]
    return read_ptx(data)[0]
