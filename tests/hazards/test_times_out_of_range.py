"""A file dated in the year 11,476, by a wrong clock, must not spoil the report of all others."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.pipeline import ScanOutcome


@pytest.mark.parametrize("seconds", [300_000_000_000, -70_000_000_000, -1])
def test_a_file_from_another_age_is_reported_like_any_other(
    scan_of: Callable[..., ScanOutcome],
    mount: Callable[..., Path],
    originals: Path,
    seconds: int,
) -> None:
    """Tmpfs keeps any time; most file systems move these to the last one they know."""
    library = mount("library", "-t", "tmpfs", "tmpfs")
    for name in ("a.jpg", "b.jpg"):
        shutil.copy(originals / "coffee.jpg", library / name)
        os.utime(library / name, (seconds, seconds))

    outcome = scan_of(library)

    assert outcome.report.counts.groups == 1
    assert all(file.exists() for file in outcome.files)
