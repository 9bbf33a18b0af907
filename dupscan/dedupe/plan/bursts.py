"""Shots taken one right after the other: alike to every measure, and each of them its own picture.

Kept apart from the other gates because it goes by times and names, and by guesses about names.
A guess that is wrong only keeps a picture that could have gone.
"""

from __future__ import annotations

import os
import re
from itertools import product

from dupscan.dedupe.plan.traits import has_subseconds, may_be_same_time, paths_of
from dupscan.model.saved_report import Member

_COPY_MARK = re.compile(r"(?i)[ _-]*(?:\(\d+\)|-?\s*\bcopy\b(?:[ _]?\(?\d+\)?)?|~\d*)$")
_SIZE_MARK = re.compile(r"[ _-]?\d+\s*[x×]\s*\d+(?!\d)")
_NUMBER = re.compile(r"\d+")
_BURST_MARK = re.compile(r"(?i)burst")


def why_another_shot(one: Member, other: Member) -> str:
    """Why two pictures may be two shots, in words; empty when nothing says so.

    For pictures that look the same and differ in their pixels; equal pixels are one shot.
    """
    first, second = one.info.captured, other.info.captured
    if first is not None and second is not None:
        if not may_be_same_time(first, second):
            return f"another shot, of {first}, the keeper of {second}"
        if has_subseconds(first) and has_subseconds(second):
            return ""
    for own, its in product(paths_of(one), paths_of(other)):
        if _differ_in_running_number(own, its) and _sides(one) == _sides(other):
            return "by its name the next shot, not a copy"
        if _are_both_of_bursts(own, its):
            return "by its name of a burst"
    return ""


def _differ_in_running_number(one: str, other: str) -> bool:
    """Whether two names in one folder differ in running numbers and in nothing else.

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
    """Whether cameras marked both as of bursts, and not as the same shot."""
    first, second = _stem(one), _stem(other)
    return first != second and all(_BURST_MARK.search(stem) for stem in (first, second))


def _stem(path: str) -> str:
    """A name without its suffix, and without what file managers add to copies, in lower case."""
    stem = os.path.splitext(os.path.basename(path))[0].lower()
    while (bare := _COPY_MARK.sub("", stem)) not in ("", stem):
        stem = bare
    return stem


def _sides(member: Member) -> tuple[int, ...]:
    return tuple(sorted((member.info.width, member.info.height)))
