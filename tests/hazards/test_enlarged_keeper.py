"""The largest file need not be the original: it may be enlarged, framed or saved again.

Most tools keep the largest file or the first file, and delete the original. More pixels and more
bytes do not make a better version.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance, ImageOps

from dupscan.model.changes import Change
from dupscan.pipeline import ScanOutcome

ScanOf = Callable[..., ScanOutcome]
Make = Callable[[Image.Image], Image.Image]
PHOTOS = ("astronaut", "chelsea", "coffee", "rocket")
KERNELS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def enlarge(factor: float, kernel: Image.Resampling = Image.Resampling.LANCZOS) -> Make:
    return lambda photo: photo.resize(
        (round(photo.width * factor), round(photo.height * factor)), kernel
    )


def frame(share: float, colour: str) -> Make:
    return lambda photo: ImageOps.expand(photo, round(photo.width * share), colour)


def leave(photo: Image.Image) -> Image.Image:
    return photo


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """Four photographs, each in a folder of its own. The latest file is the original's."""
    for name in PHOTOS:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(originals / f"{name}.jpg", folder / "the original.jpg")
    return tmp_path


@pytest.fixture
def kept(scan_of: ScanOf, library: Path) -> Callable[..., dict[str, str]]:
    """Add a version of each photograph, or some, and tell what is kept of each.

    ``kept(enlarge(2), "JPEG", quality=98)``. Its name is the first by the alphabet.
    """

    def run(*versions: tuple[Make, dict[str, int]]) -> dict[str, str]:
        for folder in library.iterdir():
            with Image.open(folder / "the original.jpg") as photo:
                for number, (make, how) in enumerate(versions):
                    path = folder / f"{number} edited.{'jpg' if how else 'png'}"
                    make(photo).save(path, **how or {"compress_level": 1})
                    os.utime(path, (10**9, 10**9))
        report = scan_of(library).report
        keepers = [Path(report.pictures[group.keeper].file.path) for group in report.groups]
        return {path.parent.name: path.name for path in keepers}

    return run


ALL_ORIGINALS = dict.fromkeys(PHOTOS, "the original.jpg")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("factor", [1.5, 2, 3])
def test_an_enlarged_version_is_never_kept(
    kept: Callable[..., dict[str, str]], factor: float, kernel: str
) -> None:
    enlarged = enlarge(factor, KERNELS[kernel])
    assert kept((enlarged, {"quality": 98})) == ALL_ORIGINALS


def test_an_enlarged_version_is_never_kept_for_being_lossless(
    kept: Callable[..., dict[str, str]],
) -> None:
    assert kept((enlarge(2), {})) == ALL_ORIGINALS


def test_what_was_enlarged_twice_is_never_kept(kept: Callable[..., dict[str, str]]) -> None:
    versions = [(enlarge(factor), {"quality": 95}) for factor in (1.5, 2, 4)]
    assert kept(*versions) == ALL_ORIGINALS


def test_an_enlarged_version_that_was_sharpened_in_contrast_is_never_kept(
    kept: Callable[..., dict[str, str]],
) -> None:
    def punch_up(photo: Image.Image) -> Image.Image:
        return ImageEnhance.Contrast(enlarge(2)(photo)).enhance(1.07)

    assert kept((punch_up, {"quality": 98})) == ALL_ORIGINALS


def test_a_smaller_version_is_never_kept(kept: Callable[..., dict[str, str]]) -> None:
    """Its original is not taken for an enlargement of it."""
    assert kept(*((enlarge(factor), {}) for factor in (0.4, 0.5, 0.7))) == ALL_ORIGINALS


def test_a_version_saved_again_is_never_kept(kept: Callable[..., dict[str, str]]) -> None:
    assert kept(*((leave, {"quality": quality}) for quality in (50, 75, 87))) == ALL_ORIGINALS


@pytest.mark.parametrize("colour", ["white", "black"])
@pytest.mark.parametrize("share", [0.03, 0.05])
def test_a_framed_version_is_never_kept(
    kept: Callable[..., dict[str, str]], share: float, colour: str
) -> None:
    """Whichever of its views had met the original."""
    assert kept((frame(share, colour), {"quality": 98})) == ALL_ORIGINALS


def test_a_framed_version_is_never_kept_beside_others(
    kept: Callable[..., dict[str, str]],
) -> None:
    framed = [(frame(0.05, colour), {"quality": 95}) for colour in ("white", "black", "navy")]
    assert kept(*framed, (leave, {"quality": 75})) == ALL_ORIGINALS


@pytest.mark.parametrize("quality", [75, 87])
@pytest.mark.parametrize("turn", Image.Transpose, ids=lambda turn: turn.name.lower())
def test_a_turned_or_mirrored_version_is_never_kept(
    kept: Callable[..., dict[str, str]], turn: Image.Transpose, quality: int
) -> None:
    assert kept((lambda photo: photo.transpose(turn), {"quality": quality})) == ALL_ORIGINALS


def test_a_mirrored_version_is_never_kept_beside_others(
    kept: Callable[..., dict[str, str]],
) -> None:
    """However finely it was saved: most of the others lie the other way."""
    smaller = (enlarge(0.5), {"quality": 85})
    versions = [(ImageOps.mirror, {"quality": 95}), (leave, {"quality": 75}), smaller]
    assert kept(*versions) == ALL_ORIGINALS


def test_a_cropped_version_is_never_kept(kept: Callable[..., dict[str, str]]) -> None:
    def crop(photo: Image.Image) -> Image.Image:
        return photo.crop((0, photo.height // 10, photo.width, photo.height))

    assert kept((crop, {"quality": 98})) == ALL_ORIGINALS


def test_the_original_is_kept_among_all_that_was_made_of_it(
    kept: Callable[..., dict[str, str]],
) -> None:
    def brighten(photo: Image.Image) -> Image.Image:
        return ImageEnhance.Brightness(photo).enhance(1.2)

    versions = [
        (enlarge(2), {"quality": 98}),
        (enlarge(0.5), {"quality": 88}),
        (leave, {"quality": 60}),
        (frame(0.05, "white"), {"quality": 95}),
        (ImageOps.mirror, {"quality": 95}),
        (brighten, {"quality": 95}),
    ]
    assert kept(*versions) == ALL_ORIGINALS


def test_the_reason_is_told(scan_of: ScanOf, library: Path) -> None:
    with Image.open(library / "coffee" / "the original.jpg") as photo:
        enlarge(2)(photo).save(library / "coffee" / "large.jpg", quality=98)
    (group,) = scan_of(library / "coffee").report.groups
    assert group.kept == "the other is enlarged and has no more detail"
    changes = group.duplicates[0].changes_seen_from(group.keeper)
    assert changes == (Change.DOUBLE_SIZE, Change.RE_ENCODED)
