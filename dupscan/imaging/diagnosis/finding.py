"""The result of looking at a refused file: the class of its failure, and the words for it."""

from __future__ import annotations

from typing import NamedTuple

from dupscan.model.files import FailureKind


class Finding(NamedTuple):
    """The reason why a file could not be decoded."""

    kind: FailureKind
    words: str
    """A clause for a person, without the name of the class: ``lossless JPEG (SOF3)``."""


def damaged(words: str) -> Finding:
    """Return the finding that data is broken, which the structure of the file proves."""
    return Finding(FailureKind.DAMAGED, words)


def cut_off() -> Finding:
    """Return the finding that the file is shorter than it says itself."""
    return damaged("cut off before its end")


def unsupported(words: str) -> Finding:
    """Return the finding that a file is sound as far as can be seen, but of a rare kind."""
    return Finding(FailureKind.UNSUPPORTED, words)


def metadata_only() -> Finding:
    """Return the finding that a whole file has no picture in it."""
    return Finding(FailureKind.NO_PICTURE, "metadata only, no picture data")


def unclear(words: str) -> Finding:
    """Return the finding that nothing proves the file sound or broken."""
    return Finding(FailureKind.UNREADABLE, words)
