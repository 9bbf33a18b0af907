"""Metadata that nobody would miss: names of programs, versions, sizes, print settings.

Blocks that hold nothing else make no pair: whoever loses them loses nothing.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from benchmarks.pairs.containers import split_jpeg, split_png
from benchmarks.pairs.cuts_exif import says_something
from benchmarks.pairs.items import Item
from benchmarks.pairs.tiff import first_directory, next_directory, sub_directory, tags_of

_PACKET = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>|<rdf:RDF.*?</rdf:RDF>", re.DOTALL)
_PROPERTY = re.compile(rb"(?<![\w:/\"'])([A-Za-z]\w*):([A-Za-z]\w*)(?=[=>\s/])")
_NEEDLESS_SPACES = (b"x", b"xml", b"xmlns", b"rdf", b"xmpMM", b"stRef", b"stEvt", b"tiff", b"iX")
_NEEDLESS_PROPERTIES = {
    *((b"xmp", name) for name in (b"CreatorTool", b"ModifyDate", b"MetadataDate")),
    *((b"xap", name) for name in (b"CreatorTool", b"ModifyDate", b"MetadataDate")),
    *((b"photoshop", name) for name in (b"ColorMode", b"ICCProfile", b"History")),
    *((b"exif", name) for name in (b"PixelXDimension", b"PixelYDimension", b"ColorSpace")),
    *((b"exif", name) for name in (b"ExifVersion", b"FlashpixVersion", b"NativeDigest")),
    *((b"dc", b"format"), (b"photoshop", b"LegacyIPTCDigest")),
}
_PROGRAM = re.compile(
    rb"written by|created (with|by)|creator|applemark|lead tech|jpeg library|optimi[sz]ed|software"
    rb"|acd systems|gd-jpeg|handmade|xv version|libjpeg|jpeg encoder",
    re.IGNORECASE,
)
_PATHS = range(2000, 3000)
"""Photoshop resources that hold clipping paths."""
_WORDS = (1035, 1058, 1060)
"""Photoshop resources with an address, EXIF, and XMP."""
_NEEDLESS_BLOCKS = ("rreq", "resd", "uinf", "iDOT", "orNT", "oFFs", "vpAg", "caNv")
_REDUCED = b"\1"


def is_needless(item: Item, what: str, content: bytes) -> bool:
    """True if what is cut out of a file says nothing that anyone might miss."""
    if item is Item.UNKNOWN and what in _NEEDLESS_BLOCKS:
        return True
    look = _LOOKS.get(item)
    try:
        return look is not None and not look(content)
    except (ValueError, struct.error, IndexError, zlib.error):
        return False


def _says_in_exif(content: bytes) -> bool:
    """True if an EXIF block of the file says something; blocks are looked for by their start."""
    if content[:4] in (b"II*\0", b"MM\0*"):
        tags = tags_of(content, sub_directory(content, 0x8769))
        return bool(set(tags) - _VERSIONS)
    content = b"".join(_raw_profiles(content)) or content
    starts = [
        found.start() for found in re.finditer(rb"II\*\0\x08\0\0\0|MM\0\*\0\0\0\x08", content)
    ]
    return not starts or any(_says(content[start : start + 100_000]) for start in starts)


def _raw_profiles(content: bytes) -> Iterator[bytes]:
    """Yield the EXIF blocks that ImageMagick writes into texts of a PNG, as hexadecimal digits."""
    for piece in split_png(content) if content.startswith(b"\x89PNG") else ():
        key, _, value = piece.body.partition(b"\0")
        if key in (b"Raw profile type exif", b"Raw profile type APP1"):
            text = zlib.decompress(value[1:]) if piece.name == "zTXt" else value
            yield bytes.fromhex(b"".join(text.split(b"\n")[3:]).decode("latin-1"))


_VERSIONS = frozenset((0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA005))


def _says(block: bytes) -> bool:
    try:
        return says_something(block)
    except (ValueError, struct.error):
        return True


def _says_in_xmp(content: bytes) -> bool:
    """True if an XMP packet of the file has a property that is not needless."""
    packets = _PACKET.findall(content)
    return not packets or any(
        space not in _NEEDLESS_SPACES and (space, name) not in _NEEDLESS_PROPERTIES
        for packet in packets
        for space, name in _PROPERTY.findall(re.sub(rb"xmlns:\w+=", b"", packet))
    )


def _says_in_iptc(content: bytes) -> bool:
    """True if a record of application 2 has more than a version: IPTC IIM 4.2."""
    return not content.count(b"\x1c\x02\0\0\2") or bool(
        re.search(rb"\x1c\x02[\x01-\xe6]\0[\x01-\xff]", content)
    )


def _says_in_photoshop(content: bytes) -> bool:
    return any(number in _PATHS or number in _WORDS for number in _resources(content))


def _resources(content: bytes) -> Iterator[int]:
    for found in re.finditer(rb"8BIM(..)\0\0", content, re.DOTALL):
        yield int.from_bytes(found.group(1), "big")


def _says_in_comment(content: bytes) -> bool:
    if not content.startswith(b"\xff\xd8"):
        return True
    comments = [piece.body for piece in split_jpeg(content) if piece.name == "COM"]
    return any(len(body) > 3 and not _PROGRAM.search(body) for body in comments) and not any(
        body.startswith(b"AppleMark") for body in comments
    )


def _has_full_pages(content: bytes) -> bool:
    """True if a page is no smaller copy of another one: NewSubfileType in TIFF 6.0."""
    at = next_directory(content, first_directory(content))
    for _ in range(100):
        if not at:
            return False
        if tags_of(content, at).get(254, b"").strip(b"\0") != _REDUCED:
            return True
        at = next_directory(content, at)
    return True


_LOOKS: dict[Item, Callable[[bytes], bool]] = {
    Item.EXIF: _says_in_exif,
    Item.XMP: _says_in_xmp,
    Item.IPTC: _says_in_iptc,
    Item.PHOTOSHOP: _says_in_photoshop,
    Item.COMMENT: _says_in_comment,
    Item.PAGES: _has_full_pages,
}
