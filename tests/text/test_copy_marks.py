"""Marks of copies and edits in file names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupscan.text.copy_marks import Mark, normalised, read_marks, without_serial


def bare(name: str) -> str:
    """The name without any mark."""
    marked = read_marks(normalised(name))
    return marked.bare_names[-1] if marked.bare_names else normalised(name)


def test_an_empty_name_has_no_marks() -> None:
    assert read_marks("").bare_names == ()
    assert without_serial("") is None


@pytest.mark.parametrize(
    "name",
    [
        *("IMG_1 (1)", "IMG_1(2)", "IMG_1~", "IMG_1~2"),
        *("IMG_1 - Copy", "IMG_1 - Copy (2)", "IMG_1 copy", "IMG_1 copy 2", "IMG_1_copy"),
        *("IMG_1 (copy)", "IMG_1 (another copy)", "IMG_1 (3rd copy)", "IMG_1 - Copy - Copy"),
        *("Copy of IMG_1", "Copy (2) of IMG_1", "Kopie von IMG_1", "Copie de IMG_1"),
        *("Copia di IMG_1", "Cópia de IMG_1", "Kopia IMG_1", "Копия IMG_1"),
        *("IMG_1 Kopie", "IMG_1 - Kopie (2)", "IMG_1 (3. Kopie)", "IMG_1-copie", "IMG_1 copia"),
        *("IMG_1 - kopia", "IMG_1 - kópia", "IMG_1 — копия", "IMG_1 - コピー", "IMG_1のコピー"),
        *("IMG_1 - 副本", "IMG_1 복사본", "IMG_1 - másolat", "IMG_1 - kopya"),
        *("IMG_1-edited", "IMG_1-bearbeitet", "IMG_1-modifié", "IMG_1-editado", "IMG_1_edited"),
        *("IMG_1-已修改", "IMG_1-編集済み", "IMG_1_resized"),
    ],
)
def test_a_mark_is_taken_off(name: str) -> None:
    for form in ("NFC", "NFD"):
        assert bare(unicodedata.normalize(form, name)) == "img_1"


@pytest.mark.parametrize(
    "name",
    [
        *("IMG_1", "Hardcopy", "Copyright", "copy shop", "Holiday (2019)", "photocopy", "copy"),
        *("(1)", "~", "Copenhagen", "edited", "Kopien", "IMG_E12"),
    ],
)
def test_a_name_without_a_mark_is_left_alone(name: str) -> None:
    assert read_marks(normalised(name)).mark is Mark.NONE


def test_apples_edits_lead_to_their_originals() -> None:
    assert read_marks("img_e1234") == read_marks("img_e1234")
    assert bare("IMG_E1234") == "img_1234"
    assert read_marks("img_e1234").mark is Mark.EDIT


def test_the_name_between_two_marks_is_remembered() -> None:
    """``a (1)`` may be there, and ``a`` no longer."""
    assert read_marks("a (1) - copy").bare_names == ("a (1)", "a")


def test_a_number_at_the_end_may_be_a_mark() -> None:
    assert without_serial("img_1234_1") == "img_1234"
    assert without_serial("beach 2") == "beach"
    assert without_serial("img_1234") is None


@given(st.text(max_size=60))
def test_any_name_is_read_and_marks_make_it_shorter(name: str) -> None:
    stem = normalised(name)
    lengths = [len(stem), *map(len, read_marks(stem).bare_names)]
    assert lengths == sorted(set(lengths), reverse=True)
    assert all(read_marks(stem).bare_names)
