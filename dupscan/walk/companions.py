"""Pictures ─▶ their companions: files in the same folder that belong to them. Read-only.

A companion is the video of a Live Photo, the RAW file beside a JPEG, or a sidecar: a file with
settings or metadata of the picture. Companions are recognised by their names alone, by the naming
rules of cameras, phones and photo programs. Where a rule is unclear, a file counts as a companion:
one companion too many only keeps a picture where it is.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from dupscan.model import formats
from dupscan.model.formats import PICTURE_SUFFIXES, suffix_of
from dupscan.model.report import Companion, CompanionKind
from dupscan.text import file_names

SIDECAR_SUFFIXES = frozenset(
    (
        ".xmp .mie .exif .exv .iptc .xml .yml .yaml .json .txt "  # metadata and captions
        ".aae .thm .wav "  # Apple's edits, cameras' thumbnails and voice notes
        ".pp3 .arp .dop .on1 .vrd .dr4 .nksc .acr .cos .cop .cot "  # settings of raw converters
        ".jgw .jpgw .pgw .pngw .tfw .tifw .wld"  # the place on earth that a map shows
    ).split()
)
VIDEO_SUFFIXES = frozenset(".mov .mp4 .m4v .mp".split())
"""Apple writes ``.mov``, which Google Takeout exports as ``.mp4``; Pixel phones write ``.mp``."""
RAW_SUFFIXES = formats.RAW_SUFFIXES | {".gpr"}

_TAKEOUT = ".supplemental-metadata"
"""Google Takeout puts this, or only its beginning, between a picture's name and ``.json``."""
_TAKEOUT_LENGTHS = (45, 46, 47)
"""Lengths, in characters, to which Google Takeout cuts longer names: it has several rules."""
_NUMBERED = re.compile(r"(.*?)(\(\d+\))", re.DOTALL)
_EDITED = re.compile(
    r"(.+)[-_](?:edited|bearbeitet|modifié|modifie|editado|editada|modificato|bewerkt|edytowane|"
    r"redigerad|redigert|redigeret|muokattu|upraveno|editat|düzenlendi|изменено|編集済み|已修改)",
    re.DOTALL,
)
_EDITED_FROM = (".heic", ".heif", ".jpg", ".jpeg", ".png", ".webp", ".dng")
"""Suffixes that the original of an edited picture may have, besides the suffix of the edit."""
_APPLE = re.compile(r"img_[eo]?(\d{4}.*)", re.DOTALL)
"""``IMG_E0001`` is the edited ``IMG_0001``; ``IMG_O0001.AAE`` belongs to the original."""
_PIXEL_RAW = re.compile(r"(.+)\.raw-\d\d(?:\.mp)?\.(?:cover|original)", re.DOTALL)
_DARKTABLE_COPY = re.compile(r"(.+)_\d\d(\.[^.]+)", re.DOTALL)
"""``IMG_1_01.NEF.xmp`` is a second set of darktable's settings for ``IMG_1.NEF``."""


def find_companions(paths: Iterable[str]) -> dict[str, tuple[Companion, ...]]:
    """Find the companions of some pictures: a dict by path, of the pictures that have any.

    Each folder is listed once, hidden and excluded files included. Upper and lower case, and the
    Unicode normalisation of names, make no difference. A companion is `shared` if it may belong to
    another file in its folder too, if it is itself one of `paths`, or if it is a picture, as the
    partner of a RAW file is. If a folder cannot be listed, its pictures get the folder itself as a
    shared sidecar, because their companions are unknown. Companions are sorted by path.
    """
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        folder, name = os.path.split(path)
        wanted[folder].add(name)
    found: dict[str, tuple[Companion, ...]] = {}
    for folder, pictures in wanted.items():
        for name, several in _in_folder(folder, pictures):
            found[os.path.join(folder, name)] = several
    return found


def _in_folder(folder: str, pictures: set[str]) -> Iterator[tuple[str, tuple[Companion, ...]]]:
    """Yield the pictures of one folder that have companions, by name, with their companions."""
    try:
        with os.scandir(folder) as entries:
            listed = [one.name for one in entries if not one.is_dir(follow_symlinks=False)]
    except FileNotFoundError:  # the folder is gone, and its files with it
        return
    except OSError:
        unknown = _companion(CompanionKind.SIDECAR, folder, shared=True)
        yield from ((name, (unknown,)) for name in pictures)
        return
    partners = _raw_partners(listed)
    by_owner_name = _by_owner_name(listed)
    if not partners and not by_owner_name:
        return
    claims = Counter(
        one
        for name in {*listed, *pictures}
        if name in pictures or not _may_be_companion(name)
        for one in _companions_of(name, by_owner_name)
    )
    for name in pictures:
        found = [
            _companion(_kind_of(one), os.path.join(folder, one), claims[one] > 1 or one in pictures)
            for one in _companions_of(name, by_owner_name)
        ]
        found += [
            _companion(CompanionKind.RAW_PAIR, os.path.join(folder, one), shared=True)
            for one in partners.get(name, ())
        ]
        if found:
            yield name, tuple(sorted(found, key=lambda one: file_names.order(one.path)))


def _companion(kind: CompanionKind, path: str, shared: bool) -> Companion:  # noqa: FBT001 (its field)
    """A companion with its status, a symbolic link not followed; zeros if it cannot be read."""
    try:
        status = os.lstat(path)
    except OSError:
        return Companion(path, 0, 0, 0, 0, kind, shared)
    size, mtime_ns = status.st_size, status.st_mtime_ns
    return Companion(path, size, mtime_ns, status.st_dev, status.st_ino, kind, shared)


# -- videos and sidecars ---------------------------------------------------------------------------


def _kind_of(name: str) -> CompanionKind:
    return CompanionKind.LIVE_PHOTO if suffix_of(name) in VIDEO_SUFFIXES else CompanionKind.SIDECAR


def _may_be_companion(name: str) -> bool:
    suffix = suffix_of(name)
    return suffix in SIDECAR_SUFFIXES or suffix in VIDEO_SUFFIXES


def _by_owner_name(listed: Iterable[str]) -> dict[str, list[str]]:
    """Possible companions in a folder, by the names of the pictures that they may belong to."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in filter(_may_be_companion, listed):
        for owner_name in set(_owner_names(*_split(name))):
            found[owner_name].append(name)
    return found


def _owner_names(base: str, suffix: str) -> Iterator[str]:
    """Yield the names, without suffix or with it, of the pictures that a companion may have."""
    yield base
    if suffix == ".json":
        yield from _owner_names_of_takeout(base)
    if suffix in VIDEO_SUFFIXES:
        yield base.removesuffix("_hevc")
    if copy := _DARKTABLE_COPY.fullmatch(base):
        yield copy[1] + copy[2]
    if base.endswith(".aux"):  # .tif.aux.xml
        yield base.removesuffix(".aux")


def _owner_names_of_takeout(base: str) -> Iterator[str]:
    numbered = _NUMBERED.fullmatch(base)
    owner_name, number = (numbered[1], numbered[2]) if numbered else (base, "")
    for length in range(1, len(_TAKEOUT) + 1):
        if owner_name.endswith(_TAKEOUT[:length]):
            yield owner_name[:-length] + number


def _companions_of(name: str, by_owner_name: dict[str, list[str]]) -> set[str]:
    """The possible companions that belong to a picture."""
    return {
        one
        for owner_name in _names_used_by_companions(name)
        for one in by_owner_name.get(owner_name, ())
        if one != name
    }


def _names_used_by_companions(name: str) -> Iterator[str]:
    """Yield the names by which companions refer to a picture."""
    stem, suffix = _split(name)
    yield stem
    yield from _full_names(stem, suffix)
    yield stem.removesuffix(".mp")  # PXL_1.MP.jpg and PXL_1.MP
    if number := _APPLE.fullmatch(stem):
        yield from (f"img_{letter}{number[1]}" for letter in ("", "e", "o"))
    if together := _PIXEL_RAW.fullmatch(stem):
        yield together[1]
    numbered = _NUMBERED.fullmatch(stem)
    bare, number_of_copy = (numbered[1], numbered[2]) if numbered else (stem, "")
    if edited := _EDITED.fullmatch(bare):
        before = edited[1] + number_of_copy
        yield before
        for each in {suffix, *_EDITED_FROM}:
            yield from _full_names(before, each)


def _full_names(stem: str, suffix: str) -> Iterator[str]:
    """Yield a name with its suffix, and its forms in Google Takeout: cut, with the number last."""
    numbered = _NUMBERED.fullmatch(stem)
    spellings = [(stem + suffix, "")]
    if numbered:
        spellings.append((numbered[1] + suffix, numbered[2]))
    for full, number in spellings:
        yield full + number
        for length in _TAKEOUT_LENGTHS:
            if length < len(full):
                yield full[:length] + number


# -- RAW files and finished pictures ---------------------------------------------------------------


def _raw_partners(listed: Iterable[str]) -> dict[str, list[str]]:
    """For each RAW file the JPEGs and the like of the same shot, and for each of these the RAW."""
    finished: defaultdict[str, list[str]] = defaultdict(list)
    raws = []
    for name in listed:
        suffix = suffix_of(name)
        if suffix in RAW_SUFFIXES:
            raws.append(name)
        elif suffix in PICTURE_SUFFIXES:
            finished[_shot(name)].append(name)
    partners: defaultdict[str, list[str]] = defaultdict(list)
    for raw in raws:
        for shot in (_shot(raw), _normalised(raw)):  # IMG_1.jpg, and IMG_1.NEF.jpg
            for picture in finished.get(shot, ()):
                partners[raw].append(picture)
                partners[picture].append(raw)
    return partners


def _shot(name: str) -> str:
    """The part of a name that all files of one shot share."""
    stem = _split(name)[0]
    together = _PIXEL_RAW.fullmatch(stem)
    return together[1] if together else stem


# -- names -----------------------------------------------------------------------------------------


def _split(name: str) -> tuple[str, str]:
    """Stem and suffix of a file's name, both normalised for comparison."""
    compared = _normalised(name)
    suffix = suffix_of(compared)
    return compared.removesuffix(suffix), suffix


def _normalised(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
