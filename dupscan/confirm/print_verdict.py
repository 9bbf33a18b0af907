"""Verdicts once the fine print was read: a document that differs in one digit is not the same."""

from __future__ import annotations

from dataclasses import replace

from dupscan.confirm.fine_print import LEAST_LEGIBLE, FinePrint
from dupscan.model.matches import Evidence, Verdict

Judged = tuple[Verdict, Evidence]


def judge_print(evidence: Evidence, found: FinePrint | None, cutoff: float) -> Judged:
    """Return verdict and evidence of two documents that were the same picture before.

    `found` is None if their files could not be read. A letter that differs, by more than `cutoff`,
    makes them similar, and the evidence has its place; letters that are too small to be compared
    leave them the same picture, and the evidence says so.
    """
    if found is None:
        return Verdict.PICTURE, replace(evidence, legible=False)
    evidence = replace(evidence, letters=found.apart)
    if found.apart > cutoff:
        return Verdict.SIMILAR, replace(evidence, edited=found.box or evidence.edited)
    return Verdict.PICTURE, replace(evidence, legible=found.legible >= LEAST_LEGIBLE)
