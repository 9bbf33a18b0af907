"""Record what a GIF file holds besides its frames: in its extensions, and behind its end."""

from __future__ import annotations

import re
from typing import BinaryIO

from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.appended import read_appended
from dupscan.imaging.embedded.contents import Contents, read_whole, shown
from dupscan.imaging.embedded.xmp_packet import read_packet

_PICTURE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_KNOWN = re.compile(rb"[,!;]")
_APPLICATION, _COMMENT, _PLAIN_TEXT, _CONTROL = 0xFF, 0xFE, 0x01, 0xF9
_SILENT = frozenset((b"NETSCAPE2.0", b"ANIMEXTS1.0"))
"""Loops."""
_PROFILE = b"ICCRGBG1012"
_XMP = b"XMP DataXMP"
_MAGIC_TRAILER = 258
"""Bytes behind an XMP packet that let a decoder skip the packet (XMP part 3, 1.1.2)."""
_MOST_BLOCKS = 1 << 22


def read_gif(source: BinaryIO, found: Contents) -> None:
    """Add all that a GIF file holds besides its frames, and count the frames."""
    data = read_whole(source)
    found.bit_depth, frames = 8, 0
    at = 13 + _palette(data[10:11])
    while at < len(data):
        mark = data[at]
        if mark == _END:
            read_appended(data, at + 1, found)
            break
        if mark == _PICTURE:
            frames += 1
            at = _after_blocks(data, at + 11 + _palette(data[at + 9 : at + 10]))
        elif mark == _EXTENSION:
            at = _read_extension(data, at, found)
        else:  # bytes that decoders pass over
            known = _KNOWN.search(data, at)
            at = known.start() if known else len(data)
    found.frames = max(1, frames)


def _palette(flags: bytes) -> int:
    """Bytes of the palette that a byte of flags announces."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """The offset behind a row of blocks, which ends with an empty one."""
    for _ in range(_MOST_BLOCKS):
        if at >= len(data) or not (length := data[at]):
            return at + 1
        at += 1 + length
    return len(data)


def _read_extension(data: bytes, at: int, found: Contents) -> int:
    """Add what an extension holds; return the offset behind it."""
    label = data[at + 1] if at + 1 < len(data) else _CONTROL
    end = _after_blocks(data, at + 2)
    if label == _COMMENT:
        text = _joined(data, at + 2, end)
        if text.strip(b"\0 \r\n"):
            found.add_metadata(contents.COMMENT, text)
    elif label == _APPLICATION:
        name = data[at + 3 : at + 3 + 11]
        if name == _XMP:
            packet = data[at + 14 : end - _MAGIC_TRAILER]
            if read_packet(packet).says_something:
                found.add_metadata(contents.XMP, packet)
        elif name == _PROFILE:
            found.profile = _joined(data, at + 14, end)
        elif name not in _SILENT:
            found.add_metadata(f"GIF extension {shown(name)}", data[at:end])
    elif label == _PLAIN_TEXT:
        found.add_metadata("GIF text", data[at:end])
    return end


def _joined(data: bytes, at: int, end: int) -> bytes:
    """The content of a row of blocks."""
    parts = []
    while at < end and at < len(data) and (length := data[at]):
        parts.append(data[at + 1 : at + 1 + length])
        at += 1 + length
    return b"".join(parts)
