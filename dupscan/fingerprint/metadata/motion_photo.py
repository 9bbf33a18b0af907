"""Recognise motion photos: photographs of phones that hold a short video too.

Metadata cannot be trusted here: a motion photo that was saved again still has the metadata of one,
but its video is gone. So only the video itself counts. A JPEG without a video ends with its end
marker, so reading two bytes is enough for nearly all JPEGs.
"""

from __future__ import annotations

from contextlib import suppress
from typing import BinaryIO

from dupscan.imaging.headers import boxes, size_of
from dupscan.model.formats import AVIF, HEIF, JPEG, PictureFormat

_END = b"\xff\xd9"
_PADDING = 4096
"""Bytes at the end of a file in which the end marker is searched behind zeros."""
_BYTES_PER_READ = 1 << 20
"""Bytes that are read at a time."""
_FIRST_BOX = b"ftyp"
"""The kind of the first box of a video; the four bytes before it are the length of the box."""
_MAY_HOLD_VIDEO = (b"mpvd", b"sefd", b"")
"""Boxes in which Google and Samsung store the video of a HEIF file; ``b""`` is no box at all."""


def contains_video(source: BinaryIO, format_: PictureFormat) -> bool:
    """True if an open picture file holds a video behind the picture.

    Searches a JPEG only if the file does not end with the end marker of a JPEG. Leaves the position
    where it was.
    """
    with suppress(OSError, ValueError):
        before = source.tell()
        try:
            if format_ is JPEG:
                return _behind_jpeg(source)
            if format_ in (HEIF, AVIF):
                return _behind_boxes(source)
        finally:
            source.seek(before)
    return False


def _behind_jpeg(source: BinaryIO) -> bool:
    size = size_of(source)
    for length in (2, _PADDING):
        source.seek(max(0, size - length))
        if source.read(length).rstrip(b"\0").endswith(_END):
            return False
    return _video_begins_in(source, 0, size)


def _behind_boxes(source: BinaryIO) -> bool:
    _, *behind = boxes(source, 0, size_of(source))  # the first box states the format of the picture
    return any(
        kind == _FIRST_BOX or (kind in _MAY_HOLD_VIDEO and _video_begins_in(source, begin, end))
        for kind, begin, end in behind
    )


def _video_begins_in(source: BinaryIO, begin: int, end: int) -> bool:
    """True if the first box of a video lies between two offsets of a file."""
    source.seek(begin)
    rest = b""
    while begin < end and (data := source.read(min(_BYTES_PER_READ, end - begin))):
        begin += len(data)
        data = rest + data
        at = -1
        while (at := data.find(_FIRST_BOX, at + 1)) >= 0:
            if at >= 4 and data[at - 4 : at - 1] == b"\0\0\0" and data[at - 1] >= 8:
                return True
        rest = data[-7:]
    return False
