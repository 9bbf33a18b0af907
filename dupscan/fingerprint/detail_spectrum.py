"""Measure the spectrum of a picture's detail, and recognise an enlarged version by it.

A version with more pixels is not better if it was enlarged. The picture must be decoded in full.
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
originals lie above 0.07 against their half-size versions, and 95 % of the double-size versions
below -0.21 against the originals."""
LEAST_POWER = 0.04
"""Least power, in levels squared, of the smaller version's finest detail: a little more than the
power that rounding to whole levels makes. Below it there is nothing to compare."""
LEAST_ENLARGEMENT = 1.1
"""Least factor between the sides: closer sizes show next to no enlargement."""
_WINDOW = 64
FREQUENCIES = _WINDOW // 2 + 1
"""Frequencies of a spectrum."""
_REGION = 1024
"""Longest side, in pixels, of the middle of a picture that is measured."""
_TOP, _MIDDLE = (0.75, 0.95), (0.2, 0.4)
"""Bands of frequencies, as shares of the highest that the smaller picture can hold."""
_NOTHING = 0.01
"""Added to the power before its logarithm is taken: well below the rounding of the levels."""


def detail_spectrum(luminance: NDArray[np.uint8]) -> NDArray[np.float32] | None:
    """Measure how much detail a picture holds of each fineness; equal if turned or mirrored.

    `luminance` has shape (rows, columns) and must not have been scaled; its middle is measured.
    Returns power at 33 frequencies, from 0 to the highest that pixels can hold, in levels squared,
    or None for a picture of fewer than 64 rows or columns.
    """
    if min(luminance.shape) < _WINDOW:
        return None
    middle = _middle(luminance).astype(np.float32)
    power = _power_along_rows(middle) + _power_along_rows(np.ascontiguousarray(middle.T))
    return (power / 2).astype(np.float32)


def detail_gained(larger: NDArray[np.float32], smaller: NDArray[np.float32], scale: float) -> float:
    """Measure the detail that a larger version has over a smaller version.

    A version that was scaled has lost some of the finest detail that the smaller size can hold,
    whatever the kernel: a reduced version by the filter against aliasing, an enlarged version by
    the interpolation. So the power just below that limit is compared. To be independent of
    contrast and sharpening, it is taken relative to the power of medium detail in each version.

    `larger` and `smaller` are spectra from :func:`detail_spectrum`; `scale` is the side of the
    smaller version as a share of the larger version's. Returns a natural logarithm of power:
    positive if the larger version is genuine, below :data:`NO_GAIN` if it is enlarged.
    """
    fine = _level(larger, _TOP, scale) - _level(smaller, _TOP, 1)
    middling = _level(larger, _MIDDLE, scale) - _level(smaller, _MIDDLE, 1)
    return fine - middling


def is_enlarged(larger: NDArray[np.float32], smaller: NDArray[np.float32], scale: float) -> bool:
    """True if the larger of two versions shows no more than the smaller; see :func:`detail_gained`.

    Always False if the sizes are too close, or if the smaller version has no fine detail. A
    photograph that is out of focus throughout may be taken for an enlargement, because only its
    noise can be compared.
    """
    too_close = scale * LEAST_ENLARGEMENT > 1
    if too_close or _level(smaller, _TOP, 1) < log(LEAST_POWER):
        return False
    return detail_gained(larger, smaller, scale) < NO_GAIN


def _middle(luminance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a picture, cut along the grid of blocks of a JPEG."""
    rows, columns = (slice(_start(side), _start(side) + _REGION) for side in luminance.shape)
    return luminance[rows, columns]


def _start(side: int) -> int:
    return max(0, side - _REGION) // 16 * 8


def _power_along_rows(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean power spectrum of pieces of 64 pixels that overlap by half, from every third row."""
    stretches = np.lib.stride_tricks.sliding_window_view(levels[::3], _WINDOW, axis=1)[:, ::32]
    centred = (stretches - stretches.mean(axis=-1, keepdims=True)) * np.hanning(_WINDOW)
    power = np.square(np.abs(np.fft.rfft(centred, axis=-1))).mean(axis=(0, 1))
    return np.asarray(power / _WINDOW, dtype=np.float32)


def _level(spectrum: NDArray[np.float32], band: tuple[float, float], scale: float) -> float:
    """Mean logarithm of the power in a band whose frequencies are multiplied by `scale`."""
    frequencies = np.linspace(band[0] * scale, band[1] * scale, 12)
    power = np.interp(frequencies, np.linspace(0, 1, spectrum.size), spectrum)
    return float(np.log(power + _NOTHING).mean())


Spectrum = NDArray[np.float32]


def spectrum(file: FileEntry, settings: FingerprintSettings) -> Spectrum | Failure | None:
    """Decode one file in full and measure its detail; read-only. Runs in the worker processes.

    Returns None for a RAW file and for a picture that is too small.
    """
    try:
        with reading.opened_picture(file, settings) as picture:
            if picture.format is formats.RAW:
                return None
            return detail_spectrum(np.asarray(imaging.luminance(picture)))
    except Exception as error:  # noqa: BLE001 (a picture that fails here stays no better version)
        return reading.failure(file, error)
