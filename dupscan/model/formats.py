"""Picture formats, and the suffixes of file names that promise a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """A kind of picture file."""

    name: str
    """Pillow's name of the format, if Pillow decodes it."""
    extra: str | None = None
    """The optional part of dupscan that decodes the format, as in ``dupscan[heif]``."""
    opened: bool = True
    """False for a format that is recognised and counted, but not compared."""
    whole: bool = False
    """True if the decoder needs the whole file in memory."""


JPEG = PictureFormat("JPEG")
PNG = PictureFormat("PNG")
GIF = PictureFormat("GIF")
BMP = PictureFormat("BMP")
WEBP = PictureFormat("WEBP", whole=True)
TIFF = PictureFormat("TIFF")
AVIF = PictureFormat("AVIF", whole=True)
JPEG2000 = PictureFormat("JPEG2000")
HEIF = PictureFormat("HEIF", extra="heif", whole=True)
JXL = PictureFormat("JXL", extra="jxl", whole=True)
RAW = PictureFormat("RAW", extra="raw", whole=True)

PICTURE_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .mpo .png .apng .gif .bmp .dib .webp .tif .tiff .avif .heic .heif .hif "
    ".jxl .jp2 .j2k .jpx .jpf .j2c .jpc".split()
)
BROWSER_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .apng .gif .bmp .webp .avif .heic .heif .jxl .tif .tiff".split()
)
"""Suffixes of which a browser shows the picture, or hands the file over; it runs nothing in it.

A browser goes by the suffix of a file. So a JPEG under the name ``a.html`` or ``a.svg`` is a page
to it, with scripts.
"""
RAW_SUFFIXES = frozenset(
    ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .iiq .k25 .kdc .mef .mos .mrw .nef .nrw .orf "
    ".pef .raf .raw .rw2 .rwl .sr2 .srf .srw .x3f".split()
)


def suffix_of(path: str) -> str:
    """Return the suffix of a file's name in lower case, ``".jpg"``, or the empty string."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def claims_to_be_a_picture(path: str) -> bool:
    """True if the name of a file promises a picture; its content may be something else."""
    return suffix_of(path) in PICTURE_SUFFIXES or suffix_of(path) in RAW_SUFFIXES
