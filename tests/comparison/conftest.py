"""Versions of one photograph, and a comparison of two of them in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from dupscan.comparison import Comparison, compare
from dupscan.settings import CompareSettings, MatchSettings
from dupscan.workers.executor import InLine


@pytest.fixture(scope="session")
def compared() -> Callable[..., Comparison]:
    """Compare two files; ``compared(a, b, radius=3)``, other names are CompareSettings'."""

    def run(one: Path | str, other: Path | str, **typed: Any) -> Comparison:
        whole = {name: typed.pop(name) for name in ("not_duplicates",) if name in typed}
        settings = CompareSettings(match=MatchSettings(**typed), **whole)
        return compare(one, other, settings, executor=InLine())

    return run


@pytest.fixture(scope="session")
def versions(originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a photograph, what people make of it, and another photograph."""
    folder = tmp_path_factory.mktemp("versions")
    (folder / "original.jpg").write_bytes((originals / "coffee.jpg").read_bytes())
    (folder / "copy.jpg").write_bytes((originals / "coffee.jpg").read_bytes())
    (folder / "other.jpg").write_bytes((originals / "chelsea.jpg").read_bytes())
    with Image.open(originals / "coffee.jpg") as picture:
        picture.load()
    width, height = picture.size
    picture.save(folder / "lossless.png")
    picture.save(folder / "resaved.jpg", quality=80)
    picture.resize((width // 2, height // 2)).save(folder / "half.jpg", quality=90)
    picture.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", quality=90)
    picture.convert("L").save(folder / "grey.jpg", quality=90)
    cut = (width // 20, height // 20, width - width // 20, height - height // 20)
    picture.crop(cut).save(folder / "cropped.jpg", quality=90)
    picture.crop((width // 15, 0, width, height - height // 25)).save(folder / "corner.jpg")
    ImageDraw.Draw(picture).rectangle((30, height - 50, 250, height - 20), fill="white")
    picture.save(folder / "captioned.jpg", quality=90)
    Image.new("RGB", (300, 200), "white").save(folder / "blank.png")
    Image.new("RGB", (300, 200), "ivory").save(folder / "blank too.png")
    return folder
