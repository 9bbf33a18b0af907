"""dupscan finds duplicate pictures in folder trees and explains how certain each duplicate is.

The public API: what the commands of the command line do, as functions. Each name is imported when
it is first used, so that ``import dupscan`` and the command line start fast. Nothing here prints
or ends the program; progress is reported to the object that is given for it, and every error that
is raised on purpose is a :class:`DupscanError`. docs/api.md shows each function in use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dupscan.version import __version__ as __version__

if TYPE_CHECKING:
    from dupscan.calibration import Calibration, calibrate
    from dupscan.comparison import compare
    from dupscan.comparison.comparison import Comparison
    from dupscan.dedupe.passes import PassContext, PassSummary, apply_plan, make_plan, purge, undo
    from dupscan.errors import (
        CannotFinish,
        DupscanError,
        JournalBusy,
        JournalNotWritten,
        NotReadable,
        OutputBusy,
        PlanError,
        ReportNotWritten,
        RootError,
        SettingsError,
        StoreUnusable,
        UsageError,
        WorkersLost,
    )
    from dupscan.model.matches import Verdict
    from dupscan.model.plan import Action, Outcome, Plan, Row, State
    from dupscan.model.report import ScanReport
    from dupscan.model.saved_report import SavedReport
    from dupscan.pipeline import ScanOutcome, scan
    from dupscan.progress import Meter, Progress
    from dupscan.report.reader import read_report
    from dupscan.settings import (
        CalibrateSettings,
        CompareSettings,
        FingerprintSettings,
        MatchSettings,
        PlanSettings,
        ReportSettings,
        ScanSettings,
        StoreSettings,
        WalkSettings,
    )
    from dupscan.system.stop_flag import StopFlag
    from dupscan.workers.executor import Executor

__all__ = [
    "Action",
    "CalibrateSettings",
    "Calibration",
    "CannotFinish",
    "CompareSettings",
    "Comparison",
    "DupscanError",
    "Executor",
    "FingerprintSettings",
    "JournalBusy",
    "JournalNotWritten",
    "MatchSettings",
    "Meter",
    "NotReadable",
    "Outcome",
    "OutputBusy",
    "PassContext",
    "PassSummary",
    "Plan",
    "PlanError",
    "PlanSettings",
    "Progress",
    "ReportNotWritten",
    "ReportSettings",
    "RootError",
    "Row",
    "SavedReport",
    "ScanOutcome",
    "ScanReport",
    "ScanSettings",
    "SettingsError",
    "State",
    "StopFlag",
    "StoreSettings",
    "StoreUnusable",
    "UsageError",
    "Verdict",
    "WalkSettings",
    "WorkersLost",
    "__version__",
    "apply_plan",
    "calibrate",
    "compare",
    "make_plan",
    "purge",
    "read_report",
    "scan",
    "undo",
]

_HOMES = {
    "calibration": "Calibration calibrate",
    "comparison": "compare",
    "comparison.comparison": "Comparison",
    "dedupe.passes": "PassContext PassSummary apply_plan make_plan purge undo",
    "errors": (
        "CannotFinish DupscanError JournalBusy JournalNotWritten NotReadable OutputBusy PlanError "
        "ReportNotWritten RootError SettingsError StoreUnusable UsageError WorkersLost"
    ),
    "model.matches": "Verdict",
    "model.plan": "Action Outcome Plan Row State",
    "model.report": "ScanReport",
    "model.saved_report": "SavedReport",
    "pipeline": "ScanOutcome scan",
    "progress": "Meter Progress",
    "report.reader": "read_report",
    "settings": (
        "CalibrateSettings CompareSettings FingerprintSettings MatchSettings PlanSettings "
        "ReportSettings ScanSettings StoreSettings WalkSettings"
    ),
    "system.stop_flag": "StopFlag",
    "workers.executor": "Executor",
}
"""The room that each public name comes from."""
_HOME_OF = {name: room for room, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'dupscan' has no attribute {name!r}")
    value = getattr(import_module(f"dupscan.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
