"""File names are bytes, and harmless to whoever reads them."""

from __future__ import annotations

import os
from urllib.parse import unquote_to_bytes

import pytest

from dupscan.text import file_names

NFC, NFD = "caf\u00e9", "cafe\u0301"


def test_an_empty_name_stays_empty() -> None:
    assert file_names.shown("") == ""


@pytest.mark.parametrize("path", ["/photos/a b.jpg", "/Fotos/crème brûlée.jpg", "写真/🚀.jpg"])
def test_a_harmless_name_is_shown_as_it_is(path: str) -> None:
    assert path == file_names.shown(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a\nb", "a\\nb"),
        ("a\tb\r", "a\\tb\\r"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m", "\\x9b31m"),  # the one-byte form of the escape before it
        ("x\u202egpj.exe", "x\\u202egpj.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("line\u2028line\u2029", "line\\u2028line\\u2029"),
        ("\ufeffx", "\\ufeffx"),
        ("\U000e0041x", "\\U000e0041x"),  # an invisible tag letter
        ("\ue000x", "\\ue000x"),
    ],
)
def test_what_could_deceive_or_steer_a_terminal_is_shown_as_an_escape(
    path: str, expected: str
) -> None:
    assert expected == file_names.shown(path)


def test_bytes_that_are_no_text_are_shown_in_hexadecimal() -> None:
    assert file_names.shown(os.fsdecode(b"caf\xe9.jpg")) == "caf\\xe9.jpg"


def test_a_lone_surrogate_from_windows_is_shown_as_an_escape() -> None:
    assert file_names.shown("\ud800x") == "\\ud800x"


def test_joiners_stay_because_emoji_and_persian_need_them() -> None:
    family = "👨\u200d👩\u200d👧.jpg"
    assert family == file_names.shown(family)


def test_names_that_look_alike_are_ordered_by_their_bytes() -> None:
    assert file_names.order(NFC) != file_names.order(NFD)
    assert sorted([NFC, NFD], key=file_names.order) == [NFD, NFC]


def test_the_order_of_names_is_that_of_their_bytes_and_not_of_their_characters() -> None:
    broken, rocket = os.fsdecode(b"\xff.jpg"), "🚀.jpg"
    assert [rocket, broken] == sorted([broken, rocket], key=file_names.order)


def test_a_file_address_leads_to_the_very_bytes_of_the_name() -> None:
    path = os.fsdecode(b'/photos/caf\xe9 #1 100%25?"<b>\n.jpg')
    address = file_names.file_url(path)
    assert address.startswith("file:///photos/")
    assert os.fsencode(path) == unquote_to_bytes(address.removeprefix("file://"))


def test_a_file_address_holds_nothing_that_means_something_in_html() -> None:
    address = file_names.file_url("/a\"b'c<d>&e f#g?h\ni.jpg")
    assert not set("\"'<>&# ?\n") & set(address)


def test_a_drive_letter_keeps_its_colon() -> None:
    assert file_names.file_url("C:/photos/a.jpg") == "file:///C:/photos/a.jpg"
