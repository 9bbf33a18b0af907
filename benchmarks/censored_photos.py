"""Photographs of which a part is hidden, and three measures that could see it.

A mosaic, a blur or a bar over a sixth of each side, somewhere, saved well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks.measuring import table
from benchmarks.saving_again import WAYS, Saved, jpeg, luminance, opened
from dupscan import imaging
from dupscan.confirm.difference import fine_difference
from dupscan.confirm.fine_print import compare_print, compared_size
from dupscan.settings import MatchSettings

CUTOFF = MatchSettings().max_letters

KINDS = ("mosaic", "blur", "bar")
SHARE = 6
"""Part of each side that is hidden."""
_SAVED_AGAIN = ("q95", "q75", "q50", "WebP 80", "q60, then q80", "half size, q80")
"""Ways to save a photograph again that must not be seen."""
_MOST_FALSE = 0.01
"""Share of the photographs saved again that a cutoff may take for others."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Measures of one photograph and a version of it."""

    apart: float
    """Worst cell at full size; see :class:`dupscan.confirm.fine_print.FinePrint`."""
    fine: float
    """Worst block at 128 × 128; see :func:`dupscan.confirm.difference.fine_difference`."""
    outstanding: float
    """Worst window over what windows differ by elsewhere; see the same function."""


def censored(photo: Image.Image, kind: str, chance: Random) -> Image.Image:
    """Return a photograph with a part hidden at a random place: a name of :data:`KINDS`."""
    width, height = max(1, photo.width // SHARE), max(1, photo.height // SHARE)
    left = chance.randint(0, photo.width - width)
    top = chance.randint(0, photo.height - height)
    part = photo.crop((left, top, left + width, top + height))
    if kind == "mosaic":
        tile = max(2, width // 12)
        small = part.resize((-(-width // tile), -(-height // tile)), Image.Resampling.BOX)
        part = small.resize(part.size, Image.Resampling.NEAREST)
    elif kind == "blur":
        part = part.filter(ImageFilter.GaussianBlur(max(2, width / 14)))
    else:
        part = Image.new("RGB", part.size)
    hidden = photo.copy()
    hidden.paste(part, (left, top))
    return hidden


def seen(one: Saved, other: Saved) -> Seen:
    """Measure two pictures of equal framing."""
    levels, others = luminance(one), luminance(other)
    size = compared_size(levels.shape[::-1], others.shape[::-1])
    smaller = imaging.print_versions(others, size)[0]
    apart = compare_print(imaging.print_versions(levels, size), smaller, CUTOFF).apart
    fine, outstanding = fine_difference(_square(one), _square(other))
    return Seen(apart, float(fine[0]), float(outstanding[0]))


def lines(folder: Path, part: slice) -> Iterator[str]:
    """Yield a table of what each measure sees at the cutoff that its false alarms allow."""
    hidden: dict[str, list[Seen]] = {kind: [] for kind in KINDS}
    again: dict[str, list[Seen]] = {way: [] for way in _SAVED_AGAIN}
    for path in sorted(folder.iterdir())[part]:
        with Image.open(path) as picture:
            photo = picture.convert("RGB")
        chance, original = Random(path.name), jpeg(photo, 95)
        for kind, found in hidden.items():
            found.append(seen(original, jpeg(censored(photo, kind, chance), 95)))
        for way, found in again.items():
            found.append(seen(original, WAYS[way](photo)))
    count = len(hidden[KINDS[0]])
    yield f"{count} photographs, a sixth of each side hidden, saved at q95."
    yield ""
    yield from table(
        ("measure", "cutoff", *KINDS, *(f"false: {way}" for way in _SAVED_AGAIN)),
        [
            _row("apart", hidden, again, CUTOFF),
            *(_row(name, hidden, again) for name in ("apart", "fine", "outstanding")),
        ],
    )


def _row(
    name: str,
    hidden: dict[str, list[Seen]],
    again: dict[str, list[Seen]],
    cutoff: float | None = None,
) -> tuple[str, ...]:
    """Return a line of the table, by default at the cutoff with as few false alarms as allowed."""
    if cutoff is None:
        unchanged = [getattr(one, name) for found in again.values() for one in found]
        cutoff = float(np.quantile(unchanged, 1 - _MOST_FALSE))
    shares = [
        sum(getattr(one, name) > cutoff for one in found) / len(found)
        for found in (*hidden.values(), *again.values())
    ]
    return name, f"{cutoff:.2f}", *(f"{share:.1%}" for share in shares)


def _square(saved: Saved) -> NDArray[np.float32]:
    """Return the grey square of a picture; shape (1, 128, 128)."""
    picture = opened(saved).convert("RGB")
    scale = min(1.0, imaging.WORKING_LENGTH / max(picture.size))
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    working = picture.resize(size, Image.Resampling.HAMMING)
    return np.asarray(imaging.grey_square(working), np.float32)[None]
