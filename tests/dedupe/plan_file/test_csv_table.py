"""The table is read whatever saved it, or refused with the way out."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import plans

from dupscan.dedupe.plan_file import csv_table
from dupscan.errors import PlanError
from dupscan.model.plan import Plan

Save = Callable[[Plan], Path]


@pytest.fixture
def expected(three: Plan, save: Save) -> list[tuple[str, ...]]:
    """The rows of the table of three, as it was written; it lies in the folder of the test."""
    return [tuple(row) for row in plans.cells_of(save(three))[1:]]


def read(path: Path) -> list[tuple[str, ...]]:
    return [line.cells for line in csv_table.read(path)]


def refuse(path: Path) -> str:
    with pytest.raises(PlanError) as error:
        list(csv_table.read(path))
    assert str(error.value).startswith(f"plan {path}: ")
    return str(error.value)


def test_a_header_alone_has_no_lines(save: Save) -> None:
    path = save(plans.plan_of([]))
    assert [list(csv_table.COLUMNS)] == plans.cells_of(path)
    assert list(csv_table.read(path)) == []


def test_each_row_says_what_was_decided_and_why(expected: list[tuple[str, ...]]) -> None:
    proposed = ("1", "remove", "quarantine", "file", "/p/b.jpg", "/p/a.jpg")
    proposed += ("kept: the report's keeper: older", "the same file", "22", "22", "1")
    declined = ("3", "declined", "quarantine", "file", "/p/e.jpg", "/p/d.jpg")
    declined += ("below --protect", "the same file", "22", "22", "2")
    assert [proposed, declined] == [expected[0], expected[2]]


def test_it_begins_so_that_excel_reads_utf_8(three: Plan, save: Save) -> None:
    assert save(three).read_bytes().startswith(b"\xef\xbb\xbfrow,decision,action,")


def test_no_cell_is_a_formula_in_any_country(save: Save) -> None:
    row = plans.row_of(
        1, "/p/;=b.jpg", "/p/a.jpg", explanation="=1", declined=plans.declined("-1\n+2;@x")
    )
    path = save(plans.plan_of([row, replace(row, number=2, declined=(), kept="@home")]))
    for separator in ",;\t":
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=separator) for cell in row]
        assert [cell for cell in cells if cell.strip().startswith(tuple("=+-@"))] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_any_separator_encoding_and_quotes_will_do(
    tmp_path: Path,
    expected: list[tuple[str, ...]],
    encoding: str,
    separator: str,
    quoting: int,
) -> None:
    path = tmp_path / "again.csv"
    for end in ("\n", "\r\n", "\r"):
        plans.save_cells(
            path,
            [csv_table.COLUMNS, *expected],
            encoding,
            delimiter=separator,
            quoting=quoting,
            lineterminator=end,
        )
        assert expected == read(path)


def test_a_first_line_may_tell_the_separator(
    tmp_path: Path, expected: list[tuple[str, ...]]
) -> None:
    lines = [csv_table.COLUMNS, *expected]
    path = tmp_path / "again.csv"
    path.write_text("sep=;\r\n" + "".join(";".join(line) + "\r\n" for line in lines))
    assert expected == read(path)
    assert [line.line_number for line in csv_table.read(path)] == [3, 4, 5]


def test_columns_may_move_and_others_may_come(
    tmp_path: Path, expected: list[tuple[str, ...]]
) -> None:
    lines = [["", "My note", *reversed(line), "", ""] for line in [csv_table.COLUMNS, *expected]]
    lines[0] = [cell.upper() + " " for cell in lines[0]]
    for separator in ",\t":
        plans.save_cells(tmp_path / "again.csv", lines, "utf-8", delimiter=separator)
        assert expected == read(tmp_path / "again.csv")


def test_empty_lines_say_nothing(tmp_path: Path, expected: list[tuple[str, ...]]) -> None:
    lines = [(), (" ",) * 11, csv_table.COLUMNS, (), *expected, ("",) * 14, ()]
    path = tmp_path / "again.csv"
    path.write_text("\n".join(",".join(line) for line in lines))
    assert expected == read(path)
    assert [line.line_number for line in csv_table.read(path)] == [5, 6, 7]


def test_a_line_may_end_before_its_last_cells(tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text(",".join(csv_table.COLUMNS) + "\n7,keep\n")
    assert [("7", "keep", *[""] * 9)] == read(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"sep=;\n", b'sep="\n'])
def test_an_empty_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(content)
    assert "no column row, decision, action, verdict, path, keeper" in refuse(path)


def test_a_column_that_is_missing_or_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(",".join(csv_table.COLUMNS[1:]))
    assert "has no column row;" in refuse(path)
    path.write_text(",".join([*csv_table.COLUMNS, "Decision"]))
    assert "more than one column decision;" in refuse(path)


def test_columns_that_were_not_split_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text('"' + ",".join(csv_table.COLUMNS) + '"\n')
    assert "each in a cell of its own" in refuse(path)


@pytest.mark.parametrize("content", ["café".encode("latin-1"), b"\xff\xfea"])
def test_what_is_no_text_is_refused(
    tmp_path: Path, expected: list[tuple[str, ...]], content: bytes
) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(path.read_bytes() + content if content[0] != 255 else content)
    assert "the table is not text in UTF-8; save the table again as CSV in UTF-8" in refuse(path)


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(",".join(csv_table.COLUMNS) + '\n1,"' + "x" * 200_000)
    assert "not a CSV table (field larger than field limit" in refuse(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "Is a directory" in refuse(tmp_path)
