"""Pictures → what lies beside them in their folders and belongs to them. Read-only.

Kept apart because it is told by names alone, and knows the customs of cameras, telephones and photo
programs, which nothing else here needs: a film and its still, a RAW file and its JPEG, settings and
metadata in a file of their own. Where a custom is unclear a companion is told rather than not:
telling too many only keeps a picture where it is.
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
        ".jgw .jpgw .pgw .pngw .tfw .tifw .wld"  # where on earth a map lies
    ).split()
)
VIDEO_SUFFIXES = frozenset(".mov .mp4 .m4v .mp".split())
"""Apple writes the first, Google hands out the second for it, and writes the last by itself."""
RAW_SUFFIXES = formats.RAW_SUFFIXES | {".gpr"}

_TAKEOUT = ".supplemental-metadata"
"""What Google puts between a picture's name and ``.json``, or only the beginning of it."""
_TAKEOUT_LENGTHS = (45, 46, 47)
"""To how many characters it cuts longer names, depending on how they are counted."""
_NUMBERED = re.compile(r"(.*?)(\(\d+\))", re.DOTALL)
_EDITED = re.compile(
    r"(.+)[-_](?:edited|bearbeitet|modifié|modifie|editado|editada|modificato|bewerkt|edytowane|"
    r"redigerad|redigert|redigeret|muokattu|upraveno|editat|düzenlendi|изменено|編集済み|已修改)",
    re.DOTALL,
)
_EDITED_FROM = (".heic", ".heif", ".jpg", ".jpeg", ".png", ".webp", ".dng")
"""What an edited picture may have been, besides what it is now."""
_APPLE = re.compile(r"img_[eo]?(\d{4}.*)", re.DOTALL)
"""``IMG_E0001`` is the edited ``IMG_0001``, and ``IMG_O0001.AAE`` tells of it as it was."""
_PIXEL_RAW = re.compile(r"(.+)\.raw-\d\d(?:\.mp)?\.(?:cover|original)", re.DOTALL)
_DARKTABLE_COPY = re.compile(r"(.+)_\d\d(\.[^.]+)", re.DOTALL)
"""``IMG_1_01.NEF.xmp`` holds a second way in which ``IMG_1.NEF`` was developed."""


def find_companions(paths: Iterable[str]) -> dict[str, tuple[Companion, ...]]:
    """What belongs to each of some pictures, for those that have anything, by their paths.

    Each folder is listed once, hidden and excluded files included; letter case and the way in which
    accents are encoded do not count. A companion is `shared` when another file in its folder could
    claim it too, or when it is one of `paths` itself, or a picture that stands for itself as the
    partner of a RAW file does. Of a folder that cannot be listed nothing is known: it is told
    itself, as a shared sidecar. Companions come in the order of their paths.
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
    """Those of the pictures in one folder that have companions."""
    try:
        with os.scandir(folder) as entries:
            listed = [one.name for one in entries if not one.is_dir(follow_symlinks=False)]
    except FileNotFoundError:  # it went with all that was in it
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
        told = [
            _companion(_kind_of(one), os.path.join(folder, one), claims[one] > 1 or one in pictures)
            for one in _companions_of(name, by_owner_name)
        ]
        told += [
            _companion(CompanionKind.RAW_PAIR, os.path.join(folder, one), shared=True)
            for one in partners.get(name, ())
        ]
        if told:
            yield name, tuple(sorted(told, key=lambda one: file_names.order(one.path)))


def _companion(kind: CompanionKind, path: str, shared: bool) -> Companion:  # noqa: FBT001 (its field)
    """A companion with what the file system says of it, a link not followed; noughts for none."""
    try:
        status = os.lstat(path)
    except OSError:
        return Companion(path, 0, 0, 0, 0, kind, shared)
    size, mtime_ns = status.st_size, status.st_mtime_ns
    return Companion(path, size, mtime_ns, status.st_dev, status.st_ino, kind, shared)


# -- films and sidecars ----------------------------------------------------------------------------


def _kind_of(name: str) -> CompanionKind:
    return CompanionKind.LIVE_PHOTO if suffix_of(name) in VIDEO_SUFFIXES else CompanionKind.SIDECAR


def _may_be_companion(name: str) -> bool:
    suffix = suffix_of(name)
    return suffix in SIDECAR_SUFFIXES or suffix in VIDEO_SUFFIXES


def _by_owner_name(listed: Iterable[str]) -> dict[str, list[str]]:
    """Files that belong to others, by what they call the one that they belong to."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in filter(_may_be_companion, listed):
        for called in set(_owner_names(*_split(name))):
            found[called].append(name)
    return found


def _owner_names(base: str, suffix: str) -> Iterator[str]:
    """The names of the picture that a file belongs to, as far as its own name tells them."""
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
    called, number = (numbered[1], numbered[2]) if numbered else (base, "")
    for length in range(1, len(_TAKEOUT) + 1):
        if called.endswith(_TAKEOUT[:length]):
            yield called[:-length] + number


def _companions_of(name: str, by_owner_name: dict[str, list[str]]) -> set[str]:
    """Those of some files that belong to a picture."""
    return {
        one
        for called in _names_used_by_companions(name)
        for one in by_owner_name.get(called, ())
        if one != name
    }


def _names_used_by_companions(name: str) -> Iterator[str]:
    """By which names its companions may call a picture."""
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
    """Names with their suffix, and as Google calls them: cut where long, the number at the end."""
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
    """For each RAW file the finished pictures of the same shot, and the other way round."""
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
        for called in (_shot(raw), _normalised(raw)):  # IMG_1.jpg, and IMG_1.NEF.jpg
            for picture in finished.get(called, ()):
                partners[raw].append(picture)
                partners[picture].append(raw)
    return partners


def _shot(name: str) -> str:
    """The name that the files of one shot share."""
    stem = _split(name)[0]
    together = _PIXEL_RAW.fullmatch(stem)
    return together[1] if together else stem


# -- names -----------------------------------------------------------------------------------------


def _split(name: str) -> tuple[str, str]:
    """Stem and suffix of a file's name, as they are compared."""
    compared = _normalised(name)
    suffix = suffix_of(compared)
    return compared.removesuffix(suffix), suffix


def _normalised(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
