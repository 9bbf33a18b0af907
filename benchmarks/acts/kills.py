"""A pass that is killed, and whether the next pass brings it to a good end."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.acts import signs
from benchmarks.acts.grove import Grove, Seen, plant
from benchmarks.acts.runs import NEVER, Blow, Story, has_begun, prepare, refusals, run
from dupscan.model.plan import Action

_MOST_KILLS = 3
"""Of one tree, before a pass may come to its end."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill, and what was wrong after it or at the end."""

    story: Story
    blow: Blow
    call: str
    """Name of the call after which it was."""
    losses: tuple[str, ...]
    """Contents that are nowhere any more."""
    oddities: tuple[str, ...]
    """What was neither as before nor fully acted on, or not brought to a good end."""
    dust: tuple[str, ...]
    """Folders of the quarantine with nothing in them, and notes of the basket without a file, that
    are left at the end."""
    forgotten: int
    """Rows that were said to be done, and that the journal does not know of."""


def kill_at(story: Story, blow: Blow, folder: Path, chance: random.Random) -> Kill:
    """Kill one pass at one place, let later ones bring it to an end, and see what is there."""
    with tempfile.TemporaryDirectory(dir=folder) as base:
        grove = plant(Path(base), story.action)
        before = grove.look()
        prepare(grove, story)
        done = run(grove, story.what, blow, is_old_kernel=story.is_old_kernel)
        found = list(filter(None, (done.trouble,)))
        found += (*signs.losses(grove, before), *signs.oddities(grove, before))
        forgotten = 0 if blow.kind == "power" else signs.forgotten(grove, story, done)
        found += _bring_to_an_end(grove, before, story, chance)
    losses = tuple(one for one in found if one.startswith(signs.LOST))
    dust = tuple(one for one in found if one.startswith(signs.DUST))
    odd = tuple(one for one in found if not one.startswith((signs.LOST, signs.DUST)))
    return Kill(story, blow, ["none", *done.calls][-1], losses, odd, dust, forgotten)


def _bring_to_an_end(
    grove: Grove, before: dict[str, Seen], story: Story, chance: random.Random
) -> Iterator[str]:
    """Go on after a kill, perhaps be killed again, and come to an end; yield what is wrong."""
    choices = {"apply": ("apply", "undo"), "undo": ("undo",), "purge": ("purge",)}[story.what]
    is_undone = story.what == "undo"
    for _ in range(chance.randrange(_MOST_KILLS)):
        what = chance.choice(choices) if has_begun(grove) else "apply"
        is_undone = is_undone or what == "undo"
        again = run(grove, what, Blow(chance.randint(1, 60)), is_old_kernel=story.is_old_kernel)
        yield from filter(None, (again.trouble,))
        yield from signs.losses(grove, before)
        yield from signs.oddities(grove, before)
    last = "undo" if is_undone else chance.choice(choices)
    if last == "undo" and not has_begun(grove):  # nothing was begun, and nothing is to be undone
        yield from signs.not_as_before(grove, before)
        return
    end = run(grove, last, NEVER, is_old_kernel=story.is_old_kernel)
    yield from filter(None, (end.trouble,))
    if story.action is not Action.DELETE or last != "undo":
        yield from refusals(end)
    yield from signs.losses(grove, before)
    yield from signs.oddities(grove, before)
    yield from signs.leftovers(grove)
    if last == "undo":
        yield from signs.not_as_before(grove, before)
    else:
        yield from signs.not_acted_on(grove, before)
