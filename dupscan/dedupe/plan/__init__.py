"""Decide what is done with which file of a report, what is not done, and why.

Decides and never acts: only the report is read, no other file is opened and none is changed. So a
decision can be printed, read and edited before anything happens. Each room has one job: ``options``
resolves the settings, ``keep_rules`` orders the copies, ``safeguards`` names what must not go,
``choose`` decides group by group, ``rows`` writes the rows of the plan.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from dupscan.dedupe.plan.choose import choose
from dupscan.dedupe.plan.keep_rules import RULES
from dupscan.dedupe.plan.options import understand
from dupscan.dedupe.plan.rows import RowMaker
from dupscan.dedupe.plan.safeguards import ALLOWED
from dupscan.model.plan import Plan
from dupscan.model.saved_report import ReadReport
from dupscan.settings import PlanSettings
from dupscan.version import __version__

__all__ = ["ALLOWED", "RULES", "decide"]


def decide(report: ReadReport, settings: PlanSettings) -> Plan:
    """Decide what is to be done with the duplicates of a report; changes nothing.

    Every target matches its keeper directly, at least as strongly as asked. No keeper is a target,
    no name is one twice, and of every group something stays. What could have been a target and was
    declined has a row that says why. The same report and settings give the same rows. The disk is
    only asked where symbolic links among the folders lead, and only for folders that were named.

    Raises SettingsError for settings that make no sense, before the report is read, and for a
    folder in them that neither is there nor holds anything of the report; PlanError when the report
    is damaged or contradicts itself.
    """
    meant = understand(settings)
    maker = RowMaker(meant.action)
    for group in report.groups:
        maker.add(group, choose(group, meant))
        for folder in meant.folders:
            folder.look_for(member.file for member in group.members)
    for folder in meant.folders:
        folder.refuse_if_missing()
    return Plan(
        plan_id=uuid.uuid4().hex[:12],
        scan_id=report.scan_id,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        action=meant.action,
        roots=report.roots,
        fingerprint=report.fingerprint,
        match=report.match,
        rows=maker.rows(),
        protected=tuple(
            dict.fromkeys((*report.references, *(folder.path for folder in meant.protected)))
        ),
    )
