# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the entries of a PTX package against what their manifest says of early
starts.

    check-early.py PACKAGE.ptx on|off

on: every entry waits once, before everything that touches device memory but
loads on the read-only path (weights), and lets the next kernel start once. off: no
entry does either."""

import re
import sys

from package_reader import PackageError, expect, read_ptx

TOUCHES = re.compile(r"^\s*(?:@%p\d+\s+)?(ld\.global|st\.global|cp\.async|red\.|atom\.)(\S*)")


def entries(body):
    """Name to lines of each entry."""
    found, name = {}, None
    for line in body.splitlines():
        start = re.search(r"\.entry (\w+)", line)
        if start:
            name = start.group(1)
            found[name] = []
        elif name:
            found[name].append(line)
    return found


def check_entry(name, lines, early):
    waits = [i for i, line in enumerate(lines) if "griddepcontrol.wait" in line]
    starts = [i for i, line in enumerate(lines) if "griddepcontrol.launch_dependents" in line]
    expect("waits of " + name, 1 if early else 0, len(waits))
    expect("launch_dependents of " + name, 1 if early else 0, len(starts))
    if not early:
        return
    for line in lines[:waits[0]]:
        touch = TOUCHES.match(line)
        if touch and not (touch[1] == "ld.global" and touch[2].startswith(".nc")):
            raise PackageError("%s touches memory before it waits: %s" % (name, line.strip()))
    if not any(TOUCHES.match(line) for line in lines[waits[0]:]):
        raise PackageError("expected accesses of %s after its wait, got none" % name)


def main(path, wanted):
    with open(path, "rb") as file:
        manifest, body = read_ptx(file.read())
    found = entries(body.decode())
    for kernel in manifest["kernels"]:
        expect("starts_early of " + kernel["name"], wanted == "on", kernel["starts_early"])
        check_entry(kernel["name"], found[kernel["symbol"]], kernel["starts_early"])
    if len(found) < 2:
        raise PackageError("expected several entries, got %d" % len(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
