"""Two fingerprints → evidence, verdict and changes. Opens no file.

The verdict comes from the functions of a scan. But every measure is taken: pictures that are
farther apart than the radius are measured too, in their nearest view, and get no verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dupscan.comparison.comparison import Judgement, Measurement
from dupscan.confirm import find_changes, weigh
from dupscan.confirm.fine_print import FinePrint
from dupscan.confirm.print_verdict import is_to_be_read, judge_print
from dupscan.index import candidates
from dupscan.model.files import FileEntry
from dupscan.model.hash_table import HashTable
from dupscan.model.ids import FingerprintId, PictureIndex
from dupscan.model.matches import EXACT, Candidate, Evidence, Hit, Look, Verdict
from dupscan.model.pictures import Fingerprint, Hashes, Picture
from dupscan.model.views import View
from dupscan.settings import MatchSettings
from dupscan.text.units import counted

_WIDEST = 32
"""Bits of 64 up to which views are looked up; two random hashes differ in 32 bits on average."""
_LENIENT: dict[str, Any] = {"max_rms": 1.0, "min_agreement": 0.0, "max_colour": 255.0}
"""Cutoffs that every pair passes."""


@dataclass(frozen=True, slots=True)
class TwoPictures:
    """Two pictures to be judged."""

    first: Picture
    second: Picture
    looks: tuple[Look, Look]
    equal_pixels: bool
    read_print: Callable[[int], FinePrint | None]
    """Compares the letters of both at full size, the first turned into an orientation of
    :mod:`dupscan.model.views`; None if they cannot be read."""
    are_documents: bool
    """True if one of the two may hold text."""
    declared_different: bool
    """True if the user listed the two pictures in ``--not-duplicates``."""


def picture_of(file: FileEntry, found: Fingerprint, settings: MatchSettings) -> Picture:
    """Return the picture of a file. Nothing is stored, so the picture has no id."""
    low_detail = found.traits.detail < settings.min_detail
    return Picture(file, found.traits, low_detail, fingerprint_id=FingerprintId(0))


def judge(pair: TwoPictures, settings: MatchSettings) -> Judgement:
    """Judge two pictures as a scan does, and find the changes between them."""
    candidate, is_near = _candidate(pair.first.traits.hashes, pair.second.traits.hashes, settings)
    evidence, weighed = _weigh(candidate, pair, settings)
    if pair.first.digest == pair.second.digest:
        return _match(pair, Verdict.FILE, EXACT, is_near=is_near)
    if pair.declared_different:
        return Judgement(None, (), "listed as different in --not-duplicates", evidence, is_near)
    if pair.equal_pixels:
        return _match(pair, Verdict.PIXELS, evidence, is_near=is_near)
    if obstacle := _obstacle(pair, candidate, settings, is_near=is_near):
        return Judgement(None, (), obstacle, evidence, is_near)
    if weighed is None:
        obstacle = _what_differs(candidate, pair, evidence, settings)
        return Judgement(None, (), obstacle, evidence, is_near)
    if is_to_be_read(weighed, evidence, is_text=pair.are_documents):
        found = pair.read_print(evidence.view.orientation)
        sizes = [sorted((look.width, look.height)) for look in pair.looks]
        weighed, evidence = judge_print(
            *((weighed, evidence), found, settings.max_letters),
            is_text=pair.are_documents,
            is_scaled=sizes[0] != sizes[1],
        )
    return _match(pair, weighed, evidence, is_near=is_near)


def measurements(
    pair: TwoPictures, evidence: Evidence, settings: MatchSettings
) -> tuple[Measurement, ...]:
    """Return the value of each measure that has a cutoff, and of the detail."""
    detail = min(pair.first.traits.detail, pair.second.traits.detail)
    picture, similar = Verdict.PICTURE, Verdict.SIMILAR
    letters = (
        [
            Measurement(
                "letters", evidence.letters, "", settings.max_letters, "--max-letters", picture
            )
        ]
        if evidence.letters is not None
        else []
    )
    return (
        Measurement("distance", evidence.distance, "bits of 64", settings.radius, "--radius"),
        Measurement("histogram_rms", evidence.histogram_rms, "", settings.max_rms, "--max-rms"),
        Measurement(
            *("difference", evidence.difference, "levels of 255"),
            *(settings.max_difference, "--max-difference", picture),
        ),
        Measurement("fine", evidence.fine, "", settings.max_fine, "--max-fine", picture),
        Measurement(
            *("agreement", evidence.agreement or 0.0, "share of the blocks"),
            *(settings.min_agreement, "--min-agreement", similar),
            at_least=True,
        ),
        Measurement(
            *("colour", evidence.colour, "levels of chroma"),
            *(settings.max_colour, "--max-colour", similar),
        ),
        *letters,
        Measurement("detail", detail, "levels", settings.min_detail, "--min-detail", at_least=True),
    )


def _candidate(first: Hashes, second: Hashes, settings: MatchSettings) -> tuple[Candidate, bool]:
    """Return the views in which two pictures are near, and True; or their nearest views, and False.

    Beyond the radius, only views at the least distance are kept: a plain view that is farther would
    be tried as well and mean nothing.
    """
    if candidate := _within(first, second, settings):
        return candidate, True
    if candidate := _within(first, second, replace(settings, radius=_WIDEST)):
        least = min(hit.distance for hit in candidate.hits)
        return _within(first, second, replace(settings, radius=least)) or candidate, False
    hit = Hit((first.plain ^ second.plain).bit_count(), View("plain"))
    return Candidate(PictureIndex(0), PictureIndex(1), (hit,)), False


def _within(first: Hashes, second: Hashes, settings: MatchSettings) -> Candidate | None:
    found = candidates(HashTable.of([first, second]), settings)
    return next(iter(found)) if len(found) else None


def _weigh(
    candidate: Candidate, pair: TwoPictures, settings: MatchSettings
) -> tuple[Evidence, Verdict | None]:
    """Return all measures, and the verdict of a scan. A scan skips the agreement in clear cases."""
    [weighed] = weigh([candidate], settings, pair.looks.__getitem__)
    evidence = weighed.evidence
    if evidence.agreement is None:
        strictest = replace(settings, max_difference=0, max_fine=0)
        [closely] = weigh([candidate], strictest, pair.looks.__getitem__)
        share = closely.evidence.agreement  # None again if there is no difference at all
        evidence = replace(evidence, agreement=1.0 if share is None else share)
    return evidence, weighed.verdict


def _match(pair: TwoPictures, verdict: Verdict, evidence: Evidence, *, is_near: bool) -> Judgement:
    changes = find_changes(pair.first, pair.second, verdict, evidence)
    return Judgement(verdict, changes, "", evidence, is_near)


def _obstacle(
    pair: TwoPictures, candidate: Candidate, settings: MatchSettings, *, is_near: bool
) -> str:
    """Return why a scan would not even measure the two pictures; empty if a scan would."""
    if pair.first.low_detail or pair.second.low_detail:
        detail = min(pair.first.traits.detail, pair.second.traits.detail)
        return (
            f"too little detail for a perceptual hash (detail {round(detail, 3):g}, below "
            f"--min-detail {settings.min_detail:g}), and neither bytes nor pixels are equal"
        )
    if not is_near:
        distance = candidate.hits[0].distance
        return f"hashes are {counted(distance, 'bit')} apart, beyond --radius {settings.radius}"
    return ""


def _what_differs(
    candidate: Candidate, pair: TwoPictures, evidence: Evidence, settings: MatchSettings
) -> str:
    """Return in words each cutoff that alone refuses a pair whose hashes are near."""
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
    best, verdict = _weigh(candidate, pair, replace(settings, **_LENIENT))
    if verdict is not None:
        return "; ".join(found)
    share = best.agreement or 0.0
    if share >= settings.min_agreement or best.fine <= settings.max_fine:
        return "very similar, but one of the two is stretched"
    return (
        "no part of one can be laid on the other: at best "
        f"{100 * share:.0f} % of the textured blocks agree"
    )
