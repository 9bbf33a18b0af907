"""One file → its fingerprint: content digest, perceptual hash, histogram, small grey picture.

This runs in the worker processes. Whatever happens to a file comes back as a value: a
:class:`Fingerprint`, a :class:`Failure` with its reason, or :class:`PassedOver`.
The file is opened once, and read once where it is of ordinary size; it is never written to.
"""

from __future__ import annotations

import hashlib
import io
import os
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dupscan import formats, imaging, metadata, perceptual, reading
from dupscan.model import (
    Failure,
    FileEntry,
    Fingerprint,
    Hashes,
    Likeness,
    PassedOver,
    Traits,
)
from dupscan.reading import MOST_IN_MEMORY, READ_AT_ONCE
from dupscan.settings import FingerprintSettings

_COLOURED = 10
"""Levels of chroma off the middle from which a pixel counts as plainly coloured. JPEG leaves up to
half a dozen on a greyscale picture."""
_NEIGHBOUR = 3
"""Pixels of 128 to a neighbour."""
_SHADE = (1.5, 32)
"""Levels from one neighbour to the next that are shading, and no edge."""
_BLANK = 1.5
"""Levels of contrast below which a picture is a blank page, whatever its noise."""
_ONE_TONE = 2
"""Levels up and down that still are the same tone."""
_FEW = 0.001
"""Share of coloured pixels up to which a picture still is greyscale."""


def fingerprint(
    file: FileEntry, settings: FingerprintSettings
) -> Fingerprint | Failure | PassedOver:
    """Read one file and make its fingerprint; read-only, never raises for what is in the file."""
    try:
        with reading.open_unchanged(file) as source:
            format_ = formats.sniff(source, file.path)
            if format_ is None:
                return _no_picture(file)
            if not format_.opened:
                return PassedOver(file.path, f"{format_.name} is not compared")
            if format_.whole and file.size > MOST_IN_MEMORY:
                return Failure(file.path, "read", f"too large for a {format_.name} file")
            imaging.require(format_)  # before a large file is read for nothing
            digest, data = _digest(source)
            found = _from_picture(data, format_, digest, settings)
            reading.check_unchanged(source, file)
            return found
    except imaging.MissingExtra as missing:
        return PassedOver(file.path, str(missing))
    except Exception as error:  # noqa: BLE001 (one odd file must not end the night for the others)
        return reading.failure(file, error)


def _from_picture(
    data: BinaryIO, format_: formats.PictureFormat, digest: bytes, settings: FingerprintSettings
) -> Fingerprint:
    picture = imaging.open_picture(data, format_, settings.max_pixels)
    working = imaging.working_picture(picture)
    grey, ycc = working.convert("L"), working.convert("YCbCr")
    planes = small_planes(grey, ycc)
    square = np.asarray(imaging.square(grey), dtype=np.float32)
    levels = histogram(working, grey)
    return Fingerprint(
        Traits(
            digest=digest,
            hashes=_hashes(planes[0], square),
            detail=detail(planes[0], square, levels[3]),
            greyscale=is_greyscale(ycc),
            info=metadata.describe(picture),
        ),
        Likeness(
            planes=np.stack([np.asarray(plane) for plane in planes]),
            histogram=levels,
            thumbnail=imaging.thumbnail(working),
        ),
    )


def _hashes(small: Image.Image, square: NDArray[np.float32]) -> Hashes:
    border = perceptual.border(square)
    return Hashes(
        plain=perceptual.phash(small),
        views=perceptual.view_hashes(square, border),
        parts=perceptual.part_hashes(square),
        border=border,
    )


def histogram(working: Image.Image, grey: Image.Image) -> NDArray[np.float32]:
    """Fractions of the pixels, shape (4, 256): red, green, blue, luminance. Each row sums to 1."""
    counts = working.histogram() + grey.histogram()
    pixels = working.width * working.height
    return (np.array(counts, dtype=np.float32) / np.float32(pixels)).reshape(4, 256)


def is_greyscale(ycc: Image.Image) -> bool:
    """Whether next to no pixel of a working picture, brought to YCbCr, is plainly coloured."""
    counts = np.array(ycc.histogram()).reshape(3, 256)[1:]
    middle = slice(128 - _COLOURED + 1, 128 + _COLOURED)
    coloured = counts.sum(axis=1) - counts[:, middle].sum(axis=1)
    return bool(coloured.max() <= _FEW * ycc.width * ycc.height)


def small_planes(grey: Image.Image, ycc: Image.Image) -> tuple[Image.Image, ...]:
    """Luminance, blue and red chroma, each scaled to 32 × 32.

    Luminance the way ``imagehash.phash`` scales it, so that its hash is the very same.
    """
    size = (perceptual.SIDE, perceptual.SIDE)
    _, blue, red = ycc.resize(size, Image.Resampling.HAMMING).split()
    return grey.resize(size, Image.Resampling.LANCZOS), blue, red


def detail(
    small: Image.Image, square: NDArray[np.float32], luminance: NDArray[np.float32]
) -> float:
    """How much there is to see: contrast in levels, times shading, times tones squared.

    A drawing has edges and flat areas of few tones, and lines in it may lie anywhere without moving
    a hash. In a photograph, be it of fog or sky, neighbours differ a little nearly everywhere.
    `luminance` is the histogram as fractions.
    """
    inner = slice(_NEIGHBOUR, -_NEIGHBOUR)
    across = np.abs(square[:, _NEIGHBOUR:] - square[:, :-_NEIGHBOUR])[inner]
    down = np.abs(square[_NEIGHBOUR:] - square[:-_NEIGHBOUR])[:, inner]
    beside = np.maximum(across[:, :-_NEIGHBOUR], across[:, _NEIGHBOUR:])
    steepest = np.maximum(beside, np.maximum(down[:-_NEIGHBOUR], down[_NEIGHBOUR:]))
    shading = ((steepest >= _SHADE[0]) & (steepest <= _SHADE[1])).mean()
    contrast = float(np.asarray(small).std())
    if contrast < _BLANK:
        return 0.0
    return float(contrast * shading * tones(luminance, contrast) ** 2)


def tones(luminance: NDArray[np.float32], contrast: float) -> float:
    """How many tones there are besides the commonest, for a picture of that contrast; 1 at most.

    The entropy of the rest, as a share of what levels spread evenly over four standard deviations
    would have.
    """
    commonest = int(luminance.argmax())
    rest = luminance.astype(np.float64)
    rest[max(0, commonest - _ONE_TONE) : commonest + _ONE_TONE + 1] = 0
    rest = rest[rest > 0] / max(rest.sum(), 1e-9)
    return float(min(1.0, -(rest * np.log2(rest)).sum() / np.log2(1 + 4 * contrast)))


def _digest(source: BinaryIO) -> tuple[bytes, BinaryIO]:
    """SHA-256 of the whole file, and where to decode it from."""
    source.seek(0)
    if os.fstat(source.fileno()).st_size > READ_AT_ONCE:
        digest = hashlib.file_digest(source, "sha256").digest()  # type: ignore[arg-type]
        source.seek(0)
        return digest, source
    content = source.read()
    return hashlib.sha256(content).digest(), io.BytesIO(content)


def _no_picture(file: FileEntry) -> Failure | PassedOver:
    """A file that only its name calls a picture is worth a line; any other is not."""
    if not formats.claims_to_be_a_picture(file.path):
        return PassedOver(file.path, "not a picture")
    if file.size == 0:
        return Failure(file.path, "read", "empty file")
    return Failure(file.path, "read", "no picture in it, whatever its name says")
