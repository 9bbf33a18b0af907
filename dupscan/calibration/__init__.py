"""Labelled pictures → the cutoffs that suit them, with the evidence.

::

    folder ─▶ library ─▶ pairs ─▶ proposal ─▶ simulated_scan ─▶ Calibration

Files are fingerprinted, looked up and confirmed by the functions of a scan. The result is put into
words by :mod:`dupscan.calibration.tables` and drawn by :mod:`dupscan.calibration.plot`. Read-only.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dupscan.calibration.library import Library, read_labels, read_library
from dupscan.calibration.pairs import MeasuredPairs, Sample, choose_pairs, measure_pairs
from dupscan.calibration.proposal import Proposal, propose, with_proposals
from dupscan.calibration.simulated_scan import SimulatedScan, Suspect, simulate_scan, suspects
from dupscan.errors import RootError, SettingsError, UsageError
from dupscan.fingerprint.look import look
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Look
from dupscan.progress import Progress, Silence
from dupscan.settings import CalibrateSettings, MatchSettings, WalkSettings
from dupscan.stages.context import ScanContext
from dupscan.store import Store
from dupscan.system.cpu_count import usable_cores
from dupscan.system.stop_flag import StopFlag
from dupscan.text import file_names
from dupscan.walk.roots import resolve_roots
from dupscan.walk.walker import walk
from dupscan.workers.executor import Executor
from dupscan.workers.pool import Processes

__all__ = ["Calibration", "calibrate"]

_CACHED_LOOKS = 4096


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that labelled pictures say about the cutoffs."""

    folder: str
    settings: CalibrateSettings
    library: Library
    sample: Sample
    pairs: MeasuredPairs
    proposals: tuple[Proposal, ...]
    """One for each measure."""
    before: SimulatedScan
    """A scan with the settings of today."""
    after: SimulatedScan
    """A scan with the proposed settings; the same object as `before` if nothing is changed."""
    suspects: tuple[Suspect, ...]

    @property
    def match(self) -> MatchSettings:
        """The proposed settings."""
        return self.after.settings


def calibrate(
    folder: str | Path,
    settings: CalibrateSettings | None = None,
    *,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Calibration:
    """Propose cutoffs from the pictures in `folder`, whose duplicates are known. Read-only.

    Each sub-folder has the versions of one picture, if `settings` names no table. Raises RootError
    for a folder that does not exist, SettingsError for wrong labels, and UsageError if no two
    pictures are labelled as versions of one.
    """
    settings, progress = settings or CalibrateSettings(), progress or Silence()
    executor = executor or Processes(
        settings.workers or usable_cores(), settings.fingerprint.time_limit, preload=(__name__,)
    )
    wanted = WalkSettings((os.fspath(folder),), hidden=settings.labels is not None)
    roots = resolve_roots(wanted)
    root = roots[0].path
    if not roots[0].is_folder:
        raise RootError(f"cannot calibrate on {file_names.shown(root)}: not a folder")
    with progress.stage("walk", None, "files") as meter:
        walked = walk(roots, wanted, StopFlag(), meter.advance)
    labelled = read_labels(walked.files, root, settings.labels)
    _refuse_unknown_transforms(
        settings.edited, {label.transform for label in labelled.labels.values()}
    )
    with Store() as store:
        context = ScanContext(store, progress, executor, stopped=lambda: False)
        library = read_library(labelled, settings, context)
        _refuse_without_versions(library, root)

        @lru_cache(maxsize=_CACHED_LOOKS)
        def look_at(index: PictureIndex) -> Look:
            picture = library.pictures[index]
            return look(picture.traits, store.fingerprints.likeness(picture.fingerprint_id))

        sample = choose_pairs(library, settings, progress)
        pairs = measure_pairs(library, sample, settings.edited, look_at, progress)
        proposals = propose(pairs, settings)
        proposed = with_proposals(settings.match, proposals)
        before = after = simulate_scan(sample, pairs, settings.match, look_at, progress)
        if proposed != settings.match:
            after = simulate_scan(sample, pairs, proposed, look_at, progress)
    return Calibration(
        folder=os.fspath(folder),
        settings=settings,
        library=library,
        sample=sample,
        pairs=pairs,
        proposals=proposals,
        before=before,
        after=after,
        suspects=suspects(library, pairs, after),
    )


def _refuse_unknown_transforms(edited: tuple[str, ...], transforms: set[str]) -> None:
    known = sorted(transforms - {""})
    if unknown := [name for name in edited if name not in transforms]:
        there = f"choose from {', '.join(known)}" if known else "the labels name no transforms"
        raise SettingsError(f"--edited {','.join(unknown)}: no such transform; {there}")


def _refuse_without_versions(library: Library, folder: str) -> None:
    if next(library.members(), None) is None:
        raise UsageError(
            f"no two of the {len(library.pictures):,} different pictures in "
            f"{file_names.shown(folder)} are labelled as versions of one: put the versions of each "
            "picture into a sub-folder of its own, or name a table with --labels"
        )
