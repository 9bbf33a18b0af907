"""Pictures and candidate pairs → matches, and the rank of each picture as an original.

::

    recognise ─▶ equal pixels ─▶ best originals ─▶ fine print ─▶ the other pairs, keepers first

The steps between fingerprints and groups. :mod:`dupscan.pipeline` tells the whole scan.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from dupscan.fingerprint.detail_spectrum import Spectrum
from dupscan.fingerprint.look import look
from dupscan.group.originals import Originals, pictures_to_decode
from dupscan.group.stars import KeeperRank, copies_by_first, group_by_strong_matches
from dupscan.index import Candidates
from dupscan.model import formats
from dupscan.model.ids import PictureIndex, PictureIndices
from dupscan.model.matches import Candidate, Hit, Look, Match
from dupscan.model.pictures import Likeness, Picture
from dupscan.model.views import View
from dupscan.settings import MatchSettings
from dupscan.settings.not_duplicates import DigestPair
from dupscan.stages import identical_pixels
from dupscan.stages.cached_verdicts import CachedVerdicts
from dupscan.stages.candidates import Shortlist
from dupscan.stages.context import ScanContext
from dupscan.stages.fine_print import PrintReader
from dupscan.stages.full_decode import FullDecoder

Mask = NDArray[np.bool_]
Stars = dict[PictureIndex, list[PictureIndex]]
"""The duplicates that each keeper has taken, by keeper."""

_LOOKS_IN_MEMORY = 4096
"""Looks of pictures that are kept in memory, some 24 KB each."""
_PAIRS_PER_PICTURE = 3
"""Pairs that are confirmed of a picture that is similar to no keeper: the nearest ones."""


def find_matches(
    listed: Shortlist,
    settings: MatchSettings,
    decoder: FullDecoder,
    context: ScanContext,
    not_duplicates: frozenset[DigestPair] = frozenset(),
) -> tuple[list[Match], Originals]:
    """Compare the candidate pairs; return the confirmed matches, and the rank of each original.

    Of equal files only the first is compared. Pairs that plainly show the same picture are
    recognised first, and find their keepers. A closer look, which costs ten times as much, is taken
    at the other pairs only, and beside keepers first. `not_duplicates` are pairs of digests, the
    smaller first, that a person called no duplicates; such a pair is no match.
    Raises StoreUnusable when the store fails.
    """
    return _Matcher(listed, settings, decoder, context, not_duplicates).match()


class _Matcher:
    """Finds the matches among the pictures of one scan."""

    def __init__(
        self,
        listed: Shortlist,
        settings: MatchSettings,
        decoder: FullDecoder,
        context: ScanContext,
        not_duplicates: frozenset[DigestPair],
    ) -> None:
        pictures = listed.pictures
        self._pictures = pictures
        self._pairs = listed.pairs
        self._pictures_below = listed.pictures_below
        self._decoder = decoder
        self._context = context
        self._not_duplicates = not_duplicates
        self._min_detail = settings.min_detail

        @lru_cache(maxsize=_LOOKS_IN_MEMORY)
        def look_at(index: PictureIndex) -> Look:
            with context.store.refusing_nonsense():
                return look(pictures[index].traits, self._likeness(pictures[index]))

        self._reader = PrintReader(pictures, self._likeness, decoder, settings.max_letters)
        self._verdicts = CachedVerdicts(pictures, settings, context.store, look_at)

    def match(self) -> tuple[list[Match], Originals]:
        """See :func:`find_matches`."""
        same, undecided = self._recognise(self._pairs)
        same, undecided = self._with_equal_pixels(same, undecided)
        spectra = self._decoder.spectra(self._pictures, pictures_to_decode(self._pictures, same))
        keeper_rank = self._originals(same, spectra).keeper_rank
        left_out = self._left_out_of_buckets(self._strong_stars(same, keeper_rank))
        if left_out and not self._context.stopped():
            same += self._recognise(left_out)[0]
            keeper_rank = self._originals(same, spectra).keeper_rank
        # Ranked anew each time, as for the groups: one that turned out to differ may have led.
        stars_of = partial(self._ranked_stars, spectra=spectra)
        same = self._reader.read(same, stars_of)
        stars = stars_of(same)
        similar = self._reader.read_each(self._similar(np.array(undecided, np.int64), stars))
        found = sorted([*same, *similar], key=lambda match: (match.a, match.b))
        return found, self._originals(found, spectra)

    def _recognise(
        self, pairs: Collection[Candidate] | Candidates
    ) -> tuple[list[Match], list[int]]:
        """The matches that plainly show the same picture, and the places of the other pairs.

        There may be millions of other pairs, so no object is kept of each.
        """
        same, undecided = [], []
        with self._context.progress.stage("compare", len(pairs), "pairs") as meter:
            places: deque[int] = deque()

            def comparable() -> Iterator[Candidate]:
                for at, pair in enumerate(self._until_stopped(pairs)):
                    meter.advance(1)
                    if not self._are_told_apart(pair.a, pair.b):
                        places.append(at)
                        yield pair

            for _, match in self._verdicts.recognise(comparable()):
                at = places.popleft()
                if match is None:
                    undecided.append(at)
                else:
                    same.append(match)
        return same, undecided

    def _left_out_of_buckets(self, stars: Stars) -> list[Candidate]:
        """Pairs of a keeper and a picture with the keeper's hash that the index did not pair.

        In a large bucket the index pairs every picture with the best few only, and the keeper was
        not known then.
        """
        pictures = self._pictures
        keepers = {pictures[centre].traits.hashes.plain: centre for centre in sorted(stars)}
        free = copies_by_first(pictures).keys() - {one for rays in stars.values() for one in rays}
        pairs = []
        for index in sorted(free - stars.keys()):
            keeper = keepers.get(pictures[index].traits.hashes.plain)
            if keeper is None or pictures[index].low_detail:
                continue
            pair = min(index, keeper), max(index, keeper)
            if pair not in self._pairs:
                pairs.append(Candidate(*pair, hits=(Hit(0, View("plain")),)))
        return pairs

    def _similar(self, left: NDArray[np.int64], stars: Stars) -> list[Match]:
        """Confirm pairs that are not recognised as the same picture; `left` are their places.

        Three rounds: pairs with a keeper, pairs of two free pictures, and for each picture that is
        still free its nearest few pairs, because it may be near a group.
        """
        low, high = self._pairs.ends()
        count = int(high.max(initial=-1)) + 1
        is_keeper, is_free = np.zeros(count, np.bool_), np.ones(count, np.bool_)
        is_keeper[[one for one in stars if one < count]] = True
        is_free[[one for star in stars.items() for one in _members(star) if one < count]] = False
        is_raw = np.array([_is_raw(one) for one in self._pictures[:count]], np.bool_)
        found: list[Match] = []

        def with_a_keeper(a: PictureIndices, b: PictureIndices) -> Mask:
            both = (is_keeper | is_free)[a] & (is_keeper | is_free)[b]
            # A RAW file that matches all of a group is its keeper, so it is compared with all.
            return (both & (is_keeper[a] | is_keeper[b])) | is_raw[a] | is_raw[b]

        def both_free(a: PictureIndices, b: PictureIndices) -> Mask:
            return is_free[a] & is_free[b]

        def one_free(a: PictureIndices, b: PictureIndices) -> Mask:
            return is_free[a] | is_free[b]

        rounds = ((with_a_keeper, None), (both_free, None), (one_free, _PAIRS_PER_PICTURE))
        with self._context.progress.stage("look closer", None, "pairs") as meter:
            for chosen, most in rounds:
                is_chosen = chosen(low[left], high[left])
                places, left = left[is_chosen], left[~is_chosen]
                some = map(self._pairs.__getitem__, places.tolist())
                counted = _counted(self._until_stopped(_nearest(some, most)), meter.advance)
                matches = list(self._verdicts.confirm(counted))
                found += matches
                is_free[[index for one in matches for index in (one.a, one.b)]] = False
        return found

    def _until_stopped(self, pairs: Iterable[Candidate]) -> Iterator[Candidate]:
        return takewhile(lambda _: not self._context.stopped(), pairs)

    def _likeness(self, picture: Picture) -> Likeness:
        return self._context.store.fingerprints.likeness(picture.fingerprint_id)

    def _are_told_apart(self, one: PictureIndex, other: PictureIndex) -> bool:
        """True if a person called two pictures no duplicates."""
        low, high = sorted((self._pictures[one].digest, self._pictures[other].digest))
        return (low, high) in self._not_duplicates

    def _with_equal_pixels(
        self, found: list[Match], undecided: list[int]
    ) -> tuple[list[Match], list[int]]:
        """Raise the matches of exactly equal pictures to ``pixels``; decodes files in full.

        `undecided` are the places of the pairs that are no match so far. Those whose pixels are
        equal become matches. Returns all matches, and the places that are still undecided.
        """
        pictures, places = self._pictures, np.array(undecided, np.int64)
        low, high = (end[places] for end in self._pairs.ends())
        is_suspect = identical_pixels.may_be_decoded_jpegs(pictures, low, high)
        suspects = [
            (PictureIndex(a), PictureIndex(b))
            for a, b in zip(low[is_suspect].tolist(), high[is_suspect].tolist(), strict=True)
        ]
        upright = [(one.a, one.b) for one in found if not one.evidence.view.orientation]
        pairs = identical_pixels.worth_decoding(pictures, [*upright, *suspects], self._likeness)
        pairs += identical_pixels.low_detail_pairs(pictures, self._likeness, self._min_detail)
        pairs = [pair for pair in pairs if not self._are_told_apart(*pair)]
        digests = self._decoder.digests(
            pictures, sorted({index for pair in pairs for index in pair})
        )
        equal = identical_pixels.equal_pairs(found, pairs, digests)
        if equal.keys() & set(suspects):
            ends = zip(low.tolist(), high.tolist(), strict=True)
            undecided = [at for at, pair in zip(undecided, ends, strict=True) if pair not in equal]
        return list(({(one.a, one.b): one for one in found} | equal).values()), undecided

    def _strong_stars(self, same: Sequence[Match], keeper_rank: KeeperRank) -> Stars:
        return group_by_strong_matches(self._pictures, same, keeper_rank, self._not_duplicates)

    def _ranked_stars(self, same: Sequence[Match], spectra: dict[PictureIndex, Spectrum]) -> Stars:
        return self._strong_stars(same, self._originals(same, spectra).keeper_rank)

    def _originals(
        self, matches: Sequence[Match], spectra: dict[PictureIndex, Spectrum]
    ) -> Originals:
        def planes(index: PictureIndex) -> NDArray[np.uint8]:
            return self._likeness(self._pictures[index]).planes

        return Originals(*(self._pictures, matches, spectra), planes, self._pictures_below)


def _counted(pairs: Iterable[Candidate], done: Callable[[int], None]) -> Iterator[Candidate]:
    for pair in pairs:
        done(1)
        yield pair


def _is_raw(picture: Picture) -> bool:
    return picture.info.format == formats.RAW.name


def _members(star: tuple[PictureIndex, list[PictureIndex]]) -> tuple[PictureIndex, ...]:
    centre, rays = star
    return (centre, *rays)


def _nearest(pairs: Iterable[Candidate], most: int | None) -> Iterable[Candidate]:
    """The pairs in their order, without those in which both pictures have `most` nearer pairs."""
    if most is None:
        return pairs
    seen: Counter[PictureIndex] = Counter()
    kept = []
    for pair in sorted(pairs, key=lambda one: (one.hits[0].distance, one.a, one.b)):
        if min(seen[pair.a], seen[pair.b]) < most:
            kept.append(pair)
            seen.update((pair.a, pair.b))
    return sorted(kept, key=lambda one: (one.a, one.b))
