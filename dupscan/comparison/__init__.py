"""Two pictures → every measure of the pair, and the verdict that a scan would give.

::

    two paths ─▶ files ─▶ judging ─▶ Comparison ─▶ wording, json_object, diff_picture

The verdict comes from the functions of a scan, but here every measure is taken, even if an early
one already decides.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from dupscan.comparison import files
from dupscan.comparison.comparison import Comparison, Measurement, Pixels
from dupscan.comparison.judging import TwoPictures, judge, measurements, picture_of
from dupscan.confirm.documents import looks_like_document
from dupscan.fingerprint.look import look
from dupscan.settings import CompareSettings, FingerprintSettings
from dupscan.settings.not_duplicates import read_decisions
from dupscan.workers.executor import Executor
from dupscan.workers.pool import Processes

__all__ = ["Comparison", "Measurement", "Pixels", "compare"]


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
    executor = executor or workers(settings.fingerprint)
    found = files.read(both, settings.fingerprint, executor)
    pictures = [
        picture_of(file, fingerprint, settings.match)
        for file, fingerprint in zip(both, found.fingerprints, strict=True)
    ]
    looks = [look(one.traits, one.likeness) for one in found.fingerprints]
    low, high = sorted(picture.digest for picture in pictures)
    pair = TwoPictures(
        first=pictures[0],
        second=pictures[1],
        looks=(looks[0], looks[1]),
        equal_pixels=bool(found.pixels.equal),
        read_print=partial(files.read_fine_print, both, settings=settings, executor=executor),
        are_documents=any(looks_like_document(one.likeness) for one in found.fingerprints),
        declared_different=(low, high) in different,
    )
    judgement = judge(pair, settings.match)
    return Comparison(
        **{name: getattr(judgement, name) for name in judgement.__slots__},
        first=pair.first,
        second=pair.second,
        same_file=(both[0].device, both[0].inode) == (both[1].device, both[1].inode),
        same_bytes=low == high,
        pixels=found.pixels,
        counts_rms=found.counts_rms,
        measurements=measurements(pair, judgement.evidence, settings.match),
    )


def workers(settings: FingerprintSettings) -> Executor:
    """Return worker processes for two files; a decoder may crash or hang there."""
    return Processes(2, settings.time_limit, preload=(__name__,))
