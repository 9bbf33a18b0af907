"""What a scan costs when nothing has changed: ``python -m benchmarks.rescan FOLDER``.

::

    python -m benchmarks.rescan /tmp/sets/many
    python -m benchmarks.rescan /tmp/sets/small --rounds 5 -o rescan.md

A first scan fills a store; further ones find everything in it. The stages that walk and ask the
store are held against ``find FOLDER -printf '%p %s %T@\\n' | sort``, which looks at as much of each
file. One more scan is watched by ``strace``, where it is installed, for files that are opened.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import measuring
from benchmarks.facts import add_output_option, facts, load, print_result
from benchmarks.measuring import Run

FIND = """find "$0" -printf '%p %s %T@\\n' | sort > /dev/null"""
LOOKING = ("walk", "recall")
"""The stages in which a scan finds out that nothing has changed."""
HEAD = ("what", "seconds, median", "each run", "how it compares")
_OPENED = re.compile(r'\bopen(?:at|at2)?\((?:\w+<(?P<folder>[^>]*)>, )?"(?P<name>[^"]*)"')


def opened_below(root: str, lines: Iterable[str]) -> Iterator[str]:
    """The files below a folder that a log of ``strace -f -y`` has as opened; folders are not.

    >>> log = ['openat(AT_FDCWD</home>, "p/a.jpg", O_RDONLY) = 3</home/p/a.jpg>',
    ...        'openat(3</home/p>, "b", O_RDONLY|O_DIRECTORY) = 4</home/p/b>']
    >>> [*opened_below("/home/p", log)]
    ['/home/p/a.jpg']
    """
    for line in lines:
        match = _OPENED.search(line)
        if match is None or "O_DIRECTORY" in line:
            continue
        path = str(Path(match["folder"] or "/", match["name"]))
        if path.startswith(root.rstrip("/") + "/"):
            yield path


def files_opened(command: tuple[str, ...], root: Path) -> str:
    """Run a scan under strace; how many of the files it opened, in words."""
    strace = shutil.which("strace")
    if strace is None:
        return "Opened files were not counted: strace is not installed."
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        measuring.run((strace, "-f", "-y", "-e", "trace=open,openat", "-o", str(log), *command))
        with open(log, encoding="utf-8", errors="replace") as lines:
            opened = list(opened_below(str(root.absolute()), lines))
    return f"Files below the folder that the last scan opened: {len(opened):,}."


def measure(typed: argparse.Namespace) -> list[str]:
    """A first scan or several, then further ones and ``find`` in turn; a table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        first = [_first(typed.folder, folder) for _ in range(typed.first_scans)]
        table = (folder / "report" / "duplicates.csv").read_bytes()
        again = _command(typed.folder, folder)
        ways = {
            "again": partial(measuring.run, again),
            "find": partial(measuring.run, ("sh", "-c", FIND, str(typed.folder))),
        }
        before = measuring.forget_everything if typed.state == "cold" else lambda: None
        taken = measuring.alternate(ways, typed.rounds, before)
        same = (folder / "report" / "duplicates.csv").read_bytes() == table
        opened = files_opened(again, typed.folder)
        size = sum(path.stat().st_size for path in folder.glob("store.sqlite*"))
    return [
        *measuring.table(HEAD, _rows(first, taken["again"], taken["find"])),
        "",
        opened,
        f"The table of duplicates was {'the same' if same else '**not** the same'} each time.",
        f"The store: {size / 1e6:,.0f} MB.",
    ]


def _command(root: Path, folder: Path) -> tuple[str, ...]:
    return measuring.dupscan_scan(root, folder / "report", "--store", str(folder / "store.sqlite"))


def _first(root: Path, folder: Path) -> Run:
    """A scan with an empty store, of files that come from the disk."""
    for path in folder.glob("store.sqlite*"):
        path.unlink()
    measuring.forget(root)
    return measuring.run(_command(root, folder))


def _rows(first: list[Run], again: list[Run], find: list[Run]) -> Iterator[tuple[str, ...]]:
    whole, whole_first = [run.seconds for run in again], [run.seconds for run in first]
    looking = [sum(run.stages.get(name, 0.0) for name in LOOKING) for run in again]
    finding = [run.seconds for run in find]
    share = measuring.median(whole) / measuring.median(whole_first)
    yield "first scan", *measuring.in_seconds(whole_first), ""
    yield "scan again", *measuring.in_seconds(whole), f"{share:.1%} of the first"
    for name in dict.fromkeys(name for run in again for name in run.stages):
        yield f"– {name}", *measuring.in_seconds([run.stages[name] for run in again]), ""
    times = f"{measuring.ratio(finding, looking):.2f} × find and sort"
    yield " and ".join(LOOKING), *measuring.in_seconds(looking), times
    yield "find and sort", *measuring.in_seconds(finding), ""


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rescan",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--first-scans", type=int, default=1, help="scans of an empty store  [1]")
    parser.add_argument("--rounds", type=int, default=5, help="scans after that  [5]")
    parser.add_argument(
        "--state",
        choices=("cold", "warm"),
        default="warm",
        help="whether names and sizes must come from the disk, for root  [warm]",
    )
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Measure, and print the result."""
    typed = read_arguments()
    rows = measure(typed)
    lines = [
        f"# A scan of {typed.folder.name} when nothing has changed",
        "",
        facts(typed.folder),
        f"The first scan reads from the disk; then names and sizes are {typed.state}. {load()}",
        "",
        *rows,
    ]
    print_result(lines, typed.output)


if __name__ == "__main__":
    main()
