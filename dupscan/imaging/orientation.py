"""Read the EXIF orientation of a picture, and turn pictures upright by it."""

from __future__ import annotations

from PIL import Image

from dupscan.imaging.picture import OpenPicture
from dupscan.model.formats import JXL, RAW

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that turns a picture of each EXIF orientation upright.

Orientation 1, and numbers that EXIF does not define, need none.
"""
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
_FROM_THE_FAR_END = (3, 4, 7, 8)


def read_orientation(picture: OpenPicture) -> int:
    """Return the EXIF orientation by which a loaded picture is still to be turned; 1 for none.

    The picture must be loaded: Pillow turns a TIFF upright while loading, and drops the tag. A
    JPEG XL is turned by its decoder, as its own header says, and is not turned again by its EXIF
    data, except for a JPEG that is carried inside a JPEG XL. A RAW file is developed upright.
    """
    turned_already = picture.format is JXL and not getattr(picture.image, "jpeg", False)
    if turned_already or picture.format is RAW:
        return 1
    stated = read_exif(picture).get(_ORIENTATION, 1)
    if isinstance(stated, bytes) and len(stated) == 1:  # a byte: other viewers turn by it, too
        return stated[0]
    return stated if isinstance(stated, int) else 1


def read_exif(picture: OpenPicture) -> Image.Exif:
    """Return the EXIF data of a loaded picture; empty if the data cannot be read."""
    try:
        return picture.image.getexif() if picture.exif is None else picture.exif
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return Image.Exif()


def upright_size(image: Image.Image, stated: int) -> tuple[int, int]:
    """Width and height of an image after it is turned by the EXIF orientation `stated`."""
    return image.size[::-1] if stated in _SIDEWAYS else image.size


def upright_rows(image: Image.Image, stated: int, top: int, bottom: int) -> Image.Image:
    """Return rows `top` to `bottom - 1` of an image turned by the EXIF orientation `stated`.

    Only these rows are turned, so that a large picture is in memory once and not twice.
    """
    length = upright_size(image, stated)[1]
    if stated in _FROM_THE_FAR_END:
        top, bottom = length - bottom, length - top
    sideways = stated in _SIDEWAYS
    box = (top, 0, bottom, image.height) if sideways else (0, top, image.width, bottom)
    rows = image.crop(box)
    return rows.transpose(TURNS[stated]) if stated in TURNS else rows
