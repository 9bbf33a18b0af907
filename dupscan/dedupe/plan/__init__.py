"""Decide what is to be done with each file of a report, and give the reason for each decision.

Planning never acts: it reads the report, opens no other file and changes none. So a decision can be
printed, read and edited before anything happens. Each room has one job: ``options`` resolves the
settings, ``keep_rules`` orders the copies, ``safeguards`` finds reasons to keep a duplicate,
``choose`` decides group by group, ``rows`` makes the rows of the plan.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from dupscan.dedupe.plan.choose import choose
from dupscan.dedupe.plan.keep_rules import RULES, is_open
from dupscan.dedupe.plan.options import resolve
from dupscan.dedupe.plan.rows import RowMaker
from dupscan.dedupe.plan.safeguards import ALLOWED
from dupscan.model.plan import NO_EDITS, Edits, Plan
from dupscan.model.saved_report import SavedReport
from dupscan.settings import PlanSettings
from dupscan.version import __version__

__all__ = ["ALLOWED", "RULES", "decide"]


def decide(report: SavedReport, settings: PlanSettings, edits: Edits = NO_EDITS) -> Plan:
    """Decide what is to be done with the duplicates of a report. Changes nothing.

    `edits` are decisions that a person made in an earlier plan. A file that was chosen is kept, and
    the file that it was to go for becomes a target as any other, with all safeguards.

    Every target matches its keeper directly, with a verdict at least as strong as the settings ask
    for. No keeper is a target, no name is a target twice, and at least one file of every group
    stays. A duplicate that was declined has a row with the reasons. The same report and the same
    settings give the same rows. Of the disk only symbolic links of folders are read, and only if
    the settings name folders.

    Raises SettingsError for settings that make no sense, before the report is read; SettingsError
    for a folder in the settings that does not exist and that has no file in the report; PlanError
    if the report is damaged or contradicts itself.
    """
    options = resolve(settings, edits.chosen)
    maker = RowMaker(options.action)
    for group in report.groups:
        maker.add(group, choose(group, options))
        for folder in options.folders:
            folder.note_files(member.file for member in group.members)
    for folder in options.folders:
        folder.refuse_if_missing()
    for folder in options.only:
        folder.refuse_if_empty()
    return Plan(
        plan_id=uuid.uuid4().hex[:12],
        scan_id=report.scan_id,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        action=options.action,
        roots=report.roots,
        fingerprint=report.fingerprint,
        match=report.match,
        rows=maker.rows(),
        complete=report.complete,
        edits=edits,
        protected=tuple(
            dict.fromkeys((*report.references, *(folder.path for folder in options.protected)))
        ),
        questions=tuple(one for one in report.questions if is_open(one, options.rules)),
    )
