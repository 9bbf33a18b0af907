"""Whatever is decided can be written into a table and read from it, and harms no spreadsheet."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dupscan.settings.not_duplicates import HEADER, read_decisions, row

DIGESTS = st.binary(min_size=32, max_size=32)
PAIRS = st.tuples(DIGESTS, DIGESTS).filter(lambda pair: pair[0] != pair[1])
NOTES = st.one_of(
    st.text(),
    st.binary().map(os.fsdecode),
    st.text(alphabet="=+-@＝'\",;#\t\r\n\x85\u2028\ufeff\ud800 a"),
)
ONE_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONE_FOLDER
@given(st.lists(st.tuples(PAIRS, NOTES)), st.sampled_from(["\n", "\r\n", "\r"]))
def test_decisions_are_read_as_they_were_written(
    tmp_path: Path, decided: list[tuple[tuple[bytes, bytes], str]], end: str
) -> None:
    path = tmp_path / "decisions.csv"
    lines = [HEADER, *(row(*pair, note) for pair, note in decided)]
    path.write_bytes(end.join(lines).encode("utf-8"))
    expected = {(min(pair), max(pair)) for pair, _ in decided}
    assert expected == read_decisions(path)


@given(PAIRS, NOTES)
def test_the_order_of_two_digests_makes_no_difference(pair: tuple[bytes, bytes], note: str) -> None:
    one, other = pair
    assert row(one, other, note) == row(other, one, note)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(pair=PAIRS, note=NOTES)
def test_no_cell_of_a_row_is_a_formula_however_a_spreadsheet_parts_it(
    delimiter: str, pair: tuple[bytes, bytes], note: str
) -> None:
    line = row(*pair, note)
    assert len(line.splitlines()) == 1
    for cell in next(csv.reader([line], delimiter=delimiter)):
        assert not re.match(r"\s*[=+\-@＝＋－＠]", cell), cell
