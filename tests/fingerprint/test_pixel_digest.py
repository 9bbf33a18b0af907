"""Exactly the same picture has one digest whatever file it is in, and no other picture has it."""

from __future__ import annotations

import io
import os
import pickle
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageColor
from support.processes import run_to_end

from dupscan.fingerprint.pixel_digest import (
    DifferingBox,
    PixelDigest,
    differing_box,
    pixel_digest,
)
from dupscan.imaging import reading
from dupscan.model.files import Failure, FailureKind, FileEntry
from dupscan.settings import FingerprintSettings

SETTINGS = FingerprintSettings()
ORIENTATION = 0x0112
TURN_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What stores an upright picture so that an orientation brings it back."""

EntryOf = Callable[[Path], FileEntry]
Digest = Callable[..., PixelDigest]


@pytest.fixture
def small(photo: Image.Image) -> Image.Image:
    return photo.resize((61, 43))


@pytest.fixture
def digest(tmp_path: Path, entry_of: EntryOf) -> Digest:
    """Save a picture under a name, or write bytes, and digest the file."""

    def make(picture: Image.Image | bytes, name: str, **options: object) -> PixelDigest:
        path = tmp_path / name
        if isinstance(picture, bytes):
            path.write_bytes(picture)
        else:
            picture.save(path, **options)
        found = pixel_digest(entry_of(path), SETTINGS)
        assert isinstance(found, PixelDigest), found
        return found

    return make


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def in_mode(picture: Image.Image, mode: str) -> Image.Image:
    grey = np.asarray(picture.convert("L"))
    match mode:
        case "I;16":
            return Image.fromarray(grey.astype(np.uint16) * 257 + 3)
        case "I":
            return Image.fromarray(grey.astype(np.int32) * 100_000)
        case "F":
            return Image.fromarray(grey.astype(np.float32) / 255)
        case "LAB":
            profiles = (ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"))
            to_lab = ImageCms.buildTransform(*profiles, "RGB", "LAB")
            lab = ImageCms.applyTransform(picture, to_lab)
            assert lab is not None
            return lab
        case _:
            return picture.convert(mode)


# -- the same picture ------------------------------------------------------------------------------


def test_lossless_formats_hold_the_same_picture(small: Image.Image, digest: Digest) -> None:
    png = digest(small, "a.png")
    assert png.digest is not None
    for name, options in {
        "a.bmp": {},
        "a.tif": {},
        "deflated.tif": {"compression": "tiff_deflate"},
        "a.webp": {"lossless": True},
        "a.jp2": {},
    }.items():
        assert png == digest(small, name, **options), name


def test_so_does_lossless_heif(small: Image.Image, digest: Digest) -> None:
    pytest.importorskip("pillow_heif").register_heif_opener()
    options = {"quality": -1, "chroma": 444, "matrix_coefficients": 0}
    assert digest(small, "a.png") == digest(small, "a.heic", **options)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_a_profile_that_a_decoder_of_jpeg_xl_makes_is_none(
    small: Image.Image, digest: Digest, mode: str
) -> None:
    pytest.importorskip("pillow_jxl")
    picture = small.convert(mode)
    jxl = digest(picture, "a.jxl", lossless=True)
    assert jxl.digest is not None
    assert jxl == digest(picture, "a.png")


def test_a_progressive_jpeg_is_the_baseline_one(originals: Path, digest: Digest) -> None:
    with Image.open(originals / "coffee.jpg") as coffee:
        baseline = digest(coffee, "baseline.jpg", quality=85)
        assert baseline == digest(coffee, "progressive.jpg", quality=85, progressive=True)
        assert baseline == digest(coffee, "optimized.jpg", quality=85, optimize=True)
        assert baseline != digest(coffee, "better.jpg", quality=86)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.avif"])
def test_metadata_make_no_difference(small: Image.Image, digest: Digest, name: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a day at the sea"
    exif[0x0132] = "2026:11:22 09:41:00"
    plain = digest(small, name)
    assert plain.digest is not None
    assert plain == digest(small, f"tagged {name}", exif=exif, dpi=(300, 300))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "I;16", "P"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_the_upright_one(
    small: Image.Image, digest: Digest, orientation: int, mode: str
) -> None:
    upright = in_mode(small, mode)
    stored = upright.transpose(TURN_BACK[orientation]) if orientation > 1 else upright
    expected = digest(upright, "upright.png")
    assert expected == digest(stored, "turned.png", exif=turned(orientation))
    if orientation > 1:
        assert expected != digest(stored, "as stored.png")


def test_a_turned_jpeg_has_the_pixels_of_the_png_made_from_it(
    small: Image.Image, digest: Digest, tmp_path: Path
) -> None:
    jpeg = digest(small, "a.jpg", exif=turned(6))
    with Image.open(tmp_path / "a.jpg") as stored:
        assert jpeg == digest(stored.transpose(Image.Transpose.ROTATE_270), "a.png", exif=b"")


def test_a_palette_counts_as_its_colours(small: Image.Image, digest: Digest) -> None:
    indexed = small.quantize(16)
    expected = digest(indexed.convert("RGB"), "rgb.png")
    for name in ("a.png", "a.gif", "a.bmp", "a.tif"):
        assert expected == digest(indexed, name), name
    assert expected == digest(indexed.remap_palette(list(range(15, -1, -1))), "sorted.png")


def test_a_colour_declared_see_through_counts_as_alpha(small: Image.Image, digest: Digest) -> None:
    clear = small.convert("RGBA")
    clear.putalpha(small.convert("L").point(lambda level: 0 if level == 100 else 255))
    grey = Image.merge("LA", (small.convert("L"), clear.getchannel("A")))
    assert digest(grey, "la.png") == digest(small.convert("L"), "l.png", transparency=100)


def test_the_srgb_chunk_and_its_gamma_say_what_goes_without_saying(
    small: Image.Image, digest: Digest
) -> None:
    plain = digest(small, "a.png")
    file = io.BytesIO()
    small.save(file, "PNG")
    assert plain == digest(with_chunk(file.getvalue(), b"sRGB", b"\0"), "srgb.png")
    usual = (45455).to_bytes(4, "big")
    assert plain == digest(with_chunk(file.getvalue(), b"gAMA", usual), "gamma.png")
    linear = (100_000).to_bytes(4, "big")
    assert plain != digest(with_chunk(file.getvalue(), b"gAMA", linear), "linear.png")


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    crc = zlib.crc32(kind + body).to_bytes(4, "big")
    return png[:33] + len(body).to_bytes(4, "big") + kind + body + crc + png[33:]


# -- other pictures --------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", "1 L LA RGB RGBA CMYK LAB YCbCr I;16 I F P PA".split())
def test_one_sample_makes_another_picture_in_every_mode(
    small: Image.Image, digest: Digest, mode: str
) -> None:
    picture = in_mode(small, mode)
    other = picture.copy()
    other.paste(picture.crop((30, 20, 31, 21)).transpose(Image.Transpose.ROTATE_180), (60, 42))
    changed = np.asarray(picture).tobytes() != np.asarray(other).tobytes()
    one = digest(picture, "a.tif")
    assert one.digest is not None
    assert changed == (one != digest(other, "b.tif"))
    if mode != "YCbCr":  # which Pillow keeps as it is only where it is not compressed
        assert one == digest(picture, "c.tif", compression="tiff_lzw")


def test_a_difference_in_the_last_bit_of_16_counts(small: Image.Image, digest: Digest) -> None:
    levels = np.asarray(in_mode(small, "I;16")).copy()
    one = digest(Image.fromarray(levels), "a.png")
    assert one.digest is not None
    levels[42, 60] ^= 1
    assert one != digest(Image.fromarray(levels), "b.png")


def test_grey_is_the_same_grey_in_rgb(small: Image.Image, digest: Digest) -> None:
    grey = small.convert("L")
    assert digest(grey, "l.png") == digest(grey.convert("RGB"), "rgb.png")
    assert digest(grey, "l.png") == digest(grey, "l.webp", lossless=True)
    assert digest(grey, "l.png") != digest(small, "colours.png")


def test_an_alpha_channel_counts_where_something_is_see_through(
    small: Image.Image, digest: Digest
) -> None:
    opaque = digest(small, "rgb.png")
    assert opaque == digest(small.convert("RGBA"), "rgba.png")
    see_through = small.convert("RGBA")
    see_through.putpixel((3, 3), (*small.getpixel((3, 3)), 254))  # type: ignore[misc]
    assert opaque != digest(see_through, "see-through.png")


def test_black_and_white_is_the_same_in_8_bits(small: Image.Image, digest: Digest) -> None:
    assert digest(small.convert("1"), "1.png") == digest(small.convert("1").convert("L"), "8.png")


def test_8_bits_are_not_the_same_levels_in_16(small: Image.Image, digest: Digest) -> None:
    grey = small.convert("L")
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    assert digest(grey, "8.png") != digest(deep, "16.png")


def test_no_profile_is_not_srgb(small: Image.Image, digest: Digest) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    other = srgb[:-1] + bytes([srgb[-1] ^ 1])
    tagged = digest(small, "srgb.png", icc_profile=srgb)
    assert tagged == digest(small, "srgb.tif", icc_profile=srgb)
    assert len({digest(small, "a.png"), tagged, digest(small, "b.png", icc_profile=other)}) == 3


def test_adobe_rgb_may_be_told_by_exif_alone(small: Image.Image, digest: Digest) -> None:
    """Cameras do so, and stripping it changes every colour."""
    exif = Image.Exif()
    exif[0x8769] = {0xA001: 2}
    assert digest(small, "a.jpg") != digest(small, "b.jpg", exif=exif)


def test_one_colour_under_full_transparency_says_nothing(
    small: Image.Image, digest: Digest
) -> None:
    """Each program fills see-through places with a colour of its own."""
    found = []
    for name in ("red", "blue"):
        picture = small.convert("RGBA")
        picture.paste((*ImageColor.getrgb(name)[:3], 0), (0, 0, 9, 9))
        found.append(digest(picture, f"{name}.png"))
    assert found[0] == found[1]
    assert found[0] != digest(small, "opaque.png")


def test_a_picture_hidden_under_full_transparency_counts(
    small: Image.Image, digest: Digest
) -> None:
    hidden = small.copy()
    hidden.putalpha(0)
    assert digest(hidden, "a.png") != digest(Image.new("RGBA", small.size), "b.png")


def test_a_gif_is_its_lossless_webp(small: Image.Image, digest: Digest, tmp_path: Path) -> None:
    """Also where the colours below transparency were cleared, as WebP does if it may."""
    picture = small.convert("RGBA")
    picture.paste((0, 0, 0, 0), (0, 0, 9, 9))
    gif = digest(picture, "a.gif")
    with Image.open(tmp_path / "a.gif") as opened:
        shown = opened.convert("RGBA")
    assert gif == digest(shown, "exact.webp", lossless=True, exact=True)
    assert gif == digest(shown, "cleared.webp", lossless=True)


def test_sizes_count_though_the_samples_are_the_same(digest: Digest) -> None:
    assert digest(Image.new("L", (6, 4)), "a.png") != digest(Image.new("L", (4, 6)), "b.png")


# -- several frames --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.tif", "a.mpo", "a.avif"])
def test_every_frame_counts(small: Image.Image, digest: Digest, name: str) -> None:
    a, b = (small.transpose(Image.Transpose(turn)) for turn in (0, 1))

    def several(*others: Image.Image) -> PixelDigest:
        return digest(small, name, save_all=True, append_images=list(others))

    assert several(a, b).digest is not None
    assert several(a, b) == several(a, b)
    assert len({several(a, b), several(b, a), several(a), several()}) == 4


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp"])
def test_how_long_a_frame_is_shown_counts(small: Image.Image, digest: Digest, name: str) -> None:
    others = [small.transpose(Image.Transpose.ROTATE_180)]
    slow, fast = (
        digest(small, name, save_all=True, append_images=others, duration=milliseconds)
        for milliseconds in (500, 100)
    )
    assert slow != fast


def test_a_film_that_ends_is_not_one_that_goes_on(small: Image.Image, digest: Digest) -> None:
    """GIF counts the repetitions after the first time, APNG and WebP the times in all."""
    other = small.convert("L").transpose(Image.Transpose.ROTATE_180)
    options = {"save_all": True, "append_images": [other], "duration": 100}
    twice = digest(small.convert("L"), "a.gif", loop=1, **options)
    assert twice == digest(small.convert("L"), "a.webp", lossless=True, loop=2, **options)
    assert twice == digest(small.convert("L").convert("RGB"), "a.png", loop=2, **options)
    assert twice != digest(small.convert("L"), "b.gif", loop=0, **options)
    assert twice != digest(small.convert("L"), "b.gif", **options)


def test_an_animation_is_the_same_in_another_format(small: Image.Image, digest: Digest) -> None:
    clear = small.convert("RGBA")
    clear.putalpha(200)
    other = clear.transpose(Image.Transpose.ROTATE_180)
    options = {"save_all": True, "append_images": [other], "duration": 100}
    assert digest(clear, "a.png", **options) == digest(clear, "a.webp", lossless=True, **options)


def test_each_page_has_its_own_profile(small: Image.Image, digest: Digest) -> None:
    """Pillow hands on that of the page before."""
    plain, tagged = small.copy(), small.copy()
    tagged.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name in ("a.tif", "a.mpo"):
        first = digest(tagged, name, save_all=True, append_images=[tagged])
        assert first != digest(tagged, name, save_all=True, append_images=[plain]), name


def test_each_page_is_turned_as_it_says_itself(small: Image.Image, digest: Digest) -> None:
    pages = [small, small.transpose(Image.Transpose.ROTATE_180)]
    stored = [page.transpose(TURN_BACK[6]) for page in pages]
    expected = digest(pages[0], "upright.tif", save_all=True, append_images=pages[1:])
    turn = {"tiffinfo": {ORIENTATION: 6}}
    assert expected == digest(
        stored[0], "turned.tif", save_all=True, append_images=stored[1:], **turn
    )


# -- what cannot be told, and what cannot be read --------------------------------------------------


def test_a_raw_file_has_no_digest(dng: bytes, digest: Digest) -> None:
    pytest.importorskip("rawpy")
    expected = PixelDigest(None, "a RAW file is developed at half its size")
    assert expected == digest(dng, "a.dng")


def test_two_without_a_digest_are_not_the_same() -> None:
    unknown = PixelDigest(None, "its layers are not decoded")
    assert not unknown.same_as(unknown)
    assert not unknown.same_as(PixelDigest(b"1"))
    assert PixelDigest(b"1").same_as(PixelDigest(b"1"))


def test_an_empty_file_is_a_failure(tmp_path: Path, entry_of: EntryOf) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    expected = Failure(
        str(path), "decode", "no picture in it that is opened here", FailureKind.NO_PICTURE
    )
    assert expected == pixel_digest(entry_of(path), SETTINGS)


@pytest.mark.parametrize("name", "a.jpg a.png a.gif a.bmp a.tif a.webp a.jp2 a.avif".split())
def test_a_file_cut_off_is_a_failure(
    small: Image.Image, tmp_path: Path, entry_of: EntryOf, name: str
) -> None:
    small.save(tmp_path / "whole", {".jp2": "JPEG2000"}.get(name[1:]) or Image.EXTENSION[name[1:]])
    whole = (tmp_path / "whole").read_bytes()
    for share in (0.3, 0.6, 0.9):
        (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
        found = pixel_digest(entry_of(tmp_path / name), SETTINGS)
        assert isinstance(found, Failure), share
        assert found.stage == "decode"


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.tif", "a.mpo"])
def test_a_file_cut_off_in_a_later_frame_has_no_digest(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf, name: str
) -> None:
    others = [photo.transpose(Image.Transpose(turn)) for turn in (0, 1)]
    photo.save(tmp_path / name, save_all=True, append_images=others)
    os.truncate(tmp_path / name, int(0.85 * (tmp_path / name).stat().st_size))
    found = pixel_digest(entry_of(tmp_path / name), SETTINGS)
    assert isinstance(found, Failure) or (name, found.digest) == ("a.mpo", None)


def test_a_file_that_changed_since_the_walk_is_a_failure(
    small: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    small.save(tmp_path / "a.png")
    before = entry_of(tmp_path / "a.png")
    small.transpose(Image.Transpose.ROTATE_180).save(tmp_path / "a.png")
    for found in (
        pixel_digest(before, SETTINGS),
        differing_box(before, entry_of(tmp_path / "a.png"), SETTINGS),
    ):
        assert isinstance(found, Failure)
        assert (found.stage, found.reason.split(";")[0]) == (
            "read",
            "changed while the scan was running",
        )


def test_a_picture_of_too_many_pixels_is_a_failure(
    small: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    small.save(tmp_path / "a.png")
    found = pixel_digest(entry_of(tmp_path / "a.png"), FingerprintSettings(max_pixels=61 * 43 - 1))
    assert isinstance(found, Failure)
    assert found.reason.startswith("claims 61 × 43 pixels")


def test_a_large_file_is_decoded_from_the_disk(
    small: Image.Image, digest: Digest, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("a.png", "a.tif", "a.jpg", "a.gif", "a.jp2", "a.webp")
    in_memory = [digest(small, name) for name in names]
    monkeypatch.setattr(reading, "MAX_BYTES_READ_WHOLE", 100)
    assert in_memory == [digest(small, name) for name in names]


def test_a_digest_travels_between_processes(small: Image.Image, digest: Digest) -> None:
    found = digest(small, "a.png")
    assert found == pickle.loads(pickle.dumps(found))  # noqa: S301


_MEASURE = """
import os, sys
from dupscan.model.pictures import FileEntry
from dupscan.fingerprint.pixel_digest import pixel_digest
from dupscan.settings import FingerprintSettings
def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024
status = os.stat(sys.argv[1])
file = FileEntry(sys.argv[1], status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, 1)
before = peak()
assert pixel_digest(file, FingerprintSettings()).digest is not None
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by Linux")
def test_a_turned_picture_is_in_memory_once(tmp_path: Path) -> None:
    """96 MB as decoded (Pillow keeps four bytes a pixel), and no second copy to turn it."""
    Image.new("RGB", (6000, 4000)).save(tmp_path / "a.png", exif=turned(6), compress_level=1)
    command = [sys.executable, "-c", _MEASURE, tmp_path / "a.png"]
    megabytes = int(run_to_end(command, check=True, capture_output=True, text=True).stdout)
    assert megabytes < 150


# -- where two pictures differ ---------------------------------------------------------------------


@pytest.fixture
def box(tmp_path: Path, entry_of: EntryOf) -> Callable[..., DifferingBox]:
    """Save two pictures, each with its options, and find where they differ."""

    def find(one: Image.Image, other: Image.Image, **options: object) -> DifferingBox:
        one.save(tmp_path / "one.tif")
        other.save(tmp_path / "other.png", **options)
        entries = entry_of(tmp_path / "one.tif"), entry_of(tmp_path / "other.png")
        found = differing_box(*entries, SETTINGS)
        assert isinstance(found, DifferingBox), found
        return found

    return find


Box = Callable[..., DifferingBox]


@pytest.mark.parametrize("mode", "1 L LA RGB RGBA P I;16".split())
def test_equal_pictures_differ_nowhere(small: Image.Image, box: Box, mode: str) -> None:
    assert DifferingBox(None) == box(in_mode(small, mode), in_mode(small, mode))


def test_the_box_holds_all_pixels_that_differ_and_no_more(small: Image.Image, box: Box) -> None:
    other = small.copy()
    for place in ((7, 30), (50, 4)):
        red, green, blue = small.getpixel(place)
        other.putpixel(place, (red, green, blue ^ 1))
    assert DifferingBox((7, 4, 51, 31)) == box(small, other)


def test_the_box_is_that_of_the_upright_pictures(small: Image.Image, box: Box) -> None:
    other = small.copy()
    other.paste("red", (10, 20, 13, 22))
    stored = other.transpose(TURN_BACK[6])
    assert DifferingBox((10, 20, 13, 22)) == box(small, stored, exif=turned(6))


def test_a_difference_that_only_alpha_shows_is_found(small: Image.Image, box: Box) -> None:
    other = small.convert("RGBA")
    other.putpixel((3, 4), (*small.getpixel((3, 4)), 254))
    assert DifferingBox((3, 4, 4, 5)) == box(small, other)


def test_a_box_in_a_picture_of_many_bands_is_where_it_is(box: Box) -> None:
    one = Image.new("L", (3000, 3000))
    other = one.copy()
    for place in ((5, 100), (2000, 2999)):
        other.putpixel(place, 1)
    assert DifferingBox((5, 100, 2001, 3000)) == box(one, other)


def test_grey_is_laid_on_colour(small: Image.Image, box: Box) -> None:
    grey = small.convert("L")
    assert DifferingBox(None) == box(grey, grey.convert("RGB"))


def test_pictures_of_two_sizes_cannot_be_laid_on_each_other(small: Image.Image, box: Box) -> None:
    expected = DifferingBox(None, "61 × 43 pixels against 30 × 20")
    assert expected == box(small, small.crop((0, 0, 30, 20)))


def test_neither_can_samples_of_two_kinds(small: Image.Image, box: Box) -> None:
    assert DifferingBox(None, "F against RGB") == box(in_mode(small, "F"), small)


def test_the_one_that_cannot_be_read_is_named(
    small: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    small.save(tmp_path / "sound.png")
    (tmp_path / "bad.png").write_bytes((tmp_path / "sound.png").read_bytes()[:200])
    sound, bad = (entry_of(tmp_path / f"{name}.png") for name in ("sound", "bad"))
    for pair in ((sound, bad), (bad, sound)):
        found = differing_box(*pair, SETTINGS)
        assert isinstance(found, Failure)
        assert bad.path == found.path
