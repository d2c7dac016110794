#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""into_full.py COMMAND ...: runs the command where no file grows beyond 64 bytes,
as on a medium that is full. Fails unless the command ends with exit code 6."""

import resource
import signal
import subprocess
import sys

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing fails, nothing is killed
resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
code = subprocess.run(sys.argv[1:], restore_signals=False, timeout=60).returncode
if code != 6:
    sys.exit(f"expected exit code 6, got {code}")
