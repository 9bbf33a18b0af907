"""Open and decode pictures: within bounds, upright, scaled down while they are decoded.

The only wing that opens pictures. It never writes to a file::

    sniff          first bytes ─▶ PictureFormat, or None
    decoders       the optional decoders: HEIF, JPEG XL, RAW
    opening        file ─▶ OpenPicture, by the one decoder of its format
    diagnosis      a file that its decoder refused ─▶ damaged, or of a kind that is not supported
    orientation    EXIF data, and which way up the picture is shown
    scaling        OpenPicture ─▶ the working picture: 8-bit RGB, about 256 pixels long
    progressive    a large progressive JPEG ─▶ a small JPEG with the same working picture
    frames         OpenPicture ─▶ every frame in full, as stored, for exact comparison
    samples        channels, depth and colours of a frame; PartlyShown if some are not decoded
    headers        what Pillow does not pass on of a header; jxl_header for JPEG XL
    embedded       what else is in a file: films, gain maps, layers, blocks of metadata
    transparency   True if some pixel of a decoded picture is not opaque
    reading        FileEntry ─▶ open file, only while it is the file that the walk saw
    picture        OpenPicture, and the errors that the others raise
"""

from dupscan.imaging.decoders import require_decoder
from dupscan.imaging.embedded import Contents, read_contents
from dupscan.imaging.frames import Frame, decode_first_frame, decode_frames, times_played
from dupscan.imaging.lossless import is_lossless
from dupscan.imaging.opening import open_picture
from dupscan.imaging.orientation import read_exif, read_orientation
from dupscan.imaging.picture import MissingExtra, OpenPicture, PartlyShown, UnreadablePicture
from dupscan.imaging.profile import colours_of_profile, read_profile
from dupscan.imaging.progressive import coarse_jpeg, dc_scans
from dupscan.imaging.scaling import (
    THUMBNAIL_LENGTH,
    WORKING_BREADTH,
    WORKING_LENGTH,
    grey_square,
    grey_square_of_thumbnail,
    luminance,
    print_versions,
    thumbnail,
    working_picture,
)
from dupscan.imaging.transparency import is_transparent

__all__ = [
    "THUMBNAIL_LENGTH",
    "WORKING_BREADTH",
    "WORKING_LENGTH",
    "Contents",
    "Frame",
    "MissingExtra",
    "OpenPicture",
    "PartlyShown",
    "UnreadablePicture",
    "coarse_jpeg",
    "colours_of_profile",
    "dc_scans",
    "decode_first_frame",
    "decode_frames",
    "grey_square",
    "grey_square_of_thumbnail",
    "is_lossless",
    "is_transparent",
    "luminance",
    "open_picture",
    "print_versions",
    "read_contents",
    "read_exif",
    "read_orientation",
    "read_profile",
    "require_decoder",
    "thumbnail",
    "times_played",
    "working_picture",
]
