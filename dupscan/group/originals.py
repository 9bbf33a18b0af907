"""Rank each picture among its versions: the most original one comes first.

A version can be judged only beside the others: it may be enlarged, cropped, framed, or the one that
differs most. This module decides which versions are compared; :mod:`dupscan.group.keeper` has the
criteria and their order. Files are decoded in full only where one of two versions is plainly
larger. Of files with equal bytes, only the first is compared, the *node* of
:mod:`dupscan.group.stars`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from dupscan.fingerprint.detail_spectrum import (
    LEAST_ENLARGEMENT,
    Spectrum,
    is_enlarged,
)
from dupscan.group.keeper import Version, disagreement, keeper_rank, why_kept
from dupscan.model import formats
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.views import View, is_near

Rank = tuple[object, ...]
_ALONE = 255.0
"""Disagreement of a version with fewer than two others, which cannot be the nearest one; levels."""
MAX_VERSIONS_COMPARED = 32
"""Versions with which one version is compared."""
_NOTICED = 0.02
"""Share of a picture's area from which a missing part counts."""


class Originals:
    """The rank of each picture among its versions."""

    def __init__(
        self,
        pictures: Sequence[Picture],
        copies: dict[PictureIndex, list[PictureIndex]],
        matches: Sequence[Match],
        spectra: dict[PictureIndex, Spectrum],
        planes: Callable[[PictureIndex], NDArray[np.uint8]],
    ) -> None:
        """Compare every picture with its versions.

        `copies` comes from :func:`dupscan.group.stars.copies_by_first`. Of files with equal bytes,
        `matches` and `spectra` name only the first. `planes` returns the small picture of a node,
        shape (3, 32, 32).
        """
        self._versions: dict[PictureIndex, Version] = {}
        self._largest: dict[PictureIndex, int] = {}
        around: defaultdict[PictureIndex, list[Match]] = defaultdict(list)
        for match in matches:
            around[match.a].append(match)
            around[match.b].append(match)
        for same in _connected(copies, matches):
            enlarged = _enlarged(same, pictures, around, spectra)
            for node in same:
                found = _among_its_versions(node, pictures, around[node], planes)
                for index in copies[node]:
                    self._versions[index] = _version(
                        pictures[index],
                        encoding=_encoding(node, pictures, around[node]),
                        enlarged_from=enlarged.get(node),
                        **found,
                    )
            largest = max(self._versions[node].true_pixels for node in same)
            for node in same:
                self._largest.update(dict.fromkeys(copies[node], largest))

    def true_pixels(self, index: PictureIndex) -> int:
        """Return the pixels of a picture, without those that enlarging added."""
        return self._versions[index].true_pixels

    def keeper_rank(self, index: PictureIndex) -> Rank:
        """Return a sort key: the best original comes first; no two pictures are equal."""
        return keeper_rank(self._versions[index], self._largest[index])

    def why_kept(self, kept: PictureIndex, other: PictureIndex) -> str:
        """Say in words why one picture is a better original than another; "" if it is not."""
        return why_kept(self._versions[kept], self._versions[other], self._largest[kept])


def pictures_to_decode(pictures: Sequence[Picture], matches: Iterable[Match]) -> list[PictureIndex]:
    """Return the pictures to decode in full, because one of their versions is larger or smaller."""
    wanted = set()
    for match in matches:
        sides = [sqrt(pictures[index].info.pixels) for index in (match.a, match.b)]
        if _same_framing(match) and max(sides) >= min(sides) * LEAST_ENLARGEMENT:
            wanted |= {match.a, match.b}
    return sorted(wanted)


def _connected(
    copies: Iterable[PictureIndex], matches: Iterable[Match]
) -> Iterable[list[PictureIndex]]:
    """Return the nodes that strong matches connect by any number of steps, one list a component."""
    home = {node: node for node in copies}

    def root(node: PictureIndex) -> PictureIndex:
        while home[node] != node:
            home[node] = node = home[home[node]]
        return node

    for match in matches:
        if _same_framing(match):
            home[root(match.a)] = root(match.b)
    together: defaultdict[PictureIndex, list[PictureIndex]] = defaultdict(list)
    for node in home:
        together[root(node)].append(node)
    return together.values()


def _same_framing(match: Match) -> bool:
    return match.verdict.at_least(Verdict.PICTURE)


def _among_its_versions(
    node: PictureIndex,
    pictures: Sequence[Picture],
    matches: Sequence[Match],
    planes: Callable[[PictureIndex], NDArray[np.uint8]],
) -> dict[str, object]:
    """Return the fields of Version that follow from the matches of a picture."""
    same = _nearest_first(node, matches)
    compared = same[:MAX_VERSIONS_COMPARED]
    others = [_turned(planes(match.partner(node)), match, node) for match in compared]
    return {
        # A picture that is the same as others is as complete as they are.
        "altered": not same and any(_is_altered(node, match, pictures) for match in matches),
        "turned": 2 * sum(match.evidence.view.orientation > 0 for match in same) > len(same) > 1,
        "disagreement": disagreement(planes(node), np.stack(others)) if len(others) > 1 else _ALONE,
    }


def _encoding(node: PictureIndex, pictures: Sequence[Picture], matches: Iterable[Match]) -> int:
    """Return the worst encoding of a picture and its equals: saving a JPEG as PNG gains nothing."""
    equal = [match.partner(node) for match in matches if match.verdict is Verdict.PIXELS]
    return min(pictures[index].info.encoding for index in (node, *equal))


def _nearest_first(node: PictureIndex, matches: Iterable[Match]) -> list[Match]:
    same = [match for match in matches if _same_framing(match)]
    return sorted(same, key=lambda match: (match.evidence.fine, match.partner(node)))


def _enlarged(
    same: Sequence[PictureIndex],
    pictures: Sequence[Picture],
    around: dict[PictureIndex, list[Match]],
    spectra: dict[PictureIndex, Spectrum],
) -> dict[PictureIndex, int]:
    """Return the versions of one picture that are enlarged, each with its true pixels.

    All versions of one size are taken to have one origin. Only the best encoded of them is
    examined, because the noise of strong compression looks like detail.
    """
    sizes: defaultdict[int, list[PictureIndex]] = defaultdict(list)
    for node in same:
        sizes[pictures[node].info.pixels].append(node)
    worth: dict[int, int] = {}
    for size in sorted(sizes):  # the smaller version may be enlarged itself
        known = [node for node in sizes[size] if node in spectra]
        if not known:
            continue
        best = max(known, key=lambda index: (pictures[index].info.encoding, -index))
        smaller = _enlarged_from(best, pictures, _nearest_first(best, around[best]), spectra)
        if smaller is not None:
            worth[size] = worth.get(smaller, smaller)
    return {node: worth[size] for size in worth for node in sizes[size]}


def _enlarged_from(
    node: PictureIndex,
    pictures: Sequence[Picture],
    same: Iterable[Match],
    spectra: dict[PictureIndex, Spectrum],
) -> int | None:
    """Return the pixels of the largest smaller version with as much detail; None without one."""
    pixels = pictures[node].info.pixels
    smaller: dict[int, PictureIndex] = {}
    for match in same:  # the nearest of each size; the others may be blurred or sharpened
        other = match.partner(node)
        if other in spectra and pictures[other].info.pixels < pixels:
            smaller.setdefault(pictures[other].info.pixels, other)
    found = [
        size
        for size, other in smaller.items()
        if is_enlarged(spectra[node], spectra[other], sqrt(size / pixels))
    ]
    return max(found, default=None)


def _is_altered(node: PictureIndex, match: Match, pictures: Sequence[Picture]) -> bool:
    """True if the partner shows that a picture was cropped, or that a frame was added to it."""
    if match.verdict is not Verdict.SIMILAR:
        return False
    view = match.seen_from(node).view
    left, top, right, bottom = view.box
    shown = (right - left) * (bottom - top)
    if shown < 1 - _NOTICED:
        return view.name == "trimmed" or _has_around(pictures[node], view)
    partner = pictures[match.partner(node)]
    is_framed = view.name == "trimmed" or _has_around(partner, view.inverse())
    return shown > 1 + _NOTICED and not is_framed


def _has_around(picture: Picture, view: View) -> bool:
    """True if a view leaves out of a picture just its uniform border."""
    border = picture.traits.hashes.border
    return border is not None and is_near(view.source, border)


def _turned(planes: NDArray[np.uint8], match: Match, node: PictureIndex) -> NDArray[np.uint8]:
    """Return the small picture of the partner, turned to the orientation of `node`."""
    orientation = match.seen_from(match.partner(node)).view.orientation
    if orientation & 4:
        planes = planes.swapaxes(-1, -2)
    if orientation & 2:
        planes = planes[..., ::-1, :]
    return planes[..., ::-1] if orientation & 1 else planes


def _version(picture: Picture, **among: object) -> Version:
    file, info = picture.file, picture.info
    return Version(
        path=file.path,
        size=file.size,
        mtime_ns=file.mtime_ns,
        width=info.width,
        height=info.height,
        reference=file.reference,
        raw=info.format == formats.RAW.name,
        camera=(info.captured is not None and not info.captured_is_guess) or info.gps,
        **among,  # type: ignore[arg-type]
    )
