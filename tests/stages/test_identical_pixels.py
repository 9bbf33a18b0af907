"""Exactly equal pictures are found whatever else is measured of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.model.report import ScanReport
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings
from dupscan.stages.identical_pixels import low_detail_pairs, near_the_limit, worth_decoding

ScanOf = Callable[..., ScanOutcome]


def verdicts_of(report: ScanReport) -> list[str]:
    return [match.verdict.value for group in report.groups for match in group.duplicates]


def fine_print() -> Image.Image:
    """Black dots on white, the hardest that a JPEG can be asked to scale."""
    dots = np.random.default_rng(7).random((900, 600)) < 0.2
    dots[:, 40:80] = dots[300:500] = False
    return Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)).convert("RGB")


def test_without_pictures_nothing_is_decoded() -> None:
    def likeness(_: object) -> object:
        raise AssertionError("nothing to look at")

    assert worth_decoding([], [], likeness) == []  # type: ignore[arg-type]
    assert low_detail_pairs([], likeness, 0.7) == []  # type: ignore[arg-type]
    assert near_the_limit(np.empty(0), np.empty(0, np.int64), 0.7).tolist() == []


def test_only_pictures_just_above_the_limit_are_near_it() -> None:
    detail = np.array([0.5, 0.8, 0.8, 2.0])
    pixels = np.array([100, 100, 101, 100], np.int64)
    assert near_the_limit(detail, pixels, 0.7).tolist() == [False, True, False, False]
    assert not near_the_limit(detail, pixels, 0.0).any()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("b.png", {}),
        ("b.tif", {}),
        ("b.bmp", {}),
        ("b.webp", {"lossless": True}),
        ("b.jp2", {}),
    ],
)
def test_a_decoded_jpeg_is_found(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image, name: str, options: dict[str, object]
) -> None:
    photo.save(tmp_path / "a.jpg", quality=70)
    with Image.open(tmp_path / "a.jpg") as jpeg:
        jpeg.save(tmp_path / name, **options)  # type: ignore[arg-type]
    assert verdicts_of(scan_of(tmp_path).report) == ["pixels"]


def test_a_document_is_found_though_its_scaled_versions_differ(
    scan_of: ScanOf, tmp_path: Path
) -> None:
    """A JPEG decoder that scales keeps the overshoot around letters; decoding in full cuts it."""
    fine_print().save(tmp_path / "a.jpg", quality=50)
    with Image.open(tmp_path / "a.jpg") as jpeg:
        jpeg.save(tmp_path / "b.png")
    assert verdicts_of(scan_of(tmp_path).report) == ["pixels"]


def test_a_grey_jpeg_is_found_in_a_palette(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image
) -> None:
    photo.convert("L").save(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as jpeg:
        jpeg.convert("P").save(tmp_path / "b.gif")
    assert verdicts_of(scan_of(tmp_path).report) == ["pixels"]


def test_equal_pictures_on_two_sides_of_the_limit_are_found(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image
) -> None:
    photo.resize((1600, 1200)).save(tmp_path / "a.jpg", quality=30)
    with Image.open(tmp_path / "a.jpg") as jpeg:
        jpeg.save(tmp_path / "b.png")
    low, high = sorted(one.traits.detail for one in scan_of(tmp_path).report.pictures)
    assert low < high

    between = scan_of(tmp_path, match=MatchSettings(min_detail=(low + high) / 2)).report

    assert between.counts.low_detail == 1
    assert verdicts_of(between) == ["pixels"]


def test_a_large_jpeg_is_found_that_was_made_progressive_without_loss(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image
) -> None:
    """Of a large progressive JPEG the coarsest scans are decoded first, which rounds otherwise."""
    large = photo.resize((2600, 2000))
    large.save(tmp_path / "a.jpg", quality=85)
    large.save(tmp_path / "b.jpg", quality=85, progressive=True)
    assert verdicts_of(scan_of(tmp_path).report) == ["pixels"]


def test_a_jpeg_that_was_saved_again_is_not_equal(
    scan_of: ScanOf, tmp_path: Path, photo: Image.Image
) -> None:
    photo.save(tmp_path / "a.jpg", quality=70)
    with Image.open(tmp_path / "a.jpg") as jpeg:
        jpeg.save(tmp_path / "b.jpg", quality=80)
    assert verdicts_of(scan_of(tmp_path).report) == ["picture"]
