#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled layers against the official implementation's outputs.

    fixtures.py DIR TARGET      DIR is test/fixtures; tools from the PATH

Imports each config.json, compiles it for TARGET and runs it with the weights of
its checkpoint: the mixer alone, with states, and the layer around it, in
float32 within 1e-5 of float64, both by norm and by the largest element.
"""

import os
import sys
import tempfile

from prepare import ToolError, call

# folder, prefix of the mixer's weights, lengths
LAYERS = (("mamba-64", "", (1, 33)),
          ("mamba-uneven", "backbone.layers.0.mixer.", (17,)))


def variants(folder, length):
    """(options of ssm-import, inputs, outputs) of everything a fixture holds."""
    x = {"x": f"x{length}"}
    states = {**x, "initial_state": f"init{length}"}
    ends = {"y": f"y{length}-init", "final_state": f"h{length}-init"}
    yield [], x, {"y": f"y{length}"}
    yield ["--states"], states, ends
    if folder == "mamba-uneven":  # the other has no layer.* names
        yield ["--what=layer"], x, {"y": f"layer{length}"}


def check(root, folder, prefix, options, inputs, outputs, target, work):
    names = "".join(o.strip("-").replace("=", "-") for o in options)
    base = os.path.join(work, f"{folder}-{names or 'mixer'}")
    if "--what=layer" in options:
        prefix = prefix.removesuffix("mixer.")
    path = os.path.join(root, folder)
    source, package = f"{base}.mlir", base + (".so" if target == "cpu" else ".ptx")
    if not os.path.exists(package):
        named = ["--prefix", prefix] if prefix else []
        call(["ssm-import", f"{path}/config.json", "-o", source, *named, *options])
        call(["ssm-compile", source, "-o", package, f"--target={target}"])
    command = ["ssm-run", package, f"--weights={path}/model.safetensors", "--repeat=2",
               "--tolerance=1e-5", "--max-tolerance=1e-5", "--matmul=generated"]
    command += [f"--input={n}=@{path}/{f}.npy" for n, f in inputs.items()]
    command += [f"--expect={n}=@{path}/{f}.npy" for n, f in outputs.items()]
    return call(command)


def main():
    root, target = sys.argv[1:]
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        for folder, prefix, lengths in LAYERS:
            for length in lengths:
                for options, inputs, outputs in variants(folder, length):
                    label = f"{folder} {' '.join(options)} length {length}"
                    try:
                        text = check(root, folder, prefix, options, inputs, outputs,
                                     target, work)
                        print(f"ok   {label}\n{text}")
                    except ToolError as error:
                        failed += 1
                        print(f"FAIL {label}: {error}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
