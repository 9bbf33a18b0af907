"""Pictures and candidate pairs → matches, and how good an original each picture is.

::

    same picture? ─▶ equal pixels? ─▶ best originals ─▶ what is left: similar to these?

The part of a scan's story between fingerprints and groups, told apart from :mod:`dupscan.pipeline`.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from dupscan.fingerprint.detail_spectrum import Spectrum
from dupscan.fingerprint.look import look
from dupscan.group.originals import Originals, to_look_into
from dupscan.group.stars import contents, strong_stars
from dupscan.index import Candidates
from dupscan.model.matches import Candidate, Hit, Look, Match, Verdict
from dupscan.model.pictures import Likeness, Picture
from dupscan.model.views import View
from dupscan.settings import MatchSettings
from dupscan.settings.not_duplicates import DigestPair
from dupscan.stages import identical_pixels
from dupscan.stages.cached_verdicts import Judgements
from dupscan.stages.context import ScanContext
from dupscan.stages.full_decode import FullDecoder

_LOOKS = 4096
"""Pictures whose looks are kept at hand, some 24 KB each."""
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_NEAR = 3
"""Pairs that are tried for a picture that is like no keeper."""


@dataclass(frozen=True, slots=True)
class Matching:
    """What finding matches wants besides the pictures."""

    settings: MatchSettings
    context: ScanContext
    in_full: FullDecoder
    apart: frozenset[DigestPair] = frozenset()
    """Pairs of digests that a person has told apart."""

    def matches(
        self, pictures: Sequence[Picture], pairs: Candidates
    ) -> tuple[list[Match], Originals]:
        """Confirmed matches among the different contents, and how good an original each one is.

        What plainly is the same picture is told first and finds its keeper. A closer look, which
        costs ten times as much, is then taken only at what is left, and at the keepers.
        """

        @lru_cache(maxsize=_LOOKS)
        def look_at(number: int) -> Look:
            return look(pictures[number].traits, self._likeness(pictures[number]))

        judgements = Judgements(pictures, self.settings, self.context.store, look_at)
        same, undecided = self._recognised(pictures, pairs, judgements)
        same = self._with_equal_pixels(pictures, same)
        spectra = self.in_full.spectra(pictures, to_look_into(pictures, same))
        rank = self._originals(pictures, same, spectra).rank
        stars = strong_stars(pictures, same, rank, self.apart)
        left_out = self._left_out_of_crowds(pictures, pairs, stars)
        if left_out and not self.context.stopped():
            same += self._recognised(pictures, left_out, judgements)[0]
            rank = self._originals(pictures, same, spectra).rank
            stars = strong_stars(pictures, same, rank, self.apart)
        similar = self._similar(pairs, np.array(undecided, np.int64), stars, judgements)
        found = sorted([*same, *similar], key=lambda one: (one.a, one.b))
        return found, self._originals(pictures, found, spectra)

    def _recognised(
        self,
        pictures: Sequence[Picture],
        pairs: Collection[Candidate] | Candidates,
        judgements: Judgements,
    ) -> tuple[list[Match], list[int]]:
        """What plainly is the same picture, and the places of pairs of which nothing is known yet.

        There may be millions of the latter, so they are no objects.
        """
        same, undecided = [], []
        with self.context.progress.stage("compare", len(pairs), "pairs") as meter:
            places: deque[int] = deque()

            def told() -> Iterator[Candidate]:
                for at, pair in enumerate(self._until_stopped(pairs)):
                    meter.advance(1)
                    if not self._are_apart(pictures[pair.a], pictures[pair.b]):
                        places.append(at)
                        yield pair

            for _, match in judgements.recognised(told()):
                at = places.popleft()
                if match is None:
                    undecided.append(at)
                else:
                    same.append(match)
        return same, undecided

    def _left_out_of_crowds(
        self, pictures: Sequence[Picture], met: Candidates, stars: dict[int, list[int]]
    ) -> list[Candidate]:
        """Pairs of a keeper and what shares its hash, but was compared with others only.

        Which of a crowd would be the keeper was not known when the best of it were chosen.
        """
        keepers = {pictures[centre].traits.hashes.plain: centre for centre in sorted(stars)}
        free = contents(pictures).keys() - {one for rays in stars.values() for one in rays}
        pairs = []
        for number in sorted(free - stars.keys()):
            keeper = keepers.get(pictures[number].traits.hashes.plain)
            if keeper is None or pictures[number].low_detail:
                continue
            pair = min(number, keeper), max(number, keeper)
            if pair not in met:
                pairs.append(Candidate(*pair, hits=(Hit(0, View("plain")),)))
        return pairs

    def _similar(
        self,
        pairs: Candidates,
        left: NDArray[np.int64],
        stars: dict[int, list[int]],
        judgements: Judgements,
    ) -> list[Match]:
        """What is left is looked at closely: beside the keepers, then beside one another.

        At last what is like none of these, beside the few that it is nearest to: it may be near.
        `left` are places among the pairs.
        """
        low, high = pairs.ends()
        count = int(high.max(initial=-1)) + 1
        is_keeper, is_free = np.zeros(count, np.bool_), np.ones(count, np.bool_)
        is_keeper[[one for one in stars if one < count]] = True
        is_free[[one for star in stars.items() for one in _members(star) if one < count]] = False
        found: list[Match] = []

        def with_a_keeper(a: Numbers, b: Numbers) -> Mask:
            in_order = (is_keeper | is_free)[a] & (is_keeper | is_free)[b]
            return in_order & (is_keeper[a] | is_keeper[b])

        def both_free(a: Numbers, b: Numbers) -> Mask:
            return is_free[a] & is_free[b]

        def one_free(a: Numbers, b: Numbers) -> Mask:
            return is_free[a] | is_free[b]

        with self.context.progress.stage("look closer", None, "pairs") as meter:
            for chosen, most in ((with_a_keeper, None), (both_free, None), (one_free, _NEAR)):
                is_chosen = chosen(low[left], high[left])
                places, left = left[is_chosen], left[~is_chosen]
                some = map(pairs.__getitem__, places.tolist())
                told = _counted(self._until_stopped(_nearest(some, most)), meter.advance)
                matches = list(judgements.confirmed(told))
                found += matches
                is_free[[number for one in matches for number in (one.a, one.b)]] = False
        return found

    def _until_stopped(self, pairs: Iterable[Candidate]) -> Iterator[Candidate]:
        return takewhile(lambda _: not self.context.stopped(), pairs)

    def _likeness(self, picture: Picture) -> Likeness:
        return self.context.store.contents.likeness(picture.fingerprint_id)

    def _are_apart(self, one: Picture, other: Picture) -> bool:
        low, high = sorted((one.digest, other.digest))
        return (low, high) in self.apart

    def _with_equal_pixels(self, pictures: Sequence[Picture], found: list[Match]) -> list[Match]:
        """Raise to ``pixels`` what is exactly the same picture; files are decoded in full."""
        suspects = identical_pixels.nearly_equal(pictures, found, self._likeness)
        plain = identical_pixels.plain(pictures, self._likeness)
        wanted = {number for one in suspects for number in (one.a, one.b)}.union(*plain)
        digests = self.in_full.digests(pictures, sorted(wanted))
        equal = identical_pixels.equal(pictures, found, plain, digests)
        apart = {pair for pair in equal if self._are_apart(*(pictures[at] for at in pair))}
        others = {(one.a, one.b): one for one in found}
        raised = {
            pair: replace(match, verdict=Verdict.PIXELS)
            for pair, match in equal.items()
            if pair not in apart
        }
        return list((others | raised).values())

    def _originals(
        self, pictures: Sequence[Picture], matches: Sequence[Match], spectra: dict[int, Spectrum]
    ) -> Originals:
        def planes(number: int) -> NDArray[np.uint8]:
            return self._likeness(pictures[number]).planes

        return Originals(pictures, contents(pictures), matches, spectra, planes)


def _counted(pairs: Iterable[Candidate], done: Callable[[int], None]) -> Iterator[Candidate]:
    for pair in pairs:
        done(1)
        yield pair


def _members(star: tuple[int, list[int]]) -> tuple[int, ...]:
    centre, rays = star
    return (centre, *rays)


def _nearest(pairs: Iterable[Candidate], most: int | None) -> Iterable[Candidate]:
    """Of each picture no more than the nearest few pairs."""
    if most is None:
        return pairs
    seen: Counter[int] = Counter()
    kept = []
    for pair in sorted(pairs, key=lambda one: (one.hits[0].distance, one.a, one.b)):
        if min(seen[pair.a], seen[pair.b]) < most:
            kept.append(pair)
            seen.update((pair.a, pair.b))
    return sorted(kept, key=lambda one: (one.a, one.b))
