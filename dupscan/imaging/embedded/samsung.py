"""Read the trailer in which Samsung's cameras store films, sound, depth and notes (SEFT).

Behind the data stands a directory of them, then the length of the directory and ``SEFT``. Layout
as described by ExifTool (Samsung.pm, ProcessSamsung).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.contents import Contents
from dupscan.imaging.embedded.film import FIRST_BOX
from dupscan.model.embedded import EmbeddedKind

END = b"SEFT"
_HEAD = b"SEFH"
_MOST = 256
_POINTER_TO_FILM, _SHORTEST_FILM = b"MotionPhoto_Data", 64
_BOX = b"sefd"
"""The box that a trailer stands in, in a HEIF file."""
_KINDS = (
    (b"SoundShot", EmbeddedKind.SOUND, contents.SOUND),
    (b"Audio", EmbeddedKind.SOUND, contents.SOUND),
    (b"DepthMap", EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP),
    (b"Depth_Map", EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP),
    (b"GainMap", EmbeddedKind.GAIN_MAP, contents.GAIN_MAP),
    (b"Panorama", EmbeddedKind.PANORAMA, contents.PANORAMA),
    (b"SurroundShot", EmbeddedKind.PANORAMA, contents.PANORAMA),
    (b"3DCapture", EmbeddedKind.MODEL_3D, "3D model"),
    (b"3DShot", EmbeddedKind.STEREO, contents.OTHER_EYE),
)
"""Names of entries, the kind of their data, and the words for them."""


def find_directory(data: bytes, begin: int) -> tuple[int, int] | None:
    """Return where the trailer's directory begins and ends in `data`; None without a trailer."""
    end = data.rfind(END, begin)
    if end < begin + 8:
        return None
    length = int.from_bytes(data[end - 4 : end], "little")
    start = end - 4 - length
    if start < begin or data[start : start + 4] != _HEAD:
        return None
    return start, end + len(END)


def read_entries(data: bytes, begin: int, found: Contents) -> list[tuple[int, int]]:
    """Add what the entries of a trailer hold; return the places of the entries that hold a film.

    `begin` is the offset of the directory.
    """
    films, notes = [], []
    for name, first, end in _entries(data, begin):
        body = data[first:end]
        if body[4:8] == FIRST_BOX:
            films.append((first, end))
        elif name == _POINTER_TO_FILM and len(body) < _SHORTEST_FILM:
            continue
        elif named := next((one for one in _KINDS if one[0] in name), None):
            found.add(named[1], named[2], body)
        elif body.startswith(b"\xff\xd8\xff"):
            found.add(EmbeddedKind.FURTHER_PICTURE, contents.FURTHER_PICTURE, body)
        elif body.strip(b"\0"):
            notes.append(name + b"=" + body)
    if notes:
        found.add_metadata("Samsung trailer", *notes)
    return films


def beginning_of_trailer(data: bytes, begin: int) -> int:
    """Return the offset of the first byte of the trailer whose directory begins at `begin`."""
    first = min((first for _, first, _ in _entries(data, begin, with_names=True)), default=begin)
    return first - 8 if data[first - 4 : first] == _BOX else first


def _entries(
    data: bytes, begin: int, *, with_names: bool = False
) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, first byte and end of each entry, with the name inside or left out."""
    count, left = int.from_bytes(data[begin + 8 : begin + 12], "little"), len(data)
    for number in range(min(count, _MOST)):
        at = begin + 12 + 12 * number
        if at + 12 > len(data):
            return
        back, size = struct.unpack_from("<II", data, at + 4)
        first = begin - back
        length = int.from_bytes(data[first + 4 : first + 8], "little") if first >= 0 else 0
        if first < 0 or back < size or size < 8 + length or size > left:
            continue
        left -= size
        name = data[first + 8 : first + 8 + length]
        yield name, first if with_names else first + 8 + length, first + size
