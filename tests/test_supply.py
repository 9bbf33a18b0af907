"""The versions that are shipped as tested, and the lowest ones that are let in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NO_HOLE_KNOWN_FROM = {"filelock": "3.20.3", "pillow": "12.3", "click": "8.3.3", "jinja2": "3.1.6"}


def wanted() -> Iterator[Requirement]:
    """All that dupscan, its extras and its tests ask for."""
    extras = PROJECT["optional-dependencies"].values()
    for line in (*PROJECT["dependencies"], *(line for extra in extras for line in extra)):
        if (requirement := Requirement(line)).name != PROJECT["name"]:
            yield requirement


def shipped() -> dict[str, Version]:
    """The versions in the constraints file."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def test_every_line_of_the_constraints_names_one_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(shipped()) == len([line for line in lines if line and not line.startswith("#")])
    assert all(re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line) for line in lines)


def test_all_that_is_asked_for_has_a_tested_version_that_will_do() -> None:
    versions = shipped()
    for requirement in wanted():
        name = canonicalize_name(requirement.name)
        assert versions[name] in requirement.specifier, requirement


def test_what_those_packages_ask_for_has_one_too() -> None:
    versions = shipped()
    for name in list(versions):
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # for another system
            continue
        for further in map(Requirement, lines):
            if further.marker is None or further.marker.evaluate({"extra": ""}):
                assert canonicalize_name(further.name) in versions, f"{name} asks for {further}"


def test_no_version_with_a_known_hole_is_let_in() -> None:
    lowest = {
        canonicalize_name(one.name): Version(each.version)
        for one in wanted()
        for each in one.specifier
        if each.operator == ">="
    }
    for name, version in NO_HOLE_KNOWN_FROM.items():
        assert lowest[canonicalize_name(name)] >= Version(version), name


def test_the_constraints_go_with_the_source() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    assert "constraints.txt" in build["build"]["targets"]["sdist"]["include"]
