#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks and times on a GPU what prepare-gpu.sh compiled.

    measure-gpu.py DIR --out OUT [--parts suite,scan,block,step,family,fixture] [--seed S]

suite: test/execute on the device. scan, block, step, family: each shape first against float64
computed in this run, on fresh random inputs with poisoned outputs, every element
of it; then timed by replays of a graph over buffers that exceed the cache.
fixture: a layer of the size of mamba-130m in float32 against transformers'
MambaMixer in double precision. Needs torch, and transformers for the fixture;
no compiler. Writes OUT/report.md and OUT/results.json. Exit code 1: something
was wrong; a time is no reason.
"""

import argparse
import glob
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "scripts", "gpu"))

import report  # noqa: E402
import shapes  # noqa: E402

ROW_SECONDS = 180
START_SECONDS = 120


def environment():
    """With cuBLASLt where torch brought its own, and no cache of compiled PTX:
    the time of a load is that of a first one."""
    folders = []
    for path in sys.path:
        folders += glob.glob(os.path.join(path, "nvidia", "*", "lib"))
    folders = [f for f in folders if glob.glob(os.path.join(f, "libcublasLt.so.*"))]
    folders += ["/usr/local/cuda/lib64", os.environ.get("LD_LIBRARY_PATH", "")]
    return {**os.environ, "CUDA_CACHE_DISABLE": "1", "PYTHONUNBUFFERED": "1",
            "LD_LIBRARY_PATH": ":".join(f for f in folders if f)}


def run_suite(args, results):
    command = [sys.executable, os.path.join(ROOT, "test", "execute", "suite.py"), "run",
               os.path.join(args.dir, "suite"), "--device", "cuda",
               "--ssm-run", os.path.join(args.dir, "bin", "ssm-run"),
               "--json", os.path.join(args.out, "suite.json"), "--failures-only",
               "--progress", "--jobs", str(args.jobs)]
    if args.filter:
        command += ["--filter", args.filter]
    start, lines = time.time(), []
    # Every case is a process that loads its package: the driver may remember it.
    done = subprocess.Popen(command, env={**environment(), "CUDA_CACHE_DISABLE": "0"},
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in done.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    results["suite"] = dict(passed=done.wait() == 0, seconds=time.time() - start,
                            text="".join(lines)[-20000:])


class Worker:
    """A process of measure_row.py, its lines in a queue."""

    def __init__(self, args, names):
        script = os.path.join(ROOT, "scripts", "gpu", "measure_row.py")
        self.process = subprocess.Popen(
            [sys.executable, script, args.dir, args.matmul, str(args.seed), *names],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment())
        self.lines, self.words = queue.Queue(), []
        for stream, sink in ((self.process.stdout, self.lines.put),
                             (self.process.stderr, self.words.append)):
            threading.Thread(target=self.read, args=(stream, sink), daemon=True).start()

    def read(self, stream, sink):
        for line in stream:
            sink(line)
        if stream is self.process.stdout:
            self.lines.put(None)

    def next(self, seconds):
        """The next line as a dictionary, or None and why there is none."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            self.process.kill()
            return None, f"no end after {seconds} s"
        if line is None:
            code = self.process.wait()
            return None, f"ended with {code}: {''.join(self.words)[-1000:]}"
        return json.loads(line), ""


def run_rows(args, results, names):
    """Every row; after a fault a new process goes on with the next one."""
    remaining = list(names)
    while remaining:
        worker = Worker(args, remaining)
        first, problem = worker.next(START_SECONDS)
        if first is None:
            results["rows"] += [dict(name=n, passed=False, problem=problem)
                                for n in remaining]
            print(f"FAIL the process that measures: {problem}", flush=True)
            return
        results["ceilings"] = first["ceilings"]
        while remaining:
            row, problem = worker.next(ROW_SECONDS)
            name = remaining.pop(0)
            if row is None:
                row = dict(name=name, passed=False, problem=problem)
            report.add_floor(row, results["ceilings"])
            results["rows"].append(row)
            print(report.line(row), flush=True)
            if problem:
                break


def run_fixture(args, results):
    script = os.path.join(ROOT, "test", "scripts", "make_fixtures.py")
    package = os.path.join(args.dir, "packages", f"{shapes.FIXTURE}.ptx")
    ssm_run = os.path.join(args.dir, "bin", "ssm-run")
    with tempfile.TemporaryDirectory() as work:
        made = subprocess.run(
            [sys.executable, script, "--out", work, "--only", shapes.FIXTURE, "--seed",
             str(args.seed)], capture_output=True, text=True)
        lines = [made.stdout.strip() or made.stderr.strip()[-1500:]]
        passed = made.returncode == 0
        folder = os.path.join(work, shapes.FIXTURE)
        for matmul in ("library", "generated") if passed else ():
            done = subprocess.run(
                [ssm_run, package, "--device=cuda", f"--matmul={matmul}", "--repeat=2",
                 f"--weights={folder}/model.safetensors",
                 f"--input=x=@{folder}/x256.npy", f"--expect=y=@{folder}/y256.npy",
                 "--tolerance=1e-5", "--max-tolerance=1e-5"],
                capture_output=True, text=True, env=environment())
            passed &= done.returncode == 0
            lines.append(f"{matmul}: exit code {done.returncode}\n"
                         f"{done.stdout}{done.stderr}".strip())
    results["fixture"] = dict(passed=passed, text="\n".join(lines))
    print("\n".join(lines), flush=True)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir")
    parser.add_argument("--out", required=True)
    parser.add_argument("--parts", default="suite,scan,block,step,family,fixture")
    parser.add_argument("--filter", metavar="REGEX", help="of cases and rows")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--matmul", default="auto",
                        choices=["auto", "library", "generated"])
    parser.add_argument("--jobs", type=int, default=8)
    args = parser.parse_args()
    args.dir = os.path.abspath(args.dir)
    args.parts = args.parts.split(",")
    return args


def chosen_rows(args):
    rows = [r.name for part, group in (("scan", shapes.SCANS), ("block", shapes.BLOCKS),
                                                ("step", shapes.STEPS),
                                                ("family", shapes.FAMILIES))
            if part in args.parts for r in group]
    return [r for r in rows if not args.filter or re.search(args.filter, r)]


def main():
    args = parse()
    os.makedirs(args.out, exist_ok=True)
    print(f"seed {args.seed}", flush=True)
    results = dict(seed=args.seed, matmul=args.matmul, rows=[], ceilings=None)
    if "suite" in args.parts:
        run_suite(args, results)
    run_rows(args, results, chosen_rows(args))
    if "fixture" in args.parts:
        run_fixture(args, results)
    with open(os.path.join(args.out, "results.json"), "w") as file:
        json.dump(results, file, indent=1)
    text = report.markdown(results)
    with open(os.path.join(args.out, "report.md"), "w") as file:
        file.write(text)
    print(text)
    parts = [results[p]["passed"] for p in ("suite", "fixture") if p in results]
    sys.exit(0 if all(parts + [r["passed"] for r in results["rows"]]) else 1)


if __name__ == "__main__":
    main()
