"""Make the fingerprint of one file: digest, perceptual hashes, histogram, small picture, metadata.

Runs in the worker processes. Every outcome is a value: a :class:`Fingerprint`, :class:`Known` for
bytes whose fingerprint exists, a :class:`Failure` with its reason, or :class:`PassedOver`.
A file is opened once, and read once if it is of ordinary size; it is never written to.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Collection
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from dupscan import imaging
from dupscan.fingerprint import features, phash
from dupscan.fingerprint.metadata import description
from dupscan.imaging import reading
from dupscan.imaging.reading import MAX_BYTES_IN_MEMORY, MAX_BYTES_READ_WHOLE
from dupscan.imaging.sniff import is_xmp, sniff
from dupscan.model import formats
from dupscan.model.files import Failure, FailureKind, FileEntry, PassedOver
from dupscan.model.pictures import Checked, Fingerprint, Hashes, Known, Likeness, Traits
from dupscan.settings import FingerprintSettings


def fingerprint(
    file: FileEntry,
    settings: FingerprintSettings,
    *,
    known: Collection[bytes] = (),
    whole: bool = True,
) -> Fingerprint | Known | Failure | PassedOver:
    """Read one file and make its fingerprint; read-only, never raises for the content of a file.

    A file whose digest is among the `known` digests is not decoded. With `whole=False`, only the
    beginning of a large progressive JPEG is read, and its fingerprint has no digest.
    """
    try:
        with reading.open_unchanged(file) as source:
            format_ = sniff(source, file.path)
            if format_ is None:
                return _no_picture(source, file)
            if not format_.opened:
                return PassedOver(file.path, f"{format_.name} is not compared")
            if format_.whole and file.size > MAX_BYTES_IN_MEMORY:
                return Failure(
                    file.path,
                    "read",
                    f"too large for a {format_.name} file",
                    FailureKind.TOO_LARGE,
                )
            imaging.require_decoder(format_)  # before a large file is read in vain
            found = _from_file(source, format_, settings, known=known, whole=whole)
            reading.check_unchanged(source, file)
            return found
    except imaging.MissingExtra as missing:
        return PassedOver(file.path, str(missing))
    except Exception as error:  # noqa: BLE001 (one odd file must not end the scan of all others)
        return reading.failure(file, error)


def check(file: FileEntry, settings: FingerprintSettings) -> Checked | Failure:
    """Decode the whole of a file; return its digest and properties. Never raises for its content.

    For a JPEG whose fingerprint was made of its coarsest scans; read-only.
    """
    try:
        with reading.open_unchanged(file) as source:
            digest, data = _digest(source)
            picture = imaging.open_picture(data, formats.JPEG, settings.max_pixels)
            imaging.working_picture(picture)
            info = description.describe(picture)
            reading.check_unchanged(source, file)
            return Checked(digest, info)
    except Exception as error:  # noqa: BLE001 (as above)
        return reading.failure(file, error)


def _from_file(
    source: BinaryIO,
    format_: formats.PictureFormat,
    settings: FingerprintSettings,
    *,
    known: Collection[bytes],
    whole: bool,
) -> Fingerprint | Known:
    """Make the fingerprint of an open file; without a digest if only its beginning was read."""
    if not whole and (beginning := imaging.coarse_jpeg(source, format_)) is not None:
        return _from_picture(beginning, format_, settings, coarse=True)
    digest, data = _digest(source)
    if digest in known:
        return Known(digest)
    beginning = imaging.coarse_jpeg(data, format_)
    return _from_picture(
        beginning or data,
        format_,
        settings,
        digest=digest,
        coarse=beginning is not None,
        whole=data,
    )


def _from_picture(
    data: BinaryIO,
    format_: formats.PictureFormat,
    settings: FingerprintSettings,
    *,
    digest: bytes = b"",
    coarse: bool,
    whole: BinaryIO | None = None,
) -> Fingerprint:
    picture = imaging.open_picture(data, format_, settings.max_pixels)
    working = imaging.working_picture(picture)
    grey = working.convert("L")
    planes = features.small_planes(working, grey)
    square = np.asarray(imaging.grey_square(grey))
    histogram = features.histogram(working, grey)
    return Fingerprint(
        Traits(
            digest=digest,
            hashes=_hashes(planes[0], square.astype(np.float32)),
            detail=features.detail(planes[0], square, histogram[3]),
            greyscale=features.is_greyscale(working, planes),
            info=description.describe(picture, whole),
            coarse=coarse,
        ),
        Likeness(
            planes=planes,
            histogram=histogram,
            thumbnail=imaging.thumbnail(working),
        ),
    )


def _hashes(small: NDArray[np.uint8], square: NDArray[np.float32]) -> Hashes:
    border = phash.border(square)
    return Hashes(
        plain=phash.phash(small),
        views=phash.view_hashes(square, border),
        parts=phash.part_hashes(square),
        border=border,
    )


def _digest(source: BinaryIO) -> tuple[bytes, BinaryIO]:
    """Return the SHA-256 of the whole file, and the stream to decode the file from."""
    source.seek(0)
    if os.fstat(source.fileno()).st_size > MAX_BYTES_READ_WHOLE:
        digest = hashlib.file_digest(source, "sha256").digest()  # type: ignore[arg-type]
        source.seek(0)
        return digest, source
    content = source.read()
    return hashlib.sha256(content).digest(), io.BytesIO(content)


def _no_picture(source: BinaryIO, file: FileEntry) -> Failure | PassedOver:
    """Return a Failure if the suffix promises a picture, else PassedOver."""
    if not formats.claims_to_be_a_picture(file.path):
        return PassedOver(file.path, "not a picture")
    if file.size == 0:
        return Failure(file.path, "read", "empty file", FailureKind.NO_PICTURE)
    reason = "no picture in it of a known format, whatever its name says"
    if is_xmp(source):
        reason = "metadata only, no picture data"
    return Failure(file.path, "read", reason, FailureKind.NO_PICTURE)
