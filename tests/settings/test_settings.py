"""Settings refuse what makes no sense, with the value in the message."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from dupscan.errors import SettingsError
from dupscan.settings import (
    FORMATS,
    CalibrateSettings,
    FingerprintSettings,
    MatchSettings,
    ReportSettings,
    ScanSettings,
    StoreSettings,
    WalkSettings,
    usable_cores,
)

NUMBERS = [
    (kind, field.name) for kind in (FingerprintSettings, MatchSettings) for field in fields(kind)
]


def test_the_defaults_are_accepted() -> None:
    assert ScanSettings(WalkSettings(())).report.formats == FORMATS


@pytest.mark.parametrize(("kind", "name"), NUMBERS)
@pytest.mark.parametrize("value", [-1, float("nan")])
def test_a_number_that_makes_no_sense_is_refused_by_its_option_and_value(
    kind: type[MatchSettings], name: str, value: float
) -> None:
    with pytest.raises(SettingsError) as refusal:
        kind(**{name: value})
    assert f"--{name.replace('_', '-')} {value}" in str(refusal.value)


@pytest.mark.parametrize("radius", [0, 8, 32])
def test_a_radius_up_to_half_of_the_bits_is_accepted(radius: int) -> None:
    assert radius == MatchSettings(radius=radius).radius


@pytest.mark.parametrize("radius", [-1, 33, 64])
def test_a_radius_that_would_match_anything_is_refused(radius: int) -> None:
    with pytest.raises(SettingsError, match=f"--radius {radius}: must lie between 0 and 32"):
        MatchSettings(radius=radius)


def test_cutoffs_of_nothing_are_accepted() -> None:
    settings = MatchSettings(radius=0, max_rms=0, max_difference=0, min_detail=0)
    assert settings.max_rms == 0


@pytest.mark.parametrize("field", ["max_pixels", "time_limit"])
def test_a_limit_of_nothing_is_refused(field: str) -> None:
    with pytest.raises(SettingsError, match=" 0: must be at least"):
        FingerprintSettings(**{field: 0})


@pytest.mark.parametrize("formats", [(), ("pdf",), ("json", "pdf"), ("JSON",)])
def test_report_formats_that_do_not_exist_are_refused(formats: tuple[str, ...]) -> None:
    with pytest.raises(SettingsError, match=f"--format {','.join(formats)}: .*json, csv, html"):
        ReportSettings(formats=formats)


def test_fewer_than_no_workers_are_refused() -> None:
    with pytest.raises(SettingsError, match="--workers -1"):
        ScanSettings(WalkSettings(()), workers=-1)


def test_no_workers_means_one_for_each_core() -> None:
    assert usable_cores() == ScanSettings(WalkSettings(())).worker_count
    assert usable_cores() >= 1


def test_workers_that_were_asked_for_are_meant() -> None:
    assert ScanSettings(WalkSettings(()), workers=3).worker_count == 3


def test_settings_do_not_change_under_way() -> None:
    for settings in (ScanSettings(WalkSettings(())), WalkSettings(()), MatchSettings()):
        with pytest.raises(FrozenInstanceError):
            setattr(settings, fields(settings)[0].name, None)


def test_a_changed_copy_is_checked_too() -> None:
    with pytest.raises(SettingsError):
        replace(MatchSettings(), radius=99)


def test_a_report_remembers_all_that_could_change_its_groups() -> None:
    settings = ScanSettings(WalkSettings(("/photos",), exclude=("*.gif",)), workers=7)
    recorded = settings.recorded()
    assert {field.name for field in fields(MatchSettings)} == set(recorded["match"])
    assert {field.name for field in fields(WalkSettings)} - {"roots"} == set(recorded["walk"])
    assert recorded["walk"]["exclude"] == ("*.gif",)


def test_a_report_does_not_depend_on_how_the_work_was_shared_out() -> None:
    one = ScanSettings(WalkSettings(("a",)), workers=1, report=ReportSettings(Path("here")))
    other = ScanSettings(WalkSettings(("b",)), workers=2, report=ReportSettings(Path("there")))
    assert one.recorded() == other.recorded()


def test_what_a_report_remembers_fits_into_json() -> None:
    recorded = ScanSettings(WalkSettings(("a",), references=("b",))).recorded()
    assert json.loads(json.dumps(recorded))["walk"]["references"] == ["b"]


@pytest.mark.parametrize(("kind", "name"), NUMBERS)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_whole_number_beyond_all_floats_is_refused(
    kind: type[MatchSettings], name: str, sign: int
) -> None:
    with pytest.raises(SettingsError, match=f"--{name.replace('_', '-')} "):
        kind(**{name: sign * 10**400})


def test_a_report_remembers_where_the_decisions_were() -> None:
    settings = ScanSettings(WalkSettings(()), not_duplicates=Path("apart.csv"))
    assert settings.recorded()["not_duplicates"] == "apart.csv"
    assert ScanSettings(WalkSettings(())).recorded()["not_duplicates"] is None


@pytest.mark.parametrize(("kind", "name"), NUMBERS)
def test_a_number_without_end_is_refused(kind: type[MatchSettings], name: str) -> None:
    """Bare ``Infinity`` is no JSON: a report with it is lost on most programs."""
    with pytest.raises(SettingsError, match=f"--{name.replace('_', '-')} inf: "):
        kind(**{name: float("inf")})


def test_a_store_and_no_store_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=rf"{tmp_path}.*--no-store"):
        StoreSettings(tmp_path, kept=False)
    assert StoreSettings(tmp_path).kept
    assert StoreSettings(kept=False).file is None


def test_where_fingerprints_are_kept_changes_no_group_and_is_not_recorded(tmp_path: Path) -> None:
    walk = WalkSettings(("/a",))
    recorded = [
        ScanSettings(walk, store=store).recorded()
        for store in (StoreSettings(), StoreSettings(tmp_path), StoreSettings(kept=False))
    ]
    assert recorded[0] == recorded[1] == recorded[2]


@pytest.mark.parametrize("field", ["min_agreement", "max_rms"])
def test_a_share_that_was_typed_in_percent_is_refused_with_a_guess(field: str) -> None:
    with pytest.raises(SettingsError, match=r" 92: must lie between 0 and 1; did you mean 0\.92\?"):
        MatchSettings(**{field: 92.0})
    with pytest.raises(SettingsError, match=r" 500: must lie between 0 and 1$"):
        MatchSettings(**{field: 500.0})


def test_a_rate_that_was_typed_in_percent_is_refused_with_a_guess() -> None:
    with pytest.raises(SettingsError, match=r"--false-positives 5: .* did you mean 0\.05"):
        CalibrateSettings(false_positives=5)


def test_a_pattern_without_a_character_is_refused() -> None:
    with pytest.raises(SettingsError, match='--exclude ""'):
        WalkSettings(("/p",), exclude=("*.gif", " "))
