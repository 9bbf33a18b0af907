"""Files with more to see than one opaque 8-bit picture, as encoders write them; TIFFs with tags."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw, TiffImagePlugin

from benchmarks.pairs.blocks import film, iptc_records
from benchmarks.pairs.containers import box
from benchmarks.pairs.items import Cut, Item
from benchmarks.pairs.made_chunks import EXIF_ITEMS, IPTC, JUMBF, XMP_ITEMS, profile
from benchmarks.pairs.tiff import with_tags

Made = tuple[Item, str, str, bytes, bytes]
"""Item, name, format, and the bytes with and without it."""
_ALPHA = ("PNG", "WebP", "TIFF", "AVIF", "HEIF", "JPEG XL", "JPEG 2000")
_FRAMES = ("PNG", "WebP", "GIF", "AVIF", "HEIF")
_LOSSLESS = {"PNG": {}, "WebP": {"lossless": True}, "TIFF": {}, "GIF": {}, "JPEG 2000": {}}
_CODERS = {"JPEG XL": "JXL", "JPEG 2000": "JPEG2000"}


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture in a format, as well as the format can."""
    best: dict[str, Any] = {"AVIF": {"quality": 95}, "HEIF": {"quality": 95}}.get(kind, {})
    if kind == "JPEG XL":
        best = {"lossless": True}
    out = io.BytesIO()
    picture.save(out, _CODERS.get(kind, kind), **{**_LOSSLESS.get(kind, best), **options})
    return out.getvalue()


def made_pictures(photo: Image.Image) -> Iterator[Made]:
    """Yield files with alpha, frames, pages or more bits, and the same without."""
    clear = photo.copy()
    clear.putalpha(_mask(photo.size))
    white = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), clear).convert("RGB")
    for kind in _ALPHA:
        yield Item.ALPHA, "alpha", kind, encoded(clear, kind), encoded(white, kind)
    few = photo.quantize(250)
    seen = encoded(few, "GIF", transparency=few.getpixel((5, 5)))
    yield Item.ALPHA, "transparent colour", "GIF", seen, encoded(few, "GIF")
    seen = encoded(few, "PNG", transparency=few.getpixel((5, 5)))
    yield Item.ALPHA, "tRNS of a palette", "PNG", seen, encoded(few, "PNG")
    turned = [photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT), photo.rotate(5)]
    for kind in _FRAMES:
        first = few if kind == "GIF" else photo
        moving = encoded(first, kind, save_all=True, append_images=turned)
        yield Item.FRAMES, "frames", kind, moving, encoded(first, kind)
    pages = encoded(photo, "TIFF", save_all=True, append_images=turned)
    yield Item.PAGES, "pages", "TIFF", pages, encoded(photo, "TIFF")
    yield from _deep(photo)


def _mask(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 255)
    ImageDraw.Draw(mask).ellipse((10, 10, size[0] // 3, size[1] // 3), fill=90)
    return mask


def _deep(photo: Image.Image) -> Iterator[Made]:
    """Yield pictures of 10, 12 and 16 bits a channel, and the same in 8."""
    grey = photo.convert("L")
    chance = np.random.default_rng(7)
    fine = np.asarray(grey, np.uint16) * 256 + chance.integers(0, 256, grey.size[::-1], np.uint16)
    sixteen = Image.fromarray(fine)
    for kind in ("PNG", "TIFF", "JPEG 2000"):
        yield Item.BITS, "16 bits, grey", kind, encoded(sixteen, kind), encoded(grey, kind)
    colours = np.asarray(photo, np.uint16) * 256 + 77
    for depth in (10, 12):
        yield Item.BITS, f"{depth} bits", "HEIF", _deep_heif(colours, depth), encoded(photo, "HEIF")


def _deep_heif(colours: np.ndarray, depth: int) -> bytes:
    height, width, _ = colours.shape
    pillow_heif.options.SAVE_HDR_TO_12_BIT = depth == 12
    data = colours.astype("<u2").tobytes()
    file = pillow_heif.from_bytes("RGB;16", (width, height), data)
    out = io.BytesIO()
    file.save(out, quality=95)
    return out.getvalue()


def added_to_tiff(picture: bytes) -> Iterator[Cut]:
    """Yield the TIFF with one tag more each."""
    resource = b"8BIM" + struct.pack(">HHI", 1028, 0, len(IPTC)) + IPTC + bytes(len(IPTC) % 2)
    layers = b"Adobe Photoshop Document Data Block\0MIB8ryaL" + bytes(range(250)) * 20
    made: list[tuple[Item, int, int, bytes]] = [
        (Item.LAYERS, 37724, 7, layers),
        (Item.IPTC, 33723, 7, IPTC),
        (Item.CAPTION, 33723, 7, iptc_records({120: "Anna at the lake"})),
        (Item.DATE, 33723, 7, iptc_records({55: "20121222", 60: "103728+0100"})),
        (Item.PHOTOSHOP, 34377, 1, resource),
        (Item.ICC, 34675, 7, profile()),
        (Item.PRIVATE_TAG, 50_839, 7, bytes(range(250)) * 4),
        (Item.PRIVATE_TAG, 65_123, 2, b"nobody knows\0"),
        (Item.CAPTION, 270, 2, b"Anna at the lake\0"),
        (Item.DATE, 306, 2, b"2012:12:22 10:37:28\0"),
        (Item.RATING, 0x4746, 3, struct.pack("<H", 4)),
        (Item.TEXT, 315, 2, b"Anna\0"),
        (Item.ORIENTATION, 274, 3, struct.pack("<H", 6)),
    ]
    made += [(item, 700, 1, packet) for item, packet in XMP_ITEMS]
    for item, tag, kind, value in made:
        yield Cut(item, f"tag {tag}", with_tags(picture, {tag: (kind, value)}))
    yield Cut(Item.APPENDED, "bytes behind the picture", picture + bytes(range(250)) * 16)
    yield from _with_camera_data(picture)


def _with_camera_data(picture: bytes) -> Iterator[Cut]:
    """Yield the TIFF with the directories that cameras add: EXIF, and the place."""
    for item, tags in (
        (Item.EXIF, {34665: {0xA434: "50 mm", 0x829A: TiffImagePlugin.IFDRational(1, 100)}}),
        (Item.DATE, {34665: {0x9003: "2012-12-22 10:37:28"}}),
        (Item.MAKER_NOTE, {34665: {0x927C: b"Nobody\0" + bytes(range(200))}}),
        (Item.GPS, {34853: {1: "N", 2: (47, 22, 30), 3: "E", 4: (8, 32, 24)}}),
    ):
        with Image.open(io.BytesIO(picture)) as opened:
            directory = TiffImagePlugin.ImageFileDirectory_v2()
            for pointer, values in tags.items():
                directory[pointer] = values
            yield Cut(item, "directory", encoded(opened, "TIFF", tiffinfo=directory))


def added_to_boxes(picture: bytes, photo: Image.Image, kind: str) -> Iterator[Cut]:
    """Yield the HEIF or AVIF with one thing more each."""
    for item, block in EXIF_ITEMS[:-1]:
        yield Cut(item, "Exif item", encoded(photo, kind, exif=b"Exif\0\0" + block))
    for item, packet in XMP_ITEMS:
        yield Cut(item, "XMP item", encoded(photo, kind, xmp=packet))
    yield Cut(Item.ICC, "profile", encoded(photo, kind, icc_profile=profile()))
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    yield Cut(Item.C2PA, "uuid", picture + box("uuid", uuid + JUMBF).whole)
    yield Cut(Item.UNKNOWN, "unheard of uuid", picture + box("uuid", bytes(range(116))).whole)
    yield Cut(Item.UNKNOWN, "unheard of box", picture + box("zzzz", bytes(range(116))).whole)
    yield Cut(Item.FILM, "mpvd", picture + box("mpvd", film()).whole)
    if kind == "AVIF":  # libheif reads no file with two brands
        yield Cut(Item.FILM, "film behind the boxes", picture + film())
    yield Cut(Item.APPENDED, "bytes behind the boxes", picture + bytes(range(1, 250)) * 16)
