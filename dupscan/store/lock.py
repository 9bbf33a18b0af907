"""A lock on a store: any number of scans may use a store at once, or one prune alone.

A scan relies on the fingerprints that it has met, so none may be removed meanwhile. The lock is one
of the system, on a file beside the store, and ends with its process however that ends. Windows has
no such lock; there, nothing keeps a scan and a prune apart.
"""

from __future__ import annotations

import os
from pathlib import Path

from dupscan.errors import StoreUnusable
from dupscan.store import own_files
from dupscan.system import locks
from dupscan.text import file_names


class StoreLock:
    """A lock on a store, held until it is closed."""

    def __init__(self, store: Path, *, alone: bool = False) -> None:
        """Take the lock on `store`, shared with others, or `alone`.

        Raises StoreUnusable if the lock cannot be taken at once.
        """
        self._descriptor = -1
        path = store.with_name(f"{store.name}-users")
        shown = file_names.shown(str(store))
        try:
            self._descriptor = own_files.open_own(path)
            locks.lock(self._descriptor, exclusive=alone)
        except BlockingIOError as error:
            self.close()
            reason = "a scan is using it" if alone else "it is being pruned"
            raise StoreUnusable(
                f"the store {shown} cannot be used now: {reason}; try again when that has ended"
            ) from error
        except OSError as error:
            self.close()
            raise StoreUnusable(
                f"cannot lock the store {shown}: {error.strerror}; name another file with --store"
            ) from error

    def close(self) -> None:
        """Release the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
