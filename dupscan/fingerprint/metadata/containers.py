"""Find blocks of metadata that Pillow does not pass on: in GIF, JPEG 2000, JPEG XL and PNG.

All functions return None for a block that is not there or that is not well-formed. The position of
the picture's source afterwards is undefined.
"""

from __future__ import annotations

from dupscan.imaging import OpenPicture
from dupscan.imaging.headers import HEADER, boxes, size_of
from dupscan.model.formats import GIF, JPEG2000, JXL, PNG

EXIF_UUID = b"JpgTiffExif->JP2"
IPTC_UUID = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""First bytes of the boxes of JPEG 2000 that hold EXIF, IPTC and XMP."""
_XMP_IN_GIF, _END_OF_XMP_IN_GIF = b"!\xff\x0bXMP DataXMP", b"\x01\xff\xfe"
_LINES_BEFORE_PROFILE = 3
"""Lines of ImageMagick's raw profiles before the hexadecimal digits: empty, name, length."""


def box_of_uuid(picture: OpenPicture, uuid: bytes) -> bytes | None:
    """Return the content of a JPEG 2000 file's first box of some UUID."""
    return _box(picture, b"uuid", uuid) if picture.format is JPEG2000 else None


def xml_box(picture: OpenPicture) -> bytes | None:
    """Return the first box of XML of a JPEG XL or JPEG 2000 file, which is XMP or like it."""
    return _box(picture, b"xml ", b"") if picture.format in (JXL, JPEG2000) else None


def xmp_of_gif(picture: OpenPicture) -> bytes | None:
    """Return the XMP packet of a GIF, which is stored without the lengths of other extensions."""
    if picture.format is not GIF:
        return None
    picture.source.seek(0)
    _, mark, behind = picture.source.read(HEADER).partition(_XMP_IN_GIF)
    return behind.partition(_END_OF_XMP_IN_GIF)[0] if mark else None


def texts_of_png(picture: OpenPicture) -> dict[str, str]:
    """Return the texts of a decoded PNG by their keywords, those behind the pixels too."""
    if picture.format is not PNG:
        return {}
    try:
        return dict(getattr(picture.image, "text", {}))
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return {}


def raw_profile(texts: dict[str, str], *names: str) -> bytes | None:
    """Return the first of some profiles that ImageMagick writes as text into a PNG."""
    for name in names if texts else ():
        digits = texts.get(f"Raw profile type {name}", "").split("\n")[_LINES_BEFORE_PROFILE:]
        try:
            if data := bytes.fromhex("".join(digits)):
                return data
        except ValueError:
            continue
    return None


def _box(picture: OpenPicture, wanted: bytes, begins: bytes) -> bytes | None:
    source = picture.source
    for kind, begin, end in boxes(source, 0, size_of(source)):
        if kind == wanted:
            source.seek(begin)
            data = source.read(min(end - begin, HEADER))
            if data.startswith(begins):
                return data.removeprefix(begins)
    return None
