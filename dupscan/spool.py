"""Likenesses out of the way until somebody looks at them.

A likeness is some 18 KB, and most pictures never become a candidate. So they lie in one unnamed
temporary file, in memory while they are few, and a picture remembers only its slot.
"""

from __future__ import annotations

import tempfile
from array import array
from io import BytesIO, FileIO
from types import TracebackType
from typing import Self

import numpy as np

from dupscan.errors import CannotFinish
from dupscan.model import Likeness

IN_MEMORY = 256 << 20
"""Bytes up to which nothing is written to disk."""
_PLANES = 3 * 32 * 32
_HISTOGRAM = 4 * 256 * 4


class Spool:
    """Likenesses by slot. Use as a context manager; the file goes when the block ends."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._file: BytesIO | FileIO = BytesIO()
        self._ends = array("Q", [0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, likeness: Likeness) -> int:
        """Put a likeness away and return its slot. Raises CannotFinish when the disk is full."""
        data = b"".join(
            (likeness.planes.tobytes(), likeness.histogram.tobytes(), likeness.thumbnail)
        )
        start = self._ends[-1]
        try:
            if start + len(data) > self._in_memory and isinstance(self._file, BytesIO):
                self._file = _on_disk(self._file)
            self._file.seek(start)
            _write_all(self._file, data)
        except OSError as error:
            raise CannotFinish(
                f"no room for temporary data in {tempfile.gettempdir()}: {error.strerror}; "
                "free some space there, or set TMPDIR to a folder with more"
            ) from error
        self._ends.append(start + len(data))
        return len(self._ends) - 2

    def likeness(self, slot: int) -> Likeness:
        """The likeness as it was put away."""
        data = self._read(slot, 0, self._ends[slot + 1] - self._ends[slot])
        planes, histogram = data[:_PLANES], data[_PLANES : _PLANES + _HISTOGRAM]
        return Likeness(
            planes=np.frombuffer(planes, dtype=np.uint8).reshape(3, 32, 32),
            histogram=np.frombuffer(histogram, dtype=np.float32).reshape(4, 256),
            thumbnail=data[_PLANES + _HISTOGRAM :],
        )

    def thumbnail(self, slot: int) -> bytes:
        """The small JPEG file."""
        offset = _PLANES + _HISTOGRAM
        return self._read(slot, offset, self._ends[slot + 1] - self._ends[slot] - offset)

    def _read(self, slot: int, offset: int, length: int) -> bytes:
        self._file.seek(self._ends[slot] + offset)
        return self._file.read(length)


def _on_disk(memory: BytesIO) -> FileIO:
    """A temporary file with the same content.

    Without a buffer: what a full disk would not take must not be tried again at each reading.
    """
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (the spool closes it)
    try:
        _write_all(file, memory.getbuffer())
    except OSError:
        file.close()
        raise
    return file


def _write_all(file: BytesIO | FileIO, data: bytes | memoryview) -> None:
    """Write all of it: an unbuffered file takes as much at a time as it likes."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
