"""Documents that look the same → their letters compared at full size.

A changed digit does not show at 256 pixels. So each duplicate that may hold text is compared with
its keeper once more, both decoded in full, before it is called the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from dupscan.comparison.full_size import PrintPair, read_print
from dupscan.confirm.documents import looks_like_document
from dupscan.confirm.fine_print import FinePrint
from dupscan.confirm.print_verdict import is_to_be_read, judge_print
from dupscan.errors import CannotFinish
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Likeness, Picture
from dupscan.stages.full_decode import FullDecoder
from dupscan.store.verdicts import PairKey, text_hash

IndexPair = tuple[PictureIndex, PictureIndex]
Stars = Mapping[PictureIndex, Sequence[PictureIndex]]
_MOST_KEEPERS = 32
"""Keepers with which a picture is compared: a thousand filled-in copies of one form look the same,
and each would be compared with all others."""


@dataclass(slots=True)
class PrintReader:
    """Compares the letters of documents, and remembers what was found."""

    pictures: Sequence[Picture]
    likeness: Callable[[Picture], Likeness]
    decoder: FullDecoder
    cutoff: float
    """Cutoff of the letters; see :class:`dupscan.settings.MatchSettings`."""
    _is_document: dict[PictureIndex, bool] = field(default_factory=dict)
    _read: dict[IndexPair, Match] = field(default_factory=dict)
    """The matches of pairs that were read, with the verdict that follows."""

    def read(
        self, matches: Sequence[Match], stars_of: Callable[[Sequence[Match]], Stars]
    ) -> list[Match]:
        """Return the matches with the verdicts that hold once the letters were compared.

        `stars_of` returns the keepers with their duplicates that some matches make. A duplicate
        that turns out to differ gets another keeper, with which it is compared in its turn. Pairs
        that are in no star are compared only by way of their keeper.
        """
        suspects = [match for match in matches if self._is_to_be_read(match)]
        if not suspects:
            return list(matches)
        current, stars = list(matches), stars_of(matches)
        for _ in range(_MOST_KEEPERS):
            wanted = {pair for pair in _pairs_of(stars) if pair not in self._read}
            asked = [one for one in suspects if (one.a, one.b) in wanted]
            if not asked or self.decoder.context.stopped():
                break
            self._read |= self._answers(asked)
            current = [self._read.get((one.a, one.b), one) for one in current]
            current = without_contradictions(current, self._read, stars)
            stars = stars_of(current)
        return self._with_the_others(current, suspects, stars)

    def _with_the_others(
        self, current: Sequence[Match], suspects: Sequence[Match], stars: Stars
    ) -> list[Match]:
        """Return the matches, those that were not read with the verdict that is safe for them."""
        unread = {(one.a, one.b) for one in suspects} - self._read.keys()
        in_star = set(_pairs_of(stars))
        keepers = {ray: centre for centre, rays in stars.items() for ray in rays}
        known = {(one.a, one.b): one for one in current}

        def is_legible(index: PictureIndex) -> bool:
            centre = keepers.get(index, index)
            match = known.get(_ordered(index, centre))
            return match is None or match.evidence.legible

        def guessed(match: Match) -> Match:
            pair = match.a, match.b
            if pair in in_star:
                return _unread(match)
            centres = {keepers.get(index, index) for index in pair}
            if len(centres) > 1:
                return _unread(match)
            legible = all(map(is_legible, pair))
            return replace(match, evidence=replace(match.evidence, legible=legible))

        return [guessed(one) if (one.a, one.b) in unread else one for one in current]

    def read_each(self, matches: Sequence[Match]) -> list[Match]:
        """Return the matches with the verdicts that hold once each was compared at full size."""
        asked = [match for match in matches if self._is_to_be_read(match)]
        read = {} if self.decoder.context.stopped() else self._answers(asked)
        unread = {(one.a, one.b) for one in asked} - read.keys()
        return [
            _unread(one) if (one.a, one.b) in unread else read.get((one.a, one.b), one)
            for one in matches
        ]

    def _is_to_be_read(self, match: Match) -> bool:
        is_text = match.verdict is Verdict.PICTURE and self._is_text(match)
        return is_to_be_read(match.verdict, match.evidence, is_text=is_text)

    def _is_text(self, match: Match) -> bool:
        return any(self._may_hold_text(index) for index in (match.a, match.b))

    def _may_hold_text(self, index: PictureIndex) -> bool:
        if index not in self._is_document:
            picture = self.pictures[index]
            self._is_document[index] = looks_like_document(self.likeness(picture))
        return self._is_document[index]

    def _answers(self, asked: Sequence[Match]) -> dict[IndexPair, Match]:
        """The matches of some pairs once read, from the store or from the workers."""
        stored, judge = self.decoder.context.store.verdicts, letters_key(self.cutoff)
        keys = {(one.a, one.b): self._key(one) for one in asked}
        known = stored.recall(judge, keys.values())
        found = {
            pair: Match(*pair, *answer) for pair, key in keys.items() if (answer := known.get(key))
        }
        missing = [one for one in asked if (one.a, one.b) not in found]
        fresh = {}
        for match, result in self._compare(missing):
            verdict, evidence = judge_print(
                *((match.verdict, match.evidence), result, self.cutoff),
                is_text=self._is_text(match),
                is_scaled=self._is_scaled(match),
            )
            read = replace(match, verdict=verdict, evidence=evidence)
            found[match.a, match.b] = read
            if result is not None:
                fresh[keys[match.a, match.b]] = read
        stored.remember(judge, fresh)
        return found

    def _compare(self, matches: Sequence[Match]) -> Iterator[tuple[Match, FinePrint | None]]:
        """Compare pairs in the workers; None for a pair whose files could not be read."""
        if not matches:
            return
        tasks = {
            PrintPair(
                self.pictures[one.a].file,
                self.pictures[one.b].file,
                one.evidence.view.orientation,
                self.cutoff,
            ): one
            for one in matches
        }
        context, work = self.decoder.context, partial(read_print, settings=self.decoder.settings)
        with context.progress.stage("full size", len(tasks), "pairs") as meter:
            try:
                for task, result in context.executor.run(work, tasks, context.stopped):
                    meter.advance(1)
                    yield tasks[task], result if isinstance(result, FinePrint) else None
            except CannotFinish as trouble:
                self.decoder.troubles.append(trouble)

    def _is_scaled(self, match: Match) -> bool:
        """True if one of the two pictures is larger, however they are turned."""
        one, other = (self.pictures[index].info for index in (match.a, match.b))
        return sorted((one.width, one.height)) != sorted((other.width, other.height))

    def _key(self, match: Match) -> PairKey:
        return PairKey(
            self.pictures[match.a].fingerprint_id,
            self.pictures[match.b].fingerprint_id,
            text_hash(f"turned {match.evidence.view.orientation}"),
        )


def without_contradictions(
    matches: Sequence[Match], read: Mapping[IndexPair, Match], stars: Stars
) -> list[Match]:
    """Return the matches, less those with one of two pictures that were told apart.

    A blurred copy may pass for the double size of a picture, though not for the picture: that one
    is the same as both, and only the finer of the two matches stays; the other becomes `similar`.
    `read` has the matches that were read, `stars` the keepers, each with its duplicates. Only the
    keeper is looked at beside each picture.
    """
    keepers = {ray: centre for centre, rays in stars.items() for ray in rays}
    same = {(one.a, one.b): one for one in matches if one.verdict.at_least(Verdict.PICTURE)}

    def worse() -> Iterator[IndexPair]:
        for pair in same:
            for one, other in (pair, pair[::-1]):
                keeper = keepers.get(one, other)
                told, kept = read.get(_ordered(keeper, other)), _ordered(keeper, one)
                if told and told.verdict is Verdict.SIMILAR and kept in same:
                    yield max(kept, pair, key=lambda it: _coarseness(same[it]))

    apart = set(worse())
    return [
        replace(one, verdict=Verdict.SIMILAR) if (one.a, one.b) in apart else one for one in matches
    ]


def letters_key(cutoff: float) -> str:
    """Name these verdicts, and all that they depend on but the two files, for the store."""
    return f"letters at full size, apart <= {float(cutoff)}"


def _unread(match: Match) -> Match:
    """A match whose letters were not compared, with the verdict that is safe for it."""
    if match.verdict is not Verdict.PICTURE:
        return match
    evidence = replace(match.evidence, legible=False)
    return replace(match, verdict=Verdict.SIMILAR, evidence=evidence)


def _pairs_of(stars: Stars) -> Iterator[IndexPair]:
    for centre, rays in stars.items():
        for ray in rays:
            yield _ordered(centre, ray)


def _coarseness(match: Match) -> tuple[bool, float]:
    """Sort key: the surest matches first, equal pixels before all others."""
    return match.verdict is Verdict.PICTURE, match.evidence.fine


def _ordered(one: PictureIndex, other: PictureIndex) -> IndexPair:
    return min(one, other), max(one, other)
