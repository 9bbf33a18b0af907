"""Split a JPEG into its segments, and find the end of its picture (ITU-T T.81, B.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
"""A marker that ends the compressed data of a scan; stuffed bytes and restarts do not."""
_START, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPLICATION = range(0xE0, 0xF0)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST = 8192


@dataclass(frozen=True, slots=True)
class JpegSegments:
    """The segments of one JPEG picture."""

    segments: list[tuple[int, int, int]]
    """Marker, first byte of the content, and end of each segment."""
    end: int
    """Offset behind the picture."""
    is_cut_off: bool
    """True if the end marker is missing."""

    def application(self) -> Iterator[tuple[int, int, int]]:
        """Yield number, first byte and end of each application segment."""
        for marker, first, end in self.segments:
            if marker in _APPLICATION:
                yield marker - _APPLICATION[0], first, end

    def comments(self) -> Iterator[tuple[int, int]]:
        """Yield first byte and end of each comment."""
        for marker, first, end in self.segments:
            if marker == _COMMENT:
                yield first, end

    def frame_header(self) -> int | None:
        """Return the offset of the header of the frame, whose first byte is its bit depth."""
        return next((first for marker, first, _ in self.segments if marker in _FRAMES), None)


def split_segments(data: bytes, start: int) -> JpegSegments:
    """Split the JPEG that begins at `start`; bytes between segments are passed over.

    A picture without an end marker ends where the next picture begins, or with the data.
    """
    segments: list[tuple[int, int, int]] = []
    at = start + 2
    while len(segments) < _MOST:
        marker = _MARKER.search(data, at)
        if marker is None:
            break
        kind, at = data[marker.end() - 1], marker.end()
        if kind == _END:
            return JpegSegments(segments, at, is_cut_off=False)
        if kind == _START:
            return JpegSegments(segments, marker.start(), is_cut_off=True)
        length = int.from_bytes(data[at : at + 2], "big")
        if length >= 2:
            segments.append((kind, at + 2, at + length))
            at += length
    return JpegSegments(segments, len(data), is_cut_off=True)
