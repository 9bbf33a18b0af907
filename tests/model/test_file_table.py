"""Tables of files: entries in, the same entries out, in order, and little memory between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from dupscan.model import file_table as room
from dupscan.model.file_table import FileTable, PathColumn, StatRow, columns_of
from dupscan.model.files import FileEntry


def entry(path: str, **more: int | bool | tuple[str, ...]) -> FileEntry:
    plain = FileEntry(path, size=9, mtime_ns=10**18 + 1, device=7, inode=2**63 + 5, links=1)
    return replace(plain, **more)


# -- tables ----------------------------------------------------------------------------------------


def test_no_files_are_an_empty_table() -> None:
    table = FileTable.of([])
    assert list(table) == []
    assert (len(table), bool(table)) == (0, False)
    assert table == ()


def test_entries_come_out_as_they_were_put_in() -> None:
    entries = [
        entry("/a", reference=True),
        entry("/b", aliases=("/c", "/d\udce9"), links=3),
        entry("/e", symbolic_link=True, size=2**62, mtime_ns=-1),
        entry("/f", aliases=("/g",)),
    ]
    table = FileTable.of(entries)
    assert entries == list(table)
    assert entries == [table[place] for place in range(4)]
    assert entries[1:3] == table[1:3]


def test_entries_have_numbers_that_can_be_written_to_json() -> None:
    for one in (FileTable.of([entry("/a")])[0], next(iter(FileTable.of([entry("/a")])))):
        assert {int} == {type(number) for number in (one.size, one.mtime_ns, one.inode, one.links)}
        assert {bool} == {type(one.reference), type(one.symbolic_link)}


def test_entries_are_put_in_the_order_of_the_bytes_of_their_paths() -> None:
    paths = ["/b", "/a/z", "/a.jpg", "/\udcff", "/é", "/a/B"]
    expected = sorted(paths, key=os.fsencode)
    assert expected == [file.path for file in FileTable.of(map(entry, paths))]


def test_a_table_is_counted_from_its_end_too_and_has_an_end() -> None:
    table = FileTable.of([entry("/a"), entry("/b")])
    assert (table[-1].path, table[-2].path) == ("/b", "/a")
    for place in (2, -3):
        with pytest.raises(IndexError):
            table[place]


def test_tables_are_equal_when_their_entries_are() -> None:
    one = FileTable.of([entry("/a"), entry("/b")])
    assert one == FileTable.of([entry("/b"), entry("/a")])
    assert one == [entry("/a"), entry("/b")]
    assert one != [entry("/a")]
    assert one != [entry("/a"), entry("/b", size=8)]
    assert one != 5


def test_columns_say_what_the_entries_say() -> None:
    table = FileTable.of([entry("/b", size=1), entry("/a", reference=True, links=2)])
    assert table.sizes.tolist() == [9, 1]
    assert table.inodes.tolist() == [2**63 + 5] * 2
    assert (table.references.tolist(), table.links.tolist()) == ([True, False], [2, 1])
    assert list(table.paths) == [b"/a", b"/b"]
    assert table.path_bytes(1) == b"/b"


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_a_table_is_gone_through_in_parts_and_none_is_lost(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_ROWS_AT_ONCE", 2)
    entries = [entry(f"/{number}", size=number) for number in range(length)]
    assert entries == list(FileTable.of(entries))


def test_a_million_files_would_take_a_hundred_megabytes() -> None:
    """Not objects: 60 bytes a file, and its path."""
    table = FileTable.of(entry(f"/{number:019}") for number in range(1000))
    columns = [getattr(table, name) for name in FileTable.__slots__]
    arrays = [one for one in columns if isinstance(one, np.ndarray)]
    total = sum(one.nbytes for one in (*arrays, table.paths.ends)) + len(table.paths.text)
    assert total <= 1000 * (60 + 20)


# -- numbers that fit in no column -----------------------------------------------------------------


def test_no_rows_are_empty_columns() -> None:
    columns, odd = columns_of([])
    assert ([list(column) for column in columns], odd) == ([[]] * 6, {})


@pytest.mark.parametrize(
    "more",
    [
        {"mtime_ns": 300_000_000_000 * 10**9},  # the year 11,476
        {"mtime_ns": -70_000_000_000 * 10**9},
        {"size": 2**63},
        {"inode": 2**127 + 1},  # as Windows has them
        {"device": 2**64},
        {"links": 2**31},
    ],
)
def test_a_number_out_of_range_is_kept_as_it_is(more: dict[str, int]) -> None:
    entries = [entry("/a"), entry("/b", **more), entry("/c")]
    table = FileTable.of(entries)
    assert entries == list(table)
    assert entries[1] == table[1]
    assert list(table.odd) == [1]


def test_a_column_has_the_nearest_number_that_fits() -> None:
    table = FileTable.of([entry("/a", mtime_ns=2**64), entry("/b", mtime_ns=-(2**64))])
    assert table.mtimes.tolist() == [2**63 - 1, -(2**63)]


def test_the_largest_numbers_that_fit_are_not_odd() -> None:
    largest = StatRow(2**63 - 1, 2**63 - 1, 2**64 - 1, 2**64 - 1, 2**31 - 1, 2**63 - 1)
    columns, odd = columns_of([largest])
    assert ([*largest], {}) == ([column[0] for column in columns], odd)


# -- paths -----------------------------------------------------------------------------------------


def test_no_paths_are_an_empty_column() -> None:
    column = PathColumn.of([])
    assert (list(column), len(column)) == ([], 0)


@pytest.mark.parametrize("paths", [[b""], [b"", b""], [b"a", b"", b"\xff\n", b"a"]])
def test_any_bytes_are_kept_in_a_column(paths: list[bytes]) -> None:
    column = PathColumn.of(paths)
    assert paths == list(column)
    assert paths == [column[place] for place in range(len(paths))]


def test_a_column_of_paths_can_be_gone_through_again() -> None:
    def twice(column: PathColumn) -> Iterator[list[bytes]]:
        return (list(column) for _ in range(2))

    assert list(twice(PathColumn.of([b"a", b"b"]))) == [[b"a", b"b"]] * 2
