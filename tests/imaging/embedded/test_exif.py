"""A block of EXIF data says something, or only what every program writes by itself."""

from __future__ import annotations

import pytest
from PIL import Image

from dupscan.imaging.embedded.contents import Contents
from dupscan.imaging.embedded.exif import read_exif


def names(block: bytes) -> list[str]:
    found = Contents()
    read_exif(block, found)
    assert all(item.kind.value == "metadata" for item in found.items)
    return [item.name for item in found.items]


def exif(first: dict[int, object], details: dict[int, object] | None = None) -> bytes:
    block = Image.Exif()
    block.update(first)
    block.get_ifd(0x8769).update(details or {})
    return block.tobytes()


@pytest.mark.parametrize("block", [b"", b"Exif\0\0", b"Exif\0\0" + bytes(40)])
def test_an_empty_block_says_nothing(block: bytes) -> None:
    assert names(block) == []


@pytest.mark.parametrize(
    ("first", "details", "expected"),
    [
        ({274: 1, 282: 72.0, 283: 72.0, 296: 2, 305: "Editor"}, {0xA002: 40, 0xA001: 1}, []),
        ({270: "   ", 315: ""}, {}, []),
        ({315: "me"}, {}, ["EXIF"]),
        ({271: "Camera", 272: "One"}, {}, ["EXIF", "EXIF camera"]),
        ({}, {0xA434: "A lens"}, ["EXIF", "EXIF camera"]),
        ({}, {0x829A: 0.01, 0x8827: 100}, ["EXIF", "EXIF exposure"]),
        ({}, {0x9003: "2026:11:22 09:41:00"}, ["EXIF"]),
        ({269: "page.doc"}, {}, ["EXIF", "EXIF document"]),
        ({}, {0x927C: b"notes"}, ["MakerNote"]),
        ({274: 6}, {}, ["orientation"]),
    ],
)
def test_what_is_said_has_a_name(
    first: dict[int, object], details: dict[int, object], expected: list[str]
) -> None:
    assert names(exif(first, details)) == expected


def test_a_block_that_is_not_understood_counts() -> None:
    assert names(b"Exif\0\0something else") == ["EXIF"]
