"""A picture is turned a few rows at a time, to the same as if it were turned as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dupscan.imaging.orientation import TURNS, upright_rows, upright_size

MODES = ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "LAB", "I;16", "I", "F"]


@pytest.mark.parametrize("mode", MODES)
@given(
    orientation=st.integers(0, 9),
    width=st.integers(1, 9),
    height=st.integers(1, 9),
    rows=st.integers(1, 9),
)
def test_rows_add_up_to_the_turned_picture(
    mode: str, orientation: int, width: int, height: int, rows: int
) -> None:
    image = Image.new(mode, (width, height))
    for at in range(width * height):
        level = at * 3 % 251
        several = len(image.getbands())
        image.putpixel((at % width, at // width), (level,) * several if several > 1 else level)
    turn = TURNS.get(orientation)
    expected = image if turn is None else image.transpose(turn)
    across, down = upright_size(image, orientation)
    found = [
        np.asarray(upright_rows(image, orientation, top, min(top + rows, down)))
        for top in range(0, down, rows)
    ]
    assert (across, down) == expected.size
    assert np.array_equal(np.asarray(expected), np.concatenate(found))
