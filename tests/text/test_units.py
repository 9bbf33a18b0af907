"""Words that people meet in several places."""

from __future__ import annotations

import pytest

from dupscan.report.wording import near_in_words
from dupscan.text.units import bytes_in_words, counted


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *((0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (99_400, "99.4 kB"), (99_500, "100 kB")),
        *((999_499, "999 kB"), (999_500, "1.0 MB"), (10**9, "1.0 GB"), (5 * 10**15, "5000 TB")),
    ],
)
def test_bytes_are_told_as_file_managers_tell_them(number: int, words: str) -> None:
    assert words == bytes_in_words(number)


def test_one_is_told_in_the_singular() -> None:
    found = [counted(number, "file") for number in (0, 1, 2, 1000)]
    assert found == ["0 files", "1 file", "2 files", "1,000 files"]
    assert [counted(n, "copy", "copies") for n in (1, 2)] == ["1 copy", "2 copies"]


def test_a_near_picture_says_what_it_is_like() -> None:
    assert near_in_words("b.jpg", is_keeper=False) == "like b.jpg, not like the keeper"
    assert near_in_words("a.jpg", is_keeper=True).startswith(
        "like the keeper, but in another group"
    )
