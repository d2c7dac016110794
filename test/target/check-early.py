# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds the entries of a PTX package against what their manifest says of early
starts.

    check-early.py PACKAGE.ptx on|off

on: every entry lets the next kernel start, once and before its waits, and on every
way through it waits before it touches device memory, but for loads and copies from
arguments that stand still in every step (weights, and inputs that are no caches),
and before it ends. off: no entry does
either."""

import re
import sys

from package_reader import PackageError, expect, read_ptx

TOUCHES = re.compile(r"(ld\.global|st\.global|cp\.async\.c[ag]|\bred\.|\batom\.)")
REGISTER = re.compile(r"%[a-z]+\d+")


def entries(body):
    """Name to lines of each entry."""
    found, name = {}, None
    for line in body.splitlines():
        start = re.search(r"\.entry (\w+)", line)
        if start:
            name = start.group(1)
            found[name] = []
        elif name:
            found[name].append(line.strip())
    return found


def still_arguments(manifest):
    """The arguments of each kernel that no step writes wherever it is launched."""
    found = {}
    for function in manifest["functions"]:
        stands = [b["kind"] == "weight" or (b["kind"] == "input" and "slots" not in b["shape"])
                  for b in function["buffers"]]
        for step in function["steps"]:
            launch = step.get("fallback", step)
            still = {i for i, b in enumerate(launch["buffers"]) if stands[b]}
            for name in launch.get("kernels") or [launch["kernel"]]:
                found[name] = found.get(name, still) & still
    return found


def sources_of(lines):
    """The parameters that each register is computed from."""
    found, changed = {}, True
    while changed:
        changed = False
        for line in lines:
            registers = REGISTER.findall(line)
            if not registers or line.startswith("@") or line.startswith("st."):
                continue
            sources = set(found.get(registers[0], ()))
            sources.update(int(n) for n in re.findall(r"\w+_param_(\d+)", line))
            for other in registers[1:]:
                sources |= found.get(other, set())
            if sources != found.get(registers[0], set()):
                found[registers[0]], changed = sources, True
    return found


def blocks_of(lines):
    """(lines, labels of successors) of each basic block, by label."""
    blocks, label = {"": ([], [])}, ""
    for number, line in enumerate(lines):
        if (at := re.match(r"(\$L\w+):", line)) or label is None:
            name = at[1] if at else "after %d" % number
            if label is not None:
                blocks[label][1].append(name)
            label, _ = name, blocks.setdefault(name, ([], []))
            if at:
                continue
        blocks[label][0].append(line)
        target = re.search(r"\bbra(?:\.uni)?\s+(\$L\w+)", line)
        if target:
            blocks[label][1].append(target[1])
            if not line.startswith("@"):
                label = None
            else:
                rest = "after %d" % number
                blocks[label][1].append(rest)
                label = rest
                blocks[label] = ([], [])
        elif re.match(r"(ret|exit|trap)\b", line):
            label = None
    return blocks


def check_waits(name, lines, still, arguments):
    """Walks every block once with and once without a wait before it."""
    sources = sources_of(lines)
    blocks = blocks_of(lines)
    pending, seen = [("", False)], set()
    while pending:
        label, waited = pending.pop()
        if (label, waited) in seen:
            continue
        seen.add((label, waited))
        body, successors = blocks[label]
        for line in body:
            waited |= "griddepcontrol.wait" in line
            if re.match(r"(?:@\S+\s+)?ret\b", line) and not waited:
                raise PackageError("%s may end without a wait" % name)
            touch = TOUCHES.search(line)
            if waited or not touch:
                continue
            address = re.findall(r"\[(%[a-z]+\d+)", line)[-1]
            # Batch and length stand behind the tensors.
            pointers = {p for p in sources.get(address, ()) if p < arguments}
            if touch[1].startswith(("ld", "cp")) and pointers and pointers <= still:
                continue
            raise PackageError("%s touches memory before it waits: %s" % (name, line))
        pending += [(each, waited) for each in successors]


def check_entry(kernel, lines, still):
    name, early = kernel["name"], kernel["starts_early"]
    waits = [i for i, line in enumerate(lines) if "griddepcontrol.wait" in line]
    starts = [i for i, line in enumerate(lines) if "griddepcontrol.launch_dependents" in line]
    expect("launch_dependents of " + name, 1 if early else 0, len(starts))
    if not early:
        expect("waits of " + name, 0, len(waits))
        return
    if not waits or starts[0] > waits[0]:
        raise PackageError("expected %s to let the next kernel start before it waits" % name)
    check_waits(name, lines, still, len(kernel["arguments"]))


def main(path, wanted):
    with open(path, "rb") as file:
        manifest, body = read_ptx(file.read())
    found, still = entries(body.decode()), still_arguments(manifest)
    for kernel in manifest["kernels"]:
        expect("starts_early of " + kernel["name"], wanted == "on", kernel["starts_early"])
        check_entry(kernel, found[kernel["symbol"]], still[kernel["name"]])
    if len(found) < 2:
        raise PackageError("expected several entries, got %d" % len(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
