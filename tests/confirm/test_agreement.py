"""Local agreement: how much of two pictures is the same, but for one edited part."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dupscan.confirm.agreement import MARGIN, SIDE, agreement, outside_of, rectangle

Squares = NDArray[np.float32]
Load = Callable[[str], Image.Image]
SquareOf = Callable[[Image.Image], Squares]

NAMES = "astronaut brick camera chelsea coffee coins grass hubble_deep_field rocket".split()
NONE = 0
"""The number of no rectangle."""


def make_texture(seed: int) -> Squares:
    """Texture of some forty levels everywhere."""
    return np.random.default_rng(seed).normal(128, 40, (1, 128, 128)).astype(np.float32)


def compare(one: Squares, other: Squares) -> tuple[float, int]:
    shares, numbers = agreement(one, other)
    return float(shares[0]), int(numbers[0])


def paint(square: Squares, part: tuple[slice, slice], level: float) -> Squares:
    painted = square.copy()
    painted[0][part] = level
    return painted


def test_equal_pictures_agree_wholly_with_nothing_left_out() -> None:
    assert compare(make_texture(1), make_texture(1)) == (1.0, NONE)


def test_two_smooth_skies_agree_when_their_light_does() -> None:
    """With no texture to go by, shading is all there is."""
    light = np.linspace(60, 220, 128, dtype=np.float32)
    one, other = light[None, :, None].repeat(128, axis=2), light[None, None].repeat(128, axis=1)
    assert compare(one, one) == (1.0, NONE)
    assert compare(one, other)[0] < 0.6


def test_different_textures_agree_nowhere() -> None:
    assert compare(make_texture(1), make_texture(2))[0] == 0.0


def test_texture_does_not_agree_with_a_blank_page() -> None:
    blank = np.full((1, 128, 128), 128, np.float32)
    assert compare(make_texture(1), blank)[0] == 0.0
    assert compare(blank, make_texture(1))[0] == 0.0


def test_a_negative_agrees_nowhere() -> None:
    assert compare(make_texture(1), 255 - make_texture(1))[0] == 0.0


@pytest.mark.parametrize(
    "part",
    [
        (slice(98, 128), slice(0, 128)),
        (slice(0, 30), slice(0, 128)),
        (slice(38, 60), slice(68, 105)),
    ],
)
def test_one_edited_part_is_found_and_left_out(part: tuple[slice, slice]) -> None:
    """A caption below, one above, a sticker."""
    share, number = compare(make_texture(1), paint(make_texture(1), part, 0))
    assert share == 1.0
    box = rectangle(number)
    assert box is not None
    rows, columns = part
    middle = (columns.start + columns.stop) / 256, (rows.start + rows.stop) / 256
    assert box[0] < middle[0] < box[2]
    assert box[1] < middle[1] < box[3]


def test_what_was_edited_everywhere_does_not_agree() -> None:
    """One row of blocks in two, as the lines of another letter."""
    edited = make_texture(1)
    for top in range(0, 128, 32):
        edited[0, top : top + 16] = make_texture(2)[0, top : top + 16]
    assert compare(make_texture(1), edited)[0] < 0.75


def test_too_large_a_part_is_not_left_out() -> None:
    half = paint(make_texture(1), (slice(0, 64), slice(0, 128)), 0)
    assert compare(make_texture(1), half)[0] < 0.8


@pytest.mark.parametrize("name", NAMES)
def test_a_poor_copy_of_a_photograph_agrees(
    load: Load, square_of: SquareOf, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("poor") / "a.jpg"
    load(name).save(path, quality=35)
    with Image.open(path) as poor:
        assert compare(square_of(load(name)), square_of(poor.convert("RGB")))[0] > 0.95


def test_the_same_light_on_two_things_is_no_agreement(load: Load, square_of: SquareOf) -> None:
    """Shading is taken off: two pictures with one strong gradient over them are two pictures."""
    light = np.linspace(0, 120, 128, dtype=np.float32)[None, None, :]
    one, other = (square_of(load(name)) * 0.5 + light for name in ("coffee", "brick"))
    assert compare(one, other)[0] < 0.6


def test_the_order_of_the_two_does_not_matter(load: Load, square_of: SquareOf) -> None:
    one, other = square_of(load("coffee")), square_of(load("rocket"))
    assert compare(one, other) == compare(other, one)


def test_each_pair_is_measured_by_itself() -> None:
    one, other = make_texture(1), make_texture(2)
    shares, _ = agreement(np.concatenate([one, one]), np.concatenate([one, other]))
    assert shares.tolist() == [1.0, 0.0]


def test_no_rectangle_leaves_nothing_out() -> None:
    assert rectangle(NONE) is None
    assert outside_of(np.array([NONE])).all()


@pytest.mark.parametrize("number", [1, 77, 250, 600])
def test_a_rectangle_and_its_blocks_are_the_same_part(number: int) -> None:
    box, inside = rectangle(number), ~outside_of(np.array([number]))[0]
    assert box is not None
    down, across = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    margin = MARGIN / SIDE
    blocks = [across[0], down[0], across[-1] + 1, down[-1] + 1]
    expected = [margin + at / len(inside) * (1 - 2 * margin) for at in blocks]
    assert expected == pytest.approx(box)
    assert inside.sum() == (across[-1] - across[0] + 1) * (down[-1] - down[0] + 1)
