"""A cell survives a spreadsheet, and an altered one is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dupscan.dedupe.plan_file.csv_cells import is_same, whole_number
from dupscan.text import table_cells


def test_nothing_is_the_same_as_nothing_and_differs_from_something() -> None:
    assert is_same("path", "", " ")
    assert not is_same("path", "", "x")
    assert not is_same("size", "0", "")


@pytest.mark.parametrize(
    "cell", ["12345", " 12345 ", "12,345", "12.345", "12 345", "12\u202f345", "12'345", "12345.0"]
)
def test_a_number_is_read_however_it_is_punctuated(cell: str) -> None:
    assert whole_number(cell) == 12345
    assert is_same("size", "12345", cell)
    assert not is_same("size", "12346", cell)


@pytest.mark.parametrize(
    "cell", ["", "x", "-1", "1.5", "1E+04", "###", "1,2", "1;2", "=1", "9" * 5000]
)
def test_the_number_of_a_row_is_not_guessed(cell: str) -> None:
    assert whole_number(cell) is None


@pytest.mark.parametrize("cell", ["1.2E+04", "1E+04", "1,23E+4", "12,345.00", "###"])
def test_a_size_that_was_rounded_to_be_shown_is_the_same(cell: str) -> None:
    assert is_same("size", "12345", cell)


@pytest.mark.parametrize("cell", ["1.3E+04", "2E+04", "1.2E+05", "12,346.00", "# 1", "1e99"])
def test_a_size_that_is_another_is_not(cell: str) -> None:
    assert not is_same("size", "12345", cell)


@pytest.mark.parametrize("cell", ["/a/cafe\u0301 1.jpg", " /a/café  1.jpg\u00a0", "'/a/café 1.jpg"])
def test_a_text_is_the_same_with_other_blanks_and_composition(cell: str) -> None:
    assert is_same("path", "/a/café 1.jpg", cell)


@pytest.mark.parametrize("cell", ["", "/a/cafe 1.jpg", "/a/Café 1.jpg", "/a/café1.jpg", "1"])
def test_a_text_with_other_letters_is_not(cell: str) -> None:
    assert not is_same("path", "/a/café 1.jpg", cell)


@given(some.text())
def test_a_cell_that_was_not_edited_is_the_same(value: str) -> None:
    assert is_same("path", table_cells.cell(value), table_cells.cell(value))


@given(some.integers(0, 10**15))
def test_any_number_is_the_same_as_it_is_shown_anywhere(value: int) -> None:
    for shown in (f"{value:,}", f"{value:,}".replace(",", "."), f"{value}.00", f"{value:.3E}"):
        assert is_same("size", str(value), shown), shown
    assert whole_number(f"{value:,}") == value
