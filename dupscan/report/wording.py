"""Sentences that more than one report format shows."""

from __future__ import annotations

from collections.abc import Sequence

from dupscan.model.explanation import explanation
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match
from dupscan.model.pictures import Picture


def explanation_of(match: Match, keeper: PictureIndex, pictures: Sequence[Picture]) -> str:
    """Return in words what a duplicate is to its keeper, such as ``half size, re-encoded``."""
    evidence = match.seen_from(keeper)
    return explanation(
        match.changes_seen_from(keeper),
        pictures[keeper].info,
        pictures[match.partner(keeper)].info,
        evidence.view,
        evidence.edited,
    )


def near_in_words(member: str, *, is_keeper: bool) -> str:
    """Return the reason for which a picture is near a group and not in it.

    `member` is the name of the member that the picture matches.
    """
    if is_keeper:
        return "like the keeper, but in another group, a reference, or of several pages"
    return f"like {member}, not like the keeper"
