"""HEIF and AVIF files hold more than a picture: items, tracks, and boxes of others."""

from __future__ import annotations

import struct

import pytest
from PIL import Image
from support.embedded import (
    box,
    encode,
    exif,
    film,
    full_box,
    packet,
    record,
    samsung_trailer,
    told,
)

from dupscan.model.formats import AVIF, HEIF

ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"
C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
PICTURE, FURTHER = b"hvc1", b"further data"


def heif(
    *items: tuple[bytes, bytes],
    references: tuple[tuple[bytes, int, tuple[int, ...]], ...] = (),
    types: dict[int, bytes] | None = None,
    groups: bytes = b"",
    hidden: int = 0,
) -> bytes:
    """A HEIF with some items of metadata: the type and the data of each.

    The first item has number 1 and is the picture. `types` are the URNs of auxiliary items.
    """
    entries = [
        full_box(
            b"infe",
            struct.pack(">HH", number, 0) + kind + b"\0",
            b"application/rdf+xml\0" if kind == b"mime" else b"",
            version=2,
            flags=int(number == hidden),
        )
        for number, (kind, _) in enumerate(items, 1)
    ]
    places, at = b"", 0
    for number, (_, data) in enumerate(items, 1):
        places += struct.pack(">HHHHII", number, 1, 0, 1, at, len(data))
        at += len(data)
    properties = [full_box(b"auxC", urn + b"\0") for urn in (types or {}).values()]
    used = b"".join(
        struct.pack(">HBB", number, 1, place) for place, number in enumerate(types or {}, 1)
    )
    meta = full_box(
        b"meta",
        full_box(b"pitm", struct.pack(">H", 1)),
        full_box(b"iinf", struct.pack(">H", len(entries)), *entries),
        full_box(b"iloc", struct.pack(">HH", 0x4400, len(items)), places, version=1),
        full_box(
            b"iref",
            *(
                box(kind, struct.pack(f">HH{len(to)}H", number, len(to), *to))
                for kind, number, to in references
            ),
        ),
        box(
            b"iprp",
            box(b"ipco", *properties),
            full_box(b"ipma", struct.pack(">I", len(properties)), used),
        ),
        box(b"grpl", groups),
        box(b"idat", *(data for _, data in items)),
    )
    return box(b"ftyp", b"heic", bytes(4)) + meta


def test_a_plain_picture_holds_nothing() -> None:
    for data in (encode("AVIF"), encode("AVIF", mode="RGBA"), heif((PICTURE, b"picture"))):
        found = record(data, AVIF)
        assert (found.items, found.frames) == ([], 1)
    assert record(encode("AVIF"), AVIF).bit_depth == 8
    assert record(b"", HEIF).items == []


@pytest.mark.parametrize(
    ("urn", "expected"),
    [
        (ALPHA, []),
        (b"urn:mpeg:hevc:2015:auxid:1", []),
        (b"urn:mpeg:hevc:2015:auxid:2", ["depth-map: depth map"]),
        (b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth", ["depth-map: depth map"]),
        (b"urn:com:apple:photo:2020:aux:hdrgainmap", ["gain-map: HDR gain map"]),
        (b"urn:com:apple:photo:2018:aux:portraiteffectsmatte", ["depth-map: portrait matte"]),
        (b"urn:com:apple:photo:2019:aux:semanticskinmatte", ["depth-map: portrait matte"]),
        (b"urn:com:example:thing", ["further-picture: auxiliary picture"]),
    ],
)
def test_auxiliary_pictures_are_told_by_their_type(urn: bytes, expected: list[str]) -> None:
    items = ((PICTURE, b"picture"), (PICTURE, FURTHER))
    data = heif(*items, references=((b"auxl", 2, (1,)),), types={2: urn})
    assert told(data, HEIF) == expected
    assert record(data, HEIF).frames == 1


def test_a_gain_map_of_iso_21496_is_told_with_the_picture_it_is_made_of() -> None:
    items = ((PICTURE, b"picture"), (PICTURE, FURTHER), (b"tmap", b"numbers"))
    data = heif(*items, references=((b"dimg", 3, (1, 2)),), hidden=2)
    [found] = record(data, HEIF).items
    assert (found.kind.value, found.name) == ("gain-map", "HDR gain map")
    assert record(data, HEIF).frames == 1
    [other] = record(data.replace(FURTHER, b"other data.."), HEIF).items
    assert other.digest != found.digest


@pytest.mark.parametrize(
    ("reference", "expected", "frames"),
    [
        ((), ["further-picture: further picture"], 2),
        (((b"thmb", 2, (1,)),), [], 1),
        (((b"dimg", 1, (2,)),), [], 1),
        (((b"dimg", 1, (2, 2)), (b"dimg", 2, (1,))), [], 1),
    ],
    ids=["picture", "thumbnail", "tile", "circle"],
)
def test_other_pictures_are_told_unless_they_are_thumbnails_or_parts(
    reference: tuple[tuple[bytes, int, tuple[int, ...]], ...], expected: list[str], frames: int
) -> None:
    data = heif((PICTURE, b"picture"), (PICTURE, FURTHER), references=reference)
    assert (told(data, HEIF), record(data, HEIF).frames) == (expected, frames)


def test_a_hidden_picture_is_told_and_is_no_page() -> None:
    data = heif((PICTURE, b"picture"), (PICTURE, FURTHER), hidden=2)
    assert told(data, HEIF) == ["further-picture: further picture"]
    assert record(data, HEIF).frames == 1


def test_the_second_of_a_stereo_pair_is_the_other_eye() -> None:
    group = full_box(b"ster", struct.pack(">IIII", 9, 2, 1, 2))
    data = heif((PICTURE, b"picture"), (PICTURE, FURTHER), groups=group)
    assert told(data, HEIF) == ["stereo: second eye"]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (b"Exif", bytes(4) + exif(tag_315="me")[6:], ["metadata: EXIF"]),
        (b"Exif", struct.pack(">I", 6) + exif(tag_315="me"), ["metadata: EXIF"]),
        (b"Exif", struct.pack(">I", 6) + exif(tag_296=2), []),
        (b"mime", packet(dc__description="the sea"), ["metadata: XMP"]),
        (b"mime", packet(xmp__CreatorTool="Editor"), []),
        (b"thng", FURTHER, ["metadata: HEIF item thng"]),
    ],
)
def test_items_of_metadata_are_told(kind: bytes, data: bytes, expected: list[str]) -> None:
    assert told(heif((PICTURE, b"picture"), (kind, data)), HEIF) == expected


@pytest.mark.parametrize(
    ("urn", "expected"),
    [
        (ALPHA, []),
        (
            b"urn:com:apple:photo:2020:aux:hdrgainmap",
            ["gain-map: HDR gain map", "metadata: metadata of an auxiliary picture"],
        ),
    ],
)
def test_metadata_of_an_auxiliary_picture_are_told_unless_it_is_alpha(
    urn: bytes, expected: list[str]
) -> None:
    items = ((PICTURE, b"picture"), (PICTURE, FURTHER), (b"mime", packet(dc__description="a map")))
    data = heif(*items, references=((b"auxl", 2, (1,)), (b"cdsc", 3, (2,))), types={2: urn})
    assert told(data, HEIF) == expected


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (box(b"mpvd", film()), ["film: film of 2.0 s"]),
        (film(), ["film: film of 2.0 s"]),
        (box(b"sefd", samsung_trailer(MotionPhoto_Data=film())), ["film: film of 2.0 s"]),
        (
            box(b"mpvd", film(), box(b"sefd", samsung_trailer(Image_UTC_Data=b"17"))),
            ["film: film of 2.0 s", "metadata: Samsung trailer"],
        ),
        (box(b"uuid", C2PA, FURTHER), ["metadata: C2PA"]),
        (box(b"uuid", bytes(15), b"\1", FURTHER), [f"metadata: uuid {'0' * 31}1"]),
        (box(b"thng", FURTHER), ["appended: box thng"]),
        (box(b"free", FURTHER), []),
        (b"thing", ["appended: 5 bytes behind the picture"]),
        (bytes(90), []),
    ],
)  # fmt: skip
def test_what_lies_behind_a_picture_is_told(behind: bytes, expected: list[str]) -> None:
    data = heif((PICTURE, b"picture"))
    assert sorted(told(data + behind, HEIF)) == expected


def test_the_pictures_of_a_sequence_are_counted_and_sound_is_heard() -> None:
    def track(handler: bytes, count: int) -> bytes:
        sizes = full_box(b"stsz", struct.pack(">II", 0, count))
        media = full_box(b"hdlr", bytes(4) + handler) + box(b"minf", box(b"stbl", sizes))
        return box(b"trak", box(b"mdia", media))

    still = heif((PICTURE, b"picture"))
    moving = still + box(b"moov", track(b"pict", 7))
    assert (told(moving, HEIF), record(moving, HEIF).frames) == ([], 7)
    loud = still + box(b"moov", track(b"pict", 7), track(b"soun", 99))
    assert (told(loud, HEIF), record(loud, HEIF).frames) == (["sound: sound"], 7)


def test_an_animated_avif_has_its_frames() -> None:
    others = [Image.new("RGB", (24, 16), colour) for colour in ("red", "green")]
    assert record(encode("AVIF", save_all=True, append_images=others), AVIF).frames == 3


@pytest.mark.parametrize(("flags", "depth"), [(0x00, 8), (0x40, 10), (0x60, 12)])
def test_the_depth_is_that_of_the_coding(flags: int, depth: int) -> None:
    """F07: Pillow decodes all of them to 8 bits, and does not tell."""
    data = encode("AVIF").replace(b"pixi", b"free")
    at = data.index(b"av1C") + 6
    deep = data[:at] + bytes([data[at] & 0x9F | flags]) + data[at + 1 :]
    assert record(deep, AVIF).bit_depth == depth


def test_colours_of_another_screen_have_a_name() -> None:
    data = encode("AVIF")
    at = data.index(b"colrnclx") + 8
    for numbers, expected in (((1, 13), None), ((2, 2), None), ((9, 16), "CICP 9/16")):
        stated = data[:at] + struct.pack(">HH", *numbers) + data[at + 4 :]
        assert record(stated, AVIF).colour_space == expected
