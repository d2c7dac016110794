#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every relative link and anchor of a Markdown page leads somewhere."""

import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.M)


def anchors(file):
    for title in HEADING.findall(file.read_text()):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def check(file):
    for link in LINK.findall(file.read_text()):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = file.parent / path if path else file
        if not target.exists():
            yield f"{file}: nothing at {link}"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            yield f"{file}: no heading for {link}"


def main():
    root = pathlib.Path(sys.argv[1])
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("test/**/*.md")]
    complaints = [line for page in sorted(pages) for line in check(page)]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
