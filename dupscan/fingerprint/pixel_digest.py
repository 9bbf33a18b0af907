"""Digest the exact pixels of a file; find where the pixels of two files differ.

The verdict ``pixels`` rests on this digest. Runs in the worker processes, for few files, because
each picture is decoded in full. Two equal digests mean that two files differ in nothing but
metadata and compression: if either file is deleted, the same picture is still there, with every
frame and every bit. If equality cannot be known, the result is a reason instead of a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dupscan import imaging
from dupscan.imaging import reading
from dupscan.model.files import Failure, FileEntry
from dupscan.settings import FingerprintSettings

_EIGHT_BITS = {"L", "LA", "RGB", "RGBA"}
"""Channels that can be converted to 8-bit RGBA without loss."""


@dataclass(frozen=True, slots=True)
class PixelDigest:
    """The digest of exactly one picture, whatever file holds the picture."""

    digest: bytes | None
    """SHA-256; None if the decoder does not show all that is in the file."""
    reason: str | None = None
    """Reason for a missing digest, such as ``its 16 bits a channel are decoded to 8``."""

    def same_as(self, other: PixelDigest) -> bool:
        """True if both digests are known and equal: the files hold exactly the same picture."""
        return self.digest is not None and self.digest == other.digest


@dataclass(frozen=True, slots=True)
class DifferingBox:
    """The place where two pictures of equal size differ."""

    box: tuple[int, int, int, int] | None
    """Left, top, right and bottom, in pixels of the upright pictures, of the smallest box around
    all pixels that differ; right and bottom lie just outside. None when no pixel differs, or when
    the pictures cannot be compared pixel by pixel."""
    obstacle: str | None = None
    """Reason why they cannot be compared, such as ``400 × 300 pixels against 200 × 150``."""


def pixel_digest(file: FileEntry, settings: FingerprintSettings) -> PixelDigest | Failure:
    """Digest the decoded picture in one file; read-only, never raises for the content of a file.

    Two files with equal digests hold exactly the same picture, upright as EXIF wants it: the same
    width and height, bit depth above 8, and colour profile (none is not sRGB), the same number of
    plays, and in each frame the same samples and duration. Greys and palettes count as the colours
    that they stand for, an alpha channel in which all is opaque counts as none, and the colours
    below full transparency count if there are several. All else that can be shown or heard, such as
    a gain map or the video of a motion photo, is part of the digest byte for byte. Memory: one
    decoded frame, and a few megapixels more.
    """
    try:
        with reading.opened_picture(file, settings) as picture:
            digest = _digest(picture)
        return PixelDigest(digest)
    except imaging.PartlyShown as missing:
        return PixelDigest(None, str(missing))
    except Exception as error:  # noqa: BLE001 (one odd file must not end the scan of all others)
        return reading.failure(file, error)


def differing_box(
    one: FileEntry, other: FileEntry, settings: FingerprintSettings
) -> DifferingBox | Failure:
    """Find where the first frames of two files differ, in pixels of the upright pictures.

    Samples are compared as decoded, fully transparent samples too. If the channels differ, pictures
    of up to 8 bits a channel are compared in RGBA. Pictures without a differing pixel may still
    have different digests from :func:`pixel_digest`, which covers more. Memory: both pictures
    decoded. A file that cannot be read is returned as a Failure with its path; never raises for the
    content of a file.
    """
    file = one
    try:
        with reading.opened_picture(one, settings) as first:
            frame = imaging.decode_first_frame(first)
            file = other
            with reading.opened_picture(other, settings) as second:
                return _compare(frame, imaging.decode_first_frame(second))
    except Exception as error:  # noqa: BLE001 (as above)
        return reading.failure(file, error)


def _digest(picture: imaging.OpenPicture) -> bytes:
    """SHA-256 of all frames, each behind its description, of the durations, and of extra data."""
    whole = hashlib.sha256()
    durations = []
    for frame in imaging.decode_frames(picture):
        found = frame.samples
        is_grey = found.mode in ("RGB", "RGBA") and _is_grey(frame)
        channels = found.channels.replace("RGB", "L", 1) if is_grey else found.channels
        head = repr((frame.size, channels, found.bit_depth, found.colours)).encode()
        whole.update(b"frame %d " % len(head) + head)
        for band in _without_meaningless_colours(frame):
            kept = band[..., [0, *range(3, band.shape[-1])]] if is_grey else band
            whole.update(kept.tobytes())
        durations.append(frame.duration)
    timing = (durations, imaging.times_played(picture)) if len(durations) > 1 else None
    whole.update(repr(timing).encode())
    for kind, item in _shown_items(picture):
        whole.update(f"{kind} {item} ".encode())
    return whole.digest()


def _is_grey(frame: imaging.Frame) -> bool:
    """True if all colours of a frame are greys, which other files store as greys."""
    return all(
        bool((band[..., :2] == band[..., 1:3]).all())
        for band in _without_meaningless_colours(frame)
    )


def _without_meaningless_colours(frame: imaging.Frame) -> Iterator[NDArray[np.generic]]:
    """The bands of a frame; the colour below full transparency is black if there is only one.

    Each format and program fills transparent places with a colour of its own, which nobody sees.
    Several such colours may be a hidden picture.
    """
    if frame.samples.mode not in ("LA", "RGBA"):
        yield from frame.bands()
        return
    hidden = [colour for band in frame.bands() for colour in _colours_below(band)]
    is_one_colour = len(set(hidden)) == 1
    for band in frame.bands():
        yield np.where(band[..., -1:] == 0, 0, band) if is_one_colour else band


def _colours_below(band: NDArray[np.generic]) -> list[tuple[int, ...]]:
    """At most two of the colours below full transparency in a band with an alpha channel."""
    colours = band[band[..., -1] == 0, :-1]
    if not len(colours):
        return []
    return [tuple(colours.min(axis=0).tolist()), tuple(colours.max(axis=0).tolist())]


def _shown_items(picture: imaging.OpenPicture) -> list[tuple[str, str]]:
    """Kind and digest of all else in the file that can be shown or heard, in a fixed order.

    Raises PartlyShown where the file has no end, because decoders fill in the missing rest without
    an error, and where the structure of the file makes no sense.
    """
    contents = imaging.read_contents(picture.source, picture.format)
    if contents.is_cut_off:
        raise imaging.PartlyShown("it has no end, and may have lost data before it")
    if not contents.is_understood:
        raise imaging.PartlyShown("its structure is not understood")
    shown = [one for one in contents.frozen_items() if one.kind.is_shown_or_heard]
    by_kind = sorted(shown, key=lambda one: one.kind)  # of one kind, in the order of the file
    return [(one.kind.value, one.digest) for one in by_kind]


def _compare(one: imaging.Frame, other: imaging.Frame) -> DifferingBox:
    if one.size != other.size:
        return DifferingBox(
            None,
            f"{one.size[0]} × {one.size[1]} pixels against {other.size[0]} × {other.size[1]}",
        )
    channels = {one.samples.channels, other.samples.channels}
    if len(channels) > 1 and not channels <= _EIGHT_BITS:
        return DifferingBox(None, f"{one.samples.channels} against {other.samples.channels}")
    mode = "RGBA" if len(channels) > 1 else None
    return DifferingBox(_box(one, other, mode))


def _box(
    one: imaging.Frame, other: imaging.Frame, mode: str | None
) -> tuple[int, int, int, int] | None:
    """The smallest box around all pixels that differ, found band by band."""
    top, rows, bottom = 0, None, 0
    columns = np.zeros(one.size[0], bool)
    for band, another in zip(one.bands(mode), other.bands(mode), strict=True):
        differs = _differing(band, another)
        found = np.flatnonzero(differs.any(axis=1))
        if len(found):
            rows = top + int(found[0]) if rows is None else rows
            bottom = top + int(found[-1]) + 1
            columns |= differs.any(axis=0)
        top += len(band)
    if rows is None:
        return None
    across = np.flatnonzero(columns)
    return int(across[0]), rows, int(across[-1]) + 1, bottom


def _differing(band: NDArray[np.generic], another: NDArray[np.generic]) -> NDArray[np.bool_]:
    """True for each pixel that differs; shape (rows, columns).

    Bytes are compared, so that NaN is equal to itself.
    """
    bytes_of_pixels = (*band.shape[:2], -1)
    unlike = np.not_equal(band.view(np.uint8), another.view(np.uint8))
    differs: NDArray[np.bool_] = unlike.reshape(bytes_of_pixels).max(axis=2)
    return differs
