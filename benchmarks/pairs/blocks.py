"""Blocks of metadata, written as the standards say, and a film that is as short as can be."""

from __future__ import annotations

import struct

from PIL import Image, TiffImagePlugin

_SPACES = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "other": "http://example.org/other/1.0/",
}


def xmp_packet(attributes: str, inside: str = "") -> bytes:
    """Return an XMP packet with one description."""
    said = attributes + inside
    spaces = " ".join(
        f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items() if f"{prefix}:" in said
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 5.5.0">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces} {attributes}>{inside}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def exif_block(
    tags: dict[int, object],
    camera_tags: dict[int, object] | None = None,
    *,
    has_place: bool = False,
) -> bytes:
    """Return an EXIF block, which is a TIFF without a picture."""
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    exif.get_ifd(0x8769).update(camera_tags or {})
    if has_place:
        exif.get_ifd(0x8825).update(
            {1: "N", 2: _degrees(47, 22, 30), 3: "E", 4: _degrees(8, 32, 24)}
        )
    block = exif.tobytes()
    return block.removeprefix(b"Exif\0\0")


def _degrees(*parts: int) -> tuple[TiffImagePlugin.IFDRational, ...]:
    return tuple(TiffImagePlugin.IFDRational(part) for part in parts)


def iptc_records(records: dict[int, str]) -> bytes:
    """Return records of application 2: IPTC IIM 4.2, section 1.5."""
    return b"".join(
        struct.pack(">BBBH", 0x1C, 2, number, len(text.encode())) + text.encode()
        for number, text in records.items()
    )


def film() -> bytes:
    """Return an MP4 of 2.1 seconds: ISO/IEC 14496-12. Its samples are no pictures."""
    header = bytes(12) + struct.pack(">II", 1000, 2100) + struct.pack(">IH", 0x10000, 0x100)
    movie = _box(b"mvhd", header + bytes(10) + _MATRIX + bytes(24) + struct.pack(">I", 2))
    track = struct.pack(">I", 7) + bytes(8) + struct.pack(">III", 1, 0, 2100) + bytes(16)
    track += _MATRIX + struct.pack(">II", 64 << 16, 48 << 16)
    media = _box(b"mdhd", bytes(12) + struct.pack(">IIHH", 1000, 2100, 0x55C4, 0))
    media += _box(b"hdlr", bytes(8) + b"vide" + bytes(12) + b"\0")
    moov = _box(b"moov", movie + _box(b"trak", _box(b"tkhd", track) + _box(b"mdia", media)))
    brands = _box(b"ftyp", b"mp42\0\0\0\0mp42isom")
    return brands + moov + _box(b"mdat", bytes(range(256)) * 16)


_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, name) + body
