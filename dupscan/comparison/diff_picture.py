"""Two pictures → a sheet to look at: both side by side, and where they differ, amplified.

Kept apart from the comparing, which is numbers. Draws and writes one PNG file, whole or not at all;
it takes the place of no file but an earlier sheet.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from dupscan.comparison.alignment import Aligned, Levels
from dupscan.errors import CannotFinish, UsageError
from dupscan.model.views import Box
from dupscan.system import atomic
from dupscan.text import file_names

_MARK = ("Software", "dupscan compare --diff")
"""By which such a file is known for ours: a comment in its first kilobyte."""
_PANEL = 600
"""Longest side of a picture on the sheet, pixels."""
_COLUMN = 440
"""Width that the words below a narrow picture have, pixels."""
_GAP, _MARGIN, _FOOT = 28, 32, 100
_TITLE, _TEXT, _SMALL = 24, 17, 14
"""Sizes of type, pixels."""
_LINE = 1.45
"""Distance of lines, as a multiple of the size of type."""
_SCALE = (300, 14)
"""Width and height of the scale, pixels."""
_INK, _PALE, _PAPER, _FRAME, _OUTLINE = "#1a1a1a", "#5c5c5c", "#ffffff", "#d0d0d0", "#35c9ff"
_HATCH = (225, 225, 225), (205, 205, 205)
_HEAT = ((0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164))
"""From no difference to the largest on the scale: darker to lighter, for all kinds of eyes."""
_MOST = 64
"""Highest amplification: what one level looks like then is plain enough."""
_FEW = 0.002
"""Share of the pixels that may lie beyond the scale."""
_A_TRIFLE = 0.005
"""Share of the first picture that the second may not reach without a word: edges are rounded."""
_PLAIN = str.maketrans({"×": "x", "–": "-"})
_BESIDES_ASCII = "°·"

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Lines = Sequence[tuple[str, int]]
"""Lines of text, each with the size of its type."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two pictures, with what stands below it."""

    levels: Levels
    title: str
    facts: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is drawn."""

    headline: str
    facts: Sequence[str]
    one: Side
    other: Side
    aligned: Aligned
    outline: Box | None
    """A part of the first picture to be outlined on the map."""
    outlined: str
    """What that part is."""


def check_place(path: Path, inputs: Iterable[str]) -> None:
    """See that a sheet may be written to `path`. Raises UsageError with the way out if not."""
    shown = file_names.shown(str(path))
    if path.suffix.lower() != ".png":
        raise UsageError(f"--diff {shown}: a PNG is written; give it a name that ends in .png")
    if not path.parent.is_dir():
        raise UsageError(f"--diff {shown}: there is no folder {file_names.shown(str(path.parent))}")
    if not os.path.lexists(path):
        return
    if any(_is_the_same(path, one) for one in inputs):
        raise UsageError(f"--diff {shown}: that is one of the two pictures; choose another name")
    if not _is_ours(path):
        raise UsageError(
            f"--diff {shown}: was not written by `dupscan compare` and is not replaced; "
            "choose another name"
        )


def write(sheet: Sheet, path: Path) -> None:
    """Draw a sheet and write it to `path`, a PNG that is private to the user.

    Raises CannotFinish when the disk is full or the like; what was there before is still whole.
    """
    comments = PngInfo()
    comments.add_text(*_MARK)
    drawn = _drawn(sheet)

    def save(file: BinaryIO) -> None:
        drawn.save(file, "PNG", pnginfo=comments)

    try:
        atomic.write_together(path.parent, {path.name: save})
    except OSError as error:
        raise CannotFinish(
            f"cannot write {file_names.shown(str(path))}: {error.strerror}; choose another place"
        ) from error


def _is_the_same(path: Path, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            beginning = file.read(1024)
    except OSError:
        return False
    return beginning.startswith(b"\x89PNG") and "\0".join(_MARK).encode() in beginning


# -- the sheet -------------------------------------------------------------------------------------


def _drawn(sheet: Sheet) -> Image.Image:
    """The whole sheet: words at the top, then three pictures in a row with words below each."""
    amplification = _amplification(sheet.aligned)
    panels = [_fitted(sheet.one.levels), _fitted(sheet.other.levels), _map(sheet, amplification)]
    header: Lines = [(sheet.headline, _TITLE), *((fact, _TEXT) for fact in sheet.facts)]
    widths = [max(panel.width, _COLUMN) for panel in panels]
    lefts = [_MARGIN + sum(widths[:at]) + at * _GAP for at in range(len(panels))]
    top = _MARGIN + _height(header) + _GAP
    foot = top + max(panel.height for panel in panels) + _GAP // 2
    size = (lefts[-1] + widths[-1] + _MARGIN, foot + _FOOT + _MARGIN)
    canvas = Image.new("RGB", size, _PAPER)
    _write_lines(canvas, (_MARGIN, _MARGIN), size[0] - 2 * _MARGIN, header)
    for left, panel in zip(lefts, panels, strict=True):
        around = (left - 1, top - 1, left + panel.width, top + panel.height)
        ImageDraw.Draw(canvas).rectangle(around, outline=_FRAME)
        canvas.paste(panel, (left, top))
    for left, width, side in zip(lefts, widths, (sheet.one, sheet.other), strict=False):
        _write_lines(canvas, (left, foot), width, [(side.title, _TEXT), (side.facts, _SMALL)])
    _draw_legend(canvas, (lefts[-1], foot), sheet, amplification)
    return canvas


def _amplification(aligned: Aligned) -> int:
    """The power of two by which differences can be multiplied and stay on the scale."""
    differing = aligned.difference[aligned.covered]
    largest = float(np.quantile(differing, 1 - _FEW)) if differing.size else 0.0
    amplification = _MOST
    while amplification > 1 and amplification * largest > 255:
        amplification //= 2
    return amplification


def _map(sheet: Sheet, amplification: int) -> Image.Image:
    """Differences as heat; hatched where the second picture does not reach."""
    aligned = sheet.aligned
    heat = np.minimum(aligned.difference.astype(np.int32) * amplification, 255)
    colours: NDArray[np.uint8] = _heat()[heat]
    colours[~aligned.covered] = _hatching(heat.shape)[~aligned.covered]
    drawn = _fitted(colours)
    if sheet.outline is not None:
        left, top, right, bottom = sheet.outline
        corner = max(0.0, left * drawn.width - 3), max(0.0, top * drawn.height - 3)
        opposite = right * drawn.width + 2, bottom * drawn.height + 2
        edges = (*corner, *map(min, opposite, (drawn.width - 1, drawn.height - 1)))
        ImageDraw.Draw(drawn).rectangle(edges, outline=_OUTLINE, width=2)
    return drawn


def _heat() -> NDArray[np.uint8]:
    """The colour of each amplified difference, shape (256, 3)."""
    places = np.linspace(0, 255, len(_HEAT))
    channels = [
        np.interp(np.arange(256), places, [colour[at] for colour in _HEAT]) for at in range(3)
    ]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _hatching(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Slanting stripes, rows × columns × 3."""
    rows, columns = np.indices(shape)
    stripes: NDArray[np.uint8] = np.array(_HATCH, np.uint8)[(rows + columns) // 8 % 2]
    return stripes


def _fitted(levels: Levels) -> Image.Image:
    """A picture as large as a panel allows; the pixels of a small one become plain squares."""
    picture = Image.fromarray(levels)
    scale = _PANEL / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    kernel = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.HAMMING
    return picture.resize(size, kernel)


def _draw_legend(
    canvas: Image.Image, place: tuple[int, int], sheet: Sheet, amplification: int
) -> None:
    """Below the map: what it shows, its scale in levels, and what is outlined or hatched."""
    left, top = place
    title: Lines = [(_map_title(sheet, amplification), _TEXT)]
    _write_lines(canvas, place, _COLUMN, title)
    width, height = _SCALE
    ramp = _heat()[np.linspace(0, 255, width).astype(int)]
    top += _height(title)
    canvas.paste(Image.fromarray(np.tile(ramp, (height, 1, 1))), (left, top))
    top += height + 5
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(_SMALL)
    for share in (0.0, 0.5, 1.0):
        levels = f"{255 / amplification * share:.0f}"
        words = f"{levels} levels{' or more' * (amplification > 1)}" if share == 1 else levels
        at = left + share * width - share * font.getlength(levels)
        pen.text((at, top), words, _PALE, font)
    notes = [f"Outlined: {sheet.outlined}."] if sheet.outline is not None else []
    if sheet.aligned.covered.mean() < 1 - _A_TRIFLE:
        notes.append("Hatched: not in the second picture.")
    last: Lines = [(" ".join(notes), _SMALL)]
    _write_lines(canvas, (left, top + _height(last)), _COLUMN, last)


def _map_title(sheet: Sheet, amplification: int) -> str:
    if not sheet.aligned.difference.any():
        return "Difference: none to be seen"
    return (
        f"Difference, amplified {amplification} times"
        if amplification > 1
        else "Difference, not amplified"
    )


def _write_lines(canvas: Image.Image, place: tuple[int, int], width: int, lines: Lines) -> None:
    """Write lines of text below each other, cut where they are longer than `width`."""
    left, top = place
    for text, size in lines:
        font = ImageFont.load_default(size)
        colour = _PALE if size == _SMALL else _INK
        ImageDraw.Draw(canvas).text((left, top), _cut(_legible(text), font, width), colour, font)
        top += round(size * _LINE)


def _height(lines: Lines) -> int:
    """Pixels that lines of text are high."""
    return sum(round(size * _LINE) for _, size in lines)


def _legible(text: str) -> str:
    """Text in the few characters that Pillow's own font has."""
    plain = text.translate(_PLAIN)
    return "".join(one if one.isascii() or one in _BESIDES_ASCII else "?" for one in plain)


def _cut(text: str, font: _Font, width: int) -> str:
    """Text without its middle where it is too long for a line."""
    kept, shortened = len(text), text
    while kept > 2 and font.getlength(shortened) > width:
        kept -= 2
        shortened = f"{text[: kept // 2]}...{text[-(kept // 2) :]}"
    return shortened
