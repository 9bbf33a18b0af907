"""Two perceptual hashes that differ must never be taken for one, nor make the search quadratic.

find-dups keeps ``ImageHash`` objects as keys of a dict. Their Python hash has only a few bits, so
most keys collide and the time grows with the square of the number of pictures.
"""

from collections.abc import Callable
from pathlib import Path

import imagehash

from dupscan.fingerprint.one_file import fingerprint
from dupscan.index import candidates
from dupscan.model.files import FileEntry
from dupscan.model.hash_table import HashTable
from dupscan.model.pictures import Fingerprint, Hashes
from dupscan.settings import FingerprintSettings, MatchSettings


def test_the_trap_is_still_there() -> None:
    """Should imagehash mend it one day, this room may go."""
    one = imagehash.hex_to_hash("0000000000000080")
    other = imagehash.hex_to_hash("0000000000008000")

    assert one != other
    assert hash(one) == hash(other)


def test_hashes_that_collide_there_are_not_candidates_here(
    hashes_of: Callable[..., Hashes],
) -> None:
    pair = [hashes_of(0x0000000000000080), hashes_of(0x0000000000008000)]

    assert list(candidates(HashTable.of(pair), MatchSettings(radius=0))) == []


def test_a_fingerprint_holds_a_number_of_64_bits(
    originals: Path, entry_of: Callable[[Path], FileEntry]
) -> None:
    made = fingerprint(entry_of(originals / "coffee.jpg"), FingerprintSettings())

    assert isinstance(made, Fingerprint)
    assert int is type(made.traits.hashes.plain)
    assert 0 < made.traits.hashes.plain < 1 << 64
