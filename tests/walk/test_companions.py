"""What lies beside a picture and belongs to it."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from support.processes import run_to_end

from dupscan.model.report import Companion, CompanionKind
from dupscan.walk.companions import find_companions

RAW_PAIR, LIVE_PHOTO, SIDECAR = CompanionKind


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(os.fsencode(name))
    return folder


def beside(folder: Path, picture: str) -> list[str]:
    """Names of what belongs to one picture of a folder."""
    path = str(folder / picture)
    return [os.path.basename(one.path) for one in find_companions([path]).get(path, ())]


def kept_back(folder: Path, picture: str) -> list[str]:
    """Names of what belongs to one picture, and to others too."""
    path = str(folder / picture)
    found = find_companions([path]).get(path, ())
    return [os.path.basename(one.path) for one in found if one.shared]


def test_no_pictures_have_no_companions() -> None:
    assert find_companions([]) == {}


def test_a_picture_among_others_has_none(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.jpg", "IMG_2.jpg", "IMG_10.xmp", "IMG_2.xmp", "IMG_1.jpg.d/IMG_1.xmp")
    (tmp_path / "IMG_1.xmp").mkdir()
    assert find_companions([str(tmp_path / "IMG_1.jpg")]) == {}


def test_a_folder_that_is_gone_holds_none(tmp_path: Path) -> None:
    assert find_companions([str(tmp_path / "gone/IMG_1.jpg")]) == {}


def test_a_companion_is_told_with_what_its_file_system_says(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.jpg", "IMG_1.xmp")
    path = str(tmp_path / "IMG_1.xmp")
    status = os.stat(path)
    expected = Companion(
        path, 9, status.st_mtime_ns, status.st_dev, status.st_ino, SIDECAR, shared=False
    )
    picture = str(tmp_path / "IMG_1.jpg")
    assert find_companions([picture]) == {picture: (expected,)}


@pytest.mark.parametrize(
    ("picture", "sidecar"),
    [
        ("IMG_1.jpg", "IMG_1.xmp"),
        ("IMG_1.JPG", "img_1.XMP"),
        ("IMG_1.jpg", "IMG_1.jpg.xmp"),
        ("IMG_1.jpg", "IMG_1.aae"),
        ("IMG_1.NEF", "IMG_1.NEF.pp3"),
        ("IMG_1.NEF", "IMG_1.NEF.dop"),
        ("IMG_1.NEF", "IMG_1_01.NEF.xmp"),
        ("IMG_1.tif", "IMG_1.tif.aux.xml"),
        ("no suffix", "no suffix.xmp"),
        (".hidden.jpg", ".hidden.xmp"),
        ("a\nb=1.jpg", "a\nb=1.xmp"),
        ("IMG_E0001.HEIC", "IMG_0001.AAE"),
        ("IMG_E0001.HEIC", "IMG_O0001.AAE"),
        ("IMG_0001 (1).HEIC", "IMG_O0001 (1).AAE"),
        ("IMG_1.jpg", "IMG_1.json"),
        ("IMG_1.jpg", "IMG_1.jpg.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"),
        ("IMG_1.jpg", "IMG_1.jpg.supplemental-me.json"),
        ("IMG_1.jpg", "IMG_1.jpg.s.json"),
        ("IMG_1(2).jpg", "IMG_1.jpg(2).json"),
        ("IMG_1(2).jpg", "IMG_1.jpg.supplemental-metadata(2).json"),
        ("IMG_1(2).jpg", "IMG_1(2).jpg.json"),
        ("IMG_1-edited.jpg", "IMG_1.jpg.json"),
        ("IMG_1-edited.jpg", "IMG_1.HEIC.supplemental-metadata.json"),
        ("IMG_1-bearbeitet(2).jpg", "IMG_1.jpg.supplemental-metadata(2).json"),
        ("x" * 60 + ".jpg", "x" * 46 + ".json"),
        ("x" * 60 + "(1).jpg", "x" * 46 + "(1).json"),
        ("x" * 40 + ".jpg", "x" * 40 + ".jpg.s.json"),
    ],
)
def test_a_sidecar_is_told_by_its_name(tmp_path: Path, picture: str, sidecar: str) -> None:
    fill(tmp_path, picture, sidecar)
    (found,) = find_companions([str(tmp_path / picture)])[str(tmp_path / picture)]
    assert (SIDECAR, str(tmp_path / sidecar), False) == (found.kind, found.path, found.shared)


@pytest.mark.parametrize(
    ("picture", "film"),
    [
        ("IMG_1.HEIC", "IMG_1.MOV"),
        ("IMG_1.jpg", "img_1.mov"),
        ("IMG_1.HEIC", "IMG_1.MP4"),
        ("IMG_1.HEIC", "IMG_1_HEVC.MOV"),
        ("PXL_2021.MP.jpg", "PXL_2021.MP"),
        ("MVIMG_1.jpg", "MVIMG_1.mp4"),
        ("IMG_1(2).HEIC", "IMG_1(2).MP4"),
    ],
)
def test_the_film_of_a_live_photo_is_told_by_its_name(
    tmp_path: Path, picture: str, film: str
) -> None:
    fill(tmp_path, picture, film)
    (found,) = find_companions([str(tmp_path / picture)])[str(tmp_path / picture)]
    assert (LIVE_PHOTO, str(tmp_path / film), False) == (found.kind, found.path, found.shared)


@pytest.mark.parametrize(
    ("raw", "finished"),
    [
        ("IMG_1.nef", "IMG_1.jpg"),
        ("IMG_1.CR3", "img_1.HIF"),
        ("IMG_1.DNG", "IMG_1.HEIC"),
        ("IMG_1.NEF", "IMG_1.NEF.jpg"),
        ("PXL_1.RAW-02.ORIGINAL.dng", "PXL_1.RAW-01.COVER.jpg"),
        ("PXL_1.dng", "PXL_1.RAW-01.MP.COVER.jpg"),
    ],
)
def test_a_raw_file_and_its_finished_picture_belong_together(
    tmp_path: Path, raw: str, finished: str
) -> None:
    """Each stays though the other goes."""
    fill(tmp_path, raw, finished)
    for one, other in ((raw, finished), (finished, raw)):
        (found,) = find_companions([str(tmp_path / one)])[str(tmp_path / one)]
        assert (RAW_PAIR, str(tmp_path / other), True) == (found.kind, found.path, found.shared)


def test_two_finished_pictures_of_one_name_are_no_pair(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.jpg", "IMG_1.png")
    assert beside(tmp_path, "IMG_1.jpg") == []


def test_a_sidecar_of_two_pictures_stays(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.nef", "IMG_1.jpg", "IMG_1.xmp", "IMG_1.jpg.xmp")
    assert beside(tmp_path, "IMG_1.jpg") == ["IMG_1.jpg.xmp", "IMG_1.nef", "IMG_1.xmp"]
    assert kept_back(tmp_path, "IMG_1.jpg") == ["IMG_1.nef", "IMG_1.xmp"]


def test_an_edited_picture_leaves_what_is_its_originals_too(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.jpg", "IMG_1-edited.jpg", "IMG_1.jpg.json", "IMG_0001.AAE")
    fill(tmp_path, "IMG_0001.HEIC", "IMG_E0001.HEIC")
    for picture in ("IMG_1.jpg", "IMG_1-edited.jpg"):
        assert kept_back(tmp_path, picture) == ["IMG_1.jpg.json"]
    for picture in ("IMG_0001.HEIC", "IMG_E0001.HEIC"):
        assert kept_back(tmp_path, picture) == ["IMG_0001.AAE"]


def test_the_numbers_of_google_are_not_taken_for_one_another(tmp_path: Path) -> None:
    sidecars = ("IMG_1.jpg.json", "IMG_1.jpg(1).json", "IMG_1.jpg.supplemental-metadata(2).json")
    pictures = ("IMG_1.jpg", "IMG_1(1).jpg", "IMG_1(2).jpg")
    fill(tmp_path, *sidecars, *pictures)
    for picture, sidecar in zip(pictures, sidecars, strict=True):
        assert ([sidecar], []) == (beside(tmp_path, picture), kept_back(tmp_path, picture))


def test_what_another_kind_of_file_could_claim_stays(tmp_path: Path) -> None:
    fill(tmp_path, "letter.jpg", "letter.docx", "letter.txt")
    assert kept_back(tmp_path, "letter.jpg") == ["letter.txt"]


def test_a_film_of_two_stills_stays(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.HEIC", "IMG_1.jpg", "IMG_1.MOV")
    assert kept_back(tmp_path, "IMG_1.jpg") == ["IMG_1.MOV"]


def test_a_companion_that_is_itself_asked_about_stays(tmp_path: Path) -> None:
    """Cameras' .THM files are small JPEGs, and may be members of a group."""
    fill(tmp_path, "IMG_1.jpg", "IMG_1.thm")
    paths = [str(tmp_path / name) for name in ("IMG_1.jpg", "IMG_1.thm")]
    found = find_companions(paths)
    assert [paths[0]] == list(found)
    assert [(paths[1], True)] == [(one.path, one.shared) for one in found[paths[0]]]


@pytest.mark.skipif(sys.platform != "linux", reason="names are compared by this file system")
def test_accents_are_compared_however_they_are_encoded(tmp_path: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "Noël") for form in ("NFC", "NFD"))
    fill(tmp_path, f"{composed}.jpg", f"{decomposed}.xmp")
    assert beside(tmp_path, f"{composed}.jpg") == [f"{decomposed}.xmp"]


def test_names_that_are_not_utf_8_have_companions_too(tmp_path: Path) -> None:
    names = [os.fsdecode(b"caf\xe9" + suffix) for suffix in (b".jpg", b".xmp")]
    fill(tmp_path, *names)
    assert beside(tmp_path, names[0]) == names[1:]


def test_a_link_is_told_as_the_link_that_it_is(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.jpg", "elsewhere/real.xmp")
    (tmp_path / "IMG_1.xmp").symlink_to("elsewhere/real.xmp")
    (tmp_path / "IMG_1.json").symlink_to("nowhere")
    found = find_companions([str(tmp_path / "IMG_1.jpg")])[str(tmp_path / "IMG_1.jpg")]
    expected = [os.lstat(tmp_path / name).st_ino for name in ("IMG_1.json", "IMG_1.xmp")]
    assert expected == [one.inode for one in found]


def test_pictures_of_several_folders_have_their_own(tmp_path: Path) -> None:
    fill(tmp_path, "a/IMG_1.jpg", "a/IMG_1.xmp", "b/IMG_1.jpg")
    paths = [str(tmp_path / folder / "IMG_1.jpg") for folder in "ab"]
    assert [paths[0]] == list(find_companions(paths))


def test_a_folder_that_cannot_be_listed_keeps_its_pictures(
    tmp_path: Path, unprivileged: list[str]
) -> None:
    """What lies in it is not known, so each of them may have a sidecar."""
    folder = fill(tmp_path / "closed", "IMG_1.jpg", "IMG_1.xmp")
    code = (
        "import sys; from dupscan.walk.companions import find_companions\n"
        "for several in find_companions(sys.argv[1:]).values():\n"
        "    print(*((one.kind.value, one.path, one.shared) for one in several))"
    )
    folder.chmod(0o311)
    try:
        command = [*unprivileged, sys.executable, "-c", code, str(folder / "IMG_1.jpg")]
        done = run_to_end(command, capture_output=True, text=True, check=True)
    finally:
        folder.chmod(0o755)
    assert f"{('sidecar', str(folder), True)}\n" == done.stdout
