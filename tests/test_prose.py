"""Docstrings are plain English, as far as a machine can tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import dupscan

PACKAGE = Path(dupscan.__file__).parent
ROOMS = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
CLAUSES = set(
    "what whether how where why which who whom whose when as it its that those these they "
    "them their".split()
)
"""Words that open a clause or point at something that was not named yet."""
AS_ELSE = re.compile(r"\bAs\b[^.]{0,60}\belse\b")
"""A sentence such as "As X else", which sends the reader away for the promise."""


def docstrings_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of each docstring, those of constants and fields included."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for before, statement in pairwise([None, *node.body]):
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))) if before is None or isinstance(
                    before, ast.Assign | ast.AnnAssign
                ):
                    yield statement.lineno, text


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_docstring_begins_with_a_verb_or_a_noun(room: Path) -> None:
    tree = ast.parse((PACKAGE / room).read_text(encoding="utf-8"))
    found = [
        f"{room}:{line}: {text.splitlines()[0]}"
        for line, text in docstrings_of(tree)
        if (words := re.findall(r"[A-Za-z]+", text)) and words[0].lower() in CLAUSES
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_a_docstring_says_its_promise_itself(room: Path) -> None:
    tree = ast.parse((PACKAGE / room).read_text(encoding="utf-8"))
    found = [f"{room}:{line}" for line, text in docstrings_of(tree) if AS_ELSE.search(text)]
    assert found == []


def test_these_tests_see_a_riddle() -> None:
    riddles = ast.parse('"""What it is."""\nX = 1\n"""As others else."""')
    assert [text for _, text in docstrings_of(riddles)] == ["What it is.", "As others else."]
