"""Record what a JPEG file holds besides its picture: in its segments, and behind its end."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import BinaryIO

from dupscan.imaging.embedded import contents
from dupscan.imaging.embedded.appended import ISO_GAIN_MAP, XMP_HEAD, Index, read_appended
from dupscan.imaging.embedded.contents import Contents, read_whole, shown
from dupscan.imaging.embedded.exif import read_exif
from dupscan.imaging.embedded.jpeg_segments import split_segments
from dupscan.imaging.embedded.multi_picture import read_index
from dupscan.imaging.embedded.photoshop import read_resources
from dupscan.imaging.embedded.xmp_packet import Packet, read_packet
from dupscan.model.embedded import EmbeddedKind

_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_GUID = 32
_PHOTOSHOP, _MPF, _PROFILE, _FLASHPIX = b"Photoshop 3.0\0", b"MPF\0", b"ICC_PROFILE\0", b"FPXR\0"
_SILENT = (
    *(b"JFIF\0", b"JFXX\0", b"Adobe\0", b"Adobe_CM", b"AVI1", _PROFILE, ISO_GAIN_MAP),
    *(b"QVCI\0",),
)
"""Beginnings of segments that say how the picture is coded, or that something else states."""
_THERMAL = b"FLIR\0"
_DUCKY, _WORDS_OF_DUCKY = b"Ducky", (2, 3)
"""Photoshop's "Save for Web", and the numbers of its comment and its copyright."""
_AUDIO_IN_FLASHPIX = "Audio".encode("utf-16-le")
_BOXES, _JPEG_HDR, _MANIFESTS = b"JP", b"HDR_RI", b"c2pa"
_BOX_HEAD = 8
"""Bytes of a segment of boxes before the box: ``JP``, the box's number, and that of the part."""
_WRITTEN_BY_PROGRAMS = re.compile(
    rb"\s*(creator: gd-jpeg|created (with|using) (the )?(gimp|imagemagick|adobe|photo|xara|ulead"
    rb"|corel|paint|irfan|xnview|acdsee)|file written by adobe|lead tech|intel\(r\) jpeg|lavc"
    rb"|optimi[sz]ed by |compressed (by|with) |handmade software|applemark|cs=itu|xv version)"
    rb"[\0-\xff]{0,100}",
    re.IGNORECASE,
)
"""Comments that programs write by themselves."""


def read_jpeg(source: BinaryIO, found: Contents) -> None:
    """Add all that a JPEG file holds besides its picture."""
    data = read_whole(source)
    picture = split_segments(data, 0)
    found.is_cut_off = picture.is_cut_off
    header = picture.frame_header()
    found.bit_depth = data[header] if header is not None and header < len(data) else None
    found.frames = 1
    index = _Segments(data, found).read(list(picture.application()))
    for first, end in picture.comments():
        text = data[first:end].strip(b"\0 \r\n")
        if text and not _WRITTEN_BY_PROGRAMS.fullmatch(text):
            found.add_metadata(contents.COMMENT, text)
    if picture.end < len(data):
        read_appended(data, picture.end, found, index)


class _Segments:
    """Reads the application segments of one JPEG; some continue in further segments."""

    def __init__(self, data: bytes, found: Contents) -> None:
        self._data = data
        self._found = found
        self._index = Index()
        self._extensions: dict[bytes, list[tuple[int, bytes]]] = {}
        self._boxes: dict[bytes, list[bytes]] = {}
        self._thermal: list[bytes] = []
        self._resources: list[bytes] = []
        self._packets: list[bytes] = []

    def read(self, segments: list[tuple[int, int, int]]) -> Index:
        """Add what the segments hold; return the index of what lies behind the picture."""
        for number, first, end in segments:
            self._read_one(number, first, self._data[first:end])
        if self._resources:
            read_resources(b"".join(self._resources), self._found)
        self._read_packets()
        if self._thermal:
            self._found.add(EmbeddedKind.FURTHER_PICTURE, "thermal picture", *self._thermal)
        for parts in self._boxes.values():
            self._read_box(parts)
        return self._index

    def _read_one(self, number: int, at: int, block: bytes) -> None:
        if block.startswith(b"Exif\0"):
            read_exif(block, self._found)
        elif block.startswith(XMP_HEAD):
            self._packets.append(block[len(XMP_HEAD) :])
        elif block.startswith(_EXTENSION):
            self._add_extension(block[len(_EXTENSION) :])
        elif block.startswith(_PHOTOSHOP):
            self._resources.append(block[len(_PHOTOSHOP) :])
        elif block.startswith(_MPF):
            self._index.types = read_index(block[len(_MPF) :], at + len(_MPF))
        elif not block.startswith(_SILENT) and block.strip(b"\0"):
            self._read_other(number, block)

    def _read_other(self, number: int, block: bytes) -> None:
        """Add a segment that few cameras and programs write."""
        if block.startswith(_FLASHPIX) and _AUDIO_IN_FLASHPIX in block:
            self._found.add(EmbeddedKind.SOUND, contents.SOUND, block)
        elif block.startswith(_DUCKY):
            if words := [data for tag, data in _fields_of_ducky(block) if tag in _WORDS_OF_DUCKY]:
                self._found.add_metadata(contents.COMMENT, *words)
        elif block.startswith(_THERMAL):
            self._thermal.append(block[len(_THERMAL) + 3 :])
        elif number == 11 and block.startswith(_BOXES) and len(block) > _BOX_HEAD:
            key = block[2:4] + block[_BOX_HEAD : _BOX_HEAD + 8]
            self._boxes.setdefault(key, []).append(block)
        elif block.startswith(_JPEG_HDR):
            self._boxes.setdefault(_JPEG_HDR, []).append(block)
        else:
            self._found.add_metadata(f"JPEG APP{number} {shown(block)}", block)

    def _add_extension(self, block: bytes) -> None:
        """Keep one part of Extended XMP, by the digest of the whole (XMP part 3, 1.1.3.1)."""
        guid, offset = block[:_GUID], int.from_bytes(block[_GUID + 4 : _GUID + 8], "big")
        self._extensions.setdefault(guid, []).append((offset, block[_GUID + 8 :]))

    def _read_packets(self) -> None:
        joined = [
            b"".join(part for _, part in sorted(parts)) for parts in self._extensions.values()
        ]
        names = [contents.XMP] * len(self._packets) + [contents.EXTENDED_XMP] * len(joined)
        packets = [read_packet(packet) for packet in self._packets + joined]
        for name, raw, packet in zip(names, self._packets + joined, packets, strict=True):
            if packet.says_something:
                self._found.add_metadata(name, raw.rstrip(b"\0 \r\n\t"))
            self._index.entries += packet.index
            self._index.describes_gain_map |= packet.describes_gain_map
        add_data_in_packets(packets, self._found)

    def _read_box(self, parts: list[bytes]) -> None:
        """Add a box of JPEG XT that may continue in further segments (ISO/IEC 18477-3, B)."""
        first = parts[0]
        if first.startswith(_JPEG_HDR) or first[_BOX_HEAD + 4 : _BOX_HEAD + 8] != b"jumb":
            self._found.add(EmbeddedKind.GAIN_MAP, "HDR layer", *parts)
            return
        is_c2pa = _MANIFESTS in first[:128]
        self._found.add_metadata(contents.C2PA if is_c2pa else contents.JUMBF, *parts)


def _fields_of_ducky(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each field that is not empty, up to the number zero."""
    at = len(_DUCKY)
    while number := int.from_bytes(block[at : at + 2], "big"):
        size = int.from_bytes(block[at + 2 : at + 4], "big")
        if (data := block[at + 4 : at + 4 + size])[4:].strip(b"\0 "):
            yield number, data
        at += 4 + size


def add_data_in_packets(packets: list[Packet], found: Contents) -> None:
    """Add pictures, sound and panorama data that stand inside of XMP packets."""
    panorama = {name: value for packet in packets for name, value in packet.panorama.items()}
    for packet in packets:
        for name, value in packet.data.items():
            kind, words = _kind_of_data(name, is_panorama=bool(panorama))
            found.add(kind, words, *_decoded(value))
    if panorama:
        stated = (f"{name}={value}\n".encode() for name, value in sorted(panorama.items()))
        found.add(EmbeddedKind.PANORAMA, contents.PANORAMA, *stated)


def _kind_of_data(name: str, *, is_panorama: bool) -> tuple[EmbeddedKind, str]:
    if name == "GAudio:Data":
        return EmbeddedKind.SOUND, contents.SOUND
    if name.startswith("GDepth:"):
        return EmbeddedKind.DEPTH_MAP, contents.DEPTH_MAP
    if is_panorama:  # Cardboard Camera, whose first picture is for the left eye
        return EmbeddedKind.STEREO, contents.OTHER_EYE
    return EmbeddedKind.FURTHER_PICTURE, contents.SHARP_ORIGINAL


def _decoded(text: str) -> Iterator[bytes]:
    """The bytes in a base64 text, or the text itself if it is damaged."""
    joined = "".join(text.split())
    try:
        yield base64.b64decode(joined + "=" * (-len(joined) % 4))
    except ValueError:
        yield joined.encode("utf-8", "surrogatepass")
