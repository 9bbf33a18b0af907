"""A JPEG holds more than its picture: in its segments, and behind its end."""

from __future__ import annotations

import struct

import pytest
from support.embedded import (
    encode,
    exif,
    extended_xmp,
    film,
    in_base64,
    iptc,
    multi_picture_index,
    record,
    resource,
    samsung_trailer,
    segment,
    told,
    with_segments,
    xmp,
)

from dupscan.model.formats import JPEG

SECOND = encode(size=(8, 8))
"""A picture that may be anything: a gain map, the other eye, a preview."""
DIRECTORY = (
    '<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource">'
    '<Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>'
    '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="%s" '
    'Item:Mime="image/jpeg" Item:Length="%d"/></rdf:li></rdf:Seq></Container:Directory>'
)
THEIRS = bytes(range(1, 200))
"""Data that no decoder looks at."""


def test_a_plain_picture_holds_nothing() -> None:
    for data in (encode(), encode(progressive=True), encode(mode="L"), encode(dpi=(300, 300))):
        found = record(data, JPEG)
        assert (found.items, found.frames, found.bit_depth) == ([], 1, 8)
        assert (found.is_cut_off, found.is_understood) == (False, True)


def test_nothing_at_all_holds_nothing() -> None:
    assert record(b"", JPEG).items == []
    assert record(b"\xff\xd8\xff", JPEG).is_cut_off


# -- behind the end --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        (b"", []),
        (bytes(10_000), []),
        (film(), ["film: film of 2.0 s"]),
        (film(0), ["film: film"]),
        (bytes(9) + film(), ["film: film of 2.0 s"]),
        (film() + SECOND, ["film: film of 2.0 s", "further-picture: further picture"]),
        (SECOND + film(), ["further-picture: further picture", "film: film of 2.0 s"]),
        (film() + bytes(5000), ["film: film of 2.0 s"]),
        (film()[:40], ["film: film"]),
        (b"RIFF" + struct.pack("<I", 40) + b"WAVE" + bytes(36), ["sound: sound"]),
        (THEIRS, ["appended: 199 bytes behind the picture"]),
        (b"x", ["appended: 1 byte behind the picture"]),
        (THEIRS + SECOND + THEIRS + bytes(9), [
            "further-picture: further picture",
            "appended: 398 bytes behind the picture",
        ]),
        (samsung_trailer(MotionPhoto_Data=film()), ["film: film of 2.0 s"]),
        (
            samsung_trailer(SoundShot_Meta=THEIRS, DepthMap_0=THEIRS, Image_UTC_Data=b"17"),
            ["sound: sound", "depth-map: depth map", "metadata: Samsung trailer"],
        ),
        (film() + samsung_trailer(MotionPhoto_Data=b"mpv2" + bytes(8)), ["film: film of 2.0 s"]),
        (samsung_trailer(DualShot_1=SECOND), ["further-picture: further picture"]),
    ],
)  # fmt: skip
def test_what_lies_behind_the_end_is_known_by_itself(behind: bytes, expected: list[str]) -> None:
    assert sorted(told(encode() + behind, JPEG)) == sorted(expected)
    assert told(encode(progressive=True) + behind, JPEG) == told(encode() + behind, JPEG)


def test_a_gain_map_is_known_by_the_index_of_its_file() -> None:
    head = xmp(DIRECTORY % ("GainMap", len(SECOND)), hdrgm__Version="1.0")
    assert told(with_segments(head) + SECOND, JPEG) == ["gain-map: HDR gain map"]
    assert told(with_segments(head), JPEG) == []


@pytest.mark.parametrize(
    "own",
    [
        xmp(hdrgm__Version="1.0", hdrgm__GainMapMax="2"),
        xmp(apdi__AuxiliaryImageType="urn:com:apple:photo:2020:aux:hdrgainmap"),
        segment(2, b"urn:iso:std:iso:ts:21496:-1\0" + bytes(8)),
    ],
    ids=["Adobe", "Apple", "ISO 21496-1"],
)
def test_a_gain_map_is_known_by_its_own_metadata(own: bytes) -> None:
    behind = with_segments(own, jpeg=SECOND)
    assert told(encode() + behind, JPEG) == ["gain-map: HDR gain map"]


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        ("Depth", "depth-map: depth map"),
        ("android/depthmap", "depth-map: depth map"),
        ("Original", "further-picture: sharp original"),
        ("Unheard", "further-picture: further picture"),
    ],
)
def test_google_says_what_a_picture_is_for(semantic: str, expected: str) -> None:
    head = xmp(DIRECTORY % (semantic, len(SECOND)))
    assert told(with_segments(head) + SECOND, JPEG) == [expected]


@pytest.mark.parametrize(
    ("urn", "expected"),
    [
        ("urn:mpeg:mpegB:cicp:systems:auxiliary:disparity", "depth-map: depth map"),
        ("urn:com:apple:photo:2018:aux:portraiteffectsmatte", "depth-map: portrait matte"),
        ("urn:com:example:thing", "further-picture: auxiliary picture"),
    ],
)
def test_apple_says_what_a_picture_is_for(urn: str, expected: str) -> None:
    behind = with_segments(xmp(apdi__AuxiliaryImageType=urn), jpeg=SECOND)
    assert told(encode() + behind, JPEG) == [expected]


@pytest.mark.parametrize(
    ("kind", "expected", "frames"),
    [
        (0x020002, ["stereo: second eye"], 2),
        (0x020003, ["further-picture: further picture"], 2),
        (0x000000, ["further-picture: further picture"], 2),
        (0x050000, ["gain-map: HDR gain map"], 1),
        (0x010001, [], 1),
    ],
    ids=["stereo", "other angle", "unknown", "gain map", "preview"],
)
def test_an_index_counts_if_a_picture_is_where_it_points(
    kind: int, expected: list[str], frames: int
) -> None:
    """F02: a program that drops the second picture may leave the index of it."""
    first = with_segments(multi_picture_index((kind, len(SECOND), 0)))
    offset = len(first) - (2 + 4 + 4)  # from the index, behind start, marker and its name
    first = with_segments(multi_picture_index((kind, len(SECOND), offset)))
    found = record(first + SECOND, JPEG)
    assert (told(first + SECOND, JPEG), found.frames) == (expected, frames)
    assert (told(first, JPEG), record(first, JPEG).frames) == ([], 1)


def test_a_further_picture_that_is_cut_off_is_told() -> None:
    assert record(encode() + SECOND[:-50], JPEG).is_cut_off
    assert record(encode()[:-2], JPEG).is_cut_off


# -- in the segments -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [30_000, 700])
def test_data_in_extended_xmp_are_found_though_they_are_in_pieces(size: int) -> None:
    """F03: depth, the sharp original and sound, which a program that strips segments drops."""
    data = in_base64(bytes(range(256)) * 9)
    parts = extended_xmp(size, GDepth__Data=data, GImage__Data=data, GAudio__Data=data)
    found = record(with_segments(xmp(xmpNote__HasExtendedXMP="0" * 32), parts), JPEG)
    named = [(item.kind.value, item.name) for item in found.items]
    assert named == [
        ("depth-map", "depth map"),
        ("further-picture", "sharp original"),
        ("sound", "sound"),
    ]
    assert len({item.digest for item in found.items}) == 1  # that of the bytes, not of the kind


def test_the_right_eye_of_a_panorama_is_no_original() -> None:
    data = in_base64(SECOND)
    parts = extended_xmp(GImage__Data=data)
    head = xmp(GPano__ProjectionType="equirectangular", GImage__Mime="image/jpeg")
    assert told(with_segments(head, parts), JPEG) == [
        "stereo: second eye",
        "panorama: panorama data",
    ]


def test_layers_of_light_in_segments_are_found() -> None:
    """JPEG XT and JPEG-HDR, and manifests, which use the same segment."""
    residual = segment(11, b"JP\0\1\0\0\0\1" + struct.pack(">I", 99) + b"RESI" + THEIRS)
    hdr = segment(11, b"HDR_RI ver=12" + THEIRS)
    manifest = segment(11, b"JP\0\1\0\0\0\1" + struct.pack(">I", 99) + b"jumb" + b"..c2pa" + THEIRS)
    other = segment(11, b"JP\0\1\0\0\0\1" + struct.pack(">I", 99) + b"jumb" + THEIRS)
    for part in (residual, hdr):
        assert told(with_segments(part), JPEG) == ["gain-map: HDR layer"]
    assert told(with_segments(manifest), JPEG) == ["metadata: C2PA"]
    assert told(with_segments(other), JPEG) == ["metadata: JUMBF"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([xmp(dc__description="the sea")], ["XMP"]),
        ([xmp(xmp__CreatorTool="Editor", xmpMM__DocumentID="1")], []),
        ([extended_xmp(dc__description="the sea")], ["extended XMP"]),
        ([segment(1, exif(tag_315="me"))], ["EXIF"]),
        ([segment(1, exif(tag_296=2))], []),
        ([segment(13, b"Photoshop 3.0\0" + resource(1028, iptc()))], ["IPTC"]),
        ([segment(13, b"Photoshop 3.0\0" + resource(1028, iptc(40, b"FBMD01") + iptc(103)))], []),
        ([segment(13, b"Photoshop 3.0\0" + resource(1028, iptc(40, b"crop")))], ["IPTC"]),
        ([segment(13, b"Photoshop 3.0\0" + resource(2000, THEIRS))], ["Photoshop paths"]),
        ([segment(13, b"Photoshop 3.0\0" + resource(1005, THEIRS))], []),
        ([segment(7, b"HUAWEI\0" + THEIRS)], ["JPEG APP7 HUAWEI"]),
        ([segment(4, THEIRS)], ["JPEG APP4 01020304"]),
        ([segment(3, bytes(30))], []),
        ([segment(14, b"Adobe\0" + THEIRS)], []),
        ([b"\xff\xfe\0\x09the sea"], ["comment"]),
        ([b"\xff\xfe\0\x13Created with GIMP"], []),
    ],
)
def test_each_block_of_metadata_has_a_name_unless_it_says_nothing(
    parts: list[bytes], expected: list[str]
) -> None:
    assert told(with_segments(*parts), JPEG) == [f"metadata: {name}" for name in expected]


def test_sound_in_a_flashpix_segment_is_heard() -> None:
    part = segment(2, b"FPXR\0\0\1" + "/Audio Stream".encode("utf-16-le") + THEIRS)
    assert told(with_segments(part), JPEG) == ["sound: sound"]


def test_a_thermal_picture_is_a_picture() -> None:
    part = segment(1, b"FLIR\0\1\0\0" + THEIRS)
    assert told(with_segments(part), JPEG) == ["further-picture: thermal picture"]


def test_the_same_data_have_the_same_digest_and_others_have_another() -> None:
    one, same, other = (
        record(jpeg + film(seconds), JPEG).items
        for jpeg, seconds in ((encode(), 2), (encode(quality=30), 2), (encode(), 3))
    )
    assert one == same
    assert one[0].digest != other[0].digest


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (b"\0\1\0\4\0\0\0\x50", []),
        (b"\0\2\0\4\0\0\0\0", []),
        (b"\0\1\0\4\0\0\0\x50\0\2\0\6\0\0\0\1\0A", ["metadata: comment"]),
        (b"\0\3\0\6\0\0\0\1\0A", ["metadata: comment"]),
    ],
)
def test_the_words_that_photoshop_saves_for_the_web_are_a_comment(
    fields: bytes, expected: list[str]
) -> None:
    data = with_segments(segment(12, b"Ducky" + fields + b"\0\0"))
    assert told(data, JPEG) == expected
