"""The keeper: the order of several versions of one photograph."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from support.photos import PHOTOS, load, saved

from dupscan.group.keeper import Version, disagreement, keeper_rank, why_kept
from dupscan.group.name_origin import NameOrigin
from dupscan.group.named_as import Copy, NamedAs
from dupscan.model.pictures import QUALITY_STEP, SAME_SIZE


def make_version(path: str = "/a.jpg", **values: object) -> Version:
    usual = {"size": 1000, "mtime_ns": 0, "width": 1600, "height": 1200, "encoding": 90}
    return Version(path=path, **{**usual, **values})  # type: ignore[arg-type]


def best(*versions: Version) -> str:
    largest = max(version.true_pixels for version in versions)
    return min(versions, key=lambda version: keeper_rank(version, largest)).path


# -- encoding --------------------------------------------------------------------------------------


# -- detail ----------------------------------------------------------------------------------------


# -- agreement -------------------------------------------------------------------------------------


def planes(picture: Image.Image) -> NDArray[np.uint8]:
    small = picture.convert("YCbCr").resize((32, 32), Image.Resampling.BOX)
    return np.asarray(small).transpose(2, 0, 1)


def test_two_versions_do_not_tell_which_is_the_original(photo: Image.Image) -> None:
    assert disagreement(planes(photo), np.empty((0, 3, 32, 32), dtype=np.uint8)) == 0.0
    assert disagreement(planes(photo), planes(photo.convert("L").convert("RGB"))[None]) == 0.0


def test_differences_do_not_wrap_around() -> None:
    black = np.zeros((3, 32, 32), dtype=np.uint8)
    white = np.full((2, 3, 32, 32), 255, dtype=np.uint8)
    assert disagreement(black, white) == 255.0


@pytest.mark.parametrize("name", PHOTOS)
def test_the_original_is_in_the_middle_of_its_edits(originals: Path, name: str) -> None:
    photo = load(originals, name)
    edits = [
        ImageEnhance.Brightness(photo).enhance(0.8),
        ImageEnhance.Contrast(photo).enhance(1.3),
        ImageEnhance.Color(photo).enhance(1.5),
    ]
    all_planes = np.stack([planes(saved(version)) for version in (photo, *edits)])
    distances = [
        disagreement(own, np.delete(all_planes, number, axis=0))
        for number, own in enumerate(all_planes)
    ]
    assert min(distances) == distances[0]


# -- the order -------------------------------------------------------------------------------------


def test_the_larger_one_is_kept() -> None:
    small = make_version("/a.jpg", width=800, height=600, encoding=95, size=9000)
    large = make_version("/b.jpg", encoding=75)
    assert best(small, large) == "/b.jpg"
    assert why_kept(large, small, large.true_pixels) == "1600 × 1200 over 800 × 600"


def test_an_enlarged_one_is_not_kept() -> None:
    own = make_version("/own.jpg")
    enlarged = make_version(
        "/big.jpg", width=3200, height=2400, size=9000, encoding=100, enlarged_from=1600 * 1200
    )
    assert best(enlarged, own) == "/own.jpg"
    words = why_kept(own, enlarged, own.true_pixels)
    assert words == "the other is enlarged and has no more detail"


def test_a_frame_does_not_make_a_version_larger() -> None:
    framed = make_version("/framed.jpg", width=1700, height=1300, disagreement=20.0)
    plain = make_version("/plain.jpg", disagreement=4.0)
    assert best(framed, plain) == "/plain.jpg"
    assert why_kept(plain, framed, framed.true_pixels) == "closest to the other versions"


def test_the_finer_encoding_is_kept_whatever_the_bytes() -> None:
    coarse = make_version("/a.jpg", encoding=75, size=9000, disagreement=0.5)
    fine = make_version("/b.jpg", encoding=92, disagreement=1.0)
    assert best(coarse, fine) == "/b.jpg"
    assert why_kept(fine, coarse, fine.true_pixels) == "less compressed"


def test_an_edit_saved_a_little_finer_is_not_kept() -> None:
    edited = make_version("/edited.jpg", encoding=94, disagreement=9.0)
    assert best(edited, make_version("/own.jpg", disagreement=3.0)) == "/own.jpg"


def test_references_then_raw_files_then_what_a_camera_wrote_come_first() -> None:
    versions = [
        make_version("/reference.jpg", width=400, height=300, reference=True),
        make_version("/sensor.nef", width=800, height=600, raw=True),
        make_version("/camera.jpg", camera=True, encoding=75),
        make_version("/z.jpg"),
    ]
    largest, shuffled = versions[-1].true_pixels, versions[::-1]
    ranked = sorted(shuffled, key=lambda version: keeper_rank(version, largest))
    assert versions == ranked


def test_the_older_then_the_larger_file_then_the_path_break_ties() -> None:
    versions = [
        make_version("/z.jpg", mtime_ns=1),
        make_version("/y.jpg", mtime_ns=2, size=2000),
        make_version("/a.jpg", mtime_ns=2),
        make_version("/b.jpg", mtime_ns=2),
    ]
    for order in permutations(versions):
        ranked = sorted(order, key=lambda version: keeper_rank(version, version.true_pixels))
        assert versions == ranked


def test_what_was_cut_or_framed_is_not_kept_however_fine() -> None:
    framed = make_version("/framed.jpg", width=1700, height=1300, encoding=100, altered=True)
    own = make_version("/own.jpg", encoding=75)
    assert best(framed, own) == "/own.jpg"
    assert why_kept(own, framed, framed.true_pixels) == "the other is cropped or framed"


def test_a_whole_but_much_smaller_version_is_not_kept_before_a_cut_one() -> None:
    cut = make_version("/cut.jpg", width=1500, height=1100, altered=True)
    small = make_version("/small.jpg", width=800, height=600)
    assert best(cut, small) == "/cut.jpg"


def test_what_lies_another_way_than_most_is_not_kept() -> None:
    mirrored = make_version("/mirrored.jpg", encoding=100, disagreement=0.5, turned=True)
    own = make_version("/own.jpg", disagreement=1.0)
    assert best(mirrored, own) == "/own.jpg"
    assert why_kept(own, mirrored, own.true_pixels) == "turned like most of the versions"


def test_what_a_camera_wrote_is_kept_though_it_was_saved_less_finely() -> None:
    stripped = make_version("/stripped.png", encoding=100)
    camera = make_version("/camera.jpg", encoding=75, camera=True)
    assert best(stripped, camera) == "/camera.jpg"


def test_an_enlarged_one_is_worth_what_it_was_enlarged_from() -> None:
    """A reference stays one; but it claims no pixels of its own."""
    enlarged = make_version("/a.jpg", width=3200, height=2400, enlarged_from=800 * 600)
    assert enlarged.true_pixels == 800 * 600
    assert make_version("/b.jpg", enlarged_from=3200 * 2400).true_pixels == 1600 * 1200
    assert best(enlarged, make_version("/b.jpg")) == "/b.jpg"


def test_whatever_speaks_for_a_version_is_told_in_words() -> None:
    """Each reason alone decides, and has words of its own."""
    better = [
        {"reference": True},
        {"raw": True},
        {"width": 4000, "height": 3000},
        {"camera": True},
        {"encoding": 100},
        {"disagreement": -1.0},
        {"encoding": 91},
        {"mtime_ns": -1},
        {"size": 2000},
    ]
    for values in better:
        one, other = make_version("/b.jpg", **values), make_version("/a.jpg")
        largest = max(one.true_pixels, other.true_pixels)
        assert best(one, other) == "/b.jpg", values
        assert why_kept(one, other, largest), values
        assert why_kept(other, one, largest) == "", values


def test_no_reason_is_made_up() -> None:
    one, other = make_version("/a.jpg"), make_version("/b.jpg")
    assert why_kept(one, one, 1) == ""
    assert why_kept(other, one, one.true_pixels) == ""


def test_an_empty_picture_has_a_rank() -> None:
    nothing = make_version("/a.jpg", width=0, height=0)
    assert best(nothing, make_version("/b.jpg")) == "/b.jpg"


def test_each_cutoff_is_where_it_was_measured() -> None:
    assert (SAME_SIZE, QUALITY_STEP) == (1.5, 8)


# -- what a family would keep ----------------------------------------------------------------------


def test_what_lost_its_gain_map_is_not_kept_however_it_was_saved() -> None:
    lost = make_version("/a.jpg", encoding=100, mtime_ns=-5, camera=True)
    assert best(lost, make_version("/b.jpg", extras=1)) == "/b.jpg"


def test_what_has_a_part_covered_is_not_kept_though_it_is_larger() -> None:
    covered = make_version("/a.jpg", width=4000, height=3000, covered=True)
    assert best(covered, make_version("/b.jpg")) == "/b.jpg"


def test_a_telephones_own_file_comes_before_its_export() -> None:
    export = make_version("/a.jpg", camera=True, encoding=98)
    own = make_version("/b.heic", camera=True, camera_format=True)
    assert best(export, own) == "/b.heic"


def test_an_edit_by_its_name_is_not_kept_though_it_was_saved_more_finely() -> None:
    edit = make_version("/a-edited.jpg", encoding=98, named=NamedAs(edit=True))
    own = make_version("/a.jpg")
    assert best(edit, own) == "/a.jpg"
    assert why_kept(own, edit, own.true_pixels) == "the other is named as an edit"


DAY = 86_400 * 10**9


def test_in_one_folder_names_come_before_ages_and_paths() -> None:
    versions = [
        make_version("/long name.jpg", mtime_ns=9 * DAY, named=NamedAs(origin=NameOrigin.CAMERA)),
        make_version("/dated.jpg", mtime_ns=8 * DAY, named=NamedAs(origin=NameOrigin.DATED)),
        make_version("/old.jpg", mtime_ns=1),
        make_version("/short.jpg", mtime_ns=7 * DAY),
        make_version("/longer.jpg", mtime_ns=7 * DAY),
        make_version("/0.jpg", named=NamedAs(copy=Copy.LIKELY, marks=1)),
    ]
    for order in permutations(versions):
        ranked = sorted(order, key=lambda version: keeper_rank(version, version.true_pixels))
        assert versions == ranked
    camera, dated, old, short, longer, copy = versions
    reasons = [
        (camera, dated, "the camera's name"),
        (dated, old, "named after its day"),
        (old, short, "the older file"),
        (short, longer, "the shorter path"),
        (longer, copy, "the other is named as a copy"),
    ]
    for one, other, words in reasons:
        assert why_kept(one, other, one.true_pixels) == words
