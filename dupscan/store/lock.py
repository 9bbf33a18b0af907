"""Who uses a store: any number of scans at a time, or one that tidies it up.

A scan relies on the fingerprints that it met; to take some away meanwhile would leave it with
nothing. The lock is the system's own, on a file beside the store, and goes with its process however
that ends. Where there is no such lock, as on Windows, nothing keeps the two apart.
"""

from __future__ import annotations

import os
from pathlib import Path

from dupscan.errors import StoreUnusable
from dupscan.system import locks
from dupscan.text import file_names


class Use:
    """The use of a store, until it is closed."""

    def __init__(self, store: Path, *, alone: bool = False) -> None:
        """Raises StoreUnusable when it cannot be had now."""
        self._descriptor = -1
        path = store.with_name(f"{store.name}-users")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            locks.lock(self._descriptor, exclusive=alone)
        except BlockingIOError as error:
            self.close()
            doing = "a scan is using it" if alone else "it is being pruned"
            raise StoreUnusable(
                f"the store {file_names.shown(str(store))} cannot be had now, {doing}; wait for "
                "that"
            ) from error
        except OSError as error:
            self.close()
            raise StoreUnusable(
                f"cannot use the store {file_names.shown(str(store))}: {error.strerror}"
            ) from error

    def close(self) -> None:
        """Let others have it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
