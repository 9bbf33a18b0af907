"""A file saved again by another program, which carries over EXIF, XMP and profile, and no more."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401 (registers JPEG XL with Pillow)
from PIL import Image, PngImagePlugin

from benchmarks.pairs.cuts import format_of
from benchmarks.pairs.items import Item
from benchmarks.pairs.tiff import first_directory, order_of, tags_of

pillow_heif.register_heif_opener()

SUFFIXES = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WebP": ".webp",
    "GIF": ".gif",
    "TIFF": ".tif",
    "HEIF": ".heic",
    "AVIF": ".avif",
    "JPEG XL": ".jxl",
    "JPEG 2000": ".jp2",
}
OTHER_FORMAT = {
    "JPEG": "PNG",
    "PNG": "TIFF",
    "WebP": "PNG",
    "GIF": "PNG",
    "TIFF": "PNG",
    "HEIF": "JPEG",
    "AVIF": "PNG",
    "JPEG XL": "PNG",
    "JPEG 2000": "TIFF",
}
"""The format that a file is converted to: lossless, or as phones convert it."""
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 97, "subsampling": "4:4:4"},
    "PNG": {},
    "WebP": {"lossless": True},
    "GIF": {},
    "TIFF": {"compression": "tiff_lzw"},
    "HEIF": {"quality": 95},
    "AVIF": {"quality": 95},
    "JPEG XL": {"lossless": True},
    "JPEG 2000": {},
}
_IN_EXIF = (Item.EXIF, Item.MAKER_NOTE, Item.GPS, Item.DATE, Item.RATING, Item.CAPTION)


def resaved(content: bytes, item: Item, to: str) -> bytes:
    """Return the first picture of a file in the format `to`, with 8 bits a channel.

    EXIF, XMP and colour profile come along, but for the one that `item` is or stands in. Alpha
    comes along, unless it is `item`: then the picture lies on white.
    """
    with Image.open(io.BytesIO(content)) as opened:
        opened.load()
        picture, info = _in_eight_bits(opened), opened.info
    if item is Item.ALPHA:
        picture = _on_white(picture)
    picture = _as_format_holds(picture, to)
    options = dict(_OPTIONS[to])
    exif = _exif(info)
    if exif and item not in _IN_EXIF:
        options["exif"] = exif
    if info.get("icc_profile") and item is not Item.ICC and to != "GIF":
        options["icc_profile"] = info["icc_profile"]
    xmp = info.get("xmp") or info.get("XML:com.adobe.xmp")
    if xmp and item not in (Item.XMP, Item.PANORAMA, Item.RATING):
        _add_xmp(options, to, xmp.encode() if isinstance(xmp, str) else xmp)
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, {"JPEG XL": "JXL", "JPEG 2000": "JPEG2000"}.get(to, to), **options)
    return out.getvalue()


def _exif(info: dict[Any, Any]) -> bytes:
    exif = info.get("exif") or b""
    return exif if isinstance(exif, bytes) and len(exif) < 60_000 else b""


def _add_xmp(options: dict[str, Any], to: str, xmp: bytes) -> None:
    if to == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", "replace"))
        options["pnginfo"] = text
    elif to == "TIFF":
        options["tiffinfo"] = {700: xmp}
    elif to in ("JPEG", "WebP", "HEIF", "AVIF") and len(xmp) < 60_000:
        options["xmp"] = xmp


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        levels = np.asarray(picture).astype(np.int64)
        return Image.fromarray((levels.clip(0, 65535) >> 8).astype(np.uint8))
    if picture.mode == "P" and "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode in ("F", "CMYK", "LAB", "YCbCr", "HSV", "1", "PA", "La"):
        return picture.convert("L" if picture.mode in ("F", "1") else "RGB")
    return picture.copy()


def _on_white(picture: Image.Image) -> Image.Image:
    whole = picture.convert("RGBA")
    white = Image.new("RGBA", whole.size, "white")
    return Image.alpha_composite(white, whole).convert("RGB")


def _as_format_holds(picture: Image.Image, to: str) -> Image.Image:
    if to == "GIF":
        return picture.convert("RGB").quantize()
    if to == "JPEG" and picture.mode not in ("L", "RGB"):
        return _on_white(picture) if "A" in picture.mode else picture.convert("RGB")
    if to in ("HEIF", "AVIF", "JPEG XL", "JPEG 2000", "WebP") and picture.mode == "P":
        return picture.convert("RGB")
    return picture


def has_more_bits(content: bytes) -> bool:
    """True if a file has more than 8 bits a channel, read where its format says so."""
    kind = format_of(content)
    if kind == "PNG":
        return content[24] == 16
    if kind == "JPEG 2000":
        at = content.find(b"ihdr")
        return at > 0 and (content[at + 14] & 0x7F) > 7
    if kind == "AVIF":
        at = content.find(b"av1C")
        return at > 0 and bool(content[at + 6] & 0x40)
    if kind == "HEIF":
        at = content.find(b"hvcC")
        return at > 0 and (content[at + 21] & 7) > 0
    if kind == "TIFF":
        return _bits_of_tiff(content) in (10, 12, 14, 16)
    return False


def _bits_of_tiff(content: bytes) -> int:
    try:
        value = tags_of(content, first_directory(content)).get(258, b"\1\0")
        return int(struct.unpack_from(order_of(content) + "H", value)[0])
    except (ValueError, struct.error):
        return 0
