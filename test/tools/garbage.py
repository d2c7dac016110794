#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes files that no person would write, each with the comments rejects.py
reads: `garbage.py FOLDER`. Bytes that are no text, ten megabytes of them, and
nesting that would exhaust the stack of a parser that recurses."""

import pathlib
import random
import sys

DEEP = 100000
FUNCTION = """func.func @f(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %0 = ssm.activation silu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %0 : tensor<?x?x8xf32>
}
"""
TOO_DEEP = "error: expected brackets nested at most 256 deep"
TOO_LONG = "error: expected at most 1024 operators in an expression"

# What a parser that recurses for each of them would not survive.
NESTED = {
    "modules": ("module {" * DEEP + "}" * DEEP, TOO_DEEP),
    "arrays": ("func.func private @f() attributes {a = %s1%s}" % ("[" * DEEP, "]" * DEEP), TOO_DEEP),
    "tuples": ("func.func private @f(%sf32%s)" % ("tuple<" * DEEP, ">" * DEEP), TOO_DEEP),
    "functions": ("func.func private @f(" + "(" * DEEP, TOO_DEEP),
    "locations": ("module {} loc(" + "callsite(" * DEEP, TOO_DEEP),
    "parentheses": ("#m = affine_map<(d0) -> (%sd0%s)>" % ("(" * DEEP, ")" * DEEP), TOO_DEEP),
    "signs": ("#m = affine_map<(d0) -> (%sd0)>" % ("-" * DEEP), TOO_LONG),
    "sums": ("#m = affine_map<(d0) -> (%sd0)>" % ("d0 + " * DEEP), TOO_LONG),
    "remainders": ("#m = affine_map<(d0) -> (d0%s)>" % (" mod 2" * DEEP), TOO_LONG),
}


def write(folder, name, code, says, body):
    lines = ["// exit %d" % code] + ["// says " + text for text in says]
    head = "".join(line + "\n" for line in lines).encode()
    (folder / (name + ".mlir")).write_bytes(
        head + (body if isinstance(body, bytes) else body.encode()))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(1)
    for name, (body, says) in NESTED.items():
        write(folder, name, 3, ["%s.mlir:4:" % name, says], body + "\n")
    write(folder, "bytes", 3, ["bytes.mlir:", "error:"], draw.randbytes(4000))
    write(folder, "ten-megabytes", 3, ["ten-megabytes.mlir:", "error:"],
          draw.randbytes(10 * 1000 * 1000))
    write(folder, "one-line", 3, ["one-line.mlir:3:1: error:"], "x" * 10000000)
    write(folder, "elf", 3, ["elf.mlir:3:1: error: unexpected character"],
          b"\x7fELF\x02\x01\x01" + bytes(200))
    write(folder, "utf-16", 3, ["utf-16.mlir:3:1: error: unexpected character"],
          FUNCTION.encode("utf-16"))
    # Correct text in an unusual dress; brackets in strings and comments count
    # for nothing.
    write(folder, "crlf", 0, [], FUNCTION.replace("\n", "\r\n"))
    write(folder, "nul-at-the-end", 0, [], FUNCTION + "\0\0\0\n")
    write(folder, "no-newline", 0, [], FUNCTION.rstrip())
    write(folder, "empty", 0, [], "")
    write(folder, "module", 0, [], "module {}\n")
    write(folder, "comment", 0, [], "//" + "[" * DEEP + "\n" + FUNCTION)
    write(folder, "string", 0, [], FUNCTION.replace(
        " {", ' attributes {note = "%s\\""} {' % ("[" * DEEP), 1))


if __name__ == "__main__":
    main()
