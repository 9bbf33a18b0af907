"""Report and rules → what is to be done with which file, and what is not and why.

Decides and never acts: the report alone says what there is, no file is opened and none is changed.
Kept apart from what acts, so that a decision can be printed, read and edited before anything
happens. In here, one job a room: what was typed (:mod:`~dupscan.plan.meant`), which copy is kept
(:mod:`~dupscan.plan.keep`), what must not go (:mod:`~dupscan.plan.gates`), one group after another
(:mod:`~dupscan.plan.choose`), and the rows of the plan (:mod:`~dupscan.plan.rows`).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from dupscan import __version__
from dupscan.model.plan import Plan
from dupscan.model.saved_report import ReadReport
from dupscan.plan.choose import choose
from dupscan.plan.gates import ALLOWED
from dupscan.plan.keep import RULES
from dupscan.plan.meant import understand
from dupscan.plan.rows import RowMaker
from dupscan.settings import PlanSettings

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
