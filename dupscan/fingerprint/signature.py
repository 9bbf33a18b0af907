"""The signature of fingerprints: the versions of all code that made them, in one line.

Stored fingerprints with another signature are not used again. The signature must name all that
could change a fingerprint: if one part is missing, old and new fingerprints that do not fit
together are compared.
"""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from dupscan.version import __version__

ALGORITHM = 4
"""Number to increase with each change of what is computed from a picture (views, measures, sizes,
decoding), and of the verdicts on two pictures, which are stored with their fingerprints."""
_PACKAGES = ("pillow", "imagehash", "numpy", "scipy", "pillow-heif", "pillow-jxl-plugin", "rawpy")
"""Packages that decode or measure; some are optional, and their formats are passed over without."""


@cache
def signature() -> str:
    """Return the signature of fingerprints that this installation makes."""
    parts = [f"dupscan {__version__}", f"algorithm {ALGORITHM}", platform.machine()]
    return "; ".join([*parts, *filter(None, map(_versioned, _PACKAGES))])


def _versioned(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""
