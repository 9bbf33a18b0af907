"""The order of several versions of one photograph: the version to keep comes first.

More pixels or more bytes do not make a version the better one: it may be enlarged, or saved again
at a setting finer than its past. Nothing here opens a file: plain values in, plain values out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dupscan.model.pictures import QUALITY_STEP, SAME_SIZE
from dupscan.text import file_names


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
    # Steps end at 7, 15, …, 87, 95, 100. Qualities within one step are equal until all else is.
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
