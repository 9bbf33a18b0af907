"""Labelled files → the library: each different picture once, with its group. Read-only.

Files go to the worker processes for their fingerprints as in a scan. Of files with the same bytes
one stands for all, because a scan tells those by their digest and by no cutoff.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan.calibration.labels import ORIGINAL, Label, Labelled
from dupscan.model.file_table import FileTable
from dupscan.model.pictures import Picture
from dupscan.settings import FingerprintSettings, MatchSettings
from dupscan.stages.context import ScanContext
from dupscan.stages.fingerprinting import fingerprint_all
from dupscan.text import file_names


@dataclass(frozen=True, slots=True)
class Library:
    """Different pictures with their labels; the first of each group comes before its others."""

    pictures: tuple[Picture, ...]
    """In the order of their paths, but that of a group an ``original`` comes first."""
    groups: NDArray[np.intp]
    """Number of the group of each picture; one that has no other version has its own."""
    transforms: tuple[str, ...]
    """What was done to each picture, empty where nobody said."""
    files: int
    """Files with a label."""
    copies: int
    """Files with the bytes of another one of their group."""
    unreadable: int
    passed_over: int
    """Files in formats that are not opened, or that are no pictures."""
    contradictions: tuple[str, ...]
    """Files with the same bytes in different groups, a line for each; they are left out."""

    @property
    def plain(self) -> int:
        """Pictures with too little to see to be compared."""
        return sum(one.low_detail for one in self.pictures)

    def members(self) -> Iterator[NDArray[np.intp]]:
        """The pictures of each group that has several, in their order."""
        order = np.argsort(self.groups, kind="stable")
        starts = np.flatnonzero(np.diff(self.groups[order], prepend=-1))
        for some in np.split(order, starts[1:]):
            if len(some) > 1:
                yield some


def read_library(
    told: Labelled,
    fingerprints: FingerprintSettings,
    match: MatchSettings,
    context: ScanContext,
) -> Library:
    """Fingerprint the labelled files; what comes of it goes to the store."""
    label_of = dict(zip((file.path for file in told.files), told.labels, strict=True))
    files = FileTable.of(told.files)
    taken = fingerprint_all(files, fingerprints, context, want_digests=True)
    if taken.trouble is not None:
        raise taken.trouble
    places = np.flatnonzero(taken.fingerprint_ids > 0)
    pictures = context.store.pictures(
        files, places, taken.fingerprint_ids[places], match.min_detail
    )
    found = [(picture, label_of[picture.file.path]) for picture in pictures]
    found.sort(key=_order)
    firsts, contradictions = _firsts(found)
    return Library(
        pictures=tuple(picture for picture, _ in firsts),
        groups=_numbers([label.group for _, label in firsts]),
        transforms=tuple(label.transform for _, label in firsts),
        files=len(told.files),
        copies=len(found) - len(firsts) - len(contradictions),
        unreadable=len(taken.failures),
        passed_over=taken.passed_over.total(),
        contradictions=(*told.contradictions, *contradictions),
    )


def _order(one: tuple[Picture, Label]) -> tuple[bool, bytes]:
    """Originals first: they stand for their copies, and are what the others are compared with."""
    picture, label = one
    return label.transform != ORIGINAL, file_names.order(picture.file.path)


def _firsts(found: list[tuple[Picture, Label]]) -> tuple[list[tuple[Picture, Label]], list[str]]:
    """The first picture of each content, and a line for each that stands in another group too."""
    firsts: dict[bytes, tuple[Picture, Label]] = {}
    contradictions = []
    for picture, label in found:
        first, its = firsts.setdefault(picture.digest, (picture, label))
        if first is not picture and (its.group != label.group or not label.group):
            paths = (file_names.shown(one.file.path) for one in (first, picture))
            contradictions.append(" has the very bytes of ".join(paths))
    return list(firsts.values()), contradictions


def _numbers(groups: list[str]) -> NDArray[np.intp]:
    """A number for each group, in the order of their first pictures; a single has its own."""
    known: dict[str, int] = {}
    return np.array(
        [known.setdefault(name or f"\0{at}", len(known)) for at, name in enumerate(groups)],
        dtype=np.intp,
    )
