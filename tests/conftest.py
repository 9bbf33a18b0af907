"""Fixtures that all the tests share."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import settings as hypothesis_settings
from PIL import Image
from support import acted_on
from support.acted_on import Library
from support.processes import run_to_end, stop_ignoring_signals

from dupscan.confirm import Weighed, weigh
from dupscan.fingerprint.look import look
from dupscan.fingerprint.one_file import fingerprint
from dupscan.index import candidates
from dupscan.model.files import FileEntry
from dupscan.model.hash_table import HashTable
from dupscan.model.matches import Candidate, Hit
from dupscan.model.pictures import Fingerprint, Hashes, Picture, PictureInfo, Traits
from dupscan.model.views import FIXED, PARTS, TURNED, Box, View, trimmed
from dupscan.pipeline import ScanOutcome, scan
from dupscan.progress import Progress
from dupscan.settings import (
    FingerprintSettings,
    MatchSettings,
    ReportSettings,
    ScanSettings,
    StoreSettings,
    WalkSettings,
)
from dupscan.workers.executor import Executor, InLine

Kind = TypeVar("Kind")
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NO_SKIPS = "DUPSCAN_TESTS_MUST_NOT_SKIP"
"""Set where everything is installed that a test may want: a test that skips there has failed."""
EVERY_TURN = tuple(Hit(0, view) for view in (View("plain"), *TURNED))

EXAMPLES = Path(".hypothesis")
"""Hypothesis remembers here what failed, if this user may write here."""
REMEMBERS = os.access(EXAMPLES if EXAMPLES.exists() else EXAMPLES.parent, os.W_OK)
hypothesis_settings.register_profile(
    "dupscan",
    deadline=None,  # a slow machine is no failure
    **({} if REMEMBERS else {"database": None}),
)
hypothesis_settings.load_profile("dupscan")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no test skip where everything is installed."""
    return failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for modules that skip as a whole."""
    return failed_if_skipped((yield))


def failed_if_skipped(report: Report) -> Report:
    if report.skipped and NO_SKIPS in os.environ:
        report.outcome = "failed"
        report.longrepr = f"skipped although {NO_SKIPS} is set: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def usual_signals() -> None:
    """Children hear Ctrl-C and hang-ups, also when the tests run under nohup or behind an ``&``."""
    stop_ignoring_signals()


@pytest.fixture(scope="session", autouse=True)
def no_real_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fixtures that serve several tests leave the user's own cache alone, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder for each test, so that no scan knows what another one stored."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    return folder


@pytest.fixture(scope="session")
def originals() -> Path:
    """The folder of real photographs that the sample library starts from."""
    return Path(__file__).resolve().parent.parent / "sample_library" / "originals"


@pytest.fixture
def photo() -> Image.Image:
    """A colourful picture of 400 × 300, the same in every run: smooth noise, coarse and fine."""
    chance = np.random.default_rng(20261122)
    coarse, fine = (
        Image.fromarray(chance.integers(0, 256, (*shape, 3), dtype=np.uint8)).resize(
            (400, 300), Image.Resampling.BICUBIC
        )
        for shape in ((6, 8), (24, 32))
    )
    return Image.blend(coarse, fine, 0.35)


@pytest.fixture(scope="session")
def entry_of() -> Callable[[Path | str], FileEntry]:
    """Make the FileEntry that a walk would make of a path."""

    def make(path: Path | str) -> FileEntry:
        status = os.stat(path)
        return FileEntry(
            path=os.fspath(path),
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            device=status.st_dev,
            inode=status.st_ino,
            links=status.st_nlink,
        )

    return make


@pytest.fixture(scope="session")
def hashes_of() -> Callable[..., Hashes]:
    """Make Hashes by hand: ``hashes_of(0xFF, views={0: 7}, parts={1: 9}, border=(0, 0, 1, 0.8))``.

    `views` and `parts` name places in ``views.FIXED``, with those of the border behind, and in
    ``views.PARTS``. The other views are as far from all hashes as chance would have them, the same
    ones for the same plain hash.
    """

    def make(
        plain: int,
        views: dict[int, int] | None = None,
        parts: dict[int, int] | None = None,
        border: Box | None = None,
    ) -> Hashes:
        count = len(FIXED) + (len(trimmed(border)) if border else 0)
        chance = np.frombuffer(hashlib.shake_128(b"%d" % plain).digest(8 * 64), np.uint64)
        made = Hashes(plain, chance[:count].copy(), chance[count:][: len(PARTS)].copy(), border)
        for places, values in ((made.views, views), (made.parts, parts)):
            for place, value in (values or {}).items():
                places[place] = value
        return made

    return make


@pytest.fixture(scope="session")
def picture_of(hashes_of: Callable[..., Hashes]) -> Callable[..., Picture]:
    """Make a Picture by hand: ``picture_of(3, "/a.jpg", size=9, width=40, plain=0xFF, digest=…)``.

    It is number 3, and content 3 unless its digest says otherwise. The other names are those of any
    field of FileEntry, PictureInfo, Traits, Hashes and Picture.
    """

    def make(number: int = 0, path: str | None = None, **changed: Any) -> Picture:
        def part(kind: type[Kind], **usual: Any) -> Kind:
            mine = {one.name for one in fields(kind)} & changed.keys()  # type: ignore[arg-type]
            return kind(**usual | {name: changed.pop(name) for name in mine})

        hashes = changed.pop("hashes", None) or hashes_of(changed.pop("plain", number))
        file = part(
            FileEntry,
            path=path or f"/{number:03}.jpg",
            size=1000,
            mtime_ns=1_500_000_000_000_000_000,
            device=1,
            inode=100 + number,
            links=1,
        )
        info = part(PictureInfo, format="JPEG", width=400, height=300)
        digest = hashlib.sha256(b"%d" % number).digest()
        traits = part(Traits, digest=digest, hashes=hashes, detail=30.0, greyscale=False, info=info)
        picture = part(Picture, file=file, traits=traits, low_detail=False, fingerprint_id=number)
        assert not changed, f"no picture has these: {', '.join(changed)}"
        return picture

    return make


@pytest.fixture(scope="session")
def print_of(
    entry_of: Callable[[Path], FileEntry], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Fingerprint]:
    """Fingerprint a file, or a picture saved as PNG, or as JPEG with ``quality=``."""
    path = tmp_path_factory.mktemp("prints") / "picture"

    def make(picture: Path | Image.Image, **how: int) -> Fingerprint:
        if isinstance(picture, Image.Image):
            picture.save(path, "JPEG" if how else "PNG", **how or {"compress_level": 1})
        found = fingerprint(
            entry_of(path if isinstance(picture, Image.Image) else picture), FingerprintSettings()
        )
        assert isinstance(found, Fingerprint), found
        return found

    return make


@pytest.fixture(scope="session")
def weigh_pair() -> Callable[..., Weighed | None]:
    """Weigh two fingerprints as a scan would; None when their hashes do not even meet.

    With ``anyhow=True`` all the ways in which one may be turned into the other are weighed,
    whatever their hashes: what must hold even if hashes were equal by chance.
    """

    def run(
        one: Fingerprint,
        other: Fingerprint,
        settings: MatchSettings | None = None,
        *,
        anyhow: bool = False,
    ) -> Weighed | None:
        pair, settings = (one, other), settings or MatchSettings()
        met = (
            [Candidate(0, 1, EVERY_TURN)]
            if anyhow
            else candidates(HashTable.of([each.traits.hashes for each in pair]), settings)
        )
        looks = [look(each.traits, each.likeness) for each in pair]
        return next(weigh(met, settings, looks.__getitem__), None)

    return run


@pytest.fixture
def scan_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., ScanOutcome]:
    """Scan folders in this process; ``scan_of(a, b, match=MatchSettings(...), hidden=True)``.

    The report goes to ``report=`` or to a new temporary folder, fingerprints to ``store=`` or to
    the cache of the test. ``executor=`` and ``progress=`` are the scan's; other names are
    WalkSettings'.
    """

    def run(
        *roots: Path,
        match: MatchSettings | None = None,
        fingerprint: FingerprintSettings | None = None,
        report: Path | None = None,
        store: Path | None = None,
        executor: Executor | None = None,
        progress: Progress | None = None,
        **walk: Any,
    ) -> ScanOutcome:
        settings = ScanSettings(
            walk=WalkSettings(tuple(map(str, roots)), **walk),
            match=match or MatchSettings(),
            fingerprint=fingerprint or FingerprintSettings(),
            report=ReportSettings(report or tmp_path_factory.mktemp("report")),
            store=StoreSettings(store),
        )
        return scan(settings, executor=executor or InLine(), progress=progress)

    return run


@pytest.fixture
def sandbox(tmp_path: Path, originals: Path) -> Library:
    """A library to plan for and act on: ``a.jpg``, which a plan keeps, and its copy ``b.jpg``."""
    return acted_on.make(tmp_path / "sandbox", originals, "a.jpg", "b.jpg")


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mount a file system below `tmp_path`: ``mount("name", "-t", "tmpfs", "tmpfs")``."""
    with ExitStack() as mounted:

        def make(name: str | Path, *arguments: object) -> Path:
            if os.geteuid() != 0 or shutil.which("mount") is None:
                pytest.skip("mounting a file system takes root and mount(8)")
            point = tmp_path / name
            point.mkdir(parents=True)
            done = run_to_end(
                ["mount", *map(str, arguments), str(point)], capture_output=True, text=True
            )
            if done.returncode:
                pytest.skip(f"this machine lets nobody mount: {done.stderr.strip()}")
            mounted.callback(run_to_end, ["umount", str(point)], check=True)
            return point

        yield make


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A folder with the sample library in it, its hard link made as ``make demo`` makes it."""
    root = Path(__file__).resolve().parent.parent
    library = tmp_path / "sample_library"
    shutil.copytree(root / "sample_library", library)
    script = root / "benchmarks" / "build_sample_library.py"
    command = [sys.executable, str(script), "--links-only", "--out", str(library)]
    run_to_end(command, check=True, capture_output=True)
    return tmp_path


@pytest.fixture
def typed(demo: Path) -> Callable[[str], str]:
    """Run a line there as a person types it; standard error and output in one, as one sees them."""

    def run(line: str) -> str:
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        return run_to_end(  # noqa: S604 (as it is typed)
            line,
            shell=True,
            cwd=demo,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout

    return run


@pytest.fixture
def pictures_of(scan_of: Callable[..., ScanOutcome]) -> Callable[..., tuple[Picture, ...]]:
    """Scan as ``scan_of`` does, and return all the pictures that were read.

    A report names those only of which there is something to say. So all are said to have too
    little to see.
    """

    def run(*roots: Path, **how: Any) -> tuple[Picture, ...]:
        report = scan_of(*roots, match=MatchSettings(min_detail=1e6), **how).report
        assert report.counts.pictures == len(report.pictures)
        return report.pictures

    return run


@pytest.fixture(scope="session")
def unprivileged() -> list[str]:
    """Words that begin a command which permissions hold for, even when root runs the tests."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are those of POSIX")
    if os.geteuid() != 0:
        return []
    command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if shutil.which("setpriv") is None or run_to_end([*command, "true"]).returncode:
        pytest.skip("root needs setpriv, from util-linux, to be held by permissions")
    return command


@pytest.fixture(scope="session")
def dng() -> bytes:
    """A camera's RAW file of 64 × 48 sensor pixels (RGGB, 16 bit), warm left and cool right."""
    width, height = 64, 48
    sensor = np.full((height, width), 12000, np.uint16)
    sensor[0::2, 0::2] = np.linspace(40000, 8000, width // 2)  # red
    sensor[1::2, 1::2] = np.linspace(8000, 40000, width // 2)  # blue
    short, long, text, byte, rational, signed = 3, 4, 2, 1, 5, 10
    identity = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    data = sensor.astype("<u2").tobytes()
    tags: list[tuple[int, int, list[int] | bytes]] = [
        (254, long, [0]),  # the main picture
        (256, long, [width]),
        (257, long, [height]),
        (258, short, [16]),
        (259, short, [1]),  # not compressed
        (262, short, [32803]),  # colour filter array
        (271, text, b"dupscan\0"),
        (272, text, b"test camera\0"),
        (273, long, [8]),  # where the data lies
        (274, short, [1]),
        (277, short, [1]),
        (278, long, [height]),
        (279, long, [len(data)]),
        (284, short, [1]),
        (33421, short, [2, 2]),
        (33422, byte, b"\0\1\1\2"),  # RGGB
        (50706, byte, b"\1\4\0\0"),
        (50708, text, b"dupscan test camera\0"),
        (50714, short, [0]),
        (50717, long, [65535]),
        (50721, signed, identity),
        (50728, rational, [1, 1, 1, 1, 1, 1]),
        (50778, short, [21]),
    ]
    return struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + _directory(tags, 8 + len(data))


def _directory(tags: list[tuple[int, int, list[int] | bytes]], start: int) -> bytes:
    """A TIFF directory that begins at `start`, the values that do not fit into it behind it."""
    letters = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 10: "i"}
    entries, behind = b"", b""
    for tag, kind, values in tags:
        packed = struct.pack(f"<{len(values)}{letters[kind]}", *values)
        count = len(values) // 2 if kind in (5, 10) else len(values)
        if len(packed) > 4:
            packed, behind = (
                struct.pack("<I", start + 2 + 12 * len(tags) + 4 + len(behind)),
                behind + packed + b"\0" * (len(packed) % 2),
            )
        entries += struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0")
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0) + behind
