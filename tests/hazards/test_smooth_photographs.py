"""Photographs of fog or sky have little contrast, and must still be compared.

A program that looks at the contrast alone takes them for blank pages.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
Colour = tuple[int, int, int]


def blow(width: int, height: int, cells: int, seed: int) -> np.ndarray:
    """Smooth shapes between -0.5 and 0.5."""
    chance = np.random.default_rng(seed).random((cells, cells)).astype(np.float32)
    size = (width, height)
    return np.asarray(Image.fromarray(chance).resize(size, Image.Resampling.BICUBIC)) - 0.5


def photograph(top: Colour, bottom: Colour, clouds: float, seed: int = 1) -> Image.Image:
    """A sky from one colour to another, with clouds of so many levels and the grain of a camera."""
    width, height = 960, 640
    down = np.linspace(0, 1, height)[:, None, None]
    levels = np.array(top) * (1 - down) + np.array(bottom) * down + np.zeros((height, width, 3))
    shapes = blow(width, height, 6, seed) + 0.4 * blow(width, height, 24, seed + 9)
    levels += clouds * shapes[..., None]
    levels += np.random.default_rng(seed).normal(0, 1.5, levels.shape)
    return Image.fromarray(np.clip(levels, 0, 255).round().astype(np.uint8))


SMOOTH = {
    "clear sky": photograph((70, 120, 200), (200, 220, 240), 6),
    "clouds": photograph((90, 140, 210), (190, 215, 240), 40),
    "dusk": photograph((30, 40, 80), (240, 150, 90), 15),
    "fog": photograph((205, 205, 208), (150, 152, 156), 30),
    "snow": photograph((225, 230, 240), (180, 190, 210), 30),
    "sea": photograph((120, 150, 170), (20, 50, 80), 20),
}


def draw_button() -> Image.Image:
    """A flat icon."""
    icon = Image.new("RGB", (256, 256), "white")
    draw = ImageDraw.Draw(icon)
    draw.ellipse((25, 25, 230, 230), fill="#2d7dd2")
    draw.polygon([(102, 77), (102, 179), (192, 128)], fill="white")
    return icon


def draw_flag() -> Image.Image:
    flag = Image.new("RGB", (300, 200), "white")
    flag.paste("firebrick", (0, 0, 300, 67))
    flag.paste("darkgreen", (0, 133, 300, 200))
    return flag


def scan_blank_page() -> Image.Image:
    """White paper with the grain of a scanner."""
    grain = np.random.default_rng(4).normal(245, 2, (800, 600))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


def rule_page() -> Image.Image:
    page = Image.new("L", (300, 400), 255)
    for top in range(40, 400, 20):
        ImageDraw.Draw(page).line((0, top, 300, top), fill=180)
    return page


FLAT = {
    "black": Image.new("L", (300, 400), 0),
    "white": Image.new("L", (300, 400), 255),
    "button": draw_button(),
    "flag": draw_flag(),
    "blank page": scan_blank_page(),
    "ruled page": rule_page(),
}


def is_low_detail(scan_of: ScanOf, picture: Image.Image, folder: Path, **how: int) -> bool:
    picture.save(folder / ("a.jpg" if how else "a.png"), **how)
    counts = scan_of(folder).report.counts
    assert counts.pictures == 1
    return counts.low_detail == 1


@pytest.mark.parametrize("quality", [50, 90])
@pytest.mark.parametrize("name", SMOOTH)
def test_a_smooth_photograph_is_compared(
    scan_of: ScanOf, tmp_path: Path, name: str, quality: int
) -> None:
    assert not is_low_detail(scan_of, SMOOTH[name], tmp_path, quality=quality)


@pytest.mark.parametrize(
    ("name", "how"),
    # What JPEG makes of fine rules is shading to the eye of a program.
    [(name, {}) for name in FLAT]
    + [(name, {"quality": 75}) for name in FLAT if name != "ruled page"],
)
def test_blank_pages_and_flat_icons_are_not(
    scan_of: ScanOf, tmp_path: Path, name: str, how: dict[str, int]
) -> None:
    assert is_low_detail(scan_of, FLAT[name], tmp_path, **how)


@pytest.mark.parametrize("name", SMOOTH)
def test_a_smooth_photograph_is_found_again(scan_of: ScanOf, tmp_path: Path, name: str) -> None:
    SMOOTH[name].save(tmp_path / "one.jpg", quality=90)
    SMOOTH[name].resize((480, 320)).save(tmp_path / "other.jpg", quality=75)

    [group] = scan_of(tmp_path).report.groups

    assert [match.verdict.value for match in group.duplicates] == ["picture"]


def test_skies_that_differ_in_their_clouds_are_not_one(scan_of: ScanOf, tmp_path: Path) -> None:
    for seed in range(4):
        sky = photograph((90, 140, 210), (190, 215, 240), 60, seed)
        sky.save(tmp_path / f"{seed}.jpg", quality=90)

    assert scan_of(tmp_path).report.groups == ()
