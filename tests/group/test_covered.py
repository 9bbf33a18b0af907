"""The one of two similar pictures of which a part is covered is told by that part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from dupscan.group.covered import find_covered
from dupscan.model.matches import EXACT, Match, Verdict
from dupscan.model.views import Box

PART: Box = (0.4, 0.4, 0.6, 0.6)


@pytest.fixture
def grey(originals: Path) -> Image.Image:
    with Image.open(originals / "coffee.jpg") as opened:
        return opened.convert("L").resize((256, 192))


def hide(grey: Image.Image, kind: str) -> Image.Image:
    width, height = grey.size
    box = tuple(round(edge * side) for edge, side in zip(PART, (width, height) * 2, strict=True))
    part, hidden = grey.crop(box), grey.copy()
    if kind == "mosaic":
        part = part.resize((6, 5), Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    else:
        part = part.filter(ImageFilter.GaussianBlur(5))
    hidden.paste(part, box[:2])
    return hidden


def found(
    one: Image.Image,
    other: Image.Image,
    verdict: Verdict = Verdict.SIMILAR,
    part: Box | None = PART,
) -> set[int]:
    levels: list[NDArray[np.uint8]] = [np.asarray(one), np.asarray(other)]
    match = Match(0, 1, verdict, replace(EXACT, edited=part))
    return set(find_covered([match], levels.__getitem__))


def test_without_matches_nothing_is_covered(grey: Image.Image) -> None:
    assert find_covered([], lambda index: np.asarray(grey)) == set()


@pytest.mark.parametrize("kind", ["mosaic", "blur"])
def test_the_covered_one_is_found_from_either_side(grey: Image.Image, kind: str) -> None:
    hidden = hide(grey, kind)
    assert found(grey, hidden) == {1}
    assert found(hidden, grey) == {0}


def test_nothing_is_covered_where_both_show_the_same(grey: Image.Image) -> None:
    assert found(grey, grey) == set()


def test_only_similar_pictures_that_differ_in_one_part_are_looked_at(grey: Image.Image) -> None:
    hidden = hide(grey, "blur")
    assert found(grey, hidden, verdict=Verdict.PICTURE) == set()
    assert found(grey, hidden, part=None) == set()


def test_a_picture_of_one_pixel_has_no_covered_part() -> None:
    dot = Image.new("L", (1, 1))
    assert found(dot, dot) == set()
