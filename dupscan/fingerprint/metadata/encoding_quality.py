"""Estimate the quality with which a picture was encoded, 1 to 100, from the file's header."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dupscan.model import formats
from dupscan.model.pictures import LOSSLESS

FEW_COLOURS = 60
"""Encoding quality of a palette or of black and white: every pixel is kept, few colours are."""
UNKNOWN_LOSSY = 80
"""Encoding quality of a lossy format whose file does not state its loss."""
CAMERA_FORMAT = 95
"""Encoding quality of HEIF: nearly all HEIF files come from cameras, at a high setting."""
_LUMINANCE_STEPS = np.array(
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 "
    "62 18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 "
    "98 112 100 103 99".split(),
    dtype=np.int64,
)
"""The example table of the JPEG standard (ITU-T T.81, K.1), which libjpeg scales."""


def encoding_quality(
    format_: str, channels: str, steps: Sequence[int] = (), *, lossless: bool | None = None
) -> int:
    """Estimate the encoding quality of a picture, from 1 to 100; 100 is lossless.

    `format_` and `channels` are those of :class:`dupscan.model.pictures.PictureInfo`, `steps` are
    the 64 steps of a JPEG's luminance table, in any order, and `lossless` is the statement of a
    file whose format can be both.

    >>> encoding_quality("PNG", "RGB"), encoding_quality("GIF", "P")
    (100, 60)
    """
    if channels in ("P", "PA", "1") or format_ == formats.GIF.name:
        return FEW_COLOURS
    if steps:
        return jpeg_quality(steps)
    if lossless is not None:
        return LOSSLESS if lossless else UNKNOWN_LOSSY
    if format_ in (formats.PNG.name, formats.BMP.name, formats.TIFF.name, formats.RAW.name):
        return LOSSLESS
    return CAMERA_FORMAT if format_ == formats.HEIF.name else UNKNOWN_LOSSY


def jpeg_quality(steps: Sequence[int]) -> int:
    """Return the libjpeg quality, 1 to 99, whose luminance table has the mean nearest to `steps`.

    Exact for the tables of libjpeg, and a fair rank for those of cameras and Photoshop. A table of
    ones is 99, because JPEG is never fully lossless.
    """
    return min(99, 1 + int(np.abs(_MEAN_STEPS - float(np.mean(steps))).argmin()))


def _scaled_steps(quality: int) -> NDArray[np.int64]:
    """The luminance table of libjpeg at a quality (``jpeg_set_quality``)."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    scaled: NDArray[np.int64] = np.clip((_LUMINANCE_STEPS * percent + 50) // 100, 1, 255)
    return scaled


_MEAN_STEPS = np.array([_scaled_steps(quality).mean() for quality in range(1, 101)])
