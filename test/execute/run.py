# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs what prepare.py wrote, on any machine that has ssm-run.

One ssm-run process for each case, so that a fault of a device ends one case
only; several at a time. Where a package has kernels for several size classes, a
case runs with those of the nearest and, pinned, with those of every other.
"""

import concurrent.futures
import json
import os
import re
import subprocess
import tempfile
import zipfile

import numpy as np

import arrays
import compare
from programs import Rule

TIMEOUT = 300


def pins(args, package, case):
    """None, which is the nearest size class, and the others that differ."""
    described = subprocess.run(
        [args.ssm_run, package, "--describe", "--format=json",
         f"--batch={case['batch']}", f"--length={case['length']}"],
        capture_output=True, text=True, timeout=TIMEOUT)
    if described.returncode:
        return [None]  # the run says it again, as the case's failure
    function = json.loads(described.stdout)["functions"][0]
    if not any("kernels" in step for step in function["steps"]):
        return [None]
    return [None] + [c for c in function["size_classes"] if c != function["size_class"]]


def run_package(args, package, program, case, folder, matmul, pin):
    """None, or what ssm-run said when it failed."""
    prefix = os.path.join(folder, f"{case['batch']}x{case['length']}")
    command = [args.ssm_run, package, f"--device={args.device}", f"--matmul={matmul}",
               f"--batch={case['batch']}", f"--length={case['length']}",
               "--poison=on", "--repeat=2"]
    command += [f"--pin={pin}"] if pin else []
    command += [f"--cpu-features={args.cpu_features}"] if args.cpu_features else []
    command += [f"--input={n}=@{prefix}/in-{n}.npy" for n in case["inputs"]]
    command += [f"--weight={n}=@{folder}/weight-{n}.npy" for n in program["weights"]]
    command += [f"--output={n}=@{prefix}/out-{n}.npy" for n in program["outputs"]]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return f"no end after {TIMEOUT} s"
    if done.returncode < 0:
        return f"ssm-run ended by signal {-done.returncode}"
    if done.returncode:
        return f"ssm-run exited with {done.returncode}: {done.stderr.strip()[-800:]}"
    return None


# oneDNN has float16 products on few processors; asked for them alone, ssm-run
# says that they are not there.
NO_PRODUCT = re.compile(r"oneDNN: matmul primitive descriptor returned .*\[unsupported")


def judge_case(args, program, case, folder, matmul, pin):
    """A result: name, whether it passed or was skipped, and a text or the metrics."""
    label = case["name"] + (f" [{matmul}]" if program["has_library_steps"] else "")
    label += f" [pin {pin}]" if pin else ""
    result = {"name": label, "passed": False}
    package = os.path.join(folder, program["package"])
    problem = run_package(args, package, program, case, folder, matmul, pin)
    if problem and matmul == "library" and NO_PRODUCT.search(problem):
        return {**result, "skipped": True, "text": problem}
    if problem:
        return {**result, "text": problem}
    prefix = os.path.join(folder, f"{case['batch']}x{case['length']}")
    texts, result["passed"] = [], True
    for name, dtype in program["outputs"].items():
        out = arrays.load(f"{prefix}/out-{name}.npy")
        ref = np.load(f"{prefix}/ref-{name}.npy").astype(np.float64)
        distances = case["distances"] and case["distances"][name]
        verdict = compare.judge(out, ref, distances, Rule(**program["rule"]), dtype,
                                program["per_channel"])
        result["passed"] &= verdict.passed
        texts.append(f"{name} {verdict}")
        result[name] = {"norm": verdict.norm, "norm_bound": verdict.norm_bound,
                        "peak": verdict.peak, "peak_bound": verdict.peak_bound}
    return {**result, "text": "; ".join(texts)}


def modes(args, program):
    # The libraries have no float64 products and transforms.
    if not program["has_library_steps"] or "f64" in program["outputs"].values():
        return ["generated"]
    return ["generated", "library"] if args.matmul == "both" else [args.matmul]


def run_program(args, program):
    if "error" in program:
        return [{"name": case["name"], "passed": False, "text": program["error"]}
                for case in program["cases"]]
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(os.path.join(args.dir, program["archive"])) as archive:
            archive.extractall(folder)
        package = os.path.join(folder, program["package"])
        return [judge_case(args, program, case, folder, matmul, pin)
                for case in program["cases"] for pin in pins(args, package, case)
                for matmul in modes(args, program)]


def report(results):
    skipped = [r for r in results if r.get("skipped")]
    ran = [r for r in results if not r.get("skipped")]
    failed = [r for r in ran if not r["passed"]]
    print(f"{len(ran) - len(failed)} of {len(ran)} passed"
          + (f", {len(skipped)} skipped" if skipped else ""))
    for result in failed:
        print(f"FAILED {result['name']}")
    return 1 if failed or not ran else 0


def run(args):
    with open(os.path.join(args.dir, "cases.json")) as file:
        suite = json.load(file)
    programs = suite["programs"]
    for program in programs:
        program["cases"] = [c for c in program["cases"]
                            if not args.filter or re.search(args.filter, c["name"])]
    print(f"target {suite['target']}, seed {suite['seed']}", flush=True)
    results = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        groups = pool.map(lambda p: run_program(args, p), programs)
        for number, group in enumerate(groups, 1):
            if args.progress and number % 25 == 0:
                print(f"{number} of {len(programs)} programs", flush=True)
            for result in group:
                results.append(result)
                if not result["passed"] or not args.failures_only:
                    word = ("SKIP" if result.get("skipped")
                            else "ok  " if result["passed"] else "FAIL")
                    print(f"{word} {result['name']}: {result['text']}", flush=True)
    if args.json:
        with open(args.json, "w") as file:
            json.dump(results, file, indent=1)
    return report(results)
