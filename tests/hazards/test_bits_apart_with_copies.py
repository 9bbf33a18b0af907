"""czkawka drops hashes that have copies from its answers: two pairs a bit apart never join."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from dupscan.index import candidates
from dupscan.pipeline import ScanOutcome

Grouped = Callable[[ScanOutcome], list[list[str]]]


def test_every_pair_among_two_pairs_one_bit_apart_is_a_candidate() -> None:
    found = {(pair.a, pair.b): pair.distance for pair in candidates([5, 5, 7, 7], radius=8)}

    assert found == {(0, 1): 0, (2, 3): 0, (0, 2): 1, (0, 3): 1, (1, 2): 1, (1, 3): 1}


def test_two_pairs_of_near_hashes_are_one_group(
    scan_of: Callable[..., ScanOutcome], grouped: Grouped, photo: Image.Image, tmp_path: Path
) -> None:
    trimmed = photo.crop((3, 3, 400, 300)).resize(photo.size)
    for name, picture in (("a", photo), ("b", trimmed)):
        picture.save(tmp_path / f"{name}1.bmp")
        (tmp_path / f"{name}2.bmp").write_bytes((tmp_path / f"{name}1.bmp").read_bytes() + b"\0")

    outcome = scan_of(tmp_path)

    hashes = [picture.phash for picture in outcome.report.pictures]
    assert hashes[0] == hashes[1] != hashes[2] == hashes[3]  # else it shows nothing
    assert grouped(outcome) == [["a2.bmp", "a1.bmp", "b1.bmp", "b2.bmp"]]
