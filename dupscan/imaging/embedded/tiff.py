"""Record what a TIFF file holds besides its pages: layers, further pictures, private tags."""

from __future__ import annotations

from typing import BinaryIO

from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.appended import read_appended
from dupscan.imaging.embedded.contents import Contents, read_at
from dupscan.imaging.embedded.exif import SILENT_TAGS, read_exif_tags
from dupscan.imaging.embedded.jpeg import add_data_in_packets
from dupscan.imaging.embedded.photoshop import read_iptc, read_resources
from dupscan.imaging.embedded.tiff_directories import Entry, TiffDirectories
from dupscan.imaging.embedded.xmp_packet import read_packet
from dupscan.imaging.headers import size_of
from dupscan.model.embedded import EmbeddedKind

_WIDTH, _HEIGHT, _BITS, _KIND, _SUB_IFDS = 256, 257, 258, 254, 330
_DATA = ((273, 279), (324, 325), (513, 514))
"""Tags for the offsets and the sizes of strips, of tiles, and of a JPEG."""
_XMP, _IPTC, _RESOURCES, _PROFILE, _LAYERS = 700, 33723, 34377, 34675, (37724, 50784)
_GEO = frozenset((33550, 33922, 34264, 34735, 34736, 34737))
_UNDERSTOOD = frozenset((_XMP, _IPTC, _RESOURCES, _PROFILE, *_LAYERS, *_GEO))
"""Tags that are read by name."""
_EXIF = frozenset((*range(33432, 33440), 34665, *range(34850, 34868), *range(36864, 37632)))
_EXIF |= frozenset((*range(40091, 40096), 40965))
"""Private tags that are EXIF data in any directory."""
_FIRST_PRIVATE = 32768
_SILENT_PRIVATE = frozenset((32781, 32932, 32934, 32995, 32996, 32997, 32998, 34310, 37439))
"""Ids, measures of the samples, and tags that old programs write empty."""
_READ_ELSEWHERE = _UNDERSTOOD | _EXIF | _SILENT_PRIVATE | SILENT_TAGS
_REDUCED, _MASK = 1, 4
_MOST_PAGES_READ = 64
"""Pages whose tags are read; further pages are only counted."""


def read_tiff(source: BinaryIO, found: Contents) -> None:
    """Add all that a TIFF file holds besides its pages; count the pages whose data are there."""
    tiff, size = TiffDirectories(source), size_of(source)
    pages, depths, end = 0, [1], 8
    for number, page in enumerate(tiff.chain()):
        is_page = _has_data(tiff, page, size) and not (number and _is_reduced(tiff, page))
        pages += is_page
        end = max(end, _end_of_data(tiff, page))
        if number < _MOST_PAGES_READ:
            if is_page:
                depths += tiff.numbers(page.get(_BITS))
            _read_page(tiff, page, found, size)
    found.frames = max(1, pages)
    found.bit_depth = max(depths)
    if (end := max(end, tiff.end)) < size:
        read_appended(read_at(source, end, size), 0, found)


def read_raw(source: BinaryIO, found: Contents) -> None:
    """Add the metadata of a RAW file that is built as a TIFF; its pictures are the camera's own."""
    tiff = TiffDirectories(source)
    first, _ = tiff.directory(tiff.first)
    _read_metadata(tiff, first, found)


def _read_page(tiff: TiffDirectories, page: dict[int, Entry], found: Contents, size: int) -> None:
    _read_metadata(tiff, page, found)
    layers = [tiff.value(page[tag]) for tag in _LAYERS if tag in page]
    if any(layers):
        found.add(EmbeddedKind.LAYERS, contents.LAYERS, *layers)
    for tag in sorted(page):
        if tag >= _FIRST_PRIVATE and tag not in _READ_ELSEWHERE:
            found.add_metadata(f"TIFF tag {tag}", tiff.value(page[tag]))
    for at in tiff.numbers(page.get(_SUB_IFDS))[:_MOST_PAGES_READ]:
        below, _ = tiff.directory(at)
        tiff.end = max(tiff.end, _end_of_data(tiff, below))
        if _has_data(tiff, below, size) and not _is_reduced(tiff, below):
            found.add(
                EmbeddedKind.FURTHER_PICTURE, contents.FURTHER_PICTURE, *_data_of(tiff, below)
            )


def _read_metadata(tiff: TiffDirectories, page: dict[int, Entry], found: Contents) -> None:
    others = frozenset(tag for tag in page if tag >= _FIRST_PRIVATE and tag not in _EXIF)
    read_exif_tags(tiff, page, found, silent=SILENT_TAGS | _UNDERSTOOD | others)
    if packet := tiff.value(page[_XMP]) if _XMP in page else b"":
        read = read_packet(packet)
        if read.says_something:
            found.add_metadata(contents.XMP, packet)
        add_data_in_packets([read], found)
    if _IPTC in page:
        read_iptc(tiff.value(page[_IPTC]), found)
    if _RESOURCES in page:
        read_resources(tiff.value(page[_RESOURCES]), found)
    if geo := sorted(_GEO & page.keys()):
        found.add_metadata("GeoTIFF", *(tiff.value(page[tag]) for tag in geo))


def _is_reduced(tiff: TiffDirectories, page: dict[int, Entry]) -> bool:
    """True for a smaller version of another page, such as a thumbnail, and for a mask of one."""
    return any(kind & (_REDUCED | _MASK) for kind in tiff.numbers(page.get(_KIND))[:1])


def _has_data(tiff: TiffDirectories, page: dict[int, Entry], size: int) -> bool:
    """True if a page has a size, and its first bytes lie in the file."""
    if _WIDTH not in page or _HEIGHT not in page:
        return False
    return any(0 < at < size for tag, _ in _DATA for at in tiff.numbers(page.get(tag))[:1])


def _end_of_data(tiff: TiffDirectories, page: dict[int, Entry]) -> int:
    """The offset behind the compressed bytes of a page."""
    return max(
        (
            at + length
            for places, sizes in _DATA
            for at, length in zip(
                tiff.numbers(page.get(places)), tiff.numbers(page.get(sizes)), strict=False
            )
        ),
        default=0,
    )


def _data_of(tiff: TiffDirectories, page: dict[int, Entry]) -> list[bytes]:
    """The compressed bytes of a page."""
    pieces = []
    for places, sizes in _DATA:
        offsets, lengths = tiff.numbers(page.get(places)), tiff.numbers(page.get(sizes))
        for at, length in zip(offsets, lengths, strict=False):
            pieces.append(tiff.value(Entry(7, length, at)))
    return pieces
