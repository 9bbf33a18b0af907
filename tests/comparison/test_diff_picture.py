"""The sheet of two pictures is drawn, and takes the place of nobody's file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.comparison import Comparison, write_difference
from dupscan.errors import CannotFinish, NotReadable, UsageError
from dupscan.workers.executor import InLine

Compared = Callable[..., Comparison]
OUTLINE = (53, 201, 255)


def draw(compared: Comparison, path: Path) -> Path:
    write_difference(compared, path, executor=InLine())
    return path


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as sheet:
        return np.asarray(sheet.convert("RGB")).astype(int)


@pytest.fixture
def pair(compared: Compared, versions: Path) -> Comparison:
    return compared(versions / "original.jpg", versions / "resaved.jpg")


# -- what is drawn ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    "copy.jpg half.jpg turned.jpg cropped.jpg captioned.jpg other.jpg blank.png".split(),
)
def test_a_sheet_is_a_picture_of_its_own(
    compared: Compared, versions: Path, tmp_path: Path, name: str
) -> None:
    found = compared(versions / "original.jpg", versions / name)
    with Image.open(draw(found, tmp_path / "map.png")) as sheet:
        assert sheet.format == "PNG"
        assert 1000 < sheet.width <= 2000
        assert 400 < sheet.height <= 1000


def test_all_three_pictures_are_on_it(compared: Compared, versions: Path, tmp_path: Path) -> None:
    """White beside black: the first, the second, and the brightest colour of the scale."""
    Image.new("RGB", (300, 200), "black").save(tmp_path / "black.png")
    found = compared(versions / "blank.png", tmp_path / "black.png")
    sheet = pixels_of(draw(found, tmp_path / "map.png"))
    middle = sheet[sheet.shape[0] // 2]
    columns = [middle[at] for at in (332, 332 + 628, 332 + 2 * 628)]
    assert [list(one) for one in columns] == [[255, 255, 255], [0, 0, 0], [252, 255, 164]]


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


# -- where it is written ---------------------------------------------------------------------------


def test_it_is_private_and_nothing_is_left_beside_it(pair: Comparison, tmp_path: Path) -> None:
    path = draw(pair, tmp_path / "map.png")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["map.png"]


def test_an_earlier_sheet_is_replaced(pair: Comparison, tmp_path: Path) -> None:
    inode = draw(pair, tmp_path / "map.png").stat().st_ino
    assert inode != draw(pair, tmp_path / "map.png").stat().st_ino


@pytest.mark.parametrize("content", [b"", b"a letter", b"\x89PNG\r\n\x1a\n"])
def test_a_file_of_somebody_else_is_not_replaced(
    pair: Comparison, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "map.png"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="was not written by"):
        draw(pair, path)
    assert path.read_bytes() == content


def test_a_picture_of_somebody_else_is_not_replaced(
    pair: Comparison, versions: Path, tmp_path: Path
) -> None:
    path = tmp_path / "map.png"
    path.write_bytes((versions / "lossless.png").read_bytes())
    with pytest.raises(UsageError, match="was not written by"):
        draw(pair, path)


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_neither_picture_is_replaced_under_any_name(
    compared: Compared, pair: Comparison, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    """Though both are sheets, which might be replaced."""
    sheets = [draw(pair, tmp_path / name) for name in ("one.png", "other.png")]
    before = [path.read_bytes() for path in sheets]
    link(sheets[0], tmp_path / "link.png")

    for path in (*sheets, tmp_path / "link.png"):
        with pytest.raises(UsageError, match="one of the two pictures"):
            draw(compared(*sheets), path)
    assert before == [path.read_bytes() for path in sheets]


@pytest.mark.parametrize(
    ("name", "told"),
    [("map.jpg", r"ends in \.png"), ("map", r"ends in \.png"), ("away/map.png", "no folder")],
)
def test_a_place_that_makes_no_sense_is_refused(
    pair: Comparison, tmp_path: Path, name: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        draw(pair, tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_a_folder_or_a_link_to_nowhere_is_not_replaced(pair: Comparison, tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to("nowhere")
    for name in ("folder.png", "link.png"):
        with pytest.raises(UsageError, match="was not written by"):
            draw(pair, tmp_path / name)


def test_what_the_disk_refuses_is_told(pair: Comparison, tmp_path: Path) -> None:
    with pytest.raises(CannotFinish, match=r"cannot write .*; choose another place"):
        draw(pair, tmp_path / f"{'x' * 250}.png")
    assert os.listdir(tmp_path) == []


def test_a_picture_that_changed_since_is_told(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    path = tmp_path / "one.jpg"
    path.write_bytes((versions / "half.jpg").read_bytes())
    found = compared(path, versions / "original.jpg")
    path.write_bytes((versions / "grey.jpg").read_bytes())
    with pytest.raises(NotReadable, match=r"cannot draw .*one\.jpg: changed"):
        draw(found, tmp_path / "map.png")
