"""The whole story of the pass that acts, on one page.

::

    report ─▶ plan ─▶ plan.csv, plan.json ─▶ (a person) ─▶ apply ─▶ files changed, journal
                                                                        undo, purge ◀─┘

As in :mod:`dupscan.pipeline`, each room knows nothing of the others; here they are introduced.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dupscan.comparison.recheck import Question, look_again
from dupscan.dedupe.apply import apply
from dupscan.dedupe.apply.dry_run import rehearse
from dupscan.dedupe.apply.purge import purge
from dupscan.dedupe.apply.undo import undo
from dupscan.dedupe.journal import Journal, Step, place_of
from dupscan.dedupe.plan import decide
from dupscan.dedupe.plan_file import read_plan, write_plan
from dupscan.errors import CannotFinish, SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, HashedFile, Outcome, Plan, State, VerdictChecker
from dupscan.progress import Progress, Silence
from dupscan.report.reader import read_report
from dupscan.settings import CompareSettings, FingerprintSettings, MatchSettings, PlanSettings
from dupscan.system.cpu_count import usable_cores
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names
from dupscan.workers.executor import Executor, Lost
from dupscan.workers.pool import Processes

_STOPPED = "the pass was stopped before it was looked at"


@dataclass(slots=True)
class PassSummary:
    """What came of a pass."""

    action: Action
    journal: Path | None = None
    """None when there is none, as after a dry run."""
    states: Counter[State] = field(default_factory=Counter)
    """Rows by what became of them."""
    freed: int = 0
    """Bytes."""
    kept: int = 0
    """Rows that a person took out of the plan."""
    complete: bool = True
    """False when it was interrupted."""
    frees_later: bool = False
    """True when the bytes are free only once the quarantine or waste basket is emptied."""


@dataclass(frozen=True, slots=True)
class PassContext:
    """Who looks on while a pass is made, and who may end it."""

    told: Callable[[Outcome], None] = lambda outcome: None
    """Is told what came of each row, at once."""
    progress: Progress = field(default_factory=Silence)
    stop: StopFlag = field(default_factory=StopFlag)
    """Set to end between two rows."""
    executor: Executor | None = None
    """Where pictures are looked at again; worker processes of their own for None."""

    def stopped(self) -> bool:
        """Whether the pass is to end."""
        return self.stop.is_set

    def count(
        self, passed: PassSummary, stage: str, outcomes: Iterable[Outcome], total: int | None = None
    ) -> PassSummary:
        """Let a pass run, and count what comes of it."""
        with self.progress.stage(stage, total, "rows") as meter:
            for outcome in outcomes:
                passed.states[outcome.state] += 1
                passed.freed += outcome.freed
                self.told(outcome)
                meter.advance(1)
        passed.complete = not self.stop.is_set or passed.states.total() == total
        return passed


def make_plan(report: Path, settings: PlanSettings) -> Plan:
    """Decide what is to be done with the duplicates of a report, and write it down.

    Reads nothing but the report, and changes nothing but the plan's two files. Raises PlanError for
    a report that cannot be used, SettingsError for what makes no sense, JournalNotWritten when
    the plan cannot be written.
    """
    _check_names()
    plan = decide(read_report(report), settings)
    write_plan(plan, settings.output)
    return plan


def apply_plan(
    plan_file: Path,
    around: PassContext | None = None,
    *,
    really: bool,
    protect: Sequence[str] = (),
) -> PassSummary:
    """Carry out a plan, or only say what would be done, unless `really`.

    Changes the user's files, each whole or not at all; nothing below the folders `protect`. Raises
    PlanError for a plan that makes no sense, before anything is touched; JournalBusy and
    JournalNotWritten as :class:`dupscan.dedupe.journal.Journal` does.
    """
    around = around or PassContext()
    if really:
        _check_system()
    protect = tuple(map(_folder, protect))
    read = read_plan(plan_file)
    plan, place = read.plan, place_of(plan_file, read.plan.plan_id)
    passed = PassSummary(plan.action, kept=read.kept, frees_later=plan.action.moves)
    if not really:
        done = _done_rows(place)
        outcomes = rehearse(plan, done.__contains__, protected=protect, stopped=around.stopped)
        return around.count(passed, "look", outcomes, len(plan.rows))
    with Journal(place, plan) as journal:
        passed.journal = place
        same = _looking(plan.fingerprint, plan.match, around)
        outcomes = apply(plan, journal, same, protected=protect, stopped=around.stopped)
        return around.count(passed, "apply", outcomes, len(plan.rows))


def undo_journal(path: Path, around: PassContext | None = None) -> PassSummary:
    """Put back what a pass did, as far as it can be. Changes the user's files.

    Raises as :class:`dupscan.dedupe.journal.Journal`.
    """
    around = around or PassContext()
    _check_system()
    with Journal(path) as journal:
        passed = PassSummary(journal.header.action, path)
        return around.count(passed, "undo", undo(journal, around.stopped))


def quarantined(path: Path) -> tuple[int, int]:
    """How many files a pass has in quarantine, and their bytes, by its journal. Read-only.

    Raises PlanError.
    """
    with Journal(path, only_to_read=True) as journal:
        sizes = [
            entry.target.size
            for entry in journal.entries(Step.DONE)
            if entry.action is Action.QUARANTINE
        ]
    return len(sizes), sum(sizes)


def purge_journal(path: Path, around: PassContext | None = None) -> PassSummary:
    """Delete for good what a pass put into quarantine, each file while its keeper holds the same.

    Raises as :class:`dupscan.dedupe.journal.Journal`.
    """
    around = around or PassContext()
    _check_system()
    with Journal(path) as journal:
        same = _looking(journal.header.fingerprint, journal.header.match, around)
        passed = PassSummary(journal.header.action, path)
        return around.count(passed, "purge", purge(journal, same, around.stopped))


def _check_names() -> None:
    """Raise CannotFinish where Python would read the names of files as other text than a scan."""
    encoding = sys.getfilesystemencoding()
    if encoding != "utf-8":
        raise CannotFinish(
            f"file names are read as {encoding} here, and could be mistaken; set PYTHONUTF8=1"
        )


def _check_system() -> None:
    """Raise CannotFinish where files cannot be held by their open folders, as on Windows."""
    _check_names()
    if not {os.open, os.stat, os.link, os.rename, os.unlink} <= os.supports_dir_fd:
        raise CannotFinish(
            "this system lacks the calls by which files are changed safely, in folders that are "
            "held open; nothing was done. Carry out the plan on Linux"
        )


def _folder(typed: str) -> str:
    """A folder that was named. Raises SettingsError for none: it would protect nothing."""
    folder = os.path.abspath(os.path.expanduser(typed))
    if not os.path.isdir(folder):
        raise SettingsError(
            f"--protect {file_names.shown(typed)}: no such folder; is the name right?"
        )
    return folder


def _done_rows(place: Path) -> set[int]:
    """The rows that an earlier run did, as the journal says if there is one."""
    if not place.exists():
        return set()
    with Journal(place, only_to_read=True) as journal:
        return {entry.row for entry in journal.entries(Step.DONE, Step.PURGED)}


def _looking(
    fingerprint: FingerprintSettings, match: MatchSettings, around: PassContext
) -> VerdictChecker:
    """What looks at pictures again, in worker processes, with the settings of the scan."""
    settings = CompareSettings(fingerprint, match)
    workers = around.executor or Processes(
        usable_cores(), fingerprint.time_limit, preload=(look_again.__module__,)
    )

    def same(pairs: Sequence[tuple[HashedFile, HashedFile, Verdict]]) -> list[str]:
        if not pairs:
            return []
        questions = [Question(*pair) for pair in pairs]
        answers = dict(
            workers.run(partial(look_again, settings=settings), questions, around.stopped)
        )
        return [_in_words(answers.get(one, _STOPPED)) for one in questions]

    return same


def _in_words(answer: str | Lost) -> str:
    return answer.reason if isinstance(answer, Lost) else answer
