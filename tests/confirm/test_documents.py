"""Documents are told from photographs by paper of one tone without colour."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont

from dupscan.confirm.documents import looks_like_document
from dupscan.fingerprint.features import histogram, small_planes
from dupscan.model.pictures import Likeness

DARK, LIGHT = (20, 22, 28), (240, 238, 230)


def likeness_of(image: Image.Image) -> Likeness:
    working = image.convert("RGB").resize((256, 256 * image.height // image.width))
    grey = working.convert("L")
    return Likeness(small_planes(working, grey), histogram(working, grey), b"")


def letter(paper: tuple[int, int, int], ink: tuple[int, int, int]) -> Image.Image:
    page = Image.new("RGB", (800, 1000), paper)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(20)
    for top in range(30, 960, 30):
        pen.text((40, top), "the agreement between both parties shall remain in force", ink, font)
    return page


def test_an_empty_page_may_be_a_document() -> None:
    assert looks_like_document(likeness_of(Image.new("RGB", (400, 300), "white")))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_page_of_text_is_one(mode: str) -> None:
    paper, ink = (DARK, LIGHT) if mode == "dark" else (LIGHT, DARK)
    assert looks_like_document(likeness_of(letter(paper, ink)))


def test_a_page_on_a_table_is_one() -> None:
    table = Image.new("RGB", (1200, 1200), (140, 100, 60))
    table.paste(letter(LIGHT, DARK), (200, 100))
    assert looks_like_document(likeness_of(table))


def test_a_page_in_uneven_light_is_one() -> None:
    page = letter(LIGHT, DARK)
    shade = Image.linear_gradient("L").resize(page.size).point(lambda level: 200 + level // 5)
    lit = Image.composite(page, Image.new("RGB", page.size), shade)
    assert looks_like_document(likeness_of(lit))


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_a_colourful_photograph_is_none(load: Callable[[str], Image.Image], name: str) -> None:
    assert not looks_like_document(likeness_of(load(name)))
