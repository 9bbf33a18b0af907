"""The order of several versions of one photograph: the version to keep comes first.

A version with more pixels or more bytes is not always the better one: it may be enlarged, or saved
again with a finer setting than before. Of versions that are equally good, names and folders tell
which one a person would call the original: :mod:`dupscan.group.folder_order` ranks the folders, so
that of two albums one is kept whole. Nothing here opens a file: all functions take plain values.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from math import log2
from statistics import fmean
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dupscan.group.name_origin import NameOrigin
from dupscan.group.named_as import NOT_COMPARED, NamedAs
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


_NS_OF_A_DAY = 86_400 * 10**9


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
    camera_format: bool = False
    """True for a HEIF file with camera data: telephones write it, and export it to others."""
    captured: str | None = None
    """Capture time, ISO 8601."""
    extras: int = 0
    """Number of kinds of data besides the picture that a viewer can show or play: a gain map, …"""
    covered: bool = False
    """True if another version shows what is covered here by a mosaic, a blur, a bar or words."""
    enlarged_from: int | None = None
    """Pixels of the smaller version that has just as much detail; None if not enlarged."""
    altered: bool = False
    """True if something was cut off, or a frame was added."""
    turned: bool = False
    """True if most of the other versions have another orientation."""
    retoned: bool = False
    """True if its brightness or colours were changed; see :mod:`dupscan.group.tones`."""
    disagreement: float = 0.0
    """From :func:`disagreement`."""
    named: NamedAs = NOT_COMPARED
    mere_copy: bool = False
    """True if the version is a copy by its name, whatever its folder."""
    folder: str = field(init=False)
    """Path of the folder."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", os.path.dirname(self.path))  # asked for many times

    @property
    def day(self) -> int:
        """Day of the modification, from 1970: copying a library takes hours and tells no age."""
        return self.mtime_ns // _NS_OF_A_DAY

    @property
    def true_pixels(self) -> int:
        """Pixels, without those that enlarging added."""
        pixels = self.width * self.height
        return pixels if self.enlarged_from is None else min(pixels, self.enlarged_from)


class FolderRanks(Protocol):
    """The order of folders, see :class:`dupscan.group.folder_order.FolderOrder`."""

    def rank(self, folder: str) -> int:
        """Return the place of a folder, 0 for the likeliest home of originals."""

    def why(self, kept: str, other: str) -> str:
        """Say in words why one folder comes before another."""


class _NoFolders:
    """Stands for an order of folders where none has been made."""

    def rank(self, folder: str) -> int:
        return 0

    def why(self, kept: str, other: str) -> str:
        return ""


NO_FOLDERS: FolderRanks = _NoFolders()


def quality_rank(version: Version, largest: int) -> tuple[Any, ...]:
    """Return a sort key by quality alone: versions with equal keys are equally good."""
    return (*(value(version, largest) for value, _ in _QUALITY), -version.encoding)


def keeper_rank(
    version: Version, largest: int, folders: FolderRanks = NO_FOLDERS
) -> tuple[Any, ...]:
    """Return a sort key: the version to keep comes first.

    `largest` is the highest :attr:`Version.true_pixels` among all versions of the photograph.
    :func:`why_kept` says in words which criterion decided.
    """
    quality = (value(version, largest) for value, _ in _QUALITY)
    return (*quality, *(value(version, folders) for value, _ in _HOME))


def why_kept(kept: Version, other: Version, largest: int, folders: FolderRanks = NO_FOLDERS) -> str:
    """Say in words why `kept` comes before `other`; "" if it does not.

    `largest` and `folders` as for :func:`keeper_rank`.
    """
    for value, words in _QUALITY:
        mine, theirs = value(kept, largest), value(other, largest)
        if mine != theirs:
            return words(kept, other) if mine < theirs else ""
    for home, home_words in _HOME:
        mine, theirs = home(kept, folders), home(other, folders)
        if mine != theirs:
            return home_words(kept, other, folders) if mine < theirs else ""
    return ""


def _sizes(kept: Version, other: Version) -> str:
    return f"{kept.width} × {kept.height} over {other.width} × {other.height}"


def _sizes_below(pixels: int, largest: int) -> int:
    """Count how often a version would have to double its pixels to be as large as the largest."""
    if pixels * SAME_SIZE >= largest:
        return 0
    return max(1, round(log2(largest / max(1, pixels))))


_Value = Callable[[Version, int], Any]
"""Returns the value of a criterion, of which the least wins."""
_Words = Callable[[Version, Version], str]
"""Says in words why the first version, which is kept, has the smaller value."""


def _always(words: str) -> _Words:
    return lambda kept, other: words


_QUALITY: tuple[tuple[_Value, _Words], ...] = (
    (lambda one, _: not one.reference, _always("in a reference folder")),
    (lambda one, _: not one.raw, _always("the camera's RAW file")),
    (lambda one, _: one.covered, _always("the other has a part covered")),
    (lambda one, largest: _sizes_below(one.true_pixels, largest), _sizes),
    (
        lambda one, _: one.enlarged_from is not None,
        _always("the other is enlarged and has no more detail"),
    ),
    (lambda one, _: one.altered, _always("the other is cropped or framed")),
    (lambda one, _: one.turned, _always("turned like most of the versions")),
    (lambda one, _: -one.extras, _always("holds more than the picture, such as a gain map")),
    (lambda one, _: not one.camera, _always("says when or where it was taken")),
    (lambda one, _: not one.camera_format, _always("the camera's HEIC file")),
    (lambda one, _: one.named.edit, lambda _, other: other.named.words),
    (lambda one, _: one.retoned, _always("the other's brightness or colours were changed")),
    # Steps end at 7, 15, …, 87, 95, 100. Qualities within one step are equal until all else is.
    (lambda one, _: -(one.encoding // QUALITY_STEP), _always("less compressed")),
    (lambda one, _: one.disagreement, _always("closest to the other versions")),
)
"""The criteria of quality, the most important first."""


_HomeValue = Callable[[Version, FolderRanks], Any]
_HomeWords = Callable[[Version, Version, FolderRanks], str]


def _origin_words(kept: Version, other: Version, folders: FolderRanks) -> str:
    if other.named.origin is NameOrigin.MESSENGER:
        return other.named.words
    return "the camera's name" if kept.named.origin is NameOrigin.CAMERA else "named after its day"


_HOME: tuple[tuple[_HomeValue, _HomeWords], ...] = (
    (lambda one, _: one.mere_copy, lambda _, other, folders: other.named.words),
    (lambda one, _: -one.encoding, lambda *_: "less compressed"),
    (
        lambda one, folders: folders.rank(one.folder),
        lambda kept, other, folders: folders.why(kept.folder, other.folder),
    ),
    (lambda one, _: (one.named.copy, one.named.marks), lambda _, other, folders: other.named.words),
    (lambda one, _: one.named.origin, _origin_words),
    (lambda one, _: one.mtime_ns, lambda *_: "the older file"),
    (lambda one, _: len(os.fsencode(one.path)), lambda *_: "the shorter path"),
    (lambda one, _: -one.size, lambda *_: "the larger file"),
    (lambda one, _: file_names.order(one.path), lambda *_: "first by path"),
)
"""The criteria of names and folders, which decide between versions of about equal quality."""
