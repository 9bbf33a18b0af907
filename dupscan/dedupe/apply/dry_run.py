"""Dry run of a plan: predicts the outcome of each row. Read-only.

Only the status of files is read: whether they are there as the scan saw them, and whether anything
prevents the action. Bytes are compared, and pictures checked again, only by a real run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from dupscan.dedupe.apply.freed_bytes import FreedBytes
from dupscan.dedupe.apply.obstacles import Obstacles
from dupscan.dedupe.apply.preconditions import (
    KEEPER_ITSELF,
    OTHER_FILE_SYSTEM,
    PICTURE_STAYS,
    Refused,
    difference_now,
    explain,
    is_keeper_itself,
)
from dupscan.dedupe.apply.quarantine import Quarantine
from dupscan.dedupe.apply.scope import Scope
from dupscan.dedupe.apply.sidecars import companion_obstacles, companion_rows
from dupscan.model.plan import Action, Outcome, Plan, Row, State
from dupscan.text import file_names

_WOULD = {
    Action.HARDLINK: "would be linked to {keeper}",
    Action.REFLINK: "would share its blocks with {keeper}, if its file system can do that",
    Action.SYMLINK: "would be a symbolic link to {keeper}",
    Action.TRASH: "would be moved to the trash; {keeper} is kept",
    Action.QUARANTINE: "would be moved to {place}; {keeper} is kept",
    Action.DELETE: "would be deleted for good; {keeper} is kept",
}


def predict_outcomes(
    plan: Plan,
    is_done: Callable[[int], bool],
    *,
    protected: Sequence[str] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Yield the outcome that each row of a plan would have. Read-only.

    `is_done` returns True for the number of a row that an earlier pass carried out. Nothing below
    the folders `protected` would be changed. Ends early once `stopped()` returns True.
    """
    predicted = _DryRun(plan, Scope.of(plan.roots, (*plan.protected, *protected)))
    for row in plan.rows:
        if stopped():
            return
        path = row.target.path
        if is_done(row.number):
            yield Outcome(row.number, path, State.DONE_BEFORE, "done before")
            continue
        try:
            words = predicted.words_of(row)
            yield Outcome(row.number, path, State.WOULD, words, predicted.freed_by(row))
        except (Refused, OSError) as error:
            predicted.staying.add(row.number)
            words = explain(error) if isinstance(error, OSError) else str(error)
            yield Outcome(row.number, path, State.REFUSED, words)


class _DryRun:
    """Checks the rows of one plan; remembers what it learns about folders and earlier rows."""

    def __init__(self, plan: Plan, scope: Scope) -> None:
        self.staying: set[int] = set()
        self._action = plan.action
        self._obstacle = cache(scope.obstacle)
        self._quarantine = Quarantine(plan.plan_id, scope)
        self._freed = FreedBytes()
        self._obstacles = companion_obstacles(plan.action, plan.rows, companion_rows(plan.rows))
        self._real = cache(os.path.realpath)
        self._hindered = Obstacles(plan.action)

    def words_of(self, row: Row) -> str:
        """Say in words what would be done with a row. Raises Refused, or OSError from a check."""
        if reason := self._obstacles.get(row.number):
            raise Refused(reason)
        self._check_files(row)
        folder, place = self._real(os.path.dirname(row.target.path)), ""
        if obstacle := self._obstacle(folder):
            raise Refused(obstacle)
        if row.target.device != row.keeper.device and self._action.links:
            raise Refused(OTHER_FILE_SYSTEM)
        if self._action is Action.QUARANTINE:
            place = self._quarantine.path_for(row.target.path, folder)
        if reason := self._hindered.of(row, place):
            raise Refused(reason)
        keeper = file_names.shown(row.keeper.path)
        depends = self._hindered.may_link(row) if self._action is Action.HARDLINK else ""
        return _WOULD[self._action].format(keeper=keeper, place=file_names.shown(place)) + depends

    def freed_by(self, row: Row) -> int:
        """Return the bytes that become free with this row's target, after the rows before."""
        try:
            return self._freed.add(os.lstat(row.target.path), name_is_gone=False)
        except OSError:
            return 0

    def _check_files(self, row: Row) -> None:
        if row.goes_with is not None and row.goes_with in self.staying:
            raise Refused(PICTURE_STAYS)
        if reason := difference_now(row.target):
            raise Refused(KEEPER_ITSELF if is_keeper_itself(row) else reason)
        if row.goes_with is None and (reason := difference_now(row.keeper)):
            raise Refused(f"its keeper {file_names.shown(row.keeper.path)}: {reason}")
