"""An opened picture, and the errors of imaging; shared by all modules of this wing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from dupscan.errors import InternalSignal
from dupscan.model.files import FailureKind
from dupscan.model.formats import PNG, TIFF, PictureFormat

_IN_NATIVE_ORDER = {
    "I;16S": "I;16NS",
    "I;16BS": "I;16NS",
    "I;32S": "I;32NS",
    "I;32BS": "I;32NS",
    "F;32F": "F;32NF",
    "F;32BF": "F;32NF",
}
"""Pillow's raw modes of numbers of several bytes, and the same ones in the order of the machine."""


class UnreadablePicture(InternalSignal):
    """Raised when a file cannot be decoded; the text is the reason, for a person."""

    def __init__(self, reason: str, kind: FailureKind = FailureKind.UNREADABLE) -> None:
        """`kind` is the class of the failure that `reason` gives in words."""
        super().__init__(reason)
        self.kind = kind


class MissingExtra(InternalSignal):
    """Raised when the decoder of a format is not installed; the text says what to install."""


class PartlyShown(InternalSignal):
    """Raised when a decoder shows less than a file holds; the text says what is missing."""


@dataclass(slots=True)
class OpenPicture:
    """A picture whose header was read; its pixels are decoded later if the decoder allows it."""

    image: Image.Image
    format: PictureFormat
    size: tuple[int, int]
    """Width and height as stored, pixels."""
    bit_depth: int | None
    """Bits of one channel, if only the header states them; None if the decoded picture does."""
    source: BinaryIO
    """The file that the picture is decoded from; it must stay open."""
    max_pixels: int
    """Most pixels that one frame may have."""
    exif: Image.Exif | None = None
    """EXIF data that Pillow does not find by itself."""


def check_size(size: tuple[int, int], max_pixels: int) -> None:
    """Raise UnreadablePicture for a picture of more than `max_pixels` pixels."""
    width, height = size
    if width * height > max_pixels:
        raise UnreadablePicture(
            f"claims {width} × {height} pixels, more than --max-pixels {max_pixels} allows",
            FailureKind.TOO_LARGE,
        )


def load(picture: OpenPicture) -> None:
    """Decode the current frame of a picture. Raises any error that the decoder raises."""
    if picture.format is TIFF:
        _expect_native_order(picture.image)
    picture.image.load()
    if picture.format is PNG:  # comments may stand behind the pixels
        drop_texts(picture.image)


def _expect_native_order(image: Image.Image) -> None:
    """Tell Pillow that libtiff hands out numbers in the order of the machine.

    Pillow knows that of unsigned numbers only, and decodes others of a big-endian file to noise.
    """
    image.tile = [  # type: ignore[attr-defined]
        tile._replace(args=(_IN_NATIVE_ORDER.get(tile.args[0], tile.args[0]), *tile.args[1:]))
        if tile.codec_name == "libtiff"
        else tile
        for tile in image.tile  # type: ignore[attr-defined]
    ]


def drop_texts(image: Image.Image) -> None:
    """Remove a PNG's comments: a comment ``interlace`` would be taken for Pillow's own entry."""
    for key in [key for key, value in image.info.items() if isinstance(value, str)]:
        if not str(key).startswith("Raw profile type"):  # the EXIF data of some programs
            del image.info[key]
