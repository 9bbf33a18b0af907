"""Pictures whose pixels have the same sum are not the same picture.

Above 5,000 files difPy calls pictures duplicates whose pixels have equal sums.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

ANY_HASH = MatchSettings(radius=32)


def test_the_same_pixels_in_another_order_are_another_picture(
    scan_of: Callable[..., ScanOutcome], photo: Image.Image, tmp_path: Path
) -> None:
    """Sums, means and histograms are all equal; hash and histogram RMS let them by."""
    levels = np.asarray(photo)
    rolled = np.roll(levels, 200, axis=1)
    Image.fromarray(levels).save(tmp_path / "one.png")
    Image.fromarray(rolled).save(tmp_path / "other.png")

    assert levels.sum() == rolled.sum()
    assert scan_of(tmp_path, match=ANY_HASH).report.groups == ()


def test_two_photographs_brought_to_equal_sums_stay_two(
    scan_of: Callable[..., ScanOutcome], originals: Path, tmp_path: Path
) -> None:
    for name in ("brick.jpg", "grass.jpg"):
        with Image.open(originals / name) as image:
            levels = np.sort(np.asarray(image.convert("L").resize((128, 128))).ravel())
            order = np.argsort(
                np.argsort(np.asarray(image.convert("L").resize((128, 128))).ravel())
            )
        equalised = (np.arange(levels.size) // 64).astype(np.uint8)[order].reshape(128, 128)
        Image.fromarray(equalised).save(tmp_path / f"{name}.png")

    assert scan_of(tmp_path, match=ANY_HASH).report.groups == ()
