"""Carry out a plan, row by row. Changes the user's files.

::

    row ─▶ preconditions: still the files of the plan? ─▶ journal ─▶ file_ops ─▶ journal
              └────────────▶ refused, with the reason; the next row follows

The other modules: ``dry_run`` predicts the outcomes, ``recovery`` brings interrupted rows to a
clear end, ``undo`` takes back what the journal lists, ``purge`` empties the quarantine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice

from dupscan.dedupe import file_ops
from dupscan.dedupe.apply import actions, in_use
from dupscan.dedupe.apply.copies import Copies
from dupscan.dedupe.apply.freed_bytes import FreedBytes
from dupscan.dedupe.apply.leftovers import tidy_quarantines, tidy_up
from dupscan.dedupe.apply.preconditions import (
    KEEPER_ITSELF,
    OTHER_FILE_SYSTEM,
    PICTURE_STAYS,
    Refused,
    check_digest,
    check_same_bytes,
    digest_of,
    explain,
    is_keeper_itself,
    open_verified,
)
from dupscan.dedupe.apply.quarantine import Quarantine
from dupscan.dedupe.apply.recovery import recover, recover_failed
from dupscan.dedupe.apply.scope import Scope
from dupscan.dedupe.apply.sidecars import companion_obstacles, companion_rows
from dupscan.dedupe.file_ops.attributes import read_attributes
from dupscan.dedupe.file_ops.directory_entry import OpenFile
from dupscan.dedupe.journal import Entry, Journal, Step, temporary_name
from dupscan.model.matches import Verdict
from dupscan.model.plan import PAIRS_PER_CHECK, Action, Outcome, Plan, Row, State, VerdictChecker
from dupscan.text import file_names

__all__ = ["apply_rows"]

_WORDS = {
    Action.HARDLINK: "linked to {keeper}",
    Action.REFLINK: "shares its blocks with {keeper}",
    Action.SYMLINK: "symbolic link to {keeper}",
    Action.TRASH: "moved to the trash",
    Action.QUARANTINE: "moved to {place}",
    Action.DELETE: "deleted",
}


def apply_rows(
    plan: Plan,
    journal: Journal,
    check_verdicts: VerdictChecker,
    *,
    protected: Sequence[str] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Carry out the rows of a plan, and yield the outcome of each. Changes the user's files.

    Rows that an earlier pass left half done are recovered first; rows that are done are not done
    again. Nothing below the folders `protected` is changed. Ends early, between two rows, once
    `stopped()` returns True.

    Raises JournalNotWritten when the journal cannot be written. Each file is then as it was before,
    or the row is carried out; the same call goes on from there.
    """
    yield from recover(journal)
    scope = Scope.of(plan.roots, (*plan.protected, *protected))
    plan_pass = _PlanPass(plan, journal, check_verdicts, scope)
    rows = (row for row in plan.rows if not plan_pass.is_left_open(row))
    while not stopped() and (batch := list(islice(rows, PAIRS_PER_CHECK))):
        reasons = plan_pass.recheck(batch) | plan_pass.check_companions(batch)
        for row in batch:
            if stopped():
                break
            yield plan_pass.outcome_of(row, reasons.get(row.number, ""))
    tidy_quarantines(journal)
    journal.sync()


def _words_of(action: Action, row: Row, place: str) -> str:
    """Say in words what was done with a row's target."""
    keeper = file_names.shown(row.keeper.path)
    return _WORDS[action].format(keeper=keeper, place=file_names.shown(place))


@dataclass(slots=True)
class _PlanPass:
    """One pass over the rows of a plan."""

    plan: Plan
    journal: Journal
    check_verdicts: VerdictChecker
    scope: Scope
    quarantine: Quarantine = field(init=False)
    freed: FreedBytes = field(default_factory=FreedBytes)
    copies: Copies = field(default_factory=Copies)
    obstacle: Callable[[str], str] = field(init=False)
    """Returns for a folder the reason why nothing in the folder may be changed, or ``""``."""
    companions: dict[int, list[Row]] = field(init=False)
    """Rows of companions, by the number of the picture's row."""
    _keeper_on_disk: str = ""
    """Path of the keeper that was brought to disk last."""

    def __post_init__(self) -> None:
        self.quarantine = Quarantine(self.plan.plan_id, self.scope)
        self.obstacle = cache(self.scope.obstacle)
        self.companions = companion_rows(self.plan.rows)

    def is_left_open(self, row: Row) -> bool:
        """True if an earlier pass was interrupted in this row, and could not be recovered."""
        step = self.journal.step_of_row(row.number)
        return step is not None and step.is_open

    def is_done(self, row: Row) -> bool:
        """True if an earlier pass carried out this row, or purged its target since."""
        return self.journal.step_of_row(row.number) in (Step.DONE, Step.PURGED)

    def check_companions(self, rows: Sequence[Row]) -> dict[int, str]:
        """Return the reasons to refuse pictures because of files beside them, by row number."""
        return companion_obstacles(self.plan.action, rows, self.companions)

    def recheck(self, rows: Sequence[Row]) -> dict[int, str]:
        """Check again the verdicts that are weaker than ``file``.

        Returns the reason to refuse by row number, ``""`` where the verdict holds.
        """
        weaker = [
            row
            for row in rows
            if row.verdict is not Verdict.FILE and row.goes_with is None and not self.is_done(row)
        ]
        found = self.check_verdicts([(row.target, row.keeper, row.verdict) for row in weaker])
        return dict(zip((row.number for row in weaker), found, strict=True))

    def outcome_of(self, row: Row, reason: str) -> Outcome:
        """Carry out a row, or refuse the row if there is a `reason`, and return the outcome."""
        if self.is_done(row):
            return Outcome(row.number, row.target.path, State.DONE_BEFORE, "done before")
        try:
            if reason:
                raise Refused(reason)
            words, freed = self._carry_out(row)
        except Refused as refused:
            return Outcome(row.number, row.target.path, State.REFUSED, str(refused))
        except OSError as error:  # from a check, before anything was changed
            return Outcome(row.number, row.target.path, State.REFUSED, explain(error))
        return Outcome(row.number, row.target.path, State.DONE, words, freed)

    def _carry_out(self, row: Row) -> tuple[str, int]:
        """Check the files of a row and change the target; return words, and the bytes freed.

        Raises Refused, or OSError from a check.
        """
        if row.goes_with is not None:
            return self._move_companion(row)
        with self._open_keeper(row) as keeper, open_verified(row.target, exclusive=True) as target:
            if self.plan.action.links and target.status.st_dev != keeper.status.st_dev:
                raise Refused(OTHER_FILE_SYSTEM)
            if row.verdict is Verdict.FILE:
                check_same_bytes(target, keeper, row.target.digest)
            else:  # the verdict was checked again on these very bytes
                check_digest(target, row.target.digest)
                check_digest(keeper, row.keeper.digest)
            return self._change(row, target, keeper)

    def _move_companion(self, row: Row) -> tuple[str, int]:
        """Move a companion after its picture, or delete it while the keeper has a copy of it.

        Raises Refused or OSError, as :meth:`_carry_out`.
        """
        if self.journal.step_of_row(row.goes_with or 0) is not Step.DONE:
            raise Refused(PICTURE_STAYS)
        with open_verified(row.target, exclusive=True) as target:
            # Where inodes change with each mount, an undo knows the file by its digest.
            file = replace(row.target, digest=digest_of(target))
            found = replace(row, target=file)
            if self.plan.action.moves:
                return self._change(found, target, None)
            with self.copies.beside(row.keeper.path, target) as copy:
                return self._change(found, target, copy)

    def _change(self, row: Row, target: OpenFile, keeper: OpenFile | None) -> tuple[str, int]:
        """Change the target, with journal lines before and after; return words and freed bytes.

        Raises Refused, with everything as it was before unless the text says otherwise.
        """
        if obstacle := self.obstacle(target.real_folder):
            raise Refused(obstacle)
        if not self.plan.action.moves:
            self._check_in_use(target, keeper)
        entry = self._new_entry(row, target, keeper)
        self.journal.intend(entry)
        try:
            if entry.quarantine:
                actions.make_quarantine(entry, entry.quarantine)
                self.journal.copy_to(entry.quarantine)
            trash_path = actions.carry_out(entry, target, keeper)
            # The folder must be on disk before the journal says that the row is done. Where that
            # fails the row is done all the same, and the next pass after a power cut finds out.
            with suppress(OSError):
                file_ops.bring_to_disk(folder=target.folder)
        except Refused as refused:
            self.journal.record(entry, Step.FAILED, words=str(refused))
            tidy_up(entry, self.journal)
            raise
        except (file_ops.Changed, OSError) as error:
            raise recover_failed(entry, self.journal, error) from error
        self.journal.record(entry, Step.DONE, trash_path=trash_path)
        freed = self.freed.add(target.status, name_is_gone=not entry.action.moves)
        return _words_of(entry.action, row, entry.place), freed

    def _check_in_use(self, target: OpenFile, keeper: OpenFile | None) -> None:
        """Raise Refused when a program writes to one of the files; bring the keeper to disk."""
        in_use.check_unwritten(target, keeper)
        if keeper is not None and self._keeper_on_disk != keeper.path:
            in_use.bring_to_disk(keeper)
            self._keeper_on_disk = keeper.path

    @contextmanager
    def _open_keeper(self, row: Row) -> Iterator[OpenFile]:
        """Open and verify the keeper; the text of Refused names the keeper's path."""
        if is_keeper_itself(row):
            raise Refused(KEEPER_ITSELF)
        try:
            context = ExitStack()
            keeper = context.enter_context(open_verified(row.keeper, exclusive=False))
        except Refused as refused:
            raise Refused(f"its keeper {file_names.shown(row.keeper.path)}: {refused}") from refused
        with context:
            yield keeper

    def _new_entry(self, row: Row, target: OpenFile, keeper: OpenFile | None) -> Entry:
        """Return the journal's entry for a row. Raises Refused when no quarantine can be used."""
        number = self.journal.next_number()
        entry = Entry(
            number=number,
            row=row.number,
            action=self.plan.action,
            verdict=row.verdict,
            target=row.target,
            keeper=row.keeper,
            marks=read_attributes(target.descriptor),
            folder=os.fstat(target.folder).st_ino,
            temporary=temporary_name(self.plan.plan_id, number),
            goes_with=row.goes_with,
        )
        if entry.action is Action.QUARANTINE:
            place = self.quarantine.path_for(row.target.path, target.real_folder)
            return replace(entry, place=place)
        if entry.action is Action.SYMLINK and keeper is not None:
            return replace(entry, link=actions.link_text(target.real_path, keeper.real_path))
        return entry
