"""Builds the derived files of ``sample_library/``, and the answers that a scan of it must give.

The originals in ``sample_library/originals/`` are photographs that may be published, committed as
they are. Everything else there is made from them by one table, :data:`DERIVED`: each of its lines
makes one file that proves one thing. The answers (``expected.json``) and the description
(``README.md``) are written from the same table, so neither can disagree with the files.

Building twice with the same Pillow gives the same bytes; another Pillow may compress differently.

    python benchmarks/build_sample_library.py               rebuild everything in place
    python benchmarks/build_sample_library.py --links-only  after a clone: make the hard link again
    python benchmarks/build_sample_library.py --out DIR     build (or relink) a library elsewhere
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageOps

SAMPLE_LIBRARY = Path(__file__).resolve().parent.parent / "sample_library"
"""The committed library; its originals are what every build starts from."""

Recipe = Callable[[bytes], bytes]
"""From the bytes of the file a derived file is made from to its own bytes."""

Change = Callable[[Image.Image], Image.Image]
"""What happens to a picture between opening and saving; the picture given is left as it was."""


class Fate(Enum):
    """What a scan must make of a derived file."""

    SAME = auto()
    """A duplicate of what it was made from."""
    OTHER = auto()
    """Another picture, however alike it looks to one of the measures."""
    LOW_DETAIL = auto()
    """Too little to see: only an equal file is its duplicate."""
    ALIAS = auto()
    """A second name of the file it was made from, once it is linked again."""
    UNREADABLE = auto()
    """Named like a picture, and not to be read as one: a failure in the report."""
    PASSED_OVER = auto()
    """No picture and not named like one: left out without a word."""


@dataclass(frozen=True, slots=True)
class Original:
    """A committed photograph that no line of the table makes."""

    path: str
    """Below the library, with forward slashes."""
    shows: str
    """What is to be seen, and where the picture comes from."""
    rights: str
    """Why it may be published."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One line of the table: a file, how it is made and what it is for."""

    path: str
    """Below the library, with forward slashes."""
    made_from: str
    """Path of an original or of an earlier line; empty when the file is made from nothing."""
    recipe: Recipe
    fate: Fate
    proves: str
    """What a scan that treats this file rightly has shown."""
    reason: str = ""
    """Why it cannot be read, for an unreadable file."""
    verdict: str = "picture"
    """What kind of duplicate it is, unless it has the keeper's bytes."""
    is_kept: bool = False
    """True when it is the keeper of its group, and what it was made from its duplicate."""


# -- recipes: what is written ---------------------------------------------------------------------


def copied(source: bytes) -> bytes:
    """The same bytes."""
    return source


def cut_short(source: bytes) -> bytes:
    """The first half of the bytes, as an interrupted copy leaves them."""
    return source[: len(source) // 2]


def text(content: str) -> Recipe:
    """A recipe for a text file, or for an empty one."""
    return lambda _source: content.encode()


def picture(change: Change, file_format: str, **options: object) -> Recipe:
    """A recipe that opens a picture, changes it and saves it with Pillow's `options`."""

    def recipe(source: bytes) -> bytes:
        with Image.open(BytesIO(source)) as image:
            return saved(change(image), file_format, **options)

    return recipe


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    """The bytes of the file that Pillow makes of a picture."""
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def turned_jpeg(source: bytes) -> bytes:
    """A JPEG whose pixels lie on their side, and whose orientation tag puts them upright."""
    turn_clockwise_to_view = 6
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn_clockwise_to_view
    return picture(turned_left, "JPEG", quality=80, exif=exif)(source)


def jpeg_with_a_date(source: bytes) -> bytes:
    """A JPEG that says when it was taken, as a camera does."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2019:07:14 11:23:05"
    return picture(unchanged, "JPEG", quality=90, exif=exif)(source)


def stripped(source: bytes) -> bytes:
    """The same JPEG without the segment that begins it, no pixel encoded anew."""
    start, segment = source[:2], source[2:]
    if segment[:2] != b"\xff\xe0":
        raise ValueError("a JPEG file that does not begin with a JFIF segment")
    return start + segment[2 + int.from_bytes(segment[2:4], "big") :]


def blank_page(seed: int, width: int, height: int) -> Recipe:
    """A recipe for the scan of an empty sheet: white, a faint shadow of the lid, faint noise.

    The shadow is the same on every page. It gives all of them nearly the same perceptual hash, so
    that only a rule for pictures with low detail can tell that this means nothing.
    """

    def recipe(_source: bytes) -> bytes:
        rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
        down, across = rows - 0.6, columns - 0.3
        sheet = 254 - 3 * (across**2 + down**2 + 0.9 * across * down)
        noise = random.Random(seed).choices((-1, 0, 1), k=width * height)
        levels = np.rint(sheet + np.reshape(noise, sheet.shape)).astype(np.uint8)
        return saved(Image.fromarray(levels), "JPEG", quality=85)

    return recipe


# -- changes: what happens to the pixels ----------------------------------------------------------


def unchanged(image: Image.Image) -> Image.Image:
    """The same pixels."""
    return image.copy()


def half(image: Image.Image) -> Image.Image:
    """Half as wide and half as high."""
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def double(image: Image.Image) -> Image.Image:
    """Twice as wide and twice as high, with no more to see than before."""
    return image.resize((image.width * 2, image.height * 2), Image.Resampling.BICUBIC)


def turned_left(image: Image.Image) -> Image.Image:
    """A quarter turn anticlockwise."""
    return image.transpose(Image.Transpose.ROTATE_90)


def mirrored(image: Image.Image) -> Image.Image:
    """Left and right exchanged."""
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def cropped(image: Image.Image) -> Image.Image:
    """Without a tenth of the width and of the height, more of it from one side."""
    width, height = image.size
    return image.crop((width * 7 // 100, height // 25, width * 97 // 100, height * 47 // 50))


def framed(image: Image.Image) -> Image.Image:
    """In a white frame, as for a print."""
    return ImageOps.expand(image, border=image.width // 20, fill="white")


def captioned(image: Image.Image) -> Image.Image:
    """With a dark bar across the foot, and words in it."""
    written = image.copy()
    draw = ImageDraw.Draw(written)
    top = image.height * 88 // 100
    draw.rectangle((0, top, image.width, image.height), fill="black")
    draw.text((image.width // 20, top + 8), "Florida, with love from grandma", fill="white")
    return written


def grey(image: Image.Image) -> Image.Image:
    """Without colours."""
    return image.convert("L")


def inks(image: Image.Image) -> Image.Image:
    """In the four inks of a printer."""
    return image.convert("CMYK")


def palette(image: Image.Image) -> Image.Image:
    """Half size, in 256 colours chosen from its own."""
    return half(image).quantize(256)


def sixteen_bit_grey(image: Image.Image) -> Image.Image:
    """Half size, in 65,536 grey levels, of which shrinking uses those between the 256 too."""
    deep = image.convert("I").point(lambda level: level * 257)
    return half(deep).convert("I;16")


def see_through(image: Image.Image) -> Image.Image:
    """Half size, every pixel as transparent as it can be and still look the same on white.

    What the transparent colours are by themselves is a much darker picture: who drops the alpha
    channel instead of laying the picture on white sees that one.
    """
    seen = np.asarray(half(image).convert("RGB"), dtype=np.float64)
    alpha = 255 - seen.min(axis=2, keepdims=True)
    stored = 255 - (255 - seen) * 255 / np.maximum(alpha, 1)
    pixels = np.concatenate((stored, alpha), axis=2)
    return Image.fromarray(np.rint(pixels).astype(np.uint8))


def red_and_blue_exchanged(image: Image.Image) -> Image.Image:
    """The same shapes in plainly other colours."""
    red, green, blue = image.split()
    return Image.merge("RGB", (blue, green, red))


def shuffled_blocks(image: Image.Image) -> Image.Image:
    """Every pixel kept and none in its place: blocks of 32 × 32 pixels dealt out anew.

    Expects sides that are multiples of 32, so that no pixel is lost.
    """
    side = 32
    corners = [(x, y) for y in range(0, image.height, side) for x in range(0, image.width, side)]
    dealt = random.Random("blocks").sample(corners, k=len(corners))
    puzzle = Image.new(image.mode, image.size)
    for (x, y), corner in zip(dealt, corners, strict=True):
        puzzle.paste(image.crop((x, y, x + side, y + side)), corner)
    return puzzle


# -- the tables -----------------------------------------------------------------------------------

ASTRONAUT = "originals/astronaut.jpg"
BRICK = "originals/brick.jpg"
CAMERA = "originals/camera.jpg"
CHELSEA = "originals/chelsea.jpg"
COFFEE = "originals/coffee.jpg"
COINS = "originals/coins.png"
GRASS = "originals/grass.jpg"
HUBBLE = "originals/hubble_deep_field.jpg"
ROCKET = "originals/rocket.jpg"
BLANK_PAGE = "scans/blank page 1.jpg"

ORIGINALS = (
    Original(ASTRONAUT, "the astronaut Eileen Collins; NASA", "public domain"),
    Original(BRICK, "a brick pavement; CC0Textures", "CC0"),
    Original(CAMERA, "a man behind a camera; Lav Varshney", "CC0"),
    Original(CHELSEA, "Chelsea the cat; Stefan van der Walt", "CC0"),
    Original(COFFEE, "a cup of coffee; Rachel Michetti", "CC0"),
    Original(COINS, "ancient coins, grey", "no known copyright restrictions"),
    Original(GRASS, "grass; CC0Textures", "CC0"),
    Original(HUBBLE, "the Hubble deep field; NASA", "public domain"),
    Original(ROCKET, "a rocket launch; SpaceX", "public domain"),
)

WHY = {
    ASTRONAUT: "byte copies, grey, small, cut, with a caption; equal files: the first path is kept",
    CAMERA: "lying on its side with an orientation tag that puts it upright; small, mirrored",
    CHELSEA: "saved again with more loss, turned, stripped; a transparent one, the same on white",
    COFFEE: "other sizes, printer's inks, a frame; the enlarged has most pixels and is no better",
    COINS: "a small version with 16 bits a pixel",
    GRASS: "saved again, and that as a PNG; the one that says when it was taken is kept",
    HUBBLE: "small versions, one of them in 256 colours",
    ROCKET: "the same picture in seven other file formats",
    BLANK_PAGE: "a blank page and its byte copy: equal files count even with nothing to see",
}
"""Why the members of a group belong together, by what they were made from."""

LONG_NAME = (
    "odd names/The astronaut in her orange suit before the flag and the shuttle, a portrait that "
    "grandma asked for twice, small enough to be sent by post or by mail.jpg"
)

SMALL_JPEG = picture(half, "JPEG", quality=80)

DERIVED = (
    # Equal files.
    Derived("phone backup/astronaut.jpg", ASTRONAUT, copied, Fate.SAME, "a byte copy is found"),
    Derived(
        "phone backup/2019/summer/IMG_0042.jpg",
        ASTRONAUT,
        copied,
        Fate.SAME,
        "a byte copy is found under another name, in a deeper folder",
    ),
    Derived(
        "phone backup/brick (hard link).jpg",
        BRICK,
        copied,
        Fate.ALIAS,
        "a hard link is a second name, not a duplicate (after a plain clone it is a byte copy)",
    ),
    # The same picture, saved again.
    Derived(
        "web exports/chelsea q75.jpg",
        CHELSEA,
        picture(unchanged, "JPEG", quality=75),
        Fate.SAME,
        "a re-saved JPEG is found",
    ),
    Derived(
        "web exports/chelsea q50.jpg",
        CHELSEA,
        picture(unchanged, "JPEG", quality=50),
        Fate.SAME,
        "a re-saved JPEG with plain loss is found",
    ),
    Derived(
        "web exports/chelsea progressive.jpg",
        CHELSEA,
        picture(unchanged, "JPEG", quality=80, progressive=True),
        Fate.SAME,
        "a progressive JPEG is read",
    ),
    Derived(
        "web exports/coffee half size.jpg",
        COFFEE,
        SMALL_JPEG,
        Fate.SAME,
        "a smaller version is found",
    ),
    Derived(
        "from grandma/coffee enlarged.jpg",
        COFFEE,
        picture(double, "JPEG", quality=75),
        Fate.SAME,
        "an enlarged version is found, and is not the keeper though it has the most pixels",
    ),
    # Other file formats.
    Derived(
        "web exports/rocket.webp",
        ROCKET,
        picture(unchanged, "WEBP", quality=75),
        Fate.SAME,
        "WebP is read",
    ),
    Derived(
        "web exports/rocket.avif",
        ROCKET,
        # One thread: how an encoder shares out its work must not show in the bytes.
        picture(unchanged, "AVIF", quality=60, max_threads=1),
        Fate.SAME,
        "AVIF is read",
    ),
    Derived(
        "web exports/rocket.jp2",
        ROCKET,
        picture(
            unchanged, "JPEG2000", irreversible=True, quality_mode="rates", quality_layers=[24]
        ),
        Fate.SAME,
        "JPEG 2000 is read",
    ),
    Derived("web exports/rocket.gif", ROCKET, picture(palette, "GIF"), Fate.SAME, "GIF is read"),
    Derived("web exports/rocket.bmp", ROCKET, picture(half, "BMP"), Fate.SAME, "BMP is read"),
    Derived(
        "scans/rocket.tif",
        ROCKET,
        picture(half, "TIFF", compression="tiff_adobe_deflate"),
        Fate.SAME,
        "TIFF is read",
    ),
    # Other ways to store pixels.
    Derived(
        "phone backup/IMG_0107.jpg",
        CAMERA,
        turned_jpeg,
        Fate.SAME,
        "the EXIF orientation is obeyed: the pixels lie on their side, tag 6 puts them upright",
    ),
    Derived(
        "from grandma/astronaut in black and white.jpg",
        ASTRONAUT,
        picture(grey, "JPEG", quality=80),
        Fate.SAME,
        "a grey version of a colour photo is found",
    ),
    Derived(
        "scans/coffee for print.jpg",
        COFFEE,
        picture(inks, "JPEG", quality=75),
        Fate.SAME,
        "a CMYK JPEG is read, and not as its negative",
    ),
    Derived(
        "web exports/chelsea see-through.png",
        CHELSEA,
        picture(see_through, "PNG", optimize=True),
        Fate.SAME,
        "an RGBA PNG is laid on white; its colours without their alpha are much darker",
    ),
    Derived(
        "web exports/hubble 256 colours.png",
        HUBBLE,
        picture(palette, "PNG", optimize=True),
        Fate.SAME,
        "a palette PNG is read by its colours, not by their numbers",
        verdict="similar",
    ),
    Derived(
        "scans/coins 16 bit.png",
        COINS,
        picture(sixteen_bit_grey, "PNG", optimize=True),
        Fate.SAME,
        "16 bits a pixel are brought down to 8, not cut off at white",
    ),
    # The same pixels in another file, and what a file says besides.
    Derived(
        "web exports/chelsea stripped.jpg",
        CHELSEA,
        stripped,
        Fate.SAME,
        "a JPEG stripped of what is not its picture still has the same pixels",
        verdict="pixels",
    ),
    Derived(
        "phone backup/IMG_0109.jpg",
        GRASS,
        jpeg_with_a_date,
        Fate.SAME,
        "of two that are as large, the one that still says when it was taken is kept",
        is_kept=True,
    ),
    Derived(
        "scans/grass.png",
        "phone backup/IMG_0109.jpg",
        picture(unchanged, "PNG", optimize=True),
        Fate.SAME,
        "a PNG made from a JPEG has the same pixels, and is not kept for all its bytes",
        verdict="pixels",
    ),
    # Turned, mirrored, cut, framed and written on.
    Derived(
        "phone backup/IMG_0110.jpg",
        CHELSEA,
        picture(turned_left, "JPEG", quality=80),
        Fate.SAME,
        "a picture that was turned is found without any orientation tag",
    ),
    Derived(
        "from grandma/camera mirrored.jpg",
        CAMERA,
        picture(mirrored, "JPEG", quality=80),
        Fate.SAME,
        "a mirrored picture is found",
    ),
    Derived(
        "web exports/astronaut cropped.jpg",
        ASTRONAUT,
        picture(cropped, "JPEG", quality=80),
        Fate.SAME,
        "a picture with its edges cut off is found, and told from the same picture",
        verdict="similar",
    ),
    Derived(
        "from grandma/coffee in a frame.jpg",
        COFFEE,
        picture(framed, "JPEG", quality=80),
        Fate.SAME,
        "a picture in a frame is found, and told from the same picture",
        verdict="similar",
    ),
    Derived(
        "from grandma/astronaut with a caption.jpg",
        ASTRONAUT,
        picture(captioned, "JPEG", quality=80),
        Fate.SAME,
        "a picture with a caption is found, and told from the same picture",
        verdict="similar",
    ),
    # Other pictures, alike to one of the measures.
    Derived(
        "web exports/rocket puzzle.png",
        ROCKET,
        picture(shuffled_blocks, "PNG", optimize=True),
        Fate.OTHER,
        "the same colours are not the same picture: shuffled blocks, equal histogram",
    ),
    Derived(
        "from grandma/blue coffee.jpg",
        COFFEE,
        picture(red_and_blue_exchanged, "JPEG", quality=75),
        Fate.OTHER,
        "the same shapes are not the same picture: red and blue exchanged, near hash",
    ),
    Derived(
        BLANK_PAGE,
        "",
        blank_page(1, 240, 340),
        Fate.LOW_DETAIL,
        "a blank page has too little detail to be grouped by its hash",
    ),
    Derived(
        "scans/blank page 2.jpg",
        "",
        blank_page(2, 242, 342),
        Fate.LOW_DETAIL,
        "another blank page is not a duplicate of the first, near as their hashes are",
    ),
    Derived(
        "scans/again/blank page 1.jpg",
        BLANK_PAGE,
        copied,
        Fate.SAME,
        "an equal file is a duplicate even when there is nothing to see",
    ),
    # Names that some program trips over, legal on Linux, macOS and Windows.
    Derived(
        "odd names/=1+1.jpg",
        CHELSEA,
        SMALL_JPEG,
        Fate.SAME,
        "a spreadsheet does not take a name for a formula",
    ),
    Derived(
        "odd names/Tom & Jerry's #1 100%20.jpg",
        COFFEE,
        # Not the quality of the half-size export, which would make the two equal files.
        picture(half, "JPEG", quality=70),
        Fate.SAME,
        "`&`, `'`, `#`, `%20` and spaces stay what they are in HTML, CSV and links",
    ),
    Derived(
        "odd names/crème brûlée à Noël.jpg",
        CAMERA,
        SMALL_JPEG,
        Fate.SAME,
        "accents survive (the name is in NFC)",
    ),
    Derived(
        "odd names/🚀.jpg",
        ROCKET,
        SMALL_JPEG,
        Fate.SAME,
        "a name beyond the 16-bit characters survives",
    ),
    Derived(LONG_NAME, ASTRONAUT, SMALL_JPEG, Fate.SAME, "a very long name fits every report"),
    Derived(
        "odd names/a PNG inside.jpg",
        ROCKET,
        picture(half, "PNG", optimize=True),
        Fate.SAME,
        "PNG is read, told by its content and not by its suffix",
    ),
    Derived(
        "odd names/no suffix",
        HUBBLE,
        SMALL_JPEG,
        Fate.SAME,
        "a picture without a suffix is found by its content",
    ),
    # What is no picture, or no longer one.
    Derived(
        "broken/cut short.jpg",
        COFFEE,
        cut_short,
        Fate.UNREADABLE,
        "a picture that was not copied whole is a failure, not a picture half grey",
        reason="truncated: only the first half of the file is there",
    ),
    Derived(
        "broken/empty.jpg",
        "",
        text(""),
        Fate.UNREADABLE,
        "an empty file is a failure, and no duplicate of other broken files",
        reason="empty: no bytes at all",
    ),
    Derived(
        "broken/text.jpg",
        "",
        text("This file is named like a picture, and is none.\n"),
        Fate.UNREADABLE,
        "a text named like a picture is a failure",
        reason="not a picture: plain text",
    ),
    Derived(
        "from grandma/notes.txt",
        "",
        text("Please keep the nicest picture of each. Love, grandma\n"),
        Fate.PASSED_OVER,
        "what is no picture and claims to be none is passed over without a word",
    ),
)
"""Every file that is made, in the order of making."""

README, EXPECTED = "README.md", "expected.json"
"""The description and the answers: written beside the pictures, passed over by a scan."""


# -- building -------------------------------------------------------------------------------------


def build(library: Path) -> None:
    """Write every file of the table, the answers and the description below `library`.

    Changes files: what stands under a name of the table is replaced, nothing else is touched.
    The originals are copied there first, unless `library` is where they are.
    Raises ValueError when two names would be one file somewhere, OSError when a file cannot be
    written or linked.
    """
    check_names()
    if library.resolve() != SAMPLE_LIBRARY:
        for original in ORIGINALS:
            write(library / original.path, (SAMPLE_LIBRARY / original.path).read_bytes())
    for derived in DERIVED:
        source_bytes = (library / derived.made_from).read_bytes() if derived.made_from else b""
        write(library / derived.path, derived.recipe(source_bytes))
    answers = json.dumps(expected(library), ensure_ascii=False, indent=2)
    write(library / EXPECTED, f"{answers}\n".encode())
    write(library / README, readme().encode())
    relink(library)


def relink(library: Path) -> None:
    """Make every hard link of the table again, in place of the byte copy a clone leaves.

    Changes files, and loses nothing: the copy is compared first, and replaced in one step.
    Raises ValueError when it is no copy, OSError when the file system cannot link.
    """
    for first, second in hard_links():
        kept, alias = library / first, library / second
        if alias.samefile(kept):
            continue
        if alias.read_bytes() != kept.read_bytes():
            raise ValueError(f"{alias} is not a copy of {kept}: rebuild the library")
        link = alias.with_name(f"{alias.name}.link")
        link.hardlink_to(kept)
        link.replace(alias)


def write(path: Path, content: bytes) -> None:
    """Write a file anew, its folders included.

    The old file is taken away first: writing into it would write into its hard links as well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def check_names() -> None:
    """Raise ValueError when two files would be one where case or accents are not told apart."""
    seen: set[str] = set()
    for path in all_paths():
        if not unicodedata.is_normalized("NFC", path):
            raise ValueError(f"not in NFC: {path!r}")
        if path.casefold() in seen:
            raise ValueError(f"more than once in the tables: {path!r}")
        seen.add(path.casefold())


def all_paths() -> Iterator[str]:
    """Every file of the library."""
    yield from (original.path for original in ORIGINALS)
    yield from (derived.path for derived in DERIVED)
    yield from (README, EXPECTED)


def strangers(library: Path) -> list[str]:
    """Files below `library` that no table knows, such as those of a line since taken out."""
    found = {path.relative_to(library).as_posix() for path in library.rglob("*") if path.is_file()}
    return sorted(found - set(all_paths()))


# -- the answers ----------------------------------------------------------------------------------


def expected(library: Path) -> dict[str, object]:
    """What a scan of the built `library` must find; every file stands in one place only.

    The second name of a hard link stands in ``hard_links`` only. A blank page that has a byte copy
    stands in its group, not in ``low_detail``.
    """
    pictures = {original.path: Fate.OTHER for original in ORIGINALS} | {
        derived.path: derived.fate
        for derived in DERIVED
        if derived.fate in (Fate.OTHER, Fate.LOW_DETAIL)
    }
    members = {path: [path] for path in pictures}
    for derived in of_fate(Fate.SAME):
        members[origin(derived)].append(derived.path)
    single = {path: fate for path, fate in pictures.items() if len(members[path]) == 1}
    groups = [
        group(library, paths, WHY[path]) for path, paths in members.items() if path not in single
    ]
    passed_over = [derived.path for derived in of_fate(Fate.PASSED_OVER)]
    return {
        "groups": sorted(groups, key=lambda answer: str(answer["keeper"])),
        "hard_links": hard_links(),
        "low_detail": sorted(path for path, fate in single.items() if fate is Fate.LOW_DETAIL),
        "unreadable": {derived.path: derived.reason for derived in of_fate(Fate.UNREADABLE)},
        "passed_over": sorted([*passed_over, README, EXPECTED]),
        "alone": sorted(path for path, fate in single.items() if fate is Fate.OTHER),
    }


def origin(derived: Derived) -> str:
    """What a file was made from in the end, through others that were made."""
    sources = {line.path: line for line in of_fate(Fate.SAME)}
    while derived.made_from in sources:
        derived = sources[derived.made_from]
    return derived.made_from


def group(library: Path, paths: list[str], why: str) -> dict[str, object]:
    """The answer for pictures that are the same: the keeper, and how each other one matches it.

    The keeper is what the others were made from, unless the table says otherwise; of those with the
    same bytes, the path that sorts first.
    """
    lines = {derived.path: derived for derived in DERIVED if derived.path in paths}
    best = next((path for path, line in lines.items() if line.is_kept), paths[0])
    kept = (library / best).read_bytes()
    equal = [path for path in paths if (library / path).read_bytes() == kept]
    keeper = min(equal, key=lambda path: (len(path), path))
    duplicates = {}
    for path in sorted(set(paths) - {keeper}):
        line = lines[path if path in lines else best]  # of the keeper or its source, the other
        same = (library / path).read_bytes() == kept
        duplicates[path] = "file" if same else line.verdict
    return {"keeper": keeper, "duplicates": duplicates, "why": why}


def hard_links() -> list[tuple[str, str]]:
    """Pairs of names of one file: the one that counts, and its alias."""
    return [(derived.made_from, derived.path) for derived in of_fate(Fate.ALIAS)]


def of_fate(fate: Fate) -> list[Derived]:
    """The lines of the table with one fate."""
    return [derived for derived in DERIVED if derived.fate is fate]


# -- the description ------------------------------------------------------------------------------

README_TEXT = """\
# A small library with known answers

A few photographs that may be published freely, and what becomes of photographs over the years:
copies, exports, scans, odd names, broken files. It is both the demo
(`dupscan scan sample_library`) and a test: `expected.json` says what a scan must find. All of it
but the originals is made by `benchmarks/build_sample_library.py`, this page included: change the
table there, not the files here.

git does not keep hard links. After a clone `{alias}` is a byte copy of
`{linked}`, and counts as its duplicate, until

    python benchmarks/build_sample_library.py --links-only

makes it a second name of that file again.

## The answers

Paths are relative to this folder, with forward slashes. Every file stands in one place of
`expected.json`, but for the first name of a hard link, which has its own place besides.

- `groups`: the keeper (the best original: what the others were made from, or what still says when
  it was taken), and its duplicates, each with its verdict: `file` for the same bytes as the keeper,
  `pixels` for the same pixels in another file, `picture` for the same picture, and `similar` for an
  edited one
- `hard_links`: pairs of names of one file; the second is an alias of the first
- `low_detail`: pictures with too little to see, never grouped by likeness; those with an equal file
  stand in `groups` instead
- `unreadable`: files that must be reported as failures, with the reason
- `passed_over`: files that are no pictures and do not claim to be
- `alone`: pictures with no duplicate

## The files

| file | made from | what it proves |
|---|---|---|
{derived}

## The originals

Reduced in size from pictures that may be published. Those that no other picture is made from are
there to be left alone.

| file | what it shows, source | licence |
|---|---|---|
{originals}
"""


def readme() -> str:
    """The description of the library, as Markdown."""
    [(linked, alias)] = hard_links()
    derived = (
        f"| `{line.path}` | {f'`{line.made_from}`' if line.made_from else '–'} | {line.proves} |"
        for line in DERIVED
    )
    originals = (f"| `{line.path}` | {line.shows} | {line.rights} |" for line in ORIGINALS)
    return README_TEXT.format(
        linked=linked,
        alias=alias,
        derived="\n".join(derived),
        originals="\n".join(originals),
    )


# -- the command ----------------------------------------------------------------------------------


def main() -> int:
    """Build or relink a library as the command line asks; 0 when it is whole, 1 when not."""
    parser = argparse.ArgumentParser(description="Build the sample library from its originals.")
    parser.add_argument("--links-only", action="store_true", help="only make the hard link again")
    parser.add_argument("--out", type=Path, default=SAMPLE_LIBRARY, metavar="DIR", help="where")
    arguments = parser.parse_args()
    try:
        if arguments.links_only:
            relink(arguments.out)
        else:
            build(arguments.out)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    unknown = strangers(arguments.out)
    for path in unknown:
        print(f"not in the tables, remove it by hand: {path!r}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
