"""PNG, WebP, GIF, JPEG 2000 and JPEG XL files into which chunks and boxes are written."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence

from PIL import Image, ImageCms

from benchmarks.pairs.blocks import exif_block, film, iptc_records, xmp_packet
from benchmarks.pairs.containers import (
    Piece,
    box,
    chunk_of_riff,
    join,
    join_riff,
    split_boxes,
    split_gif,
    split_png,
    split_riff,
)
from benchmarks.pairs.items import Cut, Item

EXIF = exif_block({0x8298: "Anna 2012"})
DATED = exif_block({}, {0x9003: "2012-12-22 10:37:28"})
RATED = exif_block({0x4746: 4})
NOTED = exif_block({}, {0x927C: b"Nobody\0" + bytes(range(200))})
PLACED = exif_block({}, has_place=True)
TURNED = exif_block({0x0112: 6})
XMP = xmp_packet('photoshop:Credit="Anna"')
XMP_DATED = xmp_packet('xmp:CreateDate="2012-12-22T10:37:28+01:00"')
XMP_RATED = xmp_packet('MicrosoftPhoto:Rating="75"')
XMP_TITLED = xmp_packet("", "<dc:title><rdf:Alt><rdf:li>Lake</rdf:li></rdf:Alt></dc:title>")
JUMBF = struct.pack(">I4s", 40, b"jumd") + b"c2pa" + bytes(range(200))
EXIF_ITEMS = (
    *((Item.EXIF, EXIF), (Item.DATE, DATED), (Item.RATING, RATED), (Item.MAKER_NOTE, NOTED)),
    *((Item.GPS, PLACED), (Item.ORIENTATION, TURNED)),
)
XMP_ITEMS = (
    *((Item.XMP, XMP), (Item.DATE, XMP_DATED), (Item.RATING, XMP_RATED)),
    (Item.CAPTION, XMP_TITLED),
)
_EXIF_UUID = b"JpgTiffExif->JP2"
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC_UUID = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
IPTC = iptc_records({55: "20121222", 120: "Anna at the lake", 110: "Anna"})


def profile() -> bytes:
    """Return a colour profile that is not sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def png_chunk(name: str, body: bytes) -> Piece:
    """Return a new chunk of a PNG."""
    head = name.encode("latin-1") + body
    whole = struct.pack(">I", len(body)) + head + struct.pack(">I", zlib.crc32(head))
    return Piece(name, body, whole)


def with_png_chunks(picture: bytes, *pieces: Piece) -> bytes:
    """Return a PNG with more chunks, behind its header."""
    own = split_png(picture)
    return join([*own[:2], *pieces, *own[2:]])


def added_to_png(picture: bytes) -> Iterator[Cut]:
    """Yield the PNG with one chunk more each."""
    chromaticities = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
    hexed = IPTC.hex().encode()
    raw = b"\niptc\n%8d\n" % len(IPTC) + hexed + b"\n"
    made = [
        (Item.CICP, "cICP", "cICP", bytes((9, 16, 0, 1))),
        (Item.GAMMA, "gAMA", "gAMA", struct.pack(">I", 100_000)),
        (Item.GAMMA, "cHRM", "cHRM", chromaticities),
        (Item.ICC, "iCCP", "iCCP", b"wide\0\0" + zlib.compress(profile())),
        (Item.LAYERS, "mkBT of Fireworks", "mkBT", bytes(range(250)) * 16),
        (Item.UNKNOWN, "unheard of chunk", "zzZz", bytes(range(250))),
        (Item.UNKNOWN, "Android's npTc", "npTc", bytes(range(84))),
        (Item.C2PA, "caBX", "caBX", struct.pack(">I4s", len(JUMBF) + 8, b"jumb") + JUMBF),
        (Item.TEXT, "tEXt", "tEXt", b"Description\0Anna at the lake"),
        (Item.TEXT, "zTXt", "zTXt", b"Comment\0\0" + zlib.compress(b"Anna at the lake")),
        (Item.TEXT, "iTXt", "iTXt", b"Title\0\0\0\0\0Anna am See"),
        (Item.TEXT, "parameters of a generator", "tEXt", b"parameters\0a lake, Steps: 20, Seed: 7"),
        (Item.DATE, "Creation Time", "tEXt", b"Creation Time\0" + b"2012:12:22 10:37:28"),
        (Item.IPTC, "raw profile", "zTXt", b"Raw profile type iptc\0\0" + zlib.compress(raw)),
        (Item.ALPHA, "tRNS of one colour", "tRNS", struct.pack(">HHH", *_common_colour(picture))),
    ]
    made += [(item, "eXIf", "eXIf", block) for item, block in EXIF_ITEMS]
    made += [
        (item, "iTXt XMP", "iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
        for item, packet in XMP_ITEMS
    ]
    for item, what, name, body in made:
        yield Cut(item, what, with_png_chunks(picture, png_chunk(name, body)))
    yield Cut(Item.APPENDED, "bytes behind the picture", picture + bytes(range(250)) * 16)
    yield Cut(Item.FILM, "film behind the picture", picture + film())


def _common_colour(picture: bytes) -> tuple[int, ...]:
    """Return the colour that most pixels have."""
    with Image.open(io.BytesIO(picture)) as opened:
        colours = opened.convert("RGB").getcolors(opened.width * opened.height) or []
    return max(colours)[1]  # type: ignore[return-value]  # of an RGB picture it is a tuple


def added_to_webp(picture: bytes) -> Iterator[Cut]:
    """Yield the WebP with one chunk more each, and with the flags that tell of them."""
    flags = {"ICCP": 0x20, "EXIF": 0x08, "XMP ": 0x04}
    made = [
        (Item.ICC, "ICCP", profile()),
        (Item.UNKNOWN, "zzzz", bytes(range(250))),
        (Item.C2PA, "C2PA", struct.pack(">I4s", len(JUMBF) + 8, b"jumb") + JUMBF),
    ]
    made += [(item, "EXIF", block) for item, block in EXIF_ITEMS]
    made += [(item, "XMP ", packet) for item, packet in XMP_ITEMS]
    for item, name, body in made:
        new = chunk_of_riff(name, body)
        own = _extended_webp(picture, flags.get(name, 0))
        pieces = [*own[:2], new, *own[2:]] if name == "ICCP" else [*own, new]
        yield Cut(item, f"chunk {name}", join_riff(pieces))
    yield Cut(Item.APPENDED, "bytes behind the picture", picture + bytes(range(250)) * 16)
    yield Cut(Item.FILM, "film behind the picture", picture + film())


def _extended_webp(picture: bytes, flags: int) -> list[Piece]:
    """Return the chunks of a simple lossless WebP with the extended header: RFC 9649, 2.7."""
    own = split_riff(picture)
    if own[1].name == "VP8X":
        return own
    bits = struct.unpack_from("<I", own[1].body, 1)[0]
    width, height = bits & 0x3FFF, bits >> 14 & 0x3FFF
    body = struct.pack("<I", flags) + width.to_bytes(3, "little") + height.to_bytes(3, "little")
    return [own[0], chunk_of_riff("VP8X", body), *own[1:]]


def added_to_gif(picture: bytes) -> Iterator[Cut]:
    """Yield the GIF with one block more each."""
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    made = [
        (Item.COMMENT, "comment", b"\x21\xfe" + _sub_blocks(b"Anna at the lake")),
        (Item.XMP, "XMP", b"\x21\xff\x0bXMP DataXMP" + XMP + magic),
        (Item.DATE, "XMP date", b"\x21\xff\x0bXMP DataXMP" + XMP_DATED + magic),
        (Item.RATING, "XMP rating", b"\x21\xff\x0bXMP DataXMP" + XMP_RATED + magic),
        (Item.ICC, "ICC", b"\x21\xff\x0bICCRGBG1012" + _sub_blocks(profile())),
        (Item.UNKNOWN, "application", b"\x21\xff\x0bNOBODYS 1.0" + _sub_blocks(bytes(range(200)))),
    ]
    own = split_gif(picture)
    for item, what, block in made:
        yield Cut(item, what, join([own[0], Piece(what, b"", block), *own[1:]]))
    yield Cut(Item.APPENDED, "bytes behind the picture", picture + bytes(range(1, 250)) * 16)


def _sub_blocks(body: bytes) -> bytes:
    parts = (body[at : at + 255] for at in range(0, len(body), 255))
    return b"".join(bytes((len(part),)) + part for part in parts) + b"\0"


def added_to_jp2(picture: bytes) -> Iterator[Cut]:
    """Yield the JPEG 2000 with one box more each."""
    made: list[tuple[Item, str, Piece]] = [
        (Item.UNKNOWN, "unheard of uuid", box("uuid", bytes(range(116)))),
        (Item.UNKNOWN, "box jpch", box("asoc", bytes(range(100)))),
        (Item.XMP, "xml", box("xml ", b"<about>Anna at the lake</about>")),
        (Item.IPTC, "uuid IPTC", box("uuid", _IPTC_UUID + IPTC)),
        (Item.C2PA, "jumb", box("jumb", JUMBF)),
    ]
    made += [
        (item, "uuid EXIF", box("uuid", _EXIF_UUID + block)) for item, block in EXIF_ITEMS[:-1]
    ]
    made += [(item, "uuid XMP", box("uuid", _XMP_UUID + packet)) for item, packet in XMP_ITEMS]
    yield from _with_boxes(picture, made)


def added_to_jxl(picture: bytes) -> Iterator[Cut]:
    """Yield the JPEG XL with one box more each; a bare codestream is put into a container."""
    if picture[:2] == b"\xff\x0a":
        start = box("JXL ", b"\r\n\x87\n"), box("ftyp", b"jxl \0\0\0\0jxl ")
        picture = join([*start, box("jxlc", picture)])
    made: list[tuple[Item, str, Piece]] = [
        (Item.C2PA, "jumb", box("jumb", JUMBF)),
        (Item.GAIN_MAP, "jhgm", box("jhgm", bytes(range(250)) * 16)),
        (Item.UNKNOWN, "unheard of box", box("zzzz", bytes(range(100)))),
        (Item.EXIF, "brob", box("brob", b"Exif" + bytes(range(100)))),
        (Item.XMP, "brob", box("brob", b"xml " + bytes(range(100)))),
    ]
    made += [(item, "Exif", box("Exif", bytes(4) + block)) for item, block in EXIF_ITEMS[:-1]]
    made += [(item, "xml", box("xml ", packet)) for item, packet in XMP_ITEMS]
    yield from _with_boxes(picture, made)


def _with_boxes(picture: bytes, made: Sequence[tuple[Item, str, Piece]]) -> Iterator[Cut]:
    own = split_boxes(picture)
    for item, what, piece in made:
        yield Cut(item, what, join([*own, piece]))
