#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the commands of a page, its lines that begin with four spaces and a tool's
name, in a folder of their own beside the examples: run-commands.py PAGE ROOT."""

import os
import shlex
import subprocess
import sys
import tempfile

page, root = sys.argv[1:]
with open(page) as file:
    commands = [shlex.split(line) for line in file if line.startswith("    ssm-")]
if not commands:
    sys.exit(f"{page}: expected commands, got none")
with tempfile.TemporaryDirectory() as folder:
    os.symlink(os.path.join(root, "examples"), os.path.join(folder, "examples"))
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{shlex.join(command)}: exit code {done.returncode}\n{done.stderr}")
        print(f"ok {shlex.join(command)}")
