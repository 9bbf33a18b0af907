"""Versions of which a part was covered by a mosaic or a blur.

Two similar pictures may differ in one rectangle only. There the covered one is smoother: the level
of most pixels is that of their neighbours. How well either file was saved tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.views import Box

Greys = Callable[[PictureIndex], NDArray[np.uint8]]
"""Returns the luminance of a picture's thumbnail, rows × columns."""
Levels = NDArray[np.float32]
_SMOOTHER = 1.15
"""Factor between the usual steps from pixel to pixel from which one part counts as covered. Of 48
mosaics and blurs over a sixth of each side 36 are told, and 3 the wrong way round; most of the
others lie on what was smooth before. A bar is not told from a smooth place with words on it."""
_APART = 8.0
"""Levels by which pixels differ where something is covered."""
_FEWEST = 50
"""Fewest such pixels."""
_BLOCK = 4
"""Side of the blocks by whose means it is told if both parts show the same, pixels."""
_LEAST_CORRELATION = 0.7
"""Least correlation of a part with what covers it: another picture there has less."""


def find_covered(matches: Iterable[Match], greys: Greys) -> set[PictureIndex]:
    """Return the pictures of which a part is covered that another one shows.

    Of `matches` those are looked at whose two pictures are similar, differ in one part, and are
    framed and turned alike.
    """
    covered = set()
    for match in matches:
        part = match.evidence.edited
        if match.verdict is not Verdict.SIMILAR or part is None:
            continue
        one, other = (_cut(greys(index), part) for index in (match.a, match.b))
        if one.shape != other.shape or match.evidence.view.orientation:
            continue
        found = _smoother(one, other)
        if found is not None:
            covered.add((match.a, match.b)[found])
    return covered


def _cut(levels: NDArray[np.uint8], box: Box) -> Levels:
    height, width = levels.shape
    left, top, right, bottom = (
        round(edge * side) for edge, side in zip(box, (width, height) * 2, strict=True)
    )
    return levels[max(0, top) : bottom, max(0, left) : right].astype(np.float32)


def _smoother(one: Levels, other: Levels) -> int | None:
    """Return 0 or 1 for the part that is covered; None if neither is."""
    apart = np.abs(one - other) > _APART
    if min(one.shape) < 2 * _BLOCK or apart.sum() < _FEWEST:
        return None
    steps = [1 + float(np.median(_steps(part)[apart[:-1, :-1]])) for part in (one, other)]
    if max(steps) <= _SMOOTHER * min(steps):
        return None
    smoother = 0 if steps[0] < steps[1] else 1
    return smoother if _show_the_same(one, other, apart) else None


def _steps(part: Levels) -> Levels:
    """Return the steps from each pixel to the next across and down, in levels."""
    across, down = (np.abs(np.diff(part, axis=axis)) for axis in (1, 0))
    steps: Levels = across[:-1] + down[:, :-1]
    return steps


def _show_the_same(one: Levels, other: Levels, apart: NDArray[np.bool_]) -> bool:
    """True if the pixels that differ correlate as means of blocks, as with a mosaic or a blur."""
    is_apart = _means(apart.astype(np.float32)) > 0.5
    if is_apart.sum() < 2:
        return False
    means = _means(one)[is_apart], _means(other)[is_apart]
    if min(part.std() for part in means) == 0:
        return False
    return bool(np.corrcoef(*means)[0, 1] > _LEAST_CORRELATION)


def _means(part: Levels) -> Levels:
    height, width = (side - side % _BLOCK for side in part.shape)
    blocks = part[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    means: Levels = blocks.mean(axis=(1, 3))
    return means
