"""dupscan finds duplicate pictures in folder trees and explains how certain each duplicate is.

The public API: what the commands of the command line do, as functions. Each name is imported when
it is first used, so that ``import dupscan`` and the command line start fast. Nothing here prints
or ends the program; progress is reported to the object that is given for it, and every error that
is raised on purpose is a :class:`DupscanError`. docs/api.md shows each function in use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from dupscan.version import __version__ as __version__

_HOMES = {
    "calibration": "Calibration calibrate",
    "comparison": "compare",
    "comparison.comparison": "Comparison",
    "dedupe.journal.listing": "PassRecord list_passes",
    "dedupe.pass_context": "PassContext PassSummary",
    "dedupe.passes": "apply_plan make_plan purge undo",
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
    "version": "__version__",
    "workers.executor": "Executor",
}
"""Public names by the room that they come from; ``__init__.pyi`` has the same for type checkers."""
_HOME_OF = {name: room for room, names in _HOMES.items() for name in names.split()}
__all__ = sorted(_HOME_OF)  # noqa: PLE0605 (a list of the names in one place only)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'dupscan' has no attribute {name!r}")
    value = getattr(import_module(f"dupscan.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
