"""The cutter for each format."""

from __future__ import annotations

import struct

from benchmarks.pairs.cuts_chunks import (
    cuts_of_gif,
    cuts_of_jp2,
    cuts_of_jxl,
    cuts_of_png,
    cuts_of_webp,
)
from benchmarks.pairs.cuts_heif import cuts_of_heif
from benchmarks.pairs.cuts_jpeg import cuts_of_jpeg
from benchmarks.pairs.cuts_tiff import cuts_of_tiff
from benchmarks.pairs.items import Cut, Cutter

_CUTTERS: dict[str, Cutter] = {
    "JPEG": cuts_of_jpeg,
    "PNG": cuts_of_png,
    "WebP": cuts_of_webp,
    "GIF": cuts_of_gif,
    "TIFF": cuts_of_tiff,
    "HEIF": cuts_of_heif,
    "AVIF": cuts_of_heif,
    "JPEG XL": cuts_of_jxl,
    "JPEG 2000": cuts_of_jp2,
}


def format_of(content: bytes) -> str | None:
    """Return the format of a file by its first bytes; None for formats that nothing is cut from."""
    head = content[:12]
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG"):
        return "PNG"
    if head.startswith(b"RIFF") and head.endswith(b"WEBP"):
        return "WebP"
    if head.startswith(b"GIF8"):
        return "GIF"
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF"
    if head[4:8] == b"ftyp":
        return "AVIF" if head[8:11] == b"avi" or b"av01" in content[:4096] else "HEIF"
    return {b"JXL ": "JPEG XL", b"jP  ": "JPEG 2000"}.get(head[4:8])


def cuts_of(content: bytes) -> list[Cut]:
    """Return a file without each of the things that it holds; [] if it cannot be taken apart."""
    kind = format_of(content)
    if kind is None:
        return []
    try:
        return [cut for cut in _CUTTERS[kind](content) if cut.content != content]
    except (ValueError, struct.error, IndexError, KeyError):
        return []
