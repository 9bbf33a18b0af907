"""Make the rows of a plan: one for each name of a target, and one for each companion that moves.

Choices are made group by group; here the groups meet. A companion stays if a picture that stays
needs it, even in another group, and a report that has one file in two groups is refused.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dupscan.dedupe.plan.choose import Choice
from dupscan.dedupe.plan.safeguards import has_equal, moves_with_picture
from dupscan.errors import PlanError
from dupscan.model.plan import Action, HashedFile, Row
from dupscan.model.report import Companion
from dupscan.model.saved_report import Member, ReportedGroup
from dupscan.text import file_names


class RowMaker:
    """Makes the rows of a plan, group by group."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self._deletes = action is Action.DELETE
        self._rows: list[Row] = []
        self._needed: set[str] = set()

    def add(self, group: ReportedGroup, choices: Sequence[Choice]) -> None:
        """Add the rows of one group."""
        members = group.members
        going = {choice.target for choice in choices if not choice.declined}
        staying = (member for place, member in enumerate(members) if place not in going)
        self._needed.update(one.path for member in staying for one in member.companions)
        keepers: dict[int, HashedFile] = {}
        for choice in choices:
            if choice.keeper not in keepers:
                keepers[choice.keeper] = _identity(members[choice.keeper])
            picture = Row(
                number=len(self._rows) + 1,
                group=group.number,
                verdict=choice.verdict,
                target=_identity(members[choice.target]),
                keeper=keepers[choice.keeper],
                kept=choice.kept,
                explanation=choice.explanation,
                freed=0 if choice.declined else members[choice.target].file.freed,
                declined=choice.declined,
                beside=tuple(one.path for one in members[choice.target].companions),
            )
            self._add_names(picture, members[choice.target], members[choice.keeper])

    def rows(self) -> tuple[Row, ...]:
        """Return all rows, numbered from 1, the proposed ones before the declined ones.

        Raises PlanError if the report contradicts itself.
        """
        pictures = [row for row in self._rows if row.goes_with is None]
        _refuse_contradictions(pictures)
        rows = list(self._without_needed_companions(pictures))
        rows.sort(key=lambda row: bool(row.declined))  # a person reads the proposed rows first
        numbers = {row.number: number for number, row in enumerate(rows, 1)}
        return tuple(
            row
            if row.number == number
            else replace(row, number=number, goes_with=row.goes_with and numbers[row.goes_with])
            for number, row in enumerate(rows, 1)
        )

    def _add_names(self, picture: Row, member: Member, keeper: Member) -> None:
        """Add a row for each name of a picture, each followed by the companions beside that name.

        A declined picture has one row for all its names.
        """
        self._rows.append(picture)
        if picture.declined:
            return
        beside = defaultdict(list)
        for one in member.companions:
            equal = has_equal(keeper, one)
            if moves_with_picture(one) and (self._action.moves or (equal and self._deletes)):
                beside[os.path.dirname(one.path)].append(one if equal else replace(one, digest=b""))
        self._add_companions(picture, beside.pop(os.path.dirname(member.file.path), ()))
        for path in member.file.aliases:
            target = replace(picture.target, path=path)
            row = replace(picture, number=len(self._rows) + 1, target=target, freed=0)
            self._rows.append(row)
            self._add_companions(row, beside.pop(os.path.dirname(path), ()))

    def _add_companions(self, picture: Row, companions: Sequence[Companion]) -> None:
        """Add a row for each companion; one with a digest has an equal beside the keeper."""
        name = file_names.shown(os.path.basename(picture.target.path))
        for one in companions:
            same = "; its keeper has the same" if one.digest else ""
            target = HashedFile(one.path, one.size, one.mtime_ns, one.device, one.inode, one.digest)
            row = replace(
                picture,
                number=len(self._rows) + 1,
                target=target,
                explanation=f"goes with {name}{same}",
                freed=one.size,
                goes_with=picture.number,
                beside=(),
            )
            self._rows.append(row)

    def _without_needed_companions(self, pictures: Sequence[Row]) -> Iterator[Row]:
        """Yield the rows, without companions that another file needs or that have a row already."""
        taken = {row.target.path for row in pictures if not row.declined}
        taken |= {row.keeper.path for row in pictures} | self._needed
        files = {row.keeper.device_and_inode for row in pictures}
        for row in self._rows:
            if row.goes_with is None:
                yield row
            elif row.target.path not in taken and row.target.device_and_inode not in files:
                taken.add(row.target.path)
                yield row


def _identity(member: Member) -> HashedFile:
    file = member.file
    return HashedFile(file.path, file.size, file.mtime_ns, file.device, file.inode, member.digest)


def _refuse_contradictions(pictures: Sequence[Row]) -> None:
    """Raise PlanError if a keeper is a target too, or if one name is a target twice."""
    going = [row for row in pictures if not row.declined]
    targets: set[str] = set()
    for row in going:
        if row.target.path in targets:
            raise _contradiction(row.target.path, "would be removed twice")
        targets.add(row.target.path)
    files = {row.target.device_and_inode for row in going}
    for row in going:
        if row.keeper.path in targets or (
            row.keeper.inode and row.keeper.device_and_inode in files
        ):
            raise _contradiction(row.keeper.path, "is a keeper and would be removed too")


def _contradiction(path: str, what: str) -> PlanError:
    return PlanError(
        f"the report contradicts itself: {file_names.shown(path)} {what}; scan again, and plan "
        "from the new report"
    )
