"""The data in a picture file besides the pixels of its first frame: gain maps, films, metadata.

A file's record of them is filled while the file is fingerprinted, from its bytes. The verdict
``pixels`` and the safeguards of a plan read the same record, so that they cannot know different
things.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EmbeddedKind(StrEnum):
    """Kinds of embedded data, as words for programs."""

    GAIN_MAP = "gain-map"
    """The HDR layer of a picture: a gain map, or the residual layer of JPEG XT and JPEG-HDR."""
    DEPTH_MAP = "depth-map"
    """Depth, disparity, or a matte that was computed with them."""
    STEREO = "stereo"
    """The picture for the other eye."""
    LAYERS = "layers"
    """The layers of an editor."""
    FURTHER_PICTURE = "further-picture"
    """Any other picture that is no thumbnail: the original of an edit, an unknown auxiliary one."""
    FILM = "film"
    """The video of a motion photo."""
    SOUND = "sound"
    PANORAMA = "panorama"
    """Data without which a viewer shows a panorama as a warped strip."""
    MODEL_3D = "3d"
    """A mesh, a point cloud, or other data in three dimensions."""
    APPENDED = "appended"
    """Bytes behind the picture, or inside of the file, that nothing else explains."""
    METADATA = "metadata"
    """A block of metadata, understood or not, such as ``EXIF`` or ``PNG chunk caBX``."""

    @property
    def is_shown_or_heard(self) -> bool:
        """True if a viewer can show or play the data; False for metadata."""
        return self is not EmbeddedKind.METADATA

    @property
    def article(self) -> str:
        """The article before the name of an item, with a space; empty for what is not counted."""
        if self is EmbeddedKind.GAIN_MAP:
            return "an "
        counted = (EmbeddedKind.DEPTH_MAP, EmbeddedKind.STEREO, EmbeddedKind.FURTHER_PICTURE)
        return "a " if self in (*counted, EmbeddedKind.FILM, EmbeddedKind.MODEL_3D) else ""


ICC_PROFILE = "ICC profile"
"""Name of the colour profile, whose digest is that of the colours that it defines."""
ORIENTATION = "orientation"
"""Name of the statement by which a picture is to be turned upright. It counts only against a keeper
that is shown turned: who has turned the samples has dropped the statement."""
_PLACE = ("EXIF altitude", "EXIF direction", "EXIF destination")
PARTS_OF_EXIF = frozenset(("EXIF camera", "EXIF exposure", "EXIF document", *_PLACE))
"""Names of the parts of EXIF that may be missing in a file that has other EXIF data."""
COMPARED_BY_FIELDS = {
    "EXIF",
    "EXIF exposure",
    "EXIF document",
    *_PLACE,
    "XMP",
    "IPTC",
    "MakerNote",
    "Photoshop resources",
}
"""Names of the blocks of metadata whose fields are compared one by one, or which programs rewrite
without changing what they say; two such blocks are not compared by their digests."""


@dataclass(frozen=True, slots=True)
class EmbeddedItem:
    """One piece of embedded data."""

    kind: EmbeddedKind
    name: str
    """Words for a person, such as ``HDR gain map``, ``film of 2.1 s`` or ``IPTC``. A metadata block
    has the same name in every format that can hold it."""
    digest: str
    """First 16 hexadecimal digits of the SHA-256 of the data."""
