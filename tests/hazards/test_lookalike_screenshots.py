"""Two screenshots of the same program differ only in their words: two different pictures.

Other tools put such screenshots into one group.
"""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dupscan.confirm import Weighed
from dupscan.model.matches import Verdict
from dupscan.model.pictures import Fingerprint

WORDS = """the quick brown fox jumps over a lazy dog while seven wizards make toxic brew for our
queen and jack in great haste at my flat quiz show tonight before we vex a big judge""".split()


def draw_chat(talk: int, scale: int = 1) -> Image.Image:
    """A talk on a telephone: as long in every line, in other words."""
    chance, font = Random(talk), ImageFont.load_default(22 * scale)
    screen = Image.new("RGB", (540 * scale, 1080 * scale), "#efe7dd")
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, 540 * scale, 90 * scale), fill="#075e54")
    title = ImageFont.load_default(30 * scale)
    draw.text((80 * scale, 30 * scale), "Family", fill="white", font=title)
    for line in range(9):
        left, top = (20 + 165 * (line % 2)) * scale, (110 + 95 * line) * scale
        bubble = (left, top, left + 335 * scale, top + 70 * scale)
        draw.rounded_rectangle(bubble, 14 * scale, fill=("#dcf8c6", "white")[line % 2])
        words = " ".join(chance.choices(WORDS, k=3))
        draw.text((left + 15 * scale, top + 22 * scale), words, fill="black", font=font)
    return screen


def draw_letter(letter: int, size: int = 20) -> Image.Image:
    """A page full of words."""
    chance, font = Random(letter), ImageFont.load_default(size)
    page = Image.new("RGB", (850, 1100), "white")
    draw = ImageDraw.Draw(page)
    for top in range(80, 1000, int(size * 1.5)):
        line = " ".join(chance.choices(WORDS, k=900 // size // 4))
        draw.text((80, top), line, fill="black", font=font)
    return page


def draw_note(note: int, size: int = 30) -> Image.Image:
    """Three lines on a sheet of paper, photographed in uneven light."""
    chance, font = Random(note), ImageFont.load_default(size)
    paper = Image.new("L", (1240, 1754), 245)
    draw = ImageDraw.Draw(paper)
    for line in range(3):
        words = " ".join(chance.choices(WORDS, k=6))
        draw.text((150, 300 + line * size * 2), words, fill=60, font=font)
    light = np.linspace(1, 0.5, 1240)[None] * np.linspace(1, 0.85, 1754)[:, None]
    grain = np.random.default_rng(note).normal(0, 3, (1754, 1240))
    return Image.fromarray(np.clip(np.asarray(paper) * light + grain, 0, 255).astype(np.uint8))


def draw_form(answers: int) -> Image.Image:
    """A printed form of which three lines were filled in by hand."""
    chance, form = Random(answers), draw_letter(0)
    draw, font = ImageDraw.Draw(form), ImageFont.load_default(22)
    for top in (200, 410, 620):
        draw.rectangle((300, top, 700, top + 30), fill="white")
        answer = "".join(chance.choices("abcdefghiklmnorstu", k=18))
        draw.text((310, top + 4), answer, fill="#223399", font=font)
    return form


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    "draw", [draw_chat, lambda talk: draw_chat(talk, 2), draw_letter, draw_note, draw_form]
)
def test_other_words_are_never_the_same_picture(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    draw: Callable[[int], Image.Image],
    number: int,
) -> None:
    one, other = print_of(draw(0), quality=85), print_of(draw(number), quality=85)
    weighed = weigh_pair(one, other, anyhow=True)
    assert weighed is not None
    assert weighed.verdict in (None, Verdict.SIMILAR)


@pytest.mark.parametrize("draw", [draw_chat, draw_letter, draw_note, draw_form])
def test_the_same_words_saved_again_are_the_same_picture(
    print_of: Callable[..., Fingerprint],
    weigh_pair: Callable[..., Weighed | None],
    draw: Callable[[int], Image.Image],
) -> None:
    """Else the test above would show nothing."""
    weighed = weigh_pair(print_of(draw(0), quality=90), print_of(draw(0), quality=60))
    assert weighed is not None
    assert weighed.verdict is Verdict.PICTURE
