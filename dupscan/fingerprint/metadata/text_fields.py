"""Digest the words that people wrote into a picture: titles, captions, keywords, names.

The same words may stand in many fields, encodings and orders: in EXIF, in the fields that Windows
adds to EXIF, in XMP, in IPTC, in the texts of a PNG. Two copies have the same digest if the sets of
their words are equal. Words that cameras and programs write by themselves are left out.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image, IptcImagePlugin, PngImagePlugin

from dupscan.fingerprint.metadata.xmp import WORDS, Properties

_TEXTS = (0x010E, 0x013B, 0x8298)
"""EXIF ImageDescription, Artist, Copyright."""
_WINDOWS = (0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F)
"""XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject, in UTF-16."""
_USER_COMMENT = 0x9286
_CODES = (b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8), b" " * 8)
"""Codes for the encoding of a UserComment besides ``UNICODE``; some programs write none."""
_IPTC = tuple((2, number) for number in (5, 25, 80, 90, 92, 95, 101, 105, 116, 120))
"""Title, keywords, by-line, city, sub-location, state, country, headline, copyright, caption."""
_PNG = frozenset("Title Author Description Copyright Comment parameters prompt workflow".split())
"""Texts of a PNG; the last three are instructions to a picture generator."""
_NOT_PEOPLE = frozenset(
    (
        *("olympus digital camera", "minolta digital camera", "konica minolta digital camera"),
        *("kodak digital still camera", "digital still camera", "digital camera", "sony dsc"),
        *("created with gimp", "created with the gimp", "screenshot"),
    )
)
"""Texts that cameras and programs fill in, in lower case."""
_BETWEEN = re.compile(r"[\s\0,;|/]+")
_MOST = 20_000
"""Most characters of a text that is split into words; longer texts are workflows."""
_DIGITS = 16


def text_digest(
    image: Image.Image, exif: Image.Exif, details: Mapping[int, Any], xmp: Properties
) -> str | None:
    """Digest the words that people wrote into a picture: 16 hexadecimal digits, None without words.

    The digest is the same for the same words in another order, field or encoding. `details` is the
    Exif directory of the EXIF data, `xmp` holds the properties of the XMP packet.
    """
    words: set[str] = set()
    for text in filter(None, _texts(image, exif, details, xmp)):
        words.update(_words(text))
    if not words:
        return None
    joined = "\n".join(sorted(words)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:_DIGITS]


def _texts(
    image: Image.Image, exif: Image.Exif, details: Mapping[int, Any], xmp: Properties
) -> Iterator[str]:
    for tag in _TEXTS:
        yield _text(_value(exif, tag))
    for tag in _WINDOWS:
        yield _wide(_value(exif, tag), "utf-16-le")
    yield _comment(details.get(_USER_COMMENT), "utf-16-be" if exif.endian == ">" else "utf-16-le")
    for name in WORDS if xmp else ():
        yield from xmp.get(name, ())
    yield from _iptc(image)
    yield from _png(image)


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text, in one Unicode normalisation; a very long text is one word."""
    parts = list(filter(None, _BETWEEN.split(text)))
    if not parts or " ".join(parts).lower() in _NOT_PEOPLE:
        return
    if len(text) > _MOST:
        parts = [" ".join(parts)]
    yield from (unicodedata.normalize("NFC", part) for part in parts)


# -- encodings -------------------------------------------------------------------------------------


def _value(exif: Image.Exif, tag: int) -> object:
    try:
        return exif.get(tag)
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return None


def _text(value: object) -> str:
    """Decode text that should be ASCII, and is UTF-8 or Latin-1; Pillow decodes it as Latin-1."""
    if isinstance(value, str):
        try:
            value = value.encode("latin-1")
        except UnicodeEncodeError:
            return str(value)
    if not isinstance(value, bytes):
        return ""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _wide(value: object, encoding: str) -> str:
    if not isinstance(value, bytes):
        return ""
    if value.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    return value.decode(encoding, "replace")


def _comment(value: object, usual: str) -> str:
    """Decode EXIF's UserComment, whose first eight bytes name its encoding.

    Many programs write UTF-16 in another byte order than that of the file. The right byte order is
    the one whose characters come from fewer pages of Unicode.
    """
    if not isinstance(value, bytes):
        return _text(value)
    code, text = value[:8], value[8:]
    if code != b"UNICODE\0":
        return _text(text if code in _CODES else value)
    other = "utf-16-le" if usual == "utf-16-be" else "utf-16-be"
    return min((_wide(text, one) for one in (usual, other)), key=_strangeness)


def _strangeness(text: str) -> int:
    """Count the pages of Unicode, 256 characters each, that a text takes its characters from."""
    return len({ord(character) >> 8 for character in text})


def _png(image: Image.Image) -> Iterator[str]:
    """Yield the texts of a decoded PNG, those behind the pixels too."""
    if isinstance(image, PngImagePlugin.PngImageFile):
        try:
            texts = dict(image.text)
        except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
            return
        yield from (texts[name] for name in _PNG & texts.keys())


def _iptc(image: Image.Image) -> Iterator[str]:
    try:
        found = IptcImagePlugin.getiptcinfo(image) or {}  # type: ignore[arg-type]  # other images give None
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return
    for number in _IPTC if found else ():
        value = found.get(number)
        yield from map(_text, value if isinstance(value, list) else [value])
