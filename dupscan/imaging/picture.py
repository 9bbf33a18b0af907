"""What the rooms of imaging hand to each other: an opened picture, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from dupscan.errors import InternalSignal
from dupscan.model.formats import PNG, PictureFormat


class UnreadablePicture(InternalSignal):
    """Raised when a file cannot be decoded; the text is the reason, for a person."""


class MissingExtra(InternalSignal):
    """Raised when the decoder of a format is not installed; the text says what to install."""


class PartlyShown(InternalSignal):
    """Raised when a decoder shows less than there is in a file; the text says what is missing."""


@dataclass(slots=True)
class OpenPicture:
    """A picture whose header was read, and no more than that where its decoder is so kind."""

    image: Image.Image
    format: PictureFormat
    size: tuple[int, int]
    """Width and height as stored, pixels."""
    bit_depth: int | None
    """Bits of one channel where only the header tells, and a decoded picture no longer does."""
    source: BinaryIO
    """The file it is decoded from, which must stay open."""
    max_pixels: int
    """The most pixels that one frame of it may have."""
    exif: Image.Exif | None = None
    """EXIF data that Pillow does not find by itself."""


def check_size(size: tuple[int, int], max_pixels: int) -> None:
    """Raise UnreadablePicture for a picture of more than `max_pixels` pixels."""
    width, height = size
    if width * height > max_pixels:
        raise UnreadablePicture(
            f"claims {width} × {height} pixels, more than --max-pixels {max_pixels} allows"
        )


def load(picture: OpenPicture) -> None:
    """Decode the frame that a picture is at. Raises whatever its decoder raises."""
    picture.image.load()
    if picture.format is PNG:  # comments may stand behind the picture
        drop_texts(picture.image)


def drop_texts(image: Image.Image) -> None:
    """Forget a PNG's comments: one named ``interlace`` would be taken for Pillow's own note."""
    for key in [key for key, value in image.info.items() if isinstance(value, str)]:
        if not str(key).startswith("Raw profile type"):  # the EXIF data of some programs
            del image.info[key]


@contextmanager
def decoding(format_: PictureFormat) -> Iterator[None]:
    """Turn whatever a decoder raises into UnreadablePicture, but for a want of memory."""
    try:
        yield
    except (UnreadablePicture, PartlyShown, MemoryError):
        raise
    except Exception as error:  # decoders raise anything at all on damaged files
        raise UnreadablePicture(f"damaged {format_.name} file: {_words(error)}") from error


def _words(error: Exception) -> str:
    """One line that says what a decoder complained of."""
    if isinstance(error, UnidentifiedImageError):
        return "its beginning makes no sense"
    [first, *_] = error.args or [""]
    text = first.decode("ascii", "replace") if isinstance(first, bytes) else str(error)
    text = " ".join(text.split())
    if "truncated" in text.lower():
        return f"cut off before its end ({text})"
    return text[:200] or type(error).__name__
