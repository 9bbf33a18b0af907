"""Labelled pictures → the cutoffs that suit them, with their evidence.

::

    folder ─▶ labels ─▶ library ─▶ sample ─▶ pairs ─▶ curves, proposal ─▶ proof ─▶ Calibration

Like :mod:`dupscan.pipeline` this introduces the rooms to each other: files are fingerprinted,
looked up and confirmed by the very functions of a scan. What comes of it is put into words by
:mod:`dupscan.calibration.tables`, drawn by :mod:`dupscan.calibration.plot`, and written by
:mod:`dupscan.calibration.output_files`. Read-only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from dupscan.calibration import curves
from dupscan.calibration.labels import labelled
from dupscan.calibration.library import Library, read_library
from dupscan.calibration.measures import MEASURES, Measure
from dupscan.calibration.pairs import Pairs, measured
from dupscan.calibration.proposal import Rates, Setting, propose, with_them
from dupscan.calibration.sample import Sample, choose
from dupscan.calibration.simulated_scan import Proof, prove
from dupscan.errors import RootError, SettingsError, UsageError
from dupscan.fingerprint.look import look
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Look
from dupscan.progress import Progress, Silence
from dupscan.settings import FingerprintSettings, MatchSettings, WalkSettings
from dupscan.stages.context import ScanContext
from dupscan.store import Store
from dupscan.system.cpu_count import usable_cores
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names
from dupscan.walk.roots import resolve_roots
from dupscan.walk.walker import walk
from dupscan.workers.executor import Executor
from dupscan.workers.pool import Processes

__all__ = ["CalibrateSettings", "Calibration", "Study", "calibrate"]

_LOOKS = 4096
"""Pictures whose looks are kept at hand."""


@dataclass(frozen=True, slots=True)
class CalibrateSettings:
    """Everything that calibrating wants to know."""

    folder: str
    """Where the labelled pictures are."""
    labels: Path | None = None
    """A table of labels; None where a manifest or the sub-folders tell."""
    edited: tuple[str, ...] = ()
    """Transforms that make another picture, similar to the original and not the same."""
    false_positives: float = 0.001
    """Share of the near pairs of different pictures that may be called ``picture``."""
    false_similar: float = 0.005
    """Share of them that may be called anything: ``similar`` is a hint to look at."""
    pairs_per_group: int = 50
    """Pairs that are measured of each group, and of each two groups, at most."""
    radius: int = 12
    """Bits of 64 up to which pairs are near; generous, so that a cutoff can be found below."""
    fingerprint: FingerprintSettings = field(default_factory=FingerprintSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    """The settings of today."""
    workers: int = 0
    """Worker processes; 0 means one for each core this process may use."""

    def __post_init__(self) -> None:
        for option, rate in (
            ("--false-positives", self.false_positives),
            ("--false-similar", self.false_similar),
        ):
            if not 0 < rate < 1:
                raise SettingsError(f"{option} {rate}: must lie between 0 and 1, as 0.001 does")
        if self.pairs_per_group < 1:
            raise SettingsError(f"--pairs {self.pairs_per_group}: must be at least 1")
        if not self.match.radius <= self.radius <= 32:
            raise SettingsError(
                f"--radius {self.radius}: must lie between the radius of a scan, "
                f"{self.match.radius}, and 32 bits of 64"
            )


@dataclass(frozen=True, slots=True)
class Study:
    """One measure by itself."""

    measure: Measure
    alike: curves.Distribution | None
    """Of the pairs that it should let by, as far as a view brought them together."""
    different: curves.Distribution | None
    curve: curves.Curve
    cutoff: curves.Cutoff | None
    """None without pairs of different pictures."""

    @property
    def false_share(self) -> float:
        """Share of the different pairs that the cutoff lets by."""
        if self.cutoff is None or self.different is None:
            return 0.0
        return self.cutoff.false / self.different.count


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that labelled pictures tell of the cutoffs."""

    settings: CalibrateSettings
    library: Library
    sample: Sample
    pairs: Pairs
    studies: tuple[Study, ...]
    proposed: tuple[Setting, ...]
    before: Proof
    """What pairs are called with the settings of today."""
    after: Proof
    """What they are called with those that are proposed."""
    unlabelled: int
    """Files that the table of labels does not name."""

    @property
    def match(self) -> MatchSettings:
        """The settings that are proposed."""
        return self.after.settings


def calibrate(
    settings: CalibrateSettings,
    *,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Calibration:
    """Find the cutoffs that suit a folder of pictures whose duplicates are known; read-only.

    Raises RootError when the folder is not there, SettingsError for labels that make no sense, and
    UsageError when no two pictures are labelled as versions of one.
    """
    progress = progress or Silence()
    executor = executor or Processes(
        settings.workers or usable_cores(), settings.fingerprint.time_limit, preload=(__name__,)
    )
    wanted = WalkSettings((settings.folder,), hidden=settings.labels is not None)
    roots = resolve_roots(wanted)
    folder = roots[0].path
    if not roots[0].is_folder:
        raise RootError(f"cannot calibrate on {file_names.shown(folder)}: not a folder")
    with progress.stage("walk", None, "files") as meter:
        walked = walk(roots, wanted, StopFlag(), meter.advance)
    told = labelled(walked.files, folder, settings.labels)
    _refuse_unknown(settings.edited, {label.transform for label in told.labels})
    with Store() as store:
        context = ScanContext(store, progress, executor, stopped=lambda: False)
        library = read_library(told, settings.fingerprint, settings.match, context)
        _refuse_without_versions(library, folder)

        @lru_cache(maxsize=_LOOKS)
        def look_at(number: PictureIndex) -> Look:
            picture = library.pictures[number]
            return look(picture.traits, store.fingerprints.likeness(picture.fingerprint_id))

        wide = replace(settings.match, radius=settings.radius)
        sample = choose(library, wide, settings.pairs_per_group, progress)
        pairs = measured(library, sample, settings.edited, look_at, progress)
        rates = Rates(settings.false_positives, settings.false_similar)
        proposed = propose(pairs, settings.match, rates)
        suited = with_them(settings.match, proposed)
        before = prove(library, sample, pairs, settings.match, look_at, progress)
        is_new = suited != settings.match
        after = prove(library, sample, pairs, suited, look_at, progress) if is_new else before
    return Calibration(
        settings=settings,
        library=library,
        sample=sample,
        pairs=pairs,
        studies=tuple(_study(pairs, measure, rates) for measure in MEASURES),
        proposed=proposed,
        before=before,
        after=after,
        unlabelled=told.unlabelled,
    )


def _study(pairs: Pairs, measure: Measure, rates: Rates) -> Study:
    """One measure by itself, at the rate that is wanted of ``picture``."""
    scores = pairs.scores(measure)
    wanted, different = pairs.alike(measure.decides), pairs.different
    alike = scores[wanted]
    known = alike[~np.isnan(alike)]
    return Study(
        measure=measure,
        alike=curves.distribution(known * measure.sign),
        different=curves.distribution(scores[different] * measure.sign),
        curve=curves.roc(alike, scores[different]),
        cutoff=curves.cutoff(
            alike,
            scores[different],
            pairs.groups[wanted, 0],
            pairs.groups[different],
            rates.picture,
        )
        if different.any()
        else None,
    )


def _refuse_unknown(edited: tuple[str, ...], transforms: set[str]) -> None:
    known = sorted(transforms - {""})
    if unknown := [name for name in edited if name not in transforms]:
        there = f"there are {', '.join(known)}" if known else "the labels name none"
        raise SettingsError(f"--edited {','.join(unknown)}: no such transform; {there}")


def _refuse_without_versions(library: Library, folder: str) -> None:
    if next(library.members(), None) is None:
        raise UsageError(
            f"no two of the {len(library.pictures):,} different pictures in "
            f"{file_names.shown(folder)} "
            "are labelled as versions of one: put the versions of each picture into a sub-folder "
            "of its own, or name a table with --labels"
        )
