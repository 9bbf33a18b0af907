"""Recognise bursts: shots taken one right after the other, which look the same to every measure.

Each shot of a burst is a picture of its own and must not go. Capture times and file names tell
shots apart from copies. Names are a guess; a wrong guess only keeps a picture that could have gone.
"""

from __future__ import annotations

import os
import re
from itertools import product

from dupscan.dedupe.plan.traits import (
    are_other_times,
    has_subseconds,
    may_be_same_time,
    paths_of,
)
from dupscan.model.saved_report import Member
from dupscan.text import file_names

# What file managers append to the names of copies: " (1)", " copy 2", " - Copy (3)", "~1".
_COPY_MARK = re.compile(r"(?i)[ _-]*(?:\(\d+\)|-?\s*\bcopy\b(?:[ _]?\(?\d+\)?)?|~\d*)$")
_SIZE_MARK = re.compile(r"[ _-]?\d+\s*[x×]\s*\d+(?!\d)")
_NUMBER = re.compile(r"\d+")
_BURST_MARK = re.compile(r"(?i)burst")


def why_another_shot(one: Member, other: Member) -> str:
    """Return in words why two pictures may be two shots; "" if they are copies of one shot.

    For pictures that look the same and whose pixels differ: equal pixels are always one shot.
    """
    first, second = one.info.captured, other.info.captured
    if are_other_times(one.info, other.info):
        times = f"taken {first}, the keeper {second}"
        return f"another shot, {file_names.shown(times)}"
    exact = [time for time in (first, second) if time and has_subseconds(time)]
    if len(exact) == 2 and may_be_same_time(*exact):
        return ""
    for own, its in product(paths_of(one), paths_of(other)):
        if _differ_in_running_number(own, its) and _sides(one) == _sides(other):
            return "another shot, not a copy, by the number in its name"
        if _are_both_of_bursts(own, its):
            return "another shot of a burst, by its name"
    return ""


def _differ_in_running_number(one: str, other: str) -> bool:
    """True if two paths in one folder differ in numbers, such as a counter, and in nothing else.

    Marks of copies and sizes in pixels do not count as numbers.

    >>> _differ_in_running_number("/a/IMG_0012.jpg", "/a/IMG_0013.JPG")
    True
    >>> _differ_in_running_number("/a/IMG_0012.jpg", "/a/IMG_0012 (1).jpg")
    False
    >>> _differ_in_running_number("/a/b-1024x768.jpg", "/a/b-800x600.jpg")
    False
    """
    if os.path.dirname(one) != os.path.dirname(other):
        return False
    first, second = _SIZE_MARK.sub("", _stem(one)), _SIZE_MARK.sub("", _stem(other))
    return first != second and _NUMBER.sub("#", first) == _NUMBER.sub("#", second)


def _are_both_of_bursts(one: str, other: str) -> bool:
    """True if the camera marked both names as shots of a burst, and the names differ."""
    first, second = _stem(one), _stem(other)
    return first != second and all(_BURST_MARK.search(stem) for stem in (first, second))


def _stem(path: str) -> str:
    """Return a file name in lower case, without its suffix and without marks of copies."""
    stem = os.path.splitext(os.path.basename(path))[0].lower()
    while (bare := _COPY_MARK.sub("", stem)) not in ("", stem):
        stem = bare
    return stem


def _sides(member: Member) -> tuple[int, ...]:
    """Return the shorter and the longer side in pixels, whichever way the picture is turned."""
    return tuple(sorted((member.info.width, member.info.height)))
