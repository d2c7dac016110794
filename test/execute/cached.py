# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forms with states in caches, for forms.py: the sequences of a call have
their states in scattered slots of a larger cache, and some rows of the batch are
skipped. What a sequence gives is what it gives alone. A skipped row, whose inputs
are NaN, gives zeros, and every slot that is not named keeps its bits."""

import numpy as np

# The slot of each row of a batch; negative: a row that is skipped. What the
# cache has beyond the slots of a call must not be touched, whatever is asked.
SLOTS = np.array([5, -1, 2, -7], np.int32)
COUNT, BEYOND = 7, 2
POISON = 0xFF


def after(state):
    """The result that is the cache of a state."""
    return f"{state}_cache_out"


def ways(length):
    """Name, initial states and calls of the ways to compute `length` tokens."""
    yield "cached", "given", [("run_resume_cached", 0, length)]
    yield ("cached, from zero and in steps", "zero",
           [("run_resume_cached", 0, (length + 1) // 2)] +
           [("run_step_cached", t, t + 1) for t in range((length + 1) // 2, length)])


def poisoned(like, shape):
    """Bytes that are NaN in every float type, in the type of `like`."""
    size = int(np.prod(shape)) * like.dtype.itemsize
    return np.full(size, POISON, np.uint8).view(like.dtype).reshape(shape)


class Caches:
    """A cache for each state, with the states of some sequences in their slots."""

    def __init__(self, states, slots, count):
        self.slots, self.count = slots, count
        self.named = [s for s in slots if s >= 0]
        self.caches = {}
        for name, rows in states.items():
            self.caches[name] = poisoned(rows, (count + BEYOND, *rows.shape[1:]))
            self.caches[name][self.named] = rows

    def inputs(self):
        return {**{f"{n}_cache": v for n, v in self.caches.items()},
                "slots": self.slots}

    def update(self, found):
        """Takes the caches out of the results of a call; what is wrong with them."""
        problem = ""
        for name, before in self.caches.items():
            now = found.pop(after(name)).reshape(before.shape)
            others = np.setdiff1d(np.arange(len(before)), self.named)
            if now[others].tobytes() != before[others].tobytes():
                problem = f"{name} changed in a slot that no sequence has"
            self.caches[name] = now
        return problem

    def rows(self):
        return {n: v[self.named] for n, v in self.caches.items()}


def chain(forms, pieces, start):
    """Calls one after the other: values by name, and what is wrong."""
    states = forms.states(start)
    caches = Caches(states, SLOTS, COUNT)
    is_given = SLOTS >= 0
    parts, problem = [], ""
    for form, begin, end in pieces:
        inputs = {}
        for n, is_token in forms.entry["inputs"].items():
            values = forms.stored[f"in/{n}"]
            values = values[:, begin:end] if is_token else values
            inputs[n] = poisoned(values, (len(SLOTS), *values.shape[1:]))
            inputs[n][is_given] = values
        found, _ = forms.execute(form, {**inputs, **caches.inputs()}, len(SLOTS),
                                 end - begin, COUNT)
        problem = problem or caches.update(found)
        for n, values in found.items():
            if values[~is_given].tobytes().strip(b"\0"):
                problem = problem or f"{n} of a skipped sequence is not zero"
        parts.append({n: v[is_given] for n, v in found.items()})
    joined = {n: np.concatenate([part[n] for part in parts], 1)
              for n in forms.entry["outputs"]}
    joined.update({forms.entry["states"][n]["after"]: v
                   for n, v in caches.rows().items()})
    return joined, problem


def packed(forms, start, skipped=5):
    """Sequences of all lengths in one row, every third of them followed by one that
    is skipped: values by length, and what is wrong."""
    batch = next(iter(forms.states(start).values())).shape[0]
    sequences = []  # length, and the batch that it is of; None: skipped
    for length in forms.entry["lengths"]:
        sequences += [(length, b) for b in range(batch)]
        if len(sequences) % 3 == 2:
            sequences.append((skipped, None))
    used = [i for i, (_, b) in enumerate(sequences) if b is not None]
    count = 2 * len(sequences)
    slots = np.full(len(sequences), -1, np.int32)
    slots[used] = np.random.default_rng(len(sequences)).permutation(count)[:len(used)]
    owners = {i: sequences[i][1] for i in used}
    states = {n: np.stack([v[owners[i]] for i in used])
              for n, v in forms.states(start).items()}
    caches = Caches(states, slots, count)
    inputs = {}
    for n, is_token in forms.entry["inputs"].items():
        values = forms.stored[f"in/{n}"]
        tail = values.shape[2:] if is_token else values.shape[1:]
        rows = [values[b, :k] if is_token and b is not None else
                poisoned(values, (k, *tail)) if is_token else
                values[b] if b is not None else poisoned(values, tail)
                for k, b in sequences]
        inputs[n] = np.concatenate(rows)[None] if is_token else np.stack(rows)
    ends = np.cumsum([length for length, _ in sequences]).astype(np.int32)
    rows, _ = forms.execute("run_varlen_cached",
                            {**inputs, **caches.inputs(), "ends": ends},
                            len(sequences), int(ends[-1]), count)
    problem = caches.update(rows)
    final = dict(zip(used, range(len(used))))
    for n, values in rows.items():
        for i, (length, b) in enumerate(sequences):
            if b is None and values[0, ends[i] - length:ends[i]].tobytes().strip(b"\0"):
                problem = problem or f"{n} of a skipped sequence is not zero"
    found = {}
    for length in forms.entry["lengths"]:
        own = [i for i in used if sequences[i][0] == length]
        found[length] = {n: np.stack([v[0, ends[i] - length:ends[i]] for i in own])
                         for n, v in rows.items()}
        found[length].update(
            {forms.entry["states"][n]["after"]: v[[final[i] for i in own]]
             for n, v in caches.rows().items()})
    return found, problem


def run_wild(forms):
    """Slots that are none write nothing: what is wrong. The cache is finite, for
    what is computed from NaN may have its bits again."""
    length = min(forms.entry["lengths"])
    slots = np.array([COUNT, 2**31 - 1, -2**31, COUNT + 1], np.int32)
    states = {n: np.zeros((0, *v.shape[1:]), v.dtype)
              for n, v in forms.states("zero").items()}
    caches = Caches(states, SLOTS[:0], COUNT)
    for values in caches.caches.values():
        values.view(np.uint8)[...] = 0x3D
    inputs = {n: np.repeat(forms.stored[f"in/{n}"][:1], len(slots), 0)
              for n in forms.entry["inputs"]}
    inputs = {n: v[:, :length] if forms.entry["inputs"][n] else v
              for n, v in inputs.items()}
    found, _ = forms.execute("run_step_cached",
                             {**inputs, **caches.inputs(), "slots": slots},
                             len(slots), length, COUNT)
    return caches.update(found)


def check(forms):
    """Label, length, initial states, values and what is wrong, of every way."""
    for length in forms.entry["lengths"]:
        for label, start, pieces in ways(length):
            yield label, length, start, *chain(forms, pieces, start)
    for start in ("given", "zero"):
        values, problem = packed(forms, start)
        for length, each in values.items():
            yield f"cached and packed from {start}", length, start, each, problem
    if problem := run_wild(forms):
        yield "cached, wild slots", 0, "zero", {}, problem
