"""Twins: pictures that may be exactly the same, told without decoding them in full, and then with.

Decoding a file in full costs ten times its fingerprint. Here is told for which pairs it is worth
that, and what the digests of their pixels come to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from dupscan.fingerprint.pixel_digest import PixelDigest
from dupscan.group.stars import contents
from dupscan.index import MAX_COMPARED_PER_BUCKET
from dupscan.model import formats
from dupscan.model.matches import ALIKE, Match, Verdict
from dupscan.model.pictures import LOSSLESS, Likeness, Picture

Pair = tuple[int, int]
_JPEG = formats.JPEG.name
_NEAREST = 3
_DECODERS_DIFFER = 2
"""Levels of the small pictures by which equal ones may differ."""


def nearly_equal(
    pictures: Sequence[Picture], matches: Iterable[Match], likeness: Callable[[Picture], Likeness]
) -> list[Match]:
    """Matches for which it is worth decoding both pictures in full.

    A re-encoded JPEG already looks different from the other. A picture without loss may be a JPEG
    that was decoded, and then one of the few that it is nearest to.
    """
    suspects = []
    decoded: defaultdict[int, list[tuple[int, Match]]] = defaultdict(list)
    for match in matches:
        one, other = (pictures[number] for number in (match.a, match.b))
        if not _may_be_equal(match, one, other):
            continue
        if one.info.format == other.info.format == _JPEG:
            if (likeness(one).planes == likeness(other).planes).all():
                suspects.append(match)
            continue
        if _JPEG not in (one.info.format, other.info.format):
            if _looks_equal(likeness(one), likeness(other)):
                suspects.append(match)
            continue
        lossless = match.b if one.info.format == _JPEG else match.a
        if pictures[lossless].info.encoding == LOSSLESS:
            decoded[lossless].append((_apart(likeness(one), likeness(other)), match))
    for found in decoded.values():
        found.sort(key=lambda it: (it[0], it[1].a, it[1].b))
        suspects += [match for _, match in found[:_NEAREST]]
    return suspects


def plain(pictures: Sequence[Picture], likeness: Callable[[Picture], Likeness]) -> list[Pair]:
    """Pairs with too little to see for a hash, but that look the same; each beside a few."""
    sizes: defaultdict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for number in contents(pictures):
        picture = pictures[number]
        if picture.low_detail:
            mean = float(likeness(picture).planes.mean())
            sizes[picture.info.width, picture.info.height].append((mean, number))
    return [
        pair
        for found in sizes.values()
        for cluster in _clusters(sorted(found), lambda at: likeness(pictures[at]))
        for pair in _pairs_with_a_hub(cluster)
    ]


def _clusters(
    found: Iterable[tuple[float, int]], likeness: Callable[[int], Likeness]
) -> list[list[int]]:
    """Pictures that look equal to the first of their cluster, by their mean level."""
    clusters: list[tuple[float, list[int]]] = []
    for mean, number in found:
        near = (
            members
            for first_mean, members in clusters[-MAX_COMPARED_PER_BUCKET:]
            if mean - first_mean <= _DECODERS_DIFFER
            and _looks_equal(likeness(members[0]), likeness(number))
        )
        home = next(near, None)
        if home is None:
            clusters.append((mean, [number]))
        else:
            home.append(number)
    return [sorted(members) for _, members in clusters]


def _pairs_with_a_hub(numbers: Sequence[int]) -> Iterator[Pair]:
    """Every pair with one of the first of them: a star needs none but those with its centre."""
    for at, hub in enumerate(numbers[:MAX_COMPARED_PER_BUCKET]):
        for other in numbers[at + 1 :]:
            yield hub, other


def equal(
    pictures: Sequence[Picture],
    matches: Iterable[Match],
    plain_pairs: Iterable[Pair],
    digests: Mapping[int, PixelDigest],
) -> dict[Pair, Match]:
    """The pairs whose digests say that they are exactly the same, each with its match."""

    def are_equal(one: int, other: int) -> bool:
        return one in digests and other in digests and digests[one].same_as(digests[other])

    found = {
        (match.a, match.b): match
        for match in matches
        if _may_be_equal(match, pictures[match.a], pictures[match.b])
        and are_equal(match.a, match.b)
    }
    return found | {
        (one, other): Match(one, other, Verdict.PIXELS, ALIKE)
        for one, other in plain_pairs
        if are_equal(one, other)
    }


def _may_be_equal(match: Match, one: Picture, other: Picture) -> bool:
    sizes = {(picture.info.width, picture.info.height) for picture in (one, other)}
    turned = match.evidence.view.orientation
    return match.verdict is Verdict.PICTURE and not turned and len(sizes) == 1


def _looks_equal(one: Likeness, other: Likeness) -> bool:
    """Whether two look the same, but for what decoders that scale make of it."""
    return _apart(one, other) <= _DECODERS_DIFFER


def _apart(one: Likeness, other: Likeness) -> int:
    """Largest difference of the small pictures, levels."""
    return int(np.abs(one.planes.astype(np.int16) - other.planes).max())  # uint8 would wrap
