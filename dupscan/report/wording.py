"""Sentences that more than one report format shows."""

from __future__ import annotations


def near_in_words(member: str, *, is_keeper: bool) -> str:
    """Why a picture is near a group and not in it, by the name of the member that it is like."""
    if is_keeper:
        return "like the keeper, but in another group, a reference, or of several pages"
    return f"like {member}, not like the keeper"
