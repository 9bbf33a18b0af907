"""All settings, one frozen class for each stage. The only place that has their defaults.

:mod:`dupscan.cli` makes these from the options; each stage is given its own class and no other. A
value out of its range is refused here, with the value in the message.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

from dupscan.errors import SettingsError
from dupscan.system.cpu_count import usable_cores
from dupscan.text import file_names

FORMATS = ("json", "csv", "html")
VIEWS = ("plain", "orientations", "all")
INDEXES = ("auto", "bktree", "multi")
MOST_IN_TREE = 250
"""Pictures up to which ``--index auto`` is the BK-tree: the look-up of all their views takes half a
second of processor time, and about four times as long for twice as many pictures. Measured with
``python -m benchmarks.index --tree``; docs/measurements.md has the table."""
MOST_WORKERS = 64
_PERCENT = 1.5
"""Value from which on a share was typed in percent."""


@dataclass(frozen=True, slots=True)
class WalkSettings:
    """Settings of the walk: the files to look at."""

    roots: tuple[str, ...]
    references: tuple[str, ...] = ()
    """Reference folders: their pictures are only ever keepers."""
    exclude: tuple[str, ...] = ()
    """Patterns as in ``.gitignore``, matched against the path below the root."""
    hidden: bool = False
    """Look into hidden folders, thumbnail caches and trash folders too."""
    follow_symlinks: bool = False
    one_file_system: bool = False

    def __post_init__(self) -> None:
        if any(not pattern.strip() for pattern in self.exclude):
            raise SettingsError('--exclude "": names nothing; type a pattern such as *.gif')


@dataclass(frozen=True, slots=True)
class FingerprintSettings:
    """Settings of fingerprinting: the limits for a single file."""

    max_pixels: int = 250_000_000
    """Pixels above which a picture is refused before it is decoded. 250 megapixels is above what
    any camera of today makes, and needs some 1.1 GB while it is decoded."""
    time_limit: float = 120.0
    """Seconds a worker may spend on one file."""

    def __post_init__(self) -> None:
        _at_least("--max-pixels", self.max_pixels, 1)
        _at_least("--time-limit", self.time_limit, 0.001)


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """Settings of matching: the cutoffs below which two pictures are called duplicates.

    The defaults were measured on a labelled library; see docs/measurements.md.
    """

    radius: int = 8
    """Bits of 64 by which two perceptual hashes may differ."""
    views: str = "all"
    """Views of a picture that are looked up: one of :data:`VIEWS`."""
    index: str = "auto"
    """Index that finds near hashes, one of :data:`INDEXES`: a BK-tree, tables, or (``auto``) the
    tree for up to :data:`MOST_IN_TREE` pictures and tables for more. All find the same."""
    max_rms: float = 0.085
    """Cutoff of the histogram RMS, which is at most 0.088."""
    max_difference: float = 15.0
    """Cutoff of the coarse aligned difference for the same picture, levels from 0 to 255."""
    max_fine: float = 1.45
    """Cutoff of the fine aligned difference for the same picture, a multiple of what re-encoding
    may do to a block."""
    min_agreement: float = 0.92
    """Share of the textured blocks of a similar picture that must agree."""
    max_colour: float = 10.0
    """Levels of chroma by which a similar picture may differ, saturation and tint aside."""
    max_letters: float = 2.3
    """Cutoff of the worst place of two documents at full size, a multiple of what their letters
    differ by elsewhere. Of 816 documents saved again none reached it; of 1,176 with one field
    changed, at their own size and down to quality 30, all did."""
    min_detail: float = 0.68
    """Detail below which a picture's hash means nothing: contrast in levels, times the share of
    the picture that is shaded."""

    def __post_init__(self) -> None:
        if not 0 <= self.radius <= 32:
            raise SettingsError(f"--radius {self.radius}: must lie between 0 and 32 bits of 64")
        if self.views not in VIEWS:
            raise SettingsError(f"--views {self.views}: must be one of {', '.join(VIEWS)}")
        if self.index not in INDEXES:
            raise SettingsError(f"--index {self.index}: must be one of {', '.join(INDEXES)}")
        _share("--max-rms", self.max_rms)
        _at_least("--max-difference", self.max_difference, 0)
        _at_least("--max-fine", self.max_fine, 0)
        _at_least("--max-letters", self.max_letters, 0)
        _share("--min-agreement", self.min_agreement)
        _at_least("--max-colour", self.max_colour, 0)
        _at_least("--min-detail", self.min_detail, 0)


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """Settings of the report: its folder and its formats."""

    folder: Path = Path("dupscan-report")
    formats: tuple[str, ...] = FORMATS

    def __post_init__(self) -> None:
        unknown = [name for name in self.formats if name not in FORMATS]
        if unknown or not self.formats:
            raise SettingsError(
                f"--format {','.join(self.formats)}: must be one or more of {', '.join(FORMATS)}"
            )


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Settings of the store, which keeps fingerprints for the next scan."""

    file: Path | None = None
    """Path of the store. None means the store in the user's cache folder; when that cannot be used,
    the scan goes on without a store."""
    kept: bool = True
    """False to keep no fingerprints."""

    def __post_init__(self) -> None:
        if self.file is not None and not self.kept:
            shown = file_names.shown(str(self.file))
            raise SettingsError(f"--store {shown} and --no-store: choose one of them")


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """All settings of a scan."""

    walk: WalkSettings
    fingerprint: FingerprintSettings = field(default_factory=FingerprintSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    report: ReportSettings = field(default_factory=ReportSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    workers: int = 0
    """Worker processes; 0 means one for each core this process may use."""
    nice: bool = False
    """Run with the lowest priority for processor and disk."""
    not_duplicates: Path | None = None
    """File with pairs that a person called no duplicates, for
    :mod:`dupscan.settings.not_duplicates`."""

    def __post_init__(self) -> None:
        if not 0 <= self.workers <= MOST_WORKERS:
            raise SettingsError(f"--workers {self.workers}: must lie between 0 and {MOST_WORKERS}")

    @property
    def worker_count(self) -> int:
        """Number of worker processes, with 0 resolved."""
        return self.workers or usable_cores()

    def recorded(self) -> dict[str, object]:
        """Return the settings that a report records: all that could change its groups."""
        walk = asdict(self.walk)
        del walk["roots"]
        return {
            "walk": walk,
            "fingerprint": asdict(self.fingerprint),
            "match": asdict(self.match),
            "not_duplicates": self.not_duplicates and str(self.not_duplicates),
        }


@dataclass(frozen=True, slots=True)
class CompareSettings:
    """Settings of comparing two pictures."""

    fingerprint: FingerprintSettings = field(default_factory=FingerprintSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    not_duplicates: Path | None = None
    """File of pairs that are no duplicates; see :class:`ScanSettings`."""


@dataclass(frozen=True, slots=True)
class CalibrateSettings:
    """Settings of :func:`dupscan.calibration.calibrate`."""

    labels: Path | None = None
    """A table of labels, CSV or JSON; None if each sub-folder is a group."""
    edited: tuple[str, ...] = ()
    """Transforms that make another picture: similar to the original, and not the same."""
    false_positives: float = 0.001
    """Share of the near pairs of different pictures that may be called ``picture``."""
    false_similar: float = 0.005
    """Share of these pairs that may be called ``picture`` or ``similar``."""
    pairs_per_group: int = 50
    """Largest number of pairs that are measured of each group, and of each two groups."""
    radius: int = 12
    """Bits of 64 up to which pairs are near; more than in a scan, so that a larger radius can be
    proposed."""
    fingerprint: FingerprintSettings = field(default_factory=FingerprintSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    """The cutoffs that are used today."""
    workers: int = 0
    """Number of worker processes; 0 for one a core."""

    def __post_init__(self) -> None:
        for option, rate in (
            ("--false-positives", self.false_positives),
            ("--false-similar", self.false_similar),
        ):
            _share(option, rate)
            if not 0 < rate < 1:
                raise SettingsError(f"{option} {rate}: must lie between 0 and 1, such as 0.001")
        if self.pairs_per_group < 1:
            raise SettingsError(f"--pairs {self.pairs_per_group}: must be at least 1")
        if not self.match.radius <= self.radius <= 32:
            raise SettingsError(
                f"--radius {self.radius}: must be at least the radius of a scan, "
                f"{self.match.radius}, and at most 32 (bits of 64)"
            )


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Settings of a plan: the action, and the duplicates it is for. The defaults are careful.

    :mod:`dupscan.dedupe.plan` checks the words, because it knows their meanings.
    """

    action: str = "quarantine"
    """Name of a :class:`dupscan.model.plan.Action`."""
    verdict: str = "file"
    """Name of the weakest :class:`dupscan.model.matches.Verdict` that is acted on."""
    keep: tuple[str, ...] = ()
    """Keep rules in their order, such as ``under:~/Photos`` or ``pixels``; without rules the order
    of the report is kept."""
    protect: tuple[str, ...] = ()
    """Protected folders: nothing in them may be a target."""
    only: tuple[str, ...] = ()
    """Folders outside of which nothing may be a target; none for no such limit."""
    allow: tuple[str, ...] = ()
    """Words for what a target may have and its keeper may lack; see ``dupscan plan --help``."""
    delete_even: str | None = None
    """Name of the weakest verdict that may be deleted; None for ``file`` only."""
    output: Path = Path("plan.csv")
    discard_edits: bool = False
    """True to forget the decisions that a person made in a plan of the same name."""


def _at_least(option: str, value: float, least: float) -> None:
    try:
        makes_sense = math.isfinite(value) and value >= least
    except OverflowError:  # a whole number beyond all floats
        makes_sense = False
    if not makes_sense:
        raise SettingsError(f"{option} {value}: must be at least {least}, and finite")


def _share(option: str, value: float) -> None:
    """Raise SettingsError for a value that is no share, with a guess for one typed in percent.

    A little more than 1 is accepted: as a cutoff, it is one that no pair reaches.
    """
    _at_least(option, value, 0)
    if value >= _PERCENT:
        guess = f"; did you mean {value / 100:g}?" if value <= 100 else ""
        raise SettingsError(f"{option} {value:g}: must lie between 0 and 1{guess}")
