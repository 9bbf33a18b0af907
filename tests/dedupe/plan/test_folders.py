"""What lies in a folder, by whatever name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dupscan.dedupe.plan.folders import Folder
from dupscan.errors import SettingsError
from dupscan.model.plan import Plan
from dupscan.model.saved_report import Member, ReportedGroup


def test_a_folder_whose_name_only_begins_alike_is_another() -> None:
    folder = Folder("--protect", "/p/photos/")

    assert folder.holds("/p/photos/a.jpg")
    assert folder.holds("/p/photos")
    assert not folder.holds("/p/photos-2/a.jpg")
    assert not folder.holds("/p/a.jpg")


def test_everything_lies_in_the_root_of_all() -> None:
    assert Folder("--protect", "/").holds("/p/a.jpg")


def test_a_protected_folder_named_by_a_link_is_protected(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    assert Folder("--protect", str(tmp_path / "link")).holds(str(tmp_path / "real/a.jpg"))
    assert Folder("--protect", str(tmp_path / "real")).holds(str(tmp_path / "link/a.jpg"))


def test_a_relative_folder_is_below_the_one_we_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Folder("--protect", "here").holds(str(tmp_path / "here/a.jpg"))


def test_a_mistyped_folder_is_refused_for_it_would_protect_nothing(
    plan: Callable[..., Plan],
    group: Callable[..., ReportedGroup],
    member: Callable[..., Member],
    tmp_path: Path,
) -> None:
    one = group([member("/p/photos/a", "same"), member("/p/b", "same")])

    assert plan(one, protect=("/p/photos", str(tmp_path))).rows
    for wrong in ({"protect": ("/p/phtos",)}, {"keep": ("under:/p/phtos",)}):
        with pytest.raises(SettingsError, match="/p/phtos: there is no such folder"):
            plan(one, **wrong)
