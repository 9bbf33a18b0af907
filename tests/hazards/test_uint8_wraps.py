"""A black picture must never match a white picture.

difPy subtracts 8-bit levels from each other: 3 - 253 wraps around to 6, so black "matches" white.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from dupscan.confirm.difference import aligned_difference
from dupscan.model.matches import Match, Verdict
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

ANY_HASH = MatchSettings(radius=32)


def with_square(photo: Image.Image, level: int) -> Image.Image:
    """The picture with a square of one grey in its middle."""
    changed = photo.copy()
    changed.paste((level, level, level), (150, 100, 250, 200))
    return changed


def same_in(outcome: ScanOutcome) -> list[Match]:
    """Matches that say more than that one part of two pictures is another."""
    matches = [match for group in outcome.report.groups for match in group.duplicates]
    return [match for match in matches if match.verdict is not Verdict.SIMILAR]


def test_a_black_square_is_not_a_white_one(
    scan_of: Callable[..., ScanOutcome], photo: Image.Image, tmp_path: Path
) -> None:
    with_square(photo, 3).save(tmp_path / "black.png")
    with_square(photo, 253).save(tmp_path / "white.png")

    assert same_in(scan_of(tmp_path, match=ANY_HASH)) == []


def test_levels_near_both_ends_lie_far_apart() -> None:
    one, other = (np.full((1, 3, 32, 32), 128, np.uint8) for _ in range(2))
    one[:, 0, :8, :8], other[:, 0, :8, :8] = 2, 254

    assert aligned_difference(one, other, np.array([True]))[0] > 150


def test_a_negative_is_not_its_picture(
    scan_of: Callable[..., ScanOutcome], photo: Image.Image, tmp_path: Path
) -> None:
    photo.save(tmp_path / "picture.png")
    photo.point(lambda level: 255 - level).save(tmp_path / "negative.png")

    assert scan_of(tmp_path, match=ANY_HASH).report.groups == ()
