"""JPEGs into which things are written in the syntax of the programs that write them."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
from collections.abc import Iterator

from PIL import Image

from benchmarks.pairs.blocks import exif_block, film, iptc_records, xmp_packet
from benchmarks.pairs.containers import Piece, join, segment, split_jpeg
from benchmarks.pairs.cuts_jpeg import EXIF, EXTENDED_XMP, PHOTOSHOP, XMP
from benchmarks.pairs.items import Cut, Item

_SOUND = b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom" + b"\0\0\0\x08free" + bytes(range(256)) * 8
_EXTENDED = {
    Item.DEPTH_MAP: ("GDepth", "http://ns.google.com/photos/1.0/depthmap/", "image/png"),
    Item.ORIGINAL: ("GImage", "http://ns.google.com/photos/1.0/image/", "image/jpeg"),
    Item.SOUND: ("GAudio", "http://ns.google.com/photos/1.0/audio/", "audio/mp4"),
}
_CONTAINER = (
    'xmlns:Container="http://ns.google.com/photos/1.0/container/" '
    'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" '
    'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"'
)


def added_to_jpeg(photo: bytes) -> Iterator[Cut]:
    """Yield the photo with one thing more each, named as that thing."""
    second = _second_picture(photo)
    for item in _EXTENDED:
        yield Cut(item, f"extended XMP {_EXTENDED[item][0]}", _extended(photo, item, second))
    yield Cut(Item.PANORAMA, "GPano", _with_xmp(photo, _panorama(photo)))
    yield from _containers(photo, second)
    yield from _samsung(photo, second)
    yield from _segments(photo)
    yield from _said_in_xmp(photo)
    yield from _said_in_exif(photo)
    yield from _said_in_iptc(photo)


def _second_picture(photo: bytes) -> bytes:
    """Return a smaller, grey JPEG of the photo: it may be a gain map, a depth map, another eye."""
    with Image.open(io.BytesIO(photo)) as opened:
        picture = opened.convert("L").resize((opened.width // 2, opened.height // 2))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def with_segment(photo: bytes, *pieces: Piece) -> bytes:
    """Return a JPEG with more segments, behind its start."""
    own = split_jpeg(photo)
    return join([own[0], *pieces, *own[1:]])


def _with_xmp(photo: bytes, attributes: str, inside: str = "") -> bytes:
    return with_segment(photo, segment(0xE1, XMP + xmp_packet(attributes, inside)))


def _extended(photo: bytes, item: Item, second: bytes) -> bytes:
    """Write extended XMP: XMP specification part 3, section 1.1.3.1."""
    prefix, space, mime = _EXTENDED[item]
    data = base64.b64encode(_SOUND if item is Item.SOUND else second).decode()
    packet = xmp_packet(f'xmlns:{prefix}="{space}" {prefix}:Data="{data}"')
    digest = hashlib.md5(packet, usedforsecurity=False).hexdigest().upper()
    main = xmp_packet(
        f'xmlns:{prefix}="{space}" {prefix}:Mime="{mime}" '
        f'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{digest}"'
    )
    parts = [
        segment(
            0xE1,
            EXTENDED_XMP
            + digest.encode()
            + struct.pack(">II", len(packet), at)
            + packet[at : at + 65_000],
        )
        for at in range(0, len(packet), 65_000)
    ]
    return with_segment(photo, segment(0xE1, XMP + main), *parts)


def _panorama(photo: bytes) -> str:
    with Image.open(io.BytesIO(photo)) as opened:
        width, height = opened.size
    return (
        'xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:UsePanoramaViewer="True" '
        'GPano:ProjectionType="equirectangular" GPano:CroppedAreaLeftPixels="0" '
        f'GPano:FullPanoWidthPixels="{width * 2}" GPano:FullPanoHeightPixels="{height * 2}"'
    )


def _containers(photo: bytes, second: bytes) -> Iterator[Cut]:
    """Write files of Google's container: pictures and films behind the picture, in both orders."""
    for item, semantic in ((Item.GAIN_MAP, "GainMap"), (Item.DEPTH_MAP, "Depth")):
        yield Cut(item, f"container {semantic}", _container(photo, ((semantic, "jpeg", second),)))
    motion = ("MotionPhoto", "mp4", film())
    gain_map = ("GainMap", "jpeg", second)
    yield Cut(Item.FILM, "container MotionPhoto", _container(photo, (motion,)))
    yield Cut(Item.FILM, "gain map, then film", _container(photo, (gain_map, motion)))
    yield Cut(Item.FILM, "film, then gain map", _container(photo, (motion, gain_map)))
    length = len(film())
    micro = _with_xmp(
        photo,
        f'{_CONTAINER} GCamera:MicroVideo="1" GCamera:MicroVideoVersion="1" '
        f'GCamera:MicroVideoOffset="{length}"',
    )
    yield Cut(Item.FILM, "MicroVideo", micro + film())
    yield Cut(Item.FILM, "film without a word", photo + film())
    yield Cut(Item.MODEL_3D, "glTF behind the picture", photo + _gltf())
    yield Cut(Item.APPENDED, "ZIP behind the picture", photo + b"PK\3\4" + bytes(range(200)) * 30)
    yield Cut(Item.APPENDED, "bytes behind the picture", photo + bytes(range(1, 256)) * 30)
    yield Cut(Item.STEREO, "MPF", photo_with_eye(photo, photo))


def _container(photo: bytes, parts: tuple[tuple[str, str, bytes], ...]) -> bytes:
    rows = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="{_mime(kind)}" '
        f'Item:Semantic="{semantic}" Item:Length="{len(data)}"/></rdf:li>'
        for semantic, kind, data in (("Primary", "jpeg", b""), *parts)
    )
    is_motion = int(any(kind == "mp4" for _, kind, _ in parts))
    directory = f"<Container:Directory><rdf:Seq>{rows}</rdf:Seq></Container:Directory>"
    attributes = f'{_CONTAINER} GCamera:MotionPhoto="{is_motion}"'
    return _with_xmp(photo, attributes, directory) + b"".join(data for _, _, data in parts)


def _mime(kind: str) -> str:
    return "video/mp4" if kind == "mp4" else f"image/{kind}"


def _gltf() -> bytes:
    text = b'{"asset":{"version":"2.0"},"meshes":[{"primitives":[{"attributes":{}}]}]}'
    text += b" " * (-len(text) % 4)
    body = struct.pack("<I4s", len(text), b"JSON") + text
    return struct.pack("<4sII", b"glTF", 2, len(body) + 12) + body


def photo_with_eye(photo: bytes, eye: bytes) -> bytes:
    """Return a stereo MPO: CIPA DC-007."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as left, Image.open(io.BytesIO(eye)) as right:
        moved = right.transform(right.size, Image.Transform.AFFINE, (1, 0, 4, 0, 1, 0))
        left.save(out, "MPO", save_all=True, append_images=[moved], quality=95)
    return out.getvalue()


def _samsung(photo: bytes, second: bytes) -> Iterator[Cut]:
    """Write Samsung's trailer: data, directory ``SEFH``, and its length with ``SEFT``."""
    kinds = (
        (Item.FILM, 0x0A30, b"MotionPhoto_Data", film()),
        (Item.DEPTH_MAP, 0x0AB3, b"DualShot_DepthMap_1", second),
        (Item.ORIGINAL, 0x0AB1, b"DualShot_1", second),
        (Item.SOUND, 0x0100, b"SoundShot_000", _SOUND),
        (Item.MODEL_3D, 0x0810, b"3DCapture", bytes(range(256)) * 20),
    )
    for item, number, name, data in kinds:
        block = struct.pack("<HHI", 0, number, len(name)) + name + data
        directory = struct.pack("<4sII", b"SEFH", 107, 1) + struct.pack(
            "<HHII", 0, number, len(block), len(block)
        )
        trailer = block + directory + struct.pack("<I4s", len(directory), b"SEFT")
        yield Cut(item, f"Samsung {name.decode()}", photo + trailer)


def _segments(photo: bytes) -> Iterator[Cut]:
    """Write segments that hold layers, credentials, remarks, or nothing that is understood."""
    residual = b"JP\0\1" + struct.pack(">II4s", 1, 4016, b"RESI") + bytes(range(250)) * 16
    ratio = b"HDR_RI ver=11\0\x01ln0=1.2\0" + bytes(range(250)) * 16
    store = struct.pack(">I4s", 4016, b"jumb") + struct.pack(">I4s", 40, b"jumd") + b"c2pa"
    made = (
        (Item.GAIN_MAP, "JPEG XT residual", 0xEB, residual),
        (Item.GAIN_MAP, "JPEG-HDR ratio picture", 0xEB, ratio),
        (Item.C2PA, "JUMBF", 0xEB, b"JP\0\1\0\0\0\1" + store + bytes(range(250)) * 16),
        (Item.COMMENT, "COM", 0xFE, b"Grandma's 80th birthday, at the lake"),
        (Item.UNKNOWN, "APP4", 0xE4, b"QualComm\0" + bytes(range(200))),
        (Item.UNKNOWN, "APP7", 0xE7, b"unheard of" + bytes(range(200))),
        (Item.UNKNOWN, "APP12", 0xEC, b"[picture info]\r\nResolution=2\r\nCamera=x\r\n"),
        (Item.UNKNOWN, "APP3 Meta", 0xE3, b"Meta\0\0" + exif_block({0x010E: "x"})),
    )
    for item, what, marker, body in made:
        yield Cut(item, what, with_segment(photo, segment(marker, body)))


def _said_in_xmp(photo: bytes) -> Iterator[Cut]:
    for item, what, attributes, inside in XMP_SAYINGS:
        yield Cut(item, f"XMP {what}", _with_xmp(photo, attributes, inside))


_TITLE = "<dc:title><rdf:Alt><rdf:li>Lake</rdf:li></rdf:Alt></dc:title>"
_KEYWORD = "<dc:subject><rdf:Bag><rdf:li>Anna</rdf:li></rdf:Bag></dc:subject>"
XMP_SAYINGS = (
    (Item.DATE, "CreateDate", 'xmp:CreateDate="2012-12-22T10:37:28+01:00"', ""),
    (Item.DATE, "DateTimeOriginal", 'exif:DateTimeOriginal="2012-12-22T10:37:28"', ""),
    (Item.DATE, "DateCreated", 'photoshop:DateCreated="2012-12-22"', ""),
    (Item.RATING, "xmp:Rating", 'xmp:Rating="4"', ""),
    (Item.RATING, "MicrosoftPhoto", 'MicrosoftPhoto:Rating="75"', ""),
    (Item.RATING, "rating as an element", "", "<xmp:Rating>5</xmp:Rating>"),
    (Item.RATING, "colour label", 'xmp:Label="Red"', ""),
    (Item.RATING, "digiKam pick", 'digiKam:PickLabel="3"', ""),
    (Item.RATING, "digiKam colour", 'digiKam:ColorLabel="1"', ""),
    (Item.GPS, "GPS", 'exif:GPSLatitude="47,22.5N" exif:GPSLongitude="8,32.4E"', ""),
    (Item.CAPTION, "title", "", _TITLE),
    (Item.CAPTION, "keyword", "", _KEYWORD),
    (Item.CAPTION, "headline", 'photoshop:Headline="At the lake"', ""),
    (Item.XMP, "unknown property", 'other:Thing="7"', ""),
)
"""What XMP says, in the spellings of several programs."""


def _said_in_exif(photo: bytes) -> Iterator[Cut]:
    for item, what, tags, camera_tags in EXIF_SAYINGS:
        block = exif_block(tags, camera_tags, has_place=item is Item.GPS)
        yield Cut(item, f"EXIF {what}", with_segment(photo, segment(0xE1, EXIF + block)))


_ODD_DATES = (
    "2012:12:22 10:37:28",
    "2012-12-22 10:37:28",
    "2007/06/30 18:45:17",
    "2012-12-22T10:37:28",
    "2012:12:22 10:37:28+02:00",
    "2012:12:22 10:37:28.250",
    "2012:12:22 10:37",
    "2012: 2: 2  9:37:28",
    "2012:12:22",
)
_Saying = tuple[Item, str, dict[int, object], dict[int, object]]
_DATES: list[_Saying] = [(Item.DATE, repr(date), {}, {0x9003: date}) for date in _ODD_DATES]
EXIF_SAYINGS: tuple[_Saying, ...] = (
    *_DATES,
    (Item.DATE, "306 alone", {0x0132: "2012:12:22 10:37:28"}, {}),
    (Item.DATE, "digitized alone", {}, {0x9004: "2012:12:22 10:37:28"}),
    (Item.RATING, "Rating", {0x4746: 4}, {}),
    (Item.RATING, "RatingPercent", {0x4749: 75}, {}),
    (Item.CAPTION, "ImageDescription", {0x010E: "Anna at the lake"}, {}),
    (Item.CAPTION, "XPKeywords", {0x9C9E: "Anna".encode("utf-16-le")}, {}),
    (Item.CAPTION, "UserComment", {}, {0x9286: b"ASCII\0\0\0Anna at the lake"}),
    (Item.MAKER_NOTE, "MakerNote", {}, {0x927C: b"Nobody\0" + bytes(range(200))}),
    (Item.GPS, "GPS", {}, {}),
    (Item.OTHER_TAG, "Artist", {0x013B: "Anna"}, {}),
    (Item.OTHER_TAG, "Copyright", {0x8298: "Anna 2012"}, {}),
    (Item.OTHER_TAG, "lens", {}, {0xA434: "50 mm", 0x829A: 0.01}),
    (Item.ORIENTATION, "orientation 3", {0x0112: 3}, {}),
    (Item.ORIENTATION, "orientation 6", {0x0112: 6}, {}),
)
"""What EXIF says, in the spellings of several cameras."""


def _said_in_iptc(photo: bytes) -> Iterator[Cut]:
    for item, what, records in IPTC_SAYINGS:
        data = iptc_records(records)
        block = b"8BIM" + struct.pack(">HHI", 1028, 0, len(data)) + data + bytes(len(data) % 2)
        yield Cut(item, f"IPTC {what}", with_segment(photo, segment(0xED, PHOTOSHOP + block)))


IPTC_SAYINGS: tuple[tuple[Item, str, dict[int, str]], ...] = (
    (Item.DATE, "2:55 and 2:60", {55: "20121222", 60: "103728+0100"}),
    (Item.CAPTION, "caption", {120: "Anna at the lake"}),
    (Item.CAPTION, "keyword", {25: "Anna"}),
    (Item.IPTC, "credit", {110: "Anna"}),
)
"""What IPTC says."""
