"""Settings in a TOML file: read for a scan, and written as text by ``calibrate``. Changes no file.

The sections of the file are the classes in :class:`dupscan.settings.ScanSettings`, the keys are
their fields: a new setting needs no change here. Ranges are checked when the settings are made.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_type_hints

from dupscan.errors import SettingsError
from dupscan.settings import ScanSettings
from dupscan.text import file_names
from dupscan.text.user_files import read_text, refusal, shortened

OPTION = "--settings"
TOP = ""
"""Name of the section above all others, with keys such as ``workers``."""

_TEXTS = tuple[str, ...]
_IN_WORDS: dict[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text in quotation marks",
    Path: "a path in quotation marks",
    _TEXTS: 'a list of texts, such as ["one", "two"]',
}
"""Types of settings that a file can hold, and the look of their values."""
_ONLY_TYPED = ("roots",)
"""Fields that are typed for each scan, and stand in no settings file."""
_NO_COMMENTS: Mapping[str, str] = MappingProxyType({})
_WAY_OUT = "Correct or delete these lines; `dupscan scan --help` describes each setting"
_WAY_OUT_OF_SYNTAX = (
    'Settings are lines such as radius = 8 below a section such as [match], text is in "quotation '
    'marks", and # begins a comment (TOML)'
)


def read_settings(path: Path) -> dict[str, dict[str, object]]:
    """Read a settings file: section → key → value, of the type that the setting has.

    Keys above all sections are under :data:`TOP`. A whole number may stand for a float, and a path
    may begin with ``~``; a relative path is relative to the working folder. Raises SettingsError
    when the file cannot be read, or lists all wrong sections, keys and values in one error.
    """
    try:
        stated = tomllib.loads(read_text(path, OPTION))
    except (ValueError, RecursionError) as error:  # wrong syntax; numbers too long, lists too deep
        raise refusal(path, OPTION, [str(error)], _WAY_OUT_OF_SYNTAX) from error
    sections = {name: values for name, values in stated.items() if isinstance(values, dict)}
    top = {key: value for key, value in stated.items() if key not in sections}
    mistakes: list[str] = []
    found = {TOP: _fitting(TOP, top, mistakes)} if top else {}
    for section, values in sections.items():
        if section in _known() and section != TOP:
            found[section] = _fitting(section, values, mistakes)
        else:
            mistakes.append(f"[{shortened(section)}]: no such section; {_section_hint(section)}")
    if mistakes:
        raise refusal(path, OPTION, mistakes, _WAY_OUT)
    return found


def written(
    settings: Mapping[str, Mapping[str, object]],
    comments: Mapping[str, str] = _NO_COMMENTS,
    heading: str = "",
) -> str:
    r"""Return the text of a settings file with these values; :func:`read_settings` reads it back.

    `heading` is a comment at the beginning. `comments` maps names to comments that stand above
    them: ``match`` is that section, ``match.radius`` and ``workers`` are keys. Raises
    SettingsError for text that TOML cannot hold, and TypeError for a value that is no setting.

    >>> written({"match": {"radius": 6}}, {"match.radius": "Nothing true lies further."}, "Mine.")
    '# Mine.\n\n[match]\n# Nothing true lies further.\nradius = 6\n'
    """
    blocks = [_comment(heading)]
    for section in sorted(settings, key=lambda name: name != TOP):  # below another, it were of that
        lines = [_comment(comments.get(section, "")), f"[{section}]\n"] if section != TOP else []
        for key, value in settings[section].items():
            name = f"{section}.{key}" if section != TOP else key
            lines += [_comment(comments.get(name, "")), f"{key} = {_in_toml(value)}\n"]
        blocks.append("".join(lines))
    return "\n".join(filter(None, blocks))


@cache
def _known() -> dict[str, dict[str, object]]:
    """Return the keys of each section, with their types."""
    known: dict[str, dict[str, object]] = {TOP: {}}
    for name, kind in _types(ScanSettings):
        if is_dataclass(kind):
            known[name] = {key: one for key, one in _types(kind) if one in _IN_WORDS}
        elif kind in _IN_WORDS:
            known[TOP][name] = kind
    return known


def _types(kind: Any) -> Iterator[tuple[str, object]]:
    """Yield the fields of settings and their types, without None for an optional field."""
    types = get_type_hints(kind)
    for field in fields(kind):
        if field.name not in _ONLY_TYPED:
            options = [one for one in get_args(types[field.name]) if one is not NoneType]
            optional = NoneType in get_args(types[field.name]) and len(options) == 1
            yield field.name, options[0] if optional else types[field.name]


def _fitting(section: str, values: Mapping[str, object], mistakes: list[str]) -> dict[str, object]:
    """Return the values that fit their settings; add a line to `mistakes` for each other value."""
    found = {}
    for key, value in values.items():
        place = f"[{section}] " if section != TOP else ""
        told = f"{place}{shortened(key)} = {shortened(_in_json(value))}"
        if (kind := _known()[section].get(key)) is None:
            mistakes.append(f"{told}: no such setting; {_key_hint(section, key)}")
        elif (fitted := _fitted(value, kind)) is None:
            mistakes.append(f"{told}: must be {_IN_WORDS[kind]}")
        else:
            found[key] = fitted
    return found


def _fitted(value: object, kind: object) -> object | None:
    """Convert a value from a file to the type of its setting; None if it does not fit."""
    match value:
        case bool():  # which Python takes for a number too
            return value if kind is bool else None
        case int() if kind in (int, float) and -(2**63) <= value < 2**63:  # as far as TOML goes
            return value if kind is int else float(value)
        case float() if kind is float:
            return value
        case str() if kind is str:
            return value
        case str() if kind is Path:
            return Path(os.path.expanduser(value))
        case list() if kind == _TEXTS and all(isinstance(one, str) for one in value):
            return tuple(value)
    return None


def _section_hint(section: str) -> str:
    if section in _known()[TOP]:
        return f"write {section} = ... above all sections"
    sections = [name for name in _known() if name != TOP]
    if near := get_close_matches(section.lower(), sections, n=1):
        return f"did you mean [{near[0]}]?"
    return f"there are {', '.join(f'[{name}]' for name in sections)}"


def _key_hint(section: str, key: str) -> str:
    """Say where a wrong key belongs, or which key may be meant; this section goes first."""
    if key in _ONLY_TYPED:
        return "it is typed, behind `dupscan scan`"
    if key in _known() and key != TOP:
        return f"it is a section, [{key}]"
    homes = {one: name for name, keys in _known().items() for one in keys}
    if key in homes:
        return f"it belongs {_place(homes[key])}"
    guess = key.lower().replace("-", "_")
    for keys in (_known()[section], homes):
        if near := get_close_matches(guess, keys, n=1):
            where = "" if near[0] in _known()[section] else f", {_place(homes[near[0]])}"
            return f"did you mean {near[0]}{where}?"
    return f"{_place(section)} there are {', '.join(_known()[section])}"


def _place(section: str) -> str:
    return f"below [{section}]" if section != TOP else "above all sections"


def _in_json(value: object) -> str:
    """Return a value for a message, much as it stood in the file."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # too many digits, too deep
        return "..."


def _in_toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(int(value))
        case float():
            return repr(float(value))  # NumPy's repr tells its type as well
        case str():
            return _quoted(value)
        case Path():
            return _quoted(f"./{value}" if str(value).startswith("~") else str(value))
        case tuple() | list():
            return f"[{', '.join(_quoted(one) for one in value)}]"
    raise TypeError(f"{value!r} is no setting that can stand in a file")


def _quoted(text: str) -> str:
    """Return text as a TOML string, with characters that cannot be seen as escapes."""
    if any("\ud800" <= one <= "\udfff" for one in text):
        raise SettingsError(
            f"{OPTION}: a settings file is UTF-8 and cannot hold {file_names.shown(text)}; type it"
        )
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _comment(text: str) -> str:
    """Return the text as lines of comment; ``""`` for no text."""
    lines = [f"# {file_names.shown(line)}".rstrip() for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines)
