"""What a scan loses when it is killed, again and again: ``python -m benchmarks.kills FOLDER``.

::

    python -m benchmarks.kills /tmp/sets/small --kills 200

A scan is killed with all its processes (SIGKILL) at a random moment, and the next goes on with its
store, until one comes to its end; then all begins anew. After each kill the store must be sound,
and what was worked out more than two seconds before must be in it. Each scan that came to its end
must have found what an undisturbed one finds. Wants a folder in which every file can be read.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import measuring
from benchmarks.facts import add_output_option, facts, load, print_result
from benchmarks.stages import ADVANCES, STEP

MAY_BE_LOST = 2.0
"""Seconds of work."""
STAGE = "fingerprint"
_SEED = 20261122
_PATIENCE = 5.0
"""Seconds for killed processes to be gone."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One scan that was killed."""

    worked_out: int
    """Files whose fingerprints were there."""
    lost: int
    """Those of them that are not in the store."""
    late: int
    """Those of them that were there no longer than :data:`MAY_BE_LOST` before the kill."""
    trouble: str
    """What the store's own check says; empty when it is sound."""

    @property
    def is_well(self) -> bool:
        """Whether it is as was promised."""
        return not self.trouble and self.lost <= self.late


@dataclass(slots=True)
class Tally:
    """What came of all the scans."""

    kills: list[Kill] = field(default_factory=list)
    finished: int = 0
    """Scans that came to their end."""
    different: int = 0
    """Those of them that found something else than the undisturbed one."""


class Scan:
    """The scan that is killed, time and again: one store, one report."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.store = folder / "store.sqlite"
        self.report = folder / "report"
        self.killed = 0.0
        """When it was killed last, by :func:`time.monotonic`."""
        self._said = folder / "said"
        first, second, *command = measuring.dupscan_scan(
            root, self.report, "--store", str(self.store)
        )
        self._command = (first, second, command[0], ADVANCES, *command[1:])

    def run(self, seconds: float | None) -> bool:
        """Run it for so long, or to its end; tell whether it came there."""
        with (
            open(self._said, "w", encoding="utf-8") as said,
            subprocess.Popen(  # noqa: S603 (our own command)
                self._command, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
            ) as process,
        ):
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.killed = time.monotonic()
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                _wait_for_the_end_of(process.pid)
                return False
        if code:
            raise RuntimeError(f"the scan ended with {code}:\n{self.said()[-2000:]}")
        return True

    def said(self) -> str:
        """What the last run said."""
        return self._said.read_text(encoding="utf-8", errors="replace")

    def found(self) -> object:
        """The report, but for its header."""
        report = json.loads((self.report / "report.json").read_text(encoding="utf-8"))
        del report["header"]
        return report

    def forget(self) -> None:
        """Begin anew."""
        for path in self.store.parent.glob(f"{self.store.name}*"):
            path.unlink()


def _wait_for_the_end_of(group: int) -> None:
    """Wait until no process of a killed group is left, or only such as nobody buries."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)


def look_into(store: Path) -> tuple[int, str]:
    """How many files a store knows, and what its own check says, empty when it is sound.

    A copy of it is asked: asking would mend what the next scan has to mend.
    """
    with tempfile.TemporaryDirectory() as folder:
        for path in store.parent.glob(f"{store.name}*"):
            shutil.copyfile(path, Path(folder) / path.name)
        if not (copied := Path(folder) / store.name).exists():
            return 0, ""
        try:
            connection = sqlite3.connect(copied)
            try:
                [verdict] = connection.execute("PRAGMA integrity_check").fetchone()
                has_files = connection.execute(
                    "SELECT 1 FROM sqlite_master WHERE name = 'files'"
                ).fetchone()
                query = "SELECT count(*) FROM files" if has_files else "SELECT 0"
                [count] = connection.execute(query).fetchone()
            finally:
                connection.close()
        except sqlite3.Error as error:
            return 0, str(error)
    return count, "" if verdict == "ok" else verdict


def step_times(lines: Iterable[str]) -> list[float]:
    """When each file was worked out, from what the scan said; a line that was cut off is none.

    >>> step_times(["step of stage fingerprint: 12.5000", "index: 1 of 2", "step of stage fi"])
    [12.5]
    """
    start = f"{STEP}{STAGE}: "
    return [
        float(line.removeprefix(start))
        for line in lines
        if line.startswith(start) and line.partition(".")[2][3:]
    ]


def kill_often(scan: Scan, expected: object, kills: int, longest: float) -> Tally:
    """Kill the scan so many times, each after at most so many seconds."""
    chance = random.Random(_SEED)
    tally = Tally()
    scan.forget()
    while len(tally.kills) < kills:
        before, _ = look_into(scan.store)
        if scan.run(chance.uniform(0, longest)):
            tally.finished += 1
            tally.different += scan.found() != expected
            scan.forget()
            continue
        after, trouble = look_into(scan.store)
        times = step_times(scan.said().splitlines())
        late = sum(one > scan.killed - MAY_BE_LOST for one in times)
        tally.kills.append(Kill(len(times), len(times) - (after - before), late, trouble))
        print(f"kill {len(tally.kills)} of {kills}: {tally.kills[-1]}", file=sys.stderr)
    if not scan.run(None):
        raise AssertionError("it was not to be killed")
    tally.finished += 1
    tally.different += scan.found() != expected
    return tally


def told(tally: Tally, leftovers: Sequence[str]) -> Iterator[str]:
    """The result, as lines."""
    kills = tally.kills
    worked = [one for one in kills if one.worked_out]
    lost = [one.lost for one in worked] or [0]
    yield from measuring.table(
        ("what", "how many"),
        (
            ("scans killed", f"{len(kills):,}"),
            ("of them while files were worked out", f"{len(worked):,}"),
            ("stores that were not sound", f"{sum(bool(one.trouble) for one in kills):,}"),
            ("files worked out by the killed", f"{sum(one.worked_out for one in kills):,}"),
            ("of them lost", f"{sum(lost):,}"),
            ("lost by one kill, median and most", f"{statistics.median(lost):g}, {max(lost)}"),
            (
                "kills that lost older work than of two seconds",
                f"{sum(not one.is_well for one in kills):,}",
            ),
            ("scans that came to their end", f"{tally.finished:,}"),
            ("of them with another report", f"{tally.different:,}"),
            ("files left over beside the report", ", ".join(leftovers) or "none"),
        ),
    )
    yield from (f"- {one}" for one in kills if not one.is_well)


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.kills",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--kills", type=int, default=200, help="how many  [200]")
    parser.add_argument(
        "--longest",
        type=float,
        help="seconds after which a scan is killed at the latest  [what it takes undisturbed]",
    )
    add_output_option(parser)
    return parser.parse_args()


def main() -> None:
    """Kill, and print the result; exit with 1 when something was not as promised."""
    typed = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        scan = Scan(typed.folder, Path(folder))
        clock = time.monotonic()
        scan.run(None)
        seconds = time.monotonic() - clock
        tally = kill_often(scan, scan.found(), typed.kills, typed.longest or seconds)
        expected = {"report.json", "report.html", "duplicates.csv", ".dupscan.lock"}
        leftovers = sorted({path.name for path in scan.report.iterdir()} - expected)
    lines = [
        f"# Killed while scanning {typed.folder.name}",
        "",
        facts(typed.folder),
        f"Undisturbed the scan takes {seconds:.1f} s. {load()}",
        "",
        *told(tally, leftovers),
    ]
    print_result(lines, typed.output)
    if tally.different or not all(one.is_well for one in tally.kills):
        sys.exit(1)


if __name__ == "__main__":
    main()
