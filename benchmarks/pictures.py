"""Sets of pictures to measure with, made of a folder of photographs; the same every time.

::

    python -m benchmarks.pictures ~/Pictures /tmp/sets/big --kind big
    python -m benchmarks.pictures /tmp/sets/small /tmp/sets/big /tmp/sets/copies --kind copies
    python -m benchmarks.pictures /tmp/sets/tree --kind tree --count 1000000

``big``, ``progressive``, ``small`` and ``many`` cut regions out of the photographs that show
different things, enlarge them, and add the noise of a camera. ``copies`` takes finished pictures,
and adds copies of some under other names. ``tree`` makes files that are nothing but holes.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import sys
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.generated import A_FOLDER, make_tree
from benchmarks.regions import (
    DISJOINT,
    OVERLAPPING,
    Cut,
    Region,
    distinct_photos,
    find_regions,
)

SEED = 20261122
COPIED = 0.4
"""Share of the files of a library with copies that are one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the pictures of a set are like."""

    count: int
    pixels: tuple[int, int]
    """Of a picture, between these two."""
    quality: tuple[int, int]
    """JPEG quality, between these two."""
    noise: float = 3.5
    """Levels of standard deviation. Large pictures get more, in place of the detail that enlarging
    does not make: so their files are of the size that a camera's are."""
    progressive: bool = False
    cut: Cut = DISJOINT
    blended: bool = False
    """Whether a picture shows two regions at once, one of them mirrored: where regions are small,
    many look alike, and as pairs they do not."""


MEGA = 1_000_000
KINDS = {
    "big": Kind(300, (6 * MEGA, 12 * MEGA), (92, 95), noise=6),
    "progressive": Kind(150, (4 * MEGA, 9 * MEGA), (92, 95), noise=6, progressive=True),
    "small": Kind(3_000, (150_000, 250_000), (85, 92)),
    "many": Kind(100_000, (64 * 64, 160 * 160), (85, 92), cut=OVERLAPPING, blended=True),
}
OTHER_KINDS = ("copies", "tree")


def make_pictures(photos: list[Path], out: Path, kind: Kind, count: int) -> None:
    """Write `count` JPEG files below `out`, no two of them of the same thing."""
    chance = np.random.default_rng(SEED)
    regions = find_regions(photos, count, kind.pixels[1], chance, kind.cut)
    noise = _noise(kind.noise, chance)
    by_photo = sorted(enumerate(regions), key=lambda one: (one[1].photo, one[0]))
    for photo, of_photo in itertools.groupby(by_photo, key=lambda one: one[1].photo):
        with Image.open(photo) as opened:
            whole = opened.convert("RGB")
        numbered = list(of_photo)
        for number, region in numbered:
            own = np.random.default_rng((SEED, number))
            picture = _enlarged(whole, region, kind, own)
            if kind.blended:
                _, other = numbered[own.integers(len(numbered))]
                picture = _blended(picture, whole, other)
            path = out / f"{number // A_FOLDER:03}" / f"IMG_{number:06}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            _save(picture, path, kind, noise, own)


def _enlarged(
    whole: Image.Image, region: Region, kind: Kind, chance: np.random.Generator
) -> Image.Image:
    left, top, right, bottom = region.box
    scale = sqrt(chance.integers(*kind.pixels) / ((right - left) * (bottom - top)))
    size = (round((right - left) * scale), round((bottom - top) * scale))
    return whole.resize(size, Image.Resampling.BICUBIC, region.box)


def _blended(picture: Image.Image, whole: Image.Image, other: Region) -> Image.Image:
    """Half the picture, half another region, upside down."""
    second = whole.resize(picture.size, Image.Resampling.BICUBIC, other.box)
    return Image.blend(picture, second.transpose(Image.Transpose.ROTATE_180), 0.5)


def _save(
    picture: Image.Image,
    path: Path,
    kind: Kind,
    noise: NDArray[np.int16],
    chance: np.random.Generator,
) -> None:
    """Noise over it, and into a file as a camera writes it."""
    down, across = (-(-side // len(noise)) for side in (picture.height, picture.width))
    moved = np.roll(noise, tuple(chance.integers(len(noise), size=2)), axis=(0, 1))
    field = np.tile(moved, (down, across, 1))[: picture.height, : picture.width]
    noisy = np.clip(np.asarray(picture, np.int16) + field, 0, 255).astype(np.uint8)
    exif = Image.Exif()
    second = int(chance.integers(60))
    exif[0x010F], exif[0x0132] = "Nobody", f"2024:06:{second % 28 + 1:02} 12:30:{second:02}"
    Image.fromarray(noisy).save(
        path,
        quality=int(chance.integers(kind.quality[0], kind.quality[1] + 1)),
        subsampling="4:2:2" if chance.random() < 1 / 8 else "4:2:0",
        progressive=kind.progressive,
        exif=exif,
    )


def _noise(levels: float, chance: np.random.Generator) -> NDArray[np.int16]:
    """A square of noise, most of it in the luminance, neighbours a little alike."""
    side = 512
    field = chance.normal(0, levels * 1.4, (side, side, 1)) + chance.normal(
        0, levels / 2, (side, side, 3)
    )
    smooth = (2 * field + np.roll(field, 1, 0) + np.roll(field, 1, 1)) / 4
    return smooth.round().astype(np.int16)


def make_copies(sources: list[Path], out: Path, count: int) -> None:
    """`count` of the pictures in ``distinct``; in ``copies`` the same, and copies of some."""
    chance = random.Random(SEED)
    pictures = sorted(path for source in sources for path in source.rglob("*.jpg"))
    taken = sorted(chance.sample(pictures, count))
    twice = chance.sample(taken, round(count * COPIED / (1 - COPIED)))
    for number, path in enumerate(taken):
        name = f"{number // A_FOLDER:03}/IMG_{number:06}.jpg"
        for folder in ("distinct", "copies"):
            _copy(path, out / folder / name)
    for number, path in enumerate(twice):
        _copy(path, out / "copies" / f"backup {number // A_FOLDER}" / f"Copy of {number}.jpg")


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def read_arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.pictures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sources", nargs="*", type=Path, metavar="SOURCE", help="photographs")
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder that is not there yet")
    parser.add_argument("--kind", required=True, choices=(*KINDS, *OTHER_KINDS))
    parser.add_argument("--count", type=int, help="how many pictures, or distinct ones, or files")
    typed = parser.parse_args()
    if typed.out.exists():
        parser.error(f"{typed.out} is there already")
    if typed.kind != "tree" and not typed.sources:
        parser.error("which photographs? Name a SOURCE before OUT")
    return typed


def main() -> None:
    """Make the set that was asked for."""
    typed = read_arguments()
    if typed.kind == "tree":
        count = sum(1 for _ in make_tree(typed.out, typed.count or 100_000))
        print(f"{count:,} files of holes in {typed.out}")
        return
    if typed.kind == "copies":
        make_copies(typed.sources, typed.out, typed.count or 660)
    else:
        kind = KINDS[typed.kind]
        photos = distinct_photos(typed.sources)
        print(f"{len(photos)} photographs that are not alike", file=sys.stderr)
        make_pictures(photos, typed.out, kind, typed.count or kind.count)
    made = [path.stat().st_size for path in typed.out.rglob("*.jpg")]
    print(f"{len(made):,} pictures, {sum(made) / 1e6:,.0f} MB, in {typed.out}")


if __name__ == "__main__":
    main()
