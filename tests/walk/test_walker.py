"""Every real file below the roots, once."""

from __future__ import annotations

import os
import socket
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.processes import run_to_end

from dupscan.errors import RootError, SettingsError
from dupscan.model.file_table import FileTable
from dupscan.model.files import Failure
from dupscan.settings import WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.walk import walker as room
from dupscan.walk.roots import resolve_roots
from dupscan.walk.walker import WalkResult, walk


def look(*roots: Path | str, **settings: Any) -> WalkResult:
    return walk_them(WalkSettings(tuple(map(os.fspath, roots)), **settings))


def walk_them(
    settings: WalkSettings,
    stop: StopFlag | None = None,
    advance: Callable[[int], None] = lambda number: None,
) -> WalkResult:
    return walk(resolve_roots(settings), settings, stop or StopFlag(), advance)


def fill(folder: Path, *paths: str) -> Path:
    """Make files below a folder, each with content of its own; returns the folder."""
    folder.mkdir(exist_ok=True)
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    return folder


def names_in(result: WalkResult, folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in result.files]


# -- roots -----------------------------------------------------------------------------------------


def test_an_empty_folder_holds_no_files(tmp_path: Path) -> None:
    assert look(tmp_path) == WalkResult(FileTable.of([]), (), {})


def test_files_are_listed_with_what_their_file_system_says_of_them(tmp_path: Path) -> None:
    fill(tmp_path, "a/b.jpg")
    (file,) = look(tmp_path).files
    status = os.stat(tmp_path / "a/b.jpg")
    assert str(tmp_path / "a/b.jpg") == file.path
    assert (status.st_size, status.st_mtime_ns) == (file.size, file.mtime_ns)
    assert (status.st_dev, status.st_ino, 1) == (file.device, file.inode, file.links)
    assert (file.aliases, file.reference) == ((), False)


def test_a_folder_given_twice_counts_once(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    for again in (tmp_path, f"{tmp_path}/", f"{tmp_path}/.", f"{tmp_path}/../{tmp_path.name}"):
        result = look(tmp_path, again)
        assert names_in(result, tmp_path) == ["a.jpg"]
        assert result.files[0].aliases == ()


def test_a_folder_inside_another_counts_once(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "in/b.jpg")
    for roots in ((tmp_path, tmp_path / "in"), (tmp_path / "in", tmp_path)):
        result = look(*roots)
        assert names_in(result, tmp_path) == ["a.jpg", "in/b.jpg"]
        assert [file.aliases for file in result.files] == [(), ()]


def test_a_root_named_through_a_link_is_the_folder_itself(tmp_path: Path) -> None:
    fill(tmp_path / "real", "a.jpg")
    (tmp_path / "link").symlink_to("real")
    assert names_in(look(tmp_path / "link"), tmp_path) == ["link/a.jpg"]
    both = look(tmp_path / "link", tmp_path / "real")
    assert names_in(both, tmp_path) == ["real/a.jpg"]
    assert both.files[0].aliases == ()


def test_a_way_back_through_a_link_leads_where_the_system_says(tmp_path: Path) -> None:
    """``link/..`` is the folder that holds what the link leads to, not the one that holds it."""
    fill(tmp_path, "there/in/a.jpg", "there/other/b.jpg", "here/other/wrong.jpg")
    (tmp_path / "here/link").symlink_to(tmp_path / "there/in")
    result = look(f"{tmp_path}/here/link/../other")
    assert [os.path.basename(file.path) for file in result.files] == ["b.jpg"]


def test_a_relative_root_gives_absolute_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.jpg")
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path / "a.jpg") == look(".").files[0].path


def test_a_single_file_may_be_a_root(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "b.jpg")
    assert names_in(look(tmp_path / "a.jpg"), tmp_path) == ["a.jpg"]
    assert names_in(look(tmp_path / "b.jpg", tmp_path), tmp_path) == ["a.jpg", "b.jpg"]


def test_a_link_given_as_a_root_does_not_rename_the_file_it_leads_to(tmp_path: Path) -> None:
    fill(tmp_path, "b.jpg")
    (tmp_path / "a.jpg").symlink_to("b.jpg")
    result = look(tmp_path, tmp_path / "a.jpg")
    assert names_in(result, tmp_path) == ["b.jpg"]
    assert result.files[0].aliases == ()


def test_a_root_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RootError, match=r"gone.*No such file.*is the name right"):
        look(tmp_path, tmp_path / "gone")


def test_an_empty_name_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As from ``dupscan scan "$PHOTOS"`` with nothing in the variable."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RootError):
        look("")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_a_root_that_is_neither_folder_nor_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RootError, match="pipe: neither a folder nor a file"):
        look(tmp_path / "pipe")


# -- order -----------------------------------------------------------------------------------------


def test_files_come_in_the_order_of_the_bytes_of_their_paths(tmp_path: Path) -> None:
    fill(tmp_path, "b.jpg", "a/z.jpg", "a.jpg", "B.jpg", "é.jpg", "a b/1.jpg")
    found = names_in(look(tmp_path), tmp_path)
    assert sorted(found, key=os.fsencode) == found
    assert len(found) == 6


def test_the_order_of_the_roots_changes_nothing(tmp_path: Path) -> None:
    fill(tmp_path, "a/1.jpg", "b/2.jpg", "a/in/3.jpg")
    os.link(tmp_path / "a/1.jpg", tmp_path / "b/1.jpg")
    (tmp_path / "c").symlink_to("b")
    roots = [tmp_path / "a", tmp_path / "b", tmp_path / "a/in", tmp_path / "c"]
    assert look(*roots) == look(*reversed(roots)) == look(*roots[2:], *roots[:2])


def test_the_order_in_which_files_were_made_changes_nothing(tmp_path: Path) -> None:
    names = [f"{number}.jpg" for number in range(50)]
    fill(tmp_path / "one", *names)
    fill(tmp_path / "other", *reversed(names))
    one, other = (names_in(look(tmp_path / name), tmp_path / name) for name in ("one", "other"))
    assert one == other


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [b"a\nb.jpg", b"'\"`$(x).jpg", b"=1+1.jpg", b" .jpg", b"\xff\xfe.jpg", b"-rf", b"\\"]
)
def test_any_legal_name_survives(tmp_path: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    try:
        with open(path, "wb"):
            pass
    except OSError as error:
        pytest.skip(f"this file system does not take the name: {error}")
    assert path == os.fsencode(look(tmp_path).files[0].path)


def test_names_that_only_look_the_same_are_two_files(tmp_path: Path) -> None:
    twins = [unicodedata.normalize(form, "é.jpg") for form in ("NFC", "NFD")]
    fill(tmp_path, *twins)
    if len(os.listdir(tmp_path)) < 2:
        pytest.skip("this file system takes the two names for one")
    assert sorted(twins, key=os.fsencode) == names_in(look(tmp_path), tmp_path)


def test_a_path_longer_than_the_system_takes_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.jpg")
    monkeypatch.chdir(tmp_path)
    for _ in range(24):
        os.mkdir("n" * 200)
        monkeypatch.chdir("n" * 200)
    result = look(tmp_path)
    assert names_in(result, tmp_path) == ["a.jpg"]
    assert [(one.stage, "too long" in one.reason) for one in result.failures] == [("walk", True)]


# -- one file by several names ---------------------------------------------------------------------


def test_hard_links_are_one_file_with_aliases(tmp_path: Path) -> None:
    fill(tmp_path, "b.jpg")
    os.link(tmp_path / "b.jpg", tmp_path / "a.jpg")
    os.link(tmp_path / "b.jpg", tmp_path / "c.jpg")
    (file,) = look(tmp_path).files
    assert str(tmp_path / "a.jpg") == file.path
    assert (str(tmp_path / "b.jpg"), str(tmp_path / "c.jpg")) == file.aliases
    assert (3, file.size) == (file.links, file.freed)


def test_a_file_with_a_name_elsewhere_frees_nothing(tmp_path: Path) -> None:
    fill(tmp_path, "in/a.jpg")
    os.link(tmp_path / "in/a.jpg", tmp_path / "outside.jpg")
    (file,) = look(tmp_path / "in").files
    assert (file.aliases, file.links, file.freed) == ((), 2, 0)


@pytest.mark.parametrize("names", [["a.jpg"], ["a.jpg", "b.jpg"]])
def test_without_a_link_to_a_file_elsewhere_nothing_would_be_freed(
    tmp_path: Path, names: list[str]
) -> None:
    """Links are ways to the names of a file, and not further names of it."""
    fill(tmp_path, "outside/a.jpg", "in/own.jpg")
    for name in names[1:]:
        os.link(tmp_path / "outside/a.jpg", tmp_path / "outside" / name)
    for link in ("in/1", "in/2"):
        (tmp_path / link).symlink_to("../outside/a.jpg")
    linked, own = look(tmp_path / "in", follow_symlinks=True).files
    assert (linked.links, linked.freed) == (len(names), 0)
    assert own.freed == own.size


def test_hard_links_in_a_linked_folder_are_names_like_any(tmp_path: Path) -> None:
    fill(tmp_path, "outside/a.jpg", "in/own.jpg")
    os.link(tmp_path / "outside/a.jpg", tmp_path / "outside/b.jpg")
    (tmp_path / "in/folder").symlink_to("../outside")
    file = look(tmp_path / "in", follow_symlinks=True).files[0]
    assert (str(tmp_path / "in/folder/a.jpg"), file.size) == (file.path, file.freed)
    assert (str(tmp_path / "in/folder/b.jpg"),) == file.aliases


def test_the_same_inode_on_another_file_system_is_another_file(
    tmp_path: Path, mount: Callable[..., Path]
) -> None:
    one, other = (mount(tmp_path / name, "-t", "tmpfs", "none") for name in ("one", "other"))
    fill(one, "a.jpg")
    fill(other, "a.jpg")
    if os.stat(one / "a.jpg").st_ino != os.stat(other / "a.jpg").st_ino:
        pytest.skip("this kernel numbers the files of two tmpfs differently")
    assert names_in(look(tmp_path), tmp_path) == ["one/a.jpg", "other/a.jpg"]


def test_a_folder_that_is_mounted_twice_counts_once(
    tmp_path: Path, mount: Callable[..., Path]
) -> None:
    fill(tmp_path / "real", "a.jpg", "in/b.jpg")
    mount(tmp_path / "again", "--bind", tmp_path / "real")
    mount(tmp_path / "part", "--bind", tmp_path / "real/in")
    for roots in ((tmp_path,), (tmp_path / "real", tmp_path / "again")):
        result = look(*roots)
        assert sorted(os.path.basename(file.path) for file in result.files) == ["a.jpg", "b.jpg"]
        assert {()} == {file.aliases for file in result.files}


def test_one_file_system_leaves_out_what_is_mounted_there(
    tmp_path: Path, mount: Callable[..., Path]
) -> None:
    fill(tmp_path, "a.jpg")
    fill(mount(tmp_path / "disk", "-t", "tmpfs", "none"), "b.jpg")
    inside = look(tmp_path, one_file_system=True)
    assert names_in(inside, tmp_path) == ["a.jpg"]
    assert inside.left_out == {room.OTHER_FILE_SYSTEM: 1}
    assert names_in(look(tmp_path), tmp_path) == ["a.jpg", "disk/b.jpg"]
    both = look(tmp_path, tmp_path / "disk", one_file_system=True)
    assert names_in(both, tmp_path) == ["a.jpg", "disk/b.jpg"]


def test_one_file_system_holds_for_what_links_lead_to(
    tmp_path: Path, mount: Callable[..., Path]
) -> None:
    fill(mount(tmp_path / "disk", "-t", "tmpfs", "none"), "b.jpg", "in/c.jpg")
    fill(tmp_path / "photos", "a.jpg")
    (tmp_path / "photos/file").symlink_to("../disk/b.jpg")
    (tmp_path / "photos/folder").symlink_to("../disk/in")
    result = look(tmp_path / "photos", follow_symlinks=True, one_file_system=True)
    assert names_in(result, tmp_path) == ["photos/a.jpg"]
    assert result.left_out == {room.OTHER_FILE_SYSTEM: 2}


# -- symbolic links --------------------------------------------------------------------------------


def test_symbolic_links_are_left_out_and_counted(tmp_path: Path) -> None:
    fill(tmp_path, "photos/a.jpg", "else/b.jpg")
    (tmp_path / "photos/link.jpg").symlink_to("a.jpg")
    (tmp_path / "photos/folder").symlink_to("../else")
    (tmp_path / "photos/dangling").symlink_to("nowhere")
    result = look(tmp_path / "photos")
    assert names_in(result, tmp_path) == ["photos/a.jpg"]
    assert (result.left_out, result.failures) == ({room.SYMLINK: 3}, ())


def test_followed_links_lead_outside(tmp_path: Path) -> None:
    fill(tmp_path, "photos/a.jpg", "else/b.jpg", "else/in/c.jpg")
    (tmp_path / "photos/folder").symlink_to("../else/in")
    (tmp_path / "photos/file").symlink_to("../else/b.jpg")
    result = look(tmp_path / "photos", follow_symlinks=True)
    expected = ["photos/a.jpg", "photos/file", "photos/folder/c.jpg"]
    assert expected == names_in(result, tmp_path)


def test_links_that_loop_come_to_an_end(tmp_path: Path) -> None:
    fill(tmp_path, "a/b/c.jpg")
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "a/b/here").symlink_to(".")
    (tmp_path / "itself").symlink_to("itself")
    (tmp_path / "one").symlink_to("other")
    (tmp_path / "other").symlink_to("one")
    result = look(tmp_path, follow_symlinks=True)
    assert names_in(result, tmp_path) == ["a/b/c.jpg"]
    assert {"itself", "one", "other"} == {os.path.basename(one.path) for one in result.failures}


def test_a_dangling_link_is_a_failure_when_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "lost.jpg").symlink_to("nowhere")
    (failure,) = look(tmp_path, follow_symlinks=True).failures
    assert (str(tmp_path / "lost.jpg"), "walk") == (failure.path, failure.stage)
    assert "leads nowhere" in failure.reason


def test_a_file_keeps_its_real_path_though_links_lead_to_it(tmp_path: Path) -> None:
    fill(tmp_path, "m/z.jpg", "m/in/y.jpg")
    (tmp_path / "a").symlink_to("m")
    (tmp_path / "a.jpg").symlink_to("m/z.jpg")
    (tmp_path / "m/a").symlink_to("in")
    result = look(tmp_path, follow_symlinks=True)
    assert names_in(result, tmp_path) == ["m/in/y.jpg", "m/z.jpg"]
    assert {()} == {file.aliases for file in result.files}


def test_a_link_to_a_pipe_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to(os.devnull)
    result = look(tmp_path, follow_symlinks=True)
    assert (result.files, result.left_out) == ((), {room.SPECIAL: 1})


# -- what is left out ------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_pipes_and_sockets_are_left_out_and_nothing_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.jpg")
        result = look(tmp_path)
    assert names_in(result, tmp_path) == ["a.jpg"]
    assert result.left_out == {room.SPECIAL: 2}


def test_hidden_folders_caches_and_trash_folders_are_left_out_and_counted(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", ".thumbnails/t.jpg", "@eaDir/t.jpg", ".b.jpg", "x/$RECYCLE.BIN/d.jpg")
    result = look(tmp_path)
    assert names_in(result, tmp_path) == ["a.jpg"]
    assert result.left_out == {room.HIDDEN: 4}
    assert len(look(tmp_path, hidden=True).files) == 5


@pytest.mark.parametrize("name", ["$RECYCLE.BIN", "$Recycle.Bin"])
def test_a_trash_folder_is_left_out_however_its_name_is_written(tmp_path: Path, name: str) -> None:
    """Windows itself writes its own in two ways. What lies there must never be a keeper."""
    fill(tmp_path, "a.jpg", f"{name}/thrown away.jpg")
    assert names_in(look(tmp_path), tmp_path) == ["a.jpg"]


QUARANTINE = ".dupscan-quarantine"


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("name", [QUARANTINE, ".Dupscan-Quarantine"])
def test_a_quarantine_is_left_out_and_counted(tmp_path: Path, name: str, *, hidden: bool) -> None:
    fill(tmp_path, "a.jpg", f"{name}/b.jpg", f"in/{name}/deep/c.jpg")
    result = look(tmp_path, hidden=hidden)
    assert names_in(result, tmp_path) == ["a.jpg"]
    assert result.left_out == {room.IN_QUARANTINE: 2}


def test_a_file_that_is_named_as_a_quarantine_is_a_file(tmp_path: Path) -> None:
    fill(tmp_path, QUARANTINE, f"{QUARANTINE}.jpg", f"{QUARANTINE} 2/a.jpg")
    assert len(look(tmp_path, hidden=True).files) == 3


def test_no_link_leads_into_a_quarantine(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", f"{QUARANTINE}/in/b.jpg")
    (tmp_path / "folder").symlink_to(f"{QUARANTINE}/in")
    (tmp_path / "file.jpg").symlink_to(f"{QUARANTINE}/in/b.jpg")
    (tmp_path / "top").symlink_to("folder/..")
    fill(tmp_path, "other/c.jpg")
    (tmp_path / "other" / QUARANTINE).symlink_to("..")
    result = look(tmp_path, follow_symlinks=True)
    assert names_in(result, tmp_path) == ["a.jpg", "other/c.jpg"]
    assert result.left_out == {room.IN_QUARANTINE: 5}


@pytest.mark.parametrize(
    "inside", [QUARANTINE, f"{QUARANTINE}/in", f"{QUARANTINE}/in/b.jpg", "way"]
)
def test_a_root_or_reference_in_a_quarantine_is_refused(tmp_path: Path, inside: str) -> None:
    """What is kept for the sake of a picture that waits to be purged would be lost with it."""
    fill(tmp_path, "a.jpg", f"{QUARANTINE}/in/b.jpg", "c/d.jpg")
    (tmp_path / "way").symlink_to(f"{QUARANTINE}/in")
    for roots, references in (((inside,), ()), (("c",), (inside,))):
        with pytest.raises(RootError, match="lies in a quarantine of dupscan"):
            look(
                *(tmp_path / one for one in roots),
                references=tuple(str(tmp_path / one) for one in references),
            )


def test_a_root_inside_a_hidden_folder_is_looked_into_when_it_is_named(tmp_path: Path) -> None:
    fill(tmp_path, ".cache/photos/a.jpg", "b.jpg")
    assert names_in(look(tmp_path / ".cache/photos"), tmp_path) == [".cache/photos/a.jpg"]
    assert names_in(look(tmp_path / ".cache"), tmp_path) == [".cache/photos/a.jpg"]
    both = look(tmp_path, tmp_path / ".cache/photos")
    assert names_in(both, tmp_path) == [".cache/photos/a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("*.gif",), ["a.jpg", "in/b.jpg", "in/thumbs/c.jpg", "thumbs"]),
        (("thumbs/",), ["a.jpg", "d.gif", "in/b.jpg", "thumbs"]),
        (("thumbs",), ["a.jpg", "d.gif", "in/b.jpg"]),
        (("/in",), ["a.jpg", "d.gif", "thumbs"]),
        (("/b.jpg",), ["a.jpg", "d.gif", "in/b.jpg", "in/thumbs/c.jpg", "thumbs"]),
        (("*", "!*.gif"), ["d.gif"]),
        (("in/**/c.jpg", "# a comment"), ["a.jpg", "d.gif", "in/b.jpg", "thumbs"]),
    ],
)
def test_patterns_leave_out_as_in_a_gitignore(
    tmp_path: Path, patterns: tuple[str, ...], expected: list[str]
) -> None:
    fill(tmp_path, "a.jpg", "d.gif", "in/b.jpg", "in/thumbs/c.jpg", "thumbs")
    assert expected == names_in(look(tmp_path, exclude=patterns), tmp_path)


def test_what_a_pattern_leaves_out_is_counted(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "b.gif", "thumbs/c.jpg", "thumbs/d.jpg")
    result = look(tmp_path, exclude=("*.gif", "thumbs/"))
    assert result.left_out == {room.EXCLUDED: 2}


def test_a_pattern_is_not_led_astray_by_a_newline_in_a_name(tmp_path: Path) -> None:
    fill(tmp_path, "a\nb/thumbs/t.jpg", "a\nb/c.jpg", "d.gif\n")
    result = look(tmp_path, exclude=("thumbs/", "*.gif"))
    assert names_in(result, tmp_path) == ["a\nb/c.jpg", "d.gif\n"]


@pytest.mark.parametrize("pattern", ["!", "a\\", "[z-a]"])
def test_a_pattern_that_makes_no_sense_is_refused_by_name(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        look(tmp_path, exclude=("*.gif", pattern))
    assert pattern in str(refusal.value)


# -- reference folders -----------------------------------------------------------------------------


def test_a_reference_folder_is_looked_into_and_marked(tmp_path: Path) -> None:
    fill(tmp_path, "new/a.jpg", "archive/b.jpg")
    result = look(tmp_path / "new", references=(str(tmp_path / "archive"),))
    marks = {os.path.basename(file.path): file.reference for file in result.files}
    assert marks == {"a.jpg": False, "b.jpg": True}


@pytest.mark.parametrize("name", ["archive", "link", "archive/../archive/"])
def test_a_reference_folder_inside_a_root_is_marked_by_any_name(tmp_path: Path, name: str) -> None:
    fill(tmp_path, "photos/a.jpg", "photos/archive/in/b.jpg")
    (tmp_path / "photos/link").symlink_to("archive")
    result = look(tmp_path / "photos", references=(str(tmp_path / "photos" / name),))
    marks = {os.path.basename(file.path): file.reference for file in result.files}
    assert marks == {"a.jpg": False, "b.jpg": True}


def test_a_file_with_a_name_in_a_reference_folder_is_marked_wherever_it_is(tmp_path: Path) -> None:
    fill(tmp_path, "z archive/b.jpg", "new/a.jpg")
    os.link(tmp_path / "z archive/b.jpg", tmp_path / "new/b.jpg")
    result = look(tmp_path / "new", references=(str(tmp_path / "z archive"),))
    assert [file.reference for file in result.files] == [False, True]
    assert str(tmp_path / "z archive/b.jpg") == result.files[1].path
    assert (str(tmp_path / "new/b.jpg"),) == result.files[1].aliases


def test_a_reference_file_inside_a_root_is_no_further_name_of_itself(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    os.link(tmp_path / "a.jpg", tmp_path / "b.jpg")
    os.link(tmp_path / "a.jpg", tmp_path.with_suffix(".elsewhere"))
    (file,) = look(tmp_path, references=(str(tmp_path / "a.jpg"),)).files
    assert (file.aliases, file.reference) == ((str(tmp_path / "b.jpg"),), True)
    assert (file.links, file.freed) == (3, 0)


def test_a_reference_folder_reached_by_a_link_or_mount_is_still_marked(
    tmp_path: Path, mount: Callable[..., Path]
) -> None:
    fill(tmp_path, "archive/b.jpg", "archive/in/c.jpg", "new/a.jpg")
    (tmp_path / "new/link").symlink_to("../archive/in")
    mount(tmp_path / "new/mounted", "--bind", tmp_path / "archive")
    archive = (str(tmp_path / "archive"),)
    result = look(tmp_path / "new", references=archive, follow_symlinks=True)
    marks = {os.path.basename(file.path): file.reference for file in result.files}
    assert marks == {"a.jpg": False, "b.jpg": True, "c.jpg": True}


@pytest.mark.parametrize("name", ["a", "z"])
def test_what_links_below_a_root_and_a_reference_lead_to_is_marked(
    tmp_path: Path, name: str
) -> None:
    """However many links it takes from the reference, and wherever the root lies."""
    fill(tmp_path, "else/b.jpg", "m/c.jpg", f"{name}/a.jpg")
    (tmp_path / "way").mkdir()
    (tmp_path / "way/on").symlink_to("../else")
    (tmp_path / "m/link").symlink_to("../way")
    (tmp_path / name / "link").symlink_to("../else")
    archive = (str(tmp_path / "m"),)
    result = look(tmp_path / name, references=archive, follow_symlinks=True)
    marks = {os.path.basename(file.path): file.reference for file in result.files}
    assert marks == {"a.jpg": False, "b.jpg": True, "c.jpg": True}


def test_links_to_one_folder_lead_there_by_the_first_of_them(tmp_path: Path) -> None:
    fill(tmp_path, "else/b.jpg", "new/z.jpg")
    for name in "dbca":
        (tmp_path / "new" / name).symlink_to("../else")
    result = look(tmp_path / "new", follow_symlinks=True)
    assert names_in(result, tmp_path) == ["new/a/b.jpg", "new/z.jpg"]
    assert result.files[0].aliases == ()


@pytest.mark.parametrize("inner", ["", "in", "link"])
def test_a_root_inside_a_reference_folder_is_refused(tmp_path: Path, inner: str) -> None:
    fill(tmp_path, "archive/in/a.jpg")
    (tmp_path / "archive/link").symlink_to("in")
    with pytest.raises(RootError, match="lies inside the reference folder"):
        look(tmp_path / "archive" / inner, references=(str(tmp_path / "archive"),))


def test_a_root_beside_a_reference_folder_of_a_similar_name_is_fine(tmp_path: Path) -> None:
    fill(tmp_path, "archive/a.jpg", "archive 2/b.jpg")
    result = look(tmp_path / "archive 2", references=(str(tmp_path / "archive"),))
    assert [file.reference for file in result.files] == [False, True]


def test_a_reference_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RootError, match="gone"):
        look(tmp_path, references=(str(tmp_path / "gone"),))


# -- trouble on the way ----------------------------------------------------------------------------

_WALK = """
import sys
from dupscan.system.stop_flag import StopFlag
from dupscan.settings import WalkSettings
from dupscan.walk.roots import resolve_roots
from dupscan.walk.walker import walk
settings = WalkSettings((sys.argv[1],))
result = walk(resolve_roots(settings), settings, StopFlag())
print(*[file.path.rpartition("/")[2] for file in result.files])
print(*[failure.path.rpartition("/")[2] + ": " + failure.reason for failure in result.failures])
"""


@pytest.mark.parametrize(
    ("mode", "complaint"),
    [
        (0o000, "locked: folder cannot be read: Permission denied"),
        (0o444, "b.jpg: cannot be examined: Permission denied"),  # listed, but not to be entered
    ],
)
def test_a_folder_that_cannot_be_read_costs_only_itself(
    tmp_path: Path, unprivileged: list[str], mode: int, complaint: str
) -> None:
    fill(tmp_path, "a.jpg", "locked/b.jpg", "z.jpg")
    (tmp_path / "locked").chmod(mode)
    command = [*unprivileged, sys.executable, "-c", _WALK, tmp_path]
    done = run_to_end(command, capture_output=True, text=True)
    (tmp_path / "locked").chmod(0o755)  # so that it can be cleared away
    assert done.stdout.splitlines() == ["a.jpg z.jpg", complaint], done.stderr


def test_a_file_that_cannot_be_read_is_listed_all_the_same(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    (tmp_path / "a.jpg").chmod(0)
    assert names_in(look(tmp_path), tmp_path) == ["a.jpg"]


def test_a_stop_before_the_walk_finds_nothing(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    stop = StopFlag()
    stop.set()
    assert walk_them(WalkSettings((str(tmp_path),)), stop) == WalkResult(FileTable.of([]), (), {})


def test_a_stop_on_the_way_keeps_what_was_found(tmp_path: Path) -> None:
    fill(tmp_path, *[f"{number}/{number}.jpg" for number in range(5)])
    stop = StopFlag()

    def stop_at_the_first(number: int) -> None:
        if number:
            stop.set()

    result = walk_them(WalkSettings((str(tmp_path),)), stop, stop_at_the_first)
    assert len(result.files) == 1


def test_a_stop_in_the_middle_of_a_large_folder_keeps_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_ENTRIES_PER_BATCH", 2)
    fill(tmp_path, *"abcde")
    stop = StopFlag()
    result = walk_them(WalkSettings((str(tmp_path),)), stop, lambda number: stop.set())
    assert len(result.files) == 2


@pytest.mark.parametrize("at_once", [1, 2, 3, 4, 5, 6])
def test_a_large_folder_is_listed_in_parts_and_none_is_lost(
    tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_ENTRIES_PER_BATCH", at_once)
    fill(tmp_path, "a", "b", "c/d", "c/e", "f")
    assert names_in(look(tmp_path), tmp_path) == ["a", "b", "c/d", "c/e", "f"]


def test_told_numbers_add_up_to_the_files(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "b.jpg", "in/c.jpg", "in/d.jpg")
    os.link(tmp_path / "a.jpg", tmp_path / "in/a.jpg")
    advances: list[int] = []
    result = walk_them(WalkSettings((str(tmp_path),)), advance=advances.append)
    assert len(result.files) == sum(advances)


def test_further_names_are_taken_back_from_what_was_told(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    for number in range(3):
        os.link(tmp_path / "a.jpg", tmp_path / f"{number}.jpg")
    advances: list[int] = []
    walk_them(WalkSettings((str(tmp_path),)), advance=advances.append)
    assert advances == [4, -3]


def test_failures_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    names = [f"{number:02}" for number in range(20)]
    for name in sorted(names, key=lambda name: name[::-1]):
        (tmp_path / name).symlink_to("nowhere")
    failures = look(tmp_path, follow_symlinks=True).failures
    assert names == [os.path.basename(one.path) for one in failures]


def test_failures_name_their_stage(tmp_path: Path) -> None:
    (tmp_path / "lost").symlink_to("nowhere")
    (failure,) = look(tmp_path, follow_symlinks=True).failures
    assert isinstance(failure, Failure)
    assert failure.stage == "walk"
