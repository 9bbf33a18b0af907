"""Sums and tables of what dupscan did with the pairs of a set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.measuring import table
from benchmarks.pairs.items import Item
from benchmarks.pairs.judge import APART, DECLINED, FAILED, KEPT, LOST, Finding
from benchmarks.pairs.resaves import SUFFIXES


def totals(findings: Sequence[Finding]) -> list[str]:
    """Return the sums of all pairs, of the real ones, and of the controls."""
    pairs = [one for one in findings if not one.is_control]
    rows = []
    for name, its in (
        ("all pairs", pairs),
        ("items of real files", [one for one in pairs if one.is_real]),
        ("items written for this", [one for one in pairs if not one.is_real]),
    ):
        met = [one for one in its if one.state != APART]
        counts = [sum(one.state == state for one in its) for state in (LOST, DECLINED, KEPT)]
        unnamed = sum(one.state == DECLINED and not one.is_named for one in its)
        wrong = sum(one.is_wrong_verdict for one in its)
        others = len(its) - len(met)
        failed = sum(one.state == FAILED for one in its)
        rows.append((name, *map(str, (len(its), *counts, unnamed, wrong, others, failed))))
    head = (
        *("", "pairs", "LOST", "declined", "kept", "declined for another reason"),
        *("`pixels` claimed wrongly", "never called duplicates", "failed"),
    )
    return [*table(head, rows), "", *_controls([one for one in findings if one.is_control])]


def _controls(its: Sequence[Finding]) -> list[str]:
    if not its:
        return []
    free = sum(one.state == LOST for one in its)
    apart = sum(one.state == APART for one in its)
    strict = len(its) - free - apart
    words = f"Controls, which lose nothing: {len(its)}; {free} are proposed, {apart} were never"
    return [f"{words} called duplicates, {strict} are declined or kept."]


def table_of_formats(findings: Iterable[Finding]) -> list[str]:
    """Return for each item and format how many of its pairs lose it."""
    kinds = tuple(SUFFIXES)
    cells: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        if not one.is_control and one.state != APART:
            cells.setdefault((one.item, one.format), []).append(one)
    rows = [
        (item.value, *(_cell(cells.get((item.value, kind), [])) for kind in kinds))
        for item in Item
        if any((item.value, kind) in cells for kind in kinds)
    ]
    return ["LOST of so many pairs:", "", *table(("item", *kinds), rows)]


def _cell(its: Sequence[Finding]) -> str:
    if not its:
        return ""
    lost = sum(one.state == LOST for one in its)
    return f"**{lost}** of {len(its)}" if lost else f"0 of {len(its)}"


def failures(findings: Iterable[Finding]) -> list[str]:
    """Return a line for each pair that went wrong."""
    lines = []
    for one in findings:
        about = f"{one.name}: {one.what} ({one.origin})"
        if one.is_control:
            if one.state not in (LOST, APART):
                lines.append(f"- too careful: {about}: {'; '.join(one.texts) or one.state}")
            continue
        if one.state in (LOST, FAILED):
            lines.append(f"- {one.state}: {about}: {'; '.join((*one.ways[:1], *one.texts))}")
        if one.state == DECLINED and not one.is_named:
            lines.append(f"- not named: {about}: {'; '.join(one.texts)}")
        if one.is_wrong_verdict:
            lines.append(f"- {one.verdict} claimed: {about}")
    return ["What went wrong:", "", *lines]
