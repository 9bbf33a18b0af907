"""Two fingerprints → evidence, verdict, and changes. Pure.

The verdict is the one that a scan would come to, by the same functions. Only that nothing is left
unmeasured: views are looked for beyond the radius too, and then they make no match.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dupscan.comparison.comparison import Measure
from dupscan.confirm import find_changes, weigh
from dupscan.index import candidates
from dupscan.model.changes import Changes
from dupscan.model.hash_table import HashTable
from dupscan.model.matches import ALIKE, Candidate, Evidence, Hit, Look, Verdict
from dupscan.model.pictures import Hashes, Picture
from dupscan.model.views import View
from dupscan.settings import MatchSettings

_WIDEST = 32
"""Bits of 64 up to which views are looked for; no farther apart are two hashes by chance."""
_LENIENT: dict[str, Any] = {"max_rms": 1.0, "min_agreement": 0.0, "max_colour": 255.0}
"""Cutoffs that nothing is beyond."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the measures of a pair add up to."""

    verdict: Verdict | None
    changes: Changes
    """What the second picture is to the first; empty without a verdict."""
    obstacle: str
    """Why there is no verdict; empty with one."""
    evidence: Evidence
    is_near: bool
    """Whether a view was met within the radius."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures, and what is to be seen of them."""

    one: Picture
    other: Picture
    looks: tuple[Look, Look]
    equal_pixels: bool
    apart: bool
    """True when a person has told them apart."""


def judge(pair: Pair, settings: MatchSettings) -> Judgement:
    """Weigh two pictures as a scan would, and find what differs."""
    candidate, is_near = _candidate(pair.one.traits.hashes, pair.other.traits.hashes, settings)
    evidence, weighed = _weigh(candidate, pair, settings)
    if pair.one.digest == pair.other.digest:
        return _match(pair, Verdict.FILE, ALIKE, is_near=is_near)
    if pair.apart:
        return Judgement(None, (), "told apart by --not-duplicates", evidence, is_near)
    if pair.equal_pixels:
        return _match(pair, Verdict.PIXELS, evidence, is_near=is_near)
    if obstacle := _obstacle(pair, candidate, settings, is_near=is_near):
        return Judgement(None, (), obstacle, evidence, is_near)
    if weighed is None:
        obstacle = _what_differs(candidate, pair, evidence, settings)
        return Judgement(None, (), obstacle, evidence, is_near)
    return _match(pair, weighed, evidence, is_near=is_near)


def measures(pair: Pair, evidence: Evidence, settings: MatchSettings) -> tuple[Measure, ...]:
    """The measures that have a cutoff."""
    detail = min(pair.one.traits.detail, pair.other.traits.detail)
    picture, similar = Verdict.PICTURE, Verdict.SIMILAR
    return (
        Measure("distance", evidence.distance, "bits of 64", settings.radius, "--radius"),
        Measure("histogram_rms", evidence.histogram_rms, "", settings.max_rms, "--max-rms"),
        Measure(
            *("difference", evidence.difference, "levels of 255"),
            *(settings.max_difference, "--max-difference", picture),
        ),
        Measure("fine", evidence.fine, "", settings.max_fine, "--max-fine", picture),
        Measure(
            *("agreement", evidence.agreement or 0.0, "share of the blocks"),
            *(settings.min_agreement, "--min-agreement", similar),
            at_least=True,
        ),
        Measure("detail", detail, "levels", settings.min_detail, "--min-detail", at_least=True),
    )


def _candidate(one: Hashes, other: Hashes, settings: MatchSettings) -> tuple[Candidate, bool]:
    """The views under which two pictures are near each other, or nearest; and whether it is near.

    Beyond the radius a plain view that is farther than another would be tried as well, and tell
    nothing: so it is looked again within the least distance.
    """
    if candidate := _within(one, other, settings):
        return candidate, True
    if candidate := _within(one, other, replace(settings, radius=_WIDEST)):
        least = min(hit.distance for hit in candidate.hits)
        return _within(one, other, replace(settings, radius=least)) or candidate, False
    return Candidate(0, 1, (Hit((one.plain ^ other.plain).bit_count(), View("plain")),)), False


def _within(one: Hashes, other: Hashes, settings: MatchSettings) -> Candidate | None:
    found = candidates(HashTable.of([one, other]), settings)
    return next(iter(found)) if len(found) else None


def _weigh(
    candidate: Candidate, pair: Pair, settings: MatchSettings
) -> tuple[Evidence, Verdict | None]:
    """All the measures, agreement too where a scan has no need of it; and the scan's verdict."""
    [weighed] = weigh([candidate], settings, pair.looks.__getitem__)
    evidence = weighed.evidence
    if evidence.agreement is None:
        strictest = replace(settings, max_difference=0, max_fine=0)
        [closely] = weigh([candidate], strictest, pair.looks.__getitem__)
        share = closely.evidence.agreement  # None again where there is no difference at all
        evidence = replace(evidence, agreement=1.0 if share is None else share)
    return evidence, weighed.verdict


def _match(pair: Pair, verdict: Verdict, evidence: Evidence, *, is_near: bool) -> Judgement:
    changes = find_changes(pair.one, pair.other, verdict, evidence)
    return Judgement(verdict, changes, "", evidence, is_near)


def _obstacle(pair: Pair, candidate: Candidate, settings: MatchSettings, *, is_near: bool) -> str:
    """Why a scan would not even weigh the two; empty where it would."""
    if pair.one.low_detail or pair.other.low_detail:
        detail = min(pair.one.traits.detail, pair.other.traits.detail)
        return (
            f"too plain for a hash to mean anything (detail {round(detail, 3):g}, below "
            f"--min-detail {settings.min_detail:g}), and neither bytes nor pixels are equal"
        )
    if not is_near:
        distance = candidate.hits[0].distance
        return f"hashes are {distance} bits apart, beyond --radius {settings.radius}"
    return ""


def _what_differs(
    candidate: Candidate, pair: Pair, evidence: Evidence, settings: MatchSettings
) -> str:
    """Which cutoffs turned away a pair whose hashes are near: each that does so by itself."""
    words = {
        "max_rms": f"histogram RMS is {evidence.histogram_rms:.4f}, "
        f"beyond --max-rms {settings.max_rms:g}",
        "min_agreement": f"{100 * (evidence.agreement or 0):.0f} % of the textured blocks agree, "
        f"less than --min-agreement {settings.min_agreement:g}",
        "max_colour": f"colours differ by more than --max-colour {settings.max_colour:g}",
    }
    found = []
    for name, told in words.items():
        others = {other: cutoff for other, cutoff in _LENIENT.items() if other != name}
        _, verdict = _weigh(candidate, pair, replace(settings, **others))
        if verdict is None:
            found.append(told)
    _, verdict = _weigh(candidate, pair, replace(settings, **_LENIENT))
    return "; ".join(found) if verdict else "much the same, but one of the two is stretched"
