"""The exception tree is the one that its docstring draws."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import dupscan
from dupscan import errors

_LINE = re.compile(r"^ {4}(?P<branch>[│ ├└─]*)(?P<name>\w+) *(?:\((?P<code>\d+)\))?")


def read_drawing() -> dict[str, tuple[str | None, int | None]]:
    """Parent and exit code, where one is drawn, of each class in the docstring's picture."""
    drawn: dict[str, tuple[str | None, int | None]] = {}
    above: list[str] = []
    picture = inspect.getdoc(errors).split("::\n", 1)[1].split("\n\n")[0].strip("\n")
    for line in picture.splitlines():
        match = _LINE.match(line)
        assert match is not None, line
        depth = len(match["branch"]) // 4
        above = [*above[:depth], match["name"]]
        code = int(match["code"]) if match["code"] else None
        drawn[match["name"]] = (above[depth - 1] if depth else None, code)
    return drawn


def real_classes() -> dict[str, type[errors.DupscanError]]:
    return {
        name: kind
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, Exception)
    }


def test_every_error_is_a_dupscan_error() -> None:
    assert all(issubclass(kind, errors.DupscanError) for kind in real_classes().values())


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = {name: parent for name, (parent, _) in read_drawing().items()}
    real = {
        name: kind.__base__.__name__ if kind is not errors.DupscanError else None
        for name, kind in real_classes().items()
    }
    assert drawn == real


def test_a_drawn_exit_code_holds_for_the_whole_branch() -> None:
    real, drawn = real_classes(), read_drawing()
    for name, (parent, code) in drawn.items():
        above = drawn[parent][1] if parent else None
        if (expected := code or above) is not None:
            assert expected == real[name].exit_code, name


def test_every_error_says_when_it_is_raised() -> None:
    for name, kind in real_classes().items():
        if name != "DupscanError":
            assert kind.__doc__ is not None
            assert kind.__doc__.startswith("Raised when "), name


def test_exit_codes_are_told_apart() -> None:
    codes = [code for name, code in vars(errors).items() if name.startswith("EXIT_")]
    assert sorted(set(codes)) == sorted(codes)
    assert {kind.exit_code for kind in real_classes().values()} <= set(codes)
    assert errors.EXIT_DONE not in {kind.exit_code for kind in real_classes().values()}


def test_no_room_has_an_exception_outside_the_tree() -> None:
    package = Path(dupscan.__file__).parent
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for kind in vars(importlib.import_module(name)).values():
            if inspect.isclass(kind) and issubclass(kind, BaseException):
                is_ours = kind.__module__.startswith("dupscan.")
                assert issubclass(kind, errors.DupscanError) or not is_ours, f"{name}: {kind}"
