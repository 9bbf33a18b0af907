"""Fixtures for the store: files and fingerprints by hand, and stores in a folder of the test."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dupscan.model.file_table import FileTable
from dupscan.model.files import FileEntry
from dupscan.model.pictures import Fingerprint, Hashes, Likeness, PictureInfo, Traits
from dupscan.store import Store

OLD = 10**18 + 123_456_789
"""A time of change that is long past, nanoseconds."""


@pytest.fixture
def store_file(tmp_path: Path) -> Path:
    """Where a test's store is to be."""
    return tmp_path / "store.sqlite"


@pytest.fixture
def open_store(store_file: Path) -> Callable[..., Store]:
    """Open the store of the test: a scan of its own each time."""

    def make(signature: str = "one", **how: int) -> Store:
        return Store(store_file, signature, **how)

    return make


@pytest.fixture(scope="session")
def file_of() -> Callable[..., FileEntry]:
    """Make a FileEntry by hand, last changed long ago: ``file_of("/a.jpg", size=9)``."""

    def make(path: str = "/a.jpg", **changed: Any) -> FileEntry:
        usual = {"size": 1000, "mtime_ns": OLD, "device": 1, "inode": 100, "links": 1}
        return FileEntry(path, **usual | changed)

    return make


@pytest.fixture(scope="session")
def made_print(hashes_of: Callable[..., Hashes]) -> Callable[..., Fingerprint]:
    """Make a Fingerprint by hand, another for each seed; ``digest=b""`` for one without."""

    def make(seed: int = 0, thumbnail: int = 900, **changed: Any) -> Fingerprint:
        chance = np.random.default_rng(seed)
        usual = {
            "digest": hashlib.sha256(b"%d" % seed).digest(),
            "hashes": hashes_of(int(chance.integers(1 << 63))),
            "detail": 30.0,
            "greyscale": False,
            "info": PictureInfo("JPEG", 400 + seed, 300),
        }
        return Fingerprint(
            Traits(**usual | changed),
            Likeness(
                planes=chance.integers(0, 256, (3, 32, 32), dtype=np.uint8),
                histogram=chance.random((4, 256), dtype=np.float32),
                thumbnail=chance.bytes(thumbnail),
            ),
        )

    return make


@pytest.fixture(scope="session")
def ids_of() -> Callable[..., list[int]]:
    """The ids of the fingerprints that a store has of some files, in the order given."""

    def ask(store: Store, *files: FileEntry) -> list[int]:
        table = FileTable.of(files)
        known = dict(
            zip([one.path for one in table], store.recall(table).fingerprint_ids, strict=True)
        )
        return [int(known[file.path]) for file in files]

    return ask


@pytest.fixture(scope="session")
def all_of() -> Callable[[Any], Any]:
    """All that traits or a likeness hold, as values that have one answer to being equal."""

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value.dtype.str, value.shape, value.tobytes()
        if isinstance(value, Fingerprint | Traits | Likeness | Hashes | PictureInfo):
            fields = type(value).__dataclass_fields__
            return {name: plain(getattr(value, name)) for name in fields}
        return type(value), value

    return plain
