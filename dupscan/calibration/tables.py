"""A calibration as a person reads it: lines of text, nothing printed.

Kept apart from what is measured, so that wording and columns may change without touching a number.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from math import isfinite

import numpy as np

from dupscan.calibration import Calibration, Study, curves
from dupscan.calibration.measures import Measure
from dupscan.calibration.proposal import Setting
from dupscan.calibration.simulated_scan import Proof, Share
from dupscan.calibration.suspect_labels import MOST, doubts
from dupscan.settings import toml_file
from dupscan.text import file_names

_WEAKEST = 3
SECTION = "match"
"""Of a settings file, where the cutoffs stand."""
MARK = "dupscan settings, proposed by `dupscan calibrate`"
"""What a settings file of ours begins with, behind the #."""
_GAP = "  "
_WIDTH = 100
"""Columns of running text."""


def in_words(calibration: Calibration) -> Iterator[str]:
    """All that there is to say, and at the end what a person should look at."""
    yield from results(calibration)
    yield from _doubtful(calibration)


def results(calibration: Calibration) -> Iterator[str]:
    """All the numbers, in the order in which they are wanted."""
    yield from evidence(calibration)
    yield ""
    yield from _aligned(_values(calibration), left=2)
    yield ""
    rate = percent(calibration.settings.false_positives)
    yield f"Each measure by itself, at {rate} of false positives; in brackets 95 % intervals"
    yield from _aligned(_alone(calibration))
    if any(one.cutoff and not isfinite(one.cutoff.score) for one in calibration.studies):
        yield "  none: too many different pictures are as alike by it as any versions are"
    yield ""
    yield "Proposed settings"
    for one in calibration.proposed:
        yield f"  {assigned(one)}"
        yield from _wrapped(one.reason, "    ")
    yield ""
    yield from _aligned(_called(calibration))
    yield from _weakest(calibration.after)
    yield ""
    yield from _wrapped(shown_in_words(calibration))


def in_settings_file(calibration: Calibration) -> str:
    """The proposed settings as ``scan --settings`` reads them, the evidence as comments."""
    comments = {
        f"{SECTION}.{one.measure.setting}": "\n".join(_wrapped(one.reason))
        for one in calibration.proposed
    }
    values = {one.measure.setting: one.value for one in calibration.proposed}
    table = _aligned(_called(calibration))
    heading = "\n".join((MARK, *evidence(calibration), "", *table))
    return toml_file.written({SECTION: values}, comments, heading)


def evidence(calibration: Calibration) -> Iterator[str]:
    """What it all rests on."""
    yield f"Calibrated on {file_names.shown(calibration.settings.folder)}"
    for line in _facts(calibration):
        yield from _wrapped(line, "  ", "  ")


def _facts(calibration: Calibration) -> Iterator[str]:
    library, sample, settings = calibration.library, calibration.sample, calibration.settings
    sizes = np.bincount(library.groups)
    yield (
        f"{len(library.pictures):,} different pictures in {library.files:,} files: "
        f"{np.count_nonzero(sizes > 1):,} groups of versions, {np.count_nonzero(sizes == 1):,} "
        f"singles; {library.plain:,} too plain to compare"
    )
    odd = {
        "unreadable": library.unreadable,
        "passed over": library.passed_over,
        "without a label": calibration.unlabelled,
        "labelled twice": len(library.contradictions),
    }
    if told := ", ".join(f"{count:,} {words}" for words, count in odd.items() if count):
        yield f"left out: {told}"
    alike = int(np.count_nonzero(~calibration.pairs.different))
    yield (
        f"true pairs: {alike:,} of {sample.versions:,}, at most {settings.pairs_per_group} a "
        f"group, the first picture with each other one before all; {len(sample.missed):,} of them "
        f"are not within {settings.radius} bits in any view, and count as missed"
    )
    if settings.edited:
        yield f"of them similar only, and not the same: those with {', '.join(settings.edited)}"
    different = int(np.count_nonzero(calibration.pairs.different))
    yield (
        f"different pictures: {different:,} of {sample.near:,} near pairs, which are those within "
        f"{settings.radius} bits, of {sample.different:,} in all"
    )
    yield (
        f"wanted: at most {percent(settings.false_positives)} of these called picture, and at most "
        f"{percent(settings.false_similar)} called anything"
    )


def shown_in_words(calibration: Calibration) -> str:
    """What the false pairs are enough to show."""
    pairs, wanted = calibration.pairs, calibration.settings.false_positives
    count, independent = int(np.count_nonzero(pairs.different)), pairs.of_two_groups
    least = curves.least_rate_shown(independent)
    words = (
        f"With {count:,} near pairs of different pictures, between {independent:,} pairs of "
        f"groups, no rate below {percent(least)} can be shown"
    )
    if least <= wanted:
        return f"{words}; {percent(wanted)} can."
    return (
        f"{words}: {percent(wanted)} takes {curves.count_to_show(wanted):,}. Add pictures that are "
        "no duplicates and look alike, such as bursts and scans of one kind of page."
    )


def percent(share: float) -> str:
    """A share for people.

    >>> percent(0.001), percent(1.0), percent(0.98765)
    ('0.1 %', '100 %', '98.8 %')
    """
    return f"{100 * share:.3g} %"


def number(value: float) -> str:
    """A value of a measure for people."""
    return f"{value:.3g}" if isfinite(value) else "none"


def assigned(setting: Setting) -> str:
    """A setting as it stands in the file."""
    return f"{setting.measure.setting} = {setting.value:g}"


def _values(calibration: Calibration) -> Iterator[tuple[str, ...]]:
    """How the values of each measure lie, of alike and of different pairs."""
    yield ("Values", "", "pairs", "least", "1 %", "5 %", "median", "95 %", "99 %", "most")
    for study in calibration.studies:
        heaps = (("alike", study.alike), ("different", study.different))
        for first, (heap, found) in zip((study.measure.words, ""), heaps, strict=True):
            if found is None:
                yield (first, heap, "0", *[""] * 7)
                continue
            values = (found.least, found.p1, found.p5, found.median, found.p95, found.p99)
            yield (first, heap, f"{found.count:,}", *map(number, (*values, found.most)))


def _alone(calibration: Calibration) -> Iterator[tuple[str, ...]]:
    """What each measure would do if it were the only one."""
    yield ("", "AUC", "cutoff", "", "false positives", "found", "")
    for study in calibration.studies:
        yield (study.measure.words, *_alone_with(study))


def _alone_with(study: Study) -> tuple[str, ...]:
    area, found = study.curve.area, study.cutoff
    if found is None or not isfinite(found.score):
        return (f"{area:.4f}", "none", *[""] * 4)
    sign = study.measure.sign
    ends = sorted((found.between.low * sign, found.between.high * sign))
    return (
        f"{area:.4f}",
        number(_cutoff(found.score, study.measure)),
        f"({number(ends[0])} to {number(ends[1])})",
        _interval(found.false_rate),
        percent(found.recall),
        _interval(found.recall_between),
    )


def _cutoff(score: float, measure: Measure) -> float:
    return float(np.floor(score)) if measure.whole else score * measure.sign


def _interval(found: curves.Interval) -> str:
    return f"({100 * found.low:.3g} to {percent(found.high)})"


def _called(calibration: Calibration) -> Iterator[tuple[str, ...]]:
    """What a scan calls the pairs, with the settings of today and with those proposed."""
    before, after = calibration.before, calibration.after
    proofs = [before] if before is after else [before, after]
    yield ("What a scan calls these pairs", "", *("today", "proposed")[: len(proofs)])
    for words, name in (
        ("  same picture, called picture", "same_as_picture"),
        ("  alike, called picture or similar", "alike_as_anything"),
        ("  edited, called picture", "edited_as_picture"),
        ("  different, called picture", "different_as_picture"),
        ("  different, called picture or similar", "different_as_anything"),
    ):
        shares: list[Share] = [getattr(proof, name) for proof in proofs]
        if count := shares[0].count:
            hits = " and ".join(f"{one.hits:,}" for one in shares)
            told = (f"{percent(one.share)} {_interval(one.between)}" for one in shares)
            yield (words, f"{hits} of {count:,}", *told)


def _weakest(proof: Proof) -> Iterator[str]:
    """The transforms that are found least often."""
    missed = [one for one in proof.versions if one.anything < 1][:_WEAKEST]
    if missed:
        told = (f"{file_names.shown(one.transform)} {percent(one.anything)}" for one in missed)
        yield f"  found least often: {', '.join(told)}"


def _doubtful(calibration: Calibration) -> Iterator[str]:
    """Pairs that a person should look at, both paths in lines of their own."""
    lines = [f"  {line}" for line in calibration.library.contradictions[:MOST]]
    for one in doubts(calibration):
        measures = f"agreement {one.agreement:.2f}, fine difference {one.fine:.1f}"
        near = measures if isfinite(one.fine) else "and in no view near"
        lines += [f"  labelled {one.labelled}, {near}:"]
        lines += [f"    {file_names.shown(path)}" for path in (one.one, one.other)]
    if lines:
        yield ""
        yield "Look at these first: are they labelled as they should be?"
        yield from lines


def _wrapped(text: str, indent: str = "", hanging: str = "") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent + hanging)


def _aligned(rows: Iterator[Sequence[str]] | list[Sequence[str]], left: int = 1) -> Iterator[str]:
    """Rows as lines in columns, the first so many of them to the left, the others to the right."""
    table = list(rows)
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    for row in table:
        cells = (
            cell.ljust(width) if at < left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield _GAP.join(cells).rstrip()
