#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forms of a function agree: a prefill, the same tokens in two calls with the
states handed over, in as many calls as there are tokens, sequences of all lengths
packed into one row, each also with the states in slots of a cache, and the states
that traces of a call give.

    forms.py prepare DIR --target cpu|sm_80|sm_90a|... [--all] [--seed S]
    forms.py run DIR --device cpu|cuda --runtime libssm_runtime.so

`prepare` derives the forms of each program, compiles them into one package,
draws inputs and interprets them in float64; `run` needs Python, NumPy and the
runtime. Every result and every state of every way to compute it is judged
against the float64 reference by the rule in compare.py. Exit code 1: something disagreed.
"""

import argparse
import dataclasses
import json
import os
import re
import sys
import tempfile

import numpy as np

import arrays
import cached
import compare
import convolutions as c
import prepare
import programs as p
import recurrences as r
import sessions

BATCH = 2
FORMS = "prefill,resume,step,varlen,resume-cached,step-cached,varlen-cached"
# Tokens from one state of a trace to the next in a package of its own: a tile, more
# than a tile, or what no tile divides.
EVERY = 5
EVERY_OF = {"scan": 66, "scan-every": 48, "block-every": 64, "rotation": 16, "block": 16}
# Of the initial states; small beside what a sequence adds.
STATE_SCALE = 0.5


def table(everything):
    """Programs and the lengths they are checked at: one token, around the tiles
    of the schedules, two tiles and one more."""
    few = [1, 2, 3, 4, 7, 16, 33]
    quick = [(p.selective_scan("scan", 33, 16), few + [66, 130]),
             (p.min_gru("mingru", 40), few),
             (p.conv1d("conv", 33, 4), few),
             (p.conv1d("conv-wide", 8, 7, "bf16"), few),
             (r.rotation("rotation", 33), few),
             # A prefill by convolution, steps by the recurrence.
             (c.complex_s4d("s4d-convolved", 33, 8), few),
             (p.mamba_block("block", 24), few),
             (p.mamba_block("block-bf16", 24, dtype="bf16"), few),
             (p.mamba_block("block-joined", 24, dtype="bf16", fuse="reader"), few),
             (p.mamba_block("block-parts", 24, dtype="bf16", parts="apart"), few)]
    if not everything:
        return quick
    every = list(range(1, 130))
    more = [(p.selective_scan("scan-every", 33, 16), every),
            (p.selective_scan("scan-5-bf16", 33, 5, "bf16"), few),
            (p.selective_scan("scan-zoh-100", 64, 100, kind="zoh"), few),
            (p.selective_scan("scan-bilinear", 64, 16, "f16", "bilinear"), few),
            (p.rg_lru("rglru", 96), few),
            (r.gated_attention("gla", 64, 16, "bf16"), few),
            (r.complex_s4d("s4d", 33, 16), few),
            (r.trapezoid("trapezoid", 33, 16), few),
            (r.nonlinear("nonlinear", 40), few),
            (p.conv1d("conv-2", 64, 2, "f16"), few),
            (p.mamba_block("block-every", 24), every),
            (p.mamba_block("block-64", 64, dtype="bf16"), few),
            (p.mamba_block("block-parts-f32", 40, parts="apart"), few),
            (p.mamba_block("layer-parts", 64, dtype="bf16", layer=True, parts="apart"), few),
            (p.mamba_block("layer", 40, 5, width=3, layer=True), few)]
    return quick + more


def forms_of(program):
    """A function that returns a final state itself has no trace of it."""
    return FORMS if len(program.outputs) > 1 else f"{FORMS},trace"


def write_forms(program, folder):
    path = os.path.join(folder, "program.mlir")
    with open(path, "w") as file:
        file.write(program.text)
    forms = os.path.join(folder, "forms.mlir")
    text = prepare.call(["ssm-opt", path, f"--ssm-derive-forms=forms={forms_of(program)}"])
    with open(forms, "w") as file:
        file.write(text)
    return forms


def states_of(text):
    """Name, sizes, element type and result of each state of @run_resume."""
    header = text[text.index("@run_resume"):]
    header = header[:header.index("{\n")]
    taken, returned = header.split("->")
    pattern = (r'tensor<\?x([0-9x]+)x(\w+)> \{ssm.name = "(\w+)", '
               r'ssm.state = "(\w+)"')
    results = {state: name for _, _, name, state in re.findall(pattern, returned)}
    return [(name, tuple(int(s) for s in sizes.split("x")), dtype, results[state])
            for sizes, dtype, name, state in re.findall(pattern, taken)]


def interpret(forms, folder, inputs, weights, outputs, length, rounding):
    command = ["ssm-interpret", forms, "--function=run_resume", f"--round={rounding}",
               f"--batch={BATCH}", f"--length={length}"]
    for name, (values, dtype) in inputs.items():
        path = os.path.join(folder, f"in-{name}.npy")
        arrays.save(path, values, dtype)
        command.append(f"--input={name}=@{path}")
    command += [f"--weight={n}=@{f}" for n, f in weights.items()]
    paths = {name: os.path.join(folder, f"out-{name}.npy") for name in outputs}
    command += [f"--output={n}=@{f}" for n, f in paths.items()]
    prepare.call(command)
    return {name: np.load(path) for name, path in paths.items()}


def at_length(inputs, length):
    return {name: (v[:, :length] if is_token else v, dtype)
            for name, (v, dtype, is_token) in inputs.items()}


def prepare_program(program, lengths, target, seed, folder):
    """One package and one .npz; returns what cases.json says of them."""
    random = prepare.generator(seed, program.name)
    with tempfile.TemporaryDirectory() as work:
        forms = write_forms(program, work)
        with open(forms) as file:
            states = states_of(file.read())
        package = f"{program.name}.{'so' if target == 'cpu' else 'ptx'}"
        source = os.path.join(work, "program.mlir")
        prepare.call(["ssm-compile", source, "-o", os.path.join(folder, package),
                      f"--target={target}", f"--forms={forms_of(program)}"])
        every = EVERY_OF.get(program.name, EVERY) if "trace" in forms_of(program) else 0
        if every:
            prepare.call(["ssm-compile", source, "-o",
                          os.path.join(folder, f"every-{package}"),
                          f"--target={target}", "--forms=trace",
                          f"--trace-every={every}"])
        case = dataclasses.make_dataclass("Case", ["batch", "length"])(BATCH,
                                                                       max(lengths))
        weights = prepare.draw([a for a in program.arguments if a.is_weight], case,
                               seed, program.name, work)
        inputs = {a.name: (arrays.rounded(a.draw(random, prepare.sizes(a.shape, case)),
                                          a.dtype), a.dtype, p.LENGTH in a.shape)
                  for a in program.arguments if not a.is_weight}
        inputs.update({name: (arrays.rounded(STATE_SCALE * random.standard_normal(
            (BATCH, *sizes)), dtype), dtype, False) for name, sizes, dtype, _ in states})
        outputs = list(dict.fromkeys([n for n, _ in program.outputs] +
                                     [after for _, _, _, after in states]))
        roundings = ["none", "declared"] if program.has_rounding else ["none"]
        stored = {f"in/{n}": arrays.to_bits(v, d) for n, (v, d, _) in inputs.items()}
        stored.update({f"weight/{n}": np.load(f) for n, f in weights.items()})
        for start in ("given", "zero"):
            for length in lengths:
                given = at_length(inputs, length)
                if start == "zero":
                    given.update({n: (np.zeros_like(given[n][0]), d)
                                  for n, _, d, _ in states})
                for rounding in roundings:
                    found = interpret(forms, work, given, weights, outputs, length,
                                      rounding)
                    stored.update({f"ref/{start}/{rounding}/{length}/{n}": v
                                   for n, v in found.items()})
        np.savez_compressed(os.path.join(folder, f"{program.name}.npz"), **stored)
    return {"name": program.name, "package": package, "lengths": lengths,
            "every": every,
            "rule": dataclasses.asdict(program.rule), "roundings": roundings,
            "outputs": {n: d for n, d in program.outputs
                        if n not in [after for _, _, _, after in states]},
            "inputs": {n: token for n, (_, _, token) in inputs.items()
                       if n not in [name for name, _, _, _ in states]},
            "states": {n: {"dtype": d, "after": after} for n, _, d, after in states}}


def prepare_all(args):
    os.makedirs(args.dir, exist_ok=True)
    seed = args.seed
    if seed is None:
        seed = int.from_bytes(os.urandom(4), "little")
    print(f"forms for {args.target}, seed {seed}", flush=True)
    entries = [prepare_program(program, lengths, args.target, seed, args.dir)
               for program, lengths in table(args.all)]
    with open(os.path.join(args.dir, "cases.json"), "w") as file:
        json.dump({"target": args.target, "seed": seed, "programs": entries}, file,
                  indent=1)
    return 0


class Forms:
    """The functions of a package on a device, and ways to call them."""

    def __init__(self, library, folder, entry):
        import runtime

        self.library, self.folder = library, folder
        self.array = lambda values: runtime.DeviceArray(library, values)
        self.dim_size = runtime.dim_size
        self.entry = entry
        states = entry["states"]
        self.kinds = {**entry["outputs"],
                      **{s["after"]: s["dtype"] for s in states.values()},
                      **{f"{n}_trace": s["dtype"] for n, s in states.items()},
                      **{cached.after(n): s["dtype"] for n, s in states.items()}}
        self.stored = np.load(os.path.join(folder, f"{entry['name']}.npz"))
        weights = {n[len("weight/"):]: self.array(self.stored[n])
                   for n in self.stored.files if n.startswith("weight/")}
        self.functions = {}
        plain = ["run", "run_resume", "run_step", "run_varlen", "run_resume_cached",
                 "run_step_cached", "run_varlen_cached"]
        loads = [(form, "", form) for form in plain]
        if entry["every"]:
            loads += [("run_trace", "", "run_trace"), ("run_every", "every-", "run_trace")]
        for name, prefix, form in loads:
            path = os.path.join(folder, prefix + entry["package"])
            loaded = runtime.Executable(library, path, "generated", form)
            loaded.bind(weights)
            self.functions[name] = loaded

    def states(self, start):
        found = {n: self.stored[f"in/{n}"] for n in self.entry["states"]}
        if start == "zero":
            found = {n: np.zeros_like(v) for n, v in found.items()}
        return found

    def call(self, form, begin, end, states):
        """Tokens [begin, end) from `states`; outputs and states by name."""
        inputs = {n: self.stored[f"in/{n}"] for n in self.entry["inputs"]}
        inputs = {n: v[:, begin:end] if self.entry["inputs"][n] else v
                  for n, v in inputs.items()}
        inputs.update(states if form != "run" else {})
        return self.execute(form, inputs, BATCH, end - begin)

    def execute(self, form, inputs, batch, length, slots=0):
        """The outputs, poisoned before where they have memory of their own."""
        function = self.functions[form]
        kinds = self.kinds
        given = {n: self.array(np.ascontiguousarray(v)) for n, v in inputs.items()}
        out = {}
        for info in function.buffers:
            name = info.name.decode()
            if info.kind != 2:
                continue
            if info.in_place >= 0:
                out[name] = given[function.buffers[info.in_place].name.decode()]
                continue
            shape = [self.dim_size(d, batch, length) for d in info.shape[:info.rank]]
            out[name] = self.array(np.full(shape, 0xFF, np.uint8).repeat(
                arrays.BYTES[kinds[name]], -1))
        workspace = self.array(np.full(
            max(1, function.workspace_bytes(batch, length)), 0xFF, np.uint8))
        call = function.make_call(batch, length, given, out, workspace)
        call.slots = slots
        function.run(call)
        found = {n: v.read().view(arrays.stored_type(kinds[n]))
                 for n, v in out.items()}
        after = {n: found.pop(state["after"])
                 for n, state in self.entry["states"].items()
                 if state["after"] in found}
        return found, after

    def chain(self, pieces, start):
        """Calls one after the other: (form, begin, end) each."""
        states, parts = self.states(start), []
        for form, begin, end in pieces:
            found, states = self.call(form, begin, end, states)
            parts.append(found)
        joined = {n: np.concatenate([part[n] for part in parts], 1)
                  for n in self.entry["outputs"]}
        return {**joined, **{self.entry["states"][n]["after"]: v for n, v in states.items()}}

    def traced(self, form, start, length, every):
        """Outputs and states after some tokens, by their number, of one call that
        traces: those after every so many, and after the last."""
        found, _ = self.call(form, 0, length, self.states(start))
        counts = [n for n in self.entry["lengths"]
                  if n == length or (n < length and n % every == 0)]
        after = {}
        for count in counts:
            after[count] = {n: found[n][:, :count] for n in self.entry["outputs"]}
            for name, before in self.states(start).items():
                trace = found[f"{name}_trace"]
                is_of_states = trace.ndim > before.ndim
                state = (trace[:, -(-count // every) - 1] if is_of_states else
                         np.concatenate([before, trace[:, :count]], 1)[:, count:])
                after[count][self.entry["states"][name]["after"]] = state
        return after

    def packed(self, start):
        """The sequences of all lengths in one row, an empty one in the middle: what
        each length gives, and whether the empty one left its states alone."""
        lengths = self.entry["lengths"]
        sequences = [(length, b) for length in lengths for b in range(BATCH)]
        empty = len(sequences) // 2
        sequences.insert(empty, (0, 0))
        inputs = {}
        for n, is_token in self.entry["inputs"].items():
            values = self.stored[f"in/{n}"]
            inputs[n] = (np.concatenate([values[b, :k] for k, b in sequences])[None]
                         if is_token else np.stack([values[b] for _, b in sequences]))
        states = {n: np.stack([v[b] for _, b in sequences])
                  for n, v in self.states(start).items()}
        ends = np.cumsum([length for length, _ in sequences]).astype(np.int32)
        rows, after = self.execute("run_varlen", {**inputs, **states, "ends": ends},
                                   len(sequences), int(ends[-1]))
        kept = all(np.array_equal(v[empty], states[n][empty]) for n, v in after.items())
        found = {}
        for length in lengths:
            own = [i for i, (each, _) in enumerate(sequences) if each == length]
            found[length] = {n: np.stack([v[0, ends[i] - length:ends[i]] for i in own])
                             for n, v in rows.items()}
            found[length].update({self.entry["states"][n]["after"]: v[own]
                                  for n, v in after.items()})
        return found, kept

    def run_wild(self):
        """Ends that are none: the results mean nothing, but no kernel may leave its
        tensors, which a fault would tell."""
        length = max(self.entry["lengths"])
        wild = [length, -1, 2**31 - 1, 0, -2**31, length // 2, 2**31 - 1, 7]
        inputs = {n: self.stored[f"in/{n}"][:1] for n in self.entry["inputs"]}
        inputs = {n: v[:, :length] if self.entry["inputs"][n] else np.repeat(v, len(wild), 0)
                  for n, v in inputs.items()}
        states = {n: np.repeat(v[:1], len(wild), 0)
                  for n, v in self.states("given").items()}
        ends = np.array(wild, np.int32)
        self.execute("run_varlen", {**inputs, **states, "ends": ends}, len(wild), length)


def ways(length):
    """Name, initial states and calls of every way to compute `length` tokens."""
    yield "prefill", "zero", [("run", 0, length)]
    yield "resume", "zero", [("run_resume", 0, length)]
    yield "resume from states", "given", [("run_resume", 0, length)]
    for cut, place in ((1, "the first token"), (length // 2, "the middle"),
                       (length - 1, "the last token")):
        if 0 < cut < length:
            yield (f"split at {place}", "given",
                   [("run_resume", 0, cut), ("run_resume", cut, length)])
    yield "steps", "given", [("run_step", t, t + 1) for t in range(length)]
    yield ("prefill and steps", "zero",
           [("run_resume", 0, (length + 1) // 2)] +
           [("run_step", t, t + 1) for t in range((length + 1) // 2, length)])


def judge(forms, results):
    """Texts of what is wrong with results: (length, initial states, values by name)
    each. In 16 bits the flip of one rounding weighs much in a short sequence: those
    of all lengths are judged as one."""
    entry, rule = forms.entry, p.Rule(**forms.entry["rule"])
    problems = []
    for name in results[0][2]:
        def reference(rounding):
            return np.concatenate([
                forms.stored[f"ref/{start}/{rounding}/{length}/{name}"].ravel()
                for length, start, _ in results])
        distances = None
        if "declared" in entry["roundings"]:
            rows = [compare.grouped(reference(r), False) for r in ("declared", "none")]
            distances = [[float(v) for v in m] for m in compare.metrics(*rows)]
        values = [arrays.from_bits(found[name]).ravel() for _, _, found in results]
        verdict = compare.judge(np.concatenate(values), reference("none"), distances,
                                rule, forms.kinds[name], False)
        if not verdict.passed:
            problems.append(f"{name} {verdict}")
    return problems


def check(forms):
    """How many ways were judged, and texts of those that are wrong."""
    found = {}
    for length in forms.entry["lengths"]:
        for name, start, pieces in ways(length):
            label = name
            if forms.entry["roundings"] == ["none"]:
                label = f"{length} tokens, {name}"
            found.setdefault(label, []).append(
                (length, start, forms.chain(pieces, start)))
    failed = []
    forms.run_wild()
    for start in ("given", "zero"):
        packed, kept = forms.packed(start)
        if not kept:
            failed.append(f"{forms.entry['name']}, packed: an empty sequence has other "
                          "states after it than before")
        for length, values in packed.items():
            label = "packed"
            if forms.entry["roundings"] == ["none"]:
                label = f"{length} tokens, packed from {start}"
            found.setdefault(label, []).append((length, start, values))
    longest = max(forms.entry["lengths"])
    every = forms.entry["every"]
    traces = []
    if every:
        traces = [("run_trace", longest, 1), ("run_every", longest, every)]
        traces += [("run_every", n, every) for n in forms.entry["lengths"][:-1:2]]
    for form, length, period in traces:
        for start in ("given", "zero"):
            for count, values in forms.traced(form, start, length, period).items():
                label = f"traced by {form}"
                if forms.entry["roundings"] == ["none"]:
                    label = f"{count} of {length} tokens, {form} from {start}"
                found.setdefault(label, []).append((count, start, values))
    ways_of_session, wrong = sessions.SessionWays(
        forms.library, forms.folder, forms, BATCH).all()
    failed += [f"{forms.entry['name']}, session: {text}" for text in wrong]
    for label, length, start, values in ways_of_session:
        if forms.entry["roundings"] != ["none"]:
            label = "accepted by a session" if "accepted" in label else "session"
        found.setdefault(label, []).append((length, start, values))
    for label, length, start, values, problem in cached.check(forms):
        if problem:
            failed.append(f"{forms.entry['name']}, {label}: {problem}")
        elif forms.entry["roundings"] == ["none"]:
            found[f"{length} tokens, {label}"] = [(length, start, values)]
        else:
            found.setdefault(label, []).append((length, start, values))
    for label, results in found.items():
        if problems := judge(forms, results):
            failed.append(f"{forms.entry['name']}, {label}: " + "; ".join(problems))
    return len(found), failed


def run_all(args):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                                    "..", "scripts", "gpu"))
    import runtime

    library = runtime.Runtime(args.runtime, args.device)
    with open(os.path.join(args.dir, "cases.json")) as file:
        suite = json.load(file)
    checked, failed = 0, []
    for entry in suite["programs"]:
        count, wrong = check(Forms(library, args.dir, entry))
        checked, failed = checked + count, failed + wrong
        for text in wrong:
            print(f"FAIL {text}", flush=True)
        print(f"{entry['name']}: {len(entry['lengths'])} lengths", flush=True)
    print(f"{checked - len(failed)} of {checked} agree")
    return 1 if failed or not checked else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    preparer = commands.add_parser("prepare", help="derive, compile, draw, interpret")
    preparer.add_argument("dir")
    preparer.add_argument("--target", required=True)
    preparer.add_argument("--all", action="store_true", help="every length")
    preparer.add_argument("--seed", type=int)
    preparer.set_defaults(action=prepare_all)
    runner = commands.add_parser("run", help="execute and judge")
    runner.add_argument("dir")
    runner.add_argument("--device", required=True)
    runner.add_argument("--runtime", required=True, metavar="FILE")
    runner.set_defaults(action=run_all)
    args = parser.parse_args()
    sys.exit(args.action(args))


if __name__ == "__main__":
    main()
