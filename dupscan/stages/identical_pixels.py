"""Pairs that may be exactly the same picture in two files, and the matches among them that are.

To prove that two pictures are exactly the same, both are decoded in full, which costs ten times
their fingerprints. So their likenesses choose the pairs that are worth it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dupscan.fingerprint.metadata.encoding_quality import FEW_COLOURS
from dupscan.fingerprint.pixel_digest import PixelDigest
from dupscan.group.stars import copies_by_first
from dupscan.index import MAX_COMPARED_PER_BUCKET
from dupscan.model import formats
from dupscan.model.ids import PictureIndex, PictureIndices
from dupscan.model.matches import EXACT, Match, Verdict
from dupscan.model.pictures import LOSSLESS, Likeness, Picture

IndexPair = tuple[PictureIndex, PictureIndex]
_JPEG = formats.JPEG.name
_NEAREST = 3
"""Pairs of a JPEG and another file that are decoded of one picture: the most similar ones."""
_DECODERS_DIFFER = 2
"""Levels by which the small planes of equal pictures may differ, if one decoder scales both."""
_SCALINGS_DIFFER = 16
"""The same, if a JPEG decoder scales one of them: it keeps the overshoot at sharp edges, which
decoding in full cuts off. Of 142 pictures the largest difference was 9 levels."""
_DETAIL_DIFFERS = 1.5
"""Factor by which the detail of equal pictures may differ for the same reason; it was 1.33."""


def worth_decoding(
    pictures: Sequence[Picture],
    pairs: Iterable[IndexPair],
    likeness: Callable[[Picture], Likeness],
) -> list[IndexPair]:
    """The pairs of pictures of one size that may be exactly equal, so that both are decoded.

    Two JPEG files may be, if their qualities are equal and their small planes look so: saving a
    JPEG again changes them. A JPEG and another file may be, if the other was stored without loss:
    it may be the decoded JPEG. Of these, the few nearest pairs of each picture are returned.
    """
    suspects: set[IndexPair] = set()
    decoded: defaultdict[PictureIndex, list[tuple[int, IndexPair]]] = defaultdict(list)
    for pair in pairs:
        one, other = (pictures[index] for index in pair)
        tolerance = _tolerance(one, other)
        if tolerance is None:
            continue
        difference = _difference(likeness(one), likeness(other))
        if difference > tolerance:
            continue
        if tolerance == _DECODERS_DIFFER:
            suspects.add(pair)
            continue
        for index in pair:
            decoded[index].append((difference, pair))
    for found in decoded.values():
        suspects.update(pair for _, pair in sorted(found)[:_NEAREST])
    return sorted(suspects)


def may_be_decoded_jpegs(
    pictures: Sequence[Picture], low: PictureIndices, high: PictureIndices
) -> NDArray[np.bool_]:
    """True for each pair of a JPEG and a picture stored without loss that have equal sizes.

    `low` and `high` are the pictures of the pairs. The measures of such a pair differ more than
    those of two other equal pictures, because a JPEG decoder scales in its own way.
    """
    sizes = np.array([(one.info.width, one.info.height) for one in pictures]).reshape(-1, 2)
    is_jpeg = np.array([one.info.format == _JPEG for one in pictures], np.bool_)
    is_lossless = np.array([_is_lossless(one) for one in pictures], np.bool_)
    fits: NDArray[np.bool_] = (sizes[low] == sizes[high]).all(axis=1)
    return fits & (is_jpeg[low] & is_lossless[high] | is_jpeg[high] & is_lossless[low])


def near_the_limit(
    detail: NDArray[np.floating], pixels: NDArray[np.int64], min_detail: float
) -> NDArray[np.bool_]:
    """True for each picture that may equal a picture of low detail, and is none itself.

    `detail` and `pixels` have a value for each picture. Equal pictures may lie on both sides of
    `min_detail`, and the index knows only those above.
    """
    is_low = detail < min_detail
    near = ~is_low & (detail < min_detail * _DETAIL_DIFFERS)
    return near & np.isin(pixels, pixels[is_low])


def low_detail_pairs(
    pictures: Sequence[Picture],
    likeness: Callable[[Picture], Likeness],
    min_detail: float,
) -> list[IndexPair]:
    """Pairs of pictures, one of them of low detail, that have equal sizes and look the same.

    The index knows nothing of pictures of low detail, because their hashes mean nothing. A picture
    is paired with a limited number of others.
    """
    sizes: defaultdict[tuple[int, int], list[tuple[float, PictureIndex]]] = defaultdict(list)
    for index in copies_by_first(pictures):
        picture = pictures[index]
        if picture.low_detail or picture.traits.detail < min_detail * _DETAIL_DIFFERS:
            mean = float(likeness(picture).planes.mean())
            sizes[picture.info.width, picture.info.height].append((mean, index))

    def planes(index: PictureIndex) -> Likeness:
        return likeness(pictures[index])

    found: set[IndexPair] = set()
    for of_one_size in sizes.values():
        by_level = sorted(of_one_size)
        jpegs = [one for one in by_level if pictures[one[1]].info.format == _JPEG]
        others = [one for one in by_level if pictures[one[1]].info.format != _JPEG]
        for same_kind in (jpegs, others):
            for cluster in _clusters(same_kind, planes):
                found.update(_pairs_with_a_hub(cluster))
        lossless = [one for one in others if _is_lossless(pictures[one[1]])]
        found.update(_nearest_pairs(lossless, jpegs, planes))
    return sorted(pair for pair in found if any(pictures[index].low_detail for index in pair))


def _nearest_pairs(
    lossless: Iterable[tuple[float, PictureIndex]],
    jpegs: Sequence[tuple[float, PictureIndex]],
    likeness: Callable[[PictureIndex], Likeness],
) -> Iterator[IndexPair]:
    """The few pairs with the most similar JPEGs, for each picture that was stored without loss.

    Pictures come with the mean level of their planes, in the order of the levels.
    """
    levels = [level for level, _ in jpegs]
    for level, index in lossless:
        first = bisect_left(levels, level - _DECODERS_DIFFER)
        last = bisect_right(levels, level + _DECODERS_DIFFER)
        near = sorted(jpegs[first:last], key=lambda one: (abs(one[0] - level), one[1]))
        found = sorted(
            (_difference(likeness(index), likeness(jpeg)), jpeg)
            for _, jpeg in near[:MAX_COMPARED_PER_BUCKET]
        )
        for difference, jpeg in found[:_NEAREST]:
            if difference <= _SCALINGS_DIFFER:
                yield min(index, jpeg), max(index, jpeg)


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
    matches: Iterable[Match],
    pairs: Iterable[IndexPair],
    digests: Mapping[PictureIndex, PixelDigest],
) -> dict[IndexPair, Match]:
    """The pairs that have equal pixel digests, each with a match of the verdict ``pixels``.

    A match of `matches` keeps its evidence.
    """
    known = {(match.a, match.b): match for match in matches}
    return {
        pair: replace(known.get(pair, Match(*pair, Verdict.PIXELS, EXACT)), verdict=Verdict.PIXELS)
        for pair in pairs
        if all(index in digests for index in pair) and digests[pair[0]].same_as(digests[pair[1]])
    }


def _tolerance(one: Picture, other: Picture) -> int | None:
    """Levels by which the planes may differ if both are equal; None if they cannot be equal."""
    shapes = [(one.info.width, one.info.height, one.info.frames) for one in (one, other)]
    if shapes[0] != shapes[1]:
        return None
    jpegs = [picture.info.format == _JPEG for picture in (one, other)]
    if all(jpegs):
        return _DECODERS_DIFFER if one.info.encoding == other.info.encoding else None
    if any(jpegs):
        return _SCALINGS_DIFFER if _is_lossless(other if jpegs[0] else one) else None
    return _DECODERS_DIFFER


def _is_lossless(picture: Picture) -> bool:
    """True if a picture may be a decoded JPEG: greys of a JPEG may be stored as a palette."""
    return picture.info.encoding in (LOSSLESS, FEW_COLOURS)


def _looks_equal(one: Likeness, other: Likeness) -> bool:
    """True if two pictures differ by no more than two decoders may that scale alike."""
    return _difference(one, other) <= _DECODERS_DIFFER


def _difference(one: Likeness, other: Likeness) -> int:
    """Largest difference between the small planes of two pictures, levels."""
    return int(np.abs(one.planes.astype(np.int16) - other.planes).max())  # uint8 would wrap
