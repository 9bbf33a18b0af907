"""Words that were typed → what is meant by them, or an error that names the choices.

Kept apart from the settings, which are vocabulary, because what the words stand for is at home
in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from dupscan.dedupe.plan.folders import Folder
from dupscan.dedupe.plan.keep_rules import Rule, parse_rules
from dupscan.dedupe.plan.safeguards import ALLOWED
from dupscan.errors import SettingsError
from dupscan.model.matches import Verdict
from dupscan.model.plan import Action, Reason
from dupscan.settings import PlanSettings
from dupscan.text import file_names

_ACTIONS = tuple(action.value for action in Action)
_VERDICTS = tuple(verdict.value for verdict in Verdict)


@dataclass(frozen=True, slots=True)
class ResolvedOptions:
    """What is to be done with which duplicates."""

    action: Action
    verdict: Verdict
    """The weakest that is acted on."""
    rules: tuple[Rule, ...]
    """In the order in which they are asked which copy is kept."""
    protected: tuple[Folder, ...]
    allowed: frozenset[Reason]
    """Reasons that do not keep a target."""

    @property
    def folders(self) -> tuple[Folder, ...]:
        """All those that were named.

        One that neither is there nor holds anything of the report was mistyped: it would protect
        nothing, and must be refused.
        """
        named = (rule.folder for rule in self.rules if rule.folder is not None)
        return (*self.protected, *named)


def resolve(settings: PlanSettings) -> ResolvedOptions:
    """What is meant by the settings of a plan.

    Raises SettingsError for a word that is none, with the choices, and for an action that could
    lose a picture with duplicates as weak as asked for.
    """
    action = Action(_one_of("--action", settings.action, _ACTIONS))
    verdict = Verdict(_one_of("--verdict", settings.verdict, _VERDICTS))
    if action.links and verdict is not Verdict.FILE:
        raise SettingsError(
            f"--action {action.value} --verdict {verdict.value}: only files with the same bytes "
            "are linked; of two pictures that differ, however little, a link would destroy one "
            "and keep its name. Use --verdict file, or --action quarantine"
        )
    _check_deleting(action, verdict, settings.delete_even)
    return ResolvedOptions(
        action=action,
        verdict=verdict,
        rules=parse_rules(settings.keep),
        protected=tuple(Folder("--protect", folder) for folder in settings.protect),
        allowed=frozenset(Reason(_one_of("--allow", word, ALLOWED)) for word in settings.allow),
    )


def _check_deleting(action: Action, verdict: Verdict, delete_even: str | None) -> None:
    """Raise SettingsError for deleting what is weaker than a person said may be deleted."""
    weakest = Verdict.FILE
    if delete_even is not None:
        weakest = Verdict(_one_of("--delete-even", delete_even, _VERDICTS))
    if action is Action.DELETE and not verdict.at_least(weakest):
        raise SettingsError(
            f"--action delete --verdict {verdict.value}: what is deleted is gone, and its keeper "
            f"has other bytes. Use --action quarantine, or say --delete-even {verdict.value} too"
        )


def _one_of(option: str, typed: str, choices: Sequence[str]) -> str:
    if typed in choices:
        return typed
    near = get_close_matches(typed.strip().lower(), choices, n=1)
    guess = f"; did you mean {near[0]}?" if near else ""
    raise SettingsError(
        f"{option} {file_names.shown(typed)}: must be one of {', '.join(choices)}{guess}"
    )
