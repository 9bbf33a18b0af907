"""A TIFF holds more than its pages: layers, further pictures, private tags."""

from __future__ import annotations

import struct

import pytest
from PIL import Image, TiffImagePlugin
from support.embedded import encode, exif, iptc, packet, record, resource, told

from dupscan.model.formats import RAW, TIFF


def tagged(**tags: tuple[int, object]) -> bytes:
    """A TIFF with further tags: type and value of each."""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for name, (kind, value) in tags.items():
        tag = int(name.removeprefix("tag_"))
        directory.tagtype[tag] = kind
        directory[tag] = value
    return encode("TIFF", tiffinfo=directory)


def test_a_plain_picture_holds_nothing() -> None:
    found = record(encode("TIFF", dpi=(72, 72)), TIFF)
    assert (found.items, found.frames, found.bit_depth) == ([], 1, 8)
    assert record(b"", TIFF).items == []
    assert not record(b"II*\0", TIFF).is_understood


@pytest.mark.parametrize(
    ("tag", "kind", "value", "expected"),
    [
        (315, 2, "me", "metadata: EXIF"),
        (305, 2, "Editor", None),
        (306, 2, "2026:11:22 09:41:00", None),
        (700, 1, packet(dc__description="the sea"), "metadata: XMP"),
        (700, 1, packet(xmp__CreatorTool="Editor"), None),
        (33723, 7, iptc(), "metadata: IPTC"),
        (34377, 7, resource(2000, b"path"), "metadata: Photoshop paths"),
        (37724, 7, b"Adobe Photoshop Document Data Block\0", "layers: layers"),
        (33550, 12, (1.0, 1.0, 0.0), "metadata: GeoTIFF"),
        (65000, 2, "a note", "metadata: TIFF tag 65000"),
        (33432, 2, "me", "metadata: EXIF"),
    ],
)
def test_each_tag_that_says_something_is_told(
    tag: int, kind: int, value: object, expected: str | None
) -> None:
    found = told(tagged(**{f"tag_{tag}": (kind, value)}), TIFF)
    assert found == ([expected] if expected else [])


def test_pages_count_only_if_their_data_are_there() -> None:
    pages = [Image.new("RGB", (24, 16), colour) for colour in ("red", "green")]
    data = encode("TIFF", save_all=True, append_images=pages)
    assert record(data, TIFF).frames == 3
    strip = struct.pack("<HHI", 273, 4, 1)
    assert data.count(strip) == 3
    at = data.rindex(strip) + len(strip)
    gone = data[:at] + struct.pack("<I", 1 << 30) + data[at + 4 :]
    assert record(gone, TIFF).frames == 2


def test_a_smaller_version_of_a_page_is_no_page() -> None:
    page = Image.new("RGB", (4, 4))
    page.encoderinfo = {"tiffinfo": {254: 1}}
    data = encode("TIFF", save_all=True, append_images=[page])
    pages = record(data, TIFF).frames
    reduced = struct.pack("<HHII", 254, 4, 1, 1)
    assert pages == (1 if reduced in data else 2)


def test_a_chain_in_a_circle_ends() -> None:
    data = bytearray(encode("TIFF"))
    [first] = struct.unpack_from("<I", data, 4)
    [count] = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    assert record(bytes(data), TIFF).frames == 1


@pytest.mark.parametrize(("mode", "depth"), [("1", 1), ("L", 8), ("I;16", 16), ("F", 32)])
def test_the_depth_is_that_of_the_deepest_channel(mode: str, depth: int) -> None:
    assert record(encode("TIFF", mode=mode), TIFF).bit_depth == depth


def test_a_picture_in_a_sub_directory_is_told() -> None:
    """Its directory, at the end of the file, names a strip of 16 bytes."""
    data = tagged(tag_330=(4, 0))
    entries = ((256, 4, 1, 4), (257, 4, 1, 4), (273, 4, 1, 8), (279, 4, 1, 16))
    below = struct.pack("<H", 4) + b"".join(struct.pack("<HHII", *one) for one in entries)
    at = data.index(struct.pack("<HHI", 330, 4, 1)) + 8
    data = data[:at] + struct.pack("<I", len(data)) + data[at + 4 :] + below + bytes(4)
    assert told(data, TIFF) == ["further-picture: further picture"]


def test_a_raw_file_that_is_built_as_a_tiff_tells_its_metadata_only() -> None:
    data = tagged(tag_315=(2, "me"), tag_65000=(2, "a note"))
    assert told(data, RAW) == ["metadata: EXIF"]
    assert told(b"FUJIFILMCCD-RAW", RAW) == []


def test_the_notes_of_the_maker_are_told_apart() -> None:
    block = Image.Exif()
    block[315] = "me"
    block.get_ifd(0x8769)[0x927C] = b"notes of the maker"
    assert exif(tag_315="me") != block.tobytes()
    data = encode("TIFF", exif=block.tobytes())
    assert told(data, TIFF) == ["metadata: EXIF", "metadata: MakerNote"]


def test_bytes_behind_all_that_the_directories_name_are_told() -> None:
    data = encode("TIFF", compression="tiff_lzw", dpi=(300, 300))
    assert told(data + b"thing", TIFF) == ["appended: 5 bytes behind the picture"]
    assert told(data + bytes(5), TIFF) == []
