#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles every .mlir file of a folder and expects what the file says:

    // exit 3                      the exit code (0: it must compile)
    // says FILE.mlir:4:8: error:  part of a line on standard error, in order
    // target cpu                  one of several; without such a line sm_80

A rejected file leaves no output behind, not even a part of it, and no tool that
reads .mlir ends by a signal. Prints one line for each case that goes wrong."""

import os
import pathlib
import subprocess
import sys
import tempfile

LIMIT = 60  # seconds for one process
OTHERS = (["ssm-opt"], ["ssm-interpret"])


def start(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=LIMIT)
    return done.returncode, done.stderr.decode(errors="replace")


def expectations(path):
    """The words after `exit`, `says` and `target` in the file's comments."""
    found = {"exit": [], "says": [], "target": []}
    for line in path.read_text(errors="replace").splitlines():
        words = line.strip().split(" ", 2)
        if len(words) == 3 and words[0] == "//" and words[1] in found:
            found[words[1]].append(words[2])
    if len(found["exit"]) != 1 or (found["exit"] != ["0"] and not found["says"]):
        sys.exit("%s: expected one line // exit and a line // says" % path)
    return int(found["exit"][0]), found["says"], found["target"] or ["sm_80"]


def missing(says, text):
    """The first expectation that `text` does not meet in order, or None."""
    at = 0
    for part in says:
        at = text.find(part, at)
        if at < 0:
            return part
        at += len(part)
    return None


def compile_case(path, target, code, says):
    """What is wrong with one compilation."""
    with tempfile.TemporaryDirectory() as folder:
        output = "out.so" if target == "cpu" else "out.ptx"
        got, text = start(["ssm-compile", str(path), "--target=" + target,
                           "-o", output], folder)
        left = sorted(os.listdir(folder))
    if got != code:
        yield "expected exit code %d, got %d" % (code, got)
    part = missing(says, text)
    if part:
        yield "expected '%s', got:\n%s" % (part, text)
    if left != ([output] if code == 0 else []):
        yield "unexpected files: %s" % left


def problems(path):
    code, says, targets = expectations(path)
    for target in targets:
        for problem in compile_case(path, target, code, says):
            yield "%s: %s" % (target, problem)
    for command in OTHERS:
        with tempfile.TemporaryDirectory() as folder:
            got, text = start(command + [str(path)], folder)
        if got < 0 or got >= 128:
            yield "%s ends with %d: %s" % (command[0], got, text)


def main():
    cases = sorted(pathlib.Path(sys.argv[1]).resolve().glob("*.mlir"))
    if not cases:
        sys.exit("no cases in " + sys.argv[1])
    wrong = 0
    for path in cases:
        for problem in problems(path):
            print("%s: %s" % (path.name, problem))
            wrong += 1
    print("%d cases, %d problems" % (len(cases), wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
