"""Telling a format never goes wrong on bytes that mean no good."""

from __future__ import annotations

import struct
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from dupscan.imaging.sniff import sniff
from dupscan.model import formats

OFFSETS = st.one_of(st.integers(0, 200), st.integers(0, 0xFFFFFFFF))
TAGS = st.tuples(
    st.sampled_from([330, 262, 259, 33422, 50706, 256]),
    st.integers(0, 20),
    st.one_of(st.integers(0, 4), st.integers(0, 0xFFFFFFFF)),
    OFFSETS,
)
BEGINNINGS = st.sampled_from(
    [b"", b"II*\0", b"MM\0*", b"II+\0", b"RIFF", b"\0\0\0\x20ftyp", b"BM", b"\xff\xd8\xff"]
)


@given(BEGINNINGS, st.binary(max_size=600), st.sampled_from(["a", "a.jpg", "a.nef"]))
def test_any_bytes_are_a_known_format_or_none(beginning: bytes, rest: bytes, path: str) -> None:
    found = sniff(BytesIO(beginning + rest), path)
    assert found is None or isinstance(found, formats.PictureFormat)


@given(st.lists(st.lists(TAGS, max_size=8), max_size=4), OFFSETS, st.sampled_from("<>"))
def test_any_directories_are_a_tiff_or_raw(
    directories: list[list[tuple[int, int, int, int]]], first: int, order: str
) -> None:
    data = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", first)
    for tags in directories:
        data += struct.pack(f"{order}H", len(tags))
        data += b"".join(struct.pack(f"{order}HHII", *tag) for tag in tags)
    assert sniff(BytesIO(data), "a.tif") in (formats.TIFF, formats.RAW)
