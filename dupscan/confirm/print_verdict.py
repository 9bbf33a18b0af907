"""Verdicts once pictures were compared at full size: one other digit makes another document."""

from __future__ import annotations

from dataclasses import replace

from dupscan.confirm.fine_print import FinePrint, is_legible
from dupscan.model.matches import Evidence, Verdict
from dupscan.model.views import WHOLE

Judged = tuple[Verdict, Evidence]


PHOTOGRAPH = 1.35
"""Multiple of the cutoff for photographs: sharpening, or saving at 50, moves a place by 1.3
times the cutoff for letters; a mosaic, a blur or a bar moves it by twice and more."""
SCALED_PHOTOGRAPH = 2.0
"""The same for two sizes: enlarging a photograph moves its finest detail by up to 1.5 times."""
OUTSTANDING = 2.6
"""Outstanding difference at full size from which a part of a photograph is hidden. Of 520
photographs saved again one has more, and of 104 sharpened ones two; of 624 with a mosaic, a blur or
a bar over a sixth of each side five have less."""
SCALED_OUTSTANDING = 3.0
"""The same for two sizes."""
SUSPICIOUS = 1.1
"""Outstanding difference of small versions from which photographs are compared at full size, too.
Of 936 photographs saved again or resized in nine ways 44 % lie above, most of them resized by a
third; of 416 with a mosaic or a blur over a sixth of each side, 2 % are below and are taken for the
same picture."""
_STILL = 0.008
"""Share of a side by which the frames of two pictures may differ that are compared."""


def is_to_be_read(verdict: Verdict | None, evidence: Evidence, *, is_text: bool) -> bool:
    """True if two pictures are compared at full size.

    So are those that are the same by small versions of them, if one letter or one place may differ;
    and similar ones that differ in one part, because one of the two may be covered there.
    """
    if verdict is Verdict.SIMILAR:
        box = evidence.view.box
        is_in_part = evidence.edited is not None or evidence.outstanding > SUSPICIOUS
        off = max(abs(edge - whole) for edge, whole in zip(box, WHOLE, strict=True))
        return is_in_part and off <= _STILL
    return verdict is Verdict.PICTURE and (is_text or evidence.outstanding > SUSPICIOUS)


def judge_print(
    before: Judged, found: FinePrint | None, cutoff: float, *, is_text: bool, is_scaled: bool
) -> Judged:
    """Return verdict and evidence of two pictures from those that they had before they were read.

    `found` is None if their files could not be read. A letter that differs, by more than `cutoff`,
    makes them similar, and the evidence has its place; letters that are too small to be compared
    leave them the same picture, and the evidence says so. `is_text` is False for photographs,
    `is_scaled` True if one of the two is larger. The evidence of similar pictures tells which one
    is covered.
    """
    verdict, evidence = before
    if verdict is Verdict.SIMILAR:
        return verdict, replace(evidence, covered=found.covered if found else 0)
    if found is None:
        return verdict, replace(evidence, legible=False)
    evidence = replace(evidence, letters=found.apart)
    if _differ(found, cutoff, is_text=is_text, is_scaled=is_scaled):
        edited = found.box or found.hidden or evidence.edited
        return Verdict.SIMILAR, replace(evidence, edited=edited, covered=found.covered)
    legible = not is_text or is_legible(found, scaled=is_scaled)
    return verdict, replace(evidence, legible=legible)


def _differ(found: FinePrint, cutoff: float, *, is_text: bool, is_scaled: bool) -> bool:
    outstanding = SCALED_OUTSTANDING if is_scaled else OUTSTANDING
    if found.outstanding > outstanding and (found.is_soft or not is_text):
        return True
    factor = 1.0 if is_text else SCALED_PHOTOGRAPH if is_scaled else PHOTOGRAPH
    return found.apart > cutoff * factor
