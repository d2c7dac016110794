# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds a PTX package against the text of the format: sizes and hashes, the
kernels of the manifest against the entries of the module and their launch
bounds, the calling convention."""

import re
import sys

from package_reader import expect, read_ptx


def entries(body):
    """Parameter types and threads of each entry of a PTX module."""
    found = {}
    for text in body.decode().split(".visible .entry ")[1:]:
        name = re.match(r"\w+", text).group()
        head = text.split("{")[0]
        threads = re.search(r"\.(?:max|req)ntid (\d+)", head)
        found[name] = (re.findall(r"\.param \.(\w+)", head),
                       threads and int(threads.group(1)))
    return found


def main(path):
    with open(path, "rb") as file:
        manifest, body = read_ptx(file.read())
    found = entries(body)
    expect("entries", sorted(k["symbol"] for k in manifest["kernels"]), sorted(found))
    for kernel in manifest["kernels"]:
        types, threads = found[kernel["symbol"]]
        expect("parameters of " + kernel["name"],
               ["u64"] * (len(kernel["arguments"]) + 2 + ("relay" in kernel)), types)
        expect("threads of " + kernel["name"], kernel["block"], threads)


main(sys.argv[1])
