#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the generated part of docs/: the dialect, the interfaces and the passes
as mlir-tblgen prints them. With --check writes nothing and fails on drift."""

import argparse
import difflib
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = pathlib.Path("docs/generated")
NOTE = "<!-- Written by scripts/generate-docs.py; edit the .td file instead. -->\n\n"


def llvm_prefix():
    for tool in ("llvm-config-22", "/usr/lib/llvm-22/bin/llvm-config"):
        try:
            return subprocess.check_output([tool, "--prefix"], text=True).strip()
        except FileNotFoundError:
            continue
    sys.exit("error: expected llvm-config of LLVM 22")


def tblgen(prefix, td, *flags):
    command = [f"{prefix}/bin/mlir-tblgen", *flags, "-I", f"{prefix}/include",
               "-I", str(ROOT), str(ROOT / td)]
    text = subprocess.check_output(command, text=True)
    text = text.split("-->\n", 1)[1].replace("[TOC]\n", "")
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def generate(prefix):
    """Path -> text of every generated page."""
    passes = "".join(
        f"## {td.parent.relative_to('lib')}\n\n{tblgen(prefix, td, '-gen-pass-doc')}\n"
        for td in sorted(p.relative_to(ROOT) for p in ROOT.glob("lib/**/Passes.td")))
    return {
        OUT / "ssm-dialect.md": NOTE + tblgen(
            prefix, "dialect/SSM.td", "-gen-dialect-doc", "-dialect=ssm"),
        OUT / "interfaces.md": NOTE + tblgen(
            prefix, "dialect/SSMInterfaces.td", "-gen-op-interface-docs"),
        OUT / "passes.md": NOTE + "# Passes\n\n" + passes.rstrip() + "\n",
    }


def drift(path, text):
    """How the committed page differs from the generated one, as lines."""
    file = ROOT / path
    committed = file.read_text() if file.exists() else ""
    return list(difflib.unified_diff(
        committed.splitlines(), text.splitlines(), f"{path} (committed)",
        f"{path} (generated)", lineterm="", n=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true",
                        help="fail if a committed page is not up to date")
    arguments = parser.parse_args()

    stale = 0
    for path, text in generate(llvm_prefix()).items():
        lines = drift(path, text)
        if not lines:
            continue
        stale += 1
        if arguments.check:
            print("\n".join(lines[:20]))
        else:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text)
            print(f"wrote {path}")
    if arguments.check and stale:
        print(f"{stale} pages are out of date: run `make docs` and commit them")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
