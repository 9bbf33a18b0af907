"""Every frame of a picture, upright, in full and as stored: what exact comparing looks at.

Kept apart from the working picture, which is about what a person sees: here nothing is scaled,
rounded or laid on white, and a file of which only a part is decoded is told.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan.imaging.headers import Header, read_header
from dupscan.imaging.orientation import read_orientation, upright_rows, upright_size
from dupscan.imaging.picture import (
    OpenPicture,
    PartlyShown,
    UnreadablePicture,
    check_size,
    decoding,
    load,
)
from dupscan.imaging.samples import Samples, describe_samples, describe_shown_samples
from dupscan.model.formats import JPEG, RAW, TIFF

_PIXELS_PER_BAND = 1 << 21
"""Pixels that are handed out at a time."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of an open picture, good until the next one is asked for."""

    size: tuple[int, int]
    """Width and height, upright, pixels."""
    samples: Samples
    """What the numbers in its bands are."""
    duration: float | None
    """Milliseconds it is shown; None for a page, which stays."""
    image: Image.Image
    """As decoded, not yet turned."""
    orientation: int
    """EXIF's number for how it is to be turned."""

    def bands(self, mode: str | None = None) -> Iterator[NDArray[np.generic]]:
        """The samples from the top, some rows at a time: rows × columns, or × channels besides.

        `mode` is one of Pillow's, instead of the one that loses nothing. Numbers of several bytes
        have the lowest first. Frames of one size come in the same bands.
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

    Raises PartlyShown when its decoder shows less than there is in the file, UnreadablePicture when
    the data is damaged, cut off, or of more pixels than allowed, MemoryError when it does not fit.
    """
    if picture.format is RAW:
        raise PartlyShown("a RAW file is developed at half its size")
    image, number, header = picture.image, 0, Header()
    while _load_frame(picture, number):
        if number == 0:  # and not before: what is damaged is to be called damaged
            header = read_header(picture.source, picture.format)
        with decoding(picture.format):
            frame = _frame(picture, describe_samples(picture, header), number)
        yield frame
        number += 1
    promised = int(getattr(image, "n_frames", number))
    if number != promised:
        raise UnreadablePicture(
            f"damaged {picture.format.name} file: {number} of its {promised} frames are in it"
        )


def decode_first_frame(picture: OpenPicture) -> Frame:
    """Decode the first frame of an opened picture, however much its decoder shows of the file.

    Raises UnreadablePicture and MemoryError as :func:`decode_frames` does.
    """
    with decoding(picture.format):
        load(picture)
        return _frame(picture, describe_shown_samples(picture), 0)


def _load_frame(picture: OpenPicture, number: int) -> bool:
    """Bring a picture to a frame and load it; False when there is no such frame."""
    image = picture.image
    if number and picture.format in (JPEG, TIFF):
        image.info.pop("icc_profile", None)  # each page has its own; Pillow would keep the last
    with decoding(picture.format), _bounded(picture.max_pixels):
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
    """Let Pillow itself refuse what is found to be too large only while it makes room for it.

    Its limit is half of what it refuses; from there on it warns.
    """
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, (max_pixels + 1) // 2
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except Image.DecompressionBombError as error:
        raise UnreadablePicture(
            f"claims more pixels in one of its frames than --max-pixels {max_pixels} allows"
        ) from error
    finally:
        Image.MAX_IMAGE_PIXELS = before
