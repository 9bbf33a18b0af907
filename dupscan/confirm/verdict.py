"""Candidates → matches: the verdict that follows from the measures of a pair.

::

    hits ─▶ unmoved: coarse, fine ─▶ picture
              └▶ registered: coarse, fine, agreement, colour ─▶ picture, similar or nothing

Most pairs of the same picture need no registration, which is the slow half.
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

CANDIDATES_PER_BATCH = 64
"""Candidates measured in one go: enough to keep NumPy busy, few enough for a processor's cache."""
STILL = 0.008
"""Share of a side by which registration may move the same picture: nothing was cut off then."""
MIN_CORRELATION = 0.7
"""Correlation at 32 × 32 from which a candidate is measured: edited versions have 0.78 and more,
and most different pictures with a near hash less."""
STRETCH = 0.02
"""Logarithm by which a part may be scaled more across than down, or less: cutting a picture keeps
its proportions."""
BRIGHTER = 5.0
"""Levels by which the same picture may be brighter or darker in the mean. Re-encoding changes less
than 1; a tenth more exposure makes 12."""
HUE = 1.0
"""Multiple of a re-encoding's effect on the chroma of a block that the same picture may show.
Exchanged colours begin at 1.6."""
CONTRAST = 1.08
SATURATION = 1.2
"""Factors, either way, by which contrast and saturation of the same picture may differ. Re-encoding
stays under 1.02 and 1.17; a visible edit begins at 1.15 and 1.24."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its measures and its verdict."""

    candidate: Candidate
    evidence: Evidence
    verdict: Verdict | None
    """None when the two are not duplicates."""

    def match(self, verdict: Verdict) -> Match:
        """Return the candidate as a match of this verdict."""
        return Match(self.candidate.a, self.candidate.b, verdict, self.evidence)


_Outcome = tuple[Evidence, Verdict | None]
"""Measures and verdict of one trial; None if the two pictures are not duplicates by it."""


def confirm(
    candidates: Iterable[Candidate], settings: MatchSettings, look: Callable[[PictureIndex], Look]
) -> Iterator[Match]:
    """Measure every candidate and yield the duplicates as matches, in the order of `candidates`.

    `look` returns what is compared of a picture, by its index. Candidates that plainly differ are
    not measured any further.
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
    """Yield each candidate with its match, or None unless the two plainly are the same picture.

    The quick half of :func:`confirm`: a candidate without a match may still become one there.
    """
    for batch, tried in _batches(candidates, look):
        found: dict[int, _Outcome] = {}
        _weigh_unmoved([trial for trial in tried if trial.hit.view.is_whole], settings, found)
        for place, pair in enumerate(batch):
            same = Weighed(pair, *found[place]) if place in found else None
            yield pair, same.match(Verdict.PICTURE) if same else None


def weigh(
    candidates: Iterable[Candidate], settings: MatchSettings, look: Callable[[PictureIndex], Look]
) -> Iterator[Weighed]:
    """Yield every candidate with its measures and its verdict, in the order of `candidates`.

    The verdicts are those of :func:`confirm`; candidates that are no duplicates have all their
    measures as well.
    """
    for batch, tried in _batches(candidates, look):
        found = _weigh_the_promising(tried, settings)
        unlike: dict[int, _Outcome] = {}
        _weigh_registered([trial for trial in tried if trial.place not in found], settings, unlike)
        found |= {place: (evidence, None) for place, (evidence, _) in unlike.items()}
        for place, pair in enumerate(batch):
            yield Weighed(pair, *found[place])


def _weigh_the_promising(tried: Sequence[Trial], settings: MatchSettings) -> dict[int, _Outcome]:
    """Return the outcomes of the trials whose pictures correlate enough, by place."""
    is_promising = trials.correlations(tried) >= MIN_CORRELATION
    promising = [trial for trial, wanted in zip(tried, is_promising, strict=True) if wanted]
    found: dict[int, _Outcome] = {}
    _weigh_unmoved([trial for trial in promising if trial.hit.view.is_whole], settings, found)
    _weigh_registered([trial for trial in promising if trial.place not in found], settings, found)
    return found


def _batches(
    candidates: Iterable[Candidate], look: Callable[[PictureIndex], Look]
) -> Iterator[tuple[list[Candidate], list[Trial]]]:
    """Yield some candidates at a time, with all their trials."""
    waiting = iter(candidates)
    while batch := list(islice(waiting, CANDIDATES_PER_BATCH)):
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


def _weigh_unmoved(
    tried: Sequence[Trial], settings: MatchSettings, found: dict[int, _Outcome]
) -> None:
    """Add to `found` the trials that plainly show the same picture, without registration."""
    tried = [trial for trial in tried if trials.same_proportions(trial)]
    if not tried:
        return
    coarse = difference.aligned_difference(
        trials.turned_planes(tried), trials.other_planes(tried), trials.greyscale(tried)
    )
    near = np.flatnonzero(coarse <= settings.max_difference)
    close = [tried[at] for at in near]
    if not close:
        return
    squares = trials.limit_detail(close, trials.viewed_squares(close), trials.other_squares(close))
    measures = measure(close, squares, trials.turned_planes(close))
    for at, trial in enumerate(close):
        evidence = measures.evidence(at, trial)
        if trial.place not in found and _is_the_same(trial, evidence, settings):
            found[trial.place] = (_from_a(trial, evidence), Verdict.PICTURE)


def _weigh_registered(
    tried: Sequence[Trial], settings: MatchSettings, found: dict[int, _Outcome]
) -> None:
    """Add to `found` the best outcome of each candidate, after registration.

    The first hit of a pair is tried first, and the next one only where that gave no verdict.
    """
    while tried:
        now = [*{trial.place: trial for trial in reversed(tried)}.values()]
        tried = [trial for trial in tried if trial not in now]
        boxes = np.array([trial.hit.view.box for trial in now], np.float32)
        moved = register(trials.viewed_squares(now), trials.other_squares(now), boxes)
        # A caption may pull a picture away that fitted as it was, so that is tried too.
        whole = [at for at, trial in enumerate(now) if trial.hit.view.is_whole]
        now = [*now, *(now[at] for at in whole)]
        boxes = np.concatenate([moved, boxes[whole]])
        for trial, outcome in zip(now, _measure(now, boxes, settings), strict=True):
            known = found.get(trial.place)
            if known is None or _strength(outcome) > _strength(known):
                found[trial.place] = outcome
        tried = [trial for trial in tried if found[trial.place][1] is None]


def _strength(outcome: _Outcome) -> tuple[float, float, float]:
    evidence, verdict = outcome
    strength = 0.0 if verdict is None else 1.0 / (1 + verdict.rank)
    return strength, evidence.agreement or 0.0, -evidence.fine


def _measure(tried: Sequence[Trial], boxes: Floats, settings: MatchSettings) -> list[_Outcome]:
    """Return measures and verdict of each trial, the viewed picture cut to its box."""
    laid_on = cut_out(trials.viewed_squares(tried), boxes, agreement.SIDE)
    squares = trials.limit_detail(tried, laid_on, trials.other_squares(tried))
    small = cut_out(squares[0], trials.whole_boxes(tried), trials.COARSE)
    planes = np.concatenate([small[:, None], trials.viewed_chroma(tried, boxes)], axis=1)
    shares, edited = agreement.agreement(*squares)
    measures = measure(tried, squares, planes, edited)
    weighed = []
    for at, trial in enumerate(tried):
        left, top, right, bottom = boxes[at].tolist()
        evidence = replace(
            measures.evidence(at, trial),
            agreement=float(shares[at]),
            view=replace(trial.hit.view, box=(left, top, right, bottom)),
            edited=agreement.rectangle(int(edited[at])),
        )
        weighed.append((_from_a(trial, evidence), _verdict(trial, evidence, settings)))
    return weighed


def _verdict(trial: Trial, evidence: Evidence, settings: MatchSettings) -> Verdict | None:
    if _is_the_same(trial, evidence, settings):
        return Verdict.PICTURE
    keeps_shapes = evidence.view.is_whole or _stretch(trial, evidence) <= STRETCH
    agrees = (
        evidence.fine <= settings.max_fine or (evidence.agreement or 0.0) >= settings.min_agreement
    )
    similar = agrees and keeps_shapes and evidence.colour <= settings.max_colour
    return Verdict.SIMILAR if similar and evidence.histogram_rms <= settings.max_rms else None


def _is_the_same(trial: Trial, evidence: Evidence, settings: MatchSettings) -> bool:
    """True if nothing was added, cut off or recoloured."""
    return (
        evidence.histogram_rms <= settings.max_rms
        and evidence.difference <= settings.max_difference
        and evidence.fine <= settings.max_fine
        and evidence.hue <= HUE
        and trial.hit.view.is_whole
        and _off(evidence) <= STILL
        and trials.same_proportions(trial)
        and abs(evidence.brightness) <= BRIGHTER
        and 1 / CONTRAST <= evidence.gain <= CONTRAST
        and 1 / SATURATION <= evidence.saturation <= SATURATION
    )


def _from_a(trial: Trial, evidence: Evidence) -> Evidence:
    return evidence.reversed() if trial.hit.of_b else evidence


def _off(evidence: Evidence) -> float:
    """Return the largest distance of an edge of the box from the edge of the picture, a share."""
    return max(abs(edge - whole) for edge, whole in zip(evidence.view.box, WHOLE, strict=True))


def _stretch(trial: Trial, evidence: Evidence) -> float:
    """Return the scale across over the scale down of the part, as an absolute logarithm."""
    left, top, right, bottom = evidence.view.box
    width, height = trials.turned_size(trial)
    across = (right - left) * width / trial.other.width
    down = (bottom - top) * height / trial.other.height
    return float(abs(np.log(across / down))) if min(across, down) > 0 else np.inf
