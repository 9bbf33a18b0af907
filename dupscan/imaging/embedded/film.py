"""Recognise films and sound by their own structure (ISO/IEC 14496-12), and tell their length."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from dupscan.imaging.headers import boxes

FIRST_BOX = b"ftyp"
"""The kind of the first box of a film; the four bytes before it are the length of the box."""
_BOXES_OF_FILMS = frozenset(
    b"ftyp styp moov mdat free skip wide uuid moof mfra udta meta sidx pnot pdin ssix emsg".split()
)
_MOST_SECONDS = 24 * 3600


def end_of_film(data: bytes, start: int) -> int:
    """Return the offset behind the film that begins at `start`.

    A film whose last box is cut off ends with the data.
    """
    end = start
    for kind, begin, after in boxes(io.BytesIO(data), start, len(data)):
        if kind == b"":  # no box, or one that is cut off
            is_cut_off = begin == start or data[begin + 4 : begin + 8] in _BOXES_OF_FILMS
            return len(data) if is_cut_off else begin
        if kind not in _BOXES_OF_FILMS or (kind == FIRST_BOX and end > start):
            break
        end = after
    return end


def film_name(source: BinaryIO, begin: int, end: int) -> str:
    """Return the name of the film between two offsets, with its length, such as ``film of 2.1 s``.

    The name is ``film`` if the film does not say its length.
    """
    for kind, first, after in boxes(source, begin, end):
        if kind == b"moov":
            for inner, *place in boxes(source, first, after):
                if inner == b"mvhd":
                    return _named(_seconds(source, *place))
    return _named(None)


def _named(seconds: float | None) -> str:
    if seconds is None or not 0 < seconds < _MOST_SECONDS:
        return "film"
    return f"film of {max(0.1, seconds):.1f} s"


def _seconds(source: BinaryIO, begin: int, end: int) -> float | None:
    """The length that a movie header states (8.2.2)."""
    source.seek(begin)
    header = source.read(min(end - begin, 32)).ljust(32, b"\0")
    scale, duration = struct.unpack_from(*(">IQ", header, 20) if header[0] else (">II", header, 12))
    return duration / scale if scale else None
