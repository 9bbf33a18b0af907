"""Forged journals: `python -m benchmarks.forged --mutants 20000 --seed 1`.

Fields of the journal of an honest pass are set to values that an attacker would choose. An undo
and a purge then run over each mutant. Nothing outside of the scanned folder may change, no content
may be lost, and only errors of the project's own may be raised.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from dupscan.cli import run as dupscan
from dupscan.dedupe.apply.purge import purge_entries
from dupscan.dedupe.apply.undo import undo_entries
from dupscan.dedupe.journal import Journal
from dupscan.errors import DupscanError

Line = dict[str, Any]
_STEPS = ("intended", "done", "failed", "undoing", "undone", "purging", "purged")
_ACTIONS = ("quarantine", "delete", "hardlink", "symlink", "reflink", "trash")


class Tree:
    """A scanned folder after an honest pass, and files beside the folder that nobody may touch."""

    def __init__(self, base: Path, action: str) -> None:
        """Make the files below `base`, and carry out a plan with them."""
        self.base, self.pics, self.victim = base, base / "pics", base / "victim"
        self.pics.mkdir()
        self.victim.mkdir()
        for number in range(3):
            picture = Image.effect_noise((48, 48), 60.0 + 20 * number)
            picture.save(self.pics / f"{number}.png")
            shutil.copy2(self.pics / f"{number}.png", self.pics / f"{number}-copy.png")
            shutil.copy2(self.pics / f"{number}.png", self.victim / f"{number}.png")
        (self.victim / "thesis.txt").write_text("the only one")
        plan = base / "out" / "plan.csv"
        dupscan(["scan", str(self.pics), "-o", str(base / "out"), "--no-store"])
        dupscan(["plan", str(base / "out"), "-o", str(plan), "--action", action])
        dupscan(["apply", str(plan), "--yes"])
        (journal,) = (base / "out").glob("*.journal")
        self.lines: list[Line] = [json.loads(line) for line in journal.read_text().splitlines()]
        for copy in self.pics.rglob("*.journal"):  # it would contradict each mutant
            copy.unlink()
        shutil.copytree(self.pics, base / "saved", symlinks=True)
        shutil.copytree(self.victim, base / "victims")
        self.contents = contents(self.pics)
        self.outside = state(self.victim)

    def restore_victims(self) -> None:
        """Make the files outside of the scanned folder again."""
        shutil.rmtree(self.victim)
        shutil.copytree(self.base / "victims", self.victim)

    def restore(self) -> None:
        """Bring the scanned folder back to the state after the pass, with new inodes."""
        shutil.rmtree(self.pics)
        shutil.copytree(self.base / "saved", self.pics, symlinks=True)
        for line in self.lines:
            if "target" in line:
                line["folder"] = self.pics.stat().st_ino
                line["keeper"]["inode"] = Path(line["keeper"]["path"]).stat().st_ino


def contents(folder: Path) -> set[str]:
    """Return the digests of all files below a folder, journals left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".journal")
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def state(folder: Path) -> dict[str, tuple[int, int, int, int, str]]:
    """Return inode, mode, owner, number of names and digest of each file of a folder, by name."""
    return {
        path.name: (
            (now := path.lstat()).st_ino,
            now.st_mode,
            now.st_uid,
            now.st_nlink,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.iterdir())
    }


def forge(lines: list[Line], tree: Tree, rng: random.Random) -> list[Line]:
    """Return the lines of a journal with one to three fields or lines changed."""
    forged: list[Line] = json.loads(json.dumps(lines))
    hostile: tuple[Any, ...] = (
        *(str(tree.victim / name) for name in ("0.png", "thesis.txt", "new.txt")),
        *(str(path) for path in sorted(tree.pics.iterdir())),
        *(f"{tree.pics}/../victim/0.png", f"{tree.pics}//0.png", "../victim/thesis.txt"),
        *("/", "", ".", "..", "\0", "x", 5, -1, None, True, 1.5, [], {}, 0o6755, 2**70),
        *(tree.victim.stat().st_ino, (tree.victim / "0.png").stat().st_ino),
    )
    for _ in range(rng.randint(1, 3)):
        line = rng.choice(forged if rng.random() < 0.1 else forged[1:] or forged)
        part = rng.choice([line, *(value for value in line.values() if isinstance(value, dict))])
        kind = rng.random()
        if kind < 0.1:
            forged.remove(line) if len(forged) > 1 else None
        elif kind < 0.12:
            forged.insert(rng.randrange(len(forged)), line)
        elif kind < 0.35 and "step" in line:
            line["step"] = rng.choice(_STEPS)
        elif kind < 0.45 and "action" in line:
            line["action"] = rng.choice(_ACTIONS)
        elif kind < 0.6 and "target" in line:
            path = rng.choice(hostile[:3])
            line["target"]["path"] = line["place"] = path
            line["folder"] = tree.victim.stat().st_ino
        elif part:
            field = rng.choice(list(part))
            alike = [value for value in hostile if type(value) is type(part[field])]
            part[field] = rng.choice(alike if alike and rng.random() < 0.9 else hostile)
            if rng.random() < 0.05:
                del part[field]
    return forged


def run(journal: Path, act: Callable[[Journal], object]) -> str:
    """Run an undo or a purge over a journal, and return the kind of its end."""
    try:
        with Journal(journal) as opened:
            act(opened)
    except DupscanError:
        return "refused"
    except Exception:  # noqa: BLE001 (a traceback of any kind is what is counted)
        return "traceback: " + traceback.format_exc().strip().splitlines()[-1][:90]
    return "ran"


def measure(mutants: int, seed: int) -> Counter[str]:
    """Return the number of mutants by the kind of their end, and of files touched."""
    rng, ends = random.Random(seed), Counter[str]()
    acts = (
        lambda journal: list(undo_entries(journal)),
        lambda journal: list(purge_entries(journal, lambda pairs: [""] * len(list(pairs)))),
    )
    for action in ("quarantine", "hardlink"):
        with tempfile.TemporaryDirectory() as base:
            tree = Tree(Path(os.path.realpath(base)), action)
            for _ in range(mutants // 2):
                tree.restore()
                journal = tree.base / "forged.journal"
                journal.unlink(missing_ok=True)
                forged = forge(tree.lines, tree, rng)
                journal.write_text("".join(json.dumps(line) + "\n" for line in forged))
                journal.chmod(0o600)
                ends[run(journal, rng.choice(acts))] += 1
                if tree.contents - contents(tree.pics):
                    ends["content lost"] += 1
                if state(tree.victim) != tree.outside:
                    ends["file outside touched"] += 1
                    tree.restore_victims()
                    tree.outside = state(tree.victim)
    return ends


def main() -> None:
    """Print the counts of a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for kind, count in sorted(measure(options.mutants, options.seed).items()):
        print(f"{count:8,}  {kind}")


if __name__ == "__main__":
    main()
