#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes .npy and safetensors files, good ones and every kind of bad one, without
NumPy: `arrays.py FOLDER`. x is 1x3x2, y = relu(x + 1); the weights are those of
a function that reads proj.weight (4x2) and proj.bias (4)."""

import json
import pathlib
import struct
import sys

X = (1.0, -2.0, 3.0, -4.0, 5.0, -6.0)
Y = (2.0, 0.0, 4.0, 0.0, 6.0, 0.0)
MAGIC = b"\x93NUMPY"


def npy(values, code="<f4", shape=(1, 3, 2), fortran=False, version=1):
    text = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (code, fortran, shape)
    return packed_header(text, version) + pack(code, values)


def packed_header(text, version=1):
    size = 2 if version == 1 else 4
    padding = -(len(MAGIC) + 2 + size + len(text) + 1) % 64
    header = text.encode() + b" " * padding + b"\n"
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return MAGIC + bytes((version, 0)) + length + header


def pack(code, values):
    letters = {"f4": "f", "f8": "d", "f2": "e", "i8": "q", "i4": "i"}
    order = ">" if code[0] == ">" else "<"
    kind = "q" if code == "<i8" else letters[code[1:]]
    return struct.pack(order + str(len(values)) + kind,
                       *[int(v) if kind in "qi" else v for v in values])


def arrays():
    good = npy(X)
    yield "x", good
    yield "y", npy(Y)
    yield "version-2", npy(X, version=2)
    yield "f64", npy(X, "<f8")
    yield "f16", npy(X, "<f2")
    yield "empty-length", npy((), shape=(1, 0, 2))
    yield "fortran", npy(X, fortran=True)
    yield "i64", npy(X, "<i8")
    yield "big-endian", npy(X, ">f4")
    yield "cut", good[:-4]
    yield "too-long", good + good[-4:]
    yield "cut-header", good[:40]
    yield "no-bytes", b""
    yield "version-9", npy(X, version=9)
    yield "no-dictionary", packed_header("import os") + pack("<f4", X)
    yield "negative", npy(X, shape=(1, -3, 2))
    yield "huge", npy(X, shape=(1, 1 << 62, 2))
    yield "transposed", npy(X, shape=(1, 2, 3))
    yield "flat", npy(X, shape=(6,))
    yield "not-finite", npy((float("nan"), float("inf"), float("-inf"), 1.0, 2.0, 3.0))


def safetensors(tensors):
    """Tensors are name: (dtype, shape, values)."""
    header, data = {}, b""
    for name, (dtype, shape, values) in tensors.items():
        part = pack({"F32": "<f4", "F64": "<f8"}[dtype], values)
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def checkpoints():
    weight = ("F32", [4, 2], [0.5 * i for i in range(8)])
    bias = ("F32", [4], [1.0, 2.0, 3.0, 4.0])
    good = safetensors({"proj.weight": weight, "proj.bias": bias})
    yield "good", good
    yield "prefixed", safetensors({"layers.0.proj.weight": weight, "layers.0.proj.bias": bias})
    yield "missing", safetensors({"proj.weight": weight})
    yield "misnamed", safetensors({"proj.weight": weight, "proj.biass": bias})
    yield "misshapen", safetensors({"proj.weight": ("F32", [2, 4], weight[2]), "proj.bias": bias})
    yield "f64", safetensors({"proj.weight": ("F64", [4, 2], weight[2]), "proj.bias": bias})
    yield "cut", good[:-4]
    yield "cut-header", good[:20]
    yield "long-header", struct.pack("<Q", 1 << 60) + good[8:]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in arrays():
        (folder / (name + ".npy")).write_bytes(data)
    for name, data in checkpoints():
        (folder / (name + ".safetensors")).write_bytes(data)


if __name__ == "__main__":
    main()
