"""Whether a photograph holds its film too, as those of many telephones do.

Kept apart because no metadata can be trusted with it: a picture that was saved again still says
that it moves, and its film is gone. Only the film itself counts. A JPEG ends where it ends, so that
all but moving photographs cost two bytes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import BinaryIO

from dupscan.imaging.headers import boxes, size_of
from dupscan.model.formats import AVIF, HEIF, JPEG, PictureFormat

_END = b"\xff\xd9"
_PADDING = 4096
"""Zeros behind a picture that are looked through for its end."""
_BYTES_PER_READ = 1 << 20
"""Bytes read in one go."""
_FIRST_BOX = b"ftyp"
"""The kind of the first box of a film; before it stands how long the box is, in four bytes."""
_MAY_HOLD_VIDEO = (b"mpvd", b"sefd", b"")
"""Boxes in which Google and Samsung put the film of a HEIF file, and what is no box at all."""


def contains_video(source: BinaryIO, format_: PictureFormat) -> bool:
    """Whether there is a film in an open picture file, behind the picture.

    Looks through a JPEG only when it does not end as one. Leaves the position where it was.
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
    _, *behind = boxes(source, 0, size_of(source))  # the first says that it is a picture
    return any(
        kind == _FIRST_BOX or (kind in _MAY_HOLD_VIDEO and _video_begins_in(source, begin, end))
        for kind, begin, end in behind
    )


def _video_begins_in(source: BinaryIO, begin: int, end: int) -> bool:
    """Whether the first box of a film lies between two places of a file."""
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
