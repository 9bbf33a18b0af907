"""The metadata of a picture as the file holds it: EXIF, XMP, IPTC and the texts of a PNG.

The readers of times, places, ratings and words all ask these blocks, and never the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from dupscan import imaging
from dupscan.fingerprint.metadata.containers import (
    EXIF_UUID,
    box_of_uuid,
    raw_profile,
    texts_of_png,
)
from dupscan.fingerprint.metadata.iptc import Iptc, read_iptc
from dupscan.fingerprint.metadata.xmp import XMP_MARK, Properties, read_properties
from dupscan.imaging import OpenPicture

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of metadata of one picture; a block that is missing or damaged is empty."""

    exif: Image.Exif = field(default_factory=Image.Exif)
    """The first directory of the EXIF data."""
    details: Mapping[int, Any] = field(default_factory=dict)
    """The Exif directory of the EXIF data."""
    place: Mapping[int, Any] = field(default_factory=dict)
    """The GPS directory of the EXIF data."""
    xmp: Properties = field(default_factory=dict)
    iptc: Iptc = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    """The texts of a PNG by their keywords."""

    def tag(self, number: int) -> Any:
        """Return a tag of the first directory; None if it is missing or makes no sense."""
        try:
            return self.exif.get(number)
        except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
            return None

    def detail(self, number: int) -> Any:
        """Return a tag of the Exif directory, which TIFF/EP and DNG store in the first one."""
        return self.details[number] if number in self.details else self.tag(number)


def read_blocks(picture: OpenPicture) -> Blocks:
    """Read the metadata of a loaded picture; never raises for its content.

    The position of the picture's source afterwards is undefined.
    """
    texts = texts_of_png(picture)
    exif = _hidden_exif(picture, texts) or imaging.read_exif(picture)
    return Blocks(
        exif=exif,
        details=_directory(exif, _EXIF_IFD),
        place=_directory(exif, _GPS_IFD),
        xmp=read_properties(picture, exif, texts),
        iptc=read_iptc(picture, exif, texts),
        texts=texts,
    )


def _hidden_exif(picture: OpenPicture, texts: dict[str, str]) -> Image.Exif | None:
    """Return EXIF data in a place where Pillow does not look; None if it is not there."""
    if picture.image.info.get("exif"):
        return None
    data = box_of_uuid(picture, EXIF_UUID) or raw_profile(texts, "APP1", "app1")
    if data is None or data.startswith(XMP_MARK):
        return None
    exif = Image.Exif()
    with suppress(Exception):  # no picture is refused for its metadata
        exif.load(data)
    return exif


def _directory(exif: Image.Exif, tag: int) -> dict[int, Any]:
    """Return a directory of the EXIF data; empty if its offset or its entries make no sense."""
    try:
        return dict(exif.get_ifd(tag))
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return {}
