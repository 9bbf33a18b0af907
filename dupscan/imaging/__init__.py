"""The only room that opens pictures: bounded, upright, scaled down while decoding.

::

    opening ─▶ OpenPicture ┬▶ scaling   the working picture, for matching: small, RGB, on white
                           └▶ frames    every frame in full and as stored, for exact comparing

A shortcut puts a small file in place of a large one that is only wanted for its working picture.
What a decoder does not show of a file is told by headers and samples, what lies beside the picture
by beyond. The file itself is never written to.
"""

from dupscan.imaging.decoders import require
from dupscan.imaging.extra_data import beyond
from dupscan.imaging.frames import Frame, first_frame, frames
from dupscan.imaging.opening import open_picture
from dupscan.imaging.orientation import exif, orientation
from dupscan.imaging.picture import MissingExtra, OpenPicture, PartlyShown, UnreadablePicture
from dupscan.imaging.progressive import dc_scans, shortcut
from dupscan.imaging.scaling import (
    THUMBNAIL_LENGTH,
    WORKING_BREADTH,
    WORKING_LENGTH,
    luminance,
    square,
    square_of,
    thumbnail,
    working_picture,
)

__all__ = [
    "THUMBNAIL_LENGTH",
    "WORKING_BREADTH",
    "WORKING_LENGTH",
    "Frame",
    "MissingExtra",
    "OpenPicture",
    "PartlyShown",
    "UnreadablePicture",
    "beyond",
    "dc_scans",
    "exif",
    "first_frame",
    "frames",
    "luminance",
    "open_picture",
    "orientation",
    "require",
    "shortcut",
    "square",
    "square_of",
    "thumbnail",
    "working_picture",
]
