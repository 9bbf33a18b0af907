"""Items, properties and tracks cut out of HEIF and AVIF files."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.pairs.boxes import (
    Item as HeifItem,
)
from benchmarks.pairs.boxes import (
    Meta,
    properties_of,
    properties_of_primary,
    read_meta,
    renamed_box,
    without_items,
)
from benchmarks.pairs.containers import TRAILER, box, join, split_boxes
from benchmarks.pairs.cuts_exif import cuts_of_exif
from benchmarks.pairs.items import Cut, Item

_AUXILIARY = (
    ("hdrgainmap", Item.GAIN_MAP),
    ("alpha", Item.ALPHA),
    ("depth", Item.DEPTH_MAP),
    ("disparity", Item.DEPTH_MAP),
    ("auxid:2", Item.DEPTH_MAP),
    ("auxid:1", Item.ALPHA),
    ("matte", Item.DEPTH_MAP),
)
_CODED = ("hvc1", "av01", "grid", "iovl", "iden", "j2k1", "jpeg", "avc1", "vvc1", "unci")
_KEPT_BOXES = ("ftyp", "meta", "mdat", "moov", "free", "skip", "styp", "sidx", "moof", "mini")
_PROPERTIES = {"irot": Item.ORIENTATION, "imir": Item.ORIENTATION}


def cuts_of_heif(content: bytes) -> Iterator[Cut]:
    """Yield a HEIF or AVIF without each of the things that it holds."""
    meta = read_meta(content)
    groups: dict[tuple[Item, str], list[int]] = {}
    for item in meta.items.values():
        named = _named(item, meta)
        if named is not None:
            groups.setdefault(named, []).append(item.number)
    for (kind, what), numbers in groups.items():
        gone = _with_parts(numbers, meta)
        yield Cut(kind, what, without_items(content, gone))
    yield from _properties(content)
    yield from _cuts_in_exif(content, meta)
    yield from _boxes(content)


def _properties(content: bytes) -> Iterator[Cut]:
    """Yield the file without its turning, its mirroring, or its profiles."""
    shown = properties_of_primary(content)
    for name, item in (*_PROPERTIES.items(), ("colr", Item.ICC)):
        places = [
            at
            for other, at, body in properties_of(content)
            if other == name
            and (name != "colr" or body[:4] in (b"prof", b"rICC"))
            and (name != "irot" or body[0] & 3)
        ]
        without = content
        for at in places:
            without = renamed_box(without, at)
        if places and name in shown:
            yield Cut(item, f"property {name}", without)


def _named(item: HeifItem, meta: Meta) -> tuple[Item, str] | None:
    if item.number == meta.primary:
        return None
    if item.type == "Exif":
        return Item.EXIF, "item Exif"
    if item.type == "mime":
        return (Item.XMP if b"rdf+xml" in item.words else Item.UNKNOWN), "item mime"
    if item.type in ("uri ", "jumb"):
        return Item.UNKNOWN, f"item {item.type}"
    if item.type == "tmap":
        return Item.GAIN_MAP, "item tmap"
    if item.aux:
        kinds = (kind for word, kind in _AUXILIARY if word in item.aux)
        return next(kinds, Item.FURTHER_PICTURE), f"auxiliary {item.aux.rsplit(':', 1)[-1]}"
    is_part = any(item.number in targets for kind, _, targets in meta.references if kind == "dimg")
    is_thumbnail = any(
        kind == "thmb" and source == item.number for kind, source, _ in meta.references
    )
    if is_part or is_thumbnail or item.hidden:
        return None
    is_picture = item.type in _CODED
    return (Item.FURTHER_PICTURE if is_picture else Item.UNKNOWN), f"item {item.type}"


def _with_parts(numbers: list[int], meta: Meta) -> set[int]:
    """Add the items that nothing but these items is made of, or describes."""
    gone = set(numbers)
    needed = {meta.primary}
    while True:
        parts = {
            one
            for kind, source, targets in meta.references
            if kind == "dimg" and source in gone
            for one in targets
        }
        kept = {
            one
            for kind, source, targets in meta.references
            if kind == "dimg" and source not in gone
            for one in targets
        }
        about = {
            source
            for kind, source, targets in meta.references
            if kind in ("cdsc", "thmb", "auxl") and targets and set(targets) <= gone
        }
        more = (parts - kept | about) - needed - gone
        if not more:
            return gone
        gone |= more


def _cuts_in_exif(content: bytes, meta: Meta) -> Iterator[Cut]:
    """Yield the file without single tags of its EXIF; the block keeps its length."""
    for item in meta.items.values():
        if item.type != "Exif" or len(item.places) != 1:
            continue
        at, size = item.places[0]
        skip = 4 + int.from_bytes(content[at : at + 4], "big")
        exif = content[at + skip : at + size]
        if exif[:4] not in (b"II*\0", b"MM\0*"):
            continue
        for cut in cuts_of_exif(exif):
            if cut.item is not Item.ORIENTATION:
                new = content[: at + skip] + cut.content + content[at + size :]
                yield Cut(cut.item, cut.what, new)


def _boxes(content: bytes) -> Iterator[Cut]:
    """Yield the file without its film, and without each box that is no part of the picture."""
    pieces = split_boxes(content)
    for piece in pieces:
        if piece.name == TRAILER:
            yield Cut(Item.APPENDED, "bytes behind the boxes", join(pieces[:-1]))
        elif piece.name not in _KEPT_BOXES:
            is_film = b"ftyp" in piece.body[:16] or piece.name == "mpvd"
            item = Item.FILM if is_film else Item.UNKNOWN
            item = Item.C2PA if b"c2pa" in piece.body[:80] else item
            free = box("free", bytes(len(piece.whole) - 8))
            new = join(free if one is piece else one for one in pieces)
            yield Cut(item, f"box {piece.name}", new)
    if any(piece.name == "moov" for piece in pieces):
        still = join(
            box("free", bytes(len(one.body))) if one.name == "moov" else one for one in pieces
        )
        head = len(pieces[0].whole)
        brands = content[:head].replace(b"avis", b"avif").replace(b"hevc", b"heic")
        brands = brands.replace(b"msf1", b"mif1")
        yield Cut(Item.FRAMES, "sequence track", brands + still[head:])
