"""Candidates → matches: what the measures of a pair add up to.

::

    hits ─▶ as they are: coarse, fine ─▶ picture
              └▶ registered: coarse, fine, agreement, colour ─▶ picture, similar or nothing

Most pairs that are the same picture need no registration, and so are done at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from dupscan.confirm import agreement, difference, trials
from dupscan.confirm.measures import measure
from dupscan.confirm.registration import Floats, cut_out, register
from dupscan.confirm.trials import Trial
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Candidate, Evidence, Look, Match, Verdict
from dupscan.model.views import WHOLE
from dupscan.settings import MatchSettings

AT_ONCE = 64
"""Candidates measured in one go: enough to keep NumPy busy, little enough for the cache."""
STILL = 0.008
"""Share of a side by which the same picture may be off: nothing was cut off then."""
ALIKE = 0.7
"""Correlation at a first glance, below which nothing is looked at closely: edited versions have
0.78 and more, and most other pictures with a hash nearby less."""
STRETCH = 0.02
"""By how much a part may be scaled otherwise across than down: a cut picture keeps its shapes."""
BRIGHTER = 5.0
"""Levels by which the same picture may be brighter or darker in the mean; re-encoding stays under
1, a tenth more exposure makes 12."""
HUE = 1.0
"""What re-encoding may do to the chroma of a block; exchanged colours begin at 1.6."""
CONTRAST = 1.08
SATURATION = 1.2
"""Factors, either way, by which the same picture may have more of these; re-encoding stays under
1.02 and 1.17, a visible edit begins at 1.15 and 1.24."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with what its measures came to."""

    candidate: Candidate
    evidence: Evidence
    verdict: Verdict | None
    """None when the two are not duplicates."""

    def match(self, verdict: Verdict) -> Match:
        """The candidate as a match of some verdict."""
        return Match(self.candidate.a, self.candidate.b, verdict, self.evidence)


_Outcome = tuple[Evidence, Verdict | None]


def confirm(
    candidates: Iterable[Candidate], settings: MatchSettings, look: Callable[[PictureIndex], Look]
) -> Iterator[Match]:
    """Weigh every candidate and yield those that are duplicates, in the order they came.

    `look` tells what is to be seen of a picture, by its number.
    """
    for batch, tried in _batches(candidates, look):
        found = _weigh_the_promising(tried, settings)
        for place, pair in enumerate(batch):
            evidence, verdict = found.get(place, (None, None))
            if evidence is not None and verdict is not None:
                yield Match(pair.a, pair.b, verdict, evidence)


def recognise(
    candidates: Iterable[Candidate], settings: MatchSettings, look: Callable[[PictureIndex], Look]
) -> Iterator[tuple[Candidate, Match | None]]:
    """Each candidate, with its match where the two plainly are the same picture.

    The quick half of :func:`weigh`: of the others nothing is known yet.
    """
    for batch, tried in _batches(candidates, look):
        found: dict[int, _Outcome] = {}
        _weigh_as_they_are([one for one in tried if one.hit.view.is_whole], settings, found)
        for place, pair in enumerate(batch):
            same = Weighed(pair, *found[place]) if place in found else None
            yield pair, same.match(Verdict.PICTURE) if same else None


def weigh(
    candidates: Iterable[Candidate], settings: MatchSettings, look: Callable[[PictureIndex], Look]
) -> Iterator[Weighed]:
    """Measure every candidate, and say what it comes to; in the order they came.

    As :func:`confirm`, but with all the measures of those that are no duplicates, too.
    """
    for batch, tried in _batches(candidates, look):
        found = _weigh_the_promising(tried, settings)
        unlike: dict[int, _Outcome] = {}
        _weigh_registered([one for one in tried if one.place not in found], settings, unlike)
        found |= {place: (evidence, None) for place, (evidence, _) in unlike.items()}
        for place, pair in enumerate(batch):
            yield Weighed(pair, *found[place])


def _weigh_the_promising(tried: Sequence[Trial], settings: MatchSettings) -> dict[int, _Outcome]:
    """What those come to that are alike at a first glance, by their place."""
    alike = trials.likeness(tried) >= ALIKE
    promising = [one for one, is_alike in zip(tried, alike, strict=True) if is_alike]
    found: dict[int, _Outcome] = {}
    _weigh_as_they_are([one for one in promising if one.hit.view.is_whole], settings, found)
    _weigh_registered([one for one in promising if one.place not in found], settings, found)
    return found


def _batches(
    candidates: Iterable[Candidate], look: Callable[[PictureIndex], Look]
) -> Iterator[tuple[list[Candidate], list[Trial]]]:
    """Some candidates at a time, with all the trials of them."""
    waiting = iter(candidates)
    while batch := list(islice(waiting, AT_ONCE)):
        yield (
            batch,
            [
                Trial(place, hit, *((b, a) if hit.of_b else (a, b)))
                for place, (pair, a, b) in enumerate(
                    (one, look(one.a), look(one.b)) for one in batch
                )
                for hit in pair.hits
            ],
        )


def _weigh_as_they_are(
    tried: Sequence[Trial], settings: MatchSettings, found: dict[int, _Outcome]
) -> None:
    """Enter those that plainly are the same picture, with nothing moved."""
    tried = [one for one in tried if trials.same_proportions(one)]
    if not tried:
        return
    coarse = difference.aligned_difference(
        trials.turned_planes(tried), trials.other_planes(tried), trials.greyscale(tried)
    )
    near = np.flatnonzero(coarse <= settings.max_difference)
    close = [tried[at] for at in near]
    if not close:
        return
    squares = trials.as_soft(close, trials.viewed_squares(close), trials.other_squares(close))
    measures = measure(close, squares, trials.turned_planes(close))
    for at, one in enumerate(close):
        evidence = measures.evidence(at, one)
        if one.place not in found and _is_the_same(one, evidence, settings):
            found[one.place] = (_from_a(one, evidence), Verdict.PICTURE)


def _weigh_registered(
    tried: Sequence[Trial], settings: MatchSettings, found: dict[int, _Outcome]
) -> None:
    """Enter the best that each of the others comes to, once one picture is laid on the other.

    The first hit of a pair is tried first, and another only if that one was wrong.
    """
    while tried:
        now = [*{one.place: one for one in reversed(tried)}.values()]
        tried = [one for one in tried if one not in now]
        boxes = np.array([one.hit.view.box for one in now], np.float32)
        moved = register(trials.viewed_squares(now), trials.other_squares(now), boxes)
        # A caption may pull a picture off that fitted as it was.
        whole = [at for at, one in enumerate(now) if one.hit.view.is_whole]
        now = [*now, *(now[at] for at in whole)]
        boxes = np.concatenate([moved, boxes[whole]])
        for one, outcome in zip(now, _measure(now, boxes, settings), strict=True):
            known = found.get(one.place)
            if known is None or _strength(outcome) > _strength(known):
                found[one.place] = outcome
        tried = [one for one in tried if found[one.place][1] is None]


def _strength(outcome: _Outcome) -> tuple[float, float, float]:
    evidence, verdict = outcome
    strength = 0.0 if verdict is None else 1.0 / (1 + verdict.rank)
    return strength, evidence.agreement or 0.0, -evidence.fine


def _measure(tried: Sequence[Trial], boxes: Floats, settings: MatchSettings) -> list[_Outcome]:
    """All the measures of each trial with the viewed picture cut to its box, and the verdict."""
    laid_on = cut_out(trials.viewed_squares(tried), boxes, agreement.SIDE)
    squares = trials.as_soft(tried, laid_on, trials.other_squares(tried))
    small = cut_out(squares[0], trials.whole_boxes(tried), trials.COARSE)
    planes = np.concatenate([small[:, None], trials.viewed_chroma(tried, boxes)], axis=1)
    shares, edited = agreement.agreement(*squares)
    measures = measure(tried, squares, planes, edited)
    weighed = []
    for at, one in enumerate(tried):
        left, top, right, bottom = boxes[at].tolist()
        evidence = replace(
            measures.evidence(at, one),
            agreement=float(shares[at]),
            view=replace(one.hit.view, box=(left, top, right, bottom)),
            edited=agreement.rectangle(int(edited[at])),
        )
        weighed.append((_from_a(one, evidence), _verdict(one, evidence, settings)))
    return weighed


def _verdict(one: Trial, evidence: Evidence, settings: MatchSettings) -> Verdict | None:
    if _is_the_same(one, evidence, settings):
        return Verdict.PICTURE
    keeps_shapes = evidence.view.is_whole or _stretch(one, evidence) <= STRETCH
    agrees = (
        evidence.fine <= settings.max_fine or (evidence.agreement or 0.0) >= settings.min_agreement
    )
    similar = agrees and keeps_shapes and evidence.colour <= settings.max_colour
    return Verdict.SIMILAR if similar and evidence.histogram_rms <= settings.max_rms else None


def _is_the_same(one: Trial, evidence: Evidence, settings: MatchSettings) -> bool:
    """Whether nothing was added, cut off or recoloured."""
    return (
        evidence.histogram_rms <= settings.max_rms
        and evidence.difference <= settings.max_difference
        and evidence.fine <= settings.max_fine
        and evidence.hue <= HUE
        and one.hit.view.is_whole
        and _off(evidence) <= STILL
        and trials.same_proportions(one)
        and abs(evidence.brightness) <= BRIGHTER
        and 1 / CONTRAST <= evidence.gain <= CONTRAST
        and 1 / SATURATION <= evidence.saturation <= SATURATION
    )


def _from_a(one: Trial, evidence: Evidence) -> Evidence:
    return evidence.reversed() if one.hit.of_b else evidence


def _off(evidence: Evidence) -> float:
    """How far the box is from the whole picture."""
    return max(abs(edge - whole) for edge, whole in zip(evidence.view.box, WHOLE, strict=True))


def _stretch(one: Trial, evidence: Evidence) -> float:
    """How much more the part is scaled across than down, as a logarithm without its sign."""
    left, top, right, bottom = evidence.view.box
    width, height = trials.sides(one)
    across = (right - left) * width / one.other.width
    down = (bottom - top) * height / one.other.height
    return float(abs(np.log(across / down))) if min(across, down) > 0 else np.inf
