"""Rank each picture among its versions: the most original one comes first.

:mod:`dupscan.group.versions` finds the facts about each version, :mod:`dupscan.group.folder_order`
ranks the folders in which versions of the same photographs lie, and :mod:`dupscan.group.keeper` has
the criteria and their order. Files are decoded in full only where one of two versions is plainly
larger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import sqrt

from dupscan.fingerprint.detail_spectrum import LEAST_ENLARGEMENT, Spectrum
from dupscan.group.folder_evidence import compare_folders
from dupscan.group.folder_order import FolderOrder
from dupscan.group.keeper import Version, keeper_rank, quality_rank, why_kept
from dupscan.group.named_as import Copy
from dupscan.group.stars import copies_by_first
from dupscan.group.versions import Planes, has_same_framing, photographs
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match
from dupscan.model.pictures import Picture
from dupscan.model.report import FolderQuestion

Rank = tuple[object, ...]


class Originals:
    """The rank of each picture among its versions."""

    def __init__(
        self,
        pictures: Sequence[Picture],
        matches: Sequence[Match],
        spectra: dict[PictureIndex, Spectrum],
        planes: Planes,
        pictures_below: Mapping[str, int],
    ) -> None:
        """Compare every picture with its versions.

        Of files with equal bytes, `matches` and `spectra` name only the first. `planes` returns the
        small picture of a node, shape (3, 32, 32); `pictures_below` has the number of pictures
        below each folder.
        """
        copies = copies_by_first(pictures)
        self._versions: dict[PictureIndex, Version] = {}
        self._largest: dict[PictureIndex, int] = {}
        several = []
        for versions in photographs(pictures, copies, matches, spectra, planes):
            largest = max(version.true_pixels for version in versions.values())
            self._versions |= versions
            self._largest.update(dict.fromkeys(versions, largest))
            if len(versions) > 1:
                several.append(list(versions))
        compared = (
            [
                (self._versions[one], quality_rank(self._versions[one], self._largest[one]))
                for one in together
            ]
            for together in several
        )
        self._folders = FolderOrder(compare_folders(compared), pictures_below)
        for together in several:
            self._mark_mere_copies(together)
        best_first = sorted(self._versions, key=self._rank)
        self._places = {index: place for place, index in enumerate(best_first)}

    def _mark_mere_copies(self, together: Sequence[PictureIndex]) -> None:
        versions = [self._versions[index] for index in together]
        unmarked = [one for one in versions if one.named.copy is not Copy.SURE]
        for index, version in zip(together, versions, strict=True):
            if self._folders.is_mere_copy(version, unmarked):
                self._versions[index] = replace(version, mere_copy=True)

    def true_pixels(self, index: PictureIndex) -> int:
        """Return the pixels of a picture, without those that enlarging added."""
        return self._versions[index].true_pixels

    def _rank(self, index: PictureIndex) -> Rank:
        return keeper_rank(self._versions[index], self._largest[index], self._folders)

    def keeper_rank(self, index: PictureIndex) -> Rank:
        """Return a sort key: the best original comes first; no two pictures are equal."""
        return (self._places[index],)

    def why_kept(self, kept: PictureIndex, other: PictureIndex) -> str:
        """Say in words why one picture is a better original than another; "" if it is not."""
        mine, theirs = self._versions[kept], self._versions[other]
        return why_kept(mine, theirs, self._largest[kept], self._folders)

    def questions(self) -> list[FolderQuestion]:
        """Return the pairs of folders of which nothing tells which to keep, the largest first."""
        return self._folders.questions()


def pictures_to_decode(pictures: Sequence[Picture], matches: Iterable[Match]) -> list[PictureIndex]:
    """Return the pictures to decode in full, because one of their versions is larger or smaller."""
    wanted = set()
    for match in matches:
        sides = [sqrt(pictures[index].info.pixels) for index in (match.a, match.b)]
        if has_same_framing(match) and max(sides) >= min(sides) * LEAST_ENLARGEMENT:
            wanted |= {match.a, match.b}
    return sorted(wanted)
