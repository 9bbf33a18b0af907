"""The pairs in which one file holds more: files taken apart, cut, and judged."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

pytest.importorskip("pillow_heif")
pytest.importorskip("pillow_jxl")
containers = pytest.importorskip("benchmarks.pairs.containers")
cuts = pytest.importorskip("benchmarks.pairs.cuts")
made = pytest.importorskip("benchmarks.pairs.made")
judge = pytest.importorskip("benchmarks.pairs.judge")
pairs = pytest.importorskip("benchmarks.pairs.pair")
tables = pytest.importorskip("benchmarks.pairs.tables")

from benchmarks.pairs.items import Item  # noqa: E402 (its package is looked for above)

SPLITS = {
    "JPEG": containers.split_jpeg,
    "PNG": containers.split_png,
    "WebP": containers.split_riff,
    "GIF": containers.split_gif,
    "HEIF": containers.split_boxes,
    "AVIF": containers.split_boxes,
    "JPEG XL": containers.split_boxes,
    "JPEG 2000": containers.split_boxes,
}
CHANGES_THE_PICTURE = {Item.ALPHA, Item.BITS, Item.ORIENTATION}


@pytest.fixture(scope="module")
def all_pairs(originals: Path) -> list[pairs.Pair]:
    """All pairs of two small photographs, and the controls."""
    photos = []
    for name in ("coffee", "chelsea"):
        with Image.open(originals / f"{name}.jpg") as opened:
            photos.append(opened.convert("RGB").resize((96, 64)))
    return [*made.made_pairs(photos), *made.made_controls(photos)]


def pixels_of(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB")


def test_empty_input_has_no_format_and_nothing_to_cut() -> None:
    assert cuts.format_of(b"") is None
    assert cuts.cuts_of(b"") == []


def test_files_are_their_pieces(all_pairs: list[pairs.Pair]) -> None:
    for pair in all_pairs:
        for content in (pair.richer, pair.poorer):
            kind = cuts.format_of(content)
            if kind in SPLITS:
                assert containers.join(SPLITS[kind](content)) == content, (pair.format, pair.what)


def test_cut_files_show_the_same_picture_and_hold_the_thing_no_more(
    all_pairs: list[pairs.Pair],
) -> None:
    for pair in all_pairs:
        for cut in cuts.cuts_of(pair.richer):
            left = {(one.item, one.what) for one in cuts.cuts_of(cut.content)}
            assert (cut.item, cut.what) not in left, (pair.format, pair.what, cut.what)
            if cut.item not in CHANGES_THE_PICTURE:
                shown, seen = pixels_of(pair.richer), pixels_of(cut.content)
                assert ImageChops.difference(shown, seen).getbbox() is None, cut.what


def test_every_item_has_a_pair_and_most_formats_can_hold_it(all_pairs: list[pairs.Pair]) -> None:
    items = {pair.item for pair in all_pairs}

    assert set(Item) - items <= {Item.FURTHER_PICTURE}
    assert {pair.format for pair in all_pairs} == {*SPLITS, "TIFF"}


def test_a_set_is_read_as_it_was_written(tmp_path: Path, all_pairs: list[pairs.Pair]) -> None:
    written = pairs.write_set(all_pairs[:3], tmp_path)

    assert pairs.read_set(tmp_path) == written
    assert (tmp_path / written[0].richer).read_bytes() == all_pairs[0].richer


def test_a_judge_tells_a_pair_that_loses_something_from_one_that_does_not(
    tmp_path: Path, all_pairs: list[pairs.Pair]
) -> None:
    placed = next(one for one in all_pairs if one.item is Item.GPS)
    control = next(one for one in all_pairs if one.what == "JFIF")
    declined, proposed = (
        judge.judge(entry, tmp_path) for entry in pairs.write_set([placed, control], tmp_path)
    )

    assert (declined.state, declined.is_named) == (judge.DECLINED, True)
    assert (proposed.state, proposed.is_wrong_verdict) == (judge.LOST, False)
    assert "0 of 1" in "\n".join(tables.table_of_formats([declined, proposed]))
    assert "1 are proposed" in "\n".join(tables.totals([declined, proposed]))
