"""Pictures and their matches → how good an original each of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from dupscan.fingerprint.detail_spectrum import Spectrum, detail_spectrum, spectrum
from dupscan.group.originals import Originals, pictures_to_decode
from dupscan.model.files import Failure, FileEntry
from dupscan.model.matches import EXACT, Match, Verdict
from dupscan.model.pictures import Hashes, Picture
from dupscan.model.views import CLOCKWISE, MIRRORED, Box, View
from dupscan.settings import FingerprintSettings

MakePicture = Callable[..., Picture]
Planes = NDArray[np.uint8]
SETTINGS = FingerprintSettings()


def same(a: int, b: int, fine: float = 0.3, orientation: int = 0) -> Match:
    evidence = replace(EXACT, fine=fine, view=View("plain", orientation))
    return Match(a, b, Verdict.PICTURE, evidence)


def similar(a: int, b: int, box: Box, name: str = "cropped") -> Match:
    """An edit; `box` is the part of `a` that `b` shows."""
    return Match(a, b, Verdict.SIMILAR, replace(EXACT, view=View(name, box=box)))


def spectrum_of(picture: Image.Image) -> Spectrum:
    found = detail_spectrum(np.asarray(picture.convert("L")))
    assert found is not None
    return found


def planes_of(picture: Image.Image) -> Planes:
    small = picture.convert("YCbCr").resize((32, 32), Image.Resampling.BOX)
    return np.asarray(small).transpose(2, 0, 1)


@pytest.fixture
def cat(originals: Path) -> Image.Image:
    with Image.open(originals / "chelsea.jpg") as image:
        return image.convert("RGB")


def scaled(picture: Image.Image, factor: float) -> Image.Image:
    size = round(picture.width * factor), round(picture.height * factor)
    return picture.resize(size, Image.Resampling.LANCZOS)


def stand(
    pictures: Sequence[Picture],
    matches: Sequence[Match] = (),
    spectra: dict[int, Spectrum] | None = None,
    planes: Sequence[Planes] | None = None,
    pictures_below: dict[str, int] | None = None,
) -> Originals:
    """How pictures stand; they all look alike unless it is said how they look."""
    alike = np.full((3, 32, 32), 100, np.uint8)
    return Originals(
        pictures,
        matches,
        spectra or {},
        lambda number: alike if planes is None else planes[number],
        pictures_below or {},
    )


def best_first(among: Originals, numbers: Iterable[int]) -> list[int]:
    return sorted(numbers, key=among.keeper_rank)


# -- alone and with copies -------------------------------------------------------------------------


def test_no_pictures_have_no_ranks() -> None:
    with pytest.raises(KeyError):
        stand([]).keeper_rank(0)


def test_a_picture_alone_has_a_rank_and_no_reason(picture_of: MakePicture) -> None:
    alone = stand([picture_of(0)])
    assert alone.keeper_rank(0) == alone.keeper_rank(0)
    assert alone.why_kept(0, 0) == ""


def test_ranks_are_never_a_tie(picture_of: MakePicture) -> None:
    pictures = [picture_of(n, digest=bytes([n // 2]) * 32) for n in range(6)]
    found = stand(pictures, [same(0, 2), same(2, 4)])
    assert len({found.keeper_rank(number) for number in range(6)}) == 6


def test_of_some_copies_the_reference_then_the_older_is_the_better(picture_of: MakePicture) -> None:
    pictures = [
        picture_of(0, digest=b"0" * 32),
        picture_of(1, digest=b"0" * 32, mtime_ns=1),
        picture_of(2, digest=b"0" * 32, reference=True),
    ]
    found = stand(pictures)
    assert best_first(found, range(3)) == [2, 1, 0]
    assert found.why_kept(2, 1) == "in a reference folder"
    assert found.why_kept(1, 0) == "the older file"


def test_a_time_of_capture_makes_the_better_original_and_a_time_of_saving_does_not(
    picture_of: MakePicture,
) -> None:
    old, taken = {"mtime_ns": 1}, {"captured": "2012-12-22T10:37:28"}
    with_time, saved = picture_of(1, **taken), picture_of(1, captured_is_guess=True, **taken)
    assert best_first(stand([picture_of(0, **old), with_time], [same(0, 1)]), (0, 1)) == [1, 0]
    assert best_first(stand([picture_of(0, **old), saved], [same(0, 1)]), (0, 1)) == [0, 1]


# -- enlarged --------------------------------------------------------------------------------------


def test_an_enlarged_version_ranks_below_what_it_was_made_of(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    pictures = [picture_of(0, width=902, height=600, encoding=100), picture_of(1)]
    pictures[1] = picture_of(1, width=451, height=300)
    spectra = {0: spectrum_of(scaled(cat, 2)), 1: spectrum_of(cat)}
    found = stand(pictures, [same(0, 1)], spectra)
    assert best_first(found, range(2)) == [1, 0]
    assert found.why_kept(1, 0) == "the other is enlarged and has no more detail"
    assert found.true_pixels(0) == found.true_pixels(1) == 451 * 300


def test_a_genuine_large_one_ranks_above_its_smaller_version(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    pictures = [picture_of(0, width=225, height=150), picture_of(1, width=451, height=300)]
    found = stand(pictures, [same(0, 1)], {0: spectrum_of(scaled(cat, 0.5)), 1: spectrum_of(cat)})
    assert best_first(found, range(2)) == [1, 0]
    assert found.why_kept(1, 0) == "451 × 300 over 225 × 150"
    assert (found.true_pixels(0), found.true_pixels(1)) == (225 * 150, 451 * 300)


def test_what_was_enlarged_twice_is_worth_what_was_there_at_first(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    """Four times the size was made of the double one; neither beats what both were made of."""
    factors = (4, 2, 1)
    pictures = [
        picture_of(n, width=451 * factor, height=300 * factor, encoding=100 - 8 * n)
        for n, factor in enumerate(factors)
    ]
    spectra = {n: spectrum_of(scaled(cat, factor)) for n, factor in enumerate(factors)}
    found = stand(pictures, [same(0, 1), same(1, 2)], spectra)
    assert best_first(found, range(3))[0] == 2


def test_the_best_encoded_of_a_size_speaks_for_all_of_it(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    """The noise of strong compression looks like detail that was not there."""
    noise = np.random.default_rng(1).normal(0, 30, (600, 902, 3))
    noisy = Image.fromarray(np.clip(scaled(cat, 2) + noise, 0, 255).astype(np.uint8))
    large = {"width": 902, "height": 600}
    pictures = [
        picture_of(0, **large, encoding=95),
        picture_of(1, **large, encoding=20),
        picture_of(2, width=451, height=300),
    ]
    spectra = {0: spectrum_of(scaled(cat, 2)), 1: spectrum_of(noisy), 2: spectrum_of(cat)}
    found = stand(pictures, [same(0, 1), same(0, 2), same(1, 2)], spectra)
    assert best_first(found, range(3))[0] == 2


def test_without_a_spectrum_nothing_is_claimed(picture_of: MakePicture) -> None:
    pictures = [picture_of(0, width=902, height=600), picture_of(1, width=451, height=300)]
    assert best_first(stand(pictures, [same(0, 1)]), range(2)) == [0, 1]


# -- cut, framed, turned, in the middle ------------------------------------------------------------


def test_what_is_cut_ranks_below_what_is_whole(picture_of: MakePicture) -> None:
    pictures = [picture_of(0, encoding=98), picture_of(1)]
    found = stand(pictures, [similar(0, 1, (-0.05, -0.05, 1.05, 1.05))])
    assert best_first(found, range(2)) == [1, 0]
    assert found.why_kept(1, 0) == "the other is cropped or framed"


def test_what_is_framed_ranks_below_what_is_not(picture_of: MakePicture) -> None:
    """Whichever has the lower number, and though it has more pixels."""
    inside, outside = (0.05, 0.05, 0.95, 0.95), (-0.055, -0.055, 1.055, 1.055)
    framed, plain = {"width": 440, "height": 330, "encoding": 98}, {"width": 400, "height": 300}
    for values, box, expected in (
        ((framed, plain), inside, [1, 0]),
        ((plain, framed), outside, [0, 1]),
    ):
        pictures = [picture_of(number, **each) for number, each in enumerate(values)]
        found = stand(pictures, [similar(0, 1, box, "trimmed")])
        assert expected == best_first(found, range(2))


def test_a_frame_is_told_though_another_view_had_found_it(
    picture_of: MakePicture, hashes_of: Callable[..., Hashes]
) -> None:
    """Its hash may be near as it is; else the original would seem to be cut out of it."""
    border = (0.045, 0.06, 0.95, 0.945)
    framed = picture_of(0, width=440, height=330, encoding=98, hashes=hashes_of(0, border=border))
    found = stand([framed, picture_of(1)], [similar(0, 1, (0.05, 0.05, 0.95, 0.95))])
    assert best_first(found, range(2)) == [1, 0]
    assert found.why_kept(1, 0) == "the other is cropped or framed"


def test_what_only_was_edited_within_is_not_called_cut(picture_of: MakePicture) -> None:
    pictures = [picture_of(0), picture_of(1, encoding=98)]
    found = stand(pictures, [similar(0, 1, (0.001, 0.0, 1.0, 0.999))])
    assert found.why_kept(1, 0) == "less compressed"


def test_what_is_the_same_as_another_is_not_called_cut(picture_of: MakePicture) -> None:
    """A wider shot of the scene does not make an original and its copies parts of it."""
    pictures = [picture_of(0, encoding=98), picture_of(1), picture_of(2)]
    wider = similar(0, 2, (-0.05, -0.05, 1.05, 1.05))
    found = stand(pictures, [same(0, 1), wider])
    assert best_first(found, range(2)) == [0, 1]
    assert found.why_kept(0, 1) == "less compressed"


def test_of_two_that_lie_in_two_ways_none_is_called_turned(picture_of: MakePicture) -> None:
    pictures = [picture_of(0, encoding=98), picture_of(1)]
    found = stand(pictures, [same(0, 1, orientation=MIRRORED)])
    assert found.why_kept(0, 1) == "less compressed"


@pytest.mark.parametrize("orientation", [MIRRORED, CLOCKWISE])
def test_what_lies_another_way_than_most_ranks_below_them(
    picture_of: MakePicture, orientation: int
) -> None:
    pictures = [picture_of(0, encoding=98), picture_of(1), picture_of(2)]
    turned = [same(0, n, orientation=orientation) for n in (1, 2)]
    found = stand(pictures, [*turned, same(1, 2)])
    assert best_first(found, range(3))[-1] == 0
    assert found.why_kept(1, 0) == "turned like most of the versions"


def test_the_one_in_the_middle_of_its_edits_is_the_original(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    edits = [
        ImageEnhance.Brightness(cat).enhance(0.95),
        ImageEnhance.Contrast(cat).enhance(1.07),
        cat,
        ImageEnhance.Color(cat).enhance(1.1),
    ]
    pictures = [picture_of(number) for number in range(4)]
    every_pair = [same(a, b) for a in range(4) for b in range(a + 1, 4)]
    found = stand(pictures, every_pair, planes=[planes_of(one) for one in edits])
    assert best_first(found, range(4))[0] == 2
    assert found.why_kept(2, 0) == "closest to the other versions"


def test_versions_are_turned_alike_before_they_are_held_against_each_other(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    """Two of four lie on their side, and are in the order that they would have upright."""
    pictures = [picture_of(number) for number in range(4)]
    edits = [ImageEnhance.Brightness(cat).enhance(factor) for factor in (0.9, 0.91, 0.93, 1.2)]
    aside = [one.transpose(Image.Transpose.ROTATE_270) for one in edits[2:]]
    across = [(a, b) for a in (0, 1) for b in (2, 3)]

    def order(versions: Sequence[Image.Image], orientation: int) -> list[int]:
        crossing = [same(a, b, orientation=orientation) for a, b in across]
        planes = [planes_of(one) for one in versions]
        found = stand(pictures, [same(0, 1), same(2, 3), *crossing], planes=planes)
        return best_first(found, range(4))

    assert order(edits, 0)[2:] == [0, 3]
    assert order(edits, 0) == order([*edits[:2], *aside], CLOCKWISE)


def test_the_order_of_the_matches_does_not_matter(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    pictures = [picture_of(0, width=902, height=600), *(picture_of(n) for n in (1, 2, 3))]
    spectra = {n: spectrum_of(scaled(cat, 2 if n == 0 else 1)) for n in range(3)}
    planes = [planes_of(ImageEnhance.Brightness(cat).enhance(1 + n / 50)) for n in range(4)]
    matches = [same(0, 1), same(1, 2, 0.1), same(0, 2), similar(2, 3, (0.1, 0.1, 0.9, 0.9))]
    expected = [
        stand(pictures, matches, spectra, planes).keeper_rank(number) for number in range(4)
    ]
    for order in permutations(matches):
        found = stand(pictures, order, spectra, planes)
        assert expected == [found.keeper_rank(number) for number in range(4)]


# -- which files are looked into -------------------------------------------------------------------


def test_without_matches_no_file_is_looked_into(picture_of: MakePicture) -> None:
    assert pictures_to_decode([picture_of(0), picture_of(1)], []) == []


def test_only_versions_of_plainly_other_sizes_are_looked_into(picture_of: MakePicture) -> None:
    sizes = [400, 420, 800, 1600]
    pictures = [picture_of(n, width=width, height=width) for n, width in enumerate(sizes)]
    assert pictures_to_decode(pictures, [same(0, 1)]) == []
    assert pictures_to_decode(pictures, [same(0, 1), same(1, 2)]) == [1, 2]


def test_what_is_merely_similar_is_not_looked_into(picture_of: MakePicture) -> None:
    """Of a part, other frequencies are there to see."""
    pictures = [picture_of(0), picture_of(1, width=800, height=600)]
    assert pictures_to_decode(pictures, [similar(0, 1, (0.1, 0.1, 0.9, 0.9))]) == []


def test_the_detail_in_a_file_is_that_of_its_luminance(
    entry_of: Callable[[Path], FileEntry], originals: Path
) -> None:
    path = originals / "coins.png"
    with Image.open(path) as image:
        expected = detail_spectrum(np.asarray(image))
    found = spectrum(entry_of(path), SETTINGS)
    assert isinstance(found, np.ndarray)
    assert expected is not None
    assert np.allclose(expected, found)


def test_a_picture_too_small_has_no_spectrum(
    entry_of: Callable[[Path], FileEntry], photo: Image.Image, tmp_path: Path
) -> None:
    photo.resize((60, 45)).save(tmp_path / "icon.png")
    assert spectrum(entry_of(tmp_path / "icon.png"), SETTINGS) is None


def test_a_raw_file_has_no_spectrum(
    entry_of: Callable[[Path], FileEntry], dng: bytes, tmp_path: Path
) -> None:
    """What is decoded of it is no larger version of anything."""
    (tmp_path / "sensor.dng").write_bytes(dng)
    assert spectrum(entry_of(tmp_path / "sensor.dng"), SETTINGS) is None


@pytest.mark.parametrize("harm", ["gone", "cut off", "changed", "no picture"])
def test_a_file_that_cannot_be_read_again_is_a_failure(
    entry_of: Callable[[Path], FileEntry],
    originals: Path,
    tmp_path: Path,
    harm: str,
) -> None:
    path: Any = tmp_path / "a.jpg"
    data = (originals / "coffee.jpg").read_bytes()
    path.write_bytes(b"nothing" if harm == "no picture" else data)
    entry = entry_of(path)
    if harm == "gone":
        path.unlink()
    if harm == "changed":
        path.write_bytes(data + b"more")
    if harm == "cut off":
        path.write_bytes(data[: len(data) // 2])
    found = spectrum(entry, SETTINGS)
    assert isinstance(found, Failure)


# -- equal ones ------------------------------------------------------------------------------------


def test_a_blurred_photograph_is_not_called_an_enlargement_of_its_thumbnail(
    picture_of: MakePicture, cat: Image.Image
) -> None:
    """Only the large one says when it was taken, so a camera wrote it."""
    blurred = picture_of(0, width=902, height=600, captured="2019-01-01T00:00:00")
    pictures = [blurred, picture_of(1, width=451, height=300)]
    spectra = {0: spectrum_of(scaled(cat, 2)), 1: spectrum_of(cat)}
    assert best_first(stand(pictures, [same(0, 1)], spectra), range(2)) == [0, 1]


def test_names_decide_between_files_of_equal_pixels(picture_of: MakePicture) -> None:
    """A PNG made of a JPEG gains nothing, and scaling alone makes them look a little different."""
    pictures = [
        picture_of(0, "/a/x - Copy.png", encoding=100),
        picture_of(1, "/a/x.jpg", encoding=80),
        picture_of(2, "/a/y.jpg", encoding=80, width=100),
    ]
    equal = replace(same(0, 1), verdict=Verdict.PIXELS)
    planes = [np.full((3, 32, 32), level, np.uint8) for level in (100, 101, 100)]
    found = stand(pictures, [equal, same(0, 2), same(1, 2)], planes=planes)
    assert best_first(found, range(2)) == [1, 0]
    assert found.why_kept(1, 0) == "the other is named as a copy"


def test_a_tie_of_two_folders_is_asked_about(picture_of: MakePicture) -> None:
    pictures = [
        picture_of(
            n, f"/{'Holiday' if n % 2 else 'Summer'}/{n // 2}.jpg", digest=bytes([n // 2]) * 32
        )
        for n in range(6)
    ]
    (question,) = stand(pictures).questions()
    assert (question.folders, question.pictures) == (("/Summer", "/Holiday"), 3)


# -- covered ---------------------------------------------------------------------------------------


def hidden(covered: int) -> Match:
    """Two similar pictures: 1 if the second is covered, -1 if the first is."""
    return Match(0, 1, Verdict.SIMILAR, replace(EXACT, covered=covered))


def test_what_has_a_part_covered_is_not_kept(picture_of: MakePicture) -> None:
    pictures = [picture_of(0), picture_of(1)]
    assert best_first(stand(pictures, [hidden(1)]), range(2)) == [0, 1]
    assert best_first(stand(pictures, [hidden(-1)]), range(2)) == [1, 0]


def test_what_is_the_same_as_a_covered_one_is_covered_too(picture_of: MakePicture) -> None:
    pictures = [picture_of(number) for number in range(3)]
    covered = Match(1, 2, Verdict.SIMILAR, replace(EXACT, covered=-1))
    assert best_first(stand(pictures, [covered, same(0, 1)]), range(3))[0] == 2
