"""Fine print: one digit that differs is seen, and saving again is not mistaken for it."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from dupscan.confirm.fine_print import (
    LONGEST,
    FinePrint,
    compare_print,
    compared_size,
    is_legible,
)
from dupscan.imaging import print_versions
from dupscan.settings import MatchSettings

CUTOFF = MatchSettings().max_letters

SIZE = (480, 640)
TOTAL = (300, 500)
"""Left and top of the total, pixels."""


def receipt(total: str = "27.45", paper: int = 245, ink: int = 30) -> Image.Image:
    """A receipt of many lines, with its total near the end."""
    chance = Random(3)
    image = Image.new("L", SIZE, paper)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(18)
    for top in range(20, 620, 30):
        pen.text((30, top), f"Article {chance.randint(1000, 9999)}", ink, font)
        if top != TOTAL[1]:
            pen.text((TOTAL[0], top), f"{chance.uniform(1, 99):.2f}", ink, font)
    pen.text(TOTAL, total, ink, font)
    return image


def saved(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def halved(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def compared(one: Image.Image, other: Image.Image) -> FinePrint:
    size = compared_size(one.size, other.size)
    smaller = print_versions(levels(other), size)[0]
    return compare_print(print_versions(levels(one), size), smaller, CUTOFF)


def levels(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("L"))


def test_equal_pictures_are_not_apart() -> None:
    found = compared(receipt(), receipt())
    assert (found.apart, found.box) == (0, None)
    assert is_legible(found, scaled=False)


@pytest.mark.parametrize("quality", [95, 75, 50, 30])
def test_one_digit_is_seen_in_its_place(quality: int) -> None:
    found = compared(saved(receipt(), 92), saved(receipt("27.95"), quality))
    assert found.apart > CUTOFF
    assert found.box is not None
    left, top, right, bottom = found.box
    across, down = (TOTAL[0] + 35) / SIZE[0], (TOTAL[1] + 12) / SIZE[1]
    assert left < across < right
    assert top < down < bottom
    assert (right - left < 0.1, bottom - top < 0.1) == (True, True)


@pytest.mark.parametrize("quality", [95, 75, 50, 30])
@pytest.mark.parametrize("scale", [lambda image: image, halved], ids=["whole", "half"])
def test_saving_again_is_not_seen(
    quality: int, scale: Callable[[Image.Image], Image.Image]
) -> None:
    found = compared(saved(receipt(), 92), saved(scale(receipt()), quality))
    assert found.apart <= CUTOFF
    assert found.box is None


@pytest.mark.parametrize("brightness", [0.95, 1.05])
def test_a_little_brightness_is_not_seen(brightness: float) -> None:
    changed = receipt().point([min(255, round(level * brightness)) for level in range(256)])
    assert compared(receipt(), saved(changed, 85)).apart <= CUTOFF


def test_white_letters_on_black_are_letters_too() -> None:
    dark = {"paper": 20, "ink": 220}
    assert compared(receipt(**dark), saved(receipt(**dark), 60)).apart <= CUTOFF
    assert compared(receipt(**dark), saved(receipt("27.48", **dark), 60)).apart > CUTOFF


def test_letters_that_nobody_can_read_are_not_legible() -> None:
    washed_out = receipt().filter(ImageFilter.GaussianBlur(3))
    assert is_legible(compared(receipt(), receipt()), scaled=True)
    assert not is_legible(compared(receipt(), saved(washed_out, 60)), scaled=False)


@pytest.mark.parametrize("name", ["chelsea", "coffee"])
def test_a_photograph_has_no_letters(load: Callable[[str], Image.Image], name: str) -> None:
    found = compared(load(name), saved(load(name), 75))
    assert (found.legible, found.apart <= CUTOFF) == (math.inf, True)


def test_a_signature_on_an_empty_page_is_seen() -> None:
    """All that has texture differs, so nothing tells how much letters differ elsewhere."""
    empty = Image.new("L", SIZE, 240)
    signed = empty.copy()
    ImageDraw.Draw(signed).line([(100, 500), (130, 470), (150, 510), (190, 480)], 30, 3)
    for one, other in ((empty, signed), (signed, empty)):
        found = compared(one, saved(other, 75))
        assert found.apart > CUTOFF
        assert found.box is not None


def test_another_only_word_of_a_page_is_seen() -> None:
    pages = [Image.new("L", SIZE, 240) for _ in range(2)]
    for page, word in zip(pages, ("Anna", "Emil"), strict=True):
        ImageDraw.Draw(page).text((200, 300), word, 30, ImageFont.load_default(24))
    assert compared(*pages).apart > CUTOFF
    assert compared(pages[0], saved(pages[0], 60)).apart <= CUTOFF


def test_the_order_matters_next_to_nothing() -> None:
    one, other = levels(saved(receipt(), 92)), levels(saved(receipt("27.48"), 60))
    there, back = compare_print([one], other, CUTOFF), compare_print([other], one, CUTOFF)
    assert there.apart == pytest.approx(back.apart, rel=0.1)
    assert there.legible == pytest.approx(back.legible, rel=0.1)


def test_the_same_pictures_give_the_same_answer() -> None:
    one, other = saved(receipt(), 92), saved(halved(receipt("27.48")), 75)
    assert compared(one, other) == compared(one, other)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 5), (7, 9), (259, 13)])
def test_the_smallest_pictures_are_compared(shape: tuple[int, int]) -> None:
    black, white = np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)
    noise = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert compare_print([noise], noise, CUTOFF).apart == 0
    assert compare_print([white], white, CUTOFF).box is None
    assert compare_print([black], noise, CUTOFF).apart >= 0


def test_the_last_row_and_column_are_compared_too() -> None:
    plain = np.full((102, 103), 200, np.uint8)
    spotted = plain.copy()
    spotted[-2:, -2:] = 0
    found = compare_print([plain], spotted, CUTOFF)
    assert found.box is not None
    assert found.box[2:] == (1, 1)


def test_the_smaller_size_is_compared_up_to_a_limit() -> None:
    assert compared_size((800, 600), (400, 300)) == (400, 300)
    assert compared_size((400, 300), (800, 600)) == (400, 300)
    assert compared_size((6000, 2000), (9000, 3000)) == (LONGEST, 1000)
    assert compared_size((90_000, 1), (90_000, 1)) == (LONGEST, 1)


def test_a_larger_picture_is_scaled_in_more_than_one_way() -> None:
    picture = levels(receipt())
    assert print_versions(picture, SIZE)[0] is picture
    versions = print_versions(picture, (240, 320))
    assert {version.shape for version in versions} == {(320, 240)}
    assert len({version.tobytes() for version in versions}) == len(versions) > 1
