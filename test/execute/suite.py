#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The execution suite: every op, scan, schedule and block on random inputs,
against the float64 interpreter.

    suite.py list [--all]
    suite.py prepare DIR --target cpu|sm_80|sm_90a|... [--all] [--seed S]
    suite.py run DIR --device cpu|cuda --ssm-run PATH [--matmul MODE]

`prepare` compiles each program, draws fresh inputs and interprets them; DIR
then holds all that `run` needs: cases.json and one zip for each program.
`run` needs Python, NumPy and ssm-run, no compiler. It executes every case twice
over poisoned outputs, which must give the same bits, and judges the result by
the rule in compare.py. Exit code 1: some case failed.
"""

import argparse
import concurrent.futures
import json
import os
import re
import sys
import tempfile

import cases
import prepare
import run


def selected(args):
    found = []
    for case in cases.table():
        if not (args.all or case.is_quick):
            continue
        if args.filter and not re.search(args.filter, case.name):
            continue
        found.append(case)
    return found


def list_cases(args):
    for case in selected(args):
        print(case.name)
    return 0


def prepare_cases(args):
    chosen = [c for c in selected(args) if c.program.runs_on(args.target)]
    seed = args.seed
    if seed is None:
        seed = int.from_bytes(os.urandom(4), "little")
    print(f"{len(chosen)} cases for {args.target}, seed {seed}", flush=True)
    return prepare.prepare(args.dir, chosen, args.target, seed, args.jobs)


def run_cases(args):
    return run.run(args)


def add_selection(parser):
    parser.add_argument("--all", action="store_true", help="not the quick subset alone")
    parser.add_argument("--filter", metavar="REGEX", help="only names that it finds")


def parse(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    lister = commands.add_parser("list", help="print the names of the cases")
    add_selection(lister)
    lister.set_defaults(action=list_cases)

    preparer = commands.add_parser("prepare", help="compile, draw, interpret")
    preparer.add_argument("dir")
    preparer.add_argument("--target", required=True)
    preparer.add_argument("--seed", type=int)
    preparer.add_argument("--jobs", type=int, default=os.cpu_count())
    add_selection(preparer)
    preparer.set_defaults(action=prepare_cases)

    runner = commands.add_parser("run", help="execute and judge")
    runner.add_argument("dir")
    runner.add_argument("--device", required=True)
    runner.add_argument("--ssm-run", default="ssm-run")
    runner.add_argument("--matmul", default="both",
                        choices=["library", "generated", "both"],
                        help="both: programs with steps of libraries run twice")
    runner.add_argument("--cpu-features", metavar="LIST", help="of ssm-run")
    runner.add_argument("--filter", metavar="REGEX")
    runner.add_argument("--jobs", type=int, default=os.cpu_count())
    runner.add_argument("--json", metavar="FILE", help="results for programs")
    runner.add_argument("--progress", action="store_true",
                        help="print a line after every 25 programs")
    runner.add_argument("--failures-only", action="store_true",
                        help="print no line for a case that passes")
    runner.set_defaults(action=run_cases)
    return parser.parse_args(argv)


def main():
    args = parse(sys.argv[1:])
    sys.exit(args.action(args))


if __name__ == "__main__":
    main()
