"""The spectrum of a picture's detail, and what it says of two versions: one may be enlarged.

More pixels do not make a version the better one. Needs the picture decoded in full.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from dupscan import imaging
from dupscan.imaging import reading
from dupscan.model import formats
from dupscan.model.files import Failure, FileEntry
from dupscan.settings import FingerprintSettings

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


Spectrum = NDArray[np.float32]


def spectrum(file: FileEntry, settings: FingerprintSettings) -> Spectrum | Failure | None:
    """The detail in one file, decoded in full; for the worker processes, read-only."""
    try:
        with reading.opened_picture(file, settings) as picture:
            if picture.format is formats.RAW:
                return None
            return detail_spectrum(np.asarray(imaging.luminance(picture)))
    except Exception as error:  # noqa: BLE001 (a picture that cannot be read again is no better one)
        return reading.failure(file, error)
