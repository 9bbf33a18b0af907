"""The words that people wrote: one digest wherever they stand, and none for what nobody wrote."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from dupscan.fingerprint.metadata.blocks import Blocks
from dupscan.fingerprint.metadata.text_fields import text_digest
from dupscan.model.formats import JPEG, PNG, TIFF
from dupscan.model.pictures import PictureInfo

Tell = Callable[..., PictureInfo]
Packet = Callable[..., bytes]
WORDS = "Müller, im Garten"
IN_XMP = [
    *("dc:title", "dc:description", "dc:subject", "dc:creator", "dc:rights", "photoshop:Headline"),
    *("lr:hierarchicalSubject", "Iptc4xmpExt:PersonInImage", "mwg-rs:Name"),
    *("MPReg:PersonDisplayName", "tiff:ImageDescription", "exif:UserComment"),
    *("lr:weightedFlatSubject", "digiKam:TagsList", "MicrosoftPhoto:LastKeywordXMP"),
    *("acdsee:caption", "acdsee:keywords", "mediapro:People", "mwg-kw:KeywordName"),
    *("mwg-coll:CollectionName", "xmpRights:UsageTerms", "photoshop:Instructions"),
    *("photoshop:Credit", "photoshop:City", "Iptc4xmpCore:Location", "Iptc4xmpExt:City"),
    *("Iptc4xmpCore:AltTextAccessibility", "Iptc4xmpCore:ExtDescrAccessibility"),
]


def digest(*texts: str) -> str | None:
    """The digest of some words in XMP."""
    return text_digest(Blocks(xmp={"dc:subject": list(texts)}))


def exif_of(tags: dict[int, Any], details: dict[int, Any] | None = None) -> Image.Exif:
    exif = Image.Exif()
    exif.update(tags)
    exif.get_ifd(ExifTags.IFD.Exif).update(details or {})
    return exif


def iptc(sets: Iterable[tuple[int, bytes]]) -> bytes:
    """The segment of a JPEG in which Photoshop writes IPTC."""
    data = b"".join(struct.pack(">BBBH", 28, 2, one, len(text)) + text for one, text in sets)
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    content = b"Photoshop 3.0\0" + block
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content


def behind_start(segment: bytes) -> Callable[[bytes], bytes]:
    return lambda jpeg: jpeg[:2] + segment + jpeg[2:]


def test_a_picture_without_words_has_no_notes(tell: Tell) -> None:
    assert tell().notes is None
    assert digest() is None


def test_words_are_told_by_sixteen_digits() -> None:
    found = digest(WORDS)
    assert found is not None
    assert (len(found), set(found) - set("0123456789abcdef")) == (16, set())


@pytest.mark.parametrize(
    "tag",
    [0x010D, *(ExifTags.Base[name] for name in ("ImageDescription", "Artist", "Copyright"))],
    ids=hex,
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_words_in_exif_are_read(tell: Tell, tag: int, encoding: str) -> None:
    exif = exif_of({tag: WORDS.encode(encoding)})
    assert tell(exif=exif).notes == digest(WORDS)


@pytest.mark.parametrize("tag", [0xA436, 0xA437], ids=hex)
def test_title_and_photographer_of_exif_3_are_read(tell: Tell, tag: int) -> None:
    assert tell(exif=exif_of({}, {tag: WORDS.encode()})).notes == digest(WORDS)


@pytest.mark.parametrize("tag", range(0x9C9B, 0x9CA0), ids=hex)
def test_words_of_windows_are_read(tell: Tell, tag: int) -> None:
    exif = exif_of({tag: "Müller;im Garten\0".encode("utf-16-le")})
    assert tell(exif=exif).notes == digest(WORDS)


@pytest.mark.parametrize(
    "comment",
    [
        b"ASCII\0\0\0" + WORDS.encode("latin-1"),
        b"ASCII\0\0\0" + WORDS.encode(),
        b"UNICODE\0" + WORDS.encode("utf-16-le"),
        b"UNICODE\0" + WORDS.encode("utf-16-be"),
        b"UNICODE\0" + WORDS.encode("utf-16"),
        bytes(8) + WORDS.encode() + b"   \0",
        b"        " + WORDS.encode(),
        WORDS.encode(),
    ],
)
def test_a_comment_of_the_user_is_read_in_any_encoding(tell: Tell, comment: bytes) -> None:
    exif = exif_of({}, {ExifTags.Base.UserComment: comment})
    assert tell(exif=exif).notes == digest(WORDS)


@pytest.mark.parametrize(
    "comment",
    [
        b"",
        b"ASCII\0\0\0",
        bytes(8) + b" " * 200,
        b"UNICODE\0" + bytes(50),
        b"ASCII\0\0\0 \0 ",
        b" " * 9,
    ],
)
def test_an_empty_comment_is_none(tell: Tell, comment: bytes) -> None:
    exif = exif_of({}, {ExifTags.Base.UserComment: comment})
    assert tell(exif=exif).notes is None


def test_the_number_that_facebook_writes_is_nobodys_word(tell: Tell) -> None:
    """It stands among the instructions, and is another one for each download."""
    found = iptc([(40, b"FBMD01000a9e0d000057470200"), (25, b"Oma")])
    assert tell(JPEG, behind_start(found)).notes == digest("Oma")


@pytest.mark.parametrize("text", ["OLYMPUS DIGITAL CAMERA         ", "   ", "SONY DSC\0", ", ;"])
def test_what_cameras_fill_in_is_nobodys_word(tell: Tell, text: str) -> None:
    assert tell(exif=exif_of({ExifTags.Base.ImageDescription: text})).notes is None


@pytest.mark.parametrize("name", IN_XMP)
def test_words_in_xmp_are_read(tell: Tell, packet: Packet, name: str) -> None:
    as_list = "".join(f"<rdf:li>{word}</rdf:li>" for word in ("im", "Garten", "Müller"))
    for inner in (f"<{name}>{WORDS}</{name}>", f"<{name}><rdf:Bag>{as_list}</rdf:Bag></{name}>"):
        assert tell(xmp=packet(inner)).notes == digest(WORDS)


@pytest.mark.parametrize("number", [15, 20, 25, 40, 80, 85, 105, 110, 115, 118, 120, 122])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_words_in_iptc_are_read(tell: Tell, number: int, encoding: str) -> None:
    texts = [(number, word.encode(encoding)) for word in ("Müller", "Garten", "im")]
    assert tell(JPEG, behind_start(iptc(texts))).notes == digest(WORDS)


def test_words_in_the_iptc_of_a_tiff_are_read(tell: Tell) -> None:
    data = struct.pack(">BBBH", 28, 2, 120, 4) + b"Oma!"
    assert tell(TIFF, tiffinfo={33723: data}).notes == digest("Oma!")


@pytest.mark.parametrize(
    "name",
    [
        "Title",
        "Author",
        "Description",
        "Copyright",
        "Comment",
        "keywords",
        "parameters",
        "prompt",
        "workflow",
    ],
)
@pytest.mark.parametrize("international", [True, False])
def test_texts_of_a_png_are_read(tell: Tell, name: str, international: bool) -> None:
    text = PngInfo()
    (text.add_itxt if international else text.add_text)(name, WORDS)
    assert tell(PNG, pnginfo=text).notes == digest(WORDS)


def test_texts_behind_the_picture_are_read(tell: Tell) -> None:
    text = PngInfo()
    text.add(b"tEXt", b"Title\0Oma", after_idat=True)
    assert tell(PNG, pnginfo=text).notes == digest("Oma")


def test_texts_of_a_png_that_moves_are_read(tell: Tell, small: Image.Image) -> None:
    text = PngInfo()
    text.add_text("Title", "Oma")
    frames = {"save_all": True, "append_images": [small.rotate(90)]}
    assert tell(PNG, pnginfo=text, **frames).notes == digest("Oma")


def test_texts_that_programs_write_are_nobodys_word(tell: Tell, small: Image.Image) -> None:
    text = PngInfo()
    text.add_text("Software", "Paint")
    text.add_text("Comment", "Created with GIMP")
    assert tell(PNG, pnginfo=text).notes is None
    assert tell(JPEG, comment=b"CREATOR: gd-jpeg v1.0").notes is None


def test_the_same_words_in_several_places_are_one(tell: Tell, packet: Packet) -> None:
    exif = exif_of({ExifTags.Base.ImageDescription: "Garten  im"})
    found = tell(
        JPEG,
        behind_start(iptc([(25, b"im")])),
        exif=exif,
        xmp=packet(f"<dc:title>{WORDS}</dc:title>"),
    )
    assert found.notes == digest(WORDS)


def test_accents_may_be_written_in_two_ways() -> None:
    assert digest("Mu\u0308ller") == digest("M\u00fcller")


def test_a_long_text_is_one_word() -> None:
    """Such as the workflow in a painted picture; but for its blanks, it must be the same."""
    long = "node " * 10_000
    assert digest(long) == digest(long.replace(" ", "\n"))
    assert digest(long) != digest("node")


@given(words=st.lists(st.text(), max_size=6), chance=st.randoms())
def test_neither_order_nor_packing_of_words_matters(words: list[str], chance: Any) -> None:
    mixed = words * 2
    chance.shuffle(mixed)
    assert digest(*words) == digest("; ".join(mixed))


@given(
    one=st.sets(st.from_regex(r"\A[a-z]{1,4}\Z")), other=st.sets(st.from_regex(r"\A[a-z]{1,4}\Z"))
)
def test_other_words_are_another_digest(one: set[str], other: set[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


@pytest.mark.parametrize(
    "value", [b"", b"\x1c", b"\x1c\x02\x78\xff\xff", b"\x1c\x02\x19\x84\xff" * 9, b"no"]
)
def test_nonsense_in_iptc_costs_nothing(tell: Tell, value: bytes) -> None:
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(value)) + value
    content = b"Photoshop 3.0\0" + block
    segment = b"\xff\xed" + struct.pack(">H", len(content) + 2) + content
    assert tell(JPEG, behind_start(segment)).width == 40


@given(value=st.binary(max_size=30) | st.integers() | st.none() | st.text() | st.tuples(st.text()))
def test_nonsense_in_exif_costs_nothing(value: object) -> None:
    exif = Image.Exif()
    exif.update(dict.fromkeys((0x010E, 0x9C9B, 0x8298), value))
    found = text_digest(Blocks(exif=exif, details={0x9286: value}))
    assert found is None or len(found) == 16
