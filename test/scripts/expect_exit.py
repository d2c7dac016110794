#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command and fails unless it ends with the exit code that is expected:
`expect_exit.py 3 ssm-interpret ...`. Its output passes through."""

import subprocess
import sys

expected, command = int(sys.argv[1]), sys.argv[2:]
code = subprocess.run(command).returncode
if code != expected:
    sys.exit(f"expected exit code {expected}, got {code}: {' '.join(command)}")
