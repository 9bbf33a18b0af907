"""Identities of files as JSON objects, for plans and journals, which refuse unknown fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dupscan.model.json_codec import FileRecord, PathRecord, Sha256OrNone, shown_path
from dupscan.model.plan import HashedFile


class StrictPath(PathRecord, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A path."""


class HashedFileRecord(FileRecord, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a plan, with its digest, which may be empty for a companion.

    Its fields are spelled out below, which is faster than by name: a plan may be a million rows.
    """

    digest: Sha256OrNone

    @classmethod
    def of_file(cls, file: HashedFile) -> HashedFileRecord:
        """Return the record of a file."""
        path, path_bytes = shown_path(file.path)
        return cls(
            path=path,
            path_bytes=path_bytes,
            size=file.size,
            mtime_ns=file.mtime_ns,
            device=file.device,
            inode=file.inode,
            digest=file.digest.hex(),
        )

    def file(self, share: Callable[[Any], Any] = lambda value: value) -> HashedFile:
        """Return the file that the record describes; `share` may hold equal values once."""
        return HashedFile(
            path=self.exact_path,
            size=self.size,
            mtime_ns=self.mtime_ns,
            device=share(self.device),
            inode=self.inode,
            digest=share(bytes.fromhex(self.digest)),
        )
