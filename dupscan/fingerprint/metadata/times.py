"""Read when a picture was taken, in every spelling that cameras and programs use.

A time is told in ISO 8601, as far as the file states it: ``2026``, ``2026-11-22``,
``2026-11-22T09:41`` or ``2026-11-22T09:41:00.123+02:00``. A text that is not understood is told as
it stands, because a file that has it must not go for one without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import takewhile

from dupscan.fingerprint.metadata.blocks import Blocks
from dupscan.fingerprint.metadata.gps import time_of_fix
from dupscan.fingerprint.metadata.xmp import TIMES, TIMES_OF_SAVING

_IN_EXIF = ((0x9003, 0x9291, 0x9011), (0x9004, 0x9292, 0x9012))
"""Tags of time, digits of its second, and zone: of the capture, then of the digitisation."""
_SAVED_IN_EXIF = (0x0132, 0x9290, 0x9010)
"""The same of the last change. Old cameras and scanners write no other."""
_IN_IPTC = ((55, 60), (62, 63))
"""Data sets of day and time: of the creation, then of the digitisation."""
_IN_PNG = ("exif:DateTimeOriginal", "exif:DateTimeDigitized")
"""Keywords of the texts that ImageMagick writes for the EXIF data of a converted picture."""
_SAVED_IN_PNG = ("Creation Time", "creation time", "create-date")

_MOST = 40
"""Most characters of a text that are told."""
_UNSTATED = re.compile(r"[0\s:./,TZ+?\xff-]*")
"""Zeros and blanks, which EXIF prescribes for an unknown time, and bytes never written."""
_TIME = re.compile(
    r"""
    (?P<year>\d{4})
    (?: (?P<stop>[-:/. ]?) \s? (?P<month>\d\d|(?<!\d)\d)
    (?: (?P=stop) \s? (?P<day>\d\d|(?<!\d)\d)
    (?: [T\s,;:_/-]*
      (?: (?P<hour>\d\d?) (?P<colon>[-:.h]) \s? (?P<minute>\d\d?)
          (?: (?P=colon) \s? (?P<second>\d\d?) )?
        | (?P<hour_>\d\d) (?P<minute_>\d\d) (?P<second_>\d\d)? )
      (?: [.,] (?P<fraction>\d+) )?
      (?: \s* (?P<half>[AP])\.?M\.? )?
    )? )? )?
    (?P<zone> \s* (?: Z | (?:UTC|GMT)? \s* [+-]\d\d?(?::?\d\d)? | UTC | GMT ) )?
    [\s:./-]*
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_BEGINNING = (1, 1, 1)
"""The year, month and day that stand for those that are not stated."""
_LENGTHS = (0, 4, 7, 10)
"""Characters of a date in ISO 8601 of which year, month and day are stated."""
_ZONE = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d\d?):?(\d\d)?", re.IGNORECASE | re.ASCII)


def read_captured(blocks: Blocks) -> tuple[str | None, bool]:
    """Return the time of capture, and True if it may be the time of a later save instead.

    The most reliable field that states something decides. The time is None if no field does.
    """
    sure = _first(_captured(blocks))
    if sure is not None:
        return sure, False
    guess = _first(_saved(blocks))
    return guess, guess is not None


def parse_time(text: object, fraction: object = None, zone: object = None) -> str | None:
    """Return a time in ISO 8601, or the text itself if it is no time; None if it states nothing.

    `fraction` and `zone` stand in fields of their own in EXIF, and count if the text has none.
    Digits of the second are told without zeros at the end: bursts are recognised by these digits.

    >>> parse_time("2026:11:22 09:41:00", "50", "+02:00")
    '2026-11-22T09:41:00.5+02:00'
    >>> parse_time("2026/11/22"), parse_time("    :  :     :  :  ")
    ('2026-11-22', None)
    """
    if text is None:
        return None
    stated = _clean(text)
    if _UNSTATED.fullmatch(stated):
        return None
    return _understood(stated, _clean(fraction), _clean(zone)) or stated


def _first(times: Iterable[str | None]) -> str | None:
    return next(filter(None, times), None)


def _captured(blocks: Blocks) -> Iterator[str | None]:
    """Yield the times of capture and of digitisation, the most reliable first."""
    for tags in _IN_EXIF:
        yield parse_time(*map(blocks.detail, tags))
    for name in TIMES:
        yield from map(parse_time, blocks.xmp.get(name, ()))
    for day, clock in _IN_IPTC if blocks.iptc else ():
        yield parse_time(_joined(blocks, day, clock))
    for keyword in _IN_PNG:
        yield parse_time(blocks.texts.get(keyword))
    yield parse_time(time_of_fix(blocks.place))


def _saved(blocks: Blocks) -> Iterator[str | None]:
    """Yield the times at which a program may have saved the file."""
    for name in TIMES_OF_SAVING:
        yield from map(parse_time, blocks.xmp.get(name, ()))
    for keyword in _SAVED_IN_PNG:
        yield parse_time(blocks.texts.get(keyword))
    yield parse_time(*map(blocks.detail, _SAVED_IN_EXIF))


def _joined(blocks: Blocks, day: int, clock: int) -> bytes:
    """Return day and time of IPTC in one text; a time without a day states nothing."""
    [days, clocks] = (blocks.iptc.get(number, [b""])[0] for number in (day, clock))
    return days + b" " + clocks if days.strip(b"\0 0") else b""


def _clean(value: object) -> str:
    """Return a text in one short line of printable characters, up to its first null."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    text, _, _ = value.strip("\0 \t\r\n").partition("\0")
    return "".join(one if one.isprintable() else "?" for one in text[:_MOST]).strip()


def _understood(text: str, fraction: str, zone: str) -> str | None:
    """Return a time in ISO 8601; None if it is none, or if the calendar has no such time."""
    parts = _TIME.fullmatch(text)
    if parts is None:
        return None
    day, clock = _day(parts), _clock(parts)
    try:
        moment = datetime(*day, *_BEGINNING[len(day) :], *clock)  # type: ignore[arg-type]  # noqa: DTZ001 (no zone)
    except ValueError:
        return None
    if len(day) < len(_BEGINNING) or not clock:
        return moment.isoformat()[: _LENGTHS[len(day)]]
    seconds = "seconds" if len(clock) == 3 else "minutes"
    digits = _fraction(parts["fraction"] or fraction) if seconds == "seconds" else ""
    return moment.isoformat(timespec=seconds) + digits + (_zone(parts["zone"]) or _zone(zone))


def _day(parts: re.Match[str]) -> list[int]:
    """Return year, month and day, as many of them as are stated."""
    values = parts.group("year", "month", "day")
    return list(takewhile(bool, (int(value or 0) for value in values)))


def _clock(parts: re.Match[str]) -> list[int]:
    """Return hour, minute and second, as many of them as are stated; empty for a day alone."""
    names = ("hour", "minute", "second")
    values = [parts[name] or parts[f"{name}_"] for name in names]
    clock = [int(value) for value in values if value]
    if clock and parts["half"]:
        clock[0] = clock[0] % 12 + (12 if parts["half"] in "pP" else 0)
    return clock


def _fraction(digits: str) -> str:
    """Return ``.123`` for the digits of a second, without the zeros that some programs add."""
    digits = digits.rstrip("0") if re.fullmatch(r"[0-9]{1,9}", digits) else ""
    return f".{digits}" if digits else ""


def _zone(text: str | None) -> str:
    """Return a zone such as ``+02:00``; empty without one, or if it is none."""
    stated = (text or "").strip().upper()
    if stated in ("Z", "UTC", "GMT"):
        return "+00:00"
    parts = _ZONE.fullmatch(stated)
    return f"{parts[1]}{int(parts[2]):02}:{parts[3] or '00'}" if parts else ""
