"""Two pictures are measured in every way, and get the verdict that a scan would give them."""

from __future__ import annotations

import functools
import hashlib
import math
import operator
import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dupscan.comparison import Comparison
from dupscan.comparison.wording import headline
from dupscan.errors import NotReadable, SettingsError, UsageError
from dupscan.fingerprint.pixel_digest import DifferingBox
from dupscan.model.changes import Change
from dupscan.model.matches import Verdict
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings
from dupscan.settings.not_duplicates import row

Compared = Callable[..., Comparison]
ScanOf = Callable[..., ScanOutcome]
VERSIONS = "copy.jpg lossless.png resaved.jpg half.jpg turned.jpg grey.jpg cropped.jpg".split()
VERSIONS += ["captioned.jpg", "other.jpg"]


def verdict_of_a_scan(outcome: ScanOutcome) -> Verdict | None:
    return next((one.duplicates[0].verdict for one in outcome.report.groups), None)


# -- the verdict -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VERSIONS)
def test_the_verdict_is_that_of_a_scan_whichever_picture_comes_first(
    compared: Compared, scan_of: ScanOf, versions: Path, name: str
) -> None:
    original, version = versions / "original.jpg", versions / name
    expected = verdict_of_a_scan(scan_of(original, version))

    assert expected == compared(original, version).verdict
    assert expected == compared(version, original).verdict


def test_each_verdict_is_met(compared: Compared, versions: Path) -> None:
    names = ("copy.jpg", "lossless.png", "half.jpg", "captioned.jpg", "other.jpg")
    found = [compared(versions / "original.jpg", versions / name).verdict for name in names]
    assert [*Verdict, None] == found


def test_a_match_has_changes_and_what_is_none_an_obstacle(
    compared: Compared, versions: Path
) -> None:
    match = compared(versions / "original.jpg", versions / "half.jpg")
    none = compared(versions / "original.jpg", versions / "other.jpg")

    assert Change.HALF_SIZE in match.changes
    assert "half size" in headline(match)
    assert match.obstacle == ""
    assert none.changes == ()
    assert none.obstacle != ""


def test_a_view_beyond_the_radius_is_measured_and_makes_no_match(
    compared: Compared, versions: Path
) -> None:
    pair = versions / "original.jpg", versions / "corner.jpg"
    distance = compared(*pair).evidence.distance
    assert distance > 0

    found = compared(*pair, radius=distance - 1)

    assert found.verdict is None
    assert f"{distance} bits apart, beyond --radius {distance - 1}" in found.obstacle
    assert not found.is_near
    assert found.evidence.agreement == compared(*pair).evidence.agreement
    assert compared(*pair, radius=distance).verdict is Verdict.SIMILAR


def test_with_plain_views_alone_a_turned_picture_is_another(
    compared: Compared, versions: Path
) -> None:
    pair = versions / "original.jpg", versions / "turned.jpg"
    assert compared(*pair, views="orientations").verdict is Verdict.PICTURE
    assert compared(*pair, views="plain").verdict is None


def test_hashes_of_which_all_bits_differ_are_measured_too(
    compared: Compared, tmp_path: Path, photo: Image.Image
) -> None:
    photo.save(tmp_path / "one.png")
    Image.fromarray(255 - np.asarray(photo)).save(tmp_path / "negative.png")

    found = compared(tmp_path / "one.png", tmp_path / "negative.png", views="plain")

    assert found.verdict is None
    assert found.evidence.distance > 32


def test_plain_pictures_match_by_bytes_and_pixels_only(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    blank = versions / "blank.png"
    with Image.open(blank) as picture:
        picture.save(tmp_path / "saved again.png", compress_level=1)

    assert compared(blank, tmp_path / "saved again.png").verdict is Verdict.PIXELS
    found = compared(blank, versions / "blank too.png")
    assert found.verdict is None
    assert f"--min-detail {MatchSettings().min_detail:g}" in found.obstacle


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"max_rms": 0.00001}, "--max-rms 1e-05"),
        ({"max_fine": 0.01, "min_agreement": 1.01}, "--min-agreement 1.01"),
        ({"max_fine": 0.01, "max_colour": 0}, "--max-colour 0"),
    ],
)
def test_the_cutoff_that_turned_a_near_pair_away_is_named(
    compared: Compared, versions: Path, typed: dict[str, float], message: str
) -> None:
    found = compared(versions / "original.jpg", versions / "resaved.jpg", **typed)
    assert found.verdict is None
    assert message in found.obstacle


def test_a_pair_that_a_person_told_apart_is_no_match_however_alike(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    pair = versions / "original.jpg", versions / "lossless.png"
    digests = (hashlib.sha256(path.read_bytes()).digest() for path in pair)
    (tmp_path / "apart.csv").write_text(row(*digests))

    found = compared(*pair, not_duplicates=tmp_path / "apart.csv")

    assert found.verdict is None
    assert "--not-duplicates" in found.obstacle
    assert found.pixels.equal


def test_decisions_that_cannot_be_read_are_refused(compared: Compared, versions: Path) -> None:
    with pytest.raises(SettingsError, match="not there"):
        compared(versions / "copy.jpg", versions / "half.jpg", not_duplicates=Path("not there"))


# -- the same file ---------------------------------------------------------------------------------


def test_a_file_and_itself_are_the_same_file(compared: Compared, versions: Path) -> None:
    path = versions / "original.jpg"
    found = compared(path, os.path.relpath(path))
    assert (found.same_file, found.verdict, found.counts_rms) == (True, Verdict.FILE, 0)


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_another_name_of_a_file_is_the_same_file(
    compared: Compared, versions: Path, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    path = tmp_path / "one.jpg"
    path.write_bytes((versions / "original.jpg").read_bytes())
    link(path, tmp_path / "other name.jpg")
    assert compared(path, tmp_path / "other name.jpg").same_file


def test_a_copy_has_the_same_bytes_and_is_another_file(compared: Compared, versions: Path) -> None:
    found = compared(versions / "original.jpg", versions / "copy.jpg")
    assert (found.same_file, found.same_bytes, found.verdict) == (False, True, Verdict.FILE)


# -- the measures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"), [*combinations(["half.jpg", "grey.jpg", "blank.png"], 2)]
)
def test_rms_in_counts_is_the_formula_over_pillows_histograms(
    compared: Compared, versions: Path, one: str, other: str
) -> None:
    h1, h2 = (
        Image.open(versions / name).convert("RGB").histogram()  # as the formula is always given
        for name in (one, other)
    )
    rms = math.sqrt(
        functools.reduce(operator.add, map(lambda a, b: (a - b) ** 2, h1, h2)) / len(h1)
    )
    assert rms == compared(versions / one, versions / other).counts_rms


def test_rms_in_counts_leaves_exif_and_transparency_alone(
    compared: Compared, tmp_path: Path, photo: Image.Image
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.save(tmp_path / "one.png")
    photo.save(tmp_path / "turned by exif.png", exif=exif)
    clear = photo.copy()
    clear.putalpha(0)
    clear.save(tmp_path / "clear.png")

    assert compared(tmp_path / "one.png", tmp_path / "turned by exif.png").counts_rms == 0
    assert compared(tmp_path / "one.png", tmp_path / "clear.png").counts_rms == 0


def test_every_measure_is_known_though_one_would_have_done(
    compared: Compared, versions: Path
) -> None:
    for name in VERSIONS:
        found = compared(versions / "original.jpg", versions / name)
        assert found.evidence.agreement is not None, name
        assert found.counts_rms is not None
        assert all(math.isfinite(measure.value) for measure in found.measurements)


def test_measures_stand_beside_their_cutoffs(compared: Compared, versions: Path) -> None:
    found = compared(versions / "original.jpg", versions / "captioned.jpg", radius=5)
    measures = {measure.name: measure for measure in found.measurements}

    assert (measures["distance"].cutoff, measures["distance"].option) == (5, "--radius")
    assert measures["distance"].is_within
    assert not measures["difference"].is_within
    assert measures["agreement"].at_least
    assert measures["agreement"].is_within


def test_the_view_says_how_the_second_lies_in_the_first(compared: Compared, versions: Path) -> None:
    view = compared(versions / "original.jpg", versions / "cropped.jpg").evidence.view
    assert view.source == pytest.approx((0.05, 0.05, 0.95, 0.95), abs=0.01)


# -- the pixels ------------------------------------------------------------------------------------


def test_equal_pixels_differ_nowhere(compared: Compared, versions: Path) -> None:
    found = compared(versions / "original.jpg", versions / "lossless.png").pixels
    assert (True, None, DifferingBox(None)) == (found.equal, found.unknown, found.differing)


def test_the_box_holds_all_pixels_that_differ(
    compared: Compared, tmp_path: Path, photo: Image.Image
) -> None:
    photo.save(tmp_path / "one.png")
    photo.putpixel((20, 30), (0, 0, 0))
    photo.putpixel((25, 90), (0, 0, 0))
    photo.save(tmp_path / "other.png")

    found = compared(tmp_path / "one.png", tmp_path / "other.png").pixels

    assert (found.equal, found.differing.box) == (False, (20, 30, 26, 91))


def test_pictures_of_two_sizes_have_no_box_but_the_reason(
    compared: Compared, versions: Path
) -> None:
    found = compared(versions / "original.jpg", versions / "half.jpg").pixels.differing
    assert found.box is None
    assert found.obstacle is not None
    assert " × " in found.obstacle


def test_pixels_that_are_not_all_decoded_are_not_called_equal(
    compared: Compared, tmp_path: Path
) -> None:
    deep = np.linspace(0, 65535, 200 * 150 * 3).reshape(150, 200, 3).astype(">u2")
    paths = [tmp_path / name for name in ("one.ppm", "other.ppm")]
    for number, path in enumerate(paths):  # a 16-bit PNG in colour, which Pillow cannot write
        path.write_bytes(_png_of_16_bits(deep + number))
    found = compared(*paths).pixels
    assert found.equal is None
    assert found.unknown == "its 16 bits a channel are decoded to 8"


def _png_of_16_bits(samples: np.ndarray) -> bytes:
    import struct
    import zlib

    height, width, _ = samples.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


# -- what cannot be compared -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "message"),
    [("", 'cannot compare ""'), ("not there.jpg", "is the name right"), (".", "a folder")],
)
def test_a_path_that_leads_to_no_file_is_wrong_usage(
    compared: Compared, versions: Path, path: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        compared(versions / "original.jpg", path)


def test_what_is_no_picture_is_told_for_both_files_at_once(
    compared: Compared, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(NotReadable) as error:
        compared(tmp_path / "notes.txt", tmp_path / "empty.jpg")
    assert "notes.txt: not a picture; nor " in str(error.value)
    assert "empty.jpg: empty file" in str(error.value)


def test_pictures_that_cannot_be_laid_on_each_other_are_not_called_stretched(
    compared: Compared, versions: Path
) -> None:
    found = compared(versions / "original.jpg", versions / "other.jpg", radius=32)
    assert found.is_near
    assert found.verdict is None
    assert found.obstacle.startswith("no part of one can be laid on the other: at best ")


def test_the_colour_difference_is_a_measure_with_its_cutoff(
    compared: Compared, versions: Path
) -> None:
    found = compared(versions / "original.jpg", versions / "captioned.jpg", max_colour=3)
    [colour] = [one for one in found.measurements if one.name == "colour"]
    assert (colour.value, colour.cutoff) == (found.evidence.colour, 3)


def test_a_damaged_picture_is_told_with_the_reason(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    content = (versions / "original.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(content[: len(content) // 2])
    with pytest.raises(NotReadable, match=r"cut\.jpg: damaged JPEG file: cut off"):
        compared(versions / "original.jpg", tmp_path / "cut.jpg")


def test_a_pipe_is_refused_and_not_waited_for(
    compared: Compared, versions: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(NotReadable, match="a pipe or a device"):
        compared(versions / "original.jpg", tmp_path / "pipe.jpg")


def test_a_name_full_of_control_characters_is_told_in_one_harmless_line(
    compared: Compared, tmp_path: Path
) -> None:
    name = tmp_path / "\x1b[2J\n.jpg"
    name.write_text("notes")
    with pytest.raises(NotReadable) as error:
        compared(name, name)
    assert str(error.value).isprintable()


def test_comparing_changes_nothing(compared: Compared, versions: Path) -> None:
    def state() -> list[tuple[str, int, int]]:
        return sorted((one.name, *one.stat()[6:9:2]) for one in versions.iterdir())

    before = state()
    compared(versions / "original.jpg", versions / "cropped.jpg")
    assert before == state()
