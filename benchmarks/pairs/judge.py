"""What dupscan does with a pair: scanned and planned in every way, through the public functions."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dupscan
from benchmarks.pairs.items import Item
from benchmarks.pairs.pair import Entry
from dupscan.model.plan import Declined, Reason
from dupscan.settings import StoreSettings
from dupscan.workers.executor import InLine

_OLD, _YOUNG = 978_307_200, 1_577_836_800
"""Times of the older and of the younger file: the first days of 2001 and of 2020."""
_VERDICTS = ("pixels", "picture")
_ABOUT_PIXELS = frozenset(
    one.value for one in (*(Reason.QUALITY, Reason.PIXELS, Reason.COLOUR, Reason.BURST),)
)
"""Words that are about the first picture; they name none of the things that a pair is about."""
LOST, DECLINED, KEPT, APART, FAILED = "LOST", "declined", "kept", "apart", "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What dupscan did with one pair."""

    name: str
    item: str
    format: str
    how: str
    what: str
    origin: str
    is_real: bool
    state: str
    """The worst of all ways; ``apart`` if the two were never found to be duplicates."""
    claims_pixels: bool
    """True if the verdict ``pixels`` was given, or ``file``."""
    verdict: str
    """The strongest verdict that was given, or ''."""
    words: tuple[str, ...]
    """Words of the reasons that declined the richer file."""
    texts: tuple[str, ...]
    """The reasons as a person reads them."""
    ways: tuple[str, ...]
    """The ways in which the richer file was to be removed."""

    @property
    def is_control(self) -> bool:
        """True if the pair loses nothing."""
        return self.item == Item.NOTHING.value

    @property
    def is_wrong_verdict(self) -> bool:
        """True if ``pixels`` was claimed although one file shows or plays more."""
        return self.claims_pixels and Item(self.item).is_shown

    @property
    def is_named(self) -> bool:
        """True if a reason is about something else than the first picture."""
        return any(word not in _ABOUT_PIXELS for word in self.words)


def judge(entry: Entry, folder: Path) -> Finding:
    """Scan and plan a pair in every way; the files of the set stay as they are."""
    states, verdicts, words, texts, ways = set[str](), [], list[str](), list[str](), list[str]()
    for richer_is_older in (False, True):
        with tempfile.TemporaryDirectory(prefix="dupscan-pairs-") as place:
            try:
                verdict, planned = _scan_and_plan(
                    entry, folder, Path(place), richer_is_older=richer_is_older
                )
            except (dupscan.DupscanError, OSError) as error:
                states.add(FAILED)
                texts.append(str(error).replace(place, "…"))
                continue
            if verdict is None:
                continue
            verdicts.append(verdict)
            for way, state, declined in planned:
                states.add(state)
                told = [one for one in declined if one.word is not Reason.NOT_STRONG_ENOUGH]
                words += [one.word.value for one in told]
                texts += [one.text for one in told]
                ways += [way] if state == LOST else []
    worst = next((one for one in (FAILED, LOST, DECLINED, KEPT) if one in states), APART)
    strongest = max(verdicts, key=_strength, default=None)
    return Finding(
        **{
            name: getattr(entry, name)
            for name in ("name", "item", "format", "how", "what", "origin", "is_real")
        },
        state=worst,
        claims_pixels=strongest is not None and strongest.at_least(dupscan.Verdict.PIXELS),
        verdict="" if strongest is None else strongest.value,
        words=tuple(dict.fromkeys(words)),
        texts=tuple(dict.fromkeys(texts)),
        ways=tuple(ways),
    )


def _strength(verdict: dupscan.Verdict) -> int:
    return sum(verdict.at_least(other) for other in dupscan.Verdict)


Planned = list[tuple[str, str, tuple[Declined, ...]]]


def _scan_and_plan(
    entry: Entry, folder: Path, place: Path, *, richer_is_older: bool
) -> tuple[dupscan.Verdict | None, Planned]:
    """Return the verdict for the two files, or None, and what each plan does with the richer."""
    root = place / "pair"
    names = ("a", "b") if richer_is_older else ("b", "a")
    richer, poorer = (
        root / name / Path(path).name
        for name, path in zip(names, (entry.richer, entry.poorer), strict=True)
    )
    for source, copy, is_old in (
        (entry.richer, richer, richer_is_older),
        (entry.poorer, poorer, not richer_is_older),
    ):
        copy.parent.mkdir(parents=True)
        shutil.copyfile(folder / source, copy)
        time = _OLD if is_old else _YOUNG
        os.utime(copy, (time, time))
    report = place / "report"
    outcome = dupscan.scan(
        dupscan.ScanSettings(
            walk=dupscan.WalkSettings(roots=(str(root),)),
            report=dupscan.ReportSettings(folder=report, formats=("json",)),
            store=StoreSettings(kept=False),
            workers=1,
        ),
        executor=InLine(),
    )
    matches = [match for group in outcome.report.groups for match in group.duplicates]
    if not matches:
        return None, []
    age = "the richer is older" if richer_is_older else "the poorer is older"
    return matches[0].verdict, list(_plans(report, place, poorer.parent, richer, age))


def _is_too_weak(declined: tuple[Declined, ...]) -> bool:
    """True if a row says nothing but that the verdict is weaker than the one that was asked for."""
    return [one.word for one in declined] == [Reason.NOT_STRONG_ENOUGH]


def _plans(
    report: Path, place: Path, poorer: Path, richer: Path, age: str
) -> Iterator[tuple[str, str, tuple[Declined, ...]]]:
    keeps: tuple[tuple[str, ...], ...] = ((), (f"under:{poorer}",))
    for number, (verdict, keep) in enumerate(itertools.product(_VERDICTS, keeps)):
        plan = dupscan.make_plan(
            report,
            dupscan.PlanSettings(verdict=verdict, keep=keep, output=place / f"plan{number}.csv"),
        )
        rows = [row for row in plan.rows if row.target.path == str(richer)]
        way = f"--verdict {verdict}{' --keep under' if keep else ''}, {age}"
        if not rows or _is_too_weak(rows[0].declined):
            yield way, KEPT, ()
        elif rows[0].declined:
            yield way, DECLINED, rows[0].declined
        else:
            yield way, LOST, ()
