"""An opened picture, and the errors of imaging; shared by all modules of this wing."""

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
            f"claims {width} × {height} pixels, more than --max-pixels {max_pixels} allows"
        )


def load(picture: OpenPicture) -> None:
    """Decode the current frame of a picture. Raises any error that the decoder raises."""
    picture.image.load()
    if picture.format is PNG:  # comments may stand behind the pixels
        drop_texts(picture.image)


def drop_texts(image: Image.Image) -> None:
    """Remove a PNG's comments: a comment ``interlace`` would be taken for Pillow's own entry."""
    for key in [key for key, value in image.info.items() if isinstance(value, str)]:
        if not str(key).startswith("Raw profile type"):  # the EXIF data of some programs
            del image.info[key]


@contextmanager
def decoding(format_: PictureFormat) -> Iterator[None]:
    """Turn any error that a decoder raises, except MemoryError, into UnreadablePicture."""
    try:
        yield
    except (UnreadablePicture, PartlyShown, MemoryError):
        raise
    except Exception as error:  # decoders raise anything at all on damaged files
        raise UnreadablePicture(f"damaged {format_.name} file: {_words(error)}") from error


def _words(error: Exception) -> str:
    """The message of a decoder's error in one line."""
    if isinstance(error, UnidentifiedImageError):
        return "its beginning makes no sense"
    [first, *_] = error.args or [""]
    text = first.decode("ascii", "replace") if isinstance(first, bytes) else str(error)
    text = " ".join(text.split())
    if "truncated" in text.lower():
        return f"cut off before its end ({text})"
    return text[:200] or type(error).__name__
