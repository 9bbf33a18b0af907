"""The documents keep their promises: blocks run, links lead somewhere, no option is missing."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from PIL import Image
from support.processes import run_to_end

from dupscan.cli import commands

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
GUIDES = [ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
DOCUMENTS = [README, *GUIDES, *(ROOT / "docs").glob("*.md")]
QUARANTINE = ".dupscan-quarantine"
Run = Callable[[str], str]


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of a language in a document."""
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(document), re.DOTALL | re.MULTILINE)


def shell_blocks() -> Iterator[object]:
    """Every block of shell commands, with the name of its document and its number."""
    for document in DOCUMENTS:
        for number, block in enumerate(blocks(document, "sh"), 1):
            yield pytest.param(block, id=f"{document.stem}-{number}")


def recipe(words: str) -> str:
    """The block of the README that has these words in it."""
    [block] = [block for block in blocks(README, "sh") if words in block]
    return block


@pytest.fixture
def home(tmp_path: Path, originals: Path) -> Path:
    """A home with the folders that the documents speak of."""

    def put(name: str, *folders: str, as_: str = "") -> None:
        for folder in folders:
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy2(originals / f"{name}.jpg", tmp_path / folder / (as_ or f"{name}.jpg"))

    album, year = (f"Takeout/Google Photos/{name}" for name in ("Holiday", "Photos from 2019"))
    put(
        "coffee", "Photos/2019", "Pictures", "Pictures/best", "Backup", "Phone", "card", album, year
    )
    put("chelsea", "Photos/2019", "Pictures", "Pictures/wedding")
    put("rocket", "Backup", "Phone", "card", album, year)
    put("coffee", "Pictures", "known/coffee", as_="one.jpg")
    put("rocket", "Pictures", as_="other.jpg")
    put("astronaut", "known")
    for sidecar in (album, year):
        for name in ("coffee", "rocket"):
            (tmp_path / sidecar / f"{name}.jpg.supplemental-metadata.json").write_text("{}")
    with Image.open(originals / "chelsea.jpg") as picture:
        picture.reduce(2).save(tmp_path / "Phone" / "IMG-20190101-WA0001.jpg", quality=70)
    with Image.open(originals / "coffee.jpg") as picture:
        picture.save(tmp_path / "known" / "coffee" / "two.jpg", quality=60)
    (tmp_path / "card" / "film.mp4").write_text("a film")
    digests = [hashlib.sha256(name.encode()).hexdigest() for name in ("one", "other")]
    (tmp_path / "apart.csv").write_text(",".join(digests) + "\n")
    (tmp_path / "mine.toml").write_text(blocks(ROOT / "docs" / "scanning.md", "toml")[0])
    (tmp_path / "dupscan" / "bin").mkdir(parents=True)
    (tmp_path / "dupscan" / "bin" / "dupscan").symlink_to(Path(sys.executable).parent / "dupscan")
    return tmp_path


@pytest.fixture
def run(home: Path) -> Run:
    """Run shell lines in that home, and return what they print; every line has to succeed."""

    def run_lines(lines: str) -> str:
        return run_to_end(
            ["sh", "-e", "-c", lines.replace("/media/card", f"{home}/card")],
            cwd=home,
            env={
                "HOME": str(home),
                "PATH": f"{home}/dupscan/bin:{os.defpath}",
                "LC_ALL": "C.UTF-8",
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    return run_lines


def files_in(folder: Path) -> list[Path]:
    """The files in a folder that are not in a quarantine."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in paths if QUARANTINE not in path.relative_to(folder).parts]


def files_left(folder: Path) -> set[str]:
    """The names of these files."""
    return {path.name for path in files_in(folder)}


@pytest.mark.parametrize("block", list(shell_blocks()))
def test_every_shell_block_runs(run: Run, block: str) -> None:
    assert "Traceback" not in run(block)


def test_the_backup_recipe_removes_what_photos_has(run: Run, home: Path) -> None:
    before = files_left(home / "Photos")

    run(recipe("~/Backup --reference"))

    assert {"rocket.jpg"} == files_left(home / "Backup")
    assert not list((home / "Backup").rglob(f"{QUARANTINE}/**/*.jpg"))
    assert before == files_left(home / "Photos")


def test_the_takeout_recipe_leaves_what_photos_lacks_once(run: Run, home: Path) -> None:
    run(recipe("~/Takeout"))

    assert {"rocket.jpg", "rocket.jpg.supplemental-metadata.json"} == files_left(home / "Takeout")
    assert len([path for path in files_in(home / "Takeout") if path.suffix == ".jpg"]) == 1


def test_the_phone_recipe_removes_what_a_messenger_made_smaller(run: Run, home: Path) -> None:
    run(recipe("~/Phone"))

    assert {"rocket.jpg"} == files_left(home / "Phone")


def test_the_card_recipe_prints_what_photos_lacks(run: Run, home: Path) -> None:
    printed = run(recipe("/media/card")).splitlines()

    listed = {Path(line).name for line in printed if line.startswith(f"{home}/card/")}
    assert {"rocket.jpg", "film.mp4"} == listed == files_left(home / "card")


def test_the_line_for_cron_prints_the_summary_or_the_error(run: Run, home: Path) -> None:
    [table] = blocks(README, "crontab")
    command = table.splitlines()[-1].split(maxsplit=5)[-1]

    assert re.search(r"^6 files, .* 0 unreadable", run(command), flags=re.MULTILINE)

    shutil.rmtree(home / "Pictures")
    assert "cannot scan" in run(command)
    assert not run(command.replace("2>&1 | tail -n 3", "-q 2>/dev/null || true"))


def test_the_readme_has_at_most_200_lines() -> None:
    assert len(text_of(README).splitlines()) <= 200


def anchors(document: Path) -> set[str]:
    """The anchors of the headings, as the usual forges make them."""
    prose = re.sub(r"^```.*?^```", "", text_of(document), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_relative_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", text_of(document)):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        file = document.parent / target if target else document
        assert file.exists(), f"{document.name} links to {target}, which does not exist"
        if anchor:
            assert anchor in anchors(file), f"{document.name} links to {target}#{anchor}"


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(([^)#\s]+\.md)", text_of(README)))
    pages = {str(path.relative_to(ROOT)) for path in DOCUMENTS} - {"README.md"}
    assert set() == pages - linked


@pytest.mark.parametrize("document", [README, *GUIDES], ids=lambda document: document.stem)
def test_every_room_that_a_document_names_exists(document: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", text_of(document), flags=re.DOTALL | re.MULTILINE)
    for name in re.findall(r"`((?:dupscan|tests|benchmarks)/[^` ]+|[a-z_]+\.py)`", prose):
        assert any(ROOT.glob(name if "/" in name else f"*/**/{name}")), f"there is no {name}"


def commands_in(group: click.Group, *before: str) -> Iterator[tuple[str, click.Command]]:
    """Every command of a group and of the groups in it, by what is typed to reach it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands_in(command, *before, name)
        elif command is not None:
            yield " ".join((*before, name)), command


COMMANDS = dict(commands_in(commands))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_section_with_all_its_options(name: str) -> None:
    first, _, _ = name.partition(" ")
    text = text_of(ROOT / "docs" / "commands.md")
    section = text.partition(f"\n## `dupscan {first}`")[2].partition("\n## ")[0]
    options = [one for one in COMMANDS[name].params if isinstance(one, click.Option)]
    names = [spelling for option in options for spelling in option.opts]

    assert f"dupscan {name}" in section
    assert [one for one in names if not re.search(rf"`{one}[` ]", section)] == []


def test_the_page_of_hazards_is_current() -> None:
    script = ROOT / "tests" / "support" / "hazards_page.py"
    made = run_to_end([sys.executable, str(script)], stdout=subprocess.PIPE, check=True).stdout
    assert made.decode() == text_of(ROOT / "docs" / "hazards.md"), "run `make hazards`"


def test_the_workflow_runs_every_python_that_the_package_names() -> None:
    """Read by line: a YAML parser is no dependency of the tests."""
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    versions = [
        version
        for line in project["classifiers"]
        for version in re.findall(r"^Programming Language :: Python :: (3\.\d+)$", line)
    ]
    workflow = text_of(ROOT / ".github" / "workflows" / "tests.yml")
    [matrix] = re.findall(r"^ +python: \[(.*)\]$", workflow, flags=re.MULTILINE)

    assert versions == re.findall(r'"(3\.\d+)"', matrix)
    assert f">={versions[0]}" == project["requires-python"]
    assert "\t" not in workflow
