"""The report for people: ``report.html``, one self-contained page.

Everything is in the file: thumbnails and styles; there is no script, and nothing comes from a
network. File names are text and never markup. A thumbnail is a link to its file only if the suffix
is one of a picture, because a browser runs what is in a file ``a.html``. The page shows the groups
that free most bytes, and says what it leaves out: no browser opens a page of a hundred thousand
groups.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from os.path import commonpath, join, split
from typing import BinaryIO

from jinja2 import Environment, PackageLoader, StrictUndefined

from dupscan.model.formats import BROWSER_SUFFIXES, suffix_of
from dupscan.model.groups import DuplicateGroup
from dupscan.model.ids import PictureIndex
from dupscan.model.matches import Match, Verdict
from dupscan.model.pictures import Picture
from dupscan.model.report import ScanReport
from dupscan.report.wording import explanation_of, near_in_words
from dupscan.settings import not_duplicates
from dupscan.text import file_names
from dupscan.text.units import bytes_in_words, counted, safe_and_look_first

_T_IN_TIME = re.compile(r"(?<=\d)T(?=\d)")

FILE = "report.html"
MARK = b'<meta name="generator" content="dupscan'
"""Bytes in the first kilobyte by which dupscan knows its own files."""
MAX_GROUPS = 1000
"""Largest number of groups on the page."""
MAX_PICTURES = 4000
"""Pictures, each with a thumbnail of about 6 KB, after which no further group is shown."""
MAX_MEMBERS = 24
"""Largest number of pictures of one group on the page."""
MAX_LINES = 1000
"""Largest number of lines in one list on the page."""
LABELS = {
    Verdict.FILE: "identical",
    Verdict.PIXELS: "same pixels",
    Verdict.PICTURE: "same picture",
    Verdict.SIMILAR: "similar",
}
LEGEND = {
    Verdict.FILE: "The same bytes. Without it you lose nothing but its name and place.",
    Verdict.PIXELS: "Exactly the same picture in another file. "
    "Without it you lose what only that file says: date, place, stars, or its format.",
    Verdict.PICTURE: "The same to the eye: saved again, resized, turned, mirrored or made grey. "
    "Without it you lose that version.",
    Verdict.SIMILAR: "Edited: cropped, framed, captioned, recoloured. Or another picture that "
    "looks much the same, and then you lose that one. Look before you delete.",
}
"""The meaning of each verdict, and the loss if its pictures are deleted."""


@dataclass(frozen=True, slots=True)
class Card:
    """A picture of a group on the page."""

    role: str
    verdict: Verdict | None
    name: str
    folder: str
    url: str
    """Address of the file; "" if a browser could take the file for something else."""
    thumbnail: str
    """A ``data:`` address."""
    facts: tuple[str, ...]
    explanation: str
    measures: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A group on the page."""

    number: int
    reclaimable: int
    cards: tuple[Card, ...]
    near: tuple[Card, ...]
    decisions: str
    """The lines for a ``--not-duplicates`` file that end this group."""
    more: int
    """Number of duplicates that the page leaves out."""
    all_near: int
    """Number of near pictures, with the ones that the page leaves out."""


def write(report: ScanReport, thumbnails: Callable[[PictureIndex], bytes], file: BinaryIO) -> None:
    """Write the page, piece by piece."""
    page = _environment().get_template("report.html.j2")
    base = _base(report.header.roots)
    pieces = page.generate(
        report=report,
        header=report.header,
        counts=report.counts,
        started=datetime.fromisoformat(report.header.started),
        roots=[file_names.shown(root) for root in report.header.roots],
        sections=_sections(report, thumbnails, base),
        groups_shown=_groups_shown(report),
        failures=report.failures[:MAX_LINES],
        low_detail=[report.pictures[number].file.path for number in report.low_detail[:MAX_LINES]],
        most_lines=MAX_LINES,
        labels=LABELS,
        legend=LEGEND,
    )
    file.writelines(piece.encode("utf-8") for piece in pieces)


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dupscan.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "bytes": bytes_in_words,
        "safe_and_look_first": safe_and_look_first,
        "shown": file_names.shown,
        "thousands": lambda number: f"{number:,}",
        "counted": counted,
    }
    return environment


def _base(roots: Sequence[str]) -> str:
    """Return the folder that all roots lie in; the paths on the page leave it out."""
    try:
        return commonpath(roots)
    except ValueError:  # no roots, or on several drives
        return ""


def _sections(
    report: ScanReport, thumbnails: Callable[[PictureIndex], bytes], base: str
) -> Iterator[Section]:
    """Yield the groups that free most, each made when the template needs it."""

    def card(number: PictureIndex, role: str, match: Match | None, words: str) -> Card:
        return _card(report.pictures[number], role, match, words, thumbnails(number), base)

    for place, group in enumerate(report.groups[: _groups_shown(report)], start=1):
        shown = group.duplicates[: MAX_MEMBERS - 1]
        cards = [card(group.keeper, "keeper", None, f"kept: {group.kept}" if group.kept else "")]
        cards += [
            card(
                one.partner(group.keeper),
                "duplicate",
                one,
                explanation_of(one, group.keeper, report.pictures),
            )
            for one in shown
        ]
        near = []
        for outsider, member, match in islice(group.neighbours(), MAX_MEMBERS):
            _, name = _folder_and_name(report.pictures[member].file.path, base)
            words = near_in_words(name, is_keeper=member == group.keeper)
            near.append(card(outsider, "near", match, words))
        yield Section(
            number=place,
            reclaimable=group.freed(report.pictures),
            cards=tuple(cards),
            near=tuple(near),
            decisions=_decisions(report.pictures, group, shown, base),
            more=len(group.duplicates) - len(shown),
            all_near=len(group.near),
        )


def _decisions(
    pictures: Sequence[Picture], group: DuplicateGroup, shown: Sequence[Match], base: str
) -> str:
    """Return a not-duplicates file which says that no picture shown matches the keeper."""
    keeper = pictures[group.keeper]
    rows: dict[bytes, str] = {}
    for match in shown:
        other = pictures[match.partner(group.keeper)]
        if other.digest != keeper.digest:
            note = f"{_inside(keeper.file.path, base)} is not {_inside(other.file.path, base)}"
            rows.setdefault(other.digest, not_duplicates.row(keeper.digest, other.digest, note))
    return "\n".join([not_duplicates.HEADER, *rows.values()]) if rows else ""


def _groups_shown(report: ScanReport) -> int:
    """Return the number of groups for which the page has room."""
    pictures = 0
    for place, group in enumerate(report.groups[:MAX_GROUPS]):
        if pictures >= MAX_PICTURES:
            return place
        pictures += min(len(group.duplicates) + 1, MAX_MEMBERS)
        pictures += min(len(group.near), MAX_MEMBERS)
    return min(len(report.groups), MAX_GROUPS)


def _card(
    picture: Picture, role: str, match: Match | None, words: str, thumbnail: bytes, base: str
) -> Card:
    file, info = picture.file, picture.info
    folder, name = _folder_and_name(file.path, base)
    facts = [f"{info.width:,} × {info.height:,}", info.format, bytes_in_words(file.size)]
    facts += [_T_IN_TIME.sub(" ", info.captured)] if info.captured else []
    facts += [f"{info.frames} frames"] if info.frames > 1 else []
    facts += info.shown_or_heard
    facts += ["reference"] if file.reference else []
    return Card(
        role=role,
        verdict=match.verdict if match else None,
        name=name,
        folder=folder,
        url=file_names.file_url(file.path) if suffix_of(file.path) in BROWSER_SUFFIXES else "",
        thumbnail="data:image/jpeg;base64," + base64.b64encode(thumbnail).decode("ascii"),
        facts=tuple(map(file_names.shown, facts)),
        explanation=file_names.shown(words),
        measures=_measures(match) if match and not _has_no_difference(match) else "",
        aliases=tuple(file_names.shown(alias) for alias in file.aliases),
    )


def _has_no_difference(match: Match) -> bool:
    """True if the two pictures have equal pixels, so that there is nothing to measure."""
    return match.verdict.at_least(Verdict.PIXELS)


def _measures(match: Match) -> str:
    evidence = match.evidence
    measures = [f"{evidence.distance} of 64 bits", f"histogram RMS {evidence.histogram_rms:.4f}"]
    measures += [f"difference {evidence.difference:.1f}", f"fine {evidence.fine:.2f}"]
    if evidence.agreement is not None:
        measures.append(f"agreement {evidence.agreement:.0%}".replace("%", " %"))
    return " · ".join(measures)


def _folder_and_name(path: str, base: str) -> tuple[str, str]:
    """Return folder and name of a path as safe text, without the folder of all roots."""
    folder, name = split(_inside(path, base))
    return file_names.shown(folder), file_names.shown(name)


def _inside(path: str, base: str) -> str:
    """Return a path without the folder that all roots lie in."""
    return path.removeprefix(join(base, "")) if base else path
