"""Two pairs of pictures whose hashes differ by one bit must become one group.

czkawka drops hashes that have copies from its answers, so the two pairs never join.
"""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from dupscan.index import candidates
from dupscan.model.hash_table import HashTable
from dupscan.model.pictures import Hashes
from dupscan.pipeline import ScanOutcome
from dupscan.settings import MatchSettings

Grouped = Callable[[ScanOutcome], list[list[str]]]


def test_every_pair_among_two_pairs_one_bit_apart_is_a_candidate(
    hashes_of: Callable[..., Hashes],
) -> None:
    hashes = [hashes_of(value) for value in (5, 5, 7, 7)]
    met = candidates(HashTable.of(hashes), MatchSettings(views="plain"))
    found = {(pair.a, pair.b): pair.hits[0].distance for pair in met}

    assert found == {(0, 1): 0, (2, 3): 0, (0, 2): 1, (0, 3): 1, (1, 2): 1, (1, 3): 1}


def test_two_pairs_of_near_hashes_are_one_group(
    scan_of: Callable[..., ScanOutcome], grouped: Grouped, originals: Path, tmp_path: Path
) -> None:
    with Image.open(originals / "coins.png") as coins:
        coins.save(tmp_path / "a1.bmp")
        coins.save(tmp_path / "poor.jpg", quality=12)
    with Image.open(tmp_path / "poor.jpg") as poor:
        poor.save(tmp_path / "b1.bmp")
    (tmp_path / "poor.jpg").unlink()
    for name in "ab":
        copy = (tmp_path / f"{name}1.bmp").read_bytes() + b"\0"
        (tmp_path / f"{name}2.bmp").write_bytes(copy)

    outcome = scan_of(tmp_path)

    hashes = [picture.traits.hashes.plain for picture in outcome.report.pictures]
    assert hashes[0] == hashes[1] != hashes[2] == hashes[3]  # else it shows nothing
    [members] = grouped(outcome)
    assert sorted(members) == ["a1.bmp", "a2.bmp", "b1.bmp", "b2.bmp"]
