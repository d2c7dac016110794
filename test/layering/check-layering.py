#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The laws of the tree, read from its files: includes go one way, files stay
small, names say something, no path of one machine, every pass has a test, no
pass asks for a block op's name."""

import pathlib
import re
import subprocess
import sys

# What each directory may include of this project (first match wins).
MAY_INCLUDE = [
    ("dialect", ["dialect"]),
    ("lib/Schedule", ["lib/Schedule"]),
    ("lib/Chart", ["lib/Chart"]),
    ("lib/Initialise", ["lib/Initialise"]),
    ("lib/Reference", ["dialect", "lib/Reference"]),
    ("lib/Transforms", ["dialect", "lib/Schedule", "lib/Transforms"]),
    ("lib/Conversion", ["dialect", "lib/Schedule", "lib/Transforms", "lib/Conversion"]),
    ("lib/Target", ["dialect", "lib/Schedule", "lib/Transforms", "lib/Conversion",
                    "lib/Target"]),
    ("lib/Driver", ["dialect", "lib"]),
    ("tools/ssm-run", ["lib/Chart", "runtime", "ssm", "tools/ssm-run"]),
    ("tools/ssm-init", ["lib/Initialise", "runtime", "ssm", "tools/ssm-init", "tools/ssm-run"]),
    ("tools", ["dialect", "lib", "tools", "runtime", "ssm"]),
    ("runtime", ["runtime", "ssm"]),
]
WITHOUT_LLVM = ("runtime", "tools/ssm-run", "tools/ssm-init", "lib/Chart", "lib/Initialise",
                "lib/Schedule")
PROJECT = ("dialect", "lib", "tools", "runtime", "ssm")
SOURCES = (".h", ".hpp", ".cpp", ".c", ".td", ".py", ".sh", ".md", ".mlir", ".txt",
           ".cmake", ".in", ".test", ".json", ".yaml")
LONGEST = 600
MEANINGLESS = re.compile(r"util|common|misc|helper|legacy|experimental|v2\b", re.I)
MACHINE_PATH = re.compile(r"(?<![\w.$}>])/(home|work|root|Users|mnt|scratch)/\w")
INCLUDE = re.compile(r'^\s*#?\s*include\s*["<]([^">]+)[">]', re.M)
# A block op by its name: passes and lowerings ask WorkOpInterface instead.
OP_NAME = re.compile(r"(?:isa|cast|dyn_cast|getOps|getDefiningOp|getParentOfType|IsaPred)"
                     r"(?:_or_null|_if_present)?<[^;{}]*?(?<!\w)(?:ssm::)?(?:Linear|Conv1d|"
                     r"Activation|Gate|Discretize|Scan|Recurrence|RMSNorm|Split|Reverse|Broadcast)Op\b")
PASS = re.compile(r'def \w+\s*:\s*Pass<"([\w-]+)"')


def tracked(root):
    listed = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True,
                            text=True)
    if listed.returncode == 0 and listed.stdout:
        files = listed.stdout.splitlines()
    else:
        files = [str(path.relative_to(root)) for path in root.rglob("*")]
    return [file for file in sorted(files) if (root / file).is_file()]


def check_includes(file, text):
    folder = next((f for f, _ in MAY_INCLUDE if file.startswith(f + "/")), None)
    if folder is None:
        return
    allowed = dict(MAY_INCLUDE)[folder]
    for include in INCLUDE.findall(text):
        if include.split("/")[0] in PROJECT and "/" in include:
            if not any(include.startswith(prefix + "/") for prefix in allowed):
                yield f"{file}: {folder} may not include {include}"
        if folder in WITHOUT_LLVM and re.match(r"(llvm|mlir)(-c)?/", include):
            yield f"{file}: {folder} may not include {include}"


def check_file(file, text):
    if any(MEANINGLESS.search(part) for part in pathlib.PurePath(file).parts):
        yield f"{file}: expected a name that says what the file holds"
    lines = text.count("\n")
    generated = file.startswith("docs/generated/") or file == "docs/pipeline.md"
    if lines > LONGEST and not generated and not file.endswith(".mlir"):
        yield f"{file}: expected at most {LONGEST} lines, got {lines}"
    if MACHINE_PATH.search(text):
        yield f"{file}: names a path of one machine"


def check_op_names(file, text):
    if not file.startswith("lib/") or file.startswith("lib/Reference/"):
        return
    for match in OP_NAME.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield f"{file}:{line}: asks for an op's name: {match[0]}"


def check_passes(root, files):
    """Every pass has a lit test named after its flag, without the prefix."""
    for file in files:
        if not file.endswith("Passes.td"):
            continue
        for flag in PASS.findall((root / file).read_text()):
            if not flag.startswith("ssm-"):
                yield f"{file}: expected the flag {flag} to start with ssm-"
            stem = flag.removeprefix("ssm-")
            named = [f for f in files if f.startswith("test/") and f.endswith(".mlir")
                     and pathlib.PurePath(f).stem.startswith(stem)]
            if not any(flag in (root / f).read_text() for f in named):
                yield f"{file}: no test/**/{stem}*.mlir runs {flag}"


def check(root):
    files = tracked(root)
    for file in files:
        if not file.endswith(SOURCES) and pathlib.PurePath(file).name != "Makefile":
            continue
        text = (root / file).read_text(errors="replace")
        yield from check_includes(file, text)
        yield from check_file(file, text)
        yield from check_op_names(file, text)
    yield from check_passes(root, files)


def main():
    complaints = list(check(pathlib.Path(sys.argv[1]).resolve()))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
