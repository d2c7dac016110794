# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles files for one GPU architecture and holds what ptxas says against
what a kernel may use.

    check-ptxas.py PTXAS ARCH FILE.mlir...
    check-ptxas.py --report REPORT PACKAGE.ptx     judge a report of `ptxas -v`

Every kernel: no stack, no spills, at most 48 KB of static and 99 KB of all
shared memory (227 KB where the unit is a warpgroup), as much of it as the
manifest tells the runtime. One line for
each complaint, with the schedule; status 1 if there is any."""

import os
import re
import subprocess
import sys
import tempfile

from package_reader import PackageError, read_ptx

# The oldest PTX that has the architecture.
PTX_VERSIONS = {"sm_80": "7.1", "sm_90a": "8.0", "sm_100a": "8.6", "sm_120a": "8.7"}

MAX_STATIC_BYTES = 48 * 1024
MAX_SHARED_BYTES, MAX_WARPGROUP_BYTES = 99 * 1024, 227 * 1024


def parse_report(text):
    """What `ptxas -v` prints, by entry."""
    usage, entry = {}, None
    for line in text.splitlines():
        name = re.search(r"Compiling entry function '(\w+)'", line)
        if name:
            entry = usage[name.group(1)] = {"registers": 0, "shared": 0}
        if entry is None:
            continue
        for key, pattern in (
            ("stack", r"(\d+) bytes stack frame"),
            ("stores", r"(\d+) bytes spill stores"),
            ("loads", r"(\d+) bytes spill loads"),
            ("registers", r"Used (\d+) registers"),
            ("shared", r"(\d+) bytes smem"),
        ):
            number = re.search(pattern, line)
            if number:
                entry[key] = int(number.group(1))
    return usage


def judge_kernel(kernel, usage):
    if usage is None:
        return ["is not in the report of ptxas"]
    if "stack" not in usage:
        return ["has no line about spills in the report of ptxas"]
    complaints = []
    if usage["stack"] or usage["stores"] or usage["loads"]:
        complaints.append(
            "spills: %(stack)d bytes of stack, %(stores)d stored, %(loads)d "
            "loaded, with %(registers)d registers" % usage
        )
    declared, launched = kernel["static_shared_bytes"], kernel["shared_bytes"]
    if usage["shared"] != declared:
        complaints.append(
            "has %d bytes of static shared memory, the manifest says %d"
            % (usage["shared"], declared)
        )
    if usage["shared"] > MAX_STATIC_BYTES:
        complaints.append("has %d bytes of static shared memory" % usage["shared"])
    most = (MAX_WARPGROUP_BYTES if "unit = warpgroup" in kernel.get("schedule", "")
            else MAX_SHARED_BYTES)
    if usage["shared"] + launched > most:
        complaints.append("needs %d bytes of shared memory"
                          % (usage["shared"] + launched))
    return complaints


def judge(manifest, report):
    usage = parse_report(report)
    names = {kernel["symbol"] for kernel in manifest["kernels"]}
    complaints = ["%s: ptxas has an entry that the manifest lacks" % name
                  for name in sorted(set(usage) - names)]
    if not names:
        complaints.append("expected a kernel in the manifest, got none")
    for kernel in manifest["kernels"]:
        for text in judge_kernel(kernel, usage.get(kernel["symbol"])):
            complaints.append("%s %s [%s]" % (kernel["name"], text,
                                              kernel.get("schedule", "")))
    return complaints


def judge_header(body, arch):
    found = {}
    for line in body.decode().splitlines():
        if line.startswith((".version ", ".target ")):
            directive, value = line.split()[:2]
            found.setdefault(directive, value)
    wanted = {".version": PTX_VERSIONS[arch], ".target": arch}
    return ["expected %s %s, got %s" % (directive, value, found.get(directive))
            for directive, value in wanted.items()
            if found.get(directive) != value]


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise PackageError("%s ended with status %d:\n%s"
                           % (" ".join(command), done.returncode, done.stdout))
    return done.stdout


def check_file(ptxas, arch, path, folder):
    name = os.path.splitext(os.path.basename(path))[0]
    package = os.path.join(folder, name + ".ptx")
    run(["ssm-compile", path, "--target=" + arch, "-o", package])
    with open(package, "rb") as file:
        manifest, body = read_ptx(file.read())
    report = run([ptxas, "-v", "-arch=" + arch, package,
                  "-o", os.path.join(folder, name + ".cubin")])
    return judge_header(body, arch) + judge(manifest, report)


def main(arguments):
    if arguments[0] == "--report":
        with open(arguments[1]) as report, open(arguments[2], "rb") as package:
            complaints = judge(read_ptx(package.read())[0], report.read())
    else:
        ptxas, arch, *files = arguments
        complaints = [] if files else ["expected files, got none"]
        with tempfile.TemporaryDirectory() as folder:
            for path in files:
                try:
                    found = check_file(ptxas, arch, path, folder)
                except PackageError as error:
                    found = [str(error)]
                complaints += ["%s for %s: %s" % (os.path.basename(path), arch, text)
                               for text in found]
    for text in complaints:
        print(text)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
