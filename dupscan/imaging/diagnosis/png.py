"""Look at the structure of a PNG that its decoder refused: the checksum of each chunk."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from dupscan.imaging.diagnosis.finding import Finding, cut_off, damaged, metadata_only
from dupscan.imaging.headers import chunks, size_of

_BYTES_PER_READ = 1 << 20


def examine(source: BinaryIO, *, understood: bool) -> Finding | None:
    """Find the first chunk that is not as it was written; None if all are, up to the end."""
    size, kinds = size_of(source), []
    for kind, begin, end in chunks(source):
        if end + 4 > size:
            return cut_off()
        if _checksum(source, begin - 4, end) != _stored(source, end):
            return damaged(f"the checksum of its chunk {kind.decode('ascii', 'replace')} is wrong")
        kinds.append(kind)
    if kinds[-1:] != [b"IEND"]:
        return cut_off()
    return None if b"IDAT" in kinds else metadata_only()


def _checksum(source: BinaryIO, begin: int, end: int) -> int:
    source.seek(begin)
    checksum = 0
    while begin < end and (data := source.read(min(_BYTES_PER_READ, end - begin))):
        checksum = zlib.crc32(data, checksum)
        begin += len(data)
    return checksum


def _stored(source: BinaryIO, at: int) -> int:
    source.seek(at)
    return int.from_bytes(source.read(4), "big")
