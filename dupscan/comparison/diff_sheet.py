"""A comparison → the sheet of its two pictures: what is drawn, and in which words."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from dupscan.comparison import wording
from dupscan.comparison.alignment import Aligned, Levels, laid_on, needed_length
from dupscan.comparison.comparison import Comparison
from dupscan.comparison.diff_picture import Sheet, Side
from dupscan.comparison.pixels_for_display import looks_of
from dupscan.errors import NotReadable
from dupscan.model.files import Failure, FileEntry
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Picture
from dupscan.model.views import WHOLE, Box, View
from dupscan.settings import FingerprintSettings
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words
from dupscan.workers.executor import Executor

_LENGTH = 1200
"""Longest side at which two pictures are held against each other, pixels."""
_SMALL_PART = 0.5
"""Share of a picture up to which it is worth an outline."""
_A_TRIFLE = 0.01
"""Share of a side that registering may be off by."""
_UNALIGNED = "no view of one is near the other: the map lays them on each other as they are"
_BETWEEN = "   |   "

Task = tuple[FileEntry, int]
"""A file, and how long its picture is wanted, pixels."""


def sheet_of(compared: Comparison, settings: FingerprintSettings, executor: Executor) -> Sheet:
    """All that is to be drawn of a comparison: read-only.

    Raises NotReadable when a file has changed since, or cannot be read any more.
    """
    view = compared.evidence.view.inverse() if compared.is_near else View("plain")
    one, other = _looks(
        [
            (compared.one.file, _LENGTH),
            (compared.other.file, needed_length(view, _LENGTH)),
        ],
        settings,
        executor,
    )
    outline, outlined = _outline(compared)
    found = [f"{wording.LABELS[it.name]} {wording.value_of(it)}" for it in compared.measures]
    return Sheet(
        headline=wording.headline(compared),
        facts=(
            _BETWEEN.join(found),
            wording.view_of(compared) if compared.is_near else _UNALIGNED,
        ),
        one=Side(one, _title("First", compared.one), _facts(compared.one)),
        other=Side(other, _title("Second", compared.other), _facts(compared.other)),
        aligned=_aligned(one, other, view),
        outline=outline,
        outlined=outlined,
    )


def _looks(tasks: list[Task], settings: FingerprintSettings, executor: Executor) -> list[Levels]:
    """The pictures to be drawn, in the order of the tasks."""
    work = partial(_look_at, settings=settings)
    done = dict(executor.run(work, dict.fromkeys(tasks), lambda: False))
    looks = []
    for task in tasks:
        found = done[task]
        if not isinstance(found, tuple):
            raise NotReadable(f"cannot draw {file_names.shown(task[0].path)}: {found.reason}")
        looks.append(found[0])
    return looks


def _aligned(one: Levels, other: Levels, view: View) -> Aligned:
    """One on the other: just as they are where the view is nearly that, and that fits better."""
    aligned = laid_on(one, other, view)
    if not all(abs(edge - end) <= _A_TRIFLE for edge, end in zip(view.box, WHOLE, strict=True)):
        return aligned
    whole = laid_on(one, other, replace(view, box=WHOLE))
    return min(whole, aligned, key=lambda tried: tried.difference.mean())


def _look_at(task: Task, settings: FingerprintSettings) -> tuple[Levels] | Failure:
    file, length = task
    found = looks_of(file, settings, length)
    return found if isinstance(found, Failure) else (found,)


def _title(which: str, picture: Picture) -> str:
    return f"{which}: {file_names.shown(picture.file.path.rpartition('/')[2])}"


def _facts(picture: Picture) -> str:
    info = picture.info
    return f"{info.width} × {info.height}, {info.format}, {bytes_in_words(picture.file.size)}"


def _outline(compared: Comparison) -> tuple[Box | None, str]:
    """A small part of the first picture where the two differ, and what it is."""
    info, box = compared.one.info, compared.pixels.differing.box
    if box is not None:
        left, top, right, bottom = box
        part = left / info.width, top / info.height, right / info.width, bottom / info.height
        if _is_small(part):
            return part, "all pixels that differ"
    evidence = compared.evidence
    if compared.verdict is Verdict.SIMILAR and evidence.edited is not None:
        return evidence.view.seen_at(
            evidence.edited
        ), "taken for an edit, and left out of the agreement"
    return None, ""


def _is_small(part: Box) -> bool:
    left, top, right, bottom = part
    return (right - left) * (bottom - top) <= _SMALL_PART
