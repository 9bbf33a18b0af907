"""Verdicts of candidate pairs, remembered in the store: no pair is judged twice.

:mod:`dupscan.confirm` judges pairs; :mod:`dupscan.stages.matching` chooses the pairs.
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
"""A pair with its match; None for a pair that is no match."""

_PAIRS_AT_ONCE = 1024
"""Pairs that are recalled, judged and written to the store together."""


@dataclass(frozen=True, slots=True)
class CachedVerdicts:
    """Judges candidate pairs, and remembers each verdict in the store."""

    pictures: Sequence[Picture]
    settings: MatchSettings
    store: Store
    look: Callable[[PictureIndex], Look]
    """Returns the look of a picture; called only for pairs that the store does not know."""

    def recognise(self, pairs: Iterable[Candidate]) -> Iterator[Judged]:
        """Yield each pair, in order, with a match if it plainly shows the same picture.

        The same as :func:`dupscan.confirm.recognise`, with a memory.
        """

        def judge(missing: Iterable[Candidate]) -> Iterator[Judged]:
            return recognise(missing, self.settings, self.look)

        return self._judged("recognise", pairs, judge)

    def confirm(self, pairs: Iterable[Candidate]) -> Iterator[Match]:
        """Yield the matches among the pairs, in order.

        The same as :func:`dupscan.confirm.confirm`, with a memory.
        """

        def judge(missing: Iterable[Candidate]) -> Iterator[Judged]:
            missing = list(missing)
            found = {(one.a, one.b): one for one in confirm(missing, self.settings, self.look)}
            return ((pair, found.get((pair.a, pair.b))) for pair in missing)

        judged = self._judged("confirm", pairs, judge)
        return (match for _, match in judged if match is not None)

    def _judged(
        self,
        stage: str,
        pairs: Iterable[Candidate],
        judge: Callable[[Iterable[Candidate]], Iterable[Judged]],
    ) -> Iterator[Judged]:
        """Yield each pair, in order, with its remembered verdict or with a new one."""
        kind = f"{stage} {self.settings}"
        waiting = iter(pairs)
        while some := list(islice(waiting, _PAIRS_AT_ONCE)):
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
        """The key of a verdict: both fingerprints, and the hits that brought the pair together."""
        return (
            self.pictures[pair.a].fingerprint_id,
            self.pictures[pair.b].fingerprint_id,
            numbered(repr(pair.hits)),
        )
