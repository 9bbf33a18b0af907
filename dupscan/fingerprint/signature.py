"""What made a fingerprint, in one line: fingerprints of another signature are not used again.

Kept apart because it must grow with everything that could change a fingerprint: forget one, and a
library is compared by halves.
"""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from dupscan.version import __version__

ALGORITHM = 3
"""To be counted up with each change of what is worked out of a picture (views, measures, sizes, how
it is decoded), and of what confirming makes of two: findings belong to fingerprints."""
_PACKAGES = ("pillow", "imagehash", "numpy", "scipy", "pillow-heif", "pillow-jxl-plugin", "rawpy")
"""Those that decode or measure; without an extra, its pictures are passed over."""


@cache
def signature() -> str:
    """The signature of fingerprints that are made here and now."""
    parts = [f"dupscan {__version__}", f"algorithm {ALGORITHM}", platform.machine()]
    return "; ".join([*parts, *filter(None, map(_versioned, _PACKAGES))])


def _versioned(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""
