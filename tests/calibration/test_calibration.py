"""Labelled pictures in, cutoffs and their evidence out: the whole way, on real files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from dupscan.calibration import Calibration, calibrate
from dupscan.calibration.json_object import as_object
from dupscan.calibration.tables import in_words, settings_file
from dupscan.errors import RootError, SettingsError, UsageError
from dupscan.pipeline import ScanOutcome
from dupscan.settings import CalibrateSettings, MatchSettings
from dupscan.settings.toml_file import read_settings
from dupscan.workers.pool import Processes

CalibrationOf = Callable[..., Calibration]


def test_a_folder_without_pictures_tells_no_cutoff(
    calibration_of: CalibrationOf, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no two of the 0 different pictures"):
        calibration_of(tmp_path)


def test_a_folder_of_singles_tells_no_cutoff(
    calibration_of: CalibrationOf, photo: Image.Image, tmp_path: Path
) -> None:
    photo.save(tmp_path / "one.jpg")
    photo.save(tmp_path / "other.png")

    with pytest.raises(UsageError, match=r"labelled as versions of one: put .* sub-folder"):
        calibration_of(tmp_path)


def test_a_folder_that_is_not_there_is_refused(
    calibration_of: CalibrationOf, tmp_path: Path
) -> None:
    with pytest.raises(RootError, match="nowhere: No such file"):
        calibration_of(tmp_path / "nowhere")


def test_a_file_is_no_folder_to_calibrate_on(calibration_of: CalibrationOf, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()

    with pytest.raises(RootError, match=r"photo\.jpg: not a folder"):
        calibration_of(tmp_path / "photo.jpg")


@pytest.mark.parametrize(
    "wrong",
    [{"false_positives": 0.0}, {"false_similar": 1.0}, {"pairs_per_group": 0}, {"radius": 4}],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=f"{re.escape(str(next(iter(wrong.values()))))}: must"):
        CalibrateSettings(**wrong)  # type: ignore[arg-type]


def test_every_pair_of_a_group_is_a_true_one_and_lookalikes_are_false_ones(
    calibrated: Calibration,
) -> None:
    pairs = calibrated.pairs

    assert 4 * 6 * 5 / 2 == calibrated.sample.versions == sum(~pairs.different)
    assert 8 * 7 / 2 == calibrated.sample.near == sum(pairs.different)


def test_the_settings_file_is_read_back_as_what_was_proposed(
    calibrated: Calibration, tmp_path: Path
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(settings_file(calibrated))

    assert calibrated.match == replace(MatchSettings(), **read_settings(path)["match"])  # type: ignore[arg-type]


def test_a_cutoff_that_lets_lookalikes_by_is_drawn_in(
    calibration_of: CalibrationOf, calibrated: Calibration, known: Path
) -> None:
    lax = MatchSettings(max_difference=255.0, max_fine=1000.0, min_agreement=0.0)

    found = calibration_of(known, match=lax)

    assert found.before.different_as_anything.hits > 20
    assert found.after.different_as_anything.hits == 0
    assert found.after.alike_as_anything == calibrated.after.alike_as_anything
    assert found.match.max_colour < lax.max_colour


def test_what_is_promised_is_what_a_scan_calls_them(
    calibrated: Calibration, known: Path, scan_of: Callable[..., ScanOutcome]
) -> None:
    """Turned and cropped at once is in no view; but a scan needs none but those with a keeper."""
    report = scan_of(known, match=calibrated.match).report
    found = [
        Path(report.pictures[number].file.path).parent
        for group in report.groups
        for number in group.members
    ]

    assert calibrated.after.different_as_anything.hits == 0
    assert (
        calibrated.after.alike_as_anything.hits,
        calibrated.after.alike_as_anything.count,
    ) == (4 * 14, 4 * 15)
    assert sorted(found) == sorted(path.parent for path in known.rglob("*/*"))
    assert len(report.groups) == 4


def test_a_second_time_all_is_the_same_with_workers_too(
    calibrated: Calibration, known: Path
) -> None:
    again = calibrate(known, executor=Processes(2, 60))

    assert json.dumps(as_object(calibrated)) == json.dumps(as_object(again))
    assert list(in_words(calibrated)) == list(in_words(again))


def test_edited_pairs_are_similar_and_not_the_same(
    calibration_of: CalibrationOf, known: Path, tmp_path: Path
) -> None:
    rows = [
        f"{path.relative_to(known)},{path.parent.name},{path.stem[2:]}"
        for path in sorted(known.rglob("*/*"))
    ]
    (tmp_path / "labels.csv").write_text("\n".join(["path,group,transform", *rows]))

    found = calibration_of(known, labels=tmp_path / "labels.csv", edited=("cropped",))

    assert found.after.edited_as_picture.count == 4 * 5
    assert found.after.edited_as_picture.hits == 0
    assert 4 * 10 == found.after.same_as_picture.count == found.after.same_as_picture.hits
    assert found.after.alike_as_anything.count == 4 * 15


def test_an_edit_that_no_picture_has_is_refused(calibration_of: CalibrationOf, known: Path) -> None:
    with pytest.raises(SettingsError, match="--edited captoin: no such transform"):
        calibration_of(known, edited=("captoin",))


def test_pairs_are_sampled_and_that_is_told(calibration_of: CalibrationOf, known: Path) -> None:
    found = calibration_of(known, pairs_per_group=7)

    assert sum(~found.pairs.different) == 4 * 7
    assert any("28 of 60, at most 7 a group" in line for line in in_words(found))


def test_a_version_that_no_view_brings_together_counts_as_missed(
    calibration_of: CalibrationOf, known: Path, originals: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "astronaut"
    folder.mkdir()
    for path in sorted((known / "astronaut").iterdir())[:3]:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "z wrong.jpg").write_bytes((originals / "coffee.jpg").read_bytes())

    found = calibration_of(tmp_path)

    assert len(found.sample.missed) == 3
    assert (found.after.alike_as_anything.hits, found.after.alike_as_anything.count) == (3, 6)
    assert [one.labelled for one in found.suspects] == ["alike"] * 3
    assert all("z wrong" in one.second for one in found.suspects)


def test_without_false_pairs_no_rate_is_shown_and_nothing_is_let_out(
    calibration_of: CalibrationOf, known: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "coffee"
    folder.mkdir()
    for path in (known / "coffee").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())

    found = calibration_of(tmp_path)

    assert MatchSettings() == found.match
    assert "no rate below 100 % can be shown" in " ".join(in_words(found))
    assert json.dumps(as_object(found), allow_nan=False)


def test_too_few_false_pairs_for_the_wanted_rate_are_told(calibrated: Calibration) -> None:
    text = " ".join(in_words(calibrated))

    assert "With 28 near pairs of different pictures" in text
    assert "no rate below 10.1 % can be shown: 0.1 % takes 2,995." in text


def test_two_singles_that_are_one_picture_are_suspects(
    calibration_of: CalibrationOf, known: Path, tmp_path: Path
) -> None:
    paths = sorted((known / "chelsea").iterdir())
    (tmp_path / "chelsea").mkdir()
    for at, path in enumerate(paths):
        target = tmp_path / path.name if at < 2 else tmp_path / "chelsea" / path.name
        target.write_bytes(path.read_bytes())

    suspect = calibration_of(tmp_path).suspects[0]

    assert suspect.labelled == "different"
    assert suspect.agreement == 1


def test_equal_bytes_count_once_and_contradict_different_labels(
    calibration_of: CalibrationOf, known: Path, tmp_path: Path
) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
    first, second, *_ = sorted((known / "rocket").iterdir())
    (tmp_path / "one" / "a.jpg").write_bytes(first.read_bytes())
    (tmp_path / "one" / "b.jpg").write_bytes(second.read_bytes())
    (tmp_path / "one" / "copy of a.jpg").write_bytes(first.read_bytes())
    (tmp_path / "other" / "a.jpg").write_bytes(first.read_bytes())

    library = calibration_of(tmp_path).library

    assert (library.counts["files"], library.counts["pictures"]) == (4, 2)
    assert library.counts["equal_copies"] == 1
    [contradiction] = library.contradictions
    assert re.search("one/a.jpg has the same bytes as .*other/a.jpg", contradiction)


def test_what_cannot_be_read_is_counted(
    calibration_of: CalibrationOf, known: Path, tmp_path: Path
) -> None:
    (tmp_path / "coffee").mkdir()
    for path in (known / "coffee").iterdir():
        (tmp_path / "coffee" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "coffee" / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    (tmp_path / "notes.txt").write_text("not a picture")

    found = calibration_of(tmp_path)

    counts = found.library.counts
    assert (counts["unreadable"], counts["passed_over"]) == (1, 1)
    assert any("left out: 1 unreadable, 1 passed over" in line for line in in_words(found))
