"""Describe a picture by its file: size, depth, profile, time and place of capture.

Nothing of this is needed to compare pictures: it is for the reader of the report, and for the
choice of a keeper. A field that is missing or malformed counts as unknown; a picture is never
refused for its metadata.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import BinaryIO

from PIL import Image, ImageCms

from dupscan import imaging
from dupscan.fingerprint.metadata.blocks import read_blocks
from dupscan.fingerprint.metadata.encoding_quality import encoding_quality
from dupscan.fingerprint.metadata.gps import read_coordinates, states_place
from dupscan.fingerprint.metadata.ratings import read_labels, read_rating
from dupscan.fingerprint.metadata.text_fields import text_digest
from dupscan.fingerprint.metadata.times import read_captured
from dupscan.imaging import OpenPicture
from dupscan.imaging.embedded import Contents
from dupscan.model.embedded import ICC_PROFILE
from dupscan.model.formats import TIFF
from dupscan.model.pictures import PictureInfo

_TURNED = (5, 6, 7, 8)


def describe(picture: OpenPicture, whole: BinaryIO | None = None) -> PictureInfo:
    """Gather the properties and metadata of a picture that was decoded.

    `whole` is the whole file, if the picture was decoded from a part of it. Leaves the position of
    both files undefined.
    """
    image = picture.image
    contents = imaging.read_contents(whole or picture.source, picture.format)
    width, height = picture.size
    if imaging.read_orientation(picture) in _TURNED or _was_turned(picture):
        width, height = height, width
    profile = imaging.read_profile(picture) or contents.profile
    if profile:
        contents.add_metadata(ICC_PROFILE, _colours(profile))
    blocks = read_blocks(picture)
    captured, is_guess = read_captured(blocks)
    return PictureInfo(
        format=picture.format.name,
        width=width,
        height=height,
        frames=contents.frames or _frames(image),
        bit_depth=_bit_depth(picture, contents),
        channels=image.mode,
        colour_profile=_profile_name(profile) or contents.colour_space,
        captured=captured,
        captured_is_guess=is_guess,
        gps=states_place(blocks.place, blocks.xmp),
        rating=read_rating(blocks),
        labels=read_labels(blocks),
        encoding=encoding_quality(
            picture.format.name, image.mode, _luminance_steps(image), lossless=_lossless(picture)
        ),
        position=read_coordinates(blocks.place, blocks.xmp),
        notes=text_digest(blocks),
        transparent=imaging.is_transparent(picture),
        embedded=contents.frozen_items(),
    )


def _luminance_steps(image: Image.Image) -> list[int]:
    """The quantisation table of a JPEG's luminance; empty for other formats."""
    tables = getattr(image, "quantization", None) or {}
    return list(tables.get(0, ()))


def _lossless(picture: OpenPicture) -> bool | None:
    """True if the file was stored without loss; None for formats without such a statement."""
    if picture.format is TIFF:
        return "jpeg" not in str(picture.image.info.get("compression", ""))
    return imaging.is_lossless(picture.source, picture.format)


def _was_turned(picture: OpenPicture) -> bool:
    """True if the decoder itself swapped width and height, as Pillow does with a TIFF."""
    return picture.format is TIFF and picture.image.size == picture.size[::-1]


def _frames(image: Image.Image) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except Exception:  # noqa: BLE001 (the first frame is sound if a later frame is damaged)
        return 1


def _bit_depth(picture: OpenPicture, contents: Contents) -> int:
    """Bits of the deepest channel, as the file states them, else by Pillow's mode."""
    image = picture.image
    if known := picture.bit_depth or contents.bit_depth:
        return known
    if isinstance(stated := image.info.get("bit_depth"), int):
        return stated
    return {"1": 1, "I": 16, "F": 32}.get(image.mode, 16 if ";16" in image.mode else 8)


_colours = lru_cache(maxsize=64)(imaging.colours_of_profile)


@lru_cache(maxsize=64)
def _profile_name(icc: bytes | None) -> str | None:
    if icc is None:
        return None
    try:
        name = ImageCms.getProfileDescription(io.BytesIO(icc)).strip()
    except Exception:  # noqa: BLE001 (a damaged profile is still a profile)
        return "unreadable"
    return name or "unnamed"
