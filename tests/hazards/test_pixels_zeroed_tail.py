"""Photographs whose data a failing disk replaced by zeros all decode to the same grey.

Such photographs are not duplicates of each other.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import FileEntry
from dupscan.settings import FingerprintSettings


def test_two_lost_photographs_are_not_the_same(
    originals: Path, tmp_path: Path, entry_of: Callable[[Path], FileEntry]
) -> None:
    """Their decoder makes up what is missing, and does not say so."""
    with Image.open(originals / "coffee.jpg") as coffee:
        photo = coffee.copy()
    found = []
    for name, picture in (("a", photo), ("b", photo.transpose(Image.Transpose.ROTATE_180))):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=95)
        whole = file.getvalue()
        kept = whole.index(b"\xff\xda") + 14
        path = tmp_path / f"{name}.jpg"
        path.write_bytes(whole[:kept] + bytes(len(whole) - kept))
        with Image.open(path) as image:
            image.load()
        found.append(pixel_digest(entry_of(path), FingerprintSettings()))
    expected = PixelDigest(None, "it has no end, and may have lost data before it")
    assert [expected, expected] == found
