"""Which of several versions of one photograph is the original: measures, and the order they give.

More pixels or more bytes do not make a version the better one: it may be enlarged, or saved again
at a setting finer than its past. Kept apart from :mod:`dupscan.group`, which forms stars around
keepers and need not know what makes a good one. Nothing here opens a file: plain values in, plain
values out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, log2
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupscan.model import formats
from dupscan.text import file_names

LOSSLESS = 100
"""Encoding quality of what was stored without loss."""
FEW_COLOURS = 60
"""That of a palette or of black and white, which keep every pixel and few of its colours."""
UNKNOWN_LOSSY = 80
"""That of a lossy format whose file does not say how much it lost."""
CAMERA_FORMAT = 95
"""That of HEIF: hardly anything but a camera writes it, and at a high setting."""
QUALITY_STEP = 8
"""Encoding qualities within one step count as equal until all else is: people save their edits at
90 or at 95 and mean the same. Steps end at 7, 15, …, 87, 95, 100."""
SAME_SIZE = 1.5
"""Versions whose pixels differ by less than this factor are about as large: a frame that was put
around or an edge that was cut off must not decide."""
NO_GAIN = -0.15
"""Least :func:`detail_gained` of a picture that is not enlarged. On 104 photographs, 95 % of the
originals lie above 0.07 against their halves, and 95 % of the doubled below -0.21 against the
originals."""
LEAST_POWER = 0.04
"""Levels squared that the smaller version's finest detail must hold, a little more than rounding to
whole levels makes: below it there is nothing to compare."""
LEAST_ENLARGEMENT = 1.1
"""Below this factor of the sides there is next to nothing to be enlarged."""

_WINDOW = 64
_REGION = 1024
"""Longest side of the middle of a picture that is looked at, pixels."""
_TOP, _MIDDLE = (0.75, 0.95), (0.2, 0.4)
"""Bands of frequencies, as shares of the highest that the smaller picture can hold."""
_NOTHING = 0.01
"""Added to the power before its logarithm is taken: well below the rounding of the levels."""
_LUMINANCE_STEPS = np.array(
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 "
    "62 18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 72 92 95 "
    "98 112 100 103 99".split(),
    dtype=np.int64,
)
"""The example table of the JPEG standard (ITU-T T.81, K.1), which libjpeg scales."""


# -- how it was encoded: the header is enough ------------------------------------------------------


def encoding_quality(
    format_: str, channels: str, steps: Sequence[int] = (), *, lossless: bool | None = None
) -> int:
    """How finely a picture was encoded, from 1 to 100; 100 is lossless.

    `format_` and `channels` are those of :class:`dupscan.model.pictures.PictureInfo`, `steps` the
    64 of a JPEG's luminance table, in any order, and `lossless` what the file says of itself
    where its
    format can be both.

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
    """The libjpeg setting, 1 to 99, whose luminance table has the mean step nearest to `steps`'s.

    Exact for libjpeg's own tables, and a fair rank for those of cameras and of Photoshop. A table
    of ones is 99, for JPEG is never quite without loss.
    """
    return min(99, 1 + int(np.abs(_MEAN_STEPS - float(np.mean(steps))).argmin()))


def _scaled_steps(quality: int) -> NDArray[np.int64]:
    """The luminance table that libjpeg uses at a quality (``jpeg_set_quality``)."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    scaled: NDArray[np.int64] = np.clip((_LUMINANCE_STEPS * percent + 50) // 100, 1, 255)
    return scaled


_MEAN_STEPS = np.array([_scaled_steps(quality).mean() for quality in range(1, 101)])


# -- what there is to see: wants the picture in full -----------------------------------------------


def detail_spectrum(luminance: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """How much detail a picture holds of each fineness; the same if it is turned or mirrored.

    `luminance` has shape (rows, columns) and must not have been scaled; its middle is looked at.
    Returns power at 33 frequencies, from 0 to the highest that pixels can hold, in levels squared,
    or None for a picture of fewer than 64 rows or columns.
    """
    if min(luminance.shape) < _WINDOW:
        return None
    middle = _middle(luminance).astype(np.float32)
    power = _power_along_rows(middle) + _power_along_rows(np.ascontiguousarray(middle.T))
    return (power / 2).astype(np.float32)


def detail_gained(larger: NDArray[np.float32], smaller: NDArray[np.float32], scale: float) -> float:
    """What a larger version has gained over a smaller one: below :data:`NO_GAIN`, it is enlarged.

    Whoever was scaled lost some of the finest detail that the smaller can hold, whatever the
    kernel: the reduced one to the filter that keeps patterns away, the enlarged one to the
    interpolation. So power just below that limit is compared, and to be independent of contrast
    and sharpening at large, it is held against the power of middling detail, the same in both.

    Both are spectra from :func:`detail_spectrum`; `scale` is the side of the smaller as a share of
    the larger's. Returns a logarithm (natural, of power), positive where the larger is genuine.
    """
    fine = _level(larger, _TOP, scale) - _level(smaller, _TOP, 1)
    middling = _level(larger, _MIDDLE, scale) - _level(smaller, _MIDDLE, 1)
    return fine - middling


def is_enlarged(larger: NDArray[np.float32], smaller: NDArray[np.float32], scale: float) -> bool:
    """Whether the larger of two versions shows no more than the smaller; see :func:`detail_gained`.

    Never where sizes are too close, or the smaller has no fine detail itself. A photograph that is
    out of focus throughout may be taken for an enlargement: only noise is left to compare.
    """
    too_close = scale * LEAST_ENLARGEMENT > 1
    if too_close or _level(smaller, _TOP, 1) < log(LEAST_POWER):
        return False
    return detail_gained(larger, smaller, scale) < NO_GAIN


# -- how it stands among the others ----------------------------------------------------------------


def disagreement(own: NDArray[np.uint8], others: NDArray[np.uint8]) -> float:
    """How far a version is from the others, in levels from 0 to 255: the original is the nearest.

    Every edit was made from the original, so two edits differ more than either does from it.
    `own` has shape (3, 32, 32), `others` (n, 3, 32, 32), both turned alike, like the planes of
    :class:`dupscan.model.pictures.Likeness`. Returns the mean of the RMS differences; 0.0 with
    fewer than two others,
    because a difference between two has no side.
    """
    if len(others) < 2:
        return 0.0
    differences = others.astype(np.float64) - own  # uint8 would wrap around
    return fmean(np.sqrt(np.square(differences).mean(axis=(1, 2, 3))).tolist())


@dataclass(frozen=True, slots=True)
class Version:
    """One of several versions of a photograph, with what speaks for it and against it."""

    path: str
    size: int
    """Bytes."""
    mtime_ns: int
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    encoding: int
    """From :func:`encoding_quality`."""
    reference: bool = False
    raw: bool = False
    """True for the data of a camera's sensor."""
    camera: bool = False
    """True when the file still says when or where it was taken."""
    enlarged_from: int | None = None
    """Pixels of the smaller version that it shows no more than; None where it is not enlarged."""
    altered: bool = False
    """True when something was cut off, or a frame put around."""
    turned: bool = False
    """True when most of the others lie or face another way."""
    disagreement: float = 0.0
    """From :func:`disagreement`."""

    @property
    def true_pixels(self) -> int:
        """Pixels that hold something of their own."""
        pixels = self.width * self.height
        return pixels if self.enlarged_from is None else min(pixels, self.enlarged_from)


def keeper_rank(version: Version, largest: int) -> tuple[object, ...]:
    """Sort key: the version to keep comes first.

    `largest` is the most :attr:`Version.true_pixels` among it and the versions it is held against.
    :func:`why_kept` says in words what decided.
    """
    return tuple(value for value, _ in _criteria(version, largest))


def why_kept(kept: Version, other: Version, largest: int) -> str:
    """Say what decided for `kept` against `other`, for a person; empty if nothing speaks for it."""
    pairs = zip(_criteria(kept, largest), _criteria(other, largest), strict=True)
    for (mine, words), (theirs, _) in pairs:
        if mine != theirs:
            if mine > theirs:
                return ""
            sizes = f"{kept.width} × {kept.height} over {other.width} × {other.height}"
            return sizes if words == _SIZE else words
    return ""


_SIZE = "larger"


def _criteria(version: Version, largest: int) -> Iterator[tuple[Any, str]]:
    """What decides, most important first: a value, the less the better, and its words."""
    enlarged = version.enlarged_from is not None
    yield not version.reference, "in a reference folder"
    yield not version.raw, "the camera's RAW file"
    yield _sizes_below(version.true_pixels, largest), _SIZE
    yield enlarged, "the other is enlarged and has no more detail"
    yield version.altered, "the other is cut or framed"
    yield version.turned, "lies the way most of them do"
    yield not version.camera, "still says when or where it was taken"
    yield -(version.encoding // QUALITY_STEP), "less compressed"
    yield version.disagreement, "closest to the other versions"
    yield -version.encoding, "less compressed"
    yield version.mtime_ns, "the older file"
    yield -version.size, "the larger file"
    yield file_names.order(version.path), "first by its path"


def _sizes_below(pixels: int, largest: int) -> int:
    """How many times a version would have to be doubled to be as large as the largest."""
    if pixels * SAME_SIZE >= largest:
        return 0
    return max(1, round(log2(largest / max(1, pixels))))


def _middle(luminance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a picture, cut on a JPEG's grid of blocks."""
    rows, columns = (slice(_start(side), _start(side) + _REGION) for side in luminance.shape)
    return luminance[rows, columns]


def _start(side: int) -> int:
    return max(0, side - _REGION) // 16 * 8


def _power_along_rows(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean power spectrum of stretches of 64 pixels that overlap by half, of every third row."""
    stretches = np.lib.stride_tricks.sliding_window_view(levels[::3], _WINDOW, axis=1)[:, ::32]
    centred = (stretches - stretches.mean(axis=-1, keepdims=True)) * np.hanning(_WINDOW)
    power = np.square(np.abs(np.fft.rfft(centred, axis=-1))).mean(axis=(0, 1))
    return np.asarray(power / _WINDOW, dtype=np.float32)


def _level(spectrum: NDArray[np.float32], band: tuple[float, float], scale: float) -> float:
    """Mean logarithm of the power in a band, after its frequencies were multiplied by `scale`."""
    frequencies = np.linspace(band[0] * scale, band[1] * scale, 12)
    power = np.interp(frequencies, np.linspace(0, 1, spectrum.size), spectrum)
    return float(np.log(power + _NOTHING).mean())
