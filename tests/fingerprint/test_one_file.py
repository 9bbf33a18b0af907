"""One file → its fingerprint, or a value that says why not."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps
from support.processes import run_to_end

from dupscan.fingerprint import features, phash
from dupscan.fingerprint import one_file as room
from dupscan.fingerprint.one_file import fingerprint
from dupscan.model.files import Failure, FailureKind, FileEntry, PassedOver
from dupscan.model.pictures import Fingerprint
from dupscan.model.views import FIXED, PARTS, trimmed
from dupscan.settings import FingerprintSettings, MatchSettings

SETTINGS = FingerprintSettings()
EntryOf = Callable[[Path], FileEntry]


@pytest.fixture
def read(entry_of: EntryOf) -> Callable[..., Fingerprint]:
    """Fingerprint a file that is a sound picture."""

    def run(path: Path, settings: FingerprintSettings = SETTINGS) -> Fingerprint:
        found = fingerprint(entry_of(path), settings)
        assert isinstance(found, Fingerprint), found
        return found

    return run


def written(found: Fingerprint) -> str:
    """All of a fingerprint in words; its arrays have no single answer to being equal."""
    return json.dumps(
        asdict(found), default=lambda it: it.hex() if type(it) is bytes else it.tolist()
    )


# -- files that are no pictures --------------------------------------------------------------------


def test_an_empty_file_named_like_a_picture_is_a_failure(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "a.jpg").touch()
    found = fingerprint(entry_of(tmp_path / "a.jpg"), SETTINGS)
    assert Failure(str(tmp_path / "a.jpg"), "read", "empty file", FailureKind.NO_PICTURE) == found


def test_an_empty_file_of_another_name_is_passed_over(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "a.txt").touch()
    found = fingerprint(entry_of(tmp_path / "a.txt"), SETTINGS)
    assert PassedOver(str(tmp_path / "a.txt"), "not a picture") == found


def test_text_named_like_a_picture_is_a_failure(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "a.jpg").write_text("<html>404 not found</html>")
    found = fingerprint(entry_of(tmp_path / "a.jpg"), SETTINGS)
    assert isinstance(found, Failure)
    expected = ("read", FailureKind.NO_PICTURE)
    assert (found.stage, found.kind) == expected
    assert found.reason == "no picture in it of a known format, whatever its name says"


def test_metadata_named_like_a_picture_are_called_that(tmp_path: Path, entry_of: EntryOf) -> None:
    for text in ("<?xpacket begin=''?>", "\ufeff<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"):
        (tmp_path / "a.jpg").write_text(text, encoding="utf-8")
        found = fingerprint(entry_of(tmp_path / "a.jpg"), SETTINGS)
        assert isinstance(found, Failure)
        assert (found.kind, found.reason) == (
            FailureKind.NO_PICTURE,
            "metadata only, no picture data",
        )


def test_text_named_as_text_is_passed_over(tmp_path: Path, entry_of: EntryOf) -> None:
    (tmp_path / "notes.txt").write_text("buy milk")
    found = fingerprint(entry_of(tmp_path / "notes.txt"), SETTINGS)
    assert PassedOver(str(tmp_path / "notes.txt"), "not a picture") == found


def test_a_picture_named_as_text_is_read(
    photo: Image.Image, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    photo.save(tmp_path / "notes.txt", "PNG")
    assert read(tmp_path / "notes.txt").traits.info.format == "PNG"


def test_a_format_that_is_not_opened_is_passed_over_by_name(
    tmp_path: Path, entry_of: EntryOf
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"8BPS\0\1" + bytes(60))
    found = fingerprint(entry_of(tmp_path / "a.jpg"), SETTINGS)
    assert PassedOver(str(tmp_path / "a.jpg"), "PSD is not compared") == found


def test_a_file_without_its_decoder_is_passed_over_with_what_to_install(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64))
    room.imaging.decoders._is_installed.cache_clear()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # so that importing it fails
    found = fingerprint(entry_of(tmp_path / "a.heic"), SETTINGS)
    room.imaging.decoders._is_installed.cache_clear()
    assert isinstance(found, PassedOver)
    assert found.kind == "HEIF: needs dupscan[heif] to be installed"


# -- files that change under way -------------------------------------------------------------------


def save_and_enter(photo: Image.Image, path: Path, entry_of: EntryOf) -> FileEntry:
    photo.save(path)
    return entry_of(path)


def reason_of(found: object) -> str:
    assert isinstance(found, Failure), found
    assert found.stage == "read"
    return found.reason


def test_a_file_that_grew_since_the_walk_is_a_failure(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    file = save_and_enter(photo, tmp_path / "a.png", entry_of)
    with open(file.path, "ab") as again:
        again.write(b"more")
    os.utime(file.path, ns=(file.mtime_ns, file.mtime_ns))
    assert "changed while the scan was running" in reason_of(fingerprint(file, SETTINGS))


def test_a_file_written_again_at_the_same_length_is_a_failure(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    file = save_and_enter(photo, tmp_path / "a.png", entry_of)
    os.utime(file.path, ns=(file.mtime_ns, file.mtime_ns + 1))
    assert "changed while the scan was running" in reason_of(fingerprint(file, SETTINGS))


def test_another_file_in_its_place_with_its_size_and_time_is_a_failure(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    file = save_and_enter(photo, tmp_path / "a.png", entry_of)
    photo.save(tmp_path / "b.png")
    os.utime(tmp_path / "b.png", ns=(file.mtime_ns, file.mtime_ns))
    os.replace(tmp_path / "b.png", file.path)
    assert "changed while the scan was running" in reason_of(fingerprint(file, SETTINGS))


def test_a_file_that_vanished_is_a_failure(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    file = save_and_enter(photo, tmp_path / "a.png", entry_of)
    os.unlink(file.path)
    assert reason_of(fingerprint(file, SETTINGS)) == "vanished while the scan was running"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no FIFOs")
def test_a_fifo_in_its_place_is_a_failure_and_nothing_waits(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    file = save_and_enter(photo, tmp_path / "a.png", entry_of)
    os.unlink(file.path)
    os.mkfifo(file.path)
    assert "changed while the scan was running" in reason_of(fingerprint(file, SETTINGS))


def test_a_folder_in_its_place_is_a_failure(
    photo: Image.Image, tmp_path: Path, entry_of: EntryOf
) -> None:
    file = save_and_enter(photo, tmp_path / "a.png", entry_of)
    os.unlink(file.path)
    os.mkdir(file.path)
    assert reason_of(fingerprint(file, SETTINGS)) == "Is a directory"


_READ = """
import os, resource, sys
from dupscan.fingerprint.one_file import fingerprint
from dupscan.model.pictures import FileEntry
from dupscan.settings import FingerprintSettings
status = os.stat(sys.argv[1])
if len(sys.argv) > 2:
    in_use = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + int(sys.argv[2]),) * 2)
file = FileEntry(
    sys.argv[1], status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, status.st_nlink
)
found = fingerprint(file, FingerprintSettings())
print(type(found).__name__, getattr(found, "stage", None), getattr(found, "reason", None), sep="|")
"""


def read_elsewhere(path: Path, *limit: str, begin: tuple[str, ...] = ()) -> str:
    """What a process of its own says of a file; `begin` are words in front of its command."""
    command = [*begin, sys.executable, "-W", "ignore", "-c", _READ, path, *limit]
    return run_to_end(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_file_without_permission_is_a_failure(
    photo: Image.Image, tmp_path: Path, unprivileged: list[str]
) -> None:
    photo.save(tmp_path / "a.png")
    (tmp_path / "a.png").chmod(0)
    said = read_elsewhere(tmp_path / "a.png", begin=tuple(unprivileged))
    assert said == "Failure|read|no permission to read it"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is told by Linux")
def test_a_sound_picture_is_not_called_damaged_when_memory_runs_out(tmp_path: Path) -> None:
    Image.new("RGB", (9000, 9000), "teal").save(tmp_path / "a.png", compress_level=1)
    said = read_elsewhere(tmp_path / "a.png", str(150 << 20))  # the picture wants 243 MB
    assert said == "Failure|decode|needs more memory than there is"


def test_a_huge_file_is_not_handed_to_a_decoder_that_wants_it_whole(
    photo: Image.Image, tmp_path: Path, entry_of: Callable[[Path], FileEntry]
) -> None:
    """A sound WebP, extended to 3 GB by a hole."""
    photo.save(tmp_path / "a.webp")
    os.truncate(tmp_path / "a.webp", 3 << 30)
    failure = room.fingerprint(entry_of(tmp_path / "a.webp"), FingerprintSettings())
    assert isinstance(failure, Failure)
    assert failure.reason == "too large for a WEBP file"


# -- what a fingerprint holds ----------------------------------------------------------------------


def test_the_digest_is_that_of_all_the_bytes(
    originals: Path, read: Callable[..., Fingerprint]
) -> None:
    path = originals / "chelsea.jpg"
    assert hashlib.sha256(path.read_bytes()).digest() == read(path).traits.digest


def test_a_file_is_left_as_it_was(
    photo: Image.Image, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    photo.save(tmp_path / "a.jpg")
    (tmp_path / "a.jpg").chmod(0o400)
    before, content = os.stat(tmp_path / "a.jpg"), (tmp_path / "a.jpg").read_bytes()
    read(tmp_path / "a.jpg")
    after = os.stat(tmp_path / "a.jpg")
    assert before.st_ctime_ns == after.st_ctime_ns
    assert content == (tmp_path / "a.jpg").read_bytes()


def test_a_large_file_is_read_from_the_disk_with_the_same_result(
    originals: Path, read: Callable[..., Fingerprint], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("coffee.jpg", "coins.png"):
        from_memory = read(originals / name)
        with monkeypatch.context() as patch:
            patch.setattr(room, "MAX_BYTES_READ_WHOLE", 1000)
            assert written(from_memory) == written(read(originals / name))


def test_a_fingerprint_survives_the_way_between_processes(
    originals: Path, read: Callable[..., Fingerprint]
) -> None:
    found = read(originals / "rocket.jpg")
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 (our own)
    assert written(found) == written(again)


def test_the_hash_is_that_of_imagehash_bit_for_bit(
    originals: Path, read: Callable[..., Fingerprint]
) -> None:
    for path in sorted(originals.iterdir()):
        found = read(path)
        grey = Image.fromarray(found.likeness.planes[0])
        assert f"{found.traits.hashes.plain:016x}" == str(imagehash.phash(grey)), path.name


def test_the_small_grey_is_what_imagehash_itself_would_make_of_a_picture(
    photo: Image.Image,
) -> None:
    grey = photo.convert("L")
    small = Image.fromarray(features.small_planes(photo, grey)[0])
    assert str(imagehash.phash(grey)) == f"{phash.phash(small):016x}"


def test_the_hash_of_a_real_photograph_is_near_that_of_a_full_decode(
    originals: Path, read: Callable[..., Fingerprint]
) -> None:
    """A wall of bricks, with next to no coarse shapes for a hash to be of, is the farthest."""
    distances = {}
    for path in sorted(originals.iterdir()):
        with Image.open(path) as image:
            full = int(str(imagehash.phash(image)), 16)
        distances[path.name] = (full ^ read(path).traits.hashes.plain).bit_count()
    assert distances.pop("brick.jpg") <= MatchSettings().radius
    assert max(distances.values()) <= 2


@pytest.mark.parametrize("size", [(1603, 1067), (1543, 1001), (1999, 203), (3001, 2003)])
def test_a_jpeg_scaled_by_its_decoder_hashes_like_the_same_pixels_in_a_png(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint], size: tuple[int, int]
) -> None:
    with Image.open(originals / "astronaut.jpg") as original:
        original.resize(size).save(tmp_path / "a.jpg", quality=90)
    with Image.open(tmp_path / "a.jpg") as full:
        full.convert("RGB").save(tmp_path / "a.png", compress_level=1)
    one, other = read(tmp_path / "a.jpg"), read(tmp_path / "a.png")
    assert (one.traits.hashes.plain ^ other.traits.hashes.plain).bit_count() <= 2
    assert np.abs(one.likeness.planes.astype(int) - other.likeness.planes).max() <= 4


def test_every_row_of_a_histogram_sums_to_one(
    originals: Path, read: Callable[..., Fingerprint]
) -> None:
    for path in sorted(originals.iterdir()):
        assert np.allclose(1, read(path).likeness.histogram.sum(axis=1), atol=1e-5), path.name


def test_a_picture_and_its_half_have_nearly_the_same_histograms(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    for name in ("coffee.jpg", "chelsea.jpg", "rocket.jpg"):
        with Image.open(originals / name) as image:
            image.reduce(2).save(tmp_path / name, quality=95)
        whole, half = (read(folder / name).likeness.histogram for folder in (originals, tmp_path))
        assert np.sqrt(np.mean((whole - half) ** 2)) < 0.003, name
        assert np.abs(np.cumsum(whole, axis=1) - np.cumsum(half, axis=1)).max() < 0.05, name


def test_a_blank_page_has_no_detail_and_photographs_have_much(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    Image.new("RGB", (300, 400), "ivory").save(tmp_path / "blank.png")
    assert read(tmp_path / "blank.png").traits.detail == 0
    for path in sorted(originals.iterdir()):
        assert read(path).traits.detail > 2 * MatchSettings().min_detail, path.name


def test_what_is_compared_has_the_shapes_it_promises(
    originals: Path, read: Callable[..., Fingerprint]
) -> None:
    found = read(originals / "coffee.jpg")
    hashes, likeness = found.traits.hashes, found.likeness
    assert ((len(FIXED),), np.uint64) == (hashes.views.shape, hashes.views.dtype)
    assert ((len(PARTS),), np.uint64) == (hashes.parts.shape, hashes.parts.dtype)
    assert ((3, 32, 32), np.uint8) == (likeness.planes.shape, likeness.planes.dtype)
    assert ((4, 256), np.float32) == (likeness.histogram.shape, likeness.histogram.dtype)
    assert likeness.thumbnail.startswith(b"\xff\xd8\xff")


def test_a_border_brings_views_of_what_is_inside(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    """Those are what finds the picture that was framed, turned or not."""
    with Image.open(originals / "coffee.jpg") as image:
        ImageOps.expand(image, 24, "white").save(tmp_path / "framed.png")
    framed = read(tmp_path / "framed.png").traits.hashes
    plain = read(originals / "coffee.jpg").traits.hashes.plain
    assert framed.border is not None
    assert len(FIXED) + len(trimmed(framed.border)) == len(framed.views)
    assert (int(framed.views[len(FIXED)]) ^ plain).bit_count() <= 4


def test_a_picture_that_exif_turns_has_the_hashes_of_the_turned_one(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    with Image.open(originals / "chelsea.jpg") as image:
        image.save(tmp_path / "stored.png", exif=exif)
        image.transpose(Image.Transpose.ROTATE_270).save(tmp_path / "turned.png")
    stored, turned = (read(tmp_path / f"{name}.png") for name in ("stored", "turned"))
    assert stored.traits.hashes.plain == turned.traits.hashes.plain
    assert np.bitwise_count(stored.traits.hashes.views ^ turned.traits.hashes.views).max() <= 4
    assert np.abs(stored.likeness.planes.astype(int) - turned.likeness.planes).max() <= 1


def test_a_strip_of_a_picture_too_long_for_a_jpeg_is_read(
    photo: Image.Image, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    photo.resize((66000, 10)).save(tmp_path / "strip.png")
    assert read(tmp_path / "strip.png").traits.info.width == 66000


# -- grey or colour --------------------------------------------------------------------------------


@pytest.mark.parametrize("quality", [25, 75, 95])
def test_a_greyscale_photograph_is_known_though_saved_as_a_colour_jpeg(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint], quality: int
) -> None:
    for name in ("camera.jpg", "coins.png", "astronaut.jpg"):
        with Image.open(originals / name) as image:
            image.convert("L").convert("RGB").save(tmp_path / "a.jpg", quality=quality)
            image.convert("L").save(tmp_path / "b.jpg", quality=quality)
        assert read(tmp_path / "a.jpg").traits.greyscale, name
        assert read(tmp_path / "b.jpg").traits.greyscale, name


def test_photographs_in_colour_are_not_greyscale(
    originals: Path, read: Callable[..., Fingerprint]
) -> None:
    colourful = {path.name for path in originals.iterdir() if not read(path).traits.greyscale}
    assert {"astronaut.jpg", "chelsea.jpg", "coffee.jpg", "rocket.jpg"} <= colourful
    assert not {"camera.jpg", "coins.png"} & colourful


def test_a_pale_photograph_is_not_greyscale(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    with Image.open(originals / "coffee.jpg") as image:
        pale = Image.blend(image.convert("L").convert("RGB"), image, 0.35)
    pale.save(tmp_path / "a.jpg", quality=50)
    assert not read(tmp_path / "a.jpg").traits.greyscale


def test_a_red_stamp_on_a_grey_page_makes_it_coloured(
    originals: Path, tmp_path: Path, read: Callable[..., Fingerprint]
) -> None:
    with Image.open(originals / "camera.jpg") as image:
        page = image.convert("RGB")
    page.paste("firebrick", (20, 20, 60, 60))
    page.save(tmp_path / "a.jpg", quality=75)
    assert not read(tmp_path / "a.jpg").traits.greyscale
