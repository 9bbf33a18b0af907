"""What stands in XMP is found however it was written, and nonsense costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dupscan.fingerprint.metadata import xmp
from dupscan.model.formats import AVIF, HEIF, JPEG, JPEG2000, JXL, PNG, TIFF, WEBP, PictureFormat
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
Packet = Callable[..., bytes]
DC = "http://purl.org/dc/elements/1.1/"
UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def test_no_packet_says_nothing(packet: Packet) -> None:
    assert xmp.parse_packet(b"") == {}
    assert xmp.parse_packet(packet()) == {}


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<dc:title>Oma</dc:title>", ["Oma"]),
        (
            '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Oma</rdf:li></rdf:Alt></dc:title>',
            ["Oma"],
        ),
        (
            "<dc:title> <rdf:Bag>\n<rdf:li>a</rdf:li> <rdf:li>b</rdf:li></rdf:Bag></dc:title>",
            ["a", "b"],
        ),
        ("<dc:title><![CDATA[<Oma>]]></dc:title>", ["<Oma>"]),
        ("<dc:title>Tom &amp; Jerry &#228;</dc:title>", ["Tom & Jerry ä"]),
        ("<dc:title> </dc:title><dc:format>image/jpeg</dc:format>", []),
        ('<rdf:li dc:title="Oma"/>', ["Oma"]),
        (f'<a:title xmlns:a="{DC}">Oma</a:title>', ["Oma"]),
        ('<dc:title xmlns:dc="urn:of-nobody">Oma</dc:title>', ["Oma"]),
    ],
)
def test_a_property_is_found_however_it_is_written(
    packet: Packet, inner: str, expected: list[str]
) -> None:
    assert xmp.parse_packet(packet(inner)).get("dc:title", []) == expected


def test_the_names_of_faces_are_found_deep_inside(packet: Packet) -> None:
    inner = """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
        <rdf:li><rdf:Description mwg-rs:Name="Anna" mwg-rs:Type="Face"/></rdf:li>
        <rdf:li rdf:parseType="Resource"><mwg-rs:Name>Bob</mwg-rs:Name></rdf:li>
        </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""
    assert xmp.parse_packet(packet(inner)) == {"mwg-rs:Name": ["Anna", "Bob"]}


@pytest.mark.parametrize(
    ("uri", "name", "known"),
    [
        ("http://ns.microsoft.com/photo/1.0", "Rating", "MicrosoftPhoto:Rating"),
        ("http://ns.microsoft.com/expressionmedia/1.0/", "People", "mediapro:People"),
        ("http://ns.adobe.com/xap/1.0/", "Label", "xmp:Label"),
        ("http://darktable.sf.net/", "colorlabels", "darktable:colorlabels"),
    ],
)
def test_a_vocabulary_is_known_by_any_prefix(
    packet: Packet, uri: str, name: str, known: str
) -> None:
    data = packet(f'<own:{name} xmlns:own="{uri}">4</own:{name}>')
    assert xmp.parse_packet(data) == {known: ["4"]}


def test_the_place_in_a_location_is_read(packet: Packet) -> None:
    data = packet("""<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource">
        <Iptc4xmpExt:City>Ulm</Iptc4xmpExt:City><exif:GPSLatitude>48,24N</exif:GPSLatitude>
        </rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>""")
    expected = {"Iptc4xmpExt:City": ["Ulm"], "exif:GPSLatitude": ["48,24N"]}
    assert xmp.parse_packet(data) == expected


def test_what_stands_before_a_mistake_counts(packet: Packet) -> None:
    whole = packet("<dc:title>Oma</dc:title><dc:rights>mine</dc:rights>")
    assert xmp.parse_packet(whole[: whole.index(b"<dc:rights>") + 14]) == {"dc:title": ["Oma"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_a_packet_may_be_in_any_unicode(packet: Packet, encoding: str) -> None:
    text = packet("<dc:title>Müller 猫</dc:title>").decode().replace("\ufeff", "")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    assert xmp.parse_packet((mark + text).encode(encoding)) == {"dc:title": ["Müller 猫"]}


def test_strange_bytes_and_what_pads_a_packet_cost_nothing(packet: Packet) -> None:
    data = packet("<dc:title>M\0\x01üller</dc:title>").replace("ü".encode(), b"\xfc") + bytes(99)
    assert xmp.parse_packet(b"\n " + data) == {"dc:title": ["M\ufffdller"]}


def test_entities_are_refused() -> None:
    """A few lines of them can stand for gigabytes, or for a file of somebody."""
    bomb = '<!DOCTYPE x [<!ENTITY a "Oma">]><x dc:title="first"><dc:title>&a;</dc:title></x>'
    assert xmp.parse_packet(bomb.encode()) == {}
    assert xmp.parse_packet(b"<x><dc:title>&a;</dc:title></x>") == {}


@given(data=st.binary(max_size=200), at=st.integers(0, 500))
def test_any_bytes_in_a_packet_cost_nothing(packet: Packet, data: bytes, at: int) -> None:
    whole = packet("<dc:title>Oma</dc:title>", 'xmp:Rating="3"')
    for spoiled in (data, whole[:at] + data + whole[at:], whole[:at] + data):
        found = xmp.parse_packet(spoiled)
        assert all(isinstance(value, str) for values in found.values() for value in values)


@pytest.mark.parametrize("format_", [JPEG, PNG, WEBP, TIFF, AVIF, HEIF], ids=lambda one: one.name)
def test_xmp_is_read_whatever_the_format(
    tell: Tell, packet: Packet, format_: PictureFormat
) -> None:
    data = packet(attributes='xmp:Rating="4"')
    options: dict[str, object] = {"xmp": data}
    if format_ is TIFF:
        options = {"tiffinfo": {700: data}}
    if format_ is PNG:
        from PIL.PngImagePlugin import PngInfo

        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", data.decode())
        options = {"pnginfo": text}
    assert tell(format_, **options).rating == 4


@pytest.mark.parametrize(
    ("format_", "kind"), [(JXL, b"xml "), (JPEG2000, b"uuid"), (JPEG2000, b"xml ")]
)
def test_xmp_in_a_box_of_its_own_is_read(
    tell: Tell, packet: Packet, format_: PictureFormat, kind: bytes
) -> None:
    """Which the decoders do not hand over."""
    data = (UUID if kind == b"uuid" else b"") + packet(attributes='xmp:Rating="4"')
    box = (8 + len(data)).to_bytes(4, "big") + kind + data

    def with_box(file: bytes) -> bytes:
        if file.startswith(b"\xff\x0a"):  # JPEG XL without boxes
            begin = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl "
            return begin + box + (8 + len(file)).to_bytes(4, "big") + b"jxlc" + file
        return file + box

    assert tell(format_, with_box).rating == 4
