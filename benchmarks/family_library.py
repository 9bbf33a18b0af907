"""A family's pictures after fifteen years: phones, backups, messengers, exports, and what is kept.

Every file is made by hand or drawn, the same every time. The truth about it is known because it is
made here, and not because dupscan says so: ``family.json`` says for each file what photograph it
shows, and if it is the one that the family calls the original.
"""

from __future__ import annotations

import io
import json
import os
import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, UnidentifiedImageError
from pillow_heif import from_pillow

from benchmarks.pictures import SEED
from benchmarks.regions import OVERLAPPING, find_regions

MANIFEST = "family.json"
PHOTOGRAPHS = 760
_PIXELS = (700, 520)
_SONGS = "Summer in Italy,Grandma 80,Hiking,Christmas,School,Garden,Lisbon".split(",")


@dataclass(slots=True)
class Photo:
    """A photograph and where its original is."""

    number: int
    picture: Image.Image
    taken: datetime
    name: str
    """File name without suffix, as the camera gave it."""
    path: Path = Path()
    """The original, once it is written."""


@dataclass(slots=True)
class Family:
    """The library while it is made."""

    root: Path
    photos: list[Photo]
    chance: random.Random
    truth: dict[str, dict[str, object]] = field(default_factory=dict)

    def write(self, photo: Photo, folder: str, data: bytes, suffix: str = ".jpg") -> None:
        """Write the original of a photograph."""
        photo.path = self.put(f"{folder}/{photo.name}{suffix}", data, photo.number, "original")
        moment = photo.taken.timestamp()
        os.utime(photo.path, (moment, moment))

    def copy(self, photo: Photo, to: str, kind: str) -> Path:
        """Copy the bytes of an original; most programs keep its time, some do not."""
        path = self.put(to, photo.path.read_bytes(), photo.number, kind)
        return self._with_time(path, photo)

    def derive(self, photo: Photo, to: str, data: bytes, kind: str) -> Path:
        """Write a file that was made from an original."""
        return self._with_time(self.put(to, data, photo.number, kind), photo)

    def put(self, to: str, data: bytes, photo: int | None, kind: str) -> Path:
        """Write a file, and note the truth about it. Raises FileExistsError."""
        path = self.root / to
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
        self.truth[to] = {"photo": photo, "kind": kind}
        return path

    def _with_time(self, path: Path, photo: Photo) -> Path:
        fate = self.chance.random()
        moment = photo.taken
        if fate > 0.6:  # a copy that was made later, and says so
            moment += timedelta(days=self.chance.randrange(10, 900))
        elif fate > 0.52:  # a clock that was wrong
            moment -= timedelta(days=self.chance.randrange(300, 3000))
        os.utime(path, (moment.timestamp(), moment.timestamp()))
        return path

    def some(self, photos: Sequence[Photo], count: int) -> list[Photo]:
        """Draw some photographs, in their order."""
        return [photos[at] for at in sorted(self.chance.sample(range(len(photos)), count))]


def build(root: Path, sources: Sequence[Path], seed: int = SEED) -> Family:
    """Make the library below `root`, of photographs or drawn regions of `sources`.

    Raises ValueError if the sources do not hold enough regions that differ.
    """
    chance = random.Random(seed)
    family = Family(root, _photographs(sources, chance), chance)
    albums = family.photos[:380]
    phone, heic, raw = family.photos[380:520], family.photos[520:570], family.photos[570:610]
    received, bursts = family.photos[610:700], family.photos[700:740]
    for step in (_albums, _copies_in_albums, _backups, _takeout, _elsewhere, _messengers, _edits):
        step(family, albums)
    _phone(family, phone)
    _heic(family, heic)
    _raw_pairs(family, raw)
    _received(family, received)
    _bursts(family, bursts)
    _drawn(family)
    _broken(family, albums)
    manifest = json.dumps(family.truth, indent=1, ensure_ascii=False, sort_keys=True)
    (root.parent / f"{root.name}-{MANIFEST}").write_text(manifest, encoding="utf-8")
    return family


def _photographs(sources: Sequence[Path], chance: random.Random) -> list[Photo]:
    numbers = np.random.default_rng(SEED)
    regions = find_regions(sources, PHOTOGRAPHS, _PIXELS[0] * _PIXELS[1], numbers, OVERLAPPING)
    opened: dict[Path, Image.Image] = {}
    photos = []
    moment = datetime(2014, 3, 1, 9, tzinfo=UTC)
    for number, region in enumerate(regions):
        if region.photo not in opened:
            with Image.open(region.photo) as image:
                opened[region.photo] = image.convert("RGB")
        picture = opened[region.photo].resize(_PIXELS, Image.Resampling.BICUBIC, region.box)
        grain = numbers.normal(0, 3, (_PIXELS[1], _PIXELS[0], 1))
        noisy = np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)
        moment += timedelta(minutes=chance.randrange(600, 7000))
        photos.append(Photo(number, Image.fromarray(noisy), moment, _camera_name(number, moment)))
    return photos


def _camera_name(number: int, moment: datetime) -> str:
    if number % 3 == 0:
        return f"IMG_{number + 1000:04}"
    if number % 3 == 1:
        return f"DSC{number + 2000:05}"
    return f"{moment:%Y%m%d_%H%M%S}"


def jpeg(picture: Image.Image, quality: int, taken: datetime | None = None) -> bytes:
    """A JPEG file, with camera data if `taken` is given."""
    exif = Image.Exif()
    if taken is not None:
        exif[0x010F], exif[0x0110] = "Maker", "Camera 5"
        exif.get_ifd(0x8769)[0x9003] = f"{taken:%Y:%m:%d %H:%M:%S}"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, exif=exif)
    return buffer.getvalue()


def _smaller(picture: Image.Image, side: int) -> Image.Image:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


# -- the albums, and copies of them ----------------------------------------------------------------


def _albums(family: Family, albums: list[Photo]) -> None:
    for photo in albums:
        year = photo.taken.year
        folder = f"Photos/{year}"
        if photo.number % 2:
            folder += f"/{_SONGS[photo.number // 12 % len(_SONGS)]}"
        data = jpeg(photo.picture, 91 + photo.number % 5, photo.taken)
        family.write(photo, folder, data)
    for photo in family.some(albums, 40):
        sidecar = photo.path.relative_to(family.root).with_suffix(".jpg.xmp")
        family.put(str(sidecar), _xmp(photo), None, "sidecar")


def _xmp(photo: Photo) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="{photo.number % 6}"/>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def _copies_in_albums(family: Family, albums: list[Photo]) -> None:
    """Copies beside the original, as file managers and people make them."""
    marks: list[Callable[[str], str]] = [
        lambda name: f"{name} (1)",
        lambda name: f"{name} - Copy",
        lambda name: f"Copy of {name}",
        lambda name: f"{name} - Kopie",
        lambda name: f"Kopie von {name}",
        lambda name: f"{name} copie",
        lambda name: f"{name}~2",
        lambda name: f"{name} copy 2",
        lambda name: f"{name}_1",
        lambda name: f"{name} 2",
    ]
    for number, photo in enumerate(family.some(albums, 80)):
        folder = photo.path.parent.relative_to(family.root)
        name = marks[number % len(marks)](photo.name)
        family.copy(photo, f"{folder}/{name}.jpg", "copy beside")


def _backups(family: Family, albums: list[Photo]) -> None:
    for photo in family.some(albums, 190):  # the same tree
        at = photo.path.relative_to(family.root)
        family.copy(photo, f"Backup 2019/{at}", "backup")
        sidecar = photo.path.with_suffix(".jpg.xmp")
        if sidecar.exists():
            family.put(f"Backup 2019/{at.with_suffix('.jpg.xmp')}", sidecar.read_bytes(), None, "")
    for number, photo in enumerate(family.some(albums, 160)):  # renamed
        family.copy(photo, f"Backup 2019/Old laptop/{number:04} {photo.taken:%d %b}.jpg", "backup")
    for number, photo in enumerate(family.some(albums, 90)):
        folder = "Sicherung Festplatte/Bilder" if number % 2 else "NAS/backups/2017-08"
        family.copy(photo, f"{folder}/{photo.name}.jpg", "backup")


def _takeout(family: Family, albums: list[Photo]) -> None:
    for photo in family.some(albums, 150):
        year, name = photo.taken.year, f"{photo.name}.jpg"
        places = [f"Photos from {year}"] + (["Holiday"] if photo.number % 3 == 0 else [])
        for place in places:
            folder = f"Takeout/Google Photos/{place}"
            family.copy(photo, f"{folder}/{name}", "takeout")
            about = {"title": name, "photoTakenTime": {"timestamp": f"{photo.number}"}}
            suffix = ".supplemental-metadata.json" if photo.number % 2 else ".supplemental-me.json"
            family.put(f"{folder}/{name}{suffix}", json.dumps(about).encode(), None, "sidecar")
        if photo.number % 7 == 0:
            bright = ImageEnhance.Brightness(photo.picture).enhance(1.12)
            edited = f"Takeout/Google Photos/{places[0]}/{photo.name}-edited.jpg"
            family.derive(photo, edited, jpeg(bright, 96, photo.taken), "edit")


def _elsewhere(family: Family, albums: list[Photo]) -> None:
    """Copies in folders that nobody planned."""
    for number, photo in enumerate(family.some(albums, 60)):
        name = [f"{photo.name} ({number % 3 + 1})", f"image{number}", photo.name][number % 3]
        family.copy(photo, f"Downloads/{name}.jpg", "download")
    for photo in family.some(albums, 40):
        family.copy(photo, f"Desktop/New folder (2)/{photo.name}.jpg", "new folder")
    for number, photo in enumerate(family.some(albums, 30)):
        family.copy(photo, f"lost+found/recup_dir.{number // 10 + 1}/f{number:07}.jpg", "recovered")
    for photo in family.some(albums, 25):
        family.copy(photo, f"Papierkorb/{photo.name}.jpg", "trash")
    for number, photo in enumerate(family.some(albums, 30)):
        family.copy(photo, f"For the wall calendar/{number + 1:02} {photo.name}.jpg", "album")
    for photo in family.some(albums, 60):
        data = jpeg(_smaller(photo.picture, 160), 75)
        family.derive(photo, f"Photos/thumbs/{photo.name}.jpg", data, "thumbnail")


def _messengers(family: Family, albums: list[Photo]) -> None:
    for number, photo in enumerate(family.some(albums, 140)):
        sent = jpeg(_smaller(photo.picture, 512), 70)
        name = f"IMG-{photo.taken:%Y%m%d}-WA{number:04}.jpg"
        folder = "Phone/WhatsApp/Media/WhatsApp Images"
        family.derive(photo, f"{folder}/{name}", sent, "messenger")
        if number % 4 == 0:
            family.derive(photo, f"{folder}/Sent/{name}", sent, "messenger")
        if number % 5 == 0:
            family.derive(photo, f"Downloads/received_{number:08}.jpeg", sent, "messenger")


def _edits(family: Family, albums: list[Photo]) -> None:
    for number, photo in enumerate(family.some(albums, 40)):
        folder = photo.path.parent.relative_to(family.root)
        edited = ImageEnhance.Contrast(photo.picture).enhance(1.05)
        data = jpeg(edited, 97, photo.taken)
        if number % 2:
            family.derive(photo, f"{folder}/{photo.name}-bearbeitet.jpg", data, "edit")
        else:
            family.derive(photo, f"Exports/prints/{photo.name}.jpg", data, "edit")


# -- phones and cameras ----------------------------------------------------------------------------


def _phone(family: Family, photos: list[Photo]) -> None:
    """What lies on the phone alone, and what was sorted into the albums since."""
    for number, photo in enumerate(photos):
        photo.name = f"PXL_{photo.taken:%Y%m%d_%H%M%S}{number:03}"
        data = jpeg(photo.picture, 92, photo.taken)
        if number < 60:
            family.write(photo, "Phone/DCIM/Camera", data)
            if number % 4 == 0:
                family.copy(photo, f"Phone backup/DCIM/Camera/{photo.name}.jpg", "backup")
        else:
            family.write(photo, f"Photos/{photo.taken.year}", data)
            family.copy(photo, f"Phone/DCIM/Camera/{photo.name}.jpg", "phone")


def _heic(family: Family, photos: list[Photo]) -> None:
    """HEIC files of a telephone, and the JPEGs that it makes of them for others."""
    for number, photo in enumerate(photos):
        photo.name = f"IMG_{number + 5000}"
        family.write(photo, "Photos/iPhone", _heic_file(photo), ".HEIC")
        if number % 2:
            data = jpeg(photo.picture, 96, photo.taken)
            family.derive(photo, f"For grandma/{photo.name}.jpg", data, "export")
        if number % 3 == 0:
            family.copy(photo, f"iCloud Backup/{photo.name}.HEIC", "backup")


def _heic_file(photo: Photo) -> bytes:
    with Image.open(io.BytesIO(jpeg(photo.picture, 90, photo.taken))) as image:
        exif = image.info["exif"]
    buffer = io.BytesIO()
    from_pillow(photo.picture).save(buffer, quality=75, exif=exif)
    return buffer.getvalue()


def _raw_pairs(family: Family, photos: list[Photo]) -> None:
    for number, photo in enumerate(photos):
        photo.name = f"_DSC{number + 3000}"
        family.write(photo, "Photos/Camera", dng(_smaller(photo.picture, 320)), ".DNG")
        data = jpeg(photo.picture, 95, photo.taken)
        family.put(f"Photos/Camera/{photo.name}.JPG", data, photo.number, "original")
        if number % 2:
            family.put(f"Backup 2019/Camera/{photo.name}.JPG", data, photo.number, "backup")


def dng(picture: Image.Image) -> bytes:
    """The file of a sensor (RGGB, 16 bits) that saw a picture."""
    pixels = np.asarray(picture.crop((0, 0, picture.width & ~1, picture.height & ~1)), np.float64)
    linear = ((pixels / 255) ** 2.2 * 60000).astype("<u2")
    sensor = linear[..., 1].copy()
    sensor[0::2, 0::2] = linear[0::2, 0::2, 0]
    sensor[1::2, 1::2] = linear[1::2, 1::2, 2]
    height, width = sensor.shape
    data = sensor.tobytes()
    identity = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    tags: list[tuple[int, str, list[int]]] = [
        *((254, "I", [0]), (256, "I", [width]), (257, "I", [height]), (258, "H", [16])),
        *((259, "H", [1]), (262, "H", [32803]), (273, "I", [8]), (274, "H", [1])),
        *((277, "H", [1]), (278, "I", [height]), (279, "I", [len(data)]), (284, "H", [1])),
        *((33421, "H", [2, 2]), (33422, "B", [0, 1, 1, 2]), (50706, "B", [1, 4, 0, 0])),
        *((50714, "H", [0]), (50717, "I", [65535]), (50721, "i", identity)),
        *((50728, "i", [1, 1, 1, 1, 1, 1]), (50778, "H", [21])),
    ]
    types = {"B": 1, "H": 3, "I": 4, "i": 10}
    start, entries, behind = 8 + len(data), b"", b""
    for tag, code, values in tags:
        packed = struct.pack(f"<{len(values)}{code}", *values)
        count = len(values) // 2 if code == "i" else len(values)
        if len(packed) > 4:
            place = start + 2 + 12 * len(tags) + 4 + len(behind)
            packed, behind = struct.pack("<I", place), behind + packed
        entries += struct.pack("<HHI", tag, types[code], count) + packed.ljust(4, b"\0")
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0) + behind
    return struct.pack("<2sHI", b"II", 42, start) + data + directory


def _received(family: Family, photos: list[Photo]) -> None:
    """Pictures of others, of which the family has nothing better than the messenger's file."""
    for number, photo in enumerate(photos):
        photo.name = f"IMG-{photo.taken:%Y%m%d}-WA{number + 500:04}"
        data = jpeg(_smaller(photo.picture, 512), 72)
        family.write(photo, "Phone/WhatsApp/Media/WhatsApp Images", data)
        if number % 3 == 0:
            family.copy(photo, f"Phone backup/WhatsApp Images/{photo.name}.jpg", "backup")


def _bursts(family: Family, photos: list[Photo]) -> None:
    for number, photo in enumerate(photos):
        for shot in range(5):
            box = (shot, shot, photo.picture.width - 9 + shot, photo.picture.height - 9 + shot)
            taken = photo.taken + timedelta(seconds=shot)
            data = jpeg(photo.picture.crop(box), 92, taken)
            name = f"IMG_{7000 + number * 10 + shot}.jpg"
            shown = 10_000 + number * 10 + shot  # each shot is a photograph of its own
            family.put(f"Photos/{taken.year}/Bursts/{name}", data, shown, "original")
            if number % 8 == 0:
                to = f"Backup 2019/Photos/{taken.year}/Bursts/{name}"
                family.put(to, data, shown, "backup")


# -- what is no photograph -------------------------------------------------------------------------


def _drawn(family: Family) -> None:
    """Screenshots, memes and receipts."""
    for number in range(70):
        buffer = io.BytesIO()
        _page(number, (360, 640), ("#fff", "#123", "#eef")[number % 3]).save(buffer, "PNG")
        name = f"Screenshot_2018{number % 12 + 1:02}{number % 28 + 1:02}-1010{number % 60:02}.png"
        to = f"Phone/Pictures/Screenshots/{number:02}_{name}"
        family.put(to, buffer.getvalue(), 20_000 + number, "original")
        if number % 5 == 0:
            backed = f"Phone backup/Screenshots/{number:02}_{name}"
            family.put(backed, buffer.getvalue(), 20_000 + number, "backup")
    for number in range(40):
        receipt = jpeg(_page(1_000, (420, 600), "#fff", f"Total {number}.95"), 85)
        family.put(f"Documents/receipts/r{number:03}.jpg", receipt, 21_000 + number, "original")
        if number % 4 == 0:
            copied = f"Documents/receipts/r{number:03} (1).jpg"
            family.put(copied, receipt, 21_000 + number, "copy beside")
    for number in range(60):
        chance = random.Random(number)
        meme = Image.new("RGB", (400, 400), tuple(chance.randrange(256) for _ in range(3)))
        draw = ImageDraw.Draw(meme)
        for _ in range(12):
            corners = sorted(chance.randrange(400) for _ in range(4))
            colour = tuple(chance.randrange(256) for _ in range(3))
            draw.ellipse((corners[0], corners[1], corners[2] + 1, corners[3] + 1), fill=colour)
        draw.text((20, 20), f"When you {number}", fill="white")
        to = f"Phone/WhatsApp/Media/WhatsApp Images/IMG-20190101-WA{2000 + number}.jpg"
        family.put(to, jpeg(meme, 80), 22_000 + number, "original")
        if number % 3 == 0:
            saved = f"Phone/WhatsApp/Media/WhatsApp Images/Sent/IMG-20190102-WA{2000 + number}.jpg"
            family.put(saved, jpeg(meme, 80), 22_000 + number, "messenger")


def _page(number: int, size: tuple[int, int], colour: str, last: str = "") -> Image.Image:
    chance, page = random.Random(number), Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(page)
    for line in range(18):
        words = " ".join(
            "".join(chance.choices("abcdefghiklmnoprstu", k=chance.randrange(2, 9)))
            for _ in range(6)
        )
        draw.text((20, 30 + line * 30), words, fill="#888" if colour == "#123" else "#222")
    draw.text((20, size[1] - 40), last, fill="#222")
    return page


def _broken(family: Family, albums: list[Photo]) -> None:
    for number, photo in enumerate(family.some(albums, 20)):
        data = photo.path.read_bytes()[: [0, 700, 9000][number % 3]]
        family.put(f"Backup 2019/broken/{photo.name}.jpg", data, None, "broken")
    for number in range(20):
        family.put(f"Documents/note {number}.txt", b"milk, bread\n" * (number + 1), None, "other")


def usable_sources(folders: Sequence[Path]) -> list[Path]:
    """Return the pictures below some folders that Pillow opens, in the order of their paths."""
    found = []
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        try:
            with Image.open(path) as image:
                if min(image.size) >= 256:
                    found.append(path)
        except (OSError, UnidentifiedImageError):
            continue
    return found
