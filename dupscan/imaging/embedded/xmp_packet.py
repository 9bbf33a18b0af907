"""Read what an XMP packet says of data in the file, and if it says anything to a person.

Telephones store depth maps, sharp originals and sound inside of XMP, and list there what lies
behind the picture. A packet may be damaged XML: all before the first mistake is read.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat  # entities, the danger in XML, are refused below

from dupscan.errors import InternalSignal

_NAMESPACES = {
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/1.0/audio/": "GAudio",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/focus/": "GFocus",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.google.com/photos/1.0/container/item/": "Item",
    "http://ns.google.com/photos/dd/1.0/container/": "Container",
    "http://ns.google.com/photos/dd/1.0/item/": "Item",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://ns.apple.com/HDRGainMap/1.0/": "HDRGainMap",
    "http://ns.apple.com/pixeldatainfo/1.0/": "apdi",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "adobe:ns:meta/": "x",
}
"""The usual prefix of each vocabulary; a file may use others."""
_DEPTH_CAMERA = "http://ns.google.com/photos/dd/1.0/"
"""The vocabularies of Dynamic Depth, which describe the pictures behind the first one."""
_SILENT = frozenset(
    "xmlns xml x rdf xmpMM stEvt stRef xmpGImg xmpNote hdrgm HDRGainMap apdi Container Item GDepth "
    "GImage GAudio GPano GFocus DynamicDepth".split()
)
"""Vocabularies of ids and histories, and those that only describe data which is an item itself."""
SILENT_PROPERTIES = frozenset(
    "xmp:CreatorTool xmp:ModifyDate xmp:MetadataDate xmp:CreateDate xmp:Thumbnails dc:format "
    "tiff:Orientation tiff:XResolution tiff:YResolution tiff:ResolutionUnit tiff:ImageWidth "
    "tiff:ImageLength tiff:BitsPerSample tiff:Compression tiff:PhotometricInterpretation "
    "tiff:SamplesPerPixel tiff:PlanarConfiguration tiff:YCbCrSubSampling tiff:YCbCrPositioning "
    "tiff:Software tiff:DateTime tiff:NativeDigest exif:NativeDigest exif:PixelXDimension "
    "exif:PixelYDimension exif:ColorSpace exif:ExifVersion exif:FlashpixVersion "
    "exif:ComponentsConfiguration photoshop:ColorMode photoshop:ICCProfile "
    "photoshop:LegacyIPTCDigest photoshop:SidecarForExtension GCamera:MotionPhoto "
    "GCamera:MotionPhotoVersion GCamera:MotionPhotoPresentationTimestampUs GCamera:MicroVideo "
    "GCamera:MicroVideoVersion GCamera:MicroVideoOffset "
    "GCamera:MicroVideoPresentationTimestampUs".split()
)
"""Properties that programs write by themselves."""
_DATA = frozenset("GDepth:Data GDepth:Confidence GImage:Data GAudio:Data".split())
_MOST = 256 << 20
_MOST_ENTRIES = 64
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML does not allow."""


@dataclass(slots=True)
class IndexEntry:
    """One entry of Google's index of the pieces of a file, its container directory."""

    semantic: str = ""
    mime: str = ""
    length: int = 0


@dataclass(slots=True)
class Packet:
    """The part of an XMP packet that matters to the record of a file."""

    says_something: bool = False
    """True if the packet holds more than ids, tools, and descriptions of other items."""
    data: dict[str, str] = field(default_factory=dict)
    """Base64 of the data inside of the packet, by property, such as ``GDepth:Data``."""
    panorama: dict[str, str] = field(default_factory=dict)
    """The properties of GPano."""
    index: list[IndexEntry] = field(default_factory=list)
    describes_gain_map: bool = False
    auxiliary: str = ""
    """Apple's type of the auxiliary picture that the packet belongs to."""


def read_packet(packet: bytes) -> Packet:
    """Parse an XMP packet; never raises for its content.

    XML of another kind counts as a packet that says something.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    text = _text(packet[:_MOST]).rstrip("\0 \r\n\t")
    try:
        parser.Parse(text, True)  # noqa: FBT003 (takes no names)
    except expat.ExpatError:  # damaged: what stands behind the mistake is not known
        reader.found.says_something |= bool(text) and not reader.is_closed
    except _NotXmp:
        reader.found.says_something = True
    return reader.found


class _NotXmp(InternalSignal):
    """Raised where a packet is XML of another kind."""


class _Reader:
    """Collects the properties while a packet is parsed."""

    def __init__(self) -> None:
        self.found = Packet()
        self.is_closed = False
        """True once the outermost element has ended."""
        self._prefixes: dict[str, str] = {}
        self._open: list[str] = []
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if key.startswith("xmlns:"):
                prefix = key.removeprefix("xmlns:")
                self._prefixes[prefix] = _NAMESPACES.get(value) or (
                    "DynamicDepth" if value.startswith(_DEPTH_CAMERA) else prefix
                )
        own = self._usual(name)
        self._open.append(own)
        usual = {self._usual(key): value for key, value in attributes.items()}
        is_entry = own == "Container:Item" or any(key.startswith("Item:") for key in usual)
        if is_entry and len(self.found.index) < _MOST_ENTRIES:
            self.found.index.append(IndexEntry())
        for key, value in usual.items():
            self._add(key, value)
        self._text.clear()

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, _name: str) -> None:
        own = self._open.pop()
        value = "".join(self._text)
        if own.startswith("rdf:"):  # an entry of a list belongs to the property around it
            own = next((one for one in reversed(self._open) if not one.startswith("rdf:")), own)
        self._add(own, value)
        self._text.clear()
        self.is_closed = not self._open

    def _usual(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"{self._prefixes.get(prefix, prefix)}{colon}{local}"

    def _add(self, name: str, value: str) -> None:
        if not value.strip():
            return
        vocabulary = name.partition(":")[0]
        found = self.found
        if vocabulary not in _SILENT and name not in SILENT_PROPERTIES:
            found.says_something = True
        elif name in _DATA:
            found.data[name] = value.strip()
        elif vocabulary == "GPano":
            found.panorama[name] = value.strip()
        elif vocabulary in ("hdrgm", "HDRGainMap"):
            found.describes_gain_map = True
        elif vocabulary == "apdi" and name == "apdi:AuxiliaryImageType":
            found.auxiliary = value.strip()
        elif vocabulary == "Item" and found.index:
            self._describe(name, value.strip())

    def _describe(self, name: str, value: str) -> None:
        """Add a property to the last entry of the index."""
        entry = self.found.index[-1]
        if name in ("Item:Semantic", "Item:DataURI"):
            entry.semantic = value.rpartition("/")[2] or value
        elif name == "Item:Mime":
            entry.mime = value
        elif name == "Item:Length":
            with suppress(ValueError):
                entry.length = int(value)


def _refuse(*_: object) -> None:
    """Refuse a document type: XMP has none, and entities, which can be attacks, need one."""
    raise _NotXmp


def _text(packet: bytes) -> str:
    wide = packet.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = packet.decode("utf-16" if wide else "utf-8", "replace")
    return _NO_XML.sub("", text).lstrip("\ufeff \t\r\n")
