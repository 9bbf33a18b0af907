"""Two files → their fine print, compared at full size. Runs in the worker processes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dupscan import imaging
from dupscan.confirm.fine_print import LONGEST, FinePrint, Levels, compare_print, compared_size
from dupscan.confirm.registration import turned
from dupscan.imaging import reading
from dupscan.model.files import Failure, FileEntry
from dupscan.settings import FingerprintSettings


@dataclass(frozen=True, slots=True)
class PrintPair:
    """Two files with the same picture, as far as small versions of it tell."""

    one: FileEntry
    other: FileEntry
    orientation: int
    """Orientation of the view of `one` that is `other`, of :data:`dupscan.model.views`."""
    cutoff: float
    """Cutoff of the letters, for the box of the result."""


def read_print(pair: PrintPair, settings: FingerprintSettings) -> FinePrint | Failure:
    """Decode two files in full and compare their fine print; read-only.

    The box of the result is a part of `other`. A file that cannot be read is returned as a Failure
    with its path; never raises for the content of a file. Memory: both pictures decoded.
    """
    file = pair.one
    try:
        one = turned(_levels(file, settings), pair.orientation)
        file = pair.other
        other = _levels(file, settings)
        exchanged = one.size < other.size
        if exchanged:
            one, other = other, one
        size = compared_size(one.shape[::-1], other.shape[::-1])
        found = compare_print(imaging.print_versions(one, size), other, pair.cutoff)
        return found.reversed() if exchanged else found
    except Exception as error:  # noqa: BLE001 (one odd file must not end the scan of all others)
        return reading.failure(file, error)


def _levels(file: FileEntry, settings: FingerprintSettings) -> Levels:
    """The luminance of an upright picture on white, at most :data:`LONGEST` pixels long."""
    with reading.opened_picture(file, settings) as picture:
        return np.asarray(imaging.working_picture(picture, LONGEST, 0).convert("L"))
