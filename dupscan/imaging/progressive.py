"""Make a small JPEG from the coarsest scans of a progressive JPEG.

The small JPEG needs a twentieth of the bytes, and a fifth of the time to decode. A progressive JPEG
begins with the mean of each block of 8 × 8 pixels (the DC scans); scans of finer detail follow. A
decoder that is asked for 1/8 of the size shows those means, and needs only the DC scans.

No other module parses a JPEG and writes a new one. The parser is strict, and leaves every unusual
file to the ordinary decoder. Numbers in the comments are sections of ITU-T T.81.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from dupscan.errors import InternalSignal
from dupscan.imaging.scaling import takes_an_eighth
from dupscan.model.formats import JPEG, PictureFormat

_BYTES_PER_READ = 1 << 16
"""Bytes that are read at a time."""
_MAX_BYTES = 64 << 20
"""Bytes that may come before the first scan of finer detail."""
_START, _END, _SCAN, _PROGRESSIVE = 0xD8, 0xD9, 0xDA, 0xC2
_BETWEEN_SCANS = frozenset((0xC4, 0xDD))
"""Segments that may stand between scans: Huffman tables and restart intervals."""
_BEFORE_FRAME = _BETWEEN_SCANS | frozenset((0xDB, *range(0xE0, 0xF0), 0xFE))
"""Segments that may stand before the frame: these, quantisation tables, application data, and
comments."""
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker that ends the compressed data of a scan; stuffed bytes and restarts do not."""
_BLOCKS_PER_RUN = 0x7FFF
"""Most empty blocks that one code can stand for (G.1.2.2)."""
_RUN_TABLE = b"\xff\xc4\0\x22\x10" + bytes([0, 0, 0, 15, *[0] * 12]) + bytes(range(0, 0xF0, 0x10))
"""A Huffman table of the fifteen codes for runs of empty blocks, four bits each."""
_NO_RESTARTS = b"\xff\xdd\0\4\0\0"


class _Unusual(InternalSignal):
    """Raised where a file is not the plain progressive JPEG that this module knows."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The size and the sampling that the header of a progressive JPEG states."""

    size: tuple[int, int]
    """Width and height as stored, pixels."""
    sampling: dict[int, tuple[int, int]]
    """Horizontal and vertical sampling factor of each component, by its number."""


def coarse_jpeg(source: BinaryIO, format_: PictureFormat) -> BinaryIO | None:
    """Make a small JPEG that can be decoded in place of an open file, for the working picture only.

    Its metadata are those of the file, and its working picture is equal except for rounding and,
    where colour is stored at half the size, for some of the finest colour. Only the beginning and
    the last two bytes of the file are read. Returns None if the file is not a plain progressive
    JPEG that is decoded at 1/8: then the whole file is to be decoded. Leaves the position where it
    was. Raises OSError when the file cannot be read.
    """
    if format_ is not JPEG:
        return None
    data = _dc_scans_only(source, at_an_eighth_only=True)
    return None if data is None else io.BytesIO(data)


def dc_scans(source: BinaryIO) -> bytes | None:
    """Make a complete JPEG of the DC scans of an open progressive JPEG; None for an unusual one.

    The JPEG holds no detail finer than 1/8, and is to be decoded at that scale. A file without an
    end marker is unusual, because its DC scans would pass for a whole picture. Leaves the position
    where it was. Raises OSError when the file cannot be read.
    """
    return _dc_scans_only(source, at_an_eighth_only=False)


def _dc_scans_only(source: BinaryIO, *, at_an_eighth_only: bool) -> bytes | None:
    before = source.tell()
    try:
        jpeg = _BufferedStart(source)
        frame = _read_frame(jpeg)
        if at_an_eighth_only and not takes_an_eighth(frame.size):
            return None
        end = _end_of_dc_scans(jpeg, set(frame.sampling))
        if not _ends_with_eoi(source):
            return None
    except _Unusual:
        return None
    finally:
        source.seek(before)
    return jpeg.up_to(end) + _empty_scans(frame) + bytes((0xFF, _END))


class _BufferedStart:
    """The first bytes of a file, read only as far as the parser needs them."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._read = bytearray()
        self.at = 0
        """Offset of the next byte to be parsed."""
        source.seek(0)

    def marker(self) -> int:
        """Read the marker at the current offset, fill bytes left out."""
        if self._take(1) != b"\xff":
            raise _Unusual
        while (kind := self._take(1)[0]) == 0xFF:
            pass
        return kind

    def segment(self) -> bytes:
        """Read the content of a segment whose marker was read."""
        length = int.from_bytes(self._take(2), "big")
        if length < 2:
            raise _Unusual
        return self._take(length - 2)

    def skip_compressed(self) -> None:
        """Go to the next marker that is not part of the compressed data of a scan."""
        while (found := _NEXT_MARKER.search(self._read, self.at)) is None:
            self.at = max(self.at, len(self._read) - 1)  # the last byte may begin a marker
            self._read_more()
        self.at = found.start()

    def up_to(self, end: int) -> bytes:
        return bytes(self._read[:end])

    def _take(self, count: int) -> bytes:
        while len(self._read) < self.at + count:
            self._read_more()
        self.at += count
        return bytes(self._read[self.at - count : self.at])

    def _read_more(self) -> None:
        data = self._source.read(_BYTES_PER_READ)
        if not data or len(self._read) > _MAX_BYTES:
            raise _Unusual
        self._read += data


def _read_frame(jpeg: _BufferedStart) -> _Frame:
    """Read all segments up to and including the header of the frame."""
    if jpeg.marker() != _START or jpeg.at != 2:
        raise _Unusual
    while (kind := jpeg.marker()) in _BEFORE_FRAME:
        jpeg.segment()
    if kind != _PROGRESSIVE:
        raise _Unusual
    return _frame(jpeg.segment())


def _frame(header: bytes) -> _Frame:
    """Parse the header of a frame (B.2.2)."""
    if len(header) < 6 or len(header) != 6 + 3 * header[5]:
        raise _Unusual
    height, width = int.from_bytes(header[1:3], "big"), int.from_bytes(header[3:5], "big")
    parts = [header[at : at + 3] for at in range(6, len(header), 3)]
    sampling = {number: (packed >> 4, packed & 15) for number, packed, _ in parts}
    usual = header[0] == 8 and header[5] in (1, 3) and len(sampling) == header[5]
    known = all(1 <= side <= 4 for sides in sampling.values() for side in sides)
    if not (
        usual and known and width and height
    ):  # a height of 0 means that it follows the first scan
        raise _Unusual
    return _Frame((width, height), sampling)


def _end_of_dc_scans(jpeg: _BufferedStart, missing: set[int]) -> int:
    """The offset of the first scan of finer detail, behind the DC scans of all components."""
    allowed = _BEFORE_FRAME
    while True:
        end = jpeg.at
        kind = jpeg.marker()
        if kind != _SCAN:
            if kind not in allowed:
                raise _Unusual
            jpeg.segment()
            continue
        found = _dc_scan(jpeg.segment())
        if found is None and not missing:
            return end
        if found is None or not found <= missing:
            raise _Unusual
        missing, allowed = missing - found, _BETWEEN_SCANS  # comments in between would be lost
        jpeg.skip_compressed()


def _dc_scan(header: bytes) -> set[int] | None:
    """The components of a first DC scan; None for a scan of finer detail (B.2.3, G.1.1.1)."""
    if len(header) < 4 or len(header) != 4 + 2 * header[0]:
        raise _Unusual
    first, last, precision = header[-3:]
    if first > 0 or precision >> 4:
        return None
    numbers = set(header[1:-3:2])
    if last or len(numbers) != header[0]:
        raise _Unusual
    return numbers


def _ends_with_eoi(source: BinaryIO) -> bool:
    source.seek(-2, io.SEEK_END)
    return source.read(2) == bytes((0xFF, _END))


def _empty_scans(frame: _Frame) -> bytes:
    """Make scans that state of every block that it has no finer detail.

    Without these scans libjpeg takes the picture for one that is still arriving and guesses at its
    detail, which takes twice the time and moves the means.
    """
    width, height = frame.size
    most_across = max(across for across, _ in frame.sampling.values())
    most_down = max(down for _, down in frame.sampling.values())
    scans = _NO_RESTARTS + _RUN_TABLE
    for number, (across, down) in frame.sampling.items():
        columns = -(-width * across // (8 * most_across))  # A.1.1, A.2.2
        rows = -(-height * down // (8 * most_down))
        header = bytes((1, number, 0, 1, 63, 0))
        scans += b"\xff\xda\0\x08" + header + _run_of_empty_blocks(columns * rows)
    return scans


def _run_of_empty_blocks(count: int) -> bytes:
    """Compressed data for `count` empty blocks in a row (G.1.2.2)."""
    bits = ""
    while count:
        run = min(count, _BLOCKS_PER_RUN)
        digits = f"{run:b}"[1:]  # the highest bit is given by the number of digits
        bits += f"{len(digits):04b}{digits}"
        count -= run
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
