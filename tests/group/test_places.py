"""Folders that say by their names that copies lie in them."""

from __future__ import annotations

import unicodedata

import pytest

from dupscan.group.places import Place, places_apart, places_of


@pytest.mark.parametrize(
    ("place", "names"),
    [
        (Place.DEVICE, "DCIM|iPhone|Phone|Camera Uploads"),
        (Place.EXPORT, "Takeout|Lightroom Export 2020|exports"),
        (Place.UNNAMED, "New folder (2)|Neuer Ordner|Nouveau dossier|Nueva carpeta|新建文件夹"),
        (Place.MESSENGER, "WhatsApp Images|Telegram|Signal|WhatsApp"),
        (Place.DOWNLOADS, "Downloads|Téléchargements|Descargas|Загрузки|Download 2"),
        (Place.BACKUP, "Backup 2019|backup_laptop|iPhoneBackup|Sicherung|Sauvegarde du 3 mai"),
        (Place.BACKUP, "Copia de seguridad|respaldo|Phone backup|Backups.backupdb"),
        (Place.COPIED_FOLDER, "Photos - Copy|Copy of Photos|Kopie von Bilder"),
        (Place.OLD_DEVICE, "Old PC|old laptop 2|alter Rechner|old"),
        (Place.SENT, "Sent|Gesendet|Enviados"),
        (Place.DUPLICATES, "duplicates|Doublons|Dubletten 2"),
        (Place.RECOVERED, "lost+found|recup_dir.12|found.000|Recovered files"),
        (Place.TEMPORARY, "tmp|Temp|.cache"),
        (Place.THUMBNAILS, ".thumbnails|thumbs|@eaDir"),
        (Place.TRASH, "Trash|.Trash-1000|Papierkorb|Corbeille|Papelera|$RECYCLE.BIN"),
    ],
)
def test_a_place_is_known_by_its_name(place: Place, names: str) -> None:
    for name in names.split("|"):
        for form in ("NFC", "NFD"):
            assert places_of(f"/home/{unicodedata.normalize(form, name)}/2019") == (place,), name


@pytest.mark.parametrize(
    "name",
    "Backuphausen|Old friends|Altona|Sentosa|Temple|Tempelhof|Holiday|Photos from 2019|Exporter|"
    "Cacher|Line dance|Trashigang|Photos (2)|Downloadable|Templates|2019|Signal Hill".split("|"),
)
def test_part_of_a_word_is_no_word(name: str) -> None:
    assert places_of(f"/home/{name}") == ()


def test_of_several_places_the_worst_comes_first() -> None:
    assert places_of("/Backup/Trash/Downloads") == (Place.TRASH, Place.BACKUP, Place.DOWNLOADS)
    assert places_of("/Backup/backup of backups") == (Place.BACKUP,)


def test_a_place_that_both_lie_in_does_not_count() -> None:
    assert places_apart("/Backup/Photos", "/Backup/Backup 2") == ((), (Place.BACKUP,))
    assert places_apart("/Backup", "/Backup/Trash") == ((), (Place.TRASH,))
    assert places_apart("/a", "/b") == ((), ())
    assert places_of("/") == ()


def test_every_place_has_words() -> None:
    assert all(place.words for place in Place)
