"""Whatever bytes a file is named, a person and a browser can cope with them."""

from __future__ import annotations

import os
from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from dupscan.text import file_names

PATHS = st.one_of(st.text(), st.binary().map(os.fsdecode))


@given(PATHS)
def test_a_shown_name_is_one_line_of_printable_text(path: str) -> None:
    shown = file_names.shown(path)
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= 1
    assert all(one.isprintable() or one.isspace() or one in "\u200c\u200d" for one in shown)


@given(st.binary())
def test_a_file_address_gives_back_the_bytes(name: bytes) -> None:
    address = file_names.file_url(os.fsdecode(b"/" + name))
    assert b"/" + name == unquote_to_bytes(address.removeprefix("file://"))


@given(st.lists(st.binary(), unique=True))
def test_names_are_ordered_as_their_bytes_are(raw: list[bytes]) -> None:
    paths = sorted(map(os.fsdecode, raw), key=file_names.order)
    assert sorted(raw) == list(map(os.fsencode, paths))
