"""A little library that is scanned, planned for and acted on, for tests of the pass that acts."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dupscan.dedupe import passes
from dupscan.dedupe.passes import PassContext, PassSummary
from dupscan.model.plan import Outcome, State
from dupscan.pipeline import scan
from dupscan.settings import PlanSettings, ReportSettings, ScanSettings, StoreSettings, WalkSettings
from dupscan.system.stop_flag import StopFlag
from dupscan.text.file_names import QUARANTINE
from dupscan.workers.executor import InLine

Tree = dict[str, tuple[Any, ...]]
PHOTO = "coffee.jpg"
"""The original of which libraries have copies."""


@dataclass
class PassResult:
    """The outcome of each row of a pass, and the summary of the whole."""

    outcomes: list[Outcome]
    summary: PassSummary

    @property
    def states(self) -> list[State]:
        """The state of each row, in the order of the pass."""
        return [outcome.state for outcome in self.outcomes]

    @property
    def words(self) -> str:
        """The words of all outcomes, a line for each row."""
        return "\n".join(outcome.words for outcome in self.outcomes)

    @property
    def journal(self) -> Path:
        """The journal of a pass that writes one."""
        assert self.summary.journal is not None
        return self.summary.journal


@dataclass
class Library:
    """A folder of pictures, and one beside it for reports, plans and journals."""

    folder: Path
    papers: Path
    originals: Path

    def add(self, name: str | bytes, original: str = PHOTO) -> Path:
        """Copy an original to a new file below the folder."""
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.folder), os.fsencode(name))))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.originals / original, path)
        return path

    def scan(self, *roots: Path, **walk: Any) -> None:
        """Scan the library, or these roots; nothing is remembered of an earlier scan."""
        settings = ScanSettings(
            walk=WalkSettings(tuple(map(str, roots or (self.folder,))), **walk),
            report=ReportSettings(self.papers, ("json",)),
            store=StoreSettings(kept=False),
        )
        scan(settings, executor=InLine())

    def plan(self, action: str = "quarantine", name: str = "plan", **settings: Any) -> Path:
        """Make a plan from the last scan."""
        output = self.papers / f"{name}.csv"
        passes.make_plan(self.papers, PlanSettings(action=action, output=output, **settings))
        return output

    def planned(self, action: str = "quarantine", **settings: Any) -> Path:
        """Scan, and make a plan."""
        self.scan()
        return self.plan(action, **settings)

    def apply(
        self,
        plan: Path,
        *,
        really: bool = True,
        protect: tuple[str, ...] = (),
        stop_after: int | None = None,
    ) -> PassResult:
        """Carry out a plan; as far as if it were stopped after so many rows."""
        return _run_pass(
            lambda context: passes.apply_plan(
                plan, dry_run=not really, protect=protect, context=context
            ),
            stop_after,
        )

    def act(self, action: str = "quarantine", **settings: Any) -> PassResult:
        """Scan, plan and carry that out."""
        return self.apply(self.planned(action, **settings))

    def undo(self, journal: Path, stop_after: int | None = None) -> PassResult:
        """Put everything back."""
        return _run_pass(lambda context: passes.undo(journal, context=context), stop_after)

    def purge(self, journal: Path, stop_after: int | None = None) -> PassResult:
        """Delete what is in quarantine."""
        return _run_pass(lambda context: passes.purge(journal, context=context), stop_after)

    def tree(self) -> Tree:
        """All that is in the folder."""
        return tree_of(self.folder)

    def quarantined(self) -> list[Path]:
        """The files in quarantine, without the copies of journals that lie there."""
        found = (self.folder / QUARANTINE).glob("*/**/*")
        return sorted(path for path in found if path.is_file())

    def copies(self) -> list[Path]:
        """The copies of journals in the quarantine."""
        return sorted((self.folder / QUARANTINE).glob("*.journal"))


def make(place: Path, originals: Path, *names: str) -> Library:
    """Make a library below a folder, with copies of one picture; the first that stands is kept."""
    folder, papers = place / "library", place / "papers"
    folder.mkdir(parents=True)
    papers.mkdir()
    library = Library(folder, papers, originals)
    for name in names:
        library.add(name)
    return library


def _run_pass(
    run: Callable[[PassContext], PassSummary], stop_after: int | None = None
) -> PassResult:
    outcomes: list[Outcome] = []
    stop = StopFlag()

    def hear(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if len(outcomes) == stop_after:
            stop.set()

    return PassResult(outcomes, run(PassContext(on_outcome=hear, stop=stop, executor=InLine())))


def tree_of(folder: Path) -> Tree:
    """All that is below a folder: kind, mode, time, content and attributes by relative path."""
    found: Tree = {}
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(above, name)
            status = os.lstat(path)
            seen: tuple[Any, ...] = (stat.filemode(status.st_mode),)
            if stat.S_ISLNK(status.st_mode):
                seen += (os.readlink(path),)
            elif stat.S_ISREG(status.st_mode):
                attributes = {one: os.getxattr(path, one) for one in os.listxattr(path)}
                seen += (status.st_mtime_ns, Path(path).read_bytes(), attributes)
            found[os.path.relpath(path, folder)] = seen
    return found
