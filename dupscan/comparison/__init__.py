"""Two pictures → every measure of the pair, and the verdict that a scan would give.

::

    two paths ─▶ files ─▶ judging ─▶ Comparison ─▶ wording, json_object, diff_picture

The verdict comes from the functions of a scan, but here every measure is taken, even if an early
one already decides.
"""

from __future__ import annotations

import os
from pathlib import Path

from dupscan.comparison import files
from dupscan.comparison.comparison import Comparison, Measurement, Pixels
from dupscan.comparison.judging import TwoPictures, judge, measurements
from dupscan.fingerprint.look import look
from dupscan.model.files import FileEntry
from dupscan.model.ids import FingerprintId
from dupscan.model.pictures import Fingerprint, Picture
from dupscan.settings import CompareSettings, FingerprintSettings, MatchSettings
from dupscan.settings.not_duplicates import read_decisions
from dupscan.workers.executor import Executor
from dupscan.workers.pool import Processes

__all__ = ["Comparison", "Measurement", "Pixels", "compare", "draw_difference"]


def compare(
    first: str | Path,
    second: str | Path,
    settings: CompareSettings | None = None,
    *,
    executor: Executor | None = None,
) -> Comparison:
    """Measure how alike two pictures are, and say if a scan would call them duplicates. Read-only.

    Raises UsageError for a path without a file, NotReadable for a file that cannot be read as a
    picture, and SettingsError for a file of ``not_duplicates`` that cannot be read.
    """
    settings = settings or CompareSettings()
    different = read_decisions(settings.not_duplicates) if settings.not_duplicates else frozenset()
    both = files.entry(os.fspath(first)), files.entry(os.fspath(second))
    found = files.read(both, settings.fingerprint, executor or workers(settings.fingerprint))
    pictures = [
        _picture(file, fingerprint, settings.match)
        for file, fingerprint in zip(both, found.fingerprints, strict=True)
    ]
    looks = [look(one.traits, one.likeness) for one in found.fingerprints]
    low, high = sorted(picture.digest for picture in pictures)
    pair = TwoPictures(
        first=pictures[0],
        second=pictures[1],
        looks=(looks[0], looks[1]),
        equal_pixels=bool(found.pixels.equal),
        declared_different=(low, high) in different,
    )
    judgement = judge(pair, settings.match)
    return Comparison(
        first=pair.first,
        second=pair.second,
        verdict=judgement.verdict,
        changes=judgement.changes,
        obstacle=judgement.obstacle,
        same_file=(both[0].device, both[0].inode) == (both[1].device, both[1].inode),
        same_bytes=low == high,
        pixels=found.pixels,
        counts_rms=found.counts_rms,
        evidence=judgement.evidence,
        is_near=judgement.is_near,
        measurements=measurements(pair, judgement.evidence, settings.match),
    )


def draw_difference(
    compared: Comparison,
    settings: FingerprintSettings | None = None,
    *,
    executor: Executor | None = None,
) -> bytes:
    """Draw two compared pictures side by side, with a map of where they differ, as a PNG file.

    Read-only. Raises NotReadable if a picture has changed since the comparison.
    """
    from dupscan.comparison import diff_picture  # noqa: PLC0415 (only for a picture)

    settings = settings or FingerprintSettings()
    return diff_picture.draw_difference(compared, settings, executor or workers(settings))


def workers(settings: FingerprintSettings) -> Executor:
    """Return worker processes for two files; a decoder may crash or hang there."""
    return Processes(2, settings.time_limit, preload=(__name__,))


def _picture(file: FileEntry, found: Fingerprint, settings: MatchSettings) -> Picture:
    low_detail = found.traits.detail < settings.min_detail
    # Nothing is stored, so there is no id.
    return Picture(file, found.traits, low_detail, fingerprint_id=FingerprintId(0))
