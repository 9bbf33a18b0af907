"""Which way up a picture is to be shown, as its EXIF data say."""

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
"""What brings a picture of each EXIF orientation upright; 1, and what does not exist, is as is."""
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
_FROM_THE_FAR_END = (3, 4, 7, 8)


def read_orientation(picture: OpenPicture) -> int:
    """The EXIF orientation that is left to be applied, 1 for none.

    Asked of a loaded picture: Pillow turns a TIFF upright by itself and drops its tag. A JPEG XL
    is turned by its decoder, as its own header says, and its EXIF must not turn it again, but for
    a JPEG carried inside one. A RAW file is developed upright.
    """
    turned_already = picture.format is JXL and not getattr(picture.image, "jpeg", False)
    if turned_already or picture.format is RAW:
        return 1
    stated = read_exif(picture).get(_ORIENTATION, 1)
    return stated if isinstance(stated, int) else 1


def read_exif(picture: OpenPicture) -> Image.Exif:
    """The EXIF data of a loaded picture; empty where it cannot be read."""
    try:
        return picture.image.getexif() if picture.exif is None else picture.exif
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return Image.Exif()


def upright_size(image: Image.Image, stated: int) -> tuple[int, int]:
    """Width and height of an image once it is turned as orientation `stated` wants."""
    return image.size[::-1] if stated in _SIDEWAYS else image.size


def upright_rows(image: Image.Image, stated: int, top: int, bottom: int) -> Image.Image:
    """The rows from `top` to before `bottom` of an image turned as orientation `stated` wants.

    The rest of it is not turned, so that a large picture is in memory once and not twice.
    """
    length = upright_size(image, stated)[1]
    if stated in _FROM_THE_FAR_END:
        top, bottom = length - bottom, length - top
    sideways = stated in _SIDEWAYS
    box = (top, 0, bottom, image.height) if sideways else (0, top, image.width, bottom)
    rows = image.crop(box)
    return rows.transpose(TURNS[stated]) if stated in TURNS else rows
