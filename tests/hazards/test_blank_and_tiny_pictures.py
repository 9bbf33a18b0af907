"""Blank pictures and very small files must be listed or compared, and never silently skipped.

czkawka skips blank pictures and files under 16 KiB without a message.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
Grouped = Callable[[ScanOutcome], list[list[str]]]


def test_blank_pictures_that_differ_are_listed_and_not_grouped(
    scan_of: ScanOf, tmp_path: Path
) -> None:
    for level in (0, 254, 255):
        Image.new("RGB", (300, 200), (level, level, level)).save(tmp_path / f"{level}.png")

    report = scan_of(tmp_path).report

    assert report.groups == ()
    assert report.low_detail == (0, 1, 2)


def test_blank_pictures_of_equal_bytes_are_duplicates(
    scan_of: ScanOf, grouped: Grouped, tmp_path: Path
) -> None:
    Image.new("RGB", (300, 200), "white").save(tmp_path / "a.png")
    shutil.copy(tmp_path / "a.png", tmp_path / "b.png")

    assert grouped(scan_of(tmp_path)) == [["a.png", "b.png"]]


def test_the_smallest_pictures_there_are_are_read_and_compared(
    scan_of: ScanOf, grouped: Grouped, tmp_path: Path
) -> None:
    """They are equal to the bit; but WebP rounds what it compresses."""
    for suffix in ("gif", "png", "bmp", "jpg", "webp", "tif"):
        Image.new("L", (1, 1), 128).save(tmp_path / f"dot.{suffix}")
    shutil.copy(tmp_path / "dot.gif", tmp_path / "dot again.gif")

    outcome = scan_of(tmp_path)

    assert outcome.report.failures == ()
    assert outcome.report.counts.pictures == 7
    [members] = grouped(outcome)
    others = {"dot.gif", "dot again.gif", "dot.png", "dot.bmp", "dot.tif", "dot.jpg"}
    assert {*members} - {"dot.webp"} == others


def test_a_photograph_of_a_few_kilobytes_is_compared_like_any_other(
    scan_of: ScanOf, grouped: Grouped, photo: Image.Image, tmp_path: Path
) -> None:
    small = photo.resize((100, 75))
    small.save(tmp_path / "small.webp", quality=80)
    small.save(tmp_path / "small.png")

    assert (tmp_path / "small.webp").stat().st_size < 4096
    assert grouped(scan_of(tmp_path)) == [["small.png", "small.webp"]]


def test_a_line_of_pixels_is_a_picture_too(scan_of: ScanOf, tmp_path: Path) -> None:
    line = np.random.default_rng(1).integers(0, 256, (1, 20_000), dtype=np.uint8)
    Image.fromarray(line).save(tmp_path / "wide.png")
    Image.fromarray(line.T.copy()).save(tmp_path / "high.png")

    report = scan_of(tmp_path).report

    assert report.failures == ()
    assert report.counts.pictures == 2
