"""Which names are of one file, and which of them is its path."""

from __future__ import annotations

import os

from dupscan.model.file_table import StatRow
from dupscan.model.files import FileEntry
from dupscan.walk.unique_files import ReachedBy, UniqueFiles


def numbers(inode: int, device: int = 1, **more: int) -> StatRow:
    return StatRow(size=5, mtime_ns=6, device=device, inode=inode, links=1)._replace(**more)


def see(*seen: tuple[str, StatRow] | tuple[str, StatRow, ReachedBy, bool]) -> list[FileEntry]:
    """Files by the names that were seen, in this order: path, numbers, way, below a reference."""
    seen_files = UniqueFiles()
    for path, row, *more in seen:
        way, reference = more or (ReachedBy.REAL, False)
        seen_files.add([os.fsencode(path)], [row], way, reference=reference)
    return list(seen_files.table())


def names_of(files: list[FileEntry]) -> list[list[str]]:
    """The path of each file and its aliases."""
    return [[file.path, *file.aliases] for file in files]


def test_nothing_seen_is_no_file() -> None:
    assert see() == []


def test_a_file_is_what_was_seen_of_it() -> None:
    assert [FileEntry("/a", 5, 6, 1, 9, 1)] == see(("/a", numbers(9)))


def test_many_names_may_be_added_at_once() -> None:
    seen_files = UniqueFiles()
    seen_files.add([], [], ReachedBy.REAL, reference=False)
    seen_files.add([b"/b", b"/a"], [numbers(1), numbers(2)], ReachedBy.REAL, reference=True)
    assert len(seen_files) == 2
    assert [(file.path, file.inode, file.reference) for file in seen_files.table()] == [
        ("/a", 2, True),
        ("/b", 1, True),
    ]


# -- what one file is ------------------------------------------------------------------------------


def test_files_are_told_apart_by_device_and_inode_together() -> None:
    found = see(
        ("/a", numbers(5, device=1)),
        ("/b", numbers(5, device=2)),
        ("/c", numbers(6, device=1)),
        ("/d", numbers(5, device=1)),
    )
    assert names_of(found) == [["/a", "/d"], ["/b"], ["/c"]]


def test_where_there_are_no_inodes_a_file_is_its_path() -> None:
    found = see(("/b", numbers(0)), ("/a", numbers(0)), ("/b", numbers(0, device=2)))
    assert names_of(found) == [["/a"], ["/b"]]


if os.name == "nt":

    def test_where_there_are_no_inodes_case_makes_no_difference() -> None:
        assert len(see(("C:\\a", numbers(0)), ("C:\\A", numbers(0)))) == 1


def test_inodes_too_large_for_a_column_tell_files_apart_all_the_same() -> None:
    huge = 2**100
    found = see(
        ("/a", numbers(huge)), ("/b", numbers(huge + 1)), ("/c", numbers(huge)), ("/d", numbers(7))
    )
    assert names_of(found) == [["/a", "/c"], ["/b"], ["/d"]]
    assert [huge, huge + 1, 7] == [file.inode for file in found]


def test_a_time_too_large_for_a_column_does_not_make_two_files_of_one() -> None:
    """As when it is set between one look and the next."""
    found = see(("/b", numbers(5, mtime_ns=2**70)), ("/a", numbers(5)), ("/c", numbers(6)))
    assert names_of(found) == [["/a", "/b"], ["/c"]]
    assert [file.mtime_ns for file in found] == [6, 6]


def test_an_odd_number_stays_with_its_file() -> None:
    found = see(*((f"/{n}", numbers(n, mtime_ns=2**70 if n == 3 else n)) for n in (4, 3, 2, 1)))
    assert [file.mtime_ns for file in found] == [1, 2, 2**70, 4]


# -- which name is the path ------------------------------------------------------------------------


def test_the_least_name_is_the_path_and_the_others_are_aliases_in_their_order() -> None:
    found = see(("/c", numbers(5)), ("/a", numbers(5)), ("/d", numbers(4)), ("/b", numbers(5)))
    assert names_of(found) == [["/a", "/b", "/c"], ["/d"]]


def test_aliases_stay_with_their_files() -> None:
    seen = [(f"/{name}", numbers(inode)) for inode, name in enumerate("khqbzcxaywdf", 1)]
    further = [(f"{path}/{path[1:]}", row) for path, row in seen[::2]]
    found = see(*further, *seen)
    expected = {path: [f"{path}/{path[1:]}"] for path, _ in seen[::2]}
    assert expected == {file.path: [*file.aliases] for file in found if file.aliases}
    assert sorted(path for path, _ in seen) == [file.path for file in found]


def test_a_name_below_a_reference_comes_first_and_marks_the_file() -> None:
    found = see(
        ("/a", numbers(5)),
        ("/z", numbers(5), ReachedBy.REAL, True),
        ("/b", numbers(4)),
        ("/c", numbers(5)),
    )
    assert names_of(found) == [["/b"], ["/z", "/a", "/c"]]
    assert [file.reference for file in found] == [False, True]


def test_a_file_is_marked_though_its_name_below_a_reference_is_only_a_detour() -> None:
    (file,) = see(("/b", numbers(5)), ("/a", numbers(5), ReachedBy.LINKED_FOLDER, True))
    assert (file.path, file.aliases, file.reference) == ("/b", (), True)


def test_a_real_name_comes_before_a_detour_which_is_none_beside_it() -> None:
    found = see(
        ("/b", numbers(5)),
        ("/a", numbers(5), ReachedBy.LINKED_FOLDER, False),
        ("/0", numbers(5), ReachedBy.LINK, False),
        ("/c", numbers(5)),
    )
    assert names_of(found) == [["/b", "/c"]]
    assert not found[0].symbolic_link


def test_names_by_a_detour_are_names_where_there_are_no_others() -> None:
    found = see(
        ("/b", numbers(5), ReachedBy.LINKED_FOLDER, False),
        ("/a", numbers(5), ReachedBy.LINKED_FOLDER, False),
        ("/0", numbers(5), ReachedBy.LINK, False),
    )
    assert names_of(found) == [["/a", "/b"]]


def test_links_are_no_names_of_the_file_they_lead_to() -> None:
    (file,) = see(
        ("/b", numbers(5), ReachedBy.LINK, False), ("/a", numbers(5), ReachedBy.LINK, False)
    )
    assert (file.path, file.aliases, file.symbolic_link) == ("/a", (), True)


# -- one name, seen twice --------------------------------------------------------------------------


def test_a_name_seen_again_is_no_further_name() -> None:
    assert names_of(see(*[("/a", numbers(5))] * 3)) == [["/a"]]


def test_a_name_seen_again_keeps_the_best_of_what_was_seen() -> None:
    """A file given as a reference, in a folder that is a root."""
    (file,) = see(("/a", numbers(5), ReachedBy.LINK, True), ("/a", numbers(5)))
    assert (file.aliases, file.reference, file.symbolic_link) == ((), True, False)


def test_a_name_that_went_to_another_file_meanwhile_is_there_once() -> None:
    found = see(("/a", numbers(5)), ("/b", numbers(5)), ("/a", numbers(6)))
    assert names_of(found) == [["/a"], ["/b"]]
    assert [file.inode for file in found] == [6, 5]
