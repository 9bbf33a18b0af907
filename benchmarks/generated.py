"""A store filled with fingerprints that nobody worked out, for files that hold nothing.

Apart from :mod:`benchmarks.memory`, which measures a scan that finds them: here is decided what a
million pictures would have left in the store.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from dupscan.fingerprint.signature import signature
from dupscan.model.pictures import Fingerprint, Hashes, Known, Likeness, PictureInfo, Traits
from dupscan.model.views import FIXED, PARTS
from dupscan.settings import WalkSettings
from dupscan.store import Store
from dupscan.system.stop_flag import StopFlag
from dupscan.walk.roots import resolve_roots
from dupscan.walk.walker import walk

SEED = 20261122
COPIED = 50
"""One file in so many has the bytes of one before it."""
A_FOLDER = 334
"""Files in one folder."""
LONG_AGO = 1_600_000_000
"""Seconds since 1970."""
_AT_ONCE = 4096
"""Fingerprints whose hashes are drawn together."""
_INFO = PictureInfo("JPEG", 4000, 3000, captured="2024-06-01T12:30:00")


def _grey_likeness() -> Likeness:
    """One for all: no two are near, so it is only ever seen on the page of the report."""
    thumbnail = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(thumbnail, "JPEG")
    return Likeness(
        planes=np.full((3, 32, 32), 128, np.uint8),
        histogram=np.full((4, 256), 1 / 256, np.float32),
        thumbnail=thumbnail.getvalue(),
    )


def fill(store: Path, tree: Path) -> int:
    """Give each file below a folder a fingerprint of its own, or that of a file of its size.

    Returns how many files there are. Files of one size count as copies.
    """
    settings = WalkSettings((str(tree),))
    files = walk(resolve_roots(settings), settings, StopFlag()).files
    hashes, likeness = _random_hashes(), _grey_likeness()
    digests: dict[int, bytes] = {}
    with Store(store, signature()) as filled:
        for number, file in enumerate(files):
            if file.size in digests:
                filled.add(file, Known(digests[file.size]))
                continue
            digests[file.size] = digest = number.to_bytes(32)
            traits = Traits(digest, next(hashes), 40.0, greyscale=False, info=_INFO)
            filled.add(file, Fingerprint(traits, likeness))
        filled.flush()
    return len(files)


def _random_hashes() -> Iterator[Hashes]:
    """Hashes without end, no two of them near."""
    chance = np.random.default_rng(SEED)
    views, parts = len(FIXED), len(PARTS)
    while True:
        for row in chance.integers(0, 1 << 64, (_AT_ONCE, 1 + views + parts), np.uint64):
            yield Hashes(int(row[0]), row[1 : 1 + views], row[1 + views :])


def make_tree(out: Path, count: int) -> Iterator[Path]:
    """Make `count` files of holes, which take no room on the disk, and yield their paths."""
    for number, size in enumerate(sizes(count)):
        folder = out / f"{number // A_FOLDER // 100:03}" / f"{number // A_FOLDER % 100:02}"
        if number % A_FOLDER == 0:
            folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"IMG_{number:07}.jpg"
        with open(path, "wb") as file:
            os.truncate(file.fileno(), size)
        os.utime(path, (LONG_AGO, LONG_AGO))  # what changed just now may change again, unseen
        yield path


def sizes(count: int) -> Iterator[int]:
    """Bytes that each of so many files claims to have: all different, but for the copies."""
    for number in range(count):
        original = number - 1 if number % COPIED == COPIED - 1 else number
        yield 20_000 + 7 * original
