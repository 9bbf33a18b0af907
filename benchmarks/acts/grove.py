"""A small tree of files with all that makes acting on them hard, and the plan for its duplicates.

The files are no pictures: for equal bytes nothing is ever decoded.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dupscan.dedupe.plan_file import write_plan
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile, Plan, Row
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.text.file_names import QUARANTINE
from dupscan.walk.companions import find_companions

PLAN_ID = "0123456789ab"
LARGE = (1 << 20) + 4321
"""Bytes; more than is compared or copied at once."""
_DAY = 86_400 * 10**9
_NASTY = "=1+1\n\udce9\u202e-rf '\".jpg"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was at a path."""

    kind: str
    """``file``, ``link`` or ``folder``."""
    data: bytes = b""
    """Digest of a file's bytes, or what a symbolic link says."""
    mode: int = 0
    mtime_ns: int = 0
    attributes: tuple[tuple[str, bytes], ...] = ()
    file: tuple[int, int] = (0, 0)
    """Device and inode."""

    def looks_like(self, other: Seen | None) -> bool:
        """Whether nobody could tell the two apart but by their inodes."""
        return other is not None and replace(self, file=other.file) == other


@dataclass(frozen=True, slots=True)
class Grove:
    """A tree, and the plan for it."""

    base: Path
    plan: Plan

    @property
    def library(self) -> Path:
        """What was scanned."""
        return self.base / "library"

    @property
    def home(self) -> Path:
        """Where the trash is."""
        return self.base / "home"

    @property
    def table(self) -> Path:
        """The plan, for a person."""
        return self.base / "plans" / "plan.csv"

    @property
    def journal(self) -> Path:
        """Where the journal is once there is one."""
        return self.table.with_name(f"{self.table.stem}-{PLAN_ID}.journal")

    def look(self) -> dict[str, Seen]:
        """Everything in the tree and in the trash now, by its path."""
        return dict(look_at(self.library)) | dict(look_at(self.home))


def plant(base: Path, action: Action, *, single: bool = False) -> Grove:
    """Make a tree below an empty folder, and write its plan; a `single` one has one duplicate."""
    library = base / "library"
    pairs = _plant_one(library) if single else _plant_many(library)
    if action is Action.TRASH and not single:  # send2trash takes no read-only file of a user
        os.chmod(library / "2022" / "copy.jpg", 0o600)
    for folder in ("home", "plans"):
        (base / folder).mkdir()
    rows = [
        _row(number, library / target, library / keeper)
        for number, (target, keeper) in enumerate(pairs, start=1)
    ]
    if action.moves and not single:
        rows.append(_sidecar_row(len(rows) + 1, library / "2022" / "copy.xmp", rows[-1]))
    plan = Plan(
        plan_id=PLAN_ID,
        scan_id="ba9876543210",
        made="2026-11-22T09:41:00+00:00",
        version="0",
        action=action,
        roots=(str(library),),
        protected=(),
        fingerprint=FingerprintSettings(),
        match=MatchSettings(),
        rows=tuple(rows),
    )
    grove = Grove(base, plan)
    write_plan(plan, grove.table)
    return grove


def look_at(folder: Path) -> Iterator[tuple[str, Seen]]:
    """Everything below a folder, by its path."""
    for path, folders, files in os.walk(folder):
        for name in (*folders, *files):
            inside = os.path.join(path, name)
            yield inside, _seen(inside)


def is_copy(path: str) -> bool:
    """Whether a path is that of a journal's copy in a quarantine, which dupscan itself wrote."""
    folder, name = os.path.split(path)
    return os.path.basename(folder) == QUARANTINE and name.endswith(".journal")


def digest(content: bytes) -> bytes:
    """By which a content is known."""
    return hashlib.sha256(content).digest()


def _plant_one(library: Path) -> list[tuple[str, str]]:
    _write(library / "kept" / "one.jpg", b"one")
    _write(library / "more" / "two.jpg", b"one")
    os.chmod(library / "more" / "two.jpg", 0o640)
    _write(library / "other" / "one.jpg", b"another picture of that name")
    _write(library / "other" / "two.jpg", b"and one more")
    return [("more/two.jpg", "kept/one.jpg")]


def _plant_many(library: Path) -> list[tuple[str, str]]:
    """Make the files; for each target its keeper."""
    for name in ("2020/a.jpg", "2021/copy.jpg", f"deep/er/{_NASTY}"):
        _write(library / name, b"a picture")
    for name in ("2020/b.jpg", "2021/b.jpg"):
        _write(library / name, b"a picture with several names")
    for name in ("2020/large.jpg", "2022/copy.jpg"):
        _write(library / name, b"large" * (LARGE // 5))
    for name in ("2020/large.xmp", "2022/copy.xmp"):
        _write(library / name, b"<stars>5</stars>")
    _write(library / "2020" / "notes.txt", b"nobody's duplicate")
    os.link(library / "2020" / "b.jpg", library / "2020" / "b again.jpg")
    os.link(library / "2021" / "b.jpg", library / "2021" / ("x" * 230 + ".jpg"))
    os.symlink("../2020/a.jpg", library / "2021" / "link.jpg")
    _mark(library / "2021" / "copy.jpg", 0o640, 1, b"stars=5")
    _mark(library / "2020" / "a.jpg", 0o600, 1_600_000_000 * 10**9 + 123_456_789, b"stars=1")
    _mark(library / "2022" / "copy.jpg", 0o400, 50 * 365 * _DAY + 7, b"")
    return [
        ("2021/copy.jpg", "2020/a.jpg"),
        (f"deep/er/{_NASTY}", "2020/a.jpg"),
        ("2021/b.jpg", "2020/b.jpg"),
        ("2021/" + "x" * 230 + ".jpg", "2020/b.jpg"),
        ("2022/copy.jpg", "2020/large.jpg"),
    ]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(_DAY, 1_700_000_000 * 10**9 + len(content)))


def _mark(path: Path, mode: int, mtime_ns: int, note: bytes) -> None:
    if note:
        os.setxattr(path, "user.note", note)
    os.chmod(path, mode)
    os.utime(path, ns=(_DAY, mtime_ns))


def _row(number: int, target: Path, keeper: Path) -> Row:
    lost = identity(target)
    return Row(
        number=number,
        group=number,
        verdict=Verdict.FILE,
        target=lost,
        keeper=identity(keeper),
        kept="the report's keeper",
        explanation="the same file",
        freed=lost.size,
        beside=tuple(one.path for found in find_companions([lost.path]).values() for one in found),
    )


def _sidecar_row(number: int, sidecar: Path, picture: Row) -> Row:
    target = replace(identity(sidecar), digest=b"")
    words = "goes with its picture"
    return replace(
        picture, number=number, target=target, explanation=words, goes_with=picture.number
    )


def identity(path: Path) -> HashedFile:
    """What a scan would have seen of a file."""
    status = os.lstat(path)
    return HashedFile(
        path=str(path),
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        device=status.st_dev,
        inode=status.st_ino,
        digest=digest(path.read_bytes()),
    )


def _seen(path: str) -> Seen:
    status = os.lstat(path)
    if stat.S_ISDIR(status.st_mode):
        return Seen("folder")
    file = (status.st_dev, status.st_ino)
    if stat.S_ISLNK(status.st_mode):
        return Seen("link", os.fsencode(os.readlink(path)), file=file)
    return Seen(
        "file",
        digest(Path(path).read_bytes()),
        stat.S_IMODE(status.st_mode),
        status.st_mtime_ns,
        tuple((name, os.getxattr(path, name)) for name in sorted(os.listxattr(path))),
        file,
    )
