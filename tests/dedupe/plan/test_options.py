"""What was typed: words that are none, and actions that could lose a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dupscan.dedupe.plan.options import resolve
from dupscan.errors import SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action
from dupscan.settings import PlanSettings


def test_the_defaults_are_the_careful_ones() -> None:
    resolved = resolve(PlanSettings())

    assert (
        resolved.action,
        resolved.verdict,
        resolved.rules,
        resolved.protected,
    ) == (Action.QUARANTINE, Verdict.FILE, (), ())
    assert frozenset() == resolved.allowed


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"action": "hardlnk"}, "--action hardlnk: must be one of .*; did you mean hardlink"),
        ({"verdict": "pixel"}, "--verdict pixel: .*did you mean pixels"),
        ({"keep": ("pixles",)}, "--keep pixles: no such rule; did you mean pixels"),
        ({"keep": ("under",)}, '--keep under:DIR "": name a folder'),
        ({"keep": ("pixels:9",)}, "--keep pixels:9: no such rule"),
        ({"keep": ("",)}, "--keep : no such rule"),
        ({"allow": ("GPS",)}, "--allow GPS: .*did you mean gps"),
        ({"delete_even": "all"}, "--delete-even all: must be one of file, pixels"),
        ({"protect": ("",)}, '--protect "": name a folder'),
        ({"protect": ("~nobody-of-that-name/x",)}, "there is no such user"),
    ],
)
def test_a_word_that_is_none_is_named(typed: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        resolve(PlanSettings(**typed))


@pytest.mark.parametrize("action", ["hardlink", "reflink", "symlink"])
@pytest.mark.parametrize("verdict", ["pixels", "picture", "similar"])
def test_pictures_that_are_merely_alike_are_never_linked(action: str, verdict: str) -> None:
    with pytest.raises(SettingsError, match="a link would destroy one"):
        resolve(PlanSettings(action=action, verdict=verdict, delete_even="similar"))


@pytest.mark.parametrize(
    ("verdict", "delete_even"),
    [("pixels", None), ("pixels", "file"), ("picture", "pixels"), ("similar", "picture")],
)
def test_what_is_weaker_than_a_person_named_is_not_deleted(
    verdict: str, delete_even: str | None
) -> None:
    settings = PlanSettings(action="delete", verdict=verdict, delete_even=delete_even)

    with pytest.raises(SettingsError, match=f"add --delete-even {verdict}"):
        resolve(settings)


@pytest.mark.parametrize(
    ("verdict", "delete_even"), [("file", None), ("pixels", "pixels"), ("pixels", "similar")]
)
def test_what_a_person_named_may_be_deleted(verdict: str, delete_even: str | None) -> None:
    settings = PlanSettings(action="delete", verdict=verdict, delete_even=delete_even)

    assert Action.DELETE is resolve(settings).action


@pytest.mark.parametrize(
    ("typed", "both"),
    [
        ({"delete_even": "picture"}, "--delete-even picture and --action quarantine"),
        (
            {"action": "delete", "delete_even": "picture"},
            "--delete-even picture and --verdict file",
        ),
        ({"only": ("/p/a",), "protect": ("/p",)}, "--only /p/a and --protect /p"),
        ({"only": ("/p/a",), "keep": ("under:/p",)}, "--only /p/a and --keep under:/p"),
        ({"keep": ("report", "oldest")}, "--keep report,oldest: .* leave it no decision"),
        ({"keep": ("oldest", "newest")}, "--keep oldest,newest: .* leave it no decision"),
        ({"keep": ("smallest", "pixels", "largest")}, "leave it no decision"),
        ({"keep": ("pixels", "pixels")}, "--keep pixels,pixels: .* leave it no decision"),
        ({"only": ("",)}, '--only "": name a folder'),
    ],
)
def test_options_that_mean_nothing_together_are_refused(typed: dict[str, Any], both: str) -> None:
    with pytest.raises(SettingsError, match=both):
        resolve(PlanSettings(**typed))


@pytest.mark.parametrize(
    "typed",
    [
        {"only": ("/p",), "protect": ("/p/a",)},
        {"only": ("/p",), "keep": ("under:/p/a",)},
        {"keep": ("under:/p", "not-under:/p/a", "pixels", "oldest")},
    ],
)
def test_options_that_mean_something_together_are_accepted(typed: dict[str, Any]) -> None:
    assert resolve(PlanSettings(**typed)).action is Action.QUARANTINE


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    [folder] = resolve(PlanSettings(protect=("~/Photos",))).protected

    assert folder.holds(f"{tmp_path}/Photos/2020/a.jpg")
