"""What was typed and what stands in a settings file → what is meant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dupscan.cli import run
from dupscan.cli.scan import scan_command
from dupscan.settings import (
    FingerprintSettings,
    MatchSettings,
    ReportSettings,
    ScanSettings,
    StoreSettings,
    WalkSettings,
)
from dupscan.settings.not_duplicates import row

Run = Callable[..., int]
Printed = pytest.CaptureFixture[str]


# -- options and fields ----------------------------------------------------------------------------

SLICES = (WalkSettings, FingerprintSettings, MatchSettings, StoreSettings, ReportSettings)
PRINTED = {"strict", "as_json", "quiet", "verbose"}
"""Options that decide what is printed, and the exit code; a scan does not know them."""


def fields_of(*slices: type) -> list[str]:
    return [field.name for one in slices for field in fields(one)]


def test_every_option_of_a_scan_but_those_on_printing_is_a_field_of_the_settings() -> None:
    """An option meets its field by name alone; a misspelt name would be dropped in silence."""
    options = {str(option.name) for option in scan_command.params} - PRINTED - {"settings"}
    slices = {"walk", "fingerprint", "match", "store", "report"}
    assert options == {*fields_of(*SLICES), *fields_of(ScanSettings)} - slices


def test_a_field_stands_in_one_slice_of_the_settings_only() -> None:
    """Else one option would set two."""
    names = fields_of(*SLICES, ScanSettings)
    assert sorted(set(names)) == sorted(names)


# -- settings that make no sense -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--radius", "-1"),
        ("--radius", "33"),
        ("--radius", "many"),
        ("--format", "pdf"),
        ("--format", "json,pdf"),
        ("--format", ""),
        ("--workers", "-2"),
        ("--time-limit", "0"),
        ("--max-difference", "nan"),
        ("--max-pixels", "0"),
        ("--max-pixels", "-" + "9" * 400),
        ("--max-fine", "inf"),
        ("--min-agreement", "-0.5"),
        ("--max-colour", "nan"),
        ("--min-detail", "-1"),
        ("--views", "sideways"),
        ("--index", "faiss"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(
    scan: Run, library: Path, capsys: Printed, option: str, value: str
) -> None:
    assert scan(library, option, value) == 2

    printed = capsys.readouterr()

    assert option in printed.err
    assert value in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    "typed",
    [
        "scan lib -o EMPTY",
        "scan lib --reference EMPTY",
        "scan lib --store EMPTY",
        "scan lib --settings EMPTY",
        "scan lib --format EMPTY",
        "scan lib --exclude EMPTY",
        "compare EMPTY b.jpg",
        "compare a.jpg b.jpg --diff EMPTY",
        "calibrate EMPTY",
        "calibrate lib -o EMPTY",
        "plan EMPTY",
        "plan report -o EMPTY",
        "plan report --protect EMPTY",
        "plan report --only EMPTY",
        "plan report --allow EMPTY",
        "plan report --keep EMPTY",
        "apply EMPTY",
        "apply plan.csv --protect EMPTY",
        "undo EMPTY",
        "purge EMPTY",
        "passes EMPTY",
        "store info --store EMPTY",
    ],
)
def test_an_empty_word_is_refused_and_named(typed: str, capsys: Printed) -> None:
    """As ``dupscan plan report -o "$UNSET"`` types it."""
    assert run(["" if word == "EMPTY" else word for word in typed.split()]) == 2
    assert '""' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "both"),
    [
        ("scan lib -q -v", "-q and -v"),
        ("calibrate lib -o one --plot one", "--output and --plot"),
        ("plan report -q -v", "-q and -v"),
        ("plan report --json -v", "--json and -v"),
        ("undo plan.journal --last", "JOURNAL and --last"),
        ("purge plan.journal --last", "JOURNAL and --last"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    typed: str, both: str, capsys: Printed
) -> None:
    assert run(typed.split()) == 2
    assert both in capsys.readouterr().err


def test_an_unknown_option_is_named(scan: Run, library: Path, capsys: Printed) -> None:
    assert scan(library, "--delete") == 2
    assert "--delete" in capsys.readouterr().err


def test_a_scan_without_a_root_is_refused(capsys: Printed) -> None:
    assert run(["scan"]) == 2
    assert "ROOT" in capsys.readouterr().err


def test_a_pattern_that_cannot_be_read_is_named(scan: Run, library: Path, capsys: Printed) -> None:
    assert scan(library, "--exclude", "!") == 2
    assert "--exclude !" in capsys.readouterr().err


# -- what is meant: defaults < file < typed --------------------------------------------------------


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """A settings file with a value in every section."""
    path = tmp_path / "mine.toml"
    path.write_text(
        'workers = 1\n[walk]\nhidden = true\nexclude = ["*.tif", "*.png"]\n'
        '[match]\nradius = 3\nviews = "plain"\nmax_fine = 2\n'
        '[fingerprint]\ntime_limit = 77\n[report]\nformats = ["json"]\n'
    )
    return path


@pytest.fixture
def meant(tmp_path: Path, library: Path) -> Callable[..., dict[str, Any]]:
    """What a scan with these options remembers of its settings."""

    def scan_and_read(*arguments: object) -> dict[str, Any]:
        folder = tmp_path / "report"
        usual = ["scan", str(library), "-o", str(folder), "-q"]
        assert run([*usual, *map(str, arguments)]) == 0
        header = json.loads((folder / "report.json").read_text())["header"]
        return dict(header["settings"])

    return scan_and_read


def test_without_a_file_the_defaults_hold(meant: Callable[..., dict[str, Any]]) -> None:
    assert json.loads(json.dumps(ScanSettings(WalkSettings(())).recorded())) == meant()


def test_what_a_settings_file_states_goes_before_the_defaults(
    meant: Callable[..., dict[str, Any]], settings_file: Path
) -> None:
    found = meant("--settings", settings_file)

    assert tuple(found["match"][key] for key in ("radius", "views", "max_fine")) == (
        3,
        "plain",
        2.0,
    )
    assert (found["walk"]["hidden"], found["walk"]["exclude"]) == (True, ["*.tif", "*.png"])
    assert found["fingerprint"]["time_limit"] == 77
    assert found["match"]["max_difference"] == MatchSettings().max_difference


def test_what_is_typed_goes_before_the_file(
    meant: Callable[..., dict[str, Any]], settings_file: Path
) -> None:
    found = meant("--settings", settings_file, "--radius", 8, "--exclude", "*.gif")

    assert found["match"]["radius"] == 8, "though that is the default"
    assert found["match"]["views"] == "plain"
    assert found["walk"]["exclude"] == ["*.gif"]


def test_the_formats_and_the_folder_of_a_file_are_heeded(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings_file: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings_file.write_text('[report]\nfolder = "from file"\nformats = ["csv"]\n')

    assert run(["scan", str(library), "-q", "--settings", "mine.toml", "--workers", "1"]) == 0
    written = {path.name for path in (tmp_path / "from file").iterdir()}
    assert {"duplicates.csv"} == {name for name in written if not name.startswith(".")}


@pytest.mark.parametrize("command", [["scan", "."], ["compare", "a.jpg", "b.jpg"]])
def test_a_settings_file_that_makes_no_sense_is_refused_with_all_that_is_wrong(
    settings_file: Path, capsys: Printed, command: list[str]
) -> None:
    settings_file.write_text("[match]\nradios = 3\nmax_fine = true\n")

    assert run([*command, "--settings", str(settings_file)]) == 2

    message = capsys.readouterr().err
    assert "2 mistakes" in message
    assert "did you mean radius?" in message


def test_a_value_of_a_file_that_is_out_of_range_is_named(
    scan: Run, library: Path, settings_file: Path, capsys: Printed
) -> None:
    settings_file.write_text("[match]\nradius = 99\n")

    assert scan(library, "--settings", settings_file) == 2
    assert "--radius 99" in capsys.readouterr().err


# -- pairs that a person told apart ----------------------------------------------------------------


@pytest.fixture
def alike(originals: Path, library: Path) -> tuple[Path, Path]:
    """A photograph and its half-size version, in the library without its copies."""
    (library / "two.jpg").unlink()
    half = library / "half.jpg"
    with Image.open(originals / "rocket.jpg") as picture:
        picture.resize((picture.width // 2, picture.height // 2)).save(half)
    return library / "one.jpg", half


def write_decision(path: Path, pair: tuple[Path, Path]) -> Path:
    digests = (hashlib.sha256(one.read_bytes()).digest() for one in pair)
    path.write_text(row(*digests) + "\n")
    return path


def test_pairs_told_apart_are_no_duplicates(
    scan: Run, library: Path, alike: tuple[Path, Path], tmp_path: Path, capsys: Printed
) -> None:
    decisions = write_decision(tmp_path / "apart.csv", alike)

    scan(library, "--json")
    assert json.loads(capsys.readouterr().out)["groups"] == 1
    assert scan(library, "--json", "--not-duplicates", decisions) == 0
    assert json.loads(capsys.readouterr().out)["groups"] == 0


def test_a_settings_file_may_name_the_decisions(
    scan: Run, library: Path, alike: tuple[Path, Path], tmp_path: Path, capsys: Printed
) -> None:
    decisions = write_decision(tmp_path / "apart.csv", alike)
    settings = tmp_path / "mine.toml"
    settings.write_text(f"not_duplicates = {json.dumps(str(decisions))}\n")

    scan(library, "--json", "--settings", settings)

    assert json.loads(capsys.readouterr().out)["groups"] == 0


def test_decisions_that_cannot_be_read_are_told_before_anything_is_written(
    scan: Run, library: Path, tmp_path: Path, capsys: Printed
) -> None:
    assert scan(library, "--not-duplicates", tmp_path / "nowhere.csv") == 2
    assert "nowhere.csv" in capsys.readouterr().err
    assert not (tmp_path / "report").exists()
