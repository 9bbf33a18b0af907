r"""JSON objects with each element of their lists on a line of its own.

Any program reads them as JSON; read line by line, one of a million elements never fills the memory.
Reports and plans are such objects.

>>> import io
>>> layout = "".join(written([("format", "mine"), ("rows", iter([{"a": 1}, {"a": 2}]))]))
>>> layout
'{\n"format": "mine",\n"rows": [\n{"a": 1},\n{"a": 2}\n]\n}\n'
>>> list(elements(io.StringIO(layout)))
[('format', 'mine'), ('rows', {'a': 1}), ('rows', {'a': 2})]
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from dupscan.text import file_names

_FIELD = re.compile(r'"([a-z_]+)": (.*)')


def written(fields: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """Yield the text of an object in pieces; an iterator becomes a list with an element a line."""
    separator = "{\n"
    for name, value in fields:
        yield f"{separator}{text(name)}: "
        yield from _by_lines(value) if isinstance(value, Iterator) else (text(value),)
        separator = ",\n"
    yield "\n}\n"


def encoded(fields: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    r"""Yield the text of :func:`written` in UTF-8, with ``\udcXX`` for a lone surrogate."""
    return (piece.encode("utf-8", "backslashreplace") for piece in written(fields))


def elements(file: TextIO) -> Iterator[tuple[str, Any]]:
    """Yield each field of an object with its value, or with each element of its list in turn.

    A file that another program has laid out in another way is read too, but as a whole. An empty
    list has no elements. Raises ValueError where the file is not such an object, also when that
    shows far behind the start, and RecursionError for lists in lists without end.
    """
    is_ours = file.readline() == "{\n" and file.readline().startswith('"')
    file.seek(0)
    if not is_ours:
        yield from _of_the_whole(parsed(file.read()))
        return
    file.readline()
    inside: str | None = None
    for line in file:
        bare = line.rstrip(",\n")
        if inside is not None and bare == "]":
            inside = None
        elif inside is not None:
            yield inside, parsed(bare)
        elif bare == "}":
            return
        elif (found := _FIELD.fullmatch(bare)) is None:
            raise ValueError(f"not a field of the object: {bare[:50]}")
        elif found[2] == "[":
            inside = found[1]
        elif found[2] != "[]":
            yield found[1], parsed(found[2])
    raise ValueError("the end of the file is missing")


def text(value: Any) -> str:
    r"""Return a value as JSON on one line, with escapes for what could steer a terminal.

    >>> text("caf\u00e9 \x1b[2J \x9b")
    '"café \\u001b[2J \\u009b"'
    """
    line = json.dumps(value, ensure_ascii=False)
    if file_names.is_harmless(line):
        return line
    return "".join(
        one if one > "\uffff" or file_names.is_harmless(one) else json.dumps(one).strip('"')
        for one in line  # beyond U+FFFF nothing steers, and an escape would be two surrogates
    )


def parsed(text: str) -> Any:
    """Return the value of a JSON text. Raises ValueError, also for NaN and Infinity.

    Raises RecursionError for lists in lists without end.
    """
    return _DECODER.decode(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def path_fields(path: str) -> dict[str, str]:
    """Return a path as JSON can hold it: text, and the exact bytes where the text is not exact.

    :class:`dupscan.model.json_codec.PathRecord` reads it.

    >>> path_fields("a.jpg")
    {'path': 'a.jpg'}
    """
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        exact = base64.b64encode(os.fsencode(path)).decode("ascii")
        return {"path": file_names.shown(path), "path_bytes": exact}
    return {"path": path}


def _by_lines(values: Iterator[Any]) -> Iterator[str]:
    separator = "[\n"
    for value in values:
        yield separator + text(value)
        separator = ",\n"
    yield "[]" if separator == "[\n" else "\n]"


def _of_the_whole(found: object) -> Iterator[tuple[str, Any]]:
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 (as for every other fault in a file)
    for name, value in found.items():
        if isinstance(value, list):
            yield from ((name, one) for one in value)
        else:
            yield name, value
