"""Describe the samples of a decoded frame: channels, depth, colours.

This module lists every known case in which Pillow shows less than a file holds: sixteen bits as
eight, extra channels left out, layers beside the picture. It raises PartlyShown for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PIL import Image

from dupscan.imaging.headers import USUAL_COLOURS, Header
from dupscan.imaging.orientation import read_exif
from dupscan.imaging.picture import OpenPicture, PartlyShown
from dupscan.imaging.profile import read_profile
from dupscan.model.formats import GIF, HEIF, JPEG, PNG, TIFF

_DEPTHS = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16, "I": 32, "F": 32}
"""Bits of a sample by Pillow's mode; 8 in all other modes."""
_GREYS, _COLOURS = ("1", "L", "LA"), ("RGB", "RGBA")
"""Modes of up to 8 bits, without and with colour."""
_EIGHT, _OPAQUE = 8, 255
_ONE_NAME = {"I;16B": "I;16", "I;16L": "I;16"}
"""One name for modes that differ in the order of bytes only."""
_SRGB_GAMMA = 0.45455
_SRGB_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_EXIF_IFD, _INTEROP_IFD, _COLOUR_SPACE, _INTEROP_INDEX = 0x8769, 0xA005, 0xA001, 1
_ADOBE_RGB, _ADOBE_RGB_INDEX = 2, "R03"
_BITS, _PHOTOMETRIC, _SAMPLES, _COLOUR_MAP, _EXTRA, _FORMAT = 258, 262, 277, 320, 338, 339
_FURTHER_PICTURES, _PROFILE = 330, 34675
_CALIBRATION = (301, 318, 319, 532)
"""TIFF's transfer function, white point, primaries, and reference black and white."""
_MULTIPLIED, _SIGNED = 1, 2


@dataclass(frozen=True, slots=True)
class Samples:
    """The meaning of the numbers of a frame."""

    mode: str
    """Pillow's mode to which the numbers are converted without loss."""
    channels: str
    """The mode, and all else in which the numbers differ from other numbers of that mode."""
    bit_depth: int
    """Bits of one channel as stored; 8 for fewer, which are shown as 8, and for a palette."""
    colours: bytes
    """The colour profile, or other data that define the colours; empty for none."""


def describe_samples(picture: OpenPicture, header: Header) -> Samples:
    """Describe the samples of the current frame of a loaded picture.

    Raises PartlyShown when the file holds more of the frame than Pillow decoded.
    """
    image = picture.image
    depth = _bit_depth(picture, header)
    if depth > (decoded := _decoded_depth(image)):
        raise PartlyShown(f"its {depth} bits a channel are decoded to {decoded}")
    notes = _tiff_notes(image) if picture.format is TIFF else [header.note]
    if picture.format is JPEG and image.mode == "CMYK":
        notes.append(
            f"Adobe {image.info.get('adobe_transform')}"
        )  # programs disagree on whether it is inverted
    key = image.info.get("transparency")
    mode = _mode(picture, depth)
    if key is not None and mode not in ("L", "LA", "RGB", "RGBA"):
        notes.append(f"{key} see-through")
    channels = ", ".join([_ONE_NAME.get(mode, mode), *filter(None, notes)])
    return Samples(mode, channels, max(depth, _EIGHT), header.colours + _colours(picture))


def describe_shown_samples(picture: OpenPicture) -> Samples:
    """Describe the samples of the current frame of a loaded picture as Pillow decoded them."""
    depth = _decoded_depth(picture.image)
    mode = _mode(picture, depth)
    return Samples(mode, _ONE_NAME.get(mode, mode), max(depth, _EIGHT), b"")


def _mode(picture: OpenPicture, depth: int) -> str:
    """The mode that loses nothing, the same for all frames with the same colours or greys.

    Palettes and black and white are expanded, a transparent colour is made alpha, and an alpha
    channel in which all is opaque is left out.
    """
    image = picture.image
    if _has_palette(picture):
        return "RGBA" if _is_see_through(image) else "RGB"
    if image.mode in _COLOURS and depth <= _EIGHT:
        return "RGBA" if _is_see_through(image) else "RGB"
    if image.mode in _GREYS and depth <= _EIGHT:
        return "LA" if _is_see_through(image) else "L"
    return image.mode


def _is_see_through(image: Image.Image) -> bool:
    """True if some pixel of a loaded frame is not opaque."""
    if not image.has_transparency_data:
        return False
    whole = image if image.mode in ("LA", "PA", "RGBA") else image.convert("RGBA")
    opacity: Any = whole.getchannel("A").getextrema()
    return bool(opacity[0] < _OPAQUE)


def _has_palette(picture: OpenPicture) -> bool:
    """True if the colours of a picture stand in a palette.

    A GIF always has a palette, although Pillow decodes a GIF of greys in a grey mode.
    """
    return picture.image.mode in ("P", "PA") or picture.format is GIF


def _decoded_depth(image: Image.Image) -> int:
    return _DEPTHS.get(image.mode, 8)


def _bit_depth(picture: OpenPicture, header: Header) -> int:
    image = picture.image
    depth: Any = header.bit_depth
    if _has_palette(picture):
        return 8
    if picture.format is TIFF:
        depth = max(image.tag_v2.get(_BITS, (1,)))  # type: ignore[attr-defined]
    elif picture.format is HEIF:
        depth = image.info.get("bit_depth")
    elif picture.format is PNG:
        depth = picture.bit_depth
    return depth or _decoded_depth(image)


def _tiff_notes(image: Image.Image) -> list[str]:
    """Unusual properties of the samples of a TIFF page, in words.

    Raises PartlyShown for parts of the page that Pillow does not decode.
    """
    tags: Any = image.tag_v2  # type: ignore[attr-defined]
    if _FURTHER_PICTURES in tags:
        raise PartlyShown("its further pictures in sub-directories are not decoded")
    if tags.get(_SAMPLES, 1) > len(image.getbands()):
        raise PartlyShown(f"{tags[_SAMPLES]} channels are decoded to {len(image.getbands())}")
    if _MULTIPLIED in tags.get(_EXTRA, ()):
        raise PartlyShown("its colours, stored multiplied by their opacity, are divided by it")
    palette = tags.get(_COLOUR_MAP, ())
    if any(level % 257 for level in palette) and any(level % 256 for level in palette):
        raise PartlyShown("its palette of 16 bits a channel is decoded to 8")
    notes = []
    if tags.get(_PHOTOMETRIC) == 0 and image.mode not in ("1", "L"):
        notes.append("white is zero")  # Pillow inverts the samples of those two modes only
    if _SIGNED in tags.get(_FORMAT, ()):  # which Pillow honours for some modes only
        notes.append("signed")
    return notes


def _colours(picture: OpenPicture) -> bytes:
    """The data that define the colours: the ICC profile, or other tags of the file without one."""
    info: dict[Any, Any] = picture.image.info
    tags: Any = getattr(picture.image, "tag_v2", {}) if picture.format is TIFF else {}
    # From the tags of the page, because Pillow keeps the profile of an earlier page.
    profile = tags.get(_PROFILE) if picture.format is TIFF else read_profile(picture)
    if isinstance(profile, bytes) and profile:
        return b"ICC " + profile
    if profile is None and "icc_profile" in info and picture.format is PNG:
        raise PartlyShown("its colour profile is damaged")
    if calibration := [(tag, tags[tag]) for tag in _CALIBRATION if tag in tags]:
        return repr(calibration).encode()
    if picture.format is PNG and "srgb" not in info:
        gamma, primaries = info.get("gamma"), info.get("chromaticity")
        if gamma not in (None, _SRGB_GAMMA) or primaries not in (None, _SRGB_PRIMARIES):
            return repr((gamma, primaries)).encode()
    if nclx := info.get("nclx_profile"):
        named = (nclx.get("color_primaries"), nclx.get("transfer_characteristics"))
        if named not in USUAL_COLOURS:
            return repr(named).encode()
    return b"Adobe RGB" if _is_adobe_rgb(read_exif(picture)) else b""


def _is_adobe_rgb(found: Image.Exif) -> bool:
    """True if the EXIF data name Adobe RGB, as cameras do without a profile."""
    try:
        details = found.get_ifd(_EXIF_IFD)
        interoperability = found.get_ifd(_INTEROP_IFD)
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return False
    return (
        details.get(_COLOUR_SPACE) == _ADOBE_RGB
        or interoperability.get(_INTEROP_INDEX) == _ADOBE_RGB_INDEX
    )
