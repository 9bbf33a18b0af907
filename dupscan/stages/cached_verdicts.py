"""Verdicts of pairs, remembered in the store: a pair of known contents is judged once.

:mod:`dupscan.confirm` judges; :mod:`dupscan.stages.matching` says which pairs are to be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from dupscan.confirm import confirm, recognise
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Look, Match
from dupscan.model.pictures import Picture
from dupscan.settings import MatchSettings
from dupscan.store import Store
from dupscan.store.verdicts import Key, numbered

Judged = tuple[Candidate, Match | None]
"""A pair, and what was found; None for nothing."""

_AT_ONCE = 1024
"""Pairs that are asked for, judged and written together."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """Judges pairs of pictures and remembers it."""

    pictures: Sequence[Picture]
    settings: MatchSettings
    store: Store
    look: Callable[[PictureIndex], Look]
    """Returns the look of a picture."""

    def recognised(self, pairs: Iterable[Candidate]) -> Iterator[Judged]:
        """As :func:`dupscan.confirm.recognise`."""

        def judge(missing: Iterable[Candidate]) -> Iterator[Judged]:
            return recognise(missing, self.settings, self.look)

        return self._judged("recognise", pairs, judge)

    def confirmed(self, pairs: Iterable[Candidate]) -> Iterator[Match]:
        """As :func:`dupscan.confirm.confirm`."""

        def judge(missing: Iterable[Candidate]) -> Iterator[Judged]:
            told = list(missing)
            found = {(one.a, one.b): one for one in confirm(told, self.settings, self.look)}
            return ((pair, found.get((pair.a, pair.b))) for pair in told)

        judged = self._judged("confirm", pairs, judge)
        return (match for _, match in judged if match is not None)

    def _judged(
        self,
        stage: str,
        pairs: Iterable[Candidate],
        judge: Callable[[Iterable[Candidate]], Iterable[Judged]],
    ) -> Iterator[Judged]:
        """Every pair with what is remembered of it, or with what judging it comes to, in order."""
        kind = f"{stage} {self.settings}"
        waiting = iter(pairs)
        while some := list(islice(waiting, _AT_ONCE)):
            keys = list(map(self._key, some))
            known = self.store.verdicts.recall(kind, keys)
            missing = [pair for pair, key in zip(some, keys, strict=True) if key not in known]
            fresh = {(pair.a, pair.b): match for pair, match in judge(missing)}
            self.store.verdicts.remember(
                kind,
                {
                    key: fresh[pair.a, pair.b]
                    for pair, key in zip(some, keys, strict=True)
                    if key not in known
                },
            )
            for pair, key in zip(some, keys, strict=True):
                if key not in known:
                    yield pair, fresh[pair.a, pair.b]
                else:
                    found = known[key]
                    yield pair, found and Match(pair.a, pair.b, *found)

    def _key(self, pair: Candidate) -> Key:
        """What a finding depends on: both contents, and the ways in which they are near."""
        return (
            self.pictures[pair.a].fingerprint_id,
            self.pictures[pair.b].fingerprint_id,
            numbered(repr(pair.hits)),
        )
