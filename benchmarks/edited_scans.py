"""Edits of scanned documents: letters of a page painted over by other letters of the same page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

EDITS = {"digit": 1, "date": 2, "amount": 3, "name": 6}
"""Letters in a row that each edit exchanges; a signature is drawn anew."""
_INK = 60
"""Levels by which ink is darker than the paper around it."""
_LEAST_LETTERS = 60
"""Letters that must be found on a page; fewer are stains."""
_LEAST_HEIGHT, _MOST_HEIGHT = 7, 60
"""Height of a letter, pixels."""
_ALIKE = 0.35
"""Correlation from which a letter is too much like another one to stand in for it."""
_TRIES = 300

Letter = tuple[int, int, int, int]
"""Left, top, right, bottom of a letter, pixels."""


def edited_scan(page: Image.Image, edit: str, seed: str) -> Image.Image | None:
    """Return a page with one place changed; None where too few letters stand apart from others.

    `edit` is a name of :data:`EDITS` or ``signature``. The same for the same arguments.
    """
    letters = _letters(page)
    if len(letters) < _LEAST_LETTERS:
        return None
    chance = Random(seed)
    if edit == "signature":
        return _signed(page, letters, chance)
    for _ in range(_TRIES):
        row = _row_from(chance.choice(letters), letters)[: EDITS[edit]]
        if len(row) < EDITS[edit]:
            continue
        changed = page.copy()
        exchanged = [_exchange(changed, page, letter, letters, chance) for letter in row]
        if sum(exchanged) >= max(1, EDITS[edit] - 1):
            return changed
    return None


def _letters(page: Image.Image) -> list[Letter]:
    """Find parts of ink of the size and proportions of letters."""
    grey = np.asarray(page.convert("L"), np.float32)
    paper = ndimage.maximum_filter(ndimage.uniform_filter(grey, 5), 31)
    found, _ = ndimage.label(grey < paper - _INK, np.ones((3, 3)))
    letters = []
    for down, across in ndimage.find_objects(found):
        height, width = down.stop - down.start, across.stop - across.start
        if _LEAST_HEIGHT <= height <= _MOST_HEIGHT and 0.25 * height <= width <= height:
            letters.append((across.start, down.start, across.stop, down.stop))
    return letters


def _row_from(first: Letter, letters: Sequence[Letter]) -> list[Letter]:
    """Return the letters of about one height that follow a letter without a gap."""
    height = first[3] - first[1]
    beside = sorted(
        letter
        for letter in letters
        if letter[0] >= first[0]
        and abs(letter[1] - first[1]) < 0.4 * height
        and abs(letter[3] - letter[1] - height) < 0.25 * height
    )
    row: list[Letter] = []
    for letter in beside:
        if row and letter[0] - row[-1][2] >= height:
            break
        row.append(letter)
    return row


def _exchange(
    changed: Image.Image,
    page: Image.Image,
    letter: Letter,
    letters: Sequence[Letter],
    chance: Random,
) -> bool:
    """Paint another letter over one; False where none of the page fits."""
    left, top, right, bottom = letter
    place = (left - 1, top - 1, right + 1, bottom + 1)
    old = _grey(page.crop(place))
    fitting = [one for one in letters if _fits(one, letter)]
    for other in chance.sample(fitting, min(40, len(fitting))):
        around = (other[0] - 1, other[1] - 1, other[2] + 1, other[3] + 1)
        patch = page.crop(around).resize((right - left + 2, bottom - top + 2))
        if np.corrcoef(_grey(patch), old)[0, 1] < _ALIKE:
            changed.paste(patch, place)
            return True
    return False


def _fits(one: Letter, other: Letter) -> bool:
    """True if two letters are about equally wide and high."""
    wide, high = ((one[at + 2] - one[at]) / (other[at + 2] - other[at]) for at in (0, 1))
    return abs(wide - 1) < 0.3 and abs(high - 1) < 0.12


def _grey(patch: Image.Image) -> NDArray[np.float32]:
    return np.asarray(patch.convert("L"), np.float32).ravel()


def _signed(page: Image.Image, letters: Sequence[Letter], chance: Random) -> Image.Image:
    """Return a page with a signature in its lower part, as high as its letters."""
    size = sorted(bottom - top for _, top, _, bottom in letters)[len(letters) // 2]
    left = chance.uniform(0.1, 0.5) * page.width
    line = chance.uniform(0.6, 0.9) * page.height
    signed = page.convert("RGB")
    strokes = [*_strokes(left, line, size, chance)]
    ImageDraw.Draw(signed).line(strokes, (30, 40, 130), max(1, size // 8), joint="curve")
    return signed


def _strokes(left: float, line: float, size: int, chance: Random) -> Iterator[tuple[float, float]]:
    """Yield the points of a signature."""
    for at in range(11):
        yield left + at * 0.6 * size, line + chance.uniform(-1.2, 1.2) * size
