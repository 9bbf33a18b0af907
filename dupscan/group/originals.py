"""Rank each picture among its versions: the most original one comes first.

The worth of a version shows only beside the others: it may be enlarged, cut or framed, or far from
the rest. This room decides which versions are compared; :mod:`dupscan.group.keeper` has the
measures and their order. Files are decoded in full only where one of two versions is plainly
larger.
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
"""Disagreement of what has not two others that it could be the nearest to."""
MOST_OTHERS = 32
"""Versions that one is held against."""


class Originals:
    """How pictures stand among their versions."""

    def __init__(
        self,
        pictures: Sequence[Picture],
        copies: dict[PictureIndex, list[PictureIndex]],
        matches: Sequence[Match],
        spectra: dict[PictureIndex, Spectrum],
        planes: Callable[[PictureIndex], NDArray[np.uint8]],
    ) -> None:
        """Hold every picture against its versions.

        `copies` are the numbers of equal bytes by their first, which `matches` and the others name;
        `planes` are small pictures of shape (3, 32, 32).
        """
        self._versions: dict[PictureIndex, Version] = {}
        self._largest: dict[PictureIndex, int] = {}
        around: defaultdict[PictureIndex, list[Match]] = defaultdict(list)
        for match in matches:
            around[match.a].append(match)
            around[match.b].append(match)
        for same in _connected(copies, matches):
            enlarged = _enlarged(same, pictures, around, spectra)
            for content in same:
                found = _among_its_versions(content, pictures, around[content], planes)
                for number in copies[content]:
                    self._versions[number] = _version(
                        pictures[number],
                        encoding=_encoding(content, pictures, around[content]),
                        enlarged_from=enlarged.get(content),
                        **found,
                    )
            largest = max(self._versions[content].true_pixels for content in same)
            for content in same:
                self._largest.update(dict.fromkeys(copies[content], largest))

    def true_pixels(self, number: PictureIndex) -> int:
        """Pixels of a picture that hold something of their own: fewer if it is enlarged."""
        return self._versions[number].true_pixels

    def rank(self, number: PictureIndex) -> Rank:
        """Sort key: the best original comes first; never a tie."""
        return keeper_rank(self._versions[number], self._largest[number])

    def why(self, kept: PictureIndex, other: PictureIndex) -> str:
        """What spoke for one picture against another, in words."""
        return why_kept(self._versions[kept], self._versions[other], self._largest[kept])


def to_look_into(pictures: Sequence[Picture], matches: Iterable[Match]) -> list[PictureIndex]:
    """Numbers of the pictures to be decoded in full, because a version is larger or smaller."""
    wanted = set()
    for match in matches:
        sides = [sqrt(pictures[number].info.pixels) for number in (match.a, match.b)]
        if _same_framing(match) and max(sides) >= min(sides) * LEAST_ENLARGEMENT:
            wanted |= {match.a, match.b}
    return sorted(wanted)


def _connected(
    copies: Iterable[PictureIndex], matches: Iterable[Match]
) -> Iterable[list[PictureIndex]]:
    """The contents that are the same picture by any number of steps, those alone included."""
    home = {content: content for content in copies}

    def root(content: PictureIndex) -> PictureIndex:
        while home[content] != content:
            home[content] = content = home[home[content]]
        return content

    for match in matches:
        if _same_framing(match):
            home[root(match.a)] = root(match.b)
    together: defaultdict[PictureIndex, list[PictureIndex]] = defaultdict(list)
    for content in home:
        together[root(content)].append(content)
    return together.values()


def _same_framing(match: Match) -> bool:
    return match.verdict.at_least(Verdict.PICTURE)


def _among_its_versions(
    content: PictureIndex,
    pictures: Sequence[Picture],
    matches: Sequence[Match],
    planes: Callable[[PictureIndex], NDArray[np.uint8]],
) -> dict[str, object]:
    """What only its matches tell of a picture."""
    same = _nearest_first(content, matches)
    others = [_turned(planes(one.partner(content)), one, content) for one in same[:MOST_OTHERS]]
    return {
        # What is the same as others is as whole as they are.
        "altered": not same and any(_is_altered(content, match, pictures) for match in matches),
        "turned": 2 * sum(one.evidence.view.orientation > 0 for one in same) > len(same) > 1,
        "disagreement": disagreement(planes(content), np.stack(others))
        if len(others) > 1
        else _ALONE,
    }


def _encoding(content: PictureIndex, pictures: Sequence[Picture], matches: Iterable[Match]) -> int:
    """How finely a picture was ever encoded: a JPEG that was saved as PNG has gained nothing."""
    equal = [match.partner(content) for match in matches if match.verdict is Verdict.PIXELS]
    return min(pictures[number].info.encoding for number in (content, *equal))


def _nearest_first(content: PictureIndex, matches: Iterable[Match]) -> list[Match]:
    same = [match for match in matches if _same_framing(match)]
    return sorted(same, key=lambda match: (match.evidence.fine, match.partner(content)))


def _enlarged(
    same: Sequence[PictureIndex],
    pictures: Sequence[Picture],
    around: dict[PictureIndex, list[Match]],
    spectra: dict[PictureIndex, Spectrum],
) -> dict[PictureIndex, int]:
    """Of the versions of one picture those that are enlarged, and how many pixels they are worth.

    Versions of one size have one origin: the best encoded speaks for all, because the noise of
    strong compression looks like detail.
    """
    sizes: defaultdict[int, list[PictureIndex]] = defaultdict(list)
    for content in same:
        sizes[pictures[content].info.pixels].append(content)
    worth: dict[int, int] = {}
    for size in sorted(sizes):  # what a size was enlarged from may be enlarged itself
        known = [content for content in sizes[size] if content in spectra]
        if not known:
            continue
        best = max(known, key=lambda number: (pictures[number].info.encoding, -number))
        smaller = _enlarged_from(best, pictures, _nearest_first(best, around[best]), spectra)
        if smaller is not None:
            worth[size] = worth.get(smaller, smaller)
    return {content: worth[size] for size in worth for content in sizes[size]}


def _enlarged_from(
    content: PictureIndex,
    pictures: Sequence[Picture],
    same: Iterable[Match],
    spectra: dict[PictureIndex, Spectrum],
) -> int | None:
    """Pixels of the largest smaller version that a picture shows no more than."""
    pixels = pictures[content].info.pixels
    smaller: dict[int, PictureIndex] = {}
    for match in same:  # the nearest of each size; others may have been blurred or sharpened
        other = match.partner(content)
        if other in spectra and pictures[other].info.pixels < pixels:
            smaller.setdefault(pictures[other].info.pixels, other)
    found = [
        size
        for size, other in smaller.items()
        if is_enlarged(spectra[content], spectra[other], sqrt(size / pixels))
    ]
    return max(found, default=None)


def _is_altered(content: PictureIndex, match: Match, pictures: Sequence[Picture]) -> bool:
    """Whether the partner shows that something was cut off a picture, or a frame put around it."""
    if match.verdict is not Verdict.SIMILAR:
        return False
    view = match.seen_from(content).view
    left, top, right, bottom = view.box
    shown = (right - left) * (bottom - top)
    if shown < 1 - _NOTICED:
        return view.name == "trimmed" or _has_around(pictures[content], view)
    partner = pictures[match.partner(content)]
    is_framed = view.name == "trimmed" or _has_around(partner, view.inverse())
    return shown > 1 + _NOTICED and not is_framed


def _has_around(picture: Picture, view: View) -> bool:
    """Whether all that a view leaves out of a picture is its uniform border."""
    border = picture.traits.hashes.border
    return border is not None and is_near(view.source, border)


_NOTICED = 0.02
"""Share of a picture's area that is noticed when it is gone."""


def _turned(planes: NDArray[np.uint8], match: Match, content: PictureIndex) -> NDArray[np.uint8]:
    """The small pictures of the partner, turned as `content` lies."""
    orientation = match.seen_from(match.partner(content)).view.orientation
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
        camera=info.captured is not None or info.gps,
        **among,  # type: ignore[arg-type]
    )
