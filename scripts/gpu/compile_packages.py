#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a package for every shape that is timed, and the fixture's.

    compile_packages.py DIR TARGET
"""

import concurrent.futures
import json
import os
import sys
import tempfile

import shapes
from prepare import ToolError, call


def compile_row(folder, target, row):
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, "program.mlir")
        with open(source, "w") as file:
            file.write(row.program().text)
        # Schedules are chosen for the very shape that is timed.
        call(["ssm-compile", source, "-o", os.path.join(folder, f"{row.name}.ptx"),
              f"--target={target}", f"--batch={row.batch}", f"--length={row.length}",
              *(["--forms=step", f"--step-batches={row.batch}"]
                if isinstance(row, shapes.Step) else [])])


def compile_fixture(folder, target):
    with tempfile.TemporaryDirectory() as work:
        config, source = (os.path.join(work, n) for n in ("config.json", "block.mlir"))
        with open(config, "w") as file:
            json.dump(shapes.FIXTURE_CONFIG, file)
        call(["ssm-import", config, "--prefix", shapes.FIXTURE_PREFIX, "-o", source])
        call(["ssm-compile", source, "-o", os.path.join(folder, f"{shapes.FIXTURE}.ptx"),
              f"--target={target}"])


def attempt(name, action):
    try:
        action()
        return True
    except ToolError as error:
        print(f"FAIL {name}: {error}", flush=True)
        return False


def main():
    folder, target = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    jobs = {row.name: lambda row=row: compile_row(folder, target, row)
            for row in shapes.ROWS.values()}
    jobs[shapes.FIXTURE] = lambda: compile_fixture(folder, target)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(lambda job: attempt(*job), jobs.items()))
    print(f"{sum(done)} of {len(done)} packages compiled")
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
