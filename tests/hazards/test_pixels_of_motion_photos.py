"""A motion photo holds a film behind the picture; the same picture without the film is not equal.

To delete the motion photo in favour of the still picture would lose the film.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dupscan.fingerprint.pixel_digest import PixelDigest, pixel_digest
from dupscan.model.files import FileEntry
from dupscan.settings import FingerprintSettings

FILM = struct.pack(">I", 24) + b"ftypmp42" + bytes(12) + b"a film of three seconds"


@pytest.fixture
def digest(tmp_path: Path, entry_of: Callable[[Path], FileEntry]) -> Callable[..., PixelDigest]:
    def make(data: bytes, name: str) -> PixelDigest:
        (tmp_path / name).write_bytes(data)
        found = pixel_digest(entry_of(tmp_path / name), FingerprintSettings())
        assert isinstance(found, PixelDigest), found
        assert found.digest is not None
        return found

    return make


Digest = Callable[..., PixelDigest]


def encode(picture: Image.Image, name: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, Image.registered_extensions()[name[1:]], **options)
    return file.getvalue()


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif"])
def test_a_film_behind_the_picture_counts(photo: Image.Image, digest: Digest, name: str) -> None:
    still = encode(photo, name)
    moving = digest(still + FILM, name)
    assert moving != digest(still, name)
    assert moving != digest(still + FILM[:-1] + b".", name)


def test_a_film_in_a_box_of_a_heif_counts(photo: Image.Image, digest: Digest) -> None:
    pytest.importorskip("pillow_heif").register_heif_opener()
    still = encode(photo, "a.heic")
    box = struct.pack(">I", 8 + len(FILM)) + b"mpvd" + FILM
    assert digest(still, "a.heic") != digest(still + box, "b.heic")


def test_other_metadata_of_the_same_moving_photograph_do_not_count(
    photo: Image.Image, digest: Digest
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "the waterfall"
    plain, tagged = encode(photo, "a.jpg"), encode(photo, "a.jpg", exif=exif)
    assert plain != tagged
    assert digest(plain + FILM, "a.jpg") == digest(tagged + FILM, "b.jpg")


def test_a_gain_map_that_pillow_passes_over_counts(photo: Image.Image, digest: Digest) -> None:
    """Ultra HDR: a second JPEG, listed like those of an MPO, which makes the first one brighter."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r hdrgm:Version="1.0"/></x:xmpmeta>'
    maps = [photo.resize((100, 75)), photo.resize((100, 75)).transpose(Image.Transpose.ROTATE_180)]
    ultra = [encode(photo, "a.mpo", save_all=True, append_images=[gain], xmp=xmp) for gain in maps]
    digests = {digest(data, f"{number}.jpg") for number, data in enumerate(ultra)}
    assert len(digests | {digest(encode(photo, "a.jpg"), "plain.jpg")}) == 3


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_zeros_behind_the_picture_are_nothing(
    photo: Image.Image, digest: Digest, name: str
) -> None:
    data = encode(photo, name)
    assert digest(data, name) == digest(data + bytes(4096), name)


def test_the_layers_of_a_png_count(photo: Image.Image, digest: Digest) -> None:
    """Fireworks keeps them in chunks of its own, behind the flattened picture."""
    data = encode(photo, "a.png")
    chunk = struct.pack(">I", 5) + b"mkBTlayer" + bytes(4)
    assert digest(data, "a.png") != digest(data[:-12] + chunk + data[-12:], "b.png")
