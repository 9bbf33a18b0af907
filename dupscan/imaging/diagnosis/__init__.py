"""Find out why a decoder refused a file: damaged, of a kind that is not supported, or no picture.

A decoder says the same of a broken file as of a sound one that it does not know. So the structure
of a refused file is read here, without decoding: a file is called damaged only if its structure
proves that, or if the file is of an ordinary kind that its decoder would read if it were sound::

    finding    the class of a failure, and its words
    jpeg       markers and segments
    tiff       directories, and the place of the data
    bmp        header, masks and size
    boxes      HEIF, AVIF and JPEG 2000
    png        the checksums of all chunks
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import UnidentifiedImageError

from dupscan.imaging.diagnosis import bmp, boxes, jpeg, png, tiff
from dupscan.imaging.diagnosis.finding import Finding, cut_off, damaged, unclear
from dupscan.imaging.picture import PartlyShown, UnreadablePicture
from dupscan.model.files import FailureKind
from dupscan.model.formats import AVIF, BMP, HEIF, JPEG, JPEG2000, PNG, TIFF, PictureFormat

_EXAMINERS: dict[PictureFormat, Callable[..., Finding | None]] = {
    JPEG: jpeg.examine,
    TIFF: tiff.examine,
    BMP: bmp.examine,
    PNG: png.examine,
    HEIF: boxes.examine_media,
    AVIF: boxes.examine_media,
    JPEG2000: boxes.examine_jpeg2000,
}
"""Functions that look at the structure of a refused file. Their arguments are the open file, and
True if its decoder understood the header. Other formats have no kinds that are not supported."""
_NOT_ALL_IS_DECODED = frozenset({HEIF, AVIF, JPEG2000, PNG})
"""Formats of which a decoder may refuse a sound file for reasons that are not seen here."""


@contextmanager
def decoding(format_: PictureFormat, source: BinaryIO) -> Iterator[None]:
    """Turn any error that a decoder raises into UnreadablePicture, with the reason that is true.

    MemoryError is raised as it is, and so is an OSError of the system, which says nothing of the
    file's content. The position of `source` is undefined after an error.
    """
    try:
        yield
    except (UnreadablePicture, PartlyShown, MemoryError):
        raise
    except Exception as error:  # decoders raise anything at all on damaged files
        if isinstance(error, OSError) and error.errno is not None:
            raise
        found = diagnose(source, format_, error)
        raise UnreadablePicture(_sentence(found, format_), found.kind) from error


def diagnose(source: BinaryIO, format_: PictureFormat, error: Exception) -> Finding:
    """Find out why a decoder refused the file in `source` with `error`; never raises for content.

    The position of `source` is undefined afterwards.
    """
    understood = not isinstance(error, UnidentifiedImageError)
    examine = _EXAMINERS.get(format_)
    try:
        found = examine(source, understood=understood) if examine else None
    except (ValueError, IndexError, struct.error):
        found = None if understood else damaged("its header makes no sense")
    if found is not None:
        return found
    words = _words(error)
    if format_ in _NOT_ALL_IS_DECODED or (examine and not understood):
        return unclear(words)
    return damaged(words)


def _sentence(found: Finding, format_: PictureFormat) -> str:
    if found.kind is FailureKind.DAMAGED:
        return f"damaged {format_.name} file: {found.words}"
    if found.kind is FailureKind.UNSUPPORTED:
        return f"not supported: {found.words}; convert it to another format to compare it"
    if found.kind is FailureKind.NO_PICTURE:
        return found.words
    return f"cannot be read as {format_.name}: {found.words}"


def _words(error: Exception) -> str:
    """The message of a decoder's error in one line."""
    if isinstance(error, UnidentifiedImageError):
        return "its decoder does not understand its beginning"
    [first, *_] = error.args or [""]
    text = first.decode("ascii", "replace") if isinstance(first, bytes) else str(error)
    text = " ".join(text.split())
    if "truncated" in text.lower():
        return f"{cut_off().words} ({text})"
    return text[:200] or type(error).__name__
