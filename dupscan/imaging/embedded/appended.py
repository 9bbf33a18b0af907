"""Recognise what lies behind a picture in its file: films, further pictures, sound, or just bytes.

Pieces are known by their own structure, in any order, because programs move them and leave the
indexes as they were. An index only says what a further picture is for.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dupscan.imaging.embedded import contents, samsung
from dupscan.imaging.embedded.contents import Contents
from dupscan.imaging.embedded.film import end_of_film, film_name
from dupscan.imaging.embedded.jpeg_segments import JpegSegments, split_segments
from dupscan.imaging.embedded.multi_picture import PictureType
from dupscan.imaging.embedded.xmp_packet import IndexEntry, read_packet
from dupscan.model.embedded import EmbeddedKind

_BEGINNING = re.compile(rb"\xff\xd8\xff|\0\0[\0-\xff]{2}ftyp|RIFF[\0-\xff]{4}WAVE")
"""The beginning of a JPEG, of a film, or of sound."""
_MOST_PIECES = 64
XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
ISO_GAIN_MAP = b"urn:iso:std:iso:ts:21496:-1\0"
_SEMANTICS = {
    "GainMap": (EmbeddedKind.GAIN_MAP, contents.GAIN_MAP),
    "RecoveryMap": (EmbeddedKind.GAIN_MAP, contents.GAIN_MAP),
    "Depth": (EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP),
    "depthmap": (EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP),
    "Confidence": (EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP),
    "confidencemap": (EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP),
    "Original": (EmbeddedKind.FURTHER_PICTURE, contents.SHARP_ORIGINAL),
    "original_image": (EmbeddedKind.FURTHER_PICTURE, contents.SHARP_ORIGINAL),
}
"""Google's names of the pieces of a file (Dynamic Depth; Ultra HDR)."""
_PRIMARY = {"Primary", "primary_image"}
_PREVIEW = PictureType.PREVIEW


@dataclass(slots=True)
class Index:
    """The indexes of a file: what the pieces behind its picture are for."""

    types: Mapping[int, PictureType] = field(default_factory=dict)
    """By the offset of a picture in the file."""
    entries: list[IndexEntry] = field(default_factory=list)
    describes_gain_map: bool = False
    """True if the first picture says that it has a gain map."""


def read_appended(data: bytes, begin: int, found: Contents, index: Index | None = None) -> None:
    """Add all that stands in `data` from the offset `begin` on; a run of zeros is nothing."""
    index = index or Index()
    expected = deque(one for one in index.entries if one.semantic not in _PRIMARY)
    end, unknown = len(data), []
    if directory := samsung.find_directory(data, begin):
        for film in samsung.read_entries(data, directory[0], found):
            _add_film(data, *film, found)
        _add_unknown([data[directory[1] :]], found)
        end = max(begin, samsung.beginning_of_trailer(data, directory[0]))
    for first, after in _pieces(data, begin, end):
        if data.startswith(b"\xff\xd8\xff", first):
            _add_picture(data[first:after], index.types.get(first), expected, index, found)
        elif data.startswith(b"RIFF", first) and data.startswith(b"WAVE", first + 8):
            found.add(EmbeddedKind.SOUND, contents.SOUND, data[first:after])
        elif data.startswith(b"ftyp", first + 4):
            _add_film(data, first, after, found)
        else:
            unknown.append(data[first:after])
    _add_unknown(unknown, found)


def _pieces(data: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield first byte and end of each piece; bytes between known pieces are pieces too."""
    at = begin
    for _ in range(_MOST_PIECES):
        known = _BEGINNING.search(data, at, end)
        if known is None:
            break
        if known.start() > at:
            yield at, known.start()
        at = min(end, _end_of_piece(data, known.start()))
        yield known.start(), at
    if at < end:
        yield at, end


def _end_of_piece(data: bytes, start: int) -> int:
    if data.startswith(b"\xff", start):
        return split_segments(data, start).end
    if data.startswith(b"RIFF", start):
        return start + 8 + int.from_bytes(data[start + 4 : start + 8], "little")
    return end_of_film(data, start)


def _add_film(data: bytes, first: int, after: int, found: Contents) -> None:
    found.add(EmbeddedKind.FILM, film_name(io.BytesIO(data), first, after), data[first:after])


def _add_unknown(pieces: list[bytes], found: Contents) -> None:
    """Add bytes that nothing explains, without the zeros and the white space around them."""
    kept = [piece.strip(b"\0 \r\n\t") for piece in pieces]
    if size := sum(map(len, kept)):
        words = "1 byte" if size == 1 else f"{size:,} bytes"
        found.add(EmbeddedKind.APPENDED, f"{words} behind the picture", *kept)


def _add_picture(
    picture: bytes,
    type_: PictureType | None,
    expected: deque[IndexEntry],
    index: Index,
    found: Contents,
) -> None:
    """Add a picture behind the first one; a preview is left aside."""
    segments = split_segments(picture, 0)
    found.is_cut_off |= segments.is_cut_off
    own = _own_kind(picture, segments)
    listed = _listed(len(picture), expected)
    if type_ is _PREVIEW and own is None and listed is None:
        return
    kind, name = own or listed or _kind_by_type(type_, index)
    found.add(kind, name, picture)
    if type_ is not None and kind in (EmbeddedKind.STEREO, EmbeddedKind.FURTHER_PICTURE):
        found.frames = (found.frames or 1) + 1


def _own_kind(picture: bytes, segments: JpegSegments) -> tuple[EmbeddedKind, str] | None:
    """The kind that a picture's own metadata state; None if they say nothing of it."""
    for _, first, after in segments.application():
        block = picture[first:after]
        if block.startswith(ISO_GAIN_MAP):
            return EmbeddedKind.GAIN_MAP, contents.GAIN_MAP
        if block.startswith(XMP_HEAD):
            packet = read_packet(block[len(XMP_HEAD) :])
            if packet.auxiliary:
                return kind_of_auxiliary(packet.auxiliary)
            if packet.describes_gain_map:
                return EmbeddedKind.GAIN_MAP, contents.GAIN_MAP
    return None


def kind_of_auxiliary(urn: str) -> tuple[EmbeddedKind, str]:
    """Return kind and words for the type that Apple or a standard gives to an auxiliary picture."""
    last = urn.replace("\0", "").rpartition(":")[2].lower()
    if "gainmap" in last:
        return EmbeddedKind.GAIN_MAP, contents.GAIN_MAP
    if "matte" in last:
        return EmbeddedKind.DEPTH_MAP, contents.MATTE
    if "depth" in last or "disparity" in last or urn.endswith(":auxid:2"):
        return EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP
    return EmbeddedKind.FURTHER_PICTURE, "auxiliary picture"


def _listed(size: int, expected: deque[IndexEntry]) -> tuple[EmbeddedKind, str] | None:
    """The kind by Google's index: of the entry of this size, else of the next picture."""
    pictures = [one for one in expected if one.mime.startswith("image/") or not one.mime]
    entry = next((one for one in pictures if one.length == size), next(iter(pictures), None))
    if entry is None:
        return None
    expected.remove(entry)
    return _SEMANTICS.get(entry.semantic)


def _kind_by_type(type_: PictureType | None, index: Index) -> tuple[EmbeddedKind, str]:
    if type_ is PictureType.GAIN_MAP or (index.describes_gain_map and type_ is not _PREVIEW):
        return EmbeddedKind.GAIN_MAP, contents.GAIN_MAP
    if type_ is PictureType.OTHER_EYE:
        return EmbeddedKind.STEREO, contents.OTHER_EYE
    return EmbeddedKind.FURTHER_PICTURE, contents.FURTHER_PICTURE
