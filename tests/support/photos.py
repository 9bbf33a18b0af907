"""Photographs to make versions of, opened and saved in memory."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

PHOTOS = ("astronaut", "chelsea", "coffee", "rocket")


def load(originals: Path, name: str) -> Image.Image:
    return Image.open(originals / f"{name}.jpg").convert("RGB")


def saved(picture: Image.Image, setting: int = 90) -> Image.Image:
    """The picture after it was saved as a JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=setting)
    return Image.open(buffer)
