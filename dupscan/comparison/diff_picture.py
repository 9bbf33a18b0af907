"""A comparison as one PNG picture: both pictures side by side, and a map of where they differ."""

from __future__ import annotations

import os
import textwrap
from dataclasses import replace
from functools import partial
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps
from PIL.PngImagePlugin import PngInfo

from dupscan import imaging
from dupscan.comparison import wording, workers
from dupscan.comparison.alignment import Aligned, Levels, laid_on
from dupscan.comparison.comparison import Comparison
from dupscan.errors import NotReadable
from dupscan.imaging import reading
from dupscan.model.files import Failure, FileEntry
from dupscan.model.views import WHOLE, View
from dupscan.settings import FingerprintSettings
from dupscan.text import file_names
from dupscan.text.user_files import shortened
from dupscan.workers.executor import Executor

_COMMENT = "Software", "dupscan compare --diff"
MARK = "\0".join(_COMMENT)
"""Text near the beginning of each PNG file from here."""
_LENGTH = 2400
"""Longest side at which the pictures are compared, pixels."""
_PANEL, _GAP, _TYPE, _LINE = 600, 24, 17, 26
"""Longest side of a picture as drawn, space between pictures, size of type, height of a line."""
_INK, _OUTLINE, _NOT_COVERED = "#1a1a1a", "#35c9ff", (205, 205, 205)
_MOST = 64
"""Largest amplification."""
_BEYOND_SCALE = 0.002
"""Share of the pixels that may differ by more than the map can show."""
_TRIFLE = 0.01
"""Share of a side by which the registration may be wrong."""


def draw_difference(
    compared: Comparison,
    settings: FingerprintSettings | None = None,
    *,
    executor: Executor | None = None,
) -> bytes:
    """Draw two compared pictures side by side, with a map of where they differ, as a PNG file.

    Read-only. Raises NotReadable if a file has changed since the comparison, or cannot be read.
    """
    settings = settings or FingerprintSettings()
    executor = executor or workers(settings)
    view = compared.evidence.view.inverse() if compared.is_near else View("plain")
    files = compared.first.file, compared.second.file
    work = partial(picture_to_show, settings=settings)
    done = dict(executor.run(work, dict.fromkeys(files), lambda: False))
    pictures, labels = [], []
    for which, file in zip(("First", "Second"), files, strict=True):
        found = done[file]
        if not isinstance(found, np.ndarray):
            raise NotReadable(f"cannot draw {file_names.shown(file.path)}: {found.reason}")
        pictures.append(found)
        labels.append(f"{which}: {shortened(os.path.basename(file.path))}")
    aligned = _aligned(pictures[0], pictures[1], view)
    amplification = _amplification(aligned)
    panels = [*map(_fitted, pictures), _map(compared, aligned, amplification)]
    labels.append(f"Difference × {amplification}. Grey: not in the second picture")
    facts = wording.headline(compared), wording.view_of(compared)
    header = [line for fact in facts for line in textwrap.wrap(_legible(fact), 200)]
    comments, png = PngInfo(), BytesIO()
    comments.add_text(*_COMMENT)
    _drawn(header, panels, labels).save(png, "PNG", pnginfo=comments)
    return png.getvalue()


def picture_to_show(file: FileEntry, settings: FingerprintSettings) -> Levels | Failure:
    """Return the picture of a file as a person sees it: upright, RGB, on white; rows × columns × 3.

    Its longer side has :data:`_LENGTH` pixels, or fewer if the picture is smaller. Read-only.
    Returns a Failure for a file that cannot be read, and raises nothing.
    """
    try:
        with reading.opened_picture(file, settings) as picture:
            return np.asarray(imaging.working_picture(picture, _LENGTH, breadth=0))
    except Exception as error:  # noqa: BLE001 (whatever is in a file comes back as a value)
        return reading.failure(file, error)


def _aligned(first: Levels, second: Levels, view: View) -> Aligned:
    """Lay the second picture on the first; as a whole if `view` is nearly whole and that is nearer.

    The edges of a view come from a registration, which may be wrong by a trifle.
    """
    aligned = laid_on(first, second, view)
    if max(abs(edge - end) for edge, end in zip(view.box, WHOLE, strict=True)) > _TRIFLE:
        return aligned
    whole = laid_on(first, second, replace(view, box=WHOLE))
    return min(whole, aligned, key=lambda tried: float(tried.difference.mean()))


def _amplification(aligned: Aligned) -> int:
    """Return the power of two by which differences can be multiplied and stay below 256."""
    differing = aligned.difference[aligned.covered]
    largest = float(np.quantile(differing, 1 - _BEYOND_SCALE)) if differing.size else 0.0
    powers = (_MOST >> at for at in range(_MOST.bit_length() - 1))
    return next((power for power in powers if power * largest <= 255), 1)


def _map(compared: Comparison, aligned: Aligned, amplification: int) -> Image.Image:
    """Return the differences from black to white; the box of the pixels that differ is outlined."""
    levels = np.minimum(aligned.difference.astype(np.int32) * amplification, 255).astype(np.uint8)
    colours = np.array(ImageOps.colorize(Image.fromarray(levels), "black", "white", "#f98e09"))
    colours[~aligned.covered] = _NOT_COVERED
    drawn = _fitted(colours)
    if (box := compared.pixels.differing.box) is not None:
        info, corner = compared.first.info, np.array(drawn.size * 2) - 1
        edges = np.divide(box, (info.width, info.height) * 2) * corner + (-3, -3, 3, 3)
        edges = np.clip(edges, 0, corner).tolist()
        ImageDraw.Draw(drawn).rectangle(edges, outline=_OUTLINE, width=2)
    return drawn


def _fitted(levels: Levels) -> Image.Image:
    """Return a picture as large as a panel allows; the pixels of a small one become squares."""
    picture = Image.fromarray(levels)
    scale = _PANEL / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    kernel = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.HAMMING
    return picture.resize((width, height), kernel)


def _drawn(header: list[str], panels: list[Image.Image], labels: list[str]) -> Image.Image:
    """Return lines of text above the panels, which stand side by side with a label below each."""
    top = _GAP + len(header) * _LINE
    foot = top + max(panel.height for panel in panels)
    size = _GAP + len(panels) * (_PANEL + _GAP), foot + _LINE + _GAP
    canvas = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(_TYPE)
    pen.multiline_text((_GAP, _GAP // 2), "\n".join(header), _INK, font, spacing=_LINE - _TYPE)
    for at, (panel, label) in enumerate(zip(panels, labels, strict=True)):
        left = _GAP + at * (_PANEL + _GAP)
        canvas.paste(panel, (left, top))
        pen.text((left, foot + 4), _legible(label), _INK, font)
    return canvas


def _legible(text: str) -> str:
    """Return text in the characters that the font of Pillow has."""
    plain = text.replace("×", "x").replace("…", "...").replace("–", "-")
    return "".join(one if one.isascii() or one in "°·" else "?" for one in plain)
