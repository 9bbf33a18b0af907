"""What memory and time a scan of very many known files takes: ``python -m benchmarks.memory``.

::

    python -m benchmarks.memory --files 100000 1000000 --folder /tmp/sets/known
    python -m benchmarks.memory --files 10000

Makes trees of files that hold nothing, and stores with a fingerprint for each, as a long night of
scanning would have left them; then measures a scan of each tree from its start to its report. A
million files take some 10 GB for the store. What is made is kept in ``--folder``, for next time.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from benchmarks import measuring
from benchmarks.facts import add_output_option, load, machine, print_result
from benchmarks.generated import fill, make_tree
from benchmarks.stages import stage_seconds

STORE = "store.sqlite"
OFTEN = 0.1
"""Seconds after which all processes are looked at again."""
_FIELD = re.compile(r"^(PPid|VmHWM):\s+(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan of known files."""

    files: int
    seconds: float
    stages: dict[str, float]
    """Seconds."""
    parent: int
    """KiB that the process itself had at most."""
    largest: int
    """KiB that the largest of the processes below it had at most."""


def peak(status: str) -> tuple[int, int]:
    """The parent's number, and the most KiB that were resident, from ``/proc/…/status``.

    >>> peak("Name: x\\nPPid:\\t12\\nVmHWM:\\t   2048 kB\\n")
    (12, 2048)
    """
    found = dict(_FIELD.findall(status))
    return int(found.get("PPid", 0)), int(found.get("VmHWM", 0))


def below(process: int, parents: dict[int, int]) -> set[int]:
    """The processes that descend from one.

    >>> sorted(below(1, {2: 1, 3: 2, 5: 4}))
    [2, 3]
    """
    found: set[int] = set()
    under = {process}
    while under:
        under = {child for child, parent in parents.items() if parent in under} - found
        found |= under
    return found


class Watch(threading.Thread):
    """Looks at a process and those below it, until it is stopped."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._done = threading.Event()
        self.peaks: dict[int, int] = {}
        """KiB by process."""

    def run(self) -> None:
        """See :class:`threading.Thread`."""
        while not self._done.wait(OFTEN):
            found = dict(_all_processes())
            parents = {number: parent for number, (parent, _) in found.items()}
            for number in {self._process} & found.keys() | below(self._process, parents):
                self.peaks[number] = max(self.peaks.get(number, 0), found[number][1])

    def stop(self) -> None:
        """Look no more."""
        self._done.set()
        self.join()


def _all_processes() -> Iterator[tuple[int, tuple[int, int]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), peak((folder / "status").read_text(encoding="ascii"))
            except (OSError, UnicodeDecodeError):
                continue  # it has ended, or has an odd name


def measure(count: int, folder: Path) -> Scan:
    """Scan a tree of so many known files; tree and store are made where they are not there."""
    tree, store = folder / f"tree-{count}", folder / f"store-{count}" / STORE
    if not store.parent.exists():
        _make(tree, store, count)
    with tempfile.TemporaryDirectory() as temporary:
        command = measuring.dupscan_scan(tree, Path(temporary) / "report", "--store", str(store))
        seen = watched(command)
    return Scan(count, seen.seconds, stage_seconds(seen.said), seen.parent, seen.largest)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a command while it ran."""

    seconds: float
    said: list[str]
    """Lines of standard error."""
    parent: int
    """KiB that the process itself had at most."""
    largest: int
    """KiB that the largest of the processes below it had at most."""


def watched(command: Sequence[str]) -> Seen:
    """Run a command, and see what it takes. Raises RuntimeError with its words when it fails."""
    clock = time.monotonic()
    with subprocess.Popen(  # noqa: S603 (our own command)
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        watch = Watch(process.pid)
        watch.start()
        assert process.stderr is not None  # noqa: S101 (for mypy: it was asked for)
        said = process.stderr.read().splitlines()
        watch.stop()
    seconds = time.monotonic() - clock
    if process.returncode:
        raise RuntimeError("\n".join((f"{' '.join(command)} failed:", *said)))
    parent = watch.peaks.pop(process.pid, 0)
    return Seen(seconds, said, parent, max(watch.peaks.values(), default=0))


def _make(tree: Path, store: Path, count: int) -> None:
    """Make a tree and its store, whose folder gets its name when it is whole."""
    print(f"making {count:,} files and their store", file=sys.stderr)
    growing = store.parent.with_suffix(".growing")
    for before in (tree, growing):
        shutil.rmtree(before, ignore_errors=True)
    growing.mkdir()
    made = sum(1 for _ in make_tree(tree, count))
    known = fill(growing / STORE, tree)
    if not made == known == count:
        raise RuntimeError(f"{made:,} files made, {known:,} known")
    growing.rename(store.parent)


def told(scans: Sequence[Scan]) -> Iterator[str]:
    """The result, as lines."""
    stages = list(dict.fromkeys(name for scan in scans for name in scan.stages))
    head = ("files", "seconds", *stages, "parent, MiB", "largest other, MiB", "grows as n to the")
    rows = []
    for before, scan in zip((None, *scans), scans, strict=False):
        rows.append(
            (
                f"{scan.files:,}",
                f"{scan.seconds:.1f}",
                *(f"{scan.stages.get(name, 0.0):.1f}" for name in stages),
                f"{scan.parent / 1024:.0f}",
                f"{scan.largest / 1024:.0f}",
                "" if before is None else f"{growth(before, scan):.2f}",
            )
        )
    yield from measuring.table(head, rows)


def growth(small: Scan, large: Scan) -> float:
    """The exponent by which time grows with files: 1 where twice as many take twice as long."""
    return log(large.seconds / small.seconds) / log(large.files / small.files)


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--files",
        type=int,
        nargs="+",
        default=[100_000, 1_000_000],
        metavar="N",
        help="how many files, one scan for each  [100000 1000000]",
    )
    parser.add_argument(
        "--folder", type=Path, help="where trees and stores are, or come  [a temporary one]"
    )
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Measure, and print the result."""
    typed = read_arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = typed.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        scans = [measure(count, folder) for count in sorted(typed.files)]
    lines = ["# A scan of very many known files", "", f"{machine()} {load()}", "", *told(scans)]
    print_result(lines, typed.output)


if __name__ == "__main__":
    main()
