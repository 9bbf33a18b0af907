"""File names of versions: which of them name copies."""

from __future__ import annotations

from itertools import permutations

import pytest

from dupscan.group.name_origin import NameOrigin, name_origin
from dupscan.group.named_as import Copy, named_as


def copies(*names: str) -> list[Copy]:
    return [one.copy for one in named_as([f"/p/{name}" for name in names])]


def test_no_names_are_judged_to_nothing() -> None:
    assert named_as([]) == []


def test_a_number_is_sure_only_beside_the_bare_name() -> None:
    assert copies("IMG_1 (1).jpg", "IMG_1.jpg") == [Copy.SURE, Copy.NO]
    assert copies("IMG_1 (1).jpg", "Beach.jpg") == [Copy.MAYBE, Copy.NO]
    assert copies("IMG_1234_1.jpg", "IMG_1234.jpg") == [Copy.SURE, Copy.NO]
    assert copies("IMG_1234_1.jpg", "DSC00017.jpg") == [Copy.NO, Copy.NO]


def test_a_word_is_likely_without_the_bare_name() -> None:
    assert copies("Copy of IMG_1.jpg", "Beach.jpg") == [Copy.LIKELY, Copy.NO]


def test_the_suffix_makes_no_difference() -> None:
    assert copies("IMG_1 (1).PNG", "IMG_1.jpg") == [Copy.SURE, Copy.NO]


def test_a_name_between_two_marks_is_enough() -> None:
    assert copies("IMG_1 (1) - Copy.jpg", "IMG_1 (1).jpg") == [Copy.SURE, Copy.MAYBE]


def test_an_edit_is_one_beside_its_original_only() -> None:
    edit, original = named_as(["/p/IMG_1-bearbeitet.jpg", "/p/IMG_1.jpg"])
    assert (edit.edit, original.edit) == (True, False)
    assert not named_as(["/p/IMG_1-edited.jpg", "/p/b.jpg"])[0].edit
    assert named_as(["/p/IMG_E0001.jpg", "/p/IMG_0001.HEIC"])[0].edit


def test_what_a_messenger_named_is_likely_a_copy() -> None:
    assert copies("IMG-20190801-WA0001.jpg", "IMG_1.jpg") == [Copy.LIKELY, Copy.NO]


@pytest.mark.parametrize(
    ("origin", "names"),
    [
        (NameOrigin.CAMERA, "img_1234 dsc01234 _dsc1234 dscf1234 p1010001 20190801_123456 img_1"),
        (NameOrigin.CAMERA, "pxl_20190801_123456789 img_20190801_123456 gopr0001 dji_0001"),
        (NameOrigin.DATED, "2019-08-01-beach beach_20190801"),
        (NameOrigin.PLAIN, "beach imagehash 1999-miles"),
        (
            NameOrigin.MESSENGER,
            "img-20190801-wa0001 received_123456 fb_img_1234 image0 signal-2019-",
        ),
        (NameOrigin.MESSENGER, "photo_2019-08-01_12-00-00 f1234567 mmexport1564650000000"),
    ],
)
def test_names_tell_who_gave_them(origin: NameOrigin, names: str) -> None:
    for name in names.split():
        assert name_origin(name) is origin, name


def test_the_order_of_the_names_does_not_matter() -> None:
    names = ["/p/IMG_1 (1).jpg", "/q/IMG_1.jpg", "/r/IMG_1 - Copy.jpg", "/s/image0.jpg"]
    expected = dict(zip(names, named_as(names), strict=True))
    for order in permutations(names):
        assert dict(zip(order, named_as(order), strict=True)) == expected
