"""A pass with which another program interferes, at each of its calls in each way we could think of.

Whatever that program itself overwrites or removes is its own affair; nothing else may be lost, and
least of all what it wrote.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.acts.calls import Call, Watch, act, die, forget_renameat2, fork
from benchmarks.acts.grove import PLAN_ID, Grove, digest, is_copy, plant
from benchmarks.acts.runs import NEVER, Story, has_begun, prepare, run
from benchmarks.acts.signs import TEMPORARY

WRITTEN = b"written by another program"
IN_THE_BASKET = "fills the trash"
_TOLD = ("wrote:", "destroyed:", "gone:")


@dataclass(slots=True)
class Scene:
    """What another program finds, and what it does to whom."""

    grove: Grove
    destroyed: set[bytes] = field(default_factory=set)
    """Digests of contents of which it destroyed a copy itself."""

    @property
    def target(self) -> Path:
        """The duplicate."""
        return Path(self.grove.plan.rows[0].target.path)

    @property
    def keeper(self) -> Path:
        """What it is a duplicate of."""
        return Path(self.grove.plan.rows[0].keeper.path)

    @property
    def place(self) -> Path:
        """Where in the quarantine the duplicate goes."""
        return self.grove.library / f".dupscan-quarantine/{PLAN_ID}{self.target}"

    def new(self) -> Path:
        """A new file of its own, not in the tree yet."""
        path = self.grove.base / "new"
        path.write_bytes(WRITTEN)
        return path

    def put(self, path: Path) -> None:
        """Put its file in the place of whatever is there, as careful programs save."""
        self._destroy(path)
        os.replace(self.new(), path)

    def put_where_free(self, path: Path) -> None:
        """Put its file at a name that nothing has."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(path):
            os.replace(self.new(), path)

    def edit(self, path: Path) -> None:
        """Write into a file that is there, as careless programs save."""
        self._destroy(path)
        if path.exists():
            path.write_bytes(WRITTEN)

    def remove(self, path: Path) -> None:
        """Delete a file."""
        self._destroy(path)
        path.unlink(missing_ok=True)

    def move_away(self, path: Path) -> None:
        """Give a file another name."""
        if os.path.lexists(path):
            os.rename(path, self.grove.library / f"moved {path.name}")

    def _destroy(self, path: Path) -> None:
        if path.is_file():
            self.destroyed.add(digest(path.read_bytes()))


def _put_a_folder(scene: Scene) -> None:
    scene.move_away(scene.target)
    scene.target.mkdir()
    scene.put(scene.target / "inside.jpg")


def _put_a_link(scene: Scene) -> None:
    scene.move_away(scene.target)
    os.symlink(scene.keeper, scene.target)


def _link_back(scene: Scene) -> None:
    """Another tool against duplicates, that keeps what we do not."""
    scene.remove(scene.keeper)
    os.symlink(scene.target, scene.keeper)


def _link_the_folder(scene: Scene, folder: Path) -> None:
    """The folder's name leads elsewhere, where a file of the same name is."""
    os.rename(folder, folder.with_name("renamed"))
    os.symlink(scene.grove.library / "other", folder)


def _put_and_move_back(scene: Scene) -> None:
    """A program that saves, and keeps what was there under another name."""
    scene.move_away(scene.target)
    scene.put(scene.target)


def _fill_the_basket(scene: Scene) -> None:
    """Another file of that name is thrown away in the same moment."""
    basket = scene.grove.home / "data" / "Trash"
    scene.put_where_free(basket / "files" / scene.target.name)


def _names_in_use(scene: Scene) -> None:
    for suffix in ("", "-undo"):
        name = f".dupscan-{PLAN_ID}-1.tmp{suffix}"
        scene.put_where_free(scene.target.with_name(name))
        if scene.place.parent.is_dir():
            scene.put_where_free(scene.place.with_name(name))


DEEDS: dict[str, Callable[[Scene], None]] = {
    "replaces the target": lambda scene: scene.put(scene.target),
    "replaces the target, keeping the old": _put_and_move_back,
    "edits the target": lambda scene: scene.edit(scene.target),
    "removes the target": lambda scene: scene.remove(scene.target),
    "moves the target": lambda scene: scene.move_away(scene.target),
    "puts a link to the keeper at the target": _put_a_link,
    "puts a folder at the target": _put_a_folder,
    "links the target's folder elsewhere": lambda scene: _link_the_folder(
        scene, scene.target.parent
    ),
    "links the keeper's folder elsewhere": lambda scene: _link_the_folder(
        scene, scene.keeper.parent
    ),
    "makes the keeper a link to the target": _link_back,
    "replaces the keeper": lambda scene: scene.put(scene.keeper),
    "edits the keeper": lambda scene: scene.edit(scene.keeper),
    "removes the keeper": lambda scene: scene.remove(scene.keeper),
    "moves the keeper": lambda scene: scene.move_away(scene.keeper),
    "takes the temporary names": _names_in_use,
    "takes the place in the quarantine": lambda scene: scene.put_where_free(scene.place),
    IN_THE_BASKET: _fill_the_basket,
}


@dataclass(frozen=True, slots=True)
class Interference:
    """One deed at one moment."""

    story: Story
    deed: str
    call: int
    """Before which call of the pass, counted from 1."""
    kill: int = 0
    """After which call the pass is killed besides; 0 for none."""
    then: str = "undo"
    """What is done afterwards, undisturbed."""

    def __str__(self) -> str:
        kill = f", killed after call {self.kill}" if self.kill else ""
        return f"{self.story}; another {self.deed} before call {self.call}{kill}; then {self.then}"

    @property
    def is_promised(self) -> bool:
        """Whether nothing may be lost.

        An old kernel has no step that would keep others out, and the basket is not ours.
        """
        return not self.story.is_old_kernel and self.deed != IN_THE_BASKET


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of it."""

    interference: Interference
    call: str
    """Name of the call before which it came; empty if the pass ended before."""
    losses: tuple[str, ...]
    """Contents that are nowhere, though nobody but us can have removed them."""
    shared: tuple[str, ...]
    """Contents of which that program destroyed one copy and we the other."""
    half: tuple[str, ...]
    """Paths with something that nobody ever wrote."""


def interfere(interference: Interference, folder: Path) -> Aftermath:
    """Let another program interfere once, then go on undisturbed; say what is lost."""
    story = interference.story
    with tempfile.TemporaryDirectory(dir=folder) as base:
        grove = plant(Path(base), story.action, single=True)
        prepare(grove, story)
        known = _contents(grove)
        call, wrote, destroyed, gone = _disturb(grove, interference)
        known |= dict.fromkeys(wrote, "what the other program wrote")
        left = {one: words for one, words in known.items() if one not in gone}
        missing = dict(_missing(grove, left))
        half = list(_half_written(grove, known))
        if has_begun(grove):
            run(grove, interference.then, NEVER, is_old_kernel=story.is_old_kernel)
        missing |= _missing(grove, left)
        half += _half_written(grove, known)
    losses = tuple(words for one, words in missing.items() if one not in destroyed)
    shared = tuple(words for one, words in missing.items() if one in destroyed)
    return Aftermath(interference, call, losses, shared, tuple(half))


def interferences(story: Story, calls: int) -> Iterator[Interference]:
    """Each deed at each call, alone and with a kill behind it."""
    for deed in DEEDS:
        for call in range(1, calls + 1):
            again = ("undo", story.what)[call % 2]
            yield Interference(story, deed, call, then=again)
            yield Interference(story, deed, call, kill=call, then=story.what)
            yield Interference(story, deed, call, kill=call + 1, then="undo")


def _disturb(
    grove: Grove, interference: Interference
) -> tuple[str, set[bytes], set[bytes], set[bytes]]:
    """Disturb a pass; return the name of the call before which that was, and three sets of digests.

    Of what the other program wrote, of what it destroyed a copy, and of what it destroyed the last.
    """
    receiver, sender = os.pipe()
    pid = fork(lambda: _live(grove, interference, sender), grove.home)
    os.close(sender)
    with open(receiver, encoding="ascii") as file:
        lines = file.read().split()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"{interference} ended with {code}")
    name, *digests = lines or [""]
    wrote, destroyed, gone = (
        {bytes.fromhex(one.removeprefix(kind)) for one in digests if one.startswith(kind)}
        for kind in _TOLD
    )
    return name, wrote, destroyed, gone


def _live(grove: Grove, interference: Interference, sender: int) -> None:
    """The life of the process that is disturbed."""
    real_write = os.write

    def before(call: Call) -> None:
        if call.number != interference.call:
            return
        scene, was = Scene(grove), set(_contents(grove))
        with suppress(OSError):  # its folder may not be there
            DEEDS[interference.deed](scene)
        now = set(_contents(grove))
        told = zip(_TOLD, (now - was, scene.destroyed, was - now), strict=True)
        digests = [f"{kind}{one.hex()}" for kind, some in told for one in some]
        real_write(sender, " ".join([call.name, *digests]).encode())

    def after(call: Call) -> None:
        if interference.kill and call.number == interference.kill:
            die()

    if interference.story.is_old_kernel:
        forget_renameat2()
    Watch(before, after).install()
    act(grove, interference.story.what, lambda outcome: None)


def _contents(grove: Grove) -> dict[bytes, str]:
    """Where each content is, or is one of the places."""
    return {
        seen.data: os.path.relpath(path, grove.base)
        for path, seen in grove.look().items()
        if seen.kind == "file" and not path.endswith(".trashinfo") and not is_copy(path)
    }


def _missing(grove: Grove, known: dict[bytes, str]) -> Iterator[tuple[bytes, str]]:
    there = _contents(grove)
    yield from ((one, words) for one, words in known.items() if one not in there)


def _half_written(grove: Grove, known: dict[bytes, str]) -> Iterator[str]:
    """Paths with a content that nobody ever wrote there."""
    for one, path in _contents(grove).items():
        if one not in known and not TEMPORARY.fullmatch(os.path.basename(path)):
            yield path
