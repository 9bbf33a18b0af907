"""Small picture files with further data in them, and what their record says."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zlib

from PIL import Image

from dupscan.imaging.embedded import Contents, read_contents
from dupscan.model.formats import PictureFormat

GOOGLE = "http://ns.google.com/photos/1.0/"


def encode(format_: str = "JPEG", size: tuple[int, int] = (24, 16), **options: object) -> bytes:
    """A small picture with a gradient, so that no two sizes have the same bytes."""
    buffer = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size)
    picture.convert(str(options.pop("mode", "RGB"))).save(buffer, format_, **options)
    return buffer.getvalue()


def record(data: bytes, format_: PictureFormat) -> Contents:
    """The record of a file with these bytes; the position in the file stays."""
    source = io.BytesIO(data)
    source.seek(3)
    found = read_contents(source, format_)
    assert source.tell() == 3
    return found


def told(data: bytes, format_: PictureFormat) -> list[str]:
    """Kind and name of each item in a file, such as ``film: film of 2.0 s``."""
    return [f"{item.kind.value}: {item.name}" for item in record(data, format_).items]


def segment(number: int, content: bytes) -> bytes:
    """An application segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, 0xE0 + number, 2 + len(content)) + content


def with_segments(*segments: bytes, jpeg: bytes = b"") -> bytes:
    """A JPEG with further segments at its beginning."""
    jpeg = jpeg or encode()
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def packet(inner: str = "", **attributes: str) -> bytes:
    """An XMP packet; names have ``__`` for their colon."""
    names = {
        **{f"G{name.capitalize()}": f"{GOOGLE}{name}/" for name in ("image", "audio", "camera")},
        "GDepth": f"{GOOGLE}depthmap/",
        "GPano": f"{GOOGLE}panorama/",
        "Container": f"{GOOGLE}container/",
        "Item": f"{GOOGLE}container/item/",
        "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "xmpNote": "http://ns.adobe.com/xmp/note/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "apdi": "http://ns.apple.com/pixeldatainfo/1.0/",
    }
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
    stated = " ".join(f'{name.replace("__", ":")}="{text}"' for name, text in attributes.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core"><rdf:RDF xmlns:rdf="http://www.w3.'
        f'org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" {spaces} {stated}>{inner}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def xmp(inner: str = "", **attributes: str) -> bytes:
    """A segment with an XMP packet."""
    return segment(1, b"http://ns.adobe.com/xap/1.0/\0" + packet(inner, **attributes))


def extended_xmp(size: int = 30_000, **attributes: str) -> bytes:
    """Segments of at most `size` bytes with Extended XMP, the last part first."""
    whole = packet(**attributes)
    guid = hashlib.md5(whole, usedforsecurity=False).hexdigest().upper().encode()
    head = b"http://ns.adobe.com/xmp/extension/\0" + guid + struct.pack(">I", len(whole))
    parts = [
        segment(1, head + struct.pack(">I", at) + whole[at : at + size])
        for at in range(0, len(whole), size)
    ]
    return b"".join(reversed(parts))


def in_base64(data: bytes) -> str:
    """Data as XMP holds them."""
    return base64.b64encode(data).decode()


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of an ISO base media file."""
    joined = b"".join(content)
    return struct.pack(">I", 8 + len(joined)) + kind + joined


def full_box(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def film(seconds: float = 2.0) -> bytes:
    """A film that states its length."""
    header = struct.pack(">IIII", 0, 0, 1000, int(1000 * seconds)) + bytes(80)
    return (
        box(b"ftyp", b"mp42", bytes(4), b"isom")
        + box(b"mdat", b"\x55" * 99)
        + box(b"moov", full_box(b"mvhd", header))
    )


def multi_picture_index(*pictures: tuple[int, int, int]) -> bytes:
    """A segment with an index of pictures: type, size, and offset from the first byte of the index.

    The first picture is added.
    """
    entries = [(0x030000, 0, 0), *pictures]
    data = b"".join(struct.pack(">IIIHH", *entry, 0, 0) for entry in entries)
    head = b"MM\0*" + struct.pack(">IH", 8, 2) + struct.pack(">HHII", 0xB001, 4, 1, len(entries))
    return segment(2, b"MPF\0" + head + struct.pack(">HHIII", 0xB002, 7, len(data), 38, 0) + data)


def samsung_trailer(**entries: bytes) -> bytes:
    """Samsung's trailer: the entries, the directory of them, and its end."""
    blocks = [
        struct.pack("<HHI", 0, 0xA00, len(name)) + name.encode() + data
        for name, data in entries.items()
    ]
    directory, behind = b"SEFH" + struct.pack("<II", 107, len(blocks)), sum(map(len, blocks))
    for block in blocks:
        directory += struct.pack("<HHII", 0, 0xA00, behind, len(block))
        behind -= len(block)
    return b"".join(blocks) + directory + struct.pack("<I", len(directory)) + b"SEFT"


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    checked = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)


def with_chunks(*chunks: bytes, png: bytes = b"") -> bytes:
    """A PNG with further chunks before its end."""
    png = png or encode("PNG")
    return png[:-12] + b"".join(chunks) + png[-12:]


def resource(number: int, content: bytes) -> bytes:
    """An image resource of Photoshop."""
    padded = content + b"\0" * (len(content) % 2)
    return b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + padded


def iptc(number: int = 120, text: bytes = b"the sea") -> bytes:
    """A field of IPTC."""
    return struct.pack(">BBBH", 0x1C, 2, number, len(text)) + text


def exif(**tags: object) -> bytes:
    """EXIF data with the given tags, such as ``tag_271="Camera"``, as a block of Exif."""
    found = Image.Exif()
    for name, value in tags.items():
        found[int(name.removeprefix("tag_"))] = value
    return found.tobytes()
