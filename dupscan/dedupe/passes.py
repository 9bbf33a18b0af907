"""Plan, apply, undo and purge on one page: what is done with the duplicates of a report.

::

    report ─▶ plan ─▶ plan.csv, plan.json ─▶ (a person) ─▶ apply ─▶ files changed, journal
                                                                        undo, purge ◀─┘

A pass is one run of apply, undo or purge over its rows. As in :mod:`dupscan.pipeline`, this page
calls the rooms in order, and no step calls the next one.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from dupscan.comparison.recheck import Question, look_again
from dupscan.dedupe.apply import apply_rows
from dupscan.dedupe.apply.dry_run import predict_outcomes
from dupscan.dedupe.apply.purge import purge_entries
from dupscan.dedupe.apply.undo import undo_entries
from dupscan.dedupe.journal import Journal, Step, journal_path
from dupscan.dedupe.journal.files import check_writable
from dupscan.dedupe.journal.listing import PassRecord, list_passes, original_of, record_of
from dupscan.dedupe.pass_context import PassContext, PassSummary, QuarantineSize
from dupscan.dedupe.plan import decide
from dupscan.dedupe.plan_file import read_earlier, read_plan, write_plan
from dupscan.errors import CannotFinish, PlanError, SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import NO_EDITS, Action, HashedFile, Outcome, Plan, State, VerdictChecker
from dupscan.report.reader import read_report
from dupscan.settings import CompareSettings, FingerprintSettings, MatchSettings, PlanSettings
from dupscan.system.cpu_count import usable_cores
from dupscan.text import file_names
from dupscan.workers.executor import Lost
from dupscan.workers.pool import Processes

__all__ = [
    "PassContext",
    "PassRecord",
    "PassSummary",
    "QuarantineSize",
    "apply_plan",
    "last_pass",
    "list_passes",
    "make_plan",
    "original_of",
    "purge",
    "quarantine_size",
    "record_of",
    "undo",
]

_STOPPED = "the pass was stopped before this picture was checked again"


def make_plan(report: Path, settings: PlanSettings) -> Plan:
    """Decide what is to be done with the duplicates of a report, and write the plan.

    `report` is a report folder or its ``report.json``. Reads nothing else, and writes only the
    plan's two files, ``settings.output`` and one beside with the suffix ``.json``. The plan is to
    be looked at and edited by a person; :func:`apply_plan` carries it out.

    What a person decided in an earlier plan of the same name is taken over, unless the settings
    discard it: see :class:`dupscan.model.plan.Edits`.

    Raises PlanError for a report that cannot be used, or an earlier plan whose edits cannot be
    taken over or whose pass was interrupted; SettingsError for settings that make no sense,
    JournalNotWritten when the plan cannot be written.
    """
    _check_names()
    earlier = None if settings.discard_edits else read_earlier(settings.output)
    if earlier is not None:
        _refuse_interrupted(settings.output, earlier)
    plan = decide(read_report(report), settings, earlier.edits if earlier else NO_EDITS)
    write_plan(plan, settings.output)
    return plan


def apply_plan(
    plan_file: Path,
    *,
    dry_run: bool = True,
    protect: Sequence[str] = (),
    context: PassContext | None = None,
) -> PassSummary:
    """Carry out a plan; a dry run unless `dry_run` is False.

    A dry run reads the status of files and changes nothing. Otherwise the user's files are changed,
    each one whole or not at all, and nothing below the folders `protect`. A row whose files are not
    as the plan says is refused, and the next row follows. The same call goes on where an
    interrupted one ended.

    Raises PlanError for a plan that makes no sense and SettingsError for a folder `protect` that is
    not there, both before any file is changed; JournalBusy when another pass has the journal,
    JournalNotWritten when it cannot be written; CannotFinish where the system lacks the calls that
    change files safely.
    """
    context = context or PassContext()
    _check_system()
    protected = tuple(map(_protected_folder, protect))
    read = read_plan(plan_file)
    plan, path = read.plan, journal_path(plan_file, read.plan.plan_id)
    summary = PassSummary(
        plan.action,
        kept=read.kept,
        frees_later=plan.action.moves,
        scan_complete=plan.complete,
    )
    if dry_run:
        check_writable(path)
        is_done = _done_rows(path).__contains__
        outcomes = predict_outcomes(plan, is_done, protected=protected, stopped=context.stopped)
        return _count(outcomes, summary, context, stage="dry run", total=len(plan.rows))
    with Journal(path, plan) as journal:
        check = _verdict_checker(plan.fingerprint, plan.match, context)
        outcomes = apply_rows(plan, journal, check, protected=protected, stopped=context.stopped)
        summary = replace(summary, journal=path)
        return _count(outcomes, summary, context, stage="apply", total=len(plan.rows))


def undo(journal_file: Path, *, context: PassContext | None = None) -> PassSummary:
    """Undo what a journal lists, the latest entry first. Changes the user's files.

    The copy of a journal in a quarantine will do if the journal is lost; else the journal is used.
    Files that were deleted or purged cannot come back, and files that changed since are left alone:
    their rows are refused. The same call goes on where an interrupted one ended.

    Raises PlanError for a journal that is not there or makes no sense, JournalBusy when another
    pass has it, JournalNotWritten when it cannot be written; CannotFinish where the system lacks
    the calls that change files safely.
    """
    context = context or PassContext()
    _check_system()
    with Journal(original_of(journal_file)) as journal:
        summary = PassSummary(journal.header.action, journal.path)
        return _count(undo_entries(journal, context.stopped), summary, context, stage="undo")


def quarantine_size(journal_file: Path) -> QuarantineSize:
    """Count the files that a pass has in quarantine, by its journal. Read-only.

    Raises PlanError for a journal that is not there or makes no sense.
    """
    with Journal(original_of(journal_file), read_only=True) as journal:
        sizes = [
            entry.target.size
            for entry in journal.entries(Step.DONE)
            if entry.action is Action.QUARANTINE
        ]
    return QuarantineSize(len(sizes), sum(sizes))


def purge(journal_file: Path, *, context: PassContext | None = None) -> PassSummary:
    """Delete for good the files that a pass put into quarantine.

    Each file is deleted only after its keeper was checked again. The same call goes on where an
    interrupted one ended. Raises the same errors as :func:`undo`, for the same reasons.
    """
    context = context or PassContext()
    _check_system()
    with Journal(original_of(journal_file)) as journal:
        check = _verdict_checker(journal.header.fingerprint, journal.header.match, context)
        summary = PassSummary(journal.header.action, journal.path)
        outcomes = purge_entries(journal, check, context.stopped)
        return _count(outcomes, summary, context, stage="purge")


def last_pass(folders: Sequence[str] = ()) -> PassRecord:
    """Return the pass that was begun last, of those that changed files; see :func:`list_passes`.

    Raises PlanError if there is none, or if its journal is gone.
    """
    passes = [one for one in list_passes(folders) if one.acted or not one.is_there]
    if not passes:
        raise PlanError("there is no pass that changed files; name its journal if you have it")
    if not passes[-1].is_there:
        raise PlanError(
            f"the journal of the last pass, {file_names.shown(str(passes[-1].journal))}, is not "
            "there; is its drive mounted? dupscan passes lists the others"
        )
    return passes[-1]


def _count(
    outcomes: Iterable[Outcome],
    summary: PassSummary,
    context: PassContext,
    *,
    stage: str,
    total: int | None = None,
) -> PassSummary:
    """Run a pass to its end, hand each outcome to the context, and return the summary with counts.

    `total` is the number of rows, None if it is not known before.
    """
    states: Counter[State] = Counter()
    freed = 0
    with context.progress.stage(stage, total, "rows") as meter:
        for outcome in outcomes:
            states[outcome.state] += 1
            freed += outcome.freed
            context.on_outcome(outcome)
            meter.advance(1)
    complete = not context.stopped() or states.total() == total
    return replace(summary, states=states, freed=freed, complete=complete)


def _check_names() -> None:
    """Raise CannotFinish where Python does not read the names of files as UTF-8, as a scan does."""
    encoding = sys.getfilesystemencoding()
    if encoding != "utf-8":
        raise CannotFinish(
            f"Python reads file names as {encoding} here, and could take one file for another; set "
            "PYTHONUTF8=1"
        )


def _check_system() -> None:
    """Raise CannotFinish where files cannot be changed by way of open folders, as on Windows."""
    _check_names()
    if not {os.open, os.stat, os.link, os.rename, os.unlink} <= os.supports_dir_fd:
        raise CannotFinish(
            "this system lacks the calls that change files safely, in folders that are held open; "
            "nothing was done. Carry out the plan on Linux"
        )


def _protected_folder(typed: str) -> str:
    """Return the absolute path of a folder. Raises SettingsError for a folder that is not there.

    Such a folder would protect nothing.
    """
    folder = os.path.abspath(os.path.expanduser(typed))
    if not os.path.isdir(folder):
        raise SettingsError(
            f"--protect {file_names.shown(typed)}: no such folder; is the name right?"
        )
    return folder


def _refuse_interrupted(plan_file: Path, plan: Plan) -> None:
    """Raise PlanError if a pass over a plan was interrupted: this very plan must end it."""
    path = journal_path(plan_file, plan.plan_id)
    if not path.exists():
        return
    with Journal(path, read_only=True) as journal:
        is_interrupted = any(journal.entries(*(step for step in Step if step.is_open)))
    if is_interrupted:
        shown, its = file_names.shown(str(plan_file)), file_names.shown(str(path))
        raise PlanError(
            f"{shown}: a pass over this plan was interrupted. Run dupscan apply {shown} --yes "
            f"again, or dupscan undo {its}, and then plan; or choose another name with -o"
        )


def _done_rows(path: Path) -> set[int]:
    """Return the numbers of the rows that an earlier pass did, by the journal if there is one."""
    if not path.exists():
        return set()
    with Journal(path, read_only=True) as journal:
        return {entry.row for entry in journal.entries(Step.DONE, Step.PURGED)}


def _verdict_checker(
    fingerprint: FingerprintSettings, match: MatchSettings, context: PassContext
) -> VerdictChecker:
    """Return the function that checks verdicts again, in workers, with the settings of the scan."""
    settings = CompareSettings(fingerprint, match)
    workers = context.executor or Processes(
        usable_cores(), fingerprint.time_limit, preload=(look_again.__module__,)
    )

    def check(pairs: Sequence[tuple[HashedFile, HashedFile, Verdict]]) -> list[str]:
        if not pairs:
            return []
        questions = [Question(*pair) for pair in pairs]
        answers = dict(
            workers.run(partial(look_again, settings=settings), questions, context.stopped)
        )
        return [_reason(answers.get(one, _STOPPED)) for one in questions]

    return check


def _reason(answer: str | Lost) -> str:
    """Return the reason to refuse a pair, ``""`` if its verdict holds."""
    return answer.reason if isinstance(answer, Lost) else answer
