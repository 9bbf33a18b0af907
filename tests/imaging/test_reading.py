"""A file is read only as long as it is the one that the walk saw."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.imaging import MissingExtra, UnreadablePicture, reading
from dupscan.model.files import Failure, FileEntry
from dupscan.model.files import FailureKind as Kind

EntryOf = Callable[[Path], FileEntry]


def test_an_unchanged_file_is_opened(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "a").write_bytes(b"content")
    file = entry_of(tmp_path / "a")
    with reading.open_unchanged(file) as source:
        reading.check_unchanged(source, file)
        assert source.read() == b"content"


def test_a_changed_file_is_not_opened(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "a").write_bytes(b"content")
    file = entry_of(tmp_path / "a")
    os.utime(tmp_path / "a", ns=(0, file.mtime_ns + 1))
    with pytest.raises(OSError, match="changed while the scan was running"):
        reading.open_unchanged(file)


def test_a_change_while_it_is_open_is_noticed(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "a").write_bytes(b"content")
    file = entry_of(tmp_path / "a")
    with reading.open_unchanged(file) as source:
        with (tmp_path / "a").open("ab") as other:
            other.write(b".")
        with pytest.raises(OSError, match="changed"):
            reading.check_unchanged(source, file)


def test_a_fifo_in_its_place_is_not_waited_for(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "a").touch()
    file = entry_of(tmp_path / "a")
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    with pytest.raises(OSError, match="changed"):
        reading.open_unchanged(file)


@pytest.mark.parametrize(
    ("error", "stage", "kind", "reason"),
    [
        (UnreadablePicture("cut off", Kind.DAMAGED), "decode", Kind.DAMAGED, "cut off"),
        (MissingExtra("needs dupscan[heif]"), "decode", Kind.UNSUPPORTED, "needs dupscan[heif]"),
        (MemoryError(), "decode", Kind.TOO_LARGE, "needs more memory than there is"),
        (FileNotFoundError(2, ""), "read", Kind.CHANGED, "vanished while the scan was running"),
        (OSError(errno.ESTALE, "changed"), "read", Kind.CHANGED, "changed"),
        (PermissionError(13, ""), "read", Kind.UNREADABLE, "no permission to read it"),
        (OSError(5, "Input/output error"), "read", Kind.UNREADABLE, "Input/output error"),
        (ValueError("odd"), "decode", Kind.UNREADABLE, "cannot be read (ValueError: odd)"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_every_error_has_its_words(
    tmp_path: Path, entry_of: EntryOf, error: Exception, stage: str, kind: Kind, reason: str
) -> None:
    (tmp_path / "a").touch()
    found = reading.failure(entry_of(tmp_path / "a"), error)
    assert found == Failure(str(tmp_path / "a"), stage, reason, kind)
