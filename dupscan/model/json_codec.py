"""Records: JSON objects whose fields have known types, checked strictly when they are read.

A room declares one record for each kind of object, and reads it with :func:`checked`: every type is
exact, every enum value is known, every number is in its range, and an error names the field, such
as ``$.members[0].size``. The text itself is parsed by :mod:`dupscan.text.json_stream`,
not by msgspec, whose parser refuses the lone surrogates that names from old systems may hold.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Self, TypeVar, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType

from dupscan.text import file_names

__all__ = [
    "ABSENT",
    "LATEST_NS",
    "Bytes",
    "Count",
    "FileRecord",
    "Id",
    "Ordinal",
    "PathRecord",
    "Record",
    "Sha256",
    "Sha256OrNone",
    "checked",
    "exact_path",
    "plain",
    "refuse_other_fields",
    "refuse_relative",
    "shown_path",
]

_HAS_SLASHES = os.sep == "/"
_LARGEST = 2**63 - 1
LATEST_NS = 2**63 * 10**9
"""Nanoseconds from 1970 to the last second that a file system can state."""
_LARGEST_NUMBER = 2**128
"""Above the numbers that any system gives to devices and files."""

Count = Annotated[int, Meta(ge=0, le=_LARGEST)]
"""A number of bytes, pixels or things."""
Ordinal = Annotated[int, Meta(ge=1, le=_LARGEST)]
"""A number in a sequence that begins with 1."""
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""A digest of 32 bytes, hexadecimal."""
Sha256OrNone = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]
"""The same, or empty text for a file whose bytes were not read."""
Id = Annotated[str, Meta(pattern=r"^[0-9A-Za-z-]{1,64}\Z")]
"""An id that may become part of a file name."""
Bytes = bytes | UnsetType
"""Bytes in base64, in a field that may be absent."""
ABSENT = UNSET
"""The value of a field that is absent."""
_Kind = TypeVar("_Kind")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON object. Fields that it does not declare are ignored; see :func:`checked`.

    A subclass with ``forbid_unknown_fields=True`` refuses them.
    """

    @classmethod
    def of(cls, source: object, **converted: Any) -> Self:
        """Return the record of a dataclass, field by field; `converted` has those that differ."""
        names, values_of = _shared_fields(cast("Any", type(source)), cls)
        return cls(**{**dict(zip(names, values_of(source), strict=True)), **converted})

    def into(self, kind: type[_Kind], **converted: Any) -> _Kind:
        """Return a dataclass made of the fields; `converted` has those that differ."""
        names, values_of = _shared_fields(cast("Any", kind), type(self))
        return kind(**{**dict(zip(names, values_of(self), strict=True)), **converted})


class PathRecord(Record, frozen=True, kw_only=True):
    """An absolute path: text that can be read, and the exact bytes where the text is not exact."""

    path: str
    path_bytes: Bytes = ABSENT

    def __post_init__(self) -> None:
        refuse_relative("path", exact_path(self.path, self.path_bytes))

    @property
    def exact_path(self) -> str:
        """The path, with bytes that are not UTF-8 as surrogate escapes."""
        return exact_path(self.path, self.path_bytes)

    @classmethod
    def of_path(cls, path: str) -> Self:
        """Return the record of a path."""
        shown, exact = shown_path(path)
        return cls(path=shown, path_bytes=exact)


class FileRecord(PathRecord, frozen=True, kw_only=True):
    """A file by its path and what the system said of it: the fields of a ``FileIdentity``."""

    size: Count
    mtime_ns: int
    device: int
    inode: int

    def __post_init__(self) -> None:
        refuse_relative("path", exact_path(self.path, self.path_bytes))
        if abs(self.mtime_ns) > LATEST_NS:
            raise ValueError("`mtime_ns` is no time that a file system can state")
        if not (0 <= self.device < _LARGEST_NUMBER and 0 <= self.inode < _LARGEST_NUMBER):
            raise ValueError("`device` or `inode` is no number that a system gives")


def checked(value: object, kind: type[_Kind]) -> _Kind:
    """Return a value that was read from JSON as a record, or as any type that records may hold.

    Raises ValueError, which names the wrong field, for a field that is missing, of another type or
    out of its range; SettingsError for settings out of their range.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(file_names.shown(str(error))) from error


def plain(record: Record) -> Any:
    """Return a record as JSON can hold it, its fields in the order in which they are declared."""
    return msgspec.to_builtins(record)


def refuse_other_fields(found: Mapping[str, Any], place: str, kind: type) -> None:
    """Raise ValueError unless an object has the fields of a dataclass, no more and no fewer.

    :func:`checked` makes dataclasses too, but fills in what is missing and ignores what is unknown.
    `place` is the path to the dataclass in `found`, such as ``settings.match``.
    """
    for key in place.split("."):
        found = found[key]
    known = {field.name for field in fields(kind)}
    if wrong := sorted(map(str, known ^ found.keys())):
        fault = "missing" if wrong[0] in known else "unknown"
        raise ValueError(f"{fault} field `{file_names.shown(wrong[0])}` - at `$.{place}`")


def refuse_relative(field: str, path: str) -> None:
    """Raise ValueError unless a path is absolute and the system can take it."""
    if _HAS_SLASHES and path.isascii() and path.startswith("/") and "\0" not in path:
        return  # most paths, without the three calls below
    if not path.isascii():
        os.fsencode(path)  # raises UnicodeEncodeError, which is a ValueError
    if not os.path.isabs(path) or "\0" in path:
        raise ValueError(f"`{field}` is not an absolute path: {file_names.shown(path)}")


def shown_path(path: str) -> tuple[str, Bytes]:
    """Return a path as text, and its exact bytes where the text is not exact."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return file_names.shown(path), os.fsencode(path)
    return path, ABSENT


def exact_path(shown: str, exact: Bytes) -> str:
    """Return the path of which :func:`shown_path` returned the two parts."""
    return shown if exact is UNSET else os.fsdecode(exact)


@cache
def _shared_fields(
    kind: Any, record: Any
) -> tuple[tuple[str, ...], Callable[[object], tuple[Any, ...]]]:
    """Return the names that a dataclass and a record have in common, and what reads their values.

    There must be two of them, or more.
    """
    own = {field.name for field in fields(kind)}
    names = tuple(name for name in record.__struct_fields__ if name in own)
    return names, attrgetter(*names)
