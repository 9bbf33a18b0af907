"""Digest the words that people wrote into a picture: titles, captions, keywords, names.

The same words may stand in many fields, encodings and orders: in EXIF, in the fields that Windows
adds to EXIF, in XMP, in IPTC, in the texts of a PNG. Two copies have the same digest if the sets of
their words are equal. Words that cameras and programs write by themselves are left out.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from dupscan.fingerprint.metadata.blocks import Blocks
from dupscan.fingerprint.metadata.xmp import WORDS

_TEXTS = (0x010D, 0x010E, 0x013B, 0x8298)
"""EXIF DocumentName, ImageDescription, Artist, Copyright."""
_TEXTS_OF_DETAILS = (0xA436, 0xA437)
"""EXIF 3 ImageTitle and Photographer."""
_WINDOWS = (0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F)
"""XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject, in UTF-16."""
_USER_COMMENT = 0x9286
_CODES = (b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8), b" " * 8)
"""Codes for the encoding of a UserComment besides ``UNICODE``; some programs write none."""
_IPTC = (
    *(5, 7, 12, 15, 20, 22, 25, 26, 27, 40, 80, 85, 90, 92, 95, 100, 101),
    *(105, 110, 115, 116, 118, 120, 121, 122),
)
"""Title, edit status, subject, categories, identifier, keywords, content location, instructions,
by-line and its title, city, sub-location, state, code of the country, country, headline, credit,
source, copyright, contact, caption, its writer and its local form."""
_JOB = 103
"""The reference of a job, in which Facebook writes an id of its own."""
_PNG = frozenset(
    "title author description copyright comment keywords parameters prompt workflow".split()
)
"""Texts of a PNG; the last three are instructions to a picture generator."""
_NOT_PEOPLE = frozenset(
    (
        *("olympus digital camera", "minolta digital camera", "konica minolta digital camera"),
        *("kodak digital still camera", "digital still camera", "digital camera", "sony dsc"),
        *("created with gimp", "created with the gimp", "screenshot"),
    )
)
"""Texts that cameras and programs fill in, in lower case."""
_FACEBOOK = "FBMD"
"""Beginning of the instructions that Facebook writes, another one for each download."""
_BETWEEN = re.compile(r"[\s\0,;|/]+")
_MOST = 20_000
"""Most characters of a text that is split into words; longer texts are workflows."""
_DIGITS = 16


def text_digest(blocks: Blocks) -> str | None:
    """Digest the words that people wrote into a picture: 16 hexadecimal digits, None without words.

    The digest is the same for the same words in another order, field or encoding.
    """
    words: set[str] = set()
    for text in filter(None, _texts(blocks)):
        words.update(_words(text))
    if not words:
        return None
    joined = "\n".join(sorted(words)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:_DIGITS]


def _texts(blocks: Blocks) -> Iterator[str]:
    for tag in _TEXTS:
        yield _text(blocks.tag(tag))
    for tag in _WINDOWS:
        yield _wide(blocks.tag(tag), "utf-16-le")
    for tag in _TEXTS_OF_DETAILS:
        yield _text(blocks.detail(tag))
    usual = "utf-16-be" if blocks.exif.endian == ">" else "utf-16-le"
    yield _comment(blocks.details.get(_USER_COMMENT), usual)
    for name in WORDS if blocks.xmp else ():
        yield from blocks.xmp.get(name, ())
    for number in _IPTC if blocks.iptc else ():
        yield from map(_text, blocks.iptc.get(number, ()))
    instructions = b"".join(blocks.iptc.get(40, ()))
    if not instructions.startswith(_FACEBOOK.encode()):
        yield from map(_text, blocks.iptc.get(_JOB, ()))
    yield from (text for name, text in blocks.texts.items() if name.lower() in _PNG)


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text, in one Unicode normalisation; a very long text is one word."""
    parts = list(filter(None, _BETWEEN.split(text)))
    if not parts or " ".join(parts).lower() in _NOT_PEOPLE or parts[0].startswith(_FACEBOOK):
        return
    if len(text) > _MOST:
        parts = [" ".join(parts)]
    yield from (unicodedata.normalize("NFC", part) for part in parts)


# -- encodings -------------------------------------------------------------------------------------


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
