"""Ctrl-C while pictures are compared must take effect soon, and lose nothing that was found.

The comparison of a large library takes long.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from dupscan.index import candidates
from dupscan.model.hash_table import HashTable
from dupscan.model.pictures import Hashes
from dupscan.pipeline import scan
from dupscan.progress import Meter
from dupscan.settings import MatchSettings, ReportSettings, ScanSettings, WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.workers.executor import InLine


class PressCtrlC:
    """Progress that presses Ctrl-C once, when a stage first moves on."""

    def __init__(self, stage: str, stop: StopFlag) -> None:
        self._stage, self._stop = stage, stop
        self.seen: list[str] = []

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Meter]:
        yield Moving(lambda: self._moved(name))

    def say(self, line: str) -> None:
        raise AssertionError(line)

    def _moved(self, name: str) -> None:
        self.seen.append(name)
        if name == self._stage:
            self._stop.set()


class Moving:
    def __init__(self, moved: Callable[[], None]) -> None:
        self._moved = moved

    def advance(self, amount: int) -> None:
        self._moved()


def scan_and_stop(folder: Path, report: Path, stage: str) -> tuple[bool, int, list[str]]:
    """Whether the report is complete, how many groups it has, and what moved on."""
    stop = StopFlag()
    progress = PressCtrlC(stage, stop)
    settings = ScanSettings(WalkSettings((str(folder),)), report=ReportSettings(report))
    outcome = scan(settings, progress=progress, stop=stop, executor=InLine())
    return outcome.report.header.complete, len(outcome.report.groups), progress.seen


def make_pairs(folder: Path, originals: Path) -> None:
    """Four pictures of two scenes."""
    folder.mkdir()
    for name in ("coffee", "rocket"):
        with Image.open(originals / f"{name}.jpg") as picture:
            picture.save(folder / f"{name}.png", compress_level=1)
            picture.reduce(2).save(folder / f"{name}.jpg", quality=90)


def test_the_search_ends_long_before_all_hashes_are_looked_up(
    hashes_of: Callable[..., Hashes],
) -> None:
    """No pair has to be found for the stop to be noticed."""
    chance = random.Random(1)
    hashes = [hashes_of(chance.getrandbits(64)) for _ in range(40_000)]
    done: list[int] = []
    settings = MatchSettings(radius=0)
    pairs = candidates(
        HashTable.of(hashes), settings, looked_up=done.append, stopped=lambda: bool(done)
    )
    assert list(pairs) == []
    assert sum(done) < len(hashes) // 2


def test_a_stop_while_comparing_ends_it_and_is_marked(originals: Path, tmp_path: Path) -> None:
    make_pairs(tmp_path / "pictures", originals)
    complete, _, seen = scan_and_stop(tmp_path / "pictures", tmp_path / "report", "compare")
    assert not complete
    assert seen.count("compare") == 1


def test_what_was_read_before_a_stop_is_compared_all_the_same(
    originals: Path, tmp_path: Path
) -> None:
    make_pairs(tmp_path / "pictures", originals)
    whole = scan_and_stop(tmp_path / "pictures", tmp_path / "one", "never")
    assert whole[:2] == (True, 2)
    complete, groups, seen = scan_and_stop(tmp_path / "pictures", tmp_path / "two", "fingerprint")
    assert (complete, groups) == (False, 0)
    assert seen.count("fingerprint") == 1
    assert "look up" in seen
