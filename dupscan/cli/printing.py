"""Print without harm, whatever file names are in the words: nothing else in the commands prints.

Bars and log lines have printers of their own in :mod:`dupscan.progress`, which do the same.
"""

from __future__ import annotations

import click

from dupscan.text import file_names


def print_line(line: str, *, err: bool = False) -> None:
    """Print one line on standard output, or with `err` on standard error."""
    click.echo(file_names.shown(line), err=err)


def print_message(text: str) -> None:
    """Print an error, which may have several lines, on standard error."""
    click.echo(file_names.shown_lines(text), err=True)
