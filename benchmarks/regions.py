"""Regions of photographs, no two of which look alike: what test pictures are made of.

Apart from :mod:`benchmarks.pictures`, which makes files of them: here is decided what is shown.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dct

from dupscan.index.multi_index import MultiIndex
from dupscan.pipeline import scan
from dupscan.settings import ReportSettings, ScanSettings, StoreSettings, WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.walk.roots import resolve_roots
from dupscan.walk.walker import walk

SIDE = 32
"""Pixels of a region, when it is looked at."""
SPARE = 2.0
"""Regions that are cut for each that is wanted: the liveliest are taken."""
SMALLER = 0.75
"""What the area of a region is multiplied by while there are too few."""
_CONTRAST, _LIVELY = 10.0, 1.5
"""Levels of contrast, and of :func:`_liveliness`, from which a region is no plain one."""
_STEP = 12.0
"""Levels from one pixel to the next; what is steeper counts as no more."""
_LEAST_PHOTO = 1_000_000
"""Pixels."""
_LOOKED_AT = 24
"""Pixels of the smallest side a region may have."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How photographs are cut."""

    grids: tuple[tuple[float, float], ...]
    """Cells across and down by which each of the grids is moved."""
    alike: int
    """Bits of 64 up to which two regions look alike, however they are turned: one is left out."""


DISJOINT = Cut(((0, 0),), alike=10)
OVERLAPPING = Cut(((0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)), alike=8)
"""By half."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a photograph."""

    photo: Path
    box: tuple[int, int, int, int]
    """Left, top, right, bottom, in pixels."""


def distinct_photos(folders: Sequence[Path]) -> list[Path]:
    """The photographs below some folders, and of what dupscan finds alike only the best."""
    with tempfile.TemporaryDirectory() as folder:
        settings = ScanSettings(
            walk=WalkSettings(tuple(map(str, folders))),
            report=ReportSettings(Path(folder) / "report", ("json",)),
            store=StoreSettings(kept=False),
        )
        report = scan(settings).report
    alike = {number for group in report.groups for number in group.members[1:]}
    alike |= {number for group in report.groups for number, _, _ in group.neighbours()}
    left_out = {report.pictures[number].file.path for number in alike}
    files = walk(resolve_roots(settings.walk), settings.walk, StopFlag()).files
    return [Path(one.path) for one in files if one.path not in left_out and _is_large(one.path)]


def _is_large(path: str) -> bool:
    """Whether a file is a picture that is large enough to be cut."""
    try:
        with Image.open(path) as opened:
            return opened.width * opened.height >= _LEAST_PHOTO
    except OSError:
        return False


def find_regions(
    photos: Sequence[Path],
    count: int,
    most: int,
    random: np.random.Generator,
    cut: Cut = DISJOINT,
) -> list[Region]:
    """So many regions of at most `most` pixels, none like another, the liveliest.

    In random order. Raises ValueError when the photographs do not hold so many.
    """
    area = min(most, int(sum(map(_pixels, photos)) / (count * SPARE)))
    while sqrt(area) >= _LOOKED_AT:
        found, looks = _regions(photos, area, cut)
        order = np.argsort(-_liveliness(looks), kind="stable")
        kept = order[_unlike(looks[order], cut.alike)]
        if len(kept) >= count:
            return [found[at] for at in random.permutation(kept[:count])]
        area = int(area * SMALLER)
    raise ValueError(f"{len(photos)} photographs are too few for {count:,} pictures")


def _pixels(photo: Path) -> int:
    with Image.open(photo) as opened:
        return opened.width * opened.height


def _regions(
    photos: Sequence[Path], area: int, cut: Cut
) -> tuple[list[Region], NDArray[np.float32]]:
    """All regions of about `area` pixels that are not plain, and how they look."""
    found: list[Region] = []
    looks: list[NDArray[np.float32]] = []
    for number, photo in enumerate(photos):
        aspect = (3 / 2, 4 / 3, 3 / 4)[number % 3]
        with Image.open(photo) as opened:
            grey = opened.convert("RGB").convert("L")
        for across, down in cut.grids:
            boxes, tiles = _tiles(grey, (sqrt(area * aspect), sqrt(area / aspect)), across, down)
            plain = (tiles.std(axis=(1, 2)) < _CONTRAST) | (_liveliness(tiles) < _LIVELY)
            found += [Region(photo, boxes[at]) for at in np.flatnonzero(~plain).tolist()]
            looks.append(tiles[~plain])
    return found, np.concatenate(looks)


def _tiles(
    grey: Image.Image, cell: tuple[float, float], across: float, down: float
) -> tuple[list[tuple[int, int, int, int]], NDArray[np.float32]]:
    """The cells of a grid, moved by a part of a cell, and each as a small square."""
    columns, rows = (
        max(1, round(side / wanted)) for side, wanted in zip(grey.size, cell, strict=True)
    )
    wide, high = grey.width / columns, grey.height / rows
    columns, rows = columns - bool(across), rows - bool(down)
    if not columns or not rows:
        return [], np.empty((0, SIDE, SIDE), np.float32)
    lefts = (wide * (np.arange(columns + 1) + across)).astype(int).tolist()
    tops = (high * (np.arange(rows + 1) + down)).astype(int).tolist()
    whole = (lefts[0], tops[0], lefts[-1], tops[-1])
    small = grey.resize((columns * SIDE, rows * SIDE), Image.Resampling.BOX, whole)
    tiles = np.asarray(small, np.float32).reshape(rows, SIDE, columns, SIDE).swapaxes(1, 2)
    boxes = [
        (left, top, right, bottom)
        for top, bottom in pairwise(tops)
        for left, right in pairwise(lefts)
    ]
    return boxes, tiles.reshape(-1, SIDE, SIDE)


def _liveliness(tiles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Levels from one pixel to the next, on average: more for leaves than for a single edge."""
    across = np.abs(np.diff(tiles, axis=-1))[..., 1:, :]
    down = np.abs(np.diff(tiles, axis=-2))[..., 1:]
    steps: NDArray[np.float32] = np.minimum(np.maximum(across, down), _STEP).mean(axis=(-1, -2))
    return steps


def _unlike(looks: NDArray[np.float32], alike: int) -> NDArray[np.intp]:
    """Places of looks that are like none before that was kept."""
    turned = [*_turned_hashes(looks)]
    index = MultiIndex(turned[0], alike)
    like: defaultdict[int, list[int]] = defaultdict(list)
    for hashes in turned:
        for queries, places, _ in index.near(hashes):
            for one, other in zip(queries.tolist(), places.tolist(), strict=True):
                like[max(one, other)].append(min(one, other))
    kept = np.ones(len(looks), np.bool_)
    for place in sorted(like):
        kept[place] = not any(kept[other] for other in like[place] if other != place)
    return np.flatnonzero(kept)


def _turned_hashes(looks: NDArray[np.float32]) -> Iterator[NDArray[np.uint64]]:
    """Perceptual hashes as ``imagehash.phash`` makes them, under each of eight orientations."""
    low = dct(dct(looks, axis=1), axis=2)[:, :8, :8]
    odd = np.where(np.arange(8) % 2, -1, 1)  # mirroring changes the sign of every other frequency
    for transposed in (low, low.swapaxes(1, 2)):
        for across in (1, odd):
            for down in (1, odd[:, None]):
                turned = (transposed * across * down).reshape(-1, 64)
                bits = turned > np.median(turned, axis=1, keepdims=True)
                packed: NDArray[np.uint64] = np.packbits(bits, axis=1).view(">u8").ravel()
                yield packed.astype(np.uint64)
