#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Damages a package: `damage.py IN OUT WHAT`, WHAT one of

    cut:N              without its last N bytes
    keep:N             its first N bytes alone
    replace:OLD=NEW    the first OLD in the file is NEW
    code:OLD=NEW       the same after the manifest
    manifest:OLD=NEW   the same in the manifest, whose hash is made right again:
                       OLD and NEW have one length
    machine:N          an ELF object for machine N"""

import re
import struct
import sys

STAMP = re.compile(rb"(\d+) fnv1a64 ([0-9a-f]{16})\n")


def fnv1a64(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return value


def exchange(data, old, new, start=0):
    at = data.find(old, start)
    if at < 0:
        sys.exit("no %r in the package" % old)
    return data[:at] + new + data[at + len(old):]


def restamp(data):
    """The package with the hash of the manifest that is in it."""
    stamp = STAMP.search(data)
    size = int(stamp.group(1))
    text = data[stamp.end():]
    if data.startswith(b"// ssm-package"):
        lines = text[:text.index(b"// end manifest")].splitlines()
        manifest = b"\n".join(line[3:] for line in lines)
    else:
        manifest = text[:size]
    if len(manifest) != size:
        sys.exit("expected a manifest of %d bytes, got %d" % (size, len(manifest)))
    digits = b"%016x" % fnv1a64(manifest)
    return data[:stamp.start(2)] + digits + data[stamp.end(2):]


def damage(data, what):
    kind, _, value = what.partition(":")
    if kind == "cut":
        return data[:-int(value)]
    if kind == "keep":
        return data[:int(value)]
    if kind == "machine":
        return data[:18] + struct.pack("<H", int(value)) + data[20:]
    old, new = (part.encode() for part in value.split("=", 1))
    if kind == "replace":
        return exchange(data, old, new)
    if kind == "code":
        return exchange(data, old, new, data.index(b"// end manifest"))
    if kind == "manifest":
        return restamp(exchange(data, old, new, STAMP.search(data).end()))
    sys.exit("unknown damage: " + what)


def main():
    source, target, what = sys.argv[1:]
    with open(source, "rb") as file:
        data = file.read()
    with open(target, "wb") as file:
        file.write(damage(data, what))


if __name__ == "__main__":
    main()
