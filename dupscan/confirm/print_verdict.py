"""Verdicts once pictures were compared at full size: one other digit makes another document."""

from __future__ import annotations

from dataclasses import replace

from dupscan.confirm.fine_print import FinePrint, is_legible
from dupscan.model.matches import Evidence, Verdict

Judged = tuple[Verdict, Evidence]


PHOTOGRAPH = 1.35
"""Multiple of the cutoff for photographs: sharpening, or saving at 50, moves a place by 1.3
times the cutoff for letters; a mosaic, a blur or a bar moves it by twice and more."""
SCALED_PHOTOGRAPH = 2.0
"""The same for two sizes: enlarging a photograph moves its finest detail by up to 1.5 times."""
SUSPICIOUS = 1.15
"""Outstanding difference from which photographs are compared at full size, too. Of 52 photographs
saved again one in five lies above; of 156 with a mosaic, a blur or a bar over a sixth of each side,
4 % are below and are taken for the same picture."""


def is_to_be_read(verdict: Verdict | None, evidence: Evidence, *, is_text: bool) -> bool:
    """True for the same picture, by small versions of it, if one letter or one place may differ."""
    return verdict is Verdict.PICTURE and (is_text or evidence.outstanding > SUSPICIOUS)


def judge_print(
    evidence: Evidence, found: FinePrint | None, cutoff: float, *, is_text: bool, is_scaled: bool
) -> Judged:
    """Return verdict and evidence of two pictures that were the same before they were read.

    `found` is None if their files could not be read. A letter that differs, by more than `cutoff`,
    makes them similar, and the evidence has its place; letters that are too small to be compared
    leave them the same picture, and the evidence says so. `is_text` is False for photographs,
    `is_scaled` True if one of the two is larger.
    """
    if found is None:
        return Verdict.PICTURE, replace(evidence, legible=False)
    evidence = replace(evidence, letters=found.apart)
    factor = 1.0 if is_text else SCALED_PHOTOGRAPH if is_scaled else PHOTOGRAPH
    if found.apart > cutoff * factor:
        return Verdict.SIMILAR, replace(evidence, edited=found.box or evidence.edited)
    legible = not is_text or is_legible(found, scaled=is_scaled)
    return Verdict.PICTURE, replace(evidence, legible=legible)
