"""Two pictures and the map of where they differ are drawn in one picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.comparison import Comparison
from dupscan.comparison.diff_picture import MARK, draw_difference
from dupscan.errors import NotReadable
from dupscan.workers.executor import InLine

Compared = Callable[..., Comparison]
OUTLINE = (53, 201, 255)


def draw(compared: Comparison, path: Path) -> Path:
    path.write_bytes(draw_difference(compared, executor=InLine()))
    return path


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as sheet:
        return np.asarray(sheet.convert("RGB")).astype(int)


@pytest.mark.parametrize(
    "name",
    "copy.jpg half.jpg turned.jpg cropped.jpg captioned.jpg other.jpg blank.png".split(),
)
def test_a_sheet_is_a_picture_of_its_own(
    compared: Compared, versions: Path, tmp_path: Path, name: str
) -> None:
    found = compared(versions / "original.jpg", versions / name)
    assert MARK.encode() in draw(found, tmp_path / "map.png").read_bytes()[:1024]
    with Image.open(tmp_path / "map.png") as sheet:
        assert sheet.format == "PNG"
        assert 1000 < sheet.width <= 2000
        assert 400 < sheet.height <= 1000


def test_all_three_pictures_are_on_it(compared: Compared, versions: Path, tmp_path: Path) -> None:
    """White beside black: the first, the second, and the brightest colour of the map."""
    Image.new("RGB", (300, 200), "black").save(tmp_path / "black.png")
    found = compared(versions / "blank.png", tmp_path / "black.png")
    sheet = pixels_of(draw(found, tmp_path / "map.png"))
    middle = sheet[sheet.shape[0] // 2]
    columns = [middle[at] for at in (324, 324 + 624, 324 + 2 * 624)]
    assert [list(one) for one in columns] == [[255, 255, 255], [0, 0, 0], [255, 255, 255]]


def test_equal_pictures_have_a_dark_map(compared: Compared, versions: Path, tmp_path: Path) -> None:
    found = compared(versions / "original.jpg", versions / "lossless.png")
    sheet = pixels_of(draw(found, tmp_path / "map.png"))
    map_ = sheet[200:400, 1400:1800]
    assert map_.max() <= 4


def test_a_few_pixels_that_differ_are_outlined(
    compared: Compared, tmp_path: Path, photo: Image.Image
) -> None:
    photo.save(tmp_path / "one.png")
    photo.putpixel((200, 150), (0, 0, 0))
    photo.save(tmp_path / "other.png")
    found = compared(tmp_path / "one.png", tmp_path / "other.png")
    sheet = pixels_of(draw(found, tmp_path / "map.png"))
    assert (sheet == OUTLINE).all(axis=2).any()


@pytest.mark.parametrize("at", [(0, 0), (399, 0), (0, 299), (399, 299)])
def test_what_differs_at_an_edge_is_outlined_within_the_map(
    compared: Compared, tmp_path: Path, photo: Image.Image, at: tuple[int, int]
) -> None:
    photo.save(tmp_path / "one.png")
    photo.putpixel(at, tuple(255 - level for level in photo.getpixel(at)))
    photo.save(tmp_path / "other.png")
    found = compared(tmp_path / "one.png", tmp_path / "other.png")
    sheet = pixels_of(draw(found, tmp_path / "map.png"))
    assert (sheet == OUTLINE).all(axis=2).sum() > 4


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (2, 2500)])
def test_pictures_of_odd_shapes_are_drawn(
    compared: Compared, tmp_path: Path, versions: Path, size: tuple[int, int]
) -> None:
    Image.new("RGB", size, "red").save(tmp_path / "odd.png")
    for pair in ((tmp_path / "odd.png", versions / "half.jpg"), (tmp_path / "odd.png",) * 2):
        assert pixels_of(draw(compared(*pair), tmp_path / "map.png")).size


def test_a_name_of_any_length_and_script_fits(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    name = tmp_path / ("雪" * 60 + "\n.jpg")
    name.write_bytes((versions / "half.jpg").read_bytes())
    assert pixels_of(draw(compared(name, name), tmp_path / "map.png")).shape[1] <= 2000


def test_what_the_second_picture_does_not_show_is_grey_on_the_map(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    found = compared(versions / "original.jpg", versions / "cropped.jpg")
    sheet = pixels_of(draw(found, tmp_path / "map.png"))
    assert (sheet[:, 1272:1872] == (205, 205, 205)).all(axis=2).sum() > 1000


def test_a_picture_that_changed_since_is_told(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    path = tmp_path / "one.jpg"
    path.write_bytes((versions / "half.jpg").read_bytes())
    found = compared(path, versions / "original.jpg")
    path.write_bytes((versions / "grey.jpg").read_bytes())
    with pytest.raises(NotReadable, match=r"cannot draw .*one\.jpg: changed"):
        draw(found, tmp_path / "map.png")
