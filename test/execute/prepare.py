# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Everything of a case that needs the compiler: packages, inputs, references.

Each program becomes NAME.zip with its package, its weights and, for each case,
inputs and references as .npy; cases.json says what is where. A program that
does not compile stays in cases.json with the compiler's message, so that a run
counts it as failed.
"""

import concurrent.futures
import dataclasses
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
import zlib

import numpy as np

import arrays
import compare


# What libraries compute where there are some.
LIBRARY_STEPS = ("ssm.linear", "ssm.long_conv", "ssm.convolve")


class ToolError(Exception):
    pass


def call(command, timeout=600):
    """The tool's standard output; a ToolError with its words otherwise."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise ToolError(f"{command[0]}: no end after {timeout} s") from None
    if done.returncode:
        words = (done.stderr or done.stdout).strip()
        raise ToolError(f"{os.path.basename(command[0])} exited with "
                        f"{done.returncode}: {words[-2000:]}")
    return done.stdout


def schedule_of(program):
    """What stands behind the inputs of a kernel, as the IR prints it."""
    if program.schedule:
        return f"schedule({program.schedule})"
    alternatives = [f"#ssm.alternative<at = [<{at}>], schedule = {schedule}>"
                    for at, schedule in program.alternatives]
    return f"alternatives [{', '.join(alternatives)}]"


def with_schedule(program, source, target, folder):
    """The program after fusion, the kernel of its recurrence, or else of its product,
    with the wanted schedules."""
    fused = os.path.join(folder, "fused.mlir")
    call(["ssm-compile", source, f"--target={target}", "--stop-after=fuse", "-o", fused])
    with open(fused) as file:
        text = file.read()
    principal = (re.search(r"ssm\.(scan|recurrence)\b", text)
                 or re.search(r"ssm\.linear\b", text)).start()
    start = text.rindex("ssm.kernel", 0, principal)
    head = re.compile(r'ssm\.kernel "[^"]*"(?: ins\([^)]*\))?').match(text, start)
    scheduled = f"{text[:head.end()]} {schedule_of(program)}{text[head.end():]}"
    path = os.path.join(folder, "scheduled.mlir")
    with open(path, "w") as file:
        file.write(scheduled)
    return path


def compile_program(program, target, folder):
    source = os.path.join(folder, "program.mlir")
    with open(source, "w") as file:
        file.write(program.text)
    given, sizes = source, []
    if program.alternatives:
        sizes = [f"--sizes={','.join(at for at, _ in program.alternatives)}"]
    if program.schedule or program.alternatives:
        given = with_schedule(program, source, target, folder)
    package = os.path.join(folder, "package.so" if target == "cpu" else "package.ptx")
    call(["ssm-compile", given, "-o", package, f"--target={target}", *sizes])
    return package


def generator(seed, name):
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def sizes(shape, case):
    symbols = {"B": case.batch, "L": case.length}
    return tuple(symbols.get(d, d) for d in shape)


def draw(arguments, case, seed, name, folder):
    """Writes each argument; returns its file by name."""
    random, files = generator(seed, name), {}
    for argument in arguments:
        values = argument.draw(random, sizes(argument.shape, case))
        path = os.path.join(folder, f"{argument.name}.npy")
        arrays.save(path, values, argument.dtype)
        files[argument.name] = path
    return files


def interpret(program, inputs, weights, folder, rounding, case):
    """The outputs by name, in float64."""
    command = ["ssm-interpret", os.path.join(folder, "program.mlir"),
               f"--round={rounding}", f"--batch={case.batch}", f"--length={case.length}"]
    command += [f"--input={n}=@{f}" for n, f in inputs.items()]
    command += [f"--weight={n}=@{f}" for n, f in weights.items()]
    paths = {}
    for name, _ in program.outputs:
        paths[name] = os.path.join(folder, f"{rounding}-{name}.npy")
        command.append(f"--output={name}=@{paths[name]}")
    call(command)
    return {name: np.load(path) for name, path in paths.items()}


def check_pattern(case, exact, rounded):
    """A case must not depend on where float32 overflows or reaches zero."""
    for name, values in exact.items():
        problem = compare.pattern_problem(rounded[name], values)
        if problem:
            raise ToolError(f"{case.name}: the rounded reference: {problem}")


def distances(program, exact, rounded):
    """Both metrics between the rounded reference and the exact one."""
    lists = {}
    for name, _ in program.outputs:
        rows = [compare.grouped(r[name], program.per_channel) for r in (rounded, exact)]
        lists[name] = [[float(v) for v in metric] for metric in compare.metrics(*rows)]
    return lists


def shortened(values, dtype):
    """The reference without bits that do not count beside the output's own
    error, so that it packs well: 2e-9 for float32, 6e-8 for 16 bits."""
    if dtype == "f64":
        return values
    if dtype == "f32":
        return (values.view(np.uint64) & np.uint64(0xFFFFFFFFFF000000)).view(np.float64)
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def prepare_case(program, case, weights, seed, folder, archive):
    work = os.path.join(folder, f"{case.batch}x{case.length}")
    os.mkdir(work)
    arguments = [a for a in program.arguments if not a.is_weight]
    inputs = draw(arguments, case, seed, case.name, work)
    exact = interpret(program, inputs, weights, folder, "none", case)
    rounded = None
    if program.has_rounding or program.per_channel:
        rounded = interpret(program, inputs, weights, folder, "declared", case)
        check_pattern(case, exact, rounded)
    prefix = f"{case.batch}x{case.length}"
    for name, path in inputs.items():
        archive.write(path, f"{prefix}/in-{name}.npy")
    for name, dtype in program.outputs:
        path = os.path.join(work, f"ref-{name}.npy")
        np.save(path, shortened(exact[name], dtype))
        archive.write(path, f"{prefix}/ref-{name}.npy")
    return {
        "name": case.name,
        "batch": case.batch,
        "length": case.length,
        "inputs": sorted(inputs),
        "distances": distances(program, exact, rounded)
        if program.has_rounding else None,
    }


def prepare_program(program, program_cases, target, seed, folder):
    entry = {
        "name": program.name,
        "rule": dataclasses.asdict(program.rule),
        "per_channel": program.per_channel,
        "outputs": dict(program.outputs),
        "has_library_steps": any(word in program.text for word in LIBRARY_STEPS),
        "cases": [{"name": c.name} for c in program_cases],
    }
    with tempfile.TemporaryDirectory() as work:
        try:
            package = compile_program(program, target, work)
            entry["package"] = os.path.basename(package)
            os.mkdir(os.path.join(work, "weights"))
            weights = draw([a for a in program.arguments if a.is_weight],
                           program_cases[0], seed, program.name,
                           os.path.join(work, "weights"))
            entry["weights"] = sorted(weights)
            entry["archive"] = f"{program.name}.zip"
            path = os.path.join(folder, entry["archive"])
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(package, entry["package"])
                for name, file in weights.items():
                    archive.write(file, f"weight-{name}.npy")
                entry["cases"] = [
                    prepare_case(program, case, weights, seed, work, archive)
                    for case in program_cases
                ]
        except ToolError as error:
            entry["error"] = str(error)
    return entry


def prepare(folder, chosen, target, seed, jobs):
    for tool in ("ssm-compile", "ssm-interpret"):
        if not shutil.which(tool):
            print(f"error: expected {tool} on the PATH")
            return 1
    os.makedirs(folder, exist_ok=True)
    by_program = {}
    for case in chosen:
        by_program.setdefault(case.program.name, []).append(case)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        entries = list(pool.map(
            lambda group: prepare_program(group[0].program, group, target, seed, folder),
            by_program.values(),
        ))
    with open(os.path.join(folder, "cases.json"), "w") as file:
        json.dump({"target": target, "seed": seed, "programs": entries}, file, indent=1)
    failed = [e for e in entries if "error" in e]
    for entry in failed:
        print(f"FAIL {entry['name']}: {entry['error']}")
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))
    print(f"{len(entries) - len(failed)} of {len(entries)} programs prepared, "
          f"{size / 1e6:.1f} MB")
    return 1 if failed else 0
