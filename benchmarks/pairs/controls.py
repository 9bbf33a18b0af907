"""Pairs that lose nothing anyone would miss: a plan that declines them is too careful."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from PIL import Image

from benchmarks.pairs.blocks import exif_block, xmp_packet
from benchmarks.pairs.containers import (
    TRAILER,
    box,
    chunk_of_riff,
    join,
    join_riff,
    segment,
    split_boxes,
    split_gif,
    split_jpeg,
    split_png,
    split_riff,
)
from benchmarks.pairs.cuts_jpeg import EXIF, PHOTOSHOP, XMP
from benchmarks.pairs.made_chunks import IPTC, png_chunk, with_png_chunks
from benchmarks.pairs.made_jpeg import with_segment
from benchmarks.pairs.made_pictures import encoded
from benchmarks.pairs.tiff import first_directory, next_directory, with_tags

Control = tuple[str, str, bytes, bytes]
"""Name, format, and the bytes of the file that seems to have more, and of the other."""
_EMPTY_XMP = xmp_packet("")
_PADDED_XMP = _EMPTY_XMP.replace(b"<?xpacket end", b" " * 2000 + b"<?xpacket end")
_RESOLUTION = {0x011A: 72.0, 0x011B: 72.0, 0x0128: 2}


def controls(photo: Image.Image) -> Iterator[Control]:
    """Yield controls made of a photo, in every format."""
    for made, kind in (
        (_of_jpeg(photo), "JPEG"),
        (_of_png(photo), "PNG"),
        (_of_webp(photo), "WebP"),
        (_of_gif(photo), "GIF"),
        (_of_tiff(photo), "TIFF"),
        (_of_boxes(photo, "HEIF"), "HEIF"),
        (_of_boxes(photo, "AVIF"), "AVIF"),
        (_of_others(photo), "JPEG XL"),
    ):
        for what, richer, poorer in made:
            yield what, kind, richer, poorer


Made = Iterator[tuple[str, bytes, bytes]]


def _of_jpeg(photo: Image.Image) -> Made:
    plain = encoded(photo, "JPEG", quality=92)
    thumbnail = encoded(photo.resize((80, 60)), "JPEG")
    bare = join(piece for piece in split_jpeg(plain) if piece.name != "APP0")
    iptc = b"8BIM" + struct.pack(">HHI", 1028, 0, len(IPTC)) + IPTC + bytes(len(IPTC) % 2)
    yield "JFIF", plain, bare
    yield "JFIF with a thumbnail", _jfif_with_thumbnail(plain), plain
    yield "JFXX thumbnail", with_segment(plain, segment(0xE0, b"JFXX\0\x10" + thumbnail)), plain
    upright = exif_block({0x0112: 1, **_RESOLUTION})
    upright_alone = exif_block({0x0112: 1})
    yield "EXIF of orientation 1 and resolution", _with_exif(plain, upright), plain
    yield "EXIF of orientation 1", _with_exif(plain, upright_alone), plain
    toolkit, padded = (
        with_segment(plain, segment(0xE1, XMP + packet)) for packet in (_EMPTY_XMP, _PADDED_XMP)
    )
    yield "XMP of nothing but a toolkit", toolkit, plain
    yield "XMP padding", padded, toolkit
    yield "zeros behind the picture", plain + bytes(512), plain
    yield "line end behind the picture", plain + b"\r\n", plain
    yield "filling between segments", plain[:2] + b"\xff\xff" + plain[2:], plain
    yield "empty comment", with_segment(plain, segment(0xFE, b"")), plain
    finer = encoded(photo, "JPEG", quality=95)
    block = segment(0xED, PHOTOSHOP + iptc)
    yield "equal IPTC", with_segment(plain, block), with_segment(finer, block)
    dated = exif_block({}, {0x9003: "2012:12:22 10:37:28"})
    yield "equal EXIF", _with_exif(plain, dated), _with_exif(finer, dated)
    behind = encoded(photo.convert("L"), "JPEG", quality=70)
    yield "equal bytes behind", plain + behind, finer + behind
    yield "index of pictures that are not there", _with_stale_index(photo), plain


def _with_exif(jpeg: bytes, block: bytes) -> bytes:
    return with_segment(jpeg, segment(0xE1, EXIF + block))


def _jfif_with_thumbnail(jpeg: bytes) -> bytes:
    pieces = [piece for piece in split_jpeg(jpeg) if piece.name != "APP0"]
    body = b"JFIF\0\1\1\0\0\1\0\1" + bytes((4, 4)) + bytes(range(48))
    return join([pieces[0], segment(0xE0, body), *pieces[1:]])


def _with_stale_index(photo: Image.Image) -> bytes:
    out = io.BytesIO()
    photo.save(out, "MPO", save_all=True, append_images=[photo.rotate(1)], quality=92)
    return join(piece for piece in split_jpeg(out.getvalue()) if piece.name != TRAILER)


def _of_png(photo: Image.Image) -> Made:
    plain = encoded(photo, "PNG")
    for what, name, body in (
        ("pHYs", "pHYs", struct.pack(">IIB", 2835, 2835, 1)),
        ("tIME", "tIME", struct.pack(">H5B", 2020, 1, 1, 1, 1, 1)),
        ("sRGB", "sRGB", b"\0"),
        ("gAMA of sRGB", "gAMA", struct.pack(">I", 45455)),
        ("bKGD", "bKGD", bytes(6)),
        ("transparent colour that no pixel has", "tRNS", struct.pack(">HHH", 255, 255, 255)),
        ("sBIT", "sBIT", bytes((8, 8, 8))),
        ("Software", "tEXt", b"Software\0Nobody 1.0"),
        ("XMP of nothing but a toolkit", "iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _EMPTY_XMP),
    ):
        yield what, with_png_chunks(plain, png_chunk(name, body)), plain
    yield "compression", encoded(photo, "PNG", compress_level=1), plain
    opaque = photo.copy()
    opaque.putalpha(255)
    yield "alpha that hides nothing", encoded(opaque, "PNG"), plain
    yield "zeros behind the picture", plain + bytes(64), plain
    pieces = split_png(plain)
    parts = [piece.body for piece in pieces if piece.name == "IDAT"]
    data = b"".join(parts)
    halves = [png_chunk("IDAT", part) for part in (data[:999], data[999:])]
    others = [piece for piece in pieces if piece.name != "IDAT"]
    yield "chunks of another size", join([*others[:-1], *halves, others[-1]]), plain


def _of_webp(photo: Image.Image) -> Made:
    plain = encoded(photo, "WebP")
    own = split_riff(plain)
    size = struct.pack("<I", photo.width - 1)[:3] + struct.pack("<I", photo.height - 1)[:3]
    header = chunk_of_riff("VP8X", bytes(4) + size)
    yield "header without features", join_riff([own[0], header, *own[1:]]), plain
    yield "effort", encoded(photo, "WebP", method=0), plain
    yield "as PNG", encoded(photo, "PNG"), plain
    opaque = photo.copy()
    opaque.putalpha(255)
    yield "alpha that hides nothing", encoded(opaque, "WebP"), plain


def _of_gif(photo: Image.Image) -> Made:
    few = photo.quantize(200)
    plain = encoded(few, "GIF")
    own = split_gif(plain)
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    yield "loop of one frame", join([own[0]]) + loop + join(own[1:]), plain
    yield "as PNG", encoded(few, "PNG"), plain
    yield "as WebP", encoded(few.convert("RGB"), "WebP"), plain


def _of_tiff(photo: Image.Image) -> Made:
    plain = encoded(photo, "TIFF")
    yield "compression", encoded(photo, "TIFF", compression="tiff_deflate"), plain
    yield "Software", with_tags(plain, {305: (2, b"Nobody 1.0\0")}), plain
    yield "resolution", encoded(photo, "TIFF", dpi=(300, 300)), plain
    yield "orientation 1", with_tags(plain, {274: (3, struct.pack("<H", 1))}), plain
    yield "kind of picture", with_tags(plain, {254: (4, bytes(4))}), plain
    yield "thumbnail page", _with_thumbnail_page(photo), plain
    yield "as PNG", encoded(photo, "PNG"), plain
    turned = plain + bytes(32)
    yield "zeros behind the picture", turned, plain


def _with_thumbnail_page(photo: Image.Image) -> bytes:
    """Return a TIFF whose second page is a thumbnail: NewSubfileType 1 in TIFF 6.0."""
    small = photo.resize((photo.width // 8, photo.height // 8))
    pages = bytearray(encoded(photo, "TIFF", save_all=True, append_images=[small]))
    second = next_directory(bytes(pages), first_directory(bytes(pages)))
    end = with_tags(
        bytes(pages[:4]) + struct.pack("<I", second) + bytes(pages[8:]),
        {254: (4, struct.pack("<I", 1))},
    )
    (count,) = struct.unpack_from("<H", end, first_directory(bytes(pages)))
    link = first_directory(bytes(pages)) + 2 + 12 * count
    linked = bytearray(end)
    linked[link : link + 4] = end[4:8]
    linked[4:8] = pages[4:8]
    return bytes(linked)


def _of_boxes(photo: Image.Image, kind: str) -> Made:
    plain = encoded(photo, kind)
    yield "free box", plain + box("free", bytes(300)).whole, plain
    yield "skip box", plain + box("skip", b"made by nobody").whole, plain
    pieces = split_boxes(plain)
    brands = box("ftyp", pieces[0].body)
    yield "empty free box", join([*pieces, box("free", b"")]), join([brands, *pieces[1:]])
    yield "XMP of nothing but a toolkit", encoded(photo, kind, xmp=_EMPTY_XMP), plain
    upright = b"Exif\0\0" + exif_block({0x0112: 1, **_RESOLUTION})
    yield "EXIF of resolution", encoded(photo, kind, exif=upright), plain


def _of_others(photo: Image.Image) -> Made:
    plain = encoded(photo, "JPEG XL")
    yield "as PNG", encoded(photo, "PNG"), plain
    yield "effort", encoded(photo, "JPEG XL", effort=3), plain
    two = encoded(photo, "JPEG 2000")
    own = split_boxes(two)
    yield "JPEG 2000 beside PNG", two, encoded(photo, "PNG")
    yield "free box in a JPEG 2000", join([*own, box("free", bytes(40))]), two
