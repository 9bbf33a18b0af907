"""Ten thousand pictures with the same hash must be searched in reasonable time and without a crash.

In pybktree 10,000 equal hashes make a chain of 10,000 nodes, and recursion ends there.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from dupscan.group.stars import group
from dupscan.index import MAX_COMPARED_PER_BUCKET, candidates
from dupscan.model.changes import Change
from dupscan.model.hash_table import HashTable
from dupscan.model.pictures import Hashes, Picture
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

MANY = 10_000


@pytest.fixture
def one_picture(scan_of: Callable[..., ScanOutcome], photo: Image.Image, tmp_path: Path) -> Picture:
    """What a scan remembers of a real picture."""
    for name in ("one.png", "its copy.png"):
        photo.save(tmp_path / name)
    one, _ = scan_of(tmp_path).report.pictures
    return one


@pytest.mark.parametrize("index", ["bktree", "multi"])
def test_each_of_many_equal_hashes_meets_the_best_ones_only(
    hashes_of: Callable[..., Hashes], index: str
) -> None:
    """There are fifty million pairs of them; a group needs none but those with its keeper."""
    best_first = list(reversed(range(MANY)))

    settings = MatchSettings(views="plain", index=index)
    met = list(candidates(HashTable.of([hashes_of(7)] * MANY, best_first), settings))

    assert len({(pair.a, pair.b) for pair in met}) == len(met) < MAX_COMPARED_PER_BUCKET * MANY
    assert all(pair.b >= MANY - MAX_COMPARED_PER_BUCKET for pair in met)
    assert set(range(MANY - 1)) == {pair.a for pair in met if pair.b == MANY - 1}


def test_two_buckets_side_by_side_meet_each_others_best_pictures(
    hashes_of: Callable[..., Hashes],
) -> None:
    hashes = [hashes_of(6)] * 1000 + [hashes_of(7)] * 1000
    settings = MatchSettings(views="plain", radius=1)
    met = [pair for pair in candidates(HashTable.of(hashes), settings) if pair.hits[0].distance]

    assert len({(pair.a, pair.b) for pair in met}) == len(met) < 2 * MAX_COMPARED_PER_BUCKET * 1000
    assert {pair.a for pair in met if pair.b == 1000} == set(range(1000))
    assert {pair.b for pair in met if pair.a == 0} == set(range(1000, 2000))


def test_a_hash_beside_many_equal_ones_meets_each_of_them_once(
    hashes_of: Callable[..., Hashes],
) -> None:
    hashes = [None] * MANY + [hashes_of(7)] * 300 + [hashes_of(6)]

    settings = MatchSettings(views="plain")
    met = [pair for pair in candidates(HashTable.of(hashes), settings) if pair.hits[0].distance]

    assert [(MANY + at, MANY + 300, 1) for at in range(300)] == sorted(
        (pair.a, pair.b, pair.hits[0].distance) for pair in met
    )


def test_ten_thousand_copies_of_one_file_are_one_group(one_picture: Picture) -> None:
    pictures = [
        replace(one_picture, file=replace(one_picture.file, path=f"/{at:05}.png", inode=at))
        for at in range(MANY)
    ]

    [found] = group(
        pictures,
        [],
        keeper_rank=lambda number: (number,),
        why_kept=lambda kept, other: "",
        find_changes=lambda *_: (Change.SAME_BYTES,),
    )

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
