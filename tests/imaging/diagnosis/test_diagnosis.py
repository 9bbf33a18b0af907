"""Only broken files are called damaged; sound files of rare kinds are called by their kind."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from dupscan import imaging
from dupscan.imaging import UnreadablePicture
from dupscan.imaging.diagnosis import diagnose
from dupscan.imaging.sniff import sniff
from dupscan.model.files import FailureKind as Kind
from dupscan.model.formats import (
    AVIF,
    BMP,
    GIF,
    HEIF,
    JPEG,
    JPEG2000,
    PNG,
    TIFF,
    WEBP,
    PictureFormat,
)

WIDTH, HEIGHT = 16, 8


def encode(picture: Image.Image, format_: PictureFormat) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_.name)
    return buffer.getvalue()


def refusal(data: bytes, format_: PictureFormat) -> UnreadablePicture | None:
    """What is said of a file by the one who decodes it; None for a file that is read."""
    try:
        picture = imaging.open_picture(io.BytesIO(data), format_, 10**6)
        imaging.working_picture(picture)
    except UnreadablePicture as error:
        return error
    return None


# -- files of rare kinds, made here byte by byte ---------------------------------------------------


def make_tiff(
    bits: tuple[int, ...] = (8,),
    *,
    order: str = "<",
    big: bool = False,
    photometric: int | None = None,
    compression: int = 1,
    data: bytes | None = None,
    **more: int,
) -> bytes:
    """A TIFF of one strip, or of one a plane; `more` are further tags, named as in ``TAGS``."""
    size = (WIDTH * sum(bits) + 7) // 8 * HEIGHT
    data = bytes(range(256)) * (size // 256 + 1) if data is None else data
    photometric = photometric if photometric is not None else 2 if len(bits) > 2 else 1
    tags = {256: (WIDTH,), 257: (HEIGHT,), 258: bits, 259: (compression,), 262: (photometric,)}
    strips = len(bits) if more.get("planar") == 2 else 1
    tags |= {277: (len(bits),), 278: (HEIGHT,), 279: (len(data) // strips,) * strips}
    tags[273] = tuple(len(data) // strips * strip for strip in range(strips))
    tags |= {TAGS[name]: (value,) for name, value in more.items()}
    head, count, entry, word = (16, "Q", 20, "Q") if big else (8, "H", 12, "I")
    body = head + struct.calcsize(f"{order}{count}") + entry * len(tags) + struct.calcsize(word)
    values, listed = b"", b""
    for tag in sorted(tags):
        numbers = [body + 4096 + at for at in tags[tag]] if tag == 273 else tags[tag]
        raw = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(raw) > struct.calcsize(word):
            raw, values = struct.pack(f"{order}{word}", body + len(values)), values + raw
        listed += struct.pack(f"{order}HH{word}", tag, 4, len(numbers))
        listed += raw.ljust(struct.calcsize(word), b"\0")
    mark = b"II" if order == "<" else b"MM"
    header = struct.pack(f"{order}HHHQ", 43, 8, 0, 16) if big else struct.pack(f"{order}HI", 42, 8)
    directory = struct.pack(f"{order}{count}", len(tags)) + listed + bytes(struct.calcsize(word))
    return mark + header + directory + values.ljust(4096, b"\0") + data


TAGS = {"planar": 284, "predictor": 317, "extra": 338, "format": 339}


def make_bmp(
    bits: int, packing: int = 0, masks: tuple[int, ...] = (), *, colours: int = 0, header: int = 40
) -> bytes:
    """A BMP with room for its rows."""
    info = struct.pack("<IiiHHIIiiII", header, WIDTH, HEIGHT, 1, bits, packing, 0, 0, 0, colours, 0)
    info = info[:header] if header < 40 else info
    info += struct.pack(f"<{len(masks)}I", *masks)
    info = info.ljust(header, b"\0") + bytes(4 * colours)
    rows = bytes((WIDTH * bits + 31) // 32 * 4 * HEIGHT or 64)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + len(info)) + info + rows


def make_jpeg(marker: int, bits: int = 8, channels: int = 1, height: int = HEIGHT) -> bytes:
    """The markers of a JPEG, with a scan that holds no code of a decoder."""
    frame = struct.pack(">BHHB", bits, height, WIDTH, channels) + b"\1\x11\0" * channels
    parts = [(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), (marker, frame), (0xDA, b"\1\1\0\1\0\0")]
    listed = b"".join(
        bytes([0xFF, kind]) + struct.pack(">H", 2 + len(body)) + body for kind, body in parts
    )
    return b"\xff\xd8" + listed + b"\x12\x34\x56" + b"\xff\xd9"


RARE = {
    "TIFF of 1 × 6 bits": make_tiff((6,)),
    "TIFF of 1 × 10 bits": make_tiff((10,)),
    "TIFF of 1 × 24 bits": make_tiff((24,)),
    "TIFF of 3 × 2 bits": make_tiff((2,) * 3),
    "TIFF of 3 × 4 bits, plane by plane": make_tiff((4,) * 3, planar=2),
    "TIFF of 3 × 12 bits": make_tiff((12,) * 3),
    "TIFF of 3 × 14 bits": make_tiff((14,) * 3, order=">"),
    "TIFF of 3 × 32 bits": make_tiff((32,) * 3),
    "TIFF of 5 + 6 + 5 bits": make_tiff((5, 6, 5)),
    "TIFF of 3 × 16 bits, floating-point": make_tiff((16,) * 3, format=3),
    "TIFF of 3 × 32 bits, floating-point, predictor 3": make_tiff(
        (32,) * 3, format=3, predictor=3, compression=8
    ),
    "TIFF of 1 × 64 bits, floating-point": make_tiff((64,), format=3),
    "TIFF of 1 × 16 bits, palette": make_tiff((16,), photometric=3),
    "TIFF of 4 × 8 bits, L*a*b*, with extra channels": make_tiff((8,) * 4, photometric=8, extra=2),
    "TIFF of 4 × 4 bits, with extra channels": make_tiff((4,) * 4, extra=2),
    "TIFF of 3 × 8 bits, YCbCr, plane by plane": make_tiff(
        (8,) * 3, photometric=6, planar=2, compression=5
    ),
    "TIFF of 1 × 16 bits, JPEG compression": make_tiff((16,), compression=7),
    "TIFF of 1 × 8 bits, WebP compression": make_tiff(compression=50001),
    "TIFF of 1 × 8 bits, unknown (50013) compression": make_tiff(compression=50013),
    "BigTIFF of 3 × 12 bits": make_tiff((12,) * 3, big=True),
    "big-endian BigTIFF": make_tiff((8,) * 3, big=True, order=">"),
    "lossless JPEG (SOF3)": make_jpeg(0xC3),
    "lossless JPEG (SOF3) of 16 bits a channel": make_jpeg(0xC3, 16),
    "JPEG of 12 bits a channel": make_jpeg(0xC1, 12),
    "JPEG of 2 channels": make_jpeg(0xC0, channels=2),
    "JPEG without its height in the header": make_jpeg(0xC0, height=0),
    "hierarchical JPEG (SOF5)": make_jpeg(0xC5),
    "JPEG-LS (SOF55)": make_jpeg(0xF7),
    "BMP of 16 bits a pixel in fields of 4 + 4 + 4 + 4 bits": make_bmp(
        16, 3, (0xF00, 0xF0, 0xF, 0xF000), header=56
    ),
    "BMP of 32 bits a pixel in fields of 11 + 11 + 10 bits": make_bmp(
        32, 3, (0xFFE00000, 0x1FFC00, 0x3FF)
    ),
    "BMP of 32 bits a pixel in fields of 8 + 8 + 8 + 8 bits": make_bmp(
        32, 6, (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    ),
    "BMP with a JPEG in it": make_bmp(0, 4),
    "BMP with a PNG in it": make_bmp(0, 5),
    "BMP of 2 bits a pixel": make_bmp(2, colours=4),
    "BMP of 8 bits a pixel with a palette of 300 colours": make_bmp(8, colours=300),
    "OS/2 BMP with a header of 16 bytes": make_bmp(8, header=16),
}


def format_of(words: str) -> PictureFormat:
    return next(one for one in (TIFF, BMP, JPEG) if one.name in words)


@pytest.mark.parametrize("words", RARE)
def test_a_sound_file_of_a_rare_kind_is_called_by_its_kind_and_not_damaged(words: str) -> None:
    found = refusal(RARE[words], format_of(words))
    assert found is not None
    assert (found.kind, "damaged" in str(found)) == (Kind.UNSUPPORTED, False)
    assert str(found) == f"not supported: {words}; convert it to another format to compare it"


@pytest.mark.parametrize("words", RARE)
def test_half_a_file_of_a_rare_kind_is_damaged(words: str) -> None:
    whole = RARE[words]
    found = refusal(whole[: len(whole) - 32], format_of(words))
    assert found is not None
    assert found.kind is Kind.DAMAGED or words.startswith("BMP with a")  # whose length is unknown


@pytest.mark.parametrize("words", RARE)
def test_any_beginning_of_a_file_has_a_reason_in_one_line(words: str) -> None:
    whole = RARE[words]
    for end in {*range(60), *range(60, len(whole), 37)}:
        for harmed in (whole[:end], whole[:end] + b"\xff" + whole[end + 1 :]):
            found = refusal(harmed, format_of(words))
            assert found is None or len(str(found).splitlines()) == 1


# -- kinds that are read after all -----------------------------------------------------------------


def test_filling_between_the_markers_of_a_jpeg_is_left_out(photo: Image.Image) -> None:
    data = encode(photo, JPEG)
    for filling in (b"\0", bytes(range(255)), b"\xff" * 9):
        filled = data[:2] + filling + data[2:]
        assert sniff(io.BytesIO(filled), "a.jpg") is JPEG
        assert refusal(filled, JPEG) is None


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [1, 8], ids=["plain", "deflated"])
def test_numbers_of_either_byte_order_are_decoded_alike(order: str, compression: int) -> None:
    """Floating point and signed numbers, which Pillow swaps once too often or not at all."""
    ramp = np.linspace(0, 1, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)
    for kind, code in ((3, "f4"), (2, "i4"), (2, "i2")):
        levels = (ramp if kind == 3 else ramp * 255).astype(f"{order}{code}")
        data = levels.tobytes() if compression == 1 else zlib.compress(levels.tobytes())
        tiff = make_tiff(
            (8 * levels.itemsize,), order=order, compression=compression, data=data, format=kind
        )
        picture = imaging.open_picture(io.BytesIO(tiff), TIFF, 10**6)
        shown = np.asarray(imaging.working_picture(picture))[..., 0].astype(int)
        assert np.abs(shown - ramp * 255).max() <= 1


@pytest.mark.parametrize("order", "<>")
def test_planes_of_16_bits_are_the_same_picture_as_pixels_of_16_bits(order: str) -> None:
    levels = (np.arange(HEIGHT * WIDTH * 3).reshape(HEIGHT, WIDTH, 3) * 170).astype(f"{order}u2")
    by_pixel, by_plane = (
        np.asarray(
            imaging.working_picture(
                imaging.open_picture(
                    io.BytesIO(make_tiff((16,) * 3, order=order, data=data, planar=planar)),
                    TIFF,
                    10**6,
                )
            )
        )
        for data, planar in (
            (levels.tobytes(), 1),
            (np.moveaxis(levels, -1, 0).tobytes(), 2),
        )
    )
    assert np.array_equal(by_pixel, by_plane)
    assert len(np.unique(by_pixel)) > 100


# -- files without a picture -----------------------------------------------------------------------


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


NO_PICTURE = {
    "JPEG of metadata": (b"\xff\xd8\xff\xe1\0\x08Exif\0\0\xff\xd9", JPEG),
    "TIFF of metadata": (
        b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHI4s", 271, 2, 4, b"Ca\0\0") + bytes(4),
        TIFF,
    ),
    "HEIF without boxes": (box(b"ftyp", b"heic\0\0\0\0mif1"), HEIF),
    "HEIF without items": (
        box(b"ftyp", b"heic\0\0\0\0mif1") + box(b"meta", bytes(4) + box(b"iinf", bytes(6))),
        HEIF,
    ),
    "AVIF without items": (box(b"ftyp", b"avif\0\0\0\0mif1") + box(b"meta", bytes(4)), AVIF),
    "JPEG 2000 without a codestream": (
        b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 \0\0\0\0jp2 "),
        JPEG2000,
    ),
    "PNG without data": (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0))
        + chunk(b"IEND", b""),
        PNG,
    ),
}


@pytest.mark.parametrize("name", NO_PICTURE)
def test_a_whole_file_without_a_picture_is_metadata_only(name: str) -> None:
    data, format_ = NO_PICTURE[name]
    found = diagnose(io.BytesIO(data), format_, SyntaxError("?"))
    assert (found.kind, found.words) == (Kind.NO_PICTURE, "metadata only, no picture data")


OVERWRITTEN = {
    "HEIF with data and without items": (
        box(b"ftyp", b"heic\0\0\0\0mif1") + box(b"mdat", b"data"),
        HEIF,
    ),
    "TIFF whose tags are out of order": (
        b"II*\0\x08\0\0\0\2\0"
        + struct.pack("<HHI4s", 305, 2, 4, b"Ca\0\0")
        + struct.pack("<HHI4s", 271, 2, 4, b"Ca\0\0")
        + bytes(4),
        TIFF,
    ),
    "TIFF of zeros": (b"II*\0\x08\0\0\0\1\0" + bytes(99), TIFF),
    "TIFF without a directory": (b"II*\0" + bytes(4), TIFF),
    "JPEG with garbage before its end": (b"\xff\xd8\xff\xe1\0\x04XY123\xff\xd9", JPEG),
}


@pytest.mark.parametrize("name", OVERWRITTEN)
def test_a_file_whose_picture_was_overwritten_is_damaged(name: str) -> None:
    data, format_ = OVERWRITTEN[name]
    assert diagnose(io.BytesIO(data), format_, SyntaxError("?")).kind is Kind.DAMAGED


# -- broken files ----------------------------------------------------------------------------------


def without_end(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def zeroed(data: bytes) -> bytes:
    """A file whose header was overwritten, as by a failing card."""
    return data[:16] + bytes(120) + data[136:]


@pytest.mark.parametrize("harm", [without_end, zeroed])
@pytest.mark.parametrize(
    "format_", [JPEG, PNG, GIF, BMP, TIFF, WEBP, JPEG2000], ids=lambda one: one.name
)
def test_a_broken_file_is_damaged(
    photo: Image.Image, format_: PictureFormat, harm: Callable[[bytes], bytes]
) -> None:
    found = refusal(harm(encode(photo, format_)), format_)
    if found is None:  # what was overwritten is not needed to decode it
        assert harm is zeroed
        return
    assert found.kind in {Kind.DAMAGED, Kind.TOO_LARGE} or format_ is JPEG2000


def test_a_compressed_tiff_of_an_ordinary_kind_that_cannot_be_decoded_is_damaged() -> None:
    found = refusal(make_tiff((8,) * 3, compression=8, data=b"garbage" * 99), TIFF)
    assert found is not None
    assert found.kind is Kind.DAMAGED


def test_a_jpeg_that_nothing_proves_sound_or_broken_cannot_be_read(photo: Image.Image) -> None:
    """Its first segment is shorter than Pillow wants it; other decoders read the picture."""
    data = encode(photo, JPEG)
    length = int.from_bytes(data[4:6], "big")
    found = refusal(data[:4] + b"\0\7JFIF\0" + data[4 + length :], JPEG)
    assert found is not None
    assert (found.kind, "damaged" in str(found)) == (Kind.UNREADABLE, False)


def test_an_error_of_the_disk_is_no_damage(photo: Image.Image) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 2000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    picture = imaging.open_picture(Failing(encode(photo, PNG)), PNG, 10**6)
    with pytest.raises(OSError, match="Input/output"):
        imaging.working_picture(picture)
