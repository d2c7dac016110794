#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""into_fifo.py FIFO COMMAND ...: runs the command while somebody reads the FIFO,
which it makes. Fails unless the command does not, and FIFO is still one; prints
how many bytes came and the first four."""

import os
import stat
import subprocess
import sys
import threading


def main():
    path, command = sys.argv[1], sys.argv[2:]
    os.mkfifo(path)
    got = []

    def read():
        with open(path, "rb") as pipe:
            got.append(pipe.read())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    code = subprocess.run(command, timeout=60).returncode
    reader.join(timeout=10)
    if code != 0 or not got:
        sys.exit("expected bytes in the pipe, got exit code %d" % code)
    if not stat.S_ISFIFO(os.lstat(path).st_mode):
        sys.exit("expected %s to stay a pipe" % path)
    print("%d bytes, %r" % (len(got[0]), got[0][:4]))


if __name__ == "__main__":
    main()
