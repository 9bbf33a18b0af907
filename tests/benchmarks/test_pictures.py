"""The sets of pictures that benchmarks measure with."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pictures = pytest.importorskip("benchmarks.pictures")
regions = pytest.importorskip("benchmarks.regions")
generated = pytest.importorskip("benchmarks.generated")

TINY = replace(pictures.KINDS["progressive"], pixels=(3_000, 6_000))


@pytest.fixture
def photos(originals: Path) -> list[Path]:
    """Three photographs."""
    return [originals / f"{name}.jpg" for name in ("coffee", "chelsea", "rocket")]


def test_regions_lie_apart_and_inside(photos: list[Path]) -> None:
    found = regions.find_regions(photos, 20, 10_000, np.random.default_rng(1))

    assert len(found) == 20
    for one, other in combinations(found, 2):
        left, top, right, bottom = zip(one.box, other.box, strict=True)
        is_beside = max(left) >= min(right) or max(top) >= min(bottom)
        assert one.photo != other.photo or is_beside
    for one in found:
        with Image.open(one.photo) as photo:
            assert 0 <= one.box[0] < one.box[2] <= photo.width
            assert 0 <= one.box[1] < one.box[3] <= photo.height


def test_of_a_photograph_given_twice_one_is_used(photos: list[Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(photos[0].read_bytes())

    found = regions.find_regions([photos[0], copy], 10, 10_000, np.random.default_rng(1))

    boxes = {one.box for one in found}
    assert len(boxes) == len(found) == 10


def test_too_few_photographs_are_an_error(photos: list[Path]) -> None:
    with pytest.raises(ValueError, match="1 photographs are too few for 100,000 pictures"):
        regions.find_regions(photos[:1], 100_000, 10_000, np.random.default_rng(1))


def test_pictures_are_as_their_kind_says_and_the_same_every_time(
    photos: list[Path], tmp_path: Path
) -> None:
    made = []
    for name in ("first", "second"):
        pictures.make_pictures(photos, tmp_path / name, TINY, 5)
        files = sorted((tmp_path / name).rglob("*.jpg"))
        made.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
    sizes = []
    for path in files:
        with Image.open(path) as picture:
            assert picture.info.get("progressive")
            sizes.append(picture.width * picture.height)

    assert made[0] == made[1]
    assert len(set(made[0])) == 5
    assert all(0.9 * 3_000 < size < 1.1 * 6_000 for size in sizes)


def test_two_files_of_five_are_copies(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    for number in range(12):
        (tmp_path / "source" / f"{number}.jpg").write_bytes(b"%d" % number)

    pictures.make_copies([tmp_path / "source"], tmp_path / "out", 9)

    distinct = [path.read_bytes() for path in (tmp_path / "out" / "distinct").rglob("*.jpg")]
    copies = [path.read_bytes() for path in (tmp_path / "out" / "copies").rglob("*.jpg")]
    assert len(distinct) == len(set(distinct)) == 9
    assert set(copies) == set(distinct)
    assert len(copies) == 15


def test_files_of_holes_claim_their_sizes(tmp_path: Path) -> None:
    made = list(generated.make_tree(tmp_path / "tree", 350))

    assert sorted((tmp_path / "tree").rglob("*.jpg")) == made
    assert [path.stat().st_size for path in made] == list(generated.sizes(350))
    assert sum(path.stat().st_blocks for path in made) == 0
    assert len({path.stat().st_size for path in made}) == 350 - 350 // generated.COPIED
