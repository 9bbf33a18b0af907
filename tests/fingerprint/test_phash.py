"""Perceptual hashes: imagehash's own, and those of all views from one small grey picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import imagehash
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from dupscan import imaging
from dupscan.fingerprint import phash
from dupscan.model.views import CUT, FIXED, MIRRORED, PARTS, TRANSPOSED, TURNED, UPSIDE_DOWN, Box
from dupscan.settings import MatchSettings

Square = NDArray[np.float32]

PHOTOS = "astronaut camera chelsea coffee hubble_deep_field rocket".split()
TEXTURES = "brick coins grass".split()
"""Much the same everywhere, so that their coarse frequencies are weak."""
FRAMED = "astronaut brick chelsea coffee grass".split()
"""Whose own edges are not of one colour."""
WITHIN = 1.75
"""Pixels of 128 to which a border is found: the next line, half border, is taken off as well."""


@pytest.fixture
def load(originals: Path) -> Callable[[str], Image.Image]:
    def run(name: str) -> Image.Image:
        (path,) = originals.glob(f"{name}.*")
        with Image.open(path) as image:
            return image.convert("L")

    return run


def working(picture: Image.Image) -> Image.Image:
    """The picture as long as one is when it is fingerprinted."""
    scale = imaging.WORKING_LENGTH / max(picture.size)
    size = round(picture.width * scale), round(picture.height * scale)
    return picture.convert("L").resize(size, Image.Resampling.HAMMING)


def square_of(picture: Image.Image) -> Square:
    return np.asarray(imaging.grey_square(working(picture)), np.float32)


def small_of(picture: Image.Image) -> Image.Image:
    """The 32 × 32 grey that is hashed, as ``imagehash.phash`` itself would scale it."""
    return working(picture).resize((32, 32), Image.Resampling.LANCZOS)


def turn(picture: Image.Image, orientation: int) -> Image.Image:
    if orientation & TRANSPOSED:
        picture = picture.transpose(Image.Transpose.TRANSPOSE)
    if orientation & UPSIDE_DOWN:
        picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if orientation & 1 else picture


def cut(picture: Image.Image, box: Box) -> Image.Image:
    sides = (*picture.size, *picture.size)
    return picture.crop(tuple(round(edge * side) for edge, side in zip(box, sides, strict=True)))


def distance(one: object, other: object) -> int:
    """Bits that differ."""
    return (int(one) ^ int(other)).bit_count()  # type: ignore[call-overload]


# -- the plain hash --------------------------------------------------------------------------------


def test_a_flat_picture_has_a_hash_of_nearly_no_bits() -> None:
    """One, for the mean: with nothing to see, no other is above the median."""
    for level in (1, 128, 255):
        assert phash.phash(Image.new("L", (32, 32), level)).bit_count() <= 1


@pytest.mark.parametrize("name", PHOTOS + TEXTURES)
def test_the_hash_is_that_of_imagehash_bit_for_bit(
    load: Callable[[str], Image.Image], name: str
) -> None:
    for picture in (small_of(load(name)), load(name), load(name).resize((9, 300))):
        assert f"{phash.phash(picture):016x}" == str(imagehash.phash(picture))


@pytest.mark.parametrize("name", PHOTOS + TEXTURES)
def test_the_hash_of_levels_is_that_of_the_picture(
    load: Callable[[str], Image.Image], name: str
) -> None:
    small = small_of(load(name))
    assert phash.phash(np.asarray(small)) == int(str(imagehash.phash(small)), 16)


def test_levels_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="32 × 32"):
        phash.phash(np.zeros((64, 32), np.uint8))


def test_the_hash_is_that_of_imagehash_for_noise() -> None:
    chance = np.random.default_rng(5)
    for _ in range(50):
        noise = Image.fromarray(chance.integers(0, 256, (32, 32), dtype=np.uint8))
        assert f"{phash.phash(noise):016x}" == str(imagehash.phash(noise))


def test_the_hash_is_a_number_of_64_bits(load: Callable[[str], Image.Image]) -> None:
    assert int is type(phash.phash(load("coffee")))
    assert phash.phash(load("coffee")).bit_count() == 32


# -- the hashes of views ---------------------------------------------------------------------------


def turned_distances(picture: Image.Image) -> Iterator[int]:
    """How far the hash of each orientation is from that of the really turned 32 × 32."""
    hashes = phash.view_hashes(square_of(picture), None)
    for view, found in zip(TURNED, hashes, strict=False):
        yield distance(found, phash.phash(turn(small_of(picture), view.orientation)))


@pytest.mark.parametrize("name", PHOTOS)
def test_a_turned_view_has_the_hash_of_the_turned_picture(
    load: Callable[[str], Image.Image], name: str
) -> None:
    assert max(turned_distances(load(name))) <= 2


@pytest.mark.parametrize("name", TEXTURES)
def test_a_turned_texture_is_still_found(load: Callable[[str], Image.Image], name: str) -> None:
    """Its hash is of little, and yet a picture must be near itself."""
    assert max(turned_distances(load(name))) <= MatchSettings().radius


def test_mirrored_twice_the_hash_is_the_same_again(load: Callable[[str], Image.Image]) -> None:
    """Turning a square turns its views: those of the mirrored one, mirrored, are the plain ones."""
    mirrored = ImageOps.mirror(load("chelsea"))
    found = phash.view_hashes(square_of(mirrored), None)[MIRRORED - 1]
    assert distance(found, phash.phash(small_of(load("chelsea")))) <= 2


def cut_distances(picture: Image.Image) -> Iterator[int]:
    """How far the hash of each cut is from that of the part really cut out of the picture."""
    hashes = phash.view_hashes(square_of(picture), None)
    for view, found in zip(FIXED, hashes, strict=True):
        if view in CUT:
            yield distance(found, phash.phash(small_of(cut(picture, view.box))))


@pytest.mark.parametrize("name", PHOTOS)
def test_a_cut_has_the_hash_of_the_part_really_cut_out(
    load: Callable[[str], Image.Image], name: str
) -> None:
    assert max(cut_distances(load(name))) <= 6


# Of a wall of bricks it is not, by two bits.
@pytest.mark.parametrize("name", [name for name in TEXTURES if name != "brick"])
def test_a_part_of_a_texture_is_still_found(load: Callable[[str], Image.Image], name: str) -> None:
    assert max(cut_distances(load(name))) <= MatchSettings().radius


@pytest.mark.parametrize("name", PHOTOS)
def test_the_hashes_of_parts_are_those_of_the_parts(
    load: Callable[[str], Image.Image], name: str
) -> None:
    picture = load(name)
    for part, found in zip(PARTS, phash.part_hashes(square_of(picture)), strict=True):
        assert distance(found, phash.phash(small_of(cut(picture, part.box)))) <= 4, part.name


def test_the_hash_of_a_trimmed_view_is_that_of_what_is_inside(
    load: Callable[[str], Image.Image],
) -> None:
    """In all orientations, behind those of the fixed views."""
    picture = load("astronaut")
    square = square_of(ImageOps.expand(picture, 40, 255))
    hashes = phash.view_hashes(square, phash.border(square))
    inside = hashes[len(FIXED) :]
    for orientation, found in enumerate(inside):
        turned = turn(small_of(picture), orientation)
        assert distance(found, phash.phash(turned)) <= 4, orientation
    assert len(inside) == 8


def test_all_kinds_of_hashes_are_unsigned_numbers_of_64_bits() -> None:
    square = np.full((128, 128), 200, np.float32)
    for hashes in (phash.view_hashes(square, None), phash.part_hashes(square)):
        assert np.uint64 == hashes.dtype


# -- borders ---------------------------------------------------------------------------------------


def frame(picture: Image.Image, widths: tuple[int, int, int, int], colour: str) -> Image.Image:
    """A frame of so many pixels left, top, right and bottom."""
    return ImageOps.expand(picture.convert("RGB"), widths, colour)


def off(framed: Image.Image, widths: tuple[int, int, int, int]) -> float:
    """Pixels of 128 by which the border that is found is off the real one, at the worst side."""
    found = phash.border(square_of(framed))
    assert found is not None
    left, top, right, bottom = widths
    across, down = framed.size
    real = (left / across, top / down, 1 - right / across, 1 - bottom / down)
    return max(abs(one - other) for one, other in zip(found, real, strict=True)) * 128


@pytest.mark.parametrize("colour", ["white", "black", "firebrick", "grey", "ivory"])
@pytest.mark.parametrize("name", FRAMED)
def test_a_frame_of_one_colour_is_found_to_a_pixel(
    load: Callable[[str], Image.Image], name: str, colour: str
) -> None:
    assert off(frame(load(name), (20, 20, 20, 20), colour), (20, 20, 20, 20)) < WITHIN


@pytest.mark.parametrize(
    "widths", [(30, 10, 50, 5), (0, 40, 0, 40), (60, 0, 60, 0), (0, 0, 0, 60), (8, 8, 8, 90)]
)
@pytest.mark.parametrize("name", FRAMED)
def test_an_uneven_frame_is_found_side_by_side(
    load: Callable[[str], Image.Image], name: str, widths: tuple[int, int, int, int]
) -> None:
    """Bars of a film, a margin for a caption, a picture of an instant camera."""
    assert off(frame(load(name), widths, "white"), widths) < WITHIN


@pytest.mark.parametrize("name", FRAMED)
def test_a_frame_within_a_frame_is_found(load: Callable[[str], Image.Image], name: str) -> None:
    twice = frame(frame(load(name), (12, 12, 12, 12), "white"), (16, 16, 16, 16), "black")
    assert off(twice, (28, 28, 28, 28)) < WITHIN


def test_a_frame_of_four_colours_is_found(load: Callable[[str], Image.Image]) -> None:
    framed = load("coffee").convert("RGB")
    for side, colour in enumerate(("navy", "white", "black", "firebrick")):
        framed = frame(framed, tuple(24 * (side == at) for at in range(4)), colour)  # type: ignore[arg-type]
    assert off(framed, (24, 24, 24, 24)) < WITHIN


def test_a_frame_saved_as_a_poor_jpeg_is_found(
    load: Callable[[str], Image.Image], tmp_path: Path
) -> None:
    """The losses of the picture spread into the frame."""
    framed = frame(load("astronaut"), (24, 24, 24, 24), "white")
    framed.save(tmp_path / "a.jpg", quality=30)
    with Image.open(tmp_path / "a.jpg") as saved:
        assert off(saved, (24, 24, 24, 24)) < WITHIN + 1


@pytest.mark.parametrize("name", FRAMED)
def test_a_photograph_without_a_frame_has_no_border(
    load: Callable[[str], Image.Image], name: str
) -> None:
    assert phash.border(square_of(load(name))) is None


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_page_has_no_border(level: int) -> None:
    """It is border all over, and nothing is inside."""
    assert phash.border(np.full((128, 128), level, np.float32)) is None


@pytest.mark.parametrize("grain", [0.3, 2.0])
def test_a_sky_is_no_border(grain: float) -> None:
    """It grows lighter towards the horizon, and no line of it is unlike the one before."""
    chance = np.random.default_rng(3)
    lightness = np.linspace(120, 220, 128, dtype=np.float32)[:, None]
    sky = lightness + chance.normal(0, grain, (128, 128)).astype(np.float32)
    assert phash.border(sky) is None


def test_a_small_picture_in_a_wide_frame_is_all_frame() -> None:
    """Some sixteen pixels of 128 are too few to tell anything by."""
    square = np.full((128, 128), 255, np.float32)
    square[58:70, 58:70] = np.random.default_rng(1).integers(0, 256, (12, 12))
    assert phash.border(square) is None


def test_the_given_square_stays_as_it_is(load: Callable[[str], Image.Image]) -> None:
    square = square_of(frame(load("coffee"), (20, 20, 20, 20), "white"))
    before = square.copy()
    phash.view_hashes(square, phash.border(square))
    phash.part_hashes(square)
    assert (before == square).all()


def test_one_view_at_a_time_hashes_as_all_together(load: Callable[[str], Image.Image]) -> None:
    square = square_of(load("rocket"))
    together = phash.view_hashes(square, None)
    for view, expected in zip(FIXED, together, strict=True):
        (alone,) = phash._bits(phash._frequencies(square, (view,)))
        assert distance(alone, expected) <= 2
