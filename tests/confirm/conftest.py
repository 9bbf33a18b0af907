"""Fixtures of the tests of confirm: real photographs and what is looked at of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dupscan import imaging
from dupscan.model.pictures import Fingerprint


@pytest.fixture(scope="session")
def load(originals: Path) -> Callable[[str], Image.Image]:
    """A real photograph in RGB, by its name without suffix."""

    @cache
    def run(name: str) -> Image.Image:
        (path,) = originals.glob(f"{name}.*")
        with Image.open(path) as image:
            return image.convert("RGB")

    return run


@pytest.fixture(scope="session")
def original(originals: Path, print_of: Callable[..., Fingerprint]) -> Callable[[str], Fingerprint]:
    """The fingerprint of a real photograph's own file."""

    @cache
    def run(name: str) -> Fingerprint:
        (path,) = originals.glob(f"{name}.*")
        return print_of(path)

    return run


@pytest.fixture(scope="session")
def square_of() -> Callable[[Image.Image], NDArray[np.float32]]:
    """The grey square of 128 × 128 of a picture, as one of a batch: shape (1, 128, 128)."""

    def run(picture: Image.Image) -> NDArray[np.float32]:
        scale = imaging.WORKING_LENGTH / max(picture.size)
        size = round(picture.width * scale), round(picture.height * scale)
        working = picture.resize(size, Image.Resampling.HAMMING)
        return np.asarray(imaging.grey_square(working), np.float32)[None]

    return run


@pytest.fixture(scope="session")
def caption() -> Callable[[Image.Image], Image.Image]:
    """The picture with words on a black bar in its lowest seventh."""

    def run(picture: Image.Image) -> Image.Image:
        captioned = picture.copy()
        width, height = captioned.size
        draw = ImageDraw.Draw(captioned)
        draw.rectangle((0, height * 6 // 7, width, height), fill="black")
        words = "Summer holidays 2019"
        font = ImageFont.load_default(height // 12)
        draw.text((width // 6, height * 6 // 7 + 5), words, fill="white", font=font)
        return captioned

    return run
