"""Names sorted by numbers belong together as they do when each is looked up by itself."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from dupscan.model.file_table import FileTable, StatRow
from dupscan.model.files import FileEntry
from dupscan.walk.unique_files import ReachedBy, UniqueFiles

FILES = [(1, 1), (1, 2), (2, 1), (2, 2), (1, 0), (2**64 - 1, 2**64 - 1), (1, 2**70), (2**70, 3)]
"""Devices and inodes; one file system has none, and some are too large for a column."""

names = st.lists(st.binary(min_size=1, max_size=2), unique=True, max_size=30)
ways = st.tuples(st.sampled_from(FILES), st.sampled_from(ReachedBy), st.booleans())
Seen = tuple[bytes, tuple[int, int], ReachedBy, bool]


def one_by_one(seen: list[Seen]) -> list[FileEntry]:
    """What the files are, by a table of them."""
    table: dict[object, list[tuple[ReachedBy, bool, bytes]]] = {}
    for path, file, way, reference in seen:
        table.setdefault(file if file[1] else path, []).append((way, not reference, path))
    entries = []
    for reached in table.values():
        (way, _, path), *others = sorted(reached)
        device, inode = next(file for name, file, *_ in seen if name == path)
        entries.append(
            FileEntry(
                os.fsdecode(path),
                *(1, 2, device, inode, 3),
                aliases=tuple(
                    os.fsdecode(name) for w, _, name in others if w == way != ReachedBy.LINK
                ),
                reference=not all(is_new for _, is_new, _ in reached),
                symbolic_link=way is ReachedBy.LINK,
            )
        )
    return sorted(entries, key=lambda file: os.fsencode(file.path))


@given(names.flatmap(lambda paths: st.tuples(*(st.tuples(st.just(one), ways) for one in paths))))
def test_files_are_those_that_a_table_of_them_finds(
    found: tuple[tuple[bytes, tuple[tuple[int, int], ReachedBy, bool]], ...],
) -> None:
    seen = [(path, *how) for path, how in found]
    seen_files = UniqueFiles()
    for path, (device, inode), way, reference in seen:
        seen_files.add([path], [StatRow(1, 2, device, inode, 3)], way, reference=reference)
    files = seen_files.table()
    assert one_by_one(seen) == list(files)
    assert files == FileTable.of(reversed(list(files)))
