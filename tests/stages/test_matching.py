"""Pictures → matches: what is raised to exactly equal, who is kept apart, what a stop leaves."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin

from dupscan.model.report import ScanReport
from dupscan.pipeline import ScanOutcome, scan
from dupscan.progress import Meter, Progress
from dupscan.settings import (
    ReportSettings,
    ScanSettings,
    StoreSettings,
    WalkSettings,
    not_duplicates,
)
from dupscan.system.stop_flag import StopFlag
from dupscan.workers.executor import InLine

ScanOf = Callable[..., ScanOutcome]
Edges = set[tuple[str, str, str]]


def edges_of(report: ScanReport) -> Edges:
    """Every match in the groups: two names, sorted, and the verdict."""
    names = [Path(picture.file.path).name for picture in report.pictures]
    return {
        (*sorted((names[match.a], names[match.b])), match.verdict.value)  # type: ignore[misc]
        for group in report.groups
        for match in (*group.edges, *group.duplicates)
    }


def groups_of(report: ScanReport) -> list[set[str]]:
    names = [Path(picture.file.path).name for picture in report.pictures]
    return [{names[number] for number in group.members} for group in report.groups]


@pytest.fixture
def match_in(scan_of: ScanOf, tmp_path: Path) -> Callable[[], Edges]:
    """The matches of a scan of all that was saved in the test's folder."""
    return lambda: edges_of(scan_of(tmp_path).report)


def stamp(picture: Image.Image) -> bytes:
    """A JPEG that says when it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = "2019:07:14 18:03:59"
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def strip(jpeg: bytes) -> bytes:
    """The same JPEG without what its second marker, the one for metadata, holds."""
    at = jpeg.index(b"\xff\xe1")
    return jpeg[:at] + jpeg[at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big") :]


def draw_button(colour: str = "#2d7dd2") -> Image.Image:
    """Flat, with too little in it for a hash."""
    icon = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(icon).rectangle((16, 16, 47, 47), fill=colour)
    return icon


# -- exactly the same picture in another file ------------------------------------------------------


def test_no_pictures_have_no_matches(match_in: Callable[[], Edges], tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("no picture")
    assert match_in() == set()


def test_one_picture_has_no_matches(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    photo.save(tmp_path / "a.png")
    assert match_in() == set()


def test_the_same_pixels_in_other_formats_are_the_same_pixels(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    for suffix in ("bmp", "png", "tif"):
        photo.save(tmp_path / f"a.{suffix}")
    expected = {("a.bmp", "a.png"), ("a.bmp", "a.tif"), ("a.png", "a.tif")}
    assert match_in() == {(*pair, "pixels") for pair in expected}


def test_a_jpeg_without_its_metadata_is_the_same_pixels(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    (tmp_path / "stamped.jpg").write_bytes(stamp(photo))
    (tmp_path / "stripped.jpg").write_bytes(strip(stamp(photo)))
    assert match_in() == {("stamped.jpg", "stripped.jpg", "pixels")}


def test_a_decoded_jpeg_is_the_same_pixels(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    photo.resize((1203, 801)).save(tmp_path / "a.jpg", quality=90)
    with Image.open(tmp_path / "a.jpg") as decoded:
        decoded.save(tmp_path / "a.png", compress_level=1)
    assert match_in() == {("a.jpg", "a.png", "pixels")}


def test_a_picture_that_exif_turns_is_the_same_pixels_as_the_upright_one(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    photo.save(tmp_path / "stored.png", exif=exif)
    photo.transpose(Image.Transpose.ROTATE_270).save(tmp_path / "upright.png")
    assert match_in() == {("stored.png", "upright.png", "pixels")}


def test_an_orientation_of_one_byte_turns_a_tiff_like_one_of_two(
    scan_of: ScanOf, photo: Image.Image, tmp_path: Path
) -> None:
    """Pillow turns by the latter only, other viewers by both."""
    photo.save(tmp_path / "two.tif", tiffinfo={274: 6})
    written = (tmp_path / "two.tif").read_bytes()
    short, byte = (struct.pack("<HHI", 274, type_, 1) for type_ in (3, 1))
    assert written.count(short) == 1
    (tmp_path / "one.tif").write_bytes(written.replace(short, byte))
    photo.save(tmp_path / "none.png")
    report = scan_of(tmp_path).report
    names = [Path(picture.file.path).name for picture in report.pictures]
    plain = {
        (names[one.a], names[one.b])
        for group in report.groups
        for one in (*group.edges, *group.duplicates)
        if not one.evidence.view.orientation
    }
    assert {frozenset(pair) for pair in plain} == {frozenset(("one.tif", "two.tif"))}


def test_a_jpeg_saved_again_is_a_picture_and_no_more(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    photo.save(tmp_path / "a.jpg", quality=90)
    with Image.open(tmp_path / "a.jpg") as once:
        once.save(tmp_path / "b.jpg", quality=90)
    assert match_in() == {("a.jpg", "b.jpg", "picture")}


@pytest.mark.parametrize("by", [1, 60])
def test_one_pixel_makes_another_picture(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path, by: int
) -> None:
    photo.save(tmp_path / "a.png")
    changed = np.array(photo)
    changed[123, 45, 1] ^= by
    Image.fromarray(changed).save(tmp_path / "b.png")
    assert match_in() == {("a.png", "b.png", "picture")}


def test_what_hides_below_transparency_makes_another_picture(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    """Both look the same on white, and one has more in it."""
    alpha = Image.new("L", photo.size, 255)
    alpha.paste(0, (0, 0, 100, 100))
    for name, hidden in (("a", "black"), ("b", "yellow")):
        clear = photo.copy()
        clear.paste(hidden, (0, 0, 100, 50))
        clear.putalpha(alpha)
        clear.save(tmp_path / f"{name}.png")
    assert match_in() == {("a.png", "b.png", "picture")}


def test_sixteen_bits_are_not_the_eight_they_were_cut_to(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    deep = np.asarray(photo.convert("L")).astype(np.uint16) * 257
    deep[::2, ::3] += 3
    Image.fromarray(deep).save(tmp_path / "deep.png")
    Image.fromarray((deep >> 8).astype(np.uint8)).save(tmp_path / "flat.png")
    assert match_in() == {("deep.png", "flat.png", "picture")}


def test_a_note_within_a_file_does_not_make_another_picture(
    match_in: Callable[[], Edges], photo: Image.Image, tmp_path: Path
) -> None:
    photo.save(tmp_path / "a.png")
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "our holidays")
    photo.save(tmp_path / "b.png", pnginfo=note)
    assert match_in() == {("a.png", "b.png", "pixels")}


# -- too plain for a hash --------------------------------------------------------------------------


def test_plain_pictures_of_equal_pixels_are_matched(
    scan_of: ScanOf, match_in: Callable[[], Edges], tmp_path: Path
) -> None:
    for suffix in ("bmp", "png"):
        draw_button().save(tmp_path / f"a.{suffix}")
    assert match_in() == {("a.bmp", "a.png", "pixels")}
    assert scan_of(tmp_path).report.low_detail == (0, 1)


def test_a_plain_jpeg_and_what_it_decodes_to_are_the_same_pixels(
    match_in: Callable[[], Edges], tmp_path: Path
) -> None:
    """Though their decoders scale them in another way."""
    draw_button().resize((640, 640)).save(tmp_path / "a.jpg", quality=90)
    with Image.open(tmp_path / "a.jpg") as decoded:
        decoded.save(tmp_path / "a.png")
    assert match_in() == {("a.jpg", "a.png", "pixels")}


@pytest.mark.parametrize("at", [(0, 0), (30, 30)])
def test_plain_pictures_of_which_one_pixel_differs_are_not(
    match_in: Callable[[], Edges], tmp_path: Path, at: tuple[int, int]
) -> None:
    draw_button().save(tmp_path / "a.png")
    changed = draw_button()
    changed.putpixel(at, (200, 120, 40))
    changed.save(tmp_path / "b.bmp")
    assert match_in() == set()


def test_plain_pictures_of_other_colours_or_sizes_are_not(
    match_in: Callable[[], Edges], tmp_path: Path
) -> None:
    draw_button().save(tmp_path / "a.png")
    draw_button("#d22d2d").save(tmp_path / "b.png")
    draw_button().resize((128, 128), Image.Resampling.NEAREST).save(tmp_path / "c.png")
    Image.new("RGB", (64, 64), "white").save(tmp_path / "d.png")
    assert match_in() == set()


def test_many_plain_twins_are_one_group(scan_of: ScanOf, tmp_path: Path) -> None:
    for number in range(40):
        note = PngImagePlugin.PngInfo()
        note.add_text("Number", str(number))
        draw_button().save(tmp_path / f"{number:02}.png", pnginfo=note)
    (found,) = groups_of(scan_of(tmp_path).report)
    assert {f"{number:02}.png" for number in range(40)} == found


# -- told apart ------------------------------------------------------------------------------------


def scan_apart(folder: Path, report: Path, *pairs: tuple[str, str]) -> ScanReport:
    """Scan with the decision that the files of each pair are not duplicates."""
    first = scan(
        ScanSettings(WalkSettings((str(folder),)), report=ReportSettings(report)),
        executor=InLine(),
    ).report
    digests = {Path(one.file.path).name: one.digest for one in first.pictures}
    table = report / "not duplicates.csv"
    rows = [not_duplicates.row(digests[one], digests[other], "by hand") for one, other in pairs]
    table.write_text("\n".join([not_duplicates.HEADER, *rows, ""]), "utf-8")
    settings = ScanSettings(
        WalkSettings((str(folder),)), report=ReportSettings(report), not_duplicates=table
    )
    return scan(settings, executor=InLine()).report


@pytest.fixture
def pictures(photo: Image.Image, tmp_path: Path) -> Path:
    """Three versions of a photograph, and two files with the pixels of one icon."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for quality in (95, 80, 60):
        photo.save(folder / f"{quality}.jpg", quality=quality)
    for suffix in ("bmp", "png"):
        draw_button().save(folder / f"icon.{suffix}")
    return folder


def test_without_decisions_all_that_match_stand_together(pictures: Path, tmp_path: Path) -> None:
    found = groups_of(scan_apart(pictures, tmp_path / "report"))
    assert {"95.jpg", "80.jpg", "60.jpg"} in found
    assert {"icon.bmp", "icon.png"} in found


def test_what_was_told_apart_is_no_match(pictures: Path, tmp_path: Path) -> None:
    found = scan_apart(pictures, tmp_path / "report", ("95.jpg", "60.jpg"))
    assert not {("60.jpg", "95.jpg", "picture")} & edges_of(found)
    assert not any({"60.jpg", "95.jpg"} <= members for members in groups_of(found))


def test_plain_twins_can_be_told_apart_too(pictures: Path, tmp_path: Path) -> None:
    found = scan_apart(pictures, tmp_path / "report", ("icon.png", "icon.bmp"))
    assert {"icon.bmp", "icon.png"} not in groups_of(found)
    assert {"95.jpg", "80.jpg", "60.jpg"} in groups_of(found)


def test_nobody_is_alone_for_being_told_apart_from_one(pictures: Path, tmp_path: Path) -> None:
    """The third version stands with one of the two."""
    found = groups_of(scan_apart(pictures, tmp_path / "report", ("95.jpg", "60.jpg")))
    assert [members for members in found if "80.jpg" in members]


# -- stages and stops ------------------------------------------------------------------------------


class Watcher(Progress):
    """Progress that remembers its stages, and presses Ctrl-C at one step of one of them."""

    def __init__(self, stop: StopFlag, stage: str = "", step: int = 0) -> None:
        self._stop, self._at = stop, (stage, step)
        self.done: dict[str, int] = {}
        self.totals: dict[str, int | None] = {}

    @contextmanager
    def stage(self, name: str, total: int | None, unit: str) -> Iterator[Meter]:
        self.done[name], self.totals[name] = 0, total
        yield Steps(lambda amount: self._moved(name, amount))

    def say(self, line: str) -> None:
        raise AssertionError(line)

    def _moved(self, name: str, amount: int) -> None:
        self.done[name] += amount
        if (name, self.done[name]) == self._at:
            self._stop.set()


class Steps(Meter):
    def __init__(self, moved: Callable[[int], None]) -> None:
        self.advance = moved  # type: ignore[method-assign]


def watch(folder: Path, report: Path, stage: str = "", step: int = 0) -> tuple[ScanReport, Watcher]:
    """Scan without a store, so that every file is read, however old it is."""
    stop = StopFlag()
    watcher = Watcher(stop, stage, step)
    settings = ScanSettings(
        WalkSettings((str(folder),)),
        report=ReportSettings(report),
        store=StoreSettings(kept=False),
    )
    return scan(settings, progress=watcher, stop=stop, executor=InLine()).report, watcher


@pytest.fixture
def crowd(photo: Image.Image, tmp_path: Path) -> Path:
    """Sixteen versions of one photograph: 120 pairs."""
    folder = tmp_path / "crowd"
    folder.mkdir()
    for number in range(16):
        photo.save(folder / f"{number:02}.jpg", quality=60 + 2 * number)
    return folder


def test_each_stage_is_told_and_counted_to_its_end(crowd: Path, tmp_path: Path) -> None:
    report, watcher = watch(crowd, tmp_path / "report")
    assert report.header.complete
    assert [*watcher.done][:4] == ["walk", "fingerprint", "look up", "compare"]
    assert watcher.done["look up"] == 16
    assert watcher.done["compare"] == 120
    for name, total in watcher.totals.items():
        assert total in (None, watcher.done[name]), name


def test_a_stop_while_comparing_keeps_what_was_found(crowd: Path, tmp_path: Path) -> None:
    report, watcher = watch(crowd, tmp_path / "report", "compare", 70)
    assert not report.header.complete
    assert watcher.done["compare"] == 70
    assert 0 < len(edges_of(report)) <= 70


def test_a_stop_while_looking_up_ends_it(crowd: Path, tmp_path: Path) -> None:
    report, watcher = watch(crowd, tmp_path / "report", "look up", 16)
    assert not report.header.complete
    assert watcher.done.get("compare", 0) == 0
    assert report.groups == ()


def test_a_stop_while_looking_at_pixels_keeps_the_pictures(
    photo: Image.Image, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for suffix in ("bmp", "png", "tif"):
        photo.save(folder / f"a.{suffix}")
    report, watcher = watch(folder, tmp_path / "report", "pixels", 1)
    assert not report.header.complete
    assert watcher.done["pixels"] == 1
    assert {verdict for *_, verdict in edges_of(report)} == {"picture"}


def test_a_stop_before_it_does_not_keep_what_was_read_from_being_compared(
    crowd: Path, tmp_path: Path
) -> None:
    first = sorted(crowd.iterdir(), key=lambda path: path.stat().st_ino)[:3]  # as they are read
    size = sum(path.stat().st_size for path in first)
    report, watcher = watch(crowd, tmp_path / "report", "fingerprint", size)
    assert not report.header.complete
    assert groups_of(report) == [{path.name for path in first}]
    assert watcher.done["compare"] == 3
