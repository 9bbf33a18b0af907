"""Documents that are drawn to measure with differ in what they are said to differ in."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

drawn_documents = pytest.importorskip("benchmarks.drawn_documents")
documents = pytest.importorskip("benchmarks.documents")
censored_photos = pytest.importorskip("benchmarks.censored_photos")


@pytest.mark.parametrize("kind", drawn_documents.KINDS)
def test_an_edit_changes_one_field_and_a_small_part_of_the_picture(kind: str) -> None:
    fields = drawn_documents.some_fields(kind, 1, 480)
    drawn = np.asarray(drawn_documents.draw(fields))
    assert np.array_equal(drawn, np.asarray(drawn_documents.draw(fields)))
    for edit in ("digit", "date", "name", "amount", "signature"):
        changed = drawn_documents.draw(drawn_documents.edited(fields, edit))
        apart = np.abs(drawn.astype(int) - np.asarray(changed)).max(axis=2) > 20
        assert 0 < apart.mean() < 0.1, edit


def test_pairs_are_written_with_an_index(tmp_path: Path) -> None:
    page = Image.new("RGB", (40, 30), "white")
    documents.write(documents.cases([("page", page, {"digit": page})]), tmp_path / "pairs")
    with (tmp_path / "pairs" / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["edit"] for row in rows} == {"", "digit"}
    for row in rows:
        for name in ("original", "variant"):
            with Image.open(tmp_path / "pairs" / row["folder"] / row[name]) as picture:
                picture.load()


@pytest.mark.parametrize("kind", censored_photos.KINDS)
def test_a_sixth_of_each_side_is_hidden(kind: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (120, 180, 3), np.uint8)
    hidden = censored_photos.censored(Image.fromarray(noise), kind, Random(1))
    rows, columns = np.nonzero((np.asarray(hidden) != noise).any(axis=2))
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 30)
