"""A small labelled library, and its calibration, made once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.calibration import Calibration, calibrate
from dupscan.settings import CalibrateSettings
from dupscan.workers.executor import InLine

PHOTOS = "astronaut.jpg chelsea.jpg coffee.jpg rocket.jpg".split()
LOOKALIKES = 8


def save_versions(photo: Image.Image, folder: Path) -> None:
    """One picture as it becomes over the years; and one edit of it."""
    folder.mkdir(parents=True)
    photo.save(folder / "a original.jpg", quality=95)
    photo.save(folder / "b saved again.jpg", quality=50)
    photo.save(folder / "c.png")
    photo.resize((photo.width // 2, photo.height // 2)).save(folder / "d half.jpg", quality=90)
    photo.transpose(Image.Transpose.ROTATE_90).save(folder / "e turned.jpg", quality=90)
    edges = (photo.width // 12, photo.height // 12)
    photo.crop((*edges, photo.width - edges[0], photo.height - edges[1])).save(
        folder / "f cropped.jpg", quality=90
    )


def save_lookalikes(folder: Path, count: int) -> None:
    """Pictures with one background and other marks on it: near each other, and all different."""
    chance = np.random.default_rng(20261122)
    coarse = Image.fromarray(chance.integers(0, 256, (5, 6, 3), dtype=np.uint8))
    background = coarse.resize((360, 300), Image.Resampling.BICUBIC)
    for at in range(count):
        marks = Image.fromarray(chance.integers(0, 256, (60, 72, 3), dtype=np.uint8))
        picture = Image.blend(background, marks.resize((360, 300)), 0.3)
        picture.save(folder / f"lookalike {at}.png")


@pytest.fixture(scope="session")
def known(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sub-folder for each photograph, and lookalikes beside them."""
    folder = tmp_path_factory.mktemp("known")
    for name in PHOTOS:
        with Image.open(originals / name) as photo:
            photo.thumbnail((360, 360))
            save_versions(photo.convert("RGB"), folder / Path(name).stem)
    save_lookalikes(folder, LOOKALIKES)
    return folder


@pytest.fixture(scope="session")
def calibrated(known: Path) -> Calibration:
    """The calibration on that folder."""
    return calibrate(known, executor=InLine())


@pytest.fixture(scope="session")
def calibration_of() -> Callable[..., Calibration]:
    """Calibrate on a folder in this process; other names are those of CalibrateSettings."""

    def run(folder: Path, **rest: object) -> Calibration:
        return calibrate(folder, CalibrateSettings(**rest), executor=InLine())  # type: ignore[arg-type]

    return run
