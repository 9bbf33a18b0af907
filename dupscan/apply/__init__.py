"""Plan → files changed, one row after the other, each as before or fully acted on.

::

    row ─▶ checks: the files of the plan? the same still? ─▶ journal ─▶ knife ─▶ journal
              └────────────▶ refused, with the reason; the rest goes on

Here rows are carried out; :mod:`dupscan.apply.rehearsal` only says what would happen,
:mod:`dupscan.apply.recovery` settles what a kill left half done, :mod:`dupscan.apply.undoing` and
:mod:`dupscan.apply.purging` follow the journal back and to its end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice

from dupscan import knife, locks, names
from dupscan.apply import acts
from dupscan.apply.beside import obstacles
from dupscan.apply.checks import (
    ELSEWHERE,
    ITSELF,
    Bounds,
    Held,
    Refused,
    compare_bytes,
    held,
    in_words,
    is_itself,
)
from dupscan.apply.freed import Freed
from dupscan.apply.quarantine import Quarantine
from dupscan.apply.recovery import settle, tidy_up
from dupscan.evidence import Verdict
from dupscan.journal import Entry, Journal, Step
from dupscan.marks import marks_of
from dupscan.planned import AT_ONCE, Action, Outcome, Plan, Row, Same, State

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
    same: Same,
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
    while not stopped() and (some := list(islice(rows, AT_ONCE))):
        reasons = passing.look_again(some)
        for row in some:
            if stopped():
                break
            yield passing.outcome_of(row, reasons.get(row.number, ""))
    journal.sync()


def words_of(action: Action, row: Row, place: str) -> str:
    """What is done with a row's target, for a person."""
    keeper = names.shown(row.keeper.path)
    return _WORDS[action].format(keeper=keeper, place=names.shown(place))


@dataclass(slots=True)
class _Pass:
    """A plan while it is carried out."""

    plan: Plan
    journal: Journal
    same: Same
    bounds: Bounds
    quarantine: Quarantine = field(init=False)
    freed: Freed = field(default_factory=Freed)
    obstacles: dict[int, str] = field(init=False)
    """What lies beside pictures and was not there, by the numbers of their rows."""
    _on_disk: str = ""
    """The keeper that was brought to disk last."""

    def __post_init__(self) -> None:
        self.quarantine = Quarantine(self.plan.plan_id, self.bounds)
        self.obstacles = obstacles(self.plan)

    def is_left_open(self, row: Row) -> bool:
        """Whether an act for this row was interrupted, and could not be settled."""
        step = self.journal.step_of_row(row.number)
        return step is not None and step.is_open

    def is_done(self, row: Row) -> bool:
        return self.journal.step_of_row(row.number) in (Step.DONE, Step.PURGED)

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
            if reason := reason or self.obstacles.get(row.number, ""):
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
            return self._act(row, target, keeper)

    def _take_along(self, row: Row) -> tuple[str, int]:
        """Move a companion after its picture."""
        if self.journal.step_of_row(row.goes_with or 0) is not Step.DONE:
            raise Refused("its picture stays, and it with that")
        with held(row.target, alone=True) as target:
            return self._act(row, target, None)

    def _act(self, row: Row, target: Held, keeper: Held | None) -> tuple[str, int]:
        """Do what a row says; the words for it, and the bytes that are free then."""
        if obstacle := self.bounds.obstacle(target.folder):
            raise Refused(obstacle)
        if not self.plan.action.moves:
            self._check_at_rest(target, keeper)
        entry = self._entry(row, target, keeper)
        self.journal.intend(entry)
        try:
            found = acts.carry_out(entry, target, keeper)
        except (Refused, knife.Changed, OSError) as error:
            reason = str(error) if isinstance(error, Refused) else in_words(error)
            self.journal.note(entry, Step.FAILED, words=reason)
            tidy_up(entry, self.journal)
            raise Refused(reason) from error
        knife.bring_to_disk(target.spot.folder)  # before the journal says that it is done
        self.journal.note(entry, Step.DONE, found=found)
        freed = self.freed.by(target.status, name_is_gone=not entry.action.moves)
        return words_of(entry.action, row, entry.place), freed

    def _check_at_rest(self, target: Held, keeper: Held | None) -> None:
        """See that nobody writes to the files, and that the keeper is on disk: what stays has to.

        A keeper that was copied a moment ago may be in memory only, and lost with the power.
        """
        if locks.is_open_for_writing(target.descriptor):
            raise Refused("another program has it open for writing")
        if keeper is None:
            return
        if locks.is_open_for_writing(keeper.descriptor):
            raise Refused("another program has its keeper open for writing")
        if self._on_disk != keeper.spot.path:
            knife.bring_to_disk(keeper.descriptor, keeper.spot.folder)
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
            raise Refused(f"its keeper {names.shown(row.keeper.path)}: {refused}") from refused
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
            return replace(entry, link=acts.link_text(target.real, keeper.real))
        return entry
