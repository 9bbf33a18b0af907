"""The order of several versions of one photograph: the version to keep comes first.

A version with more pixels or more bytes is not always the better one: it may be enlarged, or saved
again with a finer setting than before. Nothing here opens a file: all functions take plain values.
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
    """Measure the difference of a version from the others, levels from 0 to 255.

    The original differs least: each edit was made from the original, so two edits differ more from
    one another than from the original. `own` has shape (3, 32, 32), `others` (n, 3, 32, 32): planes
    of :class:`dupscan.model.pictures.Likeness`, all in one orientation. Returns the mean of the RMS
    differences; 0.0 with fewer than two others, because the difference of two versions does not
    tell which of the two was edited.
    """
    if len(others) < 2:
        return 0.0
    differences = others.astype(np.float64) - own  # uint8 would wrap around
    return fmean(np.sqrt(np.square(differences).mean(axis=(1, 2, 3))).tolist())


@dataclass(frozen=True, slots=True)
class Version:
    """One of several versions of a photograph, with all facts that decide which one is kept."""

    path: str
    size: int
    """Bytes."""
    mtime_ns: int
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    encoding: int
    """Quality of the encoding, 1-100, from :mod:`dupscan.fingerprint.metadata.encoding_quality`."""
    reference: bool = False
    """True for a file in a reference folder."""
    raw: bool = False
    """True for a RAW file: data of a camera's sensor."""
    camera: bool = False
    """True if the file says when or where the photograph was taken."""
    enlarged_from: int | None = None
    """Pixels of the smaller version that has just as much detail; None if not enlarged."""
    altered: bool = False
    """True if something was cut off, or a frame was added."""
    turned: bool = False
    """True if most of the other versions have another orientation."""
    disagreement: float = 0.0
    """From :func:`disagreement`."""

    @property
    def true_pixels(self) -> int:
        """Pixels, without those that enlarging added."""
        pixels = self.width * self.height
        return pixels if self.enlarged_from is None else min(pixels, self.enlarged_from)


def keeper_rank(version: Version, largest: int) -> tuple[object, ...]:
    """Return a sort key: the version to keep comes first.

    `largest` is the highest :attr:`Version.true_pixels` among all versions of the photograph.
    :func:`why_kept` says in words which criterion decided.
    """
    return tuple(value for value, _ in _criteria(version, largest))


def why_kept(kept: Version, other: Version, largest: int) -> str:
    """Say in words why `kept` comes before `other`; "" if it does not.

    `largest` as for :func:`keeper_rank`.
    """
    pairs = zip(_criteria(kept, largest), _criteria(other, largest), strict=True)
    for (mine, words), (theirs, _) in pairs:
        if mine != theirs:
            if mine > theirs:
                return ""
            sizes = f"{kept.width} × {kept.height} over {other.width} × {other.height}"
            return sizes if words is None else words
    return ""


def _criteria(version: Version, largest: int) -> Iterator[tuple[Any, str | None]]:
    """Yield the criteria, most important first: a value, of which the least wins, and its words.

    The words of the size are None: the sizes of both versions stand for them.
    """
    enlarged = version.enlarged_from is not None
    yield not version.reference, "in a reference folder"
    yield not version.raw, "the camera's RAW file"
    yield _sizes_below(version.true_pixels, largest), None
    yield enlarged, "the other is enlarged and has no more detail"
    yield version.altered, "the other is cropped or framed"
    yield version.turned, "turned like most of the versions"
    yield not version.camera, "says when or where it was taken"
    # Steps end at 7, 15, …, 87, 95, 100. Qualities within one step are equal until all else is.
    yield -(version.encoding // QUALITY_STEP), "less compressed"
    yield version.disagreement, "closest to the other versions"
    yield -version.encoding, "less compressed"
    yield version.mtime_ns, "the older file"
    yield -version.size, "the larger file"
    yield file_names.order(version.path), "first by path"


def _sizes_below(pixels: int, largest: int) -> int:
    """Count how often a version would have to double its pixels to be as large as the largest."""
    if pixels * SAME_SIZE >= largest:
        return 0
    return max(1, round(log2(largest / max(1, pixels))))
