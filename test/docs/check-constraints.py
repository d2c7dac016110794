#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every constraint `(op_cN)` of dialect/*.td has an entry in docs/spec.md and a
negative test named after it; neither has one that the dialect lacks; every op
has a heading in the spec and a round trip in test/dialect."""

import pathlib
import re
import sys

CONSTRAINT = re.compile(r"\((\w+_c\d+)\)")
CASE = re.compile(r"@(\w+?_c\d+)(?:_\w+)?\b")
MNEMONIC = re.compile(r'def \w+ : SSM_(Tile)?Op<"(\w+)"')


def read(paths):
    return "\n".join(path.read_text() for path in sorted(paths))


def check(root):
    """The complaints, as lines."""
    dialect = read((root / "dialect").glob("*.td"))
    spec = (root / "docs" / "spec.md").read_text()
    negative = read((root / "test" / "dialect").glob("invalid-*.mlir"))
    positive = read((root / "test" / "dialect").glob("*.mlir"))

    defined = set(CONSTRAINT.findall(dialect))
    named = set(CONSTRAINT.findall(spec))
    tested = set(CASE.findall(negative))
    for name in sorted(defined - named):
        yield f"docs/spec.md: no entry for ({name})"
    for name in sorted(named - defined):
        yield f"docs/spec.md: ({name}) is not in dialect/*.td"
    for name in sorted(defined - tested):
        yield f"test/dialect: no negative test @{name}"
    for name in sorted(tested - defined):
        yield f"test/dialect: @{name} tests no constraint of dialect/*.td"

    for tile, mnemonic in MNEMONIC.findall(dialect):
        op = f"ssm.tile.{mnemonic}" if tile else f"ssm.{mnemonic}"
        if f"### `{op}`" not in spec:
            yield f"docs/spec.md: no heading for {op}"
        if not re.search(rf"CHECK.*{re.escape(op)}(?![\w.])", positive):
            yield f"test/dialect: no round trip of {op}"


def main():
    complaints = list(check(pathlib.Path(sys.argv[1])))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
