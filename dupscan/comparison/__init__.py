"""Two pictures → every measure of the pair, and the verdict that a scan would come to.

::

    two paths ─▶ files ─▶ fingerprints ─▶ judging ─▶ Comparison ─▶ sheets ─▶ diff_picture ─▶ PNG
                    └▶ pixels, colours ─────────────────┘

Like :mod:`dupscan.pipeline` this introduces the rooms to each other, and goes the same way; but
nothing ends early here: whatever a pair falls short of, all is measured.
"""

from __future__ import annotations

import os
from pathlib import Path

from dupscan.comparison import diff_picture, files
from dupscan.comparison.comparison import Comparison, Measure, Pixels
from dupscan.comparison.diff_sheet import sheet_of
from dupscan.comparison.judging import Pair, judge, measures
from dupscan.fingerprint.look import look
from dupscan.model.files import FileEntry
from dupscan.model.pictures import Fingerprint, Picture
from dupscan.settings import CompareSettings, FingerprintSettings, MatchSettings
from dupscan.settings.not_duplicates import read_decisions
from dupscan.workers.executor import Executor
from dupscan.workers.pool import Processes

__all__ = ["Comparison", "Measure", "Pixels", "compare", "write_difference"]


def compare(
    one: str | Path,
    other: str | Path,
    settings: CompareSettings | None = None,
    *,
    executor: Executor | None = None,
) -> Comparison:
    """Measure how much alike two pictures are, and say whether a scan would call them duplicates.

    Read-only. Raises UsageError for a path that leads to no file, NotReadable for a file that
    cannot be read as a picture, SettingsError for decisions that cannot be read.
    """
    settings = settings or CompareSettings()
    apart = read_decisions(settings.not_duplicates) if settings.not_duplicates else frozenset()
    both = files.entry(os.fspath(one)), files.entry(os.fspath(other))
    found = files.read(both, settings.fingerprint, executor or workers(settings.fingerprint))
    first, second = (
        _picture(file, fingerprint, settings.match)
        for file, fingerprint in zip(both, found.fingerprints, strict=True)
    )
    low, high = sorted((first.digest, second.digest))
    first_print, second_print = found.fingerprints
    pair = Pair(
        one=first,
        other=second,
        looks=(
            look(first.traits, first_print.likeness),
            look(second.traits, second_print.likeness),
        ),
        equal_pixels=bool(found.pixels.equal),
        apart=(low, high) in apart,
    )
    judgement = judge(pair, settings.match)
    return Comparison(
        one=first,
        other=second,
        verdict=judgement.verdict,
        changes=judgement.changes,
        obstacle=judgement.obstacle,
        same_file=(both[0].device, both[0].inode) == (both[1].device, both[1].inode),
        same_bytes=first.digest == second.digest,
        pixels=found.pixels,
        counts_rms=found.counts_rms,
        evidence=judgement.evidence,
        is_near=judgement.is_near,
        measures=measures(pair, judgement.evidence, settings.match),
    )


def write_difference(
    compared: Comparison,
    path: str | Path,
    settings: FingerprintSettings | None = None,
    *,
    executor: Executor | None = None,
) -> None:
    """Draw two compared pictures side by side, with a map of where they differ, to a PNG at `path`.

    Makes that file or, where it is an earlier one of the kind, replaces it, whole or not at all.
    Raises UsageError when another file is there, or no folder to put it in; NotReadable when a
    picture has changed since it was compared; CannotFinish when the disk is full or the like.
    """
    settings = settings or FingerprintSettings()
    place = Path(path)
    inputs = (compared.one.file.path, compared.other.file.path)
    diff_picture.check_place(place, inputs)
    sheet = sheet_of(compared, settings, executor or workers(settings))
    diff_picture.check_place(place, inputs)  # once more: it took a while
    diff_picture.write(sheet, place)


def workers(settings: FingerprintSettings) -> Executor:
    """Worker processes for two files, in which a decoder may crash or hang."""
    return Processes(2, settings.time_limit, preload=(__name__,))


def _picture(file: FileEntry, found: Fingerprint, settings: MatchSettings) -> Picture:
    low_detail = found.traits.detail < settings.min_detail
    return Picture(file, found.traits, low_detail, fingerprint_id=0)  # there is no spool for two
