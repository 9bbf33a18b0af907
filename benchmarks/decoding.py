"""What scaled decoding costs in exactness: ``python -m benchmarks.decoding FOLDER``.

Each photograph of the folder, brought to 2,400 pixels where it is smaller, is saved as a JPEG of
three kinds and seen in several ways: decoded in full, decoded at the scale that its fingerprint
needs, and by the coarsest scans only where it is progressive. What is compared are the bits of the
plain hash and the levels of the working picture.
"""

from __future__ import annotations

import argparse
import io
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from tqdm import tqdm

from benchmarks.facts import add_output_option, facts, print_result
from dupscan import imaging
from dupscan.fingerprint import phash
from dupscan.imaging import OpenPicture
from dupscan.imaging.sniff import sniff
from dupscan.model.formats import JPEG, PNG
from dupscan.settings import MatchSettings

LENGTH = 2400
"""Longest side, pixels, to which a smaller picture is enlarged: it takes 1/8 of that."""
LEAST = 400
"""Longest side of what is worth to be enlarged."""
MOST_PIXELS = 250_000_000
KINDS: dict[str, dict[str, object]] = {
    "colour at half the size, quality 92": {"quality": 92, "subsampling": "4:2:0"},
    "colour at half the size, quality 75": {"quality": 75, "subsampling": "4:2:0"},
    "colour at full size, quality 95": {"quality": 95, "subsampling": "4:4:4"},
}
AS_IT_IS = "files as they are"
SCALED = "scaled against full decode"
COARSE = "coarsest scans against full decode"
COARSE_SCALED = "coarsest scans against scaled"
IMAGEHASH = "scaled, against imagehash.phash of the whole"


@dataclass(frozen=True, slots=True)
class Seen:
    """A working picture, and its plain hash."""

    levels: NDArray[np.float32]
    """Shape (height, width, 3)."""
    hash: int

    @classmethod
    def of(cls, picture: OpenPicture) -> Seen:
        """See an opened picture as a fingerprint does."""
        working = imaging.working_picture(picture)
        return cls(np.asarray(working, np.float32), phash.phash(working))


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two ways of seeing a picture."""

    bits: int
    """Of the plain hash."""
    levels: float | None
    """Root of the mean square over the working picture; None where there are two kinds of it."""


def changes(data: bytes) -> Iterator[tuple[str, Change]]:
    """The name of each comparison that a JPEG file is fit for, and its outcome."""
    whole = imaging.open_picture(io.BytesIO(data), JPEG, MOST_PIXELS)
    whole.image.load()
    # A copy is no file any more, and is not scaled by its decoder.
    full = Seen.of(replace(whole, image=whole.image.copy()))
    scaled = Seen.of(imaging.open_picture(io.BytesIO(data), JPEG, MOST_PIXELS))
    yield SCALED, _change(full, scaled)
    named = int(str(imagehash.phash(ImageOps.exif_transpose(whole.image))), 16)
    yield IMAGEHASH, Change((named ^ scaled.hash).bit_count(), None)
    small = imaging.coarse_jpeg(io.BytesIO(data), JPEG)
    if small is not None:
        coarse = Seen.of(imaging.open_picture(small, JPEG, MOST_PIXELS))
        yield COARSE, _change(full, coarse)
        yield COARSE_SCALED, _change(scaled, coarse)


def _change(one: Seen, other: Seen) -> Change:
    off = np.sqrt(np.square(one.levels - other.levels).mean())
    return Change((one.hash ^ other.hash).bit_count(), float(off))


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name of a kind, and a JPEG file of it, for each picture of a folder and each kind."""
    for path in tqdm(sorted(path for path in folder.rglob("*") if path.is_file())):
        with path.open("rb") as source:
            format_ = sniff(source, os.fspath(path))
            source.seek(0)
            data = source.read()
        if format_ not in (JPEG, PNG):
            continue
        with Image.open(io.BytesIO(data)) as image:
            if max(image.size) < LEAST or image.mode not in ("L", "RGB"):
                continue
            if format_ is JPEG:
                yield AS_IT_IS, data
            photo = _enlarged(image)
        for kind, options in KINDS.items():
            file = io.BytesIO()
            photo.save(file, "JPEG", progressive=True, **options)
            yield kind, file.getvalue()


def _enlarged(image: Image.Image) -> Image.Image:
    scale = max(1.0, LENGTH / max(image.size))
    size = (round(image.width * scale), round(image.height * scale))
    return image.convert("RGB").resize(size, Image.Resampling.BICUBIC)


def row(kind: str, name: str, found: list[Change]) -> str:
    """A line of the table: how many files, the bits that moved, the levels that changed."""
    bits = [change.bits for change in found]
    levels = [change.levels for change in found if change.levels is not None]
    moved = " · ".join(f"{bit}: {count}" for bit, count in sorted(Counter(bits).items()))
    lost = sum(bit > MatchSettings().radius for bit in bits)
    spread = _spread(levels, ".2f") if levels else ""
    return f"| {kind} | {name} | {len(bits)} | {_spread(bits, 'd')} | {moved} | {lost} | {spread} |"


def _spread(values: Sequence[float], how: str) -> str:
    """Median, 95th percentile and the largest."""
    ordered = sorted(values)
    parts = (ordered[ceil(share * (len(ordered) - 1))] for share in (0.5, 0.95, 1))
    return " / ".join(format(part, how) for part in parts)


def main() -> None:
    """Measure on the folder named on the command line, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    add_output_option(parser)
    options = parser.parse_args()
    folder = options.folder.resolve()
    found: dict[tuple[str, str], list[Change]] = {}
    photos = 0
    for kind, data in files(folder):
        photos += kind == next(iter(KINDS))
        for name, change in changes(data):
            found.setdefault((kind, name), []).append(change)
    table = [row(kind, name, changed) for (kind, name), changed in found.items()]
    lines = [
        f"# Scaled decoding, on {folder.name}",
        "",
        facts(folder, photos),
        "Median / 95th percentile / largest. Lost are hashes that moved beyond the default radius.",
        "",
        "| files | compared | number | bits moved | bits: files | lost | levels, RMS |",
        "|---|---|---|---|---|---|---|",
        *sorted(table),
    ]
    print_result(lines, options.output)


if __name__ == "__main__":
    main()
