#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes docs/pipeline.md: examples/mamba-block.mlir after every stage of
ssm-compile. With --check writes nothing and fails on drift."""

import argparse
import difflib
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = pathlib.Path("docs/pipeline.md")
EXAMPLE = "examples/mamba-block.mlir"
TARGET = "sm_80"
LONGEST = 88

# What to look at, beside the stage's own summary.
LOOK_AT = {
    "block": "The source. Activations are (batch, length, channel) tensors; `%a_bar` and `%b_bar` have a fourth "
             "dimension, the state, and would be sixteen times as large as any other.",
    "derive-forms": "With `--forms=prefill,resume,step` the functions that take states and return them stand beside this one; without, "
                    "nothing changes.",
    "convolve": "A recurrence that is the same for every token may be a convolution (`--convolve`, [forms.md](forms.md)); this one depends on "
                "its input, and nothing changes.",
    "fuse": "Each `ssm.kernel` is one launch. Discretisation, scan and gate share one, so that `%a_bar` and `%b_bar` are "
            "never in memory; products that a library can do are marked `library`. The thin product that the scan alone reads is in its kernel (`ssm.fuse`).",
    "assign-schedule": "A cost model has chosen the tiles, for each size class of the function; where the choices differ, the "
                       "kernel has alternatives. A schedule that stands in the source is kept: that is how one overrides it.",
    "tile": "Kernels are tile programs, called by `ssm.launch`, one for each alternative. From here on the kernel with the scan "
            "is shown, for a large batch.",
    "merge-maps": "Chains of maps became one map.",
    "factor-products": "What varies along few axes stands together.",
    "hoist": "What does not depend on the state is computed once for each token and channel, what does not depend on time "
             "once for each cell; the scan keeps what must be done for each state.",
    "overlap-launches": "On sm_90a and newer the kernels get `ssm.starts_early`: each is launched while the one before it runs, "
                        "and waits before it touches memory. For this target nothing changes.",
    "target": "Layouts and places, as `ssm-place` chose them. The code itself stands in `gpu.module @ssm_kernels` of the same "
              "file, in the LLVM dialect; the end of this page shows what becomes of it.",
}

HEAD = f"""<!-- Written by scripts/generate-pipeline.py; run `make docs`. -->

# One block after every stage

`{EXAMPLE}`, a Mamba layer, compiled for {TARGET}:

    ssm-compile {EXAMPLE} --target={TARGET} --dump-dir=stages -o mamba.ptx

Long listings are cut where it says so, lines at 160 characters.
"""


def kernel_with_scan(lines):
    """The lines of the top-level op around the first scan, or all lines."""
    for i, line in enumerate(lines):
        if "ssm.tile.scan" in line:
            first = max(k for k in range(i) if lines[k].startswith("  ssm.tile.kernel"))
            last = next(k for k in range(i, len(lines)) if lines[k].startswith("  }"))
            return lines[first:last + 1]
    return lines


def shorten(lines):
    cut = [line if len(line) <= 160 else line[:157] + "..." for line in lines]
    if len(cut) <= LONGEST:
        return cut
    return cut[:LONGEST] + [f"// ... and {len(cut) - LONGEST} more lines"]


def section(title, look_at, language, lines):
    """A heading, what to look at, and a listing unless there is none."""
    listing = [f"\n```{language}", *shorten(lines), "```\n"] if lines else [""]
    return "\n".join([f"\n## {title}\n", look_at, *listing])


def generate(compiler):
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        subprocess.run([compiler, EXAMPLE, f"--target={TARGET}", f"--dump-dir={work}",
                        "-o", str(work / "mamba.ptx")], check=True, cwd=ROOT)
        page = HEAD
        before = None
        for dump in sorted(work.glob("*.mlir")):
            number, stage = dump.stem.split("-", 1)
            lines = dump.read_text().splitlines()
            page += section(f"{int(number)}. {stage}", LOOK_AT[stage], "mlir",
                            kernel_with_scan(lines) if lines != before else [])
            before = lines
        package = (work / "mamba.ptx").read_text()
        body = package[package.index("// end manifest"):].splitlines()[1:]
        page += section("The package", "PTX, after the manifest "
                        "([package-format.md](package-format.md)) in comment lines.",
                        "", body)
    return page


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail on drift")
    parser.add_argument("--compiler", default="ssm-compile")
    arguments = parser.parse_args()

    page = generate(arguments.compiler)
    committed = (ROOT / PAGE).read_text() if (ROOT / PAGE).exists() else ""
    if page == committed:
        return 0
    if not arguments.check:
        (ROOT / PAGE).write_text(page)
        print(f"wrote {PAGE}")
        return 0
    diff = difflib.unified_diff(committed.splitlines(), page.splitlines(),
                                f"{PAGE} (committed)", f"{PAGE} (generated)",
                                lineterm="", n=1)
    print("\n".join(list(diff)[:30]))
    print("out of date: run `make docs` and commit it")
    return 1


if __name__ == "__main__":
    sys.exit(main())
