# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a session gives where forms.py makes the calls by itself: a prompt in pieces,
steps, and the ways back (rollback, snapshot, fork, file, accepted guesses)."""

import os
import tempfile
from ctypes import byref, c_void_p

import numpy as np

import arrays


class SessionWays:
    """Calls of one session; values as forms.py judges them."""

    def __init__(self, library, folder, forms, batch):
        import runtime
        import session

        self.runtime, self.forms, self.batch = runtime, forms, batch
        self.entry = forms.entry
        self.longest = max(self.entry["lengths"])
        functions = ["run_resume", "run_step"] + ["run_trace"] * bool(self.entry["every"])
        self.session = session.Session(
            library, os.path.join(folder, self.entry["package"]), functions, batch,
            self.longest)
        for name in forms.stored.files:
            if name.startswith("weight/"):
                self.session.bind(name[len("weight/"):],
                                  forms.array(forms.stored[name]))

    def start(self, how):
        for name, values in self.forms.states(how).items():
            self.session.write_state(name, values)

    def states(self, session=None):
        return {self.entry["states"][n]["after"]:
                (session or self.session).read_state(n, v)
                for n, v in self.forms.states("zero").items()}

    def call(self, form, begin, end, session=None):
        """Tokens [begin, end): the call, and its outputs by name."""
        function = self.forms.functions[form]
        length = end - begin
        inputs = []
        for name in function.named(self.runtime.INPUT):
            if name in self.entry["states"]:
                continue
            values = self.forms.stored[f"in/{name}"]
            if self.entry["inputs"][name]:
                values = values[:, begin:end]
            inputs.append(self.forms.array(np.ascontiguousarray(values)))
        outputs = {}
        for info in function.buffers:
            if info.kind != self.runtime.OUTPUT or info.state:
                continue
            kind = self.forms.kinds[info.name.decode()]
            shape = [self.runtime.dim_size(info.shape[i], self.batch, length)
                     for i in range(info.rank)]
            poison = np.full(shape, 0xFF, np.uint8).repeat(arrays.BYTES[kind], -1)
            outputs[info.name.decode()] = self.forms.array(poison)
        made = self.session.make_call(form, length, inputs, list(outputs.values()))
        (session or self.session).run(made)
        kinds = self.forms.kinds
        return made, {n: v.read().view(arrays.stored_type(kinds[n]))
                      for n, v in outputs.items() if n in self.entry["outputs"]}

    def detour(self, begin):
        """Tokens that are taken back, in every way there is; the states are those
        before."""
        end = min(begin + 2, self.longest)
        self.call("run_resume", begin, end)
        self.session.do("rollback")
        taken = c_void_p()
        self.session.do("snapshot", byref(taken))
        self.call("run_step", begin, end)
        self.call("run_resume", begin, end)
        self.session.do("restore", taken)
        destroy = self.session.library.library.ssm_snapshot_destroy
        destroy.restype = None
        destroy(taken)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "state.safetensors").encode()
            self.session.do("save", path)
            self.session.do("reset")
            self.session.do("load", path)

    def pieces(self, start, length):
        """A prompt and steps with a detour between them, the steps in a fork too."""
        half = length // 2
        self.start(start)
        parts = []
        if half:
            parts.append(self.call("run_resume", 0, half)[1])
        self.detour(half)
        forked = self.session.fork()
        for token in range(half, length):
            self.call("run_step", token, token + 1, forked)
            parts.append(self.call("run_step", token, token + 1)[1])
        same = all(np.array_equal(v, self.states(forked)[n])
                   for n, v in self.states().items())
        forked.close()
        joined = {n: np.concatenate([part[n] for part in parts], 1)
                  for n in self.entry["outputs"]}
        return {**joined, **self.states()}, same

    def accepted(self, start, length, other):
        """All tokens guessed, `length` of one sequence accepted and `other` of the
        next; the states after `length`, each from its own turn."""
        turns = []
        for turn in range(self.batch):
            self.start(start)
            made, _ = self.call("run_trace", 0, self.longest)
            counts = [length if b == turn else other for b in range(self.batch)]
            self.session.accept(made, counts)
            turns.append(self.states())
        return {n: np.stack([turns[b][n][b] for b in range(self.batch)])
                for n in turns[0]}

    def all(self):
        """(label, length, initial states, values) of each way, and what is wrong
        beside numbers."""
        found, wrong = [], []
        lengths = self.entry["lengths"]
        few = sorted({lengths[0], lengths[len(lengths) // 2], lengths[-1]})
        for start in ("given", "zero"):
            for length in few:
                values, same = self.pieces(start, length)
                found.append((f"{length} tokens, session from {start}", length, start,
                              values))
                if not same:
                    wrong.append(f"{length} tokens: a fork has other states")
                if not self.entry["every"]:
                    continue
                other = few[(few.index(length) + 1) % len(few)]
                found.append((f"{length} tokens accepted, session from {start}", length,
                              start, self.accepted(start, length, other)))
        self.session.close()
        return found, wrong
