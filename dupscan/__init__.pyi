from dupscan.calibration import Calibration as Calibration, calibrate as calibrate
from dupscan.comparison import compare as compare
from dupscan.comparison.comparison import Comparison as Comparison
from dupscan.dedupe.journal.listing import PassRecord as PassRecord, list_passes as list_passes
from dupscan.dedupe.pass_context import PassContext as PassContext, PassSummary as PassSummary
from dupscan.dedupe.passes import (
    apply_plan as apply_plan,
    make_plan as make_plan,
    purge as purge,
    undo as undo,
)
from dupscan.errors import (
    CannotFinish as CannotFinish,
    DupscanError as DupscanError,
    JournalBusy as JournalBusy,
    JournalNotWritten as JournalNotWritten,
    NotReadable as NotReadable,
    OutputBusy as OutputBusy,
    PlanError as PlanError,
    ReportNotWritten as ReportNotWritten,
    RootError as RootError,
    SettingsError as SettingsError,
    StoreUnusable as StoreUnusable,
    UsageError as UsageError,
    WorkersLost as WorkersLost,
)
from dupscan.model.matches import Verdict as Verdict
from dupscan.model.plan import (
    Action as Action,
    Outcome as Outcome,
    Plan as Plan,
    Row as Row,
    State as State,
)
from dupscan.model.report import ScanReport as ScanReport
from dupscan.model.saved_report import SavedReport as SavedReport
from dupscan.pipeline import ScanOutcome as ScanOutcome, scan as scan
from dupscan.progress import Meter as Meter, Progress as Progress
from dupscan.report.reader import read_report as read_report
from dupscan.settings import (
    CalibrateSettings as CalibrateSettings,
    CompareSettings as CompareSettings,
    FingerprintSettings as FingerprintSettings,
    MatchSettings as MatchSettings,
    PlanSettings as PlanSettings,
    ReportSettings as ReportSettings,
    ScanSettings as ScanSettings,
    StoreSettings as StoreSettings,
    WalkSettings as WalkSettings,
)
from dupscan.system.stop_flag import StopFlag as StopFlag
from dupscan.version import __version__ as __version__
from dupscan.workers.executor import Executor as Executor
