#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every file of examples/ parses, prints back as it was read and compiles; every
option of a command line in the documentation is one that the tool has."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

COMMAND = re.compile(r"^\s+(?:\$ )?(?:build-release/bin/)?(ssm-[a-z-]+) (.*)$")
OPTION = re.compile(r"(?<!\S)(--[a-z][a-z-]*)")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def check_example(file, targets):
    with tempfile.TemporaryDirectory() as work:
        commands = [["ssm-opt", str(file), "--verify-roundtrip", "-o", f"{work}/out"]]
        for target in targets:
            commands.append(["ssm-compile", str(file), f"--target={target}",
                             "-o", f"{work}/package"])
        for command in commands:
            if not shutil.which(command[0]):
                continue
            result = run(*command)
            if result.returncode != 0:
                yield f"{' '.join(command)}: {result.stderr.strip()[:400]}"


def check_commands(file):
    helps = {}
    joined = file.read_text().replace("\\\n", " ")
    for line in joined.splitlines():
        match = COMMAND.match(line)
        if not match or not shutil.which(match[1]):
            continue
        tool = match[1]
        if tool not in helps:
            helps[tool] = run(tool, "--help").stdout
        for option in OPTION.findall(match[2]):
            if not re.search(rf"(?<!\S){option}(?![a-z-])", helps[tool]):
                yield f"{file.name}: {tool} has no option {option}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--targets", default="cpu,sm_80")
    arguments = parser.parse_args()
    root = arguments.root

    complaints = []
    for file in sorted(root.glob("examples/*.mlir")):
        complaints += check_example(file, arguments.targets.split(","))
    pages = [root / "README.md", root / "CONTRIBUTING.md", *sorted(root.glob("docs/**/*.md"))]
    for file in pages:
        complaints += check_commands(file)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
