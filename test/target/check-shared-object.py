# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds a shared object against the text of the format: the stamp and hash of
the manifest, two variants of each kernel, exactly their symbols for the
outside, and nothing needed but memory and scalar functions of the C library."""

import sys

from package_reader import PackageError, expect, read_shared_object

VARIANTS = [
    (".avx512", ["avx512f", "avx512bw", "avx512vl", "avx512dq"]),
    (".avx2", ["avx2", "fma", "f16c"]),
]
LIBRARY = {"memset", "memcpy", "memmove"}


def main(path):
    with open(path, "rb") as file:
        manifest, defined, needed = read_shared_object(file.read())
    target = dict(manifest["target"])
    ceilings = target.pop("ceilings")
    expect("target", {"kind": "cpu", "arch": "x86_64"}, target)
    expect("ceilings", ["bytes", "flops", "matrix_flops", "transcendentals"],
           [name for name, rate in ceilings.items() if rate > 0])
    symbols = set()
    for kernel in manifest["kernels"]:
        wanted = [{"symbol": kernel["name"] + suffix, "features": features}
                  for suffix, features in VARIANTS]
        expect("variants of " + kernel["name"], wanted, kernel["variants"])
        symbols |= {variant["symbol"] for variant in wanted}
    if not symbols:
        raise PackageError("expected a kernel in the manifest, got none")
    expect("symbols for the outside", sorted(symbols), sorted(defined))
    expect("symbols from elsewhere", [], sorted(needed - LIBRARY - {""}))


main(sys.argv[1])
