"""Plans and entries for journals."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dupscan.dedupe.file_ops.attributes import FileAttributes
from dupscan.dedupe.journal import Entry
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile, Plan
from dupscan.settings import FingerprintSettings, MatchSettings


@pytest.fixture
def plan() -> Plan:
    return Plan(
        plan_id="0123456789ab",
        scan_id="ab9876543210",
        made="2026-11-22T09:41:00+00:00",
        version="0.1.0",
        action=Action.QUARANTINE,
        roots=("/photos", "/nas/caf\udce9"),
        fingerprint=FingerprintSettings(),
        match=MatchSettings(radius=6),
        rows=(),
    )


@pytest.fixture
def entry_of() -> Callable[..., Entry]:
    """Make an entry by its number and row, and the name of its target."""

    def make(number: int, row: int, name: str = "a.jpg") -> Entry:
        def file(path: str) -> HashedFile:
            return HashedFile(path, 10, 1_234_567_890_123_456_789, 1, 2, b"\x01" * 32)

        return Entry(
            number=number,
            row=row,
            action=Action.QUARANTINE,
            verdict=Verdict.FILE,
            target=file(f"/photos/{name}"),
            keeper=file("/photos/keeper.jpg"),
            marks=FileAttributes(0o644, 0, 0, 1, 2, {"user.stars": b"\xff"}),
            folder=5,
            temporary=f".dupscan-0123456789ab-{number}.tmp",
            place=f"/photos/.dupscan-quarantine/0123456789ab/photos/{name}",
        )

    return make
