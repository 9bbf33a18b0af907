"""Groups of duplicates: a keeper with the pictures that match it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """A star: a keeper, and the pictures that each match it directly. Numbers of pictures."""

    keeper: PictureIndex
    duplicates: tuple[Match, ...]
    """One match a duplicate, between it and the keeper, in the order of the paths."""
    near: tuple[Match, ...] = ()
    """Matches from a member to a picture that is not in the group: it does not match the keeper,
    is in another group already, or may not be called a duplicate."""
    edges: tuple[Match, ...] = ()
    """Every confirmed match between two members; equal digests go without saying."""
    kept: str = ""
    """Why this keeper and not the next best, in words."""

    @property
    def members(self) -> tuple[PictureIndex, ...]:
        """The keeper, then the duplicates."""
        return (self.keeper, *(match.partner(self.keeper) for match in self.duplicates))

    def neighbours(self) -> Iterator[tuple[PictureIndex, PictureIndex, Match]]:
        """Each near picture, the member that it matches, and the match."""
        members = set(self.members)
        for match in self.near:
            member = match.a if match.a in members else match.b
            yield match.partner(member), member, match

    def freed(self, pictures: Sequence[Picture], verdict: Verdict | None = None) -> int:
        """Bytes that would be free without the duplicates, or without those of one verdict."""
        return sum(
            pictures[match.partner(self.keeper)].file.freed
            for match in self.duplicates
            if verdict in (None, match.verdict)
        )
