"""A picture with an HDR gain map, a depth map or a film goes in favour of a copy without it.

Programs that save, optimise or send a picture drop what lies behind it and in its segments. Its
pixels stay, and so does the index of what was dropped; decoders say nothing of it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from support.embedded import (
    chunk,
    exif,
    extended_xmp,
    film,
    in_base64,
    iptc,
    multi_picture_index,
    packet,
    resource,
    segment,
    with_chunks,
    with_segments,
    xmp,
)

from dupscan.dedupe.passes import make_plan
from dupscan.model.matches import Verdict
from dupscan.model.plan import Plan
from dupscan.pipeline import ScanOutcome
from dupscan.settings import PlanSettings

ScanOf = Callable[..., ScanOutcome]
SHOWN, METADATA = "shown", "metadata"


def encode(picture: Image.Image, format_: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_, **options)
    return buffer.getvalue()


def second(photo: Image.Image) -> bytes:
    return encode(photo.reduce(4).transpose(Image.Transpose.ROTATE_180), "JPEG")


def richer(photo: Image.Image) -> Iterator[tuple[str, str, bytes, bytes]]:
    """Word of the reason, what it is, and a picture with more and one with less."""
    jpeg, png = encode(photo, "JPEG", quality=90), encode(photo, "PNG")
    further, data = second(photo), in_base64(second(photo))
    gain_map = with_segments(xmp(hdrgm__Version="1.0"), jpeg=further)
    yield "gain-map", SHOWN, jpeg + gain_map, jpeg
    yield "gain-map", SHOWN, with_segments(segment(11, b"HDR_RI " + further), jpeg=jpeg), jpeg
    yield "depth-map", SHOWN, with_segments(extended_xmp(GDepth__Data=data), jpeg=jpeg), jpeg
    yield "sound", SHOWN, with_segments(extended_xmp(GAudio__Data=data), jpeg=jpeg), jpeg
    yield "panorama", SHOWN, with_segments(xmp(GPano__ProjectionType="cylinder"), jpeg=jpeg), jpeg
    yield "film", SHOWN, jpeg + film() + further, jpeg
    index = multi_picture_index((0x020002, len(further), 0))
    offset = len(with_segments(index, jpeg=jpeg)) - 10
    index = multi_picture_index((0x020002, len(further), offset))
    stereo = with_segments(index, jpeg=jpeg)
    yield "stereo", SHOWN, stereo + further, stereo
    yield "appended", SHOWN, jpeg + b"something", jpeg
    yield "layers", SHOWN, with_chunks(chunk(b"mkBT", b"layer"), png=png), png
    yield "film", SHOWN, png + film(), png
    yield "metadata", METADATA, with_chunks(chunk(b"caBX", b"manifest"), png=png), png
    tags = segment(1, exif(tag_315="me"))
    yield "metadata", METADATA, with_segments(tags, jpeg=jpeg), jpeg
    press = segment(13, b"Photoshop 3.0\0" + resource(1028, iptc(65, b"a program")))
    yield "metadata", METADATA, with_segments(press, jpeg=jpeg), jpeg
    yield "metadata", METADATA, encode(photo, "WEBP", lossless=True, xmp=packet(dc__type="a")), b""


@pytest.fixture(scope="module")
def pairs(originals: Path) -> list[tuple[str, str, bytes, bytes]]:
    with Image.open(originals / "coffee.jpg") as image:
        photo = image.convert("RGB")
    plain = encode(photo, "WEBP", lossless=True)
    return [(word, kind, rich, poor or plain) for word, kind, rich, poor in richer(photo)]


@pytest.fixture
def planned(scan_of: ScanOf, tmp_path: Path) -> Callable[..., Plan]:
    """The plan for two files, of which the poorer one is older, and by the report the keeper."""

    def run(rich: bytes, poor: bytes, *allow: str) -> Plan:
        for name, data in (("rich", rich), ("poor", poor)):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / f"{name}.jpg").write_bytes(data)
        os.utime(tmp_path / "poor" / "poor.jpg", (1e9, 1e9))
        outcome = scan_of(tmp_path / "rich", tmp_path / "poor", report=tmp_path / "report")
        assert outcome.report.failures == ()
        keep = (f"under:{tmp_path / 'poor'}",)
        options = PlanSettings(
            verdict="picture", keep=keep, allow=allow, output=tmp_path / "plan.csv"
        )
        return make_plan(tmp_path / "report", options)

    return run


@pytest.mark.parametrize("number", range(14))
def test_the_richer_one_stays_unless_that_is_allowed_by_name(
    pairs: list[tuple[str, str, bytes, bytes]],
    planned: Callable[..., Plan],
    number: int,
) -> None:
    word, kind, rich, poor = pairs[number]
    plan = planned(rich, poor)

    [row] = plan.rows
    assert row.target.path.endswith("rich.jpg")
    assert word in {one.word.value for one in row.declined}
    assert (row.verdict is Verdict.PIXELS) == (kind == METADATA)
    words = tuple({one.word.value for one in row.declined})
    [row] = planned(rich, poor, *words).rows
    assert not row.declined


def test_equal_data_are_no_reason(originals: Path, planned: Callable[..., Plan]) -> None:
    """The same film and the same notes, in files that are packed in other ways."""
    with Image.open(originals / "coffee.jpg") as image:
        photo = image.convert("RGB")
    tags = segment(1, exif(tag_315="me"))
    files = (
        with_segments(tags, jpeg=encode(photo, "JPEG", quality=90, optimize=good)) + film()
        for good in (True, False)
    )
    plan = planned(*files)
    [row] = plan.rows
    assert not row.declined
    assert row.verdict is Verdict.PIXELS


def test_what_was_behind_a_large_picture_is_known_once_all_of_it_was_read(
    originals: Path, planned: Callable[..., Plan]
) -> None:
    """Of a large progressive JPEG, only the beginning is read at first."""
    with Image.open(originals / "coffee.jpg") as image:
        photo = image.convert("RGB").resize((2600, 1740))
    jpeg = encode(photo, "JPEG", quality=85, progressive=True)
    plan = planned(jpeg + film() + second(photo), jpeg)
    [row] = plan.rows
    assert {"film", "further-picture"} <= {one.word.value for one in row.declined}
