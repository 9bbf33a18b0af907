"""A BMP holds more than its picture: a colour profile, and what was appended."""

from __future__ import annotations

import struct

import pytest
from support.embedded import encode, film, record, told

from dupscan.model.formats import BMP


def test_a_plain_picture_holds_nothing_however_short_it_is_cut() -> None:
    data = encode("BMP")
    for length in (0, 20, 60, len(data)):
        assert record(data[:length], BMP).items == []


@pytest.mark.parametrize(("behind", "kind"), [(film(), "film"), (b"words", "appended")])
def test_what_stands_behind_the_samples_is_an_item(behind: bytes, kind: str) -> None:
    [item] = told(encode("BMP") + behind, BMP)
    assert item.startswith(kind)


def test_the_profile_of_the_fifth_version_is_taken_and_is_nothing_appended() -> None:
    samples, profile = bytes(3 * 8 * 8), b"a profile"
    header = struct.pack("<IiiHHII16x", 124, 8, 8, 1, 24, 0, 0) + bytes(16) + b"DEBM" + bytes(48)
    header += struct.pack("<4xII4x", 124 + len(samples), len(profile))
    data = b"BM" + struct.pack("<IHHI", 0, 0, 0, 138) + header + samples + profile
    found = record(data, BMP)
    assert (found.profile, found.items) == (profile, [])
