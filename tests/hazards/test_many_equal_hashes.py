"""10,000 equal hashes chain 10,000 deep in pybktree, and recursion ends there."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image

from dupscan.group import group
from dupscan.index import candidates
from dupscan.model import Picture
from dupscan.pipeline import ScanOutcome

MANY = 10_000


@pytest.fixture
def one_picture(scan_of: Callable[..., ScanOutcome], photo: Image.Image, tmp_path: Path) -> Picture:
    """What a scan remembers of a real picture."""
    photo.save(tmp_path / "one.png")
    [picture] = scan_of(tmp_path).report.pictures
    return picture


def test_pairs_of_equal_hashes_come_one_by_one() -> None:
    """None of them takes a place in the tree: there are fifty million, and 20,000 cost 20,000."""
    met = list(islice(candidates([7] * MANY, radius=8), 20_000))

    assert len({(pair.a, pair.b) for pair in met}) == 20_000
    assert {0} == {pair.distance for pair in met}


def test_a_hash_beside_many_equal_ones_meets_each_of_them_once() -> None:
    hashes = [None] * MANY + [7] * 300 + [6]

    met = [pair for pair in candidates(hashes, radius=8) if pair.distance]

    assert [(MANY + at, MANY + 300, 1) for at in range(300)] == sorted(
        (pair.a, pair.b, pair.distance) for pair in met
    )


def test_ten_thousand_copies_of_one_file_are_one_group(one_picture: Picture) -> None:
    pictures = [
        replace(one_picture, file=replace(one_picture.file, path=f"/{at:05}.png", inode=at))
        for at in range(MANY)
    ]

    [found] = group(pictures, [], lambda *_: "the same bytes")

    assert found.keeper == 0
    assert list(range(MANY)) == list(found.members)
    assert found.edges == ()


def test_a_hundred_pictures_of_one_hash_are_one_group(
    scan_of: Callable[..., ScanOutcome], photo: Image.Image, tmp_path: Path
) -> None:
    """Not equal files, so each is looked at by itself."""
    photo.resize((80, 60)).save(tmp_path / "000.jpg")
    content = (tmp_path / "000.jpg").read_bytes()
    for number in range(1, 100):
        (tmp_path / f"{number:03}.jpg").write_bytes(content + b"%d" % number)

    [found] = scan_of(tmp_path).report.groups

    assert len(found.members) == 100
