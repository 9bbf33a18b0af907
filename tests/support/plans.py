"""Plans made by hand, for the tests of whatever reads, checks or carries out a plan."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Declined, HashedFile, Plan, Reason, Row
from dupscan.settings import FingerprintSettings, MatchSettings

CONTENT = b"the bytes of a picture"


def identity_of(path: str | Path, /, **changed: Any) -> HashedFile:
    """The identity of a file as it is now; of one that is not there, an invented one.

    Invented files have the same bytes, and each path an inode of its own. Other names are fields.
    """
    path = os.fspath(path)
    try:
        status = os.lstat(path)
    except OSError:
        inode = int.from_bytes(hashlib.sha256(os.fsencode(path)).digest()[:7])
        content, numbers = CONTENT, (len(CONTENT), 1_700_000_000_123_456_789, 64769, inode)
    else:
        content = Path(path).read_bytes()
        numbers = (status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino)
    return replace(HashedFile(path, *numbers, hashlib.sha256(content).digest()), **changed)


def row_of(number: int, target: str | Path, keeper: str | Path, /, **changed: Any) -> Row:
    """A row that says to drop `target`, of `keeper`'s bytes; other names are fields of Row."""
    target_identity = identity_of(target)
    row = Row(
        number=number,
        group=number,
        verdict=Verdict.FILE,
        target=target_identity,
        keeper=identity_of(keeper),
        kept="the report's keeper: older",
        explanation="the same file",
        freed=target_identity.size,
    )
    return replace(row, **changed)


def declined(text: str, word: Reason = Reason.PROTECTED) -> tuple[Declined, ...]:
    """The reasons of a row that was declined for one reason."""
    return (Declined(word, text),)


def plan_of(rows: Iterable[Row], roots: Iterable[str | Path] = ("/p",), **changed: Any) -> Plan:
    """A plan with these rows below `roots`; other names are fields of Plan."""
    plan = Plan(
        plan_id="0123456789ab",
        scan_id="ba9876543210",
        made="2026-11-22T09:41:00+00:00",
        version="0.0.0",
        action=Action.QUARANTINE,
        roots=tuple(os.fspath(root) for root in roots),
        fingerprint=FingerprintSettings(),
        match=MatchSettings(),
        rows=tuple(rows),
    )
    return replace(plan, **changed)


def cells_of(path: Path) -> list[list[str]]:
    """The cells of a table as it was written, the header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def save_cells(path: Path, cells: Iterable[Iterable[str]], encoding: str, **dialect: Any) -> None:
    """Save a table as some other program does."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, **dialect).writerows(cells)


def edit(path: Path, number: int, /, **cells: str) -> None:
    """Change cells in the row of that number, by the names of their columns."""
    header, *rows = cells_of(path)
    for row in rows:
        if row[0] == str(number):
            for column, text in cells.items():
                row[header.index(column)] = text
    save_cells(path, [header, *rows], "utf-8-sig")
