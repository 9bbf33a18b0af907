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

_FIELD = re.compile(r'("[a-z_]+"): (.*)')


def written(fields: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """The text of an object, in pieces; what is given as an iterator becomes a list by lines."""
    separator = "{\n"
    for name, value in fields:
        yield f"{separator}{text(name)}: "
        yield from _by_lines(value) if isinstance(value, Iterator) else (text(value),)
        separator = ",\n"
    yield "\n}\n"


def encoded(fields: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    r"""The same in UTF-8; a lone surrogate becomes ``\udcXX``, as JSON itself writes it."""
    return (piece.encode("utf-8", "backslashreplace") for piece in written(fields))


def elements(file: TextIO) -> Iterator[tuple[str, Any]]:
    """Each field of an object with its value, or with each element of a list in turn.

    A file that another program has laid out anew is read all the same, but as a whole. An empty
    list has no elements. Raises ValueError for what is no such object, even far behind the start.
    """
    is_ours = file.readline() == "{\n" and file.readline().startswith('"')
    file.seek(0)
    if not is_ours:
        yield from _of_the_whole(json.load(file))
        return
    file.readline()
    inside: str | None = None
    for line in file:
        bare = line.rstrip(",\n")
        if inside is not None and bare == "]":
            inside = None
        elif inside is not None:
            yield inside, json.loads(bare)
        elif bare == "}":
            return
        elif (found := _FIELD.fullmatch(bare)) is None:
            raise ValueError(f"not a field of the object: {bare[:50]}")
        elif found[2] == "[":
            inside = json.loads(found[1])
        elif found[2] != "[]":
            yield json.loads(found[1]), json.loads(found[2])
    raise ValueError("its end is missing")


def text(value: Any) -> str:
    """A value on one line."""
    return json.dumps(value, ensure_ascii=False)


def path_fields(path: str, key: str = "path") -> dict[str, str]:
    """A path as JSON can hold it: legible text, and the exact bytes where that is not the same.

    >>> path_fields("a.jpg")
    {'path': 'a.jpg'}
    """
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        exact = base64.b64encode(os.fsencode(path)).decode("ascii")
        return {key: file_names.shown(path), f"{key}_bytes": exact}
    return {key: path}


def path_of(fields: dict[str, Any], key: str = "path") -> str:
    """The path that :func:`path_fields` wrote. Raises KeyError, TypeError or ValueError."""
    legible = fields[key]
    if not isinstance(legible, str):
        raise TypeError(f"{file_names.shown(repr(legible)[:50])} is no str")
    if f"{key}_bytes" in fields:
        return os.fsdecode(base64.b64decode(fields[f"{key}_bytes"], validate=True))
    return legible


def _by_lines(values: Iterator[Any]) -> Iterator[str]:
    separator = "[\n"
    for value in values:
        yield separator + text(value)
        separator = ",\n"
    yield "[]" if separator == "[\n" else "\n]"


def _of_the_whole(found: object) -> Iterator[tuple[str, Any]]:
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 (as for all else that it is not)
    for name, value in found.items():
        if isinstance(value, list):
            yield from ((name, one) for one in value)
        else:
            yield name, value
