"""The order in which the copies in a group are to be kept: the rules of ``--keep``.

A rule ranks a member of a group by what the report says about the member. The first rule that ranks
two members differently decides between them; if none does, the order of the report decides.
Pictures of reference folders come before all others, whatever the rules say.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from dupscan.dedupe.plan.folders import Folder
from dupscan.dedupe.plan.traits import (
    dimensions,
    has_few_colours,
    is_rated,
    is_raw,
    states_capture,
    why_excluded,
)
from dupscan.errors import SettingsError
from dupscan.model.pictures import LOSSLESS
from dupscan.model.plan import Reason
from dupscan.model.report import FolderQuestion
from dupscan.model.saved_report import Member, ReportedGroup
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words

UNDER, NOT_UNDER = "under", "not-under"
"""Rules that take a folder, as in ``under:DIR``."""
REPORT_ORDER = "report"
"""The rule that takes the order of the report."""
OPTION = "--keep"
_EXCLUDED = {
    Reason.SYMBOLIC_LINK: "the other is a symbolic link",
    Reason.IN_TRASH: "the other is in the trash",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of ``--keep``."""

    name: str
    rank: Callable[[Member], Any]
    """Sort key of a member: of two members, the one with the smaller key is kept."""
    words: Callable[[Member, Member], str]
    """Reason in words why the first member ranks before the second."""
    folder: Folder | None = None
    """Folder of the rule, for ``under`` and ``not-under``."""


def parse_rules(typed: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules that a user typed, in the same order.

    Raises SettingsError, which lists the rules that there are, for an unknown rule.
    """
    return tuple(_rule(one.strip()) for one in typed)


def keep_order(group: ReportedGroup, rules: Sequence[Rule]) -> list[int]:
    """Return the places of a group's members, in the order in which they are to be kept.

    Members of reference folders come first. Symbolic links and pictures in the trash come
    last, even in a reference folder, and never become keepers: a link leads outside the scanned
    folders, a trash will be emptied, and no picture may go for the sake of either.
    """

    def rank(place: int) -> tuple[Any, ...]:
        member = group.members[place]
        ranks = (place if rule.name == REPORT_ORDER else rule.rank(member) for rule in rules)
        return (bool(why_excluded(member)), not member.file.reference, *ranks, place)

    return sorted(range(len(group.members)), key=rank)


def why_kept(group: ReportedGroup, kept: int, other: int, rules: Sequence[Rule]) -> str:
    """Return in words why the member at place `kept` ranks before the member at `other`."""
    keeper, target = group.members[kept], group.members[other]
    if (excluded := why_excluded(target)) and not why_excluded(keeper):
        return _EXCLUDED[excluded]
    if keeper.file.reference and not target.file.reference:
        return "in a reference folder"
    for rule in rules:
        if rule.name == REPORT_ORDER:
            break
        if rule.rank(keeper) != rule.rank(target):
            return rule.words(keeper, target)
    if kept != 0:
        return "first in the report's order"
    reason = group.kept_over.get(other, group.kept)
    return f"the report's keeper: {file_names.shown(reason)}" if reason else "the report's keeper"


def is_open(question: FolderQuestion, rules: Sequence[Rule]) -> bool:
    """True if no rule says which of two folders to keep."""
    files = [os.path.join(folder, "file") for folder in question.folders]
    held = [[*map(rule.folder.holds, files)] for rule in rules if rule.folder is not None]
    return not any(one != other for one, other in held)


# -- the rules -------------------------------------------------------------------------------------


def _rule(typed: str) -> Rule:
    word, colon, folder = typed.partition(":")
    if word in (UNDER, NOT_UNDER):
        return _folder_rule(word, Folder(f"{OPTION} {word}:DIR", folder))
    if colon or word not in _SIMPLE_RULES:
        near = get_close_matches(word, RULES, n=1)
        guess = f"did you mean {near[0]}? " if near and near[0] != typed else ""
        raise SettingsError(
            f"{OPTION} {file_names.shown(typed)}: no such rule; {guess}There are {', '.join(RULES)}"
        )
    rank, words = _SIMPLE_RULES[word]
    return Rule(word, rank, words)


def _folder_rule(word: str, folder: Folder) -> Rule:
    shown = f"{word.replace('-', ' ')} {file_names.shown(folder.typed)}"
    wanted = word == UNDER
    return Rule(
        word,
        rank=lambda member: folder.holds_any((member.file,)) != wanted,
        words=lambda keeper, target: shown,
        folder=folder,
    )


def _format_rank(member: Member) -> int:
    """Return 0 for RAW, 1 for lossless, then lossy formats of cameras, then those of web sites.

    A picture with few colours comes last, because converting it to few colours lost the others.
    """
    info = member.info
    if is_raw(info):
        return 0
    if has_few_colours(info):
        return 6
    if info.encoding == LOSSLESS:
        return 1
    return _LOSSY.get(info.format, 5)


_LOSSY = {"HEIF": 2, "JPEG": 3, "TIFF": 3, "JPEG2000": 3, "JXL": 4, "AVIF": 4, "WEBP": 5}


def _format_words(keeper: Member, target: Member) -> str:
    return f"{_format_name(keeper)} over {_format_name(target)}"


def _format_name(member: Member) -> str:
    rank, name = _format_rank(member), member.info.format
    return f"lossless {name}" if rank == 1 else f"{name} of few colours" if rank == 6 else name


def _metadata_of(member: Member) -> list[str]:
    """Return the kinds of metadata that a picture has, in words."""
    info = member.info
    return [
        *(["capture time"] if states_capture(info) else []),
        *(["date"] if info.captured is not None and info.captured_is_guess else []),
        *(["GPS"] if info.gps else []),
        *(["rating"] if is_rated(info) else []),
        *(["labels"] if info.labels is not None else []),
        *(["notes"] if info.notes is not None else []),
        *(["colour profile"] if info.colour_profile is not None else []),
    ]


def _metadata_words(keeper: Member, target: Member) -> str:
    more = [kind for kind in _metadata_of(keeper) if kind not in _metadata_of(target)]
    return f"has more metadata: {', '.join(more)}"


def _size_words(keeper: Member, target: Member) -> str:
    sizes = f"{dimensions(keeper.info)} over {dimensions(target.info)}"
    if keeper.info.pixels > target.info.pixels:
        return sizes
    return f"{sizes}, which was enlarged"


def _day(member: Member) -> str:
    try:
        return f"{datetime.fromtimestamp(member.file.mtime_ns // 10**9, UTC):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError, OSError):  # a clock that was wrong once
        return "an impossible time"


def _bytes(member: Member) -> str:
    return bytes_in_words(member.file.size)


def _path_length(member: Member) -> int:
    return len(os.fsencode(member.file.path))


_SimpleRule = tuple[Callable[[Member], Any], Callable[[Member, Member], str]]
_SIMPLE_RULES: dict[str, _SimpleRule] = {
    "pixels": (lambda member: -member.true_pixels, _size_words),
    "format": (_format_rank, _format_words),
    "metadata": (lambda member: -len(_metadata_of(member)), _metadata_words),
    "quality": (
        lambda member: -member.info.encoding,
        lambda keeper, target: (
            f"less compressed, {keeper.info.encoding} over {target.info.encoding} of 100"
        ),
    ),
    "oldest": (
        lambda member: member.file.mtime_ns,
        lambda keeper, target: f"the older file, of {_day(keeper)}, the other of {_day(target)}",
    ),
    "newest": (
        lambda member: -member.file.mtime_ns,
        lambda keeper, target: f"the newer file, of {_day(keeper)}, the other of {_day(target)}",
    ),
    "largest": (
        lambda member: -member.file.size,
        lambda keeper, target: f"the larger file, {_bytes(keeper)} over {_bytes(target)}",
    ),
    "smallest": (
        lambda member: member.file.size,
        lambda keeper, target: f"the smaller file, {_bytes(keeper)}, the other {_bytes(target)}",
    ),
    "shortest-path": (_path_length, lambda keeper, target: "the shorter path"),
    "longest-path": (
        lambda member: -_path_length(member),
        lambda keeper, target: "the longer path",
    ),
    REPORT_ORDER: (
        lambda member: 0,
        lambda keeper, target: "the report's keeper",
    ),  # ranked by its place
}
RULES = (f"{UNDER}:DIR", f"{NOT_UNDER}:DIR", *_SIMPLE_RULES)
"""All rules as a user types them."""
