"""The benchmarks' own scoring, on a library so small that its score is known."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

scoring = pytest.importorskip("benchmarks.scoring")


@pytest.fixture
def library(originals: Path, tmp_path: Path) -> Path:
    """Two photographs with a smaller and a cut version each, and one with none."""
    manifest = {}
    for name in ("coffee", "chelsea", "rocket"):
        with Image.open(originals / f"{name}.jpg") as photo:
            photo.thumbnail((360, 360))
            width, height = photo.size
            versions = {
                "original": photo,
                "half": photo.resize((width // 2, height // 2)),
                "crop10": photo.crop(
                    (width // 20, height // 20, width * 19 // 20, height * 19 // 20)
                ),
            }
            if name == "rocket":
                versions = {"negative": photo}
            for transform, picture in versions.items():
                path = f"{name} {transform}.jpg"
                picture.save(tmp_path / path, quality=90)
                manifest[path] = {"group": name, "transform": transform}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_a_scan_that_is_right_has_a_full_score(
    library: Path, scan_of: Callable[..., ScanOutcome]
) -> None:
    found = scoring.score(scan_of(library).report, scoring.read_labels(library))

    assert found.same_as_picture == {"half": 1}
    assert found.edits_as_anything == {"crop10": 1}
    assert (found.pair_f1, found.different_as_picture, found.edits_as_picture) == (1, 0, 0)
    assert found.lookalikes_as_anything == 0


def test_a_scan_without_views_misses_what_was_cut(
    library: Path, scan_of: Callable[..., ScanOutcome]
) -> None:
    narrow = MatchSettings(views="plain", radius=0)

    found = scoring.score(scan_of(library, match=narrow).report, scoring.read_labels(library))

    assert found.edits_as_anything == {"crop10": 0}
    assert found.pair_f1 == pytest.approx(2 * 2 / (2 + 6))


def test_wrong_labels_show(library: Path, scan_of: Callable[..., ScanOutcome]) -> None:
    labels = scoring.read_labels(library)
    wrong = {path: scoring.Label(str(path), "negative") for path in labels}

    found = scoring.score(scan_of(library).report, wrong)

    assert found.different_as_picture == 2
    assert found.lookalikes_as_anything == pytest.approx(6 / 7)
    assert found.pair_f1 == 0


def test_fingerprints_are_made_once_for_all_the_rows(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ablation = pytest.importorskip("benchmarks.ablation")
    for path in library.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))  # what changed just now is read again
    monkeypatch.setattr(
        ablation, "WITHOUT", {"as it is": {}, "plain only": {"views": "plain", "radius": 0}}
    )

    (_, first), (_, second) = ablation.runs(library)

    assert first.fingerprinting > 0 == second.fingerprinting
    assert first.score.pair_f1 > second.score.pair_f1
