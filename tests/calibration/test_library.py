"""Labels: by folder or by table, and all that can be wrong with them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.calibration.library import Label, LabelledFiles, read_labels
from dupscan.errors import SettingsError
from dupscan.settings import WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.walk.roots import resolve_roots
from dupscan.walk.walker import walk

Labels = dict[str, Label]


@pytest.fixture
def labels_of(tmp_path: Path) -> Callable[..., LabelledFiles]:
    """The labels of the files below ``tmp_path / "known"``."""

    def read(table: Path | None = None) -> LabelledFiles:
        folder = str(tmp_path / "known")
        settings = WalkSettings((folder,))
        files = walk(resolve_roots(settings), settings, StopFlag()).files
        return read_labels(files, folder, table)

    return read


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """Two files in a sub-folder, one deeper, one beside it."""
    folder = tmp_path / "known"
    for name in ("cat/a.jpg", "cat/b.jpg", "cat/phone/c.jpg", "alone.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def by_name(found: LabelledFiles) -> Labels:
    return {os.path.basename(file.path): label for file, label in found.labels.items()}


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    return path


def test_an_empty_folder_has_no_labels(
    labels_of: Callable[..., LabelledFiles], tmp_path: Path
) -> None:
    (tmp_path / "known").mkdir()

    assert LabelledFiles({}) == labels_of()


def test_a_sub_folder_is_a_group_however_deep_its_files_lie(
    labels_of: Callable[..., LabelledFiles], known: Path
) -> None:
    cat = Label("cat")

    assert {"a.jpg": cat, "b.jpg": cat, "c.jpg": cat, "alone.jpg": Label("")} == by_name(
        labels_of()
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_may_come_from_any_spreadsheet(
    labels_of: Callable[..., LabelledFiles], known: Path, tmp_path: Path, separator: str
) -> None:
    text = "\ufeffGroup,transform,PATH\r\n1,,cat/a.jpg\r\n1,half,cat/b.jpg\r\n,,alone.jpg\r\n"

    found = labels_of(table(tmp_path, text.replace(",", separator)))

    assert {
        "a.jpg": Label("1"),
        "b.jpg": Label("1", "half"),
        "alone.jpg": Label(""),
    } == by_name(found)
    assert found.unlabelled == 1


def test_a_table_without_transforms_will_do(
    labels_of: Callable[..., LabelledFiles], known: Path, tmp_path: Path
) -> None:
    found = labels_of(table(tmp_path, f"path,group\n{known / 'cat' / 'a.jpg'},cats\n"))

    assert {"a.jpg": Label("cats")} == by_name(found)


def test_all_mistakes_in_a_table_are_told_at_once(
    labels_of: Callable[..., LabelledFiles], known: Path, tmp_path: Path
) -> None:
    text = "path,group\ncat/a.jpg,1\ncat/a.jpg,2\n,3\nno.jpg,4\n"

    with pytest.raises(SettingsError) as refused:
        labels_of(table(tmp_path, text))

    message = str(refused.value)
    assert "3 mistakes" in message
    assert "line 3: cat/a.jpg has two different labels" in message
    assert "line 4: no path" in message
    assert "no.jpg: no such file below" in message


def test_a_table_without_its_columns_is_refused(
    labels_of: Callable[..., LabelledFiles], known: Path, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="line 1: no column path and no column group: file,id"):
        labels_of(table(tmp_path, "file,id\ncat/a.jpg,1\n"))


def test_a_manifest_in_the_folder_is_a_table_and_no_picture(
    labels_of: Callable[..., LabelledFiles], known: Path
) -> None:
    entries = {
        "cat/a.jpg": {"group": "g1", "transform": "original"},
        "alone.jpg": {"group": "g1", "transform": "half"},
    }
    (known / "manifest.json").write_text(json.dumps(entries))

    found = labels_of(known / "manifest.json")

    assert {"a.jpg": Label("g1", "original"), "alone.jpg": Label("g1", "half")} == by_name(found)
    assert found.unlabelled == 2


def test_a_manifest_that_is_half_right_is_refused(
    labels_of: Callable[..., LabelledFiles], known: Path
) -> None:
    (known / "manifest.json").write_text('{"cat/a.jpg": {"group": 1}, "cat/b.jpg": {}}')

    with pytest.raises(SettingsError, match=r'cat/b\.jpg: has no "group"'):
        labels_of(known / "manifest.json")


def test_one_file_in_two_groups_is_a_contradiction(
    labels_of: Callable[..., LabelledFiles], known: Path
) -> None:
    (known / "dog").mkdir()
    (known / "dog" / "d.jpg").hardlink_to(known / "cat" / "a.jpg")

    found = labels_of()

    assert "a.jpg" not in by_name(found)
    [contradiction] = found.contradictions
    assert "in several groups" in contradiction
