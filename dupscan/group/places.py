"""Folders whose names say that copies lie in them: backups, downloads, trash, messengers.

Each part of a path is judged by its whole words, in the languages that people use: ``Backup 2019``
is a backup, ``Backuphausen`` is a village.
"""

from __future__ import annotations

import os
import re
from enum import IntEnum
from functools import lru_cache

from dupscan.text.copy_marks import Mark, normalised, read_marks


class Place(IntEnum):
    """Kinds of places for copies; an original is least likely in the last one."""

    DEVICE = 1
    DESKTOP = 2
    EXPORT = 3
    UNNAMED = 4
    MESSENGER = 5
    DOWNLOADS = 6
    BACKUP = 7
    COPIED_FOLDER = 8
    OLD_DEVICE = 9
    SENT = 10
    DUPLICATES = 11
    RECOVERED = 12
    TEMPORARY = 13
    THUMBNAILS = 14
    TRASH = 15

    @property
    def words(self) -> str:
        """Words that complete the sentence "It looks like …"."""
        return _WORDS[self]


Places = tuple[Place, ...]
"""The places that the parts of a path name, each once, the worst one first. Of two folders, the one
with the smaller tuple is the likelier home of originals."""

_WORDS = {
    Place.DEVICE: "the memory of a phone or camera",
    Place.DESKTOP: "a desktop",
    Place.EXPORT: "an export",
    Place.UNNAMED: "a folder that nobody named",
    Place.BACKUP: "a backup",
    Place.COPIED_FOLDER: "a copied folder",
    Place.OLD_DEVICE: "the files of an old device",
    Place.DOWNLOADS: "a folder for downloads",
    Place.MESSENGER: "a folder of a messenger",
    Place.SENT: "a folder for sent files",
    Place.DUPLICATES: "a folder for duplicates",
    Place.RECOVERED: "recovered files",
    Place.TEMPORARY: "a folder for temporary files",
    Place.THUMBNAILS: "a folder for thumbnails",
    Place.TRASH: "a trash folder",
}
_ANYWHERE = {
    Place.EXPORT: "takeout export exports exported exportiert exportierte exporté exportés "
    "exportation exportado exportados экспорт エクスポート 导出",
    Place.BACKUP: "backup backups backupdb sicherung sicherungen datensicherung "
    "fotosicherung sicherungskopie sicherungskopien sicherheitskopie sauvegarde sauvegardes "
    "respaldo respaldos reservekopie reservkopia säkerhetskopia sikkerhetskopi sikkerhedskopi "
    "zaloha záloha zálohy varmuuskopio yedek yedekler mentés бэкап резервная "
    "バックアップ 备份 備份 백업",
    Place.MESSENGER: "whatsapp telegram viber wechat threema snapchat imessage",
    Place.DUPLICATES: "duplicates duplikate duplikaty dubletten doubletten doublons duplicados "
    "duplicati duplicaten dubbletter дубликаты 重复",
    Place.THUMBNAILS: "thumbnails thumbnail thumbs vignettes vorschaubilder miniaturansichten "
    "miniaturas miniatures miniature @eadir",
    Place.RECOVERED: "recovered recup wiederhergestellt wiederhergestellte récupérés récupérées "
    "recuperados recuperadas recuperati восстановленные восстановлено",
}
"""Words that count wherever they stand in a name."""
_PHRASES = {
    Place.DEVICE: "dcim|phone|iphone|ipad|smartphone|mobile|handy|téléphone|móvil|cellulare|"
    "telefon|телефон|camera roll|camera uploads|phone uploads|instant upload|sd card|memory card",
    Place.DESKTOP: "desktop|my desktop|schreibtisch|bureau|escritorio|pulpit|skrivbord|"
    "skrivebord|työpöytä|рабочий стол|桌面|デスクトップ",
    Place.UNNAMED: "new folder|untitled folder|untitled|unbenannt|unbenannter ordner|neuer ordner|"
    "nouveau dossier|dossier sans titre|nueva carpeta|carpeta sin título|nova pasta|nuova cartella|"
    "cartella senza titolo|nieuwe map|nowy folder|ny mapp|ny mappe|uusi kansio|nová složka|"
    "nový priečinok|új mappa|yeni klasör|новая папка|нова папка|νέος φάκελος|"
    "新しいフォルダー|新建文件夹|新增資料夾|새 폴더",
    Place.BACKUP: "bak|bkp|copia de seguridad|copias de seguridad|cópia de segurança|"
    "cópias de segurança|copia di sicurezza|kopia zapasowa|kopie zapasowe|time machine|"
    "резервная копия|резервные копии",
    Place.DOWNLOADS: "download|downloads|downloaded|my downloads|heruntergeladen|téléchargement|"
    "téléchargements|telechargements|descarga|descargas|transferências|scaricati|pobrane|загрузки|"
    "завантаження|hämtningar|hämtade filer|nedlastinger|overførsler|lataukset|stažené|stažené "
    "soubory|letöltések|indirilenler|λήψεις|ダウンロード|下载|下載|다운로드",
    Place.MESSENGER: "signal|line|messenger|facebook|facebook messenger|messages|nachrichten|"
    "attachments|mail attachments|anhänge|pièces jointes|adjuntos|anexos|allegati|bijlagen|"
    "załączniki|вложения|mms",
    Place.SENT: "sent|sent items|sent images|gesendet|gesendete|envoyés|envoyé|enviados|inviati|"
    "verzonden|wysłane|skickade|отправленные",
    Place.DUPLICATES: "duplicate|duplicate files|duplicate photos|dups|dupes|copies|kopien|"
    "copias|cópias|kopie zdjęć|копии",
    Place.RECOVERED: "lost+found|lost found|found.000|lost and found",
    Place.TEMPORARY: "tmp|temp|temporary|temporary files|temporary internet files|temporär|cache|"
    "caches|.cache|inetcache|temporaire|temporaires|temporal|temporales|temporanei|tijdelijk|кэш|"
    "временные файлы",
    Place.THUMBNAILS: "thumb|.thumbnails|preview|previews|vorschau|aperçus",
    Place.TRASH: "trash|.trash|.trashes|recycle bin|$recycle.bin|recycler|recycled|rubbish|"
    "papierkorb|corbeille|papelera|papelera de reciclaje|cestino|lixeira|prullenbak|prullenmand|"
    "kosz|koš|kôš|корзина|кошик|papperskorgen|papirkurv|roskakori|çöp kutusu|lomtár|ごみ箱|ゴミ箱|"
    "回收站|휴지통|deleted|deleted items|recently deleted|gelöscht|zuletzt gelöscht|supprimés|"
    "supprimés récemment|eliminados|eliminados recientemente|eliminati|apagados|to delete|löschen",
}
"""Whole names, with no more than a number or a date around them."""
_OLD_DEVICE = re.compile(
    r"(?:old|alt|alter|altes|alte|ancien|ancienne|viejo|vieja|vecchio|oud|oude|stary|старый)"
    r" (?:pc|computer|laptop|notebook|mac|macbook|imac|phone|iphone|handy|telefon|rechner|platte|"
    r"festplatte|disk|disc|drive|hdd|ssd|ordinateur|téléphone|portable|disque|ordenador|teléfono|"
    r"disco|telefono|telefoon|schijf|komputer|dysk|компьютер|телефон|диск)"
)
_OLD = {"old", "alt", "ancien", "viejo", "vecchio", "oud", "stary", "старое"}
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_NO_WORD = re.compile(r"[\W\d_]+")
_BY_WORD = {word: place for place, text in _ANYWHERE.items() for word in text.split()}
_BY_PHRASE = {phrase: place for place, text in _PHRASES.items() for phrase in text.split("|")}


@lru_cache(maxsize=1 << 14)
def places_of(folder: str) -> Places:
    """Return the places that the parts of a folder's path name, the worst one first.

    >>> places_of("/home/ann/Backup 2019/photos"), places_of("/home/ann/Backuphausen")
    ((<Place.BACKUP: 7>,), ())
    """
    found = {_place_of(part) for part in folder.split(os.sep) if part}
    return tuple(sorted((place for place in found if place is not None), reverse=True))


def places_apart(one: str, other: str) -> tuple[Places, Places]:
    """Return the places of two folders below the folder that both lie in.

    All of a library may lie in a folder for backups, and is no backup for that.
    """
    start = len(os.path.join(os.path.commonpath((one, other)), ""))
    return places_of(one[start:]), places_of(other[start:])


@lru_cache(maxsize=1 << 14)
def _place_of(part: str) -> Place | None:
    """Return the place that one part of a path names; None for an ordinary folder."""
    whole = normalised(part).strip()
    words = _NO_WORD.sub(" ", whole).split()
    split = _NO_WORD.sub(" ", normalised(_CAMEL.sub(" ", part))).split()
    phrases = {whole, " ".join(words), " ".join(split)}
    found = {_BY_PHRASE.get(phrase) for phrase in phrases}
    found |= {_BY_WORD.get(word) for word in (whole, *words, *split)}
    if any(_OLD_DEVICE.search(phrase) or phrase in _OLD for phrase in phrases):
        found.add(Place.OLD_DEVICE)
    if found == {None} and read_marks(whole).mark is Mark.COPY:
        return Place.COPIED_FOLDER
    return max((place for place in found if place is not None), default=None)
