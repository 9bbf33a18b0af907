"""One file → its fingerprint: content digest, perceptual hash, histogram, small grey picture.

This runs in the worker processes. Whatever happens to a file comes back as a value: a
:class:`Fingerprint`, a :class:`Failure` with its reason, or :class:`PassedOver`.
The file is opened once, and read once where it is of ordinary size; it is never written to.
"""

from __future__ import annotations

import hashlib
import io
import os
from typing import BinaryIO

import imagehash
import numpy as np
import scipy.fftpack  # noqa: F401 (imagehash does so at its first hash; here once for all workers)
from numpy.typing import NDArray
from PIL import Image

from dupscan import formats, imaging, metadata
from dupscan.model import Failure, FileEntry, Fingerprint, Likeness, PassedOver
from dupscan.settings import FingerprintSettings

SIDE = 32
"""Side of the small pictures: what ``imagehash.phash`` itself scales a picture to."""
READ_AT_ONCE = 64 << 20
"""Larger files are digested in pieces and decoded from the disk, not from memory."""
MOST_IN_MEMORY = 1 << 30
"""Bytes of a file that a decoder may want in memory as a whole."""
_COLOURED = 10
"""Levels of chroma off the middle from which a pixel counts as plainly coloured. JPEG leaves up to
half a dozen on a greyscale picture."""
_FEW = 0.001
"""Share of coloured pixels up to which a picture still is greyscale."""


def fingerprint(
    file: FileEntry, settings: FingerprintSettings
) -> Fingerprint | Failure | PassedOver:
    """Read one file and make its fingerprint; read-only, never raises for what is in the file."""
    try:
        with open(file.path, "rb", opener=_open_without_waiting) as source:
            _check_unchanged(source, file)
            format_ = formats.sniff(source, file.path)
            if format_ is None:
                return _no_picture(file)
            if not format_.opened:
                return PassedOver(file.path, f"{format_.name} is not compared")
            if format_.whole and file.size > MOST_IN_MEMORY:
                return Failure(file.path, "read", f"too large for a {format_.name} file")
            imaging.require(format_)  # before a large file is read for nothing
            digest, data = _digest(source)
            found = _from_picture(data, format_, digest, settings)
            _check_unchanged(source, file)
            return found
    except imaging.MissingExtra as missing:
        return PassedOver(file.path, str(missing))
    except imaging.UnreadablePicture as error:
        return Failure(file.path, "decode", str(error))
    except MemoryError:
        return Failure(file.path, "decode", "needs more memory than there is")
    except OSError as error:
        return Failure(file.path, "read", _reason(error))
    except Exception as error:  # noqa: BLE001 (one odd file must not end the night for the others)
        return Failure(file.path, "decode", f"cannot be read ({type(error).__name__}: {error})")


def _from_picture(
    data: BinaryIO, format_: formats.PictureFormat, digest: bytes, settings: FingerprintSettings
) -> Fingerprint:
    picture = imaging.open_picture(data, format_, settings.max_pixels)
    working = imaging.working_picture(picture)
    grey, ycc = working.convert("L"), working.convert("YCbCr")
    planes = small_planes(grey, ycc)
    return Fingerprint(
        digest=digest,
        phash=phash(planes[0]),
        contrast=contrast(planes[0]),
        greyscale=is_greyscale(ycc),
        info=metadata.describe(picture),
        likeness=Likeness(
            planes=b"".join(plane.tobytes() for plane in planes),
            histogram=histogram(working, grey).tobytes(),
            thumbnail=imaging.thumbnail(working),
        ),
    )


def phash(grey: Image.Image) -> int:
    """``imagehash.phash`` as an unsigned 64-bit number, first bit highest.

    A number and not an ``ImageHash``: that class hashes to few bits, so that a dict or a set of
    them is quadratic.
    """
    bits = imagehash.phash(grey).hash
    return int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big")


def histogram(working: Image.Image, grey: Image.Image) -> NDArray[np.float32]:
    """Fractions of the pixels, shape (4, 256): red, green, blue, luminance. Each row sums to 1."""
    counts = working.histogram() + grey.histogram()
    pixels = working.width * working.height
    return (np.array(counts, dtype=np.float32) / np.float32(pixels)).reshape(4, 256)


def is_greyscale(ycc: Image.Image) -> bool:
    """Whether next to no pixel of a working picture, brought to YCbCr, is plainly coloured."""
    counts = np.array(ycc.histogram()).reshape(3, 256)[1:]
    middle = slice(128 - _COLOURED + 1, 128 + _COLOURED)
    coloured = counts.sum(axis=1) - counts[:, middle].sum(axis=1)
    return bool(coloured.max() <= _FEW * ycc.width * ycc.height)


def small_planes(grey: Image.Image, ycc: Image.Image) -> tuple[Image.Image, ...]:
    """Luminance, blue and red chroma, each scaled to 32 × 32.

    Luminance the way ``imagehash.phash`` scales it, so that its hash is the very same.
    """
    size = (SIDE, SIDE)
    _, blue, red = ycc.resize(size, Image.Resampling.BOX).split()
    return grey.resize(size, Image.Resampling.LANCZOS), blue, red


def contrast(grey: Image.Image) -> float:
    """How much there is to see in a small grey picture: standard deviation, grey levels."""
    return float(np.asarray(grey).std())


def _open_without_waiting(path: str, flags: int) -> int:
    """Open a file, and do not hang should a FIFO have taken its place since the walk."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_unchanged(source: BinaryIO, file: FileEntry) -> None:
    """Raise OSError when the open file is no longer the one that the walk saw."""
    now = os.fstat(source.fileno())
    seen = (file.device, file.inode, file.size, file.mtime_ns)
    if (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) != seen:
        raise OSError("changed while the scan was running; scan again when it is at rest")


def _digest(source: BinaryIO) -> tuple[bytes, BinaryIO]:
    """SHA-256 of the whole file, and where to decode it from."""
    source.seek(0)
    if os.fstat(source.fileno()).st_size > READ_AT_ONCE:
        digest = hashlib.file_digest(source, "sha256").digest()  # type: ignore[arg-type]
        source.seek(0)
        return digest, source
    content = source.read()
    return hashlib.sha256(content).digest(), io.BytesIO(content)


def _no_picture(file: FileEntry) -> Failure | PassedOver:
    """A file that only its name calls a picture is worth a line; any other is not."""
    if not formats.claims_to_be_a_picture(file.path):
        return PassedOver(file.path, "not a picture")
    if file.size == 0:
        return Failure(file.path, "read", "empty file")
    return Failure(file.path, "read", "no picture in it, whatever its name says")


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "vanished while the scan was running"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return error.strerror or str(error)
