"""Pictures with words in them, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from dupscan import imaging
from dupscan.fingerprint.metadata.description import describe
from dupscan.model import formats
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]


@pytest.fixture
def small(photo: Image.Image) -> Image.Image:
    """A colourful picture of 40 × 30."""
    return photo.resize((40, 30))


@pytest.fixture
def tell(small: Image.Image) -> Tell:
    """What is told of a small picture, saved by the format's real encoder with some options.

    `change` may alter the bytes of the file. Skips where an optional encoder is missing.
    """

    def of(
        format_: formats.PictureFormat = formats.JPEG,
        change: Callable[[bytes], bytes] = bytes,
        **options: object,
    ) -> PictureInfo:
        try:
            imaging.require_decoder(format_)
        except imaging.MissingExtra as missing:
            pytest.skip(str(missing))
        buffer = BytesIO()
        small.save(buffer, format_.name, **options)
        source = BytesIO(change(buffer.getvalue()))
        picture = imaging.open_picture(source, format_, 10**9)
        imaging.working_picture(picture)
        return describe(picture)

    return of


@pytest.fixture(scope="session")
def packet() -> Callable[..., bytes]:
    """A packet of XMP as programs write it, around some XML and with some attributes."""

    def make(inner: str = "", attributes: str = "") -> bytes:
        names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in VOCABULARIES.items())
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 6.0.0"><rdf:RDF '
            'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description rdf:about="" {names} {attributes}>{inner}</rdf:Description>'
            '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
        ).encode()

    return make


VOCABULARIES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "acdsee": "http://ns.acdsee.com/iptc/1.0/",
    "photomechanic": "http://ns.camerabits.com/photomechanic/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "mediapro": "http://ns.iview-multimedia.com/mediapro/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "mwg-kw": "http://www.metadataworkinggroup.com/schemas/keywords/",
    "mwg-coll": "http://www.metadataworkinggroup.com/schemas/collections/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
}
