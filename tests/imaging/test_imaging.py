"""Every picture comes out upright, in 8-bit RGB, on white, and within bounds."""

from __future__ import annotations

import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from support.processes import run_to_end

from dupscan import imaging
from dupscan.fingerprint.metadata import description
from dupscan.imaging import MissingExtra, UnreadablePicture
from dupscan.imaging.orientation import TURNS
from dupscan.model import formats
from dupscan.model.formats import AVIF, BMP, GIF, HEIF, JPEG, JPEG2000, JXL, PNG, RAW, TIFF, WEBP
from dupscan.settings import FingerprintSettings

ENOUGH = FingerprintSettings().max_pixels
COMPRESSED = (JPEG, PNG, GIF, BMP, WEBP, TIFF, AVIF, HEIF, JXL, JPEG2000)
ORIENTATION = 0x0112
AS_STORED = {2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
"""The turn that undoes each orientation, by the same numbers."""


def encode(picture: Image.Image, format_: formats.PictureFormat, **options: object) -> bytes:
    """A file by the format's real encoder; skips where an optional one is missing."""
    try:
        imaging.require_decoder(format_)
    except MissingExtra as missing:
        pytest.skip(str(missing))
    buffer = BytesIO()
    picture.save(buffer, format_.name, **options)
    return buffer.getvalue()


def see(data: bytes, format_: formats.PictureFormat, max_pixels: int = ENOUGH) -> Image.Image:
    """The working picture of a file."""
    return imaging.working_picture(imaging.open_picture(BytesIO(data), format_, max_pixels))


def tell_apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference in levels, after scaling the second to the size of the first."""
    other = other.convert(one.mode).resize(one.size, Image.Resampling.HAMMING)
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


def grey_levels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("L"))


def make_see_through(picture: Image.Image) -> Image.Image:
    """The right half fully transparent, with a garish colour hidden in it."""
    hidden = picture.copy()
    hidden.paste((255, 0, 255), (200, 0, 400, 300))
    alpha = Image.new("L", picture.size, 255)
    alpha.paste(0, (200, 0, 400, 300))
    hidden.putalpha(alpha)
    return hidden


# -- modes -----------------------------------------------------------------------------------------


def in_mode(photo: Image.Image, mode: str) -> Image.Image:
    match mode:
        case "I;16":
            return Image.fromarray(grey_levels(photo).astype(np.uint16) * 257)
        case "I":
            return Image.fromarray(grey_levels(photo).astype(np.int32) * 257)
        case "F":
            return Image.fromarray(grey_levels(photo).astype(np.float32) / 255)
        case "LAB":
            profiles = (ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"))
            to_lab = ImageCms.buildTransform(*profiles, "RGB", "LAB")
            lab = ImageCms.applyTransform(photo, to_lab)
            assert lab is not None
            return lab
        case "PA":
            return photo.convert("P").convert("PA")
        case _:
            return photo.convert(mode)


@pytest.mark.parametrize("scale", [0.4, 1, 2])
@pytest.mark.parametrize("mode", "L LA I;16 I F RGB RGBA RGBX CMYK YCbCr LAB P PA".split())
def test_every_mode_becomes_8_bit_rgb(photo: Image.Image, mode: str, scale: float) -> None:
    """Scaled down not at all, a little, and by halvings first."""
    photo = photo.resize((int(400 * scale), int(300 * scale)))
    grey = mode in ("L", "LA", "I;16", "I", "F")
    working = see(encode(in_mode(photo, mode), TIFF), TIFF)
    assert (working.mode, working.size) == ("RGB", (160, 120) if scale < 1 else (256, 192))
    dithered = 16 if mode in ("P", "PA") else 7
    assert tell_apart(working, photo.convert("L" if grey else "RGB")) < dithered


def test_black_and_white_is_made_grey_by_scaling(photo: Image.Image) -> None:
    working = see(encode(photo.convert("1"), PNG), PNG)
    assert working.mode == "RGB"
    assert tell_apart(working.resize((24, 18), Image.Resampling.BOX), photo.convert("L")) < 8


@pytest.mark.parametrize("mode", ["YCbCr", "CMYK", "L"])
def test_every_kind_of_jpeg_becomes_rgb(photo: Image.Image, mode: str) -> None:
    working = see(encode(photo.convert(mode), JPEG, quality=95), JPEG)
    assert working.mode == "RGB"
    assert tell_apart(working, photo.convert(mode)) < 6


def test_what_is_see_through_is_white_whatever_hides_in_it(photo: Image.Image) -> None:
    clear = make_see_through(photo)
    for data, format_ in [
        (encode(clear, PNG), PNG),
        (encode(clear.convert("LA"), PNG), PNG),
        (encode(clear, WEBP, lossless=True, exact=True), WEBP),
        (encode(clear, TIFF), TIFF),
        (encode(clear.quantize(64), PNG), PNG),
        (encode(clear, GIF), GIF),
    ]:
        right = see(data, format_).crop((130, 0, 256, 192))
        assert right.getextrema() == ((255, 255),) * 3, format_.name


def test_half_see_through_is_half_white(photo: Image.Image) -> None:
    clear = photo.copy()
    clear.putalpha(128)
    white = Image.new("RGB", photo.size, "white")
    expected = Image.blend(white, photo, 128 / 255)
    assert tell_apart(see(encode(clear, PNG), PNG), expected) < 2


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_colour_that_is_declared_see_through_is_white(photo: Image.Image, mode: str) -> None:
    marked = photo.convert("L").point(lambda level: max(level, 1)).convert(mode)
    marked.paste(0, (200, 0, 400, 300))
    key = (0, 0, 0) if mode == "RGB" else 0
    right = see(encode(marked, PNG, transparency=key), PNG).crop((130, 0, 256, 192))
    assert right.getextrema() == ((255, 255),) * 3


def test_16_bit_grey_with_a_see_through_level_is_read(photo: Image.Image) -> None:
    data = encode(in_mode(photo, "I;16"), PNG, transparency=30000)
    assert tell_apart(see(data, PNG), photo.convert("L")) < 6


@pytest.mark.parametrize("odd", [1.02, 4.0, np.nan, np.inf, -np.inf])
def test_one_odd_pixel_does_not_blacken_a_floating_point_picture(
    photo: Image.Image, odd: float
) -> None:
    """Sharpening leaves values just over 1, and measuring leaves no numbers at all."""
    levels = grey_levels(photo).astype(np.float32) / 255
    levels[0, 0] = odd
    working = see(encode(Image.fromarray(levels), TIFF), TIFF)
    assert float(grey_levels(photo).std()) / 2 < float(grey_levels(working).std())


def test_only_the_first_frame_counts(photo: Image.Image) -> None:
    other = photo.transpose(Image.Transpose.ROTATE_180)
    for format_ in (GIF, PNG, WEBP, TIFF, AVIF):
        data = encode(photo, format_, save_all=True, append_images=[other])
        assert tell_apart(see(data, format_), photo) < 8, format_.name


def test_a_raw_file_is_developed_in_its_colours(dng: bytes) -> None:
    pytest.importorskip("rawpy")
    levels = np.asarray(see(dng, RAW), int)
    left, right = levels[:, 2:6].mean(axis=(0, 1)), levels[:, -6:-2].mean(axis=(0, 1))
    assert left[0] > left[2]
    assert right[0] < right[2]


# -- orientation -----------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", [JPEG, PNG, TIFF, WEBP, AVIF, HEIF], ids=lambda one: one.name)
def test_all_eight_orientations_come_out_upright(
    photo: Image.Image, format_: formats.PictureFormat
) -> None:
    for orientation in range(1, 9):
        stored = photo
        if orientation > 1:
            stored = photo.transpose(TURNS[AS_STORED[orientation]])
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        data = encode(stored, format_, exif=exif.tobytes())
        image = imaging.open_picture(BytesIO(data), format_, ENOUGH)
        working = imaging.working_picture(image)
        info = description.describe(image)
        assert (info.width, info.height) == (400, 300), orientation
        assert tell_apart(working, photo) < 8, orientation


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(
    photo: Image.Image, orientation: int
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    assert tell_apart(see(encode(photo, JPEG, exif=exif), JPEG), photo) < 8


def test_a_jpeg_inside_a_jxl_is_turned_once(photo: Image.Image, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    photo.transpose(TURNS[8]).save(tmp_path / "a.jpg", exif=exif)
    with Image.open(tmp_path / "a.jpg") as stored:
        working = see(encode(stored, JXL, lossless_jpeg=True), JXL)
    assert tell_apart(working, photo) < 8


def declare_turned(codestream: bytes, orientation: int) -> bytes:
    """A bare JXL of 256 × 96 with its two-byte header rewritten to state an orientation."""
    size = [codestream[2 + at // 8] >> at % 8 & 1 for at in range(14)]
    turn = [orientation - 1 >> bit & 1 for bit in range(3)]
    # not all default, extra fields; 8 bit, no extra channels, XYB, default colour and tone mapping
    bits = [*size, 0, 1, *turn, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1]
    header = sum(bit << at for at, bit in enumerate(bits)).to_bytes(-(-len(bits) // 8), "little")
    return codestream[:2] + header + codestream[4:]


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_jxl_is_turned_by_its_own_header_and_not_again_by_its_exif(
    photo: Image.Image, orientation: int
) -> None:
    """The decoder turns it; encoders such as cjxl leave the EXIF tag of the JPEG as it was."""
    stored = photo.resize((256, 96))
    codestream = declare_turned(encode(stored, JXL), orientation)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = b"\0\0\0\x0cJXL \r\n\x87\n"
    for kind, content in [
        (b"ftyp", b"jxl \0\0\0\0jxl "),
        (b"Exif", bytes(4) + exif.tobytes().removeprefix(b"Exif\0\0")),
        (b"jxlc", codestream),
    ]:
        data += struct.pack(">I", 8 + len(content)) + kind + content
    expected = stored.transpose(TURNS[orientation])
    working = see(data, JXL)
    assert (expected.width > expected.height) == (working.width > working.height)
    assert tell_apart(working, expected) < 8


# -- scaling while decoding ------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1603, 1067), (1543, 1001), (3001, 2003), (399, 301), (203, 999)])
def test_a_jpeg_looks_the_same_as_when_it_is_decoded_in_full(
    originals: Path, size: tuple[int, int]
) -> None:
    with Image.open(originals / "coffee.jpg") as original:
        data = encode(original.resize(size), JPEG, quality=90)
    with Image.open(BytesIO(data)) as full:
        expected = see(encode(full, PNG), PNG)
    working = see(data, JPEG)
    assert expected.size == working.size
    assert tell_apart(working, expected) < 1


def test_a_large_jpeg_is_not_decoded_in_full(photo: Image.Image) -> None:
    image = imaging.open_picture(BytesIO(encode(photo.resize((1600, 1200)), JPEG)), JPEG, ENOUGH)
    imaging.working_picture(image)
    assert image.image.size == (400, 300)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((400, 300), (256, 192)),
        ((256, 90), (256, 90)),
        ((200, 60), (200, 60)),
        ((20, 10), (20, 10)),
        ((10000, 100), (8500, 85)),
        ((100, 10000), (85, 8500)),
        ((1, 1), (1, 1)),
        ((1, 5000), (1, 5000)),
        ((5000, 1), (5000, 1)),
    ],
)
@pytest.mark.parametrize("format_", [JPEG, PNG], ids=lambda one: one.name)
def test_a_working_picture_is_about_256_long_and_never_enlarged(
    photo: Image.Image,
    size: tuple[int, int],
    expected: tuple[int, int],
    format_: formats.PictureFormat,
) -> None:
    assert expected == see(encode(photo.resize(size), format_), format_).size


@pytest.mark.parametrize("size", [(10, 66000), (66000, 10)])
def test_a_strip_too_long_for_a_jpeg_has_a_thumbnail(
    photo: Image.Image, size: tuple[int, int]
) -> None:
    working = see(encode(photo.resize(size), PNG), PNG)
    assert imaging.thumbnail(working).startswith(b"\xff\xd8\xff")


def test_a_thumbnail_holds_nothing_of_its_file_but_the_picture(photo: Image.Image) -> None:
    """A comment may be longer than the thumbnail itself."""
    said = see(encode(photo, JPEG, comment=b"taken on a Sunday", dpi=(300, 300)), JPEG)
    assert b"Sunday" not in imaging.thumbnail(said)


def test_a_thumbnail_shows_the_picture(photo: Image.Image) -> None:
    with Image.open(BytesIO(imaging.thumbnail(see(encode(photo, PNG), PNG)))) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (256, 192))
        assert tell_apart(thumbnail, photo) < 8


@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600), (3000, 30)])
@pytest.mark.parametrize("format_", [JPEG, PNG], ids=lambda one: one.name)
def test_a_working_picture_may_be_of_another_length(
    photo: Image.Image, size: tuple[int, int], format_: formats.PictureFormat
) -> None:
    """And with no breadth wanted it is no longer than that."""
    data = encode(photo.resize(size), format_)
    picture = imaging.open_picture(BytesIO(data), format_, ENOUGH)
    working = imaging.working_picture(picture, length=500, breadth=0)
    assert max(working.size) == 500
    assert tell_apart(working, photo.resize(size)) < 8


def test_a_working_picture_of_full_length_is_the_whole(photo: Image.Image) -> None:
    picture = imaging.open_picture(BytesIO(encode(photo, PNG)), PNG, ENOUGH)
    assert imaging.working_picture(picture, length=max(picture.size)).tobytes() == photo.tobytes()


# -- bounds ----------------------------------------------------------------------------------------


def test_a_picture_of_just_as_many_pixels_as_allowed_is_read(photo: Image.Image) -> None:
    assert see(encode(photo, PNG), PNG, max_pixels=120_000).size == (256, 192)


@pytest.mark.parametrize("format_", COMPRESSED, ids=lambda one: one.name)
def test_a_picture_of_more_pixels_is_refused(
    photo: Image.Image, format_: formats.PictureFormat
) -> None:
    data = encode(photo, format_)
    with pytest.raises(UnreadablePicture, match="claims 400 × 300 pixels, more than --max-pixels"):
        imaging.open_picture(BytesIO(data), format_, 119_999)


def test_a_raw_file_of_more_pixels_is_refused_by_its_full_size(dng: bytes) -> None:
    pytest.importorskip("rawpy")
    with pytest.raises(UnreadablePicture, match="claims 64 × 48 pixels"):
        imaging.open_picture(BytesIO(dng), RAW, 64 * 48 - 1)


def test_a_header_without_data_that_claims_four_thousand_megapixels_is_refused() -> None:
    """44 bytes that would want 16 GB: refused for the claim, long before the data is missed."""
    screen = struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\2\2\x4c\1\0;"
    bomb = (b"GIF89a" + screen + frame).ljust(44, b"\0")
    assert len(bomb) == 44
    with pytest.raises(UnreadablePicture, match="claims 65535 × 65535 pixels"):
        imaging.open_picture(BytesIO(bomb), GIF, ENOUGH)


_MEASURE = """
import sys
from dupscan import imaging
from dupscan.model import formats
def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024
kind = getattr(formats, sys.argv[1])
imaging.require_decoder(kind)
before = peak()
try:
    imaging.open_picture(open(sys.argv[2], "rb"), kind, 1000)
except imaging.UnreadablePicture:
    print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by Linux")
@pytest.mark.parametrize("format_", [JXL, HEIF, AVIF, WEBP], ids=lambda one: one.name)
def test_a_small_file_of_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, format_: formats.PictureFormat
) -> None:
    options = {"effort": 1} if format_ is JXL else {}
    (tmp_path / "bomb").write_bytes(
        encode(Image.new("RGB", (4000, 4000), "white"), format_, **options)
    )
    command = [sys.executable, "-W", "ignore", "-c", _MEASURE, format_.name, tmp_path / "bomb"]
    megabytes = int(run_to_end(command, check=True, capture_output=True, text=True).stdout)
    assert megabytes < 25


# -- damage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", COMPRESSED, ids=lambda one: one.name)
def test_a_file_cut_off_is_unreadable_and_says_why_in_one_line(
    photo: Image.Image, format_: formats.PictureFormat
) -> None:
    data = encode(photo, format_)
    for share in (0.02, 0.3, 0.6, 0.9, 0.98):
        with pytest.raises(UnreadablePicture) as failure:
            see(data[: int(share * len(data))], format_)
        reason = str(failure.value)
        assert reason.startswith(f"damaged {format_.name} file: "), share
        assert " object at 0x" not in reason, "an address that is another in each run"
        assert len(reason.splitlines()) == 1


@pytest.mark.parametrize(
    ("format_", "options"),
    [(JPEG, {"progressive": True}), (TIFF, {"compression": "tiff_lzw"}), (PNG, {"optimize": True})],
    ids=["progressive JPEG", "LZW TIFF", "PNG"],
)
def test_half_a_file_is_no_picture_however_it_was_compressed(
    photo: Image.Image, format_: formats.PictureFormat, options: dict[str, object]
) -> None:
    data = encode(photo, format_, **options)
    with pytest.raises(UnreadablePicture):
        see(data[: len(data) // 2], format_)


def test_half_a_raw_file_is_no_picture(dng: bytes) -> None:
    pytest.importorskip("rawpy")
    with pytest.raises(UnreadablePicture):
        see(dng[:3000], RAW)


@pytest.mark.parametrize("word", ["transparency", "icc_profile", "interlace", "gamma", "exif"])
def test_a_comment_behind_a_png_is_not_taken_for_a_note_of_its_decoder(
    photo: Image.Image, word: str
) -> None:
    data, text = encode(photo, PNG), word.encode() + b"\0a comment"
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text
    chunk += zlib.crc32(chunk[4:]).to_bytes(4, "big")
    assert tell_apart(see(data[:-12] + chunk + data[-12:], PNG), photo) < 8


def test_a_file_is_opened_by_the_decoder_of_its_format_and_by_no_other(photo: Image.Image) -> None:
    for data in (encode(photo, PNG), b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b""):
        with pytest.raises(UnreadablePicture, match="damaged JPEG file"):
            imaging.open_picture(BytesIO(data), JPEG, ENOUGH)


def test_a_decoder_that_is_not_installed_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imaging.decoders._is_installed.cache_clear()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # so that importing it fails
    with pytest.raises(MissingExtra, match=r"HEIF: needs dupscan\[heif\] to be installed"):
        imaging.open_picture(BytesIO(b""), HEIF, ENOUGH)
    imaging.decoders._is_installed.cache_clear()
