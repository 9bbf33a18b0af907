"""Record what a PNG file holds besides its picture: in its chunks, and behind its end."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from typing import BinaryIO

from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.appended import read_appended
from dupscan.imaging.embedded.contents import Contents, read_at, shown
from dupscan.imaging.embedded.exif import read_exif
from dupscan.imaging.embedded.jpeg import add_data_in_packets
from dupscan.imaging.embedded.photoshop import read_iptc, read_resources
from dupscan.imaging.embedded.xmp_packet import SILENT_PROPERTIES, read_packet
from dupscan.imaging.headers import USUAL_COLOURS, chunks, size_of
from dupscan.model.embedded import EmbeddedKind

_SILENT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP bKGD hIST pHYs sPLT tIME acTL fcTL "
    b"fdAT iDOT CgBI vpAg".split()
)
"""Chunks of the picture itself, and those that say how it is to be shown or when it was saved."""
_PICTURE, _FRAME = b"IDAT", b"fcTL"
_COLOURS = frozenset((b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"))
_SRGB_GAMMA = 45455
_SRGB = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
"""White point and primaries of sRGB in a chunk ``cHRM``."""
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_XMP_KEYWORDS = ("XML:com.adobe.xmp", "Raw profile type xmp")
_SILENT_KEYWORDS = SILENT_PROPERTIES | frozenset(
    "Software date:create date:modify date:timestamp signature tiff:alpha tiff:endian "
    "tiff:photometric tiff:rows-per-strip tiff:software tiff:timestamp".split()
)
_SILENT_PREFIXES = ("png:", "Thumb::", "icc:", "xmpMM:", "stRef:", "stEvt:", "Raw profile type icc")
_GAIN_MAPS = frozenset((b"gmAP", b"gdAT", b"gMAP"))
_LAYERS_PREFIX = b"mk"
"""Beginning of the names of the chunks in which Fireworks keeps its layers."""
_MOST_CHUNKS = 65536
_MOST_TEXT, _MOST_TEXTS = 64 << 20, 100
"""Bytes of a text, and number of items behind which texts are not decompressed any more."""


def read_png(source: BinaryIO, found: Contents) -> None:
    """Add all that a PNG file holds besides its picture."""
    end, kind = 8, b""
    layers: list[bytes] = []
    colours: dict[bytes, bytes] = {}
    order: list[bytes] = []
    for number, (kind, begin, after) in enumerate(chunks(source)):
        end = after + 4
        order.append(kind)
        if number == 0:
            found.bit_depth = _bit_depth(read_at(source, begin, after))
        elif kind in _COLOURS:
            colours[kind] = read_at(source, begin, min(after, begin + 64))
        elif kind.startswith(_LAYERS_PREFIX):
            layers.append(read_at(source, begin, after))
        elif kind not in _SILENT:
            _read_chunk(kind, read_at(source, begin, after), found)
        if number == _MOST_CHUNKS:
            break
    found.frames = _frames(order)
    found.colour_space = _colour_space(colours)
    if layers:
        found.add(EmbeddedKind.LAYERS, contents.LAYERS, *layers)
    if kind == b"IEND" and end < (size := size_of(source)):
        read_appended(read_at(source, end, size), 0, found)


def _frames(order: list[bytes]) -> int:
    """The frames by the kinds of all chunks; a picture before the animation is one more."""
    frames = order.count(_FRAME)
    if not frames or _PICTURE not in order:
        return 1
    return frames + (order.index(_PICTURE) < order.index(_FRAME))


def _bit_depth(header: bytes) -> int | None:
    """The depth in a header; 8 for a palette, whose colours have that depth."""
    if len(header) < 10:
        return None
    return 8 if header[9] == 3 else header[8]


def _colour_space(colours: dict[bytes, bytes]) -> str | None:
    """The name of an unusual colour space; None for sRGB, and where a profile states it."""
    if len(cicp := colours.get(b"cICP", b"")) >= 2:
        return None if (cicp[0], cicp[1]) in USUAL_COLOURS else f"CICP {cicp[0]}/{cicp[1]}"
    if b"iCCP" in colours or b"sRGB" in colours:
        return None
    gamma = int.from_bytes(colours.get(b"gAMA", b""), "big")
    if gamma and abs(gamma - _SRGB_GAMMA) > 1:
        return f"gamma {100_000 / gamma:.2f}"
    return "primaries of its own" if colours.get(b"cHRM", _SRGB) != _SRGB else None


def _read_chunk(kind: bytes, data: bytes, found: Contents) -> None:
    if kind == b"eXIf":
        read_exif(data, found)
    elif kind in _TEXTS and len(found.items) < _MOST_TEXTS:
        keyword, text = _text(kind, data)
        _read_text(keyword, text, found)
    elif kind == b"caBX":
        found.add_metadata(contents.C2PA, data)
    elif kind in _GAIN_MAPS:
        found.add(EmbeddedKind.GAIN_MAP, contents.GAIN_MAP, data)
    else:
        found.add_metadata(f"PNG chunk {shown(kind)}", data)


def _read_text(keyword: str, text: bytes, found: Contents) -> None:
    if keyword in _XMP_KEYWORDS:
        raw = text if keyword == _XMP_KEYWORDS[0] else _raw_profile(text)
        packet = read_packet(raw)
        if packet.says_something:
            found.add_metadata(contents.XMP, raw)
        add_data_in_packets([packet], found)
    elif keyword in ("Raw profile type exif", "Raw profile type APP1"):
        raw = _raw_profile(text)
        if raw.startswith(b"http://ns.adobe.com"):
            found.add_metadata(contents.XMP, raw)
        else:
            read_exif(raw, found)
    elif keyword in ("Raw profile type iptc", "Raw profile type 8bim"):
        raw = _raw_profile(text)
        (read_resources if raw.startswith(b"8BIM") else read_iptc)(raw, found)
    elif keyword.startswith("exif:") and keyword not in _SILENT_KEYWORDS:  # by ImageMagick
        if not any(one.name == contents.EXIF for one in found.items):
            found.add_metadata(contents.EXIF, text)
    elif keyword.lower() == "comment":
        found.add_metadata(contents.COMMENT, text)
    elif keyword not in _SILENT_KEYWORDS and not keyword.startswith(_SILENT_PREFIXES):
        found.add_metadata(f"PNG text {keyword}", text)


def _text(kind: bytes, data: bytes) -> tuple[str, bytes]:
    """The keyword and the text of a chunk, the text decompressed (PNG 3, 11.3.3)."""
    keyword, _, rest = data.partition(b"\0")
    if kind == b"zTXt":
        rest = _inflated(rest[1:])
    elif kind == b"iTXt":
        is_compressed = rest[:1] == b"\1"
        rest = rest[2:].split(b"\0", 2)[-1]
        rest = _inflated(rest) if is_compressed else rest
    return shown(keyword), rest


def _inflated(data: bytes) -> bytes:
    """Decompressed bytes, up to a limit; the bytes themselves if they are damaged."""
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(data, _MOST_TEXT)
    return data


def _raw_profile(text: bytes) -> bytes:
    """The bytes that ImageMagick writes as hexadecimal digits, behind a name and a length."""
    with suppress(ValueError):
        return bytes.fromhex("".join(text.decode("ascii", "replace").split()[2:]))
    return text
