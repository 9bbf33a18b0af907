"""How right dupscan and other programs are: ``python -m benchmarks.correctness LIBRARY``.

Each program is run once, as its users run it, on a library whose duplicates are known (see
:mod:`benchmarks`). Its groups are compared with the labels: which versions are in a group with
their original, and which pictures that only look alike are in a group with another picture.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import measuring
from benchmarks.facts import add_output_option, facts, load, print_result
from benchmarks.peers import Missing, add_python_option, add_scanners_option, scanners
from benchmarks.scoring import Labels, read_labels, score_groups
from dupscan.text.table_cells import text_of

HEAD = (
    "program",
    "same picture, found",
    "worst kind",
    "edited picture, found",
    "worst kind",
    "lookalikes in a group",
    "seconds",
)
STRONG = ("file", "pixels", "picture")
"""Verdicts that call two pictures the same."""
Groups = list[list[Path]]


def groups_of_table(table: Path, verdicts: Sequence[str] | None = None) -> Groups:
    """Read the groups of a ``duplicates.csv``; with `verdicts`, only duplicates that have one."""
    groups: dict[str, list[Path]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            is_strong = verdicts is None or row["verdict"] in verdicts
            if row["role"] == "keeper" or (row["role"] == "duplicate" and is_strong):
                groups.setdefault(row["group"], []).append(Path(text_of(row["path"])))
    return list(groups.values())


def groups_of_peer(output: str) -> Groups:
    """Read the groups that a peer printed: JSON of ours, or a line of paths for each group."""
    lines = output.splitlines()
    if lines and lines[-1].startswith("{"):
        return [[Path(path) for path in group] for group in json.loads(lines[-1])["groups"]]
    return [[Path(path) for path in line.split(" ")] for line in lines]


def row(name: str, groups: Groups, labels: Labels, seconds: str) -> tuple[str, ...]:
    """Return the cells of one program's row."""
    score = score_groups(groups, labels)
    return (name, *_recall(score.same), *_recall(score.edits), f"{score.lookalikes:.1%}", seconds)


def _recall(kinds: dict[str, float]) -> tuple[str, str]:
    """Return the mean over the kinds of versions, and the least of them with its kind."""
    worst = min(kinds, key=lambda kind: kinds[kind])
    return f"{statistics.mean(kinds.values()):.3f}", f"{kinds[worst]:.3f} ({worst})"


def measure(library: Path, peers: Iterable[str], python: str) -> list[str]:
    """Run all programs in turn; return the lines of the table, and those on missing programs."""
    labels = read_labels(library)
    rows, missing = [], []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        run = measuring.run(measuring.dupscan_scan(library, report))
        table = report / "duplicates.csv"
        seconds = measuring.in_seconds([run.seconds])[0]
        rows.append(row("dupscan, all verdicts", groups_of_table(table), labels, seconds))
        strong = groups_of_table(table, STRONG)
        rows.append(row("dupscan, verdict `picture` or stronger", strong, labels, ""))
    for peer in scanners(peers, python):
        if isinstance(peer, Missing):
            missing.append(f"- {peer.name}: {peer.why}.")
            continue
        run = measuring.run((*peer.command, str(library)))
        seconds = measuring.in_seconds([run.seconds])[0]
        rows.append(row(peer.name, groups_of_peer(run.output), labels, seconds))
    return [*measuring.table(HEAD, rows), *([""] if missing else []), *missing]


def main() -> None:
    """Measure on the library named on the command line, and print the result."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.correctness",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("library", type=Path, metavar="LIBRARY")
    add_scanners_option(parser)
    add_python_option(parser)
    add_output_option(parser)
    typed = parser.parse_args()
    library = typed.library.absolute()
    rows = measure(library, typed.peers, typed.peer_python)
    lines = [
        f"# How right programs are about {library.name}",
        "",
        facts(library, len(read_labels(library))),
        f"One run of each; seconds are of the whole process. {load()}",
        "",
        *rows,
    ]
    print_result(lines, typed.output)


if __name__ == "__main__":
    main()
