"""Pairs that may be exactly the same picture in two files, and the matches among them that are.

To prove that two pictures are exactly the same, both are decoded in full, which costs ten times
their fingerprints. So their likenesses choose the pairs that are worth it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from dupscan.fingerprint.pixel_digest import PixelDigest
from dupscan.group.stars import copies_by_first
from dupscan.index import MAX_COMPARED_PER_BUCKET
from dupscan.model import formats
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import EXACT, Match, Verdict
from dupscan.model.pictures import LOSSLESS, Likeness, Picture

IndexPair = tuple[PictureIndex, PictureIndex]
_JPEG = formats.JPEG.name
_NEAREST = 3
"""JPEG files that are decoded in full for one lossless picture: the most similar ones."""
_DECODERS_DIFFER = 2
"""Levels by which the small planes of equal pictures may differ: their decoders scale in other
ways."""


def worth_decoding(
    pictures: Sequence[Picture], matches: Iterable[Match], likeness: Callable[[Picture], Likeness]
) -> list[Match]:
    """The matches whose two pictures may be exactly equal, so that decoding both is worth it.

    Two JPEG files may be, if their small planes are equal: saving a JPEG again changes them. A
    lossless file may be a decoded JPEG, and then one of the few JPEGs that are most similar to it.
    """
    suspects = []
    decoded: defaultdict[PictureIndex, list[tuple[int, Match]]] = defaultdict(list)
    for match in matches:
        one, other = pictures[match.a], pictures[match.b]
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
            decoded[lossless].append((_difference(likeness(one), likeness(other)), match))
    for found in decoded.values():
        found.sort(key=lambda it: (it[0], it[1].a, it[1].b))
        suspects += [match for _, match in found[:_NEAREST]]
    return suspects


def low_detail_pairs(
    pictures: Sequence[Picture], likeness: Callable[[Picture], Likeness]
) -> list[IndexPair]:
    """Pairs of pictures of low detail that have equal sizes and look the same.

    The index knows nothing of these pictures, because their hashes mean nothing. A picture is
    paired with a limited number of others.
    """
    sizes: defaultdict[tuple[int, int], list[tuple[float, PictureIndex]]] = defaultdict(list)
    for index in copies_by_first(pictures):
        picture = pictures[index]
        if picture.low_detail:
            mean = float(likeness(picture).planes.mean())
            sizes[picture.info.width, picture.info.height].append((mean, index))
    return [
        pair
        for found in sizes.values()
        for cluster in _clusters(sorted(found), lambda index: likeness(pictures[index]))
        for pair in _pairs_with_a_hub(cluster)
    ]


def _clusters(
    found: Iterable[tuple[float, PictureIndex]], likeness: Callable[[PictureIndex], Likeness]
) -> list[list[PictureIndex]]:
    """Clusters of pictures that look equal to the first of their cluster.

    `found` are pictures with the mean level of their planes, in the order of the levels.
    """
    clusters: list[tuple[float, list[PictureIndex]]] = []
    for mean, index in found:
        near = (
            members
            for first_mean, members in clusters[-MAX_COMPARED_PER_BUCKET:]
            if mean - first_mean <= _DECODERS_DIFFER
            and _looks_equal(likeness(members[0]), likeness(index))
        )
        home = next(near, None)
        if home is None:
            clusters.append((mean, [index]))
        else:
            home.append(index)
    return [sorted(members) for _, members in clusters]


def _pairs_with_a_hub(cluster: Sequence[PictureIndex]) -> Iterator[IndexPair]:
    """Every pair of a hub, one of the first few of a cluster, and a later picture of the cluster.

    A star needs no pairs but those with its centre.
    """
    for at, hub in enumerate(cluster[:MAX_COMPARED_PER_BUCKET]):
        for other in cluster[at + 1 :]:
            yield hub, other


def equal_pairs(
    pictures: Sequence[Picture],
    matches: Iterable[Match],
    low_detail: Iterable[IndexPair],
    digests: Mapping[PictureIndex, PixelDigest],
) -> dict[IndexPair, Match]:
    """The pairs that have equal pixel digests, each with its match.

    The pairs are those of `matches`, whose match is as it was, and the `low_detail` ones, which get
    a match with the verdict ``pixels``.
    """

    def are_equal(one: PictureIndex, other: PictureIndex) -> bool:
        return one in digests and other in digests and digests[one].same_as(digests[other])

    found = {
        (match.a, match.b): match
        for match in matches
        if _may_be_equal(match, pictures[match.a], pictures[match.b])
        and are_equal(match.a, match.b)
    }
    return found | {
        (one, other): Match(one, other, Verdict.PIXELS, EXACT)
        for one, other in low_detail
        if are_equal(one, other)
    }


def _may_be_equal(match: Match, one: Picture, other: Picture) -> bool:
    sizes = {(picture.info.width, picture.info.height) for picture in (one, other)}
    turned = match.evidence.view.orientation
    return match.verdict is Verdict.PICTURE and not turned and len(sizes) == 1


def _looks_equal(one: Likeness, other: Likeness) -> bool:
    """True if two pictures differ by no more than two decoders may."""
    return _difference(one, other) <= _DECODERS_DIFFER


def _difference(one: Likeness, other: Likeness) -> int:
    """Largest difference between the small planes of two pictures, levels."""
    return int(np.abs(one.planes.astype(np.int16) - other.planes).max())  # uint8 would wrap
