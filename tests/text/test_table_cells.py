"""Cells of tables: no formula, no control character, and the exact text."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from dupscan.text import file_names
from dupscan.text.table_cells import cell, cell_of_several, text_of, texts_of

FORMULA = tuple("=+-@＝＋－＠\t\r")
TEXTS = some.one_of(
    some.text(),
    some.text(alphabet=tuple(""";|,"' \t\r\n=+-@$\\x3du0\x1b\xa0＝""")),
    some.binary().map(os.fsdecode),
)


def cells_seen(line: str, separator: str) -> list[str]:
    """The cells of one row of a table as a reader sees them who takes `separator` for it."""
    reader = csv.reader(io.StringIO(line, newline=""), delimiter=separator)
    return [cell for row in reader for cell in row]


def as_row(*texts: str) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(["1", *map(cell, texts), "2"])
    return line.getvalue()


def test_nothing_stays_nothing() -> None:
    assert cell("") == text_of("") == cell_of_several(()) == ""
    assert texts_of("") == ()


@pytest.mark.parametrize(
    "path",
    [
        "/photos/IMG_0001 (1) - Copy.jpg",
        "/Fotos/crème brûlée, 2; 3.jpg",
        "/p/=1+1.jpg",
        '/p/it\'s "quoted".jpg',
        "C:\\Users\\nina\\x41.jpg",
        "/写真/👨\u200d👩\u200d👧.jpg",
        "/p/$HOME/$'.jpg",
    ],
)
def test_an_ordinary_name_is_its_own_cell(path: str) -> None:
    assert cell(path) == path == text_of(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "$'\\x3d1+1'"),
        ("/p/a;=1+1.jpg", "$'/p/a;\\x3d1+1.jpg'"),
        ("/p/a; +1.jpg", "$'/p/a; \\x2b1.jpg'"),
        ('/p/a;"=1".jpg', "$'/p/a;\"\\x3d1\".jpg'"),  # a reader of ; takes the quotes away
        ("/p/a|@x.jpg", "$'/p/a|\\x40x.jpg'"),
        ("/p/a\t=1.jpg", "$'/p/a\\t=1.jpg'"),
        ("/p/two\nlines\r.jpg", "$'/p/two\\nlines\\r.jpg'"),
        ("/p/\x1b[2J.jpg", "$'/p/\\x1b[2J.jpg'"),
        ("/p/\x9b.jpg", "$'/p/\\u009b.jpg'"),
        (os.fsdecode(b"/p/\x9b.jpg"), "$'/p/\\x9b.jpg'"),
        ("/p/\u202egpj.exe", "$'/p/\\u202egpj.exe'"),
        ("/p/\U000e0041.jpg", "$'/p/\\U000e0041.jpg'"),
        ("/p/a,b;", "$'/p/a,b\\x3b'"),  # the quote that ends the cell would begin another
        ('/p/a | "', "$'/p/a \\x7c \"'"),
        ("$'x'", "$'$\\'x\\''"),
        ("/p/a\\n\nb.jpg", "$'/p/a\\\\n\\nb.jpg'"),
        ("-32880-01-01T00:00:00+00:00", "$'\\x2d32880-01-01T00:00:00+00:00'"),
    ],
)
def test_an_odd_text_is_written_as_bash_writes_it(text: str, expected: str) -> None:
    assert cell(text) == expected
    assert text_of(expected) == text


@pytest.mark.parametrize("odd", ["$'", "$''", "$'\\q'", "$'\\x3'", "$'\\U00110000'", "$'a'b'"])
def test_a_cell_that_nothing_was_written_as_is_its_own_text(odd: str) -> None:
    assert text_of(odd) in (odd, "")


@given(TEXTS)
@example("$'\\x3d'")
@example("\ud800")
def test_every_text_comes_back(text: str) -> None:
    assert text_of(cell(text)) == text


@given(TEXTS)
def test_a_cell_is_one_line_and_steers_no_terminal(text: str) -> None:
    assert file_names.is_harmless(cell(text))
    assert len(cell(text).splitlines()) <= 1


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@given(some.lists(TEXTS, min_size=1, max_size=4))
@example(['/a;"=1', '";'])
@example([";", "=1"])
def test_no_reader_sees_a_formula(separator: str, texts: list[str]) -> None:
    for row in (as_row(*texts), as_row(*texts).replace(",2\r\n", '\r\n1,"a;b"\r\n')):
        cells = cells_seen(row, separator)
        assert not [one for one in cells if one.lstrip(' "').startswith(FORMULA)]


@given(some.lists(TEXTS, max_size=4))
def test_a_reader_of_commas_gets_every_text_back(texts: list[str]) -> None:
    assert [text_of(one) for one in cells_seen(as_row(*texts), ",")] == ["1", *texts, "2"]


@given(some.lists(TEXTS.map("/{}".format), max_size=4).map(tuple))
@example(("/a | /b", "/c|=d"))
def test_several_texts_come_back_from_one_cell(texts: tuple[str, ...]) -> None:
    several = cell_of_several(texts)
    assert texts_of(several) == texts
    assert file_names.is_harmless(several)
    for separator in ";\t|":
        cells = cells_seen(f'1,"{several.replace(chr(34), chr(34) * 2)}"\r\n', separator)
        assert not [one for one in cells if one.lstrip(' "').startswith(FORMULA)]


@pytest.mark.skipif(shutil.which("bash") is None, reason="asks bash itself")
@pytest.mark.parametrize(
    "name", [b"a;=1.jpg", b"two\nlines'\\n\x1b[2J.jpg", b"caf\xe9 \xff;-1", "\u202ex 🚀\r".encode()]
)
def test_bash_reads_an_odd_name_as_its_bytes(name: bytes) -> None:
    script = f"printf %s {cell(os.fsdecode(name))}"
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    printed = subprocess.run(
        ["bash", "-c", script], capture_output=True, check=True, env=environment
    ).stdout
    assert printed == name
