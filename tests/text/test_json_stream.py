"""JSON objects with an element a line."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dupscan.model.json_codec import exact_path, shown_path
from dupscan.text import file_names, json_stream

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner),
    max_leaves=5,
)


def laid_out(**fields: Any) -> str:
    return "".join(json_stream.written(fields.items()))


def test_an_empty_list_has_no_elements() -> None:
    text = laid_out(format="mine", rows=iter([]))
    assert json.loads(text) == {"format": "mine", "rows": []}
    assert list(json_stream.elements(io.StringIO(text))) == [("format", "mine")]


@given(st.lists(VALUES), VALUES.filter(lambda value: not isinstance(value, list)))
def test_what_was_written_is_read_element_by_element(rows: list[Any], last: Any) -> None:
    text = laid_out(rows=iter(rows), last=last)
    assert json.loads(text) == {"rows": rows, "last": last}
    found = list(json_stream.elements(io.StringIO(text)))
    assert [*(("rows", row) for row in rows), ("last", last)] == found


@given(st.dictionaries(st.text(), st.text(st.characters()) | st.lists(st.text()), max_size=3))
@example({"\x1b[2J": "\x7f\x9b\u202e\U000e0041\ud800 café \u3000"})
def test_a_line_steers_no_terminal_and_says_the_same(value: dict[str, Any]) -> None:
    line = json_stream.text(value)
    assert file_names.is_harmless("".join(one for one in line if one <= "\uffff"))
    assert len(line.splitlines()) == 1
    assert json.loads(line) == value


@pytest.mark.parametrize("indent", [None, 2])
def test_a_file_that_another_program_laid_out_is_read_too(indent: int | None) -> None:
    text = json.dumps({"format": "mine", "rows": [{"a": 1}, {"a": 2}]}, indent=indent)
    expected = [("format", "mine"), ("rows", {"a": 1}), ("rows", {"a": 2})]
    assert expected == list(json_stream.elements(io.StringIO(text)))


@pytest.mark.parametrize("text", ["", "[]", "null", "{\n", '{\n"rows": [\n{"a": 1},\n', "nonsense"])
def test_what_is_no_such_object_or_cut_short_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(json_stream.elements(io.StringIO(text)))


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_any_path_survives(name: bytes) -> None:
    path = name.decode("utf-8", "surrogateescape")
    fields = json.loads(json_stream.text(json_stream.path_fields(path)).encode())
    assert name == base64.b64decode(fields["path_bytes"]) if "path_bytes" in fields else path
    assert path == exact_path(*shown_path(path))
