"""Decisions of a person are read whatever was done to their table, or refused line by line."""

from __future__ import annotations

import codecs
import csv
import os
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from dupscan.errors import SettingsError, UsageError
from dupscan.settings.not_duplicates import HEADER, DigestPair, read_decisions, row

A, B, C, D = sorted(sha256(letter).digest() for letter in (b"a", b"b", b"c", b"d"))
AB, CD = (A, B), (C, D)
WAY_OUT = (
    "Correct or delete these lines, or begin them with #. A line is two digests, as in the report, "
    "and a note if you like, with commas between them"
)


def save(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "decisions.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read(folder: Path, *lines: str) -> frozenset[DigestPair]:
    return read_decisions(save(folder, "\n".join(lines)))


def refuse(folder: Path, *lines: str) -> list[str]:
    """The lines of the message in which a table is refused."""
    with pytest.raises(SettingsError) as error:
        read(folder, *lines)
    return str(error.value).splitlines()


@pytest.mark.parametrize("lines", [[], [HEADER], ["", "  ", "# nothing yet", ";;;", "\t"]])
def test_a_table_without_decisions_has_none(tmp_path: Path, lines: list[str]) -> None:
    assert read(tmp_path, *lines) == frozenset()


def test_a_pair_is_the_same_whichever_stands_first_and_however_often(tmp_path: Path) -> None:
    lines = [row(A, B), f"{B.hex()},{A.hex()}", row(A, B, "once more")]
    assert read(tmp_path, *lines) == {AB}


def test_each_line_is_one_decision(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER, row(A, B), "", "# the twins", row(D, C)) == {AB, CD}


@pytest.mark.parametrize(
    "line",
    [
        f"{A.hex()},{B.hex()}",
        f"{A.hex().upper()},{B.hex().upper()}",
        f"  {A.hex()} , {B.hex()}  ,  a note",
        f"{A.hex()};{B.hex()};a note; with more",
        f"{A.hex()}\t{B.hex()}\ta note",
        f'"{A.hex()}","{B.hex()}","a ""note"", 6"""',
        f'"{A.hex()},{B.hex()},""a note, and more"""',  # a line taken for one cell
        f"'{A.hex()},'{B.hex()},,,",
        f'{A.hex()},{B.hex()},"a quotation mark that is not closed',
        f"{A.hex()},{B.hex()},{A.hex()},{C.hex()}",
    ],
)
def test_what_spreadsheets_and_hands_do_to_a_line_does_no_harm(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, line, row(C, D)) == {AB, CD}


def test_separators_may_change_from_line_to_line(tmp_path: Path) -> None:
    """Lines from a report are pasted into a table that a spreadsheet saved its own way."""
    assert read(tmp_path, HEADER.replace(",", ";"), f"{A.hex()};{B.hex()};", row(C, D)) == {AB, CD}


@pytest.mark.parametrize("header", [HEADER, "Digest_A;Digest_B;Remarks", '"digest_a"\t"digest_b"'])
def test_a_header_is_known_for_one_even_in_the_middle(tmp_path: Path, header: str) -> None:
    assert read(tmp_path, header, row(A, B), header, row(C, D)) == {AB, CD}


@pytest.mark.parametrize("comment", ["# why", " #why", '"# why, and why not"', "#;;"])
def test_lines_that_begin_with_a_hash_are_comments(tmp_path: Path, comment: str) -> None:
    assert read(tmp_path, comment, row(A, B)) == {AB}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_other_programs_are_read(
    tmp_path: Path, encoding: str, end: str
) -> None:
    text = end.join([HEADER, row(A, B, "né"), row(C, D), ""])
    assert read_decisions(save(tmp_path, text, encoding)) == {AB, CD}


def test_every_bad_line_is_told_at_once_with_its_number_and_value(tmp_path: Path) -> None:
    a, b = A.hex(), B.hex()
    lines = [HEADER, f"abc,{b}", row(C, D), a, f"{a},{b[:-1]}g", f"{a},{a.upper()}", f"{a},,x"]
    assert refuse(tmp_path, *lines) == [
        f"--not-duplicates {tmp_path / 'decisions.csv'}: 5 mistakes",
        '  line 2: "abc" has 3 characters; a digest has 64',
        f'  line 4: "{a[:49]}…" is alone; a decision has two digests',
        f'  line 5: "{b[:49]}…" is no digest: a digest has only 0-9 and a-f',
        f'  line 6: "{a[:49]}…" is there twice; a decision has two different digests',
        '  line 7: "" has 0 characters; a digest has 64',
        WAY_OUT,
    ]


def test_digits_of_other_scripts_are_refused(tmp_path: Path) -> None:
    assert "is no digest" in refuse(tmp_path, f"{'٣' * 64},{A.hex()}")[1]


def test_a_picture_given_by_mistake_is_refused_shortly(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 1000)
    with pytest.raises(SettingsError) as error:
        read_decisions(path)
    assert len(str(error.value)) < 500


def test_a_table_of_other_columns_is_refused(tmp_path: Path) -> None:
    message = refuse(tmp_path, "group,role,verdict", *("1,keeper,similar" for _ in range(99)))
    assert message[1] == '  line 1: "group" has 5 characters; a digest has 64'
    assert "  and 80 more" in message


def test_a_table_that_is_not_there_is_refused_by_its_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^--not-duplicates .*No such file"):
        read_decisions(tmp_path / "none.csv")


def test_a_hundred_thousand_decisions_are_read(tmp_path: Path) -> None:
    digests = [sha256(str(number).encode()).digest() for number in range(100_001)]
    note = "/photos/2019/holidays/IMG_0001.jpg | /photos/backup/IMG_0001.jpg"
    lines = [f"{a.hex()},{b.hex()},{note}" for a, b in pairwise(digests)]
    assert len(read(tmp_path, HEADER, *lines)) == 100_000


def test_a_row_without_note_has_the_columns_of_the_header() -> None:
    assert row(B, A) == f"{A.hex()},{B.hex()},"


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("a.jpg | b.jpg", "a.jpg | b.jpg"),
        ('Smith, John; his "best"', 'Smith, John; his "best"'),
        ("a\nb\r\nc", "a\\nb\\r\\nc"),
        (os.fsdecode(b"caf\xe9.jpg"), "caf\\xe9.jpg"),
        ("\ud800", "\\ud800"),
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "  '@SUM(A1)"),
        ("＝1", "'＝1"),
        ("a.jpg;=1+1", "a.jpg;'=1+1"),  # a cell of its own where semicolons part them
        ("\t=1", "\\t=1"),
    ],
)
def test_a_note_is_one_harmless_line(note: str, expected: str) -> None:
    assert [[A.hex(), B.hex(), expected]] == list(csv.reader([row(A, B, note)], strict=True))


def test_a_file_is_never_decided_to_be_no_duplicate_of_itself() -> None:
    with pytest.raises(UsageError, match=A.hex()):
        row(A, A)


def test_excel_s_unicode_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "decisions.txt"
    text = f"digest_a\tdigest_b\tnote\r\n{A.hex()}\t{B.hex()}\tné\r\n"
    path.write_bytes(codecs.BOM_UTF16_LE + text.encode("utf-16-le"))
    assert read_decisions(path) == {AB}
