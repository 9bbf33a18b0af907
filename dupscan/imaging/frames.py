"""Decode every frame of a picture in full, upright and as stored, for exact comparison.

Kept apart from the working picture, which shows what a person sees: here nothing is scaled, rounded
or laid on white, and a file of which a decoder shows only a part raises PartlyShown.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.imaging.diagnosis import decoding
from dupscan.imaging.headers import Header, read_header
from dupscan.imaging.orientation import read_orientation, upright_rows, upright_size
from dupscan.imaging.picture import (
    OpenPicture,
    PartlyShown,
    UnreadablePicture,
    check_size,
    load,
)
from dupscan.imaging.samples import Samples, describe_samples, describe_shown_samples
from dupscan.model.files import FailureKind
from dupscan.model.formats import GIF, JPEG, RAW, TIFF

_PIXELS_PER_BAND = 1 << 21
"""Pixels of one band of rows."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of an open picture, valid until the next frame is decoded."""

    size: tuple[int, int]
    """Width and height of the upright frame, pixels."""
    samples: Samples
    """The meaning of the numbers in the bands: channels, depth and colours."""
    duration: float | None
    """Milliseconds for which the frame is shown; None for a page, which has no time limit."""
    image: Image.Image
    """The frame as decoded, before it is turned upright."""
    orientation: int
    """EXIF orientation by which the frame is still to be turned."""

    def bands(self, mode: str | None = None) -> Iterator[NDArray[np.generic]]:
        """Yield the samples from top to bottom, some rows at a time.

        Each band has shape (rows, columns) or (rows, columns, channels). `mode` is a mode of Pillow
        to convert to; by default the mode that loses nothing. Numbers of several bytes are
        little-endian. Frames of equal size are cut into the same bands.
        """
        mode = mode or self.samples.mode
        width, height = self.size
        rows = max(1, _PIXELS_PER_BAND // width)
        for top in range(0, height, rows):
            bottom = min(top + rows, height)
            band = upright_rows(self.image, self.orientation, top, bottom)
            levels = np.asarray(band if band.mode == mode else band.convert(mode))
            yield levels.astype(levels.dtype.newbyteorder("<"), copy=False)


def decode_frames(picture: OpenPicture) -> Iterator[Frame]:
    """Decode the frames of an opened picture one after the other.

    Raises PartlyShown when the decoder shows less than the file holds, UnreadablePicture when the
    data is damaged, cut off, or has more pixels than allowed, and MemoryError when a frame does not
    fit in memory.
    """
    if picture.format is RAW:
        raise PartlyShown("a RAW file is developed at half its size")
    image, number, header = picture.image, 0, Header()
    is_single = picture.format is JPEG  # its further pictures are files of their own inside of it
    while not (is_single and number) and _load_frame(picture, number):
        if number == 0:  # after decoding, so that a damaged file is called damaged
            header = read_header(picture.source, picture.format)
        with decoding(picture.format, picture.source):
            frame = _frame(picture, describe_samples(picture, header), number)
        yield frame
        number += 1
    promised = 1 if is_single else int(getattr(image, "n_frames", number))
    if number != promised:
        raise UnreadablePicture(
            f"damaged {picture.format.name} file: {number} of its {promised} frames are in it",
            FailureKind.DAMAGED,
        )


def decode_first_frame(picture: OpenPicture) -> Frame:
    """Decode the first frame of an opened picture, even if the decoder shows only a part of it.

    Raises UnreadablePicture when the data is damaged, cut off, or has more pixels than allowed, and
    MemoryError when the frame does not fit in memory.
    """
    with decoding(picture.format, picture.source):
        load(picture)
        return _frame(picture, describe_shown_samples(picture), 0)


def times_played(picture: OpenPicture) -> int:
    """Return how often the frames of an opened picture are played; 0 is without end.

    GIF states the repetitions after the first time, and nothing for once (Netscape's application
    extension); APNG and WebP state the times in all.
    """
    stated = picture.image.info.get("loop")
    if picture.format is not GIF or not stated:
        return 1 if stated is None else int(stated)
    return int(stated) + 1


def _load_frame(picture: OpenPicture, number: int) -> bool:
    """Go to a frame of a picture and decode it; return False if there is no such frame."""
    image = picture.image
    if number and picture.format in (JPEG, TIFF):
        image.info.pop(
            "icc_profile", None
        )  # each page has its own profile; Pillow would keep the former
    with decoding(picture.format, picture.source), _bounded(picture.max_pixels):
        try:
            image.seek(number)
        except EOFError:
            return False
        check_size(image.size, picture.max_pixels)
        load(picture)
        return True


def _frame(picture: OpenPicture, found: Samples, number: int) -> Frame:
    image = picture.image
    stated = read_orientation(picture)
    aside = number == 0 and bool(image.info.get("default_image"))  # beside an APNG's animation
    duration = None if aside else image.info.get("duration")
    return Frame(
        size=upright_size(image, stated),
        samples=found,
        duration=float(duration) if isinstance(duration, int | float) else None,
        image=image,
        orientation=stated,
    )


@contextmanager
def _bounded(max_pixels: int) -> Iterator[None]:
    """Let Pillow refuse a frame whose size is known only when Pillow allocates it.

    Pillow refuses more than twice its limit, and warns above the limit itself.
    """
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, (max_pixels + 1) // 2
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except Image.DecompressionBombError as error:
        raise UnreadablePicture(
            f"claims more pixels in one of its frames than --max-pixels {max_pixels} allows",
            FailureKind.TOO_LARGE,
        ) from error
    finally:
        Image.MAX_IMAGE_PIXELS = before
