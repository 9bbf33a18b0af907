"""What one picture is to another, in words."""

from __future__ import annotations

import pytest

from dupscan.confirm import explain
from dupscan.model import Evidence, FileEntry, Picture, PictureInfo, Verdict

CLOSE = Evidence(distance=2, histogram_rms=0.001, difference=1.5, relative_difference=0.03)
EDITED = Evidence(distance=6, histogram_rms=0.004, difference=11.0, relative_difference=0.3)


def make_picture(
    width: int = 4000, height: int = 3000, format_: str = "JPEG", *, greyscale: bool = False
) -> Picture:
    return Picture(
        file=FileEntry("/a.jpg", size=1, mtime_ns=0, device=0, inode=0, links=1),
        digest=b"",
        phash=0,
        contrast=50.0,
        low_detail=False,
        greyscale=greyscale,
        info=PictureInfo(format_, width, height),
        slot=0,
    )


def words(keeper: Picture, other: Picture, evidence: Evidence = CLOSE) -> str:
    return explain(keeper, other, Verdict.SIMILAR, evidence)


def test_equal_bytes_are_called_so_and_nothing_else() -> None:
    assert explain(make_picture(), make_picture(), Verdict.FILE, CLOSE) == "the same bytes"


def test_a_jpeg_of_the_same_size_was_re_encoded() -> None:
    assert words(make_picture(), make_picture()) == "re-encoded"


@pytest.mark.parametrize("format_", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_lossless_file_was_saved_again(format_: str) -> None:
    png = make_picture(format_=format_)
    assert words(png, png) == "saved again"


def test_another_format_is_named_with_the_keepers() -> None:
    assert words(make_picture(), make_picture(format_="WEBP")) == "WEBP instead of JPEG"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2000, 1500), "half size"),
        ((8000, 6000), "double size"),
        ((1000, 750), "a quarter of the size"),
        ((1200, 900), "30 % of the size"),
        ((160, 120), "4 % of the size"),
    ],
)
def test_the_scale_is_named(size: tuple[int, int], expected: str) -> None:
    assert f"{expected}, re-encoded" == words(make_picture(), make_picture(*size))


def test_half_of_an_odd_size_is_half_size() -> None:
    keeper = make_picture(4001, 2999)
    assert words(keeper, make_picture(2000, 1500)) == "half size, re-encoded"
    assert words(keeper, make_picture(2001, 1499)) == "half size, re-encoded"


def test_other_proportions_are_told_with_the_size() -> None:
    expected = "other proportions (4000 × 2500), re-encoded"
    assert expected == words(make_picture(), make_picture(4000, 2500))


def test_a_picture_on_its_side_has_other_proportions() -> None:
    expected = "other proportions (3000 × 4000), re-encoded"
    assert expected == words(make_picture(), make_picture(3000, 4000))


def test_a_small_preview_is_not_called_nothing() -> None:
    """48 of 10,000 pixels across are not 0 %."""
    told = words(make_picture(10_000, 10_000), make_picture(48, 48))
    assert not told.startswith("0 %")


def test_a_picture_a_few_pixels_smaller_is_not_called_as_large() -> None:
    told = words(make_picture(4000, 3000), make_picture(3984, 2988))
    assert not told.startswith("100 %")


def test_lost_colour_is_told() -> None:
    grey = make_picture(greyscale=True)
    assert words(make_picture(), grey) == "re-encoded, greyscale"
    assert words(grey, make_picture()) == "re-encoded, in colour"
    assert words(grey, grey) == "re-encoded"


def test_a_difference_that_can_be_seen_is_told() -> None:
    assert words(make_picture(), make_picture(), EDITED) == "re-encoded, with visible differences"


def test_everything_is_told_in_one_line() -> None:
    other = make_picture(2000, 1500, "PNG", greyscale=True)
    expected = "half size, PNG instead of JPEG, greyscale, with visible differences"
    assert expected == words(make_picture(), other, EDITED)
