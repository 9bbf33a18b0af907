"""Record what a WebP file holds besides its frames: in its chunks, and behind its end."""

from __future__ import annotations

from typing import BinaryIO

from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.appended import read_appended
from dupscan.imaging.embedded.contents import Contents, read_at, shown
from dupscan.imaging.embedded.exif import read_exif
from dupscan.imaging.embedded.jpeg import add_data_in_packets
from dupscan.imaging.embedded.xmp_packet import read_packet
from dupscan.imaging.headers import size_of

_SILENT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ICCP"))
_FRAME = b"ANMF"
_MOST_CHUNKS = 65536


def read_webp(source: BinaryIO, found: Contents) -> None:
    """Add all that a WebP file holds besides its frames, and count the frames."""
    size = size_of(source)
    end = 8 + int.from_bytes(read_at(source, 4, 8), "little")
    found.bit_depth, frames, at = 8, 0, 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > min(end, size):
            break
        head = read_at(source, at, at + 8)
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        if kind == _FRAME:
            frames += 1
        elif kind not in _SILENT:
            _read_chunk(kind, read_at(source, at + 8, at + 8 + length), found)
        at += 8 + length + length % 2
    found.frames = max(1, frames)
    if end < size:
        read_appended(read_at(source, end, size), 0, found)


def _read_chunk(kind: bytes, data: bytes, found: Contents) -> None:
    if kind == b"EXIF":
        read_exif(data, found)
    elif kind == b"XMP ":
        packet = read_packet(data)
        if packet.says_something:
            found.add_metadata(contents.XMP, data)
        add_data_in_packets([packet], found)
    elif kind == b"C2PA":
        found.add_metadata(contents.C2PA, data)
    else:
        found.add_metadata(f"WebP chunk {shown(kind)}", data)
