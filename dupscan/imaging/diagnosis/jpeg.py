"""Look at the structure of a JPEG that its decoder refused: markers and segments (ITU-T T.81)."""

from __future__ import annotations

import re
from typing import BinaryIO

from dupscan.imaging.diagnosis.finding import (
    Finding,
    cut_off,
    damaged,
    metadata_only,
    unsupported,
)
from dupscan.imaging.headers import size_of

_MOST_SEGMENTS = 4096
_BYTES_PER_READ = 1 << 20
_MARKER = re.compile(rb"\xff+[^\x00\xff]")
_END, _SCAN = 0xD9, 0xDA
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
"""Markers of frame headers: SOF0 to SOF15, and SOF55 of JPEG-LS (ITU-T T.87)."""
_ORDINARY = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
"""Sequential and progressive frames, with Huffman or arithmetic coding."""
_RARE = {
    0xC3: "lossless JPEG (SOF3)",
    0xCB: "lossless JPEG with arithmetic coding (SOF11)",
    0xF7: "JPEG-LS (SOF55)",
}


def examine(source: BinaryIO, *, understood: bool) -> Finding | None:
    """Find what is broken or rare in a JPEG; None for an ordinary JPEG with an end marker."""
    size, at, frame, filled = size_of(source), 2, None, 0
    for _ in range(_MOST_SEGMENTS):
        before = at
        marker, at = _next_marker(source, at)
        if marker is None:
            return cut_off()
        filled += at - before - 2
        if marker in _WITHOUT_LENGTH:
            continue
        if marker == _END and filled and not frame:
            return damaged("bytes of no known meaning stand in the place of its picture")
        if marker == _END:
            return damaged("its picture data is missing") if frame else metadata_only()
        source.seek(at)
        length = int.from_bytes(source.read(2), "big")
        if at + length > size:
            return cut_off()
        if length < 2:
            return damaged("one of its segments has no length")
        if marker in _FRAMES:
            frame = (marker, source.read(min(length, 8) - 2))
        at += length
        if marker == _SCAN:
            return _judge(frame) if _has_end(source, at) else cut_off()
    return None


def kind_of(marker: int, header: bytes) -> str | None:
    """Return in words the kind of a JPEG that ordinary decoders do not read; None for others.

    `header` is the content of its frame header, at least 6 bytes. Raises IndexError for fewer.
    """
    bits, height, channels = header[0], int.from_bytes(header[1:3], "big"), header[5]
    name = "JPEG" if marker in _ORDINARY else _RARE.get(marker)
    name = name or f"hierarchical JPEG (SOF{marker - 0xC0})"
    notes = [
        f" of {bits} bits a channel" if bits != 8 else "",
        f" of {channels} channels" if channels not in (1, 3, 4) else "",
        " without its height in the header" if not height else "",
    ]
    words = name + " and".join(filter(None, notes))
    return None if words == "JPEG" else words


def _judge(frame: tuple[int, bytes] | None) -> Finding | None:
    if frame is None or len(frame[1]) < 6:
        return damaged("its frame header is missing")
    bits, width, channels = frame[1][0], frame[1][3:5], frame[1][5]
    if not 2 <= bits <= 16 or not any(width) or not channels:
        return damaged("its frame header makes no sense")
    rare = kind_of(*frame)
    return None if rare is None else unsupported(rare)


def _next_marker(source: BinaryIO, at: int) -> tuple[int | None, int]:
    """The next marker, and the offset behind it; None if there is none. Skips filling bytes."""
    source.seek(at)
    found = _MARKER.search(source.read(1 << 16))
    return (None, at) if found is None else (found[0][-1], at + found.end())


def _has_end(source: BinaryIO, at: int) -> bool:
    """True if there is an end marker behind the first scan. Compressed data cannot hold one."""
    source.seek(at)
    last = b""
    while data := source.read(_BYTES_PER_READ):
        if bytes([0xFF, _END]) in last + data:
            return True
        last = data[-1:]
    return False
