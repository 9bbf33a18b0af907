"""What one file of a pair holds and the other lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Item(StrEnum):
    """Things that a file may hold besides the 8-bit pixels of its first picture."""

    GAIN_MAP = "gain map"
    DEPTH_MAP = "depth map"
    ORIGINAL = "original"
    STEREO = "other eye"
    LAYERS = "layers"
    FURTHER_PICTURE = "further picture"
    FRAMES = "frames"
    PAGES = "pages"
    FILM = "film"
    SOUND = "sound"
    PANORAMA = "panorama"
    MODEL_3D = "3D"
    APPENDED = "appended bytes"
    ALPHA = "alpha"
    BITS = "bits a channel"
    ICC = "ICC"
    GAMMA = "gamma and primaries"
    CICP = "cICP"
    ORIENTATION = "orientation"
    EXIF = "EXIF"
    MAKER_NOTE = "MakerNote"
    GPS = "GPS"
    DATE = "date"
    RATING = "rating"
    CAPTION = "caption"
    OTHER_TAG = "other EXIF tag"
    XMP = "XMP"
    IPTC = "IPTC"
    PHOTOSHOP = "Photoshop block"
    C2PA = "C2PA"
    COMMENT = "comment"
    TEXT = "text"
    UNKNOWN = "unknown block"
    PRIVATE_TAG = "private tag"
    NOTHING = "nothing"
    """A control: the other file lacks nothing that anyone would miss."""

    @property
    def is_shown(self) -> bool:
        """True if a viewer shows or plays it, so that two files are not the same picture."""
        return self in _SHOWN


_SHOWN = frozenset(
    {
        *(Item.GAIN_MAP, Item.DEPTH_MAP, Item.ORIGINAL, Item.STEREO, Item.LAYERS, Item.FRAMES),
        *(Item.FURTHER_PICTURE, Item.PAGES, Item.FILM, Item.SOUND, Item.PANORAMA, Item.MODEL_3D),
        *(Item.APPENDED, Item.ALPHA, Item.BITS, Item.ICC, Item.GAMMA, Item.CICP),
        Item.ORIENTATION,
    }
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A file without one thing that it held."""

    item: Item
    what: str
    """The thing as its format names it, such as ``APP13`` or ``tag 33723``."""
    content: bytes
    """Bytes of the file without it."""


Cutter = Callable[[bytes], Iterator[Cut]]
