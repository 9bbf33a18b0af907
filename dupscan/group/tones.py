"""Versions of one photograph that differ in tone, and which of them nobody has touched.

An edit may be saved more finely than the camera's file, so among good encodings the quality does
not tell which of two tones is the original. The time of the file does, its folder, and the number
of its copies: people back up what they took and not what they tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any

from dupscan.group.components import connected
from dupscan.group.keeper import Version
from dupscan.group.places import places_of
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match
from dupscan.model.pictures import SAME_SIZE

GOOD_ENCODING = 88
"""Encoding quality from which a version may be a camera's own file."""
_SAME_CONTRAST = 0.02
"""Natural logarithm of the gain, and of the saturation: saving well again changes less."""
_SAME_BRIGHTNESS = 1.5
"""Levels."""
_AS_TAKEN = timedelta(hours=26)
"""Longest time between capture and file time of a camera's own file, for any time zone."""


def find_retoned(
    same: Sequence[PictureIndex],
    copies: Mapping[PictureIndex, Sequence[PictureIndex]],
    versions: Mapping[PictureIndex, Version],
    matches: Iterable[Match],
) -> list[PictureIndex]:
    """Return the nodes of one photograph whose tones were changed, as far as can be told.

    `same` are the nodes, `versions` has the versions of all files, and `matches` are those of the
    nodes. Only versions of about full size and of good encoding are judged.
    """
    if len(same) < 2:
        return []
    largest = max(versions[node].true_pixels for node in same)
    says_when = any(versions[node].camera for node in same)
    judged = [
        node
        for node in same
        if versions[node].true_pixels * SAME_SIZE >= largest
        and versions[node].encoding >= GOOD_ENCODING
        and versions[node].camera == says_when
    ]
    if len(judged) < 2:
        return []
    among = set(judged)
    alike = [one for one in matches if {one.a, one.b} <= among and _has_same_tone(one)]
    tones = [*connected(judged, alike)]
    if len(tones) == 1:
        return []
    ranks = [_tone_rank([versions[one] for node in tone for one in copies[node]]) for tone in tones]
    return [
        node for tone, rank in zip(tones, ranks, strict=True) if rank > min(ranks) for node in tone
    ]


def _has_same_tone(match: Match) -> bool:
    evidence = match.evidence
    ratios = evidence.gain, evidence.saturation
    return abs(evidence.brightness) < _SAME_BRIGHTNESS and all(
        ratio > 0 and abs(log(ratio)) < _SAME_CONTRAST for ratio in ratios
    )


def _tone_rank(files: Sequence[Version]) -> tuple[Any, ...]:
    """Return a sort key of the files that have one tone: the untouched ones come first."""
    return (
        min(one.named.edit for one in files),
        not any(map(_is_as_taken, files)),
        min(places_of(one.folder) for one in files),
        -len(files),
    )


def _is_as_taken(version: Version) -> bool:
    """True if the time of a file is that of its capture."""
    try:
        captured = datetime.fromisoformat((version.captured or "")[:19]).replace(tzinfo=UTC)
        changed = datetime.fromtimestamp(version.mtime_ns // 10**9, UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(changed - captured) <= _AS_TAKEN
