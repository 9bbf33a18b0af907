"""A settings file says what it says, and all its mistakes are told at once with the way out."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from dupscan import settings
from dupscan.errors import SettingsError
from dupscan.settings.toml_file import TOP, read_settings, written

ALL = settings.ScanSettings(settings.WalkSettings(roots=()))
SLICES = {
    field.name: getattr(ALL, field.name)
    for field in fields(ALL)
    if is_dataclass(getattr(ALL, field.name))
}


def values_of(slice_: object) -> dict[str, object]:
    """The fields of one slice that can stand in a file."""
    return {
        field.name: getattr(slice_, field.name)
        for field in fields(slice_)  # type: ignore[arg-type]
        if field.name != "roots"
    }


def save(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_bytes(text.encode("utf-8"))
    return path


def read(folder: Path, text: str) -> dict[str, dict[str, object]]:
    return read_settings(save(folder, text))


def refuse(folder: Path, text: str) -> list[str]:
    """The mistakes that are told of a file, without what stands around them."""
    with pytest.raises(SettingsError) as error:
        read(folder, text)
    first, *mistakes, _ = str(error.value).splitlines()
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    assert first == f"--settings {folder / 'mine.toml'}: {count}"
    return [mistake.strip() for mistake in mistakes]


@pytest.mark.parametrize("text", ["", "\n# nothing yet\n"])
def test_a_file_without_settings_states_none(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == {}


def test_settings_are_read_by_section(tmp_path: Path) -> None:
    text = 'workers = 2\n[match]\nradius = 6\n[walk]\nhidden = true\nexclude = ["*.gif", "tmp/"]\n'
    assert read(tmp_path, text) == {
        TOP: {"workers": 2},
        "match": {"radius": 6},
        "walk": {"hidden": True, "exclude": ("*.gif", "tmp/")},
    }


def test_an_empty_section_is_all_right(tmp_path: Path) -> None:
    assert read(tmp_path, "[match]\n") == {"match": {}}


def test_every_default_can_be_written_and_read(tmp_path: Path) -> None:
    """Each field of each slice can stand in a file; one of a new type would be missed here."""
    stated = {name: values_of(slice_) for name, slice_ in SLICES.items()}
    stated["store"]["file"] = Path("/kept/fingerprints.sqlite")  # by default there is none to state
    assert stated == read(tmp_path, written(stated))


def test_what_was_read_makes_the_settings(tmp_path: Path) -> None:
    found = read(tmp_path, '[report]\nfolder = "there"\nformats = ["csv"]\n[fingerprint]\n')
    assert replace(SLICES["report"], **found["report"]) == settings.ReportSettings(
        Path("there"), ("csv",)
    )


def test_no_two_sections_have_a_key_of_one_name() -> None:
    """On the command line they are all options of one command."""
    keys = Counter(field.name for slice_ in SLICES.values() for field in fields(slice_))
    keys.update(field.name for field in fields(settings.ScanSettings))
    assert [name for name, number in keys.items() if number > 1] == []


def test_a_whole_number_does_for_a_fraction(tmp_path: Path) -> None:
    value = read(tmp_path, "[fingerprint]\ntime_limit = 60\n")["fingerprint"]["time_limit"]
    assert (float, 60.0) == (type(value), value)


def test_a_path_may_begin_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    found = read(tmp_path, '[report]\nfolder = "~/duplicates"\n')
    assert found["report"]["folder"] == Path("/home/me/duplicates")


def test_a_folder_that_is_really_named_tilde_is_written_so_that_it_stays_one(
    tmp_path: Path,
) -> None:
    stated = {"report": {"folder": Path("~/duplicates")}}
    assert stated == read(tmp_path, written(stated))


def test_every_mistake_is_told_at_once_with_its_key_and_value(tmp_path: Path) -> None:
    text = (
        'workers = "2"\n[match]\nradius = true\nraduis = 6\n[machts]\n[walk]\nexclude = "*.gif"\n'
    )
    assert refuse(tmp_path, text) == [
        'workers = "2": must be a whole number',
        "[match] radius = true: must be a whole number",
        "[match] raduis = 6: no such setting; did you mean radius?",
        "[machts]: no such section; did you mean [match]?",
        '[walk] exclude = "*.gif": must be a list of texts, such as ["one", "two"]',
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[match]\nworkers = 2", "it belongs above all sections"),
        ("radius = 6", "it belongs below [match]"),
        ("[walk]\nradius = 6", "it belongs below [match]"),
        ("[fingerprint]\nMax-Pixels = 6", "did you mean max_pixels?"),
        ("[match]\nmaxpixels = 6", "did you mean max_pixels, below [fingerprint]?"),
        ('[walk]\nroots = ["/photos"]', "it is typed, behind `dupscan scan`"),
        ("match = 6", "it is a section, [match]"),
        ("[[match]]\nradius = 6", "it is a section, [match]"),
        ("qqqq = 6", "above all sections there are workers"),
        ("[fingerprint]\nqqqq = 6", "below [fingerprint] there are max_pixels, "),
        ("[workers]", "write workers = ... above all sections"),
        ("[qqqq]", "there are [walk], "),
        ('[""]', "there are [walk], "),
    ],
)
def test_what_is_not_known_is_refused_with_a_hint(tmp_path: Path, text: str, hint: str) -> None:
    (mistake,) = refuse(tmp_path, text)
    assert mistake.partition("; ")[2].startswith(hint)


@pytest.mark.parametrize(
    "line",
    [
        "max_pixels = 6.0",
        "max_pixels = 9223372036854775808",
        "max_pixels = 2026-11-22",
        "max_pixels = [6]",
        "max_pixels = {a = 6}",
        "max_pixels = false",
        f"max_pixels = 0x{'f' * 9999}",
    ],
)
def test_a_value_of_another_kind_is_no_whole_number(tmp_path: Path, line: str) -> None:
    (mistake,) = refuse(tmp_path, f"[fingerprint]\n{line}\n")
    assert mistake.endswith(": must be a whole number")


@pytest.mark.parametrize("value", ['"60"', "true", f"1{'0' * 400}", "[]"])
def test_a_value_of_another_kind_is_no_number(tmp_path: Path, value: str) -> None:
    (mistake,) = refuse(tmp_path, f"[fingerprint]\ntime_limit = {value}\n")
    assert mistake.endswith(": must be a number")


@pytest.mark.parametrize("value", ["1", '"true"'])
def test_a_switch_is_on_or_off(tmp_path: Path, value: str) -> None:
    (mistake,) = refuse(tmp_path, f"[walk]\nhidden = {value}\n")
    assert mistake == f"[walk] hidden = {value}: must be true or false"


def test_a_list_of_other_things_than_text_is_refused(tmp_path: Path) -> None:
    (mistake,) = refuse(tmp_path, '[walk]\nexclude = ["a", 1]\n')
    assert mistake.startswith('[walk] exclude = ["a", 1]: must be a list of texts')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[match\n", "line 1"),
        ("[match]\nradius = 6\nradius = 8\n", "line 3"),
        ("[match]\nradius = 6,5\n", "line 2"),
        (f"a = {'9' * 5000}", "digits"),
        (f"a = {'[' * 100_000}", ""),
    ],
)
def test_what_is_no_toml_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (mistake,) = refuse(tmp_path, text)
    assert words in mistake


def test_a_file_that_is_not_there_is_refused_by_its_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^--settings .*No such file"):
        read_settings(tmp_path / "none.toml")


def test_a_file_from_an_editor_on_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes("[match]\r\nradius = 6\r\n".encode("utf-8-sig"))
    assert read_settings(path) == {"match": {"radius": 6}}


def test_a_value_that_would_steer_a_terminal_is_told_without_harm(tmp_path: Path) -> None:
    mistakes = refuse(tmp_path, '"\\u001b[2J" = 1\n[match]\nradius = "\\u009b2J\\u202e"\n')
    assert all(mistake.isprintable() for mistake in mistakes)


def test_no_settings_are_no_text() -> None:
    assert written({}) == ""


def test_a_written_file_explains_itself() -> None:
    stated = {"match": {"radius": 6, "max_rms": 0.06}, TOP: {"workers": 2}}
    comments = {
        "workers": "All but two.",
        "match": "Measured.",
        "match.max_rms": "The curve\nis flat here.",
    }
    assert written(stated, comments, "Made by calibrate.\n\nFrom 3,190 files.") == (
        "# Made by calibrate.\n#\n# From 3,190 files.\n"
        "\n# All but two.\nworkers = 2\n"
        "\n# Measured.\n[match]\nradius = 6\n# The curve\n# is flat here.\nmax_rms = 0.06\n"
    )


def test_a_comment_cannot_become_a_setting(tmp_path: Path) -> None:
    comment = "a\nradius = 1\rradius = 2\u2028radius = 3\x0bradius = 4\0\udce9"
    text = written({"match": {"radius": 6}}, {"match": comment, "match.radius": comment}, comment)
    assert read(tmp_path, text) == {"match": {"radius": 6}}


def test_a_number_as_numpy_measures_it_is_written_as_a_number() -> None:
    assert written({"match": {"max_rms": np.float64(0.06)}}) == "[match]\nmax_rms = 0.06\n"


def test_a_name_that_is_not_utf_8_is_refused_and_not_lost() -> None:
    with pytest.raises(SettingsError, match=r"cannot hold /caf\\xe9; type it"):
        written({"walk": {"references": ("/caf\udce9",)}})


@pytest.mark.parametrize("value", [None, b"a", {"a": 1}, 1j])
def test_a_value_that_is_no_setting_is_not_written(value: object) -> None:
    with pytest.raises(TypeError, match="is no setting that can stand in a file"):
        written({"match": {"radius": value}})
