"""Marks in file names that say a file is a copy or an edit: ``(1)``, ``- Copy``, ``-edited``.

File managers, browsers and photo programs put such marks around the name of the file that they
started from, each in the language of its user. Take the marks off, and the name of that file is
left. Names are compared in lower case and in one Unicode normalisation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

EDITED_WORDS = (
    "edited bearbeitet modifié modifie modifiée editado editada modificato modificata bewerkt "
    "edytowane redigerad redigert redigeret muokattu upraveno upravené editat editată düzenlendi "
    "изменено отредактировано відредаговано szerkesztett επεξεργασμένο "
    "編集済み 已修改 已編輯 수정됨"
).split()
"""Words that Google Photos puts behind the name of an edited picture, as in ``IMG_1-edited``."""
_MADE_FROM_WORDS = "resized scaled compressed cropped thumb thumbnail verkleinert redimensionné"
_COPY_WORDS = (
    "copy copie copia cópia còpia kopie kopia kopija kopio kopi kópia kópie kopya kopyası másolat "
    "копия копія копие salinan αντίγραφο duplicate duplikat"
)
_UNSPACED_COPY_WORDS = "のコピー コピー 副本 複本 拷贝 拷貝 복사본 사본 สำเนา نسخة עותק"
_OF = "of von van de di do da du av af från z от из"


class Mark(IntEnum):
    """Kinds of marks; of several marks of one name, the greatest counts."""

    NONE = 0
    NUMBER = 1
    """A number such as ``(1)`` or ``~2``, which may also tell the pictures of a series apart."""
    COPY = 2
    """A word for a copy."""
    EDIT = 3
    """A word for an edit, or for another size."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A file name without suffix, and its marks."""

    mark: Mark
    bare_names: tuple[str, ...]
    """The name with one mark less, with two marks less, and so on; empty without marks."""


def _words(text: str) -> str:
    return "|".join(sorted(map(re.escape, text.split()), key=len, reverse=True))


_PATTERNS = (
    (Mark.NUMBER, re.compile(r"(.+?)\s*\(\d{1,3}\)", re.DOTALL)),
    (Mark.NUMBER, re.compile(r"(.+?)~\d{0,2}", re.DOTALL)),
    (
        Mark.COPY,
        re.compile(rf"(.+?)[\s_.–—-]+(?:{_words(_COPY_WORDS)})(?:[\s_-]?\d{{1,3}})?", re.DOTALL),
    ),
    (
        Mark.COPY,
        re.compile(
            rf"(.+?)\s*\((?:another |\d{{1,3}}(?:st|nd|rd|th|\.|e|ª)? )?"
            rf"(?:{_words(_COPY_WORDS)})(?: \d{{1,3}})?\)",
            re.DOTALL,
        ),
    ),
    (
        Mark.COPY,
        re.compile(
            rf"(.+?)[\s_–-]*\(?(?:{_words(_UNSPACED_COPY_WORDS)})\s*\(?\d{{0,3}}\)?\)?", re.DOTALL
        ),
    ),
    (
        Mark.COPY,
        re.compile(
            rf"(?:{_words(_COPY_WORDS)})(?:\s?\(\d{{1,3}}\))?(?:[ _](?:{_words(_OF)})[ _]| ?[-–] ?)"
            r"(.+)",
            re.DOTALL,
        ),
    ),
    (Mark.COPY, re.compile(r"(?:copie|kopie|kopia|kópia|копия|копія) (.*\d.*)", re.DOTALL)),
    (Mark.EDIT, re.compile(rf"(.+?)[-_ ](?:{_words(' '.join(EDITED_WORDS))})", re.DOTALL)),
    (Mark.EDIT, re.compile(rf"(.+?)[-_ ](?:{_words(_MADE_FROM_WORDS)})", re.DOTALL)),
)
_ANY_WORD = " ".join((_COPY_WORDS, _UNSPACED_COPY_WORDS, _MADE_FROM_WORDS, *EDITED_WORDS))
_MAY_BE_MARKED = re.compile(rf"[)~]|^img_e|{_words(_ANY_WORD)}")
"""Signs without which no pattern fits: most names have none."""
_APPLE_EDIT = re.compile(r"img_e(\d{4})")
"""``IMG_E0001`` is the edited ``IMG_0001``."""
_SERIAL = re.compile(r"(.*\S)[ _-]\d{1,2}", re.DOTALL)
_MOST_MARKS = 8
"""Marks that are taken off one name; more would be somebody's joke."""


def normalised(name: str) -> str:
    """Return a name in the form in which names are compared."""
    return unicodedata.normalize("NFC", name).casefold()


@lru_cache(maxsize=1 << 16)
def read_marks(stem: str) -> Marked:
    """Read the marks of a normalised file name without suffix.

    >>> read_marks("img_1 (1) - copy")
    Marked(mark=<Mark.COPY: 2>, bare_names=('img_1 (1)', 'img_1'))
    >>> read_marks("kopie von img_1").bare_names, read_marks("hardcopy").bare_names
    (('img_1',), ())
    """
    mark = Mark.NONE
    bare_names: list[str] = []
    if not _MAY_BE_MARKED.search(stem):
        return Marked(mark, ())
    while len(bare_names) < _MOST_MARKS and (found := _without_one(stem)):
        stem = found[1]
        mark = max(mark, found[0])
        bare_names.append(stem)
    return Marked(mark, tuple(bare_names))


def without_serial(stem: str) -> str | None:
    """Return a name without a short number at its end, such as `` 2`` or ``_1``; None without one.

    Such a number is a mark only if a file with the shorter name is there too.
    """
    found = _SERIAL.fullmatch(stem)
    return found[1] if found else None


def _without_one(stem: str) -> tuple[Mark, str] | None:
    """Return the outermost mark of a name, and the name without it; None if it has no mark."""
    if edited := _APPLE_EDIT.fullmatch(stem):
        return Mark.EDIT, f"img_{edited[1]}"
    for mark, pattern in _PATTERNS:
        if (found := pattern.fullmatch(stem)) and found[1].strip(" _-–("):
            return mark, found[1].strip()
    return None
