"""Groups of duplicates: a keeper with the pictures that match it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """A star: a keeper, and pictures that each match the keeper directly.

    Pictures are named by their numbers.
    """

    keeper: PictureIndex
    duplicates: tuple[Match, ...]
    """One match for each duplicate, with the keeper: first the same picture, then edits, and of
    each the best originals first."""
    near: tuple[Match, ...] = ()
    """Matches from a member to a picture outside of the group. Such a picture does not match the
    keeper, or is in another group, or may not be called a duplicate."""
    edges: tuple[Match, ...] = ()
    """Every confirmed match between two members, except the matches of equal digests."""
    kept_over: tuple[str, ...] = ()
    """The reason for this keeper instead of each of the duplicates, in words."""

    @property
    def kept(self) -> str:
        """Return the reason for this keeper instead of the next best picture, in words."""
        return self.kept_over[0] if self.kept_over else ""

    @property
    def members(self) -> tuple[PictureIndex, ...]:
        """Return the keeper, then the duplicates."""
        return (self.keeper, *(match.partner(self.keeper) for match in self.duplicates))

    def neighbours(self) -> Iterator[tuple[PictureIndex, PictureIndex, Match]]:
        """Yield each near picture, the member that it matches, and the match."""
        members = set(self.members)
        for match in self.near:
            member = match.a if match.a in members else match.b
            yield match.partner(member), member, match

    def freed(self, pictures: Sequence[Picture], verdict: Verdict | None = None) -> int:
        """Return the bytes that are free without the duplicates, or without those of a verdict."""
        return sum(
            pictures[match.partner(self.keeper)].file.freed
            for match in self.duplicates
            if verdict in (None, match.verdict)
        )
