# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One row of the table: loads a package, checks it on fresh random inputs and
times it. Runs in a process of its own, for a fault of the device ends that.

    measure_row.py FOLDER MATMUL SEED NAME...

For each name one line of JSON on standard output; the first has the ceilings.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import torch

import families
import oracle
import runtime
import shapes

DTYPES = {"f64": torch.float64, "f32": torch.float32, "bf16": torch.bfloat16,
          "f16": torch.float16}
SECONDS = 1.0  # of timing for one row
STEP_SEQUENCES = 128
SET_BYTES = 40e9  # the most that all sets of buffers may take


def timed(action, repeats):
    """Seconds of one call: the best of some repeats, by events."""
    best = math.inf
    action()
    for _ in range(repeats):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in "ab")
        start.record()
        action()
        end.record()
        torch.cuda.synchronize()
        best = min(best, start.elapsed_time(end) / 1e3)
    return best


def max_clock():
    """Hertz; the multiprocessors' highest."""
    query = ["nvidia-smi", "--query-gpu=clocks.max.sm", "--format=csv,noheader,nounits"]
    try:
        return 1e6 * float(subprocess.check_output(query, text=True).split()[0])
    except (OSError, ValueError, IndexError, subprocess.CalledProcessError):
        return 1.98e9


def measure_ceilings():
    properties = torch.cuda.get_device_properties(0)
    source = torch.randn(1 << 29, device="cuda", dtype=torch.bfloat16)
    target = torch.empty_like(source)
    size = 2 * source.numel() * source.element_size()
    copy = size / timed(lambda: target.copy_(source), 10)
    del source, target
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16) for _ in "ab")
    matrix = 2 * 8192**3 / timed(lambda: a @ b, 10)
    # One unit a multiprocessor for every special function, 16 a clock, and 128
    # multiply-adds.
    mufu = 16 * properties.multi_processor_count * max_clock()
    return dict(device=properties.name, torch=torch.__version__, bytes_per_s=copy,
                matrix_flops=matrix, mufu_per_s=mufu, flops_per_s=16 * mufu)


def draw(argument, row, numpy_random):
    """A tensor as the suite draws it: large ones by torch, by the same law."""
    sizes = {"B": row.batch, "L": row.length}
    shape = tuple(sizes.get(d, d) for d in argument.shape)
    dtype = DTYPES[argument.dtype]
    if math.prod(shape) <= 1 << 22:
        return torch.from_numpy(argument.draw(numpy_random, shape)).cuda().to(dtype)
    if argument.name in ("dt", "loss"):
        low, high = math.log(1e-3), math.log(0.3)
        delta = torch.exp(torch.empty(shape, device="cuda").uniform_(low, high))
        return (torch.log(torch.expm1(delta)) if argument.name == "dt" else delta).to(dtype)
    value = torch.randn(shape, device="cuda", dtype=torch.float32)
    if argument.is_weight:
        value /= math.sqrt(shape[-1])
    return value.to(dtype)


def poisoned(shape, dtype):
    tensor = torch.empty(shape, device="cuda", dtype=dtype)
    tensor.view(torch.uint8).fill_(0xFF)
    return tensor


class Measurement:
    def __init__(self, library, folder, matmul, row, seed):
        self.row, self.program = row, row.program()
        self.random = np.random.default_rng(seed)
        torch.manual_seed(seed)
        path = os.path.join(folder, "packages", f"{row.name}.ptx")
        self.is_step = isinstance(row, shapes.Step)
        self.executable = runtime.Executable(library, path, matmul,
                                             "run_step" if self.is_step else None)
        self.weights = {a.name: draw(a, row, self.random)
                        for a in self.program.arguments if a.is_weight}
        self.executable.bind(self.weights)
        size = self.executable.workspace_bytes(row.batch, row.length)
        self.workspace = torch.empty(max(size, 256), device="cuda", dtype=torch.uint8)
        self.cache_bytes = library.describe().cache_bytes

    def new_set(self):
        """Fresh inputs, poisoned outputs, and the call on them."""
        inputs = {a.name: draw(a, self.row, self.random)
                  for a in self.program.arguments if not a.is_weight}
        outputs, row = {}, self.row
        for info in self.executable.buffers:
            shape = tuple(runtime.dim_size(d, row.batch, row.length)
                          for d in info.shape[:info.rank])
            dtype = list(DTYPES.values())[info.dtype]
            if info.kind == runtime.OUTPUT:
                outputs[info.name.decode()] = poisoned(shape, dtype)
            elif info.kind == runtime.INPUT and info.name.decode() not in inputs:
                state = torch.randn(shape, device="cuda", dtype=torch.float32)
                inputs[info.name.decode()] = (0.5 * state).to(dtype)
        call = self.executable.make_call(row.batch, row.length, inputs, outputs,
                                         self.workspace)
        return inputs, outputs, call

    def execute(self, buffers):
        for output in buffers[1].values():
            output.view(torch.uint8).fill_(0xFF)
        self.workspace.fill_(0xFF)
        torch.cuda.synchronize()
        self.executable.run(buffers[2])
        torch.cuda.synchronize()
        return buffers[1]

    def check(self, buffers):
        inputs = buffers[0]
        first = {n: v.clone() for n, v in self.execute(buffers).items()}
        again, out = self.execute(buffers), first["y"]
        same = all(torch.equal(v.view(torch.uint8), again[n].view(torch.uint8))
                   for n, v in first.items())
        errors, narrow = oracle.Errors(), DTYPES[self.row.dtype]
        if isinstance(self.row, shapes.Scan):
            for tokens, y, _ in oracle.scan({**inputs, **self.weights}):
                errors.add(out[:, tokens], y.to(narrow), y)
            base = max(1e-6, 2 * math.sqrt(self.row.states) * 2.0**-24)
            result = errors.result(base, 1.01 if narrow != torch.float32 else 0)
        elif isinstance(self.row, shapes.Family):
            # A batch at a time, as a block's.
            reference = getattr(families, self.row.family)
            wide = {n: v.double() for n, v in self.weights.items()}
            for b in range(self.row.batch):
                wide.update({n: v[b:b + 1].double() for n, v in inputs.items()})
                y = reference(**wide)
                errors.add(out[b:b + 1], y.to(narrow), y)
            base = max(1e-6, 2 * math.sqrt(self.row.states or 1) * 2.0**-24)
            result = errors.result(base, 1.01)
            work = self.executable.work(self.row.batch, self.row.length)
            result["work"] = dict(bytes=work["bytes_read"] + work["bytes_written"],
                                  transcendentals=work["transcendentals"],
                                  flops=work["flops"])
        elif self.is_step:
            result = self.check_step(narrow)
        else:
            # A batch at a time: float64 takes four times the memory.
            for b in range(self.row.batch):
                x = inputs["x"][b:b + 1]
                exact, _, _ = oracle.block(x, self.weights)
                rounded, _, _ = oracle.block(x, self.weights, narrow)
                errors.add(out[b:b + 1], rounded, exact)
            result = errors.result(1e-5, 1.05, rounds_often=True)
        result["deterministic"] = same
        result["passed"] &= same
        return result

    def check_step(self, narrow):
        """The worst of the output and both states, over as many calls on fresh
        inputs as make a few hundred thousand outputs: in fewer, one rounding that
        falls to the other side would decide."""
        names = ("y", "conv1d_0_out", "scan_0_out")
        errors = [oracle.Errors() for _ in names]
        for _ in range(-(-STEP_SEQUENCES // self.row.batch)):
            buffers = self.new_set()
            inputs, found = buffers[0], self.execute(buffers)
            given = (inputs["x"], self.weights)
            states = (inputs["conv1d_0"], inputs["scan_0"])
            exact = oracle.block(*given, None, *states)
            rounded = oracle.block(*given, narrow, *states)
            for name, gathered, a, b in zip(names, errors, rounded, exact):
                gathered.add(found[name], a, b)
        results = [gathered.result(1e-5, 1.05, rounds_often=True) for gathered in errors]
        worst = max(results, key=lambda r: r["norm"] / r["norm_bound"])
        return {**worst, "passed": all(r["passed"] for r in results)}

    def sets(self, first):
        """Sets that together exceed the cache three times."""
        size = sum(t.numel() * t.element_size()
                   for group in first[:2] for t in group.values())
        wanted = 3 * self.cache_bytes // size + 2
        count = max(1, min(int(wanted), 64, int(SET_BYTES // size)))
        return [first] + [self.new_set() for _ in range(count - 1)]

    def time(self, first):
        sets = self.sets(first)
        calls = [s[2] for s in sets]
        trial = self.executable.measure(calls, 1, 3)[1]
        # A replay lasts two milliseconds at least, its launch does not count.
        calls = calls * max(1, math.ceil(2000 / (trial * len(calls))))
        samples = int(max(7, min(100, SECONDS * 1e6 / (trial * len(calls)))))
        runs = [self.executable.measure(calls, 2, samples) for _ in range(2)]
        medians = [statistics.median(times) for times in runs]
        times = sorted(runs[0] + runs[1])
        result = dict(us=statistics.median(times), runs_us=medians, low_us=times[0],
                      p90_us=times[int(0.9 * (len(times) - 1))], sets=len(sets),
                      samples=len(times))
        if self.executable.info.step_count > 1:
            result["steps"] = [
                (self.executable.step_name(i),
                 statistics.median(self.executable.measure(calls, 1, 15, i, 1)))
                for i in range(self.executable.info.step_count)]
            result["host_us"] = self.host_time(calls[0])
        else:
            result["schedule"] = self.executable.step_name(0)
        return result

    def host_time(self, call, count=200):
        """Wall time of a call when calls are queued without waiting."""
        times = []
        for _ in range(5):
            torch.cuda.synchronize()
            start = time.perf_counter()
            for _ in range(count):
                self.executable.run(call)
            torch.cuda.synchronize()
            times.append(1e6 * (time.perf_counter() - start) / count)
        return statistics.median(times)


def measure(library, folder, matmul, seed, name):
    row = shapes.ROWS[name]
    measurement = Measurement(library, folder, matmul, row, seed)
    try:
        buffers = measurement.new_set()
        return dict(name=name, load_ms=1e3 * measurement.executable.load_seconds,
                    **measurement.check(buffers), **measurement.time(buffers))
    finally:
        measurement.executable.close()


def emit(value):
    print(json.dumps(value), flush=True)


def main():
    folder, matmul, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.cuda.init()
    library = runtime.Runtime(os.path.join(folder, "bin", "libssm_runtime.so"))
    emit(dict(ceilings=measure_ceilings()))
    for name in sys.argv[4:]:
        try:
            emit(measure(library, folder, matmul, seed, name))
        except (RuntimeError, OSError, KeyError) as error:
            emit(dict(name=name, passed=False, problem=str(error)[:500]))
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
