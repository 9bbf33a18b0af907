"""File identities as JSON objects, for plans and journals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dupscan.model.plan import HashedFile
from dupscan.text import file_names
from dupscan.text.json_stream import path_fields, path_of


def identity_fields(file: HashedFile) -> dict[str, Any]:
    """An identity as JSON can hold it."""
    return {
        **path_fields(file.path),
        "size": file.size,
        "mtime_ns": file.mtime_ns,
        "device": file.device,
        "inode": file.inode,
        "digest": file.digest.hex(),
    }


def identity_of(
    fields: dict[str, Any], shared: Callable[[Any], Any] = lambda value: value
) -> HashedFile:
    """The identity that :func:`identity_fields` wrote; `shared` may hold equal values once.

    Raises KeyError, TypeError or ValueError for what is none.
    """
    path = path_of(fields)
    size, mtime_ns, device, inode = (
        _whole(fields[name]) for name in ("size", "mtime_ns", "device", "inode")
    )
    digest = bytes.fromhex(fields["digest"])
    return HashedFile(path, size, mtime_ns, shared(device), inode, shared(digest))


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{file_names.shown(repr(value)[:50])} is no int")
    return value
