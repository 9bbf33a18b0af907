"""Folders that hold the same pictures: one of them is kept whole."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dupscan.group.folder_evidence import compare_folders
from dupscan.group.folder_order import FolderOrder
from dupscan.group.keeper import Version, keeper_rank, quality_rank, why_kept
from dupscan.group.named_as import named_as
from dupscan.model.report import FolderQuestion

PIXELS = 1600 * 1200


def photograph(*paths: str, captured: str | None = None, **values: object) -> list[Version]:
    """Equal files under some paths."""
    usual = {"size": 9, "mtime_ns": 0, "width": 1600, "height": 1200, "encoding": 90} | values
    return [
        Version(path=path, named=named, captured=captured, **usual)  # type: ignore[arg-type]
        for path, named in zip(paths, named_as(paths), strict=True)
    ]


def order_of(photographs: Iterable[Sequence[Version]], **below: int) -> FolderOrder:
    ranked = [[(one, quality_rank(one, PIXELS)) for one in several] for several in photographs]
    sizes = {f"/{folder}": count for folder, count in below.items()}
    return FolderOrder(compare_folders(ranked), sizes)


def kept(photographs: Sequence[Sequence[Version]], **below: int) -> list[str]:
    """The folder of the keeper of each photograph."""
    folders = order_of(photographs, **below)
    return [
        min(several, key=lambda one: keeper_rank(one, PIXELS, folders)).folder
        for several in photographs
    ]


def album(*folders: str, count: int = 10, name: str = "IMG_{}.jpg") -> list[list[Version]]:
    """The same pictures in some folders, under the same names."""
    return [photograph(*(f"{one}/{name.format(n)}" for one in folders)) for n in range(count)]


def test_without_photographs_there_is_no_order_and_no_question() -> None:
    folders = order_of([])
    assert folders.rank("/a") == 0
    assert folders.questions() == []


@pytest.mark.parametrize(
    ("better", "worse", "words"),
    [
        ("/Photos/2017", "/Backup 2019", "holds the originals; Backup 2019 looks like a backup"),
        (
            "/Z",
            "/A/Downloads",
            "holds the originals; A/Downloads looks like a folder for downloads",
        ),
        ("/Backup", "/Backup/Trash", "holds the originals; Backup/Trash looks like a trash folder"),
        ("/2017", "/2017 (1)", "holds the originals; 2017 (1) is named as a copy of it"),
        ("/p/Fotos", "/p/Fotos 2", "holds the originals; Fotos 2 is named as a copy of it"),
        ("/Zoo/2019", "/Album", "has the date in its path"),
    ],
)
def test_the_better_place_wins_whatever_the_alphabet(better: str, worse: str, words: str) -> None:
    assert set(kept(album(worse, better))) == {better}
    assert (
        order_of(album(worse, better)).why(better, worse)
        == f"{better.removeprefix('/p')[1:]} {words}"
    )


def test_two_trees_are_compared_as_a_whole() -> None:
    """Each year has evidence of its own, and all years go one way."""
    photographs = [
        *album("/Photos/2017", "/Copies here/2017", count=9),
        *([photograph("/Photos/2018/IMG_1 (1).jpg", "/Copies here/2018/IMG_1.jpg")]),
    ]
    assert len({folder.split("/")[1] for folder in kept(photographs)}) == 1


def test_names_of_copies_decide_for_the_whole_folder() -> None:
    photographs = [
        *album("/A", "/B", count=3),
        *([photograph(f"/A/IMG_{n} (1).jpg", f"/B/IMG_{n}.jpg") for n in range(10, 13)]),
    ]
    assert set(kept(photographs, A=6, B=6)) == {"/B"}
    words = order_of(photographs, A=6, B=6).why("/B", "/A")
    assert words == "B holds the originals; files in A are named as copies"


def test_a_single_copy_does_not_decide_for_two_albums() -> None:
    """Two folders that hold other pictures share two, and each has a copy of the other's."""
    photographs = [
        photograph("/A/Copy of x.jpg", "/B/x.jpg"),
        photograph("/A/y.jpg", "/B/y - Copy.jpg"),
    ]
    folders = order_of(photographs, A=100, B=100)
    assert folders.is_mere_copy(photographs[0][0], photographs[0][1:])
    assert folders.is_mere_copy(photographs[1][1], photographs[1][:1])
    twins = order_of(photographs, A=2, B=2)
    assert not twins.is_mere_copy(photographs[0][0], photographs[0][1:])


def test_a_copy_at_home_comes_before_the_original_name_in_a_backup() -> None:
    home = photograph("/Photos/x (1).jpg", "/Backup/x.jpg")
    assert not order_of([home], Photos=900, Backup=900).is_mere_copy(home[0], home[1:])
    assert kept([home], Photos=900, Backup=900) == ["/Photos"]


def test_the_folder_that_holds_more_of_its_own_wins_over_its_part() -> None:
    photographs = album("/Album", "/Year")
    assert set(kept(photographs, Album=10, Year=500)) == {"/Year"}
    words = order_of(photographs, Album=10, Year=500).why("/Year", "/Album")
    assert words == "Year holds the originals; Album holds a part of them"


def test_better_versions_decide_for_the_equal_ones() -> None:
    larger = [
        [*photograph(f"/B/IMG_{n}.jpg"), *photograph(f"/A/IMG_{n}.jpg", encoding=60)]
        for n in range(20, 30)
    ]
    assert set(kept([*album("/A", "/B", count=4), *larger], A=14, B=14)) == {"/B"}


def test_a_trash_folder_never_holds_the_originals() -> None:
    finer = [
        [*photograph(f"/Trash/IMG_{n}.jpg"), *photograph(f"/A/IMG_{n}.jpg", encoding=60)]
        for n in range(20, 30)
    ]
    assert kept([*album("/A", "/Trash", count=1), *finer])[0] == "/A"


def test_what_was_taken_in_a_year_belongs_into_its_folder() -> None:
    wanted = [photograph("/2016/a.jpg", "/2017/a.jpg", captured="2017-05-01T10:00:00")]
    folders = {"2016": 300, "2017": 300}
    assert kept(wanted, **folders) == ["/2017"]


def test_a_tie_is_a_question_with_its_pictures() -> None:
    folders = order_of([*album("/Holiday", "/Summer", count=120), *album("/x", "/Backup")])
    assert folders.questions() == [FolderQuestion("/Summer", "/Holiday", 120)]
    assert "nothing else tells it from Holiday" in folders.why("/Summer", "/Holiday")


def test_a_circle_is_broken_and_every_folder_has_a_place() -> None:
    photographs = [
        *([photograph("/A/a.jpg", "/B/a (1).jpg")]),
        *([photograph("/B/b.jpg", "/C/b (1).jpg")]),
        *([photograph("/C/c.jpg", "/A/c (1).jpg")]),
    ]
    folders = order_of(photographs)
    assert sorted(map(folders.rank, ("/A", "/B", "/C"))) == [0, 1, 2]
    assert all(folders.why(one, other) for one in ("/A", "/B") for other in ("/B", "/C"))


def test_a_picture_in_thousands_of_folders_takes_no_time() -> None:
    paths = [f"/{n}/a.jpg" for n in range(3000)]
    assert kept([photograph(*paths, "/Backup/a.jpg")])[0] != "/Backup"


FOLDERS = "/Photos/2017 /Photos/2018 /Backup/2017 /Backup/2018 /Holiday /Downloads /x /x/y".split()
NAMES = "IMG_1.jpg|IMG_1 (1).jpg|Copy of IMG_1.jpg|beach.jpg|IMG-20190801-WA0001.jpg".split("|")
PLACES = st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES)).map("/".join)
PHOTOGRAPHS = st.lists(
    st.builds(
        lambda paths, times: [
            replace(one, mtime_ns=time)
            for one, time in zip(photograph(*paths), times, strict=False)
        ],
        st.lists(PLACES, min_size=2, max_size=5, unique=True),
        st.lists(st.integers(0, 3), min_size=5, max_size=5),
    ),
    max_size=8,
)


@given(PHOTOGRAPHS, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_order_is_total_and_does_not_depend_on_the_input(
    photographs: list[list[Version]], chance: random.Random
) -> None:
    folders = order_of(photographs)
    shuffled = [chance.sample(several, len(several)) for several in photographs]
    chance.shuffle(shuffled)
    again = order_of(shuffled)
    used = {one.folder for several in photographs for one in several}
    assert {one: folders.rank(one) for one in used} == {one: again.rank(one) for one in used}
    for several in photographs:
        ranks = sorted(keeper_rank(one, PIXELS, folders) for one in several)
        assert len(list(groupby(ranks))) == len(several)
        for one in several:
            for other in several:
                said = [why_kept(a, b, PIXELS, folders) for a, b in ((one, other), (other, one))]
                assert (one is other) == (not any(said))
                assert not all(said)


@given(PHOTOGRAPHS)
def test_whole_folders_win_together(photographs: list[list[Version]]) -> None:
    """Of two folders with equal files, the same one always has the better rank."""
    folders = order_of(photographs)
    winners: dict[frozenset[str], set[str]] = {}
    for several in photographs:
        best = {one.folder: one for one in several}
        for one in best:
            for other in best:
                if one != other:
                    first = min(one, other, key=folders.rank)
                    winners.setdefault(frozenset((one, other)), set()).add(first)
    assert all(len(found) == 1 for found in winners.values())
