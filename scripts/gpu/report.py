# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Results of measure-gpu.py as text: a line for each row while it runs, the
tables of report.md at the end."""

import shapes


def add_floor(row, ceilings):
    """Sets a measured time against what this device cannot beat."""
    if "us" not in row:
        return
    shape = shapes.ROWS[row["name"]]
    if isinstance(shape, shapes.Scan):
        row["floor_us"], row["bound"] = shapes.scan_floor(shape, ceilings)
    elif isinstance(shape, shapes.Family):
        row["floor_us"], row["bound"] = shapes.work_floor(row["work"], ceilings)
    elif isinstance(shape, shapes.Step):
        row["floor_us"], row["bound"] = shapes.step_floor(shape, ceilings), "bytes"
    else:
        row["floor_us"], row["matrix_us"] = shapes.block_floors(shape, ceilings)
    row["share"] = row["floor_us"] / row["us"]
    row["goal_us"], row["peer_us"] = shape.goal, shape.peer


def micro(value):
    if value is None:
        return "-"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def line(row):
    if "us" not in row:
        return f"FAIL {row['name']}: {row.get('problem', '')}"
    word = "ok  " if row["passed"] else "FAIL"
    return (f"{word} {row['name']}: {micro(row['us'])} us, floor "
            f"{micro(row['floor_us'])}, share {row['share']:.2f}, error "
            f"{row['norm']:.2e} (bound {row['norm_bound']:.2e}), load "
            f"{row['load_ms']:.0f} ms")


def table(heads, lines):
    text = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(text + ["| " + " | ".join(cells) + " |" for cells in lines])


def cells(row):
    if "us" not in row:
        return [row["name"], f"failed: {row.get('problem', '')[:200]}"] + [""] * 10
    checked = "yes" if row["passed"] else (
        "NO" if row["deterministic"] else "NO: other bits in a second run")
    return [row["name"], micro(row["us"]), f"{micro(row['low_us'])} to "
            f"{micro(row['p90_us'])}", micro(row["floor_us"]),
            row.get("bound") or f"matrices {micro(row['matrix_us'])}",
            f"{100 * row['share']:.0f} %", micro(row["goal_us"]), micro(row["peer_us"]),
            f"{row['norm']:.2e} of {row['norm_bound']:.2e}",
            f"{row['peak']:.2e} of {row['peak_bound']:.2e}", checked,
            f"{row['load_ms']:.0f}"]


HEADS = ["shape", "us", "best to 90 %", "floor us", "bound by", "share", "goal (H100)",
         "peer (H100)", "norm of error", "largest error", "correct", "load ms"]


def ceilings_text(ceilings):
    return (f"{ceilings['device']}, torch {ceilings['torch']}: copy "
            f"{ceilings['bytes_per_s'] / 1e12:.2f} TB/s, bf16 matrices "
            f"{ceilings['matrix_flops'] / 1e12:.0f} TFLOP/s (both measured), special "
            f"functions {ceilings['mufu_per_s'] / 1e12:.2f} T/s (by its clock). Floors: "
            "scan: the larger of bytes and special functions; block: matrices, scan "
            "and convolution as separate perfect kernels.")


def markdown(results):
    parts = [f"# Checked and timed on a GPU\n\nSeed {results['seed']}, products by "
             f"{results['matmul']}."]
    if results["ceilings"]:
        parts.append(ceilings_text(results["ceilings"]))
    if results["rows"]:
        parts.append(table(HEADS, [cells(r) for r in results["rows"]]))
    for row in results["rows"]:
        if "steps" in row:
            parts.append(f"{row['name']}: {micro(row['host_us'])} us a call from the "
                         "host, its steps:")
            parts.append(table(["step", "us"], [[n, micro(t)] for n, t in row["steps"]]))
        elif "schedule" in row:
            parts.append(f"{row['name']}: {row['schedule']}")
    for name in ("suite", "fixture"):
        if name in results:
            word = "passed" if results[name]["passed"] else "FAILED"
            parts.append(f"## {name}: {word}\n\n```\n{results[name]['text'][-6000:]}\n```")
    return "\n\n".join(parts) + "\n"
