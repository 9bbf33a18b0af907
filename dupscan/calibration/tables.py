"""A calibration in words and tables, and the text of its settings file. Prints nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

from dupscan.calibration import Calibration
from dupscan.calibration.simulated_scan import MOST_SUSPECTS, SHARES
from dupscan.calibration.statistics import Share, least_provable_rate, pairs_to_prove
from dupscan.settings import toml_file
from dupscan.text import file_names
from dupscan.text.units import counted

MARK = "dupscan settings, proposed by `dupscan calibrate`"
"""First line of a settings file of ours, after the #."""
_SECTION = "match"
"""Section of the cutoffs in a settings file."""
_WIDTH = 100
"""Columns of running text."""


def in_words(calibration: Calibration) -> Iterator[str]:
    """Yield the lines of all tables, and at the end the labels that a person should check."""
    yield from (*_facts(calibration), "", *_aligned(_cutoffs(calibration)), "")
    for one in calibration.proposals:
        yield f"{one.measure.setting} = {one.value:g}"
        yield from _wrapped(one.reason, "  ")
    yield from ("", *_aligned(_called(calibration)), "", *_wrapped(_proven(calibration)))
    lines = [f"  {line}" for line in calibration.library.contradictions[:MOST_SUSPECTS]]
    for suspect in calibration.suspects:
        measures = f"agreement {suspect.agreement:.2f}, fine difference {suspect.fine:.1f}"
        near = measures if isfinite(suspect.fine) else "not near in any view"
        lines += [f"  labelled {suspect.labelled}, {near}:"]
        lines += [f"    {file_names.shown(path)}" for path in (suspect.first, suspect.second)]
    if lines:
        yield from ("", "Check these labels first: are they right?", *lines)


def settings_file(calibration: Calibration) -> str:
    """Return the proposed settings as ``scan --settings`` reads them, with comments."""
    comments = {
        f"{_SECTION}.{one.measure.setting}": "\n".join(_wrapped(one.reason))
        for one in calibration.proposals
    }
    values = {one.measure.setting: one.value for one in calibration.proposals}
    heading = "\n".join((MARK, *_facts(calibration), "", *_aligned(_called(calibration))))
    return toml_file.written({_SECTION: values}, comments, heading)


def _facts(calibration: Calibration) -> Iterator[str]:
    """Yield the pictures and pairs that everything is based on."""
    sample, settings, scan = calibration.sample, calibration.settings, calibration.after
    counts = calibration.library.counts
    names = {
        "unreadable": "unreadable",
        "passed_over": "passed over",
        "unlabelled": "without a label",
    }
    left_out = ", ".join(f"{counts[one]:,} {words}" for one, words in names.items() if counts[one])
    yield f"Calibrated on {file_names.shown(calibration.folder)}"
    for line in (
        (
            f"{counted(counts['pictures'], 'different picture')} in "
            f"{counted(counts['files'], 'file')}: "
            f"{counted(counts['groups'], 'group of versions', 'groups of versions')}, "
            f"{counted(counts['singles'], 'single')}; "
            f"{counts['too_plain']:,} with too little detail to compare"
        ),
        f"left out: {left_out}" if left_out else "",
        (
            f"pairs of versions: {scan.alike_as_anything.count:,} of {sample.versions:,}, at most "
            f"{settings.pairs_per_group} a group; {len(sample.missed):,} of them are not within "
            f"{settings.radius} bits in any view and count as not found"
        ),
        f"similar and not the same: {', '.join(settings.edited)}" if settings.edited else "",
        (
            f"pairs of different pictures: {scan.different_as_anything.count:,} of {sample.near:,} "
            f"near pairs (within {settings.radius} bits), of {sample.different:,} pairs in all"
        ),
        (
            f"wanted: at most {percent(settings.false_positives)} of these near pairs called "
            f"picture, and at most {percent(settings.false_similar)} called picture or similar"
        ),
    ):
        yield from _wrapped(line, "  ", "  ")


def _cutoffs(calibration: Calibration) -> Iterator[Sequence[str]]:
    """Yield the cutoff of each measure, and the pairs that would pass this cutoff alone."""
    counted = "alike that pass", "different that pass"
    yield "Cutoffs, each alone", "today", "proposed", *counted
    for one in calibration.proposals:
        values = f"{one.before:.3g}", f"{one.value:.3g}"
        shares = map(_with_interval, (one.alike_passing, one.different_passing))
        yield one.measure.label, *values, *shares


def _called(calibration: Calibration) -> Iterator[Sequence[str]]:
    """Yield the verdicts of a scan, with the settings of today and with the proposed settings."""
    scans = {"today": calibration.before, "proposed": calibration.after}
    if calibration.before is calibration.after:
        del scans["proposed"]
    yield "Verdicts of a scan on these pairs", "", *scans
    for name, words in SHARES.items():
        shares = [getattr(simulated, name) for simulated in scans.values()]
        if shares[0].count:
            hits = " and ".join(f"{one.hits:,}" for one in shares)
            yield f"  {words}", f"{hits} of {shares[0].count:,}", *map(_with_interval, shares)


def _proven(calibration: Calibration) -> str:
    """Return the rate that the near pairs of different pictures are enough to prove."""
    wanted, independent = calibration.settings.false_positives, calibration.pairs.independent
    count = calibration.after.different_as_anything.count
    least = least_provable_rate(independent)
    words = (
        f"With {counted(count, 'near pair')} of different pictures, between "
        f"{counted(independent, 'pair')} of groups, no rate below {percent(least)} can be shown"
    )
    if least <= wanted:
        return f"{words}; {percent(wanted)} can."
    return (
        f"{words}: {percent(wanted)} takes {pairs_to_prove(wanted):,}. Add pictures that look "
        "alike and are not duplicates, such as bursts and scans of one kind of page."
    )


def percent(share: float) -> str:
    """Return a share as text.

    >>> percent(0.001), percent(1.0), percent(0.98765)
    ('0.1 %', '100 %', '98.8 %')
    """
    return f"{100 * share:.3g} %"


def _with_interval(share: Share) -> str:
    return f"{percent(share.share)} ({100 * share.low:.3g} to {percent(share.high)})"


def _wrapped(text: str, indent: str = "", hanging: str = "") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + hanging)


def _aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines in columns, the first aligned to the left, the others to the right."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for first, *rest in table:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells)).rstrip()
