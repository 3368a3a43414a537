"""What the benchmark prints: a table for each scenario, and at the end ours beside the better rival and the goal."""

import os
import re
import statistics
from pathlib import Path

from peer import OURS, RIVALS

COST = "server_cpu_us_per_message"
DATABASE = "database_cpu_us_per_message"
MEMORY = "resident_bytes_per_connection"


def spread(values, digits=1):
    """Median and extremes of what is there."""
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    if len(values) == 1:
        return f"{values[0]:,.{digits}f}"
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def median(runs, key):
    values = [run[key] for run in runs if run.get(key) is not None]
    return statistics.median(values) if values else None


def key_of(name):
    return MEMORY if name == "idle" else COST


def verdict(runs, key):
    """Ours against each of the others: below 1 we are cheaper."""
    ours = median(runs.get(OURS, []), key)
    others = {peer: value for peer in runs if peer != OURS and (value := median(runs[peer], key))}
    if not ours or not others:
        return None
    return "quickclinic costs " + ", ".join(
        f"{ours / others[peer]:.2f} of {peer}" for peer in sorted(others, key=others.get))


def against_rivals(runs, key):
    """The better of the rivals, and ours divided by it; nothing when one side is missing."""
    ours = median(runs.get(OURS, []), key)
    rivals = {peer: value for peer in RIVALS if (value := median(runs.get(peer, []), key))}
    if not ours or not rivals:
        return None
    better = min(rivals, key=rivals.get)
    return better, ours / rivals[better]


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def scenario_table(name, runs):
    key = key_of(name)
    print(f"\n{name}: {next(run['connections'] for peer in runs.values() for run in peer):,} connections")
    if name == "idle":
        rows = [("peer", "bytes per connection", "CPU µs per connection and second")]
        for peer, lines in runs.items():
            rows.append((peer, spread([line[key] for line in lines], 0),
                         spread([line["server_cpu_us_per_connection_second"] for line in lines], 2)))
    else:
        stores = any(DATABASE in line for lines in runs.values() for line in lines)
        rows = [("peer", "server CPU µs/message", "of it in the kernel", *(["database CPU µs"] if stores else []),
                 "messages/s", "p50 µs", "p99 µs", "generator µs")]
        for peer, lines in runs.items():
            rows.append((peer, spread([line[key] for line in lines]),
                         spread([line["server_system_us_per_message"] for line in lines]),
                         *([spread([line.get(DATABASE) for line in lines])] if stores else []),
                         spread([line["rate"] for line in lines], 0), f"{median(lines, 'p50_us'):,.0f}",
                         f"{median(lines, 'p99_us'):,.0f}",
                         f"{median(lines, 'generator_cpu_us_per_message'):.1f}"))
    table(rows)
    if line := verdict(runs, key):
        print(line)


def summary(results, goals):
    """`results`: scenario → peer → its runs. One line for each scenario in which we met a rival."""
    rows = [("scenario", "quickclinic", *RIVALS, "of the better", "goal", "")]
    for name, runs in results.items():
        key = key_of(name)
        found = against_rivals(runs, key)
        if not found:
            continue
        better, ratio = found
        goal = goals.get(name)
        digits = 0 if key == MEMORY else 2
        rows.append((name, *(spread([median(runs.get(peer, []), key)], digits) for peer in (OURS, *RIVALS)),
                     f"{ratio:.2f} ({better})", "-" if goal is None else f"{goal:g}",
                     "" if goal is None else "met" if ratio <= goal else "MISSED"))
    if len(rows) > 1:
        print("\nServer CPU µs per message (idle: bytes per connection), medians:")
        table(rows)


def machine(when):
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"{os.cpu_count()} × {model.group(1) if model else 'unknown processor'}, "
          f"kernel {os.uname().release}, load {os.getloadavg()[0]:.1f} {when}", flush=True)
