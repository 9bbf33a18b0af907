"""Verdicts of candidate pairs, remembered in the store: no pair is judged twice.

:mod:`dupscan.confirm` judges pairs; :mod:`dupscan.stages.matching` chooses the pairs.

A verdict depends on the two fingerprints, on the hits that brought the pair together, and on some
cutoffs. The keys by which a verdict is remembered say these in words of their own, and not in the
names of Python: a field that is renamed, or a setting that is added, must not forget the verdicts
of a large library. Everything else that verdicts depend on is part of
:func:`dupscan.fingerprint.signature.signature`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from dupscan.confirm import confirm, recognise
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Hit, Look, Match
from dupscan.model.pictures import Picture
from dupscan.settings import MatchSettings
from dupscan.store import Store
from dupscan.store.verdicts import PairKey, text_hash

Judged = tuple[Candidate, Match | None]
"""A pair with its match; None for a pair that is no match."""

_PAIRS_AT_ONCE = 1024
"""Pairs that are recalled, judged and written to the store together."""


def recognise_key(settings: MatchSettings) -> str:
    """Name :func:`dupscan.confirm.recognise` and the three cutoffs that its verdicts depend on."""
    return (
        f"recognise, histogram RMS <= {float(settings.max_rms)}, "
        f"difference <= {float(settings.max_difference)}, fine <= {float(settings.max_fine)}"
    )


def confirm_key(settings: MatchSettings) -> str:
    """Name :func:`dupscan.confirm.confirm` and the five cutoffs that its verdicts depend on."""
    return (
        f"confirm, histogram RMS <= {float(settings.max_rms)}, "
        f"difference <= {float(settings.max_difference)}, fine <= {float(settings.max_fine)}, "
        f"agreement >= {float(settings.min_agreement)}, colour <= {float(settings.max_colour)}"
    )


def hits_key(hits: Iterable[Hit]) -> str:
    """Write out hits, such as ``3 bits, view of a: cropped, turned 0, 0.0 0.0 1.0 0.9``."""
    return "; ".join(
        f"{hit.distance} bits, view of {'b' if hit.of_b else 'a'}: {hit.view.name}, "
        f"turned {hit.view.orientation}, {' '.join(map(_exact, hit.view.box))}"
        for hit in hits
    )


def _exact(edge: float) -> str:
    """An edge of a box with all its digits; the same text for 0 and 0.0."""
    return str(float(edge))


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

        return self._judged(recognise_key(self.settings), pairs, judge)

    def confirm(self, pairs: Iterable[Candidate]) -> Iterator[Match]:
        """Yield the matches among the pairs, in order.

        The same as :func:`dupscan.confirm.confirm`, with a memory.
        """

        def judge(missing: Iterable[Candidate]) -> Iterator[Judged]:
            missing = list(missing)
            found = {(one.a, one.b): one for one in confirm(missing, self.settings, self.look)}
            return ((pair, found.get((pair.a, pair.b))) for pair in missing)

        judged = self._judged(confirm_key(self.settings), pairs, judge)
        return (match for _, match in judged if match is not None)

    def _judged(
        self,
        judge_key: str,
        pairs: Iterable[Candidate],
        judge: Callable[[Iterable[Candidate]], Iterable[Judged]],
    ) -> Iterator[Judged]:
        """Yield each pair, in order, with its remembered verdict or with a new one."""
        stored = self.store.verdicts
        waiting = iter(pairs)
        while some := list(islice(waiting, _PAIRS_AT_ONCE)):
            keys = list(map(self._key, some))
            known = stored.recall(judge_key, keys)
            missing = [pair for pair, key in zip(some, keys, strict=True) if key not in known]
            fresh = {(pair.a, pair.b): match for pair, match in judge(missing)}
            stored.remember(
                judge_key,
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

    def _key(self, pair: Candidate) -> PairKey:
        """The key of a pair in the store."""
        return PairKey(
            self.pictures[pair.a].fingerprint_id,
            self.pictures[pair.b].fingerprint_id,
            text_hash(hits_key(pair.hits)),
        )
