"""Carry out a plan, one row after the other. Changes the user's files.

::

    row ─▶ preconditions: still the files of the plan? ─▶ journal ─▶ file_ops ─▶ journal
              └────────────▶ refused, with the reason; the rest goes on

The other rooms: ``dry_run`` says what would happen, ``recovery`` ends what a kill left half done,
``undo`` follows the journal back, ``purge`` empties the quarantine.
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
from dupscan.dedupe.apply.freed_bytes import FreedBytes
from dupscan.dedupe.apply.preconditions import (
    KEEPER_ITSELF,
    OTHER_FILE_SYSTEM,
    Refused,
    check_digest,
    check_same_bytes,
    digest_of,
    explain,
    is_keeper_itself,
    open_verified,
)
from dupscan.dedupe.apply.quarantine import Quarantine
from dupscan.dedupe.apply.recovery import recover, recover_failed, tidy_up
from dupscan.dedupe.apply.scope import Scope
from dupscan.dedupe.apply.sidecars import companion_obstacles, companion_rows
from dupscan.dedupe.file_ops.attributes import read_attributes
from dupscan.dedupe.file_ops.directory_entry import OpenFile
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.matches import Verdict
from dupscan.model.plan import AT_ONCE, Action, Outcome, Plan, Row, State, VerdictChecker
from dupscan.text import file_names

__all__ = ["apply"]

_WORDS = {
    Action.HARDLINK: "linked to {keeper}",
    Action.REFLINK: "shares its blocks with {keeper}",
    Action.SYMLINK: "symbolic link to {keeper}",
    Action.TRASH: "moved to the waste basket",
    Action.QUARANTINE: "moved to {place}",
    Action.DELETE: "deleted",
}


def apply(
    plan: Plan,
    journal: Journal,
    check_verdicts: VerdictChecker,
    *,
    protected: Sequence[str] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Carry out the rows of a plan, and yield what came of each. Changes the user's files.

    What an earlier run left half done is settled first; what it did is not done again. Ends early
    once `stopped()`, between two rows. Raises JournalNotWritten when the journal cannot be kept;
    everything is then as before or fully acted on, and the same call goes on from there.
    """
    yield from recover(journal)
    scope = Scope.of(plan.roots, (*plan.protected, *protected))
    run = _PlanRun(plan, journal, check_verdicts, scope)
    rows = (row for row in plan.rows if not run.is_left_open(row))
    while not stopped() and (batch := list(islice(rows, AT_ONCE))):
        reasons = run.look_again(batch) | run.look_beside(batch)
        for row in batch:
            if stopped():
                break
            yield run.outcome_of(row, reasons.get(row.number, ""))
    journal.sync()


def _words_of(action: Action, row: Row, place: str) -> str:
    """What is done with a row's target, for a person."""
    keeper = file_names.shown(row.keeper.path)
    return _WORDS[action].format(keeper=keeper, place=file_names.shown(place))


@dataclass(slots=True)
class _PlanRun:
    """A plan while it is carried out."""

    plan: Plan
    journal: Journal
    check_verdicts: VerdictChecker
    scope: Scope
    quarantine: Quarantine = field(init=False)
    freed: FreedBytes = field(default_factory=FreedBytes)
    obstacle: Callable[[str], str] = field(init=False)
    """Why nothing in a folder may be changed."""
    along: dict[int, list[Row]] = field(init=False)
    """The rows of companions, by the numbers of their pictures' rows."""
    _on_disk: str = ""
    """The keeper that was brought to disk last."""

    def __post_init__(self) -> None:
        self.quarantine = Quarantine(self.plan.plan_id, self.scope)
        self.obstacle = cache(self.scope.obstacle)
        self.along = companion_rows(self.plan.rows)

    def is_left_open(self, row: Row) -> bool:
        """Whether an act for this row was interrupted, and could not be settled."""
        step = self.journal.step_of_row(row.number)
        return step is not None and step.is_open

    def is_done(self, row: Row) -> bool:
        return self.journal.step_of_row(row.number) in (Step.DONE, Step.PURGED)

    def look_beside(self, rows: Sequence[Row]) -> dict[int, str]:
        """Why pictures are refused because of what lies beside them now."""
        return companion_obstacles(self.plan.action, rows, self.along)

    def look_again(self, rows: Sequence[Row]) -> dict[int, str]:
        """For those that are weaker than ``file``, why they are refused; empty where they hold."""
        weaker = [
            row
            for row in rows
            if row.verdict is not Verdict.FILE and row.goes_with is None and not self.is_done(row)
        ]
        found = self.check_verdicts([(row.target, row.keeper, row.verdict) for row in weaker])
        return dict(zip((row.number for row in weaker), found, strict=True))

    def outcome_of(self, row: Row, reason: str) -> Outcome:
        if self.is_done(row):
            return Outcome(row.number, row.target.path, State.DONE_BEFORE, "done before")
        try:
            if reason:
                raise Refused(reason)
            words, freed = self._carry_out(row)
        except Refused as refused:
            return Outcome(row.number, row.target.path, State.REFUSED, str(refused))
        except OSError as error:  # before anything was begun
            return Outcome(row.number, row.target.path, State.REFUSED, explain(error))
        return Outcome(row.number, row.target.path, State.DONE, words, freed)

    def _carry_out(self, row: Row) -> tuple[str, int]:
        if row.goes_with is not None:
            return self._take_along(row)
        with self._held_keeper(row) as keeper, open_verified(row.target, exclusive=True) as target:
            if self.plan.action.links and target.status.st_dev != keeper.status.st_dev:
                raise Refused(OTHER_FILE_SYSTEM)
            if row.verdict is Verdict.FILE:
                check_same_bytes(target, keeper, row.target.digest)
            else:  # what was looked at again are these very bytes
                check_digest(target, row.target.digest)
                check_digest(keeper, row.keeper.digest)
            return self._act(row, target, keeper)

    def _take_along(self, row: Row) -> tuple[str, int]:
        """Move a companion after its picture."""
        if self.journal.step_of_row(row.goes_with or 0) is not Step.DONE:
            raise Refused("its picture stays, and it with that")
        with open_verified(row.target, exclusive=True) as target:
            digest = digest_of(target)  # by which it is known again where inodes do not last
            file = replace(row.target, digest=digest)
            return self._act(replace(row, target=file), target, None)

    def _act(self, row: Row, target: OpenFile, keeper: OpenFile | None) -> tuple[str, int]:
        """Do what a row says; the words for it, and the bytes that are free then."""
        if obstacle := self.obstacle(target.real_folder):
            raise Refused(obstacle)
        if not self.plan.action.moves:
            self._check_at_rest(target, keeper)
        entry = self._entry(row, target, keeper)
        self.journal.intend(entry)
        try:
            found = actions.carry_out(entry, target, keeper)
            with suppress(OSError):  # what is done is done, and found by the next pass
                # Before the journal says that it is done.
                file_ops.bring_to_disk(folder=target.folder)
        except Refused as refused:
            self.journal.record(entry, Step.FAILED, words=str(refused))
            tidy_up(entry, self.journal)
            raise
        except (file_ops.Changed, OSError) as error:
            raise recover_failed(entry, self.journal, error) from error
        self.journal.record(entry, Step.DONE, trash_path=found)
        freed = self.freed.by(target.status, name_is_gone=not entry.action.moves)
        return _words_of(entry.action, row, entry.place), freed

    def _check_at_rest(self, target: OpenFile, keeper: OpenFile | None) -> None:
        """See that nobody writes to the files, and that the keeper is on disk. Raises Refused."""
        in_use.check_unwritten(target, keeper)
        if keeper is not None and self._on_disk != keeper.path:
            in_use.bring_to_disk(keeper)
            self._on_disk = keeper.path

    @contextmanager
    def _held_keeper(self, row: Row) -> Iterator[OpenFile]:
        """The keeper, held; not being there is another matter than for the target."""
        if is_keeper_itself(row):
            raise Refused(KEEPER_ITSELF)
        try:
            context = ExitStack()
            keeper = context.enter_context(open_verified(row.keeper, exclusive=False))
        except Refused as refused:
            raise Refused(f"its keeper {file_names.shown(row.keeper.path)}: {refused}") from refused
        with context:
            yield keeper

    def _entry(self, row: Row, target: OpenFile, keeper: OpenFile | None) -> Entry:
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
            temporary=f".dupscan-{self.plan.plan_id}-{number}.tmp",
            goes_with=row.goes_with,
        )
        if entry.action is Action.QUARANTINE:
            place = self.quarantine.path_for(row.target.path, target.real_folder)
            return replace(entry, place=place)
        if entry.action is Action.SYMLINK and keeper is not None:
            return replace(entry, link=actions.link_text(target.real_path, keeper.real_path))
        return entry
