#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Mutates .mlir files and gives them to a tool, which may refuse them but must
neither crash nor hang.

    mutate.py --seed 1 --count 200 --tool "ssm-opt --split-input-file" FILE...

In go files, out comes one line for each tool; a mutant that ends a tool by a
signal or a time-out is made smaller, printed, and fails the run. The same seed
makes the same mutants. A tool with --split-input-file gets many mutants at
once: most of the time goes into starting processes."""

import argparse
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile

TOKEN = re.compile(r"[A-Za-z_][\w.]*|[%@^#!][\w.]*|\d+|\s+|->|.", re.DOTALL)
NUMBER = re.compile(r"\d+$")
NUMBERS = ["0", "1", "2", "3", "16", "255", "256", "257", "4096", "2147483648",
           "9223372036854775807", "9223372036854775808", "-1", "?", "1.5"]
WORDS = ["f32", "f64", "bf16", "f16", "i1", "i8", "index", "f8E4M3FN", "memref",
         "tensor", "vector", "%0", "@f", "^bb0", "reverse", "#ssm", "!ssm.tile",
         "ssm.scan", "ssm.yield", "ssm.kernel", "arith.addf", "dense<1.0>",
         "affine_map<(b, t, c, n, k) -> (b, t, c)>", "<", ">", "(", ")", "{", "}"]
SIZE = re.compile(r"(?<=[<x])\d+(?=x)")
SIZES = ["1", "2", "3", "5", "8", "16", "33", "64", "100", "256", "257", "1000",
         "4294967296", "4611686018427387904", "0", "?"]
ELEMENT = re.compile(r"(?<=x)(f64|f32|bf16|f16)\b")
ELEMENTS = ["f64", "f32", "bf16", "f16", "i1", "i8", "f8E4M3FN"]
SEPARATOR = "\n// -----\n"
BATCH = 50  # mutants in one process, where a tool splits its input
SHOWN = 3  # mutants that are made smaller and printed


def cases(path):
    """The parts of a file between `// -----`, without comments, and each function
    of a part by itself: an edit of one then spares the others."""
    with open(path) as file:
        text = file.read()
    for part in text.split("// -----"):
        lines = [line for line in part.splitlines() if not line.lstrip().startswith("//")]
        whole = "\n".join(lines) + "\n"
        functions = re.findall(r"^func\.func .*?^}\n", whole, re.DOTALL | re.MULTILINE)
        if whole.strip():
            yield whole
        if len(functions) > 1:
            yield from functions


def reshape(text, draw):
    """`text` with other sizes or element types: often still correct, so that it
    reaches the passes."""
    pattern, choices = draw.choice(((SIZE, SIZES), (SIZE, SIZES), (ELEMENT, ELEMENTS)))
    found = pattern.findall(text)
    if not found:
        return text
    old, new = draw.choice(found), draw.choice(choices)
    chance = draw.choice((1.0, 1.0, 0.5, 0.1))
    return pattern.sub(lambda match: new if match.group() == old and draw.random() < chance
                       else match.group(), text)


def mutate(text, other, draw):
    """`text` after one to three random edits; `other` gives foreign tokens."""
    if draw.randrange(3) == 0:
        text = reshape(text, draw)
        if draw.randrange(2):
            return reshape(text, draw)
    tokens = TOKEN.findall(text)
    foreign = TOKEN.findall(other)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        solid = [i for i, token in enumerate(tokens) if not token.isspace()]
        if len(solid) < 2:
            break
        at, second = draw.choice(solid), draw.choice(solid)
        kind = draw.randrange(8)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens.insert(at, tokens[at])
        elif kind == 2:
            tokens[at], tokens[second] = tokens[second], tokens[at]
        elif kind == 3:
            numbers = [i for i in solid if NUMBER.match(tokens[i])]
            tokens[draw.choice(numbers or [at])] = draw.choice(NUMBERS)
        elif kind == 4 and draw.randrange(4) == 0:
            tokens = tokens[:at]
        elif kind == 5:
            tokens[at] = draw.choice(WORDS)
        elif kind == 6:
            tokens[at] = draw.choice(foreign)
        else:  # one line twice, or gone
            lines = "".join(tokens).splitlines(keepends=True)
            line = draw.randrange(len(lines))
            lines[line] = draw.choice(("", 2 * lines[line]))
            tokens = TOKEN.findall("".join(lines))
    return "".join(tokens)


class Tool:
    """A command line that reads .mlir from its standard input."""

    def __init__(self, command, timeout):
        self.command = shlex.split(command)
        self.timeout = timeout
        self.splits = "--split-input-file" in self.command

    def run(self, text):
        """None, or how the tool ended if it should not have ended so."""
        with tempfile.TemporaryDirectory() as folder:
            words = [word.replace("{folder}", folder) for word in self.command]
            try:
                done = subprocess.run(words, input=text.encode(), cwd=folder,
                                      stdout=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, timeout=self.timeout)
            except subprocess.TimeoutExpired:
                return "no end after %g s" % self.timeout
        if done.returncode < 0 or done.returncode >= 128:
            return "exit code %d" % done.returncode
        if done.returncode and not done.stderr.strip():
            return "exit code %d without a word" % done.returncode
        return None


def smaller(tool, text):
    """Greedily without lines, then without tokens, as long as it still fails."""
    for split in (lambda text: text.splitlines(keepends=True), TOKEN.findall):
        pieces, width = split(text), 0
        width = max(1, len(pieces) // 2)
        while width:
            at = 0
            while at < len(pieces):
                rest = pieces[:at] + pieces[at + width:]
                if tool.run("".join(rest)):
                    pieces = rest
                else:
                    at += width
            width //= 2
        text = "".join(pieces)
    return text


def check(tool, mutants):
    """The mutants of one process that a tool does not survive, each alone if it
    is enough."""
    together = SEPARATOR.join(mutants)
    if not tool.run(together):
        return []
    return [text for text in mutants if tool.run(text)] or [together]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100, help="mutants for each tool")
    parser.add_argument("--timeout", type=float, default=20, help="seconds for one process")
    parser.add_argument("--keep", metavar="DIR", help="write what fails here")
    parser.add_argument("--tool", action="append", required=True)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()

    seeds = [case for path in options.files for case in cases(path)]
    failed = 0
    for command in options.tool:
        tool = Tool(command, options.timeout)
        draw = random.Random(options.seed)
        mutants = [mutate(draw.choice(seeds), draw.choice(seeds), draw)
                   for _ in range(options.count)]
        step = BATCH if tool.splits else 1
        bad = [text for first in range(0, len(mutants), step)
               for text in check(tool, mutants[first:first + step])]
        print("%s: %d mutants, %d not survived" % (command, len(mutants), len(bad)))
        failed += len(bad)
        for number, text in enumerate(bad[:SHOWN]):
            text = smaller(tool, text)
            print("%s\n%s" % (tool.run(text), text))
            if options.keep:
                os.makedirs(options.keep, exist_ok=True)
                with open(os.path.join(options.keep, "%d.mlir" % number), "w") as file:
                    file.write(text)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
