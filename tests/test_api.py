"""The public API: complete, sorted, lazy, typed, documented by examples that are executed."""

from __future__ import annotations

import ast
import doctest
import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest
from support.processes import run_to_end

import dupscan
from dupscan import errors

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = "apply_plan calibrate compare list_passes make_plan purge read_report scan undo".split()


def public() -> list[str]:
    return [name for name in dupscan.__all__ if name != "__version__"]


def exceptions_in(module: ModuleType) -> set[str]:
    return {
        name
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and issubclass(value, BaseException)
        and value is not errors.InternalSignal
    }


def test_nothing_is_imported_before_it_is_used() -> None:
    script = (
        "import sys, dupscan\n"
        "print([name for name in sys.modules if name.startswith('dupscan.')], 'PIL' in sys.modules)"
    )
    found = run_to_end([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert (found.stdout, found.stderr) == ("['dupscan.version'] False\n", "")


def test_all_names_are_sorted_and_there_once() -> None:
    assert sorted(set(dupscan.__all__)) == dupscan.__all__


def test_each_name_leads_to_a_function_or_a_class_of_dupscan() -> None:
    for name in public():
        value = getattr(dupscan, name)
        assert callable(value), name
        assert value.__module__.startswith("dupscan."), name
        assert value.__doc__, name


def test_the_functions_of_the_commands_are_there() -> None:
    assert [name for name in public() if name.islower()] == FUNCTIONS


def test_a_type_checker_sees_the_same_names() -> None:
    stub = Path(dupscan.__file__).with_suffix(".pyi")
    imported = {
        alias.asname: node.module
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported.pop("__version__") == "dupscan.version"
    assert imported == {name: getattr(dupscan, name).__module__ for name in public()}


def test_the_whole_tree_of_exceptions_is_public() -> None:
    assert exceptions_in(errors) <= set(dupscan.__all__)


def test_each_function_is_typed_and_its_settings_and_results_are_public() -> None:
    """So whoever calls it can name all that goes in and comes out."""
    for name in FUNCTIONS:
        function = getattr(dupscan, name)
        signature = inspect.signature(function)
        said = [signature.return_annotation, *(p.annotation for p in signature.parameters.values())]
        assert inspect.Signature.empty not in said, name
        named = {
            node.id
            for text in said
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Name)
        }
        own = {
            one for one in named if one[0].isupper() and hasattr(inspect.getmodule(function), one)
        }
        ours = {
            one
            for one in own
            if getattr(inspect.getmodule(function), one).__module__.startswith("dupscan.")
        }
        assert ours <= set(dupscan.__all__), name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'unheard_of'"):
        dupscan.unheard_of  # noqa: B018


def test_dir_lists_the_public_names() -> None:
    assert set(dupscan.__all__) <= set(dir(dupscan))


def test_the_examples_of_the_documentation_work(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(demo)
    found = doctest.testfile(
        str(ROOT / "docs" / "api.md"), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert (found.failed, found.attempted > 10) == (0, True), capsys.readouterr().out
