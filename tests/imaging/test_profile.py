"""Two profiles are the same if they define the same colours, whatever they say of themselves."""

from __future__ import annotations

import struct

import pytest
from PIL import ImageCms

from dupscan.imaging import colours_of_profile

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def test_dates_and_descriptions_do_not_count() -> None:
    later = SRGB[:24] + struct.pack(">6H", 2031, 1, 2, 3, 4, 5) + SRGB[36:]
    described = later.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))
    assert described != SRGB
    assert colours_of_profile(described) == colours_of_profile(SRGB)
    assert colours_of_profile(LAB) != colours_of_profile(SRGB)


def test_a_primary_counts() -> None:
    at = SRGB.index(b"rXYZ", 132)
    [offset] = struct.unpack_from(">I", SRGB, at + 4)
    red = SRGB[: offset + 8] + b"\0\0\x12\x34" + SRGB[offset + 12 :]
    assert colours_of_profile(red) != colours_of_profile(SRGB)


@pytest.mark.parametrize("profile", [b"", b"something", bytes(200), bytes(128) + b"\xff" * 9])
def test_a_profile_that_makes_no_sense_is_itself(profile: bytes) -> None:
    assert colours_of_profile(profile) == profile
