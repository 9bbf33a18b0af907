"""Places in a JSON value, such as ``$.rows[0].size``, and the value with one place changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]
NOTHING_LIKE_IT = {"?": [None]}
"""A value that no field may hold."""


def places(value: Any, outer: Place = ()) -> Iterator[Place]:
    """Yield every place inside of a value, each as the keys that lead to it."""
    pairs = value.items() if isinstance(value, dict) else ()
    for key, inner in enumerate(value) if isinstance(value, list) else pairs:
        yield (*outer, key)
        yield from places(inner, (*outer, key))


def shown(place: Place) -> str:
    """Return a place as errors name it."""
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)


def changed(value: Any, place: Place, new: Any) -> Any:
    """Return a copy of a value with another value at a place."""
    whole = inner = copy.deepcopy(value)
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = new
    return whole


def without(value: Any, place: Place) -> Any:
    """Return a copy of a value without the field at a place."""
    whole = inner = copy.deepcopy(value)
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    return whole
