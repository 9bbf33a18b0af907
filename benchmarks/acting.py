"""What a pass of very many rows takes: ``python -m benchmarks.acting``.

::

    python -m benchmarks.acting --rows 100000
    python -m benchmarks.acting --rows 1000 --size 200000 --folder /mnt/pictures

Makes pairs of equal files and a plan that links one of each to the other; then measures the dry run
and the pass, each a process of its own, and beside it a process that does nothing but compare the
same bytes and bring as many lines to disk. What the pass takes beyond that is its own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import measuring
from benchmarks.acts.grove import identity
from benchmarks.facts import add_output_option, load, machine, print_result
from benchmarks.memory import watched
from dupscan.dedupe.plan_file import write_plan
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Plan, Row
from dupscan.settings import FingerprintSettings, MatchSettings

IN_A_FOLDER = 500
"""Pairs."""
BARE = """
import os, sys
rows, log = sys.argv[1:]
journal = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
line = b"x" * 900 + b"\\n"
with open(rows, "rb") as pairs:
    for pair in pairs:
        target, keeper = pair.rstrip(b"\\n").split(b"\\t")
        one, other = os.open(target, os.O_RDONLY), os.open(keeper, os.O_RDONLY)
        at = 0
        while chunk := os.pread(one, 1 << 20, at):
            assert chunk == os.pread(other, len(chunk), at)
            at += len(chunk)
        os.close(one)
        os.close(other)
        os.write(journal, line)
        os.fsync(journal)
        folder = os.open(os.path.dirname(target), os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
"""
"""The comparing and the bringing to disk alone: a line of the journal, and the folder."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process."""

    what: str
    seconds: float
    peak: int
    """KiB that were resident at most."""


def make(folder: Path, count: int, size: int) -> Iterator[tuple[Path, Path]]:
    """Make pairs of equal files of so many bytes; yields both."""
    for number in range(count):
        content = hashlib.shake_128(b"%d" % number).digest(size)
        home = folder / f"{number // IN_A_FOLDER:05}"
        home.mkdir(exist_ok=True)
        keeper, target = home / f"IMG_{number:07}.jpg", home / f"IMG_{number:07} (copy).jpg"
        for path in (keeper, target):
            path.write_bytes(content)
        yield keeper, target


def plan_of(tree: Path, count: int, size: int, pairs: Path) -> Plan:
    """A plan for a tree that is made here; `pairs` gets the two paths of each row."""
    rows = []
    with pairs.open("w") as file:
        for number, (keeper, target) in enumerate(make(tree, count, size), start=1):
            file.write(f"{target}\t{keeper}\n")
            rows.append(
                Row(
                    number=number,
                    group=number,
                    verdict=Verdict.FILE,
                    target=identity(target),
                    keeper=identity(keeper),
                    kept="the shorter path",
                    explanation="the same bytes",
                    freed=size,
                )
            )
    return Plan(
        plan_id=os.urandom(6).hex(),
        scan_id="0" * 12,
        made="2026-11-22T00:00:00+00:00",
        version="0",
        action=Action.HARDLINK,
        roots=(str(tree),),
        fingerprint=FingerprintSettings(),
        match=MatchSettings(),
        rows=tuple(rows),
    )


def measure(what: str, command: list[str]) -> Run:
    """Run a command, and see what it takes. Raises RuntimeError when it fails."""
    seen = watched(command)
    return Run(what, seen.seconds, seen.parent)


def runs(folder: Path, count: int, size: int) -> Iterator[Run]:
    """The dry run, the comparing alone, the pass, and the way back."""
    tree, pairs = folder / "tree", folder / "pairs"
    tree.mkdir()
    table, _ = write_plan(plan_of(tree, count, size, pairs), folder / "plan.csv")
    dupscan = [sys.executable, "-m", "dupscan"]
    yield measure("dry run", [*dupscan, "apply", str(table)])
    bare = [sys.executable, "-c", BARE, str(pairs), str(folder / "bare.log")]
    yield measure("comparing and bringing to disk alone", bare)
    yield measure("apply --yes", [*dupscan, "apply", str(table), "--yes", "-q"])
    yield measure("apply --yes again", [*dupscan, "apply", str(table), "--yes", "-q"])
    [journal] = folder.glob("*.journal")
    yield measure("undo", [*dupscan, "undo", str(journal), "-q"])


def told(found: list[Run], count: int, size: int) -> Iterator[str]:
    """The result, as lines."""
    yield f"{count:,} pairs of {size:,} bytes, hard links."
    yield ""
    rows = [(one.what, f"{one.seconds:.1f}", f"{one.peak / 1024:.0f}") for one in found]
    yield from measuring.table(("run", "seconds", "most memory, MiB"), rows)
    seconds = {one.what: one.seconds for one in found}
    own = seconds["apply --yes"] - seconds["comparing and bringing to disk alone"]
    yield ""
    yield f"Beyond comparing and fsync: {own:.1f} s, {count / max(own, 0.001):,.0f} rows a second."


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.acting",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=int, default=100_000, metavar="N", help="[100000]")
    parser.add_argument("--size", type=int, default=2_000, metavar="BYTES", help="[2000]")
    parser.add_argument("--folder", type=Path, help="on whose disk it is done  [a temporary one]")
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Measure, and print the result."""
    typed = read_arguments()
    with tempfile.TemporaryDirectory(dir=typed.folder) as folder:
        found = list(runs(Path(folder), typed.rows, typed.size))
    lines = ["# A pass of very many rows", "", f"{machine()} {load()}", ""]
    print_result([*lines, *told(found, typed.rows, typed.size)], typed.output)


if __name__ == "__main__":
    main()
