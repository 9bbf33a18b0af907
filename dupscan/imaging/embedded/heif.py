"""Record what a HEIF or AVIF file holds besides its picture: items, tracks, further boxes."""

from __future__ import annotations

import struct
from typing import BinaryIO

from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.appended import kind_of_auxiliary, read_appended
from dupscan.imaging.embedded.contents import Contents, read_at, shown
from dupscan.imaging.embedded.exif import read_exif
from dupscan.imaging.embedded.item_table import Item, ItemTable, read_item_table
from dupscan.imaging.embedded.jpeg import add_data_in_packets
from dupscan.imaging.embedded.other_boxes import add_box
from dupscan.imaging.embedded.photoshop import read_iptc
from dupscan.imaging.embedded.xmp_packet import read_packet
from dupscan.imaging.headers import boxes, size_of
from dupscan.model.embedded import ORIENTATION, EmbeddedKind

_PICTURES = frozenset(
    b"hvc1 hvt1 lhv1 av01 avc1 vvc1 jpeg j2k1 unci grid iovl iden mski tili".split()
)
_GAIN_MAP_ITEM = b"tmap"
_PYRAMID = b"pymd"
"""A group of one picture in several sizes."""
_ALPHA = (
    "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    "urn:mpeg:hevc:2015:auxid:1",
    "urn:mpeg:avc:2015:auxid:1",
)
_IPTC_TYPES = ("iptc", "application/x-iptc", "image/iptc")
_XMP_TYPE = "application/rdf+xml"
_OF_THE_PICTURE = frozenset(b"ftyp styp meta mdat free skip wide pdin idat".split())
_DESCRIBING = frozenset((b"udes", b"altt", b"crtt", b"uuid", b"clli", b"mdcv", b"cclv"))
"""Properties with words, with the time of capture, with the brightness for an HDR screen, and
those of programs (ISO/IEC 23008-12, 6.5)."""
_MOST_TRACKS = 64
_USUAL_PRIMARIES, _USUAL_TRANSFERS = (1, 2, 5, 6), (1, 2, 6, 13, 14, 15)
"""Numbers of ITU-T H.273 for sRGB, and for the colours of television that are shown as sRGB."""


def read_heif(source: BinaryIO, found: Contents) -> None:
    """Add all that a HEIF or AVIF file holds besides its picture; count its frames."""
    size, tables, depths = size_of(source), 0, [0]
    frames = 1
    for number, (kind, begin, end) in enumerate(boxes(source, 0, size)):
        if kind == b"" or (kind == b"ftyp" and number):  # what begins here is another file
            first = begin if kind == b"" else begin - 8
            read_appended(read_at(source, first, size), 0, found)
            break
        if kind == b"meta" and not tables:
            tables += 1
            table = read_item_table(source, begin, end)
            frames = max(frames, _read_items(source, table, found))
            depths += [_depth(table.items[one]) for one in _primary_parts(table)]
            _read_properties(table, found)
        elif kind == b"moov":
            samples, depth = _read_tracks(source, begin, end, found)
            frames = max(frames, samples)
            depths.append(depth)
        elif kind == b"mpvd":
            read_appended(read_at(source, begin, end), 0, found)
        elif kind not in _OF_THE_PICTURE:
            add_box(kind, read_at(source, begin, end), found)
    found.frames = frames
    found.bit_depth = max(depths) or None


def _primary_parts(table: ItemTable) -> list[int]:
    return [one for one in table.parts(table.primary) if one in table.items]


def _read_items(source: BinaryIO, table: ItemTable, found: Contents) -> int:
    """Add all items that are not the first picture; return the number of pictures."""
    part_of = _targets(table, b"dimg")
    auxiliary = {one for one in table.references[b"auxl"] if one in table.items}
    thumbnails = set(table.references[b"thmb"])
    for kind, members in table.groups:
        if kind == _PYRAMID:
            thumbnails.update(members)
    maps = {number for number, item in table.items.items() if item.type == _GAIN_MAP_ITEM}
    of_maps = {one for number in maps for one in table.references[b"dimg"].get(number, ())[1:]}
    pictures = 0
    for number, item in table.items.items():
        if item.type in _PICTURES:
            aside = number in thumbnails or number in of_maps or number in part_of
            if number in auxiliary:
                _add_auxiliary(source, table, number, found)
            elif number == table.primary:
                pictures += 1
            elif not aside:
                pictures += not item.is_hidden
                _add_picture(source, table, number, found)
        elif number in maps:
            data = [piece for one in (number, *of_maps) for piece in _all_data(source, table, one)]
            found.add(EmbeddedKind.GAIN_MAP, contents.GAIN_MAP, *data)
        else:
            _add_metadata(source, table, number, found)
    return max(1, pictures)


def _targets(table: ItemTable, kind: bytes) -> set[int]:
    """Items that others are derived from, except for the base picture of a gain map."""
    return {
        target
        for owner, targets in table.references[kind].items()
        if table.items.get(owner, Item(b"")).type != _GAIN_MAP_ITEM
        for target in targets
    }


def _all_data(source: BinaryIO, table: ItemTable, number: int) -> list[bytes]:
    """The data of an item and of all that it is derived from."""
    return [
        piece
        for part in table.parts(number)
        if part in table.items
        for piece in table.data(source, part)
    ]


def _add_auxiliary(source: BinaryIO, table: ItemTable, number: int, found: Contents) -> None:
    urn = _urn(table, number)
    if urn in _ALPHA:
        return
    named = kind_of_auxiliary(urn) if urn else (EmbeddedKind.FURTHER_PICTURE, "auxiliary picture")
    found.add(*named, *_all_data(source, table, number))


def _urn(table: ItemTable, number: int) -> str:
    """The type of an auxiliary picture; "" without one."""
    properties = table.items[number].properties if number in table.items else ()
    bodies = (body for kind, body in properties if kind == b"auxC")
    return next(bodies, b"")[4:].partition(b"\0")[0].decode("ascii", "replace")


def _add_picture(source: BinaryIO, table: ItemTable, number: int, found: Contents) -> None:
    is_stereo = any(kind == b"ster" and number in members for kind, members in table.groups)
    kind, name = (
        (EmbeddedKind.STEREO, contents.OTHER_EYE)
        if is_stereo
        else (EmbeddedKind.FURTHER_PICTURE, contents.FURTHER_PICTURE)
    )
    found.add(kind, name, *_all_data(source, table, number))


def _add_metadata(source: BinaryIO, table: ItemTable, number: int, found: Contents) -> None:
    """Add an item of metadata; one of an auxiliary picture under a name of its own.

    A gain map cannot be shown rightly without the numbers in its metadata.
    """
    item = table.items[number]
    described = table.references[b"cdsc"].get(number, ())
    data = b"".join(table.data(source, number))
    if described and not set(described) - set(table.references[b"auxl"]):
        if any(_urn(table, one) not in _ALPHA for one in described):
            found.add_metadata("metadata of an auxiliary picture", data)
        return
    if item.type == b"Exif":
        start = 4 + int.from_bytes(data[:4], "big")
        read_exif(data[start:] if start < len(data) else data[4:], found)
    elif item.content_type == _XMP_TYPE:
        packet = read_packet(data)
        if packet.says_something:
            found.add_metadata(contents.XMP, data)
        add_data_in_packets([packet], found)
    elif item.content_type.lower() in _IPTC_TYPES:
        read_iptc(data, found)
    elif data.strip(b"\0"):
        name = shown(item.content_type.encode() or item.type)
        found.add_metadata(f"HEIF item {name}", data)


def _read_properties(table: ItemTable, found: Contents) -> None:
    """Add the orientation of the first picture, and name its colour space if it is unusual."""
    turns = []
    for part in _primary_parts(table)[:2]:
        for kind, body in table.items[part].properties:
            if part == table.primary and kind in (b"irot", b"imir"):
                turns.append(kind + body)
            if part == table.primary and kind in _DESCRIBING and body.strip(b"\0"):
                found.add_metadata(f"HEIF property {shown(kind)}", body)
            if kind == b"colr" and body.startswith(b"nclx") and len(body) >= 8:
                numbers = struct.unpack_from(">HH", body, 4)
                if numbers[0] not in _USUAL_PRIMARIES or numbers[1] not in _USUAL_TRANSFERS:
                    found.colour_space = f"CICP {numbers[0]}/{numbers[1]}"
    if any(turn != b"irot\0" for turn in turns):
        found.add_metadata(ORIENTATION, *turns)


def _depth(item: Item) -> int:
    """The bits of the deepest channel that the properties of an item state; 0 for none."""
    depths = [0]
    for kind, body in item.properties:
        depths.append(depth_of_coding(kind, body))
        if kind == b"pixi" and len(body) > 5:
            depths += body[5 : 5 + body[4]]
    return max(depths)


def depth_of_coding(kind: bytes, body: bytes) -> int:
    """Return the bits of a channel by the configuration of a coding; 0 if it does not say."""
    if kind == b"av1C" and len(body) > 2:
        is_deep, is_twelve = body[2] & 0x40, body[2] & 0x20
        return (12 if is_twelve else 10) if is_deep else 8
    if kind == b"hvcC" and len(body) > 18:
        return 8 + max(body[17] & 7, body[18] & 7)
    return 0


def _read_tracks(source: BinaryIO, begin: int, end: int, found: Contents) -> tuple[int, int]:
    """Return the pictures of the longest track, and their depth; add tracks of sound."""
    samples, depth = 0, 0
    tracks = [place for kind, *place in boxes(source, begin, end) if kind == b"trak"]
    for first, after in tracks[:_MOST_TRACKS]:
        inner = _descend(source, first, after, b"mdia")
        handler = next((read_at(source, *place)[8:12] for place in inner.get(b"hdlr", [])), b"")
        if handler == b"soun":
            found.add(EmbeddedKind.SOUND, contents.SOUND, read_at(source, first, after))
            continue
        for place in inner.get(b"minf", []):
            table = _descend(source, *place, b"stbl")
            for box in table.get(b"stsz", []):
                samples = max(samples, *struct.unpack(">I", read_at(source, *box)[8:12]), 0)
            for box in table.get(b"stsd", []):
                depth = max(depth, _depth_of_track(read_at(source, *box)))
    return samples, depth


def _descend(
    source: BinaryIO, begin: int, end: int, into: bytes
) -> dict[bytes, list[tuple[int, int]]]:
    """The boxes inside of the first box of the kind `into`, by their kinds."""
    found: dict[bytes, list[tuple[int, int]]] = {}
    for kind, first, after in boxes(source, begin, end):
        if kind == into:
            for inner, *place in boxes(source, first, after):
                found.setdefault(inner, []).append((place[0], place[1]))
            break
    return found


def _depth_of_track(descriptions: bytes) -> int:
    """The depth in the configuration of the first coding of a track."""
    for kind in (b"av1C", b"hvcC"):
        at = descriptions.find(kind)
        if at >= 0:
            return depth_of_coding(kind, descriptions[at + 4 :])
    return 0
