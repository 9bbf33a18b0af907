"""Hashes in memory as the columns that the index wants."""

from __future__ import annotations

from collections.abc import Callable

from dupscan.model.hash_table import VIEWS, HashTable
from dupscan.model.pictures import Hashes
from dupscan.model.views import FIXED, ORIENTATIONS, PARTS

HashesOf = Callable[..., Hashes]
BORDER = (0.0, 0.1, 1.0, 0.9)


def test_a_table_of_nothing_is_empty() -> None:
    for table in (HashTable.of([]), HashTable.of([None, None])):
        assert len(table) == 0
        assert (0, len(PARTS)) == table.parts.shape
        assert table.views(0, 0).shape == (0, VIEWS)
        assert table.borders == {}


def test_each_is_called_by_its_place_and_none_takes_no_part(hashes_of: HashesOf) -> None:
    one, other = hashes_of(1), hashes_of((1 << 64) - 1, border=BORDER)
    table = HashTable.of([None, one, None, other])
    assert table.numbers.tolist() == [1, 3]
    assert table.plain.tolist() == [one.plain, other.plain]
    assert table.parts.tolist() == [one.parts.tolist(), other.parts.tolist()]
    assert table.borders == {3: BORDER}


def test_the_best_come_first(hashes_of: HashesOf) -> None:
    hashes = [hashes_of(number) for number in range(4)]
    table = HashTable.of(hashes, [2, 0, 3])
    assert table.numbers.tolist() == [2, 0, 3]
    assert table.plain.tolist() == [2, 0, 3]
    assert table.views(1, 3)[:, : len(FIXED)].tolist() == [
        hashes[at].views.tolist() for at in (0, 3)
    ]


def test_views_are_the_fixed_ones_and_zero_where_there_is_no_border(hashes_of: HashesOf) -> None:
    plain, framed = hashes_of(1), hashes_of(2, border=BORDER)
    first, second = HashTable.of([plain, framed]).views(0, 2).tolist()
    assert first == plain.views.tolist() + [0] * len(ORIENTATIONS)
    assert second == framed.views.tolist()
