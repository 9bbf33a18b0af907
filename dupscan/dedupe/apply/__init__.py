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
from dupscan.dedupe.apply.freed_bytes import Freed
from dupscan.dedupe.apply.preconditions import (
    ELSEWHERE,
    ITSELF,
    Held,
    Refused,
    check_digest,
    compare_bytes,
    digest_of,
    held,
    in_words,
    is_itself,
)
from dupscan.dedupe.apply.quarantine import Quarantine
from dupscan.dedupe.apply.recovery import settle, settle_one, tidy_up
from dupscan.dedupe.apply.scope import Bounds
from dupscan.dedupe.apply.sidecars import going_along, obstacles
from dupscan.dedupe.file_ops.attributes import marks_of
from dupscan.dedupe.journal import Entry, Journal, Step
from dupscan.model.matches import Verdict
from dupscan.model.plan import PAIRS_PER_CHECK, Action, Outcome, Plan, Row, State, VerdictChecker
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
    same: VerdictChecker,
    *,
    protected: Sequence[str] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Carry out the rows of a plan, and yield what came of each. Changes the user's files.

    What an earlier run left half done is settled first; what it did is not done again. Ends early
    once `stopped()`, between two rows. Raises JournalNotWritten when the journal cannot be kept;
    everything is then as before or fully acted on, and the same call goes on from there.
    """
    yield from settle(journal)
    bounds = Bounds.of(plan.roots, (*plan.protected, *protected))
    passing = _Pass(plan, journal, same, bounds)
    rows = (row for row in plan.rows if not passing.is_left_open(row))
    while not stopped() and (some := list(islice(rows, PAIRS_PER_CHECK))):
        reasons = passing.look_again(some) | passing.look_beside(some)
        for row in some:
            if stopped():
                break
            yield passing.outcome_of(row, reasons.get(row.number, ""))
    journal.sync()


def _words_of(action: Action, row: Row, place: str) -> str:
    """What is done with a row's target, for a person."""
    keeper = file_names.shown(row.keeper.path)
    return _WORDS[action].format(keeper=keeper, place=file_names.shown(place))


@dataclass(slots=True)
class _Pass:
    """A plan while it is carried out."""

    plan: Plan
    journal: Journal
    same: VerdictChecker
    bounds: Bounds
    quarantine: Quarantine = field(init=False)
    freed: Freed = field(default_factory=Freed)
    obstacle: Callable[[str], str] = field(init=False)
    """Why nothing in a folder may be changed."""
    along: dict[int, list[Row]] = field(init=False)
    """The rows of companions, by the numbers of their pictures' rows."""
    _on_disk: str = ""
    """The keeper that was brought to disk last."""

    def __post_init__(self) -> None:
        self.quarantine = Quarantine(self.plan.plan_id, self.bounds)
        self.obstacle = cache(self.bounds.obstacle)
        self.along = going_along(self.plan.rows)

    def is_left_open(self, row: Row) -> bool:
        """Whether an act for this row was interrupted, and could not be settled."""
        step = self.journal.step_of_row(row.number)
        return step is not None and step.is_open

    def is_done(self, row: Row) -> bool:
        return self.journal.step_of_row(row.number) in (Step.DONE, Step.PURGED)

    def look_beside(self, rows: Sequence[Row]) -> dict[int, str]:
        """Why pictures are refused because of what lies beside them now."""
        return obstacles(self.plan.action, rows, self.along)

    def look_again(self, rows: Sequence[Row]) -> dict[int, str]:
        """For those that are weaker than ``file``, why they are refused; empty where they hold."""
        weaker = [
            row
            for row in rows
            if row.verdict is not Verdict.FILE and row.goes_with is None and not self.is_done(row)
        ]
        found = self.same([(row.target, row.keeper, row.verdict) for row in weaker])
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
            return Outcome(row.number, row.target.path, State.REFUSED, in_words(error))
        return Outcome(row.number, row.target.path, State.DONE, words, freed)

    def _carry_out(self, row: Row) -> tuple[str, int]:
        if row.goes_with is not None:
            return self._take_along(row)
        with self._held_keeper(row) as keeper, held(row.target, alone=True) as target:
            if self.plan.action.links and target.status.st_dev != keeper.status.st_dev:
                raise Refused(ELSEWHERE)
            if row.verdict is Verdict.FILE:
                compare_bytes(target, keeper, row.target.digest)
            else:  # what was looked at again are these very bytes
                check_digest(target, row.target.digest)
                check_digest(keeper, row.keeper.digest)
            return self._act(row, target, keeper)

    def _take_along(self, row: Row) -> tuple[str, int]:
        """Move a companion after its picture."""
        if self.journal.step_of_row(row.goes_with or 0) is not Step.DONE:
            raise Refused("its picture stays, and it with that")
        with held(row.target, alone=True) as target:
            digest = digest_of(target.spot)  # by which it is known again where inodes do not last
            file = replace(row.target, digest=digest)
            return self._act(replace(row, target=file), target, None)

    def _act(self, row: Row, target: Held, keeper: Held | None) -> tuple[str, int]:
        """Do what a row says; the words for it, and the bytes that are free then."""
        if obstacle := self.obstacle(target.folder):
            raise Refused(obstacle)
        if not self.plan.action.moves:
            self._check_at_rest(target, keeper)
        entry = self._entry(row, target, keeper)
        self.journal.intend(entry)
        try:
            found = actions.carry_out(entry, target, keeper)
            with suppress(OSError):  # what is done is done, and found by the next pass
                file_ops.bring_to_disk(
                    target.spot.folder
                )  # before the journal says that it is done
        except Refused as refused:
            self.journal.note(entry, Step.FAILED, words=str(refused))
            tidy_up(entry, self.journal)
            raise
        except (file_ops.Changed, OSError) as error:
            reason = in_words(error)
            _, unsettled = settle_one(entry, self.journal, reason)  # it may have come half its way
            raise Refused("; ".join(filter(None, (reason, unsettled)))) from error
        self.journal.note(entry, Step.DONE, found=found)
        freed = self.freed.by(target.status, name_is_gone=not entry.action.moves)
        return _words_of(entry.action, row, entry.place), freed

    def _check_at_rest(self, target: Held, keeper: Held | None) -> None:
        """See that nobody writes to the files, and that the keeper is on disk. Raises Refused."""
        in_use.check_unwritten(target, keeper)
        if keeper is not None and self._on_disk != keeper.spot.path:
            in_use.bring_to_disk(keeper)
            self._on_disk = keeper.spot.path

    @contextmanager
    def _held_keeper(self, row: Row) -> Iterator[Held]:
        """The keeper, held; not being there is another matter than for the target."""
        if is_itself(row):
            raise Refused(ITSELF)
        try:
            context = ExitStack()
            keeper = context.enter_context(held(row.keeper, alone=False))
        except Refused as refused:
            raise Refused(f"its keeper {file_names.shown(row.keeper.path)}: {refused}") from refused
        with context:
            yield keeper

    def _entry(self, row: Row, target: Held, keeper: Held | None) -> Entry:
        number = self.journal.next_number()
        entry = Entry(
            number=number,
            row=row.number,
            action=self.plan.action,
            verdict=row.verdict,
            target=row.target,
            keeper=row.keeper,
            marks=marks_of(target.descriptor),
            folder=os.fstat(target.spot.folder).st_ino,
            temporary=f".dupscan-{self.plan.plan_id}-{number}.tmp",
            goes_with=row.goes_with,
        )
        if entry.action is Action.QUARANTINE:
            return replace(entry, place=self.quarantine.place_of(row.target.path, target.folder))
        if entry.action is Action.SYMLINK and keeper is not None:
            return replace(entry, link=actions.link_text(target.real, keeper.real))
        return entry
