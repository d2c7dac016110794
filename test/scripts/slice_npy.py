#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Copies tokens BEGIN to END (excluded) of a float64 array (batch, length,
channel): `slice_npy.py in.npy out.npy BEGIN END`."""

import ast
import struct
import sys

source, target, begin, end = *sys.argv[1:3], *map(int, sys.argv[3:5])
with open(source, "rb") as file:
    data = file.read()
size = 10 + struct.unpack("<H", data[8:10])[0]
header = ast.literal_eval(data[10:size].decode())
batch, length, channels = header["shape"]
assert header["descr"] == "<f8" and 0 <= begin <= end <= length, header
shape = (batch, end - begin, channels)
text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117)
token = 8 * channels
with open(target, "wb") as file:
    file.write(data[:8] + struct.pack("<H", 118) + text.encode() + b"\n")
    for b in range(batch):
        first = size + b * length * token
        file.write(data[first + begin * token : first + end * token])
