"""Read the properties that dupscan uses from the XMP packet of a picture.

A property may be written as an attribute, as text or as a list, under any prefix. A packet may be
damaged XML: all properties before the first mistake are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from xml.parsers import expat  # entities, the danger in XML, are refused below

from PIL import Image

from dupscan.errors import InternalSignal
from dupscan.fingerprint.metadata.containers import (
    XMP_UUID,
    box_of_uuid,
    raw_profile,
    xml_box,
    xmp_of_gif,
)
from dupscan.imaging import OpenPicture

Properties = Mapping[str, list[str]]
"""Values by name with the usual prefix, such as ``dc:title``, in the order of the packet."""

WORDS = (
    *("dc:title", "dc:description", "dc:subject", "dc:creator", "dc:rights"),
    *("dc:contributor", "dc:coverage", "dc:publisher", "dc:relation", "dc:source"),
    *("xmp:Nickname", "stJob:name", "photoshop:TransmissionReference"),
    *("xmpRights:WebStatement", "cc:license", "plus:LicensorName", "plus:ModelReleaseID"),
    *("plus:CopyrightOwnerName", "plus:ImageCreatorName", "prism:event"),
    *("lr:hierarchicalSubject", "lr:weightedFlatSubject", "digiKam:TagsList"),
    *("MicrosoftPhoto:LastKeywordXMP", "MicrosoftPhoto:LastKeywordIPTC"),
    *("acdsee:caption", "acdsee:notes", "acdsee:author", "acdsee:keywords", "acdsee:categories"),
    *("mediapro:People", "mediapro:Event", "mediapro:Location", "mediapro:CatalogSets"),
    *("mwg-rs:Name", "mwg-rs:Description", "MPReg:PersonDisplayName", "mwg-kw:KeywordName"),
    *("mwg-coll:CollectionName", "xmpRights:UsageTerms", "xmpRights:Owner"),
    *("photoshop:Headline", "photoshop:Instructions", "photoshop:CaptionWriter"),
    *("photoshop:Category", "photoshop:SupplementalCategories"),
    *("photoshop:AuthorsPosition", "photoshop:Credit", "photoshop:Source"),
    *("photoshop:City", "photoshop:State", "photoshop:Country"),
    *("Iptc4xmpCore:CiEmailWork", "Iptc4xmpCore:CiAdrCity", "Iptc4xmpCore:CiTelWork"),
    *("Iptc4xmpCore:CiAdrExtadr", "Iptc4xmpCore:CiUrlWork", "Iptc4xmpCore:CountryCode"),
    *("Iptc4xmpCore:Scene", "Iptc4xmpCore:SubjectCode", "Iptc4xmpCore:IntellectualGenre"),
    *("Iptc4xmpExt:AddlModelInfo", "Iptc4xmpExt:AOTitle", "Iptc4xmpExt:AOCreator"),
    *("Iptc4xmpExt:DigitalSourceType", "Iptc4xmpExt:DigImageGUID"),
    *("Iptc4xmpCore:Location", "Iptc4xmpCore:AltTextAccessibility"),
    *("Iptc4xmpCore:ExtDescrAccessibility", "Iptc4xmpExt:PersonInImage", "Iptc4xmpExt:Event"),
    *("Iptc4xmpExt:OrganisationInImageName", "Iptc4xmpExt:LocationName"),
    *("Iptc4xmpExt:Sublocation", "Iptc4xmpExt:City", "Iptc4xmpExt:ProvinceState"),
    *("Iptc4xmpExt:CountryName", "Iptc4xmpExt:PersonName"),
    *("tiff:ImageDescription", "tiff:Artist", "tiff:Copyright", "exif:UserComment"),
)
"""Properties with words that people wrote: captions, keywords, names of people and places."""
TIMES = (
    *("exif:DateTimeOriginal", "photoshop:DateCreated", "exif:DateTimeDigitized"),
    "exif:GPSTimeStamp",
)
"""Properties with the time of capture, the most reliable first."""
TIMES_OF_SAVING = ("xmp:CreateDate", "acdsee:datetime", "dc:date", "tiff:DateTime")
"""Properties whose time is that of the capture only if no program wrote the file again."""
LATITUDE, LONGITUDE = "exif:GPSLatitude", "exif:GPSLongitude"
STARS = ("xmp:Rating", "acdsee:rating")
STARS_IN_PERCENT = "MicrosoftPhoto:Rating"
LABELS = {
    "xmp:Label": "label",
    "photoshop:LabelColor": "label",
    "digiKam:ColorLabel": "colour",
    "darktable:colorlabels": "colour of darktable",
    "photomechanic:ColorClass": "colour class",
    "digiKam:PickLabel": "pick",
    "xmpDM:pick": "pick",
    "xmpDM:good": "good",
    "photomechanic:Tagged": "tagged",
    "acdsee:tagged": "tagged",
    "photoshop:Urgency": "urgency",
}
"""Properties with the labels and flags that a person gave, and the words for them."""
_WANTED = frozenset(
    (*WORDS, *TIMES, *TIMES_OF_SAVING, LATITUDE, LONGITUDE, *STARS, STARS_IN_PERCENT, *LABELS)
)

_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/sType/Job#": "stJob",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://creativecommons.org/ns#": "cc",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
    "http://ns.camerabits.com/photomechanic/1.0/": "photomechanic",
    "http://darktable.sf.net/": "darktable",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.iview-multimedia.com/mediapro/1.0/": "mediapro",
    "http://ns.microsoft.com/expressionmedia/1.0/": "mediapro",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://www.metadataworkinggroup.com/schemas/collections/": "mwg-coll",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
}
"""The usual prefix of each vocabulary; a file may use others."""
_XMP_TAG = 700
XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
"""First bytes of a JPEG's segment of XMP, which some programs store with the packet elsewhere."""
_MOST = 16 << 20
"""Most bytes of a packet that are read; longer packets hold histories of editing."""
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML does not allow."""


def read_properties(picture: OpenPicture, exif: Image.Exif, texts: dict[str, str]) -> Properties:
    """Read the properties in a picture's XMP that dupscan uses; empty without XMP.

    `texts` are the texts of a PNG. The position of the picture's source afterwards is undefined.
    """
    try:
        packet = (
            picture.image.info.get("xmp")
            or exif.get(_XMP_TAG)
            or raw_profile(texts, "xmp", "APP1", "app1")
            or box_of_uuid(picture, XMP_UUID)
            or xml_box(picture)
            or xmp_of_gif(picture)
        )
    except Exception:  # noqa: BLE001 (no picture is refused for its metadata)
        return {}
    return parse_packet(packet) if isinstance(packet, bytes) else {}


def parse_packet(packet: bytes) -> Properties:
    """Parse an XMP packet: the properties that dupscan uses; never raises for its content."""
    reader = _Reader()
    packet = packet.removeprefix(XMP_MARK)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    with suppress(expat.ExpatError, _NotXmp):
        parser.Parse(_text(packet[:_MOST]), True)  # noqa: FBT003 (takes no names)
    return reader.found


class _NotXmp(InternalSignal):
    """Raised where a packet is XML of another kind."""


class _Reader:
    """Collects the properties while a packet is parsed."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self._prefixes: dict[str, str] = {}
        self._owners: list[str | None] = []
        """For each open element, the innermost wanted property that it is or belongs to."""
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if key.startswith("xmlns:"):
                prefix = key.removeprefix("xmlns:")
                self._prefixes[prefix] = _PREFIXES.get(value, prefix)
        for key, value in attributes.items():
            self._add(self._usual(key), value)
        own = self._usual(name)
        outer = self._owners[-1] if self._owners else None
        self._owners.append(own if own in _WANTED else outer)
        self._text.clear()

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        owner = self._owners.pop()
        if owner is not None:
            self._add(owner, "".join(self._text))
        self._text.clear()

    def _usual(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return f"{self._prefixes.get(prefix, prefix)}{colon}{local}"

    def _add(self, name: str, value: str) -> None:
        if name in _WANTED and (value := value.strip()):
            self.found.setdefault(name, []).append(value)


def _refuse(*_: object) -> None:
    """Refuse a document type: XMP has none, and entities, which can be attacks, need one."""
    raise _NotXmp


def _text(packet: bytes) -> str:
    wide = packet.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = packet.decode("utf-16" if wide else "utf-8", "replace")
    return _NO_XML.sub("", text).lstrip("\ufeff \t\r\n")
