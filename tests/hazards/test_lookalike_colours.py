"""A shop shows one shirt in ten colours: ten different pictures.

The shirts are folded the same way, so hashes of grey pictures call the ten one picture.
"""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dupscan.confirm import Weighed
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Fingerprint
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

STRONG = {
    "red": (200, 40, 50),
    "blue": (40, 80, 200),
    "green": (20, 110, 40),
    "plum": (140, 40, 140),
}
PALE = {
    "rose": (235, 200, 205),
    "sand": (220, 208, 190),
    "sky": (200, 212, 235),
    "mint": (200, 228, 212),
}
DULL = {"olive": (95, 95, 60), "brown": (100, 75, 60), "slate": (70, 80, 100)}
PAPER = 246
OUTLINE = "180,90 420,90 560,230 490,320 440,270 440,630 160,630 160,270 110,320 40,230"


def draw_shirt(colour: tuple[int, int, int], seed: int = 0) -> Image.Image:
    """A shirt with folds in it on white paper, 600 × 700."""
    picture = Image.new("RGB", (600, 700), (PAPER,) * 3)
    corners = [tuple(map(int, corner.split(","))) for corner in OUTLINE.split()]
    draw = ImageDraw.Draw(picture)
    draw.polygon(corners, fill=colour)
    draw.ellipse((240, 60, 360, 140), fill=(PAPER,) * 3)
    down, across = np.indices((700, 600))
    folds = 1 + 0.07 * np.sin(across / 23 + np.sin(down / 60) * 2)
    folds += 0.05 * np.sin(down / 41 + across / 90)
    levels = np.asarray(picture, float)
    is_shirt = (np.abs(levels - PAPER).max(axis=2) > 3)[..., None]
    levels = np.where(is_shirt, levels * folds[..., None], levels)
    levels += np.random.default_rng(seed).normal(0, 2, levels.shape)
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def bring_to_one_luminance(colours: dict[str, tuple[int, int, int]]) -> dict[str, Image.Image]:
    """Shirts of which only the chroma differs: the hardest case, and the rule in faded colours."""
    wanted = np.mean([np.dot(colour, (0.299, 0.587, 0.114)) for colour in colours.values()])
    shirts = {}
    for number, (name, colour) in enumerate(colours.items()):
        off = wanted - np.dot(colour, (0.299, 0.587, 0.114))
        red, green, blue = (int(np.clip(round(level + off), 0, 255)) for level in colour)
        shirts[name] = draw_shirt((red, green, blue), number)
    return shirts


@pytest.mark.parametrize("colours", [STRONG, PALE, DULL], ids=["strong", "pale", "dull"])
def test_the_same_shirt_in_another_colour_is_another_picture(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    colours: dict[str, tuple[int, int, int]],
) -> None:
    prints = {name: print_of(shirt) for name, shirt in bring_to_one_luminance(colours).items()}
    same = []
    for one, other in combinations(prints, 2):
        weighed = weigh_pair(prints[one], prints[other], anyhow=True)
        assert weighed is not None
        if weighed.verdict is Verdict.PICTURE:
            same.append((one, other))
    assert same == []


@pytest.mark.parametrize("colours", [STRONG, PALE, DULL], ids=["strong", "pale", "dull"])
def test_the_same_shirt_saved_again_is_the_same_picture(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    colours: dict[str, tuple[int, int, int]],
) -> None:
    """Else the test above would show nothing."""
    for name, shirt in bring_to_one_luminance(colours).items():
        weighed = weigh_pair(print_of(shirt), print_of(shirt, quality=60))
        assert weighed is not None, name
        assert weighed.verdict is Verdict.PICTURE, name


def test_a_scan_calls_no_two_of_them_the_same(
    scan_of: Callable[..., ScanOutcome], tmp_path: Path
) -> None:
    for name, shirt in bring_to_one_luminance(STRONG).items():
        shirt.save(tmp_path / f"{name}.jpg", quality=90)

    report = scan_of(tmp_path, match=MatchSettings(radius=32)).report

    matches = [match for group in report.groups for match in group.duplicates]
    assert [one for one in matches if one.verdict.at_least(Verdict.PICTURE)] == []
