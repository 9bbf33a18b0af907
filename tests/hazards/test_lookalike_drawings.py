"""Drawings of stars, sketches and curves may share a hash and still be different pictures.

There is very little in such a picture that a perceptual hash could describe, so the hashes of
different pictures collide.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dupscan.confirm import Weighed
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Fingerprint
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings


def show_stars(seed: int) -> Image.Image:
    """Another part of the sky each time, above the same glow of a town."""
    chance = np.random.default_rng(seed)
    sky = 60 * np.linspace(0, 1, 400)[:, None] + chance.normal(8, 2, (400, 600))
    for across, down in zip(
        chance.integers(2, 598, 200), chance.integers(2, 398, 200), strict=True
    ):
        sky[down - 1 : down + 1, across - 1 : across + 1] += min(255, 40 * chance.pareto(1.5) + 20)
    return Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))


def draw_lines(seed: int) -> Image.Image:
    """A few strokes within the same circle."""
    chance = Random(seed)
    paper = Image.new("L", (600, 600), 255)
    draw = ImageDraw.Draw(paper)
    draw.ellipse((100, 100, 500, 500), outline=0, width=4)
    for _ in range(9):
        stroke = [(chance.randrange(150, 450), chance.randrange(150, 450)) for _ in range(3)]
        draw.line(stroke, fill=0, width=4)
    return paper


def draw_in_pencil(seed: int) -> Image.Image:
    """Photographed in uneven light, which is most of what there is to see."""
    chance = Random(seed)
    paper = Image.new("L", (900, 700), 240)
    draw = ImageDraw.Draw(paper)
    for _ in range(14):
        stroke = [(chance.randrange(200, 700), chance.randrange(150, 550)) for _ in range(2)]
        draw.line(stroke, fill=190, width=3)
    light = np.linspace(1, 0.6, 900)[None]
    grain = np.random.default_rng(seed).normal(0, 1.5, (700, 900))
    return Image.fromarray(np.clip(np.asarray(paper) * light + grain, 0, 255).astype(np.uint8))


def plot(seed: int) -> Image.Image:
    """The same axes and title, another curve."""
    paper = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(paper)
    draw.line((80, 40, 80, 540, 860, 540), fill="black", width=3)
    draw.text((350, 10), "Temperature", fill="black", font=ImageFont.load_default(24))
    heights = np.cumsum(np.random.default_rng(seed).normal(0, 8, 78)) + 300
    curve = [(80 + 10 * at, float(height)) for at, height in enumerate(heights)]
    draw.line(curve, fill="#1f77b4", width=3)
    return paper


def draw_icon(seed: int) -> Image.Image:
    """A letter on a round button."""
    button = Image.new("RGB", (128, 128), "white")
    draw = ImageDraw.Draw(button)
    draw.ellipse((8, 8, 120, 120), fill="#2d7dd2")
    draw.text((42, 26), "ABCDEGHK"[seed], fill="white", font=ImageFont.load_default(64))
    return button


@pytest.mark.parametrize("draw", [show_stars, draw_lines, draw_in_pencil, plot, draw_icon])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_they_are_not_the_same_even_if_their_hashes_were_equal(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    draw: Callable[[int], Image.Image],
    number: int,
) -> None:
    weighed = weigh_pair(print_of(draw(0)), print_of(draw(number)), anyhow=True)
    assert weighed is not None
    assert weighed.verdict in (None, Verdict.SIMILAR)


@pytest.mark.parametrize("draw", [show_stars, draw_lines, draw_in_pencil, plot, draw_icon])
def test_a_scan_calls_no_two_of_them_the_same(
    scan_of: Callable[..., ScanOutcome], tmp_path: Path, draw: Callable[[int], Image.Image]
) -> None:
    for number in range(6):
        draw(number).save(tmp_path / f"{number}.jpg", quality=90)

    report = scan_of(tmp_path, match=MatchSettings(radius=32, min_detail=0)).report

    matches = [match for group in report.groups for match in group.duplicates]
    assert [one for one in matches if one.verdict.at_least(Verdict.PICTURE)] == []
